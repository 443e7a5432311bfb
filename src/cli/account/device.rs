//! The device way on a terminal: the address and the code on lines of their own, the countdown, the keys. Must not know how
//! the flow goes on.

use std::cell::RefCell;
use std::io::Write as _;
use std::rc::Rc;

use tokio::sync::mpsc::channel;

use super::qr::{self, Canvas};
use super::ways::{Asking, Left, Stop};
use crate::cli::out::Out;
use crate::connect::connecting::{Connecting, Consented};
use crate::connect::device::{self, Ask};
use crate::consent::device::{Device, State};
use crate::term::{Clipboard, Copied};

/// Lines that stand above and below a QR code.
const AROUND: usize = 12;

/// Runs the flow to its end, or until the operator leaves.
pub(super) async fn device(asking: &mut Asking<'_>, connecting: Connecting) -> Result<Consented, Stop> {
    let (ask, asks) = channel(4);
    let code = Rc::new(RefCell::new(None));
    let keys = asking.keyboard.is_some();
    let mut shown = Shown { printed: None, code: Rc::clone(&code), notice: None, broken: None, keys };
    let (out, keyboard) = (&mut *asking.out, &mut asking.keyboard);
    let asks = keyboard.is_some().then_some(asks);
    let keys = async {
        if let Some(keyboard) = keyboard {
            while let Some(key) = keyboard.key().await {
                match key {
                    b'n' | b'N' if ask.send(Ask::NewCode).await.is_err() => break,
                    b'c' | b'C' => {
                        let shown = code.borrow().clone();
                        if let Some(code) = shown {
                            copy(&code).await;
                        }
                    }
                    _ => {}
                }
            }
        }
        drop(ask);
        std::future::pending::<()>().await;
    };
    let outcome = tokio::select! {
        outcome = device::run(connecting, asks, |device, now| shown.show(out, device, now)) => outcome,
        () = keys => return Err(Left.into()),
    };
    if out.errors_to_terminal && shown.printed.is_some() {
        out.part("\r\x1b[K")?;
    }
    if let Some(e) = shown.broken {
        return Err(e.into());
    }
    Ok(outcome?)
}

/// Copies the code that is shown; whether the terminal obeyed it never says.
async fn copy(code: &str) {
    let mut bytes = match Clipboard::here().copy(code).await {
        Copied::ByTerminal(bytes) => bytes,
        Copied::InTmux => Vec::new(),
        Copied::TooLong => return,
    };
    bytes.extend_from_slice(b"\r\x1b[Kcopied, if this terminal lets programs copy\n");
    if let Err(error) = std::io::stderr().write_all(&bytes) {
        tracing::debug!(%error, "the code could not be copied");
    }
}

/// What of a device flow stands on the terminal.
struct Shown {
    /// The code that is there.
    printed: Option<String>,
    /// The same, for whoever copies it.
    code: Rc<RefCell<Option<String>>>,
    notice: Option<String>,
    broken: Option<std::io::Error>,
    /// Somebody can press keys.
    keys: bool,
}

impl Shown {
    fn show(&mut self, out: &mut Out, device: &Device, now: jiff::Timestamp) {
        if let Err(e) = self.draw(out, device, now) {
            self.broken = self.broken.take().or(Some(e));
        }
    }

    fn draw(&mut self, out: &mut Out, device: &Device, now: jiff::Timestamp) -> std::io::Result<()> {
        let clear = if out.errors_to_terminal { "\r\x1b[K" } else { "" };
        if device.notice() != self.notice.as_deref() {
            self.notice = device.notice().map(str::to_owned);
            if let Some(notice) = &self.notice {
                out.part(clear)?;
                out.notice(notice)?;
            }
        }
        match device.state() {
            State::Waiting { code, .. } => {
                if self.printed.as_deref() != Some(&code.user_code) {
                    self.printed = Some(code.user_code.clone());
                    self.code.replace(self.printed.clone());
                    out.part(clear)?;
                    // each alone on its line, so that a double click or a triple one takes it whole
                    let lines = [
                        "On any device with a browser, open",
                        "",
                        &code.address,
                        "",
                        "and enter the code",
                        "",
                        &code.user_code,
                        "",
                    ];
                    lines.iter().try_for_each(|line| out.notice(line))?;
                    if self.keys {
                        out.notice("c copies the code, n gives a new one, Ctrl-C cancels.")?;
                    }
                    let address = code.complete_address.as_deref().unwrap_or(&code.address);
                    let picture = canvas(out).and_then(|canvas| qr::lines(address, canvas)).unwrap_or_default();
                    picture.iter().try_for_each(|line| out.part(&format!("{line}\n")))?;
                    if !picture.is_empty() {
                        out.notice("")?;
                    }
                    if !out.errors_to_terminal {
                        out.notice("waiting for your approval")?;
                    }
                }
                if out.errors_to_terminal {
                    let left = device.left(now).as_secs();
                    let line = format!("Waiting for your approval: {}:{:02} left", left / 60, left % 60);
                    let columns = size().map_or(80, |(columns, _)| columns);
                    let line: String = line.chars().take(columns.saturating_sub(1)).collect();
                    out.part(&format!("\r{line}\x1b[K"))?;
                }
                Ok(())
            }
            State::Ended(why) if self.keys && self.printed.is_some() => {
                self.printed = None;
                out.part(clear)?;
                out.notice(&format!("{why}: n for a new code, Ctrl-C to leave"))
            }
            _ => Ok(()),
        }
    }
}

/// Columns and rows of the terminal that standard error is.
fn size() -> Option<(usize, usize)> {
    let size = rustix::termios::tcgetwinsize(rustix::stdio::stderr()).ok()?;
    Some((size.ws_col.into(), size.ws_row.into())).filter(|(columns, rows)| *columns > 0 && *rows > 0)
}

fn canvas(out: &Out) -> Option<Canvas> {
    if !out.errors_to_terminal {
        return None;
    }
    let (columns, rows) = size()?;
    let variable = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let locale = variable("LC_ALL").or_else(|| variable("LC_CTYPE")).or_else(|| variable("LANG")).unwrap_or_default();
    let locale = locale.to_ascii_lowercase();
    Some(Canvas {
        columns,
        rows: rows.saturating_sub(AROUND),
        unicode: locale.contains("utf-8") || locale.contains("utf8"),
        colours: variable("NO_COLOR").is_none() && variable("TERM").is_some_and(|t| t != "dumb"),
    })
}
