//! To whom templates give managed policies, and whom they put into groups, in whichever way that is written.

use std::fmt::Write as _;

use crate::template_world::{MORE, TEMPLATE, UNUSED, World, finding};

/// What parameters are if nobody gives them, and what mappings say.
const SECTIONS: &str = "Parameters:
  P: {Type: String}
  Arn: {Type: String, Default: 'arn:aws:iam::123456789012:policy/app-Shared-1A'}
  OneOf: {Type: String, AllowedValues: [x, 'arn:aws:iam::123456789012:policy/app-Shared-1A']}
  Members: {Type: String, Default: staff}
Mappings:
  Own: {a: {b: x, c: 'arn:aws:iam::123456789012:policy/app-Shared-1A'}}
  Others: {a: {b: x, c: 'arn:aws:iam::123456789012:policy/app-Shared-2'}}
  Groups: {a: {b: [x, staff]}}
  Named: {a: {b: app-Shared-1A}}
";

/// Anchors that stand where nothing is made of them.
const ANCHORS: &str = "Metadata:
  one: &arn !Ref Shared
  list: &arns [!Ref Shared]
  properties: &properties {ManagedPolicyArns: [!Ref Shared]}
  nested: &nested {<<: *properties, Path: /team/}
  late: &late {Type: AWS::IAM::Role, Properties: *nested}
  type: &role AWS::IAM::Role
  group: &groups [staff]
";

/// Whether the policy Shared is edited where this stands in the template too, and what is said. A finding is given
/// of the one who has it.
pub fn beside(resources: &str) -> (bool, String) {
    let world = World::new();
    let template = format!("{SECTIONS}{ANCHORS}{TEMPLATE}{resources}");
    world.write("template.yaml", &template);
    let run = world.refined();
    assert_eq!(run.exit, 0, "{resources}: {}", run.stderr);
    (run.stdout.contains("s3:GetObject"), run.stderr)
}

pub fn stays(resources: &str, why: &str) {
    let (goes, told) = beside(resources);
    assert!(!goes && told.contains(why), "{resources}: {told}");
}

/// That it is edited, and that this is told of the line of the resource that comes last.
pub fn is_noted(resources: &str, note: &str) {
    let (goes, told) = beside(resources);
    assert!(goes, "{resources}: {told}");
    let before = format!("{SECTIONS}{ANCHORS}{TEMPLATE}");
    let line = before.lines().count() + 1;
    let note = format!("note: template.yaml:{line}:3: {note}");
    assert!(told.contains(&note), "{note}, {resources}: {told}");
}

pub fn is_silent(resources: &str) {
    let (goes, told) = beside(resources);
    let is_noted = told.contains("note: template.yaml");
    assert!(goes && !is_noted, "{resources}: {told}");
}

/// A role with these properties.
pub fn role(properties: &str) -> String {
    format!("  Late:\n    Type: AWS::IAM::Role\n    Properties: {properties}\n")
}

#[test]
fn what_an_alias_stands_for_is_followed() {
    let given = "the template gives it to Late, which the stack does not have yet";
    for properties in [
        "{ManagedPolicyArns: *arns}",
        "{ManagedPolicyArns: [*arn]}",
        "{<<: *properties}",
        "{<<: [{Path: /}, *nested]}",
        "*properties",
        "*nested",
    ] {
        stays(&role(properties), given);
    }
    stays("  Late: *late\n", given);
    stays("  Late:\n    <<: *late\n", given);
    let typed = role("*properties").replace("AWS::IAM::Role", "*role");
    stays(&typed, given);
    // What it says itself goes before what is merged in.
    is_silent(&role("{<<: *properties, ManagedPolicyArns: []}"));
    let boundary = "it is the permissions boundary of Late";
    stays(&role("{PermissionsBoundary: *arn}"), boundary);
    let custom = "  C: {Type: 'Custom::Attach', Properties: {Policy: *arn}}\n";
    stays(custom, "C, of the type Custom::Attach, is given it");
}

