//! Mistakes in the configuration, each told with file, line and remedy.

use std::path::Path;

use server::config::Config;

use crate::support::{directory, run, strongroom, text};

const TENANT: &str = "[[tenant]]\nname = \"default\"\n";

fn mistake(file: &str) -> String {
    let parsed = Config::parse(file, Path::new("hsm.toml"), Path::new("/etc"));
    parsed.expect_err("a mistake").to_string()
}

#[test]
fn an_unknown_key_is_told_with_its_line_and_the_nearest_right_name() {
    let file = format!("{TENANT}\n[limits]\nfields = 64\nidle_timeout = 5\n");
    assert_eq!(mistake(&file), "hsm.toml:6: unknown name `idle_timeout`; did you mean `idle_timeout_ms`?");
    let file = format!("{TENANT}\n[listners]\n");
    assert_eq!(mistake(&file), "hsm.toml:4: unknown name `listners`; did you mean `listeners`?");
    let file = format!("{TENANT}\nquality = 7\n");
    assert!(
        mistake(&file).starts_with("hsm.toml:4: unknown field `quality`, expected one of `name`"),
        "{}",
        mistake(&file)
    );
    let file = format!("{TENANT}[store]\nkind = \"fil\"\n");
    assert_eq!(mistake(&file), "hsm.toml:4: unknown name `fil`; did you mean `file`?");
}

#[test]
fn clear_text_off_loopback_needs_two_settings() {
    let file = format!("{TENANT}[listeners.clear]\naddress = \"0.0.0.0:9000\"\n");
    let told = mistake(&file);
    assert!(told.starts_with("hsm.toml:4: address: clear text off loopback"), "{told}");
    assert!(told.contains("i_accept_clear_text_off_loopback = true"), "{told}");
    let accepted = format!("{file}i_accept_clear_text_off_loopback = true\n");
    assert!(Config::parse(&accepted, Path::new("hsm.toml"), Path::new("/etc")).is_ok());
    let loopback = file.replace("0.0.0.0", "127.0.0.1");
    assert!(Config::parse(&loopback, Path::new("hsm.toml"), Path::new("/etc")).is_ok());
}

#[test]
fn values_that_make_no_sense_are_refused_where_they_stand() {
    for (file, told) in [
        ("", "hsm.toml:1: no tenant: add a table [[tenant]] with a `name`"),
        ("[[tenant]]\nname = \"administration\"\n", "hsm.toml:2: name: 1 to 32 lower-case letters"),
        ("[[tenant]]\nname = \"a\"\n[[tenant]]\nname = \"a\"\n", "hsm.toml:4: name: tenant a is there twice"),
        ("[[tenant]]\nname = \"a\"\nslots = 0\n", "hsm.toml:3: slots: 1 to 100000"),
        ("[[tenant]]\nname = \"a\"\ncheck_digits = 5\n", "hsm.toml:3: check_digits: 4 or 6"),
        ("[[tenant]]\nname = \"a\"\nmajor_key_digits = 8\n", "hsm.toml:3: major_key_digits: 4 or 6"),
        (
            "[[tenant]]\nname = \"a\"\ndisabled_commands = [\"ECHQ\"]\n",
            "hsm.toml:3: disabled_commands: no command is named `ECHQ`; did you mean `ECHO`?",
        ),
        (
            "[[tenant]]\nname = \"a\"\nclients = [\"12:34\"]\n",
            "hsm.toml:3: clients: `12:34` is not a SHA-256 fingerprint",
        ),
        ("serial = \"a;b\"\n[[tenant]]\nname = \"a\"\n", "hsm.toml:1: serial: 1 to 32 letters"),
        ("[limits]\nframe_bytes = 1\n[[tenant]]\nname = \"a\"\n", "hsm.toml:2: frame_bytes: at least 256"),
        (
            "[device_key]\nkind = \"passphrase\"\n[[tenant]]\nname = \"a\"\n",
            "hsm.toml:2: kind: `passphrase` takes exactly one of",
        ),
    ] {
        assert!(mistake(file).starts_with(told), "{}", mistake(file));
    }
}

#[test]
fn the_command_says_so_and_fails() {
    let home = directory();
    let output = run(strongroom(home.path()).args(["serve", "--config", "/nowhere/hsm.toml"]));
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("/nowhere/hsm.toml"), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("strongroom init DIR"), "{}", text(&output.stderr));
}
