//! What the caller of an operation that moves money may be told: one type, so that the three cannot
//! be mixed.
//!
//! `Ok` is what is recorded: decided, or undecided with a notice owed. [`NoOutcome::Nothing`] is a
//! KO, said only when certainly nothing was done and nothing will be done under this request.
//! [`NoOutcome::Unknown`] is for everything else, and a door may only answer it with a fault: to
//! most clients a KO means "not paid", and they charge again under another identifier.

/// Why an operation that moves money has no outcome to tell.
#[derive(Debug)]
pub(crate) enum NoOutcome<N> {
    /// Certainly nothing was done, and nothing will be done under this request.
    Nothing(N),
    /// Something may have been done, or may be done later.
    Unknown(Unknown),
}

/// Why it is not known what became of a request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unknown {
    /// Also before anything was recorded: the same request may have been made before, and the store cannot tell.
    #[error("the store: {0}")]
    Store(#[from] store::Error),
    #[error("the task ended without an answer: {0}")]
    Task(#[from] tokio::task::JoinError),
    /// This one came to nothing, and others like it came in between each time that this was to be recorded.
    #[error("the same call keeps being made")]
    SameCall,
}

impl<N> NoOutcome<N> {
    /// The same in other words.
    pub(crate) fn map<M>(self, words: impl FnOnce(N) -> M) -> NoOutcome<M> {
        match self {
            NoOutcome::Nothing(nothing) => NoOutcome::Nothing(words(nothing)),
            NoOutcome::Unknown(why) => NoOutcome::Unknown(why),
        }
    }
}

impl<N> From<N> for NoOutcome<N> {
    fn from(nothing: N) -> Self {
        NoOutcome::Nothing(nothing)
    }
}

/// Where the store's failure makes an outcome unknown.
pub(crate) trait OrUnknown<T> {
    fn or_unknown<N>(self) -> Result<T, NoOutcome<N>>;
}

impl<T, E: Into<Unknown>> OrUnknown<T> for Result<T, E> {
    fn or_unknown<N>(self) -> Result<T, NoOutcome<N>> {
        self.map_err(|error| NoOutcome::Unknown(error.into()))
    }
}
