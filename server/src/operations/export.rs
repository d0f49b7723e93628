//! `wuze export`: the whole district as a .zip that needs no program of ours: per
//! table a CSV for a spreadsheet and JSON Lines for machines, the attachments, and
//! a README. Refuses secrets (see `tables`).

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::Path,
};

use domain::time::Instant;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    Trouble,
    backup::{Part, files_below, sync_folder},
    checkpoint::stamp,
    database,
    tables::{LEFT_OUT, TABLES, Table},
};
use crate::storage::{Conn, Row, StorageError, Url, q};

/// Rows fetched at once.
const PAGE: i64 = 2_000;
/// Spreadsheets take a CSV for UTF-8 only with this before it.
const BOM: &str = "\u{feff}";

type Zip = ZipWriter<BufWriter<fs::File>>;

/// Writes the export of `url` and of `data`/attachments to `out`; the number of rows.
///
/// # Errors
/// `out` exists already, or reading or writing failed; then nothing is left behind.
pub async fn export(url: &Url, data: &Path, out: &Path, now: Instant) -> Result<u64, Trouble> {
    if out.exists() {
        return Err(Trouble::new(format!("{} 已经存在，不会覆盖。请换一个文件名。", out.display())));
    }
    let pool = database::look(url).await?;
    let mut conn = pool.acquire().await?;
    database::freeze(&mut conn).await?;
    database::schema(&mut conn).await?;
    let (part, file) = Part::beside(out, ".part")?;
    let failed = |e: &io::Error| Trouble::file("写入", out, e);
    let mut zip = ZipWriter::new(BufWriter::new(file));
    let mut total = 0;
    let mut lines = Vec::new();
    for table in TABLES {
        start(&mut zip, &format!("{}.csv", table.name))?;
        zip.write_all(BOM.as_bytes()).map_err(|e| failed(&e))?;
        let rows = each(&mut conn, table, &mut zip, csv_line).await?;
        start(&mut zip, &format!("{}.jsonl", table.name))?;
        each(&mut conn, table, &mut zip, json_line).await?;
        lines.push(format!("{}.csv、{}.jsonl：{}，{rows} 行", table.name, table.name, table.label));
        total += rows;
    }
    database::thaw(&mut conn).await?;
    drop(conn);
    pool.close().await;
    for (name, path) in files_below(&data.join("attachments"))? {
        start(&mut zip, &format!("attachments/{name}"))?;
        let mut source = fs::File::open(&path).map_err(|e| Trouble::file("读取", &path, &e))?;
        io::copy(&mut source, &mut zip).map_err(|e| failed(&e))?;
    }
    start(&mut zip, "README.txt")?;
    zip.write_all(readme(&lines, now).as_bytes()).map_err(|e| failed(&e))?;
    let buffered = zip.finish().map_err(|e| Trouble::new(format!("写入导出文件失败：{e}。请检查磁盘空间。")))?;
    let file = buffered.into_inner().map_err(|e| failed(e.error()))?;
    file.sync_all().map_err(|e| failed(&e))?;
    part.keep_as(out)?;
    sync_folder(out)?;
    Ok(total)
}

fn start(zip: &mut Zip, name: &str) -> Result<(), Trouble> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .large_file(true)
        .unix_permissions(0o600);
    zip.start_file(name, options).map_err(|e| Trouble::new(format!("写入导出文件失败：{e}。请检查磁盘空间。")))
}

type Line = fn(&Table, Option<&Row>) -> Result<Vec<u8>, StorageError>;

/// Writes a heading (`None`) and every row of a table; the number of rows.
async fn each(conn: &mut Conn, table: &Table, zip: &mut Zip, line: Line) -> Result<u64, Trouble> {
    let mut write = |row: Option<&Row>| -> Result<(), Trouble> {
        let bytes = line(table, row)?;
        zip.write_all(&bytes).map_err(|e| Trouble::new(format!("写入导出文件失败：{e}。请检查磁盘空间。")))
    };
    write(None)?;
    let mut offset = 0;
    loop {
        let rows = conn.rows(q(table.page).bind(PAGE).bind(offset)).await?;
        for row in &rows {
            write(Some(row))?;
        }
        let n = i64::try_from(rows.len()).unwrap_or(PAGE);
        offset += n;
        if n < PAGE {
            return Ok(u64::try_from(offset).unwrap_or(0));
        }
    }
}

fn csv_line(table: &Table, row: Option<&Row>) -> Result<Vec<u8>, StorageError> {
    let mut cells = Vec::with_capacity(table.columns.len());
    for column in table.columns {
        cells.push(match row {
            None => (*column).to_owned(),
            Some(row) => match row.opt_int(column) {
                Ok(Some(n)) => n.to_string(),
                Ok(None) => String::new(),
                Err(_) => safe(&row.text(column)?),
            },
        });
    }
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(&cells).map_err(|_| StorageError::shape(table.name))?;
    writer.into_inner().map_err(|_| StorageError::shape(table.name))
}

fn json_line(table: &Table, row: Option<&Row>) -> Result<Vec<u8>, StorageError> {
    let Some(row) = row else { return Ok(Vec::new()) };
    let mut object = serde_json::Map::new();
    for column in table.columns {
        let value = match row.opt_int(column) {
            Ok(n) => n.into(),
            Err(_) => row.text(column)?.into(),
        };
        object.insert((*column).to_owned(), value);
    }
    let mut bytes = serde_json::to_vec(&object).map_err(|_| StorageError::shape(table.name))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Text that a spreadsheet would run as a formula gets an apostrophe before it.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn readme(lines: &[String], now: Instant) -> String {
    let left_out: Vec<String> = LEFT_OUT.iter().map(|(name, why)| format!("{name}：{why}")).collect();
    let text = format!(
        "五责链整区数据导出\n导出时间：{}\n程序版本：{}\n\n\
         这是内部资料，请按同级别的工作秘密保管，用完及时清除。\n\n\
         每张表有两个文件：.csv 可用表格软件打开（UTF-8；以 = + - @ 开头的文字前加了一个单引号，防止被当成公式运行）；\
         .jsonl 每行一个 JSON 对象，是原样的文字。\n\
         日期写作 2026-11-05；时刻是自 1970-01-01T00:00:00Z 起的毫秒数；0 和 1 表示否和是。\n\n\
         表：\n{}\n\n没有导出的：\n{}\naccounts 里的密码和登录失败次数\n",
        stamp(now),
        env!("CARGO_PKG_VERSION"),
        lines.join("\n"),
        left_out.join("\n"),
    );
    // Notepad on old desktops.
    format!("{BOM}{}", text.replace('\n', "\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless() {
        for bad in ["=1+1", "+1", "-1", "@x", "\tx", "\rx"] {
            assert_eq!(safe(bad), format!("'{bad}"));
        }
        assert_eq!(safe("研究 = 部署"), "研究 = 部署");
    }
}
