//! Templates with their stacks and what AWS has of these: a patch of what goes, and what stays with the
//! reason.

use std::fs;

use crate::template_world::{APP, TEMPLATE, UNUSED, World, finding, role_policy};

/// What the template is with all of it gone.
fn refined_template() -> String {
    let without = |text: String, gone: &str| {
        assert!(text.contains(gone));
        text.replacen(gone, "", 1)
    };
    let text = without(TEMPLATE.to_owned(), "            - 's3:ListBucket'\n");
    let text = without(
        text,
        "          # old queue\n          - Effect: Allow\n            Action: kms:*\n            Resource: '*'\n",
    );
    without(without(text, ", 's3:ListBucket'"), ", kms:Decrypt")
}

#[test]
fn a_patch_takes_out_what_is_unused() {
    let world = World::new();
    let run = world.refined();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains(
            "template.yaml:11 makes AppRole.Policies[0] of stack.json, of role app-AppRole-1A\n"
        ),
        "{}",
        run.stderr
    );
    assert_eq!(world.patched(&run.stdout), refined_template());
    // What is written now is not what AWS has.
    let again = world.refined();
    assert!(
        again
            .stderr
            .contains("deploy the template first, and fetch anew what AWS has"),
        "{}",
        again.stderr
    );
    assert_eq!(again.stdout, "");
}

#[test]
fn an_empty_line_before_what_follows_stays() {
    let world = World::new();
    world.replace("template.yaml", "  Shared:\n", "\n  Shared:\n");
    world.replace(
        "template.yaml",
        "          # old queue\n",
        "\n          # old queue\n",
    );
    let text = world.patched(&world.refined().stdout);
    let left = "            Resource: !Sub 'arn:${AWS::Partition}:s3:::*'\n\n  Shared:\n";
    assert!(text.contains(left), "{text}");
}

#[test]
fn answers_of_single_policies_do_for_them() {
    let world = World::new();
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("-            - 's3:ListBucket'\n"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("kms:Decrypt"), "{}", run.stdout);
    let missing = "More.PolicyDocument of stack.json: what AWS has of it is not given, an inline policy of role app-AppRole-1A";
    assert!(run.stderr.contains(missing), "{}", run.stderr);
    let fetch =
        "aws iam get-role-policy --role-name app-AppRole-1A --policy-name more --output json";
    assert!(run.stderr.contains(fetch), "{}", run.stderr);
    assert!(
        run.stderr.contains(
            "what AWS has of arn:aws:iam::123456789012:policy/app-Shared-1A is not given"
        ),
        "{}",
        run.stderr
    );
    // A bare document does not tell whose it is.
    world.write("bare.json", APP);
    let run = world.refine("template.yaml stack.json bare.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("this does not tell whose policy it is"),
        "{}",
        run.stderr
    );
}

#[test]
fn in_place_and_check() {
    let world = World::new();
    assert_eq!(
        world
            .refine("template.yaml stack.json account.json finding.json --check")
            .exit,
        1
    );
    let run = world.refine("template.yaml stack.json account.json finding.json --in-place");
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert_eq!(world.read("template.yaml"), refined_template());
    let crlf = World::new();
    let text = format!("\u{feff}{}", TEMPLATE.replace('\n', "\r\n"));
    crlf.write("template.yaml", &text);
    crlf.refine("template.yaml stack.json account.json finding.json --in-place");
    assert_eq!(
        crlf.read("template.yaml"),
        format!("\u{feff}{}", refined_template().replace('\n', "\r\n"))
    );
    let refused = world.refine("template.yaml stack.json account.json finding.json --everywhere");
    assert_eq!(refused.exit, 2);
    assert!(
        refused
            .stderr
            .contains("--everywhere does not go with Terraform files or a template"),
        "{}",
        refused.stderr
    );
}

#[test]
fn without_a_stack_places_are_told() {
    let world = World::new();
    let run = world.refine("template.yaml account.json finding.json");
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    for part in [
        "there is no stack, so nobody can tell what the template makes; nothing is edited",
        "template.yaml:16:15: s3:ListBucket in AppRole.Policies[0]: 1 action is reported as unused",
        "aws cloudformation list-stack-resources --stack-name STACK",
    ] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
}

