//! The counts of the flow: eight queries, each grouped by the database, whatever the number of units. Every one of them
//! counts what the page behind it lists for the same reader.

use domain::{
    accountability::{State, Waits},
    board::Duty,
    chain::{Answer, Counted, FlowFacts},
    duties::ListState,
    people::{
        UnitKind,
        access::{self, Actor},
    },
    season::StepState,
    time::{Day, first_of, last_of},
};

use crate::{
    services::overview::{self, View},
    storage::{Pool, StorageError, q},
};

/// Everything that the flow is folded from.
pub(super) async fn gather(read: &Pool, actor: &Actor, view: &View) -> Result<FlowFacts, StorageError> {
    let (standing, lists, red, steps, checks, reviews, items, ended) = tokio::try_join!(
        overview::by_type(read, view),
        lists(read, view),
        red(read, view),
        steps(read, view),
        checks(read, actor, view),
        reviews(read, actor, view),
        items(read, view),
        ended(read, view),
    )?;
    let (steps_late, steps_open, steps_drafted, steps_unassigned) = steps;
    let (without, lists) = lists;
    let (meetings_asked, meetings_coming, sheets) = reviews;
    let (items, overdue) = items;
    let (closed, taken) = ended;
    Ok(FlowFacts {
        without,
        lists,
        fulfilment: standing.duty(Duty::Lv),
        wanting_since: red,
        steps_late,
        steps_open,
        steps_drafted,
        steps_unassigned,
        checks,
        meetings_asked,
        meetings_coming,
        sheets,
        items,
        overdue,
        closed,
        taken,
    })
}

