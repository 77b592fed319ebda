//! What all who have any policy of a block do not use.

use std::collections::{BTreeMap, BTreeSet};

use super::stack::is_of_stack;
use super::{Live, LivePrincipal, MadeBy, Matched, Others, SourcePolicy};
use crate::findings::Findings;
use crate::iam::quota::Owner;
use crate::policies::{PolicyOwner, belied, young_principal};
use crate::text::{Problem, Severity, Untrusted, grouped, list, some_of};

/// The finding of each principal, by its place in [`Live`].
#[derive(Clone, Debug, Default)]
pub struct PlacedFindings {
    of: BTreeMap<usize, Findings>,
    /// Findings for those whom the states do not have, and those that cannot be right.
    pub strangers: Vec<Problem>,
    /// What to know of the others.
    pub notes: Vec<Problem>,
    /// All whom findings are about, as their ARNs name them.
    names: Vec<PolicyOwner>,
    /// Those of whom several findings may be.
    ambiguous: BTreeSet<usize>,
    /// Those whose findings are not used.
    passed_over: BTreeSet<usize>,
}

/// What findings say of a policy.
pub enum Unused {
    /// They are about nobody who has it.
    NotConcerned,
    /// This is what none of those who have it uses.
    ByAll(Box<Findings>),
    /// Nothing can be said of it, for this reason and with this advice.
    Unknown(String, &'static str),
}

impl PlacedFindings {
    /// Whether they are about nobody who is known here.
    pub fn are_about_nobody(&self) -> bool {
        self.of.is_empty()
    }

    /// The findings of these.
    pub fn of_holders<'p>(
        &'p self,
        holders: &'p BTreeSet<usize>,
    ) -> impl Iterator<Item = &'p Findings> {
        self.of_each(holders).map(|(_, finding)| finding)
    }

    /// The same, each with whom it is about.
    pub fn of_each<'p>(
        &'p self,
        holders: &'p BTreeSet<usize>,
    ) -> impl Iterator<Item = (usize, &'p Findings)> {
        let found = holders.iter();
        found.filter_map(|&holder| Some((holder, self.of.get(&holder)?)))
    }
}

impl Live {
    /// Says whom each of `findings` is about.
    pub fn place(&self, findings: Vec<Findings>) -> PlacedFindings {
        let mut placed = PlacedFindings::default();
        let mut strangers = Vec::new();
        for mut finding in findings {
            let arn = finding.principal.clone().unwrap_or_default();
            if let Some(place) = self.principal(arn.raw()) {
                let LivePrincipal { owner, dates, .. } = &self.principals[place];
                if let Some(problem) = belied(&finding, owner, *dates) {
                    placed
                        .strangers
                        .push(problem.passed_over(Severity::Warning));
                    continue;
                }
                // A finding has a guard of its own, and a report has none.
                if finding.asked_since.is_some() {
                    finding.created_at = finding.created_at.or(dates.created_at);
                }
                placed.notes.extend(young_principal(&finding));
                placed.put(place, finding, owner);
            } else {
                placed.names.extend(PolicyOwner::from_arn(arn.raw()));
                strangers.push(finding);
            }
        }
        placed.strangers.extend(self.of_nobody(&strangers));
        placed
    }

    /// The same, where findings tell of these as well, and are not used.
    pub fn placed_beside(&self, findings: Vec<Findings>, told: &[Untrusted]) -> PlacedFindings {
        let mut placed = self.place(findings);
        let told = told.iter().filter_map(|arn| self.principal(arn.raw()));
        placed.passed_over = told
            .filter(|place| !placed.of.contains_key(place))
            .collect();
        placed
    }

