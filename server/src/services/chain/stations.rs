//! What stands at the first four stations of a thread, and in the list of the next year. Each of them as the feature's
//! own pages would show it to the same reader: no text of a record, no remark before it counts, no sheet before it is
//! signed.

use domain::{
    board::{Duty, Tone, Visibility},
    chain::{Knot, Station},
    duties::{DutyItem, OccurrenceState, cadence, period_label},
    ids::DutyId,
    oversight::RemarkKind,
    people::access::{self, Actor},
    records::RecordKind,
    time::{Day, zh, zh_short},
};

use crate::{
    services::{
        board::is_office, duties::store::ListRow, facts::Known, posts::PostInfo, reviews::feedback, rows::Rows, told,
    },
    storage::{Failure, StorageError, q},
};

/// Events of the thread that no other station draws.
const BESIDE: [&str; 6] =
    ["checks", "clearance", "oversight.unmatched", "records.corrected", "reminders.urged", "tolerance"];

/// Whose thread it is.
pub(super) struct Here<'a> {
    /// Reader.
    pub(super) actor: &'a Actor,
    /// Post.
    pub(super) info: &'a PostInfo,
    /// Item.
    pub(super) duty: DutyId,
    /// Year.
    pub(super) year: i32,
    /// Day.
    pub(super) today: Day,
}

/// 明责: the list that holds the item, handed out and signed for.
pub(super) fn ming(list: &ListRow) -> Vec<Knot> {
    let to = format!("/duties/lists/{}", list.list.id);
    let name = format!("{}年清单第{}版", list.list.year, list.list.edition);
    let mut out = Vec::new();
    if let Some(on) = list.list.issued_on {
        out.push(Knot::done(Station::Ming, on, format!("{name}下达")).to(&to));
    }
    match (list.list.signed_on, list.receipt_due) {
        (Some(on), _) => out.push(Knot::done(Station::Ming, on, "主要负责人签收")),
        (None, Some(due)) if list.list.state == domain::duties::ListState::Issued => {
            let knot = Knot::done(Station::Ming, due, "待签收").note(format!("{}前签收", zh(due)));
            out.push(knot.standing(Tone::None, true));
        }
        _ => {}
    }
    out
}

