//! Who has which policies, as far as states tell.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kind, Resource, State, embedded_in};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn, PrincipalName};
use crate::policies::PolicyOwner;
use crate::sources::live::{DoubtfulMember, Others};
use crate::sources::{Address, InAws, Live, LiveKind, LivePolicy, LivePrincipal};
use crate::text::Untrusted;

impl Live {
    /// Brings together what `states` say, and what AWS `held` of that. What is embedded in a role is made
    /// elsewhere, where no resource of a policy makes it.
    pub fn of(states: &[State], held: &InAws) -> Self {
        Live::embedding(states, held, |_, _| false)
    }

    /// The same, with roles that embed policies themselves.
    pub(in crate::sources) fn embedding(
        states: &[State],
        held: &InAws,
        embeds: impl Fn(&State, &Resource) -> bool,
    ) -> Self {
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
            if resource.kind == Kind::Role
                && !resource.is_deposed
                && embeds(&states[state], resource)
            {
                gathering.add_embedded(state, resource);
            }
        }
        for (state, resource) in resources(states) {
            gathering.attach(state, resource);
        }
        let mut live = gathering.finish(states);
        live.hold(held);
        live
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

/// The account that all ARNs of IAM through a provider of a state are of; none where they are of several.
/// Where there is none of IAM, what else is made through the provider tells it, if that is all in one. What is
/// made through a provider that is not told may be of any.
fn accounts(states: &[State]) -> BTreeMap<Through<'_>, Option<AccountId>> {
    let of_iam = resources(states).flat_map(|(state, resource)| {
        let account = resource.account();
        let places = BTreeSet::from([through(state, resource), (state, None)]).into_iter();
        places.filter_map(move |place| Some((place, account.clone()?)))
    });
    let mut accounts = each_of_one(of_iam);
    let others = states.iter().enumerate().flat_map(|(at, state)| {
        let told = state.accounts.iter();
        told.map(move |(provider, account)| ((at, provider.as_deref()), account.clone()))
    });
    for (through, account) in each_of_one(others) {
        if account.is_some() {
            accounts.entry(through).or_insert(account);
        }
    }
    accounts
}

