//! Forms of what follows a talk: checks, reports, what is passed on; the register of risks, the settings, and the ledger
//! as .xlsx.

use app::api::{
    Visitor,
    talks::{Talks as _, TalksQuery},
};
use axum::{Extension, extract::State, http::Uri, response::Response};
use domain::{
    Rejection,
    people::UnitKind,
    talks::{
        CheckPoint, Claim, Delegation, Finding, FindingKind, Level, ListKind, Paper3, Part, Progress, Speaker,
        TalkDays, TalkRule, TalkSettings,
    },
};

use super::{
    fields::{Fields, incomplete},
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply,
    table_files::{self, Sheet, TableFile},
    talks_forms::{numbered, numbers, paper, place},
};
use crate::{
    App,
    services::talks::{
        DRAFT, PASSED_DRAFT, REPORT_DRAFT, RISK_DRAFT, SETTINGS_DRAFT, TRACKING_DRAFT,
        act::{Act, TalkDo},
        passed::{PassForm, PassedForm},
        risks::{CaseForm, RiskForm},
        settings::SetTalks,
    },
};

/// Adds the forms and the file.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/talks/assess", Policy::SignedIn, assess)
        .form("/talks/checks", Policy::SignedIn, checks)
        .form("/talks/look", Policy::SignedIn, look)
        .form("/talks/report", Policy::SignedIn, report)
        .form("/talks/tracking", Policy::SignedIn, tracking)
        .form("/talks/pass", Policy::SignedIn, pass)
        .form("/talks/passed", Policy::SignedIn, passed)
        .form("/talks/risk", Policy::SignedIn, risk)
        .form("/talks/case", Policy::SignedIn, case)
        .form("/talks/settings", Policy::SignedIn, settings)
        .get(Kind::File, "/talks/export", Policy::SignedIn, export)
}

fn parts(fields: &Fields) -> Paper3 {
    let of = |part: Part| fields.text(&format!("part_{}", part.key()));
    Paper3([of(Part::Ecology), of(Part::Problems), of(Part::Risks)])
}

/// Lines of a check: those with a finding or words.
fn findings(fields: &Fields) -> Result<Vec<Finding>, Rejection> {
    let mut all = Vec::new();
    for no in numbers(fields, &["kind", "words"]) {
        let (kind, words) = (fields.text(&format!("kind_{no}")), fields.text(&format!("words_{no}")));
        if kind.is_empty() && words.trim().is_empty() {
            continue;
        }
        let kind = FindingKind::from_key(&kind).ok_or_else(|| {
            Rejection::field(format!("kind_{no}"), "还没有选评估意见，没有保存。请选一项，或清空这一行。")
        })?;
        all.push(Finding { no, kind, words });
    }
    Ok(all)
}

/// A step of a talk that `read` makes of the fields.
async fn stepped(posted: Posted, at: &'static str, read: impl FnOnce(&Posted) -> Result<Act, Rejection>) -> Response {
    // What is also kept while it is written has a form of its own.
    let form = match at {
        "report" => REPORT_DRAFT,
        "tracking" => TRACKING_DRAFT,
        _ => DRAFT,
    };
    let job = async {
        let act = read(&posted)?;
        let fields = &posted.fields;
        let (command, talk, seen) = (fields.command()?, fields.parsed("talk")?, fields.parsed("seen")?);
        posted.services().talk_step(&posted.actor, TalkDo { command, talk, seen, act }).await
    };
    let (id, page) = place(&posted);
    let home = Home::new(form, &*page).about(id).at(format!("#{at}"));
    posted.ended(job, home, |()| format!("{page}?done={at}#{at}")).await
}

const PARTS: [&str; 3] = ["part_ecology", "part_problems", "part_risks"];

async fn assess(posted: Posted) -> Response {
    stepped(posted, "assess", |posted| {
        let known = [&["talk", "seen", "stage_on", "second"][..], &PARTS].concat();
        let fields = numbered(posted, &known, &["kind", "words"])?;
        fields.once(&[])?;
        let on = fields.needed_day("stage_on", "评估日期", "还没有填评估日期，没有保存。请选择日期。")?;
        let (second, parts, findings) = (fields.text("second"), parts(fields), findings(fields)?);
        Ok(Act::Assess { on, second, parts, findings })
    })
    .await
}

