//! What expressions come to, as `terraform console` says, or as much of it as is known.

mod collections;
mod comes_of;
mod conditions;
mod of_terraform;
mod texts;
mod types;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use hcl_edit::parser::parse_expr;

use super::{Asked, Evaluated, Evaluating, Made, Of, Origin, Refused, Scope, Several, evaluate};

/// `local.x` is `"x"` of whatever name, `made.role.app` has `name` and `id`, and `var.…` is not known.
#[derive(Default)]
struct World {
    depth: Cell<usize>,
}

type Value = Evaluated<&'static str>;

impl Made for &'static str {
    fn origins(&self) -> Of {
        asked(self, "").into()
    }
}

fn asked(one: &str, attribute: &str) -> Origin {
    Origin::Asked(Asked {
        address: one.to_owned(),
        attribute: attribute.to_owned(),
        folder: Path::new("").into(),
    })
}

impl Scope for World {
    type One = &'static str;

    fn named(&self, first: &str, names: &[&str]) -> (Value, usize) {
        match (first, names) {
            ("local", ["list", ..]) => {
                let values = ["a", "b"].map(Value::text);
                (Value::list(values.to_vec()), 1)
            }
            ("local", [name, ..]) => (Value::text(*name), 1),
            ("made", ["one", ..]) => (Value::One("one"), 1),
            ("made", ["several", ..]) => {
                let several = BTreeMap::from([("0".to_owned(), Value::One("one"))]);
                let several = Several {
                    values: Rc::new(several),
                    others: Rc::new(vec![(
                        Value::made_of(asked("one", "arn")),
                        Value::made_of(Origin::Untold),
                    )]),
                };
                (Value::Several(several), 1)
            }
            ("made", ["new", ..]) => (Value::NotMade("new".to_owned(), Of::default()), 1),
            _ => (Value::made_of(Origin::Untold), names.len()),
        }
    }

    fn attribute(&self, one: &&'static str, name: &str) -> Value {
        match (*one, name) {
            ("one", "name") => Value::text("app"),
            (one, name) => Value::made_of(asked(one, name)),
        }
    }

    fn file(&self, path: &str) -> Option<String> {
        let text = match path {
            "plain.txt" => "a $${b} ${c}\n",
            "filled.tpl" => "-${name}-%{ if on }on%{ endif }-%{ for x in list }<${x}>%{ endfor }",
            "stripped.tpl" => "%{ for x in list ~}\n${x}\n%{ endfor ~}\n",
            "wrong.tpl" => "${",
            _ => return None,
        };
        Some(text.to_owned())
    }

    fn folder(&self) -> Rc<Path> {
        Path::new("").into()
    }

    fn enters(&self) -> bool {
        let depth = self.depth.get();
        self.depth.set(depth + usize::from(depth < 100));
        depth < 100
    }

    fn leaves(&self) {
        self.depth.set(self.depth.get() - 1);
    }
}

/// A value in letters: `?` is not known, `…` stands for what is not known of a text, and for others in a list.
fn shown(value: &Value) -> String {
    match value {
        Value::Unknown(_) => "?".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Text(text) => text.shown(),
        Value::Bool(_) | Value::Number(_) => value.as_text().shown(),
        Value::One(one) => format!("<{one}>"),
        Value::Several(_) => "<several?>".to_owned(),
        Value::NotMade(called, _) => format!("new {called}"),
        Value::List(items) => {
            let mut values: Vec<String> = items.values.iter().map(shown).collect();
            values.extend((!items.are_all()).then(|| "…".to_owned()));
            format!("[{}]", values.join(" "))
        }
        Value::Object(members) => {
            let members_in = members.values.iter();
            let mut values: Vec<String> = members_in
                .map(|(key, value)| format!("{key}={}", shown(value)))
                .collect();
            values.extend((!members.are_all()).then(|| "…".to_owned()));
            format!("{{{}}}", values.join(" "))
        }
    }
}

/// The same of an expression, which Terraform may refuse.
fn said(expression: &str, world: &World) -> String {
    let parsed = parse_expr(expression).expect(expression);
    let value = Evaluating::in_scope(world).value(&parsed);
    value.map_or_else(|Refused| "failed".to_owned(), |value| shown(&value))
}

#[track_caller]
fn comes_to(expression: &str, expected: &str) {
    let world = World::default();
    assert_eq!(said(expression, &world), expected, "{expression}");
    assert_eq!(world.depth.get(), 0, "{expression}");
}

/// Whether letters are known to be in what an expression comes to, in whichever writing.
fn has_word(expression: &str, letters: &str) -> bool {
    let parsed = parse_expr(expression).expect(expression);
    let value = evaluate(&parsed, &World::default(), Vec::new());
    value.as_text().has_word(letters)
}

#[test]
fn what_has_no_end_is_not_known() {
    let mut list = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]".to_owned();
    for _ in 0..4 {
        list = format!("setproduct({list}, {list})");
    }
    comes_to(&format!("length({list})"), "?");
    comes_to(
        "length([for i in range(1000000000000000000, 1000000000000000100, 1) : i])",
        "100",
    );
    let world = World::default();
    let mut nested = Value::Null;
    for _ in 0..60 {
        nested = Value::list(vec![nested.clone(), nested]);
    }
    assert!(nested.is(&nested).is_none());
    let expression = parse_expr("flatten([local.x])").expect("an expression");
    assert_eq!(shown(&evaluate(&expression, &world, Vec::new())), "[x]");
    let mut deep = "1".to_owned();
    for _ in 0..60 {
        deep = format!("({deep})");
    }
    comes_to(&deep, "1");
    let members: BTreeMap<String, Value> = (0..20_000)
        .map(|at| (at.to_string(), Value::Null))
        .collect();
    assert_eq!(shown(&Value::object(members)), "?");
}
