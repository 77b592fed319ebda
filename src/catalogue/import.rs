//! Making a catalogue of AWS's service reference: a JSON file a service.
//!
//! ```text
//! {"Name": "s3", "Actions": [{"Name": "GetObject",
//!     "Annotations": {"Properties": {"IsList": false, "IsPermissionManagement": false,
//!         "IsTaggingOnly": false, "IsWrite": false}},
//!     "SupportedBy": {"IAM Action Last Accessed": false}}]}
//! ```
//!
//! What else stands there is passed over. An action without annotations has an unknown level, and
//! one that does not say whether its use is tracked is unknown in that: absent is never "no".

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::line::read_name;
use super::{Catalogue, Header, KnownAction, Level, Section, Service};
use crate::iam::{Action, ServicePrefix};
use crate::text::{Json, LARGEST_FILE, Problem, Problems, Source, Untrusted, quoted};

/// Whose words the names and levels are.
const SOURCE: &str = "AWS's service reference";

/// Collects services of AWS's service reference, and makes a catalogue of them.
///
/// ```
/// use iam_refine::catalogue::{Catalogue, Import};
/// use iam_refine::text::Source;
/// let file = r#"{"Name": "sqs", "Actions": [{"Name": "SendMessage"}]}"#;
/// let mut import = Import::default();
/// import.add(&Source::from_text("sqs.json", file))?;
/// let today = "2026-11-23".parse()?;
/// let catalogue = import.finish("mine", &Catalogue::built_in(), today);
/// assert_eq!(catalogue.map(|catalogue| catalogue.len()), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Import {
    services: BTreeMap<ServicePrefix, Imported>,
    /// How many bytes the catalogue has at most, written out.
    size: usize,
    /// How many it may have.
    most: usize,
}

impl Default for Import {
    /// Nothing yet, of a catalogue that can be read again when it is written.
    fn default() -> Self {
        Import {
            services: BTreeMap::new(),
            size: SIZE_OF_REST,
            most: LARGEST_FILE,
        }
    }
}

/// More than all that a catalogue says beside its services.
const SIZE_OF_REST: usize = 4096;

/// What stands around a name in its line, at most: ` W+ Name 2026-10-27` and the line's end.
const SIZE_AROUND_NAME: usize = 16;

#[derive(Debug)]
struct Imported {
    file: Untrusted,
    actions: Vec<KnownAction>,
}

impl Import {
    /// Takes in one file, and returns the service it is about. Names that differ in case only are
    /// one action, as they are for IAM.
    ///
    /// # Errors
    /// All that is wrong with the file; a service that was taken in already; a catalogue that would
    /// be too large to be read, of which no more is held than that.
    pub fn add(&mut self, file: &Source) -> Result<ServicePrefix, Problems> {
        let json = Json::parse(file)?;
        let (prefix, actions) = read_service(file, &json)?;
        if let Some(earlier) = self.services.get(&prefix) {
            let what = format!(
                "the service {prefix} was read from {} already",
                earlier.file
            );
            return Err(file.error(what).help("give each service once").into());
        }
        let lines = actions.iter();
        let lines = lines.map(|action| action.name.as_str().len() + SIZE_AROUND_NAME);
        // A blank line stands before a service.
        let size = self.size + prefix.as_str().len() + 2 + lines.sum::<usize>();
        if size > self.most {
            let what = "with this service the catalogue is larger than 16 MiB, and such a file is \
                        not read";
            let help = "all of AWS is less than a tenth of it; is this the service reference?";
            return Err(file.error(what).help(help).into());
        }
        self.size = size;
        let imported = Imported {
            file: file.name().clone(),
            actions,
        };
        self.services.insert(prefix.clone(), imported);
        Ok(prefix)
    }

