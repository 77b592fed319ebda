//! What is told of a step, part by part: how the answer was, what is decided, by what, and what is new.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::trie::colour;
use crate::explain::{Narration, Verdict};
use crate::lessons::{Answer, Reply};
use crate::text::wrap;
use crate::tui::look::Look;
use crate::tui::said::{beside, readable, said, said_strongly};
use crate::tui::steps::Steps;

/// How often the same is told in full; from then on in fewer words.
const TOLD_IN_FULL: usize = 2;

/// The word before what is new, with the blank that is reversed as well.
const NEW: &str = "NEW ";

/// What is told of a step, or of several that are told together.
pub(super) struct Told {
    /// How the question about it was answered, if there was one.
    reply: Option<Reply>,
    /// What is decided, a line for each prefix.
    verdicts: Vec<Verdict>,
    /// Why that is so; a verdict beside others says enough.
    reasons: Vec<String>,
    /// What the lesson says of it.
    new: Option<String>,
    /// What is said behind the last step.
    closing: Option<String>,
    /// What all steps gain, behind the last one.
    gain: Option<String>,
}

impl Told {
    pub(super) fn of(steps: &Steps) -> Self {
        let answered = steps.quiz().and_then(|quiz| quiz.shown_at(steps.at));
        let run = steps.run_of(steps.at);
        let is_alone = run.start() == run.end();
        let narrations: Vec<Narration> = run.map(|at| steps.walk.narration(at)).collect();
        let mut reasons = Vec::new();
        if let Some((_, Reply::Wrong(said))) = answered {
            reasons.push(format!("You said \u{201c}{said}\u{201d}."));
        }
        if let [only] = narrations.as_slice() {
            let is_wrong = !reasons.is_empty();
            let is_known = !is_wrong && steps.told_alike(only.line) >= TOLD_IN_FULL;
            reasons.push(if is_known {
                only.short_reason.clone()
            } else {
                only.reason.clone()
            });
        }
        // Where one of several entries was to be chosen, one sees why the others are none.
        if let Some((question, reply)) = answered
            && *reply != Reply::Passed
            && question.answer == Answer::SafeStar
        {
            reasons.extend(question.against_others());
        }
        let closing = steps.closing.as_ref().filter(|_| steps.is_last());
        Told {
            reply: answered.map(|(_, reply)| reply.clone()),
            verdicts: narrations.into_iter().map(|told| told.verdict).collect(),
            reasons,
            new: steps.remark().filter(|_| is_alone).map(str::to_owned),
            closing: closing.map(|closing| format!("In the end {closing}")),
            gain: steps.gain.clone().filter(|_| steps.is_last()),
        }
    }

    /// How many characters there are to be read.
    pub(super) fn length(&self) -> usize {
        let verdicts = self.verdicts.iter().map(|verdict| verdict.line(""));
        let sentences = self.reasons.iter().chain(&self.new).chain(&self.closing);
        let sentences = sentences.chain(&self.gain);
        let all = verdicts.chain(sentences.cloned());
        all.map(|told| told.chars().count()).sum()
    }

    pub(super) fn lines<'a>(&self, look: &Look, room: usize) -> Vec<Line<'a>> {
        let mut lines = Vec::new();
        let mut reply = self.reply.as_ref().map(|reply| how(reply, look));
        for verdict in &self.verdicts {
            let line = verdict.line(look.glyphs.arrow);
            let style = look.strong.patch(colour(verdict.safety, look));
            lines.extend(behind(reply.take(), (&line, style), room));
        }
        let reasons = self.reasons.join(" ");
        lines.extend(said(look, None, &reasons, room));
        let closing = self.closing.as_deref().unwrap_or_default();
        lines.extend(said(look, None, closing, room));
        let gain = self.gain.as_deref().unwrap_or_default();
        lines.extend(said_strongly(look, look.strong, gain, room));
        if let Some(new) = &self.new {
            lines.extend(beside(
                look,
                (NEW, look.strong.add_modifier(Modifier::REVERSED)),
                new,
                room,
            ));
        }
        lines
    }
}

/// A line behind how the answer was.
fn behind<'a>(
    reply: Option<(&'static str, Style)>,
    (line, style): (&str, Style),
    room: usize,
) -> Vec<Line<'a>> {
    let (word, word_style) = reply.unwrap_or_default();
    let text = format!("{word} {line}");
    let lines = wrap(text.trim_start(), readable(room.saturating_sub(2))).into_iter();
    let lines = lines.enumerate().map(|(at, line)| {
        let start = if at == 0 { word } else { "" };
        let rest = line.strip_prefix(start).unwrap_or(&line).to_owned();
        Line::from(vec![
            Span::raw(" "),
            Span::styled(start, word_style),
            Span::styled(rest, style),
        ])
    });
    lines.collect()
}

/// How the question about a step was answered.
fn how(reply: &Reply, look: &Look) -> (&'static str, Style) {
    match reply {
        Reply::Passed => ("Not answered.", look.strong),
        Reply::AtOnce => ("RIGHT.", look.safe.patch(look.strong)),
        Reply::Later => ("RIGHT THIS TIME.", look.safe.patch(look.strong)),
        Reply::Wrong(_) => ("WRONG.", look.caution.patch(look.strong)),
    }
}
