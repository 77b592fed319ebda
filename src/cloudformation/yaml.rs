//! YAML as values that know their bytes.
//!
//! CloudFormation's short forms become its long ones: `!Sub x` is the object `{"Fn::Sub": "x"}`, so
//! that a template is the same in YAML and in JSON. An alias is opaque, since what it stands for is
//! written elsewhere: where that is, is told beside.
//!
//! The parser tells where collections begin, and of those in block style neither where they end nor
//! where their dashes are: they end with their last element here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StructureStyle, options};

use crate::document::past_comments;
use crate::text::{Json, JsonValue, Member, Opaque, Problem, Problems, Source, quoted};

/// A file of YAML that holds one document.
pub(super) struct Yaml {
    /// What it says.
    pub json: Json,
    /// What has an anchor, `&name`, so that what is written there counts elsewhere too; from the anchor on.
    pub anchored: Vec<Range<usize>>,
    /// What each alias stands for, by where that begins.
    pub aliased: Aliased,
    /// What does not say the same to everybody: keys that stand twice or are no text.
    pub unclear: Vec<Problem>,
}

/// What aliases stand for, by where they begin.
pub(super) type Aliased = BTreeMap<usize, Rc<Json>>;

const A_BUG: &str = "what CloudFormation reads and this does not is a bug";

/// Reads a file.
///
/// # Errors
/// What is not YAML; several documents; a key of the whole that stands twice or is no text.
pub(super) fn read(source: &Source) -> Result<Yaml, Problems> {
    source.has_line_feeds()?;
    let options = options! { emit_comments: false, emit_anchor_events: true };
    let mut events = Vec::new();
    for event in Parser::new_from_str_with_options(source.text(), options) {
        match event {
            Ok((Event::StreamStart | Event::StreamEnd | Event::DocumentEnd, _)) => {}
            Ok(event) => events.push(event),
            Err(error) => return Err(not_yaml(source, &error).into()),
        }
    }
    let mut reader = Reader {
        source,
        events: events.into_iter(),
        anchored: Vec::new(),
        by_anchor: BTreeMap::new(),
        aliased: Aliased::new(),
        unclear: Vec::new(),
        depth: 0,
        problems: Problems::default(),
    };
    let json = reader.document();
    match json {
        Some(json) if reader.problems.0.is_empty() => Ok(Yaml {
            json,
            anchored: reader.anchored,
            aliased: reader.aliased,
            unclear: reader.unclear,
        }),
        None if reader.problems.0.is_empty() => {
            let problem = source
                .error("the structure of this is not read")
                .help(A_BUG);
            Err(problem.into())
        }
        _ => Err(reader.problems),
    }
}

/// Where the comments of a template stand; one in JSON has none.
///
/// ```
/// use iam_refine::cloudformation::comments;
/// use iam_refine::text::Source;
/// let text = "a: b#none # one\nc: |\n  # none\n";
/// assert_eq!(comments(&Source::from_text("t.yaml", text))?, [10..15]);
/// # Ok::<(), iam_refine::text::Problem>(())
/// ```
///
/// # Errors
/// What is not YAML.
pub fn comments(source: &Source) -> Result<Vec<Range<usize>>, Problem> {
    if is_json(source) {
        return Ok(Vec::new());
    }
    let mut options = options! { emit_comments: true };
    options.max_buffered_comment_events = usize::MAX;
    let mut comments = Vec::new();
    for event in Parser::new_from_str_with_options(source.text(), options) {
        match event {
            Ok((Event::Comment(..), span)) => comments.push(range(span)),
            Ok(_) => {}
            Err(error) => return Err(not_yaml(source, &error)),
        }
    }
    Ok(comments)
}

/// Whether a template is written in JSON.
pub(super) fn is_json(source: &Source) -> bool {
    source.text().trim_start().starts_with('{')
}

fn not_yaml(source: &Source, error: &ScanError) -> Problem {
    let offset = error.marker().byte_offset().unwrap_or_default();
    let place = source.character_at(offset.min(source.text().len()));
    let problem = source.error_at(place, format!("this is not YAML: {}", error.info()));
    problem.help("`aws cloudformation validate-template` says more")
}

struct Reader<'a> {
    source: &'a Source,
    events: std::vec::IntoIter<(Event<'a>, Span)>,
    anchored: Vec<Range<usize>>,
    /// What has an anchor, by the number of that.
    by_anchor: BTreeMap<usize, Rc<Json>>,
    aliased: Aliased,
    unclear: Vec<Problem>,
    /// In how many mappings.
    depth: usize,
    problems: Problems,
}

