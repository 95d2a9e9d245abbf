//! `plan`: what another command would do, without doing it.

mod arguments;
pub(super) mod saved;
pub(super) mod seal;
mod seed;
mod verdict;

use std::mem::ManuallyDrop;
use std::path::Path;

use clap::{ArgMatches, Args, FromArgMatches, Subcommand};
use release::Premises;
use release::diff::{ChangeSet, Secrecy};

use super::{install, rollback, test, uninstall, upgrade};
use crate::context::Context;
use crate::error::Result;
use arguments::PlanArgs;
use saved::{Recipe, SavedPlan};
use seal::Seal;
use seed::Seed;

/// The help in one line.
const ABOUT: &str = "show what a command would change in the cluster, without changing anything";

/// The help below it.
const DETAILS: &str = "Takes the command with exactly its arguments. Every change is tried out by the server (as a dry run) \
    against what is there now, so the plan knows the server's defaults, its policies, missing rights and fields that others \
    own.\n\nThe exit status is 0 if there is nothing to do, 2 if there are changes, 3 if there are changes that need attention, \
    and 1 if something failed.";

/// A command that is only to be rehearsed.
#[derive(Debug)]
pub(crate) struct Plan {
    verb: Verb,
    args: PlanArgs,
}

/// The commands that change a cluster.
#[derive(Debug)]
enum Verb {
    Install(Box<install::Install>),
    Rollback(rollback::Rollback),
    Test(test::Test),
    Uninstall(uninstall::Uninstall),
    Upgrade(Box<upgrade::Upgrade>),
}

impl Verb {
    fn run(self, cx: &Context) -> Result {
        match self {
            Verb::Install(install) => install.run(cx),
            Verb::Rollback(rollback) => rollback.run(cx),
            Verb::Test(test) => test.run(cx),
            Verb::Uninstall(uninstall) => uninstall.run(cx),
            Verb::Upgrade(upgrade) => upgrade.run(cx),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Verb::Install(_) => "install",
            Verb::Rollback(_) => "rollback",
            Verb::Test(_) => "test",
            Verb::Uninstall(_) => "uninstall",
            Verb::Upgrade(_) => "upgrade",
        }
    }
}

/// What a command would change, and what that stands on.
pub(super) type Outcome = (ChangeSet, Premises);

impl Plan {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let (seal, seed) = (Seal::random(), Seed::random());
        let args = self.args.clone();
        let outcome = self.rehearse(&cx.at(seed.clock()), &seal)?;
        args.changes.show(cx, &outcome.0)?;
        let verdict = verdict::of(&outcome.0, &args.fail_on);
        if let Some(file) = &args.save {
            let recipe = Recipe {
                arguments: cx.arguments().to_vec(),
                seed,
            };
            save(cx, file, (outcome, &recipe), &seal)?;
        }
        verdict
    }

    /// Finds out what the command would do.
    ///
    /// # Errors
    /// Those of the command.
    pub(super) fn rehearse(self, cx: &Context, seal: &Seal) -> Result<Outcome> {
        // All objects were read, before and after; the process ends soon.
        let stage = ManuallyDrop::new(cx.rehearsing());
        let action = self.verb.name();
        self.verb.run(&stage)?;
        let target = self.args.target_kubernetes.as_ref();
        Ok(stage.outcome(action, &Secrecy::new(seal.digest_key()), target))
    }

    /// Carries the command out.
    ///
    /// # Errors
    /// Those of the command.
    pub(super) fn carry_out(self, cx: &Context) -> Result {
        self.verb.run(cx)
    }
}

fn save(cx: &Context, file: &Path, (outcome, recipe): (Outcome, &Recipe), seal: &Seal) -> Result {
    let plan = SavedPlan::new(outcome, recipe, cx.now().to_string(), seal)?;
    seal.write(&seal::beside(file))?;
    plan.write(file)?;
    let (file, key) = (file.display(), seal::beside(file));
    cx.ui().status(&format!(
        "saved as {file}; who is to apply it needs its key, too: {}",
        key.display()
    ));
    Ok(())
}

impl Subcommand for Plan {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        command
            .about(ABOUT)
            .long_about(format!("{ABOUT}\n\n{DETAILS}"))
            .subcommand(verb::<install::Install>("install"))
            .subcommand(verb::<rollback::Rollback>("rollback"))
            .subcommand(verb::<test::Test>("test"))
            .subcommand(verb::<uninstall::Uninstall>("uninstall"))
            .subcommand(verb::<upgrade::Upgrade>("upgrade"))
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        matches!(name, "install" | "rollback" | "test" | "uninstall" | "upgrade")
    }
}

impl FromArgMatches for Plan {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let (name, matches) = matches.subcommand().expect("clap asks for a command");
        let verb = match name {
            "install" => Verb::Install(Box::new(FromArgMatches::from_arg_matches(matches)?)),
            "rollback" => Verb::Rollback(FromArgMatches::from_arg_matches(matches)?),
            "test" => Verb::Test(FromArgMatches::from_arg_matches(matches)?),
            "uninstall" => Verb::Uninstall(FromArgMatches::from_arg_matches(matches)?),
            _ => Verb::Upgrade(Box::new(FromArgMatches::from_arg_matches(matches)?)),
        };
        Ok(Plan {
            verb,
            args: PlanArgs::from_arg_matches(matches)?,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// A command with its own arguments and ours. Its flag `-o` says how its result is printed; here it is the plan that is.
fn verb<T: Args>(name: &'static str) -> clap::Command {
    let command = T::augment_args(clap::Command::new(name));
    let has_output = command.get_arguments().any(|flag| flag.get_id() == "output");
    let command = match has_output {
        true => command.mut_arg("output", |flag| {
            flag.short(None).long("output-of-command").hide(true)
        }),
        false => command,
    };
    PlanArgs::augment_args(command)
}
