//! Policies in Terraform files: which block makes what the state says, and a patch of what goes.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufReader, Read};
use std::path::Path;
use std::process::Command;

use crate::run::{Run, RunIt, copy, folder, iam_refine};
use iam_refine::sources::{InAws, Matched, Tree, read_state};
use tempfile::TempDir;

const MATCH: &str = "tests/data/sources/match";

/// A copy of the root module with its states and findings, to be edited.
struct World(TempDir);

impl World {
    fn new() -> Self {
        let world = World(folder());
        copy(Path::new(MATCH), world.0.path());
        world.write(".git/HEAD", "");
        world
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, &text.replace(old, new));
    }

    /// `iam-refine refine` in the root module.
    fn refine(&self, arguments: &[&str]) -> Run {
        let mut command = iam_refine();
        command.current_dir(self.0.path().join("root"));
        command.arg("refine").args(arguments).run()
    }

    fn refined(&self) -> Run {
        self.refine(&[".", "../state.json", "../app.json", "../other.json"])
    }

    fn refined_complete(&self) -> Run {
        let complete = "--states-complete";
        self.refine(&[
            ".",
            "../state.json",
            "../app.json",
            "../other.json",
            complete,
        ])
    }
}

/// What belongs together, in the words of the task: for each role the source of each statement.
fn belongs_together(state: &str) -> String {
    // In a repository of its own: in ours all that was built would be looked through.
    let world = World::new();
    let text = world.read(state);
    let state = read_state(&state.into(), text.as_bytes()).unwrap();
    let root = world.0.path().join("root");
    let root = root.to_str().unwrap();
    let tree = Tree::open(&[root]).unwrap();
    let matched = Matched::of(&tree, &[state], &InAws::default(), true);
    let live = &matched.live;
    let mut told = String::new();
    for principal in &live.principals {
        let address = principal.address.as_ref().unwrap();
        let _ = writeln!(told, "{} is {address}", principal.owner);
        for arn in &principal.made_elsewhere {
            let _ = writeln!(told, "  {arn}: made elsewhere");
        }
        for &place in &principal.policies {
            let policy = &live.policies[place];
            let called = policy
                .arn()
                .map_or(policy.name.to_string(), ToString::to_string);
            let _ = writeln!(told, "  {called} at {}", policy.address);
            if let Some(left) = matched.left.iter().find(|left| left.policy == place) {
                let _ = writeln!(told, "    REFUSED {}", left.why.message());
                continue;
            }
            let source = matched
                .policies
                .iter()
                .find(|one| one.makes.contains(&place))
                .unwrap();
            let file = source
                .document
                .source()
                .name()
                .raw()
                .strip_prefix(root)
                .unwrap();
            let _ = writeln!(told, "    source {file} {}", source.address);
            for &other in source.makes.iter().filter(|&&other| other != place) {
                let holders = live.policies[other].holders.iter();
                let holders = holders.map(|&one| live.principals[one].owner.name.to_string());
                let holders: Vec<String> = holders.collect();
                let other = &live.policies[other].address;
                let _ = writeln!(
                    told,
                    "    also makes {other}, held by {}",
                    holders.join(", ")
                );
            }
            let at = source.makes.iter().position(|&made| made == place).unwrap();
            let same = &source.statements[at];
            for (statement, from) in same.source_of.iter().flatten().enumerate() {
                let beyond: Vec<&str> = same.beyond[*from].iter().map(String::as_str).collect();
                let _ = writeln!(
                    told,
                    "      live statement {statement}: source statement {from} and {beyond:?}"
                );
            }
        }
    }
    told.replace(root, "root")
}

const BELONGS_TOGETHER: &str = r#"role prod-app is aws_iam_role.app
  arn:aws:iam::aws:policy/ReadOnlyAccess: made elsewhere
  inline at aws_iam_role_policy.inline
    source /main.tf data.aws_iam_policy_document.inline
      live statement 0: source statement 0 and []
      live statement 1: source statement 1 and ["sqs:DeleteMessage"]
  queue-a at module.queue["a"].aws_iam_role_policy.this
    source /modules/queue/main.tf aws_iam_role_policy.this.policy
    also makes module.queue["b"].aws_iam_role_policy.this, held by prod-other
      live statement 0: source statement 0 and []
  arn:aws:iam::123456789012:policy/prod-logs at aws_iam_policy.logs
    source /main.tf aws_iam_policy.logs.policy
      live statement 0: source statement 0 and []
  arn:aws:iam::123456789012:policy/vendor at module.vendor.aws_iam_policy.policy[0]
    REFUSED module.vendor.aws_iam_policy.policy[0]: the policy is written in a module that is downloaded (root/.terraform/modules/vendor/modules/iam-policy)