/// A value that begins with this event, which is none, or its place is not told.
fn range(span: Span) -> Range<usize> {
    span.byte_range().unwrap_or_default()
}

impl<'a> Reader<'a> {
    /// The one document of the file.
    fn document(&mut self) -> Option<Json> {
        let Some((Event::DocumentStart(..), start)) = self.events.next() else {
            self.problems.add(self.source.error("this holds nothing"));
            return None;
        };
        let json = self.value(range(start).end);
        if let Some((_, another)) = self.events.next() {
            let place = self.source.character_at(range(another).start);
            let problem = self.source.error_at(
                place,
                "a second document begins here, and a template is one",
            );
            self.problems
                .add(problem.help("put each template in a file of its own"));
        }
        json
    }

    /// The next value, which is written somewhere behind `after`.
    fn value(&mut self, after: usize) -> Option<Json> {
        let event = self.events.next()?;
        self.value_of(event, after)
    }

    fn value_of(&mut self, (event, span): (Event<'a>, Span), after: usize) -> Option<Json> {
        let tag = span.tag_span().map(range);
        let anchor = self.anchor();
        let (number, anchor) = anchor.unzip();
        let properties = tag.iter().chain(&anchor);
        let begins = properties.clone().map(|own| own.start).min();
        let after = properties.map(|own| own.end).max().unwrap_or(after);
        let tagged = match &event {
            Event::Scalar(_, _, _, tag)
            | Event::SequenceStart(_, _, tag)
            | Event::MappingStart(_, _, tag) => tag.as_deref().and_then(|tag| {
                let is_yaml = tag.is_yaml_core_schema();
                (!is_yaml).then(|| function(tag.suffix()))
            }),
            _ => None,
        };
        let mut json = match event {
            Event::Scalar(text, style, ..) => self.scalar(&text, style, range(span), after),
            Event::Alias(anchor) => self.alias(anchor, range(span)),
            Event::SequenceStart(style, ..) => self.sequence(style, range(span), after)?,
            Event::MappingStart(style, ..) => self.mapping(style, range(span), after)?,
            _ => return None,
        };
        if let Some(begins) = begins {
            // An empty value stands where its tag ends.
            json.range.end = json.range.end.max(after);
            json.range.start = begins;
        }
        if anchor.is_some() {
            self.anchored.push(json.range.clone());
        }
        if let Some(name) = tagged {
            json = called(name, tag.unwrap_or_default(), json);
        }
        if let Some(number) = number {
            self.by_anchor.insert(number, Rc::new(json.clone()));
        }
        Some(json)
    }

    /// The anchor of the value whose event came last, with its number.
    fn anchor(&mut self) -> Option<(usize, Range<usize>)> {
        let (Event::Anchor(number, _), span) = self.events.as_slice().first()? else {
            return None;
        };
        let anchor = (*number, range(*span));
        self.events.next();
        Some(anchor)
    }

    /// An alias. Where it stands within what it stands for, that is not there.
    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Json {
        if let Some(anchored) = self.by_anchor.get(&anchor) {
            self.aliased.insert(range.start, Rc::clone(anchored));
        }
        alias(self.source, range)
    }

    fn scalar(&self, text: &str, style: ScalarStyle, own: Range<usize>, after: usize) -> Json {
        let is_nothing = own.is_empty() && style == ScalarStyle::Plain;
        if is_nothing {
            return Json {
                range: after..after,
                value: JsonValue::Null,
            };
        }
        let range = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let text = &self.source.text()[..own.end];
                let start = past_comments(text, after, own.start).min(own.start);
                start..text.trim_end().len().max(start)
            }
            _ => own,
        };
        let value = match style {
            ScalarStyle::Plain => plain(text),
            _ => JsonValue::String(text.to_owned()),
        };
        Json { range, value }
    }

    fn sequence(&mut self, style: StructureStyle, own: Range<usize>, after: usize) -> Option<Json> {
        let text = self.source.text();
        let mut elements: Vec<Json> = Vec::new();
        let mut at = if style == StructureStyle::Flow {
            own.end
        } else {
            after
        };
        let mut start = own.start;
        let end = loop {
            let (event, span) = self.events.next()?;
            if event == Event::SequenceEnd {
                break range(span).end;
            }
            if style == StructureStyle::Block {
                let dash = past_comments(text, at, text.len());
                if !text[dash..].starts_with('-') {
                    return self.lost(dash);
                }
                if elements.is_empty() {
                    start = dash;
                }
                at = dash + "-".len();
            }
            let element = self.value_of((event, span), at)?;
            at = element.range.end.max(at);
            elements.push(element);
        };
        let range = match style {
            StructureStyle::Flow => own.start..end,
            StructureStyle::Block => start..at,
        };
        Some(Json {
            range,
            value: JsonValue::Array(elements),
        })
    }

    fn mapping(&mut self, style: StructureStyle, own: Range<usize>, after: usize) -> Option<Json> {
        let text = self.source.text();
        let mut members: Vec<Member> = Vec::new();
        let mut names = BTreeSet::new();
        self.depth += 1;
        let mut at = if style == StructureStyle::Flow {
            own.end
        } else {
            after
        };
        let end = loop {
            let (event, span) = self.events.next()?;
            if event == Event::MappingEnd {
                break range(span).end;
            }
            let key = self.value_of((event, span), at)?;
            at = key.range.end;
            let name = self.name(&key);
            // Where the colon is; none where nothing but a key is written, as in `{a, b}`.
            let colon = past_comments(text, at, text.len());
            if text[colon..].starts_with(':') {
                at = colon + ":".len();
            }
            let value = self.value(at)?;
            at = value.range.end.max(at);
            if let Some(name) = name {
                if !names.insert(name.clone()) {
                    self.twice(&key, &name);
                }
                members.push(Member {
                    name,
                    name_range: key.range,
                    value,
                });
            }
        };
        self.depth -= 1;
        let range = match style {
            StructureStyle::Flow => own.start..end,
            StructureStyle::Block => {
                let first = members
                    .first()
                    .map_or(own.start, |own| own.name_range.start);
                first..at.max(first)
            }
        };
        Some(Json {
            range,
            value: JsonValue::Object(members),
        })
    }

    /// Says that the place of an element is not found. All that has been seen to be written is.
    fn lost(&mut self, at: usize) -> Option<Json> {
        let place = self.source.character_at(at);
        let problem = self
            .source
            .error_at(place, "the layout of this is not read");
        self.problems.add(problem.help(A_BUG));
        None
    }

    /// What a key says.
    fn name(&mut self, key: &Json) -> Option<String> {
        match &key.value {
            JsonValue::String(text) => Some(text.clone()),
            JsonValue::Number(_, written) => Some(written.to_string()),
            JsonValue::Bool(truth) => Some(truth.to_string()),
            JsonValue::Null => Some("null".to_owned()),
            _ => {
                let problem = self
                    .source
                    .error_at(key.range.clone(), "this key is no text");
                self.is_unclear(problem.help("write its name"));
                None
            }
        }
    }

    fn twice(&mut self, key: &Json, name: &str) {
        let message = format!("the key {} is there twice", quoted(name));
        let problem = self.source.error_at(key.range.clone(), message);
        self.is_unclear(problem.help("keep one of the two"));
    }

    fn is_unclear(&mut self, problem: Problem) {
        if self.depth == 1 {
            self.problems.add(problem);
        } else {
            self.unclear.push(problem);
        }
    }
}

