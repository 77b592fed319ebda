//! Whether what stands in a source is what AWS has, as a state tells.
//!
//! Terraform's provider writes a policy anew: it sorts the actions in reverse, writes one of them as a
//! string, and adds an empty `Sid`. So statements are the same when their effects are, their `Sid`s and
//! resources as far as these are literal, and the sets of their actions. An entry that is no literal comes
//! to whatever AWS's statement has beyond the literal ones. Of statements that may be made or not, nobody
//! can tell which one is when they are alike in all this.

mod pairing;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use pairing::{Compared, Pairing};

use crate::document::StatementForm;
use crate::iam::{ActionPattern, Policy};

/// How the statements of a source and those that AWS has belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameStatements {
    /// For each statement that AWS has, the one of the source that makes it; none of one that another
    /// document makes.
    pub source_of: Vec<Option<usize>>,
    /// For each statement of the source, what AWS's has beyond its literal entries.
    pub beyond: Vec<BTreeSet<String>>,
    /// For each statement of the source, whether AWS may have nothing beyond these: one of the
    /// statements that may be made of it has not.
    pub may_be_nothing: Vec<bool>,
    /// For each statement of the source, whether its expressions may come to what stands beside them too: what
    /// says the same twice is one for Terraform's provider, and nobody can tell.
    pub may_repeat: Vec<bool>,
    /// For each statement of the source of which AWS may have it or another one that is like it, the entries in
    /// small letters that all of these have: what goes of them goes of whichever it is.
    pub alike: Vec<Option<BTreeSet<String>>>,
}

/// Where a source and AWS differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Different {
    /// The statements of the source that AWS does not have.
    pub of_source: Vec<usize>,
    /// The statements that AWS has and the source does not make.
    pub of_live: Vec<usize>,
}

/// Brings together the statements of a policy in a `source`, each of which is written in a `form`, and
/// as it is `live`: in their order, as Terraform writes them, or else in any.
///
/// # Errors
/// What has no counterpart.
pub fn same_statements(
    source: &Policy,
    live: &Policy,
    form: impl Fn(usize) -> StatementForm,
) -> Result<SameStatements, Different> {
    let forms: Vec<StatementForm> = (0..source.statements.len()).map(form).collect();
    let pairing = Pairing {
        ours: source.statements.iter().map(Compared::of).collect(),
        theirs: live.statements.iter().map(Compared::of).collect(),
        forms: &forms,
    };
    let (source_of, makers) = match pairing.in_order() {
        Some(found) => found,
        None => pairing.in_any_order()?,
    };
    let mut beyond = vec![BTreeSet::new(); forms.len()];
    for (&place, live) in source_of.iter().zip(&pairing.theirs) {
        beyond[place].extend(pairing.ours[place].beyond(live, &forms[place]));
    }
    let may_be_nothing = (0..forms.len()).map(|place| {
        let mut made = (0..pairing.theirs.len()).filter(|&live| pairing.fits(place, live));
        forms[place].comes_to.entries.is_empty()
            && made.any(|live| {
                pairing.theirs[live]
                    .actions
                    .is_subset(&pairing.ours[place].actions)
            })
    });
    let may_repeat = forms.iter().zip(&source.statements);
    let may_repeat =
        may_repeat.map(|(form, statement)| statement.has_unknown_entries && !form.comes_to.are_all);
    Ok(SameStatements {
        may_repeat: may_repeat.collect(),
        may_be_nothing: may_be_nothing.collect(),
        alike: pairing.alike(&makers),
        source_of: source_of.into_iter().map(Some).collect(),
        beyond,
    })
}

/// An entry in small letters: AWS takes no notice of case.
pub(super) fn folded(entry: &ActionPattern) -> String {
    entry.to_string().to_ascii_lowercase()
}
