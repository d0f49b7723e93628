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
    load::{Loader, missing},
    people::checker,
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

/// What a reader writes below an item of the sample.
const WANTING: [&str; 3] =
    ["补充会议记录，写明研究的具体事项。", "补充谈话对象范围和次数的说明。", "补充整改后的制度文本。"];

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
        // A colleague as the second pair of eyes, where the body has one.
        let others = oversight::candidates(tx, &actor, tx.now().day()).await?;
        readers.extend(others.into_iter().map(|(id, _)| id).find(|id| *id != actor.person));
        let form = Register {
            command: domain::ids::CommandId(random::id(tx.now())),
            purpose,
            year: step.year,
            posts: vec![self.post(step.house)?],
            from: Some(today),
            to,
            readers,
            share: SHARE_DEFAULT,
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
        for (n, item) in sample.iter().enumerate() {
            let wanting = n == 0 && (step.house.is_multiple_of(3) || how != Reading::Signed);
            let (kind, text) = if wanting {
                (RemarkKind::Wanting, WANTING[step.house % WANTING.len()])
            } else {
                (RemarkKind::Sound, "")
            };
            let form = NewRemark {
                command: domain::ids::CommandId(random::id(tx.now())),
                inspection: id,
                record: None,
                duty: Some(item.duty),
                kind,
                text: text.into(),
            };
            oversight::write_quietly(tx, &actor, &form).await?;
        }
        match how {
            Reading::Signed => self.finish(tx, &actor, step.house, id, true).await,
            Reading::Signing => self.finish(tx, &actor, step.house, id, false).await,
            Reading::Running => Ok(()),
        }
    }

    /// Feedback, the reader's signature, and the head's on paper where he signed.
    async fn finish(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        house: usize,
        id: InspectionId,
        head: bool,
    ) -> Result<(), Failure> {
        let words = "能够按清单落实各项责任，记录基本完整。请继续把廉政要求落到具体工作中。";
        let mut acts = vec![Do::Feedback, Do::Sign(Signing::Typed { name: actor.name.clone() })];
        let present = posts::post(tx, self.district, self.post(house)?, tx.now().day()).await?;
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

    /// 已核实 in a reading of its own day: nobody checks what he has not read.
    pub(super) async fn verify(&self, tx: &mut Tx, step: &Step, no: RecordNo) -> Result<(), Failure> {
        let actor = self.reader(step)?;
        let post = self.post(step.house)?;
        let record = *self.records.get(&no).ok_or_else(|| missing("record"))?;
        if open(tx, post).await? {
            return Ok(());
        }
        let id = self.register(tx, step, Purpose::Daily, None).await?;
        self.looked(tx, step, &actor, post).await?;
        let row = tx.row(q("SELECT kind FROM records WHERE id = $1").bind(record)).await?;
        let kind = row.ok_or_else(|| missing("record"))?.keyed("kind", RecordKind::from_key)?;
        let how = Checking::of(kind.is_talk(false));
        decide::verify_quietly(tx, &actor, self.post_ref(step.house)?, record, how).await?;
        if how == Checking::Paper {
            // Its remark is written.
            return self.finish(tx, &actor, step.house, id, true).await;
        }
        let form = NewRemark {
            command: domain::ids::CommandId(random::id(tx.now())),
            inspection: id,
            record: Some(record),
            duty: None,
            kind: RemarkKind::Sound,
            text: String::new(),
        };
        oversight::write_quietly(tx, &actor, &form).await?;
        self.finish(tx, &actor, step.house, id, true).await
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
