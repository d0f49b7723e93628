//! Forms of 减负反馈: a suggestion with or without a name, taking it back, the office's answer, the rates; and the
//! page's tables as a file.

use app::api::{
    Visitor,
    relief::{QuarterRow, ReliefPage, ReliefQuery},
};
use axum::{Extension, extract::State, response::Response};
use domain::{
    Rejection,
    relief::{FORMS, Rates, Verdict},
};

use super::{
    guard::Denied,
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    relief_nameless, reply,
    table_files::{Sheet, TableFile},
};
use crate::{
    App,
    services::relief::{ANSWER, Answer, RATES, SUGGEST, SetRates, Suggest, Withdraw},
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/relief/suggest", Policy::SignedIn, suggest)
        .form("/relief/withdraw", Policy::SignedIn, withdraw)
        .form("/relief/answer", Policy::SignedIn, answer)
        .form("/relief/rates", Policy::SignedIn, rates)
        .get(Kind::File, "/relief/export", Policy::SignedIn, export)
}

async fn suggest(Extension(visitor): Extension<Visitor>, posted: Posted) -> Response {
    let read = || {
        // What can be read in two ways is refused, in the way of whichever way it is.
        posted.fields.once(&[relief_nameless::FIELD])?;
        let fields = posted.only(&["about", "words", "share", relief_nameless::FIELD])?;
        if fields.opt("about").is_none() {
            return Err(Rejection::field("about", "还没有选是哪件事，没有提交。请选一项。"));
        }
        let form = Suggest {
            about: fields.text("about").trim().to_owned(),
            words: fields.text("words"),
            share: fields.text("share") == "1",
        };
        Ok((fields.command()?, form))
    };
    if relief_nameless::asked(&posted.fields) {
        return relief_nameless::suggest(&visitor.viewer, &posted, read()).await;
    }
    let job = async {
        let (key, form) = read()?;
        posted.services().suggest_relief(&posted.actor, key, form).await
    };
    let home = Home::new(SUGGEST, "/relief").at("#suggest");
    match job.await {
        Err(error) if error.status() == 404 => {
            let mut response = posted.back(home, &relief_nameless::stale().into()).await;
            response.extensions_mut().insert(Denied);
            response
        }
        done => posted.ended(async { done }, home, |()| "/relief?done=suggested#mine".into()).await,
    }
}

async fn withdraw(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["voice"])?;
        let form = Withdraw { voice: fields.parsed("voice")? };
        posted.services().withdraw_relief(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(SUGGEST, "/relief").about(posted.fields.text("voice")).at("#mine");
    posted.ended(job, home, |()| "/relief?done=withdrawn#mine".into()).await
}

