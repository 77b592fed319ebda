//! Sets about a `NotAction` that grows: names alike, a service of which nothing was used, and what is named already.

use super::deal::{Deck, LONGEST};
use super::dice::Dice;
use super::extending::Extending;
use super::subject::Level;
use crate::iam::{Action, ActionPattern, ServicePrefix};
use crate::refine::Granularity;

impl Deck {
    /// A set about a `NotAction`, if one can be dealt at once: names alike of which some are unused, a service of
    /// which nothing was used, and something unused that is named already.
    pub(super) fn deal_extending(&self, level: Level, dice: &mut Dice) -> Option<Extending> {
        let all: Vec<ServicePrefix> = self.known.service_names().cloned().collect();
        let mut services = vec![dice.pick(&self.services())?.clone()];
        for _ in 0..level.number() {
            let other = dice.pick(&all).filter(|other| !services.contains(other))?;
            services.push(other.clone());
        }
        let (first, others) = services.split_first()?;
        let mut actions = self.alike(first, dice)?;
        let (idle, others) = others.split_first()?;
        let mut entries: Vec<ActionPattern> = vec!["iam:*".parse().ok()?];
        let mut idles = vec![idle.clone()];
        let mut add =
            |service: &ServicePrefix, count, is_unused: bool, dice: &mut Dice| -> Option<()> {
                let names = self.some_of(service, count, dice)?;
                actions.extend(names.into_iter().map(|action| (action, is_unused)));
                Some(())
            };
        add(idle, 2, true, dice)?;
        if let Some(named) = others.first() {
            // Nothing was used of it, but it is named already.
            add(named, 1, true, dice)?;
            idles.push(named.clone());
            entries.push(ActionPattern::whole_service(named.clone()));
        }
        if let Some(other) = others.get(1) {
            add(other, 1, true, dice)?;
            add(other, 2, false, dice)?;
        }
        // One of what is unused is named already.
        let unused = actions
            .iter()
            .filter(|(action, is_unused)| *is_unused && action.service == *first);
        let unused: Vec<Action> = unused.map(|(action, _)| action.clone()).collect();
        entries.push(ActionPattern::from(dice.pick(&unused)?));
        actions.sort();
        actions.dedup_by(|one, other| one.0 == other.0);
        let is_named = |service: &ServicePrefix| service.as_str() == "iam";
        if actions
            .iter()
            .any(|(action, _)| action.to_string().len() > LONGEST)
        {
            return None;
        }
        let found = Extending::new(entries, &actions, &idles, &self.known)?;
        let appended = found
            .additions()
            .iter()
            .filter(|new| new.is_literal())
            .count();
        (found.has_trap() && appended >= 2 && !services.iter().any(is_named)).then_some(found)
    }

    /// Actions of a service that begin with the same word, three of them unused, the others not.
    fn alike(&self, service: &ServicePrefix, dice: &mut Dice) -> Option<Vec<(Action, bool)>> {
        let known = self.known.service(service)?.actions();
        let name = dice.pick(known)?.name.as_str();
        let end = Granularity::Word.cuts(name, 0).next()?;
        let start = &name[..end];
        let mut alike: Vec<Action> = (known.iter())
            .filter(|other| other.name.as_str().starts_with(start))
            .map(|other| Action::new(service.clone(), other.name.clone()))
            .collect();
        dice.shuffle(&mut alike);
        let size = 4 + dice.below(2);
        let is_enough = alike.len() >= size;
        let dealt = alike.into_iter().take(size).enumerate();
        is_enough.then(|| dealt.map(|(at, action)| (action, at < 3)).collect())
    }

    /// Any actions of a service.
    fn some_of(
        &self,
        service: &ServicePrefix,
        count: usize,
        dice: &mut Dice,
    ) -> Option<Vec<Action>> {
        let known = self.known.service(service)?.actions();
        let mut all: Vec<Action> = (known.iter())
            .map(|one| Action::new(service.clone(), one.name.clone()))
            .collect();
        dice.shuffle(&mut all);
        all.truncate(count);
        (all.len() == count).then_some(all)
    }
}
