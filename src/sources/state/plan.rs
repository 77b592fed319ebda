//! What Terraform would do: a plan, read for the sake of its IAM resources.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess};
use serde_json::Value;

use super::attributes::Plain;
use super::parts::{Each, Object, Part, Top};
use super::{Attributes, Kind, State, read_object};
use crate::sources::{Address, BlockAddress, normal};
use crate::text::{Error, Source, Untrusted};

/// What Terraform would do, and the state that it begins from.
#[derive(Clone, Debug)]
pub struct TerraformPlan {
    /// The state that it begins from.
    pub state: State,
    /// What becomes of the resources of IAM and IAM Identity Center, those that stay as they are too.
    pub changes: Vec<PlannedChange>,
    /// How many other resources are changed, by what is done with them.
    pub others: BTreeMap<&'static str, usize>,
    /// The blocks that it plans for.
    blocks: Vec<PlannedBlock>,
    /// The providers that are configured: `aws`, `aws.b`, `module.queue:aws`.
    providers: BTreeSet<String>,
    /// Whether it is all that Terraform would do: nothing is deferred, and nothing was left out by
    /// `-target`.
    pub is_complete: bool,
}

impl TerraformPlan {
    /// Whether a block makes what it does through another provider than the default one, which may be of
    /// another account.
    pub fn is_of_other_provider(&self, block: &BlockAddress) -> bool {
        let provider = self.planned(block).and_then(|one| one.provider.as_ref());
        provider.is_some_and(|provider| {
            // That of a module is the default one where the module has none of its own.
            let is_inherited = provider.ends_with(":aws") && !self.providers.contains(provider);
            provider != "aws" && !is_inherited
        })
    }

    /// The block of a role, user or group that one gives something to, where its configuration refers to
    /// it: in its own module, and through the same provider.
    pub fn holder_of(&self, block: &BlockAddress) -> Option<BlockAddress> {
        let giving = self.planned(block)?;
        let (kind, name) = giving.holder.as_deref()?.split_once('.')?;
        let holder = BlockAddress {
            module: block.module.clone(),
            kind: kind.to_owned(),
            name: name.to_owned(),
        };
        (self.planned(&holder)?.provider == giving.provider).then_some(holder)
    }

    fn planned(&self, block: &BlockAddress) -> Option<&PlannedBlock> {
        self.blocks.iter().find(|one| one.address == *block)
    }

    /// Whether two blocks have one policy, as far as the plan tells: they are one, in a module that is
    /// called twice, or take one document.
    pub fn share_policy(&self, one: &BlockAddress, other: &BlockAddress) -> bool {
        let written = |block: &BlockAddress| Some(self.planned(block)?.written());
        one == other || written(one).is_some_and(|place| written(other) == Some(place))
    }
}

/// A block as the configuration in a plan has it.
#[derive(Clone, Debug)]
struct PlannedBlock {
    address: BlockAddress,
    /// Through which provider it makes what it does.
    provider: Option<String>,
    /// The block of whom it gives something to, as `aws_iam_role.app`.
    holder: Option<String>,
    /// What its policy is in its module: a document, or the block itself.
    policy: String,
    /// The sources of the modules around it, from the root on.
    sources: Vec<String>,
}

impl PlannedBlock {
    /// Where its policy is written: the folder of its module, or else which module it is; and what it is
    /// there.
    fn written(&self) -> (PathBuf, &str) {
        let mut place = PathBuf::new();
        for (depth, source) in self.sources.iter().enumerate() {
            let is_local = source.starts_with("./") || source.starts_with("../");
            place = if is_local {
                normal(&place.join(source))
            } else {
                PathBuf::from(self.address.module[..=depth].join("."))
            };
        }
        (place, &self.policy)
    }
}

/// What becomes of a resource.
#[derive(Clone, Debug)]
pub struct PlannedChange {
    /// What Terraform calls it.
    pub address: Untrusted,
    /// Its type, as `aws_iam_role_policy`.
    pub type_name: String,
    /// The block that it is of.
    pub block: Option<BlockAddress>,
    /// What is done.
    pub action: PlannedAction,
    /// As it is.
    pub before: Side,
    /// As it would be.
    pub after: Side,
    /// What of it is known only when it is applied.
    unknown: Value,
}

/// A resource before or after a change.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// What is said of it.
    pub attributes: Attributes,
    /// All that is said of it.
    all: Value,
}

/// What is done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlannedAction {
    /// Nothing; a data source is read.
    Nothing,
    /// It is made.
    Create,
    /// It is changed where it is.
    Update,
    /// It is deleted and made again.
    Replace,
    /// It is deleted.
    Delete,
    /// It stays, and Terraform keeps no more of it.
    Forget,
    /// Something that is not known here.
    Unknown,
}

