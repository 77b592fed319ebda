//! The names that the wildcard grants, in their order: those that start with the prefix of the step are
//! lit, so that one sees that safety is a question of strings, and which name decides it.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::state::{BEFORE_PREFIX, Steps};
use crate::iam::Name;
use crate::refine::{Fate, GrantedAction, ServiceGrants};
use crate::text::{counted, grouped};
use crate::tui::lines::{draw_lines, rows, select_line, tell_hidden, top_for, under_title};
use crate::tui::look::Look;
use crate::tui::text::{cells, fit, spread, width};

/// The cells before a name: the bar, the sign, and what parts them.
const BEFORE_NAME: usize = 5;

/// How wide the names are at least.
const NAME: usize = 22;

/// The names of the service of the step that is shown, and which of them start with its prefix; where several steps are
/// told together, with one of theirs.
pub(super) struct Names<'s> {
    steps: &'s Steps,
    grants: &'s ServiceGrants,
    /// The prefixes in the order of the steps, each with the places of the names that start with it.
    prefixes: Vec<(&'s str, Range<usize>)>,
}

impl<'s> Names<'s> {
    /// None at the root of `*`, which is in no service.
    pub(super) fn of(steps: &'s Steps) -> Option<Self> {
        let letters = steps.letters();
        let step = letters.map_or(steps.at, |(step, _)| step);
        let trie = steps.walk.trie();
        let node = |step: usize| steps.walk.steps()[step].node;
        let grants = trie.grants(node(step))?;
        let prefixes: Vec<&str> = match (letters, steps.asked()) {
            (Some((_, letters)), _) => vec![letters],
            (None, Some(_)) => vec![trie.prefix_name(node(step))],
            (None, None) => {
                let told = steps.run_of(step);
                told.map(|step| trie.prefix_name(node(step))).collect()
            }
        };
        let starting = |prefix| {
            let lit = grants.starting_with(prefix);
            let first = { grants.actions.iter() }.position(|one| lit.first() == Some(one));
            let first = first.unwrap_or_default();
            (prefix, first..first + lit.len())
        };
        Some(Names {
            steps,
            grants,
            prefixes: prefixes.into_iter().map(starting).collect(),
        })
    }

    /// The places of the names that start with one of the prefixes, in their order.
    fn lit(&self) -> impl Iterator<Item = usize> {
        (0..self.grants.actions.len()).filter(|at| self.is_lit(*at))
    }

    fn is_lit(&self, at: usize) -> bool {
        self.prefixes.iter().any(|(_, lit)| lit.contains(&at))
    }

    /// The columns that they need: the same in all steps of a service, and none of them is cut.
    pub(super) fn columns(&self) -> usize {
        let names = self.grants.actions.iter();
        let longest = names.map(|one| width(one.name.as_str())).max();
        longest.unwrap_or_default().max(NAME) + BEFORE_NAME + 1
    }

    /// How many names start with the prefix as far as it is spelled, and what that says once it is whole.
    pub(super) fn spelled(&self) -> Option<String> {
        let (letters, is_whole) = self.steps.spelled()?;
        let names = self.steps.walk.names();
        let lit = self.lit().count();
        let begin = counted(lit, names.one(), names.many());
        let told = match self.going() {
            _ if !is_whole => String::new(),
            (0, _) => " None of them is unused: safe.".to_owned(),
            (1, "unused") => " 1 of them is unused: unsafe.".to_owned(),
            (1, _) => " 1 of them goes: unsafe.".to_owned(),
            (going, "unused") => format!(" {} of them are unused: unsafe.", grouped(going)),
            (going, _) => format!(" {} of them go: unsafe.", grouped(going)),
        };
        let more = if is_whole { "" } else { "\u{2026}" };
        let begin_so = if lit == 1 { "begins so" } else { "begin so" };
        Some(format!("{letters}{more} {begin} {begin_so}.{told}"))
    }

    /// How many of the names that are lit make the prefix unsafe, and in a word what they do.
    fn going(&self) -> (usize, &'static str) {
        let lit = || self.lit().map(|at| &self.grants.actions[at]);
        let going = lit().filter(|one| !one.fate.is_safe()).count();
        // Where something was dropped, kept or held back, not all that is unused goes, or the other way.
        let is_plain = |one: &GrantedAction| matches!(one.fate, Fate::Stays | Fate::Goes);
        let is_plain = lit().all(is_plain);
        (going, if is_plain { "unused" } else { "go" })
    }

    pub(super) fn draw(&self, look: &Look, frame: &mut Frame<'_>, area: Rect) {
        let (title, body) = under_title(area);
        let edge = edge(look, area);
        let top = self.top(rows(body));
        let line = self.title(look, &edge, usize::from(area.width), top);
        frame.render_widget(line, title);
        let names = self.grants.actions.iter().enumerate().skip(top);
        let room = usize::from(area.width);
        let lines = names.map(|(index, one)| self.line(look, &edge, index, one, room));
        let bars = std::iter::repeat_with(|| Line::from(edge.clone()));
        draw_lines(frame, body, lines.chain(bars));
        if let Some(pointed) = self.pointed() {
            // Within its own column: the bar before it is no part of the row.
            let bar = cells(edge.width()).min(body.width);
            let column = Rect {
                x: body.x + bar,
                width: body.width - bar,
                ..body
            };
            select_line(frame, column, pointed.saturating_sub(top), look);
        }
        let hidden = self.grants.actions.len().saturating_sub(top + rows(body));
        tell_hidden(frame, area, hidden, look);
    }

