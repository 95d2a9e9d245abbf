//! Work that is begun before all of it is known, on processors that have nothing to do.

use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::{STACK_BYTES, WORTH_A_THREAD, heap};

/// More helpers than this only wait for memory.
const MOST_HELPERS: usize = 3;

/// Items that helpers work on while more of them come. The order of the results is that of the items.
pub struct Early<T, R> {
    work: Work<T, R>,
    /// What came since the last results, if anything did.
    batch: Mutex<Option<Batch<T, R>>>,
}

/// What is done with each item.
type Work<T, R> = Arc<dyn Fn(T) -> R + Send + Sync>;

impl<T: Send + 'static, R: Send + 'static> Early<T, R> {
    /// Gets ready to do `work` for each item. No thread is started before there is enough for it, or will be.
    pub fn new(work: impl Fn(T) -> R + Send + Sync + 'static) -> Self {
        Self {
            work: Arc::new(work),
            batch: Mutex::default(),
        }
    }

    /// Starts a helper that waits for items, for who knows that there will be enough.
    pub fn expect_much(&self) {
        self.with_batch(Batch::start_helper);
    }

    /// Adds an item of about `bytes` bytes, and returns its place among the items.
    pub fn push(&self, item: T, bytes: usize) -> usize {
        self.with_batch(|batch| batch.push(item, bytes))
    }

    fn with_batch<A>(&self, act: impl FnOnce(&mut Batch<T, R>) -> A) -> A {
        let mut batch = lock(&self.batch);
        act(batch.get_or_insert_with(|| Batch::new(Arc::clone(&self.work))))
    }

    /// Says whether somebody helps with the items that there are.
    pub fn has_helpers(&self) -> bool {
        let batch = lock(&self.batch);
        batch.as_ref().is_some_and(|batch| !batch.helpers.is_empty())
    }

    /// Lets helpers do what is left in the order of `rank`, which is asked with the place of an item; no other item will
    /// come.
    pub fn go_on(&self, rank: impl Fn(usize) -> usize) {
        if let Some(batch) = lock(&self.batch).as_mut() {
            batch.share_bundle();
            let mut state = batch.shared.lock();
            state
                .waiting
                .make_contiguous()
                .sort_by_key(|(place, _)| rank(*place));
            drop(state);
            batch.shared.end();
        }
    }

    /// Returns the result of the item at a place, which is worked on now if nobody has begun. What was returned once is
    /// gone. A panic of the work goes through.
    pub fn get(&self, place: usize) -> Option<R> {
        let shared = lock(&self.batch)
            .as_ref()
            .map(|batch| Arc::clone(&batch.shared))?;
        shared.get(place)
    }

    /// Does what is left, and returns all results since this was called last. A panic of the work goes through.
    pub fn finish(&self) -> Vec<R> {
        let batch = lock(&self.batch).take();
        batch.map(Batch::finish).unwrap_or_default()
    }

    /// Forgets the items: what is not begun is never done.
    pub fn clear(&self) {
        *lock(&self.batch) = None;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Items of which the results come together.
struct Batch<T, R> {
    shared: Arc<Shared<T, R>>,
    helpers: Vec<JoinHandle<()>>,
    /// How many more helpers may be started; to find out how many processors there are takes reading some files.
    helpers_left: Option<usize>,
    /// What is not handed on yet: to wake a helper for each item would take longer than the item.
    bundle: Vec<(usize, T)>,
    /// How large that is, in bytes.
    bundle_bytes: usize,
    count: usize,
}

struct Shared<T, R> {
    state: Mutex<State<T, R>>,
    /// Told when an item comes, and when none will.
    more: Condvar,
    /// Told when a helper is done with an item.
    less: Condvar,
    work: Work<T, R>,
}

struct State<T, R> {
    /// What nobody has begun with, and its place among the items.
    waiting: VecDeque<(usize, T)>,
    /// The places of those that helpers are at.
    begun: Vec<usize>,
    /// Results by place. There is room for them before they come, made by whoever pushes the items.
    done: Vec<Option<thread::Result<R>>>,
    is_over: bool,
}

impl<T: Send + 'static, R: Send + 'static> Batch<T, R> {
    fn new(work: Work<T, R>) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            begun: Vec::new(),
            done: Vec::new(),
            is_over: false,
        };
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                more: Condvar::new(),
                less: Condvar::new(),
                work,
            }),
            helpers: Vec::new(),
            helpers_left: None,
            bundle: Vec::new(),
            bundle_bytes: 0,
            count: 0,
        }
    }

    fn push(&mut self, item: T, bytes: usize) -> usize {
        let place = self.count;
        self.bundle.push((place, item));
        self.count += 1;
        self.bundle_bytes += bytes;
        if self.bundle_bytes >= WORTH_A_THREAD {
            self.hand_on();
        }
        place
    }

    fn hand_on(&mut self) {
        self.share_bundle();
        self.start_helper();
    }

    fn share_bundle(&mut self) {
        self.bundle_bytes = 0;
        let mut state = self.shared.lock();
        state.waiting.extend(self.bundle.drain(..));
        state.done.resize_with(self.count, || None);
        drop(state);
        self.shared.more.notify_one();
    }

    fn start_helper(&mut self) {
        let others = || thread::available_parallelism().map_or(0, |all| all.get() - 1);
        let left = self
            .helpers_left
            .get_or_insert_with(|| others().min(MOST_HELPERS));
        if *left > 0 {
            *left -= 1;
            let shared = Arc::clone(&self.shared);
            let thread = thread::Builder::new().stack_size(STACK_BYTES);
            // If the system gives none, all is done in the end.
            self.helpers.extend(thread.spawn(move || shared.help()));
        }
    }

    fn finish(mut self) -> Vec<R> {
        self.share_bundle();
        // Helpers come from the other end.
        while let Some((place, item)) = self.shared.take_last() {
            self.shared.work_on(place, item);
        }
        self.shared.end();
        for helper in mem::take(&mut self.helpers) {
            helper.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
        let done = mem::take(&mut self.shared.lock().done);
        done.into_iter().flatten().map(outcome).collect()
    }
}

