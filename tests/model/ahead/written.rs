//! A root module in which roles get policies, written in random forms, and the state of a part of it.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use serde_json::{Value, json};

use super::forms::{Dice, Forms, Of};
use super::state_of;

const ROLES: [&str; 6] = ["ra", "rb", "rc", "rd", "re", "rf"];

pub struct World {
    /// The files by their names.
    pub files: Vec<(String, String)>,
    pub state: Value,
    /// Who gets the policy by the source.
    pub given: BTreeSet<String>,
    /// What is not applied of that: who gets it, and the places where a note may say so.
    pub missing: Vec<Missing>,
    /// Whether all is applied, of the other policy too.
    pub is_applied: bool,
    /// Whether all blocks are that give the policy to somebody.
    pub is_given: bool,
    /// Whether something is written in a form that nobody can read.
    pub is_unknown: bool,
}

/// That a role gets the policy by the source alone.
pub struct Missing {
    pub role: String,
    /// The block, and the call of its module, each as `FILE:LINE:`.
    pub places: Vec<String>,
}

/// That a role gets a policy: `m`, which is looked at, or `n`.
#[derive(Clone)]
struct Gift {
    role: &'static str,
    is_m: bool,
}

/// What Terraform would make: in which module, of what, and at which address there.
struct Makes {
    module: String,
    kind: &'static str,
    address: String,
    values: Value,
    /// Who gets what by it.
    gives: Vec<Gift>,
    /// What it has while it is not applied in full, which is all but the first; nothing where it is not made then.
    part: Option<Value>,
}

struct Writing {
    forms: Forms,
    text: String,
    modules: Vec<(String, String)>,
    makes: Vec<Makes>,
    blocks: usize,
}

fn arn(name: &str) -> String {
    format!("arn:aws:iam::123456789012:policy/{name}")
}

fn policy_of(gift: &Gift) -> String {
    arn(if gift.is_m { "m" } else { "n" })
}

const ONE: &str = "aws_iam_role_policy_attachment";

impl World {
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice::of(seed);
        let may_be_unknown = dice.is(50);
        let mut gifts: Vec<Gift> = Vec::new();
        for role in ROLES {
            for is_m in [true, false] {
                if dice.is(if is_m { 55 } else { 30 }) {
                    gifts.push(Gift { role, is_m });
                }
            }
        }
        gifts.push(Gift {
            role: "app",
            is_m: true,
        });
        for at in (1..gifts.len()).rev() {
            let other = dice.below(at + 1);
            gifts.swap(at, other);
        }
        let mut writing = Writing {
            forms: Forms {
                dice,
                locals: Vec::new(),
                may_be_unknown,
                is_unknown: false,
            },
            text: String::new(),
            modules: Vec::new(),
            makes: Vec::new(),
            blocks: 0,
        };
        let given = gifts
            .iter()
            .filter(|gift| gift.is_m)
            .map(|gift| gift.role.to_owned())
            .collect();
        while !gifts.is_empty() {
            let count = 1 + writing.forms.dice.below(gifts.len().min(4));
            let some: Vec<Gift> = gifts.drain(..count).collect();
            writing.give(&some);
        }
        writing.finished(given)
    }
}

impl Writing {
    fn give(&mut self, gifts: &[Gift]) {
        self.blocks += 1;
        let name = format!("b{}", self.blocks);
        let is_one_policy = gifts.iter().all(|gift| gift.is_m == gifts[0].is_m);
        let roles: BTreeSet<&str> = gifts.iter().map(|gift| gift.role).collect();
        let is_each_once = roles.len() == gifts.len();
        match self.forms.dice.below(9) {
            0 if is_one_policy => self.by_set(&name, gifts),
            1 if is_each_once => self.by_map(&name, gifts),
            2 => self.by_count(&name, gifts),
            3 if is_one_policy => self.by_module(&name, gifts),
            4 if is_each_once => self.by_repeated_module(&name, gifts),
            5 if is_one_policy => self.by_list_of_roles(&name, gifts),
            6 if roles.len() == 1 => self.by_list_of_policies(&name, gifts),
            7 if is_each_once => self.by_objects(&name, gifts),
            _ => self.one_by_one(&name, gifts),
        }
    }

    fn role(&mut self, gift: &Gift) -> String {
        match self.forms.dice.below(5) {
            0 => format!("aws_iam_role.{}.name", gift.role),
            1 => format!("aws_iam_role.{}.id", gift.role),
            2 => format!("data.aws_iam_role.{}.name", gift.role),
            _ => self.forms.text(gift.role, 2),
        }
    }

