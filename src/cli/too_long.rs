//! `--if-too-long` and `--quota`: what is done with a refined policy that AWS would refuse.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::exit::Failure;
use crate::iam::quota::{self, Owner, PolicyKind, size};
use crate::review::{NotInPieces, Overlong, Proposals, Review, ReviewedPolicy, Written};
use crate::text::{Error, Json, Problem, Problems, Severity, Source, counted, grouped, quoted};

/// How long policies may be, and what is done with longer ones.
#[derive(Clone, Copy, Debug, Args)]
pub struct TooLongArgs {
    /// What to do with a policy that is too long when it is refined
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = IfTooLong::Refuse)]
    pub if_too_long: IfTooLong,

    /// How long a policy may be of which the files do not tell what it is: managed, inline of a role,
    /// user or group, or as many characters; a number also makes the quota of others smaller
    #[arg(
        long,
        value_name = "managed|role|user|group|NUMBER",
        allow_negative_numbers = true
    )]
    pub quota: Option<Quota>,
}

/// What is done with a refined policy that is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum IfTooLong {
    /// Write nothing; of what stands in Terraform files and templates the others alone
    Refuse,
    /// Write several managed policies that grant the same together
    Split,
    /// Leave some of what is unused granted, as little as can be, so that it is short enough; never
    /// what manages permissions, gives others' permissions or reads secrets
    Keep,
}

/// How long policies may be, as far as their files do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// As AWS takes it of a policy of this kind.
    Of(PolicyKind),
    /// So many characters but white space.
    Characters(usize),
}

impl FromStr for Quota {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let kind = match text {
            "managed" => PolicyKind::Managed,
            "role" => PolicyKind::Inline(Owner::Role),
            "user" => PolicyKind::Inline(Owner::User),
            "group" => PolicyKind::Inline(Owner::Group),
            _ => {
                let number = text.parse().ok().filter(|&number| number > 0);
                let none =
                    "a quota is managed, role, user, group, or a number of characters, 1 at least";
                return number.map(Quota::Characters).ok_or(none);
            }
        };
        Ok(Quota::Of(kind))
    }
}

/// The texts of those policies that are written as several, by their places.
pub type Pieces = BTreeMap<usize, Vec<String>>;

impl TooLongArgs {
    /// What a policy is of which the files do not tell it.
    pub fn kind(self) -> PolicyKind {
        match self.quota {
            Some(Quota::Of(kind)) => kind,
            _ => PolicyKind::Unknown,
        }
    }

    /// So many characters were asked for.
    pub fn characters(self) -> Option<usize> {
        match self.quota {
            Some(Quota::Characters(most)) => Some(most),
            _ => None,
        }
    }

    /// The same, as far as a line of a batch does not say otherwise by its `if_too_long` and `quota`.
    ///
    /// # Errors
    /// A field that says nothing of the kind.
    pub fn or_of_line(self, line: &Source, json: &Json) -> Result<Self, Problems> {
        let mut of_line = self;
        let field = |name| json.get(name).filter(|field: &&Json| !field.is_null());
        if let Some(field) = field("if_too_long") {
            let choice = field.as_str().map(|text| IfTooLong::from_str(text, false));
            of_line.if_too_long = choice.and_then(Result::ok).ok_or_else(|| {
                let choices = IfTooLong::value_variants().iter();
                let choices = choices.filter_map(IfTooLong::to_possible_value);
                let choices: Vec<String> = choices.map(|one| quoted(one.get_name())).collect();
                let problem = line.error_at(field.range.clone(), "this is no \"if_too_long\"");
                problem.help(format!("write {}", choices.join(" or ")))
            })?;
        }
        if let Some(field) = field("quota") {
            let text = match field.as_str() {
                Some(text) => text,
                None => &line.text()[field.range.clone()],
            };
            let quota = text.parse().map_err(|help: &str| {
                let problem = line.error_at(field.range.clone(), "this is no \"quota\"");
                problem.help(help)
            })?;
            of_line.quota = Some(quota);
        }
        Ok(of_line)
    }

    /// Leaves whole what makes the policies of `review` short enough, where that was asked for and can
    /// be done.
    pub fn keep_to_fit(self, review: &mut Review) {
        if self.if_too_long == IfTooLong::Keep {
            review.keep_to_fit(self.characters());
        }
    }

    /// Leaves whole what makes the policies of sources short enough, where that was asked for, and leaves as
    /// they are those that are too long all the same. Returns why each of these stays.
    pub fn leave_overlong(self, review: &mut Review) -> Vec<Problem> {
        let mut told = Vec::new();
        loop {
            self.keep_to_fit(review);
            let before = review.overlong(self.characters());
            let ways: Vec<String> = before.iter().map(|one| self.ways(review, *one)).collect();
            let left = review.leave_overlong(self.characters());
            if left.is_empty() {
                return told;
            }
            for (one, ways) in left.into_iter().zip(ways) {
                let problem = review.overlong_problem(one).passed_over(Severity::Warning);
                told.push(problem.help(format!("it stays as it is; {ways}")));
            }
        }
    }

