//! Whether policies that a long one was cut into say together what it says.
//!
//! The pieces are read back as texts. In their order, their statements have to be those of the whole,
//! each with its very bytes; or parts of one, which follow each other, differ from it in nothing but
//! the entries of their `Action`, and have among them every one of its entries once, in its order. So
//! each allows and denies a part of what the whole does, and all of them together all of it.

use super::fault::{Fault, Part};
use crate::document::Document;
use crate::iam::quota::size;
use crate::iam::{ActionPattern, Actions};
use crate::text::{Source, grouped};

/// What is wrong with `pieces` as policies of at most `most` characters that together are `whole`, a
/// policy in a text of its own. Nothing, when all is well.
pub fn prove_pieces(whole: &Document, pieces: &[impl AsRef<str>], most: usize) -> Vec<Fault> {
    let mut proof = Proof {
        whole,
        next: Next {
            statement: 0,
            entry: 0,
        },
        faults: Vec::new(),
    };
    for (place, piece) in pieces.iter().enumerate() {
        let known = proof.faults.len();
        proof.judge(piece.as_ref(), most);
        for fault in &mut proof.faults[known..] {
            fault.what = format!("piece {}: {}", place + 1, fault.what);
        }
    }
    proof.judge_end();
    proof.faults
}

struct Proof<'a> {
    whole: &'a Document,
    next: Next,
    faults: Vec<Fault>,
}

/// What of the whole was not met yet: from this entry of this statement on.
#[derive(Clone, Copy)]
struct Next {
    statement: usize,
    entry: usize,
}

impl Proof<'_> {
    fn judge(&mut self, text: &str, most: usize) {
        let piece = match Document::parse(Source::from_text("piece", text)) {
            Ok(piece) => piece,
            Err(problems) => {
                return self.fault(Part::NothingLost, format!("it is no policy: {problems}"));
            }
        };
        if size(text) > most {
            let (size, most) = (grouped(size(text)), grouped(most));
            let what = format!("it has {size} characters, and {most} are the most");
            self.fault(Part::NothingElseTouched, what);
        }
        if piece.policy().elements != self.whole.policy().elements {
            let what = "an element beside the statements is another";
            self.fault(Part::NothingElseTouched, what);
        }
        for statement in 0..piece.policy().statements.len() {
            self.judge_statement(&piece, statement);
        }
    }

    fn judge_statement(&mut self, piece: &Document, place: usize) {
        let Next { statement, entry } = self.next;
        let new = &piece.policy().statements[place];
        let Some(old) = self.whole.policy().statements.get(statement) else {
            return self.fault(Part::NothingAdded, "a statement is one too many");
        };
        let is_whole = entry == 0 && new.actions == old.actions;
        if is_whole && statement_text(piece, place) == statement_text(self.whole, statement) {
            self.next.statement += 1;
            return;
        }
        if new.effect != old.effect
            || new.elements != old.elements
            || new.has_unknown_entries
            || old.has_unknown_entries
        {
            let what = "an element beside the actions is another";
            self.fault_in(statement, Part::NothingElseTouched, what);
        }
        let (Actions::Action(new), Actions::Action(old)) = (&new.actions, &old.actions) else {
            let what = "a NotAction is not as it was";
            return self.fault_in(statement, Part::NothingAdded, what);
        };
        self.judge_entries(piece, place, new, old);
    }

    /// The entries of a statement of a piece have to be the next ones of the whole.
    fn judge_entries(
        &mut self,
        piece: &Document,
        place: usize,
        new: &[ActionPattern],
        old: &[ActionPattern],
    ) {
        let Next { statement, entry } = self.next;
        for (at, pattern) in new.iter().enumerate() {
            let expected = old.get(entry + at);
            let is_spelled_so =
                || entry_text(piece, place, at) == entry_text(self.whole, statement, entry + at);
            if expected != Some(pattern) || !is_spelled_so() {
                let what = "this is not the entry that comes next";
                self.faults.push(Fault {
                    statement: Some(statement),
                    ..Fault::new(Part::NothingAdded, what).entry(pattern)
                });
            }
        }
        self.next.entry += new.len();
        if self.next.entry >= old.len() {
            self.next = Next {
                statement: statement + 1,
                entry: 0,
            };
        }
    }

    fn judge_end(&mut self) {
        let Next { statement, entry } = self.next;
        if statement < self.whole.policy().statements.len() {
            let what = format!("what comes from entry {} on is in no piece", entry + 1);
            self.fault_in(statement, Part::NothingLost, what);
        }
    }

    fn fault(&mut self, part: Part, what: impl Into<String>) {
        self.faults.push(Fault::new(part, what));
    }

    fn fault_in(&mut self, statement: usize, part: Part, what: impl Into<String>) {
        self.faults.push(Fault {
            statement: Some(statement),
            ..Fault::new(part, what)
        });
    }
}

fn statement_text(document: &Document, statement: usize) -> &str {
    &document.source().text()[document.statement_range(statement)]
}

