//! The rule in seven lines, as it stands beside a walk with the line at work marked.

/// A line of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleLine {
    /// The test on strings that decides everything.
    Question,
    /// No unused action starts with the prefix.
    Safe,
    /// One action beneath: it is named in full.
    ItsName,
    /// Several: the prefix stands for them.
    PrefixStar,
    /// An unused action starts with the prefix.
    Unsafe,
    /// Nothing beneath stays.
    Nothing,
    /// Something stays: the children are visited.
    Children,
}

impl RuleLine {
    /// The whole rule, in order.
    ///
    /// ```
    /// use iam_refine::teach::RuleLine;
    /// for line in RuleLine::ALL {
    ///     println!("{:indent$}{line}", "", indent = 2 * line.depth());
    /// }
    /// ```
    pub const ALL: [RuleLine; 7] = [
        RuleLine::Question,
        RuleLine::Safe,
        RuleLine::ItsName,
        RuleLine::PrefixStar,
        RuleLine::Unsafe,
        RuleLine::Nothing,
        RuleLine::Children,
    ];

    /// Its words.
    pub fn as_str(self) -> &'static str {
        match self {
            RuleLine::Question => "unused starts with it?",
            RuleLine::Safe => "no: safe",
            RuleLine::ItsName => "1 beneath: its name",
            RuleLine::PrefixStar => "2 or more: prefix*",
            RuleLine::Unsafe => "yes: unsafe",
            RuleLine::Nothing => "all unused: nothing",
            RuleLine::Children => "else: visit children",
        }
    }

    /// How far it is indented, in levels.
    pub fn depth(self) -> usize {
        match self {
            RuleLine::Question => 0,
            RuleLine::Safe | RuleLine::Unsafe => 1,
            RuleLine::ItsName | RuleLine::PrefixStar | RuleLine::Nothing | RuleLine::Children => 2,
        }
    }
}

impl std::fmt::Display for RuleLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
