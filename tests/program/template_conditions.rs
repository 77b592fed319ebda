//! What conditions of templates decide on, and what nobody can tell of the rest.

use serde_json::{Value, json};

use crate::template_world::{MORE, TEMPLATE, World, finding, stack};

#[test]
fn what_a_condition_left_out_is_not_there() {
    let world = World::new();
    world.replace("template.yaml", "          # old queue\n          - Effect", "          - !If [c, {Effect: Allow, Action: ['ec2:*', 's3:ListBucket'], Resource: '*'}, !Ref AWS::NoValue]\n          # old queue\n          - Effect");
    let run = world.refined();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    // What nothing has no finding is about.
    assert!(!run.stdout.contains("+          - !If"), "{}", run.stdout);
    assert!(
        run.stdout.contains("-            Action: kms:*\n"),
        "{}",
        run.stdout
    );
    world.replace("account.json", "{\"Effect\": \"Allow\", \"Action\": \"kms:*\"", "{\"Effect\": \"Allow\", \"Action\": [\"ec2:*\", \"s3:ListBucket\"], \"Resource\": \"*\"}, {\"Effect\": \"Allow\", \"Action\": \"kms:*\"");
    let run = world.refined();
    assert!(run.stdout.contains("+          - !If [c, {Effect: Allow, Action: ['ec2:*'], Resource: '*'}, !Ref AWS::NoValue]\n"), "{}", run.stdout);
}

