//! Whether what stands in a source is what AWS has, as a state tells.
//!
//! Terraform's provider writes a policy anew: it sorts the actions in reverse, writes one of them as a
//! string, and adds an empty `Sid`. So statements are the same when their effects are, their `Sid`s and
//! resources as far as these are literal, and the sets of their actions. An entry that is no literal comes
//! to whatever AWS's statement has beyond the literal ones. Of statements that may be made or not, nobody
//! can tell which one is when they are alike in all this.

use std::collections::{BTreeMap, BTreeSet};

use super::alike::is_alike;
use crate::document::StatementForm;
use crate::iam::{ActionPattern, Actions, Effect, Policy, Statement};

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

/// A statement, to be compared.
struct Compared<'a> {
    statement: &'a Statement,
    /// AWS takes no notice of the case of an action.
    actions: BTreeSet<String>,
}

impl<'a> Compared<'a> {
    fn of(statement: &'a Statement) -> Self {
        let entries = statement.actions.entries().iter();
        Compared {
            actions: entries.map(folded).collect(),
            statement,
        }
    }

    /// What `live`, which is made of this, allows beyond what is written here literally, or by an expression of this
    /// `form` as well; everything where that cannot be said by actions.
    fn beyond(&self, live: &Compared<'_>, form: &StatementForm) -> Vec<String> {
        let (own, other) = (self.statement, live.statement);
        match (&own.actions, &other.actions) {
            _ if own.effect == Effect::Allow && other.effect == Effect::Deny => Vec::new(),
            (Actions::Action(_), Actions::NotAction(_)) => vec!["*".to_owned()],
            _ => {
                let entries = other.actions.entries().iter().map(ToString::to_string);
                // One that is there once more comes from an expression too.
                let mut literal: BTreeMap<String, usize> = BTreeMap::new();
                for entry in own.actions.entries() {
                    *literal.entry(folded(entry)).or_default() += 1;
                }
                let is_beyond = |entry: &String| {
                    let entry = entry.to_ascii_lowercase();
                    let left = literal.get_mut(&entry).filter(|left| **left > 0);
                    let is_literal = left.map(|left| *left -= 1).is_some();
                    !is_literal || form.counts(&entry)
                };
                entries.filter(is_beyond).collect()
            }
        }
    }
}

/// An entry in small letters: AWS takes no notice of case.
pub(super) fn folded(entry: &ActionPattern) -> String {
    entry.to_string().to_ascii_lowercase()
}

/// The statements of a source and those that AWS has.
struct Pairing<'a> {
    ours: Vec<Compared<'a>>,
    theirs: Vec<Compared<'a>>,
    /// How each of ours is written.
    forms: &'a [StatementForm],
}

/// Those of ours that may make one of theirs.
type Makers = Vec<usize>;

/// Beyond so many pairs the order is not looked for: nobody writes that many statements.
const MOST_PAIRS: usize = 1_000_000;

