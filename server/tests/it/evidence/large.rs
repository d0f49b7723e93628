//! Large and awkward input: a photo of 48 megapixels, a report of three hundred pages, a disk that is full in the
//! middle of an upload.

use std::os::unix::fs::symlink;

use domain::ids::UploadId;
use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, rgb_to_ycbcr};
use server::{evidence::PartName, storage::q};

use super::{PDF, Sending, add, added, count, listed, on_disk, problem, record};
use crate::{
    duties::{command, rows},
    harness::{Database, TestApp},
};

/// A picture made row by row while it is encoded.
struct Drawn(u16, u16);

impl ImageBuffer for Drawn {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }
    fn width(&self) -> u16 {
        self.0
    }
    fn height(&self) -> u16 {
        self.1
    }
    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let low = |n: u16| u8::try_from(n % 256).unwrap();
        for x in 0..self.0 {
            let (yy, cb, cr) = rgb_to_ycbcr(low(x / 40), low(y / 40), 90);
            for (buffer, value) in buffers.iter_mut().zip([yy, cb, cr]) {
                buffer.push(value);
            }
        }
    }
}

fn drawn(width: u16, height: u16, progressive: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, 80);
    encoder.set_progressive(progressive);
    encoder.encode_image(Drawn(width, height)).unwrap();
    out
}

/// A document with `pages` pages of words and a table of where its objects are.
fn pdf(pages: usize) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    let kids: Vec<String> = (0..pages).map(|n| format!("{} 0 R", 3 + 2 * n)).collect();
    let kids = kids.join(" ");
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Count {pages}/MediaBox[0 0 595 842]/Kids[{kids}]>>"),
    ];
    for n in 0..pages {
        let words = format!("BT /F1 12 Tf 72 760 Td (Page {n}) Tj ET\n").repeat(40);
        objects.push(format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R>>", 4 + 2 * n));
        objects.push(format!("<</Length {}>>stream\n{words}endstream", words.len()));
    }
    for (n, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj{object}endobj\n", n + 1).into_bytes());
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).into_bytes());
    for place in &places {
        out.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    let end = format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n", places.len() + 1);
    out.extend(end.into_bytes());
    out
}

#[tokio::test]
async fn a_photo_of_48_megapixels_becomes_a_small_one() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "用最大的一档拍的", "other").await;
    let id = added(&mut leader, &about, "四千八百万像素.jpg", &drawn(8_064, 6_048, false)).await;
    let file = leader.get(&format!("/evidence/{id}")).await.body;
    let mut decoder = jpeg_decoder::Decoder::new(file.as_slice());
    decoder.read_info().unwrap();
    let info = decoder.info().unwrap();
    assert_eq!((info.width, info.height), (2_560, 1_920));
    assert_eq!(leader.get(&format!("/evidence/{id}/thumb")).await.status, 200);
    // One that has to be held whole is refused by its head, with what to do.
    let reply = add(&mut leader, &about, "渐进.jpg", &drawn(8_064, 6_048, true)).await;
    let said = problem(&mut leader, &about, &reply).await;
    assert!(said.contains("有 8064×6048 像素，太大了") && said.contains("请用看图软件缩小"), "{said}");
    assert_eq!((listed(&mut leader, &about).await.len(), on_disk(&app).len()), (1, 2));
}

#[tokio::test]
async fn a_document_of_three_hundred_pages_stays_as_it_is() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "年度总结", "other").await;
    let bytes = pdf(300);
    assert!(bytes.len() > 256 * 1024 && bytes.windows(6).filter(|w| w == b"/Page/").count() == 300);
    let sending = Sending { id: command(), record: &about, name: "三百页.pdf", bytes: &bytes };
    assert_eq!(sending.begin(&mut leader).await.status, 200);
    for from in (0..bytes.len()).step_by(300_000) {
        let to = bytes.len().min(from + 300_000);
        assert_eq!(sending.piece(&mut leader, from, to).await.json()["sent"], to);
    }
    assert_eq!(sending.finish(&mut leader, &command()).await.status, 200);
    let rows = listed(&mut leader, &about).await;
    assert_eq!((rows[0]["kind"].as_str(), rows[0]["picture"].as_bool()), (Some("PDF"), Some(false)));
    let path = format!("/evidence/{}", rows[0]["id"].as_str().unwrap());
    assert_eq!(leader.get(&path).await.body, bytes);
}

#[tokio::test]
async fn a_disk_that_fills_in_the_middle_is_said_and_the_upload_goes_on() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "传到一半磁盘满了", "other").await;
    let bytes = [PDF, &vec![b' '; 40_000]].concat();
    let sending = Sending { id: command(), record: &about, name: "方案.pdf", bytes: &bytes };
    assert_eq!(sending.begin(&mut leader).await.status, 200);
    // The place of the part is on a disk where there is never room.
    let upload: UploadId = sending.id.parse().unwrap();
    let part = app.app.services().evidence_files().part(&PartName::of(app.district.account("leader_a"), upload));
    std::fs::create_dir_all(part.parent().unwrap()).unwrap();
    symlink("/dev/full", &part).unwrap();
    let reply = sending.piece(&mut leader, 0, 20_000).await;
    assert_eq!(reply.status, 507);
    assert!(reply.json()["problem"].as_str().unwrap().contains("服务器存储空间已满"), "{}", reply.text());
    record(&mut leader, "记录照样保存", "other").await;
    assert_eq!((count(&app, "files").await, count(&app, "links").await), (0, 0));
    // Room again: from where it was, nothing half.
    std::fs::remove_file(&part).unwrap();
    assert_eq!(sending.begin(&mut leader).await.json()["sent"], 0);
    assert_eq!(sending.piece(&mut leader, 0, bytes.len()).await.status, 200);
    assert_eq!(sending.finish(&mut leader, &command()).await.status, 200);
    let kept = rows(&app, q("SELECT size FROM evidence_files")).await;
    assert_eq!(kept[0].int("size").unwrap(), i64::try_from(bytes.len()).unwrap());
}
