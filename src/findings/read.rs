//! Reading a file with findings, by its shape.

use super::refusal::refuse;
use super::{AccountPage, Page, UnusedFor, article, finding_v2, generated_policy, last_accessed};
use crate::text::{Json, Problems, Shape, Source, recognise};

impl Page {
    /// Reads a file, or a value within one, of any shape that names unused actions. Of a
    /// last-accessed report that is what was not used for 90 days.
    ///
    /// # Errors
    /// All that is wrong in it, with the place. For a shape that names no unused actions: what to
    /// give in its place, as a command where there is one. Reading such a file as "nothing is
    /// unused", or "all of it", would be dangerous.
    pub fn read(source: &Source, json: &Json) -> Result<Self, Problems> {
        Page::read_for(source, json, UnusedFor::default())
    }

    /// Like [`Page::read`], with what a last-accessed report is to be asked for.
    ///
    /// # Errors
    /// As [`Page::read`].
    pub fn read_for(source: &Source, json: &Json, unused_for: UnusedFor) -> Result<Self, Problems> {
        Page::read_shape(source, json, recognise(json), unused_for)
    }

    /// Like [`Page::read_for`], for a file that was recognised as being of this `shape`.
    ///
    /// # Errors
    /// As [`Page::read`].
    pub fn read_shape(
        source: &Source,
        json: &Json,
        shape: Shape,
        unused_for: UnusedFor,
    ) -> Result<Self, Problems> {
        // Each by name: a new shape of findings does not compile before it is read here.
        match shape {
            Shape::ArticleList => article::read(source, json, unused_for),
            Shape::FindingV2 => finding_v2::read(source, json, unused_for),
            Shape::LastAccessed => last_accessed::read(source, json, unused_for),
            Shape::GeneratedPolicy => generated_policy::read(source, json),
            Shape::PolicyDocument
            | Shape::PolicyText
            | Shape::PolicyVersion
            | Shape::InlinePolicy
            | Shape::PermissionSetPolicy
            | Shape::WrappedPolicy
            | Shape::PolicyList
            | Shape::AuthorizationDetails
            | Shape::RecommendedPolicy
            | Shape::Recommendation
            | Shape::FindingsList
            | Shape::Event
            | Shape::SecurityHub
            | Shape::Related(_)
            | Shape::PolicyMetadata
            | Shape::PrincipalMetadata
            | Shape::Unknown => Err(refuse(shape, source, json).into()),
        }
    }

    /// Like [`Page::read_shape`], of what is given beside findings of others who have the same
    /// policies: one of an unused role says that it uses nothing.
    ///
    /// # Errors
    /// As [`Page::read`].
    pub fn read_of_several(
        source: &Source,
        json: &Json,
        shape: Shape,
        unused_for: UnusedFor,
    ) -> Result<Self, Problems> {
        match shape {
            Shape::FindingV2 => finding_v2::read_of_several(source, json, unused_for),
            _ => Page::read_shape(source, json, shape, unused_for),
        }
    }

    /// Like [`Page::read_shape`], of what is given beside an account. Findings that are resolved, or
    /// of a type that says nothing of permissions, are not needed there; one of an unused role says
    /// that it uses nothing.
    ///
    /// # Errors
    /// As [`Page::read`]; what does not say whom it is about, last-accessed reports among them.
    pub fn read_beside_account(
        source: &Source,
        json: &Json,
        shape: Shape,
        unused_for: UnusedFor,
    ) -> Result<AccountPage, Problems> {
        let read = match shape {
            Shape::FindingV2 => finding_v2::read_beside_account(source, json, unused_for)?,
            _ => AccountPage::Needed(Box::new(Page::read_shape(source, json, shape, unused_for)?)),
        };
        match read {
            AccountPage::Needed(page) => match page.is_nameless() {
                Some(nameless) => Err(nameless.into()),
                None => Ok(AccountPage::Needed(page)),
            },
            AccountPage::NotNeeded(_) => Ok(read),
        }
    }
}
