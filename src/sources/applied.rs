//! Whether what a block says is what the states have of it: all that it stands for, and to whom it gives
//! something. A source that is ahead of its states gives to more than anybody can have findings of.

use std::fmt::Write as _;
use std::path::Path;
use std::rc::Rc;

use super::evaluation::{BlockOnce, Placed, Said, Thing, Value};
use super::files::TreeFile;
use super::state::{Argued, GROUPS, USERS};
use super::survey::Unread;
use super::uses::{APPLY, Uses};
use super::{Kind, Resource};
use crate::terraform::{Argument, Block, PartText};
use crate::text::{Problem, some_of};

/// Whether what a block makes once is about a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Concern {
    /// It is not.
    No,
    /// Nobody can tell.
    Unknown,
    /// It is.
    Yes,
}

impl Concern {
    /// Whether any of several values is, of which these may not be all.
    pub fn of_any(concerns: impl Iterator<Item = Concern>, are_all: bool) -> Self {
        let others = if are_all {
            Concern::No
        } else {
            Concern::Unknown
        };
        concerns.fold(others, Concern::max)
    }

    /// Whether a text is, where that `may_be`.
    pub fn of_text(text: &PartText, may_be: impl Fn(&PartText) -> bool) -> Self {
        match text.as_known() {
            _ if !may_be(text) => Concern::No,
            Some(_) => Concern::Yes,
            None => Concern::Unknown,
        }
    }

    /// Whether any text in a value is, as `of_text` tells; the names of members too.
    pub fn of_value(value: &Value<'_>, of_text: &impl Fn(&PartText) -> Concern) -> Self {
        match value {
            Value::Null | Value::NotMade(..) => Concern::No,
            Value::List(items) => {
                let concerns = items
                    .values
                    .iter()
                    .map(|one| Concern::of_value(one, of_text));
                Concern::of_any(concerns, items.are_all())
            }
            Value::Object(members) => {
                let names = members.values.keys();
                let names = names.map(|name| of_text(&PartText::known(name)));
                let values = members.values.values();
                let values = values.map(|one| Concern::of_value(one, of_text));
                Concern::of_any(names.chain(values), members.are_all())
            }
            Value::Text(_) | Value::Number(_) | Value::Bool(_) => of_text(&value.as_text()),
            Value::One(Thing::Text(text)) => Concern::of_value(&text.letters, of_text),
            // It is one of these, and nobody can tell which one.
            Value::Unknown(perhaps) if perhaps.is_one_of_values() => {
                let values = perhaps.values.iter();
                let mut concerns = values.map(|one| Concern::of_value(one, of_text));
                if concerns.all(|concern| concern == Concern::No) {
                    Concern::No
                } else {
                    Concern::Unknown
                }
            }
            _ => Concern::Unknown,
        }
    }

    /// The same where what nobody can tell is not.
    pub fn if_sure(self) -> Self {
        if self == Concern::Yes {
            Concern::Yes
        } else {
            Concern::No
        }
    }
}

/// For whom something is, or what of it, where that cannot be read.
pub(super) const FOR_WHOM: &str = "for whom this is";
pub(super) const WHAT: &str = "which policy this is about";
/// What tells who gets what.
const TELLING: [&[&str]; 4] = [
    &["role", "role_name", "roles"],
    &USERS,
    &GROUPS,
    &["policy_arn", "policy_arns"],
];

const HOW_OFTEN: &str = "how often this is made";

