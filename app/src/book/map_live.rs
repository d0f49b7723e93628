//! The map under a finger, a wheel or the keyboard: pan, zoom, fold. Where each box stands is the
//! domain's arithmetic; here is only which part of the picture is seen. Scripts only: without them
//! the outline stands in its place.

use std::collections::BTreeSet;

use domain::records::{MapBox, MapKind, MapLayout, MapNode, map_layout};
use leptos::{ev, html, prelude::*, svg};
use leptos_router::hooks::use_navigate;

/// How far one step of a button or key zooms.
const STEP: f64 = 1.25;
/// Nearest and farthest look.
const ZOOM: (f64, f64) = (0.5, 6.0);
/// Movements shorter than this are a tap, in pixels.
const TAP: f64 = 6.0;

/// Which part of the picture is seen, in units of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    x: f64,
    y: f64,
    k: f64,
}

impl Look {
    const WHOLE: Self = Self { x: 0.0, y: 0.0, k: 1.0 };

    /// Nearer by `by` around a point that stays where it is.
    fn nearer(self, by: f64, (px, py): (f64, f64)) -> Self {
        let k = (self.k * by).clamp(ZOOM.0, ZOOM.1);
        let real = k / self.k;
        Self { x: px - (px - self.x) * real, y: py - (py - self.y) * real, k }
    }

    fn moved(self, dx: f64, dy: f64) -> Self {
        Self { x: self.x + dx, y: self.y + dy, ..self }
    }
}

/// Fingers on the picture: id and place in pixels.
type Fingers = StoredValue<Vec<(i32, f64, f64)>>;

