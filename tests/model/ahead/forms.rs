//! Random forms of one value: whatever form is taken, Terraform makes the same of it.

/// Random numbers from a seed.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % limit as u64).unwrap()
    }

    pub fn is(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// What is in a list: some forms are those of texts that are each there once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Texts,
    Anything,
}

/// Writes values in random forms, with the local values that these take.
pub struct Forms {
    pub dice: Dice,
    pub locals: Vec<(String, String)>,
    /// Whether forms are taken that nobody can read.
    pub may_be_unknown: bool,
    /// Whether one was taken.
    pub is_unknown: bool,
}

impl Forms {
    fn local(&mut self, value: String) -> String {
        let name = format!("l{}", self.locals.len());
        self.locals.push((name.clone(), value));
        format!("local.{name}")
    }

    /// A text that is known, as an expression.
    pub fn text(&mut self, text: &str, depth: usize) -> String {
        let quoted = format!("\"{text}\"");
        if self.may_be_unknown && self.dice.is(12) {
            self.is_unknown = true;
            // Each is spelled by itself: as keys of one object two alike would be no HCL.
            let own = self.dice.below(1_000_000);
            return match self.dice.below(4) {
                0 => format!("var.unknown{own}"),
                1 => format!("yamldecode(file(\"{own}.yaml\")).name"),
                2 => format!("var.on{own} ? {quoted} : \"zz\""),
                _ => format!("data.external.x{own}.result.name"),
            };
        }
        if depth == 0 {
            return quoted;
        }
        let inner = |forms: &mut Self| forms.text(text, depth - 1);
        match self.dice.below(20) {
            0 => {
                let inner = inner(self);
                self.local(inner)
            }
            1 => format!("join(\"\", [\"{}\", \"{}\"])", &text[..1], &text[1..]),
            2 => format!("format(\"%s%s\", \"{}\", \"{}\")", &text[..1], &text[1..]),
            3 => format!("\"${{{}}}\"", inner(self)),
            4 => format!("(1 == 1 ? {} : \"zz\")", inner(self)),
            5 => format!("lookup({{ a = {}, b = \"zz\" }}, \"a\")", inner(self)),
            6 => format!("element([\"zz\", {}], 3)", inner(self)),
            7 => format!("try({{ a = 1 }}.b, {})", inner(self)),
            8 => format!("coalesce(null, \"\", {})", inner(self)),
            9 => format!("trimprefix(\"x-{text}\", \"x-\")"),
            10 => format!("replace(\"{text}_zz\", \"_zz\", \"\")"),
            11 => format!("{{ a = {{ b = {} }} }}.a[\"b\"]", inner(self)),
            12 => format!("split(\"|\", \"zz|{text}\")[1]"),
            13 => format!(
                "one([for x in [{}, \"zz\"] : x if x != \"zz\"])",
                inner(self)
            ),
            14 => format!("\"%{{ if true }}{text}%{{ else }}zz%{{ endif }}\""),
            15 => format!("tostring({})", inner(self)),
            _ => quoted,
        }
    }

    /// A list of these expressions, in this order.
    pub fn list(&mut self, of: Of, items: &[String], depth: usize) -> String {
        let plain = format!("[{}]", items.join(", "));
        if depth == 0 || self.dice.is(15) {
            return plain;
        }
        let inner = |forms: &mut Self| forms.list(of, items, depth - 1);
        let form = self.dice.below(if of == Of::Texts { 14 } else { 9 });
        match form {
            0 => {
                let inner = inner(self);
                self.local(inner)
            }
            1 => {
                let at = self.dice.below(items.len() + 1);
                let first = self.list(of, &items[..at], 0);
                format!(
                    "concat({first}, {})",
                    self.list(of, &items[at..], depth - 1)
                )
            }
            2 => format!("[for x in {} : x]", inner(self)),
            3 => format!(
                "[for o in [for x in {} : {{ name = x }}] : o.name]",
                inner(self)
            ),
            4 => format!("{}[*].name", named(items)),
            5 => format!("({})", inner(self)),
            6 => format!("reverse(reverse({}))", inner(self)),
            7 => format!("[for p in setproduct({}, [\"a\"]) : p[0]]", inner(self)),
            8 => format!("(length([1, 2]) == 2 ? {} : [])", inner(self)),
            9 => format!(
                "[for x in concat({}, [\"zz\"]) : x if x != \"zz\"]",
                inner(self)
            ),
            // Of two texts that are known in part nobody can tell whether they are one.
            10 if !plain.contains("caller_identity") => {
                format!("distinct(concat({plain}, {plain}))")
            }
            11 => format!("compact(concat({}, [\"\"]))", inner(self)),
            12 => format!(
                "slice(concat({}, [\"zz\"]), 0, {})",
                inner(self),
                items.len()
            ),
            _ => format!("flatten([{}, [[]]])", inner(self)),
        }
    }

    /// What `for_each` takes: a set of these expressions.
    pub fn set(&mut self, items: &[String], depth: usize) -> String {
        match self.dice.below(6) {
            0 if !items.is_empty() => {
                let at = self.dice.below(items.len());
                let (first, rest) = (
                    self.list(Of::Texts, &items[..at], depth),
                    self.list(Of::Texts, &items[at..], depth),
                );
                format!("setunion({first}, {rest})")
            }
            1 => format!(
                "setsubtract(toset(concat({}, [\"zz\"])), [\"zz\"])",
                self.list(Of::Texts, items, depth)
            ),
            2 => format!(
                "{{ for x in {} : x => x }}",
                self.list(Of::Texts, items, depth)
            ),
            _ => format!("toset({})", self.list(Of::Texts, items, depth)),
        }
    }

    /// A map of these expressions.
    pub fn map(&mut self, members: &[(String, String)], depth: usize) -> String {
        let written = |members: &[(String, String)]| {
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("({key}) = {value}"))
                .collect();
            format!("{{ {} }}", members.join(", "))
        };
        let plain = written(members);
        if depth == 0 {
            return plain;
        }
        let inner = |forms: &mut Self| forms.map(members, depth - 1);
        match self.dice.below(10) {
            0 => {
                let inner = inner(self);
                self.local(inner)
            }
            1 => {
                let at = self.dice.below(members.len() + 1);
                let first = self.map(&members[..at], 0);
                format!("merge({first}, {})", self.map(&members[at..], depth - 1))
            }
            2 => format!("{{ for k, v in {} : k => v }}", inner(self)),
            3 => format!(
                "{{ for k, v in merge({}, {{ zz = \"zz\" }}) : k => v if k != \"zz\" }}",
                inner(self)
            ),
            4 => {
                let objects: Vec<String> = members
                    .iter()
                    .map(|(key, value)| format!("{{ k = {key}, v = {value} }}"))
                    .collect();
                format!("{{ for o in [{}] : o.k => o.v }}", objects.join(", "))
            }
            5 => {
                let keys: Vec<String> = members.iter().map(|(key, _)| key.clone()).collect();
                let values: Vec<String> = members.iter().map(|(_, value)| value.clone()).collect();
                let keys = self.list(Of::Texts, &keys, depth - 1);
                format!(
                    "zipmap({keys}, {})",
                    self.list(Of::Anything, &values, depth - 1)
                )
            }
            6 => format!("merge({{ for k, v in {plain} : k => v }}, null)"),
            7 => format!("merge([{}]...)", inner(self)),
            _ => plain,
        }
    }
}

/// A list of objects with these names.
fn named(items: &[String]) -> String {
    let objects: Vec<String> = items
        .iter()
        .map(|item| format!("{{ name = {item} }}"))
        .collect();
    format!("[{}]", objects.join(", "))
}