/// Returns a result, or panics as the work did.
fn outcome<R>(result: thread::Result<R>) -> R {
    result.unwrap_or_else(|panic| resume_unwind(panic))
}

impl<T, R> Shared<T, R> {
    fn lock(&self) -> MutexGuard<'_, State<T, R>> {
        lock(&self.state)
    }

    fn help(&self) {
        heap::prepare_thread();
        while let Some((place, item)) = self.wait_for_first() {
            self.work_on(place, item);
        }
    }

    fn wait_for_first(&self) -> Option<(usize, T)> {
        let is_idle = |state: &mut State<T, R>| state.waiting.is_empty() && !state.is_over;
        let state = self.more.wait_while(self.lock(), is_idle);
        state.unwrap_or_else(PoisonError::into_inner).take_first()
    }

    fn take_last(&self) -> Option<(usize, T)> {
        let mut state = self.lock();
        let item = state.waiting.pop_back()?;
        state.begun.push(item.0);
        Some(item)
    }

    /// Does the work. Whoever waits for a result is told of a panic as well.
    fn work_on(&self, place: usize, item: T) {
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(item)));
        let mut state = self.lock();
        state.begun.retain(|begun| *begun != place);
        state.done[place] = Some(result);
        drop(state);
        self.less.notify_all();
    }

    fn get(&self, place: usize) -> Option<R> {
        let mut state = self.lock();
        // Those that are asked for are about the first ones.
        if let Some(at) = state.waiting.iter().position(|item| item.0 == place) {
            let (_, item) = state.waiting.remove(at)?;
            drop(state);
            return Some((self.work)(item));
        }
        let is_begun = |state: &mut State<T, R>| state.begun.contains(&place);
        state = self
            .less
            .wait_while(state, is_begun)
            .unwrap_or_else(PoisonError::into_inner);
        state.done.get_mut(place)?.take().map(outcome)
    }

    fn end(&self) {
        self.lock().is_over = true;
        self.more.notify_all();
    }
}

impl<T, R> State<T, R> {
    fn take_first(&mut self) -> Option<(usize, T)> {
        let item = self.waiting.pop_front()?;
        self.begun.push(item.0);
        Some(item)
    }
}

impl<T, R> Drop for Batch<T, R> {
    /// Has the helpers stop after what they are at.
    fn drop(&mut self) {
        self.shared.lock().waiting.clear();
        self.shared.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for bytes in [1, WORTH_A_THREAD] {
            let early = Early::new(|number: usize| number * 2);
            early.expect_much();
            for number in 0..1000 {
                early.push(number, bytes);
            }
            assert_eq!(
                early.finish(),
                (0..1000).map(|number| number * 2).collect::<Vec<_>>()
            );
        }
        assert!(Early::new(|number: usize| number).finish().is_empty());
    }

    #[test]
    fn results_can_be_had_one_by_one() {
        for bytes in [1, WORTH_A_THREAD] {
            let early = Early::new(|number: usize| number * 2);
            let places: Vec<usize> = (0..1000).map(|number| early.push(number, bytes)).collect();
            early.go_on(|place| 1000 - place);
            for place in places.into_iter().rev().step_by(3) {
                assert_eq!(early.get(place), Some(place * 2));
                assert_eq!(early.get(place), None);
            }
            assert_eq!(early.get(1000), None);
            assert_eq!(early.finish().len(), 666);
        }
    }

    #[test]
    #[should_panic(expected = "no result")]
    fn who_waits_for_one_panics_as_well() {
        let early = Early::new(|_: usize| panic!("no result"));
        let place = early.push(0, WORTH_A_THREAD);
        early.get(place);
    }

    #[test]
    fn what_nobody_waits_for_is_not_begun() {
        let begun = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&begun);
        let early = Early::new(move |()| seen.fetch_add(1, Ordering::Relaxed));
        for _ in 0..1000 {
            early.push((), 1);
        }
        drop(early);
        assert_eq!(begun.load(Ordering::Relaxed), 0);
    }

    #[test]
    #[should_panic(expected = "no result")]
    fn a_panic_goes_through() {
        let early = Early::new(|_: usize| panic!("no result"));
        early.push(0, WORTH_A_THREAD);
        early.finish();
    }
}
