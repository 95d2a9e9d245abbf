//! A plan in a file: what was shown, what it stands on, and, sealed, how to carry it out.

use std::path::Path;

use release::Premises;
use release::diff::ChangeSet;
use serde::{Deserialize, Serialize};

use super::Outcome;
use super::seal::Seal;
use super::seed::Seed;
use crate::error::{CommandError, Result};

/// The version of the format. Readers refuse others.
const FORMAT: &str = "coxswain.plan/v1";

/// This program: another version may render otherwise.
const PROGRAM: &str = concat!("cox ", env!("CARGO_PKG_VERSION"));

/// How a plan is carried out.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recipe {
    /// The command line as it was.
    pub(crate) arguments: Vec<String>,
    /// What its templates are rendered with.
    pub(crate) seed: Seed,
}

/// A plan that was saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SavedPlan {
    format: String,
    /// The program that made it.
    program: String,
    /// When.
    made: String,
    /// The command line, for people: what it sets is left out.
    command: String,
    /// What was shown.
    pub(crate) changes: ChangeSet,
    /// What it stands on.
    pub(crate) premises: Premises,
    /// The recipe.
    sealed: String,
    /// The mark of all of the above.
    signature: String,
}

impl SavedPlan {
    /// A plan that is carried out by a recipe.
    pub(crate) fn new(
        (changes, premises): Outcome,
        recipe: &Recipe,
        made: String,
        seal: &Seal,
    ) -> Result<Self> {
        let mut plan = SavedPlan {
            format: FORMAT.to_owned(),
            program: PROGRAM.to_owned(),
            made,
            command: shown(&recipe.arguments),
            changes,
            premises,
            sealed: seal.seal(&serde_json::to_vec(recipe)?),
            signature: String::new(),
        };
        plan.signature = seal.sign(&plan.unsigned()?);
        Ok(plan)
    }

    /// Reads a plan, and makes sure that it is as it was written.
    ///
    /// # Errors
    /// When the file cannot be read, is no plan, is of another version of the format or the program, or was changed.
    pub(crate) fn read(path: &Path, seal: &Seal) -> Result<Self> {
        let shown = path.display();
        let bytes = std::fs::read(path)
            .map_err(|error| CommandError::new(format!("unable to read the plan {shown}: {error}")))?;
        let head: Head = serde_json::from_slice(&bytes)
            .map_err(|error| CommandError::new(format!("{shown} is no plan: {error}")))?;
        if head.format != FORMAT {
            let format = head.format;
            return Err(CommandError::new(format!(
                "the plan {shown} has the format {format:?}, this program reads {FORMAT:?}"
            )));
        }
        let plan: SavedPlan = serde_json::from_slice(&bytes)
            .map_err(|error| CommandError::new(format!("{shown} is no plan: {error}")))?;
        if !seal.is_signed(&plan.unsigned()?, &plan.signature) {
            return Err(CommandError::new(format!(
                "the plan {shown} was changed since it was made, or the key is that of another plan"
            )));
        }
        Ok(plan)
    }

    /// Writes the plan; everybody may read it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write(&self, path: &Path) -> Result {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(repo::write_file(path, &text)?)
    }

    /// How it is carried out.
    ///
    /// # Errors
    /// When that is sealed with another key.
    pub(crate) fn recipe(&self, seal: &Seal) -> Result<Recipe> {
        let text = seal.open(&self.sealed);
        let text = text.ok_or_else(|| CommandError::new("the key is that of another plan"))?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// Says what has moved since the plan was made: `now` is the plan made anew, with the same key.
    pub(crate) fn moved(&self, (changes, premises): &Outcome) -> Vec<String> {
        let mut moved = Vec::new();
        if self.program != PROGRAM {
            moved.push(format!(
                "the plan was made by {}, this is {PROGRAM}",
                self.program
            ));
        }
        let objects = (self.changes.objects.as_slice(), changes.objects.as_slice());
        moved.extend(self.premises.moved(premises, objects));
        moved
    }

    fn unsigned(&self) -> Result<Vec<u8>> {
        let unsigned = SavedPlan {
            signature: String::new(),
            ..self.clone()
        };
        Ok(serde_json::to_vec(&unsigned)?)
    }
}

/// What tells whether a file is a plan at all.
#[derive(Deserialize)]
struct Head {
    format: String,
}

/// The command line without what nobody should read: values that are set, passwords and tokens.
fn shown(arguments: &[String]) -> String {
    const HIDDEN: &str = "…";
    let mut words = Vec::new();
    let mut is_value = false;
    for word in arguments {
        let (flag, value) = word
            .split_once('=')
            .map_or((word.as_str(), None), |(flag, value)| (flag, Some(value)));
        if std::mem::take(&mut is_value) {
            words.push(HIDDEN.to_owned());
        } else if !is_private(flag) {
            words.push(word.clone());
        } else if value.is_some() {
            words.push(format!("{flag}={HIDDEN}"));
        } else {
            words.push(word.clone());
            is_value = true;
        }
    }
    words.join(" ")
}

fn is_private(flag: &str) -> bool {
    let is_set = ["--set", "--set-string", "--set-json", "--set-literal"].contains(&flag);
    is_set || flag.starts_with("--") && ["password", "token"].iter().any(|word| flag.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_not_shown() {
        let arguments = [
            "plan",
            "upgrade",
            "web",
            "./web",
            "--set",
            "a=b",
            "--set-string=c=d",
            "--password",
            "x",
            "-f",
            "v.yaml",
        ];
        let arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
        assert_eq!(
            shown(&arguments),
            "plan upgrade web ./web --set … --set-string=… --password … -f v.yaml"
        );
    }

    #[test]
    fn a_changed_plan_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        let seal = Seal::random();
        let recipe = Recipe {
            arguments: ["plan", "--set", "password=hunter2"].map(str::to_owned).to_vec(),
            seed: Seed::random(),
        };
        let plan = SavedPlan::new(Default::default(), &recipe, "now".to_owned(), &seal).unwrap();
        plan.write(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("hunter2"));
        let read = SavedPlan::read(&path, &seal).unwrap().recipe(&seal).unwrap();
        assert!(read.arguments == recipe.arguments && read.seed == recipe.seed);
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            SavedPlan::read(&path, &seal).unwrap_err().message().to_owned()
        };
        assert!(read(&text.replace("\"now\"", "\"then\"")).contains("was changed"));
        assert!(read(&text.replace("/v1", "/v9")).contains("has the format"));
        assert!(read("{}").contains("is no plan"));
    }
}
