//! Copying, as a ladder: into tmux's buffer inside tmux, which hands it on; else by an escape code that the terminal may
//! obey or not, and never says. The words say which it was.

use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// Terminals drop longer ones; bytes before they are encoded.
const LONGEST_OSC52: usize = 74_994;
const TMUX_PATIENCE: Duration = Duration::from_secs(2);

/// Where a text goes that is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clipboard {
    /// tmux is in between.
    Tmux,
    /// The terminal alone.
    Terminal,
}

/// What became of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copied {
    /// tmux has it.
    InTmux,
    /// These bytes are to be written to the terminal, which may put the text into its clipboard.
    ByTerminal(Vec<u8>),
    /// It is too long for the terminal.
    TooLong,
}

impl Clipboard {
    /// What there is here.
    pub fn here() -> Self {
        if std::env::var_os("TMUX").is_some_and(|v| !v.is_empty()) { Self::Tmux } else { Self::Terminal }
    }

    /// Copies a text.
    pub async fn copy(self, text: &str) -> Copied {
        if self == Self::Tmux {
            match tokio::time::timeout(TMUX_PATIENCE, into_tmux(text)).await {
                Ok(Ok(true)) => return Copied::InTmux,
                Ok(Ok(false)) => tracing::debug!("tmux did not take the copy"),
                Ok(Err(e)) => tracing::debug!("tmux could not be run: {e}"),
                Err(_) => tracing::debug!("tmux did not answer"),
            }
        }
        osc52(text).map_or(Copied::TooLong, Copied::ByTerminal)
    }
}

impl Copied {
    /// What to tell the operator, and no more than is known.
    pub fn words(&self) -> Result<String, String> {
        match self {
            Self::InTmux => Ok("copied into tmux's buffer, and to your clipboard if tmux may set it".into()),
            Self::ByTerminal(_) => Ok(
                "sent to your terminal's clipboard; if it is not there, your terminal does not allow it: export to a \
                    file instead"
                    .into(),
            ),
            Self::TooLong => Err("too long for a terminal's clipboard: export to a file instead".into()),
        }
    }
}

/// The escape code that asks the terminal to put a text into its clipboard; `None` where the text is too long for it.
pub fn osc52(text: &str) -> Option<Vec<u8>> {
    if text.len() > LONGEST_OSC52 {
        return None;
    }
    let encoded = base64::engine::general_purpose::STANDARD.encode(text);
    Some(format!("\x1b]52;c;{encoded}\x07").into_bytes())
}

async fn into_tmux(text: &str) -> std::io::Result<bool> {
    let mut tmux = Command::new("tmux");
    for (name, _) in std::env::vars_os() {
        // passphrase and tokens may stand there: no other process's business
        if name.as_encoded_bytes().starts_with(b"ASTRA_ZOHO_") {
            tmux.env_remove(name);
        }
    }
    let mut tmux = tmux
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = tmux.stdin.take() {
        stdin.write_all(text.as_bytes()).await?;
    }
    Ok(tmux.wait().await?.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_escape_code_holds_the_text_and_nothing_that_a_terminal_would_obey() {
        assert_eq!(osc52("a\x1b]b").unwrap(), b"\x1b]52;c;YRtdYg==\x07");
        assert!(osc52(&"x".repeat(100_000)).is_none());
    }
}
