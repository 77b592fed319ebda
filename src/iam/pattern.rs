//! One entry of an `Action` element.

use std::fmt;
use std::str::FromStr;

use super::glob::has_wildcard;
use super::{Action, Glob, LONGEST_SERVICE, ServicePrefix, inclusion};

/// An entry of an `Action` or `NotAction` element: an action, a wildcard, or `*` for everything.
///
/// `*` and `?` may stand anywhere in the name and never in the service.
///
/// ```
/// use iam_refine::iam::{Action, ActionPattern};
/// let pattern: ActionPattern = "s3:*Tagging".parse()?;
/// assert!(pattern.matches(&"s3:GetBucketTagging".parse::<Action>()?));
/// assert!(!pattern.is_literal());
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionPattern {
    /// `*`: every action of every service.
    Everything,
    /// `service:name`, where the name may hold wildcards.
    InService {
        /// The part before the colon.
        service: ServicePrefix,
        /// The part after the colon.
        name: Glob,
    },
}

/// The longest action or pattern that is read or made, in characters. IAM's own limit is far below,
/// and the longest action there is has less than a hundred.
pub const LONGEST_PATTERN: usize = 512;

/// The longest name that may stand behind any service, in characters.
pub const LONGEST_NAME: usize = LONGEST_PATTERN - LONGEST_SERVICE - ":".len();

/// Why a text is not an action pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing stands between the quotes.
    #[error("an action may not be empty")]
    Empty,
    /// No colon, and not `*`.
    #[error("an action is written service:Name, and this has no colon")]
    NoColon,
    /// More than one colon: it is not clear where the service ends.
    #[error("an action is written service:Name, and this has more than one colon")]
    TwoColons,
    /// `*` or `?` before the colon.
    #[error("a wildcard may not stand in the service, only in the name of the action")]
    WildcardInService,
    /// Nothing before, or nothing after, the colon.
    #[error("an action is written service:Name, and one side of the colon is empty")]
    HalfEmpty,
    /// A character that no action holds.
    #[error("{} may not stand in an action", character_name(*.0))]
    Character(char),
    /// More than [`LONGEST_PATTERN`] characters; it has this many.
    #[error("an action has at most {LONGEST_PATTERN} characters here, and this has {0}")]
    TooLong(usize),
    /// A service of more than [`LONGEST_SERVICE`] characters.
    #[error("a service has at most {LONGEST_SERVICE} characters here, and this has {0}")]
    LongService(usize),
    /// A wildcard where one action was asked for.
    #[error("one action is needed here, not a wildcard")]
    NotLiteral,
}

/// A character as a message may show it: itself and its code point, or its code point alone when
/// it is not printable ASCII (it may look like another, or reorder the line it stands in).
fn character_name(character: char) -> String {
    if character.is_ascii_graphic() {
        format!("'{character}'")
    } else if character == ' ' {
        "a space".to_owned()
    } else {
        format!("the character U+{:04X}", u32::from(character))
    }
}

impl ActionPattern {
    /// The pattern `service:*`, every action of the service.
    pub fn whole_service(service: ServicePrefix) -> Self {
        ActionPattern::InService {
            service,
            name: Glob::everything(),
        }
    }

    /// The service, unless this is `*`.
    pub fn service(&self) -> Option<&ServicePrefix> {
        match self {
            ActionPattern::Everything => None,
            ActionPattern::InService { service, .. } => Some(service),
        }
    }

    /// The name pattern within one service; `*` for [`ActionPattern::Everything`].
    pub fn name(&self) -> Glob {
        match self {
            ActionPattern::Everything => Glob::everything(),
            ActionPattern::InService { name, .. } => name.clone(),
        }
    }

    /// What this grants in `service`, which it is about.
    #[must_use]
    pub fn within(&self, service: &ServicePrefix) -> Self {
        ActionPattern::InService {
            service: service.clone(),
            name: self.name(),
        }
    }

    /// Whether this names exactly one action.
    pub fn is_literal(&self) -> bool {
        matches!(self, ActionPattern::InService { name, .. } if name.is_literal())
    }

    /// The one action this names, if it names one.
    pub fn as_action(&self) -> Option<Action> {
        match self {
            ActionPattern::InService { service, name } => {
                Some(Action::new(service.clone(), name.as_literal()?.clone()))
            }
            ActionPattern::Everything => None,
        }
    }

    /// Whether this is about actions of `service`, all or some.
    pub fn covers_service(&self, service: &ServicePrefix) -> bool {
        (self.service()).is_none_or(|own_service| own_service == service)
    }

    /// Whether this grants `action`: the service is equal, and the name matches ignoring case.
    pub fn matches(&self, action: &Action) -> bool {
        self.matches_parts(&action.service, action.name.as_str())
    }

    /// Whether this grants the action `name` of `service`.
    pub fn matches_parts(&self, service: &ServicePrefix, name: &str) -> bool {
        match self {
            ActionPattern::Everything => true,
            ActionPattern::InService {
                service: own_service,
                name: glob,
            } => own_service == service && glob.matches(name),
        }
    }

    /// Whether some action, known today or not, is granted by this and by `other`.
    pub fn meets(&self, other: &ActionPattern) -> bool {
        match (self, other) {
            (ActionPattern::Everything, _) | (_, ActionPattern::Everything) => true,
            (
                ActionPattern::InService { service, name },
                ActionPattern::InService {
                    service: other_service,
                    name: other_name,
                },
            ) => service == other_service && name.meets(other_name),
        }
    }

