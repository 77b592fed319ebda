//! The actions that AWS has, on a date: names, access levels, and whether AWS tracks their use.
//!
//! A catalogue file goes in ([`Catalogue::parse`]), or nothing for the one that is built in
//! ([`Catalogue::built_in`]); services and actions come out ([`Service`], [`KnownAction`]). An
//! [`Import`] makes a catalogue of what AWS publishes.
//!
//! The file is a text that people can read, review and compare; `line.rs` has its grammar. The
//! built-in one has some 630 kB, and a run needs a few services of it: it is only cut into services
//! when it is loaded, and a service is read when it is first asked for. A user's file is read
//! strictly and whole: a line passed over in silence would be an action that nobody refines.

mod built_in;
mod import;
mod levels;
mod line;
mod losses;
mod near;
mod read;
mod section;
mod sensitive;
mod service;
mod write;

use jiff::civil::Date;

use crate::iam::{Action, ActionPattern, ServicePrefix};
use crate::text::{Problems, Source, Untrusted};
use section::Section;

pub use import::{Import, Reference, is_index, read_index};
pub use levels::{LevelCounts, reach};
pub use losses::Loss;
pub use sensitive::is_sensitive;
pub use service::{KnownAction, Level, Service};

/// The actions known on a date. All lookups ignore case; what comes out is in the catalogue's
/// spelling.
///
/// ```
/// use iam_refine::catalogue::Catalogue;
/// use iam_refine::text::Source;
/// let file = Source::from_text("mine.txt", "date 2026-10-27\ns3:GetObject\ns3:PutObject\n");
/// let catalogue = Catalogue::parse(&file)?;
/// let granted: Vec<String> = catalogue
///     .granted_by(&"S3:get*".parse()?)
///     .map(|(service, action)| format!("{service}:{}", action.name))
///     .collect();
/// assert_eq!(granted, ["s3:GetObject"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Catalogue {
    name: Untrusted,
    header: Header,
    /// Sorted by their service's prefix, which each has once.
    sections: Vec<Section>,
}

/// What a catalogue says of itself.
#[derive(Clone, Debug, Default)]
struct Header {
    date: Option<Date>,
    since: Option<Date>,
    source: Option<Untrusted>,
}

impl Catalogue {
    /// Reads a catalogue file: the form that [`Catalogue`]'s `Display` writes, or a plain list of
    /// `service:Action` lines with an optional `date YYYY-MM-DD` line.
    ///
    /// # Errors
    /// All lines that cannot be read and all names that stand twice; a file without actions.
    pub fn parse(file: &Source) -> Result<Self, Problems> {
        let contents = read::read(file)?;
        Ok(Catalogue {
            name: file.name().clone(),
            header: contents.header,
            sections: contents.sections,
        })
    }

    /// The day the catalogue was taken, if it says so.
    pub fn date(&self) -> Option<Date> {
        self.header.date
    }

    /// ` of 2026-10-27`, to be read after what it is called; nothing without a date.
    pub fn of_date(&self) -> String {
        let of = |date| format!(" of {date}");
        self.date().map_or_else(String::new, of)
    }

    /// The day of the oldest snapshot: what is not known to be newer was there then, or before.
    /// Reads no service.
    pub fn oldest_snapshot(&self) -> Option<Date> {
        self.header.since
    }

    /// How old the catalogue is, in days; negative when it was taken after `today`. `None` without
    /// a date.
    pub fn age_in_days(&self, today: Date) -> Option<i64> {
        let age = self.date()?.duration_until(today);
        Some(age.as_hours() / 24)
    }

    /// The file's name, or what the built-in one is called.
    pub fn name(&self) -> &Untrusted {
        &self.name
    }

    /// Where the names come from, in the catalogue's own words.
    pub fn source(&self) -> Option<&Untrusted> {
        self.header.source.as_ref()
    }

    /// The number of actions. Reads no service.
    #[expect(clippy::len_without_is_empty, reason = "no catalogue is empty")]
    pub fn len(&self) -> usize {
        self.sections.iter().map(Section::len).sum()
    }

    /// The prefixes of all services, in order. Reads no service.
    pub fn service_names(&self) -> impl ExactSizeIterator<Item = &ServicePrefix> {
        self.sections.iter().map(|section| &section.prefix)
    }

    /// All services in the order of their prefixes; each is read when it is first needed.
    pub fn services(&self) -> impl ExactSizeIterator<Item = &Service> {
        self.sections.iter().map(Section::service)
    }

    /// The service with this prefix; none when the catalogue does not have it.
    pub fn service(&self, prefix: &ServicePrefix) -> Option<&Service> {
        self.section(prefix).map(Section::service)
    }

    /// What is known of `action`.
    pub fn action(&self, action: &Action) -> Option<&KnownAction> {
        self.service(&action.service)?.action(&action.name)
    }

    /// Whether `action` is in the catalogue.
    pub fn contains(&self, action: &Action) -> bool {
        self.action(action).is_some()
    }

    /// The actions that `pattern` grants, in order.
    pub fn granted_by(
        &self,
        pattern: &ActionPattern,
    ) -> impl Iterator<Item = (&ServicePrefix, &KnownAction)> + use<'_> {
        let sections = match pattern.service() {
            None => self.sections.as_slice(),
            Some(prefix) => self.section_slice(prefix),
        };
        let glob = pattern.name();
        sections.iter().flat_map(move |section| {
            let glob = glob.clone();
            let candidates = section.service().starting_with(glob.literal_prefix());
            candidates
                .iter()
                .filter(move |action| glob.matches(action.name.as_str()))
                .map(|action| (&section.prefix, action))
        })
    }

    /// Whether AWS had `action` once and has it no more. What the catalogue has is not retired.
    pub fn is_retired(&self, action: &Action) -> bool {
        !self.contains(action) && built_in::retired().contains(action)
    }

    /// The catalogue as it was on `date`: the actions first seen by then, and those of which that is
    /// not known. Of one `service` alone, if one is given.
    #[must_use]
    pub fn as_of(&self, date: Date, service: Option<&ServicePrefix>) -> Self {
        let sections = match service {
            None => self.sections.as_slice(),
            Some(prefix) => self.section_slice(prefix),
        };
        let as_of = |section: &Section| {
            let actions = section.service().actions().iter();
            let known: Vec<KnownAction> = actions
                .filter(|action| action.first_seen.is_none_or(|seen| seen <= date))
                .cloned()
                .collect();
            let is_there = !known.is_empty();
            is_there.then(|| Section::read(Service::new(section.prefix.clone(), known)))
        };
        Catalogue {
            name: self.name.clone(),
            header: Header {
                date: Some(date),
                ..self.header.clone()
            },
            sections: sections.iter().filter_map(as_of).collect(),
        }
    }

    fn section_slice(&self, prefix: &ServicePrefix) -> &[Section] {
        self.section(prefix).map_or(&[], std::slice::from_ref)
    }

    fn section(&self, prefix: &ServicePrefix) -> Option<&Section> {
        let found = self
            .sections
            .binary_search_by(|section| section.prefix.cmp(prefix));
        found.ok().map(|at| &self.sections[at])
    }
}
