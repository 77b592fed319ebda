//! Templates, their stacks, and what AWS has of these.

mod answer;
mod live;
mod matched;
mod templates;

pub use answer::{Stack, StackResource};
pub(super) use templates::holds_templates;
pub use templates::{TemplateFile, Templates};
