//! The operations that move money: sent once, and uncertain unless it is certain that nothing was done.

use std::sync::Arc;
use std::time::Duration;

use pagam::{Amount, Cause, Charge, Client, Code, Error, Lookup, Payment, Recurring, Refund, Settlement, SettlementId};
use pagam::{State, Status, Token, Transport, Widget};
use tokio::sync::Notify;

use crate::server::{Play, Server};
use crate::{FAULT, short};

const CHARGE_PAID: &str = include_str!("../golden/charge_paid.xml");
const CHARGE_REFUSED: &str = include_str!("../golden/charge_refused.xml");
const SETTLE_DONE: &str = include_str!("../golden/settle_done.xml");
const DELETE_REFUSED: &str = include_str!("../golden/delete_refused.xml");
const REFUND_DONE: &str = include_str!("../golden/refund_done.xml");
const DELETE_TOKEN_DONE: &str = include_str!("../golden/delete_token_done.xml");
const READ_TRX_REFUNDED: &str = include_str!("../golden/read_trx_refunded.xml");

const ORDER: Lookup<'static> = Lookup::Bank("118");

fn token() -> Token {
    Token::new("7Q2M9X4K1B8V3Z6T").expect("a token")
}

fn charge() -> Charge {
    Charge::with_token(Amount::euro_cents(2421), "order-42-1", token()).build().expect("valid")
}

fn settlement() -> Settlement<'static> {
    Settlement::new(ORDER, Amount::euro_cents(2000), SettlementId::new("parcel-7").expect("a name"))
}

fn refund() -> Refund<'static> {
    Refund::new(ORDER, Amount::euro_cents(500), SettlementId::new("return-7").expect("a name"))
}

/// Every operation that moves money, each with what it answered.
async fn all(client: &Client) -> [Option<Error>; 4] {
    [
        client.charge(&charge()).await.err(),
        client.settle(&settlement()).await.err(),
        client.delete(ORDER, "").await.err(),
        client.refund(&refund()).await.err(),
    ]
}

#[tokio::test]
async fn an_order_reference_is_charged_with_everything_the_shop_says() {
    let server = Server::start([Play::answer(CHARGE_PAID)]).await;
    let charge = Charge::with_order_reference(Amount::euro_cents(2421), "order-42-1", "S02-1234567-7654321");
    let charge = charge.buyer("Mario Bianchi", "mario@example.it").custom("STORE_ID", "7").build().expect("valid");
    let outcome = server.client().charge(&charge).await.expect("charged");
    assert_eq!(
        (outcome.status, outcome.bank_transaction_id.as_deref()),
        (Status::Paid, Some("118")),
        "it is paid, under the bank's identifier"
    );
    assert_eq!(outcome.buyer_name.as_deref(), Some("Mario Bianchi"));
    assert_eq!(
        outcome.custom[1],
        ("GIFT NOTE".to_owned(), "so nice".to_owned()),
        "a field of the shop comes back with its blanks"
    );
    assert_eq!(outcome.token, Some(token()));
    let asked = server.asked();
    assert_eq!(asked[0].action, "\"https://ecomms2s.sella.it/callPagamS2S\"");
    for field in [
        "<shopLogin>GESPAY00001</shopLogin><uicCode>242</uicCode><amount>24.21</amount>",
        "<transKey>S02-1234567-7654321</transKey><customInfo>STORE_ID=7</customInfo>",
        "<paymentTypes><paymentType>AMAZONPAY</paymentType></paymentTypes>",
        "<apikey>top-secret-key</apikey>",
    ] {
        assert!(asked[0].body.contains(field), "{field} is not in {}", asked[0].body);
    }
}

#[tokio::test]
async fn a_refused_charge_is_an_outcome_that_says_what_the_buyer_can_do() {
    let address = CHARGE_REFUSED.replace("5001", "5003");
    let final_no = CHARGE_REFUSED.replace("5001", "74");
    let server = Server::start([CHARGE_REFUSED, &address, &final_no].map(Play::answer)).await;
    let client = server.client();
    for (code, widget) in [(5001, Some(Widget::Wallet)), (5003, Some(Widget::AddressBook)), (74, None)] {
        let status = client.charge(&charge()).await.expect("answered").status;
        assert_eq!(
            (status, status.widget()),
            (Status::Refused { code: Code(code) }, widget),
            "the refusal says where the buyer can choose again, or that nothing helps"
        );
    }
    assert!(server.asked()[0].body.contains("<tokenValue>7Q2M9X4K1B8V3Z6T</tokenValue>"));
}

