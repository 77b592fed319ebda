//! One file with findings, as it was read.

use std::fmt;

use jiff::Timestamp;

use super::refusal::refuse;
use super::{UnusedActions, UnusedFor, UsedActions, article, finding_v2, last_accessed};
use crate::text::{Fields, Json, Problem, Problems, Shape, Source, Untrusted, recognise};

/// What one file says is unused: a whole finding, or one page of it.
///
/// [`Findings::join`](super::Findings::join) makes whole findings of pages.
///
/// ```
/// use iam_refine::text::{Json, Source};
/// use iam_refine::findings::Page;
/// let file = Source::from_text(
///     "findings.json",
///     r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl"]}]"#,
/// );
/// let page = Page::read(&file, &Json::parse(&file)?)?;
/// assert!(page.unused.contains(&"s3:GetBucketAcl".parse().unwrap()));
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The file it was read from.
    pub source: Source,
    /// The id of the finding, which all its pages share.
    pub id: Option<Untrusted>,
    /// The ARN of the principal that the finding is about.
    pub principal: Option<Untrusted>,
    /// When AWS last looked at what the principal uses.
    pub analyzed_at: Option<Timestamp>,
    /// What it says is unused.
    pub unused: UnusedActions,
    /// What it says was used.
    pub used: UsedActions,
    /// Whether it is a last-accessed report: it names no principal and has no id.
    pub is_report: bool,
    /// Set when more pages follow this one.
    pub more: Option<More>,
    /// What to report of the file although it is used.
    pub notes: Vec<Problem>,
}

/// A sign that more pages follow.
#[derive(Clone, PartialEq, Eq)]
pub enum More {
    /// A token that asks for the next page.
    Token(String),
    /// It is only said that there is more.
    Truncated,
}

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
            Shape::ArticleList => article::read(source, json),
            Shape::FindingV2 => finding_v2::read(source, json),
            Shape::LastAccessed => last_accessed::read(source, json, unused_for),
            Shape::PolicyDocument
            | Shape::PolicyText
            | Shape::PolicyVersion
            | Shape::InlinePolicy
            | Shape::AuthorizationDetails
            | Shape::RecommendedPolicy
            | Shape::Recommendation
            | Shape::FindingsList
            | Shape::Event
            | Shape::SecurityHub
            | Shape::PolicyMetadata
            | Shape::PrincipalMetadata
            | Shape::Unknown => Err(refuse(shape, source, json).into()),
        }
    }

    /// What pages of one finding or report have in common; none for a page that stands alone.
    pub(super) fn key(&self) -> Option<String> {
        match self.analyzed_at {
            Some(at) if self.is_report => Some(format!("report of {at}")),
            _ => self.id.as_ref().map(|id| id.raw().to_owned()),
        }
    }
}

/// Keys under which AWS's commands say that there is another page.
const TOKENS: [&str; 3] = ["nextToken", "NextToken", "Marker"];

impl More {
    /// What an answer says of further pages; none when it is the last one, or the only one.
    pub fn read(fields: &mut Fields<'_>, json: &Json) -> Option<Self> {
        let tokens = TOKENS.map(|key| fields.text(json, key));
        let token = tokens.into_iter().flatten().find(|token| !token.is_empty());
        // Anything but `false` may mean that there is more.
        let is_truncated = json
            .get("IsTruncated")
            .is_some_and(|told| !told.is_null() && told.as_bool() != Some(false));
        token
            .map(|token| More::Token(token.to_owned()))
            .or_else(|| is_truncated.then_some(More::Truncated))
    }
}

impl fmt::Debug for More {
    /// A token is long and says nothing to a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            More::Token(_) => "Token(…)",
            More::Truncated => "Truncated",
        })
    }
}
