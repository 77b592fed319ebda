//! What would be true if it were written now, and how large it would be.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{draw_lines, rows};
use crate::iam::quota::{self, PolicyKind};
use crate::proof::Part;
use crate::tui::look::Sign;
use crate::tui::model::{Model, Overlay};
use crate::tui::outline::OutlineRow;
use crate::tui::text::{fit, grouped, spread, width, wrap};

/// One thing that would be true, in many words and in few.
struct Claim {
    sign: Sign,
    long: String,
    short: String,
}

impl Claim {
    fn new(sign: Sign, long: impl Into<String>, short: impl Into<String>) -> Self {
        Claim {
            sign,
            long: long.into(),
            short: short.into(),
        }
    }
}

/// What would be true and how large it would be, in one line each; before a mark is set what is to
/// be known of it, in as many of them as that needs.
pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let mut lines = match &model.overlay {
        Overlay::Keep { beside, .. } => told(model, beside.as_slice(), area),
        Overlay::Drop {
            evidence, beside, ..
        } => {
            let sentences: Vec<String> = [evidence].into_iter().chain(beside).cloned().collect();
            told(model, &sentences, area)
        }
        _ => Vec::new(),
    };
    if lines.is_empty() {
        lines.push(now_line(model, area.width));
    }
    lines.push(size_line(model, area.width));
    draw_lines(frame, area, lines);
}

/// `sentences` in at most as many lines as `area` has.
fn told<'a>(model: &Model, sentences: &[String], area: Rect) -> Vec<Line<'a>> {
    if sentences.is_empty() {
        return Vec::new();
    }
    let look = &model.look;
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

fn now_line<'a>(model: &Model, columns: u16) -> Line<'a> {
    let room = usize::from(columns);
    let claims = claims(model);
    let long = worded(&claims, |claim| &claim.long);
    let short = worded(&claims, |claim| &claim.short);
    // What is not known is told at length by the reasons too.
    let middle = worded(&claims, |claim| match claim.sign {
        Sign::Unknown => &claim.short,
        _ => &claim.long,
    });
    let candidates = [
        spans(model, " If written now: ", &long, "  "),
        spans(model, " Now: ", &long, "  "),
        spans(model, " Now: ", &middle, "  "),
        spans(model, " Now: ", &middle, " "),
        spans(model, " Now: ", &short, "  "),
        spans(model, " Now: ", &short, " "),
        spans(model, " ", &short, " "),
    ];
    let fits = |spans: &Vec<Span<'_>>| spans.iter().map(Span::width).sum::<usize>() <= room;
    let narrowest = candidates.len() - 1;
    let chosen = candidates.iter().position(fits).unwrap_or(narrowest);
    let [.., last] = &candidates;
    let spans = candidates.get(chosen).unwrap_or(last).clone();
    spread(spans, Vec::new(), room, model.look.glyphs.more)
}

/// The claims that have words of this length.
fn worded(claims: &[Claim], words: impl Fn(&Claim) -> &String) -> Vec<(Sign, &String)> {
    let worded = claims.iter().map(|claim| (claim.sign, words(claim)));
    worded.filter(|(_, text)| !text.is_empty()).collect()
}

fn spans<'a>(
    model: &Model,
    intro: &'static str,
    claims: &[(Sign, &String)],
    between: &'static str,
) -> Vec<Span<'a>> {
    let mut spans = vec![Span::styled(intro, model.look.faint)];
    for (at, (sign, text)) in claims.iter().enumerate() {
        if at > 0 {
            spans.push(Span::raw(between));
        }
        spans.push(model.look.sign(*sign));
        spans.push(Span::raw(format!(" {text}")));
    }
    spans
}

