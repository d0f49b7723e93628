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
    oversight::{PlanStep, Standing, purpose_of, why_so_many},
    people::access::{self, Actor, PostRef, Scope, Sight},
    time::{Day, iso, sane_year, zh_short},
};

use super::{
    super::{Services, parse, rows::Rows, season, settings::share_set, storage},
    REGISTER,
    register::{AT_ONCE, candidates, items_read},
    store,
};
use crate::{
    random,
    storage::{Row, StorageError, q},
};

/// Books of a page: so many can be registered in one form, and no more.
const ROWS: usize = AT_ONCE;

/// Which books.
enum Part {
    /// A page of all, behind this one.
    After(Option<PostId>),
    /// These.
    Of(Vec<PostId>),
}

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
        let mut draft = self.load(actor, REGISTER, query.draft.as_deref()).await?;
        // A draft without a problem passed every check and waits for the second tap.
        let confirm = !draft.fields.is_empty() && draft.problem.is_empty();
        // Its ticks stand on the page on which they were made.
        let after = query.after.or_else(|| Some(draft.value("after", "")).filter(|after| !after.is_empty()));
        draft.fields.retain(|(name, _)| name != "after");
        let running = !confirm && query.state.as_deref() == Some("open");
        let part = if confirm {
            let chosen = draft.fields.iter().filter(|(name, _)| name == "post");
            Part::Of(chosen.map(|(_, post)| parse(post)).collect::<Result<_, _>>()?)
        } else {
            Part::After(after.as_deref().map(parse).transpose()?)
        };
        let (mut listed, mut next) = self.books_read(actor, &scope, (year, running), part).await.map_err(storage)?;
        let mut after = after;
        // The book that a link asks for stands on a later page: that one is shown.
        let wish = query.post.as_deref().and_then(|post| post.parse::<PostId>().ok());
        let wish = wish.filter(|post| !confirm && after.is_none() && !listed.iter().any(|l| l.row.post == *post));
        if let Some(post) = wish.filter(|_| next.is_some())
            && let Some(before) = self.book_before(actor, &scope, post).await.map_err(storage)?
        {
            let part = Part::After(Some(before));
            let found = self.books_read(actor, &scope, (year, running), part).await.map_err(storage)?;
            if found.0.iter().any(|l| l.row.post == post) {
                (listed, next) = found;
                after = Some(before.to_string());
            }
        }
        let takings = access::ask_taking(actor, None).is_ok() || access::decide_taking(actor).is_ok();
        if listed.is_empty() && !takings {
            // None of his books is being read: he has books all the same.
            let all = self.books_read(actor, &scope, (year, false), Part::After(None)).await.map_err(storage)?.0;
            if !running || all.is_empty() {
                return Err(Rejection::NotAllowed.into());
            }
        }
        let mut read = self.store.read().clone();
        let may_register = listed.iter().any(|l| l.registers);
        let mut rows: Vec<ReadingRow> = listed.into_iter().map(|l| l.row).collect();
        if confirm {
            let posts: Vec<PostId> = rows.iter().map(|row| row.post).collect();
            let of = draft.value("year", "").trim().parse().unwrap_or(year);
            let items = items_read(&mut read, &posts, of).await.map_err(storage)?;
            let number = |name: &str| draft.value(name, "").trim().parse().unwrap_or_default();
            for row in &mut rows {
                let len = items.get(&row.post).map_or(0, Vec::len);
                row.draw = why_so_many(number("share"), number("least"), len);
            }
        }
        Ok(ReadingsPage {
            year,
            years: vec![today.year(), today.year() - 1],
            rows,
            chosen: query.post.unwrap_or_default(),
            running,
            after: after.unwrap_or_default(),
            next,
            readers: if may_register {
                candidates(&mut read, actor, today).await.map_err(storage)?
            } else {
                Vec::new()
            },
            purpose: purpose_of(year, today),
            share: share_set(&mut read, actor.district).await.map_err(storage)?,
            may_register,
            takings,
            confirm,
            command: CommandId(random::id(self.clock.now())),
            today: iso(today),
            draft,
        })
    }

    /// The book that stands before the one of `post` in the order of the list.
    async fn book_before(&self, actor: &Actor, scope: &Scope, post: PostId) -> Result<Option<PostId>, StorageError> {
        let find = q("SELECT p.id AS post_id FROM posts p JOIN units u ON u.id = p.unit_id
                      WHERE p.district_id = $1 AND p.is_head = 1")
        .bind(actor.district)
        .and_scope("u.id", scope)
        .push_bind(
            "AND (u.position, u.name, p.position, p.id) < (SELECT v.position, v.name, o.position, o.id
               FROM posts o JOIN units v ON v.id = o.unit_id WHERE o.district_id = $1 AND o.id = ?)",
            post,
        )
        .push("ORDER BY u.position DESC, u.name DESC, p.position DESC, p.id DESC LIMIT 1");
        self.store.read().row(find).await?.map(|row| row.id("post_id")).transpose()
    }

    /// Books of a page, and the last of them where more follow. Two statements.
    async fn books_read(
        &self,
        actor: &Actor,
        scope: &Scope,
        (year, running): (i32, bool),
        part: Part,
    ) -> Result<(Vec<Listed>, Option<PostId>), StorageError> {
        let today = self.today();
        let mut read = self.store.read().clone();
        // Bodies of the commission have no book that is read.
        let mut find = q("SELECT p.id AS post_id, p.title, u.id AS unit_id, u.name, u.leads_district,
                     (SELECT s.name FROM terms t JOIN persons s ON s.id = t.person_id
                       WHERE t.post_id = p.id AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
                       ORDER BY t.starts_on DESC LIMIT 1) AS head
                   FROM posts p JOIN units u ON u.id = p.unit_id
                   WHERE p.district_id = $1 AND p.is_head = 1 AND u.kind NOT IN ('team', 'committee', 'commission')")
        .bind(actor.district)
        .bind(today)
        .and_scope("u.id", scope);
        find = if running {
            // The book of a post that ended meanwhile is read to its end, too.
            find.push("AND p.id IN (SELECT n.post_id FROM inspections n WHERE n.district_id = $1 AND n.from_day <= $2")
                .push_bind("AND n.standing IN ('open', 'feedback') AND n.year = ?)", year)
        } else {
            find.push("AND (p.ends_on IS NULL OR p.ends_on >= $2) AND (u.ends_on IS NULL OR u.ends_on >= $2)")
        };
        match part {
            Part::Of(posts) => find = find.and_in("p.id", posts),
            Part::After(Some(after)) => {
                find = find.push_bind(
                    "AND (u.position, u.name, p.position, p.id) > (SELECT v.position, v.name, o.position, o.id
                       FROM posts o JOIN units v ON v.id = o.unit_id WHERE o.district_id = $1 AND o.id = ?)",
                    after,
                );
            }
            Part::After(None) => {}
        }
        let mut rows = read
            .rows(find.push_bind(
                "ORDER BY u.position, u.name, p.position, p.id LIMIT ?",
                i64::try_from(ROWS + 1).unwrap_or(i64::MAX),
            ))
            .await?;
        let more = rows.len() > ROWS;
        rows.truncate(ROWS);
        let posts = rows.iter().map(|row| row.id("post_id")).collect::<Result<Vec<PostId>, _>>()?;
        let readings = readings_by_post(&mut read, actor.district, year, &posts).await?;
        let plans = season::of_posts(&mut read, &posts, year).await?;
        let mut out = Vec::new();
        for (row, post) in rows.iter().zip(&posts) {
            let unit: UnitId = row.id("unit_id")?;
            let about = PostRef { post: *post, unit, leads_district: row.flag("leads_district")? };
            // Eyes of the commission only: a head finds his own reading among his 待办.
            if access::read_book(actor, about) != Ok(Sight::Outline) {
                continue;
            }
            let registers = access::register_reading(actor, about).is_ok();
            let own = readings.get(post).map_or(&[][..], Vec::as_slice);
            let plan = plans.get(post).map_or(&[][..], Vec::as_slice);
            out.push(Listed { row: book_line(row, (*post, year), own, plan, today)?, registers });
        }
        Ok((out, posts.last().copied().filter(|_| more)))
    }
}

