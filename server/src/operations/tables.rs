//! What of the database may leave in an export: every table and column is named
//! here or left out with a reason. A test compares this with the schema, so a new
//! column is decided on, not forgotten.

/// A table of the export.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Name, also of its files.
    pub name: &'static str,
    /// Chinese, for the README.
    pub label: &'static str,
    /// Columns, in order.
    pub columns: &'static [&'static str],
    /// One page of rows: `$1` rows from `$2`.
    pub page: &'static str,
}

macro_rules! table {
    ($name:literal $label:literal by $key:literal: $first:literal $($column:literal)*) => {
        Table {
            name: $name,
            label: $label,
            columns: &[$first $(, $column)*],
            page: concat!("SELECT ", $first $(, ", ", $column)*, " FROM ", $name, " ORDER BY ", $key, " LIMIT $1 OFFSET $2"),
        }
    };
}

/// Everything that is exported.
pub const TABLES: &[Table] = &[
    table!("districts" "区" by "id": "id" "name" "enabled_on" "settings" "demo" "created_at"),
    table!("units" "单位" by "id": "id" "district_id" "name" "kind" "parent_id" "leads_district" "starts_on" "ends_on"
        "merged_into" "position" "pinyin" "strokes" "version"),
    table!("unit_names" "单位曾用名" by "unit_id, from_day": "unit_id" "district_id" "from_day" "name"),
    table!("posts" "岗位" by "id": "id" "district_id" "unit_id" "title" "is_head" "starts_on" "ends_on" "position"),
    table!("persons" "人员" by "id": "id" "district_id" "name" "pinyin" "strokes" "initials" "phone"),
    table!("terms" "任职" by "id": "id" "district_id" "post_id" "person_id" "starts_on" "ends_on" "acting"),
    table!("role_grants" "角色授予" by "id": "id" "district_id" "person_id" "role" "unit_id" "state" "proposed_by"
        "confirmed_by" "starts_on" "ends_on"),
    table!("oversight_map" "归口表" by "unit_id": "unit_id" "district_id" "team_id" "office_id" "committee_id"),
    table!("accounts" "账号（不含密码）" by "id": "id" "district_id" "person_id" "login" "demo" "disabled_at" "text_size"
        "changed_at" "chosen_at"),
    table!("duty_lists" "五张责任清单" by "id": "id" "district_id" "key" "name" "party" "position"),
    table!("templates" "清单模板" by "id": "id" "district_id" "list_id" "unit_kind" "year" "edition" "state" "version"
        "created_at" "issued_at"),
    table!("template_items" "模板条目" by "template_id, duty_id": "template_id" "duty_id" "district_id" "code" "group_no"
        "group_name" "text" "frequency" "due_month" "due_day" "months" "evidence" "action" "hard" "routine" "list_key"
        "source" "position"),
    table!("leader_lists" "第一责任人履责清单" by "id": "id" "district_id" "post_id" "unit_id" "year" "edition" "state"
        "version" "template_id" "content_hash" "effective_on" "sent_on" "comment_until" "returned_why" "issued_at"
        "signed_at" "signed_on" "receipt_due" "from_unit_id"),
    table!("leader_items" "履责清单条目" by "list_id, duty_id": "list_id" "duty_id" "district_id" "code" "group_no"
        "group_name" "text" "frequency" "due_month" "due_day" "months" "evidence" "action" "hard" "routine" "list_key"
        "source" "position"),
    table!("occurrences" "应落实事项" by "id": "id" "district_id" "post_id" "unit_id" "year" "duty_id" "code" "period_no"
        "window_from" "window_to" "counts_from" "due_on" "state" "record_id" "event_on" "recorded_on" "verified_at"),
    table!("holidays" "节假日和调休" by "district_id, day": "district_id" "day" "kind" "name"),
    table!("annual_tasks" "年度任务清单" by "id": "id" "district_id" "unit_id" "year" "title" "node" "due_on" "owner"
        "done_mark" "done_on" "source" "version"),
    table!("handovers" "移交单" by "id": "id" "district_id" "post_id" "year" "from_term" "to_term" "open_items" "due_on"
        "from_signed_at" "to_signed_at" "version" "created_at"),
    table!("records" "履责纪实" by "id": "id" "district_id" "post_id" "unit_id" "year" "page" "state" "kind" "text"
        "event_on" "recorded_at" "recorded_on" "late" "author_person" "author_term" "proxy_person" "refused_why"
        "verified_at" "verified_by" "version" "details" "proxy_sent_on" "proxy_late" "shared"),
    table!("record_corrections" "纪实更正" by "record_id, seq": "record_id" "seq" "district_id" "before_text" "after_text"
        "reason" "at" "person_id" "before_kind" "after_kind" "before_event" "after_event" "before_codes" "after_codes"
        "before_details" "after_details"),
    table!("record_duties" "纪实对应的清单条目" by "record_id, duty_id": "record_id" "duty_id" "district_id"
        "occurrence_id" "code" "unmatched_why" "unmatched_by" "ticked_on" "ticked_at" "cause_id"),
    table!("evidence_files" "佐证材料（文件在 attachments/evidence/files 里，以 hash 为名）" by "district_id, hash": "district_id"
        "hash" "kind" "size" "stored_at"),
    table!("evidence_links" "纪实的佐证材料" by "id": "id" "district_id" "record_id" "hash" "name" "added_at" "added_by"
        "withdrawn_at" "withdrawn_by" "withdrawn_why"),
    table!("signatures" "签收和签字" by "id": "id" "district_id" "purpose" "subject" "version" "content_hash" "person_id"
        "post_id" "at" "signing"),
    table!("approvals" "审批意见" by "id": "id" "district_id" "subject" "step" "by_role" "account_id" "person_name"
        "decision" "reason" "paper_on" "paper_handler" "at"),
    table!("thread_events" "五责链脉络" by "id": "id" "district_id" "post_id" "year" "duty_id" "stage" "at" "source"
        "title" "link" "visibility"),
    table!("inspections" "翻阅检查" by "id": "id" "district_id" "post_id" "unit_id" "year" "purpose" "from_day" "to_day"
        "body" "standing" "sampling" "sample" "conclusion" "edition" "version" "announced_by" "announced_at" "closed_on"
        "withdrawn_why" "pool"),
    table!("inspection_readers" "翻阅人员" by "inspection_id, person_id": "inspection_id" "person_id" "district_id" "name"),
    table!("inspection_remarks" "检查意见" by "id": "id" "inspection_id" "district_id" "record_id" "duty_id" "kind" "text"
        "by_person" "by_name" "at" "agreed_by" "agreed_name" "agreed_on" "check_words" "check_at" "answer" "answered_by"
        "answered_at" "withdrawn_at" "withdrawn_why" "item_id" "proposal_state" "proposal" "agreed_at"),
    table!("season_steps" "督责安排" by "id": "id" "district_id" "unit_id" "post_id" "year" "kind" "period" "part"
        "body_id" "assignee_id" "by_hand" "planned_on" "due_on" "moved_why" "state" "note" "drafted_by" "drafted_name"
        "decided_name" "decided_on" "returned_why" "inspection_id" "paused_on" "done_on" "handler" "ended_why" "version"
        "made_at" "changed_at"),
    table!("season_settings" "督责期限（示范）" by "district_id": "district_id" "days" "version" "changed_at"),
    table!("book_takings" "依规调取" by "id": "id" "district_id" "post_id" "year" "number" "reason" "state" "asked_by"
        "asked_name" "asked_at" "decided_by" "decided_name" "decided_at" "taken_at"),
    table!("readings" "翻阅登记" by "post_id, year, viewer, hour": "district_id" "post_id" "year" "viewer" "viewer_name"
        "hour" "announced"),
    table!("portrait_looks" "画像查看登记" by "term_id, viewer, hour": "district_id" "term_id" "viewer" "hour"),
    table!("rule_sets" "提醒规则" by "district_id, version": "district_id" "version" "rules" "adopted_at"),
    table!("rule_drafts" "三色预警规则草稿" by "id": "id" "district_id" "rules" "note" "based_on" "state" "version"
        "by_person" "by_name" "saved_at" "returned_why" "decided_name" "decided_at" "adopted_version"),
    table!("fact_checks" "申请核对" by "id": "id" "district_id" "kind" "post_id" "unit_id" "year" "subject_key" "title"
        "shown" "tone" "words" "state" "by_person" "by_name" "asked_at" "asked_on" "due_on" "answer" "answered_by"
        "answered_name" "answered_at" "seen_at"),
    table!("colours" "条目颜色" by "post_id, year, duty_id": "post_id" "year" "duty_id" "district_id" "unit_id" "code"
        "tone" "word" "reason" "facts" "progress" "rule_version" "valid_until"),
    table!("board_cells" "看板格子" by "post_id, year, duty": "post_id" "year" "duty" "district_id" "unit_id" "tone" "word"
        "text" "why" "tally" "valid_until"),
    table!("colour_changes" "颜色变化" by "id": "id" "district_id" "post_id" "year" "duty_id" "before_tone" "after_tone"
        "reason" "facts" "rule_version" "at"),
    table!("meetings" "述责述廉评议会" by "id": "id" "district_id" "year" "on_day" "title" "state" "plan" "version"
        "proposed_at" "approved_at" "created_by" "created_at"),
    table!("meeting_people" "会议中的职责" by "meeting_id, person_id, part": "meeting_id" "person_id" "part" "district_id"),
    table!("meeting_events" "会议经过" by "meeting_id, seq": "meeting_id" "seq" "district_id" "at" "actor" "event"),
    table!("meeting_seats" "评议席位（不含凭据）" by "id": "id" "meeting_id" "district_id" "group_key" "rater_id" "label"
        "epoch" "arrived" "how" "revoked"),
    table!("meeting_roll" "评议人员签到册" by "meeting_id, rater_id": "meeting_id" "rater_id" "district_id" "arrived"
        "card_given"),
    table!("meeting_rounds" "测评轮次" by "id": "id" "meeting_id" "district_id" "state" "certificate" "bundle" "sealed_at"),
    table!("sealed_ballots" "已封存的测评表" by "id": "id" "district_id" "round_id" "presenter_id" "group_key" "vote"
        "seat_label"),
    table!("sealed_marks" "已封存的单项评价" by "id": "id" "district_id" "round_id" "presenter_id" "group_key" "dimension"
        "mark"),
    table!("sealed_comments" "已封存的评议意见" by "id": "id" "district_id" "round_id" "presenter_id" "text"
        "cleared_text" "state"),
    table!("meeting_reports" "述责述廉报告" by "meeting_id, presenter_id": "meeting_id" "presenter_id" "district_id" "text"
        "handed_at" "facts" "facts_checked_at" "facts_note" "version"),
    table!("meeting_questions" "询问题目和建议" by "id": "id" "meeting_id" "presenter_id" "district_id" "text"
        "author_unit" "state" "anonymous" "opened_at"),
    table!("meeting_remarks" "询问和点评记录" by "id": "id" "meeting_id" "presenter_id" "district_id" "step"
        "person_name" "text" "at"),
    table!("feedback_sheets" "评议反馈单" by "id": "id" "meeting_id" "presenter_id" "district_id" "post_id" "unit_id"
        "state" "text" "version" "signed_by" "handed_at" "paper_on" "paper_handler"),
    table!("items" "问题整改台账" by "id": "id" "district_id" "year" "number" "unit_id" "post_id" "duty_id" "kind" "origin"
        "origin_id" "state" "opened_on" "due_on" "closed_on" "repeated" "item" "version"),
    table!("item_events" "问题整改经过" by "item_id, seq": "item_id" "seq" "district_id" "at" "step" "state" "by_role"
        "person_id" "person_name" "words" "paper_on" "paper_handler"),
    table!("item_lines" "问题整改台账的检索行" by "item_id": "item_id" "district_id" "doc" "indexed" "unit_id" "post_id"
        "duty_id" "kind" "origin" "origin_id" "state" "turn" "due_on" "opened_on" "closed_on" "year" "number" "repeats"
        "asked" "quick" "owner_id" "filler_id" "leader_id" "applicant_id" "checker_id" "external" "since"),
    table!("chain_proposals" "问题列入下一年自选动作的办理" by "item_id, year": "item_id" "year" "district_id" "post_id"
        "answer" "duty_id" "by_name" "on_day"),
    table!("measures" "问责处理（只有文号、日期、种类）" by "id": "id" "district_id" "unit_id" "post_id" "item_id" "state"
        "kind" "measure" "published_on" "version" "made_at"),
    table!("measure_dictionaries" "处理方式字典" by "district_id": "district_id" "entries" "version" "changed_at"),
    table!("advices" "工作建议和纪检监察建议书" by "id": "id" "district_id" "kind" "unit_id" "post_id" "about" "state"
        "number" "issued_on" "reply_by" "item_id" "advice" "version" "made_at"),
    table!("regulations" "整改建立的制度" by "id": "id" "district_id" "unit_id" "kind" "title" "number" "adopted_on"
        "mended" "added_by" "added_name" "added_at" "withdrawn_at" "withdrawn_why"),
    table!("regulation_items" "制度对应的问题" by "regulation_id, item_id": "regulation_id" "item_id" "district_id"),
    table!("review_results" "述责评议等次" by "meeting_id, presenter_id": "meeting_id" "presenter_id" "district_id"
        "round_id" "post_id" "unit_id" "person_id" "year" "on_day" "grade"),
    table!("comment_readings" "评议意见阅定" by "comment_id, account_id": "comment_id" "account_id" "district_id" "decision"
        "words"),
    table!("book_closings" "记录本年度结转" by "post_id, year": "post_id" "year" "district_id" "unit_id" "closed_on"
        "closed_at" "by_whom" "person_id" "person_name" "done"),
    table!("offline_requests" "转线下（不含内容）" by "id": "id" "district_id" "subject" "subject_id" "record_id"
        "meeting_id" "state" "asked_by" "asked_name" "asked_at" "looked_at" "ended_at"),
    table!("offline_officers" "办理转线下的干部" by "request_id, slot": "request_id" "slot" "district_id" "person_id" "name"
        "seen_at" "done_at"),
    table!("report_drafts" "年度报告和述责述廉报告" by "post_id, year, kind": "post_id" "year" "kind" "district_id" "sections"
        "drawn_at" "saved_at" "saved_by"),
    table!("relief_suggestions" "减负建议（不署名的没有账号）" by "id": "id" "district_id" "family" "name" "title" "common" "words"
        "share" "account_id" "person_name" "on_day" "answer_id"),
    table!("relief_answers" "减负建议的答复" by "id": "id" "district_id" "family" "name" "title" "common" "verdict" "reason"
        "changed" "voices" "on_day" "account_id" "person_name"),
    table!("relief_quarters" "季度用时合计" by "district_id, year, quarter": "district_id" "year" "quarter" "figures" "kept_on"),
    table!("reports" "报告" by "id": "id" "district_id" "kind" "cover" "cover_name" "period" "posts" "state" "edition"
        "version" "made_by" "made_name" "made_at" "returned_why" "approved_name" "approved_at" "filed_by" "filed_name"
        "filed_at" "content_hash"),
    table!("report_editions" "报告各稿" by "report_id, edition": "report_id" "edition" "district_id" "cause" "job" "as_of"
        "rule_version" "blocks" "queued_at" "made_name" "texts"),
    table!("report_facts" "报告的事实和来源" by "report_id, edition, block": "report_id" "edition" "block" "district_id"
        "facts" "computed_at"),
    table!("report_texts" "报告的文字" by "report_id, part": "report_id" "part" "district_id" "text" "version" "saved_by"
        "saved_name" "saved_at"),
    table!("report_readers" "报告阅读人员" by "report_id, person_id": "report_id" "person_id" "district_id" "name"),
    table!("report_openings" "报告打开登记" by "report_id, person_id, hour": "report_id" "person_id" "hour" "district_id"
        "name"),
    table!("outside_papers" "线下文书登记（只有文号、日期、份数）" by "id": "id" "district_id" "paper" "number" "on_day" "copies"
        "noted_by" "noted_name" "noted_at"),
    table!("warning_matters" "“一件事”问责预警" by "id": "id" "district_id" "year" "title" "aim" "source"
        "source_words" "proposed_by" "proposed_name" "proposed_unit" "proposed_at" "analysis" "lead_id" "ends_on" "counts"
        "sign_days" "answer_days" "stages" "stage" "hands" "reason" "asked_on" "issued_on" "sent_on" "closed_on"
        "report" "version"),
    table!("warning_supervisors" "监督牵头单位" by "matter_id, unit_id": "matter_id" "unit_id" "district_id"),
    table!("warning_problems" "问题清单" by "id": "id" "district_id" "matter_id" "position" "category" "text"
        "version"),
    table!("warning_duties" "责任清单" by "id": "id" "district_id" "matter_id" "position" "problem_id" "text"
        "standard" "follows" "version"),
    table!("warning_cells" "责任清单的单位和科室" by "duty_id, unit_id": "duty_id" "unit_id" "district_id" "matter_id"
        "part" "office" "person" "leader" "measure" "due_on" "item_id" "version"),
    table!("warning_situations" "问责清单" by "id": "id" "district_id" "matter_id" "position" "text" "direct" "deputy"
        "head" "basis" "version"),
    table!("warning_countersigns" "会签" by "matter_id, unit_id": "matter_id" "unit_id" "district_id" "state" "due_on"
        "words" "by_name" "on_day" "paper_on" "paper_handler" "settled_by" "settled_on" "settled_words" "version"),
    table!("warning_handoffs" "责任转出" by "id": "id" "district_id" "matter_id" "duty_id" "from_unit" "to_unit"
        "words" "by_name" "at"),
    table!("warning_notices" "问责预警提示单" by "id": "id" "district_id" "matter_id" "unit_id" "post_id" "unit_name"
        "position" "number" "state" "doc" "queued_at" "made_at" "delivered_on" "delivered_name" "sign_due"
        "answer_due" "signed_on" "signed_name" "paper_on" "paper_handler" "measures" "answered_on" "answered_name"
        "moved" "version"),
    table!("warning_talks" "双周会商" by "id": "id" "district_id" "matter_id" "due_on" "held_on" "words" "found"
        "advised" "by_name" "at"),
    table!("warning_progress" "流程环节进展" by "id": "id" "district_id" "matter_id" "duty_id" "stage_no" "done_on"
        "held_by" "on_day" "words" "by_name" "at"),
    table!("warning_starts" "提请启动" by "id": "id" "district_id" "matter_id" "situation_id" "unit_id" "words"
        "state" "asked_by" "asked_name" "asked_on" "answer" "answered_name" "answered_on" "at" "version"),
    table!("document_series" "文号设置" by "district_id, series, year": "district_id" "series" "year" "prefix" "start"
        "set_name" "set_on"),
    table!("document_numbers" "文号登记簿" by "district_id, series, year, number": "district_id" "series" "year" "number"
        "prefix" "subject" "title" "link" "state" "outside" "reason" "taken_name" "taken_at" "void_name" "void_at"),
    table!("letters" "通报" by "id": "id" "district_id" "series" "state" "title" "number" "drafted_by" "drafted_on"
        "issued_on" "plain" "version"),
    table!("letter_units" "通报的收文单位" by "letter_id, unit_id": "letter_id" "unit_id" "district_id" "unit_name"
        "received_name" "received_on" "paper_handler"),
    table!("tolerance_cases" "容错纠错" by "id": "id" "district_id" "unit_id" "post_id" "about" "state" "by_person"
        "for_person" "verifier" "proposed" "waits" "asked_on" "number" "plain" "version"),
    table!("tolerance_events" "容错纠错经过" by "case_id, seq": "case_id" "seq" "district_id" "at" "step" "person_name"
        "words"),
    table!("clearances" "澄清正名" by "id": "id" "district_id" "unit_id" "post_id" "about" "state" "person_id" "by_person"
        "waits" "asked_on" "number" "plain" "version"),
    table!("excused" "不再计颜色的事项" by "sort, subject_id": "district_id" "post_id" "sort" "subject_id" "cause"
        "cause_id" "on_day"),
    table!("tolerance_settings" "容错纠错设置" by "district_id": "district_id" "settings" "set_name" "set_on" "version"),
    table!("reminders" "提醒" by "id": "id" "district_id" "person_id" "kind" "mark" "on_day" "at" "n" "title" "note" "link"
        "seen_at"),
    table!("reminder_urges" "请联络员跟进" by "subject, subject_id, due_on": "district_id" "subject" "subject_id" "due_on"
        "unit_id" "at" "account_id" "person_name"),
    table!("talks" "“三交底”廉政谈话" by "id": "id" "district_id" "post_id" "unit_id" "term_id" "person_id" "group_id" "state"
        "registered_on" "held_on" "signed_on" "over_on" "turns" "talk" "version"),
    table!("talk_events" "廉政谈话的经过" by "talk_id, seq": "talk_id" "seq" "district_id" "at" "step" "state" "by_role"
        "person_id" "person_name" "words" "paper_on" "paper_handler"),
    table!("talk_groups" "集体谈话" by "id": "id" "district_id" "title" "made_at" "made_by" "made_name"),
    table!("talk_risks" "岗位廉政风险库" by "id": "id" "district_id" "unit_id" "post_name" "point" "level" "control"
        "owner" "ended_on" "changed_at" "changed_name" "version"),
    table!("talk_cases" "公开通报的典型案例" by "id": "id" "district_id" "title" "post_name" "point" "control"
        "published_on" "place" "ended_on" "changed_at" "changed_name"),
    table!("talk_passed" "向下属单位发布的问题清单" by "talk_id, unit_id": "talk_id" "unit_id" "district_id" "at"
        "person_name" "problems" "words" "state" "answer" "answered_at" "answered_name"),
    table!("talk_settings" "廉政谈话的设置" by "district_id, version": "district_id" "version" "settings" "at"
        "person_name"),
    table!("reminder_rounds" "季度履责提醒" by "district_id, year, quarter": "district_id" "year" "quarter" "state"
        "drafted_at" "decided_at" "decided_by" "decided_name" "sent_on" "reached" "version"),
    table!("reminder_switches" "系统外提醒开关" by "district_id": "district_id" "email" "feed" "robot" "changed_at"),
    table!("audit" "审计日志" by "district_id, seq": "district_id" "seq" "at" "actor" "action" "object" "digest" "prev"
        "hash"),
    table!("audit_details" "审计日志说明" by "district_id, seq": "district_id" "seq" "salt" "text"),
];

