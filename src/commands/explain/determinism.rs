//! `explain determinism`.

use std::collections::BTreeMap;

use serde::Serialize;
use templates::Chance;

use super::object::{Place, place, trail};
use super::subject::SubjectArgs;
use crate::args::output::OutputArgs;
use crate::context::Context;
use crate::error::Result;
use crate::output::explain;

/// list what makes a chart render something else each time
///
/// Each call of a function of chance, of the time, or of what is in the cluster or the network, with the includes that led
/// there. With --seed, all but the last kind gives the same each time.
#[derive(Debug, clap::Args)]
pub(crate) struct Determinism {
    #[arg(value_name = "[NAME] CHART", required = true)]
    operands: Vec<String>,
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// A call that gives something else each time.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Call {
    pub(crate) function: String,
    pub(crate) because: &'static str,
    #[serde(flatten)]
    pub(crate) at: Place,
    pub(crate) called_at: Vec<Place>,
    /// How often it was called there.
    pub(crate) times: usize,
}

impl Determinism {
    pub(super) fn run(self, cx: &Context) -> Result {
        let subject = self.subject.read(cx, &self.operands)?;
        let chances = subject.ask(|session| Ok(session.chances()))?;
        let calls = calls(&chances);
        let paint = cx.ui().paint();
        let text = self
            .output
            .output
            .render(&calls, || Ok(explain::determinism(&calls, paint)))?;
        Ok(cx.ui().data(text)?)
    }
}

/// Calls of one place by one way are one.
fn calls(chances: &[Chance]) -> Vec<Call> {
    let mut grouped: BTreeMap<String, (&Chance, usize)> = BTreeMap::new();
    for chance in chances {
        let key = |at: &templates::Location| format!("{}:{:08}:{:08}", at.file, at.line, at.column);
        let way = chance.trail.iter().filter_map(|call| call.at.as_ref()).map(key);
        let key = [key(&chance.at)]
            .into_iter()
            .chain(way)
            .collect::<Vec<_>>()
            .join(" ");
        grouped.entry(key).or_insert((chance, 0)).1 += 1;
    }
    let calls = grouped.into_values().map(|(chance, times)| Call {
        function: chance.function.clone(),
        because: because(&chance.function),
        at: place(&chance.at),
        called_at: trail(&chance.trail),
        times,
    });
    calls.collect()
}

fn because(function: &str) -> &'static str {
    match function {
        "now" | "ago" | "date" | "dateInZone" | "date_in_zone" | "htmlDate" => "the time",
        "lookup" => "what is in the cluster",
        "getHostByName" => "the network",
        name if name.starts_with("gen") => "random numbers and the time",
        _ => "random numbers",
    }
}
