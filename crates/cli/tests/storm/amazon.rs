//! Amazon: the simulator, reached through a gate that loses, breaks, doubles, delays and refuses.

mod gate;
mod troubles;

use std::sync::Arc;

use serde_json::Value;
use simulator::{Seed, Simulator};
use testkit::dice::Dice;
use testkit::gate::Gate;
use testkit::seed::{BUYER, CLIENT, draft, seller};
use tokio::net::TcpListener;
use url::Url;

use crate::mutation::Mutation;
use crate::surroundings::Surroundings;

use self::gate::Wind;
pub use self::gate::{Tamper, Twist};

/// The simulator behind its gate. A clone is the same one.
#[derive(Clone)]
pub struct Amazon {
    simulator: Simulator,
    pub gate: Arc<Gate<Wind>>,
    pub address: Url,
}

impl Amazon {
    /// Opens it on a port of this machine, inside a runtime.
    pub async fn open(around: &Surroundings, public: &Url, mutation: Option<Mutation>) -> Amazon {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let address = Url::parse(&address).expect("an address");
        let random = Dice::new(around.seed, "simulator").random();
        let settings = simulator::Settings { public_url: address.clone(), quotas: false };
        let simulator = Simulator::open(None, settings, around.wall.for_simulator(), random).expect("in memory");
        simulator.seed(&Seed::new(seller(public))).expect("sown");
        let gate = Gate::new(simulator.router(), Wind::new(around, mutation));
        gate.serve(listener);
        Amazon { simulator, gate, address }
    }

    /// What a buyer does in the widgets: an order reference with the first address and this card.
    pub fn order(&self, card: &str) -> String {
        let id = self.simulator.world().new_order(&draft()).expect("a draft").id;
        self.choose(&id, card);
        id
    }

    /// The buyer signs in for the shop; the token is good for an hour.
    pub fn sign_in(&self) -> String {
        let world = self.simulator.world();
        world.issue_token(BUYER, CLIENT, true, "payments:widget payments:shipping_address").expect("a token")
    }

    /// The same with an agreement, consented to.
    pub fn agreement(&self, card: &str) -> String {
        let id = self.simulator.world().new_agreement(&draft()).expect("a draft").id;
        self.choose(&id, card);
        self.simulator.world().agree(&id, BUYER, true).expect("an answer");
        id
    }

    /// Chooses another card in the wallet; whether Amazon lets the buyer.
    pub fn choose_card(&self, id: &str, card: &str) -> bool {
        self.simulator.world().choose_card(id, BUYER, card).expect("an answer")
    }

    /// Chooses another card on the account page.
    pub fn change_card(&self, id: &str, card: &str) -> bool {
        self.simulator.world().change_card(id, BUYER, card).expect("an answer")
    }

    /// The buyer ends an agreement on the account page.
    pub fn end_agreement(&self, id: &str) -> bool {
        self.simulator.world().end_agreement(id, BUYER).expect("an answer")
    }

    /// The ledger as the auditor reads it.
    pub fn ledger(&self) -> Value {
        self.simulator.ledger().expect("the ledger")
    }

    fn choose(&self, id: &str, card: &str) {
        let world = self.simulator.world();
        let address = world.addresses(BUYER).into_iter().next().expect("an address book");
        world.choose_address(id, BUYER, &address.id).expect("an answer");
        assert!(world.choose_card(id, BUYER, card).expect("an answer"), "no card {card}");
    }
}
