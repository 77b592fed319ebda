//! A whole account: all policies at once, and what is known of the use of each role and user.

use super::answers::{Answers, for_each};
use super::{Caller, Fetcher};
use crate::aws::{Read, ReadCommand};
use crate::fetched::Analyzer;
use crate::iam::Arn;
use crate::iam::quota::Owner;
use crate::policies::{Locked, PolicyOwner};
use crate::text::{Error, Json, Source};

impl Fetcher<'_> {
    /// Asks for all about an account. Returns the analyzer that was asked, if there is one; where
    /// there is none each principal's last-accessed report is asked for.
    pub(super) fn account(
        &self,
        answers: &Answers<'_>,
        caller: &Caller,
    ) -> Result<Option<Analyzer>, Error> {
        let details = self.question(ReadCommand::new(Read::AccountDetails));
        let details = answers.ask_or_stop(&details)?;
        let analyzer = self.analyzer(answers, caller)?;
        if let Some(analyzer) = &analyzer {
            self.findings_of_account(answers, analyzer, &caller.account)?;
        } else {
            let principals = principals(&details)?;
            for_each(&principals, |arn| self.last_accessed(answers, arn))?;
        }
        Ok(analyzer)
    }
}

/// The roles and users of an account, but for those that their services keep.
fn principals(details: &Source) -> Result<Vec<Arn>, Error> {
    let json = Json::parse(details)?;
    let lists = ["RoleDetailList", "UserDetailList"];
    let lists = lists.iter().filter_map(|list| json.get(list)?.as_array());
    let arns = lists.flatten().filter_map(|one| one.get("Arn")?.as_str());
    let own = arns.filter_map(PolicyOwner::from_arn).filter(|owner| {
        owner.kind != Owner::Group && owner.locked() != Some(Locked::ServiceLinked)
    });
    Ok(own.filter_map(|owner| owner.arn).collect())
}
