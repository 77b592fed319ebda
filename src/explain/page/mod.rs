//! A walk as a page for a browser: one file, in which the steps are gone through with keys, a slider
//! or a link to a step. It fetches nothing.
//!
//! The page as it is written shows what stands after the last step, with the sentences of all steps:
//! so it is without a script, and on paper. `page.js` then takes away what a step does not know yet:
//! what has a `data-step` is shown from that step on.

mod trie;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::explanation::Explanation;
use super::outcome::outcome_title;
use super::picture::{Detail, Theme};
use super::rule::RuleLine;
use crate::iam::{Action, ActionPattern};
use crate::refine::{Emitted, StepDecision};
use crate::text::{base64_sha256, counted, escape_xml};

/// What the page looks like; the colours stand before it.
const STYLES: &str = include_str!("page.css");
/// What goes through the steps.
const SCRIPT: &str = include_str!("page.js");

/// The most actions that are listed without being asked for.
const LISTED_OPEN: usize = 60;

impl Explanation {
    /// The walk as an HTML page that needs nothing else. Without a `theme` it has the colours that
    /// its reader's browser asks for.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use iam_refine::{catalogue::Catalogue, findings::UnusedActions, refine::*, explain::*};
    /// let mut unused = UnusedActions::default();
    /// unused.add("s3:GetBucketAcl".parse()?, None);
    /// let universe = Universe::new(Catalogue::s3_of_june_2024(), Arc::new(unused), []);
    /// let pattern = "s3:Get*".parse()?;
    /// let walk = Walkthrough::new(&pattern, &universe, Curation::NONE, Granularity::Word);
    /// let findings = "</script>.json".to_owned();
    /// let page = Explanation { walk, findings, catalogue: None }.page(None, Detail::Frontier);
    /// assert!(page.starts_with("<!doctype html>"));
    /// assert_eq!(page.matches("</script>").count(), 1);
    /// # Ok::<(), iam_refine::iam::PatternError>(())
    /// ```
    pub fn page(&self, theme: Option<Theme>, detail: Detail) -> String {
        self.page_with_questions(theme, detail, &BTreeMap::new())
    }

    /// The same, begun at the first step, with questions about steps, which are counted from 0: each is asked
    /// before its step is told.
    pub fn page_with_questions(
        &self,
        theme: Option<Theme>,
        detail: Detail,
        questions: &BTreeMap<usize, String>,
    ) -> String {
        let mut page = Page {
            explanation: self,
            questions,
            html: String::new(),
        };
        page.head(theme);
        page.title();
        if !self.walk.steps().is_empty() {
            page.controls();
            page.html.push_str("<main>\n<aside>\n");
            page.told();
            page.gathered();
            page.html.push_str("</aside>\n");
            trie::write(&mut page.html, &self.walk, detail);
            page.html.push_str("</main>\n");
            page.steps();
            let _ = writeln!(page.html, "<script>{}</script>", script());
        }
        page.html.push_str("</body>\n</html>\n");
        page.html
    }
}

/// The script as browsers read it: its hash is of lines that end as theirs do.
fn script() -> String {
    SCRIPT.replace("\r\n", "\n")
}

struct Page<'a> {
    explanation: &'a Explanation,
    questions: &'a BTreeMap<usize, String>,
    html: String,
}

