//! What each policy of an account loses, held against a naive reading of the rules, on random small
//! accounts.

use std::collections::BTreeSet;

use iam_refine::account::AccountReview;
use iam_refine::catalogue::Catalogue;
use iam_refine::iam::Action;
use iam_refine::intake::{Intake, IntakeOptions};
use iam_refine::review::Decision;
use iam_refine::text::Source;
use proptest::prelude::*;
use serde_json::{Value, json};

const ACTIONS: [&str; 6] = ["s:Ab", "s:AbCd", "s:AbCe", "s:Bf", "t:Ab", "t:Gh"];
const PATTERNS: [&str; 8] = ["s:Ab*", "s:*", "s:AbC*", "*", "t:Gh", "s:Ab", "t:*", "s:*f"];
/// Two roles and two users have findings; a group has its members'.
const PRINCIPALS: [&str; 5] = ["role/R", "role/Q", "user/U", "user/V", "group/G"];
const POLICIES: usize = 3;

/// An account with everything that the rules look at.
#[derive(Clone, Debug)]
struct World {
    /// The pattern of each principal's inline policy; past the end for none.
    inline: Vec<usize>,
    /// The pattern of each managed policy.
    managed: Vec<usize>,
    /// Who is attached to which.
    attached: Vec<Vec<bool>>,
    /// Which of the two users are in the group.
    members: Vec<bool>,
    /// The managed policy that is the boundary of a principal; past the end for none.
    boundary: Vec<usize>,
    /// How much AWS's count of attachments is beside what the file shows.
    unseen: Vec<u64>,
    /// AWS's count of uses as a boundary, whatever the file shows.
    boundary_counted: Vec<u64>,
    /// What each role and user does not use: actions by bits, then the two services; none for no
    /// finding.
    unused: Vec<Option<(u8, bool, bool)>>,
}

fn worlds() -> impl Strategy<Value = World> {
    let rarely = |count| prop::collection::vec(prop_oneof![5 => Just(0_u64), 1 => Just(1)], count);
    let finding = prop::option::weighted(
        0.85,
        (
            any::<u8>(),
            prop::bool::weighted(0.3),
            prop::bool::weighted(0.3),
        ),
    );
    (
        prop::collection::vec(0..PATTERNS.len() + 3, PRINCIPALS.len()),
        prop::collection::vec(0..PATTERNS.len(), POLICIES),
        prop::collection::vec(
            prop::collection::vec(any::<bool>(), PRINCIPALS.len()),
            POLICIES,
        ),
        prop::collection::vec(any::<bool>(), 2),
        prop::collection::vec(0..POLICIES * 6, PRINCIPALS.len() - 1),
        rarely(POLICIES),
        rarely(POLICIES),
        prop::collection::vec(finding, PRINCIPALS.len() - 1),
    )
        .prop_map(
            |(inline, managed, attached, members, boundary, unseen, boundary_counted, unused)| {
                World {
                    inline,
                    managed,
                    attached,
                    members,
                    boundary,
                    unseen,
                    boundary_counted,
                    unused,
                }
            },
        )
}

fn arn(what: &str) -> String {
    format!("arn:aws:iam::123456789012:{what}")
}

fn policy_arn(policy: usize) -> String {
    arn(&format!("policy/P{policy}"))
}

fn document(pattern: usize) -> Value {
    json!({"Statement": [{"Effect": "Allow", "Action": PATTERNS[pattern], "Resource": "*"}]})
}

