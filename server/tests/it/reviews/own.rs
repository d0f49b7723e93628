//! What others prepare: 述责报告 and facts, sealed questions, suggestions without a name, the
//! material pack and who may open it, 「转线下」.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;

use super::planning::{Planned, approved, page};
use crate::{
    duties::{self, command, done, execute, refused, rows, send, sqlite},
    harness::{BOTH, Client, TestApp},
};

pub const DAY: &str = "2026-12-09";

fn day(app: &TestApp, on: &str) {
    app.clock.set_day(parse_iso(on).unwrap());
}

pub async fn report(client: &mut Client, planned: &Planned, at: usize) -> serde_json::Value {
    let form = json!({ "id": planned.meeting, "presenter": planned.presenters[at] });
    let reply = client.call("/api/reviews/report", form).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

pub async fn write(client: &mut Client, planned: &Planned, how: &str, text: &str) -> crate::harness::Reply {
    let seen = report(client, planned, 1).await["version"].to_string();
    let fields = [
        ("meeting", planned.meeting.as_str()),
        ("presenter", &planned.presenters[1]),
        ("seen", &seen),
        ("do", how),
        ("text", text),
    ];
    send(client, "/reviews/report", &fields).await
}

#[tokio::test]
async fn a_report_is_kept_handed_in_locked_and_returned() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "述责", DAY).await;
        let mut leader = app.sign_in("leader_b").await;
        let todo = leader.call("/api/records/todo", json!({})).await.text();
        assert!(todo.contains("请提交述责报告") && todo.contains("请核对评议材料"), "{todo}");
        assert!(!write(&mut leader, &planned, "keep", "写了一半").await.location().contains("draft="));
        // What is not handed in nobody else reads.
        let mut office = app.sign_in("office").await;
        let pack = json!({ "id": planned.meeting, "presenter": planned.presenters[1] });
        let seen = office.call("/api/reviews/pack", pack.clone()).await;
        assert!(seen.status == 200 && !seen.text().contains("写了一半"), "{}", seen.text());
        let empty = write(&mut leader, &planned, "hand", "  ").await;
        assert!(leader.get(&empty.location()).await.text().contains("还没有填写"));
        let guarded = write(&mut leader, &planned, "hand", "证件11010519491231002X").await;
        assert!(leader.get(&guarded.location()).await.text().contains("身份证号"));
        assert!(write(&mut leader, &planned, "hand", "我的述责报告").await.location().ends_with("done=handed"));
        assert!(office.call("/api/reviews/pack", pack.clone()).await.text().contains("我的述责报告"));
        // Before T−5 it may be handed in again, afterwards it is locked, unless returned.
        assert!(!write(&mut leader, &planned, "hand", "我的述责报告第二稿").await.location().contains("draft="));
        day(&app, "2026-12-03");
        let (mut leader, mut office) = (app.sign_in("leader_b").await, app.sign_in("office").await);
        let locked = write(&mut leader, &planned, "hand", "第三稿").await;
        let kept = leader.get(&locked.location()).await.text();
        assert!(kept.contains("锁定"), "{kept:.400}");
        let line = page(&mut office, &planned.meeting).await["reports"][1].clone();
        assert!(line["report"].as_str().unwrap().contains("已提交"), "{line}");
        let version = line["version"].to_string();
        let back = [
            ("meeting", planned.meeting.as_str()),
            ("presenter", &planned.presenters[1]),
            ("version", &version),
            ("reason", "缺少问题整改部分"),
        ];
        done(&mut office, "/reviews/report/return", &back).await;
        assert_eq!(report(&mut leader, &planned, 1).await["returned"], "缺少问题整改部分");
        // What is handed in now is locked at once: that is said first, and one more tap confirms it.
        let told = write(&mut leader, &planned, "hand", "补上整改部分").await;
        let told = leader.get(&told.location()).await.text();
        assert!(told.contains("立即锁定") && told.contains("确认提交") && told.contains("补上整改部分"), "{told}");
        assert!(!write(&mut leader, &planned, "late", "补上整改部分").await.location().contains("draft="));
        let late = page(&mut office, &planned.meeting).await["reports"][1]["report"].as_str().unwrap().to_owned();
        assert!(late.contains("迟于12月2日"), "{late}");
    }
}

