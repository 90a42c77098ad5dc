//! What sealing and opening cost, beside the HTTP around them.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use gateway::seal::{Keyring, SealedRequest};
use payments::{Currency, Language, Money, Order, Recurring, ShopLogin, ShopTransactionId, UtcMs};
use store::{Environment, SealKey};

fn seal(criterion: &mut Criterion) {
    let key = SealKey { id: 0, key: vec![7; 32], created_at: UtcMs(0) };
    let random = Arc::new(|buffer: &mut [u8]| buffer.fill(5));
    let ring = Keyring::new(Environment::Sandbox, &[key], UtcMs(0), random).expect("a good key");
    let shop = ShopLogin::new("GESPAY00001").expect("a login");
    let order = Order {
        shop_transaction_id: ShopTransactionId::new("order-2026-000123").expect("an identifier"),
        amount: Money::new(2421, Currency::EUR),
        language: Language::Italian,
        buyer_name: "Mario Rossi".into(),
        buyer_email: "mario.rossi@example.it".into(),
        custom_info: "CART=1234*P1*SITE=milano".into(),
        recurring: Recurring::No,
    };
    let methods = vec!["AMAZONPAY".to_owned()];
    let request = SealedRequest { payment: ring.new_payment_id(), order, methods, sealed_at: UtcMs(1_795_500_000_000) };
    let text = ring.seal_request(&shop, &request);
    criterion.bench_function("seal a request", |b| b.iter(|| ring.seal_request(&shop, black_box(&request))));
    criterion.bench_function("open a request", |b| b.iter(|| ring.open_request(&shop, black_box(&text))));
}

criterion_group!(benches, seal);
criterion_main!(benches);
