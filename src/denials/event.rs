//! JSON with denials in it: events of `CloudTrail`, alone or many of them, as files, answers of AWS or
//! lines of a log.
//!
//! It is read as it comes, without being held: an object is looked at when it ends, and only what it
//! says of a denial is kept of it until then.

use std::fmt;

use jiff::Timestamp;
use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::call::{actions_of, denied_calls};
use super::message::{Denial, Refusal, denials, messages, nameless, only_named, reason};
use super::{Caller, time};
use crate::iam::{AccountId, Action, Name, ServicePrefix};

/// How often JSON may stand in a text within JSON. AWS has it once.
const DEEPEST: usize = 4;

/// Takes a value apart and tells the denials in it.
pub(super) struct Walk<'w, S> {
    tell: &'w mut S,
    /// What the value is.
    is: Part<'w>,
    /// In how many texts it stands.
    within: usize,
}

/// What a value is to the object that it stands in.
enum Part<'w> {
    /// Anything: its denials go to the object around it, which knows the time of them, if there is one.
    Any(Option<&'w mut Vec<Denial>>),
    /// A text or a number that the object has to know; anything else is passed over.
    Text(&'w mut Option<String>),
    /// Who made the call.
    Identity(&'w mut Identity),
}

impl<'w, S: FnMut(Denial, Option<Timestamp>)> Walk<'w, S> {
    pub(super) fn new(tell: &'w mut S) -> Self {
        Walk {
            tell,
            is: Part::Any(None),
            within: 0,
        }
    }
}

/// The JSON that `text` begins with, behind blanks: where it ends; none where it is none.
pub(super) fn json_at(text: &str) -> Option<usize> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    Some(values.byte_offset())
}

/// Takes apart JSON that is known to be some.
pub(super) fn walk<S: FnMut(Denial, Option<Timestamp>)>(json: &str, tell: &mut S, within: usize) {
    let mut json = serde_json::Deserializer::from_str(json);
    let walk = Walk {
        within,
        ..Walk::new(tell)
    };
    // It was read before.
    let _ = walk.deserialize(&mut json);
}

impl<'de, S: FnMut(Denial, Option<Timestamp>)> DeserializeSeed<'de> for Walk<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<S> Walk<'_, S> {
    fn number(self, number: String) {
        if let Part::Text(text) = self.is {
            *text = Some(number);
        }
    }
}

