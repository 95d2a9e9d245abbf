//! `-f` and the `--set` flags: the user's values.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use chart::values::{Layer, UserLayer, Values};
use chart::{FileError, Map};

use repo::http::{Call, HttpClient, Reach, TlsOptions};
use repo::{Errand, Getter};
use url::Url;

use super::csv;
use crate::context::Context;
use crate::error::Result;

/// Values from a server that are larger are a mistake or an attack.
const LARGEST: u64 = 1 << 28;

/// Flags that set values.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct ValuesArgs {
    /// specify values in a YAML file or a URL (can specify multiple)
    #[arg(short = 'f', long, value_name = "strings", value_parser = csv::line)]
    values: Vec<String>,
    /// set values on the command line (can specify multiple or separate values with commas: key1=val1,key2=val2)
    #[arg(long, value_name = "stringArray")]
    set: Vec<String>,
    /// set STRING values on the command line (can specify multiple or separate values with commas: key1=val1,key2=val2)
    #[arg(long, value_name = "stringArray")]
    set_string: Vec<String>,
    /// set values from respective files specified via the command line (can specify multiple or separate values with
    /// commas: key1=path1,key2=path2)
    #[arg(long, value_name = "stringArray")]
    set_file: Vec<String>,
    /// set JSON values on the command line (can specify multiple or separate values with commas:
    /// key1=jsonval1,key2=jsonval2 or using json format: {"key1": jsonval1, "key2": "jsonval2"})
    #[arg(long, value_name = "stringArray")]
    set_json: Vec<String>,
    /// set a literal STRING value on the command line
    #[arg(long, value_name = "stringArray")]
    set_literal: Vec<String>,
}

impl ValuesArgs {
    /// The files that were named, as they were.
    pub(crate) fn files(&self) -> &[String] {
        &self.values
    }

    /// Reads the files and puts all flags on top of each other, in Helm's order.
    ///
    /// # Errors
    /// When a file cannot be read, or a flag does not follow its grammar.
    pub(crate) fn read(&self, cx: &Context) -> Result<Map> {
        Ok(Values::from_layers(&self.layers(), &mut |place| read(cx, place))?.0)
    }

    /// As [`ValuesArgs::read`], with what each flag alone says. Nothing is fetched twice.
    ///
    /// # Errors
    /// As [`ValuesArgs::read`].
    pub(crate) fn read_layers(&self, cx: &Context) -> Result<(Map, Vec<UserLayer>)> {
        let layers = self.layers();
        let mut known: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut read = |place: &str| match known.get(place) {
            Some(bytes) => Ok(bytes.clone()),
            None => {
                let bytes = read(cx, place)?;
                known.insert(place.to_owned(), bytes.clone());
                Ok(bytes)
            }
        };
        let values = Values::from_layers(&layers, &mut read)?.0;
        Ok((values, Values::separate(&layers, &mut read)?))
    }

    fn layers(&self) -> Vec<Layer> {
        let files = csv::split(&self.values);
        [
            layers(&files, Layer::File),
            layers(&self.set_json, Layer::Json),
            layers(&self.set, Layer::Set),
            layers(&self.set_string, Layer::SetString),
            layers(&self.set_file, Layer::SetFile),
            layers(&self.set_literal, Layer::SetLiteral),
        ]
        .concat()
    }
}

/// Reads a file of values as one layer.
///
/// # Errors
/// As [`ValuesArgs::read`].
pub(crate) fn file(cx: &Context, place: &str) -> Result<Map> {
    let layer = Layer::File(place.to_owned());
    Ok(Values::from_layers(&[layer], &mut |place| read(cx, place))?.0)
}

fn layers(texts: &[String], kind: fn(String) -> Layer) -> Vec<Layer> {
    texts.iter().cloned().map(kind).collect()
}

type Read = std::result::Result<Vec<u8>, Box<dyn Error + Send + Sync>>;

/// Reads what a flag names: standard input for `-`, what is behind a URL of a scheme that we or a plugin know, else a file.
fn read(cx: &Context, place: &str) -> Read {
    if place.trim() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    if let Ok(url) = Url::parse(place)
        && let Some(got) = fetch(cx, &url, place)
    {
        return got;
    }
    let path = Path::new(place);
    let failed = |operation| move |error: std::io::Error| FileError::new(operation, path, &error);
    let mut bytes = Vec::new();
    // A folder opens, and cannot be read.
    let mut file = File::open(path).map_err(failed("open"))?;
    file.read_to_end(&mut bytes).map_err(failed("read"))?;
    Ok(bytes)
}

fn fetch(cx: &Context, url: &Url, text: &str) -> Option<Read> {
    if matches!(url.scheme(), "http" | "https") {
        return Some(download(cx, url).map_err(|error| error.message().into()));
    }
    let getters = cx.getters();
    getters.speaks(url.scheme()).then(|| {
        getters.get(Errand {
            url,
            text,
            repository: None,
            accept: "",
            credentials: None,
            pass_credentials: false,
            tls: &TlsOptions::default(),
        })
    })
}

fn download(cx: &Context, url: &Url) -> Result<Vec<u8>> {
    let client = HttpClient::new(&cx.http_options(Reach::Network))?;
    cx.block_on(async {
        let answer = client.send(Call::get(url.clone())).await?;
        Ok(answer.ok()?.bytes(LARGEST).await?)
    })
}
