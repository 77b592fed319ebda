//! What the benchmarks work on: policies and findings made of the catalogue, the same each time.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::intake::{Intake, IntakeOptions};
use iam_refine::review::{Decision, Review, ReviewInput};

/// A policy and what is unused of it, as texts.
pub struct Texts {
    pub policy: String,
    pub findings: String,
}

impl Texts {
    /// The article's example.
    pub fn article() -> Self {
        Texts {
            policy: include_str!("../../assets/demo/policy.json").to_owned(),
            findings: include_str!("../../assets/demo/findings.json").to_owned(),
        }
    }

    /// One statement that allows `entries`, and three of ten actions of every service in
    /// `catalogue` unused.
    pub fn allowing(entries: &[String], catalogue: &Catalogue) -> Self {
        let unused: Vec<serde_json::Value> = catalogue
            .services()
            .map(|service| {
                let actions = service.actions().iter().map(|action| action.name.as_str());
                let unused: Vec<&str> = actions.filter(|name| is_unused(name)).collect();
                (service.prefix().as_str(), unused)
            })
            .filter(|(_, unused)| !unused.is_empty())
            .map(|(prefix, unused)| {
                serde_json::json!({"serviceNamespace": prefix, "actions": unused})
            })
            .collect();
        let policy = serde_json::json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": entries, "Resource": "*"}],
        });
        Texts {
            policy: serde_json::to_string_pretty(&policy).expect("it has a form in JSON"),
            findings: serde_json::to_string(&unused).expect("it has a form in JSON"),
        }
    }

    /// Reads both.
    pub fn read(&self, catalogue: &Arc<Catalogue>) -> ReviewInput {
        let intake = Intake::new().options(IntakeOptions::of(Arc::clone(catalogue)));
        let intake = intake.text("policy.json", &self.policy);
        let loaded = intake.text("findings.json", &self.findings).load();
        loaded.expect("a policy and findings").input
    }

    /// From the texts to the refined text, proved.
    pub fn refine(&self, catalogue: &Arc<Catalogue>) -> String {
        let mut review = Review::new(self.read(catalogue));
        review.decide(&review.undecided(), Decision::Accepted);
        assert!(review.is_proved());
        let document = &review.input().policies[0].document;
        let text = review.outcomes()[0].text(document);
        text.unwrap_or_default().into_owned()
    }

    /// The least that anything must do that reads both: parse them.
    pub fn parse(&self) -> [serde_json::Value; 2] {
        [&self.policy, &self.findings].map(|text| serde_json::from_str(text).expect("it is JSON"))
    }
}

/// Three names of ten, by a sum over their letters.
fn is_unused(name: &str) -> bool {
    let sum = name.bytes().fold(7_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    sum % 10 < 3
}
