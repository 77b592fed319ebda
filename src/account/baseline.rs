//! What went of the policies of an account in an earlier run, to tell apart what is new.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{AccountReview, RefinedPolicy};
use crate::iam::{AccountId, Arn};
use crate::text::{Problem, Source, Untrusted};

/// What goes of the policies of an account, or would if what is left could be brought to AWS: what `refine --account --format json` printed in an earlier
/// run, or what goes now.
#[derive(Clone, Debug)]
pub struct AccountBaseline {
    account: Option<String>,
    goes: BTreeSet<GoingOf>,
    /// The roles that are not used at all.
    unused_roles: BTreeSet<String>,
}

/// An action that goes of a policy, or would.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoingOf {
    /// The ARN of the policy, or `Send of role Reporter`.
    pub policy: String,
    /// The action.
    pub action: String,
}

/// What is read of an overview.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Overview {
    account: Option<String>,
    /// A decision record has policies too, and no counts.
    #[serde(rename = "counts")]
    _counts: IgnoredAny,
    policies: Vec<Policy>,
    /// None in an overview of before they were told.
    #[serde(default)]
    unused_roles: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Policy {
    #[serde(rename = "policy")]
    name: Option<String>,
    arn: Option<String>,
    attached_to: Vec<String>,
    removed: Vec<String>,
    /// None in an overview of before they were told.
    #[serde(default)]
    would_go: Vec<String>,
}

impl AccountBaseline {
    /// Reads what went in the run whose overview a file holds.
    ///
    /// # Errors
    /// A text that is no overview of an account.
    pub fn read(file: &Source) -> Result<Self, Problem> {
        let overview: Overview = serde_json::from_str(file.text()).map_err(|error| {
            let problem = file.error(format!("this is no overview of an account: {error}"));
            problem.help(
                "give what `iam-refine refine --account ACCOUNT FINDINGS... --format json` printed",
            )
        })?;
        let mut goes = BTreeSet::new();
        for policy in overview.policies {
            let called = match (policy.arn, policy.name, policy.attached_to.first()) {
                (Some(arn), ..) => arn,
                (None, Some(name), Some(owner)) => format!("{name} of {owner}"),
                (None, name, _) => name.unwrap_or_default(),
            };
            let actions = policy.removed.into_iter().chain(policy.would_go);
            goes.extend(actions.map(|action| GoingOf {
                policy: called.clone(),
                action,
            }));
        }
        Ok(AccountBaseline {
            account: overview.account,
            goes,
            unused_roles: overview.unused_roles.into_iter().collect(),
        })
    }

    /// What goes of the account now, or would.
    pub fn of(account: &AccountReview, refined: &[RefinedPolicy<'_>]) -> Self {
        let id = account.account().id();
        let goes = refined.iter().flat_map(|refined_policy| {
            let arn = account.policy(refined_policy.policy).origin.arn.as_ref();
            let policy = arn.map_or(&*refined_policy.name, Arn::as_str);
            refined_policy.goes_or_would().map(move |action| GoingOf {
                policy: policy.to_owned(),
                action: action.to_string(),
            })
        });
        AccountBaseline {
            account: id.as_ref().map(AccountId::as_str).map(str::to_owned),
            goes: goes.collect(),
            unused_roles: (account.unused_roles().into_iter())
                .map(|role| account.principal(role).owner.to_string())
                .collect(),
        }
    }

    /// The roles that are not used at all `now` and were then.
    pub fn new_unused_roles<'n>(&self, now: &'n AccountBaseline) -> Vec<&'n str> {
        let is_new = |role: &&String| !self.unused_roles.contains(*role);
        now.unused_roles
            .iter()
            .filter(is_new)
            .map(String::as_str)
            .collect()
    }

    /// What goes `now` and did not then.
    pub fn new_in<'n>(&self, now: &'n AccountBaseline) -> Vec<&'n GoingOf> {
        let is_new = |going: &&GoingOf| !self.goes.contains(*going);
        now.goes.iter().filter(is_new).collect()
    }

    /// The account that this is about, where it is another one than that of `now`.
    pub fn is_of_another(&self, now: &AccountBaseline) -> Option<Untrusted> {
        let (then, now) = (self.account.as_deref()?, now.account.as_deref()?);
        (then != now).then(|| then.into())
    }
}

/// `arn:aws:iam::123456789012:policy/Shared: s3:GetBucketAcl`
impl fmt::Display for GoingOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.policy, self.action)
    }
}
