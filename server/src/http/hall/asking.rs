//! 询问 and 点评 of the presenter at hand, on the console: the sealed questions are opened here, at
//! their step and not before; what is said is noted down; what holds a clue goes 转线下.

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use domain::{
    Rejection,
    ids::{CommandId, PresenterId},
    people::access,
    reviews::{Phase, Step},
};

use super::{Hall, KEPT, commands::Kept, console, key_of};
use crate::{
    App,
    http::{
        bare,
        fields::Fields,
        policy::{Builder, Policy},
        reply::{self, escape},
    },
    random,
    services::{
        records::offline::TOO_FEW,
        reviews::{opened::OpenQuestion, remarks::NoteRemark},
    },
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder.form("/hall/{id}/questions", Policy::SignedIn, question).form("/hall/{id}/remark", Policy::SignedIn, remark)
}

/// The presenter at hand while the meeting runs.
fn at_hand(hall: &Hall) -> Option<PresenterId> {
    hall.meeting.at.filter(|_| hall.meeting.phase == Phase::Running)
}

/// The cards of 询问 and 点评; nothing at other steps.
pub(super) async fn cards(app: &App, visitor: &Visitor, hall: &Hall, kept: &Kept) -> String {
    let Some(at) = at_hand(hall) else { return String::new() };
    let step = hall.meeting.step;
    if !matches!(step, Step::Questions | Step::Comments) {
        return String::new();
    }
    let unit = hall.meeting.plan.presenter(at).map(|p| p.unit);
    let desk = Desk {
        hall,
        token: bare::token(&visitor.viewer),
        officers: app.services().offline_officers(&hall.actor, hall.id, at).await.unwrap_or_default(),
        office: unit.is_some_and(|unit| access::handle_questions(&hall.actor, unit).is_ok()),
    };
    let sealed = if step == Step::Questions {
        // Neither these nor the notes are what the meeting hangs on: without them the console still works.
        let opened = app.services().opened_questions(&hall.actor, hall.id, at).await.unwrap_or_default();
        desk.sealed(at, &opened)
    } else {
        String::new()
    };
    sealed + &desk.remarks(app, at, step, kept).await
}

/// What the cards are drawn with.
struct Desk<'a> {
    hall: &'a Hall,
    token: String,
    /// Who may be named to handle a clue.
    officers: Vec<(String, String)>,
    /// 党风政风监督室, never of the presenter's unit: takes questions offline, others here remarks only.
    office: bool,
}

