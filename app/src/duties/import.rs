//! `/duties/import`: choose the list, then upload a file or paste a table; the preview and
//! the commit are the same for every kind of import.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::words::select;
use crate::{
    api::duties::{ImportPage, ImportQuery, Importing},
    ui::{FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
};

/// `/duties/import`.
#[component]
pub fn ImportView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        ImportQuery {
            list: q.get("list"),
            template: q.get("template"),
            year: q.get("year").and_then(|y| y.parse().ok()),
            kind: q.get("kind"),
            draft: q.get("draft"),
        }
    });
    let data = page_data(move || Importing { form: asked.get() });
    view! {
        <OfficePage current="/duties">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/duties">"明责"</a> " / " <span>"导入清单"</span></nav>
                {loaded(data, show)}
            </main>
        </OfficePage>
    }
}

fn show(page: ImportPage) -> AnyView {
    let kinds = std::iter::once((String::new(), "各类单位通用".to_owned())).chain(page.kinds.clone()).collect();
    let draft = page.draft.clone();
    view! {
        <div class="page-head">
            <h1>"导入清单"</h1>
            <p class="lead">"Word 附件、Excel、CSV 或粘贴的表格都可以；先预览，没有错误才导入，要么全部导入，要么都不导入。"</p>
            <div class="actions"><a class="btn" href="/imports/template/duties" rel="external">"下载表格模板"</a></div>
        </div>
        <Problem draft=draft.clone() />
        // One form: what is chosen counts on 「预览」, whether 「更换」 was pressed or not.
        <form method="post" action="/imports/upload" enctype="multipart/form-data">
            <FormMarks command=page.command />
            <input type="hidden" name="kind" value="duties" />
            <section class="panel">
                <h2>"一、导入到哪里"</h2>
                <div class="form">
                    {select("list", "清单", page.lists.clone(), &page.list, "half")}
                    <TextField name="year" label="年度" class="half" value=page.year.to_string() error=draft.problem_of("year") />
                    {select("unit_kind", "适用单位", kinds, &page.kind, "half")}
                    <div class="actions"><button class="btn" name="change" value="1">"更换"</button></div>
                </div>
                <p><b>{page.target.clone()}</b></p>
                <p class="hint">"改了上面的选择直接点「预览」也按新的选择导入；预览页会写明导入到哪张清单。"</p>
            </section>
            <section class="panel">
                <h2>"二、选文件或粘贴表格"</h2>
                <div class="form">
                    <div class="field file">
                        <label for="file">"选择文件"</label>
                        <input id="file" type="file" name="file" accept=".xlsx,.xls,.csv,.docx" />
                        <p class="hint">".xlsx .xls .csv .docx，不超过 20 MB；.et、.wps 请另存为 .xlsx 或 .docx"</p>
                        {draft.problem_of("file").map(|e| view! { <p class="error">{e}</p> })}
                    </div>
                    <TextArea name="pasted" label="或粘贴表格" class="paste-box" rows=6 value=draft.value("pasted", "")
                        error=draft.problem_of("pasted") hint="从 Word 或 Excel 里复制整张表，连表头一起粘贴" />
                    <div class="actions"><button class="btn primary">"预览"</button></div>
                </div>
            </section>
        </form>
    }
    .into_any()
}
