//! One step: what is known of it, and what the viewer may do about it.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    season::{StepPage, StepQuery},
};
use domain::{
    Rejection,
    ids::{CommandId, DistrictId, SeasonStepId},
    people::access::{self, Actor},
    season::{Share, StepKind, StepState},
    time::zh,
};

use super::{
    super::{Services, parse, posts, rows::Rows, storage, told},
    STEP, act,
    line::{row, takes_no_words},
    sending,
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Row, StorageError, q},
};

impl Services {
    pub(super) async fn season_step_page(&self, actor: &Actor, query: StepQuery) -> Result<StepPage, ApiError> {
        let id: SeasonStepId = parse(&query.id)?;
        let today = self.today();
        let mut read = self.store.read().clone();
        let kept = store::load(&mut read, actor.district, id).await.map_err(told)?;
        let _proof = access::see_step(actor, kept.of()).map_err(|_| Rejection::NotFound)?;
        let info = posts::post(&mut read, actor.district, kept.post.post, today).await.map_err(storage)?;
        let info = info.ok_or(Rejection::NotFound)?;
        let all = store::parts_of(&mut read, actor.district, kept.post.post, kept.place).await.map_err(storage)?;
        let runs = access::run_step(actor, kept.of()).is_ok();
        let may_run = runs && kept.state.changes().is_ok();
        let shares = if may_run {
            act::shares(&mut read, actor.district, kept.post.unit, today).await.map_err(storage)?
        } else {
            Vec::new()
        };
        let inspects =
            kept.place.kind != StepKind::QuarterReminder && kept.state.is_open() && kept.inspection.is_none();
        let decided = sending::decided_in(&mut read, actor.district, kept.place.year).await.map_err(storage)?;
        let mut facts = facts(&kept, &hands(&mut read, actor.district, &kept, &all).await.map_err(storage)?);
        if kept.state.drafts().is_ok() && takes_no_words(&kept, &decided) {
            let words = "这个季度的提醒已经审定，不再收提示。需要说明的，请另行通知。";
            facts.push(("提示".to_owned(), words.to_owned()));
        }
        let draft = self.load(actor, STEP, query.draft.as_deref()).await?;
        Ok(StepPage {
            year: kept.place.year,
            who: info.who(),
            facts,
            parts: all.iter().filter(|part| part.id != kept.id).map(|part| row(part, actor, today, &decided)).collect(),
            may_run,
            may_restore: runs && kept.state.restores().is_ok(),
            may_return: runs && kept.state.returns().is_ok(),
            may_register: inspects && access::register_reading(actor, info.access()).is_ok(),
            vacant: info.head.is_none(),
            shares,
            share: kept.body.map(|body| Share { body, person: kept.assignee }),
            today,
            name: actor.name.clone(),
            command: CommandId(random::id(self.clock.now())),
            draft,
            row: row(&kept, actor, today, &decided),
        })
    }
}

/// Who had it before, and why no more: one line for each change, of all parts where it is split. One statement.
async fn hands(
    from: &mut impl Rows,
    district: DistrictId,
    kept: &Kept,
    all: &[Kept],
) -> Result<Vec<String>, StorageError> {
    let find = q("SELECT at, title FROM thread_events
                  WHERE district_id = $1 AND post_id = $2 AND year = $3 AND duty_id IS NULL AND source = $4")
    .bind(district)
    .bind(kept.post.post)
    .bind(kept.place.year)
    .bind(act::HANDS)
    .and_in("link", all.iter().map(|part| format!("/oversight/season/{}", part.id)))
    .push("ORDER BY at, id");
    let line = |row: &Row| {
        let title = row.text("title")?;
        let words = title.split_once('：').map_or(title.as_str(), |(_, words)| words);
        Ok(format!("{}，{words}", zh(row.instant("at")?.day())))
    };
    from.all(find).await?.iter().map(line).collect()
}

/// What is known, in the order in which it came about.
fn facts(kept: &Kept, hands: &[String]) -> Vec<(String, String)> {
    let mut out: Vec<(&str, String)> = Vec::new();
    out.push(("期限", zh(kept.due)));
    if kept.planned_on != kept.due {
        out.push(("原定期限", zh(kept.planned_on)));
    }
    if !kept.moved_why.is_empty() {
        out.push(("改期原因", kept.moved_why.clone()));
    }
    out.extend(hands.iter().map(|words| ("承办变动", words.clone())));
    if let Some(day) = kept.paused_on {
        out.push(("暂停", format!("岗位空缺，自{}起暂停，不算超期", zh(day))));
    }
    if !kept.drafted_name.is_empty() {
        out.push(("起草", kept.drafted_name.clone()));
    }
    if let (name, Some(day)) = &kept.decided {
        let done = if kept.returned_why.is_empty() { "审定" } else { "退回" };
        out.push((done, format!("{name} {}", zh(*day))));
    }
    if !kept.returned_why.is_empty() {
        out.push(("退回原因", kept.returned_why.clone()));
    }
    if let Some(day) = kept.done_on {
        let paper =
            if kept.handler.is_empty() { String::new() } else { format!("（纸质，经办人{}）", kept.handler) };
        out.push(("完成", format!("{}{paper}", zh(day))));
    }
    if !kept.ended_why.is_empty() {
        let label = if kept.state == StepState::Done { "纸质完成说明" } else { "取消原因" };
        out.push((label, kept.ended_why.clone()));
    }
    out.into_iter().map(|(label, words)| (label.to_owned(), words)).collect()
}
