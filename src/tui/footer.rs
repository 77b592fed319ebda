//! The last line: what can be done here and now, or what just happened.

use std::ops::Range;

use ratatui::Frame;
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::app::App;
use super::keys::{Context, Group, ROWS, Row};
use super::lines::draw_lines;
use super::look::Look;
use super::message::{Message, ShellMessage};
use super::practice::{Beside, PracticeMessage};
use super::review::{ReviewMessage, ReviewScreen};
use super::search::Search;
use super::shell::{Overlay, Shell, Status};
use super::steps::{StepMessage, Steps};
use super::text::{cells, fit, width};
use super::trie::{TrieMessage, names_of_entries};
use super::typed::Typed;
use crate::refine::MarkKind;
use crate::review::{Decision, EntryPlace};
use crate::text::{counted, wrap};

/// The cells that the answers to a question take.
const ANSWERS: usize = 24;

/// Draws it over the last line of the screen.
pub(crate) fn draw(app: &mut App, frame: &mut Frame<'_>) {
    let area = frame.area();
    let line = line(app, usize::from(area.width));
    app.shell.footer = if app.shell.status.is_none() {
        words(app, &line)
    } else {
        Vec::new()
    };
    let last = Rect {
        y: area.bottom() - 1,
        height: 1,
        ..area
    };
    frame.render_widget(line, last);
    draw_long_question(app, frame, area);
    draw_long_status(&app.shell, frame, area);
}

/// The line, in so many cells.
fn line(app: &App, room: usize) -> Line<'static> {
    let look = &app.shell.look;
    if let Some(status) = &app.shell.status {
        return status_line(status, room, look);
    }
    let mut spans = Vec::new();
    let mut taken = 1;
    // The hints that answer a question are to stay in sight.
    if let Some(question) = question(app) {
        let question = question.behind_named(room.saturating_sub(ANSWERS));
        spans = question.spans(look, room.saturating_sub(ANSWERS));
        taken = spans.iter().map(Span::width).sum::<usize>() + 1;
    }
    // The very last leads to all others; the one before it leaves.
    let leads_out = app.view.list().is_some() || is_in_task(app);
    let always = if leads_out { 2 } else { 1 };
    spans.extend(hints(
        &offered(app),
        always,
        look,
        room.saturating_sub(taken),
    ));
    Line::from(spans)
}

/// Where the keys and words stand in the line, and what each asks for.
fn words(app: &App, line: &Line<'_>) -> Vec<(Range<u16>, Message)> {
    let look = &app.shell.look;
    let offered = offered(app);
    let mut words = Vec::new();
    let mut x = 0;
    let spans: Vec<(&str, usize)> = (line.spans.iter())
        .map(|span| (span.content.as_ref(), span.width()))
        .collect();
    for pair in spans.windows(2) {
        let ((key, key_width), (word, word_width)) = (pair[0], pair[1]);
        let is_it = |(row, hint): &&(&Row, &str)| {
            let first = row.keys.first().map(|key| key.name(look.ascii));
            word == format!(" {hint}  ") && first.as_deref() == Some(key)
        };
        if let Some((row, _)) = offered.iter().find(is_it) {
            let end = x + key_width + word_width - 2;
            words.push((cells(x)..cells(end), row.message));
        }
        x += key_width;
    }
    words
}

/// As many hints as there is room for, in their order; the last ones `always`.
fn hints(offered: &[(&Row, &str)], always: usize, look: &Look, room: usize) -> Vec<Span<'static>> {
    let hint = |(row, word): &(&Row, &str)| {
        let key = row.keys.first().map(|key| key.name(look.ascii));
        (key.unwrap_or_default(), format!(" {word}  "))
    };
    let cells = |(key, word): &(String, String)| width(key) + width(word);
    let others = offered.len().saturating_sub(always);
    let (others, last) = offered.split_at(others);
    let last: Vec<(String, String)> = last.iter().map(hint).collect();
    let mut left = (room + 2).saturating_sub(last.iter().map(cells).sum());
    let mut chosen: Vec<(String, String)> = Vec::new();
    for hint in others.iter().map(hint) {
        if cells(&hint) <= left {
            left -= cells(&hint);
            chosen.push(hint);
        }
    }
    chosen.extend(last);
    let mut spans = vec![Span::raw(" ")];
    for (key, word) in chosen {
        spans.push(Span::styled(key, look.strong));
        spans.push(Span::raw(word));
    }
    spans
}

/// How many lines it takes on a screen of this width.
pub(crate) fn height(app: &App, width: u16) -> u16 {
    1 + u16::from(long_question(app, width).is_some())
}

