//! Single texts that commands of Helm take as templates, and the pieces of Go that go with them.

use crate::data::Data;
use crate::gotmpl::{ExecError, Functions, Options, ParseError, Templates, Value};
use crate::sprig;

/// Why a text could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// It does not parse.
    #[error(transparent)]
    Parse(ParseError),
    /// It fails.
    #[error(transparent)]
    Exec(Box<ExecError>),
}

/// Renders a Go template over `data`, with the functions of the language alone (`version --template`).
///
/// # Errors
///
/// When the text does not parse or fails.
pub fn render_data(text: &str, data: &Data) -> Result<String, TextError> {
    render(text, data.to_value(), Functions::new(), "_")
}

/// Renders a Go template over nothing, with the functions of sprig (`install --name-template`).
///
/// # Errors
///
/// When the text does not parse or fails.
pub fn render_name(text: &str, clock: &sprig::Clock) -> Result<String, TextError> {
    const NAME: &str = "name-template";
    let mut functions = Functions::new();
    clock.entropy().begin(NAME);
    functions.extend(sprig::functions(clock));
    render(text, Value::Nil, functions, NAME)
}

fn render(text: &str, data: Value, functions: Functions, name: &str) -> Result<String, TextError> {
    let mut set = Templates::new(functions, Options::default());
    set.parse(name, text).map_err(TextError::Parse)?;
    let text = set.execute(name, data).map_err(TextError::Exec)?;
    Ok(text.to_str().into_owned())
}
