//! Secrets that people give: typed without an echo, or from a file or a descriptor; never on the command line, where
//! `ps` and the shell's history would show them.

use std::fs::File;
use std::io::{self, BufRead as _, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::failure::Failure;

/// Longest secret.
const MOST: usize = 4096;

/// Secrets for one kind of thing, in the order in which they are asked for.
pub(crate) struct Secrets<'a> {
    files: std::slice::Iter<'a, PathBuf>,
    flag: &'static str,
}

impl<'a> Secrets<'a> {
    /// From these files, one each; typed where there are none.
    pub(crate) fn new(files: &'a [PathBuf], flag: &'static str) -> Self {
        Self { files: files.iter(), flag }
    }

    /// The next one.
    pub(crate) fn next(&mut self, prompt: &str) -> Result<Zeroizing<String>, Failure> {
        match self.files.next() {
            Some(file) => from_file(file),
            None => typed(prompt, self.flag),
        }
    }

    /// The next one, typed twice where it is typed, because nobody can see it.
    pub(crate) fn next_new(&mut self, prompt: &str) -> Result<Zeroizing<String>, Failure> {
        match self.files.next() {
            Some(file) => from_file(file),
            None => {
                let once = typed(prompt, self.flag)?;
                let twice = typed(&format!("{prompt} (again)"), self.flag)?;
                if once == twice { Ok(once) } else { Err(Failure::usage("what you typed is not the same twice")) }
            }
        }
    }
}

/// The first line of a file; of `-`, the next line of standard input.
fn from_file(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let unusable = |error: io::Error| Failure::usage(format!("{}: {error}", path.display()));
    let line = if path.as_os_str() == "-" {
        first_line(io::stdin().lock()).map_err(unusable)?
    } else {
        first_line(File::open(path).map_err(unusable)?).map_err(unusable)?
    };
    if line.is_empty() { Err(Failure::usage(format!("{}: its first line is empty", path.display()))) } else { Ok(line) }
}

/// One line, read byte by byte so that a descriptor keeps its other lines for whoever reads next.
fn first_line(mut from: impl Read) -> io::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(Vec::with_capacity(MOST));
    let mut byte = [0];
    while line.len() < MOST && from.read(&mut byte)? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    let text = std::str::from_utf8(&line).map_err(|_| io::Error::other("not text"))?;
    Ok(Zeroizing::new(text.trim_end_matches('\r').to_owned()))
}

fn typed(prompt: &str, flag: &str) -> Result<Zeroizing<String>, Failure> {
    rpassword::prompt_password(format!("{prompt}: ")).map(Zeroizing::new).map_err(|_| {
        Failure::usage(format!("{prompt}: there is no terminal to type it on"))
            .next(format!("give {flag} FILE (- for standard input, /dev/fd/3 for a descriptor)"))
    })
}

/// Whether there is somebody to ask.
pub(crate) fn is_attended() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// What somebody answers; never a secret.
pub(crate) fn ask(question: &str) -> Result<String, Failure> {
    use std::io::Write as _;
    let mut stderr = io::stderr().lock();
    let asked = write!(stderr, "{question} ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    asked
        .and_then(|()| io::stdin().lock().read_line(&mut answer))
        .map_err(|error| Failure::usage(format!("terminal: {error}")))?;
    Ok(answer.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_one_by_one() {
        let mut bytes: &[u8] = b"first\r\nsecond\nthird";
        let lines: Vec<String> = (0..4).map(|_| first_line(&mut bytes).expect("text").to_string()).collect();
        assert_eq!(lines, ["first", "second", "third", ""]);
    }
}
