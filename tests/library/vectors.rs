//! The rule's test vectors: each a wildcard, what is unused, and what it becomes.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::findings::UnusedActions;
use iam_refine::iam::{Action, ActionPattern, ServicePrefix};
use iam_refine::refine::{
    Claim, EntryOutcome, EntryPlan, GoesBecause, Granularity, HeldBack, Keep, Options,
    StaysBecause, Universe, plan_entry,
};
use iam_refine::text::Source;

/// One wildcard and what is known when it is refined.
struct Refining {
    pattern: ActionPattern,
    catalogue: Arc<Catalogue>,
    unused: UnusedActions,
    options: Options,
}

fn refining(pattern: &str) -> Refining {
    Refining {
        pattern: pattern.parse().unwrap(),
        catalogue: Catalogue::built_in(),
        unused: UnusedActions::default(),
        options: Options::default(),
    }
}

impl Refining {
    fn unused(mut self, actions: &[&str]) -> Self {
        for action in actions {
            match action.strip_suffix(":*") {
                Some(service) => {
                    let service = ServicePrefix::parse(service).unwrap();
                    self.unused.add_service(service, None);
                }
                None => self.unused.add(action.parse().unwrap(), None),
            }
        }
        self
    }

    fn catalogue(mut self, actions: &str) -> Self {
        self.catalogue =
            Arc::new(Catalogue::parse(&Source::from_text("catalogue", actions)).unwrap());
        self
    }

    fn at(mut self, granularity: Granularity) -> Self {
        self.options.granularity = granularity;
        self
    }

    fn keep(mut self, pattern: &str) -> Self {
        self.options.keeps.push(Keep::of(pattern.parse().unwrap()));
        self
    }

    fn plan(self) -> EntryPlan {
        let universe =
            Universe::new(self.catalogue, Arc::new(self.unused), []).with_kept(&self.options.keeps);
        plan_entry(
            &self.pattern,
            &universe,
            self.options.curation(&[], HeldBack::NOTHING),
            self.options.granularity,
        )
    }

    /// The entries that replace the wildcard, separated by a space.
    fn becomes(self) -> String {
        match self.plan().outcome {
            EntryOutcome::Narrowed(entries) => {
                let texts: Vec<String> = entries.iter().map(|new| new.entry.to_string()).collect();
                texts.join(" ")
            }
            other => format!("{other:?}"),
        }
    }
}

#[test]
fn a_sibling_that_starts_with_the_prefix_makes_it_unsafe() {
    let vector = |pattern: &str, catalogue: &str, unused: &str| {
        refining(pattern)
            .catalogue(catalogue)
            .unused(&[unused])
            .becomes()
    };
    assert_eq!(
        vector(
            "iam:List*",
            "iam:ListRole\niam:ListRoleTags\niam:ListRoles",
            "iam:ListRoles"
        ),
        "iam:ListRole iam:ListRoleTags"
    );
    assert_eq!(
        vector(
            "ssm:Get*",
            "ssm:GetParameter\nssm:GetParameterHistory\nssm:GetParameters",
            "ssm:GetParameters"
        ),
        "ssm:GetParameter ssm:GetParameterHistory"
    );
}

#[test]
fn the_built_in_vectors_of_string_prefix_safety() {
    for (pattern, unused, trap) in [
        ("iam:*", "iam:ListRoles", "iam:ListRole*"),
        ("ssm:*", "ssm:GetParameters", "ssm:GetParameter*"),
        (
            "appconfig:*",
            "appconfig:ListDeployments",
            "appconfig:ListDeploymentS*",
        ),
        ("cassandra:*", "cassandra:UntagResource", "cassandra:UnT*"),
        ("apigateway:*", "apigateway:GetPortal", "apigateway:GE*"),
        ("kms:*", "kms:RetireGrant", "kms:Re*"),
    ] {
        let plan = refining(pattern).unused(&[unused]).plan();
        let EntryOutcome::Narrowed(entries) = plan.outcome else {
            panic!("{pattern} is narrowed");
        };
        let (pattern, unused): (ActionPattern, Action) =
            (pattern.parse().unwrap(), unused.parse().unwrap());
        let trap: ActionPattern = trap.parse().unwrap();
        let mut trapped = 0;
        for (service, known) in Catalogue::built_in().granted_by(&pattern) {
            let action = Action::new(service.clone(), known.name.clone());
            let granting = entries.iter().find(|new| new.entry.matches(&action));
            assert_eq!(
                granting.is_some(),
                action != unused,
                "{action}: {granting:?}"
            );
            trapped += usize::from(trap.matches(&action));
        }
        assert!(trapped > 1 && trap.matches(&unused), "{trap} is no trap");
    }
}

#[test]
fn no_action_is_lost_because_another_is_its_prefix() {
    let becomes = refining("elasticbeanstalk:Describe*")
        .catalogue(
            "elasticbeanstalk:DescribeEnvironments\nelasticbeanstalk:DescribeEnvironmentStatus",
        )
        .unused(&["elasticbeanstalk:DescribeEnvironments"])
        .becomes();
    assert_eq!(becomes, "elasticbeanstalk:DescribeEnvironmentStatus");
}

#[test]
fn a_wildcard_in_front_keeps_what_stands_behind_it() {
    let becomes = refining("s3:*Tagging")
        .unused(&["s3:GetBucketTagging"])
        .becomes();
    let entries: Vec<&str> = becomes.split(' ').collect();
    for expected in [
        "s3:Delete*Tagging",
        "s3:GetJobTagging",
        "s3:GetObject*Tagging",
        "s3:Put*Tagging",
    ] {
        assert!(entries.contains(&expected), "{expected} in {becomes}");
    }
    assert!(entries.iter().all(|entry| entry.ends_with("Tagging")));
}

