//! The configuration in a plan: its blocks, their providers, and what they refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::de::MapAccess;
use serde_json::Value;

use super::super::members::{Member, Part};
use super::super::parts::Heading;
use crate::sources::{BlockAddress, normal};

/// The blocks of all modules, and the providers; nothing, where a plan comes without it.
#[derive(Clone, Debug, Default)]
pub(super) struct Configuration {
    blocks: BTreeMap<BlockAddress, PlannedBlock>,
    /// The documents that each takes, by where they are written.
    documents: BTreeMap<Written, BTreeSet<Written>>,
    providers: Vec<ConfiguredProvider>,
}

/// A provider that is configured.
#[derive(Clone, Debug, Default)]
struct ConfiguredProvider {
    /// As blocks name it: `aws`, `aws.b`, `module.queue:aws`.
    key: String,
    /// The name of its kind, as `aws`, and all of it: `registry.terraform.io/hashicorp/aws`.
    names: [Option<String>; 2],
}

/// Where a policy or document is written: the folder of its module, or else which module it is; and what it
/// is there.
pub type Written = (PathBuf, String);

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
    /// Whether it is a document itself, and makes nothing.
    is_document: bool,
    /// The documents that it takes statements from, if it is one.
    takes: Vec<String>,
    /// Its arguments.
    arguments: Vec<String>,
    /// The sources of the modules around it, from the root on.
    sources: Vec<String>,
}

/// Whether two blocks make what they do through one provider, and so in one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Providers {
    /// They do.
    Same,
    /// They do not.
    Different,
    /// The plan does not tell it: a block is gone from the configuration, say.
    NotTold,
}

impl Configuration {
    /// Whether two blocks make what they do through one provider. Of the second it is not known where it
    /// stands, if it is none.
    pub(super) fn providers_of(
        &self,
        one: &BlockAddress,
        other: Option<&BlockAddress>,
    ) -> Providers {
        if self.has_one_provider() {
            return Providers::Same;
        }
        let (one, other) = (
            self.provider_of(one),
            other.and_then(|other| self.provider_of(other)),
        );
        match (one, other) {
            (Some(one), Some(other)) if one == other => Providers::Same,
            (Some(_), Some(_)) => Providers::Different,
            _ => Providers::NotTold,
        }
    }

    /// Whether all that is made in AWS is made through one provider: the default one is configured, no other
    /// is, and no block names another. Where none is configured since the surroundings do that, nobody can
    /// tell.
    fn has_one_provider(&self) -> bool {
        let mut of_aws = self.providers.iter().filter(|one| one.is_of_aws());
        let (Some(only), None) = (of_aws.next(), of_aws.next()) else {
            return false;
        };
        let blocks = self.blocks.values();
        let keys = blocks.filter_map(|block| block.provider.as_deref());
        let mut keys = keys.map(|key| key.rsplit(':').next().unwrap_or_default());
        let is_alias = |key: &str| {
            key.split_once('.')
                .is_some_and(|(name, _)| name == only.key)
        };
        !only.key.contains(['.', ':']) && !keys.any(is_alias)
    }

    /// The provider that a block names, if it is one of those that are configured. Terraform before 1.1
    /// does not tell which one a module was given.
    pub(super) fn provider_of(&self, block: &BlockAddress) -> Option<&str> {
        let key = self.planned(block)?.provider.as_deref()?;
        let mut known = self.providers.iter();
        known.any(|provider| provider.key == key).then_some(key)
    }

    /// The block of a role, user or group that one gives something to, where its configuration refers to
    /// it and to nothing else: in its own module, and through the same provider.
    pub(super) fn holder_of(&self, block: &BlockAddress) -> Option<BlockAddress> {
        let giving = self.planned(block)?;
        let (kind, name) = giving.holder.as_deref()?.split_once('.')?;
        let holder = BlockAddress {
            module: block.module.clone(),
            kind: kind.to_owned(),
            name: name.to_owned(),
        };
        (self.providers_of(block, Some(&holder)) == Providers::Same).then_some(holder)
    }

    /// Whether two blocks have one policy: they are one, in a module that is called twice, or take one
    /// document. One that is gone from the configuration has what it made to itself; where there is no
    /// configuration nobody can tell.
    pub(super) fn may_share_policy(&self, one: &BlockAddress, other: &BlockAddress) -> bool {
        if one == other || !self.has_blocks() {
            return true;
        }
        let written = |block: &BlockAddress| Some(self.planned(block)?.written());
        written(one).is_some_and(|place| written(other) == Some(place))
    }