    /// That findings are about nobody whom a source made.
    fn of_nobody(&self, findings: &[Findings]) -> Option<Problem> {
        let first = findings.first()?;
        let arn = |finding: &Findings| finding.principal.clone().unwrap_or_default().to_string();
        let arns: Vec<String> = findings.iter().map(arn).collect();
        let (no_source, help) = match self.made_by {
            MadeBy::Terraform => (
                "no state",
                "give the state of the root module that makes the role or user",
            ),
            MadeBy::CloudFormation => (
                "no stack",
                "give the stack that makes the role or user, or what AWS has of it",
            ),
        };
        // Of one that is known by name alone it is told where it has a policy.
        let may_be = |owner: &PolicyOwner| {
            let mut principals = self.principals.iter();
            principals.any(|one| {
                one.account.is_none() && one.owner.arn.is_none() && one.owner.may_be(owner)
            })
        };
        let owners = arns.iter().filter_map(|arn| PolicyOwner::from_arn(arn));
        let has = if owners.into_iter().any(|owner| may_be(&owner)) {
            "is known to have"
        } else {
            "has"
        };
        Some(match arns.as_slice() {
            [only] => {
                let message = format!("this finding is for {only}, which {no_source} {has}");
                let warning = first.source.warning_from(first.start, message);
                warning.help(format!("it is passed over; {help}"))
            }
            several => {
                let message = format!(
                    "{} findings are for roles and users which {no_source} {has}: {}",
                    grouped(several.len()),
                    some_of(several, STRANGERS)
                );
                let warning = first.source.warning(message);
                warning.help(format!("they are passed over; {help}"))
            }
        })
    }

    /// Those of whom findings tell, whatever else they say, and whom nothing here makes or names.
    pub fn strangers(&self, told: &[Untrusted]) -> Vec<PolicyOwner> {
        let owners = told
            .iter()
            .filter_map(|arn| PolicyOwner::from_arn(arn.raw()));
        let is_stranger = |owner: &PolicyOwner| {
            let arn = owner.arn.as_ref();
            let known = arn.and_then(|arn| self.principal(arn.as_str()));
            // What AWS makes by itself no source makes.
            owner.locked().is_none()
                && known.is_none_or(|place| self.principals[place].is_only_in_aws)
        };
        owners.filter(is_stranger).collect()
    }

    /// What none of the `holders` of a policy uses. Who has no finding uses everything.
    pub fn unused_by_all(&self, holders: &BTreeSet<usize>, placed: &PlacedFindings) -> Unused {
        let found: Vec<&Findings> = placed.of_holders(holders).collect();
        if found.is_empty() {
            return self.perhaps_concerned(holders, placed);
        }
        let without = holders
            .iter()
            .filter(|holder| !placed.of.contains_key(holder));
        let (passed_over, silent): (Vec<usize>, Vec<usize>) =
            without.partition(|holder| placed.passed_over.contains(holder));
        let called = |holders: Vec<usize>| -> Vec<String> {
            holders
                .into_iter()
                .map(|holder| self.called(holder))
                .collect()
        };
        let (passed_over, silent) = (called(passed_over), called(silent));
        let has = |names: &[String]| if names.len() == 1 { "has" } else { "have" };
        if !passed_over.is_empty() {
            let why = format!(
                "{} {} it too, of whom what is found is passed over, so that all of it counts as used",
                list(&passed_over),
                has(&passed_over)
            );
            return Unused::Unknown(why, "see above why it is passed over");
        }
        if !silent.is_empty() {
            let has = has(&silent);
            let why = format!(
                "{} {has} it too and {has} no finding, so that all of it counts as used",
                list(&silent)
            );
            return Unused::Unknown(why, "give findings for all who have it");
        }
        match Findings::common(&found) {
            Some(common) => Unused::ByAll(Box::new(common)),
            None => Unused::Unknown(
                "those who have it are roles that are not used at all: delete the role?".to_owned(),
                "remove the role and what belongs to it from the configuration",
            ),
        }
    }
}

/// How many are named whom no source made before the rest is counted.
const STRANGERS: usize = 5;

/// How the account of a stack is told.
pub(super) const STACK_ID: &str = "tell its account: `aws cloudformation describe-stack-resources --stack-name STACK` prints the StackId; of a \
     stack of 100 resources and more add `--logical-resource-id ID` of one whose name CloudFormation made up, and give that beside the list";

