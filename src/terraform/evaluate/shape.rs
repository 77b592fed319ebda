//! Whether Terraform finds one type for several values, as far as their types are known: where there is none it
//! refuses them.

use std::collections::BTreeMap;

use super::value::{Evaluated, Places};

/// What is known of the type of a value.
enum Shape {
    /// It may be any.
    Any,
    /// A text, a number or a truth, which can be made a text.
    Plain,
    /// A list or a set of this.
    List(Box<Shape>),
    /// A tuple, or a list of as many.
    Tuple(Vec<Shape>),
    /// A map of this.
    Map(Box<Shape>),
    /// An object, or a map of these.
    Object(BTreeMap<String, Shape>),
}

/// Whether there may be one type for these values.
pub(super) fn have_one_type<'v, T: 'v>(values: impl IntoIterator<Item = &'v Evaluated<T>>) -> bool {
    let shapes = values.into_iter().map(|value| Shape::of(value, false));
    one(shapes).is_some()
}

/// The same of the values of a list or a set: there `null` stands for a text, in whichever of them.
pub(super) fn have_one_type_in_list<'v, T: 'v>(
    values: impl IntoIterator<Item = &'v Evaluated<T>>,
) -> bool {
    let shapes = values.into_iter().map(|value| Shape::of(value, true));
    one(shapes).is_some()
}

/// The one shape of all of these.
fn one(shapes: impl IntoIterator<Item = Shape>) -> Option<Shape> {
    shapes.into_iter().try_fold(Shape::Any, Shape::with)
}

impl Shape {
    fn of<T>(value: &Evaluated<T>, is_null_plain: bool) -> Self {
        let of = |value: &Evaluated<T>| Shape::of(value, is_null_plain);
        match value {
            Evaluated::Null if is_null_plain => Shape::Plain,
            Evaluated::Text(_) | Evaluated::Bool(_) | Evaluated::Number(_) => Shape::Plain,
            Evaluated::List(items) => {
                let values = items.values.iter().map(of);
                if items.places == Places::InOrder {
                    Shape::Tuple(values.collect())
                } else {
                    Shape::List(Box::new(one(values).unwrap_or(Shape::Any)))
                }
            }
            Evaluated::Object(members) => {
                let values = members.values.iter();
                let values = values.map(|(name, value)| (name.clone(), of(value)));
                Shape::Object(values.collect())
            }
            _ => Shape::Any,
        }
    }

    /// The shape of this and another one; none where there is no type for both.
    fn with(self, other: Self) -> Option<Self> {
        use Shape::{Any, List, Map, Object, Plain, Tuple};
        Some(match (self, other) {
            (Any, shape) | (shape, Any) => shape,
            (Plain, Plain) => Plain,
            (Tuple(these), Tuple(others)) if these.len() == others.len() => {
                let both = these.into_iter().zip(others);
                Tuple(
                    both.map(|(one, other)| one.with(other))
                        .collect::<Option<_>>()?,
                )
            }
            (one_of @ (Tuple(_) | List(_)), other @ (Tuple(_) | List(_))) => {
                List(Box::new(one_of.within()?.with(other.within()?)?))
            }
            (Object(these), Object(others)) if these.keys().eq(others.keys()) => {
                let both = these.into_iter().zip(others.into_values());
                let both = both.map(|((name, one), other)| Some((name, one.with(other)?)));
                Object(both.collect::<Option<_>>()?)
            }
            (one_of @ (Object(_) | Map(_)), other @ (Object(_) | Map(_))) => {
                Map(Box::new(one_of.within()?.with(other.within()?)?))
            }
            _ => return None,
        })
    }

    /// The one shape of all that is in it.
    fn within(self) -> Option<Self> {
        match self {
            Shape::Any | Shape::Plain => None,
            Shape::List(each) | Shape::Map(each) => Some(*each),
            Shape::Tuple(each) => one(each),
            Shape::Object(each) => one(each.into_values()),
        }
    }
}
