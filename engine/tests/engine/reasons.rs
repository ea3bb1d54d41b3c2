//! Every reason that a request can be refused for is reached, by the frame that shows it best.

use std::collections::BTreeSet;

use engine::key::{self, KeyMaterial};
use engine::major_key::{MajorKeyKind, fragment};
use engine::{Error, Policy, certificate, cipher, public_key, tr34};
use fixtures::transcript;
use protocol::command::Command;

use crate::support::{InProcess, wrapped};
use crate::transcripts::hsm as hsm_of;

/// What the frames of the list need; `{name}` stands for it.
const MADE: &[(&str, &str, &str)] = &[
    ("data", "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG"),
    ("encrypt", "[AOGPGS;FS6;CT6;AKD0000D0AE00E0000;]", "BG"),
    ("never", "[AOGPGS;FS6;CT6;AKD0000D0AB00N0000;]", "BG"),
    ("kek", "[AOGPGS;FS6;CT6;AKD0000K0AB00E0000;]", "BG"),
    ("tdes", "[AOGPGS;FS1;CT2;AKB0000D0TB00E0000;]", "BG"),
    ("des kek", "[AOGPGS;FS1;CT1;AKB0000K0DB00S0000;]", "BG"),
    ("tdes kek", "[AOGPGS;FS1;CT3;AKB0000K0TB00S0000;]", "BG"),
    ("des cmac", "[AOGPGS;FS1;CT1;AKB0000M6DC00E0000;]", "BG"),
    ("pin", "[AOGPGS;FS1;CT2;AS1;]", "BG"),
    ("sha1", "[AOGPGS;FS6;CT4;AKD0000M7HC00E0200HM0610PB0A000000;]", "BG"),
    ("rsa", "[AOGRSA;RA10001;RB2048;CZS;]", "RC"),
];

/// Reason, and a frame of the tenant `default` that meets it.
const REFUSED: &[(&str, &str)] = &[
    ("CommandBlocked", "[AOGHSH;RG4;BO00;]"),
    ("AdministrationOnly", "[AOZSTA;]"),
    ("Field", "[AOGPED;AI{data};BF0;KM1;GH0011223344556677;BO00;]"),
    ("FieldNeeded", "[AOGPGS;FS6;CT6;]"),
    ("Conflict", "[AOHMAC;RG4;AR{sha1};BO00;]"),
    ("SlotEmpty", "[AOGPKS;RC2;]"),
    ("SlotMissing", "[AOGPKS;RC3;]"),
    ("NoSuchKey", "[AOGPKR;AE00000000;]"),
    ("SlotTaken", "[AOGPKA;BG{data};RC0;]"),
    ("LabelTaken", "[AOGPKA;BG{data};RTtaken;]"),
    ("MajorKeyMissing", "[AOGPGS;FS4;CT6;AKD0000D0AB00E0000;]"),
    ("MajorKeyUnsuitable", "[AOGPGS;FS1;CT4;AKD0000D0AB00E0000;]"),
    ("UsageRefused", "[AOECID;AI{kek};AK00112233445566778899AABBCCDDEEFF;]"),
    ("ModifierRefused", "[AOGKBL;AS1;BG{pin};AKB0000D0TB00E0000;]"),
    ("ModeRefused", "[AODCID;AI{encrypt};AK00112233445566778899AABBCCDDEEFF;]"),
    ("AlgorithmRefused", "[AOCBCE;GG{data};BO0011223344556677;]"),
    ("ExportRefused", "[AOTWKA;FS6;AP{kek};BG{never};]"),
    ("NotNarrower", "[AOGPKS;RC0;AKD0000D0AB00S0000;]"),
    ("Key: Malformed", "[AOECID;AID0144D0AB00E0000FF;AK00;]"),
    ("Key: KeyBlockInvalid", "[AOTWKM;FS6;AP{kek};BH{data};]"),
    ("Key: KbpkLength", "[AOTWKA;AP{des kek};BG{tdes};]"),
    ("Key: KbpkAlgorithm", "[AOTWKM;FS6;AP{kek};BH{tdes};]"),
    ("Key: TooLong", "[AOGPGS;FS6;CT6;AKD0000D0AB00E4000{long};]"),
    ("Key: Attributes", "[AOGPGS;FS6;CT6;AKD0000P0AC00E0000;]"),
    ("Key: Length", "[AOGPKA;BG{short};]"),
    ("Key: AlgorithmUnsupported", "[AOGPGS;FS6;CT4;AKD0000M7HC00E0200HM0630PB0A000000;]"),
    ("Key: WeakerWrapping", "[AOTWKA;FS6;AP{tdes kek};BG{data};]"),
    ("Key: Weak", "[AOGPKA;BG{weak};]"),
    ("Key: Parity", "[AOGPKA;AS2;BG00112233445566770011223344556677;]"),
    ("Cipher: PartialBlock", "[AOECID;AI{data};AK00;]"),
    ("Cipher: PaddingInvalid", "[AOGPED;AI{data};BF1;KM1;ZA1;BO00112233445566778899AABBCCDDEEFF;]"),
    ("Cipher: Algorithm", "[AOGMAC;AR{des cmac};BO00;]"),
    ("Policy", "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"),
    ("Policy", "[AOGPGS;FS1;CT2;AS1;]"),
    ("TableFull", "[AOGPKA;BG{data};]"),
    ("PublicKey: Length", "[AORSAS;RC{rsa};RG0;RF{long data};]"),
];

