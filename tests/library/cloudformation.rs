//! Policies in templates of CloudFormation and SAM: what is read of them and what is not, with the
//! reason; edits that leave every other byte alone; and that the proof sees when one does not.

use iam_refine::cloudformation::{Makes, Template, Who};
use iam_refine::document::{Document, Edited, Place, rewrite};
use iam_refine::iam::{ActionPattern, EntryEdit, StatementEdit};
use iam_refine::proof::prove_file;
use iam_refine::text::Source;

fn read(text: &str) -> Template {
    Template::read(&Source::from_text("template.yaml", text)).unwrap()
}

fn example(name: &str) -> String {
    std::fs::read_to_string(format!("tests/data/cloudformation/{name}")).unwrap()
}

/// Each statement: its effect and entries, `…` where something is not known, and `!` where it has to stay.
fn statements(document: &Document) -> String {
    let statements = document.policy().statements.iter().enumerate();
    let statements = statements.map(|(place, statement)| {
        let entries = statement.actions.entries().iter().map(ToString::to_string);
        let mut words = vec![format!("{:?}", statement.effect)];
        words.extend(entries);
        if statement.has_unknown_entries {
            words.push("…".to_owned());
        }
        if document.stays_because(place).is_some() {
            words.push("!".to_owned());
        }
        words.join(" ")
    });
    statements.collect::<Vec<_>>().join("; ")
}

/// What a template holds: a line for each policy.
fn told(text: &str) -> Vec<String> {
    let policies = read(text).policies.into_iter();
    policies
        .map(|policy| {
            let what = match policy.content {
                Ok(document) => statements(&document),
                Err(problems) => format!("refused: {}", problems.0[0].in_one_line()),
            };
            format!("{}: {what}", policy.address)
        })
        .collect()
}

/// A template with one policy, of which these lines are the statements.
fn with_statements(lines: &str) -> String {
    let around = "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      \
                  PolicyDocument:\n        Statement:\n";
    let mut text = around.to_owned();
    for line in lines.lines() {
        if line.is_empty() {
            text.push('\n');
        } else {
            text.extend(["        ", line, "\n"]);
        }
    }
    text
}

/// What is said of one policy with these statements.
fn told_of(lines: &str) -> String {
    let told = told(&with_statements(lines));
    assert_eq!(told.len(), 1, "{told:?}");
    told[0]
        .replace("P.PolicyDocument: ", "")
        .replace("P: refused", "refused")
}

/// An edit in words: `0 2 s3:GetObject` keeps two entries and adds a third; nothing removes all.
fn edit(words: &str) -> StatementEdit {
    let entries = words.split_whitespace().map(|word| match word.parse() {
        Ok(kept) => EntryEdit::Kept(kept),
        Err(_) => EntryEdit::New(word.parse::<ActionPattern>().unwrap()),
    });
    StatementEdit {
        entries: entries.collect(),
    }
}

