//! The ways to connect an account on a terminal: what is asked for, what is shown, and cancelling at any moment.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

use super::add::refused_host;
use super::device::device;
use super::given::{self, Given};
use super::keyboard::Keyboard;
use crate::cli::Context;
use crate::cli::out::{Failure, Out};
use crate::connect::adopt::Lent;
use crate::connect::connecting::{ClientKey, Connecting, ConnectingError, Consented, OnItsWay, attempt};
use crate::connect::redirect::Landing;
use crate::consent::client_file::{SelfClient, why_refused};
use crate::consent::guide::Way;
use crate::consent::redirect::USUAL_REDIRECT;
use crate::domain::account::Account;
use crate::ports::Credentials;
use crate::zoho::accounts_server::AccountsServer;
use crate::zoho::data_centre::{self, ALL};

/// The ways, and what each needs. What is secret is no argument: the process list shows those.
#[derive(Debug, clap::Args)]
pub struct Ways {
    /// Show a short code to type in a browser on any device
    #[arg(long, group = "way")]
    device: bool,
    /// Take a code of Zoho's API console: pasted, or in the self_client.json that the console makes
    #[arg(long, value_name = "FILE", num_args = 0..=1, group = "way")]
    self_client: Option<Option<PathBuf>>,
    /// Show an address to open in a browser, which comes back here or whose last address is pasted
    #[arg(long, group = "way")]
    browser: bool,
    /// Credentials that are there already, as JSON: their file, `-` for standard input; without FILE they are asked for
    #[arg(long, value_name = "FILE", num_args = 0..=1, group = "way")]
    pub from_json: Option<Option<PathBuf>>,
    /// Zoho's data centre: us, eu, in, au, jp, cn, ca or sa [default: asked for; us without a terminal]
    #[arg(long, value_name = "CENTRE", conflicts_with = "from_json")]
    data_centre: Option<String>,
    /// An accounts server on this machine, or with --allow-custom-host any over https, in place of a data centre
    #[arg(long, value_name = "URL", conflicts_with_all = ["data_centre", "from_json"])]
    accounts_url: Option<String>,
    /// The client id of Zoho's API console [env: ASTRA_ZOHO_CLIENT_ID]
    #[arg(long, value_name = "ID", conflicts_with = "from_json")]
    client_id: Option<String>,
    /// A file with the client secret, `-` for standard input [env: ASTRA_ZOHO_CLIENT_SECRET holds the secret itself]
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// A file with a Self Client's code, `-` for standard input [env: ASTRA_ZOHO_GRANT_TOKEN holds the code itself]
    #[arg(long, value_name = "FILE")]
    grant_token_file: Option<PathBuf>,
    /// The redirect address that is registered with the client of --browser
    #[arg(long, value_name = "URL", default_value = USUAL_REDIRECT)]
    redirect_uri: String,
    /// Replace a connection that works although this one has fewer of the needed scopes
    #[arg(long)]
    pub fewer_scopes: bool,
    /// Let tokens be sent to hosts that are neither Zoho's nor this machine, over https
    #[arg(long)]
    pub allow_custom_host: bool,
}

/// An operator at a terminal, or nobody.
pub(super) struct Asking<'c> {
    pub out: &'c mut Out,
    pub keyboard: Option<Keyboard>,
}

/// The operator left.
pub(super) struct Left;

/// Why there is no consent.
pub(super) enum Stop {
    Left(Left),
    Failed(Failure),
}

/// What became of asking for a consent.
pub enum Answer {
    /// It was given.
    Given(Box<Consented>, Option<Keyboard>),
    /// The operator cancelled; what Zoho gave all the same is to be given back.
    Cancelled(Option<Lent>),
}

/// The port of [`USUAL_REDIRECT`].
const USUAL_PORT: u16 = 17_655;
/// How often it is looked whether something may still come.
const GLANCE: Duration = Duration::from_millis(50);

/// What an operator has of a Self Client.
enum Made {
    /// The code.
    Code(SecretString),
    /// The file that the console makes beside it.
    File(Box<SelfClient>),
}

impl<E: Into<Failure>> From<E> for Stop {
    fn from(e: E) -> Self {
        Self::Failed(e.into())
    }
}

impl From<Left> for Stop {
    fn from(left: Left) -> Self {
        Self::Left(left)
    }
}

impl From<ConnectingError> for Failure {
    fn from(e: ConnectingError) -> Self {
        Self::of(1, &e)
    }
}

type Known<'a> = Option<(&'a Account, Option<Credentials>)>;

