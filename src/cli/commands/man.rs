//! `iam-refine man`: the manual pages, made of the definitions of the commands.

use clap::{Args, CommandFactory};

use crate::cli::Cli;
use crate::cli::exit::{Exit, Failure};
use crate::cli::speak::print_raw;

/// Print the manual page, of the program or of one of its commands
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine man | man -l -\n  \
    iam-refine man refine | man -l -\n  \
    iam-refine man > ~/.local/share/man/man1/iam-refine.1")]
pub struct Arguments {
    /// The command; with several words, one of its own commands, as in `catalogue list`
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

/// Prints the page.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut command = Cli::command();
    // Gives each command its full name.
    command.build();
    for name in &arguments.command {
        let Some(found) = command.find_subcommand(name) else {
            return Err(Failure::with_help(
                format!("there is no command {name:?}"),
                "`iam-refine --help` lists them",
            ));
        };
        command = found.clone();
    }
    let full_name = command.get_bin_name().unwrap_or("iam-refine").to_owned();
    let command = command
        .display_name(full_name.replace(' ', "-"))
        .bin_name(full_name);
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    print_raw(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}