/// Readings of the year by post, the running one first, then the last that ended.
async fn readings_by_post(
    from: &mut impl Rows,
    district: DistrictId,
    year: i32,
    posts: &[PostId],
) -> Result<HashMap<PostId, Vec<Row>>, StorageError> {
    let rows = from
        .all(
            q("SELECT * FROM inspections WHERE district_id = $1 AND year = $2 AND standing <> 'withdrawn'")
                .bind(district)
                .bind(year)
                .and_in("post_id", posts.iter().copied())
                .push("ORDER BY CASE WHEN standing = 'closed' THEN 1 ELSE 0 END, announced_at DESC"),
        )
        .await?;
    let mut by_post: HashMap<PostId, Vec<Row>> = HashMap::new();
    for row in rows {
        by_post.entry(row.id("post_id")?).or_default().push(row);
    }
    Ok(by_post)
}

fn book_line(
    row: &Row,
    (post, year): (PostId, i32),
    readings: &[Row],
    plan: &[PlanStep],
    today: Day,
) -> Result<ReadingRow, StorageError> {
    let (mut reading, mut words, mut phase, mut open) = (None, String::new(), String::new(), false);
    if let Some(found) = readings.first() {
        let plain = store::plain(found, Vec::new())?;
        reading = Some(found.id::<InspectionId>("id")?);
        words = format!("{}　{}", plain.purpose.label(), plain.days());
        phase = plain.phase(today).label().to_owned();
        // Ended by the office for a vacant post: not signed by both.
        if plain.standing == Standing::Closed && !found.text("withdrawn_why")?.is_empty() {
            "已办结".clone_into(&mut phase);
        }
        open = found.text("standing")? != "closed";
    }
    let step = store::stands(year, today, readings, plan)?;
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
        underway: step.underway,
        late: step.done_on.is_none() && step.due.is_some_and(|due| today > due),
        draw: String::new(),
    })
}