impl Page<'_> {
    fn head(&mut self, theme: Option<Theme>) {
        // Nothing is fetched, and no script runs but the one that is written here.
        let policy = format!(
            "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'",
            base64_sha256(&script())
        );
        let _ = write!(
            self.html,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{}</title>\n<style>\n{}{}</style>\n</head>\n<body>\n",
            escape_xml(&outcome_title(&self.explanation.walk)),
            colours(theme),
            STYLES
        );
    }

    fn title(&mut self) {
        let _ = writeln!(
            self.html,
            "<header>\n<h1>{}</h1>\n<p class=\"quiet\">{}</p>\n</header>",
            escape_xml(&outcome_title(&self.explanation.walk)),
            escape_xml(&self.explanation.counts_and_basis())
        );
    }

    /// What is stepped with; hidden until the script is there to be asked.
    fn controls(&mut self) {
        let steps = self.explanation.walk.steps().len();
        // After the last step comes what all of them have come to.
        let last = steps + 1;
        let _ = writeln!(
            self.html,
            "<nav id=\"controls\" aria-label=\"Steps\" hidden>\n\
             <button id=\"first\" aria-label=\"First step\" title=\"First step (Home)\">⇤</button>\n\
             <button id=\"back\" aria-label=\"Step back\" title=\"Step back (left arrow)\">←</button>\n\
             <input id=\"slider\" type=\"range\" min=\"1\" max=\"{last}\" value=\"{last}\" step=\"1\" \
             data-steps=\"{steps}\" aria-label=\"Step\">\n\
             <button id=\"next\" aria-label=\"Next step\" title=\"Next step (right arrow)\">→</button>\n\
             <button id=\"last\" aria-label=\"Last step\" title=\"Last step (End)\">⇥</button>\n\
             <output id=\"where\" for=\"slider\">The end</output>\n</nav>"
        );
    }

    /// What is said after the last step.
    fn end(&self) -> String {
        let mut end = self.explanation.outcome();
        if let Some(closing) = self.explanation.walk.closing() {
            let _ = write!(end, " {closing}");
        }
        end
    }

    /// What is decided at the step that is shown, and by which line of the rule.
    fn told(&mut self) {
        let walk = &self.explanation.walk;
        let sentence = self.end();
        let tell = if self.questions.is_empty() {
            ""
        } else {
            "<button id=\"tell\" hidden>Tell it</button>\n"
        };
        let _ = writeln!(
            self.html,
            "<section class=\"told\">\n<div>\n<h2>What is decided</h2>\n\
             <p id=\"sentence\" aria-live=\"polite\">{}</p>\n{tell}</div>\n\
             <ul class=\"rule\" aria-label=\"The rule\">",
            escape_xml(&sentence)
        );
        for line in RuleLine::ALL {
            let _ = writeln!(
                self.html,
                "<li data-line=\"{}\" style=\"--depth: {}\">{}</li>",
                line as usize + 1,
                line.depth(),
                escape_xml(line.in_walk_of(&walk.plan().old))
            );
        }
        self.html.push_str("</ul>\n</section>\n");
    }

    /// The new entries, and the actions that go.
    fn gathered(&mut self) {
        self.html.push_str("<section class=\"gathered\">\n");
        self.result();
        self.gone();
        self.html.push_str("</section>\n");
    }

    fn result(&mut self) {
        let walk = &self.explanation.walk;
        let steps = walk.steps().len();
        let result = walk.result_after(steps);
        let left_out = walk.left_out();
        let _ = writeln!(
            self.html,
            "<div>\n<h2>Result: <span data-tally=\"result\">{}</span> of {}</h2>\n<ul class=\"result\">",
            result.len() - left_out.len(),
            counted(result.len(), "entry", "entries"),
        );
        for new in result {
            let covered = left_out.iter().find(|out| *out.entry == new.entry);
            let entry = breakable(&new.entry.to_string());
            let (entry, covered_by, mark) = match covered {
                None => (entry, String::new(), ""),
                Some(out) => (
                    format!("<s>{entry}</s>"),
                    format!(
                        " <span class=\"quiet\" data-closing>left out: {} covers it</span>",
                        breakable(&out.covered_by.to_string())
                    ),
                    " data-covered",
                ),
            };
            let _ = writeln!(
                self.html,
                "<li data-step=\"{}\" data-of=\"result\" data-new{mark}><span><code>{entry}</code>{covered_by}</span> \
                 <span>{}</span></li>",
                self.step_of(&new.entry) + 1,
                counted(new.grants, "action", "actions")
            );
        }
        self.html.push_str("</ul>\n</div>\n");
    }

    /// The step that emits an entry, from 0: the first of several.
    fn step_of(&self, entry: &ActionPattern) -> usize {
        let emits = |emitted: &[Emitted]| emitted.iter().any(|new| new.entry == *entry);
        let mut steps = self.explanation.walk.steps().iter();
        steps.position(|step| emits(step.emitted())).unwrap_or(0)
    }

    fn gone(&mut self) {
        let gone = self.going();
        let all = gone.len();
        let open = if all <= LISTED_OPEN { " open" } else { "" };
        let _ = writeln!(
            self.html,
            "<div>\n<h2>Unused: <span data-tally=\"gone\">{all}</span> of {} gone</h2>\n\
             <details{open}>\n<summary>By name</summary>\n<ul class=\"names unused-names\">",
            counted(all, "action", "actions")
        );
        for (step, action) in gone {
            let _ = writeln!(
                self.html,
                "<li data-step=\"{}\" data-of=\"gone\" data-new>{}</li>",
                step + 1,
                breakable(&action.to_string())
            );
        }
        self.html.push_str("</ul>\n</details>\n</div>\n");
    }

    /// Every action that goes, with the step from 0 at which that is decided: where nothing beneath
    /// stays, or where it is itself the prefix that is opened.
    fn going(&self) -> BTreeSet<(usize, Action)> {
        let trie = self.explanation.walk.trie();
        let mut going = BTreeSet::new();
        for (at, step) in self.explanation.walk.steps().iter().enumerate() {
            let is_opened = matches!(step.decision, StepDecision::Open(_));
            let name = trie.prefix_name(step.node);
            let here = trie.beneath(step.node).filter(|(action, fate)| {
                !fate.stays() && (!is_opened || action.name.as_str().len() == name.len())
            });
            going.extend(here.map(|(action, _)| (at, action)));
        }
        going
    }

    /// The sentences of all steps, each a link to its step.
    fn steps(&mut self) {
        let walk = &self.explanation.walk;
        let told = (0..walk.steps().len()).map(|step| {
            let narration = walk.narration(step);
            (
                narration.sentence,
                (narration.line as usize + 1).to_string(),
            )
        });
        let end = (self.end(), String::new());
        self.html.push_str(if self.questions.is_empty() {
            "<section class=\"steps\">\n<h2>All steps</h2>\n<ol>\n"
        } else {
            "<section class=\"steps\" data-asks>\n<h2>All steps</h2>\n<ol>\n"
        });
        for (at, (sentence, line)) in told.chain([end]).enumerate() {
            let asked = self.questions.get(&at);
            let asked = asked.map_or_else(String::new, |question| {
                format!(" data-asked=\"{}\"", escape_xml(question))
            });
            let _ = writeln!(
                self.html,
                "<li><a href=\"#step={}\" data-line=\"{line}\"{asked}>{}</a></li>",
                at + 1,
                escape_xml(&sentence)
            );
        }
        self.html.push_str("</ol>\n</section>\n");
    }
}

