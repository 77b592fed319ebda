//! A folder of Terraform files, its states and findings, from files in any order.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::account::{FindingsFile, GatheredFindings, account_of, in_folders, read_details};
use super::file::{Begun, begin};
use super::made::{made, reviewed_whole, take_out_parts};
use super::{Given, Intake, IntakeOptions, Reading, each_once, kept};
use crate::findings::{Findings, Page};
use crate::iam::PolicyName;
use crate::iam::quota::PolicyKind;
use crate::policies::{Account, LoadedPolicy, Made, Origin, SourceBlock, outdated};
use crate::review::{PolicyInput, ReviewInput};
use crate::sources::{
    Live, MadeBy, Matched, PlacedFindings, Root, SourcePolicy, State, Tree, Unused, is_module,
    is_state, may_have_several, normal, read_state,
};
use crate::text::{
    AS_PRINTED, Error, Holds, Json, Problem, Problems, Severity, Shape, Shown, Source, recognise,
};

/// A source of policies: the folder of a root module, a template, or a folder of templates.
#[derive(Clone, Debug)]
pub struct SourceRoot {
    /// Where it is.
    pub path: PathBuf,
    /// The states that are said to be of this root module; of others their addresses tell.
    pub states: Vec<PathBuf>,
}

/// The policies of root modules that can be narrowed, and those that cannot.
#[derive(Debug)]
pub struct SourceReview {
    /// What a review of them works from. There may be no policies.
    pub input: ReviewInput,
    /// What to report of the files although they are used.
    pub notes: Vec<Problem>,
}

impl Intake {
    /// Brings together root modules, their states and the findings, which were given in any order. With
    /// `states_complete` there are no other states than these, and nobody else has what they make. A source
    /// that is no root module is one of templates, and has to be the only one: see [`Intake::templates`].
    ///
    /// # Errors
    /// What is wrong with any of the files; no state, with where the findings' actions stand; a root
    /// module that may have several states, or of which none is given, unless these are complete; a state
    /// that may be of several root modules.
    pub fn sources(
        self,
        roots: &[SourceRoot],
        states_complete: bool,
    ) -> Result<SourceReview, Error> {
        if let Some(root) = roots.iter().find(|root| !is_module(&root.path)) {
            alone(root, roots)?;
            return self.templates(&root.path, states_complete);
        }
        let mut options = self.options;
        let of_roots = roots.iter().flat_map(|root| &root.states);
        let all = self.given.iter().cloned();
        let all: Vec<Given> = all.chain(of_roots.cloned().map(Given::Path)).collect();
        each_once(&all)?;
        let mut reading = Reading::default();
        let mut beside = Beside::default();
        for (place, root) in roots.iter().enumerate() {
            for state in &root.states {
                reading.keep(beside.add_state_of(place, state));
            }
        }
        for given in self.given {
            reading.keep(beside.add(given));
        }
        let Beside {
            states,
            accounts,
            others,
            fetched,
            days,
            notes: beside,
        } = beside;
        options = options.of_analyzer(days);
        let (mut files, mut notes) = in_folders(others)?;
        notes.extend(beside);
        files.extend(fetched.into_iter().map(FindingsFile::fetched));
        let mut gathered = GatheredFindings::default();
        gathered.add_all(&files, options.unused_for, &mut reading);
        let mut notes = gathered.notes_hiding_lines(notes, &mut reading);
        let folders = folders_of(roots)?;
        let tree = reading.keep(Tree::open(&folders));
        reading.finish()?;
        let Some(tree) = tree else {
            return Err(Error::new("there is no folder"));
        };
        notes.extend(tree.unread(None).cloned());
        notes.extend(tree.roots.iter().filter_map(templates_beside));
        let findings = joined(gathered, &options, &mut notes)?;
        if states.is_empty() {
            return Err(super::source_report::without_state(
                &tree, &findings, &options,
            ));
        }
        let states = tree.take(states)?;
        if !states_complete {
            let mut not_known = may_have_several(&tree);
            not_known.extend(tree.without_state(&states));
            if !not_known.is_empty() {
                return Err(Problems(not_known).into());
            }
        }
        let folders = tree.roots.iter().map(|root| root.folder.as_path());
        kept::add_found(folders, &mut options, &mut notes)?;
        let matched = Matched::of(&tree, &states, &accounts, states_complete);
        let mut review = SourceReview::of(&matched, findings, notes, &options);
        let commented = commented(&tree, &review.input, &mut review.notes);
        kept::hold_back_commented(&mut review.input, commented, &options, &mut review.notes)?;
        Ok(review)
    }
}

