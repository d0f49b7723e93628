//! How a person wants to be told, and what the district has switched on.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reminders::{DraftQuery, QuarterTotal, WaysPage},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::{CommandId, DistrictId},
    people::access::{self, Actor},
    reminders::{Interruption, Quarter, ReminderWay, is_email},
    time::{Day, first_of, zh},
};

use super::{Switches, WAYS_DRAFT, outbox, switches};
use crate::{
    random,
    services::{Services, storage, told},
    storage::{StorageError, q},
};

/// Between two test messages to the same place.
const TEST_PAUSE_MS: i64 = 10 * 60_000;

impl Services {
    pub(super) async fn ways_page(&self, actor: &Actor, query: DraftQuery) -> Result<WaysPage, ApiError> {
        let draft = self.load(actor, WAYS_DRAFT, query.draft.as_deref()).await?;
        let mut read = self.store.read().clone();
        let on = switches::load(&mut read, actor.district).await.map_err(storage)?;
        let row = read
            .row(q("SELECT way, email FROM reminder_ways WHERE person_id = $1").bind(actor.person))
            .await
            .map_err(storage)?;
        let (way, email) = match row {
            Some(row) => {
                (row.keyed("way", ReminderWay::from_key).map_err(storage)?, row.text("email").map_err(storage)?)
            }
            None => (ReminderWay::App, String::new()),
        };
        let feed = read
            .row(
                q("SELECT made_at FROM reminder_feeds WHERE person_id = $1 AND revoked_at IS NULL LIMIT 1")
                    .bind(actor.person),
            )
            .await
            .map_err(storage)?;
        let feed_since = feed.map(|row| row.instant("made_at").map(|at| zh(at.day()))).transpose().map_err(storage)?;
        Ok(WaysPage {
            way,
            email,
            email_on: on.email && self.carrier.has_email(),
            feed_on: on.feed,
            feed_since,
            // Of the whole district: the office's to look at.
            totals: if access::decide_reminder(actor).is_ok() {
                self.totals(actor.district, self.today()).await.map_err(storage)?
            } else {
                Vec::new()
            },
            command: CommandId(random::id(self.clock.now())),
            draft,
        })
    }

