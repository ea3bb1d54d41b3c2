//! Symmetric keys on their way out and in, in tokens of TR-34.

use std::path::{Path, PathBuf};

use protocol::command::tr34::{export_one_pass, export_two_pass, import};
use protocol::field::code::{MajorKeySelector, TokenForm};
use protocol::field::data::{Certificates, CrlBytes, TokenBytes};
use protocol::field::key::{GivenHeader, KeyRef};
use serde_json::json;

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::Output;
use crate::pki_files::{self, Destination, Kind};
use crate::{fields, session};

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

#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// File with the token, PEM or DER
    #[arg(value_name = "TOKEN")]
    token: PathBuf,
    /// It is a token of TR-34: in two passes with --nonce, in one with --last
    #[arg(long, required = true)]
    tr34: bool,
    /// The random number that was given, hexadecimal
    #[arg(long, value_name = "DIGITS", required_unless_present = "last")]
    nonce: Option<String>,
    /// Time of the last token that was taken from this sender, seconds since 1970; 0 for the first
    #[arg(long, value_name = "SECONDS", conflicts_with = "nonce")]
    last: Option<String>,
    /// File with the receiver's certificate, PEM or DER
    #[arg(long, value_name = "FILE")]
    receiver: PathBuf,
    /// The receiver's private key: a slot of the asymmetric table, a key block, or @FILE with one
    #[arg(long, value_name = "KEY")]
    receiver_key: String,
    /// File with the sender's certificate and those of its CAs, or with its credential token; PEM or DER
    #[arg(long, value_name = "FILE")]
    sender: PathBuf,
    /// Trusted public key of the CA of the sender: a slot, what `certificate trust` printed, or @FILE with it
    #[arg(long, value_name = "KEY")]
    sender_ca: String,
    /// File with the list of certificates that the sender's CA has revoked, PEM or DER; in one pass needed unless the token or
    /// the credential brings one
    #[arg(long, value_name = "FILE")]
    crl: Option<PathBuf>,
}

/// A list of revoked certificates.
fn list(file: &Path) -> Result<CrlBytes, Failure> {
    pki_files::read(file, Kind::Crl).map(|list| CrlBytes::new(&list))
}

/// Imports a key that came to a certificate of the HSM.
pub(super) async fn import(args: &Import, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let request = import::Request {
        major_key: Some(MajorKeySelector::Pmk),
        receiver: Certificates::new(&pki_files::read(&args.receiver, Kind::Certificates)?),
        private_key: fields::value("--receiver-key", &pki_files::text(&args.receiver_key)?)?,
        token: TokenBytes::new(&pki_files::read(&args.token, Kind::Token)?),
        sender: TokenBytes::new(&pki_files::read(&args.sender, Kind::Credential)?),
        sender_ca: fields::value("--sender-ca", &pki_files::text(&args.sender_ca)?)?,
        nonce: args.nonce.as_deref().map(|nonce| fields::value("--nonce", nonce)).transpose()?,
        last: args.last.as_deref().map(|last| fields::value("--last", last)).transpose()?,
        revoked: args.crl.as_deref().map(list).transpose()?,
        key_major_key: None,
    };
    let (client, _) = session::connect(connection).await?;
    let told = client.call(request).await?;
    let (key, check_value) = (fields::text(&told.key), told.check_value.to_string());
    let signed = told.signed.map(|signed| signed.value());
    output.show(&json!({ "key": key, "check_value": check_value, "signed": signed }), || {
        let signed = signed.map(|signed| format!("signed       {signed}\n")).unwrap_or_default();
        format!("key          {key}\ncheck value  {check_value}\n{signed}")
    })
}

/// Exports a key to another's certificate.
pub(super) async fn export(args: &Export, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let key = pki_files::text(&args.key)?;
    let key: KeyRef<'_> = fields::value("the key", &key)?;
    let header: Option<GivenHeader<'_>> = args.header.as_deref().map(|it| fields::value("--header", it)).transpose()?;
    let form = Some(if args.form_2012 { TokenForm::X9_2012 } else { TokenForm::X9_2019 });
    let sender = Certificates::new(&pki_files::read(&args.sender, Kind::Certificates)?);
    let private_key = fields::value("--sender-key", &pki_files::text(&args.sender_key)?)?;
    let receiver = TokenBytes::new(&pki_files::read(&args.receiver, Kind::Credential)?);
    let receiver_ca = fields::value("--receiver-ca", &pki_files::text(&args.receiver_ca)?)?;
    let revoked = args.crl.as_deref().map(list).transpose()?;
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
