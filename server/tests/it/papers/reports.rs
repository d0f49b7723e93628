//! 年度报告 and 述责述廉报告: drawn, changed in place, drawn again, exported, taken over.

use serde_json::json;
use server::storage::q;

use super::{book, docx_words, record, shown};
use crate::{
    duties::{done, execute, refused, rows, send},
    harness::{BOTH, Client, Database, TestApp},
    reviews::planning,
};

/// The fields of the one form, as a browser without scripts sends them: name and value.
pub async fn form(client: &mut Client, page: &str) -> Vec<(String, String)> {
    let text = client.get(page).await.text();
    let form = text.split("action=\"/papers/save\"").nth(1).unwrap_or_else(|| panic!("no form: {text}"));
    let form = form.split("</form>").next().unwrap();
    let plain = |text: &str| {
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    };
    let mut fields = Vec::new();
    for part in form.split("name=\"seen.").skip(1) {
        let (key, rest) = part.split_once('"').unwrap();
        let seen = rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
        let area = rest.split(&format!("name=\"text.{key}\"")).nth(1).unwrap();
        let words = area.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
        let words = plain(words.strip_prefix('\n').unwrap_or(words)).replace('\n', "\r\n");
        fields.extend([(format!("seen.{key}"), seen.to_owned()), (format!("text.{key}"), words)]);
    }
    assert!(fields.len() > 10, "{form}");
    fields
}

/// The form with other words in some boxes.
fn with<'a>(
    fields: &'a [(String, String)],
    of: &[(&'a str, &'a str)],
    typed: &[(&str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let text = |name: &str, value: &'a str| {
        let other = typed.iter().find(|(key, _)| name.strip_prefix("text.") == Some(key));
        other.map_or(value, |(_, text)| text)
    };
    of.iter().copied().chain(fields.iter().map(|(n, v)| (n.as_str(), text(n, v)))).collect()
}

/// What stands in a box of the page.
fn boxed(fields: &[(String, String)], key: &str) -> String {
    fields.iter().find(|(name, _)| *name == format!("text.{key}")).map(|(_, v)| v.clone()).unwrap()
}

#[tokio::test]
async fn a_report_is_drawn_changed_and_drawn_again() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = book(&app).await;
        let (mut leader, mut liaison) = (app.sign_in("leader_a").await, app.sign_in("liaison_a").await);
        let page = format!("/papers/annual/{post}/2026");
        let of = [("post", post.as_str()), ("year", "2026"), ("kind", "annual")];
        let text = leader.get(&page).await.text();
        assert!(text.contains("还没有起草") && text.contains("从记录本起草") && !text.contains("取数"), "{text}");
        done(&mut liaison, "/papers/draw", &of).await;
        let text = leader.get(&page).await.text();
        assert!(text.contains("11月2日，党工委会研究全面从严治党任务（记录本第1页）"), "{text}");
        assert!(text.contains("10月20日，开展谈心谈话（记录本第2页") && !text.contains("王某"), "no notes of talks");
        assert!(!text.contains("代录一条没有确认的") && text.contains("〔请填写："));
        let left = text.matches("〔请填写").count() - text.matches("处〔请填写〕").count();
        assert!(text.contains(&format!("还有 {left} 处〔请填写〕")), "{left}: {text}");
        assert!(text.contains("<a href=\"#s-mending\">上年度反馈问题整改情况</a>"), "{text}");
        assert!(text.contains("未改动") && text.contains("按记录本更新") && !text.contains("取数"), "{text}");
        assert_eq!(text.matches("data-outbox=\"papers.report\"").count(), 1, "one form with one draft");
        assert_eq!(text.matches("data-save-state").count(), 1);
        // Two boxes and one button: neither text is lost.
        let first = form(&mut leader, &page).await;
        let both = with(&first, &of, &[("group-3", "亲自部署，逐项落实。"), ("overview", "总体较好。")]);
        assert_eq!(done(&mut leader, "/papers/save", &both).await, format!("{page}?done=1"));
        let second = form(&mut leader, &page).await;
        assert_eq!(
            (boxed(&second, "group-3"), boxed(&second, "overview")),
            ("亲自部署，逐项落实。".into(), "总体较好。".into())
        );
        assert_eq!(boxed(&second, "problems"), boxed(&first, "problems"), "what nobody touched is as it was");
        // The 联络员 saw the version before: what he changed is refused and shown beside the other text, and
        // nothing of his form is written.
        let stale = with(&first, &of, &[("group-3", "联络员的说法"), ("plans", "联络员的打算")]);
        let draft = refused(&mut liaison, "/papers/save", &stale).await;
        assert!(draft.contains("“责任部署”刚刚被别人改过"), "{draft}");
        for words in ["联络员的说法", "联络员的打算", "亲自部署，逐项落实。"] {
            assert!(draft.contains(words), "{words}: {draft}");
        }
        assert_eq!(form(&mut leader, &page).await, second, "nothing was written");
        // He never touched the overview: his older copy of it writes over nobody.
        let stale = with(&first, &of, &[("plans", "联络员的打算")]);
        done(&mut liaison, "/papers/save", &stale).await;
        let third = form(&mut leader, &page).await;
        assert_eq!(boxed(&third, "overview"), "总体较好。");
        assert_eq!(boxed(&third, "plans"), "联络员的打算");
        // A new record: the button saves what is typed and takes up the record; a changed section keeps its words
        // and says what is new.
        record(&mut leader, "又开了一次专题会", "study", &["3.3"], "2026-11-01").await;
        let mut fields = with(&third, &of, &[("mending", "已经改完。")]);
        fields.push(("then", "draw"));
        done(&mut leader, "/papers/save", &fields).await;
        let text = leader.get(&page).await.text();
        assert!(text.contains("亲自部署，逐项落实。") && text.contains("记录本里新增"), "{text}");
        assert!(text.contains("又开了一次专题会") && text.contains("已经改完。"));
        let now = form(&mut leader, &page).await;
        let mut fields = with(&now, &of, &[]);
        fields.push(("looked.group-3", "1"));
        done(&mut leader, "/papers/save", &fields).await;
        let text = leader.get(&page).await.text();
        assert!(!text.contains("记录本里新增") && text.contains("亲自部署，逐项落实。"));
        for form in ["page", "print", "docx", "xlsx"] {
            let reply = leader.get(&format!("/documents/annual/{post}/2026/{form}")).await;
            assert_eq!(reply.status, 200, "{form}");
            let words = if form.ends_with('x') { docx_words(&reply) } else { reply.text() };
            assert!(words.contains("亲自部署，逐项落实。") && words.contains("（一）政治建设"), "{form}");
            if form == "docx" {
                shown("annual.docx", &reply.body);
            }
        }
    }
}

