//! 代录 of a 述责报告 through the whole router: the liaison drafts, the leader hands in; a document read into the form.

use serde_json::json;

use super::{
    own::{DAY, report, write},
    planning::approved,
};
use crate::harness::{BOTH, TestApp};

/// A .docx of these paragraphs.
fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let lines: Vec<String> = paragraphs.iter().map(|p| format!("<w:p><w:r><w:t>{p}</w:t></w:r></w:p>")).collect();
    let xml = format!("<w:document xmlns:w=\"w\"><w:body>{}</w:body></w:document>", lines.concat());
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zip, xml.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_liaison_drafts_for_his_leader_who_hands_in_himself() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "代录", DAY).await;
        let (mut liaison, mut leader) = (app.sign_in("liaison_b").await, app.sign_in("leader_b").await);
        let todo = liaison.call("/api/records/todo", json!({})).await.text();
        assert!(todo.contains("代录述责报告："), "{todo}");
        let page = report(&mut liaison, &planned, 1).await;
        assert_eq!((&page["own"], &page["open"], &page["facts_open"]), (&json!(false), &json!(true), &json!(false)));
        let no = write(&mut liaison, &planned, "hand", "代交的报告").await.location();
        assert!(liaison.get(&no).await.text().contains("由述责对象本人提交"), "{no}");
        assert!(!write(&mut liaison, &planned, "keep", "联络员写的初稿").await.location().contains("draft="));
        let page = report(&mut leader, &planned, 1).await;
        assert_eq!(page["text"], "联络员写的初稿");
        assert!(page["proxy"].as_str().unwrap().ends_with("代录"), "{page}");
        assert!(!write(&mut leader, &planned, "hand", "本人改定的报告").await.location().contains("draft="));
        let mut office = app.sign_in("office").await;
        let pack = json!({ "id": planned.meeting, "presenter": planned.presenters[1] });
        let seen = office.call("/api/reviews/pack", pack).await.json();
        assert!(seen["proxy"].as_str().unwrap().ends_with("代录，本人核对后提交"), "{seen}");
        // Handed in is no longer his to change, and another unit's liaison finds nothing.
        assert_eq!(report(&mut liaison, &planned, 1).await["open"], false);
        let late = write(&mut liaison, &planned, "keep", "再改").await.location();
        assert!(late.contains("draft="), "{late}");
    }
}

#[tokio::test]
async fn what_a_leader_began_himself_his_liaison_does_not_read() {
    let app = TestApp::new(BOTH[0]).await;
    let planned = approved(&app, "自己写", DAY).await;
    write(&mut app.sign_in("leader_b").await, &planned, "keep", "写给自己看的").await;
    let mut liaison = app.sign_in("liaison_b").await;
    let page = report(&mut liaison, &planned, 1).await;
    assert_eq!((&page["text"], &page["open"]), (&json!(""), &json!(false)));
    let no = write(&mut liaison, &planned, "keep", "覆盖").await.location();
    assert!(liaison.get(&no).await.text().contains("本人已经在写"), "{no}");
}

#[tokio::test]
async fn a_document_is_read_into_the_form_and_not_kept() {
    let app = TestApp::new(BOTH[0]).await;
    let planned = approved(&app, "文档", DAY).await;
    let mut leader = app.sign_in("leader_b").await;
    let about = [("meeting", planned.meeting.as_str()), ("presenter", planned.presenters[1].as_str())];
    let path = "/reviews/report/file";
    let read = leader.upload(path, &about, "报告.docx", &docx(&["一、学习情况", "每月研究一次"])).await;
    assert_eq!(read.status, 303, "{}", read.text());
    let form = leader.get(&read.location()).await.text();
    assert!(form.contains("一、学习情况\n每月研究一次") && form.contains("已放进草稿"), "{form:.3000}");
    assert_eq!(report(&mut leader, &planned, 1).await["text"], "", "nothing is saved before he presses");
    let long = "长".repeat(8_001);
    for (name, file, words) in [
        ("报告.pdf", b"%PDF-1.7 x".to_vec(), "不是 .docx 文档"),
        ("报告.docx", docx(&[]), "没有文字"),
        ("报告.docx", docx(&[&long]), "超过 8000 字"),
        ("报告.docx", vec![b'P'; 6 << 20], "超过 5 MB"),
    ] {
        let reply = leader.upload(path, &about, name, &file).await;
        let page = leader.get(&reply.location()).await.text();
        assert!(page.contains(words), "{name} {words}: {}", reply.location());
    }
    let odd = [about[0], about[1], ("role", "chair")];
    assert_eq!(leader.upload(path, &odd, "报告.docx", &docx(&["文"])).await.status, 413);
    for login in ["leader_a", "team", "office", "audit"] {
        let reply = app.sign_in(login).await.upload(path, &about, "报告.docx", &docx(&["文"])).await;
        assert_eq!(reply.status, 404, "{login}");
    }
}
