//! Numbers and 大项 of a duty list: read where the file has them, derived from
//! the order of the groups where it has not. Owns duplicates and the repair of
//! `1.10` that a spreadsheet stored as 1.1; refuses to look at other columns.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::duties::DutyItem;

use super::{check_group, loses_zeros, matching};
use crate::import::{
    folding::{half_width, numbered, numeral, tidy},
    grid::{Cell, Origin, Row},
    headers::Table,
    identity,
    preview::{CellProblem, row_list},
};

/// Longest printed number.
const CODE_CHARS: usize = 20;

/// A row with its number and group settled.
pub(super) struct Numbered<'b> {
    pub(super) table: usize,
    pub(super) row: &'b Row,
    pub(super) code: String,
    pub(super) group_no: u32,
    pub(super) group: String,
    /// A problem was reported; the row must not be planned.
    pub(super) bad: bool,
}

/// A row with what its cells say.
struct Raw<'b> {
    table: usize,
    row: &'b Row,
    /// `Ok(None)`: empty.
    code: Result<Option<String>, &'static str>,
    /// Number before the name of the group, and the name.
    group: Option<(Option<u32>, String)>,
    number_cell: bool,
    bad: bool,
}

/// Settles number and group of every data row.
pub(super) fn number<'b>(
    origin: Origin,
    tables: &[Table<'b>],
    current: &[DutyItem],
    errors: &mut Vec<CellProblem>,
    notes: &mut Vec<String>,
) -> Vec<Numbered<'b>> {
    let raws = collect(tables, errors, notes);
    // Word's automatic numbering leaves the cells empty: then there is no number column.
    let no_codes = raws.iter().all(|raw| matches!(raw.code, Ok(None)));
    let running = !no_codes && raws.iter().all(|raw| !matches!(&raw.code, Ok(Some(code)) if !is_whole(code)));
    let mut out: Vec<Numbered<'b>> = Vec::new();
    let mut groups = Groups::new(current);
    let mut in_group: BTreeMap<u32, u32> = BTreeMap::new();
    let mut first_of_group: BTreeMap<u32, u32> = BTreeMap::new();
    let mut repaired = Vec::new();
    let mut last_code = String::new();
    for raw in raws {
        let Some(table) = tables.get(raw.table) else { continue };
        let mut bad = raw.bad;
        let mut written = match raw.code {
            Ok(code) => code.unwrap_or_default(),
            Err(message) => {
                errors.push(table.problem(raw.row, "code", message));
                bad = true;
                String::new()
            }
        };
        if loses_zeros(origin, raw.number_cell)
            && let Some(longer) = lost_zero(&last_code, &written)
        {
            repaired.push((raw.row.number, longer.clone()));
            written = longer;
        }
        last_code.clone_from(&written);
        let prefix = if running { None } else { prefix(&written) };
        let (group_no, group) = groups.settle(raw.group, prefix);
        let group = check_group(group).unwrap_or_else(|message| {
            errors.push(table.problem(raw.row, "group", message));
            bad = true;
            String::new()
        });
        let place = in_group.entry(group_no).or_default();
        *place += 1;
        let code = if no_codes {
            format!("{group_no}.{place}")
        } else if written.is_empty() {
            if !bad {
                let message = "这一行没有编号。请补上编号，如 6.3；整张表都没有编号时可以删去编号列，由系统按顺序编。";
                errors.push(table.problem(raw.row, "code", message));
                bad = true;
            }
            written
        } else if running && groups.named {
            // A running number (1…60) or one that starts again in every group.
            let value: u32 = written.parse().unwrap_or(*place);
            let first = *first_of_group.entry(group_no).or_insert(value);
            format!("{group_no}.{}", value.saturating_sub(first) + 1)
        } else {
            written
        };
        out.push(Numbered { table: raw.table, row: raw.row, code, group_no, group, bad });
    }
    for (row, code) in repaired {
        notes.push(format!(
            "第{row}行的编号按 {code} 读取：表格把末尾的 0 去掉了。为免歧义，请把编号列设为“文本”格式。"
        ));
    }
    if groups.unnamed && !out.is_empty() {
        notes.push("文件里没有“大项”列，大项名称按编号或草稿里已有的名称填写，请在预览后核对。".to_owned());
    }
    if no_codes && !out.is_empty() {
        notes.push("文件里没有编号，已按大项和顺序自动编号。".to_owned());
    }
    for (group, rows) in groups.clashes {
        notes.push(format!(
            "{}的大项写成了“{}”，与同一编号下前面的名称不一致，按前面的名称导入。",
            row_list(&rows),
            group
        ));
    }
    duplicates(tables, &mut out, errors);
    out
}

