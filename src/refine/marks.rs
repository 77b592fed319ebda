//! Curation: what a person changes of what the algorithm works from, never of its output.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::held::HeldBack;
use super::residual::residuals;
use crate::iam::{Action, ActionPattern, ActionPrefix, Glob, LONGEST_NAME, ServicePrefix};
use crate::text::Untrusted;

/// What a mark on a prefix asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkKind {
    /// The unused actions under the prefix stay.
    Keep,
    /// The staying actions under the prefix go: tighter than the findings ask for.
    Drop,
    /// This safe prefix counts as unsafe: its children are emitted instead.
    Split,
    /// This unsafe prefix is written as if it were safe: what is unused under it stays, and nothing
    /// is emitted beneath it.
    Whole,
}

impl MarkKind {
    /// The word shown for it.
    pub fn as_str(self) -> &'static str {
        match self {
            MarkKind::Keep => "keep",
            MarkKind::Drop => "drop",
            MarkKind::Split => "split",
            MarkKind::Whole => "whole",
        }
    }

    /// Whether it decides what becomes of the actions under its prefix.
    fn decides_fates(self) -> bool {
        self != MarkKind::Split
    }
}

impl fmt::Display for MarkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Who or what set a mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SetBy {
    /// A person, by a key or an answer.
    #[default]
    Person,
    /// The search for the tightest policy of a given length.
    Fit,
}

/// A mark that was set on a prefix of one wildcard. It reaches every action that starts with
/// the prefix, siblings in the trie included: `s3:ListService` reaches `s3:ListServices`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Whether to keep, to drop, to split or to leave whole.
    pub kind: MarkKind,
    /// The prefix that it is set on; every action that starts with it is reached.
    pub prefix: ActionPrefix,
    /// Who or what set it.
    pub by: SetBy,
    /// Why, in the words of whoever set it.
    pub reason: Option<Untrusted>,
}

/// A pattern whose unused actions stay in every wildcard and literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The pattern whose actions are kept.
    pub pattern: ActionPattern,
    /// Why, in the person's words.
    pub reason: Option<Untrusted>,
    /// The last day that this holds, if it ends.
    pub until: Option<Date>,
}

impl Keep {
    /// One that tells no reason and has no end.
    pub fn of(pattern: ActionPattern) -> Self {
        Keep {
            pattern,
            reason: None,
            until: None,
        }
    }
}

/// What was asked for of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule<'a> {
    /// By a keep that holds everywhere.
    Keep(&'a Keep),
    /// By a mark on the wildcard that grants it.
    Mark(&'a Mark),
}

impl Rule<'_> {
    /// Whether it keeps, drops or leaves whole.
    pub fn kind(self) -> MarkKind {
        match self {
            Rule::Keep(_) => MarkKind::Keep,
            Rule::Mark(mark) => mark.kind,
        }
    }
}

/// What becomes of an action that a pattern grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It is not reported, and stays.
    Stays,
    /// It is reported, and stays because someone asked for it.
    Kept,
    /// It is reported, and stays because a prefix that it starts with is left whole. Unlike what is
    /// kept it makes other prefixes unsafe: nothing but that one prefix is written for it.
    Whole,
    /// It is reported, and stays because something speaks for it, until someone lets it go.
    Held,
    /// It is reported, and goes.
    Goes,
    /// It is not reported, and goes because someone asked for it.
    Dropped,
}

impl Fate {
    /// Whether the action is granted afterwards.
    pub fn stays(self) -> bool {
        matches!(self, Fate::Stays | Fate::Kept | Fate::Whole | Fate::Held)
    }

    /// Whether a prefix that the action starts with may be emitted without more being said.
    pub fn is_safe(self) -> bool {
        matches!(self, Fate::Stays | Fate::Kept | Fate::Held)
    }

    /// Whether the action is reported, and stays all the same.
    pub fn is_kept(self) -> bool {
        matches!(self, Fate::Kept | Fate::Whole | Fate::Held)
    }
}

/// The marks of one wildcard, over the keeps that hold everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Curation<'a> {
    /// Patterns that are kept in all wildcards and literals.
    pub keeps: &'a [Keep],
    /// The wildcard's own marks, in the order they were set.
    pub marks: &'a [Mark],
    /// The unused actions that something speaks for.
    pub held: &'a HeldBack,
}

