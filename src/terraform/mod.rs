//! Policies in the files of Terraform and `OpenTofu`, and the blocks they stand in.
//!
//! A [`Source`](crate::text::Source) goes in and a [`ConfigurationFile`] comes out: the [`Block`]s of
//! the file, and what each argument that takes a policy says: a [`WrittenPolicy`]. Most policies are
//! written in the file, as `data "aws_iam_policy_document"`, in `jsonencode` or in a heredoc: each is
//! a [`Document`](crate::document::Document), and all of a file share their
//! [`File`](crate::document::File), so that [`rewrite`](crate::document::rewrite) writes the changes
//! of all of them and leaves every other byte alone. Others come from elsewhere, or are written in a
//! form that is not read, which is said by name.
//!
//! What is not literal is an [`Opaque`](crate::text::Opaque): nobody knows what it comes to, and it
//! stays as it is. A whole statement that is computed counts as one that may allow anything.

mod block;
mod comments;
mod configuration;
mod evaluate;
mod expression;
mod functions;
mod heredoc;
mod json_encoded;
mod json_syntax;
mod parsed;
mod policy_document;
mod policy_file;
mod reader;
mod references;
mod texts;
mod value;

pub use block::{Argument, Block, read_blocks};
pub use comments::{comments, template_comments};
pub use configuration::{ConfigurationFile, Content, Merged, Referred, WrittenPolicy};
pub(crate) use evaluate::{
    Asked, Evaluated, Made, Of, Origin, PartText, Perhaps, Scope, Several, convert, evaluate,
};
pub(crate) use hcl_edit::expr::Expression;
pub(crate) use policy_file::computed_paths;
pub use policy_file::{PolicyFile, read_policy_file, reads_a_file, reads_files};
pub use reader::takes_policy;
pub(crate) use texts::{FOLDERS, READING, TextIn, comments_in, texts_in};
pub use value::Value;
