//! Questions to Zoho: an account's fields, and whether its connection works.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Shared;
use crate::app::msg::{Connected, FieldChange, FieldList, Generation, Msg, Trouble};
use crate::connect::{ConnectError, Link};
use crate::domain::account::Account;
use crate::domain::field::{Mappability, NotMappable, ZohoField};
use crate::ports::{Cost, CrmError};
use crate::runtime::turn::News;
use crate::store::{Journal, SaveError, Workspace};

/// Fields asked for within this time are not asked for again; the age is shown, and one key asks.
const YOUNG: SignedDuration = SignedDuration::from_hours(24);

/// An account's fields: those kept where they are young enough, else Zoho's.
pub async fn fetch_fields(shared: Arc<Shared>, account: String, generation: Generation, force: bool) {
    let result = fields(&shared, &account, force).await;
    shared.say(News::Msg(Msg::Fields { account, generation, result })).await;
}

async fn fields(shared: &Shared, id: &str, force: bool) -> Result<FieldList, Trouble> {
    let (workspace, account) = known(shared, id)?;
    let journal = match Journal::open(&workspace.state_db()) {
        Ok(journal) => Some(journal),
        Err(e) => {
            tracing::debug!("fields are not kept: {e}");
            None
        }
    };
    let kept = journal.as_ref().and_then(|j| kept(j, id));
    if let Err(why) = shared.may_ask(&account) {
        let (fetched_at, fields) = kept.ok_or(why)?;
        return Ok(FieldList { fields, fetched_at, changed: Vec::new() });
    }
    // whole milliseconds, as they are kept
    let now = shared.clock.now();
    let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    if let Some((fetched_at, fields)) = &kept
        && !force
        && now.duration_since(*fetched_at) < YOUNG
    {
        return Ok(FieldList { fields: fields.clone(), fetched_at: *fetched_at, changed: Vec::new() });
    }
    let link = Link::open_to_look(&workspace, &account, Arc::clone(&shared.clock)).await.map_err(trouble)?;
    let fields = link.fields(true).await;
    link.close().await;
    let fields = fields.map_err(trouble)?;
    if let Some(journal) = &journal {
        let body = serde_json::to_string(&fields).map_err(|e| e.to_string());
        let keep = |body: String| journal.keep_fields(id, now, &body).map_err(|e| e.to_string());
        if let Err(e) = body.and_then(keep) {
            tracing::debug!("fields are not kept: {e}");
        }
    }
    let changed = kept.map(|(_, before)| changes(&before, &fields)).unwrap_or_default();
    Ok(FieldList { fields, fetched_at: now, changed })
}

fn kept(journal: &Journal, account: &str) -> Option<(Timestamp, Vec<ZohoField>)> {
    let (at, body) = journal.kept_fields(account).ok()??;
    // what another version kept is asked for again
    Some((at, serde_json::from_str(&body).ok()?))
}

/// Whether an account's connection works, and what it says of itself.
pub async fn test(shared: Arc<Shared>, account: String, generation: Generation) {
    let result = probe(&shared, &account).await.map(Box::new);
    shared.say(News::Msg(Msg::AccountTested { account, generation, result })).await;
}

async fn probe(shared: &Shared, id: &str) -> Result<Connected, Trouble> {
    let (workspace, mut account) = known(shared, id)?;
    shared.may_ask(&account)?;
    let link = Link::open(&workspace, &account, Arc::clone(&shared.clock)).await.map_err(trouble)?;
    let connection = link.client.probe(link.little_patience(), &mut Cost::default()).await;
    link.close().await;
    if let Some(error) = connection.error() {
        return Err(refused(error));
    }
    let before = account.clone();
    account.learn(connection.organisation.ok(), connection.user.ok());
    if account != before && !account.is_sandbox() {
        remember(&workspace, &account);
    }
    Ok(Connected { account, checked_at: shared.clock.now() })
}

/// What Zoho said of itself goes into the accounts' file; that it cannot is no failure of the test.
fn remember(workspace: &Workspace, learnt: &Account) {
    let keep = || -> Result<(), SaveError<Vec<Account>>> {
        let read = workspace.accounts()?;
        let mut accounts = read.value.clone();
        for a in accounts.iter_mut().filter(|a| a.id == learnt.id) {
            a.learn(learnt.organisation.clone(), learnt.user.clone());
        }
        workspace.save_accounts(&read, &accounts).map(drop)
    };
    if let Err(e) = keep() {
        tracing::warn!("organisation and user could not be kept: {e}");
    }
}

