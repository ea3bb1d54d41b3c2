//! The table of commands, and what it expands to.
//!
//! One line a command: wire name, type, file, what the caller needs, what it changes, where our knowledge comes from.
//! The line is also the permission matrix, the command list of the manual and the dispatch table of the engine.

use crate::buffer::Buffer;
use crate::error::Error;
use crate::frame::Message;
use crate::permission::Permission;
use crate::tag::Tag;

/// Hands the table to the macro named by the caller, which must be in scope there.
///
/// Shape: `group { "WIRE" Type = file, Needs, Effect, Provenance; .. } ..`.
#[macro_export]
macro_rules! command_table {
    ($receiver:ident) => {
        $receiver! {
            /// Communication and the device itself.
            link {
                "ECHO" Echo = echo, Needs::Nothing, Effect::Reads, Provenance::Client;
                "HASH" ReadSerial = serial, Needs::Nothing, Effect::Reads, Provenance::Inferred;
                "PRMD" ReadRestrictions = restrictions, Needs::Nothing, Effect::Reads, Provenance::Inferred;
                "RAND" RandomData = random, Needs::Nothing, Effect::Reads, Provenance::Inferred;
                "GHSH" Digest = digest, Needs::Nothing, Effect::Reads, Provenance::Inferred;
            }
            /// Making keys, and moving them between major keys and key exchange keys.
            key {
                "GPGS" GenerateKey = generate, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "GWKS" GenerateWorkingKey = generate_working, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "RKEY" RandomKey = random, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "GKBL" MakeKeyBlock = make_block, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "TWKA" ExportKey = export, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "TWKD" ExportKeyData = export_data, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "TWKM" ImportKey = import, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "TWKS" ImportVariantKey = import_variant, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
            }
            /// The key table.
            table {
                "GPKA" AddKey = add, Needs::Permission(Permission::Keys), Effect::Writes, Provenance::Inferred;
                "GPKD" DeleteKey = delete, Needs::Permission(Permission::Keys), Effect::Writes, Provenance::Inferred;
                "GPKM" ListKeys = list, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "GPKR" ReadKey = read, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "GPKS" ChangeKey = change, Needs::Permission(Permission::Keys), Effect::Writes, Provenance::Inferred;
            }
            /// Key pairs, trusted public keys and their table.
            asymmetric {
                "GRSA" GenerateRsa = generate_rsa, Needs::Permission(Permission::Keys), Effect::Writes, Provenance::Client;
                "GECC" GenerateEc = generate_ec, Needs::Permission(Permission::Keys), Effect::Writes, Provenance::Client;
                "ZAGE" GeneratePair = generate, Needs::Permission(Permission::Keys), Effect::Writes, Provenance::Ours;
                "APFP" ReadPublicKey = read_public, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "RPFP" ReadRsaNumbers = read_rsa, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "ADPK" OpenTrustedKey = open_trusted, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "RDPK" OpenTrustedRsaKey = open_trusted_rsa, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "ASYL" LoadAsymmetricKey = load, Needs::Permission(Permission::Keys), Effect::Writes, Provenance::Inferred;
                "LRSA" LoadRsaKey = load_rsa, Needs::Permission(Permission::Keys), Effect::Writes, Provenance::Inferred;
                "ZASL" ListAsymmetricKeys = list, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Ours;
                "ZASD" DeleteAsymmetricKey = delete, Needs::Permission(Permission::Keys), Effect::Writes, Provenance::Ours;
                "ZATP" TrustPublicKey = trust, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Ours;
                "ZATT" TranslateTrustedKey = translate_trusted, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Ours;
            }
            /// RSA encryption, of keys and of data.
            wrapping {
                "GPRW" ReadWrappingKey = read, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "GPSR" CryptRsa = crypt, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "ZKRW" WrapKeyRsa = wrap, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Ours;
                "ZKRU" UnwrapKeyRsa = unwrap, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Ours;
            }
            /// Signatures, key agreement and key encapsulation.
            signature {
                "RSAS" Sign = sign, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "RSAV" VerifySignature = verify, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "SDDH" AgreeOnKey = agree, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "ZSGM" SignMessage = sign_message, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Ours;
                "ZSGV" VerifyMessage = verify_message, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Ours;
                "ZKEN" EncapsulateKey = encapsulate, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Ours;
                "ZKDE" DecapsulateKey = decapsulate, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Ours;
            }
            /// Encrypting and decrypting data.
            data {
                "GPED" CryptData = crypt, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "CBCE" EncryptCbc = encrypt_cbc, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "CBCD" DecryptCbc = decrypt_cbc, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "ECID" EncryptEcb = encrypt_ecb, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "DCID" DecryptEcb = decrypt_ecb, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
            }
            /// Message authentication.
            mac {
                "GMAC" GenerateMac = generate, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "VMAC" VerifyMac = verify, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "GPMC" GeneralMac = general, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "HMAC" KeyedHash = hmac, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
            }
            /// Certificates: requests, issuing, verifying and trusting.
            certificate {
                "ASGC" SelfSignCertificate = self_sign, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "ASYR" RequestCertificate = request, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "ASSR" SignRequest = sign, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "RSAR" RequestRsaCertificate = request_rsa, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "RSSR" SignRsaRequest = sign_rsa, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "AVPC" TrustCertificate = trust, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "RVPC" TrustRsaCertificate = trust_rsa, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "RCCN" ConvertCertificate = convert, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
            }
            /// Exchanging symmetric keys by TR-34.
            tr34 {
                "TRTP" ExportTwoPass = export_two_pass, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Client;
                "TROP" ExportOnePass = export_one_pass, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "TRTD" ImportToken = import, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
                "PEDK" RequestKey = request, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Inferred;
            }
            /// Logging in and out.
            login {
                "ZLIN" Login = begin, Needs::Tenant, Effect::Writes, Provenance::Ours;
                "ZLOU" Logout = end, Needs::Tenant, Effect::Writes, Provenance::Ours;
                "ZLWH" ShowLogin = show, Needs::Tenant, Effect::Reads, Provenance::Ours;
                "ZLTK" MakeToken = token, Needs::Tenant, Effect::Writes, Provenance::Ours;
                "ZLJN" JoinSession = join, Needs::Tenant, Effect::Writes, Provenance::Ours;
            }
            /// Identities.
            identity {
                "ZIAD" AddIdentity = add, Needs::Permission(Permission::IdentityAdd), Effect::Writes, Provenance::Ours;
                "ZICH" ChangeIdentity = change, Needs::Permission(Permission::IdentityModify), Effect::Writes, Provenance::Ours;
                "ZIDE" DeleteIdentity = delete, Needs::Permission(Permission::IdentityDelete), Effect::Writes, Provenance::Ours;
                "ZILI" ListIdentities = list, Needs::Permission(Permission::IdentityModify), Effect::Reads, Provenance::Ours;
                "ZIPW" ChangePassword = password, Needs::Tenant, Effect::Writes, Provenance::Ours;
            }
            /// Roles: the vendor's application partitions.
            role {
                "ZRAD" AddRole = add, Needs::Permission(Permission::RoleAdd), Effect::Writes, Provenance::Ours;
                "ZRCH" ChangeRole = change, Needs::Permission(Permission::RoleModify), Effect::Writes, Provenance::Ours;
                "ZRDE" DeleteRole = delete, Needs::Permission(Permission::RoleDelete), Effect::Writes, Provenance::Ours;
                "ZRLI" ListRoles = list, Needs::Permission(Permission::RoleModify), Effect::Reads, Provenance::Ours;
                "ZRRE" ReadRole = read, Needs::Permission(Permission::RoleModify), Effect::Reads, Provenance::Ours;
            }
            /// Major keys and the ceremonies that load them.
            major_key {
                "ZMBE" BeginCeremony = begin, Needs::Permission(Permission::MajorKeysLoad), Effect::Writes, Provenance::Ours;
                "ZMCP" GiveComponent = component, Needs::Permission(Permission::MajorKeysComponent), Effect::Writes, Provenance::Ours;
                "ZMFR" GiveFragment = fragment, Needs::Permission(Permission::MajorKeysComponent), Effect::Writes, Provenance::Ours;
                "ZMCA" TakeFragment = card, Needs::Permission(Permission::MajorKeysComponent), Effect::Writes, Provenance::Ours;
                "ZMCO" ConfirmCeremony = confirm, Needs::Permission(Permission::MajorKeysLoad), Effect::Writes, Provenance::Ours;
                "ZMAB" AbortCeremony = abort, Needs::Permission(Permission::MajorKeysLoad), Effect::Writes, Provenance::Ours;
                "ZMSH" ShowCeremony = show, Needs::Permission(Permission::MajorKeysComponent), Effect::Reads, Provenance::Ours;
                "ZMGE" GenerateMajorKey = generate, Needs::Permission(Permission::MajorKeysLoad), Effect::Writes, Provenance::Ours;
                "ZMCL" ClearMajorKey = clear, Needs::Permission(Permission::MajorKeysClear), Effect::Writes, Provenance::Ours;
                "ZMTS" TranslateStoredKeys = translate_stored, Needs::Permission(Permission::MajorKeysLoad), Effect::Writes, Provenance::Ours;
                "ZMSW" SwitchMajorKey = switch, Needs::Permission(Permission::MajorKeysLoad), Effect::Writes, Provenance::Ours;
                "ZMDI" DiscardMajorKey = discard, Needs::Permission(Permission::MajorKeysLoad), Effect::Writes, Provenance::Ours;
                "ZMRT" RetireMajorKey = retire, Needs::Permission(Permission::MajorKeysClear), Effect::Writes, Provenance::Ours;
                "ZMTK" TranslateKey = translate, Needs::Permission(Permission::Keys), Effect::Reads, Provenance::Ours;
                "ZMZE" ZeroizeTenant = zeroize, Needs::Permission(Permission::Zeroize), Effect::Writes, Provenance::Ours;
                "ZMLI" ListMajorKeys = list, Needs::Permission(Permission::MajorKeysComponent), Effect::Reads, Provenance::Ours;
            }
            /// Backups.
            backup {
                "ZBCR" CreateBackup = create, Needs::Permission(Permission::BackupCreate), Effect::Writes, Provenance::Ours;
                "ZBRD" ReadBackup = read, Needs::Permission(Permission::BackupCreate), Effect::Reads, Provenance::Ours;
                "ZBRB" BeginRestore = begin, Needs::Permission(Permission::BackupRestore), Effect::Reads, Provenance::Ours;
                "ZBGI" GiveBackup = give, Needs::Permission(Permission::BackupRestore), Effect::Reads, Provenance::Ours;
                "ZBFI" FinishRestore = finish, Needs::Permission(Permission::BackupRestore), Effect::Writes, Provenance::Ours;
            }
            /// The audit log.
            audit {
                "ZAUR" ReadAudit = read, Needs::Permission(Permission::AuditRead), Effect::Reads, Provenance::Ours;
                "ZAUH" ShowAuditHead = head, Needs::Permission(Permission::AuditRead), Effect::Reads, Provenance::Ours;
            }
            /// Administration of the emulator itself.
            admin {
                "ZSTA" DeviceStatus = status, Needs::Administration, Effect::Reads, Provenance::Ours;
                "ZDAU" ReadDeviceAudit = audit, Needs::Administration, Effect::Reads, Provenance::Ours;
                "ZTCR" CreateTenant = create_tenant, Needs::Administration, Effect::Writes, Provenance::Ours;
                "ZTCH" ChangeTenant = change_tenant, Needs::Administration, Effect::Writes, Provenance::Ours;
                "ZTSU" SuspendTenant = suspend_tenant, Needs::Administration, Effect::Writes, Provenance::Ours;
                "ZTDE" DeleteTenant = delete_tenant, Needs::Administration, Effect::Writes, Provenance::Ours;
                "ZTUL" UnlockIdentity = unlock, Needs::Administration, Effect::Writes, Provenance::Ours;
                "ZTAM" Tamper = tamper, Needs::Administration, Effect::Writes, Provenance::Ours;
                "ZTEN" TenantStatus = tenant, Needs::Administration, Effect::Reads, Provenance::Ours;
            }
            /// Behaving like hardware: pace, and faults on demand.
            behaviour {
                "ZPAC" SetPace = pace, Needs::Administration, Effect::Writes, Provenance::Ours;
                "ZPRF" ListProfiles = list_profiles, Needs::Administration, Effect::Reads, Provenance::Ours;
                "ZFAD" AddFault = add_fault, Needs::Administration, Effect::Writes, Provenance::Ours;
                "ZFLI" ListFaults = list_faults, Needs::Administration, Effect::Reads, Provenance::Ours;
                "ZFDE" RemoveFault = remove_fault, Needs::Administration, Effect::Writes, Provenance::Ours;
            }
        }
    };
}