/// The account that is told of each; none where several are.
fn each_of_one<'a>(
    told: impl Iterator<Item = (Through<'a>, AccountId)>,
) -> BTreeMap<Through<'a>, Option<AccountId>> {
    let mut accounts: BTreeMap<Through<'a>, Option<AccountId>> = BTreeMap::new();
    for (through, account) in told {
        let known = accounts
            .entry(through)
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
    /// The managed policies by their ARNs, in small letters.
    by_arn: BTreeMap<String, Vec<usize>>,
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
        let mut blockers = Vec::new();
        let kind = if let Some(owner) = owner {
            let account = self.account(through(state, resource), owner, name.as_deref());
            let holder = self.holder(account, owner, name.as_deref());
            LiveKind::Inline(holder.map_err(|why| blockers.push(why)).ok())
        } else {
            let arn = attributes.arn.as_deref().and_then(Arn::parse);
            match &attributes.arn {
                Some(text) if arn.is_some() => {
                    let arn = text.to_ascii_lowercase();
                    self.by_arn.entry(arn).or_default().push(place);
                }
                _ => blockers.push("the state does not tell its ARN".to_owned()),
            }
            LiveKind::Managed(arn)
        };
        if resource.is_deposed {
            let why =
                "Terraform has yet to delete an earlier one of it: run `terraform apply` first";
            blockers.push(why.to_owned());
        }
        let name = attributes.name.clone().unwrap_or_default().into();
        let policy = LivePolicy::new(resource.address.clone(), state, kind, name);
        if let Some(holder) = policy.embedded_in() {
            self.live.principals[holder].policies.push(place);
        }
        self.live.policies.push(LivePolicy {
            holders: policy.embedded_in().into_iter().collect(),
            provider_is_told: resource.provider.is_some(),
            document: attributes.policy.clone(),
            blockers,
            ..policy
        });
    }

    fn attach(&mut self, state: usize, resource: &'a Resource) {
        let attributes = &resource.attributes;
        match resource.kind {
            Kind::Attachment => self.attach_by(state, resource),
            Kind::Membership => self.add_members(state, resource),
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

    /// Adds who is in which groups.
    fn add_members(&mut self, state: usize, resource: &'a Resource) {
        let attributes = &resource.attributes;
        let groups = attributes.group.iter().chain(&attributes.groups);
        let users: Vec<&String> = attributes.user.iter().chain(&attributes.users).collect();
        for group in groups {
            for user in &users {
                if let Err(why) = self.add_member(state, resource, group, user) {
                    self.live.doubtful_members.push(DoubtfulMember {
                        group: group.to_ascii_lowercase(),
                        user: (*user).clone(),
                        why,
                    });
                }
            }
        }
    }

    /// Adds a user to a group; or tells why it is not known of which account these are.
    fn add_member(
        &mut self,
        state: usize,
        resource: &'a Resource,
        group: &str,
        user: &str,
    ) -> Result<(), String> {
        let account = self.account(through(state, resource), Owner::Group, Some(group))?;
        let group_place = self.holder(Ok(account.clone()), Owner::Group, Some(group))?;
        let user_place = self.holder(Ok(account.clone()), Owner::User, Some(user))?;
        let members = self.live.members.entry(group_place).or_default();
        members.insert(user_place);
        match account {
            Some(_) => Ok(()),
            None => Err("no state tells in which account that is".to_owned()),
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
        let kind = &resource.address.block.kind;
        let named: BTreeSet<&str> = attributes.given_policy_arns(kind).collect();
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
            let is_named = policy.arn().is_some_and(|arn| named.contains(arn.as_str()));
            // A permission set refers to it by its name, in whichever account.
            if is_named
                || attributes
                    .customer_managed
                    .iter()
                    .any(|name| name == policy.name.raw())
            {
                policy.is_taken_on(why.clone());
            }
        }
    }

    fn attach_to(&mut self, holder: Result<usize, String>, arn: &str, is_by_resource: bool) {
        let places = self
            .by_arn
            .get(&arn.to_ascii_lowercase())
            .cloned()
            .unwrap_or_default();
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
                    policy.others = Others::Unknown;
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
            let Some(places) = self.by_arn.get(&arn.to_ascii_lowercase()) else {
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
                    policy.is_taken_on("it is a permissions boundary".to_owned());
                }
            }
        }
        self.live
    }

    /// Adds what a role embeds itself: the provider fills in as well what others have embedded in it.
    fn add_embedded(&mut self, state: usize, resource: &Resource) {
        let arn = resource.attributes.arn.as_deref().unwrap_or_default();
        let Some(role) = self.live.principal(arn) else {
            return;
        };
        let made = self.made_in(role);
        let embedded = resource.attributes.inline_policy.iter();
        let own = embedded.filter(|one| !made.contains(&one.name));
        for one in own {
            let place = self.live.policies.len();
            let address = Address {
                text: embedded_in(&resource.address.text, &one.name),
                ..resource.address.clone()
            };
            let kind = LiveKind::Inline(Some(role));
            self.live.policies.push(LivePolicy {
                document: one.policy.clone(),
                holders: BTreeSet::from([role]),
                // The ARN of the role tells in which account it is.
                provider_is_told: true,
                ..LivePolicy::new(address, state, kind, one.name.as_str().into())
            });
            self.live.principals[role].policies.push(place);
        }
    }

    /// The names of what is embedded in a principal by what is in the states.
    fn made_in(&self, principal: usize) -> BTreeSet<String> {
        let policies = self.live.principals[principal].policies.iter();
        let policies = policies.map(|&at| &self.live.policies[at]);
        let embedded = policies.filter(|policy| !policy.is_managed());
        embedded
            .map(|policy| policy.name.raw().to_owned())
            .collect()
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
            let made = self.made_in(place);
            let embedded = resource.attributes.inline_policy.iter();
            let embedded = embedded.map(|one| one.name.as_str());
            let elsewhere = embedded.filter(|name| !made.contains(*name));
            let elsewhere: BTreeSet<Untrusted> = elsewhere.map(Untrusted::from).collect();
            self.live.principals[place]
                .embedded_elsewhere
                .extend(elsewhere);
        }
    }
}
