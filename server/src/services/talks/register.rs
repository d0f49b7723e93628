//! A talk is registered: the 履责清单 begins with the 规定动作 of the head's own list, problems and risks are gathered by
//! people. Several heads at once are one group (集体谈话), each with lists of his own.

use domain::{
    Rejection,
    duties::{Action, DutyListKey},
    ids::{CommandId, TalkGroupId, TalkId, TermId},
    people::{
        Role, UnitKind,
        access::{self, Actor},
    },
    talks::{DutyLine, Lead, Level, Lists, Talk, TalkEvent, TalkSettings, TalkState, TalkStep},
    text,
    time::Day,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Services,
        duties::{
            lists,
            store::{self as duty_store, ItemsOf},
        },
        posts,
    },
    course::stepped,
    due::{self, Due},
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, Tx, q},
};
use app::api::ApiError;

/// Most heads of one group.
const GROUP_MAX: usize = 60;

/// The form of the registration.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Register {
    /// Key of the form.
    pub command: CommandId,
    /// Terms, one or several.
    pub terms: Vec<TermId>,
    /// Other level than the rule's, of one head.
    pub level: Option<Level>,
    /// Title of the group, where there are several.
    pub title: String,
}

/// 规定动作 of the head's list of this year, or of the template that it would be made of.
async fn mandatory(tx: &mut Tx, one: &Due, today: Day) -> Result<Vec<DutyLine>, Failure> {
    let year = chrono::Datelike::year(&today);
    let row = tx.row(q("SELECT district_id, kind FROM units WHERE id = $1").bind(one.unit)).await?;
    let row = row.ok_or(Rejection::NotFound)?;
    let district = row.id("district_id")?;
    let items = match duty_store::newest_list(&mut *tx, district, one.post, year).await? {
        Some(list) => duty_store::load_items(&mut *tx, ItemsOf::Leader(list.list.id)).await?,
        None => {
            let kind = row.keyed("kind", UnitKind::from_key)?;
            let key = DutyListKey::first_responsible();
            match lists::template_for(tx, district, &key.0, kind, year).await? {
                Some(template) => duty_store::load_items(&mut *tx, ItemsOf::Template(template)).await?,
                None => Vec::new(),
            }
        }
    };
    let mandatory = items.into_iter().filter(|item| item.action == Action::Mandatory);
    Ok(mandatory
        .map(|item| DutyLine {
            no: 0,
            duty: Some(item.duty),
            code: item.code,
            text: item.text,
            frequency: item.frequency,
            optional: false,
        })
        .collect())
}

/// Somebody has to prepare, to look and to check: without a supervising body a talk would stop half way.
async fn watched(tx: &mut Tx, due: &Due) -> Result<(), Failure> {
    let find =
        q("SELECT unit_id FROM oversight_map WHERE unit_id = $1 AND (team_id IS NOT NULL OR office_id IS NOT NULL)");
    if tx.row(find.bind(due.unit)).await?.is_some() {
        return Ok(());
    }
    let words = "还没有归口的派驻纪检监察组或联系室，没有登记。请先在“组织与人员”里设定归口。";
    Err(Rejection::field("term", format!("{}{words}", due.unit_name)).into())
}