#[test]
fn a_residual_that_one_action_takes_is_written_in_full() {
    let plan = refining("ec2:*Image*")
        .at(Granularity::Character)
        .unused(&["ec2:CreateImage"])
        .plan();
    insta::assert_snapshot!(entries_with_claims(&plan));
}

#[test]
fn the_claimed_parent_is_a_node_and_not_a_letter_less() {
    let plan = refining("elasticmapreduce:*Session*")
        .at(Granularity::Character)
        .unused(&["elasticmapreduce:GetClusterSessionCredentials"])
        .plan();
    insta::assert_snapshot!(entries_with_claims(&plan));
}

#[test]
fn of_a_wholly_unused_service_only_what_is_kept_is_written() {
    assert_eq!(
        refining("sqs:*").unused(&["sqs:*"]).plan().outcome,
        EntryOutcome::Goes(GoesBecause::ServiceUnused)
    );
    assert_eq!(
        refining("sqs:*")
            .unused(&["sqs:*"])
            .keep("sqs:SendMessage")
            .keep("sqs:Get*")
            .becomes(),
        "sqs:Get* sqs:GetQueueAttributes sqs:GetQueueUrl sqs:SendMessage"
    );
    assert_eq!(
        refining("sqs:*")
            .unused(&["sqs:*"])
            .keep("*")
            .plan()
            .outcome,
        EntryOutcome::Stays(StaysBecause::Kept)
    );
}

#[test]
fn a_keep_as_wide_as_the_wildcard_keeps_it_however_it_is_spelled() {
    let plan = refining("sqs:?*").unused(&["sqs:*"]).keep("sqs:*?").plan();
    assert_eq!(plan.outcome, EntryOutcome::Stays(StaysBecause::Kept));
}

#[test]
fn a_kept_action_stays_though_nobody_else_knows_it() {
    assert_eq!(
        refining("sqs:*")
            .unused(&["sqs:*"])
            .keep("sqs:SendTomorrow")
            .becomes(),
        "sqs:SendTomorrow"
    );
}

#[test]
fn a_wildcard_of_a_service_nobody_knows_stays() {
    let plan = refining("newsvc:*").unused(&["newsvc:GetThing"]).plan();
    assert_eq!(
        plan.outcome,
        EntryOutcome::Stays(StaysBecause::ServiceUnlisted)
    );
    assert_eq!(plan.excepted, ["newsvc:GetThing".parse().unwrap()]);
    assert_eq!(
        refining("newsvc:GetThing")
            .unused(&["newsvc:GetThing"])
            .plan()
            .outcome,
        EntryOutcome::Goes(GoesBecause::Unused)
    );
    assert_eq!(
        refining("newsvc:Get*").unused(&["newsvc:*"]).plan().outcome,
        EntryOutcome::Goes(GoesBecause::ServiceUnused)
    );
}

#[test]
fn everything_is_refined_service_by_service() {
    let becomes = refining("*")
        .catalogue("a:GetX\na:GetY\nb:GetX\nb:ListX\nc:GetX\nd:GetX")
        .unused(&["b:ListX", "c:*", "d:GetX", "new:GetX"])
        .becomes();
    assert_eq!(becomes, "a:* b:GetX new:*");
}

#[test]
fn under_everything_a_service_without_known_actions_stays() {
    let becomes = refining("*")
        .catalogue("a\nb\n?? GetX")
        .unused(&["b:GetX"])
        .becomes();
    assert_eq!(becomes, "a:*");
}

#[test]
fn everything_stays_when_all_that_is_unused_is_in_services_nobody_knows() {
    let plan = refining("*")
        .catalogue("a:GetX")
        .unused(&["new:GetX"])
        .plan();
    assert_eq!(
        plan.outcome,
        EntryOutcome::Stays(StaysBecause::ServiceUnlisted)
    );
    assert_eq!(plan.excepted, ["new:GetX".parse().unwrap()]);
}

#[test]
fn granularity_decides_where_a_prefix_may_end() {
    let becomes = |granularity| {
        refining("x:*")
            .catalogue("x:GetAlpha\nx:GetAlps\nx:GetBeta\nx:GetBeth")
            .unused(&["x:GetBeta"])
            .at(granularity)
            .becomes()
    };
    assert_eq!(becomes(Granularity::Word), "x:GetAlpha x:GetAlps x:GetBeth");
    assert_eq!(becomes(Granularity::Character), "x:GetA* x:GetBeth");
    assert_eq!(becomes(Granularity::Name), "x:GetAlpha x:GetAlps x:GetBeth");
}

#[test]
fn the_wildcards_spelling_of_the_service_and_the_catalogues_of_the_name_are_written() {
    let becomes = refining("S3:get*")
        .catalogue("s3:GetA\ns3:GetBucketX\ns3:GetBucketY")
        .unused(&["s3:geta"])
        .becomes();
    assert_eq!(becomes, "S3:GetBucket*");
}

fn entries_with_claims(plan: &EntryPlan) -> String {
    let EntryOutcome::Narrowed(entries) = &plan.outcome else {
        panic!("narrowed");
    };
    let lines: Vec<String> = entries
        .iter()
        .map(|new| match &new.claim {
            Claim::SafePrefix { parent } => format!("{}  parent {parent}", new.entry),
            _ => new.entry.to_string(),
        })
        .collect();
    lines.join("\n")
}
