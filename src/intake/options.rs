//! The options that an answer depends on, besides the policies and the findings.

use std::sync::Arc;

use jiff::civil::Date;

use crate::catalogue::Catalogue;
use crate::findings::{MissingPages, Page, UnusedFor};
use crate::refine::Options;
use crate::text::{Json, Problems, Shape, Source};

/// The actions there are, what is to be kept, where names are cut, and what of the findings counts.
#[derive(Clone, Debug)]
pub struct IntakeOptions {
    /// The actions that AWS has.
    pub catalogue: Arc<Catalogue>,
    /// Where names are cut, and what is kept.
    pub refine: Options,
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
            unused_for: UnusedFor::default(),
            missing_pages: MissingPages::default(),
            everywhere: false,
            today: None,
        }
    }
}
