//! Uploads between preview and commit, and imports from the command line. What stands in the bytes that are stored
//! is `kept`'s; they go at the commit.

use app::api::{
    ApiError,
    imports::{Imports, Sheet, StartPage, StartQuery, UploadPage, UploadQuery},
};
use async_trait::async_trait;
use domain::{
    Rejection,
    ids::{AccountId, CommandId, DistrictId, PersonId, SessionId, UnitId, UploadId},
    people::{Grant, Role, access::Actor},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ImportTarget, auditor,
    kept::{gone, reread, to_keep},
    strange, target,
};
use crate::{
    import::{self, Answers, Book, CellProblem},
    random,
    services::{Services, parse, people::install, told},
    storage::{Failure, Row, StorageError, q},
};

/// Most unfinished uploads of one account.
const OPEN_MAX: i64 = 20;
/// File name of a pasted table.
const PASTED: &str = "粘贴的表格.txt";

/// The operator at the machine itself, who may import into an installation without accounts.
fn operator(district: DistrictId) -> Actor {
    let nil = Uuid::nil();
    Actor {
        district,
        account: AccountId(nil),
        person: PersonId(nil),
        session: SessionId(nil),
        name: "命令行".into(),
        grants: vec![
            Grant { role: Role::SystemAdmin, unit: UnitId(nil) },
            Grant { role: Role::ConductOffice, unit: UnitId(nil) },
        ],
        terms: Vec::new(),
        post: None,
        watched: std::collections::BTreeSet::new(),
    }
}

/// What an upload keeps beside its bytes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    sheet: Sheet,
    answers: Answers,
}

/// A file or a pasted table.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Name of the file.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Pasted text, not a file.
    pub pasted: bool,
}

impl Incoming {
    /// A pasted table.
    pub fn paste(text: &str) -> Self {
        Self { name: PASTED.to_owned(), bytes: text.as_bytes().to_vec(), pasted: true }
    }
}

/// Reads a file away from the request threads: it may take a second.
pub(super) async fn read_book(file: Incoming) -> Result<Book, Failure> {
    let read = move || {
        if file.pasted {
            import::paste(&String::from_utf8_lossy(&file.bytes))
        } else {
            import::read(&file.name, &file.bytes)
        }
    };
    let book = tokio::task::spawn_blocking(read).await.map_err(|_| StorageError::Stopped)?;
    book.map_err(|e| Rejection::field("file", e.to_string()).into())
}

