//! Charges a buyer who has permitted it, under an identifier that is written down before, and gives
//! a part of it back.
//!
//! `PAGAM_API_KEY=… cargo run -p pagam --example charge_a_permission -- http://127.0.0.1:2420
//! GESPAY00001 TOKEN month-1`
//!
//! `pagam pay --recurring only` prints a token to try it with.

use pagam::{Amount, Charge, Client, Lookup, Refund, SettlementId, Status, Token};

type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [gateway, shop, token, month] = arguments.as_slice() else {
        return Err("usage: charge_a_permission GATEWAY SHOP TOKEN MONTH".into());
    };
    let key = std::env::var("PAGAM_API_KEY")?;
    let client = Client::builder(shop).api_key(key).base_url(gateway).build()?;
    if charge(&client, Token::new(token)?, month, Amount::euro_cents(990)).await? {
        give_back(&client, month, Amount::euro_cents(190), "coupon").await?;
        println!("{month} is paid, and 1.90 of it is on its way back");
    }
    Ok(())
}

/// Whether the month is paid. Calling it again for the same month charges nothing twice: the
/// identifier is the same.
pub async fn charge(client: &Client, token: Token, month: &str, amount: Amount) -> Result<bool, Error> {
    let charge = Charge::with_token(amount, month, token).build()?;
    match client.charge(&charge).await {
        Ok(outcome) => {
            if let Status::Refused { code } = outcome.status {
                println!("{month} is refused: {}", code.text(pagam::Lang::English));
            }
            Ok(outcome.status.is_paid())
        }
        // It may have been made: what the gateway knows decides, and nothing else.
        Err(error) if error.is_uncertain() => {
            let found = client.read_trx(Lookup::ShopTransaction(month)).await?;
            Ok(found.is_some_and(|transaction| transaction.status.is_paid()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks for a part to be given back. The name makes it one refund, however often it is asked for: a
/// shop writes it down before it sends.
pub async fn give_back(client: &Client, month: &str, amount: Amount, name: &str) -> Result<(), Error> {
    let refund = Refund::new(Lookup::ShopTransaction(month), amount, SettlementId::new(name)?).reason("a coupon");
    Ok(client.refund(&refund).await?)
}
