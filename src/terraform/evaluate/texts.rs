//! The functions that make texts.

use super::encoded::letters_of;
use super::perhaps::{Made, Perhaps};
use super::text::PartText;
use super::value::{Evaluated, Items};

/// The functions that write a text anew, of which the letters are somewhere in it then, as far as they are left.
const WRITE_ANEW: [&str; 11] = [
    "trimspace",
    "chomp",
    "trim",
    "trimprefix",
    "trimsuffix",
    "replace",
    "substr",
    "indent",
    "format",
    "title",
    "tostring",
];

/// The functions that look for a text in another, and leave it out, with the place of the argument that says it.
const LEAVE_OUT: [(&str, usize); 5] = [
    ("replace", 1),
    ("split", 0),
    ("trim", 1),
    ("trimprefix", 1),
    ("trimsuffix", 1),
];

/// The arguments of a function of which the letters may be in what it makes. Of a text that it leaves out it is only known
/// what that comes of.
pub(super) fn left_in<T: Made>(name: &str, values: &[Evaluated<T>]) -> Vec<Evaluated<T>> {
    let mut values = values.to_vec();
    let left_out = LEAVE_OUT.iter().find(|(function, _)| *function == name);
    if let Some(value @ Evaluated::Text(_)) = left_out.and_then(|(_, at)| values.get_mut(*at)) {
        *value = Evaluated::made_of(value.asked());
    }
    values
}

/// What a function makes; none where it is none of these.
pub(super) fn call<T: Made>(name: &str, values: &[Evaluated<T>]) -> Option<Evaluated<T>> {
    let made = made(name, values);
    if made.is_some() || !WRITE_ANEW.contains(&name) {
        return made;
    }
    let left_in = left_in(name, values);
    let written = match name {
        "format" | "indent" | "replace" => left_in.as_slice(),
        _ => left_in.get(..1)?,
    };
    let is_text = |value: &Evaluated<T>| matches!(value, Evaluated::Text(_));
    let has_text = written.iter().any(is_text);
    has_text.then(|| Evaluated::Text(letters_of_all(written.iter())))
}

/// A text of which nothing is known but that it has the letters of others in it.
fn letters_of_all<'v, T: Made + 'v>(values: impl Iterator<Item = &'v Evaluated<T>>) -> PartText {
    let texts = values.map(Evaluated::as_text);
    texts.fold(PartText::unknown(), |all, one| all.with_letters_of(&one))
}

/// What a function makes; none where it is none of these, or nobody can tell.
fn made<T: Made>(name: &str, values: &[Evaluated<T>]) -> Option<Evaluated<T>> {
    let text = |place: usize| {
        values
            .get(place)
            .map_or_else(PartText::unknown, Evaluated::as_text)
    };
    let known = |place: usize| values.get(place).and_then(Evaluated::known_text);
    let made = match (name, values) {
        ("tostring", [value @ (Evaluated::Null | Evaluated::NotMade(..) | Evaluated::One(_))]) => {
            return Some(value.clone());
        }
        // One alone is that itself.
        ("join", [_, Evaluated::List(items)])
            if items.have_order() && matches!(items.values.as_slice(), [Evaluated::One(_)]) =>
        {
            return items.values.first().cloned();
        }
        ("tostring", [Evaluated::Text(_) | Evaluated::Bool(_) | Evaluated::Number(_)]) => text(0),
        // What becomes of letters of other languages is not looked into.
        ("lower", [_]) => text(0).ascii()?.map(str::to_ascii_lowercase),
        ("upper", [_]) => text(0).ascii()?.map(str::to_ascii_uppercase),
        ("title", [_]) => PartText::known(title(text(0).ascii()?.as_known()?)),
        ("trimspace", [_]) => PartText::known(known(0)?.trim()),
        ("chomp", [_]) => PartText::known(known(0)?.trim_end_matches(['\r', '\n'])),
        ("trim", [_, _]) => {
            let cut: Vec<char> = known(1)?.chars().collect();
            PartText::known(known(0)?.trim_matches(cut.as_slice()))
        }
        ("trimprefix", [_, _]) => text(0).without_start(&known(1)?)?,
        ("trimsuffix", [_, _]) => text(0).without_end(&known(1)?)?,
        ("replace", [_, _, _]) => replace(&known(0)?, &known(1)?, &known(2)?)?,
        ("substr", [_, _, _]) => substr(&known(0)?, values)?,
        ("basename", [_]) => PartText::known(basename(&known(0)?)?),
        ("dirname", [_]) => PartText::known(dirname(&known(0)?)?),
        ("startswith", [_, _]) => {
            return is_shorter(&text(0), &known(1)?, PartText::without_start);
        }
        ("endswith", [_, _]) => return is_shorter(&text(0), &known(1)?, PartText::without_end),
        ("strcontains", [_, _]) => return Some(Evaluated::Bool(known(0)?.contains(&known(1)?))),
        ("join", [separator, lists @ ..]) => join(&separator.as_text(), lists)?,
        ("split", [_, _]) => return Some(split(&known(0)?, &known(1)?)),
        ("format", [format, values @ ..]) => formatted(&format.known_text()?, values)?,
        ("formatlist", [format, values @ ..]) => return formatlist(format, values),
        _ => return None,
    };
    Some(Evaluated::Text(made))
}

/// Whether something is taken off a text.
fn is_shorter<T: Made>(
    text: &PartText,
    part: &str,
    without: fn(&PartText, &str) -> Option<PartText>,
) -> Option<Evaluated<T>> {
    let rest = without(text, part)?;
    Some(Evaluated::Bool(part.is_empty() || rest != *text))
}

