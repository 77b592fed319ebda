//! The answers of AWS, each asked for once: what the folder has is not asked for again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use super::refusal::Complaint;
use super::{Program, Progress, Refusal, Why};
use crate::aws::{Read, ReadCommand};
use crate::fetched::{Answer, FETCH_AGAIN, Forgotten, Unanswered, read_answer};
use crate::findings::More;
use crate::iam::Arn;
use crate::store::FilledFolder;
use crate::text::{
    Error, Fields, Json, LARGEST_ACCOUNT, LARGEST_FILE, Problem, Shown, Source, sha256,
};

/// How long a call may take. AWS's own program gives up earlier, unless it waits for something else.
const LONGEST: Duration = Duration::from_secs(600);

/// How long to wait when AWS takes no more calls.
const PAUSE: Duration = Duration::from_secs(2);

/// One question, and how it is asked.
#[derive(Clone, Debug)]
pub struct Question {
    command: ReadCommand,
    profile: Option<String>,
    region: Option<String>,
    about: Option<Arn>,
}

impl Question {
    pub fn new(command: ReadCommand) -> Self {
        Question {
            command,
            profile: None,
            region: None,
            about: None,
        }
    }

    /// Asked with this profile.
    pub fn with_profile(self, profile: Option<&str>) -> Self {
        Question {
            profile: profile.map(str::to_owned),
            ..self
        }
    }

    /// Asked in this region.
    pub fn in_region(self, region: Option<&str>) -> Self {
        Question {
            region: region.map(str::to_owned),
            ..self
        }
    }

    /// About what this names, which the question itself does not.
    pub fn about(self, arn: &Arn) -> Self {
        Question {
            about: Some(arn.clone()),
            ..self
        }
    }

    /// What the program is given, but for how it is to print.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = self.command.arguments();
        for (name, value) in [("profile", &self.profile), ("region", &self.region)] {
            if let Some(value) = value {
                arguments.push(format!("--{name}={value}"));
            }
        }
        arguments
    }

    /// What a person is to be told of `refusal`.
    pub fn complaint(&self, refusal: &Refusal) -> Complaint {
        refusal.complaint(&self.command, self.profile.as_deref())
    }

    /// Whether no call is answered after this refusal. Access Analyzer may be asked in another region
    /// and with another profile, so what it refuses says nothing of the rest.
    fn stops_all(&self, refusal: &Refusal) -> bool {
        let is_of_analyzer = self.command.read().operation().service() == "accessanalyzer";
        match refusal.why {
            Why::NoProgram | Why::NotRun => true,
            _ => !is_of_analyzer && refusal.is_of_all_calls(),
        }
    }

    /// The most bytes that an answer has.
    pub fn most(&self) -> usize {
        match self.command.read() {
            Read::AccountDetails => LARGEST_ACCOUNT,
            _ => LARGEST_FILE,
        }
    }

    /// The name of the file with the answer: the same for the same question, another for another.
    fn file(&self, arguments: &[String]) -> String {
        let hash = &sha256(&arguments.join("\0"))[..8];
        let is_plain =
            |letter: &char| letter.is_ascii_alphanumeric() || "_-+=,.@".contains(*letter);
        let subject = self.command.subject().unwrap_or_default();
        let subject = subject.rsplit('/').next().unwrap_or_default();
        let subject: String = subject.chars().filter(is_plain).take(64).collect();
        let dot = if subject.is_empty() { "" } else { "." };
        format!("{}{dot}{subject}.{hash}.json", self.command.sub_command())
    }
}

/// The folder of answers, and the program that is asked for what is not in it.
pub struct Answers<'a> {
    program: &'a Program,
    progress: &'a dyn Progress,
    clock: &'a (dyn Fn() -> Timestamp + Sync),
    kept: Mutex<Kept>,
    jobs: Jobs,
    /// Why no call is answered any more.
    stopped: OnceLock<(Question, Refusal)>,
}

/// What is known by now.
struct Kept {
    folder: FilledFolder,
    answers: BTreeMap<Vec<String>, Answer>,
    unanswered: BTreeMap<Vec<String>, Unanswered>,
    notes: BTreeSet<String>,
}

/// All that was asked and found out, in the order of the questions.
pub struct Collected {
    pub folder: FilledFolder,
    pub answers: Vec<Answer>,
    pub unanswered: Vec<Unanswered>,
    pub notes: Vec<String>,
}

impl<'a> Answers<'a> {
    /// Those in `folder`, which are these, and more.
    pub fn new(
        program: &'a Program,
        progress: &'a dyn Progress,
        clock: &'a (dyn Fn() -> Timestamp + Sync),
        folder: FilledFolder,
        answers: Vec<Answer>,
    ) -> Self {
        let answers = answers.into_iter();
        Answers {
            program,
            progress,
            clock,
            kept: Mutex::new(Kept {
                folder,
                answers: answers.map(|one| (one.arguments.clone(), one)).collect(),
                unanswered: BTreeMap::new(),
                notes: BTreeSet::new(),
            }),
            jobs: Jobs::as_many_as_run(),
            stopped: OnceLock::new(),
        }
    }

