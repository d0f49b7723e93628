//! The description of a document.

use serde::{Deserialize, Serialize};

use crate::records::MapNode;

/// Which way the paper lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Orientation {
    /// Upright A4.
    #[default]
    Portrait,
    /// A4 on its side, for wide tables.
    Landscape,
}

/// A document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doc {
    /// Title, 2号小标宋 on paper; also the name of a file.
    pub title: String,
    /// Line below the title, such as district and year; may be empty.
    pub subtitle: String,
    /// Number or code of the document, top right; may be empty. Never on an anonymous ballot.
    pub number: String,
    /// How the paper lies.
    pub orientation: Orientation,
    /// Content.
    pub blocks: Vec<Block>,
    /// Small line at the foot of every page; may be empty.
    pub footer: String,
    /// Pale words across every page, such as who printed it; empty without.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub watermark: String,
}

/// Where a cell's text stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Left.
    #[default]
    Start,
    /// Middle.
    Center,
    /// Right: numbers.
    End,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Share of the width, in parts of the sum over all columns.
    pub width: u32,
    /// Alignment of its body cells.
    pub align: Align,
}

/// A cell. A cell that spans stands once, at its upper left; those it covers are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Text; line breaks are kept.
    pub text: String,
    /// Columns covered, at least 1.
    pub columns: u32,
    /// Rows covered, at least 1.
    pub rows: u32,
    /// Other alignment than the column's.
    pub align: Option<Align>,
    /// Bold.
    pub strong: bool,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Columns.
    pub columns: Vec<Column>,
    /// Header rows, repeated on every page.
    pub header: Vec<Vec<Cell>>,
    /// Body rows.
    pub rows: Vec<Vec<Cell>>,
    /// Smallest height of a body row in millimetres; 0 leaves it to the text. For forms filled in by hand.
    pub row_height: u32,
}

/// Names and values, two pairs a line on paper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyValues(pub Vec<(String, String)>);

/// A place to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Who signs: 监票人, 党组织主要负责人.
    pub role: String,
    /// Name where signed already; empty leaves a line.
    pub name: String,
    /// Day where signed already; empty leaves 「　年　月　日」.
    pub day: String,
}

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "block", deny_unknown_fields)]
pub enum Block {
    /// A heading. Level 1 「一、」 黑体, 2 「（一）」 楷体, 3 「1．」, 4 「（1）」 仿宋; the number is part of the text
    /// (see [`Doc::numbered`]).
    Title {
        /// 1 to 4.
        level: u8,
        /// Text with its number.
        text: String,
    },
    /// A paragraph, indented by two characters.
    Paragraph {
        /// Text.
        text: String,
    },
    /// A paragraph in the middle, not indented.
    Centered {
        /// Text.
        text: String,
    },
    /// Lines of a list, each its own paragraph with its mark.
    List {
        /// Lines.
        items: Vec<String>,
    },
    /// A table.
    Table(Table),
    /// Names and values.
    KeyValues {
        /// Pairs.
        pairs: KeyValues,
    },
    /// Places to sign, side by side.
    Signatures {
        /// In order.
        places: Vec<Signature>,
    },
    /// A drawn signature as an SVG path in a 600 × 200 box.
    Drawing {
        /// Path.
        path: String,
        /// What it is, for readers of text.
        label: String,
    },
    /// A chart, drawn on the sheet and the screen. A table of the document holds the same numbers, so that it is left
    /// out where nothing is drawn.
    Figure {
        /// What stands in its `<figure class="chart">`: markup that the program made, never what somebody typed.
        markup: String,
        /// What it shows.
        label: String,
    },
    /// The mind map: a drawing on the A4 sheet, the outline of the same tree where nothing is drawn.
    Map {
        /// The tree; its items are folded away in the drawing.
        tree: Box<MapNode>,
        /// Every branch and item in words.
        outline: Table,
    },
    /// Small print.
    Note {
        /// Text.
        text: String,
    },
    /// Writing space: empty ruled lines.
    Lines {
        /// How many.
        count: u32,
    },
    /// A QR code with its text below. Never on an anonymous paper ballot.
    Qr {
        /// What the code holds.
        data: String,
        /// Line below.
        label: String,
    },
    /// A code to compare by eye, in fixed width: certificates.
    Code {
        /// What it is.
        label: String,
        /// The code.
        text: String,
    },
    /// A line to cut along, between ballots or cards on one page.
    Cut,
    /// A new page.
    PageBreak,
}
