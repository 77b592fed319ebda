//! What two refined policies make of one entry, compared.
//!
//! Both are languages over all actions there could be, and only what the entry itself grants of
//! them counts. So it does not matter how either spells it: several entries, in one statement or
//! in two, are the same as the one that includes them.

use std::collections::BTreeMap;
use std::fmt;

use super::Side;
use super::correspondence::groups;
use super::effort::Effort;
use super::language::{Escape, Known, Language, Portion};
use super::parts::allowing;
use crate::iam::{Action, ActionPattern, Policy};
use crate::proof::Knowledge;

/// What somebody else makes of an entry, compared with what is made of it here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// What the other grants of it and this does not.
    pub also: Apart,
    /// What this grants of it and the other does not.
    pub lacks: Apart,
}

/// What one of two answers grants and the other does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Apart {
    /// Nothing, of all the actions there could be.
    Nothing,
    /// These known actions, in order.
    Actions(Vec<Action>),
    /// No action that is known, but one of this name, if there ever is one.
    Tomorrow(Action),
    /// The patterns are too entangled to compare.
    TooComplex,
}

/// How the other answer relates to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Both grant the same, today and ever.
    Same,
    /// The other grants some of what this one grants, and nothing more.
    Tighter,
    /// The other grants all that this one grants, and more.
    Looser,
    /// The other grants some more and some less; or it cannot be decided.
    Different,
}

impl Relation {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Relation; 4] = [
        Relation::Same,
        Relation::Tighter,
        Relation::Looser,
        Relation::Different,
    ];

    /// The word for it in summaries and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Relation::Same => "same",
            Relation::Tighter => "tighter",
            Relation::Looser => "looser",
            Relation::Different => "different",
        }
    }
}

impl Compared {
    /// How the other answer relates to this one.
    pub fn relation(&self) -> Relation {
        match (&self.also, &self.lacks) {
            (Apart::Nothing, Apart::Nothing) => Relation::Same,
            (Apart::Nothing, Apart::Actions(_) | Apart::Tomorrow(_)) => Relation::Tighter,
            (Apart::Actions(_) | Apart::Tomorrow(_), Apart::Nothing) => Relation::Looser,
            _ => Relation::Different,
        }
    }
}

/// How many actions a sentence names.
const NAMED: usize = 3;

impl fmt::Display for Compared {
    /// `same`, or how they differ: `looser, would also grant s3:GetObjectAcl`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.relation().as_str())?;
        for (verb, apart) in [
            ("would also grant", &self.also),
            ("would not grant", &self.lacks),
        ] {
            match apart {
                Apart::Nothing => {}
                Apart::Actions(actions) => {
                    write!(f, ", {verb} ")?;
                    for (place, action) in actions.iter().take(NAMED).enumerate() {
                        write!(f, "{}{action}", if place == 0 { "" } else { ", " })?;
                    }
                    if actions.len() > NAMED {
                        write!(f, " and {} more", actions.len() - NAMED)?;
                    }
                }
                Apart::Tomorrow(action) => {
                    write!(
                        f,
                        ", {verb} a name that no action has yet, such as \"{action}\""
                    )?;
                }
                Apart::TooComplex => write!(f, ", too entangled to tell what it {verb}")?,
            }
        }
        Ok(())
    }
}

/// Two answers to the same policy: what was `original`, `here` and `there`.
///
/// Statements of `there` correspond to those of `original` as when it is judged; those of `here`
/// are where they were, emptied ones too.
pub struct Comparison<'p> {
    known: Known,
    /// For each statement of the original, the place of its languages.
    group_of: BTreeMap<usize, usize>,
    /// Of each group what is granted here and there.
    languages: Vec<(Language<'p>, Language<'p>)>,
}

impl<'p> Comparison<'p> {
    /// Gets two answers ready to be compared. `knowledge` is that of all three policies.
    pub fn new(
        original: &'p Policy,
        here: &'p Policy,
        there: &'p Policy,
        knowledge: &Knowledge<'_>,
    ) -> Self {
        let mut group_of = BTreeMap::new();
        let mut languages = Vec::new();
        let effort = Effort::new();
        for group in groups(original, there, &effort) {
            let places = group.original.iter().map(|(place, _)| *place);
            group_of.extend(places.clone().map(|place| (place, languages.len())));
            let proposed: Vec<_> = places
                .map(|place| (place, &here.statements[place]))
                .collect();
            languages.push((
                Language::of(Side::Original, &allowing(&proposed), &effort),
                Language::of(Side::Refined, &allowing(&group.refined), &effort),
            ));
        }
        Comparison {
            known: super::parts::known(&[original, here, there], knowledge),
            group_of,
            languages,
        }
    }

    /// What both make of `entry`, which the statement at `place` of the original has.
    pub fn of(&self, place: usize, entry: &ActionPattern) -> Compared {
        let nothing =
            [Side::Original, Side::Refined].map(|side| Language::of(side, &[], &Effort::new()));
        let nothing = nothing.into();
        let group = self.group_of.get(&place);
        let (here, there) = group.map_or(&nothing, |&group| &self.languages[group]);
        Compared {
            also: self.apart(entry, there, here),
            lacks: self.apart(entry, here, there),
        }
    }

