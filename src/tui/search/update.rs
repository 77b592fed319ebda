//! Searching: a text that is typed moves the cursor to where it is found.

use ratatui::text::Line;

use super::hits::Hit;
use super::state::{From, Panes, Search};
use crate::tui::app::App;
use crate::tui::list::AccountList;
use crate::tui::look::Look;
use crate::tui::policy::OutlineRow;
use crate::tui::review::{Pane, ReviewScreen};
use crate::tui::shell::{Overlay, Shell};
use crate::tui::trie::OpenedTrie;
use crate::tui::typed::Typed;
use crate::tui::view::{Shown, ShownMut};
use crate::tui::write::{self, WritePreview};
use crate::tui::{diff, reasons};

/// Asks for the text to search for.
pub(crate) fn begin(app: &mut App) {
    let open = std::mem::take(&mut app.shell.overlay);
    let from = match (open, app.view.shown()) {
        (Overlay::Write(preview), _) => From::Preview {
            top: preview.top,
            preview,
        },
        (_, Shown::Review(screen)) => From::Panes(Box::new(Panes {
            pane: screen.pane,
            cursor_pane: screen.cursor_pane,
            outline: screen.outline.clone(),
            scroll: screen.scroll,
            trie: screen.trie().map(OpenedTrie::saved_position),
        })),
        (_, Shown::List(list)) => From::Row(list.policies.cursor()),
        // Nothing is searched in practice.
        (_, Shown::Practice(_)) => return,
    };
    app.shell.overlay = Overlay::Search(Search {
        typed: Typed::default(),
        found: None,
        from,
    });
}

/// Goes to the first place at or behind the one where the search began; to the first of all when
/// there is none behind it.
pub(crate) fn typed(app: &mut App) {
    let Overlay::Search(search) = &mut app.shell.overlay else {
        return;
    };
    match (&mut search.from, app.view.shown_mut()) {
        (From::Preview { top, preview }, ShownMut::Review(screen)) => {
            search.typed.text().clone_into(&mut screen.search);
            let hits = preview_hits(&app.shell.look, screen, preview, search.typed.text());
            let at = hits.iter().position(|line| *line >= *top).unwrap_or(0);
            preview.found = hits.get(at).copied();
            preview.top = preview.found.unwrap_or(*top);
            search.found = (!hits.is_empty()).then_some((at + 1, hits.len()));
        }
        (From::Panes(from), ShownMut::Review(screen)) => {
            search.found = if is_text(from.pane) {
                return_to(screen, Panes::clone(from));
                search.typed.text().clone_into(&mut screen.search);
                let hits = text_hits(&app.shell.look, screen, search.typed.text());
                let top = top_of(screen);
                let at = hits.iter().position(|line| *line >= top).unwrap_or(0);
                go_to_line(screen, hits.get(at).copied());
                (!hits.is_empty()).then_some((at + 1, hits.len()))
            } else {
                find_in_panes(screen, from, search.typed.text())
            };
        }
        (From::Row(from), ShownMut::List(list)) => {
            search.found = find_in_list(list, *from, search.typed.text());
        }
        _ => {}
    }
}

/// Whether a pane shows a text that is scrolled, without a cursor.
fn is_text(pane: Pane) -> bool {
    matches!(pane, Pane::Why | Pane::Diff)
}

/// The lines of the text that is shown in which `wanted` is, whatever its case.
fn text_hits(look: &Look, screen: &ReviewScreen, wanted: &str) -> Vec<usize> {
    let lines = match screen.pane {
        Pane::Diff => diff::lines(
            look,
            screen.shown_diff(),
            usize::from(screen.seen.diff.width),
        ),
        _ => reasons::lines(look, screen, usize::from(screen.seen.why.width), None),
    };
    lines_with(&lines, wanted)
}

/// The lines of the preview in which `wanted` is.
fn preview_hits(
    look: &Look,
    screen: &ReviewScreen,
    preview: &WritePreview,
    wanted: &str,
) -> Vec<usize> {
    let room = usize::from(screen.seen.panel.width);
    lines_with(&write::lines(look, screen, preview, room), wanted)
}