/// The documents of a file with these edits of statements of its first policy.
fn with_edits<T>(
    text: &str,
    edits: &[(usize, &str)],
    then: impl FnOnce(&[Edited<'_, ActionPattern>]) -> T,
) -> T {
    let file = read(text);
    let documents: Vec<&Document> = file.documents().collect();
    let mut all: Vec<Vec<Option<StatementEdit>>> = (documents.iter())
        .map(|document| vec![None; document.policy().statements.len()])
        .collect();
    for (statement, words) in edits {
        all[0][*statement] = Some(edit(words));
    }
    let edited: Vec<Edited<'_, ActionPattern>> = (documents.iter().zip(&all))
        .map(|(document, edits)| (*document, &edits[..]))
        .collect();
    then(&edited)
}

/// The file with edits of statements of its first policy, after the proof has read it.
fn edited(text: &str, edits: &[(usize, &str)]) -> String {
    with_edits(text, edits, |edited| {
        let written = rewrite(edited).unwrap();
        let again = edited[0].0.file().read_again(&written);
        let again = again.unwrap_or_else(|wrong| panic!("{wrong}\n{written}"));
        assert_eq!(prove_file(edited, &again).concat(), [], "{written}");
        written
    })
}

/// Whether the proof finds a fault in `written`, which is not what was asked for.
fn is_rejected(text: &str, edits: &[(usize, &str)], written: &str) -> bool {
    with_edits(text, edits, |edited| {
        match edited[0].0.file().read_again(written) {
            Ok(again) => !prove_file(edited, &again).concat().is_empty(),
            Err(_) => true,
        }
    })
}

#[test]
fn the_forms_that_are_read() {
    assert_eq!(
        told(&example("12.yaml")),
        ["Role.Policies[0]: Allow s3:Get* s3:Put* s3:ListBucket; Allow sqs:SendMessage sqs:* !"]
    );
    assert_eq!(
        told(&example("13.yaml")),
        ["Fn.Policies[1]: Allow s3:*; Allow sqs:*"]
    );
}

#[test]
fn examples_come_out_byte_for_byte() {
    let examples: [(&str, &[(usize, &str)]); 3] = [
        ("11", &[(0, "s3:GetObject s3:GetBucket* 2")]),
        ("12", &[(1, "0")]),
        ("13", &[(0, "s3:GetObject s3:List*")]),
    ];
    for (name, edits) in examples {
        let text = example(&format!("{name}.yaml"));
        let expected = example(&format!("{name}.out"));
        assert_eq!(edited(&text, edits), expected, "{name}");
        let crlf = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(
            edited(&crlf(&text), edits),
            crlf(&expected),
            "{name}, with CRLF"
        );
    }
}

#[test]
fn what_is_computed_has_its_reason_and_stays() {
    let file = read(&with_statements(
        "- Effect: Allow\n  Action:\n  - s3:Get*\n  - !Sub 's3:${Verb}'\n  - !Ref More\n  - Fn::If: [c, a, b]\n  \
         - |-\n    s3:Put*\n  - &x s3:List*\n  Resource: !GetAtt Q.Arn\n- !Ref Statement\n- Effect: !If [c, Allow, Deny]\n  \
         Action: s3:*\n  Resource: '*'\n",
    ));
    let document = file.documents().next().unwrap();
    assert_eq!(
        statements(document),
        "Allow s3:Get* s3:Put* s3:List* … !; Allow …; Allow …"
    );
    let reasons: Vec<&str> = document.opaque_reasons(0).collect();
    assert_eq!(
        reasons,
        [
            "it is written with !Sub, template.yaml:10",
            "it comes from !Ref More, template.yaml:11",
            "it depends on the condition c, template.yaml:12",
            "it is a block of text, template.yaml:13",
            "it has an anchor, and may be used elsewhere, template.yaml:15",
        ]
    );
    let reasons: Vec<&str> = document.opaque_reasons(1).collect();
    assert_eq!(reasons, ["it comes from !Ref Statement, template.yaml:17"]);
    assert!(matches!(document.place(0, 0), Place::Literal(_)));
    assert!(matches!(document.place(0, 1), Place::Opaque(..)));
}

#[test]
fn a_statement_behind_a_condition_stays() {
    let own = "{Effect: Allow, Action: s3:*, Resource: '*'}";
    assert_eq!(
        told_of(&format!("- {own}\n- !If [c, {own}, !Ref AWS::NoValue]\n")),
        "Allow s3:*; Allow s3:* !"
    );
    assert_eq!(
        told_of(&format!("- !If [c, [{own}, {own}], {own}]\n")),
        "Allow s3:* !; Allow s3:* !; Allow s3:* !"
    );
    assert_eq!(
        told_of(&format!(
            "- Fn::If: [c, !Ref AWS::NoValue, {own}]\n- {own}\n"
        )),
        "Allow s3:* !; Allow s3:*"
    );
    // In brackets what is around it cannot be told from the list.
    assert_eq!(
        told_of(&format!("  [{own}, !If [c, {own}, !Ref AWS::NoValue]]\n")),
        "Allow s3:* !; Allow s3:* !"
    );
    let json = format!(
        r#"{{"Resources": {{"P": {{"Type": "AWS::IAM::ManagedPolicy", "Properties": {{"PolicyDocument":
        {{"Statement": [{0}, {{"Fn::If": ["c", {0}, {{"Ref": "AWS::NoValue"}}]}}]}}}}}}}}}}"#,
        r#"{"Effect": "Allow", "Action": ["s3:*", {"Fn::Sub": "s3:${V}"}], "Resource": "*"}"#
    );
    assert_eq!(
        told(&json),
        ["P.PolicyDocument: Allow s3:* … !; Allow s3:* … !"]
    );
}

