//! Random sources there and back: what `refine` writes and Terraform would then do is what `verify` lets pass,
//! and nothing else is.

use std::fmt::Write;
use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::accounts::arn;
use crate::merged_world::{
    Random, Statement, Written, documents, finding, made, policy, read, text, unused,
};
use crate::plan_world::configuration;
use crate::run::{Run, RunIt, folder, iam_refine};
use crate::source_uses;

/// One root module, or several that call one module, with a role for each of some documents.
struct World {
    folder: TempDir,
    documents: Vec<Written>,
    /// The document of each role.
    of: Vec<usize>,
    roots: Vec<&'static str>,
    before: String,
}

/// A policy of a root module, as it is and as it is to be.
#[derive(Clone)]
struct Changing {
    number: usize,
    before: Vec<Statement>,
    after: Vec<Statement>,
}

impl World {
    /// With a comment in one of so many statements. None where Terraform refuses the documents.
    fn new(random: &mut Random, one_kept_in: usize) -> Option<Self> {
        let documents = documents(random, one_kept_in);
        let of = (0..=random.below(2)).map(|_| random.below(documents.len()));
        let of: Vec<usize> = of.collect();
        for &document in &of {
            made(&documents, document)?;
        }
        let roots = if random.is(2) {
            vec!["root"]
        } else {
            vec!["dev", "prod"]
        };
        let mut before = text(&documents);
        for (number, document) in of.iter().enumerate() {
            write!(
                before,
                "resource \"aws_iam_role\" \"r{number}\" {{\n  name = \"${{var.name}}{number}\"\n}}\n\
                 resource \"aws_iam_role_policy\" \"p{number}\" {{\n  role = aws_iam_role.r{number}.id\n  \
                 policy = data.aws_iam_policy_document.d{document}.json\n}}\n"
            )
            .unwrap();
        }
        let world = World {
            folder: folder(),
            documents,
            of,
            roots,
            before,
        };
        world.write(&world.main(), &world.before);
        for root in &world.roots {
            let roles = (0..world.of.len()).map(|number| format!("{root}{number}"));
            for role in roles {
                let unused = unused(random);
                world.write(
                    &format!("findings/{role}.json"),
                    &finding(&role, &unused).to_string(),
                );
            }
            let state = json!({"format_version": "1.0", "values": world.state(root)});
            world.write(&format!("{root}.json"), &state.to_string());
            if world.roots.len() > 1 {
                world.write(
                    &format!("{root}/main.tf"),
                    &format!("module \"m\" {{\n  source = \"../m\"\n  name = \"{root}\"\n}}\n"),
                );
                let modules = json!({"Modules": [{"Key": "", "Source": "", "Dir": "."},
                    {"Key": "m", "Source": "../m", "Dir": "../m"}]});
                world.write(
                    &format!("{root}/.terraform/modules/modules.json"),
                    &modules.to_string(),
                );
            }
        }
        Some(world)
    }

    /// The file with all that makes something.
    fn main(&self) -> String {
        match self.roots.as_slice() {
            [only] => format!("{only}/main.tf"),
            _ => "m/main.tf".to_owned(),
        }
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// What begins the addresses of what is made.
    fn module(&self) -> &'static str {
        if self.roots.len() > 1 {
            "module.m."
        } else {
            ""
        }
    }

    fn inline(root: &str, number: usize, statements: &[Statement]) -> Value {
        json!({"name": "p", "role": format!("{root}{number}"), "policy": policy(statements)})
    }

    fn state(&self, root: &str) -> Value {
        let mut resources = Vec::new();
        for (number, &document) in self.of.iter().enumerate() {
            let live = made(&self.documents, document).unwrap();
            let name = format!("{root}{number}");
            let role = json!({"name": name, "arn": arn(&format!("role/{name}"))});
            for (kind, label, values) in [
                ("aws_iam_role", "r", role),
                (
                    "aws_iam_role_policy",
                    "p",
                    World::inline(root, number, &live),
                ),
            ] {
                let address = format!("{}{kind}.{label}{number}", self.module());
                resources.push(json!({"address": address, "mode": "managed", "type": kind,
                    "name": format!("{label}{number}"), "values": values}));
            }
        }
        if self.roots.len() > 1 {
            let module = json!({"address": "module.m", "resources": resources});
            json!({"root_module": {"resources": [], "child_modules": [module]}})
        } else {
            json!({"root_module": {"resources": resources}})
        }
    }

