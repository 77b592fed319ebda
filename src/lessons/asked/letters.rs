//! Whether an entry grants an action, by their letters; and what is left of a wildcard behind a prefix.

use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use crate::iam::{Action, ActionPattern, Glob};
use crate::lessons::predict::{rests, told_apart};
use crate::refine::residuals;

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
        "  what it has not has to follow",
    ],
};

/// Whether `entry` grants `action`.
pub(in crate::lessons) fn row(entry: &ActionPattern, action: &Action) -> ChoosingRow {
    let grants = entry.matches(action);
    let (glob, name) = (entry.name(), &action.name);
    let literals = glob.literal_prefix();
    let is_other_case = grants && !name.as_str().starts_with(literals);
    let end = glob.as_str().rsplit('*').next().unwrap_or_default();
    let is_middle = end.len() < glob.as_str().len() && !end.is_empty();
    let behind = if is_middle {
        format!(" The star stands for what lies between, and it ends with {end}.")
    } else {
        String::new()
    };
    let why = match (grants, is_other_case) {
        (true, true) => {
            format!("{name} begins with {literals}: upper and lower case are the same.{behind}")
        }
        (true, false) => format!(
            "{name} begins with the letters {literals}, wherever its own words end.{behind}"
        ),
        (false, _) => {
            format!("{name} does not have the letters of {glob}, not even with case left aside.")
        }
    };
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
    let row = ChoosingRow {
        what: format!("{prefix} of {glob}"),
        known: String::new(),
        right,
        line: 2,
        why: format!(
            "Behind {prefix} the rest of {glob} is {}: that grants the names which begin so and which {glob} \
             grants, no more and no less.",
            &choices[right][prefix.len()..]
        ),
        against: against.map(Option::unwrap_or_default).collect(),
        because: None,
    };
    Some((choices, row))
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
        line: 2,
        why: format!(
            "{prefix} may have matched a part of what {glob} asks for, as in {whole}, or nothing of it yet. \
             Both have to be granted still."
        ),
        against: against.to_vec(),
        because: None,
    };
    Some((choices, row))
}
