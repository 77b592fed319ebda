//! Random documents that take others, before and after.

use std::fmt::Write;
use std::fs;

use iam_refine::intake::{Intake, SourceRoot};
use iam_refine::review::{Accept, Review};
use serde_json::json;

use crate::merged_world::{
    ACTIONS, RESOURCES, Random, Statement, allows, documents, finding, made, policy, read, text,
    unused,
};
use crate::run::folder;
use crate::source_uses::{resource, role};

/// An inline policy of a role of its own for each of these documents.
fn roles(of: &[usize]) -> String {
    let mut text = String::new();
    for (number, document) in of.iter().enumerate() {
        writeln!(
            text,
            "resource \"aws_iam_role\" \"r{number}\" {{\n  name = \"r{number}\"\n}}\n\
             resource \"aws_iam_role_policy\" \"p{number}\" {{\n  role = aws_iam_role.r{number}.id\n  \
             policy = data.aws_iam_policy_document.d{document}.json\n}}"
        )
        .unwrap();
    }
    text
}

/// The file with all accepted that is offered.
fn refined(text: &str, live: &[Vec<Statement>], unused: &[Vec<&str>]) -> String {
    let folder = folder();
    let root = folder.path().join("root");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("main.tf"), text).unwrap();
    let mut resources = Vec::new();
    for (number, statements) in live.iter().enumerate() {
        let values =
            json!({"name": "p", "role": format!("r{number}"), "policy": policy(statements)});
        resources.push(role(&format!("r{number}")));
        resources.push(resource(
            "aws_iam_role_policy",
            &format!("p{number}"),
            values,
        ));
    }
    let state =
        json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}});
    let mut intake = Intake::new().text("state.json", &state.to_string());
    for (number, unused) in unused.iter().enumerate() {
        intake = intake.text(
            &format!("{number}.json"),
            &finding(&format!("r{number}"), unused).to_string(),
        );
    }
    let root = SourceRoot {
        path: root,
        states: Vec::new(),
    };
    let mut review = Review::new(intake.sources(&[root], true).unwrap().input);
    review.accept_all(Accept::Entries);
    assert!(review.is_proved(), "{text}");
    let file = review.files().next();
    let written = file.and_then(|file| Some(file.text()?.into_owned()));
    written.unwrap_or_else(|| text.to_owned())
}

#[test]
fn what_is_used_stays_and_nothing_comes_back_in_any_policy() {
    let mut edited = 0;
    for seed in 0..600 {
        let mut random = Random(seed);
        let all = documents(&mut random, usize::MAX);
        let of: Vec<usize> = (0..=random.below(2))
            .map(|_| random.below(all.len()))
            .collect();
        let live = of.iter().map(|&document| made(&all, document));
        let Some(live) = live.collect::<Option<Vec<_>>>() else {
            continue;
        };
        let unused: Vec<Vec<&str>> = of.iter().map(|_| unused(&mut random)).collect();
        let before = text(&all) + &roles(&of);
        let after = refined(&before, &live, &unused);
        let documents = read(&after, &all);
        edited += usize::from(after != before);
        for (number, &document) in of.iter().enumerate() {
            let (old, new) = (&live[number], made(&documents, document).unwrap());
            for (resource, action) in RESOURCES
                .into_iter()
                .flat_map(|resource| ACTIONS.map(|action| (resource, action)))
            {
                let (was, is) = (
                    allows(old, resource, action),
                    allows(&new, resource, action),
                );
                let may_go = unused[number].contains(&action);
                assert!(
                    was || !is,
                    "{seed}: {action} is new\n{before}\n---\n{after}"
                );
                assert!(
                    is || !was || may_go,
                    "{seed}: {action} is gone\n{before}\n---\n{after}"
                );
            }
        }
    }
    assert!(edited > 100, "{edited}");
}