#[test]
fn what_says_something_elsewhere_is_refused() {
    let own = "Effect: Allow\n  Action: [s3:*]\n  Resource: '*'";
    let refused = |lines: &str| {
        let told = told_of(lines);
        assert!(told.starts_with("refused: template.yaml:"), "{told}");
        told.rsplit(": ").next().unwrap().to_owned()
    };
    let anchor = "this has an anchor, so that what is taken from it is taken from elsewhere too";
    assert_eq!(
        refused("- Effect: Allow\n  Action: &x [s3:*]\n  Resource: '*'\n"),
        anchor
    );
    assert_eq!(refused(&format!("- &x\n  {own}\n")), anchor);
    let text = with_statements(&format!("- {own}\n"));
    let around = text.replace("PolicyDocument:", "PolicyDocument: &x");
    assert!(told(&around)[0].ends_with(anchor), "{:?}", told(&around));
    let around = text.replace("  P:", "  P: &x");
    assert!(told(&around)[0].ends_with(anchor), "{:?}", told(&around));
    assert_eq!(
        refused(&format!("- {own}\n  <<: *x\n").replace("Allow\n", "&x Allow\n")),
        "another mapping is merged in here, and what that has is written elsewhere"
    );
    let merged = text.replace("    Properties:", "    <<: {Metadata: a}\n    Properties:");
    assert!(
        told(&merged)[0].contains("another mapping is merged in here"),
        "{:?}",
        told(&merged)
    );
    assert_eq!(
        refused(
            "- Effect: Allow\n  Action: s3:*\n  Resource: '*'\n  Fn::Transform: {Name: AWS::Include}\n"
        ),
        "Fn::Transform makes a part of this, which is not followed"
    );
    // An alias among the actions is one that is not known.
    assert_eq!(
        told_of(
            "- Effect: Allow\n  Action: [s3:Get*, *x]\n  Resource: &x '*'\n"
                .replace("*x]\n  Resource: &x '*'", "s3:Put*]\n  Resource: &x '*'")
                .as_str()
        ),
        "Allow s3:Get* s3:Put* !"
    );
    assert_eq!(
        told_of("- Effect: Allow\n  Resource: &x '*'\n  Action: [s3:Get*, *x]\n"),
        "Allow s3:Get* … !"
    );
}

#[test]
fn what_is_no_template_has_its_place() {
    let wrong = |text: &str| {
        let source = Source::from_text("template.yaml", text);
        Template::read(&source).unwrap_err().0[0].in_one_line()
    };
    let tab = wrong("Resources:\n\tRole:\n\t\tType: A\n");
    assert!(
        tab.starts_with("template.yaml:2:2: this is not YAML: "),
        "{tab}"
    );
    let text = with_statements("- {Effect: Allow, Action: s3:*, Resource: '*'}\n");
    assert_eq!(
        wrong(&text.replace("  P:", "  P: {Type: A}\n  P:")),
        "template.yaml:3:3: the key \"P\" is there twice"
    );
    assert_eq!(
        wrong(&format!("{text}---\n{text}")),
        format!(
            "template.yaml:{}:1: a second document begins here, and a template is one",
            text.lines().count() + 1
        )
    );
    assert_eq!(
        wrong("a: 1\n"),
        "template.yaml: this is no template: it has no Resources"
    );
    assert_eq!(
        wrong("service: x\nprovider:\n  name: aws\n"),
        "template.yaml: this is a file of the Serverless Framework, which is not read"
    );
    assert_eq!(told(&format!("---\n{text}")).len(), 1);
    assert_eq!(told(&format!("{text}...\n")).len(), 1);
}

