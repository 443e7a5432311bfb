//! `astra-zoho secrets`: whether the accounts' secrets are encrypted at rest, and making them so.

use clap::Subcommand;

use super::Context;
use super::out::{Failure, Role};
use super::passphrase::{wanted, with_wanted};
use crate::domain::text::visible;
use crate::domain::words::plural;
use crate::ports::SecretsError;
use crate::store::{ITERATIONS, PASSPHRASE, PASSPHRASE_FILE};

/// Encrypt the accounts' secrets with a passphrase, or decrypt them
///
/// The passphrase is asked for on the terminal, or taken from ASTRA_ZOHO_PASSPHRASE_FILE (a file that only you can read)
/// or ASTRA_ZOHO_PASSPHRASE. It is kept nowhere: without it the accounts have to be connected again.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = false)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Which accounts' secrets are here, and whether they are encrypted
    ///
    /// Exit status 1 where a file is open to others, damaged or of a newer version.
    Status,
    /// Encrypt them, those of accounts connected later too
    Encrypt,
    /// Write them unencrypted again, readable by you alone
    Decrypt,
}

/// Runs the command.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let vault = context.workspace()?.vault();
    let failed = |e| Failure::of(1, &e);
    match arguments.command {
        Command::Status => {
            let accounts = vault.accounts().map_err(failed)?;
            if accounts.is_empty() {
                context.out.line("no account has secrets on this machine")?;
            }
            let state = |is_encrypted: Result<bool, SecretsError>| match is_encrypted {
                Ok(true) => (Role::Good, "encrypted".to_owned()),
                Ok(false) => (Role::Plain, "not encrypted, readable by you alone".to_owned()),
                Err(e) => (Role::Bad, visible(&e.message).into_owned()),
            };
            let mut all_well = true;
            for account in accounts {
                let looked = account.look();
                all_well &= looked.is_ok();
                let (role, state) = state(looked);
                let line = format!("{}: {}", visible(account.account()), context.out.styled(role, &state));
                context.out.line(&line)?;
            }
            if let Some(model) = vault.model_key_is_encrypted().transpose() {
                all_well &= model.is_ok();
                let (role, state) = state(model);
                context.out.line(&format!("the language model's key: {}", context.out.styled(role, &state)))?;
            }
            if !all_well {
                return Err(Failure::silent(1));
            }
        }
        Command::Encrypt => {
            let model = vault.model_key_is_encrypted().map_err(failed)?;
            if vault.accounts().map_err(failed)?.is_empty() && model.is_none() {
                return Err(Failure::new(1, "no account has secrets on this machine: connect one first, then encrypt"));
            }
            let (all, encrypted) = (vault.accounts().map_err(failed)?.len(), vault.encrypted().map_err(failed)?.len());
            if encrypted == all && model != Some(false) {
                let line =
                    format!("the secrets of {} are encrypted already: nothing was changed", plural(all, "account"));
                context.out.line(&line)?;
                return Ok(());
            }
            let new = encrypted == 0 && model != Some(true);
            let n = vault.encrypt(&wanted(new)?).map_err(failed)?;
            context
                .out
                .line(&format!("encrypted the secrets of {} ({ITERATIONS} iterations)", plural(n, "account")))?;
            context.out.notice(&format!(
                "from now on a terminal is asked for the passphrase; for unattended use set {PASSPHRASE_FILE} or {PASSPHRASE}"
            ))?;
        }
        Command::Decrypt => {
            let model = vault.model_key_is_encrypted().map_err(failed)?;
            if vault.encrypted().map_err(failed)?.is_empty() && model != Some(true) {
                return Err(Failure::new(1, "no secrets are encrypted here: there is nothing to decrypt"));
            }
            let n = with_wanted(|passphrase| vault.decrypt(passphrase))?;
            context.out.line(&format!("decrypted the secrets of {}", plural(n, "account")))?;
        }
    }
    Ok(())
}