/// The map of `tree`; `records` is the address of the list of records.
#[component]
pub(super) fn LiveMap(
    /// The tree.
    tree: MapNode,
    /// Folded at first.
    folded: BTreeSet<String>,
    /// Folded at first on a phone, so that the picture fits its width.
    narrow: BTreeSet<String>,
    /// Address that an item is added to.
    #[prop(into)]
    records: String,
) -> impl IntoView {
    let whole = StoredValue::new(folded.clone());
    let folded = RwSignal::new(folded);
    let layout = Memo::new(move |_| folded.with(|folded| map_layout(&tree, folded)));
    let look = RwSignal::new(Look::WHOLE);
    let focus = RwSignal::new("root".to_owned());
    let picture = NodeRef::<svg::Svg>::new();
    let frame = NodeRef::<html::Div>::new();
    let fingers: Fingers = StoredValue::new(Vec::new());
    let travelled = StoredValue::new(0.0);
    // A box was opened or closed since the picture was drawn.
    let tapped = StoredValue::new(false);
    let navigate = StoredValue::new(use_navigate());
    let records = StoredValue::new(records);
    let act = move |placed: &MapBox| {
        if let Some(duty) = placed.duty {
            let to = records.with_value(|records| format!("{records}&duty={duty}"));
            navigate.with_value(|go| go(&to, leptos_router::NavigateOptions::default()));
        } else if placed.folded.is_some() {
            let key = placed.key.clone();
            focus.set(key.clone());
            folded.update(|folded| {
                if !folded.remove(&key) {
                    folded.insert(key);
                }
            });
            tapped.set_value(true);
        }
    };
    let all = move |keys: BTreeSet<String>| {
        folded.set(keys);
        look.set(Look::WHOLE);
    };
    // The box that is worked on keeps the keyboard when the picture is drawn anew.
    Effect::new(move |drawn: Option<()>| {
        let key = focus.get();
        layout.track();
        if drawn.is_some() {
            let key = key.clone();
            // In the next frame: the boxes of the new picture take the place of the old ones after this.
            request_animation_frame(move || screen::focus_on(&key));
        }
        // Not before the new picture is drawn.
        if tapped.get_value() {
            tapped.set_value(false);
            if let Some(nearer) = layout.with_untracked(|drawn| screen::look_at(frame, drawn, &key)) {
                look.set(nearer);
            }
        }
    });
    // A phone opens the whole picture too: with the branches only, it is wide enough to be read.
    Effect::new(move |_| {
        if frame.get().is_some() && screen::is_narrow(frame) {
            whole.set_value(narrow.clone());
            folded.set(narrow.clone());
        }
    });
    let zoom = move |by: f64| {
        let (w, h) = layout.with_untracked(|l| (f64::from(l.width), f64::from(l.height)));
        look.update(|look| *look = look.nearer(by, (w / 2.0, h / 2.0)));
    };
    let key = move |e: ev::KeyboardEvent| {
        match e.key().as_str() {
            "+" | "=" => zoom(STEP),
            "-" => zoom(1.0 / STEP),
            "0" => look.set(Look::WHOLE),
            other => {
                if !walk(other, layout, focus, folded, &act) {
                    return;
                }
            }
        }
        e.prevent_default();
    };
    let units = move || layout.with_untracked(|l| screen::units(picture, l.width, l.height));
    let down = move |e: ev::PointerEvent| {
        if fingers.with_value(Vec::is_empty) {
            travelled.set_value(0.0);
        }
        fingers.update_value(|f| f.push((e.pointer_id(), f64::from(e.client_x()), f64::from(e.client_y()))));
    };
    let moved = move |e: ev::PointerEvent| {
        let (id, x, y) = (e.pointer_id(), f64::from(e.client_x()), f64::from(e.client_y()));
        let before = fingers.get_value();
        let Some(at) = before.iter().position(|f| f.0 == id) else { return };
        let (_, fx, fy) = before[at];
        travelled.update_value(|t| *t += (x - fx).hypot(y - fy));
        fingers.update_value(|f| f[at] = (id, x, y));
        let (unit, left, top) = units();
        match before.iter().find(|f| f.0 != id) {
            // Two fingers: their distance zooms, around the one that rests.
            Some((_, ox, oy)) => {
                let (was, is) = ((fx - ox).hypot(fy - oy), (x - ox).hypot(y - oy));
                if was > 1.0 {
                    look.update(|look| *look = look.nearer(is / was, ((ox - left) * unit, (oy - top) * unit)));
                }
            }
            None => look.update(|look| *look = look.moved((x - fx) * unit, (y - fy) * unit)),
        }
    };
    let up = move |e: ev::PointerEvent| fingers.update_value(|f| f.retain(|finger| finger.0 != e.pointer_id()));
    let wheel = move |e: ev::WheelEvent| {
        e.prevent_default();
        let (unit, left, top) = units();
        let at = ((f64::from(e.client_x()) - left) * unit, (f64::from(e.client_y()) - top) * unit);
        look.update(|look| *look = look.nearer(if e.delta_y() < 0.0 { STEP } else { 1.0 / STEP }, at));
    };
    let boxes = move || {
        let layout = layout.get();
        let lines = layout
            .boxes
            .iter()
            .filter(|b| !b.line.is_empty())
            .map(|b| view! { <path class="map-line" d=b.line.clone() /> })
            .collect_view();
        let boxes = layout.boxes.into_iter().map(|placed| box_view(placed, focus, travelled, act)).collect_view();
        view! { {lines} {boxes} }
    };
    view! {
        <div class="map-live screen-only" node_ref=frame>
            <div class="map-tools">
                <button type="button" class="btn small" on:click=move |_| zoom(STEP)>"放大"</button>
                <button type="button" class="btn small" on:click=move |_| zoom(1.0 / STEP)>"缩小"</button>
                <button type="button" class="btn small" on:click=move |_| look.set(Look::WHOLE)>"全貌"</button>
                <button type="button" class="btn small" on:click=move |_| all(BTreeSet::new())>"全部展开"</button>
                <button type="button" class="btn small" on:click=move |_| all(whole.get_value())>"收起条目"</button>
            </div>
            <svg
                class="mind-map"
                node_ref=picture
                role="tree"
                aria-label="主体责任思维导图"
                viewBox=move || layout.with(|l| format!("0 0 {} {}", l.width, l.height))
                on:keydown=key
                on:pointerdown=down
                on:pointermove=moved
                on:pointerup=up
                on:pointercancel=up
                on:pointerleave=up
                on:wheel=wheel
            >
                <g transform=move || {
                    let look = look.get();
                    format!("translate({:.1} {:.1}) scale({:.3})", look.x, look.y, look.k)
                }>{boxes}</g>
            </svg>
        </div>
    }
}

