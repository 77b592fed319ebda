//! What of a policy stays unused at each length that it can come to.

use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use crate::iam::quota;
use crate::review::{Fit, Proposals, Review};
use crate::text::counted;

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "which length?",
    lines: &[
        "strike what goes beyond the limit",
        "  of characters: the longest left",
        "  of unused: the shortest left",
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

/// What each length comes to, a line each.
pub(in crate::lessons) fn told(fits: &[Fit]) -> Vec<String> {
    let heading = format!(
        "{:>10} {:>8}   left whole, and so what is unused in it stays",
        "characters", "unused"
    );
    let lines = fits.iter().map(|fit| {
        let whole = fit.left_whole.iter().map(|left| left.prefix.to_string());
        let whole = if fit.left_whole.is_empty() {
            "nothing".to_owned()
        } else {
            whole.collect::<Vec<_>>().join(", ")
        };
        format!("{:>10} {:>8}   {whole}", fit.size, fit.excess.total())
    });
    std::iter::once(heading).chain(lines).collect()
}

impl Limit {
    /// Which of the lengths it asks for; none where none keeps to it.
    pub(in crate::lessons) fn row(self, fits: &[Fit]) -> Option<ChoosingRow> {
        let right = self.right(fits)?;
        let (size, stays) = (fits[right].size, fits[right].excess.total());
        let stays = counted(stays, "unused action stays", "unused actions stay");
        let (what, line, why) = match self {
            Limit::Characters(most) => (
                format!("at most {most} characters"),
                1,
                format!(
                    "{size} is the longest of at most {most} characters: {stays}, and no shorter one \
                     lets less stay."
                ),
            ),
            Limit::Unused(most) => (
                format!("at most {most} unused stay"),
                2,
                format!("{size} is the shortest where at most {most} stay: {stays}."),
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
                "{size} keeps to {most} characters; does less stay at another length that does?"
            ),
            Limit::Unused(most) if stays > most => {
                format!("At {size} characters {stays} stay, more than {most}.")
            }
            Limit::Unused(most) => format!(
                "At {size} characters no more than {most} stay; is none of those that do shorter?"
            ),
        }
    }
}