    /// Whether there is any block.
    pub(super) fn has_blocks(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// The documents that the policy of a block is put together of.
    pub(super) fn documents_of(&self, block: &BlockAddress) -> BTreeSet<Written> {
        let written = self.planned(block).map(PlannedBlock::written);
        let key = written.and_then(|written| self.documents.get_key_value(&written));
        let mut found: BTreeSet<&Written> = BTreeSet::new();
        let mut left: Vec<&Written> = key.into_iter().map(|(document, _)| document).collect();
        while let Some(document) = left.pop() {
            if found.insert(document) {
                left.extend(self.documents.get(document).into_iter().flatten());
            }
        }
        found.into_iter().cloned().collect()
    }

    /// Whether a block has an argument; true as well where nobody can tell.
    pub(super) fn may_say(&self, block: Option<&BlockAddress>, argument: &str) -> bool {
        let block = block.and_then(|block| self.planned(block));
        block.is_none_or(|block| block.arguments.iter().any(|one| one == argument))
    }

    /// Whether a block is known to have an argument.
    pub(super) fn says(&self, block: &BlockAddress, argument: &str) -> bool {
        let block = self.planned(block);
        block.is_some_and(|block| block.arguments.iter().any(|one| one == argument))
    }

    fn planned(&self, block: &BlockAddress) -> Option<&PlannedBlock> {
        self.blocks.get(block)
    }
}

impl ConfiguredProvider {
    fn is_of_aws(&self) -> bool {
        let is_aws = |name: &String| name.rsplit('/').next() == Some("aws");
        let mut names = self.names.iter().flatten().peekable();
        if names.peek().is_none() {
            let key = self.key.rsplit(':').next().unwrap_or_default();
            return key.split('.').next() == Some("aws");
        }
        names.any(is_aws)
    }
}

impl PlannedBlock {
    /// Where its policy is written.
    fn written(&self) -> Written {
        (self.folder(), self.policy.clone())
    }

    /// The folder of its module, or else which module it is.
    fn folder(&self) -> PathBuf {
        let mut place = PathBuf::new();
        for (depth, source) in self.sources.iter().enumerate() {
            let is_local = source.starts_with("./") || source.starts_with("../");
            place = if is_local {
                normal(&place.join(source))
            } else {
                PathBuf::from(self.address.module[..=depth].join("."))
            };
        }
        place
    }
}

impl Part for Configuration {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        match member.key {
            "provider_config" => {
                let providers = &mut self.providers;
                member.read_into(&mut Providing(providers))
            }
            "root_module" => {
                let mut found = Vec::new();
                let mut root = ModuleBlocks {
                    module: &[],
                    found: &mut found,
                };
                member.read_into(&mut root)?;
                for block in found {
                    if block.is_document {
                        let taken = block.takes.iter();
                        let taken = taken.map(|document| (block.folder(), document.clone()));
                        let taken: Vec<Written> = taken.collect();
                        self.documents
                            .entry(block.written())
                            .or_default()
                            .extend(taken);
                    } else {
                        self.blocks.insert(block.address.clone(), block);
                    }
                }
                Ok(())
            }
            _ => member.pass_over(),
        }
    }
}

/// `{"aws.b": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "alias": "b"}}`
struct Providing<'a>(&'a mut Vec<ConfiguredProvider>);

impl Part for Providing<'_> {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        let mut provider = ConfiguredProvider {
            key: member.key.to_owned(),
            ..ConfiguredProvider::default()
        };
        member.read_into(&mut provider)?;
        self.0.push(provider);
        Ok(())
    }
}

impl Part for ConfiguredProvider {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        let [name, full_name] = &mut self.names;
        let text = match member.key {
            "name" => name,
            "full_name" => full_name,
            _ => return member.pass_over(),
        };
        *text = member.text()?;
        Ok(())
    }
}

/// The blocks of a module and of those that it calls.
///
/// ```json
/// {"resources": [{"type": "aws_iam_role", "name": "app", "provider_config_key": "aws.b"}],
///  "module_calls": {"queue": {"source": "./queue", "module": {"resources": []}}}}
/// ```
struct ModuleBlocks<'a> {
    module: &'a [String],
    found: &'a mut Vec<PlannedBlock>,
}

impl Part for ModuleBlocks<'_> {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        let (module, found) = (self.module, &mut *self.found);
        match member.key {
            "module_calls" => member.read_into(&mut Calls { module, found }),
            "resources" => member.each(|block: ConfiguredBlock| {
                found.extend(block.planned(module));
            }),
            _ => member.pass_over(),
        }
    }
}

