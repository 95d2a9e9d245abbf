//! Servers that take the connection and never answer are given up.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use repo::http::{HttpClient, HttpOptions};
use repo::oci::{Credential, Identity, Protocol, Reference, Registry};

/// A server that listens and says nothing; its address.
fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it listens").to_string();
    std::thread::spawn(move || {
        let kept: Vec<_> = listener.incoming().flatten().collect();
        drop(kept);
    });
    address
}

#[test]
fn a_registry_that_never_answers_is_given_up() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let http = HttpOptions {
        timeout: None,
        idle: Duration::from_millis(300),
        ..HttpOptions::default()
    };
    let registry = Registry::new(
        HttpClient::new(&http).unwrap(),
        Protocol::Http,
        Identity::Fixed(Credential::new("", "")),
    );
    let address = silent();
    let reference = Reference::parse(&format!("{address}/team/web:1.0.0")).unwrap();
    let begin = Instant::now();
    let error = runtime.block_on(registry.manifest(&reference)).unwrap_err();
    let said = chart::chain(&error);
    assert!(said.contains("context deadline exceeded"), "{said}");
    assert!(
        said.contains(&format!("http://{address}/v2/team/web/manifests/1.0.0")),
        "{said}"
    );
    // Nobody asks a silent server again.
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}
