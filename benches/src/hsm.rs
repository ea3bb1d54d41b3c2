//! An HSM in process: bytes in, bytes out, no network.

use std::sync::Arc;

use engine::attest::Nobody;
use engine::audit::NoLog;
use engine::provision::{self, Seed};
use engine::random::Generator;
use engine::tenant::TenantName;
use engine::{Channel, Facts, Hsm, Origin, Policy, Session, Timestamp};
use protocol::buffer::Buffer;
use protocol::command::{Command, Effect, Needs, Request};
use protocol::deframer::Deframer;
use protocol::frame::{Limits, Strictness};

/// Data of one AES block.
const BLOCK: &str = "00112233445566778899AABBCCDDEEFF";

/// An HSM with one tenant, a connection of its client and one of an administrator.
#[derive(Debug)]
pub struct InProcess {
    hsm: Hsm,
    session: Session,
    administrator: Session,
    random: Generator,
    deframer: Deframer,
    out: Buffer,
}

impl Default for InProcess {
    fn default() -> Self {
        Self::new()
    }
}

impl InProcess {
    /// A seeded HSM.
    ///
    /// # Panics
    /// If that cannot be made.
    #[must_use]
    pub fn new() -> Self {
        let seed = Seed::from_text("benches");
        let name = TenantName::new("default").expect("a name");
        let state = provision::state([(name, Policy::default())], &seed).expect("a state");
        let tenant = state.find("default").expect("the tenant");
        let facts = Facts {
            serial: "BENCHES".to_owned(),
            version: "0".to_owned(),
            started: Timestamp(0),
            listeners: Vec::new(),
        };
        Self {
            hsm: Hsm::new(facts, provision::device(&seed), Box::new(Nobody), Arc::new(NoLog), state),
            session: Session::new(Channel::Application(tenant), Origin::default()),
            administrator: Session::new(Channel::Administration, Origin::default()),
            random: seed.connection(0),
            deframer: Deframer::new(Limits::default(), Strictness::Lenient),
            out: Buffer::new(),
        }
    }

    /// Answers one frame; the reply stays valid until the next.
    ///
    /// # Panics
    /// If the frame is refused: a bench measures work that succeeds.
    pub fn answer(&mut self, frame: &[u8]) -> &[u8] {
        self.deframer.spare()[..frame.len()].copy_from_slice(frame);
        self.deframer.advance(frame.len());
        let message = self.deframer.poll().ok().flatten().expect("a frame");
        let command = Command::parse(message.command()).expect("a command");
        let state = self.hsm.snapshot();
        let session = match command.spec().needs {
            Needs::Administration => &mut self.administrator,
            Needs::Nothing | Needs::Tenant | Needs::Permission(_) => &mut self.session,
        };
        self.out.clear();
        let (now, random) = (Timestamp(1), &mut self.random);
        match command.spec().effect {
            Effect::Reads => {
                let answer = self.hsm.answer(&state, session, command, &message, now, random, &mut self.out);
                answer.result.unwrap_or_else(|error| panic!("{}: {error}", frame.escape_ascii()));
            }
            Effect::Writes => {
                let request = Request::decode(&message).expect("a request").value;
                let outcome = self.hsm.execute(&state, session, request, now, random);
                let response = outcome.result.unwrap_or_else(|error| panic!("{}: {error}", frame.escape_ascii()));
                let mut next = (**state).clone();
                outcome.changes.iter().for_each(|change| next.apply(change));
                drop(state);
                self.hsm.publish(next);
                response.encode(message.echo(), &mut self.out);
            }
        }
        &self.out
    }

    /// The value of a tag of the reply to a frame.
    ///
    /// # Panics
    /// If the reply has no such tag.
    pub fn value(&mut self, frame: &str, tag: &str) -> String {
        let reply = String::from_utf8_lossy(self.answer(frame.as_bytes())).into_owned();
        let fields = reply.trim_matches(['[', ']']).split(';').map(str::to_owned);
        fields.into_iter().find_map(|field| field.strip_prefix(tag).map(str::to_owned)).expect(tag)
    }

