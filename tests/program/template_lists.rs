//! Lists of those who have a policy or are in a group that are computed as a whole, and what conditions decide of them.

use crate::template_given::{is_noted, is_silent, role, with_group};
use crate::template_world::{TEMPLATE, World};

const LATE: &str = "  Late:\n    Type: AWS::IAM::Role\n    Properties: {Path: /}\n";
const MAPPINGS: &str =
    "Mappings: {M: {a: {b: [app-AppRole-1A, zed]}}}\nParameters: {P: {Type: String}}\n";

/// Whether a policy is edited whose resource lists these, `Roles: …`, and what is said.
fn listed(policy: &str, lists: &str, action: &str) -> (bool, String) {
    let world = World::new();
    let (before, own) = TEMPLATE.split_once(&format!("  {policy}:\n")).unwrap();
    let own = own.replacen("Roles: [!Ref AppRole]", lists, 1);
    let template = format!("{MAPPINGS}{before}  {policy}:\n{own}{LATE}");
    world.write("template.yaml", &template);
    // The id of the stack tells its account.
    let id = "arn:aws:cloudformation:eu-west-1:123456789012:stack/app/1";
    let stack = world
        .read("stack.json")
        .replace("StackResourceSummaries", "StackResources");
    let stack = stack.replace(
        "{\"LogicalResourceId\"",
        &format!("{{\"StackId\": \"{id}\", \"LogicalResourceId\""),
    );
    world.write("stack.json", &stack);
    let run = world.refined();
    assert_eq!(run.exit, 0, "{lists}: {}", run.stderr);
    (run.stdout.contains(action), run.stderr)
}

fn embedded(lists: &str) -> (bool, String) {
    listed("More", lists, "kms:Decrypt")
}

fn attached(lists: &str) -> (bool, String) {
    listed("Shared", lists, "s3:GetObject")
}

#[test]
fn a_list_that_is_computed_is_of_however_many() {
    for list in [
        "!Split [',', 'app-AppRole-1A,zed']",
        "!Split [',', !ImportValue x]",
        "!FindInMap [M, a, b]",
        "!Ref P",
    ] {
        let (goes, told) = embedded(&format!("Roles: {list}"));
        let why = "which role has it comes from !";
        let help = "list them one by one in the template: nobody can tell how many these are";
        assert!(
            !goes && told.contains(why) && told.contains(help),
            "{list}: {told}"
        );
        let (goes, told) = attached(&format!("Roles: {list}"));
        let note = "nobody can tell here: it is taken to be as AWS has it";
        assert!(
            goes && told.contains("who has it by !") && told.contains(note),
            "{list}: {told}"
        );
    }
    // Beside those whom AWS shows there may be none.
    let (goes, told) = attached("Roles: [!Ref AppRole]\n      Users: !Ref P");
    assert!(
        goes && told.contains("who has it by !Ref P nobody can tell here"),
        "{told}"
    );
    let (goes, told) = embedded("Roles: [!Ref P]");
    assert!(
        goes && told.contains("who has it by !Ref P nobody can tell here"),
        "{told}"
    );
}

#[test]
fn both_sides_of_a_condition_are_looked_at() {
    let of_late = "whether Late has it a condition decides: it is taken to be as AWS has it";
    let of_zed = "whether role zed has it a condition decides: it is taken to be as AWS has it";
    for (list, note) in [
        (
            "!If [C, [!Ref AppRole, !Ref Late], [!Ref AppRole]]",
            of_late,
        ),
        ("!If [C, [!Ref AppRole], [!Ref AppRole, zed]]", of_zed),
        ("[!Ref AppRole, !If [C, zed, !Ref 'AWS::NoValue']]", of_zed),
        ("[!If [C, !If [D, !Ref AppRole, zed], !Ref Late]]", of_zed),
    ] {
        for (goes, told) in [
            embedded(&format!("Roles: {list}")),
            attached(&format!("Roles: {list}")),
        ] {
            assert!(goes && told.contains(note), "{list}: {told}");
        }
    }
    let (goes, told) =
        attached("Roles: [!Ref AppRole]\n      Users: !If [C, [ann], !Ref 'AWS::NoValue']");
    assert!(
        goes && told.contains("whether user ann has it a condition decides"),
        "{told}"
    );
    for list in [
        "!If [C, [!Ref AppRole], [!Ref AppRole]]",
        "!If [C, [!Ref AppRole], !Ref 'AWS::NoValue']",
    ] {
        for (goes, told) in [
            embedded(&format!("Roles: {list}")),
            attached(&format!("Roles: {list}")),
        ] {
            assert!(
                goes && !told.contains("a condition decides"),
                "{list}: {told}"
            );
        }
    }
}

#[test]
fn what_a_condition_decides_of_what_aws_does_not_have_nobody_can_tell() {
    let note = "whether Late has it a condition decides: it is taken to be as AWS has it";
    is_noted(
        &role("{ManagedPolicyArns: [!If [C, !Ref Shared, !Ref 'AWS::NoValue']]}"),
        note,
    );
    is_noted(
        &role("{ManagedPolicyArns: !If [C, [!Ref Shared], []]}"),
        note,
    );
    let with_condition =
        |properties: &str| role(properties).replace("Properties", "Condition: C\n    Properties");
    is_noted(&with_condition("{ManagedPolicyArns: [!Ref Shared]}"), note);
    let by = "whether Late has it by !Ref P nobody can tell here: it is taken to be as AWS has it";
    is_noted(&with_condition("{ManagedPolicyArns: [!Ref P]}"), by);
    is_silent(&with_condition("{Path: /}"));
}

#[test]
fn who_is_put_into_a_group_by_a_condition_or_by_what_nobody_can_tell_is_noted() {
    let user = |properties: &str| format!("  U:\n    Type: AWS::IAM::User\n    {properties}\n");
    let note =
        "whether U is put into group staff a condition decides: it is taken to be as AWS has it";
    for properties in [
        "Properties: {Groups: [!If [C, staff, others]]}",
        "Properties: {Groups: !If [C, [staff], []]}",
        "Condition: C\n    Properties: {Groups: [staff]}",
    ] {
        let (goes, told) = with_group(&user(properties));
        assert!(goes && told.contains(note), "{properties}: {told}");
    }
    let unread = "whether U is put into group staff by what is not read nobody can tell here";
    let (goes, told) = with_group(&user(
        "Properties: {'Fn::Transform': {Name: 'AWS::Include'}, Path: /}",
    ));
    assert!(goes && told.contains(unread), "{told}");
    let added = |users: &str| {
        format!(
            "  A:\n    Type: AWS::IAM::UserToGroupAddition\n    Properties: {{GroupName: staff, Users: {users}}}\n"
        )
    };
    for (users, by) in [
        ("[ann, !Ref P]", "!Ref P"),
        ("!Split [',', !Ref P]", "!Split"),
    ] {
        let (goes, told) = with_group(&added(users));
        let counted = "the template puts 2 into group staff, and AWS's answer shows 1 there";
        let note = format!("who is put into group staff by {by} nobody can tell here");
        let is_said = if goes {
            told.contains(&note)
        } else {
            told.contains(counted)
        };
        assert!(is_said, "{users}: {told}");
    }
    let (goes, told) = with_group(&added("[!If [C, zed, ann]]"));
    assert!(
        goes && told.contains("whether zed is put into group staff a condition decides"),
        "{told}"
    );
    assert!(!told.contains("whether ann"), "{told}");
}
