//! What AWS has, as its answers tell: the policies of principals, and who has which.

use std::sync::Arc;

use crate::iam::{AccountId, Arn};
use crate::policies::{Account, AccountPrincipal, BoundaryUses, LoadedPolicy, PolicyOwner};
use crate::text::{Problem, Source};

/// The answers of AWS beside the resources of stacks.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Whole accounts.
    pub accounts: Vec<Account>,
    /// Policies in answers of their own, or fetched with a role or user.
    pub policies: Vec<LoadedPolicy>,
}

/// Who has a managed policy.
pub(super) struct ManagedHolders {
    pub owners: Vec<PolicyOwner>,
    /// Why they may not be all.
    pub doubt: Option<String>,
}

impl Held {
    /// The accounts that there are.
    fn account_ids(&self) -> impl Iterator<Item = AccountId> {
        self.accounts.iter().filter_map(id)
    }

    /// That something is given twice, so that nobody can tell what holds.
    pub fn twice(&self) -> Option<Problem> {
        let help = "give what AWS has now, once";
        let mut seen = Vec::new();
        for account in &self.accounts {
            let own = id(account);
            if own.is_some() && seen.contains(&own) {
                let source = account.principals.iter().find_map(|one| one.inline.first());
                let name = own.map(|id| id.as_str().to_owned()).unwrap_or_default();
                let about = source.map_or_else(
                    || Source::from_text("account", ""),
                    |one| one.document.source().clone(),
                );
                let message = format!("the account {name} is given twice");
                return Some(about.error(message).help(help));
            }
            seen.push(own);
        }
        self.policies.iter().find_map(|policy| {
            let owner = policy.origin.owner.as_ref()?;
            let account = owner.arn.as_ref().and_then(Arn::account);
            self.principal(account.as_ref(), owner)?;
            let message =
                format!("what AWS has of {owner} is given twice: here, and in an account");
            Some(policy.document.source().error(message).help(help))
        })
    }

    /// The account of a principal, if only one has it.
    pub(super) fn account_of(&self, owner: &PolicyOwner) -> Option<AccountId> {
        let has_it = self
            .accounts
            .iter()
            .filter(|account| find(account, owner).is_some());
        let in_accounts = has_it.filter_map(id);
        let alone = self.policies.iter().filter_map(|policy| {
            let own_owner = policy
                .origin
                .owner
                .as_ref()
                .filter(|one| one.may_be(owner))?;
            own_owner.arn.as_ref()?.account()
        });
        let mut all: Vec<AccountId> = in_accounts.chain(alone).collect();
        all.sort();
        all.dedup();
        match all.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// A principal of an account as AWS describes it.
    pub(super) fn principal(
        &self,
        account: Option<&AccountId>,
        owner: &PolicyOwner,
    ) -> Option<&AccountPrincipal> {
        let accounts = self.accounts.iter();
        let mut accounts = accounts.filter(|own| account.is_none() || id(own).as_ref() == account);
        accounts.find_map(|account| find(account, owner))
    }

    /// The inline policies of a principal of an account.
    pub(super) fn inline(
        &self,
        account: Option<&AccountId>,
        owner: &PolicyOwner,
    ) -> Vec<&LoadedPolicy> {
        if let Some(principal) = self.principal(account, owner) {
            return principal.inline.iter().map(Arc::as_ref).collect();
        }
        let is_it = |policy: &&LoadedPolicy| {
            let own_owner = policy.origin.owner.as_ref().filter(|one| one.may_be(owner));
            own_owner.is_some_and(|one| {
                let own_account = one.arn.as_ref().and_then(Arn::account);
                own_account.is_none() || account.is_none() || own_account.as_ref() == account
            })
        };
        let policies = self
            .policies
            .iter()
            .filter(|policy| policy.origin.arn.is_none());
        policies.filter(is_it).collect()
    }

    /// Whether there is a whole account of this id.
    pub(super) fn has_account(&self, account: Option<&AccountId>) -> bool {
        self.account_ids().any(|own| Some(&own) == account)
    }

    /// A managed policy.
    pub(super) fn managed(&self, arn: &Arn) -> Option<&LoadedPolicy> {
        let in_accounts = self.accounts.iter().flat_map(|account| &account.managed);
        let in_accounts = in_accounts.map(|managed| managed.policy.as_ref());
        let mut all = in_accounts.chain(&self.policies);
        all.find(|policy| policy.origin.arn.as_ref() == Some(arn))
    }

    /// Who has a managed policy, as far as is known.
    pub(super) fn holders(&self, arn: &Arn) -> ManagedHolders {
        let in_account = self.accounts.iter().find_map(|account| {
            let mut managed = account.managed.iter();
            let managed = managed.find(|one| one.policy.origin.arn.as_ref() == Some(arn))?;
            Some((account, managed))
        });
        if let Some((account, managed)) = in_account {
            let holders = account
                .principals
                .iter()
                .filter(|one| one.attached.contains(arn));
            let owners: Vec<PolicyOwner> = holders.map(|one| one.owner.clone()).collect();
            let is_boundary = account
                .principals
                .iter()
                .any(|one| one.boundary.as_ref() == Some(arn));
            let seen = owners.len() as u64;
            let doubt = match (managed.attachments, managed.boundary_uses) {
                (_, BoundaryUses::Counted(1..)) => Some("it is a permissions boundary".to_owned()),
                _ if is_boundary => Some("it is a permissions boundary".to_owned()),
                (_, BoundaryUses::Unknown) => {
                    Some("the account does not tell whose permissions boundary it is".to_owned())
                }
                (Some(counted), _) if counted == seen => None,
                (Some(counted), _) => Some(format!(
                    "AWS counts {counted} attachments, and the account shows {seen}"
                )),
                (None, _) => Some("the account does not tell how many have it".to_owned()),
            };
            return ManagedHolders { owners, doubt };
        }
        let policy = self
            .policies
            .iter()
            .find(|policy| policy.origin.arn.as_ref() == Some(arn));
        let owner = policy.and_then(|policy| policy.origin.owner.clone());
        let others = policy.and_then(|policy| policy.origin.others.as_ref());
        ManagedHolders {
            owners: owner.into_iter().collect(),
            doubt: match others {
                Some(others) if !others.are_any() => None,
                Some(others) => Some(format!("it is {others}")),
                None => Some("nobody can tell who else has it".to_owned()),
            },
        }
    }
}

fn id(account: &Account) -> Option<AccountId> {
    let mut principals = account.principals.iter();
    principals.find_map(|principal| principal.owner.arn.as_ref()?.account())
}

fn find<'a>(account: &'a Account, owner: &PolicyOwner) -> Option<&'a AccountPrincipal> {
    let mut principals = account.principals.iter();
    principals.find(|principal| principal.owner.may_be(owner))
}
