//! `GetServiceStatus`: always green.

use amazon::types::timestamp_text;
use xml::Writer;

use crate::ledger::Unit;
use crate::mws::call::{Call, Done};
use crate::refusal::Refusal;

pub fn run(_: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let mut writer = Writer::fragment();
    writer.leaf("Status", "GREEN").leaf("Timestamp", &timestamp_text(call.now));
    Ok(Done::with(writer.finish()))
}
