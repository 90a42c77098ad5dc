//! Seals one payment, prints the address for the buyer, and asks what became of it.
//!
//! `PAGAM_API_KEY=… cargo run -p pagam --example take_a_payment -- http://127.0.0.1:2420 GESPAY00001 order-1 24.21`

use pagam::{Amount, Client, Currency, Lookup, Payment};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [gateway, shop, order, amount] = arguments.as_slice() else {
        return Err("usage: take_a_payment GATEWAY SHOP ORDER AMOUNT".into());
    };
    let mut client = Client::builder(shop).base_url(gateway);
    if let Ok(key) = std::env::var("PAGAM_API_KEY") {
        client = client.api_key(key);
    }
    let client = client.build()?;

    let payment = Payment::builder(Amount::parse(amount, Currency::EUR)?, order).amazon_pay().build()?;
    let crypted = client.encrypt(&payment).await?;
    println!("Send the buyer to {}", client.payment_page_url(&crypted));

    match client.read_trx(Lookup::ShopTransaction(order)).await? {
        None => println!("{order} is not paid so far"),
        Some(transaction) => {
            println!("{order}: {:?}, {:?}", transaction.status, transaction.state);
            for line in transaction.shipping_address().map(|address| address.lines()).unwrap_or_default() {
                println!("    {line}");
            }
        }
    }
    Ok(())
}
