//! The desk's forms by number: so many of a group came, so many papers went out. Refuses them where seats belong
//! to people.

use domain::reviews::{Identity, PaperCount};

use super::Hall;
use crate::http::{bare, reply::escape};

/// A meeting with few or no phones: so many of a group came, so many papers went out.
pub(super) fn form(hall: &Hall, token: &str, keys: &[String; 2], paper: &[PaperCount]) -> String {
    let options: String = hall
        .meeting
        .plan
        .rules
        .groups
        .iter()
        .map(|g| format!("<option value=\"{}\">{}　{}</option>", escape(&g.key), escape(&g.colour), escape(&g.name)))
        .collect();
    let one = |what: &str, key: &str, more: &str, words: &str| {
        format!(
            "<form method=\"post\" action=\"/hall/{}/desk\" class=\"field inline\">{}{}{}\
             <select name=\"group\" aria-label=\"分组\">{options}</select>\
             <input name=\"count\" type=\"number\" min=\"1\" max=\"9999\" required aria-label=\"人数\" placeholder=\"人数\">\
             {more}<button class=\"btn small\">{words}</button></form>",
            hall.id,
            token,
            bare::hidden("command", key),
            bare::hidden("do", what),
        )
    };
    // A named seat belongs to one person: nobody may be ticked by number.
    if hall.meeting.plan.identity == Identity::Account {
        return String::new();
    }
    let paper = if hall.meeting.current().is_some() {
        let given: Vec<String> =
            paper.iter().filter(|g| g.out > 0).map(|g| format!("{} {} 张", escape(&g.name), g.out)).collect();
        let given = if given.is_empty() { "还没有".to_owned() } else { given.join("，") };
        let sure =
            "<label><input type=\"checkbox\" name=\"sure\" value=\"yes\" required> 已清点，发出后不能撤回</label>";
        format!("<p class=\"quiet\">已登记发出：{given}。</p>{}", one("paper_group", &keys[1], sure, "按组发纸质表"))
    } else {
        String::new()
    };
    format!(
        "<section class=\"card\"><h2>按组登记</h2><p class=\"quiet\">不用手机的一组人一起登记：先登记到场人数，测评开始后登记发出的纸质测评表数。</p>{}{paper}</section>",
        one("arrive_group", &keys[0], "", "按组登记到场")
    )
}
