//! A plugin at work: as a command, a getter or a post-renderer, by a program or in a sandbox.

use repo::Errand;

use super::metadata::Runtime;
use super::process::Environment;
use super::wasm::{self, Message};
use super::{Patience, Plugin, PluginError};
use crate::output::ui::Ui;
use crate::settings::Settings;

/// What a plugin finds when it is called.
pub(crate) struct Surroundings<'a> {
    /// The variables for a program.
    pub(crate) environment: Environment,
    #[cfg_attr(
        not(feature = "wasm-plugins"),
        expect(dead_code, reason = "programs learn it from the environment")
    )]
    pub(crate) settings: &'a Settings,
    /// Who is told when the plugin takes long.
    pub(crate) ui: &'a Ui,
}

impl Plugin {
    /// Has the plugin change objects, and returns what it makes of them. It has as long as it wants, and is named when it
    /// takes long.
    ///
    /// # Errors
    /// When it has nothing for this machine, cannot be started, or ends with another code than 0.
    pub(crate) fn filter(
        &self,
        args: &[String],
        manifests: &str,
        around: Surroundings<'_>,
    ) -> Result<Vec<u8>, PluginError> {
        let _patience = Patience::with(around.ui, &self.title());
        match &self.metadata.runtime {
            Runtime::Subprocess(subprocess) => {
                self.filter_with(subprocess, (args, manifests.as_bytes()), around.environment)
            }
            Runtime::Extism(sandbox) => {
                wasm::invoke(self, sandbox, &Message::PostRender(manifests, args), around)
            }
        }
    }

    /// Runs the plugin as a command: it has our terminal.
    ///
    /// # Errors
    /// As [`Plugin::filter`].
    pub(crate) fn call(&self, args: &[String], around: Surroundings<'_>) -> Result<(), PluginError> {
        match &self.metadata.runtime {
            Runtime::Subprocess(subprocess) => self.call_with(subprocess, args, around.environment),
            Runtime::Extism(sandbox) => match wasm::invoke(self, sandbox, &Message::Command(args), around) {
                Ok(_) => Ok(()),
                Err(exit @ PluginError::Exit { .. }) => Err(exit),
                Err(error) => Err(PluginError::Invoke {
                    name: self.metadata.name.clone(),
                    source: Box::new(error),
                }),
            },
        }
    }

    /// Has the plugin get what is behind a URL. It is named when it takes long.
    ///
    /// # Errors
    /// When it does not know the scheme of the URL, gives more than 1 GiB, and as [`Plugin::filter`].
    pub(crate) fn get(&self, errand: Errand<'_>, around: Surroundings<'_>) -> Result<Vec<u8>, PluginError> {
        let _patience = Patience::with(around.ui, &self.title());
        match &self.metadata.runtime {
            Runtime::Subprocess(subprocess) => self.get_with(subprocess, errand, around.environment),
            Runtime::Extism(sandbox) => wasm::invoke(self, sandbox, &Message::Get(errand), around),
        }
    }

    /// The plugin, for people.
    fn title(&self) -> String {
        format!("plugin {:?}", self.metadata.name)
    }
}
