//! A policy that was refined elsewhere: bare, or inside what AWS recommends.

use super::answer::read;
use super::{LoadedPolicy, Recommendation, Recommended};
use crate::document::Document;
use crate::text::{Json, Problem, Problems, Shape, Source, recognise};

/// Policies and what became of each elsewhere.
#[derive(Debug)]
pub struct ReadRefined {
    /// The refined policies with the place of the one that each was made of, in order.
    pub refined: Vec<(usize, Document)>,
    /// What to mind although they are used.
    pub notes: Vec<Problem>,
}

/// Reads what is said to be the `originals` refined. Of an answer of AWS, what is recommended in
/// the place of each of them.
///
/// # Errors
/// All that is wrong with the file; one that recommends no policy in the place of any of them; a
/// bare policy where there are several originals.
pub fn read_refined(
    source: &Source,
    json: &Json,
    originals: &[LoadedPolicy],
) -> Result<ReadRefined, Problems> {
    match recognise(json) {
        Shape::Recommendation | Shape::RecommendedPolicy => recommended(source, json, originals),
        _ => match (&mut read(source, json)?[..], originals) {
            ([refined], [_]) => Ok(ReadRefined {
                refined: vec![(0, refined.document.clone())],
                notes: Vec::new(),
            }),
            ([_], _) => {
                let message = "this is one policy, and there are several originals";
                Err(source.error(message).help(ALONE).into())
            }
            _ => {
                let message = "this holds several policies";
                Err(source.error(message).help(ALONE).into())
            }
        },
    }
}

const ALONE: &str = "give the one policy that is meant in a file of its own";

fn recommended(
    source: &Source,
    json: &Json,
    originals: &[LoadedPolicy],
) -> Result<ReadRefined, Problems> {
    let recommendation = Recommendation::read(source, json)?;
    let owners = originals.iter().filter_map(|one| one.origin.owner.as_ref());
    recommendation.agree_with(owners)?;
    let mut originals = originals.to_vec();
    let mut notes = recommendation.put_to(&mut originals);
    let mut refined = Vec::new();
    let mut detached = false;
    for (place, original) in originals.into_iter().enumerate() {
        match original.origin.recommended {
            Some(Recommended::Policy(document)) => refined.push((place, document)),
            Some(Recommended::Detach) => {
                detached = true;
                let message = "AWS recommends to detach this policy, so there is none to judge";
                notes.push(original.document.source().note(message));
            }
            None => {}
        }
    }
    if !refined.is_empty() {
        return Ok(ReadRefined { refined, notes });
    }
    let problem = if detached {
        source
            .error("AWS recommends to detach the policy, so there is none to judge")
            .help("`iam-refine refine` tells by its exit code 4 whether nothing would be left")
    } else {
        source
            .error("this recommends no policy in the place of the original")
            .help(
                "AWS names policies by ARN or name: give the original as `aws iam \
                 get-role-policy --output json` prints it, or in a file that is called as the policy is",
            )
    };
    Err(problem.into())
}
