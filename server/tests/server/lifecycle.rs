//! `strongroom init` and `serve`: keys that stay, signals, and what refuses to start.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt as _;

use server::pki::Authority;
use server::pki::issue::Files;
use server::seed::Randomness;

use crate::support::{
    Hsm, ask, config, directory, hsm_directory, init, is_closed, reply, run, strongroom, text, value, wait_for,
    with_clear,
};

const ECHO: &str = "[AOECHO;AG1;]";

/// Why `serve` does not start.
fn refusal(home: &std::path::Path) -> String {
    let output = run(strongroom(home).args(["serve", "--config"]).arg(config(home)));
    assert!(!output.status.success(), "it started");
    text(&output.stderr)
}

#[test]
fn what_was_stored_is_there_after_a_restart() {
    let home = directory();
    init(home.path(), &[], &[]);
    let hsm = Hsm::serve(home.path());
    let mut stream = hsm.application();
    let made = ask(&mut stream, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]");
    let added = ask(&mut stream, &format!("[AOGPKA;BG{};RTcard;]", value(&made, "BG")));
    assert_eq!(value(&added, "RC"), "0", "{added}");
    let before = ask(&mut stream, "[AOGPKR;RC0;]");
    drop(stream);
    hsm.stop();

    let hsm = Hsm::serve(home.path());
    assert_eq!(ask(&mut hsm.application(), "[AOGPKR;RC0;]"), before);
    let (check, data) = (value(&made, "AE"), "[AOGPKR;RTcard;]");
    assert!(ask(&mut hsm.application(), data).contains(&format!("AE{check};")));
}

#[test]
fn init_refuses_a_directory_that_holds_an_hsm_and_leaves_it_alone() {
    let home = directory();
    init(home.path(), &[], &[]);
    let key = fs::read(hsm_directory(home.path()).join("device.key")).expect("the key");
    let output = run(strongroom(home.path()).arg("init").arg(hsm_directory(home.path())));
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("there is an HSM here"), "{}", text(&output.stderr));
    assert_eq!(fs::read(hsm_directory(home.path()).join("device.key")).expect("the key"), key);
}

