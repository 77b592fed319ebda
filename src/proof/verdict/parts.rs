//! The parts of the proof, group of statements by group of statements.

use std::collections::{BTreeMap, BTreeSet};

use super::correspondence::{Group, Placed, differing_elements, groups};
use super::effort::Effort;
use super::language::{Entries, Escape, Known, Language, Portion};
use super::{Objection, Side, Spot, Verdict};
use crate::iam::{Action, ActionPattern, Actions, Effect, Policy, ServicePrefix, Statement};
use crate::proof::fate::fate;
use crate::proof::{Knowledge, Part};
use crate::refine::{Curation, Fate};

/// What is judged, and what is found so far.
pub(super) struct Judge<'p> {
    pub original: &'p Policy,
    pub refined: &'p Policy,
    pub knowledge: &'p Knowledge<'p>,
    pub curation: Curation<'p>,
    /// The known actions of every service that one of the policies is about.
    pub known: Known,
    /// Those of them that the findings report.
    pub unused: Known,
    /// What is asked to stay.
    keeps: Language<'p>,
    pub effort: Effort,
    pub verdict: Verdict,
}

impl<'p> Judge<'p> {
    pub fn new(
        original: &'p Policy,
        refined: &'p Policy,
        knowledge: &'p Knowledge<'p>,
        curation: Curation<'p>,
    ) -> Self {
        let effort = Effort::new();
        let known = known(&[original, refined], knowledge);
        let unused = known.iter().map(|(service, actions)| {
            let unused = actions.iter();
            let unused = unused.filter(|action| knowledge.unused.contains(action));
            (service.clone(), unused.cloned().collect())
        });
        Judge {
            original,
            refined,
            knowledge,
            curation,
            unused: unused.collect(),
            known,
            keeps: Language::with(
                Side::Original,
                &[],
                (curation.keeps.iter().map(|keep| &keep.pattern)).chain(curation.held.patterns()),
                &effort,
            ),
            effort,
            verdict: Verdict::default(),
        }
    }

    pub fn verdict(mut self) -> Verdict {
        let changed: Vec<String> =
            differing_elements(&self.original.elements, &self.refined.elements)
                .map(str::to_owned)
                .collect();
        for name in changed {
            let what = format!("the policy's {name} has changed");
            self.object(Objection::new(Part::NothingElseTouched, what));
        }
        self.judge_repeated_sids();
        let granted = granted_by(Side::Original, self.original, &self.effort);
        for group in groups(self.original, self.refined, &self.effort.clone()) {
            self.judge_group(&group, &granted);
        }
        self.count_gone(&granted);
        // Stable: within a part in the order of the groups, and of their statements.
        self.verdict
            .objections
            .sort_by_key(|objection| (objection.part, objection.spot));
        self.verdict
    }

    pub(super) fn object(&mut self, objection: Objection) {
        self.verdict.objections.push(objection);
    }

    /// Judges statements that correspond; `granted` is what the whole original grants.
    fn judge_group(&mut self, group: &Group<'p>, granted: &Language<'p>) {
        self.judge_elements(group);
        self.judge_denials(group, granted);
        let (before, after) = (allowing(&group.original), allowing(&group.refined));
        let (old, new) = (
            Language::of(Side::Original, &before, &self.effort),
            Language::of(Side::Refined, &after, &self.effort),
        );
        // What corresponds to nothing is held against all that was allowed.
        let may_grant = if group.original.is_empty() {
            granted
        } else {
            &old
        };
        for &(place, statement) in &after {
            for (entry, portion) in portions(statement) {
                let spot = Spot {
                    side: Side::Refined,
                    statement: place,
                    entry,
                };
                self.nothing_added(spot, &portion, may_grant);
                self.unused_gone(spot, &portion, &old);
            }
        }
        self.nothing_lost(&old, &new);
        self.nothing_unheard_of_lost(&before, &after);
        self.advise(&old, &after);
    }