impl World {
    fn account(&self) -> Value {
        let mut lists = [Vec::new(), Vec::new(), Vec::new()];
        for (at, principal) in PRINCIPALS.iter().enumerate() {
            let (kind, name) = principal.split_once('/').expect("as it was drawn");
            let (kind, list) = match kind {
                "role" => ("Role", 0),
                "user" => ("User", 1),
                _ => ("Group", 2),
            };
            let inline: Vec<Value> = (self.inline[at] < PATTERNS.len())
                .then(|| json!({"PolicyName": "I", "PolicyDocument": document(self.inline[at])}))
                .into_iter()
                .collect();
            let attached: Vec<Value> = (0..POLICIES)
                .filter(|&policy| self.attached[policy][at])
                .map(|policy| json!({"PolicyArn": policy_arn(policy)}))
                .collect();
            let mut detail = json!({
                format!("{kind}Name"): name,
                "Arn": arn(principal),
                format!("{kind}PolicyList"): inline,
                "AttachedManagedPolicies": attached,
            });
            if (2..4).contains(&at) {
                let is_member = self.members[at - 2];
                detail["GroupList"] = if is_member { json!(["G"]) } else { json!([]) };
            }
            if let Some(&boundary) = self.boundary.get(at).filter(|&&policy| policy < POLICIES) {
                detail["PermissionsBoundary"] =
                    json!({"PermissionsBoundaryArn": policy_arn(boundary)});
            }
            lists[list].push(detail);
        }
        let policies: Vec<Value> = (0..POLICIES)
            .map(|policy| {
                json!({
                    "PolicyName": format!("P{policy}"),
                    "Arn": policy_arn(policy),
                    "DefaultVersionId": "v1",
                    "AttachmentCount": self.seen(policy) + self.unseen[policy],
                    "PermissionsBoundaryUsageCount": self.boundary_counted[policy],
                    "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true,
                                           "Document": document(self.managed[policy])}],
                })
            })
            .collect();
        json!({"RoleDetailList": lists[0], "UserDetailList": lists[1],
               "GroupDetailList": lists[2], "Policies": policies})
    }

    fn finding(&self, at: usize) -> Option<Value> {
        let (actions, service_s, service_t) = self.unused[at]?;
        let mut details = Vec::new();
        for (service, wholly) in [("s", service_s), ("t", service_t)] {
            let named: Vec<Value> = (ACTIONS.iter().enumerate())
                .filter(|(bit, action)| {
                    actions >> bit & 1 == 1 && action.starts_with(&format!("{service}:"))
                })
                .map(|(_, action)| json!({"action": action}))
                .collect();
            let entry = if wholly {
                json!({"serviceNamespace": service})
            } else if named.is_empty() {
                continue;
            } else {
                json!({"serviceNamespace": service, "actions": named})
            };
            details.push(json!({"unusedPermissionDetails": entry}));
        }
        (!details.is_empty()).then(|| {
            json!({"id": format!("{at}"), "resource": arn(PRINCIPALS[at]), "status": "ACTIVE",
                   "findingDetails": details})
        })
    }

    fn seen(&self, policy: usize) -> u64 {
        self.attached[policy].iter().map(|&is| u64::from(is)).sum()
    }

    fn bounds(&self, policy: usize) -> u64 {
        self.boundary
            .iter()
            .map(|&of| u64::from(of == policy))
            .sum()
    }

    /// What it comes to, word by word as the rules say it: who has the policy, and whether it may
    /// be narrowed at all.
    fn holders(&self, owners: &[usize]) -> (BTreeSet<usize>, bool) {
        let mut holders = BTreeSet::new();
        let mut may = true;
        for &owner in owners {
            if owner < 4 {
                holders.insert(owner);
                continue;
            }
            may &= self.members.contains(&true);
            holders.extend((2..4).filter(|user| self.members[user - 2]));
        }
        may &= holders.iter().all(|&holder| self.finding(holder).is_some());
        (holders, may)
    }

    fn does_not_use(&self, holder: usize, action: usize) -> bool {
        self.unused[holder].is_some_and(|(named, service_s, service_t)| {
            let wholly = if ACTIONS[action].starts_with("s:") {
                service_s
            } else {
                service_t
            };
            wholly || named >> action & 1 == 1
        })
    }
}

fn open(world: &World) -> Option<AccountReview> {
    let catalogue = Source::from_text("catalogue", &(ACTIONS.join("\n") + "\n"));
    let catalogue = Catalogue::parse(&catalogue).expect("as it was drawn");
    let findings: Vec<Value> = (0..4).filter_map(|at| world.finding(at)).collect();
    if findings.is_empty() {
        return None;
    }
    let intake = Intake::new().options(IntakeOptions::of(catalogue.into()));
    let intake = findings.iter().fold(intake, |intake, finding| {
        intake.text("finding.json", &finding.to_string())
    });
    let account = Source::from_text("account.json", &world.account().to_string());
    Some(intake.account(account).expect("as it was drawn"))
}

