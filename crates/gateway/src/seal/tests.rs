//! The seal's promises, one test each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use payments::{Currency, Language, Money, Order, Outcome, Reason, Recurring, ShopTransactionId, Verdict};
use proptest::prelude::*;

use super::*;

/// Bytes that differ at each call; good enough for a test, and the same in every run.
fn random() -> Random {
    let calls = AtomicU64::new(1);
    Arc::new(move |buffer: &mut [u8]| {
        let mut state = calls.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for byte in buffer {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (state >> 56) as u8;
        }
    })
}

fn key(id: u8) -> SealKey {
    SealKey { id, key: vec![id + 1; KEY_BYTES], created_at: UtcMs(0) }
}

fn keyring(keys: &[SealKey]) -> Keyring {
    Keyring::new(Environment::Sandbox, keys, UtcMs(0), random()).expect("good keys")
}

fn shop() -> ShopLogin {
    ShopLogin::new("GESPAY00001").expect("a login")
}

fn order() -> Order {
    Order {
        shop_transaction_id: ShopTransactionId::new("order-2026-000123").expect("an identifier"),
        amount: Money::new(2421, Currency::EUR),
        language: Language::Italian,
        buyer_name: "Mario Rossi".into(),
        buyer_email: "mario.rossi@example.it".into(),
        custom_info: "CART=1234*P1*SITE=milano".into(),
        recurring: Recurring::No,
    }
}

fn request(ring: &Keyring) -> SealedRequest {
    let methods = vec!["AMAZONPAY".to_owned()];
    SealedRequest { payment: ring.new_payment_id(), order: order(), methods, sealed_at: UtcMs(1_795_500_000_000) }
}

fn outcome(ring: &Keyring) -> Outcome {
    Outcome {
        payment: ring.new_payment_id(),
        verdict: Verdict::Refused(Reason::Rejected),
        shop_transaction_id: order().shop_transaction_id,
        bank_transaction_id: Some(BankTransactionId(17)),
        authorization_code: String::new(),
        amount: order().amount,
        buyer_name: "Zoë §".into(),
        buyer_email: String::new(),
        custom_info: String::new(),
        language: Language::German,
        decided_at: UtcMs(1_795_500_000_000),
        token: None,
    }
}

use payments::BankTransactionId;

#[test]
fn what_was_sealed_is_read_back() {
    let ring = keyring(&[key(0)]);
    let (request, outcome) = (request(&ring), outcome(&ring));
    assert_eq!(ring.open_request(&shop(), &ring.seal_request(&shop(), &request)), Ok(request));
    assert_eq!(ring.open_outcome(&shop(), &ring.seal_outcome(&shop(), &outcome)), Ok(outcome));
}

#[test]
fn what_concerns_later_payments_is_read_back_too() {
    let ring = keyring(&[key(0)]);
    for recurring in [Recurring::WithPayment, Recurring::Only] {
        let request = SealedRequest { order: Order { recurring, ..order() }, ..request(&ring) };
        assert_eq!(ring.open_request(&shop(), &ring.seal_request(&shop(), &request)), Ok(request));
    }
    let token = ring.new_token();
    assert_eq!(token.as_str().len(), 16);
    let paid = Outcome { verdict: Verdict::Paid, token: Some(token), ..outcome(&ring) };
    assert_eq!(ring.open_outcome(&shop(), &ring.seal_outcome(&shop(), &paid)), Ok(paid));
    let pending = Outcome { verdict: Verdict::Pending, ..outcome(&ring) };
    assert_eq!(ring.open_outcome(&shop(), &ring.seal_outcome(&shop(), &pending)), Ok(pending));
}

#[test]
fn the_same_request_gives_another_string_each_time() {
    let ring = keyring(&[key(0)]);
    let request = request(&ring);
    assert_ne!(ring.seal_request(&shop(), &request), ring.seal_request(&shop(), &request));
}

#[test]
fn a_usual_request_is_shorter_than_300_characters() {
    let ring = keyring(&[key(0)]);
    let text = ring.seal_request(&shop(), &request(&ring));
    assert!(text.len() < 240, "{} characters", text.len());
    let bare = SealedRequest { order: Order { custom_info: String::new(), ..order() }, ..request(&ring) };
    assert!(ring.seal_request(&shop(), &bare).len() < 200);
}

#[test]
fn a_seal_is_of_one_kind_one_shop_and_one_environment() {
    let ring = keyring(&[key(0)]);
    let live = Keyring::new(Environment::Production, &[key(0)], UtcMs(0), random()).expect("good keys");
    let other = ShopLogin::new("GESPAY00002").expect("a login");
    let (asked, told) = (ring.seal_request(&shop(), &request(&ring)), ring.seal_outcome(&shop(), &outcome(&ring)));
    assert_eq!(ring.open_outcome(&shop(), &asked), Err(Unreadable));
    assert_eq!(ring.open_request(&shop(), &told), Err(Unreadable));
    assert_eq!(ring.open_request(&other, &asked), Err(Unreadable));
    assert_eq!(live.open_request(&shop(), &asked), Err(Unreadable));
}

