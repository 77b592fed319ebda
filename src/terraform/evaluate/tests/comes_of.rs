//! What a value comes of that is not known.

use hcl_edit::parser::parse_expr;

use super::super::{Of, Origin, evaluate};
use super::{Value, World, asked, has_word};

/// All that an expression comes of, as far as it is not known: what is asked for, and the texts.
fn comes_of(expression: &str) -> Vec<String> {
    let parsed = parse_expr(expression).expect(expression);
    let value = evaluate(&parsed, &World::default(), Vec::new());
    let origins = value.origins();
    let told = origins.iter().map(|origin| match origin {
        Origin::Asked(asked) => format!("{}.{}", asked.address, asked.attribute),
        Origin::Text(text) => format!("{:?}", text.shown()),
        Origin::InPolicy(_) => "said".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    });
    told.filter(|one| one != "untold").collect()
}

#[test]
fn what_a_function_leaves_out_of_a_text_is_not_in_it() {
    let has_x =
        |made: &str| comes_of(made).iter().any(|one| one.contains("\"x\"")) || has_word(made, "x");
    for made in [
        "trim(var.y, local.x)",
        "trimprefix(var.y, local.x)",
        "trimsuffix(var.y, local.x)",
        "trimsuffix(\"${var.y}\", local.x)",
        "replace(var.y, local.x, \"-\")",
        "replace(\"a-${var.y}\", local.x, \"-\")",
        "split(local.x, var.y)[0]",
    ] {
        assert!(!has_x(made), "{made}");
    }
    for made in [
        "trimsuffix(var.x ? local.x : var.y, \"-\")",
        "replace(var.y, \"-\", local.x)",
        "replace(\"a-${var.y}\", \"-\", local.x)",
        "split(\"-\", var.x ? local.x : var.y)[0]",
    ] {
        assert!(has_x(made), "{made}: {:?}", comes_of(made));
    }
}