#[test]
fn aliases_of_aliases_end() {
    let mut anchors = String::from("Metadata:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for at in 1..12 {
        let all = vec![format!("*a{}", at - 1); 10].join(", ");
        writeln!(anchors, "  a{at}: &a{at} [{all}]").unwrap();
    }
    let world = World::new();
    let template = format!("{anchors}{TEMPLATE}{}", role("{ManagedPolicyArns: *a11}"));
    world.write("template.yaml", &template);
    let run = world.refined();
    assert!(run.stdout.contains("s3:GetObject"), "{}", run.stderr);
    let note = "whether Late has it by *a";
    assert!(run.stderr.contains(note), "{}", run.stderr);
}

#[test]
fn what_a_macro_brings_into_a_resource_may_be_the_policy() {
    let included = "{'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: s3}}}";
    is_noted(
        &role(included),
        "whether Late has it by Fn::Transform nobody can tell here",
    );
    let beside = included.replacen('{', "{Path: /, ", 1);
    is_noted(&role(&beside), "whether Late has it by Fn::Transform");
    let each = "  'Fn::ForEach::Roles':\n  - Name\n  - [a, b]\n  - Role${Name}:\n      Type: AWS::IAM::Role\n      \
                Properties: {ManagedPolicyArns: [!Ref Shared]}\n";
    stays(
        each,
        "Fn::ForEach::Roles is given it, and may give it to somebody",
    );
}

#[test]
fn who_is_given_the_policy_and_may_give_it_on_keeps_it_as_it_is() {
    let resource = |kind: &str, properties: &str| {
        format!("  B:\n    Type: {kind}\n    Properties: {properties}\n")
    };
    let by_text = [
        "!Ref Shared",
        "arn:aws:iam::123456789012:policy/app-Shared-1A",
        "!Sub 'arn:aws:iam::${AWS::AccountId}:policy/app-Shared-1A'",
        "!Sub ['${A}', {A: !Ref Shared}]",
        "!Sub ['${A}1A', {A: 'arn:aws:iam::123456789012:policy/app-Shared-'}]",
        "!Join ['/', [!Sub 'arn:aws:iam::${AWS::AccountId}:policy', app-Shared-1A]]",
        "!Select [1, [a, 'arn:aws:iam::123456789012:policy/app-Shared-1A']]",
        "!If [C, !Ref Shared, x]",
        "'attach arn:aws:iam::123456789012:policy/app-Shared-1A to it'",
        "!Sub 'attach arn:aws:iam::${AWS::AccountId}:policy/app-Shared-1A to it'",
    ];
    for value in by_text {
        for kind in [
            "Custom::Attach",
            "AWS::CloudFormation::Stack",
            "'Team::Own::Thing::MODULE'",
        ] {
            let properties = format!("{{Parameters: {{Given: {value}}}}}");
            let why = "is given it, and may give it to somebody";
            stays(&resource(kind, &properties), why);
        }
    }
    for (kind, properties) in [
        (
            "AWS::Budgets::BudgetsAction",
            "{Definition: {IamActionDefinition: {PolicyArn: !Ref Shared, Roles: [other]}}}",
        ),
        ("AWS::SSM::Association", "{Parameters: {X: [!Ref Shared]}}"),
        (
            "AWS::Config::RemediationConfiguration",
            "{Parameters: {X: !Ref Shared}}",
        ),
        (
            "AWS::Chatbot::SlackChannelConfiguration",
            "{GuardrailPolicies: [!Ref Shared]}",
        ),
        (
            "AWS::RolesAnywhere::Profile",
            "{ManagedPolicyArns: [!Ref Shared]}",
        ),
        (
            "AWS::SSO::PermissionSet",
            "{CustomerManagedPolicyReferences: [{Name: app-Shared-1A}]}",
        ),
        (
            "AWS::Serverless::Application",
            "{Parameters: {X: !Ref Shared}}",
        ),
    ] {
        let why = format!("B, of the type {kind}, is given it, and may give it to somebody");
        stays(&resource(kind, properties), &why);
    }
    // What says to attach it does, wherever that stands.
    for (kind, properties) in [
        (
            "AWS::EC2::Instance",
            "{UserData: {'Fn::Base64': !Sub 'aws iam attach-role-policy --policy-arn ${Shared}'}}",
        ),
        (
            "AWS::StepFunctions::StateMachine",
            "{Definition: {States: {A: {Resource: 'arn:aws:states:::aws-sdk:iam:attachRolePolicy', Parameters: \
             {PolicyArn: !Ref Shared}}}}}",
        ),
    ] {
        let why = format!("B, of the type {kind}, is given it, and may give it to somebody");
        stays(&resource(kind, properties), &why);
    }
}

