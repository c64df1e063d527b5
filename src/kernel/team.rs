//! Threads that work on one step together. Those that have nothing to do stay awake for a while: between two parts of
//! a step lie microseconds, and waking a thread takes tens of them.

use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::hint::spin_loop;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::null_mut;
use std::sync::atomic::Ordering::{Acquire, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

/// How long a helper looks for work before it sleeps.
const AWAKE: Duration = Duration::from_micros(200);
/// Looks between two offers of the processor to others.
const TURNS: u32 = 32;

thread_local! {
    /// The team that this thread works in; null outside of any.
    static CURRENT: Cell<*const Shared> = const { Cell::new(std::ptr::null()) };
}

/// Some threads. Work that [`Team::install`] calls is divided among them.
///
/// ```
/// use runner_kernel::team::{Team, join, threads};
/// assert_eq!(threads(), 1);
/// let team = Team::new(2)?;
/// assert_eq!(team.install(|| (threads(), join(|| 1 + 1, || 2 + 2))), (2, (2, 4)));
/// # Ok::<_, std::io::Error>(())
/// ```
pub struct Team {
    shared: Arc<Shared>,
    helpers: Vec<JoinHandle<()>>,
}

impl Team {
    /// A team of `threads` threads, the caller of [`Team::install`] being one of them.
    ///
    /// # Errors
    /// When the system starts no more threads.
    pub fn new(threads: usize) -> io::Result<Self> {
        let threads = threads.max(1);
        let shared = Arc::new(Shared {
            threads,
            posts: (0..4 * threads).map(|_| AtomicPtr::default()).collect(),
            posted: AtomicUsize::new(0),
            looking: AtomicUsize::new(0),
            beds: (1..threads).map(|_| Bed::default()).collect(),
            over: AtomicBool::new(false),
        });
        let mut team = Self {
            shared,
            helpers: Vec::with_capacity(threads - 1),
        };
        for helper in 0..threads - 1 {
            let shared = team.shared.clone();
            let name = format!("helper {}", helper + 1);
            let started = thread::Builder::new().name(name).spawn(move || shared.help(helper))?;
            team.helpers.push(started);
        }
        Ok(team)
    }

    /// Calls `f` on this thread, as one of the team.
    pub fn install<R>(&self, f: impl FnOnce() -> R) -> R {
        /// Leaves the team, also where `f` panics.
        struct Before(*const Shared);
        impl Drop for Before {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }
        let _before = Before(CURRENT.replace(&raw const *self.shared));
        f()
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.over.store(true, SeqCst);
        for bed in &self.shared.beds {
            bed.wake();
        }
        for helper in self.helpers.drain(..) {
            // A helper catches the panics of what it runs.
            let _ = helper.join();
        }
    }
}

/// Threads of the team that this thread works in; 1 outside of any.
#[inline]
pub fn threads() -> usize {
    current().map_or(1, |team| team.threads)
}

/// Calls both, the second on another thread of the team where one is free.
///
/// # Panics
/// When one of them does; not before the other has ended.
pub fn join<A, B: Send>(a: impl FnOnce() -> A, b: impl FnOnce() -> B + Send) -> (A, B) {
    let Some(team) = current().filter(|team| team.threads > 1) else {
        return (a(), b());
    };
    let job = Job {
        header: Header {
            run: run_job(&b),
            done: AtomicBool::new(false),
        },
        work: UnsafeCell::new(Some(b)),
        result: UnsafeCell::new(None),
    };
    let Some(post) = team.post(&job.header) else {
        // SAFETY: nobody else has heard of the job.
        let b = unsafe { &mut *job.work.get() }.take();
        return (a(), b.expect("the work is still there")());
    };
    // The job must not be left before it is over, whatever happens.
    let first = catch_unwind(AssertUnwindSafe(a));
    if team.take_back(post, &job.header) {
        // SAFETY: the post was taken back, so no other thread has the job or ever will.
        let b = unsafe { &mut *job.work.get() }.take();
        let first = first.unwrap_or_else(|panic| resume_unwind(panic));
        return (first, b.expect("the work is still there")());
    }
    wait(&job.header.done);
    // SAFETY: the helper has set `done` as its last touch of the job.
    let second = unsafe { &mut *job.result.get() }.take();
    match (first, second.expect("a job that is done has a result")) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(panic), _) | (_, Err(panic)) => resume_unwind(panic),
    }
}

fn current<'a>() -> Option<&'a Shared> {
    // SAFETY: a team outlives its helpers and what it installs; both take the pointer back before they end.
    unsafe { CURRENT.get().as_ref() }
}

fn wait(done: &AtomicBool) {
    let mut turns = 0;
    while !done.load(Acquire) {
        pause(&mut turns);
    }
}

/// Whether it is time to look at the clock.
fn pause(turns: &mut u32) -> bool {
    *turns += 1;
    spin_loop();
    let others = turns.is_multiple_of(TURNS);
    if others {
        thread::yield_now();
    }
    others
}

/// What a helper needs to know of a job.
struct Header {
    /// Runs the job that this is the header of.
    run: unsafe fn(*const Header),
    done: AtomicBool,
}

/// Work on the stack of the thread that waits for it.
#[repr(C)]
struct Job<F, R> {
    header: Header,
    work: UnsafeCell<Option<F>>,
    result: UnsafeCell<Option<Result<R, Box<dyn Any + Send>>>>,
}

