//! Why the engine refuses.

mod code;
mod pki;
mod usages;

use protocol::{field::data::CheckDigits, permission::Permission, tag::Tag};

use crate::key::Usage;
use crate::{certificate, cipher, key, major_key::fragment, public_key, tr34};

pub use usages::Usages;

/// One variant per reason that an operator would recognise. No variant has room for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The tenant is no longer configured.
    #[error("this session's tenant does not exist")]
    TenantGone,
    /// No tenant of that name.
    #[error("{tag}: no tenant has this name")]
    TenantMissing {
        /// The field.
        tag: Tag,
    },
    /// Disabled by policy.
    #[error("{command} is disabled for this tenant")]
    CommandBlocked {
        /// Its wire name.
        command: &'static str,
    },
    /// Not among the commands of the session's partition.
    #[error("{command} is not among the commands that this session's role may call")]
    CommandNotEnabled {
        /// Its wire name.
        command: &'static str,
    },
    /// The session may not.
    #[error("the permission {permission} is needed, which this session's role does not have")]
    PermissionMissing {
        /// Which.
        permission: Permission,
    },
    /// Nobody is logged in.
    #[error("the permission {permission} is needed; log in as an identity whose role has it")]
    LoginNeeded {
        /// Which.
        permission: Permission,
    },
    /// One of two is logged in.
    #[error(
        "the permission {permission} is needed; another identity of the same role must log in first (dual control)"
    )]
    LoginIncomplete {
        /// Which.
        permission: Permission,
    },
    /// The login is over.
    #[error("the session has ended; log in again")]
    LoginEnded,
    /// Somebody would have to be logged in.
    #[error("nobody is logged in on this session")]
    NotLoggedIn,
    /// No session has the token, or not for this client certificate.
    #[error("{tag}: no session has this token, or it has ended")]
    TokenUnknown {
        /// The field.
        tag: Tag,
    },
    /// Name, password, state of the identity: one text for all.
    #[error("the login is refused: unknown name, wrong password, or an identity that is locked or must wait")]
    LoginRefused,
    /// The certificate of the connection is nobody's.
    #[error("no identity logs in with this connection's certificate; give ID and PW")]
    CertificateUnknown,
    /// The second identity cannot be this one.
    #[error("ID: {rule}")]
    LoginConflict {
        /// The rule.
        rule: &'static str,
    },
    /// The identity is not on this session.
    #[error("{tag}: this identity is not logged in on this session")]
    NotHere {
        /// The field.
        tag: Tag,
    },
    /// A new password that will not do.
    #[error("{tag}: the new password is refused: {rule}")]
    PasswordRejected {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// Nobody, or nothing, has this name.
    #[error("{tag}: no {what} has this name")]
    NameMissing {
        /// The field.
        tag: Tag,
        /// Identity or role.
        what: &'static str,
    },
    /// The name, or the certificate, is another's.
    #[error("{tag}: {rule}")]
    NameTaken {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// It has to stay as it is.
    #[error("{tag}: {rule}")]
    NameKept {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// More is granted than one has.
    #[error(
        "{tag}: this grants more than the session itself may do; that needs the permission Role:Assign All Permissions"
    )]
    GrantRefused {
        /// The field.
        tag: Tag,
    },
    /// No more of these.
    #[error("there are as many {what} as there can be ({most})")]
    TenantFull {
        /// Of which.
        what: &'static str,
        /// How many.
        most: usize,
    },
    /// A slot outside the partition's ranges.
    #[error("{tag}: this session's role does not reach slot {slot}")]
    SlotForbidden {
        /// The field.
        tag: Tag,
        /// The slot.
        slot: u32,
    },
    /// Wrong door.
    #[error("this command is for tenants; the administration listener leads to none")]
    TenantOnly,
    /// Wrong door.
    #[error("this command is served on the administration listener only")]
    AdministrationOnly,
    /// A value that is legal by itself and not here.
    #[error("{tag}: {rule}")]
    Field {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// A field is needed because of what other fields say.
    #[error("{tag}: missing; {rule}")]
    FieldNeeded {
        /// The field.
        tag: Tag,
        /// Why it is needed.
        rule: &'static str,
    },
    /// Fields that contradict each other.
    #[error("{tag}: {rule}")]
    Conflict {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// An empty slot.
    #[error("{tag}: slot {slot} holds no key")]
    SlotEmpty {
        /// The field.
        tag: Tag,
        /// The slot.
        slot: u32,
    },
    /// A slot beyond the table.
    #[error("{tag}: slot {slot} does not exist, the table has {slots} slots from 0")]
    SlotMissing {
        /// The field.
        tag: Tag,
        /// The slot.
        slot: u32,
        /// Slots of the table.
        slots: u32,
    },
    /// A slot that holds no private key.
    #[error("{tag}: slot {slot} holds a public key, and this needs a private one")]
    SlotPublic {
        /// The field.
        tag: Tag,
        /// The slot.
        slot: u32,
    },
    /// Nothing in the key table matches.
    #[error("{tag}: no key in the table has this {what}")]
    NoSuchKey {
        /// The field.
        tag: Tag,
        /// Label or check value.
        what: &'static str,
    },
    /// A slot that is taken.
    #[error("{tag}: slot {slot} already holds a key")]
    SlotTaken {
        /// The field.
        tag: Tag,
        /// The slot.
        slot: u32,
    },
    /// A label that is taken.
    #[error("{tag}: the key in slot {slot} has this label")]
    LabelTaken {
        /// The field.
        tag: Tag,
        /// Who has it.
        slot: u32,
    },
    /// No empty slot.
    #[error("every slot of the key table is taken ({slots})")]
    TableFull {
        /// Slots of the table.
        slots: u32,
    },
    /// A major key is not loaded.
    #[error("the {name} is not loaded")]
    MajorKeyMissing {
        /// Its name.
        name: &'static str,
    },
    /// The key table has nothing to seal its keys with.
    #[error("the FTK is not loaded; without it no key can be stored, for PKCS #11 or otherwise")]
    TokenKeyMissing,
    /// No such ceremony for this session.
    #[error("{tag}: no such ceremony is under way: it was never begun, has ended, or its time is over")]
    CeremonyMissing {
        /// The field.
        tag: Tag,
    },
    /// Not a step of this ceremony.
    #[error("{tag}: {rule}")]
    CeremonyConflict {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// Something is missing before it can be confirmed.
    #[error("{tag}: components, fragments or cards are still missing; ZMSH tells how many")]
    CeremonyIncomplete {
        /// The field.
        tag: Tag,
    },
    /// Not the check value of this key.
    #[error("{tag}: this is not the check value of the key; nothing was changed")]
    CheckValueWrong {
        /// The field.
        tag: Tag,
    },
    /// A component that was given, or somebody who has given one.
    #[error("{tag}: {rule}")]
    ComponentGiven {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// Something about a fragment.
    #[error("{tag}: {error}")]
    Fragment {
        /// The field.
        tag: Tag,
        /// What.
        error: fragment::Error,
    },
    /// A fragment that somebody has.
    #[error("{tag}: {rule}")]
    FragmentTaken {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// It is loaded.
    #[error("the {name} is loaded; clear it first")]
    MajorKeyLoaded {
        /// Its name.
        name: &'static str,
    },
    /// It cannot go.
    #[error("{tag}: {rule}")]
    MajorKeyInUse {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// A tamper event has wiped every key.
    #[error("a tamper event has wiped every key; load the major keys again")]
    Tampered,
    /// No change of this major key is under way.
    #[error("there is no {age} {name}")]
    NoChange {
        /// Its name.
        name: &'static str,
        /// `pending` or `former`.
        age: &'static str,
    },
    /// A backup that cannot be read.
    #[error("{tag}: {rule}")]
    BackupDamaged {
        /// The field.
        tag: Tag,
        /// What.
        rule: &'static str,
    },
    /// A backup under another BEK.
    #[error("the backup is under the BEK with check value {wanted}, and {loaded} is loaded")]
    BackupOther {
        /// The one that it needs.
        wanted: CheckDigits,
        /// The one that there is.
        loaded: CheckDigits,
    },
    /// No backup is under way.
    #[error("{rule}")]
    BackupMissing {
        /// What would have to come first.
        rule: &'static str,
    },
    /// The tenant is suspended.
    #[error("this tenant is suspended; whoever administers the HSM can end that")]
    TenantSuspended,
    /// A name that a new tenant cannot have.
    #[error("{tag}: {rule}")]
    TenantNameRefused {
        /// The field.
        tag: Tag,
        /// Why.
        rule: &'static str,
    },
    /// A tenant of the configuration.
    #[error("{tag}: the configuration names this tenant; change it there")]
    TenantConfigured {
        /// The field.
        tag: Tag,
    },
    /// Two identities would have to be logged in.
    #[error("this needs two identities logged in on the session (dual control)")]
    DualControl,
    /// What was sealed does not open.
    #[error("{tag}: does not open under the key of this ceremony: for another, as something else, or changed")]
    EnvelopeRefused {
        /// The field.
        tag: Tag,
    },
    /// Somebody has a password that others know.
    #[error("a password has to be changed first: a new tenant's default one, or one that somebody else has chosen")]
    PasswordDefault,
    /// A form that the major key cannot wrap.
    #[error("{tag}: {rule}")]
    MajorKeyUnsuitable {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// Forbidden by the tenant's key block policy.
    #[error("{tag}: this tenant's policy does not allow {form}")]
    Policy {
        /// The field.
        tag: Tag,
        /// Cryptograms or key blocks.
        form: &'static str,
    },
    /// The key is for something else.
    #[error("{tag}: key usage {needed} needed, {given} given")]
    UsageRefused {
        /// The field.
        tag: Tag,
        /// What the command takes.
        needed: Usages,
        /// What the key is.
        given: Usage,
    },
    /// A cryptogram whose modifier stands for something else.
    #[error("{tag}: key usage {needed} needed, modifier {modifier:X} stands for other usages")]
    ModifierRefused {
        /// The field.
        tag: Tag,
        /// What the header asks.
        needed: Usage,
        /// The modifier.
        modifier: u8,
    },
    /// The key may not do this.
    #[error("{tag}: key mode of use {needed} needed, {given} given")]
    ModeRefused {
        /// The field.
        tag: Tag,
        /// Modes that would do.
        needed: &'static str,
        /// The key's.
        given: char,
    },
    /// The key is of an algorithm that the command does not take.
    #[error("{tag}: {needed} key needed, algorithm {given} given")]
    AlgorithmRefused {
        /// The field.
        tag: Tag,
        /// What would do.
        needed: &'static str,
        /// The key's.
        given: char,
    },
    /// The key may not leave.
    #[error("{tag}: exportability {given} does not allow the key to leave as {form}")]
    ExportRefused {
        /// The field.
        tag: Tag,
        /// The key's exportability.
        given: char,
        /// Key block or cryptogram.
        form: &'static str,
    },
    /// Attributes may only be narrowed.
    #[error("{tag}: {rule}")]
    NotNarrower {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// Something about a key or key block.
    #[error("{tag}: {error}")]
    Key {
        /// The field.
        tag: Tag,
        /// What.
        error: key::Error,
    },
    /// Something about an asymmetric key, or about what was done with it.
    #[error("{tag}: {error}")]
    PublicKey {
        /// The field.
        tag: Tag,
        /// What.
        error: public_key::Error,
    },
    /// A trusted public key that is none: changed, made under another PMK, or for another usage.
    #[error("{tag}: not a public key that this tenant trusts for this: changed, another's, or for another usage")]
    Distrusted {
        /// The field.
        tag: Tag,
    },
    /// Something about a certificate or a request for one.
    #[error("{tag}: {error}")]
    Certificate {
        /// The field.
        tag: Tag,
        /// What.
        error: certificate::Error,
    },
    /// Something about a token of TR-34.
    #[error("{tag}: {error}")]
    Token {
        /// The field.
        tag: Tag,
        /// What.
        error: tr34::Error,
    },
    /// No data is awaited under this handle.
    #[error("{tag}: no data is awaited on this connection under this handle: it was used, has expired, or never was")]
    HandleUnknown {
        /// The field.
        tag: Tag,
    },
    /// Something about enciphering data.
    #[error("{tag}: {error}")]
    Cipher {
        /// The field.
        tag: Tag,
        /// What.
        error: cipher::Error,
    },
    /// Work that had to be done ahead was not: when it was looked for, the request was to be refused.
    #[error("what this request needs has changed since it was received; try again")]
    Unprepared,
    /// A condition that this software excludes.
    #[error("internal error: {what}")]
    Internal {
        /// Which.
        what: &'static str,
    },
}
