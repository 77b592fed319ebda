//! Which finding is about which principal.

use std::sync::Arc;

use crate::findings::{Findings, MissingPages, Page};
use crate::policies::{Account, PolicyOwner};
use crate::text::{Problem, Problems};

/// The finding of each principal, by its place.
pub(super) struct Placed {
    pub(super) findings: Vec<Option<Arc<Findings>>>,
    pub(super) notes: Vec<Problem>,
}

pub(super) fn place(
    account: &Account,
    pages: Vec<Page>,
    missing: MissingPages,
) -> Result<Placed, Problems> {
    let nameless: Vec<Problem> = pages.iter().filter_map(nameless).collect();
    if !nameless.is_empty() {
        return Err(Problems(nameless));
    }
    let mut placed = Placed {
        findings: vec![None; account.principals.len()],
        notes: Vec::new(),
    };
    let mut strangers = Vec::new();
    let mut problems = Vec::new();
    for finding in Findings::join(pages, missing)? {
        placed.notes.extend(finding.notes.iter().cloned());
        let Some(at) = subject_of(account, &finding) else {
            strangers.push(finding);
            continue;
        };
        match &mut placed.findings[at] {
            Some(first) => problems.push(second(first, &finding)),
            free => *free = Some(Arc::new(finding)),
        }
    }
    let is_other_account = placed.findings.iter().all(Option::is_none);
    let told = strangers
        .iter()
        .map(|finding| stranger(finding, is_other_account));
    if is_other_account {
        problems.extend(told);
    } else {
        placed.notes.extend(told);
    }
    if problems.is_empty() {
        Ok(placed)
    } else {
        Err(Problems(problems))
    }
}

/// A file of findings that does not say whom it is about.
fn nameless(page: &Page) -> Option<Problem> {
    if page.asked_since.is_some() {
        let message =
            "this report does not tell whom it is about, so it has no place in an account";
        let help = "give findings of unused access, which do: aws accessanalyzer get-finding-v2 \
                    --analyzer-arn ANALYZER --id FINDING";
        return Some(page.source.error(message).help(help));
    }
    page.principal.is_none().then(|| {
        let message = "this finding has no \"resource\", so it has no place in an account";
        let help = "give what `aws accessanalyzer get-finding-v2` prints, unchanged";
        page.source.error(message).help(help)
    })
}

/// The place of the principal that a finding is about.
fn subject_of(account: &Account, finding: &Findings) -> Option<usize> {
    let subject = PolicyOwner::from_arn(finding.principal.as_ref()?.raw())?;
    let is_meant = |owner: &PolicyOwner| owner.may_be(&subject);
    (account.principals.iter()).position(|principal| is_meant(&principal.owner))
}

fn second(first: &Findings, second: &Findings) -> Problem {
    let principal = second.principal.clone().unwrap_or_default();
    let message = format!(
        "{} holds a finding for {principal} too",
        first.source.name().quoted()
    );
    second.source.error(message).help("give the newer alone")
}

fn stranger(finding: &Findings, is_other_account: bool) -> Problem {
    let principal = finding.principal.clone().unwrap_or_default();
    let message = format!("this finding is for {principal}, which the account does not have");
    let fetch = "aws iam get-account-authorization-details > account.json";
    if is_other_account {
        let help = format!("give the account it was made in, fetched whole: {fetch}");
        finding.source.error(message).help(help)
    } else {
        let help = format!("it is passed over; if the account is older, fetch it again: {fetch}");
        finding.source.warning(message).help(help)
    }
}
