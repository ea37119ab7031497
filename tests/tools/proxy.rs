//! The proxy breaks the network as it is told, and mends it.

use jubilee_test_support::{Direction, Proxy, wait_until};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(15);
/// Long enough for bytes that are on their way over the loopback to arrive.
const MOMENT: Duration = Duration::from_millis(150);

/// Sends back what comes, on each connection, for as long as the test lives.
fn echo_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            thread::spawn(move || {
                let mut copy = stream.try_clone().expect("a handle");
                // The other side may close whenever it likes.
                let _ = io::copy(&mut stream, &mut copy);
            });
        }
    });
    address
}

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(proxy.address()).expect("the proxy listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    stream
}

fn echo(stream: &mut TcpStream, text: &str) -> io::Result<String> {
    stream.write_all(text.as_bytes())?;
    receive(stream, text.len())
}

fn receive(stream: &mut TcpStream, bytes: usize) -> io::Result<String> {
    let mut echoed = vec![0; bytes];
    stream.read_exact(&mut echoed)?;
    String::from_utf8(echoed).map_err(io::Error::other)
}

/// Reads what is left and asserts that the other side closes, with a reset or without: waiting in vain
/// is no end.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    if let Err(error) = stream.read_to_end(&mut rest) {
        assert!(!is_time_out(&error), "the connection stands: {error}");
    }
    rest
}

fn is_time_out(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn proxy() -> Proxy {
    Proxy::start(echo_server()).expect("a free port")
}

#[test]
fn bytes_pass_both_ways_and_are_counted() {
    let proxy = proxy();
    let mut stream = connect(&proxy);
    assert_eq!(echo(&mut stream, "hello").expect("an echo"), "hello");
    assert_eq!(echo(&mut stream, "again!").expect("an echo"), "again!");
    let large = "x".repeat(1_000_000);
    let sender = thread::spawn({
        let (mut stream, large) = (stream.try_clone().expect("a handle"), large.clone());
        move || stream.write_all(large.as_bytes())
    });
    assert!(receive(&mut stream, large.len()).expect("an echo") == large, "every byte in its place");
    sender.join().expect("no panic").expect("sent");
    wait_until("all is counted", || proxy.passed(Direction::Down) == 1_000_011);
    assert_eq!(proxy.passed(Direction::Up), 1_000_011);
}

#[test]
fn the_end_of_one_side_reaches_the_other() {
    let proxy = proxy();
    let mut stream = connect(&proxy);
    stream.write_all(b"last words").expect("sent");
    stream.shutdown(std::net::Shutdown::Write).expect("closed");
    let mut echoed = String::new();
    stream.read_to_string(&mut echoed).expect("the end");
    assert_eq!(echoed, "last words");
}

#[test]
fn a_cut_closes_what_stands_and_refuses_what_comes_until_it_heals() {
    let proxy = proxy();
    let mut stream = connect(&proxy);
    echo(&mut stream, "hello").expect("an echo");
    // Twice, so that healing once is seen to leave nothing behind.
    for _ in 0..2 {
        proxy.cut();
        assert_eq!(rest(&mut stream), b"", "the connection that stood is closed");
        wait_until("new ones are refused", || {
            TcpStream::connect(proxy.address())
                .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
        });
        proxy.heal();
        wait_until("it listens again", || TcpStream::connect(proxy.address()).is_ok());
        stream = connect(&proxy);
        assert_eq!(echo(&mut stream, "healed").expect("an echo"), "healed");
    }
}

#[test]
fn a_cut_that_is_healed_at_once_still_closes_what_stood() {
    let proxy = proxy();
    // Often, for the proxy may happen to look between the two commands.
    for _ in 0..50 {
        let mut standing = None;
        wait_until("it passes bytes", || {
            let stream = TcpStream::connect(proxy.address()).ok();
            standing = stream.filter(|mut stream| {
                stream.set_read_timeout(Some(PATIENCE)).is_ok()
                    && stream.write_all(b"hello").is_ok()
                    && stream.read_exact(&mut [0; 5]).is_ok()
            });
            standing.is_some()
        });
        proxy.cut();
        proxy.heal();
        assert_eq!(rest(&mut standing.expect("a connection")), b"");
    }
}

#[test]
fn a_delay_holds_back_one_direction_without_adding_up() {
    let proxy = proxy();
    for direction in [Direction::Up, Direction::Down] {
        let mut stream = connect(&proxy);
        echo(&mut stream, "hello").expect("an echo");
        proxy.delay(direction, Duration::from_millis(300));
        let began = Instant::now();
        for _ in 0..10 {
            stream.write_all(b"tick").expect("sent");
        }
        receive(&mut stream, 40).expect("an echo");
        let took = began.elapsed();
        assert!(took >= Duration::from_millis(300), "{direction:?}: {took:?}");
        assert!(took < Duration::from_millis(2_000), "{direction:?}: ten chunks travel together: {took:?}");
        proxy.heal();
        let began = Instant::now();
        echo(&mut stream, "hello").expect("an echo");
        assert!(began.elapsed() < Duration::from_millis(300), "{direction:?}: {:?}", began.elapsed());
    }
}

#[test]
fn a_truncated_answer_ends_in_mid_frame() {
    let proxy = proxy();
    let mut stream = connect(&proxy);
    echo(&mut stream, "hello").expect("an echo");
    proxy.truncate(7);
    assert_eq!(echo(&mut stream, "four").expect("within the seven bytes"), "four");
    stream.write_all(b"four").expect("sent");
    assert_eq!(rest(&mut stream), b"fou");
    let mut second = connect(&proxy);
    second.write_all(b"a longer text").expect("sent");
    assert_eq!(rest(&mut second), b"a longe", "a new connection has the same fate");
    proxy.heal();
    assert_eq!(echo(&mut connect(&proxy), "a longer text").expect("an echo"), "a longer text");
}

#[test]
fn what_is_swallowed_hangs_and_arrives_after_healing() {
    let proxy = proxy();
    let mut stream = connect(&proxy);
    echo(&mut stream, "hello").expect("an echo");
    let before = proxy.passed(Direction::Up);
    proxy.swallow();
    for stream in [&mut stream, &mut connect(&proxy)] {
        stream.set_read_timeout(Some(MOMENT)).expect("a time-out");
        let error = echo(stream, "anyone?").expect_err("nothing comes");
        assert!(is_time_out(&error), "{error}");
    }
    assert_eq!(proxy.passed(Direction::Up), before, "nothing was passed on");
    proxy.heal();
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    assert_eq!(receive(&mut stream, 7).expect("it was held back"), "anyone?");
}

#[test]
fn everything_ends_when_it_is_dropped() {
    let proxy = proxy();
    let address = proxy.address();
    let mut stream = connect(&proxy);
    echo(&mut stream, "hello").expect("an echo");
    proxy.swallow();
    drop(proxy);
    assert_eq!(rest(&mut stream), b"", "the connection is closed");
    assert!(TcpStream::connect(address).is_err(), "nobody listens");
}
