//! Work on many things at once, whose results come out in the order of the things.
//!
//! A thread takes the things in, workers work on them, and whoever asks for the results gets them
//! one by one. For each thing that goes in, the place of its result is put in a queue of a fixed
//! length, and that queue is read in order. So a thing that takes long holds up what comes after
//! it, and never more is in flight than the queue is long, nor more than a fixed weight: many
//! small things, or few large ones.

use std::io;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

/// How many things are in flight for each worker: enough that one which takes long does not leave
/// the others without work.
const IN_FLIGHT_A_WORKER: usize = 16;

/// How much is in flight for each worker, in bytes. What is in flight is held until its result is
/// taken, and so is the result; one thing alone may weigh more.
const WEIGHT_A_WORKER: usize = 512 * 1024;

/// What the main thread has; others have a quarter of it where nothing is said.
const STACK: usize = 8 * 1024 * 1024;

/// The results, in the order of what they are about.
pub struct InOrder<Done> {
    queue: Receiver<io::Result<Place<Done>>>,
    /// The place at the head of the queue, when its result was not ready.
    head: Option<Place<Done>>,
    room: Arc<WeightLimit>,
}

/// Where a result will be.
struct Place<Done> {
    result: Receiver<Done>,
    /// What the thing weighs that it is the result of.
    weight: usize,
}

/// A thing, and where its result goes.
type Task<Thing, Done> = (Thing, SyncSender<Done>);

impl<Done: Send + 'static> InOrder<Done> {
    /// Starts to do `work` on all `things`, with so many workers. The threads end when the things
    /// do, or when nobody wants the results any more; they are not waited for, because one may be
    /// reading what never comes. `weigh` tells how many bytes a thing holds. `work` must not panic.
    ///
    /// # Errors
    /// The system gives no threads.
    pub fn start<Thing: Send + 'static>(
        things: impl Iterator<Item = io::Result<Thing>> + Send + 'static,
        workers: NonZero<u16>,
        weigh: impl Fn(&Thing) -> usize + Send + 'static,
        work: impl Fn(&Thing) -> Done + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let in_flight = usize::from(workers.get()) * IN_FLIGHT_A_WORKER;
        let (enqueue, queue) = sync_channel(in_flight);
        let (give, take) = sync_channel::<Task<Thing, Done>>(in_flight);
        let take = Arc::new(Mutex::new(take));
        let work = Arc::new(work);
        let room = Arc::new(WeightLimit::new(
            usize::from(workers.get()) * WEIGHT_A_WORKER,
        ));
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
        let entrance = Arc::clone(&room);
        thread::Builder::new().spawn(move || {
            for thing in things {
                let (place, result) = sync_channel(1);
                let queued = match thing {
                    Ok(thing) => {
                        let weight = weigh(&thing);
                        entrance.enter(weight)
                            && enqueue.send(Ok(Place { result, weight })).is_ok()
                            && give.send((thing, place)).is_ok()
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
        Ok(InOrder {
            queue,
            head: None,
            room,
        })
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
        match place.result.try_recv() {
            Ok(done) => {
                self.room.leave(place.weight);
                Some(Ok(done))
            }
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
        let done = place.result.recv().map_err(|_| lost());
        self.room.leave(place.weight);
        Some(done)
    }
}

impl<Done> Drop for InOrder<Done> {
    fn drop(&mut self) {
        self.room.close();
    }
}

/// The weight that is in flight, and how much may be.
struct WeightLimit {
    most: usize,
    /// None when nobody wants anything any more.
    taken: Mutex<Option<usize>>,
    left: Condvar,
}

impl WeightLimit {
    fn new(most: usize) -> Self {
        WeightLimit {
            most,
            taken: Mutex::new(Some(0)),
            left: Condvar::new(),
        }
    }

    /// Waits until there is room for `weight`, or nothing else is in flight. False when nobody
    /// wants it any more.
    fn enter(&self, weight: usize) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match &mut *taken {
                None => return false,
                Some(taken) if *taken == 0 || *taken + weight <= self.most => {
                    *taken += weight;
                    return true;
                }
                Some(_) => {}
            }
            taken = (self.left.wait(taken)).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn leave(&self, weight: usize) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        *taken = taken.map(|taken| taken - weight);
        self.left.notify_one();
    }

    fn close(&self) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.left.notify_one();
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
            let done = InOrder::start(things, workers(count), |_| 1, work).unwrap();
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
        let mut done = InOrder::start(things, workers(2), |_| 1, |&thing: &i32| thing).unwrap();
        done.next().unwrap().unwrap();
        thread::sleep(Duration::from_millis(100));
        // One is out, one is at the door.
        assert!(taken.load(Ordering::Relaxed) <= 2 * IN_FLIGHT_A_WORKER + 2);
        assert_eq!(done.count(), 9_999);
    }

    #[test]
    fn of_large_things_fewer_are_taken_in() {
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&taken);
        let things = (0..100).map(move |thing| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(thing)
        });
        let third = |_: &i32| WEIGHT_A_WORKER / 3;
        let mut done = InOrder::start(things, workers(2), third, |&thing: &i32| thing).unwrap();
        done.next().unwrap().unwrap();
        thread::sleep(Duration::from_millis(100));
        // Six have room, one is out, one waits at the door.
        assert_eq!(taken.load(Ordering::Relaxed), 8);
        assert_eq!(done.count(), 99);
    }

    #[test]
    fn what_weighs_more_than_there_is_room_goes_alone() {
        let things = (0..5).map(Ok);
        let heavy = |_: &i32| 3 * WEIGHT_A_WORKER;
        let done = InOrder::start(things, workers(2), heavy, |&thing: &i32| thing).unwrap();
        assert_eq!(
            done.map(Result::unwrap).collect::<Vec<_>>(),
            [0, 1, 2, 3, 4]
        );
    }

    #[test]
    fn nobody_waits_for_room_when_the_results_are_not_wanted() {
        let room = Arc::new(WeightLimit::new(1));
        assert!(room.enter(1));
        let waiting = Arc::clone(&room);
        let waiting = thread::spawn(move || waiting.enter(1));
        room.close();
        assert!(!waiting.join().unwrap());
    }

    #[test]
    fn what_cannot_be_read_is_told_in_its_place_and_ends_it() {
        let things = [Ok(1), Err(io::Error::other("gone")), Ok(3)];
        let mut done =
            InOrder::start(things.into_iter(), workers(2), |_| 1, |&thing| thing).unwrap();
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
        let mut done = InOrder::start([Ok(1), Ok(2)].into_iter(), workers(1), |_| 1, work).unwrap();
        let mut found = Vec::new();
        while found.len() < 2 {
            found.extend(done.if_ready().map(Result::unwrap));
        }
        assert_eq!(found, [1, 2]);
        assert!(done.if_ready().is_none());
        assert!(done.next().is_none());
    }
}
