//! A call of the `aws` command as data.

use super::Operation;
use super::shell::option;
use crate::iam::quota::Owner;
use crate::iam::{Arn, PolicyName, PrincipalName, VersionId};

/// A call of the `aws` command: what it does, and with which options.
///
/// ```
/// use iam_refine::aws::{AwsCommand, Operation};
/// use iam_refine::iam::Arn;
///
/// let arn = Arn::parse("arn:aws:iam::123456789012:policy/it's").unwrap();
/// let get = AwsCommand::new(Operation::GetPolicy).arg("policy-arn", &arn);
/// assert_eq!(get.hint(), r"aws iam get-policy --policy-arn 'arn:aws:iam::123456789012:policy/it'\''s'");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsCommand {
    operation: Operation,
    args: Vec<(&'static str, Arg)>,
    /// How many options stand before each line of a script that is not its last.
    breaks: Vec<usize>,
}

/// What stands behind an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// This text, quoted for a shell where that is needed.
    Text(String),
    /// Nothing: the option says it all.
    Set,
    /// Something that the reader of a hint has to fill in.
    FillIn(String),
    /// An expression of the shell that a script is written for, without the quotes around it.
    Expression(&'static str),
}

impl AwsCommand {
    /// The call `aws SERVICE OPERATION`, without options.
    pub fn new(operation: Operation) -> Self {
        AwsCommand {
            operation,
            args: Vec::new(),
            breaks: Vec::new(),
        }
    }

    /// The same call with `--name value` behind the options that it has.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// With the name of the role, user or group that the operation is about.
    #[must_use]
    pub fn principal(self, name: impl Into<Arg>) -> Self {
        match self.operation.kind().map(principal_option) {
            Some(option) => self.arg(option, name),
            None => self,
        }
    }

    /// The same call with `--name`, an option without a value.
    #[must_use]
    pub fn flag(self, name: &'static str) -> Self {
        self.arg(name, Arg::Set)
    }

    /// With what follows on another line, in a script.
    #[must_use]
    pub fn on_another_line(mut self) -> Self {
        self.breaks.push(self.args.len());
        self
    }

    /// The operation that it calls.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The command in one line, for a person to paste into a shell.
    pub fn hint(&self) -> String {
        let mut text = self.begin();
        for (name, value) in &self.args {
            text.push(' ');
            text += &for_shell(name, value);
        }
        text
    }

    /// The command for a script in which it is indented by so many spaces, over several lines.
    pub fn script_line(&self, indent: usize) -> String {
        self.lines(self.begin(), indent, for_shell)
    }

    /// The same where `$1` is the kind of principal. An operation that is about one is then called
    /// for whichever it is.
    pub(super) fn script_line_for_each_kind(&self, indent: usize) -> String {
        let sub_command = self.operation.sub_command("$1");
        let begin = format!("aws {} \"{sub_command}\"", self.operation.service());
        let own_option = self.operation.kind().map(principal_option);
        self.lines(begin, indent, |name, value| match value {
            Arg::Expression(name_of_principal) if Some(name) == own_option => {
                format!("\"--$1-name={name_of_principal}\"")
            }
            _ => for_shell(name, value),
        })
    }

    fn begin(&self) -> String {
        format!("aws {} {}", self.operation.service(), self.sub_command())
    }

    fn sub_command(&self) -> String {
        let kind = self.operation.kind().map_or("", Owner::as_str);
        self.operation.sub_command(kind)
    }

    fn lines(
        &self,
        begin: String,
        indent: usize,
        option: impl Fn(&'static str, &Arg) -> String,
    ) -> String {
        let mut text = begin;
        for (at, (name, value)) in self.args.iter().enumerate() {
            if self.breaks.contains(&at) {
                text += " \\\n";
                text += &" ".repeat(indent + 2);
            } else {
                text.push(' ');
            }
            text += &option(name, value);
        }
        text
    }
}

/// The option that names a principal of this kind: `role-name`.
pub(super) fn principal_option(kind: Owner) -> &'static str {
    match kind {
        Owner::Role => "role-name",
        Owner::User => "user-name",
        Owner::Group => "group-name",
    }
}

/// An option and its value for a command line.
fn for_shell(name: &'static str, value: &Arg) -> String {
    match value {
        Arg::Text(text) => option(name, text),
        Arg::Set => format!("--{name}"),
        Arg::FillIn(placeholder) => format!("--{name} {placeholder}"),
        // The name of a principal may begin with a hyphen.
        Arg::Expression(expression) if name.ends_with("-name") => {
            format!("\"--{name}={expression}\"")
        }
        Arg::Expression(expression) => format!("--{name} \"{expression}\""),
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Arg::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Arg::Text(text)
    }
}

/// Names that stand for themselves.
macro_rules! as_text {
    ($($name:ty),*) => {$(
        impl From<&$name> for Arg {
            fn from(name: &$name) -> Self {
                Arg::Text(name.as_str().to_owned())
            }
        }
    )*};
}

as_text!(Arn, PolicyName, PrincipalName, VersionId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_what_was_put_in() {
        let odd = AwsCommand::new(Operation::GetInlinePolicy(Owner::Group))
            .principal("-it's \"$(reboot)\"")
            .arg("policy-name", "Mine")
            .flag("debug")
            .on_another_line()
            .arg("query", "PolicyDocument == `{}`");
        for written in [odd.hint(), odd.script_line(4)] {
            let script = written.replacen("aws", "printf '%s\\n'", 1);
            let output = std::process::Command::new("sh")
                .args(["-c", &script])
                .output();
            let output = String::from_utf8(output.unwrap().stdout).unwrap();
            let read: Vec<&str> = output.lines().collect();
            let put_in = [
                "iam",
                "get-group-policy",
                "--group-name=-it's \"$(reboot)\"",
                "--policy-name",
                "Mine",
                "--debug",
                "--query",
                "PolicyDocument == `{}`",
            ];
            assert_eq!(read, put_in, "{written}");
        }
    }

    #[test]
    fn for_each_kind_the_shell_puts_it_in() {
        let list = AwsCommand::new(Operation::ListAttachedPolicies(Owner::User))
            .principal(Arg::Expression("$2"))
            .arg("output", "json");
        assert_eq!(
            list.script_line_for_each_kind(0),
            r#"aws iam "list-attached-$1-policies" "--$1-name=$2" --output json"#
        );
    }
}
