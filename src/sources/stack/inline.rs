//! The inline policies of templates, and what AWS has in their place.

use super::holders::type_of;
use super::live::{DEPLOY_FIRST, DEPLOY_OR_LEAVE, Gathering, WrittenIn, decided};
use crate::cloudformation::{Holder, Makes, Name, Who, WrittenPolicy};
use crate::document::Document;
use crate::iam::PolicyName;
use crate::iam::quota::Owner;
use crate::policies::{LoadedPolicy, PolicyOwner};
use crate::sources::shared::STACK_ID;
use crate::sources::{LiveKind, LivePrincipal, Others, same_statements};
use crate::text::{Untrusted, list};

impl<'a> Gathering<'a> {
    pub(super) fn inline(&mut self, of: &WrittenIn<'_>, name: &Name, holder: &Holder) {
        let is_decided = of.written.is_behind_condition || holder.is_conditional;
        if holder.is_conditional
            && let Some(who) = self.not_there(of, holder)
        {
            return self.note(of, vec![decided(of.own(), &who)]);
        }
        let found = self.holder(of.stack, of.template, holder);
        if let (Err(why), Who::Unknown { .. }) = (&found, &holder.who) {
            return self.inline_of_somebody(of, name, holder, why);
        }
        if let Ok(principal) = found
            && is_decided
            && (self.is_left_out(name, principal) || self.is_of_another_branch(of, name, principal))
        {
            return;
        }
        // It may be listed by its name too.
        if let Ok(principal) = found
            && (self.embedded(of)).any(|embedded| embedded == (of.number, principal))
        {
            return;
        }
        // SAM makes no role where a condition gives one.
        if let Who::Resource(role) = &holder.who
            && of.written.is_behind_condition
            && of.stack.resource(role).is_none()
        {
            return;
        }
        let kind = LiveKind::Inline(found.as_ref().ok().copied());
        let policy = self.add_policy(of, kind, shown(name));
        match found {
            Ok(principal) => self.embed(of, name, policy, principal),
            Err(why) => self.in_the_way(policy, &why, DEPLOY_OR_LEAVE),
        }
    }

    /// Notes that a principal has an inline policy, and what AWS has of that.
    fn embed(&mut self, of: &WrittenIn<'_>, name: &Name, policy: usize, principal: usize) {
        if matches!(&of.written.makes, Makes::Inline { holders, .. } if holders.len() > 1) {
            let owner = &self.made.live.principals[principal].owner;
            let live = &mut self.made.live.policies[policy];
            live.address.text = format!("{} in {owner}", live.address.text.raw())
                .as_str()
                .into();
        }
        self.hold(policy, principal);
        self.find_inline(of, policy, name, principal);
        self.see_members_to_come(of, policy, principal);
    }

    /// An inline policy whose holder neither the template nor the stack tells, as that comes from `!ImportValue` or
    /// a parameter. A whole account tells it, where it shows a policy of this name and these statements in as many
    /// as the template does not tell.
    fn inline_of_somebody(&mut self, of: &WrittenIn<'_>, name: &Name, holder: &Holder, why: &str) {
        let account = of.stack.account.clone();
        let owners = self.owners_of(of, name, holder.kind);
        let left = owners.map(|owners| {
            let known = |one: &PolicyOwner| self.made.live.place_of(one, account.as_ref());
            let has_it = |place: usize| self.embedded(of).any(|(_, one)| one == place);
            let mut left = owners.into_iter();
            left.find(|one| !known(one).is_some_and(has_it))
        });
        if let Who::Unknown { value, .. } = &holder.who {
            self.note(of, vec![of.unknown_holder(&value.shown)]);
        }
        // A condition left it out.
        if holder.is_conditional && left == Ok(None) {
            return;
        }
        let policy = self.add_policy(of, LiveKind::Inline(None), shown(name));
        let owner = match left {
            Ok(Some(owner)) => owner,
            Ok(None) => return self.in_the_way(policy, why, DEPLOY_OR_LEAVE),
            Err(help) => return self.in_the_way(policy, why, help),
        };
        let principal = self.principal(owner, account, None);
        self.made.live.policies[policy].kind = LiveKind::Inline(Some(principal));
        self.made.live.policies[policy].others = Others::Nobody;
        self.embed(of, name, policy, principal);
    }

    /// In which stacks a written policy is known to be embedded, and in whom.
    fn embedded(&self, of: &WrittenIn<'_>) -> impl Iterator<Item = (usize, usize)> {
        let made = self.made.of.get(&of.place).into_iter().flatten();
        let made = made.map(|&at| &self.made.live.policies[at]);
        made.filter_map(|one| Some((one.state, one.embedded_in()?)))
    }