    fn policy(&mut self, gift: &Gift) -> String {
        let name = if gift.is_m { "m" } else { "n" };
        match self.forms.dice.below(8) {
            0 => self.forms.text(&arn(name), 2),
            1 => format!(
                "\"arn:aws:iam::${{data.aws_caller_identity.me.account_id}}:policy/{name}\""
            ),
            2 => format!("data.aws_iam_policy.{name}.arn"),
            3 => format!("[aws_iam_policy.{name}.arn][0]"),
            4 => format!("{{ m = aws_iam_policy.m.arn, n = aws_iam_policy.n.arn }}[\"{name}\"]"),
            5 => format!("aws_iam_policy.{name}.id"),
            _ => format!("aws_iam_policy.{name}.arn"),
        }
    }

    fn roles(&mut self, gifts: &[Gift]) -> Vec<String> {
        gifts.iter().map(|gift| self.role(gift)).collect()
    }

    fn makes_one(&mut self, module: &str, name: &str, key: &str, gift: &Gift) {
        self.makes.push(Makes {
            module: module.to_owned(),
            kind: ONE,
            address: format!("{ONE}.{name}{key}"),
            values: json!({"role": gift.role, "policy_arn": policy_of(gift)}),
            gives: vec![gift.clone()],
            part: None,
        });
    }

    fn block(&mut self, kind: &str, name: &str, arguments: &str) {
        let _ = write!(
            self.text,
            "resource \"{kind}\" \"{name}\" {{\n{arguments}}}\n"
        );
    }

    fn one_by_one(&mut self, name: &str, gifts: &[Gift]) {
        for (at, gift) in gifts.iter().enumerate() {
            let name = format!("{name}_{at}");
            let (role, policy) = (self.role(gift), self.policy(gift));
            let is_counted = self.forms.dice.is(20);
            let count = if is_counted {
                "  count = length([\"a\"]) > 0 ? 1 : 0\n"
            } else {
                ""
            };
            self.block(
                ONE,
                &name,
                &format!("{count}  role = {role}\n  policy_arn = {policy}\n"),
            );
            self.makes_one("", &name, if is_counted { "[0]" } else { "" }, gift);
        }
    }

    fn by_set(&mut self, name: &str, gifts: &[Gift]) {
        let roles = self.roles(gifts);
        let (set, policy) = (self.forms.set(&roles, 2), self.policy(&gifts[0]));
        let role = if self.forms.dice.is(50) {
            "each.key"
        } else {
            "each.value"
        };
        self.block(
            ONE,
            name,
            &format!("  for_each = {set}\n  role = {role}\n  policy_arn = {policy}\n"),
        );
        for gift in gifts {
            self.makes_one("", name, &format!("[\"{}\"]", gift.role), gift);
        }
    }

    fn by_map(&mut self, name: &str, gifts: &[Gift]) {
        let members: Vec<(String, String)> = gifts
            .iter()
            .map(|gift| (self.forms.text(gift.role, 1), self.policy(gift)))
            .collect();
        let map = self.forms.map(&members, 2);
        self.block(
            ONE,
            name,
            &format!("  for_each = {map}\n  role = each.key\n  policy_arn = each.value\n"),
        );
        for gift in gifts {
            self.makes_one("", name, &format!("[\"{}\"]", gift.role), gift);
        }
    }

    fn by_objects(&mut self, name: &str, gifts: &[Gift]) {
        let objects: Vec<String> = gifts
            .iter()
            .map(|gift| {
                let (role, policy) = (self.role(gift), self.policy(gift));
                format!(
                    "{{ key = \"k{}\", role = {role}, arn = {policy} }}",
                    gift.role
                )
            })
            .collect();
        let list = self.forms.list(Of::Anything, &objects, 2);
        let each = format!("{{ for o in {list} : o.key => o }}");
        self.block(
            ONE,
            name,
            &format!(
                "  for_each = {each}\n  role = each.value.role\n  policy_arn = each.value.arn\n"
            ),
        );
        for gift in gifts {
            self.makes_one("", name, &format!("[\"k{}\"]", gift.role), gift);
        }
    }

    fn by_count(&mut self, name: &str, gifts: &[Gift]) {
        let roles = self.roles(gifts);
        let policies: Vec<String> = gifts.iter().map(|gift| self.policy(gift)).collect();
        let (roles, policies) = (
            self.forms.list(Of::Anything, &roles, 2),
            format!("[{}]", policies.join(", ")),
        );
        let count = match self.forms.dice.below(3) {
            0 => gifts.len().to_string(),
            1 => format!("length({policies})"),
            _ => format!("length(range({}))", gifts.len()),
        };
        self.block(
            ONE,
            name,
            &format!("  count = {count}\n  role = ({roles})[count.index]\n  policy_arn = {policies}[count.index]\n"),
        );
        for (at, gift) in gifts.iter().enumerate() {
            self.makes_one("", name, &format!("[{at}]"), gift);
        }
    }

