//! What is given to variables of a type.

use hcl_edit::parser::parse_expr;

use super::super::{convert, evaluate};
use super::{Value, World, shown};

#[test]
fn what_is_given_to_a_variable_is_made_its_type() {
    for (value, kind, expected) in [
        ("[\"b\", \"a\"]", "set(string)", "[a b]"),
        ("[1, true]", "list(string)", "[1 true]"),
        ("{ a = 1 }", "map(string)", "{a=1}"),
        (
            "{ a = 1, z = 2 }",
            "object({ a = string, b = optional(string), c = optional(number, 3) })",
            "{a=1 b=null c=3}",
        ),
        (
            "{ k = {} }",
            "map(object({ a = optional(bool, true) }))",
            "{k={a=true}}",
        ),
        (
            "{ k = { a = null } }",
            "map(object({ a = optional(bool, true) }))",
            "{k={a=true}}",
        ),
        (
            "{ k = { a = false } }",
            "map(object({ a = optional(bool, true) }))",
            "{k={a=false}}",
        ),
        (
            "merge({ a = 1 }, var.x)",
            "object({ a = number, b = optional(string, \"x\") })",
            "{a=? b=?}",
        ),
        (
            "{ a = var.x ? null : \"y\" }",
            "object({ a = optional(string, \"z\") })",
            "{a=?}",
        ),
        ("null", "list(string)", "null"),
        ("var.x", "list(string)", "?"),
        ("{ a = [1] }", "any", "{a=[1]}"),
        ("\"true\"", "bool", "true"),
        ("concat([\"a\"], var.x)", "list(string)", "[a …]"),
        ("made.one", "object({ name = string })", "{name=app}"),
        ("made.new", "string", "new new"),
        ("[1]", "nonsense(string)", "?"),
    ] {
        let world = World::default();
        let parsed = |text: &str| parse_expr(text).expect(text);
        let value_of = evaluate(&parsed(value), &world, Vec::new());
        let converted = convert(value_of, &parsed(kind), &world);
        assert_eq!(shown(&converted), expected, "{value} as {kind}");
    }
}

#[test]
fn a_number_that_is_given_as_a_text_is_one() {
    for (value, kind, is_text) in [
        ("[1]", "list(string)", true),
        ("[1]", "tuple([string])", true),
        ("[1, \"x\"]", "list(any)", true),
        ("[1, \"x\"]", "set(any)", true),
        ("[1, \"x\"]", "list", true),
        ("[1, \"x\"]", "tuple([number, string])", false),
        ("[1, \"x\"]", "any", false),
        ("[1, 2]", "list(any)", false),
    ] {
        let world = World::default();
        let parsed = |text: &str| parse_expr(text).expect(text);
        let value_of = evaluate(&parsed(value), &world, Vec::new());
        let Value::List(items) = convert(value_of, &parsed(kind), &world) else {
            panic!("{value} as {kind}");
        };
        let found = matches!(items.values[0], Value::Text(_));
        assert_eq!(found, is_text, "{value} as {kind}");
    }
}
