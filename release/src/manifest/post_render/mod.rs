//! Rendered files through a post-renderer and back (Helm's `pkg/action/action.go`, strategy "combined").
//!
//! The files become one stream in which each object says in an annotation which file it is from. What comes back is
//! sorted into files by that. Objects are read and written by kustomize's rules on the way, so their text changes even
//! if the post-renderer changes nothing.

mod annotations;
mod objects;

use std::collections::BTreeMap;
use std::error::Error;

use chart::yaml::tree::Node;
use templates::{Files, PostRender};

use super::read::is_partial;
use super::split::split;

/// Where an object says which file it is from.
const FILENAME: &str = "postrenderer.helm.sh/postrender-filename";

/// Why objects could not be changed after rendering. Each variant is a step, in the words of Helm.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostRenderError {
    /// The rendered files make no stream of objects.
    #[error("error merging manifests")]
    Merge(#[source] ObjectError),
    /// The post-renderer failed.
    #[error("error while running post render on files")]
    Run(#[source] Box<dyn Error + Send + Sync>),
    /// What came back makes no objects.
    #[error("error while parsing post rendered output")]
    Parse(#[source] ObjectError),
}

/// What is wrong with an object in the stream.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {problem}")]
pub struct ObjectError {
    step: String,
    problem: String,
}

impl ObjectError {
    fn new(step: impl Into<String>, problem: impl ToString) -> Self {
        ObjectError {
            step: step.into(),
            problem: problem.to_string(),
        }
    }
}

/// Returns the files (path → text) as the post-renderer wants them; without one, as they are.
///
/// Objects that come back without the annotation are taken for files of their own, `generated-by-postrender-N.yaml`, N
/// being their place in the stream.
///
/// # Errors
///
/// See [`PostRenderError`].
pub fn post_rendered(files: Files, post_render: Option<&dyn PostRender>) -> Result<Files, PostRenderError> {
    let Some(post_render) = post_render else {
        return Ok(files);
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let started = thread.spawn_scoped(scope, || run(&files, post_render));
        let thread = started.map_err(|error| PostRenderError::Run(Box::new(error)))?;
        thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Objects may nest a thousand deep, which takes more than the stack that threads have by default.
const STACK_BYTES: usize = 64 << 20;

fn run(files: &Files, post_render: &dyn PostRender) -> Result<Files, PostRenderError> {
    let merged = merge(files).map_err(PostRenderError::Merge)?;
    let output = post_render.post_render(&merged).map_err(PostRenderError::Run)?;
    separate(&output).map_err(PostRenderError::Parse)
}

/// Makes one stream of all objects.
fn merge(files: &Files) -> Result<String, ObjectError> {
    let mut objects = Vec::new();
    for (path, text) in files {
        if is_partial(path) || text.trim().is_empty() {
            continue;
        }
        for document in split(text) {
            let read = objects::read(document)
                .map_err(|problem| ObjectError::new(format!("parsing {path}"), problem))?;
            for mut object in read {
                annotations::set(&mut object, FILENAME, path)
                    .map_err(|problem| ObjectError::new(format!("annotating {path}"), problem))?;
                objects.push(object);
            }
        }
    }
    objects::write(objects).map_err(|problem| ObjectError::new("writing merged docs", problem))
}

/// Makes files of a stream.
fn separate(output: &[u8]) -> Result<Files, ObjectError> {
    let text = std::str::from_utf8(output).map_err(|_| {
        let problem = "MalformedYAMLError: yaml: invalid leading UTF-8 octet";
        ObjectError::new("error parsing YAML", problem)
    })?;
    let objects = objects::read(text).map_err(|problem| ObjectError::new("error parsing YAML", problem))?;
    let mut files: BTreeMap<String, Vec<Node>> = BTreeMap::new();
    for (at, mut object) in objects.into_iter().enumerate() {
        if annotations::is_without_metadata(&object) {
            return Err(ObjectError::new("getting metadata", "missing Resource metadata"));
        }
        let path = annotations::get(&object, FILENAME);
        let path = path.unwrap_or_else(|| format!("generated-by-postrender-{at}.yaml"));
        annotations::clear(&mut object, FILENAME)
            .map_err(|problem| ObjectError::new("clearing filename annotation", problem))?;
        files.entry(path).or_default().push(object);
    }
    let written = files.into_iter().map(|(path, objects)| {
        let text = objects::write(objects);
        text.map_err(|problem| ObjectError::new(format!("re-writing {path}"), problem))
            .map(|text| (path, text.into()))
    });
    written.collect()
}

#[cfg(test)]
mod tests;
