//! What `aws iam get-service-last-accessed-details` prints: when services, and for some of them
//! actions, were used last. It says nothing of what is unused for how long; that is asked for.
//!
//! ```json
//! {"JobStatus": "COMPLETED", "JobCompletionDate": "2026-10-01T08:00:00Z", "ServicesLastAccessed": [
//!   {"ServiceNamespace": "s3", "LastAuthenticated": "2026-09-30T10:00:00Z", "TrackedActionsLastAccessed": [
//!     {"ActionName": "GetBucketAcl", "LastAccessedTime": "2026-09-30T10:00:00Z"}]}]}
//! ```

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::entry::name_within;
use super::page::{More, Page};
use super::recent::Window;
use super::{UnusedActions, UsedActions};
use crate::iam::{Action, ServicePrefix};
use crate::text::{AS_PRINTED, Fields, Json, Problem, Problems, Source, quoted};

/// How many days without use make an action unused, where nobody says.
const DAYS: u32 = 90;

/// How many days without use make an action unused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnusedFor {
    /// None where nobody says: the default of AWS's analyzers.
    days: Option<u32>,
    /// No finding is from later, also where it does not tell when it was made.
    now: Option<Timestamp>,
}

impl UnusedFor {
    /// So many days before a finding or a report.
    #[must_use]
    pub fn days(days: u32) -> Self {
        UnusedFor {
            days: Some(days),
            now: None,
        }
    }

    /// The same, where it is known how many days the analyzer was told: what a person asked for comes
    /// first.
    ///
    /// ```
    /// use iam_refine::findings::UnusedFor;
    /// assert_eq!(UnusedFor::default().in_days(), 90);
    /// assert_eq!(UnusedFor::default().or_days(30).in_days(), 30);
    /// assert_eq!(UnusedFor::days(180).or_days(30).in_days(), 180);
    /// ```
    #[must_use]
    pub fn or_days(self, days: u32) -> Self {
        UnusedFor {
            days: self.days.or(Some(days)),
            ..self
        }
    }

    /// The same, where it is known what time it is: for findings that do not tell when they were made, or tell
    /// a time that is yet to come.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        UnusedFor {
            now: Some(now),
            ..self
        }
    }

    /// How many days these are.
    #[must_use]
    pub fn in_days(self) -> u32 {
        self.days.unwrap_or(DAYS)
    }

    /// What time it is, as far as that is known.
    pub(super) fn now(self) -> Option<Timestamp> {
        self.now
    }

    /// The moment before which an action must have been used last to be unused at `end`. By a clock that was
    /// wrong, or a year that is, nothing would ever have been used within the days before.
    pub(super) fn before(self, end: Timestamp) -> Timestamp {
        let end = self.now.map_or(end, |now| now.min(end));
        let span = SignedDuration::from_hours(24 * i64::from(self.in_days()));
        end.checked_sub(span).unwrap_or(Timestamp::MIN)
    }
}

/// The keys of a report that are read.
const KEYS: [&str; 13] = [
    "JobStatus",
    "JobType",
    "JobCompletionDate",
    "ServicesLastAccessed",
    "ServiceNamespace",
    "LastAuthenticated",
    "LastAuthenticatedEntity",
    "TotalAuthenticatedEntities",
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
    let completed_at = fields.time_made(json, "JobCompletionDate");
    let more = More::read(&mut fields, json);
    let Some(end) = completed_at else {
        if fields.are_fine() {
            fields.wrong(
                json,
                "this report does not tell when it was finished: no \"JobCompletionDate\"",
                FETCH_AGAIN,
            );
        }
        fields.finish()?;
        return Err(source.error("this report is not finished").into());
    };
    let mut reader = Reader {
        fields,
        before: unused_for.before(end),
        end,
        seen: BTreeSet::new(),
        unused: UnusedActions::default(),
        used: UsedActions::default(),
        users: BTreeSet::new(),
        notes: Vec::new(),
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
    let mut notes = of_services_alone(source, json);
    notes.append(&mut reader.notes);
    let names_nobody = names_nobody(source, &reader.users);
    reader.fields.finish()?;
    Ok(Page {
        names_nobody: Some(names_nobody),
        users: reader.users,
        window: Some(Window::of_report(end, unused_for)),
        analyzed_at: Some(end),
        unused: reader.unused,
        used: reader.used,
        asked_since: Some(unused_for.before(end)),
        more,
        notes,
        ..Page::blank(source, json)
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
    /// When the report was finished.
    end: Timestamp,
    seen: BTreeSet<ServicePrefix>,
    unused: UnusedActions,
    used: UsedActions,
    /// The principals that the report names as having used a service or an action.
    users: BTreeSet<String>,
    notes: Vec<Problem>,
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
        let users = self.fields.count(json, "TotalAuthenticatedEntities");
        let names_user = self.note_user(json, "LastAuthenticatedEntity");
        // A service is in use when any of its actions is, whatever is said of the service.
        let last = (actions.iter().map(|(_, last)| *last))
            .chain([authenticated])
            .max()
            .flatten();
        if last.is_none() && (names_user || users.is_some_and(|users| users > 0)) {
            self.used_at_no_time(json, &format!("{service}:*"));
            self.used.add_service(service, self.end);
            return;
        }
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

    /// Notes that someone used this and that it is not told when, so that it stays.
    fn used_at_no_time(&mut self, json: &Json, what: &str) {
        let message = format!(
            "this report says that {what} was used, and not when: it counts as used and stays"
        );
        let place = json.range.start..json.range.start + 1;
        let warning = self.fields.source.warning_at(place, message);
        self.notes.push(warning.help("fetch the report again"));
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
        let names_user = self.note_user(json, "LastAccessedEntity");
        let Some(text) = self.fields.text(json, "ActionName") else {
            let message = "this action has no \"ActionName\"";
            self.fields.wrong(json, message, AS_PRINTED);
            return None;
        };
        match name_within(service, text) {
            Ok(name) => {
                let action = Action::new(service.clone(), name);
                if last.is_none() && names_user {
                    self.used_at_no_time(json, &action.to_string());
                    return Some((action, Some(self.end)));
                }
                Some((action, last))
            }
            Err(message) => {
                let place = json.get("ActionName").unwrap_or(json);
                self.fields.wrong(place, message, AS_PRINTED);
                None
            }
        }
    }

    /// Notes who used it last. Returns whether anyone is named.
    fn note_user(&mut self, json: &Json, key: &str) -> bool {
        let user = self.fields.text(json, key).filter(|user| !user.is_empty());
        self.users.extend(user.map(str::to_owned));
        user.is_some()
    }
}

/// That nobody can tell whom the report is about.
fn names_nobody(source: &Source, users: &BTreeSet<String>) -> Problem {
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
    source.note(message).help(help)
}

/// That the report tells less than it could.
fn of_services_alone(source: &Source, json: &Json) -> Vec<Problem> {
    if json.get("JobType").and_then(Json::as_str) != Some("SERVICE_LEVEL") {
        return Vec::new();
    }
    let message = "this report tells of whole services alone, not of their actions";
    let help = "for actions too: aws iam generate-service-last-accessed-details --granularity \
                ACTION_LEVEL --arn ARN --output json";
    vec![source.note(message).help(help)]
}
