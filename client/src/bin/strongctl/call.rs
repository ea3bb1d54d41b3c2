//! `strongctl call`.

mod frame;

use std::collections::BTreeMap;

use serde_json::json;

use crate::args::{Call, Connection};
use crate::explain::{Direction, View, explain};
use crate::failure::Failure;
use crate::output::Output;
use crate::session;
pub(crate) use frame::value;

/// Sends the frame and prints the reply; the exit code is 1 where the HSM refused.
pub(crate) async fn run(call: Call, connection: &Connection, output: &Output) -> Result<u8, Failure> {
    let frame = frame::build(&call)?;
    let client = session::connect(connection).await?.0;
    let reply = client.raw(&frame).await?;
    let view = View { direction: Some(Direction::Reply), reveal: call.reveal };
    let explained = explain(&reply, view).map_err(|failure| Failure::nonsense(failure.text()))?;
    let refusal = client::refusal(&reply);
    if let (Some(tag), None) = (&call.field, &refusal) {
        let missing = || Failure::usage(format!("the reply has no {tag}: {}", *reply));
        let value = *fields(&reply).get(tag.as_str()).ok_or_else(missing)?;
        return output.show(&value, || format!("{value}\n")).map(|()| 0);
    }
    let value = json!({
        "reply": *reply,
        "command": explained.command,
        "fields": fields(&reply),
        "refused": refusal.is_some(),
        "explanation": call.explain.then_some(&explained),
    });
    output.show(&value, || {
        let below = if call.explain { explained.render() } else { String::new() };
        format!("{}\n{below}", *reply)
    })?;
    match refusal {
        Some(refusal) => Err(refusal.into()),
        None => Ok(0),
    }
}

/// Tags and values, `AO` left out.
fn fields(frame: &str) -> BTreeMap<&str, &str> {
    let body = frame.trim_start_matches('[').trim_end_matches(']');
    body.split(';').skip(1).filter_map(|field| field.split_at_checked(2)).collect()
}
