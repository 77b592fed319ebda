//! `--keep-file`: what is to be kept, with the reasons, in a file that a team shares.
//!
//! ```toml
//! [[keep]]
//! pattern = "s3:PutBucket*"
//! reason = "disaster recovery"
//! until = "2027-03-01"
//! ```

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use crate::iam::ActionPattern;
use crate::refine::Keep;
use crate::text::{Problem, Problems, Source, Untrusted, quoted};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeepFile {
    keep: Vec<KeepEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeepEntry {
    pattern: Spanned<String>,
    reason: Option<String>,
    /// A text, or a day of TOML.
    until: Option<Spanned<toml::Value>>,
}

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// What is to be kept today.
    pub keeps: Vec<Keep>,
    /// What was to be kept until a day that has passed: that it is not any more.
    pub passed: Vec<Problem>,
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
        let until = entry
            .until
            .as_ref()
            .map(|until| day(source, until))
            .transpose();
        let pattern = pattern(source, &entry.pattern);
        match (pattern, until) {
            (Ok(_), Ok(Some(until))) if today.is_some_and(|today| until < today) => {
                let message = format!("this held until {until}, and is kept no longer");
                kept.passed
                    .push(source.warning_at(entry.pattern.span(), message));
            }
            (Ok(pattern), Ok(until)) => kept.keeps.push(Keep {
                pattern,
                reason: entry.reason.map(Untrusted::from),
                until,
            }),
            (pattern, until) => {
                problems.extend(pattern.err());
                problems.extend(until.err());
            }
        }
    }
    if problems.is_empty() {
        Ok(kept)
    } else {
        Err(Problems(problems))
    }
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
    problem.help("write, for each pattern: [[keep]], pattern = \"s3:PutBucket*\", reason = \"why\"")
}

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
