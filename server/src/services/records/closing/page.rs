//! The page before closing a book, and the command of its form.

use app::api::{
    ApiError,
    book::{CloseYear, ClosingPage, YearQuery},
    drafts::Drafts as _,
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::{CommandId, PersonId},
    people::access::{self, Actor},
    records::{ClosedBy, ClosingEffects, may_close},
    signature::Signing,
    time::{Day, first_of, last_of, sane_year},
};

use super::{
    super::{
        super::{Services, parse, posts, posts::PostInfo, storage},
        offline::after_closing,
    },
    Closer, Of, close, closed_on,
    content::{content_hash, still_signed},
    due::day_of,
    effects,
};
use crate::random;

/// How the actor may close a book: on the screen by himself, or as a note of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// The head signs.
    Head,
    /// The office signs for a vacant post.
    Office,
    /// The office notes the head's paper.
    Paper,
}

fn how(actor: &Actor, info: &PostInfo) -> Result<How, Rejection> {
    if access::close_own_book(actor, info.access()).is_ok() {
        return Ok(How::Head);
    }
    let _proof = access::close_for_head(actor, info.access())?;
    Ok(if info.head.is_some() { How::Paper } else { How::Office })
}

/// May the actor close it now? For the button; the command asks again.
pub fn may(actor: &Actor, info: &PostInfo, year: i32, today: Day, closed: Option<Day>) -> bool {
    how(actor, info).is_ok() && may_close(year, today, closed).is_ok()
}

/// Key of the form's draft.
pub fn draft_of(post: &str, year: &str) -> String {
    format!("{post}:{year}")
}

impl Services {
    pub(in crate::services::records) async fn closing_page(
        &self,
        actor: &Actor,
        query: YearQuery,
    ) -> Result<ClosingPage, ApiError> {
        let today = self.today();
        let post = query.post.as_deref().map(parse).transpose()?;
        let year = sane_year(query.year.unwrap_or_else(|| today.year() - 1));
        let book = self.year_book(actor, post, Some(year)).await?;
        let info = self.post_info(actor, book.post, today).await?;
        let how = how(actor, &info).map_err(ApiError::from)?;
        let of = Of { district: actor.district, post: info.post, unit: info.unit, year };
        let mut read = self.store.read().clone();
        let outline = how != How::Head;
        let effects = match book.closed_on {
            Some(_) => ClosingEffects::default(),
            None => effects(&mut read, of).await.map_err(storage)?,
        };
        // Office eyes never see what the head has not confirmed.
        let effects = if outline { ClosingEffects { returned: Vec::new(), ..effects } } else { effects };
        let signer = match (how, &info.head) {
            (How::Paper, Some(head)) => head.name.clone(),
            _ => actor.name.clone(),
        };
        let automatic = day_of(&mut read, actor.district)
            .await
            .map_err(storage)?
            .map(|(month, day)| first_of(year + 1, month).with_day(day).unwrap_or_else(|| last_of(year + 1, month)));
        Ok(ClosingPage {
            offline: after_closing(&mut read, actor.district, info.post, year).await.map_err(storage)?,
            intact: match book.closed_on {
                Some(_) => still_signed(&mut read, of).await.map_err(storage)?,
                None => None,
            },
            effects,
            outline,
            signer,
            on_screen: how != How::Paper,
            seen: content_hash(&mut read, of).await.map_err(storage)?,
            automatic,
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, "book.close", query.draft.as_deref()).await?,
            face: self.face_of(actor, &info, &book),
        })
    }

    pub(in crate::services::records) async fn close_book(
        &self,
        actor: &Actor,
        form: CloseYear,
    ) -> Result<(), ApiError> {
        let today = self.today();
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move {
                let info = posts::post(tx, actor.district, form.post, today).await?.ok_or(Rejection::NotFound)?;
                // Whoever may not read the book learns nothing of it.
                access::read_book(&actor, info.access()).map_err(|_| Rejection::NotFound)?;
                let how = how(&actor, &info)?;
                let of = Of { district: actor.district, post: info.post, unit: info.unit, year: form.year };
                may_close(of.year, today, closed_on(tx, of.post, of.year).await?)?;
                if content_hash(tx, of).await? != form.seen {
                    return Err(Rejection::Stale.into());
                }
                let (by, person, name) = signer(how, &actor, &info)?;
                let on_paper = matches!(form.signing, Signing::Paper { .. });
                if on_paper != (how == How::Paper) {
                    return Err(Rejection::NotAllowed.into());
                }
                if let Signing::Paper { on, .. } = &form.signing
                    && on.year() <= of.year
                {
                    return Err(Rejection::field(
                        "paper_on",
                        format!("纸质签字日期还在{}年内，没有保存。请核对日期。", of.year),
                    )
                    .into());
                }
                let signing = form.signing.check_for(&format!("{}年度结转", of.year), &name, today)?;
                let closer = Closer { by, account: Some(actor.account), signed: Some((person, name, signing)) };
                close(tx, of, &closer, today).await?;
                Ok(())
            })
        })
        .await
    }
}

fn signer(how: How, actor: &Actor, info: &PostInfo) -> Result<(ClosedBy, PersonId, String), Rejection> {
    match (how, &info.head) {
        (How::Head, _) => Ok((ClosedBy::Head, actor.person, actor.name.clone())),
        (How::Office, None) => Ok((ClosedBy::Office, actor.person, actor.name.clone())),
        (How::Paper, Some(head)) => Ok((ClosedBy::Head, head.person, head.name.clone())),
        // The post was filled or fell vacant since the page was shown.
        _ => Err(Rejection::Stale),
    }
}
