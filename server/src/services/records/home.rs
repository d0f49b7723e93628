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
    board::{Duty, Tally, ThisQuarter, Tone, evaluate},
    duties::{DutyItem, ListState},
    ids::{CommandId, PostId},
    people::access::{self, Actor},
    portrait::{Key, Part, Quarter},
    records::{RecordKind, TalkKept, TalkType, suggest, suggest_talk, why, why_talk},
    time::{Day, month_name, weekday, zh, zh_short},
};

use super::super::{
    Services,
    duties::steps,
    facts::{self, Known},
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
        let chain = self.chain_of(actor, info.post, year).await?;
        let colours = if access::see_colours(actor, info.access()).is_ok() {
            format!("/oversight/colours/{}?year={year}", info.post)
        } else {
            String::new()
        };
        let far = known.as_ref().map(|known| Far::of(known, today, head)).unwrap_or_default();
        let reminders = known.as_ref().map(|known| reminders(known, &colours, today)).unwrap_or_default();
        let waiting = known.as_ref().and_then(|k| k.list.as_ref());
        let to_sign = waiting.filter(|l| head && l.state == ListState::Issued).map(|l| l.id.to_string());
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
            progress: far.progress,
            quarter: far.quarter,
            quarter_link: far.link,
            colours,
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

    /// The five links of a post from the stored cells.
    async fn chain_of(&self, actor: &Actor, post: PostId, year: i32) -> Result<Vec<ChainLink>, ApiError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT duty, tone, word, text, why FROM board_cells WHERE post_id = $1 AND year = $2")
                    .bind(post)
                    .bind(year),
            )
            .await
            .map_err(storage)?;
        let mut links = Vec::new();
        for duty in Duty::ALL {
            let row = rows.iter().find(|r| r.text("duty").is_ok_and(|d| d == duty.key()));
            let link = match row {
                Some(row) => ChainLink {
                    duty: duty.key().to_owned(),
                    tone: row.keyed("tone", Tone::from_key).map_err(storage)?,
                    word: row.text("word").map_err(storage)?,
                    text: row.text("text").map_err(storage)?,
                    why: row.text("why").map_err(storage)?,
                },
                None => ChainLink {
                    duty: duty.key().to_owned(),
                    tone: Tone::None,
                    word: Tone::None.word().to_owned(),
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
        Ok(links)
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

/// 本月履责提醒, with what two readers found wrong before all that a date makes pressing.
fn reminders(known: &Known, colours: &str, today: Day) -> Vec<Reminder> {
    let why = |duty| if colours.is_empty() { String::new() } else { format!("{colours}#i{duty}") };
    let refuted = known.items.iter().filter_map(|item| {
        Some(Reminder {
            group: ReminderGroup::Refuted,
            short: item.text.clone(),
            duty: item.duty,
            code: item.code.clone(),
            note: known.refuted(item.duty)?.to_owned(),
            done: false,
            why: why(item.duty),
        })
    });
    let card = known.month_card(today).into_iter().filter(|s| known.refuted(s.duty).is_none()).map(|s| {
        let item = known.items.iter().find(|i| i.duty == s.duty);
        Reminder {
            group: group(&s, item, today),
            // The whole text: what is cut off may be what is asked for.
            short: item.map_or(s.short, |i| i.text.clone()),
            duty: s.duty,
            code: s.code,
            note: note(&s.why, s.due, s.done, &s.together, today),
            done: s.done,
            why: why(s.duty),
        }
    });
    folded(refuted.chain(card).collect())
}

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

/// How far the items are, in words that the portrait and the board share.
#[derive(Default)]
struct Far {
    progress: String,
    quarter: String,
    link: String,
}

impl Far {
    fn of(known: &Known, today: Day, head: bool) -> Self {
        let colours = evaluate(&known.rules, &known.facts, today);
        let tally = Tally::of(&colours);
        if tally.all() == 0 {
            return Self::default();
        }
        let progress = format!("年度应落实 {} 条：{}", tally.all(), tally.words());
        let ThisQuarter { open, again } = ThisQuarter::of(&known.facts, &colours, today);
        if open == 0 {
            return Self { progress, ..Self::default() };
        }
        let again =
            if again > 0 { format!("，其中 {again} 条已落实、本季度还要再做") } else { String::new() };
        let key = Key::Quarter(Quarter::of(today), Part::Pending);
        Self {
            progress,
            quarter: format!("本季度到期、本期未做的 {open} 条{again}"),
            link: if head { format!("/portrait?fact={key}#fact") } else { String::new() },
        }
    }
}
