//! Who names a managed policy in the repositories, or puts somebody into a group that has a policy, outside of the root
//! modules that are given.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::attached::Attached;
use super::evaluation::{Evaluation, Origins};
use super::is_state;
use super::names::{is_word_alone, is_word_of};
use super::naming::Naming;
use super::policy_texts::{OF_ALL, SIGN, Texts, all_attached_in};
use super::references::is_of;
use super::surroundings::{Surroundings, is_fetched, only_tells, stands_in};
use super::uses::Uses;
use crate::terraform::Block;
use crate::text::Source;

/// What may name policies and groups outside of a tree.
pub(super) struct Elsewhere {
    /// The files that speak of policies, of who is in groups, or of what other root modules put out.
    sources: Vec<Other>,
    /// What the root modules that are given put out; nothing where nobody asks for it.
    outputs: Vec<Output>,
}

/// A file that is none of those that are given.
pub(super) struct Other {
    /// Where it is, with all links followed.
    pub path: PathBuf,
    /// Its text, as messages call it.
    pub source: Source,
}

/// What a root module puts out.
struct Output {
    folder: PathBuf,
    name: String,
    references: Vec<String>,
    /// What that comes of which it refers to.
    origins: Vec<Origins>,
}

/// What a file has in it that may name a policy of another root module.
const NAMING: [&str; 4] = [
    SIGN,
    "\"aws_iam_policy\"",
    "customer_managed_policy_reference",
    PUT_OUT,
];

/// What stands before the names by which managed policies are given to somebody.
const BY_NAME: [&str; 4] = [
    "ManagedPolic",
    "managedPolic",
    "managed-polic",
    "managed_polic",
];

/// What is said where somebody is put into a group, or is told to be in one.
const OF_MEMBERS: [&str; 10] = [
    "AddToGroup",
    "GroupMembership",
    "UserToGroup",
    "addToGroup",
    "add_to_group",
    "fromGroupName",
    "group_membership",
    "iam_group",
    "user-to-group",
    "user_to_group",
];

/// A part of each of these, by which most files are told to have none.
const IN_EACH: [&str; 3] = ["olic", "roup", PUT_OUT];

/// How that is asked for which another root module puts out.
const PUT_OUT: &str = ".outputs";

/// What stands in answers of AWS, in findings, plans and records: they tell what there is.
const TELLING: [&str; 9] = [
    "\"AttachedPolicies\"",
    "\"PolicyVersionList\"",
    "\"ResourceStatus\"",
    "\"RoleDetailList\"",
    "\"StackStatus\"",
    "\"findingType\"",
    "\"format_version\"",
    "\"iam-refine ",
    "\"terraform_version\"",
];

impl Elsewhere {
    /// What lies in the repositories of a tree and is none of its files.
    pub fn of(evaluation: &Evaluation<'_>) -> Self {
        let tree = evaluation.tree;
        let own = tree.read_folders().flat_map(|(_, files)| files);
        let own: BTreeSet<&Path> = own.map(|file| file.real.as_path()).collect();
        let sources = others_in(&Surroundings::of(tree), &own, &[]);
        let are_asked_for = (sources.iter()).any(|other| other.source.text().contains(PUT_OUT));
        Elsewhere {
            outputs: if are_asked_for {
                outputs(evaluation)
            } else {
                Vec::new()
            },
            sources,
        }
    }
}

/// The files that may name a policy or put somebody into a group, or have one of these words, and are none of the
/// `own`.
pub(super) fn others_in(
    surroundings: &Surroundings,
    own: &BTreeSet<&Path>,
    words: &[&str],
) -> Vec<Other> {
    let others = surroundings.files.iter();
    let others = others
        .filter(|path| !own.contains(path.as_path()) && !only_tells(path) && !is_fetched(path));
    let others = others.filter_map(|path| {
        let bytes = fs::read(path).ok()?;
        let has_any = || words.iter().any(|word| stands_in(&bytes, word));
        let is_told = (speaks(&bytes) || has_any()) && !only_answers(&bytes);
        let text = is_told.then(|| String::from_utf8(bytes).ok()).flatten()?;
        Some(Other {
            path: path.clone(),
            source: Source::from_text(&surroundings.shown(path), &text),
        })
    });
    others.collect()
}

