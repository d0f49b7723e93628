//! The leader's home and the form of 随手记.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    records::{
        ChainLink, Choice, HomePage, NewRecordPage, NewRecordQuery, PostChoice, Reminder, ReminderGroup, Suggested,
    },
};
use chrono::Datelike as _;
use domain::{
    board::{Duty, Tone},
    duties::{DutyItem, ListState},
    ids::{CommandId, PostId},
    people::access::{self, Actor},
    records::{RecordKind, TalkKept, TalkType, suggest, suggest_talk, why, why_talk},
    time::{Day, month_name, weekday, zh, zh_short},
};

use super::super::{
    Services,
    duties::steps,
    facts,
    posts::PostInfo,
    reviews::report::{closed_grades, closed_words},
    storage,
};
use super::{one::typed_details, proxy, rules};
use crate::{
    random,
    storage::{StorageError, q},
};

impl Services {
    pub(super) async fn home_page(&self, actor: &Actor) -> Result<HomePage, ApiError> {
        let today = self.today();
        let info = self.own_post(actor).await?;
        let head = access::write_record(actor, info.post).is_ok();
        let year = today.year();
        let mut read = self.store.read().clone();
        let known = facts::gather(&mut read, actor.district, info.post, year, today).await.map_err(storage)?;
        let (chain, progress) = self.chain_of(actor, info.post, year).await?;
        let (reminders, to_sign) = match &known {
            None => (Vec::new(), None),
            Some(known) => {
                let reminders: Vec<Reminder> = known
                    .month_card(today)
                    .into_iter()
                    .map(|s| Reminder {
                        group: group(&s, known.items.iter().find(|i| i.duty == s.duty), today),
                        // The whole text: what is cut off may be what is asked for.
                        short: known.items.iter().find(|i| i.duty == s.duty).map_or(s.short, |i| i.text.clone()),
                        duty: s.duty,
                        code: s.code,
                        note: note(&s.why, s.due, s.done, &s.together, today),
                        done: s.done,
                    })
                    .collect();
                let reminders = folded(reminders);
                let waiting = known.list.as_ref().filter(|l| head && l.state == ListState::Issued);
                (reminders, waiting.map(|l| l.id.to_string()))
            }
        };
        let to_confirm = if head {
            let waiting = proxy::with_head(&mut read, actor, info.post, today).await.map_err(storage)?;
            u32::try_from(waiting.len()).unwrap_or(u32::MAX)
        } else {
            0
        };
        Ok(HomePage {
            month: month_name(today.month()).to_owned(),
            day: format!("{} {}", zh(today), weekday(today)),
            unit: format!("{}{}", info.unit_name, info.title),
            posts: self.posts_of(actor).await?,
            chain,
            reminders,
            progress,
            to_sign,
            announced: self.home_notices(actor).await?,
            to_comment: self.to_comment(actor, &info).await.map_err(storage)?,
            to_confirm,
            liaison: !head,
        })
    }

    /// What the home says above the reminders: announced readings, new 联络员, then 随手记 that was begun and not saved.
    async fn home_notices(&self, actor: &Actor) -> Result<Vec<(String, String, String)>, ApiError> {
        let readings = self.announced(actor).await.map_err(storage)?;
        let mut all: Vec<_> = readings.into_iter().map(|(link, words)| ("翻阅检查".to_owned(), link, words)).collect();
        all.extend(self.liaison_notices(actor).await.map_err(storage)?);
        let (title, link) = match &self.begun(actor, "records.new").await?[..] {
            [] => return Ok(all),
            // One tap, and its words stand in the form.
            [one] => ("有一份没写完的随手记".to_owned(), format!("/records/new?draft={one}")),
            more => (format!("有 {} 份没写完的随手记", more.len()), "/records/new".to_owned()),
        };
        all.push((title, link, "继续写".to_owned()));
        Ok(all)
    }

