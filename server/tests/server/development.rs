//! `strongroom dev`.

use std::fs;
use std::process::Command;

use crate::support::{Hsm, ask, directory, reply, run, strongroom, text, value};

#[test]
fn it_serves_on_three_listeners_at_once() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--tenant", "bank"]);
    assert_eq!(ask(&mut hsm.clear(), "[AOECHO;AG1;]"), "[AOECHO;AG1;]");
    assert_eq!(ask(&mut hsm.application(), "[AOECHO;AG2;]"), "[AOECHO;AG2;]");
    let mut bank = hsm.tls("tls", Some(&hsm.client("bank")));
    assert_eq!(ask(&mut bank, "[AOECHO;AG3;]"), "[AOECHO;AG3;]");
    let mut administration = hsm.tls("administration", Some(&hsm.administrator()));
    let status = ask(&mut administration, "[AOZSTA;]");
    assert!(status.contains("default,bank"), "{status}");
    hsm.stop();
}

#[test]
fn tenants_have_keys_of_their_own() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--tenant", "bank"]);
    let made = ask(&mut hsm.application(), "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]");
    let change = format!("[AOGPKA;BG{};]", value(&made, "BG"));
    assert!(ask(&mut hsm.application(), &change).starts_with("[AOGPKA;RC0;"));
    let mut bank = hsm.tls("tls", Some(&hsm.client("bank")));
    assert!(ask(&mut bank, &change).starts_with("[AOERRO;AM403;"), "another tenant's key block does not open");
    assert!(ask(&mut bank, "[AOGPKR;RC0;]").starts_with("[AOERRO;AM401;"), "another tenant's slot is not there");
    assert!(
        ask(&mut hsm.clear(), "[AOGPKR;RC0;]").starts_with("[AOGPKR;"),
        "clear connections are the default tenant's"
    );
}

#[test]
fn one_seed_gives_the_same_hsm_twice_and_another_gives_another() {
    let traits = |seed: &str| {
        let home = directory();
        let hsm = Hsm::dev(home.path(), &["--seed", seed, "--show-keys"]);
        let printed = hsm.printed();
        let start = printed.find("Major keys").expect("keys");
        let keys = printed[start..].split("\n\n").next().expect("a paragraph").to_owned();
        let files = [hsm.client("default").1, hsm.administrator().1];
        let files = files.map(|path| fs::read_to_string(path).expect("a key"));
        let random = ask(&mut hsm.application(), "[AORKEY;FS2;]");
        assert!(printed.contains("NOTHING MADE BY THIS HSM IS SECRET"), "{printed}");
        (keys, files, random)
    };
    let spring = traits("spring");
    assert!(spring.0.contains("PMK  AES-256"), "{}", spring.0);
    assert_eq!(spring, traits("spring"));
    let autumn = traits("autumn");
    assert_ne!(spring.0, autumn.0);
    assert_ne!(spring.1, autumn.1);
    assert_ne!(spring.2, autumn.2);
}

#[test]
fn keys_are_shown_in_clear_only_when_asked() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let longest = hsm
        .printed()
        .split_whitespace()
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(str::len)
        .max();
    assert!(longest.unwrap_or(0) < 16, "{}", hsm.printed());
    assert!(hsm.printed().ends_with(&format!(
        "\nready: tls={} clear={} administration={} https={}\n",
        hsm.ready("/tls"),
        hsm.ready("/clear"),
        hsm.ready("/administration"),
        hsm.ready("/https")
    )));
}

#[test]
fn the_printed_line_for_openssl_works_as_it_stands() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let printed = hsm.printed();
    let line = printed.lines().find(|line| line.contains("openssl s_client")).expect("the line");
    let output = run(Command::new("sh").args(["-c", line]));
    assert_eq!(text(&output.stdout), "[AOECHO;AG0001;]", "{}", text(&output.stderr));
}

#[tokio::test]
async fn the_profile_serves_the_client_crate() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let profile = fs::read_to_string(hsm.ready("/profile")).expect("the profile");
    let default = fs::read_to_string(home.path().join(".config/strongroom/profile.toml")).expect("strongctl's own");
    assert_eq!(profile, default);
    let profile: toml::Table = toml::from_str(&profile).expect("TOML");
    let path = |key: &str| profile[key].as_str().expect("text").into();
    let tls = client::Tls {
        ca: path("ca"),
        identity: Some((path("certificate"), path("key"))),
        server_name: profile["server_name"].as_str().map(str::to_owned),
    };
    let address = profile["addresses"][0].as_str().expect("an address").to_owned();
    let client = client::Client::connect(client::Options::tls(address, tls)).await.expect("connects");
    let answer = client.raw("[AOECHO;AGhello;]").await.expect("answers");
    assert_eq!(answer.as_str(), "[AOECHO;AGhello;]");
}

#[test]
fn twenty_start_at_once() {
    let homes: Vec<_> = (0..20).map(|_| directory()).collect();
    std::thread::scope(|scope| {
        for home in &homes {
            scope.spawn(|| {
                let hsm = Hsm::dev(home.path(), &[]);
                let mut stream = hsm.application();
                std::io::Write::write_all(&mut stream, b"[AOECHO;AG1;]").expect("sent");
                assert_eq!(reply(&mut stream), "[AOECHO;AG1;]");
                hsm.stop();
            });
        }
    });
}

#[test]
fn a_port_that_is_taken_is_named() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let port = hsm.ready("/tls").rsplit(':').next().expect("a port");
    let output =
        run(strongroom(home.path()).args(["dev", "--tls-port", port, "--clear-port", "0", "--admin-port", "0"]));
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains(&format!("cannot listen on 127.0.0.1:{port}")), "{}", text(&output.stderr));
}
