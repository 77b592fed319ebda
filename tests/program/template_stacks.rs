//! Stacks of templates: which are there, of which account each is, and which template it is made of.

use std::fs;

use crate::run::{RunIt, iam_refine};
use crate::template_world::{TEMPLATE, UNUSED, World, account, finding, stack};

#[test]
fn what_is_cut_short_is_refused() {
    let refused = |stack: &str, message: &str| {
        let world = World::new();
        world.write("stack.json", stack);
        let run = world.refined();
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(message), "{}", run.stderr);
    };
    let own = stack("app", "");
    refused(
        &own.replacen('{', "{\"NextToken\": \"x\", ", 1),
        "this is cut short: more resources follow",
    );
    let one = |number: usize| {
        format!(
            r#"{{"StackName": "app", "LogicalResourceId": "R{number}", "PhysicalResourceId": "r", "ResourceType": "A::B::C", "ResourceStatus": "CREATE_COMPLETE"}}"#
        )
    };
    let all: Vec<String> = (0..100).map(one).collect();
    let described = format!(r#"{{"StackResources": [{}]}}"#, all.join(", "));
    refused(
        &described,
        "this may be cut short: describe-stack-resources prints 100 resources at most",
    );
    refused(
        &format!(r#"{{"StackResources": [{}, {}]}}"#, one(1), one(1)),
        "the file has this resource twice",
    );
    refused(
        &format!(
            r#"{{"StackResources": [{}, {}]}}"#,
            one(1),
            one(2).replace("app", "b")
        ),
        "the file has resources of several stacks",
    );
    refused(
        &format!(r#"{{"StackResources": [{}]}}"#, one(1)),
        "this stack has none of the resources of template.yaml",
    );
    refused(
        &own.replace("\"LogicalResourceId\": \"More\", ", ""),
        "this resource has no \"LogicalResourceId\"",
    );
}

#[test]
fn nothing_tells_how_many_stacks_a_template_has() {
    let world = World::new();
    let mut command = iam_refine();
    command.current_dir(world.path());
    let run = command
        .args([
            "refine",
            "template.yaml",
            "stack.json",
            "account.json",
            "finding.json",
        ])
        .run();
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    let said = "nothing tells which stacks are made of template.yaml; given are stack.json";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(run.stderr.contains("--states-complete"), "{}", run.stderr);
}

/// A world with a second stack in another account.
fn two_stacks() -> World {
    let world = World::new();
    let second = stack("two", "").replace("123456789012", "999999999999");
    world.write("stack2.json", &second);
    world.write("account2.json", &account("999999999999", "two", 1));
    let unused = UNUSED.replace("ListBucket", "GetObject");
    world.write(
        "finding2.json",
        &finding("999999999999", "two-AppRole-1A", &unused),
    );
    world
}

#[test]
fn what_several_stacks_have_is_one_policy() {
    let world = two_stacks();
    let all = "template.yaml stack.json stack2.json account.json account2.json finding.json finding2.json";
    let run = world.refine(all);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let makes = "makes AppRole.Policies[0] of stack.json and AppRole.Policies[0] of stack2.json, of role app-AppRole-1A and role two-AppRole-1A";
    assert!(run.stderr.contains(makes), "{}", run.stderr);
    let gone: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with('-') && !line.starts_with("---"))
        .collect();
    assert!(
        run.stdout.contains("-            Action: kms:*\n"),
        "{}",
        run.stdout
    );
    assert!(
        !gone.iter().any(|line| line.contains("s3:ListBucket")),
        "{gone:?}"
    );
    // Who has no finding uses everything.
    let run = world.refine(&all.replace(" finding2.json", ""));
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr
            .contains("role two-AppRole-1A has it too and has no finding"),
        "{}",
        run.stderr
    );
    // In one of them it is another policy.
    world.replace("account2.json", "sqs:Send*", "sqs:Receive*");
    let run = world.refine(all);
    assert!(!run.stdout.contains("kms:*"), "{}", run.stdout);
    assert!(run.stderr.contains("AppRole.Policies[0] of stack2.json: AWS has another policy than the template: statement 1 of the template is not there, and statement 1 there is not in the template"), "{}", run.stderr);
}

