//! Ceremonies against a process: who proves the key, who joins a session, and what a killed process has.

use client::envelope::seal;
use client::{Client, Error, Options, Tls};
use protocol::ErrorCode;
use protocol::command::login::{show, token};
use protocol::command::major_key::{begin, component, confirm, list};
use protocol::command::{identity, login};
use protocol::envelope::{Content, attested};
use protocol::field::code::{CeremonyMethod, MajorKeySelector};
use protocol::field::data::{CheckDigits, Token};
use protocol::field::name::{IdentityName, Password};
use protocol::field::number::Number;

use crate::support::{Hsm, directory, init};

const PASSWORDS: [&str; 2] = ["correct horse 1", "correct horse 2"];

async fn client(hsm: &Hsm, tenant: &str, session: Option<Token>) -> Result<Client, Error> {
    let (ca, identity) = (hsm.ready("/ca").into(), Some(hsm.client(tenant)));
    let tls = Tls { ca, identity, server_name: Some("localhost".to_owned()) };
    Client::connect(Options { session, ..Options::tls(hsm.ready("/tls"), tls) }).await
}

fn name(number: usize) -> IdentityName {
    IdentityName::new(&format!("Admin{}", number + 1)).expect("a name")
}

fn password(text: &str) -> Password {
    protocol::field::Value::parse(text.as_bytes()).expect("a password")
}

/// A token of a session with both administrators on it.
async fn administrators(hsm: &Hsm, is_new: bool) -> Token {
    // One connection, so that both logins are on one session.
    let (ca, identity) = (hsm.ready("/ca").into(), Some(hsm.client("default")));
    let tls = Tls { ca, identity, server_name: Some("localhost".to_owned()) };
    let options = Options { connections: 1, ..Options::tls(hsm.ready("/tls"), tls) };
    let client = Client::connect(options).await.expect("connects");
    for (number, chosen) in PASSWORDS.iter().enumerate() {
        let current = if is_new { "changeme" } else { chosen };
        let request = login::begin::Request { identity: Some(name(number)), password: Some(password(current)) };
        client.call(request).await.expect("logged in");
        if is_new {
            let (identity, password, new_password) = (name(number), password(current), password(chosen));
            let request = identity::password::Request { identity, password, new_password };
            client.call(request).await.expect("changed");
        }
    }
    client.call(token::Request {}).await.expect("a token").token
}

/// Gives both components of a KEK; the ceremony and the check value that is to be confirmed.
async fn components(client: &Client) -> (begin::Response, CheckDigits) {
    let request = begin::Request {
        major_key: MajorKeySelector::Kek,
        method: CeremonyMethod::Components,
        key_type: None,
        components: Number::new(2),
        required: None,
        total: None,
        pending: None,
    };
    let begun = client.call(request).await.expect("begun");
    let mut whole = None;
    for byte in [0x11, 0x2E] {
        let sealed = || seal(begun.public_key.bytes(), begun.ceremony, Content::Component, &[byte; 32]).expect("seals");
        let ask = |check_value| component::Request { ceremony: begun.ceremony, component: sealed(), check_value };
        let told = client.call(ask(None)).await.expect("its check value").check_value;
        whole = client.call(ask(Some(told))).await.expect("taken").key_check_value;
    }
    (begun, whole.expect("complete"))
}

async fn is_kek_loaded(client: &Client) -> bool {
    let told = client.call(list::Request {}).await.expect("listed");
    told.major_keys.as_str().contains("KEK/AES-256/")
}

#[tokio::test]
async fn a_confirmed_key_survives_kill_9_and_an_unconfirmed_one_leaves_nothing() {
    let home = directory();
    init(home.path(), &[], &[]);
    let mut hsm = Hsm::serve(home.path());
    let token = administrators(&hsm, true).await;
    let first = client(&hsm, "default", Some(token)).await.expect("joined");
    let (begun, _) = components(&first).await;
    hsm.signal("KILL");
    hsm.end();

    let mut hsm = Hsm::serve(home.path());
    let token = administrators(&hsm, false).await;
    let second = client(&hsm, "default", Some(token)).await.expect("joined");
    assert!(!is_kek_loaded(&second).await, "it was not confirmed");
    let request =
        confirm::Request { ceremony: begun.ceremony, check_value: CheckDigits::new(&[0; 3], 6).expect("six") };
    let gone = second.call(request).await;
    assert!(matches!(gone, Err(Error::Refused { code: Some(ErrorCode::CeremonyMissing), .. })), "{gone:?}");
    let (begun, check_value) = components(&second).await;
    second.call(confirm::Request { ceremony: begun.ceremony, check_value }).await.expect("confirmed");
    hsm.signal("KILL");
    hsm.end();

    let hsm = Hsm::serve(home.path());
    let token = administrators(&hsm, false).await;
    let third = client(&hsm, "default", Some(token)).await.expect("joined");
    assert!(is_kek_loaded(&third).await);
}

#[tokio::test]
async fn the_hsm_s_certificate_proves_the_ceremony_s_key_and_no_other_does() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let token = administrators(&hsm, true).await;
    let default = client(&hsm, "default", Some(token)).await.expect("joined");
    let (begun, _) = components(&default).await;
    let scheme = u16::try_from(begun.scheme.expect("signed").value()).expect("a scheme");
    let signature = begun.signature.as_ref().expect("signed").bytes().to_vec();
    let message = attested("default", &begun.ceremony.0, begun.public_key.bytes());
    default.verify(&message, scheme, &signature).expect("the HSM's own");
    for (message, signature) in [
        (attested("other", &begun.ceremony.0, begun.public_key.bytes()), signature.clone()),
        (attested("default", &begun.ceremony.0, &[9; 32]), signature.clone()),
        (message.clone(), [signature.as_slice(), &[0]].concat()),
    ] {
        assert!(default.verify(&message, scheme, &signature).is_err());
    }
    let another_home = directory();
    let another = Hsm::dev(another_home.path(), &[]);
    let elsewhere = client(&another, "default", None).await.expect("connects");
    assert!(elsewhere.verify(&message, scheme, &signature).is_err(), "another HSM's certificate");
}

#[tokio::test]
async fn every_connection_of_a_client_joins_the_session_and_a_stolen_token_is_worth_nothing() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--tenant", "other"]);
    let token = administrators(&hsm, true).await;
    let pool = client(&hsm, "default", Some(token.clone())).await.expect("joined");
    let (one, two) = tokio::join!(pool.call(show::Request {}), pool.call(show::Request {}));
    for told in [one, two] {
        assert_eq!(told.expect("told").logins.value(), 2);
    }
    let stolen = client(&hsm, "other", Some(token.clone())).await;
    assert!(matches!(stolen, Err(Error::Refused { code: Some(ErrorCode::LoginMissing), .. })), "{stolen:?}");
    pool.call(login::end::Request {}).await.expect("logged out");
    let late = client(&hsm, "default", Some(token)).await;
    assert!(matches!(late, Err(Error::Refused { code: Some(ErrorCode::LoginMissing), .. })), "{late:?}");
}
