//! Who has which policies, as stacks and AWS's answers tell.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::around::Around;
use super::given::Given;
use super::{Stack, Templates};
use crate::cloudformation::{Holder, Makes, Template, TemplateResource, Who, WrittenPolicy};
use crate::iam::Arn;
use crate::iam::quota::Owner;
use crate::policies::{LoadedPolicy, PolicyOwner};
use crate::sources::{Address, BlockAddress, InAws, Live, LiveKind, LivePolicy, MadeBy, Others};
use crate::text::{Problem, Untrusted};

/// A policy as it is written: its file, and which of its policies it is.
pub(super) type Place = (usize, usize);

/// What the stacks have made.
pub(super) struct Made {
    pub live: Live,
    /// The live policies that are made of each that is written.
    pub of: BTreeMap<Place, Vec<usize>>,
    /// What is in the way of a live policy.
    pub obstacles: BTreeMap<usize, Obstacle>,
    /// What nobody can tell of a policy that is written, and is taken to be as AWS has it.
    pub notes: BTreeMap<Place, Vec<Told>>,
    /// What is told of other files that name it.
    pub around: BTreeMap<Place, Vec<Problem>>,
}

/// What is in the way of a policy, and the way out.
pub(super) type Obstacle = (String, String);

/// What is told of a place of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// Where it is.
    pub range: Range<usize>,
    /// What is told.
    pub message: String,
}

/// Brings stacks, each with the place of its template, together with what AWS has. A principal whose
/// account nothing tells, and whose name CloudFormation made up, is the one of this name that was `found`.
pub(super) fn gather(
    templates: &Templates,
    stacks: &[(&Stack, usize)],
    held: &InAws,
    found: &[PolicyOwner],
) -> Made {
    let mut gathering = Gathering {
        held,
        found,
        around: Around::of(templates),
        made: Made {
            live: Live::made_by(MadeBy::CloudFormation),
            of: BTreeMap::new(),
            obstacles: BTreeMap::new(),
            notes: BTreeMap::new(),
            around: BTreeMap::new(),
        },
        taken: Vec::new(),
    };
    for (number, (stack, file)) in stacks.iter().enumerate() {
        let template = &templates.files[*file].template;
        for resource in &stack.resources {
            let kind = match resource.kind.as_str() {
                "AWS::IAM::Role" => Owner::Role,
                "AWS::IAM::User" => Owner::User,
                "AWS::IAM::Group" => Owner::Group,
                _ => continue,
            };
            let who = Who::Resource(resource.logical_id.clone());
            // Who has no policy that is read is known all the same.
            let _ = gathering.holder(stack, template, &Holder::new(kind, who));
        }
        gathering.members(stack, template);
        for (role, name) in &template.without_actions {
            let (kind, who) = (Owner::Role, Who::Resource(role.clone()));
            if let Ok(role) = gathering.holder(stack, template, &Holder::new(kind, who)) {
                let made = &mut gathering.made.live.principals[role].without_actions;
                made.insert(name.as_str().into());
            }
        }
        for (at, written) in template.policies.iter().enumerate() {
            let resource = &template.resources[written.resource];
            let of = WrittenIn {
                stack,
                template,
                number,
                written,
                logical_id: &resource.logical_id,
                kind: &resource.kind,
                place: (*file, at),
            };
            gathering.policy(&of);
        }
    }
    gathering.finish()
}

/// A policy that is written, and a stack that it is made in.
pub(super) struct WrittenIn<'a> {
    pub(super) stack: &'a Stack,
    pub(super) template: &'a Template,
    /// Which of the stacks it is.
    pub(super) number: usize,
    pub(super) written: &'a WrittenPolicy,
    /// The resource that it stands in.
    pub(super) logical_id: &'a str,
    /// The type of that.
    kind: &'a str,
    pub(super) place: Place,
}

