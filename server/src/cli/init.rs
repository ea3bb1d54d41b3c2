//! `strongroom init`: makes an HSM that stays.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use engine::State;
use engine::seal::SealingKey;

use super::announcement;
use crate::config::{Config, Ports, loopback, template};
use crate::device_key;
use crate::pki::issue::Files;
use crate::private_file::{self, Readers};
use crate::profile::{self, Profile, quoted};
use crate::seed::Randomness;
use crate::store::file::File;
use crate::tenants::{self, FirstKeys};

/// What `init` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Directory to make it in; it is made too
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// A tenant (a virtual HSM); may be given several times
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = super::dev::tenant)]
    tenant: Vec<String>,
    /// A further name or address of this machine, for the server's certificate; may be given several times
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Seal the major keys under a passphrase (Argon2id) that is read from FILE now and at every start
    ///
    /// Without it they are sealed under a new key in DIR/device.key.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Generate random major keys (PMK, FTK, BEK and MFK) instead of leaving them to a key ceremony
    #[arg(long)]
    random_keys: bool,
    /// Port for applications
    #[arg(long, value_name = "PORT", default_value = "9100")]
    tls_port: u16,
    /// Port for administration
    #[arg(long, value_name = "PORT", default_value = "9101")]
    admin_port: u16,
    /// Serial number that the HSM gives; a random one if absent
    #[arg(long, value_name = "TEXT")]
    serial: Option<String>,
    /// Where to write the profile for strongctl, beside DIR/profile.toml [default: strongctl's own place]
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
}

/// The files that make a directory an HSM's.
const OURS: [&str; 5] = ["strongroom.toml", "strongroom.store", "device.key", "server.key", "ca/ca.pem"];

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let directory = std::path::absolute(&args.directory)?;
    if let Some(name) = OURS.iter().find(|name| directory.join(name).exists()) {
        bail!(
            "{}: exists, so there is an HSM here; name another directory, or move it away",
            directory.join(name).display()
        );
    }
    let made = make(args, &directory);
    if made.is_err() {
        // Half an HSM would be taken for one the next time.
        remove(&directory, &args.tenant);
    }
    let (path, state) = made?;
    announce(&path, &state, args).context("standard output")
}

/// Everything in the directory; the configuration's path and the state.
fn make(args: &Args, directory: &Path) -> anyhow::Result<(PathBuf, State)> {
    private_file::directory(directory).with_context(|| directory.display().to_string())?;
    let randomness = Randomness::System;
    let text = configuration(args, &randomness)?;
    let path = directory.join("strongroom.toml");
    let config = Config::parse(&text, &path, directory)?;
    let files = Files::new(directory, Some("ca"));
    files.issue(&args.tenant, &args.host, &randomness, true)?;
    let device = device_key::create(&config.device_key, &randomness.bytes("device key")?)?;
    let first = if args.random_keys { FirstKeys::Random } else { FirstKeys::Ceremony };
    let mut store = File::create(&config.store.path)?;
    let (state, ..) = tenants::load(&config, &mut store, &SealingKey::device(&device), &randomness, first)?;
    let (tls, administration) = (loopback(args.tls_port).to_string(), loopback(args.admin_port).to_string());
    let first = args.tenant.first().map_or("default", String::as_str);
    let profile = Profile::new("init", &files, first, tls, administration);
    let beside = directory.join("profile.toml");
    profile.write(&beside).with_context(|| beside.display().to_string())?;
    if let Some(elsewhere) = args.profile.clone().or_else(profile::default_path) {
        announcement::warn_unwritten(&elsewhere, profile.write(&elsewhere));
    }
    // Last: a directory with a configuration is complete.
    private_file::write(&path, text.as_bytes(), Readers::Owner).with_context(|| path.display().to_string())?;
    for directory in [&directory.join("ca"), directory] {
        private_file::sync(directory).with_context(|| directory.display().to_string())?;
    }
    Ok((path, state))
}

/// Removes what [`make`] may have made, and the directories where they are empty then.
fn remove(directory: &Path, tenants: &[String]) {
    let files = Files::new(directory, Some("ca"));
    let pairs = tenants.iter().map(|tenant| files.client(tenant)).chain([files.pair("server"), files.administrator()]);
    let pairs = pairs.flat_map(|(certificate, key)| [certificate, key]);
    let others =
        OURS.iter().chain(&["profile.toml", "server-expired.pem", "ca/ca.key"]).map(|name| directory.join(name));
    for path in pairs.chain(others) {
        // What was not made is not there.
        let _ = fs::remove_file(path);
    }
    for directory in [&directory.join("ca"), directory] {
        let _ = fs::remove_dir(directory);
    }
}

fn configuration(args: &Args, randomness: &Randomness) -> anyhow::Result<String> {
    let serial = match &args.serial {
        Some(serial) => serial.clone(),
        None => announcement::serial(&*randomness.bytes("serial number")?),
    };
    let ports = Ports { tls: args.tls_port, administration: args.admin_port };
    let text = template(&serial, &args.tenant, ports);
    let Some(file) = &args.passphrase_file else { return Ok(text) };
    let file = std::path::absolute(file)?;
    let source = format!("kind = \"passphrase\"\npassphrase_file = {}", quoted(&file.to_string_lossy()));
    Ok(text.replacen("[device_key]\n#kind = \"file\"", &format!("[device_key]\n{source}"), 1))
}

fn announce(config: &Path, state: &State, args: &Args) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let directory = config.parent().unwrap_or(Path::new("")).display();
    writeln!(out, "An HSM is made in {directory}.\n")?;
    if args.random_keys {
        announcement::major_keys(&mut out, state, false)?;
    } else {
        writeln!(
            out,
            "It has no major keys yet: docs/ceremony.md shows how to load them. Before that, the identities Admin1"
        )?;
        writeln!(out, "and Admin2 of each tenant change their password, which is `{}`.", engine::password::DEFAULT)?;
    }
    if args.passphrase_file.is_none() {
        writeln!(out, "\nBack up device.key: without it the store cannot be opened, and with it anybody can open it.")?;
    }
    let config = announcement::shell(&config.to_string_lossy());
    writeln!(
        out,
        "\nEvery setting is explained in strongroom.toml. Start it with\n  strongroom serve --config {config}"
    )
}
