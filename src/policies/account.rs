//! The principals of an account, all policies, and who is attached to which.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{LoadedPolicy, Locked, PolicyOwner};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn, PrincipalId, PrincipalName};
use crate::text::{Problem, Problems, Untrusted};

/// The principals of an account and its policies.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name of the file.
    pub file: Untrusted,
    /// The roles, users and groups, in the order of the file.
    pub principals: Vec<AccountPrincipal>,
    /// The managed policies in their default versions, AWS's own among them where they are
    /// attached.
    pub managed: Vec<ManagedPolicy>,
    /// The policies that cannot be read, or not in one way alone.
    pub unreadable: Vec<UnreadablePolicy>,
    /// What to report of the file although it is used.
    pub notes: Vec<Problem>,
    /// The places of the principals of a kind and name, in lower case.
    by_name: BTreeMap<(Owner, String), Vec<usize>>,
    /// The places of those who are in the group of a name, in lower case.
    members: BTreeMap<String, Vec<usize>>,
}

/// A role, user or group.
#[derive(Clone, Debug)]
pub struct AccountPrincipal {
    /// The role, user or group.
    pub owner: PolicyOwner,
    /// Its id, where the file has it: another one may get its name, and not its id.
    pub id: Option<PrincipalId>,
    /// The policies that are embedded in it.
    pub inline: Vec<Arc<LoadedPolicy>>,
    /// The ARNs of the managed policies that are attached to it.
    pub attached: Vec<Arn>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<Arn>,
    /// The groups that a user is a member of.
    pub groups: Vec<PrincipalName>,
    /// Why its policies cannot be changed by hand, if so.
    pub locked: Option<Locked>,
    /// What the file tells of when it was made and used.
    pub dates: PrincipalDates,
    /// The CloudFormation stack that made it, as a tag says that AWS alone can set.
    pub stack: Option<Untrusted>,
}

/// When a principal was made and when it was used last, as far as AWS tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrincipalDates {
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was used last: only of roles.
    pub last_used: Option<Timestamp>,
}

/// A policy that is there and cannot be read: what it grants is unknown.
#[derive(Clone, Debug)]
pub struct UnreadablePolicy {
    /// What people call it, as `Send of role Reporter`.
    pub name: Untrusted,
    /// Its ARN, if it is managed and the file has it.
    pub arn: Option<Arn>,
    /// The principal that it is embedded in, by its place; none of a managed policy.
    pub embedded_in: Option<usize>,
    /// How long it is in the file, as IAM counts.
    pub size: usize,
    /// All that is wrong with it; never empty.
    pub problems: Problems,
}

impl UnreadablePolicy {
    /// The first thing that is wrong, with its place: `FILE:LINE:COLUMN: …`.
    pub fn reason(&self) -> String {
        let first = self.problems.0.first();
        first.map(Problem::in_one_line).unwrap_or_default()
    }

    /// What is wrong, and that the other policies are used.
    pub(super) fn warnings(&self) -> impl Iterator<Item = Problem> {
        self.problems.0.iter().map(|problem| {
            let message = format!("{} cannot be read: {}", self.name.raw(), problem.message());
            let warning = match problem.range() {
                Some(range) => problem.source().warning_at(range.clone(), message),
                None => problem.source().warning(message),
            };
            warning.help("it stays as it is, and what it grants is unknown; the others are read")
        })
    }
}

/// A managed policy of an account.
#[derive(Clone, Debug)]
pub struct ManagedPolicy {
    /// Its default version, the one that is in force.
    pub policy: Arc<LoadedPolicy>,
    /// How many principals it is attached to, as AWS counts them.
    pub attachments: Option<u64>,
    /// How many principals it is the permissions boundary of, as AWS counts them.
    pub boundary_uses: BoundaryUses,
}

/// How many principals a policy is the permissions boundary of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundaryUses {
    /// As many as AWS counts.
    Counted(u64),
    /// The file has no number, but it has all roles and users, and they have their boundaries.
    AsShown,
    /// The file has neither.
    Unknown,
}

impl Account {
    /// One without principals and policies, of the file called so.
    pub(super) fn empty(file: Untrusted) -> Self {
        Account {
            file,
            principals: Vec::new(),
            managed: Vec::new(),
            unreadable: Vec::new(),
            notes: Vec::new(),
            by_name: BTreeMap::new(),
            members: BTreeMap::new(),
        }
    }

    /// The account that it is, as the ARNs in it tell.
    pub fn id(&self) -> Option<AccountId> {
        let owners = self.principals.iter();
        let owners = owners.filter_map(|principal| principal.owner.arn.as_ref());
        let policies = self.managed.iter();
        let policies = policies.filter_map(|managed| managed.policy.origin.arn.as_ref());
        let mut ids = owners.chain(policies).filter_map(Arn::account);
        // Those that AWS manages have no account.
        ids.find(|id| id.as_str() != "aws")
    }

    /// All its policies, embedded and managed.
    pub fn policies(&self) -> impl Iterator<Item = &LoadedPolicy> {
        let inline = self.principals.iter().flat_map(|one| &one.inline);
        let managed = self.managed.iter().map(|one| &one.policy);
        inline.chain(managed).map(Arc::as_ref)
    }

    /// The principal that may be this one. Within an account there is one of a kind and name.
    pub fn principal(&self, owner: &PolicyOwner) -> Option<&AccountPrincipal> {
        self.called(owner).map(|(_, principal)| principal).next()
    }

    /// Those that may be this one, each with its place: one, unless the file has it twice.
    pub fn called<'a>(
        &'a self,
        owner: &PolicyOwner,
    ) -> impl Iterator<Item = (usize, &'a AccountPrincipal)> {
        let places = self.by_name.get(&(owner.kind, folded(&owner.name)));
        let places = places.into_iter().flatten();
        let principals = places.map(|&place| (place, &self.principals[place]));
        principals.filter(move |(_, principal)| principal.owner.may_be(owner))
    }

    /// The place of the principal of this kind and name; of the last one, where the file has it twice.
    pub fn place_of(&self, kind: Owner, name: &PrincipalName) -> Option<usize> {
        let places = self.by_name.get(&(kind, folded(name)))?;
        places.last().copied()
    }

    /// Adds a principal, which is found by its name from then on.
    pub(super) fn add(&mut self, principal: AccountPrincipal) {
        let name = (principal.owner.kind, folded(&principal.owner.name));
        let place = self.principals.len();
        self.by_name.entry(name).or_default().push(place);
        for group in &principal.groups {
            let members = self.members.entry(folded(group)).or_default();
            if members.last() != Some(&place) {
                members.push(place);
            }
        }
        self.principals.push(principal);
    }

    /// The users who are in the group of this name.
    pub fn members(&self, group: &PrincipalName) -> impl Iterator<Item = &AccountPrincipal> {
        let places = self.members.get(&folded(group)).into_iter().flatten();
        places.map(|&place| &self.principals[place])
    }
}

/// AWS has no two names that differ in case alone.
fn folded(name: &PrincipalName) -> String {
    name.as_str().to_ascii_lowercase()
}
