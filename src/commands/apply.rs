//! `apply`: carries a saved plan out.

use std::path::PathBuf;

use release::diff::{ChangeSet, Secrecy};

use super::Command;
use super::plan::Plan;
use super::plan::saved::SavedPlan;
use super::plan::seal::{self, Seal};
use crate::cli;
use crate::context::Context;
use crate::error::{CommandError, Result};

/// carry out a plan that was saved, if all is still as it was
///
/// The plan is made anew first, from the same command line. If anything that it stands on has moved since (a revision, an
/// object, a field that is changed, the chart, the values), nothing is done, and it is said what has moved.
#[derive(Debug, clap::Args)]
pub(crate) struct Apply {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// the key of the plan (default: the file beside the plan, with .key added to its name)
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    key: String,
    /// do not carry it out: plan again, show only what is different now, and save the new plan in the place of the old one
    #[arg(long)]
    refresh: bool,
}

impl Apply {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let seal = Seal::read(&self.key_file())?;
        let saved = SavedPlan::read(&self.file, &seal)?;
        let recipe = saved.recipe(&seal)?;
        let clock = recipe.seed.clock();
        let (planned, plan) = self.plan(cx, &recipe.arguments)?;
        let outcome = plan.rehearse(&planned.at(clock.clone()), &seal);
        let outcome = outcome.map_err(|error| error.during("the plan cannot be made any more"))?;
        let moved = saved.moved(&outcome);
        if self.refresh {
            Self::tell(cx, &moved)?;
            let made = cx.now().to_string();
            return SavedPlan::new(outcome, &recipe, made, &seal)?.write(&self.file);
        }
        if !moved.is_empty() {
            return Err(refusal(&moved));
        }
        hopeful(&saved.changes)?;
        let (planned, plan) = self.plan(cx, &recipe.arguments)?;
        let secrecy = Secrecy::new(seal.digest_key());
        plan.carry_out(&planned.at(clock).by_plan(saved.premises, secrecy))
    }

    fn key_file(&self) -> PathBuf {
        match self.key.as_str() {
            "" => seal::beside(&self.file),
            key => key.into(),
        }
    }

    /// Reads the command line of the plan. The namespace, the cluster and the like are those of the plan.
    fn plan(&self, cx: &Context, words: &[String]) -> Result<(Context, Box<Plan>)> {
        let settings = cx.settings();
        let line: Vec<String> = [settings.program.name().to_owned()]
            .into_iter()
            .chain(words.iter().cloned())
            .collect();
        match cli::read(settings.program, &line)? {
            (cx, Command::Plan(plan)) => Ok((cx, Box::new(plan))),
            _ => Err(CommandError::new(format!(
                "{} holds no plan of a command",
                self.file.display()
            ))),
        }
    }

    fn tell(cx: &Context, moved: &[String]) -> Result {
        if moved.is_empty() {
            cx.ui().line("nothing has moved since the plan was made")?;
        }
        for line in moved {
            cx.ui().line(line)?;
        }
        Ok(())
    }
}

fn refusal(moved: &[String]) -> CommandError {
    let list: String = moved.iter().map(|line| format!("\n  - {line}")).collect();
    CommandError::new(format!(
        "nothing was done: this has moved since the plan was made{list}"
    ))
    .hint("--refresh plans again and shows what is different")
}

/// Makes sure that the plan does not say itself that it cannot be carried out.
fn hopeful(changes: &ChangeSet) -> Result {
    let fatal = changes.attention().filter(|(_, note)| note.concern.is_fatal());
    let list: String = fatal
        .map(|(change, note)| match change {
            Some(change) => format!("\n  - {}: {}", change.object, note.text),
            None => format!("\n  - {}", note.text),
        })
        .collect();
    if list.is_empty() {
        return Ok(());
    }
    Err(CommandError::new(format!(
        "nothing was done: the plan would fail{list}"
    )))
}
