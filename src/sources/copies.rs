//! Copies of a policy in what AWS has that no state or stack made: where these are said to be all, something
//! else made it of the same source, or somebody copied it by hand.

use super::{InAws, Live, LivePrincipal};
use crate::document::{Document, StatementForm};
use crate::iam::quota::PolicyKind;
use crate::iam::{AccountId, Policy, PolicyName};
use crate::policies::{LoadedPolicy, PolicyOwner};

/// A policy as it is written, to be looked for.
pub(super) struct Original<'a> {
    /// Its statements.
    pub policy: &'a Policy,
    /// How each of them is written.
    pub form: &'a dyn Fn(usize) -> StatementForm,
    /// Whether it may be called so.
    pub may_be_called: &'a dyn Fn(&str) -> bool,
    /// Whether it is a managed one.
    pub is_managed: bool,
}

/// What to do where there is a copy.
pub(super) const GIVE_ITS_STATE: &str =
    "give what made it too; where something else did, leave out what AWS has of it";

/// Who has a copy of a policy in AWS that nothing here made, or what the copy is: `role prod-app of account
/// 123456789012`.
pub(super) fn copy(held: &InAws, live: &Live, original: &Original<'_>) -> Option<String> {
    let search = Search { live, original };
    let in_accounts = held.accounts.iter().find_map(|account| {
        let id = account.id();
        let mut principals = account.principals.iter();
        let inline = principals.find_map(|principal| {
            let mut inline = principal.inline.iter();
            inline.find_map(|policy| search.inline(policy, &principal.owner, id.as_ref()))
        });
        inline.or_else(|| {
            let mut managed = account.managed.iter();
            managed.find_map(|managed| search.managed(&managed.policy))
        })
    });
    in_accounts.or_else(|| {
        held.policies.iter().find_map(|policy| {
            let owner = policy.origin.owner.as_ref();
            let account = owner.and_then(|owner| owner.arn.as_ref()?.account());
            let inline = owner.filter(|_| policy.origin.arn.is_none());
            let inline = inline.and_then(|owner| search.inline(policy, owner, account.as_ref()));
            inline.or_else(|| search.managed(policy))
        })
    })
}

struct Search<'a> {
    live: &'a Live,
    original: &'a Original<'a>,
}

impl Search<'_> {
    /// Whose the copy is that an inline policy is.
    fn inline(
        &self,
        policy: &LoadedPolicy,
        owner: &PolicyOwner,
        account: Option<&AccountId>,
    ) -> Option<String> {
        let is_it = |one: &LivePrincipal| {
            let is_apart =
                one.account.is_some() && account.is_some() && one.account.as_ref() != account;
            !one.is_only_in_aws && !is_apart
        };
        let name = policy.origin.name.as_ref().map(PolicyName::as_str);
        let is_known = || {
            let mut places = self.live.named(owner).filter(|(_, one)| is_it(one));
            places.any(|(place, _)| {
                let mut policies = self.live.policies.iter();
                policies.any(|own| own.embedded_in() == Some(place) && Some(own.name.raw()) == name)
            })
        };
        let is_of_set = policy.kind == PolicyKind::PermissionSet;
        let is_copy =
            !self.original.is_managed && !is_of_set && self.is_copy(policy) && !is_known();
        is_copy.then(|| match account {
            Some(account) => format!("{owner} of account {account}"),
            None => owner.to_string(),
        })
    }

    /// The ARN of the copy that a managed policy is.
    fn managed(&self, policy: &LoadedPolicy) -> Option<String> {
        let arn = policy.origin.arn.as_ref()?;
        let is_known = || self.live.policies.iter().any(|one| one.arn() == Some(arn));
        let is_copy = self.original.is_managed
            && !policy.is_aws_managed()
            && self.is_copy(policy)
            && !is_known();
        is_copy.then(|| arn.to_string())
    }

    fn is_copy(&self, policy: &LoadedPolicy) -> bool {
        let name = policy.origin.name.as_ref();
        let may_be_called = name.is_none_or(|name| (self.original.may_be_called)(name.as_str()));
        may_be_called && self.is_same(&policy.document)
    }

    fn is_same(&self, document: &Document) -> bool {
        super::same_statements(self.original.policy, document.policy(), self.original.form).is_ok()
    }
}
