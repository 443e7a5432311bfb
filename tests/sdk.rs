//! A client of the other kind: Zoho's official SDKs, unmodified, against the sandbox.
//!
//! Each is skipped, and says so, where it is not installed; `sdk/python_sdk.py` and `sdk/node_sdk.js` say how to.

#![expect(clippy::print_stdout, reason = "says what was checked, and what was skipped")]

use crate::support::sandbox::{Hands, Zoho};
use std::path::Path;
use std::process::{Command, Output};

/// A command in the folder of this crate that reaches the sandbox directly, whatever proxy the machine has.
fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONIOENCODING", "utf-8");
    command
}

/// Why the SDK cannot be used; `None` when it can.
fn missing(probe: &mut Command, what: &str) -> Option<String> {
    match probe.output() {
        Err(error) => Some(format!("{} cannot be started ({error})", probe.get_program().display())),
        Ok(output) if !output.status.success() => Some(format!("{what} is not installed")),
        Ok(_) => None,
    }
}

fn check(output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    println!("{said}{complained}");
    assert!(output.status.success() && said.trim_end().ends_with("done"), "{said}{complained}");
}

/// Runs a script against a sandbox of its own with the built-in contacts, or says why not. A place that was named by
/// `variable` has to have the SDK.
async fn run(what: &str, variable: &str, mut probe: Command, mut script: Command) {
    if let Some(why) = missing(&mut probe, what) {
        assert!(std::env::var_os(variable).is_none(), "{variable} is set, but {why}");
        println!("skipped: {why}; see tests/sdk");
        return;
    }
    let hands = Hands::new();
    let zoho = Zoho::of(hands.clone(), hands.options()).await;
    script.arg(serde_json::to_string(zoho.server.credentials()).unwrap());
    let output = tokio::task::spawn_blocking(move || script.output()).await.unwrap().unwrap();
    check(&output);
    zoho.server.stop().await;
}

#[tokio::test]
async fn the_python_sdk_completes_its_flows() {
    let python = std::env::var("ASTRA_SDK_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut probe = command(&python);
    probe.args(["-c", "import zohocrmsdk"]);
    let mut script = command(&python);
    script.arg(Path::new("tests").join("sdk").join("python_sdk.py"));
    run("zohocrmsdk8_0", "ASTRA_SDK_PYTHON", probe, script).await;
}

#[tokio::test]
async fn the_node_sdk_completes_its_flows() {
    let installed = std::env::var("ASTRA_SDK_NODE_PATH").unwrap_or_else(|_| ".".to_owned());
    let resolve = "require('node:module').createRequire(require('node:path').resolve(process.argv[1], 'any.js'))\
                   .resolve('@zohocrm/nodejs-sdk-8.0')";
    let mut probe = command("node");
    probe.args(["-e", resolve, &installed]);
    let mut script = command("node");
    script.env("ASTRA_SDK_NODE_PATH", &installed).arg(Path::new("tests").join("sdk").join("node_sdk.js"));
    run("@zohocrm/nodejs-sdk-8.0", "ASTRA_SDK_NODE_PATH", probe, script).await;
}