#[tokio::test]
async fn about_a_mobile_number_of_a_report_its_author_is_asked_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "述责", DAY).await;
        let mut leader = app.sign_in("leader_b").await;
        let asked = write(&mut leader, &planned, "hand", "热线13800001234").await.location();
        let shown = leader.get(&asked).await.text();
        assert!(shown.contains("文字里有手机号码 138****1234") && shown.contains("热线13800001234"), "{shown}");
        assert!(shown.contains("把号码中间四位遮住再保存") && shown.contains("保留号码并保存"), "{shown}");
        assert!(!shown.contains("先存草稿"), "what was asked for is done with the answer");
        assert_eq!(report(&mut leader, &planned, 1).await["text"], "", "nothing is kept before he answered");
        let answered = async |leader: &mut Client, how: &str, text: &str, look: &str| {
            let seen = report(leader, &planned, 1).await["version"].to_string();
            let mut fields = vec![("meeting", planned.meeting.as_str()), ("presenter", &planned.presenters[1])];
            fields.extend([("seen", seen.as_str()), ("do", how), ("text", text), ("look", look)]);
            send(leader, "/reviews/report", &fields).await.location()
        };
        assert!(answered(&mut leader, "keep", "热线13800001234", "mark").await.contains("draft="));
        assert!(answered(&mut leader, "keep", "热线13800001234", "keep").await.ends_with("done=kept"));
        assert_eq!(report(&mut leader, &planned, 1).await["text"], "热线13800001234", "{database:?}");
        // What stands there is not asked about again; another number is, and is starred where he says so.
        let again = write(&mut leader, &planned, "keep", "服务热线13800001234").await.location();
        assert!(again.ends_with("done=kept"), "{again}");
        assert!(answered(&mut leader, "hand", "改为13900005678", "mask").await.ends_with("done=handed"));
        assert_eq!(report(&mut leader, &planned, 1).await["text"], "改为139****5678");
    }
}

#[tokio::test]
async fn facts_are_checked_as_they_were_read_and_frozen_when_the_pack_opens() {
    let app = sqlite().await;
    duties::issued(&app, "区教育局").await;
    let planned = approved(&app, "核对", DAY).await;
    let mut leader = app.sign_in("leader_b").await;
    let shown = report(&mut leader, &planned, 1).await;
    assert!(shown["facts"]["list"].as_str().unwrap().contains("还没有签收"), "{}", shown["facts"]);
    assert!(shown["facts"]["progress"].to_string().contains("把上级重大决策列为第一议题学习"));
    let mark = shown["shown"].as_str().unwrap().to_owned();
    // A record comes in between: what he read is not what stands there now.
    let form = leader.call("/api/records/new", json!({})).await.json();
    let duty: Vec<String> =
        form["choices"].as_array().unwrap().iter().take(2).map(|c| c["duty"].as_str().unwrap().to_owned()).collect();
    let post = form["post"].as_str().unwrap();
    let record = [
        ("post", post),
        ("text", "金丝雀正文"),
        ("kind", "study"),
        ("event_on", ""),
        ("duty", &duty[0]),
        ("duty", &duty[1]),
    ];
    done(&mut leader, "/records/save", &record).await;
    let seen = shown["version"].to_string();
    let check = |mark: &str| {
        vec![
            ("meeting".to_owned(), planned.meeting.clone()),
            ("presenter".to_owned(), planned.presenters[1].clone()),
            ("seen".to_owned(), seen.clone()),
            ("shown".to_owned(), mark.to_owned()),
            ("note".to_owned(), "1.1 三月也学过".to_owned()),
        ]
    };
    let pairs = check(&mark);
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert!(refused(&mut leader, "/reviews/facts", &pairs).await.contains("刚刚有变动"));
    let fresh = report(&mut leader, &planned, 1).await;
    let facts = fresh["facts"].to_string();
    assert!(facts.contains("一次对应 2 条") && !facts.contains("金丝雀"), "{facts}");
    let pairs = check(fresh["shown"].as_str().unwrap());
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    done(&mut leader, "/reviews/facts", &pairs).await;
    // After T−3 nothing changes any more, not even by a record.
    day(&app, "2026-12-04");
    let mut leader = app.sign_in("leader_b").await;
    done(&mut leader, "/records/save", &[("post", post), ("text", "又一条"), ("kind", "talk"), ("event_on", "")]).await;
    let mut rater = app.sign_in("office2").await;
    let pack = json!({ "id": planned.meeting, "presenter": planned.presenters[1] });
    let opened = rater.call("/api/reviews/pack", pack).await;
    assert_eq!(opened.status, 200);
    assert_eq!(opened.json()["facts"]["progress"], fresh["facts"]["progress"]);
    assert!(opened.text().contains("1.1 三月也学过"));
    // Who is not checked is frozen by the first reader.
    let other = json!({ "id": planned.meeting, "presenter": planned.presenters[0] });
    let first = rater.call("/api/reviews/pack", other.clone()).await.json()["facts"].clone();
    let mut town = app.sign_in("leader_a").await;
    let town_post = app.district.town_post.to_string();
    done(&mut town, "/records/save", &[("post", &town_post), ("text", "事后"), ("kind", "talk"), ("event_on", "")])
        .await;
    assert_eq!(rater.call("/api/reviews/pack", other).await.json()["facts"], first);
    let again = report(&mut leader, &planned, 1).await;
    assert_eq!(again["facts_open"], false);
}

