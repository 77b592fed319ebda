//! Who has which policies, as stacks and AWS's answers tell.

use std::collections::BTreeMap;

use super::{Held, Stack, Templates};
use crate::cloudformation::{Holder, Makes, Name, Template, Who, WrittenPolicy};
use crate::document::Document;
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn, PolicyName, PrincipalName};
use crate::policies::{LoadedPolicy, PolicyOwner, PrincipalDates};
use crate::sources::{
    Address, BlockAddress, Live, LivePolicy, LivePrincipal, MadeBy, same_statements,
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
struct WrittenIn<'a> {
    stack: &'a Stack,
    template: &'a Template,
    /// Which of the stacks it is.
    number: usize,
    written: &'a WrittenPolicy,
    /// The resource that it stands in.
    logical_id: &'a str,
    /// The type of that.
    kind: &'a str,
    place: Place,
}

struct Gathering<'a> {
    held: &'a Held,
    found: &'a [PolicyOwner],
    made: Made,
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
        let policy = self.add_policy(of, shown.as_str().into());
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
                self.made.live.policies[policy].embedded_in = Some(principal);
                self.find_inline(of, policy, name, principal);
            }
            Err(why) => {
                let live = &mut self.made.live.policies[policy];
                live.holder_is_unknown = true;
                live.blockers.push(why);
            }
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
        self.held.has_account(account.as_ref()) && !inline.any(is_it)
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
            [] if held.has_account(account.as_ref()) => (
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

    fn managed(&mut self, of: &WrittenIn<'_>, arn: &str) {
        let policy = self.add_policy(of, arn.rsplit('/').next().unwrap_or(arn).into());
        let Some(arn) = Arn::parse(arn) else {
            let live = &mut self.made.live.policies[policy];
            live.holder_is_unknown = true;
            live.blockers
                .push("the stack does not tell its ARN".to_owned());
            return;
        };
        let holders = self.held.holders(&arn);
        let managed = self.held.managed(&arn);
        let changed_at = managed.and_then(|managed| managed.origin.changed_at);
        let document = managed.map(|managed| managed.document.source().text().to_owned());
        if document.is_none() {
            let message = format!("what AWS has of {arn} is not given");
            let help = "give what `aws iam get-account-authorization-details` prints, or fetch the role: \
                        `iam-refine fetch --role ROLE -o role`";
            self.made
                .obstacles
                .insert(policy, (message, help.to_owned()));
        }
        let live = &mut self.made.live.policies[policy];
        live.holder_is_unknown = document.is_none();
        live.document = document;
        live.changed_at = changed_at;
        live.blockers
            .extend(holders.doubt.filter(|_| live.document.is_some()));
        live.arn = Some(arn);
        let missing = given_by_template(of, &holders.owners);
        self.made.live.policies[policy].blockers.extend(missing);
        for owner in holders.owners {
            let account = self.made.live.policies[policy]
                .arn
                .as_ref()
                .and_then(Arn::account);
            let principal = self.principal(owner, account, None);
            self.hold(policy, principal);
        }
    }

    fn add_policy(&mut self, of: &WrittenIn<'_>, name: Untrusted) -> usize {
        let place = self.made.live.policies.len();
        let text = format!("{} of {}", of.written.address, of.stack.name.raw());
        self.made.live.policies.push(LivePolicy {
            address: address(of.kind, of.logical_id, &text),
            state: of.number,
            arn: None,
            name,
            document: None,
            changed_at: None,
            provider_is_told: true,
            holders: std::collections::BTreeSet::new(),
            embedded_in: None,
            holder_is_unknown: false,
            is_held: false,
            doubts: Vec::new(),
            blockers: Vec::new(),
        });
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

    /// The principal that a template names.
    fn holder(
        &mut self,
        stack: &Stack,
        template: &Template,
        holder: &Holder,
    ) -> Result<usize, String> {
        let kind = holder.kind;
        let (name, logical_id) = match &holder.who {
            Who::Named(name) => (name, None),
            Who::Resource(logical_id) => {
                let Some(resource) = stack.resource_of(logical_id, type_of(kind)) else {
                    let what = kind.as_str();
                    return Err(format!(
                        "the stack has no {logical_id}, so nobody can tell which {what} has it"
                    ));
                };
                (&resource.physical_id, Some(logical_id))
            }
            Who::Unknown(reference) => {
                let what = kind.as_str();
                return Err(format!(
                    "which {what} has it comes from {reference}, which the stack does not tell"
                ));
            }
            Who::NotRead => {
                let what = kind.as_str();
                return Err(format!(
                    "its properties are not read, so nobody can tell which {what} has it"
                ));
            }
        };
        let Some(parsed) = PrincipalName::parse(name) else {
            return Err(format!(
                "the stack does not tell which {} has it",
                kind.as_str()
            ));
        };
        let owner = PolicyOwner {
            kind,
            name: parsed,
            arn: None,
        };
        let is_made_up = logical_id.is_some_and(|id| is_made_up(template, id, name));
        // A name that is made up is nobody else's; any other may be there in each account.
        let alone = || {
            let known = self.held.account_of(&owner);
            known.or_else(|| self.found_account(&owner))
        };
        let account = stack.account.clone();
        let account = account.or_else(|| is_made_up.then(alone).flatten());
        let text = logical_id.map(|id| address("", id, &format!("{id} of {}", stack.name.raw())));
        Ok(self.principal(owner, account, text))
    }

    /// The account of the one who was found of this name.
    fn found_account(&self, owner: &PolicyOwner) -> Option<AccountId> {
        let named = self.found.iter().filter(|one| one.may_be(owner));
        let mut accounts: Vec<AccountId> = named
            .filter_map(|one| one.arn.as_ref()?.account())
            .collect();
        accounts.dedup();
        match accounts.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    fn principal(
        &mut self,
        owner: PolicyOwner,
        account: Option<AccountId>,
        address: Option<Address>,
    ) -> usize {
        let described = self.held.principal(account.as_ref(), &owner);
        let described = described.filter(|_| account.is_some());
        let owner = described.map_or(owner, |described| described.owner.clone());
        let dates = described.map_or(PrincipalDates::default(), |described| described.dates);
        let live = &mut self.made.live;
        let is_of_account = |(_, one): &(usize, &LivePrincipal)| one.account == account;
        let known = live.named(&owner).find(is_of_account);
        let known = known.map(|(place, _)| place);
        let place = known.unwrap_or_else(|| live.add(owner, account, None));
        live.principals[place].dates = dates;
        live.principals[place].is_held =
            described.is_some_and(|described| described.groups.is_empty());
        let known = &mut live.principals[place];
        known.address = known.address.take().or(address);
        place
    }

    fn finish(mut self) -> Made {
        let live = &mut self.made.live;
        let arns: Vec<String> = live
            .policies
            .iter()
            .filter_map(|one| one.arn.as_ref())
            .map(ToString::to_string)
            .collect();
        for principal in &mut live.principals {
            let account = principal.account.as_ref();
            let own: Vec<&str> = principal
                .policies
                .iter()
                .map(|&at| live.policies[at].name.raw())
                .collect();
            let inline = self.held.inline(account, &principal.owner).into_iter();
            let names = inline.filter_map(|one| one.origin.name.as_ref().map(PolicyName::as_str));
            principal.embedded_elsewhere.extend(
                names
                    .filter(|name| !own.contains(name))
                    .map(Untrusted::from),
            );
            if let Some(described) = self.held.principal(account, &principal.owner) {
                let attached = described.attached.iter().map(ToString::to_string);
                principal
                    .made_elsewhere
                    .extend(attached.filter(|arn| !arns.contains(arn)));
            }
        }
        for policy in &mut live.policies {
            let mut holders = policy
                .holders
                .iter()
                .map(|&holder| &live.principals[holder]);
            if let Some(group) = holders.find(|one| one.owner.kind == Owner::Group) {
                policy.blockers.push(format!(
                    "{} has it, and what its members use is not looked into",
                    group.owner
                ));
            }
            if policy.holders.is_empty() && policy.blockers.is_empty() {
                policy.blockers.push("it is attached to nobody".to_owned());
            }
        }
        self.made
    }
}

/// Whom the template gives a managed policy to, and who is in the stack and is none of its `owners`:
/// what AWS has was printed before that was deployed.
fn given_by_template(of: &WrittenIn<'_>, owners: &[PolicyOwner]) -> Vec<String> {
    let own = of.template.resource(of.logical_id);
    let own_names = own.map(|own| &own.attached_names);
    let mut missing = Vec::new();
    for resource in &of.template.resources {
        let gives = resource.attached_names.contains(of.logical_id)
            || own_names.is_some_and(|names| names.contains(&resource.logical_id));
        if !gives || resource.logical_id == of.logical_id {
            continue;
        }
        let id = if resource.kind.starts_with("AWS::Serverless::") {
            format!("{}Role", resource.logical_id)
        } else {
            resource.logical_id.clone()
        };
        let kind = match resource.kind.as_str() {
            "AWS::IAM::User" => Owner::User,
            "AWS::IAM::Group" => Owner::Group,
            _ => Owner::Role,
        };
        let Some(made) = of.stack.resource_of(&id, type_of(kind)) else {
            continue;
        };
        let is_it = |owner: &PolicyOwner| {
            owner.kind == kind && owner.name.as_str().eq_ignore_ascii_case(&made.physical_id)
        };
        if !owners.iter().any(is_it) {
            missing.push(format!(
                "the template gives it to {id}, and AWS's answer does not: deploy the template, and \
                 fetch anew what AWS has"
            ));
        }
    }
    missing
}

/// The type of resources that make those of a kind.
fn type_of(kind: Owner) -> &'static str {
    match kind {
        Owner::Role => "AWS::IAM::Role",
        Owner::User => "AWS::IAM::User",
        Owner::Group => "AWS::IAM::Group",
    }
}

/// Whether CloudFormation made up the name of a resource: nothing else is called so.
fn is_made_up(template: &Template, logical_id: &str, name: &str) -> bool {
    let has_made_up_name = match template.resource(logical_id) {
        Some(resource) => !resource.has_own_name,
        None => logical_id.strip_suffix("Role").is_some_and(|function| {
            let resource = template.resource(function);
            resource.is_some_and(|one| one.kind.starts_with("AWS::Serverless::"))
        }),
    };
    has_made_up_name && is_of_stack(name, logical_id)
}

/// Whether a name is that of a stack, the logical id and twelve or more characters, as in `app-Role-1ABC2DEF3GHI`;
/// what would be too long for IAM is cut, and the logical id with it.
fn is_of_stack(name: &str, logical_id: &str) -> bool {
    const CUT: usize = 60;
    let mut parts = name.rsplitn(3, '-');
    let (Some(end), Some(id), Some(stack)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    // A word of so many letters may be a name that somebody gave.
    let is_random = end.len() >= 12
        && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && end.bytes().any(|byte| byte.is_ascii_digit());
    let is_cut = || name.len() >= CUT && !id.is_empty() && logical_id.starts_with(id);
    is_random && !stack.is_empty() && (id == logical_id || is_cut())
}

/// What CloudFormation calls a resource.
fn address(kind: &str, logical_id: &str, text: &str) -> Address {
    Address {
        block: BlockAddress {
            module: Vec::new(),
            kind: kind.to_owned(),
            name: logical_id.to_owned(),
        },
        text: text.into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_up_where_the_logical_id_is_in_it() {
        assert!(is_of_stack("app-Role-1ABC2DEF3GHI", "Role"));
        assert!(is_of_stack("my-app-prod-Role-1ABC2DEF3GHI", "Role"));
        // Somebody's own names.
        assert!(!is_of_stack("app-Other-1ABC2DEF3GHI", "Role"));
        assert!(!is_of_stack("app-Rol-1ABC2DEF3GHI", "Role"));
        assert!(!is_of_stack("Role-1ABC2DEF3GHI", "Role"));
        assert!(!is_of_stack("app-Role-administrator", "Role"));
    }

    #[test]
    fn what_would_be_too_long_is_cut() {
        let cut = "a-stack-of-a-long-nam-TheRoleOfTheQueueThatIsL-1ABC2DEF3GHI";
        let name = format!("x{cut}");
        assert!(name.len() >= 60, "{}", name.len());
        assert!(is_of_stack(&name, "TheRoleOfTheQueueThatIsLong"));
        assert!(!is_of_stack(&name, "TheRoleOfTheTopic"));
    }
}
