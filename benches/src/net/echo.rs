//! The floor over the network: a server with the product's TLS and nothing behind it. It looks for the end of each
//! request and answers as many bytes as the product would, all that are there with one write.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use server::config::{Certificates, loopback};
use server::tls::{ClientCas, Files, Tls};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio_rustls::TlsAcceptor;

/// Bytes that are read at a time, as the product begins with.
const BUFFER: usize = 4096;

/// What it takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The CA that clients are from.
    #[arg(long)]
    pub ca: PathBuf,
    /// The server's certificate.
    #[arg(long)]
    pub certificate: PathBuf,
    /// Its key.
    #[arg(long)]
    pub key: PathBuf,
    /// Bytes of an answer.
    #[arg(long)]
    pub reply: usize,
    /// One thread for everything, instead of one for each processor.
    #[arg(long)]
    pub current_thread: bool,
}

/// An answer of so many bytes.
#[must_use]
pub fn canned(bytes: usize) -> Vec<u8> {
    let mut reply = b"[AOECHO;BG".to_vec();
    reply.resize(bytes.max(12) - 2, b'A');
    reply.extend_from_slice(b";]");
    reply
}

/// Serves until it is killed. The address is printed when connections are accepted.
///
/// # Errors
/// Files that cannot be used, or what the system says.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let certificates = Certificates {
        ca: args.ca.clone(),
        certificate: args.certificate.clone(),
        key: args.key.clone(),
        ..Certificates::default()
    };
    let tls = Tls::new(Files { hsm: certificates, tenants: Vec::new() })?;
    let config = Arc::clone(&tls.with(&ClientCas::default()).config);
    let mut runtime = if args.current_thread { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    runtime.enable_all().build()?.block_on(keep(config, Arc::new(canned(args.reply))))
}

async fn keep(config: Arc<ServerConfig>, reply: Arc<Vec<u8>>) -> anyhow::Result<()> {
    let listener = TcpListener::bind(loopback(0)).await?;
    announce(listener.local_addr()?)?;
    let acceptor = TlsAcceptor::from(config);
    loop {
        let (stream, _) = listener.accept().await?;
        let (acceptor, reply) = (acceptor.clone(), Arc::clone(&reply));
        // A client that goes away ends its task and nothing else.
        tokio::spawn(async move { serve(stream, acceptor, &reply).await });
    }
}

fn announce(address: SocketAddr) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ready: tls={address}")?;
    Ok(out.flush()?)
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, reply: &[u8]) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = acceptor.accept(stream).await?;
    let (mut buffer, mut out) = (vec![0; BUFFER], Vec::with_capacity(BUFFER));
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        for _ in memchr::memchr_iter(b']', &buffer[..read]) {
            out.extend_from_slice(reply);
        }
        if !out.is_empty() {
            stream.write_all(&out).await?;
            stream.flush().await?;
            out.clear();
        }
    }
}
