//! “一件事”问责预警 (H9): matters with their three lists, the steps to the notices, the notices on their way, 会商 and
//! 提请启动. What is put right is followed by the closed loop alone. Refuses to store a decision, and to show a unit the
//! source of a matter or the lines of others.

mod back;
mod cells;
mod course;
mod edit;
mod flow_view;
mod follow;
mod new;
mod notice_page;
mod notices;
mod one;
mod page;
mod paper;
mod signs;
mod store;
mod todo;
mod view;
mod ways;
mod work;

use app::api::{
    ApiError,
    warnings::{MatterPage, MatterQuery, MattersPage, MattersQuery, NoticePage, NoticeQuery, Warnings},
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::Services;

pub use cells::Paste;
pub use course::{Act, Step};
pub use edit::{CellForm, Change, Edit};
pub use follow::{Follow, Note};
pub use new::{Judge, Judged, Propose, Terms};
pub use notices::{Do, NoticeForm};
pub use signs::{Countersign, Say};
pub use work::{Desk, worker};

pub(in crate::services) use notices::place_of;

pub(crate) use cells::paste_quietly;
pub(crate) use course::step_quietly;
pub(crate) use edit::edit_quietly;
pub(crate) use follow::follow_quietly;
pub(crate) use new::{judge_quietly, propose_quietly};
pub(crate) use notices::notice_quietly;
pub(crate) use signs::countersign_quietly;
pub(crate) use work::make_quietly;

/// Form of the drafts of a new matter.
pub const NEW: &str = "warnings.new";
/// Form of the drafts of a matter's own forms.
pub const MATTER: &str = "warnings.matter";
/// Form of the drafts of a notice.
pub const NOTICE: &str = "warnings.notice";

#[async_trait]
impl Warnings for Services {
    async fn matters(&self, actor: &Actor, query: MattersQuery) -> Result<MattersPage, ApiError> {
        self.matters_page(actor, query).await
    }

    async fn matter(&self, actor: &Actor, query: MatterQuery) -> Result<MatterPage, ApiError> {
        self.matter_page(actor, query).await
    }

    async fn warning_notice(&self, actor: &Actor, query: NoticeQuery) -> Result<NoticePage, ApiError> {
        self.warning_notice_page(actor, query).await
    }
}
