//! `astra-zoho` alone on a terminal: the operator's screen.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::out::Failure;
use super::{Context, settings};
use crate::app;
use crate::runtime::{self, Outside, Settings};
use crate::store::{Folders, Located, Vault, passphrase_of_environment};

/// Whether there is a terminal to show it on.
pub fn can_be_shown() -> bool {
    is_on_a_terminal() && !is_dumb()
}

/// Why there is none on this terminal, where there is one.
pub fn why_not() -> Option<&'static str> {
    (is_on_a_terminal() && is_dumb()).then_some(
        "no screen: TERM says that this terminal cannot show one (dumb, or not set); TERM=xterm-256color astra-zoho, where it can",
    )
}

fn is_on_a_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_none_or(|t| t.is_empty() || t == "dumb")
}

/// Shows it until the operator leaves.
pub async fn run(context: &mut Context, mono: bool) -> Result<(), Failure> {
    let dir = context.workspace.clone();
    let folders = match &dir {
        Some(dir) => Folders::under(dir),
        None => Folders::standard().map_err(|e| Failure::unreadable(&e))?,
    };
    if context.verbose {
        log_to_file(&folders.logs)?;
    }
    // https://no-color.org: set and not empty
    let mono = mono || std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    // what the environment names the next command finds there too
    let of_environment = std::env::var_os("ASTRA_ZOHO_WORKSPACE").map(std::path::PathBuf::from);
    let given = dir.as_ref().filter(|dir| of_environment.as_ref() != Some(*dir)).map(|dir| dir.display().to_string());
    let app = app::Options { workspace: given, ..options(&folders, mono, !speaks_utf8()) };
    let no_screen = |e| Failure::of(1, &runtime::NoScreen::from(e));
    let vault = Vault::of(&folders);
    super::passphrase::unlock(&vault)?;
    let workspace = dir.clone();
    let outside = Outside::new(dir, Arc::clone(&context.clock)).map_err(no_screen)?;
    let outside = outside.unlocked_by(Arc::new(move || unlocked(&vault)));
    let settings = Settings { logs: folders.logs, clock: Arc::clone(&context.clock), app, workspace };
    let farewell = runtime::run(settings, outside).await.map_err(|e| Failure::of(1, &e))?;
    // what is said there is no reason to fail: the line may be gone
    if let Some(Err(e)) = farewell.map(|line| context.out.notice(&line)) {
        tracing::debug!("nothing could be said on leaving: {e}");
    }
    Ok(())
}

/// Asks for the passphrase while the screen is away; whether the secrets are open now.
fn unlocked(vault: &Vault) -> Result<bool, String> {
    let told = |e: Failure| match e.lines.is_empty() {
        true => Ok(false),
        false => Err(e.lines.join("; ")),
    };
    match passphrase_of_environment() {
        Ok(Some(given)) => vault.unlock(&given).map(|()| true).map_err(|e| e.to_string()),
        Ok(None) => super::passphrase::unlock(vault).or_else(told),
        Err(e) => Err(e.to_string()),
    }
}

/// What is settled before the first frame, with what `config.toml` says.
pub fn options(folders: &Folders, mono: bool, ascii: bool) -> app::Options {
    let (config, problems) = settings::read(folders);
    let located = |l: Located| app::msg::Located {
        problem: l.problem,
        file: l.file.display().to_string(),
        line: l.line,
        column: l.column,
    };
    let problems = problems.into_iter().map(located).collect();
    app::Options { mono, ascii, keys: config.keys, workspace: None, problems }
}

/// The screen has the terminal: what `--verbose` tells goes to a file, added to what is there.
fn log_to_file(logs: &Path) -> Result<(), Failure> {
    let path = logs.join("astra-zoho.log");
    let open = || {
        std::fs::create_dir_all(logs)?;
        std::fs::OpenOptions::new().create(true).append(true).open(&path)
    };
    let file = open().map_err(|e| Failure::new(1, format!("{} cannot be written: {e}", path.display())))?;
    tracing_subscriber::fmt()
        .with_env_filter("astra_zoho=debug,astra_zoho::sandbox=info")
        .with_writer(Mutex::new(file))
        .with_ansi(false)
        .init();
    Ok(())
}

/// By the first of the locale's variables that is set, as the C library has it.
fn speaks_utf8() -> bool {
    let set = |name| std::env::var(name).ok().filter(|v| !v.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}
