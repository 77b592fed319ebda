//! Root modules that are read together, each with its state, and share modules.

use std::fs;

use crate::run::{Run, RunIt, folder, iam_refine};
use tempfile::TempDir;

struct World(TempDir);

impl World {
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
}

/// A repository with the root modules `dev` and `prod`, which share `modules/app`: each has a role, a policy
/// of its own and one of the module.
struct TwoRoots(World);

const APP: &str = "\
resource \"aws_iam_role_policy\" \"this\" {
  name = \"app\"
  role = var.role
  policy = jsonencode({
    Statement = [{ Effect = \"Allow\", Action = [\"sqs:*\"], Resource = \"*\" }]
  })
}
";

impl TwoRoots {
    /// Both call the module by the same name.
    fn alike() -> Self {
        TwoRoots::calling("app", "app")
    }

    /// Each calls the module by a name of its own.
    fn apart() -> Self {
        TwoRoots::calling("dev", "prod")
    }

    fn calling(of_dev: &str, of_prod: &str) -> Self {
        let world = World(folder());
        world.write(".git/HEAD", "");
        world.write("modules/app/main.tf", APP);
        for (root, call) in [("dev", of_dev), ("prod", of_prod)] {
            let modules = format!(
                r#"{{"Modules":[{{"Key":"","Source":"","Dir":"."}},{{"Key":"{call}","Source":"../modules/app","Dir":"../modules/app"}}]}}"#
            );
            world.write(&format!("{root}/.terraform/modules/modules.json"), &modules);
            let main = format!(
                "resource \"aws_iam_role\" \"app\" {{\n  name = var.name\n}}\n\n\
                 resource \"aws_iam_role_policy\" \"own\" {{\n  name = \"own\"\n  role = aws_iam_role.app.id\n  \
                 policy = jsonencode({{\n    Statement = [{{ Effect = \"Allow\", Action = [\"s3:*\"], \
                 Resource = \"*\" }}]\n  }})\n}}\n\n\
                 module \"{call}\" {{\n  source = \"../modules/app\"\n  role   = aws_iam_role.app.name\n}}\n"
            );
            world.write(&format!("{root}/main.tf"), &main);
            world.write(&format!("{root}.json"), &state_of(root, call));
        }
        world.write(
            "findings/dev.json",
            &finding_of("dev", "CreateQueue", "CreateBucket"),
        );
        world.write(
            "findings/prod.json",
            &finding_of("prod", "DeleteQueue", "DeleteBucket"),
        );
        TwoRoots(world)
    }

    fn refine(&self, arguments: &[&str]) -> Run {
        let mut command = iam_refine();
        command.current_dir(self.0.0.path());
        command.arg("refine").args(arguments).arg("findings").run()
    }
}

/// A state with a role, a policy of its own that allows `s3:*`, and one of the module with `sqs:*`.
fn state_of(root: &str, call: &str) -> String {
    let policy = |name: &str, module: &str, action: &str| {
        let text = format!(
            r#"{{\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":[\"{action}\"],\"Resource\":\"*\"}}]}}"#
        );
        let called = if name == "own" { "own" } else { "app" };
        format!(
            r#"{{"address":"{module}aws_iam_role_policy.{name}","mode":"managed","type":"aws_iam_role_policy","name":"{name}",
                "values":{{"name":"{called}","role":"{root}-app","policy":"{text}"}}}}"#
        )
    };
    let module = format!("module.{call}.");
    format!(
        r#"{{"format_version":"1.0","values":{{"root_module":{{"resources":[
            {{"address":"aws_iam_role.app","mode":"managed","type":"aws_iam_role","name":"app",
              "values":{{"arn":"arn:aws:iam::123456789012:role/{root}-app","name":"{root}-app"}}}},
            {}],
            "child_modules":[{{"resources":[{}]}}]}}}}}}"#,
        policy("own", "", "s3:*"),
        policy("this", &module, "sqs:*"),
    )
}

/// That a role uses neither `PurgeQueue` nor `PutObject`, nor these.
fn finding_of(root: &str, queue: &str, bucket: &str) -> String {
    format!(
        r#"{{"id":"{root}","status":"ACTIVE","analyzedAt":"2026-10-20T00:00:00Z",
            "resource":"arn:aws:iam::123456789012:role/{root}-app","resourceType":"AWS::IAM::Role",
            "findingType":"UnusedPermission","findingDetails":[
            {{"unusedPermissionDetails":{{"serviceNamespace":"sqs","actions":[{{"action":"PurgeQueue"}},{{"action":"{queue}"}}]}}}},
            {{"unusedPermissionDetails":{{"serviceNamespace":"s3","actions":[{{"action":"PutObject"}},{{"action":"{bucket}"}}]}}}}]}}"#
    )
}

