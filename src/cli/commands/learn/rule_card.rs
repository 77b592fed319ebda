//! `iam-refine learn rule`: the rule on one page, with an example and the words.

use std::fmt::Write;

use crate::explain::{Color, Grouping, Outline, RuleLine, tree};
use crate::lessons::{Lesson, Replies};
use crate::text::wrap;

/// The cells of a line.
const WIDTH: usize = 78;

/// Where what is said of a line of the rule begins.
const SAID: usize = 32;

/// The words that are used of the trie, and what each means.
const WORDS: [(&str, &str); 8] = [
    (
        "prefix",
        "Letters that names begin with. In the trie it ends where names are cut: before a capital letter, if at words.",
    ),
    (
        "unsafe",
        "An unused name begins with it, wherever in the trie that stands: letters decide. Else it is safe.",
    ),
    (
        "beneath",
        "Below a prefix in the trie; the prefix itself too, where it is a name. Names are counted so.",
    ),
    (
        "beside",
        "Elsewhere in the trie, or an entry of its own in the statement.",
    ),
    (
        "goes",
        "Reported as unused and not kept, or dropped by hand.",
    ),
    (
        "stays",
        "All else: used as far as AWS sees, not tracked, newer than the finding, or kept by hand.",
    ),
    (
        "left",
        "What of the old wildcard the prefix has not matched yet: it stands behind the prefix.",
    ),
    (
        "covered",
        "Granted by another new entry as well: left out in the end.",
    ),
];

/// What is added to a line of the rule.
fn said_of(line: RuleLine) -> &'static str {
    match line {
        RuleLine::Question => "asked first at each prefix, from the top",
        RuleLine::Safe => "write one entry, and stop here:",
        RuleLine::ItsName => "in full; a star would grant only what AWS adds",
        RuleLine::PrefixStar => "behind the prefix what is left of the wildcard",
        RuleLine::Unsafe => "no star here:",
        RuleLine::Nothing => "and stop here",
        RuleLine::OwnName => "in full, and go on with its children",
        RuleLine::Children => "each with all beneath it, before the next",
    }
}

/// The page.
pub(super) fn text(lessons: &[Lesson], color: Color) -> String {
    let mut text = "THE RULE  how a wildcard is replaced\n\n".to_owned();
    for line in RuleLine::ALL {
        let rule = format!("{}{}", "  ".repeat(1 + line.depth()), line.as_str());
        let _ = writeln!(text, "{rule:<SAID$}{}", said_of(line));
    }
    let first = lessons.first();
    if let Some((walk, _)) = first.and_then(|lesson| lesson.first_quiz(&Replies::default())) {
        let outline = Outline::new(&walk, walk.steps().len(), Grouping::Apart);
        let _ = write!(
            text,
            "\nEXAMPLE  {} on a few names\n\n{}",
            walk.plan().old,
            tree(&outline, color)
        );
    }
    text.push_str("\nWORDS\n\n");
    for (word, meaning) in WORDS {
        described(&mut text, word, meaning);
    }
    text
}

/// A word, and beside it what is said of it.
fn described(text: &mut String, word: &str, meaning: &str) {
    const COLUMN: usize = 12;
    let words: Vec<&str> = meaning.split_whitespace().collect();
    for (at, line) in wrap(&words.join(" "), WIDTH - COLUMN).iter().enumerate() {
        let word = if at == 0 { word } else { "" };
        let _ = writeln!(text, "  {word:<width$}{line}", width = COLUMN - 2);
    }
}
