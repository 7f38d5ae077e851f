//! Why a layer can't be made.

use std::error::Error;
use std::fmt;

use everfresh_core::pattern::RouteError;
use everfresh_core::policy::PolicyError;

/// Any error of a body.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// A rules document that can't be used.
#[derive(Debug)]
pub enum LayerError {
    /// It is not JSON.
    Json(serde_json::Error),
    /// It is JSON and not a rules document; the error names the path in it.
    Policy(PolicyError),
    /// It is no route.
    Route(RouteError),
    /// It can't be a path, or the name of two endpoints.
    Name(String),
    /// It names nothing that has a budget of its own.
    Budget(String),
    /// No address that alerts can be sent to, or no header.
    Webhook,
    /// The token of an endpoint is too short to keep anybody out.
    Token,
}

impl LayerError {
    /// A stable name of what is wrong.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(_) => "config-not-json",
            Self::Policy(error) => error.code(),
            Self::Route(_) => "route-invalid",
            Self::Name(_) => "name-invalid",
            Self::Budget(_) => "budget-invalid",
            Self::Webhook => "webhook-invalid",
            Self::Token => "token-short",
        }
    }
}

impl fmt::Display for LayerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(_) => "the rules are not JSON",
            Self::Policy(_) => "the rules are malformed",
            Self::Route(error) => error.message(),
            Self::Name(name) => return write!(f, "{name:?} can't be the path of an endpoint"),
            Self::Budget(target) => {
                return write!(f, "{target:?} is no tag, path or directory that can have a budget");
            }
            Self::Webhook => "alerts can't be sent there",
            Self::Token => "the token is too short",
        })
    }
}

impl Error for LayerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Json(source) => Some(source),
            Self::Policy(source) => Some(source),
            Self::Route(_) | Self::Name(_) | Self::Budget(_) | Self::Webhook | Self::Token => None,
        }
    }
}
