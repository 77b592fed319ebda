//! A template: its resources, and the policies in it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::finder::{Finder, Found, Said};
use super::yaml::{self, Yaml};
use crate::document::{Document, File, PolicyTree, Syntax};
use crate::iam::quota::Owner;
use crate::text::{Json, Problem, Problems, Source};

/// A template of CloudFormation or SAM, in YAML or in JSON.
///
/// ```
/// use iam_refine::cloudformation::{Content, Template};
/// use iam_refine::text::Source;
/// let text = "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n      \
///     - PolicyName: app\n        PolicyDocument:\n          Statement:\n          - Effect: Allow\n            \
///     Action: s3:Get*\n            Resource: '*'\n";
/// let template = Template::read(&Source::from_text("template.yaml", text))?;
/// let policy = &template.policies[0];
/// assert_eq!(policy.address, "Role.Policies[0]");
/// let Content::Document(document) = &policy.content else { unreachable!() };
/// assert_eq!(document.policy().statements[0].actions.entries()[0].to_string(), "s3:Get*");
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
#[derive(Clone, Debug)]
pub struct Template {
    /// All its resources, in order.
    pub resources: Vec<TemplateResource>,
    /// The policies of roles, users and groups and the managed ones, in order of the text.
    pub policies: Vec<WrittenPolicy>,
    /// What changes the template before it is deployed, other than SAM: macros.
    pub macros: Vec<Problem>,
    /// What may make policies and is not read.
    pub unread: Vec<Problem>,
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
    /// Whether the template says what it is called in AWS, `RoleName`; otherwise CloudFormation makes up
    /// a name that nothing else has.
    pub has_own_name: bool,
    /// All names in what it attaches to itself, or itself to others: `ManagedPolicyArns`, `Policies` of SAM,
    /// `Roles`, `Users` and `Groups`, however they are written.
    pub attached_names: BTreeSet<String>,
    /// Where it stands in a program of the CDK, if one made the template.
    pub construct_path: Option<String>,
}

/// What stands in a place that takes a policy.
#[derive(Clone, Debug)]
pub struct WrittenPolicy {
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
    /// What it is.
    pub content: Content,
    /// Whether a condition decides if it is there.
    pub is_behind_condition: bool,
    /// For each statement whether a condition decides if it is there.
    is_conditional: Vec<bool>,
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
    /// A managed policy.
    Managed,
}

/// Somebody who has a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// A role, a user or a group.
    pub kind: Owner,
    /// Who it is.
    pub who: Who,
}

/// Who a template says that somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The resource with this logical id.
    Resource(String),
    /// Whoever has this name.
    Named(String),
    /// What this comes to, `!Ref RoleName`, which the template does not tell.
    Unknown(String),
}

/// The name of a policy, as far as a template tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// This one.
    Text(String),
    /// One with these parts in this order, and anything between them: `!Sub '${AWS::StackName}-app'`.
    Parts(Vec<String>),
}

/// What a policy is, as the template has it.
#[derive(Clone, Debug)]
pub enum Content {
    /// It is written here. All documents of a template are of one [`File`], and those that follow each
    /// other are in its order.
    Document(Document),
    /// It is written in a form that is not read, or there is something wrong with it.
    Refused(Problems),
}

impl Template {
    /// Reads a template: all of it, or nothing where it is neither JSON nor YAML.
    ///
    /// # Errors
    /// What is wrong with the file, with its place. What is wrong with one policy is told with that one.
    pub fn read(source: &Source) -> Result<Self, Problems> {
        let found = Finder::find(source)?;
        let mut documents = File::read(source.clone(), trees)?.into_iter();
        let policies = found.policies.into_iter();
        let policies = policies.map(|one| WrittenPolicy::of(one, &mut documents, source));
        Ok(Template {
            policies: policies.collect(),
            resources: found.resources,
            macros: found.macros,
            unread: found.unread,
        })
    }

    /// Whether a text is a template, by its shape: a mapping with `Resources`, of which one has a
    /// `Type`. What is broken and looks like one is one too, so that what is wrong with it is told.
    pub fn is_one(text: &str) -> bool {
        if text.trim_start().starts_with('{') {
            let source = Source::from_text("", text);
            let looks_so = text.contains("\"Resources\"") && text.contains("\"Type\"");
            return looks_so && Json::parse(&source).map_or(true, |json| has_resources(&json));
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
        self.policies.iter().filter_map(WrittenPolicy::document)
    }
}

impl WrittenPolicy {
    /// The policy, if it is read.
    pub fn document(&self) -> Option<&Document> {
        match &self.content {
            Content::Document(document) => Some(document),
            Content::Refused(_) => None,
        }
    }

    /// Whether a condition decides if a statement is there.
    pub fn is_conditional(&self, statement: usize) -> bool {
        self.is_conditional.get(statement) == Some(&true)
    }

    fn of(found: Found, documents: &mut impl Iterator<Item = Document>, source: &Source) -> Self {
        let is_conditional = match &found.said {
            Said::Policy(read) => read.is_conditional.clone(),
            Said::Refused(_) => Vec::new(),
        };
        let content = match found.said {
            Said::Policy(..) => match documents.next() {
                Some(document) => Content::Document(document),
                // Both come of one reading, so there is one.
                None => Content::Refused(source.error("a policy is not read").into()),
            },
            Said::Refused(problems) => Content::Refused(problems),
        };
        WrittenPolicy {
            address: found.address,
            resource: found.resource,
            range: found.range,
            line: found.line,
            makes: found.makes,
            content,
            is_behind_condition: found.is_behind_condition,
            is_conditional,
        }
    }
}

/// The policies of a template that can be edited.
fn trees(source: &Source) -> Result<Vec<PolicyTree>, Problems> {
    let found = Finder::find(source)?.policies.into_iter();
    let trees = found.filter_map(|found| match found.said {
        Said::Policy(read) => Some(read.tree),
        Said::Refused(_) => None,
    });
    Ok(trees.collect())
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
            unclear: Vec::new(),
        };
        return Ok((json, Syntax::Json));
    }
    Ok((yaml::read(source)?, Syntax::Yaml))
}
