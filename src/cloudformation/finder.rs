//! Finds the policies in a template, and says what each is and whose.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::function::{Call, is_no_value};
use super::named::{holder, holders, name};
use super::policy::{PolicyRead, Trees};
use super::template::{Holder, Makes, Name, TemplateResource, Who, values};
use super::transforms::{is_macro, macros, makes_others};
use crate::document::{Document, Places};
use crate::iam::quota::Owner;
use crate::text::{Json, JsonValue, Member, Problem, Problems, Source, list};

/// A place that takes a policy, and what is said there.
pub(super) struct Found {
    pub address: String,
    /// Which of the resources it stands in.
    pub resource: usize,
    pub range: Range<usize>,
    pub line: usize,
    pub makes: Makes,
    pub is_behind_condition: bool,
    pub said: Said,
}

/// What is said of a policy.
pub(super) enum Said {
    /// It itself, in a form that is read and without an error.
    Policy(Box<PolicyRead>),
    /// What is not read, or is wrong.
    Refused(Problems),
}

/// What is found in a template.
pub(super) struct Finder<'a> {
    trees: Trees<'a>,
    parameters: BTreeSet<&'a str>,
    /// That a resource is a permissions boundary, by its logical id.
    boundaries: BTreeMap<String, Problem>,
    /// What does not say the same to everybody, by the resource that it stands in.
    unclear: BTreeMap<String, Problem>,
    pub resources: Vec<TemplateResource>,
    pub policies: Vec<Found>,
    pub unread: Vec<Problem>,
}

/// The parts of a template.
pub(super) struct AllFound {
    pub resources: Vec<TemplateResource>,
    pub policies: Vec<Found>,
    pub macros: Vec<Problem>,
    pub unread: Vec<Problem>,
}

