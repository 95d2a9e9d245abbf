use super::*;
use std::rc::Rc;

fn fails(text: &str) -> String {
    let mut set = Templates::new(Functions::new(), Options::default());
    match set.parse("t", text) {
        Err(error) => error.to_string(),
        Ok(()) => set
            .execute("t", Value::Nil)
            .expect_err("the template is too deep")
            .to_string(),
    }
}

#[test]
fn endless_recursion_fails_with_the_words_of_go() {
    let error = fails("{{define \"r\"}}{{template \"r\" .}}{{end}}{{template \"r\"}}");
    assert!(
        error
            .ends_with("executing \"r\" at <{{template \"r\" .}}>: exceeded maximum template depth (100000)"),
        "{error}"
    );
}

#[test]
fn deep_nesting_fails_and_does_not_overflow() {
    let parentheses = format!("{{{{{}1{}}}}}", "(".repeat(20_000), ")".repeat(20_000));
    assert_eq!(
        fails(&parentheses),
        "template: t:1: max expression depth exceeded"
    );
    let branches = format!("{}{}", "{{if true}}".repeat(200_000), "{{end}}".repeat(200_000));
    assert_eq!(fails(&branches), "template: t:1: max expression depth exceeded");
}

#[test]
fn a_text_within_sees_the_set_and_leaves_nothing_behind() {
    let evaluate = |state: &mut State<'_, '_>, text: Text, data: Value| {
        state.execute_text(&"inner".into(), &text, data, |error| error.to_string())
    };
    let include = |state: &mut State<'_, '_>, name: Text, data: Value| state.execute(&name, data, "set");
    let mut functions = Functions::new();
    functions.insert("tpl", function_with_state(evaluate));
    functions.insert("include", function_with_state(include));
    let mut set = Templates::new(functions, Options::default());
    set.parse(
        "a",
        "{{define \"x\"}}outer{{end}}{{define \"y\"}}{{template \"x\"}}{{end}}",
    )
    .unwrap();
    set.parse("b", "{{tpl .text .}} {{template \"x\"}} {{tpl .text .}}")
        .unwrap();
    let data = Value::from_iter([("text", "{{define \"x\"}}inner{{end}}{{include \"y\" .}}")]);
    assert_eq!(set.execute("b", data).unwrap(), "inner outer inner");
    let data = Value::from_iter([("text", "{{include \"nope\" .}}")]);
    let error = set.execute("b", data).unwrap_err().to_string();
    assert_eq!(
        error,
        "template: b:1:2: executing \"b\" at <tpl .text .>: error calling tpl: template: inner:1:2: executing \"inner\" at \
         <include \"nope\" .>: error calling include: template: no template \"nope\" associated with template \"set\""
    );
}

#[test]
fn a_range_sees_the_entries_of_its_start() {
    let mut functions = Functions::new();
    functions.insert(
        "set",
        function(|map: Map, key: Text, value: Value| map.insert(key, value).map(|()| "")),
    );
    let mut set = Templates::new(functions, Options::default());
    set.parse(
        "t",
        "{{range $k, $v := .}}{{set $ (print $k \"2\") 1}}{{$k}} {{end}}{{len .}}",
    )
    .unwrap();
    let text = set
        .execute("t", Value::from_iter([("a", 1_i64), ("b", 2)]))
        .unwrap();
    assert_eq!(text, "a b 4");
}

#[test]
fn objects_stay_themselves() {
    struct Unit;
    impl Object for Unit {
        fn go_type(&self) -> Type {
            Type::Named("unit", Kind::Struct)
        }
    }
    let object: Rc<dyn Object> = Rc::new(Unit);
    assert!(object.downcast_ref::<Unit>().is_some());
}

#[test]
fn what_does_not_end_is_stopped() {
    let limits = super::Limits {
        steps: 10_000,
        output_bytes: 1_000,
    };
    for (text, message) in [
        ("{{range 1000000000}}{{end}}", "take more than 10000 steps"),
        ("{{range 1000000000}}x{{end}}", "write more than 1000 bytes"),
    ] {
        let options = Options {
            limits,
            ..Options::default()
        };
        let mut set = Templates::new(Functions::new(), options);
        set.parse("t", text).unwrap();
        let error = set.execute("t", Value::Nil).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
