//! Slow work of one tenant and another, over TLS.

use std::io::Write as _;

use crate::https::{get, number};
use crate::support::{Hsm, ask, directory, init, reply, with_https};

const LOGIN: &[u8] = b"[AOZLIN;IDAdmin1;PWnot the password;]";
/// Logins that one tenant asks for at once.
const MANY: usize = 60;

#[test]
fn a_tenant_with_much_slow_work_delays_another_by_one_job_and_no_fast_work_at_all() {
    let home = directory();
    init(home.path(), &["--tenant", "default", "--tenant", "bank"], &[("slow_workers", "1"), ("slow_waiting", "40")]);
    with_https(home.path());
    let hsm = Hsm::serve(home.path());
    let mut bank = hsm.tls("tls", Some(&hsm.client("bank")));
    assert_eq!(ask(&mut bank, "[AOECHO;AG1;]"), "[AOECHO;AG1;]");
    let mut crowd: Vec<_> = (0..MANY).map(|_| hsm.application()).collect();
    for stream in &mut crowd {
        assert_eq!(ask(stream, "[AOECHO;]"), "[AOECHO;]");
    }
    let answered = || {
        let (_, metrics) = get(&hsm, Some(&hsm.administrator()), "/metrics");
        number(&metrics, "strongroom_commands_total{command=\"ZLIN\",outcome=\"refused\",tenant=\"default\"}")
    };
    crowd.iter_mut().for_each(|stream| stream.write_all(LOGIN).expect("sent"));
    // The first is at work, forty wait, the others were refused by now or will be soon.
    assert_eq!(ask(&mut bank, "[AOECHO;AG2;]"), "[AOECHO;AG2;]");
    bank.write_all(b"[AOZLIN;IDAdmin1;PWchangeme;][AOECHO;AG3;]").expect("sent");
    let login = reply(&mut bank);
    let before = answered();
    assert!(login.starts_with("[AOZLIN;IDAdmin1;"), "{login}");
    assert_eq!(reply(&mut bank), "[AOECHO;AG3;]", "a connection's replies keep their order");
    let replies: Vec<String> = crowd.iter_mut().map(reply).collect();
    let busy = "[AOERRO;AM203;AN0;BBtoo much slow work of this tenant is waiting, try again;]";
    let refused = replies.iter().filter(|reply| *reply == busy).count();
    assert!((1..=19).contains(&refused), "{refused}: {replies:?}");
    assert_eq!(replies.iter().filter(|reply| reply.starts_with("[AOERRO;AM603;")).count() + refused, MANY);
    // Those that were refused as busy took no time, so they may all have been counted.
    let (before, busy) = (before, f64::from(u32::try_from(refused).expect("few")));
    assert!(before <= busy + 20.0, "{before} of {MANY} were answered before, {busy} of them busy");
}

#[test]
fn what_waits_for_a_disk_only_reads_and_is_served_as_well() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    let mut administrator = hsm.tls("administration", Some(&hsm.administrator()));
    administrator.write_all(b"[AOZSTA;AG1;][AOZDAU;AG2;][AOZSTA;AG3;]").expect("sent");
    for echo in ["AG1;", "AG2;", "AG3;"] {
        let reply = reply(&mut administrator);
        assert!(reply.contains(echo) && !reply.starts_with("[AOERRO;"), "{reply}");
    }
}
