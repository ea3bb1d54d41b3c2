//! A directory with everything that a server needs: configuration, certificates, and a store with tenants and keys.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use engine::Hsm;
use engine::attest::Nobody;
use engine::audit::NoLog;
use engine::seal::SealingKey;
use server::config::Config;
use server::device_key;
use server::pki::issue::Files;
use server::seed::Randomness;
use server::store::Store as _;
use server::store::file::File;
use server::tenants::{self, FirstKeys};

use crate::hsm::{InProcess, facts};

/// The text that everything secret follows from.
const SEED: &str = "benches";
/// Keys that a commit takes.
const COMMIT: usize = 20_000;
/// Slots below are for the keys of [`Work`].
const FIRST_SLOT: u32 = 10;

/// How much is in it.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Tenants.
    pub tenants: u32,
    /// Keys of each, up to 100,000.
    pub keys: u32,
}

impl Size {
    /// One tenant with the keys that the requests need.
    pub const SMALL: Self = Self { tenants: 1, keys: FIRST_SLOT };
}

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What it is.
    pub name: &'static str,
    /// The frame.
    pub request: String,
    /// Bytes of the reply, which are the same every time.
    pub reply: usize,
}

/// The directory.
#[derive(Debug)]
pub struct Site {
    directory: tempfile::TempDir,
    files: Files,
    exchanges: Vec<Exchange>,
}

/// Requests that are measured one by one, of the first tenant.
pub const WRAP: &str = "TWKA, wrap of a stored key under a stored KEK";
/// One key block in, one out.
pub const TRANSLATE: &str = "TWKA, key block in and out";
/// A new key.
pub const GENERATE: &str = "GPGS, new key in a key block";
/// Data under a key that comes in a key block.
pub const ENCRYPT: &str = "GPED, key block in";
/// A request that is as long as 16 KiB.
pub const LONG: &str = "GHSH, 16 KiB";
/// Nothing.
pub const ECHO: &str = "ECHO";

impl Site {
    /// Makes it.
    ///
    /// # Errors
    /// What the file system says.
    pub fn new(size: Size) -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new().prefix("strongroom-bench-").tempdir_in(scratch()?)?;
        let names: Vec<String> = (0..size.tenants).map(tenant_name).collect();
        let text = configuration(&names);
        let path = directory.path().join("strongroom.toml");
        fs::write(&path, &text)?;
        let config = Config::parse(&text, &path, directory.path())?;
        let randomness = Randomness::new(Some(SEED));
        let files = Files::new(directory.path(), Some("ca"));
        files.issue(&names, &[], &randomness, false)?;
        let device = device_key::create(&config.device_key, &randomness.bytes("device key")?)?;
        let device = || SealingKey::device(&device);
        let mut store = File::create(&config.store.path)?;
        let (state, mut revision, _) = tenants::load(&config, &mut store, &device(), &randomness, FirstKeys::Random)?;
        let hsm = Arc::new(Hsm::new(facts(), device(), Box::new(Nobody), Arc::new(NoLog), state));
        let mut exchanges = Vec::new();
        for (number, name) in names.iter().enumerate() {
            let mut tenant = InProcess::over(Arc::clone(&hsm), name, &*randomness.root()?, u64::try_from(number)?);
            tenant.keep_changes();
            let found = conversation(&mut tenant);
            if number == 0 {
                exchanges = found;
            }
            for slot in FIRST_SLOT..size.keys {
                let key = tenant.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
                tenant.answer(format!("[AOGPKA;RC{slot};BG{key};]").as_bytes());
                if tenant.changes().len() >= COMMIT {
                    revision = commit(&mut store, revision, &mut tenant)?;
                }
            }
            revision = commit(&mut store, revision, &mut tenant)?;
        }
        Ok(Self { directory, files, exchanges })
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Its certificates.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// A request by its name.
    ///
    /// # Errors
    /// There is none.
    pub fn exchange(&self, name: &str) -> anyhow::Result<&Exchange> {
        self.exchanges.iter().find(|exchange| exchange.name == name).with_context(|| format!("no request {name}"))
    }

    /// A file with these lines.
    ///
    /// # Errors
    /// What the file system says.
    pub fn file(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.directory().join(name);
        fs::write(&path, text)?;
        Ok(path)
    }
}

/// The name of a tenant by number.
#[must_use]
pub fn tenant_name(number: u32) -> String {
    format!("t{number}")
}

/// Where files of a run lie: on the disk that is built on, since commits are measured.
fn scratch() -> anyhow::Result<PathBuf> {
    let directory = std::env::current_exe()?.parent().context("a directory of programs")?.join("../goals");
    fs::create_dir_all(&directory)?;
    Ok(fs::canonicalize(directory)?)
}

fn commit(store: &mut File, revision: u64, tenant: &mut InProcess) -> anyhow::Result<u64> {
    let records: Vec<_> = tenant.changes().iter().filter_map(engine::Change::record).collect();
    let revision = store.commit(revision, &records, &[])?;
    tenant.forget_changes();
    Ok(revision)
}

fn configuration(tenants: &[String]) -> String {
    let mut text = "serial = \"SR-BENCH\"\n\
        [listeners.tls]\naddress = \"127.0.0.1:0\"\n\
        [listeners.administration]\naddress = \"127.0.0.1:0\"\n\
        [limits]\nconnections = 15000\nconnections_per_client = 15000\nhandshakes = 1000\n\
        [log]\nlevel = \"error\"\n"
        .to_owned();
    for name in tenants {
        text.push_str("[[tenant]]\nname = \"");
        text.push_str(name);
        text.push_str("\"\nslots = 100000\n");
    }
    text
}

/// The keys that requests name, and the requests.
fn conversation(hsm: &mut InProcess) -> Vec<Exchange> {
    let kek = hsm.value("[AOGPGS;FS6;CT6;AKD0000K0AB00E0000;]", "BG");
    let data = hsm.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
    hsm.answer(format!("[AOGPKA;RC7;BG{kek};]").as_bytes());
    hsm.answer(format!("[AOGPKA;RC8;BG{data};]").as_bytes());
    let block = "00112233445566778899AABBCCDDEEFF";
    let requests = [
        (WRAP, "[AOTWKA;FS6;APBD7;BGBD8;]".to_owned()),
        (TRANSLATE, format!("[AOTWKA;FS6;APBD7;BG{data};]")),
        (GENERATE, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]".to_owned()),
        (ENCRYPT, format!("[AOGPED;FS6;AI{data};BF0;KM1;ZA1;BO{block};]")),
        (LONG, format!("[AOGHSH;RG4;BO{};]", block.repeat(16 * 1024 / block.len()))),
        (ECHO, "[AOECHO;AG1;]".to_owned()),
    ];
    let measured = requests.map(|(name, request)| {
        let reply = hsm.answer(request.as_bytes()).len();
        Exchange { name, request, reply }
    });
    measured.into()
}
