//! Who has which policies, as far as states tell.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Address, Kind, Resource, State};
use crate::document::Document;
use crate::iam::quota::{Owner, PolicyKind};
use crate::iam::{AccountId, Arn, PrincipalName};
use crate::policies::{Account, PolicyOwner, PrincipalDates, SourceQuota};
use crate::text::{Source, Untrusted};

/// What states or stacks say of principals and their policies.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// The roles, users and groups.
    pub principals: Vec<LivePrincipal>,
    /// The policies that they made.
    pub policies: Vec<LivePolicy>,
    /// What made them.
    pub made_by: MadeBy,
    /// The places of the principals of a kind and name, in small letters.
    by_name: BTreeMap<(Owner, String), Vec<usize>>,
}

/// What makes policies of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MadeBy {
    /// Terraform or `OpenTofu`, as states tell.
    #[default]
    Terraform,
    /// CloudFormation, as stacks tell.
    CloudFormation,
}

/// A role, user or group that has policies of a state or stack.
#[derive(Clone, Debug)]
pub struct LivePrincipal {
    /// The role, user or group; without its ARN where only a policy names it.
    pub owner: PolicyOwner,
    /// What its source calls it, if it is made there.
    pub address: Option<Address>,
    /// The account it is in, where that is known.
    pub account: Option<AccountId>,
    /// The policies that resources of the states embed in it or attach to it, by their places.
    pub policies: Vec<usize>,
    /// The ARNs of what is attached to it and made elsewhere.
    pub made_elsewhere: BTreeSet<String>,
    /// The names of what is embedded in it and made elsewhere.
    pub embedded_elsewhere: BTreeSet<Untrusted>,
    /// Whether an account tells all that it has.
    pub is_held: bool,
    /// What the state or AWS tells of when it was made and used.
    pub dates: PrincipalDates,
}

/// A policy that is made of a source.
#[derive(Clone, Debug)]
pub struct LivePolicy {
    /// What its source calls it.
    pub address: Address,
    /// The state or stack that has it, by its place.
    pub state: usize,
    /// Its ARN; none of an inline policy.
    pub arn: Option<Arn>,
    /// Whether the state tells through which provider it was made: another may be of another account.
    pub provider_is_told: bool,
    /// Its name in IAM.
    pub name: Untrusted,
    /// Its document, as AWS has it.
    pub document: Option<String>,
    /// When it was changed last, where AWS tells.
    pub changed_at: Option<Timestamp>,
    /// Those who have it, by their places.
    pub holders: BTreeSet<usize>,
    /// In whom it is embedded, by its place; none of a managed policy.
    pub embedded_in: Option<usize>,
    /// Whether somebody has it of whom nobody can tell who that is.
    pub holder_is_unknown: bool,
    /// Whether an account tells all who have it.
    pub is_held: bool,
    /// Why the holders may not be all: an account tells it.
    pub(super) doubts: Vec<String>,
    /// Why nothing can be said to be unused of it.
    pub blockers: Vec<String>,
}

impl LivePolicy {
    /// Whether it is a managed policy, and not embedded in somebody.
    pub fn is_managed(&self) -> bool {
        ["aws_iam_policy", "AWS::IAM::ManagedPolicy"].contains(&self.address.block.kind.as_str())
    }
}

impl Live {
    /// Brings together what `states` say, and what AWS has, as accounts `in_aws` tell.
    pub fn of(states: &[State], in_aws: &[Account]) -> Self {
        let mut gathering = Gathering {
            live: Live::default(),
            accounts: accounts(states),
            by_arn: BTreeMap::new(),
            boundaries: BTreeSet::new(),
        };
        for (_, resource) in resources(states) {
            gathering.add_principal(resource);
        }
        for (state, resource) in resources(states) {
            gathering.add_policy(state, resource);
        }
        for (state, resource) in resources(states) {
            gathering.attach(state, resource);
        }
        let mut live = gathering.finish(states);
        live.hold(in_aws);
        live
    }

