//! Retires the former major key.

use protocol::command::major_key::retire::{Request, Response};

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::{Age, MajorKeyKind};

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let kind = MajorKeyKind::from(self.major_key);
        context.note(format!("the former {} retired", kind.name()));
        let former = context.major_key_of(kind, Age::Former)?;
        let value = ceremonies::agreed(context, former, &self.check_value)?;
        context.note(format!("the former {} with check value {value} is retired", kind.name()));
        context.clear_major_key(kind, Age::Former)?;
        ceremonies::end_cards(context, kind)?;
        Ok(Response { major_key: self.major_key })
    }
}
