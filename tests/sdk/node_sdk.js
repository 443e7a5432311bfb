// Zoho's official Node SDK, unmodified, against `astra-zoho sandbox`.
//
// tests/sdk.rs runs this where the SDK is installed. To install it:
//
//     mkdir ~/zoho-sdk && cd ~/zoho-sdk && npm init -y && npm install @zohocrm/nodejs-sdk-8.0
//     ASTRA_SDK_NODE_PATH=~/zoho-sdk cargo test sdk -- --nocapture
//
// By hand, with the line that `astra-zoho sandbox` prints first:
//
//     ASTRA_SDK_NODE_PATH=~/zoho-sdk node tests/sdk/node_sdk.js '{"accounts_url": ..., "api_url": ..., ...}'
//
// Prints a line for each thing checked; ends with a non-zero status and a stack at the first that is wrong. The
// SDK's token store, log and field cache go to a temporary folder.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { createRequire } = require("node:module");
const { pathToFileURL } = require("node:url");

const EMAIL = "node.sdk@example.org";
let zoho;

function passed(what) {
    console.log(`ok: ${what}`);
}

/** The object of an answer, once its status and class are as expected. */
function answer(response, status, kind) {
    assert.equal(response.getStatusCode(), status);
    const found = response.getObject();
    assert.ok(found instanceof kind, `${found?.constructor?.name} instead of ${kind.name}`);
    return found;
}

function contact(values) {
    const made = new zoho.Record.Record();
    for (const [name, value] of Object.entries(values)) {
        made.addKeyValue(name, value);
    }
    return made;
}

function body(records, duplicateCheck) {
    const wrapper = new zoho.Record.BodyWrapper();
    wrapper.setData(records);
    if (duplicateCheck) {
        wrapper.setDuplicateCheckFields(duplicateCheck);
    }
    return wrapper;
}

/** The outcome of the only record of a write. */
function outcome(response, status, kind) {
    const outcomes = answer(response, status, zoho.Record.ActionWrapper).getData();
    assert.equal(outcomes.length, 1);
    assert.ok(outcomes[0] instanceof kind, `${outcomes[0].constructor.name} instead of ${kind.name}`);
    return outcomes[0];
}

function succeeded(response, status, message) {
    const done = outcome(response, status, zoho.Record.SuccessResponse);
    assert.equal(done.getCode().getValue(), "SUCCESS");
    assert.equal(done.getMessage().getValue(), message);
    return [done, BigInt(done.getDetails().get("id"))];
}

function refused(response, status, code) {
    const failure = outcome(response, status, zoho.Record.APIException);
    assert.equal(failure.getCode().getValue(), code);
    assert.equal(failure.getStatus().getValue(), "error");
    return failure.getDetails();
}

async function parameters(...pairs) {
    const made = new zoho.ParameterMap();
    for (const [parameter, value] of pairs) {
        await made.add(parameter, value);
    }
    return made;
}

function query(text) {
    const request = new zoho.Coql.BodyWrapper();
    request.setSelectQuery(text);
    return new zoho.Coql.CoqlOperations().getRecords(request);
}

async function initialize(sandbox, folder) {
    const token = new zoho.OAuthBuilder()
        .clientId(sandbox.client_id)
        .clientSecret(sandbox.client_secret)
        .grantToken(sandbox.grant_token)
        .build();
    const environment = zoho.DataCenter.setEnvironment(
        sandbox.api_url, `${sandbox.accounts_url}/oauth/v2/token`, sandbox.api_url);
    const builder = await new zoho.InitializeBuilder();
    await builder
        .environment(environment)
        .token(token)
        .store(new zoho.FileStore(path.join(folder, "tokens.txt")))
        .SDKConfig(new zoho.SDKConfigBuilder().build())
        .resourcePath(folder)
        .logger(new zoho.LogBuilder().level(zoho.Levels.INFO).filePath(path.join(folder, "sdk.log")).build())
        .initialize();
    return token;
}

