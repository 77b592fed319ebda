//! A policy in a file of its own that a program may take: scripts that go through its folder, or put its path together, and
//! what only names it.

use std::fs;

use crate::run::{Run, RunIt, iam_refine};
use crate::source_folders::{CALL, is_not_taken, is_taken, world};
use crate::source_uses::{COMPLETE, in_file};
use serde_json::json;

#[test]
fn a_file_in_a_folder_that_a_script_goes_through_stays_as_it_is() {
    let path = "policies/app.json";
    for (name, text) in [
        (
            "root/put.sh",
            "for f in policies/*.json; do aws iam put-role-policy --policy-document file://$f; done\n",
        ),
        (
            "root/put.sh",
            "aws iam put-role-policy --policy-document file://policies/$1.json\n",
        ),
        (
            "root/scripts/put.sh",
            "aws s3 sync \"$(dirname \"$0\")\"/../policies s3://b\n",
        ),
        (
            "root/Makefile",
            "put:\n\taws iam put-role-policy --policy-document file://policies/$(ROLE).json\n",
        ),
        ("root/Makefile", "DIR := policies\n"),
        (
            "root/put.py",
            "import os\nfor f in os.listdir('policies'): put(f)\n",
        ),
        (
            "root/put.py",
            "for p in Path('policies').glob('*.json'): put(p)\n",
        ),
        (
            "root/put.py",
            "text = open(f\"policies/{name}.json\").read()\n",
        ),
        ("root/Dockerfile", "FROM x\nCOPY policies/ /etc/policies/\n"),
        ("root/Dockerfile", "FROM x\nCOPY . /app\n"),
        (
            ".github/workflows/x.yml",
            "jobs:\n  x:\n    steps:\n    - run: aws s3 sync root/policies s3://b\n",
        ),
        (
            "put.sh",
            "cd root && aws iam put-role-policy --policy-document file://policies/$1.json\n",
        ),
        ("root/t.tftpl", "${file(\"policies/${n}.json\")}\n"),
        ("root/Makefile", "x:\n\tzip -r x.zip *\n"),
        ("root/Makefile", "x:\n\tcp -r ./* /x/\n"),
        (
            "root/put.sh",
            "echo put policies && aws s3 sync policies s3://b\n",
        ),
    ] {
        is_taken(path, name, text);
    }
}

#[test]
fn a_path_that_a_program_puts_together_of_names_counts_on_any_line() {
    let path = "policies/app.json";
    for (name, text) in [
        (
            "tools/x.py",
            "d = os.path.join(ROOT, \"root\", \"policies\")\nfor n in os.listdir(d): put(n)\n",
        ),
        (
            "tools/x.js",
            "const d = path.join(__dirname, '..', 'root', 'policies');\n",
        ),
        (
            "tools/x.js",
            "const d = path.resolve(\n  __dirname,\n  '..', // don't\n  'root',\n  'policies',\n);\n",
        ),
        (
            "tools/x.ts",
            "const d = path.join(__dirname, '../root', 'policies', `${name}.json`);\n",
        ),
        (
            "cmd/main.go",
            "func p(n string) string { return filepath.Join(\"root\", \"policies\", n+\".json\") }\n",
        ),
        (
            "tools/x.rb",
            "d = File.join(__dir__, \"..\", \"root\", \"policies\")\n",
        ),
        (
            "tools/X.cs",
            "var d = System.IO.Path.Combine(here, \"root\", \"policies\");\n",
        ),
        (
            "tools/x.kt",
            "val d = File(root).resolve(\"root/policies\").toString() + locate(base, \"root\", \"policies\")\n",
        ),
        ("tools/x.py", "d = HERE / \"root\" / \"policies\"\n"),
        (
            "tools/x.js",
            "const d = dir + '/root/policies/' + name + '.json';\n",
        ),
        ("tools/x.php", "$d = $dir . '/root/policies/' . $name;\n"),
        (
            "tools/x.ps1",
            "$d = Join-Path $root \"root\" \"policies\"\n",
        ),
        ("root/x.js", "const d = path.join(__dirname, 'policies');\n"),
        (
            "ansible/x.yml",
            "dir: \"{{ [base, 'root', 'policies'] | path_join }}\"\n",
        ),
        (
            "nb/x.ipynb",
            "{\"source\": [\"d = os.path.join(R, \\\"root\\\", \\\"policies\\\")\\n\"]}\n",
        ),
    ] {
        is_taken(path, name, text);
    }
    for (name, text) in [
        (
            "root/x.js",
            "call(name, 'policies'); call(a, 'old', 'policies'); f({ a: 'root', b: 'policies' });\n",
        ),
        (
            "tools/x.py",
            "d = os.path.join(ROOT, \"other\", \"policies\")\n# os.path.join(ROOT, \"root\", \"policies\")\n",
        ),
        ("tools/x.js", "fetch(API + '/policies/' + id);\n"),
    ] {
        is_not_taken(path, name, text);
    }
}

