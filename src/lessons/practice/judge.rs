//! Comparing a result with the engine's, entry by entry: what is missed, and the action that decides it.

use std::cmp::Reverse;

use super::refining::Refining;
use super::trap::Trap;
use crate::explain::Names;
use crate::iam::{Action, ActionPattern, Glob, Name};
use crate::text::counted;

/// What is wrong with an entry, or with the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissKind {
    /// It grants an unused action.
    GrantsUnused,
    /// It grants an unused action that begins with its prefix and lies beside it.
    GrantsBeside,
    /// It could grant what the wildcard never did.
    GoesBeyond,
    /// The same, since what is left of the wildcard does not follow its prefix.
    LacksRest,
    /// It grants none of the names.
    GrantsNothing,
    /// A star, where one name lies beneath.
    OneBeneath,
    /// A shorter prefix is safe already.
    TooLong,
    /// Its prefix ends in the middle of a word.
    MidWord,
    /// Another entry grants all that it does.
    Covered,
    /// A name in full, where a prefix stands for it and others.
    InFull,
    /// It is right as far as it goes, and not what the rule writes.
    NotTheRule,
    /// An action that stays is granted by nothing.
    Lost,
    /// It names an action that is not unused, where what is named is taken away.
    TakesUsed,
    /// What it names was named before.
    NamedAlready,
    /// What stood there is written no more.
    NamedNoMore,
    /// An unused action is named by nothing that takes it away.
    GrantedStill,
}

impl MissKind {
    /// The trap that one went into by it, where it is always the same.
    pub(super) fn trap(self) -> Option<Trap> {
        match self {
            MissKind::OneBeneath => Some(Trap::OneBeneath),
            MissKind::TooLong => Some(Trap::StopsEarly),
            MissKind::LacksRest => Some(Trap::Rest),
            MissKind::GrantsBeside => Some(Trap::Sibling),
            MissKind::Covered => Some(Trap::LeftOut),
            _ => None,
        }
    }
}

/// What is missed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// What is wrong.
    pub kind: MissKind,
    /// The action that decides it, where one does.
    pub because: Option<Action>,
    /// The same in a sentence, which names that action and does not tell the right entry.
    pub sentence: String,
}

/// A result that was compared with the engine's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Each entry that was written, and what is wrong with it.
    pub entries: Vec<(ActionPattern, Option<Miss>)>,
    /// What is wrong with the whole: actions that are lost.
    pub lost: Vec<Miss>,
}

impl Judgement {
    /// Whether it is the engine's result.
    pub fn is_right(&self) -> bool {
        self.lost.is_empty() && self.entries.iter().all(|(_, miss)| miss.is_none())
    }

    /// How many of the entries are right.
    pub fn right(&self) -> usize {
        let entries = self.entries.iter();
        entries.filter(|(_, miss)| miss.is_none()).count()
    }

    /// All that is missed: entry by entry, and then the whole.
    pub fn misses(&self) -> impl Iterator<Item = &Miss> {
        let entries = self.entries.iter();
        entries
            .filter_map(|(_, miss)| miss.as_ref())
            .chain(&self.lost)
    }
}

impl Refining {
    /// Compares `written` with the engine's result.
    pub(super) fn compare(&self, written: &[ActionPattern]) -> Judgement {
        let result = self.result();
        let entries = written.iter().map(|entry| {
            let miss = (!result.contains(&entry)).then(|| self.miss(entry, &result, written));
            (entry.clone(), miss)
        });
        let mut judgement = Judgement {
            entries: entries.collect(),
            lost: Vec::new(),
        };
        let missing = result.iter().filter(|entry| !written.contains(entry));
        judgement.lost = missing
            .clone()
            .filter_map(|entry| self.lost(entry, written))
            .collect();
        if judgement.is_right() {
            judgement.lost = missing.filter_map(|entry| self.left_open(entry)).collect();
        }
        judgement
    }

