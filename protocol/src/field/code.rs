//! Values that are one of a few codes.

use crate::buffer::Buffer;

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl $name {
            /// Every variant.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code on the wire.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl $crate::field::Value<'_> for $name {
            const SHAPE: &'static str = concat!("one of", $(" ", $code,)+);
            const CODES: &'static [(&'static str, &'static str)] = &[$(($code, concat!($($doc,)+)),)+];

            fn parse(value: &[u8]) -> Result<Self, &'static str> {
                $(if value == $code.as_bytes() { return Ok(Self::$variant); })+
                Err(concat!("must be one of", $(" ", $code,)+))
            }

            fn write(&self, out: &mut Buffer) {
                out.extend_from_slice(self.code().as_bytes());
            }
        }
    };
}

codes! {
    /// Selects a major key (`FS`, `BJ`, `MK`; wire.md A.3: 1 and 6 are known, the others are ours).
    MajorKeySelector {
        /// MFK, Master File Key: payments.
        Mfk = "1",
        /// KEK, the major key for key exchange.
        Kek = "2",
        /// BEK, Backup Encryption Key.
        Bek = "3",
        /// SCEK, Smart Card Encryption Key.
        Scek = "4",
        /// FTK, Futurex Token Key: PKCS #11 and the key table.
        Ftk = "5",
        /// PMK, Platform Master Key: the default for keys and certificates.
        Pmk = "6",
    }
}

codes! {
    /// A symmetric key's algorithm and length (`CT`; 2 to 6 seen in a client, 1 is our inference).
    KeyTypeCode {
        /// single-length DES
        Des = "1",
        /// two-key triple DES
        Tdes2 = "2",
        /// three-key triple DES
        Tdes3 = "3",
        /// AES-128
        Aes128 = "4",
        /// AES-192
        Aes192 = "5",
        /// AES-256
        Aes256 = "6",
    }
}

codes! {
    /// Length of a DES-family key (`FS` of GWKS and RKEY).
    DesLength {
        /// single-length DES
        Single = "1",
        /// two-key triple DES
        Double = "2",
        /// three-key triple DES
        Triple = "3",
    }
}

codes! {
    /// Forms of key that a tenant accepts and gives (`OF`).
    TenantForms {
        /// TR-31 key blocks and cryptograms
        Both = "TR31,CRYPTOGRAM",
        /// TR-31 key blocks
        KeyBlocks = "TR31",
        /// cryptograms
        Cryptograms = "CRYPTOGRAM",
    }
}

codes! {
    /// Where a tenant comes from (`OG`).
    TenantOrigin {
        /// the configuration
        Configured = "F",
        /// ZTCR
        Created = "Z",
    }
}

codes! {
    /// What a backup holds (`ME`).
    BackupContents {
        /// the key table
        Keys = "K",
        /// identities and roles
        Configuration = "C",
        /// both
        All = "A",
    }
}

codes! {
    /// A hash function (`RG`; the numbers agree in three clients).
    HashCode {
        /// SHA-1
        Sha1 = "1",
        /// MD5
        Md5 = "2",
        /// RIPEMD-160
        Ripemd160 = "3",
        /// SHA-256
        Sha256 = "4",
        /// SHA-384
        Sha384 = "5",
        /// SHA-512
        Sha512 = "6",
    }
}

codes! {
    /// Form of a key that is given out (`OF`; T is known, C inferred).
    OutputForm {
        /// TR-31 key block
        KeyBlock = "T",
        /// cryptogram
        Cryptogram = "C",
    }
}

codes! {
    /// Outcome of a verification (`BB`), and where a setting is on or off (`SU`, `CR`, `SH`, ours).
    Verdict {
        /// verified, on
        Yes = "Y",
        /// not verified, off
        No = "N",
    }
}

codes! {
    /// Whether more data follows (`BN`).
    MoreData {
        /// no, this is all of it
        Last = "0",
    }
}

codes! {
    /// A flag that known clients always send as 1 (`BF` of CBCE, CBCD and GMAC, `CZ` of GMAC).
    ConstantOne {
        /// the only value seen
        One = "1",
    }
}

