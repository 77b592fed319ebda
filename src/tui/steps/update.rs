//! Going through the steps of a wildcard, and deciding on it from there.

use super::message::StepMessage;
use super::playing::Playing;
use super::state::Steps;
use crate::lessons::Quiz;
use crate::review::Decision;
use crate::text::counted;
use crate::tui::lesson::LessonState;
use crate::tui::review::{self, ReviewScreen};
use crate::tui::shell::Shell;
use crate::tui::telling::Escape;
use crate::tui::typed::Typed;

/// What is told where a key would go on.
pub(crate) const ANSWER_FIRST: &str = "Answer first; Esc twice tells the answer";

pub(crate) fn update(shell: &mut Shell, screen: &mut ReviewScreen, message: StepMessage) {
    let has_one_of_two = screen.has_one_of_two();
    let Some(steps) = screen.steps_mut() else {
        if message == StepMessage::Show {
            show(shell, screen);
        }
        return;
    };
    if message != StepMessage::Play {
        steps.playing = Playing::Stopped;
    }
    steps.asking.telling.interrupt();
    match message {
        StepMessage::Show => {}
        StepMessage::Next => next(shell, screen),
        StepMessage::Back if steps.at == 0 && steps.is_lesson => screen.go_back_in_lesson(),
        StepMessage::Back => steps.go_to(steps.previous_step()),
        StepMessage::NextResult => steps.go_on_to(steps.next_result()),
        StepMessage::AskNumber => steps.number = Some(Typed::default()),
        StepMessage::GoTo => go_to_number(shell, screen),
        StepMessage::Play => {
            steps.play();
            shell.tell(if steps.is_playing() {
                "Plays: Space stops"
            } else {
                "Stopped: Space goes on"
            });
        }
        StepMessage::Predict => predict(shell, screen),
        StepMessage::ThisOne => this_one(shell, steps),
        StepMessage::None if steps.asking.found.is_some() => tell_choices(shell, steps),
        StepMessage::None => steps.answer_none(),
        StepMessage::Choose(choice) => choose(shell, steps, choice),
        StepMessage::Point(_) | StepMessage::Jump(_) if steps.asking.found.is_some() => {
            tell_choices(shell, steps);
        }
        StepMessage::Point(motion) => steps.point(motion),
        StepMessage::Jump(forward) => steps.jump(forward),
        StepMessage::Ask => shell.tell(ANSWER_FIRST),
        StepMessage::Tell => steps.tell(),
        StepMessage::Hint => hint(shell, steps),
        StepMessage::Swap if !has_one_of_two => {
            shell.tell("The trie and the names are both seen");
        }
        StepMessage::Swap => steps.shows_names = Some(!steps.prefers_names()),
        StepMessage::Leave => screen.entry_steps = None,
        StepMessage::Accept => decide(shell, screen, Decision::Accepted),
        StepMessage::Reject => decide(shell, screen, Decision::Rejected),
    }
}

/// Goes on, where the steps do so by themselves; letters are spelled where one sees the names.
pub(crate) fn tick(screen: &mut ReviewScreen) {
    let has_one_of_two = screen.has_one_of_two();
    if let Some(steps) = screen.steps_mut() {
        let sees_names = !has_one_of_two || steps.prefers_names();
        steps.tick(sees_names);
    }
}

/// Gives the hint to the half of the question that is asked.
fn hint(shell: &mut Shell, steps: &mut Steps) {
    if steps.asking.has_hint {
        return shell.tell("That is the hint; Esc twice tells the answer");
    }
    steps.asking.has_hint = true;
}

/// Says that what is pointed at starts with the prefix; before anything is, and behind it, what is asked for.
fn this_one(shell: &mut Shell, steps: &mut Steps) {
    if steps.asking.found.is_some() {
        tell_choices(shell, steps);
    } else if steps.asking.pointed.is_none() {
        shell.tell(
            "Point first: \u{2193} goes to the unused ones, J to the next that begins otherwise",
        );
    } else {
        steps.answer_this_one();
    }
}

/// Chooses what is written for the prefix, once it is known whether it is safe.
fn choose(shell: &mut Shell, steps: &mut Steps, choice: usize) {
    match steps.choices().get(choice) {
        Some(choice) => steps.choose(choice),
        None if steps.asking.found.is_some() => tell_choices(shell, steps),
        None => {
            shell.tell("First: does an unused one start with it? Enter on it, or n if none does");
        }
    }
}

fn tell_choices(shell: &mut Shell, steps: &Steps) {
    let count = steps.choices().len();
    shell.tell(format!("Choose what is written: 1 to {count}"));
}

