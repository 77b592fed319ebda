//! Asking AWS for what a review needs, through the user's own `aws` program: it has the credentials,
//! and everything that leads to them. Nothing in AWS is changed; nothing but a
//! [`ReadCommand`] can be run.
//!
//! [`Fetcher::fetch`] takes a [`Target`], how to ask ([`Program`], [`Asked`]) and a folder, and fills the
//! folder with AWS's answers and a manifest. A run that is killed is resumed by the next: what was
//! answered is not asked again.

mod account;
mod analyzer;
mod answers;
mod last_accessed;
mod principal;
mod program;
mod refusal;

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use answers::{Answers, Collected, Question, answer_in};
pub use program::Program;
pub use refusal::{Refusal, Why};

use crate::aws::{Read, ReadCommand};
use crate::fetched::{
    Answer, Asked, Begun, FORMAT, FetchedOf, Folder, Heading, MANIFEST, Manifest, UNFINISHED,
};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn, PrincipalName};
use crate::store::FilledFolder;
use crate::text::{Error, Json, Shown, Source};

/// Whom to ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A role or user.
    Principal {
        /// Which of both.
        kind: Owner,
        /// Its name.
        name: PrincipalName,
        /// Its ARN, where that was said.
        arn: Option<Arn>,
    },
    /// All of the account.
    Account,
}

/// Is told how far it is.
pub trait Progress: Sync {
    /// So many more calls are to be made.
    fn planned(&self, calls: usize);
    /// So many more were made.
    fn done(&self, calls: usize);
}

/// Whose credentials are used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account that they are of.
    pub account: AccountId,
    /// The ARN of the caller.
    pub arn: String,
    /// What `aws --version` prints.
    pub aws: String,
}

impl Caller {
    /// The partition of AWS that the account is in: `aws`, `aws-cn`, `aws-us-gov`.
    pub fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or_default()
    }
}

/// How AWS is asked.
pub struct Fetcher<'a> {
    /// The `aws` program.
    pub program: Program,
    /// Which profile, region and analyzer.
    pub asked: Asked,
    /// Is told how far it is.
    pub progress: &'a dyn Progress,
    /// What time it is.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
}

/// How long a folder that was not finished can be resumed. What is asked later may not go with it.
const RESUMABLE: SignedDuration = SignedDuration::from_hours(12);

impl Fetcher<'_> {
    /// Asks whose the credentials are: alone and first, since it may ask the user for a token.
    ///
    /// # Errors
    /// There is no `aws` program; it has no credentials that AWS takes.
    pub fn caller(&self) -> Result<Caller, Error> {
        let question = self.question(ReadCommand::new(Read::CallerIdentity));
        let told = |refusal: &Refusal| Error::from(question.complaint(refusal));
        let aws = self.program.version().map_err(|error| told(&error))?;
        let printed = self
            .program
            .run(&question.arguments(), question.most(), None);
        let answer = printed.and_then(|bytes| answer_in(bytes, &question));
        let answer = answer.map_err(|error| told(&error))?;
        let source = Source::from_text("aws sts get-caller-identity", &answer);
        let json = Json::parse(&source)?;
        let text = |key| json.get(key).and_then(Json::as_str);
        let (Some(account), Some(arn)) = (text("Account").and_then(AccountId::parse), text("Arn"))
        else {
            return Err(source
                .error("this does not say whose the credentials are")
                .help("is it AWS's own `aws` program? Say which with --aws PATH")
                .into());
        };
        Ok(Caller {
            account,
            arn: arn.to_owned(),
            aws,
        })
    }

    /// Whether `target` is of the account that the credentials are of.
    ///
    /// # Errors
    /// It is of another one.
    pub fn is_of_account(target: &Target, caller: &Caller) -> Result<(), Error> {
        let Target::Principal { arn: Some(arn), .. } = target else {
            return Ok(());
        };
        let partition = arn.partition();
        if arn.account().as_ref() == Some(&caller.account) && partition == caller.partition() {
            return Ok(());
        }
        Err(Error::with_help(
            format!(
                "{arn} is of another account than the credentials, which are of {}",
                caller.account
            ),
            "name a profile of that account with --profile",
        ))
    }

    /// Fills `folder` with what AWS answers about `target`, or resumes that.
    ///
    /// # Errors
    /// AWS is not reached, or does not take the credentials; there is no such target; there is
    /// nothing that could be reviewed; the folder holds something else, or cannot be written.
    pub fn fetch(
        &self,
        target: &Target,
        caller: &Caller,
        folder: &Path,
    ) -> Result<Manifest, Error> {
        Self::is_of_account(target, caller)?;
        let heading = self.heading(target, caller);
        let (folder, heading, answers) = begin(folder, heading)?;
        let answers = Answers::new(&self.program, self.progress, self.clock, folder, answers);
        let analyzer = match target {
            Target::Principal { kind, name, arn } => {
                self.principal(&answers, caller, *kind, name, arn.as_ref())?
            }
            Target::Account => self.account(&answers, caller)?,
        };
        let collected = answers.collected();
        can_be_reviewed(&collected)?;
        let manifest = Manifest {
            format: FORMAT,
            heading,
            completed_at: (self.clock)(),
            analyzer,
            answers: collected.answers,
            unanswered: collected.unanswered,
            notes: collected.notes,
        };
        let text = serde_json::to_string_pretty(&manifest).map_err(std::io::Error::from)?;
        collected.folder.finish(MANIFEST, &(text + "\n"))?;
        Ok(manifest)
    }

    /// What `folder` holds, where that is all that `target` is asked for, and new enough to be gone on with: then
    /// there is nothing to ask.
    pub fn complete(&self, target: &Target, caller: &Caller, folder: &Path) -> Option<Manifest> {
        let manifest = Folder::open(folder).ok()?.manifest;
        let heading = self.heading(target, caller);
        let age = heading.started_at.duration_since(manifest.completed_at);
        let is_it = manifest.unanswered.is_empty()
            && is_for_the_same(&manifest.heading, &heading)
            && age.abs() <= RESUMABLE;
        is_it.then_some(manifest)
    }

    fn heading(&self, target: &Target, caller: &Caller) -> Heading {
        let of = match target {
            Target::Principal { kind, name, .. } if *kind == Owner::User => {
                FetchedOf::User(name.to_string())
            }
            Target::Principal { name, .. } => FetchedOf::Role(name.to_string()),
            Target::Account => FetchedOf::Account(caller.account.to_string()),
        };
        Heading {
            of,
            account: caller.account.to_string(),
            caller: caller.arn.clone(),
            aws: caller.aws.clone(),
            asked: self.asked.clone(),
            started_at: (self.clock)(),
        }
    }

    /// A question that is asked with the profile and in the region that were asked for.
    fn question(&self, command: ReadCommand) -> Question {
        Question::new(command)
            .with_profile(self.asked.profile.as_deref())
            .in_region(self.asked.region.as_deref())
    }
}