fn claims(model: &Model) -> Vec<Claim> {
    let review = &model.review;
    let holds = |part: Part| {
        let mut outcomes = review.outcomes().iter();
        outcomes.all(|outcome| outcome.proved.part_holds(part))
    };
    let sign = |holds: bool| if holds { Sign::Holds } else { Sign::Broken };
    let lost = holds(Part::NothingLost);
    let touched = holds(Part::NothingElseTouched);
    let mut claims = vec![
        Claim::new(
            sign(holds(Part::NothingAdded)),
            "nothing new granted",
            "nothing new",
        ),
        unused(model, holds(Part::UnusedGone)),
        Claim::new(sign(lost), "nothing else lost", ""),
        Claim::new(sign(touched), "other bytes equal", ""),
        Claim::new(sign(lost && touched), "", "rest kept"),
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
    let principal = &review.case().principal;
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
fn unused(model: &Model, holds: bool) -> Claim {
    let now = model.review.now();
    let others = [
        (now.undecided, "undecided"),
        (now.left, "left"),
        (now.kept, "kept"),
        (now.still_granted + now.granted_beside, "still granted"),
    ];
    let others = (others.iter())
        .filter(|(count, _)| *count > 0)
        .fold(String::new(), |text, (count, word)| {
            format!("{text}, {} {word}", grouped(*count))
        });
    let sign = match (holds, now.still_granted + now.granted_beside) {
        (false, _) => Sign::Broken,
        (true, 0) => Sign::Holds,
        (true, _) => Sign::Caution,
    };
    let gone = grouped(now.gone);
    Claim::new(
        sign,
        format!("{gone} unused gone{others}"),
        format!("{gone} gone{others}"),
    )
}

fn size_line<'a>(model: &Model, columns: u16) -> Line<'a> {
    let room = usize::from(columns);
    let look = &model.look;
    if let Some(fault) = fault(model) {
        let spans = vec![
            Span::raw(" "),
            look.sign(Sign::Broken),
            Span::styled(format!(" {fault}; nothing can be written"), look.strong),
        ];
        return spread(spans, Vec::new(), room, look.glyphs.more);
    }
    let policy = model.outline.current().map_or(0, OutlineRow::policy);
    let sizes = Sizes::of(model, policy);
    let kind = model.review.case().policies[policy].kind;
    let text = sizes.told(look.glyphs.arrow);
    let quota = format!("; quota {}", grouped(kind.quota()));
    let scope = format!("{quota} {}", kind.quota_scope());
    let warning = sizes.warning(kind);
    // A warning is never cut for the sake of what only accompanies it.
    let candidates = [
        (
            format!(" Size {text}{scope}"),
            warning.as_ref().map(|own| &own.long),
        ),
        (
            format!(" Size {text}{quota}"),
            warning.as_ref().map(|own| &own.long),
        ),
        (
            format!(" Size {text}"),
            warning.as_ref().map(|own| &own.short),
        ),
        (format!(" {text}"), warning.as_ref().map(|own| &own.short)),
    ];
    let cells = |(text, warning): &(String, Option<&String>)| {
        width(text) + warning.map_or(0, |warning| width(warning) + 4)
    };
    let chosen = candidates.iter().position(|own| cells(own) <= room);
    let [.., (narrowest, warned)] = &candidates;
    let (text, warning) = chosen.map_or((narrowest, *warned), |at| {
        let (text, warning) = &candidates[at];
        (text, *warning)
    });
    let mut spans = vec![Span::styled(text.clone(), look.faint)];
    if let Some(warning) = warning {
        spans.push(Span::raw("  "));
        spans.push(look.sign(Sign::Caution));
        spans.push(Span::styled(format!(" {warning}"), look.caution));
    }
    spread(spans, Vec::new(), room, look.glyphs.more)
}

fn fault(model: &Model) -> Option<String> {
    let mut outcomes = model.review.outcomes().iter();
    let fault = outcomes.find_map(|outcome| outcome.proved.faults.first())?;
    Some(format!("a proof does not hold: {fault}"))
}

/// The characters that IAM counts: of one policy, or of all inline policies, which share a quota.
struct Sizes {
    before: usize,
    now: usize,
    if_all_accepted: usize,
}

impl Sizes {
    fn of(model: &Model, policy: usize) -> Self {
        let review = &model.review;
        let policies = &review.case().policies;
        let kind = policies[policy].kind;
        let counts = |other: &usize| match kind {
            PolicyKind::Inline(_) => policies[*other].kind == kind,
            PolicyKind::Managed | PolicyKind::Unknown => *other == policy,
        };
        let mut sizes = Sizes {
            before: 0,
            now: 0,
            if_all_accepted: 0,
        };
        for other in (0..policies.len()).filter(counts) {
            let document = &policies[other].document;
            sizes.before += quota::size(document.source().text());
            sizes.now += review.outcomes()[other].size(document);
            sizes.if_all_accepted += review.size_if_all_accepted(other);
        }
        sizes
    }

    /// `444 → 221 now, 380 if all accepted`.
    fn told(&self, arrow: &str) -> String {
        format!(
            "{} {arrow} {} now, {} if all accepted",
            grouped(self.before),
            grouped(self.now),
            grouped(self.if_all_accepted)
        )
    }

    /// What is wrong with them, in words.
    fn warning(&self, kind: PolicyKind) -> Option<SizeWarning> {
        let quota = kind.quota();
        if self.now > quota {
            Some(SizeWarning::now(format!(
                "{} over the quota",
                grouped(self.now - quota)
            )))
        } else if self.if_all_accepted > quota {
            let over = grouped(self.if_all_accepted - quota);
            Some(SizeWarning::then(&format!("{over} over the quota")))
        } else if self.now > self.before {
            Some(SizeWarning::now(format!(
                "grows by {}",
                grouped(self.now - self.before)
            )))
        } else if self.if_all_accepted > self.before {
            let more = grouped(self.if_all_accepted - self.before);
            Some(SizeWarning::then(&format!("grows by {more}")))
        } else {
            None
        }
    }
}

/// What is wrong with a size; in short where it stands right behind the size it is about.
struct SizeWarning {
    long: String,
    short: String,
}

impl SizeWarning {
    /// Of the size as it is now.
    fn now(text: String) -> Self {
        SizeWarning {
            short: format!("now {text}"),
            long: text,
        }
    }

    /// Of the size if all were accepted.
    fn then(text: &str) -> Self {
        SizeWarning {
            short: format!("then {text}"),
            long: format!("{text} if all accepted"),
        }
    }
}
