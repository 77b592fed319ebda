//! The permissions that a script needs, as its own commands tell.

use std::collections::BTreeSet;

/// The services that scripts call, by the name of the `aws` command and as IAM calls them. Everyone
/// may ask `sts` who they are.
const SERVICES: &[(&str, &str)] = &[("iam", "iam"), ("accessanalyzer", "access-analyzer")];

/// What `script` needs to be allowed, with whatever options; `$1` in an operation stands for each
/// of the `kinds` of principals.
pub(super) fn permissions(script: &str, kinds: &BTreeSet<&str>) -> BTreeSet<String> {
    let words: Vec<&str> = script.split_whitespace().collect();
    let mut needed = BTreeSet::new();
    for command in words.windows(3) {
        let service = (SERVICES.iter()).find(|(called, _)| *called == command[1]);
        let Some((_, service)) = service.filter(|_| command[0].ends_with("aws")) else {
            continue;
        };
        let operation = command[2].trim_matches('"');
        for kind in kinds {
            let name = camel(&operation.replace("$1", kind));
            needed.insert(format!("{service}:{name}"));
        }
    }
    needed
}

/// `GetRolePolicy` of `get-role-policy`.
fn camel(operation: &str) -> String {
    let words = operation.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    words.collect()
}
