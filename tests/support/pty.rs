//! A program in a real pseudo-terminal, seen as a terminal would show it.

use std::io::Write as _;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long anything may take before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn std::io::Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    pub screen: vt100::Parser,
    /// Everything that was written.
    pub raw: Vec<u8>,
    /// How the line discipline was set before the program began.
    before: String,
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

#[expect(clippy::disallowed_methods, reason = "a deadline for a process outside")]
fn now() -> Instant {
    Instant::now()
}

fn line_discipline(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

impl Pty {
    pub fn start(command: CommandBuilder, columns: u16, rows: u16) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let (to, output) = channel();
        let before = line_discipline(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut bytes) {
                if to.send(bytes[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let screen = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        Self { master: pair.master, keyboard, child, output, screen, raw: Vec::new(), before }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.raw.extend_from_slice(bytes);
    }

    /// Waits until the screen is as wanted.
    #[track_caller]
    pub fn until(&mut self, what: &str, is: impl Fn(&Self) -> bool) {
        let end = now() + PATIENCE;
        while !is(self) {
            match self.output.recv_timeout(end.saturating_duration_since(now())) {
                Ok(bytes) => self.take(&bytes),
                Err(e) => panic!("waited for {what} in vain ({e}):\n{}", self.screen.screen().contents()),
            }
        }
    }

    /// Waits for a text on the screen.
    #[track_caller]
    pub fn shows(&mut self, text: &str) {
        self.until(text, |pty| pty.screen.screen().contents().contains(text));
    }

    /// Types bytes.
    pub fn types(&mut self, bytes: &str) {
        self.keyboard.write_all(bytes.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.screen.screen_mut().set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        self.master.resize(size(columns, rows)).unwrap();
    }

    pub fn pid(&self) -> i32 {
        self.child.process_id().unwrap().try_into().unwrap()
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.pid()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Everything that the program changed about the terminal is as it was.
    #[track_caller]
    pub fn is_restored(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "pastes are still marked");
        assert_eq!(line_discipline(&*self.master), self.before);
    }

    /// Waits for the end of the program.
    #[track_caller]
    pub fn ends(&mut self, within: Duration) -> ExitStatus {
        let end = now() + within;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(100)) {
                    self.take(&bytes);
                }
                return status;
            }
            if now() > end {
                let shown = self.screen.screen().contents();
                self.child.kill().unwrap();
                panic!("the program did not end within {within:?}:\n{shown}");
            }
            match self.output.recv_timeout(Duration::from_millis(10)) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
    }
}

impl Pty {
    /// A row of the screen.
    pub fn row(&self, row: usize) -> String {
        self.screen.screen().contents().lines().nth(row).unwrap_or_default().to_owned()
    }

    /// The last line with anything on it.
    pub fn last_line(&self) -> String {
        let contents = self.screen.screen().contents();
        contents.trim_end().lines().last().unwrap_or_default().trim_end().to_owned()
    }

    /// Whether nothing at all is written for so long.
    pub fn is_quiet(&mut self, time: Duration) -> bool {
        match self.output.recv_timeout(time) {
            Ok(bytes) => {
                self.take(&bytes);
                false
            }
            Err(_) => true,
        }
    }
}

/// Runs a program in a terminal of this process, says its process id once it shows something, and stays until killed:
/// then the line drops.
pub fn holder(command: CommandBuilder, pid: impl Fn(&Pty) -> i32) {
    let mut pty = Pty::start(command, 80, 24);
    pty.shows("Action Library");
    let told = format!("\npid {}\n", pid(&pty));
    std::io::stdout().write_all(told.as_bytes()).unwrap();
    loop {
        pty.is_quiet(Duration::from_secs(60));
    }
}

/// The one process that a process started.
pub fn child_of(pid: i32) -> i32 {
    let told = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    told.trim().parse().unwrap()
}

/// The processor time that a process has used, in ticks; `None` once it has ended.
pub fn ticks(pid: i32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit(") ").next()?.split(' ').collect();
    Some(fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap())
}

/// Waits for a process to end; the processor time that it was last seen to have used, in ticks. `None` where it lives on.
pub fn lives(pid: i32, within: Duration) -> Option<u64> {
    let end = now() + within;
    let mut used = 0;
    while now() < end {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return Some(used) };
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        used = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        if fields[0] == "Z" {
            return Some(used);
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
    None
}