/// Which of `lines` have a text in them, whatever its case.
fn lines_with(lines: &[Line<'_>], wanted: &str) -> Vec<usize> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let wanted = wanted.to_lowercase();
    let found = lines.iter().enumerate().filter(|(_, line)| {
        let text = line.to_string().to_lowercase();
        text.contains(&wanted)
    });
    found.map(|(index, _)| index).collect()
}

/// The line at which a search in the text that is shown begins.
fn top_of(screen: &ReviewScreen) -> usize {
    let top = match screen.pane {
        Pane::Diff => screen.scroll.diff,
        _ => screen.scroll.why,
    };
    screen.found_line.unwrap_or(top)
}

fn go_to_line(screen: &mut ReviewScreen, line: Option<usize>) {
    screen.found_line = line;
    let Some(line) = line else { return };
    match screen.pane {
        Pane::Diff => screen.scroll.diff = line,
        _ => screen.scroll.why = line,
    }
}

fn find_in_panes(screen: &mut ReviewScreen, from: &Panes, text: &str) -> Option<(usize, usize)> {
    return_to(screen, from.clone());
    text.clone_into(&mut screen.search);
    let hits = screen.hits(text);
    let (first, _) = screen.order();
    let at = hits
        .iter()
        .position(|hit| hit.order(&screen.outline) >= first);
    let at = at.unwrap_or(0);
    go_to(screen, *hits.get(at)?);
    Some((at + 1, hits.len()))
}

fn find_in_list(list: &mut AccountList, from: usize, text: &str) -> Option<(usize, usize)> {
    text.clone_into(&mut list.search);
    let found = list.found(text);
    let at = found.iter().position(|&row| row >= from).unwrap_or(0);
    list.policies
        .put_cursor(found.get(at).copied().unwrap_or(from));
    (!found.is_empty()).then_some((at + 1, found.len()))
}

/// Leaves the cursor where the text was found; `n` and `N` go on from there.
pub(crate) fn finish(app: &mut App) {
    let Overlay::Search(search) = std::mem::take(&mut app.shell.overlay) else {
        return;
    };
    let found = search.found;
    if let From::Preview { preview, .. } = search.from {
        app.shell.overlay = Overlay::Write(preview);
    }
    match app.view.shown_mut() {
        ShownMut::Review(screen) if found.is_none() => {
            let typed = search.typed.text();
            if !typed.is_empty() {
                app.shell.tell(format!("{typed} is nowhere"));
            }
            screen.search.clear();
        }
        ShownMut::List(list) if list.found(&list.search).is_empty() => {
            if list.is_searching() {
                let hidden = match list.policies.all().len() - list.policies.shown().len() {
                    0 => "",
                    _ => " of those that are listed; f shows others",
                };
                app.shell.tell(format!(
                    "{} is in no name and no entry, and no known action that is allowed{hidden}",
                    list.search
                ));
            }
            list.search.clear();
        }
        _ => {}
    }
}

/// Goes back to where the search began.
pub(crate) fn abandon(app: &mut App) {
    let Overlay::Search(search) = std::mem::take(&mut app.shell.overlay) else {
        return;
    };
    match (search.from, app.view.shown_mut()) {
        (From::Panes(from), ShownMut::Review(screen)) => {
            return_to(screen, *from);
            screen.search.clear();
        }
        (From::Preview { top, preview }, ShownMut::Review(screen)) => {
            app.shell.overlay = Overlay::Write(WritePreview {
                top,
                found: None,
                ..preview
            });
            screen.search.clear();
        }
        (From::Row(row), ShownMut::List(list)) => {
            list.policies.put_cursor(row);
            list.search.clear();
        }
        _ => {}
    }
}

fn return_to(screen: &mut ReviewScreen, from: Panes) {
    screen.pane = from.pane;
    screen.cursor_pane = from.cursor_pane;
    screen.outline = from.outline;
    screen.scroll = from.scroll;
    screen.found_line = None;
    if let (Some(saved), Some(place)) = (from.trie, screen.place())
        && let Some(opened) = screen.tries.get_mut(place)
    {
        opened.return_to(saved);
    }
}

/// Goes to the next place, or the previous one.
pub(crate) fn again(app: &mut App, next: bool) {
    match app.view.shown_mut() {
        ShownMut::Review(screen) => again_in_panes(&mut app.shell, screen, next),
        ShownMut::List(list) => again_in_list(&mut app.shell, list, next),
        ShownMut::Practice(_) => {}
    }
}

fn again_in_panes(shell: &mut Shell, screen: &mut ReviewScreen, next: bool) {
    if screen.search.is_empty() {
        return shell.tell("Nothing is searched for: / asks for a text");
    }
    let text = screen.search.clone();
    if let Overlay::Write(preview) = &mut shell.overlay {
        let hits = preview_hits(&shell.look, screen, preview, &text);
        let from = preview.found.unwrap_or(preview.top);
        let (line, told) = again_in_lines(&hits, from, &text, next);
        preview.found = line;
        preview.top = line.unwrap_or(preview.top);
        return shell.tell(told);
    }
    if is_text(screen.pane) {
        let hits = text_hits(&shell.look, screen, &text);
        let (line, told) = again_in_lines(&hits, top_of(screen), &text, next);
        go_to_line(screen, line);
        return shell.tell(told);
    }
    let hits = screen.hits(&text);
    let (first, last) = screen.order();
    let at = if next {
        hits.iter()
            .position(|hit| hit.order(&screen.outline) > last)
    } else {
        hits.iter()
            .rposition(|hit| hit.order(&screen.outline) < first)
    };
    let (at, round) = round(at, hits.len(), next);
    if let Some(hit) = hits.get(at) {
        go_to(screen, *hit);
        shell.tell(format!("{text}: {} of {}{round}", at + 1, hits.len()));
    } else {
        shell.tell(format!("{text} is nowhere"));
    }
}

/// The next of the lines in which the text is, or the previous one, and what to say of it.
fn again_in_lines(hits: &[usize], from: usize, text: &str, next: bool) -> (Option<usize>, String) {
    let at = if next {
        hits.iter().position(|line| *line > from)
    } else {
        hits.iter().rposition(|line| *line < from)
    };
    let (at, round) = round(at, hits.len(), next);
    let told = match hits.len() {
        0 => format!("{text} is nowhere in this text"),
        count => format!("{text}: {} of {count}{round}", at + 1),
    };
    (hits.get(at).copied(), told)
}

/// A search goes round: where none is further on it goes on from the other end, and says so.
fn round(at: Option<usize>, count: usize, next: bool) -> (usize, &'static str) {
    match at {
        Some(at) => (at, ""),
        None if next => (0, ", from the top again"),
        None => (count.saturating_sub(1), ", from the end again"),
    }
}

fn again_in_list(shell: &mut Shell, list: &mut AccountList, next: bool) {
    let found = list.found(&list.search);
    let cursor = list.policies.cursor();
    let at = if next {
        found.iter().position(|&row| row > cursor)
    } else {
        found.iter().rposition(|&row| row < cursor)
    };
    if let Some(at) = at {
        list.policies.put_cursor(found[at]);
    }
    shell.tell(found_again(&list.search, at, found.len(), next));
}

/// What the footer says when a search goes on to the next of `count` places, or to the previous
/// one: which it came to, counted `at` from 0, or that there is none.
fn found_again(text: &str, at: Option<usize>, count: usize, next: bool) -> String {
    match at {
        _ if text.is_empty() => "Nothing is searched for: / searches".to_owned(),
        Some(at) => format!("{text}: {} of {count}", at + 1),
        None if next => format!("{text}: none of the {count} is further down"),
        None => format!("{text}: none of the {count} is further up"),
    }
}

fn go_to(screen: &mut ReviewScreen, hit: Hit) {
    match hit {
        Hit::Row(row) => {
            screen.outline.go_to(&screen.review, row);
            screen.show(Pane::Policy);
        }
        Hit::Node(place, node) => {
            let row = OutlineRow::Entry(place);
            screen.outline.go_to(&screen.review, row);
            if let Some(opened) = screen.tries.get_mut(place) {
                opened.reveal(node);
            }
            screen.show(Pane::Trie);
        }
    }
}