impl Finder<'_> {
    /// Goes through a template.
    pub fn find(source: &Source) -> Result<AllFound, Problems> {
        let (file, syntax) = values(source)?;
        let (json, unclear) = (file.json, file.unclear);
        let trees = Trees {
            places: Places::of(source),
            syntax,
            anchored: file.anchored,
        };
        let Some(resources) = json
            .member("Resources")
            .filter(|member| member.value.as_object().is_some())
        else {
            if json.get("service").is_some() && json.get("provider").is_some() {
                let problem =
                    source.error("this is a file of the Serverless Framework, which is not read");
                let help = "take out what is unused under provider.iam.role.statements by hand";
                return Err(problem.help(help).into());
            }
            let problem = source.error("this is no template: it has no Resources");
            return Err(problem
                .help("give a template of CloudFormation or SAM")
                .into());
        };
        if let Some(problem) =
            merged_here(&trees, &json).or_else(|| merged_here(&trees, &resources.value))
        {
            return Err(problem.into());
        }
        let parameters = json
            .get("Parameters")
            .and_then(Json::as_object)
            .unwrap_or_default();
        let mut finder = Finder {
            parameters: parameters.iter().map(|one| one.name.as_str()).collect(),
            trees,
            boundaries: boundaries(source, &resources.value),
            unclear: unclear_of(unclear, &resources.value)?,
            resources: Vec::new(),
            policies: Vec::new(),
            unread: Vec::new(),
        };
        for member in resources.value.as_object().unwrap_or_default() {
            finder.resource(member);
        }
        finder.policies.sort_by_key(|found| found.range.start);
        Ok(AllFound {
            macros: macros(&finder.trees.places, &json, &resources.value),
            unread: finder.unread,
            resources: finder.resources,
            policies: finder.policies,
        })
    }

    fn resource(&mut self, member: &Member) {
        let resource = &member.value;
        let Some(kind) = resource.get("Type").and_then(Json::as_str) else {
            let what = if is_macro(&member.name) {
                "may make policies, which are not read"
            } else {
                "has no Type, so nobody can tell what it is"
            };
            self.note_unread(member, what);
            return;
        };
        if let Some(what) = makes_others(kind) {
            self.note_unread(member, what);
        }
        let metadata = resource
            .get("Metadata")
            .and_then(|metadata| metadata.get("aws:cdk:path"));
        self.resources.push(TemplateResource {
            logical_id: member.name.clone(),
            kind: kind.to_owned(),
            range: member.name_range.clone(),
            line: self.trees.places.line(member.name_range.start),
            has_own_name: NAMES.iter().any(|name| has(resource, name)),
            attached_names: attached_names(self.trees.places.source().text(), kind, resource),
            construct_path: metadata.and_then(Json::as_str).map(str::to_owned),
        });
        let nothing = Json {
            range: member.name_range.clone(),
            value: JsonValue::Null,
        };
        let properties = resource.get("Properties").unwrap_or(&nothing);
        let Some(form) = Form::of(kind) else {
            return;
        };
        if let Some(why) = self.unclear(&member.name, resource, properties) {
            let makes = form.makes(&member.name);
            self.add(&member.name, &resource.range, makes, Err(why.into()));
            return;
        }
        match form {
            Form::Principal(kind) => self.of_principal(&member.name, kind, properties),
            Form::Policy => {
                let holders = holders(self.trees.places.source(), properties, &self.parameters);
                self.inline(&member.name, holders, properties);
            }
            Form::PolicyOf(kind) => {
                let key = match kind {
                    Owner::Role => "RoleName",
                    Owner::User => "UserName",
                    Owner::Group => "GroupName",
                };
                let who = properties.get(key);
                let who = who.map(|who| holder(self.trees.places.source(), who, &self.parameters));
                let who = who.unwrap_or(Who::Unknown(format!("{key}, which is not given")));
                self.inline(&member.name, vec![Holder { kind, who }], properties);
            }
            Form::Managed => {
                self.document(&member.name, Makes::Managed, properties);
            }
            Form::Serverless => self.of_serverless(&member.name, properties),
        }
    }

    fn note_unread(&mut self, member: &Member, what: &str) {
        let message = format!("{} {what}", member.name);
        let source = self.trees.places.source();
        let note = source.note_at(member.name_range.clone(), message);
        self.unread.push(note);
    }

    /// Why nobody can tell what a resource comes to.
    fn unclear(&self, logical_id: &str, resource: &Json, properties: &Json) -> Option<Problem> {
        let places = &self.trees.places;
        if let Some(unclear) = self.unclear.get(logical_id) {
            return Some(unclear.clone());
        }
        if let Some(call) = Call::of(places.source(), properties) {
            let message = format!("the properties are not read: {}", call.why());
            return Some(places.error(Some(properties.range.clone()), message, "write them here"));
        }
        if let Some(opaque) = properties.as_opaque() {
            let message = format!("the properties are not read: {}", opaque.reason);
            return Some(places.error(Some(properties.range.clone()), message, "write them here"));
        }
        let merged =
            merged_here(&self.trees, resource).or_else(|| merged_here(&self.trees, properties));
        merged.or_else(|| self.trees.macro_in(resource))
    }

    /// The policies that are written in a role, a user or a group.
    fn of_principal(&mut self, logical_id: &str, kind: Owner, properties: &Json) {
        let holder = Holder {
            kind,
            who: Who::Resource(logical_id.to_owned()),
        };
        let form = Form::Principal(kind);
        for (at, json, branch) in self.listed(logical_id, &form, properties) {
            let address = format!("{logical_id}.Policies[{at}]{branch}");
            let own_name = json.get("PolicyName");
            let name = own_name.map_or(Name::any(), |own| name(self.trees.places.source(), own));
            let makes = Makes::Inline {
                name,
                holders: vec![holder.clone()],
            };
            let merged = merged_here(&self.trees, json);
            match json.get("PolicyDocument") {
                _ if merged.is_some() => {
                    let why = merged.map_or(Problems::default(), Problems::from);
                    self.add(&address, &json.range, makes, Err(why));
                }
                Some(document) => {
                    let read = self.trees.read(document);
                    self.add(&address, &document.range, makes, read);
                }
                None => {
                    let why = self.why_none(json);
                    self.add(&address, &json.range, makes, Err(why.into()));
                }
            }
            self.last_is_behind_condition(!branch.is_empty());
        }
    }

    fn last_is_behind_condition(&mut self, is_conditional: bool) {
        if let Some(last) = self.policies.last_mut() {
            last.is_behind_condition = is_conditional;
        }
    }

    /// The policies of what SAM makes a role for.
    fn of_serverless(&mut self, logical_id: &str, properties: &Json) {
        let role = format!("{logical_id}Role");
        let holder = Holder {
            kind: Owner::Role,
            who: Who::Resource(role.clone()),
        };
        let mut without_actions = Vec::new();
        for (at, json, branch) in self.listed(logical_id, &Form::Serverless, properties) {
            // Templates of policies and names of managed ones have no actions here.
            if json.get("Statement").is_none() {
                let names = json.as_object().into_iter().flatten();
                without_actions.extend(names.map(|own| own.name.clone()));
                continue;
            }
            let address = format!("{logical_id}.Policies[{at}]{branch}");
            let name = Name::Text(format!("{role}Policy{at}"));
            let makes = Makes::Inline {
                name,
                holders: vec![holder.clone()],
            };
            let read = match properties.member("Role") {
                None => self.trees.read(json),
                Some(role) => {
                    let message = "SAM makes no role here and takes no notice of these policies, since Role is given";
                    let help = "take the policies out, or narrow those of that role";
                    Err(self
                        .trees
                        .places
                        .error(Some(role.name_range.clone()), message, help)
                        .into())
                }
            };
            self.add(&address, &json.range, makes, read);
            self.last_is_behind_condition(!branch.is_empty());
        }
        without_actions.retain(|name| name.ends_with("Policy"));
        if let (Some(policies), false) = (properties.member("Policies"), without_actions.is_empty())
        {
            let message = format!(
                "the actions of {} are not written here",
                list(&without_actions)
            );
            let source = self.trees.places.source();
            let note = source.note_at(policies.name_range.clone(), message);
            self.unread.push(note);
        }
    }

    /// What is listed under `Policies`, each with its place; what stands behind a condition has the
    /// place that this has.
    fn listed<'j>(
        &mut self,
        logical_id: &str,
        form: &Form,
        properties: &'j Json,
    ) -> Vec<(usize, &'j Json, String)> {
        let Some(policies) = properties
            .get("Policies")
            .filter(|policies| !policies.is_null())
        else {
            return Vec::new();
        };
        let source = self.trees.places.source();
        let is_opaque = Call::of(source, policies).is_some() || policies.as_opaque().is_some();
        if is_opaque {
            let makes = form.makes(logical_id);
            let why = self.why_none(policies);
            self.add(
                &format!("{logical_id}.Policies"),
                &policies.range,
                makes,
                Err(why.into()),
            );
            return Vec::new();
        }
        let list = match policies.as_array() {
            Some(list) => list,
            None => std::slice::from_ref(policies),
        };
        let mut all = Vec::new();
        for (at, one) in list.iter().enumerate() {
            add_branches(source, one, "", &mut |branch, path| {
                all.push((at, branch, path));
            });
        }
        all
    }

    /// Why there is no policy where one should be.
    fn why_none(&self, json: &Json) -> Problem {
        let places = &self.trees.places;
        let call = Call::of(places.source(), json).map(|call| call.why());
        let why = call.or_else(|| Some(json.as_opaque()?.reason.clone()));
        let message = match why {
            Some(why) => format!("these policies are not read: {why}"),
            None => "there is no PolicyDocument here".to_owned(),
        };
        let help = "write each with its PolicyName and PolicyDocument";
        places.error(Some(json.range.clone()), message, help)
    }

    /// An inline policy that is a resource of its own.
    fn inline(&mut self, logical_id: &str, holders: Vec<Holder>, properties: &Json) {
        let own_name = properties.get("PolicyName");
        let name = own_name.map_or(Name::any(), |own| name(self.trees.places.source(), own));
        self.document(logical_id, Makes::Inline { name, holders }, properties);
    }

    /// A policy that is a resource of its own.
    fn document(&mut self, logical_id: &str, makes: Makes, properties: &Json) {
        let address = format!("{logical_id}.PolicyDocument");
        let Some(document) = properties.get("PolicyDocument") else {
            let why = self.why_none(properties);
            self.add(&address, &properties.range, makes, Err(why.into()));
            return;
        };
        let read = match self.boundaries.get(logical_id) {
            Some(why) => Err(why.clone().into()),
            None => self.trees.read(document),
        };
        self.add(&address, &document.range, makes, read);
    }

    /// Adds a policy of the resource that came last.
    fn add(
        &mut self,
        address: &str,
        range: &Range<usize>,
        makes: Makes,
        read: Result<PolicyRead, Problems>,
    ) {
        let places = &self.trees.places;
        let said = read.and_then(|read| {
            Document::check(places.source(), &read.tree)?;
            Ok(Said::Policy(Box::new(read)))
        });
        self.policies.push(Found {
            address: address.to_owned(),
            resource: self.resources.len() - 1,
            line: places.line(range.start),
            range: range.clone(),
            makes,
            is_behind_condition: false,
            said: said.unwrap_or_else(Said::Refused),
        });
    }
}

