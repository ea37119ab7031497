//! What a worker of the public listener serves.

use super::{Border, State, public_routes};
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::Data;
use actix_web::{App, Error};

/// What stands behind a listener: whatever actix-web makes of an application whose answers have a boxed body.
pub trait Services:
    ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    > + 'static
{
}

impl<Factory> Services for Factory where
    Factory: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = Error,
            InitError = (),
        > + 'static
{
}

/// The whole API of one worker, behind its border.
pub fn public_application(state: State) -> App<impl Services> {
    let shared = state.shared.clone();
    App::new()
        .app_data(Data::new(shared.clone()))
        .app_data(Data::new(state))
        .wrap(Border::public(&shared))
        .configure(public_routes)
}
