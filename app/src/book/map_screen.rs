//! The map on its screen: how large its letters are there and which look makes them readable. The
//! arithmetic is here for both; the server has no screen and answers with nothing.

#[cfg(any(feature = "hydrate", test))]
use domain::records::{MapBox, MapLayout};

use super::map_live::Look;

/// Letters of the picture smaller than this cannot be read, in pixels; larger where larger letters are chosen.
#[cfg(any(feature = "hydrate", test))]
const READABLE: f64 = 12.0;
/// Letters of the picture, in its units.
#[cfg(any(feature = "hydrate", test))]
const LETTERS: f64 = 14.0;
/// Letters are drawn at most this many times the smallest readable ones, however few boxes are to be seen.
#[cfg(any(feature = "hydrate", test))]
const LARGEST: f64 = 1.5;
/// Room between what is to be seen and the edge of the frame, in pixels.
#[cfg(any(feature = "hydrate", test))]
const BESIDE: f64 = 10.0;
/// Frames narrower than this are a phone's, in pixels.
#[cfg(any(feature = "hydrate", test))]
const PHONE: f64 = 700.0;

/// What the picture is seen through.
#[cfg(any(feature = "hydrate", test))]
#[derive(Clone, Copy)]
struct Frame {
    /// Width in pixels.
    wide: f64,
    /// Height in pixels.
    high: f64,
    /// Pixels of a unit while the whole picture is seen.
    scale: f64,
}

/// From where to where, on one axis of the picture.
#[cfg(any(feature = "hydrate", test))]
type Span = (f64, f64);

#[cfg(any(feature = "hydrate", test))]
fn joined(a: Span, b: Span) -> Span {
    (a.0.min(b.0), a.1.max(b.1))
}

#[cfg(any(feature = "hydrate", test))]
fn middle(span: Span) -> f64 {
    f64::midpoint(span.0, span.1)
}

#[cfg(any(feature = "hydrate", test))]
fn spans(b: &MapBox) -> (Span, Span) {
    ((f64::from(b.x), f64::from(b.x + b.w)), (f64::from(b.y), f64::from(b.y + b.h)))
}

/// The middle of the part of `span` that is seen, `half` of it on each side: all of it where it fits, else what is
/// around `wanted` without looking past an end.
#[cfg(any(feature = "hydrate", test))]
fn seen(span: Span, wanted: f64, half: f64) -> f64 {
    if span.1 - span.0 <= 2.0 * half { middle(span) } else { wanted.max(span.0 + half).min(span.1 - half) }
}

/// The look after the box `key` was opened or closed, after all of them for the root. Letters have at least
/// `readable` pixels: the whole picture where its letters have, else what hangs below the opened box (beside the
/// closed one) with as many of the boxes above as fit. What does not fit begins with the opened box at the edge
/// away from what hangs below it.
#[cfg(any(feature = "hydrate", test))]
fn fitted(drawn: &MapLayout, frame: Frame, readable: f64, key: &str) -> Option<Look> {
    let least = readable / (LETTERS * frame.scale);
    if least <= 1.0 {
        return Some(Look::WHOLE);
    }
    let boxes = &drawn.boxes;
    let above = |b: &MapBox| boxes.iter().position(|other| Some(&other.key) == b.parent.as_ref());
    let at = boxes.iter().position(|b| b.key == key)?;
    let pressed = boxes.get(at)?;
    let of = if pressed.folded == Some(true) { above(pressed).unwrap_or(at) } else { at };
    let opened = boxes.get(of)?;
    let (mut across, mut down) = spans(opened);
    // In the order of reading, what hangs below a box follows it.
    for below in boxes.iter().skip(of + 1).take_while(|b| b.level > opened.level) {
        let (x, y) = spans(below);
        (across, down) = (joined(across, x), joined(down, y));
    }
    // Units of the whole picture that the frame has room for; how near a look at these spans can be.
    let room = |pixels: f64| (pixels - 2.0 * BESIDE) / frame.scale;
    let (wide, high) = (room(frame.wide), room(frame.high));
    let nearest = |x: Span, y: Span| (wide / (x.1 - x.0)).min(high / (y.1 - y.0));
    let mut up = above(opened);
    while let Some(more) = up.and_then(|up| boxes.get(up)) {
        let (x, y) = spans(more);
        let (x, y) = (joined(across, x), joined(down, y));
        if nearest(x, y) < least {
            break;
        }
        (across, down, up) = (x, y, above(more));
    }
    let k = nearest(across, down).min(least * LARGEST).max(least);
    let (half_wide, half_high) = (wide / k / 2.0, high / k / 2.0);
    let (side, level) = spans(pressed);
    let (edges, _) = spans(opened);
    let root = boxes.first().map_or(0.0, |root| middle(spans(root).0));
    let wanted = if opened.parent.is_none() && frame.wide >= PHONE {
        root
    } else if middle(side) >= root {
        edges.0 + half_wide
    } else {
        edges.1 - half_wide
    };
    let (x, y) = (seen(across, wanted, half_wide), seen(down, middle(level), half_high));
    Some(Look { x: f64::from(drawn.width) / 2.0 - x * k, y: f64::from(drawn.height) / 2.0 - y * k, k })
}

