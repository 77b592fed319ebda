//! What becomes of a policy that others have too.

use crate::review::{Review, Written};

/// `shared with role Other and 2 more: becomes a new policy for role MyRole alone`: what is done about
/// a policy that others keep as it is; nothing of one that only the reviewed one has, or of which
/// that is not known.
pub fn shared_sentence(review: &Review, policy: usize) -> Option<String> {
    let input = review.input();
    let (principal, loaded) = (&input.principal, &input.policies[policy].loaded);
    let others = principal.shares(loaded)?;
    let holder = principal.holder(loaded);
    let holder = holder.map_or_else(|| principal.to_string(), |holder| holder.to_string());
    Some(match review.outcomes()[policy].written {
        Written::NothingLeft => format!("{others}: is detached from {holder} alone"),
        Written::Changed | Written::Unchanged => {
            format!("{others}: becomes a new policy for {holder} alone")
        }
    })
}
