//! The working calendar (节假日与调休) and 启用日. Both decide due days, so every
//! change is audited; 启用日 is set once.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::DistrictId,
    people::access::EditLists,
    text,
    time::{self, Day, DayKind, zh},
};

use super::{
    issue,
    store::{self, By},
};
use crate::{
    services::rows::Rows,
    storage::{Failure, StorageError, Tx, q},
};

/// Usual public holidays of 2026 (示范): first day, number of days, name. The real table comes
/// with the yearly notice of the State Council and is pasted in by the office.
const SAMPLE_2026: [(&str, u64, &str); 7] = [
    ("2026-01-01", 3, "元旦（示范）"),
    ("2026-02-15", 9, "春节（示范）"),
    ("2026-04-04", 3, "清明节（示范）"),
    ("2026-05-01", 5, "劳动节（示范）"),
    ("2026-06-19", 3, "端午节（示范）"),
    ("2026-09-25", 3, "中秋节（示范）"),
    ("2026-10-01", 7, "国庆节（示范）"),
];
/// Weekend days worked instead in 2026 (示范).
const SAMPLE_WORKED_2026: [&str; 6] =
    ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"];
/// The notice with next year's holidays comes in November.
const NOTICE_MONTH: u32 = 11;
/// Most days kept per district: ten years of holidays.
const DAYS_MAX: usize = 1_000;
/// 启用日 lies within this many days around today: it cannot be corrected later.
const ENABLED_WITHIN_DAYS: i64 = 366;

/// Seeds the sample holidays of 2026 where the district has no table yet.
pub async fn seed_holidays(tx: &mut Tx, district: DistrictId) -> Result<(), StorageError> {
    if tx.row(q("SELECT day FROM holidays WHERE district_id = $1 LIMIT 1").bind(district)).await?.is_some() {
        return Ok(());
    }
    for (first, days, name) in SAMPLE_2026 {
        let Some(first) = time::parse_iso(first) else { continue };
        for n in 0..days {
            put(tx, district, first + chrono::Days::new(n), DayKind::Holiday, name).await?;
        }
    }
    for day in SAMPLE_WORKED_2026.into_iter().filter_map(time::parse_iso) {
        put(tx, district, day, DayKind::Workday, "调休上班（示范）").await?;
    }
    Ok(())
}

/// Years shown or at hand whose table is empty: this one, the one on the page, and from
/// November, when the yearly notice comes and lists are prepared, the next.
pub async fn missing(
    rows: &mut impl Rows,
    district: DistrictId,
    shown: i32,
    today: Day,
) -> Result<Vec<i32>, StorageError> {
    let (now, month) = (today.year(), today.month());
    let mut years = vec![now];
    if month >= NOTICE_MONTH {
        years.push(now + 1);
    }
    if shown >= now && !years.contains(&shown) {
        years.push(shown);
    }
    let mut empty = Vec::new();
    for year in years {
        let found = rows
            .first(
                q("SELECT day FROM holidays WHERE district_id = $1 AND day >= $2 AND day <= $3 LIMIT 1")
                    .bind(district)
                    .bind(time::first_of(year, 1))
                    .bind(time::last_of(year, 12)),
            )
            .await?;
        if found.is_none() {
            empty.push(year);
        }
    }
    Ok(empty)
}

async fn put(tx: &mut Tx, district: DistrictId, day: Day, kind: DayKind, name: &str) -> Result<(), StorageError> {
    tx.execute(q("DELETE FROM holidays WHERE district_id = $1 AND day = $2").bind(district).bind(day)).await?;
    tx.insert(
        "INSERT INTO holidays (district_id, day, kind, name)",
        vec![district.into(), day.into(), store::day_key(kind).into(), name.into()],
    )
    .await?;
    Ok(())
}

/// One line of the table as typed: day, kind key (empty or `none` = plain week), name.
#[derive(Debug, Clone)]
pub struct DayLine {
    /// ISO day.
    pub day: String,
    /// `holiday`, `workday`, or empty to leave the day out.
    pub kind: String,
    /// Name.
    pub name: String,
}

/// Reads pasted lines 「日期 类型 名称」, tab, comma or space between.
pub fn read_pasted(pasted: &str) -> Result<Vec<DayLine>, Rejection> {
    let mut lines = Vec::new();
    for (n, line) in (1..).zip(pasted.lines()) {
        let parts: Vec<&str> = line.split(['\t', ',', '，', ' ']).map(str::trim).filter(|p| !p.is_empty()).collect();
        let Some((first, rest)) = parts.split_first() else { continue };
        let Some(day) = read_day(first) else {
            return Err(Rejection::field(
                "paste",
                format!("第 {n} 行「{first}」不是日期，没有保存。请写成 2026-10-01 或 2026年10月1日。"),
            ));
        };
        let (kind, rest) = match rest.split_first() {
            Some((word, rest)) if matches!(*word, "放假" | "休" | "节假日" | "holiday") => ("holiday", rest),
            Some((word, rest)) if matches!(*word, "上班" | "班" | "调休上班" | "workday") => ("workday", rest),
            _ => ("holiday", rest),
        };
        lines.push(DayLine { day: time::iso(day), kind: kind.into(), name: rest.join(" ") });
    }
    Ok(lines)
}