async function read(token) {
    assert.ok(token.getAccessToken(), "no access token");
    assert.ok(token.getRefreshToken(), "no refresh token for the grant token");
    // what the SDK takes for the user's name comes from /users and /org
    assert.ok(token.getUserSignature().getName(), "no user");
    passed("token by grant token");

    const module = await parameters([zoho.Fields.GetFieldsParam.MODULE, "Contacts"]);
    const fields = answer(await new zoho.Fields.FieldsOperations().getFields(module), 200, zoho.Fields.ResponseWrapper);
    const byName = new Map(fields.getFields().map((field) => [field.getAPIName(), field]));
    assert.ok(byName.size > 50, String(byName.size));
    assert.equal(byName.get("Last_Name").getSystemMandatory(), true);
    assert.equal(byName.get("Email").getDataType(), "email");
    assert.equal(byName.get("Last_Name").getLength(), 80);
    assert.equal(byName.get("Full_Name").getOperationType().getAPICreate(), false);
    assert.ok(byName.get("Lead_Source").getPickListValues().some((option) => option.getDisplayValue() === "Chat"));
    passed("fields");

    const current = await parameters([zoho.Users.GetUsersParam.TYPE, "CurrentUser"]);
    const [user] = answer(await new zoho.Users.UsersOperations().getUsers(current), 200, zoho.Users.ResponseWrapper).getUsers();
    assert.match(user.getEmail(), /@/);
    assert.ok(user.getLastName());
    assert.ok(user.getTimeZone(), "not a time zone that moment knows");
    passed("users");

    const [org] = answer(await new zoho.Org.OrgOperations().getOrganization(), 200, zoho.Org.ResponseWrapper).getOrg();
    assert.ok(org.getZgid() && org.getCompanyName() && org.getLicenseDetails().getPaidType());
    passed("org");
}

async function write(contacts) {
    const headers = new zoho.HeaderMap();
    const made = contact({
        Last_Name: "Zażółć-O'Brien", First_Name: "Ana María", Email: EMAIL, Phone: "+1 602 555 0167",
        Description: "First line\nsecond line 🌄", Lead_Source: new zoho.Choice("Chat"),
        Interests: [new zoho.Choice("Pricing"), new zoho.Choice("Billing")], VIP_Customer: true, Seat_Count: 3,
        Renewal_Date: new Date("2027-01-31"), Member_Code: "SDK-JS-1",
    });
    const [, id] = succeeded(await contacts.createRecords(body([made]), headers), 201, "record added");
    passed("create");

    const wanted = await parameters([zoho.Record.GetRecordParam.FIELDS,
        "Last_Name,Email,Description,Lead_Source,Interests,Owner,Seat_Count,Renewal_Date,VIP_Customer,Created_Time"]);
    const [held] = answer(await contacts.getRecord(id, wanted, headers), 200, zoho.Record.ResponseWrapper).getData();
    assert.equal(held.getId(), id);
    assert.equal(held.getKeyValue("Last_Name"), "Zażółć-O'Brien");
    assert.equal(held.getKeyValue("Description"), "First line\nsecond line 🌄");
    assert.equal(held.getKeyValue("Lead_Source").getValue(), "Chat");
    assert.deepEqual(held.getKeyValue("Interests").map((choice) => choice.getValue()), ["Pricing", "Billing"]);
    assert.equal(held.getKeyValue("Seat_Count"), 3);
    assert.equal(held.getKeyValue("Renewal_Date").toISOString().slice(0, 10), "2027-01-31");
    assert.equal(held.getKeyValue("VIP_Customer"), true);
    assert.equal(typeof held.getKeyValue("Owner").getId(), "bigint");
    assert.ok(!Number.isNaN(held.getCreatedTime().getTime()));
    passed("get");

    const title = await contacts.updateRecord(id, body([contact({ Title: "Guide" })]), headers);
    assert.equal(succeeded(title, 200, "record updated")[1], id);
    const bulk = contact({ Department: "Field" });
    bulk.setId(id); // goes out as a string
    assert.equal(succeeded(await contacts.updateRecords(body([bulk]), headers), 200, "record updated")[1], id);
    passed("update, one and bulk");

    const changed = contact({ Last_Name: "Zażółć-O'Brien", Email: EMAIL.toUpperCase(), Mobile: "+1 602 555 0168" });
    const [done, same] = succeeded(await contacts.upsertRecords(body([changed], ["Email"]), headers), 200, "record updated");
    assert.equal(same, id);
    assert.equal(done.getAction().getValue(), "update");
    assert.equal(done.getDuplicateField(), "Email");
    const fresh = contact({ Last_Name: "Upserted", Email: "node.upsert@example.org" });
    const response = await contacts.upsertRecords(body([fresh], ["Email"]), headers);
    const [inserted, second] = succeeded(response, response.getStatusCode(), "record added");
    assert.equal(inserted.getAction().getValue(), "insert");
    assert.notEqual(second, id);
    passed("upsert");
    return [id, second];
}

