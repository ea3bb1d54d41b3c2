//! A peer whose every connection follows a script.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use client::{Client, Options};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A connection as the peer sees it.
pub(crate) struct Link {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Link {
    /// The next frame, or `None` when the client has gone.
    pub(crate) async fn frame(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.received.iter().position(|byte| *byte == b']') {
                let frame = self.received.drain(..=end).collect();
                return String::from_utf8(frame).ok();
            }
            let mut piece = [0; 1024];
            match self.stream.read(&mut piece).await {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.received.extend_from_slice(&piece[..count]),
            }
        }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.expect("the client reads");
    }

    /// Answers every frame with itself, which is what ECHO does.
    pub(crate) async fn echo(mut self) {
        while let Some(frame) = self.frame().await {
            self.send(frame).await;
        }
    }
}

/// A peer that listens.
pub(crate) struct Peer {
    pub(crate) address: String,
    connections: Arc<AtomicUsize>,
}

impl Peer {
    /// Runs `script` on every connection, with the connection's number from 0.
    pub(crate) async fn start<F>(script: impl Fn(usize, Link) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound").to_string();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(script(number, Link { stream, received: Vec::new() }));
            }
        });
        Self { address, connections }
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// One connection, short patience, no keep-alive.
    pub(crate) fn options(&self) -> Options {
        Options {
            connections: 1,
            keep_alive: None,
            back_off: (Duration::from_millis(5), Duration::from_millis(20)),
            ..Options::clear(&self.address).within(Duration::from_secs(2))
        }
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.options()).await.expect("the peer listens")
    }
}

/// The `AG` of a frame.
pub(crate) fn echo_of(frame: &str) -> &str {
    let start = frame.rfind(";AG").expect("the client adds AG") + 3;
    frame[start..].trim_end_matches(";]")
}
