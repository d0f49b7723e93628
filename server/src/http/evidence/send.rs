//! What comes in. Begin, piece and finish answer JSON, `{"problem": …}` when refused; the plain form
//! and 撤下 lead back to the record.

use app::api::{ApiError, Visitor};
use axum::{
    Extension, Json,
    extract::{FromRequest as _, Multipart, Request, State, multipart::Field},
    response::{IntoResponse as _, Response},
};
use domain::{
    Rejection,
    evidence::{CHUNK, FILE_MAX, Unfit, check_size},
    ids::{CommandId, RecordId},
    people::access::Actor,
    records::blocked,
    text::file_name,
};
use serde_json::json;

use super::{
    super::{
        fields::{Fields, incomplete},
        posted::{Home, Posted, actor},
        reply,
    },
    sip::sipped,
};
use crate::{
    App,
    evidence::Arrived,
    services::evidence::{Begin, Finish, Piece, Withdraw},
};

/// Longest text field of a multipart form, in bytes.
const TEXT_MAX: usize = 2_048;
/// Characters of a file's name in a refusal.
const NAME_SHOWN: usize = 60;

/// A refusal as the script reads it.
fn refused(error: &ApiError) -> Response {
    (reply::status(error), Json(json!({ "problem": error.to_string() }))).into_response()
}

/// `POST /evidence/begin`: how much of an upload is here.
pub async fn begin(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["upload", "record", "name", "size"])?;
        fields.once(&[])?;
        let form = Begin {
            upload: fields.parsed("upload")?,
            record: fields.parsed("record").map_err(|_| Rejection::NotFound)?,
            name: fields.text("name"),
            size: fields.parsed("size")?,
        };
        posted.services().begin_evidence(&posted.actor, form).await
    };
    match job.await {
        Ok(begun) => Json(json!({ "sent": begun.sent, "piece": begun.chunk })).into_response(),
        Err(e) => refused(&e),
    }
}

/// `POST /evidence/piece`: the next bytes; answers how many are here. 409 with the same where they do not fit.
pub async fn piece(State(app): State<App>, Extension(visitor): Extension<Visitor>, parts: Multipart) -> Response {
    let actor = match actor(&visitor) {
        Ok(actor) => actor,
        Err(response) => return response,
    };
    let job = async {
        let piece = read_piece(parts).await?;
        app.services().take_piece(&actor, piece).await
    };
    match job.await {
        Ok(Arrived::Now(sent)) => Json(json!({ "sent": sent })).into_response(),
        Ok(Arrived::Elsewhere(sent)) => {
            let words = "这一段接不上，没有收下。系统会从已收到的地方接着传。";
            (axum::http::StatusCode::CONFLICT, Json(json!({ "sent": sent, "problem": words }))).into_response()
        }
        Err(e) => refused(&e),
    }
}

async fn read_piece(mut parts: Multipart) -> Result<Piece, ApiError> {
    let broken = || ApiError::from(Rejection::state("这一段没有传完整，没有收下。联网后会接着传。"));
    let (mut upload, mut offset, mut hash, mut bytes) = (None, None, None, None);
    while let Some(mut field) = parts.next_field().await.map_err(|_| broken())? {
        match field.name().unwrap_or_default() {
            "upload" => upload = text(field).await?.parse().ok(),
            "offset" => offset = text(field).await?.parse().ok(),
            "hash" => hash = Some(text(field).await?),
            "_token" => drop(text(field).await?),
            "file" => {
                let mut all = Vec::new();
                while let Some(more) = field.chunk().await.map_err(|_| broken())? {
                    all.extend_from_slice(&more);
                    if u64::try_from(all.len()).unwrap_or(u64::MAX) > CHUNK {
                        return Err(Rejection::state("这一段太大，没有收下。请刷新页面后重试。").into());
                    }
                }
                bytes = Some(all);
            }
            _ => return Err(incomplete().into()),
        }
    }
    match (upload, offset, hash, bytes) {
        (Some(upload), Some(offset), Some(hash), Some(bytes)) if !bytes.is_empty() => {
            Ok(Piece { upload, offset, hash, bytes })
        }
        _ => Err(incomplete().into()),
    }
}

/// A short text field; a longer one is none of ours.
async fn text(mut field: Field<'_>) -> Result<String, ApiError> {
    let mut all = Vec::new();
    while let Some(more) = field.chunk().await.map_err(|_| incomplete())? {
        all.extend_from_slice(&more);
        if all.len() > TEXT_MAX {
            return Err(incomplete().into());
        }
    }
    String::from_utf8(all).map_err(|_| incomplete().into())
}

