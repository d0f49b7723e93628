//! Reports drafted from a book: kept by section, each with its own version, drawn again without losing
//! a word that somebody changed. The notes of talks never enter: what is drawn leaves the house.

mod take;
pub mod templates;

use std::collections::HashMap;

use app::api::{
    ApiError,
    drafts::{Draft, Drafts as _},
};
use domain::{
    Rejection,
    ids::{CommandId, DutyId, PostId},
    papers::{
        Change, FiveLists, HEADS_OWN, ReportKind, SECTION_MAX, Section, Typed, drafted, refreshed, withheld,
        without_heads_own,
    },
    people::access::{self, Actor},
    records::{self, Look, YearBook},
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};

use super::super::{Services, rows::Rows, storage, told};
use crate::storage::{Failure, StorageError, Tx, q};

/// Form of the drafts of a report.
pub const DRAFT: &str = "papers.report";

/// A report of a post and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportOf {
    /// Post.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// Which.
    pub kind: ReportKind,
}

/// A report as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Sections in order.
    pub sections: Vec<Section>,
    /// When it was drawn from the book.
    pub drawn_at: Instant,
    /// When somebody changed it.
    pub saved_at: Instant,
    /// Who.
    pub saved_by: String,
}

/// What the page of a report shows.
#[derive(Debug, Clone)]
pub struct ReportPage {
    /// The book, as far as the viewer reads it.
    pub book: YearBook,
    /// The report; none before the first drawing.
    pub kept: Option<Kept>,
    /// What the book gives today.
    pub fresh: Vec<Section>,
    /// The viewer sees the readings, and with them the head's own section.
    pub heads_own: bool,
    /// A refused form.
    pub draft: Draft,
    /// Meetings that would take the report: id of the meeting and the presenter, title.
    pub meetings: Vec<(String, String, String)>,
}

/// A report as its form sends it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveReport {
    /// Idempotency key.
    pub command: CommandId,
    /// Report.
    pub of: ReportOf,
    /// Its sections, changed or not.
    pub sections: Vec<Typed>,
    /// What was answered about mobile numbers.
    pub look: Look,
    /// Afterwards takes up what the book gives now.
    pub draw: bool,
}

