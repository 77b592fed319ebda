//! Facts about actions, as the reasons list them.

use std::collections::BTreeMap;

use super::{ReasonLine, Reasons, Sign};
use crate::catalogue::{Level, LevelCounts, reach};
use crate::explain::report::levels_in_words;
use crate::findings::LastUse;
use crate::iam::Action;
use crate::policies::LoadedPolicy;
use crate::proof::Relation;
use crate::refine::{Evidence, HeldBecause, Mark, Trie};
use crate::review::{EntryPlace, KeptFor, Review};
use crate::text::{Untrusted, counted, grouped, printable, some_of};

impl Reasons {
    /// Lists the marks of the entry whose trie this is, each of which can be taken back.
    pub(super) fn list_marks(&mut self, trie: &Trie, marks: &[Mark]) {
        if !marks.is_empty() {
            self.heading(format!("MARKS ON {}", trie.wildcard().pattern));
        }
        for mark in marks {
            let note = match &mark.reason {
                Some(reason) => reason.to_string(),
                None if trie.is_idle(mark) => "does nothing as names are cut".to_owned(),
                None => String::new(),
            };
            let name = format!("{} {}", mark.kind, mark.prefix);
            self.lines.push(ReasonLine::Mark(name, note));
        }
    }

    /// Says why what is proposed at `place` was rejected, if a reason was given.
    pub(super) fn tell_why_rejected(&mut self, review: &Review, place: EntryPlace) {
        if let Some(reason) = review.state().reason(place) {
            self.lead(format!("Because: {reason}"));
        }
    }