/// The files of a tree with their comments, with those that lie beside them and those that policies are
/// filled in from; notes what cannot be read.
fn commented(tree: &Tree, input: &ReviewInput, notes: &mut Vec<Problem>) -> Vec<kept::Commented> {
    let policies = input.policies.iter();
    let sources = policies.map(|policy| policy.loaded.document.source());
    let mut commented: Vec<_> = sources.filter_map(kept::Commented::filled_in).collect();
    // A file of HCL with policies is among these too, and counts as what it is.
    let files = tree.folders().flat_map(|(_, files)| files);
    commented.extend(files.filter_map(|file| kept::Commented::hcl(&file.source)));
    for beside in tree.beside() {
        match beside {
            Ok(source) => commented.extend(kept::Commented::hcl(&source)),
            Err(warnings) => notes.extend(warnings),
        }
    }
    commented
}

/// The folders of root modules by their paths from where one stands.
fn folders_of(roots: &[SourceRoot]) -> Result<Vec<PathBuf>, Error> {
    let mut folders = Vec::new();
    for root in roots {
        let folder = from_here(&root.path)?;
        if folders.contains(&folder) {
            return Err(Error::with_help(
                format!("{} is given twice", root.path.shown()),
                "give each root module once",
            ));
        }
        folders.push(folder);
    }
    Ok(folders)
}

/// Refuses a source of templates beside others.
fn alone(templates: &SourceRoot, roots: &[SourceRoot]) -> Result<(), Error> {
    let Some(other) = roots.iter().find(|root| root.path != templates.path) else {
        return Ok(());
    };
    Err(Error::with_help(
        format!(
            "{} holds templates, and is given beside {}",
            templates.path.shown(),
            other.path.shown()
        ),
        "give one template, or the folder of several; or root modules of Terraform, whose own modules are \
         found by themselves",
    ))
}

/// That templates lie in the folder of a root module, which nobody looks at.
fn templates_beside(root: &Root) -> Option<Problem> {
    let about = Source::from_text(root.shown().raw(), "");
    let note =
        about.note("this is taken for a root module, and the templates in it are passed over");
    let note = note.help("give them in a run of their own, each with its stacks");
    root.holds_templates().then_some(note)
}

/// The findings of all principals, with notes on them.
pub(super) fn joined(
    gathered: GatheredFindings,
    options: &IntakeOptions,
    notes: &mut Vec<Problem>,
) -> Result<Vec<Findings>, Error> {
    let nameless = gathered.pages.iter().filter_map(Page::is_nameless);
    let nameless: Vec<Problem> = nameless.collect();
    if !nameless.is_empty() {
        return Err(Problems(nameless).into());
    }
    let findings = Findings::join(gathered.pages, options.missing_pages)?;
    if findings.is_empty() {
        return Err(Error::with_help(
            "none of the files holds findings, so nothing is known to be unused",
            "give what `aws accessanalyzer get-finding-v2 --analyzer-arn ANALYZER_ARN --id \
             FINDING_ID --output json` prints",
        ));
    }
    notes.extend(
        findings
            .iter()
            .flat_map(|finding| finding.notes.iter().cloned()),
    );
    Ok(findings)
}

