//! The preview: what would be written, and what is left as it was.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::explain::{Sign, policy_name, shared_sentence, unused_not_edited};
use crate::refine::{Mark, MarkKind};
use crate::review::{Decision, Review, Written};
use crate::text::{counted, printable, some_of};
use crate::tui::diff;
use crate::tui::lines::{scroll, signed};
use crate::tui::look::Look;
use crate::tui::review::{ReviewScreen, refusals, select_found};
use crate::tui::write::WritePreview;

/// How many undecided entries are named.
const NAMED: usize = 4;

/// The columns that it needs beside the policy: those of a diff.
pub(crate) const COLUMNS: usize = 80;

/// Draws it from the line on where one is, or as near to that as fills the area. Returns how many lines it
/// has, and how many are seen.
pub(crate) fn draw(
    look: &Look,
    screen: &ReviewScreen,
    preview: &mut WritePreview,
    frame: &mut Frame<'_>,
    area: Rect,
) -> (usize, usize) {
    let lines = lines(look, screen, preview, usize::from(area.width));
    let seen = scroll(look, frame, area, lines, &mut preview.top);
    select_found(look, frame, area, preview.found, preview.top);
    seen
}

/// Its lines in so many columns.
pub(crate) fn lines<'a>(
    look: &Look,
    screen: &ReviewScreen,
    preview: &WritePreview,
    room: usize,
) -> Vec<Line<'a>> {
    let target = preview.target.as_ref();
    let mut lines = vec![Line::styled(" WRITE THIS?", look.strong)];
    for (sign, sentence) in sentences(screen, target) {
        lines.extend(signed(look, Some(sign), &sentence, room));
    }
    lines.push(Line::raw(""));
    lines.extend(diff::lines(look, &screen.review, room));
    lines
}

/// What to know before writing; the lines below the preview have the proof and the size.
fn sentences(
    screen: &ReviewScreen,
    target: Option<&Result<String, String>>,
) -> Vec<(Sign, String)> {
    let review = &screen.review;
    let state = review.state();
    let count = |wanted: Decision| {
        let places = state.places();
        places
            .filter(|place| state.decision(*place) == Some(wanted))
            .count()
    };
    let mut sentences = Vec::new();
    let accepted = count(Decision::Accepted);
    sentences.push(if accepted == 0 {
        (
            Sign::Caution,
            "Nothing is accepted: there is nothing to write.".to_owned(),
        )
    } else {
        let entries = counted(accepted, "entry is", "entries are");
        (Sign::Holds, format!("{entries} accepted."))
    });
    let refusals = refusals(&screen.review).into_iter();
    sentences.extend(refusals.map(|refusal| (Sign::Caution, refusal)));
    let vanishing: Vec<String> = vanishing(&screen.review).collect();
    let is_whole = vanishing.is_empty();
    sentences.extend(vanishing.into_iter().map(|what| (Sign::Caution, what)));
    if screen.changes_something() {
        sentences.extend(match target {
            Some(Ok(target)) => {
                let sign = if is_whole { Sign::Holds } else { Sign::Caution };
                Some((sign, printable(target).into_owned()))
            }
            Some(Err(reason)) => Some((Sign::Broken, printable(reason).into_owned())),
            None => None,
        });
    }
    sentences.extend(shared(review).map(|shared| (Sign::Caution, shared)));
    sentences.extend(used_before(review).map(|used| (Sign::Caution, used)));
    sentences.extend(marked(review));
    sentences.extend(held_back(review).map(|held| (Sign::Caution, held)));
    let rejected = count(Decision::Rejected);
    if rejected > 0 {
        let entries = counted(rejected, "entry is", "entries are");
        let were = as_before(rejected);
        sentences.push((Sign::Holds, format!("{entries} rejected: left {were}.")));
    }
    let undecided = count(Decision::Undecided);
    if undecided > 0 {
        sentences.push((Sign::Caution, undecided_sentence(screen, undecided)));
    }
    for fault in review
        .outcomes()
        .iter()
        .flat_map(|outcome| &outcome.proved.faults)
    {
        sentences.push((Sign::Broken, format!("A proof does not hold: {fault}")));
    }
    let input = review.input();
    for policy in review.policies() {
        for (why, actions) in unused_not_edited(review, policy.place) {
            let names: Vec<String> = actions.iter().map(ToString::to_string).collect();
            let text = format!(
                "Unused, and stays: {}: {}.",
                some_of(&names, NAMED),
                printable(&why)
            );
            sentences.push((Sign::Caution, text));
        }
    }
    sentences.extend(input.left.iter().map(|why| {
        let advice = why
            .advice()
            .map_or_else(String::new, |help| format!("; {help}"));
        let text = format!("{}{}", why.in_one_line(), printable(&advice));
        (Sign::Caution, text)
    }));
    if input.finding_is_newer_than_catalogue()
        && let Some(date) = input.universe.catalogue.date()
    {
        sentences.push((
            Sign::Unknown,
            format!("The finding is newer than the actions known: nothing lost means of those known on {date}."),
        ));
    }
    sentences
}

