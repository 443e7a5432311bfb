//! The program in a real pseudo-terminal: however it ends, the terminal is as it was; keys in pieces, a line that drops,
//! a terminal that answers nothing.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

use astra_zoho::store::Folders;
use portable_pty::CommandBuilder;
use rustix::process::Signal;

use crate::support::pty::{Pty, child_of, holder, lives, ticks};

/// What a copy of this test binary is to be.
const ROLE: &str = "ASTRA_ZOHO_TEST_ROLE";
/// How its program is started: `signalled` as a shell does, `ignored` with HUP ignored, `apart` in a session without a
/// terminal of its own, where the kernel signals nobody: the end of the line is all that it can see.
const WAY: &str = "ASTRA_ZOHO_TEST_WAY";
/// The workspace that its program shows.
const WORKSPACE: &str = "ASTRA_ZOHO_TEST_WORKSPACE";
const TWO_SECONDS: Duration = Duration::from_secs(2);

/// Not a test of its own: what the others start in their terminals.
#[test]
fn stand_in() {
    if std::env::var(ROLE).is_err() {
        return;
    }
    let program = program(Path::new(&std::env::var_os(WORKSPACE).unwrap()));
    match std::env::var(WAY).unwrap().as_str() {
        "ignored" => holder(under(&["/bin/sh", "-c", "trap '' HUP; exec \"$0\" \"$@\""], &program), Pty::pid),
        "apart" => holder(under(&["/usr/bin/setsid", "--wait"], &program), |pty| child_of(pty.pid())),
        _ => holder(program, Pty::pid),
    }
}

/// The program on a workspace.
fn program(workspace: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_astra-zoho"));
    command.env_clear();
    command.env("PATH", "/usr/bin:/bin");
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command.arg("--workspace");
    command.arg(workspace);
    command
}

/// The program in a terminal, on a workspace of its own.
struct Screen {
    pty: Pty,
    workspace: tempfile::TempDir,
}

impl Screen {
    fn start(change: impl FnOnce(&mut CommandBuilder)) -> Self {
        let workspace = tempfile::tempdir().unwrap();
        let mut command = program(workspace.path());
        change(&mut command);
        let mut pty = Pty::start(command, 80, 24);
        pty.shows("Action Library");
        // the workspace was read and drawn
        pty.shows("Save contact");
        assert!(pty.screen.screen().alternate_screen() && pty.screen.screen().bracketed_paste());
        Self { pty, workspace }
    }
}

impl Deref for Screen {
    type Target = Pty;
    fn deref(&self) -> &Pty {
        &self.pty
    }
}

impl DerefMut for Screen {
    fn deref_mut(&mut self) -> &mut Pty {
        &mut self.pty
    }
}

fn screen() -> Screen {
    Screen::start(|_| {})
}

#[test]
fn it_asks_the_terminal_nothing() {
    let pty = screen();
    for question in ["\x1b[6n", "\x1b[c", "\x1b[>", "\x1b[?u", "?\x1b\\", "?\x07"] {
        let asked = pty.raw.windows(question.len()).any(|w| w == question.as_bytes());
        assert!(!asked, "{question:?} in {:?}", String::from_utf8_lossy(&pty.raw));
    }
}

#[test]
fn quitting_restores_the_terminal() {
    let mut pty = screen();
    pty.types("q");
    assert!(pty.ends(TWO_SECONDS).success());
    pty.is_restored();
}

#[test]
fn signals_restore_the_terminal() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut pty = screen();
        pty.signal(signal);
        assert!(pty.ends(TWO_SECONDS).success(), "{signal:?}");
        pty.is_restored();
    }
}