    /// Part 5: everything but the actions.
    fn judge_elements(&mut self, group: &Group<'_>) {
        let Some((place, _)) = group.refined.first() else {
            return;
        };
        if group.original.is_empty() && !allowing(&group.refined).is_empty() {
            let what = "the original has no statement with this Effect, Resource and Condition";
            self.object(Objection::new(Part::NothingElseTouched, what).at(Side::Refined, *place));
        }
        for (place, name) in &group.changed {
            let what = format!("its {name} has changed");
            self.object(Objection::new(Part::NothingElseTouched, what).at(Side::Refined, *place));
        }
        if !group.original.is_empty() {
            self.judge_sids(group);
        }
    }

    /// Part 5: IAM takes a `Sid` once in a policy.
    fn judge_repeated_sids(&mut self) {
        let places = |policy: &'p Policy| {
            let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (place, statement) in policy.statements.iter().enumerate() {
                if let Some(sid) = statement.sid() {
                    places.entry(sid).or_default().push(place);
                }
            }
            places
        };
        let before = places(self.original);
        for (sid, after) in places(self.refined) {
            let allowed = before.get(sid).map_or(1, Vec::len);
            for place in after.iter().skip(allowed) {
                let (first, sid) = (after[0] + 1, crate::text::quoted(sid));
                let what = format!(
                    "its Sid {sid} is that of statement {first}: IAM takes a Sid once in a policy"
                );
                let objection = Objection::new(Part::NothingElseTouched, what);
                self.object(objection.at(Side::Refined, *place));
            }
        }
    }

    /// A `Sid` may come when a statement is split and go when statements are merged; where one
    /// goes and another comes, it has changed.
    fn judge_sids(&mut self, group: &Group<'_>) {
        let sids = |side: &[Placed<'_>]| -> BTreeSet<Option<String>> {
            side.iter()
                .map(|(_, one)| one.sid().map(str::to_owned))
                .collect()
        };
        let (before, after) = (sids(&group.original), sids(&group.refined));
        let new = group.refined.iter().filter(|(_, one)| {
            let sid = one.sid().map(str::to_owned);
            !before.contains(&sid)
        });
        let changed: Vec<(usize, String)> = (before.difference(&after).zip(new))
            .map(|(old, (place, new))| {
                let shown =
                    |sid: Option<&str>| sid.map_or_else(|| "none".to_owned(), crate::text::quoted);
                let (old, new) = (shown(old.as_deref()), shown(new.sid()));
                (*place, format!("its Sid has changed from {old} to {new}"))
            })
            .collect();
        for (place, what) in changed {
            let objection = Objection::new(Part::NothingElseTouched, what);
            self.object(objection.at(Side::Refined, place));
        }
    }

    /// Part 1: all that the portion grants was granted.
    fn nothing_added(&mut self, spot: Spot, portion: &Portion<'_>, may_grant: &Language<'_>) {
        let escape = may_grant.escape(portion, &self.known);
        let what = match &escape {
            Escape::Nothing => return,
            Escape::Known(_) => "grants what the original does not",
            Escape::Unknown(_) => {
                "grants names that the original does not; no action that is known, but perhaps one \
                 to come"
            }
            Escape::TooComplex => {
                "is so entangled with the original's wildcards that telling whether it adds anything \
                 takes too long; taken for an addition"
            }
        };
        self.object(
            Objection::new(Part::NothingAdded, what)
                .at_spot(spot, self.refined)
                .shown_by(escape.into_witness()),
        );
    }

    /// Part 2: nothing unused is granted, but for what is kept or excepted.
    fn unused_gone(&mut self, spot: Spot, portion: &Portion<'_>, old: &Language<'_>) {
        let is_left = old.has(portion);
        let is_wildcard = !matches!(portion, Portion::Entry(entry) if entry.is_literal());
        let mut granted = BTreeSet::new();
        let unused = portion.known_in(&self.unused);
        // A name that is known stands for nothing else.
        let is_told = !is_wildcard && !unused.is_empty();
        for action in unused {
            let is_excepted = match portion {
                Portion::AllBut(_) => is_left,
                Portion::Entry(_) => is_wildcard && self.knowledge.is_unlisted(&action.service),
            };
            let found = match fate(self.curation, action, true) {
                Fate::Held => &mut self.verdict.held,
                fate if fate.stays() => &mut self.verdict.kept,
                _ if is_excepted => &mut self.verdict.excepted,
                _ => &mut granted,
            };
            found.insert(action.clone());
        }
        let escape = match portion {
            Portion::Entry(entry) if granted.is_empty() && !is_told => {
                self.unknown_of_unused_service(entry)
            }
            _ => Escape::Nothing,
        };
        let what = match &escape {
            Escape::Nothing if granted.is_empty() => return,
            Escape::TooComplex => {
                "is so entangled with what is kept that telling whether it grants anything unused \
                 takes too long; taken for unused"
            }
            _ if is_left => "is left as it was and still grants what is unused",
            _ => "grants what is unused",
        };
        granted.extend(escape.into_witness());
        self.object(
            Objection::new(Part::UnusedGone, what)
                .at_spot(spot, self.refined)
                .shown_by(granted),
        );
    }

    /// Whether `entry` grants any action, known or not, of a wholly unused service that nobody keeps.
    fn unknown_of_unused_service(&self, entry: &ActionPattern) -> Escape {
        let unused = &self.knowledge.unused;
        let services: Vec<&ServicePrefix> = match entry.service() {
            Some(service) => vec![service],
            None => unused.services().map(|(service, _)| service).collect(),
        };
        let services = services.into_iter();
        let mut escape = Escape::Nothing;
        for service in services.filter(|service| unused.is_wholly_unused(service)) {
            let within = entry.within(service);
            match self.keeps.escape(&Portion::Entry(&within), &Known::new()) {
                Escape::Nothing => {}
                Escape::TooComplex => escape = Escape::TooComplex,
                found => return found,
            }
        }
        escape
    }

    /// Part 3: what was granted and stays is granted.
    fn nothing_lost(&mut self, old: &Language<'_>, new: &Language<'_>) {
        let mut lost: BTreeMap<Spot, Vec<Action>> = BTreeMap::new();
        for action in old.known_in(&self.known) {
            if self.stays(action)
                && !new.matches(action)
                && let Some(spot) = old.spot(action)
            {
                lost.entry(spot).or_default().push(action.clone());
            }
        }
        for (spot, actions) in lost {
            let what = "granted what stays and is not granted any more";
            self.object(
                Objection::new(Part::NothingLost, what)
                    .at_spot(spot, self.original)
                    .shown_by(actions),
            );
        }
    }

    /// Part 3 where nothing is known of what was granted: of a service that the catalogue does not
    /// have only what the findings name may go, so the rest of a wildcard is still granted.
    fn nothing_unheard_of_lost(&mut self, before: &[Placed<'_>], after: &[Placed<'_>]) {
        let mut wildcards = Vec::new();
        for &(statement, one) in before {
            for (place, portion) in portions(one) {
                if let Portion::Entry(entry) = portion
                    && !entry.is_literal()
                {
                    wildcards.push((statement, place, entry, self.unlisted_services(entry)));
                }
            }
        }
        let unlisted: BTreeSet<&ServicePrefix> = (wildcards.iter())
            .flat_map(|(.., unlisted)| unlisted)
            .collect();
        if unlisted.is_empty() {
            return;
        }
        let unused: Vec<ActionPattern> = (unlisted.into_iter())
            .flat_map(|service| self.unused.get(service).into_iter().flatten())
            .filter(|action| !self.stays(action))
            .map(ActionPattern::from)
            .collect();
        let may_go = Language::with(Side::Refined, after, &unused, &self.effort);
        for (statement, place, entry, unlisted) in wildcards {
            let within = unlisted.iter().map(|service| entry.within(service));
            let escape = within
                .map(|within| may_go.escape(&Portion::Entry(&within), &Known::new()))
                .find(|escape| *escape != Escape::Nothing);
            let Some(escape) = escape else {
                continue;
            };
            let spot = Spot {
                side: Side::Original,
                statement,
                entry: place,
            };
            let what = "granted more of a service that the catalogue does not have, and nobody \
                        reported that as unused";
            // A name without letters shows nothing to a person.
            let shown = escape.into_witness();
            let shown = shown.filter(|action| !action.name.as_str().is_empty());
            self.object(
                Objection::new(Part::NothingLost, what)
                    .at_spot(spot, self.original)
                    .shown_by(shown),
            );
        }
    }

    /// The services that `entry` is about and the catalogue does not have.
    fn unlisted_services(&self, entry: &ActionPattern) -> Vec<ServicePrefix> {
        let services = self.knowledge.services_of(entry).into_iter();
        services
            .filter(|service| self.knowledge.is_unlisted(service))
            .collect()
    }

    /// Whether `action` is to be granted where it was.
    pub(super) fn stays(&self, action: &Action) -> bool {
        let is_unused = self.knowledge.unused.contains(action);
        fate(self.curation, action, is_unused).stays()
    }

    fn count_gone(&mut self, granted: &Language<'_>) {
        let still = granted_by(Side::Refined, self.refined, &self.effort);
        let is_gone = |action: &&Action| {
            !self.stays(action) && granted.matches(action) && !still.matches(action)
        };
        let unused = self.unused.values().flatten();
        self.verdict.gone = unused.filter(is_gone).cloned().collect();
    }
}

