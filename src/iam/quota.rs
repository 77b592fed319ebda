//! How long a policy may be. IAM counts every character but white space; IAM Identity Center has a
//! limit with white space too.
//!
//! The numbers are IAM's quotas as documented in the IAM user guide, "IAM and AWS STS quotas", and
//! for permission sets in the IAM Identity Center user guide, "IAM Identity Center quotas".

/// How a policy is attached, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PolicyKind {
    /// A managed policy, attached to any number of principals; its quota is 6,144 characters.
    Managed,
    /// A policy embedded in one principal.
    Inline(Owner),
    /// The inline policy of a permission set of IAM Identity Center, and of the roles that are made of
    /// it; its quota is 10,240 characters.
    PermissionSet,
    /// A bare document: nothing says how it is attached.
    #[default]
    Unknown,
}

/// The kind of principal an inline policy is embedded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A role, whose inline policies share a quota of 10,240 characters.
    Role,
    /// A user, whose inline policies share a quota of 2,048 characters.
    User,
    /// A group, whose inline policies share a quota of 5,120 characters.
    Group,
}

/// How many managed policies AWS attaches to a role at most; to a user or a group it is fewer.
pub const MOST_ATTACHED: usize = 25;

/// The largest quota there is: more than this AWS takes of no policy.
pub const LARGEST: usize = 10_240;

impl Owner {
    /// The word for it, as in the names of AWS's commands.
    pub fn as_str(self) -> &'static str {
        match self {
            Owner::Role => "role",
            Owner::User => "user",
            Owner::Group => "group",
        }
    }
}

impl PolicyKind {
    /// The quota in characters without white space. For an unknown kind that of a managed policy,
    /// the usual one.
    pub fn quota(self) -> usize {
        match self {
            PolicyKind::Managed | PolicyKind::Unknown => 6_144,
            PolicyKind::Inline(Owner::Role) | PolicyKind::PermissionSet => 10_240,
            PolicyKind::Inline(Owner::User) => 2_048,
            PolicyKind::Inline(Owner::Group) => 5_120,
        }
    }

    /// How long a policy of this kind may be for certain, where `asked` is what it was asked to keep
    /// to. Of an unknown kind AWS may take as much as of any.
    pub fn limit(self, asked: Option<usize>) -> usize {
        match (self, asked) {
            (PolicyKind::Unknown, asked) => asked.unwrap_or(LARGEST),
            (kind, asked) => asked.map_or(kind.quota(), |asked| asked.min(kind.quota())),
        }
    }

    /// The most bytes that its text may have, white space included; none where that is not limited
    /// before the quota is.
    pub fn most_bytes(self) -> Option<usize> {
        match self {
            PolicyKind::PermissionSet => Some(32_768),
            PolicyKind::Managed | PolicyKind::Inline(_) | PolicyKind::Unknown => None,
        }
    }

    /// What the quota applies to, to be read after the number.
    pub fn quota_scope(self) -> &'static str {
        match self {
            PolicyKind::Managed => "for a managed policy",
            PolicyKind::Unknown => "if managed, 10,240 if inline in a role",
            PolicyKind::PermissionSet => "for the inline policy of a permission set",
            PolicyKind::Inline(Owner::Role) => "over all inline policies of the role",
            PolicyKind::Inline(Owner::User) => "over all inline policies of the user",
            PolicyKind::Inline(Owner::Group) => "over all inline policies of the group",
        }
    }
}

/// The size IAM counts: characters that are not white space, nor the mark that some files begin
/// with.
///
/// ```
/// assert_eq!(iam_refine::iam::quota::size("{ \"a\": 1 }\n"), 7);
/// ```
pub fn size(text: &str) -> usize {
    let counts = |c: &char| !c.is_whitespace() && *c != '\u{feff}';
    text.chars().filter(counts).count()
}