#[test]
fn a_bug_keeps_the_draft_restores_the_terminal_and_says_where_it_is_told() {
    let mut screen = screen();
    screen.types("\r3");
    screen.shows("Allow updating existing fields");
    let folders = Folders::under(screen.workspace.path());
    let drafts = folders.data.join("drafts");
    assert!(!drafts.exists());
    // one after the other: the draft by itself is a second away
    screen.types("j \x1b[57383u");
    assert_eq!(screen.ends(Duration::from_secs(10)).exit_code(), 101);
    screen.is_restored();
    let only = |dir: &Path, of: &str| {
        let mut files = std::fs::read_dir(dir).unwrap().map(|f| f.unwrap().path());
        files.find(|f| f.file_name().unwrap().to_string_lossy().starts_with(of)).unwrap()
    };
    let draft = std::fs::read_to_string(only(&drafts.join("1"), "save-contact")).unwrap();
    assert!(draft.contains("\"update_existing\":true"), "{draft}");
    let file = only(&folders.logs, "crash-");
    let told = std::fs::read_to_string(&file).unwrap();
    assert!(told.contains("asked to break by <f20>") && told.contains("backtrace"), "{told}");
    // on the shell's own screen
    let shown = screen.screen.screen().contents().replace('\n', "");
    assert!(shown.contains(&format!("astra-zoho broke: what happened is in {}; please", file.display())), "{shown}");
    // and the next start has it again
    let mut again = Pty::start(program(screen.workspace.path()), 80, 24);
    again.shows("it has changes that were not saved");
    again.types("q");
    assert!(again.ends(TWO_SECONDS).success());
}

#[test]
fn a_key_from_before_the_first_frame_counts() {
    let workspace = tempfile::tempdir().unwrap();
    let mut pty = Pty::start(program(workspace.path()), 80, 24);
    // Return comes as a line feed then, from a terminal that still puts lines together
    pty.types("\r3");
    pty.shows("Allow updating existing fields");
    pty.types("q");
    assert!(pty.ends(TWO_SECONDS).success());
}

#[test]
fn a_key_whose_bytes_come_apart_is_one_key_over_a_slow_line() {
    let apart = Duration::from_millis(60);
    let mut pty = Screen::start(|far| far.env("SSH_TTY", "/dev/pts/1"));
    let before = pty.screen.screen().contents();
    for piece in ["\x1b", "[", "A"] {
        assert_eq!(pty.screen.screen().contents(), before, "not before its last byte");
        pty.types(piece);
        pty.is_quiet(apart);
    }
    pty.until("the line above", |p| p.screen.screen().contents() != before);
    // Alt and q, which is not q
    for piece in ["\x1b", "q"] {
        pty.types(piece);
        pty.is_quiet(apart);
    }
    assert!(pty.is_quiet(apart) && pty.screen.screen().alternate_screen(), "it took the q for a key of its own");
    pty.types("q");
    assert!(pty.ends(TWO_SECONDS).success());
}

#[test]
fn what_is_edited_survives_the_line() {
    let mut screen = screen();
    screen.types("\r3");
    screen.shows("Allow updating existing fields");
    screen.types("j ");
    screen.shows("1 unsaved");
    screen.signal(Signal::HUP);
    screen.ends(TWO_SECONDS);
    assert!(screen.workspace.path().join("data/drafts/1/save-contact.json").exists());
}

#[test]
fn a_resize_is_drawn() {
    let mut pty = screen();
    for (columns, rows, shows) in [(40, 10, "40x10"), (80, 24, "Action Library")] {
        pty.resize(columns, rows);
        pty.shows(shows);
    }
    pty.types("q");
    assert!(pty.ends(TWO_SECONDS).success());
}

#[test]
fn idle_is_no_byte() {
    let mut pty = screen();
    let before = pty.raw.len();
    assert!(pty.is_quiet(Duration::from_secs(2)));
    assert_eq!(pty.raw.len(), before);
}

