//! 容错纠错 and 澄清正名: cases, their steps, and the colours that they take back. Visible to those authorised alone:
//! no thread, no board and no search knows of a case; only what was cleared openly leaves a marker.

mod ask;
mod clear;
mod excuse;
mod lists;
mod pages;
mod paper;
mod settings;
mod step;
mod store;
mod subjects;
mod todo;

use std::collections::BTreeSet;

use app::api::{
    ApiError,
    tolerance::{CasePage, CaseQuery, ClearPage, Tolerance, TolerancePage, ToleranceQuery},
};
use async_trait::async_trait;
use domain::{
    ids::{DistrictId, OccurrenceId, PostId},
    people::access::Actor,
};

use super::{Services, rows::Rows};
use crate::storage::{StorageError, q};

pub(crate) use ask::ask_quietly;
pub use ask::{Ask, Whom};
pub(crate) use clear::clear_quietly;
pub use clear::{AskClear, ClearStep, Doing};
pub use settings::SetSettings;
pub(crate) use settings::set_quietly;
pub(crate) use step::take_quietly;
pub use step::{NoteTalk, Said, Take};

/// Form of the drafts of an application or proposal.
pub const ASK: &str = "tolerance.ask";
/// Form of the drafts of a step of a case.
pub const STEP: &str = "tolerance.step";
/// Form of the drafts of a proposed 澄清.
pub const CLEAR: &str = "clearances.ask";
/// Form of the drafts of a step of a 澄清.
pub const CLEAR_STEP: &str = "clearances.step";
/// Form of the drafts of settings.
pub const SETTINGS: &str = "tolerance.settings";

/// Occurrences of a post that lost the colours that they caused.
pub(in crate::services) async fn excused_occurrences(
    rows: &mut impl Rows,
    post: PostId,
) -> Result<BTreeSet<OccurrenceId>, StorageError> {
    let find = q("SELECT subject_id FROM excused WHERE post_id = $1 AND sort = 'occurrence'").bind(post);
    rows.all(find).await?.iter().map(|row| row.id("subject_id")).collect()
}

/// Those of a whole district.
pub(in crate::services) async fn excused_in(
    rows: &mut impl Rows,
    district: DistrictId,
) -> Result<BTreeSet<OccurrenceId>, StorageError> {
    let find = q("SELECT subject_id FROM excused WHERE district_id = $1 AND sort = 'occurrence'").bind(district);
    rows.all(find).await?.iter().map(|row| row.id("subject_id")).collect()
}

#[async_trait]
impl Tolerance for Services {
    async fn tolerance_page(&self, actor: &Actor, query: ToleranceQuery) -> Result<TolerancePage, ApiError> {
        self.tolerance_list(actor, query).await
    }

    async fn tolerance_case(&self, actor: &Actor, query: CaseQuery) -> Result<CasePage, ApiError> {
        self.case_page(actor, query).await
    }

    async fn clearance_case(&self, actor: &Actor, query: CaseQuery) -> Result<ClearPage, ApiError> {
        self.clear_page(actor, query).await
    }
}
