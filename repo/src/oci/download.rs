//! A blob into a file, piece by piece; a transfer that breaks off is gone on with.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use chart::FileError;
use http::StatusCode;
use tempfile::NamedTempFile;

use super::digest::Hasher;
use super::error::OciError;
use super::manifest::Descriptor;
use super::pull::check_size;
use super::reference::Reference;
use super::registry::{Registry, named};
use crate::http::Response;

/// How often a transfer that breaks off is begun or gone on with.
const MAX_ATTEMPTS: u32 = 4;

/// What has come so far.
struct Received {
    file: NamedTempFile,
    hasher: Hasher,
    size: u64,
}

impl Registry {
    pub(super) async fn download_file(
        &self,
        reference: &Reference,
        content: &Descriptor,
        folder: &Path,
    ) -> Result<NamedTempFile, OciError> {
        let file = NamedTempFile::new_in(folder);
        let mut received = Received {
            file: file.map_err(|error| FileError::new("open", folder, &error))?,
            hasher: content.digest.hasher(),
            size: 0,
        };
        for attempt in 1.. {
            let response = self.open(reference, content, received.size).await?;
            match received.take_in(response, content).await {
                // Pieces came before it broke: the connection is worth another try.
                Err(OciError::Http(_)) if attempt < MAX_ATTEMPTS => {}
                outcome => {
                    outcome?;
                    break;
                }
            }
        }
        received.finish(content)
    }
}

impl Received {
    async fn take_in(&mut self, mut response: Response, content: &Descriptor) -> Result<(), OciError> {
        if response.status() != StatusCode::PARTIAL_CONTENT {
            self.begin_again(content)?;
        }
        let expected = content.size - self.size;
        if response.content_length().is_some_and(|length| length != expected) {
            let (method, url) = named(&response);
            return Err(OciError::Answer {
                method,
                url,
                what: "mismatch Content-Length".to_owned(),
            });
        }
        while let Some(chunk) = response.chunk().await? {
            let chunk = chunk.as_ref();
            self.size += chunk.len() as u64;
            if self.size > content.size {
                check_size(content, self.size)?;
            }
            self.hasher.update(chunk);
            self.file
                .write_all(chunk)
                .map_err(|error| self.refused("write", &error))?;
        }
        Ok(())
    }

    fn begin_again(&mut self, content: &Descriptor) -> Result<(), OciError> {
        if self.size == 0 {
            return Ok(());
        }
        let file = self.file.as_file_mut();
        let emptied = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0)));
        emptied.map_err(|error| self.refused("truncate", &error))?;
        self.hasher = content.digest.hasher();
        self.size = 0;
        Ok(())
    }

    fn finish(mut self, content: &Descriptor) -> Result<NamedTempFile, OciError> {
        check_size(content, self.size)?;
        let found = self.hasher.clone().finish();
        if found != content.digest {
            return Err(OciError::Digest {
                wanted: content.digest.clone(),
                found,
            });
        }
        self.file.flush().map_err(|error| self.refused("write", &error))?;
        Ok(self.file)
    }

    fn refused(&self, operation: &'static str, error: &std::io::Error) -> FileError {
        FileError::new(operation, self.file.path(), error)
    }
}
