//! Ledgers of the first day: merged cells, wordings that are asked about, numbers that are never given again.

use rust_xlsxwriter::{Format, Workbook};

use super::*;

/// A 提示单 ledger as offices keep it: a title, unit and number merged over the problems of one paper.
fn prompts() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 7, "2026年工作提示单台账", &plain).unwrap();
    let head = ["序号", "受文单位", "文号", "提示事项", "整改要求", "发文日期", "整改时限", "是否完成"];
    for (column, words) in (0_u16..).zip(head) {
        sheet.write_string(1, column, words).unwrap();
    }
    sheet.merge_range(2, 1, 3, 1, "区教育局", &plain).unwrap();
    sheet.merge_range(2, 2, 3, 2, "滨纪提〔2026〕8号", &plain).unwrap();
    sheet.merge_range(2, 5, 3, 5, "2026-06-01", &plain).unwrap();
    let lines: [(u32, &str, [&str; 6]); 3] = [
        (2, "1", ["", "", "零星采购没有比选", "建立比选制度", "2026年6月底前", "已完成"]),
        (3, "2", ["", "", "往来款没有清理", "年底前清理", "2026年9月底前", "未完成"]),
        (4, "3", ["区民政局", "市纪提〔2026〕21号", "值班制度不落实", "落实值班", "长期坚持", "见附件"]),
    ];
    for (row, n, cells) in lines {
        sheet.write_string(row, 0, n).unwrap();
        for (column, text) in [1_u16, 2, 3, 4, 6, 7].into_iter().zip(cells) {
            if !text.is_empty() {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    }
    sheet.write_string(4, 5, "2026-10-12").unwrap();
    workbook.save_to_buffer().unwrap()
}

async fn upload(client: &mut Client, of: &str, file: &[u8]) -> String {
    let reply = client.upload("/imports/upload", &[("kind", "ledger"), ("target", of)], "台账.xlsx", file).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.location()
}

async fn preview(client: &mut Client, place: &str) -> Value {
    let id = place.rsplit('/').next().unwrap();
    client.call("/api/imports/upload", json!({ "id": id })).await.json()["sheet"].clone()
}

#[tokio::test]
async fn a_merged_ledger_comes_in_with_a_preview_and_never_twice() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let place = upload(&mut office, "prompt", &prompts()).await;
        let sheet = preview(&mut office, &place).await;
        assert_eq!((&sheet["new"], &sheet["errors"]), (&json!(3), &json!([])), "{sheet}");
        // Asked: the wording, the day of what was struck off, the deadline that is over.
        let asked: Vec<&str> =
            sheet["questions"].as_array().unwrap().iter().map(|q| q["id"].as_str().unwrap()).collect();
        assert_eq!(asked, ["state:见附件", "undated", "late"], "{}", sheet["questions"]);
        assert!(rows(&app, q("SELECT id FROM items")).await.is_empty(), "a preview changes nothing");
        let id = place.rsplit('/').next().unwrap().to_owned();
        let answers = [("upload", id.as_str()), ("late", "keep")];
        send(&mut office, "/imports/answer", &answers).await;
        let commit = [("upload", id.as_str())];
        let to = done(&mut office, "/imports/commit", &commit).await;
        assert!(to.starts_with("/accountability?done=brought&new=3"), "{to}");
        let all = office.call("/api/accountability/ledger", json!({})).await.json();
        assert_eq!((&all["total"], &all["open"], &all["overdue"]), (&json!(3), &json!(2), &json!(1)), "{all}");
        let done_line =
            &office.call("/api/accountability/ledger", json!({ "state": "closed" })).await.json()["rows"][0];
        assert_eq!(done_line["problem"], "零星采购没有比选");
        assert_eq!(done_line["external"], "提示单台账 滨纪提〔2026〕8号");
        let closed = rows(&app, q("SELECT closed_on FROM items WHERE closed_on IS NOT NULL")).await;
        assert_eq!(closed[0].text("closed_on").unwrap(), "2026-06-30");
        // The district's number is taken in its register once, the city's is a word of the ledger.
        let taken = rows(&app, q("SELECT series, number, outside FROM document_numbers")).await;
        assert_eq!(taken.len(), 1);
        assert_eq!((taken[0].text("series").unwrap(), taken[0].int("number").unwrap()), ("prompt".to_owned(), 8));
        // The same file again: nothing new.
        let place = upload(&mut office, "prompt", &prompts()).await;
        let sheet = preview(&mut office, &place).await;
        assert_eq!((&sheet["new"], &sheet["skipped"]), (&json!(0), &json!(3)), "{sheet}");
        // What is open goes on here, with its two persons.
        let open = office.call("/api/accountability/ledger", json!({ "due": "overdue" })).await.json();
        let item = open["rows"][0]["id"].as_str().unwrap().to_owned();
        take(&app, "liaison_b", &item, "fill", &[("words", "已清理")]).await;
        no(&app, "liaison_b", &item, "lead", &[]).await;
        take(&app, "leader_b", &item, "lead", &[]).await;
    }
}

