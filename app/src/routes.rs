//! Every path in one file: the four bundles, the pages without scripts, the menu.

use domain::people::Role;
use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    accountability, audit, board, book, checks, duties, imports, oversight, overview, people, portrait, records,
    relief, reminders, reports, reviews, rules, search, season, settings, ui::OfficePage, viewer::Viewer,
};

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
    ("/accountability", Bundle::Office),
    ("/accountability/{id}", Bundle::Office),
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

/// What the browser's tab says of a path.
pub fn page_name(path: &str) -> &'static str {
    const NAMES: &[(&str, &str)] = &[
        ("/home", "首页"),
        ("/records/new", "随手记"),
        ("/records/", "履责记录"),
        ("/records", "记录本"),
        ("/book/map", "主体责任思维导图"),
        ("/book/calendar", "履职月历"),
        ("/book/closing", "年度结转"),
        ("/book", "履责记录本"),
        ("/todo", "待办"),
        ("/search", "搜索"),
        ("/me", "我的"),
        ("/board", "五责看板"),
        ("/overview", "全区总览"),
        ("/audit", "审计日志"),
        ("/duties/mine", "第一责任人履责清单"),
        ("/duties/sign", "签收第一责任人履责清单"),
        ("/duties/import", "导入清单"),
        ("/duties/calendar", "工作日历"),
        ("/duties/tasks", "年度任务清单"),
        ("/duties/handovers", "移交单"),
        ("/duties/templates", "清单模板"),
        ("/duties/lists", "第一责任人履责清单"),
        ("/duties", "责任清单"),
        ("/imports", "导入预览"),
        ("/reviews/feedback", "评议反馈单"),
        ("/reviews/mine", "评议反馈单"),
        ("/reviews/comments", "评议意见"),
        ("/reviews", "述责评议"),
        ("/oversight/takings", "依规调取"),
        ("/oversight/rules", "三色预警规则"),
        ("/oversight/checks", "核对与核实"),
        ("/oversight/colours", "颜色和经过"),
        ("/oversight/season", "督责安排"),
        ("/oversight", "翻阅检查"),
        ("/accountability", "问题整改"),
        ("/month", "本月卡"),
        ("/reminders/ways", "提醒方式"),
        ("/reminders/urges", "请联络员跟进"),
        ("/reminders", "提醒"),
        ("/relief", "减负反馈"),
        ("/reports", "报告"),
        ("/settings", "系统设置"),
        ("/people/import", "导入"),
        ("/people", "组织与人员"),
        ("/portrait", "履责画像"),
    ];
    NAMES.iter().find(|(start, _)| path.starts_with(start)).map_or("", |(_, name)| name)
}

/// An entry of the office menu.
pub struct MenuEntry {
    /// Path.
    pub path: &'static str,
    /// Words.
    pub label: &'static str,
    /// Leads out of the office bundle.
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
        if oversees || viewer.has(Role::GeneralOffice) {
            entries.push(entry("/reports", "报告"));
        }
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
fn bundle_of(asked: &str) -> Option<Bundle> {
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

/// Pages for heads, 联络员 and inspectors on site.
#[component]
pub fn PhoneApp() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| elsewhere(Bundle::Phone)>
                <Route path=path!("/home") view=records::HomeView />
                <Route path=path!("/records") view=records::BookView />
                <Route path=path!("/records/new") view=records::NewRecordView />
                <Route path=path!("/records/:id") view=records::RecordView />
                <Route path=path!("/duties/mine") view=duties::MineView />
                <Route path=path!("/duties/sign/:id") view=duties::SignView />
                <Route path=path!("/todo") view=records::TodoView />
                <Route path=path!("/search") view=search::SearchView />
                <Route path=path!("/me") view=people::MeView />
            </Routes>
        </Router>
    }
}

/// Pages of the book, opened now and then.
#[component]
pub fn BookApp() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| elsewhere(Bundle::Book)>
                <Route path=path!("/book") view=book::TurnView />
                <Route path=path!("/book/map") view=book::MapView />
                <Route path=path!("/book/calendar") view=book::MonthsView />
                <Route path=path!("/book/closing") view=book::ClosingView />
                <Route path=path!("/month") view=reminders::MonthView />
                <Route path=path!("/reminders/ways") view=reminders::WaysView />
            </Routes>
        </Router>
    }
}

