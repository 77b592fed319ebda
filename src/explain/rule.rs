//! The rule in eight lines, as it is shown next to a walk, with the line that applies marked.

use crate::iam::ActionPattern;

/// A line of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleLine {
    /// The test on strings that the other lines depend on.
    Question,
    /// No unused action starts with the prefix.
    Safe,
    /// One action beneath: it is named in full.
    ItsName,
    /// Several: the prefix stands for them.
    PrefixStar,
    /// An unused action starts with the prefix.
    Unsafe,
    /// Nothing beneath stays: nothing is emitted.
    Nothing,
    /// The prefix is itself an action that stays: it is named, and its children are visited as well.
    OwnName,
    /// Something beneath stays: the children are visited, whatever becomes of the prefix as a name.
    Children,
}

impl RuleLine {
    /// The whole rule, in order.
    ///
    /// ```
    /// use iam_refine::explain::RuleLine;
    /// for line in RuleLine::ALL {
    ///     println!("{:indent$}{}", "", line.as_str(), indent = 2 * line.depth());
    /// }
    /// ```
    pub const ALL: [RuleLine; 8] = [
        RuleLine::Question,
        RuleLine::Safe,
        RuleLine::ItsName,
        RuleLine::PrefixStar,
        RuleLine::Unsafe,
        RuleLine::Nothing,
        RuleLine::OwnName,
        RuleLine::Children,
    ];

    /// The line of the rule, as it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            RuleLine::Question => "unused starts with it?",
            RuleLine::Safe => "no: safe",
            RuleLine::ItsName => "1 beneath: its name",
            RuleLine::PrefixStar => "2 or more: prefix*",
            RuleLine::Unsafe => "yes: unsafe",
            RuleLine::Nothing => "all go: nothing",
            RuleLine::OwnName => "itself stays: name it",
            RuleLine::Children => "others stay: children",
        }
    }

    /// Its words in the walk of `old`, where what is left of it stands behind each prefix.
    ///
    /// ```
    /// use iam_refine::explain::RuleLine;
    /// let words = |old: &str| Ok::<_, iam_refine::iam::PatternError>(RuleLine::PrefixStar.in_walk_of(&old.parse()?));
    /// assert_eq!(words("s3:Get*")?, "2 or more: prefix*");
    /// assert_eq!(words("s3:*Tagging")?, "2+: prefix + the rest");
    /// # Ok::<(), iam_refine::iam::PatternError>(())
    /// ```
    pub fn in_walk_of(self, old: &ActionPattern) -> &'static str {
        let has_more = match old {
            ActionPattern::Everything => false,
            ActionPattern::InService { name, .. } => name.as_prefix_star().is_none(),
        };
        match self {
            RuleLine::PrefixStar if has_more => "2+: prefix + the rest",
            _ => self.as_str(),
        }
    }

    /// The line that it is a branch of.
    pub fn above(self) -> Option<RuleLine> {
        let mut before = RuleLine::ALL.into_iter().rev();
        before.find(|line| *line < self && line.depth() < self.depth())
    }

    /// The lines that are branches of it.
    ///
    /// ```
    /// use iam_refine::explain::RuleLine;
    /// let branches: Vec<RuleLine> = RuleLine::Safe.branches().collect();
    /// assert_eq!(branches, [RuleLine::ItsName, RuleLine::PrefixStar]);
    /// assert_eq!(RuleLine::ItsName.above(), Some(RuleLine::Safe));
    /// ```
    pub fn branches(self) -> impl Iterator<Item = RuleLine> {
        let all = RuleLine::ALL.into_iter();
        all.filter(move |line| line.above() == Some(self))
    }

    /// How far it is indented, in levels.
    pub fn depth(self) -> usize {
        match self {
            RuleLine::Question => 0,
            RuleLine::Safe | RuleLine::Unsafe => 1,
            RuleLine::ItsName
            | RuleLine::PrefixStar
            | RuleLine::Nothing
            | RuleLine::OwnName
            | RuleLine::Children => 2,
        }
    }
}
