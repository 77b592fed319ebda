//! Cases as `lesson.toml` has them: what is told, and what is asked about.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::iam::{Action, ActionPattern};
use crate::lessons::asked::change::{self, Change};
use crate::lessons::asked::cuts::{self, Purpose};
use crate::lessons::asked::visited::{self, FewNames};
use crate::lessons::asked::{
    Case, Matter, appended, beside, entries, evidence, granting, lengths, letters, result,
};
use crate::lessons::form::{FromText, Wrong, by_key};
use crate::refine::Granularity;

/// A `[[case]]`: something to be told, and at most one question.
pub(in crate::lessons) struct WrittenCase {
    told: WrittenTold,
    asked: Option<WrittenQuestion>,
}

/// What every case can have.
#[derive(Deserialize)]
struct WrittenTold {
    /// What is said first.
    #[serde(default)]
    tell: String,
    /// Whether the question is an example, which is told at once.
    #[serde(default)]
    example: bool,
}

/// What is asked, by the key that is there for it alone; and what a cut writes, which is told.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenQuestion {
    /// Why this action is granted still, perhaps by a finding that is made anew.
    Why {
        why: FromText<Action>,
        #[serde(default)]
        anew: bool,
    },
    /// Which of these actions is the one that was used, or is gone, or another answer to why.
    Which {
        which: String,
        among: Vec<FromText<Action>>,
    },
    /// Which statement grants this action.
    Grants { grants: FromText<Action> },
    /// What putting this into a statement does.
    Add {
        add: FromText<ActionPattern>,
        statement: usize,
    },
    /// What taking this out of a statement does.
    Remove {
        remove: FromText<ActionPattern>,
        statement: usize,
    },
    /// What is appended to a `NotAction` for this unused action.
    AppendFor { append_for: FromText<Action> },
    /// What becomes of this name beside the wildcard.
    Beside { beside: FromText<Action> },
    /// What the rule says of a prefix where this unused action is kept.
    Kept {
        kept: FromText<Action>,
        prefix: String,
    },
    /// What the rule says of this prefix of a wildcard, on these names alone.
    SaysOf {
        says_of: String,
        of: FromText<ActionPattern>,
        names: Vec<FromText<Action>>,
        unused: Vec<FromText<Action>>,
    },
    /// What takes the place of a wildcard, on these names alone.
    ResultOf {
        result_of: FromText<ActionPattern>,
        names: Vec<FromText<Action>>,
        unused: Vec<FromText<Action>>,
    },
    /// Which cut serves a purpose.
    Cut { cut: Purpose },
    /// What a cut makes of the wildcard.
    Entries { entries: Granularity },
    /// Which entry stands for this action, where the names are cut so.
    EntryFor {
        entry_for: FromText<Action>,
        cut_at: Granularity,
    },
    /// Which cuts grant this action, which AWS does not have.
    Tomorrow { tomorrow: FromText<Action> },
    /// Whether an entry grants this action, or which of these it grants.
    Does {
        does: FromText<ActionPattern>,
        grant: Option<FromText<Action>>,
        among: Option<Vec<FromText<Action>>>,
    },
    /// What is left of a wildcard behind this prefix.
    Behind {
        behind: String,
        of: FromText<ActionPattern>,
    },
    /// What stays where the policy may have so many characters.
    Length { length: usize },
    /// What such a length buys, and what it costs.
    Price { price: usize },
}

impl WrittenCase {
    /// What is written of a case.
    pub(in crate::lessons) fn new(written: &Spanned<DeValue<'_>>) -> Result<Self, Wrong> {
        let span = written.span();
        let table = match written.get_ref() {
            DeValue::Table(table) => table.clone(),
            _ => return Err(Wrong::at(span, "a case is a table: [[case]]".to_owned())),
        };
        let is_told = |key: &str| ["tell", "example"].contains(&key);
        let (told, asked): (DeTable<'_>, DeTable<'_>) = table
            .into_iter()
            .partition(|(key, _)| is_told(key.get_ref()));
        let told = Spanned::new(span.clone(), DeValue::Table(told));
        let is_asked = !asked.is_empty();
        Ok(WrittenCase {
            told: WrittenTold::deserialize(told.into_deserializer())?,
            asked: is_asked.then(|| by_key(asked, span)).transpose()?,
        })
    }