fn box_view(
    placed: MapBox,
    focus: RwSignal<String>,
    travelled: StoredValue<f64>,
    act: impl Fn(&MapBox) + Copy + 'static,
) -> AnyView {
    let fold = match placed.folded {
        Some(_) if placed.kind == MapKind::Root => "",
        Some(true) => "＋",
        Some(false) => "－",
        None => "",
    };
    let key = placed.key.clone();
    let reachable = move || if focus.get() == key { "0" } else { "-1" };
    let expanded = placed.folded.map(|folded| if folded { "false" } else { "true" });
    let tapped = placed.clone();
    view! {
        <g
            id=format!("map-{}", placed.key)
            class=placed.css()
            role="treeitem"
            tabindex=reachable
            aria-level=placed.level.to_string()
            aria-posinset=placed.position.to_string()
            aria-setsize=placed.siblings.to_string()
            aria-expanded=expanded
            on:click=move |_| {
                if travelled.get_value() < TAP {
                    act(&tapped);
                }
            }
        >
            <rect
                x=placed.x.to_string()
                y=placed.y.to_string()
                width=placed.w.to_string()
                height=placed.h.to_string()
                rx="5"
            />
            <text x=(placed.x + 9).to_string() y=placed.baseline().to_string()>{placed.words()}</text>
            <text class="map-fold" aria-hidden="true" x=(placed.x + placed.w - 17).to_string() y=placed.baseline().to_string()>
                {fold}
            </text>
        </g>
    }
    .into_any()
}

/// The keys of a tree: up and down through what is shown, right unfolds, left folds or goes up.
fn walk(
    key: &str,
    layout: Memo<MapLayout>,
    focus: RwSignal<String>,
    folded: RwSignal<BTreeSet<String>>,
    act: &impl Fn(&MapBox),
) -> bool {
    let now = focus.get_untracked();
    layout.with_untracked(|layout| {
        let Some(at) = layout.boxes.iter().position(|b| b.key == now) else {
            focus.set("root".to_owned());
            return true;
        };
        let placed = &layout.boxes[at];
        let to = match key {
            "ArrowDown" => layout.boxes.get(at + 1).map(|b| b.key.clone()),
            "ArrowUp" => at.checked_sub(1).and_then(|i| layout.boxes.get(i)).map(|b| b.key.clone()),
            "Home" => Some("root".to_owned()),
            "End" => layout.boxes.last().map(|b| b.key.clone()),
            "ArrowRight" => match placed.folded {
                Some(true) => {
                    folded.update(|f| {
                        f.remove(&now);
                    });
                    return true;
                }
                _ => layout.boxes.iter().find(|b| b.parent.as_ref() == Some(&now)).map(|b| b.key.clone()),
            },
            "ArrowLeft" => match placed.folded {
                Some(false) if placed.parent.is_some() => {
                    folded.update(|f| {
                        f.insert(now.clone());
                    });
                    return true;
                }
                _ => placed.parent.clone(),
            },
            "Enter" | " " => {
                act(placed);
                return true;
            }
            _ => return false,
        };
        if let Some(to) = to {
            focus.set(to);
        }
        true
    })
}

#[cfg(feature = "hydrate")]
mod screen {
    //! What only the screen knows.

