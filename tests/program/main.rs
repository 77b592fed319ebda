//! The program from outside: files, folders and arguments go in, and output, files and an exit code come
//! out.

#![allow(clippy::unwrap_used)] // A test may.

#[allow(dead_code)] // Others use the rest.
#[path = "../terminal/screen.rs"]
mod screen;

mod account_baseline;
mod account_decisions;
mod account_findings;
mod account_folder;
mod account_review;
mod account_scripts;
mod account_split;
mod accounts;
mod action;
mod article;
mod as_deny;
mod batch;
mod catalogue;
mod commands;
mod compare;
mod completions;
mod denied;
mod evidence;
mod explain;
mod hard_inputs;
mod held_back;
mod hostile;
mod kept;
mod kept_principals;
mod lessons;
mod merged_world;
mod picture;
mod plain;
mod plan;
mod plan_others;
mod plan_world;
mod records;
mod refine;
mod run;
mod shapes;
mod source_account;
mod source_ahead;
mod source_callers;
mod source_come_of;
mod source_complete;
mod source_computed;
mod source_dates;
mod source_elsewhere;
mod source_evaluated;
mod source_folders;
mod source_followed;
mod source_forms;
mod source_given;
mod source_given_on;
mod source_inline;
mod source_kept;
mod source_killed;
mod source_merged;
mod source_merged_random;
mod source_moved;
mod source_passed_on;
mod source_put_together;
mod source_reports;
mod source_review;
mod source_roots;
mod source_round_trip;
mod source_uses;
mod source_world;
mod sources;
mod template_conditions;
mod template_given;
mod template_holders;
mod template_lists;
mod template_stacks;
mod template_within;
mod template_world;
mod templates;
mod too_long;
#[cfg(feature = "update")]
mod update;
mod verify;
mod wire;
mod writing;
