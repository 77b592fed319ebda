//! What `aws iam get-service-last-accessed-details` prints: when services, and for some of them
//! actions, were used last. It says nothing of what is unused for how long; that is asked for.
//!
//! ```json
//! {"JobStatus": "COMPLETED", "JobCompletionDate": "2026-10-01T08:00:00Z", "ServicesLastAccessed": [
//!   {"ServiceNamespace": "s3", "LastAuthenticated": "2026-09-30T10:00:00Z", "TrackedActionsLastAccessed": [
//!     {"ActionName": "GetBucketAcl", "LastAccessedTime": "2026-09-30T10:00:00Z"}]}]}
//! ```

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::entry::name_within;
use super::page::{More, Page};
use super::{UnusedActions, UsedActions};
use crate::iam::{Action, ServicePrefix};
use crate::text::{AS_PRINTED, Fields, Json, Problem, Problems, Source, quoted};

/// How many days without use make an action unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnusedFor(pub u32);

impl Default for UnusedFor {
    /// The default of AWS's analyzers.
    fn default() -> Self {
        UnusedFor(90)
    }
}

impl UnusedFor {
    /// The moment before which an action must have been used last to be unused at `end`.
    pub(super) fn before(self, end: Timestamp) -> Timestamp {
        let span = SignedDuration::from_hours(24 * i64::from(self.0));
        end.checked_sub(span).unwrap_or(Timestamp::MIN)
    }
}

/// The keys of a report that are read.
const KEYS: [&str; 12] = [
    "JobStatus",
    "JobType",
    "JobCompletionDate",
    "ServicesLastAccessed",
    "ServiceNamespace",
    "LastAuthenticated",
    "LastAuthenticatedEntity",
    "TrackedActionsLastAccessed",
    "ActionName",
    "LastAccessedTime",
    "LastAccessedEntity",
    "Error",
];

/// Reads a report, or one page of it.
pub(super) fn read(source: &Source, json: &Json, unused_for: UnusedFor) -> Result<Page, Problems> {
    let json = &json.respelled(source, &KEYS)?;
    let mut fields = Fields::new(source);
    finished(&mut fields, json);
    let completed_at = fields.time(json, "JobCompletionDate");
    let more = More::read(&mut fields, json);
    let Some(end) = completed_at else {
        if fields.are_fine() {
            fields.wrong(
                json,
                "this report has no \"JobCompletionDate\"",
                FETCH_AGAIN,
            );
        }
        fields.finish()?;
        return Err(source.error("this report is not finished").into());
    };
    let mut reader = Reader {
        fields,
        before: unused_for.before(end),
        seen: BTreeSet::new(),
        unused: UnusedActions::default(),
        used: UsedActions::default(),
        users: BTreeSet::new(),
    };
    let services = reader.fields.list(json, "ServicesLastAccessed");
    let services = services.unwrap_or_default();
    for service in services {
        reader.service(service);
    }
    if services.is_empty() && reader.fields.are_fine() {
        let message = "this report lists no service";
        reader
            .fields
            .wrong(json, message, "is it for the right principal?");
    }
    let notes = notes(source, json, &reader.users);
    reader.fields.finish()?;
    Ok(Page {
        source: source.clone(),
        id: None,
        principal: None,
        analyzed_at: Some(end),
        unused: reader.unused,
        used: reader.used,
        recently_used: BTreeMap::new(),
        asked_since: Some(unused_for.before(end)),
        unused_role: None,
        more,
        notes,
    })
}

const FETCH_AGAIN: &str = "fetch it again when it is finished: aws iam \
                           get-service-last-accessed-details --job-id JOB_ID --output json";

/// An unfinished report must not look like one of a principal that used nothing.
fn finished(fields: &mut Fields<'_>, json: &Json) {
    match fields.text(json, "JobStatus") {
        Some("COMPLETED") => {}
        Some(other) => {
            let message = format!("this report has the status {}", quoted(other));
            fields.wrong(json.get("JobStatus").unwrap_or(json), message, FETCH_AGAIN);
        }
        None => fields.wrong_with(
            fields
                .source
                .error("this report does not say that it is COMPLETED")
                .help(FETCH_AGAIN),
        ),
    }
    if let Some(error) = json.get("Error").filter(|error| !error.is_null()) {
        fields.wrong(error, "AWS could not finish this report", FETCH_AGAIN);
    }
}

