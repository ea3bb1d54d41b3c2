//! Adds an identity.

use protocol::command::identity::add::{Request, Response};
use protocol::field::data::Fingerprint;
use protocol::field::name::{PartitionName, Password};
use protocol::permission::Permission;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::credentials;
use crate::error::Error;
use crate::hsm::Timestamp;
use crate::identity::Identity;
use crate::partition::{ANONYMOUS, Partition};
use crate::password::{self, Stored};
use crate::people;
use crate::work::Work;

const ID: Tag = Tag::of("ID");
const RO: Tag = Tag::of("RO");
const PW: Tag = Tag::of("PW");
const CF: Tag = Tag::of("CF");

impl Execute for Request {
    fn prepare(&self, context: &mut Context<'_>, work: &mut Work) {
        credentials::prepare_new(context, self.password.as_ref(), work);
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note(format!("identity {} of role {}", self.identity, self.role));
        let known = context.tenant()?.people();
        if known.identity(&self.identity).is_some() {
            return Err(Error::NameTaken { tag: ID, rule: "an identity has this name already" });
        }
        if known.identities().count() >= people::MOST {
            return Err(Error::TenantFull { what: "identities", most: people::MOST });
        }
        let partition = grantable(context, &self.role)?.name.clone();
        if self.password.is_none() && self.certificate.is_none() {
            return Err(Error::FieldNeeded {
                tag: PW,
                rule: "or a certificate in CF; without either nobody could log in",
            });
        }
        free(context, self.certificate.as_ref(), None)?;
        let password = chosen(context, self.password.as_ref())?;
        let identity = Identity {
            name: self.identity.clone(),
            partition,
            must_change: matches!(password, Stored::Chosen(_)),
            password,
            certificate: self.certificate.clone(),
            failures: 0,
            not_before: Timestamp(0),
        };
        credentials::put(context, identity)?;
        Ok(Response { identity: self.identity.clone() })
    }
}

/// The role, if the session may give it to somebody.
pub(super) fn grantable<'a>(context: &Context<'a>, role: &PartitionName) -> Result<&'a Partition, Error> {
    let missing = Error::NameMissing { tag: RO, what: "role" };
    let partition = context.tenant()?.people().partition(role).ok_or(missing)?;
    if partition.name.as_str() == ANONYMOUS {
        return Err(Error::NameKept { tag: RO, rule: "this role is what a connection has before anybody logs in" });
    }
    let own = context.partition()?;
    if own.covers(partition) || own.permissions.contains(Permission::RoleAssignAll) {
        return Ok(partition);
    }
    Err(Error::GrantRefused { tag: RO })
}

/// What to keep of a password that somebody chooses for somebody else.
pub(super) fn chosen(context: &mut Context<'_>, password: Option<&Password>) -> Result<Stored, Error> {
    let Some(password) = password else { return Ok(Stored::Nothing) };
    if let Some(rule) = password::fault(password) {
        return Err(Error::PasswordRejected { tag: PW, rule });
    }
    Ok(Stored::Chosen(context.new_password(password, &[])?))
}

/// No other identity logs in with this certificate.
pub(super) fn free(
    context: &Context<'_>,
    certificate: Option<&Fingerprint>,
    own: Option<&Identity>,
) -> Result<(), Error> {
    let Some(certificate) = certificate else { return Ok(()) };
    let mut others = context.tenant()?.people().identities();
    let is_taken = |other: &Identity| other.certificate.as_ref() == Some(certificate);
    if others.any(|other| is_taken(other) && own.is_none_or(|own| own.name != other.name)) {
        return Err(Error::NameTaken { tag: CF, rule: "another identity logs in with this certificate" });
    }
    Ok(())
}
