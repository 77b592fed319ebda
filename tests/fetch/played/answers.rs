//! What AWS answers, as `aws` prints it: pages are put together, documents are JSON.

use serde_json::{Value, json};

use crate::account::{Account, Kind, job_id, unique_id};
use crate::calls::Call;
use crate::errors::Failure;
use crate::json::{Json, list, object};
use crate::world::{Analyzer, Finding, LastAccessed, Managed, Principal, Used, Version};

type Answer = Result<Json, Failure>;

/// The answer to what was asked.
pub fn of(account: &Account, call: &Call) -> Answer {
    match account.asked.operation.name {
        "get-caller-identity" => Ok(get_caller_identity(account)),
        "get-role" => get_principal(account, Kind::Role),
        "get-user" => get_principal(account, Kind::User),
        "list-role-policies" => list_inline(account, Kind::Role),
        "list-user-policies" => list_inline(account, Kind::User),
        "list-group-policies" => list_inline(account, Kind::Group),
        "get-role-policy" => get_inline(account, Kind::Role),
        "get-user-policy" => get_inline(account, Kind::User),
        "get-group-policy" => get_inline(account, Kind::Group),
        "list-attached-role-policies" => list_attached(account, Kind::Role),
        "list-attached-user-policies" => list_attached(account, Kind::User),
        "list-attached-group-policies" => list_attached(account, Kind::Group),
        "list-groups-for-user" => list_groups(account),
        "get-policy" => get_policy(account),
        "get-policy-version" => get_policy_version(account),
        "list-entities-for-policy" => list_entities(account),
        "get-account-authorization-details" => Ok(authorization_details(account)),
        "generate-service-last-accessed-details" => generate_last_accessed(account),
        "get-service-last-accessed-details" => last_accessed(account, call),
        "list-analyzers" => Ok(list_analyzers(account)),
        "list-findings-v2" => list_findings(account),
        "get-finding-v2" => get_finding(account),
        "list-policy-generations" => Ok(list_generations(account)),
        "get-generated-policy" => generated_policy(account),
        other => unreachable!("{other} is in the table of calls"),
    }
}

fn get_caller_identity(account: &Account) -> Json {
    object([
        ("UserId", unique_id("AROA", &account.caller).into()),
        ("Account", account.id.into()),
        ("Arn", account.caller.as_str().into()),
    ])
}

// IAM

fn get_principal(account: &Account, kind: Kind) -> Answer {
    let described = described(account, kind, account.named(kind)?);
    Ok(Json::Object(vec![(kind.field(""), described)]))
}

/// What `get-role` and `get-user` say of a principal.
fn described(account: &Account, kind: Kind, principal: &Principal) -> Json {
    let Json::Object(mut fields) = head(account, kind, principal) else {
        unreachable!("the head is an object")
    };
    let boundary = principal.boundary.as_ref().map(|arn| {
        json!({
            "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
            "PermissionsBoundaryArn": arn,
        })
    });
    let is_role = kind == Kind::Role;
    let last_used = principal
        .last_used
        .as_ref()
        .map(|at| json!({"LastUsedDate": at, "Region": "us-east-1"}));
    let tags = principal.tags.iter();
    let tags: Vec<Value> = tags
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    let more = [
        (
            "AssumeRolePolicyDocument",
            is_role.then(|| trust(principal)),
        ),
        ("MaxSessionDuration", is_role.then(|| 3600.into())),
        ("PermissionsBoundary", boundary),
        ("Tags", (!tags.is_empty()).then(|| tags.into())),
        (
            "RoleLastUsed",
            is_role.then(|| last_used.unwrap_or(json!({}))),
        ),
    ];
    let more = more.into_iter();
    fields.extend(more.filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
    Json::Object(fields)
}

/// What every description of a principal begins with.
fn head(account: &Account, kind: Kind, principal: &Principal) -> Json {
    let arn = account.arn(kind, principal);
    let prefix = match kind {
        Kind::Role => "AROA",
        Kind::User => "AIDA",
        Kind::Group => "AGPA",
    };
    let id = unique_id(prefix, &arn);
    object([
        ("Path", principal.path.as_str().into()),
        (&kind.field("Name"), principal.name.as_str().into()),
        (&kind.field("Id"), id.into()),
        ("Arn", arn.into()),
        ("CreateDate", account.time(&principal.created)),
    ])
}

fn trust(principal: &Principal) -> Value {
    let usual = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }],
    });
    principal.trust.clone().unwrap_or(usual)
}

