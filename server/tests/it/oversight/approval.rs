//! A remark becomes an item by the word of the 党风政风监督室, never of whoever proposed it; until then
//! it stands nowhere else. The item leads back to the remark.

use serde_json::json;
use server::storage::q;

use super::{act, not, page, registered, remark, written};
use crate::{
    duties::{done, refused, rows},
    harness::{BOTH, Client, TestApp},
};

const STEP: &str = "/oversight/remark/step";

fn form<'a>(reading: &'a str, remark: &'a str, act: &'a str, words: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("inspection", reading), ("remark", remark), ("do", act), ("words", words)]
}

async fn todo(client: &mut Client) -> String {
    client.get("/todo").await.text()
}

#[tokio::test]
async fn nothing_goes_on_the_account_without_the_office() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let about = [("duty", duty.as_str()), ("kind", "wanting"), ("text", "补充会议记录")];
        let wanting = remark(&app, "office", &id, &about).await;
        remark(&app, "office", &id, &[("record", &work), ("kind", "sound"), ("text", "")]).await;
        let sound =
            rows(&app, q("SELECT id FROM inspection_remarks WHERE kind = 'sound'")).await[0].text("id").unwrap();
        let (mut office, mut second) = (app.sign_in("office").await, app.sign_in("office2").await);
        let mut leader = app.sign_in("leader_b").await;
        let mut proposal = form(&id, &wanting, "item", "鹭鸶问题");
        proposal.extend([("demand", "补齐"), ("deadline", "2026-12-20")]);
        // What could not be opened is not proposed.
        let mut early = form(&id, &wanting, "item", "鹭鸶问题");
        early.extend([("demand", "补齐"), ("deadline", "2026-11-01")]);
        refused(&mut office, STEP, &early).await;
        let mut of_sound = form(&id, &sound, "item", "鹭鸶问题");
        of_sound.push(("demand", "补齐"));
        refused(&mut office, STEP, &of_sound).await;
        assert!(refused(&mut second, STEP, &form(&id, &wanting, "approve", "")).await.contains("没有等待审定"));
        done(&mut office, STEP, &proposal).await;
        assert!(refused(&mut office, STEP, &proposal).await.contains("请等党风政风监督室审定"));
        // It stands nowhere but with those who propose and decide.
        assert!(rows(&app, q("SELECT id FROM items")).await.is_empty());
        for login in ["leader_b", "liaison_b", "team", "deputy", "secretary", "team2"] {
            let mut client = app.sign_in(login).await;
            for path in ["/todo", "/board", "/accountability", "/home", &format!("/oversight/{id}")] {
                assert!(!client.get(path).await.text().contains("鹭鸶"), "{login} {path}");
            }
            let paper = client.get(&format!("/documents/reading/{id}/page")).await.text();
            assert!(!paper.contains("鹭鸶"), "{login}");
        }
        assert!(page(&mut second, &id).await["remarks"].to_string().contains("鹭鸶问题"));
        assert!(todo(&mut second).await.contains("检查意见转整改待审定"));
        assert!(!todo(&mut office).await.contains("检查意见转整改待审定"), "not his own to decide");
        // Whose word it takes.
        for login in ["office", "team", "deputy", "secretary", "leader_b", "team2"] {
            for what in ["approve", "decline"] {
                refused(&mut app.sign_in(login).await, STEP, &form(&id, &wanting, what, "不必")).await;
            }
        }
        let blocked = not(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        assert!(blocked.contains("待党风政风监督室审定"), "{blocked}");
        // Not agreed: the reader is told why and may propose anew.
        refused(&mut second, STEP, &form(&id, &wanting, "decline", "")).await;
        done(&mut second, STEP, &form(&id, &wanting, "decline", "当场已补齐")).await;
        let all = page(&mut office, &id).await["remarks"].as_array().unwrap().clone();
        let row = all.into_iter().find(|row| row["id"] == wanting.as_str()).unwrap();
        assert!(row["proposal"].as_str().unwrap().contains("当场已补齐") && row["may_open"] == true, "{row}");
        refused(&mut second, STEP, &form(&id, &wanting, "approve", "")).await;
        done(&mut office, STEP, &proposal).await;
        done(&mut second, STEP, &form(&id, &wanting, "approve", "")).await;
        refused(&mut second, STEP, &form(&id, &wanting, "approve", "")).await;
        let items = rows(&app, q("SELECT id, origin, origin_id FROM items")).await;
        assert_eq!((items.len(), items[0].text("origin_id").unwrap()), (1, wanting.clone()), "{database:?}");
        let kept = q("SELECT decision, person_name, by_role FROM approvals WHERE subject = $1 ORDER BY decision");
        let kept = rows(&app, kept.bind(&wanting)).await;
        let said: Vec<String> = kept.iter().map(|row| row.text("decision").unwrap()).collect();
        assert_eq!(said, ["agreed", "returned"]);
        assert!(kept.iter().all(|row| row.text("person_name").unwrap() == "陶文博"));
        // The item leads back, for the head and the commission.
        let item = items[0].text("id").unwrap();
        let back = format!("/oversight/{id}#remark-{wanting}");
        for (login, leads) in [("leader_b", true), ("office", true), ("team", true), ("liaison_b", false)] {
            let mut client = app.sign_in(login).await;
            let one = client.call("/api/accountability/item", json!({ "id": item })).await.json();
            assert_eq!(one["origin_link"] == back.as_str(), leads, "{login}: {one}");
            assert_eq!(client.get(&format!("/accountability/{item}")).await.text().contains(&back), leads, "{login}");
        }
        assert!(leader.get(&format!("/oversight/{id}")).await.text().contains(&format!("id=\"remark-{wanting}\"")));
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
    }
}