    /// What is done with the policies of `review` that are too long.
    ///
    /// # Errors
    /// That they are, or that they cannot be split.
    pub fn pieces(self, review: &Review) -> Result<Pieces, Failure> {
        if self.if_too_long == IfTooLong::Split {
            return Ok(self.split(review)?);
        }
        let problems = self.problems(review);
        if problems.is_empty() {
            Ok(Pieces::new())
        } else {
            Err(Problems(problems).into())
        }
    }

    /// That policies of `review` are too long, each with the ways out.
    pub fn problems(self, review: &Review) -> Vec<Problem> {
        let overlong = review.overlong(self.characters()).into_iter();
        overlong.map(|one| self.refused(review, one)).collect()
    }

    /// Notes about policies that were to be split or made shorter if they are too long, and may be so: it
    /// is not known what they are.
    pub fn perhaps_too_long(self, review: &Review) -> Vec<Problem> {
        let managed = PolicyKind::Managed.limit(self.characters());
        let surely = review.overlong(self.characters());
        let is_unclear = |policy: &ReviewedPolicy<'_>| {
            surely
                .iter()
                .all(|overlong| overlong.policy != policy.place)
                && policy.loaded.kind == PolicyKind::Unknown
                && policy.outcome.written == Written::Changed
                && (managed + 1..=quota::LARGEST).contains(&policy.outcome.size)
                && policy.outcome.proved.left_whole.is_empty()
        };
        let unclear = review.policies().filter(is_unclear);
        let not_done = match self.if_too_long {
            IfTooLong::Refuse => return Vec::new(),
            IfTooLong::Split => "it is not split",
            IfTooLong::Keep => "nothing of it is left whole",
        };
        let note = |policy: ReviewedPolicy<'_>| {
            let message = format!("{not_done}, since AWS takes it if it is inline in a role");
            let note = policy.loaded.document.source().note(message);
            note.help("if it is managed, say so: --quota managed")
        };
        unclear.map(note).collect()
    }

    /// The policies of `review` that are too long, each as several.
    ///
    /// # Errors
    /// That one cannot be split.
    pub fn split(self, review: &Review) -> Result<Pieces, NotInPieces> {
        let overlong = review.overlong(self.characters()).into_iter();
        overlong
            .map(|one| Ok((one.policy, review.in_pieces(one.policy, self.characters())?)))
            .collect()
    }

    /// That a policy is too long, and the ways out.
    pub fn refused(self, review: &Review, overlong: Overlong) -> Problem {
        let help = format!("nothing was written; {}", self.ways(review, overlong));
        review.overlong_problem(overlong).help(help)
    }

    /// What can be done about a policy that is too long.
    fn ways(self, review: &Review, overlong: Overlong) -> String {
        let loaded = review.policy(overlong.policy).loaded;
        let kind = loaded.kind;
        let mut ways = Vec::new();
        if self.if_too_long == IfTooLong::Keep {
            let fitting = review.fitting(overlong.policy, Proposals::Accepted, 0);
            ways.push(fitting.shortest_words());
        } else {
            ways.push(KEEP.to_owned());
        }
        if kind != PolicyKind::PermissionSet && loaded.origin.block.is_none() {
            ways.push("--if-too-long split makes several policies of it".to_owned());
        }
        ways.push(
            "--granularity character makes it shorter, or reject in the review what takes most"
                .to_owned(),
        );
        if kind == PolicyKind::Unknown {
            ways.push("if it may be longer, --quota NUMBER says so".to_owned());
        }
        ways.join("; ")
    }
}

const KEEP: &str = "--if-too-long keep leaves some of what is unused granted, as little as can be";

/// What the policies come to that are written as several, a line each.
pub fn pieces_lines(review: &Review, pieces: &Pieces) -> String {
    let mut lines = String::new();
    for (&policy, pieces) in pieces {
        let name = review.input().document(policy).source().name();
        let sizes = pieces.iter().map(|piece| grouped(size(piece)));
        let _ = writeln!(
            lines,
            "split  {name}: {} of {} characters",
            counted(pieces.len(), "managed policy", "managed policies"),
            sizes.collect::<Vec<_>>().join(" + "),
        );
    }
    lines
}

impl From<NotInPieces> for Failure {
    fn from(not: NotInPieces) -> Self {
        match not {
            NotInPieces::Problem(problem) => {
                Failure::Error(Error::Problems(Problems(vec![*problem])))
            }
            NotInPieces::Proof(faults) => Failure::Proof(faults),
        }
    }
}
