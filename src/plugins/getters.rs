//! Plugins that get charts and values behind URLs of schemes of their own: `s3`, `secrets`.

use std::error::Error;
use std::sync::OnceLock;

use repo::{Errand, Getter};

use super::process::Environment;
use super::{Config, Plugin, PluginError, Surroundings};
use crate::output::ui::Ui;
use crate::settings::Settings;

/// All getters that are installed. The plugins are looked at when the first scheme comes that nobody else knows.
#[derive(Debug)]
pub(crate) struct Getters {
    settings: Settings,
    found: OnceLock<Vec<Plugin>>,
    /// Made once: it takes reading the kubeconfig.
    environment: OnceLock<Environment>,
}

impl Getters {
    /// Nothing is looked at yet.
    pub(crate) fn new(settings: Settings) -> Self {
        Getters {
            settings,
            found: OnceLock::new(),
            environment: OnceLock::new(),
        }
    }

    fn find(&self, scheme: &str) -> Option<&Plugin> {
        // As in Helm, getters that cannot be read are none.
        let places = &self.settings.homes.plugins;
        let load = || super::all(places, &Ui::new(&self.settings)).unwrap_or_default();
        let all = self.found.get_or_init(load);
        all.iter().find(|plugin| match &plugin.metadata.config {
            Config::Getter(protocols) => protocols.iter().any(|protocol| protocol == scheme),
            _ => false,
        })
    }
}

impl Getter for Getters {
    fn speaks(&self, scheme: &str) -> bool {
        self.find(scheme).is_some()
    }

    fn get(&self, errand: Errand<'_>) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        let scheme = errand.url.scheme();
        let plugin = self
            .find(scheme)
            .ok_or_else(|| PluginError::NoDownloader(scheme.to_owned()))?;
        let make = || self.settings.plugin_environment();
        let environment = self.environment.get_or_init(make).clone();
        let around = Surroundings {
            environment,
            settings: &self.settings,
            ui: &Ui::new(&self.settings),
        };
        let got = plugin.get(errand, around);
        got.map_err(|error| {
            let name = &plugin.metadata.name;
            format!("plugin {name:?} failed to invoke: {}", chart::chain(&error)).into()
        })
    }
}
