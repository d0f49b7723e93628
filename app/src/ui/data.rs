//! What a page shows, as one type for every page: the JSON text of a server function's answer.
//!
//! A `Resource` of its own per page costs the browser some 5 KB of code each (signals, suspense,
//! serialisation, the client half of the server function). Here all of that exists once; a page
//! adds only the reading of its own type from the text.

use std::{marker::PhantomData, sync::Arc};

use domain::Rejection;
use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};

use crate::api::ApiError;

/// The answer of a server function with output `T`, asked again when its question changes.
pub struct PageData<T> {
    text: Resource<Result<String, ApiError>>,
    answer: PhantomData<fn() -> T>,
}

impl<T> Clone for PageData<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for PageData<T> {}

impl<T: DeserializeOwned> PageData<T> {
    /// The answer, where it has arrived; for heads and titles beside what [`loaded`] draws.
    pub fn get(&self) -> Option<Result<T, ApiError>> {
        let text = self.text.get()?;
        Some(text.and_then(|text| serde_json::from_str(&text).map_err(|_| ApiError::Unavailable)))
    }
}

/// Asks a server function: `page_data(move || AuditLog { form: asked.get() })`.
pub fn page_data<S>(ask: impl Fn() -> S + Send + Sync + 'static) -> PageData<S::Output>
where
    S: ServerFn<Error = ApiError> + Serialize + DeserializeOwned + 'static,
    S::Output: Serialize,
{
    let body = move || serde_json::to_string(&ask()).unwrap_or_default();
    #[cfg(feature = "ssr")]
    let text = Resource::new(body, run::<S>);
    #[cfg(not(feature = "ssr"))]
    let text = resource(Box::new(body), S::PATH);
    PageData { text, answer: PhantomData }
}

/// As [`page_data`] where one of several functions answers, such as a drawer's.
pub fn page_data_of<Q, T, F>(ask: impl Fn() -> Q + Send + Sync + 'static, fetch: fn(Q) -> F) -> PageData<T>
where
    Q: Clone + PartialEq + Send + Sync + 'static,
    T: Serialize + 'static,
    F: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    let text = Resource::new(ask, move |question| async move {
        serde_json::to_string(&fetch(question).await?).map_err(|_| ApiError::Unavailable)
    });
    PageData { text, answer: PhantomData }
}

/// On the server the function runs in place, with the context of the request.
#[cfg(feature = "ssr")]
async fn run<S>(body: String) -> Result<String, ApiError>
where
    S: ServerFn<Error = ApiError> + DeserializeOwned,
    S::Output: Serialize,
{
    let call: S = serde_json::from_str(&body).map_err(|_| ApiError::Unavailable)?;
    serde_json::to_string(&call.run_body().await?).map_err(|_| ApiError::Unavailable)
}

#[cfg(not(feature = "ssr"))]
fn resource(body: Box<dyn Fn() -> String + Send + Sync>, path: &'static str) -> Resource<Result<String, ApiError>> {
    Resource::new(body, move |body| ask(path, body))
}

/// In the browser the same question goes over the wire.
#[cfg(not(feature = "ssr"))]
async fn ask(path: &'static str, body: String) -> Result<String, ApiError> {
    use leptos::server_fn::{
        client::{Client, browser::BrowserClient},
        request::{ClientReq, browser::BrowserRequest},
        response::ClientRes,
    };
    const JSON: &str = "application/json";
    let request = <BrowserRequest as ClientReq<ApiError>>::try_new_post(path, JSON, JSON, body)?;
    let response = <BrowserClient as Client<ApiError>>::send(request).await?;
    let refused = (400..=599).contains(&ClientRes::<ApiError>::status(&response));
    let text: String = ClientRes::<ApiError>::try_into_string(response).await?;
    if refused { Err(serde_json::from_str(&text).unwrap_or(ApiError::Unavailable)) } else { Ok(text) }
}

/// Shows `data` with `view`; errors are shown in words with a way on.
///
/// The single `Suspense` of a page: layouts never suspend, so a page without
/// scripts is always complete.
pub fn loaded<T>(data: PageData<T>, view: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView
where
    T: DeserializeOwned + 'static,
{
    show(
        data.text,
        Arc::new(move |text| match serde_json::from_str(text) {
            Ok(value) => view(value),
            Err(_) => problem(&ApiError::Unavailable),
        }),
    )
}

type Draw = Arc<dyn Fn(&str) -> AnyView + Send + Sync>;

fn show(text: Resource<Result<String, ApiError>>, draw: Draw) -> AnyView {
    view! {
        <Transition fallback=|| view! { <p class="muted">"正在读取…"</p> }>
            {move || {
                let draw = draw.clone();
                Suspend::new(async move {
                    match text.await {
                        Ok(text) => draw(&text),
                        Err(error) => problem(&error),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

fn problem(error: &ApiError) -> AnyView {
    let sign_in = matches!(error, ApiError::SignIn);
    // public/year.js looks for it: some pages exist on the device.
    let unreached = (*error == ApiError::Network).then_some("");
    let words = match error {
        // A page that may not be seen and one that is not there look the same.
        ApiError::Rejected(Rejection::NotAllowed) => {
            "没有找到这个页面。地址可能写错了，或内容不在您的查看范围。".to_owned()
        }
        // Nothing was being written here: the words for forms would look for a text that is not there.
        ApiError::Network => "网络不通，这一页没有取到。联网后刷新本页再看。".to_owned(),
        other => other.to_string(),
    };
    view! {
        <div class="notice error" role="alert" data-unreached=unreached>
            <b>"没有打开"</b>
            <p>{words}</p>
        </div>
        <div class="actions">
            {sign_in.then(|| view! { <a class="btn primary" href="/signin" rel="external">"重新登录"</a> })}
            <a class="btn" href="/" rel="external">"回到首页"</a>
        </div>
    }
    .into_any()
}