#[tokio::test]
async fn the_pack_opens_to_this_meetings_raters_from_three_days_before() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "材料", DAY).await;
        // 王晓岚 rates in another meeting only.
        let other = super::planning::drafted(&app, "另一场", DAY).await;
        let mut office = app.sign_in("office").await;
        super::planning::raters(&mut office, &other.meeting, &[("王晓岚", "c")]).await;
        super::planning::accounts(&mut office, &other.meeting, "另一场").await;
        super::planning::change(&mut office, &other.meeting, "/reviews/recusals", &[("do", "implied")]).await;
        super::planning::change(&mut office, &other.meeting, "/reviews/step", &[("step", "ask")]).await;
        let mut secretary = app.sign_in("secretary").await;
        super::planning::change(&mut secretary, &other.meeting, "/reviews/step", &[("step", "approve")]).await;
        let ask = |meeting: &str, presenter: &str| json!({ "id": meeting, "presenter": presenter });
        let (town, school) = (planned.presenters[0].clone(), planned.presenters[1].clone());
        let status = async |login: &str, meeting: &str, presenter: &str| {
            let mut client = app.sign_in(login).await;
            let form = ask(meeting, presenter);
            let status = client.call("/api/reviews/pack", form).await.status;
            assert_eq!(client.get(&format!("/reviews/{meeting}/pack/{presenter}")).await.status, status, "{login}");
            status
        };
        // Before T−3: the presenter his own, the supervising team its unit's, the office all; nobody else.
        for (login, presenter, expected) in [
            ("leader_b", &school, 200),
            ("leader_b", &town, 404),
            ("leader_a", &school, 404),
            ("team", &school, 200),
            ("team", &town, 404),
            ("team2", &school, 404),
            ("office", &town, 200),
            ("member_a", &town, 404),
            ("liaison_b", &school, 404),
            ("sysadmin", &school, 404),
        ] {
            assert_eq!(status(login, &planned.meeting, presenter).await, expected, "{login} before");
        }
        assert_eq!(status("member_a", &other.meeting, &other.presenters[0]).await, 404, "his own meeting, too early");
        day(&app, "2026-12-04");
        assert_eq!(status("member_a", &other.meeting, &other.presenters[0]).await, 200);
        assert_eq!(status("member_a", &planned.meeting, &town).await, 404, "a rater of another meeting");
        assert_eq!(status("leader_a", &planned.meeting, &school).await, 404, "a presenter for another");
        // A rater sees presenters and agenda, no roll.
        let mut rater = app.sign_in("member_a").await;
        let text = rater.call("/api/reviews/pack", json!({ "id": other.meeting })).await.text();
        assert!(text.contains("段敏") && !text.contains("祝明远"), "{text}");
        assert_eq!(rater.call("/api/reviews/plan", json!({ "id": other.meeting })).await.status, 404);
        assert!(rater.call("/api/reviews/meetings", json!({})).await.text().contains("评议材料"));
    }
}