    /// The five links of a post from the stored cells, and the progress of its items.
    async fn chain_of(&self, actor: &Actor, post: PostId, year: i32) -> Result<(Vec<ChainLink>, String), ApiError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT duty, tone, text, why, tally FROM board_cells WHERE post_id = $1 AND year = $2")
                    .bind(post)
                    .bind(year),
            )
            .await
            .map_err(storage)?;
        let mut progress = String::new();
        let mut links = Vec::new();
        for duty in Duty::ALL {
            let row = rows.iter().find(|r| r.text("duty").is_ok_and(|d| d == duty.key()));
            let link = match row {
                Some(row) => {
                    let tally = row.text("tally").map_err(storage)?;
                    if !tally.is_empty() {
                        progress = explained(&tally);
                    }
                    ChainLink {
                        duty: duty.key().to_owned(),
                        tone: row.keyed("tone", Tone::from_key).map_err(storage)?,
                        text: row.text("text").map_err(storage)?,
                        why: row.text("why").map_err(storage)?,
                    }
                }
                None => ChainLink {
                    duty: duty.key().to_owned(),
                    tone: Tone::None,
                    text: "未到".to_owned(),
                    why: "第一责任人履责清单还没有下达。".to_owned(),
                },
            };
            links.push(link);
        }
        let closed = closed_grades(&mut self.store.read().clone(), actor, year).await.map_err(storage)?;
        if let (Some((_, reviewed)), Some(link)) =
            (closed.iter().find(|(p, _)| *p == post), links.iter_mut().find(|l| l.duty == Duty::Ping.key()))
        {
            link.text = closed_words(*reviewed);
            link.why = closed_words(*reviewed);
        }
        Ok((links, progress))
    }

    /// A list that waits for the unit's opinion and has none since it was sent.
    async fn to_comment(&self, actor: &Actor, info: &PostInfo) -> Result<Option<(i32, String)>, StorageError> {
        if access::comment_list(actor, info.unit).is_err() {
            return Ok(None);
        }
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT id, year, comment_until FROM leader_lists
                   WHERE post_id = $1 AND state = 'commenting' ORDER BY year")
                .bind(info.post),
            )
            .await?;
        for row in &rows {
            if steps::answered(&mut self.store.read().clone(), row.id("id")?).await? {
                continue;
            }
            let until = row.opt_day("comment_until")?.map(|d| format!("请于{}前反馈", zh_short(d)));
            return Ok(Some((row.year("year")?, until.unwrap_or_default())));
        }
        Ok(None)
    }

    /// The posts that one person chooses from, head or 联络员; none where there is no choice.
    pub(super) async fn posts_of(&self, actor: &Actor) -> Result<Vec<PostChoice>, ApiError> {
        let mine = self.own_posts(actor).await.map_err(storage)?;
        if mine.len() < 2 {
            return Ok(Vec::new());
        }
        let mut out = Vec::new();
        for post in &mine {
            let info = self.post_info(actor, *post, self.today()).await?;
            let label = format!("{}{}", info.unit_name, info.title);
            out.push(PostChoice { post: *post, label, chosen: mine.first() == Some(post) });
        }
        // The same order whichever is chosen.
        out.sort_by(|a, b| a.label.cmp(&b.label));
        Ok(out)
    }

    pub(super) async fn new_record_page(
        &self,
        actor: &Actor,
        query: NewRecordQuery,
    ) -> Result<NewRecordPage, ApiError> {
        let today = self.today();
        let info = self.own_post(actor).await?;
        let writing = Self::writes(actor, &info)?;
        let mut read = self.store.read().clone();
        let known = facts::gather(&mut read, actor.district, info.post, today.year(), today).await.map_err(storage)?;
        let draft = self.load(actor, "records.new", query.draft.as_deref()).await?;
        let (items, plain) = known.map_or_else(Default::default, |k| {
            let plain: Vec<_> = k.occurrences.into_iter().map(|o| o.plain).collect();
            (k.items, plain)
        });
        let suggested = RecordKind::ALL
            .into_iter()
            .map(|kind| {
                let found = suggest(kind, &items, &plain, today);
                Suggested {
                    kind,
                    talk: None,
                    why: why(kind, &found),
                    duties: found.into_iter().map(|s| s.duty).collect(),
                }
            })
            .chain(TalkType::ALL.into_iter().filter(|t| t.kept() != TalkKept::Nothing).map(|talk| {
                let found = suggest_talk(talk, &items, &plain, today);
                Suggested {
                    kind: RecordKind::Talk,
                    talk: Some(talk),
                    why: why_talk(talk, &found),
                    duties: found.into_iter().map(|s| s.duty).collect(),
                }
            }))
            .collect();
        let rules = rules::of(&mut read, actor.district).await.map_err(storage)?;
        let kind = RecordKind::from_key(&draft.value("kind", "")).unwrap_or(RecordKind::Other);
        let (typed, details) = (draft.value("text", ""), typed_details(&draft.fields));
        let look = rules.buttons(draft.problem_field.as_deref(), kind, &typed, &details, "");
        let choices = items
            .iter()
            .map(|i| Choice { duty: i.duty, code: i.code.clone(), short: i.text.clone(), group: i.group.clone() })
            .collect();
        let earliest = info.head.as_ref().map_or(today, |h| h.from);
        Ok(NewRecordPage {
            command: CommandId(random::id(self.clock.now())),
            post: info.post,
            unit: format!("{}{}", info.unit_name, info.title),
            today: domain::time::iso(today),
            earliest: domain::time::iso(earliest),
            choices,
            suggested,
            draft,
            look,
            proxy: matches!(writing, super::Writing::Proxy(_)),
        })
    }
}

