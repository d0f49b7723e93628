//! The district's own Word files, one a paper. Handed in and removed by the office; whoever may draw a
//! paper gets it in the district's form.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, DistrictId},
    papers::Paper,
    people::access::{self, Actor},
    records::blocked,
    time::Instant,
};

use crate::{
    documents::{off_thread, template},
    services::{Services, storage, told},
    storage::{StorageError, q},
};

/// A file as the page of the templates shows it.
#[derive(Debug, Clone)]
pub struct TemplateRow {
    /// Paper.
    pub paper: Paper,
    /// Name of the file.
    pub name: String,
    /// Its fields.
    pub fields: Vec<String>,
    /// When it was handed in.
    pub handed_at: Instant,
    /// By whom.
    pub handed_by: String,
}

impl Services {
    /// Files handed in.
    ///
    /// # Errors
    /// Not of the office.
    pub async fn paper_templates(&self, actor: &Actor) -> Result<Vec<TemplateRow>, ApiError> {
        let _proof = access::keep_templates(actor)?;
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT t.paper, t.name, t.fields, t.handed_at, p.name AS by_name FROM paper_templates t
                   JOIN persons p ON p.id = t.handed_by WHERE t.district_id = $1")
                .bind(actor.district),
            )
            .await
            .map_err(storage)?;
        let read = rows.iter().map(|row| {
            Ok(TemplateRow {
                paper: row.keyed("paper", Paper::from_key)?,
                name: row.text("name")?,
                fields: row.json("fields")?,
                handed_at: row.instant("handed_at")?,
                handed_by: row.text("by_name")?,
            })
        });
        read.collect::<Result<_, StorageError>>().map_err(storage)
    }

    /// Takes a file in; the one before it goes.
    ///
    /// # Errors
    /// Not of the office; the file is none that can be filled in, and the words say why.
    pub async fn put_template(
        &self,
        actor: &Actor,
        command: CommandId,
        paper: Paper,
        (name, bytes): (String, Vec<u8>),
    ) -> Result<(), ApiError> {
        let _proof = access::keep_templates(actor)?;
        // It is shown and saved like any other text; as sent, and as it will stand on the page.
        if let Some(what) = blocked(&name).or_else(|| blocked(&domain::text::file_name(&name, 80))) {
            let words = format!("文件名里有{what}，不能存入本系统，没有收下。请给文件改个名字，再上传一次。");
            return Err(Rejection::field("file", words).into());
        }
        let looked = off_thread(move || {
            let found = template::checked(&bytes, &paper.names());
            Some((found, bytes))
        });
        let (found, bytes) = looked.await?;
        let names = serde_json::to_string(&found?.names).map_err(|_| ApiError::Unavailable)?;
        let (actor, name) = (actor.clone(), domain::text::file_name(&name, 80));
        let body = [paper.key().as_bytes(), &bytes].concat();
        self.store
            .once(actor.account, command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    tx.execute(
                        q("INSERT INTO paper_templates (district_id, paper, name, bytes, fields, handed_at, handed_by)
                           VALUES ($1, $2, $3, $4, $5, $6, $7)
                           ON CONFLICT (district_id, paper) DO UPDATE SET name = excluded.name, bytes = excluded.bytes,
                             fields = excluded.fields, handed_at = excluded.handed_at, handed_by = excluded.handed_by")
                        .bind(actor.district)
                        .bind(paper.key())
                        .bind(&name)
                        .bind(bytes)
                        .bind(names)
                        .bind(now)
                        .bind(actor.person),
                    )
                    .await?;
                    let object = format!("paper:{}", paper.key());
                    Ok(tx.audit(actor.district, Some(actor.account), "records.template_put", &object, &name).await?)
                })
            })
            .await
            .map_err(told)
    }

    /// Takes a file out: the paper is drawn in the house's own form again.
    ///
    /// # Errors
    /// Not of the office; there is none.
    pub async fn remove_template(&self, actor: &Actor, command: CommandId, paper: Paper) -> Result<(), ApiError> {
        let _proof = access::keep_templates(actor)?;
        let actor = actor.clone();
        self.store
            .once(actor.account, command.to_string(), paper.key().as_bytes(), move |tx| {
                Box::pin(async move {
                    let gone = tx
                        .execute(
                            q("DELETE FROM paper_templates WHERE district_id = $1 AND paper = $2")
                                .bind(actor.district)
                                .bind(paper.key()),
                        )
                        .await?;
                    if gone == 0 {
                        return Err(Rejection::NotFound.into());
                    }
                    let object = format!("paper:{}", paper.key());
                    Ok(tx.audit(actor.district, Some(actor.account), "records.template_removed", &object, "").await?)
                })
            })
            .await
            .map_err(told)
    }

    /// The file of a paper as it was handed in.
    ///
    /// # Errors
    /// Not of the office.
    pub async fn template_file(&self, actor: &Actor, paper: Paper) -> Result<Vec<u8>, ApiError> {
        let _proof = access::keep_templates(actor)?;
        self.template_of(actor.district, paper).await?.ok_or_else(|| Rejection::NotFound.into())
    }

    /// Name of the district, for its own forms.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn district_name(&self, district: DistrictId) -> Result<String, ApiError> {
        let row = self.store.read().row(q("SELECT name FROM districts WHERE id = $1").bind(district)).await;
        row.map_err(storage)?.map_or_else(|| Ok(String::new()), |row| row.text("name").map_err(storage))
    }

    /// The district's file of a paper, if there is one.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn template_of(&self, district: DistrictId, paper: Paper) -> Result<Option<Vec<u8>>, ApiError> {
        let row = self
            .store
            .read()
            .row(
                q("SELECT bytes FROM paper_templates WHERE district_id = $1 AND paper = $2")
                    .bind(district)
                    .bind(paper.key()),
            )
            .await
            .map_err(storage)?;
        row.map(|row| row.bytes("bytes")).transpose().map_err(storage)
    }
}
