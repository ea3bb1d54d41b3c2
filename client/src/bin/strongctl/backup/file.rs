//! A backup as a file, in the form that `protocol::backup` describes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use protocol::backup::{Head, MAGIC, PART};

use crate::failure::Failure;

/// Bytes of a head at most.
const HEAD: usize = 1024;

/// A file on its way; it gets its name when it is whole.
pub(super) struct Writer {
    file: BufWriter<File>,
    temporary: PathBuf,
    path: PathBuf,
}

/// A file that is being read.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) head: Head,
    file: BufReader<File>,
    path: PathBuf,
}

impl Writer {
    pub(super) fn create(path: &Path, head: &Head) -> Result<Self, Failure> {
        if path.exists() {
            return Err(Failure::usage(format!("{} is there already; name another file", path.display())));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary);
        let file = BufWriter::new(file.map_err(|error| failed(&temporary, &error))?);
        let mut writer = Self { file, temporary, path: path.to_owned() };
        let encoded = head.encode();
        writer.put(MAGIC)?;
        writer.part(&encoded)?;
        Ok(writer)
    }

    pub(super) fn part(&mut self, part: &[u8]) -> Result<(), Failure> {
        let length = u32::try_from(part.len()).map_err(|_| Failure::nonsense("a part too long"))?;
        self.put(&length.to_be_bytes())?;
        self.put(part)
    }

    pub(super) fn finish(mut self) -> Result<(), Failure> {
        let done = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        done.and_then(|()| fs::rename(&self.temporary, &self.path)).map_err(|error| failed(&self.path, &error))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.file.write_all(bytes).map_err(|error| failed(&self.temporary, &error))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Gone already where it was finished.
        let _ = fs::remove_file(&self.temporary);
    }
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| failed(path, &error))?;
        let mut file = BufReader::new(file);
        let mut magic = [0; MAGIC.len()];
        if file.read_exact(&mut magic).is_err() || magic != *MAGIC {
            return Err(Failure::usage(format!("{} is no backup", path.display())));
        }
        let head = counted(&mut file, HEAD).map_err(|error| damaged(path, &error))?;
        let head = Head::decode(&head).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        Ok(Self { head, file, path: path.to_owned() })
    }

    pub(super) fn part(&mut self) -> Result<Vec<u8>, Failure> {
        counted(&mut self.file, PART).map_err(|error| damaged(&self.path, &error))
    }

    /// Makes sure that the file has all its parts and nothing after them.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let mut again = Self::open(&self.path)?;
        for _ in 0..again.head.parts {
            again.part()?;
        }
        match again.file.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(damaged(&self.path, &io::Error::other("more bytes than parts"))),
            Err(error) => Err(failed(&self.path, &error)),
        }
    }
}

fn counted(file: &mut impl io::Read, most: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    file.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > most {
        return Err(io::Error::other("a part longer than parts are"));
    }
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("{}: {error}", path.display()))
}

fn damaged(path: &Path, error: &io::Error) -> Failure {
    let why = if error.kind() == io::ErrorKind::UnexpectedEof { "it is cut off".to_owned() } else { error.to_string() };
    Failure::usage(format!("the backup {} is damaged: {why}", path.display()))
        .next("nothing was changed; use another copy")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(parts: u32) -> Head {
        let (id, created, bek, items) = ([1; 16], 7, [1, 2, 3], 0);
        Head { id, created, keys: true, configuration: true, tenant: "default".into(), bek, parts, items }
    }

    #[test]
    fn a_file_reads_back_and_a_cut_one_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("backup");
        let mut writer = Writer::create(&path, &head(2)).expect("created");
        writer.part(b"one").expect("written");
        writer.part(b"two").expect("written");
        assert!(!path.exists(), "not before it is whole");
        writer.finish().expect("finished");
        assert!(Writer::create(&path, &head(2)).is_err(), "never overwritten");
        let mut reader = Reader::open(&path).expect("opens");
        reader.check().expect("whole");
        assert_eq!((reader.part().expect("one"), reader.part().expect("two")), (b"one".to_vec(), b"two".to_vec()));
        let whole = fs::read(&path).expect("bytes");
        for cut in 0..whole.len() {
            fs::write(&path, &whole[..cut]).expect("written");
            assert!(Reader::open(&path).is_err() || Reader::open(&path).is_ok_and(|it| it.check().is_err()), "{cut}");
        }
        fs::write(&path, [whole.as_slice(), b"x"].concat()).expect("written");
        assert!(Reader::open(&path).is_ok_and(|reader| reader.check().is_err()));
        drop(Writer::create(&folder.path().join("other"), &head(1)).expect("created"));
        assert_eq!(fs::read_dir(folder.path()).expect("list").count(), 1, "nothing is left of a broken-off one");
    }
}