fn list_inline(account: &Account, kind: Kind) -> Answer {
    let principal = account.named(kind)?;
    let names = principal.inline.keys().map(|name| name.as_str().into());
    Ok(object([("PolicyNames", list(names))]))
}

fn get_inline(account: &Account, kind: Kind) -> Answer {
    let principal = account.named(kind)?;
    let name = account.asked.option("policy-name");
    let word = kind.word();
    let Some(policy) = principal.inline.get(name) else {
        let message = format!("The {word} policy with name {name} cannot be found.");
        return Err(account.no_such_entity(&message));
    };
    Ok(object([
        (&kind.field("Name"), principal.name.as_str().into()),
        ("PolicyName", name.into()),
        ("PolicyDocument", document(policy)),
    ]))
}

fn list_attached(account: &Account, kind: Kind) -> Answer {
    let principal = account.named(kind)?;
    Ok(object([("AttachedPolicies", attached(principal))]))
}

fn attached(principal: &Principal) -> Json {
    list(principal.attached.iter().map(|arn| {
        object([
            ("PolicyName", last_part(arn).into()),
            ("PolicyArn", arn.as_str().into()),
        ])
    }))
}

fn list_groups(account: &Account) -> Answer {
    let user = account.named(Kind::User)?;
    let groups = account.all(Kind::Group).iter();
    let groups = groups.filter(|group| user.groups.contains(&group.name));
    let groups = groups.map(|group| head(account, Kind::Group, group));
    Ok(object([("Groups", list(groups))]))
}

fn get_policy(account: &Account) -> Answer {
    let policy = account.policy()?;
    Ok(object([("Policy", described_policy(account, policy))]))
}

fn described_policy(account: &Account, policy: &Managed) -> Json {
    let arn = policy.arn.as_str();
    let (_, path_and_name) = arn.split_once(":policy").unwrap_or(("", "/"));
    let path = path_and_name.trim_end_matches(last_part(arn));
    let last = policy.versions.last();
    let updated = last.map_or(&policy.created, |version| &version.created);
    object([
        ("PolicyName", last_part(arn).into()),
        ("PolicyId", unique_id("ANPA", arn).into()),
        ("Arn", arn.into()),
        ("Path", path.into()),
        ("DefaultVersionId", in_force(policy).into()),
        ("AttachmentCount", holders(account, policy).len().into()),
        (
            "PermissionsBoundaryUsageCount",
            bounded(account, policy).len().into(),
        ),
        ("IsAttachable", true.into()),
        ("CreateDate", account.time(&policy.created)),
        ("UpdateDate", account.time(updated)),
    ])
}

fn in_force(policy: &Managed) -> &str {
    let last = policy.versions.last().map(|version| version.id.as_str());
    policy.default.as_deref().or(last).unwrap_or("v1")
}

/// Whom a policy is attached to.
fn holders<'a>(account: &Account<'a>, policy: &'a Managed) -> Vec<(Kind, &'a str)> {
    let mut holders = Vec::new();
    for kind in [Kind::Role, Kind::User, Kind::Group] {
        let held = account.all(kind).iter();
        let held = held.filter(|principal| principal.attached.contains(&policy.arn));
        holders.extend(held.map(|principal| (kind, principal.name.as_str())));
    }
    let others = &policy.others;
    let others = [
        (Kind::Role, &others.roles),
        (Kind::User, &others.users),
        (Kind::Group, &others.groups),
    ];
    for (kind, names) in others {
        holders.extend(names.iter().map(|name| (kind, name.as_str())));
    }
    holders
}

/// Whose permissions boundary a policy is.
fn bounded<'a>(account: &Account<'a>, policy: &Managed) -> Vec<(Kind, &'a str)> {
    let mut bounded = Vec::new();
    for kind in [Kind::Role, Kind::User] {
        let held = account.all(kind).iter();
        let held = held.filter(|principal| principal.boundary.as_ref() == Some(&policy.arn));
        bounded.extend(held.map(|principal| (kind, principal.name.as_str())));
    }
    bounded
}

fn get_policy_version(account: &Account) -> Answer {
    let policy = account.policy()?;
    let id = account.asked.option("version-id");
    let Some(found) = policy.versions.iter().find(|version| version.id == id) else {
        let message = format!("Policy {} version {id} does not exist.", policy.arn);
        return Err(account.no_such_entity(&message));
    };
    Ok(object([("PolicyVersion", version(account, policy, found))]))
}

