//! What a terminal shows while a training runs, at several widths; and what a pipe gets.

use std::io;
use std::num::NonZeroU16;
use std::sync::{Arc, Mutex};

use indicatif::{ProgressDrawTarget, TermLike};
use runner::cli::progress::{Bars, Json, LineStart, Plain, Progress};
use runner::results::row::Row;
use runner::train::event::Event;

/// A terminal that keeps what it shows.
#[derive(Clone)]
struct Screen(Arc<Mutex<vt100::Parser>>, u16);

impl Screen {
    fn new(columns: u16) -> Self {
        let [height, width] = [24, columns].map(|n| NonZeroU16::new(n).unwrap());
        Self(Arc::new(Mutex::new(vt100::Parser::new(height, width, 100))), columns)
    }

    fn put(&self, bytes: &str) -> io::Result<()> {
        self.0.lock().unwrap().process(bytes.as_bytes());
        Ok(())
    }

    /// The lines that are shown.
    fn lines(&self) -> Vec<String> {
        let parser = self.0.lock().unwrap();
        let rows: Vec<String> = parser
            .screen()
            .rows(0, self.1)
            .map(|row| row.trim_end().to_owned())
            .collect();
        rows.into_iter().filter(|row| !row.is_empty()).collect()
    }
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Screen")
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.1
    }
    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        if n > 0 { self.put(&format!("\x1b[{n}A")) } else { Ok(()) }
    }
    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        if n > 0 { self.put(&format!("\x1b[{n}B")) } else { Ok(()) }
    }
    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        if n > 0 { self.put(&format!("\x1b[{n}C")) } else { Ok(()) }
    }
    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        if n > 0 { self.put(&format!("\x1b[{n}D")) } else { Ok(()) }
    }
    fn write_line(&self, text: &str) -> io::Result<()> {
        self.put(&format!("{text}\r\n"))
    }
    fn write_str(&self, text: &str) -> io::Result<()> {
        self.put(text)
    }
    fn clear_line(&self) -> io::Result<()> {
        self.put("\r\x1b[2K")
    }
    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

fn started(epochs: u64) -> Event {
    Event::Started {
        run: "results/x/1".into(),
        stand_in: None,
        build: "b".into(),
        epochs,
        steps_per_epoch: 844,
        epoch: 1,
        step: 0,
        parameters: 10,
        rows: [100, 10, 10],
        threads: 2,
        device: "cpu".into(),
        row: "epoch".into(),
    }
}

fn step(epoch: u64, step: u64) -> Event {
    Event::Step {
        epoch,
        step,
        loss: 0.1234,
        metric: Some(("accuracy".into(), 0.9312)),
        lr: 1e-3,
        samples_per_second: 61_234.5,
    }
}

fn ended(epoch: u64, best: bool) -> Event {
    let metrics = [
        ("train_loss", 0.1234),
        ("train_accuracy", 0.95),
        ("val_loss", 0.0987),
        ("val_accuracy", 0.9712),
    ];
    let row = Row {
        epoch,
        step: epoch * 844,
        lr: Some(1e-3),
        metrics: metrics.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        seconds: 4.13,
        samples_per_second: 13_000.0,
    };
    Event::Epoch { row, best }
}

/// The screen in the middle of the third of ten epochs.
fn in_the_middle(columns: u16) -> (Screen, Bars) {
    let screen = Screen::new(columns);
    let target = ProgressDrawTarget::term_like_with_hz(Box::new(LineStart(screen.clone())), 255);
    let mut bars = Bars::new(target, move || usize::from(columns));
    bars.event(&started(10));
    for epoch in 1..=2 {
        bars.event(&step(epoch, 400));
        bars.event(&ended(epoch, epoch == 1));
    }
    bars.event(&step(3, 400));
    // indicatif limits how often it draws in a second.
    std::thread::sleep(std::time::Duration::from_millis(15));
    bars.event(&step(3, 412));
    (screen, bars)
}

