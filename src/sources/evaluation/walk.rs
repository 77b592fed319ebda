//! Goes through the expressions that a value comes of, with what is asked for of each.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::rc::Rc;

use hcl_edit::expr::{Expression, ForExpr, Object, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::template::{Directive, Element, Template};

use super::names::{Placed, Said};
use super::once::{Each, ModuleOnce};
use super::origins::{Origins, written_in};
use super::written_policies::{is_document, is_text_of_document};
use super::{Evaluation, Value};
use crate::terraform::{Argument, PartText};

/// What is asked for of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// The member of this name.
    Name(String),
    /// One of a list, or of the members.
    Any,
    /// One of a list, or of those in it that are lists.
    Anywhere,
    /// The name of a member. Of a list it is each in it, since a set may be made of it.
    Key,
}

use Step::{Any, Anywhere, Key, Name};

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Stands<'p, 'a> {
    pub module: &'p Rc<ModuleOnce<'a>>,
    pub each: &'p Each<'a>,
    /// The block or call that it stands in, where it is one that is repeated or may ask for itself.
    pub block: Option<Placed<'a>>,
    /// The argument of the block.
    pub argument: Option<&'a Argument>,
    /// What `for` binds, the innermost first.
    bound: Option<&'p Bound<'p>>,
}

/// A name that `for` binds to each of a collection.
#[derive(Clone, Copy)]
struct Bound<'p> {
    name: &'p str,
    collection: &'p Expression,
    step: &'p Step,
    around: Option<&'p Bound<'p>>,
}

/// So many expressions are gone through for one value, and so deep.
const LONGEST: usize = 20_000;
const DEEPEST: usize = 150;

/// What has been gone through: the module, the expression, which one of those it is repeated for, what is asked for,
/// and whether all of that is known, and gives nobody anything.
type Gone = (usize, usize, Option<String>, Vec<Step>, (bool, bool));

/// Goes through what a value comes of.
pub(super) struct Walk<'e, 'a> {
    pub evaluation: &'e Evaluation<'a>,
    pub found: Origins,
    /// What leads to it, by the names up to the first key: each with the folder that it is called so in.
    pub by: BTreeSet<(PathBuf, String)>,
    gone: HashSet<Gone>,
    depth: usize,
    /// Whether the value around it is known, so that its text tells.
    pub is_told: bool,
    /// Whether it is in what gives nobody anything, whatever it names.
    pub is_silent: bool,
}

impl<'p, 'a> Stands<'p, 'a> {
    pub fn new(
        module: &'p Rc<ModuleOnce<'a>>,
        each: &'p Each<'a>,
        block: Option<Placed<'a>>,
    ) -> Self {
        Stands {
            module,
            each,
            block,
            argument: None,
            bound: None,
        }
    }

    /// The names that `for` binds around it.
    fn bound(&self) -> Vec<&'p str> {
        let bound = std::iter::successors(self.bound, |one| one.around);
        bound.map(|one| one.name).collect()
    }

    fn key(&self) -> Option<String> {
        match self.each {
            Each::Once => None,
            Each::Count(key) | Each::Keyed(key, _) => key.known_text(),
        }
    }
}

impl<'e, 'a> Walk<'e, 'a> {
    pub fn new(evaluation: &'e Evaluation<'a>) -> Self {
        Walk {
            evaluation,
            found: Origins::default(),
            by: BTreeSet::new(),
            gone: HashSet::new(),
            depth: 0,
            is_told: false,
            is_silent: false,
        }
    }

    /// Goes through an argument, or what is asked for of it. Of one that is not HCL it is known what it refers to.
    pub fn said(&mut self, said: Said<'a>, path: &[Step], stands: Stands<'_, 'a>) {
        let argument = Some(said.argument);
        let stands = Stands { argument, ..stands };
        if let Some(expression) = self.evaluation.expression(said) {
            return self.through(&expression, path, stands);
        }
        written_in(said.argument).for_each(|text| self.add_text(text));
        for reference in &said.argument.references {
            let mut names = reference.split('.');
            let first = names.next().unwrap_or_default();
            let steps: Vec<Step> = names.map(|name| Name(name.to_owned())).collect();
            self.named(first, &steps, stands);
        }
    }