/// Every name that [`name`] gives.
const NAMES: &[&str] = &[
    "TenantGone",
    "TenantMissing",
    "CommandBlocked",
    "PermissionMissing",
    "CommandNotEnabled",
    "LoginNeeded",
    "LoginIncomplete",
    "LoginEnded",
    "NotLoggedIn",
    "TokenUnknown",
    "LoginRefused",
    "CertificateUnknown",
    "LoginConflict",
    "NotHere",
    "PasswordRejected",
    "NameMissing",
    "NameTaken",
    "NameKept",
    "GrantRefused",
    "TenantFull",
    "SlotForbidden",
    "TenantOnly",
    "TokenKeyMissing",
    "CeremonyMissing",
    "CeremonyConflict",
    "CeremonyIncomplete",
    "CheckValueWrong",
    "ComponentGiven",
    "FragmentTaken",
    "MajorKeyLoaded",
    "MajorKeyInUse",
    "EnvelopeRefused",
    "PasswordDefault",
    "Fragment: Count",
    "Fragment: Form",
    "Fragment: Damaged",
    "Fragment: OtherSet",
    "Fragment: Given",
    "Fragment: TooFew",
    "Fragment: DoNotFit",
    "AdministrationOnly",
    "Field",
    "FieldNeeded",
    "Conflict",
    "SlotEmpty",
    "SlotMissing",
    "NoSuchKey",
    "SlotTaken",
    "LabelTaken",
    "TableFull",
    "MajorKeyMissing",
    "MajorKeyUnsuitable",
    "Policy",
    "UsageRefused",
    "ModifierRefused",
    "ModeRefused",
    "AlgorithmRefused",
    "ExportRefused",
    "NotNarrower",
    "Key: Malformed",
    "Key: KeyBlockInvalid",
    "Key: KbpkLength",
    "Key: KbpkAlgorithm",
    "Key: TooLong",
    "Key: Attributes",
    "Key: Length",
    "Key: AlgorithmUnsupported",
    "Key: WeakerWrapping",
    "Key: Weak",
    "Key: Parity",
    "SlotPublic",
    "PublicKey: Malformed",
    "PublicKey: NotAKey",
    "PublicKey: Size",
    "PublicKey: Exponent",
    "PublicKey: Kind",
    "PublicKey: Length",
    "PublicKey: Hash",
    "PublicKey: DoesNotDecrypt",
    "PublicKey: Failed",
    "Distrusted",
    "HandleUnknown",
    "Cipher: KeyLength",
    "Cipher: PartialBlock",
    "Cipher: IvLength",
    "Cipher: PaddingInvalid",
    "Cipher: Algorithm",
    "Unprepared",
    "Internal",
];

