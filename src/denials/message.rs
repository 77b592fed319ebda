//! The messages themselves: what was denied, to whom and why, as far as they say.
//!
//! ```text
//! User: ARN is not authorized to perform: s3:GetBucketAcl on resource: ARN
//!     because no identity-based policy allows the s3:GetBucketAcl action
//!     with an explicit deny in a service control policy
//! ```
//!
//! Older forms have no reason; some services quote the names, or leave out who it was. Nothing else
//! of a message is looked at, so it may stand in JSON, in quotes, or in the middle of a line.

use std::fmt;

use memchr::memmem;

use super::Caller;
use super::call::{actions_of, denied_calls};
use crate::iam::{Action, Name};

/// What every message that names an action has between who it was and the action.
pub(super) const WORDS: &str = "not authorized to perform";

/// How far from these words a message reaches, in bytes. No ARN has more than 2,048.
pub(super) const REACH: usize = 4096;

/// What a call was refused, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Denial {
    /// What was refused.
    pub refusal: Refusal,
    /// To whom; none where nothing says so.
    pub caller: Option<Caller>,
}

/// What was refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// An action.
    Of {
        /// The action.
        action: Action,
        /// Whether the message names it. If not, it is what the event or the operation is called,
        /// which most often is the same.
        is_named: bool,
        /// Why it was refused.
        reason: Reason,
    },
    /// A call, named without its service: most often that needs an action of this name.
    Call {
        /// What the call is named.
        operation: Name,
        /// What the message is, where nothing is known of such an action.
        how: Nameless,
        /// Why it was refused.
        reason: Reason,
    },
    /// Something that the message does not name.
    Nameless(Nameless),
}

/// A message that names no action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nameless {
    /// It has all of it, encoded: `aws sts decode-authorization-message` tells it.
    Encoded,
    /// It says that something is denied and no more.
    Bare,
}

/// Why an action was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The message does not say.
    NotSaid,
    /// No policy of this type allows it.
    NotAllowed(PolicyType),
    /// A policy denies it, of this type where that is told.
    Denied(Option<PolicyType>),
}

/// The types of policies that messages tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyType {
    /// What a role, user or group has.
    IdentityBased,
    /// What a bucket, key, queue or another resource has.
    ResourceBased,
    /// What bounds a role or user.
    PermissionsBoundary,
    /// What bounds a session.
    Session,
    /// What bounds an account.
    ServiceControl,
    /// What bounds the resources of an account.
    ResourceControl,
    /// What an endpoint of a network has.
    VpcEndpoint,
}

impl PolicyType {
    /// How messages begin to call each of them.
    const CALLED: [(&'static str, PolicyType); 9] = [
        ("identity-based", PolicyType::IdentityBased),
        ("resource-based", PolicyType::ResourceBased),
        ("permissions boundary", PolicyType::PermissionsBoundary),
        ("permission boundary", PolicyType::PermissionsBoundary),
        ("session polic", PolicyType::Session),
        ("service control", PolicyType::ServiceControl),
        ("resource control", PolicyType::ResourceControl),
        ("vpc endpoint", PolicyType::VpcEndpoint),
        ("vpce", PolicyType::VpcEndpoint),
    ];

    fn called(text: &str) -> Option<Self> {
        let is_called =
            |(name, _): &&(&str, PolicyType)| crate::iam::starts_with_ignoring_case(text, name);
        PolicyType::CALLED
            .iter()
            .find(is_called)
            .map(|(_, policy_type)| *policy_type)
    }

    /// What AWS calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            PolicyType::IdentityBased => "identity-based policy",
            PolicyType::ResourceBased => "resource-based policy",
            PolicyType::PermissionsBoundary => "permissions boundary",
            PolicyType::Session => "session policy",
            PolicyType::ServiceControl => "service control policy",
            PolicyType::ResourceControl => "resource control policy",
            PolicyType::VpcEndpoint => "VPC endpoint policy",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NotSaid => f.write_str("without a reason"),
            Reason::NotAllowed(of) => write!(f, "because no {} allows it", of.as_str()),
            Reason::Denied(Some(PolicyType::IdentityBased)) => {
                f.write_str("with an explicit deny in an identity-based policy")
            }
            Reason::Denied(Some(by)) => {
                write!(f, "with an explicit deny in a {}", by.as_str())
            }
            Reason::Denied(None) => {
                f.write_str("with an explicit deny, it is not told in which policy")
            }
        }
    }
}