impl PlannedAction {
    /// What is done, as in `it is replaced`.
    pub fn as_str(self) -> &'static str {
        match self {
            PlannedAction::Nothing => "left as it is",
            PlannedAction::Create => "created",
            PlannedAction::Update => "updated",
            PlannedAction::Replace => "replaced",
            PlannedAction::Delete => "deleted",
            PlannedAction::Forget => "forgotten",
            PlannedAction::Unknown => "changed in an unknown way",
        }
    }

    fn of(actions: &[String]) -> Self {
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        match actions.as_slice() {
            ["no-op" | "read"] => PlannedAction::Nothing,
            ["create"] => PlannedAction::Create,
            ["update"] => PlannedAction::Update,
            ["delete"] => PlannedAction::Delete,
            ["forget"] => PlannedAction::Forget,
            ["delete", "create"] | ["create", "delete" | "forget"] => PlannedAction::Replace,
            _ => PlannedAction::Unknown,
        }
    }
}

impl PlannedChange {
    /// What it is, of those that states are read for.
    pub fn kind(&self) -> Option<Kind> {
        Kind::of(&self.type_name)
    }

    /// Whether an attribute, or a part of it, is known only when it is applied.
    pub fn is_unknown(&self, attribute: &str) -> bool {
        is_true(&self.unknown) || self.unknown.get(attribute).is_some_and(is_true)
    }

    /// The attributes that change, or may: their names in order.
    pub fn changed_attributes(&self) -> Vec<&str> {
        let (before, after) = (self.before.all.as_object(), self.after.all.as_object());
        let names = before
            .into_iter()
            .chain(after)
            .flat_map(serde_json::Map::keys);
        let unknown = self.unknown.as_object();
        let names = names.chain(unknown.into_iter().flat_map(serde_json::Map::keys));
        let names: BTreeSet<&str> = names.map(String::as_str).collect();
        let changes = |name: &&str| {
            self.is_unknown(name) || self.before.all.get(name) != self.after.all.get(name)
        };
        names.into_iter().filter(changes).collect()
    }
}

/// Whether a value is true, or has one in it that is.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::Array(values) => values.iter().any(is_true),
        Value::Object(members) => members.values().any(is_true),
        _ => false,
    }
}

/// Whether resources of a type are about who may do what.
fn is_of_iam(type_name: &str) -> bool {
    const BEGIN: [&str; 7] = [
        "aws_eks_access_",
        "aws_iam_",
        "aws_identitystore_",
        "aws_organizations_",
        "aws_ssoadmin_",
        "awscc_iam_",
        "awscc_sso_",
    ];
    const WHOLE: [&str; 9] = [
        "aws_ecr_repository_policy",
        "aws_kms_grant",
        "aws_kms_key_policy",
        "aws_lakeformation_permissions",
        "aws_lambda_permission",
        "aws_s3_bucket_policy",
        "aws_secretsmanager_secret_policy",
        "aws_sns_topic_policy",
        "aws_sqs_queue_policy",
    ];
    BEGIN.iter().any(|begin| type_name.starts_with(begin)) || WHOLE.contains(&type_name)
}

/// Reads what `terraform show -json` prints of a plan, as it comes.
///
/// ```json
/// {"format_version": "1.2", "prior_state": {"values": {}}, "resource_changes": [
///   {"address": "aws_iam_role_policy.app", "mode": "managed", "type": "aws_iam_role_policy",
///    "change": {"actions": ["update"], "before": {"policy": "…"}, "after": {"policy": "…"},
///               "after_unknown": {}}}]}
/// ```
///
/// # Errors
/// It is no plan, or one of a form that is not known. No text of it is in the error.
pub fn read_plan(name: &Untrusted, text: impl BufRead) -> Result<TerraformPlan, Error> {
    let mut top = PlanTop::default();
    read_object(name, text, &mut top)?;
    let source = Source::from_text(name.raw(), "");
    if !top.is_plan {
        let problem = source.error("this is a state, and no plan");
        return Err(problem
            .help("terraform plan -out tfplan; terraform show -json tfplan > plan.json")
            .into());
    }
    if top.is_errored {
        let problem = source.error("Terraform could not finish this plan");
        return Err(problem.help("mend what `terraform plan` says").into());
    }
    let mut plan = TerraformPlan {
        state: State::of(name, top.state)?,
        changes: Vec::new(),
        others: BTreeMap::new(),
        blocks: top.blocks,
        providers: top.providers,
        is_complete: top.is_complete,
    };
    for change in top.changes {
        let action = PlannedAction::of(&change.actions);
        let is_managed = change.mode.as_deref() != Some("data");
        let type_name = change.kind.unwrap_or_default();
        if is_managed && is_of_iam(&type_name) {
            let address = change.address.unwrap_or_default();
            let parsed = Address::parse(&address, &type_name, &change.name.unwrap_or_default());
            plan.changes.push(PlannedChange {
                block: parsed.map(|address| address.block),
                address: address.into(),
                type_name,
                action,
                before: change.before,
                after: change.after,
                unknown: change.unknown,
            });
        } else if action != PlannedAction::Nothing {
            *plan.others.entry(action.as_str()).or_default() += 1;
        }
    }
    Ok(plan)
}

