//! What Jubilee is compared with: servers that answer the same greeting and keep nothing.

use actix::{Actor, Addr, Context, Handler, Message, MessageResult};
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer, rt::System};
use std::io::{self, Write};
use std::time::Duration;

/// The number that all greetings of the bench have.
pub(crate) const DAYS: u16 = 200;

fn greeting(username: &str) -> String {
    format!(r#"{{"message":"Hello, {username}! Your birthday is in {DAYS} day(s)"}}"#)
}

fn response(body: String) -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json"))).body(body)
}

/// A handler and nothing else.
pub(crate) fn serve_bare() -> io::Result<()> {
    serve(|config| {
        config.route(
            "/hello/{username}",
            web::get().to(async |username: Path<String>| response(greeting(&username))),
        );
    })
}

/// The same handler behind the mailbox of an actor on its worker's thread.
pub(crate) fn serve_behind_mailbox() -> io::Result<()> {
    serve(|config| {
        let actor = Data::new(MailboxGreeter.start());
        config.app_data(actor).route("/hello/{username}", web::get().to(ask));
    })
}

async fn ask(username: Path<String>, actor: Data<Addr<MailboxGreeter>>) -> HttpResponse {
    match actor.send(Greet(username.into_inner())).await {
        Ok(greeting) => response(greeting),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

struct MailboxGreeter;

impl Actor for MailboxGreeter {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Context<Self>) {
        context.set_mailbox_capacity(1024);
    }
}

struct Greet(String);

impl Message for Greet {
    type Result = String;
}

impl Handler<Greet> for MailboxGreeter {
    type Result = MessageResult<Greet>;

    fn handle(&mut self, Greet(username): Greet, _: &mut Context<Self>) -> Self::Result {
        MessageResult(greeting(&username))
    }
}

/// One worker, set up as Jubilee sets up its own; says where it listens as Jubilee does.
fn serve(routes: fn(&mut ServiceConfig)) -> io::Result<()> {
    System::new().block_on(async {
        let server = HttpServer::new(move || App::new().configure(routes))
            .workers(1)
            .keep_alive(Duration::from_secs(75))
            .tcp_nodelay(true)
            .bind("127.0.0.1:0")?;
        let address = server.addrs()[0];
        writeln!(io::stdout(), "serves on http://{address} (admin: http://{address})")?;
        server.run().await
    })
}