impl Services {
    /// Takes a file in and plans it; nothing but the upload itself is stored.
    pub async fn take_upload(
        &self,
        actor: &Actor,
        kind: &'static dyn ImportTarget,
        to: String,
        file: Incoming,
    ) -> Result<UploadId, Failure> {
        kind.may(actor)?;
        let book = read_book(file.clone()).await?;
        let answers = Answers::default();
        let sheet = kind.plan(self.store.read(), self.today(), actor.district, &to, &book, &answers).await?;
        let kept = kept_text(sheet, answers)?;
        let bytes = to_keep(kind, book, file.bytes).await?;
        let (district, account) = (actor.district, actor.account);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    let open = q("SELECT COUNT(*) AS n FROM uploads WHERE account_id = $1 AND done_at IS NULL").bind(account);
                    if tx.row(open).await?.map_or(Ok(0), |row| row.int("n"))? >= OPEN_MAX {
                        return Err(Rejection::field(
                            "file",
                            format!("您有 {OPEN_MAX} 份文件上传后还没有导入，没有再收下。请先办完几份，或等一天后自动清除。"),
                        )
                        .into());
                    }
                    let id = UploadId(random::id(now));
                    tx.insert(
                        "INSERT INTO uploads (id, district_id, account_id, kind, file_name, bytes, preview, target, created_at)",
                        vec![
                            id.into(),
                            district.into(),
                            account.into(),
                            kind.key().into(),
                            file.name.into(),
                            bytes.into(),
                            kept.into(),
                            to.into(),
                            now.into(),
                        ],
                    )
                    .await?;
                    Ok(id)
                })
            })
            .await
    }

    /// Answers the questions of a preview and plans again.
    pub async fn answer_upload(
        &self,
        actor: &Actor,
        id: UploadId,
        given: Vec<(String, String)>,
    ) -> Result<(), Failure> {
        let upload = self.own_upload(actor, id).await?;
        if upload.done {
            return Ok(());
        }
        let mut answers = upload.kept.answers.clone();
        for (question, choice) in given {
            let known = upload.kept.sheet.questions.iter().find(|q| q.id == question);
            if known.is_some_and(|q| q.options.iter().any(|(key, _)| *key == choice)) {
                answers.0.insert(question, choice);
            }
        }
        let book = reread(upload.file).await?;
        let sheet =
            upload.kind.plan(self.store.read(), self.today(), actor.district, &upload.target, &book, &answers).await?;
        let kept = kept_text(sheet, answers)?;
        let account = actor.account;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute(
                        q("UPDATE uploads SET preview = $1 WHERE id = $2 AND account_id = $3 AND done_at IS NULL")
                            .bind(kept)
                            .bind(id)
                            .bind(account),
                    )
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// Takes the answers that stood beside the confirm button: `true` where one differs from
    /// what the preview shows, which is then planned again and not yet to be stored.
    pub async fn answers_changed(
        &self,
        actor: &Actor,
        id: UploadId,
        given: Vec<(String, String)>,
    ) -> Result<bool, Failure> {
        if given.is_empty() {
            return Ok(false);
        }
        let upload = self.own_upload(actor, id).await?;
        upload.kind.may(actor)?;
        let mut changed = false;
        for (question, choice) in &given {
            let asked = upload.kept.sheet.questions.iter().find(|q| q.id == *question).ok_or_else(strange)?;
            if !asked.options.iter().any(|(key, _)| key == choice) {
                return Err(strange().into());
            }
            changed |= asked.chosen != *choice;
        }
        if !changed || upload.done {
            return Ok(false);
        }
        self.answer_upload(actor, id, given).await?;
        Ok(true)
    }

    /// Stores what the preview showed, or nothing. Gives the page to look at.
    pub async fn commit_upload(&self, actor: &Actor, command: CommandId, id: UploadId) -> Result<String, Failure> {
        let upload = self.own_upload(actor, id).await?;
        upload.kind.may(actor)?;
        // Of one that is done nothing is left to read; the command says so, or what it answered before.
        let book = if upload.done { None } else { Some(reread(upload.file).await?) };
        let (acting, today, kind) = (actor.clone(), self.today(), upload.kind);
        let (to, kept, done) = (upload.target.clone(), upload.kept, kind.done(&upload.target));
        let body = id.to_string().into_bytes();
        self.store
            .once(actor.account, command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let open = tx
                        .row(
                            q("SELECT id FROM uploads WHERE id = $1 AND account_id = $2 AND done_at IS NULL")
                                .bind(id)
                                .bind(acting.account),
                        )
                        .await?;
                    let Some(book) = book.filter(|_| open.is_some()) else {
                        return Err(Rejection::state("这个文件已经导入过了，没有重复导入。").into());
                    };
                    let sheet = kind.commit(tx, &acting, today, &to, &book, &kept.answers).await?;
                    let seen = &kept.sheet;
                    if (sheet.new, sheet.updated) != (seen.new, seen.updated) {
                        return Err(
                            Rejection::state("预览之后数据又有变动，没有导入。请重新上传文件，核对新的预览。").into()
                        );
                    }
                    let now = tx.now();
                    let done_now = q("UPDATE uploads SET done_at = $1, bytes = $2 WHERE id = $3").bind(now);
                    tx.execute(done_now.bind(Vec::<u8>::new()).bind(id)).await?;
                    tx.audit(
                        acting.district,
                        auditor(&acting),
                        "import.done",
                        &format!("upload:{id}"),
                        &counts(kind, &sheet),
                    )
                    .await?;
                    // What happened is said on the page it leads to.
                    let mark = if done.contains('?') { '&' } else { '?' };
                    Ok(format!("{done}{mark}new={}&updated={}&skipped={}", sheet.new, sheet.updated, sheet.skipped))
                })
            })
            .await
    }

    /// Imports from the command line: plan and, unless it is a dry run or there are
    /// errors, store. Wordings count as proposed.
    pub async fn import_file(
        &self,
        kind: &str,
        to: &str,
        file_name: &str,
        bytes: Vec<u8>,
        dry_run: bool,
    ) -> Result<Sheet, Failure> {
        let kind = target(kind).ok_or_else(|| Rejection::state("没有这种导入。可用：people、units、duties。"))?;
        let district = self.store.write(|tx| Box::pin(async move { Ok(install::district(tx).await?) })).await?;
        let book = read_book(Incoming { name: file_name.to_owned(), bytes, pasted: false }).await?;
        let answers = Answers::default();
        let today = self.today();
        let planned = kind.plan(self.store.read(), today, district, to, &book, &answers).await?;
        if dry_run || !planned.errors.is_empty() {
            return Ok(planned);
        }
        let to = to.to_owned();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let actor = operator(district);
                    let sheet = kind.commit(tx, &actor, today, &to, &book, &answers).await?;
                    tx.audit(district, None, "import.done", kind.key(), &counts(kind, &sheet)).await?;
                    Ok(sheet)
                })
            })
            .await
    }

    /// The user's own workbook with the bad cells marked, and its name.
    pub async fn error_file(&self, actor: &Actor, id: UploadId) -> Result<(String, Vec<u8>), Failure> {
        let upload = self.own_upload(actor, id).await?;
        if upload.file.bytes.is_empty() {
            return Err(gone().into());
        }
        let problems: Vec<CellProblem> = upload
            .kept
            .sheet
            .errors
            .iter()
            .map(|w| CellProblem {
                sheet: w.sheet.clone(),
                row: w.row,
                column: w.column.clone(),
                header: w.header.clone(),
                value: w.value.clone(),
                message: w.message.clone(),
            })
            .collect();
        let stem = upload.file.name.rsplit_once('.').map_or(upload.file.name.as_str(), |(stem, _)| stem).to_owned();
        let marked = move || import::error_file(&upload.file.name, &upload.file.bytes, &problems);
        let bytes = tokio::task::spawn_blocking(marked).await.map_err(|_| StorageError::Stopped)?;
        let bytes = bytes.map_err(|e| Rejection::state(e.to_string()))?;
        Ok((format!("{stem}（标出错误）.xlsx"), bytes))
    }

    async fn own_upload(&self, actor: &Actor, id: UploadId) -> Result<Upload, Failure> {
        let row = self
            .store
            .read()
            .row(
                q("SELECT kind, file_name, bytes, preview, target, done_at FROM uploads WHERE id = $1 AND account_id = $2")
                    .bind(id)
                    .bind(actor.account),
            )
            .await?
            .ok_or(Rejection::NotFound)?;
        Ok(Upload::of(&row)?)
    }
}

