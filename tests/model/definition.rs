//! The definitions, read aloud: every prefix of every name is tried, nothing is remembered.
//!
//! This is what becomes of one entry and why; [`super::tree`] is what a wildcard is replaced by,
//! and [`super::statement`] what its statement then looks like.

use iam_refine::refine::MarkKind;

use super::known::{Standing, is_unused, names, services, status};
use super::pattern::{
    grants, is_included, is_literal, literal_prefix, matches, name_of, prefix_of, residuals, same,
    service_of, specificity, starts_with,
};
use super::tree::{New, Tree};
use super::world::{Entry, MarkText, World};

/// What an entry becomes, as a text: the outcome with its reason, then a line for each new entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Becomes {
    pub outcome: String,
    pub new: Vec<String>,
    pub stays: usize,
    pub goes: usize,
    pub excepted: Vec<String>,
}

/// An action that an entry grants.
#[derive(Clone, Debug)]
pub struct Granted {
    pub service: String,
    pub name: String,
    pub unused: bool,
    pub stays: bool,
    /// Why it stays although it is unused and nobody kept it.
    pub stays_for: Option<StaysFor>,
}

/// Why an unused action stays that nobody kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaysFor {
    /// Something speaks for it.
    Held,
    /// A prefix of it is left whole.
    Whole,
}

impl Granted {
    pub fn is_held(&self) -> bool {
        self.stays_for == Some(StaysFor::Held)
    }

    pub fn is_whole(&self) -> bool {
        self.stays_for == Some(StaysFor::Whole)
    }
}

/// One entry under its marks.
pub struct Model<'w> {
    pub world: &'w World,
    pub text: &'w str,
    pub marks: &'w [MarkText],
}

impl<'w> Model<'w> {
    pub fn new(world: &'w World, entry: &'w Entry) -> Self {
        Model {
            world,
            text: &entry.text,
            marks: &entry.marks,
        }
    }

    pub fn becomes(&self) -> Becomes {
        let granted = self.granted();
        let stays = granted.iter().filter(|action| action.stays).count();
        let is_unlisted =
            |action: &&Granted| status(self.world, &action.service) == Standing::Unlisted;
        let excepted = if is_literal(self.glob()) {
            Vec::new()
        } else {
            granted
                .iter()
                .filter(is_unlisted)
                .filter(|action| action.unused && !action.stays)
                .collect()
        };
        let (outcome, new) = self.outcome(&granted, !excepted.is_empty());
        Becomes {
            outcome,
            new,
            stays,
            goes: granted.len() - stays,
            excepted: excepted
                .iter()
                .map(|action| format!("{}:{}", action.service, action.name))
                .collect(),
        }
    }

    fn outcome(&self, granted: &[Granted], some_excepted: bool) -> (String, Vec<String>) {
        let services = self.services();
        let standings = || services.iter().map(|service| status(self.world, service));
        let stays = |why: &str| (format!("Stays({why})"), Vec::new());
        let goes = |why: &str| (format!("Goes({why})"), Vec::new());
        if is_literal(self.glob()) {
            let wholly_unused = standings().any(|status| status == Standing::WhollyUnused);
            return match (granted[0].unused, granted[0].stays) {
                _ if granted[0].is_held() => stays("Held"),
                (false, true) => stays("NothingUnused"),
                (true, true) => stays("Kept"),
                (false, false) => goes("Dropped"),
                (true, false) if wholly_unused => goes("ServiceUnused"),
                (true, false) => goes("Unused"),
            };
        }
        if self.text != "*" && standings().any(|status| status == Standing::Unlisted) {
            return stays("ServiceUnlisted");
        }
        if !self.has_unsafe() {
            let kept = |action: &Granted| action.unused && action.stays && !action.is_held();
            let kept_whole = services
                .iter()
                .any(|service| !self.kept(service).is_empty());
            return if some_excepted {
                stays("ServiceUnlisted")
            } else if kept_whole || granted.iter().any(kept) {
                stays("Kept")
            } else if granted.iter().any(Granted::is_held) {
                stays("Held")
            } else if granted.is_empty() {
                stays("NothingKnown")
            } else {
                stays("NothingUnused")
            };
        }
        if self.is_whole_at_root(granted) {
            return stays("Kept");
        }
        let new = self.shortest_safe_prefixes(&services);
        if !new.is_empty() {
            ("Narrowed".to_owned(), new)
        } else if standings().all(|status| status == Standing::WhollyUnused) {
            goes("ServiceUnused")
        } else if granted.iter().all(|action| !action.unused) {
            goes("Dropped")
        } else {
            goes("OnlyUnused")
        }
    }

