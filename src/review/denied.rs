//! What a decision record took away, held against what AWS denied.
//!
//! A record tells which entries became which, so it is known of every action, also of one that is
//! newer than the catalogue, whether an accepted proposal took it out of a statement.

mod recorded;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::de::Error as _;

use self::recorded::BlockRecord;
use super::decisions::{Becomes, Decisions};
use super::in_iam::InIam;
use super::saved::NotRead;
use crate::catalogue::Catalogue;
use crate::denials::{Caller, Denial, PolicyType, Reason, Refusal, actions_named_otherwise};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Action, ActionPattern, Name, ServicePrefix};
use crate::policies::PolicyOwner;
use crate::text::Untrusted;

/// What a record took away, and from whom.
#[derive(Clone, Debug)]
pub struct Removals {
    decided: Option<Decisions>,
    /// When the first of the records was made that it began with.
    first: Option<Timestamp>,
    as_deny: bool,
    deny_policies: usize,
    holders: Vec<Holder>,
    /// Whether those who have the policies are told one by one, in accounts of their own.
    is_everywhere: bool,
    /// The actions that go, by their names alone.
    called: BTreeMap<Name, BTreeSet<Action>>,
    /// The services of which everything goes.
    whole_services: BTreeSet<ServicePrefix>,
    policies: Vec<PolicyRemovals>,
}

/// What was taken out of a policy.
#[derive(Clone, Debug)]
struct PolicyRemovals {
    file: Untrusted,
    block: Option<BlockRecord>,
    iam: Option<InIam>,
    becomes: Option<Becomes>,
    /// By its number, from 0.
    statements: BTreeMap<usize, StatementRemovals>,
    /// Whether every entry that allows something is known.
    is_whole: bool,
}

#[derive(Clone, Debug, Default)]
struct StatementRemovals {
    sid: Option<Untrusted>,
    entries: Vec<Entry>,
    /// The entries that nothing was proposed for.
    others: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Entry {
    shown: String,
    before: Pattern,
    /// What it became, where that was accepted.
    became: Option<Vec<ActionPattern>>,
    /// Who accepted it, where that is another one than made the record.
    decided: Option<Decisions>,
    /// Shared with entries that are alike.
    goes: Arc<[Gone]>,
}

/// An action, or all of a service, that goes.
#[derive(Clone, Debug)]
struct Gone {
    action: ActionPattern,
    last_use: LastUse,
}

/// What an entry allows.
#[derive(Clone, Debug)]
enum Pattern {
    Action(ActionPattern),
    /// Everything but these.
    NotAction(Vec<ActionPattern>),
}

/// Whoever has the policies.
#[derive(Clone, Debug)]
struct Holder {
    name: Untrusted,
    /// What the name says, where it is an ARN.
    owner: Option<PolicyOwner>,
}

/// An action that was taken out of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// Which of the policies of its record, from 0.
    pub policy: usize,
    /// The file of the policy, as the record has it.
    pub file: Untrusted,
    /// Which of its statements, from 0.
    pub statement: usize,
    /// The `Sid` of that, where the record has it.
    pub sid: Option<Untrusted>,
    /// The entry that granted it.
    pub entry: String,
    /// When it was last used.
    pub last_used: LastUse,
    /// Who accepted that, where it is another one than made the record.
    pub decided: Option<Decisions>,
}

/// When an action that was taken away was last used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastUse {
    /// At this time.
    At(Timestamp),
    /// Never, as far back as AWS looked.
    Never,
    /// Nobody reported it: it was dropped by hand.
    NotReported,
    /// Nobody knew that there is such an action.
    NotKnown,
}

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementOf {
    /// The file of the policy, as the record has it.
    pub file: Untrusted,
    /// Which of its statements, from 0.
    pub statement: usize,
}

/// What a denial has to do with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What was refined took it away.
    Ours {
        /// Out of which statements.
        from: Vec<Removal>,
        /// Statements that allow it still, on what they are about.
        stays: Vec<StatementOf>,
    },
    /// It was not removed: these statements allow it still.
    Stays(Vec<StatementOf>),
    /// None of the policies allowed it, as far as the record tells.
    NeverAllowed {
        /// Whether the record tells of every entry.
        is_certain: bool,
    },
    /// It is not about what was refined.
    Elsewhere(Elsewhere),
}

/// Why a denial is not about what was refined; the first of those that hold for several policies says
/// most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Elsewhere {
    /// It is for this reason.
    Reason(Reason),
    /// It was before anything was decided.
    Before,
    /// Somebody else was denied.
    OtherPrincipal,
    /// Who was denied is of another account.
    OtherAccount,
}

