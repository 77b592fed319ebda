//! Who else makes what stands in a folder of Terraform files: other callers of its modules, and other
//! states of its root. Where somebody may, nothing is edited without their states.

use std::fs;
use std::path::Path;

use crate::run::{Run, RunIt, copy, folder, iam_refine};
use tempfile::TempDir;

const MATCH: &str = "tests/data/sources/match";
const QUEUE: &str = "modules/queue";

/// A repository with a root module in `root`, which calls `root/modules/queue` twice.
struct World(TempDir);

impl World {
    fn new() -> Self {
        let world = World(folder());
        copy(Path::new(MATCH), world.0.path());
        world.write(".git/HEAD", "");
        world
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn replace(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.0.path().join(name)).unwrap();
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, &text.replace(old, new));
    }

    fn refine(&self, root: &str, more: &[&str]) -> Run {
        let mut command = iam_refine();
        command.current_dir(self.0.path());
        command.args(["refine", root, "state.json", "app.json", "other.json"]);
        command.args(more).run()
    }

    /// Refines, and tells what was said of the module when it was left.
    fn queue_is_left(&self, root: &str, more: &[&str]) -> Option<String> {
        let run = self.refine(root, more);
        assert!(run.exit == 0, "{}", run.stderr);
        (!run.stdout.contains(QUEUE)).then_some(run.stderr)
    }

    /// Whether the module is edited where all states are said to be there.
    fn is_edited_when_complete(&self, root: &str) -> bool {
        let run = self.refine(root, &["--states-complete"]);
        assert!(run.exit == 0, "{}", run.stderr);
        run.stdout.contains(QUEUE)
    }
}

fn module(source: &str) -> String {
    format!("module \"q\" {{\n  source = {source}\n}}\n")
}

#[test]
fn the_module_is_edited_where_nobody_else_calls_it() {
    assert_eq!(World::new().queue_is_left("root", &[]), None);
}

#[test]
fn whoever_calls_a_module_in_the_repository_is_found() {
    let local = "\"../root/modules/queue\"";
    let hcl = format!("terraform {{\n  source = {local}\n}}\n");
    let cases: [(&str, String, &str); 11] = [
        (
            "far/x.tfcomponent.hcl",
            module(local).replace("module \"", "component \""),
            "far/x.tfcomponent.hcl:1",
        ),
        (
            "far/main.tf",
            module(&format!("({local})")),
            "far/main.tf:1",
        ),
        ("far/main.tf", module(local), "far/main.tf:1"),
        ("far/main.tofu", module(local), "far/main.tofu:1"),
        (".far/main.tf", module(local), ".far/main.tf:1"),
        (
            "far/main.tf.json",
            format!("{{\n  \"module\": {{\"q\": {{\"source\": {local}}}}}\n}}\n"),
            "far/main.tf.json:2",
        ),
        ("far/terragrunt.hcl", hcl, "far/terragrunt.hcl:1"),
        (
            "far/main.tf",
            module("\"${path.module}/../root/modules/queue\""),
            "far/main.tf:1",
        ),
        (
            "far/main.tf",
            module("\"git::https://host/own.git//root/modules/queue?ref=v1\""),
            "far/main.tf:1",
        ),
        ("far/main.tf", module("var.source"), "far/main.tf:1"),
        (
            "far/main.tf",
            module(local).replace('}', ""),
            "far/main.tf, which is not read",
        ),
    ];
    for (name, text, caller) in cases {
        let world = World::new();
        world.write(name, &text);
        let said = world.queue_is_left("root", &[]).expect(&text);
        let why = format!("its module is called elsewhere too: {caller}");
        assert!(said.contains(&why), "{name}: {said}");
        assert!(world.is_edited_when_complete("root"), "{name}");
    }
}

