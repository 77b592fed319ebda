//! Cases as `lesson.toml` has them: what is told, and what is asked about.

use serde::Deserialize;
use toml::Spanned;

use super::of_lesson::FewNames;
use super::{Case, Matter};
use crate::iam::{Action, ActionPattern};
use crate::lessons::asked::change::Change;
use crate::lessons::asked::cuts::Purpose;
use crate::refine::Granularity;

/// A `[[case]]`: something to be told, and at most one question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct WrittenCase {
    /// What is said first.
    #[serde(default)]
    tell: String,
    /// Whether the question is an example, which is told at once.
    #[serde(default)]
    example: bool,
    /// Why this action is granted still, perhaps by a finding that is made anew.
    why: Option<Spanned<String>>,
    #[serde(default)]
    anew: bool,
    /// Which of these actions is the one that was used, or is gone, or another answer to why.
    which: Option<Spanned<String>>,
    #[serde(default)]
    among: Vec<Spanned<String>>,
    /// Which statement grants this action.
    grants: Option<Spanned<String>>,
    /// What putting this into a statement does, or taking it out.
    add: Option<Spanned<String>>,
    remove: Option<Spanned<String>>,
    statement: Option<usize>,
    /// What is appended to a `NotAction` for this unused action.
    append_for: Option<Spanned<String>>,
    /// What becomes of this name beside the wildcard.
    beside: Option<Spanned<String>>,
    /// What the rule says of a prefix where this unused action is kept.
    kept: Option<Spanned<String>>,
    prefix: Option<String>,
    /// What the rule says of this prefix of a wildcard, on these names alone.
    says_of: Option<Spanned<String>>,
    #[serde(default)]
    names: Vec<Spanned<String>>,
    #[serde(default)]
    unused: Vec<Spanned<String>>,
    /// Which cut serves a purpose.
    cut: Option<Spanned<WrittenPurpose>>,
    /// What a cut makes of the wildcard.
    entries: Option<Spanned<Granularity>>,
    /// Which entry stands for this action, where the names are cut so.
    entry_for: Option<Spanned<String>>,
    cut_at: Option<Granularity>,
    /// Which cuts grant this action, which AWS does not have.
    tomorrow: Option<Spanned<String>>,
    /// Whether an entry grants this action, or which of those among which it is asked.
    does: Option<Spanned<String>>,
    grant: Option<Spanned<String>>,
    /// What is left of a wildcard behind this prefix.
    behind: Option<Spanned<String>>,
    /// The wildcard that a prefix is of.
    of: Option<Spanned<String>>,
    /// What stays where the policy may have so many characters.
    length: Option<Spanned<usize>>,
    /// What such a length buys, and what it costs.
    price: Option<Spanned<usize>>,
}

/// What is wanted of a cut.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenPurpose {
    Shortest,
    NothingNew,
    /// At most so many characters.
    Characters(usize),
    /// At most so many actions let in.
    LettingIn(usize),
}

impl From<WrittenPurpose> for Purpose {
    fn from(written: WrittenPurpose) -> Self {
        match written {
            WrittenPurpose::Shortest => Purpose::Shortest,
            WrittenPurpose::NothingNew => Purpose::NothingNew,
            WrittenPurpose::Characters(most) => Purpose::Within(most),
            WrittenPurpose::LettingIn(most) => Purpose::AtMost(most),
        }
    }
}

impl WrittenCase {
    /// The case; why there is none, in a sentence.
    pub(in crate::lessons) fn read(&self, matter: &Matter<'_>) -> Result<Case, String> {
        let mut case = self.asked(matter)?;
        case.told = self.tell.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(question) = &mut case.question {
            question.is_example = self.example;
        }
        Ok(case)
    }

    /// The actions of which it is asked why they are granted.
    pub(in crate::lessons) fn actions(&self) -> impl Iterator<Item = Action> {
        let is_why = self.does.is_none();
        let named = self
            .why
            .iter()
            .chain(self.among.iter().filter(move |_| is_why));
        named.filter_map(|text| text.get_ref().parse().ok())
    }

    fn which(&self, holds: &str, matter: &Matter<'_>) -> Result<Case, String> {
        let actions = self.among.iter().map(parsed::<Action>);
        matter.which(holds, &actions.collect::<Result<Vec<_>, _>>()?)
    }

