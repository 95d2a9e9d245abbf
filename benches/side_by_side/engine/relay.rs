//! A slow network: what comes in at one end goes out at the other a while later, in order and unread.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kube::config::Kubeconfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// A relay before an API server. It runs for as long as the runtime that it was started on.
pub(crate) struct Relay {
    kubeconfig: PathBuf,
}

impl Relay {
    /// Starts a relay before the cluster of `kubeconfig` that adds `delay` to each round trip, and writes a kubeconfig
    /// that leads through it to `own`.
    pub(crate) async fn start(kubeconfig: &Path, own: &Path, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let here = listener.local_addr().expect("an address").to_string();
        let file = Kubeconfig::read_from(kubeconfig).expect("the kubeconfig can be read");
        let server = file
            .clusters
            .first()
            .and_then(|named| named.cluster.as_ref()?.server.clone());
        let server = server.expect("the kubeconfig names a server");
        let address = server
            .trim_start_matches("https://")
            .trim_end_matches('/')
            .to_owned();
        let text = std::fs::read_to_string(kubeconfig).expect("the kubeconfig can be read");
        std::fs::write(own, text.replace(&address, &here)).expect("files can be written");
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&address)
                    .await
                    .expect("the API server listens");
                for stream in [&near, &far] {
                    stream.set_nodelay(true).expect("a TCP stream");
                }
                let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                pass_on(near_in, far_out, delay);
                pass_on(far_in, near_out, Duration::ZERO);
            }
        });
        Relay {
            kubeconfig: own.to_owned(),
        }
    }

    /// The kubeconfig of programs that shall come through here.
    pub(crate) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }
}

/// Passes on what comes in, each piece `delay` after it came.
fn pass_on(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Duration) {
    let (sender, mut receiver) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        let mut buffer = vec![0; 65_536];
        while let Ok(length @ 1..) = from.read(&mut buffer).await {
            if sender
                .send((Instant::now() + delay, buffer[..length].to_vec()))
                .is_err()
            {
                return;
            }
        }
    });
    tokio::spawn(async move {
        while let Some((due, piece)) = receiver.recv().await {
            tokio::time::sleep_until(due).await;
            if to.write_all(&piece).await.is_err() {
                return;
            }
        }
        // The other end hears that this one is done; if it has gone already, that is as well.
        let _ = to.shutdown().await;
    });
}