/// A message in a text.
pub(super) struct Message {
    /// Where its words are.
    pub(super) at: usize,
    /// Whether the text ends before a reason: the next line may go on with it.
    pub(super) is_open: bool,
    /// What it says.
    pub(super) denial: Denial,
}

/// The messages in a text that name an action, or would at this place.
pub(super) fn messages(text: &str) -> Vec<Message> {
    let places: Vec<usize> = memmem::find_iter(text.as_bytes(), WORDS).collect();
    let mut messages = Vec::with_capacity(places.len());
    let mut before = 0;
    for (number, &at) in places.iter().enumerate() {
        let from = floor(text, at.saturating_sub(REACH).max(before));
        let behind = at + WORDS.len();
        let next = places.get(number + 1).copied().unwrap_or(text.len());
        let to = floor(text, next.min(behind + REACH));
        let message = &text[behind..to.max(behind)];
        let words: Vec<&str> = message.split_whitespace().collect();
        let (refusal, is_whole) = refusal(&words.join(" "));
        messages.push(Message {
            at,
            is_open: !is_whole && to == text.len(),
            denial: Denial {
                refusal,
                caller: caller(&text[from..at]),
            },
        });
        before = behind;
    }
    messages
}

/// The place itself, or where the character begins that it is in.
pub(super) fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What is said behind the words, and whether the reason is there with all of its words.
fn refusal(behind: &str) -> (Refusal, bool) {
    let named = behind.trim_start_matches(|letter: char| " :'\"`\\*[(\u{2018}".contains(letter));
    let reason = reason(behind);
    let is_whole = !matches!(reason, Reason::NotSaid | Reason::Denied(None));
    let refusal = action_at(named).map(|action| Refusal::Of {
        action,
        is_named: true,
        reason,
    });
    let nameless = || Refusal::Nameless(nameless(behind).unwrap_or(Nameless::Bare));
    (refusal.unwrap_or_else(nameless), is_whole)
}

/// The action that a text begins with.
fn action_at(text: &str) -> Option<Action> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_:".contains(letter);
    let end = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
    // `s3:Get*` is no action.
    if text[end..].starts_with(['*', '?']) {
        return None;
    }
    text[..end].trim_end_matches(':').parse().ok()
}

const DENIED: &str = "explicit deny";
const NOT_ALLOWED: &str = "because no ";

/// Why, if that is said in one of AWS's ways.
pub(super) fn reason(behind: &str) -> Reason {
    let denied = behind.find(DENIED);
    let not_allowed = behind.find(NOT_ALLOWED);
    match (denied, not_allowed) {
        (Some(at), other) if other.is_none_or(|other| at < other) => {
            let of = behind[at + DENIED.len()..].strip_prefix(" in ");
            let of = of.map(|of| {
                let articles = ["an ", "a ", "the "].into_iter();
                let mut bare = articles.filter_map(|article| of.strip_prefix(article));
                bare.next().unwrap_or(of)
            });
            Reason::Denied(of.and_then(PolicyType::called))
        }
        (_, Some(at)) => match PolicyType::called(&behind[at + NOT_ALLOWED.len()..]) {
            Some(of) => Reason::NotAllowed(of),
            None => Reason::NotSaid,
        },
        // KMS: "because the resource does not exist in this Region, no resource-based policies allow
        // access, or a resource-based policy explicitly denies access".
        _ if behind.contains("no resource-based policies allow access") => {
            Reason::NotAllowed(PolicyType::ResourceBased)
        }
        _ => Reason::NotSaid,
    }
}

