//! What of a reading waits for somebody: the head is told and asked to sign, readers to agree, to
//! answer and to sign. And what of a statutory 调取 does, for those who have a hand in it; never the head.

use app::api::records::TodoRow;
use domain::{
    ids::InspectionId,
    oversight::{Phase, Purpose},
    people::access::{self, Actor},
    time::Day,
};

use super::{
    super::{Services, posts},
    owing, second,
    signing::{BY_HEAD, signed},
    store, taking,
};
use crate::storage::{Failure, StorageError, q};

/// Most rows of readings in one list.
const SHOWN: usize = 12;

impl Services {
    /// Readings of the actor's own books that are not ended: the announcement itself.
    pub(in crate::services) async fn announced(&self, actor: &Actor) -> Result<Vec<(String, String)>, StorageError> {
        if actor.terms.is_empty() {
            return Ok(Vec::new());
        }
        let today = self.today();
        let find = q("SELECT * FROM inspections WHERE district_id = $1 AND standing IN ('open', 'feedback')")
            .bind(actor.district)
            .and_in("post_id", actor.terms.iter().map(|t| t.post))
            .push("ORDER BY from_day, id");
        let rows = self.store.read().rows(find).await?;
        rows.iter()
            .map(|row| {
                let plain = store::plain(row, Vec::new())?;
                let words = format!(
                    "{}将于{}翻阅您的{}年度记录本（{}）",
                    row.text("body")?,
                    plain.days(),
                    plain.year,
                    plain.purpose.label()
                );
                let words = match plain.phase(today) {
                    Phase::Planned => words,
                    Phase::Signing => format!("{}的检查反馈意见等您签字", plain.purpose.label()),
                    _ => words.replacen("将于", "于", 1),
                };
                Ok((format!("/oversight/{}", row.text("id")?), words))
            })
            .collect()
    }

