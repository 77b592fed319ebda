//! Patterns and entries by definition: matching by trying everything, inclusion by following every
//! letter.

use std::collections::BTreeSet;

/// Whether `pattern` matches the whole of `name`, ignoring case.
pub fn matches(pattern: &str, name: &str) -> bool {
    match pattern.as_bytes().first() {
        None => name.is_empty(),
        Some(b'*') => (0..=name.len()).any(|taken| matches(&pattern[1..], &name[taken..])),
        Some(&symbol) => {
            let reads = |letter: u8| symbol == b'?' || symbol.eq_ignore_ascii_case(&letter);
            !name.is_empty() && reads(name.as_bytes()[0]) && matches(&pattern[1..], &name[1..])
        }
    }
}

pub fn is_literal(pattern: &str) -> bool {
    !pattern.contains(['*', '?'])
}

/// What every string that `pattern` matches starts with.
pub fn literal_prefix(pattern: &str) -> &str {
    pattern.split(['*', '?']).next().unwrap_or_default()
}

pub fn starts_with(name: &str, prefix: &str) -> bool {
    name.to_lowercase().starts_with(&prefix.to_lowercase())
}

pub fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// Whether every string that `narrow` matches is matched by `wide`. A state is where one string
/// has taken each of the two, as the set of positions it can be in; every letter is tried in every
/// state. The letter 0 stands for all those that neither pattern holds.
pub fn is_included(narrow: &str, wide: &str) -> bool {
    let letters: BTreeSet<u8> = (narrow.to_lowercase() + &wide.to_lowercase())
        .bytes()
        .filter(|letter| !matches!(letter, b'*' | b'?'))
        .chain([0])
        .collect();
    let mut states = vec![(start(narrow), start(wide))];
    let mut next = 0;
    while let Some((narrow_at, wide_at)) = states.get(next).cloned() {
        if narrow_at.contains(&narrow.len()) && !wide_at.contains(&wide.len()) {
            return false;
        }
        for &letter in &letters {
            let state = (
                read(narrow, &narrow_at, letter),
                read(wide, &wide_at, letter),
            );
            if !state.0.is_empty() && !states.contains(&state) {
                states.push(state);
            }
        }
        next += 1;
    }
    true
}

fn start(pattern: &str) -> BTreeSet<usize> {
    with_stars_passed(pattern, BTreeSet::from([0]))
}

fn read(pattern: &str, positions: &BTreeSet<usize>, letter: u8) -> BTreeSet<usize> {
    let behind = positions
        .iter()
        .filter_map(|&at| match pattern.as_bytes().get(at) {
            Some(b'*') => Some(at),
            Some(b'?') => Some(at + 1),
            Some(symbol) if symbol.eq_ignore_ascii_case(&letter) => Some(at + 1),
            _ => None,
        });
    with_stars_passed(pattern, behind.collect())
}

fn with_stars_passed(pattern: &str, mut positions: BTreeSet<usize>) -> BTreeSet<usize> {
    for at in 0..pattern.len() {
        if positions.contains(&at) && pattern.as_bytes()[at] == b'*' {
            positions.insert(at + 1);
        }
    }
    positions
}

/// What is left of `pattern` behind `prefix`. Position i is live when the pattern's part before it
/// matches the prefix; behind a star the star may read on, so what is left begins with it. The
/// last star that is left covers all before it.
pub fn residuals<'p>(pattern: &'p str, prefix: &str) -> Vec<&'p str> {
    let left: BTreeSet<usize> = (0..=pattern.len())
        .filter(|&at| matches(&pattern[..at], prefix))
        .map(|at| {
            if pattern[..at].ends_with('*') {
                at - 1
            } else {
                at
            }
        })
        .collect();
    let star = |at: &&usize| pattern[**at..].starts_with('*');
    let last_star = left.iter().rfind(star).copied().unwrap_or(0);
    let kept = left.iter().filter(|&&at| at >= last_star);
    kept.map(|&at| &pattern[at..]).collect()
}

/// Whether an entry grants an action.
pub fn grants(entry: &str, action: &str) -> bool {
    entry == "*"
        || same(service_of(entry), service_of(action)) && matches(name_of(entry), name_of(action))
}

/// Whether every action that one entry grants, known or not, is granted by another.
pub fn covers(wide: &str, narrow: &str) -> bool {
    wide == "*"
        || narrow != "*"
            && same(service_of(wide), service_of(narrow))
            && is_included(name_of(narrow), name_of(wide))
}

/// What is before the colon.
pub fn service_of(text: &str) -> &str {
    text.split(':').next().unwrap_or_default()
}

/// What is behind the colon; `*` is everything, and a prefix without a service starts everything.
pub fn name_of(text: &str) -> &str {
    match text.split_once(':') {
        Some((_, name)) => name,
        None => text,
    }
}

/// What every action that an entry grants starts with.
pub fn prefix_of(entry: &str) -> String {
    match entry.split_once(':') {
        Some((service, name)) => format!("{service}:{}", literal_prefix(name)),
        None => String::new(),
    }
}

/// Longer prefixes are more specific, and those of a service more than that of everything.
pub fn specificity(prefix: &str) -> (bool, usize) {
    (!prefix.is_empty(), prefix.len())
}

#[test]
fn the_models_own_patterns_are_right() {
    assert!(matches("*Tag?ing", "gettagging") && !matches("Get?", "Get"));
    assert!(is_included("Get?*", "g*t*?") && !is_included("*", "?*"));
    assert_eq!(residuals("*Tagging", "Get"), ["*Tagging", "agging"]);
    assert_eq!(residuals("*Tagging", "GetObjectTag"), ["*Tagging", "ging"]);
    assert_eq!(residuals("Get*", "List"), [""; 0]);
}
