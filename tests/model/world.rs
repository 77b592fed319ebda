//! Small worlds, as texts: a policy, its findings, a catalogue, keeps and marks.
//!
//! Names are made of a few tokens, so that siblings, names that are prefixes of names, and names
//! that differ in case are frequent.

use std::fmt;
use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::document::{Document, Source};
use iam_refine::findings::UnusedActions;
use iam_refine::iam::{ActionPrefix, Policy, ServicePrefix};
use iam_refine::refine::{
    Curation, Granularity, Keep, Mark, MarkKind, Options, StatementPlan, Universe, plan, plan_entry,
};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::layout;
use super::pattern::same;

/// All that refining depends on, as it could be typed.
#[derive(Clone)]
pub struct World {
    /// Services and their actions.
    pub catalogue: Vec<(String, Vec<String>)>,
    /// Services and an action of each; none for a wholly unused service.
    pub unused: Vec<(String, Option<String>)>,
    pub statements: Vec<StatementText>,
    pub keeps: Vec<String>,
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
    /// By statement and entry.
    pub marks: Vec<Vec<Vec<Mark>>>,
}

impl World {
    pub fn given(&self) -> Given {
        let source = Source::from_text("policy.json", &layout::text(self));
        let document = Document::parse(source).unwrap();
        let universe = Universe::new(
            Arc::new(Catalogue::parse("catalogue", &self.catalogue_text()).unwrap()),
            Arc::new(self.unused_actions()),
            [document.policy()],
        );
        let keep = |text: &String| Keep {
            pattern: text.parse().unwrap(),
            reason: None,
        };
        let marks_of = |entry: &Entry| entry.marks.iter().map(MarkText::mark).collect();
        Given {
            document,
            universe,
            options: Options {
                granularity: self.granularity,
                keeps: self.keeps.iter().map(keep).collect(),
            },
            marks: (self.statements.iter())
                .map(|statement| statement.entries.iter().map(marks_of).collect())
                .collect(),
        }
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
            reason: None,
        }
    }
}

impl Given {
    pub fn policy(&self) -> &Policy {
        self.document.policy()
    }

    pub fn curation(&self, statement: usize, entry: usize) -> Curation<'_> {
        self.options.curation(&self.marks[statement][entry])
    }

    /// The engine's plan, each entry under its own marks.
    pub fn plans(&self) -> Vec<StatementPlan> {
        let mut statements = plan(self.policy(), &self.universe, &self.options).statements;
        for (statement, planned) in statements.iter_mut().enumerate() {
            let StatementPlan::Entries(entries) = planned else {
                continue;
            };
            for (place, entry) in entries.iter_mut().enumerate() {
                let curation = self.curation(statement, place);
                let granularity = self.options.granularity;
                *entry = plan_entry(&entry.old, &self.universe, curation, granularity);
            }
        }
        statements
    }
}

const TOKENS: [&str; 12] = [
    "Get", "List", "A", "As", "ASet", "B", "Tag", "Tagging", "s", "get", "a", "-A",
];

const SERVICES: [&str; 3] = ["s3", "ab", "abc"];

/// Random worlds.
pub fn worlds() -> impl Strategy<Value = World> {
    let names = prop::collection::vec(name(), 3..16);
    names.prop_flat_map(|names| {
        let cells = prop::collection::vec(cell(), names.len() * SERVICES.len());
        let services = prop::collection::vec(service(), SERVICES.len());
        let keeps = prop_oneof![
            2 => Just(0_usize..1),
            1 => Just(0..3)
        ]
        .prop_flat_map(|count| prop::collection::vec(pattern_shape(), count));
        let statements = prop::collection::vec(statement(), 1..4);
        let granularity = prop_oneof![
            2 => Just(Granularity::Word),
            2 => Just(Granularity::Character),
            1 => Just(Granularity::Name)
        ];
        let layout = 0..layout::COUNT;
        let drawn = (cells, services, keeps, statements, granularity, layout);
        drawn.prop_map(move |drawn| assemble(&names, drawn))
    })
}

