//! A whole account: which of its policies can be narrowed, and why others cannot.
//!
//! What a policy may lose is what *all* of its holders do not use. [`AccountReview::open`] brings
//! an account and the findings of its principals together and finds out, for every policy, who
//! holds it, what none of them uses, and what forbids to narrow it: its [`Blocker`]s. The policies
//! come as [`AccountPolicy`]s, the one with most to lose first. [`AccountReview::review`] opens one as a
//! [`Review`](crate::review::Review); that is made only when asked for.
//!
//! ```
//! use iam_refine::intake::Intake;
//! use iam_refine::text::Source;
//!
//! let account = r#"{"RoleDetailList": [{"RoleName": "Reporter",
//!     "Arn": "arn:aws:iam::123456789012:role/Reporter", "RolePolicyList": [
//!       {"PolicyName": "Send", "PolicyDocument":
//!         {"Statement": {"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}}}]}]}"#;
//! let finding = r#"{"id": "1", "status": "ACTIVE",
//!     "resource": "arn:aws:iam::123456789012:role/Reporter",
//!     "findingDetails": [{"unusedPermissionDetails":
//!       {"serviceNamespace": "sqs", "actions": [{"action": "SetQueueAttributes"}]}}]}"#;
//!
//! let intake = Intake::new().text("finding.json", finding);
//! let account = intake.account(Source::from_text("account.json", account))?;
//! let policy = &account.policies()[0];
//! assert_eq!(account.name(policy), "Send of role Reporter");
//! assert_eq!((policy.granted, policy.unused), (2, Some(1)));
//! assert!(account.review(policy).is_some());
//! # Ok::<(), iam_refine::text::Error>(())
//! ```

mod baseline;
mod blocker;
mod count;
mod fitting;
mod holders;
mod identity;
mod journal;
mod pieces;
mod placing;
mod policy;
mod record;
mod refined;
mod replayed;
mod reviewing;
mod still_granted;
mod still_unused;
mod unused;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use baseline::{AccountBaseline, GoingOf};
pub use blocker::{Blocker, NoFit, WithoutFinding};
pub use holders::PrincipalPlace;
pub use identity::{PolicyIdentity, PolicyVersion, PrincipalIdentity};
pub use journal::{SavedReviews, Step};
pub use pieces::PolicyPieces;
pub use policy::{AccountPolicy, AccountPolicyKind, PolicyPlace};
pub use refined::{
    ChangeKind, Decided, OpenProposals, PolicyChange, PolicyResult, RefinedPolicy, changes,
};
pub use replayed::{AccountDecisions, Began, Contradiction, NotDecided};
pub use still_granted::StillGranted;
pub use still_unused::{HasToUseNothing, StillUnused};
pub use unused::Contested;

use crate::catalogue::Catalogue;
use crate::findings::{Findings, MissingPages, Page, UnusedRole};
use crate::policies::{Account, AccountPrincipal, LoadedPolicy, UnreadablePolicy};
use crate::refine::Options;
use crate::text::{Problem, Problems, Untrusted};

/// An account, what its principals do not use, and what follows for its policies.
#[derive(Clone, Debug)]
pub struct AccountReview {
    account: Arc<Account>,
    /// The finding of each principal, by its place in the account.
    findings: Vec<Option<Arc<Findings>>>,
    /// Why principals have no finding, where more is known of that: they count as using everything.
    without_finding: BTreeMap<PrincipalPlace, WithoutFinding>,
    holding: holders::Holding,
    catalogue: Arc<Catalogue>,
    options: Options,
    /// Whether what is too long when it is refined is split.
    when_too_long: WhenTooLong,
    policies: Vec<AccountPolicy>,
    notes: Vec<Problem>,
}

/// What is done with a policy that is too long for AWS when it is refined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenTooLong {
    /// It stays as it is.
    Leave,
    /// Several policies take its place, which say the same together.
    Split,
    /// As little as can be of what is unused stays, so that it is short enough.
    Keep,
}

impl AccountReview {
    /// Brings an account and the findings of its principals together, joining pages of the same
    /// finding.
    ///
    /// # Errors
    /// Findings none of which is for a principal of the account. What is wrong with one of them
    /// beside others costs itself alone, and its principal counts as using everything: two findings
    /// for one principal; missing pages, unless they are accepted.
    pub fn open(
        account: Account,
        pages: Vec<Page>,
        missing: MissingPages,
        catalogue: Arc<Catalogue>,
        options: Options,
    ) -> Result<Self, Problems> {
        let placed = placing::place(&account, pages, missing)?;
        let mut opened = AccountReview {
            holding: holders::Holding::of(&account),
            notes: account.notes.iter().cloned().chain(placed.notes).collect(),
            account: Arc::new(account),
            findings: placed.findings,
            without_finding: placed.without_finding,
            catalogue,
            options,
            when_too_long: WhenTooLong::Leave,
            policies: Vec::new(),
        };
        opened.policies = opened.all_policies();
        Ok(opened)
    }

    /// The same, where this is done with policies that are too long when they are refined.
    #[must_use]
    pub fn when_too_long(self, when_too_long: WhenTooLong) -> Self {
        AccountReview {
            when_too_long,
            ..self
        }
    }