impl Curation<'_> {
    /// No keeps and no marks.
    pub const NONE: Curation<'static> = Curation {
        keeps: &[],
        marks: &[],
        held: HeldBack::NOTHING,
    };

    /// What becomes of `action`, which the findings report as unused or not. The longest prefix
    /// decides; of equally long ones the later, and a mark rather than a keep. Nothing is longer than
    /// the whole name of an action that is held back: only a mark on just that name, or to let it go,
    /// takes it away.
    pub fn fate(&self, action: &Action, unused: bool) -> Fate {
        let decisive = self
            .decisive(action)
            .map(|(specificity, rule)| (specificity, rule.kind()));
        let is_held = || {
            let whole = (true, action.name.as_str().len());
            self.held.contains(action)
                && decisive.is_none_or(|(specificity, _)| specificity < whole)
        };
        match (decisive, unused) {
            (Some((_, MarkKind::Keep)), true) => Fate::Kept,
            (_, true) if is_held() => Fate::Held,
            (Some((_, MarkKind::Whole)), true) => Fate::Whole,
            (Some((_, MarkKind::Drop)), false) => Fate::Dropped,
            (_, true) => Fate::Goes,
            (_, false) => Fate::Stays,
        }
    }

    /// The keep or the mark that decides what becomes of `action`, if one reaches it.
    pub fn rule_for(&self, action: &Action) -> Option<Rule<'_>> {
        self.decisive(action).map(|(_, rule)| rule)
    }

    fn decisive(&self, action: &Action) -> Option<((bool, usize), Rule<'_>)> {
        let keeps = self
            .keeps
            .iter()
            .filter(|keep| keep.pattern.matches(action))
            .map(|keep| (prefix_of(&keep.pattern).specificity(), Rule::Keep(keep)));
        let marks = self
            .marks
            .iter()
            .filter(|mark| mark.kind.decides_fates() && mark.prefix.starts(action))
            .map(|mark| (mark.prefix.specificity(), Rule::Mark(mark)));
        // max_by_key returns the last of equal ones.
        keeps
            .chain(marks)
            .max_by_key(|(specificity, _)| *specificity)
    }

    /// Whether a mark of this `kind` names exactly `prefix`.
    pub fn marks(&self, kind: MarkKind, prefix: &ActionPrefix) -> bool {
        self.marks
            .iter()
            .any(|mark| mark.kind == kind && mark.prefix == *prefix)
    }

    /// Whether some action of `service` may stay although it is unused: a keep is about one, known or not, or
    /// something speaks for one.
    pub fn keeps_some_of(&self, service: &ServicePrefix) -> bool {
        let is_held = |(action, _): (&Action, _)| {
            action.service == *service && self.fate(action, true).stays()
        };
        (self.kept_patterns()).any(|pattern| pattern.covers_service(service))
            || self.held.iter().any(is_held)
    }

    /// The patterns of which what nobody knows stays too, in a service that is reported as a whole.
    fn kept_patterns(&self) -> impl Iterator<Item = &ActionPattern> {
        let keeps = self.keeps.iter().map(|keep| &keep.pattern);
        keeps.chain(self.held.patterns())
    }

    /// What the keeps, and the patterns that are held back, leave of a wildcard `glob` in a wholly unused
    /// `service`, as patterns: *keep* ∩ `glob`, for every keep that is a wildcard. A keep that is as wide
    /// as `glob` leaves it as it is, whether it is a pattern or a mark on a prefix of it. Left out, so that
    /// only the known actions it keeps are written: a keep that a drop mark reaches into, and one whose
    /// intersection is not a pattern again.
    pub fn kept_within(&self, service: &ServicePrefix, glob: &Glob) -> Vec<Glob> {
        let whole = |prefix: &ActionPrefix| {
            let everything = prefix.service().is_none();
            everything
                || prefix.service() == Some(service)
                    && crate::iam::starts_with_ignoring_case(glob.literal_prefix(), prefix.name())
        };
        let patterns = self.kept_patterns().map(|pattern| {
            let kept = if pattern.covers_service(service) {
                intersection(&pattern.name(), glob)
            } else {
                Vec::new()
            };
            (prefix_of(pattern), kept, 0)
        });
        let marks = self
            .marks
            .iter()
            .enumerate()
            .filter(|(_, mark)| mark.kind == MarkKind::Keep && whole(&mark.prefix))
            .map(|(at, mark)| (mark.prefix.clone(), vec![glob.clone()], at));
        let mut kept: Vec<Glob> = Vec::new();
        for (prefix, globs, from) in patterns.chain(marks) {
            for glob in globs {
                if !glob.is_literal()
                    && !kept.contains(&glob)
                    && !self.drops_within(service, &glob, prefix.specificity(), from)
                {
                    kept.push(glob);
                }
            }
        }
        kept
    }

    /// Whether a drop mark that is more specific, or one as specific that was set at `from` or later,
    /// reaches actions that `glob` matches.
    fn drops_within(
        &self,
        service: &ServicePrefix,
        glob: &Glob,
        specificity: (bool, usize),
        from: usize,
    ) -> bool {
        self.marks.iter().enumerate().any(|(at, mark)| {
            let own_specificity = mark.prefix.specificity();
            mark.kind == MarkKind::Drop
                && (own_specificity > specificity || own_specificity == specificity && at >= from)
                && (mark.prefix.service()).is_none_or(|own_service| own_service == service)
                && !residuals(glob, mark.prefix.name()).is_empty()
        })
    }
}