/// What a session must have before a command is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Anybody who is connected.
    Nothing,
    /// A connection that belongs to a tenant.
    Tenant,
    /// A permission.
    Permission(Permission),
    /// A connection to the administration listener.
    Administration,
}

/// What a command does to stored state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it may be asked again safely when the answer was lost.
    Reads,
    /// It changes something: the change is committed before the answer is sent, and is never retried on its own.
    Writes,
}

/// Where our knowledge of a command comes from (wire.md A.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// A page of the vendor's.
    Vendor,
    /// Seen in a client of real units.
    Client,
    /// The name is public, the tags are ours.
    Inferred,
    /// Our own.
    Ours,
}

impl Provenance {
    /// In one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::Client => "client",
            Self::Inferred => "inferred",
            Self::Ours => "ours",
        }
    }
}

/// One field of a contract.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// Its tag.
    pub tag: Tag,
    /// Its name in code.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// The shape of its value in words.
    pub shape: &'static str,
    /// Its codes and their meanings, where it is a code.
    pub codes: &'static [(&'static str, &'static str)],
    /// Whether it may carry a clear key or clear data.
    pub secret: bool,
}

/// One side of a command as read from a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<T> {
    /// The request or response.
    pub value: T,
    /// How many fields the command does not know; always 0 in strict mode.
    pub ignored: usize,
}

