//! One call: a connection, a frame, a reply; and when to ask again.

use std::sync::Arc;
use std::time::Duration;

use protocol::command::Call;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout_at};
use zeroize::Zeroizing;

use crate::connection::{Answer, Ask, Failure, Job};
use crate::endpoint::InFlight;
use crate::error::Error;
use crate::pool::Pool;
use crate::reply;
use crate::request::Outbound;

pub(crate) async fn typed<C: Call>(pool: &Pool, request: C, deadline: Duration) -> Result<C::Response, Error> {
    let outbound = Outbound::typed(&request, pool.echoes());
    // Encoded, it is no longer needed in clear.
    drop(request);
    let answer = ask(pool, outbound, deadline).await?;
    reply::decode::<C>(&answer.frame, &answer.address)
}

pub(crate) async fn raw(pool: &Pool, frame: &[u8], deadline: Duration) -> Result<Zeroizing<String>, Error> {
    let outbound = Outbound::raw(frame, pool.echoes(), pool.limits())?;
    let added = outbound.echo.clone().filter(|_| outbound.echo_added);
    let answer = ask(pool, outbound, deadline).await?;
    let mut text = Zeroizing::new(String::from_utf8_lossy(&answer.frame).into_owned());
    if let Some(echo) = added {
        let tail = format!("AG{};]", echo.escape_ascii());
        if text.ends_with(&tail) {
            let kept = text.len() - tail.len();
            text.truncate(kept);
            text.push(']');
        }
    }
    Ok(text)
}

async fn ask(pool: &Pool, outbound: Outbound, deadline: Duration) -> Result<Answer, Error> {
    let deadline = Instant::now() + deadline;
    let outbound = Arc::new(outbound);
    let mut tries_left = pool.tries();
    loop {
        tries_left -= 1;
        let error = match ask_once(pool, &outbound, deadline).await {
            Ok(answer) => return Ok(answer),
            Err(failure) if failure.may_ask_again(&outbound) && tries_left > 0 => failure.error,
            Err(failure) => return Err(failure.error),
        };
        tracing::debug!(%error, "asking again");
        // With every address failing there is a time before which asking again is pointless.
        if let Some(until) = pool.all_passed_over_until() {
            if until >= deadline {
                return Err(error);
            }
            sleep_until(until).await;
        }
    }
}

async fn ask_once(pool: &Pool, outbound: &Arc<Outbound>, deadline: Instant) -> Result<Answer, Failure> {
    let slot = pool.choose();
    let (reply, answered) = oneshot::channel();
    let in_flight = InFlight::new(&slot.endpoint, &slot.in_flight);
    let job = Job::Ask(Ask { outbound: outbound.clone(), deadline, reply: Some(reply), in_flight: Some(in_flight) });
    let address = slot.endpoint.address();
    let work = async {
        let closed = || Failure::unsent(Error::io(address, "sending", std::io::ErrorKind::NotConnected.into()));
        slot.jobs.send(job).await.map_err(|_| closed())?;
        // The task had taken it, and may have written it.
        let lost =
            || Failure::sent(Error::io(address, "waiting for the reply", std::io::ErrorKind::NotConnected.into()));
        answered.await.unwrap_or_else(|_| Err(lost()))
    };
    match timeout_at(deadline, work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failure::sent(Error::timeout(address, "waiting for the reply"))),
    }
}
