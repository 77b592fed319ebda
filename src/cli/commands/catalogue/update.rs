//! `iam-refine catalogue update`: AWS's service reference as it is today.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::catalogue::{Catalogue, Import, Reference, read_index};
use crate::cli::catalogue_in_use::{kept_path, today};
use crate::cli::commands::catalogue::http::Fetcher;
use crate::cli::exit::Failure;
use crate::iam::{Action, ActionPattern};
use crate::store::{make_folder, replace, seal};
use crate::text::{Error, Problems, Source, Untrusted};

/// How many files are asked for at a time.
const AT_A_TIME: usize = 8;

/// Fetch AWS's service reference and use it from now on
#[derive(Debug, Args)]
#[command(
    after_help = "Nothing is changed unless every file came, whole and readable. \
    What is fetched is kept under the user's data folder; `catalogue info` says where."
)]
pub struct Arguments {
    /// The index of the service reference: a JSON list of {"service", "url"}
    #[arg(long, value_name = "URL")]
    #[arg(default_value = "https://servicereference.us-east-1.amazonaws.com/")]
    from: String,

    /// Give up on a file after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,

    /// Take it although it has much fewer services or actions than the catalogue in use
    #[arg(long)]
    allow_fewer: bool,
}

/// Fetches all or nothing.
pub fn run(arguments: &Arguments, known: &Catalogue, out: &mut impl Write) -> Result<(), Failure> {
    let fetcher = Fetcher::new(&arguments.from, Duration::from_secs(arguments.timeout))?;
    let references = read_index(&fetcher.get(&arguments.from)?)?;
    let files = fetch_all(&fetcher, &references)?;
    let mut import = Import::default();
    let mut problems = Vec::new();
    for (reference, file) in references.iter().zip(&files) {
        match import.add(file) {
            Ok(service) if service == reference.service => {}
            Ok(service) => problems.push(file.error(format!(
                "the index says that this is {}, and it is {service}",
                reference.service
            ))),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    let Some(catalogue) = import.finish("the update", known, today()?) else {
        return Err(Failure::with_help(
            "none of the files holds an action",
            "nothing was changed; is this the service reference's index?",
        ));
    };
    if !arguments.allow_fewer && is_much_fewer(&catalogue, known) {
        return Err(Failure::with_help(
            format!(
                "this has {}, and the catalogue in use {}: some of it seems to be missing",
                size(&catalogue),
                size(known)
            ),
            "nothing was changed: an action that is not in the catalogue may be denied; try again \
             later, or give --allow-fewer if it is meant to be so",
        ));
    }
    let path = keep(&catalogue)?;
    writeln!(
        out,
        "{}: {} new, {} gone; kept in {}",
        size(&catalogue),
        missing_in(known, &catalogue),
        missing_in(&catalogue, known),
        Untrusted::from(path.to_string_lossy().into_owned())
    )?;
    Ok(())
}

/// Keeps a catalogue to be used from now on, in one step. Returns where.
///
/// # Errors
/// The user's data folder cannot be written.
fn keep(catalogue: &Catalogue) -> Result<PathBuf, Failure> {
    let path = kept_path()?;
    let kept = || {
        path.parent().map_or(Ok(()), make_folder)?;
        replace(&path, &seal(&format!("{catalogue}\n")))
    };
    kept().map_err(|error| {
        Error::new(format!("{} cannot be written", path.display())).caused_by(error)
    })?;
    Ok(path)
}

/// Whether `new` has less than nine tenths of the services or actions of the catalogue in use. AWS
/// takes back a few actions a year.
fn is_much_fewer(new: &Catalogue, known: &Catalogue) -> bool {
    let is_fewer = |new: usize, known: usize| new * 10 < known * 9;
    is_fewer(new.service_names().len(), known.service_names().len())
        || is_fewer(new.len(), known.len())
}

fn size(catalogue: &Catalogue) -> String {
    let services = catalogue.service_names().len();
    format!("{services} services, {} actions", catalogue.len())
}

/// How many actions of `other` the catalogue does not have.
fn missing_in(catalogue: &Catalogue, other: &Catalogue) -> usize {
    let all = other.granted_by(&ActionPattern::Everything);
    let actions = all.map(|(service, known)| Action::new(service.clone(), known.name.clone()));
    actions.filter(|action| !catalogue.contains(action)).count()
}

/// The files of all services, in order; the first failure ends it.
fn fetch_all(fetcher: &Fetcher, references: &[Reference]) -> Result<Vec<Source>, Failure> {
    let bar = progress_bar(references.len());
    let next = AtomicUsize::new(0);
    let arrived = Mutex::new(Ok(Vec::new()));
    let fetch = || {
        while let Some((place, reference)) = {
            let place = next.fetch_add(1, Ordering::Relaxed);
            references.get(place).map(|reference| (place, reference))
        } {
            let file = fetcher.get(&reference.url);
            let mut arrived = arrived.lock().unwrap_or_else(PoisonError::into_inner);
            match (&mut *arrived, file) {
                (Ok(files), Ok(file)) => files.push((place, file)),
                (Ok(_), Err(failure)) => *arrived = Err(failure),
                (Err(_), _) => {}
            }
            if arrived.is_err() {
                return;
            }
            bar.inc(1);
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME.min(references.len()) {
            scope.spawn(fetch);
        }
    });
    bar.finish_and_clear();
    let mut files = arrived
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)?;
    files.sort_by_key(|(place, _)| *place);
    Ok(files.into_iter().map(|(_, file)| file).collect())
}

/// A bar on standard error, where that is a terminal.
fn progress_bar(files: usize) -> ProgressBar {
    let bar = ProgressBar::new(files as u64);
    match ProgressStyle::with_template("{bar:40} {pos} of {len} services") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
