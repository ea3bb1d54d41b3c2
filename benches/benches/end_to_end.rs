//! Whole requests over mutual TLS on loopback, client and server in one process: one at a time, and sixteen on their way.
//! ECHO is the floor: the same way, no work.

use std::hint::black_box;
use std::path::Path;

use client::{Client, Options, Tls};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use engine::seal::SealingKey;
use server::config::{Administration, Config, Listeners, Tenant, Tls as TlsListener, loopback};
use server::pki::issue::Files;
use server::run::{Parts, Running, Sockets};
use server::seed::Randomness;
use server::store::memory::Memory;
use server::store::{Opened, Store};
use server::tenants;
use server::tls::Tls as Certificates;
use tokio::runtime::Runtime;

/// Requests on their way at once.
const DEPTHS: [usize; 2] = [1, 16];

/// A seeded HSM in memory on a free port, and a client of its tenant.
async fn start(directory: &Path) -> (Running, Client) {
    let randomness = Randomness::new(Some("benches"));
    let mut config = Config {
        listeners: Listeners {
            https: None,
            tls: TlsListener { address: loopback(0) },
            clear: None,
            administration: Administration { address: loopback(0) },
        },
        tenants: vec![Tenant::named("default")],
        ..Config::default()
    };
    let sockets = Sockets::bind(&config.listeners).await.expect("free ports");
    let address = sockets.addresses().expect("addresses").tls.expect("the TLS listener");
    let files = Files::new(directory, None);
    files.issue(&["default".to_owned()], &[], &randomness, false).expect("certificates");
    config.certificates = files.server();
    let tls = Certificates::new((&config).into()).expect("usable certificates");
    let mut store: Box<dyn Store> = Box::<Memory>::default();
    let device = SealingKey::device(&[1; 32]);
    let (state, revision, chains) =
        tenants::load(&config, store.as_mut(), &device, &randomness, tenants::FirstKeys::Random).expect("tenants");
    let running = Running::start(Parts {
        config,
        sockets,
        state,
        device,
        store: Opened { store, revision, chains },
        tls,
        randomness,
    });
    let (certificate, key) = files.client("default");
    let options = Tls { ca: files.ca(), identity: Some((certificate, key)), server_name: Some("localhost".to_owned()) };
    let options = Options { connections: 1, ..Options::tls(address.to_string(), options) };
    (running.expect("serves"), Client::connect(options).await.expect("connects"))
}

fn over_mutual_tls(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let directory = tempfile::tempdir().expect("a directory");
    let (hsm, client) = runtime.block_on(start(directory.path()));
    let kek = runtime.block_on(value(&client, "[AOGPGS;FS6;CT6;AKD0000K0AB00E0000;]", "BG"));
    runtime.block_on(value(&client, &format!("[AOGPKA;RC7;BG{kek};]"), "AE"));
    let data = runtime.block_on(value(&client, "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG"));
    let frames = [
        ("ECHO, the floor", "[AOECHO;]".to_owned()),
        ("GPGS, generate and wrap", "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]".to_owned()),
        ("TWKA, unwrap and wrap", format!("[AOTWKA;FS6;APBD7;BG{data};]")),
        ("ECID, unwrap and encrypt", format!("[AOECID;AI{data};AK00112233445566778899AABBCCDDEEFF;]")),
    ];
    let mut group = criterion.benchmark_group("over mutual TLS");
    for (name, frame) in &frames {
        for depth in DEPTHS {
            group.throughput(Throughput::Elements(u64::try_from(depth).unwrap_or_default()));
            group.bench_function(BenchmarkId::new(*name, depth), |bencher| {
                bencher.iter(|| runtime.block_on(several(&client, frame, depth)));
            });
        }
    }
    group.finish();
    drop((client, hsm));
}

async fn several(client: &Client, frame: &str, depth: usize) {
    match depth {
        1 => {
            black_box(client.raw(frame).await.expect("an answer"));
        }
        _ => {
            let one = || client.raw(frame);
            let four = || async { tokio::try_join!(one(), one(), one(), one()) };
            black_box(tokio::try_join!(four(), four(), four(), four()).expect("answers"));
        }
    }
}

async fn value(client: &Client, frame: &str, tag: &str) -> String {
    let reply = client.raw(frame).await.expect("an answer");
    let field = reply.trim_matches(['[', ']']).split(';').find_map(|field| field.strip_prefix(tag));
    field.unwrap_or_else(|| panic!("no {tag} in {}", reply.as_str())).to_owned()
}

criterion_group!(benches, over_mutual_tls);
criterion_main!(benches);
