//! Starts the trainer's process, passes on what it says, and Ctrl-C to it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use super::Watcher;
use super::process::{ask_to_stop, trainer};
use runner_compiler::Executable;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;
use runner_results::RunFolder;
use runner_results::folder::file;
use runner_train::event::Event;

enum Message {
    Event(Box<Event>),
    /// A line that is no event: shown as it is.
    Other(String),
    CtrlC,
    /// The trainer has closed its output.
    End,
}

/// Trains a run to its end, or until it is stopped.
///
/// # Errors
/// The trainer's own error; [`Kind::Interrupted`] when the user stopped it.
pub fn train(program: Executable, folder: &RunFolder, watcher: &mut dyn Watcher) -> Result<()> {
    let (sender, messages) = channel();
    listen(&sender);
    if STOPPED.load(Ordering::Relaxed) {
        return Err(Error::new(Kind::Interrupted, "stopped").help(how_to_go_on(folder)));
    }
    let mut child = start(&program, folder.path()).map_err(|error| not_started(folder, error))?;
    // From here on a compiled one may be removed: the process has it.
    drop(program);
    if let Some(output) = child.stdout.take() {
        std::thread::spawn(move || read(BufReader::new(output), &sender));
    }
    let seen = follow(&mut child, &messages, watcher);
    let status = child
        .wait()
        .map_err(|error| Error::new(Kind::Failure, format!("the trainer: {error}")))?;
    conclude(seen, status, folder)
}

/// The trainings under way: a process has one handler of Ctrl-C, and it may train several.
static LISTENERS: Mutex<Vec<Sender<Message>>> = Mutex::new(Vec::new());
/// Whether Ctrl-C came while nothing was trained: then the next training is not begun.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Has a training hear of Ctrl-C.
fn listen(sender: &Sender<Message>) {
    LISTENERS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(sender.clone());
    // It fails where a handler was set before: then that one stays.
    let _ = ctrlc::set_handler(|| {
        let mut listeners = LISTENERS.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| listener.send(Message::CtrlC).is_ok());
        if listeners.is_empty() {
            STOPPED.store(true, Ordering::Relaxed);
        }
    });
}

/// What the trainer said last.
#[derive(Default)]
struct Seen {
    finished: bool,
    failure: Option<(u8, String)>,
    killed: bool,
}

/// Notes in the run why it was not trained.
fn not_started(folder: &RunFolder, error: Error) -> Error {
    let noted = folder.lock().and_then(|_lock| {
        let mut record = folder.record()?;
        record.fail(&error);
        record.touch();
        folder.write_record(&record)
    });
    // The first error is the one to report.
    drop(noted);
    error.help(how_to_go_on(folder))
}

fn start(program: &Executable, run: &Path) -> Result<Child> {
    trainer(program, &[], run)
        .spawn()
        .map_err(|error| Error::new(Kind::Failure, format!("{}: {error}", program.program.display())))
}

fn read(output: impl BufRead, sender: &Sender<Message>) {
    for line in output.lines().map_while(std::result::Result::ok) {
        let message = match serde_json::from_str(&line) {
            Ok(event) => Message::Event(Box::new(event)),
            Err(_) => Message::Other(line),
        };
        if sender.send(message).is_err() {
            return;
        }
    }
    let _ = sender.send(Message::End);
}

fn follow(child: &mut Child, messages: &Receiver<Message>, watcher: &mut dyn Watcher) -> Seen {
    let mut seen = Seen::default();
    // Held open: when this process dies, however it dies, the trainer sees its input end, and stops.
    let mut input = child.stdin.take();
    let mut presses = 0;
    for message in messages {
        match message {
            Message::Event(event) => {
                match &*event {
                    Event::Finished { .. } => seen.finished = true,
                    Event::Failed { code, message } => seen.failure = Some((*code, message.clone())),
                    _ => {}
                }
                watcher.event(&event);
            }
            Message::Other(line) => watcher.event(&Event::Notice { text: line }),
            Message::CtrlC => {
                presses += 1;
                if presses == 1 {
                    input.as_mut().into_iter().for_each(ask_to_stop);
                    let text = "stopping after this step; Ctrl-C again stops at once".to_owned();
                    watcher.event(&Event::Notice { text });
                } else {
                    seen.killed = true;
                    // It may have ended by itself just now.
                    let _ = child.kill();
                }
            }
            Message::End => break,
        }
    }
    seen
}

fn conclude(seen: Seen, status: ExitStatus, folder: &RunFolder) -> Result<()> {
    if seen.finished {
        return Ok(());
    }
    if let Some((code, message)) = seen.failure {
        let kind = Kind::from_exit_code(code);
        let error = Error::new(kind, message);
        // What the machine lacked, such as room on the disk, it may have later.
        return Err(if kind == Kind::Failure {
            error.help(how_to_go_on(folder))
        } else {
            error
        });
    }
    let resume = how_to_go_on(folder);
    if seen.killed || status.code() == Some(i32::from(Kind::Interrupted as u8)) {
        return Err(Error::new(Kind::Interrupted, format!("stopped; {} is kept", folder.id())).help(resume));
    }
    Err(Error::new(Kind::Failure, format!("the trainer ended without a word ({status})")).help(resume))
}

/// How to go on with a run.
pub fn how_to_go_on(folder: &RunFolder) -> String {
    let command = format!("runner resume {}", format::shell(&folder.path().to_string_lossy()));
    if folder.file(file::TRAINER).exists() {
        format!("`{command}` goes on from the last checkpoint")
    } else {
        format!("`{command}` starts it again")
    }
}