fn collect<'b>(tables: &[Table<'b>], errors: &mut Vec<CellProblem>, notes: &mut Vec<String>) -> Vec<Raw<'b>> {
    let mut raws = Vec::new();
    let mut bare = Vec::new();
    for (at, table) in tables.iter().enumerate() {
        let mut heading: Option<(Option<u32>, String)> = None;
        let mut last_named: Option<(Option<u32>, String)> = None;
        for row in table.rows() {
            if let Some(found) = lone_heading(table, row) {
                match found {
                    Lone::Heading(group) => {
                        heading = Some(group.clone());
                        last_named = Some(group);
                    }
                    Lone::Remark(text) => {
                        notes.push(format!("第{}行只有“{text}”，按说明文字跳过。", row.number));
                    }
                }
                continue;
            }
            if table.says_nothing(row) {
                bare.push(row.number);
                continue;
            }
            let code_cell = table.cell(row, "code");
            let text_cell = table.cell(row, "text");
            if code_cell.is_some_and(|c| c.filled) && text_cell.is_none_or(|c| c.filled) {
                notes.push(format!("第{}行与上面的合并单元格是同一条，没有另外导入。", row.number));
                continue;
            }
            let own_group = table.cell(row, "group").map(|cell| numbered(&cell.text));
            let group = own_group.or_else(|| last_named.clone()).or_else(|| heading.clone());
            if table.has("group") {
                last_named.clone_from(&group);
            }
            let bad = table.has("group") && group.is_none();
            if bad {
                errors.push(table.problem(
                    row,
                    "group",
                    "这一行没有写大项，上面也没有可以沿用的大项。请补上大项名称。",
                ));
            }
            raws.push(Raw {
                table: at,
                row,
                code: code_cell.map_or(Ok(None), read_code),
                group: group.filter(|(_, name)| !name.is_empty()),
                number_cell: code_cell.is_some_and(|c| c.number),
                bad,
            });
        }
    }
    if !bare.is_empty() {
        notes.push(format!("{}除编号外没有内容，按空行跳过。", row_list(&bare)));
    }
    raws
}

enum Lone {
    Heading((Option<u32>, String)),
    Remark(String),
}

/// A row with one text only: a group heading across the table, or a remark.
fn lone_heading<'b>(table: &Table<'b>, row: &'b Row) -> Option<Lone> {
    let mut own = row.own();
    let (column, cell) = own.next()?;
    let across = table.grid.merge_at(row.number, column).is_some_and(|m| m.right > m.left);
    let is_text = table.cell(row, "text").is_some_and(|c| std::ptr::eq(c, cell));
    if own.next().is_some() || (is_text && !across) {
        return None;
    }
    let (number, name) = numbered(&cell.text);
    let in_group = table.cell(row, "group").is_some_and(|c| std::ptr::eq(c, cell));
    if number.is_some() || in_group || (across && name.chars().count() <= 20) {
        return Some(Lone::Heading((number, name)));
    }
    let is_code = table.cell(row, "code").is_some_and(|c| std::ptr::eq(c, cell));
    if is_code {
        return None;
    }
    Some(Lone::Remark(identity::masked(&cell.text).chars().take(20).collect()))
}

/// The number as it is stored, from what is written.
fn read_code(cell: &Cell) -> Result<Option<String>, &'static str> {
    if cell.date.is_some() {
        return Err("编号被表格软件变成了日期。请把编号列设为“文本”格式，重新填写后再上传。");
    }
    let folded: String = tidy(&cell.text).chars().map(half_width).collect();
    let bare = folded.trim_matches(|c: char| matches!(c, '(' | ')' | '、' | '.' | '。' | ' ' | '第' | '条' | '项'));
    if bare.is_empty() {
        return Ok(None);
    }
    if let Some(number) = numeral(bare) {
        return Ok(Some(number.to_string()));
    }
    let dotted: String =
        bare.chars().map(|c| if matches!(c, '-' | '—' | '–' | '·' | '﹒' | '_') { '.' } else { c }).collect();
    let code = if dotted.chars().all(|c| c.is_ascii_digit() || c == '.') {
        let parts: Vec<&str> = dotted.split('.').map(|p| p.trim_start_matches('0')).collect();
        if parts.iter().any(|p| p.is_empty() || p.len() > 4) {
            return Err("编号的写法不对。请写成大项号加点加序号，如 6.3。");
        }
        parts.join(".")
    } else {
        bare.to_owned()
    };
    if code.chars().count() > CODE_CHARS {
        return Err("编号太长。请写成大项号加点加序号，如 6.3，最多 20 个字。");
    }
    Ok(Some(code))
}

fn is_whole(code: &str) -> bool {
    code.chars().all(|c| c.is_ascii_digit())
}