#[test]
fn what_only_speaks_of_the_policy_gives_it_to_nobody() {
    let resource = |kind: &str, properties: &str| {
        format!("  B:\n    Type: {kind}\n    Properties: {properties}\n")
    };
    let written =
        "the ARN of Shared is written down here: whoever reads it may give it to somebody";
    for (kind, properties) in [
        ("AWS::SSM::Parameter", "{Value: !Ref Shared}"),
        (
            "AWS::Lambda::Function",
            "{Environment: {Variables: {POLICY: !Ref Shared}}}",
        ),
        (
            "AWS::EC2::Instance",
            "{UserData: {'Fn::Base64': !Sub 'attach ${Shared}'}}",
        ),
    ] {
        is_noted(&resource(kind, properties), written);
    }
    for (kind, properties) in [
        // Nothing of it, another account's, another one that is called alike.
        (
            "Custom::Attach",
            "{ServiceToken: !Ref P, Bucket: !ImportValue x}",
        ),
        (
            "Custom::Attach",
            "{Policy: 'arn:aws:iam::210987654321:policy/app-Shared-1A'}",
        ),
        (
            "Custom::Attach",
            "{Do: 'arn:aws:iam::210987654321:policy/app-Shared-1A to it'}",
        ),
        (
            "Custom::Attach",
            "{Do: 'arn:aws:iam::123456789012:policy/app-Shared-1A-2 to it'}",
        ),
        ("Custom::Attach", "{Policy: !Ref AppRole}"),
        (
            "AWS::SSO::PermissionSet",
            "{Name: app-Shared-1A, InlinePolicy: {}}",
        ),
        // Words about it, and what a document allows with it.
        ("Custom::Attach", "{Tags: [{Key: a, Value: !Ref Shared}]}"),
        (
            "AWS::IAM::Role",
            "{AssumeRolePolicyDocument: {Statement: [{Condition: {ArnLike: {x: !Ref Shared}}}]}}",
        ),
        (
            "AWS::S3::BucketPolicy",
            "{PolicyDocument: {Statement: [{Effect: Allow, Resource: !Ref Shared}]}}",
        ),
        (
            "AWS::Serverless::Function",
            "{Policies: [AWSLambdaBasicExecutionRole, {SQSPollerPolicy: {QueueName: !Ref P}}]}",
        ),
    ] {
        let (goes, told) = beside(&resource(kind, properties));
        let is_noted = ["written down", "nobody can tell here"]
            .iter()
            .any(|word| told.contains(word));
        assert!(goes && !is_noted, "{kind} {properties}: {told}");
    }
}

#[test]
fn what_may_be_the_policy_is_noted() {
    let unknown = "nobody can tell here: it is taken to be as AWS has it";
    for (value, shown) in [
        ("!ImportValue policy", "!ImportValue policy"),
        ("!GetAtt Lookup.Arn", "!GetAtt Lookup.Arn"),
        ("'{{resolve:ssm:policy}}'", "{{resolve:ssm:policy}}"),
        ("!Sub 'arn:aws:iam::${AWS::AccountId}:policy/${P}'", "!Sub"),
        (
            "!Join ['', ['arn:aws:iam::123456789012:policy/', !Ref P]]",
            "!Join",
        ),
        // One that is not there takes its delimiter with it.
        (
            "!Join ['/', ['arn:aws:iam::123456789012:policy', !If [C, a, !Ref 'AWS::NoValue'], !Ref P]]",
            "!Join",
        ),
    ] {
        is_noted(
            &role(&format!("{{ManagedPolicyArns: [{value}]}}")),
            &format!("whether Late has it by {shown} {unknown}"),
        );
        let custom = format!("  C:\n    Type: Custom::X\n    Properties: {{PolicyArn: {value}}}\n");
        is_noted(
            &custom,
            &format!("whether C is given it by {shown} {unknown}"),
        );
    }
    let budget = "  B:\n    Type: AWS::Budgets::BudgetsAction\n    Properties: {Definition: {IamActionDefinition: \
                  {PolicyArn: !Ref P}}}\n";
    is_noted(
        budget,
        "whether B is given it by !Ref P nobody can tell here",
    );
    for value in [
        "!Sub 'arn:aws:iam::${AWS::AccountId}:policy/other-${P}'",
        "!Sub 'arn:aws:iam::aws:policy/${P}'",
        "!Ref Another",
    ] {
        let another =
            "  Another:\n    Type: AWS::IAM::ManagedPolicy\n    Properties: {PolicyDocument: {}}\n";
        let late = role(&format!("{{ManagedPolicyArns: [{value}]}}"));
        let (goes, told) = beside(&format!("{another}{late}"));
        assert!(goes && !told.contains("whether Late"), "{value}: {told}");
    }
}

