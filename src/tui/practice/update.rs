//! What each message does in practice.

use super::message::PracticeMessage;
use super::playground;
use super::state::{Beside, PracticeScreen};
use super::work::Next;
use crate::iam::ActionPattern;
use crate::lessons::{Attempt, ChosenRows, WrittenEntries};
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
            let entries = typed.text().split(' ').map(str::to_owned);
            write(shell, screen, entries.collect(), false);
        }
        PracticeMessage::Hint if screen.work.is_by_heart() => {
            shell.tell("There are no hints in a test: Enter hands it in, Esc Esc gives it up");
        }
        PracticeMessage::LookAtSet => {
            screen.work.look_at_set(screen.cursor);
            screen.begin_set();
        }
        PracticeMessage::Hint => hint(shell, screen),
        PracticeMessage::Tell if screen.work.is_by_heart() => {
            shell.tell("In a test Esc pressed twice gives a set up");
        }
        PracticeMessage::Tell => screen.tell(),
        PracticeMessage::Swap => {
            screen.beside = match screen.beside {
                Beside::Entries => Beside::Trie,
                Beside::Trie => Beside::Entries,
                Beside::All => Beside::All,
            }
        }
        PracticeMessage::Next => match screen.work.next() {
            Next::Elsewhere => return Some(Request::GoOn),
            Next::Here => screen.begin_set(),
        },
        PracticeMessage::NextLesson => match screen.work.next_lesson() {
            Ok(()) => return Some(Request::GoOn),
            Err(why) => shell.tell(why),
        },
        PracticeMessage::BackToSteps => shell.tell("These are no steps of a lesson to go back to"),
        PracticeMessage::Mark
        | PracticeMessage::MarkAtRandom
        | PracticeMessage::CutNext
        | PracticeMessage::AskWildcard
        | PracticeMessage::TakeWildcard
        | PracticeMessage::Steps => return playground::update(shell, screen, message),
    }
    None
}

/// Gives a hint on the next name or row that is not right; where all are says what is left to do.
fn hint(shell: &mut Shell, screen: &mut PracticeScreen) {
    if let Some(row) = screen.next_unsettled() {
        screen.cursor = row;
        screen.words = usize::MAX;
        if let Some(attempt) = screen.work.attempt_mut() {
            attempt.hint(row);
        }
        return;
    }
    let entries = screen.attempt().entries();
    let left = match entries.and_then(WrittenEntries::first_wrong) {
        Some(wrong) => format!("; {} has to go", screen.shown(wrong)),
        None => ": Enter checks the entries".to_owned(),
    };
    shell.tell(format!("All names are as they should be{left}"));
}

