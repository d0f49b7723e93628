//! Where each node of the map stands: pure arithmetic on whole units, so that server, browser and
//! paper draw the same picture. 担什么 with the list stands on the right, all else on the left; items
//! of a 大项 stand in two columns. Boxes never overlap: columns of a side do not, rows of a column neither.

use std::collections::BTreeSet;

use super::{MapKind, MapNode, MapState};
use crate::ids::DutyId;

/// Size of the letters.
pub(super) const FONT: i32 = 14;
/// Height of a box.
const BOX: i32 = 24;
/// Height of a row.
const ROW: i32 = 29;
/// Room between two columns, for the lines.
const GAP: i32 = 26;
/// Room below a block of items.
const BLOCK_GAP: i32 = 6;
/// Room left and right of the words in a box.
const PAD: i32 = 9;
/// Columns of items on the right.
const COLUMNS: usize = 2;
/// Room between these columns.
const COLUMN_GAP: i32 = 8;
/// Mark of a box whose line is drawn at the end.
const DRAWN: &str = "drawn";
/// Room around the picture.
const MARGIN: i32 = 12;

/// A node in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapBox {
    /// Key of the node.
    pub key: String,
    /// Key of the node above; none for the root.
    pub parent: Option<String>,
    /// Kind.
    pub kind: MapKind,
    /// Words.
    pub title: String,
    /// State.
    pub state: Option<MapState>,
    /// Item meant.
    pub duty: Option<DutyId>,
    /// Distance from the root, from 1 as in `aria-level`.
    pub level: u32,
    /// Place among its siblings, from 1.
    pub position: usize,
    /// How many siblings there are, itself included.
    pub siblings: usize,
    /// `None` without children, else: are they folded away?
    pub folded: Option<bool>,
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
    /// Line from the node above, as an SVG path; empty where none is drawn.
    pub line: String,
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapLayout {
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// Boxes in the order of reading: each node before what hangs below it.
    pub boxes: Vec<MapBox>,
}

/// Which side of the root.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Width of the words of a node, in units.
fn words(node: &MapNode) -> i32 {
    let width = |text: &str| text.chars().map(|c| if c.is_ascii() { FONT * 58 / 100 } else { FONT }).sum::<i32>();
    let state = node.state.as_ref().map_or(0, |s| width(&s.word) + FONT + FONT / 2);
    width(&node.title) + state
}

fn width(node: &MapNode) -> i32 {
    // Room for the mark of folding.
    let mark = if node.children.is_empty() || node.kind == MapKind::Root { 0 } else { FONT };
    words(node) + mark + 2 * PAD
}

fn is_block(node: &MapNode) -> bool {
    node.children.len() > 1 && node.children.iter().all(|c| c.children.is_empty() && c.kind == MapKind::Item)
}

struct Drawing<'a> {
    folded: &'a BTreeSet<String>,
    /// Left edge of each level as a distance from the root's middle, by side.
    columns: [Vec<i32>; 2],
    boxes: Vec<MapBox>,
}

/// Keys of all nodes of a kind with something below them: what folds away all of it.
pub fn map_below(tree: &MapNode, kind: MapKind) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = tree.children.iter().flat_map(|child| map_below(child, kind)).collect();
    if tree.kind == kind && !tree.children.is_empty() {
        keys.insert(tree.key.clone());
    }
    keys
}

/// Places the nodes that are not `folded` away.
pub fn map_layout(root: &MapNode, folded: &BTreeSet<String>) -> MapLayout {
    let side = |node: &MapNode| if node.key == "what" { Side::Right } else { Side::Left };
    let root_width = width(root);
    let mut widths: [Vec<i32>; 2] = [Vec::new(), Vec::new()];
    for branch in &root.children {
        measure(branch, 0, side(branch), folded, &mut widths);
    }
    let columns = widths.map(|widths| {
        let mut at = root_width / 2 + GAP;
        let mut columns = Vec::with_capacity(widths.len());
        for width in widths {
            columns.push(at);
            at += width + GAP;
        }
        columns.push(at - GAP);
        columns
    });
    let reach = |side: usize| columns[side].last().copied().unwrap_or(root_width / 2).max(root_width / 2);
    let (left, right) = (reach(0), reach(1));
    let height_of = |wanted: Side| -> i32 {
        root.children.iter().filter(|b| side(b) == wanted).map(|b| height(b, wanted, folded)).sum()
    };
    let tallest = height_of(Side::Left).max(height_of(Side::Right)).max(ROW);
    let mut drawing = Drawing { folded, columns, boxes: Vec::new() };
    let middle = tallest / 2;
    drawing.boxes.push(MapBox {
        key: root.key.clone(),
        parent: None,
        kind: root.kind,
        title: root.title.clone(),
        state: None,
        duty: None,
        level: 1,
        position: 1,
        siblings: 1,
        folded: None,
        x: -root_width / 2,
        y: middle - BOX / 2,
        w: root_width,
        h: BOX,
        line: String::new(),
    });
    let mut tops = [(tallest - height_of(Side::Left)) / 2, (tallest - height_of(Side::Right)) / 2];
    for (i, branch) in root.children.iter().enumerate() {
        let at = side(branch);
        let above = Above { key: &root.key, edge: root_width / 2, position: i + 1, siblings: root.children.len() };
        let top = tops[at as usize];
        tops[at as usize] += drawing.place(branch, 0, at, top, above);
    }
    let mut boxes = drawing.boxes;
    for placed in &mut boxes {
        placed.x += left + MARGIN;
        placed.y += MARGIN;
    }
    draw_lines(&mut boxes);
    MapLayout { width: left + right + 2 * MARGIN, height: tallest + 2 * MARGIN, boxes }
}

