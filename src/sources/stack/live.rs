//! Who has which policies, as stacks and AWS's answers tell.

use std::collections::{BTreeMap, BTreeSet};

use super::holders::given_by_template;
use super::{Stack, Templates};
use crate::cloudformation::{Holder, Makes, Name, Template, Who, WrittenPolicy};
use crate::document::Document;
use crate::iam::quota::Owner;
use crate::iam::{Arn, PolicyName};
use crate::policies::{LoadedPolicy, PolicyOwner};
use crate::sources::{
    Address, BlockAddress, Held, Live, LiveKind, LivePolicy, LivePrincipal, MadeBy, Others,
    same_statements,
};
use crate::text::{Untrusted, list};

/// A policy as it is written: its file, and which of its policies it is.
pub(super) type Place = (usize, usize);

/// What the stacks have made.
pub(super) struct Made {
    pub live: Live,
    /// The live policies that are made of each that is written.
    pub of: BTreeMap<Place, Vec<usize>>,
    /// What is in the way of a live policy, and the way out.
    pub obstacles: BTreeMap<usize, (String, String)>,
}

/// Brings stacks, each with the place of its template, together with what AWS has. A principal whose
/// account nothing tells, and whose name CloudFormation made up, is the one of this name that was `found`.
pub(super) fn gather(
    templates: &Templates,
    stacks: &[(&Stack, usize)],
    held: &Held,
    found: &[PolicyOwner],
) -> Made {
    let mut gathering = Gathering {
        held,
        found,
        made: Made {
            live: Live::made_by(MadeBy::CloudFormation),
            of: BTreeMap::new(),
            obstacles: BTreeMap::new(),
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
            let _ = gathering.holder(stack, template, &Holder { kind, who });
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
    number: usize,
    written: &'a WrittenPolicy,
    /// The resource that it stands in.
    pub(super) logical_id: &'a str,
    /// The type of that.
    kind: &'a str,
    place: Place,
}

pub(super) struct Gathering<'a> {
    pub(super) held: &'a Held,
    pub(super) found: &'a [PolicyOwner],
    pub(super) made: Made,
    /// The answers that are used, each with the live policy that it is.
    taken: Vec<(*const LoadedPolicy, usize)>,
}

impl Gathering<'_> {
    fn policy(&mut self, of: &WrittenIn<'_>) {
        // A condition may have left it out.
        let Some(own) = of.stack.resource(of.logical_id) else {
            return;
        };
        let first = self.made.live.policies.len();
        let is_sam = of.kind.starts_with("AWS::Serverless::");
        let is_another = own.kind != of.kind && !is_sam;
        match &of.written.makes {
            Makes::Managed => self.managed(of, &own.physical_id),
            Makes::Inline { name, holders } => {
                for holder in holders {
                    self.inline(of, name, holder);
                }
            }
        }
        let unsettled =
            (!own.is_settled).then_some("its resource is being changed, or could not be");
        let another = is_another
            .then_some("the stack has another resource of this name: deploy the template first");
        if let Some(why) = unsettled.or(another) {
            for policy in &mut self.made.live.policies[first..] {
                policy.blockers.push(why.to_owned());
            }
        }
    }

    fn inline(&mut self, of: &WrittenIn<'_>, name: &Name, holder: &Holder) {
        let found = self.holder(of.stack, of.template, holder);
        if let Ok(principal) = found
            && of.written.is_behind_condition
            && self.is_left_out(name, principal)
        {
            return;
        }
        let shown = match name {
            Name::Text(name) => name.clone(),
            Name::Parts(parts) => parts.join("…"),
        };
        let kind = LiveKind::Inline(found.as_ref().ok().copied());
        let policy = self.add_policy(of, kind, shown.as_str().into());
        match found {
            Ok(principal) => {
                if matches!(&of.written.makes, Makes::Inline { holders, .. } if holders.len() > 1) {
                    let owner = &self.made.live.principals[principal].owner;
                    let live = &mut self.made.live.policies[policy];
                    live.address.text = format!("{} in {owner}", live.address.text.raw())
                        .as_str()
                        .into();
                }
                self.hold(policy, principal);
                self.find_inline(of, policy, name, principal);
            }
            Err(why) => self.made.live.policies[policy].blockers.push(why),
        }
    }

    /// Whether a principal of whom all is known has no policy that may be called so.
    fn is_left_out(&self, name: &Name, principal: usize) -> bool {
        let LivePrincipal { owner, account, .. } = &self.made.live.principals[principal];
        let mut inline = self.held.inline(account.as_ref(), owner).into_iter();
        let is_it = |one: &LoadedPolicy| {
            one.origin
                .name
                .as_ref()
                .is_some_and(|own| name.may_be(own.as_str()))
        };
        self.held.account(account.as_ref()).is_some() && !inline.any(is_it)
    }

    /// Finds what AWS has in the place of an inline policy of a principal.
    fn find_inline(&mut self, of: &WrittenIn<'_>, policy: usize, name: &Name, principal: usize) {
        let held = self.held;
        let LivePrincipal { owner, account, .. } = &self.made.live.principals[principal];
        let all = held.inline(account.as_ref(), owner);
        let called = |one: &LoadedPolicy| {
            one.origin
                .name
                .as_ref()
                .map_or(String::new(), ToString::to_string)
        };
        let mut fitting: Vec<&LoadedPolicy> = all
            .iter()
            .copied()
            .filter(|one| name.may_be(&called(one)))
            .collect();
        if fitting.len() > 1 && matches!(name, Name::Parts(_)) {
            fitting.retain(|one| is_same(of.written, &one.document));
        }
        let obstacle = match fitting.as_slice() {
            [only] => {
                let only: &LoadedPolicy = only;
                let live = &mut self.made.live.policies[policy];
                live.document = Some(only.document.source().text().to_owned());
                live.changed_at = only.origin.changed_at;
                live.name = called(only).as_str().into();
                self.take(only, policy);
                return;
            }
            [] if held.account(account.as_ref()).is_some() => (
                format!("{owner} has no such inline policy in what AWS printed"),
                "deploy the template first, and fetch anew what AWS has".to_owned(),
            ),
            [] => (
                format!("what AWS has of it is not given, an inline policy of {owner}"),
                format!("give it: {}", fetch(owner, name)),
            ),
            several => {
                let mut names: Vec<String> = several.iter().map(|one| called(one)).collect();
                names.dedup();
                let message = if names.len() == 1 {
                    format!(
                        "what AWS has of it is given several times, {} of {owner}",
                        names[0]
                    )
                } else {
                    format!(
                        "nobody can tell which it is of the inline policies of {owner}: {}",
                        list(&names)
                    )
                };
                (
                    message,
                    "give each of them once, as AWS has it now".to_owned(),
                )
            }
        };
        self.made.obstacles.insert(policy, obstacle);
    }

    /// Notes that an answer is what AWS has of a policy. One that does not tell its account may be
    /// of one principal alone.
    fn take(&mut self, answer: &LoadedPolicy, policy: usize) {
        let holder = |at: usize| self.made.live.policies[at].holders.clone();
        let others = self
            .taken
            .iter()
            .filter(|(taken, _)| std::ptr::eq(*taken, answer));
        let others: Vec<usize> = others.map(|(_, other)| *other).collect();
        for other in others {
            let message = if holder(other) == holder(policy) {
                "what AWS has of it may be made of another policy here too"
            } else {
                "what AWS has of it does not tell in which account it is"
            };
            let help = "give what `aws iam get-account-authorization-details` prints in its place";
            for place in [policy, other] {
                self.made
                    .obstacles
                    .insert(place, (message.to_owned(), help.to_owned()));
            }
        }
        self.taken.push((answer, policy));
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
        let missing = given_by_template(of, &holders.owners);
        for (holder, why) in missing {
            self.made.live.policies[policy].blockers.push(why);
            if let Ok(principal) = self.holder(of.stack, of.template, &holder) {
                self.hold(policy, principal);
            }
        }
        let live = &mut self.made.live.policies[policy];
        live.document = Some(in_aws.document.source().text().to_owned());
        live.changed_at = in_aws.origin.changed_at;
        live.others = Others::Nobody;
        live.blockers.extend(holders.doubt);
        for owner in holders.owners {
            let principal = self.principal(owner, arn.account(), None);
            self.hold(policy, principal);
        }
    }

    fn nobody_known(&mut self, policy: usize, why: String) {
        let live = &mut self.made.live.policies[policy];
        live.others = Others::Unknown;
        live.blockers.push(why);
    }

    fn add_policy(&mut self, of: &WrittenIn<'_>, kind: LiveKind, name: Untrusted) -> usize {
        let place = self.made.live.policies.len();
        let text = format!("{} of {}", of.written.address, of.stack.name.raw());
        let address = address(of.kind, of.logical_id, &text);
        let policy = LivePolicy::new(address, of.number, kind, name);
        self.made.live.policies.push(policy);
        self.made.of.entry(of.place).or_default().push(place);
        place
    }

    fn hold(&mut self, policy: usize, principal: usize) {
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

/// Whether a written policy may be what AWS has.
fn is_same(written: &WrittenPolicy, live: &Document) -> bool {
    let Ok(document) = &written.content else {
        return false;
    };
    let form = |statement: usize| document.form(statement).clone();
    same_statements(document.policy(), live.policy(), form).is_ok()
}

/// The command that prints an inline policy.
fn fetch(owner: &PolicyOwner, name: &Name) -> String {
    let name = match name {
        Name::Text(name) => PolicyName::parse(name).map(|name| name.to_string()),
        Name::Parts(_) => None,
    };
    let kind = owner.kind.as_str();
    format!(
        "aws iam get-{kind}-policy --{kind}-name {} --policy-name {} --output json",
        owner.name,
        name.as_deref().unwrap_or("POLICY_NAME")
    )
}
