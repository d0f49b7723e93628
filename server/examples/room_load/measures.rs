//! The measured parts: bursts, the way to the screen, closing, idle streams, restarts.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinSet,
};

use crate::{
    floor::Floor,
    load::{
        hall::{Hall, Outcome},
        http::Events,
        numbers::{Times, cpu, middle, ms, ratio, rss_kb},
        phones::{GRADES, Going, Phone, Told, begin, burst, listen_all},
    },
};

/// How often a measurement is repeated; the middle one and the worst are printed.
const TIMES: u32 = 5;

/// Where and beside what is measured.
pub struct Setup {
    pub wuze: PathBuf,
    pub dir: PathBuf,
    pub port: u16,
    /// One flush in the same folder, just before.
    pub flush: Times,
}

impl Setup {
    pub fn hall(&self, raters: usize) -> Outcome<Hall> {
        Hall::open(&self.wuze, &self.dir, self.port, raters)
    }
}

/// Says whether a value is within its line.
fn kept(what: &str, value: String, within: bool) {
    println!("  {} {what}: {value}", if within { "ok  " } else { "OVER" });
}

/// Everybody casts at once.
pub async fn bursts(setup: &Setup, sizes: &[usize]) -> Outcome<()> {
    for &n in sizes {
        let hall = setup.hall(n)?;
        let going = begin(&hall).await?;
        println!("\n{n} raters cast at once, each with an open stream (joined in {:.0} ms)", ms(going.joined));
        let streams = listen_all(&going.phones).await?;
        let (mut all, mut p99, mut refused) = (Vec::new(), Vec::new(), 0);
        for rev in 1..=TIMES {
            let burst = burst(&going.phones, &going.round, rev).await?;
            let times = burst.times();
            println!("  run {rev}: {}, all in {:.0} ms, refused {}", times.line(), ms(burst.all), burst.refused());
            all.push(burst.all);
            p99.push(times.p(99));
            refused += burst.refused();
        }
        drop(streams);
        let (flush, p99, all) = (setup.flush.p(50), middle(&p99), middle(&all));
        println!("  p99 = {:.1} × fdatasync p50, {:.1} × its p99", ratio(p99, flush), ratio(p99, setup.flush.p(99)));
        kept("refused 0", refused.to_string(), refused == 0);
        if n >= 3_000 {
            kept("all ≤ 1.0 s", format!("{:.0} ms", ms(all)), all <= Duration::from_secs(1));
            kept("p99 ≤ 0.8 s", format!("{:.0} ms", ms(p99)), p99 <= Duration::from_millis(800));
        } else if n <= 30 {
            let line = flush * 3 + Duration::from_millis(10);
            kept("p99 ≤ 3 × fdatasync p50 + 10 ms", format!("{:.1} of {:.1} ms", ms(p99), ms(line)), p99 <= line);
        }
    }
    Ok(())
}

/// Ballots over five seconds, seen on the screen; then closings, seen by every phone, beside the floor.
pub async fn screen(setup: &Setup, n: usize) -> Outcome<()> {
    let hall = setup.hall(n)?;
    let going = begin(&hall).await?;
    println!("\n{n} phones subscribed, ballots over 5 s, one screen");
    let shown = Arc::new(Mutex::new(Vec::new()));
    let screen = tokio::spawn(watch_screen(going.desk.stream("screen").await?, shown.clone()));
    let streams = listen_all(&going.phones).await?;
    let acks = spread(&going, Duration::from_secs(5)).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    screen.abort();
    let shown = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let seen = acks.iter().enumerate().map(|(place, ack)| {
        let event = shown.iter().find(|(_, returned)| *returned > place);
        event.map_or(Duration::from_mins(1), |(at, _)| at.saturating_duration_since(*ack))
    });
    let times = Times::of(seen);
    println!("  acknowledged → screen: {}; {} screen events", times.line(), shown.len());
    kept("p50 ≤ 120 ms", format!("{:.0} ms", ms(times.p(50))), times.p(50) <= Duration::from_millis(120));
    kept("p99 ≤ 300 ms", format!("{:.0} ms", ms(times.p(99))), times.p(99) <= Duration::from_millis(300));
    kept("≤ 10 broadcasts a second", shown.len().to_string(), shown.len() <= 75);

    // Both servers are up and hold as many streams; they take turns.
    let floor = Floor::start("hand")?;
    let mut product = Arrivals::of(streams.into_iter().map(|(_, events)| events));
    let mut beside = Arrivals::of(floor_streams(&floor, n).await?);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let began = Instant::now();
        going.desk.close_round().await?;
        ours.push(product.since(began, |d| d.contains("\"state\":\"closed\"")).await?);
        let began = Instant::now();
        floor.tick().await?;
        theirs.push(beside.since(began, |_| true).await?);
        going.desk.reopen_round().await?;
        product.since(began, |d| d.contains("\"state\":\"open\"")).await?;
    }
    println!("\nclose → last of {n} phones, {TIMES} times");
    for (a, b) in ours.iter().zip(&theirs) {
        println!("  {} | floor {}", a.line(), b.line());
    }
    let p99 = |all: &[Times]| middle(&all.iter().map(|t| t.p(99)).collect::<Vec<_>>());
    let (a, b) = (p99(&ours), p99(&theirs));
    let within = a <= Duration::from_millis(250) || ratio(a, b) <= 1.6;
    kept("p99 ≤ 250 ms or ≤ 1.6 × floor", format!("{:.0} ms = {:.2} × floor", ms(a), ratio(a, b)), within);
    Ok(())
}