    /// The place among all names of the one that is pointed at, while it is asked for one.
    fn pointed(&self) -> Option<usize> {
        self.place_of_unused(self.steps.asking.pointed?)
    }

    /// The place among all names of one of the unused ones, while it is asked for one of these.
    fn place_of_unused(&self, at: usize) -> Option<usize> {
        let name = self.steps.asked()?.unused.get(at)?;
        let mut names = self.grants.actions.iter();
        names.position(|one| one.name == *name)
    }

    /// `NAMES  starting so: 22 of 58 unused`, of those that are lit: with one of several prefixes, where these are told
    /// together; while it is asked which these are, how many names are hidden above.
    fn title<'a>(&self, look: &Look, edge: &Span<'a>, room: usize, hidden: usize) -> Line<'a> {
        let (going, word) = self.going();
        let count = match self.steps.asked() {
            Some(_) if hidden == 0 => String::new(),
            Some(_) => format!("{} {} more ", look.glyphs.above, grouped(hidden)),
            None => format!(
                "{} of {} {word} ",
                grouped(going),
                grouped(self.lit().count())
            ),
        };
        let left = vec![edge.clone(), Span::styled("  NAMES", look.strong)];
        // The trie counts others: what lies beneath.
        let said = match self.prefixes.len() {
            1 => format!("starting so: {count}"),
            prefixes => format!("these {prefixes} prefixes: {count}"),
        };
        let taken: usize = left.iter().map(Span::width).sum();
        let is_asked = self.steps.asked().is_some();
        let count = if is_asked || taken + 2 + width(&said) > room {
            count
        } else {
            said
        };
        let right = vec![Span::styled(count, look.faint)];
        spread(left, right, room, look.glyphs.more)
    }

    /// The first name that is seen: a little before the lit ones, as far as that hides neither the unused one
    /// that decides nor leaves the pane half empty. While it is asked which these are, a little before the place where
    /// the prefix would stand: how much before tells nothing.
    fn top(&self, height: usize) -> usize {
        let count = self.grants.actions.len();
        let fullest = count.saturating_sub(height);
        if let Some(asked) = self.steps.asked().filter(|_| self.steps.is_pointing()) {
            let names = self.grants.actions.iter();
            let before = names.take_while(|one| one.name < Name::from(asked.prefix.as_str()));
            let some = BEFORE_PREFIX + asked.prefix.len() % BEFORE_PREFIX;
            let top = before.count().saturating_sub(some).min(fullest);
            let pointed = self.pointed();
            return pointed.map_or(top, |pointed| top_for(pointed, count, top, height));
        }
        let first = self.lit().next().unwrap_or_default();
        let deciding = self
            .lit()
            .find(|at| !self.grants.actions[*at].fate.is_safe());
        let deciding = deciding.unwrap_or(first);
        let from_lit = first.saturating_sub(BEFORE_PREFIX);
        let to_deciding = (deciding + 2).saturating_sub(height);
        from_lit.max(to_deciding).min(fullest)
    }

    /// How many letters of a name are underlined: those of the longest prefix that it starts with, or else, while it is
    /// pointed at, as many as the prefix has that is asked about.
    fn letters_lit(&self, index: usize) -> usize {
        let starting = self.prefixes.iter().filter(|(_, lit)| lit.contains(&index));
        let longest = starting.map(|(prefix, _)| prefix.len()).max();
        let asked = self.prefixes.first().map(|(prefix, _)| prefix.len());
        longest.or(asked).unwrap_or_default()
    }

    fn line<'a>(
        &self,
        look: &Look,
        edge: &Span<'a>,
        index: usize,
        one: &GrantedAction,
        room: usize,
    ) -> Line<'a> {
        let is_unused = !one.fate.is_safe();
        // While it is asked which they are, none is lit.
        let is_lit = !self.steps.is_pointing() && self.is_lit(index);
        let colour = if is_unused {
            look.caution
        } else {
            Style::new()
        };
        let style = match (is_lit, is_unused) {
            (true, _) => look.strong.patch(colour),
            (false, true) => colour,
            (false, false) => look.faint,
        };
        let sign = if is_unused { look.glyphs.caution } else { " " };
        let name = one.name.as_str();
        let shown = fit(name, room.saturating_sub(BEFORE_NAME + 1), look.glyphs.more);
        // Of the one that is pointed at, those are that decide whether it starts with the prefix.
        let is_compared = is_lit || self.pointed() == Some(index);
        let lit = if is_compared {
            self.letters_lit(index)
        } else {
            0
        };
        let (start, rest) = shown.split_at_checked(lit).unwrap_or((&shown, ""));
        Line::from(vec![
            edge.clone(),
            Span::styled(format!("  {sign} "), colour),
            Span::styled(start.to_owned(), style.add_modifier(Modifier::UNDERLINED)),
            Span::styled(rest.to_owned(), style),
        ])
    }
}

/// What parts the names from what stands at their left, if something does.
fn edge(look: &Look, area: Rect) -> Span<'static> {
    if area.x == 0 {
        Span::raw(" ")
    } else {
        Span::styled(look.glyphs.bar, look.faint)
    }
}
