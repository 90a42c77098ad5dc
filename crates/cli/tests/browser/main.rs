//! The journeys in a real Chromium: the whole house runs in this process, the browser is driven over WebDriver.
//!
//! Needs `chromium` and `chromedriver` on the PATH and axe-core in the target folder; `./test` sees to both. With
//! `PAGAM_SCREENSHOTS` set to a folder, every page that a journey looks at is kept there as a picture.

mod axe;
mod console;
mod counter;
mod driver;
mod fixation;
mod journeys;
mod months;
mod own_page;
mod steps;
mod subscriptions;
mod suspended;