async function find(contacts, id) {
    const { SearchRecordsParam, GetRecordsParam, ResponseWrapper } = zoho.Record;
    const search = async (parameter, value) =>
        contacts.searchRecords(await parameters([parameter, value]), new zoho.HeaderMap());
    for (const [parameter, value] of [
        [SearchRecordsParam.EMAIL, EMAIL],
        [SearchRecordsParam.PHONE, "6025550167"],
        [SearchRecordsParam.WORD, "zażółć"],
        [SearchRecordsParam.CRITERIA, `((Email:equals:${EMAIL})and(Title:starts_with:Gui))`],
    ]) {
        const found = answer(await search(parameter, value), 200, ResponseWrapper);
        assert.ok(found.getData().some((hit) => hit.getId() === id), value);
        assert.equal(found.getInfo().getMoreRecords(), false);
    }
    const nobody = await search(SearchRecordsParam.EMAIL, "nobody@example.net");
    assert.equal(nobody.getStatusCode(), 204);
    assert.equal(nobody.getObject(), null);
    passed("search");

    const page = await parameters([GetRecordsParam.FIELDS, "Last_Name,Email"], [GetRecordsParam.PER_PAGE, 5]);
    const listed = answer(await contacts.getRecords(page, new zoho.HeaderMap()), 200, ResponseWrapper);
    assert.equal(listed.getData().length, 5);
    assert.equal(listed.getInfo().getMoreRecords(), true);
    passed("list");

    const asked = `select Last_Name, Email, Title from Contacts where Email in ('${EMAIL}', 'x@example.org') limit 0, 10`;
    const rows = answer(await query(asked), 200, zoho.Coql.ResponseWrapper);
    assert.deepEqual(rows.getData().map((row) => row.getId()), [id]);
    assert.equal(rows.getData()[0].getKeyValue("Title"), "Guide");
    assert.equal(rows.getInfo().getCount(), 1);
    assert.equal((await query("select id from Contacts where Email = 'nobody@example.net'")).getStatusCode(), 204);
    passed("coql");
}

async function fail(contacts, id, second) {
    const headers = new zoho.HeaderMap();
    const create = (...records) => contacts.createRecords(body(records), headers);

    const twin = refused(await create(contact({ Last_Name: "Twin", Member_Code: "sdk-js-1" })), 400, "DUPLICATE_DATA");
    assert.equal(twin.get("api_name"), "Member_Code");
    assert.equal(twin.get("duplicate_record").getId(), id);
    passed("duplicate refused");

    const long = refused(await create(contact({ Last_Name: "x".repeat(81) })), 400, "INVALID_DATA");
    assert.equal(Number(long.get("maximum_length")), 80);
    const bad = refused(await create(contact({ Last_Name: "Example", Email: "not an address" })), 400, "INVALID_DATA");
    assert.equal(bad.get("api_name"), "Email");
    passed("invalid data refused");

    const mixed = await create(
        contact({ Last_Name: "Fine", Email: "node.fine@example.org" }), contact({ Last_Name: "y".repeat(81) }));
    const [fine, wrong] = answer(mixed, 207, zoho.Record.ActionWrapper).getData();
    assert.ok(fine instanceof zoho.Record.SuccessResponse && wrong instanceof zoho.Record.APIException);
    passed("mixed outcomes");

    const crowd = Array.from({ length: 101 }, (_, n) => contact({ Last_Name: `Crowd ${n}` }));
    const tooMany = answer(await create(...crowd), 400, zoho.Record.APIException);
    assert.equal(tooMany.getCode().getValue(), "LIMIT_EXCEEDED");
    passed("101 records refused");

    const since = new zoho.HeaderMap();
    await since.add(zoho.Record.GetRecordHeader.IF_MODIFIED_SINCE, new Date(Date.now() + 86_400_000));
    assert.equal((await contacts.getRecord(id, null, since)).getStatusCode(), 304);
    passed("if-modified-since");

    succeeded(await contacts.deleteRecord(second, null, headers), 200, "record deleted");
    const gone = await contacts.getRecord(second, null, headers);
    if (gone.getStatusCode() !== 204) {
        assert.equal(answer(gone, 400, zoho.Record.APIException).getCode().getValue(), "INVALID_DATA");
    }
    refused(await contacts.updateRecord(second, body([contact({ Title: "Nobody" })]), headers), 400, "INVALID_DATA");
    passed("not found");

    const refusal = async (text) => answer(await query(text), 400, zoho.Coql.APIException).getCode().getValue();
    assert.equal(await refusal("select id from Contacts where Email = "), "SYNTAX_ERROR");
    assert.equal(await refusal("select Nope from Contacts where Nope is not null"), "INVALID_QUERY");
    passed("coql refusals");
}

async function main() {
    const installed = createRequire(path.join(path.resolve(process.env.ASTRA_SDK_NODE_PATH ?? "."), "any.js"));
    zoho = await import(pathToFileURL(installed.resolve("@zohocrm/nodejs-sdk-8.0")).href);
    const sandbox = JSON.parse(process.argv[2] ?? fs.readFileSync(0, "utf8").split("\n")[0]);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "astra-zoho-sdk-"));
    try {
        const token = await initialize(sandbox, folder);
        await read(token);
        const contacts = new zoho.Record.RecordOperations("Contacts");
        const [id, second] = await write(contacts);
        await find(contacts, id);
        await fail(contacts, id, second);
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
    console.log("done");
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
