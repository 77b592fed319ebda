//! What AWS recommends in the place of policies, policy by policy: the answer of Access Analyzer or
//! that of Security Hub, which say the same in other words.
//!
//! An answer has steps, each for an existing policy: to make another one of it, or to detach it. A
//! policy that is replaced may have a step of both kinds; then the new one is what is recommended.
//!
//! ```json
//! {"status": "SUCCEEDED", "recommendationType": "UnusedPermissionRecommendation",
//!  "resourceArn": "arn:aws:iam::123456789012:role/MyRole", "recommendedSteps": [
//!    {"unusedPermissionsRecommendedStep": {"recommendedAction": "CREATE_POLICY",
//!      "existingPolicyId": "arn:aws:iam::123456789012:policy/Mine",
//!      "recommendedPolicy": "{\"Statement\": []}"}}]}
//! ```

mod steps;

use std::ops::Range;
use std::path::Path;

use jiff::Timestamp;

use self::steps::{ACCESS_ANALYZER, SECURITY_HUB};
use super::{LoadedPolicy, PolicyOwner};
use crate::document::Document;
use crate::findings::More;
use crate::iam::quota::PolicyKind;
use crate::iam::{Arn, PolicyName};
use crate::text::{Fields, Json, Problem, Problems, Shape, Source, quoted, recognise};

/// What AWS recommends in the place of a policy.
#[derive(Clone, Debug, PartialEq)]
pub enum Recommended {
    /// Another policy, as AWS recommends it.
    Policy(Document),
    /// None: it is to be detached.
    Detach,
}

/// An answer with what AWS recommends for the policies of a principal.
#[derive(Clone, Debug)]
pub struct Recommendation {
    source: Source,
    pub(super) owner: Option<PolicyOwner>,
    pub(super) policies: Vec<ForPolicy>,
}

/// What is recommended for one policy.
#[derive(Clone, Debug)]
pub(super) struct ForPolicy {
    /// What AWS calls it: an ARN, a name, or an id that says nothing.
    pub id: Option<String>,
    /// The policy as it is, where the answer holds it.
    pub existing: Option<Document>,
    pub recommended: Option<Recommended>,
    pub updated_at: Option<Timestamp>,
    /// Its first step in the file.
    pub range: Range<usize>,
}

const ONE_PAGE: &str = "this is one page of a recommendation, and the steps of the next ones are \
                        missing";

const ALL_PAGES: &str =
    "fetch all pages: leave out --max-items, --starting-token and --no-paginate";

impl Recommendation {
    /// Reads an answer of either command, recognised by its shape.
    ///
    /// ```
    /// use iam_refine::text::{Json, Source};
    /// use iam_refine::policies::Recommendation;
    /// let text = r#"{"status": "IN_PROGRESS", "recommendationType": "UnusedPermissionRecommendation"}"#;
    /// let source = Source::from_text("answer.json", text);
    /// let problems = Recommendation::read(&source, &Json::parse(&source)?).unwrap_err();
    /// assert!(problems.to_string().contains("IN_PROGRESS"));
    /// # Ok::<(), iam_refine::text::Problems>(())
    /// ```
    ///
    /// # Errors
    /// All that is wrong with the file; one that is no recommendation, or is not finished: it must
    /// not look like one that recommends nothing.
    pub fn read(source: &Source, json: &Json) -> Result<Self, Problems> {
        let keys = match recognise(json) {
            Shape::Recommendation => &ACCESS_ANALYZER,
            Shape::RecommendedPolicy => &SECURITY_HUB,
            _ => {
                let problem = source.error("this is no recommendation of AWS");
                return Err(problem.help(EITHER).into());
            }
        };
        let mut fields = Fields::new(source);
        keys.refuse_unfinished(&mut fields, json);
        if More::read(&mut fields, json).is_some() {
            fields.wrong_with(source.error(ONE_PAGE).help(ALL_PAGES));
        }
        let owner = keys.owner(&mut fields, json);
        let policies = keys.policies(&mut fields, json);
        fields.finish()?;
        Ok(Recommendation {
            source: source.clone(),
            owner,
            policies,
        })
    }