/// What a world has of one name in one service.
#[derive(Clone, Debug)]
struct Cell {
    listed: bool,
    unused: bool,
    /// How the finding spells it.
    case: Case,
}

/// What a world has of a service.
#[derive(Clone, Debug)]
struct ServiceCell {
    listed: bool,
    wholly_unused: bool,
    case: Case,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Same,
    Lower,
    Upper,
}

type Statements = Vec<(Kind, Vec<(Shape, Vec<MarkShape>)>)>;

type Drawn = (
    Vec<Cell>,
    Vec<ServiceCell>,
    Vec<Shape>,
    Statements,
    Granularity,
    usize,
);

/// A pattern, before it is known which names there are.
#[derive(Clone, Debug)]
struct Shape {
    form: usize,
    service: Index,
    name: Index,
    cuts: [Index; 2],
    case: Case,
}

#[derive(Clone, Debug)]
struct MarkShape {
    kind: MarkKind,
    everything: bool,
    /// Whether it lies in the entry's own service.
    inside: bool,
    at: Shape,
}

/// Names begin alike more often than not, so that there is something to share.
fn name() -> impl Strategy<Value = String> {
    let first = prop_oneof![3 => select(TOKENS[..3].to_vec()), 1 => select(TOKENS.to_vec())];
    let rest = prop::collection::vec(select(TOKENS.to_vec()), 0..3);
    (first, rest).prop_map(|(first, rest)| format!("{first}{}", rest.concat()))
}

fn case() -> impl Strategy<Value = Case> {
    prop_oneof![6 => Just(Case::Same), 1 => Just(Case::Lower), 1 => Just(Case::Upper)]
}

fn cell() -> impl Strategy<Value = Cell> {
    let chances = (
        prop::bool::weighted(0.85),
        prop::bool::weighted(0.2),
        case(),
    );
    chances.prop_map(|(listed, unused, case)| Cell {
        listed,
        unused,
        case,
    })
}

fn service() -> impl Strategy<Value = ServiceCell> {
    let chances = (prop::bool::weighted(0.8), prop::bool::weighted(0.2), case());
    chances.prop_map(|(listed, wholly_unused, case)| ServiceCell {
        listed,
        wholly_unused,
        case,
    })
}

fn pattern_shape() -> impl Strategy<Value = Shape> {
    let cuts = [any::<Index>(), any::<Index>()];
    let drawn = (0..14_usize, any::<Index>(), any::<Index>(), cuts, case());
    drawn.prop_map(|(form, service, name, cuts, case)| Shape {
        form,
        service,
        name,
        cuts,
        case,
    })
}

fn mark_shape() -> impl Strategy<Value = MarkShape> {
    let kinds = vec![MarkKind::Keep, MarkKind::Drop, MarkKind::Split];
    let everything = prop::bool::weighted(0.1);
    let drawn = (
        select(kinds),
        everything,
        prop::bool::weighted(0.8),
        pattern_shape(),
    );
    drawn.prop_map(|(kind, everything, inside, at)| MarkShape {
        kind,
        everything,
        inside,
        at,
    })
}

fn statement() -> impl Strategy<Value = (Kind, Vec<(Shape, Vec<MarkShape>)>)> {
    let kind = prop_oneof![
        6 => Just(Kind::Allow),
        1 => Just(Kind::AllowNotAction),
        1 => Just(Kind::Deny)
    ];
    let marks = prop_oneof![
        2 => Just(0_usize..1),
        1 => Just(0..4)
    ]
    .prop_flat_map(|count| prop::collection::vec(mark_shape(), count));
    (kind, prop::collection::vec((pattern_shape(), marks), 1..5))
}

