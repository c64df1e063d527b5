//! Has a run's program do a job with a run, and waits for what it says.

use std::io::{BufRead, BufReader};

use super::process::command;
use runner_compiler::Executable;
use runner_ground::error::{Error, Kind, Result};
use runner_results::RunFolder;
use runner_train::Event;
use runner_train::job::Job;

/// The event that a job ends with.
///
/// # Errors
/// The job's own; [`Kind::Interrupted`] when the user stopped it.
pub fn ask(program: Executable, folder: &RunFolder, job: &Job) -> Result<Event> {
    // Ctrl-C reaches the network too and ends it; this process lives on to clean up. A handler that is there already
    // does as well.
    let _ = ctrlc::set_handler(|| {});
    let failed = |error: std::io::Error| Error::new(Kind::Failure, format!("{}: {error}", program.program.display()));
    let job = serde_json::to_string(job).map_err(|error| failed(error.into()))?;
    let mut child = command(&program, &["--job", &job], folder.path())
        .spawn()
        .map_err(failed)?;
    // Held open: when this process dies, the network sees its input end, and stops.
    let input = child.stdin.take();
    let mut last = None;
    if let Some(output) = child.stdout.take() {
        let lines = BufReader::new(output).lines().map_while(std::result::Result::ok);
        last = lines
            .filter_map(|line| serde_json::from_str::<Event>(&line).ok())
            .last();
    }
    let status = child.wait().map_err(failed)?;
    drop(input);
    match last {
        Some(Event::Failed { code, message }) => Err(Error::new(Kind::from_exit_code(code), message)),
        Some(event) if status.success() => Ok(event),
        _ if status.code().is_none() => Err(Error::new(Kind::Interrupted, "stopped")),
        _ => Err(Error::new(
            Kind::Failure,
            format!("the process ended without a word ({status})"),
        )),
    }
}
