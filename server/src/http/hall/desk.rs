//! `/hall/{id}/check-in`: the desk. The roll with its ticks, cards given, paper handed out, lost phones
//! revoked. With cards the roll and the seats are two lists that nothing links.
//! Paper cannot be taken back: handing it out is asked once more. What counts people by number carries
//! the key of its form, so that a form sent twice counts once.

use std::{collections::BTreeSet, fmt::Write as _};

use app::api::{ApiError, Visitor};
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::Response,
};
use domain::{
    Rejection,
    ids::{CommandId, SeatId},
    reviews::Identity,
};

use super::{Hall, groups, problem, said, status, tablet, warnings, work};
use crate::{
    App,
    http::{
        bare,
        fields::Fields,
        policy::{Builder, Kind, Policy},
        reply::{self, escape},
    },
    live::{ByHand, How, RollLine, Seat},
    random,
    services::people::names::stroke_key,
};

/// Rows of one list on a page; beyond, the desk searches.
const SHOWN: usize = 200;

/// Adds the page and its forms.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::Page, "/hall/{id}/check-in", Policy::SignedIn, open).form(
        "/hall/{id}/desk",
        Policy::SignedIn,
        act,
    )
}

#[derive(Debug, Default, serde::Deserialize)]
struct Asked {
    said: Option<String>,
    q: Option<String>,
    /// Key of the form that was carried out: which cards it took.
    done: Option<String>,
}

