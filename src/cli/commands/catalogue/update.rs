//! `iam-refine catalogue update`: AWS's service reference as it is today.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;

use crate::catalogue::{Catalogue, Import, Loss, Reference, read_index};
use crate::cli::catalogue_in_use::kept_path;
use crate::cli::clock::today;
use crate::cli::commands::catalogue::http::Fetcher;
use crate::cli::exit::Failure;
use crate::iam::{Action, ActionPattern, ServicePrefix};
use crate::store::{make_folder, replace, seal};
use crate::text::{Error, Problems, Shown, Source};

/// How many files are asked for at a time.
const AT_A_TIME: usize = 8;

/// Fetch AWS's service reference and use it from now on
#[derive(Debug, Args)]
#[command(
    after_help = "Nothing is changed unless every file came, whole and readable, and no service \
    lost a tenth of its actions or more, unless --allow-fewer names it. \
    What is fetched is kept under the user's data folder; `catalogue info` says where."
)]
pub struct Arguments {
    /// The index of the service reference: a JSON list of {"service", "url"}
    #[arg(long, value_name = "URL")]
    #[arg(default_value = "https://servicereference.us-east-1.amazonaws.com/")]
    from: String,

    /// Give up on a file after so many seconds, an hour at most
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,

    /// Take it although this service is gone or lost many actions (repeatable)
    #[arg(long, value_name = "SERVICE", num_args = 0..=1, default_missing_value = "")]
    #[arg(value_parser = parse_allowed)]
    allow_fewer: Vec<AllowedFewer>,
}

/// What --allow-fewer is said of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum AllowedFewer {
    Service(ServicePrefix),
    /// Nothing: which services it would have to be is told.
    Unsaid,
}

fn parse_allowed(text: &str) -> Result<AllowedFewer, String> {
    if text.is_empty() {
        return Ok(AllowedFewer::Unsaid);
    }
    let service = ServicePrefix::parse(text).map(AllowedFewer::Service);
    service.ok_or_else(|| "this is not the prefix of a service, such as s3".to_owned())
}

/// Fetches all or nothing.
pub fn run(arguments: &Arguments, known: &Catalogue, out: &mut impl Write) -> Result<(), Failure> {
    let today = day_of_update()?;
    let fetcher = Fetcher::new(&arguments.from, Duration::from_secs(arguments.timeout))?;
    let references = read_index(&fetcher.get(&arguments.from)?)?;
    let import = fetch_all(&fetcher, &references)?;
    let Some(catalogue) = import.finish("the update", known, today) else {
        return Err(Failure::with_help(
            "none of the files holds an action",
            "nothing was changed; is this the service reference's index?",
        ));
    };
    arguments.must_be_allowed(catalogue.losses_since(known))?;
    let path = keep(&catalogue)?;
    writeln!(
        out,
        "{}: {} new, {} gone; kept in {}",
        size(&catalogue),
        missing_in(known, &catalogue),
        missing_in(&catalogue, known),
        path.shown()
    )?;
    Ok(())
}

/// Today, if what is fetched would be used then.
///
/// # Errors
/// The built-in catalogue is of a later day.
fn day_of_update() -> Result<Date, Failure> {
    let (today, built_in) = (today()?, Catalogue::built_in());
    match built_in.date() {
        Some(date) if today < date => Err(Failure::with_help(
            format!(
                "today is {today} by the clock or SOURCE_DATE_EPOCH, and {} is of {date}: what is \
                 fetched would not be used",
                built_in.name()
            ),
            "set the clock, or unset SOURCE_DATE_EPOCH; nothing was changed",
        )),
        _ => Ok(today),
    }
}

/// How many services an error names.
const NAMED: usize = 20;

impl Arguments {
    /// Refuses losses of services that --allow-fewer does not name.
    fn must_be_allowed(&self, mut losses: Vec<Loss>) -> Result<(), Failure> {
        let is_allowed = |loss: &Loss| {
            let allowed = AllowedFewer::Service(loss.service.clone());
            self.allow_fewer.contains(&allowed)
        };
        losses.retain(|loss| !is_allowed(loss));
        if losses.is_empty() {
            return Ok(());
        }
        let of_service = |loss: &Loss| {
            let gone = match loss.gone {
                all if all == loss.had => format!("all {all}"),
                gone => format!("{gone} of {}", loss.had),
            };
            format!("{} ({gone})", loss.service)
        };
        let mut named: Vec<String> = losses.iter().take(NAMED).map(of_service).collect();
        if losses.len() > NAMED {
            named.push(format!("{} more services", losses.len() - NAMED));
        }
        let allow = match &losses[..] {
            few @ [_, ..] if few.len() <= NAMED => {
                let options = few
                    .iter()
                    .map(|loss| format!("--allow-fewer {}", loss.service));
                options.collect::<Vec<_>>().join(" ")
            }
            _ => "--allow-fewer SERVICE for each".to_owned(),
        };
        let unsaid = if self.allow_fewer.contains(&AllowedFewer::Unsaid) {
            "--allow-fewer does not say of which service; "
        } else {
            ""
        };
        Err(Failure::with_help(
            format!(
                "{unsaid}actions of the catalogue in use are missing here: {}",
                named.join(", ")
            ),
            format!(
                "nothing was changed: an action that is not in the catalogue may be denied; try \
                 again later, or if AWS took them back give {allow}"
            ),
        ))
    }
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
        Error::new(format!("{} cannot be written", path.shown())).caused_by(error)
    })?;
    Ok(path)
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

/// Takes in the files of all services as they come, so that never more of them are held than are
/// asked for at a time. The first failure ends it.
fn fetch_all(fetcher: &Fetcher, references: &[Reference]) -> Result<Import, Failure> {
    let bar = progress_bar(references.len());
    let next = AtomicUsize::new(0);
    let import = Mutex::new(Ok(Import::default()));
    let fetch = || {
        while let Some(reference) = references.get(next.fetch_add(1, Ordering::Relaxed)) {
            let file = fetcher.get(&reference.url);
            let mut import = import.lock().unwrap_or_else(PoisonError::into_inner);
            let Ok(services) = &mut *import else { return };
            if let Err(failure) = file.and_then(|file| add(services, reference, &file)) {
                *import = Err(failure);
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
    import.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Takes in the file of a service, if it is about that.
fn add(import: &mut Import, reference: &Reference, file: &Source) -> Result<(), Failure> {
    let service = import.add(file)?;
    if service == reference.service {
        return Ok(());
    }
    let what = format!(
        "the index says that this is {}, and it is {service}",
        reference.service
    );
    Err(Problems::from(file.error(what)).into())
}

/// A bar on standard error, where that is a terminal.
fn progress_bar(files: usize) -> ProgressBar {
    let bar = ProgressBar::new(files as u64);
    match ProgressStyle::with_template("{bar:40} {pos} of {len} services") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
