//! Who has which policies, as far as states or stacks tell, and what AWS has.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Address;
use crate::document::Document;
use crate::iam::quota::{Owner, PolicyKind};
use crate::iam::{AccountId, Arn, PolicyName};
use crate::policies::{InAws, LoadedPolicy, PolicyOwner, PrincipalDates, SourceQuota};
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
    /// The members of groups that states tell of, by their places.
    pub(super) members: BTreeMap<usize, BTreeSet<usize>>,
    /// Those of whom it is not told in which account they are.
    pub(super) doubtful_members: Vec<DoubtfulMember>,
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

/// A user whom something puts into a group, where it is not told in which account: it may be any group of that
/// name.
#[derive(Clone, Debug)]
pub(super) struct DoubtfulMember {
    /// The name of the group, in small letters.
    pub group: String,
    /// The name of the user.
    pub user: String,
    /// Why that is not told.
    pub why: String,
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
    /// Those of these that a template makes without writing their actions.
    pub without_actions: BTreeSet<Untrusted>,
    /// The characters of these, as far as AWS tells what they say.
    pub size_elsewhere: usize,
    /// Whether an account tells all that it has.
    pub is_held: bool,
    /// Whether what AWS has shows it, and nothing else does: no state or stack makes or names it.
    pub is_only_in_aws: bool,
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
    /// How it is in AWS.
    pub kind: LiveKind,
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
    /// The groups whose members are among these, by their places.
    pub(super) groups: BTreeSet<usize>,
    /// Who else has it.
    pub others: Others,
    /// Why the holders may not be all, unless AWS tells who has it.
    pub(super) doubts: Vec<String>,
    /// Why nothing can be said to be unused of it.
    pub blockers: Vec<String>,
    /// Those of them that are about what takes it on otherwise than by having it, and so stay whatever tells who
    /// has it.
    pub(super) taken_on: Vec<String>,
}

/// How a policy is in AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiveKind {
    /// A managed policy, with its ARN where that is told.
    Managed(Option<Arn>),
    /// Embedded in a role, user or group, by the place of that where it is told.
    Inline(Option<usize>),
}

/// Who has a policy beside those who are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// Nobody: it is embedded, or AWS tells who has it.
    Nobody,
    /// Perhaps somebody: a state does not tell who else has a managed policy.
    Perhaps,
    /// Somebody of whom nobody can tell who that is.
    Unknown,
}

impl LivePolicy {
    /// A policy that nobody has yet.
    pub(super) fn new(address: Address, state: usize, kind: LiveKind, name: Untrusted) -> Self {
        let others = match kind {
            LiveKind::Managed(_) => Others::Perhaps,
            LiveKind::Inline(Some(_)) => Others::Nobody,
            LiveKind::Inline(None) => Others::Unknown,
        };
        LivePolicy {
            address,
            state,
            kind,
            provider_is_told: true,
            name,
            document: None,
            changed_at: None,
            holders: BTreeSet::new(),
            groups: BTreeSet::new(),
            others,
            doubts: Vec::new(),
            blockers: Vec::new(),
            taken_on: Vec::new(),
        }
    }

    /// Whether a role embeds it itself, and it has no block of its own.
    pub(super) fn is_embedded_by_role(&self) -> bool {
        self.address.block.kind == "aws_iam_role"
    }

    /// Whether it is a managed policy, and not embedded in somebody.
    pub fn is_managed(&self) -> bool {
        matches!(self.kind, LiveKind::Managed(_))
    }

    /// Its ARN; none of an inline policy.
    pub fn arn(&self) -> Option<&Arn> {
        match &self.kind {
            LiveKind::Managed(arn) => arn.as_ref(),
            LiveKind::Inline(_) => None,
        }
    }

    /// In whom it is embedded, by its place; none of a managed policy.
    pub fn embedded_in(&self) -> Option<usize> {
        match self.kind {
            LiveKind::Managed(_) => None,
            LiveKind::Inline(principal) => principal,
        }
    }
}

impl Live {
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

