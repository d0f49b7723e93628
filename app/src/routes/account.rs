//! The router of 问责: the closed loop and the features that open its items.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use super::{Bundle, elsewhere};
use crate::{accountability, chain, letters, numbers, talks, tolerance, ui::OfficePage, warnings};

/// Pages of 问责.
#[component]
pub fn AccountApp() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| view! { <OfficePage current="/accountability">{elsewhere(Bundle::Account)}</OfficePage> }>
                <Route path=path!("/accountability") view=accountability::LedgerView />
                <Route path=path!("/accountability/new") view=accountability::OpeningView />
                <Route path=path!("/accountability/bring") view=accountability::BringView />
                <Route path=path!("/accountability/figures") view=accountability::FiguresView />
                <Route path=path!("/accountability/measures") view=accountability::MeasuresView />
                <Route path=path!("/accountability/advices") view=accountability::AdvicesView />
                <Route path=path!("/accountability/advices/:id") view=accountability::AdviceView />
                <Route path=path!("/accountability/regulations") view=accountability::RegulationsView />
                <Route path=path!("/accountability/:id") view=accountability::ItemView />
                <Route path=path!("/chain") view=chain::FlowView />
                <Route path=path!("/chain/item") view=chain::ThreadView />
                <Route path=path!("/talks") view=talks::TalksView />
                <Route path=path!("/talks/settings") view=talks::SettingsView />
                <Route path=path!("/talks/risks") view=talks::RisksView />
                <Route path=path!("/talks/passed") view=talks::PassedView />
                <Route path=path!("/talks/:id") view=talks::TalkView />
                <Route path=path!("/talks/:id/prepare") view=talks::PrepareView />
                <Route path=path!("/warnings") view=warnings::MattersView />
                <Route path=path!("/warnings/notices/:id") view=warnings::NoticeView />
                <Route path=path!("/warnings/:id") view=warnings::MatterView />
                <Route path=path!("/letters") view=letters::LettersView />
                <Route path=path!("/letters/:id") view=letters::LetterView />
                <Route path=path!("/numbers") view=numbers::NumbersView />
                <Route path=path!("/tolerance") view=tolerance::DeskView />
                <Route path=path!("/tolerance/:id") view=tolerance::CaseView />
                <Route path=path!("/clearances/:id") view=tolerance::ClearView />
            </Routes>
        </Router>
    }
}