/// What becomes of the policies of which nothing would be left.
fn vanishing(review: &Review) -> impl Iterator<Item = String> {
    let vanishing =
        (review.policies()).filter(|policy| policy.outcome.written == Written::NothingLeft);
    vanishing.map(|policy| match policy.loaded.origin.block {
        Some(ref block) => format!(
            "Nothing is left of {}: it stays as it is; {}.",
            policy_name(review, policy.place),
            block.to_remove()
        ),
        None => format!(
            "Nothing is left of {}: no file is written for it.",
            policy.loaded.document.source().name()
        ),
    })
}

/// What becomes of the policies that others keep as they are.
fn shared(review: &Review) -> impl Iterator<Item = String> {
    let changed = (review.policies()).filter(|policy| policy.outcome.written != Written::Unchanged);
    changed.filter_map(|policy| {
        let shared = shared_sentence(review, policy.place)?;
        Some(format!(
            "{} is {shared}.",
            policy_name(review, policy.place)
        ))
    })
}

/// What was used some day and goes.
fn used_before(review: &Review) -> Option<String> {
    let used = review.accepted_used_before();
    let names: Vec<String> = { used.iter() }
        .map(|(name, last)| format!("{name}, {}", last.in_short()))
        .collect();
    (!names.is_empty()).then(|| format!("Used before, and goes: {}.", some_of(&names, NAMED)))
}

/// What was marked by hand in what is accepted, kind by kind.
fn marked(review: &Review) -> Vec<(Sign, String)> {
    let state = review.state();
    let accepted = state
        .places()
        .filter(|place| state.decision(*place) == Some(Decision::Accepted));
    let entries = accepted.filter_map(|place| state.entry(place));
    let marks: Vec<&Mark> = entries.flat_map(|entry| &entry.marks).collect();
    let of_kind = |(kind, sign, words): (MarkKind, Sign, &str)| {
        let marks = marks.iter().filter(|mark| mark.kind == kind);
        let named: Vec<String> = marks
            .map(|mark| match &mark.reason {
                Some(reason) => format!("{} ({reason})", mark.prefix),
                None => mark.prefix.to_string(),
            })
            .collect();
        let text = format!("{words}: {}.", some_of(&named, NAMED));
        (!named.is_empty()).then_some((sign, text))
    };
    let kinds = [
        (
            MarkKind::Drop,
            Sign::Caution,
            "Dropped by hand, though not reported",
        ),
        (MarkKind::Keep, Sign::Holds, "Kept by hand"),
        (
            MarkKind::Whole,
            Sign::Caution,
            "Left whole by hand, unused actions included",
        ),
        (MarkKind::Split, Sign::Holds, "Split by hand"),
    ];
    kinds.into_iter().filter_map(of_kind).collect()
}

/// What is reported as unused and stays until somebody lets it go.
fn held_back(review: &Review) -> Option<String> {
    let held: Vec<String> = review.held_back().keys().map(ToString::to_string).collect();
    (!held.is_empty()).then(|| format!("Held back, and stays: {}.", some_of(&held, NAMED)))
}

fn as_before(count: usize) -> &'static str {
    if count == 1 {
        "as it was"
    } else {
        "as they were"
    }
}

fn undecided_sentence(screen: &ReviewScreen, undecided: usize) -> String {
    let state = screen.review.state();
    let mut names: Vec<String> = screen
        .undecided_places()
        .take(NAMED)
        .map(|place| match state.entry(place) {
            Some(entry) => entry.plan.old.to_string(),
            None if screen.review.input().policies.len() == 1 => {
                format!("NotAction of #{}", place.statement + 1)
            }
            None => format!(
                "NotAction of #{} of {}",
                place.statement + 1,
                policy_name(&screen.review, place.policy)
            ),
        })
        .collect();
    if undecided > NAMED {
        names.push(format!("{} more", undecided - NAMED));
    }
    format!(
        "{} undecided, written {}: {}.",
        counted(undecided, "entry is", "entries are"),
        as_before(undecided),
        names.join(", ")
    )
}
