//! Whole findings, made of the pages they were fetched in.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::Arc;

use jiff::Timestamp;

use super::evidence::add_evidence;
use super::last_use::{LastUse, SeenUse};
use super::page::{Key, More, NEWER_FINDING, Page, UnusedRole, found_before};
use super::recent::Window;
use super::{UnusedActions, UnusedInService, UsedActions};
use crate::iam::{Action, ServicePrefix};
use crate::text::{Problem, Problems, Source, Untrusted};

/// What is unused by one principal, as AWS found it at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// The file it was read from; of several pages the first one given.
    pub source: Source,
    /// Where it begins in that file; none where the file holds nothing else.
    pub start: Option<usize>,
    /// The files of its other pages, in the order in which they were given.
    pub other_pages: Vec<Source>,
    /// The last-accessed reports beside it and what else only tells what was used: what `CloudTrail` saw,
    /// findings that are resolved.
    pub reports: Vec<Source>,
    /// The id that AWS gave it; lists and reports have none.
    pub id: Option<Untrusted>,
    /// The ARN of the principal it is about.
    pub principal: Option<Untrusted>,
    /// When the principal was made, where that is known from elsewhere.
    pub created_at: Option<Timestamp>,
    /// When AWS last looked at what the principal uses.
    pub analyzed_at: Option<Timestamp>,
    /// The actions and whole services that the principal does not use.
    pub unused: Arc<UnusedActions>,
    /// What was used, from a last-accessed report.
    pub used: Arc<UsedActions>,
    /// What is reported as unused, and was used within the window all the same: when.
    pub recently_used: Arc<BTreeMap<Action, LastUse>>,
    /// What other sources than the finding saw used.
    pub seen: Arc<SeenUse>,
    /// The days within which nothing that goes may have been used; none where nobody knows when it was
    /// made.
    pub(super) window: Option<Window>,
    /// Of a last-accessed report the start of the days that it is asked about. A finding has none:
    /// AWS reports only what was granted long enough.
    pub asked_since: Option<Timestamp>,
    /// Set when it says that a role is not used at all; it then names no actions.
    pub unused_role: Option<UnusedRole>,
    /// What to report although the files are used.
    pub notes: Vec<Problem>,
}

/// What pages come to, and what is wrong with some of them.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    /// The findings, one for each principal.
    pub findings: Vec<Findings>,
    /// What is wrong with others.
    pub problems: Problems,
    /// Of what only tells what was used, that no finding is beside it.
    pub without_finding: Vec<Problem>,
}

/// What to do when pages of a finding are missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingPages {
    /// Refuse the finding: what the missing pages name would count as used.
    #[default]
    Refused,
    /// Go on with what is there: what the missing pages name stays granted.
    Accepted,
}

impl Findings {
    /// What they are called: their id, or their file where AWS gave them none.
    pub fn name(&self) -> &Untrusted {
        self.id.as_ref().unwrap_or_else(|| self.source.name())
    }

    /// Joins pages of the same finding; a page without an id is a finding of its own. The findings
    /// come in the order of their first pages, one for each principal.
    ///
    /// Next to the finding of its principal, or to the only one there is, a last-accessed report only
    /// says what was used: of the two either may be the older, and what it does not name may have been
    /// used since. What is both used and unused counts as used.
    ///
    /// # Errors
    /// Missing pages, unless they are accepted; pages given twice, or fetched at different times;
    /// two findings for one principal, or two that name none; what only tells what was used without a
    /// finding of its principal.
    pub fn join(pages: Vec<Page>, missing: MissingPages) -> Result<Vec<Self>, Problems> {
        let joined = Findings::join_each(pages, missing);
        let problems = joined.problems.into_iter().chain(joined.without_finding);
        let problems: Vec<Problem> = problems.collect();
        if problems.is_empty() {
            Ok(joined.findings)
        } else {
            Err(Problems(problems))
        }
    }