/// Whether there are policies, and something that tells what of them is unused.
fn can_be_reviewed(collected: &Collected) -> Result<(), Error> {
    let has = |sub_commands: &[&str]| {
        let mut answers = collected.answers.iter();
        answers.any(|answer| sub_commands.contains(&answer.sub_command()))
    };
    let policies = [
        "get-role-policy",
        "get-user-policy",
        "get-policy-version",
        "get-account-authorization-details",
    ];
    let what = if !has(&policies) {
        "there is no policy to review"
    } else if !has(&["get-finding-v2", "get-service-last-accessed-details"])
        // Of an account without findings everything is in use.
        && !has(&["get-account-authorization-details"])
    {
        "nothing is known of what is used"
    } else {
        return Ok(());
    };
    let unanswered = collected.unanswered.iter();
    let why = unanswered.map(|call| format!("{}: {}", call.message, call.error));
    let message = std::iter::once(what.to_owned()).chain(why);
    let message = message.collect::<Vec<_>>().join("\n  ");
    let mut helps: Vec<&str> = (collected.unanswered.iter())
        .map(|call| call.help.as_str())
        .collect();
    helps.sort_unstable();
    helps.dedup();
    if helps.is_empty() {
        helps.push("is it the right role, user or account?");
    }
    Err(Error::with_help(message, helps.join("; ")))
}

/// Takes the folder: a new one, one that was not finished, or one in which something is missing. What
/// it was begun with is returned, and the answers that it has.
fn begin(path: &Path, heading: Heading) -> Result<(FilledFolder, Heading, Vec<Answer>), Error> {
    // There was no such role or user where nothing is known: the name was mistyped.
    let is_other = |begun: &Begun| begun.heading.of != heading.of && begun.has_nothing();
    let found = Begun::at(path)?;
    if let Some(begun) = found.as_ref().filter(|begun| !is_other(begun)) {
        goes_on(path, &begun.heading, &heading)?;
    }
    let mut folder = FilledFolder::open(path, UNFINISHED, found.is_some())?;
    // Another program may have gone on with it in between.
    if let Some(begun) = Begun::at(path)?.filter(|begun| !is_other(begun)) {
        return Ok((folder, begun.heading, begun.answers));
    }
    folder.clear_log()?;
    folder.log(&serde_json::to_string(&heading).map_err(std::io::Error::from)?)?;
    Ok((folder, heading, Vec::new()))
}

/// Whether both are of the same, asked for with the same options.
fn is_for_the_same(one: &Heading, other: &Heading) -> bool {
    let of = |heading: &Heading| {
        (
            heading.of.clone(),
            heading.account.clone(),
            heading.asked.clone(),
        )
    };
    of(one) == of(other)
}

/// Whether what was begun is what is asked for now.
fn goes_on(path: &Path, begun: &Heading, heading: &Heading) -> Result<(), Error> {
    let refused = |what: String| {
        Err(Error::with_help(
            format!("{} {what}", path.shown()),
            "give another name, or remove it to fetch again",
        ))
    };
    if !is_for_the_same(begun, heading) {
        return refused("was begun for something else, or with other options".to_owned());
    }
    if heading.started_at.duration_since(begun.started_at) > RESUMABLE {
        return refused(format!(
            "was begun on {}, which is too long ago to be resumed",
            begun.started_at
        ));
    }
    Ok(())
}
