//! A world after its decisions: what was written, and how the model judges it.

use std::collections::BTreeSet;

use iam_refine::iam::{EntryEdit, StatementEdit};
use iam_refine::proof::{Knowledge, Proved, prove};
use iam_refine::refine::{EntryPlan, Replacement, SettledStatement, StatementPlan, settle_entries};

use super::definition::{Granted, Model};
use super::known::{Standing, status};
use super::pattern::{covers, grants, same, service_of, starts_with};
use super::world::{Given, World};

pub type Edits = Vec<Option<StatementEdit<Replacement>>>;

pub struct Decided {
    pub world: World,
    pub given: Given,
    pub plans: Vec<StatementPlan>,
    pub edits: Edits,
}

/// What becomes of a statement when the proposals at the places that `accepted` says yes to are, 0
/// being that of a `NotAction`.
pub fn settle(plan: &StatementPlan, accepted: impl Fn(usize) -> bool) -> Option<SettledStatement> {
    match plan {
        StatementPlan::Denies => None,
        StatementPlan::NotAction(extension) => accepted(0).then(|| extension.settle()).flatten(),
        StatementPlan::Entries(plans) => {
            let plans: Vec<&EntryPlan> = plans.iter().map(|plan| &**plan).collect();
            settle_entries(&plans, accepted)
        }
    }
}

impl Decided {
    pub fn new(world: World, accepted: &[(usize, usize)]) -> Self {
        let given = world.given();
        let plans = given.plans();
        let edit = |(place, plan): (usize, &StatementPlan)| {
            let settled = settle(plan, |entry| accepted.contains(&(place, entry)));
            settled.map(|settled| settled.edit)
        };
        Decided {
            edits: plans.iter().enumerate().map(edit).collect(),
            world,
            given,
            plans,
        }
    }

    pub fn prove(&self, edits: &Edits) -> Proved {
        let universe = &self.given.universe;
        let policy = self.given.policy();
        let knowledge = Knowledge::new(&universe.catalogue, &universe.unused, [policy])
            .with_kept(&self.given.options.keeps)
            .with_held(self.given.held.iter().map(|(action, _)| action))
            .with_used(&universe.used);
        prove(
            &self.given.document,
            edits,
            &knowledge,
            |statement, entry| self.given.curation(statement, entry),
        )
    }

    /// These edits with other entries in one statement.
    pub fn with(&self, statement: usize, entries: Vec<EntryEdit<Replacement>>) -> Edits {
        let mut edits = self.edits.clone();
        edits[statement] = Some(StatementEdit {
            entries: entries.into(),
        });
        edits
    }

    pub fn model(&self, statement: usize, entry: usize) -> Model<'_> {
        Model::new(
            &self.world,
            &self.world.statements[statement].entries[entry],
        )
    }

    /// Whether a staying action of an entry that does not stand any more is granted by none.
    pub fn loses(&self, statement: usize, entries: &[EntryEdit<Replacement>]) -> bool {
        let stand: BTreeSet<usize> = entries
            .iter()
            .filter_map(|entry| match entry {
                EntryEdit::Kept(place) => Some(*place),
                EntryEdit::New(_) => None,
            })
            .collect();
        let old = &self.world.statements[statement].entries;
        let texts: Vec<String> = entries
            .iter()
            .map(|entry| match entry {
                EntryEdit::Kept(place) => old[*place].text.clone(),
                EntryEdit::New(new) => new.entry.to_string(),
            })
            .collect();
        let is_lost = |action: Granted| {
            let action_text = text_of(&action);
            action.stays && !texts.iter().any(|text| grants(text, &action_text))
        };
        (0..old.len())
            .filter(|place| !stand.contains(place))
            .any(|place| {
                self.model(statement, place)
                    .granted()
                    .into_iter()
                    .any(is_lost)
            })
    }

    /// Whether a new entry grants an action that goes. Under `*` those of a service that the
    /// catalogue does not have may stay granted.
    pub fn grants_what_goes(&self, statement: usize, entries: &[EntryEdit<Replacement>]) -> bool {
        entries.iter().any(|entry| {
            let EntryEdit::New(new) = entry else {
                return false;
            };
            let text = new.entry.to_string();
            let model = self.model(statement, new.from);
            let goes = self.going(&model);
            goes.iter().any(|action| grants(&text, action))
        })
    }

    /// The actions that an entry grants and that go.
    pub fn going(&self, model: &Model<'_>) -> Vec<String> {
        let unlisted =
            |action: &Granted| status(&self.world, &action.service) == Standing::Unlisted;
        let granted = model.granted().into_iter();
        granted
            .filter(|action| !action.stays && (model.text != "*" || !unlisted(action)))
            .map(|action| text_of(&action))
            .collect()
    }

    /// Whether a new entry is not inside the one it replaces.
    pub fn adds(&self, statement: usize, entries: &[EntryEdit<Replacement>]) -> bool {
        entries.iter().any(|entry| {
            let EntryEdit::New(new) = entry else {
                return false;
            };
            let old = &self.world.statements[statement].entries[new.from].text;
            !covers(old, &new.entry.to_string())
        })
    }

    /// Whether a prefix of names would have been safe: a wildcard may not claim it as its parent.
    pub fn is_safe(&self, model: &Model<'_>, prefix: &str) -> bool {
        let service = service_of(prefix);
        let granted = model.granted();
        let mut opens = granted
            .iter()
            .filter(|action| !action.stays || action.is_whole());
        status(&self.world, service) == Standing::Listed
            && !opens.any(|action| starts_with(&text_of(action), prefix))
            && !model.marks.iter().any(|mark| same(&mark.prefix, prefix))
    }
}

fn text_of(action: &Granted) -> String {
    format!("{}:{}", action.service, action.name)
}
