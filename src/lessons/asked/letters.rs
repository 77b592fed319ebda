//! Whether an entry grants an action, by their letters; and what is left of a wildcard behind a prefix.

use std::sync::Arc;

use super::answer::{AnswerBy, EntryCheck, name_in};
use super::case::{Asked, Case, CasePicture, MOST_CHOICES};
use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use crate::explain::PrefixMatch;
use crate::iam::{Action, ActionPattern, Glob, Inclusion, Name, ServicePrefix};
use crate::lessons::predict::{names_behind, rests, told_apart};
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

/// The lines of that rule.
const LETTERS: usize = 0;
const WORDS: usize = 1;
const STAR: usize = 2;

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
    let is_other_case = !name.as_str().starts_with(glob.literal_prefix());
    let why = why(&glob, name.as_str());
    let against = "Go letter by letter, with case left aside: is each letter of the entry there, in its order?";
    let line = match glob.as_prefix_star() {
        _ if !grants || is_other_case => LETTERS,
        Some(_) => WORDS,
        None => STAR,
    };
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

/// How far the letters of an entry stand in a name, one after the other.
struct Reading<'a> {
    /// The letters before the first star.
    start: &'a str,
    /// Those between and behind the stars that were found.
    found: Vec<&'a str>,
    /// What each wildcard stands for.
    wildcards: Vec<(char, &'a str)>,
    comes_to: ComesTo<'a>,
}

/// What comes of reading a name by an entry.
enum ComesTo<'a> {
    /// Both are at their end.
    End,
    /// Behind so many letters of the start they differ.
    Differ(usize),
    /// These letters of the entry do not follow.
    Lack(&'a str),
    /// The entry is at its end, but these letters of the name follow.
    MoreFollows(&'a str),
}

impl<'a> Reading<'a> {
    fn new(glob: &'a Glob, name: &'a str) -> Self {
        let mut parts = glob.as_str().split('*');
        let start = parts.next().unwrap_or_default();
        let mut reading = Reading {
            start,
            found: Vec::new(),
            wildcards: Vec::new(),
            comes_to: ComesTo::End,
        };
        reading.comes_to = reading.read(parts.collect(), name);
        reading
    }

    fn read(&mut self, mut parts: Vec<&'a str>, name: &'a str) -> ComesTo<'a> {
        let alike = letters_alike(name, self.start);
        if alike < self.start.len() {
            return ComesTo::Differ(alike);
        }
        self.note_letters(self.start, name);
        let mut rest = &name[alike..];
        let end = parts.pop();
        for part in parts {
            let Some(at) = places_of(part, rest).next() else {
                return ComesTo::Lack(part);
            };
            rest = self.pass(part, rest, at);
        }
        match end {
            None => {}
            Some("") => {
                self.wildcards.push(('*', rest));
                rest = "";
            }
            Some(end) => {
                let Some(at) = places_of(end, rest).last() else {
                    return ComesTo::Lack(end);
                };
                rest = self.pass(end, rest, at);
            }
        }
        match rest {
            "" => ComesTo::End,
            more => ComesTo::MoreFollows(more),
        }
    }

    /// Takes the letters up to a part for its star; what is behind the part is left.
    fn pass(&mut self, part: &'a str, rest: &'a str, at: usize) -> &'a str {
        let (star, there) = rest.split_at(at);
        self.wildcards.push(('*', star));
        self.note_letters(part, there);
        if !part.is_empty() {
            self.found.push(part);
        }
        &there[part.len()..]
    }

    /// The letters that the `?`s of a part stand for, which stands at the start of `there`.
    fn note_letters(&mut self, part: &str, there: &'a str) {
        let signs = part.bytes().enumerate().filter(|(_, sign)| *sign == b'?');
        let letters = signs.map(|(at, _)| ('?', &there[at..=at]));
        self.wildcards.extend(letters);
    }
}

/// How many letters two texts begin with alike, where a `?` of the entry is any.
fn letters_alike(name: &str, part: &str) -> usize {
    let pairs = name.bytes().zip(part.bytes());
    let reads = |(letter, sign): &(u8, u8)| *sign == b'?' || letter.eq_ignore_ascii_case(sign);
    pairs.take_while(reads).count()
}

/// Where a part of an entry stands in `text`, in whatever case.
fn places_of<'t>(part: &'t str, text: &'t str) -> impl Iterator<Item = usize> + 't {
    let last = text.len().checked_sub(part.len());
    let places = last.map_or(0..0, |last| 0..last + 1);
    places.filter(move |at| letters_alike(&text[*at..], part) == part.len())
}