/// Tables that never leave, and why (Chinese, for the README).
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("sessions", "登录会话"),
    ("devices", "绑定设备的凭据"),
    ("activations", "一次性激活码"),
    ("reminder_ways", "各人选的提醒方式和邮箱，属于各人自己"),
    ("reminder_messages", "系统外提醒的发送状态，只有项数，没有内容"),
    ("reminder_feeds", "日历订阅地址的凭据"),
    ("reminder_events", "日历订阅里的日程，只有项数，可以重新算出"),
    ("commands", "防重复提交的记录，30 天后只留编号，400 天后自动删除"),
    ("drafts", "没有提交的草稿，属于各人自己"),
    ("uploads", "导入时上传的原始文件"),
    ("paper_templates", "区里自己的文书模板，原件在上传的人手里，也可以在文书模板页下载"),
    ("evidence_uploads", "没有传完的佐证材料"),
    ("meeting_secrets", "会场签到码的密钥"),
    ("schema_versions", "程序自己的结构版本"),
    ("item_grams", "问题整改台账的文字索引，可以重新算出"),
    ("search_docs", "搜索索引，用 wuze reindex 可以重建"),
    ("search_index", "搜索索引，用 wuze reindex 可以重建"),
    ("search_state", "搜索索引建到哪里"),
];

/// Columns of exported tables that never leave.
pub const SECRET: &[(&str, &str)] = &[
    ("accounts", "password_hash"),
    ("accounts", "failures"),
    ("accounts", "retry_after"),
    ("offline_requests", "held"),
    ("meeting_seats", "card_hash"),
    ("meeting_seats", "token_hash"),
];