    use domain::records::{MapBox, MapLayout};
    use leptos::{html, prelude::*, svg};
    use wasm_bindgen::JsCast as _;

    use super::Look;

    /// Letters of the picture smaller than this cannot be read, in pixels; larger where larger letters are chosen.
    const READABLE: f64 = 11.0;
    /// Narrower than this is a phone, in pixels.
    const PHONE: i32 = 700;
    /// Room beside a box that was moved into view, in units of the picture on the screen.
    const BESIDE: f64 = 12.0;

    pub fn focus_on(key: &str) {
        if let Some(placed) = document().get_element_by_id(&format!("map-{key}"))
            && let Ok(placed) = placed.dyn_into::<web_sys::SvgElement>()
        {
            // Without a focus the keys still work on the picture.
            let _ = placed.focus();
        }
    }

    pub fn is_narrow(frame: NodeRef<html::Div>) -> bool {
        frame.get_untracked().is_some_and(|frame| frame.client_width() < PHONE)
    }

    /// On a phone, after a box was opened: the box and what hangs below it, near enough to be read;
    /// after it was closed, the whole. Elsewhere the look stays.
    pub fn look_at(frame: NodeRef<html::Div>, drawn: &MapLayout, key: &str) -> Option<Look> {
        let frame = frame.get_untracked().filter(|frame| frame.client_width() < PHONE)?;
        let size = document().document_element().and_then(|root| root.get_attribute("data-size")).unwrap_or_default();
        let readable = match size.as_str() {
            "huge" => READABLE * 1.4,
            "large" => READABLE * 1.2,
            _ => READABLE,
        };
        let (width, height) = (f64::from(drawn.width), f64::from(drawn.height));
        let letters = 14.0 * f64::from(frame.client_width()) / width.max(1.0);
        let opened = drawn.boxes.iter().find(|b| b.key == key)?;
        if letters < 1.0 || letters >= readable || opened.folded != Some(false) {
            return Some(Look::WHOLE);
        }
        let k = readable / letters;
        let middle = |b: &MapBox| (f64::from(b.x + b.w / 2), f64::from(b.y + b.h / 2));
        let (x, y) = middle(opened);
        let root = drawn.boxes.first().map_or(0.0, |root| middle(root).0);
        // What hangs below stands on the far side of the root: the box goes to the near edge.
        let left = if x >= root {
            BESIDE - f64::from(opened.x) * k
        } else {
            width - BESIDE - f64::from(opened.x + opened.w) * k
        };
        Some(Look { x: left, y: height / 2.0 - y * k, k })
    }

    /// Units of the picture in a pixel, and where the picture begins on the screen.
    pub fn units(picture: NodeRef<svg::Svg>, width: i32, height: i32) -> (f64, f64, f64) {
        let Some(picture) = picture.get_untracked() else { return (1.0, 0.0, 0.0) };
        let shown = picture.get_bounding_client_rect();
        let scale = (shown.width() / f64::from(width.max(1))).min(shown.height() / f64::from(height.max(1)));
        if scale <= 0.0 {
            return (1.0, 0.0, 0.0);
        }
        let left = shown.left() + (shown.width() - f64::from(width) * scale) / 2.0;
        let top = shown.top() + (shown.height() - f64::from(height) * scale) / 2.0;
        (1.0 / scale, left, top)
    }
}

#[cfg(not(feature = "hydrate"))]
mod screen {
    //! The server has no screen.

    use domain::records::MapLayout;
    use leptos::{html, prelude::*, svg};

    use super::Look;

    pub fn focus_on(_: &str) {}

    pub fn is_narrow(_: NodeRef<html::Div>) -> bool {
        false
    }

    pub fn look_at(_: NodeRef<html::Div>, _: &MapLayout, _: &str) -> Option<Look> {
        None
    }

    pub fn units(_: NodeRef<svg::Svg>, _: i32, _: i32) -> (f64, f64, f64) {
        (1.0, 0.0, 0.0)
    }
}
