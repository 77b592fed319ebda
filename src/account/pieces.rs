//! A policy that is too long when it is refined, in pieces.

use super::{AccountPolicy, AccountReview, Blocker, NoFit, WhenTooLong};
use crate::document::Document;
use crate::iam::quota::PolicyKind;
use crate::iam::{Arn, Effect, PolicyName};
use crate::proof::{Fault, prove_pieces};
use crate::review::TooLong;
use crate::text::Problems;

/// Without its Deny, which another of the policies has, each would allow more than before: AWS's check
/// that nothing new is allowed would say so, and it would be so while they are exchanged.
const DENIES: &str =
    "a statement of it denies, and what the others allow is to be denied at every moment";

/// The policies that take the place of one that is too long.
#[derive(Clone, Debug)]
pub struct PolicyPieces {
    /// What the old policy is called.
    pub name: PolicyName,
    /// Their texts, in order.
    pub texts: Vec<String>,
    /// The ARN of one who has the policy.
    holder: Arn,
}

impl PolicyPieces {
    /// The ARN that a new policy of this name gets in the account; none where it is not told which
    /// that is.
    pub fn arn_of(&self, name: &PolicyName) -> Option<Arn> {
        let account = self.holder.account()?;
        Some(Arn::of_policy(self.holder.partition(), &account, name))
    }
}

impl AccountReview {
    /// The pieces of a policy whose new `text` is too long, if that is asked for; otherwise it is told how
    /// short it can get, as far as that is known.
    ///
    /// # Errors
    /// That it is too long, and why it is not split.
    pub(super) fn pieces(
        &self,
        policy: &AccountPolicy,
        text: &str,
        too_long: TooLong,
        shortest: Option<String>,
    ) -> Result<PolicyPieces, Blocker> {
        let asked = self.when_too_long;
        let why = match asked {
            WhenTooLong::Leave => None,
            WhenTooLong::Split => match self.split(policy, text) {
                Ok(pieces) => return Ok(pieces),
                Err(why) => Some(format!("it is not split: {why}")),
            },
            WhenTooLong::Keep => shortest,
        };
        Err(Blocker::TooLong(NoFit {
            too_long,
            asked,
            why,
        }))
    }

    fn split(&self, policy: &AccountPolicy, text: &str) -> Result<PolicyPieces, String> {
        let principals = || {
            policy
                .attached_to
                .iter()
                .map(|&place| self.principal(place))
        };
        if let Some(locked) = principals().find(|principal| principal.locked.is_some()) {
            return Err(format!("nothing can be attached to {}", locked.owner));
        }
        let holder = principals().find_map(|principal| principal.owner.arn.clone());
        let holder = holder.filter(|arn| arn.account().is_some());
        let origin = &self.policy(policy).origin;
        let of_arn = || PolicyName::parse(origin.arn.as_ref()?.name());
        let (Some(holder), Some(name)) = (holder, origin.name.clone().or_else(of_arn)) else {
            return Err("the file does not tell its name or account".to_owned());
        };
        let whole = self
            .read_again(policy, text)
            .map_err(|problems| problems.to_string())?;
        let mut statements = whole.policy().statements.iter();
        if statements.any(|statement| statement.effect == Effect::Deny) {
            return Err(DENIES.to_owned());
        }
        let most = PolicyKind::Managed.quota();
        let texts = whole.split(most).map_err(|why| match why.statement {
            Some(statement) => format!("statement {} of what is left: {why}", statement + 1),
            None => why.to_string(),
        })?;
        match prove_pieces(&whole, &texts, most).first() {
            Some(fault) => Err(format!("the proof of that fails: {fault}")),
            None => Ok(PolicyPieces {
                name,
                texts,
                holder,
            }),
        }
    }

    /// What is wrong with `texts` as the pieces of a policy whose new text is `whole`.
    ///
    /// # Errors
    /// The whole is no policy.
    pub fn prove_pieces(
        &self,
        policy: &AccountPolicy,
        whole: &str,
        texts: &[String],
    ) -> Result<Vec<Fault>, Problems> {
        let whole = self.read_again(policy, whole)?;
        Ok(prove_pieces(&whole, texts, PolicyKind::Managed.quota()))
    }

    fn read_again(&self, policy: &AccountPolicy, text: &str) -> Result<Document, Problems> {
        let document = &self.policy(policy).document;
        let mut read = document.file().read_again(text)?;
        Ok(read.swap_remove(document.place_in_file()))
    }
}