impl Pairing<'_> {
    /// Whether one of theirs may be made of one of ours.
    fn fits(&self, ours: usize, theirs: usize) -> bool {
        let (source, live) = (&self.ours[ours], &self.theirs[theirs]);
        let comes_to = &self.forms[ours].comes_to;
        let same_actions = || {
            let has_others = source.statement.has_unknown_entries && !comes_to.are_all;
            let told = &source.actions | &comes_to.entries;
            if has_others {
                told.is_subset(&live.actions)
            } else {
                told == live.actions
            }
        };
        self.forms[ours].is_computed || is_alike(source.statement, live.statement) && same_actions()
    }

    /// For each of theirs the one of ours that makes it, where the order of both is the same; and all that may
    /// make it in this order.
    fn in_order(&self) -> Option<(Vec<usize>, Vec<Makers>)> {
        let (count, live) = (self.ours.len(), self.theirs.len());
        if count.saturating_mul(live) > MOST_PAIRS {
            return None;
        }
        // Whether what is left of ours may make what is left of theirs.
        let mut makes = vec![vec![false; live + 1]; count + 1];
        makes[count][live] = true;
        for at in (0..count).rev() {
            for to in (0..=live).rev() {
                let fits = to < live && self.fits(at, to);
                makes[at][to] = if self.forms[at].repeats {
                    makes[at + 1][to] || fits && makes[at][to + 1]
                } else {
                    fits && makes[at + 1][to + 1]
                };
            }
        }
        if !makes[0][0] {
            return None;
        }
        let (mut at, mut source_of) = (0, Vec::new());
        while source_of.len() < live {
            let to = source_of.len();
            let repeats = self.forms[at].repeats;
            if repeats && !(self.fits(at, to) && makes[at][to + 1]) {
                at += 1;
                continue;
            }
            source_of.push(at);
            at += usize::from(!repeats);
        }
        Some((source_of, self.makers(&makes)))
    }

    /// For each of theirs those of ours that may make it. What is left of ours `makes` what is left of theirs.
    fn makers(&self, makes: &[Vec<bool>]) -> Vec<Makers> {
        let (count, live) = (self.ours.len(), self.theirs.len());
        // Whether ours up to here may make theirs up to there.
        let mut made = vec![vec![false; live + 1]; count + 1];
        made[0][0] = true;
        let mut by_live: Vec<Makers> = vec![Vec::new(); live];
        for at in 0..count {
            let repeats = self.forms[at].repeats;
            for to in 0..=live {
                if !made[at][to] {
                    continue;
                }
                made[at + 1][to] |= repeats;
                if to == live || !self.fits(at, to) {
                    continue;
                }
                let (next, rest) = if repeats { (at, at) } else { (at + 1, at + 1) };
                made[next][to + 1] = true;
                if makes[rest][to + 1] {
                    by_live[to].push(at);
                }
            }
        }
        by_live
    }

    /// For each of ours the entries of all that may make the same as it, where there are others.
    fn alike(&self, makers: &[Makers]) -> Vec<Option<BTreeSet<String>>> {
        let mut alike: Vec<Option<BTreeSet<String>>> = vec![None; self.ours.len()];
        for makers in makers.iter().filter(|makers| makers.len() > 1) {
            let entries = makers.iter().map(|&maker| self.ours[maker].actions.clone());
            let common = entries
                .reduce(|one, other| &one & &other)
                .unwrap_or_default();
            for &maker in makers {
                let known = alike[maker].take();
                alike[maker] = Some(known.map_or(common.clone(), |known| &known & &common));
            }
        }
        alike
    }

    /// The same in any order, as another writer of the policy may have left it.
    fn in_any_order(&self) -> Result<(Vec<usize>, Vec<Makers>), Different> {
        let mut source_of: Vec<Option<usize>> = vec![None; self.theirs.len()];
        let mut is_made = vec![false; self.ours.len()];
        // What is all literal fits in one way alone, and leaves the rest to what is not.
        let order = |place: &usize| {
            let form = &self.forms[*place];
            let has_unknown = self.ours[*place].statement.has_unknown_entries;
            (form.is_computed, form.repeats, has_unknown)
        };
        let mut places: Vec<usize> = (0..self.ours.len()).collect();
        places.sort_by_key(order);
        for place in places {
            let mut fitting = (0..self.theirs.len())
                .filter(|&live| source_of[live].is_none() && self.fits(place, live));
            let found: Vec<usize> = if self.forms[place].repeats {
                is_made[place] = true;
                fitting.collect()
            } else {
                fitting.next().into_iter().collect()
            };
            is_made[place] |= !found.is_empty();
            for live in found {
                source_of[live] = Some(place);
            }
        }
        let of_source: Vec<usize> = (0..is_made.len()).filter(|&at| !is_made[at]).collect();
        let of_live = (0..source_of.len()).filter(|&at| source_of[at].is_none());
        let of_live: Vec<usize> = of_live.collect();
        if of_source.is_empty() && of_live.is_empty() {
            let source_of: Vec<usize> = source_of.into_iter().flatten().collect();
            let repeating = |place: &usize| self.forms[*place].repeats;
            let makers = source_of.iter().enumerate().map(|(live, maker)| {
                let may_make = |place: &usize| repeating(place) && self.fits(*place, live);
                if repeating(maker) {
                    (0..self.ours.len()).filter(may_make).collect()
                } else {
                    vec![*maker]
                }
            });
            let makers = makers.collect();
            Ok((source_of, makers))
        } else {
            Err(Different { of_source, of_live })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::text::Source;

    fn policy(statements: &str) -> Policy {
        let text = format!("{{\"Statement\": [{statements}]}}");
        let document = Document::parse(Source::from_text("policy.json", &text)).unwrap();
        document.policy().clone()
    }

    fn same(source: &str, live: &str) -> Result<Vec<usize>, Different> {
        let same = same_statements(&policy(source), &policy(live), |_| StatementForm::default());
        same.map(|same| same.source_of.into_iter().flatten().collect())
    }

    const READ: &str =
        r#"{"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*", "s3:ListBucket"]}"#;

    #[test]
    fn what_the_provider_writes_otherwise_is_the_same() {
        let reversed =
            r#"{"Action": ["s3:listbucket", "s3:Get*"], "Effect": "Allow", "Sid": "Read"}"#;
        assert_eq!(same(READ, reversed), Ok(vec![0]));
        let one = r#"{"Effect": "Allow", "Action": ["sqs:*"]}"#;
        let as_string = r#"{"Sid": "", "Effect": "Allow", "Action": "sqs:*"}"#;
        assert_eq!(
            same(
                &format!("{READ}, {one}"),
                &format!("{as_string}, {reversed}")
            ),
            Ok(vec![1, 0])
        );
    }

    #[test]
    fn what_may_be_made_of_a_statement_tells_whether_anything_is_beyond_it() {
        let source = policy(&format!("{READ}, {READ}"));
        let mut unknown = source.clone();
        for statement in &mut unknown.statements {
            statement.has_unknown_entries = true;
        }
        let more = READ.replace("\"s3:Get*\"", "\"s3:Get*\", \"s3:PutObject\"");
        let same = |live: &str| {
            same_statements(&unknown, &policy(live), |_| StatementForm::default()).unwrap()
        };
        // Which of the two is made of which, nobody can tell.
        assert_eq!(
            same(&format!("{more}, {READ}")).may_be_nothing,
            [true, true]
        );
        assert_eq!(
            same(&format!("{more}, {more}")).may_be_nothing,
            [false, false]
        );
    }

    #[test]
    fn statements_that_repeat_make_what_stands_in_their_place() {
        let dynamic = READ.replace("\"Read\"", "\"\"");
        let mut source = policy(&format!("{dynamic}, {READ}"));
        source.statements[1].has_unknown_entries = true;
        let more = READ.replace("\"s3:Get*\"", "\"s3:Get*\", \"s3:PutObject\"");
        let form = |at| StatementForm {
            repeats: at == 0,
            ..StatementForm::default()
        };
        let of = |live: &str| same_statements(&source, &policy(live), form);
        for (live, source_of) in [
            (format!("{dynamic}, {dynamic}, {more}"), vec![0, 0, 1]),
            (more.clone(), vec![1]),
            (format!("{more}, {dynamic}"), vec![1, 0]),
        ] {
            let same = of(&live).unwrap();
            let source_of: Vec<Option<usize>> = source_of.into_iter().map(Some).collect();
            assert_eq!(same.source_of, source_of, "{live}");
            let beyond = BTreeSet::from(["s3:PutObject".to_owned()]);
            assert_eq!(same.beyond, [BTreeSet::new(), beyond], "{live}");
        }
        assert!(of(&format!("{dynamic}, {dynamic}")).is_err());
    }

    /// Whether each statement that repeats is unsure, and which ones the live ones are made of.
    fn alike(source: &str, live: &str, repeats: &[usize]) -> (Vec<usize>, Vec<bool>) {
        let form = |at| StatementForm {
            repeats: repeats.contains(&at),
            ..StatementForm::default()
        };
        let same = same_statements(&policy(source), &policy(live), form).unwrap();
        let source_of = same.source_of.into_iter().flatten();
        let is_unsure = same.alike.iter().map(Option::is_some);
        (source_of.collect(), is_unsure.collect())
    }

    fn on(resource: &str) -> String {
        READ.replace('}', &format!(r#", "Resource": "{resource}"}}"#))
    }

    #[test]
    fn alternatives_are_told_apart_by_what_is_literal_of_their_resources() {
        let (dev, prod) = (on("arn:aws:sqs:::dev"), on("arn:aws:sqs:::prod"));
        let both = format!("{prod}, {dev}");
        assert_eq!(alike(&both, &dev, &[0, 1]), (vec![1], vec![false, false]));
        let three = format!("{both}, {READ}");
        let live = format!("{dev}, {READ}");
        assert_eq!(
            alike(&three, &live, &[0, 1]),
            (vec![1, 2], vec![false, false, false])
        );
        // What is computed may come to either.
        let computed = format!("{}, {dev}", on("${aws_sqs_queue.x.arn}"));
        assert_eq!(alike(&computed, &dev, &[0, 1]).1, [true, true]);
        // One that is made anyway leaves nothing to the other.
        assert_eq!(alike(&computed, &dev, &[0]), (vec![1], vec![false, false]));
        let conditional = READ.replace('}', r#", "Condition": {"Bool": {"a": "b"}}}"#);
        let both = format!("{READ}, {conditional}");
        assert_eq!(
            alike(&both, &conditional, &[0, 1]),
            (vec![1], vec![false, false])
        );
    }

    #[test]
    fn of_alternatives_in_any_order_nobody_can_tell_which_one_is_made() {
        let write = READ.replace("Read", "Write");
        let source = format!("{write}, {READ}, {READ}");
        let live = format!("{READ}, {write}");
        assert_eq!(
            alike(&source, &live, &[1, 2]),
            (vec![1, 0], vec![false, true, true])
        );
    }

    #[test]
    fn what_stands_in_an_expression_too_may_be_what_it_comes_to() {
        let mut source = policy(READ);
        source.statements[0].has_unknown_entries = true;
        let beyond = |live: &str, perhaps: &[&str]| {
            let perhaps: BTreeSet<String> = perhaps.iter().map(|one| (*one).to_owned()).collect();
            let form = |_| StatementForm {
                perhaps: perhaps.clone(),
                ..StatementForm::default()
            };
            let same = same_statements(&source, &policy(live), form).unwrap();
            same.beyond[0].iter().cloned().collect::<Vec<_>>()
        };
        assert_eq!(beyond(READ, &[]), [""; 0]);
        assert_eq!(beyond(READ, &["s3:get*", "s3:putobject"]), ["s3:Get*"]);
        // Nobody writes the same twice, so that one of them comes from the expression.
        let twice = READ.replace("\"s3:Get*\"", "\"s3:Get*\", \"s3:get*\"");
        assert_eq!(beyond(&twice, &[]), ["s3:get*"]);
    }

    #[test]
    fn of_alternatives_what_all_have_is_told() {
        let dynamic = |at| StatementForm {
            repeats: at < 2,
            ..StatementForm::default()
        };
        let mut source = policy(&format!("{READ}, {READ}"));
        source.statements[1].has_unknown_entries = true;
        source.statements[1].actions = Actions::Action(vec!["S3:LISTBUCKET".parse().unwrap()]);
        let same = same_statements(&source, &policy(READ), dynamic).unwrap();
        let both = Some(BTreeSet::from(["s3:listbucket".to_owned()]));
        assert_eq!(same.alike, [both.clone(), both]);
    }

    #[test]
    fn other_resources_are_another_statement() {
        for (source, live) in [("*", "arn:aws:sqs:::x"), ("arn:aws:sqs:::x", "*")] {
            assert!(same(&on(source), &on(live)).is_err());
        }
        let two = READ.replace(
            '}',
            r#", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::a"]}"#,
        );
        let sorted = READ.replace(
            '}',
            r#", "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::b"]}"#,
        );
        assert_eq!(same(&two, &sorted), Ok(vec![0]));
        assert!(same(&two, &on("arn:aws:s3:::a")).is_err());
        assert!(same(READ, &on("*")).is_err());
        let by_user = "arn:aws:s3:::a/&{aws:username}";
        assert_eq!(
            same(&on(by_user), &on(&by_user.replace('&', "$"))),
            Ok(vec![0])
        );
    }

    #[test]
    fn a_computed_statement_may_be_any() {
        let mut source = policy(&format!(
            r#"{READ}, {{"Effect": "Allow", "Action": "a:X"}}"#
        ));
        source.statements[1].actions = Actions::Action(Vec::new());
        source.statements[1].has_unknown_entries = true;
        let form = |at| StatementForm {
            is_computed: at == 1,
            ..StatementForm::default()
        };
        for (live, beyond) in [
            (r#"{"Effect": "Deny", "Action": "s3:*"}"#, None),
            (r#"{"Effect": "Allow", "NotAction": "iam:*"}"#, Some("*")),
            (r#"{"Effect": "Allow", "Action": "sqs:*"}"#, Some("sqs:*")),
        ] {
            let same = same_statements(&source, &policy(&format!("{READ}, {live}")), form).unwrap();
            let beyond: BTreeSet<String> = beyond.into_iter().map(str::to_owned).collect();
            assert_eq!(same.beyond[1], beyond, "{live}");
        }
        let two = policy(&format!("{READ}, {READ}, {READ}"));
        assert!(same_statements(&source, &two, form).is_err());
    }

    #[test]
    fn another_effect_sid_element_or_action_is_another_statement() {
        for (ours, theirs) in [
            ("Allow", "Deny"),
            ("\"Read\"", "\"Write\""),
            ("\"Action\"", "\"NotAction\""),
            ("s3:Get*", "s3:GetObject"),
            (", \"s3:ListBucket\"", ""),
        ] {
            let live = READ.replace(ours, theirs);
            let different = Different {
                of_source: vec![0],
                of_live: vec![0],
            };
            assert_eq!(same(READ, &live), Err(different), "{live}");
        }
        let twice = Different {
            of_source: vec![],
            of_live: vec![1],
        };
        assert_eq!(same(READ, &format!("{READ}, {READ}")), Err(twice));
    }
}