/// Head posts without a list of the year, and the newest lists of the others, as `/duties` shows them.
async fn lists(read: &Pool, view: &View) -> Result<(u32, Vec<(ListState, Counted)>), StorageError> {
    let kinds = UnitKind::ALL.into_iter().filter(|kind| kind.answers_for_a_list()).map(UnitKind::key);
    let find = q("SELECT l.state, COUNT(*) AS n, MIN(l.sent_on) AS sent_on, MIN(l.issued_at) AS issued_at
         FROM posts p JOIN units u ON u.id = p.unit_id
           LEFT JOIN leader_lists l ON l.post_id = p.id AND l.year = $2 AND NOT EXISTS (
             SELECT 1 FROM leader_lists n WHERE n.post_id = l.post_id AND n.year = l.year AND n.edition > l.edition)
         WHERE p.district_id = $1 AND p.is_head = 1 AND p.ends_on IS NULL AND u.ends_on IS NULL")
    .bind(view.district)
    .bind(view.year())
    .and_scope("u.id", &view.scope)
    .and_in("u.kind", kinds);
    let (mut without, mut out) = (0, Vec::new());
    for row in read.rows(find.push("GROUP BY l.state")).await? {
        let n = row.small("n")?;
        let Some(key) = row.opt_text("state")? else {
            without += n;
            continue;
        };
        let state = ListState::from_key(&key).ok_or_else(|| StorageError::shape("state"))?;
        let since = match state {
            ListState::Commenting => row.opt_day("sent_on")?,
            ListState::Issued => row.opt_instant("issued_at")?.map(domain::time::Instant::day),
            _ => None,
        };
        out.push((state, Counted { n, since }));
    }
    Ok((without, out))
}

/// Since when the oldest of the items that are red now is so.
async fn red(read: &Pool, view: &View) -> Result<Option<Day>, StorageError> {
    let find = q("SELECT MAX(h.at) AS at FROM colours c JOIN units u ON u.id = c.unit_id
           JOIN colour_changes h ON h.post_id = c.post_id AND h.year = c.year AND h.duty_id = c.duty_id
             AND h.after_tone = 'late'
         WHERE c.district_id = $1 AND c.year = $2 AND c.tone = 'late' AND (u.ends_on IS NULL OR u.ends_on >= $3)")
    .bind(view.district)
    .bind(view.year())
    .bind(view.today);
    let find = view.within(find).push("GROUP BY c.post_id, c.duty_id ORDER BY at LIMIT 1");
    let row = read.row(find).await?;
    row.map(|row| Ok(row.instant("at")?.day())).transpose()
}

/// Steps of 督责: past their day, inside it, drafted and with the office, without a body.
async fn steps(read: &Pool, view: &View) -> Result<(Counted, u32, u32, u32), StorageError> {
    let find = q("SELECT s.state, CASE WHEN s.due_on < $3 THEN 1 ELSE 0 END AS passed,
                    CASE WHEN s.body_id IS NULL THEN 1 ELSE 0 END AS nobody,
                    CASE WHEN s.paused_on IS NULL THEN 0 ELSE 1 END AS held, COUNT(*) AS n, MIN(s.due_on) AS due_on
                  FROM season_steps s JOIN units u ON u.id = s.unit_id
                  WHERE s.district_id = $1 AND s.year = $2 AND s.state <> 'cancelled'")
    .bind(view.district)
    .bind(view.year())
    .bind(view.today);
    let (mut late, mut open, mut drafted, mut nobody) = (Counted::default(), 0, 0, 0);
    for row in read.rows(view.within(find).push("GROUP BY s.state, passed, nobody, held")).await? {
        let (state, n) = (row.keyed("state", StepState::from_key)?, row.small("n")?);
        if !state.is_open() {
            continue;
        }
        // Nobody's delay while the post is vacant.
        match (row.flag("held")?, row.flag("passed")?) {
            (true, _) => {}
            (false, true) => {
                let due = row.day("due_on")?;
                late = Counted { n: late.n + n, since: Some(late.since.map_or(due, |since| since.min(due))) };
            }
            (false, false) => open += n,
        }
        if state == StepState::Drafted {
            drafted += n;
        }
        if row.flag("nobody")? {
            nobody += n;
        }
    }
    Ok((late, open, drafted, nobody))
}

/// 申请核对 that wait for somebody else than the reader.
async fn checks(read: &Pool, actor: &Actor, view: &View) -> Result<Counted, StorageError> {
    let find = q("SELECT COUNT(*) AS n, MIN(c.asked_on) AS asked_on FROM fact_checks c JOIN units u ON u.id = c.unit_id
         WHERE c.district_id = $1 AND c.state = 'asked' AND c.by_person <> $2")
    .bind(view.district)
    .bind(actor.person);
    let Some(row) = read.row(view.within(find)).await? else { return Ok(Counted::default()) };
    Ok(Counted { n: row.small("n")?, since: row.opt_day("asked_on")? })
}

/// Meetings that wait for their approval, those to come, and those with a sheet on its way: for whoever sees the plans.
async fn reviews(read: &Pool, actor: &Actor, view: &View) -> Result<(Counted, u32, [Counted; 3]), StorageError> {
    let coming = u32::try_from(overview::coming(read, view).await?.len()).unwrap_or(u32::MAX);
    let mut sheets = [Counted::default(); 3];
    if access::see_plans(actor).is_err() {
        return Ok((Counted::default(), coming, sheets));
    }
    let find =
        q("SELECT COUNT(*) AS n, MIN(proposed_at) AS at FROM meetings WHERE district_id = $1 AND state = 'asked'");
    let row = read.row(find.bind(view.district)).await?;
    let asked = match row {
        Some(row) => Counted { n: row.small("n")?, since: row.opt_instant("at")?.map(domain::time::Instant::day) },
        None => Counted::default(),
    };
    let find = q("SELECT f.state, COUNT(DISTINCT f.meeting_id) AS n FROM feedback_sheets f
         WHERE f.district_id = $1 AND f.state IN ('draft', 'asked', 'signed') GROUP BY f.state");
    for row in read.rows(find.bind(view.district)).await? {
        let (state, n) = (row.text("state")?, row.small("n")?);
        if let Some(place) = ["draft", "asked", "signed"].iter().position(|key| *key == state) {
            sheets[place] = Counted::of(n);
        }
    }
    Ok((asked, coming, sheets))
}

/// Open problems by state, and those past their deadline by the unit's own delay. The narrow lines and one index.
async fn items(read: &Pool, view: &View) -> Result<(Vec<(State, Counted)>, Counted), StorageError> {
    let find = q("SELECT l.state, CASE WHEN l.due_on < $2 THEN 1 ELSE 0 END AS passed, COUNT(*) AS n,
           MIN(l.since) AS since, MIN(l.due_on) AS due_on
         FROM item_lines l JOIN units u ON u.id = l.unit_id WHERE l.district_id = $1 AND l.turn < 3")
    .bind(view.district)
    .bind(view.today);
    let (mut out, mut overdue) = (Vec::new(), Counted::default());
    for row in read.rows(view.within(find).push("GROUP BY l.state, passed")).await? {
        let (state, n) = (row.keyed("state", State::from_key)?, row.small("n")?);
        if row.flag("passed")? && state.waits() == Waits::Unit {
            let due = row.day("due_on")?;
            overdue = Counted { n: overdue.n + n, since: Some(overdue.since.map_or(due, |since| since.min(due))) };
        }
        out.push((state, Counted { n, since: row.opt_day("since")? }));
    }
    Ok((out, overdue))
}

/// Problems struck off this year, and items of next year's lists that came from one.
async fn ended(read: &Pool, view: &View) -> Result<(u32, u32), StorageError> {
    let find = q("SELECT COUNT(*) AS n FROM item_lines l JOIN units u ON u.id = l.unit_id
         WHERE l.district_id = $1 AND l.closed_on >= $2 AND l.closed_on <= $3")
    .bind(view.district)
    .bind(first_of(view.year(), 1))
    .bind(last_of(view.year(), 12));
    let closed = read.row(view.within(find)).await?.map_or(Ok(0), |row| row.small("n"))?;
    let find = q("SELECT COUNT(*) AS n FROM chain_proposals c JOIN item_lines l ON l.item_id = c.item_id
           JOIN units u ON u.id = l.unit_id WHERE c.district_id = $1 AND c.year = $2 AND c.answer = $3")
    .bind(view.district)
    .bind(view.year() + 1)
    .bind(Answer::Taken.key());
    let taken = read.row(view.within(find)).await?.map_or(Ok(0), |row| row.small("n"))?;
    Ok((closed, taken))
}