/// Its name. A new reason does not compile before it is named here.
fn name(error: &Error) -> &'static str {
    match error {
        Error::TenantGone => "TenantGone",
        Error::TenantMissing { .. } => "TenantMissing",
        Error::CommandBlocked { .. } => "CommandBlocked",
        Error::PermissionMissing { .. } => "PermissionMissing",
        Error::CommandNotEnabled { .. } => "CommandNotEnabled",
        Error::LoginNeeded { .. } => "LoginNeeded",
        Error::LoginIncomplete { .. } => "LoginIncomplete",
        Error::LoginEnded => "LoginEnded",
        Error::NotLoggedIn => "NotLoggedIn",
        Error::TokenUnknown { .. } => "TokenUnknown",
        Error::LoginRefused => "LoginRefused",
        Error::CertificateUnknown => "CertificateUnknown",
        Error::LoginConflict { .. } => "LoginConflict",
        Error::NotHere { .. } => "NotHere",
        Error::PasswordRejected { .. } => "PasswordRejected",
        Error::NameMissing { .. } => "NameMissing",
        Error::NameTaken { .. } => "NameTaken",
        Error::NameKept { .. } => "NameKept",
        Error::GrantRefused { .. } => "GrantRefused",
        Error::TenantFull { .. } => "TenantFull",
        Error::SlotForbidden { .. } => "SlotForbidden",
        Error::TenantOnly => "TenantOnly",
        Error::TokenKeyMissing => "TokenKeyMissing",
        Error::Tampered => "Tampered",
        Error::BackupDamaged { .. } => "BackupDamaged",
        Error::BackupOther { .. } => "BackupOther",
        Error::BackupMissing { .. } => "BackupMissing",
        Error::DualControl => "DualControl",
        Error::TenantSuspended => "TenantSuspended",
        Error::TenantNameRefused { .. } => "TenantNameRefused",
        Error::TenantConfigured { .. } => "TenantConfigured",
        Error::NoChange { .. } => "NoChange",
        Error::CeremonyMissing { .. } => "CeremonyMissing",
        Error::CeremonyConflict { .. } => "CeremonyConflict",
        Error::CeremonyIncomplete { .. } => "CeremonyIncomplete",
        Error::CheckValueWrong { .. } => "CheckValueWrong",
        Error::ComponentGiven { .. } => "ComponentGiven",
        Error::FragmentTaken { .. } => "FragmentTaken",
        Error::MajorKeyLoaded { .. } => "MajorKeyLoaded",
        Error::MajorKeyInUse { .. } => "MajorKeyInUse",
        Error::EnvelopeRefused { .. } => "EnvelopeRefused",
        Error::PasswordDefault => "PasswordDefault",
        Error::Fragment { error, .. } => match error {
            fragment::Error::Count => "Fragment: Count",
            fragment::Error::Form => "Fragment: Form",
            fragment::Error::Damaged => "Fragment: Damaged",
            fragment::Error::OtherSet => "Fragment: OtherSet",
            fragment::Error::Given { .. } => "Fragment: Given",
            fragment::Error::TooFew { .. } => "Fragment: TooFew",
            fragment::Error::DoNotFit => "Fragment: DoNotFit",
        },
        Error::AdministrationOnly => "AdministrationOnly",
        Error::Field { .. } => "Field",
        Error::FieldNeeded { .. } => "FieldNeeded",
        Error::Conflict { .. } => "Conflict",
        Error::SlotEmpty { .. } => "SlotEmpty",
        Error::SlotMissing { .. } => "SlotMissing",
        Error::NoSuchKey { .. } => "NoSuchKey",
        Error::SlotTaken { .. } => "SlotTaken",
        Error::LabelTaken { .. } => "LabelTaken",
        Error::TableFull { .. } => "TableFull",
        Error::MajorKeyMissing { .. } => "MajorKeyMissing",
        Error::MajorKeyUnsuitable { .. } => "MajorKeyUnsuitable",
        Error::Policy { .. } => "Policy",
        Error::UsageRefused { .. } => "UsageRefused",
        Error::ModifierRefused { .. } => "ModifierRefused",
        Error::ModeRefused { .. } => "ModeRefused",
        Error::AlgorithmRefused { .. } => "AlgorithmRefused",
        Error::ExportRefused { .. } => "ExportRefused",
        Error::NotNarrower { .. } => "NotNarrower",
        Error::Key { error, .. } => match error {
            key::Error::Malformed(_) => "Key: Malformed",
            key::Error::KeyBlockInvalid => "Key: KeyBlockInvalid",
            key::Error::KbpkLength => "Key: KbpkLength",
            key::Error::KbpkAlgorithm => "Key: KbpkAlgorithm",
            key::Error::TooLong => "Key: TooLong",
            key::Error::Attributes(_) => "Key: Attributes",
            key::Error::Length => "Key: Length",
            key::Error::AlgorithmUnsupported => "Key: AlgorithmUnsupported",
            key::Error::WeakerWrapping => "Key: WeakerWrapping",
            key::Error::Weak => "Key: Weak",
            key::Error::Parity => "Key: Parity",
        },
        Error::Cipher { error, .. } => match error {
            cipher::Error::KeyLength => "Cipher: KeyLength",
            cipher::Error::PartialBlock { .. } => "Cipher: PartialBlock",
            cipher::Error::IvLength { .. } => "Cipher: IvLength",
            cipher::Error::PaddingInvalid => "Cipher: PaddingInvalid",
            cipher::Error::Algorithm => "Cipher: Algorithm",
        },
        Error::SlotPublic { .. } => "SlotPublic",
        Error::PublicKey { error, .. } => match error {
            public_key::Error::Malformed => "PublicKey: Malformed",
            public_key::Error::NotAKey => "PublicKey: NotAKey",
            public_key::Error::Size => "PublicKey: Size",
            public_key::Error::Exponent => "PublicKey: Exponent",
            public_key::Error::Kind(_) => "PublicKey: Kind",
            public_key::Error::Length(_) => "PublicKey: Length",
            public_key::Error::Hash(_) => "PublicKey: Hash",
            public_key::Error::DoesNotDecrypt => "PublicKey: DoesNotDecrypt",
            public_key::Error::Failed => "PublicKey: Failed",
        },
        Error::Distrusted { .. } => "Distrusted",
        Error::HandleUnknown { .. } => "HandleUnknown",
        Error::Certificate { error, .. } => match error {
            certificate::Error::Malformed(_) => "Certificate: Malformed",
            certificate::Error::Algorithm => "Certificate: Algorithm",
            certificate::Error::Sha1 => "Certificate: Sha1",
            certificate::Error::Signature => "Certificate: Signature",
            certificate::Error::NotYetValid => "Certificate: NotYetValid",
            certificate::Error::Expired => "Certificate: Expired",
            certificate::Error::Issuer => "Certificate: Issuer",
            certificate::Error::NotCa => "Certificate: NotCa",
            certificate::Error::IssuerUsage => "Certificate: IssuerUsage",
            certificate::Error::PathLength => "Certificate: PathLength",
            certificate::Error::CriticalExtension => "Certificate: CriticalExtension",
            certificate::Error::NoAnchor => "Certificate: NoAnchor",
            certificate::Error::Key => "Certificate: Key",
            certificate::Error::Name(_) => "Certificate: Name",
            certificate::Error::Usage(_) => "Certificate: Usage",
            certificate::Error::Purpose => "Certificate: Purpose",
        },
        Error::Token { error, .. } => match error {
            tr34::Error::Malformed(_) => "Token: Malformed",
            tr34::Error::Algorithm => "Token: Algorithm",
            tr34::Error::OtherReceiver => "Token: OtherReceiver",
            tr34::Error::OtherSender => "Token: OtherSender",
            tr34::Error::Refused => "Token: Refused",
            tr34::Error::Nonce => "Token: Nonce",
            tr34::Error::Pass(_) => "Token: Pass",
            tr34::Error::Stale => "Token: Stale",
            tr34::Error::Crl(_) => "Token: Crl",
            tr34::Error::Revoked => "Token: Revoked",
            tr34::Error::Receiver => "Token: Receiver",
        },
        Error::Unprepared => "Unprepared",
        Error::Internal { .. } => "Internal",
    }
}

