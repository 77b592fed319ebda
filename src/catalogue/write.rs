//! Writing a catalogue, in the form that [`Catalogue::parse`] reads.

use std::fmt;

use super::line::write_known;
use super::{Catalogue, Service};

/// Explains the form to whoever opens the file.
const EXPLANATION: &str = "\
# AWS IAM actions, grouped by service, in the form that iam-refine reads and writes.
#
# date     the day the catalogue was taken
# since    the first snapshot: an action without a date was there then, or before
# source   where the names and levels come from
#
# Then one block a service, in the order of the alphabet: its prefix, and a line an action,
#
#  W+ PutObject 2026-02-13
#
# access level: L list, R read, W write, T tagging, P permissions management, ? unknown;
# whether AWS's last-accessed information tracks it: + yes, - no, ? unknown;
# the name; and the snapshot it was first seen in, where that is not the first (? unknown).
";

impl fmt::Display for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{EXPLANATION}")?;
        if let Some(date) = self.header.date {
            writeln!(f, "date {date}")?;
        }
        if let Some(since) = self.header.since {
            writeln!(f, "since {since}")?;
        }
        if let Some(source) = &self.header.source {
            writeln!(f, "source {source}")?;
        }
        self.services()
            .try_for_each(|service| self.write_service(f, service))
    }
}

impl Catalogue {
    fn write_service(&self, f: &mut fmt::Formatter<'_>, service: &Service) -> fmt::Result {
        writeln!(f, "\n{}", service.prefix())?;
        for action in service.actions() {
            write_known(f, action, self.header.since)?;
            writeln!(f)?;
        }
        Ok(())
    }
}
