//! The reading of a book whose post falls vacant can be ended: by the next head, or on paper by whoever
//! 主持工作; the sheet says which.

use domain::time::parse_iso;
use server::{random, storage::q};

use super::{act, not, page, registered, written};
use crate::{
    duties::execute,
    harness::{BOTH, TestApp},
};

/// A reading of November's first days, its feedback signed by the reader; the head left on the day `left`.
async fn read(app: &TestApp, left: &str) -> String {
    written(app).await;
    let id = registered(app, "2026-11-02", "2026-11-03").await;
    app.clock.set_day(parse_iso("2026-11-04").unwrap());
    let gone = q("UPDATE terms SET ends_on = $1 WHERE post_id = $2").bind(left).bind(app.district.school_post);
    execute(app, gone).await;
    act(app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
    act(app, "office", &id, "sign", &[("typed", "林思源")]).await;
    id
}

async fn sheet(app: &TestApp, id: &str) -> String {
    app.sign_in("office").await.get(&format!("/documents/reading/{id}/page")).await.text()
}

#[tokio::test]
async fn the_next_head_signs_and_the_sheet_says_so() {
    for database in BOTH {
        for (left, head, words) in [
            ("2026-11-03", "叶国平，党组织书记", "检查后到任，接任签字"),
            ("2026-11-02", "党组织书记（空缺）", "检查时岗位空缺，到任后签字"),
        ] {
            let app = TestApp::new(database).await;
            let id = read(&app, left).await;
            assert!(app.sign_in("office").await.get("/todo").await.text().contains("岗位空缺"));
            app.clock.set_day(parse_iso("2026-11-10").unwrap());
            execute(
                &app,
                q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, '2026-11-09')")
                    .bind(random::id(domain::time::Instant(9)).to_string())
                    .bind(app.district.id)
                    .bind(app.district.school_post)
                    .bind(app.district.person("member_a")),
            )
            .await;
            let mut next = app.sign_in("member_a").await;
            assert!(next.get("/todo").await.text().contains("等您签字"), "{database:?}");
            act(&app, "member_a", &id, "sign", &[("typed", "王晓岚")]).await;
            assert_eq!(page(&mut next, &id).await["phase"], "closed", "{database:?}");
            let sheet = sheet(&app, &id).await;
            assert!(sheet.contains(head) && sheet.contains(&format!("王晓岚（{words}）")), "{words}: {sheet}");
        }
    }
}

#[tokio::test]
async fn whoever_leads_the_work_signs_on_paper() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let id = read(&app, "2026-11-03").await;
        let acting = app.district.person("member_a").to_string();
        let paper = |on: &'static str, signer: &'static str| {
            let mut fields = vec![("paper_on", on), ("handler", "林思源")];
            if !signer.is_empty() {
                fields.push(("signer", signer));
            }
            fields
        };
        // Nobody headed the post that day, and nobody of another unit stands in.
        assert!(not(&app, "office", &id, "paper", &paper("2026-11-04", "")).await.contains("岗位空缺的，请选择"));
        let of: &'static str = Box::leak(acting.clone().into_boxed_str());
        assert!(not(&app, "office", &id, "paper", &paper("2026-11-04", of)).await.contains("不是这个单位的班子成员"));
        let moved =
            q("UPDATE role_grants SET unit_id = $1 WHERE person_id = $2").bind(app.district.school).bind(&acting);
        execute(&app, moved).await;
        let shown = page(&mut app.sign_in("office").await, &id).await;
        assert_eq!(shown["acting"].as_array().unwrap().last().unwrap()[1], "王晓岚", "{shown}");
        // Nor whoever was no member any more that day.
        let until = |day: Option<&'static str>| {
            let ended = q("UPDATE role_grants SET ends_on = $1 WHERE person_id = $2");
            execute(&app, ended.bind(day).bind(&acting))
        };
        until(Some("2026-11-03")).await;
        assert!(not(&app, "office", &id, "paper", &paper("2026-11-04", of)).await.contains("不是这个单位的班子成员"));
        until(None).await;
        // While there was a head, he signs himself.
        assert!(not(&app, "office", &id, "paper", &paper("2026-11-03", of)).await.contains("应由其本人签字"));
        act(&app, "office", &id, "paper", &paper("2026-11-04", of)).await;
        assert_eq!(page(&mut app.sign_in("office").await, &id).await["phase"], "closed", "{database:?}");
        let sheet = sheet(&app, &id).await;
        let words = "王晓岚（岗位空缺，主持工作，代为签字）（纸质已签，经办人林思源）";
        assert!(sheet.contains(words) && sheet.contains("叶国平，党组织书记"), "{sheet}");
    }
}

#[tokio::test]
async fn the_page_says_who_signs_and_the_office_ends_what_nobody_can_sign() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let id = read(&app, "2026-11-01").await;
        let shown = page(&mut app.sign_in("office").await, &id).await;
        let who = shown["who_signs"].as_str().unwrap();
        assert!(who.contains("岗位现在空缺") && who.contains("写明原因办结"), "{database:?}: {who}");
        assert!(shown["may_end"] == true, "{database:?}: {shown}");
        assert!(app.sign_in("office").await.get(&format!("/oversight/{id}")).await.text().contains("id=\"end\""));
        for login in ["team", "deputy"] {
            assert_eq!(page(&mut app.sign_in(login).await, &id).await["may_end"], false, "{login}");
            not(&app, login, &id, "end", &[("words", "无人可签")]).await;
        }
        assert!(not(&app, "office2", &id, "end", &[("words", " ")]).await.contains("办结原因"), "{database:?}");
        act(&app, "office2", &id, "end", &[("words", "班子成员都在外地挂职")]).await;
        let closed = page(&mut app.sign_in("office").await, &id).await;
        assert!(closed["phase"] == "closed" && closed["may_end"] == false, "{database:?}: {closed}");
        assert!(closed["ended"].as_str().unwrap().contains("陶文博11月4日办结：班子成员都在外地挂职"), "{closed}");
        assert!(sheet(&app, &id).await.contains("岗位空缺、无人签字，陶文博11月4日办结"), "{database:?}");
    }
}

#[tokio::test]
async fn a_successor_is_named_and_nothing_is_ended_over_his_head() {
    for database in BOTH {
        for (left, words) in [
            ("2026-11-01", "检查时岗位空缺，由王晓岚（11月9日到任）签字"),
            ("2026-11-03", "叶国平检查时在任（任至11月3日）"),
        ] {
            let app = TestApp::new(database).await;
            let id = read(&app, left).await;
            app.clock.set_day(parse_iso("2026-11-10").unwrap());
            let came = q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on)
                 VALUES ($1, $2, $3, $4, '2026-11-09')")
            .bind(random::id(domain::time::Instant(9)).to_string())
            .bind(app.district.id)
            .bind(app.district.school_post)
            .bind(app.district.person("member_a"));
            execute(&app, came).await;
            let shown = page(&mut app.sign_in("office").await, &id).await;
            let who = shown["who_signs"].as_str().unwrap();
            assert!(who.contains(words) && who.contains("王晓岚"), "{database:?} {left}: {who}");
            assert_eq!(shown["may_end"], false, "{database:?} {left}");
            let back = not(&app, "office", &id, "end", &[("words", "无人可签")]).await;
            assert!(back.contains("岗位空缺"), "{database:?} {left}: {back}");
        }
    }
}
