//! Where plugins are installed from (Helm's `internal/plugin/installer`).

mod folder;
mod git;
mod vcs;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chart::FileError;
use chart::provenance::{Keyring, Verification, verify};
use repo::http::{Call, HttpClient};
use repo::oci::Reference;
use url::Url;

use super::archive::{self, is_named_so};
use crate::args::path;
use crate::args::remote::RemoteArgs;
use crate::context::Context;
use crate::error::{CommandError, Result};
use git::Repository;

/// The file that makes a folder a plugin is not there.
const NO_FILE: &str = "plugin metadata (plugin.yaml) missing";

/// No plugin is larger.
const LARGEST: u64 = 1 << 30;

/// Where a plugin is.
#[derive(Debug)]
pub(crate) enum Source {
    /// A folder on this machine: it is linked to.
    Folder(PathBuf),
    /// An archive on this machine.
    Archive(PathBuf),
    /// An archive on a web server.
    Web(String),
    /// In a registry.
    Registry(Reference),
    /// A repository of git.
    Repository(Repository, String),
}

/// An archive and what goes with it.
#[derive(Debug)]
struct Bundle {
    name: String,
    archive: Vec<u8>,
    provenance: Option<Vec<u8>>,
}

/// Installs one plugin.
pub(crate) struct Installer<'a> {
    cx: &'a Context,
    remote: &'a RemoteArgs,
    source: Source,
    /// Fetched once, for the proof and for the installation.
    bundle: Option<Bundle>,
}

impl Source {
    /// Finds out what a source is: something that is on this machine, an archive on a web server, or a repository.
    ///
    /// # Errors
    /// When it is nothing of that.
    pub(crate) fn find(cx: &Context, text: &str, version: &str) -> Result<Self> {
        if text.starts_with("oci://") {
            return Ok(Source::Registry(Reference::parse(text)?));
        }
        if Path::new(text).exists() {
            let path = path::absolute(text)?;
            return Ok(match is_named_so(text) {
                true => Source::Archive(path),
                false => Source::Folder(path),
            });
        }
        let is_web = text.starts_with("http://") || text.starts_with("https://");
        if is_web && is_named_so(text) {
            return Ok(Source::Web(text.to_owned()));
        }
        let local = Path::new(&cx.settings().homes.cache)
            .join("plugins")
            .join(vcs::key(text));
        let repository = Repository::of(text, local).map_err(|error| {
            error.during(&format!(
                "cannot get information about plugin source {text:?} (if it's a local directory, does it exist?), last \
                 error was"
            ))
        })?;
        Ok(Source::Repository(repository, version.to_owned()))
    }

    /// Whether a provenance goes with it.
    pub(crate) fn has_proof(&self) -> bool {
        matches!(self, Source::Archive(_) | Source::Web(_) | Source::Registry(_))
    }

    /// Whether it is somebody's folder at work.
    pub(crate) fn is_folder(&self) -> bool {
        matches!(self, Source::Folder(_))
    }

    /// The last part of its path.
    fn base(&self) -> String {
        match self {
            Source::Folder(path) | Source::Archive(path) => path::base(&path.to_string_lossy()).to_owned(),
            Source::Web(url) => path::base(url).to_owned(),
            Source::Registry(reference) => reference.name().to_owned(),
            Source::Repository(repository, _) => path::base(&repository.remote).to_owned(),
        }
    }
}

impl<'a> Installer<'a> {
    /// Nothing is fetched yet.
    pub(crate) fn new(cx: &'a Context, source: Source, remote: &'a RemoteArgs) -> Self {
        Installer {
            cx,
            remote,
            source,
            bundle: None,
        }
    }

    /// Where the plugin will be: as in Helm, `$HELM_PLUGINS` is for repositories and registries only, all else goes to
    /// the folder that plugins have by default.
    pub(crate) fn place(&self) -> PathBuf {
        let homes = &self.cx.settings().homes;
        match &self.source {
            Source::Repository(..) | Source::Registry(_) => {
                Path::new(&homes.plugins).join(self.source.base())
            }
            Source::Folder(_) => self.default_folder().join(self.source.base()),
            Source::Archive(_) | Source::Web(_) => {
                self.default_folder().join(plain_name(&self.source.base()))
            }
        }
    }

    fn default_folder(&self) -> PathBuf {
        Path::new(&self.cx.settings().homes.data).join("plugins")
    }

