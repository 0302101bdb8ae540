//! What a request over TCP has to show: that it was meant for us, and the token.
//!
//! A page in a browser can have requests sent here. It cannot choose `Host` and `Origin`, which tell
//! on it, and it does not know the token; the cookie in which that can be kept is not sent along with
//! what another site asks for.

use core::net::SocketAddr;
use std::format;
use std::string::{String, ToString};

use hyper::header::{
    AUTHORIZATION, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, SET_COOKIE,
};
use hyper::{Method, Response, StatusCode};

use super::token::Token;
use crate::control::api::{Code, Failure};
use crate::control::service::Body;

/// Who may ask over TCP.
#[derive(Debug)]
pub(super) struct Guard {
    /// What may stand in `Host`.
    hosts: [String; 3],
    cookie: String,
    token: Token,
}

impl Guard {
    pub(super) fn new(address: SocketAddr, token: Token) -> Self {
        let port = address.port();
        let hosts = [address.to_string(), format!("localhost:{port}"), format!("127.0.0.1:{port}")];
        // Programs on one machine share their cookies, whatever the port is.
        Self { hosts, cookie: format!("ringvisor-{port}"), token }
    }

    /// Whether a request with these headers may come in.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Failure> {
        let refuse = |text: &str| Err(Failure::new(Code::Forbidden, text));
        let Some(host) = only(headers, &HOST) else {
            return refuse("exactly one Host is needed");
        };
        if !self.is_ours(host) {
            return refuse("that Host is none of ours");
        }
        if headers.contains_key(ORIGIN) {
            let origin = only(headers, &ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
            if !origin.is_some_and(|origin| self.is_ours(origin)) {
                return refuse("that Origin is none of ours");
            }
        }
        if self.is_shown(headers) {
            return Ok(());
        }
        let text = "the token is missing or wrong; send Authorization: Bearer TOKEN";
        Err(Failure::new(Code::Unauthorized, text))
    }

    fn is_ours(&self, host: &str) -> bool {
        self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
    }

    fn is_shown(&self, headers: &HeaderMap) -> bool {
        let bearer = only(headers, &AUTHORIZATION).and_then(|shown| shown.strip_prefix("Bearer "));
        if let Some(shown) = bearer {
            return self.token.is(shown);
        }
        let cookies = headers.get_all(COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == self.cookie).then_some(value)
        });
        pairs.any(|shown| self.token.is(shown))
    }

    /// The answer to `POST /v1/session`: a cookie for whoever has shown the token.
    pub(super) fn session(&self, method: &Method, path: &str) -> Option<Response<Body>> {
        if path != "/v1/session" || *method != Method::POST {
            return None;
        }
        let cookie =
            format!("{}={}; Path=/; HttpOnly; SameSite=Strict", self.cookie, self.token.as_str());
        let mut response = Response::new(Body::whole(""));
        *response.status_mut() = StatusCode::NO_CONTENT;
        response.headers_mut().insert(SET_COOKIE, HeaderValue::from_str(&cookie).ok()?);
        Some(response)
    }
}

/// The value of a header that stands there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let (first, more) = (values.next()?, values.next());
    if more.is_some() { None } else { first.to_str().ok() }
}