#[test]
fn macros_and_anchors_are_named() {
    let world = World::new();
    world.write(
        "template.yaml",
        &format!("Transform: [MyMacro]\n{TEMPLATE}"),
    );
    let run = world.refined();
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("template.yaml:1:13: passed over: the macro MyMacro may make something else of what is written here"), "{}", run.stderr);
    let world = World::new();
    world.replace(
        "template.yaml",
        "Statement:\n        - Effect: Allow\n          Action: [sqs:SendMessage, kms:Decrypt]",
        "Statement: &s\n        - Effect: Allow\n          Action: [sqs:SendMessage, kms:Decrypt]",
    );
    assert!(world.refined().stderr.contains("this has an anchor"));
}

#[test]
fn what_sam_makes_is_found_by_its_names() {
    let world = World::new();
    world.write(
        "template.yaml",
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
         Policies:\n        - S3ReadPolicy: { BucketName: !Ref Bucket }\n        - Statement:\n            - Effect: Allow\n              \
         Action: sqs:Send*\n              Resource: '*'\n            # old queue\n            - Effect: Allow\n              \
         Action:\n                - kms:*\n              Resource: '*'\n",
    );
    world.write("stack.json", r#"{"StackResourceSummaries": [
        {"LogicalResourceId": "Fn", "PhysicalResourceId": "app-Fn-1A", "ResourceType": "AWS::Lambda::Function", "ResourceStatus": "UPDATE_COMPLETE"},
        {"LogicalResourceId": "FnRole", "PhysicalResourceId": "app-FnRole-1ABCDEF23456", "ResourceType": "AWS::IAM::Role", "ResourceStatus": "CREATE_COMPLETE"}]}"#);
    world.write(
        "app.json",
        &role_policy("app-FnRole-1ABCDEF23456", "FnRolePolicy1", APP)
            .replace(", \"s3:ListBucket\"", "")
            .replace("arn:aws:s3:::*", "*"),
    );
    for (file, name) in [
        ("zero.json", "FnRolePolicy0"),
        ("seven.json", "FnRolePolicy7"),
    ] {
        world.write(file, &role_policy("app-FnRole-1ABCDEF23456", name, APP));
    }
    world.replace("finding.json", "app-AppRole-1A", "app-FnRole-1ABCDEF23456");
    let run = world.refine("template.yaml stack.json app.json zero.json seven.json finding.json");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let by_nothing = |name: &str| {
        let message = format!("its inline policy {name} is made by no resource that is read");
        run.stderr.contains(&message)
    };
    assert!(
        by_nothing("FnRolePolicy7") && !by_nothing("FnRolePolicy0"),
        "{}",
        run.stderr
    );
    let left = "              Action: sqs:Send*\n              Resource: '*'\n";
    assert!(world.patched(&run.stdout).ends_with(left), "{}", run.stdout);

    // A role that a condition gives it is not there where SAM made one.
    let given = |role: &str| {
        let text = world.read("template.yaml");
        let (before, behind) = text.split_once("      Policies:\n").unwrap();
        world.write(
            "given.yaml",
            &format!("{before}      Role: {role}\n      Policies:\n{behind}"),
        );
        world.write(
            "given.yaml",
            &world
                .read("given.yaml")
                .replace("sqs:Send*", "['sqs:Send*', 'kms:*']"),
        );
        world.replace("app.json", "\"sqs:Send*\"", "\"sqs:Send*\", \"kms:*\"");
        let run = world.refine("given.yaml stack.json app.json finding.json");
        world.replace("app.json", "\"sqs:Send*\", \"kms:*\"", "\"sqs:Send*\"");
        (run.stdout.contains("kms:*"), run.stderr)
    };
    world.replace(
        "app.json",
        ",\n    {\"Effect\": \"Allow\", \"Action\": \"kms:*\", \"Resource\": \"*\"}",
        "",
    );
    let (goes, told) = given("!If [Own, 'arn:aws:iam::123456789012:role/own', !Ref AWS::NoValue]");
    assert!(goes, "{told}");
    let (goes, told) = given("arn:aws:iam::123456789012:role/own");
    assert!(!goes, "{told}");
}

