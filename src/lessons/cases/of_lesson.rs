//! What the cases of a lesson are worked out of: its policies, with its wildcard refined.

use super::{Case, CaseQuestion};
use crate::explain::Walkthrough;
use crate::iam::{Action, ActionPattern, Actions, Effect, Policy};
use crate::lessons::asked::appended::{self, Growing};
use crate::lessons::asked::beside;
use crate::lessons::asked::change::{self, Change};
use crate::lessons::asked::cuts::{self, Price, Purpose, prices};
use crate::lessons::asked::entries::{self, ByCuts};
use crate::lessons::asked::evidence::{self, AfterFinding};
use crate::lessons::asked::found::found_unused;
use crate::lessons::asked::granting::{self, Statements};
use crate::lessons::asked::lengths::{self, Limit};
use crate::lessons::asked::visited::{self, Visited};
use crate::lessons::asked::{ChoiceRule, ChoosingRow, letters};
use crate::lessons::practice::{Lot, Refining};
use crate::refine::{Backtest, Curation, Granularity, Keep, estimate, plan_entry};
use crate::review::{EntryPlace, Fit, Review, ReviewInput};
use crate::text::list;

/// What the cases of a lesson are about.
pub(in crate::lessons) struct Matter<'a> {
    input: &'a ReviewInput,
    place: EntryPlace,
    /// The wildcard, and what it becomes.
    wildcard: ActionPattern,
    result: Vec<ActionPattern>,
    /// The actions that are asked about, of which it is told what is known.
    asked: Vec<Action>,
}

/// A wildcard on a few names, some of them unused, which are all there are.
pub(in crate::lessons) struct FewNames {
    pub(in crate::lessons) wildcard: ActionPattern,
    pub(in crate::lessons) names: Vec<Action>,
    pub(in crate::lessons) unused: Vec<Action>,
}

/// How many entries of a cut are shown at most: those of a low screen.
const MOST_ENTRIES: usize = 18;

/// How many choices there are at most: each has a key.
const MOST_CHOICES: usize = 5;

/// What is asked about it; why it cannot be, in a sentence.
type Asked = Result<Case, String>;

impl<'a> Matter<'a> {
    pub(in crate::lessons) fn new(
        input: &'a ReviewInput,
        place: EntryPlace,
        asked: Vec<Action>,
    ) -> Self {
        let statement = &input.document(place.policy).policy().statements[place.statement];
        let wildcard = statement.actions.entries()[place.entry].clone();
        let universe = input.universe_of(place.policy);
        let plan = plan_entry(&wildcard, universe, Curation::NONE, Granularity::Word);
        let result = plan.replacements().unwrap_or_default().iter();
        Matter {
            input,
            place,
            result: result.map(|new| new.entry.clone()).collect(),
            wildcard,
            asked,
        }
    }

    /// Why an action is granted still, or that it is gone; perhaps by a finding that is made anew.
    pub(in crate::lessons) fn why(&self, action: &Action, is_anew: bool) -> Asked {
        let mut row = self.evidence(action, is_anew)?;
        let asked = if is_anew {
            row.what = format!("{}, half a year on", action.name);
            format!(
                "The role uses nothing for half a year, and then a new finding is made and followed. Is {action} \
                 still granted after that, and why?"
            )
        } else {
            format!("Why is {action} still granted, or is it gone?")
        };
        let choices = evidence::CHOICES.iter();
        Ok(Case {
            told: String::new(),
            known: self.policies_and_finding(),
            question: Some(question(asked, &evidence::RULE, choices, row)),
        })
    }

