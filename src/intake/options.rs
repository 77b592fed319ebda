//! The options that an answer depends on, besides the policies and the findings.

use std::sync::Arc;

use jiff::civil::Date;

use super::keep_file::KeptPrincipal;
use crate::catalogue::Catalogue;
use crate::findings::{MissingPages, Page, UnusedFor};
use crate::refine::Options;
use crate::text::{Json, Problem, Problems, Shape, Source, Untrusted};

/// The actions there are, what is to be kept, where names are cut, and what of the findings counts.
#[derive(Clone, Debug)]
pub struct IntakeOptions {
    /// The actions that AWS has.
    pub catalogue: Arc<Catalogue>,
    /// Where names are cut, and what is kept.
    pub refine: Options,
    /// Roles and users of which all is kept.
    pub principals: Vec<KeptPrincipal>,
    /// How long an action of a last-accessed report must not have been used to be unused.
    pub unused_for: UnusedFor,
    /// What to do when pages of a finding are missing.
    pub missing_pages: MissingPages,
    /// Whether the findings are those of all who have the policies, and not of one principal.
    pub everywhere: bool,
    /// Today, if that is known: what is kept until some day is kept no longer.
    pub today: Option<Date>,
}

impl Default for IntakeOptions {
    fn default() -> Self {
        IntakeOptions::of(Catalogue::built_in())
    }
}

impl IntakeOptions {
    /// Reads a file of findings, or a value within one. That a role is not used at all tells
    /// something where others have the same policies.
    pub(super) fn read_page(
        &self,
        source: &Source,
        json: &Json,
        shape: Shape,
    ) -> Result<Page, Problems> {
        if self.everywhere {
            Page::read_of_several(source, json, shape, self.unused_for)
        } else {
            Page::read_shape(source, json, shape, self.unused_for)
        }
    }

    /// Whom a page is about, if all of him is kept, and what says so in words.
    fn kept_whole(&self, page: &Page) -> Option<(Untrusted, String)> {
        let principal = page.principal.as_ref()?;
        let kept = self.principals.iter().find(|kept| kept.is(principal))?;
        let says = format!(
            "all of {} is kept, says {}",
            principal.raw(),
            kept.said.raw()
        );
        Some((principal.clone(), says))
    }

    /// Takes out what is about somebody of whom all is kept: who that is, and a note that says so.
    ///
    /// # Errors
    /// Nothing else is left.
    pub(super) fn pass_over_kept(
        &self,
        pages: &mut Vec<Page>,
    ) -> Result<Vec<(Untrusted, Problem)>, Problems> {
        if pages.iter().all(|page| self.kept_whole(page).is_some()) {
            self.refuse_kept(pages)?;
        }
        let mut passed_over = Vec::new();
        pages.retain(|page| {
            let Some((principal, says)) = self.kept_whole(page) else {
                return true;
            };
            let note = page
                .source
                .note_from(page.start, format!("passed over: {says}"));
            passed_over.push((principal, note));
            false
        });
        Ok(passed_over)
    }

    /// Refuses findings for somebody of whom all is kept: nothing of them would count.
    ///
    /// # Errors
    /// Each of these findings.
    pub fn refuse_kept(&self, pages: &[Page]) -> Result<(), Problems> {
        let help = if self.everywhere {
            "what somebody needs who has the policy cannot go for the others: refine theirs apart from it"
        } else {
            "take that out, or leave out the finding"
        };
        let refused = pages.iter().filter_map(|page| {
            let (_, says) = self.kept_whole(page)?;
            Some(page.source.error_from(page.start, says).help(help))
        });
        let refused: Vec<Problem> = refused.collect();
        if refused.is_empty() {
            Ok(())
        } else {
            Err(Problems(refused))
        }
    }

    /// The same for findings of an analyzer that looks at so many days.
    #[must_use]
    pub(super) fn of_analyzer(&self, days: Option<u32>) -> Self {
        let unused_for = self.unused_for;
        IntakeOptions {
            unused_for: days.map_or(unused_for, |days| unused_for.or_days(days)),
            ..self.clone()
        }
    }

    /// The default ones, with another catalogue.
    pub fn of(catalogue: Arc<Catalogue>) -> Self {
        IntakeOptions {
            catalogue,
            refine: Options::default(),
            principals: Vec::new(),
            unused_for: UnusedFor::default(),
            missing_pages: MissingPages::default(),
            everywhere: false,
            today: None,
        }
    }
}
