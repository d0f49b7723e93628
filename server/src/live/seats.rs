//! The seats of a meeting: what a ballot belongs to until it is sealed. Owns who sits on which
//! token, epochs, arrivals. Refuses to link a name to a seat where cards are drawn.

use std::collections::{BTreeMap, HashMap};

use domain::{
    ids::{DistrictId, MeetingId, RaterId, SeatId},
    reviews::{Identity, Plan},
};
use rand::seq::SliceRandom as _;

use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// How somebody came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum How {
    /// Not yet.
    #[default]
    NotYet,
    /// His own phone.
    Phone,
    /// A tablet of the hall, for one ballot.
    Tablet,
    /// Ticked at the desk, without a device: paper.
    Hand,
}

impl How {
    /// Storage key.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotYet => "",
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Hand => "hand",
        }
    }

    /// The way of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::NotYet, Self::Phone, Self::Tablet, Self::Hand].into_iter().find(|h| h.key() == key)
    }

    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotYet => "未到",
            Self::Phone => "手机签到",
            Self::Tablet => "会场平板",
            Self::Hand => "签到处登记",
        }
    }
}

/// A seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Id; random.
    pub id: SeatId,
    /// Key of the group.
    pub group: String,
    /// Line of the roll; never in a meeting with cards.
    pub rater: Option<RaterId>,
    /// The rater's name, or 「粉色 03」.
    pub label: String,
    /// Fingerprint of the printed card.
    pub card: Option<String>,
    /// Fingerprint of the token of the device that holds the seat.
    pub token: Option<String>,
    /// Counts devices; a higher one ends the one before.
    pub epoch: u32,
    /// Checked in?
    pub arrived: bool,
    /// How.
    pub how: How,
    /// Closed by the desk (a lost phone) until it is opened again there.
    pub revoked: bool,
    /// A tablet's token ends with its first ballot.
    pub single: bool,
}

/// All seats of a meeting.
#[derive(Debug, Clone, Default)]
pub struct Seats {
    all: BTreeMap<SeatId, Seat>,
    tokens: HashMap<String, SeatId>,
    cards: HashMap<String, SeatId>,
    raters: HashMap<RaterId, SeatId>,
    arrived: u32,
}

impl Seats {
    /// From their rows.
    pub fn of(seats: impl IntoIterator<Item = Seat>) -> Self {
        let mut all = Self::default();
        for seat in seats {
            all.put(seat);
        }
        all
    }

    /// Puts a seat in the place of its former self.
    pub fn put(&mut self, seat: Seat) {
        if let Some(old) = self.all.remove(&seat.id) {
            self.arrived -= u32::from(old.arrived);
            if let Some(token) = &old.token {
                self.tokens.remove(token);
            }
            // Two seats that swap their cards are put one after the other.
            if let Some(card) = old.card.filter(|c| self.cards.get(c) == Some(&old.id)) {
                self.cards.remove(&card);
            }
        }
        self.arrived += u32::from(seat.arrived);
        if let Some(token) = &seat.token {
            self.tokens.insert(token.clone(), seat.id);
        }
        if let Some(card) = &seat.card {
            self.cards.insert(card.clone(), seat.id);
        }
        if let Some(rater) = seat.rater {
            self.raters.insert(rater, seat.id);
        }
        self.all.insert(seat.id, seat);
    }

    /// A seat.
    pub fn get(&self, id: SeatId) -> Option<&Seat> {
        self.all.get(&id)
    }

    /// The seat that a token's fingerprint holds.
    pub fn by_token(&self, fingerprint: &str) -> Option<&Seat> {
        self.tokens.get(fingerprint).and_then(|id| self.all.get(id))
    }

    /// The seat of a card's fingerprint.
    pub fn by_card(&self, fingerprint: &str) -> Option<&Seat> {
        self.cards.get(fingerprint).and_then(|id| self.all.get(id))
    }

    /// The seat of a line of the roll.
    pub fn by_rater(&self, rater: RaterId) -> Option<&Seat> {
        self.raters.get(&rater).and_then(|id| self.all.get(id))
    }

    /// Key of a seat's group.
    pub fn group_of(&self, id: SeatId) -> Option<String> {
        self.all.get(&id).map(|s| s.group.clone())
    }

    /// In the order of random ids: no order of anything.
    pub fn iter(&self) -> impl Iterator<Item = &Seat> {
        self.all.values()
    }

    /// 应到.
    pub fn len(&self) -> u32 {
        u32::try_from(self.all.len()).unwrap_or(u32::MAX)
    }

    /// None at all?
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// 实到.
    pub fn arrived(&self) -> u32 {
        self.arrived
    }

