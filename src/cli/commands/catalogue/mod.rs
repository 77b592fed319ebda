//! `iam-refine catalogue`: the actions AWS has, as far as this program knows.

#[cfg(feature = "update")]
mod http;
mod import;
#[cfg(feature = "update")]
mod update;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::catalogue::Catalogue;
use crate::cli::catalogue_in_use;
use crate::cli::exit::{Exit, Failure};
use crate::cli::speak::print_text;
use crate::iam::ActionPattern;

/// Look at the catalogue of AWS actions, or make a newer one
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// Use this catalogue: the program's own form, or a line `service:Action` each
    #[arg(long, value_name = "FILE", global = true)]
    catalogue: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Its date, source and size
    Info,
    /// The actions that a pattern grants, one a line
    #[command(after_help = "Example: iam-refine catalogue list 's3:Get*'")]
    List {
        /// An action or wildcard, such as 's3:Get*'
        pattern: ActionPattern,
    },
    Import(import::Arguments),
    #[cfg(feature = "update")]
    Update(update::Arguments),
}

/// Prints what is asked for.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let catalogue = match catalogue_in_use::chosen(arguments.catalogue.as_deref()) {
        // A kept catalogue that cannot be read must not stand in the way of a new one.
        #[cfg(feature = "update")]
        Err(_) if matches!(arguments.command, Command::Update(_)) => Catalogue::built_in(),
        chosen => chosen?,
    };
    let mut out = Vec::new();
    match &arguments.command {
        Command::Info => info(&catalogue, &mut out)?,
        Command::List { pattern } => {
            for (service, action) in catalogue.granted_by(pattern) {
                writeln!(out, "{service}:{}", action.name)?;
            }
        }
        Command::Import(arguments) => import::run(arguments, &catalogue, &mut out)?,
        #[cfg(feature = "update")]
        Command::Update(arguments) => update::run(arguments, &catalogue, &mut out)?,
    }
    print_text(String::from_utf8_lossy(&out))?;
    Ok(Exit::Done)
}

fn info(catalogue: &Catalogue, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(out, "catalogue  {}", catalogue.name())?;
    if let Some(date) = catalogue.date() {
        let today = catalogue_in_use::today()?;
        let age = match catalogue.age_in_days(today).unwrap_or_default() {
            age @ 0.. => format!("{age} days old"),
            _ => format!("today is {today}"),
        };
        writeln!(out, "date       {date} ({age})")?;
    }
    if let Some(source) = catalogue.source() {
        writeln!(out, "source     {source}")?;
    }
    writeln!(out, "services   {}", catalogue.service_names().len())?;
    writeln!(out, "actions    {}", catalogue.len())?;
    Ok(())
}