/// Lines of a group that are read at a glance; the rest is folded.
const SHOWN: usize = 6;

fn group(line: &domain::duties::Suggested, item: Option<&DutyItem>, today: Day) -> ReminderGroup {
    let late = line.due.is_some_and(|day| day < today);
    match item {
        _ if line.done => ReminderGroup::Rest,
        Some(item) if !late && item.months.contains(&today.month()) => ReminderGroup::Month,
        _ => ReminderGroup::Near,
    }
}

/// 本月建议, 临近到期, the rest; what is too much of one group goes to the rest.
fn folded(mut rows: Vec<Reminder>) -> Vec<Reminder> {
    for group in [ReminderGroup::Month, ReminderGroup::Near] {
        for row in rows.iter_mut().filter(|r| r.group == group).skip(SHOWN) {
            row.group = ReminderGroup::Rest;
        }
    }
    rows.sort_by_key(|row| row.group as u8);
    rows
}

fn note(
    why: &str,
    due: Option<domain::time::Day>,
    done: bool,
    together: &[String],
    today: domain::time::Day,
) -> String {
    let mut note = if done {
        why.to_owned()
    } else {
        match due {
            Some(day) if day < today => format!("应于{}前落实，请尽快补上", zh_short(day)),
            Some(day) if day == today => format!("今天到期（{}）", zh_short(day)),
            Some(day) => format!("{}前 · 还有 {} 天", zh_short(day), (day - today).num_days()),
            None => why.to_owned(),
        }
    };
    if !done && !together.is_empty() {
        note.push_str(&format!(" · 可与 {} 一并落实", together.join("、")));
    }
    note
}

/// The tally with what its middle word means, where something is under way.
fn explained(tally: &str) -> String {
    if tally.is_empty() || tally.contains("推进中 0 条") {
        return tally.to_owned();
    }
    format!("{tally}。“推进中”是已到期或快到期、还缺记录的条目。")
}

#[cfg(test)]
mod tests {
    use super::explained;

    #[test]
    fn what_is_under_way_is_explained_where_there_is_something() {
        assert_eq!(explained("已落实 4 条，推进中 0 条，未到期 1 条"), "已落实 4 条，推进中 0 条，未到期 1 条");
        assert!(explained("已落实 4 条，推进中 1 条，未到期 1 条").contains("还缺记录"));
        assert_eq!(explained(""), "");
    }
}
