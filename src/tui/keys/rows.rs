//! The table of keys.
//!
//! Dispatch, the footer, the help and the documents are all made of it, so none can say what
//! another does not.

use ratatui::crossterm::event::KeyCode::{
    self, BackTab, Backspace, Delete, Down, End, Enter, Esc, F, Home, Left,
};
use ratatui::crossterm::event::KeyCode::{PageDown, PageUp, Right, Tab, Up};

use super::context::Context::{
    self, AcceptAll, CasePoint, CaseWrite, Cases, Cut, Diff, Drop, Fit, Help, Keep, List, ListDiff,
    ListQuit, ListSearch, ListWrite, Playground, PlaygroundWildcard, Policy, Practice,
    PracticeChoose, PracticeDone, Predict, Quit, Reject, Search, StepNumber, Steps, TestSheet,
    TooSmall, Trie, Unmarked, Why, Write,
};
use super::key::Key;
use super::row::When::{Always, App as A, List as InList, Review as In};
use super::row::{Group as G, Row, When};
use crate::tui::app::App;
use crate::tui::cases::CaseMessage as CaseDo;
use crate::tui::cut::CutMessage as C;
use crate::tui::fit::FitMessage;
use crate::tui::list::{AccountList, ListMessage as L};
use crate::tui::message::Message::{self, Review, Shell};
use crate::tui::message::ShellMessage as S;
use crate::tui::motion::Motion as M;
use crate::tui::practice::PracticeMessage as P;
use crate::tui::review::{Pane, ReviewMessage as R, ReviewScreen as Screen};
use crate::tui::steps::StepMessage as Step;
use crate::tui::trie::TrieMessage as T;
use crate::tui::typed::Edit;

const LISTS: &[Context] = &[Policy, Trie, Why];
const PANES: &[Context] = &[Policy, Trie, Why, Diff];
const SEARCHING: &[Context] = &[Policy, Trie, Why, Diff, Write];
const STEPS: &[Context] = &[Steps, Predict];
/// Where a decision can be taken back.
const UNDOING: &[Context] = &[Policy, Trie, Why, Diff, Steps];
const COPYING: &[Context] = &[Policy, Trie, Why, Diff, Write];
const WRITING: &[Context] = &[Policy, Trie, Why, Diff, Quit];
const QUITTING: &[Context] = &[Policy, Trie, Why, Diff, Write];
#[rustfmt::skip]
const SCROLLING: &[Context] = &[
    Policy, Trie, Why, Diff, Write, Cut, Fit, PracticeChoose, PracticeDone, TestSheet, Playground, List, ListWrite, ListDiff,
];
#[rustfmt::skip]
const PAGING: &[Context] = &[
    Policy, Trie, Why, Diff, Write, Quit, Keep, Reject, Drop, AcceptAll, Cut, Fit, Search, Steps, StepNumber, Predict,
    CasePoint, Practice, PracticeChoose, PracticeDone, TestSheet, Playground, List, ListWrite, ListDiff, Help,
];
#[rustfmt::skip]
const CLOSING: &[Context] = &[
    Policy, Trie, Why, Diff, Write, Quit, Keep, Unmarked, Reject, Drop, AcceptAll, Cut, Fit, Search, Steps, StepNumber, Predict,
    Cases, CasePoint, CaseWrite, PracticeDone, TestSheet, Playground, PlaygroundWildcard, List, ListSearch, ListWrite, ListDiff, ListQuit, Help,
];
/// Where `q` is typed, or means something else.
#[rustfmt::skip]
const OPEN: &[Context] = &[
    Keep, Unmarked, Reject, Drop, AcceptAll, Cut, Fit, Search, Steps, StepNumber, Predict, Cases, CasePoint, CaseWrite,
    PlaygroundWildcard, ListSearch, Help,
];
/// Where a set is practised on that is not done.
const PRACTISING: &[Context] = &[Practice, PracticeChoose];
/// Where the arrows go through what is typed.
const EDITING: &[Context] = &[
    Keep,
    Reject,
    Drop,
    Search,
    StepNumber,
    CaseWrite,
    PlaygroundWildcard,
    ListSearch,
    Help,
];
const PROMPTS: &[Context] = &[
    Keep,
    Reject,
    Drop,
    Search,
    StepNumber,
    CaseWrite,
    Practice,
    PlaygroundWildcard,
    ListSearch,
];
const TYPING: &[Context] = &[
    Keep,
    Reject,
    Drop,
    Search,
    StepNumber,
    CaseWrite,
    Practice,
    PlaygroundWildcard,
    ListSearch,
    Help,
];
#[rustfmt::skip]
const ASKING_FOR_HELP: &[Context] = &[
    Policy, Trie, Why, Diff, Write, Quit, Steps, Predict, Cases, CasePoint, PracticeChoose, PracticeDone, TestSheet, Playground,
    List, ListWrite, ListDiff, ListQuit,
];

