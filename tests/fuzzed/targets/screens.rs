//! Keys, clicks and sizes where a review is not all that is shown: in the list of an account, in a lesson, in
//! practice. Nothing panics, nothing invisible is drawn, and what is decided of an account can be refined.
//!
//! The first byte says which of them it is, and the second one where it begins; the others are keys.

use std::cell::RefCell;
use std::collections::BTreeMap;

use iam_refine::account::{AccountReview, Decided};
use iam_refine::catalogue::Catalogue;
use iam_refine::intake::Intake;
use iam_refine::lessons::{
    Lesson, Practice, Reached, Replies, Sets, Stage, Subject, Tally, built_in_lessons,
};
use iam_refine::text::Source;
use iam_refine::tui::{
    App, Changing, FolderPreview, Preview, Request, Settings, draw, input_for, update,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::Event;

use super::keys::{MOST_KEYS, check_drawn, event};

const ACCOUNT: &str = include_str!("../../data/account/account.json");
const FINDINGS: [&str; 3] = [
    include_str!("../../data/account/findings/reader.json"),
    include_str!("../../data/account/findings/writer.json"),
    include_str!("../../data/account/findings/ann.json"),
];

thread_local! {
    static OPENED: RefCell<Option<AccountReview>> = const { RefCell::new(None) };
    static LESSONS: RefCell<Vec<Lesson>> = const { RefCell::new(Vec::new()) };
    static PRACTICES: RefCell<BTreeMap<(usize, u64), Practice>> = const { RefCell::new(BTreeMap::new()) };
}

pub fn run(bytes: &[u8]) -> bool {
    let [which, from, keys @ ..] = bytes else {
        return false;
    };
    let Some(mut app) = begun(*which, *from) else {
        return false;
    };
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| draw(&mut app, frame)).unwrap();
    for byte in keys.iter().take(MOST_KEYS) {
        let event = event(*byte);
        if let Event::Resize(width, height) = event {
            terminal.backend_mut().resize(width, height);
        }
        let request = input_for(&event, &app).and_then(|input| update(&mut app, input));
        if request == Some(Request::Preview) && app.account().is_some() {
            app.show_preview(Ok(Preview::Folder(preview(&app))));
        }
        terminal.draw(|frame| draw(&mut app, frame)).unwrap();
        check_drawn(&terminal);
    }
    check_account(&app);
    true
}

/// What is shown.
fn begun(which: u8, from: u8) -> Option<App> {
    let settings = Settings {
        ascii: which & 1 != 0,
        mouse: true,
        ..Settings::default()
    };
    let place = usize::from(which >> 3);
    Some(match (which >> 1) % 4 {
        0 => App::of_account(account(), Decided::new(), "account".to_owned(), settings),
        1 => {
            let lesson = lesson(place);
            let from = Reached {
                stage: stage(from),
                replies: Replies::default(),
            };
            App::of_lesson(lesson, "Lesson".to_owned(), &from, settings)
        }
        2 => App::of_demo(lesson(place).review(), settings),
        _ => {
            let subject = place % Subject::ALL.len();
            let practice = practice(subject, u64::from(from) % 8)?;
            App::of_practice(practice, "Practice".to_owned(), from > 127, settings)
        }
    })
}

fn stage(from: u8) -> Stage {
    let step = usize::from(from >> 2);
    match from % 4 {
        0 => Stage::First(step),
        1 => Stage::Steps(step),
        2 => Stage::Task,
        _ => Stage::Done,
    }
}

/// Making these takes longer than copying them.
fn account() -> AccountReview {
    let open = || {
        let intake = FINDINGS.iter().fold(Intake::new(), |intake, text| {
            intake.text("finding.json", text)
        });
        let source = Source::from_text("account.json", ACCOUNT);
        intake.account(source).unwrap()
    };
    OPENED.with_borrow_mut(|opened| opened.get_or_insert_with(open).clone())
}

fn lesson(place: usize) -> Lesson {
    LESSONS.with_borrow_mut(|lessons| {
        if lessons.is_empty() {
            *lessons = built_in_lessons().unwrap();
        }
        lessons[place % lessons.len()].clone()
    })
}

fn practice(subject: usize, seed: u64) -> Option<Practice> {
    PRACTICES.with_borrow_mut(|practices| {
        if let Some(practice) = practices.get(&(subject, seed)) {
            return Some(practice.clone());
        }
        let sets = Sets::of(Catalogue::built_in(), &[Subject::ALL[subject]]);
        let practice = Practice::begin(sets, seed, Tally::default())?;
        practices.insert((subject, seed), practice.clone());
        Some(practice)
    })
}

/// What a host would say that it writes.
fn preview(app: &App) -> FolderPreview {
    let decided = app.account().map_or(0, |(_, decided)| decided.len());
    let changing = (0..decided).map(|number| Changing {
        name: format!("policy {number}"),
        goes: number,
        granted: decided,
        still_granted: number / 2,
        is_emptied: number == 1,
    });
    FolderPreview {
        folder: "changes".into(),
        changing: changing.collect(),
        kept: Vec::new(),
    }
}

/// What was decided is about the policy that it is kept for, and every proof of it holds.
fn check_account(app: &App) {
    let Some((account, decided)) = app.account() else {
        return;
    };
    let mut decided = decided.clone();
    if let Some((place, review)) = app.opened() {
        decided.insert(place, review.clone());
    }
    if decided.values().any(|review| review.decisions() > 0) {
        account.refine_decided(&decided, &BTreeMap::new()).unwrap();
    }
}
