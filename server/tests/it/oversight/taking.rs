//! A 调取 needs two persons and leaves no trace in the head's view.

use server::{random, storage::q};

use super::{ids, written};
use crate::{
    duties::{done, execute, refused, rows, send},
    harness::{BOTH, PASSWORD, TestApp},
};

/// Words of a .docx.
pub fn words(body: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(body)).unwrap();
    let (mut xml, mut text) = (String::new(), String::new());
    std::io::Read::read_to_string(&mut zip.by_name("word/document.xml").unwrap(), &mut xml).unwrap();
    for piece in xml.split('<') {
        text.push_str(piece.split_once('>').map_or("", |(_, words)| words));
    }
    text
}

#[tokio::test]
async fn a_taking_needs_two_persons_and_is_never_shown_to_the_head() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, ..) = written(&app).await;
        let mut leader = app.sign_in("leader_b").await;
        crate::search::correct(&mut leader, &work, "专题研究了从严治党，两次", "study").await;
        let file =
            q("INSERT INTO evidence_files (district_id, hash, kind, size, stored_at) VALUES ($1, 'a', 'pdf', 1, 0)");
        execute(&app, file.bind(app.district.id)).await;
        let link = q("INSERT INTO evidence_links (id, district_id, record_id, hash, name, added_at, added_by)
                      VALUES ('l', $1, $2, 'a', '会议记录.pdf', 0, '')");
        execute(&app, link.bind(app.district.id).bind(&work)).await;
        let (post, ..) = ids(&app);
        let ask = |secret| {
            [
                ("post", post.as_str()),
                ("year", "2026"),
                ("number", "滨纪〔2026〕8号"),
                ("reason", "依规调取"),
                ("secret", secret),
                ("sure", "1"),
            ]
        };
        for login in ["team", "deputy", "leader_b", "general"] {
            refused(&mut app.sign_in(login).await, "/oversight/takings/ask", &ask(PASSWORD)).await;
        }
        let mut office = app.sign_in("office").await;
        let wrong = refused(&mut office, "/oversight/takings/ask", &ask("not-it")).await;
        assert!(wrong.contains("密码或数字密码不对") && !wrong.contains("not-it"), "{wrong}");
        let kept = rows(&app, q("SELECT fields FROM drafts")).await;
        assert!(kept.iter().all(|row| !row.text("fields").unwrap().contains("not-it")), "no secret in a draft");
        done(&mut office, "/oversight/takings/ask", &ask(PASSWORD)).await;
        assert!(refused(&mut office, "/oversight/takings/ask", &ask(PASSWORD)).await.contains("已经用过"));
        let id = rows(&app, q("SELECT id FROM book_takings")).await[0].text("id").unwrap();
        let decide = [("taking", id.as_str()), ("do", "approve"), ("secret", PASSWORD)];
        let take = [("taking", id.as_str()), ("secret", PASSWORD)];
        refused(&mut office, "/oversight/takings/file", &take).await;
        refused(&mut office, "/oversight/takings/decide", &decide).await;
        let mut deputy = app.sign_in("deputy").await;
        assert!(deputy.get("/todo").await.text().contains("待您审批"));
        done(&mut deputy, "/oversight/takings/decide", &decide).await;
        refused(&mut app.sign_in("secretary").await, "/oversight/takings/decide", &decide).await;
        refused(&mut deputy, "/oversight/takings/file", &take).await;
        refused(&mut app.sign_in("office2").await, "/oversight/takings/file", &take).await;
        execute(&app, q("UPDATE terms SET ends_on = '2026-12-31' WHERE post_id = $1").bind(&post)).await;
        let next = q(
            "INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, '2027-01-01')",
        )
        .bind(random::id(domain::time::Instant(9)).to_string())
        .bind(app.district.id)
        .bind(&post)
        .bind(app.district.person("leader_c"));
        execute(&app, next).await;
        app.clock.set_day(domain::time::parse_iso("2027-01-04").unwrap());
        let (mut office, mut leader) = (app.sign_in("office").await, app.sign_in("leader_c").await);
        // Approved is not enough: a second of the office confirms, never the one who asked.
        assert!(refused(&mut office, "/oversight/takings/file", &take).await.contains("第二名经办人"));
        let second = [("taking", id.as_str()), ("do", "second"), ("secret", PASSWORD)];
        for login in ["office", "deputy", "team", "leader_b"] {
            refused(&mut app.sign_in(login).await, "/oversight/takings/decide", &second).await;
        }
        let mut other = app.sign_in("office2").await;
        assert!(other.get("/todo").await.text().contains("待您作为第二名经办人确认"));
        assert!(!office.get("/todo").await.text().contains("依规调取"));
        let wrong = [("taking", id.as_str()), ("do", "second"), ("secret", "not-it")];
        refused(&mut other, "/oversight/takings/decide", &wrong).await;
        done(&mut other, "/oversight/takings/decide", &second).await;
        refused(&mut other, "/oversight/takings/decide", &second).await;
        assert!(office.get("/todo").await.text().contains("两人已确认，可以调取"));
        refused(&mut other, "/oversight/takings/file", &take).await;
        let file = send(&mut office, "/oversight/takings/file", &take).await;
        assert_eq!(file.status, 200, "{}", file.location());
        let text = words(&file.body);
        for part in [
            "叶国平",
            "专题研究了从严治党，两次",
            "更正前：专题研究了从严治党",
            "更正原因：写错了",
            "与青年干部交心",
            "佐证材料：会议记录.pdf",
            "9.1",
            "第二名经办人 陶文博",
        ] {
            assert!(text.contains(part), "{database:?} {part}: {text}");
        }
        assert!(!text.contains("崔嘉怡"), "the head of that year stands on it, not the one of today");
        for path in ["/home", "/todo", "/me", "/records", "/board"] {
            let text = leader.get(path).await.text();
            assert!(!text.contains("调取件") && !text.contains("〔2026〕8号"), "{path}");
        }
        assert!(rows(&app, q("SELECT viewer FROM readings WHERE announced = 1")).await.is_empty());
        let log = rows(&app, q("SELECT action FROM audit WHERE action LIKE 'oversight.taking%' ORDER BY seq")).await;
        let actions: Vec<String> = log.iter().map(|row| row.text("action").unwrap()).collect();
        assert_eq!(
            actions,
            [
                "oversight.taking_asked",
                "oversight.taking_approved",
                "oversight.taking_seconded",
                "oversight.taking_taken"
            ]
        );
    }
}

