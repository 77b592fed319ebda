//! What texts come to.

use super::{comes_to, has_word};

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
        (
            r#""%{ for v in merge({ a = { n = 1 } }, var.x ? { b = {} } : {}) }${v.n}%{ endfor }""#,
            "…",
        ),
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