#[test]
fn the_newest_key_seals_and_every_key_opens() {
    let old = keyring(&[key(0)]);
    let asked = old.seal_request(&shop(), &request(&old));
    let both = keyring(&[key(0)]);
    let later = SealKey { created_at: UtcMs(1_000), ..key(1) };
    both.take_up(&[key(0), later.clone()], UtcMs(60_999)).expect("good keys");
    let asked_meanwhile = both.seal_request(&shop(), &request(&both));
    assert!(old.open_request(&shop(), &asked_meanwhile).is_ok(), "others may not know the new key yet");
    both.take_up(&[key(0), later], UtcMs(61_000)).expect("good keys");
    assert_eq!(both.open_request(&shop(), &asked), old.open_request(&shop(), &asked));
    let newer = both.seal_request(&shop(), &request(&both));
    assert!(both.open_request(&shop(), &newer).is_ok());
    assert_eq!(old.open_request(&shop(), &newer), Err(Unreadable), "the key is unknown to this keyring");
}

#[test]
fn a_key_gets_the_identifier_after_the_newest_until_none_is_left() {
    let next = |taken: &[SealKey]| Keyring::generate(taken, UtcMs(5), &random()).map(|key| key.id);
    assert_eq!(
        (next(&[]), next(&[key(0)]), next(&[key(7), key(8)])),
        (Ok(0), Ok(1), Ok(9)),
        "the first key is 0, and each next one is one above the highest"
    );
    let all: Vec<SealKey> = (0..=255).map(|id| SealKey { id, key: vec![0; KEY_BYTES], created_at: UtcMs(0) }).collect();
    assert_eq!(next(&all), Err(BadKey::Full));
    let made = Keyring::generate(&[], UtcMs(5), &random()).expect("an identifier is left");
    assert!(made.key.len() == KEY_BYTES && made.key.iter().any(|byte| *byte != 0));
}

#[test]
fn a_keyring_needs_a_key_of_32_bytes() {
    let short = SealKey { id: 3, key: vec![0; 31], created_at: UtcMs(0) };
    assert_eq!(Keyring::new(Environment::Sandbox, &[], UtcMs(0), random()).err(), Some(BadKey::None));
    assert_eq!(Keyring::new(Environment::Sandbox, &[short], UtcMs(0), random()).err(), Some(BadKey::Length(3)));
}

#[test]
fn every_prefix_is_unreadable() {
    let ring = keyring(&[key(0)]);
    let text = ring.seal_request(&shop(), &request(&ring));
    for length in 0..text.len() {
        assert_eq!(ring.open_request(&shop(), &text[..length]), Err(Unreadable), "{length}");
    }
}

#[test]
fn every_changed_character_is_noticed() {
    let ring = keyring(&[key(0)]);
    let text = ring.seal_request(&shop(), &request(&ring)).into_bytes();
    let alphabet = (b'0'..=b'9').chain(b'A'..=b'Z').chain(b'a'..=b'z').chain([b'_', b'*', b'-', b' ']);
    for (place, other) in (0..text.len()).flat_map(|place| alphabet.clone().map(move |other| (place, other))) {
        let mut changed = text.clone();
        changed[place] = other;
        let changed = String::from_utf8(changed).expect("letters");
        let opened = ring.open_request(&shop(), &changed);
        assert_eq!(opened.is_err(), other != text[place], "{place} {}", char::from(other));
    }
}

proptest! {
    #[test]
    fn every_byte_string_has_one_text(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let written = text::encode(&bytes);
        prop_assert!(written.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
        prop_assert!(written.len() <= bytes.len() * 8 / 3 + 2);
        prop_assert_eq!(text::decode(&written), Some(bytes));
    }

    #[test]
    fn a_text_that_is_read_is_the_text_that_would_be_written(written in "[A-Za-z0-9_]{0,40}") {
        if let Some(bytes) = text::decode(&written) {
            prop_assert_eq!(text::encode(&bytes), written);
        }
    }

    #[test]
    fn any_text_is_opened_without_a_panic(written in ".{0,300}") {
        let ring = keyring(&[key(0)]);
        prop_assert_eq!(ring.open_request(&shop(), &written), Err(Unreadable));
        prop_assert_eq!(ring.open_outcome(&shop(), &written), Err(Unreadable));
    }

    #[test]
    fn any_order_survives(name in ".{0,50}", custom in ".{0,200}", minor in any::<i64>(), id in "[a-zA-Z0-9]{1,32}",
            methods in prop::collection::vec("[A-Z]{1,10}", 0..4)) {
        let ring = keyring(&[key(0)]);
        let order = Order { buyer_name: name, custom_info: custom, amount: Money::new(minor, Currency::EUR), ..order() };
        let payment = PaymentId::new(id).expect("letters and digits");
        let request = SealedRequest { payment, order, methods, sealed_at: UtcMs(minor) };
        prop_assert_eq!(ring.open_request(&shop(), &ring.seal_request(&shop(), &request)), Ok(request));
    }
}