role prod-other is aws_iam_role.other
  queue-b at module.queue["b"].aws_iam_role_policy.this
    source /modules/queue/main.tf aws_iam_role_policy.this.policy
    also makes module.queue["a"].aws_iam_role_policy.this, held by prod-app
      live statement 0: source statement 0 and []
"#;

#[test]
fn each_policy_of_a_state_is_found_in_its_block_in_both_shapes() {
    assert_eq!(belongs_together("state.json"), BELONGS_TOGETHER);
    assert_eq!(belongs_together("raw.tfstate"), BELONGS_TOGETHER);
}

#[test]
fn a_plan_is_read_by_the_state_that_it_begins_from() {
    let world = World::new();
    let state = world.read("state.json");
    let plan = format!(
        r#"{{"format_version": "1.2", "variables": {{"a": {{"value": 1}}}}, "planned_values": {{"root_module": {{}}}},
            "resource_changes": [], "prior_state": {state}, "configuration": {{}}}}"#
    );
    world.write("plan.json", &plan);
    let of_state = world.refined();
    let of_plan = world.refine(&[".", "../plan.json", "../app.json", "../other.json"]);
    assert_eq!(of_plan.stdout, of_state.stdout);
    assert!(
        of_plan.stdout.contains("+++ b/main.tf"),
        "{}",
        of_plan.stderr
    );
    let empty = plan.replace("prior_state", "unknown");
    world.write("plan.json", &empty);
    let refused = world.refine(&[".", "../plan.json", "../app.json"]);
    assert_eq!(refused.exit, 2);
    assert!(
        refused.stderr.contains("no \"prior_state\""),
        "{}",
        refused.stderr
    );
}

#[test]
fn the_patch_is_one_that_git_applies_and_in_place_writes_the_same() {
    let world = World::new();
    let run = world.refined_complete();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    world.write("root/refined.patch", &run.stdout);
    let root = world.0.path().join("root");
    let applied = Command::new("git")
        .current_dir(&root)
        .args(["apply", "refined.patch"])
        .output();
    let applied = applied.unwrap();
    assert!(applied.status.success(), "{applied:?}\n{}", run.stdout);
    let main = world.read("root/main.tf");
    assert!(!main.contains("\"s3:Get*\""), "{main}");
    assert!(!main.contains("\"s3:ListBucket\""), "{main}");
    assert!(main.contains("concat([], var.more)"), "{main}");
    assert!(!main.contains("\"logs:*\""), "{main}");
    let queue = world.read("root/modules/queue/main.tf");
    assert!(!queue.contains("\"sqs:*\""), "{queue}");
    assert!(queue.contains("sqs:Send"), "prod-other sends: {queue}");

    let other = World::new();
    let arguments = [".", "../state.json", "../app.json", "../other.json"];
    let run = other.refine(&[&arguments[..], &["--states-complete", "--in-place"]].concat());
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert_eq!(other.read("root/main.tf"), main);
    assert_eq!(other.read("root/modules/queue/main.tf"), queue);
}

#[test]
fn what_stays_is_said_with_its_reason() {
    let world = World::new();
    let with_delete = r#"{"action": "DeleteMessage"}, {"action": "SendMessage"}"#;
    world.replace("app.json", r#"{"action": "SendMessage"}"#, with_delete);
    let run = world.refined_complete();
    for said in [
        "arn:aws:iam::aws:policy/ReadOnlyAccess is managed by AWS",
        "the policy is written in a module that is downloaded",
        "change what module.vendor gives it",
        "4 of 5 unused actions go; sqs:DeleteMessage stays: it comes from var.more, main.tf:19",
        "statement 2: sqs:SendMessage goes unless what is computed beside it grants it too: it comes from var.more, \
         main.tf:19",
        "1 unused still granted by what cannot be edited where it is written",
        "makes module.queue[\"a\"].aws_iam_role_policy.this and module.queue[\"b\"].aws_iam_role_policy.this, of role prod-app and role prod-other",
    ] {
        assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
    }
}

/// A module whose one policy joins a list with `var.more`, and what it is in two calls of it.
fn with_two_lists(world: &World, (of_a, of_b): (&str, &str)) {
    world.write(
        "root/modules/queue/main.tf",
        "data \"aws_iam_policy_document\" \"this\" {\n  statement {\n    actions   = concat([\"sqs:Get*\", \
         \"sqs:PurgeQueue\"], var.more)\n    resources = [\"*\"]\n  }\n}\n\n\
         resource \"aws_iam_role_policy\" \"this\" {\n  role   = var.role\n  policy = \
         data.aws_iam_policy_document.this.json\n}\n",
    );
    let made = |more: &str| {
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["sqs:Get*","sqs:PurgeQueue"{more}],"Resource":"*"}}]}}"#
        );
        policy.replace('"', "\\\"")
    };
    for (queue, more) in [("a", of_a), ("b", of_b)] {
        let old = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["sqs:*"],"Resource":"arn:aws:sqs:eu-west-1:123456789012:{queue}"}}]}}"#
        );
        world.replace("state.json", &old.replace('"', "\\\""), &made(more));
    }
}