impl Live {
    /// What to say where findings are about none of the `holders`, as far as these are known.
    fn perhaps_concerned(&self, holders: &BTreeSet<usize>, placed: &PlacedFindings) -> Unused {
        let holders = holders.iter().map(|&holder| &self.principals[holder]);
        let mut nameless = holders.filter(|one| one.account.is_none() && one.owner.arn.is_none());
        let named = nameless.find(|one| placed.names.iter().any(|name| one.owner.may_be(name)));
        match named {
            None => Unused::NotConcerned,
            Some(one) => Unused::Unknown(
                format!("nobody can tell of which account its {} is", one.owner),
                match self.made_by {
                    MadeBy::Terraform => {
                        "a state tells it where it has the role or user, or anything else with an ARN \
                         through the same provider"
                    }
                    MadeBy::CloudFormation => STACK_ID,
                },
            ),
        }
    }
}

impl PlacedFindings {
    /// Puts a finding to whom it is about. Two for one who is known by name alone are about two, of
    /// whom nobody can tell which one it is.
    fn put(&mut self, place: usize, finding: Findings, owner: &PolicyOwner) {
        self.names.extend(
            finding
                .principal
                .as_ref()
                .and_then(|arn| PolicyOwner::from_arn(arn.raw())),
        );
        if self.ambiguous.contains(&place) {
            return;
        }
        let Some(first) = self.of.remove(&place) else {
            self.of.insert(place, finding);
            return;
        };
        self.ambiguous.insert(place);
        let arn = |one: &Findings| one.principal.clone().unwrap_or_default();
        let message = format!(
            "this finding and that for {} may both be about {owner}, of whom no state has the ARN",
            arn(&first)
        );
        let problem = finding.source.warning_from(finding.start, message);
        self.strangers.push(problem.help(
            "both are passed over; give the state of the root module that makes this role or user",
        ));
    }
}

impl Matched {
    /// Whether findings are about somebody who has the policy at this place, or may be since nobody
    /// knows who has it.
    pub fn is_concerned(&self, policy: usize, placed: &PlacedFindings) -> bool {
        let policy = &self.live.policies[policy];
        // One who is known by name alone may be who is found.
        let may_be_named = |holder: &LivePrincipal| {
            let mut names = placed.names.iter();
            holder.account.is_none() && names.any(|name| holder.owner.may_be(name))
        };
        let is_found = |holder: &usize| {
            placed.of.contains_key(holder) || may_be_named(&self.live.principals[*holder])
        };
        // A state does not tell who all are in a group.
        let is_user = |holder: &usize| self.live.principals[*holder].owner.kind == Owner::User;
        let has_users = || placed.of.keys().any(is_user);
        let is_group = |holder: &usize| self.live.principals[*holder].owner.kind == Owner::Group;
        policy.others == Others::Unknown
            || policy.holders.iter().any(is_found)
            || policy.holders.iter().any(is_group) && has_users()
    }

    /// Whether a policy may be made elsewhere too for somebody whom nothing here makes: one who has the name of
    /// a holder in another account, or a name that CloudFormation made up in another stack.
    pub fn may_have(&self, policy: &SourcePolicy, stranger: &PolicyOwner) -> bool {
        let holders = policy.holders.iter().map(|&at| &self.live.principals[at]);
        let mut holders = holders.filter(|holder| !holder.is_only_in_aws);
        holders.any(|holder| {
            let own = &holder.owner;
            let is_named_so = own.kind == stranger.kind
                && own
                    .name
                    .as_str()
                    .eq_ignore_ascii_case(stranger.name.as_str());
            let id = holder.address.as_ref().map(|address| &address.block.name);
            let is_made_up = self.live.made_by == MadeBy::CloudFormation
                && id.is_some_and(|id| is_of_stack(stranger.name.as_str(), id));
            is_named_so || own.kind == stranger.kind && is_made_up
        })
    }

    /// The principals that findings are about, by their places.
    pub fn found_principals<'p>(
        &self,
        placed: &'p PlacedFindings,
    ) -> impl Iterator<Item = usize> + use<'p> {
        placed.of.keys().copied()
    }
}
