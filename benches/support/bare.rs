//! A bare actix-web server for contestants, set up as Jubilee sets up its own.

use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer};
use std::io::{self, Write};
use std::time::Duration;

/// Serves with one worker, and says where as Jubilee does.
///
/// # Errors
/// If it cannot listen.
pub(crate) async fn serve(routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> io::Result<()> {
    let server = HttpServer::new(move || App::new().configure(&routes))
        .workers(1)
        .keep_alive(Duration::from_secs(75))
        .tcp_nodelay(true)
        .bind("127.0.0.1:0")?;
    let address = server.addrs()[0];
    writeln!(io::stdout(), "serves on http://{address} (admin: http://{address})")?;
    server.run().await
}
