//! Starting, as a whole process: `--version` beside a program that does nothing, and the first
//! frame of the demo beside that of a program that draws one line. Those two programs are this one,
//! started with a word that says so.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use criterion::{Criterion, criterion_group};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

const PROGRAM: &str = env!("CARGO_BIN_EXE_iam-refine");
/// What the empty program draws.
const DRAWN: &str = "ready";

criterion_group!(benches, version, first_frame);

/// What this program does when it is started as one of the two; nothing otherwise.
pub fn play_another(word: Option<&str>) -> bool {
    match word {
        Some("nothing") => true,
        Some("one-line") => {
            ratatui::run(|terminal| {
                let drawn = terminal.draw(|frame| frame.render_widget(DRAWN, frame.area()));
                drawn.expect("a terminal can be drawn to");
                // It is stopped from outside, as the demo is.
                std::thread::park();
            });
            true
        }
        _ => false,
    }
}

fn version(criterion: &mut Criterion) {
    let run = |program: &Path, word: &str| {
        let output = Command::new(program).arg(word).output();
        assert!(output.expect("it starts").status.success());
    };
    let mut group = criterion.benchmark_group("start to exit");
    group.bench_function("nothing", |bencher| {
        bencher.iter(|| run(&this(), "nothing"));
    });
    group.bench_function("--version", |bencher| {
        bencher.iter(|| run(Path::new(PROGRAM), "--version"));
    });
    group.finish();
}

fn first_frame(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start to first frame");
    group.bench_function("one line", |bencher| {
        bencher.iter(|| until_drawn(&this(), &["one-line"], DRAWN));
    });
    group.bench_function("demo", |bencher| {
        // Asking the terminal for its colours would be timing the terminal.
        bencher.iter(|| until_drawn(Path::new(PROGRAM), &["demo", "--theme", "dark"], "quota"));
    });
    group.finish();
}

fn this() -> PathBuf {
    std::env::current_exe().expect("this program has a path")
}

/// Starts a program in a terminal of 120×30 and waits until `text` is seen.
fn until_drawn(program: &Path, arguments: &[&str], text: &str) {
    let size = PtySize {
        rows: 30,
        cols: 120,
        ..PtySize::default()
    };
    let pty = native_pty_system().openpty(size).expect("there are ptys");
    let mut command = CommandBuilder::new(program);
    command.args(arguments);
    command.env("TERM", "xterm-256color");
    let mut child = pty.slave.spawn_command(command).expect("it starts");
    let mut reader = pty.master.try_clone_reader().expect("it can be read");
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !seen.windows(text.len()).any(|part| part == text.as_bytes()) {
        let read = reader.read(&mut buffer).expect("it says something");
        assert!(read > 0, "it ended before it drew");
        seen.extend_from_slice(&buffer[..read]);
    }
    child.kill().expect("it runs until now");
    child.wait().expect("it ends");
}
