//! Whether an entry grants an action, by their letters; and what is left of a wildcard behind a prefix.

use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use crate::iam::{Action, ActionPattern, Glob, starts_with_ignoring_case};
use crate::lessons::predict::{rests, told_apart};
use crate::refine::residuals;
use crate::text::list;

/// Whether an entry grants an action.
pub(in crate::lessons) const CHOICES: [&str; 2] = ["yes", "no"];

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "does it grant it?",
    lines: &[
        "letters count, not their case,",
        "  nor where a word ends;",
        "a star is any letters, or none",
    ],
};

pub(in crate::lessons) static REST: ChoiceRule = ChoiceRule {
    title: "what is left?",
    lines: &[
        "match the prefix against it:",
        "  what it has matched is done,",
        "  what it has not has to follow;",
        "  if either may be so: both",
    ],
};

/// Whether `entry` grants `action`.
pub(in crate::lessons) fn row(entry: &ActionPattern, action: &Action) -> ChoosingRow {
    let grants = entry.matches(action);
    let (glob, name) = (entry.name(), &action.name);
    let is_other_case = grants && !name.as_str().starts_with(glob.literal_prefix());
    let why = why(&glob, name.as_str(), grants);
    let against = "Go letter by letter, with case left aside: is each letter of the entry there, in its order?";
    let line = usize::from(grants && !is_other_case);
    let right = usize::from(!grants);
    ChoosingRow {
        what: format!("{glob} and {name}"),
        known: String::new(),
        right,
        line,
        why,
        against: against_others(2, right, |_| against.to_owned()),
        because: None,
    }
}

/// Why an entry grants a name, or which of its letters do not stand there.
fn why(glob: &Glob, name: &str, grants: bool) -> String {
    let start = glob.literal_prefix();
    if !starts_with_ignoring_case(name, start) {
        let pairs = name.bytes().zip(start.bytes());
        let alike = pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
        let next = |text: &str| match &text[alike..] {
            "" => "ends there".to_owned(),
            rest => format!("goes on with {}", &rest[..1]),
        };
        let after = &name[..alike];
        return format!(
            "After {after} the entry {}, but {name} {}.",
            next(start),
            next(name)
        );
    }
    let case = if name.starts_with(start) {
        ""
    } else {
        " (upper and lower case are the same)"
    };
    let mut rest = &name[start.len()..];
    let mut parts = glob.as_str()[start.len()..]
        .split('*')
        .filter(|part| !part.is_empty());
    if !grants {
        // The first of its letters behind a star that do not follow.
        let missing = parts.find(|part| match found_in(rest, part) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                false
            }
            None => true,
        });
        let missing = missing.unwrap_or(start);
        return format!("{name} begins with {start}{case}, but no {missing} follows.");
    }
    let behind = &glob.as_str()[start.len()..];
    let Some(letters) = letters_of_stars(behind, rest).filter(|_| behind != "*") else {
        return format!("{name} begins with {start}{case}, wherever its own words end.");
    };
    let parts: Vec<&str> = behind.split('*').filter(|part| !part.is_empty()).collect();
    let (then, end) = match parts.split_last() {
        Some((end, before)) if !behind.ends_with('*') => (before, Some(end)),
        _ => (parts.as_slice(), None),
    };
    let then = then.iter().map(|part| format!(", goes on to {part}"));
    let end = end.map_or_else(String::new, |end| format!(" and ends with {end}"));
    let stand = match letters.len() {
        1 => "the star stands",
        _ => "the stars stand",
    };
    let each = letters.iter().map(|one| match *one {
        "" => "nothing at all".to_owned(),
        one => one.to_owned(),
    });
    format!(
        "{name} begins with {start}{case}{}{end}; {stand} for {}.",
        then.collect::<String>(),
        list(&each.collect::<Vec<_>>())
    )
}

/// The letters of `name` that each star of `glob` stands for, the first ones that do; none where it has a `?`.
fn letters_of_stars<'n>(glob: &str, name: &'n str) -> Option<Vec<&'n str>> {
    let parts: Vec<&str> = glob.split('*').collect();
    let (end, middle) = parts.get(1..)?.split_last()?;
    let mut rest = name.get(..name.len().checked_sub(end.len())?)?;
    let mut stars = Vec::new();
    for part in middle {
        let at = found_in(rest, part)?;
        stars.push(&rest[..at]);
        rest = &rest[at + part.len()..];
    }
    stars.push(rest);
    (!glob.contains('?')).then_some(stars)
}

/// Where `part` stands in `text`, in whatever case.
fn found_in(text: &str, part: &str) -> Option<usize> {
    let mut places = 0..=text.len().checked_sub(part.len())?;
    places.find(|at| starts_with_ignoring_case(&text[*at..], part))
}