/// The question of which the last line has no room for what it is about: that stands in the line above.
fn long_question(app: &App, width: u16) -> Option<Question<'_>> {
    let room = usize::from(width).saturating_sub(ANSWERS);
    let question = question(app).filter(|_| app.shell.status.is_none());
    question.filter(|question| question.cuts_named(room))
}

/// Draws what is asked about in the line above the last one, where it would be cut in that.
fn draw_long_question(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let Some(question) = long_question(app, area.width) else {
        return;
    };
    let room = usize::from(area.width);
    let look = &app.shell.look;
    let text = fit(
        &format!("{}{},", question.verb, question.named),
        room,
        look.glyphs.more,
    );
    let above = Rect {
        y: area.bottom().saturating_sub(2),
        height: 1,
        ..area
    };
    frame.render_widget(Clear, above);
    frame.render_widget(Line::styled(text, look.caution.patch(look.strong)), above);
}

/// Draws what just happened over as many of the last lines of `area` as it needs, up to half of
/// them; where one line is enough that is drawn already.
fn draw_long_status(shell: &Shell, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width).saturating_sub(2);
    let status = shell.status.as_ref();
    let Some(status) = status.filter(|status| width(&status.text) > room) else {
        return;
    };
    let mut texts = wrap(&status.text, room);
    let most = usize::from(area.height / 2);
    if texts.len() > most {
        let rest = texts.split_off(most.saturating_sub(1)).join(" ");
        texts.push(rest);
    }
    let height = cells(texts.len()).min(area.height);
    let area = Rect {
        y: area.bottom() - height,
        height,
        ..area
    };
    frame.render_widget(Clear, area);
    let line = |text: String| {
        let status = Status {
            text,
            is_error: status.is_error,
        };
        status_line(&status, usize::from(area.width), &shell.look)
    };
    draw_lines(frame, area, texts.into_iter().map(line));
}

/// What just happened, in so many cells.
fn status_line<'a>(status: &Status, room: usize, look: &Look) -> Line<'a> {
    let text = fit(&format!(" {}", status.text), room, look.glyphs.more);
    let style = if status.is_error {
        look.caution.patch(look.strong)
    } else {
        look.strong
    };
    Line::styled(text, style)
}

/// How many cells are left for what is typed, at least.
const TYPED: usize = 24;

/// How many cells are left for what is typed next, at least.
const FIRST_TYPED: usize = 4;

/// A question of the last line, with the place for a text where one is typed.
struct Question<'a> {
    /// What is to be done, which is never cut: ` Keep`.
    verb: String,
    /// With what, which is cut first: ` s3:Get`.
    named: String,
    /// What stands before the text that is typed.
    before: String,
    typed: Option<&'a Typed>,
    after: String,
}

impl<'a> Question<'a> {
    /// A question that a key answers.
    fn of_key(question: String) -> Self {
        Question {
            verb: question,
            named: String::new(),
            before: String::new(),
            typed: None,
            after: String::new(),
        }
    }

    /// A question that a text answers, with what there is to say of that text.
    fn of_text(question: String, typed: &'a Typed, after: String) -> Self {
        Question {
            before: ": ".to_owned(),
            typed: Some(typed),
            after,
            ..Question::of_key(question)
        }
    }

    /// The question why something is done: ` Keep s3:Get, because: audit_ `. Nobody has to say why, unless
    /// `is_asked`.
    fn why(verb: &str, what: &str, typed: &'a Typed, is_asked: bool) -> Self {
        let is_empty = typed.text().is_empty();
        let after = match (is_empty, is_asked) {
            (true, true) => " (the task asks: any words) ",
            (true, false) => " (optional) ",
            (false, _) => " ",
        };
        Question {
            verb: format!(" {verb}"),
            named: format!(" {what}"),
            before: ", because: ".to_owned(),
            typed: Some(typed),
            after: after.to_owned(),
        }
    }

    /// Whether what it is about is to be cut in so many cells.
    fn cuts_named(&self, room: usize) -> bool {
        let typing = self.typed.map_or(0, |_| FIRST_TYPED);
        let parts = [&self.verb, &self.named, &self.before, &self.after];
        !self.named.is_empty()
            && parts.map(|part| width(part)).iter().sum::<usize>() + typing > room
    }

    /// The same without what it is about, where that would be cut: that stands in a line of its own then.
    fn behind_named(mut self, room: usize) -> Self {
        if self.cuts_named(room) {
            (self.verb, self.named) = (String::new(), String::new());
            self.before = self.before.trim_start_matches(',').to_owned();
        }
        self
    }