    /// Like [`Findings::join`], where what is wrong with one finding costs itself alone; of two for
    /// one principal, both. Returns what is wrong beside the others.
    pub fn join_each(pages: Vec<Page>, missing: MissingPages) -> Joined {
        let mut problems = Vec::new();
        let (evidence, pages): (Vec<Page>, Vec<Page>) =
            pages.into_iter().partition(|page| page.evidence.is_some());
        let found = pages.iter().filter(|page| page.asked_since.is_none());
        let found: BTreeSet<Untrusted> = found.filter_map(|page| page.principal.clone()).collect();
        let mut findings = Vec::new();
        for group in by_id(pages) {
            match group.join(missing) {
                Ok(finding) => findings.push(finding),
                Err(faults) => problems.extend(faults),
            }
        }
        let (mut reports, mut findings): (Vec<Findings>, Vec<Findings>) = findings
            .into_iter()
            .partition(|finding| finding.asked_since.is_some());
        problems.extend(two_for_one_principal(&mut reports));
        problems.extend(two_for_one_principal(&mut findings));
        let mut findings = with_reports(findings, reports);
        // Of whom a finding is refused, nothing is known to be unused: a report does not step in.
        problems.extend(take_out(&mut findings, |one| {
            one.without_its_finding(&found)
        }));
        findings.iter_mut().for_each(Findings::count_as_used);
        let without_finding = add_evidence(&mut findings, evidence);
        problems.extend(take_out(
            &mut findings,
            Findings::uses_nothing_and_something,
        ));
        Joined {
            findings,
            problems: Problems(problems),
            without_finding,
        }
    }

    /// Takes the one finding there is; `None` when there is none.
    ///
    /// # Errors
    /// Findings of several principals.
    pub fn of_one_principal(findings: Vec<Self>) -> Result<Option<Self>, Problems> {
        let mut findings = findings.into_iter();
        let first = findings.next();
        let others: Vec<Problem> = findings.map(|other| other.of_another_principal()).collect();
        if others.is_empty() {
            Ok(first)
        } else {
            Err(Problems(others))
        }
    }

    /// What is unused of a policy that was changed last at `changed_at`. A report tells of every
    /// action how long ago it was used, and not for how long it was granted: of a policy that is
    /// younger than the days it is asked about nothing is unused yet, and of a principal that is
    /// younger nothing at all.
    pub fn unused_of(&self, changed_at: Option<Timestamp>) -> Arc<UnusedActions> {
        if self.is_younger(changed_at) {
            Arc::default()
        } else {
            Arc::clone(&self.unused)
        }
    }

    /// Whether a policy that was changed last at `changed_at`, or the principal itself, is too young
    /// for this report.
    pub fn is_younger(&self, changed_at: Option<Timestamp>) -> bool {
        self.young_since(changed_at).is_some()
    }

    /// Since when a policy that was changed last at `changed_at` is granted, if that is too young for
    /// this report.
    pub fn young_since(&self, changed_at: Option<Timestamp>) -> Option<Timestamp> {
        let since = self.asked_since?;
        let granted_at = self.created_at.max(changed_at)?;
        (granted_at > since).then_some(granted_at)
    }

    /// That it was found before the `owner` was made that it is said to be about: it is about another one,
    /// which had the same name. A report tells of the one that there is.
    pub fn is_before(&self, created_at: Option<Timestamp>, owner: &dyn Display) -> Option<Problem> {
        let analyzed_at = self.analyzed_at.filter(|_| self.asked_since.is_none())?;
        let message = found_before(analyzed_at, created_at?, owner)?;
        let problem = self.source.error_from(self.start, message);
        Some(problem.help(NEWER_FINDING))
    }

    /// When the principal was made, if it is too young for this report, whatever it has.
    pub fn principal_young_since(&self) -> Option<Timestamp> {
        self.young_since(None)
    }

    /// Whether what a policy grants that was changed last at `changed_at` may all the same be too young
    /// for this report: nobody can tell since when an inline policy is there, or a managed one is
    /// attached.
    pub fn is_of_unknown_age(&self, changed_at: Option<Timestamp>) -> bool {
        self.asked_since.is_some() && !self.is_younger(changed_at)
    }