/// Why an entry grants a name, or which of its letters do not stand there.
fn why(glob: &Glob, name: &str) -> String {
    let reading = Reading::new(glob, name);
    let start = reading.start;
    let is_spelled_so = |(letter, sign): (u8, u8)| sign == b'?' || letter == sign;
    let case = if name.bytes().zip(start.bytes()).all(is_spelled_so) {
        ""
    } else {
        " (upper and lower case are the same)"
    };
    let begins = (!start.is_empty()).then(|| format!("begins with {start}{case}"));
    let (ends, goes_on) = match (reading.found.split_last(), &reading.comes_to) {
        (Some((end, before)), ComesTo::End) if !glob.as_str().ends_with('*') => {
            (Some(format!("ends with {end}")), before)
        }
        _ => (None, reading.found.as_slice()),
    };
    let goes_on = goes_on.iter().enumerate().map(|(at, part)| match at {
        0 if start.is_empty() => format!("has {part}"),
        _ => format!("goes on to {part}"),
    });
    let path: Vec<String> = begins.into_iter().chain(goes_on).chain(ends).collect();
    match reading.comes_to {
        ComesTo::End if glob.is_everything() => format!("A star alone stands for all of {name}."),
        ComesTo::End
            if glob
                .as_prefix_star()
                .is_some_and(|prefix| name.len() > prefix.len()) =>
        {
            format!("{name} {}, wherever its own words end.", list(&path))
        }
        ComesTo::End if glob.is_literal() => {
            format!("{name} has the letters of the entry{case}, one by one.")
        }
        ComesTo::End => format!("{name} {}; {}.", list(&path), stand_for(&reading.wildcards)),
        ComesTo::Differ(0) => format!(
            "The entry begins with {}, but {name} begins with {}.",
            &start[..1],
            &name[..1]
        ),
        ComesTo::Differ(alike) => {
            let ends = match &name[alike..] {
                "" => "ends there".to_owned(),
                rest => format!("goes on with {}", &rest[..1]),
            };
            format!(
                "After {} the entry goes on with {}, but {name} {ends}.",
                &name[..alike],
                &start[alike..=alike]
            )
        }
        ComesTo::Lack(part) if path.is_empty() => format!("There is no {part} in {name}."),
        ComesTo::Lack(part) => {
            format!("{name} {}, but no {part} follows.", list(&path))
        }
        ComesTo::MoreFollows(more) => {
            let path = list(&path);
            format!("{name} {path}, but does not end there: {more} follows.")
        }
    }
}

/// `the star stands for Service`
fn stand_for(wildcards: &[(char, &str)]) -> String {
    let letters = |letters: &str| match letters {
        "" => "nothing at all".to_owned(),
        letters => letters.to_owned(),
    };
    let each: Vec<String> = wildcards.iter().map(|(_, one)| letters(one)).collect();
    match wildcards {
        [(sign, _)] => format!("the {} stands for {}", name_of(*sign), each[0]),
        all if all.iter().all(|(sign, _)| *sign == '*') => {
            format!("the stars stand for {}", list(&each))
        }
        all => {
            let each = all.iter().zip(each);
            let each = each.map(|((sign, _), one)| format!("{sign} stands for {one}"));
            format!("in order, {}", list(&each.collect::<Vec<_>>()))
        }
    }
}

fn name_of(sign: char) -> &'static str {
    if sign == '*' { "star" } else { "question mark" }
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
        line: right.map_or(STAR, |at| rows[at].line),
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

/// Whether an entry grants an action.
pub(in crate::lessons) fn case(entry: &ActionPattern, action: &Action) -> Case {
    let asked = format!("Does {entry} grant {action}?");
    let row = row(entry, action);
    let case = Case::asking(Vec::new(), asked, &RULE, CHOICES.iter(), row);
    case.with_words_before_right(format!("{} grants {}", entry.name(), action.name))
}

/// Which of several actions an entry grants.
pub(in crate::lessons) fn case_of_several(entry: &ActionPattern, actions: &[Action]) -> Asked {
    let found = which(entry, actions);
    let found = found.filter(|(choices, _)| choices.len() <= MOST_CHOICES);
    let (choices, row) = found.ok_or_else(|| {
        format!("{entry} may grant at most one of these, and there may be at most four")
    })?;
    let asked = format!("Which of these does {entry} grant?");
    let case = Case::asking(Vec::new(), asked, &RULE, choices.iter(), row);
    Ok(case.with_words_before_right(format!("granted by {}", entry.name())))
}

