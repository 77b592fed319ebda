//! Templates of CloudFormation, with their stacks and what AWS has of these.

use std::path::Path;

use super::beside::ReadBeside;
use super::kept::Commented;
use super::source_report::{synthesized, without_stack};
use super::sources::from_here;
use super::{Reading, SourceReview, kept};
use crate::policies::PolicyOwner;
use crate::sources::{Matched, Stack, Templates};
use crate::text::{Error, Problem, Problems, some_of};

/// The review of what stands in a template, or in those of a folder.
pub(super) fn in_templates(
    path: &Path,
    mut beside: ReadBeside,
    mut reading: Reading,
    complete: bool,
) -> Result<SourceReview, Error> {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|data| data.is_symlink());
    let from_here = if is_link {
        Ok(path.to_owned())
    } else {
        from_here(path)
    };
    let templates = from_here.and_then(|path| Templates::open(&path));
    let templates = reading.keep(templates);
    reading.finish()?;
    let Some(templates) = templates else {
        return Err(Error::new("there is no template"));
    };
    beside.notes.extend(templates.unread.iter().cloned());
    let files = templates.files.iter();
    let unread = files.flat_map(|file| file.template.unread.iter().cloned());
    beside.notes.extend(unread);
    let folder = if path.is_dir() {
        path
    } else {
        path.parent().unwrap_or(Path::new(""))
    };
    kept::add_found([folder], &mut beside.options, &mut beside.notes)?;
    let findings = beside.findings()?;
    let (templates, of_cdk) = templates.without_synthesized();
    if templates.files.is_empty() {
        return Err(synthesized(&of_cdk, &findings, &beside.options));
    }
    beside.notes.extend(of_cdk.iter().map(|file| {
        let note = file
            .source
            .note("passed over: `cdk synth` made this, and what is changed in it is lost");
        note.help("narrow what the program says that makes it")
    }));
    beside.stacks = Stack::joined(beside.stacks);
    if beside.stacks.is_empty() {
        return Err(without_stack(&templates, &findings, &beside.options));
    }
    if !complete {
        return Err(others(&templates, &beside.stacks));
    }
    let missing = templates.missing(&beside.stacks);
    if !missing.is_empty() {
        return Err(Problems(missing).into());
    }
    let found = findings.iter().filter_map(|finding| {
        let principal = finding.principal.as_ref()?;
        PolicyOwner::from_arn(principal.raw())
    });
    let found: Vec<PolicyOwner> = found.collect();
    let matched = Matched::of_templates(&templates, &beside.stacks, &beside.held, &found)?;
    beside.notes.extend(templates.taken_for(&beside.stacks));
    beside.notes.extend(templates.not_written(&beside.stacks));
    beside.review(&matched, findings, |_, _| commented(&templates))
}

/// The templates with their comments, those too of which no policy is refined.
fn commented(templates: &Templates) -> Result<Vec<Commented>, Problem> {
    let files = templates.files.iter();
    let commented = files.map(|file| Commented::template(&file.source, &file.template.blocks));
    commented.filter_map(Result::transpose).collect()
}

/// That nobody can tell whether there are other stacks.
fn others(templates: &Templates, stacks: &[Stack]) -> Error {
    let files = templates
        .files
        .iter()
        .map(|file| file.source.name().to_string());
    let files: Vec<String> = files.collect();
    let stacks: Vec<String> = stacks.iter().map(|stack| stack.name.to_string()).collect();
    let message = format!(
        "nothing tells which stacks are made of {}; given are {}",
        some_of(&files, 5),
        some_of(&stacks, 5)
    );
    Error::with_help(
        message,
        "give the stacks of all accounts and regions, and say --states-complete when there are no others",
    )
}
