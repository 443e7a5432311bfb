//! `astra-zoho render`: the screen that keys lead to, drawn without a terminal.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

use super::out::Failure;
use super::{Context, screen};
use crate::app::Size;
use crate::app::key::sequence;
use crate::runtime::{NotDrawn, still};
use crate::store::Folders;

/// The least and the most cells that can be drawn.
const LEAST: Size = Size { width: 20, height: 5 };
const MOST: Size = Size { width: 400, height: 200 };

/// Draw the screen that some keys lead to, without a terminal
///
/// For documents, bug reports and tests of one's own workspace: the same workspace and keys give the same picture, on a
/// clock that stands still. A replay runs to its end before the next key.
///
/// Everything happens on a private copy: no file of the workspace is changed, nothing is exported or copied, and no Zoho
/// but the copy's sandbox is asked. Of other accounts the fields are shown that were read from them last.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  astra-zoho render
  astra-zoho render --keys '<enter> 4 a email'
  astra-zoho render --size 160x48 --keys '<enter> r 5' --format svg > replayed.svg

Which key does what is in the screen's own list: --keys '?'. Names are <enter> <esc> <tab> <s-tab>
<space> <up> <down> <left> <right> <home> <end> <pgup> <pgdn> <backspace> <del> <f1> <c-s> <a-x>
<lt> <gt>.")]
pub struct Arguments {
    /// Columns and rows, from 20x5 to 400x200
    #[arg(long, value_name = "COLUMNSxROWS", default_value = "80x24")]
    size: String,
    /// Keys, separated by spaces: `<name>` is a key, anything else is typed letter by letter, `<space>` is a space
    #[arg(long, value_name = "KEYS", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    keys: String,
    /// `text` for reading, `ansi` for a terminal, `svg` for documents
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Without colours: bold, dim, italic, underline and reverse video alone
    #[arg(long)]
    mono: bool,
}

/// How the screen is written.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// The rows, without any style
    #[default]
    Text,
    /// The rows with the styles of a terminal
    Ansi,
    /// A picture that needs nothing else
    Svg,
}

/// Runs the command.
pub async fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let size = size(&arguments.size).ok_or_else(|| {
        Failure::usage(format!(
            "--size: `{}` is no size: write columns x rows from {}x{} to {}x{}, such as 80x24",
            arguments.size, LEAST.width, LEAST.height, MOST.width, MOST.height
        ))
    })?;
    let keys = sequence(&arguments.keys).map_err(|e| Failure::usage(format!("--keys: {e}")))?;
    let folders = match &context.workspace {
        Some(dir) => Folders::under(dir),
        None => Folders::standard().map_err(|e| Failure::unreadable(&e))?,
    };
    let options = screen::options(&folders, arguments.mono, false);
    let interrupted = interrupted().map_err(|e| Failure::new(1, format!("signals cannot be received: {e}")))?;
    let picture = tokio::select! {
        picture = still(&folders, size, options, &keys) => picture,
        // the copy of the workspace is removed
        () = interrupted => return Err(Failure::new(1, "interrupted: nothing was drawn")),
    };
    let picture = picture.map_err(|e| match e {
        NotDrawn::System(_) => Failure::of(1, &e),
        NotDrawn::Over { .. } => Failure::usage(format!("--keys: {e}")),
        NotDrawn::Workspace(e) => Failure::unreadable(&e),
    })?;
    let written = match arguments.format {
        Format::Text => picture.text(),
        Format::Ansi => picture.ansi(),
        Format::Svg => {
            let keys = if keys.is_empty() { String::new() } else { format!(" after {}", arguments.keys.trim()) };
            picture.svg(&format!("astra-zoho, {}x{}{keys}", size.width, size.height))
        }
    };
    written.lines().try_for_each(|line| context.out.exact(line))?;
    Ok(())
}

fn size(text: &str) -> Option<Size> {
    let (width, height) = text.split_once('x')?;
    let number = |text: &str| text.parse().ok().filter(|_| text.chars().all(|c| c.is_ascii_digit()));
    let size = Size { width: number(width)?, height: number(height)? };
    let fits = (LEAST.width..=MOST.width).contains(&size.width) && (LEAST.height..=MOST.height).contains(&size.height);
    fits.then_some(size)
}

fn interrupted() -> io::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_columns_and_rows() {
        assert_eq!(size("80x24"), Some(Size { width: 80, height: 24 }));
        assert_eq!((size("20x5"), size("400x200")), (Some(LEAST), Some(MOST)));
        for wrong in
            ["", "80", "80x", "x24", "80x24x1", "+80x24", "19x5", "20x4", "401x200", "80X24", " 80x24", "99999x9"]
        {
            assert_eq!(size(wrong), None, "{wrong}");
        }
    }
}
