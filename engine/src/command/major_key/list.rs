//! Lists the major keys.

use protocol::command::major_key::list::{Request, Response};
use protocol::field::text::Text;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::MajorKeyKind;

const FULL: Error = Error::Internal { what: "major keys that do not fit their fields" };

impl Execute for Request {
    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        let (tenant, now) = (context.tenant()?, context.now());
        let keys: Vec<String> = MajorKeyKind::ALL
            .iter()
            .map(|kind| match tenant.major_keys().find(*kind) {
                Some(key) => {
                    format!("{}/{}/{}", kind.name(), key.key_type().name(), key.check_value(tenant.policy()))
                }
                None => format!("{}//", kind.name()),
            })
            .collect();
        let under_way = tenant.ceremonies().filter(|ceremony| !ceremony.is_over(now));
        let ceremonies: Vec<String> = under_way
            .map(|ceremony| {
                let id: String = ceremony.id.0.iter().map(|byte| format!("{byte:02X}")).collect();
                format!("{id}/{}/{}", ceremony.kind.name(), ceremony.method().code())
            })
            .collect();
        let ceremonies = ceremonies.join(",");
        Ok(Response {
            major_keys: Text::new(&keys.join(",")).ok_or(FULL)?,
            ceremonies: (!ceremonies.is_empty()).then(|| Text::new(&ceremonies).ok_or(FULL)).transpose()?,
        })
    }
}
