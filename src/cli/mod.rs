//! The commands: what the program can do without a screen. One file a command, all on the same engine as the screen.
//!
//! The only place that writes to standard output and standard error. With `--format json` or `csv`, standard output holds
//! records and nothing else.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, Subcommand};
use tracing_subscriber::fmt::format::Writer;

use crate::domain::problem::Severity;
use crate::play::Understanding;
use crate::ports::{Clock, WallClock};
use crate::store::{Config, Workspace};

mod account;
mod backup;
mod check;
mod chosen;
mod completions;
mod database;
mod describe;
mod extract;
mod fields;
mod fold;
mod input;
mod man;
mod migrate;
mod out;
mod overview;
mod passphrase;
mod progress;
mod purge;
mod queue;
mod render;
mod replay;
mod report;
mod run;
mod runs;
mod sandbox;
mod screen;
mod secrets;
mod settings;
mod table;

pub use out::{Failure, Out};

/// Writes what Astra's agents learned about customers into Zoho CRM's Contacts.
#[derive(Debug, Parser)]
#[command(name = "astra-zoho", version, max_term_width = 100)]
pub struct Arguments {
    /// One folder for everything: configuration, data and secrets [env: ASTRA_ZOHO_WORKSPACE]
    #[arg(long, global = true, value_name = "DIR", display_order = 100)]
    workspace: Option<PathBuf>,
    /// Say more: the causes of an error, and what is sent to Zoho
    #[arg(long, global = true, display_order = 100)]
    verbose: bool,
    /// The screen without colours: bold, dim, italic, underline and reverse video alone
    #[arg(long)]
    mono: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Fields(fields::Arguments),
    Replay(replay::Arguments),
    Run(run::Arguments),
    Queue(queue::Arguments),
    Purge(purge::Arguments),
    Backup(backup::Arguments),
    Restore(backup::RestoreArguments),
    Migrate(migrate::Arguments),
    Extract(extract::Arguments),
    Runs(runs::Arguments),
    Account(account::Arguments),
    Render(render::Arguments),
    Secrets(secrets::Arguments),
    Sandbox(sandbox::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// How records are written.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub enum RecordFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// What every command is given.
pub struct Context {
    workspace: Option<PathBuf>,
    verbose: bool,
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
    /// Where words go.
    pub out: Out,
}

impl Context {
    /// How conversations are understood: as the workspace says, where there is one; none is made.
    ///
    /// # Errors
    /// It cannot be read, or what it says of the agent is no TOML: exit status 2.
    pub fn understanding(&self) -> Result<Understanding, Failure> {
        let found = Workspace::find(self.workspace.clone()).map_err(|e| Failure::unreadable(&e))?;
        let Some(workspace) = found else { return Ok(Understanding::default()) };
        let agent = workspace.agent().map_err(|e| Failure::unreadable(&e))?;
        if agent.problems.iter().any(|p| p.problem.severity == Severity::Error) {
            return Err(Failure::lines(2, agent.problems.iter().map(ToString::to_string).collect()));
        }
        Understanding::of(&workspace).map_err(|e| Failure::unreadable(&e))
    }

    /// Says what is wrong with the program's own settings, where a command goes by them; it goes on with the defaults.
    ///
    /// # Errors
    /// Standard error is gone.
    pub fn tell_settings(&mut self, workspace: &Workspace) -> Result<(), Failure> {
        let problems = settings::read(workspace.folders()).1;
        problems.iter().try_for_each(|problem| self.out.notice(&problem.to_string())).map_err(Failure::from)
    }

    /// Where a language model is to be asked and its key is encrypted, the passphrase is asked for.
    ///
    /// # Errors
    /// The passphrase is wrong, or the workspace cannot be read.
    pub fn unlock_model(&self) -> Result<(), Failure> {
        let found = Workspace::find(self.workspace.clone()).map_err(|e| Failure::unreadable(&e))?;
        let asked = found.filter(|w| Config::read(w.folders()).value.extractor.model.is_some());
        asked.map_or(Ok(()), |workspace| passphrase::unlock(&workspace.vault()).map(drop))
    }

    /// The workspace, made on first use.
    ///
    /// # Errors
    /// It cannot be read or made: exit status 2.
    pub fn workspace(&mut self) -> Result<Workspace, Failure> {
        let workspace = Workspace::open(self.workspace.clone()).map_err(|e| Failure::unreadable(&e))?;
        if workspace.was_made() {
            let folder = workspace.folders().config.display();
            self.out.notice(&format!("made a new workspace in {folder}, with an example action on the sandbox"))?;
        }
        Ok(workspace)
    }

    /// The workspace for what needs its accounts' secrets: where those are encrypted, the passphrase is asked for.
    ///
    /// # Errors
    /// As [`Context::workspace`]; the passphrase is wrong.
    pub fn unlocked(&mut self) -> Result<Workspace, Failure> {
        let workspace = self.workspace()?;
        passphrase::unlock(&workspace.vault())?;
        Ok(workspace)
    }
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    keep_no_core();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(e) => return wrong_usage(&e),
    };
    let screen = arguments.command.is_none() && screen::can_be_shown();
    // who runs for days tells of trouble unasked
    let serves = matches!(arguments.command, Some(Command::Run(_)));
    // a journal has its own times
    let stamped = serves && std::env::var_os("JOURNAL_STREAM").is_none();
    if (arguments.verbose || serves) && !screen {
        // of the embedded CRM only what is its own command's to tell: elsewhere its client tells the same
        let wanted = match arguments.command {
            Some(Command::Sandbox(_)) => "astra_zoho=debug",
            Some(Command::Run(_)) if !arguments.verbose => {
                "astra_zoho=warn,astra_zoho::cli=info,astra_zoho::live=info,astra_zoho::sandbox=error"
            }
            _ => "astra_zoho=debug,astra_zoho::sandbox=info",
        };
        // a second subscriber cannot be there: this is the only place that sets one
        let told = tracing_subscriber::fmt().with_env_filter(wanted).with_writer(std::io::stderr).with_target(false);
        if stamped {
            let timer: fn(&mut Writer<'_>) -> std::fmt::Result = out::stamp;
            told.with_timer(timer).init();
        } else {
            told.without_time().init();
        }
    }
    let mut context = Context {
        workspace: arguments.workspace.or_else(workspace_of_environment),
        verbose: arguments.verbose,
        clock: Arc::new(WallClock),
        out: if stamped { Out::of_process().stamped() } else { Out::of_process() },
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        // a thread that has nothing to do wakes up to end: soon, not in the middle of the operator's pause
        .thread_keep_alive(Duration::from_millis(200))
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => {
            let result = match arguments.command {
                None if screen => runtime.block_on(screen::run(&mut context, arguments.mono)),
                command => runtime.block_on(run(command, &mut context)),
            };
            // an address that is still being looked up keeps nobody waiting
            runtime.shutdown_background();
            result
        }
        Err(e) => Err(Failure::new(1, format!("the system gives no threads: {e}"))),
    };
    crate::store::forget_keys();
    let verbose = context.verbose;
    context.out.end(result, verbose)
}

/// However the program ends, the system writes no file of its memory: there are secrets in it.
fn keep_no_core() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = Rlimit { current: Some(0), ..getrlimit(Resource::Core) };
    if let Err(error) = setrlimit(Resource::Core, limit) {
        tracing::debug!(%error, "a crash may leave a core file");
    }
}

/// Help and the version as clap gives them; what is wrong with the arguments in one line.
fn wrong_usage(e: &clap::Error) -> ExitCode {
    if !e.use_stderr() {
        e.exit()
    }
    let said = e.render().to_string();
    let what = said.split("\n\nUsage:").next().unwrap_or_default();
    let what = what.split("\n\nFor more information").next().unwrap_or_default().trim_start_matches("error: ");
    let mut words = what.split_whitespace().collect::<Vec<_>>().join(" ").replace(" tip: ", "; ");
    words.push_str("; --help tells what is taken");
    Out::of_process().end(Err(Failure::usage(words)), false)
}

/// The folder that the environment names. Set and empty is what `ASTRA_ZOHO_WORKSPACE= astra-zoho` says for unset, which
/// clap's own reading of the environment refuses.
fn workspace_of_environment() -> Option<PathBuf> {
    std::env::var_os("ASTRA_ZOHO_WORKSPACE").filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

async fn run(command: Option<Command>, context: &mut Context) -> Result<(), Failure> {
    match command {
        None => overview::run(context).await,
        Some(Command::Check(arguments)) => check::run(&arguments, context).await,
        Some(Command::Fields(arguments)) => fields::run(arguments, context).await,
        Some(Command::Run(arguments)) => run::run(arguments, context).await,
        Some(Command::Queue(arguments)) => queue::run(arguments, context).await,
        Some(Command::Purge(arguments)) => purge::run(arguments, context).await,
        Some(Command::Backup(arguments)) => backup::run(&arguments, context).await,
        Some(Command::Restore(arguments)) => backup::restore(&arguments, context),
        Some(Command::Migrate(arguments)) => migrate::run(arguments, context).await,
        Some(Command::Replay(arguments)) => replay::run(arguments, context).await,
        Some(Command::Extract(arguments)) => extract::run(&arguments, context),
        Some(Command::Runs(arguments)) => runs::run(arguments, context).await,
        Some(Command::Account(arguments)) => account::run(arguments, context).await,
        Some(Command::Render(arguments)) => render::run(&arguments, context).await,
        Some(Command::Secrets(arguments)) => secrets::run(&arguments, context),
        Some(Command::Sandbox(arguments)) => sandbox::run(arguments, context).await,
        Some(Command::Completions(arguments)) => completions::run(&arguments, context),
        Some(Command::Man(arguments)) => man::run(&arguments, context),
    }
}