    /// The catalogue `called` so, of all that was taken in. Its date is `today`; an action that
    /// `known` has was first seen when that says, any other one today.
    ///
    /// Services without actions are left out. `None` when nothing is left.
    pub fn finish(self, called: &str, known: &Catalogue, today: Date) -> Option<Catalogue> {
        let sections = self.services.into_iter().map(|(service, imported)| {
            let dated = imported.actions.into_iter().map(|mut action| {
                let earlier = known.action(&Action {
                    service: service.clone(),
                    name: action.name.clone(),
                });
                action.first_seen = earlier.map_or(Some(today), |earlier| earlier.first_seen);
                action
            });
            Service::new(service.clone(), dated.collect())
        });
        let sections: Vec<Section> = sections
            .filter(|service| !service.actions().is_empty())
            .map(Section::read)
            .collect();
        (!sections.is_empty()).then(|| Catalogue {
            name: called.into(),
            header: Header {
                date: Some(today),
                since: known.oldest_snapshot(),
                source: Some(SOURCE.into()),
            },
            sections,
        })
    }
}

fn read_service(file: &Source, json: &Json) -> Result<(ServicePrefix, Vec<KnownAction>), Problems> {
    let (Some(name), Some(actions)) = (json.get("Name"), json.get("Actions")) else {
        return Err(file
            .error("this is no service of AWS's service reference: it has no \"Name\" and \"Actions\"")
            .help("give what https://servicereference.us-east-1.amazonaws.com/v1/SERVICE/SERVICE.json holds")
            .into());
    };
    let prefix = name
        .as_str()
        .and_then(ServicePrefix::parse)
        .ok_or_else(|| file.error_at(name.range.clone(), "this is not the prefix of a service"))?;
    let actions = actions
        .as_array()
        .ok_or_else(|| expected(file, actions, "a list of actions"))?;
    let mut problems = Vec::new();
    let mut known = Vec::new();
    for action in actions {
        match read_action(file, action) {
            Ok(action) => known.push(action),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok((prefix, known))
    } else {
        Err(Problems(problems))
    }
}

fn read_action(file: &Source, json: &Json) -> Result<KnownAction, Problem> {
    let name =
        (json.get("Name")).ok_or_else(|| expected(file, json, "an action with a \"Name\""))?;
    let text = (name.as_str()).ok_or_else(|| expected(file, name, "the name of an action"))?;
    let read = read_name(text).map_err(|message| file.error_at(name.range.clone(), message))?;
    let properties = member(file, json, "Annotations")?
        .map(|annotations| member(file, annotations, "Properties"))
        .transpose()?
        .flatten();
    let supported = member(file, json, "SupportedBy")?;
    Ok(KnownAction {
        level: properties.map(|it| read_level(file, it)).transpose()?,
        tracked: match supported {
            Some(supported) => flag(file, supported, "IAM Action Last Accessed")?,
            None => None,
        },
        ..KnownAction::named(read)
    })
}

/// The most far-reaching of the kinds of access that the properties name.
fn read_level(file: &Source, properties: &Json) -> Result<Level, Problem> {
    for (property, level) in [
        ("IsPermissionManagement", Level::PermissionsManagement),
        ("IsTaggingOnly", Level::Tagging),
        ("IsWrite", Level::Write),
        ("IsList", Level::List),
    ] {
        if flag(file, properties, property)? == Some(true) {
            return Ok(level);
        }
    }
    Ok(Level::Read)
}

/// An object inside an object; `None` when it is absent or null.
fn member<'j>(file: &Source, json: &'j Json, name: &str) -> Result<Option<&'j Json>, Problem> {
    match json.get(name) {
        Some(value) if value.as_object().is_some() => Ok(Some(value)),
        Some(value) if !value.is_null() => Err(expected(file, value, "an object")),
        _ => Ok(None),
    }
}

/// A truth value inside an object; `None` when it is absent or null.
fn flag(file: &Source, json: &Json, name: &str) -> Result<Option<bool>, Problem> {
    match json.get(name) {
        Some(value) if value.as_bool().is_some() => Ok(value.as_bool()),
        Some(value) if !value.is_null() => Err(expected(file, value, "true or false")),
        _ => Ok(None),
    }
}