impl Escape {
    /// The action that shows it.
    pub(super) fn into_witness(self) -> Option<Action> {
        match self {
            Escape::Known(action) | Escape::Unknown(action) => Some(action),
            Escape::Nothing | Escape::TooComplex => None,
        }
    }
}

/// What a statement grants, piece by piece.
pub(super) fn portions(
    statement: &Statement,
) -> impl Iterator<Item = (Option<usize>, Portion<'_>)> {
    let (entries, all_but): (&[ActionPattern], _) = match &statement.actions {
        Actions::Action(entries) => (entries, None),
        Actions::NotAction(entries) => (&[], Some(Portion::AllBut(Entries::of(entries)))),
    };
    let entries = entries.iter().enumerate();
    (entries.map(|(place, entry)| (Some(place), Portion::Entry(entry))))
        .chain(all_but.map(|portion| (None, portion)))
}

/// What all statements of `policy` allow together.
fn granted_by<'p>(side: Side, policy: &'p Policy, effort: &Effort) -> Language<'p> {
    let all: Vec<Placed<'p>> = policy.statements.iter().enumerate().collect();
    Language::of(side, &allowing(&all), effort)
}

pub(super) fn allowing<'p>(statements: &[Placed<'p>]) -> Vec<Placed<'p>> {
    with_effect(statements, Effect::Allow)
}