    /// Every command with frames that may be sent again and again; the keys in them are made by this HSM.
    #[must_use]
    pub fn conversations(&mut self) -> Vec<(&'static str, Vec<String>)> {
        let data = self.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
        let tdes_data = self.value("[AOGPGS;FS1;CT2;AKB0000D0TB00S0000;]", "BG");
        let mac = self.value("[AOGPGS;FS6;CT6;AKD0000M6AC00E0000;]", "BG");
        let retail = self.value("[AOGPGS;FS1;CT2;AKB0000M3TC00S0000;]", "BG");
        let hmac = self.value("[AOGPGS;FS6;CT6;AKD0000M7HC00E0200HM0621PB0A000000;]", "BG");
        let kek = self.value("[AOGPGS;FS6;CT6;AKD0000K0AB00E0000;]", "BG");
        let tdes_kek = self.value("[AOGPGS;FS1;CT3;]", "BG");
        let cryptogram = self.value("[AOGPGS;FS1;CT2;AS2;]", "BG");
        self.answer(format!("[AOGPKA;RC7;BG{kek};RTkek;]").as_bytes());
        self.answer(format!("[AOGPKA;RC8;BG{data};]").as_bytes());
        let exported = self.value(&format!("[AOTWKA;FS6;APBD7;BG{data};]"), "BH");
        let variant = self.value(&format!("[AOTWKD;AP{tdes_kek};BG{cryptogram};OFC;AS2;]"), "BH");
        let tag = self.value(&format!("[AOGMAC;AR{mac};BO{BLOCK};]"), "BP");
        let one = |frame: String| vec![frame];
        vec![
            ("ECHO", one("[AOECHO;AG1;]".to_owned())),
            ("HASH", one("[AOHASH;]".to_owned())),
            ("PRMD", one("[AOPRMD;]".to_owned())),
            ("RAND", one("[AORAND;CM32;]".to_owned())),
            ("GHSH", one(format!("[AOGHSH;RG4;BO{BLOCK};]"))),
            ("GPGS, key block", one("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;AG42;]".to_owned())),
            ("GPGS, cryptogram", one("[AOGPGS;FS1;CT2;AS2;]".to_owned())),
            ("GWKS", one(format!("[AOGWKS;AS1;AP{tdes_kek};FS2;]"))),
            ("RKEY", one("[AORKEY;FS2;]".to_owned())),
            ("GKBL", one(format!("[AOGKBL;AS2;BG{cryptogram};AKB0000D0TB00E0000;]"))),
            ("TWKA", one(format!("[AOTWKA;FS6;APBD7;BG{data};]"))),
            ("TWKD", one(format!("[AOTWKD;FS6;APBD7;BG{data};]"))),
            ("TWKM", one(format!("[AOTWKM;FS6;APBD7;BH{exported};]"))),
            ("TWKS", one(format!("[AOTWKS;AS2;AP{tdes_kek};BH{variant};]"))),
            ("GPKA and GPKD", vec![format!("[AOGPKA;RC9;BG{data};RTdata;]"), "[AOGPKD;RC9;]".to_owned()]),
            ("GPKM", one("[AOGPKM;]".to_owned())),
            ("GPKR, slot", one("[AOGPKR;RC7;]".to_owned())),
            ("GPKR, label", one("[AOGPKR;RTkek;]".to_owned())),
            ("GPKS", one("[AOGPKS;RC8;RTrenamed;]".to_owned())),
            ("GPED", one(format!("[AOGPED;AIBD8;BF0;KM1;ZA1;BO{BLOCK};]"))),
            ("CBCE", one(format!("[AOCBCE;GG{tdes_data};BO{BLOCK};]"))),
            ("CBCD", one(format!("[AOCBCD;GG{tdes_data};BO{BLOCK};]"))),
            ("ECID, slot", one(format!("[AOECID;AIBD8;AK{BLOCK};]"))),
            ("ECID, key block", one(format!("[AOECID;AI{data};AK{BLOCK};]"))),
            ("DCID", one(format!("[AODCID;AIBD8;AK{BLOCK};]"))),
            ("GMAC, CMAC", one(format!("[AOGMAC;AR{mac};BO{BLOCK};]"))),
            ("GMAC, retail", one(format!("[AOGMAC;AR{retail};BO{BLOCK};]"))),
            ("VMAC", one(format!("[AOVMAC;AR{mac};BO{BLOCK};BP{tag};]"))),
            ("GPMC", one(format!("[AOGPMC;AR{retail};KM3;ZA2;BO{BLOCK};]"))),
            ("HMAC", one(format!("[AOHMAC;RG4;AR{hmac};BO{BLOCK};]"))),
            ("ZSTA", one("[AOZSTA;]".to_owned())),
            ("ZTEN", one("[AOZTEN;RTdefault;]".to_owned())),
        ]
    }
}
