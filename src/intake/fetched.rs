//! A fetched folder: the policies of a role or user, and what is known of their use.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Gathered, IntakeOptions, Reading};
use crate::document::Document;
use crate::fetched::{Answer, FETCH_AGAIN, FetchedOf, Folder, MANIFEST};
use crate::findings::Page;
use crate::iam::quota::Owner;
use crate::iam::{Arn, PolicyName, VersionId};
use crate::policies::{self, LoadedPolicy, OtherHolders, PolicyDetail, PolicyOwner};
use crate::text::{Error, Fields, Json, Problem, Shown, Source, recognise};

/// The sub-command that prints a last-accessed report.
const REPORT: &str = "get-service-last-accessed-details";

/// The sub-command that prints a finding.
const FINDING: &str = "get-finding-v2";

/// Whose policies a folder has, beside the policies and pages themselves.
#[derive(Clone, Debug)]
pub struct FetchedPrincipal {
    /// The policies of groups that a user is in, each with the name of its group: they grant, and are
    /// not reviewed.
    pub(super) inherited: Vec<(String, LoadedPolicy)>,
    /// Whether no policy of it is missing.
    pub(super) has_all_policies: bool,
    /// What to tell of the folder.
    pub(super) notes: Vec<Problem>,
}

/// The role or user, as AWS describes it.
struct Principal {
    owner: PolicyOwner,
    arn: Arn,
    created_at: Option<Timestamp>,
}

impl Gathered {
    /// Adds what a folder holds. An answer that cannot be read is set aside in `reading`.
    pub(super) fn add_fetched(
        &mut self,
        folder: &Folder,
        options: &IntakeOptions,
        reading: &mut Reading,
    ) {
        let analyzer = folder.manifest.analyzer.as_ref();
        let options = &options.of_analyzer(analyzer.and_then(|analyzer| analyzer.days));
        if let FetchedOf::Account(account) = &folder.manifest.heading.of {
            if options.everywhere {
                self.accounts.push(folder.clone());
                return;
            }
            reading.keep::<()>(Err(of_an_account(folder, account)));
            return;
        }
        let Some(principal) = reading.keep(principal(folder)) else {
            return;
        };
        let inherited = self.add_policies(folder, &principal, reading);
        self.add_pages(folder, &principal, options, reading);
        self.fetched.push(FetchedPrincipal {
            inherited,
            has_all_policies: folder.manifest.unanswered.iter().all(|call| {
                (call.arguments.first()).is_none_or(|service| service != "iam")
                    || !(call.arguments.get(1)).is_some_and(|call| tells_of_policies(call))
            }),
            notes: notes(folder),
        });
    }

    /// Adds the policies of the principal itself, and returns those of its groups.
    fn add_policies(
        &mut self,
        folder: &Folder,
        principal: &Principal,
        reading: &mut Reading,
    ) -> Vec<(String, LoadedPolicy)> {
        let own = attached(folder, "list-attached-role-policies", reading);
        let mut own: BTreeSet<String> = own.into_iter().map(|(arn, _)| arn).collect();
        let of_user = attached(folder, "list-attached-user-policies", reading);
        own.extend(of_user.into_iter().map(|(arn, _)| arn));
        let of_groups = attached(folder, "list-attached-group-policies", reading);
        let mut inherited = Vec::new();
        for answer in &folder.manifest.answers {
            match answer.sub_command() {
                "get-role-policy" | "get-user-policy" => {
                    let read = reading.keep(inline(folder, answer, &principal.owner));
                    self.policies.extend(read);
                }
                "get-group-policy" => {
                    let group = answer.option("group-name").unwrap_or_default();
                    let read = policy(folder, answer)
                        .and_then(|policy| named(policy, &format!("group {group}: inline policy")));
                    let read = reading.keep(read);
                    inherited.extend(read.map(|policy| (format!("group {group}"), policy)));
                }
                "get-policy-version" => {
                    let Some(policy) = reading.keep(managed(folder, answer, &principal.owner))
                    else {
                        continue;
                    };
                    let arn = answer.option("policy-arn").unwrap_or_default();
                    let groups = of_groups.iter().filter(|(attached, _)| attached == arn);
                    inherited.extend(
                        groups.map(|(_, group)| (format!("group {group}"), policy.clone())),
                    );
                    if own.contains(arn) {
                        self.policies.push(policy);
                    }
                }
                _ => {}
            }
        }
        inherited
    }

