//! What would be true if it were written now.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::size;
use crate::explain::Sign;
use crate::proof::Part;
use crate::review::Review;
use crate::text::{grouped, list, wrap};
use crate::tui::lines::{draw_lines, rows};
use crate::tui::look::Look;
use crate::tui::review::ReviewScreen;
use crate::tui::shell::{Overlay, Shell};
use crate::tui::text::{fit, spread};

/// One thing that would be true, in many words, in few, and in the fewest.
struct Claim {
    sign: Sign,
    long: String,
    short: String,
    shortest: String,
    /// Whether it holds whatever one decides: it is told since it is proved.
    is_of_proof: bool,
}

impl Claim {
    fn new(sign: Sign, long: impl Into<String>, short: impl Into<String>) -> Self {
        let short = short.into();
        Claim {
            sign,
            long: long.into(),
            shortest: short.clone(),
            short,
            is_of_proof: false,
        }
    }

    /// What holds whatever one decides, as a proof tells.
    fn of_proof(holds: bool, long: &'static str, short: &'static str) -> Self {
        let sign = if holds { Sign::Holds } else { Sign::Broken };
        Claim {
            is_of_proof: true,
            ..Claim::new(sign, long, short)
        }
    }

    /// Whether it is told beside the task of a lesson, of which nothing is written.
    fn is_of_task(&self) -> bool {
        !self.is_of_proof || self.sign == Sign::Broken
    }
}

/// What would be true and how large it would be, in one line each; before a mark is set what is to
/// be known of it, in as many of them as that needs.
pub(crate) fn draw(shell: &Shell, screen: &ReviewScreen, frame: &mut Frame<'_>, area: Rect) {
    let look = &shell.look;
    let mut lines = match &shell.overlay {
        Overlay::Keep { told, .. } => lines_of(look, told.as_slice(), area),
        Overlay::Unmarked {
            why,
            choice: Some(_),
        } => lines_of(look, std::slice::from_ref(why), area),
        Overlay::Drop { evidence, told, .. } => {
            let sentences: Vec<String> = [evidence].into_iter().chain(told).cloned().collect();
            lines_of(look, &sentences, area)
        }
        Overlay::AcceptAll { told, .. } => lines_of(look, told, area),
        _ => Vec::new(),
    };
    if lines.is_empty() {
        lines.push(now_line(look, screen, area.width));
    }
    lines.push(size::line(look, screen, area.width));
    draw_lines(frame, area, lines);
}

/// `sentences` in at most as many lines as `area` has.
fn lines_of<'a>(look: &Look, sentences: &[String], area: Rect) -> Vec<Line<'a>> {
    if sentences.is_empty() {
        return Vec::new();
    }
    let room = usize::from(area.width).saturating_sub(4);
    let mut wrapped = wrap(&sentences.join(" "), room);
    let is_cut = wrapped.len() > rows(area);
    wrapped.truncate(rows(area));
    if let Some(last) = wrapped.last_mut().filter(|_| is_cut) {
        *last = fit(
            &format!("{last}{}", look.glyphs.more),
            room,
            look.glyphs.more,
        );
    }
    let line = |(at, text): (usize, String)| {
        let sign = match at {
            0 => look.sign(Sign::Caution),
            _ => Span::raw(" "),
        };
        let text = Span::styled(format!(" {text}"), look.caution);
        Line::from(vec![Span::raw(" "), sign, text])
    };
    wrapped.into_iter().enumerate().map(line).collect()
}

fn now_line<'a>(look: &Look, screen: &ReviewScreen, columns: u16) -> Line<'a> {
    let room = usize::from(columns);
    let mut claims = claims(&screen.review);
    if screen.lesson.is_some() {
        claims.retain(Claim::is_of_task);
    }
    let long = worded(&claims, |claim| &claim.long);
    let short = worded(&claims, |claim| &claim.short);
    let shortest = worded(&claims, |claim| &claim.shortest);
    // What is not known is explained at length by the reasons too.
    let middle = worded(&claims, |claim| match claim.sign {
        Sign::Unknown => &claim.short,
        _ => &claim.long,
    });
    let candidates = [
        spans(look, " If written now: ", &long, "  "),
        spans(look, " Now: ", &long, "  "),
        spans(look, " Now: ", &middle, "  "),
        spans(look, " Now: ", &middle, " "),
        spans(look, " Now: ", &short, "  "),
        spans(look, " Now: ", &short, " "),
        spans(look, " ", &short, " "),
        spans(look, " ", &shortest, " "),
    ];
    let fits = |spans: &&Vec<Span<'_>>| spans.iter().map(Span::width).sum::<usize>() <= room;
    let [.., narrowest] = &candidates;
    let spans = candidates.iter().find(fits).unwrap_or(narrowest).clone();
    spread(spans, Vec::new(), room, look.glyphs.more)
}

