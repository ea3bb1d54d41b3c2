//! `strongctl` as a process, against a peer in clear text.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::thread;

/// Answers each frame with what `reply` makes of it, one connection after the other.
fn peer(reply: impl Fn(&str) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut received = Vec::new();
            let mut byte = [0];
            while stream.read_exact(&mut byte).is_ok() {
                received.push(byte[0]);
                if byte[0] == b']' {
                    let frame = String::from_utf8(std::mem::take(&mut received)).expect("text");
                    let _ = stream.write_all(reply(&frame).as_bytes());
                }
            }
        }
    });
    address
}

fn strongctl(address: &str, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_strongctl"))
        .args(["--clear", "--address", address, "--timeout", "5"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("strongctl");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("written");
    child.wait_with_output().expect("strongctl ends")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[test]
fn a_reply_stands_on_the_first_line() {
    let address = peer(str::to_owned);
    let output = strongctl(&address, &["call", "[AOECHO;AGhello;]"], "");
    assert_eq!((text(&output.stdout), output.status.code()), ("[AOECHO;AGhello;]\n", Some(0)));
    let output = strongctl(&address, &["call", "ECHO", "AK=-"], "from standard input\n");
    assert_eq!(text(&output.stdout), "[AOECHO;AKfrom standard input;]\n");
    let output = strongctl(&address, &["call", "ECHO", "AK=x", "--explain"], "");
    assert_eq!(
        text(&output.stdout),
        "[AOECHO;AKx;]\nECHO  reply: Answers, to show that the link works.\nAK  x  The same text.\n"
    );
    let output = strongctl(&address, &["call", "ECHO", "AK=x", "--json"], "");
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&value["fields"]["AK"], &value["reply"]), (&"x".into(), &"[AOECHO;AKx;]".into()));
}

#[test]
fn exit_codes_tell_failures_apart() {
    let refusing = peer(|frame| {
        let echo = frame.rsplit_once(";AG").map_or("", |(_, echo)| echo);
        format!("[AOERRO;AM401;AN0;BBRC: slot 7 is empty;AG{echo}")
    });
    let output = strongctl(&refusing, &["call", "GPKD", "RC=7"], "");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "[AOERRO;AM401;AN0;BBRC: slot 7 is empty;]\n");
    assert!(text(&output.stderr).starts_with("strongctl: refused by the HSM: 401: RC: slot 7 is empty\n  next: "));
    let noise = peer(|_| "HTTP/1.1 400 Bad Request\r\n\r\n".to_owned());
    let output = strongctl(&noise, &["call", "ECHO"], "");
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
}

#[test]
fn status_shows_what_the_administration_listener_tells() {
    let address = peer(|frame| {
        let echo = frame.rsplit_once("AG").map_or("", |(_, echo)| echo);
        let fields = if frame.starts_with("[AOZSTA") {
            "SGSR-1;RN0.1.0;XE61;BOtls=127.0.0.1:9100,clear=127.0.0.1:9000;RTdefault;"
        } else {
            "RTdefault;BOPMK/AES-256/08D7,MFK/TDES-3/8CA6;OFTR31,CRYPTOGRAM;CM6;OGF;SUY;CA2;RC100000;CRY;SHN;"
        };
        format!("{};{fields}AG{echo}", &frame[..7])
    });
    let output = strongctl(&address, &["status"], "");
    let expected = "serial    SR-1\n\
                    version   0.1.0\n\
                    uptime    1 min\n\
                    listener  tls    127.0.0.1:9100\n\
                    listener  clear  127.0.0.1:9000\n\
                    \n\
                    tenant default, suspended\n  \
                    keys          2 of 100000 slots\n  \
                    accepts       TR31, CRYPTOGRAM\n  \
                    check values  6 digits\n  \
                    PMK  AES-256  08D7\n  \
                    MFK  TDES-3   8CA6\n";
    assert_eq!(text(&output.stdout), expected, "{}", text(&output.stderr));
    let output = strongctl(&address, &["status", "--json"], "");
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(value["tenants"][0]["major_keys"][0]["check_value"], "08D7");
}

