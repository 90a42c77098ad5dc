//! About which payments this process is asking Amazon just now: on behalf of somebody who waits, or as the janitor.
//!
//! The store leases a payment to whoever has recorded a wish, or looks after it, for a few seconds; here the leases of what takes
//! longer are extended. In this process nobody takes a payment that another has, even when the clock has jumped over its lease: a
//! repetition would be done under the same name, and that is no harm; but when the request that it repeats is refused for good at
//! the same moment, "surely not done" is no longer true of the name, only of the request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use payments::{Payment, PaymentId, ShopLogin};
use tokio::sync::watch;

use crate::Gateway;

/// How often leases are extended: what was under way the last time as well. Well within `store::LEASE_MS`, twice.
const ROUND: Duration = Duration::from_secs(3);

/// How often it is looked, at the end, whether anything is left.
const LOOK: Duration = Duration::from_millis(50);

type Key = (ShopLogin, PaymentId);

/// The payments, and who asks about each.
#[derive(Default)]
pub(crate) struct UnderWay(Mutex<HashMap<Key, Askers>>);

struct Askers {
    count: u32,
    /// Whether it was under way in the last round.
    is_long: bool,
}

/// Somebody asks about a payment, as long as this lives.
pub(crate) struct Asking {
    gateway: Gateway,
    key: Key,
}

impl UnderWay {
    /// Whether somebody waits for what Amazon says of a payment.
    pub(crate) fn has(&self, payment: &Payment) -> bool {
        self.payments().contains_key(&key_of(payment))
    }

    /// All of them.
    pub(crate) fn keys(&self) -> Vec<Key> {
        self.payments().keys().cloned().collect()
    }

    fn is_empty(&self) -> bool {
        self.payments().is_empty()
    }

    /// Those that were under way when this was asked last.
    fn long(&self) -> Vec<Key> {
        let mut payments = self.payments();
        let long = payments.iter().filter(|(_, askers)| askers.is_long).map(|(key, _)| key.clone()).collect();
        payments.values_mut().for_each(|askers| askers.is_long = true);
        long
    }

    fn payments(&self) -> MutexGuard<'_, HashMap<Key, Askers>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asking {
    /// To be made before the wish is recorded: from then on the janitor may find it.
    pub(crate) fn about(gateway: &Gateway, shop: &ShopLogin, payment: &PaymentId) -> Asking {
        let key = (shop.clone(), payment.clone());
        let askers = || Askers { count: 0, is_long: false };
        gateway.under_way().payments().entry(key.clone()).or_insert_with(askers).count += 1;
        Asking { gateway: gateway.clone(), key }
    }

    /// Nobody of this process goes on, and Amazon still owes an answer: whoever comes next need not wait until the lease runs out.
    pub(crate) async fn end(self, payment: &Payment) {
        let gateway = self.gateway.clone();
        drop(self);
        if payment.unresolved_at().is_none() || gateway.under_way().has(payment) {
            return;
        }
        if let Err(error) = gateway.store().end_leases(&[key_of(payment)]).await {
            tracing::warn!(%error, "a lease was not ended; it runs out");
        }
    }

    pub(crate) fn is_about(&self, payment: &Payment) -> bool {
        self.key == key_of(payment)
    }

    /// Nothing when somebody else asks about it.
    pub(crate) fn alone_about(gateway: &Gateway, payment: &Payment) -> Option<Asking> {
        let key = key_of(payment);
        let mut payments = gateway.under_way().payments();
        if payments.contains_key(&key) {
            return None;
        }
        payments.insert(key.clone(), Askers { count: 1, is_long: false });
        drop(payments);
        Some(Asking { gateway: gateway.clone(), key })
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        let mut payments = self.gateway.under_way().payments();
        let Some(askers) = payments.get_mut(&self.key) else { return };
        askers.count -= 1;
        if askers.count == 0 {
            payments.remove(&self.key);
        }
    }
}

fn key_of(payment: &Payment) -> Key {
    (payment.shop.clone(), payment.id.clone())
}

/// Extends leases until told to stop and until nothing is under way any more.
pub(crate) async fn extend_leases(gateway: &Gateway, stopped: watch::Receiver<bool>) {
    while !(*stopped.borrow() && gateway.under_way().is_empty()) {
        let long = gateway.under_way().long();
        if let Err(error) = gateway.store().extend_leases(&long, gateway.now()).await {
            tracing::warn!(%error, "leases were not extended; others may take over");
        }
        wait(gateway, stopped.clone()).await;
    }
}