impl Ways {
    /// Gets somebody's consent for an account, one that is there already perhaps. The terminal's keyboard comes along for
    /// more questions.
    pub async fn consent(&self, context: &mut Context, id: &str, known: Known<'_>) -> Result<Answer, Failure> {
        // from here on none of them kills the process with the terminal's echo off
        let stopped = stopped()?;
        let keyboard = Keyboard::open(&context.out)?;
        let clock = Arc::clone(&context.clock);
        let mut asking = Asking { out: &mut context.out, keyboard };
        let on_its_way = OnItsWay::default();
        let mut late = None;
        let outcome = {
            let going = self.go(&mut asking, clock, id, known, on_its_way.clone());
            tokio::pin!(going);
            tokio::select! {
                outcome = &mut going => outcome,
                () = stopped => {
                    // what Zoho may be giving just now is not to be lost: it is waited for, and given back
                    if on_its_way.is() {
                        std::io::stderr().write_all(b"\r\nwaiting for Zoho's answer, to give back what it gives\n")?;
                    }
                    while late.is_none() && on_its_way.is() {
                        late = tokio::time::timeout(GLANCE, &mut going).await.ok();
                    }
                    Err(Left.into())
                }
            }
        };
        let Asking { out, keyboard } = asking;
        match outcome {
            Ok(consented) => Ok(Answer::Given(Box::new(consented), keyboard)),
            Err(Stop::Failed(failure)) => Err(failure),
            Err(Stop::Left(Left)) => {
                if keyboard.is_some() {
                    out.part("\n")?;
                }
                Ok(Answer::Cancelled(late.and_then(Result::ok).map(|consented| Lent::of(id, &consented))))
            }
        }
    }

    async fn go(
        &self,
        asking: &mut Asking<'_>,
        clock: Arc<dyn crate::ports::Clock>,
        id: &str,
        known: Known<'_>,
        on_its_way: OnItsWay,
    ) -> Result<Consented, Stop> {
        let way = match self.way() {
            Some(way) => way,
            None => asking.choose_way().await?,
        };
        if way == Way::InHand {
            way.steps("", None).iter().try_for_each(|line| asking.out.notice(line))?;
            let given = asking.given().await?;
            let (account, allow) = (known.map(|(account, _)| account), self.allow_custom_host);
            return Ok(given.consent(id, account, allow, clock.now()).await?);
        }
        let mut file = match self.self_client.as_ref().and_then(Option::as_ref) {
            Some(path) => {
                if path.to_string_lossy().starts_with("1000.") && !path.exists() {
                    let why = "--self-client takes the file that Zoho's console makes; a code is no argument, which everybody here can see: paste it, or give --grant-token-file or ASTRA_ZOHO_GRANT_TOKEN";
                    return Err(Failure::usage(why).into());
                }
                Some(self_client(path, asking.out)?)
            }
            None => None,
        };
        let server = self.server(asking, id, known.as_ref().map(|(account, _)| *account)).await?;
        if file.is_none() && asking.keyboard.is_some() {
            match server.centre() {
                Some(centre) => {
                    let steps = way.steps(&centre.console_url(), Some(&self.redirect_uri));
                    steps.iter().try_for_each(|line| asking.out.notice(line))?;
                }
                None => asking.out.notice(
                    "This accounts server is none of Zoho's: whoever runs it has client id and secret (`astra-zoho sandbox` prints them).",
                )?,
            }
            asking.out.notice("")?;
        }
        let mut code = None;
        if way == Way::SelfClient && file.is_none() {
            match self.made(asking).await? {
                Made::Code(made) => code = Some(made),
                Made::File(made) => file = Some(*made),
            }
        }
        let client = match &file {
            Some(file) => ClientKey { id: file.client_id.clone(), secret: file.client_secret.clone() },
            None => self.client(asking, known).await?,
        };
        let connecting = Connecting { account: id.to_owned(), client, server, clock, on_its_way };
        let ends_at = file.as_ref().and_then(|file| file.ends_at);
        match (way, code.or_else(|| file.map(|file| file.code))) {
            (Way::SelfClient, Some(code)) => exchange(connecting, code, ends_at).await,
            (Way::Browser, _) => browse(asking, connecting, &self.redirect_uri).await,
            _ => device(asking, connecting).await,
        }
    }

    fn way(&self) -> Option<Way> {
        if self.device {
            Some(Way::Device)
        } else if self.browser {
            Some(Way::Browser)
        } else if self.from_json.is_some() {
            Some(Way::InHand)
        } else if self.self_client.is_some() || self.grant_token_file.is_some() {
            Some(Way::SelfClient)
        } else {
            None
        }
    }