    /// Makes sure that there is room for the plugin.
    ///
    /// # Errors
    /// When something is there already.
    pub(crate) fn check_place(&self) -> Result {
        let place = self.place();
        let around = place.parent().unwrap_or(&place);
        fs::create_dir_all(around).map_err(|error| FileError::new("mkdir", around, &error))?;
        if fs::metadata(&place).is_err() {
            return Ok(());
        }
        let path = place.to_string_lossy();
        self.cx.ui().log(
            "WARN",
            &[
                ("msg", "plugin already exists"),
                ("path", &path),
                ("error", "<nil>"),
            ],
        );
        Err(CommandError::new("plugin already exists"))
    }

    /// Says who has signed the plugin.
    ///
    /// # Errors
    /// When it cannot be fetched, is not signed, or is not what its provenance says.
    pub(crate) fn verify(&mut self, keyring: &Path) -> Result<Verification> {
        let bundle = self
            .bundle()
            .map_err(|error| error.during("failed to get verification data"))?;
        let Some(provenance) = &bundle.provenance else {
            return Err(CommandError::new(
                "plugin verification failed: no provenance file (.prov) found",
            ));
        };
        let failed = |error: CommandError| error.during("plugin verification failed");
        let keyring = Keyring::open(keyring).map_err(|error| failed(error.into()))?;
        let found = verify(
            &bundle.archive,
            &bundle.name,
            provenance,
            &keyring,
            SystemTime::now(),
        );
        found.map_err(|error| failed(error.into()))
    }

    /// Puts the plugin in its place, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be fetched, is no plugin, or cannot be written.
    pub(crate) fn install(&mut self) -> Result {
        let place = self.place();
        match &self.source {
            Source::Folder(folder) => link(folder, &place),
            Source::Repository(repository, version) => {
                repository.bring(version)?;
                if !repository.local.join(super::FILE).exists() {
                    return Err(CommandError::new(NO_FILE));
                }
                folder::copy(&repository.local, &place)
            }
            Source::Archive(_) | Source::Web(_) | Source::Registry(_) => self.install_archive(&place),
        }
    }

    fn install_archive(&mut self, place: &Path) -> Result {
        let name = plain_name(&self.source.base());
        let is_local = matches!(self.source, Source::Archive(_));
        let plugins = self.default_folder();
        let bundle = self.bundle()?;
        keep(bundle, &plugins)?;
        let unpacked = tempfile::tempdir()?;
        let step = if is_local {
            "failed to extract archive"
        } else {
            "extracting files from archive"
        };
        archive::unpack(&bundle.archive, unpacked.path())
            .map_err(|error| CommandError::from(error).during(step))?;
        let folder = if is_local {
            expected_folder(unpacked.path(), &name)?
        } else {
            folder_with_plugin(unpacked.path())?
        };
        folder::copy(&folder, place)
    }

    fn bundle(&mut self) -> Result<&Bundle> {
        if self.bundle.is_none() {
            self.bundle = Some(match &self.source {
                Source::Archive(path) => read(path)?,
                Source::Web(url) => self.download(url)?,
                Source::Registry(reference) => self.pull(reference)?,
                Source::Folder(_) | Source::Repository(..) => unreachable!("only archives are bundles"),
            });
        }
        Ok(self.bundle.as_ref().expect("it was just put there"))
    }

    fn pull(&self, reference: &Reference) -> Result<Bundle> {
        let registry = self.remote.registry(self.cx)?;
        let pulled = self.cx.block_on(async { Ok(registry.plugin(reference).await?) });
        let step = format!("failed to pull plugin from oci://{reference}");
        let files = pulled.map_err(|error| error.during(&step))?;
        let metadata = archive::metadata(&files.archive).map_err(no_metadata)?;
        Ok(Bundle {
            name: format!("{}-{}.tgz", metadata.name, metadata.version),
            archive: files.archive,
            provenance: files.provenance,
        })
    }

    fn download(&self, url: &str) -> Result<Bundle> {
        let client = HttpClient::new(&self.remote.http_options(self.cx))?;
        let get = async |url: String| -> Result<Vec<u8>> {
            let answer = client.send(Call::get(Url::parse(&url)?)).await?;
            Ok(answer.ok()?.bytes(LARGEST).await?)
        };
        self.cx.block_on(async {
            Ok(Bundle {
                name: self.source.base(),
                archive: get(url.to_owned()).await?,
                // There need not be one.
                provenance: get(format!("{url}.prov")).await.ok(),
            })
        })
    }
}

fn read(path: &Path) -> Result<Bundle> {
    let archive = fs::read(path).map_err(|error| FileError::new("open", path, &error));
    let archive = archive.map_err(|error| CommandError::from(error).during("failed to read archive"))?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let beside = path.with_file_name(format!("{name}.prov"));
    let provenance = match fs::read(&beside) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            let error = CommandError::from(FileError::new("open", &beside, &error));
            let step = format!("failed to access provenance file {}", beside.display());
            return Err(error.during(&step));
        }
    };
    Ok(Bundle {
        name,
        archive,
        provenance,
    })
}

