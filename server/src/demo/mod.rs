//! The demonstration district: invented units and people, so that every screen shows
//! something true to life. A pure plan first ([`plan`]: the same seed and day give the
//! same district), then [`load`] writes it through the services' own functions, so that
//! occurrences, threads, audit and colours are made by the real code.
//! Refuses a database that already has a district.

mod accounts;
mod books;
mod briefs;
mod clear;
mod closings;
mod colouring;
mod dice;
mod documents;
mod findings;
mod gaps;
mod hall;
mod history;
mod holidays;
mod houses;
mod ledger;
mod load;
mod matter_lists;
mod matters;
mod meeting;
mod people;
mod phrases;
mod plan;
mod portraits;
mod readings;
mod relief;
mod review_story;
mod season;
mod setup;
mod story;
mod talk_words;
mod talks;
mod tasks;
mod templates;
mod warnings;
mod wording;

use std::collections::BTreeMap;

use chrono::Days;
use domain::time::{Day, Instant, first_of};

pub use accounts::{Account, PASSWORD, accounts};
pub use hall::{DemoCard, DemoMeeting, Login, meeting};
pub use load::{Loaded, load};
pub use plan::{Act, DemoPlan, Step};

use crate::{App, storage::Failure};
use plan::at;

/// Seed of the district that is shown.
pub const SEED: u64 = 5;

/// The district of `seed` whose story ends on the evening before `base`.
pub fn plan(seed: u64, base: Day) -> DemoPlan {
    let year = chrono::Datelike::year(&base);
    let holidays: Vec<_> = (year - 1..=year).flat_map(holidays::of_year).collect();
    let calendar = holidays::calendar(&holidays);
    let founded = first_of(year - 1, 1) - Days::new(12);
    let changes = people::changes(&calendar, base);
    let register = people::register(seed, base, founded, &changes);
    let optional = history::optional_items(seed, base, &calendar);
    let history = history::History::of(seed, base, &calendar, &changes);
    let gaps = gaps::gaps(&calendar, base, |house| changes.iter().any(|c| c.house == house));
    let mut books = books::Books {
        seed,
        base,
        calendar: &calendar,
        terms: &register.terms,
        forces: &history.forces,
        gaps: &gaps,
        changes: &changes,
        optional: &optional,
        steps: Vec::new(),
        records: 0,
        checked: BTreeMap::new(),
    };
    books.write();
    let mut steps = books.steps;
    steps.extend(history.steps);
    steps.extend(tasks::tasks(seed, base, &calendar));
    steps.extend(tasks::readings(seed, base, &calendar));
    steps.extend(meeting::steps(base, &calendar));
    steps.extend(season::steps(base, &calendar));
    steps.extend(briefs::steps(base, &calendar));
    steps.extend(warnings::steps(base, &calendar));
    steps.extend(matters::steps(base, &calendar));
    steps.extend(talks::steps(base, &calendar, &changes));
    steps.extend(ledger::steps(base, &calendar));
    steps.extend(documents::steps(base, &calendar));
    let closings = closings::closings(base, &calendar, &changes, &steps);
    steps.extend(closings);
    // The story ends the evening before: nothing lies in the future of the first start.
    steps.retain(|step| step.at < Instant::start_of(base) && step.at >= at(founded, 0, 0));
    steps.sort_by_key(|step| step.at);
    DemoPlan {
        seed,
        base,
        founded,
        enabled_on: first_of(year - 1, 1),
        holidays,
        units: people::units(),
        persons: register.persons,
        terms: register.terms,
        optional,
        steps,
    }
}

/// Loads the demonstration district into an empty database; nothing otherwise.
///
/// # Errors
/// Storage failed.
pub async fn load_if_empty(app: &App) -> Result<(), Failure> {
    let services = app.services();
    let loaded = load(app.store(), services.hasher.clone(), plan(SEED, services.today())).await?;
    if let Some(loaded) = loaded {
        let (records, ms) = (loaded.records, loaded.milliseconds);
        tracing::info!(records, ms, "demonstration district loaded");
    }
    Ok(())
}
