//! 《履责记录本》 as a book: leaves to turn, the mind map, the calendar, 年度结转. Nothing in it can
//! be edited in place or removed; what is written stands in `records`.

mod closing;
mod leaf;
mod map;
mod map_live;
mod map_screen;
mod months;
mod turn;

pub use closing::ClosingView;
pub use map::MapView;
pub use months::MonthsView;
pub use turn::TurnView;

use domain::{ids::PostId, people::access::Sight, records::closed_how, time::zh_short};
use leptos::prelude::*;

use crate::{api::book::BookFace, viewer::viewer};

/// Which book, as a query: `post=…&year=…`.
pub(crate) fn book_query(post: PostId, year: i32) -> String {
    format!("post={post}&year={year}")
}

fn of(face: &BookFace) -> String {
    book_query(face.post, face.year)
}

/// The three ways to look at a book, and its list of records: on top of each of them.
pub(crate) fn ways(post: PostId, year: i32, current: &'static str) -> AnyView {
    let query = book_query(post, year);
    let links =
        [("/book", "翻开记录本"), ("/book/map", "思维导图"), ("/book/calendar", "月历"), ("/records", "记录目录")]
            .into_iter()
            .map(|(path, label)| {
                let here = (path == current).then_some("page");
                view! { <a href=format!("{path}?{query}") aria-current=here>{label}</a> }
            })
            .collect_view();
    view! { <nav class="tabs book-ways screen-only" aria-label="记录本">{links}</nav> }.into_any()
}

/// `西桥街道　党工委书记　孔一帆`.
fn whose(face: &BookFace) -> String {
    let heads: Vec<String> = face
        .heads
        .iter()
        .map(|head| match head.until {
            Some(until) => format!("{}（至{}）", head.name, zh_short(until)),
            None => head.name.clone(),
        })
        .collect();
    let heads = if heads.is_empty() { "空缺".to_owned() } else { heads.join("、") };
    format!("{}　{}　{heads}", face.unit, face.title)
}

/// What the viewer should know before he reads: closed, or only in outline.
fn notices(face: &BookFace) -> AnyView {
    let closed = closed_words(face).map(|words| {
        view! { <p class="hint">{format!("{words}（这一年的记录本封存，没办完的转到下一年）：只供阅读和打印，不再记录、确认和更正。")}</p> }
    });
    let outline = (face.sight == Sight::Outline).then(|| {
        view! { <p class="hint">"这里只列类型、日期和对应条目；正文在登记翻阅检查后查看，谈话内容只有本人看得到。"</p> }
    });
    let close = face.may_close.then(|| {
        view! {
            <p class="hint">
                "这一年已经过完，可以把记录本封存、没办完的转到下一年："
                <a href=format!("/book/closing?{}", of(face))>"办理年度结转"</a>
            </p>
        }
    });
    view! { {closed} {outline} {close} }.into_any()
}

/// `已于2027年1月15日年度结转`; a book that closed by itself says that nobody signed.
fn closed_words(face: &BookFace) -> Option<String> {
    face.closed_on.map(|on| format!("已于{}", closed_how(on, face.closing_signed)))
}

/// 「示范」 beside content that is not the district's own, or in a demonstration district.
fn sample_mark() -> AnyView {
    view! { <span class="tag">"示范"</span> }.into_any()
}

fn demo() -> bool {
    viewer().demo
}