    /// Nothing yet.
    pub(super) fn made_by(made_by: MadeBy) -> Self {
        Live {
            made_by,
            ..Live::default()
        }
    }

    /// The principal that an ARN names: itself, or one that is known by its name in the same account.
    pub fn principal(&self, arn: &str) -> Option<usize> {
        let named = PolicyOwner::from_arn(arn)?;
        let account = named.arn.as_ref().and_then(Arn::account);
        let mut places = self.named(&named).filter(|(_, one)| one.account == account);
        let (only, _) = places.next()?;
        places.next().is_none().then_some(only)
    }

    /// The principals that may be this one, with their places.
    pub(super) fn named(
        &self,
        owner: &PolicyOwner,
    ) -> impl Iterator<Item = (usize, &LivePrincipal)> {
        let places = self.by_name.get(&key(owner)).into_iter().flatten();
        let all = places.map(|&place| (place, &self.principals[place]));
        all.filter(move |(_, one)| one.owner.may_be(owner))
    }

    /// Where the principal is that may be this one of an account, or of one that is not known.
    pub(super) fn place_of(
        &self,
        owner: &PolicyOwner,
        account: Option<&AccountId>,
    ) -> Option<usize> {
        let mut named = self.named(owner);
        let is_it = |one: &(usize, &LivePrincipal)| one.1.account.as_ref() == account;
        named.find(is_it).map(|(place, _)| place)
    }

    /// Adds a principal that has nothing yet.
    pub(super) fn add(
        &mut self,
        owner: PolicyOwner,
        account: Option<AccountId>,
        address: Option<Address>,
    ) -> usize {
        let place = self.principals.len();
        self.by_name.entry(key(&owner)).or_default().push(place);
        self.principals.push(LivePrincipal {
            owner,
            address,
            account,
            policies: Vec::new(),
            made_elsewhere: BTreeSet::new(),
            embedded_elsewhere: BTreeSet::new(),
            is_held: false,
            dates: PrincipalDates::default(),
        });
        place
    }
}

fn key(owner: &PolicyOwner) -> (Owner, String) {
    (owner.kind, owner.name.as_str().to_ascii_lowercase())
}

impl Live {
    /// The quota that a policy counts against, and the policies that do, by their places; none where nobody
    /// has it.
    pub fn quota(&self, policy: usize) -> Option<(SourceQuota, Vec<usize>)> {
        let quota = |kind, of| SourceQuota { kind, of };
        if self.policies[policy].is_managed() {
            return Some((quota(PolicyKind::Managed, policy), vec![policy]));
        }
        let place = self.policies[policy].embedded_in?;
        let holder = &self.principals[place];
        let inline = holder.policies.iter().copied();
        let inline = inline.filter(|&other| !self.policies[other].is_managed());
        let kind = PolicyKind::Inline(holder.owner.kind);
        Some((quota(kind, place), inline.collect()))
    }
}

impl LivePolicy {
    /// Its document, read; none where a state has none that can be read.
    pub fn read(&self) -> Option<Document> {
        Document::parse(Source::from_text("", self.document.as_deref()?)).ok()
    }
}

/// Where a resource was made: its state, and the provider where that is told.
type Through<'a> = (usize, Option<&'a str>);

fn resources(states: &[State]) -> impl Iterator<Item = (usize, &Resource)> {
    let states = states.iter().enumerate();
    states.flat_map(|(at, state)| state.resources.iter().map(move |resource| (at, resource)))
}

fn through(state: usize, resource: &Resource) -> Through<'_> {
    (state, resource.provider.as_deref())
}

