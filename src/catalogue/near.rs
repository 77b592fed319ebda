//! Services that may be meant by a prefix that AWS does not have.

use super::Catalogue;
use crate::iam::ServicePrefix;

/// What AWS's command line, its console or people call a service, and its prefix in policies.
const OTHERWISE_CALLED: &[(&str, &str)] = &[
    ("alb", "elasticloadbalancing"),
    ("amp", "aps"),
    ("api-gateway", "apigateway"),
    ("apigatewayv2", "apigateway"),
    ("athena-federation", "athena"),
    ("aws-config", "config"),
    ("bedrock-agent", "bedrock"),
    ("bedrock-runtime", "bedrock"),
    ("certificate-manager", "acm"),
    ("cloudwatchlogs", "logs"),
    ("cloudwatch-logs", "logs"),
    ("codestar", "codestar-connections"),
    ("cognito", "cognito-idp"),
    ("container-registry", "ecr"),
    ("docdb", "rds"),
    ("documentdb", "rds"),
    ("efs", "elasticfilesystem"),
    ("elasticsearch", "es"),
    ("elb", "elasticloadbalancing"),
    ("elbv2", "elasticloadbalancing"),
    ("emr", "elasticmapreduce"),
    ("eventbridge", "events"),
    ("firehose-delivery", "firehose"),
    ("iam-identity-center", "sso"),
    ("iot-data", "iot"),
    ("kinesis-video", "kinesisvideo"),
    ("lex-models", "lex"),
    ("lex-runtime", "lex"),
    ("msk", "kafka"),
    ("mwaa", "airflow"),
    ("neptune", "rds"),
    ("parameter-store", "ssm"),
    ("resourcegroupstaggingapi", "tag"),
    ("service-quotas", "servicequotas"),
    ("sesv2", "ses"),
    ("sfn", "states"),
    ("sso-admin", "sso"),
    ("step-functions", "states"),
    ("stepfunctions", "states"),
    ("systems-manager", "ssm"),
    ("timestream-query", "timestream"),
    ("timestream-write", "timestream"),
    ("waf-v2", "wafv2"),
];

/// How many are named.
const MOST: usize = 3;

impl Catalogue {
    /// Services that may be meant by `prefix`, the likeliest first; none when it has that service.
    ///
    /// ```
    /// use iam_refine::catalogue::Catalogue;
    /// use iam_refine::iam::ServicePrefix;
    /// let near = |prefix| {
    ///     let near = Catalogue::built_in().near(&ServicePrefix::parse(prefix).unwrap());
    ///     near.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    /// };
    /// assert_eq!(near("emr"), "elasticmapreduce");
    /// assert_eq!(near("servicequota"), "servicequotas");
    /// assert_eq!(near("s3"), "");
    /// ```
    pub fn near(&self, prefix: &ServicePrefix) -> Vec<ServicePrefix> {
        if self.has_service(prefix) {
            return Vec::new();
        }
        let name = prefix.as_str().to_ascii_lowercase();
        let renamed = OTHERWISE_CALLED.iter().find(|(called, _)| *called == name);
        let renamed = renamed.and_then(|(_, prefix)| ServicePrefix::parse(prefix));
        if let Some(renamed) = renamed.filter(|renamed| self.has_service(renamed)) {
            return vec![renamed];
        }
        let allowed = match name.len() {
            0..4 => 1,
            4..8 => 2,
            _ => 3,
        };
        let mut near: Vec<(usize, &ServicePrefix)> = (self.service_names())
            .map(|service| (distance(&name, service.as_str()), service))
            .filter(|(distance, _)| *distance <= allowed)
            .collect();
        near.sort();
        near.into_iter()
            .take(MOST)
            .map(|(_, service)| service.clone())
            .collect()
    }

    /// Whether it has any action of this service.
    pub fn has_service(&self, prefix: &ServicePrefix) -> bool {
        !self.section_slice(prefix).is_empty()
    }
}

/// How many letters have to be changed, added or taken out to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let other = other.as_bytes();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, theirs) in other.iter().enumerate() {
            let changed = diagonal + usize::from(!letter.eq_ignore_ascii_case(theirs));
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_name_leads_to_a_service_and_is_none_itself() {
        let catalogue = Catalogue::built_in();
        for (called, prefix) in OTHERWISE_CALLED {
            let has = |text: &str| catalogue.has_service(&ServicePrefix::parse(text).unwrap());
            assert!(has(prefix), "{prefix}");
            assert!(!has(called), "{called}");
        }
    }

    #[test]
    fn a_distance_counts_letters() {
        for (one, other, expected) in [
            ("", "ab", 2),
            ("s3", "s3", 0),
            ("emr", "ecr", 1),
            ("abc", "cb", 2),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }
}
