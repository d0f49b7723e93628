//! The accounts shown at the start: one per interesting role, one shared password.
//! The password is public; a production start refuses a database that has it.

use super::houses::{self, HOUSES, part};

/// The shared password.
pub const PASSWORD: &str = "binhai-demo";

/// A demonstration account; its password is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Role in Chinese, as the start shows it.
    pub role: &'static str,
    /// Sign-in name.
    pub login: &'static str,
    /// Password.
    pub password: &'static str,
    /// Name of the person.
    pub name: &'static str,
    /// What there is to see.
    pub note: &'static str,
}

const fn account(role: &'static str, login: &'static str, name: &'static str, note: &'static str) -> Account {
    Account { role, login, password: PASSWORD, name, note }
}

/// The accounts to show at the start, one per role.
pub fn accounts() -> Vec<Account> {
    vec![
        account(
            "党组织主要负责人",
            "leader",
            HOUSES[part::LEADER].head,
            "西桥街道：随手记、记录本、本月履责提醒、待确认的代录",
        ),
        account("联络员", "liaison", HOUSES[part::LEADER].liaison, "西桥街道：代录，一条未被采用"),
        account("党风政风监督室", "office", houses::CONDUCT_STAFF[0], "看板、清单制订与下达、组织与人员"),
        account("党风政风监督室干部", "office2", houses::CONDUCT_STAFF[1], "与上一账号相同，便于两人分工"),
        account("分管副书记", "deputy", houses::DEPUTY, "有一份清单等待审定"),
        account("区纪委书记", "secretary", houses::SECRETARY, "全区看板，含区委"),
        account("派驻纪检监察组", "team", houses::TEAMS[1].1, "派驻第二纪检监察组归口单位"),
        account("联系纪检监察室", "supervisor", houses::OFFICES[1].1, "第二纪检监察室联系单位"),
        account("派驻纪检监察组干部", "team2", houses::COLLEAGUES[1].1, "与派驻组账号同组：第二人认定“与实际不符”"),
        account(
            "联系纪检监察室干部",
            "supervisor2",
            houses::COLLEAGUES[0].1,
            "与联系室账号同室：第二人认定“与实际不符”",
        ),
        account("镇（街道）纪（工）委", "committee", houses::COMMITTEES[part::LEADER].1, "西桥街道纪工委"),
        account("区纪委办公室", "general", houses::GENERAL_HEAD, "看板"),
        account("班子成员", "member", HOUSES[part::LEADER].members[0], "西桥街道：本单位看板"),
        account(
            "新任主要负责人",
            "newleader",
            HOUSES[part::HANDOVER].head,
            "区教育局：刚到任，移交单待签，新清单待审定",
        ),
        account(
            "待签收的主要负责人",
            "unsigned",
            HOUSES[part::UNSIGNED].head,
            "区文化旅游局：第2版清单三天前下达，待签收",
        ),
        account("征求意见的单位", "commenting", HOUSES[part::COMMENTING].head, "东湖街道：清单正在征求意见"),
        account("兼任两个岗位", "twoposts", HOUSES[part::TWO_POSTS].head, "区农业农村局、区水利局，可切换岗位"),
        account("主持工作", "acting", HOUSES[part::ACTING].head, "区综合执法局：主持工作"),
        account("区委书记", "districtleader", HOUSES[part::DISTRICT_LEAD].head, "本人记录本只有本人和区纪委书记可见"),
        account("系统管理员", "sysadmin", houses::ADMINS[0], "组织、账号，看不到业务内容"),
        account("安全管理员", "security", houses::ADMINS[1], "有一项角色待确认"),
        account("审计管理员", "audit", houses::ADMINS[2], "审计日志"),
    ]
}

/// The sign-in name of a demonstration account of `name`.
pub(super) fn login_of(name: &str) -> Option<&'static str> {
    accounts().into_iter().find(|a| a.name == name).map(|a| a.login)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::people::secrets::{check_login, check_password};

    use super::*;

    #[test]
    fn every_account_can_be_signed_in_to() {
        let all = accounts();
        assert_eq!(all.iter().map(|a| a.login).collect::<BTreeSet<_>>().len(), all.len());
        assert_eq!(all.iter().map(|a| a.name).collect::<BTreeSet<_>>().len(), all.len());
        for a in all {
            check_login(a.login).unwrap();
            check_password(a.login, a.password, a.password, false).unwrap();
        }
    }
}