/// The account that all ARNs through a provider of a state are of; none where they are of several.
fn accounts(states: &[State]) -> BTreeMap<Through<'_>, Option<AccountId>> {
    let mut accounts: BTreeMap<Through<'_>, Option<AccountId>> = BTreeMap::new();
    for (state, resource) in resources(states) {
        let arn = resource.attributes.arn.as_deref().and_then(Arn::parse);
        let Some(account) = arn.and_then(|arn| arn.account()) else {
            continue;
        };
        let known = accounts
            .entry(through(state, resource))
            .or_insert_with(|| Some(account.clone()));
        if known.as_ref() != Some(&account) {
            *known = None;
        }
    }
    accounts
}

/// What stands for an account in the ARNs of what AWS manages.
const OF_AWS: &str = "aws";

const NOT_TOLD: &str = "the state does not tell which role has it";

struct Gathering<'a> {
    live: Live,
    accounts: BTreeMap<Through<'a>, Option<AccountId>>,
    /// The managed policies by their ARNs.
    by_arn: BTreeMap<&'a str, Vec<usize>>,
    /// The ARNs of permissions boundaries.
    boundaries: BTreeSet<&'a str>,
}

impl<'a> Gathering<'a> {
    fn add_principal(&mut self, resource: &'a Resource) {
        if !matches!(resource.kind, Kind::Role | Kind::User | Kind::Group) {
            return;
        }
        let attributes = &resource.attributes;
        self.boundaries
            .extend(attributes.permissions_boundary.as_deref());
        let arn = attributes.arn.as_deref().unwrap_or_default();
        let Some(owner) = PolicyOwner::from_arn(arn) else {
            return;
        };
        if !self
            .live
            .named(&owner)
            .any(|(_, one)| one.owner.arn == owner.arn)
        {
            let account = owner.arn.as_ref().and_then(Arn::account);
            let place = self
                .live
                .add(owner, account, Some(resource.address.clone()));
            let created_at = attributes.create_date.as_deref();
            self.live.principals[place].dates.created_at =
                created_at.and_then(|date| date.parse().ok());
        }
    }

    fn add_policy(&mut self, state: usize, resource: &'a Resource) {
        let attributes = &resource.attributes;
        let (owner, name) = match resource.kind {
            Kind::RolePolicy => (Some(Owner::Role), &attributes.role),
            Kind::UserPolicy => (Some(Owner::User), &attributes.user),
            Kind::GroupPolicy => (Some(Owner::Group), &attributes.group),
            Kind::Policy => (None, &None),
            _ => return,
        };
        let place = self.live.policies.len();
        let mut policy = LivePolicy {
            address: resource.address.clone(),
            state,
            arn: None,
            provider_is_told: resource.provider.is_some(),
            name: attributes.name.clone().unwrap_or_default().into(),
            document: attributes.policy.clone(),
            changed_at: None,
            holders: BTreeSet::new(),
            embedded_in: None,
            holder_is_unknown: false,
            is_held: false,
            doubts: Vec::new(),
            blockers: Vec::new(),
        };
        if resource.is_deposed {
            let why =
                "Terraform has yet to delete an earlier one of it: run `terraform apply` first";
            policy.blockers.push(why.to_owned());
        }
        if let Some(owner) = owner {
            let account = self.account(through(state, resource), owner, name.as_deref());
            match self.holder(account, owner, name.as_deref()) {
                Ok(holder) => {
                    policy.holders.insert(holder);
                    policy.embedded_in = Some(holder);
                    self.live.principals[holder].policies.push(place);
                }
                Err(why) => {
                    policy.holder_is_unknown = true;
                    policy.blockers.push(why);
                }
            }
        } else {
            policy.arn = attributes.arn.as_deref().and_then(Arn::parse);
            match &attributes.arn {
                Some(arn) if policy.arn.is_some() => {
                    self.by_arn.entry(arn).or_default().push(place);
                }
                _ => policy
                    .blockers
                    .push("the state does not tell its ARN".to_owned()),
            }
        }
        self.live.policies.push(policy);
    }

