//! Policies where they live: the blocks of Terraform and the templates of CloudFormation, and what their
//! states and stacks say they made.
//!
//! A folder goes in, and states of it. [`Tree::open`] reads the files of the root module and of those
//! it calls, [`read_state`] what Terraform made, and [`Matched::of`] brings both together: each
//! [`SourcePolicy`] is a document in a file with all the policies that it makes and all who have any of
//! them. It is one policy, whose edits change all of these. What cannot be edited is a [`LeftPolicy`],
//! with the reason. [`CodeOwners`] tells who is to be asked.

mod act_origins;
mod acts;
mod address;
mod alike;
mod applied;
mod asking;
mod attached;
mod callers;
mod calls;
mod copies;
mod downloaded;
mod elsewhere;
mod entries;
mod evaluation;
mod expression_values;
mod file_places;
mod files;
mod forgotten;
mod generated;
mod given_on;
mod groups;
mod holding;
mod in_aws;
mod in_file;
mod joined_paths;
mod links;
mod live;
mod made;
mod matched;
mod members;
mod merged;
mod module_calls;
mod modules;
mod moved;
mod named_files;
mod named_in_blocks;
mod names;
mod naming;
mod owners;
mod path_words;
mod policy_texts;
mod readers;
mod references;
mod referring;
mod remarks;
mod required;
mod root_of_state;
mod roots;
mod run_alone;
mod run_elsewhere;
mod same;
mod shared;
mod stack;
mod state;
mod surroundings;
mod survey;
mod taken;
mod tree;
mod unread_calls;
mod uses;
mod written;

pub use address::{Address, BlockAddress};
pub use calls::{Called, Caller};
pub use files::{TreeFile, is_module};
pub use in_aws::InAws;
pub use live::{Live, LiveKind, LivePolicy, LivePrincipal, MadeBy, Others};
pub use matched::{LeftPolicy, Matched, SourcePolicy};
pub use merged::{MergedDocument, Place};
pub use modules::{MODULES_JSON, ModuleFolder, Modules, normal};
pub use owners::{CodeOwners, in_repository};
pub use roots::{may_have_several, root_modules_below};
pub use same::{Different, SameStatements, same_statements};
pub use shared::{PlacedFindings, Unused};
pub use stack::{Stack, StackResource, TemplateFile, Templates};
pub use state::{
    Attributes, EmbeddedPolicy, Kind, OtherChange, PlannedAction, PlannedChange, Providers,
    Resource, Side, State, TELLING, TerraformPlan, is_state, read_plan, read_state,
};
pub use surroundings::repository;
pub use tree::{Module, Root, Tree};

use std::path::Path;

/// What makes something of a source: CloudFormation of templates, Terraform of the folder of a root module.
pub fn made_by(source: &Path) -> MadeBy {
    if source.is_dir() && is_module(source) {
        MadeBy::Terraform
    } else {
        MadeBy::CloudFormation
    }
}

/// Whether a path is a source of policies: the folder of a root module, a template, or a folder of these.
pub fn is_source(path: &Path) -> bool {
    path.is_dir() && is_module(path) || stack::holds_templates(path)
}
