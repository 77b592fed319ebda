//! Which finding is about which principal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::PrincipalPlace;
use crate::findings::{Findings, MissingPages, Page, second_finding};
use crate::iam::{AccountId, Arn};
use crate::policies::{Account, AccountPrincipal, PolicyOwner, belied, young_principal};
use crate::text::{Problem, Problems, Severity, Untrusted};

/// The finding of each principal, by its place.
pub(super) struct Placed {
    pub(super) findings: Vec<Option<Arc<Findings>>>,
    /// The principals of which something was found and is not used.
    pub(super) passed_over: BTreeSet<PrincipalPlace>,
    pub(super) notes: Vec<Problem>,
}

pub(super) fn place(
    account: &Account,
    pages: Vec<Page>,
    missing: MissingPages,
) -> Result<Placed, Problems> {
    let (nameless, pages): (Vec<Page>, Vec<Page>) = pages
        .into_iter()
        .partition(|page| page.is_nameless().is_some());
    let mut refused: Vec<Problem> = nameless.iter().filter_map(Page::is_nameless).collect();
    let named = pages.iter().filter(|page| page.is_finding());
    let named: Vec<Untrusted> = named.filter_map(|page| page.principal.clone()).collect();
    let joined = Findings::join_each(pages, missing);
    refused.extend(joined.problems);
    let subjects = Subjects::of(account);
    let mut of_place: BTreeMap<usize, Vec<Findings>> = BTreeMap::new();
    let (mut strangers, mut notes) = (Vec::new(), Vec::new());
    for finding in joined.findings {
        match subjects.find(finding.principal.as_ref()) {
            Subject::Principal(at) => of_place.entry(at).or_default().push(finding),
            Subject::Nobody => strangers.push(finding),
            Subject::Several(why) => {
                let problem = finding.source.error_from(finding.start, why);
                refused.push(problem.help(COUNTS_AS_USING_ALL));
            }
        }
    }
    let mut findings = vec![None; account.principals.len()];
    for (at, findings_of_one) in of_place {
        match <[Findings; 1]>::try_from(findings_of_one) {
            Ok([mut finding]) => {
                let principal = &account.principals[at];
                if let Some(problem) = belied(&finding, &principal.owner, principal.dates) {
                    refused.push(problem);
                    continue;
                }
                // A finding has a guard of its own, and a report has none.
                if finding.asked_since.is_some() {
                    finding.created_at = finding.created_at.or(principal.dates.created_at);
                }
                notes.extend(finding.notes.iter().cloned());
                notes.extend(young_principal(&finding));
                findings[at] = Some(Arc::new(finding));
            }
            Err(several) => {
                let others = several[1..].iter();
                refused.extend(others.map(|other| second_finding(&several[0], other)));
            }
        }
    }
    let is_other_account = findings.iter().all(Option::is_none);
    let strangers = strangers.iter();
    let strangers = strangers.map(|finding| stranger(finding, is_other_account));
    if is_other_account {
        refused.extend(strangers);
        if !refused.is_empty() {
            return Err(Problems(refused));
        }
    } else {
        notes.extend(strangers);
    }
    let without_finding = joined.without_finding.into_iter();
    notes.extend(without_finding.map(|problem| problem.passed_over(Severity::Note)));
    let refused = refused.into_iter();
    notes.extend(refused.map(|problem| problem.passed_over(Severity::Warning)));
    let named = named.iter().filter_map(|named| subjects.place_of(named));
    let passed_over = named.filter(|place| findings[place.0].is_none()).collect();
    Ok(Placed {
        findings,
        passed_over,
        notes,
    })
}

const COUNTS_AS_USING_ALL: &str =
    "it counts as using everything; give the account as AWS prints it";

/// Whom a finding is about.
enum Subject {
    /// The principal at this place.
    Principal(usize),
    /// Nobody in the account.
    Nobody,
    /// It cannot be told, for this reason.
    Several(String),
}

/// The principals of an account, and whose account it is.
pub(super) struct Subjects<'a> {
    account: &'a Account,
    id: Option<AccountId>,
}

impl<'a> Subjects<'a> {
    pub(super) fn of(account: &'a Account) -> Self {
        let id = |principal: &AccountPrincipal| principal.owner.arn.as_ref()?.account();
        Subjects {
            account,
            id: account.principals.iter().find_map(id),
        }
    }

    /// The place of the one principal with this ARN, if there is one.
    pub(super) fn place_of(&self, arn: &Untrusted) -> Option<PrincipalPlace> {
        match self.find(Some(arn)) {
            Subject::Principal(at) => Some(PrincipalPlace(at)),
            Subject::Nobody | Subject::Several(_) => None,
        }
    }

    /// A principal whose ARN the file does not have is the one that is meant if the finding is of
    /// this account.
    fn find(&self, principal: Option<&Untrusted>) -> Subject {
        let arn = principal.map_or("", Untrusted::raw);
        let Some(subject) = PolicyOwner::from_arn(arn) else {
            return Subject::Nobody;
        };
        let is_of_account = || {
            let own_account = Arn::parse(arn).and_then(|arn| arn.account());
            own_account.is_some() && own_account == self.id
        };
        let is_meant = |owner: &PolicyOwner| {
            owner.may_be(&subject) && (owner.arn.is_some() || is_of_account())
        };
        let principals = self.account.principals.iter().enumerate();
        let mut meant = principals.filter(|(_, principal)| is_meant(&principal.owner));
        match (meant.next(), meant.next()) {
            (None, _) => Subject::Nobody,
            (Some((at, _)), None) => Subject::Principal(at),
            (Some(_), Some(_)) => Subject::Several(format!(
                "the account has {subject} twice, so nobody can tell which of them this finding is for"
            )),
        }
    }
}

fn stranger(finding: &Findings, is_other_account: bool) -> Problem {
    let principal = finding.principal.clone().unwrap_or_default();
    let message = format!("this finding is for {principal}, which the account does not have");
    let fetch = "aws iam get-account-authorization-details --output json > account.json";
    if is_other_account {
        let help = format!("give the account it was made in, fetched whole: {fetch}");
        finding.source.error_from(finding.start, message).help(help)
    } else {
        let help = format!("it is passed over; if the account is older, fetch it again: {fetch}");
        finding
            .source
            .warning_from(finding.start, message)
            .help(help)
    }
}