/// When the screen showed how many.
async fn watch_screen(mut events: Events, shown: Arc<Mutex<Vec<(Instant, usize)>>>) {
    while let Ok(event) = events.next().await {
        let at = Instant::now();
        let state: Value = serde_json::from_str(&event.data).unwrap_or_default();
        let Some(returned) = state["returned"].as_u64().and_then(|n| usize::try_from(n).ok()) else { continue };
        shown.lock().unwrap_or_else(PoisonError::into_inner).push((at, returned));
    }
}

/// First ballots of all phones over a while; the instants of acknowledgement in order.
async fn spread(going: &Going, over: Duration) -> Outcome<Vec<Instant>> {
    let mut tasks = JoinSet::new();
    let step = over / u32::try_from(going.phones.len())?;
    for phone in going.phones.iter().cloned() {
        let (round, delay) = (going.round.clone(), step * u32::try_from(phone.n)?);
        tasks.spawn(async move {
            let mut wire = phone.wire().await?;
            tokio::time::sleep(delay).await;
            let told = phone.cast(&mut wire, &round, 1, GRADES[phone.n % 4]).await?;
            Ok::<_, std::io::Error>((told, Instant::now()))
        });
    }
    let mut acks = Vec::new();
    while let Some(done) = tasks.join_next().await {
        let (told, at) = done??;
        if told != Told::Accepted {
            return Err(format!("a ballot was {told:?}").into());
        }
        acks.push(at);
    }
    acks.sort_unstable();
    Ok(acks)
}

/// Streams that report each event with the instant it came.
struct Arrivals {
    count: usize,
    news: mpsc::UnboundedReceiver<(Instant, String)>,
    _tasks: JoinSet<()>,
}

impl Arrivals {
    fn of(streams: impl IntoIterator<Item = Events>) -> Self {
        let (send, news) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        for mut events in streams {
            let send = send.clone();
            tasks.spawn(async move {
                while let Ok(event) = events.next().await {
                    if send.send((Instant::now(), event.data)).is_err() {
                        break;
                    }
                }
            });
        }
        Self { count: tasks.len(), news, _tasks: tasks }
    }

    /// Waits until every stream got an event that `is` the one; times since `began`.
    async fn since(&mut self, began: Instant, is: impl Fn(&str) -> bool) -> Outcome<Times> {
        let mut times = Vec::new();
        while times.len() < self.count {
            let next = tokio::time::timeout(Duration::from_secs(20), self.news.recv()).await;
            let (at, data) = next.ok().flatten().ok_or_else(|| format!("{} of {}", times.len(), self.count))?;
            if is(&data) {
                times.push(at.saturating_duration_since(began));
            }
        }
        Ok(Times::of(times))
    }
}

async fn floor_streams(floor: &Floor, n: usize) -> Outcome<Vec<Events>> {
    let room = Arc::new(Semaphore::new(500));
    let mut tasks = JoinSet::new();
    let addr = floor.addr;
    for _ in 0..n {
        let room = room.clone();
        tasks.spawn(async move {
            let _place = room.acquire_owned().await.map_err(std::io::Error::other)?;
            let mut events = crate::load::http::Wire::connect(addr).await?.events("/", &[]).await?;
            events.next().await?;
            Ok::<_, std::io::Error>(events)
        });
    }
    let mut streams = Vec::new();
    while let Some(done) = tasks.join_next().await {
        streams.push(done??);
    }
    Ok(streams)
}

/// Memory and processor time of streams on which nothing happens, and how soon one event reaches all.
/// Every server is started afresh before its streams: memory that joining has freed would hide theirs.
pub async fn idle(setup: &Setup, sizes: &[usize]) -> Outcome<()> {
    let most = sizes.iter().copied().max().unwrap_or(0);
    let mut hall = setup.hall(most)?;
    let going = begin(&hall).await?;
    for &n in sizes {
        let mut floors = Vec::new();
        for kind in ["hand", "axum"] {
            let floor = Floor::start(kind)?;
            drop(floor.listen().await?);
            let before = rss_kb(floor.pid())?;
            let streams = floor_streams(&floor, n).await?;
            let each = per_stream(before, floor.pid(), n)?;
            let mut arrivals = Arrivals::of(streams);
            let began = Instant::now();
            floor.tick().await?;
            floors.push((kind, each, arrivals.since(began, |_| true).await?));
        }
        hall.kill()?;
        hall.start()?;
        drop(listen_all(&going.phones[..20]).await?);
        let before = rss_kb(hall.pid())?;
        let streams = listen_all(&going.phones[..n]).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let each = per_stream(before, hall.pid(), n)?;
        let used = cpu(hall.pid())?;
        tokio::time::sleep(Duration::from_secs(20)).await;
        let share = ratio(cpu(hall.pid())?.saturating_sub(used), Duration::from_secs(20)) * 100.0;
        println!("\n{n} idle streams");
        for (kind, each, times) in &floors {
            println!("       floor {kind}: {each:.1} KB each, an event reaches them in {}", times.line());
        }
        let bare = floors.last().map_or(1.0, |f| f.1);
        let line = format!("{each:.1} KB = {:.2} × bare axum ({bare:.1} KB)", each / bare);
        kept("≤ 24 KB and ≤ 1.25 × bare", line, each <= 24.0 && each <= bare * 1.25);
        kept("< 3 % of one core", format!("{share:.1} %"), share < 3.0);
        let mut arrivals = Arrivals::of(streams.into_iter().map(|(_, events)| events));
        let began = Instant::now();
        going.desk.must(json!({ "command": "pause_round" })).await?;
        let times = arrivals.since(began, |d| d.contains("\"state\":\"paused\"")).await?;
        kept("an event reaches the last ≤ 1 s", times.line(), times.max() <= Duration::from_secs(1));
        going.desk.must(json!({ "command": "resume_round" })).await?;
    }
    Ok(())
}