    fn add_pages(
        &mut self,
        folder: &Folder,
        principal: &Principal,
        options: &IntakeOptions,
        reading: &mut Reading,
    ) {
        // A report does not step in for a finding that is there and was not answered.
        let mut unanswered = folder.manifest.unanswered.iter();
        let is_unanswered = unanswered.any(|call| call.sub_command() == FINDING);
        if is_unanswered && folder.answers(FINDING).next().is_none() {
            let message = format!("a finding of {} was not answered", principal.arn);
            let again = "run the same fetch again, which resumes; or give another folder";
            reading.keep::<()>(Err(Error::with_help(message, again)));
            return;
        }
        for answer in &folder.manifest.answers {
            let is_report = match answer.sub_command() {
                FINDING | "get-generated-policy" => false,
                REPORT => true,
                _ => continue,
            };
            if reading.keep(is_empty_report(folder, answer)) == Some(true) {
                continue;
            }
            let page = page(folder, answer, options);
            if let Some(page) = reading.keep(page) {
                let page = if is_report {
                    page.about(principal.arn.as_str().into(), principal.created_at)
                } else {
                    page
                };
                let wrong = (page.is_of_another()).or_else(|| page.is_before(principal.created_at));
                reading.keep(wrong.map_or(Ok(()), |wrong| Err(wrong.into())));
                self.pages.push(page);
            }
        }
    }
}

/// Whether the answer to this sub-command says which policies there are, or what one says.
fn tells_of_policies(sub_command: &str) -> bool {
    let is_list = sub_command.starts_with("list-") && sub_command.ends_with("-policies");
    let is_policy = sub_command.starts_with("get-") && sub_command.ends_with("-policy");
    let others = ["get-policy-version", "list-groups-for-user"];
    is_list || is_policy || others.contains(&sub_command)
}

fn of_an_account(folder: &Folder, account: &str) -> Error {
    Error::with_help(
        format!(
            "{} holds the whole account {}",
            folder.path().shown(),
            crate::text::quoted(account)
        ),
        format!(
            "give it with --account: --account {}; with --everywhere all count in it who have the policy",
            folder.path().shown()
        ),
    )
}

/// The role or user that the folder is of.
fn principal(folder: &Folder) -> Result<Principal, Error> {
    let (sub_command, key) = match &folder.manifest.heading.of {
        FetchedOf::User(_) => ("get-user", "User"),
        FetchedOf::Role(_) | FetchedOf::Account(_) => ("get-role", "Role"),
    };
    let Some(answer) = folder.answers(sub_command).next() else {
        return Err(Error::with_help(
            format!(
                "{} has no answer of {sub_command}",
                folder.path().join(MANIFEST).shown()
            ),
            FETCH_AGAIN,
        ));
    };
    let source = folder.read(answer)?;
    let json = Json::parse(&source)?;
    let described = json.get(key).unwrap_or(&json);
    let mut fields = Fields::new(&source);
    let arn = fields.text(described, "Arn").map(str::to_owned);
    let created_at = fields.time(described, "CreateDate");
    fields.finish()?;
    let arn = arn.unwrap_or_default();
    let heading = &folder.manifest.heading;
    // AWS has no two names that differ in case alone.
    let is_name = |owner: &PolicyOwner, name: &str| owner.name.as_str().eq_ignore_ascii_case(name);
    let is_meant = |owner: &PolicyOwner| match &heading.of {
        FetchedOf::Role(name) => owner.kind == Owner::Role && is_name(owner, name),
        FetchedOf::User(name) => owner.kind == Owner::User && is_name(owner, name),
        FetchedOf::Account(_) => false,
    };
    let owner = PolicyOwner::from_arn(&arn).filter(is_meant);
    let of_account = |arn: &Arn| {
        arn.account()
            .is_some_and(|id| id.as_str() == heading.account)
    };
    match (owner, Arn::parse(&arn).filter(of_account)) {
        (Some(owner), Some(arn)) => Ok(Principal {
            owner,
            arn,
            created_at,
        }),
        _ => Err(source
            .error("this is not of the role or user that was asked for")
            .help(FETCH_AGAIN)
            .into()),
    }
}

/// The ARNs of attached policies, each with the name of whom it is attached to.
fn attached(folder: &Folder, sub_command: &str, reading: &mut Reading) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for answer in folder.answers(sub_command) {
        let name = ["role-name", "user-name", "group-name"];
        let name = name.iter().find_map(|name| answer.option(name));
        let arns = reading.keep(attached_in(folder, answer));
        let name = name.unwrap_or_default();
        all.extend(arns.into_iter().flatten().map(|arn| (arn, name.to_owned())));
    }
    all
}

fn attached_in(folder: &Folder, answer: &Answer) -> Result<Vec<String>, Error> {
    let source = folder.read(answer)?;
    let json = Json::parse(&source)?;
    let mut fields = Fields::new(&source);
    let list = fields.list(&json, "AttachedPolicies").unwrap_or_default();
    let arns: Vec<String> = (list.iter())
        .filter_map(|one| fields.text(one, "PolicyArn").map(str::to_owned))
        .collect();
    fields.finish()?;
    Ok(arns)
}

/// The one policy of an answer.
fn policy(folder: &Folder, answer: &Answer) -> Result<LoadedPolicy, Error> {
    let source = folder.read(answer)?;
    let mut policies = policies::read(&source, &Json::parse(&source)?)?;
    match (policies.pop(), policies.pop()) {
        (Some(policy), None) => Ok(policy),
        _ => Err(source.error("this is not one policy").into()),
    }
}

