//! What the system itself knows that may belong on a list: open and repeated problems, items overdue in the book,
//! remarks of readings, the register of risks, published cases. Suggests and takes nothing over by itself.

use app::api::talks::Suggestion;
use chrono::{Datelike as _, Days};
use domain::{
    Rejection,
    accountability::Item,
    board::Tone,
    duties::{DutyItem, Frequency},
    ids::{DutyId, RiskId},
    people::access::Actor,
    talks::{DutyLine, ListKind, Risk, RiskLevel, Talk},
    time::{Day, zh, zh_short},
};

use super::super::{
    duties::store::{self as duty_store, ItemsOf},
    rows::Rows,
};
use crate::storage::{Failure, StorageError, q};

/// How far back problems and remarks are looked for, in days.
const BACK: u64 = 730;
/// Most suggestions of one source.
const SHOWN: usize = 40;

/// Items of the head's newest list of this year that a problem can be about: id and words.
pub async fn duties(from: &mut impl Rows, talk: &Talk, today: Day) -> Result<Vec<(DutyId, String)>, Failure> {
    let items = own_items(from, talk, today).await?;
    Ok(items.into_iter().map(|item| (item.duty, format!("{} {}", item.code, item.text))).collect())
}

async fn own_items(from: &mut impl Rows, talk: &Talk, today: Day) -> Result<Vec<DutyItem>, Failure> {
    let find = q("SELECT id FROM leader_lists WHERE post_id = $1 AND year = $2 ORDER BY edition DESC LIMIT 1");
    let row = from.first(find.bind(talk.post).bind(today.year())).await?;
    match row {
        Some(row) => Ok(duty_store::load_items(from, ItemsOf::Leader(row.id("id")?)).await?),
        None => Ok(Vec::new()),
    }
}

/// A line that a fact comes to.
pub enum Taken {
    /// Of the 履责清单.
    Duty(DutyLine),
    /// Of the 风险清单.
    Risk(Risk),
}

