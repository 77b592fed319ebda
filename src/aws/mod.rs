//! The `aws` commands that bring a refined policy to AWS, as data.
//!
//! An [`Operation`] knows the permission that it needs and whether it changes anything; an
//! [`AwsCommand`] is a call of one. It is printed for a person to paste ([`AwsCommand::hint`]),
//! stands in a script ([`AwsCommand::script_line`]), or is run ([`AwsCommand::argv`]).
//! [`next_steps`] tells what to do with a policy that was written, and [`script_folders`] makes for
//! each policy of an account that changes the scripts that take it there and back.

mod command;
mod hints;
mod operation;
mod script;
mod shell;

pub use command::{Arg, AwsCommand};
pub use hints::{Hint, PolicyFile, next_steps};
pub use operation::Operation;
pub use script::{ScriptFolder, Scripts, script_folders};
