//! What stands behind a value: `.name`, `[key]` and `[*]`.

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

use super::origins::Origin;
use super::perhaps::{Made, Perhaps};
use super::value::{Evaluated, Places, Refused};
use super::{Evaluating, Scope};

impl<S: Scope> Evaluating<'_, S> {
    pub(super) fn traversal(
        &mut self,
        traversal: &Traversal,
    ) -> Result<Evaluated<S::One>, Refused> {
        let operators: Vec<&TraversalOperator> = traversal
            .operators
            .iter()
            .map(hcl_edit::Decorated::value)
            .collect();
        let (value, taken) = match &traversal.expr {
            Expression::Variable(first) => {
                let names = operators.iter().map_while(|operator| match operator {
                    TraversalOperator::GetAttr(name) => Some(name.as_str()),
                    _ => None,
                });
                self.variable(first.as_str(), &names.collect::<Vec<&str>>())
            }
            other => (self.value(other)?, 0),
        };
        self.followed(value, &operators[taken..])
    }

    /// What a value has at `.name`, `[key]` and so on.
    fn followed(
        &mut self,
        mut value: Evaluated<S::One>,
        operators: &[&TraversalOperator],
    ) -> Result<Evaluated<S::One>, Refused> {
        for (place, operator) in operators.iter().enumerate() {
            let rest = &operators[place + 1..];
            value = match operator {
                TraversalOperator::GetAttr(name) => self.member(&value, name.as_str())?,
                TraversalOperator::Index(key) => {
                    let key = self.value(key)?;
                    self.at(&value, &key)?
                }
                TraversalOperator::LegacyIndex(place) => {
                    let place = usize::try_from(*place.value()).unwrap_or(usize::MAX);
                    self.at(&value, &Evaluated::place(place))?
                }
                TraversalOperator::FullSplat(_) => return self.splat(&value, rest),
                TraversalOperator::AttrSplat(_) => {
                    let is_name =
                        |one: &&&TraversalOperator| matches!(one, TraversalOperator::GetAttr(_));
                    let of_each = rest.iter().take_while(is_name).count();
                    let list = self.splat(&value, &rest[..of_each])?;
                    return self.followed(list, &rest[of_each..]);
                }
            };
        }
        Ok(value)
    }

    /// What each value of a list has; what is no list stands for one of itself, and `null` for an empty one.
    fn splat(
        &mut self,
        value: &Evaluated<S::One>,
        operators: &[&TraversalOperator],
    ) -> Result<Evaluated<S::One>, Refused> {
        Ok(match value {
            Evaluated::NotMade(..) => value.clone(),
            Evaluated::Unknown(perhaps) => {
                Evaluated::Unknown(perhaps.map(|one| self.splat(one, operators)))
            }
            Evaluated::Null => Evaluated::list(Vec::new()),
            Evaluated::List(items) => {
                let is_in_order = items.have_order();
                let values = items.values.iter();
                let values = values.map(|one| self.followed(one.clone(), operators));
                let values = values.collect::<Result<_, Refused>>()?;
                let others = items.others.clone();
                let others = others.map(|others| self.each_followed(others, operators));
                Evaluated::list_in(values, others, is_in_order)
            }
            // A sign before a number is of the whole.
            Evaluated::Number(_) => Evaluated::nothing(),
            // It is a list, or a map, which is one of itself.
            Evaluated::Several(several) => {
                let others = self.each_followed(several.each(), operators);
                let list = Evaluated::list_in(Vec::new(), Some(others), false);
                let itself = self.followed(value.clone(), operators);
                let itself = itself.map(|itself| Evaluated::list(vec![itself]));
                Evaluated::one_of([list].into_iter().chain(itself))
            }
            single => Evaluated::list(vec![self.followed(single.clone(), operators)?]),
        })
    }

    fn each_followed(
        &mut self,
        perhaps: Perhaps<S::One>,
        operators: &[&TraversalOperator],
    ) -> Perhaps<S::One> {
        Perhaps::one_of(self.followed(Evaluated::Unknown(perhaps), operators))
    }

    pub(super) fn member(
        &mut self,
        value: &Evaluated<S::One>,
        name: &str,
    ) -> Result<Evaluated<S::One>, Refused> {
        Ok(match value {
            Evaluated::Object(members) => members.perhaps_at(name).ok_or(Refused)?,
            Evaluated::One(one) => {
                if !self.scope.enters() {
                    let of = one.origins().and(&Origin::GivenUp.into());
                    return Ok(Evaluated::made_of(of));
                }
                let value = self.scope.attribute(one, name);
                self.scope.leaves();
                value
            }
            Evaluated::Several(several) => {
                // One of which a state tells may be there no more.
                self.may_fail = true;
                several.perhaps_at(name)
            }
            Evaluated::NotMade(called, of) => {
                Evaluated::NotMade(format!("{called}.{name}"), of.clone())
            }
            Evaluated::Unknown(perhaps) => {
                Evaluated::Unknown(perhaps.map(|one| self.member(one, name)))
            }
            _ => return Err(Refused),
        })
    }

    fn at(
        &mut self,
        value: &Evaluated<S::One>,
        key: &Evaluated<S::One>,
    ) -> Result<Evaluated<S::One>, Refused> {
        match (value, key) {
            (Evaluated::List(items), key) => match key.as_place() {
                // The values of a set have no places.
                Some(place) if items.places == Places::InOrder => {
                    items.values.get(place).cloned().ok_or(Refused)
                }
                _ => Ok(value.any()),
            },
            (
                Evaluated::Object(_)
                | Evaluated::One(_)
                | Evaluated::Several(_)
                | Evaluated::NotMade(..),
                key,
            ) => match key.known_text() {
                Some(name) => self.member(value, &name),
                None => Ok(value.any()),
            },
            (Evaluated::Unknown(perhaps), _) => {
                Ok(Evaluated::Unknown(perhaps.map(|one| self.at(one, key))))
            }
            _ => Err(Refused),
        }
    }
}
