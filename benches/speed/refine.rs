//! Refining: from two texts to the refined and proved text, in process, the catalogue loaded. Beside
//! each the floor: parsing the same two texts and nothing else.

use std::fmt::Write as _;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};
use iam_refine::catalogue::Catalogue;
use iam_refine::text::Source;

use super::inputs::Texts;

criterion_group!(benches, policies, growth);

fn policies(criterion: &mut Criterion) {
    let today = Catalogue::built_in();
    let everything = [String::from("*")];
    // As many entries as the largest policy that AWS manages.
    let largest: Vec<String> = (today.services())
        .flat_map(|service| {
            let prefix = service.prefix();
            (service.actions().iter()).map(move |action| format!("{prefix}:{}", action.name))
        })
        .step_by(4)
        .take(4_533)
        .collect();
    let cases = [
        ("article", Catalogue::s3_of_june_2024(), Texts::article()),
        (
            "everything",
            today.clone(),
            Texts::allowing(&everything, &today),
        ),
        (
            "4533 entries",
            today.clone(),
            Texts::allowing(&largest, &today),
        ),
    ];
    for (name, catalogue, texts) in cases {
        let mut group = criterion.benchmark_group(name);
        group.bench_function("parse", |bencher| bencher.iter(|| texts.parse()));
        group.bench_function("refine", |bencher| {
            bencher.iter(|| texts.refine(&catalogue));
        });
        group.finish();
    }
}

/// Four services, each twice as large as the one before: the time goes with the actions.
fn growth(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("growth");
    for size in [1_000, 2_000, 4_000, 8_000] {
        let catalogue = Arc::new(service_of(size));
        let texts = Texts::allowing(&["svc:*".to_owned()], &catalogue);
        group.throughput(Throughput::Elements(size));
        group.bench_function(BenchmarkId::new("refine", size), |bencher| {
            bencher.iter(|| texts.refine(&catalogue));
        });
    }
    group.finish();
}

/// A service of so many actions, their names made of the words that AWS uses.
fn service_of(size: u64) -> Catalogue {
    const VERBS: [&str; 8] = [
        "Get", "List", "Put", "Create", "Delete", "Describe", "Update", "Tag",
    ];
    const NOUNS: [&str; 10] = [
        "Bucket", "Access", "Object", "Job", "Storage", "Policy", "Point", "Version", "Lens",
        "Config",
    ];
    let mut names = String::new();
    for number in 0..size {
        let at = usize::try_from(number).expect("sizes are small");
        let verb = VERBS[at % VERBS.len()];
        names.push_str("svc:");
        names.push_str(verb);
        let mut rest = at / VERBS.len();
        loop {
            names.push_str(NOUNS[rest % NOUNS.len()]);
            rest /= NOUNS.len();
            if rest == 0 {
                break;
            }
        }
        let _ = writeln!(names);
    }
    Catalogue::parse(&Source::from_text("catalogue", &names)).expect("it is a catalogue")
}
