//! Certificates for the clients of a tenant, signed by its own CA or by the HSM's.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData as _,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use super::{Issuing, absolute};
use crate::args::Connection;
use crate::failure::Failure;
use crate::profile::{self, Listener};

/// Days for which a client's certificate is good.
const DAYS: i64 = 825;

/// Days for which a CA that is made here is good.
const CA_DAYS: i64 = 3650;

/// The CA that a tenant's clients are signed by.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    der: CertificateDer<'static>,
    path: PathBuf,
}

impl Authority {
    /// The one that is named, or else that was made for the tenant, or else the HSM's own.
    pub(super) fn of(tenant: &str, issuing: &Issuing, connection: &Connection) -> Result<Self, Failure> {
        let made = file(&issuing.out, tenant, "ca.pem");
        let path = match &issuing.client_ca {
            Some(path) => path.clone(),
            None if made.exists() => made,
            None => {
                let options = profile::options(connection, Listener::Commands)?;
                options.tls.map(|tls| tls.ca).ok_or_else(|| Failure::usage("this needs TLS"))?
            }
        };
        Self::read(path, issuing)
    }

    fn read(path: PathBuf, issuing: &Issuing) -> Result<Self, Failure> {
        let key = issuing.ca_key.clone().unwrap_or_else(|| path.with_extension("key"));
        let unusable = |path: &Path, error: &dyn std::fmt::Display| {
            Failure::usage(format!("{}: {error}", path.display()))
                .next("--client-ca and --ca-key name a CA and its key; `strongroom init` keeps the HSM's in DIR/ca")
        };
        let pem = fs::read_to_string(&key).map(Zeroizing::new).map_err(|error| unusable(&key, &error))?;
        let pair = KeyPair::from_pem(&pem).map_err(|error| unusable(&key, &error))?;
        let der = CertificateDer::from_pem_file(&path).map_err(|error| unusable(&path, &error))?;
        if !is_key_of(&pair, &der) {
            return Err(unusable(&key, &format!("this is not the key of {}", path.display())));
        }
        let issuer = Issuer::from_ca_cert_der(&der, pair).map_err(|error| unusable(&path, &error))?;
        Ok(Self { issuer, der, path })
    }

    /// A new one, in two files.
    pub(super) fn make(tenant: &str, out: &Path) -> Result<Self, Failure> {
        let key = KeyPair::generate().map_err(|error| made(&error))?;
        let mut params = valid(CertificateParams::default(), CA_DAYS);
        params.distinguished_name = named(&format!("Client CA of {tenant}"), None);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).map_err(|error| made(&error))?;
        let path = file(&directory(out)?, tenant, "ca.pem");
        write(&path.with_extension("key"), Zeroizing::new(key.serialize_pem()).as_bytes(), 0o600)?;
        write(&path, certificate.pem().as_bytes(), 0o644)?;
        Ok(Self { der: certificate.der().clone(), issuer: Issuer::new(params, key), path })
    }

    /// Removes its two files.
    pub(super) fn remove(&self) {
        for path in [self.path.with_extension("key"), self.path.clone()] {
            if let Err(error) = fs::remove_file(&path) {
                tracing::debug!(path = %path.display(), %error, "not removed");
            }
        }
    }

    /// Its certificate.
    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    /// The file of its certificate.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a client's key and certificate and a profile that uses them; what the client needs, for printing.
    pub(super) fn client(
        &self,
        tenant: &str,
        client: &str,
        out: &Path,
        connection: &Connection,
    ) -> Result<Value, Failure> {
        let key = KeyPair::generate().map_err(|error| made(&error))?;
        let signed = parameters(tenant, client).signed_by(&key, &self.issuer).map_err(|error| made(&error))?;
        let out = directory(out)?;
        let file = |ending: &str| file(&out, tenant, &format!("{client}.{ending}"));
        let (certificate, private, profile) = (file("pem"), file("key"), file("profile.toml"));
        write(&private, Zeroizing::new(key.serialize_pem()).as_bytes(), 0o600)?;
        write(&certificate, signed.pem().as_bytes(), 0o644)?;
        let options = profile::options(connection, Listener::Commands)?;
        let tls = options.tls.ok_or_else(|| Failure::usage("this needs TLS"))?;
        let ca = absolute(&tls.ca)?;
        let text = [
            format!("addresses = {:?}", options.addresses),
            format!("server_name = {:?}", tls.server_name.unwrap_or("localhost".into())),
            format!("ca = {:?}", ca.display().to_string()),
            format!("certificate = {:?}", certificate.display().to_string()),
            format!("key = {:?}", private.display().to_string()),
        ];
        write(&profile, (text.join("\n") + "\n").as_bytes(), 0o644)?;
        Ok(json!({
            "tenant": tenant,
            "client": client,
            "addresses": options.addresses.join(", "),
            "ca": ca,
            "certificate": certificate,
            "key": private,
            "profile": profile,
        }))
    }
}

/// The certificates of a PEM file in DER form, one after the other.
pub(super) fn read_all(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(found) if !found.is_empty() => Ok(found.iter().flat_map(|der| der.iter().copied()).collect()),
        Ok(_) => Err(Failure::usage(format!("{}: holds no certificate in PEM form", path.display()))),
        Err(error) => Err(Failure::usage(format!("{}: {error}", path.display()))),
    }
}

/// A client certificate whose organizational unit is the tenant: where the CA is the HSM's, that is what leads it there.
fn parameters(tenant: &str, client: &str) -> CertificateParams {
    let mut params = valid(CertificateParams::default(), DAYS);
    params.distinguished_name = named(client, Some(tenant));
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.use_authority_key_identifier_extension = true;
    params
}

fn named(name: &str, unit: Option<&str>) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "Strongroom");
    if let Some(unit) = unit {
        subject.push(DnType::OrganizationalUnitName, unit);
    }
    subject.push(DnType::CommonName, name);
    subject
}

fn valid(mut params: CertificateParams, days: i64) -> CertificateParams {
    let now = OffsetDateTime::now_utc();
    // Clocks of other machines may be a little behind.
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(days);
    params
}

/// Whether the certificate is for this key.
fn is_key_of(key: &KeyPair, certificate: &CertificateDer<'_>) -> bool {
    let public = key.subject_public_key_info();
    certificate.windows(public.len()).any(|window| window == public)
}

fn made(error: &rcgen::Error) -> Failure {
    Failure::usage(format!("making a certificate: {error}"))
}

fn file(out: &Path, tenant: &str, ending: &str) -> PathBuf {
    out.join(format!("{tenant}-{ending}"))
}

fn directory(out: &Path) -> Result<PathBuf, Failure> {
    let out = absolute(out)?;
    fs::create_dir_all(&out).map_err(|error| Failure::usage(format!("{}: {error}", out.display())))?;
    Ok(out)
}

fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    file.and_then(|mut file| file.write_all(content))
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}
