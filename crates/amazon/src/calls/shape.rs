//! Operations that differ from one another in names alone, said once: those that end an object, those that read one.

/// Defines an operation that ends one object, for a reason in the merchant's words. Its answer is void, with or
/// without an empty result.
macro_rules! ending {
    (
        $(#[$meta:meta])* $name:ident {
            $(#[$id_meta:meta])* $id:ident = $id_parameter:literal,
            $(#[$reason_meta:meta])* reason = $reason_parameter:literal up to $longest_reason:literal,
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct $name {
            $(#[$id_meta])*
            pub $id: String,
            $(#[$reason_meta])*
            pub reason: Option<String>,
        }

        impl $crate::calls::Call for $name {
            const ACTION: &'static str = stringify!($name);
            const REPEAT: $crate::calls::Repeat = $crate::calls::Repeat::Idempotent;
            type Answer = ();

            fn subject(&self) -> &str {
                &self.$id
            }

            fn params(&self) -> Vec<(String, String)> {
                $crate::calls::parameter::Params::default()
                    .text($id_parameter, &self.$id)
                    .optional($reason_parameter, self.reason.as_deref())
                    .done()
            }

            fn from_params(params: &[(String, String)]) -> Result<Self, $crate::BadParameter> {
                let given = $crate::calls::parameter::Given(params);
                Ok($name {
                    $id: given.id($id_parameter)?,
                    reason: given.optional($reason_parameter, $longest_reason)?,
                })
            }

            fn read_answer(&self, _: Option<xml::Element<'_>>) -> Result<(), $crate::types::ReadError> {
                Ok(())
            }
        }
    };
}

/// Defines an operation that reads one object by its id and is answered with that object.
macro_rules! reading {
    (
        $(#[$meta:meta])* $name:ident -> $answer:ident {
            $(#[$id_meta:meta])* $id:ident = $id_parameter:literal, answered in $answered_id:ident,
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct $name {
            $(#[$id_meta])*
            pub $id: String,
        }

        impl $crate::calls::Call for $name {
            const ACTION: &'static str = stringify!($name);
            const REPEAT: $crate::calls::Repeat = $crate::calls::Repeat::Reads;
            type Answer = $crate::types::$answer;

            fn subject(&self) -> &str {
                &self.$id
            }

            fn params(&self) -> Vec<(String, String)> {
                $crate::calls::parameter::Params::default().text($id_parameter, &self.$id).done()
            }

            fn from_params(params: &[(String, String)]) -> Result<Self, $crate::BadParameter> {
                Ok($name { $id: $crate::calls::parameter::Given(params).id($id_parameter)? })
            }

            fn read_answer(
                &self,
                result: Option<xml::Element<'_>>,
            ) -> Result<$crate::types::$answer, $crate::types::ReadError> {
                let element = $crate::calls::expected(result, stringify!($answer))?;
                let details = $crate::types::$answer::read(element)?;
                $crate::calls::same($id_parameter, &self.$id, &details.$answered_id)?;
                Ok(details)
            }
        }
    };
}

pub(super) use {ending, reading};