    /// The same with these notes too.
    #[must_use]
    pub fn noting(mut self, notes: impl IntoIterator<Item = Problem>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// The same, where it is known why these principals, by their ARNs, have no finding; of several
    /// reasons the gravest counts.
    #[must_use]
    pub fn noting_why<'a>(
        mut self,
        principals: impl IntoIterator<Item = (&'a Untrusted, WithoutFinding)>,
    ) -> Self {
        let subjects = placing::Subjects::of(&self.account);
        let places = principals
            .into_iter()
            .filter_map(|(arn, why)| Some((subjects.place_of(arn)?, why)));
        let without_finding = &mut self.without_finding;
        for (place, why) in places {
            let known = without_finding.entry(place).or_insert_with(|| why.clone());
            if *known < why {
                *known = why;
            }
        }
        self
    }

    /// The principals of which AWS did not answer what they do not use, in the order of the account.
    pub fn unanswered(&self) -> Vec<PrincipalPlace> {
        let all = self.without_finding.iter();
        let unanswered = all.filter(|(place, why)| {
            **why == WithoutFinding::Unanswered && self.finding(**place).is_none()
        });
        unanswered.map(|(place, _)| *place).collect()
    }

    /// The account as it was read.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The policies of the account, those with most to lose first; those that are not narrowed
    /// come last.
    pub fn policies(&self) -> &[AccountPolicy] {
        &self.policies
    }

    /// How many of the policies are not judged: nothing says of all who have them what these do not use, or they
    /// stay for another reason. Of a role that is not used at all they are.
    pub fn not_judged(&self) -> usize {
        let is_unused = |blocker: &Blocker| matches!(blocker, Blocker::RoleUnused(_));
        let not_judged = self
            .policies
            .iter()
            .filter(|policy| !policy.is_refined() && !policy.blockers.iter().all(is_unused));
        not_judged.count() + self.unreadable().len()
    }

    /// Whether nothing is found of anybody: then there is nothing to judge by.
    pub fn has_no_findings(&self) -> bool {
        self.findings.iter().all(Option::is_none)
    }

    /// What to report of the files although they are used.
    pub fn notes(&self) -> &[Problem] {
        &self.notes
    }

    /// The policies that cannot be read: they stay as they are, and what they grant is unknown.
    pub fn unreadable(&self) -> &[UnreadablePolicy] {
        &self.account.unreadable
    }

    /// Whom an unreadable policy is embedded in or attached to.
    pub fn holders_of_unreadable(&self, policy: &UnreadablePolicy) -> Vec<PrincipalPlace> {
        let places = (0..self.account.principals.len()).map(PrincipalPlace);
        let has_it = |&place: &PrincipalPlace| {
            let arn = policy.arn.as_ref();
            policy.embedded_in == Some(place.0)
                || arn.is_some_and(|arn| self.principal(place).attached.contains(arn))
        };
        places.filter(has_it).collect()
    }

    /// The roles that are not used at all, as an active finding says, in the order of the account;
    /// those that AWS keeps are left out.
    pub fn unused_roles(&self) -> Vec<PrincipalPlace> {
        let places = (0..self.account.principals.len()).map(PrincipalPlace);
        let is_deletable = |&place: &PrincipalPlace| self.principal(place).locked.is_none();
        places
            .filter(|&place| self.uses_nothing(place))
            .filter(is_deletable)
            .collect()
    }

    /// Whether a finding says that the principal at `place` is not used at all.
    pub fn uses_nothing(&self, place: PrincipalPlace) -> bool {
        self.unused_role(place).is_some()
    }

    /// What a finding says of the principal at `place` that is not used at all; none where no finding
    /// says that.
    pub fn unused_role(&self, place: PrincipalPlace) -> Option<UnusedRole> {
        self.finding(place)?.unused_role
    }

    /// The actions that are known.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// The role, user or group at this place of the account.
    pub fn principal(&self, place: PrincipalPlace) -> &AccountPrincipal {
        &self.account.principals[place.0]
    }

    /// What is found of the principal at `place`, if anything.
    pub fn finding(&self, place: PrincipalPlace) -> Option<&Findings> {
        self.findings[place.0].as_deref()
    }

    /// What is found of the principals, in the order of the account.
    pub fn findings(&self) -> impl Iterator<Item = &Findings> {
        self.findings.iter().flatten().map(Arc::as_ref)
    }

    /// The policy as it was read.
    pub fn policy(&self, policy: &AccountPolicy) -> &Arc<LoadedPolicy> {
        self.policy_at(policy.place)
    }

    /// What people call it: `SharedLambda`, or `ReadBuckets of role Reporter`.
    pub fn name(&self, policy: &AccountPolicy) -> String {
        let loaded = self.policy(policy);
        let origin = &loaded.origin;
        let name = match (&origin.name, &origin.arn) {
            (Some(name), _) => name.as_str(),
            (None, Some(arn)) => arn.name(),
            (None, None) => "a policy without a name",
        };
        match &origin.owner {
            Some(owner) => format!("{name} of {owner}"),
            None => name.to_owned(),
        }
    }

    /// The policies that the principal at `place` has, its groups' among them.
    pub fn policies_of(&self, place: PrincipalPlace) -> &[PolicyPlace] {
        self.holding.policies(place)
    }

    /// The policy at this place, in its source text.
    pub fn policy_at(&self, place: PolicyPlace) -> &Arc<LoadedPolicy> {
        match place {
            PolicyPlace::Inline { owner, policy } => &self.principal(owner).inline[policy],
            PolicyPlace::Managed(policy) => &self.account.managed[policy].policy,
        }
    }
}
