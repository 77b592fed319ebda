//! Finds the policies in a template, and says what each is and whose.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::form::Form;
use super::function::{Call, is_no_value, may_be_nothing};
use super::named::{holder, holders, memberships, name};
use super::policy::Trees;
use super::resource::boundaries;
use super::template::{
    Attached, Holder, Makes, Name, Template, TemplateResource, Who, WrittenPolicy, values,
};
use super::transforms::{is_macro, macros, makes_others};
use super::unclear::{merged_here, unclear_of, why_unclear};
use crate::document::{Places, PolicyTree, ReadPolicy};
use crate::iam::quota::Owner;
use crate::text::{Json, JsonValue, Member, Problem, Problems, Source, list};

/// Goes through a template.
///
/// # Errors
/// What is wrong with the file, with its place. What is wrong with one policy is told with that one.
pub(super) fn find(source: &Source) -> Result<Template<ReadPolicy>, Problems> {
    let (file, syntax) = values(source)?;
    let trees = Trees {
        places: Places::of(source),
        syntax,
        anchored: file.anchored,
    };
    let json = &file.json;
    let resources = &resources(source, json)?.value;
    if let Some(problem) = merged_here(&trees, json).or_else(|| merged_here(&trees, resources)) {
        return Err(problem.into());
    }
    let parameters = json.get("Parameters").and_then(Json::as_object);
    let parameters = parameters.unwrap_or_default().iter();
    let mut finder = Finder {
        parameters: parameters.map(|one| one.name.as_str()).collect(),
        found: Template {
            macros: macros(&trees.places, json, resources),
            resources: Vec::new(),
            policies: Vec::new(),
            memberships: Vec::new(),
            unread: Vec::new(),
            blocks: Vec::new(),
        },
        trees,
        boundaries: boundaries(source, json, resources),
        unclear: unclear_of(file.unclear, resources)?,
    };
    for member in resources.as_object().unwrap_or_default() {
        finder.resource(member);
    }
    let mut found = finder.found;
    found.policies.sort_by_key(|found| found.range.start);
    Ok(found)
}

fn resources<'j>(source: &Source, json: &'j Json) -> Result<&'j Member, Problems> {
    let resources = json.member("Resources");
    if let Some(resources) = resources.filter(|member| member.value.as_object().is_some()) {
        return Ok(resources);
    }
    let is_serverless = json.get("service").is_some() && json.get("provider").is_some();
    let (message, help) = if is_serverless {
        (
            "this is a file of the Serverless Framework, which is not read",
            "take out what is unused under provider.iam.role.statements by hand",
        )
    } else {
        (
            "this is no template: it has no Resources",
            "give a template of CloudFormation or SAM",
        )
    };
    Err(source.error(message).help(help).into())
}

/// What is found in a template.
struct Finder<'a> {
    trees: Trees<'a>,
    parameters: BTreeSet<&'a str>,
    /// The permissions boundaries of resources.
    boundaries: Vec<(Attached, Problem)>,
    /// What does not say the same to everybody, by the resource that it stands in.
    unclear: BTreeMap<String, Problem>,
    /// What is found so far.
    found: Template<ReadPolicy>,
}

impl Finder<'_> {
    fn resource(&mut self, member: &Member) {
        let resource = &member.value;
        self.found
            .blocks
            .push(member.name_range.start..resource.range.end);
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
        let described = TemplateResource::of(&self.trees.places, member, kind, &self.parameters);
        self.found.resources.push(described);
        let nothing = Json {
            range: member.name_range.clone(),
            value: JsonValue::Null,
        };
        let properties = resource.get("Properties").unwrap_or(&nothing);
        let source = self.trees.places.source();
        let memberships = memberships(
            source,
            (self.found.resources.len() - 1, &member.name, kind),
            properties,
            &self.parameters,
        );
        self.found.memberships.extend(memberships);
        let Some(form) = Form::of(kind) else {
            return;
        };
        let unclear = self.unclear.get(&member.name).cloned();
        if let Some(why) = unclear.or_else(|| why_unclear(&self.trees, resource, properties)) {
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
                let holders = holders(self.trees.places.source(), properties, &self.parameters);
                self.document(&member.name, Makes::Managed(holders), properties);
            }
            Form::Serverless => self.of_serverless(&member.name, properties),
        }
    }

    fn note_unread(&mut self, member: &Member, what: &str) {
        let message = format!("{} {what}", member.name);
        let source = self.trees.places.source();
        let note = source.note_at(member.name_range.clone(), message);
        self.found.unread.push(note);
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
        if let Some(last) = self.found.policies.last_mut() {
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
            let role = properties.member("Role");
            let has_role_by_condition =
                role.is_some_and(|role| may_be_nothing(self.trees.places.source(), &role.value));
            let read = match role {
                None => self.trees.read(json),
                Some(_) if has_role_by_condition => self.trees.read(json),
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
            self.last_is_behind_condition(!branch.is_empty() || has_role_by_condition);
        }
        without_actions.retain(|name| name.ends_with("Policy"));
        without_actions.sort();
        without_actions.dedup();
        if let (Some(policies), false) = (properties.member("Policies"), without_actions.is_empty())
        {
            let message = format!(
                "the actions of {} are not written here",
                list(&without_actions)
            );
            let source = self.trees.places.source();
            let note = source.note_at(policies.name_range.clone(), message);
            self.found.unread.push(note);
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
            self.found.blocks.push(one.range.clone());
            add_branches(source, one, "", &mut |branch, path| {
                all.push((at, branch, path));
            });
        }
        let branches = all.iter().map(|(_, branch, _)| branch.range.clone());
        self.found.blocks.extend(branches);
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
        let own_name = properties.get("ManagedPolicyName").and_then(Json::as_str);
        let mut boundaries = self.boundaries.iter();
        let read = match boundaries.find(|(boundary, _)| boundary.has(logical_id, own_name)) {
            Some((_, why)) => Err(why.clone().into()),
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
        read: Result<PolicyTree, Problems>,
    ) {
        let places = &self.trees.places;
        self.found.policies.push(WrittenPolicy {
            address: address.to_owned(),
            resource: self.found.resources.len() - 1,
            line: places.line(range.start),
            range: range.clone(),
            makes,
            is_behind_condition: false,
            content: read.and_then(|tree| ReadPolicy::of(places.source(), tree)),
        });
    }
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
