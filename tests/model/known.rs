//! What a world knows of actions: the names that could matter, and what is said of them.

use super::pattern::{is_literal, name_of, same, service_of};
use super::world::World;

/// What is known of a service as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Listed,
    WhollyUnused,
    Unlisted,
}

/// The services of the catalogue, the findings, the policies and the keeps, in order, in the first
/// spelling.
pub fn services(world: &World) -> Vec<String> {
    let listed = world.catalogue.iter().map(|(service, _)| service.clone());
    let reported = world.unused.iter().map(|(service, _)| service.clone());
    let literals = literals(world).map(|text| service_of(text).to_owned());
    first_spellings(listed.chain(reported).chain(literals))
}

/// The names of a service, in order, in the first spelling.
pub fn names(world: &World, service: &str) -> Vec<String> {
    let listed = world.catalogue.iter().filter(|(own, _)| same(own, service));
    let listed = listed.flat_map(|(_, names)| names.clone());
    let reported = world.unused.iter().filter(|(own, _)| same(own, service));
    let reported = reported.filter_map(|(_, name)| name.clone());
    let literals = literals(world).filter(|text| same(service_of(text), service));
    let literals = literals.map(|text| name_of(text).to_owned());
    first_spellings(listed.chain(reported).chain(literals))
}

/// The actions that are named one by one: by the policy, whatever the statement, by the keeps, by what is
/// held back, and by the report of what was used.
fn literals(world: &World) -> impl Iterator<Item = &str> {
    let entries = world
        .statements
        .iter()
        .flat_map(|statement| &statement.entries);
    let texts = entries.map(|entry| &entry.text);
    // What is held back is reported as unused.
    let held = world.held.iter();
    let held = held.filter(|text| is_unused(world, service_of(text), name_of(text)));
    let texts = texts.chain(&world.keeps).chain(&world.used).chain(held);
    texts.map(String::as_str).filter(|text| is_literal(text))
}

fn first_spellings(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut first: Vec<String> = Vec::new();
    for text in texts {
        if !first.iter().any(|known| same(known, &text)) {
            first.push(text);
        }
    }
    first.sort_by_key(|text| text.to_lowercase());
    first
}

pub fn is_unused(world: &World, service: &str, name: &str) -> bool {
    world.unused.iter().any(|(own, reported)| {
        same(own, service)
            && reported
                .as_ref()
                .is_none_or(|reported| same(reported, name))
    })
}

pub fn status(world: &World, service: &str) -> Standing {
    let wholly = |(own, name): &(String, Option<String>)| same(own, service) && name.is_none();
    if world.unused.iter().any(wholly) {
        Standing::WhollyUnused
    } else if world.catalogue.iter().any(|(own, _)| same(own, service)) {
        Standing::Listed
    } else {
        Standing::Unlisted
    }
}