fn version(account: &Account, policy: &Managed, version: &Version) -> Json {
    object([
        ("Document", document(&version.document)),
        ("VersionId", version.id.as_str().into()),
        ("IsDefaultVersion", (version.id == in_force(policy)).into()),
        ("CreateDate", account.time(&version.created)),
    ])
}

fn list_entities(account: &Account) -> Answer {
    let policy = account.policy()?;
    let mut all = holders(account, policy);
    all.extend(bounded(account, policy));
    let of = |kind: Kind| {
        let names = all.iter().filter(|(its, _)| *its == kind);
        list(names.map(|(_, name)| {
            object([
                (&kind.field("Name"), (*name).into()),
                (&kind.field("Id"), unique_id("A", name).into()),
            ])
        }))
    };
    Ok(object([
        ("PolicyGroups", of(Kind::Group)),
        ("PolicyUsers", of(Kind::User)),
        ("PolicyRoles", of(Kind::Role)),
    ]))
}

fn authorization_details(account: &Account) -> Json {
    let of = |kind| {
        let all = account.all(kind).iter();
        list(all.map(move |principal| details(account, kind, principal)))
    };
    let policies = account.world.policies.iter().map(|policy| {
        let Json::Object(mut fields) = described_policy(account, policy) else {
            unreachable!("a policy is an object")
        };
        let versions = policy.versions.iter();
        let versions = list(versions.map(|it| version(account, policy, it)));
        fields.push(("PolicyVersionList".to_owned(), versions));
        Json::Object(fields)
    });
    object([
        ("UserDetailList", of(Kind::User)),
        ("GroupDetailList", of(Kind::Group)),
        ("RoleDetailList", of(Kind::Role)),
        ("Policies", list(policies)),
    ])
}

/// A principal with its policies.
fn details(account: &Account, kind: Kind, principal: &Principal) -> Json {
    let Json::Object(mut fields) = described(account, kind, principal) else {
        unreachable!("a principal is an object")
    };
    fields.retain(|(name, _)| name != "MaxSessionDuration");
    let inline = principal.inline.iter().map(|(name, policy)| {
        object([
            ("PolicyName", name.as_str().into()),
            ("PolicyDocument", document(policy)),
        ])
    });
    let inline: Vec<Json> = inline.collect();
    // Without inline policies users and groups lack the list; roles have an empty one.
    if kind == Kind::Role || !inline.is_empty() {
        fields.push((kind.field("PolicyList"), Json::List(inline)));
    }
    if kind == Kind::User {
        let groups = principal.groups.iter().map(|name| name.as_str().into());
        fields.push(("GroupList".to_owned(), list(groups)));
    }
    if kind == Kind::Role {
        fields.push(("InstanceProfileList".to_owned(), list([])));
    }
    fields.push(("AttachedManagedPolicies".to_owned(), attached(principal)));
    Json::Object(fields)
}

// Last-accessed reports

fn generate_last_accessed(account: &Account) -> Answer {
    let arn = account.asked.option("arn");
    let known = [Kind::Role, Kind::User, Kind::Group].map(|kind| {
        let all = account.all(kind).iter();
        all.map(|principal| account.arn(kind, principal))
            .any(|it| it == arn)
    });
    if !known.contains(&true) {
        return Err(account.no_such_entity(&format!("ARN {arn} is not valid.")));
    }
    Ok(object([("JobId", job_id(arn).into())]))
}

fn last_accessed(account: &Account, call: &Call) -> Answer {
    let job = account.asked.option("job-id");
    let Some(arn) = arn_of_job(account, job) else {
        let message = format!("Job {job} was not found.");
        return Err(account.no_such_entity(&message));
    };
    let nothing = LastAccessed::default();
    let report = account.world.last_accessed.get(&arn).unwrap_or(&nothing);
    let asked_before = call.earlier(&["get-service-last-accessed-details", job]);
    if asked_before < report.in_progress {
        return Ok(job_head(account, "IN_PROGRESS", Vec::new()));
    }
    if let Some(message) = &report.failed {
        let error = object([
            ("Message", message.as_str().into()),
            ("Code", "SERVICE_ERROR".into()),
        ]);
        let fields = vec![
            ("JobCompletionDate".to_owned(), account.time(DONE)),
            ("Error".to_owned(), error),
        ];
        return Ok(job_head(account, "FAILED", fields));
    }
    page_of_report(account, &arn, report)
}

