//! `strongroom dev`: an HSM that is ready at once and gone when it ends.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use engine::behaviour::Profile as Device;
use engine::seal::SealingKey;
use engine::tenant::TenantName;
use protocol::command::behaviour::add_fault::Request;
use protocol::fault::Wrong;

use super::announcement;
use crate::config::{Administration, Clear, Config, Fault, Https, Listeners, Tenant, Tls as TlsListener, loopback};
use crate::pki::issue::Files;
use crate::profile::{self, Profile};
use crate::ready::{self, Addresses, Ready};
use crate::run::{Parts, Running, Sockets};
use crate::seed::Randomness;
use crate::store::memory::Memory;
use crate::store::{Opened, Store};
use crate::tenants::{self, FirstKeys};
use crate::tls::Tls;

/// The tenant that is always there; clear connections belong to it.
const FIRST_TENANT: &str = "default";

/// What `dev` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Make all keys from TEXT: the same text gives the same HSM every time, and nothing of it is secret
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
    /// Print the major keys in clear
    #[arg(long)]
    show_keys: bool,
    /// A tenant (a virtual HSM) beside `default`; may be given several times
    #[arg(long, value_name = "NAME", value_parser = tenant)]
    tenant: Vec<String>,
    /// Let every tenant behave as hardware of this device profile; `strongctl pace --profiles` lists them
    #[arg(long = "device", value_name = "PROFILE", value_parser = device)]
    device: Option<String>,
    /// Begin with a fault that is made on purpose, such as "lose percent=1 command=ECHO for=60"; may be given several times
    ///
    /// First the kind, as `strongctl fault kinds` lists them, then any of for, after, tenant, command, percent, delay, error and
    /// seed. It ends by itself, after a minute if nothing is said.
    #[arg(long, value_name = "FAULT", value_parser = fault)]
    fault: Vec<Fault>,
    /// Port for applications: TLS with a client certificate; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value = "9100")]
    tls_port: u16,
    /// Port for clear text, which leads to the tenant `default`; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value = "9000")]
    clear_port: u16,
    /// Port for administration: TLS with the administrator's certificate; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value = "9101")]
    admin_port: u16,
    /// Port for metrics and health over HTTPS; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value = "9443")]
    https_port: u16,
    /// `--port 0` takes free ports for everything
    #[arg(long, value_name = "0", value_parser = free, conflicts_with_all = ["tls_port", "clear_port", "admin_port", "https_port"])]
    port: Option<u16>,
    /// Directory for the certificates [default: ~/.local/state/strongroom/dev-<TLS port>]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Write the profile for strongctl here [default: DIR/profile.toml and strongctl's own place]
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Write addresses and file names to FILE, as JSON, when connections are accepted
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
}

pub(super) fn tenant(name: &str) -> Result<String, String> {
    match TenantName::new(name) {
        Some(_) => Ok(name.to_owned()),
        None => Err("1 to 32 lower-case letters, digits and hyphens, a letter first, not `administration`".to_owned()),
    }
}

fn device(name: &str) -> Result<String, String> {
    let known = Device::ready_made();
    let names: Vec<&str> = known.iter().map(|profile| &*profile.name).collect();
    if names.contains(&name) { Ok(name.to_owned()) } else { Err(format!("one of {}", names.join(", "))) }
}

fn fault(line: &str) -> Result<Fault, Wrong> {
    Request::from_line(line).map(Fault)
}

fn free(port: &str) -> Result<u16, String> {
    if port == "0" { Ok(0) } else { Err("only 0, for free ports; --tls-port and the others choose one".to_owned()) }
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let randomness = Randomness::new(args.seed.as_deref());
    let mut config = configuration(&args, &randomness)?;
    if let Some(path) = &args.ready_file {
        ready::remove(path).with_context(|| format!("removing {}", path.display()))?;
    }
    let sockets = Sockets::bind(&config.listeners).await?;
    let addresses = sockets.addresses()?;
    let names: Vec<String> = config.tenants.iter().map(|tenant| tenant.name.clone()).collect();

    let directory = directory(&args, &addresses)?;
    let files = Files::new(&directory, None);
    files.issue(&names, &[], &randomness, true).context("making certificates; --dir names another directory")?;
    config.certificates = files.server();
    let tls = Tls::new((&config).into())?;

    let device = SealingKey::device(&*randomness.bytes("device key")?);
    let mut store: Box<dyn Store> = Box::<Memory>::default();
    let (state, revision, chains) = tenants::load(&config, store.as_mut(), &device, &randomness, FirstKeys::Random)?;
    let profile = write_profile(&args, &directory, &files, &addresses)?;

    let running = Running::start(Parts {
        config,
        sockets,
        state,
        device,
        store: Opened { store, revision, chains },
        tls,
        randomness: randomness.clone(),
    })?;
    if let Some(path) = &args.ready_file {
        let ready = ready(&addresses, &files, &names, &profile);
        ready.write(path).with_context(|| format!("writing {}", path.display()))?;
    }
    // The HSM serves on even where nobody reads its standard output.
    let _ = announce(&mut io::stdout().lock(), &args, &running, &addresses, &files, &profile);
    running.until_told_to_stop().await;
    if let Some(path) = &args.ready_file {
        ready::remove(path).with_context(|| format!("removing {}", path.display()))?;
    }
    Ok(())
}