#[test]
fn a_name_at_the_end_of_a_path_that_is_put_together_is_no_other_file_of_that_name() {
    let world = world();
    world.write("app.json", "{}");
    world.write(
        "tools/x.js",
        "read(join('root', 'policies', 'app.json'));\n",
    );
    world.stays(COMPLETE, "app.json may be read elsewhere too: tools/x.js");
    world.write("tools/x.js", "read(join('mobile', 'app.json'));\n");
    world.is_edited(COMPLETE);
}

/// What is done about the file of a module that lies in `infra/iam`, beside a text somewhere in the repository.
fn below_infra(name: &str, text: &str) -> Run {
    let world = in_file(CALL, crate::source_uses::IN_FILE);
    let folder = world.folder.path();
    fs::remove_dir_all(folder.join("root")).unwrap();
    world.write(".git/HEAD", "");
    world.write("infra/iam/main.tf", &world.text);
    world.write("infra/iam/policies/app.json", crate::source_uses::IN_FILE);
    let state =
        json!({"format_version": "1.0", "values": {"root_module": {"resources": world.resources}}});
    world.write("state.json", &state.to_string());
    world.write("f.json", &world.finding.to_string());
    world.write(name, text);
    let mut command = iam_refine();
    command.current_dir(folder.join("infra/iam"));
    command.args(["refine", ".", "../../state.json", "../../f.json"]);
    command.args(COMPLETE).run()
}

#[test]
fn what_goes_through_a_folder_around_the_module_takes_the_file() {
    for (name, text, line) in [
        (
            "tools/x.py",
            "import os\nfor d, _, names in os.walk(\"infra/iam\"):\n    pass\n",
            2,
        ),
        (
            "tools/x.py",
            "for f in Path(\"infra\").rglob(\"*.json\"): put(f)\n",
            1,
        ),
        (
            "tools/x.py",
            "for f in glob.glob(\"infra/**/*.json\", recursive=True): put(f)\n",
            1,
        ),
        (
            "infra/iam/x.py",
            "for f in glob.glob(\"**/*.json\", recursive=True): put(f)\n",
            1,
        ),
        (
            "infra/iam/x.py",
            "for d, _, names in os.walk(\".\"): put(d)\n",
            1,
        ),
        ("MANIFEST.in", "recursive-include infra *.json\n", 1),
        (
            "pulumi/index.ts",
            "const a = new pulumi.asset.FileArchive('../infra/iam');\n",
            1,
        ),
        (
            "cdk/x.ts",
            "sources: [s3deploy.Source.asset('../infra')],\n",
            1,
        ),
        (
            "cdk/x.ts",
            "const a = Code.fromAsset(path.join(__dirname, '..', 'infra'));\n",
            1,
        ),
        (
            ".github/workflows/x.yml",
            "jobs:\n  s:\n    steps:\n      - run: aws s3 sync infra/ s3://b/infra/\n",
            4,
        ),
        (
            "x.sh",
            "for f in $(find infra/iam -type f); do put $f; done\n",
            1,
        ),
        ("x.sh", "tar czf x.tgz infra\n", 1),
        ("x.sh", "cp -r infra build/\n", 1),
        (
            "infra/iam/embed.go",
            "package iam\n\n//go:embed policies\nvar P embed.FS\n",
            3,
        ),
        (
            "infra/iam/embed.go",
            "//go:embed all:policies\nvar P embed.FS\n",
            1,
        ),
        (
            "infra/iam/embed.go",
            "//go:embed policies/app.json\nvar P []byte\n",
            1,
        ),
    ] {
        let run = below_infra(name, text);
        let said = format!("may be read elsewhere too: {name}:{line}");
        assert_eq!(run.stdout, "", "{name}: {text}");
        assert!(run.stderr.contains(&said), "{name}: {text}{}", run.stderr);
    }
    for (name, text) in [
        (
            "tools/x.py",
            "for f in Path(\"infra\").rglob(\"*.tf\"): put(f)\n",
        ),
        (
            "tools/x.py",
            "for d, _, names in os.walk(\"infra/network\"): put(d)\n",
        ),
        (
            "x.sh",
            "find infra -name '*.tf' -exec terraform fmt {} +\nfind infra -type d\n",
        ),
        (
            "x.sh",
            "cp -r build infra\naws s3 sync s3://b/x infra/\ntar xzf infra.tgz -C infra\n",
        ),
        (
            "x.sh",
            "terraform -chdir=infra/iam plan\nterraform fmt -recursive infra/iam\ngit add infra\n",
        ),
        (
            "package.json",
            "{ \"scripts\": { \"lint\": \"prettier --check 'infra/**/*.json'\" } }\n",
        ),
        (
            "Dockerfile",
            "FROM hashicorp/terraform\nCOPY infra /infra\n",
        ),
        ("tools/x.sh", "tar czf x.tgz .\ncp x.json ..\n"),
    ] {
        let run = below_infra(name, text);
        assert!(
            run.stdout.contains("DeleteMessage"),
            "{name}: {text}{}",
            run.stderr
        );
    }
}

