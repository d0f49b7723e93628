//! The pad for a hand-drawn signature: strokes become an SVG path in the hidden field
//! `drawing`. Without scripts only the field for a typed name is there.

use leptos::{ev, html, prelude::*};

/// The pad with its typed fallback. `name` is whose signature is asked for.
#[component]
pub fn SignaturePad(
    /// Name of the signer.
    #[prop(into)]
    name: String,
    /// What was typed before a refusal.
    #[prop(optional, into)]
    typed: String,
    /// Problem of a refused form.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// Id of the typed field, where two pads stand on one page.
    #[prop(default = "typed")]
    id: &'static str,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let path = RwSignal::new(String::new());
    let drawing = RwSignal::new(false);
    // The canvas only appears where scripts run, so nobody meets a dead one.
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    let down = move |e: ev::PointerEvent| {
        e.prevent_default();
        drawing.set(true);
        stroke(canvas, path, &e, true);
    };
    let moved = move |e: ev::PointerEvent| {
        if drawing.get_untracked() {
            e.prevent_default();
            stroke(canvas, path, &e, false);
        }
    };
    let up = move |_: ev::PointerEvent| drawing.set(false);
    let clear = move |_| {
        path.set(String::new());
        wipe(canvas);
    };
    let bad = error.is_some();
    let hint = format!("须与签字人姓名“{name}”一致");
    view! {
        <div class="signature-pad">
            <input type="hidden" name="drawing" prop:value=move || path.get() />
            {move || ready.get().then(|| view! {
                <canvas
                    node_ref=canvas
                    width="600"
                    height="200"
                    aria-label="手写签名框"
                    on:pointerdown=down
                    on:pointermove=moved
                    on:pointerup=up
                    on:pointercancel=up
                    on:pointerleave=up
                ></canvas>
                <p class="signature-hint">"请在框内手写签名"</p>
                <div class="actions"><button type="button" class="btn small" on:click=clear>"重写"</button></div>
            })}
            <div class="field signature-typed">
                <label for=id>"不便手写时，输入姓名"</label>
                <input
                    id=id
                    name="typed"
                    value=typed
                    autocomplete="off"
                    aria-describedby=format!("{id}-h {id}-e")
                    aria-invalid=bad.then_some("true")
                />
                <p class="hint" id=format!("{id}-h")>{hint}</p>
                {error.map(|e| view! { <p class="error" id=format!("{id}-e")>{e}</p> })}
            </div>
        </div>
    }
}

/// A drawn signature as a picture.
pub(crate) fn drawn(path: String) -> AnyView {
    view! {
        <svg viewBox="0 0 600 200" width="240" height="80" role="img" aria-label="手写签名">
            <path d=path fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn context(canvas: NodeRef<html::Canvas>) -> Option<(web_sys::HtmlCanvasElement, web_sys::CanvasRenderingContext2d)> {
    use wasm_bindgen::JsCast as _;
    let element: web_sys::HtmlCanvasElement = canvas.get_untracked()?;
    let context = element.get_context("2d").ok()??.dyn_into().ok()?;
    Some((element, context))
}

/// Adds a point; `first` lifts the pen before it. Kept under the server's limit of 20,000 bytes.
#[cfg(feature = "hydrate")]
fn stroke(canvas: NodeRef<html::Canvas>, path: RwSignal<String>, e: &ev::PointerEvent, first: bool) {
    use std::fmt::Write as _;
    let Some((element, pen)) = context(canvas) else { return };
    let shown = element.get_bounding_client_rect();
    if shown.width() < 1.0 || shown.height() < 1.0 {
        return;
    }
    let x = (f64::from(e.client_x()) - shown.left()) * 600.0 / shown.width();
    let y = (f64::from(e.client_y()) - shown.top()) * 200.0 / shown.height();
    pen.set_line_width(4.0);
    pen.set_line_cap("round");
    pen.set_line_join("round");
    path.update(|text| {
        if text.len() > 19_000 {
            return;
        }
        let sign = if first { 'M' } else { 'L' };
        // Whole numbers are fine enough for a 600 wide box and keep the path short.
        let written = write!(text, "{sign}{} {}", whole(x), whole(y));
        debug_assert!(written.is_ok());
    });
    if first {
        pen.begin_path();
        pen.move_to(x, y);
    } else {
        pen.line_to(x, y);
        pen.stroke();
    }
}

#[cfg(feature = "hydrate")]
#[expect(clippy::cast_possible_truncation, reason = "coordinates of a 600 × 200 box")]
fn whole(value: f64) -> i32 {
    value.round() as i32
}

#[cfg(feature = "hydrate")]
fn wipe(canvas: NodeRef<html::Canvas>) {
    if let Some((_, pen)) = context(canvas) {
        pen.clear_rect(0.0, 0.0, 600.0, 200.0);
        pen.begin_path();
    }
}

#[cfg(not(feature = "hydrate"))]
fn stroke(_: NodeRef<html::Canvas>, _: RwSignal<String>, _: &ev::PointerEvent, _: bool) {}

#[cfg(not(feature = "hydrate"))]
fn wipe(_: NodeRef<html::Canvas>) {}
