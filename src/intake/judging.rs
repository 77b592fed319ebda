//! A policy, what somebody refined it to, and findings, to be judged.

use super::{Gathered, Given, Intake, Reading, each_once, stdin_once};
use crate::document::Document;
use crate::findings::Findings;
use crate::policies::{self, LoadedPolicy, ReadRefined};
use crate::text::{Error, Json, Problem, Source, recognise};

/// Policies as they were, what they were refined to elsewhere, and the findings.
#[derive(Clone, Debug)]
pub struct ToJudge {
    /// Each policy that was refined: as it was, and what it became.
    pub policies: Vec<(LoadedPolicy, Document)>,
    /// The findings for the principal of the policies.
    pub findings: Findings,
    /// What to report about the files although they are used.
    pub notes: Vec<Problem>,
}

impl Intake {
    /// Reads all that was given as findings, `original` as the policies as they were, and `refined`
    /// as what they became. Both may be the same file.
    ///
    /// # Errors
    /// What is wrong with any of the files, all together; files that do not go together; no
    /// findings among them.
    pub fn to_judge(
        self,
        original: impl Into<Given>,
        refined: impl Into<Given>,
    ) -> Result<ToJudge, Error> {
        let (original, refined) = (original.into(), refined.into());
        let all = [&original, &refined].into_iter().chain(&self.given);
        stdin_once(all.filter_map(Given::path))?;
        each_once(&self.given)?;
        let mut reading = Reading::default();
        let mut gathered = Gathered::default();
        let originals = self.originals(&original, &mut gathered, &mut reading);
        let refined = reading.keep(refined.parse());
        let read = match (&originals, &refined) {
            (Some(originals), Some((source, json))) => {
                let read = policies::read_refined(source, json, originals);
                reading.keep(read.map_err(Error::from))
            }
            _ => None,
        };
        for given in &self.given {
            if let Some(folder) = reading.keep(given.folder()).flatten() {
                gathered.add_fetched(&folder, &self.options, &mut reading);
                continue;
            }
            let Some(source) = reading.keep(given.read()) else {
                continue;
            };
            let parts = reading.keep(policies::parse_each(&source).map_err(Error::from));
            for json in parts.unwrap_or_default() {
                let page = self.options.read_page(&source, &json, recognise(&json));
                gathered
                    .pages
                    .extend(reading.keep(page.map_err(Error::from)));
            }
        }
        reading.finish()?;
        // Those of a folder that was given for its findings are not judged.
        gathered.policies = originals.clone().unwrap_or_default();
        let loaded = gathered.join(&self.options)?;
        let (Some(originals), Some(ReadRefined { refined, notes }), Some(loaded)) =
            (originals, read, loaded)
        else {
            return Err(Error::with_help(
                "there are no findings",
                "give the findings of the principal",
            ));
        };
        let warnings = refined.iter().flat_map(|(_, refined)| refined.warnings());
        let notes = (loaded.notes.into_iter().chain(notes))
            .chain(warnings.cloned())
            .collect();
        let policies = refined.into_iter();
        let policies = policies.map(|(place, refined)| (originals[place].clone(), refined));
        Ok(ToJudge {
            policies: policies.collect(),
            findings: loaded.input.findings,
            notes,
        })
    }
}

impl Intake {
    /// The policies as they were: of a file, or of a fetched folder, whose findings go to `gathered`.
    fn originals(
        &self,
        original: &Given,
        gathered: &mut Gathered,
        reading: &mut Reading,
    ) -> Option<Vec<LoadedPolicy>> {
        if let Some(folder) = reading.keep(original.folder())? {
            gathered.add_fetched(&folder, &self.options, reading);
            return Some(std::mem::take(&mut gathered.policies));
        }
        let read = original.parse().and_then(|(source, json)| {
            let read = policies::read(&source, &json)?;
            Ok(read)
        });
        reading.keep(read)
    }
}

impl Given {
    fn parse(&self) -> Result<(Source, Json), Error> {
        let source = self.read()?;
        let json = policies::parse(&source)?;
        Ok((source, json))
    }
}
