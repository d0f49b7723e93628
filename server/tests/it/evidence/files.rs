//! What is taken and how it is served.

use axum::{
    body::Body,
    http::{Method, Request, header},
};

use super::{EXCEL, PDF, WORD, add, added, count, jpeg, listed, on_disk, package, photo, problem, record, sha};
use crate::harness::{BOTH, Database, TestApp};

#[tokio::test]
async fn content_decides_whatever_the_name_says() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let about = record(&mut leader, "到码头看防台准备", "other").await;
        let taken = [
            ("照片.jpg", jpeg(60, 40, 1), "图片", "照片.jpg"),
            ("其实是照片.exe", jpeg(60, 40, 2), "图片", "其实是照片.jpg"),
            ("方案.pdf", PDF.to_vec(), "PDF", "方案.pdf"),
            ("纪要.docx", package(WORD, &["word/document.xml"]), "Word", "纪要.docx"),
            ("台账.zip", package(EXCEL, &["xl/workbook.xml"]), "Excel", "台账.xlsx"),
        ];
        for (name, bytes, kind, shown) in &taken {
            let id = added(&mut leader, &about, name, bytes).await;
            let rows = listed(&mut leader, &about).await;
            let row = rows.iter().find(|row| row["id"] == id.as_str()).unwrap();
            assert_eq!((row["kind"].as_str(), row["name"].as_str()), (Some(*kind), Some(*shown)));
        }
        let archive = package(WORD, &["word/document.xml"]);
        let refused: Vec<(&str, Vec<u8>, &str)> = vec![
            ("空.jpg", Vec::new(), "空文件"),
            ("木马.jpg", b"MZ\x90\0\x03\0\0\0".to_vec(), "是程序文件"),
            ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>".to_vec(), "是网页或矢量图"),
            ("图.png", b"<!DOCTYPE html><script>alert(1)</script>".to_vec(), "是网页或矢量图"),
            ("苹果.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), "兼容性最佳"),
            ("旧.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....".to_vec(), "另存为 .docx"),
            ("宏.docx", package(WORD, &["word/document.xml", "word/vbaProject.bin"]), "带有宏"),
            (
                "宏.docm",
                package("application/vnd.ms-word.document.macroEnabled.main+xml", &["word/document.xml"]),
                "宏",
            ),
            ("包.zip", package("text/plain", &["a.txt"]), "不是 Word 或 Excel"),
            ("半个.docx", archive[..archive.len() / 2].to_vec(), "打不开"),
            ("夹带.jpg", [jpeg(20, 20, 3), archive.clone()].concat(), "夹带了别的内容"),
            ("夹带.pdf", [PDF.to_vec(), archive].concat(), "夹带了别的内容"),
            ("半张.jpg", jpeg(200, 200, 4)[..300].to_vec(), "打不开"),
            ("动.gif", b"GIF89a".to_vec(), "是动图"),
            ("字.pdf", "就是一些字".as_bytes().to_vec(), "不是图片、PDF、Word 或 Excel"),
        ];
        for (name, bytes, words) in &refused {
            let reply = add(&mut leader, &about, name, bytes).await;
            let said = problem(&mut leader, &about, &reply).await;
            assert!(said.contains(words) && said.contains("没有添加"), "{name}: {said}");
        }
        assert_eq!(listed(&mut leader, &about).await.len(), taken.len());
        // Nothing of the refused ones is left, in the rows or on the disk.
        assert_eq!(count(&app, "uploads").await, 0);
        assert_eq!(on_disk(&app).len(), taken.len() + 2, "two thumbnails: {:?}", on_disk(&app));
        let page = leader.get(&format!("/records/{about}")).await.text();
        assert!(page.contains("其实是照片.jpg") && page.contains("data-evidence"));
    }
}

#[tokio::test]
async fn too_large_is_said_and_not_kept() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "材料很多", "other").await;
    let mut big = PDF.to_vec();
    big.resize(20 * 1024 * 1024 + 1, b' ');
    let reply = add(&mut leader, &about, "三百页.pdf", &big).await;
    assert!(problem(&mut leader, &about, &reply).await.contains("「三百页.pdf」超过 20 MB"));
    big.truncate(20 * 1024 * 1024);
    added(&mut leader, &about, "三百页.pdf", &big).await;
    let reply = leader.upload("/evidence/add", &[("command", "x"), ("record", &about)], "a.pdf", PDF).await;
    assert!(problem(&mut leader, &about, &reply).await.contains("刷新页面"));
    assert_eq!(count(&app, "links").await, 1);
}

#[tokio::test]
async fn a_photo_loses_its_place_and_is_served_as_ours() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "拍了一张", "other").await;
    let sent = photo(400, 300, 7);
    assert!(sent.windows(11).any(|w| w == b"GPSLatitude"));
    let id = added(&mut leader, &about, "../../IMG 2026😀\u{202E}gpj.exe", &sent).await;
    let reply = leader.get(&format!("/evidence/{id}")).await;
    assert_eq!(reply.status, 200);
    for word in [b"GPS".as_slice(), b"Exif", b"30.12345"] {
        assert!(!reply.body.windows(word.len()).any(|w| w == word));
    }
    let mut decoder = jpeg_decoder::Decoder::new(reply.body.as_slice());
    decoder.read_info().unwrap();
    let info = decoder.info().unwrap();
    assert_eq!((info.width, info.height), (300, 400), "turned upright");
    let header = |name: &str| reply.headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
    assert_eq!(header("content-type"), "image/jpeg");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cache-control"), "private, no-store");
    assert!(header("content-security-policy").contains("default-src 'none'; sandbox"));
    assert_eq!(header("etag"), format!("\"{}\"", sha(&reply.body)));
    let name = header("content-disposition");
    assert!(
        name.starts_with("inline; filename=\"evidence.jpg\"; filename*=UTF-8''IMG%202026%F0%9F%98%80gpj.jpg"),
        "{name}"
    );
    assert!(name.is_ascii());
    let thumb = leader.get(&format!("/evidence/{id}/thumb")).await;
    assert_eq!((thumb.status, &thumb.body[..2]), (200, b"\xFF\xD8".as_slice()));
    assert!(thumb.body.len() < 40_000);
}

#[tokio::test]
async fn documents_are_only_saved_and_can_be_taken_up_again() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "印发方案", "other").await;
    let mut bytes = PDF.to_vec();
    bytes.extend((0..200_000_u32).map(|n| u8::try_from(n % 251).unwrap()));
    let id = added(&mut leader, &about, "方案%0D%0ASet-Cookie: x=1.pdf", &bytes).await;
    let path = format!("/evidence/{id}");
    let reply = leader.get(&path).await;
    assert_eq!(reply.body, bytes);
    let name = reply.headers["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; "), "{name}");
    assert!(!reply.headers.contains_key("set-cookie"));
    assert_eq!(leader.get(&format!("{path}/thumb")).await.status, 404);
    let ask = |range: &str| Request::builder().method(Method::GET).uri(&path).header(header::RANGE, range);
    let part = leader.send(ask("bytes=100-199"), Body::empty()).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &bytes[100..200]));
    assert_eq!(part.headers["content-range"].to_str().unwrap(), format!("bytes 100-199/{}", bytes.len()));
    let rest = leader.send(ask("bytes=150000-"), Body::empty()).await;
    assert_eq!((rest.status, rest.body.as_slice()), (206, &bytes[150_000..]));
    assert_eq!(leader.send(ask("bytes=9999999-"), Body::empty()).await.status, 200);
}
