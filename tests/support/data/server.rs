//! A web server on this machine that misbehaves on request.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How the server answers a request for a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Manner {
    /// As it should, ranges included.
    Good,
    /// The whole file, whatever range was asked.
    NoRange,
    /// Half of what is left, then the line is cut; ranges are honoured.
    CutOff,
    /// As many bytes as expected, but others.
    WrongBytes,
    /// More bytes than expected, without saying how many.
    Endless,
    /// `Content-Length` of another file.
    OtherLength,
    /// Status 404.
    NotFound,
    /// A redirect to `/moved/…`, which is served well.
    Redirect,
    /// Takes the request and says nothing.
    Silent,
    /// A few bytes, then nothing more.
    Stalls,
    /// Half of what is left, then nothing more.
    HalfThenStalls,
    /// Five bytes of the whole file, whatever range was asked, then the line is cut.
    Snippets,
    /// A few bytes every now and then.
    Drips,
    /// A redirect to itself.
    RedirectLoop,
    /// Answers a range with bytes from another place.
    WrongRange,
    /// The first answer is cut off, later ones hold other bytes.
    ProbeOnly,
}

/// A running server; its thread ends with the process.
pub struct Server {
    /// `http://127.0.0.1:PORT/`.
    pub base: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves this content under any name.
    pub fn start(content: &[u8], manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let log = Arc::new(Mutex::new(Vec::new()));
        let (content, log_of_thread) = (Arc::new(content.to_vec()), Arc::clone(&log));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (content, log) = (Arc::clone(&content), Arc::clone(&log_of_thread));
                std::thread::spawn(move || answer(stream, &content, manner, &log));
            }
        });
        Self { base, log }
    }

    /// The requests so far, each `PATH RANGE`.
    pub fn requests(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// The requests that were no probes for the first byte.
    pub fn transfers(&self) -> Vec<String> {
        self.requests()
            .into_iter()
            .filter(|r| !r.ends_with("bytes=0-0"))
            .collect()
    }
}

fn answer(mut stream: TcpStream, content: &[u8], manner: Manner, log: &Mutex<Vec<String>>) {
    let Some((path, range)) = request(&stream) else {
        return;
    };
    log.lock()
        .unwrap()
        .push(format!("{path} {}", range.as_deref().unwrap_or("-")));
    let probe = range.as_deref() == Some("bytes=0-0");
    let manner = match manner {
        Manner::Redirect if path.starts_with("/moved/") => Manner::Good,
        // Everybody passes the probe except those that fail by their nature.
        Manner::CutOff
        | Manner::WrongBytes
        | Manner::Endless
        | Manner::OtherLength
        | Manner::Stalls
        | Manner::HalfThenStalls
        | Manner::Snippets
        | Manner::Drips
        | Manner::WrongRange
        | Manner::ProbeOnly
            if probe =>
        {
            Manner::Good
        }
        other => other,
    };
    // A client that hangs up early is no failure of the server.
    let _ = respond(&mut stream, content, &path, range.as_deref(), manner);
}

fn request(stream: &TcpStream) -> Option<(String, Option<String>)> {
    let mut lines = BufReader::new(stream).lines();
    let path = lines.next()?.ok()?.split(' ').nth(1)?.to_owned();
    let mut range = None;
    for line in lines {
        let line = line.ok()?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("range")
        {
            range = Some(value.trim().to_owned());
        }
    }
    Some((path, range))
}

fn respond(
    stream: &mut TcpStream,
    content: &[u8],
    path: &str,
    range: Option<&str>,
    manner: Manner,
) -> std::io::Result<()> {
    let wrong: Vec<u8> = content.iter().map(|b| b.wrapping_add(1)).collect();
    match manner {
        Manner::NotFound | Manner::ProbeOnly => write!(
            stream,
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
        Manner::Redirect => write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: /moved{path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
        Manner::RedirectLoop => write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: {path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
        Manner::Snippets => partial(stream, content, None, 0, |_| 5),
        Manner::Drips => {
            partial(stream, content, range, 0, |_| 0)?;
            for byte in content.iter().take(1000) {
                stream.write_all(&[*byte])?;
                stream.flush()?;
                std::thread::sleep(Duration::from_millis(20));
            }
            Ok(())
        }
        Manner::Silent => {
            std::thread::sleep(Duration::from_secs(30));
            Ok(())
        }
        Manner::Good => partial(stream, content, range, 0, |rest| rest.len()),
        Manner::WrongBytes => partial(stream, &wrong, range, 0, |rest| rest.len()),
        Manner::WrongRange => partial(stream, content, range, 1, |rest| rest.len()),
        Manner::CutOff => partial(stream, content, range, 0, |rest| rest.len().div_ceil(2)),
        Manner::NoRange => partial(stream, content, None, 0, |rest| rest.len()),
        Manner::Stalls => {
            partial(stream, content, range, 0, |rest| rest.len().min(10))?;
            stream.flush()?;
            std::thread::sleep(Duration::from_secs(30));
            Ok(())
        }
        Manner::HalfThenStalls => {
            partial(stream, content, range, 0, |rest| rest.len() / 2)?;
            stream.flush()?;
            std::thread::sleep(Duration::from_secs(30));
            Ok(())
        }
        Manner::OtherLength => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
            )
        }
        Manner::Endless => {
            write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                stream.write_all(content)?;
            }
        }
    }
}

/// Answers with the range that was asked, shifted by `shift`; `sent` says how much of it is really sent.
fn partial(
    stream: &mut TcpStream,
    content: &[u8],
    range: Option<&str>,
    shift: usize,
    sent: impl Fn(&[u8]) -> usize,
) -> std::io::Result<()> {
    let bounds = range
        .and_then(|range| range.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'));
    let (start, end) = match bounds {
        Some((start, end)) => (
            start.parse().unwrap_or(0),
            end.parse::<usize>().map_or(content.len(), |end| end + 1),
        ),
        None => (0, content.len()),
    };
    if start >= content.len() {
        return write!(
            stream,
            "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    }
    let rest = &content[start..end.min(content.len())];
    if range.is_some() {
        let first = start + shift;
        write!(
            stream,
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {first}-{}/{}\r\n",
            end - 1,
            content.len()
        )?;
    } else {
        write!(stream, "HTTP/1.1 200 OK\r\n")?;
    }
    write!(stream, "Content-Length: {}\r\nConnection: close\r\n\r\n", rest.len())?;
    stream.write_all(&rest[..sent(rest)])
}
