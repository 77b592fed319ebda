//! What `for` makes of each value of a collection.

use std::collections::BTreeMap;

use hcl_edit::expr::ForExpr;

use super::perhaps::Perhaps;
use super::value::{Evaluated, Refused};
use super::{Evaluating, Scope};

/// What `for` makes of one: a list has no keys.
type Entry<T> = (Option<Evaluated<T>>, Evaluated<T>);

/// What it makes of one, and whether that is surely in it; nothing where it is not.
type Once<T> = Option<(bool, Entry<T>)>;

impl<S: Scope> Evaluating<'_, S> {
    /// Whether Terraform refuses a condition whatever the values are: it looks before it goes through them.
    fn condition_fails(&mut self, each: &ForExpr) -> bool {
        let Some(condition) = &each.cond else {
            return false;
        };
        let names = self.bound.len();
        let key = each.intro.key_var.iter();
        for name in key.chain(std::iter::once(&each.intro.value_var)) {
            self.bound
                .push((name.as_str().to_owned(), Evaluated::nothing()));
        }
        let value = self.tried(&condition.expr);
        self.bound.truncate(names);
        value.is_err()
    }

    /// `[for v in list : v]` and `{ for k, v in map : k => v }`.
    pub(super) fn each(&mut self, each: &ForExpr) -> Result<Evaluated<S::One>, Refused> {
        let collection = self.value(&each.intro.collection_expr)?;
        let entries = collection.entries();
        let is_null = matches!(collection, Evaluated::Null);
        if is_null || entries.is_some() && self.condition_fails(each) {
            return Err(Refused);
        }
        let (entries, others) =
            entries.unwrap_or_else(|| (Vec::new(), collection.perhaps_entries()));
        let is_in_order = match &collection {
            Evaluated::List(items) => items.have_order(),
            _ => true,
        };
        let mut list = Vec::new();
        let mut grouped: BTreeMap<String, Vec<Evaluated<S::One>>> = BTreeMap::new();
        let mut perhaps: Vec<Entry<S::One>> = Vec::new();
        let count = entries.len();
        for (place, (key, value)) in entries.into_iter().chain(others).enumerate() {
            let is_surely = place < count;
            let made = match self.each_once(each, key, value) {
                // It is not there, or all of it is refused.
                Err(Refused) if !is_surely => None,
                made => made?,
            };
            let Some((is_in, (key, value))) = made else {
                continue;
            };
            let known_key = key.as_ref().map(Evaluated::known_text);
            match known_key {
                None if is_surely && is_in => list.push(value),
                Some(Some(key)) if is_surely && is_in => {
                    grouped.entry(key).or_default().push(value);
                }
                _ => perhaps.push((key, value)),
            }
        }
        let others = perhaps.iter().map(|(_, value)| value.clone());
        let others = (!perhaps.is_empty()).then(|| Perhaps::one_of(others));
        if each.key_expr.is_none() {
            return Ok(Evaluated::list_in(list, others, is_in_order));
        }
        let is_twice = !each.grouping && grouped.values().any(|values| values.len() > 1);
        // Of a set two may be one.
        if is_twice && collection.length().is_some() {
            return Err(Refused);
        }
        let members = grouped.into_iter().map(|(key, values)| {
            let value = if each.grouping {
                Evaluated::list_in(values, others.clone(), is_in_order)
            } else if values.len() > 1 {
                Evaluated::one_of(values)
            } else {
                let value = values.into_iter().next_back();
                value.unwrap_or_else(Evaluated::nothing)
            };
            (key, value)
        });
        let members = members.collect();
        let group = others.map(|others| Evaluated::list_in(Vec::new(), Some(others), false));
        let others = perhaps.into_iter().filter_map(|(key, value)| match &group {
            // Any of the others may be there as well.
            Some(group) if each.grouping => Some((key?, group.clone())),
            _ => Some((key?, value)),
        });
        let others = others.collect();
        Ok(Evaluated::object_in(members, others))
    }

    fn each_once(
        &mut self,
        each: &ForExpr,
        key: Evaluated<S::One>,
        value: Evaluated<S::One>,
    ) -> Result<Once<S::One>, Refused> {
        let names = self.bound.len();
        if let Some(name) = &each.intro.key_var {
            self.bound.push((name.as_str().to_owned(), key));
        }
        let name = each.intro.value_var.as_str().to_owned();
        self.bound.push((name, value));
        let made = self.made_once(each);
        self.bound.truncate(names);
        made
    }

    fn made_once(&mut self, each: &ForExpr) -> Result<Once<S::One>, Refused> {
        let is_in = match &each.cond {
            Some(condition) => self.value(&condition.expr)?.as_bool(),
            None => Some(true),
        };
        match is_in {
            Some(false) => Ok(None),
            Some(true) => Ok(Some((true, self.entry(each)?))),
            None => Ok(self.entry(each).ok().map(|entry| (false, entry))),
        }
    }

    fn entry(&mut self, each: &ForExpr) -> Result<Entry<S::One>, Refused> {
        let key = each.key_expr.as_ref().map(|key| self.value(key));
        Ok((key.transpose()?, self.value(&each.value_expr)?))
    }
}
