//! The folder with what becomes of an account: for each policy that changes what it was, what it
//! is to be, and the scripts that take it there and back.

use std::path::Path;

use crate::account::{AccountReview, RefinedPolicy};
use crate::aws::{
    ScriptFolder, UNUSED, apply_all, folder_names, rollback_all, script_folders, unused_list,
};
use crate::cli::exit::Failure;
use crate::cli::records::{decided, record_text};
use crate::explain::report::{account_overview, policy_review};
use crate::review::{DecidedWith, Decisions, prove_text};
use crate::store::NewFolder;
use crate::text::sha256;

/// The file with what was decided of a policy, which `iam-refine denied` reads.
pub const RECORD: &str = "record.json";

/// The folder with what was decided of policies that do not change, which `--decisions` reads.
pub const UNCHANGED: &str = "unchanged";

/// The file with the SHA-256 of every other one. Its own names the folder as a whole.
pub const SUMS: &str = "SHA256SUMS";

/// Writes the folder, all of it or nothing: under another name first, where all is read back and
/// proved once more. Returns the SHA-256 that names the folder with all in it.
///
/// # Errors
/// Whatever the system refuses; a proof that fails.
pub fn write(
    folder: &Path,
    account: &AccountReview,
    refined: &[RefinedPolicy<'_>],
    with: DecidedWith,
) -> Result<String, Failure> {
    let decided = decided(with)?;
    let folders = script_folders(account, refined)?;
    let new = NewFolder::begin(folder)?;
    let overview = account_overview(account, refined, &folders, &decided);
    new.put("REVIEW.md", &overview, 0o666)?;
    if !folders.is_empty() {
        new.put("apply-all.sh", &apply_all(&folders), 0o777)?;
        new.put("rollback-all.sh", &rollback_all(&folders), 0o777)?;
    }
    for policy in &folders {
        write_policy(&new, account, policy, &decided)?;
    }
    write_unchanged(&new, account, refined, &decided)?;
    let sums = new.checksums()?;
    new.put(SUMS, &sums, 0o666)?;
    new.finish()?;
    Ok(sha256(&sums))
}

fn write_policy(
    new: &NewFolder<'_>,
    account: &AccountReview,
    policy: &ScriptFolder<'_, '_>,
    decided: &Decisions,
) -> Result<(), Failure> {
    let name = &policy.name;
    new.make(name)?;
    let document = &account.policy(policy.refined.policy).document;
    let before = document.source().original();
    new.put(&format!("{name}/before.json"), &before, 0o666)?;
    let mut back = Vec::new();
    if let Some(text) = policy.change.in_its_place() {
        back.push(new.put(&format!("{name}/after.json"), text, 0o666)?);
    }
    for ((file, _), (_, text)) in policy.scripts.beside.iter().zip(policy.change.beside()) {
        back.push(new.put(&format!("{name}/{file}"), text, 0o666)?);
    }
    if let Some(text) = &policy.change.text {
        let whole = match (&policy.change.pieces, back.first()) {
            (None, Some(back)) => back,
            _ => text,
        };
        let mut faults = prove_text(&[(document, &policy.change.edits[..])], whole);
        if policy.change.pieces.is_some() {
            faults.extend(account.prove_pieces(policy.refined.policy, text, &back)?);
        }
        if !faults.is_empty() {
            return Err(Failure::Proof(faults));
        }
    }
    if let Some(unused) = unused_list(&policy.change.still_unused) {
        new.put(&format!("{name}/{UNUSED}"), &unused, 0o666)?;
    }
    let scripts = &policy.scripts;
    new.put(&format!("{name}/apply.sh"), &scripts.apply, 0o777)?;
    new.put(&format!("{name}/rollback.sh"), &scripts.rollback, 0o777)?;
    let review = policy_review(account, policy, decided);
    new.put(&format!("{name}/REVIEW.md"), &review, 0o666)?;
    if let Some(record) = record(account, policy.refined, decided)? {
        new.put(&format!("{name}/{RECORD}"), &record, 0o666)?;
    }
    Ok(())
}

/// Writes what was decided of policies that do not change: that something stays is a decision too, which whoever goes
/// on is not to make again.
fn write_unchanged(
    new: &NewFolder<'_>,
    account: &AccountReview,
    refined: &[RefinedPolicy<'_>],
    decided: &Decisions,
) -> Result<(), Failure> {
    let named = folder_names(account, refined).into_iter().zip(refined);
    let mut is_made = false;
    for (name, policy) in named.filter(|(_, policy)| policy.change().is_none()) {
        if let Some(record) = record(account, policy, decided)? {
            if !is_made {
                new.make(UNCHANGED)?;
                is_made = true;
            }
            new.put(&format!("{UNCHANGED}/{name}.json"), &record, 0o666)?;
        }
    }
    Ok(())
}

/// The record of what was decided of a policy; none where nothing was.
fn record(
    account: &AccountReview,
    policy: &RefinedPolicy<'_>,
    decided: &Decisions,
) -> Result<Option<String>, Failure> {
    let record = account.record(policy, decided);
    let record = record.map_err(|fault| Failure::Proof(vec![fault]))?;
    record.as_ref().map(record_text).transpose()
}
