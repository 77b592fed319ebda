//! The evidence in a policy's `REVIEW.md`: what goes and what stays although it is reported, each
//! with its access level, its last use and the reason; who decided, and on which findings.
//!
//! What an approver has to look at stands first: what was used before, then what manages
//! permissions, then what writes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jiff::civil::Date;

use super::account_overview::all_principals;
use super::markdown::{cell, code};
use crate::account::{AccountPolicy, AccountReview, PolicyChange, PrincipalPlace, RefinedPolicy};
use crate::catalogue::{Level, reach};
use crate::explain::{held_sentence, until_day};
use crate::findings::{Findings, LastUse, When};
use crate::iam::Action;
use crate::refine::{HeldBecause, Mark, MarkKind};
use crate::review::{
    DecidedWith, Decision, Decisions, EntryRecord, ExceptedBecause, Replayed, is_untold,
};
use crate::text::{Untrusted, counted, grouped, some_of};

/// Up to how many groups of holders are named for which actions are kept.
const NAMED_KEEPERS: usize = 8;

/// What is known of the actions of a policy.
pub(super) struct Evidence<'a> {
    account: &'a AccountReview,
    policy: &'a AccountPolicy,
    records: &'a [EntryRecord],
    change: &'a PolicyChange,
    findings: Vec<(PrincipalPlace, &'a Findings)>,
}

/// Why one looks twice at an action that goes; the first comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Caution {
    /// Nobody reported it: it was dropped by hand.
    Dropped,
    /// AWS tells of no use of it.
    Untold,
    UsedBefore,
    NeverUsed,
}

/// The order of what goes: why one looks twice, the day of the last use, that in words, the reach of the
/// level.
type Row = (Caution, Reverse<Option<Date>>, String, usize);

/// What goes of a policy that is to be looked at first, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Risks {
    pub(super) dropped: usize,
    pub(super) used_before: usize,
    pub(super) permissions: usize,
    pub(super) write: usize,
}

impl<'a> Evidence<'a> {
    pub(super) fn of(
        account: &'a AccountReview,
        refined: &'a RefinedPolicy<'a>,
        change: &'a PolicyChange,
    ) -> Self {
        let holders = refined.policy.holders.iter();
        Evidence {
            account,
            policy: refined.policy,
            records: &refined.records,
            change,
            findings: holders
                .filter_map(|&holder| Some((holder, account.finding(holder)?)))
                .collect(),
        }
    }

    pub(super) fn risks(&self) -> Risks {
        let mut risks = Risks::default();
        for action in &self.change.goes {
            match self.last_use(action) {
                (Caution::Dropped, _) => risks.dropped += 1,
                (Caution::UsedBefore, _) => risks.used_before += 1,
                (Caution::NeverUsed | Caution::Untold, _) => {}
            }
            match self.level(action) {
                Some(Level::PermissionsManagement) => risks.permissions += 1,
                Some(Level::Write) => risks.write += 1,
                _ => {}
            }
        }
        risks
    }