impl Removals {
    /// Who decided, with what and when; none in the first format of records.
    pub fn decided(&self) -> Option<&Decisions> {
        self.decided.as_ref()
    }

    /// How many policies deny it, where it was taken away so.
    pub fn deny_policies(&self) -> Option<usize> {
        self.as_deny.then_some(self.deny_policies)
    }

    /// The ARNs or names of all who have the policies.
    pub fn holders(&self) -> Vec<&Untrusted> {
        self.holders.iter().map(|holder| &holder.name).collect()
    }

    /// Whether these are in accounts of their own, which have each a policy of its own.
    pub fn is_everywhere(&self) -> bool {
        self.is_everywhere
    }

    /// The file of a policy, by its number.
    pub fn file(&self, policy: usize) -> Untrusted {
        let policy = self.policies.get(policy);
        policy.map_or_else(|| "the policy".into(), |policy| policy.file.clone())
    }

    /// The address of the block that a policy is written in, if it is in one.
    pub fn block(&self, policy: usize) -> Option<&Untrusted> {
        Some(&self.policies.get(policy)?.block.as_ref()?.address)
    }

    /// What a policy is in IAM, where the record tells.
    pub fn in_iam(&self, policy: usize) -> Option<&InIam> {
        self.policies.get(policy)?.iam.as_ref()
    }

    /// What was made of a policy, where that is not the policy itself.
    pub fn becomes(&self, policy: usize) -> Option<Becomes> {
        self.policies.get(policy)?.becomes
    }

    /// The actions that a call named so may need, of those that the record knows: the actions of that
    /// name that go, of any service, and those that are known to be named otherwise.
    pub fn actions_of_call(&self, operation: &Name) -> BTreeSet<Action> {
        let mut actions: BTreeSet<Action> = actions_named_otherwise(operation.as_str()).collect();
        actions.extend(self.called.get(operation).into_iter().flatten().cloned());
        if !self.whole_services.is_empty() {
            let catalogue = Catalogue::built_in();
            let of_services = self.whole_services.iter().cloned();
            let of_services = of_services.map(|service| Action::new(service, operation.clone()));
            actions.extend(of_services.filter(|action| catalogue.contains(action)));
        }
        actions
    }

    /// Whether the record tells who has the policies.
    pub fn names_somebody(&self) -> bool {
        !self.holders.is_empty()
    }

    /// What a denial that happened `last` at this time has to do with it; none for one that names no
    /// action.
    pub fn judge(&self, denial: &Denial, last: Option<Timestamp>) -> Option<Verdict> {
        let Refusal::Of { action, reason, .. } = &denial.refusal else {
            return None;
        };
        let elsewhere = (self.other(denial.caller.as_ref()))
            .or_else(|| self.other_reason(*reason))
            .or_else(|| self.is_before(last).then_some(Elsewhere::Before));
        if let Some(elsewhere) = elsewhere {
            return Some(Verdict::Elsewhere(elsewhere));
        }
        let (mut from, mut stays) = (Vec::new(), Vec::new());
        for (number, policy) in self.policies.iter().enumerate() {
            policy.look_for(number, action, &mut from, &mut stays);
        }
        Some(if !from.is_empty() {
            Verdict::Ours { from, stays }
        } else if stays.is_empty() {
            let is_certain = self.policies.iter().all(|policy| policy.is_whole);
            Verdict::NeverAllowed { is_certain }
        } else {
            Verdict::Stays(stays)
        })
    }

    fn other(&self, caller: Option<&Caller>) -> Option<Elsewhere> {
        let caller = caller?;
        if self.holders.is_empty() || self.holders.iter().any(|holder| holder.may_be(caller)) {
            return None;
        }
        let of_holders = self.holders.iter().filter_map(Holder::account);
        let of_holders: Vec<AccountId> = of_holders.collect();
        let is_other = (caller.account())
            .is_some_and(|account| !of_holders.is_empty() && !of_holders.contains(account));
        Some(if is_other {
            Elsewhere::OtherAccount
        } else {
            Elsewhere::OtherPrincipal
        })
    }

    /// What a policy that denies takes away is denied by an identity-based policy; what is taken out
    /// of a policy, by none.
    fn other_reason(&self, reason: Reason) -> Option<Elsewhere> {
        let is_ours = match reason {
            Reason::NotSaid => true,
            Reason::NotAllowed(of) => !self.as_deny && of == PolicyType::IdentityBased,
            Reason::Denied(of) => {
                self.as_deny && of.is_none_or(|of| of == PolicyType::IdentityBased)
            }
        };
        (!is_ours).then_some(Elsewhere::Reason(reason))
    }