impl SourceReview {
    pub(super) fn of(
        matched: &Matched,
        findings: Vec<Findings>,
        mut notes: Vec<Problem>,
        options: &IntakeOptions,
    ) -> Self {
        let of_all = findings.clone();
        let placed = matched.live.place(findings);
        notes.extend(placed.strangers.iter().cloned());
        notes.extend(placed.notes.iter().cloned());
        let mut left: Vec<Problem> = Vec::new();
        for one in &matched.left {
            let why = one.why.clone().passed_over(Severity::Warning);
            if matched.is_concerned(one.policy, &placed) && !left.contains(&why) {
                left.push(why);
            }
        }
        left.extend(made_elsewhere(matched, &placed));
        let mut concerned: Vec<(&SourcePolicy, Findings)> = Vec::new();
        for policy in &matched.policies {
            match matched.live.unused_by_all(&policy.holders, &placed) {
                Unused::NotConcerned => {}
                Unused::ByAll(findings) => concerned.push((policy, *findings)),
                Unused::Unknown(why, help) => {
                    let source = policy.document.source();
                    let name = matched.name(policy.makes[0]);
                    let message = format!("{name}: {why}");
                    let start = source.line_at(policy.start);
                    left.push(source.warning_at(start, message).help(help));
                }
            }
        }
        for policy in take_out_parts(&mut concerned) {
            let source = policy.document.source();
            let name = matched.name(policy.makes[0]);
            let message = format!(
                "{name}: another document that it is put together of stays as it is, and so does this one"
            );
            let start = source.line_at(policy.start);
            let help = "see why the other stays: what a policy grants is judged as a whole";
            left.push(source.warning_at(start, message).help(help));
        }
        let reviewed = || concerned.iter().map(|(policy, _)| *policy);
        let whole = reviewed_whole(reviewed());
        let made = made(&matched.live, reviewed());
        let refined = concerned.into_iter().zip(made);
        let refined = refined.map(|((policy, findings), made)| {
            (policy, loaded(matched, &placed, policy, made), findings)
        });
        let refined: Vec<Refined<'_>> = refined.collect();
        for (policy, loaded, _) in &refined {
            let found = placed.of_holders(&policy.holders);
            let outdated = found.flat_map(|found| outdated(std::slice::from_ref(loaded), found));
            for warning in outdated {
                if !notes.contains(&warning) {
                    notes.push(warning);
                }
            }
        }
        let mut input = input(refined, &of_all, options);
        let mut found = matched.found_principals(&placed);
        input.principal.all_policies_loaded =
            found.all(|principal| has_no_other(&matched.live, &whole, principal));
        SourceReview {
            input: ReviewInput { left, ..input },
            notes,
        }
    }
}

/// Whether an account tells that a principal has no other policies than those that are `reviewed`.
fn has_no_other(live: &Live, reviewed: &BTreeSet<usize>, principal: usize) -> bool {
    let principal = &live.principals[principal];
    principal.is_held
        && principal.made_elsewhere.is_empty()
        && principal.embedded_elsewhere.is_empty()
        && principal
            .policies
            .iter()
            .all(|policy| reviewed.contains(policy))
}

/// What is attached to those whom the findings are about and made elsewhere.
fn made_elsewhere(matched: &Matched, placed: &PlacedFindings) -> Vec<Problem> {
    let mut told = Vec::new();
    for principal in matched.found_principals(placed) {
        let principal = &matched.live.principals[principal];
        let name = principal.address.as_ref().map_or_else(
            || principal.owner.to_string(),
            |address| format!("{} ({address})", principal.owner),
        );
        let about = Source::from_text(&name, "");
        for arn in &principal.made_elsewhere {
            let is_of_aws = arn.contains(":iam::aws:");
            let message = if is_of_aws {
                format!("{arn} is managed by AWS and cannot be edited")
            } else {
                format!("{arn} is made elsewhere")
            };
            told.push(about.note(message));
        }
        for policy in &principal.embedded_elsewhere {
            let policy = policy.raw();
            let message = format!("its inline policy {policy} is made by no resource that is read");
            let help = match matched.live.made_by {
                MadeBy::Terraform => "write it as a resource of its own, aws_iam_role_policy",
                MadeBy::CloudFormation => "what made it has to be changed",
            };
            told.push(about.warning(message).help(help));
        }
    }
    told
}

