//! The leader's home and the form of 随手记.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    records::{ChainLink, Choice, HomePage, NewRecordPage, NewRecordQuery, PostChoice, Reminder, Suggested},
};
use chrono::Datelike as _;
use domain::{
    board::{Duty, Tone},
    duties::{ListState, month_card},
    ids::{CommandId, PostId},
    people::access::{self, Actor},
    records::{RecordKind, suggest, why},
    time::{month_name, weekday, zh, zh_short},
};

use super::super::{
    Services,
    duties::steps,
    facts,
    posts::{self, PostInfo},
    reviews::report::{closed_grades, closed_words},
    storage,
};
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
        let rules = posts::rules(&mut read, actor.district).await.map_err(storage)?;
        let (chain, progress) = self.chain_of(actor, info.post, year).await?;
        let (reminders, to_sign) = match &known {
            None => (Vec::new(), None),
            Some(known) => {
                // Gaps before the arrival or in a vacancy are nobody's.
                let plain: Vec<_> = known
                    .occurrences
                    .iter()
                    .filter(|o| o.satisfied.is_some() || known.facts.obliges(o.plain.due))
                    .map(|o| o.plain.clone())
                    .collect();
                let reminders = month_card(&known.items, &plain, &rules, today)
                    .into_iter()
                    .map(|s| Reminder {
                        // The whole text: what is cut off may be what is asked for.
                        short: known.items.iter().find(|i| i.duty == s.duty).map_or(s.short, |i| i.text.clone()),
                        duty: s.duty,
                        code: s.code,
                        note: note(&s.why, s.due, s.done, &s.together, today),
                        done: s.done,
                    })
                    .collect();
                let waiting = known.list.as_ref().filter(|l| head && l.state == ListState::Issued);
                (reminders, waiting.map(|l| l.id.to_string()))
            }
        };
        let waiting = self
            .store
            .read()
            .row(
                q("SELECT COUNT(*) AS n FROM records WHERE post_id = $1 AND year = $2 AND state = 'proxy'")
                    .bind(info.post)
                    .bind(year),
            )
            .await
            .map_err(storage)?;
        let to_confirm = waiting.map_or(Ok(0), |row| row.small("n")).map_err(storage)?;
        Ok(HomePage {
            month: month_name(today.month()).to_owned(),
            day: format!("{} {}", zh(today), weekday(today)),
            unit: format!("{}{}", info.unit_name, info.title),
            posts: self.posts_of(actor).await?,
            chain,
            reminders,
            progress,
            to_sign,
            to_comment: self.to_comment(actor, &info).await.map_err(storage)?,
            to_confirm: if head { to_confirm } else { 0 },
            liaison: !head,
        })
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
                        progress = tally;
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

    /// The posts that one person chooses from.
    pub(super) async fn posts_of(&self, actor: &Actor) -> Result<Vec<PostChoice>, ApiError> {
        if actor.terms.len() < 2 {
            return Ok(Vec::new());
        }
        let chosen = actor.term().map(|t| t.post);
        let mut out = Vec::new();
        for term in &actor.terms {
            let info = self.post_info(actor, term.post, self.today()).await?;
            let label = format!("{}{}", info.unit_name, info.title);
            out.push(PostChoice { post: term.post, label, chosen: chosen == Some(term.post) });
        }
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
                Suggested { kind, why: why(kind, &found), duties: found.into_iter().map(|s| s.duty).collect() }
            })
            .collect();
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
            proxy: matches!(writing, super::Writing::Proxy(_)),
        })
    }
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
