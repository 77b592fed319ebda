//! What a practice set is about: a point of one of the lessons.

use super::trap::Trap;
use crate::iam::ActionPattern;
use crate::refine::Granularity;

/// A point of one of the built-in lessons, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The walk stops at the first safe prefix, and names the only action beneath one in full.
    Shortest,
    /// An unsafe prefix is opened as long as something beneath it stays.
    Opened,
    /// What makes a prefix unsafe may stand beside it in the trie.
    Siblings,
    /// What becomes of a name in full beside the wildcard.
    Beside,
    /// What is left of a wildcard behind a prefix.
    Middle,
    /// What a finding cannot know, and what another policy grants still.
    Evidence,
    /// What becomes of a wildcard of which somebody keeps something unused.
    Kept,
    /// What is written where names are cut at every character.
    Characters,
    /// Which cut serves which purpose.
    Cuts,
    /// How long a policy is that has to keep to a limit.
    Lengths,
    /// What grants an action beside an entry that was refined.
    Granting,
    /// What a `NotAction` becomes.
    Extended,
    /// What a whole statement becomes: the point of no lesson, but of all of them.
    Whole,
}

impl Subject {
    /// Those that are points of a lesson, in the order of the lessons.
    pub const ALL: [Subject; 12] = [
        Subject::Shortest,
        Subject::Opened,
        Subject::Siblings,
        Subject::Beside,
        Subject::Middle,
        Subject::Evidence,
        Subject::Kept,
        Subject::Characters,
        Subject::Cuts,
        Subject::Lengths,
        Subject::Granting,
        Subject::Extended,
    ];

    /// Those of the built-in lesson of this number, counted from 1.
    pub fn of_lesson(number: usize) -> Vec<Self> {
        let all = Subject::ALL.into_iter();
        all.filter(|subject| subject.lesson() == Some(number))
            .collect()
    }

    /// The number of its lesson, counted from 1; none of a whole statement, which is about all of them.
    pub fn lesson(self) -> Option<usize> {
        Some(match self {
            Subject::Shortest => 1,
            Subject::Opened => 2,
            Subject::Siblings | Subject::Beside => 3,
            Subject::Middle => 4,
            Subject::Evidence | Subject::Kept => 5,
            Subject::Characters | Subject::Cuts | Subject::Lengths => 6,
            Subject::Granting | Subject::Extended => 7,
            Subject::Whole => return None,
        })
    }

    /// What it is called above a set.
    pub fn title(self) -> &'static str {
        match self {
            Subject::Shortest => "the shortest safe prefixes",
            Subject::Opened => "prefixes that are opened",
            Subject::Siblings => "the sibling trap",
            Subject::Beside => "a name beside the wildcard",
            Subject::Middle => "a star in the middle",
            Subject::Evidence => "what a finding cannot know",
            Subject::Kept => "a name that is kept",
            Subject::Characters => "cut at every character",
            Subject::Cuts => "which cut for which purpose",
            Subject::Lengths => "which length for which limit",
            Subject::Granting => "what grants it still",
            Subject::Extended => "a NotAction that grows",
            Subject::Whole => "a whole statement",
        }
    }

    /// Where names are cut in its sets.
    pub fn granularity(self) -> Granularity {
        match self {
            Subject::Characters => Granularity::Character,
            _ => Granularity::Word,
        }
    }

    /// Whether a wildcard is refined in its sets.
    pub fn is_refined(self) -> bool {
        !self.traps().is_empty()
    }

    /// Whether entries are written in its sets; in others rows are put where they belong.
    pub fn is_written(self) -> bool {
        self.is_refined() || matches!(self, Subject::Extended | Subject::Whole)
    }

    /// Whether there can be sets about it of this wildcard alone.
    pub(super) fn is_of_wildcard(self, wildcard: &ActionPattern) -> bool {
        let name = wildcard.name();
        let has_rest = name.as_prefix_star().is_none();
        match self {
            Subject::Middle => has_rest,
            // All of a service is cut, or bought.
            Subject::Cuts | Subject::Lengths => name.as_str() == "*",
            // There is no wildcard in it, or there are several.
            Subject::Extended | Subject::Whole => false,
            Subject::Shortest
            | Subject::Opened
            | Subject::Siblings
            | Subject::Beside
            | Subject::Evidence
            | Subject::Kept
            | Subject::Characters
            | Subject::Granting => !has_rest,
        }
    }

    /// Whether there can be sets about it of one service alone: a `NotAction` is about several.
    pub(super) fn is_of_service(self) -> bool {
        self != Subject::Extended
    }

    /// What every set about it of this level has in it.
    pub(super) fn traps_at(self, level: Level) -> &'static [Trap] {
        match (self, level) {
            (Subject::Shortest, Level::Middling | Level::Hard) => {
                &[Trap::StopsEarly, Trap::OwnName]
            }
            (Subject::Siblings, Level::Hard) => &[Trap::Sibling, Trap::LeftOut],
            (Subject::Middle, Level::Hard) => &[Trap::Rest, Trap::PastLiteral],
            _ => self.traps(),
        }
    }

    /// Whether a set about it can have this trap in it.
    pub(super) fn can_have(self, trap: Trap) -> bool {
        self.is_refined()
            && match trap {
                // Only its wildcards have a rest.
                Trap::Rest | Trap::PastLiteral => self == Subject::Middle,
                Trap::WithinWord => self.granularity() == Granularity::Character,
                Trap::Kept => self.lesson() >= Subject::Kept.lesson(),
                Trap::LeftOut
                | Trap::Sibling
                | Trap::Acronym
                | Trap::OwnName
                | Trap::StopsEarly
                | Trap::Opened
                | Trap::OneBeneath => true,
            }
    }

    /// What every set about it has in it.
    pub fn traps(self) -> &'static [Trap] {
        match self {
            Subject::Shortest => &[Trap::StopsEarly],
            Subject::Opened => &[Trap::Opened],
            Subject::Siblings => &[Trap::Sibling],
            Subject::Middle => &[Trap::Rest],
            Subject::Kept => &[Trap::Kept],
            Subject::Characters => &[Trap::WithinWord],
            Subject::Beside
            | Subject::Evidence
            | Subject::Cuts
            | Subject::Lengths
            | Subject::Granting
            | Subject::Extended
            | Subject::Whole => &[],
        }
    }
}

/// How hard a set is. It is told by the seed, so that the seed alone tells the whole set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Few names, and one trap.
    #[default]
    Easy,
    /// More names, and two traps.
    Middling,
    /// Up to fourteen names, and three traps.
    Hard,
}

impl Level {
    /// All of them, from the easiest on.
    pub const ALL: [Level; 3] = [Level::Easy, Level::Middling, Level::Hard];

    /// The level for somebody whose sets go so well: one more for each that was right at once.
    pub fn after(standing: usize) -> Self {
        match standing {
            0..=1 => Level::Easy,
            2..=4 => Level::Middling,
            _ => Level::Hard,
        }
    }

    /// Its number, counted from 1.
    pub fn number(self) -> usize {
        1 + self as usize
    }

    /// How many names a set has.
    pub(super) fn sizes(self) -> std::ops::RangeInclusive<usize> {
        match self {
            Level::Easy => 6..=8,
            Level::Middling => 8..=11,
            Level::Hard => 11..=14,
        }
    }
}
