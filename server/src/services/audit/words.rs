//! What the log calls its actions and objects, in the words of the office. Owns the choices of
//! the filters; an action or object without words of its own shows its key.

/// Features by the first word of an action, in the order of the filter.
pub(super) const FEATURES: &[(&str, &str)] = &[
    ("people", "组织与人员、登录"),
    ("duties", "明责"),
    ("records", "履责"),
    ("reviews", "评责"),
    ("accountability", "问责"),
    ("import", "导入"),
    ("demo", "示范区"),
];

/// Kinds of objects: the word before the colon, and its name.
pub(super) const KINDS: &[(&str, &str)] = &[
    ("person", "人员"),
    ("account", "账号"),
    ("device", "设备"),
    ("session", "登录"),
    ("login", "未知账号名"),
    ("unit", "单位"),
    ("post", "岗位"),
    ("term", "任职"),
    ("district", "本区"),
    ("calendar", "工作日历"),
    ("template", "清单模板"),
    ("leader_list", "第一责任人履责清单"),
    ("handover", "移交单"),
    ("task", "年度任务"),
    ("record", "履责记录"),
    ("book", "记录本"),
    ("meeting", "述责评议会"),
    ("presenter", "述责对象"),
    ("question", "询问题"),
    ("remark", "点评"),
    ("comment", "评议意见"),
    ("feedback", "评议反馈单"),
    ("item", "问题整改"),
    ("upload", "导入的表格"),
    ("entry", "访问入口"),
];

