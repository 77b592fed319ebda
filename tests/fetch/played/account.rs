//! The account that one call sees, with the profile and the region that it is made with.

use std::env;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::arguments::Asked;
use crate::errors::{self, Failure};
use crate::world::{Analyzer, Credentials, Managed, Principal, Profile, World};

/// What a call sees.
pub struct Account<'a> {
    pub world: &'a World,
    pub asked: &'a Asked,
    /// The account whose credentials are used.
    pub id: &'a str,
    pub caller: String,
    pub profile: String,
    region: Option<String>,
}

/// A kind of principal, as names of fields and of commands have it.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Role,
    User,
    Group,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::Role => "role",
            Kind::User => "user",
            Kind::Group => "group",
        }
    }

    /// `RoleName`.
    pub fn field(self, field: &str) -> String {
        let word = match self {
            Kind::Role => "Role",
            Kind::User => "User",
            Kind::Group => "Group",
        };
        format!("{word}{field}")
    }
}

impl<'a> Account<'a> {
    pub fn of(world: &'a World, asked: &'a Asked) -> Result<Self, Failure> {
        let named = asked.given("profile").map(str::to_owned);
        let named = named.or_else(|| variable("AWS_PROFILE"));
        let name = named.unwrap_or_else(|| "default".to_owned());
        let usual = Profile::default();
        let profile = match world.profiles.get(&name) {
            Some(profile) => profile,
            None if name == "default" => &*Box::leak(Box::new(usual)),
            None => return Err(errors::no_profile(&name)),
        };
        let id = profile.account.as_ref().unwrap_or(&world.account).as_str();
        let caller = format!("arn:aws:sts::{id}:assumed-role/Auditor/ann");
        let account = Self {
            world,
            asked,
            id,
            caller: profile.caller.clone().unwrap_or(caller),
            region: region(world, asked, profile),
            profile: name,
        };
        account.check(profile)?;
        Ok(account)
    }

    fn check(&self, profile: &Profile) -> Result<(), Failure> {
        let cli = &self.world.cli;
        let operation = self.asked.operation;
        match profile.credentials {
            Credentials::Valid => {}
            Credentials::None => return Err(errors::no_credentials(cli)),
            Credentials::ExpiredSso => return Err(errors::expired_sso(cli, &self.profile)),
            Credentials::Expired => {
                let message = "The security token included in the request is expired";
                return Err(self.service_error("ExpiredToken", message));
            }
        }
        if operation.service == "accessanalyzer" && self.region.is_none() {
            return Err(errors::no_region(cli));
        }
        Ok(())
    }

    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    pub fn service_error(&self, code: &str, message: &str) -> Failure {
        let operation = self.asked.operation.call();
        errors::service(&self.world.cli, code, &operation, message)
    }

    pub fn no_such_entity(&self, message: &str) -> Failure {
        errors::no_such_entity(&self.world.cli, &self.asked.operation.call(), message)
    }

    /// The principals of a kind; another account has none.
    pub fn all(&self, kind: Kind) -> &'a [Principal] {
        if self.id != self.world.account {
            return &[];
        }
        match kind {
            Kind::Role => &self.world.roles,
            Kind::User => &self.world.users,
            Kind::Group => &self.world.groups,
        }
    }

    /// The principal that `--role-name`, `--user-name` or `--group-name` names.
    pub fn named(&self, kind: Kind) -> Result<&'a Principal, Failure> {
        let word = kind.word();
        let name = self.asked.option(&format!("{word}-name"));
        // AWS minds no upper and lower case in names.
        let found = self
            .all(kind)
            .iter()
            .find(|it| it.name.eq_ignore_ascii_case(name));
        found.ok_or_else(|| {
            self.no_such_entity(&format!("The {word} with name {name} cannot be found."))
        })
    }

    /// The managed policy that `--policy-arn` names.
    pub fn policy(&self) -> Result<&'a Managed, Failure> {
        let arn = self.asked.option("policy-arn");
        let ours = arn.starts_with("arn:aws:iam::aws:") || self.id == self.world.account;
        let found = self.world.policies.iter().find(|it| ours && it.arn == arn);
        found.ok_or_else(|| {
            let message = format!("Policy {arn} was not found.");
            self.no_such_entity(&message)
        })
    }

    /// The analyzers of this account in this region.
    pub fn analyzers(&self) -> impl Iterator<Item = &'a Analyzer> {
        let here = move |it: &&Analyzer| {
            let owner = it.account.as_ref().unwrap_or(&self.world.account);
            owner == self.id && Some(it.region.as_str()) == self.region()
        };
        self.world.analyzers.iter().filter(here)
    }

    pub fn analyzer_arn(&self, analyzer: &Analyzer) -> String {
        let (region, name) = (&analyzer.region, &analyzer.name);
        format!(
            "arn:aws:access-analyzer:{region}:{}:analyzer/{name}",
            self.id
        )
    }

    pub fn arn(&self, kind: Kind, principal: &Principal) -> String {
        let (path, name) = (&principal.path, &principal.name);
        format!(
            "arn:aws:iam::{}:{}{path}{name}",
            self.world.account,
            kind.word()
        )
    }
}

/// `--region`, else the environment's, else the profile's. Version 1 knows no `AWS_REGION`.
fn region(world: &World, asked: &Asked, profile: &Profile) -> Option<String> {
    let named = asked.given("region").map(str::to_owned);
    let second = world.cli.either(None, variable("AWS_REGION"));
    named
        .or(second)
        .or_else(|| variable("AWS_DEFAULT_REGION"))
        .or_else(|| profile.region.clone())
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// An id that AWS could have made for `what`, in upper case.
pub fn unique_id(prefix: &str, what: &str) -> String {
    format!("{prefix}{}", &digest(what)[..17].to_ascii_uppercase())
}

/// The id of a job for `what`.
pub fn job_id(what: &str) -> String {
    let digest = digest(what);
    let part = |from, to| &digest[from..to];
    format!(
        "{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}

fn digest(what: &str) -> String {
    let bytes = Sha256::digest(what.as_bytes());
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
