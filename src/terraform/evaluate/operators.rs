//! What operators make of values.

use hcl_edit::expr::{BinaryOperator, UnaryOperator};

use super::decimal::Decimal;
use super::perhaps::Made;
use super::value::{Evaluated, Refused};

pub(super) fn unary<T: Made>(operator: UnaryOperator, value: &Evaluated<T>) -> Evaluated<T> {
    let made = match operator {
        UnaryOperator::Not => value.as_bool().map(|truth| Evaluated::Bool(!truth)),
        UnaryOperator::Neg => {
            let number = value.as_number().and_then(Decimal::negated);
            number.map(Evaluated::Number)
        }
    };
    made.unwrap_or_else(Evaluated::nothing)
}

pub(super) fn binary<T: Made>(
    operator: BinaryOperator,
    one: &Result<Evaluated<T>, Refused>,
    other: &Result<Evaluated<T>, Refused>,
) -> Result<Evaluated<T>, Refused> {
    let is_decided_by = |one: &Evaluated<T>| match operator {
        BinaryOperator::And => one.as_bool() == Some(false),
        BinaryOperator::Or => one.as_bool() == Some(true),
        _ => false,
    };
    let (one, other) = match (one, other) {
        (Ok(one), Ok(other)) => (one, other),
        // Newer versions do not look at what does not matter.
        (Ok(one), Err(Refused)) | (Err(Refused), Ok(one)) if is_decided_by(one) => {
            return Ok(Evaluated::nothing());
        }
        _ => return Err(Refused),
    };
    let truth = match operator {
        BinaryOperator::Eq => one.is(other),
        BinaryOperator::NotEq => one.is(other).map(|is_same| !is_same),
        BinaryOperator::And => decided(one, other, false),
        BinaryOperator::Or => decided(one, other, true),
        _ => return Ok(of_numbers(operator, one, other).unwrap_or_else(Evaluated::nothing)),
    };
    Ok(truth.map_or_else(Evaluated::nothing, Evaluated::Bool))
}

/// `||` is decided by one that is true, and `&&` by one that is false, whatever the other is.
fn decided<T: Made>(one: &Evaluated<T>, other: &Evaluated<T>, by: bool) -> Option<bool> {
    // What is no truth at all fails, whatever the other one is.
    let may_be_truth = |value: &Evaluated<T>| match value {
        Evaluated::Text(text) if text.as_known().is_none() => true,
        Evaluated::Unknown(_) => true,
        other => other.as_bool().is_some(),
    };
    match (one.as_bool(), other.as_bool()) {
        _ if !may_be_truth(one) || !may_be_truth(other) => None,
        (Some(truth), _) | (_, Some(truth)) if truth == by => Some(by),
        (Some(_), Some(_)) => Some(!by),
        _ => None,
    }
}

fn of_numbers<T: Made>(
    operator: BinaryOperator,
    one: &Evaluated<T>,
    other: &Evaluated<T>,
) -> Option<Evaluated<T>> {
    let (one, other) = (one.as_number()?, other.as_number()?);
    let truth = match operator {
        BinaryOperator::LessEq => one <= other,
        BinaryOperator::GreaterEq => one >= other,
        BinaryOperator::Less => one < other,
        BinaryOperator::Greater => one > other,
        _ => {
            let number = match operator {
                BinaryOperator::Plus => one.plus(other),
                BinaryOperator::Minus => one.minus(other),
                BinaryOperator::Mul => one.times(other),
                BinaryOperator::Div => one.divided_by(other),
                BinaryOperator::Mod => one.rest_of(other),
                _ => None,
            };
            return number.map(Evaluated::Number);
        }
    };
    Some(Evaluated::Bool(truth))
}
