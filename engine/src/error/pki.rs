//! Numbers of what is wrong with certificates and tokens: `AM`, and `AN` that narrows it.

use protocol::ErrorCode;

use crate::{certificate, tr34};

pub(super) fn certificate_code(error: certificate::Error) -> (ErrorCode, u16) {
    use certificate::Error;
    let detail = match error {
        Error::Malformed(_) | Error::Algorithm | Error::Key => return (ErrorCode::CertificateMalformed, 0),
        Error::Signature => return (ErrorCode::SignatureRefused, 0),
        Error::Name(_) => return (ErrorCode::FieldInvalid, 0),
        Error::NotYetValid => 1,
        Error::Expired => 2,
        Error::Issuer => 3,
        Error::NotCa => 4,
        Error::IssuerUsage => 5,
        Error::PathLength => 6,
        Error::CriticalExtension => 7,
        Error::NoAnchor => 8,
        Error::Sha1 => 9,
        Error::Usage(_) => 10,
        Error::Purpose => 11,
    };
    (ErrorCode::CertificateRefused, detail)
}

pub(super) fn token_code(error: tr34::Error) -> (ErrorCode, u16) {
    use tr34::Error;
    let detail = match error {
        Error::Malformed(_) | Error::Algorithm => return (ErrorCode::TokenMalformed, 0),
        Error::Refused => return (ErrorCode::TokenRefused, 0),
        Error::Receiver => return (ErrorCode::KeyUsageRefused, 3),
        Error::OtherReceiver => 1,
        Error::OtherSender => 2,
        Error::Nonce => 3,
        Error::Stale => 4,
        Error::Pass(_) => 5,
        Error::Crl(_) => 6,
        Error::Revoked => 7,
    };
    (ErrorCode::TokenConflict, detail)
}