async fn open(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Response> {
    let hall = Hall::run(&app, &visitor, &id).await?;
    let asked = asked.map(|q| q.0).unwrap_or_default();
    let find = asked.q.unwrap_or_default();
    let done = asked.done.and_then(|key| key.parse::<CommandId>().ok());
    let taken = match done {
        Some(key) => hall.room.desk_labels(&hall.actor, key).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let top = format!("{}{}", said(asked.said.as_deref()), pulled(&hall, &taken));
    page(&app, &visitor, &hall, &top, find.trim()).await
}

/// The cards of seats that were just ticked by number: they are void, and must leave the pile.
fn pulled(hall: &Hall, labels: &[String]) -> String {
    if labels.is_empty() || hall.meeting.plan.identity == Identity::Account {
        return String::new();
    }
    let cards: String = labels.iter().map(|l| format!("<li>{}</li>", escape(l))).collect();
    format!(
        "<div class=\"note warn\"><b>请把这 {} 张评议卡从卡堆里取出</b>刚登记到场的人占用了这些席位，卡已作废，不能再发给别人。\
         <ul class=\"names\">{cards}</ul></div>",
        labels.len()
    )
}

/// The desk's page; `top` is markup of our own above it.
pub(super) async fn page(
    app: &App,
    visitor: &Visitor,
    hall: &Hall,
    top: &str,
    find: &str,
) -> Result<Response, Response> {
    let meeting = &hall.meeting;
    let facts = hall.room.facts();
    let keys = [(); 2].map(|()| CommandId(random::id(app.services().now())).to_string());
    let (papered, taken) = (hall.room.on_paper(), hall.room.taken().into_iter().collect());
    let desk = Desk { hall, token: bare::token(&visitor.viewer), find, papered, taken };
    let lists = match meeting.plan.identity {
        Identity::Account => desk.seats("评议人员", true),
        Identity::Card => {
            let roll = hall.room.roll().await.map_err(|e| super::refused(&e))?;
            format!("{}{}", desk.roll(&roll), desk.seats("评议卡（颜色和号码，不对应姓名）", false))
        }
    };
    let live = format!(
        "{top}<div class=\"cols\"><div class=\"wide\">{}{lists}</div><div>{}{}{}{}</div></div>",
        desk.search(),
        status::turnout(meeting, &facts),
        groups::form(hall, &desk.token, &keys, &facts.paper),
        tablet::section(hall.id, &desk.token),
        // Below the forms: it comes by itself, and must not push away what a hand is on.
        warnings::seats(hall).await,
    );
    Ok(work(app, visitor, hall, "/check-in", "签到台", ("chair", "present entitled state"), &live))
}

/// The desk's page with what one of its forms was refused for.
pub(super) async fn refused(
    app: &App,
    visitor: &Visitor,
    hall: &Hall,
    error: &ApiError,
    find: &str,
) -> Result<Response, Response> {
    let page = page(app, visitor, hall, &problem(Some(&error.to_string())), find).await?;
    Ok(super::refused_on(page, error))
}

struct Desk<'a> {
    hall: &'a Hall,
    token: String,
    find: &'a str,
    /// Who took paper in the round at hand.
    papered: BTreeSet<SeatId>,
    /// Whose card needs 换机 on another device.
    taken: BTreeSet<SeatId>,
}

impl Desk<'_> {
    fn search(&self) -> String {
        format!(
            "<form class=\"card\" method=\"get\" role=\"search\"><div class=\"field inline\"><label for=\"q\">找人</label>\
             <input id=\"q\" name=\"q\" type=\"search\" value=\"{}\" placeholder=\"{}\"><button class=\"btn small\">查找</button>\
             <a class=\"btn plain small\" href=\"/hall/{}/check-in\">全部</a></div></form>",
            escape(self.find),
            if self.hall.meeting.plan.identity == Identity::Card { "姓名或卡号" } else { "姓名" },
            self.hall.id
        )
    }

    fn button(&self, what: &str, field: &str, id: &str, words: &str) -> String {
        format!(
            "<form method=\"post\" action=\"/hall/{}/desk\">{}{}{}{}<button class=\"btn small\">{words}</button></form>",
            self.hall.id,
            self.token,
            bare::hidden("do", what),
            bare::hidden(field, id),
            bare::hidden("q", self.find),
        )
    }

    /// A button that asks once more: the phone of somebody in the hall stops at once.
    fn revoke(&self, seat: &str, label: &str) -> String {
        self.asked(
            ("revoke", seat, "停用手机"),
            &format!(
                "停用“{}”的手机？马上不能再提交，要在这里恢复、本人重新签到才行。已经收到的仍然有效。",
                escape(label)
            ),
        )
    }

    /// A button that asks once more: the electronic ballot is void from then on, for good.
    fn paper(&self, seat: &str, label: &str) -> String {
        self.asked(
            ("paper", seat, "发纸质表"),
            &format!("发给“{}”。已经交的电子票作废，手机也不能再交；发出后不能撤回。", escape(label)),
        )
    }

    fn asked(&self, (what, seat, words): (&str, &str, &str), question: &str) -> String {
        format!(
            "<details class=\"more\"><summary class=\"btn small\">{words}…</summary><form method=\"post\" action=\"/hall/{}/desk\">\
             {}{}{}{}{}<p>{question}</p><button class=\"btn small\">确认{words}</button></form></details>",
            self.hall.id,
            self.token,
            bare::hidden("do", what),
            bare::hidden("seat", seat),
            bare::hidden("sure", "yes"),
            bare::hidden("q", self.find),
        )
    }

    fn group(&self, key: &str) -> String {
        self.hall
            .meeting
            .plan
            .rules
            .group(key)
            .map_or_else(String::new, |g| format!("{}<small>{}</small>", escape(&g.name), escape(&g.colour)))
    }

    /// The names, ticked apart from the cards.
    fn roll(&self, roll: &[RollLine]) -> String {
        let found: Vec<_> = roll.iter().filter(|l| l.name.contains(self.find)).collect();
        let mut rows = String::new();
        for line in found.iter().take(SHOWN) {
            let state = match (line.arrived, line.card_given) {
                (_, true) => "<span class=\"tag ok\">✓ 已到，已发卡</span>",
                (true, false) => "<span class=\"tag ok\">✓ 已到</span>",
                _ => "<span class=\"tag\">— 未到</span>",
            };
            let rater = line.rater.to_string();
            let act = if line.card_given {
                self.button("take_card", "rater", &rater, "退卡")
            } else {
                self.button("give_card", "rater", &rater, "到场并发卡")
            };
            let _ = write!(
                rows,
                "<tr><td>{}</td><td>{}</td><td>{state}</td><td class=\"act\">{act}</td></tr>",
                escape(&line.name),
                self.group(&line.group)
            );
        }
        Self::table(
            "名册",
            "姓名",
            &rows,
            found.len(),
            "请本人从本组颜色的卡里随意抽一张，这里只登记发过，不登记哪一张。",
        )
    }

    fn seats(&self, heading: &str, by_name: bool) -> String {
        let mut seats = self.hall.room.seats();
        if by_name {
            // Within each group as on the printed roll; cards go by their number already.
            let groups = &self.hall.meeting.plan.rules.groups;
            let place = |key: &str| groups.iter().position(|g| g.key == key);
            seats.sort_by_cached_key(|s| (place(&s.group), stroke_key(&s.label)));
        }
        let open = self.hall.meeting.current().is_some();
        let found: Vec<&Seat> = seats.iter().filter(|s| s.label.contains(self.find)).collect();
        let mut rows = String::new();
        for seat in found.iter().take(SHOWN) {
            let id = seat.id.to_string();
            let papered = self.papered.contains(&seat.id);
            let state = if seat.revoked {
                "<span class=\"tag bad\">✕ 已停用</span>".to_owned()
            } else if seat.how == How::Phone && seat.token.is_none() && !papered {
                "<span class=\"tag warn\">▲ 等待重新签到</span>".to_owned()
            } else if papered {
                "<span class=\"tag ok\">✓ 已领纸质表</span>".to_owned()
            } else if seat.arrived {
                format!("<span class=\"tag ok\">✓ {}</span>", seat.how.label())
            } else {
                "<span class=\"tag\">— 未到</span>".to_owned()
            };
            let mut act = String::new();
            if !seat.arrived && !seat.revoked {
                act += &self.button("arrive", "seat", &id, "登记到场");
            }
            if seat.revoked {
                act += &self.button("restore", "seat", &id, "恢复");
            } else {
                if seat.how == How::Phone {
                    act += &self.revoke(&id, &seat.label);
                }
                // With an account a phone needs nobody's leave; the desk's own tablet does.
                if self.taken.contains(&seat.id) && !papered && (!by_name || (open && seat.how != How::Phone)) {
                    act += &self.button("change", "seat", &id, "换机");
                }
                if open && !papered && seat.how != How::Tablet {
                    act += &self.paper(&id, &seat.label);
                }
                if open && !papered && seat.how != How::Phone {
                    act += &self.hand(&id);
                }
            }
            let _ = write!(
                rows,
                "<tr><td>{}</td><td>{}</td><td>{state}</td><td class=\"act\">{act}</td></tr>",
                escape(&seat.label),
                self.group(&seat.group)
            );
        }
        let hint = if by_name {
            "手机丢了或没电：停用后换一部再签到，或发纸质测评表。发了纸质表，这个席位的电子票就停用。\
             在平板上交过、还要改的：核对是本人，先按换机，五分钟内再按用这台平板。"
        } else {
            "没有手机的：凭卡发同色的纸质测评表，这张卡的电子票就停用。卡丢了：停用后另抽一张。\
             换了手机、要在平板上改：核对是本人拿着这张卡，再按换机，五分钟内可以用这张卡重新签到一次。"
        };
        Self::table(heading, if by_name { "姓名" } else { "卡" }, &rows, found.len(), hint)
    }

    fn table(heading: &str, first: &str, rows: &str, count: usize, hint: &str) -> String {
        let more = if count > SHOWN {
            format!("<p class=\"quiet\">共 {count} 行，只列出前 {SHOWN} 行，请用上面的查找。</p>")
        } else {
            String::new()
        };
        format!(
            "<section class=\"card\"><h2>{heading} <small>{count} 行</small></h2><p class=\"quiet\">{hint}</p>\
             <table class=\"stack-table\"><thead><tr><th>{first}</th><th>分组</th><th>状态</th><th></th></tr></thead><tbody>{rows}</tbody></table>{more}</section>"
        )
    }

    /// This device, for one ballot of a seat.
    fn hand(&self, seat: &str) -> String {
        format!(
            "<form method=\"post\" action=\"/hall/{}/hand\">{}{}<button class=\"btn small\">用这台平板</button></form>",
            self.hall.id,
            self.token,
            bare::hidden("seat", seat),
        )
    }
}

