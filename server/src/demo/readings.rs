//! 翻阅检查 in the story: registered and announced by whoever checks the house, remarked, fed back and
//! signed through the services' own steps. A few are still going on at the first start.

use chrono::Days;
use domain::{
    ids::{InspectionId, PostId},
    oversight::{Purpose, RemarkKind, SHARE_DEFAULT},
    people::access::{self, Actor},
    records::{Checking, RecordKind},
    signature::Signing,
    time::Day,
};

use super::{
    findings,
    load::{Loader, missing},
    people::{checker, second_reader},
    plan::{Reading, RecordNo, Step},
};
use crate::{
    random,
    services::{
        oversight::{self, Do, NewRemark, Register},
        posts,
        records::decide,
    },
    storage::{Failure, Tx, q},
};

/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;
/// Days that the reading goes on which the first start finds running.
const GOES_ON: u64 = 12;

/// What a reader asks for below an item that speaks of something; the first that fits.
const WANTING: [(&str, &str); 9] = [
    ("谈", "补充谈话对象的范围和次数说明。"),
    ("承诺", "补充签订承诺书的名单和时间。"),
    ("制度", "补充修订后的制度文本和印发时间。"),
    ("整改", "补充整改完成后的印证材料。"),
    ("蹲点", "补充蹲点时间和收集问题的交办情况。"),
    ("调研", "补充调研发现的问题和交办情况。"),
    ("学习", "补充学习内容和研讨发言的记录。"),
    ("会", "补充会议记录，写明研究的具体事项。"),
    ("研究", "补充研究时的讨论意见和分工。"),
];

/// What is said below an item that no page corresponds to.
const UNRECORDED: &str = "还没有对应的记录，请办理后及时记下来。";

/// What is asked for below an item of these words.
fn wanting(item: &str) -> &'static str {
    let found = WANTING.iter().find(|(word, _)| item.contains(word));
    found.map_or("补充办理时间、经办人和办理结果。", |(_, text)| *text)
}

/// 综合意见 of a reading, by its occasion.
const HALF_YEAR: [&str; 4] = [
    "上半年的规定动作按期开展，记录与会议材料一致。自选动作的进展请及时记下来。",
    "上半年能够按清单落实，专题研究写明了具体事项。下半年请把廉政风险防控的做法记得更细一些。",
    "上半年事项基本落实，补记的能够说明原因。请继续把要求传导到下属单位。",
    "谈心谈话有对象、有时间，调研发现的问题都有交办。请跟进交办事项的办理结果。",
];
const YEAR_END: [&str; 4] = [
    "全年条目逐项有记录，抽查的事项能够与材料相互印证。明年请把自选动作安排得更均衡。",
    "全年责任落实情况清楚，半年梳理时提出的意见已经整改。请在述责报告中写实存在的问题。",
    "记录完整，时间与台账一致。请在年底前完成尚未到期的事项。",
    "班子谈话和警示教育按计划开展。请继续督促班子成员落实“一岗双责”。",
];
const DAILY: [&str; 4] = [
    "抽查的记录与原始材料一致，没有发现需要补正的内容。",
    "抽查的会议和调研记录真实，签到、纪要齐全。",
    "抽查的记录时间、地点清楚。建议把议定事项的办理结果补充在后续记录里。",
    "抽查情况较好，个别记录可以写得更具体。",
];

/// Is this book being read already? One reading at a time.
async fn open(tx: &mut Tx, post: PostId) -> Result<bool, Failure> {
    let find = q("SELECT id FROM inspections WHERE post_id = $1 AND standing IN ('open', 'feedback')").bind(post);
    Ok(tx.row(find).await?.is_some())
}

impl Loader {
    fn reader(&self, step: &Step) -> Result<Actor, Failure> {
        let name = checker(&self.plan.units, step.house).ok_or_else(|| missing("checker"))?;
        self.actor(self.named(name)?, step.at.day())
    }