#[test]
fn whoever_is_told_beside_those_whom_aws_shows_is_another_one() {
    let world = |roles: &str, own: &str| {
        let world = World::new();
        let old = "Type: AWS::IAM::ManagedPolicy\n    Properties:\n      Roles: [!Ref AppRole]";
        world.replace("template.yaml", old, &old.replace("[!Ref AppRole]", roles));
        let role = "    Type: AWS::IAM::Role\n    Properties:\n";
        world.replace("template.yaml", role, &format!("{role}{own}"));
        world.replace(
            "template.yaml",
            "Resources:\n",
            "Parameters: {P: {Type: String}}\nResources:\n",
        );
        let run = world.refined();
        assert_eq!(run.exit, 0, "{}", run.stderr);
        (run.stdout.contains("s3:GetObject"), run.stderr)
    };
    let fewer = "the template gives it to 2 of the kind role, and AWS's answer shows 1";
    let own = "      ManagedPolicyArns: [!Ref Shared]\n";
    for roles in [
        "[!ImportValue other]",
        // What is called so is no condition.
        "[!ImportValue RoleIf]",
        "[!ImportValue 'If other']",
        "[!Ref P]",
    ] {
        let (goes, told) = world(roles, own);
        assert!(!goes && told.contains(fewer), "{roles}: {told}");
    }
    let (goes, told) = world("[!If [C, a, b]]", own);
    let is_noted = told.contains("whether role b has it a condition decides");
    assert!(
        goes && is_noted && !told.contains("nobody can tell here"),
        "{told}"
    );
    // It is the role that is called by the same parameter.
    let (goes, told) = world("[!Ref P]", &format!("      RoleName: !Ref P\n{own}"));
    assert!(goes && !told.contains("nobody can tell here"), "{told}");
    let (goes, told) = world("[!Ref P]", "");
    assert!(
        goes && told.contains("who has it by !Ref P nobody can tell here"),
        "{told}"
    );
}

/// The world with the policy More in the group staff of the template, which ann is in, and a finding of her.
pub fn with_group(resources: &str) -> (bool, String) {
    let world = World::new();
    let staff = "  Staff:\n    Type: AWS::IAM::Group\n    Properties: {GroupName: staff}\n";
    let template = TEMPLATE.replace(
        "PolicyName: more\n      Roles: [!Ref AppRole]",
        "PolicyName: more\n      Groups: [!Ref Staff]",
    );
    let template = format!("{SECTIONS}{ANCHORS}{template}{staff}{resources}");
    world.write("template.yaml", &template);
    world.replace(
        "stack.json",
        "{\"LogicalResourceId\": \"Shared\"",
        r#"{"LogicalResourceId": "Staff", "PhysicalResourceId": "staff", "ResourceType": "AWS::IAM::Group",
            "ResourceStatus": "CREATE_COMPLETE"}, {"LogicalResourceId": "Shared""#,
    );
    let more = format!(", {{\"PolicyName\": \"more\", \"PolicyDocument\": {MORE}}}");
    world.replace("account.json", &more, "");
    let group = format!(
        r#""GroupDetailList": [{{"GroupName": "staff", "Arn": "arn:aws:iam::123456789012:group/staff",
            "GroupPolicyList": [{{"PolicyName": "more", "PolicyDocument": {MORE}}}], "AttachedManagedPolicies": []}}]"#
    );
    world.replace("account.json", "\"GroupDetailList\": []", &group);
    world.replace(
        "account.json",
        "\"UserDetailList\": []",
        r#""UserDetailList": [{"UserName": "ann", "Arn": "arn:aws:iam::123456789012:user/ann", "GroupList": ["staff"],
        "UserPolicyList": [], "AttachedManagedPolicies": []}]"#,
    );
    let of_ann = finding("123456789012", "ann", UNUSED).replace(":role/ann", ":user/ann");
    world.write("ann.json", &of_ann);
    let run = world.refine("template.yaml stack.json account.json ann.json");
    assert_eq!(run.exit, 0, "{resources}: {}", run.stderr);
    (run.stdout.contains("kms:Decrypt"), run.stderr)
}