    /// What a principal is called in messages: with its account where others in other accounts have its name.
    pub fn called(&self, principal: usize) -> String {
        let LivePrincipal { owner, account, .. } = &self.principals[principal];
        let places = self.by_name.get(&key(owner)).into_iter().flatten();
        let mut others = places.map(|&place| &self.principals[place].account);
        match account {
            Some(account) if others.any(|other| other.as_ref() != Some(account)) => {
                format!("{owner} of account {account}")
            }
            _ => owner.to_string(),
        }
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
            without_actions: BTreeSet::new(),
            size_elsewhere: 0,
            is_held: false,
            is_only_in_aws: false,
            dates: PrincipalDates::default(),
        });
        place
    }
}

fn key(owner: &PolicyOwner) -> (Owner, String) {
    (owner.kind, owner.name.as_str().to_ascii_lowercase())
}

impl LivePrincipal {
    /// Says which of its inline policies are made elsewhere, of all that AWS has, where `made` are the names of
    /// those that are made here.
    pub(super) fn embed(&mut self, in_aws: &[&LoadedPolicy], made: &BTreeSet<String>) {
        let name = |policy: &LoadedPolicy| Some(policy.origin.name.as_ref()?.as_str().to_owned());
        let is_elsewhere =
            |policy: &&&LoadedPolicy| name(policy).is_some_and(|name| !made.contains(&name));
        let elsewhere: Vec<&&LoadedPolicy> = in_aws.iter().filter(is_elsewhere).collect();
        let names = elsewhere.iter().filter_map(|policy| name(policy));
        self.embedded_elsewhere = names.map(Untrusted::from).collect();
        self.size_elsewhere = elsewhere.iter().map(|policy| policy.document.size()).sum();
    }
}

impl Live {
    /// Which policy of AWS the one at this place is, and who has it.
    pub fn in_aws(&self, policy: usize) -> InAws {
        let policy = &self.policies[policy];
        let owner = |place: usize| self.principals[place].owner.clone();
        InAws {
            called: policy.address.text.raw().to_owned(),
            name: PolicyName::parse(policy.name.raw()),
            arn: policy.arn().cloned(),
            owner: policy.embedded_in().map(owner),
            holders: policy.holders.iter().copied().map(owner).collect(),
        }
    }

    /// Takes over who has a policy from what was known of that before: these are all. What else takes it on stays
    /// told.
    pub fn is_held_by(&mut self, policy: usize, holders: &[PolicyOwner]) {
        for owner in holders {
            let mut known = self.policies[policy].holders.iter();
            if owner.arn.is_none() && known.any(|&place| self.principals[place].owner.may_be(owner))
            {
                continue;
            }
            let account = owner.arn.as_ref().and_then(Arn::account);
            let place = self.place_or_add(owner, account.as_ref());
            self.policies[policy].holders.insert(place);
        }
        let policy = &mut self.policies[policy];
        policy.others = Others::Nobody;
        policy.blockers.clone_from(&policy.taken_on);
    }

    /// The quota that a policy counts against, the policies that do, by their places, and the characters of
    /// what is made elsewhere and does; none where nobody has it.
    pub fn quota(&self, policy: usize) -> Option<(SourceQuota, Vec<usize>, usize)> {
        let quota = |kind, of| SourceQuota { kind, of };
        if self.policies[policy].is_managed() {
            return Some((quota(PolicyKind::Managed, policy), vec![policy], 0));
        }
        let place = self.policies[policy].embedded_in()?;
        let holder = &self.principals[place];
        let inline = holder.policies.iter().copied();
        let inline = inline.filter(|&other| !self.policies[other].is_managed());
        let kind = PolicyKind::Inline(holder.owner.kind);
        Some((quota(kind, place), inline.collect(), holder.size_elsewhere))
    }
}

impl LivePolicy {
    /// Notes what takes it on otherwise than by having it.
    pub(super) fn is_taken_on(&mut self, why: String) {
        self.blockers.push(why.clone());
        self.taken_on.push(why);
    }

    /// Its document, read; none where a state has none that can be read.
    pub fn read(&self) -> Option<Document> {
        Document::parse(Source::from_text("", self.document.as_deref()?)).ok()
    }
}
