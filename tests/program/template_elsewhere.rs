//! Who names a managed policy of a template elsewhere in its repository, or reads what the template puts out.

use std::fs;

use crate::template_world::{TEMPLATE, World, stack};

const OUTPUTS: &str = "Outputs:
  SharedArn: {Value: !Ref Shared, Export: {Name: !Sub '${AWS::StackName}-shared'}}
  Role: {Value: !Ref AppRole, Export: {Name: app-role}}
";

/// What is told where this lies in the repository too, in which the policy Shared is edited all the same.
fn beside(outputs: &str, file: &str, text: &str) -> String {
    let world = World::new();
    world.write("template.yaml", &format!("{TEMPLATE}{outputs}"));
    let path = world.path().join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    let alone = world.refined().stderr;
    assert!(!alone.contains("than its template"), "{file}: {alone}");
    fs::create_dir(world.path().join(".git")).unwrap();
    let run = world.refined();
    assert_eq!(run.exit, 0, "{file}: {}", run.stderr);
    assert!(
        run.stdout.contains("s3:GetObject"),
        "{file}: {}",
        run.stderr
    );
    run.stderr
}

/// That this is told of a place of the file.
fn is_noted(outputs: &str, file: &str, text: &str, note: &str) {
    let told = beside(outputs, file, text);
    let note =
        format!("{note}, in another file than its template, so for whom this is cannot be told");
    let start = format!("note: {file}:");
    let mut lines = told.lines();
    let is_said = lines.any(|line| line.starts_with(&start) && line.ends_with(&note));
    assert!(is_said, "{file}, {text}: {told}");
}

fn is_silent(outputs: &str, file: &str, text: &str) {
    let told = beside(outputs, file, text);
    assert!(
        !told.contains("than its template"),
        "{file}, {text}: {told}"
    );
}

#[test]
fn who_names_the_policy_by_its_arn_is_noted() {
    let arn = "arn:aws:iam::123456789012:policy/app-Shared-1A";
    let named = "the ARN of Shared is named here";
    for (file, text) in [
        (
            "run.sh",
            format!("aws iam attach-role-policy --role-name web --policy-arn {arn}\n"),
        ),
        (
            "tf/main.tf",
            format!("resource \"aws_iam_role_policy_attachment\" \"x\" {{\n  policy_arn = \"{arn}\"\n}}\n"),
        ),
        (
            "other/template.yaml",
            "Resources:\n  W:\n    Type: AWS::IAM::Role\n    Properties:\n      ManagedPolicyArns:\n      - !Sub \
             arn:aws:iam::${AWS::AccountId}:policy/app-Shared-1A\n"
                .to_owned(),
        ),
    ] {
        is_noted("", file, &text, named);
    }
    let by_name = "Shared may be asked for here by its name";
    let text = "- iam_role:\n    managed_policies: [app-Shared-1A]\n";
    is_noted("", "site.yml", text, by_name);
    let all = "all managed policies may be attached here";
    let text =
        "for p in $(aws iam list-policies); do aws iam attach-role-policy --policy-arn $p; done\n";
    is_noted("", "all.sh", text, all);
    for (file, text) in [
        ("run.sh", format!("echo {arn}-2\n")),
        ("notes.md", arn.to_owned()),
        // What AWS has of stacks is no use of anything.
        ("other/stack.json", stack("app", "")),
        (
            "other/stacks.json",
            format!(
                r#"{{"Stacks": [{{"StackStatus": "CREATE_COMPLETE", "Outputs": [{{"OutputKey": "SharedArn", "OutputValue": "{arn}"}}]}}]}}"#
            ),
        ),
    ] {
        is_silent(OUTPUTS, file, &text);
    }
}

