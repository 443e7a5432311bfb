//! `astra-zoho man`: the manual pages.

use clap::CommandFactory;

use super::Context;
use super::out::Failure;
use crate::domain::problem::did_you_mean;

/// Print the manual page
///
/// To read it: astra-zoho man | man -l -
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The page of this command
    command: Option<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let mut program = super::Arguments::command();
    program.build();
    let page = match &arguments.command {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            Some(command) => command.clone(),
            None => {
                let known = did_you_mean(name, program.get_subcommands().map(clap::Command::get_name));
                let hint =
                    known.map_or("`astra-zoho --help` lists them".to_owned(), |k| format!("did you mean `{k}`?"));
                return Err(Failure::usage(format!("there is no command `{name}`: {hint}")));
            }
        },
    };
    let mut text = Vec::new();
    let source = concat!("astra-zoho ", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(page).source(source).render(&mut text)?;
    context.out.exact(String::from_utf8_lossy(&text).trim_end())?;
    Ok(())
}
