//! Device profiles, from the configuration, from the command line and live.

use std::fs;

use crate::behaviour::administer;
use crate::support::{Hsm, ask, config, directory, init, run, strongroom, text, value, wait_for};

const ECHO: &str = "[AOECHO;AG1;]";
const LOGIN: &str = "[AOZLIN;IDAdmin1;PWchangeme;]";

#[test]
fn a_tenant_of_the_configuration_behaves_as_its_profile_and_as_it_says_itself() {
    let home = directory();
    init(home.path(), &["--tenant", "default", "--tenant", "bank"], &[]);
    let file = fs::read_to_string(config(home.path())).expect("the configuration");
    let mine = "\n[profiles.mine]\nthroughput = 700\nconnections = 2\nsessions = 1\nslots = 3\n";
    let with = |bank: &str| fs::write(config(home.path()), format!("{file}{bank}\n{mine}")).expect("written");
    with("profile = \"mine\"\nlatency = \"1500\"");
    let hsm = Hsm::serve(home.path());
    let told = administer(&hsm, "[AOZPAC;RTbank;]");
    assert_eq!(told, "[AOZPAC;RTbank;TP700;QBQ;LA1500;PFmine;MC2;MS1;RC3;]");
    assert_eq!(administer(&hsm, "[AOZPAC;RTdefault;]"), "[AOZPAC;RTdefault;QBQ;]");
    let listed = value(&administer(&hsm, "[AOZPRF;]"), "BO");
    assert!(listed.starts_with("mine/700/Q/0/2/1/3,tps-250/250/Q/1500-3000/64/16/1000,"), "{listed}");
    let status = administer(&hsm, "[AOZTEN;RTbank;]");
    assert!(status.contains(";RC3;PFmine;TP700;LA1500;MC2;MS1;"), "{status}");

    // Connections: the third is told why, and has its place when another ends.
    let identity = hsm.client("bank");
    let bank = || hsm.tls("tls", Some(&identity));
    let (mut first, mut second) = (bank(), bank());
    assert_eq!((ask(&mut first, ECHO), ask(&mut second, ECHO)), (ECHO.to_owned(), ECHO.to_owned()));
    let refused = ask(&mut bank(), ECHO);
    let told = "[AOERRO;AM700;AN0;BBthe tenant has the 2 connections that it may have, the connection closes;]";
    assert_eq!(refused, told);
    assert_eq!(ask(&mut hsm.application(), ECHO), ECHO, "another tenant has its own");
    // Sessions.
    assert!(ask(&mut first, LOGIN).starts_with("[AOZLIN;"));
    let full = ask(&mut second, LOGIN);
    assert!(
        full.starts_with("[AOERRO;AM701;AN0;BB") && full.contains("as many sessions as there can be (1)"),
        "{full}"
    );
    // Slots.
    let made = ask(&mut second, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]");
    let store = format!("[AOGPKA;BG{};]", value(&made, "BG"));
    (0..3).for_each(|slot| assert_eq!(value(&ask(&mut second, &store), "RC"), slot.to_string()));
    assert!(ask(&mut second, &store).starts_with("[AOERRO;AM408;"));
    drop(first);
    wait_for("a place", || ask(&mut bank(), ECHO) == ECHO);
    // Live: wider, then too narrow for what is stored.
    administer(&hsm, "[AOZPAC;RTbank;PFtps-250;]");
    assert_eq!(value(&ask(&mut second, &store), "RC"), "3");
    let mut administrator = hsm.tls("administration", Some(&hsm.administrator()));
    let narrow = ask(&mut administrator, "[AOZPAC;RTbank;PFmine;]");
    assert!(narrow.starts_with("[AOERRO;AM303;AN0;BBRC: there are keys in slots beyond"), "{narrow}");
    hsm.stop();
    for (bank, told) in [
        ("profile = \"tps-1\"", "profile: there is no profile tps-1"),
        ("connections = 0", "connections: 1 to 1000000"),
    ] {
        with(bank);
        let output = run(strongroom(home.path()).args(["serve", "--config"]).arg(config(home.path())));
        assert!(!output.status.success() && text(&output.stderr).contains(told), "{}", text(&output.stderr));
    }
}

#[test]
fn dev_takes_a_profile_too() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &["--device", "tps-1000"]);
    let told = administer(&hsm, "[AOZPAC;RTdefault;]");
    assert_eq!(told, "[AOZPAC;RTdefault;TP1000;QBQ;LA800-1500;PFtps-1000;MC128;MS32;RC5000;]");
    let output = run(strongroom(home.path()).args(["dev", "--port", "0", "--device", "fast"]));
    assert!(text(&output.stderr).contains("one of tps-250, tps-1000,"), "{}", text(&output.stderr));
}
