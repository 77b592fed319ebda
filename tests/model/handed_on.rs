//! The ARN of a policy that is handed on in random forms, by local values, modules, data and resources, to what is run
//! or deployed. Of none of it can be told what it comes to. Wherever it goes to, the policy stays; one that goes nowhere is
//! edited.

use std::fmt::Write as _;
use std::rc::Rc;

use iam_refine::sources::Matched;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::ahead::{Dice, matched, state_of};

/// What an expression comes to, in which the ARN is.
#[derive(Clone, PartialEq)]
enum Is {
    Text,
    List(Rc<Is>),
    /// A set of texts.
    Set,
    Map(Rc<Is>),
    /// An object, with it in `arn`.
    Object(Rc<Is>),
    /// A map of which it is a key.
    Keyed,
}

use Is::{Keyed, Map, Object, Set, Text};

/// So many policies are in one world.
const MANY: usize = 8;

#[derive(Default)]
struct World {
    text: String,
    locals: String,
    modules: Vec<String>,
    resources: Vec<(String, Value)>,
    /// How each ARN is handed on.
    ways: Vec<String>,
}

struct Writing<'w> {
    dice: Dice,
    world: &'w mut World,
    policy: usize,
    made: usize,
}

fn list(of: &Is) -> Is {
    Is::List(Rc::new(of.clone()))
}

fn map(of: &Is) -> Is {
    Map(Rc::new(of.clone()))
}

fn object(of: &Is) -> Is {
    Object(Rc::new(of.clone()))
}

/// The forms that something may be put in, each with what it comes to.
fn forms(e: &str, is: &Is) -> Vec<(String, Is)> {
    let same = |text: String| (text, is.clone());
    let mut forms = vec![
        (format!("{{ k = {e} }}"), map(is)),
        (format!("{{ arn = {e}, n = \"k\" }}"), object(is)),
        same(format!("(var.b ? {e} : null)")),
        same(format!("try({e}, null)")),
        same(format!("coalesce(null, {e})")),
        (format!("[{e}]"), list(is)),
        (format!("concat([{e}], var.l)"), list(is)),
        (format!("merge({{ k = {e} }}, var.t)"), map(is)),
        same(format!("{{ a = {{ arn = {e} }} }}[\"a\"].arn")),
        same(format!("jsondecode(jsonencode({e}))")),
        same(format!("[{e}, {e}][var.i]")),
        same(format!("{{ k = {e} }}[var.k]")),
        (format!("zipmap([\"k\"], [{e}])"), map(is)),
        (format!("[for q in [\"a\"] : {e}]"), list(is)),
        (format!("{{ for q in [\"k\"] : q => {e} }}"), map(is)),
        (
            format!("{{ for q in [\"k\"] : q => {e}... }}"),
            map(&list(is)),
        ),
        same(format!("tolist(setproduct([{e}], [\"a\"]))[0][0]")),
        (format!("tomap({{ k = {e} }})"), map(is)),
    ];
    forms.extend(match is {
        Text => vec![
            same(format!("\"${{{e}}}\"")),
            same(format!("\"x ${{{e}}}\"")),
            same(format!("join(\",\", [{e}])")),
            same(format!("format(\"%s\", {e})")),
            (format!("{{ ({e}) = var.s }}"), Keyed),
            (format!("toset([{e}])"), Set),
        ],
        Set => vec![
            (format!("tolist({e})"), list(&Text)),
            (format!("[for v in {e} : v]"), list(&Text)),
            (format!("[for k, v in {e} : k]"), list(&Text)),
            (format!("{{ for v in {e} : v => var.s }}"), Keyed),
            (format!("one({e})"), Text),
            same(format!("setunion({e}, var.l)")),
            same(format!("setsubtract({e}, var.l)")),
        ],
        Is::List(of) => of_list(e, is, of),
        Map(of) => of_map(e, is, of),
        Object(of) => vec![
            (format!("({e}).arn"), (**of).clone()),
            (format!("({e})[\"arn\"]"), (**of).clone()),
            same(format!("merge({e}, {{ z = var.s }})")),
            same(format!("merge({e}, var.t)")),
            (format!("({e})[*].arn"), list(of)),
            (format!("[for q in ({e})[*] : q.arn]"), list(of)),
            same(format!("{{ n = \"k\", arn = ({e}).arn }}")),
        ],
        Keyed => vec![
            (format!("keys({e})"), list(&Text)),
            (format!("[for k, v in {e} : k]"), list(&Text)),
            same(format!("merge({e}, var.t)")),
            same(format!("{{ for k, v in {e} : k => v }}")),
            (format!("toset(keys({e}))"), Set),
        ],
    });
    forms
}

