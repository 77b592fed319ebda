//! The texts by which a managed policy is named: its ARN, and its name.

use super::LivePolicy;
use super::applied::Concern;
use super::evaluation::Value;
use super::mentions::{Mention, SIGN};
use super::uses::{Taker, Uses};
use crate::iam::Arn;
use crate::terraform::{Argument, PartText, Value as Plain};

/// The texts by which a policy is named.
pub(super) struct Texts {
    /// The ARNs of all that its block makes of the document.
    pub arns: Vec<String>,
    /// Their names.
    names: Vec<String>,
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

    /// Whether an argument has an ARN of the policy, or one of which the account is computed.
    pub fn are_in(&self, argument: &Argument) -> bool {
        let is_it = |text: &Plain| match text {
            Plain::Text(text) => self.is_arn(text),
            Plain::EndsIn(end) => self.arns.iter().any(|arn| {
                let resource = arn.rfind(":policy/").map(|at| &arn[at..]);
                resource.is_some_and(|resource| end.ends_with(resource))
            }),
            _ => false,
        };
        argument.texts.iter().any(is_it)
    }

    /// Whether an argument may have an ARN or the name of the policy, put together in whichever way.
    pub fn may_be_in(&self, argument: &Argument) -> bool {
        let is_it = |text: &Plain| match text {
            Plain::Text(text) if is_whole_arn(text) => {
                self.is_arn(text) || text.split(',').any(|one| self.is_arn(one))
            }
            Plain::Text(text) => {
                let name = text.rsplit('/').next();
                self.names.iter().any(|own| name == Some(own))
                    || self.arns.iter().any(|arn| text.contains(arn))
            }
            Plain::EndsIn(end) => !end.is_empty() && self.arns.iter().any(|arn| arn.ends_with(end)),
            _ => false,
        };
        argument.texts.iter().any(is_it)
    }

    pub fn is_arn(&self, text: &str) -> bool {
        self.arns.iter().any(|arn| arn.eq_ignore_ascii_case(text))
    }

    /// Whether what an argument comes to is an ARN of the policy, or has one in it.
    pub fn concern(&self, value: &Value<'_>) -> Concern {
        Concern::of_value(value, &|text| match text.as_known() {
            Some(text) if text.split(',').any(|one| self.is_arn(one.trim())) => Concern::Yes,
            Some(_) => Concern::No,
            None if !self.arns.iter().any(|arn| text.may_be(arn)) => Concern::No,
            // It ends as the policy is called, in whichever account.
            None if !text.end().is_empty() => Concern::Yes,
            None => Concern::Unknown,
        })
    }

    /// Whether a text that a block says is an ARN of the policy, or has one in it.
    pub fn is_mentioned(&self, mention: &Mention) -> bool {
        let is_arn = |arn: &String| {
            let resource = arn.rfind(":policy/").map(|at| &arn[at..]);
            let is_in = resource.is_some_and(|resource| mention.text.has_word(resource));
            mention.text.may_be(arn) && !mention.text.end().is_empty()
                || mention.is_anywhere && is_in
        };
        self.arns.iter().any(is_arn)
    }

    /// Whether letters have the ARN of the policy in them, of whichever account.
    pub fn are_anywhere_in(&self, letters: &str) -> bool {
        let letters = PartText::known(letters);
        let resources = self.arns.iter();
        let mut resources = resources.filter_map(|arn| Some(&arn[arn.rfind(SIGN)?..]));
        resources.any(|resource| letters.has_word(resource))
    }

    /// Whether a value may have an ARN or the name of the policy anywhere in it.
    pub fn may_be_anywhere_in(&self, value: &Value<'_>) -> bool {
        let names = self.names.iter().map(String::as_str);
        Concern::of_letters(value, &names) != Concern::No
    }

    /// Whether a text may be the ARN of the policy, as what is known of it tells.
    pub fn may_be_arn(&self, text: &PartText) -> bool {
        text.has(SIGN) && self.arns.iter().any(|arn| text.may_be(arn))
    }

    /// Whether the text of a file has the ARN of the policy, or asks AWS for a policy of its name.
    pub fn are_said_in(&self, text: &str) -> bool {
        let said = PartText::known(text);
        let resources = self.arns.iter();
        let mut resources = resources.filter_map(|arn| Some(&arn[arn.rfind("policy/")?..]));
        let mut names = self.names.iter().map(|name| format!("\"{name}\""));
        resources.any(|resource| said.has_word(resource))
            || text.contains("aws_iam_policy\"") && names.any(|name| text.contains(&name))
    }

    /// Whether what an argument comes to has the name of the policy in it.
    pub fn concern_of_name(&self, value: &Value<'_>) -> Concern {
        let may_be = |text: &PartText| self.names.iter().any(|name| text.may_be(name));
        Concern::of_value(value, &|text| Concern::of_text(text, may_be))
    }
}

/// Whether a text is an ARN and tells its account, so that it is that of one policy.
fn is_whole_arn(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| arn.account().is_some())
}
