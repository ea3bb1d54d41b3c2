//! Connections that are made, used once and closed.

use tokio::io::AsyncWriteExt as _;

use super::{Peer, client};

/// What it takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Whom to connect to.
    #[command(flatten)]
    pub peer: Peer,
    /// Connections, one after the other.
    #[arg(long)]
    pub count: u32,
    /// Sessions are resumed.
    #[arg(long)]
    pub resumed: bool,
    /// The one request of each.
    #[arg(long)]
    pub request: String,
    /// Bytes of its reply.
    #[arg(long)]
    pub reply: usize,
}

/// Makes them.
///
/// # Errors
/// One is refused, or not resumed although it should be.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let dialer = args.peer.dialer(args.resumed)?;
        let mut buffer = vec![0; 4096];
        for number in 0..args.count {
            let mut stream = dialer.dial().await?;
            let kind = stream.get_ref().1.handshake_kind();
            let is_resumed = kind == Some(rustls::HandshakeKind::Resumed);
            anyhow::ensure!(is_resumed == (args.resumed && number > 0), "connection {number}: {kind:?}");
            client::exchange(&mut stream, args.request.as_bytes(), &mut buffer, args.reply, b"[AO").await?;
            stream.shutdown().await?;
        }
        Ok(())
    })
}
