//! `--keep-file`: what is to be kept, with the reasons, in a file that a team shares.
//!
//! ```toml
//! [[keep]]
//! pattern = "s3:PutBucket*"
//! reason = "disaster recovery"
//! until = "2027-03-01"
//!
//! [[keep]]
//! principal = "arn:aws:iam::*:role/break-glass*"
//! reason = "for emergencies"
//! ```

use std::ops::Range;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use crate::iam::{ActionPattern, ArnPattern};
use crate::refine::Keep;
use crate::text::{Problem, Problems, Source, Untrusted, quoted};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeepFile {
    keep: Vec<Spanned<KeepEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeepEntry {
    /// Actions, of whoever does not use them.
    pattern: Option<Spanned<String>>,
    /// Roles and users, of whom all stays.
    principal: Option<Spanned<String>>,
    reason: Option<String>,
    /// A text, or a day of TOML.
    until: Option<Spanned<toml::Value>>,
}

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The actions that are to be kept today.
    pub keeps: Vec<Keep>,
    /// The roles and users of which all is to be kept today.
    pub principals: Vec<KeptPrincipal>,
    /// What was to be kept until a day that has passed: that it is not any more.
    pub passed: Vec<Problem>,
}

/// Roles and users of which all is kept: what a finding says of them counts for nothing.
#[derive(Clone, Debug)]
pub struct KeptPrincipal {
    arns: ArnPattern,
    /// The file and the line that says so, and why: `keep.toml:5: for emergencies`.
    pub said: Untrusted,
    source: Source,
    place: Range<usize>,
}

impl KeptPrincipal {
    /// Whether this is one of them.
    pub fn is(&self, arn: &Untrusted) -> bool {
        self.arns.matches(arn.raw())
    }

    /// That the account has none of them.
    pub(super) fn keeps_nobody(&self) -> Problem {
        self.source.note_at(
            self.place.clone(),
            "this keeps nobody: the account has no such role or user",
        )
    }
}

/// Reads what is to be kept. Where `today` is known, what was to be kept until an earlier day is left out.
///
/// # Errors
/// What is not TOML, a key that is not known, patterns and days that are none, each at its place.
pub fn read(source: &Source, today: Option<Date>) -> Result<Kept, Problems> {
    let file: KeepFile =
        toml::from_str(source.text()).map_err(|error| not_a_keep_file(source, &error))?;
    let mut problems = Vec::new();
    let mut kept = Kept::default();
    for entry in file.keep {
        if let Err(problem) = add(source, entry, today, &mut kept) {
            problems.push(problem);
        }
    }
    if problems.is_empty() {
        Ok(kept)
    } else {
        Err(Problems(problems))
    }
}

fn add(
    source: &Source,
    entry: Spanned<KeepEntry>,
    today: Option<Date>,
    kept: &mut Kept,
) -> Result<(), Problem> {
    let span = entry.span();
    let entry = entry.into_inner();
    let until = entry.until.as_ref();
    let until = until.map(|until| day(source, until)).transpose()?;
    let (of, place) = match (&entry.pattern, &entry.principal) {
        (Some(pattern), None) => (Of::Actions(self::pattern(source, pattern)?), pattern.span()),
        (None, Some(arns)) => (Of::Principals(principal(source, arns)?), arns.span()),
        (Some(pattern), Some(_)) => {
            let message = "this has a pattern and a principal";
            let problem = source.error_at(pattern.span(), message);
            return Err(problem.help(
                "write two of them: a pattern is kept for everybody, and of a principal all",
            ));
        }
        (None, None) => {
            let problem = source.error_at(span, "this has no pattern and no principal");
            return Err(problem.help(AS_WRITTEN));
        }
    };
    if let Some(until) = until.filter(|until| today.is_some_and(|today| *until < today)) {
        let message = format!("this held until {until}, and is kept no longer");
        kept.passed.push(source.warning_at(place, message));
        return Ok(());
    }
    let reason = entry.reason.map(Untrusted::from);
    match of {
        Of::Actions(pattern) => kept.keeps.push(Keep {
            pattern,
            reason,
            until,
        }),
        Of::Principals(arns) => {
            let at = format!(
                "{}:{}",
                source.name().raw(),
                source.position(place.start).line
            );
            let why = reason
                .map(|reason| format!(": {}", reason.raw()))
                .unwrap_or_default();
            kept.principals.push(KeptPrincipal {
                arns,
                said: format!("{at}{why}").into(),
                source: source.clone(),
                place,
            });
        }
    }
    Ok(())
}

