//! The account as `world.json` describes it. What is not said has a usual value.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::faults::Rule;

/// An account, who asks, and what goes wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct World {
    pub account: String,
    pub cli: Cli,
    /// Those of `~/.aws/config`; `default` is always there.
    pub profiles: BTreeMap<String, Profile>,
    pub roles: Vec<Principal>,
    pub users: Vec<Principal>,
    pub groups: Vec<Principal>,
    pub policies: Vec<Managed>,
    pub analyzers: Vec<Analyzer>,
    /// What the last-accessed report says, by the ARN of whom it is.
    pub last_accessed: BTreeMap<String, LastAccessed>,
    pub generations: Vec<Generation>,
    pub rules: Vec<Rule>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            account: "123456789012".to_owned(),
            cli: Cli::default(),
            profiles: BTreeMap::new(),
            roles: Vec::new(),
            users: Vec::new(),
            groups: Vec::new(),
            policies: Vec::new(),
            analyzers: Vec::new(),
            last_accessed: BTreeMap::new(),
            generations: Vec::new(),
            rules: Vec::new(),
        }
    }
}

/// What `aws --version` prints, and which of the two it so is.
#[derive(Clone, Deserialize)]
pub struct Cli(String);

impl Default for Cli {
    fn default() -> Self {
        Self("aws-cli/2.31.0 Python/3.13.7 Linux/6.8 exe/x86_64".to_owned())
    }
}

impl fmt::Display for Cli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Cli {
    /// `first` for version 1, `second` for version 2.
    pub fn either<T>(&self, first: T, second: T) -> T {
        if self.0.starts_with("aws-cli/1.") {
            first
        } else {
            second
        }
    }
}

/// A profile of the person's configuration.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    pub region: Option<String>,
    /// Another account than the world's.
    pub account: Option<String>,
    /// Whose credentials they are.
    pub caller: Option<String>,
    pub credentials: Credentials,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Credentials {
    #[default]
    Valid,
    None,
    Expired,
    ExpiredSso,
}

/// A role, a user or a group.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Principal {
    pub name: String,
    #[serde(default = "root")]
    pub path: String,
    #[serde(default = "long_ago")]
    pub created: String,
    /// Documents by the names of the policies; a list of actions is one that allows them on `*`.
    #[serde(default)]
    pub inline: BTreeMap<String, Value>,
    /// ARNs of managed policies.
    #[serde(default)]
    pub attached: Vec<String>,
    #[serde(default)]
    pub boundary: Option<String>,
    /// Of a user: the names of groups.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Of a role: who may assume it.
    #[serde(default)]
    pub trust: Option<Value>,
    #[serde(default)]
    pub last_used: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A managed policy. Those of AWS have `aws` in the place of the account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Managed {
    pub arn: String,
    pub versions: Vec<Version>,
    /// The version in force; the last one where it is not said.
    #[serde(default)]
    pub default: Option<String>,
    #[serde(default = "long_ago")]
    pub created: String,
    /// Holders that the world does not describe.
    #[serde(default)]
    pub others: Others,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    pub id: String,
    #[serde(default = "long_ago")]
    pub created: String,
    pub document: Value,
}

/// Names of holders.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Others {
    pub roles: Vec<String>,
    pub users: Vec<String>,
    pub groups: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analyzer {
    pub name: String,
    pub region: String,
    /// Another account than the world's.
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default = "account_unused_access", rename = "type")]
    pub kind: String,
    #[serde(default = "active")]
    pub status: String,
    #[serde(default = "ninety")]
    pub days: u32,
    #[serde(default)]
    pub managed_by: Option<String>,
    #[serde(default)]
    pub findings: Vec<Finding>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    pub id: String,
    /// The ARN of whom it is about.
    pub resource: String,
    #[serde(default = "unused_permission", rename = "type")]
    pub kind: String,
    #[serde(default = "active")]
    pub status: String,
    #[serde(default = "recently")]
    pub created: String,
    #[serde(default = "recently")]
    pub analyzed: String,
    #[serde(default = "recently")]
    pub updated: String,
    /// Unused actions by service, each a name or a pair of a name and when it was last used;
    /// a service without any is unused as a whole.
    #[serde(default)]
    pub unused: BTreeMap<String, Vec<Used>>,
    /// When the role, or one of these services, was last used.
    #[serde(default)]
    pub last_used: BTreeMap<String, String>,
    #[serde(default)]
    pub account: Option<String>,
}

/// An action, perhaps with when it was last used.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Used {
    Never(String),
    At(String, String),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LastAccessed {
    pub services: BTreeMap<String, Service>,
    /// How many more services there are, never used: `made-up-001` and so on.
    pub made_up: usize,
    /// How many times its job is `IN_PROGRESS` before it is done.
    pub in_progress: usize,
    /// Its job fails, with this message.
    pub failed: Option<String>,
    /// At most so many services a page, whatever is asked for.
    pub page: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Service {
    pub last: Option<String>,
    pub actions: BTreeMap<String, Option<String>>,
}

/// A job that made a policy of what `CloudTrail` saw.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generation {
    pub job: String,
    pub principal: String,
    #[serde(default = "succeeded")]
    pub status: String,
    #[serde(default = "long_ago")]
    pub from: String,
    #[serde(default = "recently")]
    pub until: String,
    #[serde(default)]
    pub policies: Vec<Value>,
}

fn root() -> String {
    "/".to_owned()
}

fn long_ago() -> String {
    "2024-01-10T09:00:00+00:00".to_owned()
}

fn recently() -> String {
    "2026-10-01T08:00:00+00:00".to_owned()
}

fn account_unused_access() -> String {
    "ACCOUNT_UNUSED_ACCESS".to_owned()
}

fn unused_permission() -> String {
    "UnusedPermission".to_owned()
}

fn active() -> String {
    "ACTIVE".to_owned()
}

fn succeeded() -> String {
    "SUCCEEDED".to_owned()
}

fn ninety() -> u32 {
    90
}