/// The policy under which a frame meets its reason.
fn policy(reason: &str, frame: &str) -> Policy {
    let usual = Policy { slots: 3, disabled: vec![Command::Digest], ..Policy::default() };
    match reason {
        "Policy" if frame.contains("FS6") => Policy { key_blocks: false, ..usual },
        "Policy" => Policy { cryptograms: false, ..usual },
        "TableFull" => Policy { slots: 1, ..usual },
        _ => usual,
    }
}

/// The values behind the names, from an HSM of the same seed that allows everything.
fn values() -> Vec<(String, String)> {
    let mut hsm = InProcess::new(&["default"]);
    let mut values: Vec<(String, String)> =
        MADE.iter().map(|(name, frame, tag)| ((*name).to_owned(), hsm.value(frame, tag))).collect();
    let (pmk, mfk) = (hsm.major_key("default", MajorKeyKind::Pmk), hsm.major_key("default", MajorKeyKind::Mfk));
    let made = |kbpk: &KeyMaterial, header: &str, key: &[u8]| wrapped(kbpk, header, key);
    values.push(("short".to_owned(), made(&pmk, "D0000D0AB00E0000", &[7; 15])));
    values.push(("weak".to_owned(), made(&mfk, "B0000D0TB00E0000", &[[1; 8], [0xFE; 8]].concat())));
    let long: String = (0..40).map(|number| format!("{number:02}FF{}", "x".repeat(251))).collect();
    values.push(("long".to_owned(), long));
    values.push(("long data".to_owned(), "00".repeat(246)));
    values
}