    fn configuration(&self) -> Value {
        let references =
            |address: &str, attribute: &str| [format!("{address}.{attribute}"), address.to_owned()];
        let taken = |numbers: &[usize]| {
            let all = numbers.iter().flat_map(|number| {
                references(&format!("data.aws_iam_policy_document.d{number}"), "json")
            });
            json!({"references": all.collect::<Vec<_>>()})
        };
        let mut blocks = Vec::new();
        for (number, document) in self.documents.iter().enumerate() {
            blocks.push(json!({"mode": "data", "type": "aws_iam_policy_document", "name": format!("d{number}"),
                "expressions": {"source_policy_documents": taken(&document.sources),
                    "override_policy_documents": taken(&document.overrides)}}));
        }
        for (number, document) in self.of.iter().enumerate() {
            let role = references(&format!("aws_iam_role.r{number}"), "id");
            blocks.push(
                json!({"mode": "managed", "type": "aws_iam_role", "name": format!("r{number}")}),
            );
            blocks.push(json!({"mode": "managed", "type": "aws_iam_role_policy", "name": format!("p{number}"),
                "expressions": {"role": {"references": role}, "policy": taken(&[*document])}}));
        }
        if self.roots.len() == 1 {
            return configuration(&blocks, &["aws"]);
        }
        let mut all = configuration(&[], &["aws"]);
        all["root_module"]["module_calls"] =
            json!({"m": {"source": "../m", "module": {"resources": blocks}}});
        all
    }

    /// The policies of a root module, as the files have them now.
    fn changing(&self) -> Vec<Changing> {
        let documents = read(&self.read(&self.main()), &self.documents);
        let policies = self.of.iter().enumerate();
        policies
            .map(|(number, &document)| Changing {
                number,
                before: made(&self.documents, document).unwrap(),
                after: made(&documents, document).unwrap(),
            })
            .collect()
    }

    fn plan(&self, root: &str, changing: &[Changing]) -> Value {
        let changes = changing.iter().map(|one| {
            let [before, after] =
                [&one.before, &one.after].map(|side| World::inline(root, one.number, side));
            let action = if before == after { "no-op" } else { "update" };
            let name = format!("p{}", one.number);
            let address = format!("{}aws_iam_role_policy.{name}", self.module());
            json!({"address": address, "mode": "managed", "type": "aws_iam_role_policy", "name": name,
                "change": {"actions": [action], "before": before, "after": after, "after_unknown": {}}})
        });
        let changes: Vec<Value> = changes.collect();
        json!({
            "format_version": "1.2", "planned_values": {}, "resource_changes": changes,
            "prior_state": {"format_version": "1.0", "values": self.state(root)},
            "configuration": self.configuration(),
        })
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = iam_refine();
        command
            .current_dir(self.folder.path())
            .args(arguments)
            .run()
    }

    fn refine(&self, options: &[&str]) -> Run {
        let states = self.roots.iter().map(|root| format!("{root}={root}.json"));
        let states: Vec<String> = states.collect();
        let mut all = vec!["refine"];
        all.extend(states.iter().map(String::as_str));
        all.extend(["findings", "--states-complete"]);
        all.extend(options);
        let run = self.run(&all);
        assert!(
            [0, 4].contains(&run.exit),
            "{}\n{}",
            self.before,
            run.stderr
        );
        run
    }

    fn verify(&self, root: &str, changing: &[Changing], options: &[&str]) -> Run {
        self.write("plan.json", &self.plan(root, changing).to_string());
        let mut all = vec!["verify", "plan.json", "findings"];
        all.extend(options);
        self.run(&all)
    }
}

/// Rejects some of what a record decides.
fn reject(random: &mut Random, record: &str) -> String {
    let mut record: Value = serde_json::from_str(record).unwrap();
    for policy in record["policies"].as_array_mut().unwrap() {
        for entry in policy["entries"].as_array_mut().unwrap() {
            if random.is(3) {
                entry["decision"] = "rejected".into();
            }
        }
    }
    record.to_string()
}

/// What is not what was written: another one of the policies each, with what was done to it.
fn mutations(random: &mut Random, changing: &[Changing]) -> Vec<(&'static str, Vec<Changing>)> {
    let mut all = Vec::new();
    let mut add = |what, at: usize, after: Vec<Statement>| {
        let mut mutated = changing.to_vec();
        mutated[at].after = after;
        if policy(&mutated[at].after) != policy(&changing[at].after) {
            all.push((what, mutated));
        }
    };
    let at = random.below(changing.len());
    let after = &changing[at].after;
    let place = random.below(after.len());
    let mut more = after.clone();
    more[place].entries.push("sqs:PurgeQueue".to_owned());
    add("one more", at, more);
    let mut less = after.clone();
    if less[place].entries.len() == 1 {
        less.remove(place);
    } else {
        less[place].entries.remove(0);
    }
    add("one less", at, less);
    let mut another = after.clone();
    let mut statement = after[place].clone();
    statement.sid = String::from("New");
    another.push(statement);
    add("another statement", at, another);
    let mut moved = after.clone();
    moved[place].resource = "arn:aws:sqs:::b";
    add("another resource", at, moved);
    add("as it was", at, changing[at].before.clone());
    all
}