/// A request or a response of one command.
pub trait Side: Sized {
    /// Its fields in declared order.
    const FIELDS: &'static [FieldSpec];

    /// Appends the fields in declared order.
    fn encode_fields(&self, out: &mut Buffer);
}

/// A [`Side`] that is read from a frame, and may borrow from it.
pub trait Decode<'a>: Side {
    /// Reads the fields.
    ///
    /// # Errors
    /// The first field, in declared order, that is missing or malformed; an unknown tag in strict mode.
    fn decode(message: &Message<'a>) -> Result<Decoded<Self>, Error>;
}

/// A request that knows its command and its response.
pub trait Call: Side {
    /// What answers it.
    type Response: for<'a> Decode<'a>;
    /// The command.
    const COMMAND: Command;
}

/// A line of the table with all that its contract says.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The command.
    pub command: Command,
    /// Four characters.
    pub name: &'static str,
    /// `group/file`, the path of contract, handler and transcript.
    pub path: &'static str,
    /// What the caller needs.
    pub needs: Needs,
    /// What it changes.
    pub effect: Effect,
    /// Where our knowledge comes from.
    pub provenance: Provenance,
    /// Fields of the request.
    pub request: &'static [FieldSpec],
    /// Fields of the response, in order.
    pub response: &'static [FieldSpec],
    /// The contract's source: its module text is the manual's.
    contract: &'static str,
}

