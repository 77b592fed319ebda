//! Prefixes of actions: what a node of the trie stands for, and what a mark is set on.

use std::fmt;

use super::{Action, ServicePrefix, starts_with_ignoring_case};

/// The start of actions: of all of them, of a service's, or of those whose name starts so.
///
/// ```
/// use iam_refine::iam::{ActionPrefix, ServicePrefix};
/// let s3 = ServicePrefix::parse("s3").unwrap();
/// let prefix = ActionPrefix::in_service(s3, "ListServ");
/// assert!(prefix.starts(&"s3:listServices".parse()?));
/// assert_eq!(prefix.to_string(), "s3:ListServ");
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ActionPrefix {
    service: Option<ServicePrefix>,
    name: Box<str>,
}

impl ActionPrefix {
    /// The start of every action of every service.
    pub fn of_everything() -> Self {
        ActionPrefix {
            service: None,
            name: "".into(),
        }
    }

    /// The start of the actions of `service` whose names start with `name`.
    pub fn in_service(service: ServicePrefix, name: &str) -> Self {
        ActionPrefix {
            service: Some(service),
            name: name.into(),
        }
    }

    /// The service, unless this starts everything.
    pub fn service(&self) -> Option<&ServicePrefix> {
        self.service.as_ref()
    }

    /// The start of the name, without the service.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether `action` starts with this, ignoring case.
    pub fn starts(&self, action: &Action) -> bool {
        self.service.as_ref().is_none_or(|own_service| {
            *own_service == action.service
                && starts_with_ignoring_case(action.name.as_str(), &self.name)
        })
    }

    /// Whether this starts with `shorter` and is longer.
    pub fn properly_extends(&self, shorter: &ActionPrefix) -> bool {
        match (&self.service, &shorter.service) {
            (Some(_), None) => true,
            (Some(own_service), Some(other)) => {
                own_service == other
                    && self.name.len() > shorter.name.len()
                    && starts_with_ignoring_case(&self.name, &shorter.name)
            }
            (None, _) => false,
        }
    }

    /// How much this says: longer prefixes are more specific, any service more than none.
    pub fn specificity(&self) -> (bool, usize) {
        (self.service.is_some(), self.name.len())
    }
}

impl PartialEq for ActionPrefix {
    fn eq(&self, other: &Self) -> bool {
        self.service == other.service && self.name.eq_ignore_ascii_case(&other.name)
    }
}

impl Eq for ActionPrefix {}

impl fmt::Display for ActionPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.service {
            Some(service) => write!(f, "{service}:{}", self.name),
            None => f.write_str("everything"),
        }
    }
}
