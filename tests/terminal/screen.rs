//! A terminal of the size one asks for, with the program in it.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long the screen has to come to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program in a terminal.
pub struct Screen {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    shown: Arc<Mutex<vt100::Parser>>,
    /// How many frames are shown so far.
    frames: Arc<AtomicUsize>,
    bytes: Arc<Mutex<Vec<u8>>>,
}

/// Starts `iam-refine` with these arguments, in `folder`, in a terminal of this size. What the
/// program keeps is kept in `folder` too.
pub fn start(folder: &Path, arguments: &[&str], rows: u16, columns: u16) -> Screen {
    start_with(folder, arguments, rows, columns, &[])
}

/// The same with more variables in its environment.
pub fn start_with(
    folder: &Path,
    arguments: &[&str],
    rows: u16,
    columns: u16,
    variables: &[(&str, &str)],
) -> Screen {
    let size = size(rows, columns);
    let pair = native_pty_system().openpty(size).expect("a pty");
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_iam-refine"));
    command.args(arguments);
    command.cwd(folder);
    for name in ["NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE"] {
        command.env_remove(name);
    }
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command.env("XDG_STATE_HOME", folder.join("state"));
    command.env("XDG_DATA_HOME", folder.join("data"));
    command.env("SOURCE_DATE_EPOCH", "1795392000");
    for (name, value) in variables {
        command.env(name, value);
    }
    let child = pair.slave.spawn_command(command).expect("it starts");
    drop(pair.slave);
    let shown = Arc::new(Mutex::new(parser(rows, columns)));
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let mut reader = pair.master.try_clone_reader().expect("a reader");
    let (screen, log) = (Arc::clone(&shown), Arc::clone(&bytes));
    let frames = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&frames);
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        let mut sent = Vec::new();
        while let Ok(read @ 1..) = reader.read(&mut chunk) {
            log.lock()
                .expect("no panic")
                .extend_from_slice(&chunk[..read]);
            sent.extend_from_slice(&chunk[..read]);
            let shown: Vec<u8> = sent.drain(..whole_frames(&sent)).collect();
            screen.lock().expect("no panic").process(&shown);
            let ends = shown.windows(END.len()).filter(|bytes| *bytes == END);
            counted.fetch_add(ends.count(), Ordering::SeqCst);
        }
        screen.lock().expect("no panic").process(&sent);
    });
    Screen {
        child,
        keys: pair.master.take_writer().expect("a writer"),
        master: pair.master,
        shown,
        frames,
        bytes,
    }
}

/// What a frame begins and ends with.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// How many of the bytes are to be shown: a frame is shown when all of it is there.
fn whole_frames(sent: &[u8]) -> usize {
    let last = |what: &[u8]| sent.windows(what.len()).rposition(|bytes| bytes == what);
    match (last(BEGIN), last(END)) {
        (Some(begin), None) => begin,
        (Some(begin), Some(end)) if end < begin => begin,
        // What comes next may make the last bytes such a beginning.
        _ => {
            let cut = (0..sent.len()).rev().take(BEGIN.len());
            let mut cut = cut.filter(|&from| BEGIN.starts_with(&sent[from..]));
            cut.next().unwrap_or(sent.len())
        }
    }
}

fn parser(rows: u16, columns: u16) -> vt100::Parser {
    vt100::Parser::new(at_least_one(rows), at_least_one(columns), 0)
}

fn at_least_one(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap_or(NonZero::<u16>::MIN)
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

impl Screen {
    /// Types `keys`.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("it reads keys");
        self.keys.flush().expect("it reads keys");
    }

    /// Waits until the screen shows `text`.
    pub fn wait_for(&self, text: &str) {
        self.wait(&format!("{text:?}"), |screen| {
            screen.contents().contains(text)
        });
    }

    /// Waits until the screen is as `condition` says, which `what` tells.
    pub fn wait(&self, what: &str, condition: impl Fn(&vt100::Screen) -> bool) {
        let start = Instant::now();
        while !condition(self.shown.lock().expect("no panic").screen()) {
            assert!(start.elapsed() < PATIENCE, "no {what} in\n{}", self.text());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// What is shown.
    pub fn text(&self) -> String {
        self.shown.lock().expect("no panic").screen().contents()
    }

    /// How many frames were shown whole.
    pub fn frames(&self) -> usize {
        self.frames.load(Ordering::SeqCst)
    }

    /// Every byte that the program sent.
    pub fn sent(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().expect("no panic")).into_owned()
    }

    /// Gives the terminal another size.
    pub fn resize(&self, rows: u16, columns: u16) {
        self.shown
            .lock()
            .expect("no panic")
            .screen_mut()
            .set_size(at_least_one(rows), at_least_one(columns));
        self.master.resize(size(rows, columns)).expect("a new size");
    }

    /// Sends a signal, by its number.
    pub fn signal(&self, signal: &str) {
        let pid = self.child.process_id().expect("it runs").to_string();
        let status = std::process::Command::new("kill")
            .args([signal, &pid])
            .status();
        assert!(status.expect("kill runs").success());
    }

    /// The state of the process, as `ps` tells it: `T` for a stopped one.
    pub fn state(&self) -> String {
        let pid = self.child.process_id().expect("it runs");
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
        let (_, behind) = stat.rsplit_once(") ").expect("a state");
        behind.chars().take(1).collect()
    }

    /// Waits for the end, and gives the exit code.
    pub fn end(&mut self) -> u32 {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                // What it sent last is still on its way.
                thread::sleep(Duration::from_millis(100));
                return status.exit_code();
            }
            assert!(
                start.elapsed() < PATIENCE,
                "it does not end:\n{}",
                self.text()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether the terminal was given back: the normal screen, the cursor, no mouse, no paste.
    pub fn is_given_back(&self) -> bool {
        let shown = self.shown.lock().expect("no panic");
        let screen = shown.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
