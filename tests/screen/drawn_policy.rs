//! Random policies with findings, of small catalogues of their own.

use std::fmt::Write as _;

use serde_json::Value;

/// A policy, what is unused of it, and the actions there are.
pub struct World {
    pub policy: String,
    pub findings: String,
    pub catalogue: String,
}

impl std::fmt::Display for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{}\n{}", self.policy, self.findings, self.catalogue)
    }
}

const SERVICES: [&str; 3] = ["s3", "ec2", "sqs"];
const VERBS: [&str; 5] = ["Get", "List", "Put", "Delete", "Describe"];
const NOUNS: [&str; 7] = [
    "Object",
    "ObjectAcl",
    "Bucket",
    "Service",
    "Services",
    "Tag",
    "TagSet",
];

impl World {
    /// The one of this number.
    pub fn drawn(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(2_654_435_769).wrapping_add(88_172_645));
        let all = || {
            SERVICES.iter().flat_map(|service| {
                let names = VERBS
                    .iter()
                    .flat_map(|verb| NOUNS.iter().map(move |noun| (verb, noun)));
                names.map(move |(verb, noun)| (*service, format!("{verb}{noun}")))
            })
        };
        let mut catalogue = String::new();
        let mut unused = [const { Vec::new() }; SERVICES.len()];
        for (service, name) in all() {
            let _ = writeln!(catalogue, "{service}:{name}");
            if random.below(4) == 0 {
                let at = SERVICES.iter().position(|other| *other == service);
                unused[at.unwrap_or(0)].push(name);
            }
        }
        let findings: Vec<Value> = SERVICES
            .iter()
            .zip(unused)
            .map(|(service, actions)| {
                serde_json::json!({"serviceNamespace": service, "actions": actions})
            })
            .collect();
        let statements: Vec<Value> = (0..=random.below(4)).map(|_| random.statement()).collect();
        World {
            policy: serde_json::json!({"Version": "2012-10-17", "Statement": statements})
                .to_string(),
            findings: Value::from(findings).to_string(),
            catalogue,
        }
    }
}

/// Numbers that look random and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap_or(1)).unwrap_or(0)
    }

    fn statement(&mut self) -> Value {
        let entries: Vec<String> = (0..=self.below(5)).map(|_| self.entry()).collect();
        let (effect, actions) = match self.below(12) {
            0 => ("Deny", "Action"),
            1 => ("Allow", "NotAction"),
            _ => ("Allow", "Action"),
        };
        serde_json::json!({"Effect": effect, actions: entries, "Resource": "*"})
    }

    fn entry(&mut self) -> String {
        let service = SERVICES[self.below(SERVICES.len())];
        let verb = VERBS[self.below(VERBS.len())];
        let noun = NOUNS[self.below(NOUNS.len())];
        match self.below(9) {
            0 => format!("{service}:*"),
            1 => format!("{service}:*{noun}"),
            2 => format!("{service}:{verb}{}*", &noun[..1]),
            3 | 4 => format!("{service}:{verb}{noun}"),
            _ => format!("{service}:{verb}*"),
        }
    }
}
