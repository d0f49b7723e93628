//! Pages and the process around them: what else runs meanwhile must not keep a page waiting.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use server::http::router::site;

use crate::harness::{Database, TestApp};

/// Pages drawn while routers are built beside them.
const DRAWN: usize = 150;

/// Listing the routes of leptos tells every resource of the process that starts meanwhile to
/// wait for ever. A router built beside a page once did that, once in some ten thousand pages.
#[tokio::test]
async fn a_router_built_meanwhile_keeps_no_page_waiting() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let over = Arc::new(AtomicBool::new(false));
    let beside = {
        let (over, app) = (over.clone(), app.app.clone());
        std::thread::spawn(move || {
            let mut built = 0_u32;
            while !over.load(Ordering::Relaxed) {
                drop(site(&app));
                built += 1;
            }
            built
        })
    };
    for n in 0..DRAWN {
        assert_eq!(leader.get("/me").await.status, 200, "page {n}");
    }
    over.store(true, Ordering::Relaxed);
    assert!(beside.join().unwrap() > 0);
}