struct Reader<'file> {
    fields: Fields<'file>,
    /// What was used last before this moment is unused.
    before: Timestamp,
    seen: BTreeSet<ServicePrefix>,
    unused: UnusedActions,
    used: UsedActions,
    /// The principals that the report names as having used a service or an action.
    users: BTreeSet<String>,
}

impl Reader<'_> {
    fn service(&mut self, json: &Json) {
        let Some(service) = self.namespace(json) else {
            return;
        };
        let tracked = self.fields.list(json, "TrackedActionsLastAccessed");
        let actions: Vec<(Action, Option<Timestamp>)> = tracked
            .unwrap_or_default()
            .iter()
            .filter_map(|action| self.action(&service, action))
            .collect();
        let authenticated = self.fields.time(json, "LastAuthenticated");
        self.note_user(json, "LastAuthenticatedEntity");
        // A service is in use when any of its actions is, whatever is said of the service.
        let last = (actions.iter().map(|(_, last)| *last))
            .chain([authenticated])
            .max()
            .flatten();
        match last.filter(|&at| at >= self.before) {
            None => self.unused.add_service(service, last),
            Some(at) => {
                self.used.add_service(service, at);
                for (action, last) in actions {
                    self.judge(action, last);
                }
            }
        }
    }

    fn judge(&mut self, action: Action, last: Option<Timestamp>) {
        match last.filter(|&at| at >= self.before) {
            None => self.unused.add(action, last),
            Some(at) => self.used.add(action, at),
        }
    }

    fn namespace(&mut self, json: &Json) -> Option<ServicePrefix> {
        const KEY: &str = "ServiceNamespace";
        let text = self.fields.text(json, KEY);
        let service = text.and_then(ServicePrefix::parse);
        let place = json.get(KEY).unwrap_or(json);
        match (&service, text) {
            (Some(service), _) if !self.seen.insert(service.clone()) => {
                let message = format!("{service} is listed twice");
                self.fields.wrong(place, message, AS_PRINTED);
            }
            (Some(_), _) => {}
            (None, Some(text)) => {
                let message = format!("{} is not the prefix of a service", quoted(text));
                self.fields.wrong(place, message, AS_PRINTED);
            }
            (None, None) if !place.is_null() && place != json => {}
            (None, None) => {
                let message = "this service has no \"ServiceNamespace\"";
                self.fields.wrong(json, message, AS_PRINTED);
            }
        }
        service
    }

    fn action(
        &mut self,
        service: &ServicePrefix,
        json: &Json,
    ) -> Option<(Action, Option<Timestamp>)> {
        let last = self.fields.time(json, "LastAccessedTime");
        self.note_user(json, "LastAccessedEntity");
        let Some(text) = self.fields.text(json, "ActionName") else {
            let message = "this action has no \"ActionName\"";
            self.fields.wrong(json, message, AS_PRINTED);
            return None;
        };
        match name_within(service, text) {
            Ok(name) => Some((Action::new(service.clone(), name), last)),
            Err(message) => {
                let place = json.get("ActionName").unwrap_or(json);
                self.fields.wrong(place, message, AS_PRINTED);
                None
            }
        }
    }

    fn note_user(&mut self, json: &Json, key: &str) {
        let user = self.fields.text(json, key).map(str::to_owned);
        self.users.extend(user);
    }
}

/// What to mind although the report is used.
fn notes(source: &Source, json: &Json, users: &BTreeSet<String>) -> Vec<Problem> {
    let mut users = users.iter();
    let users = match (users.next(), users.len()) {
        (None, _) => String::new(),
        (Some(user), 0) => format!("; what was used last was used by {user}"),
        (Some(user), others) => {
            format!("; what was used last was used by {user} and {others} more")
        }
    };
    let message = format!("this report does not say whom it is about{users}");
    let help = "make sure that it is for the principal, group or policy that is refined";
    let mut notes = vec![source.note(message).help(help)];
    if json.get("JobType").and_then(Json::as_str) == Some("SERVICE_LEVEL") {
        let message = "this report tells of whole services alone, not of their actions";
        notes.push(source.note(message).help(
            "for actions too: aws iam generate-service-last-accessed-details --granularity \
             ACTION_LEVEL --arn ARN --output json",
        ));
    }
    notes
}