/// Who it is, as the text before the words ends: `User: ARN is `.
fn caller(before: &str) -> Option<Caller> {
    let before = before.trim_end();
    let before = before.strip_suffix("is").unwrap_or(before);
    let word = before.split_whitespace().next_back()?;
    let word = word.replace("\\/", "/");
    let is_around = |letter: char| "'\"`\\:,()[]<>\u{2018}\u{2019}".contains(letter);
    let word = word.trim_matches(is_around);
    if let Some(at) = word.find("arn:") {
        return Caller::from_arn(&word[at..]);
    }
    let is_anonymous = word.eq_ignore_ascii_case("anonymous");
    is_anonymous.then(|| Caller::Other {
        account: None,
        name: word.into(),
    })
}

/// Of a text without such a message: whether it says at all that something was denied.
pub(super) fn nameless(text: &str) -> Option<Nameless> {
    const BARE: [&str; 6] = [
        "AccessDenied",
        "ccess Denied",
        "ccess denied",
        "UnauthorizedOperation",
        "not authorized to ",
        "AuthorizationError",
    ];
    let has = |words: &str| memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    if has("authorization failure message") {
        return Some(Nameless::Encoded);
    }
    BARE.iter()
        .any(|words| has(words))
        .then_some(Nameless::Bare)
}

/// What `CloudFormation` says: `API: s3:PutBucketPolicy Access Denied`. The operation is most often
/// called as the action.
fn of_operation(text: &str) -> Option<Vec<Denial>> {
    let at = memmem::find(text.as_bytes(), b"API: ")?;
    let called = action_at(&text[at + 5..])?;
    nameless(text)?;
    let denial = |action| Denial {
        refusal: Refusal::Of {
            action,
            is_named: false,
            reason: reason(text),
        },
        caller: None,
    };
    Some(actions_of(called).into_iter().map(denial).collect())
}

/// All that is denied in a text that stands for itself: every message that names an action, or else
/// every call that is named, or else at most one denial of something that is not.
pub(super) fn denials(text: &str) -> Vec<Denial> {
    let messages = messages(text).into_iter().map(|message| message.denial);
    let messages = only_named(messages.chain(denied_calls(text)));
    messages
        .or_else(|| of_operation(text))
        .or_else(|| Some(vec![Denial::nameless(nameless(text)?)]))
        .unwrap_or_default()
}

impl Denial {
    /// The denial of a call, as that of an action that the call probably needs.
    #[must_use]
    pub fn of_action(&self, action: Action) -> Option<Self> {
        let Refusal::Call { reason, .. } = self.refusal else {
            return None;
        };
        Some(Denial {
            refusal: Refusal::Of {
                action,
                is_named: false,
                reason,
            },
            caller: self.caller.clone(),
        })
    }

    /// Of something that is not named, to somebody who is not.
    pub(super) fn nameless(how: Nameless) -> Self {
        Denial {
            refusal: Refusal::Nameless(how),
            caller: None,
        }
    }
}

/// Those that name an action, or else those that name a call, or else the first; none where there are
/// none. EC2 says both "You are not authorized to perform this operation" and, behind it, which one that
/// is.
pub(super) fn only_named(all: impl IntoIterator<Item = Denial>) -> Option<Vec<Denial>> {
    let is_named = |denial: &Denial| matches!(denial.refusal, Refusal::Of { .. });
    let is_call = |denial: &Denial| matches!(denial.refusal, Refusal::Call { .. });
    let (named, others): (Vec<Denial>, Vec<Denial>) = all.into_iter().partition(is_named);
    if !named.is_empty() {
        return Some(named);
    }
    let (calls, mut nameless): (Vec<Denial>, Vec<Denial>) = others.into_iter().partition(is_call);
    if !calls.is_empty() {
        return Some(calls);
    }
    nameless.sort();
    nameless.truncate(1);
    (!nameless.is_empty()).then_some(nameless)
}
