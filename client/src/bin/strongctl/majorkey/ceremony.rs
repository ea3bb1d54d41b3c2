//! A ceremony as the custodian's tool sees it.

use client::{Client, Error};
use protocol::ErrorCode;
use protocol::command::major_key::{begin, show};
use protocol::envelope::{KEY, attested};
use protocol::field::code::MajorKeySelector;
use protocol::field::data::{CeremonyId, Signature};
use protocol::field::number::Number;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::fields;

/// A ceremony whose public key is proven to be the HSM's.
pub(super) struct Ceremony {
    pub(super) id: CeremonyId,
    pub(super) public_key: [u8; KEY],
}

impl Ceremony {
    fn proven(
        client: &Client,
        id: CeremonyId,
        tenant: &str,
        public_key: &[u8; KEY],
        (scheme, signature): (Option<Number<0, 65_535>>, Option<&Signature>),
    ) -> Result<Self, Failure> {
        let not_proven = |why: String| {
            Failure::nonsense(format!("the ceremony's key is not proven to be the HSM's: {why}"))
                .next("give nothing to this ceremony; find out who answers at this address")
        };
        let (Some(scheme), Some(signature)) = (scheme, signature) else {
            return Err(not_proven("it is not signed".to_owned()));
        };
        let scheme = u16::try_from(scheme.value()).unwrap_or_default();
        client
            .verify(&attested(tenant, &id.0, public_key), scheme, signature.bytes())
            .map_err(|error| not_proven(error.to_string()))?;
        Ok(Self { id, public_key: *public_key })
    }
}

/// Begins one.
pub(super) async fn begin(client: &Client, request: begin::Request) -> Result<Ceremony, Failure> {
    let begun = client.call(request).await?;
    let signed = (begun.scheme, begun.signature.as_ref());
    Ceremony::proven(client, begun.ceremony, begun.tenant.as_str(), begun.public_key.bytes(), signed)
}

/// The ceremony for a major key, and how it stands; `None` where none is under way.
pub(super) async fn find(
    client: &Client,
    major_key: MajorKeySelector,
) -> Result<Option<(Ceremony, show::Response)>, Failure> {
    let request = show::Request { ceremony: None, major_key: Some(major_key) };
    let stand = match client.call(request).await {
        Err(Error::Refused { code: Some(ErrorCode::CeremonyMissing), .. }) => return Ok(None),
        answered => answered?,
    };
    let signed = (stand.scheme, stand.signature.as_ref());
    let ceremony = Ceremony::proven(client, stand.ceremony, stand.tenant.as_str(), stand.public_key.bytes(), signed)?;
    Ok(Some((ceremony, stand)))
}

/// As [`find`], where there must be one.
pub(super) async fn under_way(
    client: &Client,
    major_key: MajorKeySelector,
) -> Result<(Ceremony, show::Response), Failure> {
    let none = || {
        Failure::usage(format!("no ceremony for the {} is under way", fields::major_key(major_key)))
            .next("strongctl majorkey status lists them")
    };
    find(client, major_key).await?.ok_or_else(none)
}

/// Identities that have given or taken something.
pub(super) fn custodians(stand: &show::Response) -> Vec<String> {
    stand.custodians.as_ref().map(|it| fields::list(it.as_str())).unwrap_or_default()
}

/// How it stands, in JSON.
pub(super) fn json(stand: &show::Response) -> Value {
    json!({
        "major_key": fields::major_key(stand.major_key),
        "method": stand.method.code(),
        "type": stand.key_type.map(fields::key_type),
        "done": stand.done.value(),
        "total": stand.total.map(|it| it.value()),
        "custodians": custodians(stand),
        "check_value": stand.key_check_value.map(|it| it.to_string()),
        "seconds_left": stand.seconds.value(),
        "state": if is_complete(stand) { "complete" } else { "waiting" },
    })
}

/// Whether all is there but the confirmation.
pub(super) fn is_complete(stand: &show::Response) -> bool {
    stand.total.is_some_and(|total| stand.done.value() >= total.value())
}
