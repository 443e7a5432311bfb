//! A PostgreSQL of the tests' own: a fresh folder, a socket in it and no port, ended with the last test that uses it.
//! Where the machine has none, tests say so and pass.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};

/// A cluster and its server.
pub struct Cluster {
    dir: tempfile::TempDir,
    bin: PathBuf,
    server: Mutex<Child>,
    databases: AtomicU32,
}

/// A database in a cluster.
#[derive(Clone)]
pub struct Database {
    pub cluster: Arc<Cluster>,
    name: String,
}

/// Where the server's programs are: on the PATH, or where Debian keeps them.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin"));
    let found = std::env::split_paths(&path).chain(debian).find(|dir| dir.join("initdb").exists());
    found.filter(|dir| dir.join("postgres").exists())
}

/// PostgreSQL refuses to be run by root.
fn somebody() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let id = |flag| {
        let out = Command::new("id").args([flag, "nobody"]).output().unwrap();
        String::from_utf8(out.stdout).unwrap().trim().parse().unwrap()
    };
    Some((id("-u"), id("-g")))
}

fn as_somebody(program: &Path) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = somebody() {
        command.uid(user).gid(group);
    }
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

impl Cluster {
    fn start(bin: PathBuf) -> Self {
        // a socket's path is short
        let dir = tempfile::Builder::new().prefix("pg").tempdir_in("/tmp").unwrap();
        if let Some((user, group)) = somebody() {
            chown(dir.path(), Some(user), Some(group)).unwrap();
        }
        let data = dir.path().join("data");
        let made = as_somebody(&bin.join("initdb"))
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .status()
            .unwrap();
        assert!(made.success(), "initdb failed");
        let server = Mutex::new(Self::serve(&bin, dir.path()));
        Self { dir, bin, server, databases: AtomicU32::new(0) }
    }

    fn serve(bin: &Path, dir: &Path) -> Child {
        // a killed process loses nothing that the system was given, so the disk need not be waited for
        let mut server = as_somebody(&bin.join("postgres"))
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200", "-k"])
            .arg(dir)
            .arg("-D")
            .arg(dir.join("data"))
            .spawn()
            .unwrap();
        let socket = dir.join(".s.PGSQL.5432");
        for _ in 0..3000 {
            if std::os::unix::net::UnixStream::connect(&socket).is_ok() {
                return server;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        server.kill().unwrap();
        panic!("the server does not answer: {:?}", server.wait());
    }

    /// Ends the server as a crash would.
    pub fn crash(&self) {
        let mut server = self.server.lock().unwrap();
        let pid = rustix::process::Pid::from_child(&server);
        // SIGKILL would leave its other processes, and its memory, to the next one
        rustix::process::kill_process(pid, rustix::process::Signal::QUIT).unwrap();
        server.wait().unwrap();
    }

    /// Starts it again.
    pub fn start_again(&self) {
        *self.server.lock().unwrap() = Self::serve(&self.bin, self.dir.path());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.crash();
    }
}

/// A fresh database; `None`, and that is said, where there is no PostgreSQL on this machine.
pub async fn database() -> Option<Database> {
    static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    let bin = programs()?;
    let cluster = {
        let mut shared = SHARED.lock().unwrap();
        shared.upgrade().unwrap_or_else(|| {
            let cluster = Arc::new(Cluster::start(bin));
            *shared = Arc::downgrade(&cluster);
            cluster
        })
    };
    Some(of(cluster).await)
}

/// A fresh database in a cluster of its own, which may crash.
pub async fn alone() -> Option<Database> {
    Some(of(Arc::new(Cluster::start(programs()?))).await)
}

async fn of(cluster: Arc<Cluster>) -> Database {
    let name = format!("test{}", cluster.databases.fetch_add(1, Ordering::Relaxed));
    let first = Database { cluster, name: "postgres".into() };
    first.ask(&format!("CREATE DATABASE {name}")).await;
    Database { name, ..first }
}

impl Database {
    /// Its address.
    pub fn address(&self) -> String {
        format!("host={} user=postgres dbname={}", self.cluster.dir.path().display(), self.name)
    }

    /// The rows of a query, as text.
    pub async fn ask(&self, sql: &str) -> Vec<Vec<String>> {
        let mut tries = 0;
        let (client, connection) = loop {
            match tokio_postgres::connect(&self.address(), tokio_postgres::NoTls).await {
                Ok(connected) => break connected,
                // it accepts connections before it is ready for them
                Err(e) if tries == 3000 => panic!("{e}"),
                Err(_) => tries += 1,
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        };
        let connected = tokio::spawn(connection);
        let rows = client.simple_query(sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
        drop(client);
        connected.await.unwrap().unwrap();
        let row = |m| match m {
            tokio_postgres::SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|i| row.get(i).unwrap_or_default().to_owned()).collect())
            }
            _ => None,
        };
        rows.into_iter().filter_map(row).collect()
    }
}

/// A database, or the end of the test.
macro_rules! database_or_skip {
    ($database:expr) => {
        match $database.await {
            Some(database) => database,
            None => {
                println!("skipped: no server");
                return;
            }
        }
    };
}
pub(crate) use database_or_skip;