    /// Whether anything of the entry goes, or stays only since a prefix is left whole.
    pub fn has_unsafe(&self) -> bool {
        let services = self.services();
        services.iter().any(|service| self.something_goes(service))
    }

    /// Whether a mark leaves all of the entry whole, and nothing of it goes.
    fn is_whole_at_root(&self, granted: &[Granted]) -> bool {
        let root = prefix_of(self.text);
        let mut services = self.services().into_iter();
        (self.marks_of(MarkKind::Whole)).any(|mark| same(&mark.prefix, &root))
            && services.all(|service| status(self.world, &service) != Standing::WhollyUnused)
            && granted.iter().all(|action| action.stays)
    }

    /// Whether anything of `service` goes. Of a wholly unused one what nobody knows goes too,
    /// unless what is kept is as wide as the entry.
    fn something_goes(&self, service: &str) -> bool {
        let granted = self.granted_in(service);
        let known = (granted.iter()).any(|action| !action.stays || action.is_whole());
        match status(self.world, service) {
            Standing::Unlisted => false,
            Standing::Listed => known,
            Standing::WhollyUnused => {
                known
                    || !self
                        .kept(service)
                        .iter()
                        .any(|kept| same(kept, self.glob()))
            }
        }
    }

    /// The new entries, sorted by folded service and name, each once.
    fn shortest_safe_prefixes(&self, services: &[String]) -> Vec<String> {
        let mut new: Vec<New> = Vec::new();
        for service in services {
            if status(self.world, service) == Standing::Unlisted {
                new.push(self.glob_of(service, "*", "UnlistedService".to_owned()));
            } else {
                let tree = Tree::new(self, service);
                new.extend(tree.nodes().iter().flat_map(|node| tree.emitted(node)));
                let kept = self.kept(service);
                new.extend(
                    kept.iter()
                        .map(|glob| self.glob_of(service, glob, "KeptPattern".to_owned())),
                );
            }
        }
        new.sort_by_key(New::folded);
        new.dedup_by_key(|new| new.folded());
        new.iter().map(New::line).collect()
    }

    pub fn glob_of(&self, service: &str, glob: &str, claim: String) -> New {
        let granted = self.granted_in(service);
        let takes = |action: &&Granted| action.stays && matches(glob, &action.name);
        New {
            service: service.to_owned(),
            glob: glob.to_owned(),
            claim,
            grants: granted.iter().filter(takes).count(),
        }
    }

    /// In a wholly unused service: *keep* ∩ entry for every wildcard that is kept or held back, and the entry
    /// itself under a keep mark on a prefix of it.
    pub fn kept(&self, service: &str) -> Vec<String> {
        if status(self.world, service) != Standing::WhollyUnused {
            return Vec::new();
        }
        let mut kept: Vec<String> = Vec::new();
        let mut keep = |glob: &str, at: (bool, usize), earlier: usize| {
            let known = kept.iter().any(|other| same(other, glob));
            if !is_literal(glob) && !known && !self.drop_reaches(service, glob, at, earlier) {
                kept.push(glob.to_owned());
            }
        };
        for pattern in self.world.keeps.iter().chain(&self.world.held) {
            if pattern == "*" || same(service_of(pattern), service) {
                let at = specificity(&prefix_of(pattern));
                for glob in intersection(name_of(pattern), self.glob()) {
                    keep(&glob, at, 0);
                }
            }
        }
        for (place, mark) in self.marks.iter().enumerate() {
            let start = format!("{service}:{}", literal_prefix(self.glob()));
            if mark.kind == MarkKind::Keep && starts_with(&start, &mark.prefix) {
                keep(self.glob(), specificity(&mark.prefix), place);
            }
        }
        kept
    }

    /// Whether a drop mark reaches names that `glob` matches, and wins: it is more specific, or as
    /// specific and not set before the first `earlier` marks were.
    fn drop_reaches(&self, service: &str, glob: &str, at: (bool, usize), earlier: usize) -> bool {
        self.marks.iter().enumerate().any(|(place, mark)| {
            let wins = specificity(&mark.prefix) > at
                || specificity(&mark.prefix) == at && place >= earlier;
            let speaks = mark.prefix.is_empty() || same(service_of(&mark.prefix), service);
            let reaches = !residuals(glob, name_of(&mark.prefix)).is_empty();
            mark.kind == MarkKind::Drop && speaks && reaches && wins
        })
    }

