//! The gateway's numbers for payments: blocks of them are reserved durably, and handed out from memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use payments::{BankTransactionId, ShopLogin};

use super::Store;
use crate::error::Error;
use crate::row::Columns;
use crate::statement::Statement;
use crate::table::Table;

/// Numbers reserved by one write: what a restart may skip, and how seldom a payment waits for a number.
const BLOCK: i64 = 100;

pub(crate) const NUMBER_BLOCKS: Table = Table { name: "number_blocks", keys: 1, fixed: 1, columns: &["shop", "next"] };

const RESERVE: &str = "\
    INSERT INTO number_blocks (shop, next) VALUES ($1, $2) \
    ON CONFLICT (shop) DO UPDATE SET next = number_blocks.next + $3 RETURNING shop, next";

/// What is left of each shop's block. A shop's block is locked while its next one is being reserved, so that numbers
/// of one process only grow.
#[derive(Default)]
pub(super) struct Numbers {
    blocks: Mutex<HashMap<ShopLogin, Arc<tokio::sync::Mutex<Block>>>>,
}

/// The next number and the first one beyond the block; equal when it is used up.
#[derive(Default)]
struct Block {
    next: i64,
    end: i64,
}

impl Store {
    /// A number that no payment of the shop has had or will have, greater than those this process gave before.
    /// Numbers are from 1, with gaps where a process ended.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Nonsense`], [`Error::Closed`].
    pub async fn next_number(&self, shop: &ShopLogin) -> Result<BankTransactionId, Error> {
        let block = self.inner.numbers.block_of(shop);
        let mut block = block.lock().await;
        if block.next == block.end {
            *block = self.reserve(shop).await?;
        }
        let number = block.next;
        block.next += 1;
        Ok(BankTransactionId(number))
    }

    async fn reserve(&self, shop: &ShopLogin) -> Result<Block, Error> {
        let parameters = [shop.as_str().into(), (1 + BLOCK).into(), BLOCK.into()];
        let rows = self.engine().write(vec![Statement::new(RESERVE, parameters)]).await?;
        let mut columns = Columns::whole(&NUMBER_BLOCKS, rows.into_iter().next().unwrap_or_default());
        columns.text("shop")?;
        let end = columns.integer("next")?;
        if end <= BLOCK {
            return Err(columns.nonsense("next"));
        }
        Ok(Block { next: end - BLOCK, end })
    }
}

impl Numbers {
    fn block_of(&self, shop: &ShopLogin) -> Arc<tokio::sync::Mutex<Block>> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(block) = blocks.get(shop) {
            return Arc::clone(block);
        }
        Arc::clone(blocks.entry(shop.clone()).or_default())
    }
}
