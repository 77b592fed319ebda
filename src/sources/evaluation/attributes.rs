//! The attributes of what blocks make: what their arguments say, or else what the states have.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::names::Said;
use super::once::{BlockOnce, ModuleOnce};
use super::{Evaluation, Value};
use crate::sources::{Kind, Resource};
use crate::terraform::{Of, Origin, PartText};

impl<'a> Evaluation<'a> {
    /// An attribute of what a block makes, once.
    pub(super) fn attribute(&self, one: &Rc<BlockOnce<'a>>, name: &str) -> Value<'a> {
        self.attribute_of(one, name).and_of(&one.asked(name).into())
    }

    fn attribute_of(&self, one: &Rc<BlockOnce<'a>>, name: &str) -> Value<'a> {
        if let Some(text) = self.text_of(one, name) {
            return text;
        }
        let block = one.placed.block;
        let kind = block.labels.first().map_or("", String::as_str);
        match (block.kind.as_str(), kind, name) {
            ("resource", "aws_iam_policy", "arn" | "id")
            | ("resource", "aws_iam_role" | "aws_iam_user" | "aws_iam_group", "arn") => {
                self.arn(one)
            }
            ("resource", "aws_iam_role" | "aws_iam_user" | "aws_iam_group", "id" | "name")
            | ("resource", "aws_iam_policy", "name") => self.own_name(one),
            ("data", "aws_iam_role", "id") => self.said(one, "name"),
            ("data", "aws_iam_policy", "arn" | "id") => self.arn_of_data(one),
            ("data", "aws_iam_policy", "name") => match self.said(one, "name") {
                Value::Unknown(_) => self.name_of_data(one),
                name => name,
            },
            // It has whatever type it is given.
            ("resource", "terraform_data", "input") => self.said(one, name),
            ("resource", "terraform_data", "output") => Value::one_of([self.said(one, "input")]),
            // What is packed there is known by more than its path.
            ("data", "archive_file", _) => Value::one_of([self.said(one, name)]),
            ("data", "terraform_remote_state", "outputs")
            | ("data", "tfe_outputs", "values" | "nonsensitive_values") => {
                self.outputs_elsewhere(&one.module)
            }
            _ => of_schema(self.said(one, name)),
        }
    }

    fn said(&self, one: &Rc<BlockOnce<'a>>, name: &str) -> Value<'a> {
        match one.placed.argument(name) {
            Some(said) => self.argument(one, said),
            // The provider tells it when it is made.
            None => Value::nothing(),
        }
    }

    /// What root modules that are given put out, which others take from their states.
    fn outputs_elsewhere(&self, module: &ModuleOnce<'a>) -> Value<'a> {
        let others = self.all_roots().into_iter();
        let others = others.filter(|other| other.state != module.state);
        let outputs = others.map(|other| {
            let names = self.names(&other);
            let names = names.map_or(Vec::new(), |names| names.output_names());
            let values = names.into_iter().map(|name| {
                let value = self.output(&other, &name);
                (name, value)
            });
            Value::object(values.collect())
        });
        let untold = Value::made_of(Origin::Untold);
        Value::one_of(outputs.chain([untold]))
    }

    /// The name of a role, a user, a group or a managed policy: the one that is written, or that which the state
    /// has where it may be that one.
    fn own_name(&self, one: &Rc<BlockOnce<'a>>) -> Value<'a> {
        let made = one.made.and_then(|made| made.attributes.name.as_ref());
        let said = one
            .placed
            .argument("name")
            .map(|said: Said<'a>| self.argument(one, said));
        match (said, made) {
            (Some(Value::Text(text)), Some(made))
                if text.as_known().is_none() && text.may_be(made) =>
            {
                Value::text(made)
            }
            (Some(Value::Text(text)), None) if text.as_known().is_none() => not_made(one, "name"),
            (Some(said @ (Value::Text(_) | Value::Number(_))), _) => said,
            (_, Some(made)) if self.may_begin(one, made) => Value::text(made),
            _ => not_made(one, "name"),
        }
    }

    /// Whether a name may be one that Terraform made of the prefix that is written, if there is one.
    fn may_begin(&self, one: &Rc<BlockOnce<'a>>, name: &str) -> bool {
        match self.said(one, "name_prefix") {
            Value::Text(prefix) => prefix.then(&PartText::unknown()).may_be(name),
            _ => true,
        }
    }

    /// The ARN of one; what is called otherwise than in the state is made anew.
    fn arn(&self, one: &Rc<BlockOnce<'a>>) -> Value<'a> {
        let Some(made) = one.made else {
            return not_made(one, "arn");
        };
        let is_it = made
            .attributes
            .name
            .as_ref()
            .is_none_or(|name| match self.own_name(one) {
                Value::Text(text) => text.may_be(name),
                _ => true,
            });
        match &made.attributes.arn {
            Some(arn) if is_it => Value::text(arn),
            Some(_) => not_made(one, "arn"),
            None => Value::nothing(),
        }
    }

    /// The ARN of the policy that a `data "aws_iam_policy"` looks up.
    fn arn_of_data(&self, one: &Rc<BlockOnce<'a>>) -> Value<'a> {
        // What is `null` or empty is as if it were not said.
        match one
            .placed
            .argument("arn")
            .map(|said| self.argument(one, said))
        {
            None | Some(Value::Null) => {}
            Some(arn) if arn.known_text().is_some_and(|arn| arn.is_empty()) => {}
            Some(arn) => return arn,
        }
        let said = self.said(one, "name");
        let Some(name) = said.known_text() else {
            return Value::made_of_all([&said]);
        };
        let name = name.as_str();
        let resources = self.states.iter().flat_map(|state| &state.resources);
        let called = resources.filter(|one| {
            let own_name = one.attributes.name.as_ref();
            one.kind == Kind::Policy && own_name.is_some_and(|own| own.eq_ignore_ascii_case(name))
        });
        let arns: BTreeSet<&String> = called
            .filter_map(|one| one.attributes.arn.as_ref())
            .collect();
        let mut arns = arns.into_iter();
        match (arns.next(), arns.next()) {
            (Some(only), None) => Value::text(only),
            (None, _) => {
                let called = format!("{}.arn", one.placed.block.address());
                Value::NotMade(called, Of::default())
            }
            _ => Value::nothing(),
        }
    }

    /// The name of the policy that one looks up by its ARN.
    fn name_of_data(&self, one: &Rc<BlockOnce<'a>>) -> Value<'a> {
        let said = self.said(one, "arn");
        let Value::Text(arn) = &said else {
            return Value::made_of_all([&said]);
        };
        match arn.end().rsplit_once('/') {
            Some((_, name)) if !name.is_empty() => Value::Text(PartText::known(name)),
            _ => Value::made_of_all([&said]),
        }
    }
}

/// What an attribute has of what its argument says: its provider knows of which type it is. So a number or a truth may
/// be a text, and a text that says one may be that; a list may be a set, and an object may have more members; and what
/// is `null` the provider may choose.
fn of_schema(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Value::nothing(),
        Value::Text(text) => {
            let may_be_other = text.as_known().is_some_and(|text| {
                matches!(text, "true" | "false") || text.parse::<f64>().is_ok()
            });
            if may_be_other {
                Value::one_of([Value::Text(text)])
            } else {
                Value::Text(text)
            }
        }
        Value::List(items) => {
            let values = items.values.iter().cloned().map(of_schema);
            Value::list_in(values.collect(), items.others.clone(), false)
        }
        Value::Object(members) => {
            // The provider tells what others are.
            let others = if members.are_all() {
                vec![(Value::nothing(), Value::nothing())]
            } else {
                members.others.to_vec()
            };
            let members = members.values.iter();
            let members = members.map(|(name, one)| (name.clone(), of_schema(one.clone())));
            Value::object_in(members.collect(), others)
        }
        other => other,
    }
}

/// One that stands for others of which nobody can tell is perhaps made.
fn not_made<'a>(one: &BlockOnce<'a>, name: &str) -> Value<'a> {
    if one.is_other() {
        return Value::nothing();
    }
    let called = format!("{}.{name}", one.placed.block.address());
    Value::NotMade(called, Of::default())
}

/// What a state has of an argument that names something; of others nobody can tell.
pub(super) fn in_state<'a>(made: &Resource, argument: &str) -> Value<'a> {
    let texts = |names: &[String]| names.iter().map(Value::text).collect::<Vec<_>>();
    let attributes = &made.attributes;
    match argument {
        "managed_policy_arns" => Value::set(texts(&attributes.managed_policy_arns), None),
        "permissions_boundary" => {
            let boundary = attributes.permissions_boundary.as_ref();
            boundary.map_or(Value::Null, Value::text)
        }
        _ => {
            let argued = attributes.argued().find(|argued| argued.name == argument);
            let untold = || Value::made_of(Origin::Untold);
            argued.map_or_else(untold, |argued| match texts(&argued.names) {
                names if argued.is_list => Value::set(names, None),
                names => names.into_iter().next().unwrap_or_else(untold),
            })
        }
    }
}
