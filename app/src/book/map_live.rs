//! The map under a finger, a wheel or the keyboard: pan, zoom, fold. Where each box stands is the
//! domain's arithmetic; here is only which part of the picture is seen. Scripts only: without them
//! the outline stands in its place.

use std::collections::BTreeSet;

use domain::records::{MapBox, MapKind, MapLayout, MapNode, map_layout};
use leptos::{ev, html, prelude::*, svg};
use leptos_router::hooks::use_navigate;

use super::map_screen as screen;

/// How far one step of a button or key zooms.
const STEP: f64 = 1.25;
/// Nearest and farthest look.
const ZOOM: (f64, f64) = (0.5, 24.0);
/// Movements shorter than this are a tap, in pixels.
const TAP: f64 = 6.0;

/// Which part of the picture is seen, in units of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) k: f64,
}

impl Look {
    pub(super) const WHOLE: Self = Self { x: 0.0, y: 0.0, k: 1.0 };

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
    // Large enough to be read, though not all of it may fit; 「全貌」 shows the whole.
    let fit = move |key: &str| {
        if let Some(fitted) = layout.with_untracked(|drawn| screen::fitted_on_screen(picture, drawn, key)) {
            look.set(fitted);
        }
    };
    let all = move |keys: BTreeSet<String>| {
        folded.set(keys);
        fit("root");
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
            fit(&key);
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
                if !walk(other, layout, focus, &act) {
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
            // At 1 the whole picture just fits its frame.
            <p class="hint map-hint" hidden=move || look.with(|look| look.k <= 1.0)>"可拖动、双指缩放"</p>
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
fn walk(key: &str, layout: Memo<MapLayout>, focus: RwSignal<String>, act: &impl Fn(&MapBox)) -> bool {
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
                    act(placed);
                    return true;
                }
                _ => layout.boxes.iter().find(|b| b.parent.as_ref() == Some(&now)).map(|b| b.key.clone()),
            },
            "ArrowLeft" => match placed.folded {
                Some(false) if placed.parent.is_some() => {
                    act(placed);
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
