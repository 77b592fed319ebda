//! Inclusion of patterns over all strings.
//!
//! Inclusion asks about every string there could be, not only about today's actions: a refined
//! entry must not grant tomorrow what the old one would not have. A [`Search`] looks for a shortest
//! string that one pattern matches and the others do not. It follows one pattern and the set of
//! positions the others can be in, letter by letter, breadth first. One letter that no pattern
//! mentions stands for all such letters, since no pattern distinguishes them.
//!
//! The sets of positions can be exponentially many for patterns made for that, such as
//! `*a??????????????????????`. The search has a budget, and says so when it is used up.

use std::collections::{HashMap, VecDeque};

use super::Glob;

/// Whether a pattern is included in others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inclusion {
    /// Every string it matches is matched by one of the others.
    Included,
    /// It matches this string, in lower case, and none of the others does. None is shorter.
    Escapes(String),
    /// The patterns are so entangled that it is not worth finding out. No pattern that people write
    /// is; a proof has to take it for "not included".
    TooComplex,
}

impl Inclusion {
    /// Whether inclusion is known to hold.
    pub fn holds(&self) -> bool {
        *self == Inclusion::Included
    }
}

/// How many positions are worked through before a search gives up: some milliseconds and a few
/// megabytes. What people write needs some hundreds.
pub const BUDGET: usize = 300_000;

/// Stands in a witness for "a letter that no pattern mentions", where all 38 are taken.
const LETTERS: &[u8] = b"xyzqwjkvabcdefghilmnoprstu0123456789-_";

/// A search for a shortest string that one pattern matches, that some match and that others do not.
#[derive(Clone, Copy, Debug)]
pub struct Search<'g> {
    /// The string is matched by this pattern,
    pub own: &'g Glob,
    /// is matched by none of these,
    pub none_of: &'g [&'g Glob],
    /// and by at least one pattern of each of these sets.
    pub each_of: &'g [Vec<&'g Glob>],
}

impl Search<'_> {
    /// Searches. [`Inclusion::Included`] means that there is no such string.
    pub fn run(self) -> Inclusion {
        self.run_within(&mut BUDGET.clone())
    }

    /// Searches as long as `budget` is not used up, and takes off it what was worked through.
    pub fn run_within(self, budget: &mut usize) -> Inclusion {
        let patterns = self.patterns();
        let letters = letters_that_matter(&patterns, self.own);
        let start = State {
            own: 0,
            others: Positions::start(&patterns),
        };
        let mut walk = Walk::default();
        walk.reach(start, None, false);
        while let Some(at) = walk.queue.pop_front() {
            if *budget == 0 {
                return Inclusion::TooComplex;
            }
            let state = walk.nodes[at].state.clone();
            if state.own == self.own.as_str().len() && self.accepts(&state.others, &patterns) {
                return Inclusion::Escapes(walk.spell(at));
            }
            let Some(&symbol) = self.own.as_str().as_bytes().get(state.own) else {
                continue;
            };
            let is_star = symbol == b'*';
            if is_star {
                // Read nothing: behind the star with the same word, and so before longer ones.
                let behind = State {
                    own: state.own + 1,
                    others: state.others.clone(),
                };
                let from = walk.nodes[at].from;
                walk.reach(behind, from, true);
            }
            for &letter in &letters {
                if !is_star && !reads(symbol, letter) {
                    continue;
                }
                let others = state.others.after(&patterns, letter);
                *budget = budget.saturating_sub(state.others.0.len() + 1);
                if self.is_hopeless(&others, &patterns) {
                    continue;
                }
                let own = state.own + usize::from(!is_star);
                walk.reach(State { own, others }, Some((at, letter)), false);
            }
        }
        Inclusion::Included
    }

    /// All patterns but the first: those of `none_of`, then set by set those of `each_of`.
    fn patterns(&self) -> Vec<Pattern<'_>> {
        let none_of = self.none_of.iter().map(|glob| (None, *glob));
        let each_of = (self.each_of.iter().enumerate())
            .flat_map(|(set, globs)| globs.iter().map(move |glob| (Some(set), *glob)));
        (none_of.chain(each_of))
            .map(|(set, glob)| Pattern {
                set,
                symbols: glob.as_str().as_bytes(),
            })
            .collect()
    }

    /// Whether the word read so far is matched as it should be.
    fn accepts(&self, positions: &Positions, patterns: &[Pattern<'_>]) -> bool {
        let mut matched = vec![false; self.each_of.len()];
        for &(pattern, at) in &positions.0 {
            let pattern = &patterns[pattern];
            if at == pattern.symbols.len() {
                match pattern.set {
                    None => return false,
                    Some(set) => matched[set] = true,
                }
            }
        }
        matched.into_iter().all(|set| set)
    }

    /// Whether no way on from here is accepted: a pattern that must not match has only a star
    /// left, or no pattern of a set is left.
    fn is_hopeless(&self, positions: &Positions, patterns: &[Pattern<'_>]) -> bool {
        let mut alive = vec![false; self.each_of.len()];
        for &(pattern, at) in &positions.0 {
            let pattern = &patterns[pattern];
            match pattern.set {
                None if pattern.symbols[at..] == *b"*" => return true,
                None => {}
                Some(set) => alive[set] = true,
            }
        }
        !alive.into_iter().all(|set| set)
    }
}

struct Pattern<'g> {
    /// The place of its set in `each_of`; none for one that must not match.
    set: Option<usize>,
    symbols: &'g [u8],
}