    /// What goes, the most far-reaching first.
    pub(super) fn what_goes(&self) -> String {
        let goes = &self.change.goes;
        let risks = self.risks();
        let breakdown = [
            ("dropped by hand", risks.dropped),
            ("used before", risks.used_before),
            ("permissions management", risks.permissions),
            ("write", risks.write),
        ];
        let breakdown: Vec<String> = (breakdown.iter())
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{what}: {}", grouped(*count)))
            .collect();
        let breakdown = match breakdown.as_slice() {
            [] => String::new(),
            breakdown => format!(" ({})", breakdown.join(", ")),
        };
        let mut text = format!(
            "\n## What goes\n\n{}{breakdown}. What is reported, every finding below reports.\n\n",
            counted(goes.len(), "action", "actions")
        );
        let mut rows: BTreeMap<Row, Vec<&Action>> = BTreeMap::new();
        for action in goes {
            let (caution, last) = self.last_use(action);
            let last_day = last.as_ref().map(|last| day(last.latest()));
            let words = last.map(|last| in_bold(&last)).unwrap_or_default();
            let key = (caution, Reverse(last_day), words, reach(self.level(action)));
            rows.entry(key).or_default().push(action);
        }
        text += "| last used | level | actions |\n|---|---|---|\n";
        for ((caution, _, words, _), actions) in &rows {
            let used = match caution {
                Caution::Dropped => "nobody reported it: dropped by hand",
                Caution::Untold => "AWS does not tell",
                Caution::UsedBefore => words,
                Caution::NeverUsed => "never",
            };
            let level = level_words(actions.first().and_then(|action| self.level(action)));
            let _ = writeln!(text, "| {used} | {level} | {} |", in_a_cell(actions));
        }
        if rows
            .keys()
            .any(|(caution, ..)| *caution == Caution::NeverUsed)
        {
            text += "\n*Never* means: not as far back as AWS looked.\n";
        }
        text
    }

    /// What stays although somebody's finding reports it, and why.
    pub(super) fn exceptions(&self) -> String {
        let mut rows: BTreeMap<(String, usize), Vec<&Action>> = BTreeMap::new();
        let are_told_together = self.differing_keepers() > NAMED_KEEPERS;
        for exception in &self.change.exceptions {
            let why = match &exception.because {
                ExceptedBecause::UsedByOthers(others) if others.len() > 1 && are_told_together => {
                    let all = self.policy.holders.len();
                    format!("kept for several of the {all} who have it, who may use it")
                }
                because => why_it_stays(because),
            };
            let key = (why, reach(self.level(&exception.action)));
            rows.entry(key).or_default().push(&exception.action);
        }
        if rows.is_empty() {
            return String::new();
        }
        let mut text =
            "\n## What stays although it is reported\n\n| why it stays | level | actions |\n\
                        |---|---|---|\n"
                .to_owned();
        for ((why, _), actions) in &rows {
            let level = level_words(actions.first().and_then(|action| self.level(action)));
            let _ = writeln!(text, "| {why} | {level} | {} |", in_a_cell(actions));
        }
        text
    }

    /// How many groups of those there are for whom actions are kept, of several each.
    fn differing_keepers(&self) -> usize {
        let because = self
            .change
            .exceptions
            .iter()
            .map(|exception| &exception.because);
        let several = because.filter_map(|because| match because {
            ExceptedBecause::UsedByOthers(others) if others.len() > 1 => Some(others),
            _ => None,
        });
        several.collect::<BTreeSet<_>>().len()
    }

    /// What was not decided as it was proposed, entry by entry.
    pub(super) fn decisions(&self) -> String {
        let mut rows = String::new();
        for record in self.records {
            if !is_as_proposed(record) {
                let _ = writeln!(
                    rows,
                    "| {} | {} | {} | {} |",
                    record.statement + 1,
                    cell(&code(&record.pattern)),
                    record.decision.as_str(),
                    cell(&remarks(record))
                );
            }
        }
        if rows.is_empty() {
            return rows;
        }
        format!(
            "\n## Not as proposed\n\n| statement | entry | decided | by hand |\n|--:|---|---|---|\n{rows}"
        )
    }

    /// The findings that the change rests on: one of everybody who has the policy.
    pub(super) fn findings(&self) -> String {
        let mut text =
            "\n## Findings\n\n| of | finding | made | file |\n|---|---|---|---|\n".to_owned();
        for (holder, finding) in &self.findings {
            let made = finding.analyzed_at;
            let id =
                (finding.id.as_ref()).map_or_else(|| "no id".to_owned(), |id| cell(&quoted(id)));
            let of_all = if finding.unused_role.is_some() {
                ": it uses nothing at all"
            } else {
                ""
            };
            let _ = writeln!(
                text,
                "| {} | {id}{of_all} | {} | {} |",
                cell(&all_principals(self.account, &[*holder])),
                made.map_or_else(|| "no date".to_owned(), |at| day(at).to_string()),
                cell(&quoted(finding.source.name()))
            );
            for source in &finding.reports {
                let _ = writeln!(
                    text,
                    "| {} | only tells what was used | | {} |",
                    cell(&all_principals(self.account, &[*holder])),
                    cell(&quoted(source.name()))
                );
            }
        }
        text
    }

