//! A reader of another descent: what tree-sitter's grammar of HCL finds in a file.

use tree_sitter::{Node, Parser};

/// What a file says, without its comments, its white space and its heredocs.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    /// All that is in no statement, word by word.
    pub outside: Vec<String>,
    /// The statements of policies that are no heredocs, in order.
    pub statements: Vec<Statement>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Statement {
    /// All but its actions, word by word, and what stands for actions and is no string.
    pub words: Vec<String>,
    /// The strings of its `actions` or `Action`, as they are written.
    pub actions: Vec<String>,
}

/// Reads a file.
pub fn read(text: &str) -> Said {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_hcl::LANGUAGE.into())
        .unwrap();
    let tree = parser.parse(text, None).unwrap();
    assert!(!tree.root_node().has_error(), "{text}");
    let mut reader = Reader {
        text,
        said: Said {
            outside: Vec::new(),
            statements: Vec::new(),
        },
    };
    reader.outside(tree.root_node(), false);
    reader.said
}

struct Reader<'t> {
    text: &'t str,
    said: Said,
}

impl<'t> Reader<'t> {
    fn text(&self, node: Node<'_>) -> &'t str {
        &self.text[node.byte_range()]
    }

    fn outside(&mut self, node: Node<'_>, holds_statements: bool) {
        if matches!(node.kind(), "comment" | "heredoc_template") {
            return;
        }
        let is_statement = match node.kind() {
            "block" => self.is_statement_block(node),
            "object" => holds_statements,
            _ => false,
        };
        if is_statement {
            let mut statement = Statement {
                words: Vec::new(),
                actions: Vec::new(),
            };
            self.statement(node, &mut statement);
            self.said.statements.push(statement);
            return;
        }
        if node.child_count() == 0 {
            // A statement takes its comma with it.
            let word = self.text(node);
            if word != "," && !word.trim().is_empty() {
                self.said.outside.push(word.to_owned());
            }
            return;
        }
        let begins = self.key(node) == Some("Statement");
        let goes_on = holds_statements && node.kind() != "object";
        for child in children(node) {
            self.outside(child, begins || goes_on);
        }
    }

    fn is_statement_block(&self, block: Node<'_>) -> bool {
        let words: Vec<&str> = children(block).map(|child| self.text(child)).collect();
        matches!(
            words.as_slice(),
            ["statement", ..] | ["dynamic", "\"statement\"", ..]
        )
    }

    /// What an argument or a member is called.
    fn key(&self, node: Node<'_>) -> Option<&'t str> {
        matches!(node.kind(), "attribute" | "object_elem")
            .then(|| node.child(0))
            .flatten()
            .map(|key| self.text(key).trim_matches('"'))
    }

    fn statement(&self, node: Node<'_>, statement: &mut Statement) {
        let is_actions = self
            .key(node)
            .is_some_and(|key| ["actions", "not_actions", "Action", "NotAction"].contains(&key));
        if is_actions {
            let mut parts = children(node);
            statement
                .words
                .extend(parts.next().map(|key| self.text(key).to_owned()));
            parts.for_each(|part| self.actions(part, statement));
        } else if node.kind() == "comment" {
        } else if node.child_count() == 0 {
            statement.words.push(self.text(node).to_owned());
        } else {
            children(node).for_each(|child| self.statement(child, statement));
        }
    }

    fn actions(&self, node: Node<'_>, statement: &mut Statement) {
        match node.kind() {
            "string_lit" | "quoted_template" => statement.actions.push(self.text(node).to_owned()),
            // One string becomes a list.
            "comment" | "tuple_start" | "tuple_end" | "," => {}
            _ if node.child_count() == 0 => statement.words.push(self.text(node).to_owned()),
            _ => children(node).for_each(|child| self.actions(child, statement)),
        }
    }
}

fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    (0..node.child_count()).filter_map(move |at| node.child(u32::try_from(at).unwrap()))
}

#[test]
fn it_tells_apart_what_is_not_the_same() {
    let text = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    effect = \"Deny\"\n    \
                actions = [\"a:A\"]\n  }\n}\nresource \"x\" \"y\" {\n  policy = jsonencode({\n    Statement = \
                [{ Action = concat([\"a:B\"], var.x), Resource = \"*\" }]\n  })\n}\n";
    let said = read(text);
    let actions: Vec<&[String]> = (said.statements.iter())
        .map(|statement| statement.actions.as_slice())
        .collect();
    assert_eq!(actions, [["\"a:A\""], ["\"a:B\""]]);
    for (old, new) in [
        ("\"Deny\"", "\"Allow\""),
        ("a:A", "a:C"),
        ("var.x", "var.y"),
        ("\"*\"", "\"arn\""),
        ("\"y\"", "\"z\""),
        ("effect", "sid"),
    ] {
        assert_ne!(read(&text.replace(old, new)), said, "{old}");
    }
    assert_eq!(read(&text.replace("    effect", "# why\n\n  effect")), said);
}
