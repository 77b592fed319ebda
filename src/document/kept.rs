//! What comments ask to be kept: `# iam-refine:keep s3:GetBucket* disaster recovery until=2027-03-01`.

use std::ops::Range;

use jiff::civil::Date;

use super::comment::begins_comment;
use crate::iam::ActionPattern;
use crate::text::{Problem, Problems, Source, Untrusted, quoted};

/// A comment that asks for something to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeepComment {
    /// The actions that are kept.
    pub pattern: ActionPattern,
    /// Why, in the words of the comment.
    pub reason: Option<Untrusted>,
    /// The last day on which it holds, if it says one.
    pub until: Option<Date>,
    /// The bytes of what it says, from `iam-refine:keep` on.
    pub range: Range<usize>,
}

/// What comments to this program begin with.
const TO_US: &str = "iam-refine:";

/// What those begin with that ask for something to be kept.
const KEEP: &str = "iam-refine:keep";

const HELP: &str = "write # iam-refine:keep PATTERN REASON, and until=2027-03-01 where it ends";

/// Reads the comments of a text that ask for something to be kept: after `#`, `//` or `/*` the word
/// `iam-refine:keep`, a pattern of actions, and to the end of the line the reason, and `until=` with the
/// last day on which it holds.
///
/// ```
/// use iam_refine::document::keep_comments;
/// use iam_refine::text::Source;
/// let text = "actions = [\"s3:*\"] # iam-refine:keep s3:GetBucket* audits until=2027-03-01\n";
/// let kept = keep_comments(&Source::from_text("main.tf", text))?;
/// assert_eq!(kept[0].pattern.to_string(), "s3:GetBucket*");
/// assert_eq!(kept[0].reason.as_ref().unwrap().raw(), "audits");
/// assert_eq!(kept[0].until.unwrap().to_string(), "2027-03-01");
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
///
/// # Errors
/// Comments to this program that are not understood, each at its place: an exception that somebody wrote
/// down has to hold.
pub fn keep_comments(source: &Source) -> Result<Vec<KeepComment>, Problems> {
    let text = source.text();
    let (mut kept, mut problems) = (Vec::new(), Vec::new());
    for start in places(text, TO_US) {
        if !is_in_comment(text, start) {
            continue;
        }
        match keep_comment(source, start) {
            Ok(comment) => kept.push(comment),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(kept)
    } else {
        Err(Problems(problems))
    }
}

/// Where a word stands, in small letters or capitals.
fn places(text: &str, word: &str) -> Vec<usize> {
    let folded = text.to_ascii_lowercase();
    folded.match_indices(word).map(|(at, _)| at).collect()
}

/// Whether a place is in a comment: one of several lines, or one that has begun in its line, outside of
/// strings as far as the quotes tell.
fn is_in_comment(text: &str, at: usize) -> bool {
    let opened = text[..at].rfind("/*");
    if opened.is_some_and(|opened| !text[opened..at].contains("*/")) {
        return true;
    }
    let line = text[..at].rsplit('\n').next().unwrap_or_default();
    let begins = ["#", "//", "/*"]
        .iter()
        .flat_map(|begin| line.match_indices(begin));
    let is_outside = |before: &str| {
        let count = |quote| before.matches(quote).count();
        count('"') % 2 == 0 && count('\'') % 2 == 0
    };
    begins.map(|(begin, _)| &line[..begin]).any(is_outside)
}

fn keep_comment(source: &Source, start: usize) -> Result<KeepComment, Problem> {
    let line = &source.text()[start..];
    let line = line.split(['\n', '\r']).next().unwrap_or_default();
    let line = line.split("*/").next().unwrap_or_default().trim_end();
    let range = start..start + line.len();
    let wrong = |what: String| source.error_at(range.clone(), what).help(HELP);
    let is_keep = line
        .strip_prefix(KEEP)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
    if !is_keep || !begins_comment(source.text(), start) {
        return Err(wrong("this comment is not understood".to_owned()));
    }
    let mut words = line[KEEP.len()..].split_whitespace();
    let Some(pattern) = words.next() else {
        return Err(wrong("this names nothing to keep".to_owned()));
    };
    let pattern = match pattern.parse::<ActionPattern>() {
        Ok(pattern) => pattern,
        Err(error) => return Err(wrong(format!("{}: {error}", quoted(pattern)))),
    };
    let (days, reason): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with("until="));
    let is_day = |word: &&&str| word.parse::<Date>().is_ok();
    let until = match days.as_slice() {
        [] if reason.iter().any(|word| is_day(&word)) => {
            return Err(wrong("a day is told by until=2027-03-01".to_owned()));
        }
        [] => None,
        [day] => match day["until=".len()..].parse::<Date>() {
            Ok(day) => Some(day),
            Err(_) => return Err(wrong(format!("{} is no day", quoted(day)))),
        },
        _ => return Err(wrong("this says two days".to_owned())),
    };
    Ok(KeepComment {
        pattern,
        reason: (!reason.is_empty()).then(|| reason.join(" ").into()),
        until,
        range,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let source = Source::from_text("main.tf", text);
        let kept = keep_comments(&source).map_err(|problems| problems.to_string())?;
        Ok(kept
            .iter()
            .map(|one| source.text()[one.range.clone()].to_owned())
            .collect())
    }

    #[test]
    fn every_kind_of_comment_is_read_to_its_end() {
        let text = "# iam-refine:keep s3:Get*\r\n//iam-refine:keep sqs:* why\n  /* iam-refine:keep a:B */ x";
        let kept = [
            "iam-refine:keep s3:Get*",
            "iam-refine:keep sqs:* why",
            "iam-refine:keep a:B",
        ];
        assert_eq!(read(text).unwrap(), kept);
    }

    #[test]
    fn what_is_no_comment_or_another_word_is_none() {
        assert_eq!(read("x = \"iam-refine:keep s3:Get*\"").unwrap(), [""; 0]);
        assert_eq!(read("x = \"# iam-refine:keep s3:Get*\"").unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (text, what) in [
            (
                "# iam-refine:keep",
                "main.tf:1:3: this names nothing to keep",
            ),
            ("\n# iam-refine:keep s3Get x", "main.tf:2:3: \"s3Get\""),
            (
                "# iam-refine:keep s3:* until=soon",
                "\"until=soon\" is no day",
            ),
            (
                "# iam-refine:keep s3:* until=2027-01-01 until=2027-01-02",
                "two days",
            ),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(what), "{refused}");
        }
    }
}