/// Changes what is typed, and writes the entries that a blank ends. A blank alone takes what is pointed at.
pub(crate) fn type_in(
    shell: &mut Shell,
    screen: &mut PracticeScreen,
    change: impl FnOnce(&mut Typed),
) {
    if screen.work.playground().is_some() {
        change(&mut screen.typed);
        return;
    }
    let ended = screen.type_in(change);
    screen.follow_typed();
    match ended {
        Some(ended) if ended.entries == [""] && !screen.is_typing() => take(shell, screen),
        Some(ended) => write(shell, screen, ended.entries, ended.is_pasted),
        None if screen.left_out => {
            shell.tell("Left out: an entry has only letters, digits, -, _, :, * and ?");
        }
        None if screen.typed.text() == "q" => {
            shell.tell("q is typed as a letter here; Ctrl-c leaves");
        }
        // No entry begins with it: elsewhere it shows the keys, and so it does here.
        None if screen.typed.text() == "?" => {
            screen.typed = Typed::default();
            shell.overlay = Overlay::Help(Help::default());
        }
        None => {}
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
    write(shell, screen, vec![pointed], false);
}

/// What came of entries that were typed or pasted.
#[derive(Default)]
struct Outcome {
    written: Vec<String>,
    taken_back: Vec<String>,
    there_already: Vec<String>,
    unread: Vec<Unread>,
}

/// What cannot be read as an entry.
struct Unread {
    typed: String,
    why: String,
}

/// Writes entries; of those that are written already it takes back what is typed, and leaves what is pasted. What
/// cannot be read stays typed.
fn write(shell: &mut Shell, screen: &mut PracticeScreen, entries: Vec<String>, is_pasted: bool) {
    let mut outcome = Outcome::default();
    for typed in entries.into_iter().filter(|typed| !typed.is_empty()) {
        let Some(written) = screen.attempt().entries() else {
            return;
        };
        match written.writing().read(&typed) {
            Ok(entry) => {
                let shown = screen.shown(&entry);
                if is_pasted && written.has(&entry) {
                    outcome.there_already.push(shown);
                } else {
                    let is_there = screen
                        .work
                        .attempt_mut()
                        .map(|attempt| attempt.toggle(&entry));
                    match is_there {
                        Some(true) => outcome.written.push(shown),
                        Some(false) => outcome.taken_back.push(shown),
                        None => {}
                    }
                }
            }
            Err(why) => outcome.unread.push(Unread { typed, why }),
        }
    }
    let left = outcome.unread.iter().map(|unread| unread.typed.as_str());
    let typed: Vec<&str> = left
        .chain([screen.typed.text()])
        .filter(|text| !text.is_empty())
        .collect();
    screen.typed = Typed::from(typed.join(" "));
    match outcome.told() {
        told if !outcome.unread.is_empty() => shell.tell_error(told),
        told if !told.is_empty() => shell.tell(told),
        _ => {}
    }
}

impl Outcome {
    /// `a:b:c: …; 1 more cannot be read; 2 entries are written; Get* is taken back`.
    fn told(&self) -> String {
        let why = self.unread.first().map(|unread| unread.why.clone());
        let more = self.unread.len().saturating_sub(1);
        let more = (more > 0).then(|| format!("{more} more cannot be read"));
        let counted = [
            (&self.written, "written"),
            (&self.taken_back, "taken back"),
            (&self.there_already, "written already"),
        ];
        let counted = counted
            .into_iter()
            .filter_map(|(entries, done)| match &entries[..] {
                [] => None,
                [only] => Some(format!("{only} is {done}")),
                several => Some(format!("{} entries are {done}", several.len())),
            });
        let told: Vec<String> = why.into_iter().chain(more).chain(counted).collect();
        told.join("; ")
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
    let is_empty = |entries: &WrittenEntries| entries.last().is_none();
    if attempt.entries().is_some_and(is_empty) {
        return shell.tell("Nothing is written yet: point and press Space, or type an entry");
    }
    let chosen = attempt.rows().into_iter().flat_map(ChosenRows::chosen);
    let open = chosen.filter(|chosen| chosen.is_none()).count();
    if open > 0 {
        let rows = counted(open, "row has", "rows have");
        return shell.tell(format!("{rows} no answer yet: the numbers choose"));
    }
    if attempt.is_checked() {
        return shell
            .tell("This was checked already: change it first, or Esc Esc tells the result");
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
        match self.work.attempt_mut().and_then(Attempt::take_back) {
            Some(entry) => shell.tell(format!("{} is taken back", self.shown(&entry))),
            None => shell.tell("Nothing is written that could be taken back"),
        }
    }

    /// Esc: deletes what is typed; then asks whether to tell what is right, and tells it.
    pub(crate) fn close(&mut self, shell: &mut Shell) {
        if self.asks_wildcard() {
            self.ask_wildcard(None);
        } else if self.work.playground().is_some() || self.work.sheet().is_some() {
            shell.tell("q leaves");
        } else if self.is_typing() {
            self.typed = Typed::default();
        } else if self.attempt().is_done() {
            shell.tell("q leaves; Enter goes on");
        } else if self.asks_to_tell {
            self.asks_to_tell = false;
            self.tell();
        } else {
            self.asks_to_tell = true;
            shell.tell(if self.work.is_by_heart() {
                "Esc again gives this set up: its result is told, and it counts as wrong"
            } else {
                "Esc again tells the result, and it counts as not done"
            });
        }
    }
}
