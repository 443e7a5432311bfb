//! `astra-zoho sandbox`: the embedded Zoho CRM as a server of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use tokio::signal::unix::{SignalKind, signal};

use super::Context;
use super::out::Failure;
use crate::sandbox::{Edition, Options, Picklist, Rules, SandboxError, Server, faults};

/// Run the embedded Zoho CRM as a server of its own
///
/// It speaks Zoho's CRM v8 REST API on this machine. The first line on standard output, and the only one, is a JSON object
/// with what a client needs to connect; `astra-zoho account add --from-json -` takes it as it is. SIGTERM or Ctrl-C ends
/// it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = faults::HELP)]
pub struct Arguments {
    /// Where to listen, on this machine only; port 0 is any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Keep the data in this file; without it nothing is kept
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// The fields of Contacts: the body of Zoho's fields answer
    #[arg(long, value_name = "FILE")]
    fields: Option<PathBuf>,
    /// The contacts that a new organisation starts with: a JSON array of records, `[]` for none
    #[arg(long, value_name = "FILE")]
    contacts: Option<PathBuf>,
    /// What goes wrong on purpose; see below
    #[arg(long, value_name = "SPEC", default_value = "", hide_default_value = true)]
    faults: String,
    /// The edition of the organisation, which sets its credits and how many requests it takes at once
    #[arg(long, value_parser = edition(), default_value = Edition::default().paid_type())]
    edition: Edition,
    /// User licences, which raise an edition's credits
    #[arg(long, value_name = "N")]
    licences: Option<u32>,
    /// Which texts a picklist takes: any, those that are listed, or of these only those in use
    #[arg(long, value_enum, default_value_t)]
    picklist: PicklistRule,
    /// Refuse a write that names an unknown or read-only field; otherwise the field is ignored
    #[arg(long)]
    refuse_unwritable: bool,
    /// Compare text with case in COQL
    #[arg(long)]
    coql_case_sensitive: bool,
    /// Send Retry-After with a 429
    #[arg(long, value_name = "SECONDS")]
    retry_after: Option<u64>,
    /// Approve a device at its N-th poll, 0 for at once; otherwise a person does, on the page that it is shown
    #[arg(long, value_name = "N")]
    approve_devices: Option<u32>,
    /// The milliseconds between two polls of a device, 1000 or more: less would be read as seconds [default: Zoho's, 30000]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(i64).range(1000..))]
    device_interval: Option<i64>,
    /// Say once, when a device is approved, that its user lives in this data centre (`other_dc`)
    #[arg(long, value_name = "CENTRE")]
    device_location: Option<String>,
    /// Give any number of access tokens for a refresh token, not Zoho's 10 in 10 minutes
    #[arg(long)]
    no_token_limit: bool,
}

/// The words for [`Picklist`].
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum PicklistRule {
    /// Any text
    Any,
    /// Every listed option, used or not
    #[default]
    Listed,
    /// Options in use
    Used,
}

fn edition() -> impl TypedValueParser<Value = Edition> {
    let all = [Edition::Free, Edition::Standard, Edition::Professional, Edition::Enterprise, Edition::Ultimate];
    PossibleValuesParser::new(all.map(Edition::paid_type)).map(|name| Edition::parse(&name).unwrap_or_default())
}

/// Runs the command: serves until it is told to end.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let listen = arguments.listen;
    if !listen.ip().is_loopback() {
        let why = format!(
            "--listen {listen}: the sandbox prints its secrets and serves this machine only; listen on 127.0.0.1 or [::1]"
        );
        return Err(Failure::usage(why));
    }
    let (fields, contacts) = (arguments.fields.clone(), arguments.contacts.clone());
    let options = options(arguments, context)?;
    // from here on a signal ends it cleanly, however early it comes
    let end = end()?;
    let server = Server::start(options, listen).await.map_err(|e| {
        let file = match e {
            SandboxError::Fields { .. } => fields,
            SandboxError::Contacts { .. } => contacts,
            _ => return Failure::of(1, &e),
        };
        let named = file.map_or_else(String::new, |file| format!("{}: ", file.display()));
        Failure::usage(format!("{named}{e}"))
    })?;
    context.out.json(server.credentials())?;
    context.out.flush()?;
    end.await;
    server.stop().await;
    Ok(())
}

fn options(arguments: Arguments, context: &Context) -> Result<Options, Failure> {
    let clock = Arc::clone(&context.clock);
    let mut options = Options::new(Arc::new(move || clock.now()));
    options.data = arguments.data;
    options.fields = arguments.fields.as_deref().map(read).transpose()?;
    options.contacts = arguments.contacts.as_deref().map(read).transpose()?;
    options.faults = faults::Faults::parse(&arguments.faults).map_err(|e| Failure::of(2, &e))?;
    options.edition = arguments.edition;
    options.licences = arguments.licences.unwrap_or(options.licences);
    options.rules = Rules {
        picklist: match arguments.picklist {
            PicklistRule::Any => Picklist::Anything,
            PicklistRule::Listed => Picklist::Listed,
            PicklistRule::Used => Picklist::UsedOnly,
        },
        refuse_unwritable: arguments.refuse_unwritable,
        coql_case_sensitive: arguments.coql_case_sensitive,
        retry_after: arguments.retry_after,
        device_approval: arguments.approve_devices,
        device_interval_ms: arguments.device_interval.unwrap_or(Rules::default().device_interval_ms),
        device_location: arguments.device_location,
        token_limit: !arguments.no_token_limit,
    };
    Ok(options)
}

fn read(path: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(path);
    let text = text.map_err(|e| Failure::usage(format!("{}: cannot be read: {e}", path.display())))?;
    // some editors begin a file with a byte order mark
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

/// The first of SIGTERM, Ctrl-C and SIGHUP; from the call on none of them kills the process.
fn end() -> Result<impl Future<Output = ()>, Failure> {
    let listen = |kind| signal(kind).map_err(|e| Failure::new(1, format!("signals cannot be received: {e}")));
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut hangup = listen(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}