/// When all jobs begin, and end.
const BEGUN: &str = "2026-10-01T08:00:00+00:00";
const DONE: &str = "2026-10-01T08:00:02+00:00";

fn job_head(account: &Account, status: &str, more: Vec<(String, Json)>) -> Json {
    let Json::Object(mut fields) = object([
        ("JobStatus", status.into()),
        ("JobType", "ACTION_LEVEL".into()),
        ("JobCreationDate", account.time(BEGUN)),
    ]) else {
        unreachable!("a report is an object")
    };
    fields.extend(more);
    Json::Object(fields)
}

fn arn_of_job(account: &Account, job: &str) -> Option<String> {
    let kinds = [Kind::Role, Kind::User, Kind::Group].into_iter();
    let mut arns = kinds.flat_map(|kind| {
        let all = account.all(kind).iter();
        all.map(move |principal| account.arn(kind, principal))
    });
    arns.find(|arn| job_id(arn) == job)
}

fn page_of_report(account: &Account, arn: &str, report: &LastAccessed) -> Answer {
    let mut services: Vec<Json> = report
        .services
        .iter()
        .map(|(namespace, service)| {
            let actions = service.actions.iter().map(|(name, last)| {
                let by = last.as_ref().map(|_| arn);
                object([
                    ("ActionName", name.as_str().into()),
                    ("LastAccessedEntity", by.into()),
                    ("LastAccessedTime", account.time_of(last.as_deref())),
                    ("LastAccessedRegion", by.map(|_| "us-east-1").into()),
                ])
            });
            let actions: Vec<Json> = actions.collect();
            let by = service.last.as_ref().map(|_| arn);
            let tracked = if actions.is_empty() {
                Value::Null.into()
            } else {
                Json::List(actions)
            };
            object([
                ("ServiceName", format!("Service {namespace}").into()),
                (
                    "LastAuthenticated",
                    account.time_of(service.last.as_deref()),
                ),
                ("ServiceNamespace", namespace.as_str().into()),
                ("LastAuthenticatedEntity", by.into()),
                ("LastAuthenticatedRegion", by.map(|_| "us-east-1").into()),
                (
                    "TotalAuthenticatedEntities",
                    usize::from(service.last.is_some()).into(),
                ),
                ("TrackedActionsLastAccessed", tracked),
            ])
        })
        .collect();
    services.extend((1..=report.made_up).map(|number| {
        object([
            ("ServiceName", format!("Made up {number}").into()),
            ("ServiceNamespace", format!("made-up-{number:03}").into()),
            ("TotalAuthenticatedEntities", 0.into()),
        ])
    }));
    let (from, most) = page_asked_for(account, report)?;
    let all = services.len();
    let page: Vec<Json> = services.into_iter().skip(from).take(most).collect();
    let next = from + page.len();
    let mut fields = vec![
        ("ServicesLastAccessed".to_owned(), Json::List(page)),
        ("JobCompletionDate".to_owned(), account.time(DONE)),
        ("IsTruncated".to_owned(), (next < all).into()),
    ];
    if next < all {
        fields.push(("Marker".to_owned(), format!("AAIB{next:04}==").into()));
    }
    Ok(job_head(account, "COMPLETED", fields))
}

/// Where a page begins, and how long it may be: 100 services where `--max-items` does not say.
fn page_asked_for(account: &Account, report: &LastAccessed) -> Result<(usize, usize), Failure> {
    let refuse = |what: &str| account.service_error("ValidationError", what);
    let from = match account.asked.given("marker") {
        None => 0,
        Some(marker) => {
            let number = marker
                .strip_prefix("AAIB")
                .and_then(|it| it.strip_suffix("=="));
            let number = number.and_then(|it| it.parse().ok());
            number.ok_or_else(|| refuse("Invalid Marker"))?
        }
    };
    let most: usize = match account.asked.given("max-items") {
        None => 100,
        Some(text) => {
            let number = text.parse().ok().filter(|it| (1..=1000).contains(it));
            number.ok_or_else(|| refuse("maxItems must be between 1 and 1000"))?
        }
    };
    Ok((from, most.min(report.page.unwrap_or(most))))
}

// Access Analyzer