fn show(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(place) = screen.place() else {
        return shell.tell("Select a wildcard first");
    };
    match Steps::of(&screen.review, place) {
        Ok(steps) => screen.entry_steps = Some(steps),
        Err(why) => shell.tell(why),
    }
}

fn next(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(steps) = screen.steps_mut() else {
        return;
    };
    if !steps.is_last() {
        return steps.go_on();
    }
    let is_told = steps.asked().is_none();
    let leads_on = screen.watched().is_some_and(LessonState::leads_on);
    if !is_told || !leads_on {
        return shell.tell("This is the last step");
    }
    if let Some(said) = screen.go_on_in_lesson() {
        shell.tell(said);
    }
}

fn go_to_number(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(steps) = screen.steps_mut() else {
        return;
    };
    let typed = steps.number.take().unwrap_or_default();
    let typed = typed.text();
    let count = steps.count();
    match typed.parse::<usize>() {
        Ok(number) if (1..=count).contains(&number) => {
            let from = steps.at;
            steps.go_to(number - 1);
            let passed = steps.quiz().map_or(0, |quiz| quiz.open_before(steps.at));
            if passed > 0 && steps.at > from {
                let passed = counted(passed, "question", "questions");
                shell.tell(format!(
                    "Passes over {passed} that you have not answered; g goes back"
                ));
            }
        }
        _ if typed.is_empty() => {}
        _ => shell.tell(format!("There is no step {typed}: give 1 to {count}")),
    }
}

/// Begins to ask, from the step that comes next on, or ends it.
fn predict(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(steps) = screen.steps_mut() else {
        return;
    };
    if steps.quiz().is_some() {
        steps.is_quiet = true;
        return shell.tell("No more questions about the steps; p resumes them");
    }
    steps.is_quiet = false;
    let quiz = steps.quiz.take();
    let quiz = quiz.unwrap_or_else(|| Quiz::new(&steps.walk));
    let (score, next, first) = (quiz.score(), quiz.next_asked(steps.at), quiz.next_asked(0));
    let text = match (next, first) {
        _ if score.all == 0 => "There is no question about these steps".to_owned(),
        (Some(step), _) if step == steps.at => "This step is a question".to_owned(),
        (Some(step), _) => format!("The next question is step {}", step + 1),
        (None, Some(_)) => {
            steps.go_to(0);
            let open = score.all - score.answered;
            format!(
                "{} from the first step on",
                counted(open, "question", "questions")
            )
        }
        (None, None) => format!("No question is left: {score}"),
    };
    steps.quiz = (score.all > 0).then_some(quiz);
    shell.tell(text);
}

/// Takes the last decision back, and shows the steps of the entry as they are then. Not while
/// questions are asked about them.
pub(crate) fn undo(shell: &mut Shell, screen: &mut ReviewScreen) {
    if screen.is_watching() {
        return shell.tell("There is nothing to undo in the steps of a lesson");
    }
    let Some(steps) = &screen.entry_steps else {
        return;
    };
    if steps.quiz().is_some() {
        return shell.tell("Questions are asked about these steps; p ends them, and then u undoes");
    }
    let (place, at) = (steps.place, steps.at);
    review::undo(shell, screen);
    screen.entry_steps = Steps::of(&screen.review, place).ok();
    if let Some(steps) = &mut screen.entry_steps {
        steps.go_to(at);
    }
}

fn decide(shell: &mut Shell, screen: &mut ReviewScreen, to: Decision) {
    if screen.is_watching() {
        return shell.tell("Watch first: the task comes after the steps");
    }
    if let Some(place) = screen.entry_steps.as_ref().map(|steps| steps.place) {
        review::decide(shell, screen, &[place], to);
    }
}

impl ReviewScreen {
    /// Gives up typing the number of a step, tells what is asked when pressed twice, or goes back to the
    /// panes.
    pub(crate) fn close_steps(&mut self, shell: &mut Shell) {
        let Some(steps) = self.steps_mut() else {
            return;
        };
        let is_asked = steps.asked().is_some();
        if steps.number.take().is_some() {
            return;
        }
        if !steps.is_lesson && !is_asked {
            self.entry_steps = None;
            return;
        }
        match steps.asking.telling.escape(is_asked) {
            Escape::Say(said) => shell.tell(said),
            Escape::WarnOfSkipping => self.warn_of_skipping(shell),
            Escape::Tell => steps.tell(),
            Escape::Leave => self.go_to_task(),
        }
    }
}