    /// Makes sure that it is for the principal of the policies and findings, as far as they say.
    ///
    /// # Errors
    /// It is for somebody else.
    pub fn agree_with<'o>(
        &self,
        owners: impl IntoIterator<Item = &'o PolicyOwner>,
    ) -> Result<(), Problem> {
        let Some(owner) = &self.owner else {
            return Ok(());
        };
        match owners
            .into_iter()
            .find(|candidate| !owner.may_be(candidate))
        {
            None => Ok(()),
            Some(other) => {
                let message = format!("this recommendation is for {owner}, and not for {other}");
                let help = format!("give the recommendation for {other}");
                Err(self.source.error(message).help(help))
            }
        }
    }

    /// Puts to each of `policies` what is recommended in its place. Returns notes: on the policies
    /// for which nothing is recommended, and on what is recommended for others.
    ///
    /// AWS names a policy by its ARN or its name. A policy of which neither is known is taken to be
    /// the one that is meant where no other could be. What was put to them before is forgotten.
    pub fn put_to<'p>(
        self,
        policies: impl IntoIterator<Item = &'p mut LoadedPolicy>,
    ) -> Vec<Problem> {
        let mut policies: Vec<&mut LoadedPolicy> = policies.into_iter().collect();
        for policy in &mut policies {
            policy.origin.recommended = None;
        }
        let mut left: Vec<ForPolicy> = Vec::new();
        for one in self.policies {
            // Of two policies that read alike, each gets its own.
            let certain = |policy: &LoadedPolicy| {
                policy.origin.recommended.is_none() && one.is_for(policy) == Some(true)
            };
            match policies.iter().position(|policy| certain(policy)) {
                Some(at) => policies[at].origin.recommended = one.recommended,
                None => left.push(one),
            }
        }
        let mut bare: Vec<usize> = (0..policies.len()).collect();
        bare.retain(|&at| policies[at].origin.recommended.is_none());
        if let ([one], [at]) = (&left[..], &bare[..])
            && one.is_for(policies[*at]).is_none()
        {
            policies[*at].origin.recommended = left.remove(0).recommended;
        }
        let others = left.iter().map(|one| {
            let of = one.id.as_deref().map_or("a policy".to_owned(), quoted);
            let message = format!("AWS recommends something for {of}, which is not loaded");
            self.source.note_at(one.range.clone(), message)
        });
        let without = policies
            .iter()
            .filter(|policy| policy.origin.recommended.is_none());
        let without = without.map(|policy| {
            let source = policy.document.source();
            let in_file = self.source.name().quoted();
            source.note(format!("{in_file} recommends nothing for this policy"))
        });
        others.chain(without).collect()
    }
}

const EITHER: &str = "give what `aws accessanalyzer get-finding-recommendation` or `aws \
                      securityhub get-recommended-policy-v2` prints with `--output json`";

impl ForPolicy {
    /// Whether this is about `policy`; none where that cannot be known.
    fn is_for(&self, policy: &LoadedPolicy) -> Option<bool> {
        if let Some(existing) = &self.existing
            && existing.policy() == policy.document.policy()
        {
            return Some(true);
        }
        let id = self.id.as_deref().filter(|id| !id.starts_with(OPAQUE))?;
        match (&policy.origin.arn, policy.kind) {
            (Some(arn), _) if Arn::parse(id).is_some() => return Some(arn.as_str() == id),
            (_, PolicyKind::Inline(_)) if Arn::parse(id).is_some() => return Some(false),
            _ => {}
        }
        let last = id.rsplit('/').next();
        if let Some(name) = &policy.origin.name {
            return Some(last == Some(name.as_str()));
        }
        // A file that is called as the policy is says so; one that is not says nothing.
        let file = Path::new(policy.document.source().name().raw()).file_stem();
        let is_called_so = file.and_then(|stem| stem.to_str()) == last;
        (is_called_so && !policy.origin.is_in_answer).then_some(true)
    }
}

/// What IAM's own ids of managed policies begin with. They stand in no other answer.
const OPAQUE: &str = "ANPA";

