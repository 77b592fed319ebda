//! What `for` makes of each value of a collection.

use std::collections::BTreeMap;

use hcl_edit::expr::ForExpr;

use super::value::Evaluated;
use super::{Evaluating, Scope, whole};

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
                .push((name.as_str().to_owned(), Evaluated::Unknown));
        }
        let (value, _) = self.tried(&condition.expr);
        self.bound.truncate(names);
        value.has_failed()
    }

    /// `[for v in list : v]` and `{ for k, v in map : k => v }`.
    pub(super) fn each(&mut self, each: &ForExpr) -> Evaluated<S::One> {
        let collection = self.value(&each.intro.collection_expr);
        if collection.has_failed() {
            return collection;
        }
        let Some((entries, mut are_all)) = collection.entries() else {
            return Evaluated::Unknown;
        };
        if self.condition_fails(each) {
            return Evaluated::Failed;
        }
        let is_in_order = match &collection {
            Evaluated::List(items) => items.have_order(),
            _ => true,
        };
        let mut list = Vec::new();
        let mut grouped: BTreeMap<String, Vec<Evaluated<S::One>>> = BTreeMap::new();
        for (key, value) in entries {
            let names = self.bound.len();
            if let Some(name) = &each.intro.key_var {
                self.bound.push((name.as_str().to_owned(), key));
            }
            let name = each.intro.value_var.as_str().to_owned();
            self.bound.push((name, value));
            let is_in = match &each.cond {
                Some(condition) => self.value(&condition.expr).as_bool(),
                None => Some(true),
            };
            if is_in == Some(true) {
                let key = each
                    .key_expr
                    .as_ref()
                    .map(|key| self.value(key).known_text());
                let value = self.value(&each.value_expr);
                match key {
                    None => list.push(value),
                    Some(Some(key)) => grouped.entry(key).or_default().push(value),
                    Some(None) => are_all = false,
                }
            }
            are_all &= is_in.is_some();
            self.bound.truncate(names);
        }
        if each.key_expr.is_none() {
            return whole(Evaluated::list_in(list, are_all, is_in_order));
        }
        if !each.grouping && grouped.values().any(|values| values.len() > 1) {
            return Evaluated::Failed;
        }
        let members = grouped.into_iter().map(|(key, values)| {
            let value = if each.grouping {
                Evaluated::list_in(values, are_all, is_in_order)
            } else {
                values.into_iter().next_back().unwrap_or(Evaluated::Unknown)
            };
            (key, value)
        });
        whole(Evaluated::object(members.collect(), are_all))
    }
}
