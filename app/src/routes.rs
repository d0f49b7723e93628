//! Every path: the five bundles, the pages without scripts, the menu. The routers of the bundles stand beside.

use domain::people::Role;
use leptos::prelude::*;

use crate::viewer::Viewer;

mod account;
mod apps;
mod names;

pub use account::AccountApp;
pub use apps::{BookApp, OfficeApp, PhoneApp, SheetApp};
pub use names::page_name;

/// Which script a page loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bundle {
    /// 一把手, 联络员, inspectors on site.
    Phone,
    /// The same people's pages that are opened now and then: the turned book, map and calendar, the
    /// month's card. Apart, so that 随手记 stays small on a phone.
    Book,
    /// What is filled in or read on a phone about somebody's year: sheets and packs of a review, a reading of the
    /// book. Apart from both for the same reason.
    Sheet,
    /// The loop of 问责 with what feeds it: 问题整改, “三交底”, “一件事”, 容错纠错. Apart from the office, which is full.
    Account,
    /// Everything else behind sign-in.
    Office,
    /// No wasm: sign-in, activation, print, public pages.
    Bare,
}

/// A page: path pattern of the router and its bundle.
pub const PAGES: &[(&str, Bundle)] = &[
    ("/home", Bundle::Phone),
    ("/records", Bundle::Phone),
    ("/records/new", Bundle::Phone),
    ("/records/{id}", Bundle::Phone),
    ("/book", Bundle::Book),
    ("/book/map", Bundle::Book),
    ("/book/calendar", Bundle::Book),
    ("/book/closing", Bundle::Book),
    ("/todo", Bundle::Phone),
    ("/search", Bundle::Phone),
    ("/duties/mine", Bundle::Phone),
    ("/duties/sign/{id}", Bundle::Phone),
    ("/duties", Bundle::Office),
    ("/duties/templates/{id}", Bundle::Office),
    ("/duties/templates/{id}/compare", Bundle::Office),
    ("/duties/import", Bundle::Office),
    ("/duties/lists/{id}", Bundle::Office),
    ("/duties/lists/{id}/compare", Bundle::Office),
    ("/duties/calendar", Bundle::Office),
    ("/duties/tasks", Bundle::Office),
    ("/duties/handovers/{id}", Bundle::Office),
    ("/me", Bundle::Phone),
    ("/people", Bundle::Office),
    ("/people/roles", Bundle::Office),
    ("/people/map", Bundle::Office),
    ("/people/slips", Bundle::Office),
    ("/people/import", Bundle::Office),
    ("/people/units/{id}", Bundle::Office),
    ("/people/{id}", Bundle::Office),
    ("/imports/{id}", Bundle::Office),
    ("/reviews", Bundle::Office),
    ("/reviews/feedback", Bundle::Office),
    ("/reviews/feedback/{id}", Bundle::Office),
    ("/reviews/comments", Bundle::Office),
    ("/reviews/mine/{id}", Bundle::Sheet),
    ("/oversight", Bundle::Office),
    ("/oversight/takings", Bundle::Office),
    ("/oversight/rules", Bundle::Office),
    ("/oversight/checks", Bundle::Office),
    ("/oversight/colours/{post}", Bundle::Office),
    ("/oversight/season", Bundle::Office),
    ("/oversight/season/{id}", Bundle::Office),
    ("/oversight/{id}", Bundle::Sheet),
    ("/portrait", Bundle::Sheet),
    ("/portraits/{post}", Bundle::Sheet),
    ("/portraits", Bundle::Office),
    ("/talks", Bundle::Account),
    ("/talks/settings", Bundle::Account),
    ("/talks/risks", Bundle::Account),
    ("/talks/passed", Bundle::Account),
    ("/talks/{id}", Bundle::Account),
    ("/talks/{id}/prepare", Bundle::Account),
    ("/accountability", Bundle::Account),
    ("/accountability/new", Bundle::Account),
    ("/accountability/bring", Bundle::Account),
    ("/accountability/figures", Bundle::Account),
    ("/accountability/measures", Bundle::Account),
    ("/accountability/advices", Bundle::Account),
    ("/accountability/advices/{id}", Bundle::Account),
    ("/accountability/regulations", Bundle::Account),
    ("/accountability/{id}", Bundle::Account),
    ("/chain", Bundle::Account),
    ("/chain/item", Bundle::Account),
    ("/warnings", Bundle::Account),
    ("/warnings/{id}", Bundle::Account),
    ("/warnings/notices/{id}", Bundle::Account),
    ("/letters", Bundle::Account),
    ("/letters/{id}", Bundle::Account),
    ("/numbers", Bundle::Account),
    ("/tolerance", Bundle::Account),
    ("/tolerance/{id}", Bundle::Account),
    ("/clearances/{id}", Bundle::Account),
    ("/reviews/{id}", Bundle::Office),
    ("/reviews/{id}/questions", Bundle::Office),
    ("/reviews/{id}/report/{presenter}", Bundle::Sheet),
    ("/reviews/{id}/pack", Bundle::Sheet),
    ("/reviews/{id}/pack/{presenter}", Bundle::Sheet),
    ("/month", Bundle::Book),
    ("/reminders/ways", Bundle::Book),
    ("/reminders", Bundle::Office),
    ("/reminders/urges", Bundle::Office),
    ("/relief", Bundle::Office),
    ("/reports", Bundle::Office),
    ("/reports/{id}", Bundle::Office),
    ("/reports/{id}/compare", Bundle::Office),
    ("/settings", Bundle::Office),
    ("/overview", Bundle::Office),
    ("/board", Bundle::Office),
    ("/audit", Bundle::Office),
];