    /// Lists what is held back, and why.
    pub(super) fn list_held<'a>(
        &mut self,
        held: impl Iterator<Item = (&'a Action, &'a HeldBecause)>,
    ) {
        let held: Vec<(&Action, &HeldBecause)> = held.collect();
        if held.is_empty() {
            return;
        }
        self.heading("HELD BACK: x lets it go");
        for (action, because) in &held {
            let why = match because {
                HeldBecause::Used(last) => format!("used {}", last.in_short()),
                HeldBecause::TearsDown(maker) => format!("{} stays", maker.name),
                HeldBecause::Commented(comment) => match &comment.reason {
                    None => comment.place.to_string(),
                    Some(reason) => format!("{reason}, {}", comment.place),
                },
            };
            self.pair(action.name.to_string(), why);
        }
        self.tell_who_saw(
            held.into_iter()
                .filter_map(|(action, because)| match because {
                    HeldBecause::Used(last) => Some((action.clone(), last.clone())),
                    HeldBecause::TearsDown(_) | HeldBecause::Commented(_) => None,
                }),
        );
    }

    /// Says what AWS makes of an entry, where that is known.
    pub(super) fn tell_recommended(&mut self, review: &Review, place: EntryPlace) {
        if let Some(compared) = review.compared().get(place) {
            let sign = match compared.relation() {
                Relation::Same => Sign::Holds,
                _ => Sign::Caution,
            };
            self.signed(sign, format!("AWS: {compared}"));
        }
    }

    /// Counts how AWS's answer relates to the entries that `counts` says yes to.
    pub(super) fn count_recommended(
        &mut self,
        review: &Review,
        counts: impl Fn(EntryPlace) -> bool,
    ) {
        let counts = review.compared().counts(counts);
        if !counts.is_empty() {
            self.heading("AWS RECOMMENDS, OF ITS ENTRIES");
        }
        for (relation, count) in counts {
            self.pair(relation.as_str(), grouped(count));
        }
    }

    /// A heading of so many actions that go.
    pub(super) fn heading_of_going(&mut self, count: usize) {
        self.heading(match count {
            1 => "THE ONE THAT GOES".to_owned(),
            count => format!("THE {} THAT GO", grouped(count)),
        });
    }

    /// Lists actions by name, each with its access level.
    pub(super) fn list_names(
        &mut self,
        heading: &str,
        review: &Review,
        policy: usize,
        actions: &[Action],
    ) {
        if !actions.is_empty() {
            self.heading(heading);
        }
        let catalogue = &review.input().universe_of(policy).catalogue;
        for action in actions {
            let level = catalogue.level(action);
            let level = level.map_or_else(String::new, |level| level.to_string());
            self.lines
                .push(ReasonLine::Listed(action.name.to_string(), level));
        }
    }

    /// Lists actions of a policy that go, the most far-reaching first, each with its last use. `above` is what
    /// their names have in common with the title and is not repeated; without it they are named
    /// with their services where these are several.
    pub(super) fn list_going(
        &mut self,
        review: &Review,
        policy: usize,
        actions: &[Action],
        above: Option<&str>,
    ) {
        let going = going_in_order(review, policy, actions);
        let is_told =
            |one: &GoingAction| matches!(one.known_use, KnownUse::Last(_) | KnownUse::NotRecorded);
        if going.iter().any(is_told) {
            let is_heading = |line: &mut ReasonLine| matches!(line, ReasonLine::Heading(_));
            let heading = match self.lines.pop_if(is_heading) {
                Some(ReasonLine::Heading(text)) => text,
                _ => String::new(),
            };
            self.lines.push(ReasonLine::LastUsed(heading));
        }
        let levels: LevelCounts = going.iter().map(|one| one.level).collect();
        self.levels = levels_in_words(levels.iter());
        let are_several = levels.iter().count() > 1;
        let first = going.first().map(|one| one.action.service.clone());
        let is_one_service =
            { going.iter() }.all(|one| Some(&one.action.service) == first.as_ref());
        for of_level in going.chunk_by(|a, b| a.level == b.level) {
            if are_several {
                self.lines
                    .push(ReasonLine::Level(level_name(of_level[0].level)));
            }
            for one in of_level {
                let name = match above {
                    None if !is_one_service => one.action.to_string(),
                    None => one.action.name.to_string(),
                    Some(above) => {
                        let name = one.action.name.as_str();
                        // A name whose word goes on behind it is said in full.
                        let goes_on =
                            |rest: &&str| rest.starts_with(|one: char| one.is_ascii_lowercase());
                        let short = name.get(above.len()..).filter(|rest| !rest.is_empty());
                        let short = short.filter(|rest| !goes_on(rest));
                        short.unwrap_or(name).to_owned()
                    }
                };
                self.lines
                    .push(ReasonLine::Listed(name, one.known_use.in_short()));
            }
        }
        let last_uses = going.into_iter().filter_map(|one| match one.known_use {
            KnownUse::Last(last) => Some((one.action, last)),
            _ => None,
        });
        self.tell_who_saw(last_uses);
    }

    /// Says which files other than the finding tell that actions were used.
    fn tell_who_saw(&mut self, last_uses: impl Iterator<Item = (Action, LastUse)>) {
        let mut by_file: BTreeMap<Untrusted, Vec<String>> = BTreeMap::new();
        for (action, last) in last_uses {
            if let Some(file) = &last.told_by {
                let name = format!("{} {last}", action.name);
                by_file.entry(file.clone()).or_default().push(name);
            }
        }
        for (file, names) in by_file {
            let text = format!("used, as {file} tells: {}", some_of(&names, NAMES));
            self.signed(Sign::Caution, text);
        }
    }

    /// Says that nobody can tell since when `policy` is granted, where that matters.
    pub(super) fn tell_unknown_age(&mut self, review: &Review, policy: usize) {
        if review.input().is_of_unknown_age(policy) {
            let text =
                "age unknown: it may be granted for fewer days than the report is asked about";
            self.signed(Sign::Caution, text);
        }
    }

    /// Says that `policy` is granted too late to tell what of it is unused, if it is.
    pub(super) fn tell_young(&mut self, review: &Review, policy: usize) {
        let input = review.input();
        let Some(granted_at) = input.young_since(policy) else {
            return;
        };
        let days = input.findings_of(policy).analyzed_at.map(|end| {
            let days = (end.as_second() - granted_at.as_second()).max(0) / SECONDS_A_DAY;
            let days = usize::try_from(days).unwrap_or_default();
            format!(", {} before the report", counted(days, "day", "days"))
        });
        self.lead(format!(
            "Granted on {}{}: too young for anything of it to be unused.",
            granted_at.strftime("%Y-%m-%d"),
            days.unwrap_or_default()
        ));
    }

    /// Counts what is known of actions of a policy that stay: the evidence, then the access levels.
    pub(super) fn count_staying(&mut self, review: &Review, policy: usize, actions: &[Action]) {
        if !actions.is_empty() {
            self.aside(|reasons| reasons.count_some(review, policy, actions));
        }
    }

    fn count_some(&mut self, review: &Review, policy: usize, actions: &[Action]) {
        let input = review.input();
        let (universe, date) = (input.universe_of(policy), input.finding_date());
        let mut evidence: BTreeMap<Evidence, usize> = BTreeMap::new();
        for action in actions {
            *evidence
                .entry(Evidence::of(action, universe, date))
                .or_default() += 1;
        }
        self.heading(match actions.len() {
            1 => "THE ONE THAT STAYS".to_owned(),
            count => format!("OF THE {} THAT STAY", grouped(count)),
        });
        for (class, count) in evidence {
            self.pair(class.to_string(), grouped(count));
        }
        let levels = universe.catalogue.levels_of(actions);
        if levels.iter().all(|(level, _)| level.is_none()) {
            return;
        }
        self.tell_kept_for(&input.policies[policy].kept_for, actions);
        self.heading("THEIR ACCESS LEVELS");
        for (level, count) in levels.iter() {
            let level = level.map_or_else(|| "not known".to_owned(), |level| level.to_string());
            self.pair(level, grouped(count));
        }
    }

    /// Says which of `staying` some holders of the policy do not use, and because of whom it stays.
    fn tell_kept_for(&mut self, kept_for: &KeptFor, staying: &[Action]) {
        let mut by_keepers: BTreeMap<&[String], Vec<&Action>> = BTreeMap::new();
        for action in staying {
            if let Some(keepers) = kept_for.get(action) {
                by_keepers.entry(keepers).or_default().push(action);
            }
        }
        if by_keepers.is_empty() {
            return;
        }
        let all: usize = by_keepers.values().map(Vec::len).sum();
        self.lead(format!(
            "{} unused by some who have it {} for others.",
            counted(all, "action that is", "actions that are"),
            if all == 1 { "stays" } else { "stay" }
        ));
        self.heading("UNUSED BY SOME, KEPT FOR OTHERS");
        for (keepers, actions) in by_keepers {
            let names: Vec<String> = (actions.iter())
                .map(|action| action.name.to_string())
                .collect();
            let keepers: Vec<String> = (keepers.iter())
                .map(|name| printable(name).into_owned())
                .collect();
            let text = format!(
                "{} for {}: {}",
                grouped(actions.len()),
                some_of(&keepers, NAMES),
                some_of(&names, NAMES)
            );
            self.signed(Sign::Caution, text);
        }
    }
}

