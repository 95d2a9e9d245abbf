//! Numbers: sprig's chapters "Integer Math", "Integer Slice" and "Float Math".

mod decimal;

use super::cast::{parse_decimal_saturating, parse_int_of_base, to_float64, to_int64};
use super::{Clock, Table};
use crate::gotmpl::{Int64, Rest, Text, Value, function, printf};
use decimal::{Decimal, DecimalError};
use rand::Rng;

/// The functions of this chapter.
pub(super) fn table(clock: &Clock) -> Table {
    let entropy = clock.entropy().clone();
    let rand_int = move |min: i64, max: i64| rand_int(&mut entropy.generator(), min, max);
    let mut table = integers();
    table.push(("randInt", function(rand_int)));
    table.extend(floats());
    table.extend(sequences());
    table
}

fn integers() -> Table {
    vec![
        ("atoi", function(|text: Text| parse_decimal_saturating(&text))),
        ("int", function(|value: Value| to_int64(&value))),
        ("int64", function(|value: Value| Int64(to_int64(&value)))),
        ("toDecimal", function(to_decimal)),
        (
            "add1",
            function(|value: Value| Int64(to_int64(&value).wrapping_add(1))),
        ),
        (
            "add",
            function(|Rest(values): Rest<Value>| fold(0, &values, i64::wrapping_add)),
        ),
        (
            "sub",
            function(|a: Value, b: Value| Int64(to_int64(&a).wrapping_sub(to_int64(&b)))),
        ),
        (
            "div",
            function(|a: Value, b: Value| divide(&a, &b, i64::wrapping_div)),
        ),
        (
            "mod",
            function(|a: Value, b: Value| divide(&a, &b, i64::wrapping_rem)),
        ),
        (
            "mul",
            function(|first: Value, Rest(rest): Rest<Value>| {
                fold(to_int64(&first), &rest, i64::wrapping_mul)
            }),
        ),
        ("max", function(max)),
        ("biggest", function(max)),
        (
            "min",
            function(|first: Value, Rest(rest): Rest<Value>| fold(to_int64(&first), &rest, i64::min)),
        ),
    ]
}

fn floats() -> Table {
    vec![
        ("float64", function(|value: Value| to_float64(&value))),
        (
            "maxf",
            function(|first: Value, Rest(rest): Rest<Value>| foldf(&first, &rest, maxf)),
        ),
        (
            "minf",
            function(|first: Value, Rest(rest): Rest<Value>| foldf(&first, &rest, minf)),
        ),
        ("ceil", function(|value: Value| to_float64(&value).ceil())),
        ("floor", function(|value: Value| to_float64(&value).floor())),
        ("round", function(round)),
        (
            "add1f",
            function(|value: Value| calculate(to_float64(&value), &[Value::int64(1)], Decimal::add)),
        ),
        (
            "addf",
            function(|Rest(values): Rest<Value>| calculate(0.0, &values, Decimal::add)),
        ),
        (
            "subf",
            function(|a: Value, Rest(rest): Rest<Value>| calculate(to_float64(&a), &rest, Decimal::subtract)),
        ),
        (
            "mulf",
            function(|a: Value, Rest(rest): Rest<Value>| calculate(to_float64(&a), &rest, Decimal::multiply)),
        ),
        (
            "divf",
            function(|a: Value, Rest(rest): Rest<Value>| calculate(to_float64(&a), &rest, Decimal::divide)),
        ),
    ]
}

fn sequences() -> Table {
    vec![
        ("seq", function(seq)),
        ("until", function(until)),
        ("untilStep", function(until_step)),
    ]
}

fn fold(first: i64, rest: &[Value], combine: fn(i64, i64) -> i64) -> Int64 {
    Int64(rest.iter().map(to_int64).fold(first, combine))
}

fn max(first: Value, Rest(rest): Rest<Value>) -> Int64 {
    fold(to_int64(&first), &rest, i64::max)
}

