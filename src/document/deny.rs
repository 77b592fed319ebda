//! A new policy that denies actions.

use crate::iam::ActionPattern;

/// The text of a policy with one statement, which denies what `entries` match on every resource, in
/// the layout of AWS's documentation.
///
/// ```
/// use iam_refine::document::deny_text;
/// let text = deny_text(&["s3:PutObject".parse()?]);
/// let words: Vec<&str> = text.split_whitespace().collect();
/// assert_eq!(
///     words.join(" "),
///     "{ \"Version\": \"2012-10-17\", \"Statement\": [ { \"Effect\": \"Deny\", \
///      \"Action\": [ \"s3:PutObject\" ], \"Resource\": \"*\" } ] }"
/// );
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
pub fn deny_text(entries: &[ActionPattern]) -> String {
    // Nothing that may stand in a pattern is spelled differently in JSON.
    let entries: Vec<String> = entries
        .iter()
        .map(|entry| format!("        \"{entry}\""))
        .collect();
    format!(
        "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {{\n      \"Effect\": \"Deny\",\n      \
         \"Action\": [\n{}\n      ],\n      \"Resource\": \"*\"\n    }}\n  ]\n}}\n",
        entries.join(",\n")
    )
}
