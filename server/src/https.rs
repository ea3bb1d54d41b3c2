//! The HTTPS listener: metrics and health. It is told nothing, and changes nothing.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::listener::House;
use crate::pki::mapping::Owner;

/// Connections at a time.
const CONNECTIONS: usize = 64;
/// After this the system is asked again for connections that it could not give.
const BREATHER: Duration = Duration::from_millis(100);
/// For the head of a request.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until the HSM stops.
pub async fn keep(socket: TcpListener, house: Arc<House>, is_open: bool) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = house.cut_off.cancelled() => return,
        };
        let Ok(place) = place else { return };
        let accepted = tokio::select! {
            accepted = socket.accept() => accepted,
            () = house.cut_off.cancelled() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                let house = Arc::clone(&house);
                tokio::spawn(async move {
                    tokio::select! {
                        () = converse(stream, &house, is_open) => {}
                        () = house.cut_off.cancelled() => {}
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(listener = "https", %error, "no connection could be accepted");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, house: &Arc<House>, is_open: bool) {
    let state = Arc::clone(&house.service.hsm.snapshot());
    let in_use = house.tls.with(state.client_cas());
    let acceptor = TlsAcceptor::from(Arc::clone(&in_use.https));
    let stream = match timeout(house.service.limits.handshake_timeout(), acceptor.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(listener = "https", %error, "handshake failed"),
        Err(_) => return,
    };
    let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
    let owner = house.mapping.owner(chain, &in_use.trust, |name| state.find(name).is_some());
    let may_see = is_open || owner == Ok(Owner::Administration);
    let service = service_fn(|request| {
        let response = answer(&request, house, may_see);
        async move { Ok::<_, Infallible>(response) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(listener = "https", %error, "connection ended");
    }
}

fn answer(request: &Request<Incoming>, house: &House, may_see: bool) -> Response<Full<Bytes>> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n");
        response.headers_mut().insert(ALLOW, hyper::header::HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    match request.uri().path() {
        "/livez" => text(StatusCode::OK, "alive\n"),
        "/readyz" => match unready(house) {
            None => text(StatusCode::OK, "ready\n"),
            Some(why) => text(StatusCode::SERVICE_UNAVAILABLE, why),
        },
        "/metrics" if may_see => {
            let service = &house.service;
            let body = service.metrics.render(
                &service.hsm.snapshot(),
                service.committer.waiting(),
                &service.slow.all_waiting(),
                service.ready_pairs.ready(),
            );
            let mut response = Response::new(Full::new(Bytes::from(body)));
            let kind = hyper::header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            response
        }
        "/metrics" => text(
            StatusCode::FORBIDDEN,
            "an administrator's client certificate is needed; or set open_metrics = true in [listeners.https]\n",
        ),
        _ => text(StatusCode::NOT_FOUND, "there are /metrics, /livez and /readyz\n"),
    }
}

/// Why the HSM should get no requests now.
fn unready(house: &House) -> Option<&'static str> {
    if house.stop.is_cancelled() {
        return Some("stopping\n");
    }
    let state = house.service.hsm.snapshot();
    let has_keys = state.tenants().any(|tenant| !tenant.is_tampered() && tenant.major_keys().loaded().next().is_some());
    if has_keys { None } else { Some("no tenant has a major key\n") }
}

fn text(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    let kind = hyper::header::HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
