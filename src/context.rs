//! Context: what commands work with, made when it is first needed.

use std::cell::OnceCell;
use std::future::Future;

use release::{Cluster, ConfigMaps, Memory, Secrets, Store};
use repo::Fetcher;
use tokio::runtime::Runtime;

use crate::error::{CommandError, Result};
use crate::kubeconfig::{ConnectError, Connection};
use crate::output::progress::Teller;
use crate::output::ui::Ui;
use crate::settings::Settings;

/// Settings, the terminal, and lazily the cluster.
pub(crate) struct Context {
    settings: Settings,
    ui: Ui,
    namespace: OnceCell<String>,
}

impl Context {
    /// A context; nothing is read or connected yet.
    pub(crate) fn new(settings: Settings) -> Self {
        Context { ui: Ui::new(&settings), settings, namespace: OnceCell::new() }
    }

    /// The settings.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The terminal.
    pub(crate) fn ui(&self) -> &Ui {
        &self.ui
    }

    /// Where charts come from.
    pub(crate) fn fetcher(&self) -> Fetcher {
        Fetcher::new()
    }

    /// The namespace of this request: the flag's, else the kubeconfig context's, else `default`.
    pub(crate) fn namespace(&self) -> &str {
        self.namespace.get_or_init(|| {
            let asked = self.settings.namespace.clone();
            let configured = || Connection::load(&self.settings.kube).ok().and_then(|it| it.namespace());
            asked.or_else(configured).unwrap_or_else(|| "default".to_owned())
        })
    }

    /// Runs asynchronous work to its end.
    ///
    /// # Errors
    /// Those of the work, and when the system gives us no threads.
    pub(crate) fn block_on<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        Runtime::new()?.block_on(work)
    }

    /// The cluster of the settings; nothing is sent yet.
    ///
    /// # Errors
    /// When the configuration makes no client.
    pub(crate) async fn cluster(&self) -> Result<Cluster> {
        let connection = Connection::load(&self.settings.kube).map_err(unreachable)?;
        let server = connection.server();
        let client = connection.client(self.namespace()).await.map_err(unreachable)?;
        Ok(Cluster::at(client, server))
    }

    /// Where release records are kept.
    ///
    /// # Errors
    /// As [`Context::cluster`], and when the settings name no store that there is.
    pub(crate) async fn store(&self) -> Result<Box<dyn Store>> {
        Ok(match self.settings.driver.as_str() {
            "" | "secret" | "secrets" => Box::new(Secrets::new(self.cluster().await?)),
            "configmap" | "configmaps" => Box::new(ConfigMaps::new(self.cluster().await?)),
            "memory" => Box::new(Memory::default()),
            other => return Err(CommandError::new(format!("unknown driver {other:?}"))),
        })
    }

    /// Who tells the user what an action does.
    pub(crate) fn teller(&self) -> Teller {
        Teller::new(self.ui.clone())
    }
}

fn unreachable(error: ConnectError) -> CommandError {
    let hint = match &error {
        ConnectError::NoContext { known, .. } => Some(format!("the kubeconfig has these contexts: {}", known.join(", "))),
        _ => None,
    };
    let error = CommandError::from(error).during("kubernetes cluster unreachable");
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}