    /// The question in at most `room` cells.
    fn spans(&self, look: &Look, room: usize) -> Vec<Span<'static>> {
        let style = look.caution.patch(look.strong);
        let more = look.glyphs.more;
        let fixed = width(&self.verb) + width(&self.before) + width(&self.after);
        // One has to see what one types, whatever it is about.
        let typing = self
            .typed
            .map_or(0, |typed| TYPED.min(width(typed.text()) + FIRST_TYPED));
        let named = fit(&self.named, room.saturating_sub(fixed + typing), more);
        let asked = format!("{}{named}{}", self.verb, self.before);
        let asked = fit(&asked, room, more);
        let left = room.saturating_sub(width(&asked) + width(&self.after));
        let mut spans = vec![Span::styled(asked, style)];
        spans.extend(
            self.typed
                .iter()
                .flat_map(|typed| typed.spans(style, left, more)),
        );
        spans.push(Span::styled(self.after.clone(), style));
        spans
    }
}

/// What is asked, if something is.
fn question(app: &App) -> Option<Question<'_>> {
    let shell = &app.shell;
    match &shell.overlay {
        Overlay::Quit => {
            let question = leaving_question(app.decisions(), shell.saves_decisions());
            Some(Question::of_key(format!(" {question} ")))
        }
        Overlay::Keep {
            kind,
            reaches,
            reason,
            ..
        } => {
            let verb = match kind {
                MarkKind::Whole => "Leave whole",
                _ => "Keep",
            };
            let screen = app.view.screen();
            let is_asked = screen.is_some_and(ReviewScreen::task_asks_why);
            Some(Question::why(verb, reaches, reason, is_asked))
        }
        Overlay::Unmarked { choice, .. } => {
            let entries = choice.as_ref().map_or(&[][..], |(entries, _)| entries);
            Some(unmarked_question(app, entries))
        }
        Overlay::Reject { named, reason, .. } => {
            Some(Question::why("Reject", named, reason, false))
        }
        Overlay::Drop {
            reaches, reason, ..
        } => Some(Question::why("Drop", reaches, reason, false)),
        Overlay::AcceptAll { question, .. } => Some(Question::of_key(format!(" {question}. "))),
        Overlay::Search(search) => Some(search_question(search)),
        _ => app.steps().and_then(step_number),
    }
}

/// What is asked before one leaves with decisions that are not written.
///
/// ```
/// use iam_refine::tui::leaving_question;
/// assert_eq!(leaving_question(1, true), "Leave? 1 decision is saved, but not written.");
/// assert_eq!(leaving_question(2, false), "Leave? 2 decisions will be lost.");
/// ```
pub fn leaving_question(decisions: usize, are_saved: bool) -> String {
    format!("Leave? {}", leaving_note(decisions, are_saved))
}

/// What becomes of so many decisions when one leaves.
pub fn leaving_note(decisions: usize, are_saved: bool) -> String {
    if are_saved {
        let decisions = counted(decisions, "decision is", "decisions are");
        format!("{decisions} saved, but not written.")
    } else {
        let decisions = counted(decisions, "decision", "decisions");
        format!("{decisions} will be lost.")
    }
}

/// The question what to search for: what was typed, and which of how many places the cursor is at.
fn search_question(search: &Search) -> Question<'_> {
    let found = match search.found {
        Some((at, count)) => format!("  {at} of {count} "),
        None if search.typed.text().is_empty() => " ".to_owned(),
        None => "  nowhere ".to_owned(),
    };
    Question::of_text(" Search".to_owned(), &search.typed, found)
}

/// The question in which entry a mark is set, or that none is.
fn unmarked_question<'a>(app: &App, entries: &[EntryPlace]) -> Question<'a> {
    let screen = app.view.screen();
    let names = screen.map_or_else(Vec::new, |screen| names_of_entries(screen, entries));
    if names.is_empty() {
        return Question::of_key(" No mark is set here. ".to_owned());
    }
    let choices = names.iter().enumerate();
    let choices: Vec<String> = choices
        .map(|(at, name)| format!("{} {name}", at + 1))
        .collect();
    let choices = choices.join("  ");
    Question::of_key(format!(" In which entry?  {choices}  "))
}

fn step_number(steps: &Steps) -> Option<Question<'_>> {
    let typed = steps.number.as_ref()?;
    let question = format!(" Go to step (1 to {})", steps.count());
    Some(Question::of_text(question, typed, " ".to_owned()))
}

/// Where Enter leads in a lesson, from the tour of the screen or from its task that is done.
fn leads_on_to(app: &App) -> Option<&'static str> {
    let screen = app.view.screen()?;
    if screen.is_lesson_done() {
        Some("practice")
    } else {
        screen.is_on_tour().then_some("go on")
    }
}

/// What is decided of what the cursor is on.
fn decision_here(app: &App) -> Option<Decision> {
    app.view.screen().and_then(ReviewScreen::decision_here)
}

