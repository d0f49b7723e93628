//! Who looks at the page, and the few things every page needs of him. Written
//! into the shell's `<meta name="viewer">` by the server and read back from there
//! by the browser, so that layouts never wait for a request.

use domain::people::Role;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The person in front of the page, as far as layouts need to know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// Name, empty when nobody is signed in.
    pub name: String,
    /// Where he works: unit or office.
    pub unit: String,
    /// District name.
    pub district: String,
    /// Roles held.
    pub roles: Vec<Role>,
    /// `standard`, `large` or `huge` (标准 / 大字 / 特大).
    pub size: String,
    /// Hash of the account, for what a device keeps per account; the id itself stays on the server.
    pub account: String,
    /// Per-session token that old browsers send with every form.
    pub form_token: String,
    /// Today in Asia/Shanghai, ISO: the server's day, not the device's.
    pub today: String,
    /// Is this a demonstration district?
    pub demo: bool,
    /// Changes when texts were closed or erased: a year that a phone keeps under another one is dropped (public/year.js).
    #[serde(default, skip_deserializing)]
    pub kept: String,
    /// Milliseconds until the session ends if nothing more is asked: so long a phone shows its year without a network
    /// (public/year.js).
    #[serde(default, skip_deserializing)]
    pub left: i64,
    /// What waits for him, beside 待办 in the office's menu; none where it was not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub todo: Option<u32>,
    /// Line above every page while the server carries passwords in plain text; else empty.
    #[serde(default)]
    pub banner: String,
}

impl Viewer {
    /// Does the viewer hold `role`?
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Head or 联络员: at home on the phone pages.
    pub fn on_phone_pages(&self) -> bool {
        self.has(Role::Principal) || self.has(Role::Liaison)
    }

    /// Someone of the commission: at home on the office pages.
    pub fn in_office(&self) -> bool {
        self.roles.iter().any(|r| r.needs_confirmation())
    }
}

/// The viewer of this page.
pub fn viewer() -> Viewer {
    use_context::<Viewer>().unwrap_or_default()
}

/// Reads the viewer that the server wrote into the page.
#[cfg(feature = "hydrate")]
pub fn provide_viewer() {
    let read = || {
        let meta = document().query_selector("meta[name=viewer]").ok()??;
        serde_json::from_str(&meta.get_attribute("content")?).ok()
    };
    provide_context::<Viewer>(read().unwrap_or_default());
}
