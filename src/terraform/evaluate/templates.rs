//! Texts with `${…}` and `%{…}` in them, and files that are filled in.

use std::collections::BTreeMap;

use hcl_edit::parser::parse_template;
use hcl_edit::template::{Directive, Element, ForDirective, IfDirective, Strip, Template};

use super::text::PartText;
use super::value::{Evaluated, Refused};
use super::{Evaluating, Scope};

impl<S: Scope> Evaluating<'_, S> {
    /// A text with `${…}` in it; what stands in one alone is that itself.
    pub(super) fn template(&mut self, elements: &[&Element]) -> Result<Evaluated<S::One>, Refused> {
        if let [Element::Interpolation(only)] = elements {
            return self.value(&only.expr);
        }
        let mut text = PartText::known("");
        for element in elements {
            let part = match element {
                Element::Literal(literal) => Evaluated::text(literal.as_str()),
                Element::Interpolation(inner) => self.value(&inner.expr)?,
                Element::Directive(directive) => self.directive(directive)?,
            };
            if matches!(part, Evaluated::Null) {
                return Err(Refused);
            }
            text = text.then(&part.as_text());
        }
        // What is stripped is beside these.
        if elements.iter().any(|element| strips(element)) {
            text = PartText::unknown().with_letters_of(&text);
        }
        Ok(Evaluated::Text(text))
    }

    fn directive(&mut self, directive: &Directive) -> Result<Evaluated<S::One>, Refused> {
        match directive {
            Directive::If(directive) => self.condition_of(directive),
            Directive::For(directive) => self.each_of(directive),
        }
    }

    /// `%{ if … }`
    fn condition_of(&mut self, directive: &IfDirective) -> Result<Evaluated<S::One>, Refused> {
        let (of_if, of_else) = (&directive.if_expr, directive.else_expr.as_ref());
        let (of_if, of_else) = (Some(&of_if.template), of_else.map(|one| &one.template));
        match self.value(&directive.if_expr.cond_expr)?.as_bool() {
            Some(true) => self.inner(of_if),
            Some(false) => self.inner(of_else),
            None => {
                let both = [of_if, of_else].map(|template| self.inner(template));
                Ok(Evaluated::one_of(both.into_iter().flatten()))
            }
        }
    }

    fn inner(&mut self, template: Option<&Template>) -> Result<Evaluated<S::One>, Refused> {
        match template {
            Some(template) => self.template(&template.iter().collect::<Vec<&Element>>()),
            None => Ok(Evaluated::text("")),
        }
    }

    /// `%{ for … }`, whose text is known as far as it is known for what it is repeated.
    fn each_of(&mut self, directive: &ForDirective) -> Result<Evaluated<S::One>, Refused> {
        let of = &directive.for_expr;
        let collection = self.value(&of.collection_expr)?;
        let is_in_order = match &collection {
            Evaluated::List(items) => items.have_order(),
            Evaluated::Object(members) => members.are_all(),
            _ => false,
        };
        let entries = collection.entries();
        let (entries, others) =
            entries.unwrap_or_else(|| (Vec::new(), collection.perhaps_entries()));
        let mut text = PartText::known("");
        let count = entries.len();
        for (place, (key, value)) in entries.into_iter().chain(others).enumerate() {
            let names = self.bound.len();
            if let Some(name) = &of.key_var {
                self.bound.push((name.as_str().to_owned(), key));
            }
            self.bound.push((of.value_var.as_str().to_owned(), value));
            let elements: Vec<&Element> = of.template.iter().collect();
            let part = self.template(&elements);
            self.bound.truncate(names);
            match part {
                Ok(part) => text = text.then(&part.as_text()),
                Err(Refused) if place < count => return part,
                // There are no others, or all of it is refused.
                Err(Refused) => {}
            }
        }
        Ok(Evaluated::Text(if is_in_order {
            text
        } else {
            PartText::unknown().with_letters_of(&text)
        }))
    }

    /// `templatefile` and `templatestring`: a text, filled in with what is given.
    pub(super) fn filled_in(
        &self,
        text: &str,
        given: &Evaluated<S::One>,
    ) -> Result<Evaluated<S::One>, Refused> {
        let Ok(template) = parse_template(text) else {
            return Ok(Evaluated::written_anew([&Evaluated::text(text), given]));
        };
        let (members, others) = match given {
            Evaluated::Object(members) => {
                let others = members.any_other().map(|(_, others)| others);
                (BTreeMap::clone(&members.values), others)
            }
            other => (BTreeMap::new(), Some(other.any_entry().1)),
        };
        let others = others.map_or_else(Evaluated::nothing, Evaluated::Unknown);
        let mut inside = Evaluating {
            bound: members.into_iter().collect(),
            others: Some(others),
            ..Evaluating::in_scope(self.scope)
        };
        let filled_in = inside.template(&template.iter().collect::<Vec<&Element>>());
        Ok(Evaluated::Text(filled_in?.as_text()))
    }
}

/// Whether a part of a template takes white space off what is beside it.
fn strips(element: &Element) -> bool {
    let strips = match element {
        Element::Literal(_) => Vec::new(),
        Element::Interpolation(inner) => vec![inner.strip],
        Element::Directive(directive) => match &**directive {
            Directive::If(directive) => {
                let of_else = directive.else_expr.iter().map(|one| one.strip);
                let of_if = [directive.if_expr.strip, directive.endif_expr.strip];
                of_else.chain(of_if).collect()
            }
            Directive::For(directive) => {
                vec![directive.for_expr.strip, directive.endfor_expr.strip]
            }
        },
    };
    strips.iter().any(|strip| *strip != Strip::None)
}