/// What an entry keeps.
enum Of {
    Actions(ActionPattern),
    Principals(ArnPattern),
}

fn principal(source: &Source, text: &Spanned<String>) -> Result<ArnPattern, Problem> {
    ArnPattern::parse(text.get_ref()).ok_or_else(|| {
        let message = format!("{} is no ARN", quoted(text.get_ref()));
        source
            .error_at(text.span(), message)
            .help("write principal = \"arn:aws:iam::*:role/break-glass*\"")
    })
}

fn pattern(source: &Source, text: &Spanned<String>) -> Result<ActionPattern, Problem> {
    let parsed = text.get_ref().parse::<ActionPattern>();
    parsed.map_err(|error| {
        let message = format!("{}: {error}", quoted(text.get_ref()));
        source.error_at(text.span(), message)
    })
}

fn day(source: &Source, value: &Spanned<toml::Value>) -> Result<Date, Problem> {
    let text = match value.get_ref() {
        toml::Value::String(text) => text.clone(),
        toml::Value::Datetime(day) => day.to_string(),
        other => other.type_str().to_owned(),
    };
    text.parse::<Date>().map_err(|_| {
        let message = format!("{} is no day", quoted(&text));
        source
            .error_at(value.span(), message)
            .help("write until = \"2027-03-01\"")
    })
}

fn not_a_keep_file(source: &Source, error: &toml::de::Error) -> Problem {
    let message = error.message().trim().replace('\n', ", ");
    let problem = match error.span() {
        Some(span) => source.error_at(span, message),
        None => source.error(message),
    };
    problem.help(AS_WRITTEN)
}

const AS_WRITTEN: &str =
    "write, for each pattern: [[keep]], pattern = \"s3:PutBucket*\", reason = \"why\"";

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        read(&Source::from_text("keep.toml", text), None)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn patterns_come_with_their_reasons() {
        let text = "[[keep]]\npattern = \"s3:PutBucket*\"\nreason = \"disaster recovery\"\n\n\
                    [[keep]]\npattern = \"sqs:*\"\n";
        let keeps = read(&Source::from_text("keep.toml", text), None)
            .unwrap()
            .keeps;
        assert_eq!(keeps[0].pattern.to_string(), "s3:PutBucket*");
        assert_eq!(
            keeps[0].reason.as_ref().map(Untrusted::raw),
            Some("disaster recovery")
        );
        assert_eq!((keeps.len(), &keeps[1].reason), (2, &None));
    }

    #[test]
    fn what_is_kept_until_a_day_is_kept_on_that_day_and_no_longer() {
        for until in ["\"2027-03-01\"", "2027-03-01"] {
            let text = format!("[[keep]]\npattern = \"sqs:*\"\nuntil = {until}\n");
            let on = |day: &str| {
                let today = Some(day.parse().unwrap());
                read(&Source::from_text("keep.toml", &text), today).unwrap()
            };
            assert_eq!(on("2027-03-01").keeps.len(), 1);
            assert!(on("2027-03-02").keeps.is_empty());
            let said = on("2027-03-02").passed[0].in_one_line();
            assert_eq!(
                said,
                "keep.toml:2:11: this held until 2027-03-01, and is kept no longer"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        let messages = [
            "[[keep]]\npatern = \"s3:Get*\"\n",
            "[[keeps]]\npattern = \"s3:Get*\"\n",
            "[[keep]]\npattern = \"s3Get\"\n\n[[keep]]\npattern = \"*:Get\"\n",
            "[[keep]]\npattern = 7\n",
            "[[keep]]\nreason = \"x\"\n",
            "[[keep]]\nprincipal = \"break-glass\"\n",
            "[[keep]]\npattern = \"s3:*\"\nprincipal = \"arn:aws:iam::*:role/x\"\n",
            "[[keep]]\npattern = \"s3:*\"\nuntil = \"soon\"\n",
            "[[keep]]\npattern = \"s3:*\"\nuntil = 2027-03-01T00:00:00Z\n",
            "keep = \"s3:Get*\"\n",
            "{\"keep\": []}",
            "",
        ]
        .map(refusal)
        .join("\n\n");
        insta::assert_snapshot!(messages);
    }
}
