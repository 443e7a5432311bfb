"""Zoho's official Python SDK, unmodified, against `astra-zoho sandbox`.

tests/sdk.rs runs this where the SDK is installed. To install it:

    python3 -m venv ~/zoho-sdk
    ~/zoho-sdk/bin/pip install zohocrmsdk8_0
    ASTRA_SDK_PYTHON=~/zoho-sdk/bin/python cargo test sdk -- --nocapture

By hand, with the line that `astra-zoho sandbox` prints first:

    ~/zoho-sdk/bin/python tests/sdk/python_sdk.py '{"accounts_url": ..., "api_url": ..., ...}'

Prints a line for each thing checked; ends with a non-zero status and a traceback at the first that is wrong. The
SDK's token store, log and field cache go to a temporary folder.
"""

import datetime
import json
import sys
import tempfile

from zohocrmsdk.src.com.zoho.api.authenticator.oauth_token import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store.file_store import FileStore
from zohocrmsdk.src.com.zoho.api.logger import Logger
from zohocrmsdk.src.com.zoho.crm.api import HeaderMap, ParameterMap, coql, fields, org, record, users
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.fields.fields_operations import GetFieldsParam
from zohocrmsdk.src.com.zoho.crm.api.initializer import Initializer
from zohocrmsdk.src.com.zoho.crm.api.record.record_operations import (
    GetRecordHeader,
    GetRecordParam,
    GetRecordsParam,
    SearchRecordsParam,
)
from zohocrmsdk.src.com.zoho.crm.api.users.users_operations import GetUsersParam
from zohocrmsdk.src.com.zoho.crm.api.util import Choice

EMAIL = "python.sdk@example.org"


def check(what, actual, expected=True):
    assert actual == expected, f"{what}: {actual!r} instead of {expected!r}"


def passed(what):
    print(f"ok: {what}", flush=True)


def answer(response, status, kind):
    """The object of an answer, once its status and class are as expected."""
    check("status", response.get_status_code(), status)
    found = response.get_object()
    assert isinstance(found, kind), f"{type(found)} instead of {kind}: {vars(found) if found else found}"
    return found


def contact(**values):
    """A record with these fields; picklists are given as Choice."""
    made = record.Record()
    for name, value in values.items():
        made.add_key_value(name, value)
    return made


def body(*records, duplicate_check=None):
    wrapper = record.BodyWrapper()
    wrapper.set_data(list(records))
    if duplicate_check:
        wrapper.set_duplicate_check_fields(duplicate_check)
    return wrapper


def outcome(response, status, kind):
    """The outcome of the only record of a write."""
    outcomes = answer(response, status, record.ActionWrapper).get_data()
    check("outcomes", len(outcomes), 1)
    assert isinstance(outcomes[0], kind), f"{type(outcomes[0])} instead of {kind}"
    return outcomes[0]


def succeeded(response, status, message):
    done = outcome(response, status, record.SuccessResponse)
    check("code", done.get_code().get_value(), "SUCCESS")
    check("message", done.get_message().get_value(), message)
    details = done.get_details()
    assert isinstance(details["Modified_Time"], datetime.datetime), details
    assert details["Created_By"].get_name(), details
    return done, int(details["id"])


def refused(response, status, code):
    failure = outcome(response, status, record.APIException)
    check("code", failure.get_code().get_value(), code)
    check("status", failure.get_status().get_value(), "error")
    return failure.get_details()


def parameters(*pairs):
    made = ParameterMap()
    for parameter, value in pairs:
        made.add(parameter, value)
    return made


def query(text):
    request = coql.BodyWrapper()
    request.set_select_query(text)
    return coql.CoqlOperations().get_records(request)


def initialize(sandbox, folder, refresh_token):
    token = OAuthToken(
        client_id=sandbox["client_id"], client_secret=sandbox["client_secret"], refresh_token=refresh_token
    )
    environment = DataCenter.Environment(
        sandbox["api_url"], sandbox["accounts_url"] + "/oauth/v2/token", sandbox["api_url"]
    )
    Initializer.initialize(
        environment=environment,
        token=token,
        store=FileStore(f"{folder}/tokens.txt"),
        resource_path=folder,
        logger=Logger.get_instance(level=Logger.Levels.INFO, file_path=f"{folder}/sdk.log"),
    )
    return token


