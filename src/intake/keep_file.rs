//! `--keep-file`: what is to be kept, with the reasons, in a file that a team shares.
//!
//! ```toml
//! [[keep]]
//! pattern = "s3:PutBucket*"
//! reason = "disaster recovery"
//! ```

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
}

/// Reads what is to be kept.
///
/// # Errors
/// What is not TOML, a key that is not known, and patterns that are none, each at its place.
pub fn read(source: &Source) -> Result<Vec<Keep>, Problems> {
    let file: KeepFile =
        toml::from_str(source.text()).map_err(|error| not_a_keep_file(source, &error))?;
    let mut problems = Vec::new();
    let mut keeps = Vec::new();
    for entry in file.keep {
        match entry.pattern.get_ref().parse::<ActionPattern>() {
            Ok(pattern) => keeps.push(Keep {
                pattern,
                reason: entry.reason.map(Untrusted::from),
            }),
            Err(error) => {
                let message = format!("{}: {error}", quoted(entry.pattern.get_ref()));
                problems.push(source.error_at(entry.pattern.span(), message));
            }
        }
    }
    if problems.is_empty() {
        Ok(keeps)
    } else {
        Err(Problems(problems))
    }
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
        read(&Source::from_text("keep.toml", text))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn patterns_come_with_their_reasons() {
        let text = "[[keep]]\npattern = \"s3:PutBucket*\"\nreason = \"disaster recovery\"\n\n\
                    [[keep]]\npattern = \"sqs:*\"\n";
        let keeps = read(&Source::from_text("keep.toml", text)).unwrap();
        assert_eq!(keeps[0].pattern.to_string(), "s3:PutBucket*");
        assert_eq!(
            keeps[0].reason.as_ref().map(Untrusted::raw),
            Some("disaster recovery")
        );
        assert_eq!((keeps.len(), &keeps[1].reason), (2, &None));
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        let messages = [
            "[[keep]]\npatern = \"s3:Get*\"\n",
            "[[keeps]]\npattern = \"s3:Get*\"\n",
            "[[keep]]\npattern = \"s3Get\"\n\n[[keep]]\npattern = \"*:Get\"\n",
            "[[keep]]\npattern = 7\n",
            "[[keep]]\nreason = \"x\"\n",
            "keep = \"s3:Get*\"\n",
            "{\"keep\": []}",
            "",
        ]
        .map(refusal)
        .join("\n\n");
        insta::assert_snapshot!(messages);
    }
}
