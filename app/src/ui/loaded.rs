//! One way to show what a server function returned: wait, show, or say what went wrong.

use leptos::prelude::*;

use crate::api::ApiError;

/// Shows `data` with `view`; errors are shown in words with a way on.
///
/// The single `Suspense` of a page: layouts never suspend, so a page without
/// scripts is always complete.
pub fn loaded<T>(
    data: Resource<Result<T, ApiError>>,
    view: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
{
    view! {
        <Transition fallback=|| view! { <p class="muted">"正在读取…"</p> }>
            {move || {
                let view = view.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok(value) => view(value),
                        Err(error) => problem(&error),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

pub(super) fn problem(error: &ApiError) -> AnyView {
    let sign_in = matches!(error, ApiError::SignIn);
    view! {
        <div class="notice error" role="alert">
            <b>"没有打开"</b>
            <p>{error.to_string()}</p>
        </div>
        <div class="actions">
            {sign_in.then(|| view! { <a class="btn primary" href="/signin" rel="external">"重新登录"</a> })}
            <a class="btn" href="/" rel="external">"回到首页"</a>
        </div>
    }
    .into_any()
}