/// The long name of what a short form such as `!Sub` calls.
fn function(suffix: &str) -> String {
    match suffix {
        "Ref" | "Condition" => suffix.to_owned(),
        other => format!("Fn::{other}"),
    }
}

/// `{"Fn::Sub": …}` where `!Sub …` is written.
fn called(name: String, tag: Range<usize>, argument: Json) -> Json {
    Json {
        range: argument.range.clone(),
        value: JsonValue::Object(vec![Member {
            name,
            name_range: tag,
            value: argument,
        }]),
    }
}

fn alias(source: &Source, range: Range<usize>) -> Json {
    let text = &source.text()[range.clone()];
    let opaque = Opaque {
        text: text.to_owned(),
        reason: format!("it is the alias {text}"),
        strings: None,
        may_be_nothing: false,
        may_repeat: false,
    };
    Json {
        range,
        value: JsonValue::Opaque(Box::new(opaque)),
    }
}

/// What a text without quotes says.
fn plain(text: &str) -> JsonValue {
    match text {
        "~" | "null" | "Null" | "NULL" => JsonValue::Null,
        "true" | "True" | "TRUE" => JsonValue::Bool(true),
        "false" | "False" | "FALSE" => JsonValue::Bool(false),
        _ => match serde_json::from_str::<serde_json::Number>(text) {
            Ok(number) => JsonValue::Number(number, text.into()),
            Err(_) => JsonValue::String(text.to_owned()),
        },
    }
}
