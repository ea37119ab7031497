//! What Jubilee is compared with on the cluster: a handler that calls the driver, and nothing else.

use crate::bare;
use actix_web::error::{ErrorBadRequest, ErrorInternalServerError};
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpResponse, rt::System};
use chrono::{Datelike, NaiveDate};
use jubilee::domain::{CalendarDate, LeapDay, Timestamp, Zone, days_until_birthday};
use scylla::client::execution_profile::ExecutionProfile;
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::policies::load_balancing::DefaultPolicy;
use scylla::statement::Consistency;
use scylla::statement::prepared::PreparedStatement;
use serde::Deserialize;
use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

/// The session, and the statements as Jubilee prepares them.
struct Driver {
    session: Session,
    read: PreparedStatement,
    write: PreparedStatement,
}

/// Serves from the node that Jubilee's own settings name.
pub(crate) fn serve() -> Result<(), Box<dyn Error>> {
    System::new().block_on(async {
        let driver = Data::new(Driver::connect().await?);
        let routes = move |config: &mut ServiceConfig| {
            config
                .app_data(driver.clone())
                .route("/hello/{username}", web::get().to(greet))
                .route("/hello/{username}", web::put().to(remember));
        };
        Ok(bare::serve(routes).await?)
    })
}

impl Driver {
    async fn connect() -> Result<Self, Box<dyn Error>> {
        let node = std::env::var("JUBILEE_CLUSTER_NODES")?;
        let session = SessionBuilder::new().known_node(node).build().await?;
        let policy = DefaultPolicy::builder()
            .prefer_datacenter(std::env::var("JUBILEE_REGION")?)
            .permit_dc_failover(false)
            .token_aware(true)
            .build();
        let profile = ExecutionProfile::builder()
            .load_balancing_policy(policy)
            .consistency(Consistency::LocalQuorum)
            .request_timeout(None)
            .build()
            .into_handle();
        let prepare = async |text: &str| -> Result<PreparedStatement, Box<dyn Error>> {
            let mut statement = session.prepare(text).await?;
            statement.set_is_idempotent(true);
            statement.set_use_cached_result_metadata(true);
            statement.set_execution_profile_handle(Some(profile.clone()));
            Ok(statement)
        };
        Ok(Self {
            read: prepare(
                "SELECT date_of_birth, WRITETIME(date_of_birth) FROM jubilee.birthdays WHERE username = ?",
            )
            .await?,
            write: prepare(
                "UPDATE jubilee.birthdays USING TIMESTAMP ? SET date_of_birth = ? WHERE username = ?",
            )
            .await?,
            session,
        })
    }
}

async fn greet(username: Path<String>, driver: Data<Driver>) -> actix_web::Result<HttpResponse> {
    let result = driver.session.execute_unpaged(&driver.read, (username.as_str(),)).await;
    let rows = result.map_err(ErrorInternalServerError)?.into_rows_result();
    let rows = rows.map_err(ErrorInternalServerError)?;
    let row = rows.maybe_first_row::<(Option<NaiveDate>, Option<i64>)>();
    let Some((Some(born), Some(_))) = row.map_err(ErrorInternalServerError)? else {
        return Ok(HttpResponse::NotFound().finish());
    };
    let born = CalendarDate::new(born.year() as u16, born.month() as u8, born.day() as u8);
    let born = born.ok_or_else(|| ErrorInternalServerError("a date that was not written here"))?;
    let body = match days_until_birthday(born, Zone::UTC.today(now()), LeapDay::default()) {
        0 => format!(r#"{{"message":"Hello, {username}! Happy birthday!"}}"#),
        days => format!(r#"{{"message":"Hello, {username}! Your birthday is in {days} day(s)"}}"#),
    };
    let json = HeaderValue::from_static("application/json");
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, json)).body(body))
}

fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    Timestamp::from_micros(since_1970.as_micros() as u64)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Birthday {
    date_of_birth: String,
}

async fn remember(
    username: Path<String>,
    body: Bytes,
    driver: Data<Driver>,
) -> actix_web::Result<HttpResponse> {
    let birthday: Birthday = serde_json::from_slice(&body)?;
    let born: NaiveDate = birthday.date_of_birth.parse().map_err(ErrorBadRequest)?;
    let values = (now().micros() as i64, born, username.as_str());
    driver.session.execute_unpaged(&driver.write, values).await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::NoContent().finish())
}