/// Keeps the archive and its provenance beside the plugins, by which `plugin list` knows how a plugin stands.
fn keep(bundle: &Bundle, plugins: &Path) -> Result {
    let metadata = archive::metadata(&bundle.archive).map_err(no_metadata)?;
    let name = format!("{}-{}.tgz", metadata.name, metadata.version);
    fs::create_dir_all(plugins).map_err(|error| FileError::new("mkdir", plugins, &error))?;
    let path = plugins.join(&name);
    repo::write_file(&path, &bundle.archive)?;
    if let Some(provenance) = &bundle.provenance {
        repo::write_file(&plugins.join(format!("{name}.prov")), provenance)?;
    }
    Ok(())
}

fn no_metadata(error: archive::ArchiveError) -> CommandError {
    CommandError::from(error).during("failed to extract plugin metadata from tarball")
}

/// An archive on this machine has the folder that it is named after.
fn expected_folder(unpacked: &Path, name: &str) -> Result<PathBuf> {
    let folder = unpacked.join(name);
    let file = folder.join(super::FILE);
    match fs::metadata(&file) {
        Ok(_) => Ok(folder),
        Err(error) => {
            let step = format!("plugin.yaml not found in expected directory {name}");
            let file = Path::new(name).join(super::FILE);
            Err(CommandError::from(FileError::new("stat", &file, &error)).during(&step))
        }
    }
}

/// The root of an archive, or the first folder in it with a plugin.
fn folder_with_plugin(unpacked: &Path) -> Result<PathBuf> {
    let is_plugin = |folder: &PathBuf| folder.join(super::FILE).exists();
    let root = unpacked.to_owned();
    if is_plugin(&root) {
        return Ok(root);
    }
    let mut below: Vec<PathBuf> = fs::read_dir(unpacked)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    below.sort();
    below.into_iter().find(is_plugin).ok_or_else(|| {
        CommandError::new("plugin.yaml not found in the archive or its immediate subdirectories")
    })
}

fn link(folder: &Path, place: &Path) -> Result {
    if !folder.is_dir() {
        return Err(CommandError::new(
            "expected plugin to be a directory (containing a file 'plugin.yaml')",
        ));
    }
    if !folder.join(super::FILE).exists() {
        return Err(CommandError::new(NO_FILE));
    }
    Ok(
        std::os::unix::fs::symlink(folder, place)
            .map_err(|error| FileError::new("symlink", place, &error))?,
    )
}

/// The name of a plugin by that of its archive: `NAME-VERSION.tgz`.
fn plain_name(file: &str) -> String {
    let name = file
        .strip_suffix(".tar.gz")
        .or_else(|| file.strip_suffix(".tgz"))
        .unwrap_or_default();
    let is_version = |rest: &str| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && rest[digits..].starts_with('.')
    };
    let mut dashes = name.rmatch_indices('-');
    let cut = dashes.find(|(at, _)| is_version(&name[at + 1..]));
    name[..cut.map_or(name.len(), |(at, _)| at)].to_owned()
}

/// Brings a plugin that was installed from a repository up to date, and says where it is.
///
/// # Errors
/// When it is none, or somebody has changed it.
pub(crate) fn update(cx: &Context, folder: &Path) -> Result<PathBuf> {
    let real = fs::canonicalize(folder).map_err(|error| FileError::new("lstat", folder, &error))?;
    let Some(repository) = Repository::at(&real)? else {
        let location = real.to_string_lossy();
        cx.ui().log(
            "WARN",
            &[
                ("msg", "cannot get information about plugin source"),
                ("location", &location),
                ("error", vcs::UNKNOWN),
            ],
        );
        return Err(CommandError::new("cannot get information about plugin source"));
    };
    let place = Path::new(&cx.settings().homes.plugins).join(path::base(&repository.remote));
    if !place.exists() {
        return Err(CommandError::new("plugin does not exist"));
    }
    if repository.is_changed() {
        return Err(CommandError::new("plugin repo was modified"));
    }
    repository.pull()?;
    if !repository.local.join(super::FILE).exists() {
        return Err(CommandError::new(NO_FILE));
    }
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn versions_are_cut_off() {
        for (file, name) in [
            ("a-1.2.3.tgz", "a"),
            ("a-b-0.1.0.tar.gz", "a-b"),
            ("a.tgz", "a"),
            ("a-1.tgz", "a-1"),
            ("a-1.0-2.0.tgz", "a-1.0"),
            ("a", ""),
        ] {
            assert_eq!(plain_name(file), name, "{file}");
        }
    }
}
