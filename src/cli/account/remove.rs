//! `astra-zoho account remove`: an account ends here and at Zoho.

use std::io::{BufRead, IsTerminal};

use super::{change_accounts, known_account};
use crate::cli::Context;
use crate::cli::out::{Failure, Out};
use crate::connect::{adopt, checkup};
use crate::domain::account::Account;
use crate::domain::text::visible;
use crate::ports::{Credentials, TokenStore};
use crate::store::{Standing, Workspace, variable_part};
use crate::zoho::Limits;
use crate::zoho::token::TokenEndpoint;

/// What the operator said beforehand.
pub struct Said<'a> {
    /// Nothing is asked.
    pub yes: bool,
    /// Secrets that cannot be read are forgotten all the same.
    pub anyway: bool,
    /// An action that is open in the screen and uses the account there, saved or not.
    pub editing: Option<&'a str>,
}

/// Runs the command.
pub async fn run(id: &str, said: Said<'_>, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.unlocked()?;
    let account = known_account(&workspace, id)?;
    if account.is_sandbox() {
        return Err(Failure::usage("the sandbox is built in and cannot be removed: name another account"));
    }
    let actions = workspace.actions().map_err(|e| Failure::unreadable(&e))?;
    let saved = actions.iter().filter(|a| a.value.account == id).map(|a| a.value.id.clone());
    let users: Vec<String> = saved.chain(said.editing.map(|name| format!("{name} (open, not saved)"))).collect();
    let tokens = workspace.tokens(id).map_err(|e| Failure::unreadable(&e))?;
    let held = match (tokens.credentials(), tokens.standing()) {
        (Ok(credentials), _) => Held::Credentials(credentials),
        (Err(_), Standing::Missing) => Held::Nothing,
        (Err(e), _) => Held::Unread(e.to_string()),
    };
    let asks = std::io::stdin().is_terminal();
    if !said.yes {
        let used = format!("account `{id}` is used by {}", users.join(", "));
        let ends = match held {
            Held::Credentials(_) => ", forget its secrets and end its tokens at Zoho",
            Held::Nothing | Held::Unread(_) => " and forget its secrets",
        };
        let question = match users.is_empty() {
            true => format!("Remove account `{id}`{ends}?"),
            false => format!("{used}, which cannot run without it. Remove it{ends}?"),
        };
        if !asks || !agreed(&question, &mut context.out)? {
            return Err(Failure::new(
                1,
                match users.is_empty() {
                    true if asks => format!("account `{id}` was not removed"),
                    true => format!("account `{id}` was not removed: without a terminal to ask on, say --yes"),
                    false => {
                        format!(
                            "{used}: choose another account there first, or remove it all the same with --yes, which also ends its tokens at Zoho"
                        )
                    }
                },
            ));
        }
    }
    if let Held::Unread(why) = &held
        && !said.anyway
    {
        let question = format!(
            "{why}. Until then its tokens cannot be ended at Zoho. Forget its secrets all the same, and let them live on there?"
        );
        if said.yes || !asks || !agreed(&question, &mut context.out)? {
            return Err(Failure::new(
                1,
                format!(
                    "account `{id}` was not removed: {why}; do that first, or say --anyway to forget its secrets unread, whose tokens then live on at Zoho"
                ),
            ));
        }
    }
    // what cannot be removed here is not ended at Zoho
    tokens.try_to_forget().map_err(|e| Failure::of(1, &e))?;
    workspace.try_to_save_accounts().map_err(|e| Failure::of(1, &e))?;
    if let Some(told) = ended(&workspace, &account, held, context).await {
        context.out.notice(&told)?;
    }
    if tokens.are_of_environment() {
        context.out.notice(&format!(
            "the variables ASTRA_ZOHO_..._{} are still in the environment: take them out of it",
            variable_part(id)
        ))?;
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

/// What this machine has of an account.
enum Held {
    /// All that it takes to end its tokens.
    Credentials(Credentials),
    /// None: there is nothing to end from here.
    Nothing,
    /// Something that cannot be read, and why, with what to do.
    Unread(String),
}

/// Ends the refresh token at Zoho, and with it every token made of it; unless another account lives by it. What is to be
/// said of tokens that live on.
async fn ended(workspace: &Workspace, account: &Account, held: Held, context: &Context) -> Option<String> {
    let why = match held {
        Held::Credentials(credentials) => {
            if let Some(other) = adopt::holder(workspace, &credentials.refresh_token, Some(&account.id)) {
                return Some(format!(
                    "its tokens were not ended at Zoho: account `{}` holds the same, or has secrets that cannot be read",
                    visible(&other)
                ));
            }
            let revoked = async {
                let endpoint = TokenEndpoint::new(account, &Limits::default())?;
                endpoint.revoke(&credentials.refresh_token, context.clock.now()).await
            };
            format!("its tokens could not be revoked at Zoho ({})", revoked.await.err()?)
        }
        Held::Nothing => "this machine had no tokens of it to end at Zoho".to_owned(),
        Held::Unread(_) => "its tokens, which could not be read, were not ended at Zoho".to_owned(),
    };
    Some(match adopt::of_the_same_client(workspace, account) {
        // Zoho lists a client once, whatever lives by it
        Some(other) => format!(
            "{why}; it is removed here all the same. End nothing by hand: account `{}` is of the same client and may live by the same tokens",
            visible(&other)
        ),
        None => format!(
            "{why}; it is removed here all the same: end it yourself in your Zoho account, under Connected Apps, unless another machine lives by it"
        ),
    })
}

fn agreed(question: &str, out: &mut Out) -> Result<bool, Failure> {
    out.ask(&format!("{question} [y/N]"))?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
