//! A policy that is written in several documents, as Terraform's provider puts them together: the
//! statements follow each other, and one that is made and has the `Sid` of an earlier one stands in its
//! place.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::SameStatements;
use super::alike::is_literal_sid;
use crate::document::{Document, StatementForm};
use crate::iam::{Elements, Policy, Statement};

/// Where a policy is written: the folder, the file in it and the policy in that.
pub type Place = (PathBuf, usize, usize);

/// Where all of a policy is written.
#[derive(Clone, Debug)]
pub(super) enum Written {
    /// In one place.
    Whole(Place),
    /// In several documents, or in one that takes others.
    Merged(MergedPolicy),
}

impl Written {
    /// The places that it is put together of, though one of them may have all its statements replaced.
    pub fn places(&self) -> BTreeSet<&Place> {
        match self {
            Written::Whole(place) => BTreeSet::from([place]),
            Written::Merged(merged) => merged.documents.iter().map(|one| &one.place).collect(),
        }
    }

    /// The documents that it is put together of, in their order; none where it is one.
    pub fn documents(&self) -> &[MergedDocument] {
        match self {
            Written::Whole(_) => &[],
            Written::Merged(merged) => &merged.documents,
        }
    }
}

/// The statements of several documents, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct MergedPolicy {
    pub statements: Vec<MergedStatement>,
    documents: Vec<MergedDocument>,
    /// Those in whose place others stand.
    replaced: Vec<MergedStatement>,
}

/// A document that is put together with others.
#[derive(Clone, Debug)]
pub struct MergedDocument {
    /// Where it is written.
    pub place: Place,
    /// The `Sid` of each of its statements, if it has one that is written down.
    pub sids: Vec<Option<String>>,
}

/// A statement of one of the documents.
#[derive(Clone, Debug)]
pub(super) struct MergedStatement {
    pub place: Place,
    /// Which of the statements there.
    pub number: usize,
    sid: Sid,
    /// Whether it stands in the place of an earlier one, which would be back without it.
    replaces: bool,
    statement: Statement,
    form: StatementForm,
}

/// The `Sid` of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sid {
    None,
    Text(String),
    /// Nobody knows what it is.
    Computed,
}

impl Sid {
    fn of(statement: &Statement, form: &StatementForm) -> Self {
        match (statement.elements.get("Sid"), statement.sid()) {
            _ if form.is_computed => Sid::Computed,
            (None, _) | (_, Some("")) => Sid::None,
            (_, Some(sid)) if is_literal_sid(sid) => Sid::Text(sid.to_owned()),
            _ => Sid::Computed,
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            Sid::Text(text) => Some(text.clone()),
            Sid::None | Sid::Computed => None,
        }
    }

    /// Whether nobody can tell if this one and another are the same.
    fn may_be(&self, other: &Sid) -> bool {
        let is_computed = [self, other].contains(&&Sid::Computed);
        is_computed && ![self, other].contains(&&Sid::None)
    }
}

impl MergedPolicy {
    /// The statements of one document.
    pub fn of(place: &Place, document: &Document) -> Self {
        let statements = document.policy().statements.iter().enumerate();
        let statements = statements.map(|(number, statement)| {
            let form = document.form(number).clone();
            MergedStatement {
                place: place.clone(),
                number,
                sid: Sid::of(statement, &form),
                replaces: false,
                statement: statement.clone(),
                form,
            }
        });
        let statements: Vec<MergedStatement> = statements.collect();
        let sids = statements.iter().map(|one| one.sid.text());
        MergedPolicy {
            documents: vec![MergedDocument {
                place: place.clone(),
                sids: sids.collect(),
            }],
            statements,
            replaced: Vec::new(),
        }
    }

    /// Adds those of the documents that stand first, of which none may have the `Sid` of another.
    ///
    /// # Errors
    /// What is wrong with the statements, and the way out.
    pub fn add_source(&mut self, source: MergedPolicy) -> Result<(), NotMerged> {
        self.can_take(&source)?;
        let mut sids = source.statements.iter().map(|one| &one.sid);
        let twice = sids.find_map(|sid| match sid {
            Sid::Text(text) => self.with(sid).map(|_| text.clone()),
            _ => None,
        });
        match twice {
            Some(sid) => Err(NotMerged::Twice(sid)),
            None => self.merge(source),
        }
    }

