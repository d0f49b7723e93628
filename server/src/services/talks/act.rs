//! The steps of a talk that are one button or one form of a few fields. Each asks access first, then the rule.

use app::api::ApiError;
use domain::{
    Rejection,
    accountability::Paper,
    approval::Decision,
    ids::{CommandId, PersonId, TalkId},
    papers::number::Series,
    people::{
        Role,
        access::{self, Actor},
    },
    talks::{CheckPoint, Claim, Finding, Lead, Minutes, Paper3, Speaker, Talk, TalkEvent, TalkState, TalkStep},
    time::Day,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Services,
        reviews::{Approved, approved},
    },
    course::{number, saved},
    people,
    sign::open_list,
    store::{self, Kept},
};
use crate::storage::{Failure, Tx, q};

/// What a form of a talk does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// 提请审定.
    Ask,
    /// 审定同意; of the whole group where `all`.
    Approve {
        /// 「纸质已批」.
        paper: Option<Paper>,
        /// Also the others of the group that wait.
        all: bool,
    },
    /// 退回.
    Return {
        /// Why.
        reason: String,
    },
    /// 确定主谈人.
    Delegate {
        /// By the rule.
        speaker: Speaker,
        /// The person, where the system knows him.
        person: Option<PersonId>,
        /// Name, where it does not.
        name: String,
        /// Why it is delegated.
        reason: String,
        /// Also the others of the group.
        all: bool,
    },
    /// The talk was held.
    Hold {
        /// What was said.
        minutes: Box<Minutes>,
        /// Also the others of the group.
        all: bool,
    },
    /// 党组会.
    Meet {
        /// Day.
        on: Day,
        /// What was settled.
        words: String,
    },
    /// 阶段评估.
    Assess {
        /// Day.
        on: Day,
        /// Who went with him.
        second: String,
        /// Three parts.
        parts: Paper3,
        /// Lines.
        findings: Vec<Finding>,
    },
    /// 监督检查方案.
    Checks {
        /// Points.
        points: Vec<CheckPoint>,
    },
    /// 照单督查.
    Look {
        /// Line.
        no: u32,
        /// What was seen.
        words: String,
    },
    /// The leader's report; sent where `send`.
    Report {
        /// Three parts.
        parts: Paper3,
        /// Lines.
        claims: Vec<Claim>,
        /// Send it on.
        send: bool,
        /// Signed on paper.
        paper: Option<Paper>,
    },
    /// Sends it back.
    ReturnReport {
        /// Why.
        reason: String,
    },
    /// 登记备案.
    FileReport,
    /// 跟踪评估; sent where `send`.
    Tracking {
        /// Three parts.
        parts: Paper3,
        /// Lines.
        findings: Vec<Finding>,
        /// Send it on.
        send: bool,
    },
    /// Sends it back.
    ReturnTracking {
        /// Why.
        reason: String,
    },
    /// 审核; of the 区委书记's talk noted from the paper of a higher level: who, day and handler.
    FileTracking {
        /// Who confirmed on paper, and the paper.
        outside: Option<(String, Paper)>,
    },
    /// Opens the new head's list after all.
    List,
    /// 办结.
    Close,
    /// 不再进行.
    End {
        /// Why.
        reason: String,
    },
}

/// A step of a talk.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TalkDo {
    /// Key of the form.
    pub command: CommandId,
    /// Talk.
    pub talk: TalkId,
    /// Version that was seen.
    pub seen: u32,
    /// What.
    pub act: Act,
}

/// In which role the commission's side acts.
pub fn runner(actor: &Actor, kept: &Kept) -> Role {
    let order = [Role::ConductOffice, Role::ResidentTeam, Role::SupervisionOffice, Role::DeputySecretary];
    let found = order.into_iter().find(|role| actor.has(*role));
    if kept.leads_district { Role::Secretary } else { found.unwrap_or(Role::Secretary) }
}

/// In which role the unit's side acts.
pub fn answerer(actor: &Actor, kept: &Kept) -> Role {
    if access::own_talk(actor, kept.talk.term).is_ok() {
        return Role::Principal;
    }
    let found = [Role::Liaison, Role::Member].into_iter().find(|role| actor.has_in(*role, kept.talk.unit));
    found.unwrap_or(Role::Principal)
}

/// Others of the group of a talk, in this state.
async fn others(tx: &mut Tx, actor: &Actor, talk: &Talk, states: &[TalkState]) -> Result<Vec<Kept>, Failure> {
    let Some(group) = talk.group else { return Ok(Vec::new()) };
    let find = store::talks_query(actor.district)
        .push_bind("AND t.group_id = ?", group)
        .push_bind("AND t.id <> ?", talk.id)
        .and_in("t.state", states.iter().map(|state| state.key()))
        .push("ORDER BY t.id");
    Ok(tx.rows(find).await?.iter().map(store::read).collect::<Result<_, _>>()?)
}

