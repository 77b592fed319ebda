//! What is said of a proposal, and the question about it. It is said whole when one comes to it, and
//! after an answer that does not lead on, the question alone is asked again.

use std::fmt::Write as _;
use std::io;

use super::{Pending, Plain};
use crate::catalogue::Catalogue;
use crate::explain::report::{levels_in_words, spoken_proof};
use crate::explain::{GoingAction, OutcomeReason, going_in_order};
use crate::iam::Action;
use crate::refine::{Claim, EntryOutcome, Mark};
use crate::review::{Decision, EntryPlace, statement_title};
use crate::text::{Untrusted, counted, grouped, printable};
use crate::tui::leaving_note;

/// How many names or entries a line holds.
const NAMED: usize = 5;

impl Plain<'_> {
    /// Asks what comes next; the question is the last that is said.
    pub(super) fn ask(&mut self) -> io::Result<()> {
        if let Some(pending) = &self.pending {
            let question = match pending {
                Pending::Drop(_) => "Let them go?".to_owned(),
                Pending::Accept(_) => "Accept it, these too?".to_owned(),
                Pending::AcceptAll => "Accept all, these too?".to_owned(),
                Pending::Fit(..) => "Leave these whole?".to_owned(),
                Pending::Write => "Write this?".to_owned(),
                Pending::Leave => {
                    let note = leaving_note(self.review.decisions(), self.is_saved);
                    writeln!(self.out, "{note}")?;
                    "Leave?".to_owned()
                }
            };
            write!(self.out, "[y/N] {question} ")?;
            return self.out.flush();
        }
        let item = self.item();
        self.asked.extend(item.iter().flatten());
        let said = match &item {
            Some(item) => self.said_of(item),
            None => format!("All were asked. {}\n", self.now()),
        };
        let prompt = match &item {
            Some(item) => self.prompt(item),
            None => ASKED_AT_THE_END.to_owned(),
        };
        let text = match self.said.replace(said.clone()) {
            Some(before) if before == said => prompt,
            _ => format!("\n{said}{prompt}"),
        };
        write!(self.out, "{text}")?;
        self.out.flush()
    }

    /// The question about `item`.
    fn prompt(&self, item: &[EntryPlace]) -> String {
        let state = self.review.state();
        let name = match item {
            [place] => match state.entry(*place) {
                Some(entry) => entry.plan.old.to_string(),
                None => "This NotAction".to_owned(),
            },
            several => format!("These {}", several.len()),
        };
        let are = if item.len() > 1 { "are" } else { "is" };
        let decision = state.decision(item[0]).unwrap_or_default();
        let because = match state.reason(item[0]) {
            Some(reason) => format!(", because: {reason}"),
            None => String::new(),
        };
        let mut answers = vec!["a", "r", "s"];
        answers.extend(match item {
            [_] => None,
            _ => Some("each"),
        });
        answers.extend(["go", "why", "?"]);
        let question = match decision {
            Decision::Undecided => "Accept?",
            Decision::Accepted => "Leave it accepted?",
            Decision::Rejected => "Leave it rejected?",
        };
        format!(
            "{name} {are} {}{because} ({}). {question} ",
            decision.as_str(),
            answers.join(", ")
        )
    }

    /// Takes what is asked about for told, as it is now.
    pub(super) fn is_told(&mut self) {
        self.said = self.item().map(|item| self.said_of(&item));
    }

    /// All there is to say of `item` that fits a few lines.
    fn said_of(&self, item: &[EntryPlace]) -> String {
        let place = item[0];
        let document = self.review.input().document(place.policy);
        let title = statement_title(&document.policy().statements[place.statement]);
        let items = self.items();
        let mut text = format!(
            "[{} of {}] {}, statement {}: {title}\n",
            self.here(&items).map_or(0, |at| at + 1),
            items.len(),
            self.policy_name(place.policy),
            place.statement + 1,
        );
        text += &match item {
            [place] => self.said_of_one(*place),
            several => self.said_of_several(several),
        };
        let state = self.review.state();
        let why_whole = state.why_whole(self.review.input(), place.policy, place.statement);
        if let Some(why) = why_whole {
            let why = printable(why);
            let _ = writeln!(text, "The statement has to stay as it is: {why}.");
        }
        text
    }

    fn said_of_several(&self, item: &[EntryPlace]) -> String {
        let entry = self.review.state().entry(item[0]);
        let service = entry.and_then(|entry| entry.plan.old.service());
        let service = service.map_or_else(String::new, |service| format!(" of {service}"));
        let reason = OutcomeReason::of_entry(&self.review, item[0]);
        let why = reason.map_or_else(String::new, |reason| reason.sentence("Each"));
        format!(
            "{} actions{service}. {why}\n{}",
            item.len(),
            self.going_line(item)
        )
    }

    fn said_of_one(&self, place: EntryPlace) -> String {
        let state = self.review.state();
        let Some(entry) = state.entry(place) else {
            let additions: Vec<String> = (state.additions(place).iter())
                .map(ToString::to_string)
                .collect();
            return format!(
                "NotAction: it would not grant {} any more: {}\n",
                counted(additions.len(), "entry more", "entries more"),
                first_of(&additions, "go")
            );
        };
        let old = entry.plan.old.to_string();
        let mut text = String::new();
        if let Some(reason) = OutcomeReason::of_entry(&self.review, place) {
            let _ = writeln!(text, "{}", reason.sentence(&old));
        }
        text += &self.going_line(&[place]);
        if let EntryOutcome::Narrowed(_) = entry.plan.outcome {
            let new = first_of(&self.new_entries(place), "new");
            let _ = writeln!(text, "Written in its place: {new}");
        }
        if let Some(compared) = self.review.compared().get(place) {
            let _ = writeln!(text, "AWS: {compared}");
        }
        text + &marks_in_lines(&entry.marks)
    }

    /// The actions that go, as far as a line holds them; none where none goes.
    fn going_line(&self, item: &[EntryPlace]) -> String {
        let going = self.going(item);
        if going.is_empty() {
            return String::new();
        }
        let universe = self.review.input().universe_of(item[0].policy);
        let actions: Vec<Action> = going.iter().map(|one| one.action.clone()).collect();
        let levels = levels_in_words(universe.catalogue.levels_of(&actions).iter());
        let names: Vec<String> = going.iter().map(GoingAction::in_words).collect();
        let sum = match going.len() {
            1 => "Goes".to_owned(),
            many => format!("{} go ({levels})", grouped(many)),
        };
        format!("{sum}: {}\n", first_of(&names, "go"))
    }

    /// What the proposals at `item` take away, the most far-reaching first.
    pub(super) fn going(&self, item: &[EntryPlace]) -> Vec<GoingAction> {
        let actions = item
            .iter()
            .flat_map(|place| self.review.what_goes_at(*place));
        let actions: Vec<Action> = actions.collect();
        going_in_order(&self.review, item[0].policy, &actions)
    }

    /// What is written in the place of an entry, each with how much it grants.
    pub(super) fn new_entries(&self, place: EntryPlace) -> Vec<String> {
        let state = self.review.state();
        let entry = state.entry(place);
        let new = entry.and_then(|entry| entry.plan.replacements());
        let left_out = self.review.left_out(place);
        let is_written = |entry: &_| !left_out.iter().any(|out| out.entry == entry);
        let new = new.unwrap_or_default().iter();
        let new = new.filter(|new| is_written(&new.entry)).map(|new| {
            let whole = match new.claim {
                Claim::WholePrefix { .. } => ", left whole",
                _ => "",
            };
            let grants = counted(new.grants, "action", "actions");
            format!("{}, {grants}{whole}", new.entry)
        });
        new.collect()
    }

    /// What would be true if it were written now.
    pub(super) fn now(&self) -> String {
        let now = self.review.now();
        let catalogue: &Catalogue = &self.review.input().universe.catalogue;
        format!(
            "{} gone, {} undecided. {}",
            counted(now.gone, "unused action is", "unused actions are"),
            now.undecided,
            spoken_proof(&self.review.proof(), catalogue)
        )
    }

    /// What a policy is called: its file, or what its block makes and where that is written.
    pub(super) fn policy_name(&self, policy: usize) -> String {
        let loaded = self.review.policy(policy).loaded;
        let name = loaded.document.source().name();
        match &loaded.origin.block {
            Some(block) => format!("{}, {name} line {}", printable(&block.called()), block.line),
            None => name.to_string(),
        }
    }
}

/// Marks, a line each, with their reasons.
pub(super) fn marks_in_lines(marks: &[Mark]) -> String {
    let lines = marks.iter().map(|mark| {
        let reason = mark.reason.as_ref();
        let reason = reason.map_or("no reason given".into(), Untrusted::to_string);
        format!("Mark: {} {}: {reason}\n", mark.kind, mark.prefix)
    });
    lines.collect()
}

const ASKED_AT_THE_END: &str = "(w, d, b, n, q, ?) Write it? ";

/// The first of `names`, and how many more there are, which the answer `tells` names.
pub(super) fn first_of(names: &[String], tells: &str) -> String {
    let shown = names.len().min(NAMED);
    // Of one more it takes no more room to name it.
    let shown = if names.len() == NAMED + 1 {
        shown + 1
    } else {
        shown
    };
    let first = names[..shown].join("; ");
    match names.len() - shown {
        0 => format!("{first}."),
        more => format!(
            "{first}; and {} more: {tells} names them all.",
            grouped(more)
        ),
    }
}
