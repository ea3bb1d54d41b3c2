//! May this session call this command? Asked once, before every handler.

use protocol::command::{Needs, Spec};

use crate::error::Error;
use crate::session::{Channel, Session};
use crate::state::State;
use crate::tenant::Tenant;

/// The tenant that the session belongs to, if the command may be called at all.
pub(crate) fn check<'s>(spec: &Spec, session: &Session, state: &'s State) -> Result<Option<&'s Tenant>, Error> {
    let tenant = match session.channel() {
        Channel::Administration => None,
        Channel::Application(id) => Some(state.tenant(id).ok_or(Error::TenantGone)?),
    };
    if let Some(tenant) = tenant
        && tenant.policy().disables(spec.command)
    {
        return Err(Error::CommandBlocked { command: spec.name });
    }
    match (spec.needs, session.channel()) {
        (Needs::Nothing, _)
        | (Needs::Permission(_), Channel::Application(_))
        | (Needs::Administration, Channel::Administration) => Ok(tenant),
        (Needs::Permission(permission), Channel::Administration) => Err(Error::PermissionMissing { permission }),
        (Needs::Administration, Channel::Application(_)) => Err(Error::AdministrationOnly),
    }
}
