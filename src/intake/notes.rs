//! What to report about options although they are used.

use jiff::civil::Date;

use super::IntakeOptions;
use crate::findings::{Findings, Page};
use crate::iam::{Action, ActionPattern, Name, Policy};
use crate::policies::LoadedPolicy;
use crate::review::{ReviewInput, unknown_unused};
use crate::text::{Problem, Source, day};

/// Notes for each keep that keeps nothing because no action is called so: perhaps it is misspelt.
pub(super) fn idle_keeps(input: &ReviewInput) -> impl Iterator<Item = Problem> {
    let universe = &input.universe;
    let is_known = |action: &Action| {
        // A keep makes the action known that it names, so the universe is not asked.
        universe.catalogue.contains(action)
            || universe.unused.contains_name(action)
            || input.meanings().any(|policy| names(policy, action))
    };
    let matches_any = move |pattern: &ActionPattern| match pattern.as_action() {
        Some(action) => is_known(&action),
        None => universe.services().iter().any(|service| {
            let matches = |name: &&Name| pattern.matches_parts(service, name.as_str());
            pattern.covers_service(service) && universe.names(service).iter().any(matches)
        }),
    };
    let idle = (input.options.keeps.iter()).filter(move |keep| !matches_any(&keep.pattern));
    idle.map(|keep| {
        let source = Source::from_text(&format!("--keep {}", keep.pattern), "");
        source.note("matches no action of the catalogue, the findings or the policies")
    })
}

/// So many days after AWS looked last it is told how long ago that is.
const OLD: i32 = 60;

/// So many days may lie between two clocks.
const APART: i32 = 1;

/// That AWS looked long ago at what is used, or that it says to have looked at a time that is yet to come.
pub(super) fn odd_dates(pages: &[Page], today: Option<Date>) -> Vec<Problem> {
    let odd = [old_evidence(pages, today), from_the_future(pages, today)];
    odd.into_iter().flatten().collect()
}

/// That a finding has a date that is yet to come, if so.
fn from_the_future(pages: &[Page], today: Option<Date>) -> Option<Problem> {
    let latest = pages.iter().max_by_key(|page| page.analyzed_at)?;
    let (on, today) = (day(latest.analyzed_at?), today?);
    if (on - today).get_days() <= APART {
        return None;
    }
    let message = format!(
        "AWS is said to have looked on {on}, which is yet to come: the days without use are those before today, \
         {today}"
    );
    let warning = latest.source.warning(message);
    Some(warning.help("is the clock right, and the year? fetch what AWS finds anew"))
}

/// That AWS looked long ago at what is used, if so: what came into use since goes all the same.
fn old_evidence(pages: &[Page], today: Option<Date>) -> Option<Problem> {
    let looked = |page: &&Page| page.analyzed_at;
    let oldest = pages
        .iter()
        .filter(|page| page.analyzed_at.is_some())
        .min_by_key(looked)?;
    let on = day(oldest.analyzed_at?);
    let days = (today? - on).get_days();
    if days < OLD {
        return None;
    }
    let what = match pages.len() {
        1 => String::new(),
        count => format!(", for the oldest of {count} findings and reports"),
    };
    let message = format!(
        "AWS looked last on {on}{what}, {days} days ago: what came into use since is not known"
    );
    Some(
        oldest
            .source
            .warning(message)
            .help("fetch what AWS finds anew"),
    )
}

/// That findings name what neither the catalogue nor one of these policies has, if so.
pub(super) fn of_unknown<'p>(
    findings: &[&Findings],
    policies: impl IntoIterator<Item = &'p LoadedPolicy>,
    options: &IntakeOptions,
) -> Option<Problem> {
    let policies = policies.into_iter().map(|one| one.document.policy());
    unknown_unused(findings, policies, &options.catalogue)
}

/// Whether an entry of the policy is just `action`.
fn names(policy: &Policy, action: &Action) -> bool {
    let statements = policy.statements.iter();
    let mut entries = statements.flat_map(|statement| statement.actions.entries());
    entries.any(|entry| entry.as_action().as_ref() == Some(action))
}
