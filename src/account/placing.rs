//! Which finding is about which principal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{PrincipalPlace, WithoutFinding};
use crate::findings::{Findings, MissingPages, Page, second_finding};
use crate::iam::{AccountId, Arn};
use crate::policies::{Account, AccountPrincipal, PolicyOwner, belied, young_principal};
use crate::text::{Problem, Problems, Severity, Untrusted, counted, some_of};

/// The finding of each principal, by its place.
pub(super) struct Placed {
    pub(super) findings: Vec<Option<Arc<Findings>>>,
    /// Why principals have no finding, of which something was found.
    pub(super) without_finding: BTreeMap<PrincipalPlace, WithoutFinding>,
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
    let named = pages.iter().filter(|page| page.is_finding());
    let named: Vec<Untrusted> = named.filter_map(|page| page.principal.clone()).collect();
    let joined = Findings::join_each(pages, missing);
    let mut placing = Placing::of(account);
    placing
        .refused
        .extend(nameless.iter().filter_map(Page::is_nameless));
    placing.refused.extend(joined.problems);
    placing.place_each(joined.findings);
    placing.is_of_this_account()?;
    let Placing {
        subjects,
        findings,
        refused,
        mut notes,
        ..
    } = placing;
    let without_finding = joined.without_finding.into_iter();
    notes.extend(without_finding.map(|problem| problem.passed_over(Severity::Note)));
    let refused = refused.into_iter();
    notes.extend(refused.map(|problem| problem.passed_over(Severity::Warning)));
    let named = named.iter().filter_map(|named| subjects.place_of(named));
    let passed_over = named.filter(|place| findings[place.0].is_none());
    let without_finding = passed_over
        .map(|place| (place, WithoutFinding::PassedOver))
        .collect();
    Ok(Placed {
        findings,
        without_finding,
        notes,
    })
}

/// Findings on their way to whom they are about.
struct Placing<'a> {
    subjects: Subjects<'a>,
    findings: Vec<Option<Arc<Findings>>>,
    /// What is wrong with some of them.
    refused: Vec<Problem>,
    /// Those of this account that are about somebody who is not there, or not any more.
    gone: Vec<Problem>,
    /// Those of other accounts.
    foreign: Vec<Findings>,
    notes: Vec<Problem>,
}

impl<'a> Placing<'a> {
    fn of(account: &'a Account) -> Self {
        Placing {
            subjects: Subjects::of(account),
            findings: vec![None; account.principals.len()],
            refused: Vec::new(),
            gone: Vec::new(),
            foreign: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn place_each(&mut self, findings: Vec<Findings>) {
        let mut of_place: BTreeMap<usize, Vec<Findings>> = BTreeMap::new();
        for finding in findings {
            match self.subjects.find(finding.principal.as_ref()) {
                Subject::Principal(at) => of_place.entry(at).or_default().push(finding),
                Subject::Nobody if self.subjects.is_of_another_account(&finding) => {
                    self.foreign.push(finding);
                }
                Subject::Nobody => self.gone.push(stranger(&finding)),
                Subject::Several(why) => {
                    let problem = finding.source.error_from(finding.start, why);
                    self.refused.push(problem.help(COUNTS_AS_USING_ALL));
                }
            }
        }
        for (at, of_one) in of_place {
            match <[Findings; 1]>::try_from(of_one) {
                Ok([finding]) => self.put(at, finding),
                Err(several) => {
                    let others = several[1..].iter();
                    let twice = others.map(|other| second_finding(&several[0], other));
                    self.refused.extend(twice);
                }
            }
        }
    }

    /// Gives the principal at this place its finding, unless that is of one before it that was called so.
    fn put(&mut self, at: usize, mut finding: Findings) {
        let principal = &self.subjects.account.principals[at];
        if let Some(problem) = belied(&finding, &principal.owner, principal.dates) {
            self.gone.push(problem.passed_over(Severity::Warning));
            return;
        }
        // A finding has a guard of its own, and a report has none.
        if finding.asked_since.is_some() {
            finding.created_at = finding.created_at.or(principal.dates.created_at);
        }
        self.notes.extend(finding.notes.iter().cloned());
        self.notes.extend(young_principal(&finding));
        self.findings[at] = Some(Arc::new(finding));
    }

    /// Whether any of the findings is of this account, be it of somebody who is gone: those of others are
    /// noted then.
    ///
    /// # Errors
    /// None is.
    fn is_of_this_account(&mut self) -> Result<(), Problems> {
        let has_own = self.findings.iter().any(Option::is_some) || !self.gone.is_empty();
        let foreign = of_other_accounts(&self.foreign, &self.subjects);
        if has_own || !self.refused.is_empty() {
            let passed_over = |problem: Problem| problem.passed_over(Severity::Note);
            self.notes.extend(foreign.map(passed_over));
        } else {
            self.refused.extend(foreign);
        }
        if !has_own && !self.refused.is_empty() {
            return Err(Problems(std::mem::take(&mut self.refused)));
        }
        self.notes.append(&mut self.gone);
        Ok(())
    }
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

    /// Whether a finding is about somebody of an account that is not this one.
    fn is_of_another_account(&self, finding: &Findings) -> bool {
        let of = account_of(finding);
        self.id.is_some() && of.is_some() && of != self.id
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
        let called = self.account.called(&subject);
        let mut meant =
            called.filter(|(_, principal)| principal.owner.arn.is_some() || is_of_account());
        match (meant.next(), meant.next()) {
            (None, _) => Subject::Nobody,
            (Some((at, _)), None) => Subject::Principal(at),
            (Some(_), Some(_)) => Subject::Several(format!(
                "the account has {subject} twice, so nobody can tell which of them this finding is for"
            )),
        }
    }
}

/// That nobody in the account is whom a finding of it is about.
fn stranger(finding: &Findings) -> Problem {
    let principal = finding.principal.clone().unwrap_or_default();
    let warning = finding.source.warning_from(
        finding.start,
        "the account does not have whom this finding is for",
    );
    warning.detail(principal.to_string()).help(format!(
        "it is passed over; if the account is older, fetch it again: {FETCH}"
    ))
}

/// That there are findings of other accounts than this one, which is an error where there are none of this
/// one.
fn of_other_accounts(findings: &[Findings], subjects: &Subjects<'_>) -> Option<Problem> {
    let first = findings.first()?;
    let ids: BTreeSet<AccountId> = findings.iter().filter_map(account_of).collect();
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let message = format!(
        "{} of {} than {}: {}",
        counted(findings.len(), "finding is", "findings are"),
        if ids.len() == 1 {
            "another account"
        } else {
            "other accounts"
        },
        subjects.id.as_ref()?,
        some_of(&ids, ACCOUNTS)
    );
    let help = format!("give the account they were made in, fetched whole: {FETCH}");
    Some(first.source.error(message).help(help))
}

/// How many accounts are named before the rest is counted.
const ACCOUNTS: usize = 5;

const FETCH: &str = "aws iam get-account-authorization-details --output json > account.json";

/// The account of whom a finding is about.
fn account_of(finding: &Findings) -> Option<AccountId> {
    Arn::parse(finding.principal.as_ref()?.raw())?.account()
}
