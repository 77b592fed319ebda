//! How long the policy that is asked about may become, and what is left whole for it.

use std::io;

use super::{Pending, Plain};
use crate::explain::fit_sentence;
use crate::review::{Fit, Proposals, reason_to_fit};
use crate::text::grouped;

impl Plain<'_> {
    /// Tells what is left whole so that the policy comes to so many characters, and asks.
    pub(super) fn propose_fit(&mut self, rest: &str) -> io::Result<()> {
        let policy = self.item().map_or(0, |item| item[0].policy);
        let kind = self.review.input().policies[policy].loaded.kind;
        let length = match rest.trim().replace(',', "").parse() {
            Ok(length) => length,
            Err(_) if rest.trim().is_empty() => kind.quota(),
            Err(_) => {
                let example = "Say how many characters, as in fit 5120; fit alone is its quota.";
                return writeln!(self.out, "{example}");
            }
        };
        let fitting = (self.review).fitting(policy, Proposals::NotRejected, length);
        let (asked, narrowest) = (grouped(length), grouped(fitting.narrowest()));
        let Some(fit) = fitting.within(length) else {
            let shortest = grouped(fitting.shortest());
            return writeln!(
                self.out,
                "Nothing makes it fit {asked} characters: with all gone it is {narrowest}, and the \
                 shortest that may be is {shortest}. Cut into several policies it loses nothing: \
                 refine --if-too-long split."
            );
        };
        let unused = fitting.going().len();
        writeln!(self.out, "At most {asked}: {}", fit_sentence(&fit, unused))?;
        if fit.left_whole.is_empty() {
            writeln!(self.out, "It fits with all that is unused gone.")?;
        }
        for whole in &fit.left_whole {
            let names: Vec<String> = (whole.stays.iter())
                .map(|action| action.name.to_string())
                .collect();
            let statement = whole.place.statement + 1;
            let prefix = &whole.prefix;
            writeln!(
                self.out,
                "  {prefix}* in statement {statement}: {}",
                names.join(" ")
            )?;
        }
        // Also without any: what an earlier one left is taken back.
        if !self
            .review
            .clone()
            .leave_whole(&fit, &reason_to_fit(length))
        {
            return writeln!(self.out, "No change.");
        }
        self.pending = Some(Pending::Fit(fit, length));
        Ok(())
    }

    pub(super) fn take_fit(&mut self, fit: &Fit, length: usize) -> io::Result<()> {
        self.review.leave_whole(fit, &reason_to_fit(length));
        writeln!(self.out, "Left whole; what was decided stays as it was.")
    }
}