/// What a patch takes from a file and puts into it.
fn patched(patch: &str, file: &str) -> String {
    let start = patch.find(&format!("+++ b/{file}"));
    let rest = start.map_or("", |start| &patch[start + 4..]);
    rest.split("\n--- ").next().unwrap_or_default().to_owned()
}

#[test]
fn root_modules_that_share_a_module_are_read_together() {
    let world = TwoRoots::apart();
    let alone = world.refine(&["dev", "dev.json"]);
    assert_eq!(alone.exit, 0, "{}", alone.stderr);
    assert!(!alone.stdout.contains("modules/app"), "{}", alone.stdout);
    let why = "its module is called elsewhere too: prod/main.tf:13";
    assert!(alone.stderr.contains(why), "{}", alone.stderr);
    assert!(
        alone.stderr.contains("give the root modules"),
        "{}",
        alone.stderr
    );

    let both = world.refine(&["dev", "prod", "dev.json", "prod.json"]);
    assert_eq!(both.exit, 0, "{}", both.stderr);
    // What one of them uses stays in the module, and each has its own.
    let shared = patched(&both.stdout, "modules/app/main.tf");
    assert!(!shared.contains("sqs:PurgeQueue"), "{shared}");
    assert!(shared.contains("sqs:D"), "{shared}");
    assert!(shared.contains("sqs:C"), "{shared}");
    let of_dev = patched(&both.stdout, "dev/main.tf");
    assert!(
        of_dev.contains("\"s3:DeleteBucket\"") || of_dev.contains("\"s3:D"),
        "{of_dev}"
    );
    assert!(!of_dev.contains("\"s3:CreateBucket\""), "{of_dev}");
    let of_prod = patched(&both.stdout, "prod/main.tf");
    assert!(
        of_prod.contains("\"s3:CreateBucket\"") || of_prod.contains("\"s3:C"),
        "{of_prod}"
    );
    let said = "makes module.dev.aws_iam_role_policy.this in dev and module.prod.aws_iam_role_policy.this in prod, \
                of role dev-app and role prod-app";
    assert!(both.stderr.contains(said), "{}", both.stderr);

    let turned = world.refine(&["prod.json", "dev", "dev.json", "prod"]);
    assert_eq!(turned.stdout, both.stdout);
}