    /// The answer to a question. None when there is none, which is noted; where that is because of the
    /// question alone.
    ///
    /// # Errors
    /// No call is answered at all; the folder cannot be written.
    pub fn ask(&self, question: &Question) -> Result<Option<Source>, Error> {
        self.ask_unless(question, &[])
    }

    /// The answer to a question without which there is nothing to do.
    ///
    /// # Errors
    /// There is none.
    pub fn ask_or_stop(&self, question: &Question) -> Result<Source, Error> {
        match self.answer(question)? {
            Ok(source) => Ok(source),
            Err(refusal) => Err(question.complaint(&refusal).into()),
        }
    }

    /// The answer to a question that is asked in case there is one: that it is not answered for one of
    /// these reasons leaves nothing missing.
    ///
    /// # Errors
    /// As [`Answers::ask`].
    pub fn ask_unless(
        &self,
        question: &Question,
        quietly: &[Why],
    ) -> Result<Option<Source>, Error> {
        match self.answer(question)? {
            Ok(source) => Ok(Some(source)),
            Err(refusal) => {
                if !quietly.contains(&refusal.why) {
                    self.note_unanswered(question, &refusal);
                } else if matches!(refusal.why, Why::Denied | Why::NotFound) {
                    self.note(question.complaint(&refusal).message);
                }
                Ok(None)
            }
        }
    }

    /// Does not use the answer to a question any more: another run asks again.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn forget(&self, question: &Question) -> Result<(), Error> {
        let forgotten = Forgotten {
            forgotten: question.arguments(),
        };
        let line = serde_json::to_string(&forgotten).map_err(std::io::Error::from)?;
        let mut kept = self.kept();
        kept.folder.log(&line)?;
        kept.answers.remove(&forgotten.forgotten);
        Ok(())
    }

    /// Notes that a question is not answered.
    pub fn refuse(&self, question: &Question, why: &str) {
        self.note_unanswered(question, &Refusal::no_answer(why));
    }

    /// Asks without keeping the answer, which may be another one soon. None when there is none, which
    /// is noted.
    ///
    /// # Errors
    /// As [`Answers::ask`].
    pub fn ask_for_now(&self, question: &Question) -> Result<Option<Source>, Error> {
        if let Some(known) = self.known(question)? {
            return Ok(Some(known));
        }
        match self.put(question)? {
            Ok(text) => Ok(Some(self.source(question, &text))),
            Err(refusal) => {
                self.note_unanswered(question, &refusal);
                Ok(None)
            }
        }
    }

    /// Keeps an answer. Returns it as it is read from the folder.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn keep(&self, question: &Question, text: &str) -> Result<Source, Error> {
        let arguments = question.arguments();
        let answer = Answer {
            file: question.file(&arguments),
            arguments: arguments.clone(),
            about: question.about.as_ref().map(Arn::to_string),
            sha256: sha256(text),
            at: (self.clock)(),
        };
        let line = serde_json::to_string(&answer).map_err(std::io::Error::from)?;
        let mut kept = self.kept();
        kept.folder.put(&answer.file, text)?;
        kept.folder.log(&line)?;
        kept.answers.insert(arguments, answer);
        drop(kept);
        Ok(self.source(question, text))
    }

    /// Remembers something to be told of the folder.
    pub fn note(&self, note: impl Into<String>) {
        self.kept().notes.insert(note.into());
    }

    /// All that was found out.
    pub fn collected(self) -> Collected {
        let kept = self.kept.into_inner();
        let kept = kept.unwrap_or_else(PoisonError::into_inner);
        Collected {
            folder: kept.folder,
            answers: kept.answers.into_values().collect(),
            unanswered: kept.unanswered.into_values().collect(),
            notes: kept.notes.into_iter().collect(),
        }
    }

    /// The answer that is there already.
    fn known(&self, question: &Question) -> Result<Option<Source>, Error> {
        let kept = self.kept();
        let Some(answer) = kept.answers.get(&question.arguments()) else {
            return Ok(None);
        };
        let (folder, answer) = (kept.folder.path().to_owned(), answer.clone());
        drop(kept);
        read_answer(&folder, &answer).map(Some)
    }

    fn answer(&self, question: &Question) -> Result<Result<Source, Refusal>, Error> {
        self.progress.planned(1);
        let answer = match self.known(question)? {
            Some(answer) => Ok(answer),
            None => match self.put(question)? {
                Ok(text) => Ok(self.keep(question, &text)?),
                Err(refusal) => Err(refusal),
            },
        };
        self.progress.done(1);
        Ok(answer)
    }

    /// Runs the program: once more, and with half as many at a time, where AWS takes no more.
    fn put(&self, question: &Question) -> Result<Result<String, Refusal>, Error> {
        let mut run = self.run(question)?;
        if matches!(&run, Err(refusal) if refusal.why == Why::Throttled) {
            self.jobs.halve();
            thread::sleep(PAUSE);
            run = self.run(question)?;
        }
        Ok(run)
    }

    fn run(&self, question: &Question) -> Result<Result<String, Refusal>, Error> {
        let job = self.jobs.begin();
        if let Some((question, refusal)) = self.stopped.get() {
            return Err(question.complaint(refusal).into());
        }
        let printed = self
            .program
            .run(&question.arguments(), question.most(), Some(LONGEST));
        drop(job);
        match printed.and_then(|bytes| answer_in(bytes, question)) {
            Err(refusal) if question.stops_all(&refusal) => {
                let (question, refusal) = self.stopped.get_or_init(|| (question.clone(), refusal));
                Err(question.complaint(refusal).into())
            }
            run => Ok(run),
        }
    }

    fn note_unanswered(&self, question: &Question, refusal: &Refusal) {
        let complaint = question.complaint(refusal);
        let arguments = question.arguments();
        let unanswered = Unanswered {
            arguments: arguments.clone(),
            error: refusal.said.to_string(),
            message: complaint.message,
            help: complaint.help,
            is_denied: refusal.why == Why::Denied,
        };
        self.kept().unanswered.insert(arguments, unanswered);
    }

    fn source(&self, question: &Question, text: &str) -> Source {
        let name = question.file(&question.arguments());
        Source::from_text(self.kept().folder.path().join(name).shown().raw(), text)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does this for each of `items`, as many at a time as are good. Stops at the first error.
///
/// # Errors
/// Those of `each`.
pub fn for_each<T: Sync>(
    items: &[T],
    each: impl Fn(&T) -> Result<(), Error> + Sync,
) -> Result<(), Error> {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            // After an error the others begin nothing more.
            each(item).inspect_err(|_| next.store(items.len(), Ordering::Relaxed))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads = (0..MOST_JOBS.min(items.len())).map(|_| scope.spawn(work));
        let threads: Vec<_> = threads.collect();
        threads.into_iter().try_for_each(joined)
    })
}