def read(sandbox, token):
    assert token.get_access_token(), "no access token"
    # what the SDK takes for the user's name comes from /users and /org
    assert token.get_user_signature().get_name(), "no user"
    passed("token by refresh token")

    found = answer(
        fields.FieldsOperations().get_fields(parameters((GetFieldsParam.module, "Contacts"))),
        200,
        fields.ResponseWrapper,
    ).get_fields()
    by_name = {field.get_api_name(): field for field in found}
    assert len(found) > 50, len(found)
    check("mandatory", by_name["Last_Name"].get_system_mandatory())
    check("type", by_name["Email"].get_data_type(), "email")
    check("length", by_name["Last_Name"].get_length(), 80)
    check("writable", by_name["Full_Name"].get_operation_type().get_api_create(), False)
    options = [option.get_display_value() for option in by_name["Lead_Source"].get_pick_list_values()]
    assert "Chat" in options, options
    passed("fields")

    user = answer(
        users.UsersOperations().get_users(parameters((GetUsersParam.type, "CurrentUser"))), 200, users.ResponseWrapper
    ).get_users()[0]
    assert "@" in user.get_email() and user.get_last_name() and user.get_id() > 0, vars(user)
    passed("users")

    company = answer(org.OrgOperations().get_organization(), 200, org.ResponseWrapper).get_org()[0]
    assert company.get_zgid() and company.get_company_name(), vars(company)
    assert company.get_license_details().get_paid_type(), "no edition"
    passed("org")


def write(contacts):
    made = contact(
        Last_Name="Zażółć-O'Brien",
        First_Name="Ana María",
        Email=EMAIL,
        Phone="+1 602 555 0147",
        Description="First line\nsecond line 🌄",
        Lead_Source=Choice("Chat"),
        Interests=[Choice("Pricing"), Choice("Billing")],
        VIP_Customer=True,
        Seat_Count=3,
        Renewal_Date=datetime.date(2027, 1, 31),
        Member_Code="SDK-PY-1",
    )
    _, identity = succeeded(contacts.create_records(body(made), HeaderMap()), 201, "record added")
    passed("create")

    wanted = parameters((GetRecordParam.fields, "Last_Name,Email,Description,Lead_Source,Interests,Owner,Seat_Count,"
                                                "Renewal_Date,VIP_Customer,Created_Time,Modified_Time"))
    held = answer(contacts.get_record(identity, wanted, HeaderMap()), 200, record.ResponseWrapper).get_data()[0]
    check("id", held.get_id(), identity)
    check("name", held.get_key_value("Last_Name"), "Zażółć-O'Brien")
    check("description", held.get_key_value("Description"), "First line\nsecond line 🌄")
    check("picklist", held.get_key_value("Lead_Source").get_value(), "Chat")
    check("multi-select", [choice.get_value() for choice in held.get_key_value("Interests")], ["Pricing", "Billing"])
    check("integer", held.get_key_value("Seat_Count"), 3)
    check("date", held.get_key_value("Renewal_Date"), datetime.date(2027, 1, 31))
    check("boolean", held.get_key_value("VIP_Customer"), True)
    assert held.get_key_value("Owner").get_id() > 0
    assert held.get_created_time().tzinfo is not None
    passed("get")

    done, _ = succeeded(contacts.update_record(identity, body(contact(Title="Guide")), HeaderMap()), 200, "record updated")
    check("id", int(done.get_details()["id"]), identity)
    bulk = contact(Department="Field")
    bulk.set_id(identity)  # goes out as a JSON number above 2^53
    done, _ = succeeded(contacts.update_records(body(bulk), HeaderMap()), 200, "record updated")
    check("id", int(done.get_details()["id"]), identity)
    passed("update, one and bulk")

    changed = contact(Last_Name="Zażółć-O'Brien", Email=EMAIL.upper(), Mobile="+1 602 555 0148")
    done, same = succeeded(
        contacts.upsert_records(body(changed, duplicate_check=["Email"]), HeaderMap()), 200, "record updated"
    )
    check("id", same, identity)
    check("action", done.get_action().get_value(), "update")
    check("duplicate field", done.get_duplicate_field(), "Email")
    fresh = contact(Last_Name="Upserted", Email="python.upsert@example.org")
    response = contacts.upsert_records(body(fresh, duplicate_check=["Email"]), HeaderMap())
    done, second = succeeded(response, response.get_status_code(), "record added")
    check("action", done.get_action().get_value(), "insert")
    assert second != identity
    passed("upsert")
    return identity, second


