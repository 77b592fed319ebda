//! A template: its resources, and the policies in it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::finder::find;
use super::named::{Name, Told};
use super::output::TemplateOutput;
use super::said::Said;
use super::yaml::{self, Yaml};
use crate::document::{Document, File, ReadPolicy, Syntax};
use crate::iam::quota::Owner;
use crate::text::{Json, Problem, Problems, Source};

/// A template of CloudFormation or SAM, in YAML or in JSON.
///
/// ```
/// use iam_refine::cloudformation::Template;
/// use iam_refine::text::Source;
/// let text = "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n      \
///     - PolicyName: app\n        PolicyDocument:\n          Statement:\n          - Effect: Allow\n            \
///     Action: s3:Get*\n            Resource: '*'\n";
/// let template = Template::read(&Source::from_text("template.yaml", text))?;
/// let policy = &template.policies[0];
/// assert_eq!(policy.address, "Role.Policies[0]");
/// let document = policy.content.as_ref().unwrap();
/// assert_eq!(document.policy().statements[0].actions.entries()[0].to_string(), "s3:Get*");
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
///
/// While it is being read `P` is what is known so far of a policy.
#[derive(Clone, Debug)]
pub struct Template<P = Document> {
    /// All its resources, in order.
    pub resources: Vec<TemplateResource>,
    /// What says something and is no resource as such: what SAM gives to all functions, by their type, and what
    /// makes resources that are not read, of no type.
    pub others: Vec<TemplateResource>,
    /// The policies of roles, users and groups and the managed ones, in order of the text.
    pub policies: Vec<WrittenPolicy<P>>,
    /// What parameters are if nobody gives them and may be, and what is in mappings, by the names of
    /// `Told::of`.
    pub values: BTreeMap<String, Vec<Said>>,
    /// What it puts out.
    pub outputs: Vec<TemplateOutput>,
    /// Whom it puts into groups.
    pub memberships: Vec<Membership>,
    /// What changes the template before it is deployed, other than SAM: macros.
    pub macros: Vec<Problem>,
    /// The inline policies that it makes without writing their actions, as policy templates of SAM: the logical id
    /// of the role, and the name.
    pub without_actions: Vec<(String, String)>,
    /// What may make policies and is not read.
    pub unread: Vec<Problem>,
    /// The bytes of its resources, and of the entries of their lists of policies.
    pub blocks: Vec<Range<usize>>,
}

/// A resource of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its type: `AWS::IAM::Role`.
    pub kind: String,
    /// The bytes of its name.
    pub range: Range<usize>,
    /// The line of its name, from 1.
    pub line: usize,
    /// Whether the template says in any case what it is called in AWS, `RoleName`; otherwise CloudFormation
    /// makes up a name that nothing else has.
    pub has_own_name: bool,
    /// Whether a condition decides if it is there.
    pub is_conditional: bool,
    /// All that it says.
    pub says: Vec<Said>,
    /// The template of the stack that it makes, where that is told: `TemplateURL`.
    pub template_url: Option<String>,
    /// Where it stands in a program of the CDK, if one made the template.
    pub construct_path: Option<String>,
}

/// What stands in a place that takes a policy.
#[derive(Clone, Debug)]
pub struct WrittenPolicy<P = Document> {
    /// Where it is: `Role.Policies[0]`, `AppPolicy.PolicyDocument`.
    pub address: String,
    /// Which of the resources of the template it stands in.
    pub resource: usize,
    /// The bytes it takes.
    pub range: Range<usize>,
    /// The line it begins in, from 1.
    pub line: usize,
    /// What is made of it.
    pub makes: Makes,
    /// The policy; or why it is not read: it is written in another form, or there is something wrong with
    /// it. All documents of a template are of one [`File`], and those that follow each other are in its order.
    pub content: Result<P, Problems>,
    /// Whether a condition decides if it is there.
    pub is_behind_condition: bool,
}

/// What CloudFormation makes of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Makes {
    /// A policy that is embedded in others.
    Inline {
        /// The name that it has there.
        name: Name,
        /// Whom it is embedded in.
        holders: Vec<Holder>,
    },
    /// A managed policy, and whom it says that it is attached to.
    Managed(Vec<Holder>),
}

/// A user whom a template puts into a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which of the resources of the template says so.
    pub resource: usize,
    /// The group.
    pub group: Who,
    /// The user.
    pub user: Who,
    /// Whether a condition decides that this is said.
    pub is_conditional: bool,
}

