//! The second of two readers: is there anybody who could be him, and whom to appoint where not. Refuses
//! nothing itself: `comments` decides who reads.

use domain::{ids::DistrictId, people::Role, reviews::Presenter, time::Day};

use super::super::{people::held_on, rows::Rows};
use crate::storage::{StorageError, q};

/// Those who read for ordinary presenters.
const ROLES: [Role; 3] = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice];

/// Of `presenters`, whose comments fewer than two persons with an account can read today, each with whom to
/// appoint. Only of those whose second reader may not be one on paper.
pub(super) async fn alone<'p>(
    rows: &mut impl Rows,
    district: DistrictId,
    presenters: impl Iterator<Item = &'p Presenter> + Send,
    today: Day,
) -> Result<Vec<String>, StorageError> {
    let mut said = Vec::new();
    for presenter in presenters {
        let find = q("SELECT DISTINCT g.person_id FROM role_grants g
             JOIN accounts a ON a.person_id = g.person_id AND a.disabled_at IS NULL
             WHERE g.district_id = $1 AND g.person_id <> $2 AND g.unit_id <> $3")
        .bind(district)
        .bind(presenter.person)
        .bind(presenter.unit)
        .and_in("g.role", ROLES.iter().map(|role| role.key()));
        if rows.all(held_on(find, today)).await?.len() < 2 {
            said.push(format!(
                "对{}的意见要两人阅看一致才算阅定，现在能阅看的不足两人。请系统管理员给党风政风监督室另一名干部，\
                 或者分管副书记、书记，授予角色并开通账号，由安全管理员确认后再阅定。",
                presenter.name
            ));
        }
    }
    Ok(said)
}
