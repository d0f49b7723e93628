//! The books that a body supervises, this period's step of each, and the form that registers
//! readings of many at once.

use std::collections::HashMap;

use app::api::{
    ApiError,
    drafts::Drafts as _,
    oversight::{ReadingRow, ReadingsPage, ReadingsQuery},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::{CommandId, DistrictId, InspectionId, PostId, UnitId},
    oversight::step,
    people::{
        UnitKind,
        access::{self, Actor, PostRef, Scope, Sight},
    },
    time::{Day, iso, sane_year, zh_short},
};

use super::{
    super::{Services, rows::Rows, storage},
    REGISTER,
    register::{candidates, days},
    store,
};
use crate::{
    random,
    storage::{Row, StorageError, q},
};

/// One book of the list.
struct Listed {
    row: ReadingRow,
    registers: bool,
}

impl Services {
    pub(super) async fn readings_page(&self, actor: &Actor, query: ReadingsQuery) -> Result<ReadingsPage, ApiError> {
        let today = self.today();
        let year = sane_year(query.year.unwrap_or_else(|| today.year()));
        let scope = access::board_scope(actor)?;
        let listed = self.books_read(actor, &scope, year, today).await.map_err(storage)?;
        let takings = access::ask_taking(actor, None).is_ok() || access::decide_taking(actor).is_ok();
        if listed.is_empty() && !takings {
            return Err(Rejection::NotAllowed.into());
        }
        let mut read = self.store.read().clone();
        let may_register = listed.iter().any(|l| l.registers);
        let draft = self.load(actor, REGISTER, query.draft.as_deref()).await?;
        Ok(ReadingsPage {
            year,
            years: vec![today.year(), today.year() - 1],
            rows: listed.into_iter().map(|l| l.row).collect(),
            readers: if may_register {
                candidates(&mut read, actor, today).await.map_err(storage)?
            } else {
                Vec::new()
            },
            may_register,
            takings,
            // A draft without a problem passed every check and waits for the second tap.
            confirm: !draft.fields.is_empty() && draft.problem.is_empty(),
            command: CommandId(random::id(self.clock.now())),
            today: iso(today),
            draft,
        })
    }

    async fn books_read(
        &self,
        actor: &Actor,
        scope: &Scope,
        year: i32,
        today: Day,
    ) -> Result<Vec<Listed>, StorageError> {
        let mut read = self.store.read().clone();
        let rows = read
            .rows(
                q("SELECT p.id AS post_id, p.title, u.id AS unit_id, u.name, u.kind, u.leads_district,
                     (SELECT s.name FROM terms t JOIN persons s ON s.id = t.person_id
                       WHERE t.post_id = p.id AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
                       ORDER BY t.starts_on DESC LIMIT 1) AS head
                   FROM posts p JOIN units u ON u.id = p.unit_id
                   WHERE p.district_id = $1 AND p.is_head = 1 AND (p.ends_on IS NULL OR p.ends_on >= $2)
                     AND (u.ends_on IS NULL OR u.ends_on >= $2)")
                .bind(actor.district)
                .bind(today)
                .and_scope("u.id", scope)
                .push("ORDER BY u.position, u.name, p.position, p.id"),
            )
            .await?;
        let readings = readings_by_post(&mut read, actor.district, year).await?;
        let mut out = Vec::new();
        for row in &rows {
            let unit: UnitId = row.id("unit_id")?;
            let post: PostId = row.id("post_id")?;
            let about = PostRef { post, unit, leads_district: row.flag("leads_district")? };
            let kind: UnitKind = row.keyed("kind", UnitKind::from_key)?;
            let body = matches!(kind, UnitKind::Team | UnitKind::Committee | UnitKind::Commission);
            // Eyes of the commission only: a head finds his own reading among his 待办.
            if body || access::read_book(actor, about) != Ok(Sight::Outline) {
                continue;
            }
            let registers = access::register_reading(actor, about).is_ok();
            let own = readings.get(&post).map_or(&[][..], Vec::as_slice);
            out.push(Listed { row: book_line(row, post, own, year, today)?, registers });
        }
        Ok(out)
    }
}

/// Readings of the year by post, the running one first, then the last that ended.
async fn readings_by_post(
    from: &mut impl Rows,
    district: DistrictId,
    year: i32,
) -> Result<HashMap<PostId, Vec<Row>>, StorageError> {
    let rows = from
        .all(
            q("SELECT * FROM inspections WHERE district_id = $1 AND year = $2 AND standing <> 'withdrawn'
               ORDER BY CASE WHEN standing = 'closed' THEN 1 ELSE 0 END, announced_at DESC")
            .bind(district)
            .bind(year),
        )
        .await?;
    let mut by_post: HashMap<PostId, Vec<Row>> = HashMap::new();
    for row in rows {
        by_post.entry(row.id("post_id")?).or_default().push(row);
    }
    Ok(by_post)
}

fn book_line(row: &Row, post: PostId, readings: &[Row], year: i32, today: Day) -> Result<ReadingRow, StorageError> {
    let (mut reading, mut words, mut phase, mut open) = (None, String::new(), String::new(), false);
    if let Some(found) = readings.first() {
        let plain = store::plain(found, Vec::new())?;
        reading = Some(found.id::<InspectionId>("id")?);
        words = format!("{}　{}", plain.purpose.label(), days(&plain));
        phase = plain.phase(today).label().to_owned();
        open = found.text("standing")? != "closed";
    }
    let step = step(year, today, &store::done(readings, today)?);
    let by = step.due.map(|day| format!("　{}前", zh_short(day))).unwrap_or_default();
    let head = row.opt_text("head")?;
    Ok(ReadingRow {
        post,
        unit: row.text("name")?,
        who: match head {
            Some(head) => format!("{head}，{}", row.text("title")?),
            None => format!("{}（空缺）", row.text("title")?),
        },
        reading,
        words,
        phase,
        open,
        step: format!("{}{by}", step.step),
        done: step.done_on.is_some(),
        late: step.done_on.is_none() && step.due.is_some_and(|due| today > due),
    })
}