/// Somebody who has a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// A role, a user or a group.
    pub kind: Owner,
    /// Who it is.
    pub who: Who,
    /// Whether a condition decides that this one has it.
    pub is_conditional: bool,
}

impl Holder {
    /// Somebody of a kind, whatever conditions decide.
    pub fn new(kind: Owner, who: Who) -> Self {
        Holder {
            kind,
            who,
            is_conditional: false,
        }
    }
}

/// Who a template says that somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The resource with this logical id.
    Resource(String),
    /// Whoever has this name.
    Named(String),
    /// What this comes to, `!Ref RoleName`, which the template does not tell.
    Unknown {
        /// What is told of it.
        value: Told,
        /// Whether it stands for a list, of however many.
        is_list: bool,
    },
    /// Nobody knows: what says it is not read.
    NotRead,
}

impl Template {
    /// Reads a template: all of it, or nothing where it is neither JSON nor YAML.
    ///
    /// # Errors
    /// What is wrong with the file, with its place. What is wrong with one policy is told with that one.
    pub fn read(source: &Source) -> Result<Self, Problems> {
        let found = find(source)?;
        let count = found.policies.iter().filter(|one| one.content.is_ok());
        let mut file = File::begin(source.clone(), policies, count.count());
        let policies = found.policies.into_iter().map(|found| WrittenPolicy {
            content: found.content.map(|read| file.document(read)),
            address: found.address,
            resource: found.resource,
            range: found.range,
            line: found.line,
            makes: found.makes,
            is_behind_condition: found.is_behind_condition,
        });
        Ok(Template {
            policies: policies.collect(),
            resources: found.resources,
            others: found.others,
            values: found.values,
            outputs: found.outputs,
            memberships: found.memberships,
            macros: found.macros,
            without_actions: found.without_actions,
            unread: found.unread,
            blocks: found.blocks,
        })
    }

    /// Whether a text is a template, by its shape: a mapping with `Resources`, of which one has a
    /// `Type`. What is broken and looks like one is one too, so that what is wrong with it is told.
    pub fn is_one(text: &str) -> bool {
        if text.trim_start().starts_with('{') {
            let source = Source::from_text("", text);
            let looks_so = text.contains("\"Resources\"") && text.contains("\"Type\"");
            return match Json::parse(&source) {
                Ok(json) => looks_so && has_resources(&json),
                Err(_) => looks_so || text.contains("\"AWSTemplateFormatVersion\""),
            };
        }
        let begins = |line: &str| {
            let key = line.trim_start_matches(['"', '\'']);
            let rest = key
                .strip_prefix("Resources")
                .map(|rest| rest.trim_start_matches(['"', '\'']));
            rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
        };
        let has_key = |key: &str| text.lines().any(|line| line.starts_with(key));
        // What the Serverless Framework reads is refused by its name.
        let is_serverless = has_key("service:") && has_key("provider:");
        is_serverless || text.lines().any(begins) && text.contains("Type")
    }

    /// The resource with a logical id.
    pub fn resource(&self, logical_id: &str) -> Option<&TemplateResource> {
        let mut resources = self.resources.iter();
        resources.find(|resource| resource.logical_id == logical_id)
    }

    /// The policies that can be edited, in order of the text.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        let policies = self.policies.iter();
        policies.filter_map(|policy| policy.content.as_ref().ok())
    }
}

/// The policies of a template that are read.
fn policies(source: &Source) -> Result<Vec<ReadPolicy>, Problems> {
    let found = find(source)?.policies.into_iter();
    Ok(found.filter_map(|found| found.content.ok()).collect())
}

fn has_resources(json: &Json) -> bool {
    let resources = json.get("Resources").and_then(Json::as_object);
    let mut resources = resources.into_iter().flatten();
    resources.any(|member| member.value.get("Type").is_some())
}

/// The values of a file in either format, and how it is written.
pub(super) fn values(source: &Source) -> Result<(Yaml, Syntax), Problems> {
    if yaml::is_json(source) {
        let json = Yaml {
            json: Json::parse(source)?,
            anchored: Vec::new(),
            aliased: yaml::Aliased::new(),
            unclear: Vec::new(),
        };
        return Ok((json, Syntax::Json));
    }
    Ok((yaml::read(source)?, Syntax::Yaml))
}
