//! The metrics as TensorBoard reads them: an event file, which is a TFRecord file of protocol buffers. It follows from
//! the rows of metrics.csv, to the byte.
//!
//! A record is the length of its data (8 bytes), that length's checksum, the data, and the data's checksum
//! (tensorflow/core/lib/io/record_writer.cc); the messages are those of tensorflow/core/util/event.proto and
//! tensorflow/core/framework/summary.proto, as far as they are used here.

use prost::{Message, Oneof};

use crate::row::Row;

/// Metrics of a run that began at `created`, a Unix time. Each row becomes a point of each of its figures, under the
/// names that metrics.csv has, at the row's optimizer step and the time at which its epoch ended. `stand_in` is
/// written as a text.
///
/// ```
/// use runner_results::event_file::to_events;
/// let events = to_events(&[], 1.5e9, None);
/// assert_eq!(events[..8], 24_u64.to_le_bytes()[..]);
/// assert!(events.windows(13).any(|text| text == b"brain.Event:2"));
/// ```
pub fn to_events(rows: &[Row], created: f64, stand_in: Option<&str>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut push = |time: f64, step: u64, what: What| {
        let event = Event {
            wall_time: time,
            step: step.cast_signed(),
            what: Some(what),
        };
        record(&event.encode_to_vec(), &mut file);
    };
    push(created, 0, What::FileVersion("brain.Event:2".to_owned()));
    if let Some(sentence) = stand_in {
        let values = vec![Value::text("stand_in", sentence)];
        push(created, 0, What::Summary(Summary { values }));
    }
    let mut time = created;
    for row in rows {
        time += row.seconds;
        let lr = row.lr.map(|lr| ("lr", lr));
        let first = [("epoch", row.epoch as f64)].into_iter().chain(lr);
        let metrics = row.metrics.iter().map(|(name, value)| (name.as_str(), *value));
        let last = [("samples_per_second", row.samples_per_second)];
        let values = first.chain(metrics).chain(last);
        let values = values.map(|(name, value)| Value::scalar(name, value)).collect();
        push(time, row.step, What::Summary(Summary { values }));
    }
    file
}

/// The file's name in a run's folder: TensorBoard knows it by `tfevents`.
///
/// ```
/// assert_eq!(runner_results::event_file::name(1_700_000_000.5), "events.out.tfevents.1700000000.runner");
/// ```
pub fn name(created: f64) -> String {
    format!("events.out.tfevents.{created:.0}.runner", created = created.floor())
}

fn record(data: &[u8], file: &mut Vec<u8>) {
    let length = (data.len() as u64).to_le_bytes();
    file.extend(length);
    file.extend(masked(&length).to_le_bytes());
    file.extend(data);
    file.extend(masked(data).to_le_bytes());
}

/// CRC-32C, turned and shifted so that the checksum of data that hold checksums is not degenerate.
fn masked(data: &[u8]) -> u32 {
    crc32c::crc32c(data).rotate_right(15).wrapping_add(0xa282_ead8)
}

#[derive(Clone, PartialEq, Message)]
struct Event {
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(oneof = "What", tags = "3, 5")]
    what: Option<What>,
}

#[derive(Clone, PartialEq, Oneof)]
enum What {
    #[prost(string, tag = "3")]
    FileVersion(String),
    #[prost(message, tag = "5")]
    Summary(Summary),
}

#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    values: Vec<Value>,
}

#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(message, optional, tag = "9")]
    metadata: Option<Metadata>,
    #[prost(oneof = "Content", tags = "2, 8")]
    content: Option<Content>,
}

#[derive(Clone, PartialEq, Oneof)]
enum Content {
    #[prost(float, tag = "2")]
    Scalar(f32),
    #[prost(message, tag = "8")]
    Tensor(Tensor),
}

#[derive(Clone, PartialEq, Message)]
struct Metadata {
    #[prost(message, optional, tag = "1")]
    plugin: Option<Plugin>,
    /// 2 are tensors.
    #[prost(int32, tag = "4")]
    data_class: i32,
}

#[derive(Clone, PartialEq, Message)]
struct Plugin {
    #[prost(string, tag = "1")]
    name: String,
}

#[derive(Clone, PartialEq, Message)]
struct Tensor {
    /// 7 are texts.
    #[prost(int32, tag = "1")]
    dtype: i32,
    /// Without dimensions: one text.
    #[prost(message, optional, tag = "2")]
    shape: Option<Shape>,
    #[prost(bytes = "vec", repeated, tag = "8")]
    texts: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
struct Shape {}

impl Value {
    fn scalar(tag: &str, value: f64) -> Self {
        Self {
            tag: tag.to_owned(),
            metadata: None,
            content: Some(Content::Scalar(value as f32)),
        }
    }

    fn text(tag: &str, text: &str) -> Self {
        let plugin = Plugin {
            name: "text".to_owned(),
        };
        let tensor = Tensor {
            dtype: 7,
            shape: Some(Shape {}),
            texts: vec![text.as_bytes().to_vec()],
        };
        Self {
            tag: tag.to_owned(),
            metadata: Some(Metadata {
                plugin: Some(plugin),
                data_class: 2,
            }),
            content: Some(Content::Tensor(tensor)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_two_masked_checksums() {
        // python -c "from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c as c;
        //            import struct; print(hex(c(struct.pack('<Q', 3))), hex(c(b'abc')))"
        let mut file = Vec::new();
        record(b"abc", &mut file);
        assert_eq!(file.len(), 8 + 4 + 3 + 4);
        assert_eq!(file[8..12], LENGTH.to_le_bytes());
        assert_eq!(file[15..], DATA.to_le_bytes());
    }

    const LENGTH: u32 = 0x0e49_99b0;
    const DATA: u32 = 0x21f1_576e;

    #[test]
    fn more_rows_only_add_to_the_file() {
        let row = |epoch: u64| Row {
            epoch,
            step: epoch * 10,
            lr: Some(0.0),
            metrics: vec![("loss".to_owned(), f64::NAN)],
            seconds: 1.5,
            samples_per_second: 3.0,
        };
        let rows: Vec<Row> = (1..=4).map(row).collect();
        let whole = to_events(&rows, 1e9, Some("digits stand in"));
        for count in 0..4 {
            assert!(whole.starts_with(&to_events(&rows[..count], 1e9, Some("digits stand in"))));
        }
    }
}