    /// Interruptions of this year by quarter, in total only.
    pub(super) async fn totals(&self, district: DistrictId, today: Day) -> Result<Vec<QuarterTotal>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT on_day, kind, COUNT(*) AS n FROM reminders WHERE district_id = $1 AND on_day >= $2
                   GROUP BY on_day, kind")
                .bind(district)
                .bind(first_of(today.year(), 1)),
            )
            .await?;
        let now = Quarter::of(today);
        let mut all: Vec<QuarterTotal> = (1..=now.quarter)
            .map(|quarter| QuarterTotal { quarter: Quarter { year: now.year, quarter }.to_string(), times: [0; 3] })
            .collect();
        for row in &rows {
            let of = Quarter::of(row.day("on_day")?);
            let kind = row.keyed("kind", Interruption::from_key)?;
            let place = Interruption::ALL.iter().position(|k| *k == kind).unwrap_or_default();
            let at = usize::try_from(of.quarter).unwrap_or(1).saturating_sub(1);
            if of.year == now.year
                && let Some(times) = all.get_mut(at).and_then(|t| t.times.get_mut(place))
            {
                *times += row.small("n")?;
            }
        }
        Ok(all)
    }

    /// Chooses a way.
    ///
    /// # Errors
    /// No address, or one that is none; a way that the district does not offer.
    pub async fn choose_way(
        &self,
        actor: &Actor,
        key: CommandId,
        way: ReminderWay,
        email: &str,
    ) -> Result<(), ApiError> {
        let email = email.trim().to_owned();
        if !email.is_empty() && !is_email(&email) {
            return Err(Rejection::field(
                "email",
                "邮箱格式不对，没有保存。请写成 xingming@mail.example.gov.cn 的样子。",
            )
            .into());
        }
        if way == ReminderWay::Email && email.is_empty() {
            return Err(Rejection::field("email", "还没有填邮箱，没有保存。请填写邮箱，或选“只在系统内”。").into());
        }
        let (district, person, account) = (actor.district, actor.person, actor.account);
        let body = format!("{} {email}", way.key());
        self.store
            .once(account, key.to_string(), body.as_bytes(), move |tx| {
                Box::pin(async move {
                    let on = switches::load(tx, district).await?;
                    let offered = match way {
                        ReminderWay::App => true,
                        ReminderWay::Email => on.email,
                        ReminderWay::Feed => on.feed,
                    };
                    if !offered {
                        let no = "本区没有打开这种提醒方式，没有保存。请选“只在系统内”，或联系系统管理员。";
                        return Err(Rejection::field("way", no).into());
                    }
                    let now = tx.now();
                    tx.insert_all(
                        "INSERT INTO reminder_ways (person_id, district_id, way, email, changed_at)",
                        vec![vec![person.into(), district.into(), way.key().into(), email.into(), now.into()]],
                        "ON CONFLICT (person_id) DO UPDATE SET way = excluded.way, email = excluded.email,
                         changed_at = excluded.changed_at",
                    )
                    .await?;
                    let object = format!("person:{person}");
                    tx.audit(district, Some(account), "reminders.way", &object, way.label()).await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }

    /// A test message: to the own address, or with `group` to the district's robot.
    ///
    /// # Errors
    /// Nothing to send it to; one was sent just now.
    pub async fn test_message(&self, actor: &Actor, key: CommandId, group: bool) -> Result<(), ApiError> {
        if group {
            let _proof = access::set_channels(actor)?;
        }
        let ready = if group { self.carrier.has_robot() } else { self.carrier.has_email() };
        if !ready {
            return Err(Rejection::state("服务器上还没有配置这个渠道，没有发送。请联系系统管理员。").into());
        }
        let (district, person, account) = (actor.district, actor.person, actor.account);
        self.store
            .once(account, key.to_string(), &[u8::from(group)], move |tx| {
                Box::pin(async move {
                    let to = if group {
                        if !switches::load(tx, district).await?.robot {
                            return Err(Rejection::state("工作群机器人还没有打开，没有发送。请先打开。").into());
                        }
                        outbox::To::Robot
                    } else {
                        let address = super::tell::email_of(tx, district, person).await?;
                        let no = "没有选电子邮件提醒，没有发送。请先选择并保存。";
                        outbox::To::Email(person, address.ok_or_else(|| Rejection::state(no))?)
                    };
                    let whose = if group { String::new() } else { person.to_string() };
                    let last = tx
                        .row(
                            q("SELECT MAX(made_at) AS at FROM reminder_messages
                               WHERE district_id = $1 AND person_id = $2 AND mark LIKE 'test:%'")
                            .bind(district)
                            .bind(whose),
                        )
                        .await?;
                    let last = last.map_or(Ok(None), |row| row.opt_instant("at"))?;
                    if last.is_some_and(|at| tx.now().0 - at.0 < TEST_PAUSE_MS) {
                        return Err(Rejection::state("刚刚发过测试消息。请 10 分钟后再试。").into());
                    }
                    outbox::enqueue_test(tx, district, &to).await?;
                    tx.audit(district, Some(account), "reminders.test", &format!("district:{district}"), "").await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }

    /// Switches channels of the district on and off.
    ///
    /// # Errors
    /// Not the 系统管理员's; a channel that is not set up.
    pub async fn set_switches(&self, actor: &Actor, key: CommandId, on: Switches) -> Result<(), ApiError> {
        let _proof = access::set_channels(actor)?;
        let missing = (on.email && !self.carrier.has_email()) || (on.robot && !self.carrier.has_robot());
        if missing {
            let no = "这个渠道还没有在服务器的配置文件里写好，没有打开。请先按配置文件的说明填写并重新启动。";
            return Err(Rejection::state(no).into());
        }
        let (district, account) = (actor.district, actor.account);
        let body = [on.email, on.feed, on.robot].map(u8::from);
        self.store
            .once(account, key.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    tx.insert_all(
                        "INSERT INTO reminder_switches (district_id, email, feed, robot, changed_at)",
                        vec![vec![district.into(), on.email.into(), on.feed.into(), on.robot.into(), now.into()]],
                        "ON CONFLICT (district_id) DO UPDATE SET email = excluded.email, feed = excluded.feed,
                         robot = excluded.robot, changed_at = excluded.changed_at",
                    )
                    .await?;
                    let word = |on: bool| if on { "开" } else { "关" };
                    let text = format!(
                        "电子邮件{}、日历订阅{}、工作群机器人{}",
                        word(on.email),
                        word(on.feed),
                        word(on.robot)
                    );
                    tx.audit(district, Some(account), "reminders.channels", &format!("district:{district}"), &text)
                        .await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }
}
