//! Flags in a file, which may be written by hand too.

use std::fs::{self, File};
use std::hash::Hasher;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use futures_util::FutureExt;
use siphasher::sip::SipHasher13;

use super::place::FlagStore;
use crate::error::BoxError;
use crate::ops::Saved;
use crate::store::{Answer, StoreError};

/// Keeps the flags in a file of JSON. It is replaced as a whole, so that no crash leaves a part of it.
#[derive(Debug, Clone)]
pub struct FileFlags {
    path: PathBuf,
}

impl FileFlags {
    /// Those of this file. Where it is missing nothing is set, and it is made by the first change.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where its folder can't be found.
    pub fn new(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let find = || -> io::Result<PathBuf> {
            let path = std::path::absolute(path)?;
            match fs::canonicalize(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    let name = path.file_name().ok_or(error)?;
                    Ok(fs::canonicalize(path.parent().unwrap_or(&path))?.join(name))
                }
                found => found,
            }
        };
        Ok(Self { path: find().map_err(unavailable)? })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let path = self.path.clone();
        let working = tokio::task::spawn_blocking(move || work(&path));
        working.await.map_err(unavailable)?.map_err(unavailable)
    }
}

impl FlagStore for FileFlags {
    fn load_flags(&self) -> Answer<'_, Saved> {
        self.run(read).boxed()
    }

    fn replace_flags<'a>(&'a self, version: u64, text: &'a str) -> Answer<'a, bool> {
        let text = text.to_owned();
        self.run(move |path| {
            let same = read(path)?.version == version;
            if same {
                write(path, &text)?;
            }
            Ok(same)
        })
        .boxed()
    }
}

fn read(path: &Path) -> io::Result<Saved> {
    match fs::read(path) {
        // What is no text is no JSON either.
        Ok(bytes) => {
            let mut hasher = SipHasher13::new();
            hasher.write(&bytes);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Ok(Saved { text, version: hasher.finish().max(1) })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Saved::default()),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let mut file = File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)
}

fn unavailable(error: impl Into<BoxError>) -> StoreError {
    StoreError::Unavailable(error.into())
}
