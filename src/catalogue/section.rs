//! One service of a catalogue, read when it is first asked for.

use std::sync::OnceLock;

use jiff::civil::Date;

use super::line::Line;
use super::{Header, Service};
use crate::iam::ServicePrefix;

/// A service and its lines, which are read at most once.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) prefix: ServicePrefix,
    /// What follows the service's line, from its line break on, without the last line break: as
    /// many line breaks as actions. Empty when the service was read in the first place.
    lines: &'static str,
    since: Option<Date>,
    service: OnceLock<Service>,
}

impl Section {
    /// A section that was read already.
    pub(super) fn read(service: Service) -> Self {
        Section {
            prefix: service.prefix().clone(),
            lines: "",
            since: None,
            service: OnceLock::from(service),
        }
    }

    /// The service, read now if it was not before.
    pub(super) fn service(&self) -> &Service {
        self.service.get_or_init(|| {
            // A line that cannot be read is passed over here: only what this program wrote is read
            // this way, and of the built-in text a test reads all strictly.
            let known = self
                .lines
                .lines()
                .filter_map(|line| match Line::read(line, self.since) {
                    Ok(Some(Line::Known(action))) => Some(action),
                    _ => None,
                });
            Service::new(self.prefix.clone(), known.collect())
        })
    }

    /// The number of actions, which does not need the section to be read.
    pub(super) fn len(&self) -> usize {
        match self.service.get() {
            Some(service) => service.actions().len(),
            None => memchr::memchr_iter(b'\n', self.lines.as_bytes()).count(),
        }
    }
}

/// Cuts a well-formed catalogue in the grouped form into its header and its sections by looking
/// for blank lines only.
pub(super) fn index(text: &'static str) -> (Header, Vec<Section>) {
    let mut header = Header::default();
    let mut sections = Vec::new();
    for block in blocks(text) {
        let end = memchr::memchr(b'\n', block.as_bytes()).unwrap_or(block.len());
        let (first, lines) = block.split_at(end);
        match ServicePrefix::parse(first) {
            None => block.lines().for_each(|line| header.take(line)),
            Some(prefix) => sections.push(Section {
                prefix,
                lines,
                since: header.since,
                service: OnceLock::new(),
            }),
        }
    }
    (header, sections)
}

/// The pieces of a text between blank lines. (`str::split` is too slow for this.)
fn blocks(text: &'static str) -> impl Iterator<Item = &'static str> {
    let text = text.trim_end();
    let mut start = 0;
    let breaks = memchr::memmem::find_iter(text.as_bytes(), "\n\n");
    breaks.chain([text.len()]).map(move |end| {
        let block = &text[start..end];
        start = text.len().min(end + 2);
        block
    })
}

impl Header {
    fn take(&mut self, line: &'static str) {
        match Line::read(line, None) {
            Ok(Some(Line::Date(date))) => self.date = Some(date),
            Ok(Some(Line::Since(date))) => self.since = Some(date),
            Ok(Some(Line::Source(source))) => self.source = Some(source.into()),
            _ => {}
        }
    }
}
