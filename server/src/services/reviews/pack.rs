//! The material pack: agenda, presenters, and per presenter the 述责报告 and the facts. Open
//! to this meeting's raters as `opening` says, then frozen; to the office before; to a presenter his
//! own alone. To everybody else it does not exist.

use app::api::{
    ApiError,
    reviews::{PackFacts, PackPage, PackPerson, PackQuery},
};
use domain::{
    Rejection,
    ids::{CommandId, PresenterId},
    people::access::{self, Actor},
    reviews::{Mode, Part, Presenter},
    time::{Day, WorkCalendar, weekday, zh, zh_short},
};

use super::{
    super::{Services, parse, posts, rows::Rows, storage, told},
    facts,
    opening::{self, Opening},
    proxy::proxy_words,
    questions,
    reports::{self, Report},
    store::{self, Stored, has_part, parts_of},
};
use crate::{
    random,
    storage::{Failure, StorageError},
};

/// Those who run the meeting and the office, from the approval.
fn runs(actor: &Actor, stored: &Stored) -> bool {
    let parts = parts_of(actor, stored);
    stored.approved() && (access::run_hall(&parts).is_ok() || access::see_plans(actor).is_ok())
}

/// Is there anything in the pack for the actor as the office, as one of the hall or as a rater?
pub(super) async fn opens(
    rows: &mut impl Rows,
    actor: &Actor,
    stored: &Stored,
    calendar: &WorkCalendar,
    today: Day,
) -> Result<bool, StorageError> {
    if runs(actor, stored) {
        return Ok(true);
    }
    if !has_part(actor, stored, &[Part::Rater]) {
        return Ok(false);
    }
    let opening = Opening::by(rows, stored, calendar).await?;
    // Once it has begun all are open, whoever checked: no report is read for that.
    if today < opening.due || !stored.preparing() {
        return Ok(opening.is_open(&Report::default(), today) && !stored.plan.presenters.is_empty());
    }
    let reports = opening::reports_of(rows, stored.id).await?;
    let none = Report::default();
    Ok(stored.plan.presenters.iter().any(|p| opening.is_open(reports.get(&p.id).unwrap_or(&none), today)))
}

/// May the actor open this presenter's materials, which are open to raters or not yet?
fn opens_for(actor: &Actor, stored: &Stored, presenter: &Presenter, open: bool) -> bool {
    let own = access::report_own(actor, presenter.post, presenter.person).is_ok();
    let supervises = access::draft_question(actor, presenter.unit).is_ok();
    let rater = questions::reads(actor, stored, open);
    stored.approved() && (own || supervises || rater || runs(actor, stored))
}

/// What a rater is told about materials that are due and not open.
fn waiting(names: &[&str], opening: &Opening) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!("{}的材料待本人核对后开放，最迟{}开放。", names.join("、"), zh_short(opening.unchecked))
}

