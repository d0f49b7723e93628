//! `wuze import`: the same engine and the same commit as the pages, from a file.
//! Refuses to write anything where one cell is wrong; wordings count as proposed.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use app::api::imports::Sheet;
use clap::{Args, ValueEnum};
use domain::{ids::DistrictId, text::NAME_MAX};
use serde::Serialize;

use super::{Done, logs, place::Place, say, warn};
use crate::{
    App,
    config::{Layer, LogFormat},
    import::MAX_FILE_BYTES,
    operations::Trouble,
    random,
    storage::{Failure, q},
};

/// Name of a district made by an import that was given none.
const UNNAMED: &str = "未命名区";
/// Name of a district made by `wuze admin create-user`.
const INSTALLED: &str = "本区";
/// Audit word, the same as on the page of the district.
const RENAMED: &str = "people.district_renamed";

/// What the file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// 责任清单
    Duties,
    /// 人员
    People,
    /// 归口表
    Units,
}

impl What {
    fn key(self) -> &'static str {
        match self {
            Self::Duties => "duties",
            Self::People => "people",
            Self::Units => "units",
        }
    }
}

/// `wuze import`.
#[derive(Args)]
pub struct Import {
    /// 导入什么：duties 责任清单，people 人员，units 归口表
    #[arg(value_enum, hide_possible_values = true)]
    what: What,
    /// 文件：.xlsx .xls .csv .docx
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// 责任清单写入哪张清单的草稿
    #[arg(long, default_value = "first_responsible", value_name = "清单")]
    list: String,
    /// 区的名称：新建区时用；已有的区还没有起名时，导入后改成它
    #[arg(long, value_name = "名称")]
    district: Option<String>,
    /// 只预览，不写入
    #[arg(long)]
    dry_run: bool,
    /// 打印一个 JSON 对象
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    new: u32,
    updated: u32,
    skipped: u32,
    errors: Vec<Wrong<'a>>,
    /// Wordings taken as proposed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    questions: Vec<Taken<'a>>,
    /// What was dropped or assumed.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
struct Wrong<'a> {
    row: u32,
    column: &'a str,
    value: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct Taken<'a> {
    value: &'a str,
    rows: &'a [u32],
    meaning: &'a str,
}

