//! Several files in one: JSON values one after the other, lists of them, and policies in a wrapper.
//!
//! Scripts gather answers with `jq -s`, `jq -c` or `>>`, so one file may hold what others have in
//! many. Each part is then read as if it were a file of its own, and knows its place in this one.

use super::{Json, Problems, Shape, Source, recognise};

/// The parts of a file, each of which could be a file of its own; one, the whole, for most.
///
/// ```
/// use iam_refine::text::{Source, parse_parts};
/// let file = Source::from_text("a.jsonl", "{\"Statement\": []}\n{\"Statement\": []}\n");
/// assert_eq!(parse_parts(&file)?.len(), 2);
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
///
/// # Errors
/// What is not JSON, as of [`Json::parse`].
pub fn parse_parts(source: &Source) -> Result<Vec<Json>, Problems> {
    let values = Json::parse_each(source)?;
    Ok(values.into_iter().flat_map(into_parts).collect())
}

/// The parts of a value: the elements of a list of answers, or the value itself.
pub fn into_parts(json: Json) -> Vec<Json> {
    let list = match recognise(&json) {
        Shape::PolicyList => json.get_spelled("Policies"),
        Shape::FindingsList => whole_findings(&json),
        Shape::Unknown => Some(&json),
        _ => None,
    };
    let elements = list.and_then(Json::as_array).unwrap_or_default();
    // One that is not known among others is refused at its place.
    let is_list = elements.iter().any(|one| recognise(one) != Shape::Unknown);
    if is_list {
        elements.to_vec()
    } else {
        vec![json]
    }
}

/// The elements of what looks like a list of summaries, where they are findings and the list is all of them.
fn whole_findings(json: &Json) -> Option<&Json> {
    let list = json.get_spelled("findings")?;
    let is_none = |token: &Json| token.is_null() || token.as_str() == Some("");
    let is_whole = json.get_spelled("nextToken").is_none_or(is_none);
    let mut elements = list.as_array()?.iter();
    let has_any = elements.any(|one| recognise(one) == Shape::FindingV2);
    (is_whole && has_any).then_some(list)
}