/// One step of one talk in memory; the caller saves it.
async fn step(tx: &mut Tx, actor: &Actor, kept: &mut Kept, act: &Act) -> Result<(TalkEvent, Role), Failure> {
    let (post, term) = (kept.post(), kept.talk.term);
    let (today, by) = (tx.now().day(), access::hand(actor));
    let runs = runner(actor, kept);
    let answers = answerer(actor, kept);
    Ok(match act {
        Act::Ask => {
            let _proof = access::prepare_talk(actor, post)?;
            (kept.talk.ask(&by, today)?, runs)
        }
        Act::Approve { paper, .. } => {
            // A paper of the 书记 is noted by the office.
            if paper.is_some() {
                let _proof = access::run_talk(actor, post)?;
            } else {
                let _proof = access::approve_talk(actor, post)?;
            }
            let role = if paper.is_some() { runs } else { Role::Secretary };
            let event = kept.talk.approve(&by, today, paper.clone())?;
            let subject = kept.talk.id.to_string();
            let paper = event.paper.as_ref().map(|p| (p.on, p.handler.clone()));
            let decision = Decision::Agreed;
            let word = Approved { subject: &subject, step: "审定", role, decision, reason: "", paper };
            approved(tx, actor, word).await?;
            (event, role)
        }
        Act::Return { reason } => {
            if access::approve_talk(actor, post).is_err() {
                let _proof = access::run_talk(actor, post)?;
            }
            let role = if actor.has(Role::Secretary) { Role::Secretary } else { runs };
            let event = kept.talk.send_back(&by, today, reason)?;
            let subject = kept.talk.id.to_string();
            let reason = &event.words;
            let decision = Decision::Returned;
            let word = Approved { subject: &subject, step: "审定", role, decision, reason, paper: None };
            approved(tx, actor, word).await?;
            (event, role)
        }
        Act::Delegate { speaker, person, name, reason, .. } => {
            // The 书记 himself asks another one, or the office notes it for him.
            if access::run_talk(actor, post).is_err() {
                let _proof = access::approve_talk(actor, post)?;
            }
            let (settings, ..) = store::settings(tx, actor.district).await?;
            let speaker = settings.rule.speaker(kept.talk.level, Some(*speaker))?;
            let lead = people::lead(tx, actor, &kept.talk, speaker, *person, name, today).await?;
            let own = settings.rule.lead(kept.talk.level);
            let lead = Lead { reason: reason.clone(), ..lead };
            (kept.talk.delegate(&by, today, lead, own)?, runs)
        }
        Act::Hold { minutes, .. } => {
            // 主谈人 or the office, which writes down what was said.
            if kept.talk.lead.person != Some(actor.person) {
                let _proof = access::run_talk(actor, post)?;
            }
            let (settings, ..) = store::settings(tx, actor.district).await?;
            if kept.talk.group.is_some() && settings.rule.party_leader_with_groups && minutes.present.trim().is_empty()
            {
                let words = "集体谈话由党委主要领导一同参加，还没有填写参加人员，没有保存。请填写。";
                return Err(Rejection::field("present", words).into());
            }
            let event = kept.talk.hold(&by, today, (**minutes).clone())?;
            kept.talk.promise = settings.commitment;
            kept.talk.number = number(tx, actor, kept, Series::TalkRecord).await?;
            (event, runs)
        }
        Act::Meet { on, words } => {
            let _proof = access::answer_talk(actor, post, term)?;
            (kept.talk.meet(&by, today, *on, words)?, answers)
        }
        Act::Assess { on, second, parts, findings } => {
            let _proof = access::track_talk(actor, post)?;
            people::second(tx, actor, kept, second, today).await?;
            (kept.talk.assess(&by, today, *on, second, (parts.clone(), findings.clone()))?, runs)
        }
        Act::Checks { points } => {
            let _proof = access::track_talk(actor, post)?;
            (kept.talk.adopt_checks(&by, today, points.clone())?, runs)
        }
        Act::Look { no, words } => {
            let _proof = access::track_talk(actor, post)?;
            (kept.talk.look(&by, today, *no, words)?, runs)
        }
        Act::Report { parts, claims, send, paper } => {
            let _proof = access::answer_talk(actor, post, term)?;
            let mut event = kept.talk.write_report(&by, today, parts.clone(), claims.clone())?;
            if *send {
                event = kept.talk.send_report(&by, today, paper.clone())?;
            }
            (event, answers)
        }
        Act::ReturnReport { reason } => {
            let _proof = access::run_talk(actor, post)?;
            (kept.talk.return_report(&by, today, reason)?, runs)
        }
        Act::FileReport => {
            let _proof = access::run_talk(actor, post)?;
            // The rule first: a number that nothing stands on would be lost.
            kept.talk.clone().file_report(&by, today, "")?;
            let number = number(tx, actor, kept, Series::TalkReport).await?;
            (kept.talk.file_report(&by, today, &number)?, runs)
        }
        Act::Tracking { parts, findings, send } => {
            let _proof = access::track_talk(actor, post)?;
            let mut event = kept.talk.write_tracking(&by, today, parts.clone(), findings.clone())?;
            if *send {
                event = kept.talk.send_tracking(&by, today)?;
            }
            (event, runs)
        }
        Act::ReturnTracking { reason } => {
            let _proof = access::confirm_tracking(actor, post)?;
            (kept.talk.return_tracking(&by, today, reason)?, runs)
        }
        Act::FileTracking { outside } => {
            let _proof = access::confirm_tracking(actor, post)?;
            if outside.is_some() && !post.leads_district {
                return Err(Rejection::state("跟踪评估报告由另一位同志在系统里审核，不登记纸质审核，没有保存。").into());
            }
            kept.talk.clone().file_tracking(&by, today, "", outside.clone())?;
            let number = number(tx, actor, kept, Series::Tracking).await?;
            (kept.talk.file_tracking(&by, today, &number, outside.clone())?, runs)
        }
        Act::List => {
            let _proof = access::run_talk(actor, post)?;
            if kept.talk.listed || !matches!(kept.talk.state, TalkState::Signed | TalkState::Closed) {
                return Err(Rejection::state("新任负责人的履责清单不用再开，没有保存。请刷新页面查看。").into());
            }
            open_list(tx, actor, kept).await?;
            kept.talk.version += 1;
            let words = if kept.talk.listed { "" } else { "仍未开出" };
            let state = kept.talk.state;
            let step = TalkStep::List;
            let paper = None;
            (
                TalkEvent { step, by: by.person, by_name: by.name, on: today, state, words: words.to_owned(), paper },
                runs,
            )
        }
        Act::Close => {
            let _proof = access::run_talk(actor, post)?;
            let open = q("SELECT COUNT(*) AS n FROM items WHERE district_id = $1 AND origin = $2 AND origin_id = $3
                          AND closed_on IS NULL");
            let open = open.bind(actor.district).bind(domain::talks::ORIGIN).bind(kept.talk.id.to_string());
            let open = tx.row(open).await?.map_or(Ok(0), |row| row.small("n"))?;
            (kept.talk.close(&by, today, usize::try_from(open).unwrap_or(usize::MAX))?, runs)
        }
        Act::End { reason } => {
            let _proof = access::run_talk(actor, post)?;
            (kept.talk.end(&by, today, reason)?, runs)
        }
    })
}

/// A step, also for the others of a group where the form says so.
pub(crate) async fn take(tx: &mut Tx, actor: &Actor, form: TalkDo) -> Result<(), Failure> {
    let (mut kept, _sight) = store::readable(tx, actor, form.talk).await?;
    if kept.talk.version != form.seen {
        return Err(Rejection::Stale.into());
    }
    let more: &[TalkState] = match &form.act {
        Act::Approve { all: true, .. } => &[TalkState::Asked],
        Act::Delegate { all: true, .. } => &[TalkState::Preparing, TalkState::Asked, TalkState::Approved],
        Act::Hold { all: true, .. } => &[TalkState::Approved],
        _ => &[],
    };
    let (event, role) = step(tx, actor, &mut kept, &form.act).await?;
    saved(tx, actor, &kept, form.seen, &event, role).await?;
    if more.is_empty() {
        return Ok(());
    }
    for mut other in others(tx, actor, &kept.talk, more).await? {
        // One that the actor may not see, of his own unit, keeps its own way.
        if other.sight(actor).is_err() {
            continue;
        }
        let seen = other.talk.version;
        if let Act::Hold { .. } = &form.act {
            // One talk, one speaker: whoever led the first led them all.
            if other.talk.lead.name.is_empty() {
                other.talk.lead = kept.talk.lead.clone();
            }
        }
        let name = other.talk.name.clone();
        let (event, role) = step(tx, actor, &mut other, &form.act).await.map_err(|failure| named(&name, failure))?;
        saved(tx, actor, &other, seen, &event, role).await?;
    }
    Ok(())
}

/// Says whose talk of a group it is that stops all of them.
fn named(name: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Rejected(Rejection::State { message }) => Rejection::state(format!("{name}：{message}")).into(),
        other => other,
    }
}

impl Services {
    /// A step of a talk, at most once for its key.
    ///
    /// # Errors
    /// Not found for whoever may not read it; stale; a rule said no.
    pub async fn talk_step(&self, actor: &Actor, form: TalkDo) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { take(tx, &actor, form).await })
        })
        .await
    }
}