/// The claims that have words of this length.
fn worded(claims: &[Claim], words: impl Fn(&Claim) -> &String) -> Vec<(Sign, &String)> {
    let worded = claims.iter().map(|claim| (claim.sign, words(claim)));
    worded.filter(|(_, text)| !text.is_empty()).collect()
}

fn spans<'a>(
    look: &Look,
    intro: &'static str,
    claims: &[(Sign, &String)],
    between: &'static str,
) -> Vec<Span<'a>> {
    let mut spans = vec![Span::styled(intro, look.faint)];
    for (at, (sign, text)) in claims.iter().enumerate() {
        if at > 0 {
            spans.push(Span::raw(between));
        }
        spans.push(look.sign(*sign));
        spans.push(Span::raw(format!(" {text}")));
    }
    spans
}

fn claims(review: &Review) -> Vec<Claim> {
    let holds = |part: Part| {
        let mut outcomes = review.outcomes().iter();
        outcomes.all(|outcome| outcome.proved.part_holds(part))
    };
    let lost = holds(Part::NothingLost);
    let touched = holds(Part::NothingElseTouched);
    let mut claims = vec![
        Claim::of_proof(
            holds(Part::NothingAdded),
            "nothing new granted",
            "nothing new",
        ),
        unused(review, holds(Part::UnusedGone)),
        Claim::of_proof(lost, "nothing else lost", ""),
        Claim::of_proof(touched, "other bytes equal", ""),
        Claim::of_proof(lost && touched, "", "rest kept"),
    ];
    let outcomes = review.outcomes().iter();
    let dropped: usize = outcomes.map(|outcome| outcome.proved.dropped.len()).sum();
    if dropped > 0 {
        let dropped = grouped(dropped);
        claims.push(Claim::new(
            Sign::Caution,
            format!("{dropped} dropped by hand"),
            format!("{dropped} dropped"),
        ));
    }
    if !holds(Part::Shortest) {
        claims.push(Claim::new(Sign::Broken, "not the shortest", "not shortest"));
    }
    let principal = &review.input().principal;
    if !principal.all_policies_loaded {
        claims.push(Claim::new(
            Sign::Unknown,
            format!("other policies of {} not loaded", principal.display_name()),
            "others not loaded",
        ));
    }
    claims
}

/// What becomes of the unused actions.
fn unused(review: &Review, holds: bool) -> Claim {
    let now = review.now();
    let in_statements = now.still_granted + now.in_not_action;
    let elsewhere = now.nothing_left + now.granted_beside;
    let granting = granting(review);
    let by = format!("still granted by {granting}");
    let others = [
        (now.undecided, "undecided"),
        (now.left, "left"),
        (now.kept, "kept"),
        (now.left_whole, "left whole"),
        (now.held, "held back"),
        (now.not_editable, "not editable"),
        (
            in_statements,
            if granting.is_empty() {
                "still granted"
            } else {
                &by
            },
        ),
        (now.nothing_left, "where nothing would be left"),
        (now.granted_beside, "still granted elsewhere"),
    ];
    let sign = match (holds, in_statements + elsewhere) {
        (false, _) => Sign::Broken,
        (true, 0) => Sign::Holds,
        (true, _) => Sign::Caution,
    };
    let is_all = now.gone == 0 && others.iter().filter(|(count, _)| *count > 0).count() == 1;
    if is_all && in_statements > 0 && !granting.is_empty() {
        let grants = if now.granted_by.len() == 1 {
            "grants"
        } else {
            "grant"
        };
        let all = grouped(in_statements);
        let text = format!("0 gone: {granting} still {grants} all {all}");
        return Claim::new(sign, text.clone(), text);
    }
    let stay: usize = others.iter().map(|(count, _)| count).sum();
    let others = (others.iter())
        .filter(|(count, _)| *count > 0)
        .fold(String::new(), |text, (count, word)| {
            format!("{text}, {} {word}", grouped(*count))
        });
    let gone = grouped(now.gone);
    let actions = if now.gone == 1 { "action" } else { "actions" };
    Claim {
        // Why these stay has no room.
        shortest: format!("{gone} gone, {} stay", grouped(stay)),
        ..Claim::new(
            sign,
            format!("{gone} unused {actions} gone{others}"),
            format!("{gone} gone{others}"),
        )
    }
}

/// The statements that still grant what was to go: `#14`, `#2 and #14`, `3 statements`; none where these
/// are in several policies.
fn granting(review: &Review) -> String {
    let by = &review.now().granted_by;
    if review.input().policies.len() > 1 {
        return String::new();
    }
    let names = by.iter().map(|by| format!("#{}", by.statement + 1));
    match by.len() {
        0 => String::new(),
        1 | 2 => list(&names.collect::<Vec<_>>()),
        count => format!("{count} statements"),
    }
}
