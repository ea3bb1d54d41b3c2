//! What a contract expands to.

/// The two sides of a command. Tags, types, order and documentation are written here and nowhere else.
macro_rules! command {
    (
        request { $($request:tt)* }
        response { $($response:tt)* }
    ) => {
        side! {
            /// What a client asks.
            Request { $($request)* }
        }
        side! {
            /// What the HSM answers, in this order.
            Response { $($response)* }
        }
    };
}

/// One side: the struct, its field list, its reader and its writer.
macro_rules! side {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])+ $tag:literal $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: $type,)*
        }

        impl $crate::command::Side for $name {
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

            fn decode(message: &$crate::frame::Message<'_>) -> Result<$crate::command::Decoded<Self>, $crate::Error> {
                $(let mut $field: Option<&[u8]> = None;)*
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

            fn encode_fields(&self, _out: &mut $crate::buffer::Buffer) {
                $($crate::field::Field::encode(&self.$field, const { $crate::tag::Tag::of($tag) }, _out);)*
            }
        }
    };
}