/// An action that goes, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoingAction {
    /// The action.
    pub action: Action,
    /// Its access level; none where the catalogue does not tell it.
    pub level: Option<Level>,
    /// What is known of its use.
    pub known_use: KnownUse,
}

/// What is known of the use of an action that goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownUse {
    /// It was used some day.
    Last(LastUse),
    /// Something newer than the findings speaks of it.
    Newer(Evidence),
    /// No use is recorded, as far back as AWS looks.
    NotRecorded,
    /// The findings have no date, and say nothing of when.
    NotTold,
    /// Nobody reported it: it was dropped by hand.
    Dropped,
}

impl KnownUse {
    /// The day, or what is known in its place, for where room is short; may be empty.
    fn in_short(&self) -> String {
        match self {
            KnownUse::Last(last) => last.in_short(),
            KnownUse::Newer(newer) => newer.to_string(),
            KnownUse::NotRecorded => NO_USE.to_owned(),
            KnownUse::NotTold => String::new(),
            KnownUse::Dropped => "dropped".to_owned(),
        }
    }
}

/// Actions of a policy that go, the most far-reaching first, with what is known of each.
pub fn going_in_order(review: &Review, policy: usize, actions: &[Action]) -> Vec<GoingAction> {
    let universe = review.input().universe_of(policy);
    let findings = review.input().findings_of(policy);
    let date = review.input().finding_date();
    let known_use = |action: &Action| {
        if !universe.is_unused(action) {
            return KnownUse::Dropped;
        }
        if let Some(last) = findings.last_use(action) {
            return KnownUse::Last(last);
        }
        match (Evidence::of_reported(action, universe, date), date) {
            (Some(newer), _) => KnownUse::Newer(newer),
            // Findings without a date of their own say nothing of others either.
            (None, None) => KnownUse::NotTold,
            (None, Some(_)) => KnownUse::NotRecorded,
        }
    };
    let going = actions.iter().map(|action| GoingAction {
        action: action.clone(),
        level: universe.catalogue.level(action),
        known_use: known_use(action),
    });
    let mut going: Vec<GoingAction> = going.collect();
    going.sort_by_key(|one| reach(one.level));
    going
}