codes! {
    /// What a key pair may do (`CZ`; W, D and T are ours).
    PairUsage {
        /// sign and verify
        SignVerify = "S",
        /// verify
        Verify = "V",
        /// sign
        Sign = "G",
        /// key agreement
        Agree = "X",
        /// wrap and unwrap keys
        Wrap = "W",
        /// encrypt and decrypt data
        Data = "D",
        /// receive TR-34 tokens
        Token = "T",
    }
}

codes! {
    /// How a key goes under an RSA public key (`OF`; ours).
    RsaKeyForm {
        /// with its header, which binds it on the other side
        WithHeader = "H",
        /// the bare key, as others have it
        Bare = "C",
    }
}

codes! {
    /// Bits of an RSA modulus (`RB`).
    ModulusBits {
        /// 2,048 bits
        Rsa2048 = "2048",
        /// 3,072 bits
        Rsa3072 = "3072",
        /// 4,096 bits
        Rsa4096 = "4096",
    }
}

codes! {
    /// What is signed (`RG` of RSAS and RSAV; the numbers agree in three clients).
    SignatureHash {
        /// none: the bytes as they are
        None = "0",
        /// SHA-1
        Sha1 = "1",
        /// MD5
        Md5 = "2",
        /// RIPEMD-160
        Ripemd160 = "3",
        /// SHA-256
        Sha256 = "4",
        /// SHA-384
        Sha384 = "5",
        /// SHA-512
        Sha512 = "6",
    }
}

codes! {
    /// Whether more data follows in the next frame (`BN` of RSAS and RSAV).
    MoreFrames {
        /// no, this is the last of it
        Last = "0",
        /// yes
        More = "1",
    }
}

codes! {
    /// What a reply asks for (`BN`).
    Continue {
        /// the next frame
        Continue = "CONTINUE",
    }
}

codes! {
    /// Whether a hash is signed in its DigestInfo (`KY`; 1 is known).
    Encoding {
        /// no, by itself
        Bare = "0",
        /// yes, BER-encoded with the name of its function
        Ber = "1",
    }
}

codes! {
    /// Padding of an RSA signature (`ZA`; 1 is known, 2 ours).
    SignaturePadding {
        /// PKCS #1 v1.5
        Pkcs1 = "1",
        /// PSS, MGF1 with the same hash, a salt as long as it
        Pss = "2",
    }
}

codes! {
    /// How a key is derived from a shared secret (`KM` of SDDH).
    KdfCode {
        /// NIST SP 800-56A: the concatenation KDF
        Sp80056a = "0",
        /// ANSI X9.63
        X963 = "1",
    }
}

codes! {
    /// Padding of RSA encryption (`ZA` of GPSR, ZKRW and ZKRU, ours). PKCS #1 v1.5 is not served.
    RsaPadding {
        /// OAEP with SHA-256
        OaepSha256 = "2",
        /// OAEP with SHA-1
        OaepSha1 = "3",
        /// OAEP with SHA-384
        OaepSha384 = "4",
        /// OAEP with SHA-512
        OaepSha512 = "5",
    }
}

codes! {
    /// A curve of SP 800-186 (`RA` of GECC).
    CurveCode {
        /// P-256
        P256 = "2",
        /// P-384
        P384 = "3",
        /// P-521
        P521 = "4",
    }
}

codes! {
    /// A kind of key pair that GRSA and GECC do not make (`RA` of ZAGE, ours).
    PairKind {
        /// Ed25519 (RFC 8032)
        Ed25519 = "ED25519",
        /// ML-DSA-44 (FIPS 204)
        MlDsa44 = "ML-DSA-44",
        /// ML-DSA-65
        MlDsa65 = "ML-DSA-65",
        /// ML-DSA-87
        MlDsa87 = "ML-DSA-87",
        /// ML-KEM-512 (FIPS 203)
        MlKem512 = "ML-KEM-512",
        /// ML-KEM-768
        MlKem768 = "ML-KEM-768",
        /// ML-KEM-1024
        MlKem1024 = "ML-KEM-1024",
    }
}

codes! {
    /// What to do with data (`BF` of GPED, ours).
    Direction {
        /// encrypt
        Encrypt = "0",
        /// decrypt
        Decrypt = "1",
    }
}

codes! {
    /// Kind of certificate (`RY`; 3 is the only value seen).
    CertificateType {
        /// X.509
        X509 = "3",
    }
}