#[tokio::test]
async fn a_proposal_in_signing_holds_the_signatures() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (_, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let about = [("duty", duty.as_str()), ("kind", "wanting"), ("text", "补充会议记录")];
        let wanting = remark(&app, "office", &id, &about).await;
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        act(&app, "office2", &id, "sign", &[("typed", "陶文博")]).await;
        let mut proposal = form(&id, &wanting, "item", "记录不全");
        proposal.push(("demand", "补齐"));
        done(&mut app.sign_in("office").await, STEP, &proposal).await;
        let held = not(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        assert!(held.contains("待党风政风监督室审定"), "{held}");
        done(&mut app.sign_in("office2").await, STEP, &form(&id, &wanting, "approve", "")).await;
        // A signature covers the words that stood there.
        act(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        assert_eq!(page(&mut app.sign_in("leader_b").await, &id).await["phase"], "signing");
        act(&app, "office", &id, "sign", &[("typed", "林思源")]).await;
        assert_eq!(page(&mut app.sign_in("leader_b").await, &id).await["phase"], "closed", "{database:?}");
    }
}

#[tokio::test]
async fn after_both_signed_an_item_is_still_proposed_and_the_paper_stays() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (_, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let about = [("duty", duty.as_str()), ("kind", "wanting"), ("text", "补充会议记录")];
        let wanting = remark(&app, "office", &id, &about).await;
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        act(&app, "office2", &id, "sign", &[("typed", "陶文博")]).await;
        act(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        let (mut office, mut second) = (app.sign_in("office").await, app.sign_in("office2").await);
        let mut leader = app.sign_in("leader_b").await;
        let (sheet, paper) = (format!("/oversight/{id}"), format!("/documents/reading/{id}/page"));
        let closed = page(&mut office, &id).await;
        assert_eq!((closed["phase"].clone(), closed["remarks"][0]["may_open"].clone()), (json!("closed"), json!(true)));
        assert!(office.get(&sheet).await.text().contains("提请转为整改事项…"), "{database:?}");
        assert!(!leader.get(&sheet).await.text().contains("提请转为整改事项…"), "{database:?}");
        let mut proposal = form(&id, &wanting, "item", "记录不全");
        proposal.push(("demand", "补齐"));
        for login in ["leader_b", "team", "deputy"] {
            refused(&mut app.sign_in(login).await, STEP, &proposal).await;
        }
        // The words are frozen, whoever asks.
        for what in ["retract", "keep"] {
            assert!(refused(&mut office, STEP, &form(&id, &wanting, what, "改一改")).await.contains("已经办结"));
        }
        let edition = "SELECT edition FROM inspections WHERE id = $1";
        let before = rows(&app, q(edition).bind(&id)).await[0].int("edition").unwrap();
        done(&mut office, STEP, &proposal).await;
        assert!(!page(&mut leader, &id).await["remarks"].to_string().contains("记录不全"), "{database:?}");
        assert!(todo(&mut second).await.contains("检查意见转整改待审定"), "{database:?}");
        refused(&mut office, STEP, &form(&id, &wanting, "approve", "")).await;
        done(&mut second, STEP, &form(&id, &wanting, "approve", "")).await;
        let item = &rows(&app, q("SELECT id, year, number, origin_id FROM items")).await[0];
        assert_eq!(item.text("origin_id").unwrap(), wanting, "{database:?}");
        let closed = page(&mut leader, &id).await;
        let row = &closed["remarks"][0];
        assert_eq!((closed["phase"].clone(), closed["signed"].as_array().unwrap().len()), (json!("closed"), 2));
        assert_eq!(row["item"], item.text("id").unwrap().as_str(), "{database:?}");
        assert!(row["proposal"].as_str().unwrap().contains("双方签字后由林思源提请"), "{row}");
        // What both signed is what they signed.
        assert_eq!(rows(&app, q(edition).bind(&id)).await[0].int("edition").unwrap(), before, "{database:?}");
        let number = format!("{}-{:03}", item.int("year").unwrap(), item.int("number").unwrap());
        let paper = leader.get(&paper).await.text();
        assert!(paper.contains("补充会议记录") && !paper.contains(&number), "{number}: {paper}");
    }
}
