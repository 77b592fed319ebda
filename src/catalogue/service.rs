//! One service of a catalogue and what is known of its actions.

use std::fmt;

use jiff::civil::Date;

use crate::iam::{Name, ServicePrefix, run_starting_with};

/// The actions of one service, each once, sorted by [`Name`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    prefix: ServicePrefix,
    actions: Vec<KnownAction>,
}

/// What a catalogue says of an action. `None` stands for "unknown", never for "no".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAction {
    /// The name, in AWS's spelling.
    pub name: Name,
    /// What kind of access it gives.
    pub level: Option<Level>,
    /// Whether AWS's last-accessed information reports its use. Where it does not, that nobody
    /// was seen to use the action says nothing.
    pub tracked: Option<bool>,
    /// The first snapshot that has it. For the oldest snapshot this means: then, or before.
    pub first_seen: Option<Date>,
}

/// The kind of access an action gives, as AWS classifies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Finds out what there is.
    List,
    /// Reads content or attributes of what there is.
    Read,
    /// Creates, changes or deletes what there is.
    Write,
    /// Changes tags, and nothing else.
    Tagging,
    /// Grants permissions, or changes who has them.
    PermissionsManagement,
}

impl Service {
    /// Takes the actions in any order. Of several with one name one is kept.
    pub(super) fn new(prefix: ServicePrefix, mut actions: Vec<KnownAction>) -> Self {
        actions.sort_by(|a, b| a.name.cmp(&b.name));
        actions.dedup_by(|a, b| a.name == b.name);
        Service { prefix, actions }
    }

    /// The part before the colon, in AWS's spelling.
    pub fn prefix(&self) -> &ServicePrefix {
        &self.prefix
    }

    /// All actions, sorted by name.
    pub fn actions(&self) -> &[KnownAction] {
        &self.actions
    }

    /// The action called `name`, ignoring case.
    pub fn action(&self, name: &Name) -> Option<&KnownAction> {
        let found = self
            .actions
            .binary_search_by(|action| action.name.cmp(name));
        found.ok().map(|at| &self.actions[at])
    }

    /// The actions whose names start with `prefix`, ignoring case: neighbours, since the actions
    /// are sorted.
    pub fn starting_with(&self, prefix: &str) -> &[KnownAction] {
        run_starting_with(&self.actions, prefix, |action| action.name.as_str())
    }
}

impl KnownAction {
    /// An action of which only the name is known.
    pub(super) fn named(name: Name) -> Self {
        KnownAction {
            name,
            level: None,
            tracked: None,
            first_seen: None,
        }
    }
}

impl Level {
    /// From the least to the most far-reaching.
    pub const ALL: [Level; 5] = [
        Level::List,
        Level::Read,
        Level::Write,
        Level::Tagging,
        Level::PermissionsManagement,
    ];

    /// The letter that stands for the level in a catalogue file: `L`, `R`, `W`, `T`, `P`.
    pub fn letter(self) -> char {
        match self {
            Level::List => 'L',
            Level::Read => 'R',
            Level::Write => 'W',
            Level::Tagging => 'T',
            Level::PermissionsManagement => 'P',
        }
    }

    /// The level a letter stands for, if it stands for one.
    pub fn from_letter(letter: char) -> Option<Self> {
        Level::ALL
            .into_iter()
            .find(|level| level.letter() == letter)
    }
}

impl fmt::Display for Level {
    /// The words of AWS, such as `Permissions management`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Level::List => "List",
            Level::Read => "Read",
            Level::Write => "Write",
            Level::Tagging => "Tagging",
            Level::PermissionsManagement => "Permissions management",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(names: &[&str]) -> Service {
        let actions = names.iter().map(|&name| KnownAction::named(name.into()));
        Service::new(ServicePrefix::parse("s3").unwrap(), actions.collect())
    }

    #[test]
    fn finds_the_names_under_a_prefix_whatever_their_case() {
        let service = service(&["Put", "GETObject", "Get", "getBucket", "GesX", "GeuX"]);
        let under = |prefix| -> Vec<String> {
            let found = service.starting_with(prefix).iter();
            found.map(|action| action.name.to_string()).collect()
        };
        assert_eq!(under("gEt"), ["Get", "getBucket", "GETObject"]);
        assert_eq!(under("Getz"), [""; 0]);
        assert_eq!(under("").len(), 6);
    }

    #[test]
    fn finds_one_action_ignoring_case() {
        let service = service(&["GetObject", "PutObject"]);
        let found = service.action(&"getobject".into()).unwrap();
        assert_eq!(found.name.as_str(), "GetObject");
        assert!(service.action(&"GetObjec".into()).is_none());
    }

    #[test]
    fn every_level_has_its_own_letter() {
        for level in Level::ALL {
            assert_eq!(Level::from_letter(level.letter()), Some(level));
        }
        assert_eq!(Level::from_letter('?'), None);
    }
}
