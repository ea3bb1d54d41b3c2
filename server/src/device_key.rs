//! The device key: 32 bytes that seal the major keys in the store.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::config::{DeviceKey, DeviceKeyKind};
use crate::private_file::{self, Readers};

/// The key in clear.
pub type Bytes = Zeroizing<[u8; 32]>;

/// Longest passphrase that is read, in bytes.
const PASSPHRASE_MAX: u64 = 4096;

/// Salt and cost of a passphrase. Not secret, but whoever changes them locks the store.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    algorithm: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

/// Reads the key, or derives it.
///
/// # Errors
/// It is not there, open to others, or malformed; the text says what to do.
pub fn read(config: &DeviceKey) -> anyhow::Result<Bytes> {
    match config.kind {
        DeviceKeyKind::File => read_file(&config.path),
        DeviceKeyKind::Passphrase => derive(&config.path, &passphrase(config)?),
        DeviceKeyKind::Descriptor => {
            let number = config.descriptor.context("device_key: no descriptor is named")?;
            let mut content = Zeroizing::new(Vec::with_capacity(128));
            descriptor(number)?.take(128).read_to_end(&mut content)?;
            parse(&content).with_context(|| format!("device_key: descriptor {number}"))
        }
    }
}

/// Makes a new device key where the configuration will look for it, and returns it. A descriptor's key is not made
/// here: it is read, as it will be every time.
///
/// # Errors
/// The file is there already, or cannot be written.
pub fn create(config: &DeviceKey, key: &Bytes) -> anyhow::Result<Bytes> {
    match config.kind {
        DeviceKeyKind::Descriptor => return read(config),
        DeviceKeyKind::File | DeviceKeyKind::Passphrase => {}
    }
    if config.path.exists() {
        bail!("{}: exists, and what it seals would be lost with it; move it away first", config.path.display());
    }
    let wrote = |path: &Path| format!("writing {}", path.display());
    if config.kind == DeviceKeyKind::File {
        let digits = Zeroizing::new(hex(key.as_slice()) + "\n");
        private_file::write(&config.path, digits.as_bytes(), Readers::Owner).with_context(|| wrote(&config.path))?;
        return Ok(key.clone());
    }
    let passphrase = passphrase(config)?;
    // RFC 9106, second recommended option: 64 MiB, three passes.
    let header =
        Header { algorithm: "argon2id".into(), memory_kib: 64 * 1024, passes: 3, lanes: 4, salt: hex(&key[..16]) };
    private_file::write(&config.path, toml::to_string(&header)?.as_bytes(), Readers::Owner)
        .with_context(|| wrote(&config.path))?;
    derive(&config.path, &passphrase)
}

fn read_file(path: &Path) -> anyhow::Result<Bytes> {
    let open = private_file::open_to_others(path).with_context(|| {
        format!("device key {}: without it the store cannot be opened; restore it from a backup", path.display())
    })?;
    if open != 0 {
        bail!("device key {}: others may read or write it; run `chmod 600 {}`", path.display(), path.display());
    }
    let content = Zeroizing::new(std::fs::read(path).with_context(|| path.display().to_string())?);
    parse(&content).with_context(|| format!("device key {}", path.display()))
}

fn derive(path: &Path, passphrase: &[u8]) -> anyhow::Result<Bytes> {
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("device key: {} keeps the passphrase's salt; restore it from a backup", path.display())
    })?;
    let header: Header = toml::from_str(&text).with_context(|| path.display().to_string())?;
    if header.algorithm != "argon2id" {
        bail!("{}: algorithm: argon2id is the one that is known", path.display());
    }
    let salt = unhex(header.salt.as_bytes()).with_context(|| format!("{}: salt: hexadecimal", path.display()))?;
    let params = Params::new(header.memory_kib, header.passes, header.lanes, Some(32))
        .map_err(|error| anyhow!("{}: {error}", path.display()))?;
    let mut key = Bytes::default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase, &salt, key.as_mut_slice())
        .map_err(|error| anyhow!("{}: {error}", path.display()))?;
    Ok(key)
}

fn passphrase(config: &DeviceKey) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(Vec::with_capacity(256));
    if let Some(name) = &config.passphrase_variable {
        let value = std::env::var(name).map(Zeroizing::new);
        let value = value.with_context(|| format!("device_key: the variable {name} with the passphrase"))?;
        content.extend_from_slice(value.as_bytes());
    } else if let Some(path) = &config.passphrase_file {
        let file = File::open(path).with_context(|| format!("device_key: passphrase file {}", path.display()))?;
        file.take(PASSPHRASE_MAX).read_to_end(&mut content)?;
    } else if let Some(number) = config.descriptor {
        descriptor(number)?.take(PASSPHRASE_MAX).read_to_end(&mut content)?;
    }
    // Editors and `echo` end the line; no passphrase does.
    while content.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        content.pop();
    }
    if content.is_empty() {
        bail!("device_key: the passphrase is empty");
    }
    Ok(content)
}

fn descriptor(number: u32) -> anyhow::Result<File> {
    File::open(format!("/dev/fd/{number}"))
        .with_context(|| format!("device_key: descriptor {number} is not open; a shell opens it with `{number}< FILE`"))
}

/// 32 bytes as they are, or 64 hexadecimal digits with or without a line's end.
fn parse(content: &[u8]) -> anyhow::Result<Bytes> {
    let digits = content.trim_ascii();
    let bytes = match (content.len(), digits.len()) {
        (32, _) => Some(Zeroizing::new(content.to_vec())),
        (_, 64) => unhex(digits).map(Zeroizing::new),
        _ => None,
    };
    let bytes = bytes.context("32 bytes or 64 hexadecimal digits are needed")?;
    let mut key = Bytes::default();
    key.copy_from_slice(&bytes);
    Ok(key)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2 + 1), |mut out, byte| {
        out.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')));
        out
    })
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?);
    digits.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_file_that_others_may_read_is_refused_with_the_remedy() {
        let directory = tempfile::tempdir().expect("a directory");
        let config = DeviceKey { path: directory.path().join("device.key"), ..DeviceKey::default() };
        let key = Bytes::new([7; 32]);
        create(&config, &key).expect("created");
        assert_eq!(*read(&config).expect("read"), *key);
        assert!(create(&config, &key).is_err(), "never overwritten");
        std::fs::set_permissions(&config.path, std::fs::Permissions::from_mode(0o640)).expect("chmod");
        assert!(read(&config).expect_err("refused").to_string().contains("chmod 600"));
    }

    #[test]
    fn a_passphrase_gives_the_same_key_and_another_gives_another() {
        let directory = tempfile::tempdir().expect("a directory");
        let secret = directory.path().join("passphrase");
        std::fs::write(&secret, "correct horse\n").expect("written");
        let config = DeviceKey {
            kind: DeviceKeyKind::Passphrase,
            path: directory.path().join("header"),
            passphrase_file: Some(secret.clone()),
            ..DeviceKey::default()
        };
        let key = create(&config, &Bytes::new([7; 32])).expect("created");
        assert_eq!(*read(&config).expect("derived"), *key);
        std::fs::write(&secret, "wrong horse").expect("written");
        assert_ne!(*read(&config).expect("derived"), *key);
    }
}
