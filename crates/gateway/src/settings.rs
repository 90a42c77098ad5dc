//! What whoever runs the gateway can choose. Times end in their unit; every one has a default.

use std::num::NonZeroU32;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use crate::http::Capacity;
use crate::proxy::Proxy;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// The gateway's settings; [`Settings::new`] gives the defaults.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The gateway's address as buyers and merchants see it; its scheme says whether cookies are `Secure`.
    pub public_url: Url,
    /// Which of a shop's Amazon accounts is used, and which strings can be read.
    pub environment: store::Environment,
    pub amazon: amazon::Endpoints,
    /// Through which proxy Amazon is asked, when it is not on this machine.
    pub amazon_proxy: Option<Proxy>,
    /// Through which proxy shops hear notices, when they are not on this machine.
    pub notice_proxy: Option<Proxy>,
    /// Whose notifications are believed: Amazon's, unless a simulator plays Amazon.
    pub notification_trust: amazon::notification::Trust,
    /// How often, and after which pauses, a call that Amazon may answer a moment later is made again.
    pub amazon_retry: amazon::Retry,
    /// How often Amazon may be called, and how long a call waits for its turn.
    pub amazon_quotas: amazon::Quotas,
    /// How long a buyer may take on the page, from the first act on, before the payment counts as abandoned.
    pub session_ms: i64,
    /// How long the string of an Encrypt opens the page, and a visit waits for the buyer's first act.
    pub seal_life_ms: i64,
    /// How many calls to Amazon one visit to the page may cause at once; none: without limit.
    pub visit_calls_at_once: Option<NonZeroU32>,
    /// After how long it may cause one more.
    pub visit_pause_ms: i64,
    /// How long an attempt may be unanswered before the janitor asks Amazon.
    pub attempt_patience_ms: i64,
    /// How long the shop of a pending payment waits for its buyer to choose another card, before it is refused.
    pub card_patience_ms: i64,
    /// How long the answer to a callPagamS2S may be on its way before the outcome is told by a notice instead.
    pub answer_patience_ms: i64,
    /// When a notice is tried again.
    pub notice_schedule: NoticeSchedule,
    /// How long a shop may take to answer a notice.
    pub notice_timeout_ms: i64,
    /// Notices of one shop under way at the same time.
    pub notices_per_shop_max: u32,
    /// Notices under way at the same time.
    pub notices_max: u32,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The largest body that a door reads, in bytes.
    pub body_bytes_max: usize,
    /// How long a caller may take to send a body.
    pub body_timeout_ms: i64,
    /// How many connections there may be, of all callers and of one address; likewise the bytes of their bodies.
    /// `trusted_proxies` are the gateway's own.
    pub capacity: Capacity,
    /// Calls a second of one shop to this process, beyond which it is refused; nothing: as many as it likes.
    pub calls_per_second: Option<NonZeroU32>,
    /// How long a shop's settings are used before they are read again.
    pub shop_cache_ms: i64,
}

/// How often shops and visits may call, beyond which they are refused: what can be changed while the gateway runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// As [`Settings::calls_per_second`].
    pub calls_per_second: Option<NonZeroU32>,
    /// As [`Settings::visit_calls_at_once`].
    pub visit_calls_at_once: Option<NonZeroU32>,
    /// As [`Settings::visit_pause_ms`].
    pub visit_pause_ms: i64,
}

/// When a notice that was not delivered is tried again.
#[derive(Debug, Clone)]
pub struct NoticeSchedule {
    /// The pauses after the first tries, in milliseconds.
    pub first_pauses_ms: Vec<i64>,
    /// The pause after every later try.
    pub later_pause_ms: i64,
    /// After the first pauses, no try is made later than so long after the first was due.
    pub give_up_after_ms: i64,
}

impl Settings {
    /// The defaults for a gateway at this address.
    #[must_use]
    pub fn new(public_url: Url, environment: store::Environment, amazon: amazon::Endpoints) -> Settings {
        Settings {
            public_url,
            environment,
            amazon,
            amazon_proxy: None,
            notice_proxy: None,
            notification_trust: amazon::notification::Trust::amazon(),
            amazon_retry: amazon::Retry::while_a_buyer_waits(),
            amazon_quotas: amazon::Quotas::none(),
            session_ms: HOUR_MS,
            seal_life_ms: 24 * HOUR_MS,
            visit_calls_at_once: NonZeroU32::new(10),
            visit_pause_ms: 2_000,
            attempt_patience_ms: MINUTE_MS,
            card_patience_ms: 7 * 24 * HOUR_MS,
            answer_patience_ms: payments::ANSWER_PATIENCE_MS,
            notice_schedule: NoticeSchedule::default(),
            notice_timeout_ms: 30_000,
            notices_per_shop_max: 4,
            notices_max: 256,
            trusted_proxies: Vec::new(),
            body_bytes_max: 1 << 20,
            body_timeout_ms: 20_000,
            capacity: Capacity::default(),
            calls_per_second: None,
            shop_cache_ms: 2_000,
        }
    }

    /// The limits that it starts with.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            calls_per_second: self.calls_per_second,
            visit_calls_at_once: self.visit_calls_at_once,
            visit_pause_ms: self.visit_pause_ms,
        }
    }

    /// How long one question to Amazon about a buyer's money takes at most, its repetition included: it ends before the
    /// janitor would take the attempt for unanswered.
    pub(crate) fn longest_ask(&self) -> Duration {
        let patience_ms = u64::try_from(self.attempt_patience_ms).unwrap_or(0) / 4 * 3;
        Duration::from_millis(patience_ms.max(1_000))
    }

    pub(crate) fn body_timeout(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.body_timeout_ms).unwrap_or(0))
    }

    /// An address below the public one; `path` begins with a slash.
    #[must_use]
    pub fn address_of(&self, path: &str) -> Url {
        let mut url = self.public_url.clone();
        url.set_path(&format!("{}{path}", self.public_url.path().trim_end_matches('/')));
        url.set_query(None);
        url.set_fragment(None);
        url
    }
}

impl Default for NoticeSchedule {
    fn default() -> Self {
        NoticeSchedule {
            first_pauses_ms: [1, 5, 15, 30].map(|minutes| minutes * MINUTE_MS).to_vec(),
            later_pause_ms: HOUR_MS,
            give_up_after_ms: 48 * HOUR_MS,
        }
    }
}
