//! Files of Terraform in JSON, read for the sake of what their blocks call and refer to. Policies in them
//! are not read, and then nor is the file.

use hcl_edit::expr::{Expression, Object, ObjectKey};
use hcl_edit::template::StringTemplate;
use hcl_edit::visit::Visit;

use super::block::{Argument, Block};
use super::references::References;
use super::value::Value;
use crate::document::Places;
use crate::text::{Json, JsonValue, Member, Problem, Problems, Source};

/// The blocks that are read, and how many labels each has.
const READ: [(&str, usize); 6] = [
    ("variable", 1),
    ("output", 1),
    ("locals", 0),
    ("module", 1),
    ("resource", 2),
    ("data", 2),
];

/// Reads the blocks of a file, which has no IAM in it.
///
/// # Errors
/// What is no JSON, and what would have to be understood to tell what the file is about.
pub(super) fn blocks(source: &Source) -> Result<Vec<Block>, Problems> {
    let json = Json::parse(source)?;
    let reader = Reader {
        places: &Places::of(source),
    };
    let mut blocks = Vec::new();
    for one in several(&json) {
        let Some(members) = one.as_object() else {
            return Err(reader.refused(one, "this is no block").into());
        };
        for member in members.iter().filter(|member| member.name != COMMENT) {
            let known = READ.iter().find(|(kind, _)| *kind == member.name);
            let Some((kind, labels)) = known else {
                let what = format!("`{}` in JSON is not read", member.name);
                return Err(reader.refused(&member.value, &what).into());
            };
            reader.add(&member.value, kind, *labels, &[], &mut blocks)?;
        }
    }
    Ok(blocks)
}

/// How many labels a member of a block has which is a block of Terraform itself. Any other may be an argument, as far
/// as can be told without the provider.
fn labels_within(kind: &str, name: &str) -> Option<usize> {
    match (kind, name) {
        ("resource" | "data", "lifecycle")
        | ("resource" | "provisioner", "connection")
        | ("dynamic", "content") => Some(0),
        ("resource", "provisioner") | ("resource" | "data" | "content", "dynamic") => Some(1),
        _ => None,
    }
}

/// A member of this name says nothing.
const COMMENT: &str = "//";

struct Reader<'a> {
    places: &'a Places<'a>,
}