async fn load(rows: &mut impl Rows, actor: &Actor, of: ReportOf) -> Result<Option<Kept>, StorageError> {
    let row = rows
        .first(
            q("SELECT d.*, p.name FROM report_drafts d JOIN persons p ON p.id = d.saved_by
               WHERE d.district_id = $1 AND d.post_id = $2 AND d.year = $3 AND d.kind = $4")
            .bind(actor.district)
            .bind(of.post)
            .bind(of.year)
            .bind(of.kind.key()),
        )
        .await?;
    row.map(|row| {
        Ok(Kept {
            sections: row.json("sections")?,
            drawn_at: row.instant("drawn_at")?,
            saved_at: row.instant("saved_at")?,
            saved_by: row.text("name")?,
        })
    })
    .transpose()
}

async fn keep(
    tx: &mut Tx,
    actor: &Actor,
    of: ReportOf,
    sections: &[Section],
    drawn_at: Instant,
) -> Result<(), StorageError> {
    let sections = serde_json::to_string(sections).map_err(|_| StorageError::shape("sections"))?;
    let now = tx.now();
    tx.execute(
        q("INSERT INTO report_drafts (post_id, year, kind, district_id, sections, drawn_at, saved_at, saved_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (post_id, year, kind) DO UPDATE SET sections = excluded.sections,
             drawn_at = excluded.drawn_at, saved_at = excluded.saved_at, saved_by = excluded.saved_by")
        .bind(of.post)
        .bind(of.year)
        .bind(of.kind.key())
        .bind(actor.district)
        .bind(sections)
        .bind(drawn_at)
        .bind(now)
        .bind(actor.person),
    )
    .await?;
    Ok(())
}

fn object(of: ReportOf) -> String {
    format!("book:{}:{}", of.post, of.year)
}

impl Services {
    /// The book of somebody who may draft the report of its post, and whether he sees the readings of it.
    async fn book_of_report(&self, actor: &Actor, of: ReportOf) -> Result<(YearBook, bool), ApiError> {
        let info = self.post_info(actor, of.post, self.today()).await?;
        let _proof = access::write_report(actor, info.access()).map_err(|_| Rejection::NotFound)?;
        let sees = access::see_reading(actor, info.access()).is_ok();
        Ok((self.year_book(actor, Some(of.post), Some(of.year)).await?, sees))
    }

    /// A report with its book.
    ///
    /// # Errors
    /// Not found for everybody but the head and his 联络员.
    pub async fn report_page(&self, actor: &Actor, of: ReportOf, draft: Option<&str>) -> Result<ReportPage, ApiError> {
        let (book, heads_own) = self.book_of_report(actor, of).await?;
        let mut read = self.store.read().clone();
        let mut kept = load(&mut read, actor, of).await.map_err(storage)?;
        let mut fresh = drafted(&book, &self.five_lists(actor, of).await?, of.kind);
        if !heads_own {
            fresh = withheld(fresh);
            kept = kept.map(|kept| Kept { sections: withheld(kept.sections), ..kept });
        }
        let meetings = match (of.kind, &kept) {
            (ReportKind::Conduct, Some(_)) => self.meetings_that_take(actor, of.post).await?,
            _ => Vec::new(),
        };
        let draft = self.load(actor, DRAFT, draft).await?;
        Ok(ReportPage { book, kept, fresh, heads_own, draft, meetings })
    }

    /// A report to be drawn as a paper: the kept one, else what the book gives today.
    ///
    /// # Errors
    /// As [`report_page`](Self::report_page).
    pub async fn report_paper(&self, actor: &Actor, of: ReportOf) -> Result<(YearBook, Vec<Section>), ApiError> {
        let page = self.report_page(actor, of, None).await?;
        let sections = page.kept.map_or(page.fresh, |kept| kept.sections);
        Ok((page.book, sections))
    }

    /// Draws a report from the book: the first time all of it, later whatever nobody changed.
    ///
    /// # Errors
    /// As [`report_page`](Self::report_page).
    pub async fn draw_report(&self, actor: &Actor, command: CommandId, of: ReportOf) -> Result<(), ApiError> {
        let (book, heads_own) = self.book_of_report(actor, of).await?;
        let fresh = drafted(&book, &self.five_lists(actor, of).await?, of.kind);
        let actor = actor.clone();
        let body = serde_json::to_vec(&of).map_err(|_| ApiError::Unavailable)?;
        self.store
            .once(actor.account, command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let before = load(&mut *tx, &actor, of).await?.map(|kept| kept.sections).unwrap_or_default();
                    let now = tx.now();
                    keep(tx, &actor, of, &drawn(&before, fresh, heads_own), now).await?;
                    let account = Some(actor.account);
                    Ok(tx.audit(actor.district, account, "records.report_drawn", &object(of), of.kind.key()).await?)
                })
            })
            .await
            .map_err(told)
    }

    /// Keeps every changed section, or none of them: a section that somebody else changed meanwhile keeps his words
    /// and refuses the form, whose own words stay in its draft.
    ///
    /// # Errors
    /// Somebody changed a changed section meanwhile; no such section; a word that must not enter; too long; not his
    /// report.
    pub async fn save_report(&self, actor: &Actor, form: SaveReport) -> Result<(), ApiError> {
        let of = form.of;
        let (book, heads_own) = self.book_of_report(actor, of).await?;
        let fresh = drafted(&book, &self.five_lists(actor, of).await?, of.kind);
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move {
                let kept = load(&mut *tx, &actor, of).await?;
                let Kept { mut sections, mut drawn_at, .. } = kept.ok_or_else(gone)?;
                let (own, typed): (Vec<_>, Vec<_>) =
                    form.sections.into_iter().partition(|s| !heads_own && s.key == HEADS_OWN);
                if own.iter().any(Typed::touched) {
                    let words = "“存在的问题”由党组织主要负责人填写，这一次各部分都没有保存。请刷新页面后重新保存。";
                    return Err(Rejection::state(words).into());
                }
                let changed = applied(&mut sections, &fresh, &typed, form.look)?;
                let account = Some(actor.account);
                if !changed.is_empty() {
                    let words = format!("{} {}", of.kind.key(), changed.join(" "));
                    tx.audit(actor.district, account, "records.report_saved", &object(of), &words).await?;
                }
                if form.draw {
                    (sections, drawn_at) = (drawn(&sections, fresh, heads_own), tx.now());
                    tx.audit(actor.district, account, "records.report_drawn", &object(of), of.kind.key()).await?;
                }
                if form.draw || !changed.is_empty() {
                    keep(tx, &actor, of, &sections, drawn_at).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// The district's five lists and to which of them the items of a post's list belong.
    async fn five_lists(&self, actor: &Actor, of: ReportOf) -> Result<FiveLists, ApiError> {
        let read = self.store.read();
        let names = read
            .rows(
                q("SELECT key, name FROM duty_lists WHERE district_id = $1 ORDER BY position, id").bind(actor.district),
            )
            .await
            .map_err(storage)?;
        let names: Result<_, StorageError> =
            names.iter().map(|row| Ok((row.text("key")?, row.text("name")?))).collect();
        let items = read
            .rows(
                q("SELECT i.duty_id, i.list_key FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
                   WHERE l.district_id = $1 AND l.post_id = $2 AND l.year = $3
                     AND l.state IN ('issued', 'signed', 'superseded', 'frozen') ORDER BY l.edition")
                .bind(actor.district)
                .bind(of.post)
                .bind(of.year),
            )
            .await
            .map_err(storage)?;
        let of: Result<HashMap<DutyId, String>, StorageError> =
            items.iter().map(|row| Ok((row.id("duty_id")?, row.text("list_key")?))).collect();
        Ok(FiveLists { names: names.map_err(storage)?, of: of.map_err(storage)? })
    }
}

/// The report drawn again by somebody who sees the readings, or not.
fn drawn(before: &[Section], fresh: Vec<Section>, heads_own: bool) -> Vec<Section> {
    let fresh = if heads_own { fresh } else { without_heads_own(before, fresh) };
    refreshed(before, fresh)
}

/// Writes what was typed into the sections; keys of those that changed.
fn applied(sections: &mut [Section], fresh: &[Section], typed: &[Typed], look: Look) -> Result<Vec<String>, Failure> {
    let (mut changed, mut clashes) = (Vec::new(), Vec::new());
    for one in typed {
        let section = sections.iter_mut().find(|s| s.key == one.key && !s.heading).ok_or_else(gone)?;
        match one.against(section) {
            Change::Same => {}
            Change::Clash => clashes.push((one.key.as_str(), section.title.clone())),
            Change::Own => {
                // A text that was only looked at again stays letter for letter.
                if one.text_changed() {
                    section.text = clean(one, section, look)?;
                }
                if one.looked
                    && let Some(new) = fresh.iter().find(|s| s.key == one.key)
                {
                    section.drawn.clone_from(&new.drawn);
                }
                section.version += 1;
                changed.push(one.key.clone());
            }
        }
    }
    let Some((first, _)) = clashes.first() else { return Ok(changed) };
    let titles: Vec<String> = clashes.iter().map(|(_, title)| format!("“{title}”")).collect();
    let words = format!(
        "{}刚刚被别人改过，这一次各部分都没有保存。两份文字都在下面，请核对、改好后再保存。",
        titles.join("、")
    );
    Err(Rejection::field(format!("text.{first}"), words).into())
}

fn gone() -> Failure {
    Rejection::state("这份报告已按记录本更新，没有这一部分了，没有保存。您填写的文字都在下面，请核对后再保存。").into()
}

/// What is kept of a text once its author looked again at the mobile numbers in it; about those that stand there
/// already nobody is asked twice.
fn clean(typed: &Typed, section: &Section, look: Look) -> Result<String, Rejection> {
    let (field, title) = (format!("text.{}", typed.key), &section.title);
    // Named by its section: a report has many fields.
    if let Some(what) = records::blocked(&typed.text) {
        return Err(Rejection::field(field, format!("“{title}”：{}", Rejection::MustNotEnter { what })));
    }
    let text = text::optional(&field, &format!("“{title}”"), &typed.text, SECTION_MAX)?;
    look.numbers(text, &section.text).map_err(|asked| Rejection::field("look", format!("“{title}”：{asked}")))
}