/// The name in what AWS calls a policy.
pub(super) fn name_in_id(id: &str) -> Option<PolicyName> {
    PolicyName::parse(id.rsplit('/').next()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policies::Origin;

    const ARN: &str = "arn:aws:iam::123456789012:policy/Deploy";

    fn loaded(file: &str, name: Option<&str>, arn: Option<&str>) -> LoadedPolicy {
        let text = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*"}}"#;
        let document = Document::parse(Source::from_text(file, text)).unwrap();
        let origin = Origin {
            name: name.and_then(PolicyName::parse),
            arn: arn.and_then(Arn::parse),
            ..Origin::default()
        };
        LoadedPolicy {
            origin,
            ..LoadedPolicy::bare(document)
        }
    }

    fn answer(ids: &[&str]) -> Recommendation {
        let steps = ids.iter().map(|id| {
            format!(
                r#"{{"unusedPermissionsRecommendedStep":
                    {{"recommendedAction": "DETACH_POLICY", "existingPolicyId": "{id}"}}}}"#
            )
        });
        let steps = steps.collect::<Vec<_>>().join(", ");
        let text = format!(r#"{{"status": "SUCCEEDED", "recommendedSteps": [{steps}]}}"#);
        let source = Source::from_text("answer.json", &text);
        Recommendation::read(&source, &Json::parse(&source).unwrap()).unwrap()
    }

    /// To which of the policies something is put, and what is noted.
    fn put(ids: &[&str], mut policies: Vec<LoadedPolicy>) -> (Vec<bool>, Vec<String>) {
        let notes = answer(ids).put_to(&mut policies);
        let put = policies.iter().map(|one| one.origin.recommended.is_some());
        let notes = notes.iter().map(|note| note.message().to_owned());
        (put.collect(), notes.collect())
    }

    #[test]
    fn a_policy_is_known_by_its_arn_its_name_or_what_its_file_is_called() {
        for one in [
            loaded("a.json", None, Some(ARN)),
            loaded("a.json", Some("Deploy"), None),
            loaded("folder/Deploy.json", None, None),
        ] {
            let other = loaded("b.json", Some("Other"), None);
            let (put, notes) = put(&[ARN], vec![other, one]);
            assert_eq!(put, [false, true]);
            assert_eq!(
                notes,
                [r#""answer.json" recommends nothing for this policy"#]
            );
        }
    }

    #[test]
    fn a_policy_of_which_nothing_is_known_is_the_only_one_it_can_be() {
        let nameless = || loaded("policy.json", None, None);
        for id in [ARN, "ANPAEXAMPLE", "policy-id"] {
            assert_eq!(
                put(&[id], vec![nameless()]),
                (vec![true], Vec::new()),
                "{id}"
            );
        }
        let (none, notes) = put(&[ARN, "Other"], vec![nameless()]);
        assert_eq!((none, notes.len()), (vec![false], 3));
        assert_eq!(put(&[ARN], vec![nameless(), nameless()]).0, [false, false]);
    }

    #[test]
    fn what_is_for_two_policies_is_not_put_to_one() {
        let alike = || loaded("a.json", Some("Deploy"), None);
        let (put, notes) = put(&[ARN, "Deploy"], vec![alike(), alike()]);
        assert_eq!((put, notes), (vec![true, true], Vec::new()));
    }

    #[test]
    fn of_two_steps_for_one_policy_the_new_policy_is_recommended() {
        let step = |action: &str, more: &str| {
            format!(
                r#"{{"unusedPermissionsRecommendedStep":
                    {{"recommendedAction": "{action}", "existingPolicyId": "{ARN}"{more}}}}}"#
            )
        };
        let policy = r#", "recommendedPolicy": "{\"Statement\": {\"Effect\": \"Allow\",
            \"Action\": \"s3:GetObject\", \"Resource\": \"*\"}}""#;
        let policy = policy.replace('\n', "");
        let (detach, create) = (step("DETACH_POLICY", ""), step("CREATE_POLICY", &policy));
        for steps in [[&detach, &create], [&create, &detach]] {
            let steps = steps.map(String::as_str).join(", ");
            let text = format!(r#"{{"status": "SUCCEEDED", "recommendedSteps": [{steps}]}}"#);
            let source = Source::from_text("answer.json", &text);
            let read = Recommendation::read(&source, &Json::parse(&source).unwrap()).unwrap();
            let mut policies = [loaded("a.json", None, Some(ARN))];
            assert!(read.put_to(&mut policies).is_empty());
            let recommended = &policies[0].origin.recommended;
            assert!(
                matches!(recommended, Some(Recommended::Policy(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_for_another_policy_is_put_to_none() {
        let other = ARN.replace("Deploy", "Other");
        let mut inline = loaded("a.json", Some("Deploy"), None);
        inline.kind = PolicyKind::Inline(crate::iam::quota::Owner::Role);
        for one in [
            loaded("a.json", None, Some(&other)),
            loaded("a.json", Some("Other"), None),
            inline,
        ] {
            let (put, notes) = put(&[ARN], vec![one]);
            assert_eq!(put, [false]);
            assert!(notes[0].contains("which is not loaded"), "{notes:?}");
        }
    }
}