/// All of a plan: its state, and what is done.
struct PlanTop {
    state: Top,
    changes: Vec<Change>,
    blocks: Vec<PlannedBlock>,
    providers: BTreeSet<String>,
    is_plan: bool,
    is_errored: bool,
    is_complete: bool,
}

impl Default for PlanTop {
    fn default() -> Self {
        PlanTop {
            state: Top::default(),
            changes: Vec::new(),
            blocks: Vec::new(),
            providers: BTreeSet::new(),
            is_plan: false,
            is_errored: false,
            // Older versions do not say it.
            is_complete: true,
        }
    }
}

impl Part for PlanTop {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "resource_changes" => {
                self.is_plan = true;
                let changes = &mut self.changes;
                object.next_value_seed(Each::new(|change: Change| changes.push(change.in_short())))
            }
            "planned_values" => {
                self.is_plan = true;
                self.state.member(key, object)
            }
            "configuration" => object.next_value_seed(Object(&mut AllConfiguration(self))),
            "errored" => {
                self.is_errored = object.next_value::<Value>()? == Value::Bool(true);
                Ok(())
            }
            "complete" => {
                self.is_complete = object.next_value::<Value>()? != Value::Bool(false);
                Ok(())
            }
            _ => self.state.member(key, object),
        }
    }
}

/// The blocks of all modules, and the providers.
struct AllConfiguration<'a>(&'a mut PlanTop);

impl Part for AllConfiguration<'_> {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let top = &mut *self.0;
        match key {
            "provider_config" => object.next_value_seed(Object(&mut Names(&mut top.providers))),
            _ => Configuration {
                module: &[],
                found: &mut top.blocks,
            }
            .member(key, object),
        }
    }
}

/// The names of the members of an object.
struct Names<'a>(&'a mut BTreeSet<String>);

impl Part for Names<'_> {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        self.0.insert(key.to_owned());
        object.next_value::<IgnoredAny>().map(|_| ())
    }
}

/// The blocks of a module, or of all of them.
///
/// ```json
/// {"root_module": {"resources": [{"type": "aws_iam_role", "name": "app", "provider_config_key": "aws.b"}],
///                  "module_calls": {"queue": {"source": "./queue", "module": {"resources": []}}}}}
/// ```
struct Configuration<'a> {
    module: &'a [String],
    found: &'a mut Vec<PlannedBlock>,
}

impl Part for Configuration<'_> {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let (module, found) = (self.module, &mut *self.found);
        match key {
            "root_module" => object.next_value_seed(Object(&mut Configuration { module, found })),
            "module_calls" => object.next_value_seed(Object(&mut Calls { module, found })),
            "resources" => object.next_value_seed(Each::new(|block: ConfiguredBlock| {
                found.extend(block.planned(module));
            })),
            _ => object.next_value::<IgnoredAny>().map(|_| ()),
        }
    }
}

/// The modules that a module calls, by their names.
struct Calls<'a> {
    module: &'a [String],
    found: &'a mut Vec<PlannedBlock>,
}

impl Part for Calls<'_> {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let mut module = self.module.to_vec();
        module.push(key.to_owned());
        let mut call = Call {
            module,
            source: String::new(),
            found: Vec::new(),
        };
        object.next_value_seed(Object(&mut call))?;
        let source = call.source;
        self.found.extend(call.found.into_iter().map(|mut block| {
            block.sources.insert(0, source.clone());
            block
        }));
        Ok(())
    }
}

/// A call of a module, whose source may be told behind all of it.
struct Call {
    module: Vec<String>,
    source: String,
    found: Vec<PlannedBlock>,
}

impl Part for Call {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let (module, found) = (&self.module, &mut self.found);
        match key {
            "source" => self.source = object.next_value::<Plain>()?.text().unwrap_or_default(),
            "module" => object.next_value_seed(Object(&mut Configuration { module, found }))?,
            _ => _ = object.next_value::<IgnoredAny>()?,
        }
        Ok(())
    }
}

