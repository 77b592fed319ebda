//! Asking AWS from the command line: the options of that, the progress bar, and where the answers go
//! when nobody says where.

use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::{SignedDuration, Timestamp};

use super::clock::now;
use super::exit::Failure;
use super::speak::eprint_line;
use crate::fetch::{Caller, Fetcher, Program, Progress, Target};
use crate::fetched::{Asked, FetchedOf, Folder, Manifest};
use crate::iam::quota::Owner;
use crate::iam::{Arn, PrincipalName};
use crate::policies::PolicyOwner;
use crate::store::{remove_filled, state_folder};
use crate::text::{Shown, counted, sha256};

/// Whom to ask AWS about.
#[derive(Clone, Debug, Default, Args)]
#[group(id = "asked", multiple = false)]
pub struct PrincipalArgs {
    /// Ask AWS for the policies of this role (a name or an ARN) and for what it does not use,
    /// read-only, through your `aws` program
    #[arg(long, value_name = "ROLE", value_parser = parse_role)]
    role: Option<Named>,

    /// The same for a user
    #[arg(long, value_name = "USER", value_parser = parse_user)]
    user: Option<Named>,
}

/// A role or user as somebody named it.
#[derive(Clone, Debug)]
pub struct Named {
    name: PrincipalName,
    arn: Option<Arn>,
}

/// How to ask AWS.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Asking AWS")]
pub struct AwsArgs {
    /// The profile of the `aws` program to use
    #[arg(long, value_name = "PROFILE", requires = "asked")]
    profile: Option<String>,

    /// The profile with which an organization's analyzer can be asked
    #[arg(long, value_name = "PROFILE", requires = "asked")]
    findings_profile: Option<String>,

    /// The region of the analyzer [default: the profile's, then us-east-1]
    #[arg(long, value_name = "REGION", value_parser = parse_region, requires = "asked")]
    region: Option<String>,

    /// The analyzer to ask [default: the account's, or else the organization's]
    #[arg(long, value_name = "ARN", value_parser = parse_arn, requires = "asked")]
    analyzer: Option<String>,

    /// The `aws` program [default: the one on the PATH]
    #[arg(long, value_name = "PATH", requires = "asked")]
    aws: Option<PathBuf>,
}

fn parse_role(text: &str) -> Result<Named, String> {
    parse_named(text, Owner::Role)
}

fn parse_user(text: &str) -> Result<Named, String> {
    parse_named(text, Owner::User)
}

fn parse_named(text: &str, kind: Owner) -> Result<Named, String> {
    let wrong = || {
        format!(
            "this is neither the name nor the ARN of a {}",
            kind.as_str()
        )
    };
    if !text.starts_with("arn:") {
        let name = PrincipalName::parse(text).ok_or_else(wrong)?;
        return Ok(Named { name, arn: None });
    }
    let owner = PolicyOwner::from_arn(text).filter(|owner| owner.kind == kind);
    let owner = owner.ok_or_else(wrong)?;
    Ok(Named {
        arn: owner.arn,
        name: owner.name,
    })
}

fn parse_region(text: &str) -> Result<String, String> {
    let is_region = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.bytes().all(is_region) && !text.starts_with('-') {
        return Ok(text.to_owned());
    }
    Err("this is not a region, such as eu-west-1".to_owned())
}

fn parse_arn(text: &str) -> Result<String, String> {
    let arn = Arn::parse(text).filter(|arn| arn.as_str().contains(":access-analyzer:"));
    match arn {
        Some(arn) => Ok(arn.to_string()),
        None => Err("this is not the ARN of an analyzer".to_owned()),
    }
}

impl PrincipalArgs {
    /// Whom to ask about, if that was said.
    pub fn target(&self) -> Option<Target> {
        let role = self.role.clone().map(|named| (Owner::Role, named));
        let user = self.user.clone().map(|named| (Owner::User, named));
        let (kind, Named { name, arn }) = role.or(user)?;
        Some(Target::Principal { kind, name, arn })
    }
}

/// How old answers may be when nobody says which to use.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

impl AwsArgs {
    /// Fills `folder` with what AWS answers about `target`.
    ///
    /// # Errors
    /// Those of [`Fetcher::fetch`].
    pub fn fetch(&self, target: &Target, folder: &Path) -> Result<Manifest, Failure> {
        let bar = Bar::new();
        let clock = clock()?;
        let fetcher = self.fetcher(&bar, &clock);
        let caller = fetcher.caller()?;
        if let Some(complete) = fetcher.complete(target, &caller, folder) {
            bar.end();
            eprint_line(format_args!(
                "note: {} is complete since {}, and nothing is asked",
                folder.shown(),
                complete.completed_at
            ));
            return Ok(complete);
        }
        let manifest = fetcher.fetch(target, &caller, folder);
        bar.end();
        Ok(manifest?)
    }

