//! What collections come to, and what `for` makes of them.

use super::comes_to;

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
    ] {
        comes_to(expression, expected);
    }
}

#[test]
fn maps_keep_what_is_known_of_them() {
    for (expression, expected) in [
        ("merge({ a = 1, b = 2 }, { b = 3 })", "{a=1 b=3}"),
        ("merge({ a = 1 }, var.x)", "{a=? …}"),
        ("merge(var.x, { a = 1 }).a", "1"),
        ("merge({ a = 1 }, var.x ? { b = 2 } : {})", "{a=1 …}"),
        ("merge({ a = 1 }, var.x ? { b = 2 } : null).b", "?"),
        ("merge({ a = 1 }, var.x ? { b = 2 } : {}).c", "failed"),
        ("merge(var.x ? { a = 2 } : {}, { a = 1 })", "{a=1}"),
        ("keys(merge({ a = 1 }, var.x ? { b = 2 } : {}))", "[a …]"),
        ("{ \"a${var.x}\" = 1 }[\"b\"]", "failed"),
        ("{ \"a${var.x}\" = 1 }[\"ab\"]", "?"),
        ("{ (var.x ? \"a\" : \"b\") = 1 }[\"a\"]", "?"),
        ("{ (var.x ? \"a\" : \"b\") = 1 }[\"c\"]", "failed"),
        ("{ \"e\u{301}${var.x}\" = 1 }[\"é\"]", "?"),
        ("{ \"e\u{301}${var.x}\" = 1 }[\"b\"]", "?"),
        ("[for k, v in (var.x ? { a = 1 } : null) : k]", "[…]"),
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
        (
            "{ for k, v in { a = 1, b = 2 } : k => v if k != var.x }.c",
            "failed",
        ),
        (
            "{ for k, v in merge({ a = 1 }, var.x ? { b = 2 } : {}) : upper(k) => v }",
            "{A=1 …}",
        ),
        ("[for x in [{}] : x.a if var.x]", "[]"),
        (
            "{ for k, v in merge({ a = { n = 1 } }, var.x ? { b = {} } : {}) : k => v.n }",
            "{a=1}",
        ),
        (
            "{ for k, v in { a = 1, b = 2 } : \"k\" => v... if k != var.x }.k[0] == 1",
            "?",
        ),
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