#[test]
fn folders_json_and_what_is_not_read() {
    let world = World::new();
    fs::create_dir(world.path().join("templates")).unwrap();
    world.write("templates/app.yaml", TEMPLATE);
    world.write(
        "templates/queue.json",
        r#"{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}"#,
    );
    world.write("templates/broken.yml", "Resources:\n  A: {Type: \n");
    let run = world.refine("templates stack.json account.json finding.json");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout.starts_with("--- a/templates/app.yaml\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains("warning: templates/broken.yml:"),
        "{}",
        run.stderr
    );
    let run = world.refine("templates template.yaml stack.json account.json finding.json");
    assert!(
        run.stderr.contains("holds templates, and is given beside"),
        "{}",
        run.stderr
    );
    world.write(
        "templates/broken.json",
        "{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Res",
    );
    let run = world.refine("templates stack.json account.json finding.json");
    assert!(
        run.stderr.contains("warning: templates/broken.json:"),
        "{}",
        run.stderr
    );
    // What is to be kept has to hold.
    world.write(
        "templates/broken.yml",
        "# iam-refine:keep sqs:* queues\nResources:\n  A: {Type: \n",
    );
    let run = world.refine("templates stack.json account.json finding.json");
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("it tells what is to be kept, and is not read"),
        "{}",
        run.stderr
    );
    world.write("templates/broken.yml", "");
    world.write("templates/copy.yaml", TEMPLATE);
    let run = world.refine("templates stack.json account.json finding.json");
    assert!(run.stderr.contains("nobody can tell which template this stack is made of: templates/app.yaml and templates/copy.yaml"), "{}", run.stderr);
    world.write("broken.yaml", "Resources:\n  A: {Type: \n");
    let run = world.refine("broken.yaml stack.json account.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("broken.yaml:2:6: this is not YAML"),
        "{}",
        run.stderr
    );
    world.write("serverless.yml", "service: x\nprovider:\n  name: aws\n");
    let run = world.refine("serverless.yml account.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr
            .contains("this is a file of the Serverless Framework, which is not read"),
        "{}",
        run.stderr
    );
}

#[test]
fn nothing_is_left_of_a_policy() {
    let world = World::new();
    world.write(
        "finding.json",
        &finding(
            "123456789012",
            "app-AppRole-1A",
            r#"{"unusedPermissionDetails": {"serviceNamespace": "s3"}}"#,
        ),
    );
    let run = world.refined();
    assert_eq!(run.exit, 4, "{}", run.stderr);
    assert!(
        run.stdout.contains("-            - 's3:ListBucket'\n"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("s3:GetObject"), "{}", run.stdout);
}

#[test]
fn a_finding_for_somebody_else_is_passed_over() {
    let world = World::new();
    world.write("finding.json", &finding("123456789012", "other", UNUSED));
    let run = world.refined();
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains(
            "this finding is for arn:aws:iam::123456789012:role/other, which no stack has"
        ),
        "{}",
        run.stderr
    );
    // The same name in another account.
    world.write(
        "finding.json",
        &finding("999999999999", "app-AppRole-1A", UNUSED),
    );
    let run = world.refined();
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
}

#[test]
fn findings_for_many_others_are_counted_in_one_warning() {
    let world = World::new();
    let mut all = vec![world.read("finding.json")];
    all.extend((0..30).map(|place| {
        let account = format!("99999999{:04}", place % 3);
        finding(&account, &format!("other-{place:02}"), UNUSED).replacen(
            "\"id\": \"",
            &format!("\"id\": \"{place}-"),
            1,
        )
    }));
    let alone = world.refined();
    world.write("finding.json", &all.join("\n"));
    let run = world.refined();
    assert_eq!(run.stdout, alone.stdout, "{}", run.stderr);
    let said = "30 findings are for roles and users which no stack has: \
                arn:aws:iam::999999990000:role/other-00, arn:aws:iam::999999990001:role/other-01";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(run.stderr.contains(" and 25 more\n"), "{}", run.stderr);
    assert_eq!(run.stderr.matches("other-").count(), 5, "{}", run.stderr);
}