fn assemble(names: &[String], drawn: Drawn) -> World {
    let (cells, services, keeps, statements, granularity, layout) = drawn;
    let mut catalogue: Vec<(String, Vec<String>)> = Vec::new();
    let mut unused = Vec::new();
    for (place, (service, text)) in services.iter().zip(SERVICES).enumerate() {
        let of_service = names.iter().zip(&cells[place * names.len()..]);
        let mut listed: Vec<String> = Vec::new();
        for (name, cell) in of_service {
            if cell.listed && !listed.iter().any(|known| same(known, name)) {
                listed.push(name.clone());
            }
            // The findings forget the names of a service that is reported as a whole.
            if cell.unused && !service.wholly_unused {
                let named = Some(spelled(name, cell.case));
                unused.push((spelled(text, cell.case), named));
            }
        }
        if service.wholly_unused {
            unused.push((spelled(text, service.case), None));
        }
        if service.listed {
            catalogue.push((spelled(text, service.case), listed));
        }
    }
    if catalogue.iter().all(|(_, names)| names.is_empty()) {
        // A catalogue without any action is not one.
        catalogue.push(("zz".to_owned(), vec!["Get".to_owned()]));
    }
    let statements = statements.into_iter().map(|(kind, entries)| {
        let entries = entries.iter().map(|(shape, marks)| Entry {
            text: pattern(names, shape),
            // Marks are set on the wildcards of an Action.
            marks: (marks.iter().filter(|_| kind == Kind::Allow))
                .map(|mark| mark_on(names, shape, mark))
                .collect(),
        });
        StatementText {
            kind,
            entries: entries.collect(),
        }
    });
    World {
        catalogue,
        unused,
        statements: statements.collect(),
        keeps: keeps.iter().map(|shape| pattern(names, shape)).collect(),
        granularity,
        layout,
    }
}

fn pattern(names: &[String], shape: &Shape) -> String {
    let service = spelled(service_at(shape.service), shape.case);
    let name = shape.name.get(names);
    let mut cuts = shape.cuts.map(|cut| cut.index(name.len() + 1));
    cuts.sort_unstable();
    let [first, second] = cuts;
    let (start, middle, end) = (&name[..first], &name[first..second], &name[second..]);
    let glob = match shape.form {
        0 | 1 => name.clone(),
        2 => format!("{name}s"),
        3 | 4 => format!("{start}*"),
        5 => format!("*{end}"),
        6 => format!("{start}*{end}"),
        7 => format!("*{middle}*"),
        8 => format!("{start}?{}", name.get(first + 1..).unwrap_or_default()),
        9 => format!("*{middle}*{end}"),
        10 => format!("{start}?*{end}*"),
        11 => format!("{start}**{end}"),
        12 => "*".to_owned(),
        _ => return "*".to_owned(),
    };
    format!("{service}:{}", spelled(&glob, shape.case))
}

fn mark_on(names: &[String], entry: &Shape, mark: &MarkShape) -> MarkText {
    let name = mark.at.name.get(names);
    let start = &name[..mark.at.cuts[0].index(name.len() + 1)];
    let place = if mark.inside { entry } else { &mark.at };
    let service = service_at(place.service);
    MarkText {
        kind: mark.kind,
        prefix: if mark.everything {
            String::new()
        } else {
            spelled(&format!("{service}:{start}"), mark.at.case)
        },
    }
}

fn spelled(text: &str, case: Case) -> String {
    match case {
        Case::Same => text.to_owned(),
        Case::Lower => text.to_lowercase(),
        Case::Upper => text.to_uppercase(),
    }
}

/// A world and which proposals of it are accepted: all, or some.
pub fn decided_worlds() -> impl Strategy<Value = (World, Vec<(usize, usize)>)> {
    worlds().prop_flat_map(|world| {
        let places: Vec<(usize, usize)> = (world.statements.iter().enumerate())
            .flat_map(|(statement, text)| {
                (0..text.entries.len()).map(move |entry| (statement, entry))
            })
            .collect();
        let some = subsequence(places.clone(), 0..=places.len());
        let accepted = prop_oneof![Just(places), some];
        (Just(world), accepted)
    })
}

fn service_at(index: Index) -> &'static str {
    SERVICES[index.index(SERVICES.len())]
}
