//! Gateways that are broken on purpose, from outside: on the way to Amazon, in the database, in
//! what runs beside the doors. Each must be found out; an auditor that lets one of them pass proves
//! nothing.

mod database;
mod way;

use crate::place::Engine;

/// One way to be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation {
    /// Amazon cannot tell a repeated authorization from a new one.
    AuthorizationsUnnamed,
    /// The same with refunds.
    RefundsUnnamed,
    /// The shop's identifier is not kept from being used twice.
    ClaimsDropped,
    /// What the shop must hear is forgotten.
    NoticesDropped,
    /// What becomes of captured money is forgotten.
    RefundsForgotten,
    /// That Amazon owes an answer is forgotten.
    UnresolvedForgotten,
    /// That Amazon was asked is forgotten.
    AttemptsForgotten,
    /// That an agreement has to be closed is forgotten.
    ClosingForgotten,
    /// Nobody asks Amazon what became of anything.
    NoJanitor,
    /// The shop is not called.
    ShopNotCalled,
    /// Nothing is owed to a caller of the web service who hangs up.
    HangUpsForgotten,
    /// What is to happen by itself is forgotten.
    AutomaticForgotten,
    /// KO is said of what is not known.
    UnknownToldAsKo,
    /// What a list does not name is taken for never done.
    ListsTrusted,
    /// A capture that Amazon has only accepted is taken for money.
    PendingTakenForSettled,
    /// A refund that Amazon declines later counts as made.
    DeclinesUnseen,
    /// An attempt of hours ago, long concluded, is executed.
    OldAttemptsExecuted,
    /// The server says of commits that they are made, and loses them, as one does whose replica
    /// takes over and knows less.
    CommitsForgotten,
}

impl Mutation {
    /// Those that are shown in a SQLite file.
    const IN_A_FILE: [Mutation; 17] = [
        Mutation::AuthorizationsUnnamed,
        Mutation::RefundsUnnamed,
        Mutation::ClaimsDropped,
        Mutation::NoticesDropped,
        Mutation::RefundsForgotten,
        Mutation::UnresolvedForgotten,
        Mutation::AttemptsForgotten,
        Mutation::ClosingForgotten,
        Mutation::NoJanitor,
        Mutation::ShopNotCalled,
        Mutation::HangUpsForgotten,
        Mutation::AutomaticForgotten,
        Mutation::UnknownToldAsKo,
        Mutation::ListsTrusted,
        Mutation::PendingTakenForSettled,
        Mutation::DeclinesUnseen,
        Mutation::OldAttemptsExecuted,
    ];

    /// Those that are shown on a server: some of the same, and one that only a server can have.
    const ON_A_SERVER: [Mutation; 3] = [Mutation::ClaimsDropped, Mutation::NoticesDropped, Mutation::CommitsForgotten];

    /// Those that are shown on an engine.
    pub fn all(engine: Engine) -> &'static [Mutation] {
        match engine {
            Engine::Sqlite => &Mutation::IN_A_FILE,
            Engine::Postgres => &Mutation::ON_A_SERVER,
        }
    }

    /// The name of the test that wants it caught.
    pub fn name(self) -> &'static str {
        match self {
            Mutation::AuthorizationsUnnamed => "authorizations_without_a_name_of_their_own",
            Mutation::RefundsUnnamed => "refunds_without_a_name_of_their_own",
            Mutation::ClaimsDropped => "identifiers_that_are_not_claimed",
            Mutation::NoticesDropped => "notices_that_are_dropped",
            Mutation::RefundsForgotten => "refunds_that_are_forgotten",
            Mutation::UnresolvedForgotten => "open_questions_that_are_forgotten",
            Mutation::AttemptsForgotten => "attempts_that_are_forgotten",
            Mutation::ClosingForgotten => "agreements_that_are_not_closed",
            Mutation::NoJanitor => "a_janitor_that_never_works",
            Mutation::ShopNotCalled => "a_shop_that_is_never_called",
            Mutation::HangUpsForgotten => "callers_who_hang_up_and_are_forgotten",
            Mutation::AutomaticForgotten => "automatic_settlements_that_are_forgotten",
            Mutation::UnknownToldAsKo => "unknown_outcomes_that_are_told_as_ko",
            Mutation::ListsTrusted => "lists_that_are_trusted",
            Mutation::PendingTakenForSettled => "pending_captures_that_are_told_as_settled",
            Mutation::DeclinesUnseen => "declined_refunds_that_count_as_made",
            Mutation::OldAttemptsExecuted => "old_attempts_that_are_executed",
            Mutation::CommitsForgotten => "commits_that_are_forgotten",
        }
    }

    /// Whether the janitor works.
    pub fn has_janitor(self) -> bool {
        self != Mutation::NoJanitor
    }

    /// Whether a call that moves money, and whose outcome is unknown, is answered with a KO.
    pub fn says_ko(self) -> bool {
        self == Mutation::UnknownToldAsKo
    }

    /// Whether the shop has an address for notices.
    pub fn calls_shop(self) -> bool {
        self != Mutation::ShopNotCalled
    }
}
