//! Files and folders that are links or copies.

use std::fs;

use crate::run::{RunIt, iam_refine};
use crate::source_uses::{COMPLETE, World};

#[test]
fn what_a_link_leads_to_is_not_edited() {
    let world = World::inline();
    world.write("shared/iam.tf", &world.text);
    let mut linked = World::of(&[], world.resources);
    linked.folder = world.folder;
    let target = linked.folder.path().join("root");
    fs::create_dir_all(&target).unwrap();
    std::os::unix::fs::symlink("../shared/iam.tf", target.join("iam.tf")).unwrap();
    linked.stays(&[], "iam.tf:9:1: passed over: this file is a link");

    // What another root has by a link is a part of that too.
    let world = World::inline();
    world.write(".git/HEAD", "");
    fs::create_dir_all(world.folder.path().join("other")).unwrap();
    let link = world.folder.path().join("other/main.tf");
    std::os::unix::fs::symlink("../root/main.tf", link).unwrap();
    world.stays(
        &[],
        "its module is called elsewhere too: other/main.tf, a link to it",
    );
    world.is_edited(COMPLETE);

    // What makes nothing makes nothing there either.
    let world = World::inline();
    world.write(".git/HEAD", "");
    world.write(
        "root/versions.tf",
        "terraform {\n  required_version = \">= 1\"\n}\n",
    );
    fs::create_dir_all(world.folder.path().join("other")).unwrap();
    let link = world.folder.path().join("other/versions.tf");
    std::os::unix::fs::symlink("../root/versions.tf", link).unwrap();
    world.is_edited(&[]);
    world.write(
        "root/versions.tf",
        "module \"m\" {\n  source = \"ns/m/aws\"\n}\n",
    );
    world.stays(&[], "other/versions.tf, a link to it");
}

#[test]
fn a_root_module_that_is_given_by_a_link_has_its_own_path_in_the_patch() {
    let world = World::inline();
    world.refine(&[]);
    std::os::unix::fs::symlink("root", world.folder.path().join("link")).unwrap();
    let mut command = iam_refine();
    command.current_dir(world.folder.path());
    let run = command
        .args(["refine", "link", "state.json", "f.json"])
        .run();
    assert!(
        run.stdout.starts_with("--- a/root/main.tf\n"),
        "{}{}",
        run.stdout,
        run.stderr
    );
}

#[test]
fn a_copy_that_is_thrown_away_is_not_edited() {
    let world = World::inline();
    world.refine(&[]);
    let copy = world.folder.path().join(".terragrunt-cache/x/y");
    fs::create_dir_all(&copy).unwrap();
    fs::copy(
        world.folder.path().join("root/main.tf"),
        copy.join("main.tf"),
    )
    .unwrap();
    let mut command = iam_refine();
    command.current_dir(copy);
    let run = command
        .args(["refine", ".", "../../../state.json", "../../../f.json"])
        .run();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("what is changed in it is lost"),
        "{}",
        run.stderr
    );
}
