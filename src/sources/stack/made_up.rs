//! The names that CloudFormation makes up.

use crate::cloudformation::Template;

/// Whether CloudFormation made up the name of a resource: nothing else is called so.
pub(super) fn is_made_up(template: &Template, logical_id: &str, name: &str) -> bool {
    let has_made_up_name = match template.resource(logical_id) {
        Some(resource) => !resource.has_own_name,
        None => logical_id.strip_suffix("Role").is_some_and(|function| {
            let resource = template.resource(function);
            resource.is_some_and(|one| one.kind.starts_with("AWS::Serverless::"))
        }),
    };
    has_made_up_name && is_of_stack(name, logical_id)
}

/// Whether a name is that of a stack, the logical id and twelve or more characters, as in `app-Role-1ABC2DEF3GHI`;
/// what would be too long for IAM is cut, and the logical id with it.
pub(in crate::sources) fn is_of_stack(name: &str, logical_id: &str) -> bool {
    const CUT: usize = 60;
    let mut parts = name.rsplitn(3, '-');
    let (Some(end), Some(id), Some(stack)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    // A word of so many letters, or two or three of them, may be a name that somebody gave.
    let pairs = end.as_bytes().windows(2);
    let rises = pairs.filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let is_random = end.len() >= 12
        && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (end.bytes().any(|byte| byte.is_ascii_digit()) || rises.count() > 2);
    let is_cut = || name.len() >= CUT && !id.is_empty() && logical_id.starts_with(id);
    is_random && !stack.is_empty() && (id == logical_id || is_cut())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_up_where_the_logical_id_is_in_it() {
        assert!(is_of_stack("app-Role-1ABC2DEF3GHI", "Role"));
        assert!(is_of_stack("my-app-prod-Role-1ABC2DEF3GHI", "Role"));
        assert!(is_of_stack("app-Role-kYwJnNqfKsTb", "Role"));
        // Somebody's own names.
        assert!(!is_of_stack("app-Role-ReadOnlyAdmin", "Role"));
        assert!(!is_of_stack("app-Other-1ABC2DEF3GHI", "Role"));
        assert!(!is_of_stack("app-Rol-1ABC2DEF3GHI", "Role"));
        assert!(!is_of_stack("Role-1ABC2DEF3GHI", "Role"));
        assert!(!is_of_stack("app-Role-administrator", "Role"));
    }

    #[test]
    fn what_would_be_too_long_is_cut() {
        let cut = "a-stack-of-a-long-nam-TheRoleOfTheQueueThatIsL-1ABC2DEF3GHI";
        let name = format!("x{cut}");
        assert!(name.len() >= 60, "{}", name.len());
        assert!(is_of_stack(&name, "TheRoleOfTheQueueThatIsLong"));
        assert!(!is_of_stack(&name, "TheRoleOfTheTopic"));
    }
}
