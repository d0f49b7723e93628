//! The list of reports with the form of a new one, and the register of papers finished outside.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reports::{Existing, OutsideRow, ReportRow, ReportsPage, ReportsQuery},
};
use domain::{
    Rejection,
    ids::{CommandId, ReportId},
    people::access::{Actor, keep_office_readers, read_office_report, register_outside, see_office_reports},
    reports::{Kind, Outside, Period, State},
    time::{iso, zh, zh_short},
};

use super::{
    super::{Services, parse, storage},
    NEW, OUTSIDE, cover,
    make::New,
    outside,
    store::{self, Kept},
};
use crate::{
    random,
    storage::{StorageError, q},
};

/// Reports of a page.
const ROWS: usize = 50;
/// Rows looked through for them at once.
const AT_ONCE: i64 = 200;

impl Services {
    pub(super) async fn reports_page(&self, actor: &Actor, query: ReportsQuery) -> Result<ReportsPage, ApiError> {
        let _proof = see_office_reports(actor)?;
        let (today, mut read) = (self.today(), self.store.read().clone());
        let before = query.before.as_deref().map(parse::<ReportId>).transpose()?;
        let draft = query.draft.as_deref();
        let mut kept = self.load(actor, NEW, draft).await?;
        // A draft without a problem passed every check and waits for the second tap.
        let asked = !kept.fields.is_empty() && kept.problem.is_empty();
        let existing = if asked { self.known_already(actor, &kept).await? } else { Vec::new() };
        if kept.fields.is_empty() {
            kept = self.load(actor, OUTSIDE, draft).await?;
        }
        let covers = cover::choices(&mut read, actor, today).await.map_err(storage)?;
        let registers = register_outside(actor).is_ok();
        let (rows, older) = self.reports_of(actor, before).await.map_err(storage)?;
        let outside =
            if registers { outside::registered(&mut read, actor).await.map_err(storage)? } else { Vec::new() };
        Ok(ReportsPage {
            rows,
            before: before.map(|id| id.to_string()),
            older,
            kinds: Kind::ALL.map(|kind| (kind.key().to_owned(), kind.label().to_owned())).to_vec(),
            covers,
            periods: Period::offered(today).into_iter().map(|p| (p.key(), p.label())).collect(),
            existing,
            outside: outside.into_iter().map(outside_row).collect(),
            papers: if registers {
                Outside::ALL.map(|paper| (paper.key().to_owned(), paper.label().to_owned())).to_vec()
            } else {
                Vec::new()
            },
            command: CommandId(random::id(self.clock.now())),
            today: iso(today),
            draft: kept,
        })
    }

    /// What a draft that waits for the second tap would repeat.
    async fn known_already(&self, actor: &Actor, draft: &app::api::drafts::Draft) -> Result<Vec<Existing>, ApiError> {
        let form = New {
            command: CommandId(random::id(self.clock.now())),
            kind: Kind::from_key(&draft.value("kind", "")).ok_or(Rejection::NotFound)?,
            cover: draft.value("cover", ""),
            period: Period::from_key(&draft.value("period", "")).ok_or(Rejection::NotFound)?,
            sure: false,
        };
        self.existing_reports(actor, &form).await
    }

    /// A page of what the actor may read, and its last report where more follow.
    async fn reports_of(
        &self,
        actor: &Actor,
        before: Option<ReportId>,
    ) -> Result<(Vec<ReportRow>, Option<ReportId>), StorageError> {
        let mut read = self.store.read().clone();
        let own = q("SELECT report_id FROM report_readers WHERE person_id = $1").bind(actor.person);
        let mine: Vec<ReportId> =
            read.rows(own).await?.iter().map(|row| row.id("report_id")).collect::<Result<_, _>>()?;
        let (mut out, mut last) = (Vec::new(), before);
        loop {
            let mut find = store::reports_query(actor.district).push("AND n.state <> 'dropped'");
            if let Some(last) = last {
                find = find.push_bind(
                    "AND (n.made_at, n.id) < (SELECT m.made_at, m.id FROM reports m WHERE m.district_id = $1 AND m.id = ?)",
                    last,
                );
            }
            let rows = super::super::rows::Rows::all(
                &mut read,
                find.push_bind("ORDER BY n.made_at DESC, n.id DESC LIMIT ?", AT_ONCE),
            )
            .await?;
            let full = i64::try_from(rows.len()).is_ok_and(|n| n == AT_ONCE);
            for row in &rows {
                let kept = store::read(row)?;
                let filed = kept.plain.state == State::Filed;
                let keeps = filed && keep_office_readers(actor, kept.cover).is_ok();
                if !keeps && read_office_report(actor, kept.cover, filed, mine.contains(&kept.id)).is_err() {
                    last = Some(kept.id);
                    continue;
                }
                if out.len() == ROWS {
                    return Ok((out, last));
                }
                last = Some(kept.id);
                out.push(line(&kept));
            }
            if !full {
                return Ok((out, None));
            }
        }
    }
}

fn line(kept: &Kept) -> ReportRow {
    let state = match (kept.plain.state, kept.plain.job) {
        (State::Draft, job) if job != domain::reports::Job::Done => format!("起草中，{}", job.label()),
        (State::Draft, _) if !kept.returned_why.is_empty() => "退回修改".to_owned(),
        (state, _) => state.label().to_owned(),
    };
    ReportRow {
        id: kept.id,
        kind: kept.plain.kind.label().to_owned(),
        cover: kept.cover_name.clone(),
        period: kept.period.label(),
        state,
        writer: format!("{}　{}", kept.made_name, zh_short(kept.made_at.day())),
    }
}

fn outside_row(one: outside::Noted) -> OutsideRow {
    OutsideRow {
        paper: one.paper.paper.label().to_owned(),
        number: one.paper.number,
        on: zh(one.paper.on),
        copies: one.paper.copies,
        who: format!("{}　{}", one.name, zh_short(one.at.day())),
    }
}
