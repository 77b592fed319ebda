//! Random worlds.
//!
//! Names are made of a few tokens, so that siblings, names that are prefixes of names, and names
//! that differ in case are frequent.

use iam_refine::refine::{Granularity, MarkKind};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::known::is_unused;
use super::layout;
use super::pattern::{name_of, same, service_of};
use super::world::{Entry, Kind, MarkText, StatementText, World};

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
        let used = prop_oneof![
            2 => Just(0_usize..1),
            1 => Just(0..3)
        ]
        .prop_flat_map(|count| prop::collection::vec(pattern_shape(), count));
        let held = prop_oneof![
            2 => Just(0_usize..1),
            1 => Just(0..3)
        ]
        .prop_flat_map(|count| prop::collection::vec(pattern_shape(), count));
        let layout = 0..layout::COUNT;
        let drawn = (
            cells,
            services,
            keeps,
            used,
            held,
            statements,
            granularity,
            layout,
        );
        drawn.prop_map(move |drawn| assemble(&names, drawn))
    })
}

/// What a world has of one name in one service.
#[derive(Clone, Debug)]
struct Cell {
    listed: bool,
    unused: bool,
    /// Whether something speaks for it.
    held: bool,
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
    Vec<Shape>,
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
        prop::bool::weighted(0.1),
        case(),
    );
    chances.prop_map(|(listed, unused, held, case)| Cell {
        listed,
        unused,
        held,
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
    let kinds = vec![
        MarkKind::Keep,
        MarkKind::Drop,
        MarkKind::Split,
        MarkKind::Whole,
    ];
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
    let (cells, services, keeps, used, patterns, statements, granularity, layout) = drawn;
    let mut catalogue: Vec<(String, Vec<String>)> = Vec::new();
    let mut unused = Vec::new();
    let mut held = Vec::new();
    for (place, (service, text)) in services.iter().zip(SERVICES).enumerate() {
        let of_service = names.iter().zip(&cells[place * names.len()..]);
        let mut listed: Vec<String> = Vec::new();
        for (name, cell) in of_service {
            if cell.listed && !listed.iter().any(|known| same(known, name)) {
                listed.push(name.clone());
            }
            if cell.held {
                held.push(format!("{text}:{}", spelled(name, cell.case)));
            }
            // The findings forget the names of a service that is reported as a whole.
            if cell.unused && !service.wholly_unused {
                let reported = spelled(name, cell.case);
                unused.push((spelled(text, cell.case), Some(reported)));
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
    held.extend(patterns.iter().map(|shape| pattern(names, shape)));
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
    let mut world = World {
        catalogue,
        unused,
        statements: statements.collect(),
        keeps: keeps.iter().map(|shape| pattern(names, shape)).collect(),
        used: Vec::new(),
        held,
        granularity,
        layout,
    };
    // What was used is reported by its name, known or not, and is not among what is unused.
    let used = used.iter().map(|shape| {
        let form = shape.form % 3;
        pattern(
            names,
            &Shape {
                form,
                ..shape.clone()
            },
        )
    });
    world.used = used
        .filter(|action| !is_unused(&world, service_of(action), name_of(action)))
        .collect();
    world
}

fn pattern(names: &[String], shape: &Shape) -> String {
    let service = spelled(service_at(shape.service), shape.case);
    let name = shape.name.get(names);
    let mut cuts = shape.cuts.map(|cut| cut.index(name.len() + 1));
    cuts.sort_unstable();
    let [from, to] = cuts;
    let (start, middle, end) = (&name[..from], &name[from..to], &name[to..]);
    let glob = match shape.form {
        0 | 1 => name.clone(),
        2 => format!("{name}s"),
        3 | 4 => format!("{start}*"),
        5 => format!("*{end}"),
        6 => format!("{start}*{end}"),
        7 => format!("*{middle}*"),
        8 => format!("{start}?{}", name.get(from + 1..).unwrap_or_default()),
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
