//! The catalogues that come with the program. `iam-refine catalogue import FOLDER` makes
//! `assets/catalogue.txt` of a copy of AWS's service reference.

use std::sync::{Arc, LazyLock};

use super::{Catalogue, section};
use crate::text::Source;

const TODAY: &str = include_str!("../../assets/catalogue.txt");
const S3_OF_JUNE_2024: &str = include_str!("../../assets/s3-2024-06-10.txt");
const RETIRED: &str = include_str!("../../assets/retired-actions.txt");

impl Catalogue {
    /// All actions of AWS on the day the program was made. Loaded once, and then only cut into
    /// services: a fraction of a millisecond.
    pub fn built_in() -> Arc<Self> {
        static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
            let name = "the built-in catalogue";
            Arc::new(Catalogue::from_trusted(name, TODAY))
        });
        Arc::clone(&CATALOGUE)
    }

    /// A catalogue of which it is known that this program wrote it, byte for byte: it is only cut
    /// into services, as the built-in one is. A line that cannot be read would be passed over.
    pub fn from_trusted(name: &str, text: &'static str) -> Self {
        let (header, sections) = section::index(text);
        Catalogue {
            name: name.into(),
            header,
            sections,
        }
    }

    /// The actions that S3 had in June 2024: with them the article's example comes out exactly.
    pub fn s3_of_june_2024() -> Arc<Self> {
        static CATALOGUE: LazyLock<Arc<Catalogue>> =
            LazyLock::new(|| Arc::new(shipped("the S3 actions of June 2024", S3_OF_JUNE_2024)));
        Arc::clone(&CATALOGUE)
    }
}

/// What AWS had once and has no more.
pub(super) fn retired() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> =
        LazyLock::new(|| shipped("the retired actions", RETIRED));
    &CATALOGUE
}

/// A list that is part of the program, and that the tests have read.
#[expect(
    clippy::unreachable,
    reason = "each list is read by a test, and there is no program without it"
)]
fn shipped(name: &str, text: &str) -> Catalogue {
    Catalogue::parse(&Source::from_text(name, text))
        .unwrap_or_else(|error| unreachable!("a list built into the program is at fault: {error}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::Date;

    use super::*;
    use crate::catalogue::Service;

    fn granted(catalogue: &Catalogue, pattern: &str) -> Vec<String> {
        let granted = catalogue.granted_by(&pattern.parse().unwrap());
        granted
            .map(|(service, action)| format!("{service}:{}", action.name))
            .collect()
    }

    #[test]
    fn all_of_aws_is_there() {
        let catalogue = Catalogue::built_in();
        assert_eq!(catalogue.service_names().len(), 457);
        assert_eq!(catalogue.len(), 22_321);
        assert_eq!(granted(&catalogue, "*").len(), 22_321);
        assert_eq!(catalogue.len(), 22_321, "counted without reading, and read");
        assert!(catalogue.service_names().is_sorted());
        assert_eq!(catalogue.date(), Some(jiff::civil::date(2026, 10, 27)));
    }

    #[test]
    fn reading_strictly_and_writing_again_gives_the_same_bytes() {
        let strict = Catalogue::parse(&Source::from_text("catalogue.txt", TODAY)).unwrap();
        assert!(strict.to_string() == TODAY, "the text differs");
        assert!(Catalogue::built_in().to_string() == TODAY, "indexed badly");
    }

    #[test]
    fn patterns_find_what_they_grant_in_the_catalogues_spelling() {
        let catalogue = Catalogue::built_in();
        assert_eq!(granted(&catalogue, "s3:Get*").len(), 63);
        assert_eq!(granted(&catalogue, "S3:get*").len(), 63);
        assert_eq!(granted(&catalogue, "apigateway:get"), ["apigateway:GET"]);
        assert_eq!(
            granted(&catalogue, "cloudsearch:S*h"),
            ["cloudsearch:search"]
        );
        assert_eq!(
            granted(&catalogue, "vpc-lattice:AssociateVia*"),
            [
                "vpc-lattice:AssociateViaAWSService",
                "vpc-lattice:AssociateViaAWSService-EventsAndStates"
            ]
        );
        assert_eq!(granted(&catalogue, "nosuch:*"), [""; 0]);
    }

    #[test]
    fn an_action_has_its_level_and_dates() {
        let catalogue = Catalogue::built_in();
        let known = |action: &str| catalogue.action(&action.parse().unwrap()).cloned();
        let pass_role = known("iam:passrole").unwrap();
        assert_eq!(pass_role.name.as_str(), "PassRole");
        assert_eq!(pass_role.tracked, Some(false));
        assert_eq!(known("s3:GetNothing"), None);
        let abac = known("s3:GetBucketAbac").unwrap();
        let actions = catalogue.services().flat_map(Service::actions);
        let dates: BTreeSet<Date> = actions.filter_map(|action| action.first_seen).collect();
        assert!(abac.first_seen > dates.first().copied());
        assert_eq!(dates.len(), 11);
    }

    #[test]
    fn june_2024_has_159_actions_of_s3() {
        let catalogue = Catalogue::s3_of_june_2024();
        assert_eq!(catalogue.len(), 159);
        assert_eq!(granted(&catalogue, "s3:*").len(), 159);
        assert_eq!(granted(&catalogue, "s3:Get*").len(), 58);
        assert_eq!(catalogue.date(), Some(jiff::civil::date(2024, 6, 10)));
    }

    #[test]
    fn what_aws_has_no_more_is_retired() {
        assert_eq!(retired().len(), 713);
        let catalogue = Catalogue::built_in();
        let is_retired = |action: &str| catalogue.is_retired(&action.parse().unwrap());
        assert!(is_retired("account:getchallengequestions"));
        assert!(!is_retired("s3:GetObject"));
        assert!(!is_retired("s3:GetObjekt"));
        assert!(retired().services().all(|service| {
            let known = |name| {
                catalogue
                    .service(service.prefix())
                    .and_then(|s| s.action(name))
            };
            service
                .actions()
                .iter()
                .all(|action| known(&action.name).is_none())
        }));
    }
}