async fn answer(posted: Posted) -> Response {
    let job = async {
        // Whoever may not answer is told so, and not what is wrong with what he sent.
        let _proof = domain::people::access::answer_relief(&posted.actor)?;
        let fields = posted.only(&["about", "verdict", "reason", "changed"])?;
        let verdict = Verdict::from_key(&fields.text("verdict"))
            .ok_or_else(|| Rejection::field("verdict", "还没有选答复，没有保存。请选采纳、部分采纳或不采纳。"))?;
        let form = Answer {
            about: fields.text("about"),
            verdict,
            reason: fields.text("reason"),
            changed: fields.text("changed"),
        };
        posted.services().answer_relief(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(ANSWER, "/relief").about(posted.fields.text("about")).at("#open");
    posted.ended(job, home, |()| "/relief?done=answered#answers".into()).await
}

async fn rates(posted: Posted) -> Response {
    let job = async {
        let _proof = domain::people::access::answer_relief(&posted.actor)?;
        let fields = posted.only(&["tap", "field", "reminder", "days", "seen"])?;
        let typed = ["tap", "field", "reminder", "days"].map(|name| fields.text(name));
        let [tap, field, reminder, days] = &typed;
        let form = SetRates { rates: Rates::typed([tap, field, reminder, days])?, seen: fields.text("seen") };
        posted.services().set_relief_rates(&posted.actor, fields.command()?, form).await
    };
    posted.ended(job, Home::new(RATES, "/relief").at("#rates"), |()| "/relief?done=rates#rates".into()).await
}

/// A line of figures; a dash where a quarter may not be shown.
fn line(page: &ReliefPage, name: String, of: impl Fn(&QuarterRow) -> String) -> Vec<String> {
    let cells = page.quarters.iter().map(|q| if q.shown { of(q) } else { "—".to_owned() });
    std::iter::once(name).chain(cells).collect()
}

fn figures(page: &ReliefPage) -> Sheet {
    let label = |q: &QuarterRow| if q.running { format!("{}（到今天）", q.label) } else { q.label.clone() };
    let labels: Vec<String> = page.quarters.iter().map(label).collect();
    let mut heads = vec![("项目", 30)];
    heads.extend(labels.iter().map(|label| (label.as_str(), 18)));
    let mut sheet = Sheet::new("各季度合计", &heads);
    let mut kinds: Vec<&str> = Vec::new();
    for (kind, _) in page.quarters.iter().flat_map(|q| &q.reminders) {
        if !kinds.contains(&kind.as_str()) {
            kinds.push(kind);
        }
    }
    for kind in kinds {
        let of = |q: &QuarterRow| q.reminders.iter().filter(|(k, _)| k == kind).map(|(_, n)| n).sum::<u32>();
        sheet.row(line(page, format!("{kind}（条）"), |q| of(q).to_string()));
    }
    for (at, form) in FORMS.iter().enumerate() {
        let of = |q: &QuarterRow| q.forms.get(at).map_or(0, |form| form.1).to_string();
        sheet.row(line(page, format!("{}（次）", form.label), of));
    }
    sheet.row(line(page, "填报项：必填 / 选填（个）".to_owned(), |q| {
        format!("{} / {}", q.fields[0], q.fields[1])
    }));
    sheet.row(line(page, "估算用时（分钟）".to_owned(), |q| q.minutes.to_string()));
    sheet
}

fn groups(page: &ReliefPage) -> Option<Sheet> {
    // One group is the total again, as on the page.
    (page.groups.len() > 1).then(|| {
        let mut sheet =
            Sheet::new("本季度按单位类型", &[("单位类型", 40), ("单位（个）", 12), ("填报用时（分钟）", 18)]);
        for (kinds, units, minutes) in &page.groups {
            sheet.row([kinds.clone(), units.to_string(), minutes.to_string()]);
        }
        sheet
    })
}

/// Figures, open subjects and answers, all of their pages, as far as the page shows them to whoever asks.
async fn export(State(app): State<App>, Extension(visitor): Extension<Visitor>) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let mut file = TableFile::new("relief.xlsx", "减负反馈");
    let mut open = Sheet::new("待答复", &[("事项", 50), ("提出", 10), ("答复期限", 16), ("提出人", 16), ("说明", 60)]);
    let mut answers = Sheet::new(
        "答复",
        &[("事项", 50), ("提出", 10), ("答复", 12), ("改动", 40), ("理由", 40), ("日期", 16), ("公开的说明", 50)],
    );
    let (mut query, mut first) = (ReliefQuery::default(), true);
    let (mut asks_open, mut asks_answers) = (true, true);
    while asks_open || asks_answers {
        let page = app.services().relief_for_file(&actor, query.clone()).await.map_err(|e| reply::refused(&e))?;
        if std::mem::take(&mut first) {
            file = file.sheet(figures(&page));
            if let Some(groups) = groups(&page) {
                file = file.sheet(groups);
            }
        }
        for row in page.open.into_iter().filter(|_| asks_open) {
            let head = [row.title, format!("{} 次", row.voices), row.due];
            let words = if row.words.is_empty() { vec![(String::new(), String::new())] } else { row.words };
            for (who, said) in words {
                open.row(head.iter().cloned().chain([who, said]));
            }
        }
        for row in page.answers.into_iter().filter(|_| asks_answers) {
            let (voices, verdict) = (format!("{} 次", row.voices), row.verdict.label().to_owned());
            answers.row([row.title, voices, verdict, row.changed, row.reason, row.on, row.words.join("；")]);
        }
        asks_open = asks_open && page.next;
        asks_answers = asks_answers && page.older.is_some();
        // Whichever of them has ended stays where it is, and is not read again.
        query.page = if asks_open { Some(page.page + 1) } else { query.page };
        query.before = page.older.map(|id| id.to_string()).filter(|_| asks_answers).or(query.before);
    }
    file.sheet(open).sheet(answers).answer().await
}
