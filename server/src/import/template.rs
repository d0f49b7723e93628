//! The .xlsx templates to download: header, drop-downs, text columns, a sheet
//! 「填写说明」. Owns workbooks made from nothing; every cell is text, so nothing
//! in it can be a formula.

use domain::{
    duties::{Action, Evidence, Frequency},
    people::{Role, UnitKind},
    talks::RiskLevel,
};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format, FormatAlign, FormatBorder, Workbook, XlsxError,
};

use super::{error::ImportError, limits::MAX_ROWS};

/// Name of the sheet that explains; never read as data.
pub(super) const GUIDE: &str = "填写说明";

/// Kind of table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A duty list.
    Duties,
    /// A name list.
    People,
    /// The 归口表.
    Units,
    /// The roll of a review meeting.
    Raters,
    /// A ledger of problems that was kept outside.
    Ledger,
    /// The register of risks of all units.
    Risks,
}

/// One column of a template: header, width, required, how to fill in, example, choices.
struct Column {
    title: &'static str,
    width: u16,
    required: bool,
    how: &'static str,
    example: &'static str,
    choices: Vec<&'static str>,
    /// Other values than the choices may be typed.
    open: bool,
}

impl Column {
    fn new(title: &'static str, width: u16, required: bool, how: &'static str, example: &'static str) -> Self {
        Self { title, width, required, how, example, choices: Vec::new(), open: false }
    }

    fn choices(mut self, choices: impl IntoIterator<Item = &'static str>, open: bool) -> Self {
        self.choices = choices.into_iter().collect();
        self.open = open;
        self
    }
}

impl Kind {
    fn sheet(self) -> &'static str {
        match self {
            Self::Duties => "履责清单",
            Self::People => "人员",
            Self::Units => "归口表",
            Self::Raters => "评议人员",
            Self::Ledger => "问题台账",
            Self::Risks => "廉政风险",
        }
    }

    fn columns(self) -> Vec<Column> {
        let kinds = || UnitKind::ALL.map(UnitKind::label);
        match self {
            Self::Duties => vec![
                Column::new("编号", 8, true, "大项号加点加序号，不能重复；整列不填则按顺序自动编号", "6.3"),
                Column::new("大项", 20, true, "同一大项可以合并单元格，也可以每行都写", "谈心谈话"),
                Column::new("履责条目", 60, true, "一条写一行，不超过 500 字", "与年轻干部经常性谈心谈话"),
                Column::new(
                    "频次",
                    12,
                    true,
                    "从下拉里选；也可以照文件原话写，如“每年不少于2次”“6月底前”，预览时会问",
                    "每季度",
                )
                .choices(Frequency::ALL.map(Frequency::label), true),
                Column::new("佐证材料", 28, false, "多种用顿号隔开；照片总是可选", "谈话要点、台账")
                    .choices(Evidence::ALL.map(Evidence::label), true),
                Column::new("动作类型", 12, false, "留空按规定动作导入", "规定动作")
                    .choices([Action::Mandatory.label(), Action::Optional.label()], false),
            ],
            Self::People => vec![
                Column::new("单位", 24, true, "单位全称", "青禾镇"),
                Column::new("单位类型", 14, false, "系统里还没有的单位必须填", "街道（镇）").choices(kinds(), false),
                Column::new("姓名", 12, true, "一人多职的，每个职务写一行", "段敏"),
                Column::new("职务", 24, true, "本单位的职务", "党委书记"),
                Column::new("系统角色", 18, false, "多个角色用顿号隔开；留空只导入人员", "党组织主要负责人")
                    .choices(Role::ALL.map(Role::label), true),
                Column::new("任职起", 14, false, "年月日或年月", "2026-03-12"),
                Column::new("任职止", 14, false, "现任留空；前任党组织主要负责人须填写", ""),
                Column::new("手机（可空）", 16, false, "请不要填写身份证号、出生年月，系统不读取", ""),
            ],
            Self::Units => vec![
                Column::new("被监督单位", 24, true, "单位全称，一个单位一行", "青禾镇"),
                Column::new("单位类型", 14, false, "系统里还没有的单位必须填", "街道（镇）").choices(kinds(), false),
                Column::new("归口派驻组", 24, false, "留空则保留系统里已有的", "派驻第一纪检监察组"),
                Column::new("联系纪检监察室", 20, false, "留空则保留系统里已有的", "第一纪检监察室"),
                Column::new("镇街纪（工）委", 20, false, "只有街道（镇）填写", "青禾镇纪委"),
            ],
            Self::Ledger => vec![
                Column::new("单位", 22, true, "单位全称；几个单位的用顿号隔开，每个单位各挂一项", "青禾镇"),
                Column::new("问题", 44, true, "一个问题一行，可以合并单位、文号等单元格", "零星工程没有按规定比选"),
                Column::new("来源", 14, false, "只用于问题整改台账；留空按日常监督导入", "巡察反馈"),
                Column::new("整改要求", 36, false, "留空按“按期整改到位”导入", "建立比选制度，三个月内执行到位"),
                Column::new("整改措施", 36, false, "已经研究确定的措施", ""),
                Column::new("责任领导", 12, false, "一位责任领导的姓名", "段敏"),
                Column::new("责任部门", 16, false, "", "党建工作办公室"),
                Column::new("挂账日期", 14, false, "反馈、谈话或发文的日期；留空按导入当天", "2026-03-12"),
                Column::new("整改期限", 16, false, "年月日、“2026年6月底前”或“长期坚持”", "2026-06-30"),
                Column::new("状态", 12, false, "留空：有销号日期的按已销号，其余按整改中", "整改中")
                    .choices(["待签收", "整改中", "待复核", "已销号"], true),
                Column::new("销号日期", 14, false, "已销号的填写", ""),
                Column::new("整改情况", 36, false, "", ""),
                Column::new("文号", 22, false, "提示单、建议书的文号，或原台账里的编号", "滨纪提〔2026〕3号"),
            ],
            Self::Raters => vec![
                Column::new("姓名", 14, true, "一人一行；一人只能进一个组", "段敏"),
                Column::new("分组", 24, true, "会议方案里的分组名称；也可写甲、乙、丙", "区纪委委员"),
                Column::new("单位", 24, false, "单位全称，用于提示回避；有同名的必须填", "青禾镇"),
            ],
            Self::Risks => vec![
                Column::new("单位", 24, true, "单位全称；同一单位可以合并单元格", "区协作局"),
                Column::new("岗位", 20, true, "同一岗位可以合并单元格", "项目科"),
                Column::new("风险点", 40, true, "一行写一个，不超过 500 字", "项目资金拨付审核不严"),
                Column::new("等级", 10, true, "高、中、低", "高")
                    .choices(RiskLevel::ALL.iter().copied().map(RiskLevel::label), true),
                Column::new("防控措施", 40, true, "不超过 500 字", "双人审核，超过 20 万元集体研究"),
                Column::new("责任人", 14, true, "岗位或姓名", "项目科科长"),
            ],
        }
    }
}