    /// Whether the last time is before the decision, wherever on earth the clock was that told it.
    fn is_before(&self, last: Option<Timestamp>) -> bool {
        const ANY_ZONE: SignedDuration = SignedDuration::from_hours(14);
        let decided = self.decided.as_ref().map(|decided| decided.at);
        let (Some(last), Some(decided)) = (last, self.first.into_iter().chain(decided).min())
        else {
            return false;
        };
        (last.checked_add(ANY_ZONE)).is_ok_and(|last| last < decided)
    }
}

impl PolicyRemovals {
    fn look_for(
        &self,
        policy: usize,
        action: &Action,
        from: &mut Vec<Removal>,
        stays: &mut Vec<StatementOf>,
    ) {
        for (&number, statement) in &self.statements {
            let allowed_by = statement
                .entries
                .iter()
                .filter(|entry| entry.before.allows(action));
            let allowed_by: Vec<&Entry> = allowed_by.collect();
            let by_others = statement.others.iter().any(|other| other.allows(action));
            let still = by_others || allowed_by.iter().any(|entry| entry.still_allows(action));
            if still {
                stays.push(StatementOf {
                    file: self.file.clone(),
                    statement: number,
                });
                continue;
            }
            from.extend(allowed_by.into_iter().map(|entry| Removal {
                policy,
                file: self.file.clone(),
                statement: number,
                sid: statement.sid.clone(),
                entry: entry.shown.clone(),
                last_used: entry.last_use(action),
                decided: entry.decided.clone(),
            }));
        }
    }
}

impl Entry {
    fn still_allows(&self, action: &Action) -> bool {
        let Some(became) = &self.became else {
            return true;
        };
        let is_in = became.iter().any(|entry| entry.matches(action));
        match self.before {
            Pattern::Action(_) => is_in,
            // What became of it is appended.
            Pattern::NotAction(_) => !is_in,
        }
    }

    fn last_use(&self, action: &Action) -> LastUse {
        let gone = self.goes.iter().find(|gone| gone.action.matches(action));
        gone.map_or(LastUse::NotKnown, |gone| gone.last_use)
    }
}

impl Pattern {
    /// An entry as a record has it: `s3:Get*`, or `NotAction s3:* sqs:*`.
    fn read(text: &str) -> Result<Self, NotRead> {
        match text.strip_prefix("NotAction") {
            Some(entries) => {
                let entries = entries.split_whitespace().map(pattern);
                Ok(Pattern::NotAction(entries.collect::<Result<_, _>>()?))
            }
            None => Ok(Pattern::Action(pattern(text)?)),
        }
    }

    fn allows(&self, action: &Action) -> bool {
        match self {
            Pattern::Action(entry) => entry.matches(action),
            Pattern::NotAction(entries) => !entries.iter().any(|entry| entry.matches(action)),
        }
    }
}

fn by_name(actions: impl Iterator<Item = Action>) -> BTreeMap<Name, BTreeSet<Action>> {
    let mut called: BTreeMap<Name, BTreeSet<Action>> = BTreeMap::new();
    for action in actions {
        called
            .entry(action.name.clone())
            .or_default()
            .insert(action);
    }
    called
}

fn pattern(text: &str) -> Result<ActionPattern, NotRead> {
    text.parse().map_err(|error| {
        let text = Untrusted::from(text).quoted();
        NotRead::Broken(serde_json::Error::custom(format!("{text}: {error}")))
    })
}

impl Holder {
    fn of(name: Untrusted) -> Self {
        let owner = PolicyOwner::from_arn(name.raw());
        Holder { name, owner }
    }

    fn account(&self) -> Option<AccountId> {
        self.owner.as_ref()?.arn.as_ref()?.account()
    }

    /// Whether it is the caller, or a group that the caller may be in.
    fn may_be(&self, caller: &Caller) -> bool {
        let Caller::Known {
            account,
            kind,
            name,
        } = caller
        else {
            return false;
        };
        let is_called = |own: &str| own.eq_ignore_ascii_case(name.as_str());
        match &self.owner {
            None => is_called(self.name.raw()),
            Some(owner) => {
                let own = self.account();
                let is_of_account = own.is_none() || account.is_none() || own == *account;
                let is_it = match owner.kind {
                    Owner::Group => *kind == Owner::User,
                    own => own == *kind && is_called(owner.name.as_str()),
                };
                is_of_account && is_it
            }
        }
    }
}
