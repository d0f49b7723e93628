//! The audit log for the 审计管理员. Reads rows of the chain; the details table is not
//! touched here, so business texts stay out of his sight.

use app::api::{
    ApiError,
    audit::{Audit, AuditPage, AuditQuery, AuditRow},
};
use async_trait::async_trait;
use domain::{
    people::access::{self, Actor},
    time::iso,
};

use super::{Services, storage};
use crate::storage::{Row, StorageError, q};

/// Rows of a page.
const ROWS: i64 = 100;

/// Features by the first word of an action.
const FEATURES: [(&str, &str); 4] =
    [("duties", "明责"), ("records", "履责"), ("people.s", "登录与退出"), ("people", "组织与人员")];

#[async_trait]
impl Audit for Services {
    async fn log(&self, actor: &Actor, query: AuditQuery) -> Result<AuditPage, ApiError> {
        let _proof = access::read_audit(actor)?;
        let mut find = q("SELECT a.seq, a.at, a.actor, a.action, a.object, a.hash, p.name, c.login FROM audit a
                          LEFT JOIN accounts c ON c.id = a.actor LEFT JOIN persons p ON p.id = c.person_id
                          WHERE a.district_id = $1")
        .bind(actor.district);
        if let Some(feature) = query.feature.as_deref().and_then(|f| FEATURES.iter().find(|(key, _)| *key == f)) {
            find = find.push_bind("AND a.action LIKE ?", format!("{}%", feature.0));
        }
        if let Some(before) = query.before {
            find = find.push_bind("AND a.seq < ?", before);
        }
        let find = find.push("ORDER BY a.seq DESC").push_bind("LIMIT ?", ROWS);
        let rows = self.store.read().rows(find).await.map_err(storage)?;
        let head = self
            .store
            .read()
            .row(q("SELECT seq, hash FROM audit WHERE district_id = $1 ORDER BY seq DESC LIMIT 1").bind(actor.district))
            .await
            .map_err(storage)?;
        let (size, head) = match head {
            Some(row) => (row.int("seq").map_err(storage)?, row.text("hash").map_err(storage)?),
            None => (0, String::new()),
        };
        let rows = rows.iter().map(audit_row).collect::<Result<Vec<_>, StorageError>>().map_err(storage)?;
        let full = i64::try_from(rows.len()).is_ok_and(|n| n == ROWS);
        Ok(AuditPage {
            older: rows.last().filter(|_| full).map(|row| row.seq),
            rows,
            size,
            head,
            features: FEATURES.iter().map(|(key, label)| ((*key).to_owned(), (*label).to_owned())).collect(),
        })
    }
}

fn audit_row(row: &Row) -> Result<AuditRow, StorageError> {
    let at = row.instant("at")?;
    let who = match (row.opt_text("name")?, row.opt_text("login")?) {
        (Some(name), Some(login)) => format!("{name}（{login}）"),
        _ => "系统".to_owned(),
    };
    Ok(AuditRow {
        seq: row.int("seq")?,
        at: format!("{} {}", iso(at.day()), at.clock()),
        who,
        action: words(&row.text("action")?),
        object: row.text("object")?,
        hash: row.text("hash")?.chars().take(12).collect(),
    })
}

/// The action in Chinese; an action without words of its own shows its key.
fn words(action: &str) -> String {
    let text = match action {
        "records.save" => "保存履责记录",
        "records.draft" => "代录",
        "records.correct" => "更正记录",
        "records.confirm" => "确认代录",
        "records.refuse" => "退回代录",
        "records.verify" => "标为已核实",
        "records.read" => "查看记录本目录",
        "reviews.pack_opened" => "按未核对开放评议材料",
        "reviews.offline_shown" => "查看拟转线下的内容",
        "reviews.offline" => "转线下并删除原文",
        "reviews.command" => "会场操作",
        "reviews.recovered" => "重新启动后补记会场操作",
        "reviews.checked_in" => "评议会签到",
        "reviews.desk" => "签到处办理",
        "reviews.sealed" => "封存测评",
        "reviews.link_destroyed" => "席位与测评表的对应关系已销毁",
        "reviews.comment_read" => "阅定评议意见",
        "reviews.feedback_drafted" => "拟评议反馈单",
        "reviews.feedback_asked" => "评议反馈单送签",
        "reviews.feedback_signed" => "签发评议反馈单",
        "reviews.feedback_returned" => "退回评议反馈单",
        "reviews.feedback_given" => "移交评议反馈单",
        "reviews.feedback_received" => "接收评议反馈单",
        "reviews.feedback_paper" => "登记纸质交接评议反馈单",
        "accountability.step" => "办理问题整改",
        "duties.issued" => "下达清单",
        "duties.signed" => "签收清单",
        "duties.approved" => "审定清单",
        "duties.submitted" => "提交审定",
        "duties.commented" => "反馈意见",
        "duties.returned" => "退回清单",
        "duties.sent_for_comment" => "送单位征求意见",
        "duties.list_made" => "制作清单",
        "duties.edition_drafted" => "起草新版清单",
        "duties.template_published" => "发布清单模板",
        "duties.imported" => "导入清单",
        "duties.proposed" => "提出自选动作",
        "duties.passed_down" => "向下属单位传导清单",
        "duties.frozen" => "冻结清单",
        "duties.handover_signed" => "签收移交单",
        "duties.enabled_on" => "设定启用日",
        "duties.task_added" => "新增年度任务",
        "duties.task_done" => "年度任务完成",
        "duties.task_removed" => "去掉年度任务",
        "people.sign_in" => "登录",
        "people.sign_out" => "退出",
        "people.sign_in_refused" => "登录未通过",
        "people.denied" => "访问被拒绝",
        "people.session_over" => "登录过期",
        "people.sessions_ended" => "结束登录",
        "people.activated" => "启用账号",
        "people.account_added" => "新增账号",
        "people.account_disabled" => "停用账号",
        "people.account_enabled" => "恢复账号",
        "people.password_changed" => "修改密码",
        "people.pin_changed" => "修改数字密码",
        "people.device_unbound" => "解除设备绑定",
        "people.device_ended" => "结束设备",
        "people.slip_printed" => "打印启用单",
        "people.role_proposed" => "提出角色",
        "people.role_confirmed" => "确认角色",
        "people.role_refused" => "不同意角色",
        "people.role_ended" => "结束角色",
        "people.role_given" => "授予角色",
        "people.appointed" => "任职",
        "people.term_ended" => "免职",
        "people.unit_added" => "新增单位",
        "people.unit_renamed" => "单位更名",
        "people.unit_ended" => "撤销单位",
        "people.post_added" => "新增岗位",
        "people.map_changed" => "修改归口表",
        "people.first_admin" => "创建首个管理员",
        _ => return action.to_owned(),
    };
    format!("{text}（{action}）")
}
