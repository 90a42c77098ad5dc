//! What the shop sells: nothing real.

use pagam::Amount;

/// Name of the gift card, which has any price.
pub const GIFT_CARD: &str = "buono";

/// Smallest and largest gift card, in cents.
pub const GIFT_CARD_CENTS: std::ops::RangeInclusive<i64> = 1..=15_000_000;

/// Something on the shelf.
#[derive(Debug, Clone, Copy)]
pub struct Product {
    /// In addresses and in the book.
    pub slug: &'static str,
    /// As the buyer reads it.
    pub name: &'static str,
    /// Where it comes from.
    pub origin: &'static str,
    /// A line about it.
    pub about: &'static str,
    /// Euro cents.
    pub cents: u32,
    /// What the picture shows.
    pub picture: &'static str,
}

/// The shelf, in order.
pub const PRODUCTS: &[Product] = &[
    Product {
        slug: "moka",
        name: "Moka da tre tazze",
        origin: "Omegna, Piemonte",
        about: "Three small cups, one loud morning.",
        cents: 2490,
        picture: "An aluminium coffee pot with steam above it",
    },
    Product {
        slug: "olio",
        name: "Olio extravergine",
        origin: "Imperia, Liguria",
        about: "Half a litre from taggiasca olives.",
        cents: 1450,
        picture: "A green bottle of oil beside an olive branch",
    },
    Product {
        slug: "orecchiette",
        name: "Orecchiette",
        origin: "Bari, Puglia",
        about: "Little ears, pressed by hand. 500 g.",
        cents: 320,
        picture: "A blue bowl of orecchiette with basil",
    },
    Product {
        slug: "cantucci",
        name: "Cantucci alle mandorle",
        origin: "Prato, Toscana",
        about: "Twice baked; they ask for coffee.",
        cents: 680,
        picture: "Two almond biscuits",
    },
    Product {
        slug: "ciotola",
        name: "Ciotola dipinta",
        origin: "Vietri sul Mare, Campania",
        about: "A bowl, no two alike.",
        cents: 3200,
        picture: "A ceramic bowl painted in blue and yellow",
    },
    Product {
        slug: "marmellata",
        name: "Marmellata di limoni",
        origin: "Sorrento, Campania",
        about: "Lemons with the sun left in. 250 g.",
        cents: 540,
        picture: "A jar of lemon marmalade with half a lemon",
    },
    Product {
        slug: "sciarpa",
        name: "Sciarpa di lana",
        origin: "Biella, Piemonte",
        about: "Merino, woven where wool is at home.",
        cents: 4800,
        picture: "A folded red scarf with pale stripes",
    },
    Product {
        slug: "cartolina",
        name: "Cartolina",
        origin: "Matera, Basilicata",
        about: "For someone who is not here.",
        cents: 90,
        picture: "A postcard of a town of stone in the evening",
    },
];

/// What comes every month. Its price is each month's.
pub const SUBSCRIPTION: Product = Product {
    slug: "caffe",
    name: "Caffè del mese",
    origin: "Torrefazione Limone, Napoli",
    about: "A quarter kilo of another roast every month, until you say stop.",
    cents: 990,
    picture: "A paper bag of coffee with beans in front of it",
};

impl Product {
    /// Its price.
    #[must_use]
    pub fn price(&self) -> Amount {
        Amount::euro_cents(self.cents)
    }
}

/// The product of a slug.
#[must_use]
pub fn product(slug: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.slug == slug)
}

/// The name of whatever a line of basket or order holds.
#[must_use]
pub fn name_of(slug: &str) -> &'static str {
    match slug {
        GIFT_CARD => "Buono regalo (gift card)",
        slug if slug == SUBSCRIPTION.slug => SUBSCRIPTION.name,
        slug => product(slug).map_or("Something we no longer sell", |product| product.name),
    }
}
