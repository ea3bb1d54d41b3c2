//! Creates a tenant.

use protocol::command::admin::create_tenant::{Request, Response};
use protocol::field::code::{TenantForms, Verdict};
use protocol::field::data::Certificates;
use protocol::field::number::Number;
use protocol::field::text::Text;
use protocol::tag::Tag;

use crate::client_ca::ClientCa;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::identity::Identity;
use crate::major_key::MajorKey;
use crate::outcome::ChangeEffect;
use crate::policy::Policy;
use crate::provision::MAJOR_KEYS;
use crate::record::Record;
use crate::state::State;
use crate::tenant::{Tenant, TenantName};

const CC: Tag = Tag::of("CC");
const CM: Tag = Tag::of("CM");
const KG: Tag = Tag::of("KG");
const RT: Tag = Tag::of("RT");
/// Tenants of an HSM at most.
const MOST: usize = 10_000;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let asked = self.tenant.as_str();
        let created = |said: &[String]| {
            let said = said.join(", ");
            if said.is_empty() { format!("tenant {asked} created") } else { format!("tenant {asked} created: {said}") }
        };
        let limits = Limits {
            slots: self.slots.map(Number::value),
            forms: self.forms,
            check_digits: self.check_digits.map(Number::value),
            client_roots: self.client_roots,
            sha1_signatures: self.sha1_signatures,
        };
        let mut said = limits.said();
        context.note(created(&said));
        let state = context.administration().ok_or(Error::AdministrationOnly)?;
        let name = TenantName::new(asked).ok_or(Error::TenantNameRefused {
            tag: RT,
            rule: "a tenant's name has 1 to 32 lower-case letters, digits and hyphens, a letter first",
        })?;
        if state.find(asked).is_some() {
            return Err(Error::TenantNameRefused { tag: RT, rule: "a tenant of this name is there" });
        }
        if state.tenants().count() >= MOST {
            return Err(Error::TenantFull { what: "tenants", most: MOST });
        }
        let mut policy = Policy::default();
        limits.apply(&mut policy)?;
        policy.client_ca = match self.client_ca.as_ref().map(Certificates::bytes) {
            None | Some([]) => None,
            Some(der) => Some(client_ca(state, asked, der)?),
        };
        if policy.client_ca.is_some() {
            said.push(client_ca_said(policy.client_ca.as_ref()));
            context.note(created(&said));
        }
        let id = state.next_id().ok_or(Error::TenantFull { what: "tenants", most: MOST })?;
        let (device, random) = context.device();
        let record = Record::tenant(&name, Some(&policy), false, device, random);
        let tenant = Tenant::new(name.clone(), policy.clone()).created();
        context.change_of(id, ChangeEffect::CreateTenant(tenant.into()), record);
        for identity in Identity::built_in() {
            let (device, random) = context.device();
            let record = Record::identity(&name, &identity, device, random);
            context.change_of(id, ChangeEffect::PutIdentity(identity.into()), record);
        }
        let mut loaded = Vec::new();
        if self.random_keys.is_some() {
            for (kind, key_type) in MAJOR_KEYS {
                let (device, random) = context.device();
                let key = MajorKey::generate(*key_type, random).map_err(|error| Error::Key { tag: KG, error })?;
                loaded.push(format!("{}/{}/{}", kind.name(), key.key_type().name(), key.check_value(&policy)));
                let change = key.load(&name, id, *kind, device, random);
                context.push(change);
            }
        }
        let full = Error::Internal { what: "major keys that do not fit their field" };
        let major_keys = (!loaded.is_empty()).then(|| Text::new(&loaded.join(",")).ok_or(full)).transpose()?;
        Ok(Response { tenant: self.tenant.clone(), major_keys })
    }
}

/// The CA that a tenant is given, which must be no other tenant's.
pub(super) fn client_ca(state: &State, name: &str, der: &[u8]) -> Result<ClientCa, Error> {
    let ca = ClientCa::new(der).ok_or(Error::Field { tag: CC, rule: "one to four CA certificates in DER form" })?;
    let others = state.tenants().filter(|tenant| tenant.name().as_str() != name);
    if others.filter_map(|tenant| tenant.policy().client_ca.as_ref()).any(|other| other.overlaps(&ca)) {
        return Err(Error::Field { tag: CC, rule: "this CA is another tenant's; every tenant needs one of its own" });
    }
    Ok(ca)
}

/// A client CA as the audit tells it, by what ZTEN tells of it.
pub(super) fn client_ca_said(ca: Option<&ClientCa>) -> String {
    let Some(ca) = ca else { return "client CA none".to_owned() };
    let digits: String = ca.fingerprint().iter().map(|byte| format!("{byte:02X}")).collect();
    format!("client CA {digits}")
}

/// What ZTCR and ZTCH say of a policy.
pub(super) struct Limits {
    pub(super) slots: Option<u32>,
    pub(super) forms: Option<TenantForms>,
    pub(super) check_digits: Option<u32>,
    pub(super) client_roots: Option<Verdict>,
    pub(super) sha1_signatures: Option<Verdict>,
}

impl Limits {
    /// What is asked for, as the audit tells it.
    pub(super) fn said(&self) -> Vec<String> {
        let forms = self.forms.map(|forms| match forms {
            TenantForms::KeyBlocks => "key blocks only",
            TenantForms::Cryptograms => "cryptograms only",
            TenantForms::Both => "key blocks and cryptograms",
        });
        let roots = self.client_roots.map(|it| match it {
            Verdict::Yes => "roots without dual control",
            Verdict::No => "roots under dual control",
        });
        let sha1 = self.sha1_signatures.map(|it| match it {
            Verdict::Yes => "SHA-1 signatures",
            Verdict::No => "no SHA-1 signatures",
        });
        let slots = self.slots.map(|slots| format!("{slots} slots"));
        let digits = self.check_digits.map(|digits| format!("check values of {digits} digits"));
        let rest = [forms, roots, sha1].into_iter().flatten().map(str::to_owned);
        slots.into_iter().chain(digits).chain(rest).collect()
    }

    /// Puts what is asked for into a policy.
    pub(super) fn apply(self, policy: &mut Policy) -> Result<(), Error> {
        let Self { slots, forms, check_digits, client_roots, sha1_signatures } = self;
        policy.slots = slots.unwrap_or(policy.slots);
        if let Some(forms) = forms {
            policy.key_blocks = forms != TenantForms::Cryptograms;
            policy.cryptograms = forms != TenantForms::KeyBlocks;
        }
        match check_digits {
            None => {}
            Some(4) => policy.check_digits = 4,
            Some(6) => policy.check_digits = 6,
            Some(_) => return Err(Error::Field { tag: CM, rule: "must be 4 or 6" }),
        }
        policy.client_roots = client_roots.map_or(policy.client_roots, |it| it == Verdict::Yes);
        policy.sha1_signatures = sha1_signatures.map_or(policy.sha1_signatures, |it| it == Verdict::Yes);
        Ok(())
    }
}
