//! Small worlds, as texts: a policy, its findings, a catalogue, keeps and marks; and what the engine
//! is given of them.

use std::fmt;
use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::document::Document;
use iam_refine::findings::{UnusedActions, UsedActions};
use iam_refine::iam::{Action, ActionPrefix, Policy, ServicePrefix};
use iam_refine::refine::{
    Curation, Granularity, HeldBack, HeldBecause, Keep, Mark, MarkKind, Options, SetBy,
    StatementPlan, Universe, plan, plan_entry,
};
use iam_refine::text::Source;
use jiff::Timestamp;

use super::known::{is_unused, names, services};
use super::layout;
use super::pattern::{grants, is_literal};

/// All that refining depends on, as it could be typed.
#[derive(Clone)]
pub struct World {
    /// Services and their actions.
    pub catalogue: Vec<(String, Vec<String>)>,
    /// Services and an action of each; none for a wholly unused service.
    pub unused: Vec<(String, Option<String>)>,
    pub statements: Vec<StatementText>,
    pub keeps: Vec<String>,
    /// Actions that a report saw used.
    pub used: Vec<String>,
    /// Actions and patterns that are held back, in all entries.
    pub held: Vec<String>,
    pub granularity: Granularity,
    /// Which of the ways to lay out a policy.
    pub layout: usize,
}

#[derive(Clone)]
pub struct StatementText {
    pub kind: Kind,
    pub entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Allow,
    AllowNotAction,
    Deny,
}

/// An entry and its own marks.
#[derive(Clone)]
pub struct Entry {
    pub text: String,
    pub marks: Vec<MarkText>,
}

/// A mark on a prefix such as `s3:Get`; on the empty one it reaches every action of every service.
#[derive(Clone)]
pub struct MarkText {
    pub kind: MarkKind,
    pub prefix: String,
}

/// What the engine is given of a world.
pub struct Given {
    pub document: Document,
    pub universe: Universe,
    pub options: Options,
    pub held: HeldBack,
    /// By statement and entry.
    pub marks: Vec<Vec<Vec<Mark>>>,
}

impl World {
    pub fn given(&self) -> Given {
        let source = Source::from_text("policy.json", &layout::text(self));
        let document = Document::parse(source).unwrap();
        let keep = |text: &String| Keep::of(text.parse().unwrap());
        let keeps: Vec<Keep> = self.keeps.iter().map(keep).collect();
        let universe = Universe::new(
            Arc::new(
                Catalogue::parse(&Source::from_text("catalogue", &self.catalogue_text())).unwrap(),
            ),
            Arc::new(self.unused_actions()),
            [document.policy()],
        );
        let held = self.held_back();
        let named: Vec<Action> = held.iter().map(|(action, _)| action.clone()).collect();
        let universe = universe
            .with_kept(&keeps)
            .with_names(&named)
            .with_used(Arc::new(self.used_actions()));
        let marks_of = |entry: &Entry| entry.marks.iter().map(MarkText::mark).collect();
        Given {
            document,
            universe,
            options: Options {
                granularity: self.granularity,
                keeps,
            },
            held,
            marks: (self.statements.iter())
                .map(|statement| statement.entries.iter().map(marks_of).collect())
                .collect(),
        }
    }

    /// Of a pattern what is known and unused is held back by name.
    fn held_back(&self) -> HeldBack {
        let mut held = HeldBack::default();
        for text in &self.held {
            if !is_literal(text) {
                held.add_pattern(text.parse().unwrap());
            }
            for service in services(self) {
                let known = names(self, &service).into_iter();
                for name in known.filter(|name| is_unused(self, &service, name)) {
                    let action = format!("{service}:{name}");
                    if grants(text, &action) {
                        let because = HeldBecause::Used(Timestamp::UNIX_EPOCH.into());
                        held.add(action.parse().unwrap(), because);
                    }
                }
            }
        }
        held
    }

    fn catalogue_text(&self) -> String {
        let lines = self.catalogue.iter().flat_map(|(service, names)| {
            let names = names.iter().map(|name| format!(" ?? {name}\n"));
            std::iter::once(format!("{service}\n")).chain(names)
        });
        lines.collect()
    }

    fn unused_actions(&self) -> UnusedActions {
        let mut unused = UnusedActions::default();
        for (service, name) in &self.unused {
            match name {
                Some(name) => unused.add(format!("{service}:{name}").parse().unwrap(), None),
                None => unused.add_service(ServicePrefix::parse(service).unwrap(), None),
            }
        }
        unused
    }

    fn used_actions(&self) -> UsedActions {
        let mut used = UsedActions::default();
        for action in &self.used {
            used.add(action.parse().unwrap(), Timestamp::UNIX_EPOCH);
        }
        used
    }
}

/// Short enough to be read when a test fails.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} granularity, layout {}",
            self.granularity, self.layout
        )?;
        for (service, names) in &self.catalogue {
            writeln!(f, "  {service} has {}", names.join(" "))?;
        }
        for (service, name) in &self.unused {
            writeln!(f, "  unused {service}:{}", name.as_deref().unwrap_or("*"))?;
        }
        for keep in &self.keeps {
            writeln!(f, "  keep {keep}")?;
        }
        for used in &self.used {
            writeln!(f, "  used {used}")?;
        }
        for held in &self.held {
            writeln!(f, "  held back {held}")?;
        }
        for statement in &self.statements {
            writeln!(f, "  {:?}", statement.kind)?;
            for entry in &statement.entries {
                writeln!(f, "    {}", entry.text)?;
                for mark in &entry.marks {
                    writeln!(f, "      {} {:?}", mark.kind, mark.prefix)?;
                }
            }
        }
        Ok(())
    }
}

impl MarkText {
    fn mark(&self) -> Mark {
        let prefix = match self.prefix.split_once(':') {
            None => ActionPrefix::of_everything(),
            Some((service, name)) => {
                ActionPrefix::in_service(ServicePrefix::parse(service).unwrap(), name)
            }
        };
        Mark {
            kind: self.kind,
            prefix,
            by: SetBy::Person,
            reason: None,
        }
    }
}

impl Given {
    pub fn policy(&self) -> &Policy {
        self.document.policy()
    }

    pub fn curation(&self, statement: usize, entry: usize) -> Curation<'_> {
        self.options
            .curation(&self.marks[statement][entry], &self.held)
    }

    /// The engine's plan, each entry under its own marks.
    pub fn plans(&self) -> Vec<StatementPlan> {
        let mut statements = plan(
            self.policy(),
            &self.universe,
            &self.options,
            &self.held,
            |_, _| true,
        )
        .statements;
        for (statement, planned) in statements.iter_mut().enumerate() {
            let StatementPlan::Entries(entries) = planned else {
                continue;
            };
            for (place, entry) in entries.iter_mut().enumerate() {
                let curation = self.curation(statement, place);
                let granularity = self.options.granularity;
                // Those without marks are as they were planned, shared where they are alike.
                if !self.marks[statement][place].is_empty() {
                    let own = plan_entry(&entry.old, &self.universe, curation, granularity);
                    *entry = Arc::new(own);
                }
            }
        }
        statements
    }
}