impl Reader<'_> {
    /// Adds the blocks of a kind, which may be one or a list of them at each label.
    fn add(
        &self,
        json: &Json,
        kind: &str,
        missing: usize,
        labels: &[&str],
        blocks: &mut Vec<Block>,
    ) -> Result<(), Problem> {
        for one in several(json) {
            let Some(members) = one.as_object() else {
                return Err(self.refused(one, "this is no block"));
            };
            let members = members.iter().filter(|member| member.name != COMMENT);
            if missing == 0 {
                let (mut arguments, mut inner) = (Vec::new(), Vec::new());
                for member in members {
                    match labels_within(kind, &member.name) {
                        Some(missing) => {
                            self.add(&member.value, &member.name, missing, &[], &mut inner)?;
                        }
                        None => arguments.push(self.argument(member)?),
                    }
                }
                blocks.push(Block {
                    kind: kind.to_owned(),
                    labels: labels.iter().map(|&label| label.to_owned()).collect(),
                    range: one.range.clone(),
                    line: self.places.line(one.range.start),
                    arguments,
                    blocks: inner,
                });
                continue;
            }
            for member in members {
                if missing == 2 && member.name.starts_with("aws_iam") {
                    return Err(self.refused(&member.value, "IAM in JSON is not read"));
                }
                let labels: Vec<&str> = labels.iter().copied().chain([&*member.name]).collect();
                self.add(&member.value, kind, missing - 1, &labels, blocks)?;
            }
        }
        Ok(())
    }

    /// A member as an argument, which refers to all that it or anything within it does.
    fn argument(&self, member: &Member) -> Result<Argument, Problem> {
        let mut references = References::default();
        self.refer(&member.value, &mut references)?;
        let mut texts = Vec::new();
        Self::add_texts(&member.value, &mut texts);
        let range = member.value.range.clone();
        Ok(Argument {
            name: member.name.clone(),
            line: self.places.line(range.start),
            range,
            value: self.value(&member.value)?,
            references: references.into_found(),
            texts,
            members: Vec::new(),
        })
    }

    fn value(&self, json: &Json) -> Result<Value, Problem> {
        Ok(match &json.value {
            JsonValue::Null => Value::Null,
            JsonValue::Bool(truth) => Value::Bool(*truth),
            JsonValue::Number(_, written) => Value::Number(written.to_string()),
            JsonValue::String(text) if !is_template(text) => Value::Text(text.clone()),
            JsonValue::String(text) => {
                let template = self.template(json, text)?;
                let mut elements = template.iter();
                let only = elements.next().filter(|_| elements.next().is_none());
                let only = only.and_then(|only| only.as_interpolation());
                let only = only.and_then(|only| Value::refers(&only.expr));
                only.unwrap_or(Value::Expression)
            }
            JsonValue::Array(list) => {
                let values = list.iter().map(|one| self.value(one));
                Value::List(values.collect::<Result<_, _>>()?)
            }
            JsonValue::Object(members) => {
                let is_plain = members.iter().all(|member| !is_template(&member.name));
                let values = members.iter();
                let values = values.map(|one| Ok((one.name.clone(), self.value(&one.value)?)));
                let values = values.collect::<Result<_, Problem>>()?;
                if is_plain {
                    Value::Object(values)
                } else {
                    Value::Expression
                }
            }
            JsonValue::Opaque(_) | JsonValue::Joined(_) => Value::Expression,
        })
    }

    /// Adds the texts in a value, and the names of members.
    fn add_texts(json: &Json, texts: &mut Vec<Value>) {
        let of = |text: &String| match text.rsplit_once('}') {
            Some((_, end)) if is_template(text) => Value::EndsIn(end.to_owned()),
            _ => Value::Text(text.clone()),
        };
        match &json.value {
            JsonValue::String(text) => texts.push(of(text)),
            JsonValue::Array(list) => list.iter().for_each(|one| Self::add_texts(one, texts)),
            JsonValue::Object(members) => {
                for member in members {
                    texts.push(of(&member.name));
                    Self::add_texts(&member.value, texts);
                }
            }
            _ => {}
        }
    }

    /// Adds what the texts in a value refer to; the names of members are texts as well.
    fn refer(&self, json: &Json, references: &mut References) -> Result<(), Problem> {
        match &json.value {
            JsonValue::String(text) => self.refer_in(json, text, references),
            JsonValue::Array(list) => list.iter().try_for_each(|one| self.refer(one, references)),
            JsonValue::Object(members) => members.iter().try_for_each(|member| {
                self.refer_in(&member.value, &member.name, references)?;
                self.refer(&member.value, references)
            }),
            _ => Ok(()),
        }
    }

    fn refer_in(
        &self,
        json: &Json,
        text: &str,
        references: &mut References,
    ) -> Result<(), Problem> {
        if is_template(text) {
            for element in &self.template(json, text)? {
                references.visit_element(element);
            }
        }
        Ok(())
    }

    fn template(&self, json: &Json, text: &str) -> Result<hcl_edit::template::Template, Problem> {
        hcl_edit::parser::parse_template(text)
            .map_err(|_| self.refused(json, "this is no template"))
    }

    fn refused(&self, json: &Json, what: &str) -> Problem {
        let start = json.range.start;
        let problem = self.places.source().error_at(start..start + 1, what);
        problem.help("write what is about policies in it as .tf")
    }
}

/// What stands in an argument, to be evaluated: its texts are templates.
pub(super) fn expression(text: &str) -> Option<Expression> {
    of_value(serde_json::from_str(text).ok()?)
}

fn of_value(value: serde_json::Value) -> Option<Expression> {
    use serde_json::Value;
    Some(match value {
        Value::Null => Expression::null(),
        Value::Bool(truth) => Expression::from(truth),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Expression::from(number),
            None => Expression::from(hcl_edit::Number::from_f64(number.as_f64()?)?),
        },
        Value::String(text) if !is_template(&text) => Expression::from(text),
        Value::String(text) => {
            let template = hcl_edit::parser::parse_template(&text).ok()?;
            Expression::from(template.into_iter().collect::<StringTemplate>())
        }
        Value::Array(list) => {
            let values = list.into_iter().map(of_value).collect::<Option<Vec<_>>>()?;
            Expression::from(values)
        }
        Value::Object(members) => {
            let mut object = Object::new();
            for (name, value) in members.into_iter().filter(|(name, _)| name != COMMENT) {
                let name = of_value(Value::String(name))?;
                object.insert(ObjectKey::Expression(name), of_value(value)?);
            }
            Expression::from(object)
        }
    })
}

fn is_template(text: &str) -> bool {
    text.contains("${") || text.contains("%{")
}

/// A list, or the one that stands in its place.
fn several(json: &Json) -> &[Json] {
    json.as_array().unwrap_or(std::slice::from_ref(json))
}
