//! One connection that has passwords derived, one after the other: the slow work that a tenant may ask for.

use super::Peer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A login of nobody; the password is derived all the same.
const LOGIN: &[u8] = b"[AOZLIN;IDNobody;PWnot the password;]";

/// Goes on until it is killed, or the server is gone.
///
/// # Errors
/// The server is gone.
pub fn run(peer: &Peer) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut stream = peer.dialer(false)?.dial().await?;
        let mut buffer = [0; 1024];
        // Bounded, should nobody kill it.
        for _ in 0..100_000 {
            stream.write_all(LOGIN).await?;
            stream.flush().await?;
            let mut is_answered = false;
            while !is_answered {
                let read = stream.read(&mut buffer).await?;
                anyhow::ensure!(read > 0, "the server closes");
                is_answered = buffer[..read].ends_with(b"]");
            }
        }
        Ok(())
    })
}