    /// Which of several actions is the one of which this holds.
    pub(in crate::lessons) fn which(&self, holds: &str, actions: &[Action]) -> Asked {
        let kinds = evidence::CHOICES;
        let kind = kinds.iter().position(|kind| *kind == holds);
        let kind = kind.ok_or_else(|| format!("which is one of {}", kinds.join(", ")))?;
        let rows = actions.iter().map(|action| self.evidence(action, false));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let mut right = (0..rows.len()).filter(|at| rows[*at].right == kind);
        let (Some(right), None) = (right.next(), right.next()) else {
            return Err(format!("of these not just one is {holds}"));
        };
        if rows.len() > MOST_CHOICES {
            return Err(format!("there are at most {MOST_CHOICES} to choose from"));
        }
        let [what, asked] = evidence::asked_for(kind);
        let choices: Vec<String> = actions.iter().map(|one| one.name.to_string()).collect();
        let against = rows.iter().enumerate();
        let against = against.map(|(at, row)| {
            if at == right {
                String::new()
            } else {
                row.why.clone()
            }
        });
        let row = ChoosingRow {
            what: what.to_owned(),
            right,
            against: against.collect(),
            ..rows[right].clone()
        };
        Ok(Case {
            told: String::new(),
            known: self.policies_and_finding(),
            question: Some(question(
                asked.to_owned(),
                &evidence::RULE,
                choices.iter(),
                row,
            )),
        })
    }

    /// Why an action is granted, as it is asked about. A Deny is no matter of it.
    fn evidence(&self, action: &Action, is_anew: bool) -> Result<ChoosingRow, String> {
        let policies = self.input.meanings();
        let mut statements = policies.flat_map(|policy| &policy.statements);
        if statements.any(|own| own.effect == Effect::Deny && own.actions.matches(action)) {
            return Err(format!(
                "a Deny is about {action}, and the rule that is asked knows of none"
            ));
        }
        let others = self.others().into_iter().flat_map(|(_, others)| others);
        let after = AfterFinding {
            universe: self.input.universe_of(self.place.policy),
            found: self.input.finding_date(),
            result: &self.result,
            others: &others.collect::<Vec<_>>(),
            is_anew,
        };
        let row = after.row(action);
        row.ok_or_else(|| format!("what is known of {action} does not say why it is granted"))
    }

    /// What is allowed besides the wildcard, statement by statement, by the name of its policy.
    fn others(&self) -> Vec<(String, Vec<Actions>)> {
        let policies = self.input.meanings().enumerate();
        let others = policies.map(|(policy, meaning)| {
            let statements = meaning.statements.iter().enumerate();
            let allows = statements.filter(|(_, own)| own.effect == Effect::Allow);
            let others = allows.map(|(statement, own)| {
                let mut actions = own.actions.clone();
                if let Actions::Action(entries) = &mut actions
                    && (policy, statement) == (self.place.policy, self.place.statement)
                {
                    entries.remove(self.place.entry);
                }
                actions
            });
            let is_some = |actions: &Actions| match actions {
                Actions::Action(entries) => !entries.is_empty(),
                Actions::NotAction(_) => true,
            };
            let name = self.input.document(policy).source().name().to_string();
            (name, others.filter(is_some).collect::<Vec<_>>())
        });
        others.filter(|(_, others)| !others.is_empty()).collect()
    }

    fn policies_and_finding(&self) -> Vec<String> {
        let source = self.input.document(self.place.policy).source();
        let mut lines = vec![format!(
            "{}: {}, refined by the finding",
            source.name(),
            self.wildcard
        )];
        for (name, others) in self.others() {
            let (mut entries, mut not_actions) = (Vec::new(), Vec::new());
            for actions in &others {
                let named = actions.entries().iter().map(ToString::to_string);
                match actions {
                    Actions::Action(_) => entries.extend(named),
                    Actions::NotAction(_) => not_actions.push(named.collect::<Vec<_>>()),
                }
            }
            if !entries.is_empty() {
                lines.push(format!("{name}: {}, unchanged", list(&entries)));
            }
            for named in not_actions {
                lines.push(format!("{name}: NotAction {}, unchanged", list(&named)));
            }
        }
        let universe = self.input.universe_of(self.place.policy);
        let on = self
            .input
            .finding_date()
            .map_or_else(String::new, |date| format!(" on {date}"));
        let name = |action: &Action| self.as_known(action).name.to_string();
        lines.extend(found_unused(&universe.unused, &on, name));
        lines.extend(evidence::facts(&universe.catalogue, &self.asked));
        lines
    }

