//! The import of a list goes where the page says, with the answers the page shows.

use serde_json::json;
use server::storage::q;

use super::{PASTED, done, rows, send, sqlite};

#[tokio::test]
async fn the_choices_of_the_form_count_without_another_button() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let page = office.get("/duties/import").await.text();
    assert!(page.contains("name=\"unit_kind\"") && !page.contains("name=\"target\""));
    let kind = domain::people::UnitKind::ALL.into_iter().find(|k| k.answers_for_a_list()).unwrap();
    let mut fields = vec![("kind", "duties"), ("list", "supervision"), ("year", "2027")];
    fields.extend([("unit_kind", kind.key()), ("pasted", PASTED)]);
    let at = office.upload("/imports/upload", &fields, "", b"").await.location();
    let text = office.get(&at).await.text();
    let words = format!("责任清单「纪检监察机关（机构）监督责任清单」2027年（{}）", kind.label());
    assert!(text.contains(&format!("预览：{words}")) && text.contains(&format!("确认导入{words}")), "{text}");
    let upload = at.rsplit('/').next().unwrap();
    done(&mut office, "/imports/commit", &[("upload", upload)]).await;
    let made = rows(
        &app,
        q("SELECT d.key, t.year, t.unit_kind FROM templates t JOIN duty_lists d ON d.id = t.list_id WHERE t.state = 'draft'"),
    )
    .await;
    assert_eq!(made.len(), 1);
    assert_eq!(
        (made[0].text("key").unwrap().as_str(), made[0].int("year").unwrap(), made[0].text("unit_kind").unwrap()),
        ("supervision", 2027, kind.key().to_owned())
    );
    // 「更换」 takes nothing in; a wrong year comes back with what was pasted.
    fields.push(("change", "1"));
    let to = office.upload("/imports/upload", &fields, "", b"").await.location();
    assert_eq!(to, format!("/duties/import?list=supervision&year=2027&kind={}", kind.key()));
    let wrong = [("kind", "duties"), ("list", "supervision"), ("year", "二七"), ("unit_kind", ""), ("pasted", PASTED)];
    let to = office.upload("/imports/upload", &wrong, "", b"").await.location();
    let page = office.get(&to).await.text();
    assert!(page.contains("年度「二七」不对") && page.contains("经常性谈心谈话"), "{page}");
    // Other kinds have no such choices.
    let mut admin = app.sign_in("sysadmin").await;
    let strange = [("kind", "people"), ("list", "supervision"), ("pasted", "单位\t姓名")];
    assert!(admin.upload("/imports/upload", &strange, "", b"").await.location().contains("draft="));
}

#[tokio::test]
async fn a_changed_answer_is_previewed_before_it_is_stored() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let pasted = PASTED.replacen("每季度", "常态化", 1);
    let fields =
        [("kind", "duties"), ("list", "first_responsible"), ("year", "2026"), ("unit_kind", ""), ("pasted", &pasted)];
    let at = office.upload("/imports/upload", &fields, "", b"").await.location();
    let id = at.rsplit('/').next().unwrap().to_owned();
    let asked = office.call("/api/imports/upload", json!({ "id": id })).await.json()["sheet"]["questions"][0].clone();
    let question = asked["id"].as_str().unwrap().to_owned();
    let option =
        asked["options"].as_array().unwrap().iter().find(|o| o[1] == "每年").unwrap()[0].as_str().unwrap().to_owned();
    let page = office.get(&at).await.text();
    assert!(page.contains("form=\"answers\"") && page.contains("formaction=\"/imports/commit\""), "{page}");
    let answer = [("upload", id.as_str()), (question.as_str(), option.as_str())];
    let to = send(&mut office, "/imports/commit", &answer).await.location();
    assert_eq!(to, format!("{at}?changed=1"));
    let stored = || q("SELECT frequency FROM template_items WHERE code = '6.3'");
    assert!(rows(&app, stored()).await.is_empty(), "nothing is stored unseen");
    assert!(office.get(&to).await.text().contains("重新预览"));
    let strange = [("upload", id.as_str()), ("role", "admin")];
    assert!(send(&mut office, "/imports/commit", &strange).await.location().contains("draft="));
    let to = done(&mut office, "/imports/commit", &answer).await;
    assert!(to.starts_with("/duties?"), "{to}");
    let kept = rows(&app, stored()).await;
    assert_eq!(kept[0].text("frequency").unwrap(), option);
}

#[tokio::test]
async fn a_cell_of_thousands_of_characters_is_clipped() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let long = "x".repeat(5_000);
    let pasted = PASTED.replacen("每季度", &long, 1);
    let fields =
        [("kind", "duties"), ("list", "first_responsible"), ("year", "2026"), ("unit_kind", ""), ("pasted", &pasted)];
    let at = office.upload("/imports/upload", &fields, "", b"").await.location();
    let page = office.get(&at).await.text();
    let main = page.split("<main").nth(1).unwrap();
    let seen = main.split("</main>").next().unwrap();
    assert!(seen.contains(&format!("{}…", "x".repeat(60))), "{seen}");
    assert!(!seen.contains(&"x".repeat(61)), "{seen}");
}