    async fn server(&self, asking: &mut Asking<'_>, id: &str, known: Option<&Account>) -> Result<AccountsServer, Stop> {
        let at = |origin: &str, custom: bool| {
            AccountsServer::at(id, origin, custom).map_err(|e| Stop::Failed(refused_host(&e)))
        };
        if let Some(origin) = &self.accounts_url {
            return at(origin, self.allow_custom_host);
        }
        let code = match (&self.data_centre, known) {
            (Some(code), _) => code.clone(),
            (None, Some(account)) if !account.accounts_url.is_empty() => {
                return at(&account.accounts_url, self.allow_custom_host || account.allow_custom_host);
            }
            (None, Some(Account { data_center: Some(code), .. })) => code.clone(),
            (None, _) => asking.choose_centre().await?,
        };
        if code.contains("://") {
            return at(&code, self.allow_custom_host);
        }
        let Some(centre) = data_centre::find(&code) else {
            let all: Vec<&str> = ALL.iter().map(|d| d.code).collect();
            let why = format!("there is no data centre \"{code}\": choose one of {}", all.join(", "));
            return Err(Failure::usage(why).into());
        };
        AccountsServer::of_centre(centre).map_err(|e| Stop::Failed(refused_host(&e)))
    }

    async fn client(&self, asking: &mut Asking<'_>, known: Known<'_>) -> Result<ClientKey, Stop> {
        let variable = std::env::var("ASTRA_ZOHO_CLIENT_ID").ok();
        let before = known.as_ref().map(|(account, _)| account.client_id.clone());
        let given = [self.client_id.clone(), variable, before].into_iter().flatten();
        let id = match given.map(|id| id.trim().to_owned()).find(|id| !id.is_empty()) {
            Some(id) => id,
            None => asking.text("client id", "--client-id, or ASTRA_ZOHO_CLIENT_ID").await?,
        };
        if !id.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Failure::usage("that is no client id: copy it from Zoho's API console").into());
        }
        let kept = known.and_then(|(_, secrets)| secrets).filter(|s| s.client_id == id).map(|s| s.client_secret);
        let flag = self.client_secret_file.as_deref();
        let secret = match secret(flag, "ASTRA_ZOHO_CLIENT_SECRET", asking.out)?.or(kept) {
            Some(secret) => secret,
            None => asking.secret("client secret", "", "--client-secret-file, or ASTRA_ZOHO_CLIENT_SECRET").await?,
        };
        Ok(ClientKey { id, secret })
    }

    /// A Self Client's code, or the file that the console makes beside it: given, or asked for.
    async fn made(&self, asking: &mut Asking<'_>) -> Result<Made, Stop> {
        if let Some(code) = secret(self.grant_token_file.as_deref(), "ASTRA_ZOHO_GRANT_TOKEN", asking.out)? {
            return Ok(Made::Code(code));
        }
        let otherwise = "--grant-token-file, --self-client FILE, or ASTRA_ZOHO_GRANT_TOKEN";
        loop {
            let answer = asking.secret("code", ", or the path of self_client.json", otherwise).await?;
            let Some(path) = path_of(answer.expose_secret(), ".json") else { return Ok(Made::Code(answer)) };
            match self_client(&path, asking.out) {
                Ok(file) => return Ok(Made::File(Box::new(file))),
                Err(failure) => asking.tell(&failure)?,
            }
        }
    }
}

/// Exchanges a Self Client's code, which ends at a time.
async fn exchange(
    connecting: Connecting,
    code: SecretString,
    ends_at: Option<jiff::Timestamp>,
) -> Result<Consented, Stop> {
    let clock = Arc::clone(&connecting.clock);
    connecting.exchange(code).await.map_err(|e| {
        Stop::Failed(match &e {
            ConnectingError::Zoho(said) if said.code == "invalid_code" => {
                Failure::new(1, format!("Zoho did not take the code: {}", why_refused(ends_at, clock.now())))
            }
            _ => e.into(),
        })
    })
}

/// The console's file beside a Self Client's code.
fn self_client(path: &Path, out: &mut Out) -> Result<SelfClient, Failure> {
    given::warn_of(path, out)?;
    let bytes = given::read(path)?;
    let name = given::name(path);
    let file = SelfClient::read(&bytes).map_err(|e| Failure::usage(format!("{name}: {e}")))?;
    out.notice(&format!("{name}: it holds the client's secret; delete it once the account is connected"))?;
    Ok(file)
}

/// An answer that is a file's path: one that ends so, or leads to a file. No shell reads it, so `~` is read here.
fn path_of(answer: &str, ends: &str) -> Option<PathBuf> {
    let path = match (answer.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(answer),
    };
    (answer.to_ascii_lowercase().ends_with(ends) || path.is_file()).then_some(path)
}