#[cfg(feature = "hydrate")]
pub(super) use on_screen::{fitted as fitted_on_screen, focus_on, is_narrow, units};

#[cfg(feature = "hydrate")]
mod on_screen {
    //! What only the screen knows.

    use domain::records::MapLayout;
    use leptos::{html, prelude::*, svg};
    use wasm_bindgen::JsCast as _;

    use super::{Frame, Look, PHONE, READABLE};

    pub fn focus_on(key: &str) {
        if let Some(placed) = document().get_element_by_id(&format!("map-{key}"))
            && let Ok(placed) = placed.dyn_into::<web_sys::SvgElement>()
        {
            // Without a focus the keys still work on the picture.
            let _ = placed.focus();
        }
    }

    pub fn is_narrow(frame: NodeRef<html::Div>) -> bool {
        frame.get_untracked().is_some_and(|frame| f64::from(frame.client_width()) < PHONE)
    }

    /// Smallest letters that can be read, in pixels.
    fn smallest() -> f64 {
        let size = document().document_element().and_then(|root| root.get_attribute("data-size")).unwrap_or_default();
        match size.as_str() {
            "huge" => READABLE * 1.4,
            "large" => READABLE * 1.2,
            _ => READABLE,
        }
    }

    /// The look at the picture after the box `key` was opened or closed.
    pub fn fitted(picture: NodeRef<svg::Svg>, drawn: &MapLayout, key: &str) -> Option<Look> {
        let shown = picture.get_untracked()?.get_bounding_client_rect();
        let (unit, ..) = units(picture, drawn.width, drawn.height);
        let frame = Frame { wide: shown.width(), high: shown.height(), scale: 1.0 / unit };
        super::fitted(drawn, frame, smallest(), key)
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
pub(super) use off_screen::{fitted as fitted_on_screen, focus_on, is_narrow, units};

#[cfg(not(feature = "hydrate"))]
mod off_screen {
    //! The server has no screen.

    use domain::records::MapLayout;
    use leptos::{html, prelude::*, svg};

    use super::Look;

    pub fn focus_on(_: &str) {}

    pub fn is_narrow(_: NodeRef<html::Div>) -> bool {
        false
    }

    pub fn fitted(_: NodeRef<svg::Svg>, _: &MapLayout, _: &str) -> Option<Look> {
        None
    }

    pub fn units(_: NodeRef<svg::Svg>, _: i32, _: i32) -> (f64, f64, f64) {
        (1.0, 0.0, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::records::{MapKind, MapNode, map_below, map_layout};

    use super::*;

    fn node(key: &str, kind: MapKind, title: &str, children: Vec<MapNode>) -> MapNode {
        MapNode { key: key.into(), kind, title: title.into(), duty: None, state: None, children }
    }

    /// A root with a branch of `topics` and their items on the right, and branches of words on the left.
    fn tree(topics: usize) -> MapNode {
        let item =
            |t: usize, i: usize| node(&format!("item-{t}-{i}"), MapKind::Item, "正常 1.1 研究部署责任清单", vec![]);
        let topic =
            |t: usize| node(&format!("topic-{t}"), MapKind::Topic, "带班子", (0..8).map(|i| item(t, i)).collect());
        let left = |b: usize| {
            let words = (0..5).map(|w| node(&format!("word-{b}-{w}"), MapKind::Topic, "年初定清单", vec![])).collect();
            node(&format!("left-{b}"), MapKind::Branch, "怎么担", words)
        };
        let what = node("what", MapKind::Branch, "担什么", (0..topics).map(topic).collect());
        let branches = std::iter::once(what).chain((0..6).map(left)).collect();
        node("root", MapKind::Root, "全面从严治党主体责任", branches)
    }

    /// Everything folded but `open`.
    fn drawn(tree: &MapNode, open: &[&str]) -> MapLayout {
        let kinds = [MapKind::Branch, MapKind::Topic];
        let mut folded: BTreeSet<String> = kinds.into_iter().flat_map(|kind| map_below(tree, kind)).collect();
        folded.retain(|key| !open.contains(&key.as_str()));
        map_layout(tree, &folded)
    }

    /// The picture in a frame of so many pixels.
    fn frame(drawn: &MapLayout, wide: f64, high: f64) -> Frame {
        let scale = (wide / f64::from(drawn.width)).min(high / f64::from(drawn.height));
        Frame { wide, high, scale }
    }

    /// Left, right, upper and lower edge of a box, in pixels of the frame.
    fn place(drawn: &MapLayout, frame: Frame, look: Look, key: &str) -> [f64; 4] {
        let (x, y) = spans(drawn.boxes.iter().find(|b| b.key == key).unwrap());
        let left = (frame.wide - f64::from(drawn.width) * frame.scale) / 2.0;
        let top = (frame.high - f64::from(drawn.height) * frame.scale) / 2.0;
        let across = |at: f64| at.mul_add(look.k, look.x).mul_add(frame.scale, left);
        let down = |at: f64| at.mul_add(look.k, look.y).mul_add(frame.scale, top);
        [across(x.0), across(x.1), down(y.0), down(y.1)]
    }

    fn inside(drawn: &MapLayout, frame: Frame, look: Look, key: &str) -> bool {
        let [left, right, upper, lower] = place(drawn, frame, look, key);
        let near = BESIDE - 1e-6;
        left >= near && right <= frame.wide - near && upper >= near && lower <= frame.high - near
    }

    const PHONE_WIDE: f64 = 364.0;
    const PHONE_HIGH: f64 = 472.0;

    #[test]
    fn a_picture_that_can_be_read_is_seen_whole() {
        let drawn = drawn(&tree(4), &[]);
        let frame = frame(&drawn, PHONE_WIDE, PHONE_HIGH);
        assert_eq!(fitted(&drawn, frame, READABLE, "what"), Some(Look::WHOLE));
        assert_eq!(fitted(&drawn, frame, READABLE, "root"), Some(Look::WHOLE));
    }

    #[test]
    fn an_opened_branch_is_seen_with_the_root_where_both_fit() {
        let drawn = drawn(&tree(4), &["what"]);
        let frame = frame(&drawn, PHONE_WIDE, PHONE_HIGH);
        let look = fitted(&drawn, frame, READABLE, "what").unwrap();
        for key in ["root", "what", "topic-0", "topic-1", "topic-2", "topic-3"] {
            assert!(inside(&drawn, frame, look, key), "{key}: {:?}", place(&drawn, frame, look, key));
        }
        // It fills the width of the frame, larger than it must be.
        let (root, topic) = (place(&drawn, frame, look, "root"), place(&drawn, frame, look, "topic-0"));
        assert!(topic[1] - root[0] > PHONE_WIDE - 2.5 * BESIDE, "{root:?} {topic:?}");
        assert!(LETTERS * frame.scale * look.k > READABLE);
    }

    #[test]
    fn what_does_not_fit_begins_with_the_opened_box_and_can_be_read() {
        let tree = tree(4);
        let open = ["what", "topic-1", "left-0", "left-1"];
        let some = drawn(&tree, &open);
        let phone = frame(&some, PHONE_WIDE, PHONE_HIGH);
        let look = fitted(&some, phone, READABLE, "topic-1").unwrap();
        assert!(inside(&some, phone, look, "topic-1"));
        assert!((place(&some, phone, look, "topic-1")[0] - BESIDE).abs() < 1e-6);
        assert!((LETTERS * phone.scale * look.k - READABLE).abs() < 1e-6);
        // On the left the edge is the right one; all of it fits here, and with it the root.
        let look = fitted(&some, phone, READABLE, "left-1").unwrap();
        for key in ["left-1", "word-1-0", "word-1-4", "root"] {
            assert!(inside(&some, phone, look, key), "{key}: {:?}", place(&some, phone, look, key));
        }
        // All unfolded: the root at the edge of a phone, in the middle of a desk.
        let all = map_layout(&tree, &BTreeSet::new());
        let phone = frame(&all, PHONE_WIDE, PHONE_HIGH);
        let look = fitted(&all, phone, READABLE, "root").unwrap();
        let root = place(&all, phone, look, "root");
        assert!(inside(&all, phone, look, "root") && (root[0] - BESIDE).abs() < 1e-6, "{root:?}");
        assert!(LETTERS * phone.scale * look.k >= READABLE - 1e-6);
        let desk = frame(&all, 800.0, 500.0);
        let look = fitted(&all, desk, READABLE, "root").unwrap();
        assert!(inside(&all, desk, look, "root") && inside(&all, desk, look, "what"));
    }

    #[test]
    fn a_closed_box_stays_in_view_and_nothing_past_an_end_is_seen() {
        let tree = tree(4);
        let open: Vec<String> = (0..6).map(|b| format!("left-{b}")).chain(["what".into(), "topic-0".into()]).collect();
        let open: Vec<&str> = open.iter().map(String::as_str).collect();
        for closed in ["topic-0", "left-0", "left-5", "what"] {
            let still: Vec<&str> = open.iter().copied().filter(|key| *key != closed).collect();
            let some = drawn(&tree, &still);
            let phone = frame(&some, PHONE_WIDE, PHONE_HIGH);
            let look = fitted(&some, phone, READABLE, closed).unwrap();
            assert!(inside(&some, phone, look, closed), "{closed}: {:?}", place(&some, phone, look, closed));
            assert!(LETTERS * phone.scale * look.k >= READABLE - 1e-6, "{closed}");
        }
    }

    #[test]
    fn the_part_that_is_seen_ends_where_its_span_ends() {
        assert!((seen((0.0, 10.0), 9.0, 5.0) - 5.0).abs() < 1e-9, "fits: its middle");
        assert!((seen((0.0, 100.0), 50.0, 5.0) - 50.0).abs() < 1e-9);
        assert!((seen((0.0, 100.0), 99.0, 5.0) - 95.0).abs() < 1e-9);
        assert!((seen((0.0, 100.0), -3.0, 5.0) - 5.0).abs() < 1e-9);
    }
}
