//! Who has the policies of templates: as templates, stacks and AWS tell it.

use crate::template_world::{APP, MORE, TEMPLATE, UNUSED, World, account, finding, stack};

#[test]
fn a_managed_policy_that_others_have_stays() {
    let world = World::new();
    world.write("account.json", &account("123456789012", "app", 2));
    let run = world.refined();
    assert!(
        run.stderr
            .contains("AWS counts 2 attachments, and the account shows 1"),
        "{}",
        run.stderr
    );
    assert!(!run.stdout.contains("s3:GetObject"), "{}", run.stdout);
    world.write(
        "account.json",
        &account("123456789012", "app", 1).replace(
            "\"PermissionsBoundaryUsageCount\": 0",
            "\"PermissionsBoundaryUsageCount\": 1",
        ),
    );
    assert!(world.refined().stderr.contains("as a permissions boundary"));
}

#[test]
fn whom_the_template_gives_a_policy_to_and_the_account_does_not_show_keeps_it_as_it_is() {
    let with_late = |condition: &str, attached: &str, is_there: bool| {
        let world = World::new();
        world.write(
            "template.yaml",
            &format!(
                "{TEMPLATE}  Late:\n    Type: AWS::IAM::Role\n{condition}    Properties:\n      \
                 ManagedPolicyArns:\n      - arn:aws:iam::aws:policy/Shared\n      - {attached}\n"
            ),
        );
        let late = r#"{"LogicalResourceId": "Late", "PhysicalResourceId": "app-Late-2B", "ResourceType": "AWS::IAM::Role",
            "ResourceStatus": "CREATE_COMPLETE"}, "#;
        if is_there {
            world.replace(
                "stack.json",
                "{\"LogicalResourceId\": \"Shared\"",
                &format!("{late}{{\"LogicalResourceId\": \"Shared\""),
            );
        }
        let run = world.refined();
        assert_eq!(run.exit, 0, "{}", run.stderr);
        (run.stdout.contains("s3:GetObject"), run.stderr)
    };
    let by_arn = "!Sub 'arn:aws:iam::${AWS::AccountId}:policy/app-Shared-1A'";
    let joined = "!Join ['', ['arn:aws:iam::', !Ref AWS::AccountId, ':policy/app-Shared-1A']]";
    let list = "!Sub ['arn:aws:iam::${Id}:policy/app-Shared-1A', {Id: !Ref AWS::AccountId}]";
    for attached in [
        "!Ref Shared",
        "!Sub '${Shared}'",
        "!GetAtt Shared.PolicyArn",
        by_arn,
        joined,
        list,
    ] {
        let (goes, told) = with_late("", attached, true);
        assert!(!goes, "{attached}");
        let why = "the template gives it to Late, and AWS's answer does not";
        assert!(told.contains(why), "{told}");
        let (goes, told) = with_late("", attached, false);
        assert!(!goes, "{attached}");
        let why = "the template gives it to Late, which the stack does not have yet";
        assert!(told.contains(why), "{told}");
    }
    // What a condition decides on is as AWS has it, and so is who is not there because of one; a comment
    // and AWS's own policy of that name are no attachments.
    let (goes, told) = with_late("", "!If [Prod, !Ref Shared, !Ref 'AWS::NoValue']", true);
    assert!(goes, "{told}");
    let (goes, told) = with_late("    Condition: Prod\n", "!Ref Shared", false);
    assert!(goes, "{told}");
    let (goes, told) = with_late("", "!Ref Another # not Shared", true);
    assert!(goes, "{told}");
}

/// The world with the policy More in a group that ann is in, and a finding for her.
fn with_group() -> World {
    let world = World::new();
    world.replace(
        "template.yaml",
        "      Roles: [!Ref AppRole]\n      PolicyDocument:\n        Statement:\n        - ",
        "      Groups: [staff]\n      PolicyDocument:\n        Statement:\n        - ",
    );
    // The role does not have it any more.
    let more = format!(", {{\"PolicyName\": \"more\", \"PolicyDocument\": {MORE}}}");
    world.replace("account.json", &more, "");
    world.replace("account.json", "\"GroupDetailList\": []", &format!(
        r#""GroupDetailList": [{{"GroupName": "staff", "Arn": "arn:aws:iam::123456789012:group/staff",
            "GroupPolicyList": [{{"PolicyName": "more", "PolicyDocument": {MORE}}}], "AttachedManagedPolicies": []}}]"#
    ));
    world.replace(
        "account.json",
        "\"UserDetailList\": []",
        r#""UserDetailList": [{"UserName": "ann",
        "Arn": "arn:aws:iam::123456789012:user/ann", "GroupList": ["staff"], "UserPolicyList": [],
        "AttachedManagedPolicies": []}]"#,
    );
    let of_ann = finding("123456789012", "ann", UNUSED).replace(":role/ann", ":user/ann");
    world.write("ann.json", &of_ann);
    world.replace(
        "stack.json",
        "\"StackResourceSummaries\"",
        "\"StackResources\"",
    );
    world.replace(
        "stack.json",
        "\"LogicalResourceId\"",
        "\"StackName\": \"app\", \"StackId\": \"arn:aws:cloudformation:eu-west-1:123456789012:stack/app/1\", \
         \"LogicalResourceId\"",
    );
    world
}

