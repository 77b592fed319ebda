//! What is said of denials: those that are ours with the way back, the others counted.

use std::collections::BTreeSet;
use std::fmt::Write;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::records::{Record, Records};
use super::sorted::{Ours, Sorted};
use crate::aws::{self, shell_word};
use crate::denials::{Nameless, Times};
use crate::iam::Action;
use crate::review::{DecidedWith, Decisions, Elsewhere, LastUse, Removal, StatementOf};
use crate::text::{Shown, counted, day, grouped, list, some_of};

/// How many names stand in a list before the rest is counted.
const NAMES: usize = 8;

impl Sorted {
    /// The report, for people.
    pub fn report(&self, records: &Records) -> String {
        let mut text = match self.ours.len() {
            0 if self.nameless.is_empty() => {
                "Nothing that was denied was taken away here.\n".to_owned()
            }
            0 => "Nothing that the messages name was taken away here; some do not name what was \
                  denied.\n"
                .to_owned(),
            1 => "1 action that was denied was taken away here.\n".to_owned(),
            count => format!(
                "{} actions that were denied were taken away here.\n",
                grouped(count)
            ),
        };
        for (action, ours) in &self.ours {
            text += "\n";
            text += &ours.report(action, records);
        }
        text += &self.all_keeps();
        text += &self.not_taken();
        text += &self.not_ours();
        text
    }

    /// The options that keep all of it.
    fn all_keeps(&self) -> String {
        if self.ours.is_empty() {
            return String::new();
        }
        let keeps = self
            .ours
            .iter()
            .map(|(action, ours)| keep(action, ours.times));
        let keeps: Vec<String> = keeps.collect();
        let them = if keeps.len() == 1 { "it" } else { "them" };
        format!(
            "\nTo keep {them}, refine the policies again as they were before, with\n  {}\n",
            keeps.join(" \\\n  ")
        )
    }

    /// What was denied to those who have the policies, and was not taken away.
    fn not_taken(&self) -> String {
        let mut text = String::new();
        for (action, (times, statements)) in &self.stays {
            let by = statements_in_words(statements);
            let _ = writeln!(
                text,
                "  {action}, {}: not removed here: it stays allowed by {by}",
                how_often(*times)
            );
        }
        for (action, (times, is_certain)) in &self.never_allowed {
            let why = if *is_certain {
                "never allowed"
            } else {
                "not removed here: no entry that was decided on allowed it"
            };
            let _ = writeln!(text, "  {action}, {}: {why}", how_often(*times));
        }
        if text.is_empty() {
            return text;
        }
        format!("\nNot taken away here:\n{text}")
    }

    /// What is not about what was refined.
    fn not_ours(&self) -> String {
        let mut text = String::new();
        for (why, times) in &self.elsewhere {
            let why = match why {
                Elsewhere::Reason(reason) => reason.to_string(),
                Elsewhere::Before => "before it was decided".to_owned(),
                Elsewhere::OtherPrincipal => "of others, who do not have these policies".to_owned(),
                Elsewhere::OtherAccount => "of other accounts".to_owned(),
            };
            let _ = writeln!(text, "  {:>6}  {why}", count(times.count));
        }
        for (how, times) in &self.nameless {
            let how = match how {
                Nameless::Encoded => {
                    "name no action, and have it encoded: aws sts decode-authorization-message \
                     --encoded-message MESSAGE"
                }
                Nameless::Bare => {
                    "name no action: look for the event in CloudTrail, which has an eventName"
                }
            };
            let _ = writeln!(text, "  {:>6}  {how}", count(times.count));
        }
        if text.is_empty() {
            return text;
        }
        format!("\nOther denials:\n{text}")
    }
}

impl Ours {
    fn report(&self, action: &Action, records: &Records) -> String {
        let callers: Vec<String> = self.callers.iter().cloned().collect();
        let to = match callers.as_slice() {
            [] => String::new(),
            callers => format!(" to {}", some_of(callers, NAMES)),
        };
        let probably = if self.is_named { "" } else { "probably " };
        let mut text = format!("{probably}{action}, denied {}{to}\n", how_often(self.times));
        let mut row = |name: &str, value: &str| {
            let _ = writeln!(text, "  {name:<9} {value}");
        };
        if !self.is_named && self.calls.is_empty() {
            row(
                "but",
                "no message names the action; this is what the call is called",
            );
        } else if !self.is_named {
            let calls: Vec<String> = self.calls.iter().map(ToString::to_string).collect();
            row(
                "but",
                &format!(
                    "no message names the action or its service; what was called is {}",
                    some_of(&calls, NAMES)
                ),
            );
        }
        if !self.is_told_whom {
            row("but", "not every message tells whom it was denied to");
        }
        for (number, removal) in &self.from {
            let record = &records.all[*number];
            row("out of", &place(removal));
            row("last used", &last_used(removal.last_used));
            for (what, decided) in accepted(record, removal) {
                row(what, &decided);
            }
            for (line, way) in way_back(record, removal).iter().enumerate() {
                row(if line == 0 { "go back" } else { "" }, way);
            }
        }
        if !self.stays.is_empty() {
            let by = statements_in_words(&self.stays);
            row("still", &format!("allowed by {by}, on what that is about"));
        }
        row("keep it", &keep(action, self.times));
        text
    }
}

