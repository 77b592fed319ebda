//! Templates, their stacks, and what AWS has of these.

mod answer;
mod around;
mod given;
mod holders;
mod inline;
mod live;
mod made_up;
mod matched;
mod members;
mod templates;
mod uses;

pub use answer::{Stack, StackResource};
pub(super) use made_up::is_of_stack;
pub(super) use templates::holds_templates;
pub use templates::{TemplateFile, Templates};
