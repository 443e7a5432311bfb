//! A progress bar on a terminal's standard error, for what takes longer than a second.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::out::Out;

/// Waits for something; a terminal's standard error says so once it takes longer than a second.
pub async fn while_waiting<T>(out: &Out, what: &str, work: impl Future<Output = T>) -> T {
    if !out.errors_to_terminal {
        return work.await;
    }
    let mut work = std::pin::pin!(work);
    if let Ok(done) = tokio::time::timeout(Duration::from_secs(1), work.as_mut()).await {
        return done;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5)).with_message(what.to_owned());
    let style = ProgressStyle::with_template("{msg} {spinner}");
    let bar = style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style));
    bar.enable_steady_tick(Duration::from_millis(250));
    let done = work.await;
    bar.finish_and_clear();
    done
}

/// How far something is.
#[derive(Clone)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Something of a known or unknown number of steps. Nothing is drawn where standard error is no terminal, nor within
    /// the first second.
    pub fn new(out: &Out, what: &str, steps: Option<u64>) -> Self {
        let target =
            if out.errors_to_terminal { ProgressDrawTarget::stderr_with_hz(5) } else { ProgressDrawTarget::hidden() };
        let template = match steps {
            Some(_) => "{msg} {bar:30} {pos}/{len}  {eta} left",
            None => "{msg} {pos}",
        };
        let bar = ProgressBar::with_draw_target(steps, target).with_message(what.to_owned());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("##-"));
        }
        Self { bar }
    }

    /// It is at step `n`.
    pub fn at(&self, n: u64) {
        if self.bar.elapsed() > Duration::from_secs(1) {
            self.bar.set_position(n);
        }
    }

    /// Does something else with the terminal.
    pub fn aside<T>(&self, act: impl FnOnce() -> T) -> T {
        self.bar.suspend(act)
    }

    /// Writes to standard output; the bar steps aside where both are the same terminal.
    pub fn beside<T>(&self, out: &mut Out, write: impl FnOnce(&mut Out) -> T) -> T {
        if out.to_terminal && out.errors_to_terminal { self.aside(|| write(out)) } else { write(out) }
    }

    /// It is over: the bar goes.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