/// A name as HTML, which may be broken before its words where a line is too short for it.
fn breakable(name: &str) -> String {
    let mut html = String::with_capacity(name.len());
    let mut before = ' ';
    for letter in escape_xml(name).chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() || before == ':' {
            html.push_str("<wbr>");
        }
        html.push(letter);
        before = letter;
    }
    html
}

/// The colours as the style sheet names them: those of a theme, or of what the browser prefers. On
/// paper they are always the light ones.
fn colours(theme: Option<Theme>) -> String {
    let (light, dark) = (variables(Theme::Light), variables(Theme::Dark));
    match theme {
        Some(Theme::Light) => format!(":root {{ color-scheme: light;{light} }}\n"),
        Some(Theme::Dark) => format!(
            ":root {{ color-scheme: dark;{dark} }}\n@media print {{ :root {{ color-scheme: light;{light} }} }}\n"
        ),
        None => format!(
            ":root {{ color-scheme: light dark;{light} }}\n\
             @media screen and (prefers-color-scheme: dark) {{ :root {{{dark} }} }}\n"
        ),
    }
}

fn variables(theme: Theme) -> String {
    let colours = theme.colours();
    format!(
        " --background: {}; --ink: {}; --quiet: {}; --faint: {}; --visited: {}; --safe: {}; --unsafe: {};",
        colours.background,
        colours.ink,
        colours.quiet,
        colours.faint,
        colours.visited,
        colours.safe,
        colours.unsafe_
    )
}