/// The result of a thread.
pub(super) fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    let joined = thread.join();
    joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// What is wrong with an answer that the folder has: asking again would bring the same one.
pub fn unusable(problem: Problem) -> Error {
    problem.help(FETCH_AGAIN).into()
}

/// What was printed, if it is an answer: one JSON object, and all of it.
pub fn answer_in(bytes: Vec<u8>, question: &Question) -> Result<String, Refusal> {
    let most = question.most();
    if bytes.len() > most {
        let mib = most / (1024 * 1024);
        let said = format!("it prints more than {mib} MiB");
        return Err(Refusal::no_answer(&said));
    }
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| Refusal::no_answer("it prints what is not UTF-8"))?;
    let source = Source::from_text("what it prints", &text);
    let json = Json::parse(&source).map_err(|problems| {
        let first = problems.0.first().map(Problem::message);
        Refusal::no_answer(&format!("what it prints: {}", first.unwrap_or_default()))
    })?;
    if json.as_object().is_none() {
        return Err(Refusal::no_answer("it prints no JSON object"));
    }
    let mut fields = Fields::new(&source);
    let is_cut = More::read(&mut fields, &json).is_some();
    // This one is asked for page by page: the `aws` program does not do that itself.
    if is_cut && question.command.read() != Read::LastAccessed {
        return Err(Refusal::no_answer("it prints one page of several"));
    }
    Ok(text)
}

/// How many calls are made at a time.
const MOST_JOBS: usize = 8;

/// How many calls may be made at a time, and how many are.
struct Jobs {
    count: Mutex<Count>,
    changed: Condvar,
}

struct Count {
    allowed: usize,
    running: usize,
}

/// A call that is being made.
struct Job<'a>(&'a Jobs);

impl Jobs {
    /// A call is mostly the program starting, so there is little use in many more than processors.
    fn as_many_as_run() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Jobs {
            count: Mutex::new(Count {
                allowed: (2 * processors).clamp(2, MOST_JOBS),
                running: 0,
            }),
            changed: Condvar::new(),
        }
    }

    fn begin(&self) -> Job<'_> {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |count: &mut Count| count.running >= count.allowed;
        let waited = self.changed.wait_while(count, is_full);
        waited.unwrap_or_else(PoisonError::into_inner).running += 1;
        Job(self)
    }

    fn halve(&self) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        count.allowed = (count.allowed / 2).max(1);
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        let count = self.0.count.lock();
        count.unwrap_or_else(PoisonError::into_inner).running -= 1;
        self.0.changed.notify_one();
    }
}