impl Asking<'_> {
    async fn choose_way(&mut self) -> Result<Way, Stop> {
        let Some(keyboard) = &mut self.keyboard else {
            let why = "say how to connect: --device, --self-client, --browser or --from-json FILE (`astra-zoho account add --help` explains each)";
            return Err(Failure::usage(why).into());
        };
        self.out.notice("Ways to connect:")?;
        for (i, way) in Way::ALL.iter().enumerate() {
            self.out.notice(&format!("  {}  {}", i + 1, way.title()))?;
        }
        loop {
            let answer = keyboard.ask(self.out, "Which [1]").await?.ok_or(Left)?;
            let nth = if answer.is_empty() { Some(1) } else { answer.parse::<usize>().ok() };
            match nth.and_then(|n| Way::ALL.get(n.checked_sub(1)?)) {
                Some(way) => return Ok(*way),
                None => self.out.notice("type 1, 2, 3 or 4")?,
            }
        }
    }

    /// A data centre, or the address of an accounts server.
    async fn choose_centre(&mut self) -> Result<String, Stop> {
        let Some(keyboard) = &mut self.keyboard else { return Ok("us".to_owned()) };
        let all: Vec<&str> = ALL.iter().map(|d| d.code).collect();
        self.out
            .notice("Zoho's data centre is the end of its address in your browser: zoho.com is us, zoho.eu is eu.")?;
        self.out.notice("To try it out with `astra-zoho sandbox`, give the accounts_url that it prints.")?;
        loop {
            let answer =
                keyboard.ask(self.out, &format!("Data centre, one of {} [us]", all.join(" "))).await?.ok_or(Left)?;
            match answer.as_str() {
                "" => return Ok("us".to_owned()),
                code if code.contains("://") || data_centre::find(code).is_some() => return Ok(answer),
                _ => self.out.notice("that is none of them")?,
            }
        }
    }

    async fn text(&mut self, what: &str, otherwise: &str) -> Result<String, Stop> {
        let Some(keyboard) = &mut self.keyboard else { return Err(missing(what, otherwise)) };
        loop {
            let answer = keyboard.ask(self.out, &capital(what)).await?.ok_or(Left)?;
            if !answer.is_empty() {
                return Ok(answer);
            }
        }
    }

    /// A secret; `or` is what else may be given there.
    async fn secret(&mut self, what: &str, or: &str, otherwise: &str) -> Result<SecretString, Stop> {
        let Some(keyboard) = &mut self.keyboard else { return Err(missing(what, otherwise)) };
        loop {
            let answer = keyboard.ask_secret(self.out, &format!("{}{or}", capital(what))).await?.ok_or(Left)?;
            if !answer.expose_secret().is_empty() {
                return Ok(answer);
            }
        }
    }

    /// Credentials that are there already: their file, or its text.
    async fn given(&mut self) -> Result<Given, Stop> {
        loop {
            let Some(keyboard) = &mut self.keyboard else {
                return Err(missing("file", "--from-json FILE, `-` for standard input"));
            };
            self.out.ask("The path of such a file, or its text (not shown):")?;
            let text = keyboard.text(self.out, |text| !is_half_an_object(text)).await?.ok_or(Left)?;
            let text = text.trim();
            let given = match path_of(text, ".json").filter(|_| !text.starts_with('{')) {
                _ if text.is_empty() => continue,
                Some(path) => given::warn_of(&path, self.out).and_then(|()| Given::read(&path)),
                None => Given::of("what was given", text.as_bytes()),
            };
            match given {
                Ok(given) => return Ok(given),
                Err(failure) => self.tell(&failure)?,
            }
        }
    }

    /// Says what is wrong with an answer; it is asked for again.
    fn tell(&mut self, failure: &Failure) -> Result<(), Failure> {
        failure.lines.iter().try_for_each(|line| self.out.notice(line))?;
        Ok(())
    }
}

/// A text that begins an object of JSON and does not end it.
fn is_half_an_object(text: &str) -> bool {
    let half = || serde_json::from_str::<serde::de::IgnoredAny>(text).is_err_and(|e| e.is_eof());
    text.trim_start().starts_with('{') && half()
}

