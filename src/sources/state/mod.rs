//! What Terraform knows that it made: its state, read for the sake of its IAM resources.
//!
//! A state holds secrets, and may be hundreds of megabytes. It is read as it comes, and nothing but
//! the IAM resources in it is taken up, nor is any of its text in a message.

mod attributes;
mod live;
mod members;
mod named_policies;
mod parts;
mod plain;
mod plan;

use std::collections::BTreeSet;
use std::io::BufRead;

use serde::de::DeserializeSeed;
use serde_json::error::Category;

pub use attributes::{Attributes, EmbeddedPolicy};
pub use plan::{
    OtherChange, PlannedAction, PlannedChange, Providers, Side, TerraformPlan, read_plan,
};

pub(in crate::sources) use attributes::{Argued, GROUPS, USERS};
pub(in crate::sources) use plan::{
    has_word, is_deploying, is_of_permission_sets, is_remark, is_type_of_who, may_give,
    takes_policies, takes_policy_arns,
};

use super::{Address, Module};
use crate::iam::{AccountId, Arn};
use crate::policies::EMBEDDED;
use crate::text::{Error, Problem, Source, Untrusted};
use members::{Object, Part};
use parts::{Found, Top};

/// The IAM resources of a state, and which accounts the rest of it is in.
#[derive(Clone, Debug)]
pub struct State {
    /// How messages call the file.
    pub name: Untrusted,
    /// The root module that it is of, by its place in a [`Tree`](super::Tree).
    pub root: usize,
    /// The roles, policies and attachments that Terraform made, in the order of the file.
    pub resources: Vec<Resource>,
    /// What each `data "aws_iam_policy"` looked up.
    pub looked_up: Vec<Resource>,
    /// The accounts that resources of it are in, each with the provider where the raw state tells it.
    pub accounts: BTreeSet<(Option<String>, AccountId)>,
}

/// An IAM resource that Terraform made.
#[derive(Clone, Debug)]
pub struct Resource {
    /// What Terraform calls it.
    pub address: Address,
    /// What it is.
    pub kind: Kind,
    /// What is known of it.
    pub attributes: Attributes,
    /// Through which provider, where the raw state or a plan tells: another alias may be another account.
    pub provider: Option<String>,
    /// Whether it is an earlier one that is to be deleted and is there still.
    pub is_deposed: bool,
    /// Whether it is to be made anew.
    pub is_tainted: bool,
}

/// The types of resources that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `aws_iam_role`
    Role,
    /// `aws_iam_user`
    User,
    /// `aws_iam_group`
    Group,
    /// `aws_iam_role_policy`
    RolePolicy,
    /// `aws_iam_user_policy`
    UserPolicy,
    /// `aws_iam_group_policy`
    GroupPolicy,
    /// `aws_iam_policy`
    Policy,
    /// `aws_iam_role_policy_attachment`, those of users and groups, `aws_iam_policy_attachment`, and
    /// `aws_iam_role_policy_attachments_exclusive`
    Attachment,
    /// `aws_iam_group_membership`, `aws_iam_user_group_membership`
    Membership,
    /// Another that names managed policies.
    Other,
}

impl Kind {
    /// Whether it is a policy.
    pub fn is_policy(self) -> bool {
        matches!(
            self,
            Kind::RolePolicy | Kind::UserPolicy | Kind::GroupPolicy | Kind::Policy
        )
    }

    /// The kind of a type of resources, if it is read.
    pub fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "aws_iam_role" => Kind::Role,
            "aws_iam_user" => Kind::User,
            "aws_iam_group" => Kind::Group,
            "aws_iam_role_policy" => Kind::RolePolicy,
            "aws_iam_user_policy" => Kind::UserPolicy,
            "aws_iam_group_policy" => Kind::GroupPolicy,
            "aws_iam_policy" => Kind::Policy,
            "aws_iam_role_policy_attachment"
            | "aws_iam_user_policy_attachment"
            | "aws_iam_group_policy_attachment"
            | "aws_iam_policy_attachment"
            | "aws_iam_role_policy_attachments_exclusive"
            | "aws_iam_user_policy_attachments_exclusive"
            | "aws_iam_group_policy_attachments_exclusive" => Kind::Attachment,
            "aws_iam_group_membership" | "aws_iam_user_group_membership" => Kind::Membership,
            _ => return None,
        })
    }
}

/// The keys that a state or a plan may begin with: Terraform's own order, that of `jq -S`, and what
/// `jq` cuts out of one.
const FIRST_KEYS: [&str; 23] = [
    "action_invocations",
    "deferred_changes",
    "errored",
    "format_version",
    "terraform_version",
    "values",
    "check_results",
    "checks",
    "lineage",
    "applyable",
    "complete",
    "configuration",
    "encrypted_data",
    "outputs",
    "output_changes",
    "planned_values",
    "prior_state",
    "relevant_attributes",
    "resource_changes",
    "resource_drift",
    "resources",
    "root_module",
    "variables",
];

