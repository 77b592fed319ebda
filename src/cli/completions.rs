//! `iam-refine completions` and `iam-refine man`: what the definitions of the commands tell, in
//! other forms.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::exit::{Exit, Failure};
use super::speak::print;

/// Print a script that completes commands and options in a shell
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine completions bash > ~/.local/share/bash-completion/completions/iam-refine\n  \
    iam-refine completions zsh  > ~/.zfunc/_iam-refine     # a folder of your $fpath\n  \
    iam-refine completions fish > ~/.config/fish/completions/iam-refine.fish\n  \
    iam-refine completions powershell >> $PROFILE")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Print the manual page, of the program or of one of its commands
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine man | man -l -\n  \
    iam-refine man refine | man -l -\n  \
    iam-refine man > ~/.local/share/man/man1/iam-refine.1")]
pub struct Man {
    /// The command; with several words, one of its own commands, as in `catalogue list`
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

/// Prints the script.
pub fn complete(arguments: &Completions) -> Result<Exit, Failure> {
    let mut command = super::Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    print(String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// Prints the page.
pub fn man(arguments: &Man) -> Result<Exit, Failure> {
    let mut command = super::Cli::command();
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
    print(String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}
