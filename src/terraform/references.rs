//! What an expression refers to, wherever in it.

use hcl_edit::expr::{Expression, ForExpr, FuncCall, TraversalOperator};
use hcl_edit::template::ForTemplateExpr;
use hcl_edit::visit::{Visit, visit_expr};

use super::functions::{keeps_members, tells_nothing};

/// A path of names as others write it: before the address of a resource `resource` may stand. What
/// `dynamic "resource"` binds has a `key` and a `value`, and no resource is of such a type.
pub(super) fn as_address(path: String) -> String {
    let of_resource = path.strip_prefix("resource.");
    let of_resource = of_resource.filter(|rest| {
        let kind = rest.split_once('.').map(|(kind, _)| kind);
        kind.is_some_and(|kind| kind != "key" && kind != "value")
    });
    of_resource.map(str::to_owned).unwrap_or(path)
}

/// What an expression refers to, each as its names with dots between them and without indices:
/// `aws_iam_policy.app.arn` for `aws_iam_policy.app[0].arn`, for `values(aws_iam_policy.app)[*].arn`, and for
/// `[for policy in aws_iam_policy.app : policy.arn]`. What a function is given that tells nothing of it, as a
/// hash does, is not among them.
pub(super) fn references(expression: &Expression) -> Vec<String> {
    let mut found = References::default();
    found.visit_expr(expression);
    found.into_found()
}

/// Gathers what expressions refer to.
#[derive(Default)]
pub(super) struct References {
    found: Vec<String>,
    bound: Vec<Bound>,
}

/// A name that `for` gives to each of a collection.
struct Bound {
    name: String,
    of: Place,
}

/// What a name stands for, as a path of names; nothing where it is referred to already.
type Place = Option<String>;

impl References {
    pub(super) fn into_found(self) -> Vec<String> {
        self.found
    }

    /// What an expression stands for, if it is one path of names.
    fn place(&self, expression: &Expression) -> Option<Place> {
        match expression {
            Expression::Variable(name) => {
                let mut bound = self.bound.iter().rev();
                let bound = bound.find(|bound| bound.name == name.as_str());
                Some(bound.map_or_else(|| Some(name.to_string()), |bound| bound.of.clone()))
            }
            Expression::Traversal(traversal) => {
                let mut place = self.place(&traversal.expr)?;
                for operator in &traversal.operators {
                    if let (TraversalOperator::GetAttr(name), Some(place)) =
                        (operator.value(), &mut place)
                    {
                        place.push('.');
                        place.push_str(name.as_str());
                    }
                }
                Some(place.map(as_address))
            }
            Expression::Parenthesis(inner) => self.place(inner.inner()),
            Expression::FuncCall(call) => self.place(same_members(call)?),
            _ => None,
        }
    }

    /// Goes through the indices within what is one path of names.
    fn visit_indices(&mut self, expression: &Expression) {
        match expression {
            Expression::Traversal(traversal) => {
                self.visit_indices(&traversal.expr);
                for operator in &traversal.operators {
                    if let TraversalOperator::Index(index) = operator.value() {
                        self.visit_expr(index);
                    }
                }
            }
            Expression::Parenthesis(inner) => self.visit_indices(inner.inner()),
            Expression::FuncCall(call) => call.args.iter().for_each(|arg| self.visit_indices(arg)),
            _ => {}
        }
    }

    /// Binds the names of a `for`, and goes through what is bound to them before it does; returns how many there are.
    fn bind(&mut self, key: Option<&str>, value: &str, collection: &Expression) -> usize {
        let place = self.place(collection);
        match &place {
            Some(_) => self.visit_indices(collection),
            None => self.visit_expr(collection),
        }
        let each = place.flatten();
        // The keys of what a block makes are of its `count` or `for_each`.
        let of_key = each.clone().filter(|each| !is_block(each));
        let key = key.map(|name| Bound {
            name: name.to_owned(),
            of: of_key,
        });
        let value = Bound {
            name: value.to_owned(),
            of: each,
        };
        let count = self.bound.len();
        self.bound.extend(key.into_iter().chain([value]));
        self.bound.len() - count
    }

    fn unbind(&mut self, count: usize) {
        self.bound.truncate(self.bound.len() - count);
    }
}

/// What a call makes another collection of, or one of its members, with the same names in it.
fn same_members(call: &FuncCall) -> Option<&Expression> {
    let name = call.name.name.as_str();
    let is_same = keeps_members(name) || ["flatten", "one", "toset"].contains(&name);
    let mut args = call.args.iter();
    let only = args.next().filter(|_| args.next().is_none())?;
    (is_same && !call.name.is_namespaced() && !call.args.expand_final()).then_some(only)
}

