//! `--post-renderer`: which program changes the objects after rendering.

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use templates::PostRender;

use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::ui::Ui;
use crate::plugins::{self, Patience, Plugin, PluginType, Surroundings};
use crate::settings::Settings;

/// Flags about the post-renderer.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct PostRenderArgs {
    /// the name of a postrenderer type plugin to be used for post rendering. If it exists, the plugin will be used
    #[arg(long, value_name = "postRendererString", action = clap::ArgAction::Append)]
    post_renderer: Vec<String>,
    /// an argument to the post-renderer (can specify multiple)
    #[arg(long, value_name = "postRendererArgsSlice")]
    post_renderer_args: Vec<String>,
}

impl PostRenderArgs {
    /// Finds the post-renderer: a plugin, or as in Helm 3 a program.
    ///
    /// # Errors
    /// When there is none of that name, or more than one was asked for.
    pub(crate) fn find(&self, cx: &Context) -> Result<Option<Arc<dyn PostRender>>> {
        let mut names = self.post_renderer.iter().filter(|name| !name.is_empty());
        let Some(name) = names.next() else {
            return Ok(None);
        };
        let found = self.find_one(cx, name)?;
        if let Some(second) = names.next() {
            return Err(refused(
                second,
                "cannot specify --post-renderer flag more than once",
            ));
        }
        Ok(Some(found))
    }

    fn find_one(&self, cx: &Context, name: &str) -> Result<Arc<dyn PostRender>> {
        let places = &cx.settings().homes.plugins;
        let args = self.post_renderer_args.clone();
        match Plugin::find(places, name, PluginType::PostRenderer, cx.ui()) {
            Ok(plugin) => Ok(Arc::new(PluginPostRender {
                plugin,
                args,
                settings: cx.settings().clone(),
                ui: cx.ui().clone(),
            })),
            Err(error) => match cx.settings().find_program(name) {
                Some(program) => {
                    cx.ui().status(&format!(
                        "Hint: {name} is a program; Helm 4 takes only plugins of type postrenderer/v1 for --post-renderer"
                    ));
                    let ui = cx.ui().clone();
                    Ok(Arc::new(ProgramPostRender { program, args, ui }))
                }
                None => Err(refused(name, CommandError::from(error).message())),
            },
        }
    }
}

fn refused(value: &str, reason: &str) -> CommandError {
    CommandError::new(format!(
        "invalid argument {value:?} for \"--post-renderer\" flag: {reason}"
    ))
}

type Outcome = std::result::Result<Vec<u8>, Box<dyn Error + Send + Sync>>;

/// Why a post-renderer gave nothing to go on with.
#[derive(Debug, thiserror::Error)]
enum PostRendererError {
    #[error("failed to invoke post-renderer plugin {name:?}")]
    Invoke {
        name: String,
        #[source]
        source: plugins::PluginError,
    },
    #[error("post-renderer {0:?} produced empty output")]
    Empty(String),
    #[error("error while running command {program}. error output:\n{output}: {status}")]
    Program {
        program: String,
        output: String,
        status: String,
    },
}

struct PluginPostRender {
    plugin: Plugin,
    args: Vec<String>,
    settings: Settings,
    ui: Ui,
}

impl PostRender for PluginPostRender {
    fn post_render(&self, manifests: &str) -> Outcome {
        let name = &self.plugin.metadata.name;
        let around = Surroundings {
            environment: self.settings.environment(),
            settings: &self.settings,
            ui: &self.ui,
        };
        let output = self
            .plugin
            .filter(&self.args, manifests, around)
            .map_err(|source| PostRendererError::Invoke {
                name: name.clone(),
                source,
            })?;
        some(output, name)
    }
}

struct ProgramPostRender {
    program: PathBuf,
    args: Vec<String>,
    ui: Ui,
}

impl PostRender for ProgramPostRender {
    fn post_render(&self, manifests: &str) -> Outcome {
        let program = self.program.to_string_lossy();
        let _patience = Patience::with(&self.ui, &program);
        let output = plugins::filter(Command::new(&self.program).args(&self.args), manifests.as_bytes())?;
        if !output.status.success() {
            return Err(Box::new(PostRendererError::Program {
                program: program.into_owned(),
                output: String::from_utf8_lossy(&output.stderr).into_owned(),
                status: output.status.to_string(),
            }));
        }
        some(output.stdout, &program)
    }
}

/// No release is meant to be empty by way of a post-renderer.
fn some(output: Vec<u8>, name: &str) -> Outcome {
    if output.trim_ascii().is_empty() {
        return Err(Box::new(PostRendererError::Empty(name.to_owned())));
    }
    Ok(output)
}
