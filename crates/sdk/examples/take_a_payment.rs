//! Seals one payment, prints the address for the buyer, and asks what became of it.
//!
//! `PAGAM_API_KEY=… cargo run -p pagam --example take_a_payment -- http://127.0.0.1:2420 GESPAY00001 order-1 24.21`

use pagam::{Amount, Client, Currency, Lookup, Payment};

type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [gateway, shop, order, amount] = arguments.as_slice() else {
        return Err("usage: take_a_payment GATEWAY SHOP ORDER AMOUNT".into());
    };
    let key = std::env::var("PAGAM_API_KEY")?;
    let client = Client::builder(shop).api_key(key).base_url(gateway).build()?;
    println!("Send the buyer to {}", take(&client, order, Amount::parse(amount, Currency::EUR)?).await?);
    println!("{}", look(&client, order).await?);
    Ok(())
}

/// The address of the page on which the buyer pays.
pub async fn take(client: &Client, order: &str, amount: Amount) -> Result<String, Error> {
    let payment = Payment::builder(amount, order).amazon_pay().build()?;
    Ok(client.payment_page_url(&client.encrypt(&payment).await?))
}

/// What became of it, and where the goods go.
pub async fn look(client: &Client, order: &str) -> Result<String, Error> {
    let Some(transaction) = client.read_trx(Lookup::ShopTransaction(order)).await? else {
        return Ok(format!("{order} is not paid so far"));
    };
    let mut said = format!("{order}: {:?}, {:?}", transaction.status, transaction.state);
    for line in transaction.shipping_address().map(|address| address.lines()).unwrap_or_default() {
        said += &format!("\n    {line}");
    }
    Ok(said)
}