    /// What of `entry` is in `one` and not in the `other`.
    fn apart(&self, entry: &ActionPattern, one: &Language<'_>, other: &Language<'_>) -> Apart {
        let known = Portion::Entry(entry).known_in(&self.known);
        let actions: Vec<Action> = (known.into_iter())
            .filter(|action| one.matches(action) && !other.matches(action))
            .cloned()
            .collect();
        if !actions.is_empty() {
            return Apart::Actions(actions);
        }
        match one.escape_within(entry, other, &self.known) {
            Escape::Nothing => Apart::Nothing,
            Escape::Known(action) => Apart::Actions(vec![action]),
            Escape::Unknown(action) => Apart::Tomorrow(action),
            Escape::TooComplex => Apart::TooComplex,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::document::Document;
    use crate::findings::UnusedActions;
    use crate::text::Source;

    fn policy(statements: &[Vec<String>]) -> Policy {
        let statements = statements.iter().map(|entries| {
            let statement =
                format!(r#"{{"Effect": "Allow", "Action": {entries:?}, "Resource": "*"}}"#);
            statement.replace("[]", r#"["none:None"]"#)
        });
        let statements = statements.collect::<Vec<_>>().join(", ");
        let text = format!(r#"{{"Statement": [{statements}]}}"#);
        let source = Source::from_text("policy.json", &text);
        Document::parse(source).unwrap().policy().clone()
    }

    fn compared(entry: &str, here: &[&str], there: &[&str]) -> String {
        let owned = |entries: &[&str]| entries.iter().map(|&entry| entry.to_owned()).collect();
        let [original, here, there] =
            [owned(&[entry]), owned(here), owned(there)].map(|entries| policy(&[entries]));
        let (catalogue, unused) = (Catalogue::built_in(), UnusedActions::default());
        let knowledge = Knowledge::new(&catalogue, &unused, [&original, &here, &there]);
        let comparison = Comparison::new(&original, &here, &there, &knowledge);
        comparison.of(0, &entry.parse().unwrap()).to_string()
    }

    #[test]
    fn what_tells_two_answers_apart_is_named() {
        let here = ["sqs:ReceiveMessage", "sqs:Send*"];
        let against = |there: &[&str]| compared("sqs:*Message", &here, there);
        assert_eq!(against(&["sqs:receivemessage", "sqs:send*"]), "same");
        assert_eq!(
            against(&["sqs:Send*", "sqs:DeleteMessage", "sqs:ReceiveMessage"]),
            "looser, would also grant sqs:DeleteMessage"
        );
        assert_eq!(
            against(&["sqs:Send*"]),
            "tighter, would not grant sqs:ReceiveMessage"
        );
        assert_eq!(
            against(&["sqs:*"]),
            "looser, would also grant sqs:DeleteMessage"
        );
        assert_eq!(
            against(&["sqs:S*"]),
            "different, would also grant a name that no action has yet, such as \"sqs:smessage\", would not grant \
             sqs:ReceiveMessage"
        );
        assert_eq!(
            against(&["sqs:SendM*", "sqs:ReceiveMessage"]),
            "tighter, would not grant a name that no action has yet, such as \"sqs:sendxmessage\""
        );
        let beside_nothing = |there: &[&str]| compared("t:*", &[], there);
        assert_eq!(
            beside_nothing(&["t:A", "t:B", "t:C"]),
            "looser, would also grant t:A, t:B, t:C"
        );
        assert_eq!(
            beside_nothing(&["t:A", "t:B", "t:C", "t:D"]),
            "looser, would also grant t:A, t:B, t:C and 1 more"
        );
    }

    fn words() -> Vec<String> {
        let mut words = vec![String::new()];
        let mut last = words.clone();
        for _ in 0..5 {
            let longer = |word: &String| ["a", "b", "x"].map(|letter| format!("{word}{letter}"));
            last = last.iter().flat_map(longer).collect();
            words.extend(last.clone());
        }
        words
    }

    fn entries() -> impl Strategy<Value = Vec<String>> {
        let entry =
            prop_oneof![12 => "s:[ab*?]{1,4}", 2 => "t:[ab*]{1,3}", 1 => Just("*".to_owned())];
        prop::collection::vec(entry, 0..4)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn it_is_what_trying_every_action_says(
            entry in prop_oneof![9 => "s:[ab*?]{1,4}", 1 => Just("*".to_owned())],
            here in prop::collection::vec(entries(), 2),
            there in prop::collection::vec(entries(), 1..3),
        ) {
            let source = Source::from_text("catalogue", "s:a\ns:ab\ns:ba\ns:abab\nt:a\n");
            let catalogue = Catalogue::parse(&source).unwrap();
            let original = policy(&[vec![entry.clone()], here[1].clone()]);
            let (here, there) = (policy(&here), policy(&there));
            let unused = UnusedActions::default();
            let knowledge = Knowledge::new(&catalogue, &unused, [&original, &here, &there]);
            let entry: ActionPattern = entry.parse().unwrap();
            let compared = Comparison::new(&original, &here, &there, &knowledge).of(0, &entry);

            for (apart, one, other) in [(&compared.also, &there, &here), (&compared.lacks, &here, &there)] {
                let tells = |action: &Action| {
                    entry.matches(action) && one.allows(action) && !other.allows(action)
                };
                let services = ["s", "t", "u"].iter();
                let all = services.flat_map(|service| {
                    words().into_iter().skip(1).map(move |word| format!("{service}:{word}"))
                });
                let found = all.map(|action| action.parse().unwrap()).find(|action| tells(action));
                match apart {
                    Apart::Nothing => prop_assert_eq!(found, None),
                    Apart::Actions(actions) => {
                        prop_assert!(!actions.is_empty() && actions.iter().all(tells));
                    }
                    Apart::Tomorrow(action) => {
                        prop_assert!(tells(action), "{} tells nothing", action);
                    }
                    Apart::TooComplex => prop_assert!(false, "too complex"),
                }
            }
        }
    }
}