async fn draft(client: &mut Client, planned: &Planned, at: usize, text: &str) -> crate::harness::Reply {
    let fields = [
        ("meeting", planned.meeting.as_str()),
        ("presenter", &planned.presenters[at]),
        ("question", ""),
        ("seen", ""),
        ("do", "save"),
        ("text", text),
    ];
    send(client, "/reviews/questions", &fields).await
}

#[tokio::test]
async fn sealed_questions_are_read_by_their_authors_until_the_operator_opens_them() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "询问", DAY).await;
        let mut team = app.sign_in("team").await;
        for text in ["金丝雀第一题", "金丝雀第二题"] {
            assert!(draft(&mut team, &planned, 1, text).await.location().ends_with("done=saved"));
        }
        assert!(draft(&mut team, &planned, 1, "第三题").await.location().contains("draft="), "two are enough");
        assert!(draft(&mut team, &planned, 0, "别的单位").await.location().contains("draft="), "not supervised");
        for login in ["office", "secretary", "leader_b", "leader_a", "team2", "deputy", "audit"] {
            let mut client = app.sign_in(login).await;
            let own = client.call("/api/reviews/questions", json!({ "id": planned.meeting })).await;
            assert_eq!(own.status, 404, "{login}");
            let plan = client.call("/api/reviews/plan", json!({ "id": planned.meeting })).await;
            assert!(!plan.text().contains("金丝雀"), "{login}");
        }
        let audit = rows(&app, q("SELECT text FROM audit_details")).await;
        assert!(audit.iter().all(|r| !r.text("text").unwrap().contains("金丝雀")));
        let asked = team.call("/api/reviews/questions", json!({ "id": planned.meeting })).await.json();
        let first = asked["rows"][0]["questions"][0].clone();
        let stale = [
            ("meeting", planned.meeting.as_str()),
            ("presenter", &planned.presenters[1]),
            ("question", first["id"].as_str().unwrap()),
            ("seen", "0000000000000000"),
            ("do", "save"),
            ("text", "盖掉同事的"),
        ];
        assert!(refused(&mut team, "/reviews/questions", &stale).await.contains("刚刚被别人改过"));
        // In the meeting the operator opens them; before it runs he cannot.
        let services = app.app.services();
        let (operator, leader) = (super::bad::actor(&app, "office").await, super::bad::actor(&app, "leader_b").await);
        let (meeting, presenter) = (planned.meeting.parse().unwrap(), planned.presenters[1].parse().unwrap());
        assert!(services.open_questions(&operator, meeting, presenter).await.is_err());
        execute(&app, q("UPDATE meetings SET state = 'running' WHERE id = $1").bind(&planned.meeting)).await;
        assert!(services.open_questions(&leader, meeting, presenter).await.is_err());
        assert!(services.opened_questions(&operator, meeting, presenter).await.unwrap().is_empty());
        let opened = services.open_questions(&operator, meeting, presenter).await.unwrap();
        let mut texts: Vec<&str> = opened.iter().map(|o| o.text.as_str()).collect();
        texts.sort_unstable();
        assert_eq!(texts, ["金丝雀第一题", "金丝雀第二题"]);
        assert_eq!(opened[0].author, "派驻第一纪检监察组");
        services.question_asked(&operator, meeting, opened[0].id).await.unwrap();
        assert!(draft(&mut team, &planned, 1, "来不及了").await.location().contains("draft="));
    }
}