async fn checks(posted: Posted) -> Response {
    stepped(posted, "checks", |posted| {
        let fields = numbered(posted, &["talk", "seen", "point"], &["how", "by"])?;
        fields.once(&["point"])?;
        let mut points = Vec::new();
        for picked in fields.many("point") {
            let (list, no) = picked.split_once(':').ok_or_else(incomplete)?;
            let list = ListKind::from_key(list).ok_or_else(incomplete)?;
            let no: u32 = no.parse().map_err(|_| incomplete())?;
            let missing = "还没有填检查日期，没有保存。请选择日期。";
            let by = fields.needed_day(&format!("by_{no}"), "检查日期", missing)?;
            points.push(CheckPoint::planned(list, no, fields.text(&format!("how_{no}")), by));
        }
        Ok(Act::Checks { points })
    })
    .await
}

async fn look(posted: Posted) -> Response {
    stepped(posted, "look", |posted| {
        let fields = numbered(posted, &["talk", "seen", "no"], &["looked"])?;
        let no: u32 = fields.parsed("no")?;
        Ok(Act::Look { no, words: fields.text(&format!("looked_{no}")) })
    })
    .await
}

async fn report(posted: Posted) -> Response {
    stepped(posted, "report", |posted| {
        let known = [&["talk", "seen", "then", "paper_on", "handler"][..], &PARTS].concat();
        let fields = numbered(posted, &known, &["progress", "words"])?;
        fields.once(&[])?;
        let mut claims = Vec::new();
        for no in numbers(fields, &["progress", "words"]) {
            let (key, words) = (fields.text(&format!("progress_{no}")), fields.text(&format!("words_{no}")));
            if key.is_empty() && words.trim().is_empty() {
                continue;
            }
            let progress = Progress::from_key(&key).ok_or_else(|| {
                Rejection::field(format!("progress_{no}"), "还没有选整改进展，没有保存。请选一项，或清空这一行。")
            })?;
            claims.push(Claim { no, progress, words });
        }
        let paper = paper(fields)?;
        let send = fields.text("then") == "send" || paper.is_some();
        Ok(Act::Report { parts: parts(fields), claims, send, paper })
    })
    .await
}

async fn tracking(posted: Posted) -> Response {
    stepped(posted, "tracking", |posted| {
        let known = [&["talk", "seen", "then"][..], &PARTS].concat();
        let fields = numbered(posted, &known, &["kind", "words"])?;
        fields.once(&[])?;
        let send = fields.text("then") == "send";
        Ok(Act::Tracking { parts: parts(fields), findings: findings(fields)?, send })
    })
    .await
}

async fn pass(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["talk", "seen", "unit", "problem", "words"])?;
        let form = PassForm {
            command: fields.command()?,
            talk: fields.parsed("talk")?,
            seen: fields.parsed("seen")?,
            units: fields.ids("unit")?,
            problems: fields.ids("problem")?,
            words: fields.text("words"),
        };
        posted.services().pass_talk(&posted.actor, form).await
    };
    let (id, page) = place(&posted);
    posted.ended(job, Home::new(DRAFT, &*page).about(id).at("#pass"), |()| format!("{page}?done=pass#pass")).await
}

async fn passed(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["talk", "unit", "state", "answer"])?;
        let form = PassedForm {
            command: fields.command()?,
            talk: fields.parsed("talk")?,
            unit: fields.parsed("unit")?,
            state: fields.text("state"),
            answer: fields.text("answer"),
        };
        posted.services().answer_passed(&posted.actor, form).await
    };
    let id = posted.fields.text("talk");
    let page = format!("/talks/passed?id={}", reply::encode(&id).replace('/', "%2F"));
    posted.ended(job, Home::new(PASSED_DRAFT, &*page).about(id), |()| format!("{page}&done=1")).await
}

async fn risk(posted: Posted) -> Response {
    let unit = posted.fields.text("unit");
    let job = async {
        let known = ["unit", "risk", "seen", "do", "post_name", "point", "level", "control", "owner"];
        let fields = posted.only(&known)?;
        fields.once(&[])?;
        let form = RiskForm {
            command: fields.command()?,
            unit: fields.parsed("unit")?,
            risk: fields.maybe("risk")?,
            seen: fields.maybe("seen")?.unwrap_or_default(),
            drop: fields.text("do") == "drop",
            post: fields.text("post_name"),
            point: fields.text("point"),
            level: fields.text("level"),
            control: fields.text("control"),
            owner: fields.text("owner"),
        };
        posted.services().keep_risk(&posted.actor, form).await
    };
    let page = format!("/talks/risks?unit={}", reply::encode(&unit).replace('/', "%2F"));
    posted.ended(job, Home::new(RISK_DRAFT, &*page).at("#risk"), |()| format!("{page}&done=1")).await
}

