//! The routers of the bundles, but 问责's.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use super::{Bundle, elsewhere};
use crate::{
    audit, board, book, checks, duties, imports, oversight, overview, people, portrait, records, relief, reminders,
    reports, reviews, rules, search, season, settings, ui::OfficePage,
};

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
