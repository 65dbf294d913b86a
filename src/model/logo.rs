//! The address at which one of our pages names a client's logo: the client's own, sealed. Nobody can have us fetch what no
//! client has registered.

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::metadata_uri::{MetadataUri, Reach};
use crate::model::purpose::LOGO;

/// How long an address is good for at least; twice that at most.
const LIFETIME: Seconds = Seconds::minutes(6 * 60);

/// A logo on a page of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    uri: String,
    expires_at: UnixTime,
}

impl Logo {
    /// On a page that is shown now. The same address for hours: a browser keeps what is there.
    pub fn shown(uri: &MetadataUri, now: UnixTime) -> Self {
        let period = now.seconds().checked_div(LIFETIME.0).unwrap_or_default();
        let expires_at = UnixTime::from_seconds(period.saturating_add(2).saturating_mul(LIFETIME.0));
        Self { uri: uri.as_str().to_owned(), expires_at }
    }

    /// Where it is here.
    pub fn address(&self, keyring: &Keyring) -> String {
        let payload = postcard::to_allocvec(self).unwrap_or_default();
        format!("/logo/{}", sealed::seal(keyring, &LOGO, &payload))
    }

    /// The client's own address of it, from what stands behind `/logo/`; `None` where that is not ours or is too old.
    pub fn open(keyring: &Keyring, text: &str, reach: Reach, now: UnixTime) -> Option<MetadataUri> {
        let opened = sealed::open(keyring, &LOGO, text)?;
        let logo: Self = postcard::from_bytes(&opened.payload).ok()?;
        MetadataUri::parse_within(&logo.uri, reach).filter(|_| now < logo.expires_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;

    #[test]
    fn an_address_stays_the_same_for_hours_and_ends() {
        let ring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
        let uri = MetadataUri::parse("https://client.example/logo.png").unwrap();
        let at = |seconds: u64| UnixTime::from_seconds(LIFETIME.0 * 1000 + seconds);
        let address = |seconds| Logo::shown(&uri, at(seconds)).address(&ring);
        assert_eq!(address(0), address(LIFETIME.0 - 1));
        assert_ne!(address(0), address(LIFETIME.0));
        let sealed = address(LIFETIME.0 - 1);
        let open =
            |seconds| Logo::open(&ring, sealed.strip_prefix("/logo/").unwrap(), Reach::Public, at(seconds));
        assert_eq!(open(2 * LIFETIME.0 - 1), Some(uri.clone()));
        assert_eq!(open(2 * LIFETIME.0), None);
    }

    #[test]
    fn an_address_on_this_computer_is_good_in_development_alone() {
        let ring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
        let uri = MetadataUri::parse_within("http://127.0.0.1:9/x.png", Reach::ThisComputerToo).unwrap();
        let now = UnixTime::from_seconds(1);
        let address = Logo::shown(&uri, now).address(&ring);
        let open = |reach| Logo::open(&ring, address.strip_prefix("/logo/").unwrap(), reach, now);
        assert_eq!((open(Reach::ThisComputerToo), open(Reach::Public)), (Some(uri), None));
    }
}
