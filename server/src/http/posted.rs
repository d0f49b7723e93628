//! A form posted by somebody signed in, and its one ending: on to the page that shows what was
//! done, or back to the form with every word kept. Refuses visitors who are not signed in.

use std::{borrow::Cow, sync::Arc};

use app::api::{ApiError, Visitor};
use axum::{
    extract::{FromRequest, Request},
    response::Response,
};
use domain::{Rejection, people::access::Actor};

use super::{fields::Fields, guard::Denied, reply};
use crate::{
    App,
    services::{
        Services,
        drafts::{About, Try},
    },
};

/// The signed-in actor; the policy of the route guarantees one.
pub fn actor(visitor: &Visitor) -> Result<Arc<Actor>, Response> {
    visitor.actor.clone().ok_or_else(|| reply::to("/signin"))
}

/// What somebody posted.
pub struct Posted {
    /// The house.
    pub app: App,
    /// Who posted it.
    pub actor: Arc<Actor>,
    /// What was typed.
    pub fields: Fields,
}

/// Where a form belongs: the key of its draft, what the draft is about, and the page it goes back to.
pub struct Home {
    form: &'static str,
    subject: String,
    page: String,
    place: Cow<'static, str>,
}

impl Home {
    /// A form of which everybody has one draft.
    pub fn new(form: &'static str, page: impl Into<String>) -> Self {
        Self { form, subject: String::new(), page: page.into(), place: Cow::Borrowed("") }
    }

    /// A form with a draft for each `subject`.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// Where on its page the form stands (`#sign`): brings the message into view.
    #[must_use]
    pub fn at(mut self, place: impl Into<Cow<'static, str>>) -> Self {
        self.place = place.into();
        self
    }
}

impl Posted {
    /// What the form may ask of the house.
    pub fn services(&self) -> &Services {
        self.app.services()
    }

    /// The fields, once it is known that there are no others than `known`.
    pub fn only(&self, known: &[&str]) -> Result<&Fields, Rejection> {
        self.fields.only(known)?;
        Ok(&self.fields)
    }

    /// Ends the form: to the page that `to` makes of what `job` did, or [`back`](Self::back).
    pub async fn ended<T>(
        &self,
        job: impl Future<Output = Result<T, ApiError>>,
        home: Home,
        to: impl FnOnce(T) -> String,
    ) -> Response {
        match job.await {
            Ok(done) => {
                self.mended(home).await;
                reply::to(&to(done))
            }
            Err(e) => self.back(home, &e).await,
        }
    }

    /// The form was taken: its refused tries wait for nobody any more.
    pub async fn mended(&self, home: Home) {
        // Nothing but the list of refused forms depends on it.
        if let Err(error) = self.services().mended(&self.actor, self.attempt(home)).await {
            tracing::warn!(?error, "a refused form that was mended stays listed");
        }
    }

    fn attempt(&self, home: Home) -> Try {
        Try {
            about: About { form: home.form.to_owned(), subject: home.subject },
            page: home.page,
            place: home.place,
            mends: self.fields.text("_draft").parse().ok(),
            fields: self.fields.content(),
        }
    }

    /// Keeps every field of a refused form, goes back to its page and says why.
    pub async fn back(&self, home: Home, error: &ApiError) -> Response {
        // Sent again after more than a month, from a phone that was without a network: nothing is to be mended.
        if *error == ApiError::Rejected(Rejection::DoneBefore) {
            let page = home.page.clone();
            self.mended(home).await;
            return reply::to(&page);
        }
        let (problem, problem_field) = match error {
            ApiError::Rejected(r) => (r.to_string(), r.field_name().map(str::to_owned)),
            other => (other.to_string(), None),
        };
        match self.services().keep_refused(&self.actor, self.attempt(home), problem, problem_field).await {
            Ok(place) => {
                let mut response = reply::to(&place);
                if error.status() == 404 {
                    response.extensions_mut().insert(Denied);
                }
                response
            }
            Err(e) => {
                let words = format!("{error}（另外，草稿没有存下：请用浏览器的后退键回到表单，内容还在那里。）");
                reply::sorry(reply::status(&e), &words)
            }
        }
    }
}

impl FromRequest<App> for Posted {
    type Rejection = Response;

    async fn from_request(req: Request, state: &App) -> Result<Self, Response> {
        let actor = req.extensions().get::<Visitor>().and_then(|v| v.actor.clone());
        let actor = actor.ok_or_else(|| reply::to("/signin"))?;
        Ok(Self { app: state.clone(), actor, fields: Fields::from_request(req, state).await? })
    }
}