impl<'a> Uses<'_, 'a> {
    /// Refuses a block that stands for more than the states have of it, or says other names than these have, as
    /// far as that `concerns` the policy. What cannot be read is taken to be as the states have it, and
    /// noted.
    pub(super) fn is_as_made(
        &self,
        folder: &Path,
        placed: Placed<'a>,
        concerns: impl Fn(&Rc<BlockOnce<'a>>) -> Concern,
    ) -> Result<(), Problem> {
        let is_laid_over = self.evaluation.is_laid_over(folder, placed.block);
        let each = self.evaluation.each(folder, placed);
        for one in &each {
            let concern = concerns(one);
            if concern == Concern::No && !is_laid_over {
                continue;
            }
            if is_laid_over {
                self.believe(placed, FOR_WHOM);
                continue;
            }
            if one.is_other() {
                if !self.is_for_same(one, &each) {
                    let at = one.decided_at();
                    let is_counted = at.argument("count").is_some();
                    self.believe(at, if is_counted { HOW_OFTEN } else { FOR_WHOM });
                }
                continue;
            }
            match one.made {
                Some(made) => {
                    if concern == Concern::Unknown {
                        self.believe(placed, WHAT);
                    } else {
                        self.names_are_as_said(one, made)?;
                    }
                }
                None if concern == Concern::Unknown => self.believe(placed, WHAT),
                None => {
                    let message = format!("no state has what {} makes", self.called(one));
                    return Err(placed.file.error_at(placed.block, message).help(APPLY));
                }
            }
        }
        Ok(())
    }

    /// Whether one of which nobody can tell whether it is made says the same names as another one that a state has:
    /// then nobody gets anything by it.
    fn is_for_same(&self, one: &Rc<BlockOnce<'a>>, each: &[Rc<BlockOnce<'a>>]) -> bool {
        let said = TELLING.into_iter().flatten();
        let said = said.filter_map(|name| Some((*name, one.placed.argument(name)?)));
        let said: Vec<(&str, Said<'a>)> = said.collect();
        let mut made = each.iter().filter_map(|other| other.made);
        !said.is_empty()
            && made.any(|made| {
                said.iter().all(|(name, said)| {
                    let mut argued = made.attributes.argued();
                    let argued = argued.find(|argued| argued.name == *name);
                    argued.is_some_and(|argued| {
                        let value = self.evaluation.argument(one, *said);
                        matches!(compared(&value, &argued), Compared::Same)
                    })
                })
            })
    }

    /// What a block is called that is made once.
    fn called(&self, one: &BlockOnce<'_>) -> String {
        let index = |key: Option<&String>| match key {
            Some(key) if key.parse::<usize>().is_ok() => format!("[{key}]"),
            Some(key) if !key.is_empty() => format!("[\"{key}\"]"),
            _ => String::new(),
        };
        let module = &one.module;
        let mut called = format!("{}{}", one.placed.block.address(), index(one.keys.last()));
        for (place, name) in module.names.iter().enumerate() {
            let before = if place == 0 { " of " } else { "." };
            let _ = write!(
                called,
                "{before}module.{name}{}",
                index(one.keys.get(place))
            );
        }
        if let Some(root) = self.tree.one_of_several(self.states[module.state].root) {
            let _ = write!(called, " in {}", root.shown());
        }
        called
    }

    /// Whether the names that a block says are those that the states have: its own, since a copy of a root
    /// module has the same addresses, and those of whoever gets something by it.
    fn names_are_as_said(&self, one: &Rc<BlockOnce<'a>>, made: &Resource) -> Result<(), Problem> {
        let placed = one.placed;
        // What an attachment or a membership is called is a word of Terraform's alone.
        let is_label = matches!(made.kind, Kind::Attachment | Kind::Membership);
        for argued in made.attributes.argued() {
            let Some(said) = placed
                .argument(argued.name)
                .filter(|_| argued.name != "name" || !is_label)
            else {
                continue;
            };
            match compared(&self.evaluation.argument(one, said), &argued) {
                Compared::Same => {}
                // Nobody gets more by what may be something else than the state has.
                Compared::Unknown if !is_of_whom(made.kind, argued.name) => {}
                Compared::Unknown => self.believe(placed, FOR_WHOM),
                Compared::Other(other) => {
                    return Err(other_name(
                        placed.file,
                        said.argument,
                        &other,
                        &argued.names,
                        made,
                    ));
                }
            }
        }
        if let Some((said, other)) = self.other_prefix(one, made) {
            let in_state = made.attributes.name.as_slice();
            return Err(other_name(
                placed.file,
                said.argument,
                &other,
                in_state,
                made,
            ));
        }
        Ok(())
    }

    /// Where the name in the state does not begin as the block says.
    fn other_prefix(&self, one: &Rc<BlockOnce<'a>>, made: &Resource) -> Option<(Said<'a>, String)> {
        let said = one.placed.argument("name_prefix")?;
        let prefix = self.evaluation.argument(one, said).known_text()?;
        let name = made.attributes.name.as_ref()?;
        (!name.starts_with(&prefix)).then(|| (said, format!("{prefix}…")))
    }

    /// Notes a block of which something cannot be read.
    pub(super) fn believe(&self, placed: Placed<'_>, what: &str) {
        let message =
            format!("{what} cannot be read here, so it is taken to be as the states have it");
        self.add_believed(placed.file.note_at(placed.block, message));
    }

    /// Notes a file that is not read.
    pub(super) fn believe_file(&self, file: &Unread<'_>) {
        let message = "this file is not read, so for whom something is in it is taken to be as the states have it";
        self.add_believed(file.source.note(message));
    }

    pub(super) fn add_believed(&self, note: Problem) {
        let mut believed = self.believed.borrow_mut();
        if !believed.contains(&note) {
            believed.push(note);
        }
    }
}