#[test]
fn what_a_group_has_stays() {
    let world = World::new();
    world.replace("template.yaml", "      Roles: [!Ref AppRole]\n      PolicyDocument:\n        Statement:\n        - ", "      Roles: [!Ref AppRole]\n      Groups: [staff]\n      PolicyDocument:\n        Statement:\n        - ");
    let run = world.refined();
    assert!(!run.stdout.contains("kms:Decrypt"), "{}", run.stdout);
    assert!(run.stderr.contains("group staff"), "{}", run.stderr);
}

#[test]
fn what_a_group_has_its_members_have_as_the_account_tells() {
    let world = with_group();
    let run = world.refine("template.yaml stack.json account.json ann.json");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout
            .contains("-          Action: [sqs:SendMessage, kms:Decrypt]"),
        "{}{}",
        run.stdout,
        run.stderr
    );
    assert!(run.stderr.contains("of user ann"), "{}", run.stderr);
}

#[test]
fn whom_the_template_puts_into_a_group_has_what_the_group_has() {
    let carl = "  Carl:\n    Type: AWS::IAM::User\n";
    let added = "  Added:\n    Type: AWS::IAM::UserToGroupAddition\n    Properties:\n      GroupName: \
                 staff\n      Users: [!Ref Carl]\n";
    let own = "    Properties: {Groups: [staff]}\n";
    let in_stack = r#"{"StackName": "app", "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/app/1",
        "LogicalResourceId": "Carl", "PhysicalResourceId": "carl", "ResourceType": "AWS::IAM::User",
        "ResourceStatus": "CREATE_COMPLETE"}, "#;
    for resources in [format!("{carl}{own}"), format!("{carl}{added}")] {
        let world = with_group();
        world.write("template.yaml", &(world.read("template.yaml") + &resources));
        let run = world.refine("template.yaml stack.json account.json ann.json");
        assert_eq!(run.stdout, "", "{resources}");
        let told = "the template puts Carl into group staff, whom the stack does not have yet";
        assert!(run.stderr.contains(told), "{}", run.stderr);
        // The account was printed before he was there.
        world.replace("stack.json", "[\n", &format!("[\n{in_stack}"));
        let run = world.refine("template.yaml stack.json account.json ann.json");
        assert_eq!(run.stdout, "", "{resources}");
        let told = "user carl has it too and has no finding";
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    // A condition may have left him out, or the addition.
    for resources in [
        format!("{carl}    Condition: Prod\n{own}"),
        format!(
            "{carl}{}",
            added.replace("    Properties:", "    Condition: Prod\n    Properties:")
        ),
    ] {
        let world = with_group();
        world.write("template.yaml", &(world.read("template.yaml") + &resources));
        world.replace("stack.json", "[\n", &format!("[\n{in_stack}"));
        world.replace("stack.json", "\"Carl\"", "\"Another\"");
        let run = world.refine("template.yaml stack.json account.json ann.json");
        assert!(run.stdout.contains("kms:Decrypt"), "{}", run.stderr);
    }
    // Who it is a parameter tells: AWS has to show as many.
    let world = with_group();
    let both = added.replace("[!Ref Carl]", "[ann, !Ref Who]");
    world.write(
        "template.yaml",
        &format!(
            "Parameters: {{Who: {{Type: String}}}}\n{}{both}",
            world.read("template.yaml")
        ),
    );
    let run = world.refine("template.yaml stack.json account.json ann.json");
    assert_eq!(run.stdout, "", "{}", run.stderr);
    let told = "the template puts 2 into group staff, and AWS's answer shows 1 there";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

/// The template with its policy `app` behind a condition, and `otherwise` for the other case.
fn with_condition(otherwise: &str) -> String {
    let (before, rest) = TEMPLATE.split_once("      - PolicyName: app\n").unwrap();
    let (policy, behind) = rest.split_once("  Shared:\n").unwrap();
    let lines = policy.lines().map(|line| format!("  {line}\n"));
    let document: String = lines.collect();
    format!(
        "{before}      - !If\n        - Prod\n        - PolicyName: app\n{document}        - {otherwise}\n  \
         Shared:\n{behind}"
    )
}

#[test]
fn of_two_policies_of_one_name_the_one_that_aws_has_is_there() {
    let world = World::new();
    let other = "{PolicyName: app, PolicyDocument: {Statement: [{Effect: Allow, Action: 'ec2:*', Resource: '*'}]}}";
    world.write("template.yaml", &with_condition(other));
    let run = world.refined();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("Action: kms:*"),
        "{}{}",
        run.stdout,
        run.stderr
    );
    assert!(!run.stderr.contains("another policy"), "{}", run.stderr);
}

