//! Refining: from two texts to the refined and proved text, in process, the catalogue loaded. Beside
//! each the floor: parsing the same two texts and nothing else.

use std::fmt::Write as _;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};
use iam_refine::catalogue::Catalogue;
use iam_refine::review::{Decision, Proposals, Review};
use iam_refine::text::{Source, Untrusted};

use super::inputs::Texts;

criterion_group!(benches, policies, growth, fit);

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

/// A policy that becomes too long, with as little left whole as brings it half way to the shortest that it
/// can be; beside it the same with nothing left.
fn fit(criterion: &mut Criterion) {
    let catalogue = Catalogue::built_in();
    let services = ["ec2", "rds", "lambda", "glue", "sagemaker"];
    let entries = services.map(|service| format!("{service}:*"));
    let input = Texts::allowing(&entries, &catalogue).read(&catalogue);
    let accepted = || {
        let mut review = Review::new(input.clone());
        review.decide(&review.undecided(), Decision::Accepted);
        review
    };
    let review = accepted();
    let fitting = review.fitting(0, Proposals::Accepted, usize::MAX);
    let length = usize::midpoint(fitting.shortest(), fitting.narrowest());
    let mut group = criterion.benchmark_group("fit");
    group.sample_size(20);
    group.bench_function("all goes", |bencher| bencher.iter(accepted));
    group.bench_function("half way", |bencher| {
        bencher.iter(|| {
            let mut review = accepted();
            let fitting = review.fitting(0, Proposals::Accepted, length);
            let fit = fitting.within(length).expect("it can be so short");
            assert!(review.leave_whole(&fit, &Untrusted::from("to fit")));
        });
    });
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