#[test]
fn one_answer_is_not_taken_for_two_policies() {
    // The same template in two accounts, with a role of one name.
    let world = World::new();
    world.write(
        "stack2.json",
        &stack("app", "").replace("123456789012", "999999999999"),
    );
    world.write(
        "finding2.json",
        &finding("999999999999", "app-AppRole-1A", UNUSED),
    );
    let run =
        world.refine("template.yaml stack.json stack2.json app.json finding.json finding2.json");
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr
            .contains("what AWS has of it does not tell in which account it is"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_being_changed_stays() {
    let world = World::new();
    world.replace(
        "stack.json",
        "\"ResourceType\": \"AWS::IAM::Role\", \"ResourceStatus\": \"CREATE_COMPLETE\"",
        "\"ResourceType\": \"AWS::IAM::Role\", \"ResourceStatus\": \"UPDATE_IN_PROGRESS\"",
    );
    let run = world.refined();
    assert!(
        run.stderr.contains(
            "AppRole.Policies[0] of stack.json: its resource is being changed, or could not be"
        ),
        "{}",
        run.stderr
    );
    assert!(!run.stdout.contains("kms:*"), "{}", run.stdout);
}

/// Gives the role a name of its own, and takes away what tells the account of the stack.
fn named(world: &World) {
    world.replace(
        "template.yaml",
        "    Properties:\n      AssumeRole",
        "    Properties:\n      RoleName: app-AppRole-1A\n      AssumeRole",
    );
    world.replace(
        "stack.json",
        "arn:aws:iam::123456789012:policy/app-Shared-1A",
        "app-Shared-1A",
    );
}

#[test]
fn its_resources_and_its_id_tell_the_account_of_a_stack() {
    let tells = [
        (
            r#""app-Shared-1A", "ResourceType": "AWS::IAM::ManagedPolicy""#,
            r#""https://sqs.eu-west-1.amazonaws.com/123456789012/app-Q-1A", "ResourceType": "AWS::SQS::Queue""#,
            true,
        ),
        (
            r#""app-Shared-1A", "ResourceType": "AWS::IAM::ManagedPolicy""#,
            r#""arn:aws:sns:eu-west-1:123456789012:app-T-1A", "ResourceType": "AWS::SNS::Topic""#,
            true,
        ),
        (
            r#""app-Shared-1A", "ResourceType": "AWS::IAM::ManagedPolicy""#,
            r#""arn:aws:lambda:eu-west-1:123456789012:layer:theirs:1", "ResourceType": "Custom::Layer""#,
            false,
        ),
    ];
    for (what, tells, is_told) in tells {
        let world = World::new();
        named(&world);
        world.replace("stack.json", what, tells);
        let run = world.refine("template.yaml stack.json app.json finding.json");
        assert_eq!(
            run.stdout.contains("s3:ListBucket"),
            is_told,
            "{tells}: {}",
            run.stderr
        );
    }
    let world = World::new();
    named(&world);
    world.replace("stack.json", "app-More-1A", "app-More-1ABCDEF23456");
    let one = |id: &str, name: &str, kind: &str| {
        format!(
            r#"{{"StackResources": [{{"StackName": "app", "StackId":
            "arn:aws:cloudformation:eu-west-1:123456789012:stack/app/1", "LogicalResourceId": "{id}",
            "PhysicalResourceId": "{name}", "ResourceType": "{kind}", "ResourceStatus": "CREATE_COMPLETE"}}]}}"#
        )
    };
    let more = one("More", "app-More-1ABCDEF23456", "AWS::IAM::Policy");
    world.write("one.json", &more);
    let run = world.refine("template.yaml stack.json one.json app.json finding.json");
    assert!(run.stdout.contains("s3:ListBucket"), "{}", run.stderr);
    assert!(
        run.stderr.contains("AppRole.Policies[0] of app,"),
        "{}",
        run.stderr
    );
    // A name that somebody gave may be that of another stack, in another account.
    world.write(
        "one.json",
        &one("AppRole", "app-AppRole-1A", "AWS::IAM::Role"),
    );
    let run = world.refine("template.yaml stack.json one.json app.json finding.json");
    assert_eq!(run.stdout, "", "{}", run.stderr);
    // So may one that is listed in an account that is told.
    world.write("one.json", &more);
    let shared = r#""app-Shared-1A", "ResourceType": "AWS::IAM::ManagedPolicy""#;
    let topic =
        r#""arn:aws:sns:eu-west-1:210987654321:app-T-1A", "ResourceType": "AWS::SNS::Topic""#;
    world.replace("stack.json", shared, topic);
    let run = world.refine("template.yaml stack.json one.json app.json finding.json");
    assert_eq!(run.stdout, "", "{}", run.stderr);
}

