//! Amazon as the flows use it: requests in the words of `payments`, and what each answer means for the money.

pub(crate) mod asking;
pub(crate) mod verdict;