/// Sheets and packs of a review, a reading of the book.
#[component]
pub fn SheetApp() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| elsewhere(Bundle::Sheet)>
                <Route path=path!("/oversight/:id") view=oversight::ReadingView />
                <Route path=path!("/portrait") view=portrait::OwnView />
                <Route path=path!("/portraits/:post") view=portrait::OverseenView />
                <Route path=path!("/reviews/mine/:id") view=reviews::feedback::MySheetView />
                <Route path=path!("/reviews/:id/report/:presenter") view=reviews::ReportView />
                <Route path=path!("/reviews/:id/pack") view=reviews::PackView />
                <Route path=path!("/reviews/:id/pack/:presenter") view=reviews::PackOfView />
            </Routes>
        </Router>
    }
}

/// Pages for the office.
#[component]
pub fn OfficeApp() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| view! { <OfficePage current="">{elsewhere(Bundle::Office)}</OfficePage> }>
                <Route path=path!("/duties") view=duties::DutiesView />
                <Route path=path!("/duties/templates/:id") view=duties::TemplateView />
                <Route path=path!("/duties/templates/:id/compare") view=duties::CompareTemplatesView />
                <Route path=path!("/duties/import") view=duties::ImportView />
                <Route path=path!("/duties/lists/:id") view=duties::LeaderListView />
                <Route path=path!("/duties/lists/:id/compare") view=duties::CompareListsView />
                <Route path=path!("/duties/calendar") view=duties::CalendarView />
                <Route path=path!("/duties/tasks") view=duties::TasksView />
                <Route path=path!("/duties/handovers/:id") view=duties::HandoverView />
                <Route path=path!("/people") view=people::DirectoryView />
                <Route path=path!("/people/roles") view=people::RolesView />
                <Route path=path!("/people/map") view=people::MapView />
                <Route path=path!("/people/slips") view=people::SlipsView />
                <Route path=path!("/people/import") view=imports::StartView />
                <Route path=path!("/people/units/:id") view=people::UnitView />
                <Route path=path!("/people/:id") view=people::PersonView />
                <Route path=path!("/imports/:id") view=imports::PreviewView />
                <Route path=path!("/reviews") view=reviews::MeetingsView />
                <Route path=path!("/reviews/feedback") view=reviews::feedback::SheetsView />
                <Route path=path!("/reviews/feedback/:id") view=reviews::feedback::SheetView />
                <Route path=path!("/reviews/comments") view=reviews::feedback::CommentsView />
                <Route path=path!("/oversight") view=oversight::ReadingsView />
                <Route path=path!("/oversight/takings") view=oversight::TakingsView />
                <Route path=path!("/oversight/rules") view=rules::RulesView />
                <Route path=path!("/oversight/checks") view=checks::ChecksView />
                <Route path=path!("/oversight/colours/:post") view=rules::ColoursView />
                <Route path=path!("/oversight/season") view=season::SeasonView />
                <Route path=path!("/oversight/season/:id") view=season::StepView />
                <Route path=path!("/accountability") view=accountability::LedgerView />
                <Route path=path!("/accountability/:id") view=accountability::ItemView />
                <Route path=path!("/reviews/:id") view=reviews::PlanView />
                <Route path=path!("/reviews/:id/questions") view=reviews::QuestionsView />
                <Route path=path!("/reminders") view=reminders::DeskView />
                <Route path=path!("/reminders/urges") view=reminders::UrgesView />
                <Route path=path!("/relief") view=relief::ReliefView />
                <Route path=path!("/reports") view=reports::ReportsView />
                <Route path=path!("/reports/:id") view=reports::ReportView />
                <Route path=path!("/reports/:id/compare") view=reports::CompareView />
                <Route path=path!("/settings") view=settings::SettingsView />
                <Route path=path!("/board") view=board::BoardView />
                <Route path=path!("/portraits") view=portrait::PortraitsView />
                <Route path=path!("/overview") view=overview::OverviewView />
                <Route path=path!("/audit") view=audit::AuditView />
            </Routes>
        </Router>
    }
}
