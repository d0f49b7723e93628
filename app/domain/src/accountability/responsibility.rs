//! Levels of responsibility as the rules on 问责 use them (domain 2.4, catalogue row 19), and the four forms (四种形态).

use serde::{Deserialize, Serialize};

use super::keyed::keyed;

keyed! {
    /// Whose responsibility, in the words of a 问责清单.
    Responsibility {
        /// Of whoever did it or decided it.
        Direct = "direct", "直接责任";
        /// Of the principal leader and of the member of the leadership in charge.
        Principal = "principal", "主要领导责任";
        /// Of the other members who took part.
        Important = "important", "重要领导责任";
        /// Of the leadership as a body.
        Overall = "overall", "全面领导责任";
    }
}

keyed! {
    /// 四种形态.
    Form {
        /// 红脸出汗.
        First = "first", "第一种形态";
        /// Light sanctions, 组织调整.
        Second = "second", "第二种形态";
        /// Heavy sanctions, major changes of post.
        Third = "third", "第三种形态";
        /// 立案审查.
        Fourth = "fourth", "第四种形态";
    }
}

keyed! {
    /// How the article sorts what is done where work is weak or slow (004).
    Way {
        /// 督促提醒.
        Remind = "remind", "督促提醒";
        /// 曝光通报.
        Expose = "expose", "曝光通报";
        /// 分类处置.
        Handle = "handle", "分类处置";
    }
}

keyed! {
    /// Whose rules a measure stands in; the two dictionaries are kept apart (domain 2.4).
    Rulebook {
        /// 党内.
        Party = "party", "党内";
        /// 政务（行政）.
        Administrative = "administrative", "政务（行政）";
    }
}

keyed! {
    /// Whom a measure is taken against, never by name.
    Target {
        /// The party organisation of the unit.
        Organisation = "organisation", "党组织";
        /// A leading cadre of it.
        Leader = "leader", "领导干部";
    }
}