/// Whether bytes may name a policy of another root module, or put somebody into a group of one.
fn speaks(bytes: &[u8]) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| stands_in(bytes, word));
    has(&IN_EACH) && (has(&NAMING) || has(&BY_NAME) || has(&OF_ALL) || has(&OF_MEMBERS))
}

/// Whether bytes are an answer of AWS, a state, a plan, a finding or a record, and no template.
fn only_answers(bytes: &[u8]) -> bool {
    let has = |word: &&str| stands_in(bytes, word);
    let is_json =
        bytes.trim_ascii_start().starts_with(b"{") || bytes.trim_ascii_start().starts_with(b"[");
    is_state(bytes) || is_json && !has(&"\"Resources\"") && TELLING.iter().any(has)
}

/// What the root modules of a tree put out.
fn outputs(evaluation: &Evaluation<'_>) -> Vec<Output> {
    let tree = evaluation.tree;
    let mut outputs = Vec::new();
    for root in &tree.roots {
        let folder = root.path(Path::new(""));
        let called = evaluation.called_in(&folder);
        let files = tree.files(&folder).iter();
        let blocks = files.flat_map(|file| &file.configuration.blocks);
        for block in blocks.filter(|block| block.kind == "output") {
            outputs.extend(output(block, &folder, &called));
        }
    }
    outputs
}

fn output(block: &Block, folder: &Path, called: &[(String, Origins)]) -> Option<Output> {
    let references = &block.argument("value")?.references;
    let of_it = called.iter().filter(|(name, _)| {
        let mut references = references.iter();
        references.any(|reference| is_of(reference, name))
    });
    Some(Output {
        folder: folder.to_owned(),
        name: block.labels.first()?.clone(),
        references: references.clone(),
        origins: of_it.map(|(_, origins)| origins.clone()).collect(),
    })
}

impl Attached<'_, '_> {
    /// Notes the files that name the policy and are of no root module that is given.
    pub(super) fn is_named_elsewhere(&self) {
        let survey = self.uses.survey;
        let elsewhere = (survey.elsewhere).get_or_init(|| Elsewhere::of(self.uses.evaluation));
        let outputs: Vec<&str> = self.put_out(elsewhere).collect();
        let address = self.policy.placed.block.address();
        for Other { source, .. } in &elsewhere.sources {
            let text = source.text();
            let read = || {
                let place = outputs.iter().find_map(|name| read_in(text, name))?;
                let what = format!("an output that has {address} may be read here");
                Some((place, what))
            };
            let Some((place, what)) = self.texts.named_in(text, &address).or_else(read) else {
                continue;
            };
            let message = format!(
                "{what}, in a file of no root module that is given, so for whom this is cannot be told"
            );
            self.uses.add_believed(source.note_at(place, message));
        }
    }

    /// The outputs of root modules that have the policy.
    fn put_out<'e>(&'e self, elsewhere: &'e Elsewhere) -> impl Iterator<Item = &'e str> {
        let address = self.policy.placed.block.address();
        let has_it = move |output: &&Output| {
            let mut references = output.references.iter();
            let is_beside = output.folder == self.policy.folder;
            let mut origins = output.origins.iter();
            is_beside && references.any(|reference| is_of(reference, &address))
                || origins.any(|origins| self.naming(origins) >= Naming::ByName)
        };
        let outputs = elsewhere.outputs.iter().filter(has_it);
        outputs.map(|output| output.name.as_str())
    }
}