#[test]
fn what_a_condition_left_out_has_to_be_seen_to_be_out() {
    let conditional = |world: &World| {
        world.write("template.yaml", &with_condition("!Ref AWS::NoValue"));
        world.write(
            "stack2.json",
            &stack("two", "").replace("123456789012", "210987654321"),
        );
        world.write("account2.json", &account("210987654321", "two", 1));
    };
    let files = "template.yaml stack.json stack2.json account.json account2.json finding.json";
    let app = format!("{{\"PolicyName\": \"app\", \"PolicyDocument\": {APP}}}, ");
    let goes = |world: &World| {
        let run = world.refine(files);
        assert_eq!(run.exit, 0, "{}", run.stderr);
        (run.stdout.contains("kms:*"), run.stderr)
    };
    // The other role has the policy and no finding.
    let world = World::new();
    conditional(&world);
    let (out, told) = goes(&world);
    assert!(!out, "{told}");
    // It does not have it.
    world.replace("account2.json", &app, "");
    let (out, told) = goes(&world);
    assert!(out, "{told}");
    // It has one that cannot be read, or is not in the answer at all.
    world.write("account2.json", &account("210987654321", "two", 1));
    world.replace(
        "account2.json",
        "\"sqs:Send*\", \"s3:ListBucket\"",
        "\"sqs,\"",
    );
    let (out, told) = goes(&world);
    assert!(!out, "{told}");
    world.write("account2.json", &account("210987654321", "other", 1));
    let (out, told) = goes(&world);
    assert!(!out, "{told}");
}

