//! What comments ask to be kept: `# iam-refine:keep s3:GetBucket* disaster recovery until=2027-03-01`.

use std::ops::Range;

use jiff::civil::Date;

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

const HELP: &str = "write # iam-refine:keep PATTERN REASON, and until=2027-03-01 where it ends; each pattern in a comment \
                    of its own";

/// Whether a text may have comments to this program. To look for comments costs more.
pub fn speaks_to_us(text: &str) -> bool {
    next_to_us(text, 0).is_some() || memchr::memmem::find(text.as_bytes(), b"refine").is_some()
}

/// Reads those of the `comments` of a text that ask for something to be kept: the word `iam-refine:keep`,
/// a pattern of actions, and to the end of the line the reason, and `until=` with the last day on which it
/// holds.
///
/// ```
/// use iam_refine::document::keep_comments;
/// use iam_refine::terraform::comments;
/// use iam_refine::text::Source;
/// let text = "actions = [\"s3:*\"] # iam-refine:keep s3:GetBucket* audits until=2027-03-01\n";
/// let kept = keep_comments(&Source::from_text("main.tf", text), comments(text))?;
/// assert_eq!(kept[0].pattern.to_string(), "s3:GetBucket*");
/// assert_eq!(kept[0].reason.as_ref().unwrap().raw(), "audits");
/// assert_eq!(kept[0].until.unwrap().to_string(), "2027-03-01");
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
///
/// # Errors
/// Comments to this program that are not understood, each at its place: an exception that somebody wrote
/// down has to hold.
pub fn keep_comments(
    source: &Source,
    comments: impl IntoIterator<Item = Range<usize>>,
) -> Result<Vec<KeepComment>, Problems> {
    let (mut kept, mut problems) = (Vec::new(), Vec::new());
    for comment in comments {
        let comment = words_of(source.text(), comment);
        if is_nearly_to_us(&source.text()[comment.clone()]) {
            let wrong = source.error_at(comment.clone(), "this comment is not understood");
            problems.push(wrong.help(HELP));
        }
        let mut at = comment.start;
        while let Some(start) = next_to_us(&source.text()[..comment.end], at) {
            match keep_comment(source, start, &comment) {
                Ok(comment) => kept.push(comment),
                Err(problem) => problems.push(problem),
            }
            at = start + TO_US.len();
        }
    }
    if problems.is_empty() {
        Ok(kept)
    } else {
        Err(Problems(problems))
    }
}

/// The pattern that a comment asks to be kept; none of another comment.
pub(super) fn kept_pattern(comment: &str) -> Option<ActionPattern> {
    let words = &comment[words_of(comment, 0..comment.len())];
    let mut words = words.trim_start().strip_prefix(KEEP)?.split_whitespace();
    words.next()?.parse().ok()
}

/// What a comment says, without what begins it and what ends it.
fn words_of(text: &str, comment: Range<usize>) -> Range<usize> {
    let whole = &text[comment.clone()];
    let (begin, end) = match whole.strip_prefix("/*") {
        Some(rest) if rest.ends_with("*/") => (2, 2),
        Some(_) => (2, 0),
        None => (whole.len() - whole.trim_start_matches(['#', '/']).len(), 0),
    };
    comment.start + begin..comment.end - end
}

/// Where something begins at `from` or later that is said to this program, in small letters or capitals.
fn next_to_us(text: &str, from: usize) -> Option<usize> {
    let mut starts = memchr::memchr2_iter(b'i', b'I', &text.as_bytes()[from..]);
    let is_it = |at: &usize| {
        let word = text.as_bytes().get(*at..*at + TO_US.len());
        word.is_some_and(|word| word.eq_ignore_ascii_case(TO_US.as_bytes()))
    };
    starts.find_map(|at| Some(from + at).filter(is_it))
}

/// Whether a comment begins as one to this program does, but for what stands between its words: `iam-refine keep`,
/// `iam_refine : keep`.
fn is_nearly_to_us(comment: &str) -> bool {
    let mut letters = String::new();
    let words = comment.split_whitespace();
    let mut words = words.filter(|word| word.contains(char::is_alphanumeric));
    let is_ours = next_to_us(words.clone().next().unwrap_or_default(), 0).is_some();
    let is_it = words.any(|word| {
        letters.extend(word.chars().filter(|c| c.is_alphanumeric()));
        letters.make_ascii_lowercase();
        letters.len() >= NEARLY.len()
    });
    is_it && !is_ours && letters == NEARLY
}

/// The letters that a comment to this program begins with.
const NEARLY: &str = "iamrefinekeep";

/// Reads what begins at `start` in a comment, to the end of its line.
fn keep_comment(
    source: &Source,
    start: usize,
    comment: &Range<usize>,
) -> Result<KeepComment, Problem> {
    let line = &source.text()[start..comment.end];
    let line = line
        .split(['\n', '\r'])
        .next()
        .unwrap_or_default()
        .trim_end();
    let range = start..start + line.len();
    let wrong = |what: String| source.error_at(range.clone(), what).help(HELP);
    let before = &source.text()[comment.start..start];
    let before = before.rsplit('\n').next().unwrap_or_default();
    let begins = before
        .trim_start()
        .trim_start_matches('*')
        .trim()
        .is_empty();
    let is_keep = line
        .strip_prefix(KEEP)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
    if !is_keep || !begins {
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
    let is_day = |word: &&&str| {
        let begins = word.get(.."until".len());
        let is_until = begins.is_some_and(|begins| begins.eq_ignore_ascii_case("until"));
        word.parse::<Date>().is_ok() || is_until && word["until".len()..].starts_with([':', '='])
    };
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
    let is_pattern = |word: &&str| word.parse::<ActionPattern>().is_ok();
    if let Some(second) = reason.first().copied().filter(is_pattern) {
        let second = quoted(second);
        return Err(wrong(format!(
            "{second} is a second pattern, and a comment keeps one"
        )));
    }
    Ok(KeepComment {
        pattern,
        reason: (!reason.is_empty()).then(|| reason.join(" ").into()),
        until,
        range,
    })
}
