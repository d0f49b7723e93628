//! 提醒: the one quota of interruptions, what is merged into a day's digest, what the outbox may
//! do next, and the calendar feed. Refuses I/O, texts of items in anything that leaves the
//! system, and numbers about single persons.

mod digest;
mod feed;
mod outgoing;
mod quota;

pub use digest::{Deadline, DeadlineKind, NEAR_DAYS, digest};
pub use feed::{FeedEvent, calendar_text, reconcile, wanted_days};
pub use outgoing::{
    MAX_ATTEMPTS, MessageState, Outcome, after, at_restart, backoff_ms, is_open, opening_of, sending_day,
};
pub use quota::{Interruption, No, Quarter, Sent, may_interrupt};

/// The only content of whatever leaves the system (`practice.md` 3.12).
pub fn outside_words(n: u32) -> String {
    format!("履责提醒（有 {n} 项）")
}

/// Is this an address that a message can be sent to? Plain ASCII only: what stands in an SMTP
/// command must not carry a line break or a second address.
pub fn is_email(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let Some((name, host)) = text.split_once('@') else { return false };
    text.len() <= 200
        && !name.is_empty()
        && name.chars().all(plain)
        && host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
}

/// How a person wants to hear of things outside the system; in-app always.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderWay {
    /// In-app only.
    #[default]
    App,
    /// E-mail.
    Email,
    /// .ics feed.
    Feed,
}

impl ReminderWay {
    /// Every way, in the order of the page.
    pub const ALL: [Self; 3] = [Self::App, Self::Email, Self::Feed];

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Email => "email",
            Self::Feed => "feed",
        }
    }

    /// The way of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.key() == key)
    }

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::App => "只在系统内",
            Self::Email => "另发电子邮件",
            Self::Feed => "另用日历订阅",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_taken() {
        for good in ["a@b.cn", "kong.yifan@oa.example.gov.cn", "a+b_c-d@x-y.cn"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b.cn",
            "a@b",
            "a@b..cn",
            "a@-b.cn",
            "a b@c.cn",
            "a@b.cn\r\nRCPT TO:<x@y.cn>",
            "a@b.cn>",
            "a@@b.cn",
            "孔@b.cn",
            "a@b.cn,c@d.cn",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(!is_email(&format!("{}@b.cn", "a".repeat(300))));
    }

    #[test]
    fn keys_lead_back() {
        for way in ReminderWay::ALL {
            assert_eq!(ReminderWay::from_key(way.key()), Some(way));
        }
        assert_eq!(outside_words(3), "履责提醒（有 3 项）");
    }
}
