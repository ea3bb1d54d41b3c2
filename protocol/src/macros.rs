//! What a contract expands to.

/// The two sides of a command. Tags, types, order and documentation are written here and nowhere else.
macro_rules! command {
    (
        request $(<$frame:lifetime>)? { $($request:tt)* }
        response { $($response:tt)* }
    ) => {
        side! {
            /// What a client asks.
            Request $(<$frame>)? { $($request)* }
        }
        side! {
            /// What the HSM answers, in this order.
            Response { $($response)* }
        }
        asked!($($frame)?);
    };
}

/// The request under a name that always has a lifetime, for those who speak of all of them.
macro_rules! asked {
    () => {
        /// [`Request`], which borrows nothing.
        pub type Asked<'a> = Request;
    };
    ($frame:lifetime) => {
        /// [`Request`], which borrows from its frame.
        pub type Asked<$frame> = Request<$frame>;
    };
}

/// One side: the struct, its field list, its reader and its writer.
macro_rules! side {
    ($(#[$meta:meta])* $name:ident $(<$frame:lifetime>)? { $($(#[doc = $doc:literal])+ $tag:literal $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name $(<$frame>)? {
            $($(#[doc = $doc])+ pub $field: $type,)*
        }

        impl $(<$frame>)? $crate::command::Side for $name $(<$frame>)? {
            const FIELDS: &'static [$crate::command::FieldSpec] = &[$(
                $crate::command::FieldSpec {
                    tag: $crate::tag::Tag::of($tag),
                    name: stringify!($field),
                    doc: concat!($($doc, "\n",)+).trim_ascii(),
                    required: <$type as $crate::field::Field>::REQUIRED,
                    shape: <$type as $crate::field::Field>::SHAPE,
                    codes: <$type as $crate::field::Field>::CODES,
                    secret: <$type as $crate::field::Field>::SECRET,
                },
            )*];

            fn encode_fields(&self, _out: &mut $crate::buffer::Buffer) {
                $($crate::field::Field::encode(&self.$field, const { $crate::tag::Tag::of($tag) }, _out);)*
            }
        }

        decode! { $name $(<$frame>)? { $($tag $field: $type,)* } }
    };
}

/// The reader of one side.
macro_rules! decode {
    ($name:ident { $($fields:tt)* }) => {
        decode! { $name, 'a, $name { $($fields)* } }
    };
    ($name:ident <$frame:lifetime> { $($fields:tt)* }) => {
        decode! { $name, $frame, $name<$frame> { $($fields)* } }
    };
    ($name:ident, $frame:lifetime, $whole:ty { $($tag:literal $field:ident: $type:ty,)* }) => {
        impl<$frame> $crate::command::Decode<$frame> for $whole {
            fn decode(
                message: &$crate::frame::Message<$frame>,
            ) -> Result<$crate::command::Decoded<Self>, $crate::Error> {
                $(let mut $field: Option<&$frame [u8]> = None;)*
                let mut ignored = 0;
                for (tag, _value) in message.fields() {
                    $(if tag == const { $crate::tag::Tag::of($tag) } {
                        $field = Some(_value);
                        continue;
                    })*
                    if message.strictness() == $crate::frame::Strictness::Strict {
                        return Err($crate::Error::Unknown { tag });
                    }
                    ignored += 1;
                }
                Ok($crate::command::Decoded {
                    value: Self {
                        $($field: $crate::field::Field::decode(const { $crate::tag::Tag::of($tag) }, $field)?,)*
                    },
                    ignored,
                })
            }
        }
    };
}