#[test]
fn a_shell_stops_and_continues_it() {
    let mut command = CommandBuilder::new("/bin/sh");
    command.arg("-i");
    command.env_clear();
    command.env("PATH", "/usr/bin:/bin");
    command.env("TERM", "xterm-256color");
    command.env("PS1", "ready> ");
    let mut pty = Pty::start(command, 80, 24);
    pty.shows("ready> ");
    let workspace = tempfile::tempdir().unwrap();
    let program = program(workspace.path());
    let argv: Vec<&str> = program.get_argv().iter().map(|a| a.to_str().unwrap()).collect();
    pty.types(&format!("{}\n", argv.join(" ")));
    for _ in 0..2 {
        pty.until("the screen", |p| p.screen.screen().alternate_screen() && p.row(0).contains("Action Library"));
        pty.types("\x1a");
        pty.until("the shell", |p| !p.screen.screen().alternate_screen() && p.last_line() == "ready>");
        assert!(!pty.screen.screen().hide_cursor() && !pty.screen.screen().bracketed_paste());
        pty.types("fg\n");
    }
    pty.until("the screen again", |p| p.screen.screen().alternate_screen() && p.row(0).contains("Action Library"));
    pty.types("q");
    pty.until("the shell", |p| !p.screen.screen().alternate_screen() && p.last_line() == "ready>");
    pty.types("exit\n");
    pty.ends(TWO_SECONDS);
}

#[test]
fn a_line_that_drops_ends_it_soon_and_quietly() {
    for way in ["signalled", "ignored", "apart"] {
        let workspace = tempfile::tempdir().unwrap();
        let (mut holder, pid) = holder_of(workspace.path(), way);
        let before = ticks(pid).unwrap();
        holder.kill().unwrap();
        holder.wait().unwrap();
        let after = lives(pid, TWO_SECONDS).unwrap_or_else(|| panic!("it lives on ({way})"));
        let burnt = after.saturating_sub(before);
        assert!(burnt < 30, "{burnt} ticks of a hundredth of a second were burnt ({way})");
    }
}

/// The same command, started by another.
fn under(starts: &[&str], command: &CommandBuilder) -> CommandBuilder {
    let mut other = CommandBuilder::new(starts[0]);
    other.args(&starts[1..]);
    other.args(command.get_argv());
    other.env_clear();
    for (name, value) in command.iter_full_env_as_str() {
        other.env(name, value);
    }
    other
}

/// A process that holds the other end of a terminal in which the screen runs, and the screen's process id.
fn holder_of(workspace: &Path, way: &str) -> (std::process::Child, i32) {
    use std::io::{BufRead as _, BufReader};
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["terminal::stand_in", "--exact", "--nocapture", "--quiet"]);
    command.env_clear().env("PATH", "/usr/bin:/bin").env(ROLE, "holder");
    command.env(WORKSPACE, workspace).env(WAY, way);
    let mut holder = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let pid = lines.map_while(Result::ok).find_map(|l| l.strip_prefix("pid ").and_then(|p| p.parse().ok())).unwrap();
    (holder, pid)
}

#[test]
fn an_account_is_added_on_the_normal_screen_and_the_screen_comes_back() {
    let mut pty = screen();
    pty.types("\r2");
    pty.shows("Add account");
    pty.types("n");
    pty.shows("Self Client: a code or file");
    pty.types("\r");
    pty.shows("A short name for the account");
    pty.types("eu-org\r");
    // an address that can be selected stands on the normal screen, not in a box
    pty.shows("Data centre, one of");
    assert!(!pty.screen.screen().alternate_screen());
    pty.shows("connecting eu-org (Ctrl-C cancels)");
    // Ctrl-C is for the command alone
    pty.types("\x03");
    pty.shows("cancelled: nothing was kept");
    pty.shows("Enter returns to the screen");
    pty.types("\r");
    pty.shows("connecting eu-org: not done");
    assert!(pty.screen.screen().alternate_screen());
    pty.types("\x1b");
    pty.shows("My actions");
    pty.types("q");
    assert!(pty.ends(TWO_SECONDS).success());
    pty.is_restored();
}
