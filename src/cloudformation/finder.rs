//! Finds the policies in a template, and says what each is and whose.

use std::collections::BTreeMap;
use std::ops::Range;

use super::evaluate::name;
use super::follow::followed;
use super::form::Form;
use super::function::{Call, MAPPINGS, is_no_value, may_be_nothing};
use super::holders::Naming;
use super::named::{Name, Told};
use super::output::outputs;
use super::policy::Trees;
use super::said::{Said, said};
use super::template::{Holder, Makes, Template, TemplateResource, Who, WrittenPolicy, values};
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
        anchored: file.anchored.clone(),
    };
    let json = &file.json;
    let resources = &resources(source, json)?.value;
    if let Some(problem) = merged_here(&trees, json).or_else(|| merged_here(&trees, resources)) {
        return Err(problem.into());
    }
    let read = followed(&file);
    let read_resources = read.get("Resources").unwrap_or(resources);
    let mut finder = Finder {
        naming: Naming::of(source, &read, read_resources),
        found: Template {
            macros: macros(&trees.places, json, resources),
            others: globals(&trees.places, &read),
            values: values_of(source, &read),
            outputs: outputs(source, &read),
            resources: Vec::new(),
            policies: Vec::new(),
            memberships: Vec::new(),
            without_actions: Vec::new(),
            unread: Vec::new(),
            blocks: Vec::new(),
        },
        trees,
        unclear: unclear_of(file.unclear.clone(), resources)?,
    };
    // What is followed has as many members: where others are merged into the resources nothing is read.
    let both = resources.as_object().into_iter().flatten();
    let both = both.zip(read_resources.as_object().into_iter().flatten());
    for (member, read) in both {
        finder.resource(member, read);
    }
    let mut found = finder.found;
    found.policies.sort_by_key(|found| found.range.start);
    Ok(found)
}

/// What SAM gives to all resources of a type, as if it were one.
fn globals(places: &Places<'_>, template: &Json) -> Vec<TemplateResource> {
    let globals = template.get("Globals").and_then(Json::as_object);
    let globals = globals.unwrap_or_default().iter();
    let as_one = globals.map(|member| {
        let kind = format!("AWS::Serverless::{}", member.name);
        TemplateResource::saying(places, member, &kind, Some(&member.value))
    });
    as_one.collect()
}

/// What parameters may be by what the template says, and what is in mappings.
fn values_of(source: &Source, template: &Json) -> BTreeMap<String, Vec<Said>> {
    let members = |key: &str| {
        let section = template.get(key).and_then(Json::as_object);
        section.unwrap_or_default().iter()
    };
    let mut values: BTreeMap<String, Vec<Said>> = BTreeMap::new();
    for parameter in members("Parameters") {
        let told = ["Default", "AllowedValues"].into_iter();
        let told = told.filter_map(|key| parameter.value.get(key));
        let told = told.flat_map(|value| said(source, value)).collect();
        values.insert(parameter.name.clone(), told);
    }
    for mapping in members("Mappings") {
        let told = said(source, &mapping.value);
        // One whose name is computed may be any.
        values
            .entry(MAPPINGS.to_owned())
            .or_default()
            .extend(told.iter().cloned());
        values.insert(format!("{MAPPINGS}{}", mapping.name), told);
    }
    values
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
    naming: Naming<'a>,
    /// What does not say the same to everybody, by the resource that it stands in.
    unclear: BTreeMap<String, Problem>,
    /// What is found so far.
    found: Template<ReadPolicy>,
}

impl Finder<'_> {
    /// A resource as it is written, and with what its aliases stand for.
    fn resource(&mut self, member: &Member, read: &Member) {
        let resource = &member.value;
        let range = member.name_range.start..resource.range.end;
        self.found.blocks.push(range);
        let places = &self.trees.places;
        let Some(kind) = read.value.get("Type").and_then(Json::as_str) else {
            let what = if is_macro(&member.name) {
                "may make policies, which are not read"
            } else {
                "has no Type, so nobody can tell what it is"
            };
            let other = TemplateResource::saying(places, read, "", Some(&read.value));
            self.found.others.push(other);
            self.note_unread(member, what);
            return;
        };
        let described = TemplateResource::of(places, read, kind);
        if let Some(what) = makes_others(kind) {
            self.note_unread(member, what);
        }
        self.found.resources.push(described);
        let number = self.found.resources.len() - 1;
        if let Some(properties) = read.value.get("Properties") {
            let of = (number, member.name.as_str(), kind);
            let memberships = self.naming.memberships(of, properties);
            self.found.memberships.extend(memberships);
        }
        if let Some(form) = Form::of(kind) {
            self.policies(member, read, &form);
        }
    }

    /// The policies of a resource.
    fn policies(&mut self, member: &Member, read: &Member, form: &Form) {
        let resource = &member.value;
        let nothing = |member: &Member| Json {
            range: member.name_range.clone(),
            value: JsonValue::Null,
        };
        let properties = |member: &Member| {
            let own = member.value.get("Properties");
            own.cloned().unwrap_or_else(|| nothing(member))
        };
        let (properties, read) = (&properties(member), &properties(read));
        let unclear = self.unclear.get(&member.name).cloned();
        if let Some(why) = unclear.or_else(|| why_unclear(&self.trees, resource, properties)) {
            let makes = form.makes(&member.name);
            self.add(&member.name, &resource.range, makes, Err(why.into()));
            return;
        }
        match form {
            Form::Principal(kind) => self.of_principal(&member.name, *kind, properties),
            Form::Policy => {
                self.inline(&member.name, self.naming.holders(read), properties);
            }
            Form::PolicyOf(kind) => {
                let key = match kind {
                    Owner::Role => "RoleName",
                    Owner::User => "UserName",
                    Owner::Group => "GroupName",
                };
                let holders = if read.get(key).is_some() {
                    self.naming.named_by(*kind, read, key)
                } else {
                    let source = self.trees.places.source();
                    let shown = format!("{key}, which is not given");
                    let (value, _) = Told::nothing(source, &nothing(member), &shown);
                    let who = Who::Unknown {
                        value,
                        is_list: false,
                    };
                    vec![Holder::new(*kind, who)]
                };
                self.inline(&member.name, holders, properties);
            }
            Form::Managed => {
                let makes = Makes::Managed(self.naming.holders(read));
                self.document(&member.name, makes, properties);
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
        let holder = Holder::new(kind, Who::Resource(logical_id.to_owned()));
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
        let holder = Holder::new(Owner::Role, Who::Resource(role.clone()));
        let mut without_actions = Vec::new();
        for (at, json, branch) in self.listed(logical_id, &Form::Serverless, properties) {
            // Templates of policies and names of managed ones have no actions here.
            if json.get("Statement").is_none() {
                let made = (role.clone(), format!("{role}Policy{at}"));
                self.found.without_actions.push(made);
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
        let read = self.trees.read(document);
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
