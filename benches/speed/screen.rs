//! The screen: from a key to the frame it leads to, with the trie fully open, at 200×60. Beside it
//! two floors: a frame in which only the letters of each cell are set, and the same tree drawn by
//! the bare tree widget.

use criterion::{Criterion, criterion_group};
use iam_refine::catalogue::Catalogue;
use iam_refine::iam::ActionPattern;
use iam_refine::refine::{Curation, EntryExpansion, Granularity, Trie};
use iam_refine::review::{Review, ReviewInput};
use iam_refine::tui::{App, Settings, draw, input_for, update};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::widgets::Paragraph;
use tui_tree_widget::{Tree, TreeItem, TreeState};

use super::inputs::Texts;

const SIZE: (u16, u16) = (200, 60);

criterion_group!(benches, keys);

fn keys(criterion: &mut Criterion) {
    for pattern in ["ec2:*", "*"] {
        let mut screen = Screen::of(pattern);
        let mut group = criterion.benchmark_group(format!("screen {pattern}"));
        group.bench_function("a frame of text", |bencher| {
            let mut terminal = terminal();
            let line = "x".repeat(usize::from(SIZE.0));
            let text = vec![line; usize::from(SIZE.1)].join("\n");
            bencher.iter(|| {
                let drawn = terminal.draw(|frame| {
                    frame.render_widget(Paragraph::new(text.as_str()), frame.area());
                });
                drawn.is_ok()
            });
        });
        screen.press("2=");
        let nodes = nodes_of(
            pattern,
            screen.app.review().expect("a review is shown").input(),
        );
        group.bench_function(format!("the bare widget, {nodes} nodes"), |bencher| {
            let mut tree = BareTree::of(nodes);
            bencher.iter(|| tree.draw());
        });
        group.bench_function("two moves, all open", |bencher| {
            bencher.iter(|| screen.press("jk"));
        });
        screen.press("-1");
        group.bench_function("accept and undo, trie folded", |bencher| {
            bencher.iter(|| screen.press("au"));
        });
        group.finish();
    }
}

/// A review on a terminal that is none.
struct Screen {
    app: App,
    terminal: Terminal<TestBackend>,
}

impl Screen {
    fn of(pattern: &str) -> Self {
        let catalogue = Catalogue::built_in();
        let texts = Texts::allowing(&[pattern.to_owned()], &catalogue);
        let review = Review::new(texts.read(&catalogue));
        let mut screen = Screen {
            app: App::of_review(review, Settings::default()),
            terminal: terminal(),
        };
        screen.draw();
        screen
    }

    /// Presses each key and draws the frame it leads to.
    fn press(&mut self, keys: &str) {
        for letter in keys.chars() {
            let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
            if let Some(input) = input_for(&Event::Key(key), &self.app) {
                update(&mut self.app, input);
            }
            self.draw();
        }
    }

    fn draw(&mut self) {
        let Screen { app, terminal } = self;
        let drawn = terminal.draw(|frame| draw(app, frame));
        drawn.expect("a buffer can always be drawn to");
    }
}

/// How many nodes the trie of `pattern` has.
fn nodes_of(pattern: &str, input: &ReviewInput) -> usize {
    let pattern: ActionPattern = pattern.parse().expect("it is a pattern");
    let wildcard = EntryExpansion::new(&pattern, &input.universe, Curation::NONE);
    let trie = Trie::new(wildcard, Granularity::Word, Curation::NONE);
    trie.ids().count()
}

/// A root and so many nodes beneath it, all of it built anew for each frame, as is the way of
/// immediate drawing.
struct BareTree {
    nodes: usize,
    state: TreeState<usize>,
    terminal: Terminal<TestBackend>,
}

impl BareTree {
    fn of(nodes: usize) -> Self {
        let mut state = TreeState::default();
        state.open(vec![0]);
        state.select(vec![0, 1]);
        BareTree {
            nodes,
            state,
            terminal: terminal(),
        }
    }

    fn draw(&mut self) {
        let leaves = (1..self.nodes).map(|id| TreeItem::new_leaf(id, " "));
        let root = TreeItem::new(0, " ", leaves.collect());
        let items = [root.expect("no two ids are equal")];
        let state = &mut self.state;
        let drawn = self.terminal.draw(|frame| {
            let tree = Tree::new(&items).expect("there is one root");
            frame.render_stateful_widget(tree, frame.area(), state);
        });
        drawn.expect("a buffer can always be drawn to");
    }
}

fn terminal() -> Terminal<TestBackend> {
    Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).expect("no terminal is real")
}
