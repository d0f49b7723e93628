//! What a head is told of the 联络员 of his unit, who read his book and write in it: on his home for two weeks, on
//! his own page as long as they are. Owns no decision: who becomes one is `roles`.

use chrono::Days;
use domain::{
    ids::UnitId,
    people::access::Actor,
    time::{Day, zh, zh_short},
};

use crate::{
    services::Services,
    storage::{Row, StorageError, q},
};

/// Days that a new one is told of on the home: whoever is away for a week still reads it.
const TOLD_DAYS: u64 = 14;
/// Most of them in one list.
const SHOWN: i64 = 20;

/// What a 联络员 may do, as a head reads it.
const MAY: &str = "可以代您起草、看到记录本（谈话要点除外）";

/// A 联络员 of a unit of the actor's.
struct Liaison {
    name: String,
    unit: String,
    from: Day,
    to: Option<Day>,
}

impl Liaison {
    fn of(row: &Row) -> Result<Self, StorageError> {
        Ok(Self {
            name: row.text("name")?,
            unit: row.text("unit_name")?,
            from: row.day("starts_on")?,
            to: row.opt_day("ends_on")?,
        })
    }

    fn told(&self) -> String {
        let Self { name, unit, from, to } = self;
        match to {
            None => format!("{name} 自{}起任{unit}联络员，{MAY}。有异议请与党风政风监督室联系", zh_short(*from)),
            Some(to) => format!(
                "{name} {}至{}曾任{unit}联络员，期间{MAY}。有异议请与党风政风监督室联系",
                zh_short(*from),
                zh_short(*to)
            ),
        }
    }
}

impl Services {
    /// New 联络员 of the units that the actor heads, for his home: title, link, words. One whose role was ended
    /// again is told of all the same: he could read.
    pub(in crate::services) async fn liaison_notices(
        &self,
        actor: &Actor,
    ) -> Result<Vec<(String, String, String)>, StorageError> {
        let since = self.today() - Days::new(TOLD_DAYS);
        let found = self.liaisons(actor, "AND g.state <> 'proposed' AND g.starts_on > ?", since).await?;
        Ok(found.iter().map(|one| ("新任联络员".to_owned(), "/me".to_owned(), one.told())).collect())
    }

    /// The present 联络员 of the units that the actor heads: who, what he may, since when.
    pub(super) async fn present_liaisons(&self, actor: &Actor) -> Result<Vec<(String, String, String)>, StorageError> {
        let found = self.liaisons(actor, "AND g.state = 'active' AND g.starts_on <= ?", self.today()).await?;
        let line = |one: Liaison| (one.name, format!("{}联络员：{MAY}", one.unit), format!("自{}起", zh(one.from)));
        Ok(found.into_iter().map(line).collect())
    }

    async fn liaisons(&self, actor: &Actor, which: &'static str, day: Day) -> Result<Vec<Liaison>, StorageError> {
        let units: Vec<UnitId> = actor.terms.iter().map(|t| t.unit).collect();
        if units.is_empty() {
            return Ok(Vec::new());
        }
        // The book of the head of the district no 联络员 reads.
        let find = q("SELECT p.name, u.name AS unit_name, g.starts_on, g.ends_on FROM role_grants g
                      JOIN persons p ON p.id = g.person_id JOIN units u ON u.id = g.unit_id
                      WHERE g.district_id = $1 AND g.role = 'liaison' AND u.leads_district = 0")
        .bind(actor.district)
        .and_in("g.unit_id", units)
        .push_bind(which, day)
        .push_bind("ORDER BY g.starts_on DESC, g.id LIMIT ?", SHOWN);
        self.store.read().rows(find).await?.iter().map(Liaison::of).collect()
    }
}