#[tokio::test]
async fn a_suggestion_names_nobody() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "建议", DAY).await;
        day(&app, "2026-12-04");
        let mut rater = app.sign_in("office2").await;
        let key = command();
        let fields = [
            ("command", key.as_str()),
            ("meeting", planned.meeting.as_str()),
            ("presenter", &planned.presenters[1]),
            ("text", "金丝雀建议"),
        ];
        let before = crate::objects::fingerprint(&app).await;
        for _ in 0..2 {
            let reply = rater.post("/reviews/suggest", &fields).await;
            assert!(reply.location().ends_with("done=suggested"), "{}", reply.text());
        }
        // Refused words are kept nowhere either.
        let bad = [fields[0], fields[1], fields[2], ("text", "证件11010519491231002X")];
        assert_eq!(rater.post("/reviews/suggest", &bad).await.status, 422);
        let kept = rows(&app, q("SELECT * FROM meeting_questions WHERE anonymous = 1")).await;
        assert_eq!(kept.len(), 1, "a second click adds nothing");
        assert!(kept[0].opt_text("author_unit").unwrap().is_none());
        assert_ne!(kept[0].text("id").unwrap().as_bytes()[14], b'7', "an id without time");
        let drafts = rows(&app, q("SELECT id FROM drafts")).await;
        assert!(drafts.is_empty(), "no draft of the account");
        let mut after = crate::objects::fingerprint(&app).await;
        let questions = after.len() - 1;
        after[questions] -= 1;
        assert_eq!(before, after, "no audit row, no command, nothing of the account");
        // Strangers, and raters before T−3.
        let mut stranger = app.sign_in("leader_c").await;
        assert_eq!(stranger.post("/reviews/suggest", &fields).await.status, 404);
    }
}

#[tokio::test]
async fn a_pack_of_a_late_plan_waits_for_the_check_a_working_day_or_the_office() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        // A Friday, T−3 of the next Wednesday.
        day(&app, "2026-12-04");
        let planned = approved(&app, "报得晚", DAY).await;
        let mut leader = app.sign_in("leader_b").await;
        let shown = report(&mut leader, &planned, 1).await;
        assert_eq!(shown["facts_open"], true);
        let mut office = app.sign_in("office").await;
        let line = page(&mut office, &planned.meeting).await["dates"][3].clone();
        assert!(line["missing"].to_string().contains("最迟12月8日开放"), "{line}");
        let seen = shown["version"].to_string();
        let check = [
            ("meeting", planned.meeting.as_str()),
            ("presenter", &planned.presenters[1]),
            ("seen", &seen),
            ("shown", shown["shown"].as_str().unwrap()),
            ("note", ""),
        ];
        // Nobody asks about materials that he cannot read yet.
        let key = command();
        let early = [("command", key.as_str()), check[0], check[1], ("text", "还没有开放")];
        assert_eq!(app.sign_in("office2").await.post("/reviews/suggest", &early).await.status, 404);
        done(&mut leader, "/reviews/facts", &check).await;
        let key = command();
        let open = [("command", key.as_str()), check[0], check[1], ("text", "开放以后")];
        let reply = app.sign_in("office2").await.post("/reviews/suggest", &open).await;
        assert!(reply.location().ends_with("done=suggested"), "{}", reply.text());
        assert_eq!(report(&mut leader, &planned, 1).await["facts_open"], false);
        if database == BOTH[0] {
            day(&app, "2026-12-07");
            assert_eq!(page(&mut app.sign_in("office").await, &planned.meeting).await["may"]["open_pack"], true);
            day(&app, "2026-12-08");
        } else {
            super::planning::change(&mut office, &planned.meeting, "/reviews/step", &[("step", "open_pack")]).await;
        }
        let opened = page(&mut app.sign_in("office").await, &planned.meeting).await;
        assert_eq!((&opened["may"]["open_pack"], &opened["dates"][3]["word"]), (&json!(false), &json!("已办")));
        assert_eq!(report(&mut app.sign_in("leader_a").await, &planned, 0).await["facts_open"], false);
    }
}