impl Uses<'_, '_> {
    /// Notes the files that may put somebody into one of the groups of these names, in small letters, and are of no root
    /// module that is given.
    pub(super) fn is_added_to_elsewhere(&self, groups: &BTreeSet<String>) {
        let survey = self.survey;
        let elsewhere = (survey.elsewhere).get_or_init(|| Elsewhere::of(self.evaluation));
        for Other { source, .. } in &elsewhere.sources {
            let text = source.text();
            let mut signs = OF_MEMBERS.iter();
            let said = signs.find_map(|sign| Some((text.find(sign)?, sign.len())));
            let Some((at, length)) = said else {
                continue;
            };
            let letters = text.to_ascii_lowercase();
            if let Some(group) = groups.iter().find(|group| is_word_of(&letters, group)) {
                let message = format!(
                    "somebody may be put into group {group} here, in a file of no root module that is given, so who \
                     has what that has cannot be told"
                );
                self.add_believed(source.note_at(at..at + length, message));
            }
        }
    }
}

/// Where a text reads an output of another root module.
fn read_in(text: &str, name: &str) -> Option<Range<usize>> {
    let mut places = text.match_indices(PUT_OUT);
    places.find_map(|(at, outputs)| {
        let start = at + outputs.len();
        let rest = &text[start..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let is_it = line.starts_with(['.', '[']) && is_word_of(line, name);
        is_it.then_some(at..start)
    })
}

impl Texts {
    /// Where a text names a policy that is `called` so, or may give it to somebody, with what is to be said of that.
    pub fn named_in(&self, text: &str, called: &str) -> Option<(Range<usize>, String)> {
        if let Some(place) = self.place_in(text) {
            return Some((place, format!("the ARN of {called} is named here")));
        }
        if let Some(place) = self.asked_for_in(text) {
            let what = format!("{called} may be asked for here by its name");
            return Some((place, what));
        }
        let place = all_attached_in(text)?;
        let what = "all managed policies may be attached here".to_owned();
        Some((place, what))
    }

    /// Where a text asks for a policy of its name: as data, as one that a permission set has, or by an ARN that is put
    /// together of it.
    fn asked_for_in(&self, text: &str) -> Option<Range<usize>> {
        let blocks = |start: &'static str, end: &'static str| {
            let places = text.match_indices(start);
            places.map(move |(at, _)| {
                let block = &text[at..];
                (at, &block[..block.find(end).unwrap_or(block.len())])
            })
        };
        self.names.iter().find_map(|name| {
            let quoted = format!("\"{name}\"");
            let data = blocks("\"aws_iam_policy\"", "\n}");
            // In JSON these may stand behind other data.
            let is_data = |(at, _): &(usize, &str)| {
                text[..*at].trim_end().ends_with("data") || text.contains("\"data\"")
            };
            let data = data.filter(is_data);
            let mut named = data.chain(blocks("customer_managed_policy_reference", "}"));
            let named = named.find_map(|(at, block)| Some(at + block.find(&quoted)? + 1));
            let named = named.map(|at| at..at + name.len());
            let computed = || {
                let mut places = text.match_indices(SIGN);
                let is_open = |(at, sign): &(usize, &str)| {
                    text[at + sign.len()..].starts_with(['$', '%', '\'', '"', '{'])
                };
                let (at, sign) = places.find(is_open)?;
                is_word_alone(text, name).then_some(at..at + sign.len())
            };
            let given = || {
                let mut signs = BY_NAME.iter().flat_map(|sign| text.match_indices(sign));
                let (at, sign) = signs.find(|(at, _)| is_word_alone(list_at(text, *at), name))?;
                Some(at..at + sign.len())
            };
            named.or_else(computed).or_else(given)
        })
    }
}

/// The line from a place on, with the entries of the list that it begins.
fn list_at(text: &str, at: usize) -> &str {
    let text = &text[at..];
    let mut length = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number > 0 && !line.trim_start().starts_with(['-', '"', '\'']) {
            break;
        }
        length += line.len();
    }
    &text[..length]
}
