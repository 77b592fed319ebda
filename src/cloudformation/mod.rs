//! Policies in the templates of CloudFormation and SAM, and the resources they stand in.
//!
//! A file in YAML or JSON goes in, and a [`Template`] comes out: its resources with their logical ids,
//! and a [`WrittenPolicy`] for each place that takes a policy of a role, a user or a group, or a managed
//! one. Each that can be edited is a [`Document`](crate::document::Document), and all of a file share
//! their [`File`](crate::document::File).
//!
//! What CloudFormation computes, such as `!Sub` or `!If`, is an [`Opaque`](crate::text::Opaque): it stays
//! as it is. The entries of a statement behind a condition may be edited, and the statement stays. Who
//! may assume a role, and the policies of buckets, queues and keys are not offered: no finding is about them.

mod evaluate;
mod finder;
mod follow;
mod form;
mod function;
mod holders;
mod named;
mod output;
mod policy;
mod resource;
mod said;
mod template;
mod transforms;
mod unclear;
mod yaml;

pub use function::MAPPINGS;
pub use named::{Name, Told};
pub use output::TemplateOutput;
pub use said::Said;
pub use template::{Holder, Makes, Membership, Template, TemplateResource, Who, WrittenPolicy};
pub use yaml::comments;
