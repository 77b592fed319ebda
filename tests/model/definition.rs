//! The definitions, read aloud: every prefix of every name is tried, nothing is remembered.
//!
//! A *node* is a sequence of tokens, compared ignoring case. It is *open* when its prefix is not
//! safe, or split by a mark. What an entry becomes is said by one sentence about each node whose
//! ancestors are all open.

use std::collections::BTreeSet;

use iam_refine::refine::{Granularity, MarkKind};

use super::pattern::{
    is_included, is_literal, literal_prefix, matches, residuals, same, starts_with,
};
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Listed,
    WhollyUnused,
    Unlisted,
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
            |action: &&Granted| standing(self.world, &action.service) == Standing::Unlisted;
        let excepted = match is_literal(self.glob()) {
            true => Vec::new(),
            false => granted
                .iter()
                .filter(is_unlisted)
                .filter(|action| !action.stays)
                .collect(),
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
        let standings = || services.iter().map(|service| standing(self.world, service));
        let stays = |why: &str| (format!("Stays({why})"), Vec::new());
        let goes = |why: &str| (format!("Goes({why})"), Vec::new());
        if is_literal(self.glob()) {
            let wholly_unused = standings().any(|standing| standing == Standing::WhollyUnused);
            return match (granted[0].unused, granted[0].stays) {
                (false, true) => stays("NothingUnused"),
                (true, true) => stays("Kept"),
                (false, false) => goes("Dropped"),
                (true, false) if wholly_unused => goes("ServiceUnused"),
                (true, false) => goes("Unused"),
            };
        }
        if self.text != "*" && standings().any(|standing| standing == Standing::Unlisted) {
            return stays("ServiceUnlisted");
        }
        if !services.iter().any(|service| self.something_goes(service)) {
            let kept = |action: &Granted| action.unused && action.stays;
            let kept_whole = services
                .iter()
                .any(|service| !self.kept(service).is_empty());
            return if some_excepted {
                stays("ServiceUnlisted")
            } else if kept_whole || granted.iter().any(kept) {
                stays("Kept")
            } else if granted.is_empty() {
                stays("NothingKnown")
            } else {
                stays("NothingUnused")
            };
        }
        let new = self.shortest_safe_prefixes(&services);
        if !new.is_empty() {
            ("Narrowed".to_owned(), new)
        } else if standings().all(|standing| standing == Standing::WhollyUnused) {
            goes("ServiceUnused")
        } else if granted.iter().all(|action| !action.unused) {
            goes("Dropped")
        } else {
            goes("OnlyUnused")
        }
    }

    /// Whether anything of `service` goes. Of a wholly unused one what nobody knows goes too,
    /// unless what is kept is as wide as the entry.
    fn something_goes(&self, service: &str) -> bool {
        let known = self.granted_in(service).iter().any(|action| !action.stays);
        match standing(self.world, service) {
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
            if standing(self.world, service) == Standing::Unlisted {
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

    fn glob_of(&self, service: &str, glob: &str, claim: String) -> New {
        let granted = self.granted_in(service);
        let takes = |action: &&Granted| action.stays && matches(glob, &action.name);
        New {
            service: service.to_owned(),
            glob: glob.to_owned(),
            claim,
            grants: granted.iter().filter(takes).count(),
        }
    }

    /// In a wholly unused service: *keep* ∩ entry for every keep that is a wildcard, and the entry
    /// itself under a keep mark on a prefix of it.
    pub fn kept(&self, service: &str) -> Vec<String> {
        if standing(self.world, service) != Standing::WhollyUnused {
            return Vec::new();
        }
        let mut kept: Vec<String> = Vec::new();
        let mut keep = |glob: &str, at: (bool, usize)| {
            let known = kept.iter().any(|other| same(other, glob));
            if !is_literal(glob) && !known && !self.drop_reaches(service, glob, at) {
                kept.push(glob.to_owned());
            }
        };
        for pattern in &self.world.keeps {
            if pattern == "*" || same(service_of(pattern), service) {
                let at = specificity(&prefix_of(pattern));
                for glob in intersection(name_of(pattern), self.glob()) {
                    keep(&glob, at);
                }
            }
        }
        for mark in self.marks_of(MarkKind::Keep) {
            let start = format!("{service}:{}", literal_prefix(self.glob()));
            if starts_with(&start, &mark.prefix) {
                keep(self.glob(), specificity(&mark.prefix));
            }
        }
        kept
    }

    /// Whether a drop mark at least as specific reaches names that `glob` matches.
    fn drop_reaches(&self, service: &str, glob: &str, at: (bool, usize)) -> bool {
        self.marks_of(MarkKind::Drop).any(|mark| {
            let speaks = mark.prefix.is_empty() || same(service_of(&mark.prefix), service);
            let reaches = !residuals(glob, name_of(&mark.prefix)).is_empty();
            speaks && reaches && specificity(&mark.prefix) >= at
        })
    }

    fn marks_of(&self, kind: MarkKind) -> impl Iterator<Item = &'w MarkText> {
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

    fn granted_in(&self, service: &str) -> Vec<Granted> {
        let names = names(self.world, service).into_iter();
        let granted = names.filter(|name| matches(self.glob(), name));
        granted
            .map(|name| self.granted_action(service, name))
            .collect()
    }

    fn granted_action(&self, service: &str, name: String) -> Granted {
        let unused = is_unused(self.world, service, &name);
        Granted {
            stays: stays(
                &self.world.keeps,
                self.marks,
                &format!("{service}:{name}"),
                unused,
            ),
            service: service.to_owned(),
            name,
            unused,
        }
    }
}

/// A new entry.
struct New {
    service: String,
    glob: String,
    claim: String,
    grants: usize,
}

impl New {
    fn folded(&self) -> (String, String) {
        (self.service.to_lowercase(), self.glob.to_lowercase())
    }

    fn line(&self) -> String {
        format!(
            "{}:{} {} {}",
            self.service, self.glob, self.claim, self.grants
        )
    }
}

/// The names of one service that an entry grants, cut into tokens.
struct Tree<'m> {
    model: &'m Model<'m>,
    service: &'m str,
    /// What every name starts with: the root.
    root: &'m str,
    leaves: Vec<(Vec<String>, Granted)>,
}

impl<'m> Tree<'m> {
    fn new(model: &'m Model<'m>, service: &'m str) -> Self {
        let root = literal_prefix(model.glob());
        let granted = model.granted_in(service).into_iter();
        Tree {
            model,
            service,
            root,
            leaves: granted
                .map(|action| {
                    let tokens = tokens(&action.name[root.len()..], model.world.granularity);
                    (tokens, action)
                })
                .collect(),
        }
    }

    /// Every prefix of every name, the root too. (In order: of two nodes that spell one prefix the
    /// first is the one whose claim is written.)
    fn nodes(&self) -> BTreeSet<Vec<String>> {
        let prefixes = |tokens: &[String]| -> Vec<Vec<String>> {
            (0..=tokens.len())
                .map(|length| tokens[..length].to_vec())
                .collect()
        };
        let root = [Vec::new()];
        root.into_iter()
            .chain(self.leaves.iter().flat_map(|(tokens, _)| prefixes(tokens)))
            .collect()
    }

    /// What a node emits: nothing unless all its ancestors are open.
    fn emitted(&self, node: &[String]) -> Vec<New> {
        let ancestors_open = (0..node.len()).all(|length| self.is_open(&node[..length]));
        let name = |action: &Granted| New {
            service: self.service.to_owned(),
            glob: action.name.clone(),
            claim: "Name".to_owned(),
            grants: 1,
        };
        if !ancestors_open {
            return Vec::new();
        }
        if self.is_open(node) {
            let own = |leaf: &&(Vec<String>, Granted)| leaf.0 == node && leaf.1.stays;
            return self
                .leaves
                .iter()
                .filter(own)
                .map(|(_, action)| name(action))
                .collect();
        }
        let claim = format!("SafePrefix({})", self.parent(node));
        if node.is_empty() {
            return vec![self.model.glob_of(self.service, "*", claim)];
        }
        let beneath = self.beneath(node);
        if let [only] = beneath.as_slice() {
            return vec![name(only)];
        }
        let prefix = self.prefix(node);
        let mut new: Vec<New> = Vec::new();
        for rest in residuals(self.model.glob(), &prefix) {
            let glob = format!("{prefix}{rest}");
            let taking: Vec<_> = beneath.iter().filter(|a| matches(&glob, &a.name)).collect();
            match taking.as_slice() {
                [] => {}
                [only] => new.push(name(only)),
                _ => new.push(self.model.glob_of(self.service, &glob, claim.clone())),
            }
        }
        new
    }

    fn is_open(&self, node: &[String]) -> bool {
        let prefix = self.prefix(node);
        let spelled = format!("{}:{prefix}", self.service);
        let goes = |(_, action): &(_, Granted)| !action.stays && starts_with(&action.name, &prefix);
        standing(self.model.world, self.service) == Standing::WhollyUnused
            || self.leaves.iter().any(goes)
            || self
                .model
                .marks_of(MarkKind::Split)
                .any(|mark| same(&mark.prefix, &spelled))
    }

    fn beneath(&self, node: &[String]) -> Vec<&Granted> {
        let under = self
            .leaves
            .iter()
            .filter(|(tokens, _)| tokens.starts_with(node));
        under.map(|(_, action)| action).collect()
    }

    /// What a node spells, as the first of its names does.
    fn prefix(&self, node: &[String]) -> String {
        let length = self.root.len() + node.concat().len();
        let under = self
            .leaves
            .iter()
            .filter(|(tokens, _)| tokens.starts_with(node));
        match under.min_by_key(|(tokens, _)| tokens.clone()) {
            Some((_, action)) if !node.is_empty() => action.name[..length].to_owned(),
            _ => self.root.to_owned(),
        }
    }

    fn parent(&self, node: &[String]) -> String {
        match node.split_last() {
            Some((_, parent)) => format!("{}:{}", self.service, self.prefix(parent)),
            None => "everything".to_owned(),
        }
    }
}

/// The tokens of what follows the root, in lower case.
fn tokens(text: &str, granularity: Granularity) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    for letter in text.chars() {
        let begins = match granularity {
            Granularity::Word => letter.is_ascii_uppercase(),
            Granularity::Character => true,
            Granularity::Name => false,
        };
        match tokens.last_mut() {
            Some(token) if !begins => token.push(letter),
            _ => tokens.push(letter.to_string()),
        }
    }
    tokens.iter().map(|token| token.to_lowercase()).collect()
}

