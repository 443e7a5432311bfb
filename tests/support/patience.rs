//! No test waits for ever. One whose workspace is still there after ten minutes is named on standard error, with what its
//! processes wait for; they are killed, which the test takes for a failure, and where even that ends nothing all tests end.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once};
use std::time::{Duration, Instant};

/// Longer than the slowest test takes on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_mins(10);

/// How long a test may take to notice that its processes are gone.
const GRACE: Duration = Duration::from_mins(1);

struct Waiting {
    workspace: PathBuf,
    test: String,
    since: Instant,
    killed: bool,
}

static WAITING: Mutex<Vec<Waiting>> = Mutex::new(Vec::new());

/// While it lives, somebody watches that this workspace is not there for ever.
pub struct Watch(PathBuf);

impl Watch {
    pub fn of(workspace: &Path) -> Self {
        static WATCHING: Once = Once::new();
        WATCHING.call_once(|| drop(std::thread::spawn(watch)));
        let test = std::thread::current().name().unwrap_or("a thread without a name").to_owned();
        let workspace = workspace.to_owned();
        WAITING.lock().unwrap().push(Waiting { workspace: workspace.clone(), test, since: now(), killed: false });
        Self(workspace)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        WAITING.lock().unwrap().retain(|w| w.workspace != self.0);
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a test takes is no matter of the program's clock")]
fn now() -> Instant {
    Instant::now()
}

fn watch() {
    loop {
        std::thread::park_timeout(Duration::from_secs(5));
        let mut all = WAITING.lock().unwrap();
        for waiting in all.iter_mut().filter(|w| w.since.elapsed() > PATIENCE) {
            if !waiting.killed {
                waiting.killed = true;
                tell(&format!("{} has not ended for {PATIENCE:?}: its processes are killed", waiting.test));
                processes(&waiting.workspace).for_each(end);
            } else if waiting.since.elapsed() > PATIENCE + GRACE {
                tell(&format!("{} has not ended without its processes either", waiting.test));
                std::process::exit(1);
            }
        }
    }
}

/// The processes of the program that work in this workspace. None where there is no `/proc`.
fn processes(workspace: &Path) -> impl Iterator<Item = i32> {
    let workspace = workspace.to_string_lossy().into_owned();
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(move |pid| of(*pid, "cmdline").contains(&workspace))
}

fn of(pid: i32, what: &str) -> String {
    let read = std::fs::read(format!("/proc/{pid}/{what}")).unwrap_or_default();
    String::from_utf8_lossy(&read).replace('\0', " ")
}

/// Kills a process, once it is told what each of its threads waits for.
fn end(pid: i32) {
    tell(&format!("  {pid}: {}", of(pid, "cmdline")));
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    for thread in threads.filter_map(|entry| entry.file_name().into_string().ok()) {
        let about = |what: &str| of(pid, &format!("task/{thread}/{what}"));
        tell(&format!("    {} {} {}", about("comm").trim(), about("wchan"), about("syscall").trim()));
    }
    let killed = rustix::process::Pid::from_raw(pid)
        .map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::KILL));
    tell(&format!("    killed: {killed:?}"));
}

/// Past the capture of a test's output, which nobody sees before the test ends.
fn tell(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}