/// A policy to be refined, with what none of those uses who have it.
type Refined<'m> = (&'m SourcePolicy, LoadedPolicy, Findings);

/// What a review works from. Each policy has what those do not use who have it; all known names matter
/// to all of them.
fn input(refined: Vec<Refined<'_>>, all: &[Findings], options: &IntakeOptions) -> ReviewInput {
    let together = |loaded: Vec<LoadedPolicy>, findings: Findings| {
        let catalogue = Arc::clone(&options.catalogue);
        ReviewInput::new(loaded, findings, catalogue, options.refine.clone())
    };
    let loaded = refined.iter().map(|(_, loaded, _)| loaded.clone());
    // Those who use nothing at all have nothing in common, and no policy here.
    let common = Findings::common(&all.iter().collect::<Vec<_>>());
    let mut input = together(loaded.collect(), common.unwrap_or_else(|| all[0].clone()));
    let names = input.universe.names_beside_catalogue();
    let mut known: BTreeMap<&BTreeSet<usize>, ReviewInput> = BTreeMap::new();
    for (place, (policy, loaded, findings)) in refined.into_iter().enumerate() {
        let alone = known.entry(&policy.holders).or_insert_with(|| {
            let alone = together(vec![loaded.clone()], findings);
            alone.knowing(&names)
        });
        input.policies[place] = PolicyInput {
            loaded,
            ..alone.policies[0].clone()
        };
    }
    input
}

fn loaded(
    matched: &Matched,
    placed: &PlacedFindings,
    policy: &SourcePolicy,
    made: Vec<Made>,
) -> LoadedPolicy {
    let only = match policy.makes.as_slice() {
        [only] => Some(&matched.live.policies[*only]),
        _ => None,
    };
    let makes = policy.makes.iter();
    let holders = policy.holders.iter();
    let findings = placed.of_holders(&policy.holders);
    let live = policy
        .makes
        .iter()
        .map(|&made| &matched.live.policies[made]);
    let changed_at = live.filter_map(|live| live.changed_at);
    let block = SourceBlock {
        address: policy.address.clone(),
        line: policy.line,
        makes: makes.map(|&policy| matched.name(policy)).collect(),
        holders: holders
            .map(|&holder| matched.live.principals[holder].owner.to_string())
            .collect(),
        findings: findings.cloned().collect(),
        is_part: policy.is_part(),
        made: made.into(),
    };
    LoadedPolicy {
        document: policy.document.clone(),
        kind: (block.tightest()).map_or(PolicyKind::Unknown, |made| made.quota.kind),
        origin: Origin {
            name: only.and_then(|only| PolicyName::parse(only.name.raw())),
            arn: only.and_then(|only| only.arn.clone()),
            changed_at: changed_at.max(),
            block: Some(Arc::new(block)),
            ..Origin::default()
        },
    }
}

/// What was given beside a folder of Terraform files.
#[derive(Default)]
struct Beside {
    /// The states, each with the root module that it is said to be of.
    states: Vec<(State, Option<usize>)>,
    /// What AWS has, each of another account.
    accounts: Vec<Account>,
    others: Vec<Given>,
    /// What was fetched with an account.
    fetched: Vec<Given>,
    /// How many days the analyzer looks at that was asked.
    days: Option<u32>,
    notes: Vec<Problem>,
}

