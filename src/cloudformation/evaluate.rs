//! The text that a value comes to, as far as a template tells.
//!
//! A function that is not evaluated comes to any text, with what it is given somewhere in it: `Fn::ToJsonString`
//! writes it, `Fn::Split` takes it apart, and nobody needs to know more to see whether a name is in it.

use super::function::{Call, may_be_nothing};
use super::named::Name;
use super::said::{Said, said};
use crate::text::{Json, JsonValue, Source};

/// The text that a value comes to.
pub(super) fn name(source: &Source, json: &Json) -> Name {
    evaluated(source, json).0
}

/// The text that a value comes to, and what is said within it in calls of functions that are not evaluated.
pub(super) fn evaluated(source: &Source, json: &Json) -> (Name, Vec<Said>) {
    let mut evaluation = Evaluation {
        source,
        parts: Vec::new(),
    };
    let name = evaluation.name(json);
    (name, evaluation.parts)
}

struct Evaluation<'s> {
    source: &'s Source,
    /// What is said in calls that are not evaluated.
    parts: Vec<Said>,
}

impl Evaluation<'_> {
    fn name(&mut self, json: &Json) -> Name {
        match &json.value {
            JsonValue::String(text) => return of_text(text),
            JsonValue::Number(_, written) => return Name::Text(written.to_string()),
            JsonValue::Bool(truth) => return Name::Text(truth.to_string()),
            JsonValue::Array(_) | JsonValue::Object(_) => {}
            _ => return Name::any(),
        }
        let Some(call) = Call::of(self.source, json) else {
            self.add_parts(json);
            return Name::any();
        };
        let told = match (call.name, call.argument.as_array()) {
            ("Fn::Sub", _) => call.text().map(|text| self.substituted(text, &call)),
            ("Fn::Join", Some([delimiter, list])) => {
                let list = list.as_array().zip(delimiter.as_str());
                list.map(|(list, delimiter)| self.joined(list, delimiter))
            }
            ("Fn::Select", Some([at, list])) => {
                let selected = self.selected(at, list);
                selected.map(|one| self.name(one))
            }
            _ => None,
        };
        told.unwrap_or_else(|| {
            self.not_evaluated(json, &call);
            Name::any()
        })
    }

    /// Adds what may be in what a call comes to.
    fn not_evaluated(&mut self, json: &Json, call: &Call<'_>) {
        match (call.name, call.argument.as_array()) {
            // What these refer to is said elsewhere.
            ("Ref" | "Fn::GetAtt" | "Fn::ImportValue", _) => {}
            ("Fn::FindInMap", Some([_, _, _, more @ ..])) => {
                for one in more {
                    self.add_parts(one);
                }
            }
            ("Fn::If", _) if call.branches().is_some() => self.add_parts(json),
            _ => self.add_parts(call.argument),
        }
    }

    fn add_parts(&mut self, json: &Json) {
        self.parts.extend(said(self.source, json));
    }

    /// A text with its variables, as far as the call tells these.
    fn substituted(&mut self, text: &str, call: &Call<'_>) -> Name {
        let mut name = Name::Text(String::new());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            name.push_text(before);
            let (variable, behind) = behind.split_once('}').unwrap_or((behind, ""));
            match (variable.strip_prefix('!'), call.variable(variable)) {
                (Some(literal), _) => name.push_text(&format!("${{{literal}}}")),
                (None, Some(value)) => name.push(&self.name(value)),
                (None, None) => name.push(&Name::any()),
            }
            rest = behind;
        }
        name.push_text(rest);
        name
    }

    /// A list that is joined. What may be none takes a delimiter with it.
    fn joined(&mut self, list: &[Json], delimiter: &str) -> Name {
        let mut name = Name::Text(String::new());
        let mut is_after_none = true;
        for one in list {
            let is_none = may_be_nothing(self.source, one);
            if !is_after_none && !is_none {
                name.push_text(delimiter);
            }
            let own = self.name(one);
            let own = if is_none { Name::any() } else { own };
            name.push(&own);
            is_after_none = is_none;
        }
        name
    }

    /// One of a list that is written.
    fn selected<'j>(&self, at: &Json, list: &'j Json) -> Option<&'j Json> {
        let written = at.as_str().and_then(|at| at.parse().ok());
        let at = at.as_u64().or(written)?;
        let list = list.as_array()?;
        if list.iter().any(|one| may_be_nothing(self.source, one)) {
            return None;
        }
        list.get(usize::try_from(at).ok()?)
    }
}

/// A text as it is written. What is looked up when it is deployed, `{{resolve:ssm:name}}`, may be anything.
fn of_text(text: &str) -> Name {
    let mut name = Name::Text(String::new());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{resolve:") {
        name.push_text(before);
        name.push(&Name::any());
        rest = behind.split_once("}}").map_or("", |(_, behind)| behind);
    }
    name.push_text(rest);
    name
}