#[test]
fn a_folder_of_root_modules_is_none() {
    let world = TwoRoots::apart();
    let run = world.refine(&[".", "dev.json", "prod.json"]);
    assert_eq!(run.exit, 2);
    let said = "help: give the folder of the root module, in which its files lie: ./dev and ./prod";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let run = world.refine(&["dev=", "prod"]);
    assert!(run.stderr.contains("dev= names no state"), "{}", run.stderr);
    world
        .0
        .write("stack.json", r#"{"StackResourceSummaries": []}"#);
    let mut alone = iam_refine();
    alone.current_dir(world.0.0.path());
    let alone = alone
        .args(["refine", "stack.json", "findings/dev.json"])
        .run();
    for run in [world.refine(&["dev", "dev.json", "stack.json"]), alone] {
        assert_eq!(run.exit, 2, "{}", run.stderr);
        let said = "this is a stack of CloudFormation, and its template is not given";
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    // Whose policies are all passed over.
    let run = world.refine(&["modules/app", "dev.json"]);
    let said = "nothing is changed: 2 policies are passed over";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(!run.stderr.contains("proof"), "{}", run.stderr);
}

#[test]
fn a_root_module_that_is_said_to_make_nothing_is_named_or_contradicted() {
    let world = TwoRoots::apart();
    let complete = ["dev=dev.json", "prod", "--states-complete"];
    let run = world.refine(&complete);
    assert!(!run.stdout.contains("modules/app"), "{}", run.stdout);
    let said = "its module is called elsewhere too: prod/main.tf:13; and there is a finding for";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    fs::remove_file(world.0.0.path().join("findings/prod.json")).unwrap();
    let run = world.refine(&complete);
    assert!(run.stdout.contains("modules/app"), "{}", run.stderr);
    let said = "of which you say that it makes nothing: prod/main.tf:13";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn root_modules_are_given_by_whichever_paths() {
    let world = TwoRoots::apart();
    let top = fs::canonicalize(world.0.0.path()).unwrap();
    let (dev, prod) = (top.join("dev"), top.join("prod"));
    let mut command = iam_refine();
    command.current_dir(&dev).arg("refine").args([&dev, &prod]);
    let run = command
        .args(["../dev.json", "../prod.json", "../findings"])
        .run();
    let said = "../modules/app/main.tf:4 makes module.dev.aws_iam_role_policy.this in . and \
                module.prod.aws_iam_role_policy.this in ../prod";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn what_is_repeated_in_root_modules_is_told_by_its_keys() {
    let world = TwoRoots::apart();
    let repeated = |keys: &str| {
        let call = "module \"dev\" {\n";
        let each = format!("{call}  for_each = toset([{keys}])\n");
        let main = fs::read_to_string(world.0.0.path().join("dev/main.tf")).unwrap();
        let at = main.find(call).unwrap();
        let rest = main[at..].split_once("source").unwrap().1;
        let main = format!("{}{each}  source{rest}", &main[..at]);
        world.0.write("dev/main.tf", &main);
    };
    let once = "module.dev.";
    world.0.replace("dev.json", once, "module.dev[\\\"a\\\"].");
    repeated("\"a\"");
    let both = world.refine(&["dev", "prod", "dev.json", "prod.json"]);
    assert!(both.stdout.contains("modules/app"), "{}", both.stderr);
    repeated("\"a\", \"b\"");
    let both = world.refine(&["dev", "prod", "dev.json", "prod.json"]);
    assert!(!both.stdout.contains("modules/app"), "{}", both.stdout);
    let why = "no state has what aws_iam_role_policy.this of module.dev[\"b\"] in dev makes";
    assert!(both.stderr.contains(why), "{}", both.stderr);
}

#[test]
fn a_state_that_may_be_of_several_root_modules_is_refused_until_that_is_said() {
    let world = TwoRoots::alike();
    let run = world.refine(&["dev", "prod", "dev.json", "prod.json"]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("it may be of any of dev and prod"),
        "{}",
        run.stderr
    );
    let said = "say of which it is: dev=dev.json or prod=dev.json";
    assert!(run.stderr.contains(said), "{}", run.stderr);

    let said = world.refine(&["dev=dev.json", "prod=prod.json"]);
    assert_eq!(said.exit, 0, "{}", said.stderr);
    for file in ["dev/main.tf", "prod/main.tf", "modules/app/main.tf"] {
        assert!(
            !patched(&said.stdout, file).is_empty(),
            "{file}: {}",
            said.stdout
        );
    }
    // Only what dev does not use goes from the block of dev, though both have one address.
    let of_dev = patched(&said.stdout, "dev/main.tf");
    assert!(!of_dev.contains("\"s3:CreateBucket\""), "{of_dev}");
    let of_prod = patched(&said.stdout, "prod/main.tf");
    assert!(of_prod.contains("\"s3:Create*\""), "{of_prod}");
    assert!(!of_prod.contains("\"s3:DeleteBucket\""), "{of_prod}");

    let twice = world.refine(&["dev=dev.json", "dev.json", "prod=prod.json"]);
    assert_eq!(twice.exit, 2);
    assert!(
        twice.stderr.contains("dev.json is given twice"),
        "{}",
        twice.stderr
    );
    let none = world.refine(&["dev=findings/dev.json", "prod=prod.json"]);
    assert_eq!(none.exit, 2);
    assert!(
        none.stderr.contains("said to be a state, and is none"),
        "{}",
        none.stderr
    );
}

#[test]
fn a_state_of_another_root_module_is_refused() {
    let world = TwoRoots::apart();
    let other = r#"{"format_version":"1.0","values":{"root_module":{"resources":[
        {"address":"aws_iam_user.far","mode":"managed","type":"aws_iam_user","name":"far","values":{}}]}}}"#;
    world.0.write("stage.json", other);
    let run = world.refine(&["dev", "prod", "dev.json", "prod.json", "stage.json"]);
    assert_eq!(run.exit, 2, "{}", run.stdout);
    let said = "stage.json: none of its blocks is in dev and prod";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let swapped = world.refine(&["dev=prod.json", "prod=dev.json"]);
    assert_eq!(
        (swapped.exit, swapped.stdout.as_str()),
        (2, ""),
        "{}",
        swapped.stderr
    );
    let said = "prod.json: this is said to be of dev, and has the blocks of prod";
    assert!(swapped.stderr.contains(said), "{}", swapped.stderr);
}