impl<'de, S: FnMut(Denial, Option<Timestamp>)> Visitor<'de> for Walk<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.number(number.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.number(number.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.number(number.to_string());
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        let beside = match self.is {
            Part::Any(beside) => beside,
            Part::Text(kept) => {
                *kept = Some(text.to_owned());
                return Ok(());
            }
            Part::Identity(_) => return Ok(()),
        };
        let is_json = self.within < DEEPEST && text.trim_start().starts_with(['{', '[']);
        if is_json && json_at(text).is_some_and(|end| text[end..].trim().is_empty()) {
            walk(text, self.tell, self.within + 1);
            return Ok(());
        }
        let found = denials(text);
        match beside {
            Some(beside) => beside.extend(found),
            None => (found.into_iter()).for_each(|denial| (self.tell)(denial, None)),
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Part::Any(mut beside) = self.is else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        };
        loop {
            let element = Walk {
                tell: &mut *self.tell,
                is: Part::Any(beside.as_deref_mut()),
                within: self.within,
            };
            if seq.next_element_seed(element)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        match self.is {
            Part::Any(_) => {
                let mut event = Event::default();
                let result = event.read(&mut map, self.tell, self.within);
                // Where it breaks off, what was read of it still counts.
                event.tell(self.tell);
                result
            }
            Part::Identity(identity) => identity.read(&mut map, self.tell),
            Part::Text(_) => {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(())
            }
        }
    }
}

/// What an object says of a denial.
#[derive(Default)]
struct Event {
    code: Option<String>,
    message: Option<String>,
    source: Option<String>,
    name: Option<String>,
    time: Option<String>,
    identity: Identity,
    /// The denials in its other texts.
    others: Vec<Denial>,
}

impl Event {
    fn read<'de, A: MapAccess<'de>, S: FnMut(Denial, Option<Timestamp>)>(
        &mut self,
        map: &mut A,
        tell: &mut S,
        within: usize,
    ) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let is = match key.as_str() {
                "errorCode" => Part::Text(&mut self.code),
                "errorMessage" => Part::Text(&mut self.message),
                "eventSource" => Part::Text(&mut self.source),
                "eventName" => Part::Text(&mut self.name),
                "eventTime" | "timestamp" | "@timestamp" | "time" => Part::Text(&mut self.time),
                "userIdentity" => Part::Identity(&mut self.identity),
                _ => Part::Any(Some(&mut self.others)),
            };
            let tell = &mut *tell;
            map.next_value_seed(Walk { tell, is, within })?;
        }
        Ok(())
    }

    fn tell(self, tell: &mut impl FnMut(Denial, Option<Timestamp>)) {
        let at = self.time.as_deref().and_then(time::in_member);
        let own = self.own();
        let others = self.others.into_iter();
        let of_all = own.into_iter().chain(others);
        let identity = self.identity.caller();
        for mut denial in only_named(of_all).unwrap_or_default() {
            if denial.caller.is_none() {
                denial.caller.clone_from(&identity);
            }
            tell(denial, at);
        }
    }

    /// What its error says, or else its name.
    fn own(&self) -> Vec<Denial> {
        let message = self.message.as_deref().unwrap_or_default();
        let code = self.code.as_deref().unwrap_or_default();
        let found: Vec<Denial> = (messages(message).into_iter())
            .map(|message| message.denial)
            .collect();
        let is_named = |denial: &Denial| matches!(denial.refusal, Refusal::Of { .. });
        if found.iter().any(is_named) {
            return found;
        }
        let Some(nameless) = nameless(message).or_else(|| nameless(code)) else {
            return only_named(found.into_iter().chain(denied_calls(message))).unwrap_or_default();
        };
        let Some(called) = self.action() else {
            let found = found.into_iter().chain(denied_calls(message));
            return only_named(found).unwrap_or_else(|| vec![Denial::nameless(nameless)]);
        };
        let denial = |action| Denial {
            refusal: Refusal::Of {
                action,
                is_named: false,
                reason: reason(message),
            },
            caller: None,
        };
        actions_of(called).into_iter().map(denial).collect()
    }

    /// The operation that the event is called after, as if it were an action.
    fn action(&self) -> Option<Action> {
        let source = self.source.as_deref()?;
        let service = source.split('.').next()?;
        let service = match service {
            "monitoring" => "cloudwatch",
            "tagging" => "tag",
            "email" => "ses",
            service => service,
        };
        let service = ServicePrefix::parse(service)?;
        let name = without_version(self.name.as_deref()?);
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_name.then(|| Action::new(service, Name::from(name)))
    }
}

/// `GetFunction20150331v2` and `GetDistribution2020_05_31` are `GetFunction` and `GetDistribution`.
fn without_version(name: &str) -> &str {
    let unversioned = match name.rsplit_once('v') {
        Some((before, digits))
            if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) =>
        {
            before
        }
        _ => name,
    };
    let bare =
        unversioned.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
    if unversioned.len() - bare.len() >= 8 {
        bare
    } else {
        name
    }
}

/// The member `userIdentity` of an event.
#[derive(Default)]
struct Identity {
    arn: Option<String>,
    account: Option<String>,
}

impl Identity {
    fn read<'de, A: MapAccess<'de>, S: FnMut(Denial, Option<Timestamp>)>(
        &mut self,
        map: &mut A,
        tell: &mut S,
    ) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let member = match key.as_str() {
                "arn" => &mut self.arn,
                "accountId" => &mut self.account,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            map.next_value_seed(Walk {
                tell: &mut *tell,
                is: Part::Text(member),
                within: 0,
            })?;
        }
        Ok(())
    }

    fn caller(&self) -> Option<Caller> {
        if let Some(caller) = self.arn.as_deref().and_then(Caller::from_arn) {
            return Some(caller);
        }
        // Somebody of another account has no ARN here.
        let account = AccountId::parse(self.account.as_deref()?)?;
        Some(Caller::Other {
            name: format!("somebody of account {account}").into(),
            account: Some(account),
        })
    }
}