#[test]
fn whose_account_it_is_has_to_be_told() {
    let world = World::new();
    named(&world);
    // Another account's role may be called so too.
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr
            .contains("nobody can tell of which account its role app-AppRole-1A is"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("describe-stack-resources"),
        "{}",
        run.stderr
    );
    // A name that a condition may leave out is made up where it looks so, and not otherwise.
    world.replace(
        "template.yaml",
        "RoleName: app-AppRole-1A",
        "RoleName: !If [Prod, app, !Ref AWS::NoValue]",
    );
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert_eq!(run.stdout, "", "{}", run.stderr);
    for name in ["stack.json", "app.json", "finding.json"] {
        world.replace(name, "AppRole-1A", "AppRole-1ABCDEF23456");
    }
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert!(run.stdout.contains("s3:ListBucket"), "{}", run.stderr);

    // What CloudFormation made up is nobody else's name.
    let world = World::new();
    for name in ["stack.json", "app.json", "finding.json"] {
        world.replace(name, "AppRole-1A", "AppRole-1ABCDEF23456");
    }
    world.replace(
        "stack.json",
        "arn:aws:iam::123456789012:policy/app-Shared-1A",
        "app-Shared-1A",
    );
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert!(
        run.stdout.contains("-            - 's3:ListBucket'\n"),
        "{}",
        run.stderr
    );
    // What the template does not have may be called so by whoever makes it.
    world.replace("template.yaml", "  AppRole:\n", "  OtherRole:\n");
    let run = world.refine("template.yaml stack.json app.json finding.json");
    assert_eq!(run.stdout, "", "{}", run.stderr);
    let said = "which no stack is known to have";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn the_text_for_a_pull_request_names_five_of_many_who_have_a_policy() {
    let world = World::new();
    let mut all = "template.yaml".to_owned();
    for number in 1..=8 {
        let id = format!("{number:012}");
        let name = format!("s{number}");
        let own = stack(&name, "").replace("123456789012", &id);
        world.write(&format!("stack{number}.json"), &own);
        world.write(&format!("account{number}.json"), &account(&id, &name, 1));
        let found = finding(&id, &format!("{name}-AppRole-1A"), UNUSED);
        world.write(&format!("finding{number}.json"), &found);
        for file in ["stack", "account", "finding"] {
            all = format!("{all} {file}{number}.json");
        }
    }
    let run = world.refine(&(all.clone() + " --format markdown"));
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let had_by = run.stdout.lines().find(|line| line.contains("; had by "));
    let had_by = had_by.unwrap_or_else(|| panic!("{}", run.stdout));
    assert_eq!(had_by.matches(" and 3 more").count(), 2, "{had_by}");
    assert_eq!(had_by.matches("`role s").count(), 5, "{had_by}");
    // The record names all.
    let run = world.refine(&(all + " --format json"));
    for number in 1..=8 {
        assert!(
            run.stdout.contains(&format!("role/s{number}-AppRole-1A")),
            "{number}"
        );
    }
}

#[test]
fn what_is_given_twice_is_refused() {
    let world = World::new();
    world.write("old.json", &account("123456789012", "old", 1));
    let run = world.refine("template.yaml stack.json account.json old.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains(
            "old.json: the account 123456789012 is given twice, here and in account.json"
        ),
        "{}",
        run.stderr
    );
    let run = world.refine("template.yaml stack.json account.json app.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains(
            "what AWS has of role app-AppRole-1A is given twice, here and in account.json"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn a_stack_is_given_once() {
    let world = World::new();
    world.write("again.json", &stack("app", ""));
    let run = world.refine("template.yaml stack.json again.json account.json finding.json");
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr
            .contains("again.json: this has the same resources as stack.json"),
        "{}",
        run.stderr
    );
}

#[test]
fn of_several_templates_one_has_to_have_all_of_a_stack() {
    let world = World::new();
    fs::create_dir(world.path().join("t")).unwrap();
    world.write("t/a.yaml", TEMPLATE);
    let alarm = "  Alarm:\n    Type: AWS::CloudWatch::Alarm\n";
    world.write("t/b.yaml", &format!("{TEMPLATE}{alarm}"));
    world.replace("stack.json", "\"ResourceStatus\": \"CREATE_COMPLETE\"}]}", "\"ResourceStatus\": \"CREATE_COMPLETE\"},\n{\"LogicalResourceId\": \"Alarm\", \"PhysicalResourceId\": \"x\", \"ResourceType\": \"AWS::CloudWatch::Alarm\", \"ResourceStatus\": \"CREATE_COMPLETE\"}]}");
    let run = world.refine("t stack.json account.json finding.json");
    assert!(run.stdout.starts_with("--- a/t/b.yaml\n"), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("stack.json: this is taken for a stack of t/b.yaml"),
        "{}",
        run.stderr
    );
    world.replace("stack.json", "Alarm\", \"Phys", "Alarm2\", \"Phys");
    let run = world.refine("t stack.json account.json finding.json");
    assert!(
        run.stderr.contains(
            "nobody can tell which template this stack is made of: t/a.yaml and t/b.yaml"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn a_stack_within_another_is_given_too() {
    let world = World::new();
    fs::create_dir(world.path().join("t")).unwrap();
    world.write("t/template.yaml", TEMPLATE);
    let nested = |name: &str, url: &str| {
        format!(
            "  {name}:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {url}\n"
        )
    };
    let parent = format!(
        "Resources:\n{}{}{}",
        nested("One", "./template.yaml"),
        nested("Two", "template.yaml"),
        nested("Far", "https://host/template.yaml")
    );
    world.write("t/parent.yaml", &parent);
    let made = ["One", "Two", "Far"].map(|name| {
        format!(
            r#"{{"LogicalResourceId": "{name}", "PhysicalResourceId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/{name}/1",
                "ResourceType": "AWS::CloudFormation::Stack", "ResourceStatus": "CREATE_COMPLETE"}}"#
        )
    });
    world.write(
        "parent.json",
        &format!("{{\"StackResourceSummaries\": [{}]}}", made.join(",")),
    );
    let run = world.refine("t parent.json stack.json account.json finding.json");
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    let said = "Two is a stack of t/template.yaml, and its resources are not given";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert_eq!(
        run.stderr.matches("is a stack of").count(),
        1,
        "{}",
        run.stderr
    );

    let two = stack("two", "").replace("StackResourceSummaries", "StackResources");
    let id = "\"StackName\": \"Two\", \"StackId\": \"arn:aws:cloudformation:eu-west-1:123456789012:stack/Two/1\", \
              \"LogicalResourceId\"";
    world.write("two.json", &two.replace("\"LogicalResourceId\"", id));
    let run = world.refine("t parent.json stack.json two.json account.json finding.json");
    assert!(!run.stderr.contains("is a stack of"), "{}", run.stderr);
}
