//! The wasm entry points: one per audience. Nothing else lives here.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    #[cfg(feature = "phone")]
    leptos::mount::hydrate_body(|| {
        app::viewer::provide_viewer();
        leptos::view! { <app::routes::PhoneApp /> }
    });
    #[cfg(feature = "book")]
    leptos::mount::hydrate_body(|| {
        app::viewer::provide_viewer();
        leptos::view! { <app::routes::BookApp /> }
    });
    #[cfg(feature = "sheet")]
    leptos::mount::hydrate_body(|| {
        app::viewer::provide_viewer();
        leptos::view! { <app::routes::SheetApp /> }
    });
    #[cfg(feature = "account")]
    leptos::mount::hydrate_body(|| {
        app::viewer::provide_viewer();
        leptos::view! { <app::routes::AccountApp /> }
    });
    #[cfg(feature = "office")]
    leptos::mount::hydrate_body(|| {
        app::viewer::provide_viewer();
        leptos::view! { <app::routes::OfficeApp /> }
    });
}
