//! Who writes, approves, files and reads the office's reports (报告, not a leader's 述责报告), and who registers papers
//! that are finished outside.

use super::{Actor, when};
use crate::{
    Rejection,
    ids::{PersonId, UnitId},
    people::Role,
    reports::Cover,
};

proofs! {
    /// May start a report of this cover.
    DraftOfficeReport,
    /// May change, send, file and give up this report.
    WriteOfficeReport,
    /// May let more people read a filed report.
    KeepOfficeReaders,
    /// May approve a report or send it back.
    ReviewOfficeReport,
    /// May read a report.
    ReadOfficeReport,
    /// May see the list of reports at all.
    SeeOfficeReports,
    /// May make skeletons and register number, date and copies of papers finished outside.
    RegisterOutside,
}

/// 监督室 about everybody; a 派驻组 or 联系室 about the units it supervises and each of them. Nobody about his own unit.
pub fn draft_office_report(actor: &Actor, cover: Cover) -> Result<DraftOfficeReport, Rejection> {
    let office = actor.has(Role::ConductOffice);
    let may = match cover {
        Cover::District | Cover::Kind(_) => office,
        Cover::Body(body) => {
            office || [Role::ResidentTeam, Role::SupervisionOffice].into_iter().any(|role| actor.has_in(role, body))
        }
        Cover::Unit(unit) => (office || actor.supervises(unit)) && !actor.belongs_to(unit),
    };
    when(may, DraftOfficeReport { _only_here: () })
}

/// Who goes on with a report that was begun: whoever began it, his colleagues of the `bodies` (派驻组, 联系室) that he
/// was of on that day, and the 监督室. Another body whose range covers the same unit reads the draft and leaves it alone.
pub fn write_office_report(
    actor: &Actor,
    cover: Cover,
    author: PersonId,
    bodies: &[UnitId],
) -> Result<WriteOfficeReport, Rejection> {
    let of =
        |body: &UnitId| [Role::ResidentTeam, Role::SupervisionOffice].into_iter().any(|role| actor.has_in(role, *body));
    let own = author == actor.person || actor.has(Role::ConductOffice) || bodies.iter().any(of);
    when(own && draft_office_report(actor, cover).is_ok(), WriteOfficeReport { _only_here: () })
}

/// 书记, 分管副书记 and 监督室 keep the circle of readers of what is filed, also where none of its readers is left; they
/// read it themselves only as readers. Nobody about his own unit.
pub fn keep_office_readers(actor: &Actor, cover: Cover) -> Result<KeepOfficeReaders, Rejection> {
    let keeps = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|role| actor.has(role));
    let own = matches!(cover, Cover::Unit(unit) if actor.belongs_to(unit));
    when(keeps && !own, KeepOfficeReaders { _only_here: () })
}

/// 分管副书记 or 书记, and never whoever had a hand in it.
pub fn review_office_report(actor: &Actor, hands: &[PersonId]) -> Result<ReviewOfficeReport, Rejection> {
    let may = actor.has(Role::DeputySecretary) || actor.has(Role::Secretary);
    when(may && !hands.contains(&actor.person), ReviewOfficeReport { _only_here: () })
}

/// Before it is filed: those who write it and those who approve. Filed: its readers and nobody else (限阅).
pub fn read_office_report(
    actor: &Actor,
    cover: Cover,
    filed: bool,
    reader: bool,
) -> Result<ReadOfficeReport, Rejection> {
    let leads = actor.has(Role::DeputySecretary) || actor.has(Role::Secretary);
    let own = matches!(cover, Cover::Unit(unit) if actor.belongs_to(unit));
    let open = (draft_office_report(actor, cover).is_ok() || leads) && !own;
    // A right to the commission's papers that ended since the filing opens nothing.
    let still = see_office_reports(actor).is_ok() && !own;
    when(if filed { reader && still } else { open }, ReadOfficeReport { _only_here: () })
}

/// The commission's own people who may be readers.
pub fn see_office_reports(actor: &Actor) -> Result<SeeOfficeReports, Rejection> {
    let reads = READERS.into_iter().any(|role| actor.has(role));
    when(reads, SeeOfficeReports { _only_here: () })
}

/// Roles whose holders may be chosen as readers of a filed report.
pub const READERS: [Role; 6] = [
    Role::Secretary,
    Role::DeputySecretary,
    Role::ConductOffice,
    Role::SupervisionOffice,
    Role::ResidentTeam,
    Role::GeneralOffice,
];

/// Those who write such papers: 监督室, 派驻组, 联系室.
pub fn register_outside(actor: &Actor) -> Result<RegisterOutside, Rejection> {
    let may = [Role::ConductOffice, Role::ResidentTeam, Role::SupervisionOffice].into_iter().any(|r| actor.has(r));
    when(may, RegisterOutside { _only_here: () })
}
