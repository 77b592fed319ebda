//! What an input does to the screen.

use ratatui::layout::Position;

use super::app::App;
use super::help::{self, Help};
use super::input::Input;
use super::list;
use super::message::{Message, Request, ShellMessage};
use super::motion::{Motion, moved};
use super::practice::{self, PracticeMessage};
use super::review;
use super::search;
use super::shell::Overlay;
use super::silent;
use super::steps;
use super::typed::{Edit, Typed};
use super::view::{Shown, ShownMut};
use super::write::WritePreview;
use crate::text::printable;

/// How many rows a turn of the wheel moves.
const WHEEL: usize = 3;

/// Does what `input` asks for. What it asks for outside of the screen is returned.
///
/// ```
/// use iam_refine::lessons::built_in_lessons;
/// use iam_refine::review::Accept;
/// use iam_refine::tui::{App, Context, Input, Message, Request, Settings, ShellMessage, update};
///
/// // A review in which something is accepted.
/// let mut review = built_in_lessons()?.remove(0).review();
/// review.accept_all(Accept::Entries);
/// let mut app = App::of_review(review, Settings::default());
/// let row = |message| Input::Row(Message::Shell(message));
/// assert_eq!(update(&mut app, row(ShellMessage::Write)), Some(Request::Preview));
/// assert_eq!(app.context(), Context::Write);
/// assert_eq!(update(&mut app, row(ShellMessage::ConfirmWrite)), Some(Request::Write));
/// # Ok::<(), iam_refine::text::Error>(())
/// ```
pub fn update(app: &mut App, input: Input) -> Option<Request> {
    // What was told just now is read while letters run by.
    if input != Input::Tick {
        app.shell.status = None;
    }
    if let Some(screen) = app.view.screen_mut()
        && input != Input::Tick
    {
        screen.rejected_before = std::mem::take(&mut screen.rejected_now);
        screen.introduction = None;
    }
    let request = match input {
        Input::Row(message) => silent::told(app, message, apply),
        Input::Unused(key) => {
            silent::tell_unused(app, key);
            None
        }
        Input::PastedKeys => {
            app.shell
                .tell("What is pasted is taken for text alone, and nothing is typed here");
            None
        }
        Input::Text(text) => {
            type_in(app, |typed| typed.insert(&printable(&text)));
            None
        }
        Input::Click(at) => click(app, at),
        Input::Wheel(at, down) => {
            wheel(app, at, down);
            None
        }
        Input::Tick => {
            if let Some(screen) = app.view.screen_mut() {
                steps::tick(screen);
            }
            None
        }
    };
    app.view.refresh();
    request
}

fn apply(app: &mut App, message: Message) -> Option<Request> {
    match message {
        Message::Shell(message) => apply_to_shell(app, message),
        Message::List(message) => {
            list::update(app, message);
            None
        }
        Message::Review(message) => {
            let screen = app.view.screen_mut()?;
            review::update(&mut app.shell, screen, message)
        }
        Message::Practice(PracticeMessage::BackToSteps) if app.can_go_back_to_steps() => {
            app.view.back_to_steps();
            None
        }
        Message::Practice(message) => match app.view.shown_mut() {
            ShownMut::Practice(screen) => practice::update(&mut app.shell, screen, message),
            ShownMut::Review(_) | ShownMut::List(_) => None,
        },
    }
}

fn apply_to_shell(app: &mut App, message: ShellMessage) -> Option<Request> {
    match message {
        ShellMessage::Move(motion) => move_by(app, motion),
        ShellMessage::Search => search::begin(app),
        ShellMessage::FinishSearch => search::finish(app),
        ShellMessage::NextFound => search::again(app, true),
        ShellMessage::PreviousFound => search::again(app, false),
        ShellMessage::Filter => filter(app),
        ShellMessage::Write => return preview(app),
        ShellMessage::ConfirmWrite => return confirm_write(app),
        ShellMessage::Quit if app.asks_before_leaving() => app.shell.overlay = Overlay::Quit,
        ShellMessage::Quit => return leave(app),
        ShellMessage::ConfirmQuit => {
            app.close_policy();
            return Some(Request::Quit);
        }
        ShellMessage::Suspend => return Some(Request::Suspend),
        ShellMessage::Help => app.shell.overlay = Overlay::Help(Help::default()),
        ShellMessage::RunRow => return run_row(app),
        ShellMessage::Edit(Edit::DeleteBefore) if is_practice_untyped(app) => {
            let App { shell, view } = app;
            if let ShownMut::Practice(screen) = view.shown_mut() {
                screen.take_back(shell);
            }
        }
        ShellMessage::Edit(edit) => type_in(app, |typed| typed.edit(edit)),
        ShellMessage::Close => return close(app),
    }
    None
}

fn move_by(app: &mut App, motion: Motion) {
    let rows = help::rows(app).len();
    let App { shell, view } = app;
    let (lines, seen) = shell.seen.scrolled;
    match (&mut shell.overlay, view.shown_mut()) {
        (Overlay::Help(help), _) => help.move_by(motion, rows),
        (Overlay::Cut(table), _) => table.move_by(motion),
        (Overlay::Fit(table), _) => table.move_by(motion),
        (
            Overlay::Write(WritePreview { top, .. })
            | Overlay::Folder { top, .. }
            | Overlay::PolicyDiff { top },
            _,
        ) => {
            *top = moved(*top, lines.saturating_sub(seen) + 1, motion, seen);
        }
        (overlay, ShownMut::Review(screen)) => {
            // Who goes on has read why no mark is set.
            if let Overlay::Unmarked { .. } = overlay {
                *overlay = Overlay::None;
            }
            review::move_by(shell, screen, motion);
        }
        (_, ShownMut::List(list)) => list.move_by(motion),
        (_, ShownMut::Practice(screen)) => screen.move_by(motion),
    }
}

