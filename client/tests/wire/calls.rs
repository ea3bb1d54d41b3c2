//! What works: typed and raw calls, split frames, pipelining, keep-alive.

use std::sync::Arc;
use std::time::Duration;

use client::{Client, Options};
use protocol::command::{key, link};
use protocol::field::code::{KeyTypeCode, MajorKeySelector};
use protocol::field::data::CheckDigits;
use protocol::field::key::{GivenHeader, WrappedKey};
use protocol::field::text::Text;

use crate::peer::{Peer, echo_of};

fn echo(text: &str) -> link::echo::Request {
    link::echo::Request { text: Text::new(text) }
}

#[tokio::test]
async fn a_typed_call_gets_its_typed_response() {
    let peer = Peer::start(|_, mut link| async move {
        let frame = link.frame().await.expect("a request");
        assert!(frame.starts_with("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;AG"), "{frame}");
        link.send(format!("[AOGPGS;AE08D7B4;BG0123456789ABCDEF;AG{};]", echo_of(&frame))).await;
    })
    .await;
    let request = key::generate::Request {
        major_key: MajorKeySelector::Pmk,
        key_type: KeyTypeCode::Aes256,
        header: GivenHeader::new("D0000D0AB00E0000"),
        modifier: None,
    };
    let response = peer.client().await.call(request).await.expect("an answer");
    assert_eq!(Some(response.check_value), CheckDigits::new(&[0x08, 0xD7, 0xB4], 6));
    assert!(matches!(response.key, WrappedKey::Cryptogram(_)));
}

#[tokio::test]
async fn raw_frames_come_back_as_they_were_sent() {
    let peer = Peer::start(|_, link| link.echo()).await;
    let client = peer.client().await;
    for frame in ["[AOECHO;AGhello;]", "[AOECHO;]", "[AOECHO;AKx]", "[AOZZZZ;AK1;]", "[AOERRO;AM201;AN0;BBno;]"] {
        assert_eq!(client.raw(frame).await.expect("an answer").as_str(), frame);
    }
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn replies_may_arrive_in_any_pieces() {
    let peer = Peer::start(|_, mut link| async move {
        while let Some(frame) = link.frame().await {
            for byte in format!("\r\n{frame}\r\n").into_bytes() {
                link.send([byte]).await;
                tokio::task::yield_now().await;
            }
        }
    })
    .await;
    let client = peer.client().await;
    for _ in 0..5 {
        let answer = client.call(echo("split")).await.expect("an answer");
        assert_eq!(answer.text, Text::new("split"));
    }
}

#[tokio::test]
async fn many_calls_share_a_connection_and_each_gets_its_own_reply() {
    let peer = Peer::start(|_, mut link| async move {
        // Nothing is answered before all of it is there: only pipelining gets past this.
        let mut waiting = Vec::new();
        while waiting.len() < 50 {
            waiting.push(link.frame().await.expect("fifty requests"));
        }
        link.send(waiting.concat()).await;
        link.echo().await;
    })
    .await;
    let client = Arc::new(peer.client().await);
    let calls: Vec<_> = (0..50)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move { (number, client.call(echo(&number.to_string())).await) })
        })
        .collect();
    for call in calls {
        let (number, answer) = call.await.expect("no panic");
        assert_eq!(answer.expect("an answer").text, Text::new(&number.to_string()));
    }
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn an_idle_connection_is_kept_alive_with_echo() {
    let (seen, mut keep_alives) = tokio::sync::mpsc::unbounded_channel();
    let peer = Peer::start(move |_, mut link| {
        let seen = seen.clone();
        async move {
            while let Some(frame) = link.frame().await {
                link.send(&frame).await;
                let _ = seen.send(frame);
            }
        }
    })
    .await;
    let options = Options { keep_alive: Some(Duration::from_millis(20)), ..peer.options() };
    let client = Client::connect(options).await.expect("the peer listens");
    for _ in 0..3 {
        assert_eq!(keep_alives.recv().await.as_deref(), Some("[AOECHO;AGK;]"));
    }
    assert!(client.call(echo("still here")).await.is_ok());
    assert_eq!(peer.connections(), 1);
}
