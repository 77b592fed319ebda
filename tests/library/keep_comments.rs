//! Comments that ask for something to be kept: found wherever the language takes a comment, and nowhere else.

use granit_parser::{Event, Parser, options};
use hcl_edit::structure::BlockLabel;
use hcl_edit::visit::Visit;
use hcl_edit::{Decorated, Spanned};
use iam_refine::document::{KeepComment, keep_comments};
use iam_refine::text::{Problems, Source};
use iam_refine::{cloudformation, terraform};

const PLAIN: &str = "iam-refine:keep a:B why until=2030-01-01";

const KEEP: &str = "iam-refine:keep a:B it's \"odd\" b/*/c until=2030-01-01";

/// All that HCL has around which a comment may stand.
const HCL: &str = r#"# bob's
locals {
  a = "x \" # \\" // it's "odd"
  b = ["arn:aws:s3:::b/*", "//", "/*", "$${x}", "%%{y}", "${upper("${1 + 2}")} #"]
  c = { d = { e : 1 }, "f" = true ? "a}" : "{b" }
  g = <<-EOF
    # none ${join(",", ["x", "}"])} it's
    %{ if true }yes "%{ else }no%{ endif }
    EOFX
  EOF
  h = <<E
text $${no} %%{no}
E
  i = [for k, v in { a = 1 } : "${k}-${v}" if v / 2 != 1]
}

resource "a" "b" {
  c = f(1, "é", [-2]...)
  dynamic "d" {
    for_each = []
    content {}
  }
}
"#;

const YAML: &str = r#"# it's
Resources:
  A: # one
    Type: "AWS::IAM::Role # none"
    b: 'it''s # none'
    c: plain#none
    d: |
      # none
      text # none
    e: >-
      folded
      # none

    f: [a, "b", c]
    g:
      - !Sub "${x} # none"
      - h: {i: j,
            k: l}
      - plain
        goes on
"#;

fn hcl(text: &str) -> Result<Vec<KeepComment>, Problems> {
    let source = Source::from_text("main.tf", text);
    keep_comments(&source, terraform::comments(text))
}

fn yaml(text: &str) -> Result<Vec<KeepComment>, Problems> {
    let source = Source::from_text("t.yaml", text);
    keep_comments(&source, cloudformation::comments(&source)?)
}

/// A text with something put in at each place in it, one after another.
fn with_each(text: &str, put_in: &str) -> impl Iterator<Item = String> {
    let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    places.map(move |at| format!("{}{put_in}{}", &text[..at], &text[at..]))
}

/// Whether exactly what was put in is found, to its end.
fn is_found(kept: &[KeepComment]) -> bool {
    let until = kept.first().and_then(|one| one.until);
    kept.len() == 1 && until.is_some_and(|day| day.to_string() == "2030-01-01")
}

/// What stands in the quoted texts and heredocs of a file, as another reader has it.
#[derive(Default)]
struct Texts(String);

impl Visit for Texts {
    fn visit_string(&mut self, text: &Decorated<String>) {
        self.0.push_str(text);
    }

    fn visit_literal(&mut self, text: &Spanned<String>) {
        self.0.push_str(text);
    }

    fn visit_block_label(&mut self, label: &BlockLabel) {
        self.0.push_str(label.as_str());
    }
}

#[test]
fn a_comment_is_found_wherever_hcl_takes_one() {
    let (mut found, mut others) = (0, 0);
    for keep in [PLAIN, KEEP] {
        let in_lines = keep.replace("/*/", "/x/");
        for comment in [
            format!("# {keep}\n"),
            format!("//{keep}\r\n"),
            format!("/* {in_lines} */"),
            format!("/*\n * {in_lines}\n */"),
        ] {
            for text in with_each(HCL, &comment) {
                // To Terraform a heredoc ends with a line that has nothing else.
                let ends_oddly = text.lines().map(str::trim).any(|line| {
                    let after = line.strip_prefix("EOF").or(line.strip_prefix('E'));
                    after.is_some_and(|after| after.starts_with(['#', '/']))
                });
                let Ok(body) = hcl_edit::parser::parse_body(&text) else {
                    continue;
                };
                if ends_oddly {
                    continue;
                }
                let mut texts = Texts::default();
                texts.visit_body(&body);
                // This one cuts off too much where `<<-` is followed by a line without blanks.
                let is_in_text = texts.0.contains("refine:keep a:B");
                match hcl(&text) {
                    Ok(kept) if is_in_text => {
                        assert!(kept.is_empty(), "{kept:?}\n{text}");
                        others += 1;
                    }
                    Ok(kept) => {
                        assert!(is_found(&kept), "{kept:?}\n{text}");
                        found += 1;
                    }
                    // It has become a part of another comment, and is told.
                    Err(_) => assert!(!is_in_text, "{text}"),
                }
            }
        }
    }
    assert!(found > 1000 && others > 300, "{found} {others}");
}