#[test]
fn a_root_module_without_a_state_is_refused() {
    let world = TwoRoots::apart();
    let run = world.refine(&["dev", "prod", "dev.json"]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    let said = "prod: no state of this root module is given";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(
        run.stderr.contains("terraform -chdir=prod show -json"),
        "{}",
        run.stderr
    );

    // Nothing is made there, so that the finding of the other one alone counts.
    fs::remove_file(world.0.0.path().join("findings/prod.json")).unwrap();
    let run = world.refine(&["dev", "prod", "dev.json", "--states-complete"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let shared = patched(&run.stdout, "modules/app/main.tf");
    assert!(
        shared.contains("\"sqs:DeleteQueue\"") || shared.contains("\"sqs:D"),
        "{shared}"
    );
    assert!(!shared.contains("\"sqs:CreateQueue\""), "{shared}");
    assert!(run.stdout.contains("dev/main.tf"), "{}", run.stdout);
    assert!(!run.stdout.contains("prod/main.tf"), "{}", run.stdout);
}

#[test]
fn each_root_module_is_given_once_and_no_template_beside_it() {
    let world = TwoRoots::apart();
    let run = world.refine(&["dev", "./prod/../dev", "dev.json"]);
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("is given twice"), "{}", run.stderr);
    let template = "Resources:\n  A:\n    Type: AWS::IAM::Role\n";
    world.0.write("template.yaml", template);
    let run = world.refine(&["dev", "template.yaml", "dev.json"]);
    assert_eq!(run.exit, 2);
    let said = "template.yaml holds templates, and is given beside dev";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn what_is_decided_of_several_root_modules_is_done_again() {
    let world = TwoRoots::alike();
    let given = ["dev=dev.json", "prod=prod.json"];
    let first = world.refine(&[&given[..], &["--record", "record.json"]].concat());
    assert_eq!(first.exit, 0, "{}", first.stderr);
    let again = world.refine(&[&given[..], &["--decisions", "record.json"]].concat());
    assert_eq!(
        (again.exit, &again.stdout),
        (0, &first.stdout),
        "{}",
        again.stderr
    );
}

#[test]
fn a_file_that_is_named_from_the_root_module_is_left_where_there_are_several() {
    let world = TwoRoots::apart();
    let read = APP.replace(
        "jsonencode({\n    Statement = [{ Effect = \"Allow\", Action = [\"sqs:*\"], Resource = \"*\" }]\n  })",
        "file(\"app.json\")",
    );
    world.0.write("modules/app/main.tf", &read);
    let policy = r#"{"Statement":[{"Effect":"Allow","Action":["sqs:*"],"Resource":"*"}]}"#;
    world.0.write("dev/app.json", policy);
    world.0.write("prod/app.json", policy);
    let run = world.refine(&["dev", "prod", "dev.json", "prod.json"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("app.json"), "{}", run.stdout);
    let said = "the policy is in a file below the root module, and there are several of these";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn two_root_modules_do_not_make_one_role() {
    let world = TwoRoots::alike();
    world.0.write("prod.json", &state_of("dev", "app"));
    let run = world.refine(&["dev=dev.json", "prod=prod.json"]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    let said = "prod.json: this has arn:aws:iam::123456789012:role/dev-app, and so has dev.json of another root module";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn what_runs_a_root_module_with_several_states_is_asked_in_its_repository() {
    use crate::source_uses::{COMPLETE, World};
    let several = "so it may have several states";
    for (path, text, is_it) in [
        (
            "deploy.sh",
            "cd root && terraform workspace select $ENV\n",
            true,
        ),
        (
            "deploy.sh",
            "terraform -chdir=root init -backend-config=key=$ENV/k\n",
            true,
        ),
        (
            "root/Makefile",
            "apply:\n\tterraform workspace new prod\n",
            true,
        ),
        (
            ".github/workflows/x.yml",
            "working-directory: root\nenv:\n  TF_WORKSPACE: prod\n",
            true,
        ),
        (
            "atlantis.yaml",
            "projects:\n- dir: root\n  workspace: staging\n",
            true,
        ),
        (
            "deploy.sh",
            "cd other && terraform workspace select $ENV\n",
            false,
        ),
        ("deploy.sh", "cd root && terraform apply\n", false),
        ("x.yml", "root:\n  workspace: y\n", false),
        (
            "README.md",
            "cd root && terraform workspace select prod\n",
            false,
        ),
    ] {
        let world = World::inline();
        world.write(".git/HEAD", "");
        world.write(path, text);
        let run = world.refine(&[]);
        assert_eq!(
            run.stderr.contains(several),
            is_it,
            "{path}: {}",
            run.stderr
        );
        assert_eq!(run.stdout.is_empty(), is_it, "{path}: {}", run.stderr);
        world.is_edited(COMPLETE);
    }
}
