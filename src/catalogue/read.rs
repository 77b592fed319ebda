//! Reading a whole catalogue file, believing nothing: every problem of the file is reported.

use std::collections::BTreeMap;

use super::line::Line;
use super::{CatalogueError, Header, KnownAction, LineProblem, Section, Service};
use crate::iam::{Name, ServicePrefix};

/// What a file says.
pub(super) struct Contents {
    pub(super) header: Header,
    pub(super) sections: Vec<Section>,
}

/// Reads both forms, line by line.
pub(super) fn read(file: &str, text: &str) -> Result<Contents, CatalogueError> {
    let mut reader = Reader::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (number, line) in (1..).zip(text.lines()) {
        reader.take(number, line);
    }
    reader.finish().map_err(|problems| CatalogueError {
        file: file.to_owned(),
        problems,
    })
}

#[derive(Default)]
struct Reader {
    header: Header,
    /// The service that the lines being read belong to, in the grouped form.
    current: Option<ServicePrefix>,
    services: BTreeMap<ServicePrefix, BTreeMap<Name, Found>>,
    /// Where each service of the grouped form begins.
    begun: BTreeMap<ServicePrefix, usize>,
    problems: Vec<LineProblem>,
}

struct Found {
    line: usize,
    action: KnownAction,
}

impl Reader {
    fn take(&mut self, number: usize, line: &str) {
        let outcome = match Line::read(line, self.header.since) {
            Ok(None) => Ok(()),
            Ok(Some(line)) => self.take_line(number, line),
            Err(message) => Err(message),
        };
        if let Err(message) = outcome {
            self.problems.push(LineProblem {
                line: number,
                message,
            });
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

    fn finish(mut self) -> Result<Contents, Vec<LineProblem>> {
        let empty = self.services.values().all(BTreeMap::is_empty);
        if self.problems.is_empty() && empty {
            self.problems.push(LineProblem {
                line: 1,
                message: "no action stands in this file".to_owned(),
            });
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
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

    fn refusal(text: &str) -> String {
        Catalogue::parse("mine.txt", text).unwrap_err().to_string()
    }

    #[test]
    fn a_plain_list_may_come_in_any_order_with_any_line_breaks() {
        let text = "\u{feff}# mine\r\ns3:PutObject\r\n\r\n  EC2:runInstances\r\ns3:GetObject";
        let catalogue = Catalogue::parse("mine.txt", text).unwrap();
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
            assert_eq!(refusal(text), "mine.txt:1: no action stands in this file");
        }
    }
}
