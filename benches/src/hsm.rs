//! An HSM in process: bytes in, bytes out, no network.

use engine::provision::{self, Seed};
use engine::random::Generator;
use engine::tenant::TenantName;
use engine::{Channel, Facts, Hsm, Policy, Session, Timestamp};
use protocol::command::Request;
use protocol::deframer::Deframer;
use protocol::frame::{Limits, Strictness};

/// An HSM with one tenant and one connection.
#[derive(Debug)]
pub struct InProcess {
    hsm: Hsm,
    session: Session,
    random: Generator,
    deframer: Deframer,
    out: Vec<u8>,
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
            hsm: Hsm::new(facts, state),
            session: Session::new(Channel::Application(tenant)),
            random: seed.connection(0),
            deframer: Deframer::new(Limits::default(), Strictness::Lenient),
            out: Vec::with_capacity(4096),
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
        let request = Request::decode(&message).expect("a request").value;
        let state = self.hsm.snapshot();
        let outcome = self.hsm.execute(&state, &mut self.session, request, Timestamp(1), &mut self.random);
        let outcome = outcome.unwrap_or_else(|error| panic!("{}: {error}", frame.escape_ascii()));
        if !outcome.changes.is_empty() {
            let mut next = (**state).clone();
            outcome.changes.iter().for_each(|change| next.apply(change));
            drop(state);
            self.hsm.publish(next);
        }
        self.out.clear();
        outcome.response.encode(message.echo(), &mut self.out);
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

    /// A frame for every command that reads, its keys made by this HSM.
    #[must_use]
    pub fn frames(&mut self) -> Vec<(&'static str, String)> {
        let data = self.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
        let tdes_data = self.value("[AOGPGS;FS1;CT2;AKB0000D0TB00S0000;]", "BG");
        let mac = self.value("[AOGPGS;FS6;CT6;AKD0000M6AC00E0000;]", "BG");
        let retail = self.value("[AOGPGS;FS1;CT2;AKB0000M3TC00S0000;]", "BG");
        let hmac = self.value("[AOGPGS;FS6;CT6;AKD0000M7HC00E0200HM0621PB0A000000;]", "BG");
        let kek = self.value("[AOGPGS;FS6;CT6;AKD0000K0AB00E0000;]", "BG");
        self.answer(format!("[AOGPKA;RC7;BG{kek};]").as_bytes());
        self.answer(format!("[AOGPKA;RC8;BG{data};]").as_bytes());
        let given = self.value(&format!("[AOTWKA;FS6;APBD7;BG{data};]"), "BH");
        let tag = self.value(&format!("[AOGMAC;AR{mac};BO00112233445566778899AABBCCDDEEFF;]"), "BP");
        vec![
            ("ECHO", "[AOECHO;AG1;]".to_owned()),
            ("RAND", "[AORAND;CM32;]".to_owned()),
            ("GPGS block", "[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;AG42;]".to_owned()),
            ("GPGS cryptogram", "[AOGPGS;FS1;CT2;AS2;]".to_owned()),
            ("TWKA slot", format!("[AOTWKA;FS6;APBD7;BG{data};]")),
            ("TWKM slot", format!("[AOTWKM;FS6;APBD7;BH{given};]")),
            ("ECID slot", "[AOECID;AIBD8;AK00112233445566778899AABBCCDDEEFF;]".to_owned()),
            ("ECID block", format!("[AOECID;AI{data};AK00112233445566778899AABBCCDDEEFF;]")),
            ("CBCE block", format!("[AOCBCE;GG{tdes_data};BO00112233445566778899AABBCCDDEEFF;]")),
            ("GMAC CMAC", format!("[AOGMAC;AR{mac};BO00112233445566778899AABBCCDDEEFF;]")),
            ("GMAC retail", format!("[AOGMAC;AR{retail};BO00112233445566778899AABBCCDDEEFF;]")),
            ("VMAC", format!("[AOVMAC;AR{mac};BO00112233445566778899AABBCCDDEEFF;BP{tag};]")),
            ("HMAC", format!("[AOHMAC;RG4;AR{hmac};BO00112233445566778899AABBCCDDEEFF;]")),
            ("GPKR slot", "[AOGPKR;RC7;]".to_owned()),
        ]
    }
}
