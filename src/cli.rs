//! The command line: global flags and the command.

use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgMatches, Args, FromArgMatches};

use crate::args::{deprecated, pflag};
use crate::commands::{self, Command, external};
use crate::complete;
use crate::context::Context;
use crate::error::CommandError;
use crate::output::ui;
use crate::settings::{ColorMode, Program, Settings};
use crate::usage;

/// What was asked for.
struct Cli {
    global: GlobalArgs,
    command: Command,
}

impl Cli {
    fn from_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Cli {
            global: GlobalArgs::from_arg_matches(matches)?,
            command: Command::from_matches(matches)?,
        })
    }
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
    #[arg(long, global = true, value_name = "stringArray")]
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
    #[arg(long, global = true, value_name = "int", value_parser = pflag::whole)]
    pub(crate) burst_limit: Option<i64>,
    /// queries per second used when communicating with the Kubernetes API, not including bursting
    #[arg(long, global = true, value_name = "float32", value_parser = pflag::float)]
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
    if complete::answer(program, &arguments).is_some() {
        return ExitCode::SUCCESS;
    }
    if let Some(topic) = external::help_topic(&arguments) {
        show_help(program, topic);
        return ExitCode::SUCCESS;
    }
    // The process ends soon: taking the tree apart would only take time.
    let mut command = ManuallyDrop::new(mentioned(program, &arguments));
    let outcome = match parse(&mut command, &arguments) {
        Ok(cli) => {
            for notice in deprecated::notices(cli.command.name(), &arguments) {
                ui::write_notice(&notice);
            }
            run(cli, program, &arguments)
        }
        Err(_) => external::run(program, &arguments).unwrap_or_else(|| say_why(program, &arguments)),
    };
    outcome.map_or_else(|error| error.report(), |()| ExitCode::SUCCESS)
}

fn parse(command: &mut clap::Command, arguments: &[String]) -> Result<Cli, clap::Error> {
    let matches = command.try_get_matches_from_mut(arguments)?;
    Cli::from_matches(&matches)
}

/// Writes help, or says what is wrong with the command line: both take all commands and what is said of them.
fn say_why(program: Program, arguments: &[String]) -> Result<(), CommandError> {
    let mut command = whole(program);
    match parse(&mut command, arguments) {
        Ok(cli) => run(cli, program, arguments),
        Err(error) if usage::is_help(&error) => {
            ui::write_help(&error.render());
            Ok(())
        }
        Err(error) if usage::is_unknown_below(&error, arguments) => show_group(program, arguments, &error),
        Err(error) => {
            let plugins = external::names(program);
            Err(usage::explain(&error, &command, arguments, (program, &plugins)))
        }
    }
}

/// Writes the help of a command, as `help` and the command's name ask for it. A name that is none is no error to Helm.
fn show_help(program: Program, topic: &[String]) {
    let help_of = |words: &[String]| {
        let name = std::iter::once(program.name().to_owned());
        let line: Vec<String> = name
            .chain(words.iter().cloned())
            .chain(["--help".to_owned()])
            .collect();
        parse(&mut whole(program), &line).err()
    };
    match help_of(topic) {
        Some(help) if usage::is_help(&help) => ui::write_help(&help.render()),
        _ => {
            let words: Vec<String> = topic.iter().map(|word| format!("`{word}`")).collect();
            ui::write_notice(&format!("Unknown help topic [{}]", words.join(" ")));
            if let Some(help) = help_of(&[]) {
                ui::write_notice(&help.render().to_string());
            }
        }
    }
}

/// Writes the help of a group of commands that was called with a word that is none of them: no error to Helm.
fn show_group(program: Program, arguments: &[String], error: &clap::Error) -> Result<(), CommandError> {
    let word = usage::unknown_word(error);
    if program == Program::Cox {
        ui::write_notice(&format!("{word:?} is no command here"));
    }
    let before = arguments
        .iter()
        .take_while(|argument| **argument != word)
        .cloned();
    let line: Vec<String> = before.chain(["--help".to_owned()]).collect();
    if let Err(help) = parse(&mut whole(program), &line) {
        ui::write_help(&help.render());
    }
    Ok(())
}

/// The tree of commands, as far as the arguments mention them and without what only the help says.
fn mentioned(program: Program, arguments: &[String]) -> clap::Command {
    pflag::rules(root(program).subcommands(commands::mentioned(arguments)))
}

/// The tree of all commands, with help.
pub(crate) fn whole(program: Program) -> clap::Command {
    let root = root(program).subcommands(commands::all().map(hide_idle));
    pflag::help(
        pflag::rules(root),
        &Settings::new(&GlobalArgs::default(), program),
    )
}

/// Takes two flags of Helm's out of the help of `template`: they do nothing there.
fn hide_idle(command: clap::Command) -> clap::Command {
    let hide = |command: clap::Command, flag: &'static str| command.mut_arg(flag, |flag| flag.hide(true));
    match command.get_name() {
        "template" => hide(hide(command, "hide_notes"), "render_subchart_notes"),
        _ => command,
    }
}

fn root(program: Program) -> clap::Command {
    GlobalArgs::augment_args(clap::Command::new(program.name()))
        .about("The package manager and release engine for Kubernetes that speaks Helm")
        .bin_name(program.name())
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

fn run(cli: Cli, program: Program, arguments: &[String]) -> Result<(), CommandError> {
    let cx = Context::of(Settings::new(&cli.global, program), arguments);
    cli.command.run(&cx).map_err(|error| cx.explain(error))
}

/// Reads a command line, the program's name before it, that was written down.
///
/// # Errors
/// When it is none any more.
pub(crate) fn read(program: Program, arguments: &[String]) -> Result<(Context, Command), CommandError> {
    let cli = parse(&mut mentioned(program, arguments), arguments)
        .map_err(|error| CommandError::new(error.to_string()))?;
    let cx = Context::of(Settings::new(&cli.global, program), arguments);
    Ok((cx, cli.command))
}
