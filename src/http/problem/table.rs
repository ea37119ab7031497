//! The table of problems. `docs/errors.md` is made from it.

use actix_web::http::StatusCode;

macro_rules! problems {
    ($($code:ident = $name:literal, $status:ident, $retry:literal, $title:literal, $detail:literal;)*) => {
        /// The kinds of failure that a caller can tell apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemCode {
            $(#[doc = $title] $code,)*
        }

        impl ProblemCode {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$code),*];

            /// The stable name that programs may rely on.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)* }
            }

            /// The HTTP status.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$code => StatusCode::$status,)* }
            }

            /// Whether the same request may succeed later, and how to go about it.
            pub const fn retry(self) -> &'static str {
                match self { $(Self::$code => $retry,)* }
            }

            /// What it is, in a few words that are the same each time.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)* }
            }

            /// What the caller can do, where there is nothing more to say of the case at hand.
            pub const fn general_detail(self) -> &'static str {
                match self { $(Self::$code => $detail,)* }
            }
        }
    };
}

problems! {
    UsernameInvalid = "username_invalid", BAD_REQUEST, "no", "The username is not valid",
        "a username is 1 to 64 letters";
    DateOfBirthInvalid = "date_of_birth_invalid", BAD_REQUEST, "no", "The date of birth is not valid",
        "dateOfBirth must be a real day before today, written YYYY-MM-DD";
    BodyInvalid = "body_invalid", BAD_REQUEST, "no", "The body is not what is expected",
        "the body must be JSON: {\"dateOfBirth\":\"YYYY-MM-DD\"}";
    BodyUnreadable = "body_unreadable", BAD_REQUEST, "no", "The body could not be read",
        "the body's framing is broken: check Content-Length or the chunks";
    TimeZoneUnknown = "time_zone_unknown", BAD_REQUEST, "no", "The time zone is not known",
        "tz must be the name of an IANA time zone, such as Europe/London";
    SyncTokenInvalid = "sync_token_invalid", BAD_REQUEST, "without the token", "The sync token is not valid",
        "send a Sync-Token back unchanged and for the same username, or drop it";
    SyncTokenFromTheFuture = "sync_token_from_the_future", BAD_REQUEST, "without the token",
        "The sync token is from the future",
        "the Sync-Token is further ahead of this clock than any two clocks may differ; drop it";
    BadRequest = "bad_request", BAD_REQUEST, "no", "The request is not valid",
        "the request could not be understood";
    UserUnknown = "user_unknown", NOT_FOUND, "no", "The user is not known",
        "no birthday is stored under this username: PUT one first";
    RouteUnknown = "route_unknown", NOT_FOUND, "no", "There is nothing here",
        "nothing is served at this path; /docs/ lists what is";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "no", "The method is not allowed here",
        "the Allow header names the methods of this path";
    BodyTimeout = "body_timeout", REQUEST_TIMEOUT, "yes", "The body took too long",
        "the whole body must arrive within the request's deadline";
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "no", "The body is too large",
        "the body may hold at most 1024 bytes";
    Internal = "internal", INTERNAL_SERVER_ERROR, "no", "Something failed on our side",
        "the fault is ours and has been logged under this requestId";
    Overloaded = "overloaded", SERVICE_UNAVAILABLE, "after Retry-After", "Too many requests at the moment",
        "try again after Retry-After seconds";
    StoreUnavailable = "store_unavailable", SERVICE_UNAVAILABLE, "after Retry-After",
        "The store cannot be used at the moment",
        "try again after Retry-After seconds; a write may or may not have been made";
    SyncUnavailable = "sync_unavailable", SERVICE_UNAVAILABLE, "after Retry-After",
        "Nothing as recent as the sync token can be read now",
        "try again after Retry-After seconds; without the Sync-Token the answer comes at once and may be stale";
    NotReady = "not_ready", SERVICE_UNAVAILABLE, "after Retry-After", "This instance is not ready for traffic",
        "see checks for what is not ready";
    DeadlineExceeded = "deadline_exceeded", GATEWAY_TIMEOUT, "yes", "The store did not answer in time",
        "try again; a write may or may not have been made";
}

impl ProblemCode {
    /// A name for the kind of problem as RFC 9457 asks for it, the same for ever.
    pub fn type_uri(self) -> String {
        format!("urn:problem-type:jubilee:{}", self.name())
    }

    /// For how many seconds to stay away.
    pub fn retry_after_seconds(self) -> Option<&'static str> {
        (self.status() == StatusCode::SERVICE_UNAVAILABLE).then_some("1")
    }

    /// Whether what is left of the body would be taken for the next request.
    pub const fn closes_connection(self) -> bool {
        matches!(self, Self::BodyTimeout | Self::BodyTooLarge | Self::BodyUnreadable)
    }

    /// Whether an answer of the framework's own with this status is this problem.
    pub(super) const fn stands_for_status(self) -> bool {
        matches!(
            self,
            Self::BadRequest
                | Self::RouteUnknown
                | Self::MethodNotAllowed
                | Self::BodyTimeout
                | Self::BodyTooLarge
                | Self::Internal
        )
    }
}
