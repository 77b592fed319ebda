//! One action of one service.

use std::fmt;

use super::{Name, ServicePrefix};

/// An action as `service:Name`, for example `s3:GetObject`. Compared ignoring case.
///
/// ```
/// use iam_refine::iam::Action;
/// let action: Action = "s3:GetObject".parse()?;
/// assert_eq!(action, "S3:getobject".parse()?);
/// assert!("s3:Get*".parse::<Action>().is_err());
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action {
    /// The part before the colon.
    pub service: ServicePrefix,
    /// The part after the colon.
    pub name: Name,
}

impl Action {
    /// Joins a service and a name.
    pub fn new(service: ServicePrefix, name: Name) -> Self {
        Action { service, name }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