impl Import {
    pub(super) async fn run(self) -> Done {
        logs::start("warn", LogFormat::Text);
        let bytes = read(&self.file)?;
        let given = self.district.as_deref().map(str::trim);
        let district = given.unwrap_or(UNNAMED);
        if district.is_empty() || district.chars().count() > NAME_MAX {
            return Err(Trouble::new(format!("区的名称要有 1 到 {NAME_MAX} 个字，请改 --district。")));
        }
        let settings = self.place.settings(Layer::default())?;
        let app = super::serve::open(&settings, settings.addr).await?;
        let made = first_district(&app, district).await?;
        let to = if self.what == What::Duties { self.list.as_str() } else { "" };
        let name = self.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let done = app.services().import_file(self.what.key(), to, &name, bytes, self.dry_run).await;
        let clean = done.as_ref().is_ok_and(|sheet| sheet.errors.is_empty());
        let written = clean && !self.dry_run;
        if let Some(district) = made.filter(|_| !written) {
            forget(&app, district).await?;
        }
        if let Some(name) = given.filter(|_| clean && made.is_none())
            && let Some(kept) = name_district(&app, name, self.dry_run).await?
        {
            warn(&format!("--district 没有采用：这个区已经叫「{kept}」。要改名请用系统管理员在网页上改。"));
        }
        app.store().close().await;
        match done {
            Ok(sheet) if self.json => print_json(&sheet)?,
            Ok(sheet) => self.print(&sheet),
            Err(Failure::Rejected(why)) if self.json => {
                let message = why.to_string();
                let whole_file = Wrong { row: 0, column: "", value: &name, message: &message };
                json(&Report {
                    new: 0,
                    updated: 0,
                    skipped: 0,
                    errors: vec![whole_file],
                    questions: vec![],
                    notes: &[],
                })?;
            }
            Err(failure) => return Err(failure.into()),
        }
        Ok(if clean { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }

    fn print(&self, sheet: &Sheet) {
        for wrong in &sheet.errors {
            warn(&format!("第 {} 行 {} 列「{}」：{}", wrong.row, wrong.column, wrong.value, wrong.message));
        }
        for asked in &sheet.questions {
            say(&format!("「{}」按“{}”处理（{} 行）。", asked.value, label(asked), asked.rows.len()));
        }
        for note in &sheet.notes {
            say(note);
        }
        let counts = format!("新增 {} 条，更新 {} 条，跳过 {} 条", sheet.new, sheet.updated, sheet.skipped);
        match (sheet.errors.len(), self.dry_run) {
            (0, false) => say(&format!("已导入：{counts}。")),
            (0, true) => say(&format!("预览（没有写入）：{counts}。")),
            (n, _) => say(&format!("有 {n} 处错误，什么也没有写入。改好上面的单元格后再导入；其余的行：{counts}。")),
        }
    }
}

fn label(asked: &app::api::imports::AskedWording) -> &str {
    asked.options.iter().find(|(key, _)| *key == asked.chosen).map_or("", |(_, label)| label.as_str())
}

fn print_json(sheet: &Sheet) -> Result<(), Trouble> {
    json(&Report {
        new: sheet.new,
        updated: sheet.updated,
        skipped: sheet.skipped,
        errors: sheet
            .errors
            .iter()
            .map(|w| Wrong { row: w.row, column: &w.column, value: &w.value, message: &w.message })
            .collect(),
        questions: sheet
            .questions
            .iter()
            .map(|asked| Taken { value: &asked.value, rows: &asked.rows, meaning: label(asked) })
            .collect(),
        notes: &sheet.notes,
    })
}

fn json(report: &Report<'_>) -> Result<(), Trouble> {
    say(&serde_json::to_string(report).map_err(|e| Trouble::new(e.to_string()))?);
    Ok(())
}

/// The file, one byte beyond the limit at most: the engine then says that it is too large.
fn read(path: &Path) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|e| Trouble::file("读取", path, &e))?;
    Ok(bytes)
}

/// Makes the district of an empty database; `None` where there is one.
async fn first_district(app: &App, name: &str) -> Result<Option<DistrictId>, Failure> {
    let name = name.to_owned();
    app.store()
        .write(move |tx| {
            Box::pin(async move {
                if tx.row(q("SELECT id FROM districts LIMIT 1")).await?.is_some() {
                    return Ok(None);
                }
                let now = tx.now();
                let id = DistrictId(random::id(now));
                tx.insert("INSERT INTO districts (id, name, created_at)", vec![id.into(), name.into(), now.into()])
                    .await?;
                Ok(Some(id))
            })
        })
        .await
}

/// Names a district that still has a default name; the name it keeps where it has another one.
async fn name_district(app: &App, name: &str, dry_run: bool) -> Result<Option<String>, Failure> {
    let name = name.to_owned();
    app.store()
        .write(move |tx| {
            Box::pin(async move {
                let found = tx.row(q("SELECT id, name FROM districts ORDER BY created_at, id LIMIT 1")).await?;
                let Some(row) = found else { return Ok(None) };
                let (id, present) = (row.id::<DistrictId>("id")?, row.text("name")?);
                if present == name {
                    return Ok(None);
                }
                if present != UNNAMED && present != INSTALLED {
                    return Ok(Some(present));
                }
                if !dry_run {
                    tx.execute(q("UPDATE districts SET name = $1 WHERE id = $2").bind(&name).bind(id)).await?;
                    tx.audit(id, None, RENAMED, &format!("district:{id}"), &format!("{present} → {name}")).await?;
                }
                Ok(None)
            })
        })
        .await
}

/// Takes the district back where nothing was imported into it.
async fn forget(app: &App, district: DistrictId) -> Result<(), Failure> {
    app.store()
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(q("DELETE FROM districts WHERE id = $1").bind(district)).await?;
                Ok(())
            })
        })
        .await
}