#[test]
fn who_imports_what_has_the_arn_is_noted() {
    let imported = "an export that has the ARN of Shared may be imported here";
    for text in [
        "- !ImportValue app-shared\n",
        "- !ImportValue 'app-shared'\n",
        "- {'Fn::ImportValue': app-shared}\n",
        "- Fn::ImportValue: !Sub '${App}-shared'\n",
        "- Fn::ImportValue:\n    Fn::Sub: ${App}-shared\n",
        "- Fn::ImportValue: !Join ['-', [!Ref App, shared]]\n",
        "{\"Fn::ImportValue\": {\"Fn::Join\": [\"\", [{\"Ref\": \"App\"}, \"-shared\"]]}}\n",
        "const arn = cdk.Fn.importValue(`${app}-shared`);\n",
        "arn = Fn.import_value(\"app-shared\")\n",
        "data \"aws_cloudformation_export\" \"x\" {\n  name = \"app-shared\"\n}\n",
    ] {
        is_noted(OUTPUTS, "other/x.yaml", text, imported);
    }
    let plain = OUTPUTS.replace("!Sub '${AWS::StackName}-shared'", "app-shared");
    for text in [
        "- !ImportValue app-shared\n",
        "- Fn::ImportValue: !Sub '${App}-shared'\n",
        "- Fn::ImportValue: !Join ['-', [!Ref App, shared]]\n",
    ] {
        is_noted(&plain, "other/x.yaml", text, imported);
    }
    for text in [
        "- !ImportValue app-role\n",
        "- !ImportValue app-shared-2\n",
        "- !ImportValue unshared\n",
        "- Fn::ImportValue: !Sub '${App}-role'\n",
        "- Fn::ImportValue: !Sub 'vpc-${App}'\n",
        "- Fn::ImportValue: !Ref App\n",
        "- !Ref app-shared\n",
    ] {
        is_silent(OUTPUTS, "other/x.yaml", text);
        is_silent(&plain, "other/x.yaml", text);
    }
}

#[test]
fn who_reads_an_output_that_has_the_arn_is_noted() {
    let read = "an output that has the ARN of Shared may be read here";
    for text in [
        "Policy: !GetAtt App.Outputs.SharedArn\n",
        "Policy: {'Fn::GetAtt': [App, Outputs.SharedArn]}\n",
        "aws cloudformation describe-stacks --query \"Stacks[0].Outputs[?OutputKey=='SharedArn'].OutputValue\"\n",
        "policy_arn = aws_cloudformation_stack.app.outputs[\"SharedArn\"]\n",
        "- ${cf:app-dev.SharedArn}\n",
    ] {
        is_noted(OUTPUTS, "other/x.yaml", text, read);
    }
    for text in [
        "Policy: !GetAtt App.Outputs.SharedArns\n",
        "Policy: !GetAtt App.Outputs.Role\n",
        "Policy: !GetAtt SharedArn.Arn\n",
    ] {
        is_silent(OUTPUTS, "other/x.yaml", text);
    }
}

#[test]
fn an_export_of_the_arn_is_noted() {
    let exported = "the ARN of Shared is exported here: whoever imports it may give it to somebody";
    let told = beside(OUTPUTS, "x.yaml", "");
    let line = TEMPLATE.lines().count() + 2;
    let note = format!("note: template.yaml:{line}:3: {exported}");
    assert!(told.contains(&note), "{told}");
    for outputs in [
        "Outputs:\n  Arn: {Value: !Ref Shared}\n",
        "Outputs:\n  Arn: {Value: !Ref AppRole, Export: {Name: app}}\n",
    ] {
        let told = beside(outputs, "x.yaml", "");
        assert!(!told.contains("is exported here"), "{outputs}: {told}");
    }
    for value in [
        "!Join [',', [!Ref AppRole, !Ref Shared]]",
        "!If [On, !Ref Shared, '']",
        "!Sub '${Shared}'",
    ] {
        let outputs = format!("Outputs:\n  Arn: {{Value: {value}, Export: {{Name: app}}}}\n");
        let told = beside(&outputs, "x.yaml", "");
        assert!(told.contains(exported), "{outputs}: {told}");
    }
}
