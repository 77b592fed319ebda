//! No key is silent: one that changes nothing says why.

use std::sync::Arc;

use ratatui::crossterm::event::KeyCode;

use super::app::App;
use super::keys::{Context, Key, ROWS};
use super::list::{Order, PolicyFilter};
use super::message::{Message, Request, ShellMessage};
use super::motion::Motion;
use super::practice::{PracticeMessage, PracticeScreen};
use super::review::{Pane, ReviewMessage};
use super::shell::Overlay;
use super::steps::Playing;
use super::trie::TrieMessage;
use super::typed::{Edit, Typed};
use crate::review::State;

/// What a key can change, beside what it asks for outside of the screen.
#[derive(PartialEq)]
struct Seen {
    overlay: Overlay,
    panes: Option<Panes>,
    list: Option<ListSeen>,
    practice: Option<String>,
}

/// What a key can change of the list of an account; what decides says so itself.
#[derive(PartialEq)]
struct ListSeen {
    cursor: usize,
    order: Order,
    filter: PolicyFilter,
    selected: usize,
    search: String,
}

/// What a key can change of the panes.
#[derive(PartialEq)]
struct Panes {
    pane: Pane,
    is_whole: bool,
    policy: (usize, usize),
    trie: Option<(usize, usize)>,
    scroll: (usize, usize),
    mark: usize,
    hints: usize,
    toured: usize,
    search: String,
    steps: Option<(usize, Option<Typed>, Playing, String)>,
    cases: String,
    decided: *const State,
}

impl Seen {
    fn of(app: &App) -> Self {
        let panes = app.view.screen().map(|screen| Panes {
            pane: screen.pane,
            is_whole: screen.shows_one_pane,
            policy: (screen.outline.cursor(), screen.outline.rows().len()),
            trie: (screen.shown_trie()).map(|opened| (opened.cursor(), opened.rows().len())),
            scroll: (screen.scroll.why, screen.scroll.diff),
            mark: screen.mark,
            hints: (screen.lesson.as_ref()).map_or(0, |lesson| lesson.hints),
            toured: (screen.lesson.as_ref()).map_or(0, |lesson| lesson.toured),
            search: screen.search.clone(),
            steps: screen.steps().map(|steps| {
                let quiz = format!(
                    "{:?} {:?} {:?}",
                    steps.quiz, steps.asking, steps.shows_names
                );
                (steps.at, steps.number.clone(), steps.playing, quiz)
            }),
            cases: screen.cases().map_or_else(String::new, |state| {
                format!(
                    "{} {} {:?} {:?}",
                    state.at,
                    state.hints,
                    state.telling,
                    state.cases.replies()
                ) + &format!(
                    "{:?} {:?} {:?}",
                    state.cases.look_again_at(state.at),
                    state.pointed,
                    state.typed
                )
            }),
            decided: Arc::as_ptr(&screen.review.snapshot()),
        });
        let list = app.view.list().map(|list| ListSeen {
            cursor: list.policies.cursor(),
            order: list.policies.order,
            filter: list.policies.filter,
            selected: list.policies.selected.len(),
            search: list.search.clone(),
        });
        Seen {
            overlay: app.shell.overlay.clone(),
            panes,
            list,
            practice: app.view.practice().map(PracticeScreen::seen),
        }
    }
}

/// Lets `apply` do what a message says, and says why nothing happened, if nothing did.
pub(crate) fn told(
    app: &mut App,
    message: Message,
    apply: impl FnOnce(&mut App, Message) -> Option<Request>,
) -> Option<Request> {
    let before = Seen::of(app);
    let request = apply(app, message);
    let is_silent = request.is_none() && app.shell.status.is_none() && before == Seen::of(app);
    if is_silent {
        app.shell.tell(why(message));
    }
    request
}

/// Why a message changed nothing.
fn why(message: Message) -> &'static str {
    match message {
        Message::Shell(ShellMessage::Move(motion)) => match motion {
            Motion::Down | Motion::Last | Motion::HalfDown | Motion::PageDown => {
                "Nothing is further down"
            }
            Motion::Up | Motion::First | Motion::HalfUp | Motion::PageUp => "Nothing is further up",
        },
        Message::Shell(ShellMessage::Close) => "Nothing is open here: q leaves",
        Message::Shell(ShellMessage::Edit(edit)) => match edit {
            Edit::Right | Edit::End | Edit::DeleteHere => "Nothing is typed behind this",
            _ => "Nothing is typed before this",
        },
        Message::Review(ReviewMessage::Show(_)) => "This pane is shown already",
        Message::Review(ReviewMessage::Fold) => "Nothing is above this",
        Message::Review(ReviewMessage::Unfold | ReviewMessage::Open) => {
            "There is nothing to unfold here"
        }
        Message::Review(ReviewMessage::Trie(TrieMessage::FoldAll | TrieMessage::UnfoldAll)) => {
            "Nothing is beneath this that could be folded"
        }
        Message::Practice(PracticeMessage::Shorter) => "Nothing is shorter but the wildcard itself",
        Message::Practice(PracticeMessage::Longer) => "This is the name in full",
        Message::Review(ReviewMessage::Trie(TrieMessage::MarkIn(_))) => {
            "No such entry is to be chosen: Esc goes back"
        }
        Message::Review(ReviewMessage::TaskHint) => "There is no hint: this is no lesson",
        _ => "Nothing changes by that here",
    }
}

/// Says that a key means nothing where it is pressed, and where it does.
pub(crate) fn tell_unused(app: &mut App, key: Key) {
    let name = key.name(app.shell.look.ascii);
    let context = app.context();
    if let Context::AcceptAll | Context::Quit | Context::ListQuit = context {
        let answers = ROWS
            .iter()
            .filter(|row| row.is_in(context) && !row.hint.is_empty());
        let answers = answers.filter_map(|row| Some((row.keys.first()?, row.hint)));
        let answers: Vec<String> = answers
            .map(|(key, hint)| format!("{} {hint}", key.name(app.shell.look.ascii)))
            .collect();
        return app
            .shell
            .tell(format!("{name} is no answer: {}", answers.join(", ")));
    }
    if let Overlay::Unmarked { why, choice } = &app.shell.overlay {
        let answers = match choice {
            None => "Esc goes back".to_owned(),
            Some((entries, _)) => format!("1 to {} choose, Esc goes back", entries.len()),
        };
        return app.shell.tell(format!("{why}; {answers}"));
    }
    if context == Context::Diff {
        return app.shell.tell(format!(
            "{name} does nothing in the diff: d goes back to the entries"
        ));
    }
    if key.code == KeyCode::Char('?') {
        return app.shell.tell("Esc goes back, and ? shows all keys there");
    }
    let is_of_list = app.view.list().is_some() && app.view.screen().is_none();
    let mut elsewhere = ROWS.iter().filter(|row| {
        let mut contexts = row.contexts.iter();
        let is_near = |context: &Context| {
            context.is_of_list() == is_of_list && context.is_main() && !context.is_of_steps()
        };
        row.keys.contains(&key) && contexts.any(is_near)
    });
    // Among steps one looks for no pane.
    let is_apart = context.is_of_steps();
    let names_a_place =
        |help: &str| !is_apart && (help.starts_with("in ") || help.starts_with("among "));
    let text = match elsewhere.find(|row| names_a_place(row.help)) {
        Some(row) => format!("{name} does nothing here; {}", row.help),
        None => format!("{name} does nothing here: ? shows all keys"),
    };
    app.shell.tell(text);
}