impl Beside {
    /// Reads one as far as to tell what it is, and all of it if it is a state or an account. A pipe is
    /// read once.
    fn add(&mut self, given: Given) -> Result<(), Error> {
        if let Some(folder) = given.folder()? {
            let without =
                "beside Terraform files give findings, or what was fetched of a whole account";
            let fetched = account_of(&folder, without)?;
            self.notes.extend(fetched.notes);
            self.fetched.extend(fetched.findings);
            self.days = self.days.max(fetched.days);
            return self.add_account(&fetched.details);
        }
        let path = match &given {
            Given::Path(path) if !path.is_dir() => path,
            Given::Text(source) if is_state(source.text().as_bytes()) => {
                let state = read_state(source.name(), source.text().as_bytes())?;
                self.states.push((state, None));
                return Ok(());
            }
            _ => {
                self.others.push(given);
                return Ok(());
            }
        };
        match begin(path)? {
            Begun::Terraform(name, text) => self.states.push((read_state(&name, text)?, None)),
            Begun::Other(source) => match holds(&source) {
                Some(Shape::AuthorizationDetails) => self.add_account(&source)?,
                Some(shape) if shape.holds() == Holds::Policies => {
                    let message = "this holds policies, and those here are in the Terraform files";
                    let help = "give states and findings beside the folder, and what AWS has of the \
                                whole account: aws iam get-account-authorization-details --output json";
                    return Err(source.error(message).help(help).into());
                }
                _ => self.others.push(Given::Text(source)),
            },
        }
        Ok(())
    }

    /// Reads a state that is said to be of a root module.
    fn add_state_of(&mut self, root: usize, path: &Path) -> Result<(), Error> {
        match begin(path)? {
            Begun::Terraform(name, text) => {
                self.states.push((read_state(&name, text)?, Some(root)));
                Ok(())
            }
            Begun::Other(source) => {
                let problem = source.error("this is said to be a state, and is none");
                let help = "give what `terraform show -json` or `terraform state pull` prints";
                Err(problem.help(help).hiding_line().into())
            }
        }
    }

    fn add_account(&mut self, source: &Source) -> Result<(), Error> {
        let account = read_details(source)?;
        let Some(id) = account.id() else {
            let problem = source.error("no ARN in it tells which account this is");
            return Err(problem.help(AS_PRINTED).into());
        };
        if self
            .accounts
            .iter()
            .any(|other| other.id().as_ref() == Some(&id))
        {
            let problem = source.error(format!("account {id} is given twice"));
            return Err(problem
                .help("give what AWS has of each account once")
                .into());
        }
        self.notes.extend(account.notes.iter().cloned());
        self.accounts.push(account);
        Ok(())
    }
}

/// What a file holds, as far as it can be read.
fn holds(source: &Source) -> Option<Shape> {
    Some(recognise(&Json::parse(source).ok()?))
}

/// A folder by its path from where one stands, as patches name files.
///
/// # Errors
/// It cannot be read, or is a copy that is thrown away.
pub(super) fn from_here(folder: &Path) -> Result<PathBuf, Error> {
    const COPIES: [&str; 5] = [
        ".terragrunt-cache",
        ".terraform",
        ".aws-sam",
        ".serverless",
        "cdktf.out",
    ];
    let cannot = |error| Error::new(format!("{} cannot be read", folder.shown())).caused_by(error);
    let here = std::env::current_dir().and_then(fs::canonicalize)?;
    let real = fs::canonicalize(folder).map_err(cannot)?;
    let mut parts = real.components();
    if parts.any(|part| COPIES.iter().any(|copy| part.as_os_str() == *copy)) {
        return Err(Error::with_help(
            format!(
                "{} is a copy, and what is changed in it is lost",
                folder.shown()
            ),
            "give the folder that it is a copy of",
        ));
    }
    Ok(match real.strip_prefix(&here) {
        Ok(below) => below.to_owned(),
        Err(_) => normal(folder),
    })
}
