//! What a policy or a statement says beside its statements or actions.

use serde_json::{Map, Value};

/// Elements that are kept as values, by name: no two of one name. There may be a hundred thousand
/// statements, each with a few of them, so they take no more room than they need.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Elements(Box<[(Box<str>, Value)]>);

impl Elements {
    /// The value of the element called `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let place = (self.0).binary_search_by(|(candidate, _)| (**candidate).cmp(name));
        place.ok().map(|place| &self.0[place].1)
    }

    /// Each element, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// The same as an object.
    pub fn to_object(&self) -> Map<String, Value> {
        let elements = self.iter();
        elements
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }
}

/// Of two elements of one name the first is left out.
impl<N: Into<Box<str>>> FromIterator<(N, Value)> for Elements {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(elements: I) -> Self {
        let elements = elements.into_iter();
        let mut elements: Vec<(Box<str>, Value)> =
            elements.map(|(name, value)| (name.into(), value)).collect();
        elements.sort_by(|(a, _), (b, _)| a.cmp(b));
        elements.dedup_by(|later, first| {
            let is_same = later.0 == first.0;
            if is_same {
                std::mem::swap(later, first);
            }
            is_same
        });
        Elements(elements.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_name_in_whatever_order_they_came() {
        let elements: Elements = [("b", 1), ("a", 2), ("c", 3), ("a", 4)]
            .map(|(name, value)| (name, Value::from(value)))
            .into_iter()
            .collect();
        assert_eq!(elements.get("a"), Some(&Value::from(4)));
        assert_eq!(elements.get("c"), Some(&Value::from(3)));
        assert_eq!(elements.get("d"), None);
        assert_eq!(
            Value::from(elements.to_object()).to_string(),
            r#"{"a":4,"b":1,"c":3}"#
        );
    }
}
