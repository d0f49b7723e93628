//! The district's own Word files: handed in, refused with words, filled in, taken out.

use std::io::{Cursor, Write as _};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::{book, docx_words, shown};
use crate::{
    duties::{command, done, send},
    harness::{BOTH, Client, Database, TestApp},
    reviews::sealed::{ROUND, sealed, sheet_of_school, signed_sheet},
};

const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
const RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";

fn word(runs: &[&str], more: Option<&str>) -> Vec<u8> {
    let runs: Vec<_> = runs.iter().map(|r| format!("<w:r><w:t>{r}</w:t></w:r>")).collect();
    let runs = runs.concat();
    let body = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p>{runs}</w:p>\
         <w:p><w:r><w:t>{{{{正文}}}}</w:t></w:r></w:p></w:body></w:document>"
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut parts = vec![("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", body.as_str())];
    parts.extend(more.map(|name| (name, "x")));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn put(client: &mut Client, paper: &str, bytes: &[u8]) -> crate::harness::Reply {
    let command = command();
    client
        .upload("/papers/templates/put", &[("paper", paper), ("command", &command)], "区里的\u{202E}格式.docx", bytes)
        .await
}

#[tokio::test]
async fn a_template_is_handed_in_used_and_taken_out() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = book(&app).await;
        let (mut office, mut leader) = (app.sign_in("office").await, app.sign_in("leader_a").await);
        let bytes = word(&["报告单位：{{单", "位}}　", "{", "{姓名}}"], None);
        let reply = put(&mut office, "annual", &bytes).await;
        assert_eq!(reply.location(), "/papers/templates?done=1", "{}", reply.text());
        let page = office.get("/papers/templates").await.text();
        assert!(
            page.contains("找到的字段：{{单位}}、{{姓名}}、{{正文}}") && page.contains("区里的格式.docx"),
            "{page}"
        );
        let own = leader.get(&format!("/documents/annual/{post}/2026/docx")).await;
        let words = docx_words(&own);
        assert!(
            words.contains("报告单位：东湖街道") && words.contains("段敏") && words.contains("一、总体情况"),
            "{words}"
        );
        assert!(!words.contains("{{") && !words.contains("方正小标宋"));
        shown("annual-template.docx", &own.body);
        let plain = leader.get(&format!("/documents/annual/{post}/2026/docx?plain=1")).await;
        assert!(docx_words(&plain).contains("方正小标宋"), "the house's own form on request");
        let sample = office.get("/papers/templates/annual/sample").await;
        assert!(docx_words(&sample).contains("单位（示例）"));
        assert_eq!(office.get("/papers/templates/annual/file").await.body, bytes);
        done(&mut office, "/papers/templates/remove", &[("paper", "annual")]).await;
        let again = leader.get(&format!("/documents/annual/{post}/2026/docx")).await;
        assert!(docx_words(&again).contains("方正小标宋"));
        assert_eq!(office.get("/papers/templates/annual/file").await.status, 404);
    }
}

#[tokio::test]
async fn a_name_that_must_not_be_stored_is_refused() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let bytes = word(&["{{单位}}"], None);
        let key = command();
        let fields = [("paper", "annual"), ("command", key.as_str())];
        let reply = office.upload("/papers/templates/put", &fields, "11010519491231002X.docx", &bytes).await;
        let page = office.get(&reply.location()).await.text();
        assert!(page.contains("文件名里有身份证号") && !page.contains("找到的字段"), "{database:?} {page}");
    }
}

#[tokio::test]
async fn bad_files_are_refused_with_words_and_other_people_at_all() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    let big = vec![b'x'; (5 << 20) + 1];
    for (paper, bytes, words) in [
        ("cover", word(&["{{单位}}"], None), "没有这个字段：{{正文}}，可用字段：{{区}}、{{单位}}"),
        ("annual", word(&["{{身份证号}}"], None), "没有这个字段：{{身份证号}}"),
        ("annual", word(&["{{单位"], None), "后面缺少 }}"),
        ("annual", word(&["{{单位}} 110105194912", "31002X"], None), "文件里有身份证号"),
        ("annual", word(&["甲"], Some("word/vbaProject.bin")), "宏"),
        ("annual", b"%PDF-1.7".to_vec(), "不是 Word"),
        ("annual", big, "5 MB"),
        ("annual", Vec::new(), "还没有选文件"),
    ] {
        let reply = put(&mut office, paper, &bytes).await;
        assert!(reply.location().starts_with("/papers/templates?draft="), "{words}: {}", reply.text());
        let page = office.get(&reply.location()).await.text();
        assert!(page.contains(words), "{words}: {page}");
    }
    let good = word(&["{{单位}}"], None);
    for login in ["leader_a", "liaison_a", "team", "secretary", "deputy", "sysadmin", "audit"] {
        let mut client = app.sign_in(login).await;
        let reply = put(&mut client, "annual", &good).await;
        assert!(reply.status >= 400, "{login} {}", reply.status);
        assert!(client.get("/papers/templates").await.status >= 400, "{login}");
        assert!(send(&mut client, "/papers/templates/remove", &[("paper", "annual")]).await.status >= 400, "{login}");
    }
    assert!(!office.get("/papers/templates").await.text().contains("在用："));
}

