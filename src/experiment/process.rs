//! What trains a run as a process: how it is started, and asked to stop.

use std::io::Write;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};

use runner_compiler::Executable;
use runner_data::csv_file::{SHARED_TABLES, SharedTables};

/// The command that has a program do something with a run. It stops when its input ends, as it does when this process
/// dies, however it dies; what it says comes out of its output.
pub(super) fn command(program: &Executable, options: &[&str], run: &Path) -> Command {
    let mut command = program.command();
    command
        .arg("--supervised")
        .args(options)
        // A folder's name is no option, whatever it is.
        .arg("--")
        .arg(run)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    if let Some(folder) = SharedTables::folder() {
        command.env(SHARED_TABLES, folder);
    }
    command
}

/// The same for one that trains. Ctrl-C goes to all processes of the terminal's group; it is to hear of it from us alone.
pub fn trainer(program: &Executable, options: &[&str], run: &Path) -> Command {
    let mut command = command(program, options, run);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// Asks a trainer to save and end.
pub fn ask_to_stop(input: &mut ChildStdin) {
    // A trainer that is gone already needs no asking.
    let _ = input.write_all(b"stop\n").and_then(|()| input.flush());
}