/// What is left of a wildcard behind a prefix.
pub(in crate::lessons) fn case_of_rest(wildcard: &ActionPattern, prefix: &str) -> Asked {
    let found = rest(wildcard, prefix);
    let (choices, row) = found.ok_or_else(|| no_one_rest(wildcard, prefix))?;
    let asked = format!(
        "{prefix} is safe, and several names lie beneath it. What takes the place of {wildcard} for them, \
         without losing or adding anything?"
    );
    let check = WrittenBehind {
        wildcard: wildcard.clone(),
        prefix: prefix.to_owned(),
    };
    let case = Case::asking(Vec::new(), asked, &REST, choices.iter(), row);
    let case = case.answered_by(AnswerBy::Entries(Arc::new(check)));
    let matches = PrefixMatch::all(&wildcard.name(), prefix);
    Ok(case.with_picture(Some(CasePicture::Matches(matches))))
}

/// Why it cannot be asked what is left of a wildcard behind a prefix.
fn no_one_rest(wildcard: &ActionPattern, prefix: &str) -> String {
    let glob = wildcard.name();
    let left = residuals(&glob, prefix);
    let starred = left.iter().filter(|rest| rest.contains('*'));
    let starred: Vec<String> = starred.map(ToString::to_string).collect();
    match starred.as_slice() {
        _ if left.is_empty() => format!("no name that {wildcard} grants begins with {prefix}"),
        [] => format!("behind {prefix} no star of {wildcard} is left"),
        [_] => format!("behind {prefix} nothing but the star of {wildcard} can be left"),
        several => format!(
            "behind {prefix} more than one thing can be left of {wildcard}: {}",
            list(several)
        ),
    }
}

/// A string that `entry` grants and none of the others does.
fn escaping(entry: &Glob, others: &[&Glob]) -> Option<String> {
    match entry.inclusion_in(others) {
        Inclusion::Escapes(name) => Some(name),
        Inclusion::Included | Inclusion::TooComplex => None,
    }
}

/// Checks what is written in the place of a wildcard for the names behind a prefix.
#[derive(Debug)]
struct WrittenBehind {
    wildcard: ActionPattern,
    prefix: String,
}

impl EntryCheck for WrittenBehind {
    fn against(&self, entries: &[String]) -> String {
        let (glob, prefix) = (self.wildcard.name(), &self.prefix);
        let mut written = Vec::new();
        for entry in entries {
            let entry = name_in(entry, self.service());
            if !Name::from(entry).starts_with(prefix) {
                return format!("{entry} is not for names that begin with {prefix} alone.");
            }
            written.extend(Glob::parse(entry));
        }
        let left = residuals(&glob, prefix);
        let names: Vec<String> = (left.iter())
            .flat_map(|left| names_behind(prefix, left))
            .collect();
        for entry in &written {
            let mut beyond = names.iter().filter(|name| !glob.matches(name));
            let beyond = beyond.find(|name| entry.matches(name)).cloned();
            // The names that are told first are easier to read.
            if let Some(name) = beyond.or_else(|| escaping(entry, &[&glob])) {
                return format!("{entry} would grant a name like {name}, which {glob} never did.");
            }
        }
        let written: Vec<&Glob> = written.iter().collect();
        let mut lost = names.iter().filter(|name| glob.matches(name));
        let lost = lost.find(|name| !written.iter().any(|entry| entry.matches(name)));
        let right = left
            .iter()
            .filter_map(|left| Glob::parse(&format!("{prefix}{left}")));
        let lost = lost.cloned().or_else(|| {
            let mut right = right.collect::<Vec<_>>().into_iter();
            right.find_map(|right| escaping(&right, &written))
        });
        match lost {
            Some(name) => format!("Nothing here would grant {name}, which {glob} does."),
            None => format!("That grants what {glob} does here; but is it what the rule writes?"),
        }
    }