fn read_day(text: &str) -> Option<Day> {
    if let Some(day) = time::parse_iso(text) {
        return Some(day);
    }
    let plain = text.replace(['年', '月', '/', '.'], "-").replace('日', "");
    let parts: Vec<&str> = plain.split('-').collect();
    let [y, m, d] = parts.as_slice() else { return None };
    time::parse_iso(&format!("{y}-{m:0>2}-{d:0>2}"))
}

/// Saves the table of `year`: days not among `lines` follow the plain week again. Due days still to
/// come move with it; the answer is how many did.
pub async fn save(tx: &mut Tx, by: &By, _: EditLists, year: i32, lines: &[DayLine]) -> Result<u32, Failure> {
    if time::sane_year(year) != year {
        return Err(Rejection::state("年度不对，没有保存。请从页面上的年度进入后再改。").into());
    }
    let mut days: BTreeMap<Day, (DayKind, String)> = BTreeMap::new();
    for line in lines.iter().filter(|l| !l.day.trim().is_empty()) {
        let Some(day) = time::parse_iso(line.day.trim()).filter(|d| d.year() == year) else {
            return Err(Rejection::field(
                "day",
                format!("「{}」不是{year}年的日期，没有保存。请写成 {year}-10-01 这样的格式。", line.day),
            )
            .into());
        };
        let name = text::optional("name", "名称", &line.name, text::NAME_MAX)?;
        match line.kind.as_str() {
            "" | "none" => {
                days.remove(&day);
            }
            key => {
                let kind =
                    store::day_kind(key).ok_or_else(|| Rejection::field("kind", "类型只能选放假或调休上班。"))?;
                days.insert(day, (kind, name));
            }
        }
    }
    if days.len() > DAYS_MAX {
        return Err(Rejection::field("paste", "日期太多，没有保存。一年的节假日与调休不超过 366 天。").into());
    }
    tx.execute(
        q("DELETE FROM holidays WHERE district_id = $1 AND day >= $2 AND day <= $3")
            .bind(by.district)
            .bind(time::first_of(year, 1))
            .bind(time::last_of(year, 12)),
    )
    .await?;
    for (day, (kind, name)) in &days {
        put(tx, by.district, *day, *kind, name).await?;
    }
    let calendar = store::calendar(&mut *tx, by.district).await?;
    let moved = issue::move_due_days(tx, by, &calendar).await?;
    let details = format!("{year}年 {} 天", days.len());
    tx.audit(by.district, by.account, "duties.calendar", &format!("calendar:{year}"), &details).await?;
    Ok(moved)
}

/// Sets 启用日, once.
pub async fn set_enabled(tx: &mut Tx, by: &By, _: EditLists, day: Day) -> Result<(), Failure> {
    if let Some(already) = store::enabled_on(&mut *tx, by.district).await? {
        return Err(Rejection::state(format!(
            "启用日已经设定为{}，不能再改。启用日之前到期的事项不计入任何人。",
            zh(already)
        ))
        .into());
    }
    if (day - by.day()).num_days().abs() > ENABLED_WITHIN_DAYS {
        return Err(Rejection::field(
            "day",
            format!("启用日{}离今天超过一年，没有保存。启用日设定后不能再改，请核对年份。", zh(day)),
        )
        .into());
    }
    tx.execute(q("UPDATE districts SET enabled_on = $1 WHERE id = $2").bind(day).bind(by.district)).await?;
    let object = format!("district:{}", by.district);
    tx.audit(by.district, by.account, "duties.enabled_on", &object, &time::iso(day)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_lines_are_read_in_common_spellings() {
        let lines = read_pasted("2026-10-01\t放假\t国庆节\n2026年10月10日 上班\n\n2026/5/1，休，劳动节").unwrap();
        let seen: Vec<_> = lines.iter().map(|l| (l.day.as_str(), l.kind.as_str(), l.name.as_str())).collect();
        assert_eq!(
            seen,
            [("2026-10-01", "holiday", "国庆节"), ("2026-10-10", "workday", ""), ("2026-05-01", "holiday", "劳动节"),]
        );
        assert!(read_pasted("国庆").unwrap_err().to_string().contains("第 1 行"));
    }
}