fn of_list(e: &str, is: &Is, of: &Rc<Is>) -> Vec<(String, Is)> {
    let same = |text: String| (text, is.clone());
    let one = |text: String| (text, (**of).clone());
    let mut forms = vec![
        same(format!("tolist({e})")),
        same(format!("distinct({e})")),
        same(format!("reverse({e})")),
        same(format!("concat({e}, var.l)")),
        same(format!("concat([{e}]...)")),
        same(format!("coalescelist(var.l, {e})")),
        same(format!("[for v in {e} : v if var.b]")),
        (format!("{{ for i, v in {e} : \"k\" => v }}"), map(of)),
        (
            format!("{{ for v in {e} : \"k\" => v... }}"),
            map(&list(of)),
        ),
        (format!("chunklist({e}, 1)"), list(&list(of))),
        one(format!("one({e})")),
        one(format!("element({e}, 0)")),
        one(format!("({e})[0]")),
        one(format!("({e})[var.i]")),
        same(format!("slice({e}, 0, 1)")),
    ];
    forms.extend(match &**of {
        Text => vec![
            (format!("toset({e})"), Set),
            same(format!("sort({e})")),
            same(format!("compact({e})")),
            same(format!("flatten([{e}, var.l])")),
            (format!("setunion({e}, var.l)"), Set),
            (format!("{{ for v in {e} : v => var.s }}"), Keyed),
        ],
        Is::List(inner) => vec![
            (format!("flatten({e})"), list(inner)),
            (format!("concat({e}...)"), list(inner)),
        ],
        Map(_) => vec![
            one(format!("merge({e}...)")),
            one(format!("merge([for v in {e} : v]...)")),
        ],
        Object(inner) => vec![
            (format!("({e})[*].arn"), list(inner)),
            (format!("({e}).*.arn"), list(inner)),
            (format!("[for v in {e} : v.arn]"), list(inner)),
            (format!("{{ for v in {e} : v.n => v.arn }}"), map(inner)),
            (format!("{{ for v in {e} : v.n => v }}"), map(of)),
        ],
        Set | Keyed => Vec::new(),
    });
    forms
}

fn of_map(e: &str, is: &Is, of: &Rc<Is>) -> Vec<(String, Is)> {
    let same = |text: String| (text, is.clone());
    let one = |text: String| (text, (**of).clone());
    let mut forms = vec![
        same(format!("merge({e}, var.t)")),
        same(format!("merge(var.t, {e})")),
        same(format!("merge([{e}, var.t]...)")),
        (format!("values({e})"), list(of)),
        (format!("[for k, v in {e} : v]"), list(of)),
        same(format!("{{ for k, v in {e} : k => v if var.b }}")),
        same(format!("{{ for k in keys({e}) : k => ({e})[k] }}")),
        one(format!("({e})[\"k\"]")),
        one(format!("({e}).k")),
        one(format!("({e})[var.k]")),
        one(format!("lookup({e}, \"k\", null)")),
        one(format!("lookup({e}, var.k, null)")),
    ];
    forms.extend(match &**of {
        Is::List(inner) => vec![
            (format!("flatten(values({e}))"), list(inner)),
            (format!("concat(values({e})...)"), list(inner)),
            (
                format!("flatten([for k, v in {e} : [for w in v : w]])"),
                list(inner),
            ),
        ],
        Map(_) => vec![one(format!("merge(values({e})...)"))],
        Object(inner) => vec![
            (format!("values({e})[*].arn"), list(inner)),
            (format!("{{ for k, v in {e} : k => v.arn }}"), map(inner)),
        ],
        Text | Set | Keyed => Vec::new(),
    });
    forms
}

/// How deep something is in something else.
fn depth(is: &Is) -> usize {
    match is {
        Text | Set | Keyed => 1,
        Is::List(of) | Map(of) | Object(of) => 1 + depth(of),
    }
}

