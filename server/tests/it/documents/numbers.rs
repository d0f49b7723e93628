//! Rows set, numbers taken, brought and voided; races.

use futures::future::join_all;
use serde_json::json;
use server::storage::q;

use super::{page, row};
use crate::{
    duties::{command, done, refused, rows},
    harness::{BOTH, TestApp},
};

#[tokio::test]
async fn a_row_is_set_and_a_number_never_used_twice() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut general = app.sign_in("general").await;
        let now = page(&mut general).await;
        let notice = row(&now, "warning_notice");
        assert_eq!((notice["sample"].clone(), notice["confirmed"].clone()), (json!("滨纪预〔2026〕1号"), json!("")));

        // Seven were used on paper before.
        let seen = notice["seen"].as_str().unwrap();
        let set = [
            ("of", "set"),
            ("series", "warning_notice"),
            ("year", "2026"),
            ("prefix", "滨纪警"),
            ("next", "8"),
            ("seen", seen),
        ];
        done(&mut general, "/numbers/set", &set).await;
        let no = refused(&mut general, "/numbers/set", &set).await;
        assert!(no.contains("刚刚被别人改过"), "the page was of before");
        let take = [("of", "take"), ("series", "warning_notice"), ("year", "2026"), ("title", "关于某事的提示单")];
        let place = done(&mut general, "/numbers/take", &take).await;
        assert!(place.contains("done=taken"), "{place}");
        let now = page(&mut general).await;
        assert_eq!(now["rows"][0]["text"], "滨纪警〔2026〕8号");
        assert_eq!((&now["rows"][0]["who"], &row(&now, "warning_notice")["next"]), (&json!("汪文博"), &json!(9)));

        // At or below a used one, and what is used already.
        let seen = row(&now, "warning_notice")["seen"].as_str().unwrap().to_owned();
        let back = [
            ("of", "set"),
            ("series", "warning_notice"),
            ("year", "2026"),
            ("prefix", "滨纪警"),
            ("next", "8"),
            ("seen", &seen),
        ];
        let no = refused(&mut general, "/numbers/set", &back).await;
        assert!(no.contains("本年已用到 8 号") && no.contains("请填写 9 或更大的号"), "{no}");
        let bring = [
            ("of", "bring"),
            ("series", "warning_notice"),
            ("year", "2026"),
            ("number", "8"),
            ("title", "另一份"),
        ];
        let no = refused(&mut general, "/numbers/bring", &bring).await;
        assert!(no.contains("滨纪警〔2026〕8号已用于") && no.contains("关于某事的提示单"), "{no}");

        // A voided one stays as a stub and is stepped over.
        let number = [("of", "void"), ("series", "warning_notice"), ("year", "2026"), ("number", "8")];
        let no = refused(&mut general, "/numbers/void", &number).await;
        assert!(no.contains("作废原因还没有填写"), "{no}");
        let void: Vec<_> = number.into_iter().chain([("reason", "印错抬头")]).collect();
        done(&mut general, "/numbers/void", &void).await;
        let no = refused(&mut general, "/numbers/void", &void).await;
        assert!(no.contains("已经作废"), "{no}");
        let no = refused(&mut general, "/numbers/bring", &bring).await;
        assert!(no.contains("已作废（印错抬头）"), "{no}");
        done(&mut general, "/numbers/take", &take).await;
        let now = page(&mut general).await;
        let texts: Vec<_> = now["rows"].as_array().unwrap().iter().map(|r| r["text"].as_str().unwrap()).collect();
        assert_eq!(texts.len(), 2);
        assert!(texts.contains(&"滨纪警〔2026〕9号") && texts.contains(&"滨纪警〔2026〕8号"), "{texts:?}");
        let html = general.get("/numbers").await.text();
        assert!(html.contains("已作废") && html.contains("印错抬头"));
        let file = general.get("/numbers/export?year=2026&series=").await;
        assert_eq!((file.status, file.body.starts_with(b"PK")), (200, true));
    }
}

