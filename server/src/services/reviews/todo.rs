//! Lines of 待办 from 评责: the meeting that runs now, the plan that waits for its approval, report and facts
//! of a presenter, questions of a supervising body, the pack of a rater.

use app::api::records::TodoRow;
use domain::{
    people::access::{self, Actor},
    reviews::{Part, Phase},
    time::{Day, WorkCalendar},
};

use super::{
    super::{Services, posts},
    approve::asked_by,
    dates::{Dates, distance},
    list::{own_waits, wanting_questions},
    pack, reports,
    store::{self, ASKED, RETURNED, has_part},
};
use crate::storage::{Pool, StorageError};

/// Place of the fact check on the page of the report: `id` of its card.
const FACTS: &str = "#check";

/// The meeting that runs now, for whoever has a part in it: the way in.
async fn running(read: &mut Pool, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
    let states = [Phase::CheckIn, Phase::Running].map(Phase::key);
    let mut out = Vec::new();
    for stored in store::in_states(read, actor.district, &states).await? {
        let hall = has_part(actor, &stored, &[Part::Chair, Part::Operator, Part::Teller, Part::Counter]);
        let link = match () {
            () if hall => format!("/hall/{}", stored.id),
            () if has_part(actor, &stored, &[Part::Rater]) => format!("/room/{}", stored.id),
            () => continue,
        };
        out.push(TodoRow {
            title: format!("进入会议：{}", stored.plan.title),
            note: format!("{} · {}", stored.label(), stored.plan.place),
            link,
        });
    }
    Ok(out)
}

/// Plans that wait for the approval of this actor, and those that came back to the office.
async fn plans(
    read: &mut Pool,
    actor: &Actor,
    calendar: &WorkCalendar,
    today: Day,
) -> Result<Vec<TodoRow>, StorageError> {
    let (approves, drafts) = (access::approve_meeting(actor).is_ok(), access::plan_meeting(actor).is_ok());
    let mut out = Vec::new();
    if !approves && !drafts {
        return Ok(out);
    }
    for stored in store::in_states(read, actor.district, &[ASKED, RETURNED]).await? {
        let what = match stored.state.as_str() {
            ASKED if approves && !asked_by(read, actor, &stored).await? => "审定会议方案",
            RETURNED if drafts => "会议方案已退回，请修改后再报",
            _ => continue,
        };
        let dates = Dates::of(calendar, stored.plan.on);
        out.push(TodoRow {
            title: format!("{what}：{}", stored.plan.title),
            note: distance(dates.plan, today),
            link: format!("/reviews/{}", stored.id),
        });
    }
    Ok(out)
}

impl Services {
    /// What waits for the actor around meetings.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn review_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let mut read = self.store.read().clone();
        let today = self.today();
        let calendar = posts::calendar(&mut read, actor.district).await?;
        let mut out = running(&mut read, actor).await?;
        out.extend(plans(&mut read, actor, &calendar, today).await?);
        for stored in store::coming(&mut read, actor.district, today).await? {
            let (id, title) = (stored.id, &stored.plan.title);
            let dates = Dates::of(&calendar, stored.plan.on);
            for presenter in stored.plan.presenters.iter().filter(|p| p.person == actor.person) {
                if access::report_own(actor, presenter.post, presenter.person).is_err() {
                    continue;
                }
                for words in own_waits(&mut read, &stored, presenter.id, &dates, today, distance).await? {
                    let (what, until) = words.split_once('（').unwrap_or((&words, ""));
                    // The facts stand below the report: the line leads to their place.
                    let place = if what.contains("核对") { FACTS } else { "" };
                    out.push(TodoRow {
                        title: what.to_owned(),
                        note: format!("{title} · {}", until.trim_end_matches('）')),
                        link: format!("/reviews/{id}/report/{}{place}", presenter.id),
                    });
                }
            }
            for presenter in stored.plan.presenters.iter().filter(|p| p.person != actor.person) {
                if !stored.preparing() || access::report_draft(actor, presenter.unit).is_err() {
                    continue;
                }
                let report = reports::load(&mut read, id, presenter.id).await?;
                if report.handed_at.is_some() {
                    continue;
                }
                let what =
                    if report.text.is_empty() { "代录述责报告" } else { "请本人核对、提交述责报告" };
                out.push(TodoRow {
                    title: format!("{what}：{}", presenter.name),
                    note: format!("{title} · {}", distance(dates.reports, today)),
                    link: format!("/reviews/{id}/report/{}", presenter.id),
                });
            }
            if has_part(actor, &stored, &[Part::Rater])
                && pack::opens(&mut read, actor, &stored, &calendar, today).await?
            {
                out.push(TodoRow {
                    title: "会前阅看评议材料".to_owned(),
                    note: title.clone(),
                    link: format!("/reviews/{id}/pack"),
                });
            }
            if wanting_questions(&mut read, actor, &stored).await? {
                out.push(TodoRow {
                    title: "备齐询问题".to_owned(),
                    note: format!("{title} · {}", distance(dates.questions, today)),
                    link: format!("/reviews/{id}/questions"),
                });
            }
        }
        Ok(out)
    }
}
