//! What expressions come to, as `terraform console` says, or as much of it as is known.

mod comes_of;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use hcl_edit::parser::parse_expr;

use super::{
    Asked, Evaluated, Evaluating, Made, Of, Origin, Perhaps, Refused, Scope, Several, convert,
    evaluate,
};

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
                    others: (
                        Perhaps::made_of(asked("one", "arn").into()),
                        Perhaps::made_of(Origin::Untold.into()),
                    ),
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
fn what_is_written_anew_has_its_letters_somewhere() {
    for made in [
        r#"base64encode("a ${local.x} b")"#,
        r"base64encode(local.x)",
        r"base64encode(jsonencode({ a = local.x }))",
        r"yamlencode({ a = [local.x, var.y] })",
        r"yamlencode({ (local.x) = 1 })",
        r#"jsonencode(toset([local.x, "b"]))"#,
        r"jsonencode(toset([local.x, var.y]))",
        r#""-${yamlencode([local.x])}-""#,
        r#"replace(yamlencode([local.x]), "\"", "")"#,
        r#"trimspace("${local.x}${var.y}")"#,
        r#"indent(2, "a\n${local.x}")"#,
        r#"format("%10s", local.x)"#,
        r#"format("%10s x", 1)"#,
        r#"formatlist("%10s x", [1])[0]"#,
        r#"join(",", [local.x, var.y], var.z)"#,
        r#"join(",", [local.x, "b"])"#,
        r"urlencode(local.x)",
    ] {
        assert!(has_word(made, "x"), "{made}");
        assert!(!has_word(made, "xx"), "{made}");
    }
}

#[test]
fn files_are_read_and_filled_in() {
    let given = |members: &str| format!("templatefile(\"filled.tpl\", {{ {members} }})");
    for (expression, expected) in [
        ("file(\"plain.txt\")", "a $${b} ${c}\n"),
        ("filebase64(\"plain.txt\")", "YSAkJHtifSAke2N9Cg=="),
        ("file(\"${local.no}.txt\")", "?"),
        ("file(var.path)", "?"),
        ("templatefile(\"wrong.tpl\", {})", "?"),
        ("templatefile(\"plain.txt\", { c = 1 })", "a ${b} 1\n"),
        (
            &given("name = local.x, on = true, list = [\"a\", \"b\"]"),
            "-x-on-<a><b>",
        ),
        (&given("name = var.x, on = false, list = []"), "-…--"),
        // Nothing is named in a file but what it is given.
        (&given("on = false, list = []"), "-…--"),
        (&given("name = 1, on = false, list = var.y"), "-1--…"),
        ("templatefile(\"stripped.tpl\", { list = [1] })", "…"),
    ] {
        comes_to(expression, expected);
    }
    assert!(has_word(
        "templatefile(\"stripped.tpl\", { list = [local.x] })",
        "x"
    ));
}