#[test]
fn what_goes_down_from_where_it_lies_takes_a_file_below_that() {
    for text in [
        "for f in $(ls **/*.json); do put $f; done\n",
        "cat **/*.json | put\n",
        "cat ./**/*.json | put\n",
        "for f in **/app.json; do put $f; done\n",
    ] {
        for folder in ["root/policies/apps", "root/policies", "root"] {
            is_taken("policies/apps/app.json", &format!("{folder}/x.sh"), text);
        }
    }
    let text = "for f in $(ls **/*.json); do put $f; done\n";
    is_not_taken("policies/apps/app.json", "root/other/x.sh", text);
    is_not_taken("policies/apps/app.json", "x.sh", text);
    for text in [
        "glob.glob(\"**/*.json\", recursive=True)\n",
        "Path(__file__).parent.glob(\"**/*.json\")\n",
        "open(glob(\"**/*.json\")[0])\n",
    ] {
        is_taken("policies/app.json", "root/policies/x.py", text);
    }
    is_not_taken(
        "policies/app.json",
        "root/policies/x.py",
        "glob.glob(\"**/*.tf\")\n",
    );
    // A folder around the module.
    let run = below_infra("infra/x.py", "glob.glob(\"**/*.json\", recursive=True)\n");
    let said = "app.json may be read elsewhere too: infra/x.py:1";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    // The name of a folder is that of one wherever the script lies.
    for text in [
        "ls **/policies | xargs put\n",
        "cat **/policies/*.json | put\n",
    ] {
        for folder in ["root/policies", "root", "tools"] {
            is_taken("policies/app.json", &format!("{folder}/x.sh"), text);
        }
    }
    is_not_taken("policies/app.json", "root/x.sh", "ls **/own-policies\n");
    is_not_taken(
        "policies/app.json",
        "root/x.json",
        "{\"x\": \"**/policies\"}\n",
    );
    // Without a slash it is a part of a name.
    is_taken(
        "policies/app.json",
        "root/x.py",
        "for f in glob.glob(\"**policies\"):\n  put(f)\n",
    );
}

