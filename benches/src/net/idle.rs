//! Connections that are made, used once and held, and what memory they take of the server.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Peer, client};
use crate::machine;

/// How long a server has to give back what it needs no more.
const REST: Duration = Duration::from_millis(700);
/// Connections that come first, so that what is allocated once counts for nobody.
const FIRST: usize = 8;

/// What it takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Whom to connect to.
    #[command(flatten)]
    pub peer: Peer,
    /// Connections.
    #[arg(long)]
    pub connections: usize,
    /// File with the one request of each.
    #[arg(long)]
    pub request: std::path::PathBuf,
    /// Bytes of its reply.
    #[arg(long)]
    pub reply: usize,
}

/// What was seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Idle {
    /// Bytes of resident memory for a connection.
    pub slope: f64,
    /// Bytes of resident memory in the end.
    pub resident: f64,
}

/// Makes them.
///
/// # Errors
/// One is refused.
pub fn run(args: &Args) -> anyhow::Result<Idle> {
    let _ = machine::raise_descriptors();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let request = std::fs::read(&args.request)?;
        let dialer = args.peer.dialer(false)?;
        let mut buffer = vec![0; 64 * 1024];
        let mut held = Vec::new();
        let mut before = 0.0;
        for number in 0..FIRST + args.connections {
            if number == FIRST {
                tokio::time::sleep(REST).await;
                before = machine::resident(args.peer.process)?;
            }
            let mut stream = client::connected(&dialer).await?;
            client::exchange(&mut stream, request.trim_ascii(), &mut buffer, args.reply, b"[AO").await?;
            held.push(stream);
        }
        tokio::time::sleep(REST).await;
        let resident = machine::resident(args.peer.process)?;
        #[expect(clippy::cast_precision_loss, reason = "thousands")]
        let slope = (resident - before) / args.connections as f64;
        Ok(Idle { slope, resident })
    })
}
