//! What the simulator is filled with: a merchant with its developer and clients, buyers with their
//! address books. Seeding again updates secrets, origins and URLs and keeps every object that was
//! made since.

mod book;

use crate::Error;
use crate::ledger::{Buyer, BuyerAddress, Client, Developer, PaymentDomain, Permission, Place, Seller};
use crate::world::{PASSWORD, World};

/// The gateway's developer id, as merchants type it into Seller Central.
pub const DEVELOPER_ID: &str = "5535-2867-1582";
/// The name that goes with it.
pub const DEVELOPER_NAME: &str = "Gestpay";

/// One merchant and the buyers.
#[derive(Debug, Clone)]
pub struct Seed {
    pub seller: SeedSeller,
    /// Who can sign in; their password is `amazon`.
    pub buyers: Vec<SeedBuyer>,
    /// Where the merchant's account is kept: the one ledger under which its orders are listed.
    pub payment_domain: PaymentDomain,
}

/// A merchant, and the developer account that acts for it.
#[derive(Clone)]
pub struct SeedSeller {
    /// `A…`
    pub id: String,
    pub name: String,
    /// `AKIA…`, of the developer (the gateway).
    pub access_key: String,
    /// The other half.
    pub secret_key: String,
    /// `amzn.mws.…`: the merchant's permission for the developer.
    pub mws_token: String,
    /// The client of the sandbox.
    pub sandbox: Option<SeedClient>,
    pub production: Option<SeedClient>,
}

/// A client of Login with Amazon.
#[derive(Debug, Clone, Default)]
pub struct SeedClient {
    /// `amzn1.application-oa2-client.…`
    pub client_id: String,
    /// Origins of pages that may show widgets.
    pub allowed_origins: Vec<String>,
    /// Where sign-in answers may go: desktop page, mobile page.
    pub return_urls: Vec<String>,
    pub ipn_url: Option<String>,
}

/// A buyer with an address book; the first address is also the billing address.
#[derive(Debug, Clone)]
pub struct SeedBuyer {
    /// `marco`
    pub id: String,
    pub name: String,
    pub email: String,
    /// `it-IT`
    pub language: String,
    pub addresses: Vec<SeedAddress>,
}

/// An address; empty texts are absent ones.
#[derive(Debug, Clone, Default)]
pub struct SeedAddress {
    pub name: String,
    /// The three lines; any may be empty.
    pub lines: [String; 3],
    pub city: String,
    pub state: String,
    /// Some countries have none.
    pub postal_code: String,
    /// ISO 3166, two letters.
    pub country: String,
    pub phone: String,
}

impl std::fmt::Debug for SeedSeller {
    /// No secret of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SeedSeller").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Seed {
    /// A merchant kept in `EU_EUR`, with the two buyers Marco and Anna.
    #[must_use]
    pub fn new(seller: SeedSeller) -> Seed {
        Seed { seller, buyers: book::buyers(), payment_domain: PaymentDomain::default() }
    }

    /// The same with the merchant's account in another ledger.
    #[must_use]
    pub fn kept_in(self, payment_domain: PaymentDomain) -> Seed {
        Seed { payment_domain, ..self }
    }
}

/// Puts the seed into the world, in one unit.
pub fn sow(world: &World, seed: &Seed) -> Result<(), Error> {
    world.work(|unit| {
        let SeedSeller { id, name, access_key, secret_key, mws_token, sandbox, production } = seed.seller.clone();
        unit.put(Developer { id: DEVELOPER_ID.to_owned(), name: DEVELOPER_NAME.to_owned(), access_key, secret_key });
        unit.put(Permission {
            seller_id: id.clone(),
            developer_id: DEVELOPER_ID.to_owned(),
            developer_name: DEVELOPER_NAME.to_owned(),
            token: mws_token,
        });
        for (client, is_sandbox) in [(sandbox, true), (production, false)] {
            if let Some(SeedClient { client_id, allowed_origins, return_urls, ipn_url }) = client {
                unit.put(Client {
                    client_id,
                    is_sandbox,
                    seller_id: id.clone(),
                    origins: allowed_origins,
                    return_urls,
                    ipn_url,
                });
            }
        }
        unit.put(Seller { id, name, payment_domain: seed.payment_domain });
        for buyer in &seed.buyers {
            let places: Vec<Place> = buyer.addresses.iter().map(place).collect();
            for (at, place) in places.iter().enumerate() {
                let id = format!("a{:04}", at + 1);
                if unit.find::<BuyerAddress>(&BuyerAddress::key_of(&buyer.id, &id)).is_none() {
                    unit.put(BuyerAddress { buyer_id: buyer.id.clone(), id, place: place.clone() });
                }
            }
            unit.put(Buyer {
                id: buyer.id.clone(),
                name: buyer.name.clone(),
                email: buyer.email.clone(),
                password: PASSWORD.to_owned(),
                language: buyer.language.clone(),
                billing: Place { phone: String::new(), ..places.first().cloned().unwrap_or_default() },
            });
        }
        Ok(())
    })
}

fn place(address: &SeedAddress) -> Place {
    let SeedAddress { name, lines, city, state, postal_code, country, phone } = address.clone();
    Place { name, lines, city, state, postal_code, country, phone }
}