    /// Which statement grants an action once the wildcard is refined.
    pub(in crate::lessons) fn grants(&self, action: &Action) -> Asked {
        let statements = self.statements()?;
        let universe = self.input.universe_of(self.place.policy);
        let known = if universe.is_unused(action) {
            "reported as unused"
        } else {
            "not reported"
        };
        let asked = format!("What grants {action} now? It is {known}.");
        let choices = granting::CHOICES.iter();
        Ok(Case {
            told: String::new(),
            known: statements.told(),
            question: Some(question(
                asked,
                &granting::RULE,
                choices,
                statements.row(action, known),
            )),
        })
    }

    /// What a change of a statement does to what the role may do.
    pub(in crate::lessons) fn change(&self, change: &Change) -> Asked {
        let statements = self.statements()?;
        let row = change.row(&self.refined(), &self.input.universe.catalogue);
        let row = row.ok_or_else(|| {
            format!(
                "{} That is so already, or does both more and less.",
                change.sentence()
            )
        })?;
        let asked = format!("{} What may the role do then?", change.sentence());
        let choices = change::CHOICES.iter();
        Ok(Case {
            told: String::new(),
            known: statements.told(),
            question: Some(question(asked, &change::RULE, choices, row)),
        })
    }

    /// What becomes of a name in full that stands beside the wildcard.
    pub(in crate::lessons) fn beside(&self, literal: &Action) -> Asked {
        let universe = self.input.universe_of(self.place.policy);
        let row = beside::row(&self.wildcard, literal, universe);
        let row = row.ok_or_else(|| format!("{} is not narrowed", self.wildcard))?;
        let is_covered = |new: &&ActionPattern| {
            let mut others = self.result.iter().filter(|other| other != new);
            others.any(|other| new.is_included_in(other))
        };
        let result = self.result.iter().filter(|new| !is_covered(new));
        let result: Vec<String> = result.map(|new| new.name().to_string()).collect();
        Ok(Case {
            told: String::new(),
            known: vec![
                format!("found {}", self.told_unused()),
                format!("by itself {} becomes {}", self.wildcard, list(&result)),
            ],
            question: Some(question(
                format!(
                    "The statement has two entries, {} and {literal}. What becomes of the second one?",
                    self.wildcard
                ),
                &beside::RULE,
                beside::CHOICES.iter(),
                row,
            )),
        })
    }

    /// What the rule says of a prefix when somebody keeps an unused action.
    pub(in crate::lessons) fn kept(&self, kept: &Action, prefix: &str) -> Asked {
        let universe = self.input.universe_of(self.place.policy);
        let keeps = [Keep::of(ActionPattern::from(kept))];
        let curation = Curation {
            keeps: &keeps,
            ..Curation::NONE
        };
        let walk = Walkthrough::new(&self.wildcard, universe, curation, Granularity::Word);
        let visited = Visited {
            walk: &walk,
            prefix,
            kept: Some(kept),
        };
        let asked = visited_case(
            &visited,
            format!("What does the rule say of {prefix} then?"),
        );
        asked
            .filter(|_| universe.is_unused(kept))
            .ok_or_else(|| format!("with {kept} kept the walk does not come to {prefix}"))
    }

    /// What the rule says of a prefix of a wildcard, on a few names alone.
    pub(in crate::lessons) fn says(&self, prefix: &str, few: &FewNames) -> Asked {
        let lots = few.names.iter().map(|action| {
            let is_unused = few.unused.contains(action);
            let lot = if is_unused { Lot::Unused } else { Lot::Stays };
            (action.name.clone(), lot)
        });
        let lots: Vec<_> = lots.collect();
        let known = &self.input.universe.catalogue;
        if let Some(strange) = few.names.iter().find(|action| !known.contains(action)) {
            return Err(format!("AWS has no {strange} that is known"));
        }
        if let Some(strange) = few.unused.iter().find(|action| !few.names.contains(action)) {
            return Err(format!("{strange} is none of the names"));
        }
        let wildcard = &few.wildcard;
        if let Some(strange) = few.names.iter().find(|action| !wildcard.matches(action)) {
            return Err(format!("{wildcard} grants no {strange}"));
        }
        let refining = Refining::new(wildcard, &lots, known, Granularity::Word);
        let walk = refining.ok_or_else(|| format!("{wildcard} is not narrowed on these"))?;
        let visited = Visited {
            walk: walk.walk(),
            prefix,
            kept: None,
        };
        visited_case(&visited, format!("What does the rule say of {prefix}?"))
            .ok_or_else(|| format!("the walk does not come to {prefix}"))
    }