#[tokio::test]
async fn who_has_seen_both_texts_decides() {
    let app = TestApp::new(Database::Sqlite).await;
    let post = book(&app).await;
    let (mut leader, mut liaison) = (app.sign_in("leader_a").await, app.sign_in("liaison_a").await);
    let page = format!("/papers/conduct/{post}/2026");
    let of = [("post", post.as_str()), ("year", "2026"), ("kind", "conduct")];
    done(&mut leader, "/papers/draw", &of).await;
    let first = form(&mut leader, &page).await;
    let mine = with(&first, &of, &[("clean", "本人的说法"), ("plans", "本人的打算")]);
    done(&mut leader, "/papers/save", &mine).await;
    let reply = send(&mut liaison, "/papers/save", &with(&first, &of, &[("clean", "联络员的说法")])).await;
    let again = form(&mut liaison, &reply.location()).await;
    assert_eq!(boxed(&again, "clean"), "联络员的说法");
    // Sent again with both texts merged: taken; the plans, which he never touched, stay the leader's.
    done(&mut liaison, "/papers/save", &with(&again, &of, &[("clean", "本人的说法，联络员补充")])).await;
    let now = form(&mut leader, &page).await;
    assert_eq!((boxed(&now, "clean"), boxed(&now, "plans")), ("本人的说法，联络员补充".into(), "本人的打算".into()));
}

