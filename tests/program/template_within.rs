//! What stands in functions that nobody evaluates here, in what parameters may be and in mappings, and is given to
//! somebody or something.

use crate::template_given::{is_noted, is_silent, role, stays, with_group};

const ARN: &str = "arn:aws:iam::123456789012:policy/app-Shared-1A";
const SUB: &str = "!Sub 'arn:aws:iam::${AWS::AccountId}:policy/app-Shared-1A'";
const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const UNKNOWN: &str = "nobody can tell here: it is taken to be as AWS has it";

/// Something that runs what it is given.
fn custom(value: &str) -> String {
    resource("Custom::Attach", &format!("{{Given: {value}}}"))
}

fn resource(kind: &str, properties: &str) -> String {
    format!("  C:\n    Type: {kind}\n    Properties: {properties}\n")
}

#[test]
fn what_stands_in_a_function_that_is_not_evaluated_counts() {
    for value in [
        format!("{{'Fn::ToJsonString': {{PolicyArn: {SUB}}}}}"),
        format!("{{'Fn::ToJsonString': ['{ARN}']}}"),
        format!("{{'Fn::ToJsonString': {{'{ARN}': [zed]}}}}"),
        format!("!Base64 '{ARN}'"),
        format!("{{'Fn::Base64': {SUB}}}"),
        format!("{{'Fn::Base64': !Sub 'run {ARN} ${{P}}'}}"),
        format!("!Split [',', 'x,{ARN}']"),
        format!("!Split [',', !Join [',', [x, {SUB}]]]"),
        format!("!Select [1, !Split [',', 'x,{ARN}']]"),
        format!("!Sub ['run ${{v}}', {{v: !Select [1, !Split [',', 'x,{ARN}']]}}]"),
        format!("!Join [' ', [run, !If [C, '{ARN}', x]]]"),
        format!("!FindInMap [Others, a, b, {{DefaultValue: {SUB}}}]"),
        format!("{{'Fn::Transform': {{Name: Own, Parameters: {{P: {SUB}}}}}}}"),
        "!FindInMap [Own, a, !Ref P]".to_owned(),
        "!FindInMap [!Ref P, a, b]".to_owned(),
        "!Ref Arn".to_owned(),
        "!Ref OneOf".to_owned(),
        "!Sub 'run ${Arn}'".to_owned(),
        "!Join [',', [x, !Ref Arn]]".to_owned(),
    ] {
        stays(
            &custom(&value),
            "C, of the type Custom::Attach, is given it",
        );
        let parameter = format!("{{Type: String, Value: {value}}}");
        let written =
            "the ARN of Shared is written down here: whoever reads it may give it to somebody";
        is_noted(&resource("AWS::SSM::Parameter", &parameter), written);
    }
    let document = format!("{{Content: {{'Fn::ToJsonString': {{PolicyArn: {SUB}}}}}}}");
    let why = "C, of the type AWS::SSM::Document, is given it";
    stays(&resource("AWS::SSM::Document", &document), why);
    // What is there of another one costs nothing.
    for value in [
        "{'Fn::ToJsonString': {Arn: 'arn:aws:iam::210987654321:policy/app-Shared-1A'}}".to_owned(),
        format!("!Split [',', '{READ_ONLY},{ARN}-2']"),
        "!FindInMap [Others, a, !Ref P]".to_owned(),
        "!ImportValue app-Shared-1A-arn".to_owned(),
    ] {
        is_silent(&custom(&value));
    }
    // As a value of this name any other is noted.
    is_silent(&resource(
        "Custom::Attach",
        "{PolicyArn: !FindInMap [Others, a, c]}",
    ));
}

#[test]
fn functions_within_functions_end() {
    let (mut at, mut text) = ("1".to_owned(), format!("'{ARN}'"));
    for _ in 0..30 {
        at = format!("!Select [{at}, [x, y]]");
        text = format!("{{'Fn::Split': [',', {{'Fn::Join': [',', [{text}]]}}]}}");
    }
    is_silent(&custom(&at));
    stays(&custom(&text), "C, of the type Custom::Attach, is given it");
}

#[test]
fn what_has_a_policy_by_such_a_function_has_it() {
    let given = "the template gives it to Late, which the stack does not have yet";
    for list in [
        format!("!Split [',', '{READ_ONLY},{ARN}']"),
        "[!FindInMap [Own, a, !Ref P]]".to_owned(),
        "[!Ref Arn]".to_owned(),
    ] {
        stays(&role(&format!("{{ManagedPolicyArns: {list}}}")), given);
    }
    let split = role("{ManagedPolicyArns: !Split [',', !Ref P]}");
    is_noted(&split, &format!("whether Late has it by !Split {UNKNOWN}"));
    is_silent(&role(
        "{ManagedPolicyArns: [!FindInMap [Others, a, !Ref P]]}",
    ));
    stays(
        &role("{PermissionsBoundary: !FindInMap [Own, a, c]}"),
        "it is the permissions boundary of Late",
    );
}