    /// The wildcard on a few names that `says_of` is about.
    fn few(&self) -> Result<FewNames, String> {
        let of = self.of.as_ref();
        let of = of.ok_or("of = \"s3:Get*\" says of which wildcard it is a prefix")?;
        let actions = |texts: &[Spanned<String>]| {
            let actions = texts.iter().map(parsed::<Action>);
            actions.collect::<Result<Vec<_>, _>>()
        };
        Ok(FewNames {
            wildcard: parsed(of)?,
            names: actions(&self.names)?,
            unused: actions(&self.unused)?,
        })
    }

    fn asked(&self, matter: &Matter<'_>) -> Result<Case, String> {
        let change = |entry: &Spanned<String>, is_added| -> Result<Case, String> {
            let number = self.statement.unwrap_or_default();
            let statement = number.checked_sub(1);
            let statement =
                statement.ok_or("statement = 1 and so on says which statement is changed")?;
            let entry = parsed::<ActionPattern>(entry)?;
            matter.change(&Change {
                statement,
                entry,
                is_added,
            })
        };
        let asked = [
            self.why
                .as_ref()
                .map(|action| matter.why(&parsed::<Action>(action)?, self.anew)),
            self.which
                .as_ref()
                .map(|holds| self.which(holds.get_ref(), matter)),
            self.entry_for.as_ref().map(|action| {
                let cut = self
                    .cut_at
                    .ok_or("cut_at = \"word\" or another cut says how the names are cut")?;
                matter.stands_for(&parsed::<Action>(action)?, cut)
            }),
            self.tomorrow
                .as_ref()
                .map(|action| matter.tomorrow(&parsed::<Action>(action)?)),
            self.grants
                .as_ref()
                .map(|action| matter.grants(&parsed::<Action>(action)?)),
            self.append_for
                .as_ref()
                .map(|action| matter.appended(&parsed::<Action>(action)?)),
            self.add.as_ref().map(|entry| change(entry, true)),
            self.remove.as_ref().map(|entry| change(entry, false)),
            self.beside
                .as_ref()
                .map(|literal| matter.beside(&parsed::<Action>(literal)?)),
            self.kept.as_ref().map(|kept| {
                let prefix = self.prefix.as_deref();
                let prefix = prefix.ok_or("prefix = \"Get\" says what is asked about")?;
                matter.kept(&parsed::<Action>(kept)?, prefix)
            }),
            self.says_of
                .as_ref()
                .map(|prefix| matter.says(prefix.get_ref(), &self.few()?)),
            self.cut
                .as_ref()
                .map(|purpose| matter.cut((*purpose.get_ref()).into())),
            self.entries
                .as_ref()
                .map(|cut| Ok(matter.entries(*cut.get_ref()))),
            self.does
                .as_ref()
                .filter(|_| !self.among.is_empty())
                .map(|entry| {
                    let actions = self.among.iter().map(parsed::<Action>);
                    let actions = actions.collect::<Result<Vec<_>, _>>()?;
                    Matter::which_letters(&parsed(entry)?, &actions)
                }),
            self.does
                .as_ref()
                .zip(self.grant.as_ref())
                .map(|(entry, action)| Ok(Matter::letters(&parsed(entry)?, &parsed(action)?))),
            self.behind
                .as_ref()
                .zip(self.of.as_ref())
                .map(|(prefix, wildcard)| Matter::rest(&parsed(wildcard)?, prefix.get_ref())),
            self.length
                .as_ref()
                .map(|most| matter.length(*most.get_ref())),
            self.price
                .as_ref()
                .map(|most| matter.price(*most.get_ref())),
        ];
        let mut asked = asked.into_iter().flatten();
        let first = asked.next();
        if asked.next().is_some() {
            return Err("a case asks one thing: write two cases".to_owned());
        }
        match first {
            Some(case) => case,
            None if self.tell.trim().is_empty() => Err("a case tells or asks something".to_owned()),
            None => Ok(Case {
                told: String::new(),
                known: Vec::new(),
                question: None,
            }),
        }
    }
}

fn parsed<T>(text: &Spanned<String>) -> Result<T, String>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text = text.get_ref();
    text.parse()
        .map_err(|error| format!("{}: {error}", crate::text::quoted(text)))
}
