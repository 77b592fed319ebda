//! What AWS has, as its answers tell: the policies of principals, and who has which.

use std::sync::Arc;

use crate::iam::quota::Owner;
use crate::iam::{AccountId, Arn};
use crate::policies::{
    Account, AccountPrincipal, BoundaryUses, LoadedPolicy, ManagedPolicy, PolicyOwner,
};
use crate::text::{Problem, Source};

/// The answers of AWS that are given beside sources.
#[derive(Clone, Debug, Default)]
pub struct InAws {
    /// Whole accounts, each another one.
    pub accounts: Vec<Account>,
    /// Policies in answers of their own, or fetched with a role or user.
    pub policies: Vec<LoadedPolicy>,
}

/// Who has a managed policy.
pub(super) struct ManagedHolders {
    /// The roles, users and groups that are named.
    pub owners: Vec<PolicyOwner>,
    /// Why they may not be all.
    pub doubt: Option<String>,
}

impl InAws {
    /// That something is given twice, so that nobody can tell what holds.
    pub fn twice(&self) -> Option<Problem> {
        let help = "give what AWS has now, once";
        for (at, account) in self.accounts.iter().enumerate() {
            let id = account.id()?;
            let mut earlier = self.accounts[..at].iter();
            if let Some(first) = earlier.find(|other| other.id().as_ref() == Some(&id)) {
                let about = Source::from_text(account.file.raw(), "");
                let message = format!(
                    "the account {id} is given twice, here and in {}",
                    first.file
                );
                return Some(about.error(message).help(help));
            }
        }
        self.policies.iter().find_map(|policy| {
            let owner = policy.origin.owner.as_ref()?;
            let account = owner.arn.as_ref().and_then(Arn::account);
            let mut accounts = self.accounts.iter();
            let has_it = |one: &&Account| {
                (account.is_none() || one.id() == account) && one.principal(owner).is_some()
            };
            let file = &accounts.find(has_it)?.file;
            let message = format!("what AWS has of {owner} is given twice, here and in {file}");
            Some(policy.document.source().error(message).help(help))
        })
    }