    /// Whether every action, known today or not, that this grants is granted by `other` too.
    pub fn is_included_in(&self, other: &ActionPattern) -> bool {
        self.is_included_within(other, &mut inclusion::BUDGET.clone())
    }

    /// The same, for those who ask many times: what finding it out takes is taken off `budget`, in
    /// positions of a search. With nothing left, what is hard to decide counts as not included.
    pub fn is_included_within(&self, other: &ActionPattern, budget: &mut usize) -> bool {
        match (self, other) {
            (_, ActionPattern::Everything) => true,
            (ActionPattern::Everything, ActionPattern::InService { .. }) => false,
            (
                ActionPattern::InService { service, name },
                ActionPattern::InService {
                    service: other_service,
                    name: other_name,
                },
            ) => service == other_service && name.is_included_within(other_name, budget),
        }
    }
}

impl From<&Action> for ActionPattern {
    fn from(action: &Action) -> Self {
        ActionPattern::InService {
            service: action.service.clone(),
            name: Glob::literal(&action.name),
        }
    }
}

impl FromStr for ActionPattern {
    type Err = PatternError;

    /// Reads `service:Name`, `service:Na*me?` or `*`. `*:*` is read as `*`.
    fn from_str(text: &str) -> Result<Self, PatternError> {
        if text.is_empty() {
            return Err(PatternError::Empty);
        }
        if text == "*" || text == "*:*" {
            return Ok(ActionPattern::Everything);
        }
        let is_strange = |byte: u8| {
            !byte.is_ascii_alphanumeric() && !matches!(byte, b':' | b'*' | b'?' | b'-' | b'_')
        };
        if let Some(at) = text.bytes().position(is_strange) {
            // Whatever is before it is ASCII, so a character begins here.
            let stranger = text[at..].chars().next();
            return Err(PatternError::Character(stranger.unwrap_or_default()));
        }
        // All are ASCII, so bytes are characters.
        if text.len() > LONGEST_PATTERN {
            return Err(PatternError::TooLong(text.len()));
        }
        let mut colons = memchr::memchr_iter(b':', text.as_bytes());
        let colon = colons.next().ok_or(PatternError::NoColon)?;
        if colons.next().is_some() {
            return Err(PatternError::TwoColons);
        }
        let (service, name) = (&text[..colon], &text[colon + 1..]);
        if has_wildcard(service) {
            return Err(PatternError::WildcardInService);
        }
        if service.is_empty() {
            return Err(PatternError::HalfEmpty);
        }
        if service.len() > LONGEST_SERVICE {
            return Err(PatternError::LongService(service.len()));
        }
        let service = ServicePrefix::parse(service).ok_or(PatternError::Character('_'))?;
        if name.is_empty() {
            return Err(PatternError::HalfEmpty);
        }
        let name = Glob::of_known_letters(name);
        Ok(ActionPattern::InService { service, name })
    }
}

impl FromStr for Action {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        text.parse::<ActionPattern>()?
            .as_action()
            .ok_or(PatternError::NotLiteral)
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ActionPattern::Everything => f.write_str("*"),
            ActionPattern::InService { service, name } => {
                f.write_str(service.as_str())?;
                f.write_str(":")?;
                f.write_str(name.as_str())
            }
        }
    }
}

impl fmt::Debug for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> PatternError {
        text.parse::<ActionPattern>().unwrap_err()
    }

    #[test]
    fn reads_what_iam_reads() {
        for text in ["*", "s3:*", "s3:Get?bject", "vpc-lattice:A-B", "S3:get*"] {
            assert_eq!(text.parse::<ActionPattern>().unwrap().to_string(), text);
        }
        assert_eq!("*:*".parse(), Ok(ActionPattern::Everything));
    }

    #[test]
    fn refuses_what_iam_refuses_and_says_why() {
        assert_eq!(error(""), PatternError::Empty);
        assert_eq!(error("GetObject"), PatternError::NoColon);
        assert_eq!(error("s3:Get:Object"), PatternError::TwoColons);
        assert_eq!(error("s*:GetObject"), PatternError::WildcardInService);
        assert_eq!(error("*:Get*"), PatternError::WildcardInService);
        assert_eq!(error(":GetObject"), PatternError::HalfEmpty);
        assert_eq!(error("s3:"), PatternError::HalfEmpty);
        assert_eq!(error("s3: Get"), PatternError::Character(' '));
        let longest = format!("s3:{}", "a".repeat(509));
        assert!(longest.parse::<ActionPattern>().is_ok());
        assert_eq!(error(&format!("{longest}*")), PatternError::TooLong(513));
        let service = "a".repeat(65);
        assert_eq!(
            error(&format!("{service}:Get")),
            PatternError::LongService(65)
        );
        assert_eq!(
            error("s3:G\u{435}tObject").to_string(),
            "the character U+0435 may not stand in an action"
        );
    }

    #[test]
    fn inclusion_minds_the_service() {
        let pattern = |text: &str| text.parse::<ActionPattern>().unwrap();
        assert!(pattern("s3:Get*").is_included_in(&pattern("S3:*")));
        assert!(pattern("s3:*").is_included_in(&pattern("*")));
        assert!(!pattern("*").is_included_in(&pattern("s3:*")));
        assert!(!pattern("s3:Get*").is_included_in(&pattern("ec2:Get*")));
    }
}