#[tokio::test]
async fn wrong_lines_are_told_by_cell_and_nothing_is_written() {
    let app = crate::duties::sqlite().await;
    let mut office = app.sign_in("office").await;
    let table = "单位\t问题\t来源\t整改期限\t状态\t挂账日期\n\
                 区教育局\t议事规则没有修订\t区委巡察\t2026-12-31\t整改中\t2026-09-01\n\
                 不存在的局\t台账缺项\t\t2026-12-31\t整改中\t\n\
                 区民政局\t\t\t2026-12-31\t整改中\t\n\
                 区民政局\t值班记录不全\t\t尽快\t整改中\t\n\
                 区民政局\t档案不全\t\t2026-08-01\t整改中\t2026-09-01\n\
                 区教育局\t议事规则没有修订。\t巡察\t2026-12-31\t整改中\t\n\
                 滨海示范区委\t分工没有备案\t\t2026-12-31\t整改中\t\n";
    let fields = [("kind", "ledger"), ("target", "work"), ("pasted", table)];
    let place = office.upload("/imports/upload", &fields, "", b"").await.location();
    let sheet = preview(&mut office, &place).await;
    let told = sheet["errors"].to_string();
    for words in
        ["系统里没有单位“不存在的局”", "问题没有填写", "认不出整改期限", "重复", "系统里没有单位“滨海示范区委”"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    let id = place.rsplit('/').next().unwrap().to_owned();
    refused(&mut office, "/imports/commit", &[("upload", id.as_str())]).await;
    assert!(rows(&app, q("SELECT id FROM items")).await.is_empty());
    // Several units on one line: each gets its own.
    let table = "单位\t问题\t来源\n区教育局、区民政局\t往来款没有清理\t审计\n";
    let place = office
        .upload("/imports/upload", &[("kind", "ledger"), ("target", "work"), ("pasted", table)], "", b"")
        .await
        .location();
    let id = place.rsplit('/').next().unwrap().to_owned();
    done(&mut office, "/imports/commit", &[("upload", id.as_str())]).await;
    let kinds = rows(&app, q("SELECT unit_id, kind FROM items ORDER BY number")).await;
    assert_eq!(kinds.len(), 2);
    assert!(kinds.iter().all(|row| row.text("kind").unwrap() == "audit"));
    // One paper to two units has one number, which the register takes once.
    let paper = "受文单位\t提示事项\t文号\n区教育局、区民政局\t值班制度不落实\t滨纪提〔2026〕9号\n";
    let place = office
        .upload("/imports/upload", &[("kind", "ledger"), ("target", "prompt"), ("pasted", paper)], "", b"")
        .await
        .location();
    let id = place.rsplit('/').next().unwrap().to_owned();
    done(&mut office, "/imports/commit", &[("upload", id.as_str())]).await;
    assert_eq!(rows(&app, q("SELECT id FROM items WHERE kind = 'prompt'")).await.len(), 2);
    assert_eq!(rows(&app, q("SELECT number FROM document_numbers WHERE number = 9")).await.len(), 1);
    // Each page leads to the other.
    let items = rows(&app, q("SELECT id FROM items WHERE kind = 'prompt' ORDER BY number")).await;
    let (first, second) = (items[0].text("id").unwrap(), items[1].text("id").unwrap());
    let shown = page(&mut office, &first).await["around"]["numbered"].clone();
    assert_eq!((shown[0]["id"].as_str(), shown.as_array().unwrap().len()), (Some(second.as_str()), 1), "{shown}");
    // Which ledger it is has to be said, and whose it may be is the office's.
    let fields = [("kind", "ledger"), ("target", ""), ("pasted", table)];
    assert!(office.upload("/imports/upload", &fields, "", b"").await.location().contains("draft="));
    let fields = [("kind", "ledger"), ("target", "work"), ("pasted", table)];
    let reply = app.sign_in("team").await.upload("/imports/upload", &fields, "", b"").await;
    assert!(!reply.location().starts_with("/imports/"), "{}", reply.location());
}