    fn how(&self) -> &'static str {
        "where two are needed, a space between them"
    }

    fn service(&self) -> Option<&ServicePrefix> {
        self.wildcard.service()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All texts of these letters that are no longer than `most`.
    fn texts(letters: &str, most: usize) -> Vec<String> {
        let mut texts = vec![String::new()];
        let mut from = 0;
        for _ in 0..most {
            let upto = texts.len();
            for at in from..upto {
                let longer = letters
                    .chars()
                    .map(|letter| format!("{}{letter}", texts[at]));
                texts.extend(longer.collect::<Vec<_>>());
            }
            from = upto;
        }
        texts.remove(0);
        texts
    }

    fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
        let (_, rest) = text.split_once(before)?;
        Some(rest.split_once(after)?.0)
    }

    /// The entry that grants whatever goes the way that a sentence tells of a name: `beg*on*on*end`.
    fn way(path: &str, name: &str) -> String {
        let path = path.strip_prefix(name).expect("the name");
        let path = path.replace(" (upper and lower case are the same)", "");
        let path = path.replace(" and ", ", ");
        let steps = path.split(", ").map(str::trim);
        let steps = steps.map(|step| {
            let (how, letters) = step.rsplit_once(' ').expect("letters");
            match how {
                "begins with" => letters.to_owned(),
                "has" | "goes on to" | "ends with" => format!("*{letters}"),
                other => panic!("{other} in {path}"),
            }
        });
        steps.collect()
    }

    fn matches(entry: &str, name: &str) -> bool {
        Glob::parse(entry).expect("an entry").matches(name)
    }

    /// Checks a sentence by what the entry's own matching says of its parts.
    fn check(entry: &str, name: &str) {
        let glob = Glob::parse(entry).expect("an entry");
        let said = why(&glob, name);
        let told = format!("{entry} {name}: {said}");
        assert!(!said.contains("  ") && !said.contains(" ,"), "{told}");
        let grants = !["but ", "There is no "].iter().any(|no| said.contains(no));
        assert_eq!(grants, glob.matches(name), "{told}");
        if let Some((path, rest)) = said.split_once(", but no ") {
            let way = way(path, name);
            let lacks = rest.strip_suffix(" follows.").expect(&told);
            assert!(matches(&format!("{way}*"), name), "{told}");
            assert!(!matches(&format!("{way}*{lacks}*"), name), "{told}");
        } else if let Some((path, more)) = said.split_once(", but does not end there: ") {
            let way = way(path, name);
            let more = more.strip_suffix(" follows.").expect(&told);
            assert!(matches(&format!("{way}{more}"), name), "{told}");
            assert!(!matches(&way, name), "{told}");
        } else if let Some(lacks) = between(&said, "There is no ", " in ") {
            assert!(!matches(&format!("*{lacks}*"), name), "{told}");
        } else if let Some(start) = between(&said, "After ", " the entry") {
            assert!(name.starts_with(start), "{told}");
            let sign = between(&said, "entry goes on with ", ",").expect(&told);
            let next = between(&said, &format!("but {name} goes on with "), ".");
            let next = next.unwrap_or_default();
            assert!(
                name[start.len()..].starts_with(next) && !matches(sign, next),
                "{told}"
            );
            assert_eq!(next.is_empty(), name.len() == start.len(), "{told}");
            assert!(matches(&entry[..start.len()], start), "{told}");
            assert_eq!(&entry[start.len()..=start.len()], sign, "{told}");
        } else if let Some((path, _)) = said.split_once(", wherever") {
            assert_eq!(format!("{}*", way(path, name)), entry, "{told}");
        } else if let Some((path, stand)) = said.split_once("; ") {
            let way = way(path, name);
            assert!(
                matches(&way, name) || matches(&format!("{way}*"), name),
                "{told}"
            );
            check_wildcards(entry, name, stand);
        }
    }

    /// What the wildcards are said to stand for makes the name of the entry.
    fn check_wildcards(entry: &str, name: &str, stand: &str) {
        let stand = stand.trim_start_matches("in order, ");
        let letters = stand.trim_end_matches('.').replace(" and ", ", ");
        let letters = letters.split(", ").map(|one| {
            let (_, one) = one.rsplit_once(" for ").unwrap_or(("", one));
            if one == "nothing at all" { "" } else { one }
        });
        let mut letters = letters.collect::<Vec<_>>().into_iter();
        let made = entry.chars().map(|sign| match sign {
            '*' | '?' => letters.next().expect("letters").to_owned(),
            letter => letter.to_string(),
        });
        let made: String = made.collect();
        assert!(made.eq_ignore_ascii_case(name), "{entry} {name}: {stand}");
        assert_eq!(letters.next(), None, "{entry} {name}: {stand}");
    }

    #[test]
    fn why_an_entry_grants_a_name_or_not_is_what_its_letters_say() {
        for entry in texts("aB*?", 5) {
            for name in texts("ab", 5) {
                check(&entry, &name);
            }
        }
    }

    #[test]
    fn an_entry_that_fails_at_its_end_says_where_it_ends() {
        let said = |entry: &str| why(&Glob::parse(entry).expect("an entry"), "DescribeImages");
        assert_eq!(
            said("Describe*Image"),
            "DescribeImages begins with Describe and goes on to Image, but does not end there: s follows."
        );
        assert_eq!(
            said("DescribeImage"),
            "DescribeImages begins with DescribeImage, but does not end there: s follows."
        );
        assert_eq!(
            said("DescribeImages*"),
            "DescribeImages begins with DescribeImages; the star stands for nothing at all."
        );
        assert_eq!(said("*Volumes"), "There is no Volumes in DescribeImages.");
        assert_eq!(
            said("Describe?mages"),
            "DescribeImages begins with Describe?mages; the question mark stands for I."
        );
    }
}
