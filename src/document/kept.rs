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

/// What such a comment begins with.
const KEEP: &str = "iam-refine:keep";

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
/// Comments that name no pattern, or no day, each at its place.
pub fn keep_comments(source: &Source) -> Result<Vec<KeepComment>, Problems> {
    let text = source.text();
    let (mut kept, mut problems) = (Vec::new(), Vec::new());
    for (start, _) in text.match_indices(KEEP) {
        let is_word = text[start + KEEP.len()..].starts_with([' ', '\t', '\r', '\n']);
        let is_whole = is_word || start + KEEP.len() == text.len();
        if is_whole && begins_comment(text, start) {
            match keep_comment(source, start) {
                Ok(comment) => kept.push(comment),
                Err(problem) => problems.push(problem),
            }
        }
    }
    if problems.is_empty() {
        Ok(kept)
    } else {
        Err(Problems(problems))
    }
}

fn keep_comment(source: &Source, start: usize) -> Result<KeepComment, Problem> {
    const HELP: &str = "write # iam-refine:keep PATTERN REASON, and until=2027-03-01 where it ends";
    let line = &source.text()[start..];
    let line = line.split(['\n', '\r']).next().unwrap_or_default();
    let line = line.split("*/").next().unwrap_or_default().trim_end();
    let range = start..start + line.len();
    let wrong = |what: String| source.error_at(range.clone(), what).help(HELP);
    let mut words = line[KEEP.len()..].split_whitespace();
    let Some(pattern) = words.next() else {
        return Err(wrong("this names nothing to keep".to_owned()));
    };
    let pattern = match pattern.parse::<ActionPattern>() {
        Ok(pattern) => pattern,
        Err(error) => return Err(wrong(format!("{}: {error}", quoted(pattern)))),
    };
    let (days, reason): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with("until="));
    let until = match days.as_slice() {
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
        assert_eq!(read("# iam-refine:keeper s3:Get*").unwrap(), [""; 0]);
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
