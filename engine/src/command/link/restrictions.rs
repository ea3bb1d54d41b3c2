//! Tells the tenant's policy.

use protocol::command::link::restrictions::{Request, Response};
use protocol::field::number::Number;
use protocol::field::text::Text;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

const FULL: Error = Error::Internal { what: "a policy that does not fit its fields" };

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let tenant = context.tenant()?;
        let policy = tenant.policy();
        let loaded: Vec<&str> = tenant.major_keys().loaded().map(|(kind, _)| kind.selector().code()).collect();
        let disabled: Vec<&str> = policy.disabled.iter().map(|command| command.spec().name).collect();
        Ok(Response {
            key_block_policy: Text::new(policy.key_forms()).ok_or(FULL)?,
            check_digits: Number::new(u32::from(policy.check_digits)).ok_or(FULL)?,
            major_keys: Text::new(&loaded.join(",")).ok_or(FULL)?,
            slots: Number::new(context.tenant()?.table().capacity()).ok_or(FULL)?,
            disabled: (!disabled.is_empty()).then(|| Text::new(&disabled.join(",")).ok_or(FULL)).transpose()?,
        })
    }
}