#[test]
fn who_is_put_into_a_group_counts_however_that_is_written() {
    let (goes, told) = with_group("");
    assert!(goes && !told.contains("nobody can tell here"), "{told}");
    let user = |groups: &str| {
        format!("  U:\n    Type: AWS::IAM::User\n    Properties: {{Groups: {groups}}}\n")
    };
    let added = |group: &str, who: &str| {
        format!(
            "  U:\n    Type: AWS::IAM::UserToGroupAddition\n    Properties: {{GroupName: {group}, Users: [{who}]}}\n"
        )
    };
    for groups in [
        "[!Ref Staff]",
        "[!Sub '${Staff}']",
        "[Staff]",
        "*groups",
        "[!Join ['', [st, aff]]]",
    ] {
        let (goes, told) = with_group(&user(groups));
        let why = "the template puts U into group staff, whom the stack does not have yet";
        assert!(!goes && told.contains(why), "{groups}: {told}");
    }
    for (group, shown) in [
        ("!Ref P", "!Ref P"),
        ("!ImportValue g", "!ImportValue g"),
        ("!Sub '${P}aff'", "!Sub"),
        ("'{{resolve:ssm:group}}'", "{{resolve:ssm:group}}"),
    ] {
        let (goes, told) = with_group(&user(&format!("[{group}]")));
        let note = format!(
            "whether U is put into group staff by {shown} nobody can tell here: it is taken to be as AWS has it"
        );
        assert!(goes && told.contains(&note), "{group}: {told}");
        // She is in it.
        let (goes, told) = with_group(&added(group, "ann"));
        assert!(
            goes && !told.contains("nobody can tell here"),
            "{group}: {told}"
        );
        if group.starts_with("!Ref") {
            let (goes, told) = with_group(&added(group, "Staff"));
            assert!(goes && told.contains("whether Staff is put into"), "{told}");
        }
    }
    for group in [
        "!Sub '${P}-others'",
        "others",
        "!If [C, !Ref Staff, others]",
    ] {
        let (goes, told) = with_group(&user(&format!("[{group}]")));
        assert!(
            goes && !told.contains("nobody can tell here"),
            "{group}: {told}"
        );
    }
    let (goes, told) =
        with_group("  C: {Type: 'Custom::Members', Properties: {Group: !Ref Staff}}\n");
    let why = "C is given group staff, and may put somebody into it";
    assert!(!goes && told.contains(why), "{told}");
}

#[test]
fn what_a_shell_may_put_together_is_noted() {
    let instance = |name: &str| {
        format!(
            "  Late:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n        Fn::Base64: !Sub |\n          \
             NAME={name}\n          aws iam attach-role-policy --role-name z --policy-arn \
             arn:aws:iam::$ACCOUNT:policy/$NAME ${{AWS::Region}}\n"
        )
    };
    is_noted(
        &instance("app-Shared-1A"),
        "whether Late gives it to somebody",
    );
    is_silent(&instance("app-Shared-1AB"));
    is_silent(&instance("app-Shared-1A").replace("policy", "thing"));
    let run = |name: &str| {
        format!("  Late: {{Type: 'Custom::Run', Properties: {{Words: 'run {name} now'}}}}\n")
    };
    is_noted(&run("app-Shared-1A"), "whether Late is given it");
    is_silent(&run("app-Shared-1AB"));
}