/// The patterns whose union is what both globs match, where one of them includes the other or is
/// a prefix and a star; nothing where the intersection is not as simple, or too long to be read. Of two spellings of one
/// pattern, such as `?*` and `*?`, that of `b` is given.
fn intersection(a: &Glob, b: &Glob) -> Vec<Glob> {
    if b.is_included_in(a) {
        return vec![b.clone()];
    }
    if a.is_included_in(b) {
        return vec![a.clone()];
    }
    let behind = |prefix: &str, glob: &Glob| {
        residuals(glob, prefix)
            .into_iter()
            .filter_map(|rest| Glob::parse(&[prefix, rest].concat()))
            .filter(|glob| glob.as_str().len() <= LONGEST_NAME)
            .collect()
    };
    match (a.as_prefix_star(), b.as_prefix_star()) {
        (Some(prefix), _) => behind(prefix, b),
        (_, Some(prefix)) => behind(prefix, a),
        (None, None) => Vec::new(),
    }
}

/// Puts `mark` among `marks`: in the place of another on its prefix, but for a split, which stands beside a
/// mark of another kind. What is left whole above a drop or a split is so no more, for these bind.
pub fn set_mark(marks: &mut Vec<Mark>, mark: Mark) {
    let is_split = |mark: &Mark| mark.kind == MarkKind::Split;
    marks.retain(|other| {
        let is_replaced = other.prefix == mark.prefix && is_split(other) == is_split(&mark);
        !is_replaced && !mark.takes_back(other)
    });
    marks.push(mark);
}

impl Mark {
    /// Whether this binds beneath `other`, which leaves a prefix whole.
    pub fn takes_back(&self, other: &Mark) -> bool {
        other.kind == MarkKind::Whole
            && matches!(self.kind, MarkKind::Drop | MarkKind::Split)
            && self.prefix.properly_extends(&other.prefix)
    }
}

