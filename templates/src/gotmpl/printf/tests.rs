use super::*;
use crate::gotmpl::list::List;

fn check(format: &str, arguments: &[Value], expected: &str) {
    assert_eq!(sprintf(format.as_bytes(), arguments), expected, "format {format}");
}

#[test]
fn floats_have_an_exponent_from_a_million_on() {
    for (number, expected) in [
        (8080.0, "8080"),
        (123456.0, "123456"),
        (1e6, "1e+06"),
        (1234567.0, "1.234567e+06"),
    ] {
        check("%v", &[number.into()], expected);
    }
    check("%v", &[1_946_580_057_184_005.2.into()], "1.9465800571840052e+15");
    check("%v", &[0.0001.into()], "0.0001");
    check("%v", &[0.00001.into()], "1e-05");
}

#[test]
fn what_is_wrong_is_said_in_the_output() {
    check("%d", &["x".into()], "%!d(string=x)");
    check("%s", &[], "%!s(MISSING)");
    check("a", &[1_i64.into(), Value::Nil], "a%!(EXTRA int=1, <nil>)");
    check("%", &[], "%!(NOVERB)");
    check("%[3]d", &[1_i64.into()], "%!d(BADINDEX)");
}

#[test]
fn a_map_that_holds_itself_ends() {
    let map = Map::new();
    map.insert("a", map.clone()).unwrap();
    map.insert("b", map.clone()).unwrap();
    assert!(sprint_value(&Value::List(List::new(vec![map.into()]))).len() < 100_000);
}

use crate::gotmpl::map::Map;
