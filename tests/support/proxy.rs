//! A proxy before the API server that does what real networks and machines do, at a request of one's choice.
//!
//! Programs speak plain HTTP/1.1 to it; it speaks to the server as the administrator of the kubeconfig.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::AsyncReadExt;
use kube::client::Body;
use kube::config::{KubeConfigOptions, Kubeconfig};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt, AsyncReadExt as _, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// It is forwarded.
    Forward,
    /// It is forwarded after a while.
    Delay(Duration),
    /// The program is killed, and the server never hears of the request.
    KillBefore,
    /// The server answers, and the program is killed before it hears of that.
    KillAfter,
    /// The connection breaks before the server hears of the request.
    CutBefore,
    /// The connection breaks when the server has answered.
    CutAfter,
    /// It is answered with this status, with `Retry-After` if there are seconds.
    Refuse(u16, Option<u32>),
}

/// Decides by the number of the request, counted from 1, and by the request.
type Rule = Arc<dyn Fn(usize, &http::Request<Body>) -> Act + Send + Sync>;

/// A running proxy; it ends with this.
pub(crate) struct Proxy {
    shared: Arc<Shared>,
    kubeconfig: PathBuf,
    _runtime: tokio::runtime::Runtime,
}

struct Shared {
    client: kube::Client,
    rule: Mutex<Rule>,
    count: AtomicUsize,
    victim: Mutex<Option<u32>>,
}

impl Proxy {
    /// Starts a proxy before the cluster of `kubeconfig`; its own kubeconfig is put into `folder`.
    pub(crate) fn start(kubeconfig: &Path, folder: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let (shared, listener) = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let shared = Shared {
                client: client(kubeconfig).await,
                rule: Mutex::new(Arc::new(|_, _| Act::Forward)),
                count: AtomicUsize::new(0),
                victim: Mutex::default(),
            };
            (Arc::new(shared), listener)
        });
        let address = listener.local_addr().expect("an address");
        runtime.spawn(accept(listener, shared.clone()));
        let file = folder.join("proxied-kubeconfig");
        std::fs::write(&file, own_kubeconfig(&address.to_string())).expect("files can be written");
        Proxy {
            shared,
            kubeconfig: file,
            _runtime: runtime,
        }
    }

    /// The kubeconfig of programs that shall come through here.
    pub(crate) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// From now on, counting anew.
    pub(crate) fn set_rule(&self, rule: impl Fn(usize) -> Act + Send + Sync + 'static) {
        self.set_request_rule(move |number, _| rule(number));
    }

    /// As [`Proxy::set_rule`], for who looks at the requests too.
    pub(crate) fn set_request_rule(
        &self,
        rule: impl Fn(usize, &http::Request<Body>) -> Act + Send + Sync + 'static,
    ) {
        *self.shared.victim.lock().expect("no panic") = None;
        *self.shared.rule.lock().expect("no panic") = Arc::new(rule);
        self.shared.count.store(0, Ordering::SeqCst);
    }

    /// Whom to kill.
    pub(crate) fn aim_at(&self, pid: u32) {
        *self.shared.victim.lock().expect("no panic") = Some(pid);
    }

    /// How many requests came since the rule was set.
    pub(crate) fn count(&self) -> usize {
        self.shared.count.load(Ordering::SeqCst)
    }
}

async fn client(kubeconfig: &Path) -> kube::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let file = Kubeconfig::read_from(kubeconfig).expect("the kubeconfig can be read");
    let options = KubeConfigOptions::default();
    let config = kube::Config::from_custom_kubeconfig(file, &options).await;
    let mut config = config.expect("a configuration");
    config.default_retry = false;
    kube::Client::try_from(config).expect("a client")
}

fn own_kubeconfig(address: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: proxy\nclusters:\n- name: proxy\n  cluster: {{server: \
         \"http://{address}\"}}\ncontexts:\n- name: proxy\n  context: {{cluster: proxy, user: nobody}}\nusers:\n- \
         name: nobody\n  user: {{}}\n"
    )
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        // A connection that breaks is what this is for.
        tokio::spawn(async move { serve(stream, &shared).await.unwrap_or_default() });
    }
}

/// One request after the other, until either side has enough.
async fn serve(stream: TcpStream, shared: &Shared) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let request = read_request(&mut stream).await?;
        let number = shared.count.fetch_add(1, Ordering::SeqCst) + 1;
        let rule = shared.rule.lock().expect("no panic").clone();
        let act = rule(number, &request);
        match act {
            Act::Delay(time) => tokio::time::sleep(time).await,
            Act::CutBefore => return None,
            Act::KillBefore => return shared.kill(),
            Act::Refuse(status, seconds) => {
                write_refusal(stream.get_mut(), status, seconds).await?;
                continue;
            }
            Act::Forward | Act::KillAfter | Act::CutAfter => {}
        }
        if request
            .uri()
            .query()
            .is_some_and(|query| query.contains("watch=true"))
        {
            return stream_watch(stream.get_mut(), shared, request).await;
        }
        let response = shared.client.send(request).await.ok()?;
        let (parts, body) = response.into_parts();
        let body = body.collect_bytes().await.ok()?;
        match act {
            Act::KillAfter => return shared.kill(),
            Act::CutAfter => return None,
            _ => write_answer(stream.get_mut(), &parts, &body).await?,
        }
    }
}

impl Shared {
    fn kill(&self) -> Option<()> {
        let pid = (*self.victim.lock().expect("no panic"))?;
        kill(Pid::from_raw(i32::try_from(pid).ok()?), Signal::SIGKILL).ok()
    }
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<http::Request<Body>> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let mut words = line.split_whitespace();
    let mut request = http::Request::builder().method(words.next()?).uri(words.next()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "accept" | "content-type" => request = request.header(name, value),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    request.body(Body::from(body)).ok()
}

async fn write_answer(stream: &mut TcpStream, parts: &http::response::Parts, body: &[u8]) -> Option<()> {
    let mut head = format!("HTTP/1.1 {}\r\ncontent-length: {}\r\n", parts.status, body.len());
    for name in ["content-type", "date", "warning", "retry-after"] {
        for value in parts.headers.get_all(name) {
            head.push_str(&format!("{name}: {}\r\n", value.to_str().ok()?));
        }
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).await.ok()?;
    stream.write_all(body).await.ok()
}

async fn write_refusal(stream: &mut TcpStream, status: u16, seconds: Option<u32>) -> Option<()> {
    let retry = seconds.map_or_else(String::new, |seconds| format!("retry-after: {seconds}\r\n"));
    let answer = format!("HTTP/1.1 {status} Refused\r\ncontent-length: 5\r\n{retry}\r\nbusy\n");
    stream.write_all(answer.as_bytes()).await.ok()
}

async fn stream_watch(stream: &mut TcpStream, shared: &Shared, request: http::Request<Body>) -> Option<()> {
    let (parts, _) = request.into_parts();
    let request = http::Request::from_parts(parts, Vec::new());
    let mut events = std::pin::pin!(shared.client.request_stream(request).await.ok()?);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.ok()?;
    let mut buffer = vec![0; 65536];
    loop {
        match events.read(&mut buffer).await.ok()? {
            0 => return None,
            length => stream.write_all(&buffer[..length]).await.ok()?,
        }
    }
}