fn divide(a: &Value, b: &Value, operation: fn(i64, i64) -> i64) -> Result<Int64, &'static str> {
    match to_int64(b) {
        0 => Err("runtime error: integer divide by zero"),
        b => Ok(Int64(operation(to_int64(a), b))),
    }
}

/// Reads what prints as octal digits; sprig names this after what comes out.
fn to_decimal(value: Value) -> Int64 {
    Int64(parse_int_of_base(&printf::sprint_value(&value), 8).unwrap_or(0))
}

fn rand_int(generator: &mut impl Rng, min: i64, max: i64) -> Result<i64, &'static str> {
    match max.wrapping_sub(min) {
        width if width > 0 => Ok(generator.gen_range(0..width).wrapping_add(min)),
        _ => Err("invalid argument to Intn"),
    }
}

fn foldf(first: &Value, rest: &[Value], combine: fn(f64, f64) -> f64) -> f64 {
    rest.iter().map(to_float64).fold(to_float64(first), combine)
}

/// Go's `math.Max`, which NaN wins unless infinity is there.
fn maxf(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && a == b {
        if a.is_sign_negative() { b } else { a }
    } else {
        a.max(b)
    }
}

/// Go's `math.Min`.
fn minf(a: f64, b: f64) -> f64 {
    -maxf(-a, -b)
}

/// Rounds to a number of places; a fraction of at least `round_on` (one half) goes up.
///
/// The fraction of a negative number is negative, so those are rounded down, as in sprig.
fn round(value: Value, places: i64, Rest(options): Rest<f64>) -> f64 {
    let round_on = options.first().copied().unwrap_or(0.5);
    let power = power_of_ten(places);
    let digit = power * to_float64(&value);
    let rounded = if digit.fract() >= round_on {
        digit.ceil()
    } else {
        digit.floor()
    };
    rounded / power
}

/// Returns the float nearest to the power, as Go's `math.Pow` does for ten.
fn power_of_ten(exponent: i64) -> f64 {
    format!("1e{exponent}")
        .parse()
        .expect("this is a number, if a large one")
}

fn calculate(
    first: f64,
    rest: &[Value],
    operation: fn(Decimal, Decimal) -> Result<Decimal, DecimalError>,
) -> Result<f64, String> {
    let mut result = Decimal::from_float(first).map_err(|error| error.to_string())?;
    for value in rest {
        result = Decimal::from_float(to_float64(value))
            .and_then(|value| operation(result, value))
            .map_err(|error| error.to_string())?;
    }
    Ok(result.to_float())
}

/// No chart counts further, and lists of this length take a hundred megabytes already.
const LONGEST: i64 = 1 << 22;

fn until(count: i64) -> Result<Vec<i64>, &'static str> {
    until_step(0, count, if count < 0 { -1 } else { 1 })
}

fn until_step(start: i64, stop: i64, step: i64) -> Result<Vec<i64>, &'static str> {
    let goes_down = stop < start;
    if step == 0 || goes_down != (step < 0) {
        return Ok(Vec::new());
    }
    let size = (i128::from(stop) - i128::from(start)).abs() / i128::from(step).abs();
    if size > i128::from(LONGEST) {
        return Err("a list of more than 4194304 numbers is too long");
    }
    let numbers = std::iter::successors(Some(start), |number| number.checked_add(step));
    Ok(numbers
        .take_while(|number| if goes_down { *number > stop } else { *number < stop })
        .collect())
}

fn seq(Rest(parameters): Rest<i64>) -> Result<String, &'static str> {
    let direction = |start: i64, end: i64| if end < start { -1 } else { 1 };
    let numbers = match *parameters.as_slice() {
        [end] => until_step(1, end.wrapping_add(direction(1, end)), direction(1, end)),
        [start, end] => until_step(
            start,
            end.wrapping_add(direction(start, end)),
            direction(start, end),
        ),
        [start, step, end] if end < start && step > 0 => return Ok(String::new()),
        [start, step, end] => until_step(start, end.wrapping_add(direction(start, end)), step),
        _ => return Ok(String::new()),
    }?;
    Ok(numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(" "))
}
