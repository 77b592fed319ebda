//! What statements allow, found by the action.

use super::{Action, ActionPattern, Actions, Effect, Grants, Statement};

/// The statements that allow something (on some resource, under some condition), each with a
/// value; an action is compared only with entries that could grant it. A statement of which not all
/// entries are known may allow every action.
///
/// ```
/// use iam_refine::document::Document;
/// use iam_refine::text::Source;
/// use iam_refine::iam::Allowed;
/// let text = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
/// let document = Document::parse(Source::from_text("policy.json", text))?;
/// let allowed: Allowed<'_, usize> = document.policy().statements.iter().zip(1..).collect();
/// assert_eq!(allowed.of(&"s3:GetObject".parse().unwrap()).next(), Some(1));
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
#[derive(Clone, Debug)]
pub struct Allowed<'a, T> {
    entries: Grants<'a, T>,
    not_actions: Vec<(&'a Actions, T)>,
}

impl<'a> Allowed<'a, ()> {
    /// What these statements allow, whichever does.
    pub fn by(statements: impl IntoIterator<Item = &'a Statement>) -> Self {
        let statements = statements.into_iter();
        statements.map(|statement| (statement, ())).collect()
    }
}

impl<T: Copy> Allowed<'_, T> {
    /// The values of the statements that allow `action`, or may do so: of one with several entries that do,
    /// several times.
    pub fn of<'s>(&'s self, action: &'s Action) -> impl Iterator<Item = T> + 's {
        let not_actions = self.not_actions.iter();
        let matching = not_actions.filter(|(actions, _)| actions.matches(action));
        self.entries
            .of(action)
            .chain(matching.map(|(_, value)| *value))
    }

    /// Whether a statement allows `action`.
    pub fn any_of(&self, action: &Action) -> bool {
        self.of(action).next().is_some()
    }
}

impl<'a, T: Copy> FromIterator<(&'a Statement, T)> for Allowed<'a, T> {
    fn from_iter<I: IntoIterator<Item = (&'a Statement, T)>>(statements: I) -> Self {
        let mut entries = Vec::new();
        let mut not_actions = Vec::new();
        for (statement, value) in statements {
            match (statement.effect, &statement.actions) {
                (Effect::Deny, _) => {}
                (Effect::Allow, Actions::Action(_)) if statement.may_allow_all() => {
                    entries.push((&ActionPattern::Everything, value));
                }
                (Effect::Allow, Actions::Action(patterns)) => {
                    entries.extend(patterns.iter().map(|entry| (entry, value)));
                }
                (Effect::Allow, not_action @ Actions::NotAction(_)) => {
                    not_actions.push((not_action, value));
                }
            }
        }
        Allowed {
            entries: entries.into_iter().collect(),
            not_actions,
        }
    }
}