    /// Adds those of a document that stands behind; one with the `Sid` of an earlier one replaces that.
    ///
    /// # Errors
    /// Nobody can tell which one replaces which.
    pub fn merge(&mut self, other: MergedPolicy) -> Result<(), NotMerged> {
        self.can_take(&other)?;
        self.documents.extend(other.documents);
        self.replaced.extend(other.replaced);
        // Of one document none replaces another: two of one Sid are alternatives.
        let earlier: Vec<Option<usize>> = (other.statements.iter())
            .map(|one| self.with(&one.sid))
            .collect();
        for (mut statement, earlier) in other.statements.into_iter().zip(earlier) {
            match earlier {
                Some(earlier) => {
                    statement.replaces = true;
                    let earlier = std::mem::replace(&mut self.statements[earlier], statement);
                    self.replaced.push(earlier);
                }
                None => self.statements.push(statement),
            }
        }
        Ok(())
    }

    /// Whether it is known which statements of another document replace which of these.
    fn can_take(&self, other: &MergedPolicy) -> Result<(), NotMerged> {
        let size = |one: &MergedPolicy| {
            one.statements
                .len()
                .max(one.documents.len())
                .max(one.replaced.len())
        };
        if size(self) + size(other) > MOST_STATEMENTS {
            return Err(NotMerged::TooMany);
        }
        for one in &self.statements {
            for other in &other.statements {
                if one.sid.may_be(&other.sid) {
                    return Err(NotMerged::Computed);
                }
                // What is not made replaces nothing, and leaves nothing to be replaced.
                let may_be_none = one.form.repeats || other.form.repeats;
                match &one.sid {
                    Sid::Text(sid) if one.sid == other.sid && may_be_none => {
                        return Err(NotMerged::MayBeNone(sid.clone()));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// The statement with a `Sid`; none where that is none.
    fn with(&self, sid: &Sid) -> Option<usize> {
        let mut statements = self.statements.iter();
        statements.position(|one| one.sid == *sid && *sid != Sid::None)
    }

    /// All of it as one policy.
    pub fn policy(&self) -> Policy {
        let statements = self.statements.iter();
        Policy {
            elements: Elements::default(),
            statements: statements.map(|one| one.statement.clone()).collect(),
        }
    }

    /// How a statement is written.
    pub fn form(&self, statement: usize) -> StatementForm {
        self.statements[statement].form.clone()
    }

    /// Those of a document that stand in the place of others.
    pub fn replacing(&self, place: &Place) -> impl Iterator<Item = usize> {
        self.of_place(place)
            .filter(|(_, one)| one.replaces)
            .map(|(_, one)| one.number)
    }

    /// Those of a document in whose place others stand, each with the `Sid` that these have too.
    pub fn replaced(&self, place: &Place) -> impl Iterator<Item = (usize, String)> {
        let replaced = self.replaced.iter().filter(move |one| one.place == *place);
        replaced.filter_map(|one| Some((one.number, one.sid.text()?)))
    }

    /// What of all is about a document with so many statements.
    pub fn part(&self, place: &Place, statements: usize, all: &SameStatements) -> SameStatements {
        let mut part = SameStatements {
            source_of: Vec::new(),
            beyond: vec![BTreeSet::new(); statements],
            may_be_nothing: vec![false; statements],
            may_repeat: vec![false; statements],
            alike: vec![None; statements],
        };
        let source = |&source: &Option<usize>| {
            let one = &self.statements[source?];
            (one.place == *place).then_some(one.number)
        };
        part.source_of = all.source_of.iter().map(source).collect();
        for (at, one) in self.of_place(place) {
            part.beyond[one.number].extend(all.beyond[at].iter().cloned());
            part.may_be_nothing[one.number] |= all.may_be_nothing[at];
            part.may_repeat[one.number] |= all.may_repeat[at];
            if let Some(alike) = &all.alike[at] {
                part.alike[one.number] = Some(alike.clone());
            }
        }
        part
    }

    fn of_place(&self, place: &Place) -> impl Iterator<Item = (usize, &MergedStatement)> {
        let statements = self.statements.iter().enumerate();
        statements.filter(move |(_, one)| one.place == *place)
    }
}

/// Beyond so many statements or documents nothing is put together: a policy that long is refused by AWS.
const MOST_STATEMENTS: usize = 1_000;

/// Why statements are not put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotMerged {
    /// Two of those that stand first have it.
    Twice(String),
    /// One that is computed may be that of another.
    Computed,
    /// Two have it, of which one may not be made.
    MayBeNone(String),
    /// There are more than a policy can have.
    TooMany,
}
