//! A hall: one `wuze serve` on loopback with a demonstration meeting, started and killed by us, and
//! those who run it through the public API.

use std::{
    error::Error,
    fs::File,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::http::{Answer, Events, Wire};

pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What `wuze demo meeting --json` prints.
#[derive(Debug, Deserialize)]
pub struct Made {
    pub meeting: String,
    pub cards: Vec<Card>,
    pub operator: Login,
    pub tellers: Vec<Login>,
}

/// A printed card.
#[derive(Debug, Clone, Deserialize)]
pub struct Card {
    pub code: String,
}

/// Somebody who runs the meeting.
#[derive(Debug, Clone, Deserialize)]
pub struct Login {
    pub login: String,
    pub password: String,
}

/// The server and its folder.
pub struct Hall {
    wuze: PathBuf,
    /// The data folder is `data` below it.
    pub place: TempDir,
    /// Where the next start writes the loudest log; else warnings alone are printed.
    pub loud: Option<PathBuf>,
    pub addr: SocketAddr,
    pub made: Made,
    child: Option<Child>,
}

impl Hall {
    /// Makes a meeting for `raters` in a fresh folder below `dir` and serves it on `port` (0: any).
    pub fn open(wuze: &Path, dir: &Path, port: u16, raters: usize) -> Outcome<Self> {
        let place = tempfile::Builder::new().prefix("hall").tempdir_in(dir)?;
        let made = program(wuze, place.path())
            .args(["demo", "meeting", "--json", "--data", "data", "--raters", &raters.to_string()])
            .output()?;
        if !made.status.success() {
            return Err(format!("wuze demo meeting: {}", String::from_utf8_lossy(&made.stderr)).into());
        }
        let made: Made = serde_json::from_slice(&made.stdout)?;
        let addr = (Ipv4Addr::LOCALHOST, port).into();
        let mut hall = Self { wuze: wuze.to_owned(), place, loud: None, addr, made, child: None };
        hall.start()?;
        Ok(hall)
    }

    /// Starts the server and waits until it listens; how long that took.
    pub fn start(&mut self) -> Outcome<Duration> {
        let began = Instant::now();
        let mut command = program(&self.wuze, self.place.path());
        command.args(["serve", "--demo", "--data", "data", "--addr", &self.addr.to_string()]);
        match &self.loud {
            Some(log) => command.args(["--log", "trace"]).stderr(File::create(log)?),
            None => command.args(["--log", "warn"]),
        };
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            let mut out = BufReader::new(out);
            out.read_line(&mut line)?;
            // Whoever prints into a closed pipe fails; what else it says is not for us.
            std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        }
        self.child = Some(child);
        let addr = line.trim().strip_prefix("listening on http://").ok_or_else(|| format!("wuze serve: {line:?}"))?;
        self.addr = addr.parse()?;
        Ok(began.elapsed())
    }

    /// `kill -9`.
    pub fn kill(&mut self) -> Outcome<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::id)
    }

    /// Somebody at a desk, signed in.
    pub async fn desk(&self, login: &Login) -> Outcome<Desk> {
        let mut wire = Wire::connect(self.addr).await?;
        let origin = format!("http://{}", self.addr);
        let body = format!("login={}&password={}", encode(&login.login), encode(&login.password));
        let headers = [("origin", origin.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        let answer = wire.ask("POST", "/signin", &headers, body.as_bytes()).await?;
        let cookie = answer
            .headers
            .iter()
            .filter(|(name, value)| name == "set-cookie" && value.starts_with("wuze="))
            .find_map(|(_, value)| value.split(';').next())
            .ok_or_else(|| format!("{} could not sign in: {} {}", login.login, answer.status, answer.text()))?
            .to_owned();
        Ok(Desk { addr: self.addr, meeting: self.made.meeting.clone(), origin, cookie })
    }

    pub async fn operator(&self) -> Outcome<Desk> {
        self.desk(&self.made.operator).await
    }

    /// Both 监票人 confirm; the sealed bundle of `round`.
    pub async fn seal(&self, round: &str) -> Outcome<Value> {
        for teller in &self.made.tellers {
            self.desk(teller).await?.must(json!({ "command": "confirm_seal", "round": round })).await?;
        }
        let answer = self.operator().await?.get(&format!("/api/v1/rounds/{round}/bundle.json")).await?;
        if answer.status != 200 {
            return Err(format!("no bundle: {} {}", answer.status, answer.text()).into());
        }
        Ok(answer.json()?)
    }

    /// `wuze verify-meeting` on a bundle, as on another machine.
    pub fn verify(&self, bundle: &Value) -> Outcome<()> {
        let file = self.place.path().join("bundle.json");
        std::fs::write(&file, serde_json::to_vec(bundle)?)?;
        let done = program(&self.wuze, self.place.path()).arg("verify-meeting").arg(&file).output()?;
        if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into()) }
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// The program, in `dir`, untouched by what the machine happens to have set.
fn program(wuze: &Path, dir: &Path) -> Command {
    let mut command = Command::new(wuze);
    command.current_dir(dir).stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(n, _)| n.starts_with("WUZE_")) {
        command.env_remove(name);
    }
    command
}

fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// A signed-in session of somebody who runs the meeting.
pub struct Desk {
    addr: SocketAddr,
    meeting: String,
    origin: String,
    cookie: String,
}

impl Desk {
    /// A connection with a command ready to be sent.
    pub async fn ready(&self, mut command: Value) -> Outcome<(Wire, Vec<u8>)> {
        command["key"] = json!(uuid::Uuid::new_v4());
        let path = format!("/api/v1/rooms/{}/commands", self.meeting);
        let headers =
            [("cookie", self.cookie.as_str()), ("origin", &self.origin), ("content-type", "application/json")];
        let wire = Wire::connect(self.addr).await?;
        let request = wire.request("POST", &path, &headers, command.to_string().as_bytes());
        Ok((wire, request))
    }

    /// A command of the room.
    pub async fn command(&self, command: Value) -> Outcome<Answer> {
        let (mut wire, request) = self.ready(command).await?;
        Ok(wire.exchange(&request).await?)
    }

    /// A command that must succeed.
    pub async fn must(&self, command: Value) -> Outcome<()> {
        let answer = self.command(command.clone()).await?;
        if answer.status == 200 {
            Ok(())
        } else {
            Err(format!("{command}: {} {}", answer.status, answer.text()).into())
        }
    }

    pub async fn get(&self, path: &str) -> Outcome<Answer> {
        let mut wire = Wire::connect(self.addr).await?;
        Ok(wire.ask("GET", path, &[("cookie", self.cookie.as_str())], b"").await?)
    }

    /// The six digits that the hall's screen shows now.
    pub async fn code(&self) -> Outcome<String> {
        let answer = self.get(&format!("/api/v1/rooms/{}/code", self.meeting)).await?;
        let code = answer.json()?["code"].as_str().map(str::to_owned);
        code.ok_or_else(|| format!("no code: {} {}", answer.status, answer.text()).into())
    }

    /// Opens a round; its id.
    pub async fn open_round(&self) -> Outcome<String> {
        let round = uuid::Uuid::new_v4().to_string();
        self.must(json!({ "command": "open_round", "round": round })).await?;
        Ok(round)
    }

    pub async fn close_round(&self) -> Outcome<()> {
        self.must(json!({ "command": "close_round" })).await
    }

    pub async fn reopen_round(&self) -> Outcome<()> {
        self.must(json!({ "command": "reopen_round", "reason": "还有人没有交" })).await
    }

    /// The stream of a role.
    pub async fn stream(&self, role: &str) -> Outcome<Events> {
        let path = format!("/api/v1/rooms/{}/stream?role={role}", self.meeting);
        Ok(Wire::connect(self.addr).await?.events(&path, &[("cookie", self.cookie.as_str())]).await?)
    }
}