/// The rows of the table. The footer shows those with a word, in this order.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    // Answering what is asked about a step, and going from step to step.
    step(Step::Point(M::Down),                 &[on(Down), key('j')],         &[Predict],    "point",         In(Screen::is_pointing),       "when asked: point at the next unused action"),
    step(Step::Point(M::Up),                   &[on(Up), key('k')],           &[Predict],    "",              In(Screen::is_pointing),       "when asked: point at the unused action before"),
    step(Step::Jump(true),                     &[key('J')],                   &[Predict],    "jump",          In(Screen::is_pointing),       "when asked: point at the next one with another first word"),
    step(Step::Jump(false),                    &[key('K')],                   &[Predict],    "",              In(Screen::is_pointing),       "when asked: point at the one before with another first word"),
    step(Step::ThisOne,                        &[on(Enter)],                  &[Predict],    "this one",      In(Screen::is_pointing),       "when asked: what you point at starts with the prefix"),
    step(Step::None,                           &[key('n')],                   &[Predict],    "none",          In(Screen::is_pointing),       "when asked: no unused action starts with the prefix"),
    step(Step::Choose(0),                      &[key('1')],                   &[Predict],    "choose",        In(Screen::is_choosing),       "when asked what is written: the first"),
    step(Step::Choose(1),                      &[key('2')],                   &[Predict],    "",              In(Screen::is_choosing),       "when asked what is written: the second"),
    step(Step::Choose(2),                      &[key('3')],                   &[Predict],    "",              In(Screen::is_choosing),       "when asked what is written: the third"),
    step(Step::Choose(3),                      &[key('4')],                   &[Predict],    "",              In(Screen::is_choosing),       "when asked what is written: the fourth"),
    step(Step::Choose(4),                      &[key('5')],                   &[Predict],    "",              In(Screen::is_choosing),       "when asked what is written: the fifth"),
    step(Step::Hint,                           &[key('H'), key('h'), on(F(4))], &[Predict], "hint",          Always,                        "when asked: a hint"),
    step(Step::Swap,                     &[on(Tab)],              STEPS,         "trie/names",      In(Screen::has_one_of_two),   "the trie or the names, where there is room for one of them"),
    step(Step::Ask,                      &[on(Right), key('c'), key(' ')], &[Predict],   "",                Always,                            "when asked: says that you have to answer first"),
    step(Step::Tell,                     &[on(F(2))],             &[Predict],    "",                Always,                       "when asked: tell the answer; so does Esc Esc"),
    step(Step::GoTo,                     &[on(Enter)],                                &[StepNumber], "go",              Always,                       "after g: go to the step of this number"),
    step(Step::Next,                     &[on(Right), on(Enter)],                     &[Steps],      "next",            Always,                       "in the steps: the next step"),
    step(Step::Back,                     &[on(Left)],                                 STEPS,         "back",            Always,                       "in the steps: the step before"),
    step(Step::AskNumber,                &[key('g')],                                 STEPS,         "",                Always,                       "go to the step of a number"),
    step(Step::NextResult,               &[key('c')],                                 &[Steps],      "next result",     Always,                       "the next step that gives something to the policy"),
    step(Step::Leave,                    &[key('q')],                                 STEPS,         "leave",           Always,                       "leave the steps; a lesson can be continued later"),
    step(Step::Play,                     &[key(' ')],                                 &[Steps],      "play",            Always,                       "in the steps: go on by itself, or stop"),
    step(Step::Accept,                   &[key('a')],                                 &[Steps],      "accept",          In(Screen::can_decide_steps), "accept the entry whose steps these are"),
    step(Step::Reject,                   &[key('r')],                                 &[Steps],      "reject",          In(Screen::can_decide_steps), "leave that entry as it was"),
    step(Step::Predict,                  &[key('p')],                                 STEPS,         "predict",         Always,                       "ask about some prefixes before they are told, or stop asking"),
    row(Shell(S::Move(M::First)), &[on(Home)], STEPS, G::Learn, "", Always, "the first step"),
    row(Shell(S::Move(M::Last)),  &[on(End)],  STEPS, G::Learn, "", Always, "the next question, or the last step"),

    // Among the cases of a lesson.
    case(CaseDo::Choose(0), &[key('1')], &[Cases], "choose", In(Screen::is_asked_in_case), "when asked in a case: choose the first"),
    case(CaseDo::Choose(1), &[key('2')], &[Cases], "",       Always, "when asked in a case: choose the second"),
    case(CaseDo::Choose(2), &[key('3')], &[Cases], "",       Always, "when asked in a case: choose the third"),
    case(CaseDo::Choose(3), &[key('4')], &[Cases], "",       Always, "when asked in a case: choose the fourth"),
    case(CaseDo::Choose(4), &[key('5')], &[Cases], "",       Always, "when asked in a case: choose the fifth"),
    case(CaseDo::Point(M::Down), &[on(Down), key('j')], &[CasePoint], "point",  Always, "when asked which line decides: point at the next one"),
    case(CaseDo::Point(M::Up),   &[on(Up), key('k')],   &[CasePoint], "",       Always, "when asked which line decides: point at the one before"),
    case(CaseDo::ThisLine,  &[on(Enter)],  &[CasePoint], "this one", Always, "when asked which line decides: the one you point at does"),
    case(CaseDo::NoLine,    &[key('n')],   &[CasePoint], "none",     Always, "when asked which line decides: none does"),
    case(CaseDo::Write,     &[on(Enter)],  &[CaseWrite], "answer",   Always, "when asked for an entry: it is what is typed"),
    case(CaseDo::Next,      &[on(Enter), on(Right), key(' ')], &[Cases], "next", In(Screen::is_told_in_case), "in the cases: the next one; behind the last the task"),
    case(CaseDo::Next,      &[on(Right), key(' ')], &[CasePoint], "", Always, "when asked which line decides: says to answer first"),
    case(CaseDo::Back,      &[on(Left)],   &[Cases, CasePoint], "back",  Always, "in the cases: the one before"),
    case(CaseDo::Hint,      &[key('H'), key('h'), on(F(4))], &[Cases, CasePoint], "hint", In(Screen::is_asked_in_case), "when asked in a case: where to look"),
    case(CaseDo::Hint,      &[on(F(4))],   &[CaseWrite], "hint",  Always, "when asked for an entry: where to look"),
    case(CaseDo::Back,      &[on(F(3))],   &[CaseWrite], "back",  Always, "when asked for an entry: the case before"),
    case(CaseDo::Tell,      &[on(F(2))],   &[Cases, CasePoint, CaseWrite], "", Always, "when asked in a case: tell it; so does Esc Esc"),
    case(CaseDo::Leave,     &[key('q')],   &[Cases, CasePoint], "leave", Always, "in the cases: leave; the lesson can be continued later"),

    // In practice.
    practice(P::Check,          &[on(Enter)],              &[Practice],       "write, check", "in practice: write what is typed; if nothing is, check the set"),
    practice(P::Take,           &[on(Tab)],                &[Practice],       "",            "in practice: take what is pointed at, or take it back; or Space"),
    practice(P::Longer,         &[on(Right)],              &[Practice],       "longer",      "in practice: point at a longer prefix of the name"),
    practice(P::Shorter,        &[on(Left)],               &[Practice],       "shorter",     "in practice: point at a shorter prefix of the name"),
    practice(P::Choose(0),      &[key('1')],               &[PracticeChoose], "choose",      "in practice: choose the first for this row, and go on"),
    practice(P::Choose(1),      &[key('2')],               &[PracticeChoose], "",            "in practice: choose the second"),
    practice(P::Choose(2),      &[key('3')],               &[PracticeChoose], "",            "in practice: choose the third"),
    practice(P::Choose(3),      &[key('4')],               &[PracticeChoose], "",            "in practice: choose the fourth"),
    practice(P::Choose(4),      &[key('5')],               &[PracticeChoose], "",            "in practice: choose the fifth"),
    practice(P::ChooseNext,     &[on(Right), key(' '), key('l')], &[PracticeChoose], "next choice", "in practice: take the next choice for this row"),
    practice(P::ChoosePrevious, &[on(Left), key('h')],     &[PracticeChoose], "",            "in practice: take the choice before"),
    practice(P::Check,          &[on(Enter)],              &[PracticeChoose], "check",       "in practice: check whether all rows are right"),
    row(Message::Practice(P::Hint), &[on(F(4))], &[Practice], G::Learn, "hint", A(App::gives_hints), "in practice: how a name is decided that is not right"),
    row(Message::Practice(P::Hint), &[key('H'), on(F(4))], &[PracticeChoose], G::Learn, "hint", A(App::gives_hints), "in practice: the line of the rule for a row that is not right"),
    practice(P::Tell,           &[on(F(2))],               PRACTISING,        "",            "in practice: tell the result; so does Esc Esc"),
    practice(P::Next,           &[on(Enter), key(' ')],    &[PracticeDone],   "next set",    "in practice: go on to the next set"),
    practice(P::LookAtSet,      &[on(Enter)],              &[TestSheet],      "look at it",  "in a test: the set with its result"),
    row(Message::Practice(P::Swap), &[on(Tab)], &[PracticeDone, Playground], G::Learn, "trie/result", A(App::has_trie_or_result), "the trie or the result, where there is room for one of them"),
    practice(P::Mark,           &[key(' ')],               &[Playground],     "mark",        "in the playground: mark the name as unused, kept, or used"),
    practice(P::MarkAtRandom,   &[key('r')],               &[Playground],     "random",      "in the playground: mark all names at random"),
    practice(P::CutNext,        &[key('c')],               &[Playground],     "cut",         "in the playground: cut the names at words, characters, nowhere"),
    practice(P::AskWildcard,    &[key('w'), key('/')],     &[Playground],     "wildcard",    "in the playground: take another wildcard"),
    practice(P::TakeWildcard,   &[on(Enter)],              &[PlaygroundWildcard], "take it", "in the playground: take the wildcard that is typed"),
    practice(P::Steps,          &[on(Enter)],              &[Playground],     "steps",       "in the playground: the steps that come to the result"),
    row(Shell(S::Quit), &[key('q'), ctrl('c')], &[Playground], G::Leave, "leave", Always, "leave the playground"),
    row(Message::Practice(P::BackToSteps), &[on(F(3))], &[Practice, PracticeDone], G::Learn, "back to steps", A(App::can_go_back_to_steps), "in the task of a lesson: back to its steps and questions"),
    row(Message::Practice(P::NextLesson), &[key('n')],     &[PracticeDone], G::Learn, "next lesson", A(App::leads_on), "in practice: go on to the next lesson"),
    row(Shell(S::Move(M::Down)), &[on(Down)], &[Practice], G::Learn, "", Always, "in practice: point at the next name"),
    row(Shell(S::Move(M::Up)),   &[on(Up)],   &[Practice], G::Learn, "", Always, "in practice: point at the name before"),
    row(Shell(S::Quit), &[ctrl('c')], &[Practice], G::Leave, "leave", Always, "leave; what was practised is kept"),
    row(Message::Practice(P::Swap), &[on(F(5))], &[Practice], G::Learn, "trie/result", A(App::has_trie_or_result), "in practice: the trie or the entries, where one has room"),
    row(Shell(S::Quit), &[key('q'), ctrl('c')], &[PracticeChoose, PracticeDone, TestSheet], G::Leave, "leave", Always, "leave practice where nothing is typed"),
    row(Shell(S::Close), &[on(Esc)], PRACTISING, G::Learn, "Esc tell it", Always, "in practice: delete what is typed; twice: tell the result"),
    row(Shell(S::Help), &[on(F(1))], &[CaseWrite, Practice], G::Look, "keys", Always, "show all keys where letters are typed"),

    // Answering a question, or choosing in what is open over the panes.
    row(Shell(S::ConfirmWrite),          &[on(Enter)],                     &[Write],      G::Leave,  "write",     In(Screen::can_write), "in the preview: write what it shows"),
    row(Shell(S::ConfirmQuit),           &[key('q'), key('y'), ctrl('c')], &[Quit],       G::Leave,  "leave",     Always,                "when asked: leave without writing; what is saved can be resumed"),
    row(Review(R::Trie(T::ConfirmMark)), &[on(Enter)],                     &[Keep, Drop], G::Decide, "yes",       Always,                "when asked: set the mark"),
    mark_in(0, &[key('1')], "when asked in which entry a mark is set: in the first"),
    mark_in(1, &[key('2')], "when asked in which entry a mark is set: in the second"),
    mark_in(2, &[key('3')], "when asked in which entry a mark is set: in the third"),
    mark_in(3, &[key('4')], "when asked in which entry a mark is set: in the fourth"),
    mark_in(4, &[key('5')], "when asked in which entry a mark is set: in the fifth"),
    row(Shell(S::Close),                 &[on(Enter)],                     &[Unmarked],   G::Decide, "",          Always,                "when no mark could be set: go on"),
    row(Review(R::ConfirmReject),        &[on(Enter)],                     &[Reject],     G::Decide, "reject",    Always,                "when asked: reject, with the reason typed, or without one"),
    row(Review(R::ConfirmAcceptAll),     &[on(Enter), key('A')],           &[AcceptAll],  G::Decide, "accept",    Always,                "when asked: accept them, also what was used before"),
    row(Shell(S::RunRow),                &[on(Enter)],                     &[Help],       G::Look,   "run",       Always,                "in this list: run the selected row"),
    row(Review(R::Cut(C::Take)),         &[on(Enter)],                     &[Cut],        G::Decide, "take it",   Always,                "in the table of cuts: cut the names as chosen"),
    row(Review(R::Cut(C::Next)),         &[on(Right), key('l')],           &[Cut],        G::Move,   "choose",    Always,                "in the table of cuts: the next one"),
    row(Review(R::Cut(C::Previous)),     &[on(Left), key('h')],            &[Cut],        G::Move,   "",          Always,                "in the table of cuts: the one before"),
    row(Review(R::Cut(C::Names)),        &[key(' ')],                      &[Cut],        G::Look,   "names",     A(App::can_show_names),                "in the table of cuts: what would have been granted, by name"),
    row(Review(R::Fit(FitMessage::Take)),  &[on(Enter)],                   &[Fit],        G::Decide, "leave whole", Always,              "in the lengths: leave whole what the row says, one step"),
    row(Review(R::Fit(FitMessage::Names)), &[key(' '), on(Right), key('l')], &[Fit],      G::Look,   "names",     Always,                "in the lengths: what stays unused, by name, or no more"),
    row(Shell(S::FinishSearch),          &[on(Enter)],                     &[Search],     G::Move,   "stay here", Always,                "in a search: stay where the text was found"),

    // In the panes: about the row under the cursor.
    row(Review(R::TaskHint),          &[key('H'), on(F(4))],  PANES,     G::Learn,  "hint",       In(Screen::gives_task_hints), "in a lesson: a hint; pressed again, the next one, then none"),
    row(Review(R::BackToSteps),       &[key('b'), on(F(3))],  PANES,     G::Learn,  "back to steps", In(Screen::can_go_back_to_steps), "in a lesson: back from the task to its steps and questions"),
    row(Shell(S::NextFound),          &[key('n')],            SEARCHING, G::Move,   "next found", In(Screen::is_searching),  "go to the next place where the text is found"),
    row(Shell(S::PreviousFound),      &[key('N')],            SEARCHING, G::Move,   "",           In(Screen::is_searching),  "go to the previous place where the text is found"),
    row(Review(R::Accept),            &[key('a')],            LISTS,     G::Decide, "accept",     In(Screen::can_decide),    "accept: narrow it as proposed, and go to the next undecided"),
    row(Review(R::Reject),            &[key('r')],            LISTS,     G::Decide, "reject",     In(Screen::can_decide),    "reject: leave it as it was, and go to the next undecided"),
    row(Review(R::AskWhyRejected),    &[key('e')],            LISTS,     G::Decide, "",           In(Screen::can_decide),    "reject and say why; or say why, of what r rejected just now"),
    row(Review(R::Unfold),            &[on(Right), key('l')], LISTS,     G::Move,   "open",       In(Screen::can_unfold),    "unfold, or go to the next pane"),
    row(Review(R::ToEntry(true)),     &[key('J')],            &[Policy], G::Move,   "next entry", In(Screen::is_at_new_entries), "in the policy: the next entry, past what is written for this"),
    row(Review(R::ToEntry(false)),    &[key('K')],            &[Policy], G::Move,   "",           In(Screen::is_at_new_entries), "in the policy: the entry before, or the one of this line"),
    row(Review(R::Cycle),             &[key(' ')],            &[Policy], G::Decide, "",           In(Screen::can_decide),    "in the policy: undecided, accepted, rejected, and again"),
    row(Review(R::Trie(T::Mark)),     &[key(' ')],            &[Trie],   G::Decide, "keep/drop",  In(Screen::can_mark),      "in the trie: keep what is unused, drop what stays, as found"),
    row(Review(R::Trie(T::Split)),    &[key('s')],            &[Trie],   G::Decide, "split",      In(Screen::can_split),     "in the trie: split this safe prefix into its children"),
    row(Review(R::Trie(T::Whole)),    &[key('S')],            &[Trie],   G::Decide, "leave whole", In(Screen::can_leave_whole), "in the trie: leave this unsafe prefix whole, as it was found"),
    row(Review(R::Trie(T::LetGo)),    &[key('x')],            &[Policy, Trie], G::Decide, "let go", In(Screen::can_let_go),   "let go what is held back; in the trie: take the row's mark back"),
    row(Review(R::Trie(T::TakeBack)), &[key('x')],            &[Why],    G::Decide, "take back",  In(Screen::has_marks),     "among the reasons: take back the selected mark; the others stay"),

    // In the panes: about the whole wildcard or the whole review.
    row(Review(R::Steps(Step::Show)), &[key('t')],            PANES,   G::Look,   "steps",      In(Screen::has_trie),               "show how this wildcard is refined, step by step"),
    row(Review(R::Diff),              &[key('d')],            PANES,   G::Look,   "diff",       Always,                             "show the diff of the bytes that would be written, or go back"),
    row(Review(R::Undo),              &[key('u')],            UNDOING, G::Decide, "undo",       In(Screen::can_undo),               "undo the last decision; there is no limit"),
    row(Shell(S::Write),              &[key('w'), ctrl('s')], WRITING, G::Leave,  "write",      Always,                             "show what would be written, and ask"),
    row(Review(R::Cut(C::Show)),      &[key('v')],            PANES,   G::Decide, "cut",        In(Screen::has_trie),               "where the names of this wildcard are cut: a table of cuts"),
    row(Review(R::Cut(C::ShowAll)),   &[key('V')],            PANES,   G::Decide, "",           In(Screen::has_wildcards),          "one cut for all wildcards: what each comes to in all"),
    row(Review(R::Fit(FitMessage::Show)), &[key('F')],        PANES,   G::Decide, "",           In(Screen::has_proposals),          "fit AWS's quota: what each length of the policy leaves whole"),
    row(Review(R::AcceptAll),         &[key('A')],            PANES,   G::Decide, "accept all", In(Screen::has_undecided),          "accept all that is undecided, as one step; never a NotAction"),
    row(Review(R::NextUndecided),     &[key('.')],            PANES,   G::Move,   "next",       In(Screen::has_next_undecided),     "go to the next undecided entry"),
    row(Shell(S::Search),             &[key('/')],            SEARCHING, G::Move, "search",     Always,                             "search statements, entries and tries, or the text shown"),
    row(Shell(S::Filter),             &[key('f')],            LISTS,   G::Look,   "filter",     Always,                             "show other entries: all, changed, undecided, unsafe"),
    row(Review(R::Order),             &[key('o')],            LISTS,   G::Look,   "",           In(Screen::has_proposals),          "order entries by risk, by what goes, by cost, or as written"),
    row(Review(R::Copy),              &[key('y')],            COPYING, G::Look,   "",           Always,                             "copy the diff, through the terminal"),
    row(Review(R::Redo),              &[ctrl('r'), key('U')], PANES,   G::Decide, "",           In(Screen::can_redo),               "redo"),
    row(Review(R::RejectAll),         &[key('R')],            PANES,   G::Decide, "",           In(Screen::has_undecided),          "reject all that is undecided, as one step; never a NotAction"),
    row(Review(R::PreviousUndecided), &[key(',')],            PANES,   G::Move,   "",           In(Screen::has_previous_undecided), "go to the previous undecided entry"),

    // In the list of an account's policies.
    row(Shell(S::ConfirmWrite),  &[on(Enter)],                      &[ListWrite],      G::Leave,  "write",      A(App::can_write_folder),          "write the folder that the preview tells of"),
    row(Shell(S::ConfirmQuit),   &[key('q'), key('y'), ctrl('c')],  &[ListQuit],       G::Leave,  "leave",      Always,                            "leave without writing; run the same command to resume"),
    row(Shell(S::FinishSearch),  &[on(Enter)],                      &[ListSearch],     G::Move,   "stay here",  Always,                            "stay where the text was found"),
    row(Shell(S::NextFound),     &[key('n')],                       &[List],           G::Move,   "next found", InList(AccountList::is_searching), "go to the next policy in which it is found"),
    row(Shell(S::PreviousFound), &[key('N')],                       &[List],           G::Move,   "",           InList(AccountList::is_searching), "go to the previous policy in which it is found"),
    row(Message::List(L::Open),  &[on(Enter), on(Right), key('l')], &[List],           G::Decide, "open",       InList(AccountList::can_open),     "open the policy: decide what goes, q comes back to the list"),
    row(Message::List(L::Accept), &[key('a')],                      &[List],           G::Decide, "accept",     InList(AccountList::can_open),     "accept what goes of this policy, or of the selected ones"),
    row(Shell(S::Write),         &[key('w'), ctrl('s')],            &[List, ListQuit], G::Leave,  "write",      Always,                            "show what would be written of all policies, and ask"),
    row(Message::List(L::Select), &[key(' ')],                      &[List],           G::Decide, "select",     InList(AccountList::can_open),     "select this policy, or no more; Esc selects none"),
    row(Message::List(L::AcceptAll), &[key('A')],                   &[List],           G::Decide, "accept all", InList(AccountList::has_to_review),                            "accept what goes of all listed, but what one has to look at"),
    row(Message::List(L::Undo),  &[key('u')],                       &[List],           G::Decide, "undo",       InList(AccountList::can_undo),     "undo what was accepted in the list last"),
    row(Message::List(L::Diff),  &[key('d')],                       &[List, ListDiff], G::Look,   "diff",       Always,                            "show the diff of this policy, or go back"),
    row(Message::List(L::Order), &[key('o')],                       &[List],           G::Look,   "order",      Always,                            "order: unused, access level, size, name, what is decided"),
    row(Shell(S::Search),        &[key('/')],                       &[List],           G::Move,   "search",     Always,                            "search names, entries and actions, as s3:GetObject"),
    row(Shell(S::Filter),        &[key('f')],                       &[List],           G::Look,   "filter",     Always,                            "show other policies: all, to review, changed, kept"),

    // Moving: none of these decides.
    row(Shell(S::Move(M::Down)),       &[key('j'), on(Down)], SCROLLING, G::Move, "", Always, "down"),
    row(Shell(S::Move(M::Up)),         &[key('k'), on(Up)],   SCROLLING, G::Move, "", Always, "up"),
    row(Shell(S::Move(M::Down)),       &[on(Down)],           &[Unmarked], G::Move, "", Always, "when no mark could be set: on, one row down"),
    row(Shell(S::Move(M::Up)),         &[on(Up)],             &[Unmarked], G::Move, "", Always, "when no mark could be set: on, one row up"),
    row(Shell(S::Move(M::Down)),       &[on(Down)],           &[Help],   G::Move, "", Always, "down in the help"),
    row(Shell(S::Move(M::Up)),         &[on(Up)],             &[Help],   G::Move, "", Always, "up in the help"),
    row(Shell(S::Move(M::First)),      &[on(Home)],           &[Help],   G::Move, "", Always, "to the first row of the help"),
    row(Shell(S::Move(M::Last)),       &[on(End)],            &[Help],   G::Move, "", Always, "to the last row of the help"),
    row(Review(R::Fold),               &[key('h'), on(Left)], LISTS,     G::Move, "", Always, "fold, or go to what is above, or to the pane before"),
    row(Review(R::Trie(T::UnfoldAll)), &[key('=')],           &[Trie],   G::Move, "", Always, "in the trie: unfold it and all that is beneath it"),
    row(Review(R::Trie(T::FoldAll)),   &[key('-')],           &[Trie],   G::Move, "", Always, "in the trie: fold it and all that is beneath it"),
    row(Review(R::Open),               &[on(Enter)],          PANES,     G::Move, "", Always, "in a pane: unfold, fold, or go to the next pane"),
    row(Shell(S::Move(M::First)),      &[key('g'), on(Home)], SCROLLING, G::Move, "", Always, "to the first row"),
    row(Shell(S::Move(M::Last)),       &[key('G'), on(End)],  SCROLLING, G::Move, "", Always, "to the last row"),
    row(Shell(S::Move(M::HalfDown)),   &[ctrl('d')],          SCROLLING, G::Move, "", Always, "half a page down"),
    row(Shell(S::Move(M::HalfUp)),     &[ctrl('u')],          SCROLLING, G::Move, "", Always, "half a page up"),
    row(Shell(S::Move(M::PageDown)),   &[on(PageDown)],       PAGING,    G::Move, "", Always, "a page down"),
    row(Shell(S::Move(M::PageUp)),     &[on(PageUp)],         PAGING,    G::Move, "", Always, "a page up"),
    row(Review(R::Show(Pane::Policy)), &[key('1')],           PANES,     G::Move, "", Always, "go to the policy"),
    row(Review(R::Show(Pane::Trie)),   &[key('2')],           PANES,     G::Move, "", Always, "go to the trie of the wildcard"),
    row(Review(R::Show(Pane::Why)),    &[key('3')],           PANES,     G::Move, "", Always, "go to the reasons"),
    row(Review(R::Show(Pane::Diff)),   &[key('4')],           PANES,     G::Move, "", Always, "go to the diff"),
    row(Review(R::OnePane),            &[key('z')],           PANES,     G::Look, "", Always, "show one pane over the whole screen, or all of them again"),
    row(Review(R::NextPane),           &[on(Tab)],            PANES,     G::Move, "", Always, "go to the next pane"),
    row(Review(R::PreviousPane),       &[on(BackTab)],        PANES,     G::Move, "", Always, "go to the pane before"),

    // Closing, leaving, and the keys themselves; the last row is seen in every footer.
    row(Shell(S::Close),       &[on(Esc)],             CLOSING,            G::Move,  "back", A(App::can_close), "close what is open; never decides, never leaves the program"),
    row(Shell(S::Quit),        &[key('q'), ctrl('c')], QUITTING,           G::Leave, "",     Always,            "leave, or go back to the list of the account"),
    row(Shell(S::Quit),        &[key('q'), ctrl('c')], &[List, ListWrite, ListDiff], G::Leave, "quit", Always,            "leave; asks when decisions are not written"),
    row(Shell(S::Quit),        &[ctrl('c')],           OPEN,               G::Leave, "",     Always,            "leave from what is open"),
    row(Shell(S::ConfirmQuit), &[key('q'), ctrl('c')], &[TooSmall],        G::Leave, "",     Always,            "in a window too small to show anything: leave, write nothing"),
    row(Shell(S::Edit(Edit::Left)),          &[on(Left)],            EDITING, G::Look, "", Always, "while one types: one character back"),
    row(Shell(S::Edit(Edit::Right)),         &[on(Right)],           EDITING, G::Look, "", Always, "while one types: one character on"),
    row(Shell(S::Edit(Edit::Start)),         &[on(Home), ctrl('a')], PROMPTS, G::Look, "", Always, "while one types: to the start"),
    row(Shell(S::Edit(Edit::End)),           &[on(End), ctrl('e')],  PROMPTS, G::Look, "", Always, "while one types: to the end"),
    row(Shell(S::Edit(Edit::DeleteBefore)),  &[on(Backspace)],       TYPING, G::Look, "", Always, "delete the character before"),
    row(Shell(S::Edit(Edit::DeleteHere)),    &[on(Delete)],          TYPING, G::Look, "", Always, "delete the character that one is on"),
    row(Shell(S::Edit(Edit::DeleteWord)),    &[ctrl('w')],           TYPING, G::Look, "", Always, "delete the word before"),
    row(Shell(S::Edit(Edit::DeleteToStart)), &[ctrl('u')],           TYPING, G::Look, "", Always, "delete all that is typed before"),
    row(Shell(S::Suspend),     &[ctrl('z')],           Context::ALL,       G::Leave, "",     Always,            "stop the program; fg brings it back whole"),
    row(Shell(S::Help),        &[key('?'), on(F(1))],  ASKING_FOR_HELP,    G::Look,  "keys", Always,            "show all keys; type to search, Enter runs the row"),
    row(Shell(S::Close),       &[key('?'), on(F(1))],  &[Help],            G::Look,  "",     Always,            "in this list: close it"),
];

