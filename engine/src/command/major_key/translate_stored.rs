//! Seals keys of the key table under the pending FTK.

use std::sync::Arc;

use protocol::command::major_key::translate_stored::{Request, Response};
use protocol::field::number::Number;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::{Age, MajorKeyKind};

/// Keys of one request, unless fewer are asked for.
const MOST: u32 = 1000;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("stored keys translated".to_owned());
        context.major_key_of(MajorKeyKind::Ftk, Age::Pending)?;
        let tenant = context.tenant()?;
        let (table, asymmetric) = (tenant.table(), tenant.asymmetric());
        let most = usize::try_from(self.most.map_or(MOST, Number::value)).unwrap_or_default();
        let mut translated = 0;
        for slot in table.behind().iter().take(most) {
            if let Some(entry) = table.find(*slot) {
                context.seal_again(*slot, Arc::clone(entry))?;
            }
            translated += 1;
        }
        for slot in asymmetric.behind().iter().take(most.saturating_sub(translated)) {
            if let Some(entry) = asymmetric.find(*slot) {
                context.put_asymmetric(*slot, Arc::clone(entry))?;
            }
            translated += 1;
        }
        let left = tenant.keys_behind() - translated;
        context.note(format!("{translated} stored keys are translated to the pending FTK, {left} are left"));
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let full = Error::Internal { what: "a number of keys" };
        Ok(Response {
            translated: Number::new(number(translated)).ok_or(full)?,
            left: Number::new(number(left)).ok_or(full)?,
        })
    }
}
