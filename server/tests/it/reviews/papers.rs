//! The papers of a review as files. They are looked at by eye as well: with `WUZE_PAPERS` set to a folder (`make papers`)
//! they are written there.

use super::sealed::{ROUND, hand_over, id, sealed, signed_sheet};
use crate::{duties::sqlite, harness::TestApp};

async fn paper(app: &TestApp, name: &str, path: &str) {
    let reply = app.sign_in("office").await.get(path).await;
    assert_eq!(reply.status, 200, "{path}");
    let zip = zip::ZipArchive::new(std::io::Cursor::new(reply.body.clone())).unwrap();
    assert!(zip.len() > 4, "{path}");
    if let Some(folder) = std::env::var_os("WUZE_PAPERS") {
        let folder = std::path::PathBuf::from(folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), &reply.body).unwrap();
    }
}

#[tokio::test]
async fn every_paper_of_a_review_is_a_file() {
    let app = sqlite().await;
    sealed(&app).await;
    for form in ["docx", "xlsx"] {
        paper(&app, &format!("count.{form}"), &format!("/documents/count/{}/{form}", id(ROUND))).await;
    }
    let sheet = signed_sheet(&app).await;
    paper(&app, "feedback-signed.docx", &format!("/documents/feedback/{sheet}/docx")).await;
    hand_over(&app, &sheet).await;
    paper(&app, "feedback-handed.docx", &format!("/documents/feedback/{sheet}/docx")).await;
    paper(&app, "ledger.xlsx", "/accountability/export").await;
}