/// The modules that a module calls, by their names.
struct Calls<'a> {
    module: &'a [String],
    found: &'a mut Vec<PlannedBlock>,
}

impl Part for Calls<'_> {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        let mut module = self.module.to_vec();
        module.push(member.key.to_owned());
        let mut call = Call {
            module,
            source: String::new(),
            found: Vec::new(),
        };
        member.read_into(&mut call)?;
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
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        let (module, found) = (&self.module, &mut self.found);
        match member.key {
            "source" => self.source = member.text()?.unwrap_or_default(),
            "module" => member.read_into(&mut ModuleBlocks { module, found })?,
            _ => member.pass_over()?,
        }
        Ok(())
    }
}

#[derive(Default)]
struct ConfiguredBlock {
    heading: Heading,
    provider: Option<String>,
    /// The document that its policy refers to.
    document: Option<String>,
    /// The documents that it takes statements from.
    takes: Vec<String>,
    /// The role, user or group that it refers to.
    holder: Option<String>,
    arguments: Vec<String>,
}

impl ConfiguredBlock {
    /// The block, if it is one that makes something, or a document of policies.
    fn planned(self, module: &[String]) -> Option<PlannedBlock> {
        let is_document = self.heading.is_data();
        let (kind, name) = (self.heading.kind?, self.heading.name?);
        if is_document && kind != "aws_iam_policy_document" {
            return None;
        }
        let own = if is_document {
            format!("data.{kind}.{name}")
        } else {
            format!("{kind}.{name}")
        };
        Some(PlannedBlock {
            provider: self.provider,
            holder: self.holder,
            policy: self.document.unwrap_or(own),
            takes: self.takes,
            is_document,
            arguments: self.arguments,
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
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        match member.key {
            "provider_config_key" => self.provider = member.text()?,
            "expressions" => {
                let expressions: Value = member.value()?;
                let policy = expressions.get("policy");
                self.document = policy.and_then(|policy| documents_in(policy).next());
                let taken = TAKING
                    .iter()
                    .filter_map(|argument| expressions.get(argument));
                self.takes = taken.flat_map(documents_in).collect();
                self.holder = holder_in(&expressions);
                let arguments = expressions.as_object().into_iter();
                self.arguments = arguments.flat_map(|all| all.keys().cloned()).collect();
            }
            _ => self.heading.member(member)?,
        }
        Ok(())
    }
}

/// The role, user or group that a block refers to by its name, as in
/// `{"role": {"references": ["aws_iam_role.app.id", "aws_iam_role.app"]}}`: where that is all.
fn holder_in(expressions: &Value) -> Option<String> {
    let mut holders = ["role", "user", "group"].into_iter();
    holders.find_map(|argument| {
        let references = expressions.get(argument)?.get("references")?.as_array()?;
        let address = format!("aws_iam_{argument}.");
        let references = references
            .iter()
            .map(|one| one.as_str().unwrap_or_default());
        // Which one of several it is says nothing of whose name it is.
        let is_key = |reference: &&str| ["each.key", "count.index"].contains(reference);
        let names = references.filter(|one| !is_key(one)).map(|reference| {
            let reference = reference.strip_prefix(&address)?;
            let end = reference.find(['.', '[']).unwrap_or(reference.len());
            let (name, rest) = reference.split_at(end);
            // `[0].name`
            let attribute = rest.rsplit(']').next().unwrap_or_default();
            let is_whole = attribute.is_empty() || attribute == ".id" || attribute == ".name";
            is_whole.then_some(name)
        });
        let names: BTreeSet<&str> = names.collect::<Option<_>>()?;
        let mut names = names.into_iter();
        let only = names.next().filter(|_| names.next().is_none())?;
        Some(address + only)
    })
}

/// The arguments by which a document takes the statements of others.
const TAKING: [&str; 2] = ["source_policy_documents", "override_policy_documents"];

/// The documents that an expression refers to, as in
/// `{"references": ["data.aws_iam_policy_document.app.json", …]}`.
fn documents_in(expression: &Value) -> impl Iterator<Item = String> + '_ {
    let references = expression.get("references").and_then(Value::as_array);
    references.into_iter().flatten().filter_map(|reference| {
        let reference = reference.as_str()?;
        let name = reference.strip_prefix("data.aws_iam_policy_document.")?;
        let name = name.split(['.', '[']).next()?;
        Some(format!("data.aws_iam_policy_document.{name}"))
    })
}
