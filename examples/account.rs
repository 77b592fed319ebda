//! Makes up an account and findings for it, to try large ones: shared policies, groups, boundaries,
//! policies of AWS, roles without a finding. The same seed makes the same account.
//!
//! ```sh
//! cargo run --example account -- FOLDER [ROLES] [SEED]
//! iam-refine refine --account FOLDER/account.json FOLDER/findings
//! ```

use std::fs;
use std::path::Path;

use iam_refine::catalogue::{Catalogue, Service};
use iam_refine::iam::Action;
use serde_json::{Value, json};

/// Numbers that look drawn, by Vigna's splitmix64.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % u64::try_from(end).unwrap_or(1)).unwrap_or(0)
    }

    /// True in `percent` of all cases.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("give a folder to make")?;
    let roles: usize = arguments.next().map_or(Ok(1_000), |text| text.parse())?;
    let seed: u64 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let catalogue = Catalogue::built_in();
    let services: Vec<&Service> = (catalogue.services())
        .filter(|service| service.actions().len() > 5)
        .collect();
    let mut world = World {
        draw: Draw(seed),
        services,
        roles,
    };
    world.make(Path::new(&folder))
}

struct World<'a> {
    draw: Draw,
    services: Vec<&'a Service>,
    roles: usize,
}

impl World<'_> {
    fn make(&mut self, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
        fs::create_dir_all(folder.join("findings"))?;
        let shared = (self.roles / 10).max(3);
        let documents: Vec<Value> = (0..shared).map(|_| self.document(4)).collect();
        let mut attachments = vec![0_u64; shared];
        let mut bounds = vec![0_u64; shared];
        let (mut roles, mut users, mut groups) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..self.roles {
            let kind = if number % 10 == 9 { "User" } else { "Role" };
            let name = format!("{kind}{number:04}");
            let mut principal = self.principal(kind, &name, &mut attachments);
            if self.draw.chance(3) {
                let bound = self.draw.below(shared);
                bounds[bound] += 1;
                principal["PermissionsBoundary"] =
                    json!({"PermissionsBoundaryArn": policy_arn(bound)});
            }
            if self.draw.chance(97) {
                let file = folder.join(format!("findings/{name}.json"));
                fs::write(
                    file,
                    format!("{:#}", self.finding(kind, &name, &documents, &principal)),
                )?;
            }
            match kind {
                "User" => {
                    let group = self.draw.below(self.roles / 50 + 1);
                    principal["GroupList"] = json!([format!("Group{group:04}")]);
                    users.push(principal);
                }
                _ => roles.push(principal),
            }
        }
        for number in 0..=self.roles / 50 {
            groups.push(self.principal("Group", &format!("Group{number:04}"), &mut attachments));
        }
        let policies: Vec<Value> = (documents.iter().enumerate())
            .map(|(number, document)| {
                json!({
                    "PolicyName": format!("Shared{number:04}"),
                    "Arn": policy_arn(number),
                    "DefaultVersionId": "v2",
                    "AttachmentCount": attachments[number],
                    "PermissionsBoundaryUsageCount": bounds[number],
                    "PolicyVersionList": [
                        {"VersionId": "v2", "IsDefaultVersion": true, "Document": document}],
                })
            })
            .collect();
        let account = json!({"RoleDetailList": roles, "UserDetailList": users,
                             "GroupDetailList": groups, "Policies": policies});
        fs::write(folder.join("account.json"), format!("{account:#}"))?;
        Ok(())
    }

    /// A role, user or group with inline policies and up to three shared ones.
    fn principal(&mut self, kind: &str, name: &str, attachments: &mut [u64]) -> Value {
        let inline: Vec<Value> = (0..self.draw.below(3))
            .map(|number| {
                json!({"PolicyName": format!("Own{number}"), "PolicyDocument": self.document(2)})
            })
            .collect();
        let mut attached: Vec<usize> = (0..self.draw.below(4))
            .map(|_| self.draw.below(attachments.len()))
            .collect();
        attached.sort_unstable();
        attached.dedup();
        for &number in &attached {
            attachments[number] += 1;
        }
        let attached: Vec<Value> = (attached.into_iter())
            .map(|number| json!({"PolicyArn": policy_arn(number)}))
            .collect();
        json!({
            format!("{kind}Name"): name,
            "Arn": principal_arn(kind, name),
            "Path": "/",
            format!("{kind}PolicyList"): inline,
            "AttachedManagedPolicies": attached,
        })
    }

    fn document(&mut self, statements: usize) -> Value {
        let statements: Vec<Value> = (0..=self.draw.below(statements))
            .map(|_| {
                let actions: Vec<String> = (0..=self.draw.below(4)).map(|_| self.entry()).collect();
                json!({"Effect": "Allow", "Action": actions, "Resource": "*"})
            })
            .collect();
        json!({"Version": "2012-10-17", "Statement": statements})
    }

    /// An action, a wildcard that ends in a star, or a whole service.
    fn entry(&mut self) -> String {
        let service = *self.draw.one(&self.services);
        let name = self.draw.one(service.actions()).name.to_string();
        match self.draw.below(10) {
            0 => format!("{}:*", service.prefix()),
            1..4 => format!("{}:{name}", service.prefix()),
            _ => {
                let word = name.char_indices().skip(1).find(|(_, c)| c.is_uppercase());
                let end = word.map_or(name.len(), |(at, _)| at);
                format!("{}:{}*", service.prefix(), &name[..end])
            }
        }
    }

    /// A finding that names most of what the principal's policies allow.
    fn finding(&mut self, kind: &str, name: &str, shared: &[Value], principal: &Value) -> Value {
        let mut documents: Vec<&Value> = Vec::new();
        let inline = principal[format!("{kind}PolicyList")].as_array();
        documents.extend(
            inline
                .into_iter()
                .flatten()
                .map(|policy| &policy["PolicyDocument"]),
        );
        let attached = principal["AttachedManagedPolicies"].as_array().into_iter();
        for policy in attached
            .flatten()
            .filter_map(|policy| policy["PolicyArn"].as_str())
        {
            let number = (0..shared.len()).find(|&number| policy_arn(number) == policy);
            documents.extend(number.map(|number| &shared[number]));
        }
        let patterns: Vec<iam_refine::iam::ActionPattern> = documents
            .iter()
            .flat_map(|document| document["Statement"].as_array().into_iter().flatten())
            .flat_map(|statement| statement["Action"].as_array().into_iter().flatten())
            .filter_map(|action| action.as_str()?.parse().ok())
            .collect();
        let mut details = Vec::new();
        for service in self.services.clone() {
            let of_service = patterns
                .iter()
                .filter(|own| own.service() == Some(service.prefix()));
            let of_service: Vec<_> = of_service.collect();
            if of_service.is_empty() {
                continue;
            }
            let prefix = service.prefix().to_string();
            if self.draw.chance(20) {
                details.push(json!({"serviceNamespace": prefix}));
                continue;
            }
            let mut actions = Vec::new();
            for known in service.actions() {
                let action = Action::new(service.prefix().clone(), known.name.clone());
                let is_allowed = of_service.iter().any(|pattern| pattern.matches(&action));
                if is_allowed && self.draw.chance(85) {
                    actions.push(json!({"action": known.name.to_string()}));
                }
            }
            if !actions.is_empty() {
                details.push(json!({"serviceNamespace": prefix, "actions": actions}));
            }
        }
        if details.is_empty() {
            details.push(json!({"serviceNamespace": "s3", "actions": [{"action": "GetObject"}]}));
        }
        let details: Vec<Value> = (details.into_iter())
            .map(|detail| json!({"unusedPermissionDetails": detail}))
            .collect();
        json!({"id": format!("finding-of-{name}"), "status": "ACTIVE",
               "resource": principal_arn(kind, name), "analyzedAt": "2026-10-20T00:00:00Z",
               "findingDetails": details})
    }
}

/// Every tenth shared policy is one of AWS's own.
fn policy_arn(number: usize) -> String {
    let account = if number % 10 == 7 {
        "aws"
    } else {
        "123456789012"
    };
    format!("arn:aws:iam::{account}:policy/Shared{number:04}")
}

fn principal_arn(kind: &str, name: &str) -> String {
    format!(
        "arn:aws:iam::123456789012:{}/{name}",
        kind.to_ascii_lowercase()
    )
}