/// The empty template.
///
/// # Errors
/// [`ImportError::NotWritten`] where the workbook cannot be made.
pub fn template(kind: Kind) -> Result<Vec<u8>, ImportError> {
    filled(kind, &[])
}

/// The template filled with rows, one text per column in its order; what it
/// makes imports again without a change.
///
/// # Errors
/// As [`template`].
pub fn filled(kind: Kind, rows: &[Vec<String>]) -> Result<Vec<u8>, ImportError> {
    build(kind, rows).map_err(|_| ImportError::NotWritten)
}

fn build(kind: Kind, rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let head = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00E8_EDF3))
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center)
        .set_num_format("@");
    let body = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
    let columns = kind.columns();
    let sheet = workbook.add_worksheet();
    sheet.set_name(kind.sheet())?.set_freeze_panes(1, 0)?;
    let last_row = u32::try_from(MAX_ROWS).unwrap_or(u32::MAX);
    for (at, column) in (0_u16..).zip(&columns) {
        sheet.set_column_width(at, column.width)?.set_column_format(at, &body)?;
        sheet.write_string_with_format(0, at, column.title, &head)?;
        if !column.choices.is_empty() {
            let mut list = DataValidation::new().allow_list_strings(&column.choices)?;
            if column.open {
                list = list.set_error_style(DataValidationErrorStyle::Information).show_error_message(false);
            }
            sheet.add_data_validation(1, at, last_row, at, &list)?;
        }
    }
    for (row, values) in (1_u32..).zip(rows) {
        for (column, value) in (0_u16..).zip(values) {
            sheet.write_string_with_format(row, column, clipped(value), &body)?;
        }
    }
    let guide = workbook.add_worksheet();
    guide.set_name(GUIDE)?;
    for (at, (title, width)) in (0_u16..).zip([("列名", 18), ("必填", 8), ("怎么填", 60), ("例子", 28)]) {
        guide.set_column_width(at, width)?.write_string_with_format(0, at, title, &head)?;
    }
    let mut row = 1;
    for column in &columns {
        let required = if column.required { "是" } else { "否" };
        for (at, text) in (0_u16..).zip([column.title, required, column.how, column.example]) {
            guide.write_string_with_format(row, at, text, &body)?;
        }
        row += 1;
        if !column.choices.is_empty() {
            guide.write_string_with_format(row, 2, format!("可选：{}", column.choices.join("、")), &body)?;
            row += 1;
        }
    }
    for text in [
        "列的先后可以调换，列名按意思认；表头上面可以有标题行。",
        "有一处错误时整张表都不写入；改好后可以重复导入，没有变化的行会跳过。",
    ] {
        guide.write_string_with_format(row, 2, text, &body)?;
        row += 1;
    }
    workbook.save_to_buffer()
}

/// A text within the 32,767 characters of a cell (counted in UTF-16, so halved to be safe).
pub(super) fn clipped(text: &str) -> String {
    text.chars().take(16_000).collect()
}