/// The function for jobs of such work.
fn run_job<R: Send, F: FnOnce() -> R + Send>(_: &F) -> unsafe fn(*const Header) {
    /// # Safety
    /// `header` is that of a `Job<F, R>` that this thread alone took.
    unsafe fn run<R: Send, F: FnOnce() -> R + Send>(header: *const Header) {
        // SAFETY: the header is the job's first field; until `done` is set, the job belongs to this thread.
        unsafe {
            let job = header.cast::<Job<F, R>>();
            if let Some(work) = (*(*job).work.get()).take() {
                *(*job).result.get() = Some(catch_unwind(AssertUnwindSafe(work)));
            }
            (*header).done.store(true, Release);
        }
    }
    run::<R, F>
}

/// Where a helper sleeps.
#[derive(Default)]
struct Bed {
    asleep: AtomicBool,
    thread: OnceLock<Thread>,
}

impl Bed {
    /// Whether somebody slept here.
    fn wake(&self) -> bool {
        let slept = self.asleep.swap(false, SeqCst);
        if let (true, Some(thread)) = (slept, self.thread.get()) {
            thread.unpark();
        }
        slept
    }
}

/// What the threads of a team share.
struct Shared {
    threads: usize,
    /// Jobs, each for the first thread that takes it.
    posts: Box<[AtomicPtr<Header>]>,
    /// How many there are, or more: a job is counted before it is on offer.
    posted: AtomicUsize,
    /// Helpers that look for one.
    looking: AtomicUsize,
    beds: Box<[Bed]>,
    over: AtomicBool,
}

impl Shared {
    /// Offers a job, and wakes a helper where those awake are too few. None where too many are on offer.
    fn post(&self, job: &Header) -> Option<usize> {
        let job = (&raw const *job).cast_mut();
        let free = |post: &AtomicPtr<Header>| post.compare_exchange(null_mut(), job, SeqCst, SeqCst).is_ok();
        // Counted first: another thread may take the job, and count it off, as soon as it is on offer.
        let posted = self.posted.fetch_add(1, SeqCst) + 1;
        let Some(place) = self.posts.iter().position(free) else {
            self.posted.fetch_sub(1, SeqCst);
            return None;
        };
        if self.looking.load(SeqCst) < posted {
            self.beds.iter().any(Bed::wake);
        }
        Some(place)
    }

    /// Whether the job was still on offer; it no longer is.
    fn take_back(&self, place: usize, job: &Header) -> bool {
        let job = (&raw const *job).cast_mut();
        let there = self.posts[place]
            .compare_exchange(job, null_mut(), SeqCst, SeqCst)
            .is_ok();
        if there {
            self.posted.fetch_sub(1, SeqCst);
        }
        there
    }

    fn take(&self) -> Option<*mut Header> {
        if self.posted.load(SeqCst) == 0 {
            return None;
        }
        self.posts.iter().find_map(|post| {
            let job = post.load(SeqCst);
            let taken = !job.is_null() && post.compare_exchange(job, null_mut(), SeqCst, SeqCst).is_ok();
            taken.then(|| {
                self.posted.fetch_sub(1, SeqCst);
                job
            })
        })
    }

    /// A helper's life.
    fn help(&self, helper: usize) {
        let bed = &self.beds[helper];
        let _ = bed.thread.set(thread::current());
        CURRENT.set(self);
        while !self.over.load(SeqCst) {
            match self.look() {
                // SAFETY: the thread that takes a post has the job alone, and its owner waits until it is done.
                Some(job) => unsafe { ((*job).run)(job) },
                None => self.sleep(bed),
            }
        }
        CURRENT.set(std::ptr::null());
    }

    /// A job, if one comes soon.
    fn look(&self) -> Option<*mut Header> {
        self.looking.fetch_add(1, SeqCst);
        let (begun, mut turns) = (Instant::now(), 0);
        let job = loop {
            let job = self.take();
            if job.is_some() || self.over.load(SeqCst) || pause(&mut turns) && begun.elapsed() > AWAKE {
                break job;
            }
        };
        self.looking.fetch_sub(1, SeqCst);
        job
    }

    /// Sleeps until there is something to do. Who posts a job after the look below sees the helper asleep.
    fn sleep(&self, bed: &Bed) {
        bed.asleep.store(true, SeqCst);
        if self.posted.load(SeqCst) > 0 || self.over.load(SeqCst) {
            bed.asleep.store(false, SeqCst);
        }
        while bed.asleep.load(SeqCst) {
            thread::park();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(team: &Team, from: u64, to: u64) -> u64 {
        fn halves(from: u64, to: u64) -> u64 {
            if to - from < 50 {
                return (from..to).sum();
            }
            let middle = u64::midpoint(from, to);
            let (low, high) = join(|| halves(from, middle), || halves(middle, to));
            low + high
        }
        team.install(|| halves(from, to))
    }

    #[test]
    fn every_job_is_done_once_by_any_number_of_threads() {
        for threads in [1, 2, 3, 8] {
            let team = Team::new(threads).expect("threads start");
            for round in 0..200 {
                assert_eq!(sum(&team, 0, 3000 + round), (3000 + round) * (2999 + round) / 2);
            }
            // They sleep by now, and wake.
            thread::sleep(2 * AWAKE);
            assert_eq!(sum(&team, 0, 5000), 12_497_500);
        }
    }

    #[test]
    fn a_panic_comes_through_when_both_have_ended() {
        let team = Team::new(2).expect("threads start");
        for side in [0, 1] {
            let ended = AtomicUsize::new(0);
            let work = |own: usize| {
                ended.fetch_add(1, SeqCst);
                assert_ne!(own, side, "on purpose");
            };
            let outcome = catch_unwind(AssertUnwindSafe(|| team.install(|| join(|| work(0), || work(1)))));
            assert!(outcome.is_err());
            assert!(
                side == 0 || ended.load(SeqCst) == 2,
                "the second is left out only where the first failed"
            );
        }
        assert_eq!(sum(&team, 0, 100), 4950);
        assert_eq!(threads(), 1, "the thread has left the team");
    }
}
