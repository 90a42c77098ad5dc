//! The words for where an order stands, and each movement of its money: the same in the book, on
//! every page, behind the counter and in the list for machines.

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderStatus {
    /// No payment so far.
    New,
    /// A payment is under way, and the gateway has not said how it ended.
    Pending,
    /// Amazon holds the money for the shop, which has not settled it. Goods may leave.
    Authorized,
    /// Settled: the shop has the money.
    Paid,
    /// The permission for a subscription was given, and the first month is free.
    Permitted,
    /// What was authorized was let go: nothing was taken.
    Cancelled,
    /// All that was settled was given back.
    Refunded,
    /// The last try was refused; the buyer may try again.
    Refused,
}

/// Where the money of a sold order is, as the gateway last said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Money {
    /// Authorized, and not settled.
    Authorized,
    Paid,
    /// Let go.
    Cancelled,
    /// Given back, all of it.
    Refunded,
}

/// What an order is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What was in the basket.
    Goods,
    /// The first month of a subscription, with the permission to go on.
    FirstMonth,
    /// The permission alone: the first month is free, and no money moves.
    FreeMonth,
    /// A further month.
    Renewal,
}

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What was authorized is taken.
    Settle,
    /// What was authorized is let go (callDeleteS2S).
    Cancel,
    /// What was settled is given back.
    Refund,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Sent, and not answered.
    Unanswered,
    /// The gateway has taken it on; Amazon has not done it yet.
    Accepted,
    /// Done: a settlement is `MOV`, a cancellation `CAN`, a refund `STO` in the gateway's report.
    Done,
    /// The gateway refused it: nothing moved.
    Refused,
    /// Accepted, and declined by Amazon later: nothing moved.
    Declined,
}

impl OrderStatus {
    /// Of what stands in the book: `paid` there says that the shop has acted on the order.
    pub(super) fn of(stored: &str, money: Money, purpose: Purpose) -> Option<OrderStatus> {
        match (stored, purpose) {
            ("new", _) => Some(OrderStatus::New),
            ("pending", _) => Some(OrderStatus::Pending),
            ("refused", _) => Some(OrderStatus::Refused),
            ("paid", Purpose::FreeMonth) => Some(OrderStatus::Permitted),
            ("paid", _) => Some(money.status()),
            _ => None,
        }
    }

    /// The word for machines.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            OrderStatus::New => "new",
            OrderStatus::Pending => "pending",
            OrderStatus::Authorized => "authorized",
            OrderStatus::Paid => "paid",
            OrderStatus::Permitted => "permitted",
            OrderStatus::Cancelled => "cancelled",
            OrderStatus::Refunded => "refunded",
            OrderStatus::Refused => "refused",
        }
    }

    /// The same word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            OrderStatus::New => "New",
            OrderStatus::Pending => "Pending",
            OrderStatus::Authorized => "Authorized",
            OrderStatus::Paid => "Paid",
            OrderStatus::Permitted => "Permitted",
            OrderStatus::Cancelled => "Cancelled",
            OrderStatus::Refunded => "Refunded",
            OrderStatus::Refused => "Refused",
        }
    }

    /// As the order's page begins.
    #[must_use]
    pub fn headline(self) -> &'static str {
        match self {
            OrderStatus::New => "Your order is waiting",
            OrderStatus::Pending => "We are checking your payment",
            OrderStatus::Authorized | OrderStatus::Paid | OrderStatus::Permitted => "Thank you for your order",
            OrderStatus::Cancelled => "Your order was cancelled",
            OrderStatus::Refunded => "Your order was refunded",
            OrderStatus::Refused => "Your order is not paid",
        }
    }

    /// Whether the shop has acted on the order: once, when it was authorized.
    #[must_use]
    pub fn is_sold(self) -> bool {
        match self {
            OrderStatus::Authorized
            | OrderStatus::Paid
            | OrderStatus::Permitted
            | OrderStatus::Cancelled
            | OrderStatus::Refunded => true,
            OrderStatus::New | OrderStatus::Pending | OrderStatus::Refused => false,
        }
    }
}

