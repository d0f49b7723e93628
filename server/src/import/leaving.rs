//! Rows of an office's sheet that are none of its data: the header and title that every printed page
//! repeats, 合计 and 小计, page numbers, separators, notes. Owns the reasons; refuses to guess about a row
//! that says anything else, which is then read and refused at its cell.

use super::{
    folding::{half_width, header, tidy},
    grid::{Cell, Row},
};

/// Words of a sum.
const SUMS: [&str; 6] = ["合计", "小计", "总计", "共计", "累计", "总数"];
/// A name before the word of a sum is short: 「政治建设小计」.
const SUM_CHARS: usize = 14;
/// What stands on a page that continues a table.
const CONTINUED: [&str; 6] = ["续表", "续上表", "接上页", "接上表", "转下页", "续"];
/// How notes and signatures begin.
const NOTES: [&str; 11] =
    ["注", "说明", "备注", "填表说明", "填表人", "填报人", "填报单位", "审核人", "联系人", "联系电话", "单位"];

/// Why a row is left out, in the order of telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LeftOut {
    Header,
    Title,
    Sum,
    Page,
    Separator,
    Note,
    /// Nothing in any column that is read.
    Bare,
}

impl LeftOut {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Header => "每页重复的表头",
            Self::Title => "每页重复的标题",
            Self::Sum => "合计、小计",
            Self::Page => "页码、续表字样",
            Self::Separator => "分隔行",
            Self::Note => "填表说明、签字等文字",
            Self::Bare => "没有要导入的内容",
        }
    }
}

/// Why `row` is none of the data; `above` are the header and what stands over it, `titles` the columns
/// that are read with their header.
pub(super) fn why<'t>(row: &Row, above: &[Row], titles: impl Iterator<Item = (usize, &'t str)>) -> Option<LeftOut> {
    if repeats_titles(row, titles) {
        return Some(LeftOut::Header);
    }
    match above.iter().find(|other| repeats(row, other)).map(|_| row.own().count()) {
        Some(1) => return Some(LeftOut::Title),
        Some(_) => return Some(LeftOut::Header),
        None => {}
    }
    if is_sum(row) {
        Some(LeftOut::Sum)
    } else if is_page(row) {
        Some(LeftOut::Page)
    } else if row.own().count() > 0 && row.own().all(|(_, cell)| is_rule(cell)) {
        Some(LeftOut::Separator)
    } else {
        is_note(row).then_some(LeftOut::Note)
    }
}

/// The first two filled columns of the row carry their own headers.
fn repeats_titles<'t>(row: &Row, titles: impl Iterator<Item = (usize, &'t str)>) -> bool {
    let mut filled = titles.filter_map(|(at, title)| Some((row.cell(at)?, title)));
    filled.by_ref().take(2).filter(|(cell, title)| header(&cell.text) == header(title)).count() == 2
}

/// All that the row says stands in the same columns of another.
fn repeats(row: &Row, other: &Row) -> bool {
    let mut own = row.own().peekable();
    own.peek().is_some()
        && own.all(|(at, cell)| other.cell(at).is_some_and(|above| header(&above.text) == header(&cell.text)))
}

fn folded(cell: &Cell) -> String {
    tidy(&cell.text).chars().filter(|c| !c.is_whitespace()).map(half_width).collect()
}

/// One word of a sum and, beside it, amounts only.
fn is_sum(row: &Row) -> bool {
    let mut words = 0;
    for (_, cell) in row.own() {
        let text = folded(cell);
        let text = text.trim_end_matches(':');
        if SUMS.iter().any(|sum| {
            text.chars().count() <= SUM_CHARS && text.ends_with(sum)
                || text.strip_prefix(sum).is_some_and(|rest| is_amount(rest.trim_start_matches(':')))
        }) {
            words += 1;
        } else if !is_amount(text) {
            return false;
        }
    }
    words == 1
}

/// `60`, `24条`, `3.5%`, `/`; also the empty text of a formula without result.
fn is_amount(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || ".,%/-—+共条项个人次份家名件页元万".contains(c))
}

/// `第3页 共5页`, `— 3 —`, `（续表）`.
fn is_page(row: &Row) -> bool {
    let text: String = row.own().map(|(_, cell)| folded(cell)).collect();
    let bare = text.trim_matches(|c: char| "()（）[]【】-—".contains(c));
    if CONTINUED.contains(&bare) {
        return true;
    }
    let counts = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let page = text.contains('页') && text.chars().any(counts);
    let dashed = text.starts_with(['-', '—']) && text.ends_with(['-', '—']) && text.chars().any(|c| c.is_ascii_digit());
    (page || dashed) && text.chars().all(|c| counts(c) || "第页共,，/()（）-—".contains(c))
}

/// A line drawn with signs.
fn is_rule(cell: &Cell) -> bool {
    cell.fault.is_none()
        && cell.text.chars().count() >= 2
        && folded(cell).chars().all(|c| "-—_=*·.…~～─━＿".contains(c))
}

/// A row that only explains or is signed: 「注：…」, 「说明：…」, 「填表人：… 审核：…」.
fn is_note(row: &Row) -> bool {
    let mut own = row.own();
    let Some((_, first)) = own.next() else { return true };
    let text = tidy(&first.text);
    let explains = NOTES
        .iter()
        .filter_map(|word| text.strip_prefix(word))
        .any(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit() || ":：、.（(".contains(c)));
    explains && own.all(|(_, cell)| cell.text.contains([':', '：']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Row {
        Row { number: 9, cells: cells.iter().map(|text| Cell::text(*text)).collect() }
    }

    fn of(cells: &[&str]) -> Option<LeftOut> {
        let above = [row(&["某区责任清单", "", ""]), row(&["编号", "条目", "数量"])];
        why(&row(cells), &above, [(0, "编号"), (1, "条目")].into_iter())
    }

    #[test]
    fn only_what_a_printed_sheet_adds_is_left_out() {
        for (cells, reason) in [
            (&["编 号", "条目", ""][..], Some(LeftOut::Header)),
            (&["某区责任清单", "", ""], Some(LeftOut::Title)),
            (&["合 计", "", "60"], Some(LeftOut::Sum)),
            (&["", "政治建设小计", "12条"], Some(LeftOut::Sum)),
            (&["合计：60条", "", ""], Some(LeftOut::Sum)),
            (&["第2页 共5页", "", ""], Some(LeftOut::Page)),
            (&["", "（续表）", ""], Some(LeftOut::Page)),
            (&["— 3 —", "", ""], Some(LeftOut::Page)),
            (&["————", "", ""], Some(LeftOut::Separator)),
            (&["注：此表一式两份", "", ""], Some(LeftOut::Note)),
            (&["1.1", "按月合计工作量", "每月"], None),
            (&["1.2", "小计", "每月"], None),
            (&["1.3", "", ""], None),
            (&["编号", "另一条", ""], None),
        ] {
            assert_eq!(of(cells), reason, "{cells:?}");
        }
    }
}