#[tokio::test]
async fn a_mistyped_secret_is_said_at_the_row_and_its_form_stays() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (post, ..) = ids(&app);
        let ask = |number| {
            [
                ("post", post.as_str()),
                ("year", "2026"),
                ("number", number),
                ("reason", "依规调取"),
                ("secret", PASSWORD),
                ("sure", "1"),
            ]
        };
        let (mut office, mut other) = (app.sign_in("office").await, app.sign_in("office2").await);
        let place = done(&mut office, "/oversight/takings/ask", &ask("滨纪〔2026〕8号")).await;
        let id = rows(&app, q("SELECT id FROM book_takings")).await[0].text("id").unwrap();
        assert_eq!(place, format!("/oversight/takings?done={id}"));
        // A colleague's newer request is decided meanwhile: what is said is about his own.
        app.clock.advance_ms(1_000);
        let newer = done(&mut other, "/oversight/takings/ask", &ask("滨纪〔2026〕9号")).await;
        let newer = newer.rsplit('=').next().unwrap().to_owned();
        let mut deputy = app.sign_in("deputy").await;
        let refuse = [("taking", newer.as_str()), ("do", "refuse"), ("secret", PASSWORD)];
        done(&mut deputy, "/oversight/takings/decide", &refuse).await;
        let said = office.get(&place).await.text();
        assert!(said.contains("已登记，待区纪委书记或副书记审批。"), "{database:?} {said}");
        let decide = "/oversight/takings/decide";
        let file = "/oversight/takings/file";
        for (client, path, what, button) in [
            (&mut deputy, decide, "approve", "value=\"approve\""),
            (&mut other, decide, "second", "value=\"second\""),
            (&mut office, file, "", "调取（.docx）"),
        ] {
            let fields = |secret| {
                let all = [("taking", id.as_str()), ("do", what), ("secret", secret)];
                all.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>()
            };
            let reply = send(client, path, &fields("not-it")).await;
            assert!(reply.location().ends_with("#refused"), "{}", reply.location());
            let page = client.get(reply.location().split('#').next().unwrap()).await.text();
            assert!(!page.contains("核对后登记"), "{database:?} {what}: {page}");
            let row = page.split("<section id=\"refused\" class=\"panel\">").nth(1);
            let row = row.unwrap_or_else(|| panic!("{database:?} {what}: no row in {page}"));
            let row = row.split("</section>").next().unwrap();
            assert!(row.contains("滨纪〔2026〕8号") && row.contains("密码或数字密码不对"), "{what}: {row}");
            assert!(row.contains(button) && row.contains("name=\"secret\""), "{database:?} {what}: {row}");
            assert_eq!(page.matches("role=\"alert\"").count(), 1, "said once: {page}");
            assert!(page.contains("滨纪〔2026〕9号"), "{database:?}: the list stands");
            let taken = send(client, path, &fields(PASSWORD)).await;
            assert!(taken.status == 200 || !taken.location().contains("draft="), "{database:?} {what}");
        }
        // What asks is still asked once more where it was mistyped.
        let mut wrong = ask("滨纪〔2026〕10号");
        wrong[4].1 = "not-it";
        let page = refused(&mut office, "/oversight/takings/ask", &wrong).await;
        assert!(page.contains("核对后登记") && page.contains("滨纪〔2026〕10号"), "{database:?} {page}");
    }
}
