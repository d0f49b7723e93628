//! The invented district: its units with their people, what each is busy with, and the
//! bodies of the 区纪委监委. Names stand for nobody; no real place is meant.

use domain::people::UnitKind;

use UnitKind::{Department as D, Enterprise as E, Leading as L, Town as T};

/// Name of the district.
pub const DISTRICT: &str = "滨海示范区";

/// A unit whose head answers for a list.
#[derive(Debug, Clone, Copy)]
pub struct House {
    /// Unit name.
    pub name: &'static str,
    /// Kind.
    pub kind: UnitKind,
    /// Title of the head post.
    pub title: &'static str,
    /// Head; of the unit without one of its own, the other unit's head.
    pub head: &'static str,
    /// 班子成员.
    pub members: [&'static str; 2],
    /// 联络员.
    pub liaison: &'static str,
    /// 派驻组 by number, 0 for 街道（镇）.
    pub team: usize,
    /// 联系纪检监察室 by number.
    pub office: usize,
    /// What it works on; fits after 「围绕」 and before 「方面」.
    pub focus: [&'static str; 4],
    /// Where its head goes; fits after 「到」. First the window where it has one, second a place of its people.
    pub sites: [&'static str; 3],
}

#[expect(clippy::too_many_arguments, reason = "one line of the table below")]
const fn house(
    name: &'static str,
    kind: UnitKind,
    title: &'static str,
    head: &'static str,
    members: [&'static str; 2],
    liaison: &'static str,
    bodies: (usize, usize),
    focus: [&'static str; 4],
    sites: [&'static str; 3],
) -> House {
    House { name, kind, title, head, members, liaison, team: bodies.0, office: bodies.1, focus, sites }
}

/// Places in [`HOUSES`] that play a part of their own.
pub mod part {
    /// Vacant for two months, then a new head; its list is out for comment.
    pub const COMMENTING: usize = 0;
    /// The leader whose account is shown first.
    pub const LEADER: usize = 1;
    /// An ordinary gap of the last quarter.
    pub const GAP: usize = 3;
    /// A hard item is overdue (年度报告).
    pub const NO_REPORT: usize = 6;
    /// A hand-over in progress.
    pub const HANDOVER: usize = 9;
    /// Three months after the arrival are nearly over.
    pub const NEW_HEAD: usize = 12;
    /// A hard item is overdue (专题研究).
    pub const NO_STUDY: usize = 13;
    /// Holds two posts.
    pub const TWO_POSTS: usize = 15;
    /// Another ordinary gap.
    pub const SECOND_GAP: usize = 16;
    /// A second edition issued three days ago.
    pub const UNSIGNED: usize = 17;
    /// A hard item recorded late, not yet checked.
    pub const MADE_GOOD: usize = 18;
    /// Hard items recorded late, in books that the shown bodies read now: one of the 联系室, one of the 派驻组.
    pub const TO_CHECK: [usize; 2] = [4, 19];
    /// 主持工作.
    pub const ACTING: usize = 21;
    /// 区委.
    pub const DISTRICT_LEAD: usize = 24;
}

/// The 24 units and the 区委.
#[rustfmt::skip]
pub const HOUSES: [House; 25] = [
    house("东湖街道", T, "党工委书记", "段敏", ["王晓岚", "曾国平"], "耿伟", (0, 1), ["老旧小区改造", "物业矛盾调解", "沿湖环境整治", "垃圾分类"], ["街道便民服务中心", "湖心社区", "沿湖商铺"]),
    house("西桥街道", T, "党工委书记", "孔一帆", ["汪文博", "史丽华"], "唐晓岚", (0, 2), ["背街小巷整治", "加装电梯", "社区食堂运营", "停车秩序治理"], ["街道便民服务中心", "桥南社区", "西桥市集"]),
    house("南塘街道", T, "党工委书记", "张晓岚", ["陶文博", "蔡国平"], "沈宏斌", (0, 3), ["城中村改造", "出租房管理", "河道保洁", "小微企业用工"], ["街道办事大厅", "南塘新村", "塘东工业点"]),
    house("北岸街道", T, "党工委书记", "薛伟", ["裴伟", "徐文博"], "沈文博", (0, 1), ["征迁安置", "安置房交付", "堆场整治", "沿江环境提升"], ["街道来访接待室", "安置小区", "北岸码头"]),
    house("云溪街道", T, "党工委书记", "鲍佩兰", ["孟丽华", "许嘉怡"], "刘伟", (0, 2), ["山塘水库巡查", "民宿管理", "农房审批", "森林防火"], ["街道办事大厅", "云溪村", "山前网格"]),
    house("石浦里街道", T, "党工委书记", "胡嘉怡", ["任伟", "裴宏斌"], "吴慧敏", (0, 3), ["老街修缮", "夜市秩序", "社区养老", "电动车充电管理"], ["街道养老中心", "里街社区", "夜市街区"]),
    house("青禾镇", T, "党委书记", "冯嘉怡", ["蔡文博", "潘海燕"], "董秋实", (0, 1), ["高标准农田建设", "村级集体资产管理", "种粮补贴发放", "农村污水治理"], ["镇便民服务中心", "青禾村", "种粮大户"]),
    house("白沙湾镇", T, "党委书记", "曾丽华", ["章伟", "崔慧敏"], "赵建军", (0, 2), ["海塘加固", "滩涂养殖管理", "防台避险", "村庄规划"], ["镇便民服务中心", "沙湾村", "海塘工地"]),
    house("区发展改革局", D, "党组书记、局长", "杨凯", ["叶伟", "赵德明"], "董学文", (3, 3), ["重大项目前期", "政府投资项目审批", "节能审查", "粮食储备管理"], ["投资审批窗口", "重点项目工地", "粮食储备库"]),
    house("区教育局", D, "党组书记、局长", "姚玉珍", ["郑静", "卢国平"], "韩丽华", (4, 1), ["校外培训治理", "学校食堂管理", "教师招聘", "校园建设工程"], ["招生咨询窗口", "城东小学", "区实验学校"]),
    house("区民政局", D, "党组书记、局长", "苏明辉", ["孙一帆", "葛丽华"], "方秋实", (5, 2), ["养老机构监管", "低保审核", "殡葬服务", "社会组织管理"], ["救助服务窗口", "区福利院", "镇街养老中心"]),
    house("区财政局", D, "党组书记、局长", "卢明辉", ["裴若水", "柳思源"], "贺静", (6, 3), ["预算执行", "政府采购监管", "专项资金拨付", "资产出租管理"], ["国库支付窗口", "镇财政所", "预算单位"]),
    house("区住房建设局", D, "党组书记、局长", "董伟", ["田长青", "史雨晴"], "梁凯", (1, 1), ["保障房分配", "工程质量安全", "物业维修资金", "招投标监管"], ["住房保障窗口", "在建工地", "改造小区"]),
    house("区交通运输局", D, "党组书记、局长", "田文博", ["魏伟", "曹立新"], "钱学文", (2, 2), ["道路养护", "公路工程建设", "客运市场管理", "治超执法"], ["运输服务窗口", "养护站", "公路工地"]),
    house("区水利局", D, "党组书记", "汪明辉", ["袁志远", "黎国平"], "董文博", (3, 3), ["水库除险加固", "河湖管护", "农村供水", "取水审批"], ["取水许可窗口", "水库大坝", "河道工地"]),
    house("区农业农村局", D, "党组书记、局长", "汪明辉", ["江玉珍", "陆永康"], "徐一帆", (4, 1), ["惠农补贴发放", "农产品质量监管", "宅基地审批", "农机购置补贴"], ["农业服务窗口", "种植基地", "联系村"]),
    house("区商务局", D, "党组书记、局长", "董晓岚", ["曹永康", "楼雨晴"], "汤长青", (5, 2), ["招商引资", "消费券发放", "成品油市场监管", "外贸企业扶持"], ["企业服务窗口", "外贸企业", "招商项目现场"]),
    house("区文化旅游局", D, "党组书记、局长", "黄佩兰", ["周凯", "唐慧敏"], "顾建军", (6, 3), ["文物保护", "文化惠民演出", "旅游市场监管", "体育场馆管理"], ["文化市场窗口", "区文化馆", "景区游客中心"]),
    house("区卫生健康局", D, "党组书记、局长", "孙晓岚", ["孙建军", "宋振宇"], "葛长青", (1, 1), ["药品耗材采购", "基层医疗服务", "医疗收费", "公共卫生项目"], ["卫生许可窗口", "区人民医院", "社区卫生服务中心"]),
    house("区应急管理局", D, "党组书记、局长", "谭志远", ["郑振宇", "许丽华"], "曾慧敏", (2, 2), ["危化品监管", "防汛防台", "安全生产执法", "应急物资管理"], ["安全许可窗口", "化工企业", "应急物资仓库"]),
    house("区市场监管局", D, "党组书记、局长", "黎伟", ["江凯", "韩静"], "王子昂", (3, 3), ["食品安全监管", "特种设备检查", "企业登记", "农贸市场管理"], ["企业登记窗口", "农贸市场", "校园食堂"]),
    house("区综合执法局", D, "党组书记、局长", "鲍永康", ["高永康", "任春梅"], "戴永康", (4, 1), ["违建治理", "占道经营管理", "渣土运输监管", "执法规范化"], ["案件办理窗口", "执法中队", "沿街商铺"]),
    house("区开发投资集团", E, "党委书记", "孔海燕", ["邹子昂", "严国平"], "姚静", (5, 2), ["项目招标", "工程变更管理", "投资决策", "资金管理"], ["项目工地", "工程部", "施工班组"]),
    house("区公用事业集团", E, "党委书记", "王国平", ["蔡敏", "耿静"], "马晓岚", (6, 3), ["供水抄表", "燃气安全", "管网维护", "物资采购"], ["客服营业厅", "水厂", "管网抢修班"]),
    house("区委", L, "书记", "闻启明", ["祝远", "简宁"], "毕文", (0, 0), ["营商环境", "重点片区开发", "基层治理", "清廉建设"], ["镇街", "重点企业", "项目一线"]),
];

/// Heads before a change, by the house they left.
pub const FORMER: [(usize, &str); 6] = [
    (part::COMMENTING, "庞永年"),
    (part::NO_REPORT, "骆志平"),
    (part::HANDOVER, "安国栋"),
    (part::NEW_HEAD, "池海波"),
    (part::MADE_GOOD, "甘霖生"),
    (part::ACTING, "樊晓燕"),
];

/// 派驻纪检监察组 1–6 with their heads.
pub const TEAMS: [(&str, &str); 6] = [
    ("派驻第一纪检监察组", "沈嘉怡"),
    ("派驻第二纪检监察组", "谢明辉"),
    ("派驻第三纪检监察组", "蒋思源"),
    ("派驻第四纪检监察组", "戴建军"),
    ("派驻第五纪检监察组", "黎若水"),
    ("派驻第六纪检监察组", "吴若水"),
];

/// 联系纪检监察室 1–3 with their heads.
pub const OFFICES: [(&str, &str); 3] =
    [("第一纪检监察室", "秦立峰"), ("第二纪检监察室", "范书宁"), ("第三纪检监察室", "阮明珠")];

/// A colleague in two of the bodies: readings and 与实际不符 take two. Body of [`OFFICES`] and of [`TEAMS`] by place.
pub const COLLEAGUES: [(&str, &str); 2] = [(OFFICES[1].0, "柏知远"), (TEAMS[1].0, "蓝若溪")];

/// 镇（街道）纪（工）委 of the first eight houses with their heads.
pub const COMMITTEES: [(&str, &str); 8] = [
    ("东湖街道纪工委", "吕思远"),
    ("西桥街道纪工委", "丁海棠"),
    ("南塘街道纪工委", "沙建业"),
    ("北岸街道纪工委", "卞秋月"),
    ("云溪街道纪工委", "石文静"),
    ("石浦里街道纪工委", "尤长河"),
    ("青禾镇纪委", "宁晓东"),
    ("白沙湾镇纪委", "柯雅琴"),
];

/// The commission itself.
pub const COMMISSION: &str = "区纪委监委";
/// The office that runs the chain.
pub const CONDUCT: &str = "党风政风监督室";
/// Document numbers and seal.
pub const GENERAL: &str = "区纪委办公室";
/// 区纪委书记.
pub const SECRETARY: &str = "邹静";
/// 分管副书记.
pub const DEPUTY: &str = "顾敏";
/// 党风政风监督室, head first.
pub const CONDUCT_STAFF: [&str; 2] = ["耿一帆", "苏慧敏"];
/// Waits for the confirmation of the third one's role.
pub const PROPOSED: &str = "韦清";
/// 区纪委办公室.
pub const GENERAL_HEAD: &str = "龚雪";
/// 系统管理员, 安全管理员, 审计管理员.
pub const ADMINS: [&str; 3] = ["凌志远", "倪安", "洪正清"];