#[test]
fn what_is_not_known_remembers_what_it_comes_of() {
    for expression in [
        "made.one.arn",
        "var.x ? made.one.arn : null",
        "{ k = made.one.arn, other = made.one.name }.k",
        "{ k = made.one.arn }[var.x]",
        "[1, made.one.arn][var.x]",
        "merge({ k = { arn = made.one.arn } }, var.x)[\"k\"].arn",
        "merge([for one in var.x : { k = made.one.arn }]...).k",
        "concat([made.one.arn], var.x)[0]",
        "concat(values({ k = [made.one.arn] })...)[var.x]",
        "flatten(values(merge({ k = [made.one.arn] }, var.x)))[0]",
        "merge(var.x ? { a = made.one.arn } : {}, var.y ? { b = 1 } : {}).a",
        "merge(merge({}, var.x ? { a = made.one.arn } : {}), { b = 1 }).a",
        "{ \"a${var.x}\" = 1, \"${var.x}b\" = made.one.arn }.ab",
        "jsonencode({ (made.one.arn) = 1 })",
        "merge({}, var.x ? { a = 1 } : made.one.arn).b",
        "yamlencode({ (made.one.arn) = 1 })",
        "{ for k, v in { a = made.one.arn } : k => v if var.x }.a",
        "{ \"a${var.x}\" = made.one.arn }.ab",
        "one([for one in [made.one.arn] : one if var.x])",
        "try(var.x.y, made.one.arn)",
        "coalesce(var.x, made.one.arn)",
        "lookup({ a = made.one.arn }, var.x, null)",
        "lookup(var.x, \"a\", made.one.arn)",
        "element([made.one.arn], var.x)",
        "[for k, one in { a = made.one } : one.arn if var.x][0]",
        "{ for one in [made.one] : var.x => one.arn }[\"a\"]",
        "keys({ (made.one.arn) = 1 })[0]",
        "[for one in toset([made.one.arn]) : one][0]",
        "setunion([made.one.arn], var.x)",
        "zipmap(var.x, [made.one.arn])[\"a\"]",
        "setproduct([made.one.arn], var.x)[0][0]",
        "chunklist([made.one.arn], var.x)[0]",
        "(var.x ? made.one : null)[*].arn",
        "jsondecode(made.one.arn).x",
        "templatestring(\"$${\", { a = made.one.arn })",
        "\"%{ if var.x }${made.one.arn}%{ endif }\"",
        "\"%{ for one in var.x }${made.one.arn}%{ endfor }\"",
        "split(\"/\", made.one.arn)[1]",
        "replace(made.one.arn, \"a\", \"b\")",
        "nosuch::f(made.one.arn)",
        "formatlist(\"%s\", [made.one.arn])[0]",
        "base64encode(made.one.arn)",
        "yamlencode({ a = made.one.arn })",
        "var.x ? \"a${var.x}\" : \"a${made.one.arn}\"",
        "var.x ? \"a${made.one.arn}\" : \"a${var.x}\"",
        "[for one in [var.x, made.one.arn] : \"a${one}\" if var.x][0]",
        "coalesce(toset([var.x, made.one.arn])...)",
        "format(\"%5s\", made.one.arn)",
        "formatlist(\"%5s\", [made.one.arn])[0]",
        "strrev(made.one.arn)",
        "jsonencode({ Statement = [{ Effect = \"Deny\", Resource = made.one.arn }, {}] })",
        "jsonencode(merge({ Statement = [{ Effect = \"Deny\", Resource = made.one.arn }] }, var.x))",
        "keys(made.several)[0]",
        "jsonencode(made.several)",
        "[for key, one in made.several : key][0]",
    ] {
        let found = comes_of(expression);
        assert!(
            found.contains(&"one.arn".to_owned()),
            "{expression}: {found:?}"
        );
    }
    // What else there is does not count.
    for (expression, expected) in [
        ("{ a = made.one.arn, b = var.x }.b", &[] as &[&str]),
        ("merge({ a = made.one.arn, b = 1 }, var.x).b", &[]),
        (
            "merge(var.x ? { a = made.one.arn } : {}, var.y ? { b = 1 } : {}).b",
            &[],
        ),
        ("merge({ a = made.one.arn }, { b = var.x }).b", &[]),
        ("(var.x ? { a = made.one.arn, b = 1 } : {}).b", &[]),
        (
            "[for one in [{ a = made.one.arn, b = var.x }] : one.b][0]",
            &[],
        ),
        ("var.x ? \"a\" : \"b\"", &["\"a\"", "\"b\""]),
        (
            "{ for k, v in { a = \"b\" } : \"k\" => v... if var.x }.k[0]",
            &["\"b\""],
        ),
        ("sha256(made.one.arn)", &[]),
        ("length(made.one.arn) > 1", &[]),
        ("contains([made.one.arn], var.x)", &[]),
        ("made.one.arn == var.x", &[]),
        ("can(made.one.arn)", &[]),
        ("made.one", &["one."]),
        ("made.one.name", &["\"app\""]),
        (
            "jsonencode({ Statement = [{ Effect = \"Deny\", Resource = made.one.arn }] })",
            &["said"],
        ),
    ] {
        let mut found = comes_of(expression);
        found.sort();
        assert_eq!(found, expected, "{expression}");
    }
}

#[test]
fn of_very_many_texts_it_is_remembered_that_there_are_more() {
    let texts: Vec<String> = (0..2_001).map(|at| format!("\"x{at}\"")).collect();
    let found = comes_of(&format!("strrev([made.one.arn, {}])", texts.join(", ")));
    let has = |one: &str| found.contains(&one.to_owned());
    assert!(has("one.arn") && has("givenup"), "{found:?}");
}

#[test]
fn of_very_many_keys_each_may_be_any() {
    let keys: Vec<String> = (0..40)
        .map(|at| format!("\"x{at}${{var.x}}\" = {at}"))
        .collect();
    let found = comes_of(&format!(
        "{{ {}, \"y${{var.x}}\" = made.one.arn }}.yes",
        keys.join(", ")
    ));
    assert!(found.contains(&"one.arn".to_owned()), "{found:?}");
}

#[test]
fn one_of_several_values_comes_of_what_it_is_asked_for() {
    let of: Of = asked("one", "arn").into();
    let value = Value::one_of([Value::text("a"), Value::text("b")]).and_of(&of);
    let origins = value.origins();
    assert!(origins.iter().any(|one| *one == asked("one", "arn")));
}