impl GoingAction {
    /// `s3:PutBucketPolicy, Permissions management, last used on 2026-02-14`.
    pub fn in_words(&self) -> String {
        let mut words = vec![self.action.to_string()];
        words.extend(self.level.map(|level| level.to_string()));
        match &self.known_use {
            KnownUse::Last(last) => words.push(format!("last used {last}")),
            KnownUse::NotTold => {}
            KnownUse::Dropped => words.push("dropped by hand".to_owned()),
            other => words.push(other.in_short()),
        }
        words.join(", ")
    }
}

/// What a level is called; none where the catalogue does not tell it.
fn level_name(level: Option<Level>) -> String {
    level.map_or_else(|| "of unknown level".to_owned(), |level| level.to_string())
}

/// That no use of an action is recorded, as far back as AWS looks.
pub const NO_USE: &str = "no use recorded";

/// How many names a sentence lists.
const NAMES: usize = 4;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// What a policy is called, safe to show: its file, or what its block makes and where that is written.
pub fn policy_name(review: &Review, policy: usize) -> String {
    let loaded = review.policy(policy).loaded;
    let name = loaded.document.source().name();
    if let Some(block) = &loaded.origin.block {
        let made = printable(&block.called()).into_owned();
        return format!("{made} · {name}:{}", block.line);
    }
    file_name(name)
}

/// What a file is called that several policies may stand in, safe to show.
pub fn shown_file(policy: &LoadedPolicy) -> String {
    let name = policy.document.source().name();
    match policy.origin.block {
        Some(_) => name.to_string(),
        None => file_name(name),
    }
}

fn file_name(name: &Untrusted) -> String {
    let file = std::path::Path::new(name.raw()).file_name();
    let shown = file.and_then(std::ffi::OsStr::to_str);
    let shown = shown.unwrap_or(name.raw());
    printable(shown).into_owned()
}

/// Why a prefix is safe that `kept` unused actions start with.
pub(super) fn why_safe(kept: usize) -> String {
    match kept {
        0 => "no unused action starts with it".to_owned(),
        1 => "the unused action that starts with it is kept".to_owned(),
        count => format!("the {count} unused actions that start with it are kept"),
    }
}

/// `count` actions that go, of which some may have been dropped by hand, in words.
pub(super) fn going_actions(count: usize, dropped: usize) -> String {
    match dropped {
        0 => unused_actions(count),
        all if all == count => counted(count, "dropped action", "dropped actions"),
        _ => counted(
            count,
            "unused or dropped action",
            "unused or dropped actions",
        ),
    }
}

/// `count` unused actions, in words.
pub(super) fn unused_actions(count: usize) -> String {
    counted(count, "unused action", "unused actions")
}
