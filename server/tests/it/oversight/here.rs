//! The head's secret on the reader's screen: tried last, written down where it is wrong, told to its owner, and closed
//! for the day after some.

use domain::time::parse_iso;
use server::storage::q;

use super::{act, not, page, registered, written};
use crate::{
    duties::rows,
    harness::{BOTH, PASSWORD, TestApp},
};

#[tokio::test]
async fn a_guess_at_the_heads_secret_is_tried_last_written_down_and_told() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        let head = app.district.person("leader_b").to_string();
        let with = |typed: &'static str, secret: &'static str| {
            [("signer", head.clone()), ("typed", typed.to_owned()), ("secret", secret.to_owned())]
        };
        let tried = async |typed: &'static str, secret: &'static str| {
            let fields = with(typed, secret);
            let plain: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            not(&app, "office", &id, "here", &plain).await
        };
        let noted = async || rows(&app, q("SELECT object FROM audit WHERE action = 'oversight.here_refused'")).await;
        // Under another name a right guess and a wrong one get the same answer, and neither is tried.
        for secret in [PASSWORD, "cuo-de-mi-ma"] {
            let back = tried("林思源", secret).await;
            assert!(back.contains("姓名与签字人不一致") && !back.contains("密码不对"), "{database:?}: {back}");
        }
        assert!(noted().await.is_empty(), "{database:?}");
        for n in 1..=5 {
            let back = tried("叶国平", "cuo-de-mi-ma").await;
            assert!(back.contains("已记入审计日志并告知本人"), "{database:?} {n}: {back}");
            app.clock.advance_ms(5_000);
        }
        let all = noted().await;
        assert!(all.len() == 5 && all[0].text("object").unwrap() == format!("inspection:{id}"), "{database:?}");
        let stored = rows(&app, q("SELECT failures FROM accounts WHERE login = 'leader_b'")).await;
        assert_eq!(stored[0].int("failures").unwrap(), 5, "{database:?}: the same count as at the door");
        // Closed for the day, also for the right one.
        let back = tried("叶国平", PASSWORD).await;
        assert!(back.contains("今天已输错 5 次密码"), "{database:?}: {back}");
        let me = app.sign_in("leader_b").await.get("/me").await.text();
        assert!(me.contains("在别人设备上输错您的密码") && me.contains("林思源的设备"), "{database:?}: {me}");
        assert!(!app.sign_in("office").await.get("/me").await.text().contains("在别人设备上"), "{database:?}");
        // Among his 待办 too, where he looks by himself; nobody else is told.
        let todo = app.sign_in("leader_b").await.get("/todo").await.text();
        assert!(todo.contains("您的密码被输错") && todo.contains("林思源的设备上"), "{database:?}: {todo}");
        assert!(!app.sign_in("office").await.get("/todo").await.text().contains("您的密码被输错"), "{database:?}");
        app.clock.set_day(parse_iso("2026-11-03").unwrap());
        let fields = with("叶国平", PASSWORD);
        let plain: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        act(&app, "office", &id, "here", &plain).await;
        let signed = page(&mut app.sign_in("office").await, &id).await["signed"].to_string();
        assert!(signed.contains("叶国平"), "{database:?}: {signed}");
        app.clock.set_day(parse_iso("2026-11-12").unwrap());
        let mut leader = app.sign_in("leader_b").await;
        assert!(!leader.get("/todo").await.text().contains("您的密码被输错"), "{database:?}: no news any more");
        assert!(leader.get("/me").await.text().contains("在别人设备上输错您的密码"), "{database:?}");
    }
}
