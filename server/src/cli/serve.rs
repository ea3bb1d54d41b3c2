//! `strongroom serve`: runs the HSM that a configuration describes.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use engine::seal::SealingKey;

use crate::config::{Config, DeviceKeyKind};
use crate::ready::{self, Addresses, Pair, Ready};
use crate::run::{Parts, Running, Sockets};
use crate::seed::Randomness;
use crate::store::Opened;
use crate::tenants::{self, FirstKeys};
use crate::tls::Tls;
use crate::{device_key, pki, telemetry};

/// What `serve` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The configuration; `strongroom init DIR` writes one with every key explained
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Write addresses and file names to FILE, as JSON, when connections are accepted
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let config = Config::read(&args.config)?;
    telemetry::start(config.log.format, &config.log.level)?;
    super::reactor()?.block_on(serve(config, args))
}

async fn serve(config: Config, args: &Args) -> anyhow::Result<()> {
    if config.serial.is_none() {
        bail!("{}: serial is missing; give the HSM a serial number, such as serial = \"SR-1\"", args.config.display());
    }
    let tls = Tls::new((&config).into())?;
    let device = SealingKey::device(&*device_key::read(&config.device_key)?);
    let mut store = tenants::open_store(&config.store)?;
    let loaded = tenants::load(&config, store.as_mut(), &device, &Randomness::System, FirstKeys::Ceremony);
    let (state, revision, chains) = loaded.with_context(|| match config.device_key.kind {
        DeviceKeyKind::Passphrase => "the store does not open; is the passphrase right?",
        DeviceKeyKind::File | DeviceKeyKind::Descriptor => "the store does not open",
    })?;
    if let Some(path) = &args.ready_file {
        ready::remove(path).with_context(|| format!("removing {}", path.display()))?;
    }
    let sockets = Sockets::bind(&config.listeners).await?;
    let addresses = sockets.addresses()?;
    let ready = ready(&config, &args.config, &addresses);
    let running = Running::start(Parts {
        config,
        sockets,
        state,
        device,
        store: Opened { store, revision, chains },
        tls,
        randomness: Randomness::System,
    })?;
    if let Some(path) = &args.ready_file {
        ready.write(path).with_context(|| format!("writing {}", path.display()))?;
    }
    // The HSM serves on even where nobody reads its standard output.
    let _ = writeln!(std::io::stdout(), "{addresses}");
    running.until_told_to_stop().await;
    if let Some(path) = &args.ready_file {
        ready::remove(path).with_context(|| format!("removing {}", path.display()))?;
    }
    Ok(())
}

/// What the ready file says; clients' files are named where `init` has left them.
fn ready(config: &Config, path: &Path, addresses: &Addresses) -> Ready {
    let directory = path.parent().unwrap_or(Path::new(""));
    let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    let files = pki::issue::Files::new(&directory, None);
    let there = |pair: (PathBuf, PathBuf)| Some(Pair::from(pair)).filter(|pair| pair.certificate.exists());
    let clients =
        config.tenants.iter().filter_map(|tenant| Some((tenant.name.clone(), there(files.client(&tenant.name))?)));
    Ready {
        addresses: addresses.clone(),
        pid: std::process::id(),
        ca: config.certificates.ca.clone(),
        clients: clients.collect::<BTreeMap<_, _>>(),
        administrator: there(files.administrator()),
        profile: Some(directory.join("profile.toml")).filter(|profile| profile.exists()),
    }
}
