//! Where what findings name stands in Terraform files or templates, when there is no state or stack to
//! tell what is made of it.

use crate::catalogue::Service;
use crate::document::Document;
use crate::findings::{Findings, UnusedActions};
use crate::iam::ActionPattern;
use crate::policies::PolicyOwner;
use crate::sources::{TemplateFile, Templates, Tree};
use crate::text::{Error, counted, printable, some_of};

use super::IntakeOptions;

/// How many places are listed.
const MOST_PLACES: usize = 200;

/// How many roles and users are named of each.
const NAMED: usize = 3;

/// That there is no state, with the places.
pub(super) fn without_state(tree: &Tree, findings: &[Findings], options: &IntakeOptions) -> Error {
    let mut places = Vec::new();
    for (_, files) in tree.folders() {
        for file in files {
            for written in &file.configuration.policies {
                let Some(document) = written.document() else {
                    continue;
                };
                let block = &file.configuration.blocks[written.block];
                let often = if block.is_repeated() {
                    ", made several times"
                } else {
                    ""
                };
                let called = format!("{}{often}", written.address);
                add_places(document, &called, findings, options, &mut places);
            }
        }
    }
    let message = "there is no state, so nobody can tell what these files make; nothing is edited";
    report(
        message,
        places,
        "give the state: terraform show -json > state.json",
    )
}

/// That there is no stack, with the places.
pub(super) fn without_stack(
    templates: &Templates,
    findings: &[Findings],
    options: &IntakeOptions,
) -> Error {
    let mut places = Vec::new();
    for file in &templates.files {
        for written in &file.template.policies {
            if let Ok(document) = &written.content {
                add_places(document, &written.address, findings, options, &mut places);
            }
        }
    }
    let message =
        "there is no stack, so nobody can tell what the template makes; nothing is edited";
    let help = "give its stacks: aws cloudformation list-stack-resources --stack-name STACK --output \
                json > stack.json; and what AWS has: aws iam get-account-authorization-details \
                --output json > account.json";
    report(message, places, help)
}

/// That a program makes the templates, with the constructs that have what the findings name.
pub(super) fn synthesized(
    files: &[TemplateFile],
    findings: &[Findings],
    options: &IntakeOptions,
) -> Error {
    let mut places = Vec::new();
    for file in files {
        for written in &file.template.policies {
            let resource = &file.template.resources[written.resource];
            let construct = resource.construct_path.as_ref();
            let called = construct.map_or(&written.address, |path| path);
            if let Ok(document) = &written.content {
                add_places(document, called, findings, options, &mut places);
            }
        }
    }
    let message =
        "the template is made by `cdk synth`, and what is changed in it is lost; nothing is edited";
    let help = "take these actions out where the program makes the constructs that are named, and \
                synthesize anew";
    report(message, places, help)
}

fn report(message: &str, mut places: Vec<String>, help: &str) -> Error {
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
    Error::with_help(format!("{message}\n{places}"), help)
}

/// Adds the places of the entries of a policy, which is called so.
fn add_places(
    document: &Document,
    called: &str,
    findings: &[Findings],
    options: &IntakeOptions,
    places: &mut Vec<String>,
) {
    for (at, statement) in document.policy().statements.iter().enumerate() {
        let entries = statement.refinable_entries().into_iter().flatten();
        for (entry, pattern) in entries.enumerate() {
            let unused: Vec<usize> = (findings.iter())
                .map(|finding| named(&finding.unused, pattern, options))
                .collect();
            if unused.iter().all(|count| *count == 0) || !document.place(at, entry).is_editable() {
                continue;
            }
            let source = document.source();
            let position = source.position(document.entry_range(at, entry).start);
            places.push(format!(
                "{}:{position}: {} in {called}: {}",
                source.name(),
                printable(&pattern.to_string()),
                by_whom(findings, &unused),
            ));
        }
    }
}

/// How many actions are unused, by whom, and whose findings name none of them: nobody can tell here who of these
/// has the policy.
fn by_whom(findings: &[Findings], unused: &[usize]) -> String {
    let most = unused.iter().copied().max().unwrap_or_default();
    let told = format!(
        "{} reported as unused",
        counted(most, "action is", "actions are")
    );
    if findings.len() == 1 {
        return told;
    }
    let names = |is_it: &dyn Fn(usize) -> bool| {
        let these = findings
            .iter()
            .zip(unused)
            .filter(|(_, count)| is_it(**count));
        let these: Vec<String> = these.map(|(finding, _)| whose(finding)).collect();
        some_of(&these, NAMED)
    };
    let is_same = unused.iter().all(|count| [0, most].contains(count));
    let told = if is_same {
        told
    } else {
        format!("up to {told}")
    };
    let told = format!("{told} by {}", names(&|count| count > 0));
    if unused.contains(&0) {
        format!("{told}, and none by {}", names(&|count| count == 0))
    } else {
        told
    }
}

/// Whom a finding is about, or how it is called where it does not say.
fn whose(finding: &Findings) -> String {
    let principal = finding.principal.as_ref();
    let owner = principal.and_then(|arn| PolicyOwner::from_arn(arn.raw()));
    owner.map_or_else(|| finding.name().to_string(), |owner| owner.to_string())
}

/// How many known actions of a pattern are unused.
fn named(unused: &UnusedActions, pattern: &ActionPattern, options: &IntakeOptions) -> usize {
    let mut actions: std::collections::BTreeSet<_> = unused
        .named()
        .filter(|action| pattern.matches(action))
        .collect();
    for service in unused.wholly_unused() {
        let known = options.catalogue.service(service);
        let known = known.into_iter().flat_map(Service::actions);
        let known = known.map(|known| crate::iam::Action::new(service.clone(), known.name.clone()));
        actions.extend(known.filter(|action| pattern.matches(action)));
    }
    actions.len()
}
