//! What of a policy stays unused at each length that it can come to.

use super::choosing::ChoiceRule;
use crate::iam::quota;
use crate::review::{Fit, Proposals, Review};
use crate::text::counted;

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "which length?",
    lines: &[
        "strike what is longer than allowed",
        "  the longest left lets least stay",
    ],
};

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

/// `412 characters, 1 unused action stays`.
pub(in crate::lessons) fn words(fit: &Fit) -> String {
    let stays = match fit.excess.total() {
        0 => "none".to_owned(),
        stays => stays.to_string(),
    };
    format!("{}: {stays}", fit.size)
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

/// Why one length is taken where at most so many characters are allowed.
pub(in crate::lessons) fn why(fits: &[Fit], right: usize, most: usize) -> String {
    let (size, stays) = (fits[right].size, fits[right].excess.total());
    let stays = counted(stays, "unused action stays", "unused actions stay");
    format!(
        "{size} is the longest of at most {most} characters: {stays}, and no shorter one lets less stay."
    )
}

/// Why another length is not.
pub(in crate::lessons) fn against(fit: &Fit, most: usize) -> String {
    let size = fit.size;
    if size > most {
        format!("{size} is more than {most} characters.")
    } else {
        format!("{size} keeps to {most} characters; does less stay at another length that does?")
    }
}
