//! `range`: Tera's, with a bound on what all of them give together. Tera counts no steps, and loops in loops would go on
//! for days.

use std::sync::atomic::{AtomicU64, Ordering};

use tera::{Error, Kwargs, State, Tera, TeraResult};

/// So many numbers all ranges of a chart may give, which takes seconds.
const MOST: u64 = 10_000_000;

/// So many numbers one range may give, as in Tera.
const LONGEST: u64 = 100_000;

/// Puts it in the place of Tera's own.
pub(super) fn register(tera: &mut Tera) {
    let given_so_far = AtomicU64::new(0);
    tera.register_function("range", move |given: Kwargs, _: &State<'_>| {
        let numbers = numbers(&given)?;
        let length = numbers.len() as u64;
        if given_so_far.fetch_add(length, Ordering::Relaxed) + length > MOST {
            return Err(Error::message(format!(
                "the ranges of this chart have more than {MOST} numbers together"
            )));
        }
        Ok(numbers)
    });
}

fn numbers(given: &Kwargs) -> TeraResult<Vec<i128>> {
    let fail = |what: String| Err(Error::message(format!("range: {what}")));
    let start = given.get::<i128>("start")?.unwrap_or_default();
    let end = given.must_get::<i128>("end")?;
    let step = given.get::<i128>("step_by")?.unwrap_or(1);
    if step == 0 {
        return fail("the step is 0".to_owned());
    }
    if start > end && step > 0 {
        return fail(format!("{start} is behind {end}"));
    }
    let distance = match step > 0 {
        true => end.checked_sub(start),
        false => start.checked_sub(end).map(|distance| distance.max(0)),
    };
    let length = distance.map(|distance| distance.unsigned_abs().div_ceil(step.unsigned_abs()));
    match length {
        Some(length) if length <= u128::from(LONGEST) => {
            let next = |number: &i128| number.checked_add(step);
            let numbers = std::iter::successors(Some(start), next);
            Ok(numbers.take(usize::try_from(length).unwrap_or(0)).collect())
        }
        Some(length) => fail(format!(
            "{length} numbers, and no more than {LONGEST} are allowed"
        )),
        None => fail("the numbers are too large".to_owned()),
    }
}
