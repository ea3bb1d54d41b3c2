//! `strongctl key`: symmetric keys on their way out.

use std::path::PathBuf;

use protocol::command::tr34::{export_one_pass, export_two_pass};
use protocol::field::code::{MajorKeySelector, TokenForm};
use protocol::field::data::{Certificates, CrlBytes, TokenBytes};
use protocol::field::key::{HeaderText, KeyRef};

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::Output;
use crate::pki_files::{self, Destination};
use crate::{fields, session};

/// What to do with keys.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Export one to another's certificate
    Export(Export),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The key: BD and a slot of the key table, a key block, or @FILE with one
    #[arg(value_name = "KEY")]
    key: String,
    /// As a token of TR-34: in two passes with --nonce, in one without
    #[arg(long, required = true)]
    tr34: bool,
    /// The receiver's random number, hexadecimal
    #[arg(long, value_name = "DIGITS")]
    nonce: Option<String>,
    /// File with the receiver's certificate and those of its CAs, or with its credential token; PEM or DER
    #[arg(long, value_name = "FILE")]
    receiver: PathBuf,
    /// Trusted public key of the CA of the receiver: a slot, what `certificate trust` printed, or @FILE with it
    #[arg(long, value_name = "KEY")]
    receiver_ca: String,
    /// File with the sender's certificate, PEM or DER
    #[arg(long, value_name = "FILE")]
    sender: PathBuf,
    /// The sender's private key: a slot of the asymmetric table, a key block, or @FILE with one
    #[arg(long, value_name = "KEY")]
    sender_key: String,
    /// File with the list of certificates that the sender's CA has revoked, in one pass; PEM or DER
    #[arg(long, value_name = "FILE", conflicts_with = "nonce")]
    crl: Option<PathBuf>,
    /// Make the token in the form of 2012, which a large cloud takes
    #[arg(long)]
    form_2012: bool,
    /// Header for the receiver; it may narrow what the key may do
    #[arg(long, value_name = "HEADER")]
    header: Option<String>,
    #[command(flatten)]
    destination: Destination,
}

/// Does what is asked.
pub(crate) async fn run(verb: &Verb, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let Verb::Export(args) = verb;
    let key: KeyRef = fields::value("the key", &pki_files::text(&args.key)?)?;
    let header: Option<HeaderText> = args.header.as_deref().map(|it| fields::value("--header", it)).transpose()?;
    let form = Some(if args.form_2012 { TokenForm::X9_2012 } else { TokenForm::X9_2019 });
    let sender = Certificates::new(&pki_files::read(&args.sender)?);
    let private_key = fields::value("--sender-key", &pki_files::text(&args.sender_key)?)?;
    let receiver = TokenBytes::new(&pki_files::read(&args.receiver)?);
    let receiver_ca = fields::value("--receiver-ca", &pki_files::text(&args.receiver_ca)?)?;
    let (major_key, cipher, key_major_key) = (Some(MajorKeySelector::Pmk), None, None);
    let (client, _) = session::connect(connection).await?;
    let token = match &args.nonce {
        Some(nonce) => {
            let nonce = fields::value("--nonce", nonce)?;
            let request = export_two_pass::Request {
                form,
                major_key,
                cipher,
                sender,
                private_key,
                receiver,
                receiver_ca,
                key,
                nonce,
                key_major_key,
                header,
            };
            client.call(request).await?.token
        }
        None => {
            let revoked = args.crl.as_deref().map(pki_files::read).transpose()?;
            let revoked = revoked.as_deref().map(CrlBytes::new);
            let request = export_one_pass::Request {
                form,
                major_key,
                cipher,
                sender,
                private_key,
                receiver,
                receiver_ca,
                key,
                revoked,
                key_major_key,
                header,
            };
            client.call(request).await?.token
        }
    };
    args.destination.put("CMS", token.bytes(), output)
}
