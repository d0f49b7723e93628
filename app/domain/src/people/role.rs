//! Roles as a discipline commission really has them (several per person).

use serde::{Deserialize, Serialize};

use crate::ids::UnitId;

/// A role. 评议人员, 监票人 and 计票人 are roles per meeting and live with the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 一把手: head of a unit; comes from a term in a head post, never granted by hand.
    Principal,
    /// 班子成员.
    Member,
    /// 联络员: drafts for the head, receives reminders.
    Liaison,
    /// 区纪委书记.
    Secretary,
    /// 分管副书记/常委: approves.
    DeputySecretary,
    /// 党风政风监督室: the office that runs the chain.
    ConductOffice,
    /// 联系纪检监察室: supervises units.
    SupervisionOffice,
    /// 派驻纪检监察组.
    ResidentTeam,
    /// 镇（街道）纪（工）委: assists, below the party committee it would check.
    TownCommittee,
    /// 区纪委办公室: document numbers and seal.
    GeneralOffice,
    /// 系统管理员: organisation and settings, no business text.
    SystemAdmin,
    /// 安全管理员: confirms roles, ends sessions.
    SecurityAdmin,
    /// 审计管理员: reads the audit log, nothing else.
    AuditAdmin,
}

impl Role {
    /// Every role, in the order of a page.
    pub const ALL: [Self; 13] = [
        Self::Principal,
        Self::Member,
        Self::Liaison,
        Self::Secretary,
        Self::DeputySecretary,
        Self::ConductOffice,
        Self::SupervisionOffice,
        Self::ResidentTeam,
        Self::TownCommittee,
        Self::GeneralOffice,
        Self::SystemAdmin,
        Self::SecurityAdmin,
        Self::AuditAdmin,
    ];

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Principal => "党组织主要负责人",
            Self::Member => "班子成员",
            Self::Liaison => "联络员",
            Self::Secretary => "区纪委书记",
            Self::DeputySecretary => "分管副书记",
            Self::ConductOffice => "党风政风监督室",
            Self::SupervisionOffice => "联系纪检监察室",
            Self::ResidentTeam => "派驻纪检监察组",
            Self::TownCommittee => "镇（街道）纪（工）委",
            Self::GeneralOffice => "区纪委办公室",
            Self::SystemAdmin => "系统管理员",
            Self::SecurityAdmin => "安全管理员",
            Self::AuditAdmin => "审计管理员",
        }
    }

    /// Stable key for storage and forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Principal => "principal",
            Self::Member => "member",
            Self::Liaison => "liaison",
            Self::Secretary => "secretary",
            Self::DeputySecretary => "deputy_secretary",
            Self::ConductOffice => "conduct_office",
            Self::SupervisionOffice => "supervision_office",
            Self::ResidentTeam => "resident_team",
            Self::TownCommittee => "town_committee",
            Self::GeneralOffice => "general_office",
            Self::SystemAdmin => "system_admin",
            Self::SecurityAdmin => "security_admin",
            Self::AuditAdmin => "audit_admin",
        }
    }

    /// The role of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.key() == key)
    }

    /// The role of a word in an imported name list.
    pub fn from_label(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|r| r.label() == text).or(match text {
            "一把手" | "主要负责人" | "书记" => Some(Self::Principal),
            "监督室" => Some(Self::ConductOffice),
            "派驻组" | "派驻纪检组" => Some(Self::ResidentTeam),
            "联系室" | "纪检监察室" => Some(Self::SupervisionOffice),
            "纪工委" | "镇纪委" | "街道纪工委" | "镇街纪（工）委" => Some(Self::TownCommittee),
            "纪委书记" => Some(Self::Secretary),
            "副书记" | "分管副书记/常委" | "常委" => Some(Self::DeputySecretary),
            "办公室" => Some(Self::GeneralOffice),
            _ => None,
        })
    }

    /// Roles that work for the whole district or administer the system: a second
    /// person (安全管理员) must confirm them.
    pub fn needs_confirmation(self) -> bool {
        !matches!(self, Self::Principal | Self::Member | Self::Liaison)
    }
}

/// A role held, with the unit it is held for (a team, an office, or the own unit).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// Role.
    pub role: Role,
    /// The unit in which it is held.
    pub unit: UnitId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_labels_lead_back_to_the_role() {
        for role in Role::ALL {
            assert_eq!(Role::from_key(role.key()), Some(role));
            assert_eq!(Role::from_label(role.label()), Some(role));
        }
        assert_eq!(Role::from_label("派驻组"), Some(Role::ResidentTeam));
        assert_eq!(Role::from_label("厨师"), None);
    }
}
