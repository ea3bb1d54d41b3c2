//! `strongctl load` against peers that do not behave.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

/// What a peer does with the request of a number, counted over all its connections.
type Answer = dyn Fn(u64, &str) -> Option<String> + Send + Sync;

/// A peer that speaks clear text; its address.
fn peer(answer: impl Fn(u64, &str) -> Option<String> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let (answer, count): (Arc<Answer>, _) = (Arc::new(answer), Arc::new(AtomicU64::new(0)));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (answer, count) = (Arc::clone(&answer), Arc::clone(&count));
            std::thread::spawn(move || serve(stream, &*answer, &count));
        }
    });
    address
}

/// Answers until there is no answer, which ends the connection.
fn serve(mut stream: TcpStream, answer: &Answer, count: &AtomicU64) {
    stream.set_nodelay(true).expect("a socket");
    let (mut frame, mut byte) = (String::new(), [0]);
    while matches!(stream.read(&mut byte), Ok(1)) {
        frame.push(char::from(byte[0]));
        if byte[0] == b']' {
            let reply = answer(count.fetch_add(1, Ordering::Relaxed), &frame);
            let Some(reply) = reply else { return };
            if stream.write_all(reply.as_bytes()).is_err() {
                return;
            }
            frame.clear();
        }
    }
}

fn load(address: &str, arguments: &[&str]) -> (i32, Value) {
    let output = run(&[&["--address", address, "--clear", "load", "echo", "--quiet", "--json"], arguments].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text} {errors}"));
    (output.status.code().expect("an exit code"), value)
}

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strongctl"));
    let folder = tempfile::tempdir().expect("a home");
    command.env("HOME", folder.path()).env_remove("XDG_CONFIG_HOME").env_remove("STRONGROOM_PROFILE");
    command.args(arguments).output().expect("strongctl starts")
}

fn counts(value: &Value) -> [u64; 4] {
    ["right", "wrong", "refused", "lost"].map(|name| value["all"][name].as_u64().expect("a count"))
}

const SHORT: &[&str] = &["--warm-up", "0", "--duration", "20", "--connections", "3"];

#[test]
fn as_many_requests_as_were_asked_for_are_sent_and_checked() {
    let address = peer(|_, frame| Some(frame.to_owned()));
    let (code, value) = load(&address, &[SHORT, &["--count", "300", "--depth", "4", "--max-errors", "0"]].concat());
    assert_eq!((code, counts(&value)), (0, [300, 0, 0, 0]), "{value}");
    assert_eq!(value["requests"][0]["name"], "echo: ECHO");
    // A threshold that nobody can keep.
    let (code, value) = load(&address, &[SHORT, &["--count", "30", "--max-p50", "1us", "--min-rate", "1e9"]].concat());
    assert_eq!((code, value["thresholds_not_kept"].as_array().map(Vec::len)), (5, Some(2)), "{value}");
}

#[test]
fn wrong_and_refused_replies_are_counted_apart() {
    let address = peer(|number, frame| {
        Some(match number % 10 {
            3 => frame.replace(";AK", ";AK0"),
            5 | 6 => format!("[AOERRO;AM301;AN0;BBno;{}", &frame[frame.find("AG").expect("AG")..]),
            7 => frame.replace("ECHO", "RAND"),
            _ => frame.to_owned(),
        })
    });
    let (code, value) = load(&address, &[SHORT, &["--count", "100"]].concat());
    assert_eq!((code, counts(&value)), (5, [60, 20, 20, 0]), "{value}");
    let examples = value["examples"].to_string();
    for told in ["AK is 0", "the reply is of another command: RAND", "301: no"] {
        assert!(examples.contains(told), "{told}: {examples}");
    }
    assert_eq!(load(&address, &[SHORT, &["--count", "100", "--max-errors", "40"]].concat()).0, 0);
    assert_eq!(load(&address, &[SHORT, &["--count", "100", "--max-errors", "39"]].concat()).0, 5);
}

#[test]
fn lost_connections_are_made_again_and_what_was_in_flight_is_lost() {
    let address = peer(|number, frame| (number % 50 != 49).then(|| frame.to_owned()));
    let (_, value) = load(&address, &[SHORT, &["--count", "200"]].concat());
    assert_eq!(counts(&value), [196, 0, 0, 4], "{value}");
    assert_eq!(value["connections_lost"], 4);
    assert!(value["examples"].to_string().contains("closed by the HSM"));
}

#[test]
fn a_reply_to_another_request_ends_the_connection() {
    let address =
        peer(|number, frame| Some(if number == 10 { frame.replace(";AG", ";AG9") } else { frame.to_owned() }));
    let (_, value) = load(&address, &["--warm-up", "0", "--connections", "1", "--count", "20"]);
    assert_eq!((counts(&value), value["connections_lost"].as_u64()), ([19, 1, 0, 0], Some(1)), "{value}");
}

#[test]
fn a_stall_shows_in_every_request_that_it_delayed() {
    let address = peer(|number, frame| {
        if number == 100 {
            std::thread::sleep(Duration::from_millis(500));
        }
        Some(frame.to_owned())
    });
    let open = ["--warm-up", "0", "--connections", "1", "--rate", "200", "--count", "300"];
    let (_, value) = load(&address, &open);
    // Some hundred of the three hundred were due while nothing moved, and waited 250 ms on average.
    let p90 = value["all"]["p90_us"].as_f64().expect("a time");
    assert!(p90 > 200_000.0, "{value}");
    // One alone waited, where each is sent when the one before is answered.
    let closed = ["--warm-up", "0", "--connections", "1", "--count", "300"];
    let (_, value) = load(
        &peer(move |number, frame| {
            if number == 100 {
                std::thread::sleep(Duration::from_millis(500));
            }
            Some(frame.to_owned())
        }),
        &closed,
    );
    let late = value["all"]["longest_us"].as_f64().expect("a time");
    let p90 = value["all"]["p90_us"].as_f64().expect("a time");
    assert!(late > 499_000.0 && p90 < late / 2.0, "{value}");
}

#[test]
fn other_machines_are_left_alone_and_reports_are_written() {
    let output = run(&["--address", "192.0.2.1:9100", "--clear", "load", "echo"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && text.contains("192.0.2.1:9100 is not of this machine"), "{text}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let address = peer(|_, frame| Some(frame.to_owned()));
    let (html, hdr) = (file("report.html"), file("latencies.hlog"));
    let (code, _) = load(&address, &[SHORT, &["--count", "50", "--html", &html, "--hdr", &hdr]].concat());
    assert_eq!(code, 0);
    let page = std::fs::read_to_string(html).expect("the page");
    assert!(page.contains("Latency by percentile") && page.contains("<svg") && !page.contains("http"));
    let log = std::fs::read_to_string(hdr).expect("the log");
    assert!(log.contains("[StartTime:") && log.lines().any(|line| line.starts_with("Tag=all,0")), "{log}");
}
