//! Work on many texts, on several threads when there is enough of it.

mod early;
mod heap;

use std::thread;

pub use early::Early;
pub use heap::prepare_program;

/// Text below this is read sooner than a thread is started, in bytes.
pub const WORTH_A_THREAD: usize = 64 * 1024;
/// More threads than this only wait for memory.
const MOST_THREADS: usize = 8;
/// The stack of each thread, in bytes. A document may nest a thousand deep, which takes more than threads have by default.
pub const STACK_BYTES: usize = 16 << 20;

/// Does `work` for each item and returns what comes out, in the order of the items. `size` says how many bytes an item
/// is about. A panic of `work` goes through.
pub fn map<T: Sync, R: Send>(
    items: &[T],
    size: impl Fn(&T) -> usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let all: usize = items.iter().map(&size).sum();
    let threads = match all / WORTH_A_THREAD {
        // How many there could be takes reading some files.
        0 | 1 => 1,
        worth => thread::available_parallelism()
            .map_or(1, usize::from)
            .min(worth)
            .min(MOST_THREADS),
    };
    let mut runs = runs(items, size, all / threads + 1).into_iter();
    let do_run = |run: &[T]| run.iter().map(&work).collect::<Vec<R>>();
    thread::scope(|scope| {
        let own = runs.next().unwrap_or_default();
        let started = runs.map(|run| {
            let thread = thread::Builder::new().stack_size(STACK_BYTES);
            let work = move || {
                heap::prepare_thread();
                do_run(run)
            };
            thread.spawn_scoped(scope, work).map_err(|_| run)
        });
        let others: Vec<_> = started.collect();
        let mut all = do_run(own);
        for other in others {
            all.extend(match other {
                Ok(thread) => thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                // The system gives no thread: then it is done here.
                Err(run) => do_run(run),
            });
        }
        all
    })
}

/// As [`map`], for items of which some are done.
pub fn map_left<T: Sync, R: Send>(
    items: &[T],
    done: Vec<Option<R>>,
    size: impl Fn(&T) -> usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let is_left = |(_, done): &(&T, &Option<R>)| done.is_none();
    let pairs = items.iter().zip(&done).filter(is_left);
    let left: Vec<&T> = pairs.map(|(item, _)| item).collect();
    let mut rest = map(&left, |item| size(item), |item| work(item)).into_iter();
    done.into_iter()
        .filter_map(|done| done.or_else(|| rest.next()))
        .collect()
}

/// Cuts items into runs of about `most` bytes.
fn runs<T>(items: &[T], size: impl Fn(&T) -> usize, most: usize) -> Vec<&[T]> {
    let mut runs = Vec::new();
    let mut rest = items;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().position(|item| {
            bytes += size(item);
            bytes > most
        });
        let (run, others) = rest.split_at(fits.map_or(rest.len(), |at| at.max(1)));
        runs.push(run);
        rest = others;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<String> = (0..100).map(|number| number.to_string().repeat(3_000)).collect();
        let lengths = map(&items, String::len, String::len);
        assert_eq!(lengths, items.iter().map(String::len).collect::<Vec<_>>());
        assert!(map(&[] as &[String], String::len, String::len).is_empty());
    }

    #[test]
    fn what_is_done_is_not_done_again() {
        let items: Vec<usize> = (0..9).collect();
        let done = items.iter().map(|item| (item % 3 == 0).then_some(100)).collect();
        let all = map_left(&items, done, |_| WORTH_A_THREAD, |item| *item);
        assert_eq!(all, [100, 1, 2, 100, 4, 5, 100, 7, 8]);
    }

    #[test]
    fn runs_are_about_as_large_as_asked_for() {
        let lengths = |items: &[usize]| -> Vec<usize> {
            runs(items, |size| *size, 10)
                .iter()
                .map(|run| run.len())
                .collect()
        };
        assert_eq!(lengths(&[4, 4, 4, 20, 1, 9]), [2, 1, 1, 2]);
    }
}