/// The line of a key, made again from what is stored: nothing of it comes from the form.
pub async fn taken(from: &mut impl Rows, actor: &Actor, talk: &Talk, key: &str, today: Day) -> Result<Taken, Failure> {
    let (what, id) = key.split_once(':').ok_or(Rejection::NotFound)?;
    match what {
        "risk" => {
            let find = q("SELECT * FROM talk_risks WHERE id = $1 AND district_id = $2 AND unit_id = $3
                          AND ended_on IS NULL");
            let row = from.first(find.bind(id).bind(actor.district).bind(talk.unit)).await?;
            let row = row.ok_or(Rejection::NotFound)?;
            Ok(Taken::Risk(Risk {
                no: 0,
                post: row.text("post_name")?,
                point: row.text("point")?,
                cause: String::new(),
                level: row.keyed("level", RiskLevel::from_key)?,
                control: row.text("control")?,
                owner: row.text("owner")?,
                of: Some(row.id::<RiskId>("id")?),
            }))
        }
        "case" => {
            let find = q("SELECT * FROM talk_cases WHERE id = $1 AND district_id = $2 AND ended_on IS NULL");
            let row = from.first(find.bind(id).bind(actor.district)).await?.ok_or(Rejection::NotFound)?;
            Ok(Taken::Risk(Risk {
                no: 0,
                post: row.text("post_name")?,
                point: row.text("point")?,
                cause: format!("典型案例：{}", row.text("title")?),
                level: RiskLevel::High,
                control: row.text("control")?,
                owner: "分管领导".to_owned(),
                of: None,
            }))
        }
        "late" => {
            let duty: DutyId = id.parse().map_err(|_| Rejection::NotFound)?;
            let items = own_items(from, talk, today).await?;
            let item = items.into_iter().find(|item| item.duty == duty).ok_or(Rejection::NotFound)?;
            let text: String = item.text.chars().take(440).collect();
            Ok(Taken::Duty(DutyLine {
                no: 0,
                duty: None,
                code: String::new(),
                text: format!("补上并坚持：{text}"),
                frequency: if item.frequency == Frequency::AnyTime { Frequency::Quarterly } else { item.frequency },
                optional: true,
            }))
        }
        _ => Err(Rejection::NotFound.into()),
    }
}

/// Everything that may belong on a list and is not on it. Five statements.
pub async fn suggestions(
    from: &mut impl Rows,
    actor: &Actor,
    talk: &Talk,
    today: Day,
) -> Result<Vec<Suggestion>, Failure> {
    let mut all = problems(from, actor, talk, today).await?;
    all.extend(remarks(from, actor, talk, today).await?);
    all.extend(late(from, talk, today).await?);
    all.extend(risks(from, actor, talk).await?);
    Ok(all)
}

/// Problems of the unit that are open, were returned or came again.
async fn problems(
    from: &mut impl Rows,
    actor: &Actor,
    talk: &Talk,
    today: Day,
) -> Result<Vec<Suggestion>, StorageError> {
    let since = today.checked_sub_days(Days::new(BACK)).unwrap_or(today);
    let find = q("SELECT id, item FROM items WHERE district_id = $1 AND unit_id = $2 AND opened_on >= $3
                  AND origin_id <> $4 ORDER BY opened_on DESC, id");
    let rows = from.all(find.bind(actor.district).bind(talk.unit).bind(since).bind(talk.id.to_string())).await?;
    let mut out = Vec::new();
    for row in &rows {
        let item: Item = row.json("item")?;
        let why = match () {
            () if item.repeats.is_some() => "重复发生的问题".to_owned(),
            () if item.is_overdue(today) => format!("整改逾期（期限{}）", zh_short(item.deadline)),
            () if !item.is_closed() => format!("整改在办：{}", item.state.label()),
            () if item.applied.returns > 0 => "整改时被退回过".to_owned(),
            () => continue,
        };
        out.push(Suggestion { key: format!("item:{}", item.id), list: ListKind::Problem, text: item.problem, why });
        if out.len() == SHOWN {
            break;
        }
    }
    Ok(out)
}

/// Remarks of readings that asked for more, or refuted something.
async fn remarks(
    from: &mut impl Rows,
    actor: &Actor,
    talk: &Talk,
    today: Day,
) -> Result<Vec<Suggestion>, StorageError> {
    let since = domain::time::Instant::start_of(today.checked_sub_days(Days::new(BACK)).unwrap_or(today));
    let find = q("SELECT m.id, m.text, m.at FROM inspection_remarks m JOIN inspections i ON i.id = m.inspection_id
                  WHERE m.district_id = $1 AND i.post_id = $2 AND m.at >= $3 AND m.kind IN ('wanting', 'mismatch')
                    AND m.withdrawn_at IS NULL AND m.text <> '' ORDER BY m.at DESC, m.id LIMIT 40");
    let rows = from.all(find.bind(actor.district).bind(talk.post).bind(since)).await?;
    rows.iter()
        .map(|row| {
            Ok(Suggestion {
                key: format!("remark:{}", row.text("id")?),
                list: ListKind::Problem,
                text: row.text("text")?,
                why: format!("{}翻阅检查意见", zh(row.instant("at")?.day())),
            })
        })
        .collect()
}

/// Items of the book that are red today, as 自选动作.
async fn late(from: &mut impl Rows, talk: &Talk, today: Day) -> Result<Vec<Suggestion>, Failure> {
    let find = q("SELECT duty_id, reason FROM colours WHERE post_id = $1 AND year = $2 AND tone = $3 ORDER BY duty_id");
    let rows = from.all(find.bind(talk.post).bind(today.year()).bind(Tone::Late.key())).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let items = own_items(from, talk, today).await?;
    let mut out = Vec::new();
    for row in &rows {
        let duty: DutyId = row.id("duty_id")?;
        let Some(item) = items.iter().find(|item| item.duty == duty) else { continue };
        out.push(Suggestion {
            key: format!("late:{duty}"),
            list: ListKind::Duty,
            text: format!("{} {}", item.code, item.text),
            why: row.text("reason")?,
        });
    }
    out.truncate(SHOWN);
    Ok(out)
}

/// The register of the unit, and published cases.
async fn risks(from: &mut impl Rows, actor: &Actor, talk: &Talk) -> Result<Vec<Suggestion>, StorageError> {
    let find = q("SELECT * FROM talk_risks WHERE district_id = $1 AND unit_id = $2 AND ended_on IS NULL
                  ORDER BY CASE level WHEN 'high' THEN 0 WHEN 'middle' THEN 1 ELSE 2 END, post_name, id LIMIT 100");
    let mut out = Vec::new();
    for row in &from.all(find.bind(actor.district).bind(talk.unit)).await? {
        let id: RiskId = row.id("id")?;
        if talk.lists.risks.iter().any(|r| r.of == Some(id)) {
            continue;
        }
        let level = row.keyed("level", RiskLevel::from_key)?;
        out.push(Suggestion {
            key: format!("risk:{id}"),
            list: ListKind::Risk,
            text: format!("{}：{}", row.text("post_name")?, row.text("point")?),
            why: format!("岗位廉政风险库，{}风险", level.label()),
        });
    }
    let find = q("SELECT * FROM talk_cases WHERE district_id = $1 AND ended_on IS NULL
                  ORDER BY published_on DESC, id LIMIT 20");
    for row in &from.all(find.bind(actor.district)).await? {
        let point = row.text("point")?;
        if talk.lists.risks.iter().any(|r| r.point == point) {
            continue;
        }
        out.push(Suggestion {
            key: format!("case:{}", row.text("id")?),
            list: ListKind::Risk,
            text: format!("{}：{point}", row.text("post_name")?),
            why: format!("公开通报的典型案例：{}", row.text("title")?),
        });
    }
    Ok(out)
}

/// Fields that a fact begins a problem with: its words; why it is so and what is asked is left to people.
pub async fn begun(
    from: &mut impl Rows,
    actor: &Actor,
    talk: &Talk,
    key: &str,
    today: Day,
) -> Result<Vec<(String, String)>, Failure> {
    let all = suggestions(from, actor, talk, today).await?;
    let Some(found) = all.into_iter().find(|s| s.key == key && s.list == ListKind::Problem) else {
        return Ok(Vec::new());
    };
    Ok(vec![("symptom".to_owned(), found.text), ("list".to_owned(), ListKind::Problem.key().to_owned())])
}
