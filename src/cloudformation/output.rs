//! What a template puts out, and by which names other stacks import it.

use std::ops::Range;

use super::evaluate::name;
use super::named::Name;
use super::said::{Said, said};
use crate::text::{Json, Source};

/// An output of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateOutput {
    /// What it is called in the template.
    pub name: String,
    /// The bytes of that.
    pub range: Range<usize>,
    /// What it comes to.
    pub says: Vec<Said>,
    /// The name by which other stacks import it, if it is exported.
    pub export: Option<Name>,
}

/// The outputs of a template.
pub(super) fn outputs(source: &Source, template: &Json) -> Vec<TemplateOutput> {
    let outputs = template.get("Outputs").and_then(Json::as_object);
    let outputs = outputs.unwrap_or_default().iter();
    let outputs = outputs.filter_map(|member| {
        let export = member.value.get("Export");
        Some(TemplateOutput {
            name: member.name.clone(),
            range: member.name_range.clone(),
            says: said(source, member.value.get("Value")?),
            export: export.map(|export| {
                let own = export.get("Name");
                own.map_or(Name::any(), |own| name(source, own))
            }),
        })
    });
    outputs.collect()
}