/// `policy.json, statement 2 (Sid "Read"): s3:Get*`.
fn place(removal: &Removal) -> String {
    let sid = removal.sid.as_ref();
    let sid = sid.map_or_else(String::new, |sid| format!(" (Sid {})", sid.quoted()));
    format!(
        "{}, statement {}{sid}: {}",
        removal.file,
        removal.statement + 1,
        removal.entry
    )
}

fn last_used(last_use: LastUse) -> String {
    match last_use {
        LastUse::At(at) => format!("on {}", day(at)),
        LastUse::Never => "never, as far back as AWS looked".to_owned(),
        LastUse::NotReported => "not known: nobody reported it, it was dropped by hand".to_owned(),
        LastUse::NotKnown => "not known: it was not known that there is such an action".to_owned(),
    }
}

/// Who accepted it and when.
fn accepted(record: &Record, removal: &Removal) -> Vec<(&'static str, String)> {
    match (&removal.decided, record.removals.decided()) {
        (Some(first), Some(again)) => {
            vec![("accepted", decided(first)), ("again", decided(again))]
        }
        (None, Some(only)) => vec![("accepted", decided(only))],
        (_, None) => vec![(
            "accepted",
            "by an unknown user: the record is too old to tell".to_owned(),
        )],
    }
}

fn decided(decided: &Decisions) -> String {
    let by = decided.by.as_ref();
    let by = by.map_or_else(|| "an unknown user".to_owned(), ToString::to_string);
    let with = match decided.with {
        DecidedWith::Review => "review",
        DecidedWith::Refine => "refine",
    };
    format!("by {by}, with iam-refine {with}, on {}", day(decided.at))
}

/// How to go back at once.
fn way_back(record: &Record, removal: &Removal) -> Vec<String> {
    if let Some(rollback) = &record.rollback {
        return vec![format!("sh {}", shell_word(&rollback.to_string_lossy()))];
    }
    if let Some(block) = record.removals.block(removal.policy) {
        let file = record.removals.file(removal.policy);
        return vec![format!(
            "take the change of {block} in {file} back, as with `git revert`, and apply that"
        )];
    }
    let hints = aws::way_back(&record.removals, removal.policy);
    hints.iter().map(ToString::to_string).collect()
}

/// `--keep 's3:GetBucketAcl=denied on 2026-11-28'`.
fn keep(action: &Action, times: Times) -> String {
    let reason = match times.last {
        Some(at) => format!("denied on {}", day(at)),
        None => "denied".to_owned(),
    };
    format!("--keep {}", shell_word(&format!("{action}={reason}")))
}

/// `statement 2`, `statements 2 and 4`; of several files each with its own.
fn statements_in_words(statements: &BTreeSet<StatementOf>) -> String {
    let files: BTreeSet<_> = statements.iter().map(|statement| &statement.file).collect();
    let of_files = files.iter().map(|&file| {
        let own = statements
            .iter()
            .filter(|statement| statement.file == *file);
        let numbers: Vec<String> = own.map(|own| (own.statement + 1).to_string()).collect();
        let word = if numbers.len() == 1 {
            "statement"
        } else {
            "statements"
        };
        format!("{word} {} of {file}", list(&numbers))
    });
    some_of(&of_files.collect::<Vec<_>>(), NAMES)
}

/// `once, on 2026-11-28 09:12:03`, `10,000 times, from … to …`.
fn how_often(times: Times) -> String {
    let often = match times.count {
        1 => "once".to_owned(),
        many => format!("{} times", count(many)),
    };
    match (times.first, times.last) {
        (Some(first), Some(last)) if first == last => format!("{often}, at {}", moment(first)),
        (Some(first), Some(last)) => format!("{often}, from {} to {}", moment(first), moment(last)),
        _ => often,
    }
}

fn count(number: u64) -> String {
    grouped(usize::try_from(number).unwrap_or(usize::MAX))
}

/// `2026-11-28 09:12:03 UTC`.
fn moment(at: Timestamp) -> String {
    let at = Offset::UTC.to_datetime(at);
    let (date, time) = (at.date(), at.time());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{date} {hour:02}:{minute:02}:{second:02} UTC")
}

/// What was not looked at as it should be, and has to be known.
pub fn cautions(records: &Records) -> Vec<String> {
    let without = records
        .without
        .iter()
        .map(|folder| folder.shown().to_string());
    let without: Vec<String> = without.collect();
    let mut cautions = Vec::new();
    if !without.is_empty() {
        cautions.push(format!(
            "warning: {} no record.json, so it is not known what was taken out of {}: {}",
            counted(without.len(), "folder has", "folders have"),
            if without.len() == 1 {
                "its policy"
            } else {
                "their policies"
            },
            some_of(&without, NAMES)
        ));
    }
    let not_applied = records.not_applied.iter();
    let not_applied: Vec<String> = not_applied
        .map(|folder| folder.shown().to_string())
        .collect();
    if !not_applied.is_empty() {
        cautions.push(format!(
            "note: of {} nothing is applied from here, as there is no applied.log, so nothing was taken away: {}",
            counted(not_applied.len(), "policy", "policies"),
            some_of(&not_applied, NAMES)
        ));
    }
    if records
        .all
        .iter()
        .any(|record| !record.removals.names_somebody())
    {
        cautions.push(
            "warning: the record does not tell who has the policies, so any principal counts"
                .to_owned(),
        );
    }
    cautions
}
