//! Key pairs and the asymmetric table.

use client::Client;
use protocol::command::asymmetric::{delete, generate, generate_ec, generate_rsa, list, load, read_public};
use protocol::field::code::{CurveCode, ModulusBits, PairKind, PairUsage};
use protocol::field::exponent::Exponent;
use protocol::field::number::SlotNumber;
use protocol::field::pair::{PairRef, Target};
use protocol::pem;
use serde_json::json;

use crate::failure::Failure;
use crate::fields;
use crate::output::{Output, columns};
use crate::pki_files::{self, Destination};

/// What a public key is called in PEM.
const PUBLIC_KEY: &str = "PUBLIC KEY";

#[derive(Debug, clap::Args)]
pub(crate) struct Generate {
    /// What to generate
    #[arg(value_enum)]
    kind: Kind,
    /// Label of its slot
    #[arg(long, value_name = "TEXT", conflicts_with = "give")]
    label: Option<String>,
    /// Slot of the asymmetric table; the lowest empty one when absent
    #[arg(long, value_name = "NUMBER", conflicts_with = "give")]
    slot: Option<u32>,
    /// Store nothing: print the private key too, in a key block under the PMK
    #[arg(long = "return", conflicts_with = "out")]
    give: bool,
    /// What the pair may do; sign when absent, and agree where ML-KEM does nothing else
    #[arg(long, value_enum)]
    usage: Option<Usage>,
    /// RSA's public exponent, in hexadecimal
    #[arg(long, value_name = "HEX", default_value = "10001")]
    exponent: String,
    #[command(flatten)]
    destination: Destination,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Public {
    /// The pair: its slot, its private key in a key block, or @FILE with one
    #[arg(value_name = "SLOT|KEY BLOCK")]
    pair: String,
    #[command(flatten)]
    destination: Destination,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// RSA with 2,048 bits
    #[value(name = "rsa-2048")]
    Rsa2048,
    /// RSA with 3,072 bits
    #[value(name = "rsa-3072")]
    Rsa3072,
    /// RSA with 4,096 bits
    #[value(name = "rsa-4096")]
    Rsa4096,
    /// The curve P-256
    #[value(name = "ec-p256")]
    P256,
    /// The curve P-384
    #[value(name = "ec-p384")]
    P384,
    /// The curve P-521
    #[value(name = "ec-p521")]
    P521,
    /// Ed25519
    Ed25519,
    /// ML-DSA-44
    #[value(name = "ml-dsa-44")]
    MlDsa44,
    /// ML-DSA-65
    #[value(name = "ml-dsa-65")]
    MlDsa65,
    /// ML-DSA-87
    #[value(name = "ml-dsa-87")]
    MlDsa87,
    /// ML-KEM-512
    #[value(name = "ml-kem-512")]
    MlKem512,
    /// ML-KEM-768
    #[value(name = "ml-kem-768")]
    MlKem768,
    /// ML-KEM-1024
    #[value(name = "ml-kem-1024")]
    MlKem1024,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Usage {
    /// Sign, and verify what it signed
    Sign,
    /// Sign only
    SignOnly,
    /// Agree on keys (curves of NIST, ML-KEM)
    Agree,
    /// Wrap and unwrap keys (RSA)
    Wrap,
    /// Encrypt and decrypt data (RSA)
    Data,
    /// Receive TR-34 tokens (RSA)
    Receive,
}

impl Usage {
    const fn code(self) -> PairUsage {
        match self {
            Self::Sign => PairUsage::SignVerify,
            Self::SignOnly => PairUsage::Sign,
            Self::Agree => PairUsage::Agree,
            Self::Wrap => PairUsage::Wrap,
            Self::Data => PairUsage::Data,
            Self::Receive => PairUsage::Token,
        }
    }
}

impl Generate {
    fn usage(&self) -> PairUsage {
        let usual = match self.kind {
            Kind::MlKem512 | Kind::MlKem768 | Kind::MlKem1024 => Usage::Agree,
            Kind::Rsa2048 | Kind::Rsa3072 | Kind::Rsa4096 => Usage::Sign,
            Kind::P256 | Kind::P384 | Kind::P521 | Kind::Ed25519 => Usage::Sign,
            Kind::MlDsa44 | Kind::MlDsa65 | Kind::MlDsa87 => Usage::Sign,
        };
        self.usage.unwrap_or(usual).code()
    }
}

/// Prints the public key of a pair.
pub(super) async fn public(client: &Client, args: &Public, output: &Output) -> Result<(), Failure> {
    let pair = fields::value("SLOT|KEY BLOCK", &pki_files::text(&args.pair)?)?;
    let told = client.call(read_public::Request { pair }).await?;
    args.destination.put(PUBLIC_KEY, told.public.bytes(), output)
}

/// Lists the asymmetric table.
pub(super) async fn list(client: &Client, output: &Output) -> Result<(), Failure> {
    let told = client.call(list::Request { from: None, most: None }).await?;
    let lines = told.entries.as_ref().map(|list| fields::list(list.as_str())).unwrap_or_default();
    let rows: Vec<Vec<String>> = lines.iter().map(|line| line.splitn(6, '/').map(str::to_owned).collect()).collect();
    output.show(&rows, || columns(&rows))
}

/// Empties a slot of the asymmetric table.
pub(super) async fn delete(client: &Client, slot: u32, output: &Output) -> Result<(), Failure> {
    let slot = slot_number(slot)?;
    client.call(delete::Request { slot }).await?;
    output.show(&json!({ "slot": slot.value() }), || format!("slot {} is empty\n", slot.value()))
}

/// Generates a pair, and stores it unless it is to be returned.
pub(super) async fn generate(client: &Client, args: &Generate, output: &Output) -> Result<(), Failure> {
    let (private, public_key) = match args.kind {
        Kind::Rsa2048 => rsa(client, args, ModulusBits::Rsa2048).await?,
        Kind::Rsa3072 => rsa(client, args, ModulusBits::Rsa3072).await?,
        Kind::Rsa4096 => rsa(client, args, ModulusBits::Rsa4096).await?,
        Kind::P256 => ec(client, args, CurveCode::P256).await?,
        Kind::P384 => ec(client, args, CurveCode::P384).await?,
        Kind::P521 => ec(client, args, CurveCode::P521).await?,
        Kind::Ed25519 => newer(client, args, PairKind::Ed25519).await?,
        Kind::MlDsa44 => newer(client, args, PairKind::MlDsa44).await?,
        Kind::MlDsa65 => newer(client, args, PairKind::MlDsa65).await?,
        Kind::MlDsa87 => newer(client, args, PairKind::MlDsa87).await?,
        Kind::MlKem512 => newer(client, args, PairKind::MlKem512).await?,
        Kind::MlKem768 => newer(client, args, PairKind::MlKem768).await?,
        Kind::MlKem1024 => newer(client, args, PairKind::MlKem1024).await?,
    };
    let PairRef::KeyBlock(block) = private else {
        return Err(Failure::usage("the HSM has stored a key that was to be returned"));
    };
    if args.give {
        let block = String::from_utf8_lossy(block.as_bytes()).into_owned();
        let text = pem::encode(PUBLIC_KEY, &public_key);
        return output.show(&json!({ "private": block, "public": text }), || format!("{block}\n{text}"));
    }
    let request = load::Request {
        private: Some(block),
        trusted: None,
        slot: args.slot.map(slot_number).transpose()?,
        label: args.label.as_deref().map(|it| fields::value("--label", it)).transpose()?,
    };
    let told = client.call(request).await?;
    output.note(&format!("slot {}, check value {}", told.slot.value(), told.check_value));
    args.destination.put(PUBLIC_KEY, &public_key, output)
}

async fn rsa(client: &Client, args: &Generate, bits: ModulusBits) -> Result<(PairRef, Vec<u8>), Failure> {
    let exponent: Exponent = fields::value("--exponent", &args.exponent)?;
    let request = generate_rsa::Request {
        exponent,
        bits,
        major_key: None,
        key_block: None,
        usage: args.usage(),
        target: Some(Target::Return),
        unknown: None,
        unknown_too: None,
        label: None,
    };
    let told = client.call(request).await?;
    Ok((told.private, told.public.bytes().to_vec()))
}

async fn ec(client: &Client, args: &Generate, curve: CurveCode) -> Result<(PairRef, Vec<u8>), Failure> {
    let request = generate_ec::Request {
        curve,
        major_key: None,
        key_block: None,
        usage: args.usage(),
        target: Some(Target::Return),
        unknown: None,
        unknown_too: None,
        label: None,
    };
    let told = client.call(request).await?;
    Ok((told.private, told.public.bytes().to_vec()))
}

async fn newer(client: &Client, args: &Generate, kind: PairKind) -> Result<(PairRef, Vec<u8>), Failure> {
    let target = Some(Target::Return);
    let request = generate::Request { kind, major_key: None, usage: args.usage(), target, label: None };
    let told = client.call(request).await?;
    Ok((told.private, told.public.bytes().to_vec()))
}

fn slot_number(slot: u32) -> Result<SlotNumber, Failure> {
    SlotNumber::new(slot).ok_or_else(|| Failure::usage("a slot is a number from 0 to 99999"))
}