codes! {
    /// What to make of a certificate or a request (`RN` of RCCN; 31 is known, 13 ours).
    Conversion {
        /// DER of PEM
        PemToDer = "31",
        /// PEM of DER
        DerToPem = "13",
    }
}

codes! {
    /// Form of a TR-34 token (`ZA`; 3 is known, 1 ours).
    TokenForm {
        /// TR-34:2019 as RFC 5652 has it
        X9_2019 = "1",
        /// TR-34:2012 as Diebold and a large cloud take it
        X9_2012 = "3",
    }
}

codes! {
    /// How many messages a key travels in (`ZA` of PEDK; the modes are known by name, the numbers are their order there).
    TokenPasses {
        /// two passes: the receiver gives a random number first
        Two = "1",
        /// one pass: the time stands for it
        One = "2",
        /// one pass, the envelope under AES, which its sender chooses: as 2
        OneAes = "3",
    }
}

codes! {
    /// Mode of operation (`KM` of GPED, ours).
    CipherMode {
        /// ECB
        Ecb = "0",
        /// CBC
        Cbc = "1",
        /// CTR, the IV being the first counter block
        Ctr = "2",
    }
}

codes! {
    /// Padding of data before encryption (`ZA` of GPED, ours).
    DataPadding {
        /// none: the data is whole blocks (any length in CTR)
        None = "0",
        /// PKCS #7
        Pkcs7 = "1",
        /// ISO 9797-1 method 2: 80, then zeros
        Iso2 = "2",
    }
}

codes! {
    /// MAC algorithm (`KM` of GPMC, ours; the digits are those of ISO 9797-1 and of the key usages M1, M3, M6).
    MacAlgorithm {
        /// ISO 9797-1 algorithm 1: CBC-MAC (ISO 16609 with a triple DES key)
        CbcMac = "1",
        /// ISO 9797-1 algorithm 3: retail MAC (X9.19)
        Retail = "3",
        /// CMAC (SP 800-38B)
        Cmac = "6",
    }
}

codes! {
    /// Padding before a MAC (`ZA` of GPMC, ours: ISO 9797-1 padding methods).
    MacPadding {
        /// zeros to a whole block
        Method1 = "1",
        /// 80, then zeros
        Method2 = "2",
    }
}

codes! {
    /// Form of the key in `BG` (`RT` of GPGS, seen once with a cryptogram; the reading is inferred).
    KeyForm {
        /// cryptogram
        Cryptogram = "1",
    }
}

codes! {
    /// Says that something is so; absent where it is not.
    Yes {
        /// yes
        Yes = "Y",
    }
}

codes! {
    /// How a ceremony loads a major key, or takes it onto cards.
    CeremonyMethod {
        /// components, XORed
        Components = "C",
        /// fragments of smart cards, recombined
        Fragments = "F",
        /// generated inside, onto smart cards
        Generated = "G",
        /// the loaded key, onto smart cards
        Backup = "B",
    }
}

codes! {
    /// What becomes of a command that comes before the throughput licence allows it.
    WhenBusy {
        /// it waits its turn
        Queue = "Q",
        /// it is refused as busy
        Refuse = "R",
    }
}

codes! {
    /// A fault that is made on purpose.
    FaultKind {
        /// the command takes longer
        Delay = "D",
        /// an error is answered, and nothing done
        Refuse = "E",
        /// a missing major key is answered, and nothing done
        MajorKeyLost = "K",
        /// the connection is closed instead of doing anything
        Drop = "C",
        /// the command is done, and the connection closed instead of an answer
        Lose = "L",
        /// the command is done, and half of the answer is sent before the connection is closed
        Half = "H",
        /// the command is done, and bytes that are no frame are sent instead of the answer
        Garbage = "G",
        /// the command is done and never answered, and the connection stays open
        Stall = "S",
        /// the command is done, and the check value in its answer is wrong
        CheckValue = "V",
        /// as in a restart: connections are closed at their next command, and new ones turned away
        Away = "R",
        /// client certificates are refused as expired when a connection is made
        Expired = "X",
        /// the HSM shows a certificate whose validity is over when a connection is made
        ServerExpired = "Y",
    }
}