    fn add_text(&mut self, text: PartText) {
        self.found.is_cut_off |= text.is_cut() && !self.is_silent;
        let is_document = || is_text_of_document(&text.joined());
        if !self.is_told && !self.is_silent && !is_document() {
            self.found.texts.insert(text);
        }
    }

    /// Notes that nobody can tell what something comes to.
    pub fn add_untold(&mut self) {
        self.found.is_untold |= !self.is_told && !self.is_silent;
    }

    /// Goes through an expression, or what is asked for of it.
    pub fn through(&mut self, expression: &Expression, path: &[Step], stands: Stands<'_, 'a>) {
        let module = Rc::as_ptr(stands.module) as usize;
        let at = std::ptr::from_ref(expression) as usize;
        let which = (self.is_told, self.is_silent);
        let gone = (module, at, stands.key(), path.to_vec(), which);
        if self.gone.len() >= LONGEST || self.depth >= DEEPEST {
            self.found.is_cut_off = true;
            return self.add_untold();
        }
        if !self.gone.insert(gone) {
            return;
        }
        let was_silent = self.is_silent;
        // What a policy says of others gives nobody anything.
        self.is_silent |= is_document(expression);
        let was_told = self.is_told;
        if !was_told && !self.is_silent {
            let value = self.value(expression, stands);
            self.is_told = self.add_value(&value, path);
        }
        self.depth += 1;
        self.into(expression, path, stands);
        self.depth -= 1;
        self.is_told = was_told;
        self.is_silent = was_silent;
    }