impl Writing<'_> {
    fn name(&mut self) -> String {
        self.made += 1;
        format!("p{}x{}", self.policy, self.made)
    }

    fn local(&mut self, value: &str) -> String {
        let name = self.name();
        let _ = writeln!(self.world.locals, "  {name} = {value}");
        format!("local.{name}")
    }

    /// The expression in one more form.
    fn next(&mut self, e: &str, is: &Is) -> (String, Is) {
        let mut forms = forms(e, is);
        // What is flattened is all that is in it.
        forms
            .retain(|(text, is)| depth(is) <= 4 && !(text.starts_with("flatten") && depth(is) > 3));
        let (text, is) = forms.swap_remove(self.dice.below(forms.len()));
        let text = if self.dice.is(60) {
            self.local(&text)
        } else {
            text
        };
        if self.dice.is(25) {
            return self.carried(&text, is);
        }
        (text, is)
    }

    /// The same by way of something that has it.
    fn carried(&mut self, e: &str, is: Is) -> (String, Is) {
        let name = self.name();
        let mut call = |module: &str, arguments: &str| {
            let _ = writeln!(
                self.world.text,
                "module \"{name}\" {{\n  source = \"./{module}\"\n{arguments}}}"
            );
            self.world.modules.push(format!("{name} {module}"));
        };
        let own = &self.dice.below(10);
        match own {
            0 => {
                call("id", &format!("  x = {e}\n"));
                (format!("module.{name}.y"), is)
            }
            1 => {
                call("id", &format!("  for_each = toset([\"k\"])\n  x = {e}\n"));
                (format!("values(module.{name})[*].y"), list(&is))
            }
            2 => {
                call("id", &format!("  count = var.b ? 1 : 0\n  x = {e}\n"));
                (format!("one(module.{name}[*].y)"), is)
            }
            3 => {
                call(
                    "id",
                    &format!("  for_each = {{ k = {e} }}\n  x = each.value\n"),
                );
                (format!("module.{name}[\"k\"].y"), is)
            }
            4 if is == Text => {
                call("set", &format!("  x = [{e}]\n"));
                (format!("module.{name}.y"), list(&Text))
            }
            5 => {
                call("maybe", &format!("  x = {{ arn = {e} }}\n"));
                (format!("module.{name}.y"), is)
            }
            6 => {
                self.resource("terraform_data", &name, &format!("  input = {e}\n"));
                (format!("terraform_data.{name}.output"), is)
            }
            7 if is == Text => {
                let _ = writeln!(
                    self.world.text,
                    "data \"null_data_source\" \"{name}\" {{\n  inputs = {{ a = {e} }}\n}}"
                );
                (format!("data.null_data_source.{name}.outputs[\"a\"]"), is)
            }
            8 if is == Text => {
                let _ = writeln!(
                    self.world.text,
                    "data \"template_file\" \"{name}\" {{\n  template = \"$${{a}}\"\n  vars = {{ a = {e} }}\n}}"
                );
                (format!("data.template_file.{name}.rendered"), is)
            }
            _ => {
                self.resource(
                    "terraform_data",
                    &name,
                    &format!("  for_each = {{ k = {e} }}\n  input = each.value\n"),
                );
                (format!("values(terraform_data.{name})[0].output"), is)
            }
        }
    }

    fn resource(&mut self, kind: &str, name: &str, arguments: &str) {
        let _ = writeln!(
            self.world.text,
            "resource \"{kind}\" \"{name}\" {{\n{arguments}}}"
        );
    }

    /// What is run or deployed with it.
    fn deployed(&mut self, e: &str) {
        const STACK: &str = "aws_cloudformation_stack";
        let name = self.name();
        let (kind, arguments) = match self.dice.below(10) {
            0 => (
                STACK,
                format!("  for_each = {{ k = {e} }}\n  template_body = jsonencode(each.value)\n"),
            ),
            1 => (
                STACK,
                format!("  count = 2\n  template_body = jsonencode([{e}, {e}][count.index])\n"),
            ),
            2 => (
                STACK,
                format!(
                    "  dynamic \"q\" {{\n    for_each = var.l\n    content {{\n      x = q.value\n    }}\n  }}\n  dynamic \"q\" \
                     {{\n    for_each = [{e}]\n    content {{\n      x = jsonencode(q.value)\n    }}\n  }}\n"
                ),
            ),
            3 => (
                STACK,
                format!(
                    "  template_body = <<-EOT\n    %{{ for q in [{e}] ~}}\n    a: ${{jsonencode(q)}}\n    %{{ endfor ~}}\n  EOT\n"
                ),
            ),
            4 => (STACK, format!("  parameters = {{ P = jsonencode({e}) }}\n")),
            5 => (
                STACK,
                format!("  template_body = templatefile(\"t.tpl\", {{ a = jsonencode({e}) }})\n"),
            ),
            6 => (
                "null_resource",
                format!(
                    "  provisioner \"local-exec\" {{\n    command = \"run '${{jsonencode({e})}}'\"\n  }}\n"
                ),
            ),
            7 => (
                "helm_release",
                format!("  values = [yamlencode({{ a = {e} }})]\n"),
            ),
            _ => (
                STACK,
                format!("  template_body = jsonencode({{ a = {e} }})\n"),
            ),
        };
        self.resource(kind, &name, &arguments);
        self.world.ways.push(format!("{kind} {arguments}"));
    }
}

