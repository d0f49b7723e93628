//! Lines of 待办 from 评责: report and facts of a presenter, questions of a supervising body,
//! the pack of a rater.

use app::api::records::TodoRow;
use domain::{
    people::access::{self, Actor},
    reviews::Part,
};

use super::{
    super::{Services, posts},
    dates::{Dates, distance},
    list::{own_waits, wanting_questions},
    pack, reports,
    store::{self, has_part},
};
use crate::storage::StorageError;

impl Services {
    /// What waits for the actor around meetings.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn review_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let mut read = self.store.read().clone();
        let today = self.today();
        let calendar = posts::calendar(&mut read, actor.district).await?;
        let mut out = Vec::new();
        for stored in store::coming(&mut read, actor.district, today).await? {
            let (id, title) = (stored.id, &stored.plan.title);
            let dates = Dates::of(&calendar, stored.plan.on);
            for presenter in stored.plan.presenters.iter().filter(|p| p.person == actor.person) {
                if access::report_own(actor, presenter.post, presenter.person).is_err() {
                    continue;
                }
                for words in own_waits(&mut read, &stored, presenter.id, &dates, today).await? {
                    let (what, until) = words.split_once('（').unwrap_or((&words, ""));
                    out.push(TodoRow {
                        title: what.to_owned(),
                        note: format!("{title} · {}", until.trim_end_matches('）')),
                        link: format!("/reviews/{id}/report/{}", presenter.id),
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
            if has_part(actor, &stored, &[Part::Rater]) && pack::opens(&mut read, actor, &stored, today).await? {
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
