//! How far the facts of a report are: by itself where there are scripts, by a refresh of the page where there are none.

use domain::ids::ReportId;
use leptos::prelude::*;

use crate::api::reports::ReportProgress;
#[cfg(feature = "hydrate")]
use crate::api::reports::{ProgressQuery, watch_report};

/// Between two looks.
#[cfg(feature = "hydrate")]
const PAUSE: std::time::Duration = std::time::Duration::from_millis(1_500);

/// The progress of a report. `alone`: nothing is being typed on the page, so that it may load itself again.
pub fn progress(id: ReportId, first: &ReportProgress, alone: bool) -> AnyView {
    let now = RwSignal::new(first.clone());
    #[cfg(feature = "hydrate")]
    watch(id, now, alone);
    let here = format!("/reports/{id}");
    // A browser without scripts looks again every few seconds, unless somebody writes on this page.
    let again = alone.then(|| {
        view! { <noscript inner_html="<meta http-equiv=\"refresh\" content=\"5\">"></noscript> }
    });
    let (value, all) = (move || now.get().done.to_string(), move || now.get().all.to_string());
    view! {
        <div class="notice info" role="status" id="progress" aria-live="polite">
            <b>{move || now.get().job.label()}</b>
            <p>
                <progress value=value max=all aria-label="已取好的部分"></progress>
                " "
                {move || if now.get().job.goes_on() { now.get().words } else { "取数已结束。".to_owned() }}
            </p>
            <p><a href=here rel="external">"刷新"</a></p>
            {again}
        </div>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn watch(id: ReportId, now: RwSignal<ReportProgress>, alone: bool) {
    set_timeout(
        move || {
            leptos::task::spawn_local(async move {
                let found = watch_report(ProgressQuery { id: id.to_string() }).await;
                let ended = found.as_ref().is_ok_and(|progress| !progress.job.goes_on());
                if let Ok(progress) = found
                    && now.try_set(progress).is_some()
                {
                    // The page was left.
                    return;
                }
                if !ended {
                    watch(id, now, alone);
                } else if alone {
                    let _ = web_sys::window().map(|window| window.location().reload());
                }
            });
        },
        PAUSE,
    );
}