/// Whether something is held back of what the cursor is on.
fn holds(app: &App) -> bool {
    app.view.screen().is_some_and(ReviewScreen::has_held)
}

/// What can be done here and now, with the words for it, in the order of the table.
fn offered(app: &App) -> Vec<(&'static Row, &'static str)> {
    let is_for_task = |row: &Row| is_for_task(row, app);
    let here = ROWS
        .iter()
        .filter(|row| is_for_task(row) || row.is_offered(app));
    let hinted = here.map(|row| (row, hint(row, app)));
    let mut offered: Vec<_> = hinted.filter(|(_, hint)| !hint.is_empty()).collect();
    // What the task of a lesson takes is never cut, nor what leads on in it.
    let leads_on = |row: &Row| row.message == Message::Review(ReviewMessage::Open);
    offered.sort_by_key(|(row, _)| !(is_for_task(row) || leads_on(row)));
    offered
}

/// Whether a row has a key that the task of a lesson takes: in the trie on whatever row the cursor is.
fn is_for_task(row: &Row, app: &App) -> bool {
    let keys = app
        .view
        .screen()
        .map_or(&[] as &[char], ReviewScreen::task_keys);
    let is_open = app.shell.overlay != Overlay::None;
    let mut own = row.keys.iter().filter(|key| !key.ctrl);
    let is_here = app.context() == Context::Trie || row.is_offered(app);
    !is_open
        && is_here
        && row.is_in(app.context())
        && own.any(|key| keys.iter().any(|wanted| key.code == KeyCode::Char(*wanted)))
}

/// Whether the panes are those of a lesson, for its task.
fn is_in_task(app: &App) -> bool {
    let screen = app.view.screen();
    let is_on_entries = matches!(
        app.context(),
        Context::Policy | Context::Trie | Context::Why
    );
    is_on_entries && screen.is_some_and(ReviewScreen::has_task)
}

/// Whether a row may have a part in the task of a lesson. All keys do what they do there too; what shows the same in
/// another way, cuts names elsewhere or writes is not named.
fn is_of_tasks(row: &Row) -> bool {
    let is_help = row.message == Message::Shell(ShellMessage::Help);
    match row.group {
        Group::Look | Group::Leave => is_help,
        Group::Decide => !matches!(row.message, Message::Review(ReviewMessage::Cut(_))),
        Group::Move | Group::Learn => true,
    }
}

/// The word for a row; in a policy of an account leaving and writing are other things.
fn hint(row: &Row, app: &App) -> &'static str {
    match row.message {
        Message::Practice(PracticeMessage::Next) if app.is_at_task() => "practice",
        Message::Practice(PracticeMessage::Check) if app.test().is_some() => "hand in",
        Message::Practice(PracticeMessage::Next) if app.test().is_some() => "go on",
        Message::Practice(PracticeMessage::Swap) => {
            let practice = app.view.practice();
            let shows_trie = practice.is_some_and(|screen| screen.beside == Beside::Trie);
            match shows_trie {
                false => "trie",
                true if app.context() == Context::Practice => "entries",
                true => "result",
            }
        }
        Message::Shell(ShellMessage::Quit) if app.is_in_account() => "to the list",
        Message::Shell(ShellMessage::Quit) if is_in_task(app) => "leave",
        _ if is_in_task(app) && !is_of_tasks(row) => "",
        Message::Shell(ShellMessage::Write) if app.is_in_account() => "",
        Message::Shell(ShellMessage::Close) if app.is_asked() => "Esc tell it",
        Message::Shell(ShellMessage::Close) if app.test().is_some() => "Esc give it up",
        Message::Shell(ShellMessage::Close) if app.context() == Context::StepNumber => "cancel",
        Message::Shell(ShellMessage::Close) if app.can_skip_to_task() => "Esc skip to the task",
        Message::Review(ReviewMessage::Steps(StepMessage::Predict)) if app.is_asked() => "",
        Message::Review(ReviewMessage::Steps(StepMessage::Swap)) => {
            let shows_names = app.steps().is_some_and(Steps::prefers_names);
            if shows_names { "trie" } else { "names" }
        }
        Message::Review(ReviewMessage::Open) => leads_on_to(app).unwrap_or(row.hint),
        Message::Review(ReviewMessage::Trie(TrieMessage::LetGo)) if !holds(app) => "take back",
        Message::Review(ReviewMessage::Accept) => match decision_here(app) {
            Some(Decision::Accepted) => "",
            Some(Decision::Rejected) => "accept after all",
            _ => row.hint,
        },
        Message::Review(ReviewMessage::Reject) => match decision_here(app) {
            Some(Decision::Rejected) => "",
            _ => row.hint,
        },
        _ => row.hint,
    }
}