pub(super) fn denying<'p>(statements: &[Placed<'p>]) -> Vec<Placed<'p>> {
    with_effect(statements, Effect::Deny)
}

fn with_effect<'p>(statements: &[Placed<'p>], effect: Effect) -> Vec<Placed<'p>> {
    let wanted = statements.iter().filter(|(_, one)| one.effect == effect);
    wanted.copied().collect()
}

/// The known actions of the services that the policies are about: of all there are, if one of them
/// has `*` or `NotAction`.
pub(super) fn known(policies: &[&Policy], knowledge: &Knowledge<'_>) -> Known {
    let statements = || policies.iter().flat_map(|policy| &policy.statements);
    let entries = statements().flat_map(|statement| statement.actions.entries());
    let mut services: BTreeSet<ServicePrefix> = entries
        .filter_map(|entry| entry.service().cloned())
        .collect();
    let speaks_of_all = |statement: &Statement| match &statement.actions {
        Actions::Action(entries) => entries.contains(&ActionPattern::Everything),
        Actions::NotAction(_) => true,
    };
    if statements().any(speaks_of_all) {
        services.extend(knowledge.services_of(&ActionPattern::Everything));
    }
    let actions = |service: &ServicePrefix| knowledge.actions_of(service);
    services
        .into_iter()
        .map(|service| (service.clone(), actions(&service)))
        .collect()
}
