//! Who names a managed policy by its ARN in the repositories, outside of the root modules that are given.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::attached::Attached;
use super::policy_texts::SIGN;
use super::surroundings::Surroundings;
use super::tree::Tree;
use crate::text::Source;

/// The files that have ARNs of policies in them.
pub(super) struct Elsewhere(Vec<Source>);

impl Elsewhere {
    /// Those of Terraform and templates in the repositories of a tree, and outside of it.
    pub fn of(tree: &Tree) -> Self {
        let own = tree.read_folders().flat_map(|(_, files)| files);
        let own: BTreeSet<&Path> = own.map(|file| file.real.as_path()).collect();
        let surroundings = Surroundings::of(tree, false);
        let files = surroundings.files.iter();
        let others = files.filter(|path| may_give(path) && !own.contains(path.as_path()));
        let read = others.filter_map(|path| {
            let text = fs::read_to_string(path).ok()?;
            let has_arns = text.contains(SIGN) && (is_of_terraform(path) || text.contains("AWS::"));
            has_arns.then(|| Source::from_text(&surroundings.shown(path), &text))
        });
        Elsewhere(read.collect())
    }
}

fn may_give(path: &Path) -> bool {
    const TEMPLATES: [&str; 4] = ["json", "template", "yaml", "yml"];
    let extension = path.extension().unwrap_or_default();
    is_of_terraform(path) || TEMPLATES.iter().any(|one| extension == *one)
}

fn is_of_terraform(path: &Path) -> bool {
    const SOURCES: [&str; 4] = ["hcl", "tf", "tfvars", "tofu"];
    let extension = path.extension().unwrap_or_default();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    SOURCES.iter().any(|one| extension == *one) || name.ends_with(".tf.json")
}

impl Attached<'_, '_> {
    /// Notes the files that name the policy and are of no root module that is given.
    pub(super) fn is_named_elsewhere(&self) {
        let survey = self.uses.survey;
        let elsewhere = (survey.elsewhere).get_or_init(|| Elsewhere::of(self.uses.tree));
        for source in &elsewhere.0 {
            let Some(place) = self.texts.place_in(source.text()) else {
                continue;
            };
            let message = format!(
                "the ARN of {} is named here, in a file of no root module that is given, so for whom this is cannot be \
                 told",
                self.policy.placed.block.address()
            );
            self.uses.add_believed(source.note_at(place, message));
        }
    }
}