#[tokio::test]
async fn what_must_not_enter_and_who_must_not_read() {
    let app = TestApp::new(Database::Sqlite).await;
    let post = book(&app).await;
    let mut leader = app.sign_in("leader_a").await;
    let of = [("post", post.as_str()), ("year", "2026"), ("kind", "conduct")];
    done(&mut leader, "/papers/draw", &of).await;
    let page = format!("/papers/conduct/{post}/2026");
    let first = form(&mut leader, &page).await;
    let bad = with(&first, &of, &[("clean", "证件11010519491231002X"), ("plans", "别的部分写的话")]);
    let back = refused(&mut leader, "/papers/save", &bad).await;
    assert!(back.contains("“廉洁自律情况”：文字里有") && back.contains("不能存入"), "{back}");
    assert!(back.contains("别的部分写的话") && back.contains("id=\"e-clean\""), "every word stays: {back}");
    let seen = first.iter().find(|(name, _)| name == "seen.clean").unwrap().1.as_str();
    for (extra, words) in [
        (vec![("seen.nothing", seen), ("text.nothing", "没有地方的话")], "没有这一部分"),
        (vec![("seen.duty", seen), ("text.duty", "标题下没有正文")], "没有这一部分"),
        (vec![("version", "9")], "没有的内容"),
        (vec![("seen.other", seen)], "没有的内容"),
        (vec![("text.other", "没有版本")], "页面内容不完整"),
        (vec![("seen.other", "9"), ("text.other", "没有版本")], "页面内容不完整"),
        (vec![("text.clean", "两份")], "页面内容不完整"),
        (vec![("then", "erase")], "页面内容不完整"),
    ] {
        let fields = [with(&first, &of, &[("clean", "没有保存的话")]), extra.clone()].concat();
        let back = refused(&mut leader, "/papers/save", &fields).await;
        assert!(back.contains(words) && back.contains("没有保存的话"), "{extra:?}: {back}");
        for (_, text) in extra.iter().filter(|(name, _)| name.starts_with("text.") && *name != "text.clean") {
            assert!(back.contains(text), "{text} is lost: {back}");
        }
    }
    assert_eq!(form(&mut leader, &page).await, first, "nothing of all that was written");
    let hostile = with(&first, &of, &[("clean", "</textarea><script>alert(1)</script>")]);
    done(&mut leader, "/papers/save", &hostile).await;
    let text = leader.get(&page).await.text();
    assert!(!text.contains("<script>alert") && text.contains("&lt;/textarea&gt;"));
    for login in ["office", "secretary", "leader_b", "liaison_b", "team", "member_a"] {
        let mut client = app.sign_in(login).await;
        assert_eq!(client.get(&page).await.status, 404, "{login}");
        assert_eq!(client.get(&format!("/documents/conduct/{post}/2026/docx")).await.status, 404, "{login}");
        assert_eq!(send(&mut client, "/papers/draw", &of).await.status, 404, "{login}");
    }
    for path in
        [format!("/papers/secret/{post}/2026"), format!("/papers/annual/{post}/0"), "/papers/annual/x/2026".into()]
    {
        assert_eq!(leader.get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn about_a_mobile_number_its_author_is_asked_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = book(&app).await;
        let mut leader = app.sign_in("leader_a").await;
        let of = [("post", post.as_str()), ("year", "2026"), ("kind", "conduct")];
        done(&mut leader, "/papers/draw", &of).await;
        let page = format!("/papers/conduct/{post}/2026");
        let first = form(&mut leader, &page).await;
        let typed = with(&first, &of, &[("clean", "联系电话13800001234"), ("plans", "别的部分")]);
        let back = send(&mut leader, "/papers/save", &typed).await.location();
        let shown = leader.get(&back).await.text();
        assert!(shown.contains("“廉洁自律情况”：文字里有手机号码 138****1234"), "{shown}");
        assert!(shown.contains("form=\"report\" name=\"look\" value=\"mask\"") && shown.contains("id=\"report\""));
        assert_eq!(form(&mut leader, &page).await, first, "nothing is kept before he answered");
        let again = form(&mut leader, &back).await;
        assert_eq!(boxed(&again, "clean"), "联系电话13800001234");
        let answered = |answer: &'static str| [with(&again, &of, &[]), vec![("look", answer)]].concat();
        refused(&mut leader, "/papers/save", &answered("mark")).await;
        done(&mut leader, "/papers/save", &answered("keep")).await;
        let now = form(&mut leader, &page).await;
        assert_eq!(boxed(&now, "clean"), "联系电话13800001234", "{database:?}: as he typed it");
        // What stands there is not asked about again; another number is, and is starred where he says so.
        done(&mut leader, "/papers/save", &with(&now, &of, &[("clean", "联系电话13800001234，已接通")])).await;
        let now = form(&mut leader, &page).await;
        let masked = [with(&now, &of, &[("clean", "改为13900005678")]), vec![("look", "mask")]].concat();
        done(&mut leader, "/papers/save", &masked).await;
        assert_eq!(boxed(&form(&mut leader, &page).await, "clean"), "改为139****5678");
        assert!(!leader.get(&page).await.text().contains("name=\"look\""));
    }
}

#[tokio::test]
async fn the_report_is_taken_over_into_the_meeting() {
    let app = TestApp::new(Database::Sqlite).await;
    let planned = planning::approved(&app, "年度述责评议会", "2026-12-09").await;
    let (meeting, presenter) = (planned.meeting.as_str(), planned.presenters[0].as_str());
    let plan = planning::page(&mut app.sign_in("office").await, meeting).await;
    let post = plan["plan"]["presenters"][0]["post"].as_str().unwrap().to_owned();
    let login = ["leader_a", "leader_b", "leader_c"]
        .into_iter()
        .find(|l| plan["plan"]["presenters"][0]["person"] == json!(app.district.person(l).to_string()))
        .unwrap();
    let mut leader = app.sign_in(login).await;
    let of = [("post", post.as_str()), ("year", "2026"), ("kind", "conduct")];
    done(&mut leader, "/papers/draw", &of).await;
    let page = leader.get(&format!("/papers/conduct/{post}/2026")).await.text();
    assert!(page.contains("取用到“年度述责评议会”的述责报告"), "{page}");
    let about = [&of[..], &[("meeting", meeting), ("presenter", presenter)]].concat();
    let place = send(&mut leader, "/papers/take", &about).await.location();
    assert!(place.starts_with(&format!("/reviews/{meeting}/report/{presenter}?draft=")), "{place}");
    assert!(leader.get(&place).await.text().contains("廉洁自律情况"));
    assert_eq!(send(&mut app.sign_in("office").await, "/papers/take", &about).await.status, 404);
    shown("conduct.docx", &leader.get(&format!("/documents/conduct/{post}/2026/docx")).await.body);
}

#[tokio::test]
async fn a_talk_called_something_else_keeps_its_notes_at_home() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = book(&app).await;
        let mut leader = app.sign_in("leader_a").await;
        let all = leader.call("/api/records/book", json!({})).await.json()["rows"].as_array().unwrap().clone();
        let talk = all.iter().find(|row| row["text"].as_str().is_some_and(|t| t.contains("王某"))).unwrap();
        let id = talk["id"].as_str().unwrap();
        let one = leader.call("/api/records/one", json!({ "id": id, "draft": null })).await.json();
        let (seen, text) = (one["version"].to_string(), one["row"]["text"].as_str().unwrap().to_owned());
        let fields = [("record", id), ("seen", &seen), ("text", &text), ("kind", "other"), ("reason", "类型选错")];
        done(&mut leader, "/records/correct", &fields).await;
        let of = [("post", post.as_str()), ("year", "2026"), ("kind", "annual")];
        done(&mut leader, "/papers/draw", &of).await;
        for login in ["leader_a", "liaison_a"] {
            let page = app.sign_in(login).await.get(&format!("/papers/annual/{post}/2026")).await.text();
            assert!(page.contains("10月20日（记录本第2页") && !page.contains("王某"), "{database:?} {login}: {page}");
        }
    }
}