fn entry_text(document: &Document, statement: usize, entry: usize) -> &str {
    &document.source().text()[document.entry_range(statement, entry)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"Version": "2012-10-17", "Id": "i", "Statement": [
        {"Sid": "A", "Effect": "Allow", "Action": ["s3:Get*", "s3:List*", "ec2:Run*"], "Resource": "*",
         "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
        {"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}]}"#;

    /// The whole in three pieces, in all of them with `from` changed to `to`, but `from` has to be there.
    fn faults_with(piece: usize, from: &str, to: &str) -> Vec<String> {
        let whole = Document::parse(Source::from_text("p.json", WHOLE)).unwrap();
        let mut pieces = whole.split(192).unwrap();
        assert_eq!(pieces.len(), 3, "{pieces:#?}");
        assert!(prove_pieces(&whole, &pieces, 192).is_empty());
        assert!(pieces[piece].contains(from), "{}", pieces[piece]);
        pieces[piece] = pieces[piece].replacen(from, to, 1);
        faults(&whole, &pieces, 192)
    }

    fn faults(whole: &Document, pieces: &[String], most: usize) -> Vec<String> {
        let faults = prove_pieces(whole, pieces, most).into_iter();
        faults.map(|fault| fault.to_string()).collect()
    }

    #[track_caller]
    fn refused(faults: &[String], words: &str) {
        assert!(
            faults.iter().any(|fault| fault.contains(words)),
            "{faults:#?}"
        );
    }

    #[test]
    fn an_entry_that_is_lost_or_another_is_found() {
        refused(&faults_with(0, "\"s3:Get*\", ", ""), "s3:List*: piece 1");
        refused(
            &faults_with(0, ", \"s3:List*\"", ""),
            "not the entry that comes next",
        );
        refused(&faults_with(0, "s3:Get*", "s3:*"), "s3:*: piece 1");
        refused(&faults_with(0, "s3:Get*", "s3:get*"), "s3:get*: piece 1");
        refused(&faults_with(1, "ec2:Run*", "*"), "*: piece 2");
        refused(
            &faults_with(1, "\"ec2:Run*\"", "\"ec2:Run*\", \"ec2:Stop*\""),
            "ec2:Stop*",
        );
        refused(&faults_with(2, "iam:*", "i?m:*"), "no policy");
        refused(
            &faults_with(2, "\"iam:*\", ", ""),
            "a NotAction is not as it was",
        );
        refused(
            &faults_with(2, "NotAction", "Action"),
            "a NotAction is not as it was",
        );
        refused(
            &faults_with(1, "\"Action\"", "\"NotAction\""),
            "a NotAction is not as it was",
        );
    }

    #[test]
    fn what_is_beside_the_entries_is_the_same_in_each_piece() {
        const OTHER: &str = "beside the actions is another";
        const BESIDE: &str = "beside the statements is another";
        refused(&faults_with(0, "\"Sid\": \"A\", ", ""), OTHER);
        refused(&faults_with(1, "\"Sid\": \"A\"", "\"Sid\": \"A2\""), OTHER);
        refused(&faults_with(1, "\"true\"", "\"false\""), OTHER);
        refused(
            &faults_with(1, "\"Resource\": \"*\"", "\"Resource\": \"arn:*\""),
            OTHER,
        );
        refused(&faults_with(0, "Allow", "Deny"), OTHER);
        refused(&faults_with(2, "Deny", "Allow"), OTHER);
        refused(&faults_with(1, "2012-10-17", "2008-10-17"), BESIDE);
        refused(&faults_with(2, "\"Version\": \"2012-10-17\", ", ""), BESIDE);
        refused(&faults_with(0, "\"Id\": \"i\", ", ""), BESIDE);
    }

    #[test]
    fn pieces_are_short_and_all_there() {
        let whole = Document::parse(Source::from_text("p.json", WHOLE)).unwrap();
        let pieces = whole.split(192).unwrap();
        refused(&faults(&whole, &pieces, 170), "170 are the most");
        refused(
            &faults(&whole, &pieces[..2], 192),
            "statement 2: what comes from entry 1 on",
        );
        refused(
            &faults(&whole, &pieces[..1], 192),
            "statement 1: what comes from entry 3 on",
        );
        refused(&faults(&whole, &pieces[1..], 192), "ec2:Run*: piece 1");
        refused(&faults(&whole, &[], 192), "is in no piece");
        let twice = [&pieces[..], &pieces[2..]].concat();
        refused(&faults(&whole, &twice, 192), "one too many");
        let mut swapped = pieces.clone();
        swapped.swap(0, 1);
        refused(
            &faults(&whole, &swapped, 192),
            "not the entry that comes next",
        );
    }

    #[test]
    fn a_not_action_in_parts_is_found() {
        let whole = Document::parse(Source::from_text("p.json", WHOLE)).unwrap();
        let pieces = whole.split(192).unwrap();
        let parts = ["\"iam:*\", ", ", \"sts:*\""].map(|gone| pieces[2].replace(gone, ""));
        let pieces = [&pieces[..2], &parts].concat();
        refused(
            &faults(&whole, &pieces, 192),
            "a NotAction is not as it was",
        );
    }
}
