//! May this session call this command? Asked once, before every handler.

use protocol::command::{Command, Needs};

use crate::error::Error;
use crate::hsm::Timestamp;
use crate::login::Login;
use crate::partition::Partition;
use crate::session::{Channel, Session};
use crate::state::State;
use crate::tenant::Tenant;

/// What a session is let in as.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Standing<'s> {
    /// An administrator of the emulator.
    Administration,
    /// A client of a tenant, with the rights of a partition.
    Tenant(&'s Tenant, &'s Partition),
}

/// Why a session has no more rights than it has.
enum Lack {
    Login,
    SecondLogin,
    Ended,
    Permission,
}

/// The session's standing, if the command may be called at all.
pub(crate) fn check<'s>(
    command: Command,
    session: &mut Session,
    state: &'s State,
    now: Timestamp,
) -> Result<Standing<'s>, Error> {
    let spec = command.spec();
    let Channel::Application(id) = session.channel() else {
        return match spec.needs {
            Needs::Nothing | Needs::Administration => Ok(Standing::Administration),
            Needs::Tenant => Err(Error::TenantOnly),
            Needs::Permission(permission) => Err(Error::PermissionMissing { permission }),
        };
    };
    let tenant = state.tenant(id).ok_or(Error::TenantGone)?;
    if tenant.is_suspended() {
        return Err(Error::TenantSuspended);
    }
    let (partition, lack) = standing(session, tenant, now);
    if tenant.policy().disables(command) {
        return Err(Error::CommandBlocked { command: spec.name });
    }
    if !partition.enables(command, spec.needs) {
        return Err(Error::CommandNotEnabled { command: spec.name });
    }
    match spec.needs {
        Needs::Nothing | Needs::Tenant => {}
        Needs::Permission(permission) if partition.permissions.contains(permission) => {}
        Needs::Permission(permission) => {
            return Err(match lack {
                Lack::Login => Error::LoginNeeded { permission },
                Lack::SecondLogin => Error::LoginIncomplete { permission },
                Lack::Ended => Error::LoginEnded,
                Lack::Permission => Error::PermissionMissing { permission },
            });
        }
        Needs::Administration => return Err(Error::AdministrationOnly),
    }
    Ok(Standing::Tenant(tenant, partition))
}

/// The partition whose rights the session has now.
fn standing<'s>(session: &mut Session, tenant: &'s Tenant, now: Timestamp) -> (&'s Partition, Lack) {
    let people = tenant.people();
    let Some(login) = session.login() else {
        return (people.anonymous(), if session.has_ended() { Lack::Ended } else { Lack::Login });
    };
    let Some(partition) = live(login, tenant, now) else {
        session.lapse();
        return (people.anonymous(), Lack::Ended);
    };
    login.touch(now);
    if login.count() < partition.logins_required {
        return (people.anonymous(), Lack::SecondLogin);
    }
    (partition, Lack::Permission)
}

/// The partition of a login that is not over; those who are logged in must still be there and have that partition.
fn live<'s>(login: &Login, tenant: &'s Tenant, now: Timestamp) -> Option<&'s Partition> {
    login.left(now)?;
    let people = tenant.people();
    let has_partition = |name| people.identity(name).is_some_and(|known| known.partition == *login.partition());
    login.identities().all(has_partition).then(|| people.partition(login.partition()))?
}
