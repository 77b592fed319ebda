//! What a newer catalogue has no more.

use super::Catalogue;
use crate::iam::ServicePrefix;

/// A service of which a newer catalogue has much less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The service.
    pub service: ServicePrefix,
    /// How many of its actions are gone.
    pub gone: usize,
    /// How many it had.
    pub had: usize,
}

impl Catalogue {
    /// The services that `known` has and that lost a tenth of their actions or more, those that are
    /// gone among them. AWS takes back a few actions a year: what lost more came in part, or is
    /// somebody's work.
    pub fn losses_since(&self, known: &Catalogue) -> Vec<Loss> {
        let losses = known.services().map(|service| {
            let now = self.service(service.prefix());
            let is_gone = |name| now.and_then(|now| now.action(name)).is_none();
            let names = service.actions().iter().map(|action| &action.name);
            Loss {
                service: service.prefix().clone(),
                gone: names.filter(|name| is_gone(name)).count(),
                had: service.actions().len(),
            }
        });
        losses
            .filter(|loss| loss.gone > 0 && loss.gone * 10 >= loss.had)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::text::Source;

    fn catalogue(services: &[(&str, std::ops::Range<usize>)]) -> Catalogue {
        let mut text = String::new();
        for (service, actions) in services {
            for number in actions.clone() {
                writeln!(text, "{service}:Action{number}").unwrap();
            }
        }
        Catalogue::parse(&Source::from_text("c.txt", &text)).unwrap()
    }

    #[test]
    fn services_that_are_gone_or_lost_a_tenth_are_named() {
        let known = catalogue(&[("ec2", 0..100), ("s3", 0..20), ("sqs", 0..2)]);
        let losses = |now: &[(&str, std::ops::Range<usize>)]| {
            let losses = catalogue(now).losses_since(&known).into_iter();
            let counts = losses.map(|loss| (loss.service.to_string(), loss.gone, loss.had));
            counts.collect::<Vec<_>>()
        };
        let lost = |service: &str, gone, had| (service.to_owned(), gone, had);
        assert_eq!(losses(&[("EC2", 0..91), ("s3", 1..99), ("sqs", 0..2)]), []);
        assert_eq!(
            losses(&[("ec2", 0..90), ("s3", 0..18), ("sqs", 0..2), ("new", 0..9)]),
            [lost("ec2", 10, 100), lost("s3", 2, 20)]
        );
        // As many as before, and others.
        assert_eq!(
            losses(&[("ec2", 0..100), ("s3", 5..25)]),
            [lost("s3", 5, 20), lost("sqs", 2, 2)]
        );
    }
}
