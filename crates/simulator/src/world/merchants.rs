//! The merchant's side: sellers, clients of Login with Amazon, developers and their tokens.

use super::{ClientView, PermissionView, SellerView, World};
use crate::Error;
use crate::ledger::{Client, Permission, Tables};

impl World {
    /// All sellers with who may act for them.
    #[must_use]
    pub fn sellers(&self) -> Vec<SellerView> {
        self.read(|tables| {
            let view = |seller: &crate::ledger::Seller| {
                let given: Vec<&Permission> =
                    tables.permissions.values().filter(|one| one.seller_id == seller.id).collect();
                let key = given
                    .iter()
                    .find_map(|one| tables.developers.get(&one.developer_id))
                    .map(|one| one.access_key.clone());
                SellerView {
                    id: seller.id.clone(),
                    name: seller.name.clone(),
                    access_key: key.unwrap_or_default(),
                    permissions: given.into_iter().map(permission).collect(),
                }
            };
            tables.sellers.values().map(view).collect()
        })
    }

    /// All clients, sandbox and production apart.
    #[must_use]
    pub fn clients(&self) -> Vec<ClientView> {
        self.read(|tables| tables.clients.values().map(|client| client_view(tables, client)).collect())
    }

    /// A client in one environment.
    #[must_use]
    pub fn client(&self, client_id: &str, is_sandbox: bool) -> Option<ClientView> {
        let key = Client::key_of(client_id, is_sandbox);
        self.read(|tables| tables.clients.get(&key).map(|client| client_view(tables, client)))
    }

    /// Changes origins, return URLs and IPN URL of a client that is known; of an unknown one
    /// nothing.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_client(&self, changed: ClientView) -> Result<(), Error> {
        self.work(|unit| {
            if let Some(client) = unit.find::<Client>(&Client::key_of(&changed.client_id, changed.is_sandbox)) {
                let ClientView { origins, return_urls, ipn_url, .. } = changed;
                unit.put(Client { origins, return_urls, ipn_url, ..client });
            }
            Ok(())
        })
    }

    /// Lets a developer act for a seller; again: with a new token, the old one is dead. The answer
    /// is the token.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn authorize_developer(&self, seller_id: &str, name: &str, developer_id: &str) -> Result<String, Error> {
        let token = format!("amzn.mws.{}", self.uuid());
        let permission = Permission {
            seller_id: seller_id.to_owned(),
            developer_id: developer_id.to_owned(),
            developer_name: name.to_owned(),
            token: token.clone(),
        };
        self.work(|unit| {
            unit.put(permission);
            Ok(token)
        })
    }

    /// Takes a permission back: its token is dead.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn revoke_developer(&self, seller_id: &str, developer_id: &str) -> Result<(), Error> {
        self.work(|unit| {
            unit.remove::<Permission>(&Permission::key_of(seller_id, developer_id));
            Ok(())
        })
    }
}

fn permission(permission: &Permission) -> PermissionView {
    PermissionView {
        developer_name: permission.developer_name.clone(),
        developer_id: permission.developer_id.clone(),
        token: permission.token.clone(),
    }
}

fn client_view(tables: &Tables, client: &Client) -> ClientView {
    let merchant = tables.sellers.get(&client.seller_id).map_or("", |seller| seller.name.as_str());
    ClientView::of(client, merchant)
}