    /// What is appended to the `NotAction` for an unused action.
    pub(in crate::lessons) fn appended(&self, action: &Action) -> Asked {
        let policy = self.input.document(self.place.policy).policy();
        let mut not_actions = (1..)
            .zip(&policy.statements)
            .filter_map(|(number, own)| match &own.actions {
                Actions::NotAction(entries) if own.effect == Effect::Allow => {
                    Some((number, entries))
                }
                Actions::NotAction(_) | Actions::Action(_) => None,
            });
        let (number, entries): (usize, _) = not_actions
            .next()
            .ok_or("the policy has no Allow with a NotAction")?;
        let universe = self.input.universe_of(self.place.policy);
        let growing = Growing::new(entries.clone(), universe.clone(), &universe.catalogue);
        let (choices, row) =
            (growing.row(action)).ok_or_else(|| format!("{action} is not unused"))?;
        let mut known = vec![format!("#{number} {}", growing.statement())];
        known.extend(growing.found());
        let asked = format!("What is appended to the NotAction of #{number} for {action}?");
        Ok(Case {
            told: String::new(),
            known,
            question: Some(question(asked, &appended::RULE, choices.iter(), row)),
        })
    }

    fn statements(&self) -> Result<Statements, String> {
        let is_first = self.place.statement == 0;
        let statements = Statements::of(&self.refined()).filter(|_| is_first);
        statements.ok_or_else(|| {
            "the policy has not an Allow with the wildcard, an Allow with a NotAction and a Deny, in \
             this order"
                .to_owned()
        })
    }

    /// The policy of the wildcard, with what that becomes in its place.
    fn refined(&self) -> Policy {
        let mut policy = self.input.document(self.place.policy).policy().clone();
        let statement = &mut policy.statements[self.place.statement];
        if let Actions::Action(entries) = &mut statement.actions {
            entries.splice(
                self.place.entry..=self.place.entry,
                self.result.iter().cloned(),
            );
        }
        policy
    }

    /// Which cut serves a purpose.
    pub(in crate::lessons) fn cut(&self, purpose: Purpose) -> Asked {
        let backtest = self.backtest();
        let prices = prices(&backtest);
        let row = purpose.row(&prices, &backtest);
        let row = row.ok_or_else(|| "no cut serves that, or several do alike".to_owned())?;
        let asked = format!("Wanted: {}. Which cut serves that?", row.what);
        let choices = Granularity::ALL.map(Granularity::as_str);
        Ok(Case {
            told: String::new(),
            known: self.told_of_cuts(&backtest, &prices),
            question: Some(question(asked, &cuts::RULE, choices.iter(), row)),
        })
    }

    fn backtest(&self) -> Backtest {
        let universe = self.input.universe_of(self.place.policy);
        estimate(&self.wildcard, universe, Curation::NONE)
    }

    /// What each cut comes to, and what of the wildcard is unused.
    fn told_of_cuts(&self, backtest: &Backtest, prices: &[Price]) -> Vec<String> {
        let mut known = cuts::told(backtest, prices);
        known.push(self.told_unused());
        known
    }