    fn attach(&mut self, state: usize, resource: &'a Resource) {
        let attributes = &resource.attributes;
        match resource.kind {
            Kind::Attachment => self.attach_by(state, resource),
            Kind::Role => {
                // Who attached these is not told: they are holders, and nothing that a block makes.
                let arn = attributes.arn.as_deref().unwrap_or_default();
                let role = self.live.principal(arn);
                let role = role.ok_or_else(|| NOT_TOLD.to_owned());
                for attached in &attributes.managed_policy_arns {
                    self.attach_to(role.clone(), attached, false);
                }
            }
            Kind::Other => self.block_named(resource),
            _ => {}
        }
    }

    /// Attaches what a resource does that attaches and nothing else.
    fn attach_by(&mut self, state: usize, resource: &'a Resource) {
        let attributes = &resource.attributes;
        let roles = attributes.role.iter().chain(&attributes.roles);
        let users = attributes.user.iter().chain(&attributes.users);
        let groups = attributes.group.iter().chain(&attributes.groups);
        let holders = (roles.map(|name| (Owner::Role, name)))
            .chain(users.map(|name| (Owner::User, name)))
            .chain(groups.map(|name| (Owner::Group, name)));
        let holders: Vec<(Owner, &String)> = holders.collect();
        let attached = &attributes.policy_arns;
        let address = &resource.address;
        if attached.is_empty() && !resource.address.block.kind.ends_with("_exclusive") {
            let why = format!("the state does not tell what {address} attaches");
            let managed = self
                .live
                .policies
                .iter_mut()
                .filter(|policy| policy.is_managed());
            managed.for_each(|policy| policy.doubts.push(why.clone()));
        }
        for arn in attached {
            // Who it is attached to is of its own account.
            let account = Arn::parse(arn).and_then(|arn| arn.account());
            let account = match account {
                Some(account) if account.as_str() != OF_AWS => Ok(Some(account)),
                _ => Err(()),
            };
            if holders.is_empty() {
                let why = format!("the state does not tell to whom {address} attaches it");
                self.attach_to(Err(why), arn, true);
            }
            for (owner, name) in &holders {
                let account = match &account {
                    Ok(account) => Ok(account.clone()),
                    Err(()) => self.account(through(state, resource), *owner, Some(name)),
                };
                let holder = self.holder(account, *owner, Some(name));
                self.attach_to(holder, arn, true);
            }
        }
    }

    /// Blocks the managed policies that a resource of another type names, which may attach them, or make
    /// them a permissions boundary.
    fn block_named(&mut self, resource: &'a Resource) {
        let attributes = &resource.attributes;
        let named: BTreeSet<&str> = attributes.all_policy_arns().collect();
        let why = format!(
            "{} names it, and may give it to somebody",
            resource.address.block
        );
        for policy in self
            .live
            .policies
            .iter_mut()
            .filter(|policy| policy.is_managed())
        {
            let is_named = policy
                .arn
                .as_ref()
                .is_some_and(|arn| named.contains(arn.as_str()));
            // A permission set refers to it by its name, in whichever account.
            if is_named
                || attributes
                    .customer_managed
                    .iter()
                    .any(|name| name == policy.name.raw())
            {
                policy.blockers.push(why.clone());
            }
        }
    }

    fn attach_to(&mut self, holder: Result<usize, String>, arn: &str, is_by_resource: bool) {
        let places = self.by_arn.get(arn).cloned().unwrap_or_default();
        match holder {
            Ok(holder) => {
                let principal = &mut self.live.principals[holder];
                if places.is_empty() {
                    principal.made_elsewhere.insert(arn.to_owned());
                }
                for place in places {
                    self.live.policies[place].holders.insert(holder);
                    if is_by_resource && !principal.policies.contains(&place) {
                        principal.policies.push(place);
                    }
                }
            }
            Err(why) => {
                for place in places {
                    let policy = &mut self.live.policies[place];
                    policy.holder_is_unknown = true;
                    policy.doubts.push(why.clone());
                }
            }
        }
    }