#[derive(Default)]
struct ConfiguredBlock {
    kind: Option<String>,
    name: Option<String>,
    provider: Option<String>,
    /// The document that its policy refers to.
    document: Option<String>,
    /// The role, user or group that it refers to.
    holder: Option<String>,
}

impl ConfiguredBlock {
    fn planned(self, module: &[String]) -> Option<PlannedBlock> {
        let (kind, name) = (self.kind?, self.name?);
        is_of_iam(&kind).then(|| PlannedBlock {
            provider: self.provider,
            holder: self.holder,
            policy: self.document.unwrap_or_else(|| format!("{kind}.{name}")),
            sources: Vec::new(),
            address: BlockAddress {
                module: module.to_vec(),
                kind,
                name,
            },
        })
    }
}

impl Part for ConfiguredBlock {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let member = match key {
            "type" => &mut self.kind,
            "name" => &mut self.name,
            "provider_config_key" => &mut self.provider,
            "expressions" => {
                let expressions: Value = object.next_value()?;
                self.document = document_in(&expressions);
                self.holder = holder_in(&expressions);
                return Ok(());
            }
            _ => return object.next_value::<IgnoredAny>().map(|_| ()),
        };
        *member = object.next_value::<Plain>()?.text();
        Ok(())
    }
}

/// The role, user or group that a block refers to, as in
/// `{"role": {"references": ["aws_iam_role.app.id", "aws_iam_role.app"]}}`: where that is all.
fn holder_in(expressions: &Value) -> Option<String> {
    let mut holders = ["role", "user", "group"].into_iter();
    holders.find_map(|argument| {
        let references = expressions.get(argument)?.get("references")?.as_array()?;
        let address = format!("aws_iam_{argument}.");
        let names = references.iter().map(|reference| {
            let name = reference.as_str()?.strip_prefix(&address)?;
            name.split(['.', '[']).next()
        });
        let names: BTreeSet<&str> = names.collect::<Option<_>>()?;
        let mut names = names.into_iter();
        let only = names.next().filter(|_| names.next().is_none())?;
        Some(address + only)
    })
}

/// The document that the policy of a block is, as in
/// `{"policy": {"references": ["data.aws_iam_policy_document.app.json", …]}}`.
fn document_in(expressions: &Value) -> Option<String> {
    let references = expressions.get("policy")?.get("references")?.as_array()?;
    references.iter().find_map(|reference| {
        let name = reference
            .as_str()?
            .strip_prefix("data.aws_iam_policy_document.")?;
        let name = name.split(['.', '[']).next()?;
        Some(format!("data.aws_iam_policy_document.{name}"))
    })
}

/// A change, as it is read.
#[derive(Default)]
struct Change {
    address: Option<String>,
    mode: Option<String>,
    kind: Option<String>,
    name: Option<String>,
    actions: Vec<String>,
    before: Side,
    after: Side,
    unknown: Value,
}

impl Change {
    /// Without what is known of resources that are none of IAM.
    fn in_short(self) -> Self {
        if self.kind.as_deref().is_some_and(is_of_iam) {
            return self;
        }
        Change {
            before: Side::default(),
            after: Side::default(),
            unknown: Value::Null,
            ..self
        }
    }
}

impl Part for Change {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "address" => self.address = object.next_value::<Plain>()?.text(),
            "mode" => self.mode = object.next_value::<Plain>()?.text(),
            "type" => self.kind = object.next_value::<Plain>()?.text(),
            "name" => self.name = object.next_value::<Plain>()?.text(),
            "change" => object.next_value_seed(Object(&mut WhatChanges(self)))?,
            _ => _ = object.next_value::<IgnoredAny>()?,
        }
        Ok(())
    }
}

/// `{"actions": ["update"], "before": {}, "after": {}, "after_unknown": {"policy": true}}`
struct WhatChanges<'a>(&'a mut Change);

impl Part for WhatChanges<'_> {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "actions" => self.0.actions = object.next_value::<Plain>()?.texts(),
            "before" => self.0.before = object.next_value()?,
            "after" => self.0.after = object.next_value()?,
            "after_unknown" => self.0.unknown = object.next_value()?,
            _ => _ = object.next_value::<IgnoredAny>()?,
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Side {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let all = Value::deserialize(json)?;
        let mut attributes = Attributes::default();
        if all.is_object() {
            // The reader's own words could quote the plan.
            let read = Object(&mut attributes).deserialize(&all);
            read.map_err(|_| D::Error::custom("it is not what Terraform writes"))?;
        }
        Ok(Side { attributes, all })
    }
}
