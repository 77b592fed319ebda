//! The review screen on the demo's policy, or on any policy and findings:
//! `cargo run --example screen [POLICY FINDINGS]`.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::document::{Document, Json, Source};
use iam_refine::findings::{Findings, MissingPages, Page};
use iam_refine::iam::quota::PolicyKind;
use iam_refine::refine::Options;
use iam_refine::review::{Case, LoadedPolicy, Review};
use iam_refine::tui::{Ended, Settings, run};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let (policy, findings, catalogue) = match files.as_slice() {
        [policy, findings] => (
            read(policy)?,
            read(findings)?,
            Arc::clone(&Catalogue::built_in()),
        ),
        _ => (
            Source::from_text("policy.json", include_str!("../assets/demo/policy.json")),
            Source::from_text(
                "findings.json",
                include_str!("../assets/demo/findings.json"),
            ),
            Catalogue::s3_of_june_2024(),
        ),
    };
    let page = Page::read(&findings, &Json::parse(&findings)?)?;
    let findings = Findings::join(vec![page], MissingPages::Refused)?;
    let findings = Findings::of_one_principal(findings)?.ok_or("no findings")?;
    let policies = vec![LoadedPolicy {
        document: Document::parse(policy)?,
        kind: PolicyKind::Unknown,
    }];
    let case = Case::new(policies, findings, catalogue, Options::default());
    let mouse = Settings {
        mouse: true,
        ..Settings::default()
    };
    match run(Review::new(case), mouse, &mut |_| {
        Err("the example writes nothing".to_owned())
    })? {
        Ended::Quit(_) => println!("Left without writing."),
        Ended::Written(text) => println!("{text}"),
    }
    Ok(())
}

fn read(file: &str) -> Result<Source, Box<dyn std::error::Error>> {
    Ok(Source::from_bytes(file, &std::fs::read(file)?)?)
}