    fn call(&mut self, name: &str, arguments: &str, inner: String) {
        let _ = write!(
            self.text,
            "module \"{name}\" {{\n  source = \"./{name}\"\n{arguments}}}\n"
        );
        self.modules.push((name.to_owned(), inner));
    }

    fn by_module(&mut self, name: &str, gifts: &[Gift]) {
        let roles = self.roles(gifts);
        let (roles, policy) = (
            self.forms.list(Of::Texts, &roles, 2),
            self.policy(&gifts[0]),
        );
        let kind = [
            "",
            "  type = list(string)\n",
            "  type = set(string)\n",
            "  type = any\n",
        ][self.forms.dice.below(4)];
        let inner = format!(
            "variable \"roles\" {{\n{kind}}}\nvariable \"arn\" {{\n  type = string\n}}\nvariable \"on\" {{\n  default = true\n}}\n\
             resource \"{ONE}\" \"x\" {{\n  for_each = toset(var.on ? var.roles : [])\n  role = each.key\n  policy_arn = var.arn\n}}\n\
             output \"arn\" {{\n  value = var.arn\n}}\n"
        );
        self.call(
            name,
            &format!("  roles = {roles}\n  arn = {policy}\n"),
            inner,
        );
        for gift in gifts {
            self.makes_one(
                &format!("module.{name}"),
                "x",
                &format!("[\"{}\"]", gift.role),
                gift,
            );
        }
    }

    fn by_repeated_module(&mut self, name: &str, gifts: &[Gift]) {
        let members: Vec<(String, String)> = gifts
            .iter()
            .map(|gift| {
                (
                    format!("\"{}\"", gift.role),
                    format!("{{ arns = [{}] }}", self.policy(gift)),
                )
            })
            .collect();
        let map = self.forms.map(&members, 2);
        let inner = format!(
            "variable \"role\" {{}}\nvariable \"settings\" {{\n  type = object({{ arns = list(string), on = optional(bool, true) }})\n}}\n\
             resource \"{ONE}\" \"x\" {{\n  count = var.settings.on ? length(var.settings.arns) : 0\n  role = var.role\n  \
             policy_arn = var.settings.arns[count.index]\n}}\n"
        );
        let arguments = format!("  for_each = {map}\n  role = each.key\n  settings = each.value\n");
        self.call(name, &arguments, inner);
        for gift in gifts {
            let module = format!("module.{name}[\"{}\"]", gift.role);
            self.makes_one(&module, "x", "[0]", gift);
        }
    }

    fn by_list_of_roles(&mut self, name: &str, gifts: &[Gift]) {
        const KIND: &str = "aws_iam_policy_attachment";
        let roles = self.roles(gifts);
        let (list, policy) = (
            self.forms.list(Of::Texts, &roles, 2),
            self.policy(&gifts[0]),
        );
        self.block(
            KIND,
            name,
            &format!("  name = \"{name}\"\n  roles = {list}\n  policy_arn = {policy}\n"),
        );
        let values = |gifts: &[Gift]| {
            let roles: Vec<&str> = gifts.iter().map(|gift| gift.role).collect();
            json!({"name": name, "roles": roles, "policy_arn": policy_of(&gifts[0])})
        };
        self.makes.push(Makes {
            module: String::new(),
            kind: KIND,
            address: format!("{KIND}.{name}"),
            values: values(gifts),
            gives: gifts.to_vec(),
            part: (gifts.len() > 1).then(|| values(&gifts[1..])),
        });
    }

    fn by_list_of_policies(&mut self, name: &str, gifts: &[Gift]) {
        const KIND: &str = "aws_iam_role_policy_attachments_exclusive";
        let policies: Vec<String> = gifts.iter().map(|gift| self.policy(gift)).collect();
        let (list, role) = (
            self.forms.list(Of::Texts, &policies, 2),
            self.role(&gifts[0]),
        );
        self.block(
            KIND,
            name,
            &format!("  role_name = {role}\n  policy_arns = {list}\n"),
        );
        let values = |gifts: &[Gift]| {
            let arns: Vec<String> = gifts.iter().map(policy_of).collect();
            json!({"role_name": gifts[0].role, "policy_arns": arns})
        };
        self.makes.push(Makes {
            module: String::new(),
            kind: KIND,
            address: format!("{KIND}.{name}"),
            values: values(gifts),
            gives: gifts.to_vec(),
            part: (gifts.len() > 1).then(|| values(&gifts[1..])),
        });
    }

