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
use crate::cli::clock;
use crate::cli::exit::{Exit, Failure};
use crate::cli::speak::{eprint_line, print_text};
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
            let mut actions = catalogue.granted_by(pattern).peekable();
            if actions.peek().is_none() {
                nothing_granted(&catalogue, pattern)?;
            }
            for (service, action) in actions {
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

/// Says that a pattern grants nothing; of a service that is not there, what may be meant.
fn nothing_granted(catalogue: &Catalogue, pattern: &ActionPattern) -> Result<(), Failure> {
    let service = pattern
        .service()
        .filter(|service| !catalogue.has_service(service));
    let Some(service) = service else {
        let message = format!(
            "note: nothing in the catalogue{} matches {pattern}",
            catalogue.of_date()
        );
        eprint_line(message);
        return Ok(());
    };
    let message = format!(
        "the catalogue{} has no service {service}",
        catalogue.of_date()
    );
    let near: Vec<String> = catalogue
        .near(service)
        .iter()
        .map(ToString::to_string)
        .collect();
    Err(if near.is_empty() {
        Failure::with_help(
            message,
            "a prefix is written as in policies: s3, elasticmapreduce, states",
        )
    } else {
        Failure::with_help(message, format!("perhaps it is {}", near.join(" or ")))
    })
}

fn info(catalogue: &Catalogue, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(out, "catalogue  {}", catalogue.name())?;
    if let Some(date) = catalogue.date() {
        let today = clock::today()?;
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