#[test]
fn an_address_names_no_file_of_the_repository() {
    for (name, text) in [
        (
            "root/x.tf",
            "output \"d\" {\n  value = \"https://wiki.example.com/policies/app.json\"\n}\n",
        ),
        (
            "root/x.tf",
            "output \"d\" {\n  value = \"https://${var.host}/policies/app.json\"\n}\n",
        ),
        (
            "root/x.tf",
            "output \"d\" {\n  value = \"arn:aws:s3:::bucket/policies/app.json\"\n}\n",
        ),
        (
            "root/x.tf",
            "resource \"aws_s3_object\" \"o\" {\n  bucket  = \"b\"\n  key     = \"policies/app.json\"\n  content = \"{}\"\n}\n",
        ),
        (
            "web/x.js",
            "fetch('https://api.example.com/policies/app.json')\n",
        ),
        ("cfn/t.yaml", "Location: s3://artifacts/policies/app.json\n"),
    ] {
        is_not_taken("policies/app.json", name, text);
    }
    for (name, text) in [
        ("web/x.js", "fetch('/policies/app.json')\n"),
        (
            "x.sh",
            "put --policy-document file://root/policies/app.json\n",
        ),
        (
            "x.sh",
            "curl https://raw.githubusercontent.com/o/r/main/root/policies/app.json | put\n",
        ),
        ("x.sh", "curl -d @root/policies/app.json https://x/y\n"),
        ("x.sh", "curl https://x/?file=root/policies/app.json\n"),
        (
            "test/x.py",
            "get(\"http://127.0.0.1:8000/policies/app.json\")\n",
        ),
        (
            "x.sh",
            "curl https://bitbucket.org/o/r/src/main/policies/app.json | put\n",
        ),
        // Who has the module's folder in an address has not met it by chance.
        (
            "x.sh",
            "curl http://localhost:8000/root/policies/app.json\n",
        ),
        (
            "cfn/t.yaml",
            "Location: s3://artifacts/root/policies/app.json\n",
        ),
        (
            "root/x.tf",
            "data \"http\" \"p\" {\n  url = \"https://scm.example.com/x/-/root/policies/app.json?ref=main\"\n}\n",
        ),
        // What a colon divides from another ARN.
        (
            "x.sh",
            "put arn:aws:iam::123456789012:role/app:policies/app.json\n",
        ),
        ("roles.csv", "arn:aws:s3:::bucket:root/policies/app.json\n"),
        ("roles.cfg", "arn:aws:iam::123456789012:role/app:app.json\n"),
        (
            "root/x.tf",
            "resource \"aws_s3_object\" \"o\" {\n  bucket  = \"b\"\n  key     = fileexists(\"policies/app.json\") ? file(\"policies/app.json\") : \"x\"\n  content = \"{}\"\n}\n",
        ),
        (
            "root/x.tf",
            "resource \"aws_s3_object\" \"o\" {\n  bucket = \"b\"\n  key    = \"x\"\n  source = \"policies/app.json\"\n}\n",
        ),
    ] {
        is_taken("policies/app.json", name, text);
    }
}

