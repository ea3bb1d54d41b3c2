//! The `strongroom` command.

mod announcement;
mod dev;
mod init;
mod serve;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::config::LogFormat;
use crate::telemetry;

/// An emulated payment hardware security module.
///
/// For a first try: `strongroom dev` starts an HSM that is ready for work, with keys and certificates, and prints how
/// to talk to it. For one that stays: `strongroom init DIR`, then `strongroom serve --config DIR/strongroom.toml`.
///
/// The log goes to standard error; STRONGROOM_LOG sets its level (error, warn, info, debug or trace).
#[derive(Debug, clap::Parser)]
#[command(name = "strongroom", version, max_term_width = 100)]
struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Start an HSM for development: ready at once, everything in memory, gone when it ends
    Dev(dev::Args),
    /// Make an HSM that stays: configuration, certificates, device key and store in one directory
    Init(init::Args),
    /// Serve the HSM that a configuration describes
    ///
    /// SIGTERM and SIGINT end it after the requests under way are answered; SIGHUP reads the certificates again.
    Serve(serve::Args),
}

/// Runs the command line that this process was given.
#[must_use]
pub fn main() -> ExitCode {
    match run(Args::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nowhere left to say that even this failed.
            let _ = writeln!(std::io::stderr(), "strongroom: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Dev(args) => {
            telemetry::start(LogFormat::Text, "info")?;
            reactor()?.block_on(dev::run(args))
        }
        Verb::Init(args) => {
            telemetry::start(LogFormat::Text, "warn")?;
            init::run(&args)
        }
        Verb::Serve(args) => serve::run(&args),
    }
}

fn reactor() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}