#[test]
fn init_makes_the_directories_above_and_keeps_secrets_private() {
    let home = directory();
    let deep = home.path().join("a/b/c");
    let output =
        run(strongroom(home.path()).arg("init").arg(&deep).args(["--tenant", "bank", "--host", "hsm.example"]));
    assert!(output.status.success(), "{}", text(&output.stderr));
    for name in ["device.key", "strongroom.store", "server.key", "client-bank.key", "administration.key", "ca/ca.key"] {
        let mode = fs::metadata(deep.join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let printed = text(&output.stdout);
    assert!(!printed.contains("PMK  AES-256") && printed.contains("no major keys yet"), "{printed}");
    assert!(printed.contains("strongroom serve --config"), "{printed}");
    let profile = fs::read_to_string(deep.join("profile.toml")).expect("the profile");
    assert!(profile.contains("client-bank.pem"), "{profile}");
}

#[test]
fn a_failed_init_leaves_nothing_behind() {
    let home = directory();
    let missing = home.path().join("passphrase");
    let attempt =
        |arguments: &[&str]| run(strongroom(home.path()).arg("init").arg(hsm_directory(home.path())).args(arguments));
    assert!(!attempt(&["--passphrase-file", &missing.to_string_lossy()]).status.success());
    assert!(!attempt(&["--host", "no name \u{e9}"]).status.success());
    assert!(!hsm_directory(home.path()).exists());
    let output = attempt(&[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn a_misspelt_level_of_the_log_is_told() {
    let home = directory();
    init(home.path(), &[], &[("level", "\"inof\"")]);
    assert!(refusal(home.path()).contains("log.level: \"inof\" is none of error"), "{}", refusal(home.path()));
}

#[test]
fn the_ready_file_is_there_while_the_hsm_is_ready() {
    let home = directory();
    let file = home.path().join("ready.json");
    fs::write(&file, "stale").expect("written");
    let mut command = strongroom(home.path());
    command.args(["dev", "--port", "0", "--ready-file"]).arg(&file).stdout(std::process::Stdio::null());
    let mut child = command.stderr(std::process::Stdio::null()).spawn().expect("strongroom starts");
    wait_for("the file of this run", || fs::read_to_string(&file).is_ok_and(|text| text.contains("\"pid\"")));
    let ended = std::process::Command::new("kill").arg(child.id().to_string()).status();
    assert!(ended.expect("kill").success() && child.wait().expect("ends").success());
    assert!(!file.exists());
}

#[test]
fn a_disk_that_failed_and_is_well_again_takes_changes_again() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let home = directory();
    init(home.path(), &[], &[]);
    let path = config(home.path());
    // The limit stands for a full disk; its signal would end the process.
    let hsm = Hsm::after(home.path(), "trap '' XFSZ", &["serve", "--config", &path.to_string_lossy()]);
    let mut stream = hsm.application();
    let block = value(&ask(&mut stream, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]"), "BG");
    let add = |stream: &mut _, slot: u32| ask(stream, &format!("[AOGPKA;BG{block};RC{slot};]"));
    assert!(add(&mut stream, 0).starts_with("[AOGPKA;"));
    let pid = Pid::from_raw(i32::try_from(hsm.pid()).expect("a pid")).expect("a pid");
    let limit = |most| {
        let limit = Rlimit { current: most, maximum: None };
        prlimit(Some(pid), Resource::Fsize, limit).expect("a limit");
    };
    limit(Some(1));
    for _ in 0..3 {
        let reply = add(&mut stream, 1);
        assert!(reply.starts_with("[AOERRO;AM901;"), "{reply} {}", hsm.log());
    }
    assert!(ask(&mut stream, "[AOGPKR;RC0;]").starts_with("[AOGPKR;"), "what reads goes on");
    limit(None);
    assert!(add(&mut stream, 2).starts_with("[AOGPKA;"));
    hsm.stop();
    let hsm = Hsm::serve(home.path());
    let listed = ask(&mut hsm.application(), "[AOGPKM;]");
    assert!(listed.contains("CM2;"), "{listed}");
}

#[test]
fn a_device_key_that_others_may_read_is_refused() {
    let home = directory();
    init(home.path(), &[], &[]);
    let key = hsm_directory(home.path()).join("device.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("chmod");
    assert!(refusal(home.path()).contains("run `chmod 600"), "{}", refusal(home.path()));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("chmod");
    Hsm::serve(home.path()).stop();
}

#[test]
fn another_device_key_does_not_open_the_store() {
    let home = directory();
    init(home.path(), &[], &[]);
    fs::write(hsm_directory(home.path()).join("device.key"), "ab".repeat(32)).expect("written");
    assert!(refusal(home.path()).contains("is this the store's own device key?"), "{}", refusal(home.path()));
}

#[test]
fn a_wrong_passphrase_is_refused_in_clear_words() {
    let home = directory();
    let secret = home.path().join("passphrase");
    fs::write(&secret, "correct horse\n").expect("written");
    init(home.path(), &["--passphrase-file", &secret.to_string_lossy()], &[]);
    Hsm::serve(home.path()).stop();
    fs::write(&secret, "wrong horse\n").expect("written");
    assert!(refusal(home.path()).contains("is the passphrase right?"), "{}", refusal(home.path()));
}

#[test]
fn two_do_not_share_a_store() {
    let home = directory();
    init(home.path(), &[], &[]);
    let hsm = Hsm::serve(home.path());
    assert!(refusal(home.path()).contains("another process has it open"), "{}", refusal(home.path()));
    hsm.stop();
}

#[test]
fn told_to_stop_it_answers_what_was_begun_and_ends_well() {
    for signal in ["TERM", "INT"] {
        let home = directory();
        init(home.path(), &[], &[]);
        with_clear(home.path());
        let mut hsm = Hsm::serve(home.path());
        let mut idle = hsm.application();
        assert_eq!(ask(&mut idle, ECHO), ECHO);
        let mut busy = hsm.clear();
        assert_eq!(ask(&mut busy, &format!("{ECHO}[AOEC")), ECHO);
        hsm.signal(signal);
        assert!(is_closed(&mut idle), "an idle connection is closed");
        assert_eq!(ask(&mut busy, "HO;AG2;]"), "[AOECHO;AG2;]", "a frame that was begun is answered");
        assert!(is_closed(&mut busy));
        assert!(hsm.end().success(), "{}", hsm.log());
        assert!(std::net::TcpStream::connect(hsm.ready("/tls")).is_err(), "nobody listens");
    }
}

#[test]
fn stopping_is_bounded() {
    let home = directory();
    init(home.path(), &[], &[("drain_timeout_ms", "200"), ("frame_timeout_ms", "600000")]);
    with_clear(home.path());
    let mut hsm = Hsm::serve(home.path());
    let mut stuck = hsm.clear();
    assert_eq!(ask(&mut stuck, &format!("{ECHO}[AOEC")), ECHO);
    hsm.signal("TERM");
    assert!(hsm.end().success(), "{}", hsm.log());
    assert!(hsm.log().contains("connections are cut off"), "{}", hsm.log());
    assert_eq!(reply(&mut stuck), "");
}

#[test]
fn hanging_up_reads_the_certificates_again_and_bad_ones_change_nothing() {
    let home = directory();
    init(home.path(), &[], &[]);
    let hsm = Hsm::serve(home.path());
    let (directory, old_client) = (hsm_directory(home.path()), hsm.client("default"));
    let mut open = hsm.application();
    assert_eq!(ask(&mut open, ECHO), ECHO);

    fs::write(directory.join("server.pem"), "no certificate").expect("written");
    hsm.signal("HUP");
    hsm.logged("the new certificates are not usable, the old ones stay in use");
    assert!(hsm.log().contains("server.pem"), "{}", hsm.log());
    assert_eq!(ask(&mut hsm.application(), ECHO), ECHO);

    // A new CA with new certificates: its clients are let in, those of the old one no more.
    let other = Files::new(&home.path().join("other"), Some("ca"));
    other.issue(&["default".to_owned()], &[], &Randomness::System, false).expect("certificates");
    for (from, to) in
        [(other.ca(), "ca/ca.pem"), (other.pair("server").0, "server.pem"), (other.pair("server").1, "server.key")]
    {
        fs::copy(from, directory.join(to)).expect("copied");
    }
    hsm.signal("HUP");
    hsm.logged("the certificates are reloaded");
    assert_eq!(ask(&mut hsm.tls("tls", Some(&other.client("default"))), ECHO), ECHO);
    let mut old = hsm.tls("tls", Some(&old_client));
    let _ = old.write_all(ECHO.as_bytes());
    assert_eq!(reply(&mut old), "");
    assert_eq!(ask(&mut open, ECHO), ECHO, "connections that are open stay");
}

#[test]
fn a_listed_fingerprint_lets_a_certificate_without_unit_in() {
    let home = directory();
    init(home.path(), &[], &[]);
    let text = fs::read_to_string(hsm_directory(home.path()).join("administration.pem")).expect("a certificate");
    let der = x509_cert::der::pem::decode_vec(text.as_bytes()).expect("PEM").1;
    let digits: String = server::pki::mapping::fingerprint(&der).iter().map(|byte| format!("{byte:02X}:")).collect();
    let file = fs::read_to_string(config(home.path())).expect("the configuration");
    let listed = format!("clients = [\"{}\"]", digits.trim_end_matches(':'));
    fs::write(config(home.path()), file.replace("#clients = []", &listed)).expect("written");
    let hsm = Hsm::serve(home.path());
    assert_eq!(ask(&mut hsm.tls("tls", Some(&hsm.administrator())), ECHO), ECHO, "the list comes first");
}

#[test]
fn the_authority_s_key_never_prints() {
    let authority = Authority::new(&Randomness::System).expect("an authority");
    assert_eq!(format!("{authority:?} {:?}", authority.key()), "Authority Secret");
}