impl World {
    fn of(seed: u64) -> Self {
        let mut world = World::default();
        for policy in 0..MANY {
            let mut writing = Writing {
                dice: Dice::of(seed.wrapping_mul(31).wrapping_add(policy as u64)),
                world: &mut world,
                policy,
                made: 0,
            };
            let arn = format!("aws_iam_policy.m{policy}.arn");
            let mut handed = (writing.local(&format!("var.b ? {arn} : var.s")), Text);
            for _ in 0..2 + writing.dice.below(5) {
                handed = writing.next(&handed.0, &handed.1);
            }
            writing.deployed(&handed.0);
            world.make(policy);
        }
        world.make(MANY);
        let arn = "arn:aws:iam::123456789012:role/app";
        world.block(
            "aws_iam_role",
            "app",
            "  name = \"app\"\n",
            &json!({"name": "app", "arn": arn}),
        );
        for name in ["b", "s", "l", "t", "i", "k"] {
            let _ = writeln!(world.text, "variable \"{name}\" {{}}");
        }
        world
    }

    /// The policy itself, which one role has.
    fn make(&mut self, policy: usize) {
        let name = format!("m{policy}");
        let arn = format!("arn:aws:iam::123456789012:policy/{name}q");
        self.block(
            "aws_iam_role_policy_attachment",
            &name,
            &format!("  role = \"app\"\n  policy_arn = aws_iam_policy.{name}.arn\n"),
            &json!({"role": "app", "policy_arn": arn}),
        );
        let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Action": ["sqs:SendMessage", "sqs:DeleteMessage"], "Resource": "*"}]});
        self.block(
            "aws_iam_policy",
            &name,
            &format!("  name = \"{name}q\"\n  policy = jsonencode({document})\n"),
            &json!({"name": format!("{name}q"), "policy": document.to_string(), "arn": arn}),
        );
    }

    /// A block that is applied.
    fn block(&mut self, kind: &str, name: &str, arguments: &str, values: &Value) {
        let _ = writeln!(
            self.text,
            "resource \"{kind}\" \"{name}\" {{\n{arguments}}}"
        );
        let resource = json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind,
            "name": name, "values": values});
        self.resources.push((String::new(), resource));
    }

    fn judged(&self) -> Matched {
        const ID: &str = "variable \"x\" {}\noutput \"y\" {\n  value = var.x\n}\n";
        const SET: &str = "variable \"x\" {\n  type = set(string)\n}\noutput \"y\" {\n  value = [for k in var.x : k]\n}\n";
        const MAYBE: &str = "variable \"x\" {\n  type = object({ arn = any })\n  default = null\n}\noutput \"y\" {\n  \
                             value = one(var.x[*].arn)\n}\n";
        let called = self.modules.iter().map(|called| {
            let (name, module) = called.split_once(' ').unwrap();
            json!({"Key": name, "Source": format!("./{module}"), "Dir": module})
        });
        let own = std::iter::once(json!({"Key": "", "Source": "", "Dir": "."}));
        let modules = json!({"Modules": own.chain(called).collect::<Vec<_>>()});
        let text = format!("locals {{\n{}}}\n{}", self.locals, self.text);
        let files = [
            ("main.tf", text.as_str()),
            ("id/main.tf", ID),
            ("set/main.tf", SET),
            ("maybe/main.tf", MAYBE),
            ("t.tpl", "a: ${a}\n"),
            (".terraform/modules/modules.json", &modules.to_string()),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
        matched(&files, &state_of(self.resources.clone()))
    }

    /// The policies that are edited all the same, with the way of each.
    fn missed(&self) -> Vec<String> {
        let matched = self.judged();
        let edited = matched.policies.iter().flat_map(|policy| &policy.makes);
        let edited: Vec<String> = edited.map(|&policy| matched.name(policy)).collect();
        let (nowhere, missed): (Vec<String>, Vec<String>) = edited
            .into_iter()
            .partition(|name| *name == format!("aws_iam_policy.m{MANY}"));
        assert_eq!(nowhere.len(), 1, "{}", self.text);
        let missed = missed.into_iter().map(|name| {
            let policy: usize = name.trim_start_matches("aws_iam_policy.m").parse().unwrap();
            let of_it = format!("p{policy}x");
            let lines = self.locals.lines().chain(self.text.lines());
            let lines: Vec<&str> = lines.filter(|line| line.contains(&of_it)).collect();
            format!("{name}: {}\n{}", self.ways[policy], lines.join("\n"))
        });
        missed.collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn a_policy_whose_arn_goes_to_what_is_deployed_stays_however_it_gets_there(seed in any::<u64>()) {
        let missed = World::of(seed).missed();
        prop_assert!(missed.is_empty(), "{}", missed.join("\n\n"));
    }
}

/// As many worlds as `HANDED_ON` says, from the first seed on.
#[test]
#[ignore = "it takes long: HANDED_ON=2000 cargo test --test model handed_on -- --ignored"]
fn in_very_many_worlds() {
    let count: u64 = std::env::var("HANDED_ON").map_or(2_000, |count| count.parse().unwrap());
    let missed: Vec<String> = (0..count)
        .flat_map(|seed| World::of(seed).missed())
        .collect();
    println!("{} of {}", missed.len(), count * MANY as u64);
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}
