//! Logs an identity in.

use std::sync::Arc;

use protocol::command::login::begin::{Request, Response};
use protocol::field::code::Yes;
use protocol::field::name::IdentityName;
use protocol::field::number::Number;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::credentials;
use crate::error::Error;
use crate::identity::Identity;
use crate::login::Login;
use crate::outcome::ChangeEffect;
use crate::partition::Partition;
use crate::people;
use crate::work::Work;

const ID: Tag = Tag::of("ID");

impl Execute for Request {
    fn prepare(&self, context: &mut Context<'_>, work: &mut Work) {
        if let (Some(name), Some(password)) = (&self.identity, &self.password) {
            credentials::prepare(context, name, password, work);
        }
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        if let Some(name) = &self.identity {
            context.note(format!("login of {name}"));
        }
        let identity = match (&self.identity, &self.password) {
            (Some(name), Some(password)) => credentials::prove(context, name, password)?,
            (None, Some(_)) => return Err(Error::FieldNeeded { tag: ID, rule: "PW is somebody's password" }),
            (name, None) => by_certificate(context, name.as_ref())?,
        };
        let tenant = context.tenant()?;
        let missing = Error::Internal { what: "an identity without a partition" };
        let partition = tenant.people().partition(&identity.partition).ok_or(missing)?;
        let login = match context.session().login().cloned() {
            Some(login) => {
                second(&login, &identity, partition)?;
                // From now on the session has other rights.
                context.session_mut().continuations().clear();
                login
            }
            None => first(context, &identity)?,
        };
        context.note(format!("login of {}, {} of {}", identity.name, login.count(), partition.logins_required));
        let is_complete = login.count() >= partition.logins_required;
        let default_password = identity.must_change.then_some(Yes::Yes);
        if identity.failures > 0 {
            credentials::put(context, identity.clone().cleared())?;
        }
        let number = |count: u8| Number::new(count.into()).ok_or(Error::Internal { what: "a number of logins" });
        Ok(Response {
            identity: identity.name,
            logins: number(login.count())?,
            required: number(partition.logins_required)?,
            permissions: is_complete.then_some(partition.permissions),
            role: identity.partition,
            default_password,
        })
    }
}

/// The identity that the connection's certificate is mapped to; where a name is given, it must be that one's.
fn by_certificate(context: &Context<'_>, name: Option<&IdentityName>) -> Result<Identity, Error> {
    let certificate = context.session().origin().certificate.as_ref().ok_or(Error::CertificateUnknown)?;
    let mut identities = context.tenant()?.people().identities();
    let found = identities.find(|identity| identity.certificate.as_ref() == Some(certificate));
    let found = found.filter(|found| name.is_none_or(|name| found.name == *name)).ok_or(Error::CertificateUnknown)?;
    // A certificate cannot be guessed, so nothing is counted; but who is locked stays out.
    if found.may_try(context.now()) { Ok(found.clone()) } else { Err(Error::LoginRefused) }
}

fn first(context: &mut Context<'_>, identity: &Identity) -> Result<Arc<Login>, Error> {
    let (tenant, now) = (context.tenant()?, context.now());
    let bound = context.pace().and_then(|pace| usize::try_from(pace.bounds.sessions?).ok());
    let most = bound.map_or(people::MOST, |bound| bound.min(people::MOST));
    if tenant.people().logins(now).count() >= most {
        return Err(Error::TenantFull { what: "sessions", most });
    }
    let client = context.session().origin().certificate.clone();
    let login = Login::new(identity.name.clone(), identity.partition.clone(), client, now, tenant.policy());
    let login = Arc::new(login);
    context.change(ChangeEffect::Admit(Arc::clone(&login), now), None)?;
    context.session_mut().put_login(Arc::clone(&login));
    Ok(login)
}

fn second(login: &Login, identity: &Identity, partition: &Partition) -> Result<(), Error> {
    if login.has(&identity.name) {
        return Err(Error::LoginConflict { rule: "this identity is logged in on this session already" });
    }
    if *login.partition() != identity.partition {
        return Err(Error::LoginConflict { rule: "this identity has another role than the one that is logged in" });
    }
    let full = Error::LoginConflict { rule: "as many are logged in as the role requires; log out first" };
    if login.count() >= partition.logins_required || !login.join(identity.name.clone()) {
        return Err(full);
    }
    Ok(())
}
