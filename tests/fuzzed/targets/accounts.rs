//! A whole account and the findings of its principals, set apart by lines `---`: whatever they are,
//! each policy is told, proved when everything is accepted, and loses nothing for whose sake
//! somebody keeps it.

use iam_refine::account::{AccountPolicy, AccountReview};
use iam_refine::catalogue::Catalogue;
use iam_refine::findings::{MissingPages, Page};
use iam_refine::policies::Account;
use iam_refine::refine::Options;
use iam_refine::review::Decision;
use iam_refine::text::Json;

use super::reviews::{check_proved, check_undone};
use super::telling::{check, check_problem, check_shown, source};

pub fn run(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let mut parts = text.split("\n---\n");
    let Some(account) = parts.next().and_then(account) else {
        return false;
    };
    let pages: Vec<Page> = parts.filter_map(page).collect();
    let opened = AccountReview::open(
        account,
        pages,
        MissingPages::Accepted,
        Catalogue::built_in(),
        Options::default(),
    );
    match &opened {
        Ok(account) => is_told(account),
        Err(problems) => check(problems),
    }
    opened.is_ok()
}

fn account(text: &str) -> Option<Account> {
    let source = source("account.json", text.as_bytes())?;
    let json = Json::parse(&source).inspect_err(check).ok()?;
    Account::read(&source, &json).inspect_err(check).ok()
}

fn page(text: &str) -> Option<Page> {
    let source = source("finding.json", text.as_bytes())?;
    let json = Json::parse(&source).inspect_err(check).ok()?;
    Page::read(&source, &json).inspect_err(check).ok()
}

fn is_told(account: &AccountReview) {
    account.notes().iter().for_each(check_problem);
    for subject in account.policies() {
        check_shown(&account.name(subject));
        for block in &subject.blockers {
            check_shown(&account.reason(block));
        }
        assert!(subject.unused <= Some(subject.granted));
        assert_eq!(account.review(subject).is_some(), subject.is_refined());
        is_refined(account, subject);
    }
}

fn is_refined(account: &AccountReview, subject: &AccountPolicy) {
    let Some(mut review) = account.review(subject) else {
        return;
    };
    review.decide(&review.undecided(), Decision::Accepted);
    check_proved(&review);
    let after = &review.outcomes()[0].policy;
    for (action, keepers) in account.contested(subject) {
        assert!(!keepers.is_empty() && after.allows(&action), "{action}");
    }
    while review.undo().is_some() {}
    check_undone(&review);
}
