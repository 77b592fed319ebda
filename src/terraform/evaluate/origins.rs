//! What a value comes of that is not known in full, or that something is asked for.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use super::text::PartText;

/// Something that a value comes of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// What is asked for of a resource, of data or of a module.
    Asked(Asked),
    /// A text as far as it is known.
    Text(PartText),
    /// A file: the folder of the module that reads it, and what is known of the path.
    File(Rc<Path>, PartText),
    /// A policy that is written in a folder: in which of its files, and which one of those there.
    Policy(Rc<Path>, usize, usize),
    /// What nobody can tell here: a variable of a root module, what AWS is asked for, what a function writes that is
    /// not looked into.
    Untold,
    /// More than is gone through.
    GivenUp,
    /// What a policy says, which gives nobody anything.
    InPolicy(Rc<Origin>),
}

/// What is asked for of a resource, of data or of a module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Asked {
    /// Its address.
    pub address: String,
    /// The attribute, which is empty where it is all of it.
    pub attribute: String,
    /// The folder that it stands in.
    pub folder: Rc<Path>,
}

/// All that a value comes of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Of(Option<Rc<BTreeSet<Rc<Origin>>>>);

/// More is given up.
const MOST: usize = 2_000;

impl From<Origin> for Of {
    fn from(origin: Origin) -> Self {
        Of(Some(Rc::new(BTreeSet::from([Rc::new(origin)]))))
    }
}

impl Of {
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Origin> {
        self.0.iter().flat_map(|all| all.iter()).map(Rc::as_ref)
    }

    /// This and something else.
    pub fn and(&self, other: &Of) -> Of {
        let (Some(one), Some(two)) = (&self.0, &other.0) else {
            return if self.0.is_some() { self } else { other }.clone();
        };
        let (more, less) = if one.len() < two.len() {
            (two, one)
        } else {
            (one, two)
        };
        if Rc::ptr_eq(one, two) || less.is_subset(more) {
            return Of(Some(Rc::clone(more)));
        }
        let mut all = BTreeSet::clone(more);
        all.extend(less.iter().cloned());
        if all.len() > MOST {
            all.retain(|origin| !matches!(**origin, Origin::Text(_)));
            all.insert(Rc::new(Origin::GivenUp));
        }
        if all.len() > MOST {
            return Origin::GivenUp.into();
        }
        Of(Some(Rc::new(all)))
    }

    /// The same where a policy says it.
    pub fn in_policy(&self) -> Of {
        let all = self.0.iter().flat_map(|all| all.iter());
        let said = all.map(|origin| match &**origin {
            Origin::InPolicy(_) => Rc::clone(origin),
            _ => Rc::new(Origin::InPolicy(Rc::clone(origin))),
        });
        let said: BTreeSet<Rc<Origin>> = said.collect();
        Of((!said.is_empty()).then(|| Rc::new(said)))
    }

    /// All of these.
    pub fn all(each: impl IntoIterator<Item = Of>) -> Of {
        let mut each = each.into_iter();
        let first = each.next().unwrap_or_default();
        each.fold(first, |all, one| all.and(&one))
    }
}
