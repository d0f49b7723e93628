//! The templates of both years: the 60 sample items in variants for 街道（镇）, 部门, 国企,
//! and what changed since last year.

use domain::{
    duties::{DutyItem, Frequency, sample::sample_items},
    ids::DutyId,
    people::UnitKind,
};

/// Variants that are published.
pub const VARIANTS: [Option<UnitKind>; 4] =
    [Some(UnitKind::Town), Some(UnitKind::Department), Some(UnitKind::Enterprise), None];

/// Texts of a variant: number, 街道（镇）, 部门, 国企.
const TEXTS: [(&str, &str, &str, &str); 4] = [
    (
        "6.2",
        "与村社党组织书记、下属站所主要负责人监督谈话",
        "与下级党组织书记、下属单位主要负责人监督谈话",
        "与子公司党组织书记、主要负责人监督谈话",
    ),
    (
        "8.2",
        "到村社、网格、窗口蹲点收集烦心事并交办",
        "到窗口、一线、企业蹲点收集烦心事并交办",
        "到项目现场、班组、营业厅蹲点收集烦心事并交办",
    ),
    ("9.3", "确定清廉村居年度项目并推进", "确定清廉机关年度项目并推进", "确定清廉国企年度项目并推进"),
    (
        "10.4",
        "抽查村社小额工程、零星采购、资产出租",
        "抽查小额工程、零星采购、资产出租",
        "抽查工程变更、物资采购、资产出租",
    ),
];

/// Came into the list this year.
const NEW: &str = "8.5";

/// Numbers of all items.
pub fn codes() -> impl Iterator<Item = &'static str> {
    sample_items().into_iter().map(|i| i.code)
}

/// The items of a variant, of this year or the `last`.
pub fn items(kind: Option<UnitKind>, last: bool, duty: impl Fn(&str) -> Option<DutyId>) -> Vec<DutyItem> {
    let mut items = Vec::new();
    for sample in sample_items() {
        let Some(duty) = duty(sample.code) else { continue };
        if last && sample.code == NEW {
            continue;
        }
        let mut item = sample.item(duty);
        if let Some((_, town, department, enterprise)) = TEXTS.iter().find(|t| t.0 == sample.code) {
            let text = match kind {
                Some(UnitKind::Town) => Some(town),
                Some(UnitKind::Department) => Some(department),
                Some(UnitKind::Enterprise) => Some(enterprise),
                _ => None,
            };
            if let Some(text) = text {
                item.text = (*text).to_owned();
            }
        }
        if last {
            before(&mut item);
        }
        items.push(item);
    }
    items
}

/// As it stood last year.
fn before(item: &mut DutyItem) {
    match item.code.as_str() {
        "2.4" => item.text = "学习党内法规并列入培训计划".to_owned(),
        "6.4" => {
            item.text = "回访受处理处分干部".to_owned();
            item.frequency = Frequency::Yearly;
            item.months = vec![10];
        }
        "8.4" => item.text = "精简文件和会议，列减负清单".to_owned(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::DutyId;

    use super::*;

    #[test]
    fn sixty_items_in_every_variant_and_one_more_than_last_year() {
        let id = |code: &str| Some(DutyId(uuid::Uuid::from_u128(code.bytes().fold(0, |n, b| n * 256 + u128::from(b)))));
        for kind in VARIANTS {
            assert_eq!((items(kind, false, id).len(), items(kind, true, id).len()), (60, 59));
        }
        assert_ne!(items(VARIANTS[0], false, id), items(VARIANTS[2], false, id));
    }
}
