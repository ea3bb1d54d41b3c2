//! Files that others must not read, and files that must never be seen half written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone: 0600.
    Owner,
    /// Everybody: 0644.
    Everybody,
}

impl Readers {
    fn mode(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::Everybody => 0o644,
        }
    }
}

/// Writes `content` in one step: whoever looks sees the old file, none, or the whole new one. What must outlive a
/// power cut needs [`sync`] as well.
///
/// # Errors
/// What the file system says.
pub fn write(path: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    let temporary = beside(path);
    let written = create(&temporary, readers).and_then(|mut file| file.write_all(content));
    let outcome = written.and_then(|()| fs::rename(&temporary, path));
    if outcome.is_err() {
        // The first error is the one worth telling.
        let _ = fs::remove_file(&temporary);
    }
    outcome
}

/// Forces a directory and the files in it to the disk.
///
/// # Errors
/// What the file system says.
pub fn sync(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        // What is no file is nobody's content, and opening it could fail or block.
        if entry.file_type()?.is_file() {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(directory)?.sync_all()
}

/// Makes a directory, and those above it, that only its owner may enter. One that exists is left as it is.
///
/// # Errors
/// What the file system says.
pub fn directory(path: &Path) -> io::Result<()> {
    // The parent of a bare file name.
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

/// The mode bits that let somebody other than the owner read or write the file.
///
/// # Errors
/// What the file system says.
pub fn open_to_others(path: &Path) -> io::Result<u32> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o077)
}

fn create(path: &Path, readers: Readers) -> io::Result<File> {
    // The mode is given at creation: between `create` and `chmod` anybody could open the file.
    OpenOptions::new().write(true).create_new(true).mode(readers.mode()).open(path)
}

/// A name of its own for every write, so that processes and threads that write one file do not meet.
fn beside(path: &Path) -> PathBuf {
    static WRITES: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = WRITES.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!(".{name}.{}-{number}.tmp", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_is_private_from_the_start() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("secret");
        write(&path, b"one", Readers::Owner).expect("written");
        write(&path, b"two", Readers::Owner).expect("replaced");
        assert_eq!(fs::read(&path).expect("read"), b"two");
        assert_eq!(open_to_others(&path).expect("mode"), 0);
        assert_eq!(fs::read_dir(directory.path()).expect("list").count(), 1);
    }
}