    /// The first lines of the block that makes something, and of the call of its module.
    fn places(&self, made: &Makes) -> Vec<String> {
        let line = |text: &str, start: &str| {
            let before = text.find(start).unwrap_or_else(|| panic!("{start}"));
            text[..before].lines().count() + 1
        };
        let name = made.address.split(['.', '[']).nth(1).unwrap();
        let block = format!("resource \"{}\" \"{name}\" {{", made.kind);
        if made.module.is_empty() {
            return vec![format!("/main.tf:{}:", line(&self.text, &block))];
        }
        let module = made.module.split(['.', '[']).nth(1).unwrap();
        let (_, inner) = self
            .modules
            .iter()
            .find(|(name, _)| name == module)
            .unwrap();
        let call = line(&self.text, &format!("module \"{module}\" {{"));
        vec![
            format!("/{module}/main.tf:{}:", line(inner, &block)),
            format!("/main.tf:{call}:"),
        ]
    }

    fn finished(mut self, given: BTreeSet<String>) -> World {
        let live = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:DeleteMessage"], "Resource": "*",
        }]});
        let shown = |kind: &str, address: &str, values: Value| {
            let name = address.split(['.', '[']).nth(1).unwrap();
            json!({"address": address, "mode": "managed", "type": kind, "name": name, "values": values})
        };
        let mut resources = Vec::new();
        for role in ROLES.iter().chain(&["app"]) {
            let _ = write!(
                self.text,
                "resource \"aws_iam_role\" \"{role}\" {{\n  name = \"{role}\"\n}}\n"
            );
            let _ = write!(
                self.text,
                "data \"aws_iam_role\" \"{role}\" {{\n  name = \"{role}\"\n}}\n"
            );
            let values =
                json!({"name": role, "arn": format!("arn:aws:iam::123456789012:role/{role}")});
            // A role that is not made yet has nothing.
            if *role == "app" || self.forms.dice.is(70) {
                resources.push((
                    String::new(),
                    shown("aws_iam_role", &format!("aws_iam_role.{role}"), values),
                ));
            }
        }
        for name in ["m", "n"] {
            let _ = write!(
                self.text,
                "resource \"aws_iam_policy\" \"{name}\" {{\n  name = \"{name}\"\n  policy = jsonencode({{ Version = \
                 \"2012-10-17\", Statement = [{{ Effect = \"Allow\", Action = [\"sqs:SendMessage\", \"sqs:DeleteMessage\"], \
                 Resource = \"*\" }}] }})\n}}\ndata \"aws_iam_policy\" \"{name}\" {{\n  name = \"{name}\"\n}}\n"
            );
            let values = json!({"name": name, "arn": arn(name), "policy": live.to_string()});
            resources.push((
                String::new(),
                shown("aws_iam_policy", &format!("aws_iam_policy.{name}"), values),
            ));
        }
        let are_all_made = self.forms.dice.is(40);
        let (mut is_applied, mut is_given) = (true, true);
        let mut missing = Vec::new();
        for made in std::mem::take(&mut self.makes) {
            let is_made = are_all_made || self.forms.dice.is(70);
            is_applied &= is_made;
            is_given &= is_made || !made.gives.iter().any(|gift| gift.is_m);
            let part = made
                .part
                .clone()
                .filter(|_| !is_made && self.forms.dice.is(50));
            let not_given = match (is_made, &part) {
                (true, _) => &[],
                (false, Some(_)) => &made.gives[..1],
                (false, None) => &made.gives[..],
            };
            let of_m = not_given.iter().filter(|gift| gift.is_m);
            missing.extend(of_m.map(|gift| Missing {
                role: gift.role.to_owned(),
                places: self.places(&made),
            }));
            let values = if is_made { Some(made.values) } else { part };
            if let Some(values) = values {
                let mut resource = shown(made.kind, &made.address, values);
                if !made.module.is_empty() {
                    resource["address"] = format!("{}.{}", made.module, made.address).into();
                }
                resources.push((made.module, resource));
            }
        }
        let locals: Vec<String> = self
            .forms
            .locals
            .iter()
            .map(|(name, value)| format!("  {name} = {value}\n"))
            .collect();
        let _ = write!(self.text, "locals {{\n{}}}\n", locals.concat());
        let mut keys = vec![json!({"Key": "", "Dir": "."})];
        let mut files = vec![("main.tf".to_owned(), self.text)];
        for (name, inner) in self.modules {
            keys.push(json!({"Key": name, "Dir": name}));
            files.push((format!("{name}/main.tf"), inner));
        }
        let modules = json!({"Modules": keys}).to_string();
        files.push((".terraform/modules/modules.json".to_owned(), modules));
        World {
            files,
            state: state_of(resources),
            given,
            missing,
            is_applied,
            is_given,
            is_unknown: self.forms.is_unknown,
        }
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, text) in self.files.iter().filter(|(name, _)| name.contains("main")) {
            writeln!(f, "# {name}\n{text}")?;
        }
        writeln!(f, "{:#}", self.state["values"]["root_module"])
    }
}
