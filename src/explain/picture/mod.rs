//! The frontier of a walk as a picture (SVG): fit for a slide, a README, a pull request.
//!
//! Never all leaves, but the frontier: from left to right the opened prefixes, then one row for
//! each child of theirs that is not opened, a triangle sized by the number of actions beneath, and
//! at the right what is emitted. `layout.rs` decides what stands where, `svg.rs` writes it.

mod layout;
mod svg;
mod theme;

use super::explanation::Explanation;
use layout::Layout;
pub(super) use layout::decimal;
pub use theme::Theme;

/// How much of a walk is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Triangles for what is not opened; where rows are many, one for siblings of which nothing
    /// stays.
    #[default]
    Frontier,
    /// Every action by its name.
    All,
}

/// How a walk is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The colours, by the background.
    pub theme: Theme,
    /// Whether triangles stand for actions, or their names are drawn.
    pub detail: Detail,
}

impl Explanation {
    /// The picture of the whole walk, as SVG.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use iam_refine::{catalogue::Catalogue, findings::UnusedActions, refine::*, explain::*};
    /// let mut unused = UnusedActions::default();
    /// unused.add("s3:GetBucketAcl".parse()?, None);
    /// let universe = Universe::new(Catalogue::s3_of_june_2024(), Arc::new(unused), []);
    /// let pattern = "s3:Get*".parse()?;
    /// let walk = Walkthrough::new(&pattern, &universe, Curation::NONE, Granularity::Word);
    /// let findings = "findings.json".to_owned();
    /// let svg = Explanation { walk, findings, catalogue: None }.picture(Style::default());
    /// assert!(svg.contains("<title"));
    /// # Ok::<(), iam_refine::iam::PatternError>(())
    /// ```
    pub fn picture(&self, style: Style) -> String {
        let layout = Layout::new(&self.walk, style.detail, 0);
        svg::draw(self, &layout, style.theme, None)
    }

    /// A picture for each step, one at a time: everything stands where it stands in the last one,
    /// and what is not visited yet is left out. Where new entries cover one another, a last picture
    /// shows which are not written.
    pub fn pictures_of_steps(
        &self,
        style: Style,
    ) -> impl ExactSizeIterator<Item = String> + use<'_> {
        let steps = 0..self.walk.steps().len();
        let steps = steps.map(|step| svg::Shown {
            step,
            lines: svg::caption(&self.walk.narration(step).sentence),
            is_closing: false,
        });
        let mut shown: Vec<svg::Shown> = steps.collect();
        shown.extend(self.walk.closing().map(|closing| svg::Shown {
            step: self.walk.steps().len() - 1,
            lines: svg::caption(&closing),
            is_closing: true,
        }));
        let lines = shown.iter().map(|shown| shown.lines.len()).max();
        let layout = Layout::new(&self.walk, style.detail, lines.unwrap_or(0));
        let shown = shown.into_iter();
        shown.map(move |shown| svg::draw(self, &layout, style.theme, Some(&shown)))
    }
}
