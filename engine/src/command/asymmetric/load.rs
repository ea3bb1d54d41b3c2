//! Loads a key into the asymmetric table.

use protocol::command::asymmetric::load::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::pairs;

const RC: Tag = Tag::of("RC");
const RT: Tag = Tag::of("RT");

impl Execute for Request {
    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        let key = pairs::given(context, self.private.as_ref(), self.trusted.as_ref())?;
        let check_value = context.check_value_of(key.public())?;
        let slot = pairs::store(context, (RC, self.slot), (RT, self.label), key)?;
        Ok(Response { slot, check_value })
    }
}
