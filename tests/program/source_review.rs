//! Terraform files reviewed in questions and answers.

use crate::run::{Run, RunIt, iam_refine};
use crate::source_world::World;

#[test]
fn questions_name_the_block_and_answers_write_its_file() {
    let world = World::new();
    let run = world.run_with("review", &["--plain"], "a\nw\ny\n");
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    for said in [
        "aws_iam_role_policy.inline, main.tf line 12, statement 1: Read: Allow on *",
        "makes module.queue[\"a\"].aws_iam_role_policy.this and module.queue[\"b\"].aws_iam_role_policy.this, \
         of role prod-app and role prod-other.",
        "terraform plan",
    ] {
        assert!(run.stdout.contains(said), "{said}\n{}", run.stdout);
    }
    assert!(!world.read("root/main.tf").contains("\"s3:Get*\""));
    assert!(world.read("root/main.tf").contains("\"s3:ListBucket\""));
    assert!(
        world
            .read("root/modules/queue/main.tf")
            .contains("\"sqs:*\"")
    );
}

#[test]
fn another_file_to_write_to_is_refused_with_a_way_out() {
    let run = World::new().run("review", &["--plain", "-o", "out"]);
    assert_eq!(run.exit, 2);
    let said = "-o does not go with Terraform files or a template";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(run.stderr.contains("w writes the files"), "{}", run.stderr);
}

#[test]
fn in_place_is_how_sources_are_written_and_may_be_said() {
    let world = World::new();
    let run = world.run_with("review", &["--plain", "--in-place"], "a\nw\ny\n");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!world.read("root/main.tf").contains("\"s3:Get*\""));
}

#[test]
fn a_policy_of_which_nothing_would_be_left_stays_and_is_named() {
    let world = World::new();
    let of_app =
        r#""logs", "actions": [{"action": "DeleteLogGroup"}, {"action": "DeleteLogStream"}]"#;
    world.replace("app.json", of_app, "\"logs\"");
    let of_other = r#""logs", "actions": [{"action": "DeleteLogGroup"}]"#;
    world.replace("other.json", of_other, "\"logs\"");
    let run = world.run_with("review", &["--plain"], "A\ny\nw\ny\n");
    assert_eq!(run.exit, 4, "{}{}", run.stdout, run.stderr);
    let said = "aws_iam_policy.logs · main.tf:26: Nothing would be left of a policy, and it stays as it is: \
                remove the resource";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    assert!(world.read("root/main.tf").contains("\"logs:*\""));
    assert!(!world.read("root/main.tf").contains("\"s3:Get*\""));
}

#[test]
fn states_that_may_not_be_all_are_refused_until_it_is_said_that_they_are() {
    let world = World::new();
    world.write("root/backend.tf", "terraform {\n  backend \"s3\" {}\n}\n");
    let mut program = iam_refine();
    program.current_dir(world.path("root"));
    program.args(["review", "--plain", ".", "../state.json", "../app.json"]);
    let run = program.run();
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("--states-complete"), "{}", run.stderr);
    let run = world.run_with("review", &["--plain"], "q\n");
    assert_eq!(run.exit, 0, "{}", run.stderr);
}

#[test]
fn where_nothing_can_be_reviewed_the_reasons_are_told_and_no_screen_opens() {
    let world = World::new();
    world.replace("app.json", "role/prod-app", "role/somebody");
    world.replace("other.json", "role/prod-other", "role/else");
    let run = world.run("review", &["--plain"]);
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("Nothing can be refined"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("which no state has"), "{}", run.stderr);
}

#[test]
fn a_statement_that_has_to_stay_is_told_with_its_reason_where_it_is_decided() {
    let world = World::with_what_stays();
    let run = world.run_with("review", &["--plain"], "a\na\nb\nb\nw\ny\n");
    let said =
        "The statement has to stay as it is: a dynamic block makes the statement, main.tf:2.";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    assert!(world.read("root/main.tf").contains("sqs:DeleteQueue"));
}

#[test]
fn the_diff_of_the_files_is_shown_before_they_are_written() {
    let world = World::new();
    let run = world.run_with("review", &["--plain"], "a\nw\nn\nq\ny\n");
    assert!(run.stdout.contains("--- main.tf"), "{}", run.stdout);
    assert!(run.stdout.contains("[y/N] Write this?"), "{}", run.stdout);
    assert!(world.read("root/main.tf").contains("\"s3:Get*\""));
}

/// A review in answers, of these findings.
fn review(world: &World, findings: &[&str], answers: &str) -> Run {
    let mut program = iam_refine();
    program.current_dir(world.path("root"));
    program.env("XDG_STATE_HOME", world.path("state"));
    program.args([
        "review",
        "--plain",
        ".",
        "../state.json",
        "--states-complete",
    ]);
    program.args(findings).run_with(answers)
}

const BOTH: [&str; 2] = ["../app.json", "../other.json"];

#[test]
fn what_was_decided_is_gone_on_with_policy_by_policy() {
    let world = World::new();
    let run = review(&world, &BOTH, "A\ny\nq\ny\n");
    let saved = "Your decisions are saved";
    assert!(run.stderr.contains(saved), "{}", run.stderr);
    // A policy that somebody else has too is not reviewed now; what was decided on it stays.
    let run = review(&world, &BOTH[..1], "y\nw\ny\n");
    let kept = "about what is not reviewed here, and kept: ";
    assert!(run.stderr.contains(kept), "{}", run.stderr);
    let name = "aws_iam_role_policy.this.policy of ";
    assert!(run.stderr.contains(name), "{}", run.stderr);
    assert!(run.stderr.contains("Resume "), "{}", run.stderr);
    assert!(!world.read("root/main.tf").contains("\"s3:Get*\""));
    let queue = "root/modules/queue/main.tf";
    let before = world.read(queue);
    // What was written is done with, and the rest is not.
    let run = review(&world, &BOTH, "y\nw\ny\n");
    assert!(!run.stderr.contains(kept), "{}", run.stderr);
    assert!(run.stderr.contains("Resume "), "{}", run.stderr);
    assert_ne!(world.read(queue), before, "{}", run.stderr);
    let run = review(&world, &BOTH, "q\n");
    assert!(!run.stderr.contains("Resume "), "{}", run.stderr);
}

#[test]
fn what_was_decided_and_does_not_apply_any_more_is_told_by_name() {
    let world = World::new();
    review(&world, &BOTH, "a\nq\ny\n");
    // Another finding.
    let finding = world.read("app.json");
    world.write("app.json", &finding.replace("GetObjectAcl", "GetBucketAcl"));
    let run = review(&world, &BOTH, "q\n");
    let told = "1 decision on aws_iam_role_policy.inline";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let why = "cannot be resumed: something else would become of it.";
    assert!(run.stderr.contains(why), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("None of its 1 decision applies any more."),
        "{}",
        run.stderr
    );
    world.write("app.json", &finding);
    review(&world, &BOTH, "a\nq\ny\n");
    // Another text.
    world.replace("root/main.tf", "\"s3:Get*\"", "\"s3:GetB*\"");
    world.replace("state.json", "s3:Get*", "s3:GetB*");
    let run = review(&world, &BOTH, "q\n");
    let why = "cannot be resumed: it is another text, or makes or is had by others.";
    assert!(run.stderr.contains(why), "{}", run.stderr);
}
