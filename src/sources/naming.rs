//! Whether what an argument comes of names a managed policy.

use std::path::{Path, PathBuf};

use super::attached::Attached;
use super::evaluation::{Gap, Origins, Placed};
use super::names::is_word_alone;
use super::policy_texts::Texts;
use super::uses::{Taker, Uses};
use crate::terraform::{Argument, Asked, Block, PartText, Value as Plain};

/// How something names a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Naming {
    /// It does not.
    No,
    /// It may be its ARN, and nobody can tell.
    Untold,
    /// By its name, which another thing may have too.
    ByName,
    /// By its ARN.
    ByArn,
}

/// The data that a policy may be looked up by.
pub(super) struct LookedUp {
    folder: PathBuf,
    address: String,
    /// Whether it is plain which policy that is.
    is_sure: bool,
}

impl<'a> Uses<'_, 'a> {
    /// All data that may be the policy that a block makes.
    pub(super) fn looked_up(&self, policy: &Taker<'a>) -> Vec<LookedUp> {
        let data = self.survey.doing.iter();
        let data = data.map(|doing| (doing.folder, doing.placed));
        let of_policies =
            data.filter(|(_, placed): &(&Path, Placed<'a>)| placed.block.is_data("aws_iam_policy"));
        let may_be = of_policies.filter(|(folder, placed)| self.may_read(folder, *placed, policy));
        let looked_up = may_be.map(|(folder, placed)| LookedUp {
            folder: folder.to_owned(),
            address: placed.block.address(),
            is_sure: is_sure(placed.block),
        });
        looked_up.collect()
    }
}

impl Attached<'_, '_> {
    /// What the data of a folder are called that may be the policy.
    pub(super) fn looked_up_in(&self, folder: &Path) -> impl Iterator<Item = &str> {
        let here = self
            .looked_up
            .iter()
            .filter(move |one| one.folder == folder);
        here.map(|one| one.address.as_str())
    }

    /// How what an argument comes of names the policy.
    pub(super) fn naming(&self, origins: &Origins) -> Naming {
        let asked = origins.asked.iter().map(|one| self.naming_of(one, false));
        // A permission set names policies by their names.
        let has_set = origins.texts.iter().any(has_references);
        let said = origins.texts.iter().map(|text| {
            if self.texts.is_mentioned(text) || has_set && self.texts.are_named_in(text) {
                Naming::ByArn
            } else if self.texts.may_be_arn(text) {
                Naming::Untold
            } else {
                Naming::No
            }
        });
        let cut_off = origins.has(Gap::TooLong).then_some(Naming::Untold);
        asked.chain(said).chain(cut_off).max().unwrap_or(Naming::No)
    }

    /// Whether it surely does, by its ARN.
    pub(super) fn surely_names(&self, origins: &Origins) -> bool {
        let mut asked = origins.asked.iter();
        let mut texts = origins.texts.iter();
        asked.any(|one| self.naming_of(one, true) == Naming::ByArn)
            || texts.any(|text| self.texts.is_mentioned(text))
    }

    /// Whether it does, or says a text by which the policy may be found.
    pub(super) fn may_name(&self, origins: &Origins) -> bool {
        let mut texts = origins.texts.iter();
        self.naming(origins) >= Naming::ByName || texts.any(|text| self.texts.may_find_it(text))
    }

    /// Whether it has the name of the policy as a word: who reads it may put the ARN together.
    pub(super) fn is_named_in(&self, origins: &Origins) -> bool {
        let mut texts = origins.texts.iter();
        texts.any(|text| self.texts.are_named_in(text))
    }

    fn naming_of(&self, asked: &Asked, must_be_sure: bool) -> Naming {
        let is_data = |one: &LookedUp| {
            (one.is_sure || !must_be_sure)
                && one.address == asked.address
                && one.folder == *asked.folder
        };
        let is_itself = asked.address == self.policy.placed.block.address()
            && *asked.folder == *self.policy.folder;
        match asked.attribute.as_str() {
            _ if !is_itself && !self.looked_up.iter().any(is_data) => Naming::No,
            "" | "arn" | "id" => Naming::ByArn,
            "name" => Naming::ByName,
            _ => Naming::No,
        }
    }
}

impl Texts {
    /// Whether a text has the name of the policy in it.
    fn are_named_in(&self, text: &PartText) -> bool {
        let letters = text.shown().to_ascii_lowercase();
        let mut names = self.names.iter();
        names.any(|name| is_word_alone(&letters, &name.to_ascii_lowercase()))
    }

    /// Whether a text may be that by which the policy is found: its ARN, or its name.
    fn may_find_it(&self, text: &PartText) -> bool {
        match text.as_known() {
            Some(known) => {
                let name = known.rsplit('/').next().unwrap_or_default();
                self.names.iter().any(|own| own == name)
            }
            None => !text.end().is_empty() && self.arns.iter().any(|arn| text.may_be(arn)),
        }
    }
}

/// Whether a text has a permission set in it that names policies of the account.
pub(super) fn has_references(text: &PartText) -> bool {
    const SAYING: [&str; 2] = [
        "customermanagedpolicyreference",
        "customer_managed_policy_reference",
    ];
    let letters = text.shown().to_ascii_lowercase();
    SAYING.iter().any(|word| letters.contains(word))
}

/// Whether it is plain which policy a `data "aws_iam_policy"` is.
fn is_sure(data: &Block) -> bool {
    let said = ["arn", "name"].into_iter();
    let mut said = said.filter_map(|name| data.argument(name)).peekable();
    let mut is_plain = |argument: &Argument| match &argument.value {
        Plain::Reference(reference) | Plain::Indexed(reference) => {
            reference.starts_with("aws_iam_policy.")
        }
        value => value.as_text().is_some(),
    };
    said.peek().is_some() && said.all(&mut is_plain)
}