    /// What is wrong with an entry that is not in the result.
    pub(super) fn miss(
        &self,
        entry: &ActionPattern,
        result: &[&ActionPattern],
        written: &[ActionPattern],
    ) -> Miss {
        let granted = |name: &&Name| entry.matches(&self.action(name));
        let unused: Vec<&Name> = self.unused().filter(granted).collect();
        let staying: Vec<&Name> = self.staying().filter(granted).collect();
        if let Some(first) = unused.first() {
            return self.grants_unused(entry, first, unused.len());
        }
        if !entry.is_included_in(self.wildcard()) {
            return self.goes_beyond(entry);
        }
        let Some(first) = staying.first() else {
            return grants_nothing(entry);
        };
        if entry.is_literal() {
            return self.in_full(entry, first, result, written);
        }
        if !self.may_be_written(entry) {
            return self.of_another_form(entry, first);
        }
        let length = |entry: &ActionPattern| entry.name().literal_prefix().len();
        let is_longer =
            |right: &&ActionPattern| entry.is_included_in(right) && length(right) < length(entry);
        if let Some(right) = result.iter().copied().find(is_longer) {
            let shorter = self.without_last(entry);
            let is_safe = self.unused().all(|name| !name.starts_with(&shorter));
            return if is_safe {
                too_long(entry, &shorter)
            } else {
                self.covered(entry, first, right, written)
            };
        }
        if let [only] = staying[..]
            && !self.is_part_of_rest(entry, only)
        {
            return self.one_beneath(entry, only);
        }
        self.not_at_a_word(entry, first)
    }

    pub(super) fn grants_unused(&self, entry: &ActionPattern, first: &Name, count: usize) -> Miss {
        let shown = entry.name();
        let sentence = match (shown.as_prefix_star(), count) {
            _ if entry.is_literal() => format!("{first} is unused itself."),
            (Some(prefix), 1) => {
                let is_exact = first.as_str().starts_with(prefix);
                let case = if is_exact {
                    ""
                } else {
                    Names::Actions.but_for_case()
                };
                format!("{shown} grants {first}, which is unused and starts with {prefix}{case}.")
            }
            // Its letters behind a star or in the place of a ? count, too.
            (None, 1) => format!("{shown} grants {first}, which is unused."),
            _ => format!(
                "{shown} grants {first}, which is unused, and {} more.",
                count - 1
            ),
        };
        let kind = if self.lies_beneath(entry) {
            MissKind::GrantsUnused
        } else {
            MissKind::GrantsBeside
        };
        self.because(kind, first, sentence)
    }

    /// Whether an unused name that an entry grants is cut behind its prefix, and does not just begin with its letters. So
    /// it is where no name is cut there.
    fn lies_beneath(&self, entry: &ActionPattern) -> bool {
        let prefix = entry.name().literal_prefix().len();
        let is_cut = |name: &Name| {
            let mut cuts = self.granularity.cuts(name.as_str(), 0);
            entry.matches(&self.action(name)) && cuts.any(|cut| cut == prefix)
        };
        self.unused().any(is_cut) || !self.staying().any(is_cut)
    }

    fn goes_beyond(&self, entry: &ActionPattern) -> Miss {
        let (shown, old) = (entry.name(), self.wildcard());
        let (kind, why) = if self.lacks_rest(entry) {
            let rest = format!(": what is left of {} has to follow the prefix", old.name());
            (MissKind::LacksRest, rest)
        } else {
            (MissKind::GoesBeyond, String::new())
        };
        let mut known = self.known.granted_by(entry);
        let other = known.find(|(service, action)| {
            !old.matches(&Action::new((*service).clone(), action.name.clone()))
        });
        if let Some((service, action)) = other {
            let because = Action::new(service.clone(), action.name.clone());
            return Miss {
                kind,
                sentence: format!("{shown} would grant {because}, which {old} never did{why}."),
                because: Some(because),
            };
        }
        let first = self.nearest(entry);
        let sentence = format!(
            "{shown} goes beyond {}, which grants {first}: it could grant names that were never granted.",
            old.name()
        );
        self.because(kind, &first, sentence)
    }

    /// Whether a name begins with the prefix of an entry, behind which the rest of the wildcard does not follow.
    pub(super) fn lacks_rest(&self, entry: &ActionPattern) -> bool {
        let is_of_it = entry.service() == Some(&self.service);
        self.leaves_rest() && is_of_it && !entry.is_literal() && self.begins_a_name(entry)
    }

    /// Whether a name begins with the prefix of an entry.
    fn begins_a_name(&self, entry: &ActionPattern) -> bool {
        let glob = entry.name();
        let mut names = self.names();
        names.any(|one| one.name.starts_with(glob.literal_prefix()))
    }

