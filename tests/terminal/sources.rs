//! Terraform files reviewed on the screen.

use super::screen::{Screen, start_with};
use super::source_world::{FILES, World};

fn review_in(world: &World, state: &World) -> Screen {
    let arguments = [&["review"], &FILES[..], &["--states-complete"]].concat();
    let state = state.path("state");
    let state = [("XDG_STATE_HOME", state.to_str().expect("UTF-8"))];
    start_with(&world.path("root"), &arguments, 30, 120, &state)
}

fn review(world: &World) -> Screen {
    let screen = review_in(world, world);
    screen.wait_for("0 of 4 entries decided");
    screen
}

#[test]
fn policies_are_titled_by_what_their_blocks_make_and_where_these_are() {
    let world = World::new();
    let screen = review(&world);
    for title in [
        "aws_iam_role_policy.inline",
        "main.tf:12",
        "aws_iam_policy.logs",
        "main.tf:26",
        "module.queue[\"a\"]",
        "main.tf:4",
    ] {
        assert!(screen.text().contains(title), "{title}\n{}", screen.text());
    }
}

#[test]
fn whom_a_block_serves_is_told_at_its_policy() {
    let world = World::new();
    let mut screen = review(&world);
    // The policies are listed; to the last one.
    screen.press("G");
    screen.wait_for("MAKES 2, WHICH CHANGE TOGETHER");
    for name in [
        "modules/queue/main.tf:4",
        "aws_iam_role_policy.this.policy",
        "module.queue[\"b\"].aws_iam_role",
        "It is of role prod-app and role",
    ] {
        assert!(screen.text().contains(name), "{name}\n{}", screen.text());
    }
}

#[test]
fn what_is_not_literal_is_locked_with_its_reason() {
    let world = World::new();
    let mut screen = review(&world);
    // Its policy is opened, and its last entry gone to.
    screen.press("\r");
    screen.wait_for("s3:ListBucket");
    screen.press("jjjjjj");
    screen.wait_for("comes from var.more,");
    screen.wait_for("main.tf:19");
}

#[test]
fn all_files_are_written_at_once_after_their_diff_was_shown() {
    let world = World::new();
    let mut screen = review(&world);
    screen.press("A");
    screen.wait_for("4 of 4 entries decided");
    screen.press("w");
    screen.wait_for("Over main.tf, modules/queue/main.tf;");
    screen.wait_for("main.tf: changes as follows");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    assert!(!world.read("root/main.tf").contains("\"s3:Get*\""));
    assert!(
        !world
            .read("root/modules/queue/main.tf")
            .contains("\"sqs:*\"")
    );
    assert!(
        screen.text().contains("terraform plan"),
        "{}",
        screen.text()
    );
}

#[test]
fn what_is_written_already_is_told() {
    let world = World::new();
    let accept_all = |state: &World| {
        let mut screen = review_in(&world, state);
        screen.wait_for("0 of 4 entries decided");
        screen.press("A");
        screen.wait_for("4 of 4 entries decided");
        screen.press("w");
        screen.wait_for("main.tf: changes as follows");
        screen
    };
    let other_state = World::new();
    let mut second = accept_all(&other_state);
    let mut first = accept_all(&world);
    first.press("\r");
    assert_eq!(first.end(), 0);
    second.press("\r");
    assert_eq!(second.end(), 0);
    let told = second.text();
    assert!(told.contains("the files hold this already"), "{told}");
}

#[test]
fn a_file_that_became_a_link_meanwhile_is_not_written() {
    let world = World::new();
    let mut screen = review(&world);
    screen.press("A");
    screen.wait_for("4 of 4 entries decided");
    screen.press("w");
    screen.wait_for("main.tf: changes as follows");
    let (file, elsewhere) = (world.path("root/main.tf"), world.path("elsewhere.tf"));
    std::fs::rename(&file, &elsewhere).expect("moved");
    std::os::unix::fs::symlink(&elsewhere, &file).expect("a link");
    screen.press("\r");
    screen.wait_for("has become a link to another file");
    assert!(world.read("elsewhere.tf").contains("\"s3:Get*\""));
}

#[test]
fn what_was_left_is_told_before_anything_is_written_and_afterwards() {
    let world = World::new();
    let mut screen = review(&world);
    screen.press("A");
    screen.wait_for("4 of 4 entries decided");
    screen.press("w");
    screen.wait_for("downloaded (.terraform/modules/vendor");
    screen.press("\r");
    assert_eq!(screen.end(), 0);
    let told = screen.text();
    assert!(
        told.contains("change what module.vendor gives it"),
        "{told}"
    );
}

#[test]
fn a_killed_review_of_sources_goes_on_in_its_root_and_in_no_other() {
    let world = World::new();
    let mut screen = review(&world);
    screen.press("A");
    screen.wait_for("4 of 4 entries decided");
    screen.signal("-KILL");
    screen.end();

    let other = World::new();
    let elsewhere = review_in(&other, &world);
    elsewhere.wait_for("0 of 4 entries decided");
    drop(elsewhere);

    let mut screen = review_in(&world, &world);
    screen.wait_for("Resume 4 of 4 saved decisions?");
    screen.press("\r");
    screen.wait_for("4 of 4 entries decided");
}

#[test]
fn entries_that_are_not_written_as_such_are_shown_locked() {
    let world = World::with_what_stays();
    let arguments = [
        "review",
        ".",
        "../state.json",
        "../app.json",
        "--states-complete",
    ];
    let screen = start_with(&world.path("root"), &arguments, 24, 80, &[]);
    screen.wait_for("s3:DeleteBucket  from var.more, main.tf:12             unused, locked");
}

#[test]
fn a_statement_that_has_to_stay_says_so_when_all_of_it_is_accepted() {
    let world = World::with_what_stays();
    let arguments = [
        "review",
        ".",
        "../state.json",
        "../app.json",
        "--states-complete",
    ];
    let mut screen = start_with(&world.path("root"), &arguments, 24, 80, &[]);
    screen.wait_for("0 of 3 entries decided");
    assert!(!screen.text().contains("has to stay"), "{}", screen.text());
    screen.press("aa");
    screen.wait_for("has to stay");
}