/// 履责: pages that name the item, and periods of it without one: those that are over, and the next.
pub(super) async fn records(
    rows: &mut impl Rows,
    here: &Here<'_>,
    known: &Known,
    item: &DutyItem,
    tone: Tone,
) -> Result<Vec<Knot>, StorageError> {
    let find = q("SELECT r.id, r.page, r.kind, r.event_on, r.late, r.proxy_person, r.verified_at, d.unmatched_why
         FROM record_duties d JOIN records r ON r.id = d.record_id
         WHERE r.post_id = $1 AND r.year = $2 AND d.duty_id = $3 AND r.state = 'recorded' ORDER BY r.event_on, r.id");
    let mut out = Vec::new();
    for row in rows.all(find.bind(here.info.post).bind(here.year).bind(here.duty)).await? {
        let kind = row.keyed("kind", RecordKind::from_key)?;
        let page = row.opt_int("page")?.map(|page| format!("第{page}页 ")).unwrap_or_default();
        let off = row.opt_text("unmatched_why")?.is_some();
        let marks = [
            (off, "检查后取消对应"),
            (row.opt_int("verified_at")?.is_some(), "已核实"),
            (row.flag("late")?, "补记"),
            (row.opt_text("proxy_person")?.is_some(), "代录"),
        ];
        let note: Vec<&str> = marks.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
        let knot = Knot::done(Station::Lv, row.day("event_on")?, format!("{page}{}", kind.label()))
            .note(note.join("、"))
            .to(format!("/records/{}", row.text("id")?));
        out.push(if off { knot.standing(Tone::Warn, false) } else { knot });
    }
    let mut coming = false;
    let own = known.occurrences.iter().filter(|o| o.plain.duty == here.duty);
    for one in own.filter(|o| o.plain.state == OccurrenceState::Open) {
        if one.satisfied.is_some() || !known.facts.obliges(one.plain.due) {
            continue;
        }
        let over = one.plain.due < here.today;
        if !over && std::mem::replace(&mut coming, true) {
            continue;
        }
        let period = period_label(cadence(item), one.plain.window);
        let (words, tone) = if over { ("还没有记录", tone.max(Tone::Warn)) } else { ("未到期", Tone::None) };
        let knot = Knot::done(Station::Lv, one.plain.due, format!("{period} {words}"))
            .note(format!("{}到期", zh_short(one.plain.due)))
            .standing(tone, true);
        out.push(knot);
    }
    Ok(out)
}

/// 督责: remarks that count, on the item or on a page that names it. Whoever may not look into a reading learns of a
/// signed one that there was a remark, and nothing of its words.
pub(super) async fn remarks(rows: &mut impl Rows, here: &Here<'_>) -> Result<Vec<Knot>, StorageError> {
    let reads = access::see_reading(here.actor, here.info.access()).is_ok();
    let find = q("SELECT m.kind, m.text, m.at, m.by_name, n.body, n.standing, n.id FROM inspection_remarks m
           JOIN inspections n ON n.id = m.inspection_id
         WHERE n.district_id = $1 AND n.post_id = $2 AND n.year = $3 AND n.standing <> 'withdrawn'
           AND m.withdrawn_at IS NULL AND (m.kind <> 'mismatch' OR m.agreed_by IS NOT NULL)
           AND (m.duty_id = $4 OR (m.duty_id IS NULL AND m.record_id IN (
             SELECT d.record_id FROM record_duties d WHERE d.duty_id = $4))) ORDER BY m.at, m.id");
    let find = find.bind(here.actor.district).bind(here.info.post).bind(here.year).bind(here.duty);
    let mut out = Vec::new();
    for row in rows.all(find).await? {
        if !reads && row.text("standing")? != "closed" {
            continue;
        }
        let kind = row.keyed("kind", RemarkKind::from_key)?;
        let tone = match kind {
            RemarkKind::Sound => Tone::Ok,
            RemarkKind::Wanting => Tone::Warn,
            RemarkKind::Mismatch => Tone::Late,
        };
        let said = row.text("text")?;
        let title =
            if reads && !said.is_empty() { format!("{}：{said}", kind.label()) } else { kind.label().to_owned() };
        let knot = Knot::done(Station::Du, row.instant("at")?.day(), title).standing(tone, false);
        out.push(if reads {
            let by = format!("{} {}", row.text("body")?, row.text("by_name")?);
            knot.note(by).to(format!("/oversight/{}", row.text("id")?))
        } else {
            knot.note(row.text("body")?)
        });
    }
    Ok(out)
}

/// 评责: problems of signed 评议反馈单 that belong to the item, for whoever reads the sheet.
pub(super) async fn sheets(rows: &mut impl Rows, here: &Here<'_>) -> Result<Vec<Knot>, Failure> {
    let find = q("SELECT f.id FROM feedback_sheets f JOIN meetings m ON m.id = f.meeting_id
         WHERE f.district_id = $1 AND f.post_id = $2 AND m.year = $3 ORDER BY f.id");
    let find = find.bind(here.actor.district).bind(here.info.post).bind(here.year);
    let mut out = Vec::new();
    for row in rows.all(find).await? {
        let kept = feedback::load(rows, here.actor.district, &row.text("id")?, here.today).await?;
        if !kept.state.is_told() || !kept.sees(here.actor) {
            continue;
        }
        let to = if kept.own(here.actor) {
            format!("/reviews/mine/{}", kept.id)
        } else {
            format!("/reviews/feedback/{}", kept.id)
        };
        for problem in kept.sheet.problems.iter().filter(|p| p.duty == Some(here.duty)) {
            let knot = Knot::done(Station::Ping, kept.plan.on, format!("评议反馈：{}", problem.text));
            out.push(knot.note(kept.plan.title.clone()).to(&to));
        }
    }
    Ok(out)
}

/// What the thread tells beside: 申请核对, 更正, 催办, 容错.
pub(super) async fn beside(rows: &mut impl Rows, here: &Here<'_>) -> Result<Vec<Knot>, StorageError> {
    let owner = here.actor.terms.iter().any(|t| t.post == here.info.post);
    let office = is_office(here.actor);
    let find = q("SELECT stage, at, source, title, link, visibility FROM thread_events
         WHERE post_id = $1 AND year = $2 AND duty_id = $3 AND district_id = $4 ORDER BY at, id");
    let find = find.bind(here.info.post).bind(here.year).bind(here.duty).bind(here.actor.district);
    let mut out = Vec::new();
    for row in rows.all(find).await? {
        let source = row.text("source")?;
        let shown = row.keyed("visibility", Visibility::from_key)?.shows_to(owner, office);
        if shown && BESIDE.iter().any(|start| source.starts_with(start)) {
            let station = Station::of(row.keyed("stage", Duty::from_key)?);
            out.push(Knot::done(station, row.instant("at")?.day(), row.text("title")?).to(row.text("link")?));
        }
    }
    Ok(out)
}

/// The item itself in the next year's list, once that was handed out.
pub(super) async fn goes_on(rows: &mut impl Rows, here: &Here<'_>) -> Result<Vec<Knot>, StorageError> {
    let next = here.year + 1;
    let find = q("SELECT i.code, l.id, l.issued_at FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
         WHERE i.duty_id = $1 AND l.post_id = $2 AND l.year = $3 AND l.issued_at IS NOT NULL
         ORDER BY l.edition DESC LIMIT 1");
    let row = rows.first(find.bind(here.duty).bind(here.info.post).bind(next)).await?;
    row.into_iter()
        .map(|row| {
            let title = format!("这一条仍在{next}年清单 {}", row.text("code")?);
            let to = format!("/chain/item?post={}&duty={}&year={next}", here.info.post, here.duty);
            Ok(Knot::done(Station::Next, row.instant("issued_at")?.day(), title).to(to))
        })
        .collect()
}

/// All stations but 问责.
pub(super) async fn all(
    rows: &mut impl Rows,
    here: &Here<'_>,
    (known, item, list): (&Known, &DutyItem, &ListRow),
    tone: Tone,
) -> Result<Vec<Knot>, app::api::ApiError> {
    let mut out = ming(list);
    let failed = |e: StorageError| told(e.into());
    out.extend(records(rows, here, known, item, tone).await.map_err(failed)?);
    out.extend(remarks(rows, here).await.map_err(failed)?);
    out.extend(sheets(rows, here).await.map_err(told)?);
    out.extend(beside(rows, here).await.map_err(failed)?);
    out.extend(goes_on(rows, here).await.map_err(failed)?);
    Ok(out)
}