    /// A name that stays is written, and an entry of the result grants it with others.
    fn in_full(
        &self,
        entry: &ActionPattern,
        name: &Name,
        result: &[&ActionPattern],
        written: &[ActionPattern],
    ) -> Miss {
        let granting = result.iter().find(|right| entry.is_included_in(right));
        if let Some(granting) = granting.filter(|right| written.contains(right)) {
            let sentence = format!(
                "{name} need not be named: your {} grants it.",
                granting.name()
            );
            return self.because(MissKind::InFull, name, sentence);
        }
        let other = granting.and_then(|right| {
            let mut staying = self.staying();
            staying.find(|other| *other != name && right.matches(&self.action(other)))
        });
        let Some(other) = other else {
            let sentence = format!("{name} stays, but another entry grants it.");
            return self.because(MissKind::NotTheRule, name, sentence);
        };
        let sentence =
            format!("{name} need not be named: a safe prefix grants it together with {other}.");
        self.because(MissKind::InFull, other, sentence)
    }

    /// Whether an entry has the form of those that the rule writes: behind the prefix of a star comes a star, and
    /// no ? where the wildcard has none. How much of a longer rest has to follow is told of each prefix.
    fn may_be_written(&self, entry: &ActionPattern) -> bool {
        let (entry, old) = (entry.name(), self.wildcard().name());
        let is_star = entry.as_prefix_star().is_some() || old.as_prefix_star().is_none();
        let has_mark = |glob: &Glob| glob.as_str().contains('?');
        is_star && (!has_mark(&entry) || has_mark(&old))
    }

    /// An entry that grants what stays, and that the rule would never write.
    fn of_another_form(&self, entry: &ActionPattern, first: &Name) -> Miss {
        let (glob, old) = (entry.name(), self.wildcard().name());
        let sentence = if glob.as_str().contains('?') {
            format!(
                "{glob} has a ?: the rule writes a prefix and what is left of {old}, as for {first}."
            )
        } else {
            self.another_rest(&glob, first)
        };
        self.because(MissKind::NotTheRule, first, sentence)
    }

    fn another_rest(&self, glob: &Glob, first: &Name) -> String {
        format!(
            "{glob} is not what the rule writes for {first}: after the prefix comes what is left of {}, no more and \
             no less.",
            self.wildcard().name()
        )
    }

    /// The prefix of an entry without its last word.
    fn without_last(&self, entry: &ActionPattern) -> String {
        let glob = entry.name();
        let prefix = glob.literal_prefix();
        let cuts = self.granularity.cuts(prefix, 0);
        let shorter = cuts.take_while(|cut| *cut < prefix.len()).last();
        prefix[..shorter.unwrap_or_default()].to_owned()
    }

    /// A safe star of which another entry grants all, though no shorter prefix of its own is safe.
    fn covered(
        &self,
        entry: &ActionPattern,
        first: &Name,
        right: &ActionPattern,
        written: &[ActionPattern],
    ) -> Miss {
        let by = if written.contains(right) {
            format!("your {}", right.name())
        } else {
            "another entry".to_owned()
        };
        let sentence = format!(
            "{} is left out: {by} grants {first} as well, and all else that it does.",
            entry.name()
        );
        self.because(MissKind::Covered, first, sentence)
    }

    fn one_beneath(&self, entry: &ActionPattern, only: &Name) -> Miss {
        let sentence = format!(
            "{} grants {only} alone: a star would add nothing but names that nobody knows, so \
             that one is written in full.",
            entry.name()
        );
        self.because(MissKind::OneBeneath, only, sentence)
    }

    /// Whether what an entry has behind its prefix is less than what is left of the wildcard: the rule writes more
    /// there, which grants others too.
    fn is_part_of_rest(&self, entry: &ActionPattern, only: &Name) -> bool {
        let result = self.result().into_iter();
        let mut granting = result.filter(|right| right.matches(&self.action(only)));
        granting.any(|right| {
            let (right, entry) = (right.name(), entry.name());
            right.literal_prefix() == entry.literal_prefix() && !right.is_literal()
        })
    }

