//! The inventory: every route and server function with who may call it. Routes can
//! only be added through [`Builder`], which demands a policy, so nothing is forgotten.

use app::routes::Bundle;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    middleware::from_fn,
    routing::{get, post, put},
};
use domain::people::Role;

use super::{guard, pages, resume_forms};
use crate::App;

/// Who may call a route. Object-level access is the services' work, on top of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Anyone: sign-in, activation, health.
    Public,
    /// Any signed-in account.
    SignedIn,
    /// Accounts that hold one of these roles.
    Roles(&'static [Role]),
    /// Whoever holds a seat of a meeting or is signed in; which of them, and of which meeting, the
    /// room decides.
    Seat,
}

/// What kind of thing a route is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page (GET).
    Page,
    /// A file, export or health answer (GET).
    File,
    /// A form (POST, URL-encoded).
    Form,
    /// A form with a file (POST, multipart).
    Upload,
    /// A server function (POST, JSON).
    Function,
    /// A call of the open interface (POST, JSON).
    Api,
    /// A replacement through the open interface (PUT, JSON).
    Replace,
    /// Data of the open interface (GET, JSON).
    Data,
    /// A live stream of events (GET).
    Stream,
}

impl Kind {
    /// Does it answer errors as `{"error": …}`?
    pub fn is_open_interface(self) -> bool {
        matches!(self, Self::Api | Self::Replace | Self::Data | Self::Stream)
    }

    /// Its HTTP method.
    pub fn method(self) -> &'static str {
        match self {
            Self::Page | Self::File | Self::Data | Self::Stream => "GET",
            Self::Form | Self::Upload | Self::Function | Self::Api => "POST",
            Self::Replace => "PUT",
        }
    }
}

/// A row of the inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Path pattern.
    pub path: &'static str,
    /// Who may call it.
    pub policy: Policy,
}

impl Entry {
    /// Is it closed to everybody without a session?
    pub fn needs_session(&self) -> bool {
        matches!(self.policy, Policy::SignedIn | Policy::Roles(_))
    }

    /// Largest body, in bytes. The form that carries another one has room for its own fields beside it.
    pub fn limit(&self) -> usize {
        match self.kind {
            Kind::Upload => UPLOAD_LIMIT,
            _ if self.path == resume_forms::PATH => FORM_LIMIT + resume_forms::ROOM,
            _ => FORM_LIMIT,
        }
    }
}

/// Largest body of a form or server function, in bytes.
pub const FORM_LIMIT: usize = 256 * 1024;
/// Largest upload, in bytes: a 20 MB file and its form fields.
pub const UPLOAD_LIMIT: usize = 21 * 1024 * 1024;

/// Collects routes and their policies.
pub struct Builder {
    app: App,
    router: Router<App>,
    entries: Vec<Entry>,
}

impl Builder {
    /// An empty router for `app`.
    pub fn new(app: App) -> Self {
        Self { app, router: Router::new(), entries: Vec::new() }
    }

    fn note(&mut self, kind: Kind, path: &'static str, policy: Policy) -> Entry {
        let entry = Entry { kind, path, policy };
        self.entries.push(entry);
        entry
    }

    /// A page rendered by its bundle.
    #[must_use]
    pub fn page(mut self, path: &'static str, bundle: Bundle, policy: Policy) -> Self {
        let entry = self.note(Kind::Page, path, policy);
        let handler = pages::render(&self.app, bundle);
        let route = get(handler).layer(from_fn(move |req, next| guard::policy(entry, req, next)));
        self.router = self.router.route(path, route);
        self
    }

    /// A page or file made by an ordinary handler.
    #[must_use]
    pub fn get<H, T>(mut self, kind: Kind, path: &'static str, policy: Policy, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let entry = self.note(kind, path, policy);
        let route = get(handler).layer(from_fn(move |req, next| guard::policy(entry, req, next)));
        self.router = self.router.route(path, route);
        self
    }

    /// A form. Every write of tier B comes through here.
    #[must_use]
    pub fn form<H, T>(mut self, path: &'static str, policy: Policy, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let entry = self.note(Kind::Form, path, policy);
        let app = self.app.clone();
        let route = post(handler)
            .layer(DefaultBodyLimit::max(entry.limit()))
            .layer(from_fn(move |req, next| guard::policy(entry, req, next)))
            .layer(from_fn(move |req, next| resume_forms::carry(app.clone(), entry, req, next)))
            .layer(from_fn(move |req, next| guard::write(entry, req, next)));
        self.router = self.router.route(path, route);
        self
    }

    /// A form with a file.
    #[must_use]
    pub fn upload<H, T>(mut self, path: &'static str, policy: Policy, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let entry = self.note(Kind::Upload, path, policy);
        let route = post(handler)
            .layer(DefaultBodyLimit::max(UPLOAD_LIMIT))
            .layer(from_fn(move |req, next| guard::policy(entry, req, next)))
            .layer(from_fn(move |req, next| resume_forms::drained(entry, req, next)))
            .layer(from_fn(move |req, next| guard::write(entry, req, next)));
        self.router = self.router.route(path, route);
        self
    }

    /// A server function by its full path, such as `/api/board/matrix`.
    #[must_use]
    pub fn function(mut self, path: &'static str, policy: Policy) -> Self {
        let entry = self.note(Kind::Function, path, policy);
        let route = post(leptos_axum::handle_server_fns)
            .layer(DefaultBodyLimit::max(FORM_LIMIT))
            .layer(from_fn(move |req, next| guard::policy(entry, req, next)))
            .layer(from_fn(move |req, next| guard::write(entry, req, next)));
        self.router = self.router.route(path, route);
        self
    }

    /// A call of the open interface with a JSON body; [`Kind::Replace`] is a PUT.
    #[must_use]
    pub fn api<H, T>(mut self, kind: Kind, path: &'static str, policy: Policy, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let entry = self.note(kind, path, policy);
        let method = if kind == Kind::Replace { put(handler) } else { post(handler) };
        let route = method
            .layer(DefaultBodyLimit::max(FORM_LIMIT))
            .layer(from_fn(move |req, next| guard::policy(entry, req, next)))
            .layer(from_fn(move |req, next| guard::write(entry, req, next)));
        self.router = self.router.route(path, route);
        self
    }

    /// The router without its outer layers, and the inventory.
    pub fn finish(self) -> (Router<App>, Vec<Entry>) {
        (self.router, self.entries)
    }
}
