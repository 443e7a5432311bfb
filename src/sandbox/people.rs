//! The organisation and its users: `/org`, `/users`, and the owner of a contact.
//!
//! Owns who works at the made-up company. Must not know contacts.

use super::limits::Edition;
use super::record::zoho_time;
use serde_json::{Value, json};

/// When the organisation was founded: 2025-01-02 09:00 in its own time zone, in seconds since 1970.
const FOUNDED_S: i64 = 1_735_833_600;

/// A user of the organisation.
#[derive(Debug)]
pub(super) struct User {
    pub id: &'static str,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub email: &'static str,
    pub active: bool,
    pub confirmed: bool,
    pub admin: bool,
    zuid: &'static str,
}

/// Everybody; the first is the one whose tokens the sandbox gives.
pub(super) const USERS: [User; 4] = [
    User {
        id: "5551234000000411001",
        first_name: "Sam",
        last_name: "Owner",
        email: "sam.owner@acme-outdoor.example",
        active: true,
        confirmed: true,
        admin: true,
        zuid: "700000001",
    },
    User {
        id: "5551234000000411013",
        first_name: "Priya",
        last_name: "Raman",
        email: "priya.raman@acme-outdoor.example",
        active: true,
        confirmed: true,
        admin: false,
        zuid: "700000002",
    },
    User {
        id: "5551234000000411025",
        first_name: "Luis",
        last_name: "Ortega",
        email: "luis.ortega@acme-outdoor.example",
        active: true,
        confirmed: false,
        admin: false,
        zuid: "700000003",
    },
    User {
        id: "5551234000000411037",
        first_name: "Dana",
        last_name: "Wu",
        email: "dana.wu@acme-outdoor.example",
        active: false,
        confirmed: true,
        admin: false,
        zuid: "700000004",
    },
];

/// The user whose tokens the sandbox gives.
pub(super) fn current() -> &'static User {
    &USERS[0]
}

/// A colleague who edits records behind the client's back.
pub(super) fn colleague() -> &'static User {
    &USERS[1]
}

pub(super) fn by_id(id: &str) -> Option<&'static User> {
    USERS.iter().find(|user| user.id == id)
}

impl User {
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// As `Created_By` and `Modified_By` of a result.
    pub fn short(&self) -> Value {
        json!({"name": self.full_name(), "id": self.id})
    }

    /// As `Owner` and the like of a record.
    pub fn minified(&self) -> Value {
        json!({"name": self.full_name(), "id": self.id, "email": self.email})
    }

    fn body(&self) -> Value {
        let (role, profile) = if self.admin {
            (("CEO", "5551234000000026005"), ("Administrator", "5551234000000026011"))
        } else {
            (("Manager", "5551234000000026008"), ("Standard", "5551234000000026014"))
        };
        let founded = zoho_time(FOUNDED_S);
        let mut body = json!({
            "role": {"name": role.0, "id": role.1}, "profile": {"name": profile.0, "id": profile.1}, "id": self.id,
            "first_name": self.first_name, "last_name": self.last_name, "full_name": self.full_name(),
            "email": self.email, "status": if self.active { "active" } else { "disabled" }, "confirm": self.confirmed,
            "type__s": "Regular User", "zuid": self.zuid, "created_time": founded, "Modified_Time": founded,
            "created_by": current().short(), "Modified_By": current().short(),
        });
        let settings = json!({
            "locale": "en_US", "country_locale": "en_US", "language": "en_US", "time_zone": TIME_ZONE,
            "time_format": "hh:mm a", "date_format": "MMM d, yyyy", "decimal_separator": "Period",
            "$current_shift": null, "$next_shift": null, "$shift_effective_from": null, "Reporting_To": null,
            "alias": null, "phone": null, "microsoft": false, "sandboxDeveloper": false, "status_reason__s": null,
        });
        if let (Some(body), Value::Object(settings)) = (body.as_object_mut(), settings) {
            body.extend(settings);
        }
        body
    }
}

/// Arizona has no summer time: one offset all year, so the sandbox needs no time zone database.
const TIME_ZONE: &str = "America/Phoenix";

/// The body of `/users`; `None` for a `type` that Zoho does not know.
pub(super) fn users(kind: &str) -> Option<Value> {
    let chosen: fn(&User) -> bool = match kind {
        "AllUsers" => |_| true,
        "ActiveUsers" => |user| user.active,
        "DeactiveUsers" => |user| !user.active,
        "ConfirmedUsers" => |user| user.confirmed,
        "NotConfirmedUsers" => |user| !user.confirmed,
        "DeletedUsers" => |_| false,
        "ActiveConfirmedUsers" => |user| user.active && user.confirmed,
        "AdminUsers" => |user| user.admin,
        "ActiveConfirmedAdmins" => |user| user.active && user.confirmed && user.admin,
        "CurrentUser" => |user| user.id == current().id,
        _ => return None,
    };
    let users: Vec<Value> = USERS.iter().filter(|user| chosen(user)).map(User::body).collect();
    let count = users.len();
    Some(json!({"users": users, "info": {"per_page": 200, "count": count, "page": 1, "more_records": false}}))
}

/// The body of `/users/{id}`.
pub(super) fn one_user(id: &str) -> Option<Value> {
    by_id(id).map(|user| json!({"users": [user.body()]}))
}

/// The body of `/settings/modules/{name}`: the user whose tokens the sandbox gives is an administrator, who may do all.
pub(super) fn module(name: &str) -> Value {
    let singular = name.strip_suffix('s').unwrap_or(name);
    json!({"modules": [{
        "api_name": name, "module_name": name, "singular_label": singular, "plural_label": name, "status": "visible",
        "generated_type": "default", "visibility": 1, "api_supported": true, "viewable": true, "creatable": true,
        "editable": true, "deletable": true, "convertable": false, "global_search_supported": true,
        "profiles": [
            {"name": "Administrator", "id": "5551234000000026011"}, {"name": "Standard", "id": "5551234000000026014"}],
        "web_link": null, "parent_module": {}, "arguments": [],
    }]})
}

/// The body of `/org`.
pub(super) fn organisation(zgid: &str, edition: Edition, licences: u32) -> Value {
    json!({"org": [{
        "country": "US", "hierarchy_preferences": {"type": "Role_Hierarchy", "strictly_reporting": false},
        "photo_id": null, "city": "Phoenix", "description": null, "mc_status": false, "gapps_enabled": false,
        "lite_users_enabled": false, "translation_enabled": false, "street": "1200 Saguaro Trail", "alias": null,
        "currency": "US Dollar - USD", "id": format!("5551234{zgid:0>12}"), "state": "Arizona", "fax": null,
        "employee_count": licences.to_string(), "zip": "85004", "website": "https://acme-outdoor.example",
        "currency_symbol": "$", "mobile": null, "currency_locale": "en_US", "primary_zuid": current().zuid,
        "zia_portal_id": null, "time_zone": TIME_ZONE, "zgid": zgid, "country_code": "US",
        "license_details": {
            "paid_expiry": null, "users_license_purchased": licences, "trial_type": null, "trial_expiry": null,
            "paid": edition != Edition::Free, "paid_type": edition.paid_type(), "portal_users_license_purchased": 0},
        "phone": "+1 602 555 0100", "company_name": "Acme Outdoor", "privacy_settings": false,
        "primary_email": current().email, "hipaa_compliance_enabled": false, "iso_code": "USD",
        "deletable_org_account": false, "domain_name": format!("org{zgid}"), "created_time": zoho_time(FOUNDED_S),
        "type": "Production", "max_per_page": 200, "oauth_presence": false,
    }]})
}
