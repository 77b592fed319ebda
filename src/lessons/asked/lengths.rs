//! What of a policy stays unused at each length that it can come to.

use super::case::{Asked, Case, MOST_CHOICES};
use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use super::matter::Matter;
use crate::iam::{Action, quota};
use crate::review::{Fit, Proposals, Review};
use crate::text::{counted, list};

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "which length?",
    lines: &[
        "at most so many characters: of the",
        "  lengths within it the longest,",
        "  so that the fewest unused stay",
        "at most so many unused: of the",
        "  lengths within it the shortest",
    ],
};

pub(in crate::lessons) static PRICE: ChoiceRule = ChoiceRule {
    title: "what is bought, for what?",
    lines: &[
        "a prefix left whole is prefix*:",
        "  fewer characters;",
        "  what is unused there stays,",
        "  and what AWS adds there comes in",
    ],
};

/// What a length has to keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lessons) enum Limit {
    /// At most so many characters, and as little that is unused as that allows.
    Characters(usize),
    /// At most so many unused actions that stay, and as short as that allows.
    Unused(usize),
}

/// The lengths that the policy at `place` can come to, the longest first: with all that is unused gone,
/// and then with more and more of it, each as short as that allows.
pub(in crate::lessons) fn lengths(review: &Review, place: usize) -> Vec<Fit> {
    let fitting = review.fitting(place, Proposals::NotRejected, quota::LARGEST);
    let mut found = Vec::new();
    let mut most = fitting.narrowest();
    while let Some(fit) = fitting.within(most) {
        most = fit.size.saturating_sub(1);
        // What is shorter and lets no more stay takes its place.
        found.retain(|other: &Fit| other.excess.total() < fit.excess.total());
        found.push(fit);
    }
    found
}

/// What each length comes to, a line each; how many unused actions stay is to be counted.
pub(in crate::lessons) fn told(fits: &[Fit]) -> Vec<String> {
    let heading = format!(
        "{:>10}   left whole: what is unused there stays",
        "characters"
    );
    let lines = fits.iter().map(|fit| {
        let whole = fit.left_whole.iter().map(|left| left.prefix.to_string());
        let whole = if fit.left_whole.is_empty() {
            "nothing".to_owned()
        } else {
            whole.collect::<Vec<_>>().join(", ")
        };
        format!("{:>10}   {whole}", fit.size)
    });
    std::iter::once(heading).chain(lines).collect()
}

impl Limit {
    /// The same, asked by how many unused actions stay: not the length that is right is chosen, but what that
    /// comes to.
    pub(in crate::lessons) fn row_of_unused(self, fits: &[Fit]) -> Option<ChoosingRow> {
        let mut row = self.row(fits)?;
        let right = &fits[row.right];
        row.line = 2;
        row.why = match right.left_whole.as_slice() {
            [] => format!(
                "{} characters are within the limit with nothing left whole.",
                right.size
            ),
            whole => {
                let whole: Vec<String> = whole.iter().map(|left| left.prefix.to_string()).collect();
                format!(
                    "The longest that keeps to the limit is {}, with {} left whole: {} there.",
                    right.size,
                    list(&whole),
                    counted(
                        right.excess.total(),
                        "unused action stays",
                        "unused actions stay"
                    ),
                )
            }
        };
        let size = right.size;
        row.against = against_others(fits.len(), row.right, |at| {
            let asked = if fits[at].size > size {
                "Find the longest length within the limit: what does it leave whole?"
            } else {
                "Is there a longer length within the limit that leaves less whole?"
            };
            asked.to_owned()
        });
        Some(row)
    }

    /// What leaving prefixes whole buys and costs at the length that it asks for: characters, and some of what is
    /// `unused`. The choices are the other lengths' prices, and that it costs nothing. None where nothing is left
    /// whole, or nothing else can be.
    pub(in crate::lessons) fn price(
        self,
        fits: &[Fit],
        unused: &[Action],
    ) -> Option<(Vec<String>, ChoosingRow)> {
        let (narrowest, others) = fits.split_first()?;
        let right = self.right(fits)?.checked_sub(1)?;
        let stays = |fit: &Fit| -> Vec<String> {
            let is_left =
                |action: &&Action| fit.left_whole.iter().any(|left| left.prefix.starts(action));
            let stays = unused.iter().filter(is_left);
            stays.map(|action| action.name.to_string()).collect()
        };
        let saved = |fit: &Fit| narrowest.size - fit.size;
        let price = |fit: &Fit| format!("{}: {}", saved(fit), stays(fit).join(", "));
        let mut choices: Vec<String> = others.iter().map(price).collect();
        let fit = &others[right];
        choices.push(format!("{}: none", saved(fit)));
        let whole: Vec<String> = fit
            .left_whole
            .iter()
            .map(|left| format!("{}*", left.prefix))
            .collect();
        let grant = if whole.len() == 1 { "grants" } else { "grant" };
        let granting = format!("{} {grant}", list(&whole));
        let against = against_others(choices.len(), right, |at| match others.get(at) {
            Some(other) => format!(
                "At {} characters {} {} left whole: not what is asked.",
                other.size,
                list(
                    &other
                        .left_whole
                        .iter()
                        .map(|left| left.prefix.to_string())
                        .collect::<Vec<_>>()
                ),
                if other.left_whole.len() == 1 {
                    "is"
                } else {
                    "are"
                }
            ),
            None => format!("{granting} all that begins so, what is unused too."),
        });
        let row = ChoosingRow {
            what: "bought: what stays for it".to_owned(),
            known: String::new(),
            right,
            line: 2,
            why: format!(
                "It buys {} characters, {} instead of {}. It costs that {granting} {} still, though unused, and \
                 whatever AWS adds there.",
                saved(fit),
                fit.size,
                narrowest.size,
                list(&stays(fit))
            ),
            against,
            because: None,
        };
        (others.len() > 1).then_some((choices, row))
    }