const fn row(
    message: Message,
    keys: &'static [Key],
    contexts: &'static [Context],
    group: G,
    hint: &'static str,
    when: When,
    help: &'static str,
) -> Row {
    Row {
        message,
        keys,
        contexts,
        group,
        hint,
        when,
        help,
    }
}

/// A row about the steps of a wildcard.
const fn step(
    message: Step,
    keys: &'static [Key],
    contexts: &'static [Context],
    hint: &'static str,
    when: When,
    help: &'static str,
) -> Row {
    row(
        Review(R::Steps(message)),
        keys,
        contexts,
        G::Learn,
        hint,
        when,
        help,
    )
}

/// A row about the cases of a lesson.
const fn case(
    message: CaseDo,
    keys: &'static [Key],
    contexts: &'static [Context],
    hint: &'static str,
    when: When,
    help: &'static str,
) -> Row {
    let message = Review(R::Cases(message));
    row(message, keys, contexts, G::Learn, hint, when, help)
}

/// A row about the entry that a mark is set in.
const fn mark_in(choice: usize, keys: &'static [Key], help: &'static str) -> Row {
    let message = Review(R::Trie(T::MarkIn(choice)));
    row(message, keys, &[Unmarked], G::Decide, "", Always, help)
}

/// A row about practice.
const fn practice(
    message: P,
    keys: &'static [Key],
    contexts: &'static [Context],
    hint: &'static str,
    help: &'static str,
) -> Row {
    let message = Message::Practice(message);
    row(message, keys, contexts, G::Learn, hint, Always, help)
}