    /// The folder with what AWS answers about `target`, in the user's state folder: answers that are
    /// there already are used for an hour.
    ///
    /// # Errors
    /// Those of [`Fetcher::fetch`]; the user has no state folder.
    pub fn fetched(&self, target: &Target) -> Result<PathBuf, Failure> {
        let bar = Bar::new();
        let clock = clock()?;
        let fetcher = self.fetcher(&bar, &clock);
        let caller = fetcher.caller()?;
        Fetcher::is_of_account(target, &caller)?;
        let folder = self.own_folder(target, &caller)?;
        if folder.symlink_metadata().is_ok() && !is_usable(&folder, clock()) {
            remove_filled(&folder)?;
        }
        if let Ok(kept) = Folder::open(&folder)
            && is_done(&kept)
        {
            eprint_line(format_args!(
                "note: AWS's answers of {} are used; to ask again, remove {}",
                kept.manifest.completed_at,
                folder.shown()
            ));
        } else {
            let manifest = fetcher.fetch(target, &caller, &folder);
            bar.end();
            // What is to be told of it is told when it is read.
            manifest?;
        }
        Ok(folder)
    }

    fn fetcher<'a>(
        &self,
        progress: &'a dyn Progress,
        clock: &'a (dyn Fn() -> Timestamp + Sync),
    ) -> Fetcher<'a> {
        Fetcher {
            program: Program {
                path: self.aws.clone().unwrap_or_else(|| "aws".into()),
            },
            asked: self.asked(),
            progress,
            clock,
        }
    }

    fn asked(&self) -> Asked {
        Asked {
            profile: self.profile.clone(),
            findings_profile: self.findings_profile.clone(),
            region: self.region.clone(),
            analyzer: self.analyzer.clone(),
        }
    }

    /// Where the answers go that nobody asked to keep: the same place for the same question.
    fn own_folder(&self, target: &Target, caller: &Caller) -> Result<PathBuf, Failure> {
        let account = &caller.account;
        let (of, arn) = match target {
            Target::Principal { kind, name, arn } => {
                let of = format!("{account}-{}-{name}", kind.as_str());
                (of, arn.as_ref().map(Arn::as_str))
            }
            Target::Account => (account.to_string(), None),
        };
        let asked = serde_json::to_string(&(self.asked(), arn, caller.partition()));
        let asked = asked.map_err(std::io::Error::from)?;
        let name = format!("{of}-{}", &sha256(&asked)[..8]);
        Ok(state_folder()?.join("fetched").join(name))
    }
}

/// Whether what is in a folder, or was begun in it, may be used unasked: it is new enough, and is there.
fn is_usable(path: &Path, now: Timestamp) -> bool {
    // A clock may have been set back since.
    let is_recent = |at: Timestamp| now.duration_since(at).abs() < FRESH;
    match Folder::open(path) {
        Ok(folder) => {
            let is_read = |answer| folder.read(answer).is_ok();
            // An analyzer that was missing may be there now, or be asked for in another region.
            let has_analyzer = folder.manifest.analyzer.is_some();
            is_recent(folder.manifest.completed_at)
                && folder.manifest.answers.iter().all(is_read)
                && (has_analyzer || !is_done(&folder))
        }
        Err(_) => Folder::begun_at(path).is_some_and(is_recent),
    }
}

/// Whether there is no use in asking again: what is not permitted now will not be in an hour.
fn is_done(folder: &Folder) -> bool {
    folder.manifest.unanswered.iter().all(|one| one.is_denied)
}

/// What time it is, asked for once: a clock that has no time is an error then, and not later.
fn clock() -> Result<impl Fn() -> Timestamp + Sync, Failure> {
    let started = now()?;
    Ok(move || now().unwrap_or(started))
}

/// Tells what was fetched, and what was not.
pub fn tell(manifest: &Manifest) {
    for (call, count) in manifest.unanswered_alike() {
        eprint_line(format_args!(
            "warning: {}: {}\nhelp: {}",
            call.told(count),
            call.error,
            call.help
        ));
    }
    for note in &manifest.notes {
        eprint_line(format_args!("note: {note}"));
    }
    let of = &manifest.heading.of;
    let whose = match of {
        FetchedOf::Account(_) => of.to_string(),
        FetchedOf::Role(_) | FetchedOf::User(_) => {
            format!("{of} of account {}", manifest.heading.account)
        }
    };
    let answers = counted(manifest.answers.len(), "answer", "answers");
    eprint_line(format_args!("fetched {whose}: {answers} of AWS"));
}

/// A progress bar, on a terminal.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("asking AWS {bar:30} {pos}/{len}") {
            bar.set_style(style);
        }
        Bar(bar)
    }

    fn end(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn planned(&self, calls: usize) {
        self.0.inc_length(calls as u64);
    }

    fn done(&self, calls: usize) {
        self.0.inc(calls as u64);
    }
}
