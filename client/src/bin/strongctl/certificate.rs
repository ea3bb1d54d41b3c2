//! `strongctl csr` and `strongctl certificate`: requests and certificates, made and judged by the HSM.

use std::path::PathBuf;

use protocol::command::certificate::{request, self_sign, sign, trust};
use protocol::field::certificate::{BasicConstraints, Date, KeyUsageList, SerialNumber, SubjectName};
use protocol::field::code::{HashCode, MajorKeySelector};
use protocol::field::data::{Certificates, RequestBytes};
use protocol::field::number::Days;
use serde_json::json;

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::Output;
use crate::pki_files::{self, Destination, Kind};
use crate::{fields, session};

const CERTIFICATE: &str = "CERTIFICATE";

/// What to do with certificates.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Make one that its own key signs: a root
    SelfSigned(SelfSigned),
    /// Issue one for a request
    Issue(Issue),
    /// Verify one, and print its key as one that the tenant trusts
    Trust(Trust),
}

/// Hash of a signature.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl From<Hash> for HashCode {
    fn from(hash: Hash) -> Self {
        match hash {
            Hash::Sha256 => Self::Sha256,
            Hash::Sha384 => Self::Sha384,
            Hash::Sha512 => Self::Sha512,
        }
    }
}

/// A key, its subject, and how to sign.
#[derive(Debug, clap::Args)]
struct Subject {
    /// Subject, such as "CN=app 1, O=Bank, C=US", or a common name
    #[arg(value_name = "SUBJECT")]
    name: String,
    /// Private key: a slot of the asymmetric table, a key block, or @FILE with one
    #[arg(long, value_name = "KEY")]
    key: String,
    /// Key usages, such as critical,digitalSignature,keyEncipherment
    #[arg(long, value_name = "LIST")]
    usage: Option<String>,
    /// Hash of the signature
    #[arg(long, value_enum, default_value = "sha256")]
    hash: Hash,
}

impl Subject {
    fn name(&self) -> Result<SubjectName, Failure> {
        fields::value("the subject", &self.name)
    }

    fn usages(&self) -> Result<Option<KeyUsageList>, Failure> {
        self.usage.as_deref().map(|usage| fields::value("--usage", usage)).transpose()
    }
}

/// What a certificate says of its validity and of CAs.
#[derive(Debug, clap::Args)]
struct Content {
    /// Days for which it is valid
    #[arg(long, value_name = "DAYS", default_value = "365")]
    days: String,
    /// First day of its validity, YYYYMMDD; from now on when absent
    #[arg(long, value_name = "DATE")]
    start: Option<String>,
    /// Make it a CA's
    #[arg(long)]
    is_ca: bool,
    /// How many CAs may follow below it
    #[arg(long, value_name = "COUNT", requires = "is_ca")]
    path_length: Option<u8>,
    /// Serial number, hexadecimal; random when absent
    #[arg(long, value_name = "DIGITS")]
    serial: Option<String>,
}

impl Content {
    fn days(&self) -> Result<Option<Days>, Failure> {
        fields::value("--days", &self.days).map(Some)
    }

    fn start(&self) -> Result<Option<Date>, Failure> {
        self.start.as_deref().map(|start| fields::value("--start", start)).transpose()
    }

    fn constraints(&self) -> Option<BasicConstraints> {
        self.is_ca.then_some(BasicConstraints { is_ca: true, path_length: self.path_length })
    }

