//! Context: what commands work with, made when it is first needed.

use std::cell::OnceCell;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chart::Map;
use release::diff::{ChangeSet, Secrecy};
use release::{Cluster, ConfigMaps, Interrupt, Kept, Memory, Premises, Rehearsal, Secrets, Sql, Store, Time};
use repo::http::{HttpOptions, Reach};
use repo::{Mirrors, Places, Repositories};
use templates::{Ahead, Clock, KubeVersion, PostRender, Renderer, Witness};
use tokio::runtime::Runtime;

use crate::access::{ConnectError, Connection};
use crate::commands::version::USER_AGENT;
use crate::error::{CommandError, Result, UNREACHABLE};
use crate::holder;
use crate::output::excerpt::Style;
use crate::output::progress::Teller;
use crate::output::repository;
use crate::output::ui::Ui;
use crate::plugins::Getters;
use crate::settings::Settings;
use crate::signals::{self, FirstSignal};
use crate::zone;

/// Settings, the terminal, and lazily the cluster.
pub(crate) struct Context {
    settings: Settings,
    ui: Ui,
    namespace: OnceCell<String>,
    signal: FirstSignal,
    arguments: Vec<String>,
    /// Actions are rehearsed here instead of being carried out.
    stage: Option<OnceCell<Rehearsal>>,
    /// Actions send nothing else than this.
    script: Option<(Premises, Secrecy)>,
    /// What time it is for templates, and where their random numbers are from, unless they are told otherwise.
    clock: Option<Clock>,
    /// Parses the templates of the chart that is read.
    ahead: Arc<Ahead>,
}

/// How charts are rendered here.
#[derive(Clone, Default)]
pub(crate) struct Rendering {
    /// Whether templates may ask the domain name system.
    pub(crate) dns: Dns,
    /// What changes the objects afterwards.
    pub(crate) post_render: Option<Arc<dyn PostRender>>,
    /// Who is told which of the user's values were not read.
    pub(crate) witness: Option<Arc<Witness>>,
    /// What time it is and where random numbers are from, when that is not as always.
    pub(crate) clock: Option<Clock>,
}

/// Whether templates may ask the domain name system.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Dns {
    Asked,
    #[default]
    Ignored,
}

impl From<Dns> for Rendering {
    fn from(dns: Dns) -> Self {
        Rendering {
            dns,
            ..Rendering::default()
        }
    }
}

impl From<bool> for Dns {
    /// Reads the flag `--enable-dns`.
    fn from(is_enabled: bool) -> Self {
        if is_enabled { Dns::Asked } else { Dns::Ignored }
    }
}

impl Context {
    /// A context; nothing is read or connected yet.
    pub(crate) fn new(settings: Settings) -> Self {
        Context {
            ui: Ui::new(&settings),
            settings,
            namespace: OnceCell::new(),
            signal: FirstSignal::default(),
            arguments: Vec::new(),
            stage: None,
            script: None,
            clock: None,
            ahead: Arc::default(),
        }
    }

    /// What parses templates of a chart before the chart is read.
    pub(crate) fn ahead(&self) -> &Ahead {
        &self.ahead
    }

    /// As [`Context::new`], for a command line.
    pub(crate) fn of(settings: Settings, arguments: &[String]) -> Self {
        Context {
            arguments: arguments.get(1..).unwrap_or_default().to_vec(),
            ..Context::new(settings)
        }
    }

    /// A context of the same settings in which actions change nothing and print no data: what they would do can be asked
    /// for afterwards.
    pub(crate) fn rehearsing(&self) -> Self {
        Context {
            ui: self.ui.mute(),
            stage: Some(OnceCell::new()),
            clock: self.clock.clone(),
            signal: self.signal.clone(),
            ..Context::new(self.settings.clone())
        }
    }

    /// A context of the same settings in which actions send nothing that is not in a plan.
    pub(crate) fn by_plan(self, plan: Premises, secrecy: Secrecy) -> Self {
        Context {
            script: Some((plan, secrecy)),
            ..self
        }
    }

    /// A context of the same settings and command line in which charts are rendered by this clock.
    pub(crate) fn at(&self, clock: Clock) -> Self {
        Context {
            clock: Some(clock),
            arguments: self.arguments.clone(),
            signal: self.signal.clone(),
            ..Context::new(self.settings.clone())
        }
    }

    /// What the actions of a rehearsal would have changed, and what that stands on; nothing where there was none.
    pub(crate) fn outcome(
        &self,
        action: &str,
        secrecy: &Secrecy,
        target: Option<&KubeVersion>,
    ) -> (ChangeSet, Premises) {
        let rehearsal = self.stage.as_ref().and_then(OnceCell::get);
        rehearsal.map_or_else(Default::default, |rehearsal| {
            rehearsal.outcome(action, secrecy, target)
        })
    }

