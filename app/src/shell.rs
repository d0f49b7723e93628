//! The HTML around every page: head, viewer, text size, and the script of its bundle.
//! `<noscript>` and the notice of a failed start live here, outside every view.

use axum::http::{HeaderName, HeaderValue, request::Parts};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;

use crate::{
    api::Visitor,
    routes::{AccountApp, BookApp, Bundle, OfficeApp, PhoneApp, SheetApp, page_name},
    viewer::Viewer,
};

/// Hashed addresses of the embedded assets.
#[derive(Debug, Clone, Copy)]
pub struct Assets(pub &'static [(&'static str, &'static str)]);

impl Assets {
    /// Address of an asset by its plain name; the name itself in a build without assets.
    pub fn url(&self, name: &str) -> String {
        self.0.iter().find(|(n, _)| *n == name).map_or_else(|| format!("/pkg/{name}"), |(_, url)| (*url).to_owned())
    }
}

/// The viewer of the request, given to context for layouts.
pub fn provide_visitor() -> Viewer {
    let viewer = use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Visitor>().map(|v| v.viewer.clone()))
        .unwrap_or_default();
    provide_context(viewer.clone());
    viewer
}

/// The content policy of a page: our own scripts by nonce, wasm, nothing foreign.
pub fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
         connect-src 'self'; worker-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Before the first picture of the page: what only a page without scripts needs does not show. A script that has not
/// come after two seconds may never come, so it shows then; evidence.js hides it for itself once it is up.
const SCRIPTS_COME: &str = "(function(e){e.setAttribute('data-scripts','');\
     setTimeout(function(){e.removeAttribute('data-scripts')},2000)})(document.documentElement)";

/// A whole page of `bundle`.
pub fn shell(bundle: Bundle, assets: Assets) -> AnyView {
    let viewer = provide_visitor();
    let nonce = use_nonce().map(|n| n.to_string()).unwrap_or_default();
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&policy(&nonce))) {
        response.insert_header(HeaderName::from_static("content-security-policy"), value);
    }
    let body = match bundle {
        Bundle::Phone => view! { <PhoneApp /> }.into_any(),
        Bundle::Book => view! { <BookApp /> }.into_any(),
        Bundle::Sheet => view! { <SheetApp /> }.into_any(),
        Bundle::Account => view! { <AccountApp /> }.into_any(),
        Bundle::Office => view! { <OfficeApp /> }.into_any(),
        Bundle::Bare => ().into_any(),
    };
    let size = if viewer.size.is_empty() { "standard".to_owned() } else { viewer.size.clone() };
    let told = serde_json::to_string(&viewer).unwrap_or_default();
    let title = title(&viewer);
    view! {
        <!DOCTYPE html>
        <html lang="zh-CN" data-size=size>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="renderer" content="webkit" />
                <meta name="force-rendering" content="webkit" />
                <meta name="format-detection" content="telephone=no" />
                <meta name="viewer" content=told />
                <title inner_html=title></title>
                <link rel="icon" href=assets.url("icon.svg") type="image/svg+xml" />
                <link rel="stylesheet" href=assets.url("main.css") />
                <link rel="stylesheet" href=assets.url("print.css") media="print" />
                <script defer nonce=nonce.clone() src=assets.url("outbox.js")></script>
                <script defer nonce=nonce.clone() src=assets.url("drafts.js")></script>
                <script defer nonce=nonce.clone() src=assets.url("kept.js")></script>
                <script defer nonce=nonce.clone() src=assets.url("year.js")></script>
                {(bundle == Bundle::Phone).then(|| view! {
                    <script nonce=nonce.clone() inner_html=SCRIPTS_COME></script>
                    <script defer nonce=nonce.clone() src=assets.url("pictures.js")></script>
                    <script defer nonce=nonce.clone() src=assets.url("evidence.js")></script>
                })}
                {(bundle == Bundle::Sheet).then(|| view! {
                    <script defer nonce=nonce.clone() src=assets.url("onsite.js")></script>
                })}
                {(bundle == Bundle::Book).then(|| view! {
                    <script defer nonce=nonce.clone() src=assets.url("swipe.js")></script>
                })}
                {matches!(bundle, Bundle::Office | Bundle::Account).then(|| view! {
                    <script defer nonce=nonce.clone() src=assets.url("tick-all.js")></script>
                })}
                {start(bundle, assets, &nonce)}
            </head>
            <body>{body}</body>
        </html>
    }
    .into_any()
}

/// The page, the product, the district; escaped, because a title is set as raw text.
fn title(viewer: &Viewer) -> String {
    let path = use_context::<Parts>().map(|parts| parts.uri.path().to_owned()).unwrap_or_default();
    let words: Vec<&str> =
        [page_name(&path), "五责链", &viewer.district].into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" · ").replace('&', "&amp;").replace('<', "&lt;")
}

/// Starts the bundle. Browsers below tier A fail `import` or the wasm and stay with forms.
fn start(bundle: Bundle, assets: Assets, nonce: &str) -> AnyView {
    let name = match bundle {
        Bundle::Phone => "phone",
        Bundle::Book => "book",
        Bundle::Sheet => "sheet",
        Bundle::Account => "account",
        Bundle::Office => "office",
        Bundle::Bare => return ().into_any(),
    };
    let js = assets.url(&format!("{name}.js"));
    let wasm = assets.url(&format!("{name}_bg.wasm"));
    let script = format!(
        "import('{js}').then(m=>m.default({{module_or_path:'{wasm}'}}).then(()=>{{m.hydrate();\
         document.documentElement.setAttribute('data-ready','')}})).catch(()=>\
         document.documentElement.setAttribute('data-basic',''))"
    );
    let nonce = nonce.to_owned();
    view! {
        <link rel="modulepreload" href=js nonce=nonce.clone() />
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" nonce=nonce inner_html=script></script>
    }
    .into_any()
}
