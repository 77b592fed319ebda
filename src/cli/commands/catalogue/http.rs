//! Fetching files from one host over HTTP, believing nothing of what comes back.

use std::error::Error as StdError;
use std::time::Duration;

use ureq::http::Uri;

use crate::cli::exit::Failure;
use crate::text::{Error, LARGEST_FILE, Source};

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 3;

/// Fetches from one host.
pub struct Fetcher {
    agent: ureq::Agent,
    /// Scheme, host and port.
    host: (String, String),
}

impl Fetcher {
    /// Fetches from the host of `url`, and gives up on a file after `timeout`.
    ///
    /// # Errors
    /// `url` is not the address of a file on a host.
    pub fn new(url: &str, timeout: Duration) -> Result<Self, Failure> {
        let host = host(url).ok_or_else(|| {
            Failure::with_help(
                format!("{url:?} is not an address"),
                "give one that starts with https:// or http://",
            )
        })?;
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("iam-refine/", env!("CARGO_PKG_VERSION")))
            .build();
        let agent = config.into();
        Ok(Fetcher { agent, host })
    }

    /// The file at `url`, whole.
    ///
    /// # Errors
    /// It is elsewhere, is not there, does not come whole or in time, is too large or no text.
    pub fn get(&self, url: &str) -> Result<Source, Failure> {
        let mut url = url.to_owned();
        for _ in 0..=MOST_REDIRECTS {
            if host(&url).as_ref() != Some(&self.host) {
                return Err(failed(&url, format!("it is not on {}", self.host.1)));
            }
            match self.get_once(&url)? {
                Got::File(file) => return Ok(file),
                Got::Redirect(to) if to.starts_with('/') && !to.starts_with("//") => {
                    url = format!("{}://{}{to}", self.host.0, self.host.1);
                }
                Got::Redirect(to) => url = to,
            }
        }
        Err(failed(&url, "it is redirected again and again"))
    }

    fn get_once(&self, url: &str) -> Result<Got, Failure> {
        let failure = |error: ureq::Error| failed(url, error);
        let mut response = self.agent.get(url).call().map_err(failure)?;
        let status = response.status();
        if status.is_redirection() {
            let to = response.headers().get("location");
            let to = to.and_then(|to| to.to_str().ok());
            let to = to.ok_or_else(|| failed(url, "it is redirected to nowhere"))?;
            return Ok(Got::Redirect(to.to_owned()));
        }
        if status.as_u16() != 200 {
            return Err(failed(url, format!("the server answers {status}")));
        }
        let body = response.body_mut().with_config();
        let body = body
            .limit(LARGEST_FILE as u64)
            .read_to_vec()
            .map_err(failure)?;
        let file = Source::from_bytes(url, &body);
        Ok(Got::File(file.map_err(Error::from)?))
    }
}

enum Got {
    File(Source),
    Redirect(String),
}

/// Scheme, host and port of an address that can be fetched from.
fn host(url: &str) -> Option<(String, String)> {
    let url: Uri = url.parse().ok()?;
    let scheme = url
        .scheme_str()
        .filter(|scheme| matches!(*scheme, "http" | "https"))?;
    let authority = url.authority()?.as_str().to_ascii_lowercase();
    Some((scheme.to_owned(), authority))
}

fn failed(url: &str, error: impl Into<Box<dyn StdError + Send + Sync>>) -> Failure {
    let error = Error::new(format!("{url} cannot be fetched")).caused_by(error);
    let error = error.help(
        "nothing was changed; try again later, or fetch the files in another way and use \
         `iam-refine catalogue import`",
    );
    error.into()
}