impl Money {
    /// The order's status while its money is there.
    #[must_use]
    pub fn status(self) -> OrderStatus {
        match self {
            Money::Authorized => OrderStatus::Authorized,
            Money::Paid => OrderStatus::Paid,
            Money::Cancelled => OrderStatus::Cancelled,
            Money::Refunded => OrderStatus::Refunded,
        }
    }

    /// As in the book.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.status().as_str()
    }

    pub(super) fn of(text: &str) -> Option<Money> {
        use Money::{Authorized, Cancelled, Paid, Refunded};
        [Authorized, Paid, Cancelled, Refunded].into_iter().find(|money| money.as_str() == text)
    }
}

impl Purpose {
    /// As in the book and in the list for machines.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::Goods => "goods",
            Purpose::FirstMonth => "first",
            Purpose::FreeMonth => "free",
            Purpose::Renewal => "renewal",
        }
    }

    pub(super) fn of(text: &str) -> Option<Purpose> {
        use Purpose::{FirstMonth, FreeMonth, Goods, Renewal};
        [Goods, FirstMonth, FreeMonth, Renewal].into_iter().find(|purpose| purpose.as_str() == text)
    }
}

impl Kind {
    /// As in the book and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Settle => "settle",
            Kind::Cancel => "cancel",
            Kind::Refund => "refund",
        }
    }

    /// As the owner reads it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Kind::Settle => "Settle",
            Kind::Cancel => "Cancel",
            Kind::Refund => "Refund",
        }
    }

    /// Whether it is asked about once more before it is done: what it does cannot be undone.
    #[must_use]
    pub fn asks_first(self) -> bool {
        matches!(self, Kind::Cancel | Kind::Refund)
    }

    /// The kind of a word.
    #[must_use]
    pub fn of(text: &str) -> Option<Kind> {
        [Kind::Settle, Kind::Cancel, Kind::Refund].into_iter().find(|kind| kind.as_str() == text)
    }
}

impl Stage {
    /// As in the book.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Unanswered => "unanswered",
            Stage::Accepted => "accepted",
            Stage::Done => "done",
            Stage::Refused => "refused",
            Stage::Declined => "declined",
        }
    }

    /// The same word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Stage::Unanswered => "Unanswered",
            Stage::Accepted => "Accepted",
            Stage::Done => "Done",
            Stage::Refused => "Refused",
            Stage::Declined => "Declined",
        }
    }

    /// Whether its end is not known yet.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Stage::Unanswered | Stage::Accepted)
    }

    pub(super) fn of(text: &str) -> Option<Stage> {
        use Stage::{Accepted, Declined, Done, Refused, Unanswered};
        [Unanswered, Accepted, Done, Refused, Declined].into_iter().find(|stage| stage.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_machines_read_the_same_word() {
        use OrderStatus::{Authorized, Cancelled, New, Paid, Pending, Permitted, Refunded, Refused};
        for status in [New, Pending, Authorized, Paid, Permitted, Cancelled, Refunded, Refused] {
            assert_eq!(status.label().to_lowercase(), status.as_str());
        }
        for stage in [Stage::Unanswered, Stage::Accepted, Stage::Done, Stage::Refused, Stage::Declined] {
            assert_eq!(stage.label().to_lowercase(), stage.as_str());
        }
        for kind in [Kind::Settle, Kind::Cancel, Kind::Refund] {
            assert_eq!(kind.label().to_lowercase(), kind.as_str());
        }
    }

    #[test]
    fn an_order_is_paid_only_when_its_money_is_settled() {
        let of = |money| OrderStatus::of("paid", money, Purpose::Goods);
        assert_eq!(of(Money::Authorized), Some(OrderStatus::Authorized));
        assert_eq!(of(Money::Paid), Some(OrderStatus::Paid));
        assert_eq!(OrderStatus::of("paid", Money::Authorized, Purpose::FreeMonth), Some(OrderStatus::Permitted));
    }
}
