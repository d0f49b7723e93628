//! Wire types of 佐证材料, as the page of a record shows them. Files come and go by plain requests
//! (`/evidence/…`), so there is no server function.

use domain::ids::{CommandId, EvidenceId, RecordId};
use serde::{Deserialize, Serialize};

/// A file beside a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// Its link: `/evidence/{id}`, `/evidence/{id}/thumb`.
    pub id: EvidenceId,
    /// Name.
    pub name: String,
    /// `图片`, `PDF`, `Word`, `Excel`.
    pub kind: String,
    /// Has a thumbnail and can be looked at in the page.
    pub picture: bool,
    /// `1.2 MB`.
    pub size: String,
    /// Who and when.
    pub added: String,
    /// 已撤下: when and why.
    pub withdrawn: Option<String>,
    /// The viewer may mark it as withdrawn.
    pub may_withdraw: bool,
}

/// The files of a record, as far as the viewer may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidencePart {
    /// Record.
    pub record: RecordId,
    /// Idempotency key of the next file.
    pub command: CommandId,
    /// Rows, the first added first.
    pub rows: Vec<EvidenceRow>,
    /// May add. Nobody ever has to.
    pub may_add: bool,
    /// What changing the files means, or meant, for 已核实; empty where the record was never checked.
    pub note: String,
    /// Why the last file was not taken; empty without one.
    pub problem: String,
}