/// KB that each of `n` streams added since `before`.
fn per_stream(before: f64, pid: u32, n: usize) -> Outcome<f64> {
    Ok((rss_kb(pid)? - before) / f64::from(u32::try_from(n)?))
}

/// What a phone knows while the server comes and goes.
#[derive(Default)]
struct Known {
    state: String,
    at: Option<Instant>,
    last_id: String,
    repeated: usize,
}

/// The server is killed right after a command and started again; all phones come back by themselves.
pub async fn restart(setup: &Setup, n: usize) -> Outcome<()> {
    let mut hall = setup.hall(n)?;
    let going = begin(&hall).await?;
    println!("\nkill -9 and start with {n} phones");
    let known: Vec<Arc<Mutex<Known>>> = going.phones.iter().map(|_| Arc::default()).collect();
    let mut phones = JoinSet::new();
    for (phone, known) in going.phones.iter().cloned().zip(known.iter().cloned()) {
        phones.spawn(follow(phone, known));
    }
    wait_for(&known, "open", n, Instant::now()).await?;
    for (turn, (command, state)) in
        [("pause_round", "paused"), ("resume_round", "open"), ("pause_round", "paused")].into_iter().enumerate()
    {
        going.desk.must(json!({ "command": command })).await?;
        hall.kill()?;
        let started = hall.start()?;
        let listening = Instant::now();
        for phone in &known {
            phone.lock().unwrap_or_else(PoisonError::into_inner).state.clear();
        }
        let right = wait_for(&known, state, n * 99 / 100, listening).await?;
        let all = wait_for(&known, state, n, listening).await?;
        let repeated: usize = known.iter().map(|k| k.lock().unwrap_or_else(PoisonError::into_inner).repeated).sum();
        println!("  turn {}: listening after {:.0} ms, all right {:.0} ms later", turn + 1, ms(started), ms(all));
        kept("99 % right within 5 s", format!("{:.0} ms", ms(right)), right <= Duration::from_secs(5));
        kept("repeated states 0", repeated.to_string(), repeated == 0);
    }
    phones.shutdown().await;
    Ok(())
}

/// Listens for ever as a phone does: again after a short, scattered pause, from where it was.
async fn follow(phone: Phone, known: Arc<Mutex<Known>>) {
    let mut rng = StdRng::seed_from_u64(phone.n as u64);
    loop {
        let after = known.lock().unwrap_or_else(PoisonError::into_inner).last_id.clone();
        let after = (!after.is_empty()).then_some(after);
        if let Ok(mut events) = phone.listen(after.as_deref()).await {
            while let Ok(event) = events.next().await {
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                if event.name != "state" {
                    continue;
                }
                known.repeated += usize::from(known.last_id == event.id);
                known.last_id = event.id;
                known.state = state_of(&event.data);
                known.at = Some(Instant::now());
            }
        }
        tokio::time::sleep(Duration::from_millis(rng.random_range(300..1_500))).await;
    }
}

fn state_of(data: &str) -> String {
    let state: Value = serde_json::from_str(data).unwrap_or_default();
    state["round"]["state"].as_str().unwrap_or("").to_owned()
}

/// Waits until `enough` phones know `state`; how long after `since` the last of them did.
async fn wait_for(known: &[Arc<Mutex<Known>>], state: &str, enough: usize, since: Instant) -> Outcome<Duration> {
    loop {
        let right: Vec<Duration> = known
            .iter()
            .filter_map(|k| {
                let k = k.lock().unwrap_or_else(PoisonError::into_inner);
                (k.state == state).then(|| k.at).flatten().map(|at| at.saturating_duration_since(since))
            })
            .collect();
        if right.len() >= enough {
            let times = Times::of(right);
            return Ok(times.nth(enough.saturating_sub(1)));
        }
        if since.elapsed() > Duration::from_mins(1) {
            return Err(format!("only {} of {enough} phones know that the round is {state}", right.len()).into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