const fn key(letter: char) -> Key {
    on(KeyCode::Char(letter))
}

const fn on(code: KeyCode) -> Key {
    Key { code, ctrl: false }
}

const fn ctrl(letter: char) -> Key {
    Key {
        code: KeyCode::Char(letter),
        ctrl: true,
    }
}

/// In each group the keys that are most used, for whoever reads a list of them all.
#[rustfmt::skip]
const MOST_USED: [(G, &[Key]); 5] = [
    (G::Decide, &[key('a'), key('r'), key('A'), key('R'), key(' '), key('s'), key('S'), key('u'), ctrl('r'), key('v'), key('V'), key('F'), key('x')]),
    (G::Move,   &[key('j'), key('k'), key('h'), key('l'), key('.'), key(','), on(Tab), key('/'), key('n'), key('N')]),
    (G::Look,   &[key('?'), key('d'), key('t'), key('f'), key('o'), key('y')]),
    (G::Leave,  &[key('w'), key('q')]),
    (G::Learn,  &[on(Right), on(Left), key(' '), key('p')]),
];

/// The rows of a review, or of the list of an account, as the help and the documents list them:
/// group by group, and in each first those that mean something in a main place, by how much they
/// are used. The rest is in the order of the table.
pub(crate) fn listed(of_list: bool) -> Vec<&'static Row> {
    let is_there = |context: &Context| context.is_shared() || context.is_of_list() == of_list;
    let rows = ROWS.iter();
    let mut rows: Vec<&Row> = rows
        .filter(|row| row.contexts.iter().any(is_there))
        .collect();
    rows.sort_by_key(|row| place(row, of_list));
    rows
}