fn prefix(code: &str) -> Option<u32> {
    let (first, _) = code.split_once('.')?;
    first.parse().ok().filter(|n| (1..=99).contains(n))
}

/// After 1.9 a 1.1 is 1.10, after 1.19 a 1.2 is 1.20.
fn lost_zero(last: &str, code: &str) -> Option<String> {
    let (group, end) = code.split_once('.')?;
    let (last_group, last_end) = last.split_once('.')?;
    let (end, last_end): (u32, u32) = (end.parse().ok()?, last_end.parse().ok()?);
    (group == last_group && end < 10 && end > 0 && last_end + 1 == end * 10).then(|| format!("{group}.{}", end * 10))
}

/// Numbers and names of the groups seen so far.
struct Groups {
    by_number: BTreeMap<u32, String>,
    known: HashMap<String, u32>,
    fresh: HashSet<u32>,
    clashes: Vec<(String, Vec<u32>)>,
    named: bool,
    unnamed: bool,
}

impl Groups {
    fn new(current: &[DutyItem]) -> Self {
        Self {
            by_number: current.iter().map(|item| (item.group_no, item.group.clone())).collect(),
            known: current.iter().map(|item| (matching::folded(&item.group), item.group_no)).collect(),
            fresh: HashSet::new(),
            clashes: Vec::new(),
            named: false,
            unnamed: false,
        }
    }

    /// Number and name of a group: the number of the heading, else of the code, else
    /// of the same name before, else the next one.
    fn settle(&mut self, group: Option<(Option<u32>, String)>, prefix: Option<u32>) -> (u32, String) {
        let Some((number, name)) = group else {
            self.unnamed = true;
            let number = prefix.unwrap_or(1);
            let name = self.by_number.get(&number).cloned().unwrap_or_else(|| format!("大项{number}"));
            return (number, name);
        };
        self.named = true;
        let folded = matching::folded(&name);
        let number = prefix
            .or(number)
            .or_else(|| self.known.get(&folded).copied())
            .unwrap_or_else(|| self.fresh.iter().max().copied().unwrap_or(0) + 1);
        self.known.insert(folded.clone(), number);
        if self.fresh.insert(number) {
            self.by_number.insert(number, name.clone());
        }
        let first = self.by_number.get(&number).cloned().unwrap_or(name.clone());
        if matching::folded(&first) == folded { (number, first) } else { (number, self.clash(first, name)) }
    }

    fn clash(&mut self, first: String, name: String) -> String {
        if !self.clashes.iter().any(|(known, _)| *known == name) {
            self.clashes.push((name, Vec::new()));
        }
        first
    }
}

/// Reports every number that stands twice, naming both rows, at the later one.
fn duplicates(tables: &[Table<'_>], rows: &mut [Numbered<'_>], errors: &mut Vec<CellProblem>) {
    let mut first: HashMap<String, (usize, u32)> = HashMap::new();
    for numbered in rows.iter_mut().filter(|n| !n.code.is_empty()) {
        let here = (numbered.table, numbered.row.number);
        let Some((table, row)) = first.get(&numbered.code).copied() else {
            first.insert(numbered.code.clone(), here);
            continue;
        };
        let Some(found_in) = tables.get(numbered.table) else { continue };
        let place = |(at, row): (usize, u32)| {
            let sheet = tables.get(at).filter(|_| tables.len() > 1).map(|t| t.grid.name.as_str()).unwrap_or_default();
            format!("{sheet}第{row}行")
        };
        errors.push(found_in.problem(
            numbered.row,
            "code",
            format!(
                "编号 {} 重复：{}和{}用了同一个编号。请把其中一个改成不同的编号。",
                numbered.code,
                place((table, row)),
                place(here)
            ),
        ));
        numbered.bad = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        read_code(&Cell::text(text)).unwrap()
    }

    #[test]
    fn codes_are_folded() {
        for (text, code) in [
            ("1.1", "1.1"),
            ("１．２", "1.2"),
            ("1-3", "1.3"),
            ("(5)", "5"),
            ("十二", "12"),
            ("6.3.", "6.3"),
            ("01.02", "1.2"),
        ] {
            assert_eq!(read(text).as_deref(), Some(code), "{text}");
        }
        assert_eq!(read(" "), None);
        assert!(read_code(&Cell::text("1..2")).is_err());
    }

    #[test]
    fn a_lost_zero_is_seen_by_its_neighbour() {
        assert_eq!(lost_zero("1.9", "1.1").as_deref(), Some("1.10"));
        assert_eq!(lost_zero("2.19", "2.2").as_deref(), Some("2.20"));
        assert_eq!(lost_zero("1.8", "1.1"), None);
        assert_eq!(lost_zero("1.9", "2.1"), None);
    }
}