    /// Rows of the actor's 待办.
    pub(in crate::services) async fn reading_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let mut out: Vec<TodoRow> = self
            .announced(actor)
            .await?
            .into_iter()
            .map(|(link, words)| TodoRow { title: "翻阅检查".to_owned(), note: words, link })
            .collect();
        out.extend(self.tried_todo(actor).await?);
        out.extend(self.former_todos(actor).await?);
        out.extend(self.proposal_todos(actor).await?);
        out.extend(self.taking_todos(actor).await?);
        let today = self.today();
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT i.id FROM inspections i JOIN inspection_readers r ON r.inspection_id = i.id
                   WHERE i.district_id = $1 AND r.person_id = $2 AND i.standing IN ('open', 'feedback')
                     AND i.from_day <= $3 ORDER BY i.to_day, i.id")
                .bind(actor.district)
                .bind(actor.person)
                .bind(today),
            )
            .await?;
        let mut own = Vec::new();
        for row in &rows {
            // Those in which nothing waits for him do not take the place of those in which something does.
            own.extend(self.reader_todo(actor, row.id("id")?, today).await?);
            if own.len() == SHOWN {
                break;
            }
        }
        out.extend(own);
        Ok(out)
    }

    /// Feedback that waits for a signature and is of the time of a post that the actor has left since. One statement.
    async fn former_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let find = q("SELECT DISTINCT n.id, n.post_id, n.purpose, n.to_day FROM inspections n
                      JOIN terms t ON t.post_id = n.post_id
                      WHERE n.district_id = $1 AND t.person_id = $2 AND n.standing = 'feedback'
                        AND t.starts_on <= n.to_day AND t.ends_on IS NOT NULL AND t.ends_on >= n.from_day
                        AND t.ends_on < $3
                        AND NOT EXISTS (SELECT 1 FROM signatures s WHERE s.subject = n.id AND s.version = n.edition
                          AND s.purpose = 'oversight.head') ORDER BY n.to_day, n.id")
        .bind(actor.district)
        .bind(actor.person)
        .bind(self.today());
        let rows = self.store.read().rows(find).await?;
        let mut out = Vec::new();
        for row in &rows {
            let post = row.id("post_id")?;
            if actor.terms.iter().all(|term| term.post != post) && out.len() < SHOWN {
                let purpose = row.keyed("purpose", Purpose::from_key)?;
                out.push(TodoRow {
                    title: "翻阅检查".to_owned(),
                    note: format!("您任内的{}：反馈意见可以签字", purpose.label()),
                    link: format!("/oversight/{}", row.text("id")?),
                });
            }
        }
        Ok(out)
    }

    /// Statutory 调取 that wait for the actor: to approve, to confirm as the second handler, to take.
    async fn taking_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        if access::ask_taking(actor, None).is_err() && access::decide_taking(actor).is_err() {
            return Ok(Vec::new());
        }
        let mut read = self.store.read().clone();
        let find = q(second::TAKINGS)
            .bind(actor.district)
            .push("AND t.state IN ('asked', 'approved') ORDER BY t.asked_at, t.id");
        let mut out = Vec::new();
        for row in &read.rows(find).await? {
            let post = posts::post(&mut read, actor.district, row.id("post_id")?, self.today()).await?;
            let Some(info) = post else { continue };
            let asks = access::ask_taking(actor, Some(info.access())).is_ok();
            let note = if row.text("state")? == "asked" && taking::may_decide(actor, row, &info).is_ok() {
                "待您审批"
            } else if second::may_confirm(actor, row, &info, self.clock.now())? {
                "已审批，待您作为第二名经办人确认"
            } else if asks && taking::takes(row, actor, self.clock.now())? {
                "两人已确认，可以调取"
            } else {
                continue;
            };
            if out.len() < SHOWN {
                out.push(TodoRow {
                    title: format!("依规调取 · {}", info.unit_name),
                    note: format!("{}，{note}", row.text("number")?),
                    link: "/oversight/takings".to_owned(),
                });
            }
        }
        Ok(out)
    }

    async fn reader_todo(&self, actor: &Actor, id: InspectionId, today: Day) -> Result<Option<TodoRow>, StorageError> {
        let mut read = self.store.read().clone();
        let kept = match store::load(&mut read, actor.district, id, today).await {
            Ok(kept) => kept,
            Err(Failure::Storage(e)) => return Err(e),
            Err(Failure::Rejected(_)) => return Ok(None),
        };
        if access::remark_reading(actor, kept.info.access(), &kept.plain).is_err() {
            return Ok(None);
        }
        let remarks = store::remarks(&mut read, actor.district, id).await?;
        let given = signed(&mut read, &kept).await?;
        let mine = given.iter().any(|s| s.purpose != BY_HEAD);
        let owes = owing::readers(&remarks, &given).iter().any(|(person, _)| *person == actor.person);
        let vacant = kept.info.head.is_none();
        let note = if remarks.iter().any(|m| m.plain.waits_for_answer()) {
            "负责人申请核对，请答复".to_owned()
        } else if remarks.iter().any(|m| m.plain.agree(actor.person).is_ok()) {
            "有“与实际不符”的意见待第二人认定".to_owned()
        } else {
            match kept.plain.phase(today) {
                Phase::Signing if owes => "反馈意见待您签字：“与实际不符”经您认定，认定的两人都要签".to_owned(),
                Phase::Signing if mine && vacant => {
                    "岗位空缺，待新任负责人签字，或登记主持工作同志的纸质签字".to_owned()
                }
                Phase::Signing if mine => return Ok(None),
                Phase::Signing => "反馈意见待签字".to_owned(),
                Phase::Over => "翻阅日期已过，请形成反馈意见".to_owned(),
                _ => format!("{}，正在翻阅", kept.plain.days()),
            }
        };
        Ok(Some(TodoRow {
            title: format!("{} · {}", kept.plain.purpose.label(), kept.info.unit_name),
            note,
            link: format!("/oversight/{id}"),
        }))
    }
}