    /// Those of a kind in whom AWS has the policy whose holders the template does not tell, or the way out where
    /// nobody can tell who these are.
    fn owners_of(
        &self,
        of: &WrittenIn<'_>,
        name: &Name,
        kind: Owner,
    ) -> Result<Vec<PolicyOwner>, &'static str> {
        let Some(id) = &of.stack.account else {
            return Err(STACK_ID);
        };
        let Some(account) = self.held.account(Some(id)) else {
            return Err(
                "give what `aws iam get-account-authorization-details` prints: it shows who has it",
            );
        };
        let Makes::Inline { holders, .. } = &of.written.makes else {
            return Ok(Vec::new());
        };
        let is_told = |owner: &PolicyOwner| {
            let of_kind = holders.iter().filter(|one| one.kind == kind);
            let mut told = of_kind.filter_map(|one| of.stack.name_of(one));
            told.any(|name| name.eq_ignore_ascii_case(owner.name.as_str()))
        };
        let of_kind = account
            .principals
            .iter()
            .filter(|one| one.owner.kind == kind);
        let has_it = of_kind.filter(|one| {
            let mut inline = one.inline.iter();
            inline.any(|one| name.may_be(&called(one)) && is_same(of.written, &one.document))
        });
        let owners = has_it.map(|one| one.owner.clone());
        let owners: Vec<PolicyOwner> = owners.filter(|owner| !is_told(owner)).collect();
        let untold = holders.iter().filter(|one| one.kind == kind);
        let untold = untold.filter_map(|one| match one.who {
            Who::Unknown { is_list, .. } => Some((is_list, one.is_conditional)),
            _ => None,
        });
        let untold: Vec<(bool, bool)> = untold.collect();
        if untold.iter().any(|(is_list, _)| *is_list) {
            return Err(ONE_BY_ONE);
        }
        // What a condition decides on may be nobody.
        let sure = untold.iter().filter(|(_, may_be_nobody)| !may_be_nobody);
        let is_counted = (sure.count()..=untold.len()).contains(&owners.len());
        if is_counted && name.is_told() && account.unreadable.is_empty() {
            Ok(owners)
        } else {
            Err(DEPLOY_OR_LEAVE)
        }
    }

    /// One whom a template names and AWS does not have, as its whole account tells.
    fn not_there(&self, of: &WrittenIn<'_>, holder: &Holder) -> Option<String> {
        match &holder.who {
            Who::Resource(id) => {
                let made = of.stack.resource_of(id, type_of(holder.kind));
                made.is_none().then(|| id.clone())
            }
            Who::Named(name) => {
                let is_there = of.stack.has_named(self.held, holder.kind, name);
                let is_told = self.held.account(of.stack.account.as_ref()).is_some();
                (is_told && !is_there).then(|| format!("{} {name}", holder.kind.as_str()))
            }
            Who::Unknown { .. } | Who::NotRead => None,
        }
    }

    /// Whether a principal of whom all is known has no policy that may be called so.
    fn is_left_out(&self, name: &Name, principal: usize) -> bool {
        let LivePrincipal { owner, account, .. } = &self.made.live.principals[principal];
        self.held.has_all_inline(account.as_ref(), owner)
            && self.fitting(name, principal).is_empty()
    }

    /// Whether the policy that AWS has of this name is another one of the same resource, which is written
    /// for the other case of a condition.
    fn is_of_another_branch(&self, of: &WrittenIn<'_>, name: &Name, principal: usize) -> bool {
        let fitting = self.fitting(name, principal);
        let [only] = fitting.as_slice() else {
            return false;
        };
        let is_it = |written: &WrittenPolicy| {
            let may_be = |name: &Name| name.may_be(&called(only));
            written.resource == of.written.resource
                && matches!(&written.makes, Makes::Inline { name, .. } if may_be(name))
                && is_same(written, &only.document)
        };
        !is_it(of.written) && of.template.policies.iter().any(is_it)
    }

    /// The inline policies of a principal that may be called so.
    fn fitting(&self, name: &Name, principal: usize) -> Vec<&'a LoadedPolicy> {
        let LivePrincipal { owner, account, .. } = &self.made.live.principals[principal];
        let mut all = self.held.inline(account.as_ref(), owner);
        all.retain(|one| name.may_be(&called(one)));
        all
    }

    /// A policy of a resource that the stack does not have: a condition may have left it out, unless AWS
    /// has the policy.
    pub(super) fn not_in_stack(&mut self, of: &WrittenIn<'_>) {
        let Makes::Inline { name, holders } = &of.written.makes else {
            return;
        };
        for holder in holders {
            let Ok(principal) = self.holder(of.stack, of.template, holder) else {
                continue;
            };
            let is_there = self
                .fitting(name, principal)
                .iter()
                .any(|one| matches!(name, Name::Text(_)) && is_same(of.written, &one.document));
            if is_there {
                let policy = self.add_policy(of, LiveKind::Inline(Some(principal)), shown(name));
                self.hold(policy, principal);
                let why = format!(
                    "the stack has no {}, and AWS has this policy",
                    of.logical_id
                );
                self.in_the_way(policy, &why, "list the resources of the stack anew");
            }
        }
    }

    /// Finds what AWS has in the place of an inline policy of a principal.
    fn find_inline(&mut self, of: &WrittenIn<'_>, policy: usize, name: &Name, principal: usize) {
        let held = self.held;
        let mut fitting = self.fitting(name, principal);
        let LivePrincipal { owner, account, .. } = &self.made.live.principals[principal];
        if fitting.len() > 1 && matches!(name, Name::Parts(_)) {
            fitting.retain(|one| is_same(of.written, &one.document));
        }
        let obstacle = match fitting.as_slice() {
            [only] => {
                let only: &LoadedPolicy = only;
                let live = &mut self.made.live.policies[policy];
                live.document = Some(only.document.source().text().to_owned());
                live.changed_at = only.origin.changed_at;
                live.name = called(only).as_str().into();
                self.take(only, policy);
                return;
            }
            [] if held.account(account.as_ref()).is_some()
                && !held.has_all_inline(account.as_ref(), owner) =>
            {
                (
                    format!(
                        "{owner} is not in what AWS printed, or a policy of it there cannot be read"
                    ),
                    DEPLOY_FIRST.to_owned(),
                )
            }
            [] if held.account(account.as_ref()).is_some() => (
                format!("{owner} has no such inline policy in what AWS printed"),
                DEPLOY_FIRST.to_owned(),
            ),
            [] => (
                format!("what AWS has of it is not given, an inline policy of {owner}"),
                format!("give it: {}", fetch(owner, name)),
            ),
            several => {
                let mut names: Vec<String> = several.iter().map(|one| called(one)).collect();
                names.dedup();
                let message = if names.len() == 1 {
                    let files = several.iter().map(|one| one.document.source().name());
                    let files: Vec<String> = files.map(ToString::to_string).collect();
                    format!(
                        "what AWS has of it is given several times, {} of {owner}: in {}",
                        names[0],
                        list(&files)
                    )
                } else {
                    format!(
                        "nobody can tell which it is of the inline policies of {owner}: {}",
                        list(&names)
                    )
                };
                let way_out = if account.is_none() {
                    "give each of them once; where they are of several accounts, give what `aws iam \
                     get-account-authorization-details` prints in each"
                } else {
                    "give each of them once, as AWS has it now"
                };
                (message, way_out.to_owned())
            }
        };
        self.made.obstacles.insert(policy, obstacle);
    }

    /// Notes that an answer is what AWS has of a policy. One that does not tell its account may be
    /// of one principal alone.
    fn take(&mut self, answer: &LoadedPolicy, policy: usize) {
        let holder = |at: usize| self.made.live.policies[at].holders.clone();
        let others = self
            .taken
            .iter()
            .filter(|(taken, _)| std::ptr::eq(*taken, answer));
        let others: Vec<usize> = others.map(|(_, other)| *other).collect();
        for other in others {
            let is_told = |at: usize| {
                let mut holders = holder(at).into_iter();
                holders.all(|one| self.made.live.principals[one].account.is_some())
            };
            let account =
                "give what `aws iam get-account-authorization-details` prints in its place";
            let (message, help) = if holder(other) == holder(policy) {
                let apart = "tell them apart: by their names, or by actions, literal resources or Sids of their \
                             statements";
                let message = "what AWS has of it may be made of another policy here too";
                (message, if is_told(policy) { apart } else { account })
            } else if is_told(other) && is_told(policy) {
                (
                    "what AWS has of it does not tell in which account it is",
                    account,
                )
            } else {
                ("nothing tells in which account its stack is", STACK_ID)
            };
            for place in [policy, other] {
                self.made
                    .obstacles
                    .insert(place, (message.to_owned(), help.to_owned()));
            }
        }
        self.taken.push((answer, policy));
    }
}

