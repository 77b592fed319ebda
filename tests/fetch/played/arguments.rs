//! The arguments, read as strictly as `aws` reads them.

use std::collections::BTreeMap;
use std::fs;

use crate::errors::{self, Failure};
use crate::world::Cli;

/// A call that is played.
pub struct Operation {
    pub service: &'static str,
    /// The sub-command.
    pub name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

/// Every call that is played. All of them read.
const OPERATIONS: &[Operation] = &[
    operation("sts", "get-caller-identity", &[], &[]),
    operation("iam", "get-role", &["role-name"], &[]),
    operation("iam", "list-role-policies", &["role-name"], &[]),
    operation("iam", "get-role-policy", &["role-name", "policy-name"], &[]),
    operation("iam", "list-attached-role-policies", &["role-name"], &[]),
    operation("iam", "get-user", &[], &["user-name"]),
    operation("iam", "list-user-policies", &["user-name"], &[]),
    operation("iam", "get-user-policy", &["user-name", "policy-name"], &[]),
    operation("iam", "list-attached-user-policies", &["user-name"], &[]),
    operation("iam", "list-groups-for-user", &["user-name"], &[]),
    operation("iam", "list-group-policies", &["group-name"], &[]),
    operation(
        "iam",
        "get-group-policy",
        &["group-name", "policy-name"],
        &[],
    ),
    operation("iam", "list-attached-group-policies", &["group-name"], &[]),
    operation("iam", "get-policy", &["policy-arn"], &[]),
    operation(
        "iam",
        "get-policy-version",
        &["policy-arn", "version-id"],
        &[],
    ),
    operation("iam", "list-entities-for-policy", &["policy-arn"], &[]),
    operation(
        "iam",
        "generate-service-last-accessed-details",
        &["arn"],
        &["granularity"],
    ),
    operation(
        "iam",
        "get-service-last-accessed-details",
        &["job-id"],
        &["max-items", "marker"],
    ),
    operation("iam", "get-account-authorization-details", &[], &["filter"]),
    operation("accessanalyzer", "list-analyzers", &[], &["type"]),
    operation(
        "accessanalyzer",
        "list-findings-v2",
        &["analyzer-arn"],
        &["filter"],
    ),
    operation(
        "accessanalyzer",
        "get-finding-v2",
        &["analyzer-arn", "id"],
        &[],
    ),
    operation(
        "accessanalyzer",
        "list-policy-generations",
        &[],
        &["principal-arn"],
    ),
    operation(
        "accessanalyzer",
        "get-generated-policy",
        &["job-id"],
        &[
            "include-resource-placeholders",
            "include-service-level-template",
        ],
    ),
];

const fn operation(
    service: &'static str,
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Operation {
    Operation {
        service,
        name,
        required,
        optional,
    }
}

/// Options of every command, and the values that they may have.
const GLOBAL: &[(&str, &[&str])] = &[
    ("output", &["json", "text", "table"]),
    ("color", &["on", "off", "auto"]),
    ("profile", &[]),
    ("region", &[]),
    ("endpoint-url", &[]),
    ("cli-read-timeout", &[]),
    ("cli-connect-timeout", &[]),
];

/// Options without a value.
const SWITCHES: &[&str] = &[
    "include-resource-placeholders",
    "include-service-level-template",
];

/// A call as it was asked for.
pub struct Asked {
    pub operation: &'static Operation,
    options: BTreeMap<String, String>,
}

impl Asked {
    /// The value of an option; empty where it is not given.
    pub fn option(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    pub fn given(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }
}

impl Operation {
    /// What AWS calls it: `GetRole`.
    pub fn call(&self) -> String {
        let words = self.name.split('-');
        words
            .map(|word| {
                let (first, rest) = word.split_at(1);
                first.to_ascii_uppercase() + rest
            })
            .collect()
    }

    /// The permission that it needs: of `list-findings-v2` it is that of `ListFindings`.
    pub fn permission(&self) -> String {
        let prefix = match self.service {
            "accessanalyzer" => "access-analyzer",
            service => service,
        };
        format!("{prefix}:{}", self.call().trim_end_matches("V2"))
    }
}

pub fn parse(arguments: &[String], cli: &Cli) -> Result<Asked, Failure> {
    let mut words = Vec::new();
    let mut options = BTreeMap::new();
    let mut unknown = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let Some(option) = argument.strip_prefix("--") else {
            words.push(argument.as_str());
            continue;
        };
        let (name, joined) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (option, None),
        };
        if SWITCHES.contains(&name) {
            options.insert(name.to_owned(), String::new());
            continue;
        }
        if !is_known(name) {
            unknown.push(argument.clone());
            continue;
        }
        // A value that looks like an option has to be joined with a `=`.
        let value = joined.or_else(|| rest.next().filter(|it| is_value(it)).cloned());
        let Some(value) = value else {
            let message = format!("argument --{name}: expected one argument");
            return Err(errors::usage(cli, &message));
        };
        options.insert(name.to_owned(), of_a_file(name, value, cli)?);
    }
    let operation = find(&words, cli)?;
    check(operation, &options, unknown, &words, cli)?;
    Ok(Asked { operation, options })
}

fn is_known(name: &str) -> bool {
    let of_operation = |operation: &Operation| {
        operation.required.contains(&name) || operation.optional.contains(&name)
    };
    GLOBAL.iter().any(|(global, _)| *global == name) || OPERATIONS.iter().any(of_operation)
}

fn is_value(text: &str) -> bool {
    !text.starts_with('-') || text == "-" || text.contains(' ')
}

/// `aws` takes a value that begins with `file://` for the name of a file to read.
fn of_a_file(name: &str, value: String, cli: &Cli) -> Result<String, Failure> {
    let Some(path) = value
        .strip_prefix("file://")
        .or_else(|| value.strip_prefix("fileb://"))
    else {
        return Ok(value);
    };
    fs::read_to_string(path).map_err(|error| {
        let message = format!(
            "Error parsing parameter '--{name}': Unable to load paramfile {value}: {error}: '{path}'"
        );
        errors::parameter(cli, &message)
    })
}

fn find(words: &[&str], cli: &Cli) -> Result<&'static Operation, Failure> {
    let mut services: Vec<&str> = OPERATIONS.iter().map(|it| it.service).collect();
    services.sort_unstable();
    services.dedup();
    let Some(service) = words.first() else {
        let message = "the following arguments are required: command";
        return Err(errors::usage(cli, message));
    };
    if !services.contains(service) {
        return Err(errors::invalid_choice(cli, "command", &services));
    }
    let of_service = OPERATIONS.iter().filter(|it| it.service == *service);
    let Some(name) = words.get(1) else {
        let message = "the following arguments are required: operation";
        return Err(errors::usage(cli, message));
    };
    let found = of_service.clone().find(|it| it.name == *name);
    found.ok_or_else(|| {
        let names: Vec<&str> = of_service.map(|it| it.name).collect();
        errors::invalid_choice(cli, "operation", &names)
    })
}