/// Lines are drawn last, when both ends stand.
fn draw_lines(boxes: &mut [MapBox]) {
    let ends: Vec<(String, i32, i32, i32)> =
        boxes.iter().map(|b| (b.key.clone(), b.x, b.x + b.w, b.y + b.h / 2)).collect();
    for placed in boxes.iter_mut().filter(|b| b.line == DRAWN) {
        let Some((_, from, to, y)) =
            placed.parent.as_ref().and_then(|parent| ends.iter().find(|(key, ..)| key == parent))
        else {
            placed.line.clear();
            continue;
        };
        let (x0, x1) = if placed.x >= *to { (*to, placed.x) } else { (*from, placed.x + placed.w) };
        let (half, end) = (i32::midpoint(x0, x1), placed.y + placed.h / 2);
        placed.line = format!("M{x0} {y}C{half} {y} {half} {end} {x1} {end}");
    }
}

/// Widest box of each level of a side.
fn measure(node: &MapNode, level: usize, side: Side, folded: &BTreeSet<String>, widths: &mut [Vec<i32>; 2]) {
    let column = &mut widths[side as usize];
    if column.len() <= level {
        column.push(0);
    }
    column[level] = column[level].max(width(node));
    if folded.contains(&node.key) {
        return;
    }
    if is_block(node) && side == Side::Right {
        let single = node.children.iter().map(width).max().unwrap_or(0);
        if column.len() <= level + 1 {
            column.push(0);
        }
        let columns = i32::try_from(COLUMNS).unwrap_or(1);
        column[level + 1] = column[level + 1].max(columns * single + (columns - 1) * COLUMN_GAP);
        return;
    }
    for child in &node.children {
        measure(child, level + 1, side, folded, widths);
    }
}

fn height(node: &MapNode, side: Side, folded: &BTreeSet<String>) -> i32 {
    if node.children.is_empty() || folded.contains(&node.key) {
        return ROW;
    }
    if is_block(node) {
        let columns = if side == Side::Right { COLUMNS } else { 1 };
        let rows = i32::try_from(node.children.len().div_ceil(columns)).unwrap_or(1);
        return rows * ROW + BLOCK_GAP;
    }
    node.children.iter().map(|child| height(child, side, folded)).sum()
}

/// What hangs above a node.
#[derive(Clone, Copy)]
struct Above<'a> {
    key: &'a str,
    edge: i32,
    position: usize,
    siblings: usize,
}

impl Drawing<'_> {
    /// Places a node and what hangs below it from `top` on; answers the height taken.
    fn place(&mut self, node: &MapNode, level: usize, side: Side, top: i32, above: Above<'_>) -> i32 {
        let taken = height(node, side, self.folded);
        let column = self.columns[side as usize].get(level).copied().unwrap_or(above.edge + GAP);
        let own = width(node);
        let middle = top + taken / 2;
        let folded = (!node.children.is_empty()).then(|| self.folded.contains(&node.key));
        self.push(node, level, above, (mirrored(side, column, own), middle - BOX / 2, own), true);
        if folded != Some(false) {
            return taken;
        }
        let below = Above { key: &node.key, edge: column + own, position: 0, siblings: node.children.len() };
        if is_block(node) {
            let columns = if side == Side::Right { COLUMNS } else { 1 };
            let single = node.children.iter().map(width).max().unwrap_or(0);
            let start = self.columns[side as usize].get(level + 1).copied().unwrap_or(below.edge + GAP);
            for (i, child) in node.children.iter().enumerate() {
                let (row, at) = (i32::try_from(i / columns).unwrap_or(0), i32::try_from(i % columns).unwrap_or(0));
                let x = mirrored(side, start + at * (single + COLUMN_GAP), single);
                let y = top + BLOCK_GAP / 2 + row * ROW + (ROW - BOX) / 2;
                self.push(child, level + 1, Above { position: i + 1, ..below }, (x, y, single), at == 0);
            }
            return taken;
        }
        let mut at = top;
        for (i, child) in node.children.iter().enumerate() {
            at += self.place(child, level + 1, side, at, Above { position: i + 1, ..below });
        }
        taken
    }

    fn push(&mut self, node: &MapNode, level: usize, above: Above<'_>, at: (i32, i32, i32), line: bool) {
        let (x, y, w) = at;
        self.boxes.push(MapBox {
            key: node.key.clone(),
            parent: Some(above.key.to_owned()),
            kind: node.kind,
            title: node.title.clone(),
            state: node.state.clone(),
            duty: node.duty,
            level: u32::try_from(level).unwrap_or(0) + 2,
            position: above.position,
            siblings: above.siblings,
            folded: (!node.children.is_empty()).then(|| self.folded.contains(&node.key)),
            x,
            y,
            w,
            h: BOX,
            line: if line { DRAWN.to_owned() } else { String::new() },
        });
    }
}

/// A distance from the root's middle as an x: mirrored on the left.
fn mirrored(side: Side, distance: i32, width: i32) -> i32 {
    match side {
        Side::Right => distance,
        Side::Left => -distance - width,
    }
}
