//! Deny policies in the place of refined ones, in a few lines for a person.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::explain::policy_name;
use crate::iam::quota::{Owner, size};
use crate::review::{AsDeny, Caveat, Review, StillAllowed};
use crate::text::{counted, grouped, list, some_of};

/// How many of the actions that statements still allow are named.
const NAMED_ACTIONS: usize = 10;

/// What the Deny policies of `review` deny, what is proved of them, and what they do not deny.
pub fn as_deny_summary(review: &Review, deny: &AsDeny) -> String {
    let known = review.input().universe.catalogue.of_date();
    let known = known.replace(" of ", " on ");
    let mut text = format!("deny   {}\n", denied(deny));
    if !deny.texts.is_empty() {
        let _ = writeln!(
            text,
            "proof  ✓ the policies as they are allow with it what the refined ones allow, of the \
             actions known{known}"
        );
    }
    for still in &deny.still_allowed {
        let _ = writeln!(
            text,
            "note   not denied, but goes later: {}",
            still_allowed(review, still)
        );
    }
    if deny.texts.is_empty() {
        return text;
    }
    if review.caveats().contains(&Caveat::EverythingRefined) {
        let _ = writeln!(
            text,
            "note   what is not known{known} stays allowed by `*` until the policies are refined"
        );
    }
    let principal = &review.input().principal;
    let owner = principal.owner();
    let and_members = match owner.map(|owner| owner.kind) {
        Some(Owner::Group) => " or of its members",
        _ => "",
    };
    let _ = writeln!(
        text,
        "note   a Deny also takes what others allow: policies of {principal}{and_members} that are not \
         loaded, and those of resources, such as a bucket policy"
    );
    text
}

/// `31 actions, 812 of 6,144 characters`
fn denied(deny: &AsDeny) -> String {
    let actions = counted(deny.actions.len(), "action", "actions");
    let sizes: Vec<String> = deny.texts.iter().map(|text| grouped(size(text))).collect();
    let most = grouped(deny.most);
    match sizes.as_slice() {
        [] => "nothing goes from all policies, so there is nothing to deny; nothing was written"
            .to_owned(),
        [only] => format!("{actions}, {only} of {most} characters"),
        several => format!(
            "{actions}, by {} policies of {} of {most} characters",
            several.len(),
            several.join(" + ")
        ),
    }
}

/// `statement 2 of policy.json allows s3:GetObject too`
fn still_allowed(review: &Review, still: &StillAllowed) -> String {
    let names: Vec<String> = still.actions.iter().map(ToString::to_string).collect();
    let names = some_of(&names, NAMED_ACTIONS);
    let mut by_policy: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in &still.by {
        by_policy
            .entry(place.policy)
            .or_default()
            .push(place.statement + 1);
    }
    let places = by_policy.iter().map(|(policy, statements)| {
        let word = if statements.len() == 1 {
            "statement"
        } else {
            "statements"
        };
        let numbers: Vec<String> = statements.iter().map(ToString::to_string).collect();
        format!(
            "{word} {} of {}",
            list(&numbers),
            policy_name(review, *policy)
        )
    });
    let places: Vec<String> = places.collect();
    let allow = if still.by.len() > 1 {
        "allow"
    } else {
        "allows"
    };
    match list(&places) {
        nowhere if nowhere.is_empty() => format!("another loaded policy allows {names} too"),
        places => format!("{places} {allow} {names} too"),
    }
}