#[test]
fn what_only_tells_a_tool_which_files_there_are_takes_none() {
    let path = "policies/app.json";
    for (name, text) in [
        (".gitattributes", "root/policies/*.json text eol=lf\n"),
        (
            "sonar-project.properties",
            "sonar.exclusions=root/policies/**\n",
        ),
        ("cspell.json", "{\"ignorePaths\": [\"root/policies/**\"]}\n"),
        (
            ".vscode/settings.json",
            "{\"json.schemas\": [{\"fileMatch\": [\"root/policies/*.json\"]}]}\n",
        ),
        (".mergify.yml", "- files~=^root/policies/\n"),
        (".checkov.yaml", "skip-path:\n  - root/policies\n"),
        (
            "atlantis.yaml",
            "projects:\n  - dir: x\n    autoplan:\n      when_modified: [\"*.tf\", \"../root/policies/*.json\"]\n",
        ),
        (
            ".github/workflows/x.yml",
            "steps:\n  - uses: dorny/paths-filter@v3\n    with:\n      filters: |\n        iam: ['root/policies/**']\n  \
             - run: parliament --directory root/policies\n",
        ),
        (
            "docs/index.html",
            "<a href='https://github.com/x/y/blob/main/root/policies/app.json'>policy</a>\n",
        ),
        (
            ".gitlab-ci.yml",
            "x:\n  rules:\n    - changes:\n        - root/policies/**\n",
        ),
        ("docs/x.mdx", "See root/policies/app.json\n"),
        ("x.sh", "checkov -f root/policies/app.json\n"),
        ("Makefile", "check:\n\tcheckov -f root/policies/app.json\n"),
        (
            "tools/x",
            "#!/bin/bash -e\nparliament --file root/policies/app.json\n",
        ),
        (
            "nb/x.ipynb",
            "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": [\"see root/policies/app.json\"]}]}\n",
        ),
    ] {
        is_not_taken(path, name, text);
    }
    for (name, text) in [
        (
            ".gitlab-ci.yml",
            "x:\n  rules:\n    - changes:\n      - root/policies/**\n    - exists: root/policies/*\n",
        ),
        (
            ".vscode/tasks.json",
            "{\"command\": \"put root/policies/*.json\"}\n",
        ),
        (
            ".github/workflows/x.yml",
            "steps:\n  - run: parliament --directory root/policies && for f in root/policies/*; do put $f; done\n",
        ),
        (
            ".github/workflows/x.yml",
            "with:\n  filters: root/policies/**\n",
        ),
        (
            ".github/workflows/x.yml",
            "# uses: paths-filter\nwith:\n  filters: root/policies/**\n",
        ),
        (
            "x.py",
            "parliament .put(open(\"root/policies/app.json\"))\n",
        ),
        (
            "tools/x",
            "#!/usr/bin/env python3\ntrivy .put(\"root/policies/app.json\")\n",
        ),
        ("x.yml", "trivy root/policies/app.json: put\n"),
        (
            "docs/index.html",
            "<SCRIPT>load('../root/policies/app.json')</SCRIPT>\n",
        ),
        (
            "docs/index.html",
            "<button onclick=\"put('../root/policies/app.json')\">x</button>\n",
        ),
        ("x.html", "{% include \"root/policies/app.json\" %}\n"),
        (
            "x.html",
            "<!--#include file=\"root/policies/app.json\" -->\n",
        ),
        ("x.html", "<div hx-get=\"root/policies/app.json\"></div>\n"),
        (
            "x.HTML",
            "@Html.Raw(File.ReadAllText(\"root/policies/app.json\"))\n",
        ),
        ("root/x.html", "${file(\"policies/app.json\")}\n"),
        (
            "docs/index.html",
            "<script>fetch('../root/policies/app.json')</script>\n",
        ),
        (
            "nb/x.ipynb",
            "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"open('root/policies/app.json')\"]}]}\n",
        ),
    ] {
        is_taken(path, name, text);
    }
}

#[test]
fn a_script_that_is_about_something_else_takes_nothing() {
    let path = "policies/app.json";
    for (name, text) in [
        (
            "root/put.sh",
            "# goes through policies/\necho \"policies/*.json are made\"\naws iam list-policies\n",
        ),
        (
            "root/put.sh",
            "terraform fmt .\ngit add .\ncd . && ls policies-old src/policies\njq . x.json\n",
        ),
        (
            "root/put.sh",
            "for policies in $X; do :; done\ncp s3://b/policies/x https://x/policies/x .x\n",
        ),
        (
            "root/put.py",
            "policies = open(x)\nfor p in policies: print(p[\"policies\"])\n",
        ),
        (
            "root/x.json",
            "{ \"policies\": [\"*.json\", \"arn:aws:s3:::policies/*\"] }\n",
        ),
        (
            "put.sh",
            "for f in policies/*.json; do aws iam put-role-policy --policy-document file://$f; done\n",
        ),
        ("Dockerfile", "FROM x\nCOPY . /app\n"),
        (
            ".github/workflows/x.yml",
            "on:\n  push:\n    paths:\n      - root/policies/**\n      - root/**\njobs:\n  x:\n    steps:\n    \
          - name: for root policies\n      working-directory: root\n      run: terraform plan\n",
        ),
        (".github/dependabot.yml", "directory: /root/policies\n"),
        (
            ".pre-commit-config.yaml",
            "exclude: root/policies/app.json\n",
        ),
        (
            ".github/workflows/x.yml",
            "defaults:\n  run:\n    working-directory: ./${{ matrix.root }}\n",
        ),
        (
            "root/put.sh",
            "cp -a x x.$(date +\"%y%m%d\") | sed 's/^ *//'\ncp ./$x/*/$y z/policies/$x.json\n",
        ),
        (
            "other/main.tf",
            "module \"m\" {\n  source = \"x\"\n  name   = \"root\"\n  b      = \"policies\"\n}\n",
        ),
        (
            "package.json",
            "{ \"scripts\": { \"format\": \"prettier --write '**/*.json'\" } }\n",
        ),
        (
            "other/main.tf",
            "locals {\n  f = \"${path.module}/policies\"\n}\nmodule \"root\" {\n  source = \"../x/policies\"\n}\n",
        ),
        (
            "root/Makefile",
            "x:\n\tdocker run -v $(PWD):/tf checkov -d .\n",
        ),
    ] {
        is_not_taken(path, name, text);
    }
}

#[test]
fn a_file_that_is_named_outside_of_terraform_stays_though_the_states_are_complete() {
    for (name, text) in [
        (
            ".github/workflows/x.yml",
            "- run: aws iam put-role-policy --policy-document file://root/policies/app.json\n",
        ),
        (
            "put.sh",
            "cd root/policies\naws iam put-role-policy --policy-document file://app.json\n",
        ),
        (
            "ansible/x.yml",
            "- iam_role:\n    policy: \"{{ lookup('file', '../root/policies/app.json') }}\"\n",
        ),
        (
            "cdk/x.ts",
            "fs.readFileSync('../root/policies/app.json');\n",
        ),
        (
            "cdk/y.ts",
            "name: 'zed', document: readFileSync('../root/policies/app.json'),\n",
        ),
        ("x.yml", "- name: root/policies/app.json\n  role: zed\n"),
        (
            "put.sh",
            "echo put && put --policy-document file://root/policies/app.json # \"x\"\n",
        ),
    ] {
        let world = world();
        world.write(name, text);
        world.stays(
            COMPLETE,
            &format!("app.json may be read elsewhere too: {name}"),
        );
    }
    // What only writes of it, or names another file that is there, is nothing to it.
    let world = world();
    world.write(
        "README.md",
        "`${path.module}` has the file root/policies/app.json\n",
    );
    world.write("refined.patch", "--- a/root/policies/app.json\n");
    world.write(
        "put.sh",
        "# root/policies/app.json\nput prod/policies/app.json\n",
    );
    world.write("prod/policies/app.json", "{}");
    world.write(
        "prod/main.tf",
        "locals {\n  p = file(\"${path.module}/policies/app.json\")\n}\n",
    );
    world.is_edited(COMPLETE);
    world.is_edited(&[]);
}

#[test]
fn a_file_beside_a_script_that_takes_one_by_a_computed_name_stays_as_it_is() {
    for (name, text) in [
        (
            "root/put.sh",
            "aws iam put-role-policy --policy-document file://$1.json\n",
        ),
        (
            "root/put.sh",
            "aws iam put-role-policy --policy-document file://ap${1}.json\n",
        ),
        (
            "root/Makefile",
            "x:\n\taws iam put-role-policy --policy-document file://$(ROLE).json\n",
        ),
        ("root/put.py", "text = open(f\"{sys.argv[1]}.json\")\n"),
    ] {
        is_taken("app.json", name, text);
    }
    for (name, text) in [
        (
            "root/put.sh",
            "aws iam put-role-policy --policy-document file://$1\n",
        ),
        (
            "root/put.sh",
            "aws iam put-role-policy --policy-document file://$(dirname \"$0\")/$1.json\n",
        ),
        (
            ".github/workflows/x.yml",
            "jobs:\n  a:\n    working-directory: root\n    run: aws iam put-role-policy --policy-document file://${{ x }}.json\n",
        ),
    ] {
        is_taken("app.json", name, text);
    }
    for (name, text) in [
        ("root/put.sh", "jq . $1.yaml > $OUT.txt\n"),
        ("root/put.sh", "aws lambda invoke --payload file://$1\n"),
        ("root/put.sh", "mv $(dirname \"$0\")/$1.yaml /tmp/x\n"),
        (
            ".github/workflows/x.yml",
            "run: aws iam put-role-policy --policy-document file://${{ x }}.json\n",
        ),
    ] {
        is_not_taken("app.json", name, text);
    }
}
