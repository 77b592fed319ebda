//! Reading a whole catalogue file strictly: every problem of the file is reported.
//!
//! ```text
//! date 2026-10-27
//! s3:GetObject
//! s3:PutObject
//! ```

use std::collections::BTreeMap;
use std::ops::Range;

use super::line::Line;
use super::{Header, KnownAction, Section, Service};
use crate::iam::{Name, ServicePrefix};
use crate::text::{Problem, Problems, Source};

/// What a file says of itself, and its actions by service.
pub(super) struct Contents {
    pub(super) header: Header,
    pub(super) sections: Vec<Section>,
}

/// Reads both forms, line by line.
pub(super) fn read(file: &Source) -> Result<Contents, Problems> {
    let mut reader = Reader::default();
    let mut start = 0;
    for (number, line) in (1..).zip(file.text().split_inclusive('\n')) {
        if let Err(message) = reader.take(number, line) {
            let problem = file.error_at(without_margins(start, line), message);
            reader.problems.push(problem);
        }
        start += line.len();
    }
    reader.finish(file)
}

/// The bytes of a line that begins at `start`, without the white space around it.
fn without_margins(start: usize, line: &str) -> Range<usize> {
    let indentation = line.len() - line.trim_start().len();
    let text = line.trim();
    start + indentation..start + indentation + text.len()
}

#[derive(Default)]
struct Reader {
    header: Header,
    /// The service that the lines being read belong to, in the grouped form.
    current: Option<ServicePrefix>,
    services: BTreeMap<ServicePrefix, BTreeMap<Name, Found>>,
    /// The line on which each service of the grouped form begins.
    begun: BTreeMap<ServicePrefix, usize>,
    problems: Vec<Problem>,
}

struct Found {
    line: usize,
    action: KnownAction,
}

impl Reader {
    fn take(&mut self, number: usize, line: &str) -> Result<(), String> {
        match Line::read(line, self.header.since)? {
            None => Ok(()),
            Some(line) => self.take_line(number, line),
        }
    }

    fn take_line(&mut self, number: usize, line: Line<'_>) -> Result<(), String> {
        match line {
            Line::Date(date) => set_once(&mut self.header.date, date, "date"),
            Line::Since(_) if !self.services.is_empty() => {
                Err("\"since\" must stand above the actions it dates".to_owned())
            }
            Line::Since(date) => set_once(&mut self.header.since, date, "since"),
            Line::Source(text) => set_once(&mut self.header.source, text.into(), "source"),
            Line::Service(prefix) => self.begin_service(number, prefix),
            Line::Known(action) => match self.current.clone() {
                Some(service) => self.add(number, &service, action),
                None => Err("no service stands above this action".to_owned()),
            },
            Line::Action(action) => {
                self.add(number, &action.service, KnownAction::named(action.name))
            }
        }
    }

    fn begin_service(&mut self, number: usize, prefix: ServicePrefix) -> Result<(), String> {
        self.current = Some(prefix.clone());
        if let Some(earlier) = self.begun.get(&prefix) {
            return Err(format!("{prefix} already stands on line {earlier}"));
        }
        self.services.entry(prefix.clone()).or_default();
        self.begun.insert(prefix, number);
        Ok(())
    }

    fn add(
        &mut self,
        number: usize,
        service: &ServicePrefix,
        action: KnownAction,
    ) -> Result<(), String> {
        let actions = self.services.entry(service.clone()).or_default();
        if let Some(earlier) = actions.get(&action.name) {
            return Err(format!(
                "{service}:{} already stands on line {} as {service}:{} (names are compared \
                 ignoring case)",
                action.name, earlier.line, earlier.action.name
            ));
        }
        let name = action.name.clone();
        let line = number;
        actions.insert(name, Found { line, action });
        Ok(())
    }

    fn finish(mut self, file: &Source) -> Result<Contents, Problems> {
        let is_empty = self.services.values().all(BTreeMap::is_empty);
        if self.problems.is_empty() && is_empty {
            self.problems.push(
                file.error("no action stands in this file")
                    .help("write one action a line, as in s3:GetObject"),
            );
        }
        if !self.problems.is_empty() {
            return Err(Problems(self.problems));
        }
        let sections = self.services.into_iter().map(|(prefix, actions)| {
            let actions = actions.into_values().map(|found| found.action);
            Section::read(Service::new(prefix, actions.collect()))
        });
        Ok(Contents {
            header: self.header,
            sections: sections.collect(),
        })
    }
}

fn set_once<T>(slot: &mut Option<T>, value: T, what: &str) -> Result<(), String> {
    if slot.is_some() {
        return Err(format!("{what:?} was already said above"));
    }
    *slot = Some(value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::catalogue::Catalogue;
    use crate::text::Source;

    fn parse(text: &str) -> Result<Catalogue, crate::text::Problems> {
        Catalogue::parse(&Source::from_text("mine.txt", text))
    }

    fn refusal(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_plain_list_may_come_in_any_order_with_any_line_breaks() {
        let text = "\u{feff}# mine\r\ns3:PutObject\r\n\r\n  EC2:runInstances\r\ns3:GetObject";
        let catalogue = parse(text).unwrap();
        assert_eq!(catalogue.len(), 3);
        let services: Vec<_> = catalogue.service_names().map(ToString::to_string).collect();
        assert_eq!(services, ["EC2", "s3"]);
        assert_eq!(catalogue.date(), None);
        assert!(catalogue.contains(&"ec2:RunInstances".parse().unwrap()));
    }

    #[test]
    fn every_problem_is_reported_with_its_line() {
        insta::assert_snapshot!(refusal(
            "date 2026-01-01\ndate 2026-01-02\n W+ Orphan\ns3\n W+ Get*\n W+ GetObject\n\
             since 2024-06-10\ns3:GETObject\nS3\n W+ PutObject\nnonsense here\n"
        ));
    }

    #[test]
    fn a_file_without_actions_is_not_a_catalogue() {
        for text in ["", "# nothing\n", "date 2026-01-01\n", "s3\n"] {
            assert!(
                refusal(text).contains("no action stands in this file"),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_unknown_is_unknown_again_when_it_was_written_and_read() {
        let text = "date 2026-01-01\nsince 2024-06-10\ns3\n ?? A ?\n T? B\n P+ C 2025-01-01\n";
        let written = parse(text).unwrap().to_string();
        assert!(written.ends_with("\ns3\n ?? A ?\n T? B\n P+ C 2025-01-01\n"));
        assert_eq!(parse(&written).unwrap().to_string(), written);
        let plain = parse("s3:B\ns3:A").unwrap().to_string();
        assert!(plain.ends_with("\n\ns3\n ?? A\n ?? B\n"));
    }

    #[test]
    fn what_the_catalogue_has_is_not_retired() {
        let action = "account:GetChallengeQuestions";
        let has_it = parse(action).unwrap();
        assert!(!has_it.is_retired(&action.parse().unwrap()));
        assert!(parse("s3:A").unwrap().is_retired(&action.parse().unwrap()));
    }

    #[test]
    fn age_is_counted_in_days() {
        let age = |text, today: &str| parse(text).unwrap().age_in_days(today.parse().unwrap());
        assert_eq!(age("date 2026-10-27\ns3:A", "2027-01-26"), Some(91));
        assert_eq!(age("date 2026-10-27\ns3:A", "2026-10-26"), Some(-1));
        assert_eq!(age("s3:A", "2026-10-26"), None);
    }
}
