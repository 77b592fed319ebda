//! One file with findings, as it was read; what reads it is in `read.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;

use super::evidence::Evidence;
use super::last_use::LastUse;
use super::recent::Window;
use super::{UnusedActions, UsedActions};
use crate::iam::Action;
use crate::text::{Fields, Json, Problem, Source, Untrusted};

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
    /// Where it begins in that file; none where the file holds nothing else.
    pub start: Option<usize>,
    /// The id of the finding, which all its pages share.
    pub id: Option<Untrusted>,
    /// The ARN of the principal that the finding is about.
    pub principal: Option<Untrusted>,
    /// When the principal was made, where that is known from elsewhere.
    pub created_at: Option<Timestamp>,
    /// When AWS last looked at what the principal uses.
    pub analyzed_at: Option<Timestamp>,
    /// What it says is unused.
    pub unused: UnusedActions,
    /// What it says was used.
    pub used: UsedActions,
    /// What it reports as unused, and yet says was used within the window: when.
    pub recently_used: BTreeMap<Action, LastUse>,
    /// The days within which nothing that goes may have been used; none where nobody knows when it was
    /// made.
    pub(super) window: Option<Window>,
    /// Set when it tells nothing of what is unused, and only what was used.
    pub(super) evidence: Option<Evidence>,
    /// Of a last-accessed report, which names no principal and has no id: the start of the days that
    /// it is asked about. None for a finding.
    pub asked_since: Option<Timestamp>,
    /// What to report while nobody tells whom it is about.
    pub(super) names_nobody: Option<Problem>,
    /// Who it says was the last to use something, of a report.
    pub(super) users: BTreeSet<String>,
    /// Set when it says that a role is not used at all; it then names no actions.
    pub unused_role: Option<UnusedRole>,
    /// Set when more pages follow this one.
    pub more: Option<More>,
    /// What to report of the file although it is used.
    pub notes: Vec<Problem>,
}

/// That a role is not used at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnusedRole {
    /// When it was used last, before the days that are looked at; none if it never was.
    pub last_used: Option<Timestamp>,
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

/// What a page belongs to that is not by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// The finding with this id.
    Finding(String),
    /// The report about this principal that was finished then.
    Report(Option<Untrusted>, Timestamp),
}

impl Page {
    /// A page that says nothing yet.
    pub(super) fn blank(source: &Source, json: &Json) -> Self {
        Page {
            source: source.clone(),
            start: json.start_in(source),
            id: None,
            principal: None,
            created_at: None,
            analyzed_at: None,
            unused: UnusedActions::default(),
            used: UsedActions::default(),
            recently_used: BTreeMap::new(),
            window: None,
            evidence: None,
            asked_since: None,
            names_nobody: None,
            users: BTreeSet::new(),
            unused_role: None,
            more: None,
            notes: Vec::new(),
        }
    }

    /// Whether it was made to tell what is unused, be it done with or not.
    pub fn is_finding(&self) -> bool {
        let evidence = self.evidence.as_ref();
        evidence.is_none_or(|evidence| evidence.is_finding)
    }

    /// The same, where it is known from elsewhere whom it is about, and when that role or user was
    /// made: a last-accessed report tells neither. What a page tells itself stays.
    ///
    /// ```
    /// # use iam_refine::{findings::Page, text::{Json, Source}};
    /// let file = Source::from_text("report.json", r#"{"JobStatus": "COMPLETED",
    ///     "JobCompletionDate": "2026-10-22T20:40:56Z",
    ///     "ServicesLastAccessed": [{"ServiceNamespace": "sqs"}]}"#);
    /// let report = Page::read(&file, &Json::parse(&file)?)?;
    /// assert!(report.is_nameless().is_some());
    /// let report = report.about("arn:aws:iam::123456789012:role/MyRole".into(), None);
    /// assert!(report.is_nameless().is_none());
    /// # Ok::<(), iam_refine::text::Problems>(())
    /// ```
    #[must_use]
    pub fn about(self, principal: Untrusted, created_at: Option<Timestamp>) -> Self {
        Page {
            principal: self.principal.or(Some(principal)),
            created_at: self.created_at.or(created_at),
            names_nobody: None,
            ..self
        }
    }

    /// That a finding was made before the role or user was that it is said to be about: it is about
    /// another one, which had the same name.
    pub fn is_before(&self, created_at: Option<Timestamp>) -> Option<Problem> {
        // Evidence of use only ever adds use.
        let is_finding = self.asked_since.is_none() && self.evidence.is_none();
        let analyzed_at = self.analyzed_at.filter(|_| is_finding)?;
        let message = found_before(analyzed_at, created_at?, &self.principal.clone()?)?;
        let problem = self.source.error_from(self.start, message);
        Some(problem.help(NEWER_FINDING))
    }

    /// That a report which is said to be about one principal tells of another who used something: that of
    /// a role or user names nobody else.
    pub fn is_of_another(&self) -> Option<Problem> {
        let principal = self
            .principal
            .as_ref()
            .filter(|_| self.asked_since.is_some())?;
        let is_other = |user: &&String| !user.eq_ignore_ascii_case(principal.raw());
        let user = Untrusted::from(self.users.iter().find(is_other)?.as_str());
        let message = format!("this report is about {user}, and not about {principal}");
        let problem = self.source.error_from(self.start, message);
        Some(problem.help("ask for the report of the right principal"))
    }

    /// Why it has no place in an account: it does not say whom it is about.
    pub fn is_nameless(&self) -> Option<Problem> {
        if self.principal.is_some() {
            return None;
        }
        if self.asked_since.is_some() {
            let message =
                "this report does not tell whom it is about, so it has no place in an account";
            let help = "give findings of unused access, which do: aws accessanalyzer \
                        get-finding-v2 --analyzer-arn ANALYZER_ARN --id FINDING_ID --output json";
            return Some(self.source.error_from(self.start, message).help(help));
        }
        let message = "this finding has no \"resource\", so it has no place in an account";
        let help = "give what `aws accessanalyzer get-finding-v2 --output json` prints, unchanged";
        Some(self.source.error_from(self.start, message).help(help))
    }

    /// What pages of one finding or report have in common; none for a page that stands alone.
    pub(super) fn key(&self) -> Option<Key> {
        match self.analyzed_at {
            Some(at) if self.asked_since.is_some() => Some(Key::Report(self.principal.clone(), at)),
            _ => self.id.as_ref().map(|id| Key::Finding(id.raw().to_owned())),
        }
    }

    /// What to report of the file although it is used.
    pub(super) fn all_notes(&self) -> impl Iterator<Item = Problem> {
        self.names_nobody.iter().chain(&self.notes).cloned()
    }
}

/// What to do about a finding that is older than its role or user.
pub(super) const NEWER_FINDING: &str = "fetch a newer finding, which AWS makes within a day";

/// Says that a finding is older than its role or user, if so: it is about another one, which had the same
/// name.
pub(super) fn found_before(
    analyzed_at: Timestamp,
    created_at: Timestamp,
    whom: &dyn fmt::Display,
) -> Option<String> {
    let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
    (created_at > analyzed_at).then(|| {
        format!(
            "this was found on {}, and {whom} was made on {}: it is about another one of the same name",
            day(analyzed_at),
            day(created_at)
        )
    })
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
            .any(|value| !value.is_null() && value.as_bool() != Some(false));
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