    async fn register(
        &self,
        tx: &mut Tx,
        step: &Step,
        purpose: Purpose,
        to: Option<Day>,
    ) -> Result<InspectionId, Failure> {
        let actor = self.reader(step)?;
        let today = step.at.day();
        let mut readers = vec![actor.person];
        // A colleague as the second pair of eyes, where the body has one; else whom the rules offer.
        let others = oversight::candidates(tx, &actor, tx.now().day()).await?;
        let second = second_reader(&self.plan.units, step.house);
        let second = second.and_then(|name| others.iter().find(|(_, other)| other == name));
        let second = second.or_else(|| others.iter().find(|(id, _)| *id != actor.person));
        readers.extend(second.map(|(id, _)| *id));
        let form = Register {
            command: domain::ids::CommandId(random::id(tx.now())),
            purpose,
            year: step.year,
            posts: vec![self.post(step.house)?],
            from: Some(today),
            to,
            readers,
            share: SHARE_DEFAULT,
            least: 0,
            step: None,
        };
        let checked = oversight::checked(tx, &actor, &form, today).await?;
        // The seed comes from the story, so that the same story draws the same sample of one reading.
        let seed = u32::try_from(step.house * 97 + 11).unwrap_or(11);
        let made = oversight::register_all(tx, &actor, &checked, &[(form.posts[0], seed)]).await?;
        made.first().copied().ok_or_else(|| missing("reading"))
    }

    /// One reading of the story.
    pub(super) async fn read(&self, tx: &mut Tx, step: &Step, how: Reading) -> Result<(), Failure> {
        let actor = self.reader(step)?;
        let post = self.post(step.house)?;
        access::read_book(&actor, self.post_ref(step.house)?)?;
        if open(tx, post).await? {
            return Ok(());
        }
        let purpose = if chrono::Datelike::month(&step.at.day()) < 9 { Purpose::HalfYear } else { Purpose::YearEnd };
        let to = (how == Reading::Running).then(|| step.at.day() + Days::new(GOES_ON));
        let id = self.register(tx, step, purpose, to).await?;
        self.looked(tx, step, &actor, post).await?;
        let row = tx.row(q("SELECT sample FROM inspections WHERE id = $1").bind(id)).await?;
        let sample: Vec<oversight::Sampled> = row.ok_or_else(|| missing("reading"))?.json("sample")?;
        // Broken off before the last item: the sheet says where to go on.
        let stops = if how == Reading::Running { sample.len().saturating_sub(1).max(1) } else { sample.len() };
        let finds = findings::finds(self, step, how);
        for (n, item) in sample.iter().enumerate().take(stops) {
            let asked = wanting(&item.text);
            let wanting = n == 0 && (finds || step.house.is_multiple_of(3) || how != Reading::Signed);
            let recorded = oversight::has_records(tx, (post, step.year), item.duty).await?;
            let (kind, text) = match (recorded, wanting) {
                (false, _) => (RemarkKind::Wanting, UNRECORDED),
                (true, true) => (RemarkKind::Wanting, asked),
                (true, false) => (RemarkKind::Sound, ""),
            };
            let form = NewRemark {
                command: domain::ids::CommandId(random::id(tx.now())),
                inspection: id,
                record: None,
                duty: Some(item.duty),
                kind,
                text: text.into(),
                tap: true,
                row: None,
            };
            let remark = oversight::write_quietly(tx, &actor, &form).await?;
            if finds && n == 0 {
                self.found(tx, &actor, step, remark).await?;
            }
        }
        match how {
            Reading::Signed => self.finish(tx, &actor, step, (id, purpose), true).await,
            Reading::Signing => self.finish(tx, &actor, step, (id, purpose), false).await,
            Reading::Running => Ok(()),
        }
    }

