//! What each message does in practice.

use super::message::PracticeMessage;
use super::state::{PracticeScreen, Work};
use crate::iam::ActionPattern;
use crate::text::counted;
use crate::tui::help::Help;
use crate::tui::message::Request;
use crate::tui::shell::{Overlay, Shell};
use crate::tui::typed::{Edit, Typed};

/// Does what `message` says. What it asks for outside of the screen is returned.
pub(crate) fn update(
    shell: &mut Shell,
    screen: &mut PracticeScreen,
    message: PracticeMessage,
) -> Option<Request> {
    screen.asks_to_tell = false;
    match message {
        PracticeMessage::Take => take(shell, screen),
        PracticeMessage::ChooseNext => screen.choose_next(true),
        PracticeMessage::ChoosePrevious => screen.choose_next(false),
        PracticeMessage::Choose(choice) => choose(shell, screen, choice),
        // What is typed is edited where one is in it.
        PracticeMessage::Shorter if screen.is_typing() => screen.typed.edit(Edit::Left),
        PracticeMessage::Longer if screen.is_typing() => screen.typed.edit(Edit::Right),
        PracticeMessage::Shorter => screen.point(false),
        PracticeMessage::Longer => screen.point(true),
        PracticeMessage::Check if !screen.is_typing() => check(shell, screen),
        PracticeMessage::Check => {
            let typed = std::mem::take(&mut screen.typed);
            write(shell, screen, &[typed.text().to_owned()]);
        }
        PracticeMessage::Hint => {
            let row = screen.cursor;
            screen.attempt_mut().hint(row);
        }
        PracticeMessage::Tell => screen.tell(),
        PracticeMessage::Next => match &mut screen.work {
            Work::Task(_) => return Some(Request::GoOn),
            Work::Sets(practice) => {
                practice.next();
                screen.cursor = 0;
                screen.words = usize::MAX;
                screen.missed = None;
            }
        },
        PracticeMessage::NextLesson if screen.leads_on => return Some(Request::GoOn),
        PracticeMessage::NextLesson => shell.tell("No lesson comes next; Enter goes on"),
        PracticeMessage::BackToSteps => shell.tell("These are no steps of a lesson to go back to"),
    }
    None
}

/// Changes what is typed, and writes the entries that a blank ends. A blank alone takes what is pointed at.
pub(crate) fn type_in(
    shell: &mut Shell,
    screen: &mut PracticeScreen,
    change: impl FnOnce(&mut Typed),
) {
    let ended = screen.type_in(change);
    match ended.as_slice() {
        [] if screen.left_out => {
            shell.tell("Left out: an entry has only letters, digits, -, _, :, * and ?");
        }
        [] if screen.typed.text() == "q" => {
            shell.tell("q is typed as a letter here; Ctrl-c leaves");
        }
        // No entry begins with it: elsewhere it shows the keys, and so it does here.
        [] if screen.typed.text() == "?" => {
            screen.typed = Typed::default();
            shell.overlay = Overlay::Help(Help::default());
        }
        [] => {}
        [only] if only.is_empty() && !screen.is_typing() => take(shell, screen),
        ended => write(shell, screen, ended),
    }
}

/// Takes what is pointed at as an entry, or back; where its rest is to be typed it is typed so far.
fn take(shell: &mut Shell, screen: &mut PracticeScreen) {
    let pointed = screen.pointed_text();
    if screen.has_rest() {
        shell.tell(format!(
            "Type what is left of the wildcard after {pointed}, if anything; Enter writes it"
        ));
        screen.typed = Typed::from(pointed);
        return;
    }
    write(shell, screen, &[pointed]);
}

/// Writes entries, or takes those back that are written already. What cannot be read stays typed.
fn write(shell: &mut Shell, screen: &mut PracticeScreen, entries: &[String]) {
    for typed in entries.iter().filter(|typed| !typed.is_empty()) {
        let Some(read) = screen.writing().map(|writing| writing.read(typed)) else {
            return;
        };
        match read {
            Ok(entry) => {
                let is_there = screen.attempt_mut().toggle(&entry);
                let done = if is_there { "written" } else { "taken back" };
                shell.tell(format!("{} is {done}", screen.shown(&entry)));
            }
            Err(why) => {
                shell.tell_error(why);
                screen.typed = Typed::from(typed.clone());
            }
        }
    }
}

fn choose(shell: &mut Shell, screen: &mut PracticeScreen, choice: usize) {
    let count = screen
        .choosing()
        .map_or(0, |choosing| choosing.choices.len());
    if choice < count {
        screen.choose(choice);
    } else {
        shell.tell(format!("There are {count} choices"));
    }
}

fn check(shell: &mut Shell, screen: &mut PracticeScreen) {
    let attempt = screen.attempt();
    let chosen = attempt.chosen().iter();
    let open = chosen.filter(|chosen| chosen.is_none()).count();
    if screen.writing().is_some() && attempt.written().is_empty() {
        return shell.tell("Nothing is written yet: point and press Space, or type an entry");
    }
    if open > 0 {
        let rows = counted(open, "row has", "rows have");
        return shell.tell(format!("{rows} no answer yet: the numbers choose"));
    }
    if attempt.is_looked_at() {
        return shell
            .tell("This was looked at already: change it first, or Esc Esc tells the result");
    }
    screen.check();
}

impl PracticeScreen {
    /// An entry as it is shown.
    pub(crate) fn shown(&self, entry: &ActionPattern) -> String {
        let writing = self.writing();
        writing.map_or_else(|| entry.to_string(), |writing| writing.shown(entry))
    }

    /// Takes back the entry that was written last.
    pub(crate) fn take_back(&mut self, shell: &mut Shell) {
        match self.attempt_mut().take_back() {
            Some(entry) => shell.tell(format!("{} is taken back", self.shown(&entry))),
            None => shell.tell("Nothing is written that could be taken back"),
        }
    }

    /// Esc: deletes what is typed; then asks whether to tell what is right, and tells it.
    pub(crate) fn close(&mut self, shell: &mut Shell) {
        if self.is_typing() {
            self.typed = Typed::default();
        } else if self.attempt().is_done() {
            shell.tell("q leaves; Enter goes on");
        } else if self.asks_to_tell {
            self.asks_to_tell = false;
            self.tell();
        } else {
            self.asks_to_tell = true;
            shell.tell("Esc again tells the result, and it counts as not done");
        }
    }
}