#[test]
fn a_comment_is_found_wherever_yaml_takes_one() {
    let events = |text: &str| -> Option<Vec<String>> {
        let options = options! { emit_comments: false };
        let events = Parser::new_from_str_with_options(text, options);
        let event = |event: (Event<'_>, _)| format!("{:?}", event.0);
        events.map(|one| one.ok().map(event)).collect()
    };
    assert!(events(YAML).is_some());
    let (mut found, mut others) = (0, 0);
    for comment in [format!(" # {KEEP}\n"), format!(" #{KEEP}")] {
        for text in with_each(YAML, &comment) {
            let Some(changed) = events(&text) else {
                continue;
            };
            let is_in_text = changed.concat().contains("iam-refine:keep");
            match yaml(&text) {
                Ok(kept) if is_in_text => {
                    assert!(kept.is_empty(), "{kept:?}\n{text}");
                    others += 1;
                }
                Ok(kept) => {
                    assert!(is_found(&kept), "{kept:?}\n{text}");
                    found += 1;
                }
                // It has become a part of another comment, or what stood behind it a part of it.
                Err(_) => assert!(!is_in_text, "{text}"),
            }
        }
    }
    assert!(found > 50 && others > 40, "{found} {others}");
}

fn read(text: &str) -> Result<Vec<String>, String> {
    let kept = hcl(text).map_err(|problems| problems.to_string())?;
    let texts = kept.iter().map(|one| text[one.range.clone()].to_owned());
    Ok(texts.collect())
}

#[test]
fn every_kind_of_comment_is_read_to_its_end() {
    let text = "# iam-refine:keep s3:Get*\r\n//iam-refine:keep sqs:* why\n  /* iam-refine:keep a:B */ x = \
                1\n/**\n * iam-refine:keep c:D b/* and */";
    let kept = [
        "iam-refine:keep s3:Get*",
        "iam-refine:keep sqs:* why",
        "iam-refine:keep a:B",
        "iam-refine:keep c:D b/* and",
    ];
    assert_eq!(read(text).unwrap(), kept);
}

#[test]
fn what_is_no_comment_or_another_word_is_none() {
    for text in [
        "x = \"iam-refine:keep s3:Get*\"",
        "x = \"# iam-refine:keep s3:Get*\"",
        "resources = [\"arn:aws:s3:::b/*\"]\nx = \"iam-refine:other\"",
        "# about iam-refine\nx = 1",
    ] {
        assert_eq!(read(text).unwrap(), [""; 0], "{text}");
    }
}

#[test]
fn what_is_wrong_is_pointed_at() {
    for (text, what) in [
        (
            "# iam-refine:keep",
            "main.tf:1:3: this names nothing to keep",
        ),
        ("\n# iam-refine:keep s3Get x", "main.tf:2:3: \"s3Get\""),
        (
            "# iam-refine:keep s3:* until=soon",
            "\"until=soon\" is no day",
        ),
        (
            "# iam-refine:keep s3:* until=2027-01-01 until=2027-01-02",
            "two days",
        ),
        (
            "# iam-refine:keep s3:* until:2027-01-01",
            "a day is told by",
        ),
        ("# iam-refine:keep s3:* why Until=soon", "a day is told by"),
        (
            "# iam-refine:keep s3:Get* s3:Put*",
            "\"s3:Put*\" is a second pattern",
        ),
        (
            "# IAM-Refine:Keep s3:*",
            "main.tf:1:3: this comment is not understood",
        ),
        // A sign of it is forgotten, or another.
        (
            "# iam-refine keep s3:PutObject drills",
            "main.tf:1:2: this comment is not understood",
        ),
        (
            "// iam_refine:keep s3:PutObject",
            "main.tf:1:3: this comment is not understood",
        ),
        (
            "# iam-refine : keep s3:PutObject drills",
            "main.tf:1:2: this comment is not understood",
        ),
        (
            "# iam–refine:keep s3:PutObject drills",
            "main.tf:1:2: this comment is not understood",
        ),
        (
            "# iam refine: keep s3:PutObject drills",
            "main.tf:1:2: this comment is not understood",
        ),
        (
            "# see iam-refine:keep s3:*",
            "main.tf:1:7: this comment is not understood",
        ),
        (
            "# iam-refine:keep a:B iam-refine:keep c:D",
            "main.tf:1:23: this comment is not",
        ),
    ] {
        let refused = read(text).unwrap_err();
        assert!(refused.contains(what), "{refused}");
    }
}

#[test]
fn who_speaks_of_the_program_asks_for_nothing() {
    for text in [
        "# iam-refine keeps what is used",
        "# refined by iam-refine",
        "# to refine: keep it short",
    ] {
        assert_eq!(read(text).expect(text).len(), 0, "{text}");
    }
}
