//! Signals: SIGTERM, SIGHUP, SIGINT and SIGQUIT end the program, Ctrl-z stops it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use signal_hook::low_level::{emulate_default_handler, raise};

/// Held while drawing, so that the terminal is not given back in the middle of it.
static DRAWING: Mutex<()> = Mutex::new(());

pub(super) fn hold() -> MutexGuard<'static, ()> {
    DRAWING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the terminal is ours.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether all is to be drawn anew, since someone else had the terminal.
static STOPPED: AtomicBool = AtomicBool::new(false);

pub(super) fn take(is_taken: bool) {
    TAKEN.store(is_taken, Ordering::SeqCst);
}

pub(super) fn was_stopped() -> bool {
    STOPPED.swap(false, Ordering::SeqCst)
}

/// Whether whoever waits for keys has stopped the program, and takes the terminal itself when it
/// goes on. Taken twice, it would be cleared behind what is drawn, and the change of size that tells
/// of it would come together with the next key, of which crossterm then hears only one.
static STOPS_ITSELF: AtomicBool = AtomicBool::new(false);

/// Whether signals are heeded already.
static HEEDED: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back when a signal ends or stops the program, and takes it again when it goes
/// on.
pub(super) fn install_handlers(mouse: bool) -> io::Result<()> {
    if HEEDED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
    std::thread::spawn(move || {
        for signal in &mut signals {
            let _drawing = hold();
            let is_ours = TAKEN.load(Ordering::SeqCst);
            match signal {
                SIGTSTP => {
                    if is_ours {
                        super::give_back();
                    }
                    // It goes on behind this line, and hears SIGCONT next.
                    let _ = emulate_default_handler(SIGTSTP);
                    take(is_ours);
                }
                SIGCONT if STOPS_ITSELF.swap(false, Ordering::SeqCst) => {}
                SIGCONT if is_ours => {
                    let _ = super::take_over(mouse);
                    STOPPED.store(true, Ordering::SeqCst);
                    // The screen waits for an event: a change of size is one.
                    let _ = raise(SIGWINCH);
                }
                SIGCONT => {}
                _ => {
                    super::give_back();
                    std::process::exit(128 + signal);
                }
            }
        }
    });
    Ok(())
}

/// Stops the program, until it is told to go on. The terminal is for the caller to take again.
pub(super) fn stop() -> io::Result<()> {
    STOPS_ITSELF.store(true, Ordering::SeqCst);
    emulate_default_handler(SIGTSTP).inspect_err(|_| STOPS_ITSELF.store(false, Ordering::SeqCst))
}
