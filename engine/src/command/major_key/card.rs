//! Takes a fragment for a card.

use protocol::command::major_key::card::{Request, Response};
use protocol::envelope::Content;
use protocol::field::data::Envelope;
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::envelope;
use crate::error::Error;
use crate::major_key::ceremony::{CardFault, Work};

const CE: Tag = Tag::of("CE");
const NU: Tag = Tag::of("NU");
const PK: Tag = Tag::of("PK");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("a fragment for a card".to_owned());
        ceremonies::passwords_are_changed(context)?;
        let mut ceremony = ceremonies::find(context, self.ceremony)?.clone();
        let kind = ceremony.kind.name();
        let present: Vec<_> = context.login()?.identities().cloned().collect();
        let Work::Cards(cards) = &mut ceremony.work else {
            return Err(Error::CeremonyConflict { tag: CE, rule: "this ceremony makes no cards" });
        };
        let number = self.number.and_then(|number| u8::try_from(number.value()).ok());
        let fragment = cards.take(number, &present).map_err(fault)?;
        let by = cards.taker(fragment.number()).cloned().ok_or(Error::NotLoggedIn)?;
        let (taken, total) = (cards.taken.len(), cards.fragments.len());
        let sealed = envelope::seal(
            self.public_key.bytes(),
            &ceremony.id.0,
            Content::Card,
            &fragment.encode(),
            context.random(),
        );
        let sealed = sealed.ok_or(Error::Field { tag: PK, rule: "not an X25519 public key" })?;
        context.note(format!("fragment {} of the {kind} for a card of {by}, {taken} of {total}", fragment.number()));
        ceremonies::put(context, ceremony)?;
        Ok(Response {
            number: ceremonies::count(fragment.number().into())?,
            fragment: Envelope::new(&sealed),
            taken: ceremonies::count(taken)?,
            total: ceremonies::count(total)?,
        })
    }
}

fn fault(fault: CardFault) -> Error {
    match fault {
        CardFault::Number => Error::Field { tag: NU, rule: "the set has no fragment of this number" },
        CardFault::Taken => Error::FragmentTaken { tag: NU, rule: "another identity has taken this fragment" },
        CardFault::Alone => Error::FragmentTaken {
            tag: CE,
            rule: "one identity alone does not get as many fragments as make the key; another one takes the next",
        },
        CardFault::All => Error::FragmentTaken { tag: NU, rule: "every fragment is taken" },
    }
}