    fn level(&self, action: &Action) -> Option<Level> {
        self.account.catalogue().level(action)
    }

    /// The last use by any of those who have the policy.
    fn last_use(&self, action: &Action) -> (Caution, Option<LastUse>) {
        if self.change.dropped.contains(action) {
            return (Caution::Dropped, None);
        }
        let used = self.findings.iter();
        let used = used.filter_map(|(_, finding)| finding.last_use(action));
        match used.reduce(LastUse::later) {
            Some(last) => (Caution::UsedBefore, Some(last)),
            None if is_untold(action) => (Caution::Untold, None),
            None => (Caution::NeverUsed, None),
        }
    }
}

/// `**2026-02-03**`, or `**between … and …**, as `cloudtrail.json` tells`.
pub(super) fn in_bold(last: &LastUse) -> String {
    let when = match last.when {
        When::At(at) => day(at).to_string(),
        When::Between(..) | When::By(_) => last.to_string(),
    };
    match &last.told_by {
        None => format!("**{when}**"),
        Some(file) => format!("**{when}**, as {} tells", cell(&quoted(file))),
    }
}

/// Who decided, with what and when: `` `ann`, with `iam-refine review`, on 2026-10-27 ``.
pub(super) fn decided_sentence(decided: &Decisions) -> String {
    let by = (decided.by.as_ref()).map_or_else(|| "an unknown user".to_owned(), quoted);
    let with = match decided.with {
        DecidedWith::Review => "iam-refine review",
        DecidedWith::Refine => "iam-refine refine",
    };
    format!("{by}, with `{with}`, on {}", day(decided.at))
}

/// Which record it began with and who decided that, and so on back to the first.
pub(super) fn replayed_sentence(replayed: &Replayed) -> String {
    let records = replayed.chain().map(|replayed| {
        let file = quoted(&replayed.file);
        match &replayed.decided {
            Some(decided) => format!("{file}, decided by {}", decided_sentence(decided)),
            None => file,
        }
    });
    records.collect::<Vec<_>>().join("; that one with ")
}

/// What is decided otherwise than in the record that a policy began with, as rows of a table.
pub(super) fn decided_otherwise(refined: &RefinedPolicy<'_>) -> Vec<String> {
    let Some(began) = &refined.began else {
        return Vec::new();
    };
    let changed = began.decided_otherwise(&refined.records).into_iter();
    let rows = changed.map(|changed| {
        let was = changed.before.map_or_else(
            || "undecided".to_owned(),
            |before| {
                let by = began.who(before).map_or_else(String::new, |decided| {
                    format!(", by {}", decided_sentence(decided))
                });
                decision_sentence(&before.record) + &by
            },
        );
        let is = (changed.now).map_or_else(|| "undecided".to_owned(), decision_sentence);
        format!(
            "{} | {} | {} | {}",
            changed.entry.statement + 1,
            cell(&code(&changed.entry.pattern)),
            cell(&was),
            cell(&is)
        )
    });
    rows.collect()
}

/// `rejected: ` and why, or what else somebody did by hand.
fn decision_sentence(record: &EntryRecord) -> String {
    match remarks(record).as_str() {
        "" => record.decision.as_str().to_owned(),
        remarks => format!("{}: {remarks}", record.decision.as_str()),
    }
}