fn missing(what: &str, otherwise: &str) -> Stop {
    Failure::usage(format!("the {what} is missing: give {otherwise}; on a terminal it is asked for")).into()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

/// A secret of a file, or of the environment.
fn secret(file: Option<&Path>, variable: &str, out: &mut Out) -> Result<Option<SecretString>, Failure> {
    if let Some(path) = file {
        given::warn_of(path, out)?;
        let bytes = given::read(path)?;
        let text = std::str::from_utf8(&bytes).map(str::trim).unwrap_or_default();
        if text.is_empty() || text.chars().any(char::is_whitespace) {
            let why = format!("{}: it must hold the secret and nothing else, on one line", given::name(path));
            return Err(Failure::usage(why));
        }
        return Ok(Some(SecretString::from(text)));
    }
    let value = std::env::var(variable).ok().map(SecretString::from);
    let trimmed = value.map(|v| SecretString::from(v.expose_secret().trim()));
    Ok(trimmed.filter(|v| !v.expose_secret().is_empty()))
}

/// The first of Ctrl-C, SIGTERM and SIGHUP.
pub fn stopped() -> Result<impl Future<Output = ()>, Failure> {
    let listen = |kind| signal(kind).map_err(|e| Failure::new(1, format!("signals cannot be received: {e}")));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

async fn browse(asking: &mut Asking<'_>, connecting: Connecting, redirect_uri: &str) -> Result<Consented, Stop> {
    let wrong = || {
        Failure::usage(format!("--redirect-uri {redirect_uri}: give the address that is registered with the client"))
    };
    let redirect = Url::parse(redirect_uri).map_err(|_| wrong())?;
    if !matches!(redirect.scheme(), "http" | "https") || redirect.query().is_some() || redirect.fragment().is_some() {
        return Err(wrong().into());
    }
    let (attempt, verifier) = attempt(&connecting.client.id, redirect.clone())?;
    let attempt = Arc::new(attempt);
    let mut landing = match Landing::at(&attempt).await {
        Ok(landing) => landing,
        Err(e) => {
            let paste = if asking.keyboard.is_some() { "paste the address that the browser ends at, or " } else { "" };
            asking.out.notice(&format!(
                "{redirect_uri}: this machine cannot listen there ({e}); {paste}register another one with the client, such as {}, and give it as --redirect-uri",
                beside(&redirect)
            ))?;
            None
        }
    };
    if landing.is_none() && asking.keyboard.is_none() {
        return Err(Failure::usage(format!(
            "nobody can come back: there is no terminal to paste the address on, and no port of this machine to listen on; give a --redirect-uri like {}",
            beside(&redirect)
        ))
        .into());
    }
    let address = attempt.address(connecting.server.url()).ok_or_else(wrong)?;
    for line in ["Open this address in a browser, and accept:", "", address.as_str(), ""] {
        asking.out.notice(line)?;
    }
    if landing.is_some() {
        asking.out.notice("A browser on this machine comes back here by itself.")?;
    }
    if asking.keyboard.is_some() {
        asking.out.notice(
            "With a browser elsewhere it ends at a page that cannot be opened, or is blank: copy the address in its address bar, paste it here (it is not shown) and press Enter. Ctrl-C cancels.",
        )?;
    }
    let arrived = loop {
        let came = tokio::select! {
            Some(came) = arrival(&mut landing) => came,
            line = pasted(asking) => attempt.read(&line?),
        };
        match came {
            Ok(arrived) => break arrived,
            Err(e) if e.is_final() => return Err(Failure::new(1, e.to_string()).into()),
            Err(e) => asking.out.notice(&e.to_string())?,
        }
    };
    drop(landing);
    Ok(connecting.exchange_arrived(arrived, redirect_uri.to_owned(), verifier).await?)
}

/// A redirect address of this machine beside one that cannot be listened at: the next port that is free.
fn beside(redirect: &Url) -> String {
    let taken = redirect.port().unwrap_or(USUAL_PORT - 1);
    let free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let port = (taken.saturating_add(1)..=taken.saturating_add(100)).find(free).unwrap_or(USUAL_PORT);
    format!("http://localhost:{port}/callback")
}

async fn arrival(
    landing: &mut Option<Landing>,
) -> Option<Result<crate::consent::redirect::Arrived, crate::consent::redirect::NotArrived>> {
    match landing {
        Some(landing) => landing.arrival().await,
        None => std::future::pending().await,
    }
}

/// A line that the operator pasted; what is blank counts for nothing.
async fn pasted(asking: &mut Asking<'_>) -> Result<secrecy::zeroize::Zeroizing<String>, Stop> {
    let Some(keyboard) = &mut asking.keyboard else { return std::future::pending().await };
    loop {
        let line = keyboard.line(asking.out, false).await?.ok_or(Left)?;
        if !line.trim().is_empty() {
            return Ok(line);
        }
    }
}
