//! The tables in memory: one sorted map for each kind of object.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::object::{Authorization, BillingAgreement, Capture, Change, OrderReference, Reference, Refund};
use super::people::{Buyer, BuyerAddress, Client, Consent, Developer, Permission, Seller, Session, Token};
use crate::notifications::{Chargeback, Delivery, Notary};

/// An object that the ledger keeps.
pub trait Kept: Serialize + DeserializeOwned + Clone + Send + 'static {
    /// The word for its kind in the file.
    const KIND: &'static str;
    /// What tells it from others of its kind.
    fn key(&self) -> String;
    fn table(tables: &Tables) -> &BTreeMap<String, Self>;
    /// Where its kind is, to be changed by a unit.
    fn table_mut(tables: &mut Tables) -> &mut BTreeMap<String, Self>;
}

macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident: $kind:ident = $word:literal, |$object:ident| $key:expr;)+) => {
        /// All objects by kind and key.
        #[derive(Default)]
        pub struct Tables {
            $($(#[$doc])* pub $field: BTreeMap<String, $kind>,)+
        }

        $(impl Kept for $kind {
            const KIND: &'static str = $word;

            fn key(&self) -> String {
                let $object = self;
                $key
            }

            fn table(tables: &Tables) -> &BTreeMap<String, Self> {
                &tables.$field
            }

            fn table_mut(tables: &mut Tables) -> &mut BTreeMap<String, Self> {
                &mut tables.$field
            }
        })+

        impl Tables {
            /// Takes in an object read from the file.
            pub(super) fn load(&mut self, kind: &str, value: &str) -> Result<(), String> {
                match kind {
                    $($word => {
                        let object: $kind = serde_json::from_str(value).map_err(|why| why.to_string())?;
                        self.$field.insert(object.key(), object);
                    })+
                    _ => return Err("its kind is not known".to_owned()),
                }
                Ok(())
            }
        }
    };
}

tables! {
    sellers: Seller = "seller", |it| it.id.clone();
    developers: Developer = "developer", |it| it.id.clone();
    /// Who may act for whom.
    permissions: Permission = "permission", |it| Permission::key_of(&it.seller_id, &it.developer_id);
    /// Clients of Login with Amazon.
    clients: Client = "client", |it| Client::key_of(&it.client_id, it.is_sandbox);
    buyers: Buyer = "buyer", |it| it.id.clone();
    addresses: BuyerAddress = "address", |it| BuyerAddress::key_of(&it.buyer_id, &it.id);
    /// Browsers that are signed in.
    sessions: Session = "session", |it| it.id.clone();
    consents: Consent = "consent", |it| Consent::key_of(&it.buyer_id, &it.client_id, it.is_sandbox);
    tokens: Token = "token", |it| it.token.clone();
    orders: OrderReference = "order", |it| it.id.clone();
    agreements: BillingAgreement = "agreement", |it| it.id.clone();
    authorizations: Authorization = "authorization", |it| it.id.clone();
    captures: Capture = "capture", |it| it.id.clone();
    refunds: Refund = "refund", |it| it.id.clone();
    /// Reference ids that were used.
    references: Reference = "reference", |it| it.key.clone();
    /// What changed, in order: the source of notifications.
    changes: Change = "change", |it| Change::key_of(it.number);
    /// Notifications, on their way and told.
    deliveries: Delivery = "delivery", |it| Delivery::key_of(it.number);
    notaries: Notary = "notary", |_it| Notary::KEY.to_owned();
    /// Money that banks take back.
    chargebacks: Chargeback = "chargeback", |it| it.id.clone();
}
