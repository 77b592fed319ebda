//! ARNs that are put together where nobody evaluates it: by a shell, by the functions of a template, of a text that is
//! filled in or encoded; and what is run of which nothing is known.

use crate::accounts::arn;
use crate::source_ahead::TAKEN;
use crate::source_given::may_give;
use crate::source_uses::{COMPLETE, World, block};

fn stack(argument: &str) -> String {
    block("aws_cloudformation_stack", "z", &format!("  {argument}\n"))
}

fn command(line: &str) -> String {
    let provisioner = format!("  provisioner \"local-exec\" {{\n    command = {line}\n  }}\n");
    block("null_resource", "z", &provisioner)
}

const STACK: &str = "aws_cloudformation_stack.z";

const PARTS: &str = "locals {\n  n    = \"m\"\n  text = \"arn:aws:iam::123456789012:policy/$${name}\"\n  arn  = \
     \"arn:aws:iam::123456789012:policy/${local.n}\"\n}\n";

#[track_caller]
fn stays(text: &str, address: &str) {
    let world = World::managed().with_block(&[PARTS, text].concat());
    world.stays(COMPLETE, &may_give(address));
}

#[track_caller]
fn is_silent(text: &str) {
    let world = World::managed().with_block(&[PARTS, text].concat());
    world.is_edited_in_silence(COMPLETE);
}

#[track_caller]
fn is_noted(text: &str) {
    let world = World::managed().with_block(&[PARTS, text].concat());
    world.is_noted(COMPLETE, text, TAKEN);
}

#[test]
fn an_arn_in_other_letters_counts_within_what_is_encoded() {
    for body in [
        "base64encode(upper(local.arn))",
        "base64encode(upper(\"arn:aws:iam::123456789012:policy/${local.n}\"))",
        "urlencode(title(local.arn))",
        "jsonencode({ a = upper(local.arn), b = var.x })",
    ] {
        stays(&stack(&format!("template_body = {body}")), STACK);
    }
    is_silent(&stack(
        "template_body = base64encode(upper(\"${local.arn}x\"))",
    ));
}

#[test]
fn a_text_that_is_filled_in_is_what_comes_of_it() {
    for body in [
        "templatestring(local.text, { name = \"m\" })",
        "templatestring(local.text, { name = local.n })",
        "jsonencode({ a = templatestring(local.text, { name = local.n, x = var.x }) })",
    ] {
        stays(&stack(&format!("template_body = {body}")), STACK);
    }
    is_silent(&stack(
        "template_body = templatestring(local.text, { name = \"other\" })",
    ));
    is_noted(&stack(
        "template_body = templatestring(local.text, { name = var.x })",
    ));
}

#[test]
fn what_a_shell_may_put_together_is_noted() {
    let script = |name: &str| {
        format!(
            "<<-EOT\n    ACCOUNT=123456789012\n    NAME={name}\n    aws iam attach-role-policy --role-name z \
             --policy-arn arn:aws:iam::$ACCOUNT:policy/$NAME\n  EOT"
        )
    };
    for (name, is_it) in [
        ("m", true),
        ("${local.n}", true),
        ("mm", false),
        ("m-2", false),
    ] {
        let instance = block(
            "aws_instance",
            "z",
            &format!("  user_data = {}\n", script(name)),
        );
        for text in [instance, command(&script(name))] {
            if is_it {
                is_noted(&text);
            } else {
                is_silent(&text);
            }
        }
    }
    // What is run may be about it by its name alone; what is only written down has to speak of policies.
    is_noted(&command("\"deploy --name m\""));
    is_silent(&command("\"deploy --name mm\""));
    is_silent(&block(
        "aws_instance",
        "z",
        "  user_data = \"deploy --name m\"\n",
    ));
    is_silent(&block("helm_release", "z", "  name = \"m\"\n"));
}

#[test]
fn what_a_template_puts_together_counts() {
    let joined = |name: &str| {
        format!(
            "template_body = jsonencode({{ Resources = {{ R = {{ Type = \"AWS::IAM::Role\", Properties = {{ \
             ManagedPolicyArns = [{{ \"Fn::Join\" = [\":\", [\"arn:aws:iam:\", {{ Ref = \"AWS::AccountId\" }}, {name}]] \
             }}] }} }} }} }})"
        )
    };
    stays(&stack(&joined("\"policy/m\"")), STACK);
    stays(&stack(&joined("\"policy/${local.n}\"")), STACK);
    is_silent(&stack(&joined("\"policy/mm\"")));
    is_silent(&stack(&joined("\"policy/team/m\"")));
    is_noted(&stack(&joined(
        "{ \"Fn::Join\" = [\"/\", [\"policy\", \"m\"]] }",
    )));
    is_silent(&stack(&joined(
        "{ \"Fn::Join\" = [\"/\", [\"policy\", \"n\"]] }",
    )));
}

#[test]
fn a_program_of_which_nothing_is_known_is_noted() {
    let remote = "data \"terraform_remote_state\" \"r\" {\n  backend = \"s3\"\n}\n";
    for told in [
        stack("template_body = var.template"),
        stack("template_body = data.terraform_remote_state.r.outputs.template"),
        command("var.command"),
        command("\"${var.command} ${var.more}\""),
        block("kubectl_manifest", "z", "  yaml_body = local.given\n"),
    ] {
        is_noted(&format!(
            "{told}{remote}locals {{\n  given = var.given\n}}\n"
        ));
    }
    for silent in [
        stack("name = var.name"),
        stack("template_body = jsonencode({ a = var.size })"),
        command("\"deploy ${var.size}\""),
        block("helm_release", "z", "  version = var.version\n"),
    ] {
        is_silent(&silent);
    }
}

#[test]
fn a_file_whose_name_alone_is_computed_is_one_of_its_folder() {
    let script = |name: &str| format!("aws iam attach-user-policy --policy-arn {}\n", arn(name));
    for line in [
        "\"bash scripts/${var.x}.sh\"",
        "\"${path.module}/scripts/${var.x}.sh now\"",
        "\"./scripts/run-${var.x}\"",
        "file(\"${path.module}/scripts/${var.x}.sh\")",
        "templatefile(\"scripts/run-${var.x}.sh\", {})",
        "\"${var.root}/scripts/run-1.sh\"",
    ] {
        let text = command(line);
        let world = World::managed().with_block(&text);
        world.write("root/scripts/run-1.sh", "echo\n");
        world.write("root/scripts/run-1.txt", &script("policy/m"));
        world.write("root/other/run-1.sh", &script("policy/m"));
        if line != "\"./scripts/run-${var.x}\"" {
            world.is_edited_in_silence(COMPLETE);
        }
        world.write("root/scripts/run-1.sh", &script("policy/m"));
        world.stays(COMPLETE, &may_give("null_resource.z"));
    }
    // One that is not there is noted where its text is read.
    let text = command("file(\"${path.module}/scripts/${var.x}.sh\")");
    let world = World::managed().with_block(&text);
    world.is_noted(COMPLETE, &text, TAKEN);
}