#[test]
fn what_is_unclear_costs_its_resource_alone() {
    let text = with_statements("- {Effect: Allow, Action: s3:*, Resource: '*'}\n");
    let beside =
        text.clone() + "  Q: {Type: AWS::IAM::ManagedPolicy, Description: a, Description: b}\n";
    assert_eq!(
        told(&beside),
        [
            "P.PolicyDocument: Allow s3:*",
            "Q: refused: template.yaml:8:54: the key \"Description\" is there twice"
        ]
    );
    let elsewhere = format!("Parameters: {{A: {{Type: String, Type: String}}, {{a}}: b}}\n{text}");
    assert_eq!(told(&elsewhere), ["P.PolicyDocument: Allow s3:*"]);
}

#[test]
fn which_policies_there_are_and_what_they_make() {
    let document = "{Statement: {Effect: Allow, Action: s3:*, Resource: '*'}}";
    let text = format!(
        "Parameters: {{Name: {{Type: String}}}}\nResources:\n  \
         A: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {document}, Policies: [{{PolicyName: a, PolicyDocument: {document}}}]}}}}\n  \
         B: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: !Sub '${{Name}}-b', Roles: [!Ref A, x, !Ref Name], PolicyDocument: {document}}}}}\n  \
         C: {{Type: AWS::IAM::RolePolicy, Properties: {{PolicyName: c, RoleName: !Ref A, PolicyDocument: {document}}}}}\n  \
         D: {{Type: AWS::S3::BucketPolicy, Properties: {{PolicyDocument: {document}}}}}\n  \
         E: {{Type: AWS::Serverless::Function, Properties: {{Policies: [AWSLambdaBasicExecutionRole, {document}]}}}}\n  \
         F: {{Type: AWS::Serverless::Function, Properties: {{Role: x, Policies: {document}}}}}\n  \
         G: {{Type: AWS::IAM::Group, Properties: {{Policies: !If [c, [], []]}}}}\n  \
         H: {{Type: AWS::IAM::Policy, Description: a, Description: b}}\n"
    );
    let told: Vec<String> = read(&text)
        .policies
        .iter()
        .map(|policy| match &policy.makes {
            Makes::Managed(_) => format!("{} is managed", policy.address),
            Makes::Inline { name, holders } => {
                let holders: Vec<String> = holders
                    .iter()
                    .map(|one| match &one.who {
                        Who::Unknown { value, .. } => {
                            format!("{} Unknown({:?})", one.kind.as_str(), value.shown)
                        }
                        who => format!("{} {who:?}", one.kind.as_str()),
                    })
                    .collect();
                format!("{} {name:?} of {}", policy.address, holders.join(", "))
            }
        })
        .collect();
    assert_eq!(
        told,
        [
            r#"A.Policies[0] Text("a") of role Resource("A")"#,
            r#"B.PolicyDocument Parts(["", "-b"]) of role Resource("A"), role Named("x"), role Unknown("!Ref Name")"#,
            r#"C.PolicyDocument Text("c") of role Resource("A")"#,
            r#"E.Policies[1] Text("ERolePolicy1") of role Resource("ERole")"#,
            r#"F.Policies[0] Text("FRolePolicy0") of role Resource("FRole")"#,
            r#"G.Policies Parts(["", ""]) of group Resource("G")"#,
            r#"H Parts(["", ""]) of role NotRead"#,
        ]
    );
}

