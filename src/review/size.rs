//! How long policies would be, and AWS's quotas for them.

use std::fmt;

use super::{Review, ReviewInput, ReviewedPolicy, Written};
use crate::iam::quota::PolicyKind;
use crate::policies::SourceQuota;
use crate::text::grouped;

/// How long a policy was and how long it would be, in the characters that IAM counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeReport {
    /// How it is attached, which gives the quota.
    pub kind: PolicyKind,
    /// The policy as it was read.
    pub before: usize,
    /// The policy as it would be written now; 0 when nothing is left of it.
    pub after: usize,
    /// What would count against the quota: `after`, and the other loaded inline policies with it.
    pub counted: usize,
    /// The bytes of the text as it would be written now; 0 for a kind of which they do not count.
    pub bytes: usize,
}

impl SizeReport {
    /// By how much AWS would refuse it; none when AWS takes it.
    pub fn too_long(&self) -> Option<TooLong> {
        TooLong::of(self.counted, self.kind).or_else(|| TooLong::of_bytes(self.bytes, self.kind))
    }
}

impl Review {
    /// How long the policy at `place` would be if it were written now.
    pub fn size(&self, place: usize) -> SizeReport {
        let loaded = self.policy(place).loaded;
        let quota = loaded.quota();
        let alone = || (loaded.size(quota), self.size_now(place, quota));
        let (before, after) = self.size_together(place).unwrap_or_else(alone);
        SizeReport {
            kind: loaded.kind,
            before,
            after,
            counted: self.counted_now(place),
            bytes: match loaded.kind.most_bytes() {
                Some(_) => self.bytes(place),
                None => 0,
            },
        }
    }

    /// The characters of the policy in AWS that a document is put together to with others, before and now; none
    /// of one that is a policy alone. Of several that which has the least room for more.
    fn size_together(&self, place: usize) -> Option<(usize, usize)> {
        let block = self.policy(place).loaded.origin.block.as_ref()?;
        let whole = block.tightest().filter(|_| block.is_part)?;
        let before = whole.live.size();
        let mut after = before;
        for policy in self.policies() {
            let block = policy.loaded.origin.block.iter();
            let made = block.flat_map(|block| block.made.iter());
            for made in made.filter(|made| made.in_aws.called == whole.in_aws.called) {
                if policy.outcome.written == Written::Changed {
                    let edits = &policy.outcome.edits;
                    let now = made.size_with(&policy.loaded.document, edits);
                    after = (after + now).saturating_sub(made.size());
                }
            }
        }
        Some((before, after))
    }

    /// The characters that counted against the quota of the policy at `place` when it was read.
    pub fn counted_before(&self, place: usize) -> usize {
        let input = self.input();
        let quota = input.quota(place);
        let before = |other: usize| input.policies[other].loaded.size(quota);
        input.beside(place) + self.sharing_quota(place).map(before).sum::<usize>()
    }

    /// The characters that would count against it if it were written now.
    pub fn counted_now(&self, place: usize) -> usize {
        self.counted_in(place, self.input().quota(place))
    }

    /// The same of one of the quotas that the policy at `place` counts against.
    pub(super) fn counted_in(&self, place: usize, quota: Option<SourceQuota>) -> usize {
        let input = self.input();
        let sharing = input.sharing(place, quota);
        let now = |other: usize| self.size_now(other, quota);
        input.beside_in(place, quota) + sharing.map(now).sum::<usize>()
    }

    pub(super) fn size_now(&self, place: usize, quota: Option<SourceQuota>) -> usize {
        let ReviewedPolicy {
            loaded, outcome, ..
        } = self.policy(place);
        match quota {
            Some(_) if outcome.written == Written::NothingLeft => loaded.size(quota),
            Some(_) => loaded.size_with(quota, &outcome.edits),
            None => outcome.size,
        }
    }

    /// How many bytes the file with the policy at `place` would have if it were written now.
    pub fn bytes(&self, place: usize) -> usize {
        let mut files = self.files();
        let file = files.find(|file| file.outcome.policies.contains(&place));
        file.and_then(|file| file.text())
            .map_or(0, |text| text.len())
    }

    /// The policies that count against the quota of the one at `place`, itself among them: inline
    /// policies of a principal share one.
    pub fn sharing_quota(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let input = self.input();
        input.sharing(place, input.quota(place))
    }
}

