//! What follows a consent: Zoho is asked who is there, the answer is told, and account and secrets are kept.

use std::sync::Arc;

use super::add::cancelled;
use super::keyboard::Keyboard;
use super::readable_accounts;
use super::ways::stopped;
use crate::cli::Context;
use crate::cli::out::{Failure, Role};
use crate::cli::progress::while_waiting;
use crate::connect::adopt::{Lent, Met, Name, meet};
use crate::connect::checkup;
use crate::connect::connecting::Consented;
use crate::domain::account::Account;
use crate::domain::health::ConnectionState;
use crate::domain::scope::{Standing, lacks};
use crate::domain::text::visible;
use crate::live::sqlite::SqliteQueue;
use crate::store::{Workspace, variable_part};
use crate::zoho::{Connection, data_centre};

/// Where the consent goes.
pub struct Place {
    /// The account's id.
    pub id: String,
    /// What people see.
    pub label: String,
    /// The account of this id that is there already.
    pub replaces: Option<Account>,
    /// It is added although its organisation is connected already.
    pub another: bool,
    /// It is taken although the connection that it replaces has more of the needed scopes.
    pub fewer_scopes: bool,
}

/// Asks, tells, keeps. What is not kept is given back.
pub async fn settle(
    workspace: &Workspace,
    context: &mut Context,
    keyboard: Option<Keyboard>,
    consented: Consented,
    place: Place,
) -> Result<(), Failure> {
    let lent = Lent::of(&place.id, &consented);
    let (met, replace) = match kept(workspace, context, keyboard, consented, place).await {
        Ok(kept) => kept,
        Err(failure) => {
            give_back(workspace, context, &lent).await?;
            return Err(failure);
        }
    };
    if replace {
        wake(workspace, &met.account.id).await;
    }
    let id = visible(&met.account.id).into_owned();
    checkup::remember(workspace, &met.account.id, &met.connection, &met.scopes, context.clock.now());
    if let Some(why) = met.stops_runs() {
        return Err(kept_but(&id, &why));
    }
    if let Some(failure) = not_reached(&id, &met.connection) {
        return Err(failure);
    }
    let done = if replace { "connected again; its mappings are as they were" } else { "connected" };
    context.out.line(&format!("account {} is {done}", context.out.styled(Role::Strong, &id)))?;
    if met.connection.error().is_some() {
        context.out.notice(&not_all(&id))?;
    }
    tell_of_environment(workspace, context, &met.account.id)
}

/// Where the environment gives an account's credentials, what is connected changes nothing yet: that is said.
pub fn tell_of_environment(workspace: &Workspace, context: &mut Context, id: &str) -> Result<(), Failure> {
    if workspace.tokens(id).is_ok_and(|tokens| tokens.are_of_environment()) {
        context.out.notice(&format!(
            "account {id}: the variables ASTRA_ZOHO_..._{} of the environment come first, so what is connected here changes nothing until they are unset",
            variable_part(id)
        ))?;
    }
    Ok(())
}

