//! The `aws` commands that bring a refined policy to AWS, as data.
//!
//! An [`Operation`] knows the permission that it needs and whether it changes anything; an
//! [`AwsCommand`] is a call of one, with its options. It can be printed for a person to paste
//! ([`AwsCommand::hint`]), or be part of a script ([`AwsCommand::script_line`]).
//!
//! A [`ReadCommand`] is a call that only reads, and the only kind that this program makes itself.
//!
//! [`next_steps`] takes a policy and what was written of it and returns the commands that follow;
//! [`next_steps_in_pieces`] does where it was written as several, and [`next_steps_as_deny`] where
//! what goes was written as a Deny. [`way_back()`] is how to take back what a decision record tells of.
//! [`script_folders`] takes the refined policies of an account and returns for each one that
//! changes the scripts that apply the change and roll it back; [`apply_all`] is the script that
//! applies them all, and [`rollback_all`] takes them all back.

mod as_deny;
mod command;
mod hints;
mod on_policy;
mod operation;
mod permission_set;
mod pieces;
mod read;
mod script;
mod shell;
mod way_back;

pub use as_deny::next_steps_as_deny;
pub use command::{Arg, AwsCommand};
pub use hints::{Hint, PolicyFile, next_steps};
pub use operation::Operation;
pub use pieces::next_steps_in_pieces;
pub use read::{Read, ReadCommand};
pub use script::{
    ScriptFolder, Scripts, UNUSED, apply_all, folder_names, rollback_all, script_folders,
    unused_list,
};
pub use shell::word as shell_word;
pub use way_back::way_back;
