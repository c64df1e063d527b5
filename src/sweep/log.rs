//! The journal and the state that follows from it, together.

use super::event::Event;
use super::state::State;
use runner_ground::error::{Error, Kind, Result};
use runner_results::journal::{Journal, Line};

/// A journal, read as far as it goes, and added to under its lock.
#[derive(Debug)]
pub struct Log {
    journal: Journal,
    state: State,
}

impl Log {
    /// What a journal holds so far.
    ///
    /// # Errors
    /// When it cannot be read, or holds what is no line of a sweep.
    pub fn open(journal: Journal) -> Result<Self> {
        let mut log = Self {
            journal,
            state: State::default(),
        };
        log.refresh()?;
        Ok(log)
    }

    /// Where the sweep stands, as far as was read.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Takes in what others added.
    ///
    /// # Errors
    /// As [`Log::open`].
    pub fn refresh(&mut self) -> Result<()> {
        let news = self.journal.news()?;
        take(self.journal.path(), &mut self.state, news)
    }

    /// Decides something by where the sweep really stands, and adds what follows from it, all at once for everybody.
    ///
    /// # Errors
    /// When the journal cannot be locked, read or written, and those of `decide`.
    pub fn decide<T>(&mut self, decide: impl FnOnce(&State) -> Result<(Vec<Event>, T)>) -> Result<T> {
        let Self { journal, state } = self;
        let path = journal.path().to_owned();
        let mut added = Vec::new();
        let found = journal.transact(|news| {
            take(&path, state, news)?;
            let (events, found) = decide(state)?;
            let lines = events
                .iter()
                .map(serde_json::to_string)
                .collect::<Result<Vec<String>, _>>();
            let lines = lines.map_err(|error| Error::new(Kind::Failure, format!("the journal: {error}")))?;
            added = events;
            Ok((lines, found))
        })?;
        for event in &added {
            self.state.take(event);
        }
        Ok(found)
    }

    /// Sees to it that what was added outlives the machine.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn sync(&mut self) -> Result<()> {
        self.journal.sync()
    }
}

fn take(path: &std::path::Path, state: &mut State, news: Vec<Line>) -> Result<()> {
    for (number, line) in news {
        let event: Event = serde_json::from_str(&line).map_err(|error| {
            let message = format!(
                "{}:{number}: this is no line of a sweep's journal: {error}",
                path.display()
            );
            Error::new(Kind::Run, message).help("remove the line; what it said is found again in the trials' folders")
        })?;
        state.take(&event);
    }
    Ok(())
}
