//! Where what findings name stands in a folder of Terraform files, when there is no state to tell what
//! is made of it.

use crate::catalogue::Service;
use crate::findings::{Findings, UnusedActions};
use crate::iam::ActionPattern;
use crate::sources::{Tree, TreeFile};
use crate::terraform::Content;
use crate::text::{Error, counted, printable};

use super::IntakeOptions;

/// How many places are listed.
const MOST_PLACES: usize = 200;

/// That there is no state, with the places.
pub(super) fn without_state(tree: &Tree, findings: &[Findings], options: &IntakeOptions) -> Error {
    let mut places = Vec::new();
    for (_, files) in tree.folders() {
        for file in files {
            add_places(file, findings, options, &mut places);
        }
    }
    let more = places.len().saturating_sub(MOST_PLACES);
    places.truncate(MOST_PLACES);
    if more > 0 {
        places.push(format!("and {more} more"));
    }
    let places = if places.is_empty() {
        "nothing that the findings name is written in these files".to_owned()
    } else {
        format!(
            "what the findings name is written here:\n  {}",
            places.join("\n  ")
        )
    };
    Error::with_help(
        format!(
            "there is no state, so nobody can tell what these files make; nothing is edited\n{places}"
        ),
        "give the state: terraform show -json > state.json",
    )
}

fn add_places(
    file: &TreeFile,
    findings: &[Findings],
    options: &IntakeOptions,
    places: &mut Vec<String>,
) {
    for written in &file.configuration.policies {
        let Content::Document(document) = &written.content else {
            continue;
        };
        for (at, statement) in document.policy().statements.iter().enumerate() {
            for (entry, pattern) in statement
                .refinable_entries()
                .into_iter()
                .flatten()
                .enumerate()
            {
                let unused = findings
                    .iter()
                    .map(|finding| named(&finding.unused, pattern, options));
                let unused = unused.max().unwrap_or_default();
                if unused == 0 || !document.place(at, entry).is_editable() {
                    continue;
                }
                let source = document.source();
                let position = source.position(document.entry_range(at, entry).start);
                let block = &file.configuration.blocks[written.block];
                let often = if block.is_repeated() {
                    ", made several times"
                } else {
                    ""
                };
                places.push(format!(
                    "{}:{position}: {} in {}{often}: {} reported as unused",
                    source.name(),
                    printable(&pattern.to_string()),
                    written.address,
                    counted(unused, "action is", "actions are"),
                ));
            }
        }
    }
}

/// How many known actions of a pattern are unused.
fn named(unused: &UnusedActions, pattern: &ActionPattern, options: &IntakeOptions) -> usize {
    let mut actions: std::collections::BTreeSet<_> = unused
        .named()
        .filter(|action| pattern.matches(action))
        .collect();
    for (service, _) in unused
        .services()
        .filter(|(service, _)| unused.is_wholly_unused(service))
    {
        let known = options.catalogue.service(service);
        let known = known.into_iter().flat_map(Service::actions);
        let known = known.map(|known| crate::iam::Action::new(service.clone(), known.name.clone()));
        actions.extend(known.filter(|action| pattern.matches(action)));
    }
    actions.len()
}
