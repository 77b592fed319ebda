//! The table of granularities: what each comes to, and what it would have granted unasked.

use jiff::civil::Date;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::refine::{Estimate, Granularity};
use crate::review::Review;
use crate::text::{counted, grouped, wrap};
use crate::tui::cut::{CutSubject, CutTable};
use crate::tui::lines::{draw_lines, rows};
use crate::tui::look::Look;
use crate::tui::text::{fit, width};

/// The cells of a column.
const COLUMN: usize = 11;

/// The cells of the words before the columns, at most.
const WORDS: usize = 26;

/// What is said where all wildcards are cut.
const ALL: &str = "Each entry is counted by itself. What was decided stays decided; v shows what a cut would \
                   have let in of one wildcard.";

/// The lines above the days: title, headings, three figures and an empty one.
const ABOVE: usize = 6;

/// What the days below it are about.
const DAYS: &str = "New actions each cut would have let in since it was refined on";

/// The columns that the table needs.
pub(crate) fn columns(table: &CutTable) -> usize {
    WORDS + (table.backtest.choices.len() + 1) * COLUMN + 1
}

/// How many lines it would fill in `room` columns.
pub(crate) fn height(table: &CutTable, room: usize) -> usize {
    let (sentence, days) = match &table.subject {
        CutSubject::One(_) => (DAYS, table.backtest.unrefined.unasked.len()),
        CutSubject::All(_) => (ALL, 0),
    };
    ABOVE + wrap(sentence, room.saturating_sub(2)).len() + days
}

pub(crate) fn draw(
    look: &Look,
    review: &Review,
    table: &mut CutTable,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let drawing = Drawing {
        table,
        look,
        now: table.subject.now(review),
        room: usize::from(area.width),
        oldest: review.input().universe.catalogue.oldest_snapshot(),
    };
    let name = match &table.subject {
        CutSubject::All(places) => counted(places.len(), "wildcard", "wildcards"),
        CutSubject::One(place) => {
            let entry = review.state().entry(*place);
            entry.map_or_else(String::new, |entry| entry.plan.old.to_string())
        }
    };
    let mut lines = vec![drawing.title(&name), drawing.heading()];
    if let Some(scrolled) = table.names {
        lines.push(drawing.day_line(table.day));
        lines.push(Line::raw(""));
        let names = drawing.names();
        let room = rows(area).saturating_sub(lines.len());
        let scrolled = scrolled.within(names.len(), room);
        lines.extend(names.into_iter().skip(scrolled.top));
        table.names = Some(scrolled);
    } else {
        lines.extend(drawing.figures());
        match &table.subject {
            CutSubject::One(_) => {
                lines.extend(drawing.days(rows(area).saturating_sub(lines.len())));
            }
            CutSubject::All(_) => lines.extend(drawing.about_all()),
        }
    }
    draw_lines(frame, area, lines);
}

struct Drawing<'m> {
    table: &'m CutTable,
    look: &'m Look,
    /// How the names are cut now.
    now: Option<Granularity>,
    room: usize,
    /// The first snapshot of the catalogue.
    oldest: Option<Date>,
}

