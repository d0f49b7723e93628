//! Short ways to write a document down.

use super::{Align, Block, Cell, Column, Doc, KeyValues, Signature, Table};

const DIGITS: [&str; 10] = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// `一`, `十`, `十二`, `二十三`; beyond 99 the plain digits.
fn zh_number(n: u32) -> String {
    let digit = |n: u32| DIGITS.get(n as usize).copied().unwrap_or_default();
    match n {
        0..=9 => digit(n).to_owned(),
        10 => "十".into(),
        11..=19 => format!("十{}", digit(n % 10)),
        20..=99 if n.is_multiple_of(10) => format!("{}十", digit(n / 10)),
        20..=99 => format!("{}十{}", digit(n / 10), digit(n % 10)),
        _ => n.to_string(),
    }
}

impl Doc {
    /// An empty document.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// The number of a heading as 公文 writes it: `一、`, `（一）`, `1．`, `（1）`.
    pub fn numbered(level: u8, n: u32, text: &str) -> String {
        match level {
            1 => format!("{}、{text}", zh_number(n)),
            2 => format!("（{}）{text}", zh_number(n)),
            3 => format!("{n}．{text}"),
            _ => format!("（{n}）{text}"),
        }
    }

    /// Adds a block.
    pub fn push(&mut self, block: Block) -> &mut Self {
        self.blocks.push(block);
        self
    }

    /// Adds a heading with its number.
    pub fn title(&mut self, level: u8, n: u32, text: &str) -> &mut Self {
        self.push(Block::Title { level, text: Self::numbered(level, n, text) })
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: impl Into<String>) -> &mut Self {
        self.push(Block::Paragraph { text: text.into() })
    }

    /// Adds small print.
    pub fn note(&mut self, text: impl Into<String>) -> &mut Self {
        self.push(Block::Note { text: text.into() })
    }

    /// Adds names and values.
    pub fn pairs(&mut self, pairs: impl IntoIterator<Item = (&'static str, String)>) -> &mut Self {
        let pairs = KeyValues(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect());
        self.push(Block::KeyValues { pairs })
    }

    /// Adds empty places to sign.
    pub fn signatures(&mut self, roles: &[&str]) -> &mut Self {
        let places = roles
            .iter()
            .map(|role| Signature { role: (*role).to_owned(), name: String::new(), day: String::new() })
            .collect();
        self.push(Block::Signatures { places })
    }
}

impl Cell {
    /// A plain cell.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), columns: 1, rows: 1, align: None, strong: false }
    }

    /// A bold cell.
    pub fn strong(text: impl Into<String>) -> Self {
        Self { strong: true, ..Self::text(text) }
    }

    /// Covers `columns` × `rows`.
    #[must_use]
    pub fn spanning(self, columns: u32, rows: u32) -> Self {
        Self { columns: columns.max(1), rows: rows.max(1), ..self }
    }

    /// In the middle.
    #[must_use]
    pub fn centered(self) -> Self {
        Self { align: Some(Align::Center), ..self }
    }
}

/// A table from the widths and words of its columns and rows of plain text.
pub fn table<T: Into<String>>(columns: &[(u32, Align, &str)], rows: impl IntoIterator<Item = Vec<T>>) -> Table {
    Table {
        columns: columns.iter().map(|(width, align, _)| Column { width: *width, align: *align }).collect(),
        header: vec![columns.iter().map(|(_, _, word)| Cell::strong(*word).centered()).collect()],
        rows: rows.into_iter().map(|row| row.into_iter().map(|text| Cell::text(text)).collect()).collect(),
        row_height: 0,
    }
}

impl Table {
    /// The first row whose cells do not fill the columns exactly, header rows first; `None` if the grid is whole.
    pub fn broken_row(&self) -> Option<usize> {
        let width = self.columns.len();
        // How many more rows the cell above still covers, per column; header and body are apart.
        let check = |rows: &[Vec<Cell>]| {
            let mut covered = vec![0_u32; width];
            for (n, row) in rows.iter().enumerate() {
                let mut at = 0;
                for cell in row {
                    while covered.get(at).is_some_and(|c| *c > 0) {
                        at += 1;
                    }
                    for _ in 0..cell.columns.max(1) {
                        match covered.get_mut(at) {
                            Some(c) if *c == 0 => *c = cell.rows.max(1),
                            _ => return Some(n),
                        }
                        at += 1;
                    }
                }
                if covered.contains(&0) {
                    return Some(n);
                }
                for rest in &mut covered {
                    *rest -= 1;
                }
            }
            covered.iter().any(|c| *c > 0).then(|| rows.len().saturating_sub(1))
        };
        check(&self.header).or_else(|| check(&self.rows).map(|n| n + self.header.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_numbered_as_documents_number_them() {
        let table = [
            (1, 1, "一、事"),
            (1, 10, "十、事"),
            (1, 12, "十二、事"),
            (1, 20, "二十、事"),
            (2, 23, "（二十三）事"),
            (3, 4, "4．事"),
            (4, 4, "（4）事"),
        ];
        for (level, n, expected) in table {
            assert_eq!(Doc::numbered(level, n, "事"), expected);
        }
    }

    #[test]
    fn a_table_with_spans_fills_its_grid_or_says_where_not() {
        let columns = [(2, Align::Start, "组别"), (1, Align::End, "有效"), (1, Align::End, "均值")];
        let mut t = table(&columns, [vec!["甲", "5", "92.00"], vec!["乙", "7", "88.00"]]);
        assert_eq!(t.broken_row(), None);
        t.rows.push(vec![Cell::text("合计").spanning(2, 1), Cell::text("90")]);
        assert_eq!(t.broken_row(), None);
        t.rows.push(vec![Cell::text("备注").spanning(1, 2), Cell::text("一").spanning(2, 1)]);
        t.rows.push(vec![Cell::text("二").spanning(2, 1)]);
        assert_eq!(t.broken_row(), None);
        t.rows.push(vec![Cell::text("缺")]);
        assert_eq!(t.broken_row(), Some(6));
        t.rows.pop();
        t.rows.push(vec![Cell::text("多").spanning(4, 1)]);
        assert_eq!(t.broken_row(), Some(6));
    }
}
