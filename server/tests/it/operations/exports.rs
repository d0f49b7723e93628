//! `wuze export`: complete, without secrets, harmless in a spreadsheet.

use std::{fs::File, io::Read as _};

use server::{operations::export::export, storage::q};
use tempfile::TempDir;
use zip::ZipArchive;

use super::{NOW, log, tamper};
use crate::harness::{BOTH, PASSWORD, TestApp};

fn entry(zip: &mut ZipArchive<File>, name: &str) -> String {
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn the_export_holds_everything_but_secrets() {
    for database in BOTH {
        let test = TestApp::new(database).await;
        log(&test, 3).await;
        test.sign_in("leader_a").await;
        for (i, name) in
            ["=HYPERLINK(\"x\")", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "段,\"敏\"\n"].into_iter().enumerate()
        {
            let query = q("UPDATE persons SET name = $1 WHERE id = $2").bind(name).bind(test.district.persons[i].1);
            tamper(test.app.store(), query).await;
        }
        let dir = TempDir::new().unwrap();
        let out = dir.path().join("all.zip");
        let rows = export(test.app.store().url(), dir.path(), &out, NOW).await.unwrap();
        assert!(rows > 40, "{rows}");

        let mut zip = ZipArchive::new(File::open(&out).unwrap()).unwrap();
        let names: Vec<String> = zip.file_names().map(|n| n.unwrap().into_owned()).collect();
        for left in ["sessions.csv", "devices.csv", "activations.csv", "commands.csv", "drafts.jsonl"] {
            assert!(!names.iter().any(|n| n == left), "{left}");
        }
        for name in &names {
            let text = entry(&mut zip, name);
            assert!(!text.contains(PASSWORD) && !text.contains("password_hash"), "{database:?}: {name}");
        }
        assert!(entry(&mut zip, "README.txt").contains("履责纪实"));

        let persons = entry(&mut zip, "persons.csv");
        let body = persons.strip_prefix('\u{feff}').unwrap();
        let mut reader = csv::Reader::from_reader(body.as_bytes());
        let cells: Vec<String> = reader.records().map(|r| r.unwrap()[2].to_owned()).collect();
        assert_eq!(cells.len(), test.district.persons.len());
        for bad in ['=', '+', '-', '@', '\t', '\r'] {
            assert!(!cells.iter().any(|c| c.starts_with(bad)), "{database:?}: {bad:?}");
        }
        assert!(cells.iter().any(|c| c == "'=HYPERLINK(\"x\")"));
        assert!(cells.iter().any(|c| c == "段,\"敏\"\n"));
        // Machines get the text as it is.
        let lines = entry(&mut zip, "persons.jsonl");
        let objects: Vec<serde_json::Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert!(objects.iter().any(|o| o["name"] == "\t=1"));
        assert_eq!(objects.len(), cells.len());

        let again = export(test.app.store().url(), dir.path(), &out, NOW).await.unwrap_err().to_string();
        assert!(again.contains("不会覆盖"), "{again}");
    }
}
