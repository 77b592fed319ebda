//! What policies come to at a length, in words.

use crate::explain::report::levels_in_words;
use crate::refine::fit::Excess;
use crate::review::Fit;
use crate::text::{counted, grouped};

/// `6,057 characters, 211 entries, 117 of 187 unused gone; 70 List stay`, where `unused` actions could
/// go.
pub fn fit_sentence(fit: &Fit, unused: usize) -> String {
    format!(
        "{}, {}, {} of {} unused gone; {} {}.",
        counted(fit.size, "character", "characters"),
        counted(fit.entries, "entry", "entries"),
        grouped(unused.saturating_sub(fit.excess.total())),
        grouped(unused),
        excess_in_words(fit.excess),
        if fit.excess.total() > 1 {
            "stay"
        } else {
            "stays"
        }
    )
}

/// `2 Write, 20 List`, or `nothing`.
pub fn excess_in_words(excess: Excess) -> String {
    if excess == Excess::NOTHING {
        return "nothing".to_owned();
    }
    levels_in_words((excess.by_level()).map(|(level, count)| (Some(level), count)))
}