    /// A safe star of which no entry of the result grants all: its prefix is not one that names are cut
    /// at, or what stands behind it is not what is left of the wildcard.
    fn not_at_a_word(&self, entry: &ActionPattern, first: &Name) -> Miss {
        let glob = entry.name();
        let prefix = glob.literal_prefix();
        // In another spelling the same letters are other words: EventS is two, Events is one.
        let is_beneath = |name: &&Name| {
            let mut cuts = self.granularity.cuts(name.as_str(), 0);
            name.as_str().starts_with(prefix) && cuts.any(|cut| cut == prefix.len())
        };
        let granted = self
            .staying()
            .filter(|name| entry.matches(&self.action(name)));
        let (beneath, beside): (Vec<&Name>, Vec<&Name>) = granted.partition(is_beneath);
        if let ([beneath], [beside, ..]) = (&beneath[..], &beside[..]) {
            let sentence = format!(
                "{glob}: only {beneath} lies beneath {prefix}, and a single name is written in full. {beside} \
                 begins with the same letters, but is cut elsewhere: it does not lie beneath it."
            );
            return self.because(MissKind::NotTheRule, beside, sentence);
        }
        let is_within_word = |name: &Name| {
            let mut cuts = self.granularity.cuts(name.as_str(), 0);
            cuts.all(|cut| cut != prefix.len())
        };
        let cut_within = beside.iter().copied().find(|name| is_within_word(name));
        let Some(first) = cut_within.filter(|_| beneath.is_empty()) else {
            let sentence = self.another_rest(&glob, first);
            return self.because(MissKind::NotTheRule, first, sentence);
        };
        let sentence = format!(
            "{glob} ends in the middle of a word of {first}: names are cut before capitals, so that an \
             entry says what it is about."
        );
        self.because(MissKind::MidWord, first, sentence)
    }

    /// What nothing grants any more of what an entry of the result grants.
    fn lost(&self, right: &ActionPattern, written: &[ActionPattern]) -> Option<Miss> {
        self.lost_of(&[right], written)
    }

    /// The same of several entries, told at once.
    pub(super) fn lost_of(
        &self,
        lacking: &[&ActionPattern],
        written: &[ActionPattern],
    ) -> Option<Miss> {
        let lost = self.staying().filter(|name| {
            let action = self.action(name);
            let is_lacking = lacking.iter().any(|right| right.matches(&action));
            is_lacking && !written.iter().any(|entry| entry.matches(&action))
        });
        let lost: Vec<&Name> = lost.collect();
        let first = *lost.first()?;
        let sentence = match lost.len() - 1 {
            0 => format!("{first} stays, but no entry grants it."),
            more => format!(
                "{first} and {} stay, but no entry grants them.",
                counted(more, "more name", "more names")
            ),
        };
        Some(self.because(MissKind::Lost, first, sentence))
    }

    /// All that stays is granted, and the rule writes an entry besides.
    pub(super) fn left_open(&self, right: &ActionPattern) -> Option<Miss> {
        let mut staying = self.staying();
        let first = staying.find(|name| right.matches(&self.action(name)))?;
        let sentence = format!("The rule also writes an entry that grants {first}.");
        Some(self.because(MissKind::NotTheRule, first, sentence))
    }

    /// The name that shares the most letters with the prefix of an entry.
    fn nearest(&self, entry: &ActionPattern) -> Name {
        let names = self.names().map(|one| &one.name);
        let nearest = nearest(names, entry.name().literal_prefix());
        nearest.cloned().unwrap_or_else(|| Name::from(""))
    }

    fn because(&self, kind: MissKind, name: &Name, sentence: String) -> Miss {
        Miss {
            kind,
            because: Some(self.action(name)),
            sentence,
        }
    }

    pub(super) fn action(&self, name: &Name) -> Action {
        Action::new(self.service.clone(), name.clone())
    }
}

/// No single action decides that an entry grants none.
fn grants_nothing(entry: &ActionPattern) -> Miss {
    Miss {
        kind: MissKind::GrantsNothing,
        because: None,
        sentence: format!("{} grants none of these names.", entry.name()),
    }
}

/// No single action decides that a shorter prefix is safe: there would have to be an unused one.
fn too_long(entry: &ActionPattern, shorter: &str) -> Miss {
    Miss {
        kind: MissKind::TooLong,
        because: None,
        sentence: format!(
            "The prefix of {} is longer than it has to be: {shorter} is safe already. No unused name begins with it.",
            entry.name()
        ),
    }
}

/// The one that begins with the most of these letters, whatever their case; of several the first.
pub(super) fn nearest<T: ToString>(all: impl Iterator<Item = T>, letters: &str) -> Option<T> {
    let alike = |one: &T| {
        let one = one.to_string();
        let pairs = one.bytes().zip(letters.bytes());
        pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
    };
    all.min_by_key(|one| Reverse(alike(one)))
}
