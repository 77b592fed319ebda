//! What was read, and what a review works from.

use std::sync::Arc;

use super::fetched::FetchedPrincipal;
use super::notes::{odd_dates, of_unknown};
use super::{IntakeOptions, Reading, everywhere, everywhere_accounts};
use crate::fetched::Folder;
use crate::findings::{Findings, MissingPages, Page};
use crate::policies::{self, LoadedPolicy, PolicyOwner, Recommendation};
use crate::review::{OtherPolicy, ReviewInput};
use crate::text::{Holds, Json, Problem, Problems, Source, recognise};

/// Policies and findings, recognised by their shape.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The policies, in the order they were given.
    pub policies: Vec<LoadedPolicy>,
    /// The findings, as they were printed.
    pub pages: Vec<Page>,
    /// What else is known of those whose policies were fetched.
    pub fetched: Vec<FetchedPrincipal>,
    /// Whole accounts, for which all count who have the policies.
    pub(super) accounts: Vec<Folder>,
    /// What is found of those.
    in_accounts: Vec<Findings>,
    /// What to tell of the accounts.
    notes: Vec<Problem>,
}

impl Gathered {
    /// Adds the policies or the findings of one file.
    pub(super) fn add(&mut self, source: &Source, options: &IntakeOptions) -> Result<(), Problems> {
        let mut problems = Vec::new();
        for json in policies::parse_each(source)? {
            if let Err(wrong) = self.add_part(source, &json, options) {
                problems.extend(wrong);
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Problems(problems))
        }
    }

    /// Adds what is found of those in the accounts who have the policies, when these are known.
    pub(super) fn add_accounts(&mut self, options: &IntakeOptions, reading: &mut Reading) {
        for folder in std::mem::take(&mut self.accounts) {
            let found = everywhere_accounts::holders_in(&folder, &self.policies, options);
            if let Some((found, notes)) = reading.keep(found) {
                self.in_accounts.extend(found);
                self.notes.extend(notes);
            }
        }
    }

    fn add_part(
        &mut self,
        source: &Source,
        json: &Json,
        options: &IntakeOptions,
    ) -> Result<(), Problems> {
        let shape = recognise(json);
        if shape.holds() == Holds::Policies {
            let policies = policies::read_shape(source, json, shape)?;
            self.policies.extend(policies);
        } else {
            self.pages.push(options.read_page(source, json, shape)?);
        }
        Ok(())
    }

    /// Brings together the policies of one principal and the findings for it, or for all who have
    /// the policies where that is asked for; none where there are no findings.
    ///
    /// # Errors
    /// Findings of several principals, and those of others than the policies; missing pages, unless
    /// they are accepted.
    pub fn join(self, options: &IntakeOptions) -> Result<Option<Loaded>, Problems> {
        options.refuse_kept(&self.pages)?;
        let dates = odd_dates(&self.pages, options.today);
        if options.everywhere {
            let mut all = everywhere::join(self.pages, options.missing_pages)?;
            everywhere::add(&mut all, self.in_accounts)?;
            if all.is_empty() {
                return Ok(None);
            }
            let mut loaded = Loaded::everywhere(self.policies, all, options)?;
            loaded.add_fetched(self.fetched);
            loaded.notes.extend(dates.into_iter().chain(self.notes));
            return Ok(Some(loaded));
        }
        let Some(findings) = join_findings(self.pages, options.missing_pages)? else {
            return Ok(None);
        };
        let mut loaded = Loaded::of(self.policies, findings, options)?;
        loaded.add_fetched(self.fetched);
        loaded.notes.extend(dates);
        Ok(Some(loaded))
    }
}

/// The findings of one principal; none where there are no pages.
///
/// # Errors
/// Findings of several principals; missing pages, unless they are accepted.
pub fn join_findings(
    pages: Vec<Page>,
    missing: MissingPages,
) -> Result<Option<Findings>, Problems> {
    Findings::of_one_principal(Findings::join(pages, missing)?)
}

/// The input of a review, with notes for the user.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What a review works from.
    pub input: ReviewInput,
    /// What to report about the files although they are used.
    pub notes: Vec<Problem>,
}

impl Loaded {
    /// Brings policies and the findings for their principal together.
    ///
    /// # Errors
    /// Findings about another principal than the owner of the policies.
    pub fn of(
        policies: Vec<LoadedPolicy>,
        findings: Findings,
        options: &IntakeOptions,
    ) -> Result<Self, Problems> {
        let outdated = policies::agree(&policies, &findings)?;
        let unknown = of_unknown(&[&findings], &policies, options);
        let notes = (policies.iter().flat_map(LoadedPolicy::notes))
            .chain(&findings.notes)
            .chain(&outdated)
            .chain(&unknown)
            .cloned()
            .collect();
        let catalogue = Arc::clone(&options.catalogue);
        let input = ReviewInput::new(policies, findings, catalogue, options.refine.clone());
        Ok(Loaded { input, notes })
    }

    /// Adds what is known of those whose policies were fetched.
    fn add_fetched(&mut self, fetched: Vec<FetchedPrincipal>) {
        if let ([only], true) = (fetched.as_slice(), self.input.everywhere.is_empty()) {
            self.input.principal.all_policies_loaded = only.has_all_policies;
        }
        for one in fetched {
            self.notes.extend(one.notes);
            let inherited = one.inherited.into_iter();
            let others = inherited.map(|(holder, policy)| OtherPolicy {
                holder,
                policy: Arc::new(policy),
            });
            self.input.others.extend(others);
        }
    }

    /// Compares the policies with what AWS recommends in their place.
    pub(super) fn compare_with(&mut self, recommendation: Recommendation) -> Result<(), Problem> {
        let policies = &mut self.input.policies;
        let principal = self.input.findings.principal.as_ref();
        let principal = principal.and_then(|arn| PolicyOwner::from_arn(arn.raw()));
        let owners = (policies.iter()).filter_map(|one| one.loaded.origin.owner.as_ref());
        recommendation.agree_with(owners.chain(&principal))?;
        let policies = policies.iter_mut().map(|one| &mut one.loaded);
        self.notes.extend(recommendation.put_to(policies));
        Ok(())
    }
}