/// What every action that `pattern` matches starts with.
pub fn prefix_of(pattern: &ActionPattern) -> ActionPrefix {
    match pattern {
        ActionPattern::Everything => ActionPrefix::of_everything(),
        ActionPattern::InService { service, name } => {
            ActionPrefix::in_service(service.clone(), name.literal_prefix())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::ServicePrefix;
    use crate::refine::HeldBecause;

    fn mark(kind: MarkKind, prefix: &str) -> Mark {
        let s3 = ServicePrefix::parse("s3").unwrap();
        Mark {
            kind,
            prefix: ActionPrefix::in_service(s3, prefix),
            by: SetBy::Person,
            reason: None,
        }
    }

    fn fate(keeps: &[&str], marks: &[Mark], action: &str, unused: bool) -> Fate {
        let keeps: Vec<Keep> = keeps
            .iter()
            .map(|text| Keep::of(text.parse().unwrap()))
            .collect();
        let curation = Curation {
            keeps: &keeps,
            marks,
            held: HeldBack::NOTHING,
        };
        curation.fate(&action.parse().unwrap(), unused)
    }

    #[test]
    fn a_drop_or_a_split_takes_back_what_is_left_whole_above_it() {
        let set = |kind, prefix| {
            let mut marks = vec![mark(MarkKind::Whole, "Get"), mark(MarkKind::Whole, "GetB")];
            set_mark(&mut marks, mark(kind, prefix));
            let kinds = marks
                .iter()
                .map(|mark| (mark.kind, mark.prefix.to_string()));
            kinds.collect::<Vec<_>>()
        };
        let left = |kind, prefix: &str| (kind, format!("s3:{prefix}"));
        let whole = |prefix| left(MarkKind::Whole, prefix);
        let dropped = left(MarkKind::Drop, "GetBucket");
        assert_eq!(set(MarkKind::Drop, "GetBucket"), [dropped]);
        let split = left(MarkKind::Split, "GetA");
        assert_eq!(set(MarkKind::Split, "GetA"), [whole("GetB"), split]);
        let kept = left(MarkKind::Keep, "GetBucket");
        assert_eq!(
            set(MarkKind::Keep, "GetBucket"),
            [whole("Get"), whole("GetB"), kept]
        );
        // On the prefix itself one takes the place of the other.
        let kept = left(MarkKind::Keep, "GetB");
        assert_eq!(set(MarkKind::Keep, "GetB"), [whole("Get"), kept]);
    }

    #[test]
    fn the_longer_prefix_wins_whatever_the_order() {
        let marks = [
            mark(MarkKind::Drop, "GetBucket"),
            mark(MarkKind::Keep, "Get"),
        ];
        assert_eq!(fate(&[], &marks, "s3:GetBucketAcl", false), Fate::Dropped);
        assert_eq!(fate(&[], &marks, "s3:GetBucketAcl", true), Fate::Goes);
        assert_eq!(fate(&[], &marks, "s3:GetObject", true), Fate::Kept);
    }

    #[test]
    fn at_equal_length_the_later_wins_and_a_mark_beats_a_keep() {
        let marks = [mark(MarkKind::Keep, "Get"), mark(MarkKind::Drop, "get")];
        assert_eq!(fate(&[], &marks, "s3:GetObject", true), Fate::Goes);
        let drop = [mark(MarkKind::Drop, "Get")];
        assert_eq!(
            fate(&["s3:Get*"], &drop, "s3:GetObject", false),
            Fate::Dropped
        );
    }

    #[test]
    fn a_mark_reaches_the_sibling_that_starts_with_its_prefix() {
        let marks = [mark(MarkKind::Keep, "ListService")];
        assert_eq!(fate(&[], &marks, "s3:ListServices", true), Fate::Kept);
    }

    #[test]
    fn what_is_held_back_goes_only_by_a_mark_on_its_whole_name() {
        let action: Action = "s3:GetObject".parse().unwrap();
        let because = HeldBecause::Used(jiff::Timestamp::UNIX_EPOCH.into());
        let held: HeldBack = [(action.clone(), because)].into_iter().collect();
        let fate = |keeps: &[Keep], marks: &[Mark], unused| {
            let curation = Curation {
                keeps,
                marks,
                held: &held,
            };
            curation.fate(&action, unused)
        };
        let keep = [Keep::of("s3:Get*".parse().unwrap())];
        assert_eq!(fate(&[], &[], true), Fate::Held);
        assert_eq!(fate(&[], &[], false), Fate::Stays);
        assert_eq!(fate(&keep, &[], true), Fate::Kept);
        let wide = [mark(MarkKind::Drop, "Get")];
        assert_eq!(fate(&[], &wide, true), Fate::Held);
        let whole = [mark(MarkKind::Drop, "GetObject")];
        assert_eq!(fate(&[], &whole, true), Fate::Goes);
    }

    #[test]
    fn a_split_decides_no_fate() {
        let marks = [
            mark(MarkKind::Keep, "Get"),
            mark(MarkKind::Split, "GetObject"),
        ];
        assert_eq!(fate(&[], &marks, "s3:GetObject", true), Fate::Kept);
    }
}