/// A bar's cells differ with the width; whether there is one does not.
fn without_cells(line: &str) -> String {
    let text: String = line.chars().filter(|c| !"━╸─".contains(*c)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn eighty_columns_show_all() {
    let (screen, _bars) = in_the_middle(80);
    let lines = screen.lines();
    assert_eq!(lines.len(), 4, "{lines:#?}");
    assert_eq!(
        lines[0],
        "epoch  1/10  loss 0.1234  val_loss 0.0987  val_accuracy 97.12 %  4.1 s  *"
    );
    assert_eq!(
        lines[1],
        "epoch  2/10  loss 0.1234  val_loss 0.0987  val_accuracy 97.12 %  4.1 s"
    );
    assert_eq!(without_cells(&lines[2]), "epoch 3/10 0:00 left 0:00 so far");
    assert_eq!(
        without_cells(&lines[3]),
        "step 412/844 loss 0.1234 accuracy 93.12 % 61,234/s"
    );
    assert!(lines[2].contains('━') && lines[3].contains('━'));
}

#[test]
fn epochs_too_short_for_steps_move_the_bars() {
    let screen = Screen::new(80);
    let target = ProgressDrawTarget::term_like_with_hz(Box::new(screen.clone()), 255);
    let mut bars = Bars::new(target, || 80);
    bars.event(&started(10));
    (1..=3).for_each(|epoch| bars.event(&ended(epoch, false)));
    let lines = screen.lines();
    assert_eq!(
        without_cells(&lines[3]),
        "epoch 3/10 0:00 left 0:00 so far",
        "{lines:#?}"
    );
    assert_eq!(
        without_cells(&lines[4]),
        "step 844/844 loss 0.1234 accuracy 95.00 % 13,000/s"
    );
}

#[test]
fn no_width_wraps() {
    for columns in 20..=160 {
        let (screen, _bars) = in_the_middle(columns);
        let lines = screen.lines();
        assert_eq!(lines.len(), 4, "{columns} columns: {lines:#?}");
        assert!(
            lines[0].starts_with("epoch  1/10") && lines[0].ends_with('*'),
            "{columns} columns: {lines:#?}"
        );
        assert!(lines[3].starts_with("step 412/844"), "{columns} columns: {lines:#?}");
        assert!(
            columns < 30 || lines[3].contains("loss 0.1234"),
            "{columns} columns: {lines:#?}"
        );
    }
}

#[test]
fn bars_go_and_lines_stay() {
    let (screen, mut bars) = in_the_middle(60);
    bars.event(&Event::Notice { text: "a note".into() });
    bars.event(&Event::EarlyStopped {
        epoch: 3,
        reason: "val_loss rose".into(),
    });
    bars.event(&Event::Interrupted { epoch: 3, step: 2100 });
    let lines = screen.lines();
    assert_eq!(
        lines[2..],
        ["note: a note", "stopped early after epoch 3: val_loss rose"]
    );
}

#[test]
fn a_typed_ctrl_c_leaves_nothing_behind() {
    let (screen, mut bars) = in_the_middle(60);
    let before = screen.lines().len();
    // The terminal echoes what is typed where the cursor is.
    screen.put("^C^C").unwrap();
    bars.event(&Event::Notice {
        text: "stop\x1b[31mping".into(),
    });
    assert_eq!(screen.lines().len(), before + 1, "{:#?}", screen.lines());
    screen.put("^C").unwrap();
    bars.event(&Event::Interrupted { epoch: 3, step: 2100 });
    assert_eq!(screen.lines()[2..], [r"note: stop\u{1b}[31mping"]);
}

#[test]
fn strange_events_do_no_harm() {
    let screen = Screen::new(40);
    let target = ProgressDrawTarget::term_like_with_hz(Box::new(screen), 255);
    let mut bars = Bars::new(target, || 0);
    bars.event(&step(1, 1));
    bars.event(&started(u64::MAX));
    bars.event(&step(u64::MAX, u64::MAX));
    bars.event(&Event::Step {
        epoch: 0,
        step: 0,
        loss: f64::NAN,
        metric: None,
        lr: 0.0,
        samples_per_second: f64::NAN,
    });
    bars.event(&ended(0, true));
}

#[test]
fn a_pipe_gets_one_line_an_epoch() {
    let mut out = Vec::new();
    let mut plain = Plain::new(&mut out);
    for event in [
        started(10),
        step(1, 4),
        ended(1, true),
        step(2, 5),
        ended(2, false),
        Event::Interrupted { epoch: 2, step: 9 },
    ] {
        plain.event(&event);
    }
    let expected = "\
epoch  1/10  loss 0.1234  val_loss 0.0987  val_accuracy 97.12 %  4.1 s  *
epoch  2/10  loss 0.1234  val_loss 0.0987  val_accuracy 97.12 %  4.1 s
";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

#[test]
fn json_is_the_events_themselves() {
    let events = [started(2), step(1, 4), ended(1, true)];
    let mut out = Vec::new();
    let mut json = Json::new(&mut out);
    events.iter().for_each(|event| json.event(event));
    let text = String::from_utf8(out).unwrap();
    let back: Vec<Event> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(back, events);
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    struct Closed;
    impl io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    Plain::new(Closed).event(&ended(1, true));
    Json::new(Closed).event(&ended(1, true));
}