/// How what an argument says compares with what a state has of it.
pub(super) enum Compared {
    /// Nothing is said that the state does not have.
    Same,
    /// Nobody can tell.
    Unknown,
    /// This is said, and the state does not have it.
    Other(String),
}

pub(super) fn compared(said: &Value<'_>, argued: &Argued) -> Compared {
    let (values, mut are_told) = match said {
        Value::List(items) => (items.values.as_slice(), items.are_all()),
        // As if it were not said.
        Value::Null => return Compared::Same,
        value if value.known_text().is_some_and(|text| text.is_empty()) => {
            return Compared::Unknown;
        }
        single => (std::slice::from_ref(single), true),
    };
    for value in values {
        match value {
            Value::NotMade(called, _) => return Compared::Other(called.clone()),
            Value::Text(_) | Value::Number(_) | Value::Bool(_) => {
                let text = value.as_text();
                if !argued.names.iter().any(|name| text.may_be(name)) {
                    return Compared::Other(text.shown());
                }
                are_told &= text.as_known().is_some();
            }
            // It may be one of those that the state has, which are each one of a set.
            _ => are_told = false,
        }
    }
    if argued.is_list && argued.names.is_empty() && !values.is_empty() {
        return Compared::Other(format!("a list of {}", values.len()));
    }
    if are_told {
        Compared::Same
    } else {
        Compared::Unknown
    }
}

fn other_name(
    file: &TreeFile,
    argument: &Argument,
    other: &str,
    in_state: &[String],
    resource: &Resource,
) -> Problem {
    let name = argument
        .name
        .strip_suffix("_prefix")
        .unwrap_or(&argument.name);
    let in_state = if in_state.is_empty() {
        "nobody".to_owned()
    } else {
        some_of(in_state, 5)
    };
    let message = format!(
        "here {name} is {other}, and the state has {in_state} for {}",
        resource.address
    );
    let why = file.source.error_at(argument.range.clone(), message);
    why.help(
        "give the state of this root module; where this is to change, run `terraform apply` first",
    )
}

/// Whether an argument says to whom something is given, and not what.
fn is_of_whom(kind: Kind, argument: &str) -> bool {
    let is_what = matches!(argument, "name" | "policy_arn" | "policy_arns");
    let is_group = kind == Kind::Membership && GROUPS.contains(&argument);
    !is_what && !is_group
}

/// Whether a block is a resource of a type.
pub(super) fn type_of(block: &Block) -> Option<&str> {
    let kind = block.labels.first().filter(|_| block.kind == "resource");
    kind.map(String::as_str)
}