fn configuration(args: &Args, randomness: &Randomness) -> anyhow::Result<Config> {
    let mut tenants = vec![Tenant::named(FIRST_TENANT)];
    for name in &args.tenant {
        if tenants.iter().any(|tenant| tenant.name == *name) {
            bail!("--tenant {name}: it is there already");
        }
        tenants.push(Tenant::named(name));
    }
    tenants.iter_mut().for_each(|tenant| tenant.profile.clone_from(&args.device));
    let at = |port| loopback(args.port.unwrap_or(port));
    let clear = Clear {
        address: at(args.clear_port),
        tenant: Some(FIRST_TENANT.to_owned()),
        i_accept_clear_text_off_loopback: false,
    };
    Ok(Config {
        serial: Some(announcement::serial(&*randomness.bytes("serial number")?)),
        listeners: Listeners {
            tls: TlsListener { address: at(args.tls_port) },
            clear: Some(clear),
            administration: Administration { address: at(args.admin_port) },
            https: Some(Https { address: at(args.https_port), open_metrics: true }),
        },
        tenants,
        faults: args.fault.clone(),
        ..Config::default()
    })
}

fn directory(args: &Args, addresses: &Addresses) -> anyhow::Result<PathBuf> {
    let port = addresses.tls.map_or(args.tls_port, |address| address.port());
    let directory = args.dir.clone().or_else(|| profile::development_directory(port));
    let directory = directory.context("no home directory for the certificates; name a directory with --dir")?;
    Ok(std::path::absolute(directory)?)
}

/// Writes the profile and returns where. The one beside the certificates stays this HSM's; strongctl's own place
/// belongs to whoever started last.
fn write_profile(args: &Args, directory: &Path, files: &Files, addresses: &Addresses) -> anyhow::Result<PathBuf> {
    let text = |address: Option<std::net::SocketAddr>| address.map(|address| address.to_string()).unwrap_or_default();
    let (tls, administration) = (text(addresses.tls), text(addresses.administration));
    let profile = Profile::new("dev", files, FIRST_TENANT, tls, administration);
    let path = match &args.profile {
        Some(path) => std::path::absolute(path)?,
        None => directory.join("profile.toml"),
    };
    profile.write(&path).with_context(|| format!("writing {}", path.display()))?;
    if args.profile.is_none()
        && let Some(default) = profile::default_path()
    {
        announcement::warn_unwritten(&default, profile.write(&default));
    }
    Ok(path)
}

fn ready(addresses: &Addresses, files: &Files, tenants: &[String], profile: &Path) -> Ready {
    let clients = tenants.iter().map(|name| (name.clone(), files.client(name).into()));
    Ready {
        addresses: addresses.clone(),
        pid: std::process::id(),
        ca: files.ca(),
        clients: clients.collect::<BTreeMap<_, _>>(),
        administrator: Some(files.administrator().into()),
        profile: Some(profile.to_owned()),
    }
}

fn announce(
    out: &mut dyn Write,
    args: &Args,
    running: &Running,
    addresses: &Addresses,
    files: &Files,
    profile: &Path,
) -> io::Result<()> {
    let hsm = running.hsm();
    writeln!(out, "Strongroom {}, serial {}: an HSM for development.\n", hsm.facts().version, hsm.facts().serial)?;
    if args.seed.is_some() {
        writeln!(out, "WARNING: --seed: every key, certificate key and random number follows from the text.")?;
        writeln!(out, "         NOTHING MADE BY THIS HSM IS SECRET.\n")?;
    }
    let doors = [
        ("TLS", addresses.tls, "applications, with a client certificate"),
        ("clear text", addresses.clear, "the tenant default, from this machine only"),
        ("administration", addresses.administration, "TLS, with the administrator's certificate"),
        ("https", addresses.https, "/metrics, /livez and /readyz"),
    ];
    writeln!(out, "It listens on")?;
    for (name, address, note) in doors {
        if let Some(address) = address {
            writeln!(out, "  {name:<15} {address:<22} {note}")?;
        }
    }
    writeln!(out, "Certificates and keys lie in {}", files.directory().display())?;
    writeln!(out, "The profile for strongctl is {}\n", profile.display())?;
    announcement::major_keys(out, &hsm.snapshot(), args.show_keys)?;
    writeln!(out)?;
    announcement::lines_to_paste(out, addresses, files, FIRST_TENANT, profile)?;
    writeln!(out, "\n{addresses}")?;
    out.flush()
}
