//! Takes the writing of log lines off the request path.
//!
//! Lines gather in one buffer; a thread of its own writes them out many at a time. Waking that thread
//! for each line would cost a request more than all the rest of it, so it sleeps while lines gather.
//! When nothing can be written the buffer fills up, and then lines are lost and counted rather than
//! requests delayed.

use prometheus::IntCounter;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

/// How long lines gather before they are written.
const GATHERING: Duration = Duration::from_millis(25);
const CAPACITY_BYTES: usize = 4 << 20;

/// Where log lines are handed in; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct BatchWriter(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    gathered: Mutex<Gathered>,
    changed: Condvar,
    lost_lines: IntCounter,
}

#[derive(Debug, Default)]
struct Gathered {
    lines: Vec<u8>,
    closed: bool,
}

/// Writes out what is left when it is dropped.
#[derive(Debug)]
pub struct FlushOnDrop {
    writer: BatchWriter,
    thread: Option<JoinHandle<()>>,
}

impl BatchWriter {
    /// Starts the thread that writes to `output`.
    pub(super) fn start(
        output: impl Write + Send + 'static,
        lost_lines: IntCounter,
    ) -> io::Result<(Self, FlushOnDrop)> {
        let gathered = Mutex::default();
        let writer = Self(Arc::new(Shared { gathered, changed: Condvar::new(), lost_lines }));
        let shared = Arc::clone(&writer.0);
        let thread = thread::Builder::new().name("log".into()).spawn(move || shared.write_out(output))?;
        Ok((writer.clone(), FlushOnDrop { writer, thread: Some(thread) }))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_out(&self, mut output: impl Write) {
        let mut lines = Vec::new();
        loop {
            let mut gathered = self.lock();
            while gathered.lines.is_empty() && !gathered.closed {
                gathered = self.changed.wait(gathered).unwrap_or_else(PoisonError::into_inner);
            }
            if !gathered.closed {
                let waited = self.changed.wait_timeout_while(gathered, GATHERING, |now| !now.closed);
                gathered = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            std::mem::swap(&mut lines, &mut gathered.lines);
            let closed = gathered.closed;
            drop(gathered);
            // Nobody is left to tell when the log itself cannot be written.
            let _ = output.write_all(&lines).and_then(|()| output.flush());
            lines.clear();
            if closed {
                return;
            }
        }
    }
}

impl Write for &BatchWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut gathered = self.0.lock();
        if gathered.lines.len() + line.len() > CAPACITY_BYTES || gathered.closed {
            drop(gathered);
            self.0.lost_lines.inc();
        } else {
            let first = gathered.lines.is_empty();
            gathered.lines.extend_from_slice(line);
            drop(gathered);
            if first {
                self.0.changed.notify_one();
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'writer> MakeWriter<'writer> for BatchWriter {
    type Writer = &'writer BatchWriter;

    fn make_writer(&'writer self) -> Self::Writer {
        self
    }
}

impl Drop for FlushOnDrop {
    fn drop(&mut self) {
        self.writer.0.lock().closed = true;
        self.writer.0.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic of the log thread has been printed by then.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BatchWriter, CAPACITY_BYTES};
    use crate::telemetry::kept::Kept;
    use prometheus::IntCounter;
    use std::io::{self, Write};
    use std::sync::mpsc;

    /// An output that says when it is written to and then waits until it may go on.
    struct Stuck {
        reached: mpsc::Sender<()>,
        go_on: mpsc::Receiver<()>,
    }

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.reached.send(());
            let _ = self.go_on.recv();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn counter() -> IntCounter {
        IntCounter::new("lost", "lost").expect("a name")
    }

    #[test]
    fn every_line_is_written_by_the_time_the_guard_is_gone() {
        let kept = Kept::default();
        let (writer, flush) = BatchWriter::start(kept.clone(), counter()).expect("a thread");
        for number in 0..1000 {
            writeln!(&writer, "line {number}").expect("never fails");
        }
        drop(flush);
        let text = kept.text();
        let expected: String = (0..1000).map(|number| format!("line {number}\n")).collect();
        assert_eq!(text, expected);
    }

    #[test]
    fn a_stuck_output_delays_nobody_and_lost_lines_are_counted() {
        let ((reached, was_reached), (release, go_on)) = (mpsc::channel(), mpsc::channel());
        let lost_lines = counter();
        let (writer, flush) =
            BatchWriter::start(Stuck { reached, go_on }, lost_lines.clone()).expect("a thread");
        writeln!(&writer, "first").expect("never fails");
        was_reached.recv().expect("the thread writes");
        let line = [b'x'; 1024];
        for _ in 0..CAPACITY_BYTES / line.len() + 3 {
            (&writer).write_all(&line).expect("never fails");
        }
        let lost = lost_lines.get();
        // The thread must be able to end before anything here may fail.
        drop(release);
        drop(flush);
        assert_eq!(lost, 3);
    }
}
