//! The texts by which a managed policy is named: its ARN, and its name.

use std::ops::Range;

use super::LivePolicy;
use super::applied::Concern;
use super::evaluation::Value;
use super::uses::{Taker, Uses};
use crate::iam::Arn;
use crate::terraform::PartText;

/// What the ARN of each managed policy has in it.
pub(super) const SIGN: &str = ":policy/";

/// The texts by which a policy is named.
pub(super) struct Texts {
    /// The ARNs of all that its block makes of the document.
    pub arns: Vec<String>,
    /// Their names.
    pub(super) names: Vec<String>,
}

impl Texts {
    pub fn of(uses: &Uses<'_, '_>, policy: &Taker<'_>) -> Self {
        let arns = uses.made_of_it(policy).filter_map(LivePolicy::arn);
        let names = uses.made_of_it(policy).map(|made| made.name.raw());
        Texts {
            arns: arns.map(ToString::to_string).collect(),
            names: names
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Those of one policy of AWS.
    pub fn of_one(arn: &Arn) -> Self {
        let arn = arn.to_string();
        let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
        Texts {
            names: vec![name],
            arns: vec![arn],
        }
    }

    pub fn is_arn(&self, text: &str) -> bool {
        self.arns.iter().any(|arn| arn.eq_ignore_ascii_case(text))
    }

    /// Whether what an argument comes to is an ARN of the policy, or has one in it.
    pub fn concern(&self, value: &Value<'_>) -> Concern {
        Concern::of_value(value, &|text| match text.as_known() {
            Some(text) if self.is_arn(text.trim()) => Concern::Yes,
            // Several may stand in one text; a comma may be of a name, too.
            Some(text) if text.split(',').any(|one| self.is_arn(one.trim())) => Concern::Yes,
            Some(_) => Concern::No,
            None if !self.arns.iter().any(|arn| text.may_be(arn)) => Concern::No,
            // It ends as the policy is called, in whichever account.
            None if !text.end().is_empty() => Concern::Yes,
            None => Concern::Unknown,
        })
    }

    /// Whether a text that a block says is an ARN of the policy, or has one in it.
    pub fn is_mentioned(&self, mention: &PartText) -> bool {
        if mention.has_as_written("policy\\/") {
            // As some write slashes in JSON.
            return self.is_mentioned(&mention.map(|part| part.replace("\\/", "/")));
        }
        let is_arn = |arn: &String| mention.may_be(arn) && !mention.end().is_empty();
        mention.has(&SIGN[1..])
            && (mention.has(SIGN) && self.arns.iter().any(is_arn)
                || self.resources().any(|resource| mention.has_word(resource)))
    }

    /// Where the ARN of the policy stands in a text, of whichever account.
    pub fn place_in(&self, text: &str) -> Option<Range<usize>> {
        let resources = self.arns.iter();
        let mut resources = resources.filter_map(|arn| Some(&arn[arn.rfind(SIGN)?..]));
        resources.find_map(|resource| {
            let mut places = text.match_indices(resource).map(|(at, _)| at);
            let is_whole = |at: &usize| !text[at + resource.len()..].starts_with(is_in_name);
            let at = places.find(is_whole)?;
            Some(at..at + resource.len())
        })
    }

    /// The ends of the ARNs that say which policies they are: `policy/m`. What is before these may be put together.
    fn resources(&self) -> impl Iterator<Item = &str> {
        let arns = self.arns.iter();
        arns.filter_map(|arn| Some(&arn[arn.rfind(SIGN)? + 1..]))
    }

    /// Whether a text may be the ARN of the policy, as what is known of it tells.
    pub fn may_be_arn(&self, text: &PartText) -> bool {
        text.has_as_written(SIGN) && self.arns.iter().any(|arn| text.may_be(arn))
    }

    /// Whether the text of a file has the ARN of the policy, or asks AWS for a policy of its name.
    pub fn are_said_in(&self, text: &str) -> bool {
        let said = PartText::known(text);
        let mut names = self.names.iter().map(|name| format!("\"{name}\""));
        self.resources().any(|resource| said.has_word(resource))
            || text.contains("aws_iam_policy\"") && names.any(|name| text.contains(&name))
    }

    /// Whether what an argument comes to has the name of the policy in it.
    pub fn concern_of_name(&self, value: &Value<'_>) -> Concern {
        let may_be = |text: &PartText| self.names.iter().any(|name| text.may_be(name));
        Concern::of_value(value, &|text| Concern::of_text(text, may_be))
    }
}

/// Whether a text says that policies are given to somebody.
pub(super) fn speaks_of_policies(text: &str) -> bool {
    const SAYING: [&str; 13] = [
        "boundary",
        "group-policy",
        "list-policies",
        "managed_policies",
        "managedpolicies",
        "policy-arn",
        "policy-name",
        "policy_arn",
        "policy_name",
        "policyarn",
        "policyname",
        "role-policy",
        "user-policy",
    ];
    let letters = text.to_ascii_lowercase();
    SAYING.iter().any(|word| letters.contains(word))
}

/// How all policies that there are, are asked for. The action is `iam:ListPolicies`, and no more than allowed.
pub(super) const OF_ALL: [&str; 4] = [
    "ListPoliciesCommand",
    "list-policies",
    "listPolicies(",
    "list_policies",
];

/// Where a text asks for all policies that there are, and attaches some.
pub(super) fn all_attached_in(text: &str) -> Option<Range<usize>> {
    let attaches = text.contains("attach") || text.contains("Attach");
    let mut signs = OF_ALL.iter().filter(|_| attaches);
    signs.find_map(|sign| {
        let at = text.find(sign)?;
        Some(at..at + sign.len())
    })
}

/// Whether a name goes on with a letter, but for a comma, which may stand between two.
fn is_in_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "+=.@_-/".contains(letter)
}
