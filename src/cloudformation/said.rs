//! All that a resource says, value by value, each with the names it stands under.

use super::follow::MERGED;
use super::function::{Call, is_no_value};
use super::named::Told;
use super::transforms::is_macro;
use crate::text::{Json, JsonValue, Source};

/// A value that a resource says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The names that it stands under: `Environment`, `Variables`, `POLICY`. None where nobody can tell what the
    /// resource says at all.
    pub path: Vec<String>,
    /// What it comes to.
    pub value: Told,
    /// Whether a condition decides that this is said.
    pub is_conditional: bool,
    /// Where it is a part of a value that a function makes of it, which is not evaluated and said beside: how many of
    /// the names are those of that value, whereas the others are anybody's.
    pub within: Option<usize>,
}

impl Said {
    /// The same under one more name.
    pub(super) fn under(mut self, name: &str) -> Self {
        self.path.insert(0, name.to_owned());
        self
    }
}

/// All that is said in a value.
pub(super) fn said(source: &Source, json: &Json) -> Vec<Said> {
    let mut saying = Saying {
        source,
        path: Vec::new(),
        all: Vec::new(),
    };
    saying.add(json, false);
    saying.all
}

struct Saying<'s> {
    source: &'s Source,
    path: Vec<String>,
    all: Vec<Said>,
}

impl Saying<'_> {
    fn add(&mut self, json: &Json, is_conditional: bool) {
        if let Some(call) = Call::of(self.source, json) {
            let branches = call.branches().map(|(_, branches)| branches);
            for branch in branches.into_iter().flatten() {
                self.add(branch, true);
            }
            if branches.is_none() && !is_no_value(self.source, json) {
                self.push(json, is_conditional);
            }
            return;
        }
        match &json.value {
            JsonValue::Null => {}
            JsonValue::Array(list) => list.iter().for_each(|one| self.add(one, is_conditional)),
            JsonValue::Object(members) => {
                for member in members {
                    // What a macro makes stands beside the rest.
                    if is_macro(&member.name) || member.name == MERGED {
                        let (told, parts) = Told::nothing(self.source, &member.value, &member.name);
                        self.push_told(told, parts, is_conditional);
                        continue;
                    }
                    self.path.push(member.name.clone());
                    self.add(&member.value, is_conditional);
                    self.path.pop();
                }
            }
            _ => self.push(json, is_conditional),
        }
    }

    fn push(&mut self, json: &Json, is_conditional: bool) {
        let (value, parts) = Told::with_parts(self.source, json);
        self.push_told(value, parts, is_conditional);
    }

    fn push_told(&mut self, value: Told, parts: Vec<Said>, is_conditional: bool) {
        self.all.push(Said {
            path: self.path.clone(),
            value,
            is_conditional,
            within: None,
        });
        self.all.extend(parts.into_iter().map(|part| Said {
            path: [self.path.as_slice(), &part.path].concat(),
            is_conditional: is_conditional || part.is_conditional,
            within: Some(self.path.len()),
            value: part.value,
        }));
    }
}