#[test]
fn an_arn_ends_where_a_list_goes_on() {
    for value in [
        format!("'{ARN},{READ_ONLY}'"),
        format!("'{READ_ONLY},{ARN}'"),
        format!("!Join [',', [{SUB}, '{READ_ONLY}']]"),
        format!("!Join [',', [x, '{ARN}', y]]"),
    ] {
        stays(
            &custom(&value),
            "C, of the type Custom::Attach, is given it",
        );
        let stack = format!("{{Parameters: {{Arns: {value}}}}}");
        let why = "C, of the type AWS::CloudFormation::Stack, is given it";
        stays(&resource("AWS::CloudFormation::Stack", &stack), why);
    }
    is_silent(&custom(&format!("'{ARN}.2,{READ_ONLY}'")));
}

#[test]
fn what_is_told_in_part_of_an_arn_is_noted() {
    for value in [
        "!Sub 'run arn:aws:iam::${AWS::AccountId}:policy/app-${P} now'",
        "!Sub 'run arn:aws:iam::${AWS::AccountId}:policy/${P}'",
        "!Join ['', ['arn:aws:iam::123456789012:', !Ref P]]",
        "{'Fn::ToJsonString': {PolicyArn: !ImportValue x}}",
    ] {
        is_noted(&custom(value), "whether C is given it by ");
    }
    is_silent(&custom(
        "!Sub 'run arn:aws:iam::${AWS::AccountId}:policy/other-${P}'",
    ));
    is_silent(&custom("!Sub '${P}-${AWS::StackName}'"));
}

#[test]
fn the_name_of_a_policy_alone_is_noted() {
    for value in ["app-Shared-1A", "!Sub 'app-${P}-1A'"] {
        is_noted(&custom(value), "whether C is given it by ");
    }
    is_silent(&custom("app-Shared"));
    let set = |name: &str| {
        let references = format!("{{CustomerManagedPolicyReferences: [{{Name: {name}}}]}}");
        resource("AWS::SSO::PermissionSet", &references)
    };
    is_noted(&set("!Ref P"), "whether C is given it by !Ref P");
    let why = "C, of the type AWS::SSO::PermissionSet, is given it";
    stays(&set("!FindInMap [Named, a, b]"), why);
}

#[test]
fn what_runs_and_has_the_name_of_a_group_may_put_somebody_into_it() {
    let resource = |kind: &str, value: &str| {
        format!("  C:\n    Type: {kind}\n    Properties: {{Given: {value}}}\n")
    };
    let note = "whether C puts somebody into group staff nobody can tell here: it is taken to be as AWS has it";
    for value in [
        "staff",
        "STAFF",
        "'others,staff'",
        "'aws iam add-user-to-group --group-name staff --user-name zed'",
        "!Sub 'aws iam add-user-to-group --group-name ${P} --user-name zed'",
        "{'Fn::ToJsonString': {Group: staff}}",
        "!Split [',', 'others,staff']",
        "{staff: [zed]}",
        "!FindInMap [Groups, a, b]",
        "!Ref Members",
    ] {
        for kind in [
            "Custom::Members",
            "Team::IAM::Membership",
            "AWS::SSM::Document",
        ] {
            let (goes, told) = with_group(&resource(kind, value));
            assert!(goes && told.contains(note), "{kind} {value}: {told}");
        }
    }
    let script =
        "{'Fn::Base64': !Sub 'aws iam add-user-to-group --group-name ${Staff} --user-name zed'}";
    let (goes, told) = with_group(&resource("AWS::EC2::Instance", script));
    assert!(goes && told.contains(note), "{told}");
    for (kind, value) in [
        ("Custom::Members", "others"),
        ("Custom::Members", "!Ref P"),
        ("Custom::Members", "'about the staff'"),
        ("AWS::SSM::Parameter", "staff"),
        ("AWS::SSM::Parameter", "'the group staff'"),
    ] {
        let (goes, told) = with_group(&resource(kind, value));
        assert!(
            goes && !told.contains("puts somebody"),
            "{kind} {value}: {told}"
        );
    }
    let each = "  'Fn::ForEach::Users':\n  - Name\n  - [a, b]\n  - User${Name}:\n      Type: AWS::IAM::User\n      \
                Properties: {Groups: [staff]}\n";
    let (goes, told) = with_group(each);
    let note = "whether Fn::ForEach::Users puts somebody into group staff";
    assert!(goes && told.contains(note), "{told}");
}