    /// Whether it is about `principal`. Where one of the two is not known, it is if this is the only
    /// finding.
    pub(super) fn is_about(&self, principal: Option<&Untrusted>, is_only: bool) -> bool {
        match (&self.principal, principal) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => is_only,
        }
    }

    /// Adds what a report saw used.
    fn add_report(&mut self, report: Findings) {
        self.notes.extend(report.notes);
        // One that was fetched is known to be about the same, and nothing is to be said of it.
        if report.principal.is_none() {
            let message = "beside a finding this report only tells what was used";
            self.notes.push(report.source.note(message));
        }
        self.reports.push(report.source);
        self.reports.extend(report.other_pages);
        Arc::make_mut(&mut self.used).add_all(Arc::unwrap_or_clone(report.used));
    }

    /// That this is a report on one of the principals of which a finding was `found`, and refused.
    fn without_its_finding(&self, found: &BTreeSet<Untrusted>) -> Option<Problem> {
        let principal = self.principal.as_ref()?;
        if self.asked_since.is_none() || !found.contains(principal) {
            return None;
        }
        let message = format!(
            "beside a finding this report only tells what was used, and that of {principal} is not \
             used"
        );
        let problem = self.source.error_from(self.start, message);
        Some(problem.help("give the finding as it has to be, or the report alone"))
    }

    /// That a role is reported as not used at all, and that something saw it used.
    fn uses_nothing_and_something(&self) -> Option<Problem> {
        self.unused_role?;
        if self.used.is_empty() {
            return None;
        }
        let name = self.principal.clone().unwrap_or_default();
        let message = format!("{name} is reported as not used at all, and was used all the same");
        let problem = self.source.error_from(self.start, message);
        Some(problem.help("fetch the finding again: a role that is used has another one"))
    }

    /// What is both used and unused counts as used.
    fn count_as_used(&mut self) {
        let taken = Arc::make_mut(&mut self.unused).take_out(&self.used);
        if !taken.is_empty() {
            let message = format!(
                "used and unused in what was given, so counted as used: {}",
                taken.join(", ")
            );
            self.notes.push(self.source.note(message));
        }
    }

    fn of_another_principal(&self) -> Problem {
        let message = match &self.principal {
            Some(principal) => format!("this finding speaks of another principal, {principal}"),
            None => "this finding names no principal, unlike another one".to_owned(),
        };
        self.source.error_from(self.start, message).help(
            "give the findings of one principal; if all of them have this very policy, \
                 --everywhere (of review, refine and verify) removes what none of them uses; all \
                 policies of one account need --account",
        )
    }
}

/// Lets a report only say what was used when there is a finding of its principal, or one finding
/// and nobody knows whether of another; otherwise it is a finding itself.
fn with_reports(mut findings: Vec<Findings>, reports: Vec<Findings>) -> Vec<Findings> {
    let is_only = findings.len() == 1;
    let mut alone = Vec::new();
    for report in reports {
        let mut fitting = findings.iter_mut();
        match fitting.find(|finding| finding.is_about(report.principal.as_ref(), is_only)) {
            Some(finding) => finding.add_report(report),
            None => alone.push(report),
        }
    }
    findings.extend(alone);
    findings
}

/// Takes out those with which something is wrong. Returns what.
fn take_out(
    findings: &mut Vec<Findings>,
    wrong: impl Fn(&Findings) -> Option<Problem>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    findings.retain(|finding| {
        let problem = wrong(finding);
        let is_fine = problem.is_none();
        problems.extend(problem);
        is_fine
    });
    problems
}

/// The pages of one finding.
struct Group {
    first: Page,
    others: Vec<Page>,
}

/// Groups pages by the finding or report that they belong to.
fn by_id(pages: Vec<Page>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    for page in pages {
        let place = match page.key() {
            None => groups.len(),
            Some(key) => *places.entry(key).or_insert(groups.len()),
        };
        match groups.get_mut(place) {
            Some(group) => group.others.push(page),
            None => groups.push(Group {
                first: page,
                others: Vec::new(),
            }),
        }
    }
    groups
}

impl Group {
    fn join(self, missing: MissingPages) -> Result<Findings, Problems> {
        let mut problems = self.strangers();
        problems.extend(self.given_twice());
        problems.extend(self.contradictions());
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let is_partial = self.pages().all(|page| page.more.is_some());
        let mut notes: Vec<Problem> = self.pages().flat_map(Page::all_notes).collect();
        match missing {
            _ if !is_partial => {}
            MissingPages::Refused => return Err(self.missing_pages().into()),
            MissingPages::Accepted => notes.push(self.pages_left_out()),
        }
        let windows = self.pages().filter_map(|page| page.window);
        let window = windows.reduce(Window::wider);
        let (mut unused, mut used) = (self.first.unused, self.first.used);
        let mut recently_used = self.first.recently_used;
        let mut other_pages = Vec::new();
        for page in self.others {
            other_pages.push(page.source);
            unused.add_all(page.unused);
            used.add_all(page.used);
            recently_used.extend(page.recently_used);
        }
        Ok(Findings {
            source: self.first.source,
            start: self.first.start,
            other_pages,
            reports: Vec::new(),
            id: self.first.id,
            principal: self.first.principal,
            created_at: self.first.created_at,
            analyzed_at: self.first.analyzed_at,
            unused: Arc::new(unused),
            used: Arc::new(used),
            recently_used: Arc::new(recently_used),
            seen: Arc::default(),
            window,
            asked_since: self.first.asked_since,
            unused_role: self.first.unused_role,
            notes,
        })
    }

