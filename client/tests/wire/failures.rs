//! What fails, and how it is told apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use client::{Client, Error, Options};
use protocol::ErrorCode;
use protocol::command::{link, table};
use protocol::field::number::SlotNumber;

use crate::peer::{Peer, echo_of};

fn reads() -> link::echo::Request {
    link::echo::Request { text: None }
}

fn writes() -> table::delete::Request {
    table::delete::Request { slot: SlotNumber::new(7).expect("a slot") }
}

/// Answers the first frame with `reply`, where `{}` stands for the AG that came, and then echoes.
async fn answering(reply: &'static str) -> Peer {
    Peer::start(move |number, mut link| async move {
        if number > 0 {
            return link.echo().await;
        }
        let frame = link.frame().await.expect("a request");
        link.send(reply.replace("{}", echo_of(&frame))).await;
        link.echo().await;
    })
    .await
}

#[tokio::test]
async fn a_refusal_keeps_the_connection() {
    let peer = answering("[AOERRO;AM401;AN0;BBRC: slot 7 is empty;AG{};]").await;
    let client = peer.client().await;
    match client.call(writes()).await {
        Err(Error::Refused { number: 401, code: Some(ErrorCode::KeyMissing), detail: 0, text }) => {
            assert_eq!(text, "RC: slot 7 is empty");
        }
        other => panic!("{other:?}"),
    }
    assert!(client.call(reads()).await.is_ok());
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn an_error_number_that_is_not_ours_is_kept() {
    let peer = answering("[AOERRO;AM17;BBno;AG{};]").await;
    let outcome = peer.client().await.call(reads()).await;
    assert!(matches!(outcome, Err(Error::Refused { number: 17, code: None, .. })), "{outcome:?}");
}

#[tokio::test]
async fn nonsense_closes_the_connection_and_is_not_asked_again() {
    for reply in [
        "[AOECHO;AGanother;]",
        "[AOECHO;]",
        "[AORAND;AG{};]",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "[AOecho;AG{};]",
        "[AOECHO;AK1;AK2;AG{};]",
    ] {
        let peer = answering(reply).await;
        let client = peer.client().await;
        let outcome = client.call(reads()).await;
        assert!(matches!(outcome, Err(Error::Protocol { .. })), "{reply}: {outcome:?}");
        assert!(client.call(reads()).await.is_ok(), "a new connection serves after {reply}");
        assert_eq!(peer.connections(), 2, "{reply}");
    }
}

#[tokio::test]
async fn a_reply_that_does_not_fit_its_contract_is_nonsense() {
    let peer = answering("[AOGPKD;RCx;AG{};]").await;
    let outcome = peer.client().await.call(writes()).await;
    assert!(matches!(&outcome, Err(Error::Protocol { text, .. }) if text.contains("GPKD")), "{outcome:?}");
}

/// Hangs up on the first request of the first connection; counts requests.
async fn dropping() -> (Peer, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = requests.clone();
    let peer = Peer::start(move |number, mut link| {
        let count = count.clone();
        async move {
            while let Some(frame) = link.frame().await {
                count.fetch_add(1, Ordering::SeqCst);
                if number == 0 {
                    return;
                }
                link.send(frame).await;
            }
        }
    })
    .await;
    (peer, requests)
}

#[tokio::test]
async fn a_lost_read_is_asked_again() {
    let (peer, requests) = dropping().await;
    assert!(peer.client().await.call(reads()).await.is_ok());
    assert_eq!((peer.connections(), requests.load(Ordering::SeqCst)), (2, 2));
}

#[tokio::test]
async fn a_lost_write_is_not() {
    let (peer, requests) = dropping().await;
    let client = peer.client().await;
    let outcome = client.call(writes()).await;
    assert!(matches!(outcome, Err(Error::Io { .. })), "{outcome:?}");
    assert_eq!(requests.load(Ordering::SeqCst), 1);
    let raw = client.raw("[AOGPKD;RC7;]").await;
    assert!(raw.is_ok(), "the next write finds a new connection: {raw:?}");
}

#[tokio::test]
async fn a_write_that_cannot_have_been_seen_is_asked_again() {
    let peer = Peer::start(|number, mut link| async move {
        if number == 0 {
            return link.send("[AOERRO;AM700;AN0;BBtoo many connections;]").await;
        }
        link.echo().await;
    })
    .await;
    assert!(peer.client().await.call(writes()).await.is_ok());
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let peer = Peer::start(|_, mut link| async move { while link.frame().await.is_some() {} }).await;
    let client = peer.client().await;
    let begun = Instant::now();
    let outcome = client.call_within(reads(), Duration::from_millis(80)).await;
    assert!(matches!(outcome, Err(Error::Timeout { .. })), "{outcome:?}");
    assert!(begun.elapsed() < Duration::from_millis(1500));
}

#[tokio::test]
async fn a_late_reply_is_not_taken_for_another() {
    let peer = Peer::start(|_, mut link| async move {
        let late = link.frame().await.expect("a request");
        let next = link.frame().await.expect("another");
        link.send(format!("{late}{next}")).await;
        link.echo().await;
    })
    .await;
    let client = peer.client().await;
    assert!(client.call_within(reads(), Duration::from_millis(50)).await.is_err());
    assert_eq!(client.raw("[AOECHO;AKmine;]").await.expect("an answer").as_str(), "[AOECHO;AKmine;]");
}

#[tokio::test]
async fn a_connection_that_has_gone_silent_is_replaced() {
    let peer = Peer::start(|number, mut link| async move {
        if number == 0 {
            while link.frame().await.is_some() {}
        }
        link.echo().await;
    })
    .await;
    let client = Client::connect(peer.options().within(Duration::from_millis(100))).await.expect("the peer listens");
    assert!(client.call(reads()).await.is_err());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(client.call(reads()).await.is_ok());
}

#[tokio::test]
async fn options_that_cannot_work_say_why() {
    let none = Options { addresses: Vec::new(), ..Options::clear("") };
    assert!(matches!(Client::connect(none).await, Err(Error::Invalid { .. })));
    let peer = Peer::start(|_, link| link.echo()).await;
    let outcome = peer.client().await.raw("ECHO").await;
    assert!(matches!(outcome, Err(Error::Invalid { .. })), "{outcome:?}");
}