impl<'a> WrittenIn<'a> {
    /// The resource that the policy stands in.
    pub(super) fn own(&self) -> &'a TemplateResource {
        &self.template.resources[self.written.resource]
    }

    /// That nobody can tell who has the policy by a value.
    pub(super) fn unknown_holder(&self, shown: &str) -> Told {
        Told {
            range: self.own().range.clone(),
            message: format!("who has it by {shown} nobody can tell here: {AS_AWS_HAS_IT}"),
        }
    }
}

/// That a condition of a resource decides whether somebody has the policy whom AWS does not have: nothing tells what it
/// comes to for what the next deployment makes.
pub(super) fn decided(by: &TemplateResource, who: &str) -> Told {
    Told {
        range: by.range.clone(),
        message: format!("whether {who} has it a condition decides: {AS_AWS_HAS_IT}"),
    }
}

pub(super) struct Gathering<'a> {
    pub(super) held: &'a InAws,
    pub(super) found: &'a [PolicyOwner],
    around: Around,
    pub(super) made: Made,
    /// The answers that are used, each with the live policy that it is.
    pub(super) taken: Vec<(*const LoadedPolicy, usize)>,
}

impl Gathering<'_> {
    fn policy(&mut self, of: &WrittenIn<'_>) {
        let Some(own) = of.stack.resource(of.logical_id) else {
            return self.not_in_stack(of);
        };
        let first = self.made.live.policies.len();
        let is_sam = of.kind.starts_with("AWS::Serverless::");
        let is_another = own.kind != of.kind && !is_sam;
        match &of.written.makes {
            Makes::Managed(_) => self.managed(of, &own.physical_id),
            Makes::Inline { name, holders } => {
                for holder in holders {
                    self.inline(of, name, holder);
                }
            }
        }
        let unsettled = (!own.is_settled).then_some((
            "its resource is being changed, or could not be",
            "let the stack come to rest, and list its resources anew",
        ));
        let another = is_another.then_some((
            "the stack has another resource of this name",
            "deploy the template first, and list the resources of the stack anew",
        ));
        if let Some((why, help)) = unsettled.or(another) {
            for policy in first..self.made.live.policies.len() {
                self.in_the_way(policy, why, help);
            }
        }
    }

    pub(super) fn in_the_way(&mut self, policy: usize, why: &str, help: &str) {
        let obstacle = (why.to_owned(), help.to_owned());
        self.made.obstacles.insert(policy, obstacle);
    }

    pub(super) fn note(&mut self, of: &WrittenIn<'_>, notes: Vec<Told>) {
        self.made.notes.entry(of.place).or_default().extend(notes);
    }

    /// Notes the users who come into the group with the next deployment.
    pub(super) fn see_members_to_come(
        &mut self,
        of: &WrittenIn<'_>,
        policy: usize,
        principal: usize,
    ) {
        let is_group = self.made.live.principals[principal].owner.kind == Owner::Group;
        if !is_group {
            return;
        }
        let coming = self.members_to_come(of, principal);
        if let Some((why, help)) = coming.obstacle {
            self.in_the_way(policy, &why, &help);
        }
        self.note(of, coming.notes);
    }

    fn managed(&mut self, of: &WrittenIn<'_>, told: &str) {
        let arn = Arn::parse(told);
        let name = told.rsplit('/').next().unwrap_or(told);
        let policy = self.add_policy(of, LiveKind::Managed(arn.clone()), name.into());
        let Some(arn) = arn else {
            let why = "the stack does not tell its ARN";
            return self.nobody_known(policy, why.to_owned());
        };
        let in_aws = self.held.managed(&arn).next().zip(self.held.holders(&arn));
        let Some((in_aws, holders)) = in_aws else {
            self.made.live.policies[policy].others = Others::Unknown;
            let message = format!("what AWS has of {arn} is not given");
            let help = "give what `aws iam get-account-authorization-details` prints, or fetch the role: \
                        `iam-refine fetch --role ROLE -o role`";
            self.made
                .obstacles
                .insert(policy, (message, help.to_owned()));
            return;
        };
        let given = Given::of(of, &arn, self.held, &holders.owners);
        let around = self.around.notes(of, &arn, &given);
        self.made.around.entry(of.place).or_default().extend(around);
        let (obstacles, notes) = (given.obstacles, given.notes);
        // The first is told.
        for ((why, help), holder) in obstacles.into_iter().rev() {
            self.in_the_way(policy, &why, &help);
            let principal = holder.map(|holder| self.holder(of.stack, of.template, &holder));
            if let Some(Ok(principal)) = principal {
                self.hold(policy, principal);
            }
        }
        self.note(of, notes);
        let live = &mut self.made.live.policies[policy];
        live.document = Some(in_aws.document.source().text().to_owned());
        live.changed_at = in_aws.origin.changed_at;
        live.others = Others::Nobody;
        live.blockers.extend(holders.doubt);
        for owner in holders.owners {
            let known = self.made.live.principals.len();
            let principal = self.principal(owner, arn.account(), None);
            self.made.live.principals[principal].is_only_in_aws |= principal == known;
            self.hold(policy, principal);
            self.see_members_to_come(of, policy, principal);
        }
    }

    fn nobody_known(&mut self, policy: usize, why: String) {
        let live = &mut self.made.live.policies[policy];
        live.others = Others::Unknown;
        live.blockers.push(why);
    }

    pub(super) fn add_policy(
        &mut self,
        of: &WrittenIn<'_>,
        kind: LiveKind,
        name: Untrusted,
    ) -> usize {
        let place = self.made.live.policies.len();
        let text = format!("{} of {}", of.written.address, of.stack.name.raw());
        let address = address(of.kind, of.logical_id, &text);
        let policy = LivePolicy::new(address, of.number, kind, name);
        self.made.live.policies.push(policy);
        self.made.of.entry(of.place).or_default().push(place);
        place
    }

    pub(super) fn hold(&mut self, policy: usize, principal: usize) {
        self.made.live.policies[policy].holders.insert(principal);
        let own = &mut self.made.live.principals[principal].policies;
        if !own.contains(&policy) {
            own.push(policy);
        }
    }

    fn finish(mut self) -> Made {
        let live = &mut self.made.live;
        let arns: Vec<String> = live
            .policies
            .iter()
            .filter_map(LivePolicy::arn)
            .map(ToString::to_string)
            .collect();
        for principal in &mut live.principals {
            let account = principal.account.as_ref();
            let own = principal.policies.iter();
            let own = own.map(|&at| live.policies[at].name.raw().to_owned());
            let own: BTreeSet<String> = own.collect();
            let inline = self.held.inline(account, &principal.owner);
            if let Some(described) = self.held.principal(account, &principal.owner) {
                let attached = described.attached.iter().map(ToString::to_string);
                principal
                    .made_elsewhere
                    .extend(attached.filter(|arn| !arns.contains(arn)));
            }
            principal.embed(&inline, &own);
        }
        live.settle(self.held);
        self.made
    }
}

/// What CloudFormation calls a resource.
pub(super) fn address(kind: &str, logical_id: &str, text: &str) -> Address {
    Address {
        block: BlockAddress {
            module: Vec::new(),
            kind: kind.to_owned(),
            name: logical_id.to_owned(),
        },
        text: text.into(),
        keys: Vec::new(),
    }
}

/// What is believed where nobody can tell.
pub(super) const AS_AWS_HAS_IT: &str = "it is taken to be as AWS has it";

/// The way out where a template is newer than what AWS has.
pub(super) const DEPLOY_FIRST: &str = "deploy the template first, and fetch anew what AWS has";

/// The way out where nobody can tell who has a policy.
pub(super) const DEPLOY_OR_LEAVE: &str = "deploy the template first, if it is newer than the stack; otherwise it stays as it \
                               is, in all stacks of the template";
