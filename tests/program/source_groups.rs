//! What may put somebody into a group that has a policy.

use crate::accounts::arn;
use crate::source_ahead::{OF_A_GROUP, TAKEN, of_a_group};
use crate::source_downloaded::FAR;
use crate::source_passed_on::{command, stack};
use crate::source_uses::{block, resource};
use serde_json::json;

#[test]
fn a_group_that_is_written_down_or_in_a_file_is_noted() {
    let add = "aws iam add-user-to-group --group-name g --user-name zed";
    let template = "data \"template_file\" \"t\" {\n  template = \"x $${g}\"\n  vars = { g = aws_iam_group.g.name }\n}\n";
    let instance = |text: &str| block("aws_instance", "z", &format!("  user_data = {text}\n"));
    for (before, text) in [
        ("", instance(&format!("\"{add}\""))),
        ("", instance("\"x ${aws_iam_group.g.name}\"")),
        ("", command("\"./add.sh\"")),
        ("", stack("template_body = file(\"t.yaml\")")),
        (template, command("data.template_file.t.rendered")),
    ] {
        let world = of_a_group(&format!("{before}{text}"));
        world.write("root/add.sh", add);
        world.write(
            "root/t.yaml",
            "Type: AWS::IAM::UserToGroupAddition\nGroupName: g\n",
        );
        world.is_noted(OF_A_GROUP, &text, TAKEN);
    }
    for other in [
        instance("\"aws iam add-user-to-group --group-name h\""),
        block(
            "aws_instance",
            "z",
            "  tags = { team = aws_iam_group.g.name }\n",
        ),
        block(
            "x_iam_group_users",
            "z",
            "  group = aws_iam_group.g.name\n  users = [\"ann\"]\n",
        ),
    ] {
        of_a_group(&other).is_edited_in_silence(OF_A_GROUP);
    }
}

#[test]
fn a_module_that_is_not_read_and_has_the_group_is_noted() {
    let call = "module \"staff\" {\n  source = \"ns/m/aws\"\n  name   = \"crew\"\n  users  = [\"ann\", \"bob\"]\n}\n";
    for (kind, values) in [
        ("aws_iam_group", json!({"name": "g", "arn": arn("group/g")})),
        (
            "aws_iam_group_membership",
            json!({"name": "x", "group": "g", "users": ["ann"]}),
        ),
        ("aws_iam_group", json!({"name": "h", "arn": arn("group/h")})),
    ] {
        let world = of_a_group(call);
        let modules = json!({"Modules": [{"Key": "", "Dir": "."},
            {"Key": "staff", "Source": "ns/m/aws", "Dir": ".terraform/modules/staff"}]});
        world.write("root/.terraform/modules/modules.json", &modules.to_string());
        let mut one = resource(kind, "this", values.clone());
        one["address"] = format!("module.staff.{kind}.this").into();
        let state = json!({"format_version": "1.0", "values": {"root_module": {"resources": world.resources,
            "child_modules": [{"address": "module.staff", "resources": [one]}]}}});
        let run = world.refine_with(&state, OF_A_GROUP);
        assert_eq!(
            run.stderr.contains(TAKEN),
            values["name"] != "h",
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_downloaded_module_that_cannot_be_read_may_add_to_the_group_in_its_files_or_by_a_key() {
    let modules = json!({"Modules": [{"Key": "", "Dir": "."},
        {"Key": "far", "Source": "ns/m/aws", "Dir": ".terraform/modules/far"}]});
    let call = |more: &str| format!("module \"far\" {{\n  source = \"ns/m/aws\"\n{more}}}\n");
    let membership = "resource \"aws_iam_user_group_membership\" \"z\" {\n  user = \"zed\"\n  groups = [\"GROUP\"]\n}\n";
    for (more, group, is_noted) in [
        ("", "g", true),
        ("", "h", false),
        ("  members = { g = [\"zed\"] }\n", "h", true),
        ("  name = \"g\"\n  users = [\"zed\"]\n", "h", true),
        ("  name = \"g\"\n  size = 1\n", "h", false),
    ] {
        let call = call(more);
        let world = of_a_group(&call);
        world.write("root/.terraform/modules/modules.json", &modules.to_string());
        let membership = membership.replace("GROUP", group);
        world.write(FAR, &format!("{membership}}}\n"));
        if is_noted {
            world.is_noted(OF_A_GROUP, &call, TAKEN);
        } else {
            world.is_edited_in_silence(OF_A_GROUP);
        }
        // What can be read tells it.
        world.write(FAR, &membership);
        if group == "g" {
            let why = "no state has what aws_iam_user_group_membership.z of module.far makes";
            world.stays(OF_A_GROUP, why);
        } else {
            world.is_edited_in_silence(OF_A_GROUP);
        }
    }
}
