//! One role or user: its policies, who else has them, and what is known of its use.

use std::thread;

use super::answers::{Answers, for_each, joined, unusable};
use super::{Caller, Fetcher, Why};
use crate::aws::{Read, ReadCommand};
use crate::fetched::Analyzer;
use crate::iam::quota::Owner;
use crate::iam::{Arn, PolicyName, PrincipalName, VersionId};
use crate::policies::PolicyOwner;
use crate::text::{Error, Json, Source};

impl Fetcher<'_> {
    /// Asks for all about one principal. Returns the analyzer that was asked, if there is one.
    pub(super) fn principal(
        &self,
        answers: &Answers<'_>,
        caller: &Caller,
        kind: Owner,
        name: &PrincipalName,
        asked: Option<&Arn>,
    ) -> Result<Option<Analyzer>, Error> {
        thread::scope(|scope| {
            let policies = scope.spawn(|| self.policies(answers, kind, name));
            let analyzer = scope.spawn(|| self.analyzer(answers, caller));
            let described = self.described(answers, caller, kind, name);
            let described = described.and_then(|arn| is_asked_for(arn, asked));
            let rest = described.and_then(|arn| {
                thread::scope(|scope| {
                    let report = scope.spawn(|| self.last_accessed(answers, &arn));
                    let seen = scope.spawn(|| self.seen_by_cloudtrail(answers, &arn));
                    let analyzer = joined(analyzer)?;
                    if let Some(analyzer) = &analyzer {
                        self.findings_of(answers, analyzer, &arn)?;
                    }
                    joined(report)?;
                    joined(seen)?;
                    Ok(analyzer)
                })
            });
            joined(policies)?;
            rest
        })
    }

    /// The ARN of the principal.
    fn described(
        &self,
        answers: &Answers<'_>,
        caller: &Caller,
        kind: Owner,
        name: &PrincipalName,
    ) -> Result<Arn, Error> {
        let question = self.question(ReadCommand::new(Read::Principal(kind)).principal(name));
        let source = answers.ask_or_stop(&question)?;
        let json = Json::parse(&source)?;
        let key = match kind {
            Owner::Role => "Role",
            Owner::User => "User",
            Owner::Group => "Group",
        };
        let arn = json
            .get(key)
            .and_then(|one| one.get("Arn"))
            .and_then(Json::as_str);
        // What is unused of another one may be in use here.
        let is_meant = |owner: &PolicyOwner| {
            let is_name = owner.name.as_str().eq_ignore_ascii_case(name.as_str());
            is_name && owner.kind == kind
        };
        let arn = arn.and_then(PolicyOwner::from_arn).filter(is_meant);
        let arn = arn.and_then(|owner| owner.arn);
        let is_of_account = |arn: &Arn| arn.account().as_ref() == Some(&caller.account);
        arn.filter(is_of_account).ok_or_else(|| {
            let message = format!(
                "this is not the {} {name} of account {}",
                kind.as_str(),
                caller.account
            );
            let error = source.error(message);
            unusable(error)
        })
    }

    /// The policies of a principal, and of the groups of a user.
    fn policies(
        &self,
        answers: &Answers<'_>,
        kind: Owner,
        name: &PrincipalName,
    ) -> Result<(), Error> {
        let mut whose = vec![(kind, name.clone())];
        if kind == Owner::User {
            let question = self
                .question(ReadCommand::new(Read::GroupsOfUser).option("user-name", name.as_str()));
            if let Some(source) = answers.ask(&question)? {
                let groups = names(&source, "Groups", "GroupName", PrincipalName::parse)?;
                whose.extend(groups.into_iter().map(|group| (Owner::Group, group)));
            }
        }
        for_each(&whose, |(kind, name)| {
            thread::scope(|scope| {
                let inline = scope.spawn(|| self.inline_policies(answers, *kind, name));
                self.attached_policies(answers, *kind, name)?;
                joined(inline)
            })
        })
    }

    fn inline_policies(
        &self,
        answers: &Answers<'_>,
        kind: Owner,
        name: &PrincipalName,
    ) -> Result<(), Error> {
        let list = ReadCommand::new(Read::InlinePolicies(kind)).principal(name);
        let Some(source) = answers.ask(&self.question(list))? else {
            return Ok(());
        };
        let policies = strings(&source, "PolicyNames", PolicyName::parse)?;
        for_each(&policies, |policy| {
            let get = ReadCommand::new(Read::InlinePolicy(kind))
                .principal(name)
                .option("policy-name", policy.as_str());
            answers.ask(&self.question(get)).map(drop)
        })
    }

    fn attached_policies(
        &self,
        answers: &Answers<'_>,
        kind: Owner,
        name: &PrincipalName,
    ) -> Result<(), Error> {
        let list = ReadCommand::new(Read::AttachedPolicies(kind)).principal(name);
        let Some(source) = answers.ask(&self.question(list))? else {
            return Ok(());
        };
        let policies = names(&source, "AttachedPolicies", "PolicyArn", Arn::parse)?;
        for_each(&policies, |policy| self.managed_policy(answers, policy))
    }

    /// A managed policy in the version that is in force, and who has it.
    fn managed_policy(&self, answers: &Answers<'_>, policy: &Arn) -> Result<(), Error> {
        let of_policy = |read| ReadCommand::new(read).option("policy-arn", policy.as_str());
        let Some(source) = answers.ask(&self.question(of_policy(Read::Policy)))? else {
            return Ok(());
        };
        let json = Json::parse(&source)?;
        let version = json
            .get("Policy")
            .and_then(|one| one.get("DefaultVersionId"));
        let Some(version) = version.and_then(Json::as_str).and_then(VersionId::parse) else {
            let message = "this does not tell which version of the policy is in force";
            return Err(unusable(source.error(message)));
        };
        let version = of_policy(Read::PolicyVersion).option("version-id", version.as_str());
        answers.ask(&self.question(version))?;
        // Nobody can change AWS's own, so it does not matter who has one of these.
        let is_own = policy
            .account()
            .is_some_and(|account| account.as_str() != "aws");
        if is_own {
            answers.ask(&self.question(of_policy(Read::HoldersOfPolicy)))?;
        }
        Ok(())
    }

    /// The policies that were made of what `CloudTrail` saw of a principal: they tell what it used.
    fn seen_by_cloudtrail(&self, answers: &Answers<'_>, arn: &Arn) -> Result<(), Error> {
        let list = ReadCommand::new(Read::PolicyGenerations).option("principal-arn", arn.as_str());
        let Some(source) = answers.ask_unless(&self.question(list), OPTIONAL)? else {
            return Ok(());
        };
        let json = Json::parse(&source)?;
        let all = json.get("policyGenerations").and_then(Json::as_array);
        let done = all
            .unwrap_or_default()
            .iter()
            .filter(|one| one.get("status").and_then(Json::as_str) == Some("SUCCEEDED"));
        let jobs = done.filter_map(|one| one.get("jobId").and_then(Json::as_str).and_then(id));
        let jobs: Vec<&str> = jobs.collect();
        for_each(&jobs, |job| {
            let get = ReadCommand::new(Read::GeneratedPolicy).option("job-id", *job);
            answers.ask_unless(&self.question(get), OPTIONAL).map(drop)
        })
    }
}