/// Whatever the file is called, a private key in it goes nowhere.
#[test]
fn files_with_private_keys_are_refused_before_anything_is_sent() {
    let address = peer(|frame| panic!("sent: {frame}"));
    let home = tempfile::tempdir().expect("a directory");
    let pem = |label: &str| format!("-----BEGIN {label}-----\nMAA=\n-----END {label}-----\n");
    let file = |name: &str, content: &[u8]| {
        let path = home.path().join(name);
        std::fs::write(&path, content).expect("written");
        path.to_str().expect("text").to_owned()
    };
    let both = pem("CERTIFICATE") + &pem("EC PRIVATE KEY");
    let enciphered = [0x30, 0x0B, 0x30, 7, 6, 3, 42, 3, 4, 5, 0, 4, 0];
    // As little of each as tells what it is: a certificate, a private key after it, a request.
    let key = [0x30, 8, 2, 1, 0, 0x30, 0, 4, 1, 7];
    let certificate = public(&[0xA0, 0, 2, 0, 0x30, 0]);
    let request = public(&[2, 0, 0x30, 0, 0x30, 0, 0xA0, 0]);
    let (hidden, mixed, cut) =
        ([&certificate[..], &key].concat(), [&certificate[..], &request].concat(), &certificate[..9]);
    let mislabelled = base64("CERTIFICATE", &key);
    for (content, told) in [
        (both.as_bytes(), "there is a private key in this file"),
        (pem("ENCRYPTED PRIVATE KEY").as_bytes(), "there is a private key in this file"),
        (pem("X509 CRL").as_bytes(), "there is a X509 CRL, where only this is taken: CERTIFICATE,"),
        (&[0x30, 3, 2, 1, 0], "neither PEM nor DER of: CERTIFICATE,"),
        (&enciphered, "neither PEM nor DER of: CERTIFICATE,"),
        (b"3081A0", "neither PEM nor DER of: CERTIFICATE,"),
        (&hidden, "neither PEM nor DER of: CERTIFICATE,"),
        (&mixed, "neither PEM nor DER of: CERTIFICATE,"),
        (&request, "neither PEM nor DER of: CERTIFICATE,"),
        (cut, "neither PEM nor DER of: CERTIFICATE,"),
        (mislabelled.as_bytes(), "what is called CERTIFICATE in this file is none"),
    ] {
        let path = file("file.pem", content);
        let output = strongctl(&address, &["certificate", "trust", &path], "");
        assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    }
    let good = base64("CERTIFICATE", &certificate);
    let (certificate, list) = (file("good.pem", good.as_bytes()), file("list.pem", both.as_bytes()));
    for way in [
        ["key", "import", &certificate, "--last", "0", "--receiver-key", "1", "--sender-ca", "2"],
        ["key", "export", "BD1", "--form-2012", "--tr34", "--sender-key", "1", "--receiver-ca", "2"],
    ] {
        let files = ["--receiver", &certificate, "--sender", &certificate, "--crl", &list];
        let tr34: &[&str] = if way.contains(&"--tr34") { &[] } else { &["--tr34"] };
        let output = strongctl(&address, &[&way[..], tr34, &files].concat(), "");
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    }
}

/// What is signed, with these fields in hand: with an algorithm and a signature that are empty.
fn public(fields: &[u8]) -> Vec<u8> {
    let length = u8::try_from(fields.len()).expect("short");
    [&[0x30, length + 6, 0x30, length], fields, &[0x30, 0, 3, 0]].concat()
}

fn base64(label: &str, bytes: &[u8]) -> String {
    protocol::pem::encode(label, bytes)
}

/// One file holds one request, and one list, in PEM as in DER; certificates may be several.
#[test]
fn one_is_taken_where_one_is_meant() {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("file");
    let certificate = public(&[0xA0, 0, 2, 0, 0x30, 0]);
    let request = public(&[2, 0, 0x30, 0, 0x30, 0, 0xA0, 0]);
    let issuer = home.path().join("issuer.pem");
    std::fs::write(&issuer, base64("CERTIFICATE", &certificate)).expect("written");
    let (path, issuer) = (path.to_str().expect("text"), issuer.to_str().expect("text"));
    let address = peer(|_| "[AOERRO;AM420;AN0;BBreached;]".to_owned());
    let two = [&request[..], &request].concat();
    let pem = base64("CERTIFICATE REQUEST", &request);
    for (content, is_taken) in [
        (&request[..], true),
        (pem.as_bytes(), true),
        (&two, false),
        (pem.repeat(2).as_bytes(), false),
        (base64("CERTIFICATE REQUEST", &two).as_bytes(), false),
    ] {
        std::fs::write(path, content).expect("written");
        let output = strongctl(&address, &["certificate", "issue", path, "--issuer", issuer, "--key", "1"], "");
        let told = if is_taken { "reached" } else { "there is more than one request in this file" };
        assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
    }
    for content in [[&certificate[..], &certificate].concat(), base64("CERTIFICATE", &certificate).repeat(2).into()] {
        std::fs::write(path, content).expect("written");
        let output = strongctl(&address, &["certificate", "trust", path], "");
        assert!(text(&output.stderr).contains("reached"), "{}", text(&output.stderr));
    }
}
