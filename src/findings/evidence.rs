//! What else tells that something was used, beside the finding that reports it as unused. It only
//! ever adds use: what was used within the window is held back, and of what was used before it is
//! told when and by whom.

use std::sync::Arc;

use super::Findings;
use super::last_use::{LastUse, SeenUse};
use super::page::Page;
use super::unused::UnusedInService;
use crate::iam::{Action, ServicePrefix};
use crate::text::{Problem, Source, some_of};

/// How many names a warning lists.
const NAMES: usize = 5;

/// What was used, from a source that says nothing of what is unused.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Evidence {
    pub(super) seen: SeenUse,
    /// What to say where there is no finding beside it.
    pub(super) alone: Problem,
    /// Whether it is a finding, one that is done with.
    pub(super) is_finding: bool,
}

/// Adds each page of evidence to the finding of its principal. Returns what there is to say of those
/// that have none.
pub(super) fn add_evidence(findings: &mut [Findings], evidence: Vec<Page>) -> Vec<Problem> {
    let is_only = findings.len() == 1;
    let mut alone = Vec::new();
    for page in evidence {
        let Some(evidence) = &page.evidence else {
            continue;
        };
        let principal = page.principal.as_ref();
        let mut fitting = findings.iter_mut();
        match fitting.find(|finding| finding.is_about(principal, is_only)) {
            Some(finding) => finding.add_evidence(&page, &evidence.seen),
            None => alone.push(evidence.alone.clone()),
        }
    }
    alone
}

impl Findings {
    /// When `action` was used last, as far as the finding or what is beside it tells; none where it is
    /// not reported as unused.
    pub fn last_use(&self, action: &Action) -> Option<LastUse> {
        let at = self.unused.last_accessed(action)?;
        if self.unused.is_wholly_unused(&action.service) {
            return self.service_last_use(&action.service);
        }
        let seen = self.seen.last_use(action);
        Some(
            seen.filter(|seen| seen.latest() == at)
                .cloned()
                .unwrap_or(at.into()),
        )
    }

    /// When anything of `service`, which is reported as unused as a whole, was used last.
    pub fn service_last_use(&self, service: &ServicePrefix) -> Option<LastUse> {
        let at = self.unused.service_last_accessed(service)?;
        let seen = self.seen.service_last_use(service);
        Some(seen.filter(|seen| seen.latest() == at).unwrap_or(at.into()))
    }

    /// When `action`, which is not reported as unused, was used last, if anything tells.
    pub fn last_seen(&self, action: &Action) -> Option<LastUse> {
        let at = self.used.last_used(action)?;
        let seen = self.seen.last_use(action);
        Some(
            seen.filter(|seen| seen.latest() == at)
                .cloned()
                .unwrap_or(at.into()),
        )
    }

    fn add_evidence(&mut self, page: &Page, seen: &SeenUse) {
        let message = "beside a finding this only tells what was used";
        self.notes.extend(page.all_notes());
        self.notes.push(page.source.note(message));
        self.reports.push(page.source.clone());
        let mut recent = Vec::new();
        for service in seen.services() {
            if let Some(last) = seen.service_last_use(service) {
                self.add_service_use(service, last, &mut recent);
            }
        }
        for (action, last) in seen.actions() {
            self.add_use(action, last, &mut recent);
        }
        self.notes.extend(self.warning(&page.source, &recent));
        self.notes.extend(self.perhaps_used(&page.source, seen));
    }

    /// Of a service nobody knows what of it was used: that counts where all of it is reported as unused.
    fn add_service_use(
        &mut self,
        service: &ServicePrefix,
        last: LastUse,
        recent: &mut Vec<(String, LastUse)>,
    ) {
        let is_recent = self.is_recent(&last);
        let is_wholly_unused = self.unused.is_wholly_unused(service);
        let unused = Arc::make_mut(&mut self.unused);
        if is_recent && (is_wholly_unused || self.unused_role.is_some()) {
            unused.take_out_service(service);
            Arc::make_mut(&mut self.used).add_service(service.clone(), last.latest());
            recent.push((format!("{service}:*"), last));
        } else if is_wholly_unused {
            let known = unused.service_last_accessed(service);
            let last = known
                .into_iter()
                .fold(last, |last, at| last.later(at.into()));
            unused.add_service(service.clone(), Some(last.latest()));
            Arc::make_mut(&mut self.seen).add_service(service.clone(), last);
        }
    }

    fn add_use(&mut self, action: &Action, last: &LastUse, recent: &mut Vec<(String, LastUse)>) {
        let is_recent = self.is_recent(last);
        if self.unused.contains_name(action) {
            if is_recent {
                recent.push((action.to_string(), last.clone()));
                let held = Arc::make_mut(&mut self.recently_used);
                let last = match held.remove(action) {
                    Some(known) => known.later(last.clone()),
                    None => last.clone(),
                };
                held.insert(action.clone(), last);
            }
            let known = self.unused.last_accessed(action).map(LastUse::from);
            let last = known.into_iter().fold(last.clone(), LastUse::later);
            Arc::make_mut(&mut self.unused).add(action.clone(), Some(last.latest()));
            Arc::make_mut(&mut self.seen).add(action.clone(), last);
        } else if !self.unused.contains(action) && (is_recent || self.unused_role.is_none()) {
            Arc::make_mut(&mut self.used).add(action.clone(), last.latest());
            Arc::make_mut(&mut self.seen).add(action.clone(), last.clone());
        }
    }

    /// That something of services was used after the finding was made, which reports some of their actions: it
    /// may have been one of these, and nobody knows which.
    fn perhaps_used(&self, source: &Source, seen: &SeenUse) -> Option<Problem> {
        let is_named = |service: &ServicePrefix| {
            let mut named = seen.actions();
            named.any(|(action, _)| action.service == *service)
        };
        let is_later = |last: &LastUse| {
            let made = self.analyzed_at;
            made.is_none_or(|made| last.latest() > made)
        };
        let services = seen.services().into_iter().filter(|service| {
            let reported = self.unused.in_service(service);
            matches!(reported, Some(UnusedInService::Actions(_))) && !is_named(service)
        });
        let services: Vec<String> = services
            .filter_map(|service| Some((service, seen.service_last_use(service)?)))
            .filter(|(_, last)| is_later(last))
            .map(|(service, last)| format!("{service} {last}"))
            .collect();
        if services.is_empty() {
            return None;
        }
        let message = "something was used after the finding was made, and it is not told which actions: one of \
                       those that go may be among them";
        Some(source.warning(message).detail(some_of(&services, NAMES)))
    }

    /// Whether this was, or may have been, in the time of which the finding says what was not used.
    fn is_recent(&self, last: &LastUse) -> bool {
        self.window.is_none_or(|window| window.holds(last.latest()))
    }

    fn warning(&self, source: &Source, recent: &[(String, LastUse)]) -> Option<Problem> {
        let names: Vec<String> = recent
            .iter()
            .map(|(name, last)| format!("{name} {last}"))
            .collect();
        if names.is_empty() {
            return None;
        }
        let within = match self.window {
            Some(window) => window.words(),
            None => "lately, as the finding does not tell when it was made".to_owned(),
        };
        let message = format!(
            "reported as unused, and this tells of a use that was, or may have been, {within}, so it \
             stays"
        );
        let warning = source.warning(message);
        Some(warning.detail(some_of(&names, NAMES)))
    }
}