    /// What an expression comes to; what `for` binds around it is not known.
    pub fn value(&self, expression: &Expression, stands: Stands<'_, 'a>) -> Value<'a> {
        let bound = stands.bound();
        (self.evaluation).value_within(stands.module, stands.each, &bound, expression)
    }

    /// Adds the texts in a value, or in what is asked for of it; returns whether all of that is known.
    fn add_value(&mut self, value: &Value<'a>, path: &[Step]) -> bool {
        match (value, path) {
            (Value::Null | Value::Bool(_) | Value::Number(_), _) => true,
            (Value::Text(text), []) => {
                self.add_text(text.clone());
                text.as_known().is_some()
            }
            (Value::List(items), _) => {
                let rest = match path {
                    [Anywhere, ..] | [] => path,
                    [_, rest @ ..] => rest,
                };
                let all = items.values.iter();
                all.fold(items.are_all, |told, one| self.add_value(one, rest) && told)
            }
            (value, [Anywhere, rest @ ..]) => self.add_value(value, rest),
            (Value::Object(members), [Name(name), rest @ ..]) => match members.values.get(name) {
                Some(value) => self.add_value(value, rest),
                None => members.are_all,
            },
            (Value::Object(members), [Key, ..]) => {
                for name in members.values.keys() {
                    self.add_text(PartText::known(name.as_str()));
                }
                members.are_all
            }
            (Value::Object(members), _) => {
                let rest = path.get(1..).unwrap_or_default();
                let mut are_told = members.are_all;
                for (name, value) in members.values.iter() {
                    if path.is_empty() {
                        self.add_text(PartText::known(name.as_str()));
                    }
                    are_told &= self.add_value(value, rest);
                }
                are_told
            }
            _ => false,
        }
    }

    fn into(&mut self, expression: &Expression, path: &[Step], stands: Stands<'_, 'a>) {
        match expression {
            Expression::Array(list) => {
                let path = match path {
                    [Anywhere, ..] | [] => path,
                    [_, rest @ ..] => rest,
                };
                list.iter().for_each(|one| self.through(one, path, stands));
            }
            Expression::Object(object) => self.object(object, path, stands),
            Expression::Parenthesis(inner) => self.through(inner.inner(), path, stands),
            Expression::Conditional(condition) => {
                let truth = self.value(&condition.cond_expr, stands).as_bool();
                if truth != Some(false) {
                    self.through(&condition.true_expr, path, stands);
                }
                if truth != Some(true) {
                    self.through(&condition.false_expr, path, stands);
                }
            }
            Expression::StringTemplate(template) => {
                self.template(&template.iter().collect::<Vec<_>>(), path, stands);
            }
            Expression::HeredocTemplate(heredoc) => self.in_template(&heredoc.template, stands),
            Expression::Variable(name) => self.named(name.as_str(), path, stands),
            Expression::FuncCall(call) => self.call(call, path, stands),
            Expression::Traversal(traversal) => self.traversal(traversal, path, stands),
            Expression::ForExpr(each) => self.each(each, path, stands),
            Expression::Null(_)
            | Expression::Bool(_)
            | Expression::Number(_)
            | Expression::String(_)
            | Expression::UnaryOp(_)
            | Expression::BinaryOp(_) => {}
        }
    }

    fn object(&mut self, object: &Object, path: &[Step], stands: Stands<'_, 'a>) {
        let path = match path {
            [Anywhere, rest @ ..] => rest,
            path => path,
        };
        for (key, value) in object {
            let name = match key {
                ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                    Some(name.as_str().to_owned())
                }
                ObjectKey::Expression(key) => {
                    if matches!(path, [] | [Key, ..]) {
                        self.through(key, &[], stands);
                    }
                    self.value(key, stands).known_text()
                }
            };
            match path {
                [] => self.through(value.expr(), &[], stands),
                [Key, ..] => {}
                [Name(asked), ..] if name.is_some_and(|name| name != *asked) => {}
                [_, rest @ ..] => self.through(value.expr(), rest, stands),
            }
        }
    }

    /// What stands alone in a template is that itself.
    fn template(&mut self, elements: &[&Element], path: &[Step], stands: Stands<'_, 'a>) {
        if let [Element::Interpolation(only)] = elements {
            return self.through(&only.expr, path, stands);
        }
        for element in elements {
            match element {
                Element::Literal(_) => {}
                Element::Interpolation(inner) => self.through(&inner.expr, &[], stands),
                Element::Directive(directive) => self.directive(directive, stands),
            }
        }
    }

    fn in_template(&mut self, template: &Template, stands: Stands<'_, 'a>) {
        // Beside an empty text nothing stands alone.
        for element in template {
            if let Element::Interpolation(inner) = element {
                self.through(&inner.expr, &[], stands);
            } else if let Element::Directive(directive) = element {
                self.directive(directive, stands);
            } else if let Element::Literal(text) = element {
                self.add_text(PartText::around(text.as_str()));
            }
        }
    }

    fn directive(&mut self, directive: &Directive, stands: Stands<'_, 'a>) {
        match directive {
            Directive::If(one) => {
                self.in_template(&one.if_expr.template, stands);
                let of_else = one.else_expr.iter();
                of_else.for_each(|one| self.in_template(&one.template, stands));
            }
            Directive::For(one) => {
                let of = &one.for_expr;
                let key = of.key_var.as_ref().map_or("", |name| name.as_str());
                let names = [(key, &Key), (of.value_var.as_str(), &Any)];
                self.with_bound(&of.collection_expr, names, stands, |walk, stands| {
                    walk.in_template(&of.template, stands);
                });
            }
        }
    }

    /// `[for v in list : v]` and `{ for k, v in map : k => v }`.
    fn each(&mut self, each: &ForExpr, path: &[Step], stands: Stands<'_, 'a>) {
        let intro = &each.intro;
        let key = intro.key_var.as_ref().map_or("", |name| name.as_str());
        let names = [(key, &Key), (intro.value_var.as_str(), &Any)];
        self.with_bound(&intro.collection_expr, names, stands, |walk, stands| {
            let path = match path {
                [Anywhere, rest @ ..] if each.key_expr.is_some() => rest,
                path => path,
            };
            if let (Some(key), [] | [Key, ..]) = (&each.key_expr, path) {
                walk.through(key, &[], stands);
            }
            match path {
                [] | [Anywhere, ..] => walk.through(&each.value_expr, path, stands),
                [Key, ..] if each.key_expr.is_some() => {}
                // Of those that are grouped each has several.
                [_, Any, rest @ ..] if each.grouping => {
                    walk.through(&each.value_expr, rest, stands);
                }
                [_, rest @ ..] => walk.through(&each.value_expr, rest, stands),
            }
        });
    }

    fn with_bound<'p>(
        &mut self,
        collection: &'p Expression,
        [(key, of_key), (value, of_value)]: [(&'p str, &'p Step); 2],
        stands: Stands<'p, 'a>,
        inside: impl FnOnce(&mut Self, Stands<'_, 'a>),
    ) {
        let around = stands.bound;
        let key = Bound {
            name: key,
            collection,
            step: of_key,
            around,
        };
        let value = Bound {
            name: value,
            collection,
            step: of_value,
            around: Some(&key),
        };
        // Both are of what is around them.
        let bound = Some(&value);
        inside(self, Stands { bound, ..stands });
    }

    fn traversal(&mut self, traversal: &Traversal, path: &[Step], stands: Stands<'_, 'a>) {
        let operators: Vec<&TraversalOperator> = traversal
            .operators
            .iter()
            .map(|operator| &**operator)
            .collect();
        let are_several = operators.iter().any(|operator| is_splat(operator));
        // What a splat makes is a list of what is asked for behind it.
        let behind = match path {
            [Any | Key, rest @ ..] if are_several => rest,
            path => path,
        };
        // One of what is no list is one of that alone.
        for is_list in [true, false] {
            if is_list || are_several {
                let operators = operators.iter();
                let operators = operators.filter(|operator| is_list || !is_splat(operator));
                let steps = operators.map(|operator| self.step(operator, stands));
                let steps: Vec<Step> = steps.chain(behind.iter().cloned()).collect();
                match &traversal.expr {
                    Expression::Variable(first) => self.named(first.as_str(), &steps, stands),
                    other => self.through(other, &steps, stands),
                }
            }
        }
    }

    fn step(&self, operator: &TraversalOperator, stands: Stands<'_, 'a>) -> Step {
        match operator {
            TraversalOperator::GetAttr(name) => Name(name.as_str().to_owned()),
            TraversalOperator::Index(key) => match self.value(key, stands).known_text() {
                Some(key) if key.parse::<usize>().is_err() => Name(key),
                _ => Any,
            },
            TraversalOperator::LegacyIndex(_)
            | TraversalOperator::AttrSplat(_)
            | TraversalOperator::FullSplat(_) => Any,
        }
    }

    /// Goes through what `for` binds to a name; returns whether it binds it.
    pub fn is_bound(&mut self, first: &str, path: &[Step], stands: Stands<'_, 'a>) -> bool {
        let mut bound = stands.bound;
        while let Some(one) = bound {
            if one.name == first {
                let step = one.step.clone();
                let path: Vec<Step> = std::iter::once(step).chain(path.iter().cloned()).collect();
                let bound = one.outside();
                self.through(one.collection, &path, Stands { bound, ..stands });
                return true;
            }
            bound = one.around;
        }
        false
    }
}

fn is_splat(operator: &TraversalOperator) -> bool {
    matches!(
        operator,
        TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_)
    )
}

impl<'p> Bound<'p> {
    /// What is bound around the collection: its key and its value are not.
    fn outside(&self) -> Option<&'p Bound<'p>> {
        match (self.step, self.around) {
            (Any, Some(key)) => key.around,
            (_, around) => around,
        }
    }
}