    /// The words of the command line, without the program's name.
    pub(crate) fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// The settings.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The terminal.
    pub(crate) fn ui(&self) -> &Ui {
        &self.ui
    }

    /// The repositories of this machine. A server that does not answer within the time is given up.
    pub(crate) fn repositories(&self, timeout: Option<Duration>) -> Result<Repositories> {
        let http = self.http_options(Reach::Network);
        let timeout = timeout.or(http.timeout);
        self.repositories_telling(HttpOptions { timeout, ..http }, repository::teller(&self.ui))
    }

    /// The repositories of this machine, asked only if requests may go that far.
    pub(crate) fn repositories_within(&self, reach: Reach) -> Result<Repositories> {
        self.repositories_telling(self.http_options(reach), repository::teller(&self.ui))
    }

    /// As [`Context::repositories_within`], of which is told only what cannot be had, on standard error.
    pub(crate) fn repositories_aside(&self, reach: Reach) -> Result<Repositories> {
        self.repositories_telling(self.http_options(reach), repository::failures_teller(&self.ui))
    }

    /// As [`Context::repositories_within`], of which is told only what comes from registries.
    pub(crate) fn repositories_telling_pulls(&self, reach: Reach) -> Result<Repositories> {
        self.repositories_telling(self.http_options(reach), repository::pulls_teller(&self.ui))
    }

    /// As [`Context::repositories_within`], of which nothing is told.
    pub(crate) fn quiet_repositories(&self, reach: Reach) -> Result<Repositories> {
        self.repositories_telling(self.http_options(reach), repo::Teller::default())
    }

    /// How servers are reached of which nothing else is known.
    pub(crate) fn http_options(&self, reach: Reach) -> HttpOptions {
        HttpOptions {
            proxy: self.settings.proxy(),
            user_agent: USER_AGENT.to_owned(),
            reach,
            progress: self.ui.progress(),
            ..HttpOptions::default()
        }
    }

    fn repositories_telling(&self, http: HttpOptions, teller: repo::Teller) -> Result<Repositories> {
        let homes = &self.settings.homes;
        let places = Places {
            repository_config: homes.repository_config.clone().into(),
            repository_cache: homes.repository_cache.clone().into(),
            content_cache: homes.content_cache.clone().into(),
        };
        let mirrors = self.mirrors()?;
        Ok(Repositories::new(places, http, teller)
            .with_mirrors(mirrors)
            .with_getter(self.getters()))
    }

    /// The mirrors of repositories and registries.
    ///
    /// # Errors
    /// When the file is something else.
    pub(crate) fn mirrors(&self) -> Result<Mirrors> {
        let teller = repository::failures_teller(&self.ui);
        Ok(Mirrors::load(&self.settings.mirrors(), teller)?)
    }

    /// What gets URLs of schemes that only plugins know.
    pub(crate) fn getters(&self) -> Arc<Getters> {
        Arc::new(Getters::new(self.settings.clone()))
    }

    /// The namespace of this request: the flag's, else the kubeconfig context's, else `default`.
    pub(crate) fn namespace(&self) -> &str {
        self.namespace.get_or_init(|| self.settings.effective_namespace())
    }

