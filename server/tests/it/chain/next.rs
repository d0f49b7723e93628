//! What a problem suggests for the next year's list: taken, refused, asked for, or left alone.

use super::*;
use crate::{
    duties::{refused, send},
    harness::BOTH,
};

async fn offered(client: &mut Client, list: &str) -> Vec<String> {
    let page = read(client, "/api/duties/list", list).await;
    let all = page["learned"]["offered"].as_array().unwrap();
    all.iter().map(|one| one[0].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_struck_off_problem_is_taken_with_one_tap_and_asked_once() {
    for database in BOTH {
        let (app, _) = with_list(database).await;
        let (first, second, open) = (
            by_hand(&app, "公示栏没有更新").await,
            by_hand(&app, "台账缺项").await,
            by_hand(&app, "会议记录不全").await,
        );
        struck_off(&app, &first).await;
        struck_off(&app, &second).await;
        let list = next_list(&app).await;
        let (mut office, mut team) = (app.sign_in("office").await, app.sign_in("team").await);
        let found = offered(&mut office, &list).await;
        assert!(found.contains(&first) && found.contains(&second) && !found.contains(&open), "{found:?}");
        // The supervising body proposes, it does not refuse; another one finds nothing.
        assert_eq!(offered(&mut team, &list).await.len(), 2);
        let seen = read(&mut office, "/api/duties/list", &list).await["version"].to_string();
        let form = |what: String| [("leader", list.clone()), ("seen", seen.clone()), ("do", what)];
        for (login, what) in [
            ("team", format!("refused:{first}")),
            ("team2", format!("taken:{first}")),
            ("leader_b", format!("taken:{first}")),
            ("liaison_b", format!("asked:{first}")),
            ("office", format!("taken:{open}")),
            ("office", "taken".to_owned()),
            ("office", format!("perhaps:{first}")),
        ] {
            let fields = form(what.clone());
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let reply = send(&mut app.sign_in(login).await, "/duties/lists/learn", &fields).await;
            assert!(reply.status != 303 || reply.location().contains("draft="), "{login} {what}: {}", reply.location());
        }
        let place = learn(&mut team, &list, "taken", &first).await;
        assert!(place.ends_with("done=learned"), "{place}");
        let shown = read(&mut office, "/api/duties/list", &list).await;
        let last = shown["items"].as_array().unwrap().last().unwrap();
        assert_eq!(last["item"]["text"], "整改“公示栏没有更新”：每季度研究一次");
        assert_eq!((&last["item"]["action"], &last["source"]), (&json!("optional"), &json!("日常监督检查")));
        assert_eq!(shown["learned"]["taken"][0][1], first);
        learn(&mut office, &list, "refused", &second).await;
        assert!(offered(&mut office, &list).await.is_empty());
        let html = office.get(&format!("/duties/lists/{list}")).await.text();
        assert!(html.contains("从问题到清单") && html.contains(&format!("/chain/item?problem={first}")));
        // Twice is once; a stale page is told so.
        let again = format!("taken:{first}");
        let fields = [("leader", list.as_str()), ("seen", &seen), ("do", &again)];
        let told = refused(&mut office, "/duties/lists/learn", &fields).await;
        assert!(told.contains("已经办理过"), "{told}");
        let answers = rows(&app, q("SELECT answer FROM chain_proposals ORDER BY answer")).await;
        let answers: Vec<String> = answers.iter().map(|r| r.text("answer").unwrap()).collect();
        assert_eq!(answers, ["refused", "taken"]);
    }
}

#[tokio::test]
async fn the_unit_asks_while_it_is_asked_and_nothing_holds_the_list_up() {
    for database in BOTH {
        let (app, _) = with_list(database).await;
        let problem = by_hand(&app, "公示栏没有更新").await;
        struck_off(&app, &problem).await;
        let list = next_list(&app).await;
        let mut office = app.sign_in("office").await;
        step(&mut office, &list, "send", &[]).await;
        let mut liaison = app.sign_in("liaison_b").await;
        assert_eq!(offered(&mut liaison, &list).await, [problem.clone()]);
        let text = liaison.call("/api/duties/list", json!({ "id": list })).await.text();
        assert!(!text.contains("日常监督"), "{text}");
        learn(&mut liaison, &list, "asked", &problem).await;
        // A second tap says nothing more.
        learn(&mut liaison, &list, "asked", &problem).await;
        let said = rows(&app, q("SELECT reason FROM approvals WHERE decision = 'commented'")).await;
        let said = said.iter().map(|r| r.text("reason").unwrap());
        let said: Vec<String> = said.filter(|w| w.contains("自选动作")).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        let page = read(&mut office, "/api/duties/list", &list).await;
        assert_eq!(page["learned"]["offered"][0][4], true, "{page}");
        // Left alone it blocks nothing, and an issued list asks nobody any more.
        step(&mut office, &list, "submit", &[]).await;
        step(&mut app.sign_in("deputy").await, &list, "approve", &[]).await;
        step(&mut office, &list, "issue", &[("effective_on", "2027-01-01"), ("alike", "1")]).await;
        assert!(offered(&mut office, &list).await.is_empty());
    }
}
