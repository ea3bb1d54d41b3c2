//! Certificates for the clients of a tenant, signed with the key of the HSM's own CA.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair, KeyUsagePurpose};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use super::{Issuing, absolute};
use crate::args::Connection;
use crate::failure::Failure;
use crate::profile::{self, Listener};

/// Days for which a client's certificate is good.
const DAYS: i64 = 825;

/// The CA that the HSM's clients are signed by.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: PathBuf,
}

impl Authority {
    pub(super) fn read(issuing: &Issuing, connection: &Connection) -> Result<Self, Failure> {
        let options = profile::options(connection, Listener::Commands)?;
        let certificate = options.tls.map(|tls| tls.ca).ok_or_else(|| Failure::usage("this needs TLS"))?;
        let key = issuing.ca_key.clone().unwrap_or_else(|| certificate.with_file_name("ca.key"));
        let unusable = |path: &Path, error: &dyn std::fmt::Display| {
            Failure::usage(format!("{}: {error}", path.display()))
                .next("--ca-key names the key of the CA; `strongroom init` keeps it in DIR/ca/ca.key")
        };
        let pem = fs::read_to_string(&key).map(Zeroizing::new).map_err(|error| unusable(&key, &error))?;
        let pair = KeyPair::from_pem(&pem).map_err(|error| unusable(&key, &error))?;
        let ca = fs::read_to_string(&certificate).map_err(|error| unusable(&certificate, &error))?;
        let issuer = Issuer::from_ca_cert_pem(&ca, pair).map_err(|error| unusable(&certificate, &error))?;
        Ok(Self { issuer, certificate })
    }

    /// Makes a client's key and certificate and a profile that uses them; what the client needs, for printing.
    pub(super) fn client(
        &self,
        tenant: &str,
        client: &str,
        out: &Path,
        connection: &Connection,
    ) -> Result<Value, Failure> {
        let made = |error: rcgen::Error| Failure::usage(format!("making a certificate: {error}"));
        let key = KeyPair::generate().map_err(made)?;
        let signed = parameters(tenant, client).signed_by(&key, &self.issuer).map_err(made)?;
        let out = absolute(out)?;
        fs::create_dir_all(&out).map_err(|error| Failure::usage(format!("{}: {error}", out.display())))?;
        let file = |ending: &str| out.join(format!("{tenant}-{client}.{ending}"));
        let (certificate, private, profile) = (file("pem"), file("key"), file("profile.toml"));
        write(&private, Zeroizing::new(key.serialize_pem()).as_bytes(), 0o600)?;
        write(&certificate, signed.pem().as_bytes(), 0o644)?;
        let options = profile::options(connection, Listener::Commands)?;
        let ca = absolute(&self.certificate)?;
        let text = [
            format!("addresses = {:?}", options.addresses),
            format!("server_name = {:?}", options.tls.and_then(|tls| tls.server_name).unwrap_or("localhost".into())),
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

/// A client certificate whose organizational unit is the tenant: that is what leads it there.
fn parameters(tenant: &str, client: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "Strongroom");
    subject.push(DnType::OrganizationalUnitName, tenant);
    subject.push(DnType::CommonName, client);
    params.distinguished_name = subject;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.use_authority_key_identifier_extension = true;
    let now = OffsetDateTime::now_utc();
    // Clocks of other machines may be a little behind.
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(DAYS);
    params
}

fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    file.and_then(|mut file| file.write_all(content))
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}
