//! What becomes of a whole statement.

use super::definition::{is_held, stays};
use super::known::{Standing, is_unused, names, services, status};
use super::pattern::{covers, grants, same, service_of};
use super::world::{Entry, World};

/// What is appended to a `NotAction` with these entries.
pub fn appended(world: &World, entries: &[Entry]) -> Vec<String> {
    let mut appended = Vec::new();
    for service in services(world) {
        let whole = format!("{service}:*");
        let kept = |keep: &String| keep == "*" || same(service_of(keep), &service);
        let is_kept = world.keeps.iter().chain(&world.held).any(kept);
        let wholly_unused = status(world, &service) == Standing::WhollyUnused;
        if wholly_unused && !is_kept {
            if !entries.iter().any(|entry| covers(&entry.text, &whole)) {
                appended.push(whole);
            }
            continue;
        }
        let names = names(world, &service).into_iter();
        let unused = names.filter(|name| is_unused(world, &service, name));
        let actions = unused.map(|name| format!("{service}:{name}"));
        appended.extend(actions.filter(|action| {
            !entries.iter().any(|entry| grants(&entry.text, action))
                && !stays(&world.keeps, &[], action, true)
                && !is_held(&world.held, &[], action)
        }));
    }
    appended
}

/// Which entries of a finished statement are written; each is a text, and whether it is new. A
/// new one that another covers is not; of those that cover each other an old one is, or the first.
pub fn written(entries: &[(String, bool)]) -> Vec<bool> {
    let leaves_out = |(place, (text, _)): (usize, &(String, bool))| {
        entries.iter().enumerate().any(|(other, (wide, is_new))| {
            let mutual = covers(text, wide);
            other != place && covers(wide, text) && (!mutual || !is_new || other < place)
        })
    };
    (entries.iter().enumerate())
        .map(|(place, entry)| !entry.1 || !leaves_out((place, entry)))
        .collect()
}
