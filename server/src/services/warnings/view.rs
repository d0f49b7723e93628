//! Rows of the views of a matter.

use std::collections::{BTreeMap, BTreeSet};

use app::api::warnings::{
    CellRow, DutyRow, MatterMay, MatterPage, NoticeRow, ProblemRow, SignRow, SituationRow, StartRow,
};
use domain::{
    accountability::{State, Waits},
    board::Tone,
    ids::{ItemId, UnitId, WarningId, WarningLineId},
    people::access::{self, Actor},
    time::{Day, zh, zh_short},
    warnings::{Part, Stage},
};

use super::{
    super::rows::Rows,
    notices::{self, Notice},
    one::COLUMNS,
    store::{Kept, Whole},
};
use crate::storage::{StorageError, q};

pub(super) use super::flow_view::flow;

/// An item of the matter as its cell shows it: id, word, tone, days opened, due and closed.
#[derive(Debug, Clone)]
pub struct ItemOf {
    /// Id.
    pub id: ItemId,
    /// Word of its state.
    pub word: String,
    /// Tone.
    pub tone: Tone,
    /// Struck off on.
    pub closed: Option<Day>,
}

/// Items by cell. One statement.
pub async fn items(
    from: &mut impl Rows,
    id: WarningId,
    today: Day,
) -> Result<BTreeMap<(WarningLineId, UnitId), ItemOf>, StorageError> {
    let find = q("SELECT c.duty_id, c.unit_id, i.id, i.state, i.due_on, COALESCE(i.closed_on, '') AS closed_on
                  FROM warning_cells c JOIN items i ON i.id = c.item_id WHERE c.matter_id = $1
                  ORDER BY c.duty_id, c.unit_id");
    let columns = &["duty_id", "unit_id", "id", "state", "due_on", "closed_on"];
    let mut out = BTreeMap::new();
    for row in from.all(find.bind(id).at_once(columns)).await? {
        let state = row.keyed("state", State::from_key)?;
        let closed = domain::time::parse_iso(&row.text("closed_on")?);
        let tone = if state == State::Closed {
            Tone::Ok
        } else if state.waits() == Waits::Unit && row.day("due_on")? < today {
            Tone::Late
        } else {
            Tone::None
        };
        let word = if tone == Tone::Late { "逾期".to_owned() } else { state.label().to_owned() };
        out.insert((row.id("duty_id")?, row.id("unit_id")?), ItemOf { id: row.id("id")?, word, tone, closed });
    }
    Ok(out)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// 问题清单.
pub fn problems(whole: &Whole) -> Vec<ProblemRow> {
    let row = |(n, problem): (u32, &domain::warnings::Problem)| ProblemRow {
        id: problem.id,
        no: n,
        group: problem.group.clone(),
        text: problem.text.clone(),
        duties: count(whole.lists.duties.iter().filter(|d| d.problem == Some(problem.id)).count()),
        version: whole.versions.get(&problem.id).copied().unwrap_or_default(),
    };
    (1..).zip(&whole.lists.problems).map(row).collect()
}

/// 问责清单.
pub fn situations(whole: &Whole) -> Vec<SituationRow> {
    let row = |(n, one): (u32, &domain::warnings::Situation)| SituationRow {
        id: one.id,
        no: n,
        text: one.text.clone(),
        handling: one.handling.clone(),
        basis: one.basis.clone(),
        version: whole.versions.get(&one.id).copied().unwrap_or_default(),
    };
    (1..).zip(&whole.lists.situations).map(row).collect()
}

/// One cell as a row.
pub fn cell_row(whole: &Whole, cell: &domain::warnings::Cell, item: Option<&ItemOf>, may_fill: bool) -> CellRow {
    let followed = cell.part.is_followed();
    CellRow {
        unit: cell.unit,
        name: whole.name(cell.unit),
        part: cell.part,
        office: cell.office.clone(),
        person: cell.person.clone(),
        leader: cell.leader.clone(),
        measure: cell.measure.clone(),
        due: cell.due,
        whole: !cell.office.is_empty()
            && !cell.person.is_empty()
            && (!followed || !cell.leader.is_empty() && !cell.measure.is_empty()),
        item: item.map(|item| (item.id, item.word.clone(), item.tone)),
        may_fill,
        version: whole.cells.get(&(cell.duty, cell.unit)).map(|(version, _)| *version).unwrap_or_default(),
    }
}

fn numbers(whole: &Whole) -> BTreeMap<WarningLineId, u32> {
    (1..).zip(&whole.lists.duties).map(|(n, duty)| (duty.id, n)).collect()
}

/// Numbers of the duties before one.
pub fn before(numbers: &BTreeMap<WarningLineId, u32>, after: &[WarningLineId]) -> Vec<u32> {
    after.iter().filter_map(|id| numbers.get(id).copied()).collect()
}

/// The matrix: duties × the units of the page.
pub fn matrix(
    out: &mut MatterPage,
    actor: &Actor,
    kept: &Kept,
    whole: &Whole,
    items: &BTreeMap<(WarningLineId, UnitId), ItemOf>,
) {
    let stage = kept.matter.stage;
    let units = whole.lists.units();
    let at = (out.page.0 as usize - 1) * COLUMNS;
    let shown: Vec<UnitId> = units.iter().skip(at).take(COLUMNS).copied().collect();
    out.unit_total = count(units.len());
    out.page.1 = units.len() > at + COLUMNS;
    out.columns = shown.iter().map(|unit| (*unit, whole.name(*unit))).collect();
    let office = access::run_matter(actor).is_ok() || out.may.draft;
    let fills = |unit: UnitId| stage.fills() && (office || access::fill_matter(actor, unit).is_ok());
    let problem_no: BTreeMap<_, _> = (1..).zip(&whole.lists.problems).map(|(n, p)| (p.id, n)).collect();
    let numbers = numbers(whole);
    let mut by_duty: BTreeMap<WarningLineId, Vec<&domain::warnings::Cell>> = BTreeMap::new();
    for cell in &whole.lists.cells {
        by_duty.entry(cell.duty).or_default().push(cell);
    }
    let place: BTreeMap<_, _> = (0..).zip(&shown).map(|(n, unit)| (*unit, n)).collect::<BTreeMap<UnitId, usize>>();
    let columns: BTreeSet<_> = shown.iter().copied().collect();
    out.duties = (1..)
        .zip(&whole.lists.duties)
        .map(|(n, duty)| {
            let all = by_duty.get(&duty.id).map(Vec::as_slice).unwrap_or_default();
            let lead = all.iter().find(|c| c.part == Part::Lead).map(|c| whole.name(c.unit)).unwrap_or_default();
            let mut cells: Vec<_> = all.iter().filter(|c| columns.contains(&c.unit)).collect();
            cells.sort_by_key(|c| place.get(&c.unit).copied());
            let row = |c: &&&domain::warnings::Cell| cell_row(whole, c, items.get(&(c.duty, c.unit)), fills(c.unit));
            DutyRow {
                id: duty.id,
                no: n,
                text: duty.text.clone(),
                standard: duty.standard.clone(),
                problem: duty.problem.and_then(|id| problem_no.get(&id).copied()),
                problem_id: duty.problem,
                after: before(&numbers, &duty.after),
                lead,
                cells: cells.iter().map(row).collect(),
                version: whole.versions.get(&duty.id).copied().unwrap_or_default(),
            }
        })
        .collect();
}

/// Duties that the viewer's own units may hand on.
pub fn own_duties(whole: &Whole, actor: &Actor) -> Vec<DutyRow> {
    let own = |unit: UnitId| access::fill_matter(actor, unit).is_ok();
    let mut out = Vec::new();
    for (n, duty) in (1..).zip(&whole.lists.duties) {
        let cells = whole.lists.cells.iter().filter(|c| c.duty == duty.id && own(c.unit));
        let cells: Vec<_> = cells.map(|c| cell_row(whole, c, None, false)).collect();
        if !cells.is_empty() {
            out.push(DutyRow {
                id: duty.id,
                no: n,
                text: duty.text.clone(),
                standard: String::new(),
                problem: None,
                problem_id: None,
                after: Vec::new(),
                lead: String::new(),
                cells,
                version: 0,
            });
        }
    }
    out
}

/// 会签, of the whole matter or of the own units.
pub async fn signs(
    from: &mut impl Rows,
    actor: &Actor,
    (kept, may, today): (&Kept, MatterMay, Day),
    mine: Option<&BTreeSet<UnitId>>,
) -> Result<Vec<SignRow>, StorageError> {
    let find =
        q("SELECT c.*, u.name FROM warning_countersigns c JOIN units u ON u.id = c.unit_id WHERE c.matter_id = $1
                  ORDER BY u.position, u.name, u.id");
    let open = kept.matter.stage == Stage::Countersign;
    let mut out = Vec::new();
    for row in from.all(find.bind(kept.id)).await? {
        let unit: UnitId = row.id("unit_id")?;
        if mine.is_some_and(|mine| !mine.contains(&unit)) {
            continue;
        }
        let state = row.text("state")?;
        let due = row.day("due_on")?;
        let said = row.text("words")?;
        let who = match row.opt_day("on_day")? {
            Some(day) => format!("{} {}", row.text("by_name")?, zh_short(day)),
            None => format!("请于{}前会签", zh_short(due)),
        };
        let settled = row.opt_day("settled_on")?;
        let settled = match settled {
            Some(day) => format!("；{}{}协调：{}", row.text("settled_by")?, zh_short(day), row.text("settled_words")?),
            None => String::new(),
        };
        let (tone, word) = match state.as_str() {
            "agreed" => (Tone::Ok, "已同意"),
            "settled" => (Tone::Ok, "已协调"),
            "objected" => (Tone::Warn, "有不同意见"),
            _ if open && due < today => (Tone::Warn, "逾期未会签"),
            _ => (Tone::None, "待会签"),
        };
        let words = if said.is_empty() { who } else { format!("{who}　{said}") };
        out.push(SignRow {
            unit,
            name: row.text("name")?,
            tone,
            word: word.to_owned(),
            words: format!("{words}{settled}"),
            may_sign: open && state == "asked" && access::fill_matter(actor, unit).is_ok(),
            may_note: open && state == "asked" && access::note_unit_paper(actor, unit).is_ok(),
            objected: state == "objected" && may.note,
            version: row.int("version")?,
        });
    }
    Ok(out)
}

/// Duties that were handed on, in sentences.
pub async fn handoffs(
    from: &mut impl Rows,
    id: WarningId,
    mine: Option<&BTreeSet<UnitId>>,
) -> Result<Vec<String>, StorageError> {
    let find = q("SELECT h.from_unit, h.to_unit, h.words, h.at, d.text, f.name AS gave, t.name AS took
                  FROM warning_handoffs h JOIN warning_duties d ON d.id = h.duty_id
                  JOIN units f ON f.id = h.from_unit JOIN units t ON t.id = h.to_unit
                  WHERE h.matter_id = $1 ORDER BY h.at, h.id");
    let mut out = Vec::new();
    for row in from.all(find.bind(id)).await? {
        let ends = [row.id::<UnitId>("from_unit")?, row.id("to_unit")?];
        if mine.is_none_or(|mine| ends.iter().any(|unit| mine.contains(unit))) {
            let day = zh_short(row.instant("at")?.day());
            let (gave, took) = (row.text("gave")?, row.text("took")?);
            out.push(format!("{day}　“{}”由{gave}转给{took}：{}", row.text("text")?, row.text("words")?));
        }
    }
    Ok(out)
}

/// Word, tone and next day of a notice.
pub fn notice_state(notice: &Notice, today: Day) -> (Tone, String, String) {
    let late = |due: Option<Day>| due.is_some_and(|due| due < today);
    let by = |due: Option<Day>| due.map(zh_short).unwrap_or_default();
    let (tone, word, words) = match notice.state.as_str() {
        "queued" => (Tone::None, "正在编号", String::new()),
        "made" => (Tone::None, "待送达", "由派驻组或联系室当面送达".to_owned()),
        "delivered" => {
            let (tone, words) = if late(notice.due.0) { (Tone::Warn, "，已逾期") } else { (Tone::None, "") };
            (tone, "待签收", format!("{}前签收{words}", by(notice.due.0)))
        }
        "signed" => {
            let (tone, words) = if late(notice.due.1) { (Tone::Warn, "，已逾期") } else { (Tone::None, "") };
            (tone, "待报措施", format!("{}前报送措施{words}", by(notice.due.1)))
        }
        "answered" => (Tone::Ok, "已报措施", format!("{}报送", by(notice.answer.1))),
        _ => (Tone::None, "已作废", notice.moved.clone()),
    };
    (tone, word.to_owned(), words)
}

/// Notices of a page.
pub async fn notices(
    from: &mut impl Rows,
    actor: &Actor,
    (kept, whole): (&Kept, &Whole),
    mine: Option<&BTreeSet<UnitId>>,
    out: &mut MatterPage,
) -> Result<(), StorageError> {
    let mut find = notices::select(actor.district).push_bind("AND n.matter_id = ?", kept.id);
    if let Some(mine) = mine {
        find = find.and_in("n.unit_id", mine.iter().copied());
    } else if !out.may.whole {
        find = find.and_in("n.unit_id", actor.own_units());
    }
    let rows = from.all(find.push("ORDER BY n.position, n.id")).await?;
    let all = rows.iter().map(notices::read).collect::<Result<Vec<_>, _>>()?;
    let done = q("SELECT c.unit_id, COUNT(*) AS n, SUM(CASE WHEN i.state = 'closed' THEN 1 ELSE 0 END) AS closed
                  FROM warning_cells c JOIN items i ON i.id = c.item_id WHERE c.matter_id = $1 GROUP BY c.unit_id");
    let mut items: BTreeMap<UnitId, (u32, u32)> = BTreeMap::new();
    for row in from.all(done.bind(kept.id)).await? {
        items.insert(row.id("unit_id")?, (row.small("n")?, row.small("closed")?));
    }
    let waits = |n: &Notice| matches!(n.state.as_str(), "queued" | "made" | "void");
    let stage = kept.matter.stage;
    out.may.recall = access::seal_matter(actor).is_ok() && stage == Stage::Responding && all.iter().all(waits);
    let queued = all.iter().filter(|n| n.state == "queued").count();
    let live = all.iter().filter(|n| n.state != "void").count();
    out.making = (queued > 0).then(|| (count(live - queued), count(live)));
    let at = (out.page.0 as usize - 1) * COLUMNS;
    out.unit_total = count(all.len());
    out.page.1 = all.len() > at + COLUMNS;
    for notice in all.iter().skip(at).take(COLUMNS) {
        let (tone, word, words) = notice_state(notice, out.today);
        let made = notice.state == "made";
        out.notices.push(NoticeRow {
            id: notice.id,
            number: notice.number.clone(),
            unit: notice.unit_name.clone(),
            tone,
            word,
            words,
            items: items.get(&notice.unit).copied().unwrap_or_default(),
            may_deliver: made && access::deliver_notice(actor, notice.unit).is_ok(),
            heir: whole.heirs.get(&notice.unit).filter(|_| made && access::run_matter(actor).is_ok()).cloned(),
            version: notice.version,
        });
    }
    Ok(())
}

/// 会商 so far, newest first.
pub async fn talks(from: &mut impl Rows, id: WarningId) -> Result<Vec<String>, StorageError> {
    let find = q("SELECT * FROM warning_talks WHERE matter_id = $1 ORDER BY held_on DESC, at DESC, id");
    let line = |row: &crate::storage::Row| {
        let (on, due) = (row.day("held_on")?, row.day("due_on")?);
        let late = if on > due { format!("（应于{}前）", zh_short(due)) } else { String::new() };
        let counts = format!("发现问题 {} 个，提出建议 {} 条", row.int("found")?, row.int("advised")?);
        Ok(format!("{}{late}　{}　{counts}　{}", zh(on), row.text("by_name")?, row.text("words")?))
    };
    from.all(find.bind(id)).await?.iter().map(line).collect()
}

/// 提请启动, newest first.
pub async fn starts(from: &mut impl Rows, id: WarningId) -> Result<Vec<StartRow>, StorageError> {
    let find = q("SELECT s.*, t.text, u.name FROM warning_starts s JOIN warning_situations t ON t.id = s.situation_id
                  JOIN units u ON u.id = s.unit_id WHERE s.matter_id = $1 ORDER BY s.at DESC, s.id");
    let line = |row: &crate::storage::Row| {
        let state = row.text("state")?;
        let label = match state.as_str() {
            "asked" => "待答复",
            "taken" => "已受理，线下按权限办理",
            _ => "不启动",
        };
        let asked = format!("{} {}提请", row.text("asked_name")?, zh_short(row.day("asked_on")?));
        let answered = match row.opt_day("answered_on")? {
            Some(day) => format!("；{} {}：{}", row.text("answered_name")?, zh_short(day), row.text("answer")?),
            None => String::new(),
        };
        Ok(StartRow {
            id: row.text("id")?,
            situation: row.text("text")?,
            unit: row.text("name")?,
            words: row.text("words")?,
            state: label.to_owned(),
            course: format!("{asked}{answered}"),
            open: state == "asked",
            version: row.int("version")?,
        })
    };
    from.all(find.bind(id)).await?.iter().map(line).collect()
}