async fn act(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = Hall::run(&app, &visitor, &id).await?;
    let find = fields.text("q");
    let mut done = String::new();
    let result: Result<&str, ApiError> = async {
        fields.only(&["do", "seat", "rater", "group", "count", "sure", "q"])?;
        let seat = || fields.parsed::<SeatId>("seat");
        let sure = || match fields.text("sure").as_str() {
            "yes" => Ok(()),
            _ => {
                Err(Rejection::state("这一步要先确认：纸质测评表发出后不能撤回，手机停用后马上不能再提交。还没有办。"))
            }
        };
        match fields.text("do").as_str() {
            "arrive" => hall.room.arrive_by_hand(&hall.actor, ByHand::Seat(seat()?)).await.map(|_| "arrived"),
            "paper" => {
                sure()?;
                hall.room.mark_paper(&hall.actor, seat()?).await.map(|_| "paper")
            }
            "revoke" => {
                sure()?;
                hall.room.revoke(&hall.actor, seat()?, true).await.map(|()| "revoked")
            }
            "change" => hall.room.allow_change(&hall.actor, seat()?).await.map(|()| "changed"),
            "restore" => hall.room.revoke(&hall.actor, seat()?, false).await.map(|()| "restored"),
            "give_card" => hall.room.give_card(&hall.actor, fields.parsed("rater")?, true).await.map(|()| "given"),
            "take_card" => hall.room.give_card(&hall.actor, fields.parsed("rater")?, false).await.map(|()| "returned"),
            "arrive_group" => {
                let (key, count) = (fields.command()?, fields.parsed("count")?);
                hall.room.arrive_group(&hall.actor, key, fields.text("group"), count).await?;
                done = format!("&done={key}");
                Ok("arrived")
            }
            "paper_group" => {
                sure()?;
                let (key, count) = (fields.command()?, fields.parsed("count")?);
                hall.room.paper_group(&hall.actor, key, fields.text("group"), count).await.map(|()| "papers")
            }
            _ => Err(Rejection::state("没有这个操作。请刷新页面后重试。").into()),
        }
    }
    .await;
    match result {
        Ok(word) => {
            let find = if find.is_empty() { String::new() } else { format!("&q={}", reply::encode(&find)) };
            Ok(reply::to(&format!("/hall/{id}/check-in?said={word}{done}{find}")))
        }
        Err(e) => refused(&app, &visitor, &hall, &e, &find).await,
    }
}