/// 评议反馈单 and 计票报告单 in the district's own form; a sheet that is not signed yet keeps the house's form, which
/// says so.
#[tokio::test]
async fn papers_of_a_meeting_take_the_districts_form_too() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let mut office = app.sign_in("office").await;
        for (paper, runs) in [
            ("feedback", ["反馈对象：{{述责", "对象}}（{{评议等次}}）{{问题和整改要求}}"]),
            ("count", ["应到：{{应到", "}}；{{计票结果}}；{{封存校验码}}"]),
        ] {
            let reply = put(&mut office, paper, &word(&runs, None)).await;
            assert_eq!(reply.location(), "/papers/templates?done=1", "{}", reply.text());
        }
        let reply = put(&mut office, "count", &word(&["{{述责对象}}"], None)).await;
        assert!(office.get(&reply.location()).await.text().contains("没有这个字段：{{述责对象}}"));
        let sheet = sheet_of_school(&app).await;
        let path = format!("/documents/feedback/{sheet}/docx");
        let unsigned = docx_words(&office.get(&path).await);
        assert!(unsigned.contains("未签发") && !unsigned.contains("反馈对象："), "{unsigned}");
        signed_sheet(&app).await;
        let own = office.get(&path).await;
        let words = docx_words(&own);
        assert!(
            words.contains("反馈对象：叶国平<") && words.contains(">（较好）") && words.contains("整改期限："),
            "{words}"
        );
        assert!(!words.contains("{{") && !words.contains("未签发"), "{words}");
        shown("feedback-template.docx", &own.body);
        let count = format!("/documents/count/{}/docx", uuid::Uuid::from_u128(ROUND));
        let words = docx_words(&office.get(&count).await);
        assert!(words.contains("应到：12 人") && words.contains("A1B2-C3D4-E5F6-0718"), "{words}");
        // Whoever may not read the paper does not get it in any form; a book has no such paper.
        assert_eq!(app.sign_in("team2").await.get(&count).await.status, 404);
        let post = app.district.school_post;
        assert_eq!(office.get(&format!("/documents/feedback/{post}/2026/docx")).await.status, 404);
        done(&mut office, "/papers/templates/remove", &[("paper", "count")]).await;
        assert!(docx_words(&office.get(&count).await).contains("四舍五入"), "the house's own form again");
    }
}

#[tokio::test]
async fn a_circular_in_the_districts_own_form_carries_its_number() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut office, mut deputy) = (app.sign_in("office").await, app.sign_in("deputy").await);
        let bytes = word(&["发文：{{文号}}　主送：{{受文单位}}　", "{{基本情况}}"], None);
        let reply = put(&mut office, "circular", &bytes).await;
        assert_eq!(reply.location(), "/papers/templates?done=1", "{}", reply.text());
        let fields = [("title", "会风会纪"), ("facts", "监督中发现，会议偏长。"), ("all", "1")];
        let place = done(&mut office, "/letters/save", &fields).await;
        let letter = place.split(['/', '?']).nth(2).unwrap().to_owned();
        let path = format!("/documents/circular/{letter}/docx");
        let draft = docx_words(&office.get(&path).await);
        assert!(draft.contains("草稿，未编文号") && !draft.contains("发文："), "a draft stays in the house's form: {draft}");
        for (seen, act) in [("1", "ask"), ("2", "approve"), ("3", "issue")] {
            let by = if act == "approve" { &mut deputy } else { &mut office };
            done(by, "/letters/step", &[("letter", letter.as_str()), ("seen", seen), ("do", act)]).await;
        }
        let own = office.get(&path).await;
        shown("circular-template.docx", &own.body);
        let own = docx_words(&own);
        assert!(own.contains("发文：滨纪通〔2026〕1号") && own.contains("主送：东湖街道、区教育局、区民政局"), "{own}");
        assert!(own.contains("监督中发现，会议偏长。"), "{own}");
    }
}