/// The ARN of the principal, if it is the one that was asked for, where one was: its path may be
/// another, and then it is another that was meant.
fn is_asked_for(arn: Arn, asked: Option<&Arn>) -> Result<Arn, Error> {
    match asked {
        Some(asked) if !asked.as_str().eq_ignore_ascii_case(arn.as_str()) => Err(Error::with_help(
            format!("there is no {asked}, but {arn}"),
            "give its name or its whole ARN",
        )),
        _ => Ok(arn),
    }
}

/// What `CloudTrail` saw is asked for in case it is there. These refusals say that it is not to be had.
const OPTIONAL: &[Why] = &[Why::Denied, Why::NoRegion, Why::NotReached, Why::TooOld];

/// An id that AWS gave, if it is one: letters, digits and hyphens. Anything else could mean something
/// to the `aws` program.
pub(super) fn id(text: &str) -> Option<&str> {
    let is_id = !text.is_empty()
        && text.len() <= 128
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-');
    is_id.then_some(text)
}

/// The names in a list of texts.
fn strings<T>(source: &Source, list: &str, parse: fn(&str) -> Option<T>) -> Result<Vec<T>, Error> {
    let json = Json::parse(source)?;
    let all = json.get(list).and_then(Json::as_array).unwrap_or_default();
    let all = all.iter().map(|one| parsed(source, one, parse));
    all.collect()
}

/// The names in a list of objects.
fn names<T>(
    source: &Source,
    list: &str,
    key: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<Vec<T>, Error> {
    let json = Json::parse(source)?;
    let all = json.get(list).and_then(Json::as_array).unwrap_or_default();
    let all = all
        .iter()
        .map(|one| parsed(source, one.get(key).unwrap_or(one), parse));
    all.collect()
}

fn parsed<T>(source: &Source, json: &Json, parse: fn(&str) -> Option<T>) -> Result<T, Error> {
    let parsed = json.as_str().and_then(parse);
    parsed.ok_or_else(|| {
        let error = source.error_at(json.range.clone(), "this is no name or ARN of IAM");
        unusable(error)
    })
}