    /// Feedback, the reader's signature, and the head's on paper where he signed.
    async fn finish(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        step: &Step,
        (id, purpose): (InspectionId, Purpose),
        head: bool,
    ) -> Result<(), Failure> {
        let said = match purpose {
            Purpose::HalfYear => HALF_YEAR,
            Purpose::YearEnd => YEAR_END,
            Purpose::Daily => DAILY,
        };
        // Another one each year, and another one next door.
        let words = said[(step.house + usize::try_from(step.year).unwrap_or_default()) % said.len()];
        let mut acts = vec![Do::Feedback { early: true }, Do::Sign(Signing::Typed { name: actor.name.clone() })];
        let present = posts::post(tx, self.district, self.post(step.house)?, tx.now().day()).await?;
        // A vacant post waits for its next head.
        if head && present.is_some_and(|post| post.head.is_some()) {
            acts.push(Do::Sign(Signing::Paper { on: tx.now().day(), handler: actor.name.clone() }));
        }
        for act in acts {
            let row = tx.row(q("SELECT version FROM inspections WHERE id = $1").bind(id)).await?;
            let seen = row.ok_or_else(|| missing("reading"))?.int("version")?;
            let form = oversight::Step {
                command: domain::ids::CommandId(random::id(tx.now())),
                inspection: id,
                seen,
                act,
                words: words.into(),
            };
            oversight::step_quietly(tx, actor, &form).await?;
        }
        Ok(())
    }

    /// 已核实 in one reading: nobody checks what he has not read.
    pub(super) async fn verify(&self, tx: &mut Tx, step: &Step, records: &[RecordNo]) -> Result<(), Failure> {
        let actor = self.reader(step)?;
        let post = self.post(step.house)?;
        if open(tx, post).await? {
            return Ok(());
        }
        let id = self.register(tx, step, Purpose::Daily, None).await?;
        self.looked(tx, step, &actor, post).await?;
        for no in records {
            let record = *self.records.get(no).ok_or_else(|| missing("record"))?;
            let row = tx.row(q("SELECT kind FROM records WHERE id = $1").bind(record)).await?;
            let kind = row.ok_or_else(|| missing("record"))?.keyed("kind", RecordKind::from_key)?;
            let how = Checking::of(kind.is_talk(false));
            decide::verify_quietly(tx, &actor, self.post_ref(step.house)?, record, how).await?;
            if how == Checking::Paper {
                // Its remark is written.
                continue;
            }
            let form = NewRemark {
                command: domain::ids::CommandId(random::id(tx.now())),
                inspection: id,
                record: Some(record),
                duty: None,
                kind: RemarkKind::Sound,
                text: String::new(),
                tap: false,
                row: None,
            };
            oversight::write_quietly(tx, &actor, &form).await?;
        }
        self.finish(tx, &actor, step, (id, Purpose::Daily), true).await
    }

    /// The announced look itself.
    async fn looked(&self, tx: &mut Tx, step: &Step, actor: &Actor, post: PostId) -> Result<(), Failure> {
        tx.insert_all(
            "INSERT INTO readings (district_id, post_id, year, viewer, viewer_name, hour, announced)",
            vec![vec![
                self.district.into(),
                post.into(),
                step.year.into(),
                actor.account.into(),
                (&actor.name).into(),
                (step.at.0 / HOUR_MS).into(),
                true.into(),
            ]],
            "ON CONFLICT DO NOTHING",
        )
        .await?;
        let object = format!("book:{post}:{}", step.year);
        tx.audit(self.district, Some(actor.account), "records.read", &object, "翻阅检查").await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_fits_the_words_of_its_item() {
        for (item, asked) in [
            ("与班子成员逐一谈心谈话", "谈话对象"),
            ("每半年主持专题会议研究全面从严治党", "会议记录"),
            ("修订议事决策制度", "制度文本"),
            ("到一线蹲点收集烦心事", "蹲点时间"),
            ("签订并践行廉洁从政承诺书", "承诺书"),
            ("其他工作", "办理结果"),
        ] {
            assert!(wanting(item).contains(asked), "{item}: {}", wanting(item));
        }
    }
}
