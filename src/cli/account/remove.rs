//! `astra-zoho account remove`: an account ends here and at Zoho.

use std::io::{BufRead, IsTerminal};

use super::{change_accounts, known_account};
use crate::cli::Context;
use crate::cli::out::{Failure, Out};
use crate::connect::{adopt, checkup};
use crate::domain::account::Account;
use crate::domain::text::visible;
use crate::ports::TokenStore;
use crate::store::Workspace;
use crate::zoho::Limits;
use crate::zoho::token::TokenEndpoint;

/// Runs the command. `editing` names an action that is open in the screen and uses the account there, saved or not.
pub async fn run(id: &str, yes: bool, editing: Option<&str>, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.unlocked()?;
    let account = known_account(&workspace, id)?;
    if account.is_sandbox() {
        return Err(Failure::usage("the sandbox is built in and cannot be removed: name another account"));
    }
    let actions = workspace.actions().map_err(|e| Failure::unreadable(&e))?;
    let saved = actions.iter().filter(|a| a.value.account == id).map(|a| a.value.id.clone());
    let users: Vec<String> = saved.chain(editing.map(|name| format!("{name} (open, not saved)"))).collect();
    if !yes {
        let used = format!("account `{id}` is used by {}", users.join(", "));
        let asks = std::io::stdin().is_terminal();
        let question = match users.is_empty() {
            true => format!("Remove account `{id}`, forget its secrets and end its tokens at Zoho?"),
            false => format!("{used}, which cannot run without it. Remove it?"),
        };
        if !asks || !agreed(&question, &mut context.out)? {
            return Err(Failure::new(
                1,
                match users.is_empty() {
                    true if asks => format!("account `{id}` was not removed"),
                    true => format!("account `{id}` was not removed: without a terminal to ask on, say --yes"),
                    false => {
                        format!("{used}: choose another account there first, or remove it all the same with --yes")
                    }
                },
            ));
        }
    }
    let tokens = workspace.tokens(id).map_err(|e| Failure::unreadable(&e))?;
    // what cannot be removed here is not ended at Zoho
    tokens.try_to_forget().map_err(|e| Failure::of(1, &e))?;
    workspace.try_to_save_accounts().map_err(|e| Failure::of(1, &e))?;
    match revoke(&workspace, &account, context).await {
        Ok(None) => {}
        Ok(Some(other)) => context.out.notice(&format!(
            "its tokens were not ended at Zoho: account `{}` holds the same, or has secrets that cannot be read",
            visible(&other)
        ))?,
        Err(why) => {
            let by_hand = "it is removed here all the same: end it yourself in your Zoho account, under Connected Apps";
            context.out.notice(&format!("its tokens could not be revoked at Zoho ({why}); {by_hand}"))?;
        }
    }
    change_accounts(&workspace, |accounts| {
        accounts.retain(|a| a.id != id);
        Ok(())
    })?;
    checkup::forget(&workspace, id);
    tokens.forget().map_err(|e| Failure::of(1, &e))?;
    context.out.line(&format!("removed account {} and forgot its secrets", visible(id)))?;
    Ok(())
}

/// Ends the refresh token at Zoho, and with it every token made of it; unless another account, whose id is given, lives by it.
async fn revoke(workspace: &Workspace, account: &Account, context: &Context) -> Result<Option<String>, String> {
    let tokens = workspace.tokens(&account.id).map_err(|e| e.to_string())?;
    let credentials = tokens.credentials().map_err(|e| e.to_string())?;
    if let Some(other) = adopt::holder(workspace, &credentials.refresh_token, Some(&account.id)) {
        return Ok(Some(other));
    }
    let endpoint = TokenEndpoint::new(account, &Limits::default()).map_err(|e| e.to_string())?;
    endpoint.revoke(&credentials.refresh_token, context.clock.now()).await.map_err(|e| e.to_string())?;
    Ok(None)
}

fn agreed(question: &str, out: &mut Out) -> Result<bool, Failure> {
    out.ask(&format!("{question} [y/N]"))?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
