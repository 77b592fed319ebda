//! What `aws accessanalyzer get-generated-policy` prints: a policy with what `CloudTrail` saw used.
//! It tells nothing of what is unused: `CloudTrail` does not log all that is used.
//!
//! ```json
//! {"jobDetails": {"jobId": "c557…", "status": "SUCCEEDED", "completedOn": "2026-02-14T22:47:01Z"},
//!  "generatedPolicyResult": {"properties": {"principalArn": "arn:aws:iam::123456789012:role/MyRole",
//!    "cloudTrailProperties": {"startTime": "2026-02-13T00:30:00Z", "endTime": "2026-02-14T22:44:40Z"}},
//!   "generatedPolicies": [{"policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\"],…}]}"}]}}
//! ```

use jiff::Timestamp;

use super::evidence::Evidence;
use super::last_use::{LastUse, SeenUse, When};
use super::page::Page;
use crate::iam::{ActionPattern, Arn};
use crate::text::{AS_PRINTED, Fields, Json, JsonValue, Problems, Source, Untrusted, quoted};

/// The keys of the answer that are read.
const KEYS: [&str; 14] = [
    "jobDetails",
    "jobId",
    "status",
    "completedOn",
    "jobError",
    "generatedPolicyResult",
    "properties",
    "principalArn",
    "cloudTrailProperties",
    "startTime",
    "endTime",
    "generatedPolicies",
    "policy",
    "isComplete",
];

const FETCH_AGAIN: &str = "fetch it when it is finished: aws accessanalyzer get-generated-policy --job-id JOB_ID --output \
     json";

/// Reads the answer: what was used, of whom, and when.
pub(super) fn read(source: &Source, json: &Json) -> Result<Page, Problems> {
    let json = &json.respelled(source, &KEYS)?;
    let mut fields = Fields::new(source);
    let nothing = &Json {
        range: json.range.start..json.range.start + 1,
        value: JsonValue::Null,
    };
    let job = json.get("jobDetails").unwrap_or(nothing);
    let result = json.get("generatedPolicyResult").unwrap_or(nothing);
    let properties = result.get("properties").unwrap_or(nothing);
    let trail = properties.get("cloudTrailProperties").unwrap_or(nothing);
    succeeded(&mut fields, json, job);
    let principal = principal(&mut fields, properties);
    let span = Span::read(&mut fields, trail, job);
    let mut reader = Reader {
        fields,
        span,
        told_by: source.name(),
        seen: SeenUse::default(),
    };
    let policies = reader.fields.list(result, "generatedPolicies");
    if policies.is_none() && reader.fields.are_fine() {
        let message = "this answer has no \"generatedPolicies\"";
        reader.fields.wrong(json, message, FETCH_AGAIN);
    }
    for policy in policies.unwrap_or_default() {
        reader.policy(policy);
    }
    reader.fields.finish()?;
    let blank = Page::blank(source, json);
    let whom = principal.clone().unwrap_or_default();
    let message = format!("this tells what {whom} used, and no finding for it is here");
    let alone = source.error_from(blank.start, message).help(format!(
        "give the finding for {whom} beside it: what is used tells nothing of what is unused"
    ));
    Ok(Page {
        principal,
        evidence: Some(Evidence {
            seen: reader.seen,
            alone,
            is_finding: false,
        }),
        ..blank
    })
}

/// One that is not finished, or failed, tells only part of what was used.
fn succeeded(fields: &mut Fields<'_>, json: &Json, job: &Json) {
    match fields.text(job, "status") {
        Some("SUCCEEDED") => {}
        Some(other) => {
            let message = format!("this generated policy has the status {}", quoted(other));
            fields.wrong(job.get("status").unwrap_or(json), message, FETCH_AGAIN);
        }
        None => {
            let message = "this generated policy does not say that it SUCCEEDED";
            fields.wrong_with(fields.source.error(message).help(FETCH_AGAIN));
        }
    }
    if let Some(error) = job.get("jobError").filter(|error| !error.is_null()) {
        fields.wrong(
            error,
            "AWS could not finish this generated policy",
            FETCH_AGAIN,
        );
    }
}