fn check(
    operation: &Operation,
    options: &BTreeMap<String, String>,
    mut unknown: Vec<String>,
    words: &[&str],
    cli: &Cli,
) -> Result<(), Failure> {
    let required = operation.required.iter();
    let missing: Vec<String> = required
        .filter(|name| !options.contains_key(**name))
        .map(|name| format!("--{name}"))
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "the following arguments are required: {}",
            missing.join(", ")
        );
        return Err(errors::usage(cli, &message));
    }
    for (name, value) in options {
        let global = GLOBAL.iter().find(|(global, _)| global == name);
        match global {
            Some((_, choices)) if choices.is_empty() || choices.contains(&value.as_str()) => {}
            Some((_, choices)) => {
                return Err(errors::invalid_choice(cli, &format!("--{name}"), choices));
            }
            None => {
                let own = [operation.required, operation.optional].concat();
                if !own.contains(&name.as_str()) {
                    unknown.push(format!("--{name}"));
                    unknown.push(value.clone());
                }
            }
        }
        if value.is_empty() && operation.required.contains(&name.as_str()) {
            let message = format!(
                "Parameter validation failed:\nInvalid length for parameter {name}, value: 0, valid \
                 min length: 1"
            );
            return Err(errors::parameter(cli, &message));
        }
    }
    unknown.extend(words.iter().skip(2).map(|word| (*word).to_owned()));
    if !unknown.is_empty() {
        return Err(errors::unknown_options(cli, &unknown));
    }
    // The tests ask for JSON; what else `aws` can print is not played.
    assert_eq!(options.get("output").map(String::as_str), Some("json"));
    Ok(())
}
