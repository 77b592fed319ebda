//! Work on many things at once, whose results come out in the order of the things.
//!
//! A thread takes the things in, workers work on them, and whoever asks for the results gets them
//! one by one. For each thing that goes in, the place of its result is put in a queue of a fixed
//! length, and that queue is read in order. So a thing that takes long holds up what comes after
//! it, and never more is in flight than the queue is long.

use std::io;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How many things are in flight for each worker: enough that one which takes long does not leave
/// the others without work.
const IN_FLIGHT_A_WORKER: usize = 16;

/// What the main thread has; others have a quarter of it where nothing is said.
const STACK: usize = 8 * 1024 * 1024;

/// The results, in the order of what they are about.
pub struct InOrder<Done> {
    queue: Receiver<io::Result<Receiver<Done>>>,
    /// The place at the head of the queue, when its result was not ready.
    head: Option<Receiver<Done>>,
}

/// A thing, and where its result goes.
type Task<Thing, Done> = (Thing, SyncSender<Done>);

impl<Done: Send + 'static> InOrder<Done> {
    /// Starts to do `work` on all `things`, with so many workers. The threads end when the things
    /// do, or when nobody wants the results any more; they are not waited for, because one may be
    /// reading what never comes. `work` must not panic.
    ///
    /// # Errors
    /// The system gives no threads.
    pub fn start<Thing: Send + 'static>(
        things: impl Iterator<Item = io::Result<Thing>> + Send + 'static,
        workers: NonZero<u16>,
        work: impl Fn(&Thing) -> Done + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let in_flight = usize::from(workers.get()) * IN_FLIGHT_A_WORKER;
        let (enqueue, queue) = sync_channel(in_flight);
        let (give, take) = sync_channel::<Task<Thing, Done>>(in_flight);
        let take = Arc::new(Mutex::new(take));
        let work = Arc::new(work);
        for _ in 0..workers.get() {
            let (take, work) = (Arc::clone(&take), Arc::clone(&work));
            let worker = move || {
                while let Some((thing, place)) = next(&take) {
                    // Nobody wants the result when the program is about to end.
                    let _ = place.send(work(&thing));
                }
            };
            thread::Builder::new().stack_size(STACK).spawn(worker)?;
        }
        thread::Builder::new().spawn(move || {
            for thing in things {
                let (place, result) = sync_channel(1);
                let queued = match thing {
                    Ok(thing) => {
                        enqueue.send(Ok(result)).is_ok() && give.send((thing, place)).is_ok()
                    }
                    Err(error) => {
                        // What cannot be read now is not asked for again.
                        let _ = enqueue.send(Err(error));
                        false
                    }
                };
                if !queued {
                    break;
                }
            }
        })?;
        Ok(InOrder { queue, head: None })
    }

    /// The next result, if it is ready.
    pub fn if_ready(&mut self) -> Option<io::Result<Done>> {
        let place = match self.head.take() {
            Some(place) => place,
            None => match self.queue.try_recv().ok()? {
                Ok(place) => place,
                Err(error) => return Some(Err(error)),
            },
        };
        match place.try_recv() {
            Ok(done) => Some(Ok(done)),
            Err(TryRecvError::Empty) => {
                self.head = Some(place);
                None
            }
            Err(TryRecvError::Disconnected) => Some(Err(lost())),
        }
    }
}

impl<Done> Iterator for InOrder<Done> {
    type Item = io::Result<Done>;

    /// The next result, waiting for it; `None` when there are no more.
    fn next(&mut self) -> Option<io::Result<Done>> {
        let place = match self.head.take() {
            Some(place) => place,
            None => match self.queue.recv().ok()? {
                Ok(place) => place,
                Err(error) => return Some(Err(error)),
            },
        };
        Some(place.recv().map_err(|_| lost()))
    }
}

/// The next thing to do, for whichever worker asks first.
fn next<Task>(take: &Mutex<Receiver<Task>>) -> Option<Task> {
    take.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
}

fn lost() -> io::Error {
    io::Error::other("a thread ended before its work was done")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn workers(count: u16) -> NonZero<u16> {
        NonZero::new(count).unwrap()
    }

    #[test]
    fn the_order_is_that_of_the_things_whatever_they_take() {
        let work = |&thing: &u64| {
            thread::sleep(Duration::from_millis(if thing.is_multiple_of(7) {
                9
            } else {
                0
            }));
            thing
        };
        for count in [1, 2, 5] {
            let things = (0..300).map(Ok);
            let done = InOrder::start(things, workers(count), work).unwrap();
            let done: Vec<u64> = done.map(Result::unwrap).collect();
            assert!(done.iter().copied().eq(0..300), "{count} workers");
        }
    }

    #[test]
    fn no_more_is_taken_in_than_fits() {
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&taken);
        let things = (0..10_000).map(move |thing| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(thing)
        });
        let mut done = InOrder::start(things, workers(2), |&thing: &i32| thing).unwrap();
        done.next().unwrap().unwrap();
        thread::sleep(Duration::from_millis(100));
        // One is out, one is at the door.
        assert!(taken.load(Ordering::Relaxed) <= 2 * IN_FLIGHT_A_WORKER + 2);
        assert_eq!(done.count(), 9_999);
    }

    #[test]
    fn what_cannot_be_read_is_told_in_its_place_and_ends_it() {
        let things = [Ok(1), Err(io::Error::other("gone")), Ok(3)];
        let mut done = InOrder::start(things.into_iter(), workers(2), |&thing| thing).unwrap();
        assert_eq!(done.next().unwrap().unwrap(), 1);
        assert!(done.next().unwrap().is_err());
        assert!(done.next().is_none());
    }

    #[test]
    fn what_is_not_ready_is_not_lost() {
        let work = |&thing: &i32| {
            thread::sleep(Duration::from_millis(50));
            thing
        };
        let mut done = InOrder::start([Ok(1), Ok(2)].into_iter(), workers(1), work).unwrap();
        let mut found = Vec::new();
        while found.len() < 2 {
            found.extend(done.if_ready().map(Result::unwrap));
        }
        assert_eq!(found, [1, 2]);
        assert!(done.if_ready().is_none());
        assert!(done.next().is_none());
    }
}