impl Spec {
    /// The contract's module text: what the command does, then what is ours about it.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = self.contract.lines().map_while(|line| line.strip_prefix("//!"));
        lines.map(str::trim).collect::<Vec<_>>().join("\n")
    }

    /// The first paragraph of [`Self::text`] on one line.
    #[must_use]
    pub fn summary(&self) -> String {
        self.text().split("\n\n").next().unwrap_or_default().replace('\n', " ")
    }
}

const fn wire_name(name: &str) -> u32 {
    let bytes = name.as_bytes();
    assert!(bytes.len() == 4, "a command's name has four characters");
    let mut index = 0;
    while index < 4 {
        assert!(bytes[index].is_ascii_uppercase() || bytes[index].is_ascii_digit(), "capitals and digits");
        index += 1;
    }
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

macro_rules! define_commands {
    ($($(#[$group_doc:meta])* $group:ident { $(
        $name:literal $variant:ident = $action:ident, $needs:expr, $effect:expr, $provenance:expr;
    )* })*) => {
        $($(#[$group_doc])* pub mod $group { $(pub mod $action;)* })*

        /// Every command. The discriminant is the wire name, so a name used twice does not compile.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u32)]
        pub enum Command {
            $($(#[doc = $name] $variant = wire_name($name),)*)*
        }

        impl Command {
            /// All of them in the table's order.
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)*)*];

            /// The command with this wire name.
            #[must_use]
            pub fn parse(name: [u8; 4]) -> Option<Self> {
                let number = u32::from_be_bytes(name);
                $($(if number == const { wire_name($name) } { return Some(Self::$variant); })*)*
                None
            }

            /// Its place in the table, and in [`Self::ALL`], counted from 0.
            #[must_use]
            pub const fn index(self) -> usize {
                enum Place { $($($variant,)*)* }
                match self { $($(Self::$variant => Place::$variant as usize,)*)* }
            }

            /// Its line of the table.
            #[must_use]
            pub const fn spec(self) -> &'static Spec {
                match self {
                    $($(Self::$variant => &Spec {
                        command: Self::$variant,
                        name: $name,
                        path: concat!(stringify!($group), "/", stringify!($action)),
                        needs: $needs,
                        effect: $effect,
                        provenance: $provenance,
                        request: <$group::$action::Asked<'_> as Side>::FIELDS,
                        response: <$group::$action::Response as Side>::FIELDS,
                        contract: include_str!(concat!("command/", stringify!($group), "/", stringify!($action), ".rs")),
                    },)*)*
                }
            }
        }

        /// Any request; one that carries keys or headers borrows them from its frame.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Request<'a> {
            $($(#[doc = $name] $variant($group::$action::Asked<'a>),)*)*
        }

        /// Any response.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Response {
            $($(#[doc = $name] $variant($group::$action::Response),)*)*
        }

        impl<'a> Request<'a> {
            /// Reads the request that a frame carries.
            ///
            /// # Errors
            /// No such command, or the first field that is missing or malformed.
            pub fn decode(message: &Message<'a>) -> Result<Decoded<Self>, Error> {
                let name = message.command();
                match Command::parse(name).ok_or(Error::CommandUnknown { name })? {
                    $($(Command::$variant => <$group::$action::Asked<'a> as Decode<'a>>::decode(message)
                        .map(|decoded| Decoded { value: Self::$variant(decoded.value), ignored: decoded.ignored }),)*)*
                }
            }

            /// The command that is asked.
            #[must_use]
            pub const fn command(&self) -> Command {
                match self { $($(Self::$variant(_) => Command::$variant,)*)* }
            }
        }

        impl Response {
            /// Reads the response that a frame carries; `ERRO` is not one.
            ///
            /// # Errors
            /// No such command, or the first field that is missing or malformed.
            pub fn decode(message: &Message<'_>) -> Result<Decoded<Self>, Error> {
                let name = message.command();
                match Command::parse(name).ok_or(Error::CommandUnknown { name })? {
                    $($(Command::$variant => <$group::$action::Response as Decode<'_>>::decode(message)
                        .map(|decoded| Decoded { value: Self::$variant(decoded.value), ignored: decoded.ignored }),)*)*
                }
            }

            /// The command that is answered.
            #[must_use]
            pub const fn command(&self) -> Command {
                match self { $($(Self::$variant(_) => Command::$variant,)*)* }
            }

            /// Appends the whole frame, the echo last.
            pub fn encode(&self, echo: Option<&[u8]>, out: &mut Buffer) {
                match self { $($(Self::$variant(side) => encode($name, side, echo, out),)*)* }
            }
        }

        $($(
            impl<'a> Call for $group::$action::Asked<'a> {
                type Response = $group::$action::Response;
                const COMMAND: Command = Command::$variant;
            }

            impl From<$group::$action::Response> for Response {
                fn from(side: $group::$action::Response) -> Self {
                    Self::$variant(side)
                }
            }

            impl<'a> From<$group::$action::Asked<'a>> for Request<'a> {
                fn from(side: $group::$action::Asked<'a>) -> Self {
                    Self::$variant(side)
                }
            }
        )*)*
    };
}

command_table!(define_commands);

/// Appends the frame of one side: `[AOxxxx;fields;AG<echo>;]`.
pub fn encode<S: Side>(name: &str, side: &S, echo: Option<&[u8]>, out: &mut Buffer) {
    out.extend_from_slice(b"[AO");
    out.extend_from_slice(name.as_bytes());
    out.push(b';');
    side.encode_fields(out);
    if let Some(echo) = echo {
        out.extend_from_slice(b"AG");
        out.extend_from_slice(echo);
        out.push(b';');
    }
    out.push(b']');
}

#[cfg(test)]
mod tests;
