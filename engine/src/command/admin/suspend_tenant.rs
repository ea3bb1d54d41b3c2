//! Suspends a tenant, or ends that.

use protocol::command::admin::suspend_tenant::{Request, Response};
use protocol::field::code::Verdict;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;
use crate::record::Record;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let is_suspended = self.suspend == Verdict::Yes;
        let what = if is_suspended { "suspended" } else { "no longer suspended" };
        context.note(format!("tenant {} {what}", self.tenant.as_str()));
        let (id, tenant) = context.any_tenant(self.tenant.as_str())?;
        let policy = tenant.is_created().then(|| tenant.policy());
        let (device, random) = context.device();
        let record = Record::tenant(tenant.name(), policy, is_suspended, device, random);
        context.change_of(id, ChangeEffect::Suspend(is_suspended), record);
        Ok(Response { tenant: self.tenant.clone() })
    }
}
