//! How answers are written.

use std::string::{String, ToString};

use chrono::{DateTime, SecondsFormat, Utc};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;

use super::Service;
use super::body::Body;
use crate::control::api::{Code, Failure, Program, Refusal, VERSION};
use crate::record::Time;

pub(super) const JSON: &str = "application/json";
pub(super) const LINES: &str = "application/x-ndjson";
pub(super) const TEXT: &str = "text/plain; charset=utf-8";
pub(super) const EVENTS: &str = "text/event-stream";

/// An answer of that kind.
pub(super) fn of(kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

pub(super) fn text(text: impl Into<String>) -> Response<Body> {
    of(TEXT, Body::whole(text))
}

pub(in crate::control) fn failure(failure: &Failure) -> Response<Body> {
    let refusal = Refusal { v: VERSION, error: failure.clone() };
    let mut response = of(JSON, Body::whole(line(&json(&refusal))));
    *response.status_mut() =
        StatusCode::from_u16(failure.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// Plain data as JSON, which cannot fail but for maps with keys that are no texts.
pub(super) fn json(data: &impl Serialize) -> String {
    serde_json::to_string(data)
        .unwrap_or_else(|error| json_text(&std::format!("this cannot be written: {error}")))
}

fn json_text(text: &str) -> String {
    serde_json::Value::String(text.to_string()).to_string()
}

fn line(json: &str) -> String {
    std::format!("{json}\n")
}

/// RFC 3339 in UTC with microseconds; empty where no wall clock is known.
pub(super) fn date(time: Time) -> String {
    if time.wall_ns == 0 {
        return String::new();
    }
    let date: DateTime<Utc> = DateTime::from_timestamp_nanos(time.wall_ns);
    date.to_rfc3339_opts(SecondsFormat::Micros, true)
}

impl Service {
    /// Who answers.
    pub(super) fn program(&self) -> Program {
        let (started, now) = (self.view().started(), self.view().now());
        Program {
            name: self.view().name().to_string(),
            pid: self.view().pid(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            started: date(started),
            up_ms: now.mono_ns.saturating_sub(started.mono_ns) / 1_000_000,
            now: date(now),
            read_only: self.inner.operator.is_none(),
        }
    }

    /// Data in its envelope.
    pub(super) fn enveloped(&self, data: &impl Serialize) -> Response<Body> {
        self.enveloped_raw(&json(data), None)
    }

    /// What is JSON already, in its envelope.
    pub(super) fn enveloped_raw(&self, data: &str, next: Option<&str>) -> Response<Body> {
        let program = json(&self.program());
        let next = next.map(|next| std::format!(",\"next\":{}", json_text(next)));
        let next = next.unwrap_or_default();
        let text =
            std::format!("{{\"v\":{VERSION},\"program\":{program},\"data\":{data}{next}}}\n");
        of(JSON, Body::whole(text))
    }
}

/// The failure of something that cannot be understood.
pub(super) fn bad(text: impl Into<String>) -> Failure {
    Failure::new(Code::BadRequest, text)
}
