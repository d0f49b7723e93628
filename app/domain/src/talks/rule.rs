//! Who talks with whom (article of 2018: 市管 → 市纪委书记 or delegated 副书记, 区管 → 区纪委书记, 市直管 → 派驻机构负责人), and
//! which term of office makes a talk due. The rule is the district's own; the defaults are 示范.

use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    ids::PostId,
    people::{Role, UnitKind},
    time::Day,
};

keyed! {
    /// Who manages the post (干部管理权限).
    Level {
        /// Managed by the city's committee.
        City = "city", "市管";
        /// Managed by the district's committee.
        District = "district", "区管";
        /// Managed by the party group of a department.
        Department = "department", "区直单位党组（党委）管理";
    }
}

keyed! {
    /// Who leads the talk (主谈人).
    Speaker {
        /// 市纪委书记: outside this system, registered on paper.
        CitySecretary = "city_secretary", "市纪委书记";
        /// 市纪委副书记, delegated.
        CityDeputy = "city_deputy", "市纪委副书记";
        /// 区纪委书记.
        Secretary = "secretary", "区纪委书记";
        /// 区纪委副书记 (or 常委), delegated.
        Deputy = "deputy", "区纪委副书记（常委）";
        /// 派驻机构负责人; for 街道（镇） the head of the 联系室.
        Team = "team", "派驻机构负责人";
    }
}

impl Speaker {
    /// Roles whose holders can be this speaker; none for a higher level, whose name is typed.
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::CitySecretary | Self::CityDeputy => &[],
            Self::Secretary => &[Role::Secretary],
            Self::Deputy => &[Role::DeputySecretary],
            Self::Team => &[Role::ResidentTeam, Role::SupervisionOffice],
        }
    }

    /// Does somebody outside this system talk?
    pub fn is_outside(self) -> bool {
        self.roles().is_empty()
    }
}

keyed! {
    /// Why a talk is due (新任或交流).
    Arrival {
        /// First head post of the person.
        New = "new", "新提任";
        /// Held another head post before.
        Transferred = "transferred", "交流任职";
    }
}

/// Who may stand in for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// Whose talk it is.
    pub from: Speaker,
    /// Who may be asked to lead it.
    pub to: Speaker,
}

/// The rule of who talks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TalkRule {
    /// Speaker of every level.
    pub leads: Vec<(Level, Speaker)>,
    /// 委托.
    pub delegations: Vec<Delegation>,
    /// Level of the head posts of a kind of unit, where nobody chose another one for the talk.
    pub kinds: Vec<(UnitKind, Level)>,
    /// 党委主要领导 takes part in a talk with several (集体谈话).
    pub party_leader_with_groups: bool,
    /// Also heads who act without appointment (主持工作).
    pub acting: bool,
}

impl Default for TalkRule {
    fn default() -> Self {
        Self {
            leads: vec![
                (Level::City, Speaker::CitySecretary),
                (Level::District, Speaker::Secretary),
                (Level::Department, Speaker::Team),
            ],
            delegations: vec![
                Delegation { from: Speaker::CitySecretary, to: Speaker::CityDeputy },
                Delegation { from: Speaker::Secretary, to: Speaker::Deputy },
            ],
            kinds: vec![
                (UnitKind::Town, Level::District),
                (UnitKind::Department, Level::District),
                (UnitKind::Enterprise, Level::District),
                (UnitKind::Leading, Level::City),
                (UnitKind::Subordinate, Level::Department),
            ],
            party_leader_with_groups: true,
            acting: false,
        }
    }
}