#[tokio::test]
async fn settling_deleting_and_refunding_name_one_transaction() {
    let server = Server::start([SETTLE_DONE, REFUND_DONE, DELETE_REFUSED].map(Play::answer)).await;
    let client = server.client();
    assert_eq!(client.settle(&settlement()).await, Ok(()));
    assert_eq!(client.refund(&refund().reason("a scratch")).await, Ok(()));
    let refused = client.delete(Lookup::ShopTransaction("order-42-1"), "out of stock").await.expect_err("refused");
    assert_eq!(
        (refused.code(), refused.is_uncertain()),
        (Some(Code::NOT_DELETABLE), false),
        "the refusal has its code, and it is certain that nothing was deleted"
    );
    let asked = server.asked();
    let settled = "<amount>20.00</amount><bankTransID>118</bankTransID><settlementID>parcel-7</settlementID>";
    assert!(asked[0].body.contains(settled), "{}", asked[0].body);
    assert!(asked[1].body.contains("<RefundReason>a scratch</RefundReason>"));
    assert!(asked[2].body.contains("<shopTransactionId>order-42-1</shopTransactionId><CancelReason>out of stock"));
}

#[tokio::test]
async fn what_moves_money_is_never_sent_twice() {
    for status in [500, 503, 404, 302] {
        let play = Play { status, body: FAULT.into(), ..Play::default() };
        let server = Server::start(vec![play; 4]).await;
        for error in all(&server.client_with(5)).await {
            let error = error.expect("no answer");
            assert_eq!(
                (error.is_uncertain(), error.is_passing()),
                (status != 404, status == 404),
                "only a 404 proves that nothing was done and may pass: {status}: {error}"
            );
        }
        assert_eq!(server.asked().len(), 4, "one request for each operation");
    }
}

#[tokio::test]
async fn an_unusable_answer_leaves_the_end_uncertain() {
    let other = SETTLE_DONE.replace(">Settle<", ">Delete<");
    let contradiction = SETTLE_DONE.replace("<ErrorCode>0<", "<ErrorCode>2019<");
    for text in ["", "<html>maintenance</html>", FAULT, &other, &contradiction] {
        let server = Server::start([Play::answer(text)]).await;
        let error = server.client().settle(&settlement()).await.expect_err("no answer");
        assert!(error.is_uncertain(), "{error}");
        assert!(error.to_string().starts_with("callSettleS2S may have been done"), "{error}");
    }
}

#[tokio::test]
async fn a_charge_under_a_used_identifier_is_uncertain_until_it_is_read() {
    for code in [Code::TRANSACTION_INVALID, Code::AMOUNT_CHANGED] {
        let charged = CHARGE_REFUSED.replace(">5001<", &format!(">{code}<"));
        let server = Server::start([Play::answer(&charged), Play::answer(&short("GestPayS2S", code.0))]).await;
        for _ in 0..2 {
            let error = server.client().charge(&charge()).await.expect_err("not known");
            assert_eq!(error.code(), Some(code), "the gateway's code is kept");
            assert!(error.is_uncertain(), "the first charge may have been made");
            assert_eq!(error.cause(), None, "an uncertain charge is nobody's fault yet");
        }
    }
}