impl Drawing<'_> {
    fn title(&self, name: &str) -> Line<'static> {
        let rest = fit(
            &format!(" of {name}: where its names are cut"),
            self.room.saturating_sub(12),
            self.look.glyphs.more,
        );
        Line::from(vec![
            Span::styled(" GRANULARITY", self.look.strong),
            Span::raw(rest),
        ])
    }

    fn heading(&self) -> Line<'static> {
        let mut titles = vec!["as it is".to_owned()];
        titles.extend(self.table.backtest.choices.iter().map(|(granularity, _)| {
            if self.now == Some(*granularity) {
                format!("{granularity} now")
            } else {
                granularity.to_string()
            }
        }));
        self.line("", titles, self.look.faint)
    }

    fn figures(&self) -> Vec<Line<'static>> {
        let line = |words: &str, figure: fn(&Estimate) -> usize| {
            let figures = self.estimates().map(|estimate| grouped(figure(estimate)));
            self.line(words, figures.collect(), Style::new())
        };
        vec![
            line(" entries", |estimate| estimate.entries),
            line(" characters", |estimate| estimate.characters),
            line(" actions granted today", |estimate| estimate.grants),
        ]
    }

    /// What there is to know where all wildcards are cut.
    fn about_all(&self) -> Vec<Line<'static>> {
        let lines = wrap(ALL, self.room.saturating_sub(2)).into_iter();
        let lines = lines.map(|text| Line::styled(format!(" {text}"), self.look.faint));
        std::iter::once(Line::raw("")).chain(lines).collect()
    }

    /// The lines of the days, in at most `room`; the selected one is seen.
    fn days(&self, room: usize) -> Vec<Line<'static>> {
        let days = self.table.backtest.unrefined.unasked.len();
        let mut lines = Vec::new();
        let sentence = if days == 0 {
            match self.oldest {
                None => "The catalogue does not tell when actions were added.".to_owned(),
                Some(day) => format!("AWS has added nothing to it that is known since {day}."),
            }
        } else {
            DAYS.to_owned()
        };
        let wrapped = wrap(&sentence, self.room.saturating_sub(2));
        lines.push(Line::raw(""));
        lines
            .extend((wrapped.iter()).map(|text| Line::styled(format!(" {text}"), self.look.faint)));
        let left = room.saturating_sub(lines.len());
        let top = (self.table.day + 1).saturating_sub(left);
        lines.extend((top..days).map(|day| self.day_line(day)));
        lines
    }

    fn day_line(&self, day: usize) -> Line<'static> {
        let since = self.table.backtest.unrefined.unasked.get(day);
        let since = since
            .map(|unasked| unasked.since.to_string())
            .unwrap_or_default();
        let is_current = day == self.table.day;
        let cursor = if is_current {
            self.look.glyphs.cursor
        } else {
            " "
        };
        let granted = self.estimates().map(|estimate| {
            let unasked = estimate.unasked.get(day);
            match unasked.map_or(0, |unasked| unasked.granted.len()) {
                0 => self.look.glyphs.none.to_owned(),
                count => grouped(count),
            }
        });
        self.line(
            &format!(" {cursor} {since}"),
            granted.collect(),
            Style::new(),
        )
    }

    /// What the selected choice would have granted since the selected day.
    fn names(&self) -> Vec<Line<'static>> {
        let table = self.table;
        let unasked = (table.backtest.choices.get(table.choice))
            .and_then(|(_, estimate)| estimate.unasked.get(table.day));
        let Some(unasked) = unasked else {
            return Vec::new();
        };
        let mut lines = vec![Line::raw(format!(
            " By {} since {}: {} granted unasked{}",
            table.chosen(),
            unasked.since,
            counted(unasked.granted.len(), "action", "actions"),
            if unasked.granted.is_empty() { "." } else { ":" },
        ))];
        let names: Vec<String> = unasked.granted.iter().map(ToString::to_string).collect();
        if !names.is_empty() {
            let wrapped = wrap(&names.join(" "), self.room.saturating_sub(3));
            lines.extend(wrapped.iter().map(|text| Line::raw(format!("  {text}"))));
        }
        lines
    }

    fn estimates(&self) -> impl Iterator<Item = &Estimate> {
        let backtest = &self.table.backtest;
        std::iter::once(&backtest.unrefined)
            .chain(backtest.choices.iter().map(|(_, estimate)| estimate))
    }

    /// A line of the table; the selected column is reversed.
    fn line(&self, words: &str, figures: Vec<String>, style: Style) -> Line<'static> {
        let columns = figures.len() * COLUMN;
        let room = self.room.saturating_sub(columns + 1).min(WORDS);
        let words = fit(words, room, self.look.glyphs.more);
        let padding = " ".repeat(room - width(&words));
        let mut spans = vec![Span::raw(words), Span::raw(padding)];
        for (column, figure) in figures.into_iter().enumerate() {
            let is_chosen = column == self.table.choice + 1;
            let column_style = if is_chosen { self.look.selected } else { style };
            spans.push(Span::styled(
                format!("{figure:>0$} ", COLUMN - 1),
                column_style,
            ));
        }
        Line::from(spans)
    }
}