    /// The case; why there is none, in a sentence.
    pub(in crate::lessons) fn read(&self, matter: &Matter<'_>) -> Result<Case, String> {
        let mut case = match &self.asked {
            Some(asked) => asked.read(matter)?,
            None if self.told.tell.trim().is_empty() => {
                return Err("a case tells or asks something".to_owned());
            }
            None => Case::default(),
        };
        let words: Vec<&str> = self.told.tell.split_whitespace().collect();
        case.told = words.join(" ");
        match &mut case.question {
            Some(question) => question.is_example = self.told.example,
            None if self.told.example => {
                return Err("an example is a question that is answered at once: ask one".to_owned());
            }
            None => {}
        }
        Ok(case)
    }

    /// The actions of which it is asked why they are granted.
    pub(in crate::lessons) fn actions(&self) -> Vec<Action> {
        match &self.asked {
            Some(WrittenQuestion::Why { why, .. }) => vec![why.0.clone()],
            Some(WrittenQuestion::Which { among, .. }) => all(among),
            _ => Vec::new(),
        }
    }
}

impl WrittenQuestion {
    fn read(&self, matter: &Matter<'_>) -> Result<Case, String> {
        match self {
            Self::Why { why, anew } => evidence::case(matter, &why.0, *anew),
            Self::Which { which, among } => evidence::case_of_several(matter, which, &all(among)),
            Self::Grants { grants } => granting::case(matter, &grants.0),
            Self::Add { add, statement } => change::case(matter, &change(add, *statement, true)?),
            Self::Remove { remove, statement } => {
                change::case(matter, &change(remove, *statement, false)?)
            }
            Self::AppendFor { append_for } => appended::case(matter, &append_for.0),
            Self::Beside { beside } => beside::case(matter, &beside.0),
            Self::Kept { kept, prefix } => visited::case_of_kept(matter, &kept.0, prefix),
            Self::SaysOf {
                says_of,
                of,
                names,
                unused,
            } => visited::case_of_few(
                matter,
                says_of,
                &FewNames {
                    wildcard: of.0.clone(),
                    names: all(names),
                    unused: all(unused),
                },
            ),
            Self::ResultOf {
                result_of,
                names,
                unused,
            } => result::case(
                matter,
                &FewNames {
                    wildcard: result_of.0.clone(),
                    names: all(names),
                    unused: all(unused),
                },
            ),
            Self::Cut { cut } => cuts::case(matter, *cut),
            Self::Entries { entries: cut } => Ok(entries::told(matter, *cut)),
            Self::EntryFor { entry_for, cut_at } => entries::case(matter, &entry_for.0, *cut_at),
            Self::Tomorrow { tomorrow } => entries::case_of_tomorrow(matter, &tomorrow.0),
            Self::Does { does, grant, among } => match (grant, among) {
                (Some(action), None) => Ok(letters::case(&does.0, &action.0)),
                (None, Some(among)) => letters::case_of_several(&does.0, &all(among)),
                _ => Err("does is asked of one action, grant, or of several, among".to_owned()),
            },
            Self::Behind { behind, of } => letters::case_of_rest(&of.0, behind),
            Self::Length { length } => lengths::case(matter, *length),
            Self::Price { price } => lengths::case_of_price(matter, *price),
        }
    }
}

fn all(actions: &[FromText<Action>]) -> Vec<Action> {
    actions.iter().map(|action| action.0.clone()).collect()
}

fn change(
    entry: &FromText<ActionPattern>,
    statement: usize,
    is_added: bool,
) -> Result<Change, String> {
    let statement = statement.checked_sub(1);
    Ok(Change {
        statement: statement.ok_or("statements are counted from 1")?,
        entry: entry.0.clone(),
        is_added,
    })
}
