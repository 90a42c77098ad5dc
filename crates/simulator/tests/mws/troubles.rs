//! Faults that are switched while the simulator runs: calls that are refused, cut off or throttled.

use amazon::Authorize;
use simulator::{Seed, SeedSeller, Trouble};

use super::bench::{Bench, SELLER, authorize, seed};

const HOUR: i64 = 3_600_000;
const READ: &str = "GetOrderReferenceDetails";

/// Another seller of the same developer, who has no trouble.
const OTHER: &str = "A2ANOTHERSELLER";
const OTHER_TOKEN: &str = "amzn.mws.0b5d3c8e-0000-4000-8000-000000000002";

fn add_another(bench: &Bench) {
    let seller = SeedSeller { id: OTHER.into(), mws_token: OTHER_TOKEN.into(), sandbox: None, ..seed().seller };
    bench.simulator.seed(&Seed::new(seller)).expect("seeded");
}

async fn others_refusal(bench: &Bench) -> (u16, String) {
    let raw = bench.raw("GetServiceStatus", &[]).but("SellerId", Some(OTHER)).but("MWSAuthToken", Some(OTHER_TOKEN));
    let reply = bench.send(raw).await;
    (reply.status, reply.text("Code").to_owned())
}

#[tokio::test]
async fn a_sellers_calls_are_refused_until_the_instant_and_nothing_is_done() {
    let bench = Bench::new().await;
    add_another(&bench);
    let id = bench.open("ok").await;
    for (trouble, refusal) in [
        (Trouble::AccessDenied, (401, "AccessDenied")),
        (Trouble::InvalidAccountStatus, (403, "InvalidAccountStatus")),
        (Trouble::SignatureDoesNotMatch, (403, "SignatureDoesNotMatch")),
        (Trouble::Clock, (400, "InvalidParameterValue")),
        (Trouble::CutOff, (400, "InputStreamDisconnected")),
    ] {
        bench.world().refuse_calls(SELLER, trouble, bench.world().now() + HOUR);
        bench.advance_ms(HOUR - 1);
        let read = bench.call(READ, &[("AmazonOrderReferenceId", &id)]).await;
        assert_eq!(read.refusal(), refusal, "the seller's call is refused as its trouble says: {trouble:?}");
        assert_eq!(read.text("Message").contains("Timestamp"), trouble == Trouble::Clock, "{}", read.text("Message"));
        let request = Authorize { capture_now: true, ..authorize(&id, "refused") };
        assert!(bench.authorize(&request).await.is_err(), "{trouble:?}");
        assert_eq!(others_refusal(&bench).await, (200, String::new()), "another seller is not concerned: {trouble:?}");
        bench.advance_ms(1);
        bench.done(READ, &[("AmazonOrderReferenceId", &id)]).await;
    }
    assert_eq!(bench.audited(&id).await["authorizations"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn a_trouble_can_be_ended_early_and_replaced() {
    let bench = Bench::new().await;
    let id = bench.draft("ok");
    let refused = async || bench.call(READ, &[("AmazonOrderReferenceId", &id)]).await;
    bench.world().refuse_calls(SELLER, Trouble::AccessDenied, i64::MAX);
    bench.world().refuse_calls(SELLER, Trouble::InvalidAccountStatus, i64::MAX);
    assert_eq!(refused().await.refusal(), (403, "InvalidAccountStatus"), "the later trouble has replaced the first");
    bench.world().accept_calls(SELLER);
    assert_eq!(refused().await.status, 200);
    bench.world().refuse_calls(SELLER, Trouble::AccessDenied, i64::MAX);
    bench.world().end_faults();
    assert_eq!(refused().await.status, 200);
}

#[tokio::test]
async fn as_many_calls_as_asked_for_are_cut_off() {
    let bench = Bench::new().await;
    add_another(&bench);
    let id = bench.open("ok").await;
    bench.world().cut_off_calls(SELLER, 2);
    for _ in 0..2 {
        let cut = bench.call("CancelOrderReference", &[("AmazonOrderReferenceId", &id)]).await;
        assert_eq!(cut.refusal(), (400, "InputStreamDisconnected"), "the call is cut off before anything is done");
        assert_eq!(others_refusal(&bench).await.0, 200, "another seller is not concerned");
    }
    assert_eq!(bench.state(&id).await.0, "Open");
    bench.done("CancelOrderReference", &[("AmazonOrderReferenceId", &id)]).await;
}

#[tokio::test]
async fn quotas_are_switched_on_and_off_while_it_runs() {
    let bench = Bench::new().await;
    let id = bench.draft("ok");
    let set = async || {
        let own = [
            ("AmazonOrderReferenceId", id.as_str()),
            ("OrderReferenceAttributes.OrderTotal.Amount", "1.00"),
            ("OrderReferenceAttributes.OrderTotal.CurrencyCode", "EUR"),
        ];
        bench.call("SetOrderReferenceDetails", &own).await.status
    };
    let read = async || bench.call(READ, &[("AmazonOrderReferenceId", &id)]).await.status;
    for _ in 0..2 {
        assert_eq!([set().await, set().await, set().await], [200; 3], "quotas are not enforced");
        bench.world().enforce_quotas(true);
        assert_eq!([set().await, set().await, set().await], [200, 200, 503], "two at once in the sandbox");
        assert_eq!(
            [read().await, read().await, read().await, read().await, read().await],
            [200; 5],
            "a bucket of its own"
        );
        assert_eq!(read().await, 503);
        bench.advance_ms(2_000);
        assert_eq!([set().await, set().await], [200, 503], "one more after two seconds");
        bench.world().enforce_quotas(false);
    }
}
