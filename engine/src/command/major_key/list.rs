//! Lists the major keys.

use protocol::command::major_key::list::{Request, Response};
use protocol::field::number::Number;
use protocol::field::text::Text;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::{Age, MajorKeyKind};
use crate::tenant::Tenant;

const FULL: Error = Error::Internal { what: "major keys that do not fit their fields" };

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let (tenant, now) = (context.tenant()?, context.now());
        let under_way = tenant.ceremonies().filter(|ceremony| !ceremony.is_over(now));
        let ceremonies: Vec<String> = under_way
            .map(|ceremony| {
                let id: String = ceremony.id.0.iter().map(|byte| format!("{byte:02X}")).collect();
                format!("{id}/{}/{}", ceremony.kind.name(), ceremony.method().code())
            })
            .collect();
        let behind = u32::try_from(tenant.keys_behind()).map_err(|_| FULL)?;
        Ok(Response {
            major_keys: text(&keys(tenant, Age::Current))?.ok_or(FULL)?,
            pending: text(&keys(tenant, Age::Pending))?,
            former: text(&keys(tenant, Age::Former))?,
            to_translate: Number::new(behind),
            ceremonies: text(&ceremonies)?,
        })
    }
}

/// Name, type and check value of each kind; of those in use, also where none is loaded.
fn keys(tenant: &Tenant, age: Age) -> Vec<String> {
    let keys = MajorKeyKind::ALL.iter().filter_map(|kind| match tenant.major_keys().of_age(*kind, age) {
        Some(key) => Some(format!("{}/{}/{}", kind.name(), key.key_type().name(), key.check_value(tenant.policy()))),
        None => (age == Age::Current).then(|| format!("{}//", kind.name())),
    });
    keys.collect()
}

fn text(items: &[String]) -> Result<Option<Text<512>>, Error> {
    (!items.is_empty()).then(|| Text::new(&items.join(",")).ok_or(FULL)).transpose()
}