/// A list of actions behind dashes, edited.
fn list(lines: &str, words: &str) -> String {
    let around = |lines: &str| {
        let indented: String = lines
            .lines()
            .map(|line| {
                if line.is_empty() {
                    "\n".to_owned()
                } else {
                    format!("          {line}\n")
                }
            })
            .collect();
        with_statements("- Effect: Allow\n  Action:\n") + &indented + "          Resource: '*'\n"
    };
    let written = edited(&around(lines), &[(0, words)]);
    let start = around("").len() - "          Resource: '*'\n".len();
    let list = &written[start..written.len() - "          Resource: '*'\n".len()];
    list.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

#[test]
fn comments_stay_with_what_they_are_about() {
    let three = "# reads\n- s3:Get*  # the app\n- s3:List*\n\n# writes\n- s3:Put*";
    assert_eq!(
        list(three, "0 1"),
        "# reads\n- s3:Get*  # the app\n- s3:List*"
    );
    assert_eq!(
        list(three, "1 2"),
        "# reads\n- s3:List*\n\n# writes\n- s3:Put*"
    );
    assert_eq!(list(three, "2"), "# writes\n- s3:Put*");
    assert_eq!(
        list(three, "s3:GetObject s3:GetBucket* 1 2"),
        "# reads\n- s3:GetObject  # the app\n- s3:GetBucket*\n- s3:List*\n\n# writes\n- s3:Put*"
    );
    assert_eq!(
        list("- a:B\n# checkov:skip=X: y\n- c:D\n", "0"),
        "- a:B\n# checkov:skip=X: y"
    );
    assert_eq!(
        list("- 'a:*'\n- \"c:*\"\n- e:*\n", "a:B * d:E f:?"),
        "- 'a:B'\n- \"*\"\n- d:E\n- f:?"
    );
    assert_eq!(list("- e:*\n", "*"), "- '*'");
}

/// The statements of a policy, with those of these places removed.
fn without(lines: &str, places: &[usize]) -> String {
    let edits: Vec<(usize, &str)> = places.iter().map(|place| (*place, "")).collect();
    let written = edited(&with_statements(lines), &edits);
    let start = with_statements("").len();
    written[start..]
        .lines()
        .map(|line| line.strip_prefix("        ").unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_statement_takes_its_lines_and_the_comment_above() {
    let statement =
        |name: &str| format!("- Effect: Allow\n  Action: {name}:*\n  Resource: '*'  # all\n");
    let (a, b, c) = (statement("a"), statement("b"), statement("c"));
    let joined = |parts: &[&str]| parts.concat().trim_end().to_owned();
    assert_eq!(
        without(&joined(&[&a, "# why\n", &b, &c]), &[1]),
        joined(&[&a, &c])
    );
    assert_eq!(
        without(&joined(&[&a, "\n# why\n", &b, "\n", &c]), &[1]),
        joined(&[&a, "\n", &c])
    );
    assert_eq!(
        without(&joined(&["# all\n", &a, &b]), &[0]),
        joined(&["# all\n", &b])
    );
    assert_eq!(
        without(&joined(&[&a, "# cfn_nag:x\n", &b, "\n", &c]), &[1]),
        joined(&[&a, "# cfn_nag:x\n", "\n", &c])
    );
    assert_eq!(
        without(&joined(&[&a, &b, "  # more of b\n", &c]), &[1]),
        joined(&[&a, &c])
    );
    assert_eq!(without(&joined(&[&a, &b]), &[1]), joined(&[&a]));
    // What looks like an order to a program is the end of a name.
    let named = b.replace("'*'", "arn:aws:logs:::log-group/job:nightly");
    assert_eq!(without(&joined(&[&a, &named, &c]), &[1]), joined(&[&a, &c]));
    let kept =
        "- Effect: Allow\n  Action: a:*\n  Resource: |+\n    x\n\n- Effect: Allow\n  Action: b:*\n";
    assert_eq!(told_of(kept), "Allow a:* !; Allow b:* !");
    let dashes = "-\n  Effect: Allow\n  Action: [a:*]\n  Resource: '*'\n";
    assert_eq!(without(&joined(&[dashes, &b]), &[0]), joined(&[&b]));
    let flow = "[{Effect: Allow, Action: a:*, Resource: '*'}, {Effect: Allow, Action: b:*, Resource: '*'}]";
    assert_eq!(
        without(&format!("  {flow}"), &[0]),
        "  [{Effect: Allow, Action: b:*, Resource: '*'}]"
    );
}

#[test]
fn one_string_becomes_a_list() {
    let one = |lines: &str, words: &str| {
        let written = edited(&with_statements(lines), &[(0, words)]);
        written[with_statements("").len()..].to_owned()
    };
    assert_eq!(
        one("- Action: 's3:*'\n  Effect: Allow\n", "s3:GetObject 0"),
        "        - Action:\n            - 's3:GetObject'\n            - 's3:*'\n          Effect: Allow\n"
    );
    assert_eq!(
        one(
            "- Effect: Allow\n  Action: s3:*  # all\n",
            "s3:GetObject s3:?"
        ),
        "        - Effect: Allow\n          Action: [s3:GetObject, 's3:?']  # all\n"
    );
    assert_eq!(
        one("- {Effect: Allow, Action: s3:*}\n", "s3:GetObject s3:List*"),
        "        - {Effect: Allow, Action: [s3:GetObject, s3:List*]}\n"
    );
    let in_braces = |action: &str| format!("- {{Effect: Allow,\n   Action: {action}\n  }}\n");
    assert_eq!(
        one(&in_braces("s3:*"), "s3:GetObject s3:List*"),
        in_braces("[s3:GetObject, s3:List*]")
            .replace("\n  ", "\n          ")
            .replace("- {", "        - {")
    );
    assert_eq!(
        one(
            "- Effect: Allow\n  Action:\n    s3:*\n",
            "s3:GetObject s3:List*"
        ),
        "        - Effect: Allow\n          Action:\n            [s3:GetObject, s3:List*]\n"
    );
    let crlf = with_statements("- Action: s3:*\n  Effect: Allow\n").replace('\n', "\r\n");
    assert!(
        edited(&crlf, &[(0, "a:B c:D")])
            .contains("Action:\r\n            - a:B\r\n            - c:D\r\n")
    );
}

#[test]
fn the_proof_sees_what_was_not_asked_for() {
    let text = example("13.yaml");
    let asked = [(0, "s3:GetObject s3:List*")];
    let right = example("13.out");
    assert!(!is_rejected(&text, &asked, &right));
    for (old, new) in [
        ("- s3:List*", "- s3:List*\n                - s3:Put*"),
        ("- s3:List*", "- s3:Li*"),
        ("- s3:List*\n", ""),
        ("Resource: '*'", "Resource: 'b'"),
        ("Resource: '*'", "Resource: \"*\""),
        ("# old queue", "# new queue"),
        ("            # old queue\n", ""),
        ("- sqs:*", "- 'sqs:*'"),
        ("Effect: Allow", "Effect: Deny"),
        ("S3ReadPolicy", "S3CrudPolicy"),
        ("- s3:List*", "- *x"),
        ("- s3:List*", "- &x s3:List*"),
        ("- s3:List*", "- !Sub s3:List*"),
        ("    Properties:\n", "    Properties:\n\n"),
    ] {
        assert!(right.contains(old));
        assert!(
            is_rejected(&text, &asked, &right.replacen(old, new, 1)),
            "{old} as {new}"
        );
    }
    let text = with_statements(
        "- Effect: Allow\n  Action:\n  # reads\n  - s3:Get*  # the app\n  - s3:List*\n  Resource: '*'\n- Effect: Allow\n  Action: b:*\n",
    );
    let asked = [(0, "0")];
    let right = edited(&text, &asked);
    for (old, new) in [
        ("  # the app", ""),
        ("# reads", "# writes"),
        ("          # reads\n", ""),
        ("- s3:Get*", "-  's3:Get*'"),
    ] {
        assert!(right.contains(old), "{right}");
        assert!(
            is_rejected(&text, &asked, &right.replacen(old, new, 1)),
            "{old} as {new}"
        );
    }
    let asked = [(1, "")];
    let right = edited(&text, &asked);
    for (old, new) in [
        ("- s3:List*", "- s3:List* # x"),
        ("Resource", "\n          Resource"),
        ("  Resource: '*'\n", "  Resource: '*'\n        # x\n"),
    ] {
        assert!(right.contains(old), "{right}");
        assert!(
            is_rejected(&text, &asked, &right.replacen(old, new, 1)),
            "{old} as {new}"
        );
    }
}

#[test]
#[should_panic(expected = "must stay")]
fn a_statement_behind_a_condition_is_not_removed() {
    edited(&example("12.yaml"), &[(1, "")]);
}
