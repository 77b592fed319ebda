//! What the shapes have in common: an entry with what is unused of one service.
//!
//! ```text
//! {"serviceNamespace": "s3", "actions": ["GetBucketAcl", {"action": "s3:GetBucketCORS"}]}
//! ```
//!
//! An entry without `actions` takes away a whole service, so nothing that could be a slip is read
//! as one: not an empty list, not a list under another key.

use std::collections::BTreeMap;
use std::ops::Range;

use super::UnusedActions;
use crate::iam::{Action, Name, ServicePrefix};
use crate::text::{Fields, Json, Member, Problems, Source, quoted};

/// Reads one file, gathering all that is wrong in it.
pub(super) struct Reader<'file> {
    pub(super) fields: Fields<'file>,
    unused: UnusedActions,
    /// The first entry of each service, and whether it takes the whole service.
    seen: BTreeMap<ServicePrefix, (Range<usize>, bool)>,
}

impl<'file> Reader<'file> {
    pub(super) fn new(source: &'file Source) -> Self {
        Reader {
            fields: Fields::new(source),
            unused: UnusedActions::default(),
            seen: BTreeMap::new(),
        }
    }

    /// What was read, unless something was wrong.
    pub(super) fn finish(self) -> Result<UnusedActions, Problems> {
        self.fields.finish().map(|()| self.unused)
    }

    /// Reads what is unused of one service.
    pub(super) fn entry(&mut self, entry: &Json) {
        if entry.as_object().is_none() {
            let message = format!("an entry must be an object, and this is {}", entry.kind());
            return self.fields.wrong(entry, message, ENTRY_HELP);
        }
        let Some(service) = self.service(entry) else {
            return;
        };
        let last_accessed = self.fields.time(entry, "lastAccessed");
        let actions = entry.get("actions").filter(|actions| !actions.is_null());
        if let Some(actions) = actions {
            self.note_entry(entry, &service, false);
            self.actions(&service, actions);
        } else if let Some(member) = might_be_meant_as_actions(entry) {
            self.stray_actions(&service, member);
        } else {
            self.note_entry(entry, &service, true);
            self.unused.add_service(service, last_accessed);
        }
    }

    fn service(&mut self, entry: &Json) -> Option<ServicePrefix> {
        const KEY: &str = "serviceNamespace";
        let Some(text) = self.fields.text(entry, KEY) else {
            if entry.get(KEY).is_none_or(Json::is_null) {
                self.fields
                    .wrong(entry, "this entry has no \"serviceNamespace\"", ENTRY_HELP);
            }
            return None;
        };
        let service = ServicePrefix::parse(text);
        if let (None, Some(place)) = (&service, entry.get(KEY)) {
            let message = format!("{} is not the prefix of a service", quoted(text));
            self.fields.wrong(
                place,
                message,
                "write it as in policies: s3, lambda, vpc-lattice",
            );
        }
        service
    }

    /// One service may have several entries, but not be unused as a whole and in part.
    fn note_entry(&mut self, entry: &Json, service: &ServicePrefix, wholly: bool) {
        let (first, first_wholly) = self
            .seen
            .entry(service.clone())
            .or_insert_with(|| (entry.range.clone(), wholly));
        // Telling a place means counting the lines before it.
        if *first_wholly != wholly && !self.fields.are_full() {
            let first = self.fields.source.position(first.start);
            self.fields.wrong(
                entry,
                format!(
                    "the whole of {service} is unused by one entry and some actions of it by \
                     another, the first at {first}"
                ),
                "keep the one that is meant",
            );
        }
    }

    fn stray_actions(&mut self, service: &ServicePrefix, member: &Member) {
        let message = format!(
            "without \"actions\" the whole of {service} would be unused, but here is {}",
            quoted(&member.name)
        );
        let place = member.name_range.clone();
        let problem = self.fields.source.error_at(place, message);
        self.fields.wrong_with(problem.help(
            "call it \"actions\" if these are the unused actions; take it out if the whole \
             service is unused",
        ));
    }

    fn actions(&mut self, service: &ServicePrefix, actions: &Json) {
        match actions.as_array() {
            None => {
                let message = format!("\"actions\" must be a list, and this is {}", actions.kind());
                self.fields.wrong(actions, message, ENTRY_HELP);
            }
            Some([]) => self.fields.wrong(
                actions,
                "an empty list of actions may be one that was filtered",
                "leave \"actions\" out if the whole service is unused; leave the entry out if \
                 nothing of it is",
            ),
            Some(actions) => actions
                .iter()
                .for_each(|action| self.action(service, action)),
        }
    }

    /// An action as a string, or as an object that has its last access too.
    fn action(&mut self, service: &ServicePrefix, json: &Json) {
        let last_accessed = self.fields.time(json, "lastAccessed");
        let place = json.get("action").unwrap_or(json);
        let Some(text) = place.as_str() else {
            let message = format!("an action must be a string, and this is {}", place.kind());
            return self.fields.wrong(place, message, ENTRY_HELP);
        };
        match name_within(service, text) {
            Ok(name) => {
                let action = Action::new(service.clone(), name);
                self.unused.add(action, last_accessed);
            }
            Err(message) => self.fields.wrong(
                place,
                message,
                "a finding names actions one by one, such as GetObject or s3:GetObject",
            ),
        }
    }
}

const ENTRY_HELP: &str =
    "an entry is written {\"serviceNamespace\": \"s3\", \"actions\": [\"GetBucketAcl\"]}";

/// A member that is perhaps a misspelt `actions`.
fn might_be_meant_as_actions(entry: &Json) -> Option<&Member> {
    entry.as_object()?.iter().find(|member| {
        let alike = member.name.to_ascii_lowercase().contains("action");
        let nothing = member.value.is_null();
        (alike && !nothing && member.name != "actions") || member.value.as_array().is_some()
    })
}

/// The name of an action of `service`, given bare or with the service.
pub(super) fn name_within(service: &ServicePrefix, text: &str) -> Result<Name, String> {
    let parsed = if text.is_empty() || text.contains(':') {
        text.parse::<Action>()
    } else {
        [service.as_str(), ":", text].concat().parse()
    };
    let action = parsed.map_err(|error| format!("{}: {error}", quoted(text)))?;
    if action.service == *service {
        Ok(action.name)
    } else {
        Err(format!("{} is not an action of {service}", quoted(text)))
    }
}