#[test]
fn what_the_cdk_makes_is_told_and_not_edited() {
    let world = World::new();
    let metadata = "  More:\n    Type: AWS::IAM::Policy\n    Metadata: {'aws:cdk:path': App/Role/DefaultPolicy/Resource}\n";
    world.replace(
        "template.yaml",
        "  More:\n    Type: AWS::IAM::Policy\n",
        metadata,
    );
    let run = world.refined();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("the template is made by `cdk synth`"),
        "{}",
        run.stderr
    );
    let place = "kms:Decrypt in App/Role/DefaultPolicy/Resource: 1 action is reported as unused";
    assert!(run.stderr.contains(place), "{}", run.stderr);

    // Nor is what it makes without saying where.
    let world = World::new();
    let metadata = "  CDKMetadata:\n    Type: AWS::CDK::Metadata\n  More:\n";
    world.replace("template.yaml", "  More:\n", metadata);
    let run = world.refined();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("cdk synth"), "{}", run.stderr);

    // It costs itself among those that people write.
    let world = World::new();
    world.write(
        "made.yaml",
        "Resources:\n  CDKMetadata:\n    Type: AWS::CDK::Metadata\n",
    );
    let run = world.refine(". stack.json account.json finding.json");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(run.stdout.contains("s3:ListBucket"), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("made.yaml: passed over: `cdk synth` made this"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_not_read_is_said() {
    let world = World::new();
    let loops = "  Fn::ForEach::Roles:\n  - N\n  - [a]\n  - 'R${N}': {Type: AWS::IAM::Role}\n  Nested: {Type: AWS::CloudFormation::Stack}\n";
    world.write("template.yaml", &format!("{TEMPLATE}{loops}"));
    let run = world.refined();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("Fn::ForEach::Roles may make policies, which are not read"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr
            .contains("Nested makes stacks of other templates"),
        "{}",
        run.stderr
    );
    // A user of the stack who has no policy that is read is no stranger.
    world.replace("stack.json", "\"StackResourceSummaries\": [", "\"StackResourceSummaries\": [{\"LogicalResourceId\": \"RA\", \"PhysicalResourceId\": \"other\", \"ResourceType\": \"AWS::IAM::Role\", \"ResourceStatus\": \"CREATE_COMPLETE\"},");
    world.write("finding.json", &finding("123456789012", "other", UNUSED));
    let run = world.refined();
    assert!(!run.stderr.contains("which no stack has"), "{}", run.stderr);
}

#[test]
fn files_that_are_no_templates_are_refused_at_their_place() {
    let said = |bytes: &[u8], message: &str| {
        let world = World::new();
        fs::write(world.path().join("template.yaml"), bytes).unwrap();
        let run = world.refined();
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(message), "{}", run.stderr);
    };
    said(b"Resources:\n  A: {Type: \xe9}\n", "template.yaml");
    said(
        TEMPLATE.replace('\n', "\r").as_bytes(),
        "template.yaml:1:11: this line ends with a carriage return alone",
    );
    said(
        b"kind: Pod\n",
        "template.yaml: this is no template: it has no Resources",
    );
    let world = World::new();
    world.write(
        "template.json",
        "{\"Resources\": {\"A\": {\"Type\": \"B\",}}}",
    );
    let run = world.refine("template.json stack.json account.json finding.json");
    assert!(run.stderr.contains("template.json:1:"), "{}", run.stderr);
    let world = World::new();
    world.replace("template.yaml", "Resources", "Resources");
    let run = world.refine(". stack.json account.json finding.json");
    assert!(
        run.stdout.starts_with("--- a/template.yaml\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_a_boundary_a_link_or_of_another_type_stays() {
    let world = World::new();
    world.replace(
        "template.yaml",
        "    Properties:\n      AssumeRole",
        "    Properties:\n      PermissionsBoundary: !Ref Shared\n      AssumeRole",
    );
    let run = world.refined();
    assert!(
        run.stderr
            .contains("it is the permissions boundary of AppRole"),
        "{}",
        run.stderr
    );
    let world = World::new();
    world.replace(
        "stack.json",
        "\"ResourceType\": \"AWS::IAM::Policy\"",
        "\"ResourceType\": \"AWS::IAM::RolePolicy\"",
    );
    let run = world.refined();
    assert!(
        run.stderr
            .contains("the stack has another resource of this name"),
        "{}",
        run.stderr
    );
    let world = World::new();
    world.write("real.yaml", TEMPLATE);
    fs::remove_file(world.path().join("template.yaml")).unwrap();
    std::os::unix::fs::symlink("real.yaml", world.path().join("template.yaml")).unwrap();
    let run = world.refined();
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("this file is a link"), "{}", run.stderr);
    let world = World::new();
    world.write(
        "state.json",
        "{\"format_version\": \"1.0\", \"values\": {\"secret\": \"S3CRET\"}}",
    );
    let run = world.refine("template.yaml stack.json account.json state.json finding.json");
    assert!(
        run.stderr.contains("this is a state of Terraform"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("S3CRET"), "{}", run.stderr);
}

#[test]
fn a_comment_in_any_of_the_templates_keeps_what_it_names() {
    let world = World::new();
    fs::create_dir(world.path().join("templates")).unwrap();
    world.write("templates/app.yaml", TEMPLATE);
    let queue = |more: &str| {
        let text = format!("Resources:\n  Queue: # bob's\n    Type: AWS::SQS::Queue{more}\n");
        world.write("templates/queue.yaml", &text);
        world.refine("templates stack.json account.json finding.json")
    };
    let gone = "-            - 's3:ListBucket'";
    // In a text it is none.
    let run = queue("\n    Description: 'x # iam-refine:keep s3:List* y'");
    assert!(run.stdout.contains(gone), "{}{}", run.stdout, run.stderr);
    let run = queue(" # iam-refine:keep s3:List* backups");
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!run.stdout.contains(gone), "{}", run.stdout);
    let said = "queue.yaml:3:29: this is in no policy that is refined, so it holds for all of them";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let run = queue(" # iam-refine:keep s3List");
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
}

#[test]
fn a_comment_above_an_entry_of_the_policies_is_about_that_one() {
    let with = |comment: &str, before: &str| {
        let world = World::new();
        let more = "      - PolicyName: third\n        PolicyDocument:\n          Statement:\n          - {Effect: Allow, Action: [kms:Decrypt, sqs:SendMessage], Resource: '*'}\n";
        let shared = "  Shared:\n    Type";
        world.replace("template.yaml", shared, &format!("{more}{shared}"));
        world.replace("template.yaml", before, &format!("{comment}\n{before}"));
        let third = r#", {"PolicyName": "third", "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": ["kms:Decrypt", "sqs:SendMessage"], "Resource": "*"}}}"#;
        world.replace(
            "account.json",
            ", {\"PolicyName\": \"more\"",
            &format!("{third}, {{\"PolicyName\": \"more\""),
        );
        let run = world.refined();
        let gone = |text: &str| {
            run.stdout
                .lines()
                .any(|line| line.starts_with('-') && line.contains(text))
        };
        [
            gone("kms:*"),
            gone("[kms:Decrypt, sqs"),
            gone("[sqs:SendMessage, kms"),
        ]
    };
    let keep = "# iam-refine:keep kms:Decrypt restores";
    assert_eq!(with("", "      - PolicyName: third\n"), [true, true, true]);
    assert_eq!(
        with(&format!("      {keep}"), "      - PolicyName: third\n"),
        [true, false, true]
    );
    assert_eq!(
        with(
            &format!("        {keep}"),
            "        PolicyDocument:\n          Statement:\n          - {"
        ),
        [true, false, true]
    );
    // Above a resource it is about all of this.
    assert_eq!(with(&format!("  {keep}"), "  More:\n"), [true, true, false]);
    // `kms:*` becomes `kms:Decrypt`.
    assert_eq!(
        with(&format!("  {keep}"), "  AppRole:\n"),
        [true, false, true]
    );
}