#[test]
fn whoever_runs_a_module_by_itself_is_found() {
    for (name, text, line) in [
        (
            ".github/workflows/x.yml",
            "jobs:\n  a:\n    steps:\n      - run: terraform apply\n        working-directory: root/modules/queue\n",
            5,
        ),
        (
            "Makefile",
            "x:\n\tterraform -chdir=root/modules/queue apply\n",
            2,
        ),
        ("root/Makefile", "x:\n\tmake -C modules/queue apply\n", 2),
        (
            "apply.sh",
            "for m in root/modules/*; do (cd $m && terraform apply); done\n",
            1,
        ),
        ("root/modules/run.sh", "cd queue\nterraform apply\n", 1),
        (
            "all.sh",
            "cd root/modules/queue && terraform validate && terraform apply\n",
            1,
        ),
        (
            "env.yml",
            "run: terraform apply\nenv:\n  TF_DIR: root/modules/queue # test only\n",
            3,
        ),
        (
            "atlantis.yaml",
            "projects:\n  - dir: root/modules/queue\n",
            2,
        ),
        (
            "flux/x.yaml",
            "kind: Terraform\nspec:\n  path: ./root/modules/queue\n",
            3,
        ),
        (
            "x/ws.yaml",
            "kind: Workspace\nspec:\n  module: git::https://host/own//root/modules/queue?ref=v1\n",
            3,
        ),
        (
            "cdk/cdktf.json",
            "{\"terraformModules\": [{\"source\": \"../root/modules/queue\"}]}",
            1,
        ),
        (
            "tfe/main.tf",
            "resource \"tfe_workspace\" \"q\" {\n  working_directory = \"root/modules/queue\"\n}\n",
            2,
        ),
    ] {
        let world = World::new();
        world.write(name, text);
        let said = world.queue_is_left("root", &[]).expect(text);
        let why = format!(
            "its module is called elsewhere too: {name}:{line}, which may run it by itself"
        );
        assert!(said.contains(&why), "{name}: {said}");
        assert!(world.is_edited_when_complete("root"), "{name}");
    }
    for (name, text) in [
        (
            "Makefile",
            "apply:\n\tterraform apply\nx:\n\tterraform -chdir=root/modules/queue validate\n",
        ),
        (
            "lint.yml",
            "jobs:\n  - run: tflint --chdir=root/modules/queue\n  - run: terraform apply\n",
        ),
        (
            ".github/workflows/x.yml",
            "on:\n  push:\n    paths:\n      - root/modules/queue/**\njobs:\n  - run: terraform apply\n",
        ),
        ("docs.yml", "modules:\n  - root/modules/queue\n"),
        (
            "README.md",
            "Run `terraform -chdir=root/modules/queue apply`.\n",
        ),
        (
            "deploy.sh",
            "echo queue\nkubectl apply -f queue.yaml\nterraform -chdir=root apply\n",
        ),
    ] {
        let world = World::new();
        world.write(name, text);
        assert_eq!(world.queue_is_left("root", &[]), None, "{name}");
    }
}