#[test]
fn a_stack_that_is_older_than_what_aws_has_is_listed_anew() {
    let world = World::new();
    let more = world.read("stack.json");
    let at = more
        .find(",\n        {\"LogicalResourceId\": \"More\"")
        .unwrap();
    world.write("stack.json", &format!("{}]}}", &more[..at]));
    let run = world.refined();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("kms:Decrypt"), "{}", run.stdout);
    let told = "the stack has no More, and AWS has this policy";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    // Where AWS does not have it a condition left it out.
    world.replace(
        "account.json",
        &format!(", {{\"PolicyName\": \"more\", \"PolicyDocument\": {MORE}}}"),
        "",
    );
    let run = world.refined();
    assert!(
        !run.stderr.contains("the stack has no More"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_policy_that_the_account_does_not_show_attached_is_named() {
    let world = World::new();
    world.write("account.json", &account("123456789012", "app", 0));
    let attached = r#"[{"PolicyName": "app-Shared-1A", "PolicyArn": "arn:aws:iam::123456789012:policy/app-Shared-1A"}]"#;
    world.replace("account.json", attached, "[]");
    let run = world.refined();
    let said = "the template gives it to AppRole, and AWS's answer does not";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(!run.stdout.contains("s3:GetObject"), "{}", run.stdout);
}

#[test]
fn what_the_template_does_not_have_any_more_is_named() {
    let world = World::new();
    let (before, rest) = TEMPLATE.split_once("  AppRole:\n").unwrap();
    world.write(
        "template.yaml",
        &format!(
            "{before}  Role:\n{}",
            rest.replace("!Ref AppRole", "!Ref Role")
        ),
    );
    let run = world.refined();
    assert_eq!(run.stdout, "", "{}", run.stderr);
    let told = "the stack has AppRole, an AWS::IAM::Role, and template.yaml does not";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn a_boundary_is_seen_however_it_is_written() {
    let of = |name: &str, boundary: &str| {
        let world = World::new();
        world.replace(
            "template.yaml",
            "    Type: AWS::IAM::ManagedPolicy\n    Properties:\n",
            &format!("    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      ManagedPolicyName: {name}\n"),
        );
        world.write(
            "template.yaml",
            &(world.read("template.yaml")
                + &format!("  Late:\n    Type: AWS::IAM::Role\n    Properties:\n      PermissionsBoundary: {boundary}\n")),
        );
        let run = world.refined();
        (run.stdout.contains("s3:GetObject"), run.stderr)
    };
    for boundary in [
        "!Ref Shared",
        "!Sub '${Shared}'",
        "!If [Prod, !GetAtt Shared.PolicyArn, !Ref AWS::NoValue]",
        "!Sub 'arn:aws:iam::${AWS::AccountId}:policy/app-Shared-1A'",
        "!Join ['', ['arn:aws:iam::', !Ref AWS::AccountId, ':policy/app-Shared-1A']]",
        "arn:aws:iam::123456789012:policy/app-Shared-1A",
    ] {
        let (goes, told) = of("app-Shared-1A", boundary);
        assert!(!goes, "{boundary}: {told}");
        assert!(
            told.contains("it is the permissions boundary of Late"),
            "{told}"
        );
    }
    for other in [
        "arn:aws:iam::123456789012:policy/other-app-Shared-1A",
        "arn:aws:iam::210987654321:policy/app-Shared-1A",
    ] {
        let (goes, told) = of("app-Shared-1A", other);
        assert!(goes, "{told}");
    }
}

#[test]
fn a_group_that_is_called_as_a_policy_is_not_that_policy() {
    let world = World::new();
    world.write(
        "template.yaml",
        &format!(
            "{TEMPLATE}  app-Shared-1A:\n    Type: AWS::IAM::Group\n  Ann:\n    Type: AWS::IAM::User\n    \
             Properties: {{Groups: [app-Shared-1A]}}\n"
        ),
    );
    let run = world.refined();
    assert!(run.stdout.contains("s3:GetObject"), "{}", run.stderr);
}

/// The template with a policy whose role is imported, and what AWS has of it.
fn imported() -> World {
    let world = World::new();
    world.replace(
        "template.yaml",
        "PolicyName: more\n      Roles: [!Ref AppRole]",
        "PolicyName: more\n      Roles: [!ImportValue BaseRole]",
    );
    let account = account("123456789012", "app", 1);
    let more = format!("{{\"PolicyName\": \"more\", \"PolicyDocument\": {MORE}}}");
    let without = account.replace(&format!(", {more}"), "");
    let base = format!(
        r#"{{"RoleName": "base", "Arn": "arn:aws:iam::123456789012:role/base", "RolePolicyList": [{more}], "AttachedManagedPolicies": []}}"#
    );
    let with_base = without.replacen("{\"RoleName\"", &format!("{base}, {{\"RoleName\""), 1);
    assert_ne!(without, with_base);
    world.write("account.json", &with_base);
    let found = finding("123456789012", "base", UNUSED);
    world.write("base.json", &found);
    world
}

const WITH_BASE: &str = "template.yaml stack.json account.json finding.json base.json";

#[test]
fn the_account_tells_who_has_a_policy_whose_role_is_imported() {
    let world = imported();
    let run = world.refine(WITH_BASE);
    assert!(run.stdout.contains("kms:Decrypt"), "{}", run.stderr);
    let said = "makes More.PolicyDocument of stack.json, of role base";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    // Without a finding for it all of it counts as used.
    let run = world.refined();
    assert!(!run.stdout.contains("kms:Decrypt"), "{}", run.stdout);
}

#[test]
fn where_the_account_does_not_tell_who_has_it_such_a_policy_stays() {
    let why = "which role has it comes from !ImportValue BaseRole, which the stack does not tell";
    let stays = |world: &World, help: &str| {
        let run = world.refine(WITH_BASE);
        assert!(!run.stdout.contains("kms:Decrypt"), "{}", run.stdout);
        assert!(
            run.stderr.contains(why) && run.stderr.contains(help),
            "{}",
            run.stderr
        );
    };
    let leave = "deploy the template first, if it is newer than the stack";
    // Two have it, and one is imported.
    let world = imported();
    let account = world.read("account.json");
    let base = account.split("{\"RoleName\"").nth(1).unwrap();
    let other = base.replace("base", "other");
    world.write(
        "account.json",
        &account.replacen(
            "{\"RoleName\"",
            &format!("{{\"RoleName\"{other}{{\"RoleName\""),
            1,
        ),
    );
    stays(&world, leave);
    // AWS has another one.
    let world = imported();
    world.replace("account.json", "kms:Decrypt", "kms:Encrypt");
    stays(&world, leave);
    // The account of the stack is another one.
    let world = imported();
    world.replace("stack.json", "123456789012:policy", "210987654321:policy");
    stays(
        &world,
        "give what `aws iam get-account-authorization-details` prints: it shows who has it",
    );
}

#[test]
fn whom_a_managed_policy_names_itself_and_aws_does_not_show_keeps_it_as_it_is() {
    let with = |old: &str, new: &str| {
        let world = World::new();
        world.replace("template.yaml", old, new);
        let run = world.refined();
        assert_eq!(run.exit, 0, "{}", run.stderr);
        (run.stdout.contains("s3:GetObject"), run.stderr)
    };
    let roles = "Type: AWS::IAM::ManagedPolicy\n    Properties:\n      Roles: [!Ref AppRole]";
    let named = |more: &str| with(roles, &roles.replace("[!Ref AppRole]", more));
    for (more, why) in [
        (
            "[!Ref AppRole, other]",
            "the template gives it to role other, and AWS's answer does not",
        ),
        (
            "[!Ref AppRole]\n      Users: [u]",
            "the template gives it to user u, and AWS's answer does not",
        ),
        (
            "[!Ref AppRole]\n      Groups: [g]",
            "the template gives it to group g, and AWS's answer does not",
        ),
        (
            "[!Ref AppRole, !ImportValue other]",
            "the template gives it to 2 of the kind role, and AWS's answer shows 1",
        ),
    ] {
        let (goes, told) = named(more);
        assert!(!goes && told.contains(why), "{more}: {told}");
    }
    // What a condition decides on is as AWS has it, and so is what nobody can tell, which is said.
    for (more, note) in [
        ("[app-AppRole-1A]", None),
        (
            "[!Ref AppRole, !If [Prod, other, !Ref 'AWS::NoValue']]",
            None,
        ),
        (
            "[!ImportValue role]",
            Some("who has it by !ImportValue role nobody can tell here"),
        ),
    ] {
        let (goes, told) = named(more);
        assert!(goes, "{more}: {told}");
        let said = told.contains("nobody can tell here: it is taken to be as AWS has it");
        assert_eq!(said, note.is_some(), "{more}: {told}");
        assert!(
            note.is_none_or(|note| told.contains(note)),
            "{more}: {told}"
        );
    }
    let shared = "  Shared:\n    Type";
    let beside = |resource: &str| with(shared, &format!("{resource}{shared}"));
    let taking =
        |what: &str| format!("  Late:\n    Type: AWS::IAM::Role\n    Properties:\n      {what}\n");
    for (what, unknown) in [
        (
            "ManagedPolicyArns: [!ImportValue policy]",
            "!ImportValue policy",
        ),
        (
            "PermissionsBoundary: !ImportValue policy",
            "!ImportValue policy",
        ),
        ("ManagedPolicyArns: [!FindInMap [A, B, C]]", "!FindInMap"),
    ] {
        let (goes, told) = beside(&taking(what));
        let note = format!("whether Late has it by {unknown} nobody can tell here");
        assert!(goes && told.contains(&note), "{what}: {told}");
    }
    let custom = "  Attach:\n    Type: Custom::Attach\n    Properties:\n      Arn: !Ref Shared\n";
    let (goes, told) = beside(custom);
    let why = "Attach, of the type Custom::Attach, is given it, and may give it to somebody";
    assert!(!goes && told.contains(why), "{told}");
    let parameter =
        "  Arn:\n    Type: AWS::SSM::Parameter\n    Properties:\n      Value: !Ref Shared\n";
    let (goes, told) = beside(parameter);
    assert!(goes, "{told}");
    let function = "  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Policies: [!Ref Shared]\n";
    let (goes, told) = beside(function);
    let why = "the template gives it to FnRole, which the stack does not have yet";
    assert!(!goes && told.contains(why), "{told}");
    let globals =
        "Globals:\n  Function:\n    PermissionsBoundary: !Ref Shared\nResources:\n  AppRole:";
    let (goes, told) = with("Resources:\n  AppRole:", globals);
    assert!(
        !goes && told.contains("it is the permissions boundary of Function"),
        "{told}"
    );
}