    /// Runs asynchronous work to its end.
    ///
    /// # Errors
    /// Those of the work, and when the system gives us no threads.
    pub(crate) fn block_on<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let runtime = Runtime::new()?;
        let outcome = runtime.block_on(work);
        // A template that asks the cluster and was given up must not be waited for.
        runtime.shutdown_background();
        outcome
    }

    /// The cluster of the settings; nothing is sent yet.
    ///
    /// # Errors
    /// When the configuration makes no client.
    pub(crate) async fn cluster(&self) -> Result<Cluster> {
        let connection = Connection::load(&self.settings.kube).map_err(unreachable)?;
        let server = connection.server();
        let client = connection
            .client(self.namespace(), &self.settings.limits)
            .await
            .map_err(unreachable)?;
        Ok(Cluster::at(client, server))
    }

    /// Where release records are kept.
    ///
    /// # Errors
    /// As [`Context::cluster`], and when the settings name no store that there is.
    pub(crate) async fn store(&self) -> Result<Arc<dyn Store>> {
        self.store_in(self.cluster().await?)
    }

    fn store_in(&self, cluster: Cluster) -> Result<Arc<dyn Store>> {
        Ok(match self.settings.driver.as_str() {
            "" | "secret" | "secrets" => Arc::new(Secrets::new(cluster)),
            "configmap" | "configmaps" => Arc::new(ConfigMaps::new(cluster)),
            "memory" => Arc::new(Memory::default()),
            "sql" => Arc::new(Sql::new(
                self.settings.sql_address.clone(),
                self.settings.sql_defaults(),
            )),
            other => return Err(CommandError::new(format!("unknown driver {other:?}"))),
        })
    }

    /// What the verbs of the engine work with.
    ///
    /// # Errors
    /// As [`Context::store`].
    pub(crate) async fn actions(&self, rendering: impl Into<Rendering>) -> Result<release::Context> {
        self.actions_saying(rendering, None).await
    }

    /// As [`Context::actions`], with what is printed when a signal stops them.
    ///
    /// # Errors
    /// As [`Context::store`].
    pub(crate) async fn actions_saying(
        &self,
        rendering: impl Into<Rendering>,
        farewell: Option<String>,
    ) -> Result<release::Context> {
        let interrupt = Interrupt::default();
        signals::listen(self.ui.clone(), interrupt.clone(), self.signal.clone(), farewell);
        // A program that is asked for credentials may take its time.
        let cluster = tokio::select! {
            made = self.cluster() => made?,
            cause = interrupt.raised() => return Err(CommandError::new(cause.to_string())),
        };
        let cluster = match &self.script {
            Some((plan, secrecy)) => cluster.by_plan(plan, secrecy),
            None => cluster,
        };
        let cx = release::Context {
            store: self.store_in(cluster.clone())?,
            cluster,
            renderer: self.renderer(rendering),
            observer: Arc::new(Teller::new(self.ui.clone())),
            clock: Box::new(now),
            interrupt,
            holder: Some(holder::this_process(&self.settings.user)),
        };
        match &self.stage {
            Some(stage) => self.on_stage(cx, stage),
            None => Ok(cx),
        }
    }

    fn on_stage(&self, cx: release::Context, stage: &OnceCell<Rehearsal>) -> Result<release::Context> {
        let rehearsal = stage.get_or_init(|| Rehearsal::on(&cx.cluster));
        let cluster = rehearsal.cluster();
        let kept = match self.settings.driver.as_str() {
            "memory" | "sql" => Kept::Elsewhere,
            _ => Kept::OnCluster,
        };
        Ok(release::Context {
            store: rehearsal.store(self.store_in(cluster.clone())?, kept),
            observer: rehearsal.observer(cx.observer),
            cluster,
            ..cx
        })
    }

    /// Who watches what a rendering reads of the values that the user gave: nobody when there are none, or when the program
    /// stands in for Helm.
    pub(crate) fn witness(&self, given: &Map) -> Option<Arc<Witness>> {
        match self.ui.is_helm() {
            true => None,
            false => Witness::of(given),
        }
    }

    /// How charts are rendered.
    pub(crate) fn renderer(&self, rendering: impl Into<Rendering>) -> Renderer {
        let rendering = rendering.into();
        Renderer {
            has_dns: rendering.dns == Dns::Asked,
            post_render: rendering.post_render,
            witness: rendering.witness,
            ahead: Some(Arc::clone(&self.ahead)),
            clock: self.clock(rendering.clock),
            ..Renderer::default()
        }
    }

    /// The clock of templates: the one that is given, else that of this context, else this machine's.
    pub(crate) fn clock(&self, given: Option<Clock>) -> Clock {
        let clock = given.or_else(|| self.clock.clone());
        clock.unwrap_or_else(|| Clock::with_zone(zone::local))
    }

    /// What time it is, on this machine's clock.
    pub(crate) fn now(&self) -> Time {
        now()
    }

    /// Adds to an error what can be done about it here.
    pub(crate) fn explain(&self, error: CommandError) -> CommandError {
        let style = if self.ui.is_watched() {
            Style::Coloured
        } else {
            Style::Plain
        };
        let error = if self.ui.has_room() {
            error.drawn(style)
        } else {
            error.in_short()
        };
        let error = match self.signal.get() {
            Some(signal) => error.exit_code(signal.exit_code),
            None => error,
        };
        if self.ui.is_helm() {
            return error.without_hint();
        }
        if !error.message().contains(UNREACHABLE) {
            return error;
        }
        let files = &self.settings.kube.config_files;
        let is_configured = files.iter().any(|file| file.exists()) || self.settings.kube.api_server.is_some();
        if !is_configured {
            return error.hint(
                "no kubeconfig was found: set KUBECONFIG or --kubeconfig, or name the server with --kube-apiserver",
            );
        }
        if error.message().contains("certificate") {
            return error
                .hint("name the cluster's certificate authority with --kube-ca-file, or in the kubeconfig");
        }
        error
    }
}

fn unreachable(error: ConnectError) -> CommandError {
    let hint = match &error {
        ConnectError::NoContext { known, .. } => {
            Some(format!("the kubeconfig has these contexts: {}", known.join(", ")))
        }
        _ => None,
    };
    let error = CommandError::from(error).during(UNREACHABLE);
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn now() -> Time {
    Time::in_zone(jiff::Timestamp::now(), &zone::local())
}
