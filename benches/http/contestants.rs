//! What Jubilee is compared with: servers that answer the same greeting and keep nothing.

use crate::bare;
use actix::{Actor, Addr, Context, Handler, Message, MessageResult};
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpResponse, rt::System};
use std::io;

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
    let routes = |config: &mut ServiceConfig| {
        config.route(
            "/hello/{username}",
            web::get().to(async |username: Path<String>| response(greeting(&username))),
        );
    };
    System::new().block_on(bare::serve(routes))
}

/// The same handler behind the mailbox of an actor on its worker's thread.
pub(crate) fn serve_behind_mailbox() -> io::Result<()> {
    let routes = |config: &mut ServiceConfig| {
        let actor = Data::new(MailboxGreeter.start());
        config.app_data(actor).route("/hello/{username}", web::get().to(ask));
    };
    System::new().block_on(bare::serve(routes))
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
