//! The cards of every wallet. Each card stands for one behaviour; the slug names it.

use super::CardView;

/// Every card, in the wallet's order.
pub const CARDS: &[CardView] = &[
    CardView { slug: "ok", brand: "Visa", tail: "1111" },
    CardView { slug: "challenge", brand: "Visa", tail: "3220" },
    CardView { slug: "invalid", brand: "Visa", tail: "3434" },
    CardView { slug: "rejected", brand: "Visa", tail: "2323" },
    CardView { slug: "timeout", brand: "Visa", tail: "5656" },
    CardView { slug: "notallowed", brand: "Mastercard", tail: "4545" },
    CardView { slug: "review", brand: "Visa", tail: "8008" },
    CardView { slug: "reviewdeclined", brand: "Visa", tail: "8118" },
    CardView { slug: "latecapture", brand: "Mastercard", tail: "9009" },
    CardView { slug: "slow", brand: "Mastercard", tail: "6006" },
    CardView { slug: "lost", brand: "Mastercard", tail: "7007" },
];
