//! The objects that a state is made of, read member by member; all other members are passed over.

use std::collections::BTreeSet;

use serde::de::MapAccess;

use super::members::{Member, Part};
use super::plain::Plain;
use super::{Attributes, Kind, Resource};
use crate::iam::{AccountId, Arn};
use crate::sources::Address;
use crate::text::{Problem, Source};

/// All of it: a state in either shape, or a plan.
///
/// ```json
/// {"format_version": "1.0", "values": {"root_module": {"resources": [], "child_modules": []}}}
/// {"format_version": "1.2", "prior_state": {"values": {}}, "resource_changes": []}
/// {"version": 4, "resources": [{"module": "module.a", "type": "aws_iam_role", "instances": []}]}
/// ```
#[derive(Default)]
pub(super) struct Top {
    /// What is taken up of it.
    pub(super) gathered: Gathered,
    format_version: Option<String>,
    version: Option<u64>,
    has_state: bool,
    is_plan: bool,
    is_encrypted: bool,
}

impl Top {
    /// Whether it is of a form that is known, and has a state.
    pub(super) fn can_be_used(&self, source: &Source) -> Result<(), Problem> {
        let refused = |what: &str, help: &str| Err(source.error(what).help(help));
        if self.is_encrypted {
            return refused(
                "this state is encrypted",
                "give what `tofu show -json` prints: tofu show -json > state.json",
            );
        }
        let is_known = match (&self.format_version, self.version) {
            (Some(version), _) => version.starts_with("1.") || version.starts_with("0."),
            (None, version) => version == Some(4),
        };
        if !is_known {
            return refused(
                "this form of a state is not known: it has neither the \"format_version\" 0 or 1 nor \
                 the \"version\" 4",
                "give what `terraform show -json` prints in the root module: \
                 terraform show -json > state.json",
            );
        }
        if !self.has_state {
            let help = "give the state: terraform show -json > state.json";
            return if self.is_plan {
                refused(
                    "this plan has no \"prior_state\", so nothing of it is there yet",
                    help,
                )
            } else {
                refused("this state is empty", help)
            };
        }
        Ok(())
    }
}

impl Part for Top {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        match member.key {
            "format_version" => self.format_version = member.text()?,
            "version" => {
                self.version = match member.value()? {
                    Plain::Number(version) => Some(version),
                    _ => None,
                };
            }
            "values" => {
                self.has_state = true;
                member.read_into(&mut Values(&mut self.gathered))?;
            }
            "prior_state" => {
                self.has_state = true;
                member.read_into(&mut PriorState(&mut self.gathered))?;
            }
            "resources" => {
                self.has_state = true;
                let gathered = &mut self.gathered;
                member.each(|block: RawBlock| {
                    block.found().into_iter().for_each(|one| gathered.take(one));
                })?;
            }
            "planned_values" => {
                self.is_plan = true;
                member.pass_over()?;
            }
            "encrypted_data" => {
                self.is_encrypted = true;
                member.pass_over()?;
            }
            _ => member.pass_over()?,
        }
        Ok(())
    }
}

/// The state that a plan begins from.
struct PriorState<'a>(&'a mut Gathered);

impl Part for PriorState<'_> {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        match member.key {
            "values" => member.read_into(&mut Values(self.0)),
            _ => member.pass_over(),
        }
    }
}

/// `{"root_module": {}}`
struct Values<'a>(&'a mut Gathered);

impl Part for Values<'_> {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        if member.key != "root_module" {
            return member.pass_over();
        }
        let mut root = Module::default();
        member.read_into(&mut root)?;
        self.0.append(root.0);
        Ok(())
    }
}

/// `{"resources": [], "child_modules": []}`
#[derive(Default)]
struct Module(Gathered);

impl Part for Module {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        let gathered = &mut self.0;
        match member.key {
            "resources" => member.each(|resource: ShownResource| {
                resource
                    .found()
                    .into_iter()
                    .for_each(|one| gathered.take(one));
            }),
            "child_modules" => member.each(|child: Module| {
                gathered.append(child.0);
            }),
            _ => member.pass_over(),
        }
    }
}