#[test]
fn texts_are_known_in_part() {
    for (expression, expected) in [
        (r#""a-${var.x}-b""#, "a-…-b"),
        (r#""${local.x}""#, "x"),
        (r#""${local.x}${1 + 1}${true}""#, "x2true"),
        (r#"format("%s/%d%%-%v", local.x, 3, var.y)"#, "x/3%-…"),
        (r#"format("%q", "x")"#, "…"),
        (r#"join(",", ["a", var.x, "b"])"#, "a,…,b"),
        (r#"join(",", ["a"], var.x, ["b"])"#, "a…b"),
        (r#"join("/", local.list)"#, "a/b"),
        (r#"upper("a${var.x}")"#, "A…"),
        (r#"trimprefix("abc", "a")"#, "bc"),
        (r#"trimsuffix("${var.x}c", "c")"#, "…"),
        (r#"trimsuffix(var.x, "c")"#, "?"),
        (r#"replace("a.b", ".", "-")"#, "a-b"),
        (r#"replace("a.b", "/[.]/", "-")"#, "…"),
        (r#"split(",", "a,b")"#, "[a b]"),
        (r#"split("/", made.one.name)[0]"#, "app"),
        (r#"substr("abc", 1, -1)"#, "bc"),
        (r#"substr("abc", 1, 9)"#, "bc"),
        (r#"title("an app")"#, "An App"),
        (r#"title("été")"#, "…"),
        (r#"upper("é")"#, "?"),
        (r#""x %{~ if true ~}y%{~ endif}""#, "…"),
        (r#""x %{~ for a in local.list ~}y%{ endfor }""#, "…"),
        (r#"startswith("abc", "ab")"#, "true"),
        (r#"startswith("${var.x}c", "ab")"#, "?"),
        (r#"endswith("ab${var.x}", "")"#, "true"),
        (r#""%{ if true }a%{ else }b%{ endif }""#, "a"),
        (r#""x%{ if var.x }a%{ endif }y""#, "x…y"),
        (r#""x%{ for a in local.list }${a}%{ endfor }""#, "xab"),
        (r#""a ${~ local.x ~} b""#, "…"),
        (r#"formatlist("r-%s", local.list)"#, "[r-a r-b]"),
        (r#"basename("a/b")"#, "b"),
        (r#"base64encode("a")"#, "YQ=="),
        (
            r"jsonencode({ b = [local.x, var.y], a = 1 })",
            r#"{"a":1,"b":["x",…]}"#,
        ),
        (r"jsonencode(concat([local.x], var.y))", r#"[…"x"…]"#),
        (r"jsondecode(jsonencode([local.x]))[0]", "x"),
        (r#"jsondecode("${var.x}")"#, "?"),
        (
            r#"yamldecode("zed:\n- m\nann: {a: b}\n1: [x]")"#,
            "{1=[x] ann={a=b} zed=[m]}",
        ),
        (r#"yamldecode("a: yes")"#, "?"),
        (r#"yamldecode("a: ${var.x}")"#, "?"),
        (
            r#"csvdecode("u,g\ncarl,m\n\nann,n\n")"#,
            "[{g=m u=carl} {g=n u=ann}]",
        ),
        (r#"csvdecode("u,g\n${var.x}")"#, "?"),
    ] {
        comes_to(expression, expected);
    }
}

#[test]
fn collections_keep_what_is_known_of_them() {
    for (expression, expected) in [
        ("concat([\"a\"], var.x)", "[a …]"),
        ("concat([\"a\"], var.x)[0]", "?"),
        ("concat([\"a\"], [var.x])[0]", "a"),
        ("toset([\"b\", \"a\", \"b\"])", "[a b]"),
        ("toset([1, \"a\"])", "[1 a]"),
        ("toset([10, 9])", "[9 10]"),
        ("length(toset([\"a\", var.x]))", "?"),
        ("length([\"a\", var.x])", "2"),
        ("distinct([\"a\", \"a\"])", "[a]"),
        ("distinct([\"a${var.x}\", \"a${var.x}\"])", "[a… a…]"),
        ("length(distinct([var.x, var.x]))", "?"),
        ("tolist(toset([\"b\", \"a\"]))[0]", "a"),
        ("tolist(toset([\"b\", var.x]))[0]", "?"),
        ("flatten([[\"a\"], [[\"b\"]], var.x])", "[a b …]"),
        (
            "compact([\"a\", \"\", null, var.x, \"b${var.x}\"])",
            "[a b… …]",
        ),
        ("merge({ a = 1, b = 2 }, { b = 3 })", "{a=1 b=3}"),
        ("merge({ a = 1 }, var.x)", "{a=? …}"),
        ("merge(var.x, { a = 1 }).a", "1"),
        ("merge([{ a = 1 }, { b = 2 }]...)", "{a=1 b=2}"),
        ("keys({ b = 1, a = 2 })", "[a b]"),
        ("values({ b = 1, a = 2 })", "[2 1]"),
        ("zipmap([\"a\", \"b\"], [1, var.x])", "{a=1 b=?}"),
        ("lookup({ a = 1 }, \"b\", 2)", "2"),
        ("lookup({ a = 1 }, \"b\")", "failed"),
        ("length(distinct([\"é\", \"e\u{301}\"]))", "?"),
        ("{ é = 1 }[\"e\u{301}\"]", "?"),
        ("{ \"👍\u{fe0f}\" = 1 }[\"👍\u{fe0f}\"]", "1"),
        ("contains(tolist(concat([1], var.x)), 1)", "?"),
        ("contains(setunion([1], var.x), 1)", "?"),
        ("contains(setunion([\"1\"], var.x), \"1\")", "true"),
        ("coalesce(toset([\"z\", var.x])...)", "?"),
        ("coalesce(toset([var.x])...)", "?"),
        ("format(\"%s-%s\", toset([\"z\", var.x])...)", "?"),
        ("concat([for k in toset([\"z\", var.x]) : [k]]...)[0]", "?"),
        ("format(\"%s-%s\", toset([\"z\", \"a\"])...)", "a-z"),
        ("merge(toset([{ a = 1 }])...)", "{a=1}"),
        ("distinct([null, \"a\", null])", "[null a]"),
        ("lookup(var.x, \"b\", 2)", "?"),
        ("element([\"a\", \"b\"], 3)", "b"),
        ("coalesce(null, \"\", \"a\")", "a"),
        ("coalesce(var.x, \"a\")", "?"),
        ("one([])", "null"),
        ("setunion([\"a\"], [\"b\"], [\"a\"])", "[a b]"),
        ("setsubtract([\"a\", \"b\"], [\"b\"])", "[a]"),
        ("setsubtract([\"a\", \"b\"], [var.x])", "[…]"),
        ("setsubtract(concat([\"a\"], var.x), [\"b\"])", "[a …]"),
        ("setintersection([\"a\", \"b\"], [\"b\", \"c\"])", "[b]"),
        ("setproduct([\"a\"], [1, 2])", "[[a 1] [a 2]]"),
        ("slice([\"a\", \"b\", \"c\"], 1, 2)", "[b]"),
        ("slice([\"a\"], 1, 0)", "?"),
        ("range(3)", "[0 1 2]"),
        ("range(1, 6, 2)", "[1 3 5]"),
        ("range(100000)", "?"),
        ("tolist(setsubtract([\"b\", \"a\"], []))[0]", "a"),
        ("length(setsubtract([\"a\", \"a\"], []))", "1"),
        ("one(toset([\"a\", var.x]))", "?"),
        ("one([\"a\", \"b\"])", "failed"),
        ("[for v in toset([\"b\", var.x]) : v][0]", "?"),
        ("length([for v in toset([\"b\", var.x]) : v])", "?"),
        ("join(\"-\", var.x, [\"a\"]) == \"a\"", "?"),
        ("reverse(local.list)", "[b a]"),
        ("contains([\"a\"], \"a\")", "true"),
        ("contains([\"b\"], \"a\")", "false"),
        ("contains([var.x], \"a\")", "?"),
        ("contains(concat([\"a\"], var.x), \"a\")", "true"),
        ("{ (local.a) = 1, \"b-c\" = 2, d : 3 }", "{a=1 b-c=2 d=3}"),
        ("{ (var.x) = 1, b = 2 }", "{b=2 …}"),
        ("{ a = 1, (var.x) = 2, b = 3 }", "{a=? b=3 …}"),
        ("contains(tolist([1, \"a\"]), \"1\")", "true"),
        ("contains(tolist([1, var.x]), 1)", "?"),
        (
            "tolist([{ a = 1, b = \"x\" }, { a = 2, b = \"y\" }])[1].a == 2",
            "true",
        ),
        ("tolist([{ a = 1 }, { a = \"x\" }])[0].a == \"1\"", "true"),
        ("tolist([[1, \"x\"], [2, \"y\"]])[0][0] == 1", "?"),
        (
            "length(toset([\"a${var.x}\", \"b${var.x}\", null, null]))",
            "?",
        ),
        ("setintersection([\"1\"], [1])", "?"),
        ("setsubtract([\"1\", \"2\"], [1])", "?"),
        ("chunklist([1, 2, 3], 2)", "[[1 2] [3]]"),
        ("sort([\"b\", \"a\"])", "[a b]"),
    ] {
        comes_to(expression, expected);
    }
}

#[test]
fn what_stands_in_for_a_value_is_made_the_type_of_the_map_if_it_is_one() {
    for (expression, expected) in [
        ("lookup({ a = \"q\" }, \"b\", 2)", "?"),
        ("lookup({}, \"b\", 2)", "?"),
        ("lookup({ a = null }, \"b\", 2)", "?"),
        ("lookup({}, \"b\", \"2\")", "?"),
        ("lookup({ a = \"q\" }, \"b\", \"2\")", "2"),
        ("lookup({}, \"b\", \"x\")", "x"),
        ("lookup({}, \"b\", null)", "null"),
        ("lookup({ a = [\"x\"], b = \"y\" }, \"a\", null)", "[x]"),
        ("lookup({}, \"b\", [])", "[]"),
    ] {
        comes_to(expression, expected);
    }
}

#[test]
fn for_goes_through_what_is_known() {
    for (expression, expected) in [
        ("[for x in local.list : upper(x)]", "[A B]"),
        ("[for i, x in local.list : \"${i}${x}\"]", "[0a 1b]"),
        ("[for x in concat([\"a\"], var.x) : x]", "[a …]"),
        ("[for x in [\"a\", var.x] : x if x != \"b\"]", "[a …]"),
        ("[for k, v in { b = 1, a = 2 } : \"${k}${v}\"]", "[a2 b1]"),
        ("[for k in toset([\"b\", \"a\"]) : k]", "[a b]"),
        (
            "{ for x in [{ n = \"a\", v = 1 }, { n = \"b\", v = 2 }] : x.n => x.v }",
            "{a=1 b=2}",
        ),
        (
            "{ for x in [{ n = \"a\", v = 1 }, { n = \"a\", v = 2 }] : x.n => x.v... }",
            "{a=[1 2]}",
        ),
        ("{ for x in [var.x, \"a\"] : x => 1 }", "{a=1 …}"),
        ("{ for x in [\"b\", \"b\"] : x => x }", "failed"),
        ("[for x in [] : x if x != one([1, 2])]", "failed"),
        ("[for x in [] : x if x != var.x]", "[]"),
        ("zipmap([\"a\"], [])", "failed"),
        ("[for x in [1, 2] : [for y in [3] : x * y]]", "[[3] [6]]"),
        ("[for local in [{ a = 7 }] : local.a]", "[7]"),
        ("[{ n = 1 }, { n = 2 }][*].n", "[1 2]"),
        ("[{ n = [1] }, { n = [2] }].*.n[0]", "[1]"),
        ("[{ n = [1] }, { n = [2] }][*].n[0]", "[1 2]"),
        ("null[*].n", "[]"),
        ("{ n = 1 }[*].n", "[1]"),
        ("var.x[*].n", "?"),
        ("made.one[*].name", "[app]"),
        ("made.several[*].name", "?"),
        ("length(flatten([made.several]))", "?"),
        ("length(flatten([made.one]))", "1"),
        ("length(distinct([made.several, made.several]))", "?"),
        ("length(made.several)", "?"),
        ("[for x in made.several : x.name]", "[…]"),
    ] {
        comes_to(expression, expected);
    }
}

#[test]
fn what_terraform_refuses_is_told_from_what_is_not_known() {
    for (expression, expected) in [
        ("{ a = 1 }.b", "failed"),
        ("[1][1]", "failed"),
        ("[1][var.x]", "?"),
        ("[{ a = 1 }.b]", "failed"),
        ("try({ a = 1 }.b, 2)", "2"),
        ("try(var.x.b, 2)", "?"),
        ("try([\"a\", base64decode(\"b\")], 2)", "?"),
        ("try(\"a${regex(\"x\", \"y\")}\", 2)", "?"),
        ("try(made.several[0].name, \"x\")", "?"),
        ("made.several[0].name", "app"),
        ("made.several[1].name", "?"),
        ("try(made.one.name, \"x\")", "app"),
        ("can({ a = 1 }.b)", "false"),
        ("try(format(\"%s\", \"c\", \"d\"), \"b\")", "?"),
        ("try(\"x\" ? \"c\" : \"c\", \"b\")", "?"),
        ("try(null ? \"c\" : \"c\", \"b\")", "?"),
        ("try(\"x-${null}\", \"b\")", "b"),
        ("try(zipmap([\"a\", \"b\"], [\"c\"]).a, \"b\")", "b"),
        ("try({ for v in [\"c\", \"c\"] : v => v }.c, \"b\")", "b"),
        ("try({ a = 1 }.b && false, true)", "?"),
        ("try({ a = 1 }.b && true, true)", "true"),
        ("coalesce(1, \"x\") == \"1\"", "true"),
        ("sort([10, 9])[0] == \"10\"", "true"),
        ("dirname(\"b//c\")", "?"),
        ("dirname(\"b/./c\")", "?"),
        ("dirname(\"b/c\")", "b"),
        ("basename(\"b/..\")", "?"),
        ("can([var.x.a])", "?"),
        ("can({ a = var.x.a })", "?"),
        ("can(\"a${var.x.a}\")", "?"),
        ("length(try([var.x.a], []))", "?"),
        ("can(tostring([\"a\"]))", "?"),
        ("can(lower([\"a\"]))", "?"),
        ("can(format(\"%d\", \"x\"))", "?"),
        ("can(merge([1]))", "?"),
        ("can(join(\",\", [[\"a\"]]))", "?"),
        ("can(concat([\"a\"], \"b\"))", "?"),
        ("can(concat(toset([\"a\"]), [\"b\"]))", "?"),
        ("can({ a = 1 }.a)", "true"),
        ("can(tonumber(\"a\"))", "?"),
        ("can(tolist([\"a\", { b = \"c\" }]))", "?"),
        ("can(tomap({ a = \"x\", b = { c = \"d\" } }))", "?"),
        ("can(true ? { a = \"x\" } : { a = [\"y\"] })", "?"),
        ("can(concat())", "?"),
        ("can(setproduct([\"a\"]))", "?"),
        ("can(formatlist(\"%d\", [\"x\"]))", "?"),
        ("try(coalesce(\"a\", [1][1]...), \"b\")", "b"),
        ("can({ for x in [{}] : \"k\" => x.y... })", "false"),
        ("[try({ a = 1 }.b, 2), try([1][0], 2)]", "[2 1]"),
        ("made.new.name", "new new.name"),
        ("\"a${made.new.name}\"", "a…"),
        ("made.new.name == \"a\"", "?"),
        ("null.a", "failed"),
        ("nosuch::f(1)", "?"),
        ("core::upper(\"a\")", "A"),
    ] {
        comes_to(expression, expected);
    }
}

#[test]
fn conditions_are_decided_as_far_as_they_can_be() {
    for (expression, expected) in [
        ("true ? 1 : var.x", "?"),
        ("true ? \"a\" : var.x", "a"),
        ("var.x ? 1 : 1", "1"),
        ("alltrue([true, null])", "?"),
        ("var.x ? 1 : 2", "?"),
        ("var.x && false", "false"),
        ("var.x || true", "true"),
        ("var.x && true", "?"),
        ("!(1 < 2)", "false"),
        ("\"a\" == \"a\" && 1 + 2 * 3 == 7", "true"),
        ("\"1\" == 1", "?"),
        ("[1, 2] == [1, 2]", "?"),
        ("[1, 2] == [1, 3]", "false"),
        ("tolist([]) == []", "?"),
        ("{ a = 1 } == {}", "false"),
        ("1 != \"2\"", "true"),
        ("(true ? 1 : \"x\") == \"1\"", "true"),
        ("(true ? 1 : \"x\") == 1", "?"),
        ("\"é\" == \"e\"", "?"),
        ("tostring(var.x) == null", "?"),
        ("\"a${var.x}\" == null", "false"),
        ("0.1 + 0.2 == 0.3", "true"),
        ("1.50 == \"1.5\"", "?"),
        ("\"${1.50}\"", "1.5"),
        ("0.12345678901234567 == 0.12345678901234568", "?"),
        ("1 / 3", "?"),
        ("floor(-1.5) + ceil(1.2)", "0"),
        ("9007199254740993 != 9007199254740992", "true"),
        ("9223372036854775807 + 1", "9223372036854775808"),
        ("9223372036854775807 * 9223372036854775807", "?"),
        ("7 / 2", "3.5"),
        ("-7 % 2", "?"),
        ("length(\"é\")", "?"),
        ("{ a = 1 } != { a = 2 }", "true"),
        ("\"a${var.x}\" == \"b\"", "false"),
        ("\"a${var.x}\" == \"ab\"", "?"),
        ("null == null", "true"),
        ("made.one == null", "false"),
        ("null == made.one", "false"),
        ("made.one != \"\"", "true"),
        ("made.one == \"x\"", "?"),
        ("local.x != null", "true"),
        ("7 % 4", "3"),
        ("1 / 0", "?"),
        ("-1", "-1"),
        ("alltrue([true, var.x, false])", "false"),
        ("anytrue([false, var.x])", "?"),
        ("anytrue([true, var.x])", "true"),
        ("length(local.list) > 1", "true"),
        ("max(1, 3, 2)", "3"),
        ("sum([1, 2])", "3"),
    ] {
        comes_to(expression, expected);
    }
}

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

/// Expressions with what Terraform 1.11.4 makes of them, as `jsonencode` writes it, or `!` where it fails: a
/// tab stands between.
const OF_TERRAFORM: &str = include_str!("../../../../tests/data/terraform/expressions.txt");

#[test]
fn what_is_known_is_what_terraform_says() {
    let (mut known, mut wrong) = (0, Vec::new());
    for line in OF_TERRAFORM.lines() {
        let (expression, said) = line.rsplit_once('\t').expect(line);
        let parsed = parse_expr(expression).expect(expression);
        let value = Evaluating::in_scope(&World::default()).value(&parsed);
        let has_order = value.as_ref().is_ok_and(has_order) || value.is_err();
        let value = value.map_or_else(|Refused| "failed".to_owned(), |value| shown(&value));
        let said = match said {
            "!" => "failed".to_owned(),
            json => in_letters(&serde_json::from_str(json).expect(json)),
        };
        if value.contains(['?', '…']) || !has_order {
            continue;
        }
        known += 1;
        if value != said {
            wrong.push(format!("{expression} is {value} here, and {said} there"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The others are not known here, which is never wrong.
    assert!(known > 3_130, "{known} of {}", OF_TERRAFORM.lines().count());
}

/// Whether the order of all lists in a value is known.
fn has_order(value: &Value) -> bool {
    match value {
        Value::List(items) => {
            (items.have_order() || items.values.len() < 2) && items.values.iter().all(has_order)
        }
        Value::Object(members) => members.values.values().all(has_order),
        _ => true,
    }
}

/// The same as [`shown`] of what is known.
fn in_letters(json: &serde_json::Value) -> String {
    match json {
        serde_json::Value::Null => "null".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => json.to_string(),
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(in_letters).collect();
            format!("[{}]", items.join(" "))
        }
        serde_json::Value::Object(members) => {
            let members = members.iter();
            let members: Vec<String> = members
                .map(|(key, value)| format!("{key}={}", in_letters(value)))
                .collect();
            format!("{{{}}}", members.join(" "))
        }
    }
}