    fn serial(&self) -> Result<Option<SerialNumber>, Failure> {
        self.serial.as_deref().map(|serial| fields::value("--serial", serial)).transpose()
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Csr {
    #[command(flatten)]
    subject: Subject,
    #[command(flatten)]
    destination: Destination,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SelfSigned {
    #[command(flatten)]
    subject: Subject,
    #[command(flatten)]
    content: Content,
    #[command(flatten)]
    destination: Destination,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Issue {
    /// File with the request, PEM or DER
    #[arg(value_name = "REQUEST")]
    request: PathBuf,
    /// File with the certificate of the CA, PEM or DER
    #[arg(long, value_name = "FILE")]
    issuer: PathBuf,
    /// Private key of the CA: a slot of the asymmetric table, a key block, or @FILE with one
    #[arg(long, value_name = "KEY")]
    key: String,
    /// Key usages, such as digitalSignature,keyEncipherment
    #[arg(long, value_name = "LIST")]
    usage: Option<String>,
    /// Hash of the signature
    #[arg(long, value_enum, default_value = "sha256")]
    hash: Hash,
    #[command(flatten)]
    content: Content,
    #[command(flatten)]
    destination: Destination,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Trust {
    /// File with the certificate and, after it, those of the CAs between it and the trusted one
    #[arg(value_name = "FILE")]
    certificates: PathBuf,
    /// Trusted public key of the issuer: a slot, the digits that this command printed, or @FILE with them; none for a root
    #[arg(long, value_name = "KEY")]
    issuer_key: Option<String>,
    /// What it is to be trusted for: S sign and verify, V verify, X agree, W wrap
    #[arg(long = "for", value_name = "LETTER", default_value = "V")]
    usage: String,
}

/// Makes a request.
pub(crate) async fn request(args: &Csr, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let request = request::Request {
        major_key: Some(MajorKeySelector::Pmk),
        private_key: fields::value("--key", &pki_files::text(&args.subject.key)?)?,
        hash: Some(args.subject.hash.into()),
        key_usages: args.subject.usages()?,
        subject: args.subject.name()?,
        number: None,
    };
    let (client, _) = session::connect(connection).await?;
    let made = client.call(request).await?;
    args.destination.put("CERTIFICATE REQUEST", made.request.bytes(), output)
}

/// Does what is asked.
pub(crate) async fn run(verb: &Verb, connection: &Connection, output: &Output) -> Result<(), Failure> {
    match verb {
        Verb::SelfSigned(args) => self_signed(args, connection, output).await,
        Verb::Issue(args) => issue(args, connection, output).await,
        Verb::Trust(args) => trusted(args, connection, output).await,
    }
}

async fn self_signed(args: &SelfSigned, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let request = self_sign::Request {
        major_key: Some(MajorKeySelector::Pmk),
        private_key: fields::value("--key", &pki_files::text(&args.subject.key)?)?,
        certificate_type: None,
        start: args.content.start()?,
        days: args.content.days()?,
        key_usages: args.subject.usages()?,
        hash: Some(args.subject.hash.into()),
        flag: None,
        constraints: args.content.constraints(),
        subject: args.subject.name()?,
        second_name: None,
        serial: args.content.serial()?,
    };
    let (client, _) = session::connect(connection).await?;
    let made = client.call(request).await?;
    args.destination.put(CERTIFICATE, made.certificate.bytes(), output)
}

async fn issue(args: &Issue, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let request = sign::Request {
        major_key: Some(MajorKeySelector::Pmk),
        request: RequestBytes::new(&pki_files::read(&args.request, Kind::Request)?),
        issuer: Certificates::new(&pki_files::read(&args.issuer, Kind::Certificates)?),
        private_key: fields::value("--key", &pki_files::text(&args.key)?)?,
        certificate_type: None,
        start: args.content.start()?,
        days: args.content.days()?,
        hash: Some(args.hash.into()),
        key_usages: args.usage.as_deref().map(|usage| fields::value("--usage", usage)).transpose()?,
        constraints: args.content.constraints(),
        serial: args.content.serial()?,
        flag: None,
    };
    let (client, _) = session::connect(connection).await?;
    let made = client.call(request).await?;
    args.destination.put(CERTIFICATE, made.certificate.bytes(), output)
}

async fn trusted(args: &Trust, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let issuer_key = args.issuer_key.as_deref().map(pki_files::text).transpose()?;
    let request = trust::Request {
        major_key: Some(MajorKeySelector::Pmk),
        certificate_type: None,
        key_block: None,
        usage: fields::value("--for", &args.usage)?,
        issuer_key: issuer_key.map(|key| fields::value("--issuer-key", &key)).transpose()?,
        certificates: Certificates::new(&pki_files::read(&args.certificates, Kind::Certificates)?),
    };
    let (client, _) = session::connect(connection).await?;
    let told = client.call(request).await?;
    let key = fields::text(&told.trusted_key);
    output.show(&json!({ "trusted_key": key }), || format!("{key}\n"))
}