    /// The principal of this name: one of a state, or else one that is known by its name alone.
    fn holder(
        &mut self,
        account: Result<Option<AccountId>, String>,
        kind: Owner,
        name: Option<&str>,
    ) -> Result<usize, String> {
        let name = name.unwrap_or_default();
        let Some(parsed) = PrincipalName::parse(name) else {
            return Err(format!(
                "the state does not tell which {} has it",
                kind.as_str()
            ));
        };
        let account = account?;
        let owner = PolicyOwner {
            kind,
            name: parsed,
            arn: None,
        };
        match self.live.place_of(&owner, account.as_ref()) {
            Some(place) => Ok(place),
            None => Ok(self.live.add(owner, account, None)),
        }
    }

    /// The account of what was made `through` a provider. A name may exist in several.
    fn account(
        &self,
        through: Through<'_>,
        kind: Owner,
        name: Option<&str>,
    ) -> Result<Option<AccountId>, String> {
        let name = name.unwrap_or_default();
        match self.accounts.get(&through) {
            Some(Some(account)) => Ok(Some(account.clone())),
            None => Ok(None),
            Some(None) => {
                let is_called = |one: &&LivePrincipal| {
                    one.owner.kind == kind && one.owner.name.as_str().eq_ignore_ascii_case(name)
                };
                let named = self.live.principals.iter().filter(is_called);
                let named = named.filter_map(|one| Some(one.address.as_ref()?.to_string()));
                let named: Vec<String> = named.collect();
                let which = match named.as_slice() {
                    [] => String::new(),
                    named => format!(" ({})", named.join(", ")),
                };
                Err(format!(
                    "the state is of several accounts, and does not tell in which its {} {name} \
                     is{which}: give what `terraform state pull` prints, which names the providers",
                    kind.as_str(),
                ))
            }
        }
    }

    fn finish(mut self, states: &[State]) -> Live {
        self.note_embedded(states);
        for (state, resource) in resources(states) {
            let arn = resource.attributes.arn.as_deref().unwrap_or_default();
            let Some(places) = self.by_arn.get(arn) else {
                continue;
            };
            let counted = resource.attributes.attachment_count.unwrap_or_default();
            for &place in places {
                let policy = &mut self.live.policies[place];
                let seen = policy.holders.len();
                // The provider counts when it reads a policy, which may be before it is attached.
                if policy.state == state && counted > seen as u64 {
                    policy.doubts.push(format!(
                        "AWS counts {counted} attachments, and the states show {seen}"
                    ));
                }
                if policy.state == state && self.boundaries.contains(arn) {
                    policy
                        .blockers
                        .push("it is a permissions boundary".to_owned());
                }
            }
        }
        for policy in &mut self.live.policies {
            let mut holders = policy
                .holders
                .iter()
                .map(|&holder| &self.live.principals[holder]);
            if let Some(group) = holders.find(|one| one.owner.kind == Owner::Group) {
                policy.doubts.push(format!(
                    "{} has it, and a state does not tell all members of a group",
                    group.owner
                ));
            }
        }
        self.live
    }

    /// What a role shows as embedded in it, and no resource of the states makes.
    fn note_embedded(&mut self, states: &[State]) {
        for (_, resource) in resources(states) {
            let arn = resource.attributes.arn.as_deref().unwrap_or_default();
            if resource.kind != Kind::Role {
                continue;
            }
            let Some(place) = self.live.principal(arn) else {
                continue;
            };
            let principal = &self.live.principals[place];
            let own_policies = principal.policies.iter().map(|&at| &self.live.policies[at]);
            let made: BTreeSet<&str> = own_policies.map(|policy| policy.name.raw()).collect();
            let embedded = resource.attributes.inline_policy.iter().map(String::as_str);
            let elsewhere = embedded.filter(|name| !name.is_empty() && !made.contains(name));
            let elsewhere: BTreeSet<Untrusted> = elsewhere.map(Untrusted::from).collect();
            self.live.principals[place]
                .embedded_elsewhere
                .extend(elsewhere);
        }
    }
}