fn matches(pattern: &str, action: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == action,
        Some((before, after)) => action.starts_with(before) && action.ends_with(after),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_policy_loses_what_none_of_its_holders_uses(world in worlds()) {
        let Some(account) = open(&world) else { return Ok(()); };
        let inline = world.inline.iter().filter(|&&pattern| pattern < PATTERNS.len()).count();
        prop_assert_eq!(account.policies().len(), inline + POLICIES);
        for subject in account.policies() {
            let name = account.name(subject);
            let (owners, pattern, mut may) = if let Some(number) = name.strip_prefix('P') {
                    let policy: usize = number.parse().expect("as it was drawn");
                    let owners = (0..PRINCIPALS.len()).filter(|&at| world.attached[policy][at]);
                    let is_seen = world.unseen[policy] == 0
                        && world.seen(policy) > 0
                        && world.bounds(policy) + world.boundary_counted[policy] == 0;
                    (owners.collect(), world.managed[policy], is_seen)
                } else {
                    let owner = name.strip_prefix("I of ").expect("as it was drawn").replace(' ', "/");
                    let owner = PRINCIPALS.iter().position(|own| *own == owner).expect("as it was drawn");
                    (vec![owner], world.inline[owner], true)
            };
            let (holders, have_findings) = world.holders(&owners);
            may &= have_findings;
            prop_assert_eq!(subject.is_refined(), may, "{} {:?}", name, subject.blockers);
            let mut review = account.review(subject);
            prop_assert_eq!(review.is_some(), may);
            if let Some(review) = &mut review {
                review.decide(&review.undecided(), Decision::Accepted);
                prop_assert!(review.is_proved());
            }
            let mut unused = 0;
            for (at, text) in ACTIONS.iter().enumerate() {
                let action: Action = text.parse().expect("as it was drawn");
                let users: Vec<String> = holders.iter()
                    .filter(|&&holder| !world.does_not_use(holder, at))
                    .map(|&holder| PRINCIPALS[holder].replace('/', " "))
                    .collect();
                let told: BTreeSet<String> = account.kept_for(subject, &action).into_iter()
                    .map(|place| account.principal(place).owner.to_string())
                    .collect();
                prop_assert_eq!(&told, &users.iter().cloned().collect::<BTreeSet<_>>());
                let was = matches(PATTERNS[pattern], text);
                let goes = was && users.is_empty();
                unused += usize::from(goes);
                if let Some(review) = &review {
                    let is = review.outcomes()[0].policy.allows(&action);
                    prop_assert_eq!(is, was && !goes, "{}: {}", name, text);
                }
                let some_do_not = holders.iter().any(|&holder| world.does_not_use(holder, at));
                let contested = account.contested(subject).contains_key(&action);
                prop_assert_eq!(contested, was && some_do_not && !users.is_empty());
            }
            let is_known = holders.iter().any(|&holder| world.finding(holder).is_some());
            prop_assert_eq!(subject.unused.is_some(), is_known, "{}", name);
            if may {
                prop_assert_eq!(subject.unused, Some(unused), "{}", name);
            }
        }
    }
}

/// When something that is reported as unused was accessed last.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Accessed {
    Never,
    Long,
    /// Within the days that count.
    Recently,
}

/// What one of those who have a policy in accounts of their own does not use.
#[derive(Clone, Debug)]
struct Sharer {
    is_unused_role: bool,
    named: Vec<Option<Accessed>>,
    services: Vec<Option<Accessed>>,
}

fn sharers() -> impl Strategy<Value = Vec<Sharer>> {
    let accessed = |weight: f64| {
        let accessed = prop_oneof![
            4 => Just(Accessed::Never),
            2 => Just(Accessed::Long),
            1 => Just(Accessed::Recently),
        ];
        prop::option::weighted(weight, accessed)
    };
    let sharer = (
        prop::bool::weighted(0.15),
        prop::collection::vec(accessed(0.7), ACTIONS.len()),
        prop::collection::vec(accessed(0.3), 2),
    );
    let sharer = sharer.prop_map(|(is_unused_role, named, services)| Sharer {
        is_unused_role,
        named,
        services,
    });
    prop::collection::vec(sharer, 1..4)
}

impl Sharer {
    /// Whether its service is reported as a whole, and when it was accessed.
    fn service(&self, action: usize) -> Option<Accessed> {
        self.services[usize::from(ACTIONS[action].starts_with("t:"))]
    }

    fn does_not_use(&self, action: usize) -> bool {
        let reported = match self.service(action) {
            Some(accessed) => accessed != Accessed::Recently,
            None => self.named[action].is_some(),
        };
        self.is_unused_role || reported
    }