#[test]
fn every_reason_is_reached_and_changes_nothing() {
    let values = values();
    let mut reached = BTreeSet::new();
    for (reason, frame) in REFUSED {
        let mut hsm = InProcess::with_policy(policy(reason, frame));
        let fill = |frame: &str| {
            values.iter().fold(frame.to_owned(), |frame, (name, value)| frame.replace(&format!("{{{name}}}"), value))
        };
        // Where the policy takes no key blocks, the table stays empty.
        hsm.ask(&fill("[AOGPKA;BG{data};RTtaken;]"));
        let (before, stored) = (hsm.ask("[AOGPKM;]"), hsm.stored.len());
        let reply = hsm.ask(&fill(frame));
        let error = hsm.refusal.unwrap_or_else(|| panic!("{reason}: {reply}"));
        assert_eq!(name(&error), *reason, "{frame}: {reply}");
        let start = format!("[AOERRO;AM{};AN{};BB", error.code(), error.detail());
        assert!(reply.starts_with(&start), "{reply}");
        assert_eq!(hsm.ask("[AOGPKM;]"), before, "{frame}");
        assert_eq!(hsm.stored.len(), stored, "{frame}");
        reached.insert(*reason);
    }
    for (speaker, frame) in [("administration", "[AOZTEN;RTnobody;]"), ("administration", "[AORKEY;FS2;]")] {
        let mut hsm = InProcess::new(&["default"]);
        hsm.say(speaker, frame);
        reached.insert(name(&hsm.refusal.expect("refused")));
    }
    for transcript in transcript::all() {
        let (mut hsm, mut replay) = (hsm_of(&transcript), transcript.replay());
        while let Some(ask) = replay.ask() {
            let answer = hsm.say(&ask.speaker, &ask.request);
            reached.extend(hsm.refusal.as_ref().map(name));
            // Whether it is the one written is asked elsewhere.
            let _ = replay.answer(&answer);
        }
    }
    // `refusals.rs` has a tenant that is gone, `people.rs` what takes many, the server's tests have what was not prepared; the others are excluded by what is
    // checked before.
    let missed: Vec<_> = NAMES.iter().copied().filter(|name| !reached.contains(name)).collect();
    assert_eq!(
        missed,
        [
            "TenantGone",
            "TenantFull",
            "Fragment: Form",
            "Fragment: TooFew",
            "PublicKey: Hash",
            "PublicKey: Failed",
            "Cipher: KeyLength",
            "Cipher: IvLength",
            "Unprepared",
            "Internal"
        ]
    );
}
