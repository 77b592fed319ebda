//! Which lengths the panel has a row for.

use crate::iam::quota::{self, Owner, PolicyKind};

/// About how many steps there are between the shortest and the narrowest.
const STEPS: usize = 6;

/// A length that policies are to come to, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) characters: usize,
    /// `quota`, or whose quota it is; nothing for a step between.
    pub(super) word: &'static str,
}

impl Length {
    /// Whether it is only one of the steps between the others.
    pub(super) fn is_step(self) -> bool {
        self.word.is_empty()
    }
}

/// The lengths that are less than `narrowest`, no less than `shortest` and no more than AWS ever takes, the
/// longest first: the quotas that there are, `own` as its own, and round numbers between.
pub(super) fn lengths(shortest: usize, narrowest: usize, own: usize) -> Vec<Length> {
    let narrowest = narrowest.min(quota::LARGEST + 1);
    let quotas = [
        (PolicyKind::Managed, "managed"),
        (PolicyKind::Inline(Owner::Role), "role"),
        (PolicyKind::Inline(Owner::Group), "group"),
        (PolicyKind::Inline(Owner::User), "user"),
    ];
    let is_between = |characters: usize| (shortest..narrowest).contains(&characters);
    let mut lengths: Vec<Length> = (quotas.into_iter())
        .map(|(kind, word)| Length {
            characters: kind.quota(),
            word: if kind.quota() == own { "quota" } else { word },
        })
        .filter(|length| is_between(length.characters))
        .collect();
    if is_between(shortest) {
        lengths.push(Length {
            characters: shortest,
            word: "shortest",
        });
    }
    let step = round((narrowest - shortest.min(narrowest)) / STEPS);
    let steps = (1..)
        .map(|count| count * step)
        .skip_while(|at| *at <= shortest);
    for characters in steps.take_while(|at| *at < narrowest) {
        let is_near = |length: &Length| length.characters.abs_diff(characters) * 2 < step;
        if !lengths.iter().any(is_near) {
            let word = "";
            lengths.push(Length { characters, word });
        }
    }
    lengths.sort_by_key(|length| std::cmp::Reverse(length.characters));
    lengths.dedup_by_key(|length| length.characters);
    lengths
}

/// The least of 1, 2, 5, 10, 20, 50 … that is no less.
fn round(step: usize) -> usize {
    let mut rounds = (0..).flat_map(|power| [1, 2, 5].map(|digit| digit * 10usize.pow(power)));
    rounds.find(|round| *round >= step).unwrap_or(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(shortest: usize, narrowest: usize, own: usize) -> Vec<String> {
        let lengths = lengths(shortest, narrowest, own).into_iter();
        lengths
            .map(|length| {
                format!("{} {}", length.characters, length.word)
                    .trim_end()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn quotas_and_round_steps_lie_between_the_shortest_and_the_narrowest() {
        assert_eq!(
            words(1_870, 9_310, 6_144),
            [
                "8000",
                "6144 quota",
                "5120 group",
                "4000",
                "2048 user",
                "1870 shortest"
            ]
        );
        assert_eq!(
            words(300, 330, 6_144),
            ["325", "320", "315", "310", "305", "300 shortest"]
        );
        assert!(words(300, 300, 6_144).is_empty());
        assert!(words(310, 300, 6_144).is_empty());
        assert_eq!(words(0, 2, 2), ["1", "0 shortest"]);
        assert_eq!(
            words(7_440, 47_019, 10_240),
            [
                "10240 quota",
                "9500",
                "9000",
                "8500",
                "8000",
                "7440 shortest"
            ]
        );
    }
}
