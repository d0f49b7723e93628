//! Changes of a plan while it is drafted: the office alone, by version. After the approval
//! only recusals are added, and only before 签到.

use std::collections::BTreeSet;

use app::api::ApiError;
use chrono::Datelike;
use domain::{
    Rejection,
    approval::Decision,
    ids::{CommandId, DistrictId, MeetingId, PersonId, PostId, PresenterId, RaterId},
    people::{
        Role,
        access::{self, Actor},
    },
    reviews::{Announce, Dimension, Group, Identity, Mode, Plan, Presenter, Recusal, ReviewRules, Scale, Secrecy},
    text,
    time::Day,
};

use super::{
    super::{Services, posts, rows::Rows, storage, told},
    change::{About, Base, Change},
    raters,
    store::{self, DRAFT, Kept, Stored},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Most presenters of one meeting; a day has room for far fewer.
const PRESENTERS_MAX: usize = 40;
/// Most lines of a roll: what the hall is built for.
pub(super) const RATERS_MAX: usize = 3_000;

impl Services {
    /// A new draft with the default rules (示范) and the district's own lists as dimensions.
    ///
    /// # Errors
    /// Not the office; a field is wrong.
    pub async fn new_meeting(
        &self,
        actor: &Actor,
        command: CommandId,
        body: &[u8],
        (title, year, on, place): (String, i32, Day, String),
    ) -> Result<MeetingId, ApiError> {
        let _proof = access::plan_meeting(actor)?;
        let actor = actor.clone();
        self.store
            .once(actor.account, command.to_string(), body, move |tx| {
                Box::pin(async move {
                    let mut rules = ReviewRules::default();
                    let lists = lists(tx, &actor).await?;
                    if !lists.is_empty() {
                        rules.dimensions = lists.into_iter().map(|(key, label)| Dimension { key, label }).collect();
                    }
                    let mut plan = Plan {
                        title: String::new(),
                        year,
                        on,
                        place: String::new(),
                        mode: Mode::Together,
                        secrecy: Secrecy::Anonymous,
                        identity: Identity::Card,
                        announce: Announce::Afterwards,
                        rules,
                        presenters: Vec::new(),
                        raters: Vec::new(),
                        recusals: BTreeSet::new(),
                        chair: None,
                        operators: BTreeSet::new(),
                        tellers: Vec::new(),
                        counters: Vec::new(),
                    };
                    let (mode, secrecy) = (plan.mode, plan.secrecy);
                    let (identity, announce) = (plan.identity, plan.announce);
                    base(&mut plan, &Base { title, year, on, place, mode, secrecy, identity, announce })?;
                    let id = MeetingId(random::id(tx.now()));
                    let stored = Stored { id, district: actor.district, state: DRAFT.to_owned(), plan, version: 1 };
                    store::insert(tx, actor.account, &stored).await?;
                    let object = format!("meeting:{id}");
                    tx.audit(actor.district, Some(actor.account), "reviews.planned", &object, &stored.plan.title)
                        .await?;
                    Ok(id)
                })
            })
            .await
            .map_err(told)
    }

    /// One change of a plan.
    ///
    /// # Errors
    /// Not the office; stale; not in a state for it; a field is wrong.
    pub async fn edit_plan(&self, actor: &Actor, about: About, change: Change) -> Result<(), ApiError> {
        let _proof = access::plan_meeting(actor)?;
        let actor = actor.clone();
        let today = self.today();
        self.store
            .once(actor.account, about.command.to_string(), &about.body.clone(), move |tx| {
                Box::pin(async move {
                    let mut stored = store::open(tx, actor.district, about.meeting, about.seen).await?;
                    let recusal = matches!(change, Change::Recuse(..) | Change::RecuseImplied);
                    let open = stored.editable() || (recusal && stored.preparing());
                    if !open {
                        return Err(Rejection::state(format!(
                            "会议方案现在是“{}”，不能修改，没有保存。审定后确需调整的，请先重新报审。",
                            stored.label()
                        ))
                        .into());
                    }
                    let cards = stored.plan.identity == Identity::Card;
                    let fixed = matches!(change, Change::Recuse(..)) && !stored.editable();
                    if cards && (fixed || matches!(change, Change::RecuseImplied)) {
                        return Err(Rejection::field(
                            "rater",
                            "抽卡签到认卡不认人，事先定的回避无法落实，没有保存。请把有关人员移出名册，\
                             或改用账号签到；其他回避由评议人员当场点“回避”。",
                        )
                        .into());
                    }
                    let words = change.words();
                    apply(tx, &actor, &mut stored, change, today).await?;
                    store::save(tx, &mut stored).await?;
                    let object = format!("meeting:{}", stored.id);
                    tx.audit(actor.district, Some(actor.account), "reviews.plan_changed", &object, words).await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }
}

impl Services {
    /// Names of those of a meeting's staff who have no account that opens.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn without_account(&self, district: DistrictId, persons: &[PersonId]) -> Result<Vec<String>, ApiError> {
        without_account(&mut self.store.read().clone(), district, persons).await.map_err(storage)
    }
}

async fn apply(tx: &mut Tx, actor: &Actor, stored: &mut Stored, change: Change, today: Day) -> Result<(), Failure> {
    let plan = &mut stored.plan;
    match change {
        Change::Base(form) => base(plan, &form)?,
        Change::Rules(form) => {
            let known = lists(tx, actor).await?;
            rules(plan, *form, &known)?;
        }
        Change::Presenters(posts) => presenters(tx, actor, plan, &posts, today).await?,
        Change::AddRater(form) => {
            let known = raters::known(tx, actor.district, today).await?;
            raters::add(plan, &known, &form, RaterId(random::id(tx.now())))?;
        }
        Change::RemoveRater(id) => {
            plan.raters.retain(|r| r.id != id);
            plan.recusals.retain(|r| r.rater != id);
        }
        Change::MoveRater(id, group) => {
            if plan.rules.group(&group).is_none() {
                return Err(Rejection::field("group", "所选分组不存在，没有保存。请重新选择分组。").into());
            }
            let rater = plan.raters.iter_mut().find(|r| r.id == id).ok_or(Rejection::NotFound)?;
            rater.group = group;
        }
        Change::Recuse(recusal, reason) => {
            let reason = text::required("reason", "回避原因", &reason, text::LINE_MAX)?;
            let known =
                plan.raters.iter().any(|r| r.id == recusal.rater) && plan.presenter(recusal.presenter).is_some();
            if !known {
                return Err(Rejection::field("rater", "没有选定评议人员和述责对象，没有保存。请选好后再添加。").into());
            }
            let subject = recusal_subject(stored.id, &recusal);
            plan.recusals.insert(recusal);
            let kept = Kept {
                subject: &subject,
                step: "回避",
                role: Role::ConductOffice,
                decision: Decision::Agreed,
                reason: &reason,
                paper: None,
            };
            store::keep(tx, actor, kept).await?;
        }
        Change::RecuseImplied => {
            let led = raters::led(tx, actor.district, plan).await?;
            plan.recusals.extend(plan.implied_recusals());
            plan.recusals.extend(led);
        }
        Change::Unrecuse(recusal) => {
            plan.recusals.remove(&recusal);
        }
        Change::People { chair, operators, tellers, counters } => {
            let named = chair.iter().chain(&operators).chain(&tellers).chain(&counters).copied();
            persons_exist(tx, actor, named.collect()).await?;
            (plan.chair, plan.operators, plan.tellers, plan.counters) = (chair, operators, tellers, counters);
        }
    }
    Ok(())
}

/// Names of those who have no account that opens: whoever is to press a button needs one.
pub(super) async fn without_account(
    rows: &mut impl Rows,
    district: DistrictId,
    persons: &[PersonId],
) -> Result<Vec<String>, StorageError> {
    let mut names = Vec::new();
    for person in persons {
        let query = q("SELECT name FROM persons WHERE id = $1 AND district_id = $2 AND NOT EXISTS
             (SELECT 1 FROM accounts a WHERE a.person_id = persons.id AND a.disabled_at IS NULL)");
        if let Some(row) = rows.first(query.bind(*person).bind(district)).await? {
            names.push(row.text("name")?);
        }
    }
    Ok(names)
}

/// Can both 监票人 confirm the seal, each on his own account?
pub(super) async fn tellers_have_accounts(
    rows: &mut impl Rows,
    district: DistrictId,
    plan: &Plan,
) -> Result<(), Failure> {
    let names = without_account(rows, district, &plan.tellers).await?;
    if names.is_empty() {
        return Ok(());
    }
    let words = format!("监票人“{}”没有能登录的账号，不能确认封存。请先开通账号，或另定监票人。", names.join("、"));
    Err(Rejection::field("tellers", words).into())
}

/// Subject under which the reason of a recusal is kept.
pub(super) fn recusal_subject(meeting: MeetingId, recusal: &Recusal) -> String {
    format!("recusal:{meeting}:{}:{}", recusal.rater, recusal.presenter)
}

fn base(plan: &mut Plan, form: &Base) -> Result<(), Rejection> {
    plan.title = text::required("title", "会议名称", &form.title, text::NAME_MAX)?;
    plan.place = text::optional("place", "地点", &form.place, text::NAME_MAX)?;
    if !(2000..=2100).contains(&form.year) {
        return Err(Rejection::field("year", "年度不对，没有保存。请填四位数的年份。"));
    }
    if !(form.year..=form.year + 1).contains(&form.on.year()) {
        return Err(Rejection::field(
            "on_day",
            format!("会议日期不在{}年或次年，没有保存。请核对日期和述责年度。", form.year),
        ));
    }
    (plan.year, plan.on) = (form.year, form.on);
    (plan.mode, plan.secrecy, plan.identity, plan.announce) = (form.mode, form.secrecy, form.identity, form.announce);
    Ok(())
}

fn rules(plan: &mut Plan, mut form: ReviewRules, lists: &[(String, String)]) -> Result<(), Rejection> {
    for Group { key, name, colour, .. } in &mut form.groups {
        *name = text::required("groups", "分组名称", name, text::NAME_MAX)?;
        *colour = text::optional("groups", "颜色", colour, 10)?;
        let plain =
            !key.is_empty() && key.len() <= 10 && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !plain {
            return Err(Rejection::field("groups", "分组代号应为一至十个小写字母或数字。请核对分组。"));
        }
    }
    for dimension in &mut form.dimensions {
        let (_, name) = lists.iter().find(|(key, _)| *key == dimension.key).ok_or_else(|| {
            Rejection::field("dimension", "所选清单已不在五张责任清单里，没有保存。请刷新页面后重新选择。")
        })?;
        dimension.label.clone_from(name);
    }
    form.version = plan.rules.version;
    if form.scale == Scale::Grades {
        form.trimmed = false;
    }
    form.check()?;
    if form != plan.rules {
        form.version = plan.rules.version.saturating_add(1);
    }
    if let Some(rater) = plan.raters.iter().find(|r| form.group(&r.group).is_none()) {
        return Err(Rejection::field(
            "groups",
            format!("名册里还有人在这个分组（如“{}”），不能去掉。请先把他们换到别的分组。", rater.name),
        ));
    }
    plan.rules = form;
    Ok(())
}

async fn presenters(tx: &mut Tx, actor: &Actor, plan: &mut Plan, posts: &[PostId], today: Day) -> Result<(), Failure> {
    if posts.len() > PRESENTERS_MAX {
        return Err(Rejection::field(
            "presenters",
            format!("一次会议最多 {PRESENTERS_MAX} 位述责对象，没有保存。请分次召开。"),
        )
        .into());
    }
    let mut chosen: Vec<Presenter> = Vec::with_capacity(posts.len());
    for post in posts {
        if chosen.iter().any(|p| p.post == *post) {
            continue;
        }
        let info = posts::post(&mut *tx, actor.district, *post, today).await?.ok_or(Rejection::NotFound)?;
        let Some(head) = info.head else {
            return Err(Rejection::field(
                "presenters",
                format!("{}{}现在空缺，不能列为述责对象。请先办理任职或去掉这一位。", info.unit_name, info.title),
            )
            .into());
        };
        let before = plan.presenters.iter().find(|p| p.post == *post && p.person == head.person);
        chosen.push(Presenter {
            id: before.map_or_else(|| PresenterId(random::id(tx.now())), |p| p.id),
            post: *post,
            unit: info.unit,
            person: head.person,
            name: head.name,
            title: format!("{}{}", info.unit_name, info.title),
        });
    }
    plan.recusals.retain(|r| chosen.iter().any(|p| p.id == r.presenter));
    plan.presenters = chosen;
    Ok(())
}

/// The district's own lists: key and name, in order.
pub(super) async fn lists(rows: &mut impl Rows, actor: &Actor) -> Result<Vec<(String, String)>, StorageError> {
    let rows = rows
        .all(q("SELECT key, name FROM duty_lists WHERE district_id = $1 ORDER BY position, id").bind(actor.district))
        .await?;
    let own: Vec<(String, String)> =
        rows.iter().map(|row| Ok((row.text("key")?, row.text("name")?))).collect::<Result<_, StorageError>>()?;
    if own.is_empty() {
        return Ok(ReviewRules::default().dimensions.into_iter().map(|d| (d.key, d.label)).collect());
    }
    Ok(own)
}

async fn persons_exist(tx: &mut Tx, actor: &Actor, named: BTreeSet<PersonId>) -> Result<(), Failure> {
    let rows = tx
        .rows(
            q("SELECT id FROM persons WHERE district_id = $1").bind(actor.district).and_in("id", named.iter().copied()),
        )
        .await?;
    if rows.len() == named.len() { Ok(()) } else { Err(Rejection::NotFound.into()) }
}
