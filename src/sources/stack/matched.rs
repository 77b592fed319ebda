//! Which place of a template makes which policy, and whether what stands there is what AWS has.

use std::collections::{BTreeMap, BTreeSet};

use super::live::{Made, Place, gather};
use super::{Stack, TemplateFile, Templates};
use crate::cloudformation::{Makes, WrittenPolicy};
use crate::document::Document;
use crate::policies::PolicyOwner;
use crate::sources::copies::{GIVE_ITS_STATE, Original, copy};
use crate::sources::expression_values;
use crate::sources::{
    Different, InAws, LeftPolicy, Live, LivePolicy, Matched, SameStatements, SourcePolicy,
    same_statements,
};
use crate::text::{Problem, Problems, Source};

impl Matched {
    /// Finds the place of each policy of the `stacks`, and what AWS `held` of it. A principal whose
    /// account nothing tells, and whose name CloudFormation made up, is the one of this name that was
    /// `found`.
    ///
    /// # Errors
    /// A stack of which nobody can tell its template.
    pub fn of_templates(
        templates: &Templates,
        stacks: &[Stack],
        held: &InAws,
        found: &[PolicyOwner],
    ) -> Result<Self, Problems> {
        let (mut problems, mut placed) = (Vec::new(), Vec::new());
        for (stack, twin) in stacks.iter().zip(Stack::twins(stacks)) {
            if let Some(twin) = twin {
                let message = format!("this has the same resources as {}", twin.source.name());
                let once = "give each stack once, or both as `aws cloudformation describe-stack-resources` \
                            prints them, which has their StackIds";
                problems.push(stack.source.error(message).help(once));
            }
            match templates.of_stack(stack) {
                Ok(file) => placed.push((stack, file)),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let made = gather(templates, &placed, held, found);
        let (mut policies, mut left): (Vec<SourcePolicy>, Vec<LeftPolicy>) =
            (Vec::new(), Vec::new());
        for (place, makes) in &made.of {
            match source_policy((templates, held), &made, *place, makes) {
                Ok(policy) => policies.push(policy),
                Err(why) => left.extend(makes.iter().map(|&policy| LeftPolicy {
                    policy,
                    why: why.clone(),
                })),
            }
        }
        for policy in &mut policies {
            policy
                .notes
                .extend(other_branches(templates, &made, policy));
        }
        left.extend(expression_values::tell(&mut policies, |policy| {
            made.live.policies[policy].address.to_string()
        }));
        Ok(Matched {
            live: made.live,
            policies,
            left,
        })
    }
}

/// The policies of the same resource that are written for another case of a condition, and that no stack has.
fn other_branches(templates: &Templates, made: &Made, policy: &SourcePolicy) -> Vec<Problem> {
    let is_own = |place: &Place| made.of.get(place) == Some(&policy.makes);
    let Some(&(own_file, at)) = made.of.keys().find(|place| is_own(place)) else {
        return Vec::new();
    };
    let file = &templates.files[own_file];
    let policies = &file.template.policies;
    let others = policies.iter().enumerate().filter(|(other, one)| {
        one.resource == policies[at].resource
            && one.is_behind_condition
            && !made.of.contains_key(&(own_file, *other))
    });
    let notes = others.map(|(_, other)| {
        let message = format!(
            "{} is written for another case of a condition, and no stack has it: it stays as it is",
            other.address
        );
        let line = file.source.line_at(other.range.start);
        file.source
            .note_at(other.range.start..line.end.max(other.range.start), message)
    });
    notes.collect()
}

/// The policy at a place with all that is made of it.
fn source_policy(
    (templates, held): (&Templates, &InAws),
    made: &Made,
    own_place: Place,
    makes: &[usize],
) -> Result<SourcePolicy, Problem> {
    let (file, at) = own_place;
    let file = &templates.files[file];
    let written = &file.template.policies[at];
    let document = match &written.content {
        Ok(document) => document,
        Err(problems) => {
            let unread = || error_at(file, written, format!("{} is not read", written.address));
            return Err(problems.0.first().cloned().unwrap_or_else(unread));
        }
    };
    if let Some(why) = file.template.macros.first() {
        return Err(why.clone());
    }
    let (mut holders, mut statements) = (BTreeSet::new(), Vec::new());
    for &place in makes {
        let policy = &made.live.policies[place];
        let about = |what: &str| error_at(file, written, format!("{}: {what}", policy.address));
        if let Some((why, help)) = made.obstacles.get(&place) {
            return Err(about(why).help(help.clone()));
        }
        if let Some(why) = policy.blockers.first() {
            return Err(about(why).help("it stays as it is, in all stacks of the template"));
        }
        holders.extend(&policy.holders);
        statements.push(same(file, written, document, policy)?);
    }
    if let Some(copy) = copy_of(written, document, held, &made.live) {
        let name = &written.address;
        let message =
            format!("{name}: AWS has a policy of the same statements that no stack has: {copy}");
        return Err(error_at(file, written, message).help(GIVE_ITS_STATE));
    }
    let notes = made.notes.get(&own_place).into_iter().flatten();
    // The same may be told of each stack.
    let notes = notes.map(|told| (told.range.start, told.range.end, told.message.as_str()));
    let notes: BTreeSet<(usize, usize, &str)> = notes.collect();
    let notes = notes.into_iter();
    let notes = notes.map(|(start, end, message)| file.source.note_at(start..end, message));
    let around = made.around.get(&own_place).into_iter().flatten();
    let notes: Vec<Problem> = notes.chain(around.cloned()).collect();
    Ok(SourcePolicy {
        place: None,
        documents: vec![Vec::new(); makes.len()],
        document: document.clone(),
        address: written.address.clone(),
        line: written.line,
        start: written.range.start,
        makes: makes.to_vec(),
        holders,
        statements,
        replacing: BTreeSet::new(),
        replaced: BTreeMap::new(),
        called_elsewhere: Vec::new(),
        read_elsewhere: Vec::new(),
        may_be_made_elsewhere: true,
        believed: Vec::new(),
        notes,
        claims: vec![format!("{} has no other stacks", file.source.name().raw())],
    })
}

/// Who has a copy of a policy of a template that no stack made.
fn copy_of(
    written: &WrittenPolicy,
    document: &Document,
    held: &InAws,
    live: &Live,
) -> Option<String> {
    let name = match &written.makes {
        Makes::Inline { name, .. } => Some(name),
        // What it is called, the stack tells.
        Makes::Managed(_) => None,
    };
    let original = Original {
        policy: document.policy(),
        form: &|statement| document.form(statement).clone(),
        may_be_called: &|called| name.is_none_or(|name| name.may_be(called)),
        is_managed: name.is_none(),
    };
    copy(held, live, &original)
}

/// How what is written and what AWS has belong together.
fn same(
    file: &TemplateFile,
    written: &WrittenPolicy,
    document: &Document,
    policy: &LivePolicy,
) -> Result<SameStatements, Problem> {
    let deploy_first = |what: &str| {
        let message = format!("{}: {what}", policy.address);
        error_at(file, written, message)
            .help("deploy the template first, and fetch anew what AWS has")
    };
    let live = policy.document.as_deref().unwrap_or_default();
    let Ok(live) = Document::parse(Source::from_text(policy.name.raw(), live)) else {
        return Err(deploy_first("what AWS has of it is not read"));
    };
    let form = |statement: usize| document.form(statement).clone();
    let same = same_statements(document.policy(), live.policy(), form);
    // AWS has what a template says, twice where that says it twice.
    let same = same.map(|same| SameStatements {
        may_repeat: vec![false; same.may_repeat.len()],
        ..same
    });
    same.map_err(|different| {
        let Different { of_source, of_live } = different;
        let mut parts = Vec::new();
        if let Some(&first) = of_source.first() {
            parts.push(format!(
                "statement {} of the template is not there",
                first + 1
            ));
        }
        if let Some(&first) = of_live.first() {
            parts.push(format!(
                "statement {} there is not in the template",
                first + 1
            ));
        }
        deploy_first(&format!(
            "AWS has another policy than the template: {}",
            parts.join(", and ")
        ))
    })
}

fn error_at(file: &TemplateFile, written: &WrittenPolicy, message: String) -> Problem {
    let start = written.range.start;
    let line = file.source.line_at(start);
    file.source.error_at(start..line.end.max(start), message)
}