def find(contacts, identity):
    def search(parameter, value):
        return contacts.search_records(parameters((parameter, value)), HeaderMap())

    for parameter, value in [
        (SearchRecordsParam.email, EMAIL),
        (SearchRecordsParam.phone, "6025550147"),
        (SearchRecordsParam.word, "zażółć"),
        (SearchRecordsParam.criteria, f"((Email:equals:{EMAIL})and(Title:starts_with:Gui))"),
    ]:
        found = answer(search(parameter, value), 200, record.ResponseWrapper)
        assert identity in [hit.get_id() for hit in found.get_data()], value
        assert found.get_info().get_more_records() is False
    nobody = search(SearchRecordsParam.email, "nobody@example.net")
    check("status", nobody.get_status_code(), 204)
    check("object", nobody.get_object(), None)
    passed("search")

    listed = answer(
        contacts.get_records(
            parameters((GetRecordsParam.fields, "Last_Name,Email"), (GetRecordsParam.per_page, 5)), HeaderMap()
        ),
        200,
        record.ResponseWrapper,
    )
    check("rows", len(listed.get_data()), 5)
    check("more", listed.get_info().get_more_records())
    passed("list")

    rows = answer(
        query(f"select Last_Name, Email, Title from Contacts where Email in ('{EMAIL}', 'x@example.org') limit 0, 10"),
        200,
        coql.ResponseWrapper,
    )
    check("rows", [row.get_id() for row in rows.get_data()], [identity])
    check("title", rows.get_data()[0].get_key_value("Title"), "Guide")
    check("count", rows.get_info().get_count(), 1)
    check("status", query("select id from Contacts where Email = 'nobody@example.net'").get_status_code(), 204)
    passed("coql")


def fail(sandbox, folder, contacts, identity, second):
    twin = contact(Last_Name="Twin", Member_Code="sdk-py-1")
    details = refused(contacts.create_records(body(twin), HeaderMap()), 400, "DUPLICATE_DATA")
    check("field", details["api_name"], "Member_Code")
    check("duplicate", details["duplicate_record"].get_id(), identity)
    passed("duplicate refused")

    long = contact(Last_Name="x" * 81)
    check("limit", int(refused(contacts.create_records(body(long), HeaderMap()), 400, "INVALID_DATA")["maximum_length"]), 80)
    bad = contact(Last_Name="Example", Email="not an address")
    check("field", refused(contacts.create_records(body(bad), HeaderMap()), 400, "INVALID_DATA")["api_name"], "Email")
    passed("invalid data refused")

    mixed = contacts.create_records(
        body(contact(Last_Name="Fine", Email="python.fine@example.org"), contact(Last_Name="y" * 81)), HeaderMap()
    )
    kinds = [type(one) for one in answer(mixed, 207, record.ActionWrapper).get_data()]
    check("outcomes", kinds, [record.SuccessResponse, record.APIException])
    passed("mixed outcomes")

    crowd = body(*[contact(Last_Name=f"Crowd {n}") for n in range(101)])
    too_many = answer(contacts.create_records(crowd, HeaderMap()), 400, record.APIException)
    check("code", too_many.get_code().get_value(), "LIMIT_EXCEEDED")
    passed("101 records refused")

    header = HeaderMap()
    header.add(GetRecordHeader.if_modified_since, datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1))
    check("status", contacts.get_record(identity, None, header).get_status_code(), 304)
    passed("if-modified-since")

    deleted, _ = succeeded_delete(contacts.delete_record(second, None, HeaderMap()))
    check("id", deleted, second)
    gone = contacts.get_record(second, None, HeaderMap())
    if gone.get_status_code() != 204:
        check("code", answer(gone, 400, record.APIException).get_code().get_value(), "INVALID_DATA")
    refused(contacts.update_record(second, body(contact(Title="Nobody")), HeaderMap()), 400, "INVALID_DATA")
    passed("not found")

    wrong = answer(query("select id from Contacts where Email = "), 400, coql.APIException)
    check("code", wrong.get_code().get_value(), "SYNTAX_ERROR")
    wrong = answer(query("select Nope from Contacts where Nope is not null"), 400, coql.APIException)
    check("code", wrong.get_code().get_value(), "INVALID_QUERY")
    passed("coql refusals")

    try:
        initialize(sandbox, tempfile.mkdtemp(dir=folder), sandbox["refresh_token"][:-1] + "!")
    except Exception as error:  # the SDK wraps it in an SDKException of its own kind
        assert "invalid_code" in f"{error!r} {error} {getattr(error, 'cause', '')}", repr(error)
    else:
        raise AssertionError("a wrong refresh token was taken")
    passed("wrong refresh token refused")


def succeeded_delete(response):
    done = outcome(response, 200, record.SuccessResponse)
    check("message", done.get_message().get_value(), "record deleted")
    return int(done.get_details()["id"]), done


def main():
    sandbox = json.loads(sys.argv[1] if len(sys.argv) > 1 else sys.stdin.readline())
    with tempfile.TemporaryDirectory() as folder:
        token = initialize(sandbox, folder, sandbox["refresh_token"])
        read(sandbox, token)
        contacts = record.RecordOperations("Contacts")
        identity, second = write(contacts)
        find(contacts, identity)
        fail(sandbox, folder, contacts, identity, second)
    print("done", flush=True)


main()