/// An inline policy of the principal.
fn inline(folder: &Folder, answer: &Answer, owner: &PolicyOwner) -> Result<LoadedPolicy, Error> {
    let mut policy = policy(folder, answer)?;
    if !(policy.origin.owner.as_ref()).is_some_and(|own_owner| own_owner.may_be(owner)) {
        let source = folder.read(answer)?;
        let error = source.error(format!("this is not a policy of {owner}"));
        return Err(error.help(FETCH_AGAIN).into());
    }
    if policy.origin.name.as_ref().map(PolicyName::as_str) != answer.option("policy-name") {
        let source = folder.read(answer)?;
        return Err(of_something_else(&source));
    }
    // The answer names it without its account.
    policy.origin.owner = Some(owner.clone());
    named(policy, "inline policy")
}

/// A managed policy, with what its version does not say of it.
fn managed(
    folder: &Folder,
    answer: &Answer,
    reviewed: &PolicyOwner,
) -> Result<LoadedPolicy, Error> {
    let source = folder.read(answer)?;
    let arn = answer.option("policy-arn").unwrap_or_default();
    let Some(parsed) = Arn::parse(arn) else {
        let error = source.error("this is the version of a policy without an ARN");
        return Err(error.into());
    };
    let json = Json::parse(&source)?;
    let is_default =
        (json.get("PolicyVersion")).and_then(|version| version.get("IsDefaultVersion"));
    if is_default.and_then(Json::as_bool) == Some(false) {
        let error =
            source.error("this version is not in force any more: the policy was changed meanwhile");
        return Err(error.help(FETCH_AGAIN).into());
    }
    let mut policy = policies::read_version(&source, &json, &parsed)?;
    if policy.origin.version.as_ref().map(VersionId::as_str) != answer.option("version-id") {
        return Err(of_something_else(&source));
    }
    policy.origin.owner = Some(reviewed.clone());
    let asked_of_it = |sub_command: &'static str| {
        let mut asked = folder.answers(sub_command);
        let asked = asked.find(|one| one.option("policy-arn") == Some(arn));
        asked.map(|answer| folder.read(answer)).transpose()
    };
    let detail = match asked_of_it("get-policy")? {
        Some(source) => {
            let detail = PolicyDetail::read(&source, &Json::parse(&source)?)?;
            if detail.arn != parsed {
                return Err(of_something_else(&source));
            }
            Some(detail)
        }
        None => None,
    };
    let holders = asked_of_it("list-entities-for-policy")?;
    let holders = match &holders {
        Some(source) => Some((source, Json::parse(source)?)),
        None => None,
    };
    let holders = holders.as_ref().map(|(source, json)| (*source, json));
    policy.origin.others = Some(OtherHolders::read(holders, detail.as_ref(), reviewed)?);
    named(policy, "policy")
}

fn of_something_else(source: &Source) -> Error {
    let error = source.error("this answers another question than was asked");
    error.help(FETCH_AGAIN).into()
}

/// A policy under its own name: that of the answer's file means nothing to a person.
fn named(policy: LoadedPolicy, what: &str) -> Result<LoadedPolicy, Error> {
    let Some(name) = &policy.origin.name else {
        return Ok(policy);
    };
    let text = policy.document.source().text();
    let source = Source::from_text(&format!("{what} {name}"), text);
    Ok(LoadedPolicy {
        document: Document::parse(source)?,
        ..policy
    })
}

fn page(folder: &Folder, answer: &Answer, options: &IntakeOptions) -> Result<Page, Error> {
    let source = folder.read(answer)?;
    let json = Json::parse(&source)?;
    Ok(options.read_page(&source, &json, recognise(&json))?)
}

/// Whether an answer is the report about a principal that is allowed nothing: it lists no services, and
/// nothing can be unused.
pub(super) fn is_empty_report(folder: &Folder, answer: &Answer) -> Result<bool, Error> {
    // One page of several may be empty and count all the same.
    if answer.sub_command() != REPORT || answer.option("marker").is_some() {
        return Ok(false);
    }
    let source = folder.read(answer)?;
    let json = Json::parse(&source)?;
    let services = json.get("ServicesLastAccessed").and_then(Json::as_array);
    let is_whole = json.get("IsTruncated").and_then(Json::as_bool) != Some(true);
    Ok(is_whole && services.is_some_and(<[Json]>::is_empty))
}

/// From whom and when it was fetched, and what of it was not.
pub(super) fn notes(folder: &Folder) -> Vec<Problem> {
    let manifest = &folder.manifest;
    let source = Source::from_text(&manifest.heading.of.to_string(), "");
    let unanswered = manifest.unanswered_alike().into_iter();
    let notes = unanswered.map(|(call, count)| {
        let warning = source.warning(call.told(count));
        warning.detail(call.error.clone()).help(call.help.clone())
    });
    let notes = notes.chain(manifest.notes.iter().map(|note| source.note(note.clone())));
    notes.collect()
}