#[tokio::test]
async fn what_is_typed_wrong_is_refused_with_its_words() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let now = page(&mut office).await;
        let seen = row(&now, "circular")["seen"].as_str().unwrap().to_owned();
        let set = |prefix: &'static str, next: &'static str| {
            [("of", "set"), ("series", "circular"), ("year", "2026"), ("prefix", prefix), ("next", next)]
        };
        for (prefix, next, words) in [
            ("", "1", "发文代字还没有填写"),
            ("滨纪〔通", "1", "发文代字里不能有括号"),
            ("滨纪通", "零", "不是 1 到 99999 的整数"),
            ("滨纪预", "1", "已是问责预警提示单的发文代字"),
        ] {
            let fields: Vec<_> = set(prefix, next).into_iter().chain([("seen", seen.as_str())]).collect();
            let no = refused(&mut office, "/numbers/set", &fields).await;
            assert!(no.contains(words), "{prefix} {next}: {no}");
        }
        let past = [("of", "take"), ("series", "circular"), ("year", "2025"), ("title", "去年的")];
        assert!(refused(&mut office, "/numbers/take", &past).await.contains("新的文号只在今年"));
        let far = [("of", "bring"), ("series", "circular"), ("year", "2031"), ("number", "1"), ("title", "以后的")];
        assert!(refused(&mut office, "/numbers/bring", &far).await.contains("年份 2031 不对"));
        // A wrong digit, voided: the row goes on where it was.
        let high = [("of", "bring"), ("series", "circular"), ("year", "2026"), ("number", "99999"), ("title", "笔误")];
        done(&mut office, "/numbers/bring", &high).await;
        let full = [("of", "take"), ("series", "circular"), ("year", "2026"), ("title", "下一份")];
        assert!(refused(&mut office, "/numbers/take", &full).await.contains("已用到 99999 号"));
        let void = [("of", "void"), ("series", "circular"), ("year", "2026"), ("number", "99999"), ("reason", "笔误")];
        done(&mut office, "/numbers/void", &void).await;
        done(&mut office, "/numbers/take", &full).await;
        assert_eq!(row(&page(&mut office).await, "circular")["next"], 2);

        // Others neither keep nor see them; those who sign see them and keep none.
        for login in ["leader_a", "team", "liaison_b", "sysadmin"] {
            let mut other = app.sign_in(login).await;
            assert_eq!(other.call("/api/numbers/page", json!({})).await.status, 404, "{login}");
            assert!(refused(&mut other, "/numbers/take", &full).await.contains("没有"), "{login}");
        }
        let mut deputy = app.sign_in("deputy").await;
        assert_eq!(page(&mut deputy).await["may_keep"], false);
        assert!(refused(&mut deputy, "/numbers/take", &full).await.contains("没有办理这件事的权限"));
    }
}

#[tokio::test]
async fn takers_at_the_same_time_get_different_numbers() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let clients = join_all((0..4).map(|n| app.sign_in(if n % 2 == 0 { "office" } else { "general" }))).await;
        let takers = clients.into_iter().enumerate().map(|(n, mut client)| async move {
            for turn in 0..10 {
                let title = format!("第 {n} 人第 {turn} 份");
                let fields = [("of", "take"), ("series", "prompt"), ("year", "2026"), ("title", title.as_str())];
                done(&mut client, "/numbers/take", &fields).await;
            }
        });
        join_all(takers).await;
        let kept = rows(&app, q("SELECT number FROM document_numbers WHERE series = 'prompt' ORDER BY number")).await;
        let numbers: Vec<i64> = kept.iter().map(|row| row.int("number").unwrap()).collect();
        assert_eq!(numbers, (1..=40).collect::<Vec<_>>(), "no gap and none twice");
    }
}

#[tokio::test]
async fn the_same_form_sent_again_takes_one_number() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let key = command();
        let fields = [
            ("command", key.as_str()),
            ("of", "take"),
            ("series", "prompt"),
            ("year", "2026"),
            ("title", "一份提示单"),
        ];
        let first = office.post("/numbers/take", &fields).await.location();
        assert_eq!(office.post("/numbers/take", &fields).await.location(), first);
        assert_eq!(rows(&app, q("SELECT number FROM document_numbers")).await.len(), 1);
    }
}

#[tokio::test]
async fn a_prefix_that_another_row_has_next_year_is_refused_now() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut general = app.sign_in("general").await;
        let seen = async |client: &mut crate::harness::Client, year: i32, key: &str| {
            let page = client.call("/api/numbers/page", json!({ "year": year })).await.json();
            row(&page, key)["seen"].as_str().unwrap().to_owned()
        };
        let next = seen(&mut general, 2027, "prompt").await;
        let fields = |series: &'static str, year: &'static str, seen: &str| {
            [("of", "set"), ("series", series), ("year", year), ("prefix", "滨纪示"), ("next", "1"), ("seen", seen)]
                .map(|(name, value)| (name, value.to_owned()))
        };
        let set = fields("prompt", "2027", &next);
        let set: Vec<(&str, &str)> = set.iter().map(|(n, v)| (*n, v.as_str())).collect();
        done(&mut general, "/numbers/set", &set).await;
        // Carried into next year it would write the same numbers there.
        let now = seen(&mut general, 2026, "circular").await;
        let set = fields("circular", "2026", &now);
        let set: Vec<(&str, &str)> = set.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert!(refused(&mut general, "/numbers/set", &set).await.contains("已是工作提示单的发文代字"));
    }
}