/// Whether an action is granted afterwards: the longest of the keeps and marks that reach it
/// decides; at equal length a mark rather than a keep, and the later one.
pub fn stays(keeps: &[String], marks: &[MarkText], action: &str, unused: bool) -> bool {
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
    match decisive {
        Some((_, MarkKind::Keep)) => true,
        Some((_, MarkKind::Drop)) => false,
        _ => !unused,
    }
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

/// Whether an entry grants an action.
pub fn grants(entry: &str, action: &str) -> bool {
    entry == "*"
        || same(service_of(entry), service_of(action)) && matches(name_of(entry), name_of(action))
}

/// Whether every action that one entry grants, known or not, is granted by another.
pub fn covers(wide: &str, narrow: &str) -> bool {
    wide == "*"
        || narrow != "*"
            && same(service_of(wide), service_of(narrow))
            && is_included(name_of(narrow), name_of(wide))
}

/// What is before the colon.
pub fn service_of(text: &str) -> &str {
    text.split(':').next().unwrap_or_default()
}

/// What is behind the colon; `*` is everything, and a prefix without a service starts everything.
pub fn name_of(text: &str) -> &str {
    match text.split_once(':') {
        Some((_, name)) => name,
        None => text,
    }
}

fn prefix_of(entry: &str) -> String {
    match entry.split_once(':') {
        Some((service, name)) => format!("{service}:{}", literal_prefix(name)),
        None => String::new(),
    }
}

/// Longer prefixes are more specific, and those of a service more than that of everything.
fn specificity(prefix: &str) -> (bool, usize) {
    (!prefix.is_empty(), prefix.len())
}

/// The services of the catalogue, the findings and the policies, in order, in the first spelling.
pub fn services(world: &World) -> Vec<String> {
    let listed = world.catalogue.iter().map(|(service, _)| service.clone());
    let reported = world.unused.iter().map(|(service, _)| service.clone());
    let literals = literals(world).map(|text| service_of(text).to_owned());
    first_spellings(listed.chain(reported).chain(literals))
}

/// The names of a service, in order, in the first spelling.
pub fn names(world: &World, service: &str) -> Vec<String> {
    let listed = world.catalogue.iter().filter(|(own, _)| same(own, service));
    let listed = listed.flat_map(|(_, names)| names.clone());
    let reported = world.unused.iter().filter(|(own, _)| same(own, service));
    let reported = reported.filter_map(|(_, name)| name.clone());
    let literals = literals(world).filter(|text| same(service_of(text), service));
    let literals = literals.map(|text| name_of(text).to_owned());
    first_spellings(listed.chain(reported).chain(literals))
}

/// The actions that the policy names, whatever the statement.
fn literals(world: &World) -> impl Iterator<Item = &str> {
    let entries = world
        .statements
        .iter()
        .flat_map(|statement| &statement.entries);
    let texts = entries.map(|entry| entry.text.as_str());
    texts.filter(|text| is_literal(text))
}

fn first_spellings(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut first: Vec<String> = Vec::new();
    for text in texts {
        if !first.iter().any(|known| same(known, &text)) {
            first.push(text);
        }
    }
    first.sort_by_key(|text| text.to_lowercase());
    first
}

pub fn is_unused(world: &World, service: &str, name: &str) -> bool {
    world.unused.iter().any(|(own, reported)| {
        same(own, service)
            && reported
                .as_ref()
                .is_none_or(|reported| same(reported, name))
    })
}

pub fn standing(world: &World, service: &str) -> Standing {
    let wholly = |(own, name): &(String, Option<String>)| same(own, service) && name.is_none();
    if world.unused.iter().any(wholly) {
        Standing::WhollyUnused
    } else if world.catalogue.iter().any(|(own, _)| same(own, service)) {
        Standing::Listed
    } else {
        Standing::Unlisted
    }
}

/// What is appended to a `NotAction` with these entries.
pub fn appended(world: &World, entries: &[Entry]) -> Vec<String> {
    let mut appended = Vec::new();
    for service in services(world) {
        let whole = format!("{service}:*");
        let kept = |keep: &String| keep == "*" || same(service_of(keep), &service);
        let wholly_unused = standing(world, &service) == Standing::WhollyUnused;
        if wholly_unused && !world.keeps.iter().any(kept) {
            if !entries.iter().any(|entry| covers(&entry.text, &whole)) {
                appended.push(whole);
            }
            continue;
        }
        let names = names(world, &service).into_iter();
        let unused = names.filter(|name| is_unused(world, &service, name));
        let actions = unused.map(|name| format!("{service}:{name}"));
        appended.extend(actions.filter(|action| {
            !entries.iter().any(|entry| grants(&entry.text, action))
                && !stays(&world.keeps, &[], action, true)
        }));
    }
    appended
}

/// Which entries of a finished statement are written; each is a text, and whether it is new. A
/// new one that another covers is not; of those that cover each other an old one is, or the first.
pub fn written(entries: &[(String, bool)]) -> Vec<bool> {
    let leaves_out = |(place, (text, _)): (usize, &(String, bool))| {
        entries.iter().enumerate().any(|(other, (wide, is_new))| {
            let mutual = covers(text, wide);
            other != place && covers(wide, text) && (!mutual || !is_new || other < place)
        })
    };
    (entries.iter().enumerate())
        .map(|(place, entry)| !entry.1 || !leaves_out((place, entry)))
        .collect()
}