#[test]
fn something_is_left_where_a_condition_leaves_out_the_rest() {
    let world = World::new();
    let own = "        - Effect: Allow\n          Action: [sqs:SendMessage, kms:Decrypt]\n          Resource: '*'\n";
    let conditional = "        - !If [c, {Effect: Allow, Action: 's3:GetObject', Resource: '*'}, !Ref AWS::NoValue]\n        - Effect: Allow\n          Action: kms:Decrypt\n          Resource: '*'\n";
    world.replace("template.yaml", own, conditional);
    world.replace(
        "account.json",
        "\"Action\": [\"sqs:SendMessage\", \"kms:Decrypt\"]",
        "\"Action\": [\"kms:Decrypt\"]",
    );
    let run = world.refined();
    assert!(!run.stdout.contains("kms:Decrypt"), "{}", run.stdout);
    assert!(
        run.stdout.contains("-            - 's3:ListBucket'\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_name_that_is_computed_is_found_by_its_parts_and_statements() {
    let world = World::new();
    world.replace(
        "template.yaml",
        "PolicyName: more",
        "PolicyName: !Join ['-', [mo, !Ref AWS::Region]]",
    );
    world.replace("account.json", "\"more\"", "\"mo-us-east-1\"");
    let run = world.refined();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout
            .contains("+          Action: [sqs:SendMessage]\n"),
        "{}",
        run.stdout
    );
    world.replace(
        "account.json",
        "{\"PolicyName\": \"app\"",
        &format!(
            "{{\"PolicyName\": \"mo-2\", \"PolicyDocument\": {MORE}}}, {{\"PolicyName\": \"app\""
        ),
    );
    let run = world.refined();
    assert!(run.stderr.contains("nobody can tell which it is of the inline policies of role app-AppRole-1A: mo-2 and mo-us-east-1"), "{}", run.stderr);
}

/// A world with a template of one role, whose inline policies are these, and what AWS has of them.
fn of_role(policies: &str, in_aws: &[(&str, Value)], unused: &[(&str, &[&str])]) -> World {
    let world = World::new();
    let role = TEMPLATE.split("      Policies:\n").next().unwrap();
    world.write(
        "template.yaml",
        &format!("{role}      Policies:\n{policies}"),
    );
    let stack: Value = serde_json::from_str(&stack("app", "")).unwrap();
    let only = json!({"StackResourceSummaries": [stack["StackResourceSummaries"][0]]});
    world.write("stack.json", &only.to_string());
    let inline = in_aws
        .iter()
        .map(|(name, document)| json!({"PolicyName": name, "PolicyDocument": document}));
    let role = json!({
        "RoleName": "app-AppRole-1A", "Arn": "arn:aws:iam::123456789012:role/app-AppRole-1A",
        "RolePolicyList": inline.collect::<Vec<_>>(), "AttachedManagedPolicies": [],
    });
    let account = json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": []});
    world.write("account.json", &account.to_string());
    let details = unused.iter().map(|(service, actions)| {
        let actions: Vec<Value> = actions
            .iter()
            .map(|action| json!({"action": action}))
            .collect();
        json!({"unusedPermissionDetails": {"serviceNamespace": service, "actions": actions}})
            .to_string()
    });
    let details = details.collect::<Vec<_>>().join(", ");
    world.write(
        "finding.json",
        &finding("123456789012", "app-AppRole-1A", &details),
    );
    // The stack does not tell its account.
    world.replace(
        "stack.json",
        "\"StackResourceSummaries\"",
        "\"StackResources\"",
    );
    let id = "\"StackId\": \"arn:aws:cloudformation:eu-west-1:123456789012:stack/app/x\", \"StackName\": \"app\", \"LogicalResourceId\"";
    world.replace("stack.json", "\"LogicalResourceId\"", id);
    world
}

fn allowing(actions: &[&str], resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

#[test]
fn what_a_branch_grants_as_well_is_not_gone() {
    let policies = r"      - PolicyName: app
        PolicyDocument:
          Statement:
          - Effect: Allow
            Action:
            - sqs:SendMessage
            - sqs:PurgeQueue
            - !If [Prod, 'sqs:purge*', sqs:GetQueueUrl]
            - !If [Prod, !Ref More, sqs:SendMessage]
            Resource: '*'
";
    let unused: [(&str, &[&str]); 1] = [("sqs", &["PurgeQueue", "GetQueueUrl"])];
    for (actions, gone) in [
        // The branch of now.
        (
            &["sqs:SendMessage", "sqs:PurgeQueue", "sqs:purge*"][..],
            "0 of 1 unused action",
        ),
        // Neither tells whether the expression comes to what stands there literally too.
        (
            &[
                "sqs:SendMessage",
                "sqs:PurgeQueue",
                "sqs:PurgeQueue",
                "sqs:GetQueueUrl",
            ],
            "0 of 2 unused actions",
        ),
        (
            &["sqs:SendMessage", "sqs:PurgeQueue", "sqs:GetQueueUrl"],
            "1 of 2 unused actions",
        ),
    ] {
        let statement = json!({"Statement": [allowing(actions, "*")]});
        let run = of_role(policies, &[("app", statement)], &unused).refined();
        assert!(run.stderr.contains(gone), "{actions:?}: {}", run.stderr);
    }
    let policies = policies.replace("'sqs:purge*'", "sqs:PurgeQueue");
    for actions in [
        &["sqs:SendMessage", "sqs:PurgeQueue"][..],
        &["sqs:SendMessage", "sqs:PurgeQueue", "sqs:GetQueueUrl"],
    ] {
        let statement = json!({"Statement": [allowing(actions, "*")]});
        let run = of_role(
            &policies,
            &[("app", statement)],
            &[("sqs", &["PurgeQueue"])],
        )
        .refined();
        let said =
            "0 of 1 unused action goes; sqs:PurgeQueue stays: it depends on the condition Prod";
        assert!(run.stderr.contains(said), "{}", run.stderr);
        let counted = "unused still granted by what cannot be edited where it is written";
        assert!(run.stderr.contains(counted), "{}", run.stderr);
    }
}

#[test]
fn what_goes_and_is_written_for_another_case_is_told() {
    let policies = r"      - PolicyName: app
        PolicyDocument:
          Statement:
          - !If
            - Prod
            - Effect: Allow
              Action: [kms:Decrypt, kms:Encrypt]
              Resource: '*'
            - Effect: Allow
              Action: kms:Encrypt
              Resource: '*'
          - Effect: Allow
            Action: [kms:Decrypt, kms:Sign]
            Resource: '*'
      - !If
        - Prod
        - PolicyName: prod
          PolicyDocument:
            Statement: {Effect: Allow, Action: kms:Decrypt, Resource: '*'}
        - !Ref AWS::NoValue
";
    let statements = [
        allowing(&["kms:Encrypt"], "*"),
        allowing(&["kms:Decrypt", "kms:Sign"], "*"),
    ];
    let in_aws = [("app", json!({"Statement": statements}))];
    let run = of_role(policies, &in_aws, &[("kms", &["Decrypt"])]).refined();
    assert!(
        run.stdout
            .contains("-            Action: [kms:Decrypt, kms:Sign]"),
        "{}",
        run.stderr
    );
    let told = "still written, and not granted as it is now: kms:Decrypt in template.yaml:15, nothing that is made has statement 1";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let told = "AppRole.Policies[1].then is written for another case of a condition, and no stack has it: it stays as it is";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn of_branches_that_nobody_can_tell_apart_goes_what_both_have() {
    let policies = r"      - PolicyName: app
        PolicyDocument:
          Statement:
          - !If
            - Prod
            - Effect: Allow
              Action: [kms:Decrypt, kms:Encrypt]
              Resource: !Sub 'arn:aws:kms:eu-west-1:${AWS::AccountId}:key/a'
            - Effect: Allow
              Action: ['kms:encrypt', 'kms:decrypt']
              Resource: !GetAtt Key.Arn
          - !If
            - Prod
            - Effect: Allow
              Action: [sqs:PurgeQueue, sqs:SendMessage, !Ref More]
              Resource: !Sub 'arn:aws:sqs:${AWS::AccountId}:key/a'
            - Effect: Allow
              Action: [sqs:PurgeQueue, sqs:SendMessage, sqs:GetQueueUrl]
              Resource: !GetAtt Queue.Arn
";
    let statements = [
        allowing(
            &["kms:Decrypt", "kms:Encrypt"],
            "arn:aws:kms:eu-west-1:123456789012:key/a",
        ),
        allowing(
            &["sqs:PurgeQueue", "sqs:SendMessage", "sqs:GetQueueUrl"],
            "arn:aws:sqs:q",
        ),
    ];
    let in_aws = [("app", json!({"Statement": statements}))];
    let unused: [(&str, &[&str]); 2] = [
        ("kms", &["Decrypt"]),
        ("sqs", &["PurgeQueue", "GetQueueUrl"]),
    ];
    let world = of_role(policies, &in_aws, &unused);
    let run = world.refined();
    let written = world.patched(&run.stdout);
    for list in [
        "[kms:Encrypt]",
        "['kms:encrypt']",
        "[sqs:SendMessage, !Ref More]",
        "[sqs:SendMessage, sqs:GetQueueUrl]",
    ] {
        assert!(
            written.contains(&format!("Action: {list}\n")),
            "{list}: {written}"
        );
    }
    let told = "2 of 3 unused actions go; sqs:GetQueueUrl stays: it comes from !Ref More, template.yaml:23; \
                sqs:GetQueueUrl stays: nobody can tell whether statement 4 is made, or another one like it that does \
                not have this: a Sid of its own for each would tell";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}
