//! A 联络员 of two units, one of which has two head posts: he chooses as heads do, and works where he chose.

use serde_json::json;
use server::storage::q;

use super::saved;
use crate::{
    duties::execute,
    harness::{BOTH, Client, TestApp},
};

const SECOND: &str = "22222222-2222-4222-8222-222222222222";

async fn unit(client: &mut Client) -> String {
    client.call("/api/records/home", json!({})).await.json()["unit"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_liaison_of_two_units_chooses_for_whom_he_works() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (of, person) = (app.district.clone(), app.district.person("liaison_a"));
        let post = q("INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on, position)
                      VALUES ($1, $2, $3, '工作局局长', 1, '2020-01-01', 9)");
        execute(&app, post.bind(SECOND).bind(of.id).bind(of.town)).await;
        let grant =
            q("INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)
                       VALUES ($1, $2, $3, 'liaison', $4, 'active', 'system', '2026-01-01')");
        execute(&app, grant.bind(SECOND).bind(of.id).bind(person).bind(of.civil)).await;
        let mut liaison = app.sign_in("liaison_a").await;
        assert_eq!(unit(&mut liaison).await, "东湖街道党组织书记", "{database:?}: the first until he chooses");
        for path in ["/home", "/records"] {
            let text = liaison.get(path).await.text();
            let head = text.split("phone-head").nth(1).unwrap().split("</header>").next().unwrap();
            for label in ["切换岗位", "东湖街道党组织书记", "东湖街道工作局局长", "区民政局党组织书记"]
            {
                assert!(head.contains(label), "{path} {label}: {head}");
            }
        }
        assert_eq!(liaison.post("/post", &[("post", &of.school_post.to_string())]).await.status, 404);
        assert_eq!(liaison.post("/post", &[("post", SECOND)]).await.status, 303);
        assert_eq!(unit(&mut liaison).await, "东湖街道工作局局长");
        let civil = of.civil_post.to_string();
        assert_eq!(liaison.post("/post", &[("post", &civil)]).await.status, 303);
        assert_eq!(unit(&mut liaison).await, "区民政局党组织书记");
        let id = saved(&mut liaison, &[("text", "给民政局代录一条")]).await;
        let at = crate::duties::rows(&app, q("SELECT post_id FROM records WHERE id = $1").bind(id)).await;
        assert_eq!(at[0].text("post_id").unwrap(), civil);
        // The role ends: what he chose is no right of its own.
        execute(&app, q("UPDATE role_grants SET ends_on = '2026-10-01' WHERE id = $1").bind(SECOND)).await;
        assert_eq!(unit(&mut liaison).await, "东湖街道党组织书记");
    }
}