async fn one(
    tx: &mut Tx,
    actor: &Actor,
    due: &Due,
    settings: &TalkSettings,
    (level, group): (Level, Option<TalkGroupId>),
) -> Result<TalkId, Failure> {
    let now = tx.now();
    let today = now.day();
    if !due.leads_district {
        watched(tx, due).await?;
    }
    let mut lists = Lists::default();
    for line in mandatory(tx, due, today).await? {
        // A list of more items than a paper holds begins with the first ones.
        if lists.put_duty(line).is_err() {
            break;
        }
    }
    let talk = Talk {
        id: TalkId(random::id(now)),
        group,
        post: due.post,
        unit: due.unit,
        unit_name: due.unit_name.clone(),
        title: due.title.clone(),
        term: due.term,
        person: due.person,
        name: due.name.clone(),
        level,
        arrival: due.arrival,
        arrived_on: due.from,
        registered_on: today,
        days: settings.days,
        lead: Lead { speaker: settings.rule.lead(level), person: None, name: String::new(), reason: String::new() },
        lists,
        prepared_by: Vec::new(),
        returned: String::new(),
        approved: None,
        minutes: None,
        signatures: Vec::new(),
        met: None,
        planned_on: None,
        stages: Vec::new(),
        checks: domain::talks::CheckPlan::default(),
        report: None,
        tracking: None,
        list_words: String::new(),
        listed: false,
        promise: String::new(),
        number: String::new(),
        state: TalkState::Preparing,
        since: today,
        over_on: None,
        over_why: String::new(),
        version: 1,
    };
    store::insert(tx, actor.district, &talk).await?;
    let by = access::hand(actor);
    let event = TalkEvent {
        step: TalkStep::Register,
        by: by.person,
        by_name: by.name,
        on: today,
        state: talk.state,
        words: talk.arrival.label().to_owned(),
        paper: None,
    };
    let kept = Kept { unit_now: talk.unit_name.clone(), leads_district: due.leads_district, talk };
    let role = if due.leads_district { Role::Secretary } else { Role::ConductOffice };
    stepped(tx, actor, &kept, &event, role).await?;
    Ok(kept.talk.id)
}

pub(crate) async fn register(tx: &mut Tx, actor: &Actor, form: Register) -> Result<TalkId, Failure> {
    let today = tx.now().day();
    let (settings, ..) = store::settings(tx, actor.district).await?;
    if form.terms.is_empty() {
        return Err(Rejection::field("term", "还没有勾选谈话对象，没有登记。请至少勾选一位。").into());
    }
    if form.terms.len() > GROUP_MAX {
        return Err(Rejection::field("term", format!("一次集体谈话最多 {GROUP_MAX} 人，没有登记。请分批登记。")).into());
    }
    let all = due::due(tx, actor.district, &settings, today).await?;
    let mut chosen: Vec<&Due> = Vec::with_capacity(form.terms.len());
    for term in &form.terms {
        let found = all.iter().find(|one| one.term == *term).ok_or(Rejection::NotFound)?;
        let _proof = access::run_talk(actor, found.access()).map_err(|_| Rejection::NotFound)?;
        if chosen.iter().all(|other| other.term != *term) {
            chosen.push(found);
        }
    }
    let group = if chosen.len() > 1 { Some(new_group(tx, actor, &form.title, chosen.len()).await?) } else { None };
    let mut first = None;
    for due in chosen {
        let level = form.level.filter(|_| group.is_none() && !due.leads_district).unwrap_or(due.level);
        let id = one(tx, actor, due, &settings, (level, group)).await?;
        first.get_or_insert(id);
    }
    first.ok_or_else(|| Rejection::NotFound.into())
}

async fn new_group(tx: &mut Tx, actor: &Actor, title: &str, n: usize) -> Result<TalkGroupId, Failure> {
    let title = text::required("title", "集体谈话名称", title, text::NAME_MAX)?;
    let id = TalkGroupId(random::id(tx.now()));
    tx.insert(
        "INSERT INTO talk_groups (id, district_id, title, made_at, made_by, made_name)",
        vec![
            id.into(),
            actor.district.into(),
            (&title).into(),
            tx.now().into(),
            actor.person.into(),
            (&actor.name).into(),
        ],
    )
    .await?;
    let words = format!("{title}，{n} 人");
    tx.audit(actor.district, Some(actor.account), "talks.group", &format!("talk_group:{id}"), &words).await?;
    Ok(id)
}

impl Services {
    /// Registers a talk with one head or several; the first of them.
    ///
    /// # Errors
    /// A term that makes no talk due, or storage failed.
    pub async fn register_talk(&self, actor: &Actor, form: Register) -> Result<TalkId, ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { register(tx, &actor, form).await })
        })
        .await
    }

    /// Working days of the district, for the days of a talk.
    pub(super) async fn talk_calendar(
        &self,
        actor: &Actor,
    ) -> Result<domain::time::WorkCalendar, crate::storage::StorageError> {
        posts::calendar(&mut self.store.read().clone(), actor.district).await
    }
}