/// What is taken up of a state: nothing else of it is kept.
#[derive(Default)]
pub(super) struct Gathered {
    /// The IAM resources.
    pub(super) made: Vec<Found>,
    /// The managed policies that are looked up.
    pub(super) looked_up: Vec<Found>,
    /// The accounts that anything else is in, each with the provider where that is told.
    pub(super) accounts: BTreeSet<(Option<String>, AccountId)>,
}

impl Gathered {
    fn take(&mut self, found: Found) {
        if let Some(account) = found.own_account() {
            self.accounts.insert((found.provider.clone(), account));
        }
        match found.kind {
            Kind::Policy if found.is_data => self.looked_up.push(found),
            // The boundary of a role that is made elsewhere.
            Kind::Role | Kind::User if found.is_data => {
                let kind = Kind::Other;
                self.made
                    .extend(Some(Found { kind, ..found }).filter(|found| !found.is_foreign()));
            }
            _ if found.is_data || found.is_foreign() => {}
            _ => self.made.push(found),
        }
    }

    fn append(&mut self, mut other: Gathered) {
        self.made.append(&mut other.made);
        self.looked_up.append(&mut other.looked_up);
        self.accounts.append(&mut other.accounts);
    }
}

/// A resource or data, before its address is read.
pub(super) struct Found {
    address: Option<Address>,
    type_name: String,
    kind: Kind,
    attributes: Attributes,
    provider: Option<String>,
    is_data: bool,
    is_deposed: bool,
    is_tainted: bool,
}

/// What types are called that may have the ARN of something in another account.
const OF_OTHERS: [&str; 5] = ["accepter", "invit", "organizations", "share", "_ram_"];

impl Found {
    /// The account that it tells to be that of its provider. What is looked up may be in any, but for what IAM
    /// and STS tell.
    fn own_account(&self) -> Option<AccountId> {
        let attributes = &self.attributes;
        let account = match self.type_name.as_str() {
            "aws_caller_identity" if self.is_data => {
                AccountId::parse(attributes.account_id.as_deref()?)
            }
            name => {
                let may_be = name.starts_with("aws_iam_")
                    || !self.is_data && !OF_OTHERS.iter().any(|word| name.contains(word));
                let arn = attributes.arn.as_deref().filter(|_| may_be);
                arn.and_then(Arn::parse)?.account()
            }
        };
        // What AWS manages is in the account `aws`.
        account.filter(|account| account.as_str().bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Whether it is of no use here.
    fn is_foreign(&self) -> bool {
        let attributes = &self.attributes;
        let names_policies = attributes.all_policy_arns().next().is_some()
            || !attributes.customer_managed.is_empty();
        self.kind == Kind::Other && !names_policies
    }

    /// The resource, or why it is none.
    pub(super) fn resource(self) -> Result<Resource, String> {
        match self.address {
            Some(address) => Ok(Resource {
                address,
                kind: self.kind,
                attributes: self.attributes,
                provider: self.provider,
                is_deposed: self.is_deposed,
                is_tainted: self.is_tainted,
            }),
            // The key of an instance may be anything, and is not told.
            None => Err(format!("the address of an {} is none", self.type_name)),
        }
    }
}

/// The members that say what a resource is, in every shape.
#[derive(Default)]
pub(super) struct Heading {
    pub(super) mode: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) name: Option<String>,
}

impl Part for Heading {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        let text = match member.key {
            "mode" => &mut self.mode,
            "type" => &mut self.kind,
            "name" => &mut self.name,
            _ => return member.pass_over(),
        };
        *text = member.text()?;
        Ok(())
    }
}

impl Heading {
    /// Whether it is looked up and not made.
    pub(super) fn is_data(&self) -> bool {
        self.mode.as_deref() == Some("data")
    }

    /// What it is, with its type and name, and how its block is called in addresses.
    fn told(&self) -> Option<(Kind, &str, &str, String)> {
        let (type_name, name) = (self.kind.as_deref()?, self.name.as_deref()?);
        let kind = Kind::of(type_name).unwrap_or(Kind::Other);
        let called = if self.is_data() && kind == Kind::Policy {
            format!("data.{type_name}")
        } else {
            type_name.to_owned()
        };
        Some((kind, type_name, name, called))
    }
}

