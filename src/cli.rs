//! The command line: global flags and the command.

use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser};

use crate::args::{deprecated, pflag};
use crate::commands::Command;
use crate::context::Context;
use crate::error::CommandError;
use crate::output::ui;
use crate::settings::{ColorMode, Program, Settings};
use crate::usage;

/// The package manager and release engine for Kubernetes that speaks Helm
#[derive(Debug, Parser)]
#[command(name = "cox", disable_version_flag = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

/// Flags that every command takes.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Global flags")]
pub(crate) struct GlobalArgs {
    /// namespace scope for this request
    #[arg(short, long, global = true, value_name = "string")]
    pub(crate) namespace: Option<String>,
    /// path to the kubeconfig file
    #[arg(long, global = true, value_name = "string")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// name of the kubeconfig context to use
    #[arg(long, global = true, value_name = "string")]
    pub(crate) kube_context: Option<String>,
    /// bearer token used for authentication
    #[arg(long, global = true, value_name = "string")]
    pub(crate) kube_token: Option<String>,
    /// username to impersonate for the operation
    #[arg(long, global = true, value_name = "string")]
    pub(crate) kube_as_user: Option<String>,
    /// group to impersonate for the operation; repeat for several groups
    #[arg(long, global = true, value_name = "string")]
    pub(crate) kube_as_group: Vec<String>,
    /// the address and the port for the Kubernetes API server
    #[arg(long, global = true, value_name = "string")]
    pub(crate) kube_apiserver: Option<String>,
    /// the certificate authority file for the Kubernetes API server connection
    #[arg(long, global = true, value_name = "string")]
    pub(crate) kube_ca_file: Option<PathBuf>,
    /// server name for the validation of the Kubernetes API server's certificate
    #[arg(long, global = true, value_name = "string")]
    pub(crate) kube_tls_server_name: Option<String>,
    /// do not check the Kubernetes API server's certificate: this makes HTTPS connections insecure
    #[arg(long, global = true)]
    pub(crate) kube_insecure_skip_tls_verify: bool,
    /// path to the registry config file
    #[arg(long, global = true, value_name = "string")]
    pub(crate) registry_config: Option<String>,
    /// path to the file containing repository names and URLs
    #[arg(long, global = true, value_name = "string")]
    pub(crate) repository_config: Option<String>,
    /// path to the directory containing cached repository indexes
    #[arg(long, global = true, value_name = "string")]
    pub(crate) repository_cache: Option<String>,
    /// path to the directory containing cached content (e.g. charts)
    #[arg(long, global = true, value_name = "string")]
    pub(crate) content_cache: Option<String>,
    /// client-side default throttling limit
    #[arg(long, global = true, value_name = "int")]
    pub(crate) burst_limit: Option<i64>,
    /// queries per second used when communicating with the Kubernetes API, not including bursting
    #[arg(long, global = true, value_name = "float32")]
    pub(crate) qps: Option<f32>,
    /// enable verbose output
    #[arg(long, global = true)]
    pub(crate) debug: bool,
    /// use colored output (never, auto, always)
    #[arg(long, visible_alias = "colour", global = true, value_name = "string", value_parser = color_mode)]
    pub(crate) color: Option<ColorMode>,
}

fn color_mode(text: &str) -> Result<ColorMode, String> {
    match text {
        "never" => Ok(ColorMode::Never),
        "auto" => Ok(ColorMode::Auto),
        "always" => Ok(ColorMode::Always),
        _ => Err(format!(
            "invalid color mode {text:?}: must be one of: never, auto, always"
        )),
    }
}

/// Parses the command line, runs the command, and reports how it went.
pub(crate) fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let program = Program::from_argument(arguments.first().map_or("cox", String::as_str));
    let defaults = Settings::new(&GlobalArgs::default(), program);
    // The process ends soon: taking the tree apart would only take time.
    let mut command = ManuallyDrop::new(pflag::rules(command(program), &defaults, &arguments));
    let parsed = command
        .try_get_matches_from_mut(&arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let outcome = match parsed {
        Ok(cli) => {
            for notice in deprecated::notices(cli.command.name(), &arguments) {
                ui::write_notice(&notice);
            }
            run(cli, program)
        }
        Err(error) if usage::is_help(&error) => {
            ui::write_help(&error);
            Ok(())
        }
        Err(error) => Err(usage::explain(&error, &command, &arguments, program)),
    };
    outcome.map_or_else(|error| error.report(), |()| ExitCode::SUCCESS)
}

/// The tree of commands.
fn command(program: Program) -> clap::Command {
    // Both are Helm's, do nothing and are not shown.
    let hide = |command: clap::Command, flag: &'static str| command.mut_arg(flag, |flag| flag.hide(true));
    Cli::command()
        .name(program.name())
        .bin_name(program.name())
        .mut_subcommand("template", |command| {
            hide(hide(command, "hide_notes"), "render_subchart_notes")
        })
}

fn run(cli: Cli, program: Program) -> Result<(), CommandError> {
    let cx = Context::new(Settings::new(&cli.global, program));
    cli.command.run(&cx).map_err(|error| cx.explain(error))
}
