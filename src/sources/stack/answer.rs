//! What AWS prints of the resources of a stack.
//!
//! ```json
//! {"StackResourceSummaries": [{"LogicalResourceId": "Role", "PhysicalResourceId": "app-Role-1ABC",
//!     "ResourceType": "AWS::IAM::Role", "ResourceStatus": "CREATE_COMPLETE"}]}
//! {"StackResources": [{"StackName": "app", "StackId": "arn:aws:cloudformation:…", "LogicalResourceId": "Role",
//!     "PhysicalResourceId": "app-Role-1ABC", "ResourceType": "AWS::IAM::Role", "ResourceStatus": "CREATE_COMPLETE"}]}
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::made_up::is_of_stack;
use crate::findings::More;
use crate::iam::{AccountId, Arn};
use crate::text::{AS_PRINTED, Fields, Json, Problems, Source, Untrusted};

/// How many resources `describe-stack-resources` prints at most.
const MOST_DESCRIBED: usize = 100;

/// The resources of a stack, as far as they are there.
#[derive(Clone, Debug)]
pub struct Stack {
    /// How messages call it: its name, where the file tells it, or else the file's.
    pub name: Untrusted,
    /// The file.
    pub source: Source,
    /// Its id, where the file tells.
    pub id: Option<Arn>,
    /// The account it is in, where the file tells.
    pub account: Option<AccountId>,
    /// Its resources, in the order of the file.
    pub resources: Vec<StackResource>,
}

/// A resource of a stack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StackResource {
    /// What the template calls it.
    pub logical_id: String,
    /// What AWS calls it: the name of a role, the ARN of a managed policy.
    pub physical_id: String,
    /// Its type: `AWS::IAM::Role`.
    pub kind: String,
    /// Whether it is as CloudFormation last made it, and nothing is going on.
    pub is_settled: bool,
}

/// The keys that are read.
const KEYS: [&str; 10] = [
    "StackResourceSummaries",
    "StackResources",
    "LogicalResourceId",
    "PhysicalResourceId",
    "ResourceType",
    "ResourceStatus",
    "StackName",
    "StackId",
    "NextToken",
    "IsTruncated",
];

impl Stack {
    /// Whether this is what AWS prints of the resources of a stack.
    pub fn is_one(json: &Json) -> bool {
        KEYS[..2].iter().any(|key| json.get_spelled(key).is_some())
    }

    /// Reads what `aws cloudformation list-stack-resources` or `describe-stack-resources` prints.
    ///
    /// ```
    /// use iam_refine::sources::Stack;
    /// use iam_refine::text::{Json, Source};
    /// let text = r#"{"StackResourceSummaries": [{"LogicalResourceId": "Role", "PhysicalResourceId":
    ///     "app-Role-1ABC", "ResourceType": "AWS::IAM::Role", "ResourceStatus": "CREATE_COMPLETE"}]}"#;
    /// let source = Source::from_text("stack.json", text);
    /// let stack = Stack::read(&source, &Json::parse(&source)?)?;
    /// assert_eq!(stack.resource("Role").unwrap().physical_id, "app-Role-1ABC");
    /// # Ok::<(), iam_refine::text::Problems>(())
    /// ```
    ///
    /// # Errors
    /// All that is wrong with it, and that it may be cut short.
    pub fn read(source: &Source, json: &Json) -> Result<Self, Problems> {
        let json = &json.respelled(source, &KEYS)?;
        let mut fields = Fields::new(source);
        if More::read(&mut fields, json).is_some() {
            let problem = source.error("this is cut short: more resources follow");
            fields.wrong_with(problem.help(ALL_OF_IT));
        }
        let summaries = fields.list(json, "StackResourceSummaries");
        let described = fields.list(json, "StackResources");
        if described.is_some_and(|list| list.len() >= MOST_DESCRIBED) {
            let message =
                "this may be cut short: describe-stack-resources prints 100 resources at most";
            fields.wrong_with(source.error(message).help(ALL_OF_IT));
        }
        let (mut names, mut ids) = (BTreeSet::new(), BTreeSet::new());
        let mut resources = Vec::new();
        let mut seen = BTreeSet::new();
        for one in summaries.into_iter().chain(described).flatten() {
            names.extend(fields.text(one, "StackName").map(str::to_owned));
            ids.extend(fields.text(one, "StackId").map(str::to_owned));
            let Some(resource) = resource(&mut fields, one) else {
                continue;
            };
            if !seen.insert(resource.logical_id.clone()) {
                let message = "the file has this resource twice; it is of several stacks";
                fields.wrong(
                    one,
                    message,
                    "give the resources of each stack in a file of its own",
                );
            }
            resources.push(resource);
        }
        if names.len() > 1 || ids.len() > 1 {
            let message = "the file has resources of several stacks";
            let problem = source.error(message);
            fields
                .wrong_with(problem.help("give the resources of each stack in a file of its own"));
        }
        fields.finish()?;
        if resources.is_empty() {
            let problem = source.error("there is no resource in this stack");
            return Err(problem.help(ALL_OF_IT).into());
        }
        let id = ids.first().and_then(|id| Arn::parse(id));
        let accounts: BTreeSet<AccountId> = match &id {
            Some(id) => id.account().into_iter().collect(),
            None => (resources.iter())
                .filter_map(StackResource::own_account)
                .collect(),
        };
        Ok(Stack {
            name: match names.pop_first() {
                Some(name) => name.as_str().into(),
                None => source.name().clone(),
            },
            source: source.clone(),
            id: id.clone(),
            account: accounts.first().filter(|_| accounts.len() == 1).cloned(),
            resources,
        })
    }

