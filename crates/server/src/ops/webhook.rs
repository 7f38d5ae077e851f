//! Alerts to an address of HTTP.

use std::fmt;
use std::time::Duration;

use everfresh_core::health::Change;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode, Uri};
use tokio::time::sleep;
use tracing::warn;
use ureq::Agent;

use super::sinks::AlertSink;
use crate::error::LayerError;

/// How a [`WebhookSink`] sends.
#[derive(Debug, Clone)]
pub struct WebhookOptions {
    /// A value of `Authorization`, such as `Bearer …`.
    pub authorization: Option<String>,
    /// How long it may take to be answered.
    pub timeout: Duration,
    /// How often it is tried in all. It is tried again where there is no answer, and after a 429 or a 5xx.
    pub tries: u32,
    /// How long it waits after the first try; twice as long after each next one.
    pub pause: Duration,
}

impl Default for WebhookOptions {
    fn default() -> Self {
        Self { authorization: None, timeout: Duration::from_secs(5), tries: 3, pause: Duration::from_secs(1) }
    }
}

/// Sends what becomes of an alert, by `POST`: `{"type":"alert","state":"raised","alert":{…}}`. Redirects are not followed.
pub struct WebhookSink {
    url: Uri,
    authorization: Option<HeaderValue>,
    options: WebhookOptions,
    agent: Agent,
}

impl WebhookSink {
    /// One that sends to `url`, of `http` or `https`.
    ///
    /// # Errors
    /// [`LayerError::Webhook`] where it is no such address, or the authorization can't be a header.
    pub fn new(url: &str, options: WebhookOptions) -> Result<Self, LayerError> {
        let url = url.parse().ok().filter(|url: &Uri| {
            matches!(url.scheme_str(), Some("http" | "https")) && url.authority().is_some()
        });
        let url = url.ok_or(LayerError::Webhook)?;
        let authorization = options.authorization.as_ref().map(HeaderValue::try_from).transpose();
        let authorization = authorization.map_err(|_| LayerError::Webhook)?;
        let config = Agent::config_builder()
            .timeout_global(Some(options.timeout))
            .max_redirects(0)
            .http_status_as_error(false);
        Ok(Self { url, authorization, agent: config.build().new_agent(), options })
    }

    async fn send(&self, body: String) {
        let mut pause = self.options.pause;
        for tries_left in (0..self.options.tries.max(1)).rev() {
            let problem = match self.try_once(body.clone()).await {
                Ok(status) if status.is_success() => return,
                Ok(status) => {
                    let passes = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
                    if !passes {
                        warn!(%status, "the webhook refuses an alert");
                        return;
                    }
                    status.to_string()
                }
                Err(error) => error.to_string(),
            };
            warn!(problem, tries_left, "the webhook does not take an alert");
            if tries_left > 0 {
                sleep(pause).await;
                pause *= 2;
            }
        }
    }

    async fn try_once(&self, body: String) -> Result<StatusCode, ureq::Error> {
        let mut request = self.agent.post(self.url.clone()).header(CONTENT_TYPE, "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        match tokio::task::spawn_blocking(move || request.send(body)).await {
            Ok(answered) => answered.map(|response| response.status()),
            Err(error) => Err(ureq::Error::Other(error.into())),
        }
    }
}

impl AlertSink for WebhookSink {
    fn tell<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, ()> {
        self.send(change.to_json()).boxed()
    }
}

impl fmt::Debug for WebhookSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookSink").field("host", &self.url.host()).finish_non_exhaustive()
    }
}