/// Each word with a capital letter.
fn title(text: &str) -> String {
    let mut is_first = true;
    let letters = text.chars().map(|letter| {
        let was_first = is_first;
        is_first = !letter.is_alphanumeric() && letter != '_';
        if was_first {
            letter.to_ascii_uppercase()
        } else {
            letter
        }
    });
    letters.collect()
}

/// None where it is replaced by a pattern.
fn replace(text: &str, old: &str, new: &str) -> Option<PartText> {
    let is_pattern = old.len() > 1 && old.starts_with('/') && old.ends_with('/');
    (!is_pattern && !old.is_empty()).then(|| PartText::known(text.replace(old, new)))
}

fn substr<T: Made>(text: &str, values: &[Evaluated<T>]) -> Option<PartText> {
    let letters: Vec<char> = text.chars().collect();
    // Terraform counts clusters of letters, which are the same where there is but ASCII.
    let start = values[1].as_place().filter(|_| text.is_ascii())?;
    let rest = letters.get(start..)?;
    let part = match values[2].as_place() {
        Some(length) => rest.get(..length).unwrap_or(rest),
        None if values[2].as_whole()? < 0 => rest,
        None => return None,
    };
    Some(PartText::known(part.iter().collect::<String>()))
}

fn basename(path: &str) -> Option<&str> {
    if !is_clean(path) {
        return None;
    }
    let name = path.trim_end_matches('/').rsplit('/').next()?;
    (!name.is_empty()).then_some(name)
}

fn dirname(path: &str) -> Option<&str> {
    let (folder, _) = path.rsplit_once('/').filter(|_| is_clean(path))?;
    (!folder.is_empty()).then_some(folder)
}

/// Whether a path is written as Terraform would write it again.
fn is_clean(path: &str) -> bool {
    let names = path.strip_prefix('/').unwrap_or(path);
    names
        .split('/')
        .all(|name| !matches!(name, "" | "." | ".."))
}

/// What is known only in part is not known here, as somebody between two others is not.
fn join<T: Made>(separator: &PartText, lists: &[Evaluated<T>]) -> Option<PartText> {
    let mut text = PartText::known("");
    let mut is_first = true;
    for list in lists {
        let (entries, are_all) = match list {
            Evaluated::List(items) => (list.entries()?.0, items.have_order()),
            _ => (Vec::new(), false),
        };
        if !are_all {
            // Before and behind it something may be known; where there are none of these, no separator is.
            text = text.then(&letters_of(list));
            is_first = true;
            continue;
        }
        for (_, value) in entries {
            if !is_first {
                text = text.then(separator);
            }
            text = text.then(&value.as_text());
            is_first = false;
        }
    }
    Some(text)
}

fn split<T: Made>(separator: &str, text: &str) -> Evaluated<T> {
    let parts: Vec<Evaluated<T>> = match separator {
        "" if !text.is_ascii() => return Evaluated::written_anew([&Evaluated::text(text)]),
        "" => text
            .chars()
            .map(String::from)
            .map(Evaluated::text)
            .collect(),
        separator => text.split(separator).map(Evaluated::text).collect(),
    };
    Evaluated::list(parts)
}

/// What `format` writes: `%s`, `%v` and `%d` are what is given, and others are not known.
fn formatted<T: Made>(format: &str, values: &[Evaluated<T>]) -> Option<PartText> {
    let mut text = PartText::known("");
    let mut values = values.iter();
    let mut parts = format.split('%');
    text = text.then(&PartText::known(parts.next()?));
    while let Some(part) = parts.next() {
        let mut letters = part.chars();
        let written = match letters.next() {
            // Two signs are one; what follows is up to the next one.
            None => {
                let rest = parts.next()?;
                text = text.then(&PartText::known(format!("%{rest}")));
                continue;
            }
            Some('s' | 'v') => values.next()?.as_text(),
            Some('d') => {
                let number = values.next()?.as_whole();
                number.map_or_else(PartText::unknown, |number| {
                    PartText::known(number.to_string())
                })
            }
            Some(_) => return None,
        };
        text = text.then(&written).then(&PartText::known(letters.as_str()));
    }
    // Terraform refuses more than it writes.
    values.next().is_none().then_some(text)
}

/// `format` for each value of lists of as many.
fn formatlist<T: Made>(format: &Evaluated<T>, values: &[Evaluated<T>]) -> Option<Evaluated<T>> {
    let known = format.known_text()?;
    let lists = values.iter().filter_map(|value| match value {
        Evaluated::List(items) => Some(items),
        _ => None,
    });
    let lengths: Vec<usize> = lists.clone().map(|items| items.values.len()).collect();
    let count = *lengths.first()?;
    if lengths.iter().any(|length| *length != count) {
        return None;
    }
    let are_all = lists.clone().all(Items::are_all);
    let are_in_order = lists.clone().all(Items::have_order);
    // Where others are between these, which belong together is known of one list alone.
    if !are_in_order && lengths.len() > 1 {
        return None;
    }
    let text = |value: &dyn Fn(&Items<T>) -> Evaluated<T>| {
        let values = values.iter().map(|one| match one {
            Evaluated::List(items) => value(items),
            other => other.clone(),
        });
        let values: Vec<Evaluated<T>> = values.collect();
        let text = formatted(&known, &values);
        let written = std::iter::once(format).chain(&values);
        Evaluated::Text(text.unwrap_or_else(|| letters_of_all(written)))
    };
    let texts = (0..count).map(|place| text(&|items| items.values[place].clone()));
    let others =
        (!are_all).then(|| Perhaps::one_of([text(&|items| Evaluated::Unknown(items.any()))]));
    Some(Evaluated::list_in(texts.collect(), others, are_in_order))
}
