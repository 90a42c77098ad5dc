//! Keeps the leases of what this process is asking Amazon about, as long as it asks.

use std::time::Duration;

use tokio::sync::watch;

use crate::Gateway;

/// How often leases are extended: what was under way the last time as well. Well within `store::LEASE_MS`, twice.
const ROUND: Duration = Duration::from_secs(3);

/// How often it is looked, at the end, whether anything is left.
const LOOK: Duration = Duration::from_millis(50);

/// Extends leases until told to stop and until nothing is under way any more.
pub(crate) async fn extend_leases(gateway: &Gateway, stopped: watch::Receiver<bool>) {
    while !(*stopped.borrow() && gateway.in_flight().is_empty()) {
        let long = gateway.in_flight().long();
        if let Err(error) = gateway.store().extend_leases(&long, gateway.now()).await {
            tracing::warn!(%error, "Leases were not extended; others may take over");
        }
        wait(gateway, stopped.clone()).await;
    }
}

/// Until the next round; less when a stop leaves nothing to wait for.
async fn wait(gateway: &Gateway, mut stopped: watch::Receiver<bool>) {
    let idle = async {
        // An error means that nobody is left who could say stop: that is one.
        drop(stopped.wait_for(|stop| *stop).await);
        while !gateway.in_flight().is_empty() {
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
        AttemptId, BankTransactionId, Change, Currency, Instrument, Language, Money, Order, OrderReferenceId, Payment,
        PaymentId, Recurring, SellerId, ShopLogin, ShopTransactionId, Terms, UtcMs,
    };
    use store::{Environment, LEASE_MS, Store};
    use url::Url;

    use super::*;
    use crate::Settings;
    use crate::in_flight::Asking;

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
        let (name, seller) = (AttemptId::new("attempt").expect("a name"), SellerId::new("A2SELLER").expect("allowed"));
        let terms = Terms { name, seller, instrument, capture_now: true, number: BankTransactionId(1), token: None };
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
        assert!(!gateway.in_flight().has(&payment) && Asking::alone_about(&gateway, &payment).is_some());
    }
}
