//! The methods of `.Files` as functions: `files_get`, `files_lines`, `files_glob`, `files_as_config`,
//! `files_as_secrets`. The files themselves are also there as the map `Files`.

use super::host::{self, Host};
use super::value::{from_tera, to_tera};
use crate::gotmpl::{FunctionError, Value};
use std::rc::Rc;
use tera::{Kwargs, State, Tera, TeraResult, Value as TeraValue};

/// Adds the functions.
pub(super) fn register(tera: &mut Tera) {
    tera.register_function("files_get", |given: Kwargs, _: &State<'_>| {
        one("files_get", ("path", "Get"), &given)
    });
    tera.register_function("files_lines", |given: Kwargs, _: &State<'_>| {
        one("files_lines", ("path", "Lines"), &given)
    });
    tera.register_function("files_glob", |given: Kwargs, _: &State<'_>| {
        one("files_glob", ("pattern", "Glob"), &given)
    });
    tera.register_function("files_as_config", |given: Kwargs, _: &State<'_>| {
        glob("files_as_config", "AsConfig", &given)
    });
    tera.register_function("files_as_secrets", |given: Kwargs, _: &State<'_>| {
        glob("files_as_secrets", "AsSecrets", &given)
    });
}

/// Calls a method with the one argument.
fn one(name: &'static str, (argument, called): (&str, &str), given: &Kwargs) -> TeraResult<TeraValue> {
    let argument = given.must_get::<TeraValue>(argument)?;
    host::call(name, |host| {
        let found = method(host, (files(host), called), vec![from_tera(&argument)?])?;
        Ok(to_tera(&found)?)
    })
}

/// Calls a method of the files that a pattern matches.
fn glob(name: &'static str, called: &str, given: &Kwargs) -> TeraResult<TeraValue> {
    let pattern = given.must_get::<TeraValue>("pattern")?;
    host::call(name, |host| {
        let found = method(host, (files(host), "Glob"), vec![from_tera(&pattern)?])?;
        Ok(to_tera(&method(host, (found, called), Vec::new())?)?)
    })
}

fn files(host: &Host) -> Value {
    match host.scope() {
        Value::Map(scope) => scope.get("Files").unwrap_or_default(),
        _ => Value::Nil,
    }
}

fn method(host: &Host, (object, name): (Value, &str), arguments: Vec<Value>) -> Result<Value, FunctionError> {
    let function = match object {
        Value::Object(object) => Rc::clone(&object).method(name),
        _ => None,
    };
    let function = function.ok_or("the template was included without Files")?;
    host.functions().call_function((name, &function), arguments)
}