pub(super) async fn page(services: &Services, actor: &Actor, query: PackQuery) -> Result<PackPage, ApiError> {
    let mut read = services.store.read().clone();
    let stored = store::load(&mut read, actor.district, parse(&query.id)?).await.map_err(told)?;
    let today = services.today();
    let opening = Opening::of(&mut read, &stored).await.map_err(storage)?;
    let reports = opening::reports_of(&mut read, stored.id).await.map_err(storage)?;
    let none = Report::default();
    let open = |p: &Presenter| opening.is_open(reports.get(&p.id).unwrap_or(&none), today);
    let plan = &stored.plan;
    let person = |(at, p): (usize, &Presenter)| PackPerson {
        id: p.id,
        name: p.name.clone(),
        title: p.title.clone(),
        place: format!("第 {} 位述责", at + 1),
    };
    let presenters: Vec<PackPerson> =
        plan.presenters.iter().enumerate().filter(|(_, p)| opens_for(actor, &stored, p, open(p))).map(person).collect();
    if presenters.is_empty() {
        return Err(Rejection::NotFound.into());
    }
    let closed: Vec<&str> = plan.presenters.iter().filter(|p| !open(p)).map(|p| p.name.as_str()).collect();
    let rater = has_part(actor, &stored, &[Part::Rater]);
    let mut page = PackPage {
        command: CommandId(random::id(services.clock.now())),
        meeting: stored.id,
        title: plan.title.clone(),
        place: format!("{} {}　{}", zh(plan.on), weekday(plan.on), plan.place),
        agenda: agenda(&stored),
        presenters,
        presenter: None,
        report: None,
        proxy: String::new(),
        facts: None,
        checked: String::new(),
        may_suggest: false,
        frozen: false,
        waiting: if rater { waiting(&closed, &opening) } else { String::new() },
    };
    let Some(asked) = query.presenter.as_deref() else { return Ok(page) };
    let id: PresenterId = parse(asked)?;
    // One that may not be opened is one that is not there.
    let found = page.presenters.iter().find(|p| p.id == id).cloned().ok_or(Rejection::NotFound)?;
    let presenter = plan.presenter(id).ok_or(Rejection::NotFound)?;
    let frozen = open(presenter);
    let report = reports.get(&id).cloned().unwrap_or_default();
    let facts = shown(services, actor, &stored, presenter, &report, frozen).await?;
    let info = posts::post(&mut read, actor.district, presenter.post, today).await.map_err(storage)?;
    let follows = info.is_some_and(|i| access::read_book(actor, i.access()).is_ok());
    page.may_suggest = questions::reads(actor, &stored, frozen) && questions::takes_suggestions(&stored);
    page.frozen = frozen;
    page.facts = Some(if follows { facts } else { facts::without_links(facts) });
    page.checked = match report.checked_at {
        None => "本人还没有核对。".to_owned(),
        Some(_) if report.note.is_empty() => "本人已核对，没有不同意见。".to_owned(),
        Some(_) => format!("本人已核对，说明：{}", report.note),
    };
    if report.handed_at.is_some() {
        let by = proxy_words(&mut read, stored.id, id).await.map_err(storage)?;
        page.proxy = if by.is_empty() { by } else { format!("{by}，本人核对后提交") };
    }
    // Nobody but himself and his 联络员 reads what he has not handed in.
    page.report = Some(report.text).filter(|_| report.handed_at.is_some());
    page.presenter = Some(found);
    Ok(page)
}

fn agenda(stored: &Stored) -> Vec<String> {
    let minutes = stored.plan.rules.speech_minutes;
    let appraisal = match stored.plan.mode {
        Mode::Together => "综合评议（集中测评：一张测评表，全部述责完毕后一次收回）",
        Mode::OneByOne => "综合评议（逐人测评：每位述责、询问、点评后即测评）",
    };
    vec!["签到".to_owned(), format!("逐位述责（每位 {minutes} 分钟）、询问、点评"), appraisal.to_owned()]
}

/// The facts as they stand: those that the leader checked, or those frozen when the pack opened,
/// or, before that, those of today. The first reader of an open pack freezes them.
async fn shown(
    services: &Services,
    actor: &Actor,
    stored: &Stored,
    presenter: &Presenter,
    report: &Report,
    frozen: bool,
) -> Result<PackFacts, ApiError> {
    let today = services.today();
    if let Some(kept) = &report.facts
        && (frozen || report.checked_at.is_some())
    {
        return Ok(kept.clone());
    }
    let mut read = services.store.read().clone();
    let year = stored.plan.year;
    if !frozen {
        return facts::gather(&mut read, actor.district, presenter, year, today).await.map_err(storage);
    }
    let (district, meeting, presenter) = (actor.district, stored.id, presenter.clone());
    services
        .store
        .write(move |tx| {
            Box::pin(async move {
                let mut report = reports::load(&mut *tx, meeting, presenter.id).await?;
                if let Some(kept) = report.facts {
                    return Ok(kept);
                }
                let made = facts::gather(&mut *tx, district, &presenter, year, today).await?;
                report.facts = Some(made.clone());
                reports::save(tx, district, meeting, presenter.id, &report).await?;
                let object = format!("presenter:{}", presenter.id);
                tx.audit(district, None, "reviews.pack_frozen", &object, "").await?;
                Ok::<_, Failure>(made)
            })
        })
        .await
        .map_err(told)
}