/// An entry of the office menu.
pub struct MenuEntry {
    /// Path.
    pub path: &'static str,
    /// Words.
    pub label: &'static str,
    /// Leads to a page without a bundle's scripts, or to one of the phone's.
    pub external: bool,
    /// How many wait there.
    pub count: Option<u32>,
}

/// The office menu as far as the viewer may use it.
pub fn menu(viewer: &Viewer) -> Vec<MenuEntry> {
    let business =
        viewer.roles.iter().any(|r| !matches!(r, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin));
    let office = viewer.has(Role::ConductOffice);
    let entry = |path, label| MenuEntry { path, label, external: false, count: None };
    let mut entries = Vec::new();
    if business {
        entries.push(entry("/board", "五责看板"));
        let sees =
            [Role::Secretary, Role::DeputySecretary, Role::ConductOffice, Role::SupervisionOffice, Role::ResidentTeam];
        if sees.into_iter().any(|role| viewer.has(role)) {
            entries.push(entry("/overview", "全区总览"));
            entries.push(entry("/chain", "五责流转图"));
        } else if viewer.has(Role::GeneralOffice) {
            entries.push(MenuEntry { external: true, ..entry("/wall", "大屏") });
        }
        entries.push(MenuEntry { external: true, count: viewer.todo.filter(|n| *n > 0), ..entry("/todo", "待办") });
        entries.push(MenuEntry { external: true, ..entry("/search", "搜索") });
        entries.push(entry("/duties", "明责 · 责任清单"));
        let reads = [
            Role::Secretary,
            Role::DeputySecretary,
            Role::ConductOffice,
            Role::SupervisionOffice,
            Role::ResidentTeam,
            Role::TownCommittee,
        ];
        if reads.into_iter().any(|role| viewer.has(role)) {
            entries.push(entry("/oversight/season", "督责安排"));
            entries.push(entry("/oversight", "督责 · 翻阅检查"));
            entries.push(entry("/oversight/rules", "督责 · 三色预警规则"));
        }
        let oversees = reads.into_iter().any(|role| role != Role::TownCommittee && viewer.has(role));
        if oversees {
            entries.push(entry("/oversight/checks", "督责 · 核对与核实"));
            entries.push(entry("/portraits", "督责 · 履责画像"));
        }
        entries.push(entry("/reviews", "评责 · 述责评议"));
        entries.push(entry("/accountability", "问责 · 问题整改"));
        entries.push(entry("/talks", "问责 · “三交底”谈话"));
        entries.push(entry("/warnings", "问责 · “一件事”预警"));
        entries.push(entry("/letters", "问责 · 通报"));
        if oversees || viewer.has(Role::Principal) {
            entries.push(entry("/tolerance", "问责 · 容错纠错"));
        }
        if oversees || viewer.has(Role::GeneralOffice) {
            entries.push(entry("/reports", "报告"));
        }
    }
    let numbers = [Role::GeneralOffice, Role::ConductOffice, Role::Secretary, Role::DeputySecretary];
    if numbers.into_iter().any(|role| viewer.has(role)) {
        entries.push(entry("/numbers", "文号"));
    }
    if office {
        entries.push(MenuEntry { external: true, ..entry("/papers/templates", "文书模板") });
    }
    if office || viewer.has(Role::SystemAdmin) {
        entries.push(entry("/reminders", "提醒"));
    }
    if office || viewer.has(Role::ResidentTeam) || viewer.has(Role::SupervisionOffice) {
        entries.push(entry("/reminders/urges", "请联络员跟进"));
    }
    if office || viewer.has(Role::SystemAdmin) || viewer.has(Role::SecurityAdmin) {
        entries.push(entry("/people", "组织与人员"));
    }
    if office {
        entries.push(entry("/settings", "系统设置"));
    }
    if viewer.has(Role::AuditAdmin) {
        entries.push(entry("/audit", "审计日志"));
    }
    entries.push(entry("/relief", "减负反馈"));
    if viewer.on_phone_pages() {
        entries.push(MenuEntry { external: true, ..entry("/home", "我的履责") });
    }
    entries
}

/// What an unknown path shows inside a bundle.
fn not_found() -> AnyView {
    view! {
        <main class="main" id="main">
            <div class="empty">
                <b>"没有找到这个页面"</b>
                <p>"地址可能写错了，或内容不在您的查看范围。"</p>
                <div class="actions"><a class="btn primary" href="/" rel="external">"回到首页"</a></div>
            </div>
        </main>
    }
    .into_any()
}

/// The bundle of a path; none for a path that is no page.
pub(crate) fn bundle_of(asked: &str) -> Option<Bundle> {
    let fits = |page: &str| {
        let (mut page, mut asked) = (page.split('/'), asked.trim_end_matches('/').split('/'));
        loop {
            match (page.next(), asked.next()) {
                (None, None) => return true,
                (Some(page), Some(asked)) if page == asked || page.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    PAGES.iter().find(|(page, _)| fits(page)).map(|(_, bundle)| *bundle)
}

/// Where a link led out of the bundle: the browser loads the page with its own one. A path that is
/// no page stays here, so that nothing loads for ever.
fn elsewhere(own: Bundle) -> AnyView {
    let path = leptos_router::hooks::use_location().pathname.get_untracked();
    if bundle_of(&path).is_none_or(|bundle| bundle == own) {
        return not_found();
    }
    // The address changes only after this is drawn.
    #[cfg(feature = "hydrate")]
    set_timeout(
        || {
            let _ = web_sys::window().map(|window| window.location().reload());
        },
        std::time::Duration::ZERO,
    );
    ().into_any()
}