fn list_analyzers(account: &Account) -> Json {
    let kind = account.asked.given("type");
    let found = account
        .analyzers()
        .filter(|it| kind.is_none_or(|kind| kind == it.kind));
    let found = found.map(|analyzer| {
        let unused_access = analyzer.kind.ends_with("UNUSED_ACCESS");
        let configuration = json!({"unusedAccess": {"unusedAccessAge": analyzer.days}});
        object([
            ("arn", account.analyzer_arn(analyzer).into()),
            ("name", analyzer.name.as_str().into()),
            ("type", analyzer.kind.as_str().into()),
            ("createdAt", account.time("2026-01-10T09:00:00+00:00")),
            ("tags", json!({}).into()),
            ("status", analyzer.status.as_str().into()),
            (
                "configuration",
                unused_access.then_some(configuration).into(),
            ),
            ("managedBy", analyzer.managed_by.as_deref().into()),
        ])
    });
    object([("analyzers", list(found))])
}

fn the_analyzer<'a>(account: &Account<'a>) -> Result<&'a Analyzer, Failure> {
    let arn = account.asked.option("analyzer-arn");
    let found = account
        .analyzers()
        .find(|it| account.analyzer_arn(it) == arn);
    found.ok_or_else(|| {
        let message = format!("Analyzer {arn} not found.");
        account.service_error("ResourceNotFoundException", &message)
    })
}

fn list_findings(account: &Account) -> Answer {
    let analyzer = the_analyzer(account)?;
    let filter: Value = match account.asked.given("filter") {
        None => json!({}),
        Some(text) => serde_json::from_str(text).map_err(|error| {
            let message = format!(
                "Error parsing parameter '--filter': Invalid JSON: {error}\nJSON received: {text}"
            );
            crate::errors::parameter(&account.world.cli, &message)
        })?,
    };
    let mut found = Vec::new();
    for finding in &analyzer.findings {
        if passes(account, &filter, finding)? {
            found.push(object(finding_fields(account, finding)));
        }
    }
    Ok(object([("findings", Json::List(found))]))
}

/// Whether `filter` lets a finding through.
fn passes(account: &Account, filter: &Value, finding: &Finding) -> Result<bool, Failure> {
    let refuse = |what: String| account.service_error("ValidationException", &what);
    let Some(criteria) = filter.as_object() else {
        return Err(refuse("filter is no map".to_owned()));
    };
    let mut passes = true;
    for (key, criterion) in criteria {
        let value = match key.as_str() {
            "resource" => finding.resource.as_str(),
            "findingType" => &finding.kind,
            "status" => &finding.status,
            "id" => &finding.id,
            "resourceOwnerAccount" => owner(account, finding),
            "resourceType" => resource_type(finding),
            _ => return Err(refuse(format!("Invalid filter key: {key}"))),
        };
        let Some(operators) = criterion.as_object() else {
            return Err(refuse(format!("The criterion of {key} is no map")));
        };
        for (operator, values) in operators {
            let Some(values) = values.as_array() else {
                return Err(refuse(format!("{operator} of {key} is no list")));
            };
            let mut values = values.iter().filter_map(Value::as_str);
            passes &= match operator.as_str() {
                "eq" => values.any(|it| it == value),
                "neq" => values.all(|it| it != value),
                "contains" => values.any(|it| value.contains(it)),
                _ => return Err(refuse(format!("Invalid operator: {operator}"))),
            };
        }
    }
    Ok(passes)
}

fn owner<'a>(account: &Account<'a>, finding: &'a Finding) -> &'a str {
    finding.account.as_ref().unwrap_or(&account.world.account)
}

fn resource_type(finding: &Finding) -> &'static str {
    if finding.resource.contains(":user/") {
        "AWS::IAM::User"
    } else {
        "AWS::IAM::Role"
    }
}

fn finding_fields<'a>(account: &Account, finding: &Finding) -> [(&'a str, Json); 9] {
    [
        ("analyzedAt", account.time(&finding.analyzed)),
        ("createdAt", account.time(&finding.created)),
        ("id", finding.id.as_str().into()),
        ("resource", finding.resource.as_str().into()),
        ("resourceType", resource_type(finding).into()),
        ("resourceOwnerAccount", owner(account, finding).into()),
        ("status", finding.status.as_str().into()),
        ("updatedAt", account.time(&finding.updated)),
        ("findingType", finding.kind.as_str().into()),
    ]
}

