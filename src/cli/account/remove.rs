//! `astra-zoho account remove`: an account ends here and at Zoho.

use std::io::{BufRead, IsTerminal, Write};

use super::{change_accounts, known_account};
use crate::cli::Context;
use crate::cli::out::Failure;
use crate::connect::checkup;
use crate::domain::account::Account;
use crate::domain::text::visible;
use crate::ports::TokenStore;
use crate::store::Workspace;
use crate::zoho::Limits;
use crate::zoho::token::TokenEndpoint;

/// Runs the command.
pub async fn run(id: &str, yes: bool, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.unlocked()?;
    let account = known_account(&workspace, id)?;
    if account.is_sandbox() {
        return Err(Failure::usage("the sandbox is built in and cannot be removed: name another account"));
    }
    let actions = workspace.actions().map_err(|e| Failure::unreadable(&e))?;
    let users: Vec<&str> = actions.iter().filter(|a| a.value.account == id).map(|a| a.value.id.as_str()).collect();
    if !users.is_empty() && !yes {
        let used = format!("account `{id}` is used by {}", users.join(", "));
        if !std::io::stdin().is_terminal() || !agreed(&format!("{used}, which cannot run without it. Remove it?"))? {
            let todo = "choose another account there first, or remove it all the same with --yes";
            return Err(Failure::new(1, format!("{used}: {todo}")));
        }
    }
    let tokens = workspace.tokens(id).map_err(|e| Failure::unreadable(&e))?;
    if let Err(why) = revoke(&workspace, &account, context).await {
        let by_hand = "it is removed here all the same: end it yourself in your Zoho account, under Connected Apps";
        context.out.notice(&format!("its tokens could not be revoked at Zoho ({why}); {by_hand}"))?;
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

/// Ends the refresh token at Zoho, and with it every token made of it.
async fn revoke(workspace: &Workspace, account: &Account, context: &Context) -> Result<(), String> {
    let tokens = workspace.tokens(&account.id).map_err(|e| e.to_string())?;
    let credentials = tokens.credentials().map_err(|e| e.to_string())?;
    let endpoint = TokenEndpoint::new(account, &Limits::default()).map_err(|e| e.to_string())?;
    endpoint.revoke(&credentials.refresh_token, context.clock.now()).await.map_err(|e| e.to_string())
}

fn agreed(question: &str) -> Result<bool, Failure> {
    let mut stderr = std::io::stderr();
    write!(stderr, "{} [y/N] ", visible(question))?;
    stderr.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