/// `POST /evidence/finish`: the whole is here; answers the link.
pub async fn finish(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["upload", "hash"])?;
        fields.once(&[])?;
        let form = Finish { command: fields.command()?, upload: fields.parsed("upload")?, hash: fields.text("hash") };
        if form.hash.len() != 64 {
            return Err(incomplete().into());
        }
        posted.services().finish_evidence(&posted.actor, form).await
    };
    match job.await {
        Ok(added) => Json(json!({ "evidence": added.evidence, "name": added.name })).into_response(),
        Err(e) => refused(&e),
    }
}

/// `POST /evidence/add`: the whole file in one form, for browsers without scripts.
pub async fn add(State(app): State<App>, Extension(visitor): Extension<Visitor>, request: Request) -> Response {
    let actor = match actor(&visitor) {
        Ok(actor) => actor,
        Err(response) => return response,
    };
    let mut parts = match Multipart::from_request(sipped(request), &app).await {
        Ok(parts) => parts,
        Err(refused) => return refused.into_response(),
    };
    let mut record = String::new();
    let done = taken(&app, &actor, &mut parts, &mut record).await;
    let page = format!("/records/{}", reply::encode(&record));
    match done {
        Ok(()) => reply::to(&format!("{page}#evidence")),
        Err(e) => {
            let fields = Fields::new(vec![("record".to_owned(), record.clone())]);
            let posted = Posted { app, actor, fields };
            posted.back(Home::new("evidence.add", page).about(record).at("#evidence"), &e).await
        }
    }
}

async fn taken(app: &App, actor: &Actor, parts: &mut Multipart, record: &mut String) -> Result<(), ApiError> {
    let broken = || ApiError::from(Unfit::Large.told("文件"));
    let mut command: Option<CommandId> = None;
    while let Some(field) = parts.next_field().await.map_err(|_| broken())? {
        match field.name().unwrap_or_default() {
            "command" => command = text(field).await?.parse().ok(),
            "record" => *record = text(field).await?,
            "_token" => drop(text(field).await?),
            "file" => {
                let id: RecordId = record.parse().map_err(|_| Rejection::NotFound)?;
                let command = command.ok_or_else(incomplete)?;
                // Before a byte is stored.
                app.services().takes_evidence(actor, id).await?;
                return whole(app, actor, id, command, field).await;
            }
            _ => return Err(incomplete().into()),
        }
    }
    Err(Rejection::field("file", "还没有选文件。请点“添加图片或文件”选一个，再点添加。").into())
}

/// The name of a file in a refusal, as its sender knows it: without folders, never with what must not enter.
fn called(name: &str) -> String {
    let plain = file_name(name, NAME_SHOWN);
    if plain.trim().is_empty() || blocked(name).is_some() { "文件".to_owned() } else { plain.trim().to_owned() }
}

/// One upload in one request: on the disk as it comes, with at most one piece of it in memory.
async fn whole(
    app: &App,
    actor: &Actor,
    record: RecordId,
    command: CommandId,
    mut field: Field<'_>,
) -> Result<(), ApiError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let called = called(&name);
    let broken = || ApiError::from(Unfit::Damaged.told(&called));
    let services = app.services();
    let (mut spool, mut bytes) = (services.spool_evidence().await?, Vec::new());
    while let Some(more) = field.chunk().await.map_err(|_| broken())? {
        bytes.extend_from_slice(&more);
        let waiting = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if spool.size().saturating_add(waiting) > FILE_MAX {
            return Err(Unfit::Large.told(&called).into());
        }
        if waiting >= CHUNK {
            spool = services.spooled(spool, std::mem::take(&mut bytes)).await?;
        }
    }
    spool = services.spooled(spool, bytes).await?;
    let size = spool.size();
    if name.is_empty() && size == 0 {
        return Err(Rejection::field("file", "还没有选文件。请点“添加图片或文件”选一个，再点添加。").into());
    }
    check_size(size).map_err(|unfit| unfit.told(&called))?;
    services.add_spooled(actor, (record, command), name, spool).await
}

/// `POST /evidence/withdraw`: 撤下, with a reason.
pub async fn withdraw(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["evidence", "reason"])?;
        fields.once(&[])?;
        let form = Withdraw {
            command: fields.command()?,
            evidence: fields.parsed("evidence").map_err(|_| Rejection::NotFound)?,
            reason: fields.text("reason"),
        };
        posted.services().withdraw_evidence(&posted.actor, form).await
    };
    match job.await {
        Ok(record) => reply::to(&format!("/records/{record}#evidence")),
        Err(e) => reply::refused(&e),
    }
}