/// Actions in Chinese.
pub(super) const ACTIONS: &[(&str, &str)] = &[
    ("people.sign_in", "登录"),
    ("people.sign_out", "退出"),
    ("people.sign_in_refused", "登录未通过"),
    ("people.denied", "访问被拒绝"),
    ("people.session_over", "登录过期"),
    ("people.sessions_ended", "结束登录"),
    ("people.activated", "启用账号"),
    ("people.account_added", "新增账号"),
    ("people.account_disabled", "停用账号"),
    ("people.account_enabled", "恢复账号"),
    ("people.password_changed", "修改密码"),
    ("people.pin_changed", "修改数字密码"),
    ("people.device_unbound", "解除设备绑定"),
    ("people.device_ended", "结束设备"),
    ("people.slip_printed", "打印启用单"),
    ("people.role_proposed", "提出角色"),
    ("people.role_confirmed", "确认角色"),
    ("people.role_refused", "不同意角色"),
    ("people.role_ended", "结束角色"),
    ("people.role_given", "授予角色"),
    ("people.appointed", "任职"),
    ("people.term_ended", "免职"),
    ("people.unit_added", "新增单位"),
    ("people.unit_renamed", "单位更名"),
    ("people.unit_ended", "撤销单位"),
    ("people.post_added", "新增岗位"),
    ("people.map_changed", "修改归口表"),
    ("people.first_admin", "创建首个管理员"),
    ("people.district_renamed", "修改区名"),
    ("people.person_corrected", "更正人员信息"),
    ("duties.issued", "下达清单"),
    ("duties.signed", "签收清单"),
    ("duties.approved", "审定清单"),
    ("duties.submitted", "提交审定"),
    ("duties.commented", "反馈意见"),
    ("duties.returned", "退回清单"),
    ("duties.sent_for_comment", "送单位征求意见"),
    ("duties.list_made", "制作清单"),
    ("duties.edition_drafted", "起草新版清单"),
    ("duties.template_published", "发布清单模板"),
    ("duties.imported", "导入清单"),
    ("duties.proposed", "提出自选动作"),
    ("duties.passed_down", "向下属单位传导清单"),
    ("duties.frozen", "冻结清单"),
    ("duties.handover_signed", "签收移交单"),
    ("duties.enabled_on", "设定启用日"),
    ("duties.task_added", "新增年度任务"),
    ("duties.task_done", "年度任务完成"),
    ("duties.task_removed", "去掉年度任务"),
    ("duties.calendar", "修改工作日历"),
    ("duties.handover", "形成移交单"),
    ("duties.items", "修改清单条目"),
    ("duties.lists", "修改清单名称"),
    ("duties.template", "新制清单模板"),
    ("records.save", "保存履责记录"),
    ("records.evidence_added", "添加佐证材料"),
    ("records.evidence_withdrawn", "撤下佐证材料"),
    ("records.draft", "代录"),
    ("records.correct", "更正记录"),
    ("records.confirm", "确认代录"),
    ("records.refuse", "退回代录"),
    ("records.verify", "标为已核实"),
    ("records.closed", "记录本年度结转"),
    ("records.read", "查看记录本目录"),
    ("reviews.pack_opened", "按未核对开放评议材料"),
    ("reviews.offline_shown", "查看拟转线下的内容"),
    ("reviews.offline", "转线下并删除原文"),
    ("reviews.command", "会场操作"),
    ("reviews.recovered", "重新启动后补记会场操作"),
    ("reviews.checked_in", "评议会签到"),
    ("reviews.archived_open", "查阅评议档案"),
    ("reviews.count_signed", "确认计票结果"),
    ("reviews.bundle_read", "下载测评校验包"),
    ("reviews.feedback_signed_paper", "登记纸质签发评议反馈单"),
    ("reviews.report_drafted", "起草述责报告"),
    ("reviews.desk", "签到处办理"),
    ("reviews.sealed", "封存测评"),
    ("reviews.link_destroyed", "席位与测评表的对应关系已销毁"),
    ("reviews.comment_read", "阅定评议意见"),
    ("reviews.feedback_drafted", "拟评议反馈单"),
    ("reviews.feedback_asked", "评议反馈单送签"),
    ("reviews.feedback_signed", "签发评议反馈单"),
    ("reviews.feedback_returned", "退回评议反馈单"),
    ("reviews.feedback_given", "移交评议反馈单"),
    ("reviews.feedback_received", "接收评议反馈单"),
    ("reviews.feedback_paper", "登记纸质交接评议反馈单"),
    ("reviews.approved", "批准评议方案"),
    ("reviews.asked", "评议方案送审"),
    ("reviews.returned", "退回评议方案"),
    ("reviews.withdrawn", "撤回评议方案"),
    ("reviews.closed", "结束评议会"),
    ("reviews.created", "创建评议会"),
    ("reviews.facts_checked", "核对评议材料"),
    ("reviews.pack_frozen", "评议材料定稿"),
    ("reviews.paper", "录入纸质测评"),
    ("reviews.plan_changed", "修改评议方案"),
    ("reviews.planned", "起草评议方案"),
    ("reviews.question", "备询问题"),
    ("reviews.questions_opened", "启封询问题"),
    ("reviews.remark", "办理点评"),
    ("reviews.report_handed", "提交述责报告"),
    ("reviews.report_returned", "退回述责报告"),
    ("reviews.reopened", "重新开放测评"),
    ("accountability.step", "办理问题整改"),
    ("import.done", "导入表格"),
    ("demo.founded", "建立示范区"),
    ("demo.loaded", "载入示范数据"),
];

/// The action in Chinese.
pub(super) fn action(key: &str) -> String {
    ACTIONS.iter().find(|(known, _)| *known == key).map_or(key, |(_, words)| words).to_owned()
}

/// The kind of an object in Chinese; a meeting is written as its bare id in some rows.
pub(super) fn kind(key: &str) -> &str {
    KINDS.iter().find(|(known, _)| *known == key).map_or(key, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_belongs_to_a_feature_and_stands_once() {
        for (at, (key, words)) in ACTIONS.iter().enumerate() {
            assert!(
                FEATURES.iter().any(|(feature, _)| key.split_once('.').is_some_and(|(f, _)| f == *feature)),
                "{key}"
            );
            assert!(!words.is_empty() && !words.is_ascii(), "{key}");
            assert!(!ACTIONS.iter().skip(at + 1).any(|(other, _)| other == key), "{key}");
        }
    }
}