fn get_finding(account: &Account) -> Answer {
    let analyzer = the_analyzer(account)?;
    let id = account.asked.option("id");
    let Some(finding) = analyzer.findings.iter().find(|it| it.id == id) else {
        let message = format!("Finding {id} not found.");
        return Err(account.service_error("ResourceNotFoundException", &message));
    };
    let details = if finding.kind == "UnusedIAMRole" {
        let last = finding.last_used.values().next();
        let at = object([("lastAccessed", account.time_of(last.map(String::as_str)))]);
        vec![object([("unusedIamRoleDetails", at)])]
    } else {
        let services = finding.unused.iter();
        let services = services.map(|(service, actions)| {
            let last = finding.last_used.get(service).map(String::as_str);
            let actions: Vec<Json> = actions.iter().map(|it| unused(account, it)).collect();
            let actions = if actions.is_empty() {
                Value::Null.into()
            } else {
                Json::List(actions)
            };
            let details = object([
                ("actions", actions),
                ("serviceNamespace", service.as_str().into()),
                ("lastAccessed", account.time_of(last)),
            ]);
            object([("unusedPermissionDetails", details)])
        });
        services.collect()
    };
    let mut fields = vec![("findingDetails".to_owned(), Json::List(details))];
    let rest = finding_fields(account, finding).into_iter();
    fields.extend(rest.map(|(name, value)| (name.to_owned(), value)));
    Ok(Json::Object(fields))
}

fn unused(account: &Account, action: &Used) -> Json {
    let (name, last) = match action {
        Used::Never(name) => (name, None),
        Used::At(name, last) => (name, Some(last.as_str())),
    };
    object([
        ("action", name.as_str().into()),
        ("lastAccessed", account.time_of(last)),
    ])
}

fn list_generations(account: &Account) -> Json {
    let principal = account.asked.given("principal-arn");
    let jobs = account.world.generations.iter();
    let jobs = jobs.filter(|it| principal.is_none_or(|arn| arn == it.principal));
    let jobs = jobs.map(|job| {
        object([
            ("jobId", job.job.as_str().into()),
            ("principalArn", job.principal.as_str().into()),
            ("status", job.status.as_str().into()),
            ("startedOn", account.time(&job.until)),
            ("completedOn", account.time(&job.until)),
        ])
    });
    object([("policyGenerations", list(jobs))])
}

fn generated_policy(account: &Account) -> Answer {
    let id = account.asked.option("job-id");
    let jobs = &account.world.generations;
    let Some(job) = jobs.iter().find(|it| it.job == id) else {
        let message = format!("Invalid jobId: {id}");
        return Err(account.service_error("ValidationException", &message));
    };
    let details = object([
        ("jobId", id.into()),
        ("status", job.status.as_str().into()),
        ("startedOn", account.time(&job.until)),
        ("completedOn", account.time(&job.until)),
    ]);
    let trail = format!(
        "arn:aws:cloudtrail:us-east-1:{}:trail/all",
        account.world.account
    );
    let seen = object([
        (
            "trailProperties",
            json!([{"cloudTrailArn": trail, "regions": [], "allRegions": true}]).into(),
        ),
        ("startTime", account.time(&job.from)),
        ("endTime", account.time(&job.until)),
    ]);
    let properties = object([
        ("isComplete", true.into()),
        ("principalArn", job.principal.as_str().into()),
        ("cloudTrailProperties", seen),
    ]);
    // The policies are texts in the answer.
    let policies = job.policies.iter().map(|policy| {
        let text = serde_json::to_string(&full(policy)).expect("it is JSON");
        object([("policy", text.into())])
    });
    let result = object([
        ("properties", properties),
        ("generatedPolicies", list(policies)),
    ]);
    Ok(object([
        ("jobDetails", details),
        ("generatedPolicyResult", result),
    ]))
}

// Words

/// A policy's document: a list of actions stands for one that allows them on everything.
fn document(policy: &Value) -> Json {
    match policy {
        Value::Array(actions) => object([
            ("Version", "2012-10-17".into()),
            (
                "Statement",
                list([object([
                    ("Effect", "Allow".into()),
                    ("Action", actions.clone().into()),
                    ("Resource", "*".into()),
                ])]),
            ),
        ]),
        other => other.clone().into(),
    }
}

fn full(policy: &Value) -> Value {
    match policy {
        Value::Array(actions) => json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
        }),
        other => other.clone(),
    }
}

fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

impl Account<'_> {
    /// A time as this version of `aws` prints it.
    fn time(&self, text: &str) -> Json {
        let cli = &self.world.cli;
        cli.either(text.replace("+00:00", "Z"), text.to_owned())
            .into()
    }

    fn time_of(&self, text: Option<&str>) -> Json {
        text.map_or(Value::Null.into(), |text| self.time(text))
    }
}
