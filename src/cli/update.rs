//! `iam-refine catalogue update`: AWS's service reference as it is today.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::catalogue_in_use::{keep, today};
use super::exit::Failure;
use super::fetch::Fetcher;
use crate::catalogue::{Catalogue, Import, Reference, read_index};
use crate::document::{Problems, Source};

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
    let path = keep(&catalogue)?;
    writeln!(
        out,
        "{} services, {} actions; kept in {}",
        catalogue.service_names().len(),
        catalogue.len(),
        path.display()
    )?;
    Ok(())
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
