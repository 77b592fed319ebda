//! A verdict, as a person and as a program read it.

use std::fmt;

use serde_json::{Value, json};

use crate::catalogue::Catalogue;
use crate::document::Document;
use crate::iam::Action;
use crate::proof::{Objection, Part, Side, Verdict};
use crate::text::{Position, printable, quoted};

/// A verdict with the texts it is about.
pub struct VerdictReport<'a> {
    /// The verdict that is reported.
    pub verdict: &'a Verdict,
    /// The policy before it was refined.
    pub original: &'a Document,
    /// The policy that was refined elsewhere.
    pub refined: &'a Document,
    /// The actions that are known.
    pub catalogue: &'a Catalogue,
}

/// How many witnesses a line names.
const WITNESSES_IN_A_LINE: usize = 3;

/// The parts that decide, in the order in which they are listed.
const DECIDING: [Part; 4] = [
    Part::NothingAdded,
    Part::UnusedGone,
    Part::NothingLost,
    Part::NothingElseTouched,
];

impl VerdictReport<'_> {
    /// The verdict as a JSON object: whether it holds, part by part, and each objection.
    pub fn to_json(&self) -> Value {
        let parts: serde_json::Map<String, Value> = (DECIDING.iter())
            .map(|part| (part.to_string(), self.verdict.part_holds(*part).into()))
            .collect();
        let all = |objections: &[Objection]| -> Vec<Value> {
            objections
                .iter()
                .map(|one| self.objection_to_json(one))
                .collect()
        };
        let verdict = self.verdict;
        json!({
            "original": self.original.source().name(),
            "holds": verdict.holds(),
            "parts": parts,
            "faults": all(&verdict.objections),
            "advice": all(&verdict.advice),
            "gone": names(&verdict.gone),
            "kept": names(&verdict.kept),
            "held": names(&verdict.held),
            "excepted": names(&verdict.excepted),
            "catalogue": self.catalogue.date().map(|date| date.to_string()),
        })
    }

    fn objection_to_json(&self, objection: &Objection) -> Value {
        let (document, position) = self.place(objection);
        json!({
            "part": objection.part.as_str(),
            "what": objection.what,
            "policy": objection.spot.map(|spot| spot.side.to_string()),
            "statement": objection.spot.map(|spot| spot.statement + 1),
            "sid": self.sid(objection),
            "entry": objection.entry.as_ref().map(ToString::to_string),
            "witness": objection.witnesses.first().map(ToString::to_string),
            "actions": names(&objection.witnesses),
            "file": document.source().name(),
            "line": position.line,
            "column": position.column,
        })
    }

    /// The text an objection is about, and where in it.
    fn place(&self, objection: &Objection) -> (&Document, Position) {
        let Some(spot) = objection.spot else {
            return (self.refined, self.refined.source().position(0));
        };
        let document = match spot.side {
            Side::Original => self.original,
            Side::Refined => self.refined,
        };
        let range = match spot.entry {
            Some(entry) => document.entry_range(spot.statement, entry),
            None => document.statement_range(spot.statement),
        };
        (document, document.source().position(range.start))
    }

    fn sid(&self, objection: &Objection) -> Option<&str> {
        let spot = objection.spot?;
        let (document, _) = self.place(objection);
        document.policy().statements[spot.statement].sid()
    }

    fn fmt_objection(&self, f: &mut fmt::Formatter<'_>, objection: &Objection) -> fmt::Result {
        let (document, position) = self.place(objection);
        write!(f, "  {}:{position}: ", document.source().name())?;
        if let Some(spot) = objection.spot {
            write!(f, "statement {}", spot.statement + 1)?;
            if let Some(sid) = self.sid(objection) {
                write!(f, " ({})", quoted(sid))?;
            }
            f.write_str(": ")?;
        }
        if let Some(entry) = &objection.entry {
            write!(f, "{entry} ")?;
        }
        f.write_str(&printable(&objection.what))?;
        if !objection.witnesses.is_empty() {
            write!(f, ": {}", listed(&objection.witnesses))?;
        }
        writeln!(f)
    }
}

impl fmt::Display for VerdictReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in DECIDING {
            let holds = self.verdict.part_holds(part);
            writeln!(f, "{} {part}", if holds { "✓" } else { "✗" })?;
            for objection in self
                .verdict
                .objections
                .iter()
                .filter(|one| one.part == part)
            {
                self.fmt_objection(f, objection)?;
            }
        }
        if !self.verdict.advice.is_empty() {
            writeln!(f, "advice")?;
            for advice in &self.verdict.advice {
                self.fmt_objection(f, advice)?;
            }
        }
        for (actions, what) in [
            (&self.verdict.gone, "unused gone"),
            (&self.verdict.kept, "unused kept as asked"),
            (
                &self.verdict.held,
                "unused held back: used just before the finding",
            ),
            (
                &self.verdict.excepted,
                "unused still granted and not held against it: their service is not in the \
                 catalogue, or a NotAction was left as it was",
            ),
        ] {
            if !actions.is_empty() {
                writeln!(f, "note: {} {what}", actions.len())?;
            }
        }
        writeln!(
            f,
            "Judged by the actions known{}.",
            self.catalogue.of_date().replace(" of ", " on ")
        )
    }
}

fn names<'a>(actions: impl IntoIterator<Item = &'a Action>) -> Vec<String> {
    actions.into_iter().map(ToString::to_string).collect()
}

fn listed(actions: &[Action]) -> String {
    let mut shown = names(actions.iter().take(WITNESSES_IN_A_LINE));
    if actions.len() > WITNESSES_IN_A_LINE {
        shown.push(format!("{} more", actions.len() - WITNESSES_IN_A_LINE));
    }
    shown.join(", ")
}