    /// Sorted by group of the plan, then label: for the desk and for the sealed roll.
    pub fn sorted(&self, plan: &Plan) -> Vec<&Seat> {
        let place = |key: &str| plan.rules.groups.iter().position(|g| g.key == key).unwrap_or(usize::MAX);
        let mut seats: Vec<&Seat> = self.iter().collect();
        seats.sort_by(|a, b| (place(&a.group), &a.label, a.id).cmp(&(place(&b.group), &b.label, b.id)));
        seats
    }
}

/// With cards, writes seats and roll anew, each in the order of its keys, in this one transaction, and has
/// what was there before swept. Else the place of a row in the file (PostgreSQL's ctid, a cell in an embedded
/// page) and the transaction that wrote it (xmin) would say who was ticked off before whom and which seat
/// was taken before which: laid side by side, the two orders link name and seat.
///
/// # Errors
/// Storage failed.
pub(super) async fn scatter(tx: &mut Tx, meeting: MeetingId, plan: &Plan) -> Result<(), StorageError> {
    if plan.identity != Identity::Card {
        return Ok(());
    }
    let seats = q("SELECT * FROM meeting_seats WHERE meeting_id = $1 ORDER BY id").bind(meeting);
    let seats = tx.rows(seats).await?;
    let roll = q("SELECT * FROM meeting_roll WHERE meeting_id = $1 ORDER BY rater_id").bind(meeting);
    let roll = tx.rows(roll).await?;
    let mut taken = Vec::with_capacity(seats.len());
    for row in &seats {
        taken.push(vec![
            row.text("id")?.into(),
            row.text("meeting_id")?.into(),
            row.text("district_id")?.into(),
            row.text("group_key")?.into(),
            row.opt_text("rater_id")?.into(),
            row.text("label")?.into(),
            row.opt_text("card_hash")?.into(),
            row.opt_text("token_hash")?.into(),
            row.int("epoch")?.into(),
            row.flag("arrived")?.into(),
            row.text("how")?.into(),
            row.flag("revoked")?.into(),
        ]);
    }
    let mut ticked = Vec::with_capacity(roll.len());
    for row in &roll {
        ticked.push(vec![
            row.text("meeting_id")?.into(),
            row.text("rater_id")?.into(),
            row.text("district_id")?.into(),
            row.flag("arrived")?.into(),
            row.flag("card_given")?.into(),
        ]);
    }
    tx.execute(q("DELETE FROM meeting_seats WHERE meeting_id = $1").bind(meeting)).await?;
    tx.execute(q("DELETE FROM meeting_roll WHERE meeting_id = $1").bind(meeting)).await?;
    let head = "INSERT INTO meeting_seats (id, meeting_id, district_id, group_key, rater_id, label, card_hash,
        token_hash, epoch, arrived, how, revoked)";
    tx.insert_all(head, taken, "").await?;
    let head = "INSERT INTO meeting_roll (meeting_id, rater_id, district_id, arrived, card_given)";
    tx.insert_all(head, ticked, "").await?;
    tx.leave_no_trace();
    Ok(())
}

/// Makes seats, roll and the secret of a meeting whose plan was approved, in that transaction.
/// With cards, seats have only a colour and a number, and are written in shuffled order.
///
/// # Errors
/// Storage failed.
pub async fn make(tx: &mut Tx, district: DistrictId, meeting: MeetingId, plan: &Plan) -> Result<(), Failure> {
    let mut seats = Vec::with_capacity(plan.raters.len());
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for rater in &plan.raters {
        let number = counts.entry(&rater.group).or_default();
        *number += 1;
        let colour = plan.rules.group(&rater.group).map_or("", |g| g.colour.as_str());
        let (who, label) = match plan.identity {
            Identity::Account => (Some(rater.id), rater.name.clone()),
            Identity::Card => (None, format!("{colour} {number:02}")),
        };
        seats.push((uuid::Uuid::new_v4(), rater.group.clone(), who, label));
    }
    seats.shuffle(&mut rand::rng());
    // A plan that was reopened and approved again gets new seats, and new codes with them.
    tx.execute(q("DELETE FROM meeting_secrets WHERE meeting_id = $1").bind(meeting)).await?;
    tx.insert(
        "INSERT INTO meeting_secrets (meeting_id, district_id, secret)",
        vec![meeting.into(), district.into(), random::token().into()],
    )
    .await?;
    for (id, group, rater, label) in seats {
        tx.insert(
            "INSERT INTO meeting_seats (id, meeting_id, district_id, group_key, rater_id, label)",
            vec![SeatId(id).into(), meeting.into(), district.into(), group.into(), rater.into(), label.into()],
        )
        .await?;
    }
    for rater in &plan.raters {
        tx.insert(
            "INSERT INTO meeting_roll (meeting_id, rater_id, district_id)",
            vec![meeting.into(), rater.id.into(), district.into()],
        )
        .await?;
    }
    Ok(())
}