    fn used_recently(&self, action: usize) -> bool {
        let is_named = !self.is_unused_role && self.service(action).is_none();
        is_named && self.named[action] == Some(Accessed::Recently)
    }

    fn finding(&self, at: usize) -> Value {
        let with_time = |mut entry: Value, accessed: Accessed| {
            match accessed {
                Accessed::Never => {}
                Accessed::Long => entry["lastAccessed"] = json!("2026-01-01T00:00:00Z"),
                Accessed::Recently => entry["lastAccessed"] = json!("2026-09-20T00:00:00Z"),
            }
            entry
        };
        let mut details = Vec::new();
        for (service, wholly) in ["s", "t"].into_iter().zip(&self.services) {
            let of_service = (ACTIONS.iter().zip(&self.named))
                .filter_map(|(action, accessed)| Some((action, (*accessed)?)))
                .filter(|(action, _)| action.starts_with(&format!("{service}:")));
            let named: Vec<Value> = of_service
                .map(|(action, accessed)| with_time(json!({"action": action}), accessed))
                .collect();
            let entry = match wholly {
                Some(accessed) => with_time(json!({"serviceNamespace": service}), *accessed),
                None if named.is_empty() => continue,
                None => json!({"serviceNamespace": service, "actions": named}),
            };
            details.push(json!({"unusedPermissionDetails": entry}));
        }
        let mut finding = json!({
            "id": format!("{at}"), "status": "ACTIVE", "findingType": "UnusedPermission",
            "resource": format!("arn:aws:iam::{:012}:role/App", at + 1),
            "analyzedAt": format!("2026-10-0{}T00:00:00Z", 9 - at), "findingDetails": details});
        if self.is_unused_role {
            finding["findingType"] = json!("UnusedIAMRole");
            finding["findingDetails"] = json!([{"unusedIamRoleDetails": {}}]);
        }
        finding
    }

    /// Whether a finding says anything at all.
    fn is_found(&self) -> bool {
        self.is_unused_role || self.services.iter().chain(&self.named).any(Option::is_some)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn with_everywhere_only_what_nobody_uses_goes(
        sharers in sharers(),
        pattern in 0..PATTERNS.len(),
    ) {
        let sharers: Vec<Sharer> = sharers.into_iter().filter(Sharer::is_found).collect();
        let catalogue = Source::from_text("catalogue", &(ACTIONS.join("\n") + "\n"));
        let catalogue = Catalogue::parse(&catalogue).expect("as it was drawn");
        let mut options = IntakeOptions::of(catalogue.into());
        options.everywhere = true;
        let mut intake = Intake::new().options(options);
        intake = intake.text("policy.json", &document(pattern).to_string());
        for (at, sharer) in sharers.iter().enumerate() {
            intake = intake.text("finding.json", &sharer.finding(at).to_string());
        }
        let read = intake.review();
        prop_assert_eq!(read.is_ok(), sharers.iter().any(|sharer| !sharer.is_unused_role));
        let Ok(mut review) = read else { return Ok(()); };
        let oldest = format!("2026-10-0{}", 10 - sharers.len());
        prop_assert_eq!(review.input().finding_date().expect("they have one").to_string(), oldest);
        review.decide(&review.undecided(), Decision::Accepted);
        prop_assert!(review.is_proved());
        for (at, text) in ACTIONS.iter().enumerate() {
            let action: Action = text.parse().expect("as it was drawn");
            let was = matches(PATTERNS[pattern], text);
            let users: Vec<String> = (sharers.iter().enumerate())
                .filter(|(_, sharer)| !sharer.does_not_use(at))
                .map(|(sharer, _)| format!("role App of {:012}", sharer + 1))
                .collect();
            let is_held = sharers.iter().any(|sharer| sharer.used_recently(at));
            let goes = was && users.is_empty() && !is_held;
            let is = review.outcomes()[0].policy.allows(&action);
            prop_assert_eq!(is, was && !goes, "{}", text);
            let some_do_not = (sharers.iter())
                .any(|sharer| !sharer.is_unused_role && sharer.does_not_use(at));
            let keepers = review.input().policies[0].kept_for.get(&action).map(|names| names.to_vec());
            let expected = (was && some_do_not && !users.is_empty()).then_some(users);
            prop_assert_eq!(keepers, expected, "{}", text);
        }
    }
}