/// All words in what a resource attaches.
fn attached_names(text: &str, kind: &str, resource: &Json) -> BTreeSet<String> {
    let mut attaching = vec!["ManagedPolicyArns", "Roles", "Users", "Groups"];
    if kind.starts_with("AWS::Serverless::") {
        attaching.push("Policies");
    }
    let properties = resource.get("Properties");
    let values = attaching
        .into_iter()
        .filter_map(|name| properties?.get(name));
    let words = values.flat_map(|value| {
        text[value.range.clone()].split(|letter: char| !letter.is_alphanumeric())
    });
    words.map(str::to_owned).collect()
}

/// The resources that are the permissions boundary of others.
fn boundaries(source: &Source, resources: &Json) -> BTreeMap<String, Problem> {
    let mut found = BTreeMap::new();
    for member in resources.as_object().unwrap_or_default() {
        let properties = member.value.get("Properties");
        let boundary = properties.and_then(|properties| properties.get("PermissionsBoundary"));
        let reference = boundary.and_then(|boundary| Call::of(source, boundary)?.reference());
        if let (Some(boundary), Some(reference)) = (boundary, reference) {
            let message = format!("{reference} is the permissions boundary of {}", member.name);
            let problem = source.error_at(boundary.range.clone(), message);
            let help =
                "it stays as it is: what is taken from it is taken from all whose boundary it is";
            found.insert(reference.to_owned(), problem.help(help));
        }
    }
    found
}

