//! 待办: lists to read, comment or sign, 代录 to confirm, what came back, hand-overs.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    records::{HomeQuery, TodoPage, TodoRow},
    reminders::Reminders as _,
};
use domain::{
    Rejection,
    duties::ListState,
    ids::CommandId,
    people::access::{self, Actor},
    records::{RecordKind, Waiting, refusal},
    time::zh_short,
};

use super::{
    super::{Services, duties::steps, posts::PostInfo, storage},
    proxy,
};
use crate::{
    random,
    storage::{Row, StorageError, q},
};

/// Nothing waits in a feature that is closed to the person: the page stands for everyone who signs in.
fn none_if_closed(rows: Result<Vec<TodoRow>, ApiError>) -> Result<Vec<TodoRow>, ApiError> {
    match rows {
        Err(ApiError::Rejected(Rejection::NotAllowed)) => Ok(Vec::new()),
        other => other,
    }
}

/// Characters of a record that its line shows.
const START: usize = 40;

/// The first characters of a sentence, for whoever drafted it or is to confirm it.
fn start(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(START) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// What was just done to all of them: `confirmed-4`; anything else says nothing.
fn said(done: Option<&str>) -> String {
    let Some((what, n)) = done.and_then(|done| done.split_once('-')) else { return String::new() };
    match (what, n.parse::<u32>()) {
        ("confirmed" | "refused", Ok(0)) => "没有处理：代录内容刚刚有变动。请逐条看过再办。".to_owned(),
        ("confirmed", Ok(n)) => format!("已确认 {n} 条"),
        ("refused", Ok(n)) => format!("已退回 {n} 条"),
        _ => String::new(),
    }
}

impl Services {
    pub(super) async fn todo_page(&self, actor: &Actor, query: HomeQuery) -> Result<TodoPage, ApiError> {
        // Also of a post he has left: the person signs, whatever he holds now.
        let mut others = self.handover_todos(actor).await.map_err(storage)?;
        others.extend(self.review_todos(actor).await.map_err(storage)?);
        others.extend(self.reading_todos(actor).await.map_err(storage)?);
        others.extend(self.check_todos(actor).await.map_err(storage)?);
        others.extend(self.rule_todos(actor).await.map_err(storage)?);
        others.extend(self.reset_todos(actor).await.map_err(storage)?);
        others.extend(self.offline_todos(actor).await.map_err(storage)?);
        others.extend(self.reminder_todos(actor).await?);
        others.extend(self.report_todos(actor).await?);
        others.extend(self.season_todos(actor).await.map_err(storage)?);
        others.extend(self.warning_todos(actor).await.map_err(storage)?);
        others.extend(none_if_closed(self.sheet_todos(actor).await)?);
        others.extend(none_if_closed(self.item_todos(actor).await)?);
        others.extend(self.talk_todos(actor).await?);
        others.extend(self.tolerance_todos(actor).await.map_err(storage)?);
        others.extend(self.letter_todos(actor).await.map_err(storage)?);
        others.extend(self.relief_todos(actor).await.map_err(storage)?);
        others.extend(self.refused_todo(actor).await?);
        let command = CommandId(random::id(self.clock.now()));
        let mut page = TodoPage {
            rows: Vec::new(),
            command,
            to_confirm: Vec::new(),
            seen: Vec::new(),
            said: said(query.done.as_deref()),
            draft: self.load(actor, "records.confirm", query.draft.as_deref()).await?,
        };
        let info = match self.own_post(actor).await {
            // Without a book there is still what waits for the person: papers to sign, sheets, items.
            Err(ApiError::Rejected(_)) => return Ok(TodoPage { rows: others, ..page }),
            other => other?,
        };
        let head = access::write_record(actor, info.post).is_ok();
        page.rows = self.list_todos(&info, head).await.map_err(storage)?;
        self.proxy_todos(actor, &info, head, &mut page).await.map_err(storage)?;
        page.rows.extend(others);
        Ok(page)
    }

    async fn list_todos(&self, info: &PostInfo, head: bool) -> Result<Vec<TodoRow>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT id, year, state, receipt_due, comment_until FROM leader_lists
                   WHERE post_id = $1 AND state IN ('commenting', 'issued') ORDER BY year DESC")
                .bind(info.post),
            )
            .await?;
        let mut out = Vec::new();
        for row in &rows {
            let year = row.year("year")?;
            let id = row.text("id")?;
            match row.keyed("state", ListState::from_key)? {
                ListState::Issued if head => {
                    let until = row.opt_day("receipt_due")?.map(|d| format!("请于{}前签收", zh_short(d)));
                    out.push(TodoRow {
                        title: format!("签收{year}年第一责任人履责清单"),
                        note: until.unwrap_or_default(),
                        link: format!("/duties/sign/{id}"),
                    });
                }
                ListState::Commenting if !steps::answered(&mut self.store.read().clone(), row.id("id")?).await? => {
                    let until = row.opt_day("comment_until")?.map(|d| format!("请于{}前反馈", zh_short(d)));
                    out.push(TodoRow {
                        title: format!("{year}年第一责任人履责清单征求意见"),
                        note: until.unwrap_or_default(),
                        link: format!("/duties/mine?year={year}"),
                    });
                }
                _ => {}
            }
        }
        Ok(out)
    }

    /// 代录 that waits for the head, or came back to the 联络员.
    async fn proxy_todos(
        &self,
        actor: &Actor,
        info: &PostInfo,
        head: bool,
        page: &mut TodoPage,
    ) -> Result<(), StorageError> {
        let (mut read, today) = (self.store.read().clone(), self.today());
        let mut rows = Vec::new();
        let mut push = |row: &Row, title: &str, note: String, place: &str| -> Result<(), StorageError> {
            let kind = row.keyed("kind", RecordKind::from_key)?.label();
            rows.push(TodoRow {
                title: format!("{title}：{}", start(&row.text("text")?)),
                note: format!("{kind} · {note}"),
                link: format!("/records/{}{place}", row.text("id")?),
            });
            Ok(())
        };
        if head {
            for (row, until) in proxy::with_head(&mut read, actor, info.post, today).await? {
                page.to_confirm.push(row.id("id")?);
                page.seen.push(row.int("version")?);
                let changed = Some(row.text("refused_why")?).filter(|note| !note.is_empty());
                let changed = changed.map(|note| format!(" · {note}")).unwrap_or_default();
                let (day, until) = (zh_short(row.day("event_on")?), zh_short(until));
                push(&row, "确认代录", format!("{day}发生，请于{until}前确认，确认前不计入{changed}"), "")?;
            }
        }
        let came_back = if head { Vec::new() } else { proxy::with_drafter(&mut read, actor, info.post, today).await? };
        for (row, waiting) in came_back {
            match waiting {
                Some(Waiting::Returned(until)) => {
                    let note = format!("负责人没有在{}前确认，核对后可再次提交", zh_short(until));
                    push(&row, "退回的代录", note, "")?;
                }
                Some(Waiting::HeadLeft) => {
                    push(&row, "退回的代录", "原负责人已经离任，核对后可提交给现任负责人".to_owned(), "")?;
                }
                _ => {
                    let why = row.text("refused_why")?;
                    let note = format!("{}　改好再提交，或不再提交", refusal(&why).0);
                    push(&row, "未采用的代录", note, "#decide")?;
                }
            }
        }
        page.rows.extend(rows);
        Ok(())
    }

    /// 移交单 that the person has still to sign.
    async fn handover_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT h.id, h.year, h.due_on, u.name AS unit_name FROM handovers h
                   JOIN posts s ON s.id = h.post_id JOIN units u ON u.id = s.unit_id
                   JOIN terms f ON f.id = h.from_term JOIN terms t ON t.id = h.to_term
                   WHERE h.district_id = $1 AND ((t.person_id = $2 AND h.to_signed_at IS NULL)
                     OR (f.person_id = $2 AND h.from_signed_at IS NULL))
                   ORDER BY h.due_on, h.id")
                .bind(actor.district)
                .bind(actor.person),
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(TodoRow {
                    title: "签收岗位移交单".to_owned(),
                    note: format!(
                        "{} {}年，请于{}前办结",
                        row.text("unit_name")?,
                        row.year("year")?,
                        zh_short(row.day("due_on")?)
                    ),
                    link: format!("/duties/handovers/{}", row.text("id")?),
                })
            })
            .collect()
    }
}
