//! Random forms of one text in a template: whichever is taken, CloudFormation makes the same of it, or what has it in it.

use crate::ahead::Dice;

/// Writes values in random forms, with what the rest of the template has for these.
pub struct Forms {
    pub dice: Dice,
    pub metadata: Vec<String>,
    pub parameters: Vec<String>,
    pub mappings: Vec<String>,
    /// Whether a form was taken of which nobody can tell by the template alone what it comes to.
    pub is_computed: bool,
    /// Whether the name alone is of that kind: only a value that has to be a policy is taken for one.
    pub is_open: bool,
    /// Whether a condition decides on it.
    pub is_conditional: bool,
}

impl Forms {
    pub fn of(seed: u64) -> Self {
        Forms {
            dice: Dice::of(seed),
            metadata: Vec::new(),
            parameters: Vec::new(),
            mappings: Vec::new(),
            is_computed: false,
            is_open: false,
            is_conditional: false,
        }
    }

    pub fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.dice.below(all.len())]
    }

    /// A value that comes to a text.
    pub fn text(&mut self, text: &str, depth: usize) -> String {
        let quoted = format!("'{text}'");
        if depth == 0 {
            return quoted;
        }
        let at = 1 + self.dice.below(text.len() - 1);
        let (first, rest) = text.split_at(at);
        match self.dice.below(18) {
            0 => quoted,
            1 => format!("\"{text}\""),
            2 => format!(
                "!Sub '{}'",
                text.replace("123456789012", "${AWS::AccountId}")
            ),
            3 => format!("!Sub ['{first}${{v}}', {{v: '{rest}'}}]"),
            4 => format!("!Join ['', ['{first}', '{rest}']]"),
            5 => {
                let parts: Vec<String> = text.split('/').map(|part| format!("'{part}'")).collect();
                format!("!Join ['/', [{}]]", parts.join(", "))
            }
            6 => format!("!Select [1, [x, {}]]", self.text(text, depth - 1)),
            7 => {
                let value = self.text(text, depth - 1);
                self.anchored(&value)
            }
            8 => format!("!Sub ['${{v}}', {{v: {}}}]", self.text(text, depth - 1)),
            9 => format!("!Join ['', [{}, '']]", self.text(text, depth - 1)),
            10 => self.by_condition(text, depth - 1),
            other => self.computed(other, text, depth - 1),
        }
    }

    fn by_condition(&mut self, text: &str, depth: usize) -> String {
        self.is_conditional = true;
        // Within other functions it is not evaluated.
        self.is_computed = true;
        let value = self.text(text, depth);
        match self.dice.below(3) {
            0 => format!("!If [C, {value}, 'another']"),
            1 => format!("!If [C, 'another', {value}]"),
            _ => format!("{{'Fn::If': [C, {value}, !Ref 'AWS::NoValue']}}"),
        }
    }

    /// By a function that is not evaluated, or a value that may be another one.
    fn computed(&mut self, form: usize, text: &str, depth: usize) -> String {
        self.is_computed = true;
        match form {
            11 => self.mapped(text),
            12 => {
                let value = self.text(text, depth);
                let mapping = self.mapped("another");
                let keys = mapping
                    .trim_start_matches("!FindInMap [")
                    .trim_end_matches(']');
                format!("!FindInMap [{keys}, {{DefaultValue: {value}}}]")
            }
            13 => self.parameter(text),
            14 => format!(
                "!Sub '${{{}}}'",
                self.parameter(text).trim_start_matches("!Ref ")
            ),
            15 => format!("!Select [1, !Split [',', 'x,{text}']]"),
            16 => {
                let value = self.text(text, depth);
                format!("!Select [1, !Split [',', !Join [',', [x, {value}]]]]")
            }
            _ => {
                let end = text.rfind('/').map_or(0, |at| at + 1);
                self.is_open = true;
                let (begin, name) = text.split_at(end);
                let name = self.parameter(name);
                format!("!Sub '{begin}${{{}}}'", name.trim_start_matches("!Ref "))
            }
        }
    }

    /// What a mapping says.
    fn mapped(&mut self, text: &str) -> String {
        let name = format!("M{}", self.mappings.len());
        self.mappings
            .push(format!("  {name}: {{a: {{b: '{text}', c: 'another'}}}}\n"));
        format!("!FindInMap [{name}, a, b]")
    }

    /// What a parameter is if nobody gives it.
    fn parameter(&mut self, text: &str) -> String {
        let name = format!("P{}", self.parameters.len());
        let told = self.one_of(&["Default: ", "AllowedValues: [another, "]);
        let end = if told.ends_with(' ') && told.contains('[') {
            "]"
        } else {
            ""
        };
        self.parameters
            .push(format!("  {name}: {{Type: String, {told}'{text}'{end}}}\n"));
        format!("!Ref {name}")
    }

    /// An alias of what stands elsewhere.
    pub fn anchored(&mut self, value: &str) -> String {
        if value.starts_with('*') {
            return value.to_owned();
        }
        let name = format!("a{}", self.metadata.len());
        self.metadata.push(format!("  {name}: &{name} {value}\n"));
        format!("*{name}")
    }

    /// A value that has a text in it, and may have others: what is given to others has it in whichever way.
    pub fn with(&mut self, text: &str, depth: usize) -> String {
        if depth == 0 {
            return self.text(text, 1);
        }
        let inner = |forms: &mut Self| forms.with(text, depth - 1);
        match self.dice.below(16) {
            0..=3 => self.text(text, depth),
            4 => format!(
                "!Join [',', ['arn:aws:iam::aws:policy/ReadOnlyAccess', {}]]",
                self.text(text, depth)
            ),
            5 => format!(
                "!Join [',', [{}, 'arn:aws:iam::aws:policy/ReadOnlyAccess']]",
                self.text(text, depth)
            ),
            6 => format!("'{text},another'"),
            7 => format!("'run {text} for zed'"),
            8 => format!(
                "!Sub ['run ${{v}} for ${{AWS::StackName}}', {{v: {}}}]",
                self.text(text, depth)
            ),
            9 => format!(
                "!Join [' ', [run, {}, for, !Ref 'AWS::StackName']]",
                self.text(text, depth)
            ),
            10 => format!("{{'Fn::Base64': {}}}", inner(self)),
            11 => format!("{{'Fn::ToJsonString': {{Key: {}}}}}", inner(self)),
            12 => format!("{{'Fn::ToJsonString': [another, {}]}}", inner(self)),
            13 => format!("{{'Fn::Split': [',', {}]}}", inner(self)),
            14 => format!(
                "{{'Fn::Transform': {{Name: Own, Parameters: {{Key: {}}}}}}}",
                inner(self)
            ),
            _ => format!("[another, {{Key: {}}}]", inner(self)),
        }
    }
}
