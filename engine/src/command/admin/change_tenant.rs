//! Changes the limits of a tenant.

use protocol::command::admin::change_tenant::{Request, Response};
use protocol::field::data::Certificates;
use protocol::field::number::Number;
use protocol::tag::Tag;

use super::create_tenant::{Limits, client_ca, client_ca_said};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;
use crate::record::Record;

const RC: Tag = Tag::of("RC");
const RT: Tag = Tag::of("RT");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let changed = |said: &[String]| format!("tenant {} changed: {}", self.tenant.as_str(), said.join(", "));
        let limits = Limits {
            slots: self.slots.map(Number::value),
            forms: self.forms,
            check_digits: self.check_digits.map(Number::value),
            client_roots: self.client_roots,
            sha1_signatures: self.sha1_signatures,
        };
        let mut said = limits.said();
        context.note(changed(&said));
        let (id, tenant) = context.any_tenant(self.tenant.as_str())?;
        if !tenant.is_created() {
            return Err(Error::TenantConfigured { tag: RT });
        }
        let mut policy = tenant.policy().clone();
        limits.apply(&mut policy)?;
        if let Some(der) = self.client_ca.as_ref().map(Certificates::bytes) {
            let state = context.administration().ok_or(Error::AdministrationOnly)?;
            policy.client_ca = if der.is_empty() { None } else { Some(client_ca(state, tenant.name().as_str(), der)?) };
            said.push(client_ca_said(policy.client_ca.as_ref()));
        }
        if tenant.highest_slot().is_some_and(|highest| highest.number() >= policy.slots) {
            return Err(Error::Field { tag: RC, rule: "there are keys in slots beyond; delete them first" });
        }
        context.note(changed(&said));
        let (device, random) = context.device();
        let record = Record::tenant(tenant.name(), Some(&policy), tenant.is_suspended(), device, random);
        context.change_of(id, ChangeEffect::SetPolicy(policy), record);
        Ok(Response { tenant: self.tenant.clone() })
    }
}