/// The consent, kept, and whether for an account that was there already.
///
/// # Errors
/// It is not kept.
async fn kept(
    workspace: &Workspace,
    context: &mut Context,
    mut keyboard: Option<Keyboard>,
    consented: Consented,
    place: Place,
) -> Result<(Met, bool), Failure> {
    let name = Name { id: place.id, label: place.label };
    let stopped = stopped()?;
    let asked =
        while_waiting(&context.out, "asking Zoho who is there", meet(name, consented, Arc::clone(&context.clock)));
    let mut met = tokio::select! {
        met = asked => met.map_err(|e| Failure::of(1, &e))?,
        () = stopped => return Err(cancelled(place.replaces.is_some())),
    };
    if let Some(why) = place.replaces.as_ref().and_then(|existing| met.does_not_fit(existing)) {
        return Err(Failure::new(1, why));
    }
    if let Some(refused) = met.refused() {
        let what = if place.replaces.is_some() { "changed" } else { "kept" };
        return Err(Failure::new(1, format!("nothing was {what}: {}", refused.message)));
    }
    tell(context, &met)?;
    let mut replaced = place.replaces;
    if replaced.is_none()
        && !place.another
        && let Some(twin) = met.twin(&readable_accounts(workspace)?.value)
    {
        let twin = twin.clone();
        met.count(workspace, &twin.id);
        if !wants_the_twin(context, keyboard.as_mut(), &twin).await? {
            let why = format!(
                "the organisation is connected already as `{id}`: nothing was added; use `{id}`, or renew it with `astra-zoho account reconnect {id}`",
                id = twin.id
            );
            return Err(Failure::new(1, why));
        }
        replaced = Some(twin);
    }
    if let Some(existing) = &replaced {
        met.becomes(existing);
        met.count(workspace, &existing.id);
        let lost: Vec<String> = met.loses(workspace, existing).iter().map(ToString::to_string).collect();
        if !lost.is_empty() && !place.fewer_scopes && !wants_fewer(context, keyboard.as_mut(), existing, &lost).await? {
            return Err(Failure::new(
                1,
                format!(
                    "account `{}` stays connected as it was, since it has more than this consent: {}; grant all scopes, or take it all the same with --fewer-scopes",
                    existing.id,
                    lost.join("; ")
                ),
            ));
        }
    }
    met.keep(workspace, replaced.is_some())?;
    met.count(workspace, &met.account.id);
    Ok((met, replaced.is_some()))
}

/// Gives a consent back that is not kept; where that fails it is said, and what to do.
pub async fn give_back(workspace: &Workspace, context: &mut Context, lent: &Lent) -> Result<(), Failure> {
    if let Err(e) = lent.give_back(workspace, context.clock.as_ref()).await {
        context.out.notice(&format!(
            "the access that Zoho gave could not be taken back ({e}): end it yourself in your Zoho account, under Connected Apps"
        ))?;
    }
    Ok(())
}

/// Live runs that wait for the account, in this workspace or in its database, are made at once.
async fn wake(workspace: &Workspace, account: &str) {
    let woken = async || -> Result<(), Box<dyn std::error::Error>> {
        let actions = workspace.actions()?;
        let its: Vec<String> = actions.into_iter().filter(|a| a.value.account == account).map(|a| a.value.id).collect();
        match crate::live::database::of(None, workspace)? {
            #[cfg(feature = "postgres")]
            Some(address) => Ok(crate::live::postgres::Postgres::look(&address).await?.wake(account, &its).await?),
            #[cfg(not(feature = "postgres"))]
            Some(none) => match none {},
            None if workspace.live_db().exists() => Ok(SqliteQueue::open(&workspace.live_db())?.wake(account, &its)?),
            None => Ok(()),
        }
    };
    if let Err(error) = woken().await {
        // they go on by themselves, a quarter of an hour later at most
        tracing::debug!(%error, "the runs that wait for account {account} could not be woken");
    }
}

/// Actions can run, but something else does not work.
pub fn not_all(id: &str) -> String {
    format!("not all of it works yet: `astra-zoho account test {id}` tries it again")
}

/// The account is kept and actions can run, but Zoho could not be asked for all of it.
pub fn not_reached(id: &str, connection: &Connection) -> Option<Failure> {
    let error = connection.error().filter(|_| connection.state() == ConnectionState::Unreachable)?;
    let what = error.message.rsplit_once("; ").map_or(error.message.as_str(), |(what, _)| what);
    let why = format!("account {id} is connected, but not all of it works yet: {what}");
    Some(Failure::new(1, format!("{why}; `astra-zoho account test {id}` tries it again")))
}

/// The account is kept, but no action can run with it as it is.
pub fn kept_but(id: &str, why: &str) -> Failure {
    let what = why.rsplit_once("; ").map_or(why, |(what, _)| what);
    Failure::new(
        1,
        format!(
            "account {id} was kept, but no action can run yet: {what}; `astra-zoho account test {id}` tries it again and says what to do"
        ),
    )
}

