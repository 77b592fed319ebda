//! What is unused when several sources tell of one principal, against the naive rule: for each action
//! all that each source says is gone through, and nothing is joined.

use std::fmt::Write;

use iam_refine::findings::{Findings, MissingPages, Page, UnusedFor};
use iam_refine::iam::Action;
use iam_refine::text::{Json, Source};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const ACTIONS: [(&str, &str); 4] = [
    ("s3", "GetA"),
    ("s3", "GetB"),
    ("sqs", "Get"),
    ("sqs", "Send"),
];

/// The day on which the finding was made, and how many before it count.
const MADE: i64 = 300;
const WINDOW: i64 = 90;

type Day = i64;

/// All that is told of a principal.
#[derive(Clone, Debug)]
struct Told {
    finding: Option<Finding>,
    report: Option<Report>,
    evidence: Vec<Evidence>,
}

/// What a finding says of each service: nothing, that all of it is unused, or some actions; with the
/// days of the last uses.
#[derive(Clone, Debug)]
struct Finding {
    wholly: [Option<Reported>; 2],
    named: [Option<Reported>; 4],
}

/// That something is reported as unused, and when it was used last.
#[derive(Clone, Copy, Debug)]
struct Reported {
    last: Option<Day>,
}

/// The last uses of services and actions that a report tells, and the day on which it was made.
#[derive(Clone, Debug)]
struct Report {
    made: Day,
    services: [Option<Day>; 2],
    actions: [Option<Day>; 4],
}

#[derive(Clone, Debug)]
enum Evidence {
    /// `CloudTrail` saw these actions, and services of which it does not know the actions.
    Trail {
        start: Day,
        end: Day,
        actions: [bool; 4],
        services: [bool; 2],
    },
    /// A finding that is resolved.
    Resolved(Finding),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Becomes {
    Goes,
    Held,
    Stays,
}

fn service_of(action: usize) -> usize {
    action / 2
}

impl Told {
    /// What becomes of an action, by the words of the rule alone.
    fn becomes(&self, action: usize) -> Becomes {
        let service = service_of(action);
        let (since, is_wholly, is_named, own) = match (&self.finding, &self.report) {
            (Some(finding), report) => {
                let since = MADE - WINDOW;
                if finding.wholly[service].is_none() && finding.named[action].is_none() {
                    return Becomes::Stays;
                }
                // Beside a finding a report takes away what it saw used within its own days.
                if let Some(report) = report
                    && report.takes_out(finding, action)
                {
                    return Becomes::Stays;
                }
                let wholly = finding.wholly[service];
                let named = finding.named[action].filter(|_| wholly.is_none());
                (
                    since,
                    wholly.is_some(),
                    named.is_some(),
                    wholly.or(named).and_then(|reported| reported.last),
                )
            }
            (None, Some(report)) => {
                let since = report.made - WINDOW;
                let is_wholly = report.last_of_service(service) < Some(since);
                let last = report.actions[action];
                let is_named = !is_wholly && report.tracks(service) && last < Some(since);
                let own = if is_wholly {
                    report.last_of_service(service)
                } else {
                    last
                };
                (since, is_wholly, is_named, own)
            }
            (None, None) => return Becomes::Stays,
        };
        let is_recent = |day: Option<Day>| day.is_some_and(|day| day >= since);
        let seen = self.evidence.iter();
        match (is_wholly, is_named) {
            // Of a whole service any use counts, and then nobody knows what else is used.
            (true, _) => {
                let any = seen.filter_map(|one| one.latest_of_service(service)).max();
                if is_recent(own) || is_recent(any) {
                    Becomes::Stays
                } else {
                    Becomes::Goes
                }
            }
            (false, true) => {
                let any = seen.filter_map(|one| one.latest_of(action)).max();
                if is_recent(own) || is_recent(any) {
                    Becomes::Held
                } else {
                    Becomes::Goes
                }
            }
            (false, false) => Becomes::Stays,
        }
    }

    fn pages(&self, role: &str) -> Vec<Page> {
        let arn = format!("arn:aws:iam::123456789012:role/{role}");
        let mut pages = Vec::new();
        if let Some(finding) = &self.finding {
            pages.push(page(&finding.text(&arn, "ACTIVE")));
        }
        if let Some(report) = &self.report {
            pages.push(page(&report.text()).about(arn.as_str().into(), None));
        }
        for evidence in &self.evidence {
            pages.push(page(&evidence.text(&arn)));
        }
        pages
    }
}

impl Report {
    fn last_of_service(&self, service: usize) -> Option<Day> {
        let of_actions = (0..4).filter(|&action| service_of(action) == service);
        let of_actions = of_actions.map(|action| self.actions[action]);
        of_actions.chain([self.services[service]]).max().flatten()
    }