#[tokio::test]
async fn facts_stand_under_their_item_whatever_its_number_is_today() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = book(&app).await;
        let find = q("SELECT i.code, i.text FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
             WHERE l.post_id = $1 AND i.code IN ('1.1', '3.3')");
        let items = rows(&app, find.bind(&post)).await;
        let text = |code: &str| {
            let found = items.iter().find(|row| row.text("code").unwrap() == code).unwrap();
            found.text("text").unwrap().trim_end_matches('。').to_owned()
        };
        // The items of the next edition have changed their numbers.
        for (from, to) in [("3.3", "0.0"), ("1.1", "3.3"), ("0.0", "1.1")] {
            let change = q("UPDATE leader_items SET code = $1 WHERE code = $2 AND list_id IN (
                 SELECT id FROM leader_lists WHERE post_id = $3)");
            execute(&app, change.bind(to).bind(from).bind(&post)).await;
        }
        let mut leader = app.sign_in("leader_a").await;
        done(&mut leader, "/papers/draw", &[("post", &post), ("year", "2026"), ("kind", "annual")]).await;
        let page = leader.get(&format!("/papers/annual/{post}/2026")).await.text();
        for line in [
            format!("1.1　{}：11月2日，党工委会研究", text("3.3")),
            format!("3.3　{}：10月28日，到办事窗口", text("1.1")),
        ] {
            assert!(page.contains(&line), "{database:?} {line}: {page}");
        }
        let turned = leader.call("/api/book/turn", json!({ "post": post, "year": 2026, "at": "p1" })).await.json();
        let leaves = turned["around"]["leaves"].as_array().unwrap();
        let first = leaves.iter().find(|leaf| leaf[0] == "p1").unwrap();
        assert_eq!(first[1]["page"]["codes"], json!(["1.1"]), "{database:?}: the number of today");
    }
}
