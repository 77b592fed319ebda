//! Objects of JSON read member by member as they stream by: what is not asked for is passed over, and no
//! value is kept that nobody takes.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::plain::Plain;

/// An object of which some members are read.
pub(super) trait Part {
    /// Reads the value of a member, or passes it over.
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error>;
}

/// A member of an object, whose value is yet to be read.
pub(super) struct Member<'m, A> {
    pub(super) key: &'m str,
    object: &'m mut A,
}

impl<'de, A: MapAccess<'de>> Member<'_, A> {
    /// Its value.
    pub(super) fn value<T: Deserialize<'de>>(self) -> Result<T, A::Error> {
        self.object.next_value()
    }

    /// Its text; none where it is anything else.
    pub(super) fn text(self) -> Result<Option<String>, A::Error> {
        self.value().map(Plain::text)
    }

    /// The texts of its list, or its only one.
    pub(super) fn texts(self) -> Result<Vec<String>, A::Error> {
        self.value().map(Plain::texts)
    }

    /// Whether it is `true`.
    pub(super) fn truth(self) -> Result<bool, A::Error> {
        self.value()
            .map(|value| matches!(value, Plain::Truth(true)))
    }

    /// Reads its object into `part`.
    pub(super) fn read_into(self, part: &mut impl Part) -> Result<(), A::Error> {
        self.read_by(Object(part))
    }

    /// Gives each object of its list to `take`.
    pub(super) fn each<P: Part + Default>(self, take: impl FnMut(P)) -> Result<(), A::Error> {
        self.read_by(Each {
            take,
            part: PhantomData,
        })
    }

    /// Reads its value as `seed` does.
    pub(super) fn read_by<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.object.next_value_seed(seed)
    }

    /// Passes it over.
    pub(super) fn pass_over(self) -> Result<(), A::Error> {
        self.value::<IgnoredAny>().map(|_| ())
    }
}

/// Reads an object into a part; `null` leaves it as it is.
pub(super) struct Object<'a, P>(pub(super) &'a mut P);

impl<'de, P: Part> DeserializeSeed<'de> for Object<'_, P> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, P: Part> Visitor<'de> for Object<'_, P> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(key) = object.next_key::<String>()? {
            self.0.member(Member {
                key: &key,
                object: &mut object,
            })?;
        }
        Ok(())
    }
}

/// Reads a list of objects, and gives each to `take`; `null` is an empty one.
struct Each<P, F> {
    take: F,
    part: PhantomData<P>,
}

impl<'de, P: Part + Default, F: FnMut(P)> DeserializeSeed<'de> for Each<P, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, P: Part + Default, F: FnMut(P)> Visitor<'de> for Each<P, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        loop {
            let mut part = P::default();
            if list.next_element_seed(Object(&mut part))?.is_none() {
                return Ok(());
            }
            (self.take)(part);
        }
    }
}
