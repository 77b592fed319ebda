//! One file with findings, as it was read.

use std::fmt;

use jiff::Timestamp;

use super::refusal::refuse;
use super::{UnusedActions, UnusedFor, UsedActions, article, finding_v2, last_accessed};
use crate::text::{Fields, Json, Problem, Problems, Shape, Source, recognise};

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
    pub id: Option<String>,
    /// The ARN of the principal that the finding is about.
    pub principal: Option<String>,
    /// When AWS last looked at what the principal uses.
    pub analyzed_at: Option<Timestamp>,
    /// What it says is unused.
    pub unused: UnusedActions,
    /// What it says was used.
    pub used: UsedActions,
    /// Whether it says that a role is not used at all; it then names no actions.
    pub is_unused_role: bool,
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

/// What a file of findings is worth beside an account.
#[derive(Clone, Debug)]
pub enum AccountPage {
    /// It tells what one principal does not use.
    Needed(Box<Page>),
    /// It is a sound finding and says nothing of permissions: a note why.
    NotNeeded(Box<Problem>),
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
            Shape::FindingV2 => finding_v2::read_beside_account(source, json)?,
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

    /// Why it has no place in an account: it does not say whom it is about.
    pub fn is_nameless(&self) -> Option<Problem> {
        if self.is_report {
            let message =
                "this report does not tell whom it is about, so it has no place in an account";
            let help = "give findings of unused access, which do: aws accessanalyzer \
                        get-finding-v2 --analyzer-arn ANALYZER_ARN --id FINDING_ID --output json";
            return Some(self.source.error(message).help(help));
        }
        self.principal.is_none().then(|| {
            let message = "this finding has no \"resource\", so it has no place in an account";
            let help =
                "give what `aws accessanalyzer get-finding-v2 --output json` prints, unchanged";
            self.source.error(message).help(help)
        })
    }

    /// What pages of one finding or report have in common; none for a page that stands alone.
    pub(super) fn key(&self) -> Option<String> {
        match self.analyzed_at {
            Some(at) if self.is_report => Some(format!("report of {at}")),
            _ => self.id.clone(),
        }
    }
}

/// Keys under which AWS's commands and SDKs say that there is another page. An answer may have
/// several of them.
const TOKENS: [&str; 5] = ["nextToken", "NextToken", "next_token", "Marker", "marker"];

/// Keys under which they say whether there is one.
const TRUNCATED: [&str; 3] = ["IsTruncated", "isTruncated", "is_truncated"];

impl More {
    /// What an answer says of further pages; none when it is the last one, or the only one.
    pub fn read(fields: &mut Fields<'_>, json: &Json) -> Option<Self> {
        let tokens = TOKENS.map(|key| fields.text(json, key));
        let token = tokens.into_iter().flatten().find(|token| !token.is_empty());
        // Anything but `false` may mean that there is more.
        let is_truncated = (TRUNCATED.iter().filter_map(|key| json.get(key)))
            .any(|told| !told.is_null() && told.as_bool() != Some(false));
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
