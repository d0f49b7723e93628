//! The table: every entry of the inventory with the requests that carry an id. A route
//! added later has no row here, and the matrix fails until somebody thought about it.

use serde_json::json;
use server::http::policy::Kind;

use super::{
    table::{Ask, call, form, get},
    world::Ids,
};

/// Those who see the list of the school once it is issued.
const LIST: [&str; 8] = ["leader_b", "liaison_b", "team", "office", "office2", "deputy", "secretary", "general"];
/// Those who read the school's book, in full or as an outline.
const BOOK: [&str; 7] = ["leader_b", "liaison_b", "team", "office", "office2", "deputy", "secretary"];
/// Those who read what the head has not confirmed.
const PROXY: [&str; 2] = ["leader_b", "liaison_b"];
/// Those who mark a record of the school as checked: the readers of its running reading.
const CHECKERS: [&str; 2] = ["office", "office2"];
/// Those who read the book of the 区委书记.
const LEADING: [&str; 2] = ["district_head", "secretary"];
/// Those who read templates: the office and every supervising body.
const TEMPLATES: [&str; 7] = ["office", "office2", "deputy", "secretary", "general", "team", "team2"];
/// Those who keep the yearly tasks of the school.
const TASKS: [&str; 4] = ["leader_b", "liaison_b", "office", "office2"];
const OFFICE: [&str; 2] = ["office", "office2"];
const PEOPLE: [&str; 3] = ["office", "office2", "sysadmin"];
const DIRECTORY: [&str; 4] = ["office", "office2", "sysadmin", "security"];
const SECURITY: [&str; 1] = ["security"];
const GENERAL: [&str; 1] = ["general"];
const HEAD: [&str; 1] = ["leader_b"];
/// Who uploaded the preview.
const UPLOADER: [&str; 1] = ["office"];
const NOBODY: [&str; 0] = [];

const DAY: &str = "2026-11-02";

/// The requests of an entry about `of`; empty where the entry takes no id; `None` where nobody said.
pub fn asks(kind: Kind, path: &str, of: &Ids) -> Option<Vec<Ask>> {
    if let Some(asks) = super::live::asks(kind, path, of)
        .or_else(|| super::after::asks(path, of))
        .or_else(|| super::accountability::asks(path, of))
        .or_else(|| super::book::asks(path, of))
        .or_else(|| super::documents::asks(path, of))
        .or_else(|| super::evidence::asks(path, of))
        .or_else(|| super::oversight::asks(path, of))
        .or_else(|| super::overview::asks(path))
        .or_else(|| super::papers::asks(path, of))
        .or_else(|| super::portrait::asks(path, of))
        .or_else(|| super::reminders::asks(path, of))
        .or_else(|| super::relief::asks(path, of))
        .or_else(|| super::reports::asks(path, of))
        .or_else(|| super::reviews::asks(path, of))
        .or_else(|| super::rules::asks(path, of))
        .or_else(|| super::season::asks(path, of))
        .or_else(|| super::talks::asks(path, of))
        .or_else(|| super::warnings::asks(path, of))
    {
        return Some(asks);
    }
    match kind {
        Kind::Page | Kind::File => pages(path, of),
        Kind::Function => functions(path, of),
        Kind::Form | Kind::Upload => records(path, of)
            .or_else(|| lists(path, of))
            .or_else(|| templates_and_tasks(path, of))
            .or_else(|| units(path, of))
            .or_else(|| accounts(path, of)),
        Kind::Api | Kind::Replace | Kind::Data | Kind::Stream => None,
    }
}