    /// What the wildcard becomes with a cut: told.
    pub(in crate::lessons) fn entries(&self, cut: Granularity) -> Case {
        let universe = self.input.universe_of(self.place.policy);
        let plan = plan_entry(&self.wildcard, universe, Curation::NONE, cut);
        let entries = plan.replacements().unwrap_or_default().iter();
        let entries: Vec<String> = entries.map(|new| new.entry.name().to_string()).collect();
        let backtest = self.backtest();
        let mut known = self.told_of_cuts(&backtest, &prices(&backtest));
        let most = entries.len().min(MOST_ENTRIES);
        let more = match entries.len() - most {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        known.push(format!(
            "{} cut at {}: {}{more}",
            self.wildcard,
            entries::places(cut),
            entries[..most].join(" ")
        ));
        Case {
            told: String::new(),
            known,
            question: None,
        }
    }

    /// Which entry stands for an action with a cut.
    pub(in crate::lessons) fn stands_for(&self, action: &Action, cut: Granularity) -> Asked {
        let by_cuts = self.by_cuts();
        let asked = format!(
            "Names are cut at {}. Which entry stands for {}?",
            entries::places(cut),
            action.name
        );
        let (choices, row) = by_cuts
            .entry(action, cut)
            .filter(|(choices, _)| (2..=MOST_CHOICES).contains(&choices.len()))
            .ok_or_else(|| format!("{} grants no {action} that stays", self.wildcard))?;
        Ok(Case {
            told: String::new(),
            known: by_cuts.names_beside(action),
            question: Some(question(asked, &entries::RULE, choices.iter(), row)),
        })
    }

    /// Which cuts grant an action that AWS may add.
    pub(in crate::lessons) fn tomorrow(&self, action: &Action) -> Asked {
        let by_cuts = self.by_cuts();
        let asked = format!("AWS adds {action} tomorrow. Which of the two cuts would grant it?");
        let row = by_cuts.tomorrow(action);
        let row = row.ok_or_else(|| {
            format!(
                "AWS has {action} already, or {} is not wide enough",
                self.wildcard
            )
        })?;
        let choices = entries::CUTS.iter();
        Ok(Case {
            told: String::new(),
            known: by_cuts.entries_beside(action),
            question: Some(question(asked, &entries::TOMORROW, choices, row)),
        })
    }

    fn by_cuts(&self) -> ByCuts<'_> {
        ByCuts {
            wildcard: &self.wildcard,
            universe: self.input.universe_of(self.place.policy),
        }
    }

    /// Whether an entry grants an action.
    pub(in crate::lessons) fn letters(entry: &ActionPattern, action: &Action) -> Case {
        let asked = format!("Does {entry} grant {action}?");
        let row = letters::row(entry, action);
        Case {
            told: String::new(),
            known: Vec::new(),
            question: Some(question(
                asked,
                &letters::RULE,
                letters::CHOICES.iter(),
                row,
            )),
        }
    }

    /// Which of several actions an entry grants.
    pub(in crate::lessons) fn which_letters(entry: &ActionPattern, actions: &[Action]) -> Asked {
        let found = letters::which(entry, actions);
        let found = found.filter(|(choices, _)| choices.len() <= MOST_CHOICES);
        let (choices, row) = found.ok_or_else(|| {
            format!("{entry} may grant at most one of these, and there may be at most four")
        })?;
        let asked = format!("Which of these does {entry} grant?");
        Ok(Case {
            told: String::new(),
            known: Vec::new(),
            question: Some(question(asked, &letters::RULE, choices.iter(), row)),
        })
    }

    /// What is left of a wildcard behind a prefix.
    pub(in crate::lessons) fn rest(wildcard: &ActionPattern, prefix: &str) -> Asked {
        let found = letters::rest(wildcard, prefix);
        let (choices, row) =
            found.ok_or_else(|| format!("behind {prefix} no star of {wildcard} is left"))?;
        let asked = format!(
            "{prefix} is safe, and several names lie beneath it. What takes the place of {wildcard} for them, \
             without losing or adding anything?"
        );
        Ok(Case {
            told: String::new(),
            known: Vec::new(),
            question: Some(question(asked, &letters::REST, choices.iter(), row)),
        })
    }