#[tokio::test]
async fn a_refused_movement_is_certain_also_with_4801_and_4802() {
    for code in [4801, 4802] {
        let kinds = ["Settle", "Delete", "Refund"];
        let plays = kinds.map(|kind| Play::answer(&short("GestPayS2S", code).replace(">X<", &format!(">{kind}<"))));
        let server = Server::start(plays).await;
        let client = server.client();
        let ends = [client.settle(&settlement()).await, client.delete(ORDER, "").await, client.refund(&refund()).await];
        for end in ends {
            assert!(!end.expect_err("refused").is_uncertain(), "{code}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_certain_and_says_whose_trouble_it_is() {
    for (code, cause) in [
        (212, Cause::Unavailable),
        (150, Cause::Account),
        (9999, Cause::Gateway),
        (1111, Cause::Currency),
        (65, Cause::Currency),
        (74, Cause::Declined),
    ] {
        let charged = CHARGE_REFUSED.replace(">5001<", &format!(">{code}<"));
        let kinds = ["Settle", "Delete", "Refund"];
        let movements = kinds.map(|kind| Play::answer(&short("GestPayS2S", code).replace(">X<", &format!(">{kind}<"))));
        let server = Server::start([vec![Play::answer(&charged)], movements.to_vec()].concat()).await;
        let client = server.client();
        let status = client.charge(&charge()).await.expect("answered").status;
        assert_eq!(
            (status, status.cause()),
            (Status::Refused { code: Code(code) }, Some(cause)),
            "the refusal keeps its code and says whose trouble it is"
        );
        for error in all_movements(&client).await {
            assert_eq!(
                (error.is_uncertain(), error.is_passing(), error.cause()),
                (false, false, Some(cause)),
                "a refused movement is certain, does not pass, and says whose trouble it is: {error}"
            );
        }
    }
}

/// What each operation but the charge was refused with.
async fn all_movements(client: &Client) -> [Error; 3] {
    [client.settle(&settlement()).await, client.delete(ORDER, "").await, client.refund(&refund()).await]
        .map(|end| end.expect_err("refused"))
}

#[tokio::test]
async fn a_busy_gateway_has_done_nothing_and_says_how_long_to_wait() {
    let busy = Play { status: 503, body: FAULT.into(), retry_after: Some("7"), ..Play::default() };
    let server = Server::start(vec![busy; 4]).await;
    for error in all(&server.client_with(5)).await {
        let error = error.expect("busy");
        assert_eq!(error, Error::Busy { retry_after: Duration::from_secs(7) });
        assert_eq!(
            (error.is_uncertain(), error.is_passing()),
            (false, true),
            "nothing was done, and the same request may go later"
        );
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    }
    assert_eq!(server.asked().len(), 4, "what moves money is sent once");
}

#[tokio::test]
async fn a_503_that_is_not_the_gateways_is_uncertain() {
    for (retry_after, body) in [(None, FAULT), (Some("7"), "<html>maintenance</html>"), (Some("soon"), FAULT)] {
        let play = Play { status: 503, body: body.into(), retry_after, ..Play::default() };
        let server = Server::start([play]).await;
        assert!(server.client().charge(&charge()).await.expect_err("no answer").is_uncertain(), "{retry_after:?}");
    }
}

#[tokio::test]
async fn a_call_that_moves_money_outlives_the_timeout_of_the_others() {
    let gate = Arc::new(Notify::new());
    let slow = Play { gate: Some(Arc::clone(&gate)), ..Play::answer(CHARGE_PAID) };
    let silent = Play { silent: true, ..Play::default() };
    let server = Server::start([slow, silent]).await;
    let client = server.builder().timeout(Duration::from_millis(50)).retries(0).build().expect("a client");
    let charging = tokio::spawn({
        let client = client.clone();
        async move { client.charge(&charge()).await }
    });
    while server.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    let read = client.read_trx(ORDER).await;
    assert_eq!(read, Err(Error::Transport(Transport::Timeout)), "the other call has used up its time");
    gate.notify_one();
    assert_eq!(charging.await.expect("no panic").expect("charged").status, Status::Paid);
    assert_eq!(pagam::MONEY_TIMEOUT, Duration::from_secs(120), "the gateway answers within 100 seconds");
}

#[tokio::test]
async fn what_moves_money_has_a_connection_of_its_own() {
    let plays = [READ_TRX_REFUNDED, SETTLE_DONE, REFUND_DONE, READ_TRX_REFUNDED, DELETE_TOKEN_DONE].map(Play::answer);
    let server = Server::start(plays).await;
    let client = server.client();
    client.read_trx(ORDER).await.expect("read");
    client.settle(&settlement()).await.expect("settled");
    client.refund(&refund()).await.expect("refunded");
    client.read_trx(ORDER).await.expect("read");
    client.delete_token(&token()).await.expect("deleted");
    let peers: Vec<_> = server.asked().iter().map(|asked| asked.peer).collect();
    assert_eq!(peers[0], peers[3], "what may be repeated uses a connection again");
    let different: std::collections::BTreeSet<_> = peers.iter().collect();
    assert_eq!(different.len(), 4);
}

#[tokio::test]
async fn a_timeout_is_uncertain_and_a_closed_port_is_not() {
    let server = Server::start(vec![Play { silent: true, ..Play::default() }; 4]).await;
    let impatient = server.builder().money_timeout(Duration::from_millis(50)).build().expect("a client");
    for error in all(&impatient).await {
        let Some(Error::Uncertain { why, .. }) = error else { panic!("{error:?}") };
        assert_eq!(*why, Error::Transport(Transport::Timeout));
    }
    assert_eq!(server.asked().len(), 4);

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    for error in all(&Client::builder("GESPAY00001").base_url(base).build().expect("a client")).await {
        assert!(matches!(error, Some(Error::Transport(Transport::Connect(_)))), "{error:?}");
    }
}

#[tokio::test]
async fn a_caller_who_is_not_let_in_has_moved_nothing() {
    let kinds = ["PAGAM", "Settle", "Delete", "Refund"];
    let plays = kinds.map(|kind| Play::answer(&short("GestPayS2S", 1169).replace(">X<", &format!(">{kind}<"))));
    let server = Server::start(plays).await;
    for error in all(&server.client()).await {
        let error = error.expect("refused");
        assert_eq!(
            (error.code(), error.is_uncertain()),
            (Some(Code::API_KEY_WRONG), false),
            "the key was refused, and it is certain that nothing moved"
        );
    }
}

#[tokio::test]
async fn a_token_is_deleted_once_and_unknown_afterwards() {
    let gone = DELETE_TOKEN_DONE.replace(">OK<", ">KO<").replace(">0<", ">1165<");
    let server = Server::start([DELETE_TOKEN_DONE, &gone].map(Play::answer)).await;
    let client = server.client();
    assert_eq!(client.delete_token(&token()).await, Ok(()));
    assert_eq!(client.delete_token(&token()).await.expect_err("gone").code(), Some(Code::TOKEN_UNKNOWN));
    assert!(server.asked()[0].body.contains("<tokenValue>7Q2M9X4K1B8V3Z6T</tokenValue><shopLogin>GESPAY00001"));
}

#[tokio::test]
async fn movements_add_up() {
    let server = Server::start([Play::answer(READ_TRX_REFUNDED)]).await;
    let found = server.client().read_trx(ORDER).await.expect("read").expect("found");
    assert_eq!(
        (found.state, found.is_paid()),
        (Some(State::Refunded), false),
        "what was refunded in part is told as refunded and does not count as paid"
    );
    assert_eq!(found.amount(), Some(Amount::euro_cents(2421)));
    assert_eq!(
        (found.settled(), found.refunded()),
        (Some(Amount::euro_cents(2000)), Some(Amount::euro_cents(650))),
        "what was settled is counted once, and the refunds are added up"
    );
}

#[tokio::test]
async fn permission_for_later_is_asked_for_in_the_payment() {
    let server = Server::start([Play::answer(include_str!("../golden/encrypt_ok.xml"))]).await;
    let payment = Payment::builder(Amount::euro_cents(990), "sub-7-1").amazon_pay();
    let payment = payment.recurring(Recurring::PayNowAndRecurring).build().expect("valid");
    server.client().encrypt(&payment).await.expect("sealed");
    let field = "<amazonPayBillingAgreementDescription>paynowandrecurring</amazonPayBillingAgreementDescription>";
    assert!(server.asked()[0].body.contains(field));
}

#[test]
fn nothing_that_is_printed_holds_a_token() {
    let printed = format!("{:?} {:?}", charge(), token());
    assert!(!printed.contains("7Q2M9X4K1B8V") && printed.contains("order-42-1"), "{printed}");
}
