//! The batches of one epoch, prepared ahead.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::batch::Scratch;
use super::{Batch, Loader};

/// Batches that may wait to be used. Each is a buffer that is used again.
const AHEAD: usize = 2;
/// Numbers in a batch below which handing it from thread to thread costs more than preparing it.
const SMALL: usize = 4096;

/// The batches of an epoch, one after another.
///
/// Dropping it early ends its thread.
#[derive(Debug)]
pub struct Epoch {
    loader: Loader,
    epoch: u64,
    source: Source,
    /// The batch that was served last.
    current: Option<Batch>,
}

#[derive(Debug)]
enum Source {
    /// Prepared here, when asked for.
    Here {
        order: Vec<u32>,
        next: usize,
        scratch: Option<Scratch>,
    },
    /// Prepared on a thread.
    Thread {
        full: Receiver<Batch>,
        empty: SyncSender<Batch>,
        worker: Option<JoinHandle<()>>,
    },
}

impl Epoch {
    pub(super) fn start(loader: Loader, epoch: u64, first: usize) -> Self {
        let first = first.min(loader.batches());
        let width: usize = loader.part.inputs.iter().map(|input| input.width()).sum();
        let source = if width.saturating_mul(loader.batch_size) < SMALL {
            here(&loader, epoch, first)
        } else {
            spawn(loader.clone(), epoch, first)
        };
        Self {
            loader,
            epoch,
            source,
            current: None,
        }
    }

    /// The next batch, or `None` at the epoch's end. It is lent until the next call, which gives its
    /// buffers back.
    pub fn next_batch(&mut self) -> Option<&Batch> {
        let used = self.current.take();
        let next = match &mut self.source {
            Source::Here { order, next, scratch } => {
                let mut batches = order.chunks(self.loader.batch_size).take(self.loader.batches());
                let indices = batches.nth(*next)?;
                *next += 1;
                let mut batch = used.unwrap_or_else(|| Batch::for_loader(&self.loader));
                batch.fill(&self.loader, self.epoch, indices, scratch.as_mut());
                batch
            }
            Source::Thread { full, empty, .. } => {
                if let Some(used) = used {
                    // Fails when the thread has prepared the last batch already.
                    let _ = empty.send(used);
                }
                full.recv().ok()?
            }
        };
        Some(self.current.insert(next))
    }
}

fn spawn(loader: Loader, epoch: u64, first: usize) -> Source {
    let (full_sender, full) = sync_channel(AHEAD);
    // Room for every buffer there is, so that giving one back never waits.
    let (empty, empty_receiver) = sync_channel(AHEAD + 1);
    for _ in 0..=AHEAD {
        let _ = empty.send(Batch::for_loader(&loader));
    }
    let prepare = {
        let loader = loader.clone();
        move || prepare(&loader, epoch, first, &empty_receiver, &full_sender)
    };
    match std::thread::Builder::new().name("loader".into()).spawn(prepare) {
        Ok(worker) => Source::Thread {
            full,
            empty,
            worker: Some(worker),
        },
        // The system starts no more threads: the batches are the same, only later.
        Err(_) => here(&loader, epoch, first),
    }
}

fn here(loader: &Loader, epoch: u64, first: usize) -> Source {
    Source::Here {
        order: loader.order(epoch),
        next: first,
        scratch: Scratch::of(loader),
    }
}

/// Fills empty batches until the epoch ends or nobody takes them.
fn prepare(loader: &Loader, epoch: u64, first: usize, empty: &Receiver<Batch>, full: &SyncSender<Batch>) {
    let order = loader.order(epoch);
    let mut scratch = Scratch::of(loader);
    for indices in order.chunks(loader.batch_size).take(loader.batches()).skip(first) {
        let Ok(mut batch) = empty.recv() else { return };
        batch.fill(loader, epoch, indices, scratch.as_mut());
        if full.send(batch).is_err() {
            return;
        }
    }
}

impl Drop for Epoch {
    fn drop(&mut self) {
        let source = std::mem::replace(
            &mut self.source,
            Source::Here {
                order: Vec::new(),
                next: 0,
                scratch: None,
            },
        );
        if let Source::Thread { full, empty, worker } = source {
            // With both channels gone the thread cannot wait for anything.
            drop((full, empty));
            if let Some(worker) = worker {
                let _ = worker.join();
            }
        }
    }
}