#[test]
fn what_is_written_passes_with_its_record_and_nothing_else_does() {
    let (mut passed, mut refused) = (0, 0);
    for seed in 0..40 {
        let mut random = Random(seed);
        let Some(world) = World::new(&mut random, 6) else {
            continue;
        };
        world.refine(&["--record", "all.json"]);
        if !world.folder.path().join("all.json").exists() {
            continue;
        }
        let rejected = reject(&mut random, &world.read("all.json"));
        world.write("some.json", &rejected);
        let decided = ["--decisions", "some.json", "--record", "record.json"];
        let exit = world.refine(&[&["--in-place"], &decided[..]].concat()).exit;
        let changing = world.changing();
        let text = world.read(&world.main());
        for root in &world.roots {
            let run = world.verify(root, &changing, &["--decisions", "record.json"]);
            let told = || format!("{seed} {root}\n{}\n---\n{text}\n", world.before);
            assert_eq!(run.exit, 0, "{}{}{}", told(), run.stdout, run.stderr);
            passed += 1;
            for (what, mutated) in mutations(&mut random, &changing) {
                // A statement of which nothing would be left may be taken out by hand.
                if what == "one less" && exit == 4 {
                    continue;
                }
                let run = world.verify(root, &mutated, &["--decisions", "record.json"]);
                assert_eq!(
                    run.exit,
                    1,
                    "{what}: {}{}{}",
                    told(),
                    run.stdout,
                    run.stderr
                );
                refused += 1;
            }
        }
    }
    assert!(passed > 20 && refused > 50, "{passed} {refused}");
}

#[test]
fn what_is_written_of_one_root_module_passes_by_the_findings_alone() {
    let mut passed = 0;
    for seed in 1_000..1_080 {
        let mut random = Random(seed);
        let Some(world) = World::new(&mut random, usize::MAX) else {
            continue;
        };
        let needs_record = (world.refine(&[]).stderr).contains("`verify` needs a record of it");
        let run = world.refine(&["--in-place"]);
        let changing = world.changing();
        let is_changed = changing.iter().any(|one| one.before != one.after);
        if needs_record || !is_changed || run.exit != 0 {
            continue;
        }
        let verified = world.verify(world.roots[0], &changing, &[]);
        let text = world.read(&world.main());
        let told = format!("{seed}\n{}\n---\n{text}\n{}", world.before, run.stderr);
        assert_eq!(
            verified.exit, 0,
            "{told}{}{}",
            verified.stdout, verified.stderr
        );
        passed += 1;
    }
    assert!(passed > 10, "{passed}");
}

/// A plan that changes the managed policy of a world so.
fn plan_of_managed(world: &source_uses::World, after: &[&str]) -> Value {
    let mut changed = world.resources[1].clone();
    let before = changed.as_object_mut().unwrap().remove("values").unwrap();
    let mut new = before.clone();
    new["policy"] = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": after, "Resource": "*",
    }]})
    .to_string()
    .into();
    changed["change"] =
        json!({"actions": ["update"], "before": before, "after": new, "after_unknown": {}});
    let values = json!({"root_module": {"resources": world.resources}});
    json!({
        "format_version": "1.2", "planned_values": {}, "resource_changes": [changed],
        "prior_state": {"format_version": "1.0", "values": values},
        "configuration": configuration(&[], &["aws"]),
    })
}

