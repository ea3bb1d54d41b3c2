//! What a person reads on standard output.

use std::io::{self, Write};
use std::path::Path;

use engine::State;

use crate::device_key::hex;
use crate::pki::issue::Files;
use crate::ready::Addresses;

/// A serial number of these random bytes.
pub(super) fn serial(bytes: &[u8; 32]) -> String {
    format!("SR-{}", hex(&bytes[..5]).to_uppercase())
}

/// Every major key with its check value, and in clear where `show` says so.
pub(super) fn major_keys(out: &mut dyn Write, state: &State, show: bool) -> io::Result<()> {
    if show {
        writeln!(out, "WARNING: the keys below are in clear. Whoever reads this has them.")?;
    }
    writeln!(out, "Major keys (check value in brackets):")?;
    for tenant in state.tenants() {
        writeln!(out, "  tenant {}", tenant.name())?;
        for (kind, key) in tenant.major_keys().loaded() {
            let (kind, key_type, check) = (kind.name(), key.key_type().name(), key.check_value(tenant.policy()));
            write!(out, "    {kind:<4} {key_type:<10} [{check}]")?;
            if show {
                let digits = zeroize::Zeroizing::new(hex(key.expose().expose()).to_uppercase());
                write!(out, " {}", digits.as_str())?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

/// Lines that talk to the HSM when they are pasted into a shell.
pub(super) fn lines_to_paste(
    out: &mut dyn Write,
    addresses: &Addresses,
    files: &Files,
    tenant: &str,
    profile: &Path,
) -> io::Result<()> {
    const FRAME: &str = "'[AOECHO;AG0001;]'";
    let path = |path: &Path| shell(&path.to_string_lossy());
    if let Some(address) = addresses.tls {
        let (certificate, key) = files.client(tenant);
        writeln!(out, "Ask it with openssl:")?;
        // s_client ends when its input does, so the input waits for the answer.
        writeln!(
            out,
            "  (printf {FRAME}; sleep 1) | openssl s_client -quiet -no_ign_eof -verify_quiet -verify_return_error \
             -servername localhost -verify_hostname localhost -connect {address} -CAfile {} -cert {} -key {}",
            path(&files.ca()),
            path(&certificate),
            path(&key),
        )?;
    }
    writeln!(out, "Ask it with strongctl:")?;
    writeln!(out, "  {} --profile {} {FRAME}", strongctl(), path(profile))
}

/// How to run `strongctl call` here: the one beside this program, or Cargo's, or the one on the path.
fn strongctl() -> String {
    let beside = std::env::current_exe().ok().map(|program| program.with_file_name("strongctl"));
    if let Some(program) = beside.filter(|program| program.is_file()) {
        return format!("{} call", shell(&program.to_string_lossy()));
    }
    match std::env::var_os("CARGO") {
        Some(_) => "cargo run --release --quiet -p strongroom-client --bin strongctl -- call".to_owned(),
        None => "strongctl call".to_owned(),
    }
}

/// A word as a POSIX shell takes it.
pub(super) fn shell(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:=@%,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Says where a file that is a convenience only could not be written.
pub(super) fn warn_unwritten(path: &Path, outcome: io::Result<()>) {
    if let Err(error) = outcome {
        tracing::warn!(path = %path.display(), %error, "the profile for strongctl is not written; name one with --profile");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_a_shell() {
        assert_eq!(shell("/tmp/a-b.pem"), "/tmp/a-b.pem");
        assert_eq!(shell("/tmp/it's here"), r"'/tmp/it'\''s here'");
        assert_eq!(shell(""), "''");
    }
}
