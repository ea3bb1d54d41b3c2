//! The command line.
#![allow(rustdoc::broken_intra_doc_links, reason = "these are help texts, in which frames have brackets")]

use clap::builder::TypedValueParser as _;
use std::path::PathBuf;

use crate::{
    audit, backup, card, certificate, fault, identity, key, load, login, majorkey, pace, role, tamper, tenant,
};

/// Talks to a Strongroom HSM, and explains what is said.
///
/// Exit codes: 0 done, 1 refused by the HSM, 2 wrong usage, 3 connection lost or not made, 4 nonsense on the wire,
/// 5 a threshold of `load` not kept.
#[derive(Debug, clap::Parser)]
#[command(name = "strongctl", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Verb,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Send one command and print the reply
    Call(Call),
    /// Say what each tag of a frame means, without talking to an HSM
    Explain(Explain),
    /// List the commands, or describe one in full
    Commands {
        /// A command's name
        name: Option<String>,
    },
    /// Show tenants, major keys, listeners and uptime, from the administration address
    Status,
    /// Log in, alone or in pairs; the session is kept for the invocations that follow
    Login(login::Login),
    /// End the session
    Logout,
    /// Show who is logged in, and what the session may do
    Whoami,
    /// Change the password of an identity that is logged in
    Password(login::Change),
    /// Identities: who may log in
    #[command(subcommand)]
    Identity(identity::Verb),
    /// Roles: what those who log in may do
    #[command(subcommand)]
    Role(role::Verb),
    /// Request a certificate for a key of the HSM: PKCS #10
    Csr(certificate::Csr),
    /// Certificates: make, issue, verify and trust
    #[command(subcommand)]
    Certificate(certificate::Verb),
    /// Keys: generate pairs, export to another's certificate, import
    #[command(subcommand)]
    Key(key::Verb),
    /// Smart cards: files that a PIN protects
    #[command(subcommand)]
    Card(card::Verb),
    /// Major keys: load, generate, split onto cards, recombine, clear
    #[command(subcommand)]
    Majorkey(majorkey::Verb),
    /// Tenants: virtual HSMs, over the administration address
    #[command(subcommand)]
    Tenant(tenant::Verb),
    /// Emulate a tamper event: wipe every key of every tenant, from the administration address
    Tamper(tamper::Tamper),
    /// Backups: keys and configuration in one file, under the BEK
    #[command(subcommand)]
    Backup(backup::Verb),
    /// How fast the HSM or a tenant works: throughput licence and latency, from the administration address
    Pace(pace::Pace),
    /// Faults on demand, to test clients with, from the administration address
    #[command(subcommand)]
    Fault(fault::Verb),
    /// Load an HSM with requests, check every reply, and tell rates and latencies
    Load(load::Load),
    /// The audit log: show, follow, export, verify
    #[command(subcommand)]
    Audit(audit::Verb),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Call {
    /// A frame such as '[AOECHO;AGhello;]', or a command's name
    #[arg(value_name = "FRAME|NAME")]
    pub(crate) what: String,
    /// The command's fields; a value may be @FILE, or - for standard input, and @@ stands for one @
    #[arg(value_name = "TAG=VALUE")]
    pub(crate) fields: Vec<String>,
    /// Print only the value of this field of the reply
    #[arg(long, value_name = "TAG", conflicts_with = "explain")]
    pub(crate) field: Option<String>,
    /// Explain the reply below it
    #[arg(long)]
    pub(crate) explain: bool,
    /// Show secret values in the explanation
    #[arg(long, requires = "explain")]
    pub(crate) reveal: bool,
    /// Send it even where this client knows no such command or tag
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// The frame, @FILE, or - for standard input
    pub(crate) frame: String,
    /// Read it as a request
    #[arg(long, conflicts_with = "reply")]
    pub(crate) request: bool,
    /// Read it as a reply
    #[arg(long)]
    pub(crate) reply: bool,
    /// Show secret values
    #[arg(long)]
    pub(crate) reveal: bool,
}

/// Whom to connect to. What is not given comes from the profile.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    /// Profile to use [default: ~/.config/strongroom/profile.toml]
    // Empty is no profile, not even the one in its usual place; clap's own reader of paths refuses it.
    #[arg(
        long,
        global = true,
        env = "STRONGROOM_PROFILE",
        hide_env_values = true,
        value_name = "FILE",
        value_parser = clap::builder::OsStringValueParser::new().map(PathBuf::from)
    )]
    pub(crate) profile: Option<PathBuf>,
    /// HOST:PORT of the HSM; may be given several times
    #[arg(long, global = true, value_name = "HOST:PORT")]
    pub(crate) address: Vec<String>,
    /// PEM file of the CA that signed the HSM's certificate
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// PEM file of the client's certificate
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) certificate: Option<PathBuf>,
    /// PEM file of the client's private key
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) private_key: Option<PathBuf>,
    /// Name that the HSM's certificate must carry
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) server_name: Option<String>,
    /// Clear text instead of TLS; needs --address
    #[arg(long, global = true, requires = "address")]
    pub(crate) clear: bool,
    /// Name of the session that `login` keeps, for several on one machine
    #[arg(
        long,
        global = true,
        env = "STRONGROOM_SESSION",
        hide_env_values = true,
        value_name = "NAME",
        default_value = "default"
    )]
    pub(crate) session: String,
    /// Seconds that anything may take
    #[arg(long, global = true, value_name = "SECONDS", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout: u64,
}