impl Desk<'_> {
    fn sealed(&self, at: PresenterId, opened: &[OpenQuestion]) -> String {
        let rows: String = opened.iter().map(|q| self.question(at, q)).collect();
        let list = if rows.is_empty() { String::new() } else { format!("<ol class=\"order\">{rows}</ol>") };
        format!(
            "<section class=\"card\"><h2>询问题</h2>{list}{form}{at}<button class=\"btn{small}\" name=\"do\" value=\"open\">启封询问题</button></form>\
             <p class=\"quiet\">派驻机构、联系室的题和不记名的建议，到询问这一步才启封，启封留痕。{more}</p></section>",
            form = self.form(),
            at = bare::hidden("presenter", &at.to_string()),
            small = if opened.is_empty() { "" } else { " small" },
            more = if opened.is_empty() { "" } else { "刚刚提交的建议，再启封一次就能看到。" },
        )
    }

    fn form(&self) -> String {
        format!("<form method=\"post\" action=\"/hall/{}/questions\">{}", self.hall.id, self.token)
    }

    fn question(&self, at: PresenterId, question: &OpenQuestion) -> String {
        let author = if question.author.is_empty() { "不记名的建议" } else { question.author.as_str() };
        let act = if question.state == "asked" {
            "<span class=\"tag ok\">✓ 已问</span>".to_owned()
        } else {
            format!(
                "{}{}{}<button class=\"btn small\" name=\"do\" value=\"asked\">已问</button></form>{}",
                self.form(),
                bare::hidden("presenter", &at.to_string()),
                bare::hidden("question", &question.id.to_string()),
                self.offline("question", &question.id.to_string()),
            )
        };
        format!("<li><div>{}<small>{}</small></div>{act}</li>", escape(&question.text), escape(author))
    }

    /// 「转线下」: it leaves every page, two officers look once each, print and erase it.
    fn offline(&self, what: &str, id: &str) -> String {
        if what == "question" && !self.office {
            return String::new();
        }
        let summary = "<details class=\"more\"><summary class=\"btn small\">转线下…</summary>";
        if self.officers.len() < 2 {
            return format!("{summary}<p>{}</p></details>", escape(TOO_FEW));
        }
        let options: String = self
            .officers
            .iter()
            .map(|(person, name)| format!("<option value=\"{person}\">{}</option>", escape(name)))
            .collect();
        let id = escape(id);
        let choice = |name: &str, label: &str| {
            format!(
                "<div class=\"field\"><label for=\"{name}-{id}\">{label}</label><select id=\"{name}-{id}\" name=\"{name}\" required>\
                 <option value=\"\">请选择</option>{options}</select></div>"
            )
        };
        format!(
            "{summary}<form method=\"post\" action=\"/reviews/offline\">\
             {}{}{}{}{}<p>涉及问题线索的，选两名干部办理：提交后这里不再显示，由两人各用自己的账号查看一次、打印后交信访室，\
             都确认后系统里删除，不能恢复。</p>{}{}<button class=\"btn\">转出</button></form></details>",
            self.token,
            bare::hidden("meeting", &self.hall.id.to_string()),
            bare::hidden("what", what),
            bare::hidden("id", &id),
            bare::hidden("from", "hall"),
            choice("first", "查看人"),
            choice("second", "查看人（第二名）"),
        )
    }

    /// What was said, noted down as it is said.
    async fn remarks(&self, app: &App, at: PresenterId, step: Step, kept: &Kept) -> String {
        let again = kept.what == "remark";
        let typed = if again { (kept.presenter.as_str(), kept.reason.as_str()) } else { ("", "") };
        let key = key_of(&step);
        let noted = app.services().remarks(&self.hall.actor, self.hall.id, at).await.unwrap_or_default();
        let rows: String = noted
            .iter()
            .filter(|r| r.step == key)
            .map(|r| {
                let act = if r.text.is_empty() { String::new() } else { self.offline("remark", &r.id) };
                let text = if r.text.is_empty() { "已转线下，由两名干部办理" } else { r.text.as_str() };
                format!("<li><div>{}<small>{}</small></div>{act}</li>", escape(text), escape(&r.person_name))
            })
            .collect();
        format!(
            "<section class=\"card\"><h2>记下{word}</h2><ol class=\"order\">{rows}</ol><form method=\"post\" action=\"/hall/{id}/remark\">{token}{command}{presenter}{step}\
             <div class=\"field\"><label for=\"who\">谁</label><input id=\"who\" name=\"person_name\" maxlength=\"40\" autocomplete=\"off\" required value=\"{who}\"></div>\
             <div class=\"field\"><label for=\"what\">要点</label><textarea id=\"what\" name=\"text\" maxlength=\"1000\" required>{what}</textarea>\
             <p class=\"quiet\">一两句要点就行。涉及问题线索的不要写，会后转线下。</p></div>{again}<button class=\"btn\">记下</button></form></section>",
            word = step.label(),
            id = self.hall.id,
            token = self.token,
            command = bare::hidden("command", &CommandId(random::id(app.services().now())).to_string()),
            presenter = bare::hidden("presenter", &at.to_string()),
            step = bare::hidden("step", &key),
            who = escape(typed.0),
            what = escape(typed.1),
            again = if again { KEPT } else { "" },
        )
    }
}

/// Opens the sealed questions of the presenter at hand, or marks one as asked.
async fn question(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = Hall::run(&app, &visitor, &id).await?;
    let result = async {
        fields.only(&["do", "presenter", "question"])?;
        let presenter: PresenterId = fields.parsed("presenter")?;
        hall.meeting.plan.presenter(presenter).ok_or(Rejection::NotFound)?;
        if fields.text("do") == "asked" {
            app.services().question_asked(&hall.actor, hall.id, fields.parsed("question")?).await?;
            return Ok("asked");
        }
        if at_hand(&hall) != Some(presenter) || hall.meeting.step != Step::Questions {
            let words = "现在不是这位述责对象的询问环节，没有启封。请先转到询问，再启封。";
            return Err(Rejection::state(words).into());
        }
        let opened = app.services().open_questions(&hall.actor, hall.id, presenter).await?;
        Ok(if opened.is_empty() { "none" } else { "opened" })
    }
    .await;
    match result {
        Ok(said) => Ok(reply::to(&format!("/hall/{id}?said={said}"))),
        Err(e) => Ok(refused(&app, &visitor, &hall, &e, &Kept::default()).await),
    }
}

async fn remark(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = Hall::run(&app, &visitor, &id).await?;
    let result = async {
        fields.only(&["presenter", "step", "person_name", "text"])?;
        let note = NoteRemark {
            command: fields.command()?,
            meeting: hall.id,
            presenter: fields.parsed("presenter")?,
            step: if fields.text("step") == key_of(&Step::Comments) { Step::Comments } else { Step::Questions },
            person_name: fields.text("person_name"),
            text: fields.text("text"),
        };
        app.services().note_remark(&hall.actor, note).await
    }
    .await;
    match result {
        Ok(_) => Ok(reply::to(&format!("/hall/{id}?said=done"))),
        Err(e) => {
            let kept =
                Kept { what: "remark".into(), presenter: fields.text("person_name"), reason: fields.text("text") };
            Ok(refused(&app, &visitor, &hall, &e, &kept).await)
        }
    }
}

/// The console with the refusal, and what was typed.
async fn refused(app: &App, visitor: &Visitor, hall: &Hall, error: &app::api::ApiError, kept: &Kept) -> Response {
    if error.status() == 404 {
        return super::refused(error);
    }
    super::refused_on(console::page(app, visitor, hall, None, Some(&error.to_string()), kept).await, error)
}