fn known(shared: &Shared, id: &str) -> Result<(Workspace, Account), Trouble> {
    let invalid = |message: String| Trouble { code: "config_invalid".into(), message };
    let workspace = shared.workspace().map_err(|e| invalid(e.to_string()))?;
    let accounts = workspace.accounts().map_err(|e| invalid(e.to_string()))?.value;
    match accounts.into_iter().find(|a| a.id == id) {
        Some(account) => Ok((workspace, account)),
        None => Err(invalid(format!("there is no account `{id}` any more: choose another one"))),
    }
}

fn trouble(error: ConnectError) -> Trouble {
    let code = match &error {
        ConnectError::Zoho { source, .. } => source.code.clone(),
        ConnectError::Sandbox(_) | ConnectError::Workspace(_) => "config_invalid".into(),
    };
    Trouble { code, message: error.to_string() }
}

fn refused(error: &CrmError) -> Trouble {
    Trouble { code: error.code.clone(), message: error.message.clone() }
}

/// What is different about fields that matter to a mapping.
fn changes(before: &[ZohoField], now: &[ZohoField]) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for old in before {
        let what = match now.iter().find(|f| f.api_name == old.api_name) {
            None => Some("is gone".to_owned()),
            Some(new) => became(old, new),
        };
        changes.extend(what.map(|what| FieldChange { api_name: old.api_name.clone(), what }));
    }
    let mandatory = |f: &&ZohoField| f.mandatory && !before.iter().any(|old| old.api_name == f.api_name);
    changes.extend(
        now.iter().filter(mandatory).map(|f| FieldChange {
            api_name: f.api_name.clone(),
            what: "is new, and Zoho demands a value for it".into(),
        }),
    );
    changes
}

fn became(old: &ZohoField, new: &ZohoField) -> Option<String> {
    if old.data_type != new.data_type {
        return Some(format!("is of type {} now, no longer {}", new.data_type, old.data_type));
    }
    match (old.mappability(), new.mappability()) {
        (Mappability::Mappable { .. }, Mappability::Not(why)) => {
            return Some(match why {
                NotMappable::ReadOnly => "is read-only now".into(),
                other => format!("can no longer be mapped: {other}"),
            });
        }
        (Mappability::Not(_), Mappability::Mappable { .. }) => return Some("can be mapped now".into()),
        _ => {}
    }
    match (old.length, new.length) {
        (Some(was), Some(is)) if is < was => return Some(format!("takes {is} characters now, no longer {was}")),
        _ => {}
    }
    (new.mandatory && !old.mandatory).then(|| "must have a value now".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_changed_about_fields_is_told_in_words() {
        let dir = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(Some(dir.path().to_owned())).unwrap();
        let clock = Arc::new(crate::ports::WallClock);
        let link = Link::open_to_look(&workspace, &Account::sandbox(), clock).await.unwrap();
        let now = link.fields(true).await.unwrap();
        link.close().await;
        let mut before = now.clone();
        assert_eq!(changes(&before, &now), []);
        let field = |fields: &mut Vec<ZohoField>, name: &str| fields.iter().position(|f| f.api_name == name).unwrap();
        let phone = field(&mut before, "Phone");
        before[phone].length = Some(500);
        let city = field(&mut before, "Mailing_City");
        before[city].data_type = "picklist".into();
        let last = field(&mut before, "Last_Name");
        before[last].mandatory = false;
        before.push(ZohoField { api_name: "Old".into(), ..before[phone].clone() });
        let told: Vec<String> =
            changes(&before, &now).into_iter().map(|c| format!("{} {}", c.api_name, c.what)).collect();
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.iter().any(|t| t == "Old is gone"), "{told:?}");
        assert!(told.iter().any(|t| t == "Mailing_City is of type text now, no longer picklist"), "{told:?}");
        assert!(told.iter().any(|t| t.starts_with("Phone takes ") && t.ends_with("no longer 500")), "{told:?}");
        assert!(told.iter().any(|t| t == "Last_Name must have a value now"), "{told:?}");
    }
}