/// The way out where nobody can tell how many have a policy.
const ONE_BY_ONE: &str = "list them one by one in the template: nobody can tell how many these are";

/// How a policy is called in messages that the stack does not tell the name of.
fn shown(name: &Name) -> Untrusted {
    match name {
        Name::Text(name) => name.as_str().into(),
        Name::Parts(parts) => parts.join("…").as_str().into(),
    }
}

/// What AWS calls a policy.
fn called(policy: &LoadedPolicy) -> String {
    let name = policy.origin.name.as_ref();
    name.map_or(String::new(), ToString::to_string)
}

/// Whether a written policy may be what AWS has.
fn is_same(written: &WrittenPolicy, live: &Document) -> bool {
    let Ok(document) = &written.content else {
        return false;
    };
    let form = |statement: usize| document.form(statement).clone();
    same_statements(document.policy(), live.policy(), form).is_ok()
}

/// The command that prints an inline policy.
fn fetch(owner: &PolicyOwner, name: &Name) -> String {
    let name = match name {
        Name::Text(name) => PolicyName::parse(name).map(|name| name.to_string()),
        Name::Parts(_) => None,
    };
    let kind = owner.kind.as_str();
    format!(
        "aws iam get-{kind}-policy --{kind}-name {} --policy-name {} --output json",
        owner.name,
        name.as_deref().unwrap_or("POLICY_NAME")
    )
}