fn filter(app: &mut App) {
    let shown = match app.view.shown_mut() {
        ShownMut::Review(screen) => screen.show_next_filter(),
        ShownMut::List(list) => list.show_next_filter(),
        ShownMut::Practice(_) => return,
    };
    app.shell.tell(shown);
}

fn preview(app: &mut App) -> Option<Request> {
    let is_in_account = app.is_in_account();
    let shell = &mut app.shell;
    match app.view.shown() {
        Shown::Review(_) if is_in_account => {
            shell.tell("The account is written from its list: q goes back there, then w");
            return None;
        }
        Shown::Review(screen) if screen.lesson.is_some() => {
            shell.tell("Nothing of a lesson is written; d shows what would be, q leaves");
            return None;
        }
        Shown::Review(_) => {
            shell.overlay = Overlay::Write(WritePreview::default());
        }
        Shown::List(_) => shell.overlay = Overlay::None,
        Shown::Practice(_) => return None,
    }
    Some(Request::Preview)
}

fn confirm_write(app: &mut App) -> Option<Request> {
    let (can_write, is_changed) = match app.view.shown() {
        Shown::Review(screen) => (screen.can_write(), screen.review.changes_something()),
        Shown::List(_) => (app.can_write_folder(), false),
        Shown::Practice(_) => (false, false),
    };
    if can_write {
        return Some(Request::Write);
    }
    app.shell.tell_error(if is_changed {
        "A proof does not hold: nothing is written"
    } else {
        "Nothing is accepted: there is nothing to write"
    });
    None
}

/// Leaves the policy that was opened from the list of an account, or else the program.
fn leave(app: &mut App) -> Option<Request> {
    if app.is_in_account() {
        app.close_policy();
        return None;
    }
    Some(Request::Quit)
}

/// Changes what is typed, where something is.
fn type_in(app: &mut App, change: impl FnOnce(&mut Typed)) {
    match &mut app.shell.overlay {
        Overlay::Help(help) => help.type_in(change),
        Overlay::Keep { reason, .. }
        | Overlay::Reject { reason, .. }
        | Overlay::Drop { reason, .. } => change(reason),
        Overlay::Search(search) => {
            let before = search.typed.text().to_owned();
            change(&mut search.typed);
            // Where one only goes elsewhere in it, it is found where it was.
            if search.typed.text() != before {
                search::typed(app);
            }
        }
        Overlay::None => match app.view.shown_mut() {
            ShownMut::Practice(screen) => practice::type_in(&mut app.shell, screen, change),
            ShownMut::Review(screen) => {
                if let Some(cases) = screen.cases_mut() {
                    cases.type_in(change);
                } else if let Some(steps) = screen.steps_mut()
                    && !steps.type_number(change)
                {
                    app.shell
                        .tell("A step has a number: type digits, Enter goes there");
                }
            }
            ShownMut::List(_) => {}
        },
        _ => {}
    }
}

/// Whether sets are practised on, and nothing is typed there.
fn is_practice_untyped(app: &App) -> bool {
    let is_open = app.shell.overlay != Overlay::None;
    !is_open
        && app
            .view
            .practice()
            .is_some_and(|screen| !screen.is_typing())
}

fn run_row(app: &mut App) -> Option<Request> {
    let Overlay::Help(help) = &app.shell.overlay else {
        return None;
    };
    let row = *help::rows(app).get(help.cursor())?;
    app.shell.overlay = Overlay::None;
    // What means something here says itself why it cannot be done.
    if row.is_in(app.context()) {
        return silent::told(app, row.message, apply);
    }
    app.shell.tell(format!("Not here; {}", row.help));
    None
}

/// Closes what is open on top. The policy of an account is open on top of its list.
fn close(app: &mut App) -> Option<Request> {
    if matches!(app.shell.overlay, Overlay::Search(_)) {
        search::abandon(app);
        return None;
    }
    if app.shell.overlay != Overlay::None {
        app.shell.overlay = Overlay::None;
        return None;
    }
    match app.view.shown_mut() {
        ShownMut::Review(screen) if screen.leaves_by_escape() => return Some(Request::Quit),
        ShownMut::Review(screen) => {
            if !screen.close(&mut app.shell) {
                app.close_policy();
            }
        }
        ShownMut::List(list) => list.close(),
        ShownMut::Practice(screen) => screen.close(&mut app.shell),
    }
    None
}

/// A click on a word of the last line does what its key does; elsewhere it selects.
fn click(app: &mut App, at: Position) -> Option<Request> {
    let words = app.shell.footer.iter();
    let mut words = words.filter(|(columns, _)| columns.contains(&at.x));
    if at.y.checked_add(1) == Some(app.shell.seen.height)
        && let Some((_, message)) = words.next()
    {
        let message = *message;
        return silent::told(app, message, apply);
    }
    if app.shell.overlay != Overlay::None {
        return None;
    }
    match app.view.shown_mut() {
        ShownMut::Review(screen) => review::click(&mut app.shell, screen, at),
        ShownMut::List(list) => list.click(at),
        ShownMut::Practice(screen) => screen.click(at),
    }
    None
}

fn wheel(app: &mut App, at: Position, down: bool) {
    let mut turns = WHEEL;
    if let Some(screen) = app.view.screen_mut() {
        if app.shell.overlay == Overlay::None {
            screen.show_pane_at(at);
        }
        if screen.is_watching() || screen.entry_steps.is_some() {
            turns = 1;
        }
    }
    let motion = if down { Motion::Down } else { Motion::Up };
    for _ in 0..turns {
        move_by(app, motion);
    }
}