/// The operator lets the account that is there already have the consent.
async fn wants_the_twin(
    context: &mut Context,
    keyboard: Option<&mut Keyboard>,
    twin: &Account,
) -> Result<bool, Failure> {
    let question =
        format!("This organisation is connected already as `{}`. Reconnect that one instead [Y/n]", visible(&twin.id));
    agreed(context, keyboard, &question, true).await
}

/// The operator takes less than there is.
async fn wants_fewer(
    context: &mut Context,
    keyboard: Option<&mut Keyboard>,
    existing: &Account,
    lost: &[String],
) -> Result<bool, Failure> {
    let id = visible(&existing.id);
    let question =
        format!("The connection of `{id}`, which works, has more: {}. Replace it all the same [y/N]", lost.join("; "));
    agreed(context, keyboard, &question, false).await
}

/// What is answered; without a terminal no.
async fn agreed(
    context: &mut Context,
    keyboard: Option<&mut Keyboard>,
    question: &str,
    usual: bool,
) -> Result<bool, Failure> {
    let Some(keyboard) = keyboard else { return Ok(false) };
    let stopped = stopped()?;
    tokio::select! {
        answer = keyboard.ask(&mut context.out, question) => {
            Ok(answer?.is_some_and(|a| match a.to_ascii_lowercase().as_str() {
                "" => usual,
                answer => matches!(answer, "y" | "yes"),
            }))
        }
        () = stopped => Ok(false),
    }
}

fn tell(context: &mut Context, met: &Met) -> Result<(), Failure> {
    let account = &met.account;
    let out = &mut context.out;
    let mut lines: Vec<(&str, Role, String)> = Vec::new();
    match &met.connection.organisation {
        Ok(o) => {
            lines.push(("organisation", Role::Plain, format!("{} ({})", o.name, o.id)));
            lines.push(("edition", Role::Plain, o.edition.clone().unwrap_or_else(|| "not told".to_owned())));
        }
        Err(e) => lines.push(("organisation", Role::Bad, format!("not known: {}", e.message))),
    }
    match &met.connection.user {
        Ok(user) => lines.push(("user", Role::Plain, user.clone())),
        Err(e) => lines.push(("user", Role::Bad, format!("not known: {}", e.message))),
    }
    let centre = account.data_center.as_deref().and_then(data_centre::find);
    let at = match centre {
        Some(centre) => format!("{}, {} ({})", centre.code, centre.name, account.api_url),
        None => format!("none of Zoho's ({})", account.api_url),
    };
    lines.push(("data centre", Role::Plain, at));
    let standing = |wanted: Standing| met.scopes.iter().filter(move |(_, s)| *s == wanted).map(|(need, _)| need);
    let not_told: Vec<&str> = standing(Standing::NotTold).map(|need| need.scope).collect();
    let told = if met.scopes_told { account.scopes.join(" ") } else { "not told by Zoho; tried instead".to_owned() };
    lines.push(("scopes", Role::Plain, told));
    let lacks = lacks(&met.scopes);
    let refused = met.connection.error().is_some_and(|e| e.code == "missing_scope");
    if lacks.iter().all(|lack| lack.spare) && not_told.is_empty() && !refused {
        lines.push(("", Role::Good, "nothing that is needed is missing".to_owned()));
    }
    for lack in lacks {
        lines.push(("", if lack.spare { Role::Doubtful } else { Role::Bad }, lack.to_string()));
    }
    if !not_told.is_empty() {
        lines.push(("", Role::Doubtful, format!("not known: {}", not_told.join(" "))));
    }
    for (what, role, text) in lines {
        let text = out.styled(role, &visible(&text));
        out.line_at(format!("{what:<14}{text}").trim_end(), 14)?;
    }
    Ok(())
}