#[test]
fn what_expressions_come_to_in_one_place_alone_is_not_relied_on_in_another() {
    let more = (
        r#","sqs:GetQueueUrl","sqs:DeleteQueue""#,
        r#","sqs:SendMessage""#,
    );
    let world = World::new();
    with_two_lists(&world, more);
    for name in ["app.json", "other.json"] {
        let actions = r#"{"action": "GetQueueAttributes"}, {"action": "DeleteQueue"}, {"action": "PurgeQueue"}"#;
        let finding = world.read(name);
        let start = finding.find("\"sqs\", \"actions\": [").unwrap() + 19;
        let end = start + finding[start..].find(']').unwrap();
        let finding = format!("{}{actions}{}", &finding[..start], &finding[end..]);
        world.write(name, &finding);
    }
    let run = world.refined();
    // `var.more` of one has GetQueueUrl too, and it stays written for the other.
    let written = "concat([\"sqs:GetQueueUrl\"], var.more)";
    assert!(run.stdout.contains(written), "{}{}", run.stdout, run.stderr);
    let said = "2 of 3 unused actions go; sqs:DeleteQueue stays: it comes from var.more, \
                modules/queue/main.tf:3, in module.queue[\"a\"].aws_iam_role_policy.this alone";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_statement_that_would_have_no_action_somewhere_stays() {
    let world = World::new();
    with_two_lists(&world, (r#","sqs:SendMessage""#, ""));
    for name in ["app.json", "other.json"] {
        let finding = world.read(name);
        let start = finding.find("\"sqs\", \"actions\": [").unwrap() + 5;
        let end = start + finding[start..].find(']').unwrap() + 1;
        world.write(name, &format!("{}{}", &finding[..start], &finding[end..]));
    }
    let run = world.refined();
    assert!(!run.stdout.contains("modules/queue"), "{}", run.stdout);
    let said = "1 statement of which nothing would be left stays as it was written: nothing else \
                may be left: it comes from var.more, modules/queue/main.tf:3";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_managed_policy_stays_while_nobody_says_who_else_has_it() {
    let run = World::new().refined();
    assert!(!run.stdout.contains("logs:"), "{}", run.stdout);
    assert!(
        run.stderr
            .contains("a state does not tell who else has a managed policy")
    );
    assert!(run.stderr.contains("--states-complete"));
}

#[test]
fn what_one_of_several_holders_uses_stays_in_their_block() {
    let world = World::new();
    let run = world.refined_complete();
    let queue = |run: &Run| {
        let at = run.stdout.find("modules/queue");
        at.map_or(String::new(), |at| run.stdout[at..].to_owned())
    };
    assert!(queue(&run).contains("sqs:Send"), "{}", run.stdout);

    // Without a finding of the other one it counts as using everything.
    let alone = world.refine(&[".", "../state.json", "../app.json", "--states-complete"]);
    assert_eq!(queue(&alone), "", "{}", alone.stdout);
    let said = "role prod-other has it too and has no finding";
    assert!(alone.stderr.contains(said), "{}", alone.stderr);
}

#[test]
fn a_source_that_is_not_what_aws_has_is_left_until_it_is_applied() {
    let world = World::new();
    world.replace(
        "root/main.tf",
        "\"s3:Get*\", \"s3:ListBucket\"",
        "\"s3:Get*\"",
    );
    let run = world.refined();
    assert_eq!(run.exit, 0);
    assert!(
        !run.stdout.contains("main.tf\n@@") || !run.stdout.contains("s3:"),
        "{}",
        run.stdout
    );
    assert!(run.stderr.contains("main.tf:"), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("statement 1 of the source is not there"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("run `terraform apply` first"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_comment_for_another_program_does_not_hide_that_statements_differ() {
    let first = "    sid       = \"Read\"\n";
    for (what, old, new) in [
        (
            "one that AWS does not have",
            first,
            "    # checkov:skip=CKV_AWS_1: needed\n    sid = \"Other\"\n",
        ),
        (
            "one that takes up others",
            "    actions   = concat(",
            "    # checkov:skip=CKV_AWS_1: needed\n    actions   = concat([\"a:B\"], ",
        ),
    ] {
        let world = World::new();
        world.replace("root/main.tf", old, new);
        let run = world.refined();
        assert!(
            !run.stdout.contains("main.tf\n@@ -1"),
            "{what}: {}",
            run.stdout
        );
        let said = "run `terraform apply` first";
        assert!(run.stderr.contains(said), "{what}: {}", run.stderr);
    }
}

#[test]
fn statements_of_a_dynamic_block_are_matched_in_their_order() {
    let world = World::new();
    let dynamic = "  dynamic \"statement\" {\n    for_each = var.buckets\n    content {\n      \
                   actions   = [\"sqs:SendMessage\", \"sqs:ReceiveMessage\"]\n      resources = [statement.value]\n    }\n  }\n";
    let read = "  statement {\n    sid       = \"Read\"";
    world.replace("root/main.tf", read, &format!("{dynamic}{read}"));
    world.replace(
        "state.json",
        "[{\\\"Action\\\":[\\\"s3:ListBucket",
        "[{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":[\\\"sqs:SendMessage\\\",\\\"sqs:ReceiveMessage\\\"]},{\\\"Action\\\":[\\\"s3:ListBucket",
    );
    let run = world.refined();
    assert!(
        run.stdout.contains("concat([], var.more)"),
        "{}{}",
        run.stdout,
        run.stderr
    );
}

#[test]
fn a_root_that_may_have_several_states_is_refused_until_they_are_all_there() {
    let cases: [(&str, &str, &str); 6] = [
        (
            "root/backend.tf",
            "terraform {\n  backend \"s3\" {}\n}\n",
            "no literal bucket, key",
        ),
        (
            "root/cloud.tf",
            "terraform {\n  cloud {\n    organization = \"o\"\n  }\n}\n",
            "does not name one workspace",
        ),
        (
            "root/names.tf",
            "locals {\n  a = \"x-${terraform.workspace}\"\n}\n",
            "terraform.workspace",
        ),
        (
            "root/terraform.tfstate.d/dev/x",
            "",
            "the states of workspaces lie here",
        ),
        ("root/terragrunt.hcl", "", "Terragrunt"),
        ("root/env/dev.tfvars", "a = 1\n", "files of variables"),
    ];
    for (name, text, why) in cases {
        let world = World::new();
        world.write(name, text);
        if name.ends_with("tfvars") {
            world.write("root/env/prod.tfvars", "a = 2\n");
        }
        let run = world.refined();
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{name}");
        assert!(run.stderr.contains(why), "{name}: {}", run.stderr);
        assert!(run.stderr.contains("--states-complete"), "{}", run.stderr);
        assert_eq!(world.refined_complete().exit, 0, "{name}");
    }
    let world = World::new();
    let complete =
        "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key    = \"k\"\n  }\n}\n";
    world.write("root/backend.tf", complete);
    assert_eq!(world.refined().exit, 0);
}

#[test]
fn a_module_that_is_called_elsewhere_too_is_refused_with_its_callers() {
    let world = World::new();
    world.write(".git/HEAD", "");
    world.write(
        "far/main.tf",
        "module \"q\" {\n  source = \"../root/modules/queue\"\n}\n",
    );
    let run = world.refined();
    assert!(!run.stdout.contains("modules/queue"), "{}", run.stdout);
    assert!(
        run.stderr.contains("called elsewhere too: far/main.tf:1"),
        "{}",
        run.stderr
    );
    assert!(world.refined_complete().stdout.contains("modules/queue"));
}

#[test]
fn a_document_that_serves_something_else_too_is_refused() {
    let world = World::new();
    world.write(
        "root/out.tf",
        "output \"policy\" {\n  value = data.aws_iam_policy_document.inline.json\n}\n",
    );
    let run = world.refined();
    assert!(!run.stdout.contains("s3:"), "{}", run.stdout);
    assert!(run.stderr.contains("out.tf:2"), "{}", run.stderr);
    assert!(
        run.stderr.contains("is used here for something else too"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_made_of_a_policy_in_a_way_that_is_not_followed_keeps_it_as_it_is() {
    // Each makes a policy of one that is written elsewhere, for somebody who may use it.
    let resource = |policy: &str| {
        format!(
            "resource \"aws_iam_role_policy\" \"far\" {{\n  count  = 0\n  role   = \"x\"\n  policy = {policy}\n}}\n"
        )
    };
    for (policy, is_kept) in [
        ("aws_iam_policy.logs.policy", "logs:"),
        (
            "jsonencode(merge(jsondecode(data.aws_iam_policy_document.inline.json), {}))",
            "s3:",
        ),
    ] {
        let world = World::new();
        world.write("root/far.tf", &resource(policy));
        let run = world.refined_complete();
        assert!(!run.stdout.contains(is_kept), "{policy}: {}", run.stdout);
        let said = "is used here for something else too";
        assert!(run.stderr.contains(said), "{policy}: {}", run.stderr);
    }
    // A second block of the same address, of which nobody knows which one holds.
    let world = World::new();
    world.write(
        "root/far_override.tf",
        &resource("data.aws_iam_policy_document.inline.json").replace("  count  = 0\n", ""),
    );
    world.write(
        "root/far.tf",
        &resource("data.aws_iam_policy_document.inline.json").replace("  count  = 0\n", ""),
    );
    world.add_resources(
        r#"{"address": "aws_iam_role_policy.far", "mode": "managed", "type": "aws_iam_role_policy", "name": "far",
            "values": {"name": "far", "role": "prod-other", "policy": "{}"}}"#,
    );
    let run = world.refined_complete();
    assert!(!run.stdout.contains("s3:"), "{}", run.stdout);
    let said = "there are two blocks aws_iam_role_policy.far";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let said = "aws_iam_role_policy.far is made of it too, and stays as it is";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn templates_beside_a_root_module_are_passed_over_with_a_note() {
    let world = World::new();
    world.write(
        "root/template.yaml",
        "Resources:\n  Role:\n    Type: AWS::IAM::Role\n",
    );
    let run = world.refined();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let note = "note: .: this is taken for a root module, and the templates in it are passed over";
    assert!(run.stderr.contains(note), "{}", run.stderr);
}

#[test]
fn beside_a_file_that_is_not_read_nothing_is_edited() {
    for (name, text) in [
        (
            "root/modules/queue/x.tf.json",
            "{\"data\": {\"aws_iam_policy_document\": {}}}",
        ),
        ("root/modules/queue/x.tf", "a = {"),
    ] {
        let world = World::new();
        world.write(name, text);
        let run = world.refined();
        assert_eq!(run.exit, 0, "{}", run.stderr);
        assert!(
            run.stdout.contains("s3:"),
            "other folders are: {}",
            run.stderr
        );
        assert!(!run.stdout.contains("modules/queue"), "{}", run.stdout);
        assert!(
            run.stderr
                .contains("beside it is not read, and may use it too"),
            "{}",
            run.stderr
        );
    }
    let world = World::new();
    world.write("root/x.tf.json", "{\"terraform\": {}}");
    let run = world.refined();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("may hold a backend"), "{}", run.stderr);
}

#[test]
fn a_block_that_is_not_applied_yet_keeps_its_document_as_it_is() {
    let world = World::new();
    world.write(
        "root/new.tf",
        "resource \"aws_iam_role_policy\" \"new\" {\n  role   = \"x\"\n  policy = \
         data.aws_iam_policy_document.inline.json\n}\n",
    );
    let run = world.refined();
    assert!(!run.stdout.contains("s3:"), "{}", run.stdout);
    let said = "new.tf:1:1: passed over: no state has what aws_iam_role_policy.new makes";
    assert!(run.stderr.contains(said), "{}", run.stderr);

    let world = World::new();
    world.replace("root/.terraform/modules/modules.json", "{\"Key\":\"queue\"", "{\"Key\":\"more\",\"Source\":\"./modules/queue\",\"Dir\":\"modules/queue\"},{\"Key\":\"queue\"");
    world.write(
        "root/more.tf",
        "module \"more\" {\n  source = \"./modules/queue\"\n}\n",
    );
    let run = world.refined();
    assert!(!run.stdout.contains("modules/queue"), "{}", run.stdout);
    let said = "no state has what aws_iam_role_policy.this of module.more makes";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn one_of_which_nothing_is_left_stays_and_the_others_are_in_the_patch() {
    let world = World::new();
    let whole = "\"serviceNamespace\": \"logs\"}}";
    for (file, actions) in [
        (
            "app.json",
            "{\"action\": \"DeleteLogGroup\"}, {\"action\": \"DeleteLogStream\"}",
        ),
        ("other.json", "{\"action\": \"DeleteLogGroup\"}"),
    ] {
        let named = format!("\"serviceNamespace\": \"logs\", \"actions\": [{actions}]}}}}");
        world.replace(file, &named, whole);
    }
    let run = world.refined_complete();
    assert_eq!(run.exit, 4, "{}", run.stderr);
    assert!(run.stdout.contains("s3:Get"), "{}", run.stdout);
    let why = "unused still granted by a policy that stays, since nothing would be left of it";
    assert!(run.stderr.contains(why), "{}", run.stderr);
    assert!(
        !run.stdout.contains("-    Statement = [{ Effect"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr
            .contains("remove the resource, what attaches it, and the document")
    );
}

#[test]
fn without_a_state_it_is_reported_where_the_findings_actions_stand() {
    let world = World::new();
    let run = world.refine(&[".", "../app.json"]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    for said in [
        "there is no state",
        "main.tf:15:29: s3:ListBucket in data.aws_iam_policy_document.inline: 1 action is reported as unused",
        "terraform show -json > state.json",
    ] {
        assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
    }
    // What one does not use another may.
    let run = world.refine(&[".", "../app.json", "../other.json"]);
    for said in [
        "1 action is reported as unused by role prod-app, and none by role prod-other",
        "reported as unused by role prod-app and role prod-other",
    ] {
        assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
    }
}

#[test]
fn no_secret_of_a_state_is_in_any_output_or_file() {
    const CANARY: &str = "hunter2-canary";
    let secret = format!(
        r#"{{"address": "aws_db_instance.db", "mode": "managed", "type": "aws_db_instance", "name": "db",
            "values": {{"name": "{CANARY}", "password": "{CANARY}", "policy": "{CANARY}", "arn": ["{CANARY}"]}}}},
          {{"values": {{"name": "{CANARY}", "policy": "{CANARY}"}}, "address": "aws_db_instance.e", "type": "aws_db_instance", "name": "e"}},"#
    );
    let world = World::new();
    let first = "\"resources\": [\n    {";
    world.replace("state.json", first, &format!("\"resources\": [{secret}{{"));
    world.replace(
        "state.json",
        "\"values\": {\n  \"root",
        &format!("\"outputs\": \"{CANARY}\", \"values\": {{\n  \"root"),
    );
    let run = world.refined_complete();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let state_home = world.0.path().join("state");
    let mut command = iam_refine();
    command
        .current_dir(world.0.path().join("root"))
        .env("XDG_STATE_HOME", &state_home);
    let arguments = [
        ".",
        "../state.json",
        "../app.json",
        "../other.json",
        "--in-place",
    ];
    let written = command.arg("refine").args(arguments).run();
    assert_eq!(written.exit, 0, "{}", written.stderr);
    let mut outputs = vec![run.stdout, run.stderr, written.stdout, written.stderr];

    // What is wrong with a state is told without its text, wherever it breaks off.
    let state = world.read("state.json");
    for length in [200, 700, 900, state.len() - 3] {
        world.write("cut.json", &state[..length]);
        let run = world.refine(&[".", "../cut.json", "../app.json"]);
        assert_eq!(run.exit, 2);
        outputs.extend([run.stdout, run.stderr]);
    }
    for broken in [
        format!(r#"{{"format_version": "1.0", "values": "{CANARY}"}}"#),
        format!(r#"{{"format_version": "1.0", "values": {{"root_module": ["{CANARY}"]}}}}"#),
        format!(
            r#"{{"version": 4, "resources": [{{"type": "aws_iam_role", "name": "x", "instances": ["{CANARY}"]}}]}}"#
        ),
        format!(r#"{{"version": 3, "lineage": "{CANARY}"}}"#),
        format!(r#"{{"outputs": {{"password": {{"value": "{CANARY}"}}}}, "version": 4}}"#),
        format!(r#"{{"password": {{"sensitive": true, "value": "{CANARY}"}}}}"#),
        format!(r#"[{{"values": {{"password": "{CANARY}"}}}}]"#),
        format!(r#"{{"resource_changes": [{{"x": "{CANARY}"}}], "format_version": "1.2"}}"#),
        format!("# aws_db_instance.db:\npassword = \"{CANARY}\"\n"),
        format!(
            r#"{{"format_version": "1.0", "values": {{"root_module": {{"resources": [{{"address": "{CANARY}", "type": "aws_iam_role", "name": "x"}}]}}}}}}"#
        ),
    ] {
        world.write("broken.json", &broken);
        let run = world.refine(&[".", "../broken.json", "../app.json"]);
        assert_eq!(run.exit, 2, "{broken}");
        outputs.extend([run.stdout, run.stderr]);
        // In a folder of findings, and where the root module was forgotten.
        world.write("findings/broken.json", &broken);
        let run = world.refine(&[".", "../state.json", "../app.json", "../findings"]);
        outputs.extend([run.stdout, run.stderr]);
    }
    for forgotten in ["cut.json", "state.json"] {
        let run = world.refine(&[&format!("../{forgotten}"), "../app.json"]);
        assert_eq!(run.exit, 2);
        assert!(
            run.stderr.contains("is a state of Terraform"),
            "{}",
            run.stderr
        );
        outputs.extend([run.stdout, run.stderr]);
    }
    assert!(
        outputs.iter().all(|output| !output.contains(CANARY)),
        "{outputs:#?}"
    );
    assert!(!holds(&state_home, CANARY) && !holds(&world.0.path().join("root"), CANARY));
}

fn holds(folder: &Path, text: &str) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            holds(&path, text)
        } else {
            String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(text)
        }
    })
}

#[test]
fn what_does_not_go_with_terraform_files_is_refused_by_name() {
    let world = World::new();
    for (option, called) in [
        (&["-o", "x"][..], "-o"),
        (&["--as-deny"], "--as-deny"),
        (&["--everywhere"], "--everywhere"),
        (&["--compare", "../app.json"], "--compare"),
        (&["--if-too-long", "split"], "--if-too-long split"),
        (&["--quota", "role"], "--quota with the name of a kind"),
        (&["--format", "policy"], "--format policy"),
    ] {
        let run = world.refine(&[&[".", "../state.json", "../app.json"], option].concat());
        assert_eq!(run.exit, 2);
        let said = format!("{called} does not go with Terraform files or a template");
        assert!(run.stderr.contains(&said), "{said}: {}", run.stderr);
    }
}

#[test]
fn names_of_several_accounts_are_not_taken_for_each_other() {
    let world = World::new();
    let stranger = r#""resources": [{"address": "aws_iam_role.far", "mode": "managed", "type": "aws_iam_role",
        "name": "far", "values": {"name": "far", "arn": "arn:aws:iam::210987654321:role/far"}}, {"#;
    world.replace("state.json", "\"resources\": [\n    {", stranger);
    let run = world.refined_complete();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    // What is attached is of the same account as who has it.
    assert!(run.stdout.contains("logs:"), "{}", run.stdout);
    assert!(!run.stdout.contains("s3:"), "{}", run.stdout);
    let said = "the state is of several accounts, and does not tell in which its role prod-app is";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(run.stderr.contains("(aws_iam_role.app)"), "{}", run.stderr);
    assert!(
        run.stderr.contains("terraform state pull"),
        "{}",
        run.stderr
    );
}

const FIRST_RESOURCE: &str = "\"resources\": [\n    {";

impl World {
    /// Adds resources to the root module in the state.
    fn add_resources(&self, resources: &str) {
        let with_these = format!("\"resources\": [{resources}, {{");
        self.replace("state.json", FIRST_RESOURCE, &with_these);
    }
}

#[test]
fn what_bounds_others_or_is_attached_to_more_than_the_states_show_stays() {
    let logs = "arn:aws:iam::123456789012:policy/prod-logs";
    let boundary = format!("\"permissions_boundary\": \"{logs}\"");
    let group = format!(
        r#"{{"address": "aws_iam_group_policy_attachment.g", "mode": "managed", "type": "aws_iam_group_policy_attachment",
            "name": "g", "values": {{"group": "operators", "policy_arn": "{logs}"}}}}"#
    );
    let group = format!("\"resources\": [{group}, {{");
    let none = "\"permissions_boundary\": \"\"";
    let counted = "\"attachment_count\": 5, \"policy_id\"";
    for (old, new, why) in [
        (none, boundary.as_str(), "it is a permissions boundary"),
        (
            "\"policy_id\"",
            counted,
            "AWS counts 5 attachments, and the states show 2",
        ),
        (
            FIRST_RESOURCE,
            &group,
            "group operators has it, and nothing here tells all members",
        ),
    ] {
        let world = World::new();
        world.replace("state.json", old, new);
        let run = world.refined_complete();
        assert_eq!(run.exit, 0, "{}", run.stderr);
        assert!(!run.stdout.contains("logs:"), "{why}: {}", run.stdout);
        assert!(run.stderr.contains(why), "{why}: {}", run.stderr);
    }
}

/// The policy of a user, with all of EC2.
fn with_user(world: &World, actions: &str) {
    world.write(
        "root/user.tf",
        "resource \"aws_iam_user_policy\" \"u\" {\n  user   = \"ann\"\n  policy = jsonencode({\n    \
         Statement = [{ Effect = \"Allow\", Action = \"ec2:*\", Resource = \"*\" }]\n  })\n}\n",
    );
    world.add_resources(
        r#"{"address": "aws_iam_user.u", "mode": "managed", "type": "aws_iam_user", "name": "u",
            "values": {"name": "ann", "arn": "arn:aws:iam::123456789012:user/ann"}},
           {"address": "aws_iam_user_policy.u", "mode": "managed", "type": "aws_iam_user_policy", "name": "u",
            "values": {"name": "all", "user": "ann", "policy":
              "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ec2:*\",\"Resource\":\"*\"}]}"}}"#,
    );
    world.write(
        "user.json",
        &format!(
            r#"{{"id": "u", "status": "ACTIVE", "analyzedAt": "2026-10-20T00:00:00Z",
              "resource": "arn:aws:iam::123456789012:user/ann", "findingType": "UnusedPermission",
              "findingDetails": [{{"unusedPermissionDetails": {{"serviceNamespace": "ec2", "actions": [{actions}]}}}}]}}"#
        ),
    );
}

#[test]
fn what_becomes_too_long_in_aws_stays_as_it_is() {
    let world = World::new();
    with_user(&world, r#"{"action": "RunInstances"}"#);
    let run = world.refine(&[".", "../state.json", "../user.json"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(run.stdout.contains("+++ b/user.tf"), "{}", run.stderr);

    let world = World::new();
    let names = [
        "CreateVolume",
        "DeleteVolume",
        "DescribeVolumes",
        "ModifyVolume",
        "GetConsoleOutput",
    ];
    let names = names.map(|name| format!("{{\"action\": \"{name}\"}}"));
    with_user(&world, &names.join(", "));
    let run = world.refine(&[".", "../state.json", "../user.json", "--in-place"]);
    assert_eq!((run.exit, run.stdout.as_str()), (4, ""), "{}", run.stderr);
    let said = "characters of 2,048 over all inline policies of the user";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(world.read("root/user.tf").contains("\"ec2:*\""));
}

#[test]
fn policies_of_other_files_do_not_stand_beside_those_of_terraform() {
    let world = World::new();
    world.write(
        "policy.json",
        r#"{"Statement": {"Effect": "Allow", "Action": "s3:*"}}"#,
    );
    let run = world.refine(&[".", "../state.json", "../app.json", "../policy.json"]);
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("those here are in the Terraform files"),
        "{}",
        run.stderr
    );
}

/// A state of some 200 MB, made as it is read.
struct Generated {
    part: Vec<u8>,
    at: usize,
    left: usize,
}

impl Read for Generated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.part.len() {
            let number = self.left;
            self.part = match number {
                0 => return Ok(0),
                1 => br#"{"mode": "data", "type": "x", "instances": []}]}"#.to_vec(),
                _ => format!(
                    r#"{{"mode": "managed", "type": "aws_s3_bucket", "name": "b{number}", "instances": [{{"attributes": {{"policy": "{}"}}}}]}},
                       {{"mode": "managed", "type": "aws_iam_policy", "name": "p{number}", "instances": [{{"attributes":
                         {{"arn": "arn:aws:iam::123456789012:policy/p{number}", "policy": "{{}}"}}}}]}},"#,
                    "x".repeat(20_000)
                )
                .into_bytes(),
            };
            (self.at, self.left) = (0, number - 1);
        }
        let length = buffer.len().min(self.part.len() - self.at);
        buffer[..length].copy_from_slice(&self.part[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

#[test]
#[ignore = "it takes long: cargo test --release --test program sources -- --ignored"]
fn a_state_of_200_mb_is_read_in_less_than_150_mb() {
    let generated = Generated {
        part: br#"{"version": 4, "resources": ["#.to_vec(),
        at: 0,
        left: 10_000,
    };
    let state = read_state(&"big".into(), BufReader::new(generated)).unwrap();
    assert_eq!(state.resources.len(), 9_999);
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").trim().parse().unwrap();
    assert!(peak < 150_000, "{peak} kB");
}

#[test]
fn what_stays_because_others_use_it_is_told_everywhere() {
    let world = World::new();
    let run = world.refined_complete();
    let said = "modules/queue/main.tf:4:1: 1 action that others do not use stays because of role \
                prod-other: sqs:SendMessage";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let asked = |format: &str| {
        let files = [
            ".",
            "../state.json",
            "../app.json",
            "../other.json",
            "--states-complete",
        ];
        world
            .refine(&[&files[..], &["--format", format]].concat())
            .stdout
    };
    let row = "| **sqs** SendMessage | kept for role prod-other, who may use it |";
    assert!(asked("markdown").contains(row), "{}", asked("markdown"));
    let record: serde_json::Value = serde_json::from_str(&asked("json")).unwrap();
    let exceptions = record["policies"].as_array().unwrap().iter();
    let exceptions = exceptions.flat_map(|policy| policy["exceptions"].as_array().unwrap());
    let others = exceptions
        .filter(|one| one["action"] == "sqs:SendMessage")
        .map(|one| &one["others"]);
    assert_eq!(
        others.collect::<Vec<_>>(),
        [&serde_json::json!(["role prod-other"])],
        "{record:#}"
    );
}