async fn case(posted: Posted) -> Response {
    let job = async {
        let known = ["case", "title", "case_post", "case_point", "case_control", "case_on", "case_place"];
        let fields = posted.only(&known)?;
        let form = CaseForm {
            command: fields.command()?,
            case: fields.opt("case"),
            title: fields.text("title"),
            post: fields.text("case_post"),
            point: fields.text("case_point"),
            control: fields.text("case_control"),
            on: fields.day("case_on", "通报日期")?,
            place: fields.text("case_place"),
        };
        posted.services().keep_case(&posted.actor, form).await
    };
    let home = Home::new(RISK_DRAFT, "/talks/risks").at("#cases");
    posted.ended(job, home, |()| "/talks/risks?done=case#cases".to_owned()).await
}

/// Kinds of units whose heads are talked with.
const KINDS: [UnitKind; 5] =
    [UnitKind::Town, UnitKind::Department, UnitKind::Enterprise, UnitKind::Leading, UnitKind::Subordinate];

fn settings_of(fields: &Fields) -> Result<TalkSettings, Rejection> {
    let mut leads = Vec::new();
    for level in Level::ALL {
        let chosen = fields.chosen(&format!("lead_{}", level.key()), Speaker::from_key)?;
        leads.extend(chosen.map(|speaker| (*level, speaker)));
    }
    let mut delegations = Vec::new();
    for pair in fields.many("delegation") {
        let (from, to) = pair.split_once(':').ok_or_else(incomplete)?;
        let of = |key: &str| Speaker::from_key(key).ok_or_else(incomplete);
        delegations.push(Delegation { from: of(from)?, to: of(to)? });
    }
    let mut kinds = Vec::new();
    for kind in KINDS {
        let chosen = fields.chosen(&format!("kind_{}", kind.key()), Level::from_key)?;
        kinds.extend(chosen.map(|level| (kind, level)));
    }
    let mut values = [0; 8];
    for ((name, words), value) in TalkDays::NAMES.iter().zip(&mut values) {
        let none = || Rejection::field(*name, format!("“{words}”不是数字，没有保存。请填写整数。"));
        *value = fields.text(name).trim().parse().map_err(|_| none())?;
    }
    Ok(TalkSettings {
        rule: TalkRule {
            leads,
            delegations,
            kinds,
            party_leader_with_groups: fields.text("party_leader") == "1",
            acting: fields.text("acting") == "1",
        },
        days: TalkDays::of(values)?,
        areas: fields.text("areas").lines().map(str::to_owned).collect(),
        commitment: fields.text("commitment"),
    })
}

async fn settings(posted: Posted) -> Response {
    let job = async {
        let names: Vec<String> = Level::ALL
            .iter()
            .map(|level| format!("lead_{}", level.key()))
            .chain(KINDS.iter().map(|kind| format!("kind_{}", kind.key())))
            .chain(TalkDays::NAMES.iter().map(|(name, _)| (*name).to_owned()))
            .collect();
        let mut known = vec!["seen", "delegation", "party_leader", "acting", "areas", "commitment"];
        known.extend(names.iter().map(String::as_str));
        let fields = posted.only(&known)?;
        fields.once(&["delegation"])?;
        let form =
            SetTalks { command: fields.command()?, seen: fields.parsed("seen")?, settings: settings_of(fields)? };
        posted.services().set_talks(&posted.actor, form).await
    };
    let home = Home::new(SETTINGS_DRAFT, "/talks/settings");
    posted.ended(job, home, |()| "/talks/settings?done=1".to_owned()).await
}

/// The ledger as its page shows it.
async fn export(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Result<Response, Response> {
    let (actor, query) = (actor(&visitor)?, table_files::asked::<TalksQuery>(&uri)?);
    let page = app.services().talks(&actor, query).await.map_err(|e| reply::refused(&e))?;
    let columns =
        [("单位", 24), ("谈话对象", 24), ("任职", 20), ("进度", 18), ("下一步", 26), ("问题", 30), ("集体谈话", 20)];
    let mut talks = Sheet::new("廉政谈话", &columns);
    page.rows.into_iter().for_each(|row| {
        talks.row([row.unit, row.who, row.arrival, row.state.label().to_owned(), row.next, row.account, row.group]);
    });
    let mut due = Sheet::new("待登记", &[("单位", 24), ("任职", 24), ("到任日期", 18), ("应登记", 14), ("主谈人", 20)]);
    page.due.into_iter().for_each(|row| due.row([row.unit, row.who, row.from, row.by, row.speaker]));
    TableFile::new("talks.xlsx", "“三交底”廉政谈话台账").note(page.totals).sheet(talks).sheet(due).answer().await
}