fn pages(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let draft = |who: &[&'static str]| vec![get(format!("{path}?draft={}", of.draft), who)];
    let list = |rest: &str| get(format!("/duties/lists/{}{rest}", of.list), &LIST);
    Some(match path {
        "/home" | "/todo" | "/me/reset" | "/audit" | "/imports/template/{kind}" => Vec::new(),
        "/records/new" => draft(&HEAD),
        "/duties" | "/duties/mine" | "/duties/calendar" | "/me" | "/people" | "/people/roles" | "/people/slips"
        | "/people/import" => draft(&NOBODY),
        "/drafts" => vec![get(format!("/drafts?form=records.correct&subject={}", of.record), &NOBODY)],
        "/records" => vec![
            get(format!("/records?post={}", of.post), &BOOK),
            get(format!("/records?post={}", of.leading), &LEADING),
        ],
        "/search" => vec![
            get(format!("/search?kind=other&post={}", of.post), &BOOK),
            get(format!("/search?kind=other&post={}", of.leading), &LEADING),
            get(format!("/search?kind=other&before={}", of.record), &BOOK),
            get(format!("/search?kind=other&before={}", of.proxy), &PROXY),
        ],
        "/records/{id}" => {
            vec![get(format!("/records/{}", of.record), &BOOK), get(format!("/records/{}", of.proxy), &PROXY)]
        }
        "/handling/{id}" => vec![get(format!("/handling/{}", of.record), &NOBODY)],
        "/duties/sign/{id}" => vec![get(format!("/duties/sign/{}", of.list), &HEAD)],
        "/duties/lists/{id}" => vec![list("")],
        "/duties/lists/{id}/compare" => vec![list("/compare")],
        "/duties/templates/{id}" => vec![get(format!("/duties/templates/{}", of.template), &TEMPLATES)],
        "/duties/templates/{id}/compare" => {
            vec![get(format!("/duties/templates/{}/compare?with={}", of.template, of.open_template), &TEMPLATES)]
        }
        "/duties/import" => vec![get(format!("/duties/import?template={}", of.template), &OFFICE)],
        "/duties/tasks" => vec![get(format!("/duties/tasks?unit={}", of.unit), &LIST)],
        "/duties/handovers/{id}" => vec![get(format!("/duties/handovers/{}", of.handover), &LIST)],
        "/duties/handovers/{id}/export" => vec![get(format!("/duties/handovers/{}/export", of.handover), &LIST)],
        "/people/map" => vec![get(format!("/people/map?unit={}", of.unit), &DIRECTORY)],
        "/people/units/{id}" => vec![get(format!("/people/units/{}", of.unit), &DIRECTORY)],
        "/people/units/{id}/export" => vec![get(format!("/people/units/{}/export", of.unit), &DIRECTORY)],
        "/people/{id}" => vec![get(format!("/people/{}", of.person), &DIRECTORY)],
        "/people/{id}/export" => vec![get(format!("/people/{}/export", of.person), &DIRECTORY)],
        "/imports/{id}" => vec![get(format!("/imports/{}", of.upload), &UPLOADER)],
        "/imports/{id}/export" => vec![get(format!("/imports/{}/export", of.upload), &UPLOADER)],
        "/imports/{id}/errors" => vec![get(format!("/imports/{}/errors", of.upload), &UPLOADER)],
        "/board" => vec![
            get(format!("/board?team={}", of.team), &LIST),
            // 区纪委办公室 sees the row, not what is behind its cells.
            get(format!("/board?post={}&duty=lv", of.post), &LIST),
            get(format!("/board?post={}&item={}", of.post, of.duty), &BOOK).seen_by(&GENERAL),
        ],
        "/board/item/export" => {
            vec![get(format!("/board/item/export?post={}&item={}", of.post, of.duty), &BOOK)]
        }
        "/board/export" => vec![get(format!("/board/export?team={}", of.team), &LIST)],
        "/chain" | "/chain/export" => Vec::new(),
        "/chain/item" | "/chain/item/export" => vec![
            get(format!("{path}?post={}&duty={}", of.post, of.duty), &BOOK),
            get(format!("{path}?problem={}", of.item), &BOOK),
        ],
        "/duties/compare/export" => vec![
            get(format!("/duties/compare/export?what=list&id={}", of.list), &LIST),
            get(
                format!("/duties/compare/export?what=template&id={}&with={}", of.template, of.open_template),
                &TEMPLATES,
            ),
        ],
        "/duties/export" => vec![
            get(format!("/duties/export?what=list&id={}", of.list), &LIST),
            get(format!("/duties/export?what=steps&id={}", of.list), &LIST),
            get(format!("/duties/export?what=template&id={}", of.template), &TEMPLATES),
            get(format!("/duties/export?what=tasks&unit={}", of.unit), &LIST),
        ],
        _ => return None,
    })
}

fn functions(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let draft = |who: &[&'static str]| vec![call(json!({ "draft": of.draft }), who)];
    Some(match path {
        "/api/records/home" | "/api/records/todo" | "/api/audit/log" => Vec::new(),
        "/api/records/new" => draft(&HEAD),
        "/api/duties/overview"
        | "/api/duties/mine"
        | "/api/duties/calendar"
        | "/api/people/directory"
        | "/api/people/roles"
        | "/api/people/slips"
        | "/api/people/me" => draft(&NOBODY),
        "/api/imports/start" => vec![call(json!({ "kind": "people", "draft": of.draft }), &NOBODY)],
        "/api/records/book" => vec![
            call(json!({ "post": of.post }), &BOOK),
            call(json!({ "post": of.post, "duty": of.duty }), &BOOK),
            call(json!({ "post": of.leading }), &LEADING),
        ],
        "/api/search/find" => vec![
            call(json!({ "post": of.post, "kind": "other" }), &BOOK),
            call(json!({ "post": of.leading }), &LEADING),
            call(json!({ "before": of.record, "kind": "other" }), &BOOK),
            call(json!({ "before": of.proxy, "kind": "other" }), &PROXY),
        ],
        "/api/records/one" => vec![call(json!({ "id": of.record }), &BOOK), call(json!({ "id": of.proxy }), &PROXY)],
        "/api/records/save" => {
            let form = json!({
                "command": "", "post": of.post, "kind": null, "text": "别人的本子", "event_on": "", "duties": [of.duty],
            });
            vec![Ask { write: true, ..call(form, &PROXY) }]
        }
        "/api/duties/list" => vec![call(json!({ "id": of.list }), &LIST)],
        "/api/duties/sign" => vec![call(json!({ "id": of.list }), &HEAD)],
        "/api/duties/compare" => vec![
            call(json!({ "what": "list", "id": of.list }), &LIST),
            call(json!({ "what": "template", "id": of.template }), &TEMPLATES),
        ],
        "/api/duties/template" => vec![call(json!({ "id": of.template }), &TEMPLATES)],
        "/api/duties/tasks" => vec![call(json!({ "unit": of.unit }), &LIST)],
        "/api/duties/handover" => vec![call(json!({ "id": of.handover }), &LIST)],
        "/api/duties/import" => vec![call(json!({ "template": of.template }), &OFFICE)],
        "/api/people/unit" => vec![call(json!({ "id": of.unit }), &DIRECTORY)],
        "/api/people/person" => vec![call(json!({ "id": of.person }), &DIRECTORY)],
        "/api/people/map" => vec![call(json!({ "unit": of.unit }), &DIRECTORY)],
        "/api/imports/upload" => vec![call(json!({ "id": of.upload }), &UPLOADER)],
        "/api/board/matrix" => vec![call(json!({ "team": of.team }), &LIST)],
        "/api/board/cell" => vec![
            // The row of the board; items and threads behind it need the book.
            call(json!({ "post": of.post, "duty": "lv" }), &LIST),
            call(json!({ "post": of.leading, "duty": "ming" }), &LEADING),
        ],
        "/api/chain/flow" => Vec::new(),
        "/api/chain/thread" => vec![
            call(json!({ "post": of.post, "duty": of.duty }), &BOOK),
            call(json!({ "problem": of.item }), &BOOK),
        ],
        "/api/board/item" => vec![call(json!({ "post": of.post, "item": of.duty }), &BOOK)],
        _ => return None,
    })
}

fn records(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let v = &of.versions;
    Some(match path {
        // Drafts are found by account, form and subject, never by an id; the rest means the own book.
        "/drafts" | "/drafts/drop" | "/records/confirm" => Vec::new(),
        "/drafts/forget" => vec![form(&[("draft", &of.draft)], &HEAD)],
        "/records/save" => {
            vec![form(&[("post", &of.post), ("text", "别人的本子"), ("event_on", ""), ("duty", &of.duty)], &PROXY)]
        }
        "/records/offline" => {
            let fields = [("record", of.record.as_str()), ("first", &of.person), ("second", &of.other)];
            vec![form(&fields, &HEAD).seen_by(&BOOK)]
        }
        // Nothing went offline here: it is there for nobody (`records::offline` has the two and the asker).
        "/handling/back" | "/handling/sheet" => vec![form(&[("id", &of.record)], &NOBODY)],
        "/handling/printed" => vec![form(&[("id", &of.record), ("printed", "1")], &NOBODY)],
        "/handling/officer" => vec![form(&[("id", &of.record), ("slot", "1"), ("officer", &of.person)], &NOBODY)],
        "/records/correct" => {
            let fields = [("record", of.record.as_str()), ("seen", &v.record), ("text", "改了"), ("reason", "改")];
            vec![form(&fields, &HEAD).versioned().seen_by(&BOOK)]
        }
        "/records/decide" => {
            let decide = |id: &str, seen: &str, what: &str, who: &[&'static str]| {
                form(&[("record", id), ("seen", seen), ("decision", what), ("reason", "原因")], who).versioned()
            };
            vec![
                decide(&of.proxy, &v.proxy, "confirm", &HEAD).seen_by(&PROXY),
                decide(&of.proxy, &v.proxy, "refuse", &HEAD).seen_by(&PROXY),
                decide(&of.proxy, &v.proxy, "verify", &NOBODY).seen_by(&PROXY),
                decide(&of.record, &v.record, "verify", &CHECKERS).seen_by(&BOOK),
                decide(&of.record, &v.record, "confirm", &NOBODY).seen_by(&BOOK),
                decide(&of.record, &v.record, "share", &HEAD).seen_by(&BOOK),
                decide(&of.record, &v.record, "resend", &NOBODY).seen_by(&BOOK),
            ]
        }
        _ => return None,
    })
}

fn lists(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let v = &of.versions;
    // Every form names the list and the version seen; the list is signed, so nobody's works.
    let about = |more: &[(&str, &str)], who: &[&'static str]| {
        let mut fields = vec![("leader", of.list.as_str()), ("seen", &v.list)];
        fields.extend_from_slice(more);
        form(&fields, who).versioned().seen_by(&LIST)
    };
    let unseen = |more: &[(&str, &str)], who: &[&'static str]| {
        let mut fields = vec![("leader", of.list.as_str())];
        fields.extend_from_slice(more);
        form(&fields, who).seen_by(&LIST)
    };
    let words = [("text", "多一条"), ("frequency", "yearly"), ("source", "petition")];
    Some(match path {
        "/duties/lists/item" => {
            let new = [("do", "save"), ("code", "14.2"), ("group", "组"), ("text", "多"), ("frequency", "yearly")];
            vec![
                about(&new, &NOBODY),
                about(&[("do", &format!("drop:{}", of.duty))], &NOBODY),
                about(&[("do", &format!("up:{}", of.duty))], &NOBODY),
            ]
        }
        "/duties/lists/propose" => vec![about(&words, &NOBODY)],
        "/duties/lists/learn" => ["taken", "refused", "asked"]
            .into_iter()
            .map(|answer| about(&[("do", &format!("{answer}:{}", of.item))], &NOBODY))
            .collect(),
        "/duties/lists/step" => ["send", "submit", "approve", "return", "issue"]
            .into_iter()
            .map(|step| about(&[("step", step), ("reason", "原因")], &NOBODY))
            .collect(),
        "/duties/lists/paper" => vec![about(&[("paper_on", DAY), ("handler", "经办人")], &NOBODY)],
        "/duties/sign" => vec![about(&[("typed", "叶国平")], &NOBODY)],
        "/duties/lists/comment" => vec![unseen(&[("comment", "有意见")], &NOBODY)],
        "/duties/lists/edition" => vec![unseen(&[("effective_on", "2026-12-01")], &OFFICE)],
        "/duties/lists/pass" => {
            vec![unseen(&[("item", &of.duty), ("post", &of.post), ("effective_on", "2026-12-01")], &HEAD)]
        }
        "/duties/batch" => {
            let pick = format!("{}:{}", of.list, v.list);
            ["send", "approve", "issue"]
                .into_iter()
                .map(|step| {
                    form(&[("year", "2026"), ("step", step), ("pick", &pick)], &NOBODY).versioned().seen_by(&LIST)
                })
                .collect()
        }
        "/duties/handovers/sign" => ["from", "to"]
            .into_iter()
            .map(|side| {
                let who: &[&'static str] = if side == "to" { &HEAD } else { &NOBODY };
                let fields = [
                    ("handover", of.handover.as_str()),
                    ("seen", &v.handover),
                    ("side", side),
                    ("how", "screen"),
                    ("typed", "叶国平"),
                ];
                form(&fields, who).versioned().seen_by(&LIST)
            })
            .collect(),
        _ => return None,
    })
}

fn templates_and_tasks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let v = &of.versions;
    let task = |more: &[(&str, &str)]| {
        let mut fields = vec![("year", "2026"), ("task", of.task.as_str()), ("seen", &v.task)];
        fields.extend_from_slice(more);
        form(&fields, &TASKS).versioned()
    };
    Some(match path {
        "/duties/make" | "/duties/calendar/days" | "/duties/calendar/enable" => Vec::new(),
        "/duties/names" => vec![form(&[("id_0", &of.named_list), ("name_0", "改名"), ("party_0", "谁")], &OFFICE)],
        "/duties/templates/new" => {
            let fields =
                [("list", "first_responsible"), ("kind", ""), ("year", "2026"), ("from", of.template.as_str())];
            vec![form(&fields, &OFFICE)]
        }
        "/duties/templates/publish" => {
            vec![form(&[("template", &of.open_template), ("seen", &v.open_template)], &OFFICE).versioned()]
        }
        "/duties/templates/item" => {
            let drop = format!("drop:{}", of.duty);
            let fields = [("template", of.open_template.as_str()), ("seen", &v.open_template), ("do", &drop)];
            vec![form(&fields, &OFFICE).versioned()]
        }
        "/duties/tasks/add" => {
            let fields = [("year", "2026"), ("unit", of.unit.as_str()), ("title", "多"), ("due_on", "2026-12-01")];
            let more = [fields.as_slice(), &[("owner", "谁")]].concat();
            vec![form(&more, &TASKS)]
        }
        "/duties/tasks/finish" => vec![task(&[("done_on", DAY)])],
        "/duties/tasks/remove" => vec![task(&[])],
        _ => return None,
    })
}

fn units(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let v = &of.versions;
    let about = |more: &[(&str, &str)]| {
        let mut fields = vec![("unit", of.unit.as_str()), ("seen", &v.unit)];
        fields.extend_from_slice(more);
        form(&fields, &PEOPLE).versioned()
    };
    Some(match path {
        "/people/units/add" => {
            let fields = [("name", "甲校"), ("kind", "subordinate"), ("starts_on", DAY), ("parent", &of.unit)];
            vec![form(&fields, &PEOPLE)]
        }
        "/people/units/rename" => vec![about(&[("name", "改名"), ("from_day", DAY)])],
        "/people/units/end" => vec![about(&[("ends_on", DAY)])],
        "/people/posts/add" => vec![about(&[("title", "副书记")])],
        "/people/terms/appoint" => {
            vec![about(&[("post", &of.post), ("person", &of.person), ("starts_on", DAY)])]
        }
        "/people/terms/end" => vec![about(&[("term", &of.term), ("ends_on", DAY)])],
        "/people/map/save" => vec![about(&[("team", &of.team)])],
        _ => return None,
    })
}

fn accounts(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let account = [("person", of.person.as_str()), ("account", &of.account)];
    Some(match path {
        "/signout" | "/me/password" | "/me/pin" | "/me/reset" | "/imports/upload" | "/people/district" => Vec::new(),
        "/people/correct" => {
            let fields = [("person", of.person.as_str()), ("seen", &of.versions.person), ("name", "改名")];
            vec![form(&fields, &PEOPLE).versioned()]
        }
        "/people/roles/propose" => {
            vec![form(&[("person", &of.person), ("role", "member"), ("unit", &of.unit)], &PEOPLE)]
        }
        "/people/roles/decide" => vec![form(&[("grant", &of.grant), ("decision", "confirm")], &SECURITY)],
        "/people/roles/end" => {
            vec![form(&[("grant", &of.grant), ("person", &of.person)], &PEOPLE).seen_by(&DIRECTORY)]
        }
        "/people/accounts/add" => vec![form(&[("person", &of.person), ("login", "second")], &PEOPLE)],
        "/people/accounts/set" => vec![form(&[&account[..], &[("state", "disabled")]].concat(), &DIRECTORY)],
        "/people/accounts/end-sessions" => vec![form(&[&account[..], &[("devices", "1")]].concat(), &SECURITY)],
        "/people/accounts/slip" => vec![form(&account, &DIRECTORY)],
        "/people/slips" => vec![form(&[("unit", &of.unit)], &DIRECTORY)],
        "/me/session" => vec![form(&[("session", &of.session)], &HEAD)],
        "/me/device" => vec![form(&[("device", &of.device)], &HEAD)],
        "/post" => vec![form(&[("post", &of.post)], &PROXY)],
        "/imports/answer" => vec![form(&[("upload", &of.upload)], &UPLOADER)],
        "/imports/commit" => vec![form(&[("upload", &of.upload)], &UPLOADER)],
        _ => return None,
    })
}