impl ReviewInput {
    /// The quota that the policy at `place` counts against, if that is one of sources.
    pub(super) fn quota(&self, place: usize) -> Option<SourceQuota> {
        self.policies[place].loaded.quota()
    }

    /// The characters of policies that count against the quota of the one at `place` and are not reviewed.
    pub(super) fn beside(&self, place: usize) -> usize {
        self.beside_in(place, self.quota(place))
    }

    fn beside_in(&self, place: usize, quota: Option<SourceQuota>) -> usize {
        let block = self.policies[place].loaded.origin.block.as_ref();
        let mut made = block.into_iter().flat_map(|block| block.made.iter());
        let in_it = made.find(|made| Some(made.quota) == quota);
        in_it.map_or(0, |made| made.beside)
    }

    /// The policies that count against a quota of the one at `place`, itself among them.
    pub(super) fn sharing(
        &self,
        place: usize,
        quota: Option<SourceQuota>,
    ) -> impl Iterator<Item = usize> + '_ {
        let kind = self.policies[place].loaded.kind;
        let shares = move |other: &usize| {
            let loaded = &self.policies[*other].loaded;
            match (quota, kind, &loaded.origin.block) {
                (Some(quota), _, Some(block)) => block.made.iter().any(|made| made.quota == quota),
                (None, PolicyKind::Inline(_), None) => loaded.kind == kind,
                _ => *other == place,
            }
        };
        (0..self.policies.len()).filter(shares)
    }
}

/// A policy that is longer than AWS takes. Displayed, it says by how much, and what can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    size: usize,
    counted: Counted,
    kind: PolicyKind,
}

/// What is counted of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    /// The characters that are not white space, against its quota.
    Characters,
    /// All bytes of its text.
    Bytes,
}

impl TooLong {
    /// What a policy of this `kind` is that comes to `size` characters; none when AWS takes it.
    pub fn of(size: usize, kind: PolicyKind) -> Option<Self> {
        let counted = Counted::Characters;
        (size > kind.quota()).then_some(TooLong {
            size,
            counted,
            kind,
        })
    }

    /// The same of one whose text has so many `bytes`, white space included.
    pub fn of_bytes(bytes: usize, kind: PolicyKind) -> Option<Self> {
        (kind.most_bytes().is_some_and(|most| bytes > most)).then_some(TooLong {
            size: bytes,
            counted: Counted::Bytes,
            kind,
        })
    }

    /// How long it is and may be: `6,145 characters of 6,144 for a managed policy`.
    pub fn measure(&self) -> String {
        let (most, unit) = match (self.counted, self.kind.most_bytes()) {
            (Counted::Bytes, Some(most)) => (most, "bytes"),
            _ => (self.kind.quota(), "characters"),
        };
        let (size, most, scope) = (grouped(self.size), grouped(most), self.kind.quota_scope());
        format!("{size} {unit} of {most} {scope}")
    }

    /// Whether it would do to take white space out.
    pub fn is_white_space(&self) -> bool {
        self.counted == Counted::Bytes
    }
}

impl TooLong {
    /// The values of `--if-too-long` that may help.
    pub fn ways(&self) -> &'static [&'static str] {
        match self.kind {
            PolicyKind::PermissionSet => &["keep"],
            PolicyKind::Inline(_) | PolicyKind::Managed | PolicyKind::Unknown => &["keep", "split"],
        }
    }

    /// By how much it is too long, and what can be done: one of these `ways`.
    pub fn advising(&self, ways: &[&str]) -> String {
        let option = match ways {
            [] => String::new(),
            ways => format!("refine --if-too-long {}", ways.join(" or ")),
        };
        let measure = self.measure();
        match (self.counted, option.as_str()) {
            (Counted::Bytes, "") => {
                format!("{measure}, white space included; {LESS_WHITE_SPACE}")
            }
            (Counted::Bytes, option) => {
                format!("{measure}, white space included; {LESS_WHITE_SPACE}, or try {option}")
            }
            (Counted::Characters, "") => format!("{measure}; try {BY_HAND}"),
            (Counted::Characters, option) => format!("{measure}; try {option}, {BY_HAND}"),
        }
    }
}

const LESS_WHITE_SPACE: &str = "write it with less white space (jq -c .)";

const BY_HAND: &str = "--granularity character, or reject in the review what takes most";

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.advising(self.ways()))
    }
}