/// How far one string has taken the pattern and the others.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    own: usize,
    others: Positions,
}

/// The positions the patterns can be in, each with its pattern, in ascending order. Those before
/// the last star of a pattern are left out: whatever they could still read, the star reads too.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Positions(Vec<(usize, usize)>);

impl Positions {
    fn start(patterns: &[Pattern<'_>]) -> Self {
        Self::reached((0..patterns.len()).map(|pattern| (pattern, 0)), patterns)
    }

    fn after(&self, patterns: &[Pattern<'_>], letter: u8) -> Self {
        let next =
            self.0
                .iter()
                .filter_map(|&(pattern, at)| match patterns[pattern].symbols.get(at)? {
                    b'*' => Some((pattern, at)),
                    &symbol => reads(symbol, letter).then_some((pattern, at + 1)),
                });
        Self::reached(next, patterns)
    }

    fn reached(positions: impl Iterator<Item = (usize, usize)>, patterns: &[Pattern<'_>]) -> Self {
        let mut all = Vec::new();
        for (pattern, mut at) in positions {
            all.push((pattern, at));
            // A star may stand for nothing.
            while patterns[pattern].symbols.get(at) == Some(&b'*') {
                at += 1;
                all.push((pattern, at));
            }
        }
        all.sort_unstable();
        all.dedup();
        let mut starred = None;
        let mut kept: Vec<(usize, usize)> = (all.into_iter().rev())
            .filter(|&(pattern, at)| {
                let is_behind = starred == Some(pattern);
                if patterns[pattern].symbols.get(at) == Some(&b'*') {
                    starred = Some(pattern);
                }
                !is_behind
            })
            .collect();
        kept.reverse();
        Positions(kept)
    }
}

/// The states reached so far, and how.
#[derive(Default)]
struct Walk {
    nodes: Vec<Node>,
    seen: HashMap<State, usize>,
    queue: VecDeque<usize>,
}

struct Node {
    state: State,
    /// The node one letter before, and that letter.
    from: Option<(usize, u8)>,
}

impl Walk {
    /// Notes a state that is reached, unless it was before; `at_once` puts it first in the queue.
    fn reach(&mut self, state: State, from: Option<(usize, u8)>, at_once: bool) {
        if self.seen.contains_key(&state) {
            return;
        }
        let node = self.nodes.len();
        self.seen.insert(state.clone(), node);
        self.nodes.push(Node { state, from });
        if at_once {
            self.queue.push_front(node);
        } else {
            self.queue.push_back(node);
        }
    }

    /// The word that led to a node, read off backwards.
    fn spell(&self, node: usize) -> String {
        let mut letters = Vec::new();
        let mut at = node;
        while let Some((before, letter)) = self.nodes[at].from {
            letters.push(char::from(letter));
            at = before;
        }
        letters.iter().rev().collect()
    }
}

/// Whether a pattern's symbol other than a star reads `letter`.
pub(super) fn reads(symbol: u8, letter: u8) -> bool {
    symbol == b'?' || symbol.eq_ignore_ascii_case(&letter)
}

/// A letter that `pattern` does not mention, if there is one.
pub(super) fn letter_beside(pattern: &Glob) -> u8 {
    let is_mentioned = |letter: &u8| {
        let mut symbols = pattern.as_str().bytes();
        symbols.any(|symbol| symbol.eq_ignore_ascii_case(letter))
    };
    let mut letters = LETTERS.iter().copied();
    letters.find(|letter| !is_mentioned(letter)).unwrap_or(b'x')
}

/// The letters of all patterns, and one more that none of them mentions if there is one.
fn letters_that_matter(patterns: &[Pattern<'_>], own: &Glob) -> Vec<u8> {
    let mut is_mentioned = [false; 256];
    let symbols = patterns.iter().flat_map(|pattern| pattern.symbols);
    for symbol in symbols.chain(own.as_str().as_bytes()) {
        is_mentioned[usize::from(symbol.to_ascii_lowercase())] = true;
    }
    let (known, fresh): (Vec<u8>, Vec<u8>) =
        (LETTERS.iter()).partition(|letter| is_mentioned[usize::from(**letter)]);
    fresh.into_iter().take(1).chain(known).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{HashSet, VecDeque};

    use proptest::prelude::*;
    use regex_automata::dfa::{Automaton, dense};
    use regex_automata::util::primitives::StateID;
    use regex_automata::util::{start, syntax};
    use regex_automata::{Anchored, nfa::thompson};

    use super::*;

    fn glob(text: &str) -> Glob {
        Glob::parse(text).unwrap()
    }

    fn inclusion(own: &str, others: &[&str]) -> Inclusion {
        let others: Vec<Glob> = others.iter().map(|text| glob(text)).collect();
        glob(own).inclusion_in(&others.iter().collect::<Vec<_>>())
    }

    #[test]
    fn hostile_patterns_end_in_time_and_say_so() {
        let tail = |letter, length| format!("*{letter}{}", "?".repeat(length));
        // Told apart by a string of 41 letters, among sets of positions without number.
        assert_eq!(
            inclusion(&tail("a", 40), &[&tail("a", 41)]),
            Inclusion::TooComplex
        );
        let starred = format!("{}*", tail("a", 22));
        assert_eq!(
            inclusion(&starred, &[&format!("{}*", tail("b", 22))]),
            Inclusion::TooComplex
        );
        // Long, and not hostile.
        let long = "ab*".repeat(170);
        assert_eq!(inclusion(&long, &["*b*"]), Inclusion::Included);
        assert!(!glob(&tail("a", 40)).is_included_in(&glob(&tail("a", 41))));
    }

    #[test]
    fn some_must_match_and_others_must_not() {
        let globs = ["*", "a*", "*b", "?*", "ab"].map(glob);
        let [all, a, b, some, ab] = globs.each_ref();
        let escaping = |none_of: &[&Glob], each_of: &[Vec<&Glob>]| {
            Search {
                own: all,
                none_of,
                each_of,
            }
            .run()
        };
        assert_eq!(
            escaping(&[], &[vec![a], vec![b]]),
            Inclusion::Escapes("ab".into())
        );
        assert_eq!(
            escaping(&[ab], &[vec![a], vec![b]]),
            Inclusion::Escapes("axb".into())
        );
        assert_eq!(
            escaping(&[a], &[vec![a, b], vec![some]]),
            Inclusion::Escapes("b".into())
        );
        assert_eq!(escaping(&[some], &[vec![a, b]]), Inclusion::Included);
    }

    /// An automaton made by others for the union of `globs`, over whole strings.
    fn automaton(globs: &[String]) -> dense::DFA<Vec<u32>> {
        let ways: Vec<String> = (globs.iter())
            .map(|glob| glob.replace('*', "[a-z]*").replace('?', "[a-z]"))
            .collect();
        dense::Builder::new()
            .configure(dense::Config::new().start_kind(regex_automata::dfa::StartKind::Anchored))
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .thompson(thompson::Config::new().utf8(false))
            .build(&format!("^(?:{})$", ways.join("|")))
            .unwrap()
    }

    /// The length of a shortest string of `own` that is not in `others`.
    fn shortest_escape(own: &[String], others: &[String]) -> Option<usize> {
        let automata = [automaton(own), automaton(others)];
        let first = automata.each_ref().map(|automaton| {
            let anchored = start::Config::new().anchored(Anchored::Yes);
            automaton.start_state(&anchored).unwrap()
        });
        let matches = |states: &[StateID; 2], which: usize| {
            let automaton = &automata[which];
            automaton.is_match_state(automaton.next_eoi_state(states[which]))
        };
        let mut seen = HashSet::from([first]);
        let mut queue = VecDeque::from([(first, 0)]);
        while let Some((states, length)) = queue.pop_front() {
            if matches(&states, 0) && !matches(&states, 1) {
                return Some(length);
            }
            for letter in *b"abx" {
                let next = [0, 1].map(|which| automata[which].next_state(states[which], letter));
                if seen.insert(next) {
                    queue.push_back((next, length + 1));
                }
            }
        }
        None
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn it_is_what_an_automaton_made_by_others_says(
            own in "[ab*?]{1,9}",
            others in prop::collection::vec("[ab*?]{1,9}", 1..5),
        ) {
            let found = inclusion(&own, &others.iter().map(String::as_str).collect::<Vec<_>>());
            match (shortest_escape(&[own], &others), found) {
                (None, Inclusion::Included) => {}
                (Some(length), Inclusion::Escapes(witness)) => {
                    prop_assert_eq!(witness.len(), length);
                }
                (expected, found) => prop_assert!(false, "{:?}, and not {:?}", expected, found),
            }
        }
    }
}