/// Whether a path of names is that of a resource or data as a whole.
fn is_block(path: &str) -> bool {
    let names: Vec<&str> = path.split('.').collect();
    match names.as_slice() {
        ["data", _, _] => true,
        [first, _] => !["each", "local", "module", "self", "var"].contains(first),
        _ => false,
    }
}

impl Visit for References {
    fn visit_expr(&mut self, expression: &Expression) {
        match self.place(expression) {
            Some(place) => {
                self.found.extend(place);
                self.visit_indices(expression);
            }
            None => visit_expr(self, expression),
        }
    }

    fn visit_func_call(&mut self, call: &FuncCall) {
        if call.name.is_namespaced() || !tells_nothing(call.name.name.as_str()) {
            call.args.iter().for_each(|arg| self.visit_expr(arg));
        }
    }

    fn visit_for_expr(&mut self, node: &ForExpr) {
        let intro = &node.intro;
        let key = intro.key_var.as_ref().map(|name| name.as_str());
        let bound = self.bind(key, intro.value_var.as_str(), &intro.collection_expr);
        let condition = node.cond.as_ref().map(|condition| &condition.expr);
        let parts = node
            .key_expr
            .iter()
            .chain([&node.value_expr])
            .chain(condition);
        parts.for_each(|part| self.visit_expr(part));
        self.unbind(bound);
    }

    fn visit_for_template_expr(&mut self, node: &ForTemplateExpr) {
        let key = node.key_var.as_ref().map(|name| name.as_str());
        let bound = self.bind(key, node.value_var.as_str(), &node.collection_expr);
        self.visit_template(&node.template);
        self.unbind(bound);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(expression: &str) -> Vec<String> {
        references(&expression.parse().expect("an expression"))
    }

    #[test]
    fn members_are_followed_through_what_goes_through_a_collection() {
        for expression in [
            "aws_iam_policy.app.arn",
            "resource.aws_iam_policy.app.arn",
            "[for policy in resource.aws_iam_policy.app : policy.arn]",
            "aws_iam_policy.app[0].arn",
            "aws_iam_policy.app[*].arn",
            "values(aws_iam_policy.app)[*].arn",
            "one(aws_iam_policy.app).arn",
            "(aws_iam_policy.app)[\"a\"].arn",
            "[for policy in aws_iam_policy.app : policy.arn]",
            "{ for key, policy in aws_iam_policy.app : key => policy.arn }",
            "[for all in [for policy in values(aws_iam_policy.app) : policy] : aws_iam_policy.app.arn][0]",
            "\"%{ for policy in aws_iam_policy.app }${policy.arn}%{ endfor }\"",
            "length(aws_iam_policy.app) > 0 ? aws_iam_policy.app[0].arn : sha256(aws_iam_policy.app[0].policy)",
        ] {
            let found = found(expression);
            assert!(
                found.contains(&"aws_iam_policy.app.arn".to_owned()),
                "{expression}: {found:?}"
            );
        }
    }

    #[test]
    fn nothing_else_of_them_is_referred_to() {
        for expression in [
            "[for policy in aws_iam_policy.app : policy.arn]",
            "{ for key, policy in aws_iam_policy.app : key => policy.arn if policy.name != key }",
            "values(aws_iam_policy.app)[*].arn",
            "length(aws_iam_policy.app) > 0 ? aws_iam_policy.app[0].arn : null",
        ] {
            let whole = ["aws_iam_policy.app", "policy", "key"].map(str::to_owned);
            let found = found(expression);
            assert!(
                !found.iter().any(|one| whole.contains(one)),
                "{expression}: {found:?}"
            );
        }
    }

    #[test]
    fn what_may_be_handed_on_whole_is_referred_to_whole() {
        for (expression, whole) in [
            (
                "[for policy in aws_iam_policy.app : policy]",
                "aws_iam_policy.app",
            ),
            (
                "[for policy in aws_iam_policy.app : merge(policy, {})]",
                "aws_iam_policy.app",
            ),
            ("[for key, one in local.all : key]", "local.all"),
            (
                "{ for one in merge(local.all, var.more) : one.name => one.arn }",
                "local.all",
            ),
            (
                "[for key, one in aws_iam_role.app.inline_policy : key.policy]",
                "aws_iam_role.app.inline_policy.policy",
            ),
            (
                "[for one in local.all : [for one in one.policies : one.json]]",
                "local.all.policies.json",
            ),
            (
                "local.all[data.aws_iam_policy_document.app.json]",
                "data.aws_iam_policy_document.app.json",
            ),
            ("values(local.all[var.key])[0].json", "var.key"),
            ("provider::text::sha256(local.all)", "local.all"),
            (
                "jsonencode({ (local.key) = \"x${local.all}\" })",
                "local.all",
            ),
        ] {
            let found = found(expression);
            assert!(found.contains(&whole.to_owned()), "{expression}: {found:?}");
        }
    }
}