fn counts(kind: &dyn ImportTarget, sheet: &Sheet) -> String {
    format!("{}：新增 {} 更新 {} 跳过 {}", kind.label(), sheet.new, sheet.updated, sheet.skipped)
}

fn kept_text(sheet: Sheet, answers: Answers) -> Result<String, StorageError> {
    serde_json::to_string(&Kept { sheet, answers }).map_err(|_| StorageError::shape("preview"))
}

struct Upload {
    kind: &'static dyn ImportTarget,
    file: Incoming,
    kept: Kept,
    target: String,
    done: bool,
}

impl Upload {
    fn of(row: &Row) -> Result<Self, StorageError> {
        let name = row.text("file_name")?;
        Ok(Self {
            kind: row.keyed("kind", target)?,
            file: Incoming { pasted: name == PASTED, name, bytes: row.bytes("bytes")? },
            kept: row.json("preview")?,
            target: row.text("target")?,
            done: row.opt_int("done_at")?.is_some(),
        })
    }
}

#[async_trait]
impl Imports for Services {
    async fn start(&self, actor: &Actor, query: StartQuery) -> Result<StartPage, ApiError> {
        let kind = target(&query.kind).ok_or(Rejection::NotFound)?;
        kind.may(actor)?;
        let draft = app::api::drafts::Drafts::load(self, actor, "imports", query.draft.as_deref()).await?;
        Ok(StartPage {
            command: CommandId(random::id(self.clock.now())),
            kind: kind.key().to_owned(),
            label: kind.label().to_owned(),
            problem: draft.problem,
        })
    }

    async fn upload(&self, actor: &Actor, query: UploadQuery) -> Result<UploadPage, ApiError> {
        let id: UploadId = parse(&query.id)?;
        let upload = self.own_upload(actor, id).await.map_err(told)?;
        upload.kind.may(actor)?;
        let mut sheet = upload.kept.sheet;
        // The rest of them stands in the error file; the count in the page is of all.
        sheet.errors.truncate(Sheet::ERRORS);
        Ok(UploadPage {
            command: CommandId(random::id(self.clock.now())),
            id,
            label: upload.kind.titled(self.store.read(), actor.district, &upload.target).await.map_err(told)?,
            file: upload.file.name,
            back: upload.kind.back(&upload.target),
            sheet,
            done: upload.done.then(|| upload.kind.done(&upload.target)),
        })
    }
}