    /// Whether it tells of actions of the service at all.
    fn tracks(&self, service: usize) -> bool {
        service == 0 || self.services[1].is_some()
    }

    fn takes_out(&self, finding: &Finding, action: usize) -> bool {
        let since = Some(self.made - WINDOW);
        let service = service_of(action);
        if finding.wholly[service].is_some() {
            self.last_of_service(service) >= since
        } else {
            self.tracks(service) && self.actions[action] >= since
        }
    }

    fn text(&self) -> String {
        let mut services = String::new();
        for (service, name) in ["s3", "sqs"].iter().enumerate() {
            let mut tracked = String::new();
            for (action, (_, action_name)) in ACTIONS.iter().enumerate() {
                if service_of(action) == service {
                    let last = at("LastAccessedTime", self.actions[action]);
                    let comma = if tracked.is_empty() { "" } else { "," };
                    let _ = write!(tracked, r#"{comma}{{"ActionName": "{action_name}"{last}}}"#);
                }
            }
            let comma = if service == 0 { "" } else { "," };
            let last = at("LastAuthenticated", self.services[service]);
            let tracked = if self.tracks(service) {
                tracked
            } else {
                String::new()
            };
            let _ = write!(
                services,
                r#"{comma}{{"ServiceNamespace": "{name}"{last}, "TrackedActionsLastAccessed": [{tracked}]}}"#
            );
        }
        format!(
            r#"{{"JobStatus": "COMPLETED"{}, "ServicesLastAccessed": [{services}]}}"#,
            at("JobCompletionDate", Some(self.made))
        )
    }
}

impl Finding {
    fn text(&self, arn: &str, status: &str) -> String {
        let mut details = Vec::new();
        for (service, name) in ["s3", "sqs"].iter().enumerate() {
            let named = (0..4).filter(|&action| service_of(action) == service);
            let named = named.filter_map(|action| Some((action, self.named[action]?)));
            let named: Vec<String> = named
                .map(|(action, last)| {
                    let last = at("lastAccessed", last.last);
                    format!(r#"{{"action": "{}"{last}}}"#, ACTIONS[action].1)
                })
                .collect();
            let rest = match self.wholly[service] {
                Some(reported) => at("lastAccessed", reported.last),
                None if named.is_empty() => continue,
                None => format!(r#", "actions": [{}]"#, named.join(",")),
            };
            details.push(format!(
                r#"{{"unusedPermissionDetails": {{"serviceNamespace": "{name}"{rest}}}}}"#
            ));
        }
        if details.is_empty() {
            // A finding names something.
            let other = r#"{"unusedPermissionDetails": {"serviceNamespace": "sns"}}"#;
            details.push(other.to_owned());
        }
        format!(
            r#"{{"id": "{status} {arn}", "status": "{status}", "resource": "{arn}"{}, "findingDetails": [{}]}}"#,
            at("analyzedAt", Some(MADE)),
            details.join(",")
        )
    }
}

impl Evidence {
    fn latest_of(&self, action: usize) -> Option<Day> {
        match self {
            Evidence::Trail { end, actions, .. } => actions[action].then_some(*end),
            Evidence::Resolved(finding) => {
                let is_named = finding.wholly[service_of(action)].is_none();
                finding.named[action].filter(|_| is_named)?.last
            }
        }
    }

    fn latest_of_service(&self, service: usize) -> Option<Day> {
        let of_actions = (0..4).filter(|&action| service_of(action) == service);
        let of_actions = of_actions.filter_map(|action| self.latest_of(action)).max();
        let whole = match self {
            Evidence::Trail { end, services, .. } => services[service].then_some(*end),
            Evidence::Resolved(finding) => {
                finding.wholly[service].and_then(|reported| reported.last)
            }
        };
        of_actions.max(whole)
    }

    fn text(&self, arn: &str) -> String {
        match self {
            Evidence::Resolved(finding) => finding.text(arn, "RESOLVED"),
            Evidence::Trail {
                start,
                end,
                actions,
                services,
            } => {
                let named = (0..4).filter(|&action| actions[action]);
                let named =
                    named.map(|action| format!("{}:{}", ACTIONS[action].0, ACTIONS[action].1));
                let whole = (0..2).filter(|&service| services[service]);
                let whole = whole.map(|service| format!("{}:*", ["s3", "sqs"][service]));
                let all: Vec<String> = named.chain(whole).collect();
                let policy = serde_json::json!({"Statement": [
                    {"Effect": "Allow", "Action": all, "Resource": "*"},
                    {"Effect": "Deny", "Action": "s3:GetA", "Resource": "*"}]});
                let text = serde_json::Value::from(policy.to_string());
                format!(
                    r#"{{"jobDetails": {{"status": "SUCCEEDED"}}, "generatedPolicyResult":
                        {{"properties": {{"principalArn": "{arn}", "cloudTrailProperties":
                        {{"trailProperties": []{}{}}}}},
                        "generatedPolicies": [{{"policy": {text}}}]}}}}"#,
                    at("startTime", Some(*start)),
                    at("endTime", Some(*end)),
                )
            }
        }
    }
}

fn at(key: &str, day: Option<Day>) -> String {
    let time = day.map(|day| Timestamp::from_second(1_750_000_000 + day * 86_400).unwrap());
    time.map_or_else(String::new, |time| format!(r#", "{key}": "{time}""#))
}

fn page(text: &str) -> Page {
    let source = Source::from_text("file.json", text);
    let days = UnusedFor::days(u32::try_from(WINDOW).unwrap());
    let read = Json::parse(&source).and_then(|json| Page::read_for(&source, &json, days));
    read.unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// Days around the edges of the windows more often than others.
fn days() -> impl Strategy<Value = Day> {
    prop_oneof![0..360_i64, Just(209), Just(210), Just(211), Just(300)]
}

fn findings() -> impl Strategy<Value = Finding> {
    let reported = || option::of(days()).prop_map(|last| Reported { last });
    let service = || prop_oneof![2 => Just(None), 1 => reported().prop_map(Some)];
    let action = || option::of(reported());
    let wholly = [service(), service()];
    (wholly, [action(), action(), action(), action()])
        .prop_map(|(wholly, named)| Finding { wholly, named })
}

fn reports() -> impl Strategy<Value = Report> {
    let last = || option::of(days());
    let made = prop_oneof![Just(MADE), 250..350_i64];
    (made, [last(), last()], [last(), last(), last(), last()]).prop_map(
        |(made, services, actions)| Report {
            made,
            services,
            // What a report does not tell of it does not know.
            actions: if services[1].is_some() {
                actions
            } else {
                [actions[0], actions[1], None, None]
            },
        },
    )
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let trail = (days(), 0..90_i64, any::<[bool; 4]>(), any::<[bool; 2]>());
    prop_oneof![
        trail.prop_map(|(start, days, actions, services)| Evidence::Trail {
            start,
            end: start + days,
            actions,
            services,
        }),
        findings().prop_map(Evidence::Resolved),
    ]
}

fn told() -> impl Strategy<Value = Told> {
    let told = (
        option::of(findings()),
        option::of(reports()),
        vec(evidence(), 0..3),
    );
    let told = told.prop_filter("something has to be found", |(finding, report, _)| {
        finding.is_some() || report.is_some()
    });
    told.prop_map(|(finding, report, evidence)| Told {
        finding,
        report,
        evidence,
    })
}

fn becomes(finding: &Findings, action: &Action) -> Becomes {
    if !finding.unused.contains(action) {
        Becomes::Stays
    } else if finding.recently_used.contains_key(action) {
        Becomes::Held
    } else {
        Becomes::Goes
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn what_several_sources_tell_of_one_principal_is_what_the_rule_says(told in told(), other in told()) {
        let pages = told.pages("R").into_iter().chain(other.pages("Other"));
        let joined = Findings::join(pages.collect(), MissingPages::Refused).unwrap();
        prop_assert_eq!(joined.len(), 2);
        for (role, told) in [("R", &told), ("Other", &other)] {
            let is_of = |one: &&Findings| one.principal.as_ref().is_some_and(|arn| arn.raw().ends_with(role));
            let finding = joined.iter().find(is_of).unwrap();
            for (at, (service, name)) in ACTIONS.iter().enumerate() {
                let action: Action = format!("{service}:{name}").parse().unwrap();
                prop_assert_eq!(becomes(finding, &action), told.becomes(at), "{} {}", role, action);
            }
        }
    }

    #[test]
    fn evidence_never_takes_anything_away(told in told()) {
        let with = Findings::join(told.pages("R"), MissingPages::Refused).unwrap();
        let bare = Told { evidence: Vec::new(), ..told };
        let without = Findings::join(bare.pages("R"), MissingPages::Refused).unwrap();
        for (service, name) in ACTIONS {
            let action: Action = format!("{service}:{name}").parse().unwrap();
            let goes = becomes(&with[0], &action) == Becomes::Goes;
            prop_assert!(!goes || becomes(&without[0], &action) == Becomes::Goes);
            // What is known of a last use is not forgotten.
            let known = without[0].last_use(&action).map(|last| last.latest());
            let now = with[0].last_use(&action).map(|last| last.latest());
            prop_assert!(now >= known || !with[0].unused.contains(&action));
        }
    }
}
