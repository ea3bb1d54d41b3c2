//! One connection that has RSA keys of 4,096 bits generated, one after the other: the slowest work that a tenant may ask for.

use super::Peer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Nothing is stored of it.
const GENERATE: &[u8] = b"[AOGRSA;RA10001;RB4096;BJ6;KB1;CZS;RCNONE;]";

/// Goes on until it is killed, or the server is gone.
///
/// # Errors
/// The server is gone.
pub fn run(peer: &Peer) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut stream = peer.dialer(false)?.dial().await?;
        let mut buffer = [0; 8192];
        // Bounded, should nobody kill it.
        for _ in 0..100_000 {
            stream.write_all(GENERATE).await?;
            stream.flush().await?;
            let mut is_first = true;
            loop {
                let read = stream.read(&mut buffer).await?;
                anyhow::ensure!(read > 0, "the server closes");
                anyhow::ensure!(!is_first || buffer.starts_with(b"[AOGRSA;"), "no key is generated");
                is_first = false;
                if buffer[..read].ends_with(b"]") {
                    break;
                }
            }
        }
        Ok(())
    })
}