/// What is unclear of each resource. What is so elsewhere does not matter.
///
/// # Errors
/// It is among the resources themselves.
fn unclear_of(
    unclear: Vec<Problem>,
    resources: &Json,
) -> Result<BTreeMap<String, Problem>, Problems> {
    let mut of_each = BTreeMap::new();
    let mut among_them = Problems::default();
    for problem in unclear {
        let at = problem.range().map_or(0, |range| range.start);
        if !resources.range.contains(&at) {
            continue;
        }
        let mut all = resources.as_object().unwrap_or_default().iter();
        match all.find(|member| member.value.range.contains(&at)) {
            Some(member) => {
                of_each.entry(member.name.clone()).or_insert(problem);
            }
            None => among_them.add(problem),
        }
    }
    if among_them.0.is_empty() {
        Ok(of_each)
    } else {
        Err(among_them)
    }
}

/// How a type of resources has policies.
enum Form {
    Principal(Owner),
    Policy,
    PolicyOf(Owner),
    Managed,
    Serverless,
}

impl Form {
    fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "AWS::IAM::Role" => Form::Principal(Owner::Role),
            "AWS::IAM::User" => Form::Principal(Owner::User),
            "AWS::IAM::Group" => Form::Principal(Owner::Group),
            "AWS::IAM::Policy" => Form::Policy,
            "AWS::IAM::RolePolicy" => Form::PolicyOf(Owner::Role),
            "AWS::IAM::UserPolicy" => Form::PolicyOf(Owner::User),
            "AWS::IAM::GroupPolicy" => Form::PolicyOf(Owner::Group),
            "AWS::IAM::ManagedPolicy" => Form::Managed,
            "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => Form::Serverless,
            _ => return None,
        })
    }

    /// What a resource makes of whose policies nothing else is known.
    fn makes(&self, logical_id: &str) -> Makes {
        let (kind, who) = match self {
            Form::Managed => return Makes::Managed,
            Form::Principal(kind) => (*kind, Who::Resource(logical_id.to_owned())),
            Form::Serverless => (Owner::Role, Who::Resource(format!("{logical_id}Role"))),
            Form::Policy => (Owner::Role, Who::Unknown(logical_id.to_owned())),
            Form::PolicyOf(kind) => (*kind, Who::Unknown(logical_id.to_owned())),
        };
        Makes::Inline {
            name: Name::any(),
            holders: vec![Holder { kind, who }],
        }
    }
}

/// What a resource may be called by.
const NAMES: [&str; 4] = ["RoleName", "UserName", "GroupName", "ManagedPolicyName"];

fn has(resource: &Json, property: &str) -> bool {
    let properties = resource.get("Properties");
    properties.is_some_and(|properties| {
        properties.get(property).is_some() || properties.as_object().is_none()
    })
}

/// Adds a value, or what a condition decides between.
fn add_branches<'j>(
    source: &Source,
    json: &'j Json,
    path: &str,
    add: &mut impl FnMut(&'j Json, String),
) {
    match Call::of(source, json).and_then(|call| Some(call.branches()?.1)) {
        Some(branches) => {
            for (branch, name) in branches.into_iter().zip([".then", ".else"]) {
                if !is_no_value(source, branch) {
                    add_branches(source, branch, &format!("{path}{name}"), add);
                }
            }
        }
        None => add(json, path.to_owned()),
    }
}

/// Where another mapping is merged into this one itself.
fn merged_here(trees: &Trees<'_>, json: &Json) -> Option<Problem> {
    let member = json.member("<<")?;
    let alone = Json {
        range: json.range.clone(),
        value: JsonValue::Object(vec![member.clone()]),
    };
    trees.merge_in(&alone)
}