/// A resource as `show -json` has it.
///
/// ```json
/// {"address": "aws_iam_role.app", "mode": "managed", "type": "aws_iam_role", "name": "app", "values": {}}
/// ```
#[derive(Default)]
struct ShownResource {
    heading: Heading,
    address: Option<String>,
    attributes: Attributes,
    is_deposed: bool,
    is_tainted: bool,
}

impl ShownResource {
    fn found(self) -> Option<Found> {
        let (kind, type_name, name, called) = self.heading.told()?;
        let mut address = self.address.unwrap_or_default();
        // That of a data source begins with `data`, behind its modules, which may be called so too.
        if self.heading.is_data() && called == type_name {
            let (data, itself) = (format!("data.{type_name}."), format!("{type_name}."));
            if let Some(at) = address.rfind(&data) {
                address.replace_range(at..at + data.len(), &itself);
            }
        }
        Some(Found {
            address: Address::parse(&address, &called, name),
            kind,
            type_name: type_name.to_owned(),
            attributes: self.attributes,
            provider: None,
            is_data: self.heading.is_data(),
            is_deposed: self.is_deposed,
            is_tainted: self.is_tainted,
        })
    }
}

impl Part for ShownResource {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        match member.key {
            "address" => self.address = member.text()?,
            "deposed_key" => self.is_deposed = member.text()?.is_some(),
            "tainted" => self.is_tainted = member.truth()?,
            "values" => member.read_into(&mut self.attributes)?,
            _ => self.heading.member(member)?,
        }
        Ok(())
    }
}

/// A block as the raw state has it, with all that it made.
///
/// ```json
/// {"module": "module.queue", "mode": "managed", "type": "aws_iam_role_policy", "name": "this",
///  "provider": "provider[\"registry.terraform.io/hashicorp/aws\"].east",
///  "instances": [{"index_key": 0, "attributes": {}}]}
/// ```
#[derive(Default)]
struct RawBlock {
    heading: Heading,
    module: Option<String>,
    provider: Option<String>,
    instances: Vec<RawInstance>,
}

impl RawBlock {
    fn found(mut self) -> Vec<Found> {
        let instances = std::mem::take(&mut self.instances);
        let Some((kind, type_name, name, called)) = self.heading.told() else {
            return Vec::new();
        };
        let module = self.module.as_deref().unwrap_or_default();
        let found = instances.into_iter().map(|instance| Found {
            address: Address::in_module(module, &called, name, instance.index.as_deref()),
            type_name: type_name.to_owned(),
            kind,
            attributes: instance.attributes,
            provider: instance.provider.or_else(|| self.provider.clone()),
            is_data: self.heading.is_data(),
            is_deposed: instance.is_deposed,
            is_tainted: instance.is_tainted,
        });
        found.collect()
    }
}

impl Part for RawBlock {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        match member.key {
            "module" => self.module = member.text()?,
            "provider" => self.provider = member.text()?,
            "instances" => {
                let instances = &mut self.instances;
                member.each(|instance| instances.push(instance))?;
            }
            _ => self.heading.member(member)?,
        }
        Ok(())
    }
}

/// One of what a block made.
#[derive(Default)]
struct RawInstance {
    /// As it stands between the brackets of an address.
    index: Option<String>,
    attributes: Attributes,
    provider: Option<String>,
    is_deposed: bool,
    is_tainted: bool,
}

impl Part for RawInstance {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        match member.key {
            "index_key" => {
                self.index = match member.value()? {
                    Plain::Text(key) => Some(serde_json::Value::from(key).to_string()),
                    Plain::Number(number) => Some(number.to_string()),
                    _ => None,
                };
            }
            "deposed" => self.is_deposed = member.text()?.is_some(),
            "status" => {
                let status = member.text()?;
                self.is_tainted = status.as_deref() == Some("tainted");
            }
            "attributes" => member.read_into(&mut self.attributes)?,
            // OpenTofu's, where a provider has `for_each`.
            "provider" | "instance_provider" => {
                self.provider = member.text()?;
            }
            _ => member.pass_over()?,
        }
        Ok(())
    }
}
