//! `explain`: from what is rendered back to what made it so.

mod determinism;
mod inputs;
mod object;
mod subject;
mod values;

use clap::Subcommand;

pub(crate) use self::determinism::Call;
pub(crate) use self::inputs::{Entry, Place as Setting};
pub(crate) use self::object::{Decision, Explained, Place, Printed};
use self::subject::SubjectArgs;
pub(crate) use self::values::{Report as ValuesReport, Row};
use crate::args::output::OutputArgs;
use crate::context::Context;
use crate::error::{CommandError, Result};

/// say why a rendered object is as it is
///
/// Names the part of a template that printed a value, the includes that led there, the values that it read, and for each
/// of these which flag, file or chart sets it and what that overrides. What is named has been tried: changing it changes
/// the value.
///
/// TARGET is KIND/NAME for all of an object, KIND/NAME:.path.to.value for one value, or FILE:LINE for a line of a rendered
/// file. A path may have `[0]` for an item, `[name]` for the item of that name, and `["a.b/c"]` for keys with dots.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Explain {
    #[command(subcommand)]
    topic: Option<Topic>,
    #[arg(value_name = "[NAME] CHART TARGET", required = true)]
    operands: Vec<String>,
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// What else can be explained.
#[derive(Debug, Subcommand)]
enum Topic {
    Values(Box<values::Values>),
    Determinism(Box<determinism::Determinism>),
}

impl Explain {
    pub(crate) fn run(self, cx: &Context) -> Result {
        match self.topic {
            Some(Topic::Values(command)) => return command.run(cx),
            Some(Topic::Determinism(command)) => return command.run(cx),
            None => {}
        }
        let [chart @ .., target] = self.operands.as_slice() else {
            return Err(CommandError::new("a chart and a target are needed"));
        };
        if chart.is_empty() {
            return Err(CommandError::new(format!(
                "a chart and a target are needed, there is only {target:?}"
            )));
        }
        let subject = self.subject.read(cx, chart)?;
        let text = object::explain(cx, &subject, target, self.output.output)?;
        Ok(cx.ui().data(text)?)
    }
}
