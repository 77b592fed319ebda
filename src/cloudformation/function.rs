//! What CloudFormation computes: `!Sub x`, `{"Fn::Sub": "x"}`.

use crate::text::{Json, JsonValue, Source};

/// What a mapping is called among what values are put together of: `Mappings.Regions`.
pub const MAPPINGS: &str = "Mappings.";

/// A call of a function in the place of a value.
pub(super) struct Call<'a> {
    /// Its long name: `Ref`, `Fn::Sub`.
    pub name: &'a str,
    /// What it is given.
    pub argument: &'a Json,
    /// As it is written: `!Sub`, `Fn::Sub`.
    written: String,
}

impl<'a> Call<'a> {
    /// The call that `json` is, if it is one.
    pub fn of(source: &Source, json: &'a Json) -> Option<Self> {
        let [only] = json.as_object()? else {
            return None;
        };
        let is_call = only.name == "Ref" || only.name.starts_with("Fn::");
        let written = source.text()[only.name_range.clone()].trim_matches(['"', '\'']);
        (is_call || written.starts_with('!')).then_some(Call {
            name: &only.name,
            argument: &only.value,
            written: written.to_owned(),
        })
    }

    /// The condition and the two branches of an `Fn::If`.
    pub fn branches(&self) -> Option<(&'a Json, [&'a Json; 2])> {
        match (self.name, self.argument.as_array()?) {
            ("Fn::If", [condition, then, otherwise]) => Some((condition, [then, otherwise])),
            _ => None,
        }
    }

    /// What `Ref` refers to.
    pub fn reference(&self) -> Option<&'a str> {
        self.argument.as_str().filter(|_| self.name == "Ref")
    }

    /// The resource that `Fn::GetAtt` asks, and for what.
    pub fn attribute(&self) -> Option<(&'a str, &'a str)> {
        if self.name != "Fn::GetAtt" {
            return None;
        }
        match self.argument.as_array() {
            Some([resource, attribute]) => Some((resource.as_str()?, attribute.as_str()?)),
            Some(_) => None,
            None => self.argument.as_str()?.split_once('.'),
        }
    }

    /// The text of an `Fn::Sub`.
    pub fn text(&self) -> Option<&'a str> {
        let text = self
            .argument
            .as_array()
            .map_or(Some(self.argument), <[Json]>::first);
        text.filter(|_| self.name == "Fn::Sub")?.as_str()
    }

    /// The mapping that `Fn::FindInMap` looks into; all of them where its name is computed.
    pub fn mapping(&self) -> Option<String> {
        let name = self.argument.as_array().and_then(<[Json]>::first);
        let name = name.and_then(Json::as_str).unwrap_or_default();
        (self.name == "Fn::FindInMap").then(|| format!("{MAPPINGS}{name}"))
    }

    /// What an `Fn::Sub` itself says that a variable of its text is.
    pub fn variable(&self, name: &str) -> Option<&'a Json> {
        let (_, variables) = self.argument.as_array()?.split_first()?;
        variables
            .first()
            .filter(|_| self.name == "Fn::Sub")?
            .get(name)
    }

    /// Whether it asks for an attribute of something: `!GetAtt Role.Arn`, `!Sub '${Role.Arn}'`.
    pub fn asks_for_attribute(&self) -> bool {
        self.attribute().is_some() || self.text().is_some_and(|text| text.contains('.'))
    }

    /// The resource or parameter that it comes to and to nothing beside.
    pub fn referred(&self, source: &Source) -> Option<&'a str> {
        let attribute = self.attribute().map(|(resource, _)| resource);
        if let Some(named) = self.reference().or(attribute) {
            return Some(named);
        }
        let variable = self.text()?.strip_prefix("${")?.strip_suffix('}')?;
        match self.variable(variable) {
            Some(value) => Call::of(source, value)?.referred(source),
            None if variable.contains(['$', '{', '}', '!']) => None,
            None => variable.split('.').next(),
        }
    }

    /// Why what it gives is not literal: `it comes from !Ref Bucket`.
    pub fn why(&self) -> String {
        match self.name {
            "Fn::If" => match self
                .branches()
                .and_then(|(condition, _)| condition.as_str())
            {
                Some(condition) => format!("it depends on the condition {condition}"),
                None => "it depends on a condition".to_owned(),
            },
            "Fn::Sub" => format!("it is written with {}", self.written),
            _ => format!("it comes from {}", self.shown()),
        }
    }

    /// The call, as far as it is short: `!Ref Bucket`, `!GetAtt Queue.Arn`, `!Join`.
    pub fn shown(&self) -> String {
        let argument = match (self.name, self.attribute()) {
            (_, Some((resource, attribute))) => Some(format!("{resource}.{attribute}")),
            ("Ref" | "Fn::ImportValue", _) => self.argument.as_str().map(str::to_owned),
            _ => None,
        };
        match argument {
            Some(argument) => format!("{} {argument}", self.written),
            None => self.written.clone(),
        }
    }
}

/// Calls `found` with each resource, parameter and mapping that a value speaks of, whatever conditions decide.
pub(super) fn references(source: &Source, json: &Json, found: &mut impl FnMut(String)) {
    let mut all = |parts: &mut dyn Iterator<Item = &Json>| {
        for part in parts {
            references(source, part, found);
        }
    };
    let Some(call) = Call::of(source, json) else {
        return match &json.value {
            JsonValue::Array(list) => all(&mut list.iter()),
            JsonValue::Object(members) => all(&mut members.iter().map(|member| &member.value)),
            _ => {}
        };
    };
    if let Some(named) = call
        .reference()
        .or(call.attribute().map(|(named, _)| named))
    {
        return found(named.to_owned());
    }
    all(&mut std::iter::once(call.argument));
    if let Some(mapping) = call.mapping() {
        found(mapping);
    }
    let text = call.text().unwrap_or_default();
    for part in text.split("${").skip(1) {
        let variable = part.split('}').next().unwrap_or_default();
        if call.variable(variable).is_none() {
            found(variable.split('.').next().unwrap_or_default().to_owned());
        }
    }
}

/// Whether a value stands for none, or does so by a condition.
pub(super) fn may_be_nothing(source: &Source, json: &Json) -> bool {
    let branches = Call::of(source, json).and_then(|call| Some(call.branches()?.1));
    let mut branches = branches.into_iter().flatten();
    is_no_value(source, json) || branches.any(|branch| may_be_nothing(source, branch))
}

/// Whether a value stands for none: `!Ref AWS::NoValue`.
pub(super) fn is_no_value(source: &Source, json: &Json) -> bool {
    let call = Call::of(source, json);
    call.is_some_and(|call| call.reference() == Some("AWS::NoValue"))
}