    /// The same stacks, each once: what `describe-stack-resources` prints of some of the resources of a listed
    /// stack tells its id.
    pub fn joined(stacks: Vec<Stack>) -> Vec<Stack> {
        let (described, mut joined): (Vec<Stack>, Vec<Stack>) =
            stacks.into_iter().partition(|stack| stack.id.is_some());
        for one in described {
            let mut lists = joined.iter_mut().filter(|list| one.is_part_of(list));
            match (lists.next(), lists.next()) {
                (Some(list), None) => {
                    list.name = one.name;
                    list.account = one.account;
                    list.id = one.id;
                }
                _ => joined.push(one),
            }
        }
        joined
    }

    /// Whether it is a part of what is listed of a stack, and can be of no other: one that the same template
    /// makes elsewhere has other names where CloudFormation makes them up.
    fn is_part_of(&self, list: &Stack) -> bool {
        let is_of_one = |one: &StackResource| {
            one.own_account().is_some() || is_of_stack(&one.physical_id, &one.logical_id)
        };
        list.id.is_none()
            && (list.account.is_none() || list.account == self.account)
            && self.resources.len() < list.resources.len()
            && self
                .resources
                .iter()
                .all(|own| list.resources.contains(own))
            && self.resources.iter().any(is_of_one)
    }

    /// For each of the `stacks` an earlier one that may be the same: all is called the same, and nothing tells
    /// that they are in different accounts.
    pub(super) fn twins(stacks: &[Stack]) -> Vec<Option<&Stack>> {
        let mut by_resources: BTreeMap<BTreeSet<&StackResource>, Vec<&Stack>> = BTreeMap::new();
        let twins = stacks.iter().map(|stack| {
            let alike = by_resources.entry(stack.resources.iter().collect());
            let alike = alike.or_default();
            let may_be = |other: &&&Stack| {
                stack.account.is_none() || other.account.is_none() || stack.account == other.account
            };
            let twin = alike.iter().find(may_be).copied();
            alike.push(stack);
            twin
        });
        twins.collect()
    }

    /// The resource that a template calls so, if the stack has it and it is of this type.
    pub fn resource_of(&self, logical_id: &str, kind: &str) -> Option<&StackResource> {
        self.resource(logical_id)
            .filter(|resource| resource.kind == kind)
    }

    /// The resource that a template calls so, if the stack has it.
    pub fn resource(&self, logical_id: &str) -> Option<&StackResource> {
        let mut resources = self.resources.iter();
        resources.find(|resource| resource.logical_id == logical_id)
    }
}

/// Types of resources that a stack makes in its own account, and that are called by their ARNs. Others may
/// be of other accounts: a role to assume, a layer, a peer.
const CALLED_BY_ARN: [&str; 10] = [
    "AWS::CloudFormation::Stack",
    "AWS::ECS::Service",
    "AWS::ECS::TaskDefinition",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::IAM::ManagedPolicy",
    "AWS::Lambda::Version",
    "AWS::SNS::Topic",
    "AWS::SecretsManager::Secret",
    "AWS::StepFunctions::StateMachine",
];

impl StackResource {
    /// The account that the resource is in, where what AWS calls it tells.
    fn own_account(&self) -> Option<AccountId> {
        if CALLED_BY_ARN.contains(&self.kind.as_str()) {
            return Arn::parse(&self.physical_id)?.account();
        }
        // https://sqs.eu-west-1.amazonaws.com/123456789012/app-Queue-1ABC
        let queue = (self.kind == "AWS::SQS::Queue").then_some(&self.physical_id)?;
        AccountId::parse(queue.strip_prefix("https://")?.split('/').nth(1)?)
    }
}

/// A resource; none where it is deleted, or was never made.
fn resource(fields: &mut Fields<'_>, json: &Json) -> Option<StackResource> {
    let status = fields
        .text(json, "ResourceStatus")
        .unwrap_or_default()
        .to_owned();
    let logical_id = needed(fields, json, "LogicalResourceId");
    let kind = needed(fields, json, "ResourceType");
    let physical_id = fields
        .text(json, "PhysicalResourceId")
        .unwrap_or_default()
        .to_owned();
    let is_gone = status == "DELETE_COMPLETE" || physical_id.is_empty();
    let resource = StackResource {
        logical_id: logical_id?,
        kind: kind?,
        physical_id,
        is_settled: status.ends_with("_COMPLETE") && !status.contains("IN_PROGRESS"),
    };
    (!is_gone).then_some(resource)
}

fn needed(fields: &mut Fields<'_>, json: &Json, key: &str) -> Option<String> {
    let text = fields.text(json, key).map(str::to_owned);
    if json.get(key).is_none_or(Json::is_null) {
        fields.wrong(json, format!("this resource has no \"{key}\""), AS_PRINTED);
    }
    text
}

const ALL_OF_IT: &str = "give what `aws cloudformation list-stack-resources --stack-name STACK --output \
                         json` prints, without --max-items and --no-paginate";
