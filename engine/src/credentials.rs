//! Who may log in: passwords compared, failures counted, and nothing told apart that a guesser could use.

use protocol::field::name::{IdentityName, Password};

use crate::context::Context;
use crate::error::Error;
use crate::identity::Identity;
use crate::outcome::ChangeEffect;
use crate::password::{self, Derivation, Stored};
use crate::random;
use crate::record::Record;
use crate::tenant::Tenant;
use crate::work::Work;

/// What has to be derived to compare a password, whether the name exists or not.
pub(crate) fn derivation(tenant: &Tenant, name: &IdentityName, password: &Password) -> Derivation {
    let identity = tenant.people().identity(name);
    identity.map_or(&Stored::Nothing, |identity| &identity.password).derivation(password)
}

/// As [`derivation`], to be done ahead.
pub(crate) fn prepare(context: &Context<'_>, name: &IdentityName, password: &Password, work: &mut Work) {
    if let Ok(tenant) = context.tenant() {
        work.push(derivation(tenant, name, password));
    }
}

/// What has to be derived to keep a new password, to be done ahead.
pub(crate) fn prepare_new(context: &mut Context<'_>, password: Option<&Password>, work: &mut Work) {
    let Some(password) = password else { return };
    let mut salt = [0; password::SALT];
    random::fill(context.random(), &mut salt);
    work.push(Derivation::new(password, salt, password::COST));
}

/// The identity of this name and password. A failure is counted, whatever becomes of the request.
pub(crate) fn prove(context: &mut Context<'_>, name: &IdentityName, password: &Password) -> Result<Identity, Error> {
    let tenant = context.tenant()?;
    // The work comes first and always, so that the time tells nothing.
    let derived = context.derived(&derivation(tenant, name, password))?;
    let identity = tenant.people().identity(name).ok_or(Error::LoginRefused)?;
    if !identity.may_try(context.now()) {
        return Err(Error::LoginRefused);
    }
    if identity.password.is(password, &derived) {
        return Ok(identity.clone());
    }
    let failed = identity.clone().failed(context.now());
    let (device, random) = context.device();
    let record = Record::identity(tenant.name(), &failed, device, random);
    context.penalty(ChangeEffect::PutIdentity(failed.into()), record)?;
    Err(Error::LoginRefused)
}

/// Asks for an identity to be kept as it is given.
pub(crate) fn put(context: &mut Context<'_>, identity: Identity) -> Result<(), Error> {
    let tenant = context.tenant()?;
    let (device, random) = context.device();
    let record = Record::identity(tenant.name(), &identity, device, random);
    context.change(ChangeEffect::PutIdentity(identity.into()), record)
}
