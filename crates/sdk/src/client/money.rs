//! The operations that move money or end a permission to. Each is sent once: whether to send it
//! again is the caller's to decide, who knows what his books say.

use wire::movement::{self, Kind};
use wire::{Code, Failure, delete_token, pagam, token};

use super::Client;
use crate::movement::{Refund, Settlement, deletion};
use crate::{Charge, Error, Lookup, Outcome, Status, Token};

const CHARGE: &str = "callPagamS2S";

impl Client {
    /// callPagamS2S: charges an order reference or a token, at once.
    ///
    /// A charge that was refused is **not** an error: it is an [`Outcome`] of [`Status::Refused`].
    /// Nothing was charged and nothing will be under this identifier; [`Status::cause`] says whose
    /// trouble it is, and [`Status::widget`] whether the buyer can help. A notice follows after
    /// [`Status::Pending`], and when the gateway could not tell whether this answer arrived.
    ///
    /// ```no_run
    /// # async fn example(client: pagam::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use pagam::{Amount, Charge, Lookup, Status, Widget};
    ///
    /// let charge = Charge::with_order_reference(Amount::euro_cents(2421), "order-42-1", "S02-1234567-7654321").build()?;
    /// match client.charge(&charge).await {
    ///     Ok(outcome) => match (outcome.status, outcome.status.widget()) {
    ///         (Status::Paid, _) => println!("ship it"),
    ///         (Status::Pending, _) => println!("wait for a notice"),
    ///         (Status::Refused { .. }, Some(Widget::Wallet)) => println!("show the wallet again"),
    ///         (Status::Refused { .. }, Some(Widget::AddressBook)) => println!("show the address book again"),
    ///         (Status::Refused { code }, None) => println!("no: {code}"),
    ///     },
    ///     // It may have been charged. Ask until the gateway knows, however long that takes.
    ///     Err(error) if error.is_uncertain() => match client.read_trx(Lookup::ShopTransaction("order-42-1")).await? {
    ///         Some(transaction) => println!("it is {:?}", transaction.status),
    ///         None => println!("nothing yet; ask again before charging under another identifier"),
    ///     },
    ///     Err(error) => println!("nothing was charged: {error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Refused`] when the shop is not let in, [`Error::Busy`] when it calls too often,
    /// [`Error::Transport`] when the gateway was certainly not reached: nothing was charged, and
    /// the identifier is still good. [`Error::Uncertain`] when the charge may have been made: no
    /// answer, or an identifier that was used before (4801, or 4802 with another amount or
    /// currency), because that charge may have gone through. Dropping the future stops the waiting,
    /// not the charge.
    pub async fn charge(&self, charge: &Charge) -> Result<Outcome, Error> {
        let request = pagam::Request {
            shop_login: Some(self.shop_login.clone()),
            apikey: self.api_key_text(),
            ..charge.request()
        };
        let sent = self.exchange.send_money(&self.s2s(CHARGE, request.write()), pagam::Response::read).await;
        let outcome = match sent.map_err(|error| error.of_charge(CHARGE))? {
            pagam::Response::Failed(failure) => return Err(Error::Refused(failure.into()).of_charge(CHARGE)),
            pagam::Response::Outcome(outcome) => Outcome::charged(*outcome),
        };
        match outcome.status {
            Status::Refused { code: code @ (Code::TRANSACTION_INVALID | Code::AMOUNT_CHANGED) } => {
                let failure = Failure { code, text: outcome.description };
                Err(Error::Refused(failure.into()).of_charge(CHARGE))
            }
            _ => Ok(outcome),
        }
    }

    /// callSettleS2S: takes what was authorized.
    ///
    /// `Ok` means **accepted**. The money is taken when [`Client::read_trx`] says
    /// [`State::Settled`](crate::State) (`MOV`); until then it says `PRE`, and `AUT` again when
    /// Amazon has declined.
    ///
    /// # Errors
    /// [`Error::Invalid`] before anything is sent. Nothing was done: [`Error::Refused`], for
    /// nothing to settle (2019, also for a transaction that was settled before), more than
    /// authorized (58), another currency (65), an authorization that has expired (64), an unknown
    /// transaction (2011), a name that was used for another amount (1105), or what
    /// [`Cause`](crate::Cause) tells of Amazon and the account there (212, 150); [`Error::Busy`];
    /// [`Error::Transport`] when the gateway was certainly not reached. [`Error::Uncertain`] when
    /// it may have been done: send the same again under the same
    /// [`SettlementId`](crate::SettlementId).
    pub async fn settle(&self, settlement: &Settlement<'_>) -> Result<(), Error> {
        let mut request = settlement.request()?;
        request.shop_login = Some(self.shop_login.clone());
        request.apikey = self.api_key_text();
        self.move_money("callSettleS2S", request.write(), Kind::Settle).await
    }

    /// callDeleteS2S: gives back an authorization of which nothing was taken. The reason may be
    /// empty.
    ///
    /// # Errors
    /// As [`Client::settle`]. Deleting what cannot be deleted is refused with 2017, also when it
    /// was deleted before: after an uncertain end, [`Client::read_trx`] tells the one from the
    /// other.
    pub async fn delete(&self, lookup: Lookup<'_>, reason: &str) -> Result<(), Error> {
        let mut request = deletion(lookup, reason)?;
        request.shop_login = Some(self.shop_login.clone());
        request.apikey = self.api_key_text();
        self.move_money("callDeleteS2S", request.write(), Kind::Delete).await
    }

    /// callRefundS2S: gives back what was taken.
    ///
    /// `Ok` means **accepted**. The money is on its way when [`Client::read_trx`] shows it refunded
    /// (`STO`); until then it shows the wish alone
    /// ([`EventKind::RefundRequested`](crate::EventKind), `REQ`).
    ///
    /// # Errors
    /// As [`Client::settle`], with nothing to refund (2018) and more than is left (2014).
    pub async fn refund(&self, refund: &Refund<'_>) -> Result<(), Error> {
        let mut request = refund.request()?;
        request.shop_login = Some(self.shop_login.clone());
        request.apikey = self.api_key_text();
        self.move_money("callRefundS2S", request.write(), Kind::Refund).await
    }

    /// callDeleteTokenS2S: ends the permission that a token stands for. Charges made with it stay
    /// as they are.
    ///
    /// # Errors
    /// [`Error::Refused`]: the token is unknown or was deleted before (1165), or the shop is not
    /// let in; [`Error::Transport`] and [`Error::Unreadable`]: it may or may not be deleted. Asking
    /// again does no harm, and 1165 then means that it is gone.
    pub async fn delete_token(&self, token: &Token) -> Result<(), Error> {
        let request = delete_token::Request {
            token_value: Some(token.as_str().to_owned()),
            shop_login: Some(self.shop_login.clone()),
            apikey: self.api_key_text(),
        };
        let call = self.s2s("callDeleteTokenS2S", request.write());
        let read = |text: &str| token::Response::read(text, token::Kind::Delete);
        done(self.exchange.send_once(&call, read).await?.failure())
    }

    async fn move_money(&self, operation: &'static str, message: String, kind: Kind) -> Result<(), Error> {
        let read = |text: &str| movement::Response::read(text, kind);
        let sent = self.exchange.send_money(&self.s2s(operation, message), read).await;
        sent.and_then(|answer| done(answer.failure())).map_err(|error| error.of_money(operation))
    }
}

fn done(failure: Option<Failure>) -> Result<(), Error> {
    failure.map_or(Ok(()), |failure| Err(Error::Refused(failure.into())))
}