/// Where a row is listed: by its group, whether it is used elsewhere alone, and how much.
fn place(row: &Row, of_list: bool) -> (Option<usize>, bool, usize) {
    let group = G::ALL.iter().position(|group| *group == row.group);
    let mut contexts = row.contexts.iter();
    let is_main = contexts.any(|context| context.is_main() && context.is_of_list() == of_list);
    let mut most_used = MOST_USED.iter();
    let keys = most_used.find(|(group, _)| *group == row.group);
    let keys = keys.map_or(&[] as &[Key], |(_, keys)| keys);
    let used = keys
        .iter()
        .position(|key| is_main && row.keys.contains(key));
    (group, !is_main, used.unwrap_or(keys.len()))
}

/// The keys of a review as documents print them: group, keys and help of each row, group by group.
///
/// ```
/// let mut rows = iam_refine::tui::key_table();
/// assert!(rows.any(|(_, keys, _)| keys == "a"));
/// ```
pub fn key_table() -> impl Iterator<Item = (G, String, &'static str)> {
    let rows = listed(false).into_iter();
    rows.map(|row| (row.group, row.keys_text(false), row.help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for &context in Context::ALL {
            let mut seen: Vec<Key> = Vec::new();
            for row in ROWS.iter().filter(|row| row.is_in(context)) {
                for key in row.keys {
                    assert!(!seen.contains(key), "{key:?} is there twice in {context:?}");
                    seen.push(*key);
                }
            }
        }
    }

    #[test]
    fn each_group_is_listed_from_what_is_used_most() {
        let begins = |group: G, begins: &str| {
            let rows = key_table().filter(|(row, ..)| *row == group);
            let keys: Vec<String> = rows.map(|(_, keys, _)| keys).collect();
            let keys = keys.join(", ");
            assert!(keys.starts_with(begins), "{keys}");
        };
        begins(
            G::Decide,
            "a, r, A, R, Space, Space, s, S, u, Ctrl-r U, v, V, F, x, x, e, Enter",
        );
        begins(G::Move, "j ↓, k ↑, h ←, → l, ., ,");
        begins(G::Look, "? F1, d, t, f, o, y");
        begins(G::Leave, "w Ctrl-s, q Ctrl-c");
        begins(G::Learn, "→ Enter, ←, Space, p");
    }

    #[test]
    fn every_help_fits_a_narrow_screen() {
        for row in ROWS {
            let (keys, help) = (row.keys_text(false), row.help);
            assert!(help.len() <= 63, "{keys}: {help}");
        }
    }

    #[test]
    fn what_is_typed_is_never_a_key() {
        for &context in Context::ALL.iter().filter(|context| context.takes_text()) {
            let rows = ROWS.iter().filter(|row| row.is_in(context));
            for key in rows.flat_map(|row| row.keys) {
                let is_letter = match key.code {
                    // Nobody searches the keys for the one that opens them.
                    KeyCode::Char('?') => context != Help,
                    KeyCode::Char(_) => true,
                    _ => false,
                };
                assert!(key.ctrl || !is_letter, "{key:?} in {context:?}");
            }
        }
    }
}
