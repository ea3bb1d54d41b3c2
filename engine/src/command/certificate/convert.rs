//! Turns a certificate or a request from PEM to DER, or back.

use protocol::command::certificate::convert::{Request, Response};
use protocol::field::certificate::Armoured;
use protocol::field::code::Conversion;
use protocol::pem::Block;
use protocol::tag::Tag;

use crate::certificate::{self, Certificate};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

const RT: Tag = Tag::of("RT");
const CERTIFICATE: &str = "CERTIFICATE";
const REQUEST: &str = "CERTIFICATE REQUEST";

impl Execute for Request {
    fn execute(&self, _context: &mut Context<'_>) -> Result<Response, Error> {
        let output = match (self.conversion, &self.input) {
            (Conversion::PemToDer, Armoured::Pem(block)) => Armoured::Der(der(block)?),
            (Conversion::DerToPem, Armoured::Der(bytes)) => Armoured::Pem(pem(bytes)?),
            (Conversion::PemToDer, Armoured::Der(_)) => {
                return Err(Error::Conflict { tag: RT, rule: "31 turns PEM to DER, and this is not PEM" });
            }
            (Conversion::DerToPem, Armoured::Pem(_)) => {
                return Err(Error::Conflict { tag: RT, rule: "13 turns DER to PEM, and this is PEM" });
            }
        };
        Ok(Response { output })
    }
}

fn der(block: &Block) -> Result<Vec<u8>, Error> {
    let checked = match block.label.as_str() {
        CERTIFICATE | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Certificate::parse_all(&block.bytes).map(|_| ()),
        REQUEST | "NEW CERTIFICATE REQUEST" => certificate::Request::parse(&block.bytes).map(|_| ()),
        _ => return Err(Error::Field { tag: RT, rule: "the PEM must be a CERTIFICATE or a CERTIFICATE REQUEST" }),
    };
    checked.map_err(|error| Error::Certificate { tag: RT, error })?;
    Ok(block.bytes.clone())
}

fn pem(bytes: &[u8]) -> Result<Block, Error> {
    let label = match Certificate::parse(bytes) {
        Ok(_) => CERTIFICATE,
        Err(error) => {
            certificate::Request::parse(bytes).map_err(|_| Error::Certificate { tag: RT, error })?;
            REQUEST
        }
    };
    Ok(Block { label: label.to_owned(), bytes: bytes.to_vec() })
}
