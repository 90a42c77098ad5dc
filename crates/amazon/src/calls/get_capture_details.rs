//! `GetCaptureDetails`: how a capture stands, and what was refunded of it.

use super::shape::reading;

reading! {
    /// Which capture.
    GetCaptureDetails -> CaptureDetails {
        /// Amazon's id, `S02-6112897-1842302-C042768`.
        capture_id = "AmazonCaptureId", answered in amazon_capture_id,
    }
}
