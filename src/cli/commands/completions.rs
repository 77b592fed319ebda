//! `iam-refine completions`: a script that completes commands and options.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::cli::exit::{Exit, Failure};
use crate::cli::speak::print_raw;

/// Print a script that completes commands and options in a shell
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine completions bash > ~/.local/share/bash-completion/completions/iam-refine\n  \
    iam-refine completions zsh  > ~/.zfunc/_iam-refine     # a folder of your $fpath\n  \
    iam-refine completions fish > ~/.config/fish/completions/iam-refine.fish\n  \
    iam-refine completions powershell >> $PROFILE")]
pub struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    print_raw(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
