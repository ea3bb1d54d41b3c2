//! Several addresses: turns, fail-over, back-off.

use std::time::Duration;

use client::{Client, Error, Options};
use protocol::command::link;
use tokio::net::TcpListener;

use crate::peer::Peer;

/// An address that refuses connections.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("bound").to_string()
}

fn over(peer: &Peer, addresses: Vec<String>) -> Options {
    Options { addresses, ..peer.options() }
}

/// Which peer answered.
async fn who(client: &Client) -> String {
    client.raw("[AOECHO;]").await.expect("an answer").to_string()
}

async fn named(name: &'static str) -> Peer {
    Peer::start(move |_, mut link| async move {
        while let Some(frame) = link.frame().await {
            link.send(frame.replace("ECHO;", &format!("ECHO;AK{name};"))).await;
        }
    })
    .await
}

#[tokio::test]
async fn healthy_addresses_take_turns() {
    let (first, second) = (named("first").await, named("second").await);
    let client = Client::connect(over(&first, vec![first.address.clone(), second.address.clone()])).await;
    let client = client.expect("both listen");
    let mut seen = Vec::new();
    for _ in 0..10 {
        seen.push(who(&client).await);
    }
    for name in ["first", "second"] {
        assert_eq!(seen.iter().filter(|reply| reply.contains(name)).count(), 5, "{seen:?}");
    }
}

#[tokio::test]
async fn an_address_that_is_down_is_passed_over() {
    let peer = named("alive").await;
    let client = Client::connect(over(&peer, vec![nobody().await, peer.address.clone()])).await.expect("one listens");
    for _ in 0..10 {
        assert!(who(&client).await.contains("alive"));
    }
}

#[tokio::test]
async fn a_call_whose_node_dies_goes_to_the_other() {
    let dying = Peer::start(|_, mut link| async move {
        link.frame().await;
    })
    .await;
    let alive = named("alive").await;
    let client = Client::connect(over(&alive, vec![dying.address.clone(), alive.address.clone()])).await;
    let client = client.expect("both listen");
    for _ in 0..6 {
        assert!(who(&client).await.contains("alive"));
    }
}

#[tokio::test]
async fn a_node_that_comes_back_is_found_again() {
    let address = nobody().await;
    let peer = named("other").await;
    let client = Client::connect(over(&peer, vec![address.clone(), peer.address.clone()])).await.expect("one listens");
    assert!(who(&client).await.contains("other"));
    let listener = bound_again(&address).await;
    let back = async {
        tokio::time::sleep(Duration::from_millis(40)).await;
        for _ in 0..4 {
            let request = link::echo::Request { text: None };
            let _ = client.call_within(request, Duration::from_millis(100)).await;
        }
    };
    let (accepted, ()) = tokio::join!(tokio::time::timeout(Duration::from_secs(2), listener.accept()), back);
    assert!(accepted.is_ok(), "the address that came back was not tried");
}

/// A port that is free may be lent to somebody else's outgoing connection for a moment.
async fn bound_again(address: &str) -> TcpListener {
    for _ in 0..200 {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(_) => tokio::time::sleep(Duration::from_millis(25)).await,
        }
    }
    panic!("{address} stays in use")
}

#[tokio::test]
async fn nobody_at_home_is_a_connection_error() {
    let peer = named("unused").await;
    let outcome = Client::connect(over(&peer, vec![nobody().await, nobody().await])).await;
    assert!(matches!(outcome, Err(Error::Io { step: "connecting", .. })), "{outcome:?}");
}
