//! The walk through a trie, as indented text.

use std::fmt::Write;

use crate::refine::{Decision, NodeId, Trie};

/// How wide the column of prefixes is, at least.
const PREFIX_WIDTH: usize = 40;

/// Every visited node on a line: safe or not, how many actions beneath it stay and go, and what it
/// emits. Runs of siblings of which nothing stays are one line.
pub fn trie_text(trie: &Trie) -> String {
    let mut text = String::new();
    let mut unused: Vec<NodeId> = Vec::new();
    for step in trie.steps() {
        if step.decision == Decision::Nothing {
            if unused
                .last()
                .is_some_and(|&last| trie.node(last).parent != trie.node(step.node).parent)
            {
                tell_unused(trie, &mut unused, &mut text);
            }
            unused.push(step.node);
            continue;
        }
        tell_unused(trie, &mut unused, &mut text);
        let node = trie.node(step.node);
        let (sign, emitted) = match &step.decision {
            Decision::Emit(emitted) => ("✓", emitted),
            Decision::Open(emitted) => ("!", emitted),
            Decision::Nothing => continue,
        };
        let word = match step.decision {
            Decision::Emit(_) => "safe",
            _ => "unsafe",
        };
        let becomes: Vec<String> = emitted.iter().map(|new| new.entry.to_string()).collect();
        line(
            &mut text,
            depth(trie, step.node),
            &format!("{sign} {} {word}", label(trie, step.node)),
            node.stays,
            node.goes,
            &becomes.join(" "),
        );
    }
    tell_unused(trie, &mut unused, &mut text);
    text
}

fn tell_unused(trie: &Trie, unused: &mut Vec<NodeId>, text: &mut String) {
    let Some(&first) = unused.first() else { return };
    let label = match unused.len() {
        1 => format!("✗ {} all unused", label(trie, first)),
        more => format!("✗ {} and {} more, all unused", label(trie, first), more - 1),
    };
    let goes = unused.iter().map(|&id| trie.node(id).goes).sum();
    line(text, depth(trie, first), &label, 0, goes, "");
    unused.clear();
}

fn line(text: &mut String, depth: usize, label: &str, stays: usize, goes: usize, becomes: &str) {
    let label = format!("{:indent$}{label}", "", indent = 2 * depth);
    let arrow = if becomes.is_empty() { "" } else { "  → " };
    let number = |count: usize| {
        if count == 0 {
            "·".to_owned()
        } else {
            count.to_string()
        }
    };
    let line = format!(
        "{label:PREFIX_WIDTH$} {:>4} stay {:>4} go{arrow}{becomes}",
        number(stays),
        number(goes)
    );
    let _ = writeln!(text, "{line}");
}

/// The part of a node's prefix that its parent does not have; the whole prefix for the root.
fn label(trie: &Trie, id: NodeId) -> String {
    match trie.node(id).parent {
        None => trie.prefix(id).to_string(),
        Some(_) if trie.is_service_root(id) => trie.prefix(id).to_string(),
        Some(parent) => trie.prefix_name(id)[trie.prefix_name(parent).len()..].to_owned(),
    }
}

fn depth(trie: &Trie, id: NodeId) -> usize {
    std::iter::successors(trie.node(id).parent, |&above| trie.node(above).parent).count()
}