    fn pages(&self) -> impl Iterator<Item = &Page> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Pages that were fetched when the finding was another one. Joining them would take away what
    /// was used in between.
    fn strangers(&self) -> Vec<Problem> {
        let first = &self.first;
        let is_stranger = |page: &&Page| {
            let same = |page: &Page| (page.analyzed_at, page.principal.clone(), page.unused_role);
            same(page) != same(first)
        };
        let strangers = self.others.iter().filter(is_stranger);
        let problems = strangers.map(|page| {
            let first = first.source.called_from(first.start);
            let message = format!(
                "this has the same finding id as {first}, but another \"analyzedAt\" or \"resource\""
            );
            (page.source.error_from(page.start, message))
                .help("give the newer one alone; fetch all pages of a finding at one time")
        });
        problems.collect()
    }

    /// Pages with the same token, or without one: the last page has none.
    fn given_twice(&self) -> Vec<Problem> {
        let mut seen: Vec<(&Option<More>, &Page)> = Vec::new();
        let mut problems = Vec::new();
        for page in self.pages() {
            match seen.iter().find(|(more, _)| *more == &page.more) {
                None => seen.push((&page.more, page)),
                Some((_, earlier)) => {
                    let earlier = earlier.source.called_from(earlier.start);
                    let message = format!("this is the same page as {earlier}");
                    let problem = page.source.error_from(page.start, message);
                    problems.push(problem.help("give each page of a finding once"));
                }
            }
        }
        problems
    }

    /// Services that one page says are wholly unused, and another only in part.
    fn contradictions(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (at, page) in self.others.iter().enumerate() {
            let earlier = std::iter::once(&self.first).chain(&self.others[..at]);
            let contradicts = |service: &ServicePrefix, wholly: bool| {
                earlier.clone().any(|earlier| {
                    earlier.unused.in_service(service).is_some()
                        && earlier.unused.is_wholly_unused(service) != wholly
                })
            };
            for (service, unused) in page.unused.services() {
                if contradicts(service, matches!(unused, UnusedInService::Wholly(_))) {
                    let message = format!(
                        "the whole of {service} is unused by one page, and some actions of it by \
                         another"
                    );
                    let problem = page.source.error_from(page.start, message);
                    problems.push(problem.help("fetch all pages of a finding at one time"));
                }
            }
        }
        problems
    }

    fn missing_pages(&self) -> Problem {
        let message = "this is one page of several, and the last one is missing";
        let first = &self.first;
        first.source.error_from(first.start, message).help(
            "give all pages of the finding; with --partial only what is here is removed, the rest \
             stays",
        )
    }

    fn pages_left_out(&self) -> Problem {
        let message = "pages of this finding are missing: what they name stays granted";
        self.first.source.warning_from(self.first.start, message)
    }
}

/// Takes out findings about a principal that another one is about too, or may be.
fn two_for_one_principal(findings: &mut Vec<Findings>) -> Vec<Problem> {
    let mut first_of: BTreeMap<Option<&Untrusted>, &Findings> = BTreeMap::new();
    let mut problems = Vec::new();
    let mut taken_out = BTreeSet::new();
    for finding in findings.iter() {
        match first_of.entry(finding.principal.as_ref()) {
            Entry::Vacant(entry) => {
                entry.insert(finding);
            }
            Entry::Occupied(entry) => {
                problems.push(second_finding(entry.get(), finding));
                taken_out.insert(finding.principal.clone());
            }
        }
    }
    findings.retain(|finding| !taken_out.contains(&finding.principal));
    problems
}

/// Two findings for one principal are of different times, and what is unused by the older may have
/// been used since.
pub(crate) fn second_finding(first: &Findings, second: &Findings) -> Problem {
    let file = first.source.called_from(first.start);
    let message = match &second.principal {
        Some(principal) => format!("{file} holds a finding for {principal} too"),
        None => format!("neither this finding nor {file} tells its principal: it may be the same"),
    };
    let help = match (&second.principal, first.analyzed_at, second.analyzed_at) {
        (Some(_), Some(one), Some(other)) if one != other => {
            let newer = if one > other { first } else { second };
            format!(
                "give the newer alone: {}",
                newer.source.called_from(newer.start)
            )
        }
        _ => "give the newer alone".to_owned(),
    };
    second.source.error_from(second.start, message).help(help)
}
