//! Questions to Zoho: an account's fields, and whether its connection works.

use std::sync::Arc;

use jiff::Timestamp;

use super::Shared;
use crate::app::msg::{Connected, FieldList, Generation, Msg, Trouble};
use crate::connect::checkup::Checkup;
use crate::connect::{ConnectError, Link};
use crate::domain::account::Account;
use crate::domain::metadata::{KeptFields, is_old};
use crate::runtime::turn::News;
use crate::store::{Journal, Standing, Workspace};

/// An account's fields: those kept are told at once, and where they are old or `force` says so, Zoho is asked.
pub async fn fetch_fields(shared: Arc<Shared>, id: String, generation: Generation, force: bool) {
    let (workspace, account) = match known(&shared, &id) {
        Ok(known) => known,
        Err(trouble) => return tell(&shared, id, generation, Err(trouble)).await,
    };
    let kept = kept(&workspace, &id);
    if let Err(why) = shared.may_ask(&account) {
        let result = kept.map(|(at, kept)| list(kept, at, false)).ok_or(why);
        return tell(&shared, id, generation, result).await;
    }
    if let Some((at, kept)) = kept
        && !force
    {
        let old = is_old(at, shared.clock.now());
        tell(&shared, id.clone(), generation, Ok(list(kept, at, old))).await;
        if !old {
            return;
        }
    }
    let result = ask(&shared, &workspace, &account).await;
    tell(&shared, id, generation, result).await;
}

/// The fields that are kept of an account; where none are, the sandbox is asked: it is here.
pub async fn kept_fields(shared: Arc<Shared>, id: String, generation: Generation) {
    let list = match known(&shared, &id) {
        Ok((workspace, account)) => match kept(&workspace, &id) {
            Some((at, kept)) => Some(list(kept, at, false)),
            None if account.is_sandbox() && shared.may_ask(&account).is_ok() => {
                let told = ask(&shared, &workspace, &account).await;
                told.inspect_err(|why| tracing::debug!("the sandbox does not tell its fields: {}", why.message)).ok()
            }
            None => None,
        },
        Err(_) => None,
    };
    shared.say(News::Msg(Msg::KeptFields { account: id, generation, list: list.map(Box::new) })).await;
}

async fn tell(shared: &Shared, account: String, generation: Generation, result: Result<FieldList, Trouble>) {
    shared.say(News::Msg(Msg::Fields { account, generation, result })).await;
}

fn list(kept: KeptFields, fetched_at: Timestamp, followed: bool) -> FieldList {
    FieldList { changed: kept.changes(), fields: kept.fields, fetched_at, followed }
}

/// What Zoho says now; it is kept.
async fn ask(shared: &Shared, workspace: &Workspace, account: &Account) -> Result<FieldList, Trouble> {
    // whole milliseconds, as they are kept
    let now = shared.clock.now();
    let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    unlocked(workspace, account)?;
    let link = Link::open_to_look(workspace, account, Arc::clone(&shared.clock)).await.map_err(trouble)?;
    let fields = match link.confirm(link.patience()).await {
        Ok(()) => link.fields(true).await,
        Err(e) => Err(e),
    };
    link.close().await;
    let fields = fields.map_err(trouble)?;
    // read again: what changed may have been acknowledged while Zoho was asked
    let fields = match kept(workspace, &account.id) {
        Some((_, kept)) => kept.renewed(fields),
        None => KeptFields::new(fields),
    };
    keep(workspace, &account.id, now, &fields);
    Ok(list(fields, now, false))
}

/// Somebody has seen what changed about an account's fields; where other fields are kept by now, something else did.
pub fn acknowledge(shared: &Shared, account: &str, fetched_at: Timestamp) {
    let Ok(workspace) = shared.workspace() else { return };
    if let Some((at, fields)) = kept(&workspace, account).filter(|(at, _)| *at == fetched_at) {
        keep(&workspace, account, at, &fields.acknowledged());
    }
}

fn kept(workspace: &Workspace, account: &str) -> Option<(Timestamp, KeptFields)> {
    let journal = Journal::open(&workspace.state_db()).map_err(not_kept).ok()?;
    let (at, body) = journal.kept_fields(account).map_err(not_kept).ok()??;
    // what an older version kept is the list alone; what yet another version kept is asked for again
    let fields = serde_json::from_str(&body).or_else(|_| serde_json::from_str(&body).map(KeptFields::new));
    Some((at, fields.map_err(not_kept).ok()?))
}

fn keep(workspace: &Workspace, account: &str, at: Timestamp, fields: &KeptFields) {
    let kept = || -> Result<(), Box<dyn std::error::Error>> {
        let body = serde_json::to_string(fields)?;
        Ok(Journal::open(&workspace.state_db())?.keep_fields(account, at, &body)?)
    };
    if let Err(e) = kept() {
        not_kept(e);
    }
}

fn not_kept(why: impl std::fmt::Display) {
    tracing::debug!("fields are not kept: {why}");
}

/// Whether an account's connection works, and what it says of itself.
pub async fn test(shared: Arc<Shared>, account: String, generation: Generation) {
    let result = look(&shared, &account).await.map(Box::new);
    shared.say(News::Msg(Msg::AccountTested { account, generation, result })).await;
}

async fn look(shared: &Shared, id: &str) -> Result<Connected, Trouble> {
    let (workspace, account) = known(shared, id)?;
    shared.may_ask(&account)?;
    unlocked(&workspace, &account)?;
    let Checkup { account, health, unkept } = Checkup::of(&workspace, &account, Arc::clone(&shared.clock)).await;
    if let Some(why) = unkept {
        tracing::warn!("{why}");
    }
    Ok(Connected { account, health })
}

/// Its secrets can be opened, as far as a passphrase is needed for that.
fn unlocked(workspace: &Workspace, account: &Account) -> Result<(), Trouble> {
    let standing = workspace.tokens(&account.id).map(|tokens| tokens.standing());
    if account.is_sandbox() || !matches!(standing, Ok(Standing::Locked)) {
        return Ok(());
    }
    let message = format!(
        "account {}: its secrets are locked; test the account (Account pane), which asks for the passphrase",
        account.id
    );
    Err(Trouble { code: Trouble::LOCKED.into(), message })
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
        ConnectError::Silent { .. } => "timeout".into(),
        ConnectError::Sandbox(_) | ConnectError::Workspace(_) | ConnectError::OtherOrganisation(_) => {
            "config_invalid".into()
        }
    };
    Trouble { code, message: error.to_string() }
}
