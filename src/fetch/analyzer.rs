//! What IAM Access Analyzer found: which analyzer to ask, and its findings.

use super::answers::{Answers, for_each, unusable};
use super::principal::id;
use super::{Caller, Fetcher, Question, Why};
use crate::aws::{Read, ReadCommand};
use crate::fetched::Analyzer;
use crate::iam::{AccountId, Arn};
use crate::text::{Error, Json, Source, Untrusted, counted};

/// Where Security Hub has its analyzer, which costs nothing.
const SECURITY_HUB: &str = "us-east-1";

/// The type of an analyzer that looks at its own account alone.
const ACCOUNT: &str = "ACCOUNT_UNUSED_ACCESS";

/// The findings that tell what is unused.
const TYPES: &str = r#""findingType":{"eq":["UnusedPermission","UnusedIAMRole"]}"#;

impl Fetcher<'_> {
    /// The analyzer to ask: the one that was named, or else the account's own in the region, in
    /// us-east-1, or an organization's. None where there is none, which is noted.
    pub(super) fn analyzer(
        &self,
        answers: &Answers<'_>,
        caller: &Caller,
    ) -> Result<Option<Analyzer>, Error> {
        let named = self.asked.analyzer.as_deref().and_then(Arn::parse);
        let own_region = self.asked.region.as_deref();
        let regions: Vec<Option<&str>> = match &named {
            Some(arn) => vec![region_of(arn)],
            // Another partition of AWS has other regions.
            None if own_region == Some(SECURITY_HUB) || caller.partition() != "aws" => {
                vec![own_region]
            }
            None => vec![own_region, Some(SECURITY_HUB)],
        };
        for region in regions {
            let list = self.of_analyzers(ReadCommand::new(Read::Analyzers), region);
            // That there are none elsewhere is a guess, and so is another region than the user's.
            let quietly: &[Why] = if region == own_region {
                &[Why::NoRegion]
            } else {
                &[Why::Denied, Why::NotReached, Why::CredentialsRefused]
            };
            let Some(source) = answers.ask_unless(&list, quietly)? else {
                continue;
            };
            if let Some(analyzer) = chosen(&source, named.as_ref(), &caller.account)? {
                return Ok(Some(analyzer));
            }
            if let Some(arn) = &named {
                return Err(Error::with_help(
                    format!("there is no active analyzer of unused access {arn}"),
                    "which there are is told by: aws accessanalyzer list-analyzers --output json",
                ));
            }
        }
        if let Some(arn) = named {
            // It was named, so it is asked although nobody can say what it is.
            return Ok(Some(Analyzer {
                arn: arn.to_string(),
                days: None,
            }));
        }
        answers.note(format!(
            "no analyzer of unused access is found in {} or {SECURITY_HUB}: AWS's last-accessed \
             report counts in its place; say --region where there is one, and --findings-profile for \
             an organization's",
            own_region.unwrap_or("the profile's region")
        ));
        Ok(None)
    }

    /// The findings about one principal.
    pub(super) fn findings_of(
        &self,
        answers: &Answers<'_>,
        analyzer: &Analyzer,
        principal: &Arn,
    ) -> Result<(), Error> {
        // A path may have quotes in it.
        let arn = serde_json::Value::from(principal.as_str());
        let filter = format!(r#"{{"resource":{{"eq":[{arn}]}},{TYPES}}}"#);
        let Some(list) = self.list(answers, analyzer, filter)? else {
            return Ok(());
        };
        let ids = ids(&list, |id, whom| {
            answers.note(format!("the archived finding {id} for {whom} is left out"));
        })?;
        if let Some(archived) = archived_alone(&list)? {
            return Err(Error::with_help(
                format!("the only finding for it, {archived}, is archived"),
                "somebody decided that it is to stay as it is; un-archive the finding in Access \
                 Analyzer to go on with it",
            ));
        }
        self.findings(answers, analyzer, &ids)
    }

    /// The findings about all principals of an account. Which are archived is in their list.
    pub(super) fn findings_of_account(
        &self,
        answers: &Answers<'_>,
        analyzer: &Analyzer,
        account: &AccountId,
    ) -> Result<(), Error> {
        let is_own = Arn::parse(&analyzer.arn).and_then(|arn| arn.account());
        let owner = if is_own.as_ref() == Some(account) {
            String::new()
        } else {
            format!(r#","resourceOwnerAccount":{{"eq":["{account}"]}}"#)
        };
        let filter = format!(r#"{{{TYPES},"status":{{"eq":["ACTIVE","ARCHIVED"]}}{owner}}}"#);
        let Some(list) = self.list(answers, analyzer, filter)? else {
            return Ok(());
        };
        let mut archived = 0;
        let ids = ids(&list, |_, _| archived += 1)?;
        if archived > 0 {
            let are = counted(archived, "archived finding is", "archived findings are");
            answers.note(format!("{are} left out"));
        }
        self.findings(answers, analyzer, &ids)
    }

    /// The list of the findings that `filter` lets through. None when it is not answered, which is noted.
    fn list(
        &self,
        answers: &Answers<'_>,
        analyzer: &Analyzer,
        filter: String,
    ) -> Result<Option<Source>, Error> {
        let list = ReadCommand::new(Read::Findings)
            .option("analyzer-arn", &analyzer.arn)
            .option("filter", filter);
        answers.ask(&self.of_analyzer(list, analyzer))
    }

    fn findings(
        &self,
        answers: &Answers<'_>,
        analyzer: &Analyzer,
        ids: &[String],
    ) -> Result<(), Error> {
        for_each(ids, |id| {
            let get = ReadCommand::new(Read::Finding)
                .option("analyzer-arn", &analyzer.arn)
                .option("id", id);
            // One may be gone since it was listed: it will not be there for another run either.
            let get = self.of_analyzer(get, analyzer);
            answers.ask_unless(&get, &[Why::NotFound]).map(drop)
        })
    }

    /// A question to this analyzer, where it is.
    fn of_analyzer(&self, command: ReadCommand, analyzer: &Analyzer) -> Question {
        let arn = Arn::parse(&analyzer.arn);
        self.of_analyzers(command, arn.as_ref().and_then(region_of))
    }

    /// A question to Access Analyzer: asked with the profile that can see the analyzer.
    fn of_analyzers(&self, command: ReadCommand, region: Option<&str>) -> Question {
        let profile = self.asked.findings_profile.as_deref();
        Question::new(command)
            .with_profile(profile.or(self.asked.profile.as_deref()))
            .in_region(region)
    }
}

fn region_of(arn: &Arn) -> Option<&str> {
    let region = arn.as_str().split(':').nth(3);
    region.filter(|region| !region.is_empty())
}

/// The analyzer that was named, or the first that looks for unused access: one of this account, or else
/// one of the organization. That of another account knows nothing of this one.
fn chosen(
    source: &Source,
    named: Option<&Arn>,
    account: &AccountId,
) -> Result<Option<Analyzer>, Error> {
    let json = Json::parse(source)?;
    let all = json
        .get("analyzers")
        .and_then(Json::as_array)
        .unwrap_or_default();
    let text = |one: &Json, key| one.get(key).and_then(Json::as_str).map(str::to_owned);
    for kind in [ACCOUNT, "ORGANIZATION_UNUSED_ACCESS"] {
        let mut of_kind: Vec<&Json> = all
            .iter()
            .filter(|one| text(one, "type").as_deref() == Some(kind))
            .filter(|one| text(one, "status").is_none_or(|status| status == "ACTIVE"))
            .filter(|one| {
                let arn = text(one, "arn").as_deref().and_then(Arn::parse);
                let is_of_account = arn.is_none_or(|arn| arn.account().as_ref() == Some(account));
                is_of_account || kind != ACCOUNT
            })
            .filter(|one| {
                named.is_none_or(|named| text(one, "arn").as_deref() == Some(named.as_str()))
            })
            .collect();
        of_kind.sort_by_key(|one| text(one, "arn"));
        let Some(one) = of_kind.first() else {
            continue;
        };
        let arn = text(one, "arn").as_deref().and_then(Arn::parse);
        let Some(arn) = arn else {
            return Err(unusable(
                source.error("this has an analyzer without an ARN"),
            ));
        };
        let days = (one.get("configuration"))
            .and_then(|configuration| configuration.get("unusedAccess"))
            .and_then(|unused| unused.get("unusedAccessAge"))
            .and_then(Json::as_u64);
        return Ok(Some(Analyzer {
            arn: arn.to_string(),
            days: days
                .and_then(|days| u32::try_from(days).ok())
                .filter(|days| *days > 0),
        }));
    }
    Ok(None)
}

/// The id of an archived finding, where none is active: the last-accessed report must not take away
/// what somebody decided to leave.
fn archived_alone(source: &Source) -> Result<Option<Untrusted>, Error> {
    let json = Json::parse(source)?;
    let all = json
        .get("findings")
        .and_then(Json::as_array)
        .unwrap_or_default();
    let has_status = |one: &&Json, status| one.get("status").and_then(Json::as_str) == Some(status);
    if all.iter().any(|one| has_status(&one, "ACTIVE")) {
        return Ok(None);
    }
    let archived = all.iter().find(|one| has_status(one, "ARCHIVED"));
    let id = archived.map(|one| {
        one.get("id")
            .and_then(Json::as_str)
            .unwrap_or("without an id")
    });
    Ok(id.map(Untrusted::from))
}

/// The ids of findings. Those that are archived are left out, and `told` of with whom they are about.
fn ids(
    source: &Source,
    mut told: impl FnMut(&Untrusted, &Untrusted),
) -> Result<Vec<String>, Error> {
    let json = Json::parse(source)?;
    let all = json
        .get("findings")
        .and_then(Json::as_array)
        .unwrap_or_default();
    let mut ids = Vec::new();
    for one in all {
        let text = |key| one.get(key).and_then(Json::as_str);
        if text("status") == Some("ARCHIVED") {
            let whom = Untrusted::from(text("resource").unwrap_or("a principal"));
            let id = Untrusted::from(text("id").unwrap_or("without an id"));
            told(&id, &whom);
            continue;
        }
        let Some(id) = text("id").and_then(id) else {
            let error = source.error_at(one.range.clone(), "this finding has no id");
            return Err(unusable(error));
        };
        ids.push(id.to_owned());
    }
    Ok(ids)
}