/// Until the next round; less when a stop leaves nothing to wait for.
async fn wait(gateway: &Gateway, mut stopped: watch::Receiver<bool>) {
    let idle = async {
        // An error means that nobody is left who could say stop: that is one.
        drop(stopped.wait_for(|stop| *stop).await);
        while !gateway.under_way().is_empty() {
            tokio::time::sleep(LOOK).await;
        }
    };
    drop(tokio::time::timeout(ROUND, idle).await);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use payments::{
        BankTransactionId, Change, Currency, Instrument, Language, Money, Order, OrderReferenceId, Recurring,
        ShopTransactionId, Terms, UtcMs,
    };
    use store::{Environment, LEASE_MS, Store};
    use url::Url;

    use super::*;
    use crate::Settings;

    async fn gateway(now: &Arc<AtomicI64>) -> Gateway {
        let nobody = Url::parse("http://127.0.0.1:9").expect("an address");
        let amazon = amazon::Endpoints::at(nobody.clone(), amazon::Environment::Sandbox);
        let now = Arc::clone(now);
        let clock: crate::Clock = Arc::new(move || UtcMs(now.load(Ordering::SeqCst)));
        let random: crate::Random = Arc::new(|bytes| bytes.fill(7));
        let settings = Settings::new(nobody, Environment::Sandbox, amazon);
        let store = Store::open_in_memory().expect("a store in memory");
        Gateway::new(settings, store, clock, random).await.expect("a gateway")
    }

    async fn committed(gateway: &Gateway, change: Change) -> Payment {
        let payment = change.payment().clone();
        gateway.store().apply(change).await.expect("it is written");
        payment
    }

    async fn asked(gateway: &Gateway) -> Payment {
        let order = Order {
            shop_transaction_id: ShopTransactionId::new("order-1").expect("an identifier"),
            amount: Money::new(2421, Currency::EUR),
            language: Language::Italian,
            buyer_name: String::new(),
            buyer_email: String::new(),
            custom_info: String::new(),
            recurring: Recurring::No,
        };
        let reference = OrderReferenceId::new("S02-0319513-4657042").expect("an identifier");
        let instrument = Instrument::OrderReference(reference);
        let (shop, id) = (ShopLogin::new("SHOP").expect("a login"), PaymentId::new("p1").expect("an identifier"));
        let opened = committed(gateway, Payment::open(shop, id, order, gateway.now())).await;
        let confirmed = opened.confirm(instrument.clone(), gateway.now()).expect("open");
        let terms = Terms { instrument, capture_now: true, number: BankTransactionId(1), token: None };
        let confirmed = committed(gateway, confirmed).await;
        committed(gateway, confirmed.authorize(terms, gateway.now()).expect("confirmed")).await
    }

    /// What another gateway would find to do when its clock shows this.
    async fn is_due(gateway: &Gateway, at_ms: i64) -> bool {
        !gateway.store().unresolved_due(UtcMs(at_ms), 1).await.expect("the store answers").is_empty()
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_long_stays_with_the_asker_until_he_is_done() {
        let now = Arc::new(AtomicI64::new(0));
        let gateway = gateway(&now).await;
        let payment = asked(&gateway).await;
        let asking = Asking::about(&gateway, &payment.shop, &payment.id);
        let (stop, stopped) = watch::channel(false);
        let extending = tokio::spawn({
            let gateway = gateway.clone();
            async move { extend_leases(&gateway, stopped).await }
        });
        assert!(is_due(&gateway, LEASE_MS).await);
        now.store(LEASE_MS - 1, Ordering::SeqCst);
        while is_due(&gateway, 2 * LEASE_MS - 2).await {
            tokio::time::sleep(ROUND).await;
        }
        stop.send_replace(true);
        tokio::time::sleep(ROUND * 2).await;
        assert!(!extending.is_finished(), "somebody is asking still");
        asking.end(&payment).await;
        assert!(is_due(&gateway, 2 * LEASE_MS - 2).await, "nobody goes on");
        extending.await.expect("it ends");
    }

    #[tokio::test]
    async fn of_one_process_one_alone_looks_at_a_payment() {
        let gateway = gateway(&Arc::default()).await;
        let payment = asked(&gateway).await;
        let alone = Asking::alone_about(&gateway, &payment).expect("nobody asks");
        assert!(Asking::alone_about(&gateway, &payment).is_none());
        let also = Asking::about(&gateway, &payment.shop, &payment.id);
        drop(alone);
        assert!(Asking::alone_about(&gateway, &payment).is_none());
        drop(also);
        assert!(!gateway.under_way().has(&payment) && Asking::alone_about(&gateway, &payment).is_some());
    }
}
