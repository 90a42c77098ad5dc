//! What the browser's console holds against the pages: scripts that failed, and what a page wanted
//! and its policy forbids.

use thirtyfour::prelude::*;
use thirtyfour::{BrowserLogEntry, WebDriver};

/// Everything the console has complained about in a journey.
pub async fn complaints(driver: &WebDriver) -> WebDriverResult<Vec<String>> {
    let said = driver.browser_log().await?;
    Ok(said.into_iter().filter(is_complaint).map(|entry| entry.message).collect())
}

/// Journeys visit pages that are meant to refuse, which chromium holds against the network; an asset is never meant to.
fn is_complaint(entry: &BrowserLogEntry) -> bool {
    let is_refused_page = entry.source.as_deref() == Some("network") && !entry.message.contains("/assets/");
    matches!(entry.level.as_str(), "SEVERE" | "WARNING") && !is_refused_page
}