    /// The account of a principal, if only one has it.
    pub(super) fn account_of(&self, owner: &PolicyOwner) -> Option<AccountId> {
        let accounts = self.accounts.iter();
        let has_it = accounts.filter(|account| account.principal(owner).is_some());
        let in_accounts = has_it.filter_map(Account::id);
        let owners = self
            .policies
            .iter()
            .filter_map(|policy| policy.origin.owner.as_ref());
        let alone = owners.filter(|one| one.may_be(owner));
        let alone = alone.filter_map(|one| one.arn.as_ref()?.account());
        let mut all: Vec<AccountId> = in_accounts.chain(alone).collect();
        all.sort();
        all.dedup();
        match all.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// A whole account.
    pub(super) fn account(&self, id: Option<&AccountId>) -> Option<&Account> {
        let mut accounts = self.accounts.iter();
        accounts.find(|account| id.is_some() && account.id().as_ref() == id)
    }

    /// A principal as its whole account describes it; of whichever account where that is not known.
    pub(super) fn principal(
        &self,
        account: Option<&AccountId>,
        owner: &PolicyOwner,
    ) -> Option<&AccountPrincipal> {
        let accounts = self.accounts.iter();
        let mut accounts = accounts.filter(|own| account.is_none() || own.id().as_ref() == account);
        accounts.find_map(|account| account.principal(owner))
    }

    /// The policies of a principal that were printed or fetched alone.
    pub(super) fn alone(
        &self,
        account: Option<&AccountId>,
        owner: &PolicyOwner,
    ) -> impl Iterator<Item = &LoadedPolicy> {
        let is_it = move |policy: &&LoadedPolicy| {
            let own_owner = policy.origin.owner.as_ref().filter(|one| one.may_be(owner));
            own_owner.is_some_and(|one| {
                let own_account = one.arn.as_ref().and_then(Arn::account);
                own_account.is_none() || account.is_none() || own_account.as_ref() == account
            })
        };
        self.policies.iter().filter(is_it)
    }

    /// The inline policies of a principal of an account.
    pub(super) fn inline(
        &self,
        account: Option<&AccountId>,
        owner: &PolicyOwner,
    ) -> Vec<&LoadedPolicy> {
        match self.principal(account, owner) {
            Some(principal) => principal.inline.iter().map(Arc::as_ref).collect(),
            None => (self.alone(account, owner))
                .filter(|policy| policy.origin.arn.is_none())
                .collect(),
        }
    }

    /// Whether a whole account tells all inline policies of a principal, and all of them are read.
    pub(super) fn has_all_inline(&self, account: Option<&AccountId>, owner: &PolicyOwner) -> bool {
        self.account(account).is_some_and(|account| {
            let mut principals = account.principals.iter();
            let place = principals.position(|principal| principal.owner.may_be(owner));
            let mut unreadable = account.unreadable.iter();
            place.is_some() && !unreadable.any(|policy| policy.embedded_in == place)
        })
    }

    /// A managed policy, as often as it is given: in an account, and with each role or user that was fetched.
    pub(super) fn managed(&self, arn: &Arn) -> impl Iterator<Item = &LoadedPolicy> {
        let in_account = self.in_account(arn).map(|(_, managed)| &*managed.policy);
        let alone = self.policies.iter();
        let alone = alone.filter(|policy| policy.origin.arn.as_ref() == Some(arn));
        in_account.into_iter().chain(alone)
    }

    fn in_account(&self, arn: &Arn) -> Option<(&Account, &ManagedPolicy)> {
        self.accounts.iter().find_map(|account| {
            let mut managed = account.managed.iter();
            let managed = managed.find(|one| one.policy.origin.arn.as_ref() == Some(arn))?;
            Some((account, managed))
        })
    }

    /// Who has a managed policy; none where that is not given.
    pub(super) fn holders(&self, arn: &Arn) -> Option<ManagedHolders> {
        if let Some((account, managed)) = self.in_account(arn) {
            return Some(in_account(account, managed, arn));
        }
        let policies = self.policies.iter();
        let mut policies = policies
            .filter(|policy| policy.origin.arn.as_ref() == Some(arn))
            .peekable();
        policies.peek()?;
        let (mut owners, mut doubt) = (Vec::new(), None);
        for policy in policies {
            let others = policy.origin.others.as_ref();
            let named = others.into_iter().flat_map(|others| &others.named);
            owners.extend(policy.origin.owner.iter().chain(named).cloned());
            doubt = doubt.or(match others {
                Some(others) if !others.is_boundary && others.unnamed == Some(0) => None,
                Some(others) => Some(format!("it is {others}")),
                None => Some("nobody can tell who else has it".to_owned()),
            });
        }
        Some(ManagedHolders { owners, doubt })
    }

    /// Those who have what a group has, where its account tells: none where nothing does.
    pub(super) fn members(
        &self,
        account: Option<&AccountId>,
        group: &PolicyOwner,
    ) -> Option<Vec<PolicyOwner>> {
        let account = self.account(account)?;
        let members = account.members(&group.name);
        Some(members.map(|member| member.owner.clone()).collect())
    }
}

/// Who has a managed policy of an account, and why these may not be all.
fn in_account(account: &Account, managed: &ManagedPolicy, arn: &Arn) -> ManagedHolders {
    let attached = account
        .principals
        .iter()
        .filter(|one| one.attached.contains(arn));
    let owners: Vec<PolicyOwner> = attached.map(|one| one.owner.clone()).collect();
    let mut principals = account.principals.iter();
    let bounded = principals.find(|one| one.boundary.as_ref() == Some(arn));
    let seen = owners.len() as u64;
    let doubt = match (bounded, managed.boundary_uses, managed.attachments) {
        (Some(bounded), ..) => Some(format!(
            "it is the permissions boundary of {}",
            bounded.owner
        )),
        (None, BoundaryUses::Unknown, _) => {
            Some("the account does not tell whether it is a permissions boundary".to_owned())
        }
        (None, BoundaryUses::Counted(count @ 1..), _) => {
            Some(format!("AWS counts {count} uses as a permissions boundary"))
        }
        (_, _, Some(counted)) if counted == seen => None,
        (_, _, Some(counted)) => Some(format!(
            "AWS counts {counted} attachments, and the account shows {seen}"
        )),
        (_, _, None) => Some("the account does not tell how many have it".to_owned()),
    };
    ManagedHolders { owners, doubt }
}

/// Whether it has members, and is none itself.
pub(super) fn is_group(owner: &PolicyOwner) -> bool {
    owner.kind == Owner::Group
}