/// Which of several actions `entry` grants: one of them, or none.
pub(in crate::lessons) fn which(
    entry: &ActionPattern,
    actions: &[Action],
) -> Option<(Vec<String>, ChoosingRow)> {
    let rows: Vec<ChoosingRow> = actions.iter().map(|action| row(entry, action)).collect();
    let mut granted = (0..rows.len()).filter(|at| rows[*at].right == 0);
    let right = granted.next();
    if granted.next().is_some() || rows.is_empty() {
        return None;
    }
    let names = actions.iter().map(|action| action.name.to_string());
    let choices: Vec<String> = names.chain(["none of them".to_owned()]).collect();
    let place = right.unwrap_or(rows.len());
    let all: Vec<String> = rows.iter().map(|row| row.why.clone()).collect();
    let against = |at: usize| match rows.get(at) {
        Some(row) => row.why.clone(),
        None => "Go through the names again, letter by letter: one of them matches.".to_owned(),
    };
    let found = ChoosingRow {
        what: format!("which, of {}", entry.name()),
        known: String::new(),
        right: place,
        line: right.map_or(2, |at| rows[at].line),
        why: right.map_or_else(|| all.join(" "), |at| all[at].clone()),
        against: against_others(choices.len(), place, against),
        because: None,
    };
    Some((choices, found))
}

/// What stands behind `prefix` in the place of `wildcard`, and what else one could think. None where no star does.
pub(in crate::lessons) fn rest(
    wildcard: &ActionPattern,
    prefix: &str,
) -> Option<(Vec<String>, ChoosingRow)> {
    let glob = wildcard.name();
    let half_read = residuals(&glob, prefix);
    let mut half_read = half_read.iter().filter(|rest| !rest.contains('*'));
    if let Some(end) = half_read.next() {
        let is_only = half_read.next().is_none();
        return is_only
            .then(|| rest_half_read(&glob, prefix, end))
            .flatten();
    }
    let (choices, right) = rests(&glob, prefix, None);
    let right = right.filter(|_| choices.len() > 1)?;
    let entry = Glob::parse(choices.get(right)?)?;
    let against = choices.iter().enumerate().map(|(at, choice)| {
        let wrong = Glob::parse(choice).filter(|_| at != right)?;
        Some(match told_apart(&wrong, &entry, prefix)? {
            (name, true) => {
                format!("{choice} would grant a name like {name}, which {glob} never did.")
            }
            (name, false) => format!("{choice} would not grant {name}, which {glob} does."),
        })
    });
    let against: Vec<String> = against.map(Option::unwrap_or_default).collect();
    let left = &choices[right][prefix.len()..];
    let wrong = against.iter().find(|against| !against.is_empty());
    let row = ChoosingRow {
        what: format!("{prefix} of {glob}"),
        known: String::new(),
        right,
        line: if left == "*" { 1 } else { 2 },
        why: format!(
            "{prefix} has matched {} of {glob}, so {left} is left. {}",
            matched(&glob, left),
            wrong.map_or("", String::as_str)
        ),
        against,
        because: None,
    };
    Some((choices, row))
}

/// The letters of a wildcard that were matched where `left` is left of it.
fn matched(glob: &Glob, left: &str) -> String {
    let literals = |text: &str| -> Vec<String> {
        let parts = text.split('*').filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let mut all = literals(glob.as_str());
    all.truncate(all.len() - literals(left).len().min(all.len()));
    if all.is_empty() {
        "none of the letters".to_owned()
    } else {
        list(&all)
    }
}

/// The same where the prefix may have read a part of what the wildcard asks for: `end` follows then.
fn rest_half_read(glob: &Glob, prefix: &str, end: &str) -> Option<(Vec<String>, ChoosingRow)> {
    let starred = residuals(glob, prefix);
    let mut starred = starred.iter().filter(|rest| rest.contains('*'));
    let star = starred.next().filter(|_| starred.next().is_none())?;
    let (star, whole) = (format!("{prefix}{star}"), format!("{prefix}{end}"));
    let beyond = format!("{prefix}*");
    let choices = vec![
        star.clone(),
        beyond.clone(),
        format!("{beyond} and {whole}"),
        format!("{star} and {whole}"),
        whole.clone(),
    ];
    let why_beyond =
        format!("{beyond} would grant a name like {prefix}Other, which {glob} never did.");
    let against = [
        format!("{star} would not grant {whole}, which {glob} does."),
        why_beyond.clone(),
        why_beyond,
        String::new(),
        format!("{whole} is one name; {glob} grants others that begin with {prefix} too."),
    ];
    let row = ChoosingRow {
        what: format!("{prefix} of {glob}"),
        known: String::new(),
        right: 3,
        line: 3,
        why: format!(
            "{prefix} may have matched a part of what {glob} asks for, as in {whole}, or nothing of it yet. \
             Both have to be granted still."
        ),
        against: against.to_vec(),
        because: None,
    };
    Some((choices, row))
}