    /// Which of the lengths it asks for; none where none keeps to it.
    pub(in crate::lessons) fn row(self, fits: &[Fit]) -> Option<ChoosingRow> {
        let right = self.right(fits)?;
        let (size, stays) = (fits[right].size, fits[right].excess.total());
        let stays = counted(stays, "unused action stays", "unused actions stay");
        let (what, line, why) = match self {
            Limit::Characters(most) => (
                format!("at most {most} characters"),
                2,
                format!(
                    "Of the lengths within {most} characters {size} is the longest: {stays}, and at no shorter one fewer do."
                ),
            ),
            Limit::Unused(most) => (
                format!("at most {most} unused stay"),
                4,
                format!("Where at most {most} stay, {size} is the shortest: {stays}."),
            ),
        };
        let against = against_others(fits.len(), right, |at| self.against(&fits[at]));
        Some(ChoosingRow {
            what,
            known: String::new(),
            right,
            line,
            why,
            against,
            because: None,
        })
    }

    fn right(self, fits: &[Fit]) -> Option<usize> {
        match self {
            Limit::Characters(most) => fits.iter().position(|fit| fit.size <= most),
            Limit::Unused(most) => fits.iter().rposition(|fit| fit.excess.total() <= most),
        }
    }

    /// Why another length is not it.
    fn against(self, fit: &Fit) -> String {
        let (size, stays) = (fit.size, fit.excess.total());
        match self {
            Limit::Characters(most) if size > most => {
                format!("{size} is more than {most} characters.")
            }
            Limit::Characters(most) => format!(
                "{size} keeps to {most} characters; do fewer unused actions stay at another length that does?"
            ),
            Limit::Unused(most) if stays > most => {
                format!("At {size} characters {stays} unused actions stay, more than {most}.")
            }
            Limit::Unused(most) => format!(
                "At {size} characters at most {most} stay; is there a shorter one where that holds?"
            ),
        }
    }
}

/// What leaving prefixes whole buys and costs where the policy may have at most so many characters.
pub(in crate::lessons) fn case_of_price(matter: &Matter<'_>, most: usize) -> Asked {
    let fits = lengths_of(matter)?;
    let found = Limit::Characters(most).price(&fits, &matter.unused());
    let found = found.filter(|(choices, _)| choices.len() <= MOST_CHOICES);
    let (choices, row) = found.ok_or_else(|| {
        format!("at {most} characters nothing is left whole, or nothing else can be")
    })?;
    let asked = format!(
        "The policy is to have at most {most} characters, and as few unused actions as possible are to stay. How \
         many characters does it buy to leave prefixes whole, and which unused actions stay for it?"
    );
    let mut known = told(&fits);
    known.push(matter.told_unused());
    let case = Case::asking(known, asked, &PRICE, choices.iter(), row);
    Ok(case.with_words_before_right("characters saved, and what stays unused".to_owned()))
}

/// What stays unused where the policy may have at most so many characters.
pub(in crate::lessons) fn case(matter: &Matter<'_>, most: usize) -> Asked {
    let fits = lengths_of(matter)?;
    let row = Limit::Characters(most).row_of_unused(&fits);
    let row = row.ok_or_else(|| format!("no length is at most {most} characters"))?;
    let choices: Vec<String> = fits
        .iter()
        .map(|fit| in_words(fit.excess.total()))
        .collect();
    let asked = format!(
        "The policy may have at most {most} characters, and as few unused actions as possible are to stay. How \
         many stay?"
    );
    let mut known = told(&fits);
    known.push(matter.told_unused());
    let case = Case::asking(known, asked, &RULE, choices.iter(), row);
    let words = format!("how many unused stay within {most} characters");
    Ok(case.with_words_before_right(words))
}

/// The lengths that the policy can come to.
fn lengths_of(matter: &Matter<'_>) -> Result<Vec<Fit>, String> {
    let fits = lengths(&Review::new(matter.input.clone()), matter.place.policy);
    if fits.len() > MOST_CHOICES {
        return Err(format!(
            "the policy can come to {} lengths, too many to choose from",
            fits.len()
        ));
    }
    Ok(fits)
}

/// A number that is chosen by another one: its key.
fn in_words(count: usize) -> String {
    let words = ["none", "one", "two", "three", "four", "five", "six"];
    let word = words.get(count).map(|word| (*word).to_owned());
    word.unwrap_or_else(|| count.to_string())
}
