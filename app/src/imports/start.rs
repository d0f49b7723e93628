//! The upload form, and `/people/import` with it.

use domain::ids::CommandId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::imports::{ImportStart, StartPage, StartQuery},
    ui::{FormMarks, OfficePage, loaded, page_data},
};

/// Choose a file or paste a table. `target` is what the kind of import needs to
/// know where the rows go.
#[component]
pub fn UploadForm(
    /// Key of the kind, such as `duties`.
    #[prop(into)]
    kind: String,
    /// Where the rows go, in the words of the kind.
    #[prop(optional, into)]
    target: String,
    /// Marks of the form.
    command: CommandId,
    /// Why the upload before was refused.
    #[prop(optional, into)]
    problem: String,
) -> impl IntoView {
    let template = format!("/imports/template/{kind}");
    view! {
        {(!problem.is_empty()).then(|| view! {
            <div class="notice error" role="alert"><b>"没有导入"</b><p>{problem.clone()}</p></div>
        })}
        <form class="form" method="post" action="/imports/upload" enctype="multipart/form-data">
            <FormMarks command=command />
            <input type="hidden" name="kind" value=kind />
            <input type="hidden" name="target" value=target />
            <div class="field file">
                <label for="file">"选择文件"</label>
                <input id="file" type="file" name="file" accept=".xlsx,.xls,.csv,.docx" />
                <p class="hint">".xlsx .xls .csv .docx，不超过 20 MB；列的顺序不限，标题行、合并单元格都可以。"</p>
            </div>
            <details class="field">
                <summary class="btn">"或者把表格粘贴进来…"</summary>
                <textarea class="paste-box" name="pasted" rows="6" aria-label="粘贴的表格" placeholder="在 WPS 或 Excel 里选中（含表头），复制后粘贴到这里"></textarea>
            </details>
            <div class="actions">
                <button class="btn primary">"上传并预览"</button>
                <a class="btn" href=template rel="external" download="">"下载模板"</a>
            </div>
            <p class="hint">"先预览再导入，预览不会改动任何数据。"</p>
        </form>
    }
}

/// `/people/import?kind=people|units`.
#[component]
pub fn StartView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        let kind = q.get("kind").filter(|k| k == "units").unwrap_or_else(|| "people".to_owned());
        StartQuery { kind, draft: q.get("draft") }
    });
    let data = page_data(move || ImportStart { form: asked.get() });
    view! {
        <OfficePage current="/people">
            <main class="main" id="main">{loaded(data, page_view)}</main>
        </OfficePage>
    }
}

fn page_view(page: StartPage) -> AnyView {
    let here = |kind: &str| (page.kind == kind).then_some("page");
    let hint = if page.kind == "people" {
        "一人多职的每个职务写一行。身份证号、出生年月等列不读取、不保存。班子成员、联络员导入后即生效；其他角色须由安全管理员确认。"
    } else {
        "一个单位一行。留空的格子保留系统里已有的归口；名单里没有的监督机构会一并建立。"
    };
    view! {
        <nav class="crumb" aria-label="位置"><a href="/people">"组织与人员"</a> " / " <span>"导入"</span></nav>
        <div class="page-head"><h1>{format!("导入{}", page.label)}</h1><p class="lead">{hint}</p></div>
        <nav class="tabs" aria-label="导入哪一种">
            <a href="/people/import?kind=people" aria-current=here("people")>"人员名单"</a>
            <a href="/people/import?kind=units" aria-current=here("units")>"归口表"</a>
        </nav>
        <UploadForm kind=page.kind.clone() command=page.command problem=page.problem.clone() />
    }
    .into_any()
}