fn principal(fields: &mut Fields<'_>, properties: &Json) -> Option<Untrusted> {
    let Some(arn) = fields.text(properties, "principalArn") else {
        if fields.are_fine() {
            let message =
                "this generated policy does not tell whom it is about: no \"principalArn\"";
            fields.wrong_with(fields.source.error(message).help(AS_PRINTED));
        }
        return None;
    };
    if !Arn::parse(arn).is_some_and(|arn| arn.is_of_role_or_user()) {
        let message = format!("{} is not the ARN of a role or a user", quoted(arn));
        let place = properties.get("principalArn").unwrap_or(properties);
        fields.wrong(place, message, AS_PRINTED);
    }
    Some(arn.into())
}

/// The time that `CloudTrail` was looked at.
#[derive(Clone, Copy)]
struct Span {
    start: Option<Timestamp>,
    end: Timestamp,
    /// When the policy was made: what it says of whole services may be as new as that.
    made: Timestamp,
}

impl Span {
    fn read(fields: &mut Fields<'_>, trail: &Json, job: &Json) -> Option<Self> {
        let start = fields.time_made(trail, "startTime");
        let end = fields.time_made(trail, "endTime");
        let made = fields.time_made(job, "completedOn");
        let Some(end) = end.or(made) else {
            if fields.are_fine() {
                let message = "this generated policy does not tell until when CloudTrail was looked \
                               at: no \"endTime\"";
                fields.wrong_with(fields.source.error(message).help(AS_PRINTED));
            }
            return None;
        };
        if let (Some(at), Some(place)) = (start, trail.get("startTime"))
            && at > end
        {
            fields.wrong(place, "this start is after the end", AS_PRINTED);
        }
        Some(Span {
            start,
            end,
            made: made.max(Some(end)).unwrap_or(end),
        })
    }
}

struct Reader<'file> {
    fields: Fields<'file>,
    span: Option<Span>,
    told_by: &'file Untrusted,
    seen: SeenUse,
}

impl Reader<'_> {
    /// Reads the statements of one policy, which stands in a string.
    fn policy(&mut self, entry: &Json) {
        let Some(text) = self.fields.text(entry, "policy") else {
            let message = "this generated policy has no \"policy\"";
            return self.fields.wrong(entry, message, AS_PRINTED);
        };
        let place = entry.get("policy").unwrap_or(entry);
        let document = self.fields.source.part("the generated policy", text);
        let Ok(policy) = Json::parse(&document) else {
            let message = "this string is no policy document";
            return self.fields.wrong(place, message, AS_PRINTED);
        };
        let statements = match policy.get("Statement") {
            Some(statements) => one_or_all(statements),
            None => &[],
        };
        if statements.is_empty() {
            let message = "this policy has no \"Statement\"";
            self.fields.wrong(place, message, AS_PRINTED);
        }
        for statement in statements {
            self.statement(statement, place);
        }
    }

    fn statement(&mut self, statement: &Json, place: &Json) {
        match statement.get("Effect").and_then(Json::as_str) {
            Some("Allow") => {}
            Some("Deny") => return,
            _ => {
                let message = "a statement of this policy has no \"Effect\"";
                return self.fields.wrong(place, message, AS_PRINTED);
            }
        }
        let Some(actions) = statement.get("Action") else {
            let message = "a statement of this policy has no \"Action\"";
            return self.fields.wrong(place, message, AS_PRINTED);
        };
        for action in one_or_all(actions) {
            self.action(action, place);
        }
    }

    /// An action that was used; of a wildcard only that its service was: AWS writes it where it knows
    /// of no actions.
    fn action(&mut self, action: &Json, place: &Json) {
        let text = action.as_str().unwrap_or_default();
        let pattern = text.parse::<ActionPattern>().ok();
        let parts = pattern.map(|pattern| (pattern.as_action(), pattern.service().cloned()));
        let Some(span) = self.span else { return };
        let last_use = |when| LastUse {
            when,
            told_by: Some(self.told_by.clone()),
        };
        match parts {
            Some((Some(action), _)) => {
                let when = match span.start {
                    Some(start) => When::Between(start, span.end),
                    None => When::By(span.end),
                };
                self.seen.add(action, last_use(when));
            }
            Some((None, Some(service))) => {
                self.seen
                    .add_service(service, last_use(When::By(span.made)));
            }
            Some((None, None)) | None => {
                let message = format!("{} names no action and no service", quoted(text));
                self.fields.wrong(place, message, AS_PRINTED);
            }
        }
    }
}

/// The elements of a list, or what stands in its place.
fn one_or_all(json: &Json) -> &[Json] {
    json.as_array().unwrap_or(std::slice::from_ref(json))
}
