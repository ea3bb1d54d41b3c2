//! Tells the state of one tenant.

use protocol::command::admin::tenant::{Request, Response};
use protocol::field::code::{TenantOrigin, Verdict, Yes};
use protocol::field::data::Fingerprint;
use protocol::field::number::Number;
use protocol::field::text::Text;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

const FULL: Error = Error::Internal { what: "facts that do not fit their fields" };

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let state = context.administration().ok_or(Error::AdministrationOnly)?;
        let missing = Error::TenantMissing { tag: Tag::of("RT") };
        let tenant = state.find(self.tenant.as_str()).and_then(|id| state.tenant(id)).ok_or(missing)?;
        let policy = tenant.policy();
        let major_keys: Vec<String> = tenant
            .major_keys()
            .loaded()
            .map(|(kind, key)| format!("{}/{}/{}", kind.name(), key.key_type().name(), key.check_value(policy)))
            .collect();
        let major_keys = major_keys.join(",");
        let pace = state.behaviour().and_then(|behaviour| behaviour.pace(tenant.name()));
        let bounds = pace.map(|pace| pace.bounds).unwrap_or_default();
        Ok(Response {
            tenant: self.tenant.clone(),
            major_keys: (!major_keys.is_empty()).then(|| Text::new(&major_keys).ok_or(FULL)).transpose()?,
            key_block_policy: Text::new(policy.key_forms()).ok_or(FULL)?,
            check_digits: Number::new(u32::from(policy.check_digits)).ok_or(FULL)?,
            origin: if tenant.is_created() { TenantOrigin::Created } else { TenantOrigin::Configured },
            suspended: tenant.is_suspended().then_some(Yes::Yes),
            client_ca: policy.client_ca.as_ref().map(|ca| Fingerprint::new(&ca.fingerprint())),
            keys: u32::try_from(tenant.table().len()).ok().and_then(Number::new).ok_or(FULL)?,
            slots: Number::new(tenant.table().capacity()).ok_or(FULL)?,
            profile: pace.and_then(|pace| pace.profile.as_deref()).and_then(Text::new),
            throughput: pace.and_then(|pace| pace.throughput).and_then(Number::new),
            latency: pace.and_then(|pace| pace.latency),
            connections: bounds.connections.and_then(Number::new),
            sessions: bounds.sessions.and_then(Number::new),
            client_roots: verdict(policy.client_roots),
            sha1_signatures: verdict(policy.sha1_signatures),
        })
    }
}

const fn verdict(is_on: bool) -> Verdict {
    if is_on { Verdict::Yes } else { Verdict::No }
}