fn expected(file: &Source, found: &Json, what: &str) -> Problem {
    let kind = found.kind();
    file.error_at(
        found.range.clone(),
        format!("this is {kind}, and {what} belongs here"),
    )
}

/// One entry of the service reference's index: a service, and where its file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The service that the file is about.
    pub service: ServicePrefix,
    /// The URL of its file.
    pub url: String,
}

/// Whether this is the service reference's index: `[{"service", "url"}]`.
pub fn is_index(json: &Json) -> bool {
    let is_entry = |entry: &Json| entry.get("service").is_some() && entry.get("url").is_some();
    json.as_array()
        .is_some_and(|entries| entries.iter().all(is_entry))
}

/// Reads the service reference's index.
///
/// # Errors
/// All that is wrong with it; services that stand in it twice; none at all.
pub fn read_index(file: &Source) -> Result<Vec<Reference>, Problems> {
    let json = Json::parse(file)?;
    let entries = json
        .as_array()
        .filter(|entries| !entries.is_empty() && is_index(&json));
    let Some(entries) = entries else {
        return Err(file
            .error("this is not the index of AWS's service reference: a list of {\"service\", \"url\"}")
            .into());
    };
    let mut problems = Vec::new();
    let mut references: BTreeMap<ServicePrefix, String> = BTreeMap::new();
    for entry in entries {
        let text = |name| entry.get(name).and_then(Json::as_str);
        let Some((service, url)) = text("service")
            .and_then(ServicePrefix::parse)
            .zip(text("url"))
        else {
            problems.push(file.error_at(entry.range.clone(), "this names no service and its file"));
            continue;
        };
        let name = quoted(service.as_str());
        if references.insert(service, url.to_owned()).is_some() {
            problems.push(file.error_at(entry.range.clone(), format!("{name} stands here twice")));
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let references = references.into_iter();
    Ok(references
        .map(|(service, url)| Reference { service, url })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Catalogue {
        let text =
            "date 2026-01-01\nsince 2024-06-10\nsqs\n R+ Old\n R+ Newer 2025-05-05\n ?? Odd ?\n";
        Catalogue::parse(&Source::from_text("known.txt", text)).unwrap()
    }

    fn import(files: &[&str]) -> Result<String, Problems> {
        let mut import = Import::default();
        for (number, text) in files.iter().enumerate() {
            import.add(&Source::from_text(&format!("{number}.json"), text))?;
        }
        let catalogue = import.finish("new", &known(), jiff::civil::date(2026, 11, 23));
        let text = catalogue.map_or_else(String::new, |catalogue| catalogue.to_string());
        Ok(text.split_once("\ndate").unwrap_or_default().1.to_owned())
    }

    fn refusal(files: &[&str]) -> String {
        import(files).unwrap_err().to_string()
    }

    #[test]
    fn the_most_far_reaching_level_counts_and_absent_is_unknown() {
        let action = |name: &str, properties: &str| {
            format!(r#"{{"Name": "{name}", "Annotations": {{"Properties": {{{properties}}}}}}}"#)
        };
        let actions = [
            action(
                "A",
                r#""IsPermissionManagement": true, "IsWrite": true, "IsTaggingOnly": true"#,
            ),
            action("B", r#""IsTaggingOnly": true, "IsWrite": true"#),
            action("C", r#""IsWrite": true, "IsList": true"#),
            action("D", r#""IsList": true, "IsWrite": false"#),
            action("E", r#""IsList": false"#),
            r#"{"Name": "F", "SupportedBy": {"IAM Action Last Accessed": true, "x": 1}}"#.into(),
            r#"{"Name": "G", "SupportedBy": {"IAM Action Last Accessed": false}, "New": []}"#
                .into(),
            r#"{"Name": "H", "Annotations": {}, "SupportedBy": {}}"#.into(),
        ];
        let file = format!(
            r#"{{"Name": "s3", "Version": "v1", "Actions": [{}]}}"#,
            actions.join(",")
        );
        let expected = " 2026-11-23\nsince 2024-06-10\nsource AWS's service reference\n\ns3\n \
            P? A 2026-11-23\n T? B 2026-11-23\n W? C 2026-11-23\n L? D 2026-11-23\n \
            R? E 2026-11-23\n ?+ F 2026-11-23\n ?- G 2026-11-23\n ?? H 2026-11-23\n";
        assert_eq!(import(&[&file]).unwrap(), expected);
    }

    #[test]
    fn what_was_known_keeps_the_day_it_was_first_seen() {
        let actions = r#"[{"Name": "OLD"}, {"Name": "Newer"}, {"Name": "Odd"}, {"Name": "New"}]"#;
        let file = format!(r#"{{"Name": "sqs", "Actions": {actions}}}"#);
        let none = r#"{"Name": "empty", "Actions": []}"#;
        let written = import(&[none, &file]).unwrap();
        let block = "\n\nsqs\n ?? New 2026-11-23\n ?? Newer 2025-05-05\n ?? Odd ?\n ?? OLD\n";
        assert!(written.ends_with(block), "{written}");
        assert!(!written.contains("empty"));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let wrong = refusal(
            &["{\"Name\": \"s3\", \"Actions\": [\n{\"Name\": \"Get*\"},\n\
            {\"Name\": 1},\n{\"Name\": \"A\", \"SupportedBy\": {\"IAM Action Last Accessed\": \"no\"}},\n\
            {\"Name\": \"B\", \"Annotations\": []}]}"],
        );
        for place in ["0.json:2:10", "0.json:3:10", "0.json:4:59", "0.json:5:30"] {
            assert!(wrong.contains(place), "{place} in {wrong}");
        }
        assert!(refusal(&["{}"]).contains("no service of AWS's service reference"));
        assert!(refusal(&["nonsense"]).contains("0.json:1:"));
        let s3 = r#"{"Name": "s3", "Actions": [{"Name": "A"}]}"#;
        let again = s3.replace("s3", "S3");
        assert!(refusal(&[s3, &again]).contains("read from 0.json already"));
    }

    #[test]
    fn what_would_be_too_large_to_be_read_is_not_taken_in() {
        let mut import = Import {
            most: SIZE_OF_REST + 400,
            ..Import::default()
        };
        let service = |name: &str| {
            let actions: Vec<_> = (0..9)
                .map(|n| format!(r#"{{"Name": "Action{n}"}}"#))
                .collect();
            let text = format!(
                r#"{{"Name": "{name}", "Actions": [{}]}}"#,
                actions.join(", ")
            );
            Source::from_text(&format!("{name}.json"), &text)
        };
        import.add(&service("one")).unwrap();
        let refused = import.add(&service("two")).unwrap_err().to_string();
        assert!(
            refused.starts_with("error: two.json: with this service"),
            "{refused}"
        );
        // What is left is written in no more than was counted.
        let size = import.size;
        let today = "2026-11-23".parse().unwrap();
        let catalogue = import.finish("new", &known(), today).unwrap();
        let written = catalogue.to_string();
        let (rest, services) = written.split_once("\n\none\n").unwrap();
        assert!(rest.len() < SIZE_OF_REST && services.len() <= size - SIZE_OF_REST);
        assert_eq!(catalogue.len(), 9);
    }

    #[test]
    fn the_index_names_services_once() {
        let index = |text| read_index(&Source::from_text("index", text));
        let one = r#"[{"service": "s3", "url": "https://a/s3.json", "more": 1}]"#;
        assert_eq!(index(one).unwrap()[0].url, "https://a/s3.json");
        for wrong in [
            "[]",
            "{}",
            r#"[{"service": "s3"}]"#,
            r#"[{"service": "s 3", "url": ""}]"#,
        ] {
            assert!(index(wrong).is_err(), "{wrong}");
        }
        let entry = &one[1..one.len() - 1];
        let twice = format!("[{entry},{entry}]");
        assert!(index(&twice).unwrap_err().to_string().contains("twice"));
    }
}