#[test]
fn whoever_is_said_to_make_nothing_is_named() {
    let world = World::new();
    world.write("prod/main.tf", &module("\"../root/modules/queue\""));
    let complete = ["--states-complete"];
    let run = world.refine("root", &complete);
    assert!(run.stdout.contains(QUEUE), "{}", run.stderr);
    let said = "its module is called elsewhere too, of which you say that it makes nothing: prod/main.tf:1";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let markdown = world.refine("root", &["--states-complete", "--format", "markdown"]);
    let said = "By `--states-complete`: prod/main.tf:1 makes nothing of it.";
    assert!(markdown.stdout.contains(said), "{}", markdown.stdout);
    let record = world.refine("root", &["--states-complete", "--format", "json"]);
    let record: serde_json::Value = serde_json::from_str(&record.stdout).unwrap();
    let claims: Vec<&serde_json::Value> = (record["policies"].as_array().unwrap().iter())
        .flat_map(|policy| policy["block"]["claims"].as_array().into_iter().flatten())
        .collect();
    assert!(
        claims.contains(&&"prod/main.tf:1 makes nothing of it".into()),
        "{claims:?}"
    );

    // Somebody whom no state has may be who gets it there.
    let app = fs::read_to_string(world.0.path().join("app.json")).unwrap();
    let stranger = app
        .replace("role/prod-app", "role/stranger")
        .replace("\"id\": \"app\"", "\"id\": \"stranger\"");
    assert_ne!(app, stranger);
    world.write("stranger.json", &stranger);
    let run = world.refine("root", &["stranger.json", "--states-complete"]);
    assert!(!run.stdout.contains(QUEUE), "{}", run.stdout);
    let said = "its module is called elsewhere too: prod/main.tf:1; and there is a finding for";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn sources_that_name_no_path_call_whatever_they_may() {
    let terragrunt = |source: &str| format!("terraform {{\n  source = \"{source}\"\n}}\n");
    let cases = [
        (
            "root/modules/queue/terragrunt.hcl",
            terragrunt("."),
            "terragrunt.hcl",
        ),
        (
            "root/modules/x/terragrunt.hcl",
            terragrunt("../queue"),
            "terragrunt.hcl:1",
        ),
        (
            "root/modules/terragrunt.hcl",
            terragrunt("queue"),
            "terragrunt.hcl:1",
        ),
        (
            "far/main.tf",
            module("local.x ? \"${local.root}/modules/other\" : \"../root/modules/queue\""),
            "far/main.tf:1",
        ),
        (
            "far/main.tf",
            module("{ dev = \"../root/modules/queue\" }[local.env]"),
            "far/main.tf:1",
        ),
        (
            "root/modules/queue/x/broken.tf",
            "module \"q\" {\n  source = \"..\"\n".to_owned(),
            "broken.tf, which is not read",
        ),
        (
            "live/terragrunt.hcl",
            terragrunt("${include.env.locals.base_source_url}?ref=release/1.2"),
            "live/terragrunt.hcl:1",
        ),
        (
            "live/terragrunt.hcl",
            terragrunt("git::ssh://host/x.git//root/modules/queue?ref=${local.v}/1"),
            "live/terragrunt.hcl:1",
        ),
        (
            "live/terragrunt.hcl",
            format!(
                "generate \"main\" {{\n  contents = <<EOF\n{}EOF\n}}\n",
                module("\"${get_repo_root()}/root/modules/queue\"")
            ),
            "live/terragrunt.hcl:4",
        ),
        (
            "far/broken.tf",
            "module \"q\" {\n  source = var.source\n".to_owned(),
            "far/broken.tf, which is not read",
        ),
    ];
    for (name, text, caller) in cases {
        let world = World::new();
        world.write(name, &text);
        let said = world.queue_is_left("root", &[]).expect(&text);
        assert!(said.contains(caller), "{name}: {said}");
        assert!(world.is_edited_when_complete("root"), "{name}");
    }
}

#[test]
fn a_module_that_is_a_root_module_too_is_left() {
    for (name, text) in [
        ("backend.tf", "terraform {\n  backend \"s3\" {}\n}\n"),
        ("cloud.tf", "terraform {\n  cloud {}\n}\n"),
        (".terraform.lock.hcl", ""),
        (
            "terragrunt.hcl",
            "include {\n  path = find_in_parent_folders()\n}\n",
        ),
        ("terraform.tfstate", "{}"),
        ("prod.tfstate", "{}"),
        ("prod.tfvars", ""),
        ("env/prod.tfvars", ""),
        ("prod.s3.tfbackend", ""),
        ("terragrunt.hcl.json", "{}"),
        (".terraform/terraform.tfstate", "{}"),
    ] {
        let world = World::new();
        world.write(&format!("root/modules/queue/{name}"), text);
        let said = world.queue_is_left("root", &[]).expect(name);
        assert!(said.contains("a root module too"), "{name}: {said}");
        assert!(said.contains(name), "{name}: {said}");
        assert!(world.is_edited_when_complete("root"), "{name}");
    }
}

#[test]
fn a_module_that_has_the_name_of_a_downloaded_one_is_edited() {
    let world = World::new();
    let call = module("\"ns/sqs/aws//modules/queue\"");
    world.write("root/downloaded.tf", &call);
    let modules = "root/.terraform/modules/modules.json";
    let folder = ".terraform/modules/q/modules/queue";
    world.replace(
        modules,
        "{\"Modules\":[",
        &format!("{{\"Modules\":[{{\"Key\":\"q\",\"Source\":\"x\",\"Dir\":\"{folder}\"}},"),
    );
    assert!(world.is_edited_when_complete("root"));
    let said = world.queue_is_left("root", &[]);
    let why = "called elsewhere too: root/downloaded.tf:1";
    assert!(said.is_some_and(|said| said.contains(why)));
}

#[test]
fn a_file_that_a_generator_makes_is_left() {
    for (heading, generator) in [
        (
            "# Generated by Terragrunt. Sig: nIlQXj57tbuaRZEa",
            "Terragrunt",
        ),
        (
            "// TERRAMATE: GENERATED AUTOMATICALLY DO NOT EDIT",
            "Terramate",
        ),
        ("# Code generated by x; DO NOT EDIT.", "a generator"),
    ] {
        let world = World::new();
        let file = "root/modules/queue/main.tf";
        let text = fs::read_to_string(world.0.path().join(file)).unwrap();
        world.write(file, &format!("{heading}\n{text}"));
        let said = world.queue_is_left("root", &["--states-complete"]).unwrap();
        assert!(said.contains(generator), "{said}");
        assert!(said.contains("makes this file anew"), "{said}");
    }
}

#[test]
fn a_file_that_terraform_passes_over_is_passed_over() {
    let world = World::new();
    world.write("root/.main.tf", "resource {{");
    world.write("root/main.tf~", "resource {{");
    world.write("root/modules/queue/.tf", "resource {{");
    assert_eq!(world.queue_is_left("root", &[]), None);
}

#[test]
fn a_carriage_return_within_a_line_is_refused_by_its_place() {
    let world = World::new();
    let file = "root/modules/queue/main.tf";
    let text = fs::read_to_string(world.0.path().join(file)).unwrap();
    world.write(file, &text.replacen('\n', "\r\n# a\r# b\n", 1));
    let said = world.queue_is_left("root", &["--states-complete"]).unwrap();
    let why = "main.tf:2:4: passed over: this line ends with a carriage return alone";
    assert!(said.contains(why), "{said}");
}

#[test]
fn what_calls_another_module_is_no_caller() {
    let world = World::new();
    world.write("far/modules/queue/main.tf", "");
    world.write("far/main.tf", &module("\"./modules/queue\""));
    world.write("far/broken.tf", "module \"q\" {\n  source = \"../queue\"\n");
    world.write("far/registry.tf", &module("\"ns/queue/aws\""));
    world.write(
        "far/other.tf",
        &module("\"git::https://host/own.git//far/queues\""),
    );
    let said = world.queue_is_left("root", &[]);
    assert!(said.is_some_and(|said| said.contains("far/broken.tf, which is not read")));
    fs::remove_file(world.0.path().join("far/broken.tf")).unwrap();
    assert_eq!(world.queue_is_left("root", &[]), None);
}

#[test]
fn a_root_module_that_terragrunt_or_a_module_calls_is_left() {
    let world = World::new();
    let hcl = "terraform {\n  source = \"../..//root\"\n}\n";
    world.write("live/dev/terragrunt.hcl", hcl);
    let run = world.refine("root", &[]);
    assert_eq!((run.exit, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let why = "its module is called elsewhere too: live/dev/terragrunt.hcl:1";
    assert!(run.stderr.contains(why), "{}", run.stderr);
    assert!(world.is_edited_when_complete("root"));
}

#[test]
fn a_module_outside_of_what_is_searched_is_left() {
    let world = World::new();
    fs::remove_dir_all(world.0.path().join(".git")).unwrap();
    fs::rename(
        world.0.path().join("root/modules"),
        world.0.path().join("modules"),
    )
    .unwrap();
    world.replace("root/main.tf", "./modules/queue", "../modules/queue");
    let modules = "root/.terraform/modules/modules.json";
    world.replace(modules, "\"modules/queue\"", "\"../modules/queue\"");
    let said = world.queue_is_left("root", &[]).unwrap();
    assert!(said.contains("who else calls it is not known"), "{said}");
    assert!(world.is_edited_when_complete("root"));

    world.write(".git/HEAD", "");
    assert_eq!(world.queue_is_left("root", &[]), None);
}

#[test]
fn without_a_repository_nobody_can_tell_who_else_calls_a_module() {
    let world = World::new();
    fs::remove_dir_all(world.0.path().join(".git")).unwrap();
    let said = world.queue_is_left("root", &[]).unwrap();
    assert!(said.contains("who else calls it is not known"), "{said}");
    assert!(world.is_edited_when_complete("root"));
}

#[test]
fn a_call_that_is_not_initialised_keeps_its_module_as_it_is() {
    // What it makes may stand in a state, and nobody can tell that it is made here.
    let world = World::new();
    world.write("root/more.tf", &module("\"./modules/queue\""));
    for more in [&[][..], &["--states-complete"]] {
        let said = world.queue_is_left("root", more).unwrap();
        let why = "its module is called where .terraform/modules/modules.json does not have it so: root/more.tf:1";
        assert!(said.contains(why), "{said}");
        assert!(said.contains("terraform init"), "{said}");
    }

    // A call that went elsewhere since.
    let world = World::new();
    world.write("root/modules/other/main.tf", "");
    world.replace(
        "root/.terraform/modules/modules.json",
        "\"modules/queue\"",
        "\"modules/other\"",
    );
    world.write(
        "root/modules/other/main.tf",
        &fs::read_to_string(world.0.path().join("root/modules/queue/main.tf")).unwrap(),
    );
    let run = world.refine("root", &["--states-complete"]);
    assert!(!run.stdout.contains("modules/"), "{}", run.stdout);
    let why = "has another folder for module.queue than is written here";
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

#[test]
fn why_a_file_is_not_read_that_may_hold_a_backend_is_told() {
    let world = World::new();
    world.write("root/x.tf", "a = {\n");
    let run = world.refine("root", &[]);
    assert_eq!(run.exit, 2);
    let why = "error: root/x.tf:1:1: this is not HCL";
    assert!(run.stderr.contains(why), "{}", run.stderr);
    assert!(
        run.stderr.contains("this file may hold a backend"),
        "{}",
        run.stderr
    );
}

#[test]
fn one_file_of_a_module_is_not_taken_for_all_of_it() {
    let run = World::new().refine("root/main.tf", &[]);
    assert_eq!(run.exit, 2);
    let said = "root/main.tf is one file of a module";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_module_whose_call_is_gone_is_left() {
    let world = World::new();
    let text = fs::read_to_string(world.0.path().join("root/main.tf")).unwrap();
    let start = text.find("module \"").unwrap();
    let end = start + text[start..].find("\n}\n").unwrap() + 3;
    let name = text[start..].split('"').nth(1).unwrap().to_owned();
    world.write("root/main.tf", &text.replace(&text[start..end], ""));
    let said = world.queue_is_left("root", &["--states-complete"]).unwrap();
    let why = format!("no block that is read calls module.{name}");
    assert!(said.contains(&why), "{said}");
}

#[test]
fn a_root_that_may_have_several_states_is_refused_until_they_are_all_there() {
    let s3 = |more: &str| {
        format!(
            "terraform {{\n  backend \"s3\" {{\n    bucket = \"b\"\n    key    = \"k\"\n{more}  }}\n}}\n"
        )
    };
    let local =
        |path: &str| format!("terraform {{\n  backend \"local\" {{\n    {path}\n  }}\n}}\n");
    let cases: [(&str, String, &str); 11] = [
        (
            "root/b.tofu",
            local("path = \"${var.env}.tfstate\""),
            "path is computed",
        ),
        (
            "root/b.tf",
            s3("    region = var.region\n"),
            "region is computed",
        ),
        (
            "root/b.tf",
            s3("    assume_role {\n      role_arn = var.arn\n    }\n"),
            "role_arn is computed",
        ),
        (
            "root/b.tf",
            s3("    workspace_key_prefix = \"env\"\n"),
            "workspace_key_prefix: each workspace has a state of its own",
        ),
        (
            "root/b.tf",
            local("workspace_dir = \"x\""),
            "workspace_dir: each workspace",
        ),
        (
            "root/.terraform/environment",
            "prod".to_owned(),
            "workspace other than the default",
        ),
        (
            "root/prod.s3.tfbackend",
            String::new(),
            "files that complete the backend",
        ),
        (
            "root/a.tofu",
            "locals {\n  a = tofu.workspace\n}\n".to_owned(),
            "terraform.workspace",
        ),
        ("root/dev.tfstate", String::new(), "several states lie here"),
        ("env/dev.tfvars", String::new(), "files of variables"),
        ("root/env/dev.tfvars", String::new(), "files of variables"),
    ];
    for (name, text, why) in cases {
        let world = World::new();
        world.write(name, &text);
        if let Some((folder, ending)) = name.split_once("dev.") {
            assert_eq!(world.refine("root", &[]).exit, 0, "one is no reason");
            world.write(&format!("{folder}prod.{ending}"), "");
        }
        let run = world.refine("root", &[]);
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{name}");
        assert!(run.stderr.contains(why), "{name}: {}", run.stderr);
        assert!(run.stderr.contains("--states-complete"), "{}", run.stderr);
        assert!(world.is_edited_when_complete("root"), "{name}");
    }
}

#[test]
fn a_root_that_has_one_state_is_refined() {
    for (name, text) in [
        (
            "root/b.tf",
            "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key    = \"k\"\n    encrypt = true\n  }\n}\n",
        ),
        ("root/.terraform/environment", "default\n"),
        ("root/terraform.tfvars", ""),
        // These are for another root module.
        ("other/main.tf", ""),
        ("root/examples/a/main.tf", ""),
    ] {
        let world = World::new();
        world.write(name, text);
        world.write("other/dev.tfvars", "");
        if name == "other/main.tf" {
            world.write("other/prod.tfvars", "");
        }
        if name == "root/examples/a/main.tf" {
            world.write("root/examples/a/dev.tfvars", "");
            world.write("root/examples/a/prod.tfvars", "");
        }
        assert_eq!(world.queue_is_left("root", &[]), None, "{name}");
    }
}

#[test]
fn where_files_of_variables_lie_is_told() {
    let world = World::new();
    world.write("root/dev.tfvars", "");
    world.write("root/prod.tfvars", "");
    let mut command = iam_refine();
    command.current_dir(world.0.path().join("root"));
    let files = [
        "refine",
        ".",
        "../state.json",
        "../app.json",
        "../other.json",
    ];
    let run = command.args(files).run();
    assert!(
        run.stderr
            .starts_with("error: .: there are files of variables"),
        "{}",
        run.stderr
    );
}