impl TalkRule {
    /// Is the rule whole: every level has one speaker, nobody delegates to himself, and no delegation comes back to
    /// where it began (a circle would let nobody talk)?
    ///
    /// # Errors
    /// Otherwise, at the field `leads` or `delegation`.
    pub fn check(&self) -> Result<(), Rejection> {
        for level in Level::ALL {
            if self.leads.iter().filter(|(l, _)| l == level).count() != 1 {
                let words = format!("“{}”还没有定主谈人，没有保存。请选定一位。", level.label());
                return Err(Rejection::field(format!("lead_{}", level.key()), words));
            }
        }
        for (n, one) in self.delegations.iter().enumerate() {
            if one.from == one.to {
                let words = format!("{}不能委托自己，没有保存。请改选受委托人。", one.from.label());
                return Err(Rejection::field("delegation", words));
            }
            if self.delegations[..n].contains(one) {
                return Err(Rejection::field("delegation", "同一项委托写了两次，没有保存。请保留一项。"));
            }
        }
        match Speaker::ALL.iter().find(|speaker| self.comes_back(**speaker)) {
            Some(speaker) => {
                let words = format!("委托绕了一圈又回到{}，没有保存。请去掉其中一项委托。", speaker.label());
                Err(Rejection::field("delegation", words))
            }
            None => Ok(()),
        }
    }

    /// Does a chain of delegations lead from `start` back to it?
    fn comes_back(&self, start: Speaker) -> bool {
        let mut reached: Vec<Speaker> = vec![start];
        let mut at = 0;
        while let Some(from) = reached.get(at).copied() {
            for one in self.delegations.iter().filter(|d| d.from == from) {
                if one.to == start {
                    return true;
                }
                if !reached.contains(&one.to) {
                    reached.push(one.to);
                }
            }
            at += 1;
        }
        false
    }

    /// Level of the head post of a unit. The 区委书记 is 市管 whatever the table of kinds says.
    pub fn level(&self, kind: UnitKind, leads_district: bool) -> Level {
        if leads_district {
            return Level::City;
        }
        self.kinds.iter().find(|(k, _)| *k == kind).map_or(Level::District, |(_, level)| *level)
    }

    /// Whose talk it is at this level.
    pub fn lead(&self, level: Level) -> Speaker {
        self.leads.iter().find(|(l, _)| *l == level).map_or(Speaker::Secretary, |(_, speaker)| *speaker)
    }

    /// Who may lead the talk: whose it is, then those he may delegate it to. Whoever is asked asks nobody further.
    pub fn speakers(&self, level: Level) -> Vec<Speaker> {
        let lead = self.lead(level);
        let asked = self.delegations.iter().filter(|d| d.from == lead).map(|d| d.to);
        std::iter::once(lead).chain(asked).collect()
    }

    /// The speaker of a talk; `asked` is the one it is delegated to.
    ///
    /// # Errors
    /// Somebody whom the rule does not name for this level.
    pub fn speaker(&self, level: Level, asked: Option<Speaker>) -> Result<Speaker, Rejection> {
        let all = self.speakers(level);
        let Some(asked) = asked else { return Ok(self.lead(level)) };
        if all.contains(&asked) {
            return Ok(asked);
        }
        let names: Vec<&str> = all.iter().map(|speaker| speaker.label()).collect();
        let words = format!("{}的谈话由{}主谈，没有保存。请重新选择主谈人。", level.label(), names.join("或受委托的"));
        Err(Rejection::field("speaker", words))
    }
}

/// A term of a head post, as the question whether a talk is due needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Post.
    pub post: PostId,
    /// First day.
    pub from: Day,
    /// 主持工作.
    pub acting: bool,
}

/// Does this term make a talk due, and as what? `before` are the person's earlier terms in head posts. Nothing is due
/// for a term that began before the 启用日, for one who only came back to the post he held last, and, unless the rule
/// says so, for one who acts without appointment.
pub fn arrival(rule: &TalkRule, term: Span, before: &[Span], enabled_on: Option<Day>) -> Option<Arrival> {
    if enabled_on.is_some_and(|day| term.from < day) || (term.acting && !rule.acting) {
        return None;
    }
    let last = before.iter().filter(|span| span.from < term.from).max_by_key(|span| span.from);
    match last {
        None => Some(Arrival::New),
        Some(span) if span.post == term.post => None,
        Some(_) => Some(Arrival::Transferred),
    }
}