    /// The lengths that the policy can come to.
    fn lengths(&self) -> Result<Vec<Fit>, String> {
        let fits = lengths::lengths(&Review::new(self.input.clone()), self.place.policy);
        if fits.len() > MOST_CHOICES {
            return Err(format!(
                "the policy can come to {} lengths, too many to choose from",
                fits.len()
            ));
        }
        Ok(fits)
    }

    /// The unused actions that the wildcard grants.
    fn unused(&self) -> Vec<Action> {
        let universe = self.input.universe_of(self.place.policy);
        let unused = universe.unused.named();
        unused
            .filter(|action| self.wildcard.matches(action))
            .map(|action| self.as_known(&action))
            .collect()
    }

    /// An action in the spelling of AWS, whatever the finding's is.
    fn as_known(&self, action: &Action) -> Action {
        let universe = self.input.universe_of(self.place.policy);
        let known = universe.catalogue.action(action);
        known.map_or_else(
            || action.clone(),
            |known| Action::new(action.service.clone(), known.name.clone()),
        )
    }

    /// The same in a line.
    fn told_unused(&self) -> String {
        let unused = self.unused();
        let unused: Vec<String> = unused
            .iter()
            .map(|action| action.name.to_string())
            .collect();
        format!("unused: {}", unused.join(", "))
    }

    /// What leaving prefixes whole buys and costs where the policy may have at most so many characters.
    pub(in crate::lessons) fn price(&self, most: usize) -> Asked {
        let fits = self.lengths()?;
        let found = Limit::Characters(most).price(&fits, &self.unused());
        let found = found.filter(|(choices, _)| choices.len() <= MOST_CHOICES);
        let (choices, row) = found.ok_or_else(|| {
            format!("at {most} characters nothing is left whole, or nothing else can be")
        })?;
        let asked = format!(
            "The policy is to have at most {most} characters, and as few unused actions as possible are to stay. How \
             many characters does it buy to leave prefixes whole, and which unused actions stay for it?"
        );
        let mut known = lengths::told(&fits);
        known.push(self.told_unused());
        Ok(Case {
            told: String::new(),
            known,
            question: Some(question(asked, &lengths::PRICE, choices.iter(), row)),
        })
    }

    /// What stays unused where the policy may have at most so many characters.
    pub(in crate::lessons) fn length(&self, most: usize) -> Asked {
        let fits = self.lengths()?;
        let row = Limit::Characters(most).row_of_unused(&fits);
        let row = row.ok_or_else(|| format!("no length is at most {most} characters"))?;
        let choices: Vec<String> = fits
            .iter()
            .map(|fit| in_words(fit.excess.total()))
            .collect();
        let asked = format!(
            "The policy may have at most {most} characters, and as few unused actions as possible are to stay. How \
             many stay?"
        );
        let mut known = lengths::told(&fits);
        known.push(self.told_unused());
        Ok(Case {
            told: String::new(),
            known,
            question: Some(question(asked, &lengths::RULE, choices.iter(), row)),
        })
    }
}

/// What the rule says of a prefix. None where the walk does not come to it.
fn visited_case(visited: &Visited<'_>, asked: String) -> Option<Case> {
    let row = visited.row()?;
    Some(Case {
        told: String::new(),
        known: visited.known(),
        question: Some(question(
            asked,
            visited.rule(),
            visited::CHOICES.iter(),
            row,
        )),
    })
}

/// A number that is chosen by another one: its key.
fn in_words(count: usize) -> String {
    let words = ["none", "one", "two", "three", "four", "five", "six"];
    let word = words.get(count).map(|word| (*word).to_owned());
    word.unwrap_or_else(|| count.to_string())
}

fn question<T: ToString>(
    asked: String,
    rule: &'static ChoiceRule,
    choices: impl Iterator<Item = T>,
    row: ChoosingRow,
) -> CaseQuestion {
    CaseQuestion {
        asked,
        rule,
        choices: choices.map(|choice| choice.to_string()).collect(),
        row,
        is_example: false,
    }
}
