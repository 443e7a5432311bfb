//! `astra-zoho completions`: what a shell needs to complete the program's words.

use clap::CommandFactory;
use clap_complete::Shell;

use super::Context;
use super::out::Failure;

/// Print a shell's completions
///
/// For bash: astra-zoho completions bash > ~/.local/share/bash-completion/completions/astra-zoho
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

/// Runs the command.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "astra-zoho", &mut script);
    context.out.exact(String::from_utf8_lossy(&script).trim_end())?;
    Ok(())
}