#[test]
fn who_has_a_managed_policy_a_record_tells() {
    let world = source_uses::World::managed();
    let other = arn("role/other");
    let account = |roles: &[&str]| {
        let roles = roles.iter().map(|name| {
            json!({"RoleName": name, "Path": "/", "Arn": arn(&format!("role/{name}")), "RolePolicyList": [],
                "AttachedManagedPolicies": [{"PolicyName": "m", "PolicyArn": arn("policy/m")}]})
        });
        let roles: Vec<Value> = roles.collect();
        json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": [{
            "PolicyName": "m", "Arn": arn("policy/m"), "AttachmentCount": 2, "PermissionsBoundaryUsageCount": 0,
            "DefaultVersionId": "v1", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true,
                "Document": source_uses::live()}]}]})
    };
    world.write("account.json", &account(&["app", "other"]).to_string());
    world.write("g.json", &source_uses::finding("role/other").to_string());
    let run = world.refine(&["../account.json", "../g.json", "--record", "../record.json"]);
    assert!(run.stdout.contains("sqs:DeleteMessage"), "{}", run.stderr);
    let next = "`iam-refine verify plan.json FINDINGS... --decisions ../record.json` judge it";
    assert!(run.stderr.contains(next), "{}", run.stderr);
    let record = fs::read_to_string(world.folder.path().join("record.json")).unwrap();
    assert!(record.contains(&other), "{record}");
    let verify = |after: &[&str], options: &[&str]| {
        world.write("plan.json", &plan_of_managed(&world, after).to_string());
        let mut command = iam_refine();
        command.current_dir(world.folder.path());
        command
            .args(["verify", "plan.json", "f.json"])
            .args(options)
            .run()
    };
    let right: &[&str] = &["sqs:SendMessage"];
    let run = verify(right, &["g.json", "--decisions", "record.json"]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    // Nobody else is known without it, and who has no finding uses everything.
    assert_eq!(verify(right, &["g.json"]).exit, 1);
    let run = verify(right, &["--decisions", "record.json"]);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let why = "role other has it too and has no finding";
    assert!(run.stdout.contains(why), "{}", run.stdout);
    // A record that does not tell who has it is none.
    world.write("garbled.json", &record.replace(&other, "rle/other"));
    let run = verify(right, &["g.json", "--decisions", "garbled.json"]);
    assert_eq!(run.exit, 2, "{}{}", run.stdout, run.stderr);
    let why = "\"rle/other\" is no role, user or group";
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

#[test]
fn what_a_plan_leaves_as_it_is_is_held_against_the_record_too() {
    let world = source_uses::World::managed();
    world.refine(&["--states-complete", "--record", "../record.json"]);
    let verify = |now: &[&str], changes: Value| {
        let mut plan = plan_of_managed(&world, now);
        let after = plan["resource_changes"][0]["change"]["after"].clone();
        plan["prior_state"]["values"]["root_module"]["resources"][1]["values"] = after;
        plan["resource_changes"] = changes;
        world.write("plan.json", &plan.to_string());
        let mut command = iam_refine();
        command.current_dir(world.folder.path());
        let arguments = [
            "verify",
            "plan.json",
            "f.json",
            "--decisions",
            "record.json",
        ];
        command.args(arguments).run()
    };
    let before: &[&str] = &["sqs:SendMessage", "sqs:DeleteMessage"];
    let drifted: &[&str] = &["sqs:SendMessage", "sqs:PurgeQueue"];
    for (now, exit, told) in [
        (&["sqs:SendMessage"][..], 0, "The plan changes no policy."),
        (
            before,
            1,
            "is not changed, though the record says what becomes of it",
        ),
        (
            drifted,
            1,
            "is not changed, and is another policy than the record is about",
        ),
    ] {
        let run = verify(now, json!([]));
        assert_eq!(run.exit, exit, "{told}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains(told), "{told}: {}", run.stdout);
    }
    // One that the record does not have is not to be changed.
    let other = |actions: &[&str]| {
        json!({"name": "i", "role": "app", "policy": json!({"Statement": [
            {"Effect": "Allow", "Action": actions, "Resource": "*"}]}).to_string()})
    };
    let changed = json!([{"address": "aws_iam_role_policy.i", "mode": "managed",
        "type": "aws_iam_role_policy", "name": "i", "change": {"actions": ["update"],
            "before": other(before), "after": other(&["sqs:SendMessage"]), "after_unknown": {}}}]);
    let run = verify(&["sqs:SendMessage"], changed);
    assert_eq!(run.exit, 1, "{}", run.stdout);
    let told = "the record does not say that it changes";
    assert!(run.stdout.contains(told), "{}", run.stdout);
}

#[test]
fn a_record_does_not_answer_for_what_takes_the_policy_on_since() {
    let world = source_uses::World::managed();
    world.refine(&["--states-complete", "--record", "../record.json"]);
    let verify = |since: &[Value]| {
        let mut plan = plan_of_managed(&world, &["sqs:SendMessage"]);
        let resources = &mut plan["prior_state"]["values"]["root_module"]["resources"];
        resources.as_array_mut().unwrap().extend_from_slice(since);
        world.write("plan.json", &plan.to_string());
        let mut command = iam_refine();
        command.current_dir(world.folder.path());
        let given = [
            "verify",
            "plan.json",
            "f.json",
            "--decisions",
            "record.json",
        ];
        command.args(given).run()
    };
    let run = verify(&[]);
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    let plan = plan_of_managed(&world, &["sqs:SendMessage"]);
    let resources = plan["prior_state"]["values"]["root_module"]["resources"].clone();
    let mut arns = resources.as_array().unwrap().iter();
    let policy = arns.find(|one| one["type"] == "aws_iam_policy").unwrap()["values"]["arn"].clone();
    for (kind, values) in [
        (
            "aws_iam_user",
            json!({"name": "z", "permissions_boundary": policy}),
        ),
        (
            "aws_rolesanywhere_profile",
            json!({"name": "z", "managed_policy_arns": [policy]}),
        ),
        (
            "aws_cloudformation_stack",
            json!({"name": "z", "parameters": {"PolicyArn": policy}}),
        ),
    ] {
        let since = json!({"address": format!("{kind}.z"), "mode": "managed", "type": kind,
            "name": "z", "values": values});
        let run = verify(&[since]);
        assert_eq!(run.exit, 1, "{kind}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn it_is_said_when_a_plan_needs_a_record() {
    let needs = "`verify` needs a record of it";
    let run = source_uses::World::inline().refine(&[]);
    let next =
        "next: `terraform plan -out tfplan` has to show these changes of policies and no others";
    assert!(run.stderr.contains(next), "{}", run.stderr);
    assert!(!run.stderr.contains(needs), "{}", run.stderr);
    // What is written in place is recorded anyway: nobody could make the record afterwards.
    let run = source_uses::World::inline().refine(&["--in-place"]);
    let record = run.stderr.split("FINDINGS... --decisions ").nth(1);
    let record = record.unwrap_or_else(|| panic!("{}", run.stderr));
    let record = record.split("` judge it").next().unwrap();
    assert!(fs::read_to_string(record).unwrap().contains("\"made\""));
    let run = source_uses::World::inline().refine(&["--keep", "sqs:Delete*"]);
    assert!(!run.stderr.contains(next), "{}", run.stderr);
    let run = source_uses::World::managed().refine(source_uses::COMPLETE);
    assert!(run.stderr.contains(needs), "{}", run.stderr);
}

#[test]
fn of_two_records_of_one_policy_neither_counts_and_both_are_named() {
    let world = source_uses::World::managed();
    world.refine(&["--states-complete", "--record", "../record.json"]);
    let record = fs::read_to_string(world.folder.path().join("record.json")).unwrap();
    let mut both: Value = serde_json::from_str(&record).unwrap();
    let mut other = both["made"][0].clone();
    let address = other["address"].as_str().unwrap().to_owned();
    other["address"] = format!("{address} in prod").into();
    other["statements"][0]
        .as_object_mut()
        .unwrap()
        .remove("becomes");
    both["made"].as_array_mut().unwrap().push(other);
    world.write("both.json", &both.to_string());
    let verify = |plan: &Value, record: &str| {
        world.write("plan.json", &plan.to_string());
        let mut command = iam_refine();
        command.current_dir(world.folder.path());
        let arguments = ["verify", "plan.json", "f.json", "--decisions", record];
        command.args(arguments).run()
    };
    let mut unchanged = plan_of_managed(&world, &["sqs:SendMessage"]);
    assert_eq!(verify(&unchanged, "record.json").exit, 0);
    let said = format!(
        "{address} may be any of these of the record, which do not become the same: {address} of "
    );
    let run = verify(&unchanged, "both.json");
    assert_eq!(run.exit, 1, "{}", run.stdout);
    assert!(run.stdout.contains(&said), "{}", run.stdout);
    // Where nothing is changed it is said all the same.
    unchanged["resource_changes"] = json!([]);
    let run = verify(&unchanged, "both.json");
    assert_eq!(run.exit, 1, "{}", run.stdout);
    assert!(run.stdout.contains(&said), "{}", run.stdout);
    // Two in one file are none, and one is no finding.
    world.write("joined.json", &format!("{record}{record}"));
    let run = verify(&unchanged, "joined.json");
    assert_eq!(run.exit, 2, "{}", run.stdout);
    let said = "joined.json is no decision record: it holds several records";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let run = world.refine(&["../record.json"]);
    let said = "this is a decision record, and no finding";
    assert_eq!(run.exit, 2, "{}", run.stdout);
    assert!(run.stderr.contains(said), "{}", run.stderr);
}