    pub fn marks_of(&self, kind: MarkKind) -> impl Iterator<Item = &'w MarkText> {
        self.marks.iter().filter(move |mark| mark.kind == kind)
    }

    /// The services the entry speaks of, in order.
    fn services(&self) -> Vec<String> {
        if self.text == "*" {
            services(self.world)
        } else {
            vec![service_of(self.text).to_owned()]
        }
    }

    pub fn glob(&self) -> &'w str {
        name_of(self.text)
    }

    pub fn granted(&self) -> Vec<Granted> {
        let services = self.services();
        services
            .iter()
            .flat_map(|service| self.granted_in(service))
            .collect()
    }

    pub fn granted_in(&self, service: &str) -> Vec<Granted> {
        let names = names(self.world, service).into_iter();
        let granted = names.filter(|name| matches(self.glob(), name));
        granted
            .map(|name| self.granted_action(service, name))
            .collect()
    }

    fn granted_action(&self, service: &str, name: String) -> Granted {
        let unused = is_unused(self.world, service, &name);
        let action = format!("{service}:{name}");
        // A wildcard of a service that is not listed stays whole: there is nothing to drop.
        let stays_whole =
            !is_literal(self.glob()) && status(self.world, service) == Standing::Unlisted;
        let (keeps, marks) = (&self.world.keeps, self.marks);
        let asked = asked(keeps, marks, &action);
        let kept = unused && asked == Some(MarkKind::Keep);
        let held = unused && !kept && is_held(&self.world.held, marks, &action);
        let whole = unused && !held && asked == Some(MarkKind::Whole);
        let dropped = asked == Some(MarkKind::Drop) && !stays_whole;
        Granted {
            stays: kept || held || whole || !unused && !dropped,
            stays_for: match (held, whole) {
                (true, _) => Some(StaysFor::Held),
                (false, true) => Some(StaysFor::Whole),
                (false, false) => None,
            },
            service: service.to_owned(),
            name,
            unused,
        }
    }
}

/// Whether an action is granted afterwards: the longest of the keeps and marks that reach it
/// decides; at equal length a mark rather than a keep, and the later one.
pub fn stays(keeps: &[String], marks: &[MarkText], action: &str, unused: bool) -> bool {
    match asked(keeps, marks, action) {
        Some(MarkKind::Keep | MarkKind::Whole) => true,
        Some(MarkKind::Drop) => false,
        _ => !unused,
    }
}

/// What was asked for of an action, if anything was.
fn asked(keeps: &[String], marks: &[MarkText], action: &str) -> Option<MarkKind> {
    let mut decisive: Option<((bool, usize), MarkKind)> = None;
    let keeps = keeps
        .iter()
        .filter(|keep| grants(keep, action))
        .map(|keep| (specificity(&prefix_of(keep)), MarkKind::Keep));
    let marks = marks
        .iter()
        .filter(|mark| mark.kind != MarkKind::Split && starts_with(action, &mark.prefix))
        .map(|mark| (specificity(&mark.prefix), mark.kind));
    for candidate in keeps.chain(marks) {
        if decisive.is_none_or(|(longest, _)| candidate.0 >= longest) {
            decisive = Some(candidate);
        }
    }
    decisive.map(|(_, kind)| kind)
}

/// Whether an unused action that nobody keeps stays since something speaks for it: not when a mark
/// to drop it, or to leave it whole, names just this action.
pub fn is_held(held: &[String], marks: &[MarkText], action: &str) -> bool {
    let decides_it = |mark: &MarkText| {
        matches!(mark.kind, MarkKind::Drop | MarkKind::Whole) && same(&mark.prefix, action)
    };
    held.iter().any(|held| grants(held, action)) && !marks.iter().any(decides_it)
}

/// *a* ∩ *b* where that is simple: one includes the other, or one is a prefix and a star.
fn intersection(keep: &str, glob: &str) -> Vec<String> {
    let behind = |prefix: &str, other: &str| {
        let rests = residuals(other, prefix).into_iter();
        rests.map(|rest| format!("{prefix}{rest}")).collect()
    };
    let is_prefix_star = |pattern: &str| format!("{}*", literal_prefix(pattern)) == pattern;
    if is_included(glob, keep) {
        vec![glob.to_owned()]
    } else if is_included(keep, glob) {
        vec![keep.to_owned()]
    } else if is_prefix_star(keep) {
        behind(literal_prefix(keep), glob)
    } else if is_prefix_star(glob) {
        behind(literal_prefix(glob), keep)
    } else {
        Vec::new()
    }
}
