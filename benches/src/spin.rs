//! Pieces of work by name, to be repeated: by the clock, or so many times under callgrind.

use std::hint::black_box;

use anyhow::bail;
use engine::key::derive::Kbpk;
use engine::key::key_block::{self, Header, Padding, Version};
use engine::key::{Algorithm, KeyMaterial};
use engine::random::Generator;

use crate::floor::Floor;
use crate::hsm::InProcess;
use crate::work::{Case, Work};

/// Work that can be repeated.
pub type Repeated = Box<dyn FnMut()>;

/// Blocks in one run of `block`.
pub const BLOCKS: usize = 64;

/// The work of this name: `block`, `wrap`, `unwrap`, `derive`, `carried`, or the name of a conversation of
/// [`InProcess::conversations`], with `KEYS@` before it where the table is to hold more keys.
///
/// # Errors
/// There is no such work.
pub fn work(name: &str) -> anyhow::Result<Repeated> {
    Ok(match name {
        "block" => {
            let floor = Floor::new(true, 32);
            Box::new(move || {
                black_box(floor.chain(BLOCKS));
            })
        }
        "wrap" => {
            let mut work = Work::new(Case::main());
            Box::new(move || {
                black_box(work.wrap());
            })
        }
        "unwrap" => {
            let work = Work::new(Case::main());
            Box::new(move || {
                black_box(work.unwrap());
            })
        }
        "derive" => derived(None),
        "carried" => derived(Some(0)),
        _ => answered(name)?,
    })
}

/// Derives a protecting key's keys and wraps under them; where it is carried, it comes as a key block itself.
fn derived(carried: Option<usize>) -> Repeated {
    let material = KeyMaterial::new(&[0x5A; 32]);
    let major = Kbpk::new(&KeyMaterial::new(&[0x3C; 32]), Algorithm::Aes).expect("a major key");
    let header = |usage: &str| Header::parse_template(format!("D0000{usage}AB00E0000").as_bytes()).expect("a header");
    let (outer, inner) = (header("K1"), header("D0"));
    let mut random = Generator::from_seed([1; 32]);
    let key = KeyMaterial::new(&[0x11; 32]);
    let version = Version::D;
    let block = key_block::wrap(&major, &outer, &material, version, Padding::Hidden, true, &mut random).expect("wraps");
    Box::new(move || {
        let unwrapped = carried.map(|_| key_block::unwrap(&major, block.as_bytes(), true).expect("opens").1);
        let kbpk = Kbpk::new(unwrapped.as_ref().unwrap_or(&material), Algorithm::Aes).expect("a protecting key");
        let made = key_block::wrap(&kbpk, &inner, &key, version, Padding::Hidden, true, &mut random).expect("wraps");
        black_box(made.as_bytes().len());
    })
}

fn answered(name: &str) -> anyhow::Result<Repeated> {
    let (keys, name) = name.split_once('@').unwrap_or(("0", name));
    let mut hsm = InProcess::new();
    let conversations = hsm.conversations();
    let Some((_, frames)) = conversations.into_iter().find(|(known, _)| *known == name) else {
        bail!("no work named {name}");
    };
    hsm.fill(keys.parse()?);
    Ok(Box::new(move || {
        for frame in &frames {
            black_box(hsm.answer(frame.as_bytes()).len());
        }
    }))
}
