//! The strip below the list: what there is to know of the policy under the cursor.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::state::AccountList;
use super::status::PolicyStatus;
use crate::account::{AccountPolicy, AccountPolicyKind, Blocker};
use crate::aws::{Arg, AwsCommand, Operation};
use crate::explain::Sign;
use crate::explain::report::levels_in_words;
use crate::text::{counted, grouped, printable, wrap};
use crate::tui::lines::{draw_lines, rows, signed};
use crate::tui::look::Look;
use crate::tui::text::fit;

/// How many of those who have a policy are named.
const NAMED: usize = 6;

pub(crate) fn draw(look: &Look, list: &AccountList, frame: &mut Frame<'_>, area: Rect) {
    let Some(index) = list.policies.current() else {
        return;
    };
    let (whose, sentences) = match list.current() {
        Some(subject) => (whose(list, subject), sentences(list, subject, index)),
        None => unreadable(list, index),
    };
    let room = usize::from(area.width);
    let mut lines: Vec<Line<'_>> = Vec::new();
    for text in wrap(&whose, room.saturating_sub(2)) {
        lines.push(Line::styled(format!(" {text}"), look.strong));
    }
    for (sign, text) in sentences {
        lines.extend(signed(look, sign, &text, room));
    }
    let left = lines.len().saturating_sub(rows(area));
    if left > 0 {
        lines.truncate(rows(area).saturating_sub(1));
        let more = format!("   {} more{}", left + 1, look.glyphs.more);
        lines.push(Line::styled(fit(&more, room, look.glyphs.more), look.faint));
    }
    draw_lines(frame, area, lines);
}

/// A policy that cannot be read, and why.
fn unreadable(list: &AccountList, index: usize) -> (String, Vec<(Option<Sign>, String)>) {
    let listed = &list.policies.all()[index];
    let why = listed.kept.as_ref().map(|(_, sentence)| sentence.clone());
    let mut lines: Vec<_> = why
        .map(|why| (Some(Sign::Caution), why))
        .into_iter()
        .collect();
    let unknown = "It stays as it is, and what it grants is unknown.";
    lines.push((None, unknown.to_owned()));
    (listed.name.clone(), lines)
}

/// `SharedLambda, a managed policy of role A, role B`.
fn whose(list: &AccountList, subject: &AccountPolicy) -> String {
    let kind = match subject.kind {
        AccountPolicyKind::Inline => "inline",
        AccountPolicyKind::Managed => "managed",
        AccountPolicyKind::AwsManaged => "managed by AWS: a new policy would take its place",
    };
    let owner = |&place| list.account.principal(place).owner.to_string();
    let mut owners: Vec<String> = subject.attached_to.iter().take(NAMED).map(owner).collect();
    if subject.attached_to.len() > NAMED {
        owners.push(format!("{} more", subject.attached_to.len() - NAMED));
    }
    let name = list.account.name(subject);
    let of = match subject.kind {
        AccountPolicyKind::Inline => String::new(),
        _ if owners.is_empty() => ", of nobody".to_owned(),
        _ => format!(", of {}", owners.join(", ")),
    };
    printable(&format!("{name} ({kind}){of}")).into_owned()
}

fn sentences(
    list: &AccountList,
    subject: &AccountPolicy,
    index: usize,
) -> Vec<(Option<Sign>, String)> {
    let mut sentences = Vec::new();
    for block in &subject.blockers {
        let why = format!("kept: {}", list.account.reason(block));
        sentences.push((Some(Sign::Caution), printable(&why).into_owned()));
    }
    sentences.extend(decided(list.status(index)));
    sentences.extend(held(list, subject));
    let who = match subject.holders.as_slice() {
        _ if !subject.is_refined() => "those who have it and a finding".to_owned(),
        [only] => list.account.principal(*only).owner.to_string(),
        several => format!("all {} who have it", several.len()),
    };
    let unused = match subject.unused {
        None => {
            "What of it is unused is not known: no finding is for anybody who has it.".to_owned()
        }
        Some(0) => format!("No action it allows is unused by {who}."),
        Some(unused) => format!(
            "{} of the {} it allows {} unused by {who}.",
            grouped(unused),
            counted(subject.granted, "action", "actions"),
            if unused == 1 { "is" } else { "are" }
        ),
    };
    sentences.push((None, unused));
    if subject.is_refined() && subject.unused != Some(0) {
        let levels = levels_in_words(subject.unused_levels.iter());
        sentences.push((None, format!("By access level: {levels}.")));
    }
    sentences.push(size(list, subject));
    sentences.extend(fetched_by(list, subject));
    sentences
}

/// How to ask for the finding of the first who has none.
fn fetched_by(list: &AccountList, subject: &AccountPolicy) -> Option<(Option<Sign>, String)> {
    let mut missing = subject.blockers.iter().filter_map(|block| match block {
        Blocker::NoFinding(holder) => Some(*holder),
        _ => None,
    });
    let owner = &list.account.principal(missing.next()?).owner;
    let arn = owner.arn.as_ref()?;
    let filter = serde_json::json!({ "resource": { "eq": [arn.to_string()] } });
    let asked = AwsCommand::new(Operation::ListFindingsV2)
        .arg("analyzer-arn", Arg::FillIn("ANALYZER_ARN".to_owned()))
        .arg("filter", filter.to_string());
    let text = format!("Its findings: {}", asked.hint());
    Some((None, printable(&text).into_owned()))
}

fn decided(status: PolicyStatus) -> Option<(Option<Sign>, String)> {
    match status {
        PolicyStatus::Decided {
            accepted,
            rejected,
            undecided,
            ..
        } => Some((
            Some(Sign::Holds),
            format!("{accepted} accepted, {rejected} rejected, {undecided} undecided."),
        )),
        _ => None,
    }
}

/// How many unused actions stay in what was decided, since something speaks for them.
fn held(list: &AccountList, subject: &AccountPolicy) -> Option<(Option<Sign>, String)> {
    let held = list.decided.get(&subject.place)?.held_back().len();
    let actions = counted(held, "unused action is", "unused actions are");
    let text = format!("{actions} held back; open it to see why, and to let go.");
    (held > 0).then_some((Some(Sign::Caution), text))
}

/// The size as it would be written, against its quota.
fn size(list: &AccountList, subject: &AccountPolicy) -> (Option<Sign>, String) {
    let kind = list.account.policy(subject).kind;
    let size = list.size(subject);
    let (before, now) = (grouped(subject.size), grouped(size.alone));
    let alone = if before == now {
        before
    } else {
        format!("{before} → {now}")
    };
    let together = match size.counted - size.alone {
        0 => String::new(),
        _ => format!(", {} together with the others", grouped(size.counted)),
    };
    let (sign, verdict) = if size.is_over() {
        (Some(Sign::Caution), "; OVER the quota")
    } else {
        (None, "")
    };
    let text = format!(
        "Size {alone}{together}; quota {} {}{verdict}.",
        grouped(kind.quota()),
        kind.quota_scope()
    );
    (sign, text)
}
