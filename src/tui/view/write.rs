//! The preview: what would be written, and what is left as it was.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{diff, draw_lines, rows, signed, size, tell_hidden};
use crate::review::{Decision, Written};
use crate::text::{counted, printable};
use crate::tui::look::Sign;
use crate::tui::model::Model;

/// How many undecided entries are named.
const NAMED: usize = 4;

pub(super) fn draw(model: &mut Model, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width);
    let mut lines = vec![Line::styled(" WRITE THIS?", model.look.strong)];
    for (sign, sentence) in sentences(model) {
        lines.extend(signed(&model.look, Some(sign), &sentence, room));
    }
    lines.push(Line::raw(""));
    lines.extend(diff::lines(model, room));
    model.seen.scrolled = (lines.len(), rows(area));
    let last_top = lines.len().saturating_sub(rows(area));
    model.scroll.write = model.scroll.write.min(last_top);
    draw_lines(frame, area, lines.into_iter().skip(model.scroll.write));
    tell_hidden(frame, area, last_top - model.scroll.write, &model.look);
}

/// What to know before writing; the lines below the preview tell the proof and the size.
fn sentences(model: &Model) -> Vec<(Sign, String)> {
    let review = &model.review;
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
    let refusals = size::refusals(model).into_iter();
    sentences.extend(refusals.map(|refusal| (Sign::Caution, refusal)));
    let mut vanishing = vanishing(model).peekable();
    let is_whole = vanishing.peek().is_none();
    sentences.extend(vanishing.map(|name| {
        let what = format!("Nothing is left of {name}: no file is written for it.");
        (Sign::Caution, what)
    }));
    if model.changes_something() {
        sentences.extend(match &model.target {
            Some(Ok(target)) => {
                let sign = if is_whole { Sign::Holds } else { Sign::Caution };
                Some((sign, printable(target).into_owned()))
            }
            Some(Err(reason)) => Some((Sign::Broken, printable(reason).into_owned())),
            None => None,
        });
    }
    let rejected = count(Decision::Rejected);
    if rejected > 0 {
        let entries = counted(rejected, "entry is", "entries are");
        let were = as_before(rejected);
        sentences.push((Sign::Holds, format!("{entries} rejected: left {were}.")));
    }
    let undecided = count(Decision::Undecided);
    if undecided > 0 {
        sentences.push((Sign::Caution, undecided_sentence(model, undecided)));
    }
    for fault in review
        .outcomes()
        .iter()
        .flat_map(|outcome| &outcome.proved.faults)
    {
        sentences.push((Sign::Broken, format!("A proof does not hold: {fault}")));
    }
    let input = review.input();
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

/// The names of the policies of which nothing would be left.
fn vanishing(model: &Model) -> impl Iterator<Item = Cow<'_, str>> {
    (model.review.policies())
        .filter(|policy| policy.outcome.written == Written::NothingLeft)
        .map(|policy| printable(policy.loaded.document.source().name()))
}

fn as_before(count: usize) -> &'static str {
    if count == 1 {
        "as it was"
    } else {
        "as they were"
    }
}

fn undecided_sentence(model: &Model, undecided: usize) -> String {
    let state = model.review.state();
    let mut names: Vec<String> = model
        .undecided_places()
        .take(NAMED)
        .map(|place| match state.entry(place) {
            Some(entry) => entry.plan.old.to_string(),
            None => format!("NotAction of #{}", place.statement + 1),
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