/// How many bytes of a text tell whether it is a state.
pub const TELLING: usize = 512;

/// Whether a text that begins with `start` is a state, or a plan.
///
/// ```
/// use iam_refine::sources::is_state;
/// assert!(is_state(br#"{"format_version":"1.0","values":{}}"#));
/// assert!(is_state(b"{\n  \"version\": 4,"));
/// assert!(is_state(br#"[{"outputs":{}}]"#));
/// assert!(!is_state(br#"{"version":"0","detail":{}}"#));
/// ```
pub fn is_state(start: &[u8]) -> bool {
    let start = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    let start = start.trim_ascii_start();
    let start = start.strip_prefix(b"[").unwrap_or(start).trim_ascii_start();
    let inside = start.strip_prefix(b"{");
    let key = inside.and_then(|inside| inside.trim_ascii_start().strip_prefix(b"\""));
    let Some(key) = key else { return false };
    let Some(end) = key.iter().position(|byte| *byte == b'"') else {
        return false;
    };
    // Events of AWS have a version too, which is a string.
    let is_number = || {
        let value = key[end + 1..].trim_ascii_start().strip_prefix(b":");
        let value = value.map(<[u8]>::trim_ascii_start);
        value.is_some_and(|value| value.first().is_some_and(u8::is_ascii_digit))
    };
    match &key[..end] {
        b"version" | b"serial" => is_number(),
        key => FIRST_KEYS.iter().any(|first| first.as_bytes() == key),
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads what `terraform show -json` or `terraform state pull` prints, as it comes.
///
/// # Errors
/// It is neither, or of a form that is not known; of a plan, that it has no state. No text of the
/// state is in the error.
pub fn read_state(name: &Untrusted, text: impl BufRead) -> Result<State, Error> {
    let mut top = Top::default();
    read_object(name, text, &mut top)?;
    State::of(name, top)
}

/// Reads a text that is one object.
fn read_object(
    name: &Untrusted,
    mut text: impl BufRead,
    part: &mut impl Part,
) -> Result<(), Error> {
    let unread = |error| Error::new(format!("{name} cannot be read")).caused_by(error);
    let start = text.fill_buf().map_err(unread)?;
    if start.starts_with(BYTE_ORDER_MARK) {
        text.consume(BYTE_ORDER_MARK.len());
    }
    let mut json = serde_json::Deserializer::from_reader(text);
    let read = Object(part).deserialize(&mut json);
    read.and_then(|()| json.end())
        .map_err(|error| not_read(&Source::from_text(name.raw(), ""), &error))
}

impl State {
    fn of(name: &Untrusted, top: Top) -> Result<Self, Error> {
        let source = Source::from_text(name.raw(), "");
        top.can_be_used(&source)?;
        let read = |all: Vec<Found>| {
            let all = all.into_iter();
            let read = all.map(|found| found.resource().map_err(|why| refused(&source, why)));
            read.collect::<Result<Vec<Resource>, Problem>>()
        };
        Ok(State {
            name: name.clone(),
            root: 0,
            resources: read(top.gathered.made)?,
            looked_up: read(top.gathered.looked_up)?,
            accounts: top.gathered.accounts,
        })
    }

    /// Whether its IAM resources are of more than one account.
    fn is_of_several_accounts(&self) -> bool {
        let accounts = self.resources.iter().filter_map(Resource::account);
        accounts.collect::<BTreeSet<AccountId>>().len() > 1
    }

    /// The module that a resource of it is made in.
    pub fn module<'a>(&self, address: &'a Address) -> Module<'a> {
        Module {
            root: self.root,
            names: &address.block.module,
        }
    }
}

impl Resource {
    /// The account of its ARN.
    fn account(&self) -> Option<AccountId> {
        let arn = self.attributes.arn.as_deref();
        arn.and_then(Arn::parse)?.account()
    }
}

/// What went wrong and where, in our own words: those of the reader may quote the text.
fn not_read(source: &Source, error: &serde_json::Error) -> Error {
    let what = match error.classify() {
        Category::Io => "it cannot be read",
        Category::Eof => "it ends too early",
        Category::Syntax => "this is not JSON",
        Category::Data => "Terraform writes something else here",
    };
    let (line, column) = (error.line(), error.column());
    let problem = source.error(format!("in line {line}, column {column}: {what}"));
    problem.help(AS_PRINTED).into()
}

fn refused(source: &Source, why: String) -> Problem {
    source.error(why).help(AS_PRINTED)
}

const AS_PRINTED: &str =
    "give what `terraform show -json` or `terraform state pull` prints, unchanged";

/// What a policy is called that a role at this address embeds itself, by its name.
fn embedded_in(role: &Untrusted, name: &str) -> Untrusted {
    format!("{}{EMBEDDED}{name}", role.raw()).into()
}