/// How many entries were accepted as proposed.
pub(super) fn accepted_as_proposed(refined: &RefinedPolicy<'_>) -> usize {
    let records = refined.records.iter();
    records.filter(|record| is_as_proposed(record)).count()
}

fn is_as_proposed(record: &EntryRecord) -> bool {
    record.decision == Decision::Accepted && record.marks.is_empty() && record.granularity.is_none()
}

/// What somebody did by hand to an entry, in words.
fn remarks(record: &EntryRecord) -> String {
    let mut remarks: Vec<String> = (record.marks.iter())
        .map(|mark| {
            let on = match mark.prefix.as_str() {
                "" => "everything".to_owned(),
                prefix => code(prefix),
            };
            format!("{} {on}{}", mark.mark, because(mark.reason.as_ref()))
        })
        .collect();
    remarks.extend((record.granularity).map(|granularity| format!("names cut by {granularity}")));
    remarks.extend(record.reason.as_ref().map(quoted));
    remarks.join("; ")
}

/// Why an action stays, as Markdown for a cell.
pub(super) fn why_it_stays(excepted: &ExceptedBecause) -> String {
    let text = match excepted {
        ExceptedBecause::Rejected(reason) => format!("rejected{}", because(reason.as_ref())),
        ExceptedBecause::Kept(keep) => format!(
            "kept by {}{}{}",
            code(&keep.pattern.to_string()),
            until_day(keep.until),
            because(keep.reason.as_ref())
        ),
        ExceptedBecause::Marked(Mark {
            kind,
            prefix,
            reason,
            ..
        }) => {
            let how = match kind {
                MarkKind::Whole => "left whole with",
                _ => "kept by a mark on",
            };
            let (prefix, because) = (code(&prefix.to_string()), because(reason.as_ref()));
            format!("{how} {prefix}{because}")
        }
        ExceptedBecause::Held(held @ HeldBecause::Commented(_)) => {
            format!("kept by a comment: {}", code(&held_sentence(held)))
        }
        ExceptedBecause::Held(held) => format!("held back: {}", held_sentence(held)),
        ExceptedBecause::Young(changed_at) => format!(
            "granted on {}, within the days that the report is asked about",
            day(*changed_at)
        ),
        ExceptedBecause::Undecided => "nobody decided".to_owned(),
        ExceptedBecause::NotEdited(why) => format!("not edited: {}", quoted(why)),
        ExceptedBecause::UnknownService => "the catalogue does not have its service".to_owned(),
        ExceptedBecause::UsedByOthers(others) => {
            format!(
                "kept for {}, who may use it",
                some_of(others, NAMED_KEEPERS)
            )
        }
        ExceptedBecause::Otherwise => "granted also by what is not narrowed".to_owned(),
    };
    cell(&text)
}

pub(super) fn because(reason: Option<&Untrusted>) -> String {
    let reason = reason.filter(|reason| !reason.raw().trim().is_empty());
    reason.map_or_else(String::new, |reason| {
        format!(", because: {}", quoted(reason))
    })
}

/// Text from outside, which nothing in it makes anything but text.
pub(super) fn quoted(text: &Untrusted) -> String {
    match text.raw().trim() {
        "" => "nothing".to_owned(),
        text => code(text),
    }
}

/// `**s3** GetBucketAcl, GetBucketCORS; **sqs** SendMessage`.
pub(super) fn in_a_cell<'a>(actions: impl IntoIterator<Item = &'a &'a Action>) -> String {
    let mut services: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for action in actions {
        let names = services.entry(action.service.to_string()).or_default();
        names.push(action.name.to_string());
    }
    let services = services.iter();
    let of_services =
        services.map(|(service, names)| format!("**{service}** {}", names.join(", ")));
    of_services.collect::<Vec<_>>().join("; ")
}

pub(super) fn level_words(level: Option<Level>) -> String {
    level.map_or_else(|| "unknown".to_owned(), |level| level.to_string())
}

pub(super) use crate::text::day;
